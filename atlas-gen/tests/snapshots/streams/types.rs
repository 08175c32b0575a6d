
use serde_json::Value;
use crate::Additional;

/// What Atlas answers failures with.
#[non_exhaustive]
pub struct ApiError {
    /// What went wrong.
    pub detail: Option<String>,
    /// The member `errorCode`.
    pub error_code: Option<String>,
    /// The member `reason`.
    pub reason: Option<String>,
    /// The member `parameters`.
    pub parameters: Option<Vec<Value>>,
    /// The member `badRequestDetail`.
    pub bad_request_detail: Option<BadRequestDetail>,
    /// Members that this version of the client does not know.
    pub additional: Additional,
}
crate::object! {
    ApiError {
        detail: optional "detail",
        error_code: optional "errorCode",
        reason: optional "reason",
        parameters: optional "parameters",
        bad_request_detail: optional "badRequestDetail",
    }
}

/// The schema `BadRequestDetail` of the Atlas document.
#[non_exhaustive]
pub struct BadRequestDetail {
    /// The member `fields`.
    pub fields: Option<Vec<FieldViolation>>,
    /// Members that this version of the client does not know.
    pub additional: Additional,
}
crate::object! {
    BadRequestDetail {
        fields: optional "fields",
    }
}

/// The schema `FieldViolation` of the Atlas document.
#[non_exhaustive]
pub struct FieldViolation {
    /// The member `field`.
    pub field: String,
    /// The member `description`.
    pub description: String,
    /// Members that this version of the client does not know.
    pub additional: Additional,
}
crate::object! {
    FieldViolation {
        field: required "field",
        description: required "description",
    }
}
