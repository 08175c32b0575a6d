
use serde_json::Value;
use crate::Additional;
use crate::ObjectId;
use crate::Refusal;
use crate::Sensitive;

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

/// The schema `Key` of the Atlas document.
#[non_exhaustive]
pub struct Key {
    /// The member `apiKey`.
    pub api_key: Option<Sensitive>,
    /// The member `apiKeyId`.
    pub api_key_id: Option<String>,
    /// The member `tokenUrl`.
    pub token_url: Option<String>,
    /// Members that this version of the client does not know.
    pub additional: Additional,
}
crate::object! {
    Key {
        api_key: optional "apiKey",
        api_key_id: optional "apiKeyId",
        token_url: optional "tokenUrl",
    }
}

/// The schema `KeyRequest` of the Atlas document.
#[non_exhaustive]
pub struct KeyRequest {
    /// The member `password`. At least 8 characters.
    pub password: Sensitive,
    /// The member `passphraseType`.
    pub passphrase_type: Option<String>,
    /// The member `ownerId`.
    pub owner_id: Option<ObjectId>,
    /// Members that this version of the client does not know.
    pub additional: Additional,
}
crate::object! {
    KeyRequest {
        password: required "password",
        passphrase_type: optional "passphraseType",
        owner_id: optional "ownerId",
    }
}

impl KeyRequest {
    /// Starts a [`KeyRequest`]; [`KeyRequestBuilder::build`] checks it.
    pub fn builder() -> KeyRequestBuilder {
        KeyRequestBuilder(crate::draft::Draft::default())
    }
}

/// Builds a [`KeyRequest`].
#[derive(Clone, Debug)]
pub struct KeyRequestBuilder(crate::draft::Draft);

impl KeyRequestBuilder {
    /// The member `password`. At least 8 characters. Required.
    pub fn password(mut self, value: impl TryInto<Sensitive, Error: Refusal>) -> Self {
        self.0.set::<Sensitive>("password", value);
        self
    }

    /// The member `passphraseType`.
    pub fn passphrase_type(
        mut self,
        value: impl TryInto<String, Error: Refusal>,
    ) -> Self {
        self.0.set::<String>("passphraseType", value);
        self
    }

    /// The member `ownerId`.
    pub fn owner_id(mut self, value: impl TryInto<ObjectId, Error: Refusal>) -> Self {
        self.0.set::<ObjectId>("ownerId", value);
        self
    }
}
crate::builder! {
    KeyRequestBuilder builds KeyRequest {
        Rule::required("password").min_length(8),
    }
}
