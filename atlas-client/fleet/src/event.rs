//! The output of a run: its events, an outcome for each job, and the summary.

use std::fmt;
use std::time::SystemTime;

use atlas_client::ObjectId;
use atlas_client::migration::{CutoverTimer, Progress};

/// An event of one job.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Event {
    /// The name of the job.
    pub job: String,
    /// What has happened.
    pub kind: EventKind,
}

/// What has happened to a job.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum EventKind {
    /// Its request is being validated.
    Validating,
    /// It is being started.
    Starting,
    /// The migration exists: it was started now, or by an earlier run.
    Started(ObjectId),
    /// A poll has succeeded.
    Progress(Progress),
    /// A call has failed with this error and is repeated.
    Retrying(String),
    /// The migration is ready, and its time for the cutover is running out.
    CutoverDue(CutoverTimer),
    /// The hook for the cutover is called, which stops the writers.
    StoppingWriters,
    /// It is being cut over.
    CuttingOver,
    /// The server has accepted the cutover.
    CutOver,
    /// The run does nothing more for this job.
    Ended(Outcome),
}

/// Shows the event in one line, such as `orders: WORKING, 2m behind`.
impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.job, self.kind)
    }
}

impl fmt::Display for EventKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Validating => f.write_str("validating"),
            Self::Starting => f.write_str("starting"),
            Self::Started(id) => write!(f, "migration {id}"),
            Self::Progress(progress) => progress.fmt(f),
            Self::Retrying(error) => write!(f, "{error}; trying again"),
            Self::CutoverDue(timer) => write!(f, "cut over soon: {timer}"),
            Self::StoppingWriters => f.write_str("stopping the writers"),
            Self::CuttingOver => f.write_str("cutting over"),
            Self::CutOver => f.write_str("the cutover is accepted"),
            Self::Ended(outcome) => outcome.fmt(f),
        }
    }
}

/// The outcome of a job, when the run does nothing more for it.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Outcome {
    /// The migration is complete.
    Complete {
        /// The migration.
        migration: ObjectId,
    },
    /// The migration is ready for its cutover, which a person decides on.
    Ready {
        /// The migration.
        migration: ObjectId,
        /// The time left for the cutover, if the poll that found the migration ready has it.
        timer: Option<CutoverTimer>,
    },
    /// The validation or the migration has failed, or the request was rejected. Another run repeats
    /// it only with [`Fleet::retry_failed`](crate::Fleet::retry_failed).
    Failed {
        /// The migration, if there is one.
        migration: Option<ObjectId>,
        /// Why it failed: the server's reason, or what is invalid in the request.
        reason: String,
    },
    /// Whether the migration was started is not known.
    InDoubt(Box<Doubt>),
    /// The run was stopped, or a call failed for another reason than the migration. Another run
    /// continues where this one ended.
    Unfinished {
        /// The migration, if there is one. It continues on the server.
        migration: Option<ObjectId>,
        /// Why the run did not finish it.
        reason: String,
    },
}

impl Outcome {
    /// Returns whether the migration is complete.
    pub fn is_complete(&self) -> bool {
        matches!(self, Self::Complete { .. })
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Complete { migration } => write!(f, "migration {migration} is COMPLETE"),
            Self::Ready { migration, timer } => {
                write!(f, "migration {migration} is ready for its cutover")?;
                timer.map_or(Ok(()), |timer| write!(f, ", {timer}"))
            }
            Self::Failed { reason, .. } => write!(f, "failed: {reason}"),
            Self::InDoubt(doubt) => write!(f, "in doubt: {doubt}"),
            Self::Unfinished {
                migration: Some(migration),
                reason,
            } => write!(f, "migration {migration} continues on the server: {reason}"),
            Self::Unfinished {
                migration: None,
                reason,
            } => write!(f, "not started: {reason}"),
        }
    }
}

/// A migration that may or may not have been started.
///
/// Atlas has no operation that lists migrations, so a person has to look. The answer is passed to
/// [`Journal::started`](crate::Journal::started) or
/// [`Journal::not_started`](crate::Journal::not_started).
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Doubt {
    /// The name of the job.
    pub job: String,
    /// The project in which to look.
    pub project: ObjectId,
    /// The cluster that receives the data if it was started.
    pub cluster: String,
    /// The cluster that the data comes from.
    pub source_cluster: String,
    /// When the request was sent, by the clock of the machine that sent it.
    pub at: SystemTime,
    /// Why it is in doubt.
    pub reason: String,
}

/// Describes what to look up in Atlas.
impl fmt::Display for Doubt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}; look in Atlas, in project {}, for a live migration from {:?} into the cluster \
             {:?} that began at {} or a few seconds later, and answer with its id, or that there is \
             none",
            self.reason,
            self.project,
            self.source_cluster,
            self.cluster,
            humantime::format_rfc3339_seconds(self.at),
        )
    }
}

/// The outcomes of a fleet's jobs, in the order of the jobs.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Summary {
    pub(crate) jobs: Vec<(String, Option<Outcome>)>,
}

impl Summary {
    /// Returns the name of each job and its outcome, which is `None` until the run has ended for
    /// it.
    pub fn outcomes(&self) -> impl Iterator<Item = (&str, Option<&Outcome>)> {
        self.jobs
            .iter()
            .map(|(name, outcome)| (name.as_str(), outcome.as_ref()))
    }

    /// Returns whether all migrations are complete.
    pub fn is_complete(&self) -> bool {
        self.outcomes()
            .all(|(_, outcome)| outcome.is_some_and(Outcome::is_complete))
    }

    /// Returns the migrations that are in doubt.
    pub fn doubts(&self) -> impl Iterator<Item = &Doubt> {
        self.outcomes().filter_map(|(_, outcome)| match outcome {
            Some(Outcome::InDoubt(doubt)) => Some(&**doubt),
            _ => None,
        })
    }

    pub(crate) fn set(&mut self, name: &str, outcome: Outcome) {
        if let Some(job) = self.jobs.iter_mut().find(|(job, _)| job == name) {
            job.1 = Some(outcome);
        }
    }
}

/// Shows how many migrations are complete, and a line for each other one.
impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let is_complete = |outcome: &Option<&Outcome>| outcome.is_some_and(Outcome::is_complete);
        let complete = self.outcomes().filter(|(_, outcome)| is_complete(outcome));
        let (complete, all) = (complete.count(), self.jobs.len());
        write!(f, "{complete} of {all} migrations are complete")?;
        for (name, outcome) in self.outcomes() {
            match outcome {
                Some(outcome) if outcome.is_complete() => {}
                Some(outcome) => write!(f, "\n{name}: {outcome}")?,
                None => write!(f, "\n{name}: not ended")?,
            }
        }
        Ok(())
    }
}
