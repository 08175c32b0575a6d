//! The stream of events of a migration.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use futures_util::FutureExt as _;
use futures_util::stream::{self, BoxStream, Stream, StreamExt};
use tokio::time::{Instant, sleep};

use super::progress::{is_ready, status_text};
use super::{CutoverTimer, Migration, Progress};
use crate::error::Kind;
use crate::poll::Waits;
use crate::types::{LiveMigrationResponse, LiveMigrationResponseStatus};
use crate::{Error, Result};

/// The remaining times at which a stream warns, in hours.
const WARNINGS: [u64; 5] = [48, 24, 12, 4, 1];

/// An event of a migration's stream.
#[derive(Debug)]
#[non_exhaustive]
pub enum Event {
    /// A poll has succeeded. The last one before the end of the stream has the
    /// final status of the migration.
    Progress(Progress),
    /// A poll has failed with a transient error, and will be repeated.
    PollFailed(Error),
    /// The migration is ready, and its time for the cutover is running out: 48, 24,
    /// 12, 4 or 1 hours are left, or an unknown time.
    CutoverDue(CutoverTimer),
}

/// Follows a migration until it ends, by polls with backoff.
///
/// The stream ends after the migration is `COMPLETE`; after an error, which is
/// [`Error::is_outcome`] for a migration that is `FAILED` or `EXPIRED` and
/// [`Error::is_timeout`] at the deadline; and after the signal of
/// [`until`](Self::until).
///
/// It may be dropped at any time, also while [`next`](Self::next) waits. Nothing is
/// lost: [`Migration::follow`] or [`Migration::resume`] continue.
#[must_use = "a stream does nothing unless polled"]
pub struct Follow(BoxStream<'static, Result<Event>>);

impl Follow {
    pub(super) fn new(migration: Migration) -> Self {
        let polls = async {
            stream::unfold(Some(State::new(migration)), |state| async {
                let mut state = state?;
                let events = state.advance().await;
                Some((stream::iter(events), (!state.ended).then_some(state)))
            })
        };
        Self(polls.flatten_stream().flatten().boxed())
    }

    /// Ends the stream once `signal` completes. The migration continues. Of several signals, the first to
    /// complete ends it.
    pub fn until(self, signal: impl Future<Output = ()> + Send + 'static) -> Self {
        Self(self.0.take_until(signal).boxed())
    }

    /// Returns the next event; `None` at the end and after an error.
    ///
    /// # Errors
    ///
    /// [`Error::is_outcome`] for a migration that is `FAILED` or `EXPIRED`;
    /// [`Error::is_timeout`] at the deadline of
    /// [`Polling`](crate::poll::Polling::deadline); and the errors of
    /// `getGroupLiveMigration` that are not transient or outlast
    /// [`Polling::outage`](crate::poll::Polling::outage). The stream ends after an
    /// error.
    pub async fn next(&mut self) -> Option<Result<Event>> {
        StreamExt::next(self).await
    }
}

impl Stream for Follow {
    type Item = Result<Event>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let event = ready!(self.0.poll_next_unpin(context));
        if event.is_none() {
            // Drops a poll that a signal has interrupted.
            self.0 = stream::empty().boxed();
        }
        Poll::Ready(event)
    }
}

impl fmt::Debug for Follow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Follow")
    }
}

/// The state of a stream between two polls.
struct State {
    migration: Migration,
    waits: Waits,
    wait: Duration,
    /// When a poll last found the migration not ready.
    not_ready: Option<Instant>,
    timer: Option<CutoverTimer>,
    /// How many warnings were given or skipped.
    warned: usize,
    last: Option<(Option<LiveMigrationResponseStatus>, bool)>,
    /// The events of the current poll.
    events: Vec<Result<Event>>,
    ended: bool,
}

impl State {
    fn new(migration: Migration) -> Self {
        Self {
            waits: Waits::new(migration.polling.clone()),
            migration,
            wait: Duration::ZERO,
            not_ready: None,
            timer: None,
            warned: 0,
            last: None,
            events: Vec::new(),
            ended: false,
        }
    }

