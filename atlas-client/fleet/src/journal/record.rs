//! The record of one job: the action that is about to be requested, and then its result.

use std::time::{Duration, SystemTime};

use atlas_client::ObjectId;
use serde::{Deserialize, Serialize};

use crate::job::Fingerprint;

/// The record of one job.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Record {
    pub(crate) fingerprint: Fingerprint,
    pub(crate) state: State,
}

/// The state of a job. A state that names an action is written before its request is sent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "kebab-case")]
pub(crate) enum State {
    /// Nothing was started.
    Validating {
        /// Whether this is the answer to a doubt.
        denied: bool,
    },
    /// The request that creates the migration may have been sent.
    Starting { at: Moment },
    /// That request may have been executed, and its response is lost.
    InDoubt { at: Moment, why: String },
    /// The answer to a doubt named this migration; the server has not confirmed it yet.
    Claimed { at: Moment, migration: ObjectId },
    /// The migration exists.
    Started {
        migration: ObjectId,
        ready_since: Option<Moment>,
    },
    /// The request for its cutover may have been sent.
    CuttingOver { migration: ObjectId },
    /// The server has accepted its cutover.
    CutOver { migration: ObjectId },
    /// It is complete.
    Complete { migration: ObjectId },
    /// The validation or the migration has failed, or the request was rejected.
    Failed {
        migration: Option<ObjectId>,
        reason: String,
    },
}

impl State {
    pub(crate) const NEW: Self = Self::Validating { denied: false };

    /// Returns the name of the state, as users see it.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Validating { .. } => "validating",
            Self::Starting { .. } => "starting",
            Self::InDoubt { .. } => "in doubt",
            Self::Claimed { .. } => "claimed",
            Self::Started { .. } => "started",
            Self::CuttingOver { .. } => "cutting over",
            Self::CutOver { .. } => "cut over",
            Self::Complete { .. } => "complete",
            Self::Failed { .. } => "failed",
        }
    }

    pub(crate) fn migration(&self) -> Option<&ObjectId> {
        match self {
            Self::Validating { .. } | Self::Starting { .. } | Self::InDoubt { .. } => None,
            Self::Claimed { migration, .. }
            | Self::Started { migration, .. }
            | Self::CuttingOver { migration }
            | Self::CutOver { migration }
            | Self::Complete { migration } => Some(migration),
            Self::Failed { migration, .. } => migration.as_ref(),
        }
    }

    /// Returns when the request that starts the migration was sent, if its response is unknown.
    pub(crate) fn doubted_since(&self) -> Option<Moment> {
        match self {
            Self::Starting { at } | Self::InDoubt { at, .. } => Some(*at),
            _ => None,
        }
    }
}

/// A time, in seconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Moment(u64);

impl Moment {
    pub(crate) fn now() -> Self {
        SystemTime::now().into()
    }

    /// Returns the time; 1970 if the operating system cannot represent it.
    pub(crate) fn time(self) -> SystemTime {
        SystemTime::UNIX_EPOCH
            .checked_add(Duration::from_secs(self.0))
            .unwrap_or(SystemTime::UNIX_EPOCH)
    }
}

impl From<SystemTime> for Moment {
    fn from(time: SystemTime) -> Self {
        let since = time.duration_since(SystemTime::UNIX_EPOCH);
        Self(since.unwrap_or_default().as_secs())
    }
}
