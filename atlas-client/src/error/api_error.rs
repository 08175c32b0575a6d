//! The body of Atlas's error responses. Hand-written, because all generated crates share it.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// An error response of Atlas: the schema `ApiError` of its document.
///
/// The server omits members that the document requires, so all of them are optional.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct ApiError {
    /// The invalid values of a rejected request body.
    #[serde(rename = "badRequestDetail", skip_serializing_if = "Option::is_none")]
    pub bad_request_detail: Option<BadRequestDetail>,
    /// A human-readable description of this error.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// The HTTP status code, repeated in the body.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schemars", schemars(extend("format" = "int32")))]
    pub error: Option<i64>,
    /// A stable code for the kind of error, such as `RESOURCE_NOT_FOUND`. Match on this, not on
    /// `detail`.
    #[serde(rename = "errorCode", skip_serializing_if = "Option::is_none")]
    pub error_code: Option<String>,
    /// The values that `detail` contains. Their number and meaning depend on `errorCode`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parameters: Option<Vec<Value>>,
    /// The name of the HTTP status, such as `Not Found`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// Lists the invalid values of a rejected request body.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct BadRequestDetail {
    /// One entry for each rule that the request body violated.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<FieldViolation>,
}

/// A rule that a value of the request body violated.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct FieldViolation {
    /// Why the value was rejected.
    #[serde(default)]
    pub description: String,
    /// The location of the value in the request body, as the server writes it.
    #[serde(default)]
    pub field: String,
}
