//! The progress of a migration, and the time left for its cutover.

use std::fmt;
use std::time::{Duration, SystemTime};

use tokio::time::Instant;

use super::{Migration, Ready};
use crate::types::{
    LiveImportValidationStatus, LiveMigrationResponse, LiveMigrationResponseStatus,
};

/// How long a migration waits for its cutover.
const CUTOVER_TIME: Duration = Duration::from_secs(120 * 3600);

impl LiveMigrationResponseStatus {
    /// Returns whether the migration has ended, so that its status never changes
    /// again; false for a status that this version does not know.
    pub fn is_terminal(&self) -> bool {
        matches!(self, Self::Complete | Self::Failed | Self::Expired)
    }
}

impl LiveImportValidationStatus {
    /// Returns whether the validation has ended, so that its status never changes
    /// again; false for a status that this version does not know.
    pub fn is_terminal(&self) -> bool {
        matches!(self, Self::Success | Self::Failed)
    }
}

/// The progress of a migration at one poll.
#[derive(Clone, Debug)]
pub struct Progress {
    pub(super) migration: Migration,
    pub(super) response: Box<LiveMigrationResponse>,
    pub(super) timer: Option<CutoverTimer>,
}

impl Progress {
    /// Returns the status; `None` if the response has none.
    pub fn status(&self) -> Option<&LiveMigrationResponseStatus> {
        self.response.status.as_ref()
    }

    /// Returns the lag of the destination behind the source; `None` if the response has
    /// none, for example before data is copied, or a negative one.
    pub fn lag(&self) -> Option<Duration> {
        let seconds = self.response.lag_time_seconds?;
        u64::try_from(seconds).ok().map(Duration::from_secs)
    }

    /// Returns the time left for the cutover, if the migration waits for it.
    pub fn cutover_timer(&self) -> Option<CutoverTimer> {
        self.timer
    }

    /// Returns the value to cut over with, if the migration is ready for it.
    pub fn ready(&self) -> Option<Ready> {
        is_ready(&self.response).then(|| Ready(self.migration.clone()))
    }

    /// Returns whether the migration has ended.
    pub fn is_terminal(&self) -> bool {
        self.status()
            .is_some_and(LiveMigrationResponseStatus::is_terminal)
    }

    /// Returns the whole response of the poll.
    pub fn response(&self) -> &LiveMigrationResponse {
        &self.response
    }
}

/// Shows status, lag and time left in one line, such as `WORKING, 2m behind`.
impl fmt::Display for Progress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        status_text(self.status()).fmt(f)?;
        if let Some(lag) = self.lag() {
            write!(f, ", {} behind", humantime::format_duration(lag))?;
        }
        match self.timer {
            Some(timer) => write!(f, ", ready for its cutover, {timer}"),
            None => Ok(()),
        }
    }
}

pub(super) fn is_ready(response: &LiveMigrationResponse) -> bool {
    let ended = response.status.as_ref().is_some_and(|it| it.is_terminal());
    response.ready_for_cutover == Some(true) && !ended
}

/// Formats the status, marking unknown ones.
pub(super) fn status_text(status: Option<&LiveMigrationResponseStatus>) -> String {
    match status {
        None => "without a status".to_owned(),
        Some(LiveMigrationResponseStatus::Unknown(other)) => {
            format!("{} (a status unknown to this version)", other.as_str())
        }
        Some(known) => known.as_str().to_owned(),
    }
}

/// The time that a ready migration has left for its cutover. It runs on while the value is kept.
///
/// It is an estimate: the server does not return when the 120 hours began, or
/// whether they were extended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CutoverTimer {
    since: SystemTime,
    /// When counting began, and how much of the time had passed by then.
    counted: (Instant, Duration),
    is_known: bool,
}

impl CutoverTimer {
    /// Counts from a time in this process.
    pub(super) fn observed(moment: Instant, is_known: bool) -> Self {
        let since = SystemTime::now().checked_sub(moment.elapsed());
        Self {
            since: since.unwrap_or(SystemTime::UNIX_EPOCH),
            counted: (moment, Duration::ZERO),
            is_known,
        }
    }

    /// Counts from a time recorded by another process.
    pub(super) fn recorded(since: SystemTime) -> Self {
        Self {
            since,
            counted: (Instant::now(), since.elapsed().unwrap_or_default()),
            is_known: true,
        }
    }

    /// Returns the time that the 120 hours are counted from: the last poll that did not
    /// find the migration ready, or what [`Migration::ready_since`] was set to. If
    /// [`is_known`](Self::is_known) is false, it is the first poll, and the migration
    /// was ready before. Store it for [`Migration::ready_since`] only if it is known.
    pub fn since(&self) -> SystemTime {
        self.since
    }

    /// Returns the time left now; zero if 120 hours have passed.
    pub fn left(&self) -> Duration {
        let (began, before) = self.counted;
        let counted = before.saturating_add(began.elapsed());
        // The monotonic clock may stop while the machine is suspended; the wall clock does not.
        let passed = counted.max(self.since.elapsed().unwrap_or_default());
        CUTOVER_TIME.saturating_sub(passed)
    }

    /// Returns whether the start is known. If not, the migration was ready before the
    /// first poll, and less time may be left.
    pub fn is_known(&self) -> bool {
        self.is_known
    }
}

/// Shows the time left, such as `at least 23h 59m left`.
impl fmt::Display for CutoverTimer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let minutes = Duration::from_secs(self.left().as_secs() / 60 * 60);
        let left = humantime::format_duration(minutes);
        let bound = if self.is_known { "at least" } else { "at most" };
        write!(f, "{bound} {left} left")
    }
}
