
use atlas_client::{ObjectId, Sensitive, Timestamp};

/// The schema `Job` of the Atlas document.
#[derive(serde::Deserialize, serde::Serialize, Clone, Debug, PartialEq)]
#[non_exhaustive]
#[cfg_attr(
    feature = "schemars",
    derive(atlas_client::schemars::JsonSchema),
    schemars(crate = "atlas_client::schemars")
)]
pub struct Job {
    /// The member `_id`.
    #[serde(rename = "_id")]
    pub id: ObjectId,
    /// The member `name`. From 1 to 64 characters.
    pub name: String,
    /// The member `parent`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<Box<Job>>,
    /// The member `step`.
    pub step: Step,
}

/// The schema `JobRequest` of the Atlas document.
#[derive(serde::Deserialize, serde::Serialize, Clone, Debug, PartialEq)]
#[non_exhaustive]
#[cfg_attr(
    feature = "schemars",
    derive(atlas_client::schemars::JsonSchema),
    schemars(crate = "atlas_client::schemars")
)]
pub struct JobRequest {
    /// The member `hook`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schemars", schemars(extend("writeOnly" = true)))]
    pub hook: Option<Sensitive>,
    /// The member `name`. From 1 to 64 characters.
    pub name: String,
    /// The member `parent`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<Box<JobRequest>>,
    /// The member `step`.
    pub step: StepRequest,
}

impl JobRequest {
    /// Returns a builder of [`JobRequest`](Self), whose `build` checks the value.
    pub fn builder() -> builder::JobRequest {
        Default::default()
    }
}

/// The schema `Step` of the Atlas document.
#[derive(serde::Deserialize, serde::Serialize, Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
#[cfg_attr(
    feature = "schemars",
    derive(atlas_client::schemars::JsonSchema),
    schemars(crate = "atlas_client::schemars")
)]
pub struct Step {
    /// The member `finishedAt`.
    #[serde(default, rename = "finishedAt", skip_serializing_if = "Option::is_none")]
    pub finished_at: Option<Timestamp>,
    /// The member `order`. At least 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order: Option<i64>,
}

/// The schema `StepRequest` of the Atlas document.
#[derive(serde::Deserialize, serde::Serialize, Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
#[cfg_attr(
    feature = "schemars",
    derive(atlas_client::schemars::JsonSchema),
    schemars(crate = "atlas_client::schemars")
)]
pub struct StepRequest {
    /// The member `order`. At least 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order: Option<i64>,
}

impl StepRequest {
    /// Returns a builder of [`StepRequest`](Self), whose `build` checks the value.
    pub fn builder() -> builder::StepRequest {
        Default::default()
    }
}

/// Builders of the types that callers send.
pub mod builder {
    use atlas_client::{BuildError, Sensitive, runtime};

    /// Builds [`JobRequest`](super::JobRequest).
    #[derive(Clone, Debug)]
    pub struct JobRequest {
        hook: Result<Option<Sensitive>, BuildError>,
        name: Result<String, BuildError>,
        parent: Result<Option<Box<super::JobRequest>>, BuildError>,
        step: Result<super::StepRequest, BuildError>,
    }

    impl Default for JobRequest {
        fn default() -> Self {
            Self {
                hook: Ok(Default::default()),
                name: Err(BuildError::missing()),
                parent: Ok(Default::default()),
                step: Err(BuildError::missing()),
            }
        }
    }

    impl JobRequest {
        /// The member `hook`.
        pub fn hook<T>(mut self, value: T) -> Self
        where
            T: TryInto<Sensitive>,
            T::Error: std::fmt::Display + 'static,
        {
            self.hook = runtime::convert(value).map(Some);
            self
        }

        /// The member `name`. From 1 to 64 characters. Required.
        pub fn name<T>(mut self, value: T) -> Self
        where
            T: TryInto<String>,
            T::Error: std::fmt::Display + 'static,
        {
            self.name = runtime::convert(value);
            self
        }

        /// The member `parent`.
        pub fn parent<T>(mut self, value: T) -> Self
        where
            T: TryInto<super::JobRequest>,
            T::Error: std::fmt::Display + 'static,
        {
            self.parent = runtime::convert(value).map(Box::new).map(Some);
            self
        }

        /// The member `step`. Required.
        pub fn step<T>(mut self, value: T) -> Self
        where
            T: TryInto<super::StepRequest>,
            T::Error: std::fmt::Display + 'static,
        {
            self.step = runtime::convert(value);
            self
        }

        /// Validates the members and returns the value.
        ///
        /// # Errors
        /// If required members are missing or members violate a limit of the Atlas document, an
        /// error that lists all of them with their paths.
        pub fn build(self) -> Result<super::JobRequest, BuildError> {
            self.try_into()
        }
    }

    impl TryFrom<JobRequest> for super::JobRequest {
        type Error = BuildError;

        fn try_from(value: JobRequest) -> Result<Self, BuildError> {
            let mut faults = runtime::Faults::new();
            faults
                .constrained(
                    "name",
                    &value.name,
                    &runtime::Constraint {
                        min_length: 1,
                        max_length: 64,
                        ..runtime::Constraint::NONE
                    },
                );
            faults.member("hook", &value.hook);
            faults.member("step", &value.step);
            faults.member("parent", &value.parent);
            faults.finish()?;
            let JobRequest {
                name: Ok(name),
                hook: Ok(hook),
                step: Ok(step),
                parent: Ok(parent),
            } = value else {
                return Err(BuildError::missing());
            };
            Ok(Self { name, hook, step, parent })
        }
    }

    /// Builds [`StepRequest`](super::StepRequest).
    #[derive(Clone, Debug)]
    pub struct StepRequest {
        order: Result<Option<i64>, BuildError>,
    }

    impl Default for StepRequest {
        fn default() -> Self {
            Self {
                order: Ok(Default::default()),
            }
        }
    }

    impl StepRequest {
        /// The member `order`. At least 1.
        pub fn order<T>(mut self, value: T) -> Self
        where
            T: TryInto<i64>,
            T::Error: std::fmt::Display + 'static,
        {
            self.order = runtime::convert(value).map(Some);
            self
        }

        /// Validates the members and returns the value.
        ///
        /// # Errors
        /// If required members are missing or members violate a limit of the Atlas document, an
        /// error that lists all of them with their paths.
        pub fn build(self) -> Result<super::StepRequest, BuildError> {
            self.try_into()
        }
    }

    impl TryFrom<StepRequest> for super::StepRequest {
        type Error = BuildError;

        fn try_from(value: StepRequest) -> Result<Self, BuildError> {
            let mut faults = runtime::Faults::new();
            faults
                .constrained(
                    "order",
                    &value.order,
                    &runtime::Constraint {
                        minimum: 1.0,
                        ..runtime::Constraint::NONE
                    },
                );
            faults.finish()?;
            let StepRequest { order: Ok(order) } = value else {
                return Err(BuildError::missing());
            };
            Ok(Self { order })
        }
    }
}
