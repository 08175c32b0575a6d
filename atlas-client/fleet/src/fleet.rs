//! The settings of a fleet, and the validation of its jobs against each other and the journal.

use std::collections::BTreeMap;
use std::error::Error as StdError;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;

use atlas_client::Client;
use atlas_client::migration::default_polling;
use atlas_client::poll::Polling;

use crate::error::{Error, Kind, Result};
use crate::job::{Fingerprint, Job, changes, same_destination};
use crate::journal::{Journal, Record, State};
use crate::run::{Run, Task};

/// The longest name of a job, in bytes.
const LONGEST_NAME: usize = 200;

/// The error of a hook.
pub(crate) type HookError = Box<dyn StdError + Send + Sync>;
type Hooked = Pin<Box<dyn Future<Output = Result<(), HookError>> + Send>>;
/// The hook that is called before a cutover.
pub(crate) type Hook = Arc<dyn Fn(Job) -> Hooked + Send + Sync>;

/// A fleet of migrations under one client, with a journal.
#[derive(Clone)]
#[must_use = "a fleet does nothing until `run`"]
pub struct Fleet {
    client: Client,
    journal: Journal,
    at_once: usize,
    polling: Polling,
    hook: Option<Hook>,
    retry_failed: bool,
}

impl Fleet {
    /// Creates a fleet. All calls are made with `client`, and share its credentials, retry budget
    /// and pace.
    pub fn new(client: &Client, journal: Journal) -> Self {
        Self {
            client: client.clone(),
            journal,
            at_once: 5,
            polling: default_polling(),
            hook: None,
            retry_failed: false,
        }
    }

    /// Sets how many migrations are under way at the same time, from validation to completion; 5
    /// by default, at least 1. One that waits for a person does not count.
    pub fn at_once(mut self, count: usize) -> Self {
        self.at_once = count.max(1);
        self
    }

    /// Sets the waits and limits of validations, of polls, and of what is repeated after a
    /// transient error; [`default_polling`] by default.
    pub fn polling(mut self, polling: Polling) -> Self {
        self.polling = polling;
        self
    }

    /// Cuts over each migration that is ready, after `hook` has returned. It has to stop all writes
    /// to the source: later ones are lost. It may be called again for the same job, after a
    /// restart or a cutover whose response was lost. If it fails, the migration stays ready and
    /// the job ends as [`Outcome::Unfinished`](crate::Outcome::Unfinished).
    ///
    /// Without this, a migration that is ready ends its job as
    /// [`Outcome::Ready`](crate::Outcome::Ready).
    pub fn cut_over_after<F, Fut, E>(mut self, hook: F) -> Self
    where
        F: Fn(Job) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<(), E>> + Send + 'static,
        E: Into<HookError>,
    {
        self.hook = Some(Arc::new(move |job| {
            let hooked = hook(job);
            Box::pin(async move { hooked.await.map_err(Into::into) })
        }));
        self
    }

    /// Sets whether jobs that have failed are started again, by default not. Their requests may
    /// have changed.
    pub fn retry_failed(mut self, retry: bool) -> Self {
        self.retry_failed = retry;
        self
    }

