//! An embedded Atlas: a stateful stand-in for MongoDB Atlas on loopback, for tests without a network.
//!
//! [`Atlas::start`] gives an Atlas with one organization, one project, an API key and a service account. It speaks
//! HTTP as the real one does:
//!
//! - the eight operations of the tag *Cloud Migration Service*, with the lives of validations and migrations
//! - HTTP Digest and OAuth 2.0 client credentials, both really checked
//! - dated media types: 406 without one, 415 for a body in another (plain `application/json` is taken), 410 past a
//!   sunset
//! - bodies checked against the published schema: 400 with `badRequestDetail`
//! - roles, rate limits, `envelope`, `pretty`, and the headers of the real answers
//!
//! State moves with requests, not with time: a test polls and never waits. The clock stands still, at 2026-09-01
//! unless told otherwise, until [`Atlas::advance_clock`] moves it. Failures are had on request with
//! [`Atlas::fail_next`], and [`Atlas::requests`] tells what was asked.
//!
//! The order of a migration is kept: without a link token there are no available projects, no validation and no
//! migration ([`Builder::linked`] starts with one); the source has to be the one that is available
//! ([`Atlas::source_project_id`], [`Atlas::source_cluster`]), the destination a project of the organization; a
//! cutover before readiness and a second migration into the same cluster are conflicts.
//! [`Atlas::migration_request`] is a body that fits.
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
//! # What it does not play
//! IP access lists, `auth-int`, HTTP/2, delays, and connections that break. Error codes that no source documents are chosen by their sense:
//! test statuses first. A failure comes without an envelope.
//!
//! The HTTP layer is httpmock's. It logs requests *with* their headers and bodies at the level `debug` under the
//! target `httpmock`: leave that target out where logs are kept. A dropped Atlas answers nothing but 404 from then
//! on; its port serves the next one that starts in the process.
//!
//! Every secret that it makes up holds the text `0ddba11c`: the keys that it has by default, its access tokens and
//! its link tokens. A test of a program can search for that text in all that the program prints and logs.
//!
//! This crate is a server and nothing else: it does not know the client's types. `atlas-client` has it as its module
//! `mock`, by the feature of that name.

mod atlas;
mod auth;
mod builder;
mod clock;
mod config;
mod faults;
mod http;
mod journal;
mod limit;
mod serve;
mod world;

pub use self::{
    atlas::Atlas,
    auth::digest::DigestAlgorithm,
    builder::Builder,
    config::StartError,
    faults::{Fault, Moment},
    journal::{Counters, Principal, RecordedRequest},
    limit::RateLimit,
    world::lives::{MigrationOutcome, Pace, ValidationOutcome},
};

/// The token endpoint, where an operation id is asked for: `POST /api/oauth/token`.
pub const OAUTH_TOKEN: &str = "oauthToken";
/// The revocation endpoint, where an operation id is asked for: `POST /api/oauth/revoke`.
pub const OAUTH_REVOKE: &str = "oauthRevoke";
