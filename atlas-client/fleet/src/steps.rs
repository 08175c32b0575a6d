//! The steps of one job: what is recorded before each call, and what its result means.

use std::fmt;

use atlas_client::migration::{Event as Polled, Migration, Plan, Progress, Ready, Validated};
use atlas_client::poll::poll_until;
use atlas_client::types::LiveMigrationResponseStatus;
use atlas_client::{Error, ObjectId};
use tokio::sync::{Mutex, mpsc, watch};

use crate::event::{Doubt, Event, EventKind, Outcome};
use crate::journal::{Moment, Record, State};
use crate::run::Task;

const STOPPED: &str = "the run was stopped";

/// The steps of one job.
pub(crate) struct Steps {
    task: Task,
    events: mpsc::UnboundedSender<Event>,
    stop: watch::Receiver<bool>,
}

/// The result of a step, or the outcome that ends the job.
type Step<T> = Result<T, Outcome>;

impl Steps {
    pub(crate) fn new(
        task: Task,
        events: mpsc::UnboundedSender<Event>,
        stop: watch::Receiver<bool>,
    ) -> Self {
        Self { task, events, stop }
    }

    /// Ends a job that was not begun before the run was stopped.
    pub(crate) fn not_begun(self) -> (String, Outcome) {
        let outcome = match &self.task.state {
            State::Complete { migration } => Outcome::Complete {
                migration: migration.clone(),
            },
            State::Failed { migration, reason } => Outcome::Failed {
                migration: migration.clone(),
                reason: reason.clone(),
            },
            State::Starting { at } => self.doubt(*at, ENDED_EARLY),
            State::InDoubt { at, why } => self.doubt(*at, why),
            state => unfinished(state.migration(), STOPPED),
        };
        (self.task.job.name().to_owned(), outcome)
    }

    /// Runs all steps.
    pub(crate) async fn run(self) -> (String, Outcome) {
        let outcome = self.all().await.unwrap_or_else(|outcome| outcome);
        (self.task.job.name().to_owned(), outcome)
    }

    async fn all(&self) -> Step<Outcome> {
        let state = match self.task.state.clone() {
            State::Complete { migration } => return Ok(Outcome::Complete { migration }),
            State::Failed { migration, reason } => {
                return Ok(Outcome::Failed { migration, reason });
            }
            State::InDoubt { at, why } => return Ok(self.doubt(at, &why)),
            State::Starting { at } => return Ok(self.in_doubt(at, ENDED_EARLY)),
            State::Validating { denied } => {
                let validated = self.validate(denied).await?;
                self.start(validated, denied).await?
            }
            State::Claimed { at, migration } => self.verify(at, migration).await?,
            state => state,
        };
        let Some(migration) = state.migration().cloned() else {
            return Err(unfinished(None, "the journal does not have its migration"));
        };
        self.tell(EventKind::Started(migration.clone()));
        self.follow(migration, state).await
    }

    /// Validates the request, and repeats that after transient errors: a validation changes
    /// nothing.
    async fn validate(&self, denied: bool) -> Step<Validated> {
        self.write(State::Validating { denied })?;
        self.tell(EventKind::Validating);
        let job = &self.task.job;
        let plan = Plan::new(
            &self.task.client,
            job.project().clone(),
            job.request().clone(),
        )
        .polling(self.task.polling.clone());
        let validate = || async {
            let watch = |polled: Result<&_, &Error>| {
                if let Err(error) = polled
                    && error.is_retryable()
                {
                    self.tell(EventKind::Retrying(error.to_string()));
                }
            };
            plan.clone().validate_with(watch).await
        };
        let validated = poll_until(self.task.polling.clone(), validate, |_| true);
        tokio::select! {
            biased;
            validated = validated => validated.map_err(|error| self.not_started(&error)),
            () = self.stopped() => Err(unfinished(None, STOPPED)),
        }
    }