    /// Begins or continues the migrations of `jobs`. Nothing is sent until the run is polled.
    ///
    /// A job that has started a migration must not change. One that has not may.
    ///
    /// # Errors
    ///
    /// [`Error::is_plan`] if the name of a job is invalid (it has 1 to 200 bytes and no control
    /// characters), if two jobs have the same name or the same destination, or if a job contradicts
    /// the journal; [`Error::is_locked`] if another run uses the journal; otherwise the error of
    /// the journal, see [`Journal::entries`].
    pub fn run(&self, jobs: impl IntoIterator<Item = Job>) -> Result<Run> {
        let claim = self.journal.claim()?;
        let jobs: Vec<Job> = jobs.into_iter().collect();
        let journal: BTreeMap<String, Record> = self.journal.records()?.into_iter().collect();
        let server = self.client.base_url().as_str();
        let prints = jobs.iter().map(|job| job.fingerprint(server));
        let prints: Vec<Fingerprint> = prints.collect();
        let mut problems = Vec::new();
        let mut tasks = Vec::with_capacity(jobs.len());
        for (at, (job, print)) in jobs.iter().zip(&prints).enumerate() {
            let before = jobs.iter().zip(&prints).take(at);
            problems.extend(contradictions(job, print, before));
            problems.extend(self.contradicts_journal(job, print, &journal));
            let recorded = journal.get(job.name()).map(|record| record.state.clone());
            let state = match recorded {
                Some(State::Failed { .. }) if self.retry_failed => State::NEW,
                Some(state) => state,
                None => State::NEW,
            };
            tasks.push(Task {
                client: self.client.clone(),
                journal: self.journal.clone(),
                polling: self.polling.clone(),
                hook: self.hook.clone(),
                job: job.clone(),
                fingerprint: print.clone(),
                state,
            });
        }
        if !problems.is_empty() {
            return Err(Error::new(Kind::Plan, problems.join("; ")));
        }
        Ok(Run::new(tasks, self.at_once, claim))
    }

    fn contradicts_journal(
        &self,
        job: &Job,
        print: &Fingerprint,
        journal: &BTreeMap<String, Record>,
    ) -> Option<String> {
        let name = job.name();
        match journal.get(name) {
            Some(record) if record.fingerprint != *print && !self.may_change(&record.state) => {
                let changes = changes(&record.fingerprint, print);
                let state = record.state.name();
                return Some(format!(
                    "job {name:?} is {state} and has changed since: {changes}; undo the change, or \
                     give it another name and another destination"
                ));
            }
            Some(_) => return None,
            None => {}
        }
        // Under a new name, its migration would be started a second time.
        let renamed = journal.iter().find(|(_, record)| {
            same_destination(&record.fingerprint, print)
                && !matches!(
                    record.state,
                    State::Validating { .. } | State::Failed { .. }
                )
        });
        renamed.map(|(old, record)| {
            let (cluster, project) = (job.cluster(), job.project());
            let state = record.state.name();
            format!(
                "job {name:?} migrates into the cluster {cluster:?} of project {project}, and so \
                 does {old:?} of the journal, which is {state}; keep the name {old:?}"
            )
        })
    }

    /// Returns whether the request of a job in this state may change: nothing was started, or what
    /// was started has failed and is to be started again.
    fn may_change(&self, state: &State) -> bool {
        match state {
            State::Validating { .. } => true,
            State::Failed { .. } => self.retry_failed,
            _ => false,
        }
    }
}

/// Returns how a job is invalid, or contradicts those before it.
fn contradictions<'a>(
    job: &Job,
    print: &Fingerprint,
    mut before: impl Iterator<Item = (&'a Job, &'a Fingerprint)>,
) -> Option<String> {
    let name = job.name();
    if name.is_empty() || name.len() > LONGEST_NAME || name.chars().any(char::is_control) {
        return Some(format!(
            "the name {name:?} has to be 1 to {LONGEST_NAME} bytes without control characters"
        ));
    }
    before.find_map(|(other, other_print)| {
        if other.name() == name {
            return Some(format!("two jobs have the name {name:?}"));
        }
        same_destination(print, other_print).then(|| {
            let (cluster, project) = (job.cluster(), job.project());
            let other = other.name();
            format!(
                "the jobs {other:?} and {name:?} migrate into the same cluster {cluster:?} of \
                 project {project}"
            )
        })
    })
}

impl fmt::Debug for Fleet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Fleet")
            .field("client", &self.client)
            .field("journal", &self.journal)
            .field("at_once", &self.at_once)
            .field("polling", &self.polling)
            .field("cuts_over", &self.hook.is_some())
            .field("retry_failed", &self.retry_failed)
            .finish()
    }
}