    /// Waits, polls once, and returns the events of the poll.
    async fn advance(&mut self) -> Vec<Result<Event>> {
        if !self.wait.is_zero() {
            sleep(self.wait).await;
        }
        let asked = Instant::now();
        let found = match self.migration.poll().await {
            Ok(response) => self.found(response, asked),
            Err(error) => self.failed(error),
        };
        if let Err(error) = found {
            self.ended = true;
            self.events.push(Err(error));
        }
        std::mem::take(&mut self.events)
    }

    fn failed(&mut self, error: Error) -> Result<()> {
        self.wait = self.waits.next(Some(&error), "")?;
        tracing::debug!(migration = %self.migration.id, %error, "a poll failed and is repeated");
        self.events.push(Ok(Event::PollFailed(error)));
        // The time also runs out while polls fail.
        if let Some(timer) = self.timer {
            self.warn(timer);
        }
        Ok(())
    }

    fn found(&mut self, response: LiveMigrationResponse, asked: Instant) -> Result<()> {
        let ready = is_ready(&response);
        let timer = self.count(ready, asked);
        let status = response.status.clone();
        self.events.push(Ok(Event::Progress(Progress {
            migration: self.migration.clone(),
            response: Box::new(response),
            timer,
        })));
        if let Some(timer) = timer {
            self.warn(timer);
        }

        let id = &self.migration.id;
        let text = format!("migration {id} is {}", status_text(status.as_ref()));
        let why = match status {
            Some(LiveMigrationResponseStatus::Complete) => {
                self.ended = true;
                return Ok(());
            }
            Some(LiveMigrationResponseStatus::Failed) => "Atlas has given it up",
            Some(LiveMigrationResponseStatus::Expired) => {
                "it was ready, and nobody cut over in time"
            }
            _ => {
                let now = Some((status, ready));
                if self.last != now {
                    self.waits.reset();
                    self.last = now;
                }
                self.wait = self.waits.next(None, text)?;
                return Ok(());
            }
        };
        Err(Error::new(Kind::Outcome, format!("{text}: {why}")))
    }

    /// Updates the remaining time, if the migration is ready.
    fn count(&mut self, ready: bool, asked: Instant) -> Option<CutoverTimer> {
        if !ready {
            self.not_ready = Some(asked);
            self.timer = None;
            self.warned = 0;
            return None;
        }
        let known = self.migration.ready_since;
        let timer = self
            .timer
            .get_or_insert_with(|| match (self.not_ready, known) {
                (Some(moment), _) => CutoverTimer::observed(moment, true),
                (None, Some(since)) => CutoverTimer::recorded(since),
                (None, None) => CutoverTimer::observed(asked, false),
            });
        Some(*timer)
    }

    /// Warns if the remaining time has passed another mark, or is unknown.
    fn warn(&mut self, timer: CutoverTimer) {
        let hours = |hours: &u64| Duration::from_secs(hours * 3600);
        let left = timer.left();
        let passed = WARNINGS.iter().filter(|it| left <= hours(it)).count();
        // An unknown start counts as one more mark, because less time may be left.
        let due = passed + usize::from(!timer.is_known());
        if due > self.warned {
            self.warned = due;
            tracing::warn!(migration = %self.migration.id, "no cutover yet, {timer}");
            self.events.push(Ok(Event::CutoverDue(timer)));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    #[tokio::test]
    async fn a_signal_drops_the_poll_that_it_interrupts() {
        let held = Arc::new(());
        let poll = Arc::clone(&held);
        let events = stream::pending().map(move |event| (&poll, event).1);
        let mut follow = Follow(events.boxed()).until(std::future::ready(()));
        assert!(follow.next().await.is_none());
        assert_eq!(Arc::strong_count(&held), 1);
        assert!(follow.next().await.is_none());
    }
}