    /// Starts the migration. A request that was certainly not executed is repeated after a
    /// transient error.
    async fn start(&self, validated: Validated, denied: bool) -> Step<State> {
        if *self.stop.borrow() {
            return Err(unfinished(None, STOPPED));
        }
        self.tell(EventKind::Starting);
        // Held during a call, so that stopping waits for its response.
        let calling = Mutex::new(());
        let attempt = || async {
            let _guard = calling.lock().await;
            let at = Moment::now();
            if let Err(outcome) = self.write(State::Starting { at }) {
                return Ok(Err(outcome));
            }
            let error = match validated.clone().start().await {
                Ok(migration) => return Ok(self.started(migration.id().clone())),
                Err(error) => error,
            };
            if error.may_have_been_executed() {
                let why = format!("the response was lost: {error}");
                return Ok(Err(self.in_doubt(at, &why)));
            }
            if denied && error.is_conflict() {
                let why = format!(
                    "the migration was reported as not started, but Atlas rejected the request: {error}"
                );
                return Ok(Err(self.in_doubt(at, &why)));
            }
            if let Err(outcome) = self.write(State::Validating { denied }) {
                return Ok(Err(outcome));
            }
            if error.is_retryable() {
                self.tell(EventKind::Retrying(error.to_string()));
            }
            Err(error)
        };
        let started = poll_until(self.task.polling.clone(), attempt, |_| true);
        tokio::select! {
            biased;
            started = started => started.unwrap_or_else(|error| Err(self.not_started(&error))),
            () = async {
                self.stopped().await;
                let _ = calling.lock().await;
            } => Err(unfinished(None, STOPPED)),
        }
    }

    /// Records that the migration exists. If that fails, the outcome has its id.
    fn started(&self, migration: ObjectId) -> Step<State> {
        let state = State::Started {
            migration,
            ready_since: None,
        };
        self.write(state.clone())?;
        Ok(state)
    }

    /// Verifies that the server knows the migration that was given as the answer to a doubt.
    async fn verify(&self, at: Moment, migration: ObjectId) -> Step<State> {
        let (client, project) = (&self.task.client, self.task.job.project());
        let ask = || {
            let call = client.get_group_live_migration();
            call.group_id(project).live_migration_id(&migration).send()
        };
        let asked = tokio::select! {
            biased;
            asked = poll_until(self.task.polling.clone(), ask, |_| true) => asked,
            () = self.stopped() => return Err(unfinished(Some(&migration), STOPPED)),
        };
        match asked {
            Ok(_) => self.started(migration),
            Err(error) if error.is_not_found() => {
                let why = format!("there is no migration {migration} in project {project}");
                Err(self.in_doubt(at, &why))
            }
            Err(error) => Err(unfinished(Some(&migration), error)),
        }
    }

    /// Follows the migration to its end, and cuts it over if the fleet does so.
    async fn follow(&self, id: ObjectId, mut state: State) -> Step<Outcome> {
        let task = &self.task;
        let mut migration = Migration::resume(&task.client, task.job.project().clone(), id.clone())
            .polling(task.polling.clone());
        if let State::Started {
            ready_since: Some(since),
            ..
        } = &state
        {
            migration = migration.ready_since(since.time());
        }
        let mut stop = self.stop.clone();
        let mut events = migration.follow().until(async move {
            let _ = stop.wait_for(|stopped| *stopped).await;
        });
        while let Some(event) = events.next().await {
            match event {
                Ok(Polled::Progress(progress)) => {
                    self.tell(EventKind::Progress(progress.clone()));
                    if progress.status() == Some(&LiveMigrationResponseStatus::Complete) {
                        let migration = id.clone();
                        self.write(State::Complete { migration })?;
                        return Ok(Outcome::Complete { migration: id });
                    }
                    state = self.at_poll(&id, &progress, state).await?;
                }
                Ok(Polled::PollFailed(error)) => self.tell(EventKind::Retrying(error.to_string())),
                Ok(Polled::CutoverDue(timer)) => self.tell(EventKind::CutoverDue(timer)),
                Ok(_) => {}
                Err(error) if error.is_outcome() => {
                    return Err(self.failed(Some(id), error.to_string()));
                }
                Err(error) => return Err(unfinished(Some(&id), error)),
            }
        }
        Err(unfinished(Some(&id), STOPPED))
    }

    /// Records that the migration is ready, and cuts it over if the fleet does so. Returns the new
    /// state.
    async fn at_poll(&self, id: &ObjectId, progress: &Progress, state: State) -> Step<State> {
        // A cutover that the server has accepted is not requested again.
        let (Some(ready), false) = (progress.ready(), matches!(state, State::CutOver { .. }))
        else {
            return Ok(state);
        };
        let timer = progress.cutover_timer();
        let known = timer.filter(|timer| timer.is_known());
        let state = match (state, known) {
            (
                State::Started {
                    migration,
                    ready_since: None,
                },
                Some(timer),
            ) => {
                let ready_since = Some(timer.since().into());
                let state = State::Started {
                    migration,
                    ready_since,
                };
                self.write(state.clone())?;
                state
            }
            (state, _) => state,
        };
        if self.task.hook.is_none() {
            let migration = id.clone();
            return Err(Outcome::Ready { migration, timer });
        }
        self.cut_over(id, ready, state).await
    }

