//! A push live migration as a workflow: plan, validate, start, follow, cut over.
//!
//! The types of this module call five of the eight generated operations and nothing else. They add
//! the order, the polling, and a warning before the time for the cutover runs out. First link the
//! source: [`create_org_live_migration_link_token`](Client::create_org_live_migration_link_token)
//! and
//! [`list_org_live_migration_available_projects`](Client::list_org_live_migration_available_projects).
//!
//! Needs the feature `cloud-migration-service`, which is enabled by default.
//!
//! ```no_run
//! use atlas_client::migration::{Event, Plan};
//! use atlas_client::types::LiveMigrationRequest;
//! use atlas_client::{Client, ObjectId};
//!
//! # async fn stop_the_writers() {}
//! async fn migrate(
//!     client: &Client,
//!     project: ObjectId,
//!     request: LiveMigrationRequest,
//! ) -> atlas_client::Result<()> {
//!     let validated = Plan::new(client, project, request).validate().await?;
//!     let migration = validated.start().await?;
//!     println!("keep this id: {}", migration.id());
//!
//!     let mut events = migration.follow();
//!     while let Some(event) = events.next().await {
//!         match event? {
//!             Event::Progress(progress) => {
//!                 println!("{progress}");
//!                 if let Some(ready) = progress.ready() {
//!                     stop_the_writers().await;
//!                     ready.cut_over().await?;
//!                     break;
//!                 }
//!             }
//!             Event::CutoverDue(timer) => eprintln!("cut over soon: {timer}"),
//!             Event::PollFailed(error) => eprintln!("looking again: {error}"),
//!             _ => {}
//!         }
//!     }
//!     migration.until_complete().await
//! }
//! ```
//!
//! # Steps
//!
//! | step | how | requests |
//! | --- | --- | --- |
//! | plan | [`Plan::new`] | none |
//! | validate | [`Plan::validate`] returns [`Validated`] | `validateGroupLiveMigrations`, then `getGroupLiveMigrationValidateStatus` until it ends |
//! | start | [`Validated::start`] returns [`Migration`] | `createGroupLiveMigration` |
//! | follow | [`Migration::follow`] returns the stream [`Follow`] | `getGroupLiveMigration` until it ends |
//! | cut over | [`Ready::cut_over`], from [`Progress::ready`] or [`Migration::until_ready`] | `cutoverGroupLiveMigration` |
//!
//! The types enforce the order: only a successful validation is a [`Validated`], and only a poll
//! that found the migration ready returns a [`Ready`]. Starting a migration that is not validated
//! does not compile:
//!
//! ```compile_fail,E0599
//! # async fn example(plan: atlas_client::migration::Plan) -> atlas_client::Result<()> {
//! let migration = plan.start().await?;
//! # Ok(())
//! # }
//! ```
//!
//! and neither does a cutover of one that may not be ready:
//!
//! ```compile_fail,E0599
//! # async fn example(migration: atlas_client::migration::Migration) -> atlas_client::Result<()> {
//! migration.cut_over().await?;
//! # Ok(())
//! # }
//! ```
//!
//! # The time for the cutover
//!
//! A migration that is ready waits 120 hours for its cutover and then ends as `EXPIRED`, with all
//! its work lost. A stream counts down ([`CutoverTimer`]) and warns by [`Event::CutoverDue`], and
//! by `tracing`, when 48, 24, 12, 4 and 1 hours are left, also while polls fail. The server does
//! not return when the time began or whether it was extended, so it is counted from the last poll
//! that did not find the migration ready. A stream whose first poll finds it ready warns at once,
//! unless [`Migration::ready_since`] is set.
//!
//! # Resuming
//!
//! A migration continues without its client. Keep its id, and follow it again from any process; a
//! dropped stream leaves nothing behind:
//!
//! ```no_run
//! use std::time::Duration;
//! use atlas_client::migration::Migration;
//! use atlas_client::poll::Polling;
//!
//! # async fn example(client: &atlas_client::Client) -> Result<(), atlas_client::Error> {
//! let polling = Polling::every(Duration::from_secs(30)).deadline(Duration::from_secs(72 * 3600));
//! let migration = Migration::resume(
//!     client,
//!     "32b6e34b3d91647abb20e7b8".parse()?,
//!     "6296fb4c7c7aa997cf94e9a8".parse()?,
//! )
//! .polling(polling);
//! migration.until_ready().await?.cut_over().await?;
//! # Ok(())
//! # }
//! ```
//!
//! # Limits and cancellation
//!
//! [`Plan::polling`] and [`Migration::polling`] set the waits, the deadline of each step and the
//! maximum outage, see [`Polling`]. By default, polls begin 5 seconds apart, back off to a minute,
//! restart after each change of the status, and survive an outage of a day. Dropping a future or a
//! stream cancels it; [`Follow::until`] ends a stream by a signal.

