
use serde_json::Value;
use crate::Additional;
use crate::Refusal;

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

/// What is wrong with a user.
#[non_exhaustive]
pub struct Faults {
    /// The names of what is wrong.
    pub names: Option<Vec<String>>,
    /// Members that this version of the client does not know.
    pub additional: Additional,
}
crate::object! {
    Faults {
        names: optional "names",
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

/// A user.
#[non_exhaustive]
pub struct User {
    /// The name,
    ///
    /// which is indented, with tags and \[a broken link\].
    pub name: Option<String>,
    /// The age. Deprecated by Atlas.
    pub age: Option<i64>,
    /// Members that this version of the client does not know.
    pub additional: Additional,
}
crate::object! {
    User {
        name: optional "name",
        age: optional "age",
    }
}

impl User {
    /// Starts a [`User`]; [`UserBuilder::build`] checks it.
    pub fn builder() -> UserBuilder {
        UserBuilder(crate::draft::Draft::default())
    }
}

/// Builds a [`User`].
#[derive(Clone, Debug)]
pub struct UserBuilder(crate::draft::Draft);

impl UserBuilder {
    /// The name,
    ///
    /// which is indented, with tags and \[a broken link\].
    pub fn name(mut self, value: impl TryInto<String, Error: Refusal>) -> Self {
        self.0.set::<String>("name", value);
        self
    }

    /// The age. Deprecated by Atlas.
    pub fn age(mut self, value: i64) -> Self {
        self.0.set::<i64>("age", value);
        self
    }
}
crate::builder! {
    UserBuilder builds User {
    }
}
