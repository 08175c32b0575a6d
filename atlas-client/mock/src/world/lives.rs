//! The states of validations and migrations at each poll, by pace and outcome.
//!
//! State changes with polls, so that a test never waits; only the cutover timer uses the clock.

use std::time::{Duration, SystemTime};

use serde_json::{Value, json};

use crate::journal::RecordedMigration;

/// The number of polls that each stage lasts.
///
/// A poll is one `GET` of the validation or the migration. A stage of 0 polls is skipped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    validating: u32,
    waiting: u32,
    syncing: u32,
    ready: u32,
    still_ready: u32,
    cutting_over: u32,
}

impl Default for Pace {
    /// A validation is `PENDING` for 2 polls; a migration is `NEW` for 1, `WORKING` for 3 until it
    /// is ready, and `WORKING` for 2 after the cutover.
    fn default() -> Self {
        Self {
            validating: 2,
            waiting: 1,
            syncing: 3,
            ready: 2,
            still_ready: 0,
            cutting_over: 2,
        }
    }
}

impl Pace {
    /// Skips all possible stages: a validation ends and a migration is ready at the first poll, and
    /// a cutover is complete at the next.
    pub fn instant() -> Self {
        Self {
            validating: 0,
            waiting: 0,
            syncing: 0,
            ready: 2,
            still_ready: 0,
            cutting_over: 0,
        }
    }

    /// Sets the polls for which a validation is `PENDING`.
    pub fn validating(mut self, polls: u32) -> Self {
        self.validating = polls;
        self
    }

    /// Sets the polls for which a migration is `NEW`.
    pub fn waiting(mut self, polls: u32) -> Self {
        self.waiting = polls;
        self
    }

    /// Sets the polls for which a migration is `WORKING`, with decreasing lag, before it is ready
    /// for the cutover.
    pub fn syncing(mut self, polls: u32) -> Self {
        self.syncing = polls;
        self
    }

    /// Sets the polls for which a migration that will expire stays ready for the cutover. With any
    /// other outcome it stays ready until the cutover or until 120 hours have passed on the
    /// server's clock.
    pub fn ready(mut self, polls: u32) -> Self {
        self.ready = polls;
        self
    }

    /// Sets the polls for which a migration is still shown as ready after its cutover was accepted,
    /// as if read from a stale replica; 0 by default. They come before those of
    /// [`cutting_over`](Self::cutting_over).
    pub fn still_ready(mut self, polls: u32) -> Self {
        self.still_ready = polls;
        self
    }

    /// Sets the polls for which a migration is `WORKING` after the cutover.
    pub fn cutting_over(mut self, polls: u32) -> Self {
        self.cutting_over = polls;
        self
    }
}

/// The outcome of validations.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum ValidationOutcome {
    /// `SUCCESS`.
    #[default]
    Success,
    /// `FAILED`, with this `errorMessage`.
    Failed(String),
}

/// The outcome of migrations.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum MigrationOutcome {
    /// `COMPLETE`, some polls after the cutover.
    #[default]
    Complete,
    /// `FAILED`, at the poll that would have been ready for the cutover.
    FailedBeforeReady,
    /// `FAILED`, at the poll that would have been complete.
    FailedAfterCutover,
    /// `EXPIRED`, after it was ready for some polls without a cutover.
    Expired,
}

/// How long a migration stays ready for its cutover.
const CUTOVER_TIMER: Duration = Duration::from_secs(120 * 3600);
const LAG_PER_POLL: u64 = 60;
const LAG_WHEN_READY: u64 = 1;

pub(crate) struct Validation {
    pub(crate) id: String,
    pub(crate) group: String,
    /// The name of the destination cluster.
    pub(crate) cluster: String,
    source: String,
    pending: u32,
    outcome: ValidationOutcome,
}

impl Validation {
    pub(crate) fn new(
        id: String,
        group: String,
        cluster: String,
        source: String,
        pace: Pace,
        outcome: ValidationOutcome,
    ) -> Self {
        Self {
            id,
            group,
            cluster,
            source,
            pending: pace.validating,
            outcome,
        }
    }

    /// Returns the state before the first poll.
    pub(crate) fn begun(&self) -> Value {
        self.shown("PENDING", None)
    }

    pub(crate) fn poll(&mut self) -> Value {
        if self.pending > 0 {
            self.pending -= 1;
            return self.begun();
        }
        match &self.outcome {
            ValidationOutcome::Success => self.shown("SUCCESS", None),
            ValidationOutcome::Failed(message) => self.shown("FAILED", Some(message)),
        }
    }

