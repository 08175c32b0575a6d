
/// What Atlas answers failures with.
#[derive(serde::Deserialize, serde::Serialize, Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct ApiError {
    /// The member `badRequestDetail`.
    #[serde(rename = "badRequestDetail", skip_serializing_if = "Option::is_none")]
    pub bad_request_detail: Option<BadRequestDetail>,
    /// What went wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// The member `errorCode`.
    #[serde(rename = "errorCode", skip_serializing_if = "Option::is_none")]
    pub error_code: Option<String>,
    /// The member `parameters`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parameters: Option<Vec<serde_json::Value>>,
    /// The member `reason`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// The schema `BadRequestDetail` of the Atlas document.
#[derive(serde::Deserialize, serde::Serialize, Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct BadRequestDetail {
    /// The member `fields`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fields: Option<Vec<FieldViolation>>,
}

/// The schema `FieldViolation` of the Atlas document.
#[derive(serde::Deserialize, serde::Serialize, Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct FieldViolation {
    /// The member `description`.
    pub description: String,
    /// The member `field`.
    pub field: String,
}

/// The schema `Task` of the Atlas document.
#[derive(serde::Deserialize, serde::Serialize, Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Task {
    /// The member `state`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
}
