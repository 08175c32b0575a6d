
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

/// The schema `Task` of the Atlas document.
#[non_exhaustive]
pub struct Task {
    /// The member `state`.
    pub state: Option<String>,
    /// Members that this version of the client does not know.
    pub additional: Additional,
}
crate::object! {
    Task {
        state: optional "state",
    }
}