    fn shown(&self, status: &str, message: Option<&str>) -> Value {
        json!({
            "_id": self.id,
            "errorMessage": message,
            "groupId": self.group,
            "sourceGroupId": self.source,
            "status": status,
        })
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Stage {
    Waiting(u32),
    Syncing(u32),
    Ready {
        since: SystemTime,
        polls: u32,
    },
    /// The number of polls left in which it is still shown as ready, and of those after them.
    CuttingOver(u32, u32),
    Complete,
    Failed,
    Expired,
}

/// Why a cutover is rejected.
#[derive(Debug, PartialEq)]
pub(crate) enum NoCutover {
    TooEarly,
    UnderWay,
    Over,
}

pub(crate) struct Migration {
    pub(crate) id: String,
    pub(crate) group: String,
    /// Project and name of the destination cluster.
    pub(crate) destination: (String, String),
    hosts: Value,
    pace: Pace,
    outcome: MigrationOutcome,
    stage: Stage,
    /// Name of the source cluster.
    pub(crate) source: String,
    /// How many requests had been responded to when it was created.
    pub(crate) created_after: u64,
    cutovers: u32,
}

impl Migration {
    pub(crate) fn new(
        id: String,
        group: String,
        destination: (String, String),
        hosts: Value,
        pace: Pace,
        outcome: MigrationOutcome,
    ) -> Self {
        Self {
            id,
            group,
            destination,
            hosts,
            pace,
            outcome,
            stage: Stage::Waiting(pace.waiting),
            source: String::new(),
            created_after: 0,
            cutovers: 0,
        }
    }

    /// Returns the state before the first poll.
    pub(crate) fn begun(&self) -> Value {
        self.shown("NEW", false, None)
    }

    /// Returns whether it still occupies its destination.
    pub(crate) fn is_active(&self) -> bool {
        !matches!(self.stage, Stage::Complete | Stage::Failed | Stage::Expired)
    }

    /// Returns its current state as a record. This does not count as a poll.
    pub(crate) fn record(&self) -> RecordedMigration {
        let status = match self.stage {
            Stage::Waiting(_) => "NEW",
            Stage::Syncing(_) | Stage::Ready { .. } | Stage::CuttingOver(..) => "WORKING",
            Stage::Complete => "COMPLETE",
            Stage::Failed => "FAILED",
            Stage::Expired => "EXPIRED",
        };
        RecordedMigration {
            id: self.id.clone(),
            project: self.destination.0.clone(),
            cluster: self.destination.1.clone(),
            source_cluster: self.source.clone(),
            status,
            cutovers: self.cutovers,
            created_after: self.created_after,
        }
    }

    pub(crate) fn poll(&mut self, now: SystemTime) -> Value {
        self.pass_over_finished_stages(now);
        match &mut self.stage {
            Stage::Waiting(left) => {
                *left -= 1;
                self.begun()
            }
            Stage::Syncing(left) => {
                let lag = u64::from(*left) * LAG_PER_POLL + LAG_WHEN_READY;
                *left -= 1;
                self.shown("WORKING", false, Some(lag))
            }
            Stage::Ready { polls, .. } => {
                *polls = polls.saturating_add(1);
                self.shown("WORKING", true, Some(LAG_WHEN_READY))
            }
            Stage::CuttingOver(still @ 1.., _) => {
                *still -= 1;
                self.shown("WORKING", true, Some(LAG_WHEN_READY))
            }
            Stage::CuttingOver(0, left) => {
                *left -= 1;
                self.shown("WORKING", false, None)
            }
            Stage::Complete => self.shown("COMPLETE", false, None),
            Stage::Failed => self.shown("FAILED", false, None),
            Stage::Expired => self.shown("EXPIRED", false, None),
        }
    }

    pub(crate) fn cut_over(&mut self, now: SystemTime) -> Result<(), NoCutover> {
        if let Stage::Ready { since, .. } = self.stage
            && timer_ran_out(since, now)
        {
            self.stage = Stage::Expired;
        }
        match self.stage {
            Stage::Ready { .. } => {
                self.stage = Stage::CuttingOver(self.pace.still_ready, self.pace.cutting_over);
                self.cutovers += 1;
                Ok(())
            }
            Stage::Waiting(_) | Stage::Syncing(_) => Err(NoCutover::TooEarly),
            Stage::CuttingOver(..) => Err(NoCutover::UnderWay),
            Stage::Complete | Stage::Failed | Stage::Expired => Err(NoCutover::Over),
        }
    }

    fn pass_over_finished_stages(&mut self, now: SystemTime) {
        use MigrationOutcome::{Expired, FailedAfterCutover, FailedBeforeReady};
        loop {
            self.stage = match self.stage {
                Stage::Waiting(0) => Stage::Syncing(self.pace.syncing),
                Stage::Syncing(0) if self.outcome == FailedBeforeReady => Stage::Failed,
                Stage::Syncing(0) => Stage::Ready {
                    since: now,
                    polls: 0,
                },
                Stage::Ready { polls, .. }
                    if self.outcome == Expired && polls >= self.pace.ready =>
                {
                    Stage::Expired
                }
                Stage::Ready { since, .. } if timer_ran_out(since, now) => Stage::Expired,
                Stage::CuttingOver(0, 0) if self.outcome == FailedAfterCutover => Stage::Failed,
                Stage::CuttingOver(0, 0) => Stage::Complete,
                _ => return,
            };
        }
    }

    fn shown(&self, status: &str, ready: bool, lag: Option<u64>) -> Value {
        json!({
            "_id": self.id,
            "lagTimeSeconds": lag,
            "migrationHosts": self.hosts,
            "readyForCutover": ready,
            "status": status,
        })
    }
}

fn timer_ran_out(since: SystemTime, now: SystemTime) -> bool {
    now.duration_since(since).unwrap_or_default() >= CUTOVER_TIMER
}

#[cfg(test)]
#[path = "lives_tests.rs"]
mod tests;
