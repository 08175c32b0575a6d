//! A mock MongoDB Atlas server on loopback, embedded in the test process. It is stateful and needs
//! no network.
//!
//! [`Atlas::start`] starts it with one organization, one project, an API key and a service account.
//! It implements:
//!
//! - the eight operations of the tag *Cloud Migration Service*, with the states of validations and
//!   migrations
//! - HTTP Digest and OAuth 2.0 client credentials, both validated
//! - dated media types: 406 without one, 415 for a body in another (plain `application/json` is
//!   accepted), 410 after the sunset
//! - validation of bodies against the published schema: 400 with `badRequestDetail`
//! - roles, rate limits, `envelope`, `pretty`, and the headers of real responses
//!
//! State changes with requests, not with time: a test polls and never waits. The clock is fixed, at
//! 2026-09-01 by default, until [`Atlas::advance_clock`] advances it. [`Atlas::fail_next`] injects
//! faults, and [`Atlas::requests`] returns the recorded requests.
//!
//! For several migrations, [`Builder::add_source`] adds sources, [`Builder::cluster`] the clusters
//! that exist, [`Builder::scenario`] sets pace and outcome of the migrations into one cluster, and
//! [`Fault::cluster`] limits a fault to them. With [`Builder::relayed`] responses can be delayed,
//! slow, or end with a broken connection. [`Atlas::migrations`] returns all migrations with their
//! status.
//!
//! The order of a migration is enforced. Without a link token there are no available projects, no
//! validation and no migration ([`Builder::linked`] starts with one). The source must be the
//! available one ([`Atlas::source_project_id`], [`Atlas::source_cluster`]), the destination a
//! project of the organization. A cutover before readiness and a second migration into the same
//! cluster are conflicts. [`Atlas::migration_request`] returns a valid body.
//!
//! ```
//! use std::io::{Read, Write};
//!
//! use atlas_client::mock::Atlas;
//!
//! # fn main() -> std::io::Result<()> {
//! let atlas = Atlas::start();
//! let mut stream = std::net::TcpStream::connect(atlas.address())?;
//! write!(
//!     stream,
//!     "GET /api/atlas/v2/orgs/{}/liveMigrations/availableProjects HTTP/1.1\r\n\
//!      Host: localhost\r\nConnection: close\r\n\r\n",
//!     atlas.org_id()
//! )?;
//! let mut answer = String::new();
//! stream.read_to_string(&mut answer)?;
//!
//! assert!(answer.starts_with("HTTP/1.1 401"));
//! assert!(answer.contains("Digest realm=\"MMS Public API\""));
//! let asked = atlas.requests();
//! assert_eq!(asked[0].operation.as_deref(), Some("listOrgLiveMigrationAvailableProjects"));
//! assert_eq!(asked[0].status, 401);
//! # Ok(())
//! # }
//! ```
//!
//! # Limitations
//! IP access lists, `auth-int` and HTTP/2 are not implemented. Error codes that Atlas does not
//! document are guesses: prefer to test statuses. Errors have no envelope.
//!
//! The HTTP layer is httpmock's. It logs requests *with* their headers and bodies at the level
//! `debug` under the target `httpmock`: exclude that target from logs that are kept. A dropped
//! Atlas responds with 404 only; its port is reused by the next one that starts in the process.
//!
//! Every secret that it generates contains the text `0ddba11c`: the default keys, its access tokens
//! and its link tokens. A test can search the output and logs of a program for that text.
//!
//! This crate is independent of the client's types. `atlas-client` re-exports it as the module
//! `mock`, with the feature of that name.

mod atlas;
mod auth;
mod builder;
mod clock;
mod config;
mod faults;
mod http;
mod journal;
mod limit;
mod relay;
mod serve;
mod world;

/// The crate of the HTTP layer, for tests that need their own mock servers.
pub use httpmock;

pub use self::{
    atlas::Atlas,
    auth::digest::DigestAlgorithm,
    builder::Builder,
    config::StartError,
    faults::{Fault, Moment},
    journal::{Counters, Principal, RecordedMigration, RecordedRequest},
    limit::RateLimit,
    world::lives::{MigrationOutcome, Pace, ValidationOutcome},
    world::scenario::Scenario,
};

/// The operation id of the token endpoint, `POST /api/oauth/token`.
pub const OAUTH_TOKEN: &str = "oauthToken";
/// The operation id of the revocation endpoint, `POST /api/oauth/revoke`.
pub const OAUTH_REVOKE: &str = "oauthRevoke";
