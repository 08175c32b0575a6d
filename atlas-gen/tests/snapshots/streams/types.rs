
use crate::Additional;

/// What Atlas answers failures with.
#[non_exhaustive]
pub struct ApiError {
    /// What went wrong.
    pub detail: Option<String>,
    /// Members that this version of the client does not know.
    pub additional: Additional,
}
crate::object! {
    ApiError {
        detail: optional "detail",
    }
}
