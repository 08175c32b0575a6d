//! Runs many push live migrations into MongoDB Atlas at once, with one client and a journal that
//! survives a crash.
//!
//! A [`Fleet`] runs the [`Job`]s that it is given, a bounded number at a time: it validates each,
//! starts it, follows it, and cuts it over after a hook has stopped the writers. Its [`Journal`]
//! is a file. Killed at any point and run again with the same jobs, it continues, and starts
//! nothing twice.
//!
//! ```no_run
//! use atlas_client::{Client, types::LiveMigrationRequest};
//! use atlas_fleet::{Fleet, Job, Journal};
//!
//! # async fn stop_the_writers(_: &str) -> std::io::Result<()> { Ok(()) }
//! # async fn example(requests: Vec<(String, LiveMigrationRequest)>) -> Result<(), Box<dyn std::error::Error>> {
//! let client = Client::from_env()?;
//! let fleet = Fleet::new(&client, Journal::open("fleet.journal")?)
//!     .at_once(8)
//!     .cut_over_after(|job| async move { stop_the_writers(job.source_cluster()).await });
//!
//! let jobs = requests.into_iter().map(|(name, request)| Job::new(name, request));
//! let mut run = fleet.run(jobs)?;
//! while let Some(event) = run.next().await {
//!     println!("{event}");
//! }
//! println!("{}", run.summary());
//! # Ok(())
//! # }
//! ```
//!
//! The example `migrate_fleet` is a whole program, with a plan file and progress for each
//! migration.
//!
//! # What happens after a kill
//!
//! A record is on the disk before the request that it announces is sent. What the next run does is
//! decided by the record, and by the server where it can be asked:
//!
//! | killed | the journal has | the next run |
//! | --- | --- | --- |
//! | before or in the validation | nothing, or `validating` | validates, again if need be: a validation changes nothing |
//! | from just before the request that starts the migration, until its response is recorded | `starting` | asks a person, see below |
//! | while the migration is followed | `started` | follows it |
//! | in the hook before the cutover | `started` | follows it, and calls the hook again |
//! | from just before the request for the cutover, until its response is recorded | `cutting over` | polls; if it is still ready, calls the hook and cuts over again; the mock server rejects a second cutover, and whether Atlas does is untested |
//! | after the cutover was accepted | `cut over` | follows it |
//! | after its end | `complete` or `failed` | sends nothing |
//!
//! A lost response (a broken connection, a timeout, an error of a proxy) has the same effect on its
//! job as a kill at that point; the other jobs continue.
//!
//! # Doubts
//!
//! Atlas has no operation that lists migrations. If the response to the request that starts one is
//! lost, only a person can find out whether it was started. The job ends as
//! [`Outcome::InDoubt`], whose [`Doubt`] says what to look up: project, clusters and time. The
//! answer is passed to [`Journal::started`], with the id, or to [`Journal::not_started`]. Wrong
//! answers are detected where possible: the id of another job is rejected; an id that the server
//! does not know puts the job in doubt again, and so does a conflict after `not_started`.
//!
//! # Failures
//!
//! A validation or migration that has failed, and a request that the server has rejected, end the
//! job as [`Outcome::Failed`], in the journal too: it is repeated only with
//! [`Fleet::retry_failed`]. All other errors, such as an outage or wrong credentials, end it as
//! [`Outcome::Unfinished`] and leave it to the next run. Transient errors are repeated within a
//! run, see [`Fleet::polling`].
//!
//! # Names
//!
//! The name of a job identifies it in the journal, which also stores the values of its request,
//! except user name and password. A run is rejected before anything is sent if a job has changed or
//! was renamed since it was started, if two jobs have the same name or destination, or if a name is
//! invalid: it has 1 to 200 bytes and no control characters.
//!
//! # The file
//!
//! The journal is a [redb] database: in pure Rust, with transactions that are on the disk when they
//! are committed, and a lock that ends with the process. SQLite gives the same guarantees and has
//! more users, but `rusqlite` compiles 9 MB of C, and SQLite allows several processes at a time,
//! which a journal must not. If the process is killed while it creates the database, the file
//! cannot be opened again, so it is created under another name and renamed.
//!
//! # Features
//!
//! - `rustls` (default), `native-tls`: TLS, as in `atlas-client`.

mod error;
mod event;
mod fleet;
mod job;
mod journal;
mod run;
mod steps;

pub use error::{Error, Result};
pub use event::{Doubt, Event, EventKind, Outcome, Summary};
pub use fleet::Fleet;
pub use job::Job;
pub use journal::{Entry, Journal};
pub use run::Run;

#[cfg(test)]
mod tests;
