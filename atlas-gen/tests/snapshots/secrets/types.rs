
use atlas_client::{ObjectId, Sensitive};

/// The schema `Key` of the Atlas document.
#[derive(serde::Deserialize, serde::Serialize, Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
#[cfg_attr(
    feature = "schemars",
    derive(atlas_client::schemars::JsonSchema),
    schemars(crate = "atlas_client::schemars")
)]
pub struct Key {
    /// The member `apiKey`.
    #[serde(default, rename = "apiKey", skip_serializing_if = "Option::is_none")]
    pub api_key: Option<Sensitive>,
    /// The member `apiKeyId`.
    #[serde(default, rename = "apiKeyId", skip_serializing_if = "Option::is_none")]
    pub api_key_id: Option<String>,
    /// The member `tokenUrl`.
    #[serde(rename = "tokenUrl", skip_serializing_if = "Option::is_none")]
    pub token_url: Option<String>,
}

/// The schema `KeyRequest` of the Atlas document.
#[derive(serde::Deserialize, serde::Serialize, Clone, Debug, PartialEq)]
#[non_exhaustive]
#[cfg_attr(
    feature = "schemars",
    derive(atlas_client::schemars::JsonSchema),
    schemars(crate = "atlas_client::schemars")
)]
pub struct KeyRequest {
    /// The member `ownerId`.
    #[serde(default, rename = "ownerId", skip_serializing_if = "Option::is_none")]
    pub owner_id: Option<ObjectId>,
    /// The member `passphraseType`.
    #[serde(default, rename = "passphraseType", skip_serializing_if = "Option::is_none")]
    pub passphrase_type: Option<String>,
    /// The member `password`. At least 8 characters.
    pub password: Sensitive,
}

impl KeyRequest {
    /// Returns a builder of [`KeyRequest`](Self), whose `build` checks the value.
    pub fn builder() -> builder::KeyRequest {
        Default::default()
    }
}

/// Builders of the types that callers send.
pub mod builder {
    use atlas_client::{BuildError, ObjectId, Sensitive, runtime};

    /// Builds [`KeyRequest`](super::KeyRequest).
    #[derive(Clone, Debug)]
    pub struct KeyRequest {
        owner_id: Result<Option<ObjectId>, BuildError>,
        passphrase_type: Result<Option<String>, BuildError>,
        password: Result<Sensitive, BuildError>,
    }

    impl Default for KeyRequest {
        fn default() -> Self {
            Self {
                owner_id: Ok(Default::default()),
                passphrase_type: Ok(Default::default()),
                password: Err(BuildError::missing()),
            }
        }
    }

    impl KeyRequest {
        /// The member `ownerId`.
        pub fn owner_id<T>(mut self, value: T) -> Self
        where
            T: TryInto<ObjectId>,
            T::Error: std::fmt::Display + 'static,
        {
            self.owner_id = runtime::convert(value).map(Some);
            self
        }

        /// The member `passphraseType`.
        pub fn passphrase_type<T>(mut self, value: T) -> Self
        where
            T: TryInto<String>,
            T::Error: std::fmt::Display + 'static,
        {
            self.passphrase_type = runtime::convert(value).map(Some);
            self
        }

        /// The member `password`. At least 8 characters. Required.
        pub fn password<T>(mut self, value: T) -> Self
        where
            T: TryInto<Sensitive>,
            T::Error: std::fmt::Display + 'static,
        {
            self.password = runtime::convert(value);
            self
        }

        /// Validates the members and returns the value.
        ///
        /// # Errors
        /// If required members are missing or members violate a limit of the Atlas document, an
        /// error that lists all of them with their paths.
        pub fn build(self) -> Result<super::KeyRequest, BuildError> {
            self.try_into()
        }
    }

    impl TryFrom<KeyRequest> for super::KeyRequest {
        type Error = BuildError;

        fn try_from(value: KeyRequest) -> Result<Self, BuildError> {
            let mut faults = runtime::Faults::new();
            faults
                .constrained(
                    "password",
                    &value.password,
                    &runtime::Constraint {
                        min_length: 8,
                        ..runtime::Constraint::NONE
                    },
                );
            faults.member("passphraseType", &value.passphrase_type);
            faults.member("ownerId", &value.owner_id);
            faults.finish()?;
            let KeyRequest {
                password: Ok(password),
                passphrase_type: Ok(passphrase_type),
                owner_id: Ok(owner_id),
            } = value else {
                return Err(BuildError::missing());
            };
            Ok(Self {
                password,
                passphrase_type,
                owner_id,
            })
        }
    }
}
