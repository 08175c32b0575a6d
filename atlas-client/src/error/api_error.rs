//! The body that Atlas answers failures with.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What Atlas says about a request that failed: the schema `ApiError` of its document.
///
/// It is written by hand, because every generated crate shares it. The server is known to leave out
/// members that the document requires, so all of them may be absent.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct ApiError {
    /// Which parts of a rejected request were at fault.
    #[serde(rename = "badRequestDetail", skip_serializing_if = "Option::is_none")]
    pub bad_request_detail: Option<BadRequestDetail>,
    /// What went wrong in this case, as a sentence for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// The HTTP status code, repeated in the body.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<i64>,
    /// A stable name for the kind of failure, such as `RESOURCE_NOT_FOUND`. Decide by this, not by
    /// `detail`.
    #[serde(rename = "errorCode", skip_serializing_if = "Option::is_none")]
    pub error_code: Option<String>,
    /// The values that `detail` was worded with. How many there are, and what each means, depends
    /// on `errorCode`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parameters: Option<Vec<Value>>,
    /// The name of the HTTP status, such as `Not Found`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// Which parts of a rejected request were at fault.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct BadRequestDetail {
    /// One entry for each rule that the request broke.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<FieldViolation>,
}

/// One member of the request body and what is wrong with it.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct FieldViolation {
    /// Why the value was refused.
    #[serde(default)]
    pub description: String,
    /// Where in the body the value stands.
    #[serde(default)]
    pub field: String,
}