mod follow;
mod progress;

use std::time::{Duration, SystemTime};

pub use follow::{Event, Follow};
pub use progress::{CutoverTimer, Progress};

use crate::error::Kind;
use crate::poll::{Polling, Waits};
use crate::types::{
    LiveImportValidation, LiveImportValidationStatus, LiveMigrationRequest, LiveMigrationResponse,
};
use crate::{Client, Error, ObjectId, ResponseValue, Result};

/// A migration that is not validated yet.
#[derive(Clone, Debug)]
#[must_use = "a plan asks nothing of the server until `validate`"]
pub struct Plan {
    client: Client,
    project: ObjectId,
    request: LiveMigrationRequest,
    polling: Polling,
}

impl Plan {
    /// Creates a plan of the migration that `request` describes, into `project`. Sends
    /// nothing.
    pub fn new(client: &Client, project: ObjectId, request: LiveMigrationRequest) -> Self {
        Self {
            client: client.clone(),
            project,
            request,
            polling: default_polling(),
        }
    }

    /// Sets the waits and limits of all steps.
    pub fn polling(mut self, polling: Polling) -> Self {
        self.polling = polling;
        self
    }

    /// Requests a validation, and waits for its result.
    ///
    /// # Errors
    ///
    /// [`Error::is_outcome`] with the reason for a validation that is `FAILED`; those
    /// of the two operations and of [`poll_until`](crate::poll::poll_until) otherwise.
    pub async fn validate(self) -> Result<Validated> {
        self.validate_with(|_| {}).await
    }

    /// Like [`validate`](Self::validate), and calls `watch` after each poll with its
    /// response or its error.
    ///
    /// # Errors
    ///
    /// Those of [`validate`](Self::validate).
    pub async fn validate_with(
        self,
        mut watch: impl FnMut(Result<&LiveImportValidation, &Error>),
    ) -> Result<Validated> {
        let call = self.client.validate_group_live_migrations();
        let call = call.group_id(&self.project).body(self.request.clone());
        let validation = call.send().await?;
        let id = begun(
            &validation,
            validation.id.as_ref(),
            "validateGroupLiveMigrations",
        )?;
        let mut waits = Waits::new(self.polling.clone());
        loop {
            let call = self.client.get_group_live_migration_validate_status();
            let call = call.group_id(&self.project).validation_id(&id);
            let polled = call.send().await;
            watch(polled.as_deref());
            let validation = polled.as_deref().ok();
            let status = match validation.and_then(|it| it.status.as_ref()) {
                Some(LiveImportValidationStatus::Success) => {
                    return Ok(Validated { plan: self, id });
                }
                Some(LiveImportValidationStatus::Failed) => {
                    let why = validation.and_then(|it| it.error_message.as_deref());
                    let why = why.unwrap_or("Atlas does not say why");
                    let message = format!("validation {id} is FAILED: {why}");
                    return Err(Error::new(Kind::Outcome, message));
                }
                Some(status) => status.as_str(),
                None => "without a status",
            };
            let found = format!("validation {id} is {status}");
            tokio::time::sleep(waits.next(polled.as_ref().err(), found)?).await;
        }
    }
}

/// A plan that the server has validated.
#[derive(Clone, Debug)]
#[must_use = "nothing is migrated until `start`"]
pub struct Validated {
    plan: Plan,
    id: ObjectId,
}

impl Validated {
    /// Returns the id of the validation.
    pub fn id(&self) -> &ObjectId {
        &self.id
    }

    /// Starts the validated migration.
    ///
    /// # Errors
    ///
    /// Those of `createGroupLiveMigration`. After one that
    /// [may have been executed](Error::may_have_been_executed), look in Atlas for the
    /// migration before starting another.
    pub async fn start(self) -> Result<Migration> {
        let plan = self.plan;
        let call = plan.client.create_group_live_migration();
        let call = call.group_id(&plan.project).body(plan.request);
        let created = call.send().await?;
        let id = begun(&created, created.id.as_ref(), "createGroupLiveMigration")?;
        Ok(Migration::resume(&plan.client, plan.project, id).polling(plan.polling))
    }
}

