
/// What is wrong with a user.
#[derive(serde::Deserialize, serde::Serialize, Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
#[cfg_attr(
    feature = "schemars",
    derive(atlas_client::schemars::JsonSchema),
    schemars(crate = "atlas_client::schemars")
)]
pub struct Faults {
    /// The names of what is wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub names: Option<Vec<String>>,
}

/// A user.
#[derive(serde::Deserialize, serde::Serialize, Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
#[cfg_attr(
    feature = "schemars",
    derive(atlas_client::schemars::JsonSchema),
    schemars(crate = "atlas_client::schemars")
)]
pub struct User {
    /// The age. Deprecated by Atlas.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub age: Option<i64>,
    /// The name,
    ///
    /// which is indented, with tags and \[a broken link\].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

impl User {
    /// Returns a builder of [`User`](Self), whose `build` checks the value.
    pub fn builder() -> builder::User {
        Default::default()
    }
}

/// Builders of the types that callers send.
pub mod builder {
    use atlas_client::{BuildError, runtime};

    /// Builds [`User`](super::User).
    #[derive(Clone, Debug)]
    pub struct User {
        age: Result<Option<i64>, BuildError>,
        name: Result<Option<String>, BuildError>,
    }

    impl Default for User {
        fn default() -> Self {
            Self {
                age: Ok(Default::default()),
                name: Ok(Default::default()),
            }
        }
    }

    impl User {
        /// The age. Deprecated by Atlas.
        pub fn age<T>(mut self, value: T) -> Self
        where
            T: TryInto<i64>,
            T::Error: std::fmt::Display + 'static,
        {
            self.age = runtime::convert(value).map(Some);
            self
        }

        /// The name,
        ///
        /// which is indented, with tags and \[a broken link\].
        pub fn name<T>(mut self, value: T) -> Self
        where
            T: TryInto<String>,
            T::Error: std::fmt::Display + 'static,
        {
            self.name = runtime::convert(value).map(Some);
            self
        }

        /// Validates the members and returns the value.
        ///
        /// # Errors
        /// If required members are missing or members violate a limit of the Atlas document, an
        /// error that lists all of them with their paths.
        pub fn build(self) -> Result<super::User, BuildError> {
            self.try_into()
        }
    }

    impl TryFrom<User> for super::User {
        type Error = BuildError;

        fn try_from(value: User) -> Result<Self, BuildError> {
            let mut faults = runtime::Faults::new();
            faults.member("name", &value.name);
            faults.member("age", &value.age);
            faults.finish()?;
            let User { name: Ok(name), age: Ok(age) } = value else {
                return Err(BuildError::missing());
            };
            Ok(Self { name, age })
        }
    }
}
