//! Pace and outcome of the migrations into one cluster, where they differ from the others.

use super::lives::{MigrationOutcome, Pace, ValidationOutcome};

/// Pace and outcome of the migrations into one cluster. What is not set is taken from the
/// [`Builder`](crate::Builder).
///
/// ```
/// use atlas_client::mock::{Atlas, MigrationOutcome, Pace, Scenario};
///
/// let atlas = Atlas::builder()
///     .scenario("large", Scenario::new().pace(Pace::default().syncing(50)))
///     .scenario("broken", Scenario::new().migration_outcome(MigrationOutcome::FailedBeforeReady))
///     .start();
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[must_use]
pub struct Scenario {
    pace: Option<Pace>,
    validation_outcome: Option<ValidationOutcome>,
    migration_outcome: Option<MigrationOutcome>,
}

impl Scenario {
    /// Creates a scenario in which nothing is set.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets how many polls each stage lasts.
    pub fn pace(mut self, pace: Pace) -> Self {
        self.pace = Some(pace);
        self
    }

    /// Sets the outcome of validations.
    pub fn validation_outcome(mut self, outcome: ValidationOutcome) -> Self {
        self.validation_outcome = Some(outcome);
        self
    }

    /// Sets the outcome of migrations.
    pub fn migration_outcome(mut self, outcome: MigrationOutcome) -> Self {
        self.migration_outcome = Some(outcome);
        self
    }

    pub(crate) fn pace_or(&self, usual: Pace) -> Pace {
        self.pace.unwrap_or(usual)
    }

    pub(crate) fn validation_or(&self, usual: &ValidationOutcome) -> ValidationOutcome {
        self.validation_outcome
            .clone()
            .unwrap_or_else(|| usual.clone())
    }

    pub(crate) fn migration_or(&self, usual: MigrationOutcome) -> MigrationOutcome {
        self.migration_outcome.unwrap_or(usual)
    }
}
