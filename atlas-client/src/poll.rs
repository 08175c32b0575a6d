//! Polls an operation until its response satisfies a condition.
//!
//! Some operations of Atlas only start a task, and another operation returns its
//! progress. [`poll_until`] calls that one repeatedly, from any slice:
//!
//! ```no_run
//! use std::time::Duration;
//! use atlas_client::poll::{Polling, poll_until};
//! use atlas_client::types::LiveImportValidationStatus;
//!
//! # async fn example(client: &atlas_client::Client) -> atlas_client::Result<()> {
//! let polling = Polling::new()
//!     .backoff(Duration::from_secs(2), Duration::from_secs(60))
//!     .deadline(Duration::from_secs(30 * 60));
//! let validation = poll_until(
//!     polling,
//!     || {
//!         client
//!             .get_group_live_migration_validate_status()
//!             .group_id("32b6e34b3d91647abb20e7b8")
//!             .validation_id("6296fb4c7c7aa997cf94e9a8")
//!             .send()
//!     },
//!     |validation| validation.status != Some(LiveImportValidationStatus::Pending),
//! )
//! .await?;
//! # Ok(())
//! # }
//! ```
//!
//! # Limits
//!
//! A poll is an ordinary call: the client retries and paces it as any other
//! ([`CallOptions`](crate::CallOptions),
//! [`ClientBuilder::pacing`](crate::ClientBuilder::pacing)). If it still returns a
//! transient error ([`Error::is_retryable`]), the poll is repeated, no sooner than
//! the server asks for ([`Error::retry_after`]). Polling ends when all polls have
//! failed for as long as [`Polling::outage`], and after any other error.
//!
//! # Cancellation
//!
//! Dropping the future, as by `tokio::select!` or `tokio::time::timeout`, ends the
//! polling and leaves nothing behind. The polled task continues on the server.

use std::fmt;
use std::time::Duration;

use tokio::time::{Instant, sleep};

use crate::error::Kind;
use crate::transport::retry::jitter;
use crate::{Error, Result};

/// The waits between polls, and when to give up.
#[derive(Clone, Debug, PartialEq)]
#[must_use]
pub struct Polling {
    first: Duration,
    longest: Duration,
    jitter: f64,
    deadline: Option<Duration>,
    outage: Duration,
}

impl Default for Polling {
    fn default() -> Self {
        Self {
            first: Duration::from_secs(1),
            longest: Duration::from_secs(30),
            jitter: 0.2,
            deadline: None,
            outage: Duration::from_secs(3600),
        }
    }
}

impl Polling {
    /// Returns the defaults, which are documented at each setter.
    pub fn new() -> Self {
        Self::default()
    }

    /// Returns polling with a constant wait and no jitter.
    pub fn every(interval: Duration) -> Self {
        Self::new().backoff(interval, interval).jitter(0.0)
    }

    /// Sets the wait after the first poll and the maximum wait; 1 and 30 seconds by
    /// default. Each wait is twice the one before, up to the maximum; twice zero is
    /// zero.
    pub fn backoff(mut self, first: Duration, longest: Duration) -> Self {
        self.first = first;
        self.longest = longest.max(first);
        self
    }

    /// Sets the maximum random extension of each wait, as a fraction of it, so that
    /// programs that started together do not poll together; 0.2 by default, and never
    /// more than 1.
    pub fn jitter(mut self, part: f64) -> Self {
        self.jitter = if part > 0.0 { part.min(1.0) } else { 0.0 };
        self
    }

    /// Sets the time limit for all polls and waits; none by default. A wait that
    /// would exceed it ends the polling at once ([`Error::is_timeout`]). A poll in
    /// progress is not interrupted; it has the time limits of its call.
    pub fn deadline(mut self, limit: Duration) -> Self {
        self.deadline = Some(limit);
        self
    }

    /// Sets for how long polls may fail without a success; 1 hour by default. After
    /// that, the last error is returned.
    pub fn outage(mut self, limit: Duration) -> Self {
        self.outage = limit;
        self
    }
}

/// Calls `poll` until `is_done` returns true for its response, and returns that
/// response.
///
/// `poll` should only read, because it is called any number of times.
///
/// # Errors
///
/// An error of a poll that is not transient, or the last one after an
/// [outage](Polling::outage); and [`Error::is_timeout`] at the
/// [deadline](Polling::deadline), with the error of the last poll, if it failed,
/// as its source.
pub async fn poll_until<T, F>(
    polling: Polling,
    mut poll: impl FnMut() -> F,
    mut is_done: impl FnMut(&T) -> bool,
) -> Result<T>
where
    F: Future<Output = Result<T>>,
{
    let mut waits = Waits::new(polling);
    loop {
        let polled = poll().await;
        if let Ok(value) = &polled
            && is_done(value)
        {
            return polled;
        }
        let found = "the condition is not met";
        sleep(waits.next(polled.as_ref().err(), found)?).await;
    }
}

/// The state of the waits between polls.
#[derive(Debug)]
pub(crate) struct Waits {
    polling: Polling,
    wait: Duration,
    began: Instant,
    failing_since: Option<Instant>,
}

impl Waits {
    pub(crate) fn new(polling: Polling) -> Self {
        Self {
            wait: polling.first,
            polling,
            began: Instant::now(),
            failing_since: None,
        }
    }

    /// Restarts with the first wait, for example after a change of the status. Only workflows need
    /// it.
    #[cfg(feature = "cloud-migration-service")]
    pub(crate) fn reset(&mut self) {
        self.wait = self.polling.first;
    }

    /// Returns the wait before the next poll. `failure` is the error of the last one,
    /// and `found` describes its response if it succeeded.
    pub(crate) fn next(
        &mut self,
        failure: Option<&Error>,
        found: impl fmt::Display,
    ) -> Result<Duration> {
        let now = Instant::now();
        self.failing_since = failure.map(|_| self.failing_since.unwrap_or(now));
        if let (Some(error), Some(since)) = (failure, self.failing_since)
            && (!error.is_retryable() || now - since >= self.polling.outage)
        {
            return Err(error.clone());
        }
        let asked = failure.and_then(Error::retry_after).unwrap_or_default();
        let jitter = jitter(self.wait, self.polling.jitter);
        let wait = self.wait.max(asked).saturating_add(jitter);
        self.wait = self.wait.saturating_mul(2).min(self.polling.longest);
        let taken = now - self.began;
        let limit = self.polling.deadline.unwrap_or(Duration::MAX);
        if taken.saturating_add(wait) <= limit {
            return Ok(wait);
        }
        let why = failure.map_or_else(|| found.to_string(), Error::to_string);
        let message = format!("gave up after {taken:.1?} of polling: {why}");
        let error = Error::new(Kind::Timeout { sent: false }, message);
        Err(match failure {
            Some(failure) => error.caused_by(failure.clone()),
            None => error,
        })
    }
}
