//! A stand-in for the generated code, which overwrites it.

/// The schemas that the hand-written layer names.
pub mod types {
    use serde::Deserialize;

    /// The body of a failure.
    #[derive(Clone, Debug, Default, PartialEq, Deserialize)]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    pub struct ApiError {
        /// What is wrong with the members of the request.
        pub bad_request_detail: Option<BadRequestDetail>,
        /// The failure in words.
        pub detail: Option<String>,
        /// The HTTP status.
        pub error: Option<i32>,
        /// The failure's name.
        pub error_code: Option<String>,
        /// What the failure is about.
        pub parameters: Option<Vec<serde_json::Value>>,
        /// The HTTP status in words.
        pub reason: Option<String>,
    }

    /// What is wrong with the members of a request.
    #[derive(Clone, Debug, Default, PartialEq, Deserialize)]
    #[non_exhaustive]
    pub struct BadRequestDetail {
        /// One entry for each thing that is wrong.
        pub fields: Option<Vec<FieldViolation>>,
    }

    /// What is wrong with one member of a request.
    #[derive(Clone, Debug, Default, PartialEq, Deserialize)]
    #[non_exhaustive]
    pub struct FieldViolation {
        /// What is wrong.
        pub description: String,
        /// Where it is wrong.
        pub field: String,
    }
}

/// The builders of calls.
pub mod builder {}