/// A migration that was started, by this or by another process.
#[derive(Clone, Debug)]
pub struct Migration {
    client: Client,
    project: ObjectId,
    id: ObjectId,
    polling: Polling,
    ready_since: Option<SystemTime>,
}

impl Migration {
    /// Returns the migration `id` of `project`, the Atlas project that receives the
    /// data. Sends nothing.
    pub fn resume(client: &Client, project: ObjectId, id: ObjectId) -> Self {
        Self {
            client: client.clone(),
            project,
            id,
            polling: default_polling(),
            ready_since: None,
        }
    }

    /// Sets the waits and limits of polls.
    #[must_use]
    pub fn polling(mut self, polling: Polling) -> Self {
        self.polling = polling;
        self
    }

    /// Sets since when the migration is ready, from [`CutoverTimer::since`] of an
    /// earlier process, so that the remaining time is counted from then.
    #[must_use]
    pub fn ready_since(mut self, since: SystemTime) -> Self {
        self.ready_since = Some(since);
        self
    }

    /// Returns the id, for [`resume`](Self::resume).
    pub fn id(&self) -> &ObjectId {
        &self.id
    }

    /// Returns the project that receives the data.
    pub fn project(&self) -> &ObjectId {
        &self.project
    }

    /// Follows the migration until it ends. Nothing is sent until the stream is polled.
    pub fn follow(&self) -> Follow {
        Follow::new(self.clone())
    }

    /// Waits until the migration is ready for its cutover.
    ///
    /// # Errors
    ///
    /// [`Error::is_outcome`] for a migration that has ended, including as `COMPLETE`;
    /// those of `getGroupLiveMigration` and of [`poll_until`](crate::poll::poll_until)
    /// otherwise.
    pub async fn until_ready(&self) -> Result<Ready> {
        let mut events = self.follow();
        while let Some(event) = events.next().await {
            if let Event::Progress(progress) = event?
                && let Some(ready) = progress.ready()
            {
                return Ok(ready);
            }
        }
        let message = format!("migration {} is COMPLETE: it was cut over already", self.id);
        Err(Error::new(Kind::Outcome, message))
    }

    /// Waits until the migration is `COMPLETE`, for example after a cutover.
    ///
    /// # Errors
    ///
    /// [`Error::is_outcome`] for a migration that is `FAILED` or `EXPIRED`; those of
    /// `getGroupLiveMigration` and of [`poll_until`](crate::poll::poll_until) otherwise.
    pub async fn until_complete(&self) -> Result<()> {
        let mut events = self.follow();
        while let Some(event) = events.next().await {
            event?;
        }
        Ok(())
    }

    async fn poll(&self) -> Result<LiveMigrationResponse> {
        let call = self.client.get_group_live_migration();
        let call = call.group_id(&self.project).live_migration_id(&self.id);
        Ok(call.send().await?.into_inner())
    }
}

/// A migration that a poll has found ready for its cutover.
#[derive(Clone, Debug)]
#[must_use = "a migration that is not cut over in time expires"]
pub struct Ready(Migration);

impl Ready {
    /// Starts the cutover, and returns when the server has accepted it; follow the
    /// migration to see when it is `COMPLETE`. Before, stop all writes to the source:
    /// later ones are lost.
    ///
    /// # Errors
    ///
    /// Those of `cutoverGroupLiveMigration`. After one that
    /// [may have been executed](Error::may_have_been_executed), follow the migration:
    /// it is no longer ready if it was cut over.
    pub async fn cut_over(self) -> Result<()> {
        let Self(migration) = self;
        let call = migration.client.cutover_group_live_migration();
        let call = call.group_id(migration.project);
        call.live_migration_id(migration.id).send().await?;
        Ok(())
    }
}

/// Returns the [`Polling`] of migrations for which none is set: polls begin 5 seconds apart, back
/// off to a minute, survive an outage of a day, and have no deadline.
pub fn default_polling() -> Polling {
    Polling::new()
        .backoff(Duration::from_secs(5), Duration::from_secs(60))
        .outage(Duration::from_secs(24 * 3600))
}

/// Returns the id of a created resource. The document allows a success without one.
fn begun<T>(
    answer: &ResponseValue<T>,
    id: Option<&ObjectId>,
    operation: &'static str,
) -> Result<ObjectId> {
    id.cloned().ok_or_else(|| {
        Error::decode(answer.received(), "_id", "it is missing").in_operation(operation)
    })
}