    async fn cut_over(&self, id: &ObjectId, ready: Ready, before: State) -> Step<State> {
        if let Some(hook) = &self.task.hook {
            self.tell(EventKind::StoppingWriters);
            let hooked = tokio::select! {
                biased;
                () = self.stopped() => return Err(unfinished(Some(id), STOPPED)),
                hooked = hook(self.task.job.clone()) => hooked,
            };
            if let Err(error) = hooked {
                let reason = format!("the hook before its cutover failed: {error}");
                return Err(unfinished(Some(id), reason));
            }
        }
        let migration = id.clone();
        let cutting = State::CuttingOver { migration };
        self.write(cutting.clone())?;
        self.tell(EventKind::CuttingOver);
        match ready.cut_over().await {
            Ok(()) => {
                let migration = id.clone();
                let state = State::CutOver { migration };
                self.write(state.clone())?;
                self.tell(EventKind::CutOver);
                Ok(state)
            }
            // The next poll shows whether it is still ready.
            Err(error)
                if error.may_have_been_executed()
                    || error.is_conflict()
                    || error.is_retryable() =>
            {
                self.tell(EventKind::Retrying(error.to_string()));
                Ok(cutting)
            }
            Err(error) => {
                self.write(before)?;
                Err(unfinished(Some(id), error))
            }
        }
    }

    /// Returns the outcome of a job whose migration was certainly not started. An error that says
    /// nothing about the migration leaves it to another run.
    fn not_started(&self, error: &Error) -> Outcome {
        let refused = error
            .status()
            .is_some_and(|status| status.is_client_error());
        let refused = refused && !error.is_auth() && !error.is_retryable();
        if error.is_outcome() || error.is_invalid_request() || refused {
            return self.failed(None, error.to_string());
        }
        unfinished(None, error)
    }

    fn failed(&self, migration: Option<ObjectId>, reason: String) -> Outcome {
        let state = State::Failed {
            migration: migration.clone(),
            reason: reason.clone(),
        };
        match self.write(state) {
            Ok(()) => Outcome::Failed { migration, reason },
            Err(outcome) => outcome,
        }
    }

    /// Records a doubt, and returns it as the outcome.
    fn in_doubt(&self, at: Moment, why: &str) -> Outcome {
        let state = State::InDoubt {
            at,
            why: why.to_owned(),
        };
        match self.write(state) {
            // The journal keeps the earlier state, which the next run treats as a doubt again.
            Err(Outcome::Unfinished { reason, .. }) => self.doubt(at, &format!("{why}; {reason}")),
            _ => self.doubt(at, why),
        }
    }

    fn doubt(&self, at: Moment, why: &str) -> Outcome {
        let job = &self.task.job;
        Outcome::InDoubt(Box::new(Doubt {
            job: job.name().to_owned(),
            project: job.project().clone(),
            cluster: job.cluster().to_owned(),
            source_cluster: job.source_cluster().to_owned(),
            at: at.time(),
            reason: why.to_owned(),
        }))
    }

    fn write(&self, state: State) -> Step<()> {
        let migration = state.migration().cloned();
        let record = Record {
            fingerprint: self.task.fingerprint.clone(),
            state,
        };
        let written = self.task.journal.write(self.task.job.name(), &record);
        written.map_err(|error| unfinished(migration.as_ref(), error))
    }

    fn tell(&self, kind: EventKind) {
        let job = self.task.job.name().to_owned();
        // Fails only if the run was dropped.
        let _ = self.events.send(Event { job, kind });
    }

    async fn stopped(&self) {
        let mut stop = self.stop.clone();
        if stop.wait_for(|stopped| *stopped).await.is_err() {
            // The run is dropped, and this future with it.
            std::future::pending::<()>().await;
        }
    }
}

const ENDED_EARLY: &str = "the program ended before the response was recorded";

fn unfinished(migration: Option<&ObjectId>, reason: impl fmt::Display) -> Outcome {
    Outcome::Unfinished {
        migration: migration.cloned(),
        reason: reason.to_string(),
    }
}
