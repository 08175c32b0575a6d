//! A run: the stream of events of all jobs, of which a bounded number runs at the same time.
//!
//! Must not know the steps of a job.

use std::collections::VecDeque;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use atlas_client::Client;
use atlas_client::poll::Polling;
use futures_util::Stream;
use futures_util::stream::FuturesUnordered;
use tokio::sync::{mpsc, watch};

use crate::event::{Event, EventKind, Outcome, Summary};
use crate::fleet::Hook;
use crate::job::{Fingerprint, Job};
use crate::journal::{Claim, Journal, State};
use crate::steps::Steps;

/// One job, with all that its steps need.
pub(crate) struct Task {
    pub(crate) client: Client,
    pub(crate) journal: Journal,
    pub(crate) polling: Polling,
    pub(crate) hook: Option<Hook>,
    pub(crate) job: Job,
    pub(crate) fingerprint: Fingerprint,
    /// The state before this run.
    pub(crate) state: State,
}

type Running = Pin<Box<dyn Future<Output = (String, Outcome)> + Send>>;

/// A run of a fleet: a stream of events, which ends when it does nothing more for any job.
///
/// Nothing happens unless it is polled. After [`stop`](Self::stop) it ends soon, and gracefully: a
/// call that changes something is not abandoned. It may also be dropped at any time, as if the
/// process were killed: all that was begun is in the journal, but a migration that was being
/// started is in doubt.
#[must_use = "a run does nothing unless polled"]
pub struct Run {
    waiting: VecDeque<Steps>,
    running: FuturesUnordered<Running>,
    at_once: usize,
    events: mpsc::UnboundedReceiver<Event>,
    sender: mpsc::UnboundedSender<Event>,
    stop: watch::Sender<bool>,
    summary: Summary,
    /// Declared last, so that it is dropped after the running jobs.
    _claim: Claim,
}

impl Run {
    pub(crate) fn new(tasks: Vec<Task>, at_once: usize, claim: Claim) -> Self {
        let (sender, events) = mpsc::unbounded_channel();
        let stop = watch::Sender::new(false);
        let summary = Summary {
            jobs: tasks
                .iter()
                .map(|task| (task.job.name().to_owned(), None))
                .collect(),
        };
        // Jobs whose migration already exists come first.
        let (first, then): (Vec<Task>, Vec<Task>) = tasks
            .into_iter()
            .partition(|task| task.state.migration().is_some());
        let steps = first.into_iter().chain(then);
        let waiting = steps.map(|task| Steps::new(task, sender.clone(), stop.subscribe()));
        Self {
            waiting: waiting.collect(),
            running: FuturesUnordered::new(),
            at_once,
            events,
            sender,
            stop,
            summary,
            _claim: claim,
        }
    }

    /// Returns the next event, or `None` at the end.
    pub async fn next(&mut self) -> Option<Event> {
        std::future::poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await
    }

    /// Runs to the end, and returns the outcomes.
    pub async fn finish(mut self) -> Summary {
        while self.next().await.is_some() {}
        self.summary
    }

    /// Stops the run: no further job is begun, and the migrations that are under way continue on
    /// the server. Continue to poll until the stream ends: requests that start or cut over a
    /// migration are still completed and recorded.
    pub fn stop(&mut self) {
        self.stop.send_replace(true);
    }

    /// Returns the outcomes so far.
    pub fn summary(&self) -> &Summary {
        &self.summary
    }

    /// Begins waiting jobs up to the limit; once stopped, ends those that wait.
    fn begin(&mut self) {
        if *self.stop.borrow() {
            for steps in std::mem::take(&mut self.waiting) {
                let (name, outcome) = steps.not_begun();
                self.end(name, outcome);
            }
        }
        while self.running.len() < self.at_once {
            let Some(steps) = self.waiting.pop_front() else {
                return;
            };
            self.running.push(Box::pin(steps.run()));
        }
    }

    fn end(&mut self, job: String, outcome: Outcome) {
        self.summary.set(&job, outcome.clone());
        let kind = EventKind::Ended(outcome);
        // Cannot fail: the receiver is a field of this run.
        let _ = self.sender.send(Event { job, kind });
    }
}

impl Stream for Run {
    type Item = Event;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Event>> {
        let this = self.get_mut();
        loop {
            if let Poll::Ready(event) = this.events.poll_recv(context) {
                return Poll::Ready(event);
            }
            this.begin();
            match Pin::new(&mut this.running).poll_next(context) {
                Poll::Ready(Some((job, outcome))) => this.end(job, outcome),
                Poll::Ready(None) if this.events.is_empty() && this.waiting.is_empty() => {
                    return Poll::Ready(None);
                }
                Poll::Ready(None) => {}
                Poll::Pending if this.events.is_empty() => return Poll::Pending,
                Poll::Pending => {}
            }
        }
    }
}

impl fmt::Debug for Run {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Run")
            .field("waiting", &self.waiting.len())
            .field("running", &self.running.len())
            .field("summary", &self.summary)
            .finish_non_exhaustive()
    }
}
