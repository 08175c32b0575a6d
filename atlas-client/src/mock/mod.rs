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
//! This module is a server and nothing else: it does not know the client's types.

mod authenticate;
mod catalog;
mod clock;
mod config;
mod digest;
mod faults;
mod journal;
mod limit;
mod lives;
mod negotiate;
mod oauth;
mod request;
mod respond;
mod serve;
mod validate;
mod world;

use std::{
    fmt,
    net::SocketAddr,
    sync::{
        Arc,
        mpsc::{self, RecvTimeoutError},
    },
    thread,
    time::{Duration, SystemTime},
};

use httpmock::{HttpMockRequest, HttpMockResponse, MockServer};
use serde_json::{Value, json};

use self::{config::Config, request::Request, respond::Reply, serve::Core};

pub use self::{
    config::{Builder, StartError},
    digest::DigestAlgorithm,
    faults::{Fault, Moment},
    journal::{Counters, Principal, RecordedRequest},
    limit::RateLimit,
    lives::{MigrationOutcome, Pace, ValidationOutcome},
};

/// The token endpoint, where an operation id is asked for: `POST /api/oauth/token`.
pub const OAUTH_TOKEN: &str = "oauthToken";
/// The revocation endpoint, where an operation id is asked for: `POST /api/oauth/revoke`.
pub const OAUTH_REVOKE: &str = "oauthRevoke";

/// How long a start waits for a server of httpmock's pool.
const PATIENCE: Duration = Duration::from_secs(30);

/// A running embedded Atlas. It ends when it is dropped.
///
/// It needs no async runtime and gets along with any: the server has a thread of its own.
pub struct Atlas {
    server: MockServer,
    core: Arc<Core>,
}

impl Atlas {
    /// Starts an Atlas with all defaults.
    ///
    /// # Panics
    /// See [`Builder::start`].
    pub fn start() -> Self {
        Self::builder().start()
    }

    /// Furnishes an Atlas before it starts.
    pub fn builder() -> Builder {
        Builder::default()
    }

    fn launch(config: Config) -> Result<Self, StartError> {
        let seed = getrandom::u64()
            .map_err(|error| StartError::new(format!("no randomness is to be had: {error}")))?;
        let core = Arc::new(Core::new(config, seed)?);
        let server = take_server()?;
        let answering = Arc::clone(&core);
        server.mock(|when, then| {
            when.any_request();
            then.respond_with(move |request: &HttpMockRequest| {
                sent(answering.answer(Request::received(request)))
            });
        });
        Ok(Self { server, core })
    }

    /// The URL to give to a client, without a trailing slash: `http://127.0.0.1:PORT`.
    pub fn base_url(&self) -> String {
        self.server.base_url()
    }

    /// The address that the server listens on.
    pub fn address(&self) -> SocketAddr {
        *self.server.address()
    }

    /// The id of the organization.
    pub fn org_id(&self) -> &str {
        &self.core.config.org_id
    }

    /// The id of the first project of the organization; empty if it has none.
    pub fn project_id(&self) -> &str {
        self.core.config.projects.first().map_or("", String::as_str)
    }

    /// The ids of all projects of the organization.
    pub fn project_ids(&self) -> &[String] {
        &self.core.config.projects
    }

    /// The public half of the API key: the user name in Digest.
    pub fn public_key(&self) -> &str {
        &self.core.config.api_key.0
    }

    /// The private half of the API key: the password in Digest.
    pub fn private_key(&self) -> &str {
        &self.core.config.api_key.1
    }

    /// The client id of the service account.
    pub fn client_id(&self) -> &str {
        &self.core.config.service_account.0
    }

    /// The client secret of the service account.
    pub fn client_secret(&self) -> &str {
        &self.core.config.service_account.1
    }

    /// The id of the source project, as the available projects list it.
    pub fn source_project_id(&self) -> &str {
        &self.core.config.source_project
    }

    /// The name of the source cluster, as the available projects list it.
    pub fn source_cluster(&self) -> &str {
        &self.core.config.source_cluster
    }

    /// The migration host of the source project.
    pub fn migration_host(&self) -> &str {
        &self.core.config.migration_host
    }

    /// A body for `createGroupLiveMigration` and `validateGroupLiveMigrations` (version 2024-05-30) that this Atlas
    /// accepts: from its source into the cluster `destination` of its first project.
    pub fn migration_request(&self) -> Value {
        json!({
            "destination": {
                "clusterName": "destination",
                "groupId": self.project_id(),
                "hostnameSchemaType": "PUBLIC",
            },
            "dropDestinationData": false,
            "migrationHosts": [self.migration_host()],
            "source": {
                "clusterName": self.source_cluster(),
                "groupId": self.source_project_id(),
                "managedAuthentication": true,
                "ssl": true,
            },
        })
    }

    /// Makes requests fail. Faults strike in the order in which they were asked for, each at the requests it is for.
    pub fn fail_next(&self, fault: Fault) {
        self.core.lock().faults.add(fault);
    }

    /// Forgets all faults that have not struck yet.
    pub fn clear_faults(&self) {
        self.core.lock().faults.clear();
    }

    /// All requests so far, in the order in which they were answered.
    pub fn requests(&self) -> Vec<RecordedRequest> {
        self.core.lock().journal.clone()
    }

    /// Forgets the requests so far. Counters go on.
    pub fn clear_requests(&self) {
        self.core.lock().journal.clear();
    }

    /// What was counted so far.
    pub fn counters(&self) -> Counters {
        self.core.lock().counters.clone()
    }

    /// Gives API key and service account these roles in place of those they have.
    /// A role that an operation needs and nobody has makes it answer 403.
    pub fn set_roles<I>(&self, roles: I)
    where
        I: IntoIterator,
        I::Item: Into<String>,
    {
        self.core.lock().roles = roles.into_iter().map(Into::into).collect();
    }

    /// What the server's clock shows.
    pub fn now(&self) -> SystemTime {
        self.core.lock().clock.now()
    }

    /// Moves the server's clock on.
    pub fn advance_clock(&self, by: Duration) {
        self.core.lock().clock.advance(by);
    }

    /// Ends the life of every nonce: whoever uses one next learns that it is stale.
    pub fn expire_nonces(&self) {
        self.core.lock().nonces.expire();
    }

    /// Ends the life of every access token, earlier than promised.
    pub fn expire_tokens(&self) {
        self.core.lock().tokens.expire();
    }

    /// A fresh access token, past the token endpoint and its limits. [`Counters::tokens_minted`] does not count it.
    pub fn issue_access_token(&self) -> String {
        let mut state = self.core.lock();
        let now = state.clock.now();
        state
            .tokens
            .issue(self.core.config.oauth.token_lifetime, now)
    }
}

impl Drop for Atlas {
    fn drop(&mut self) {
        // httpmock keeps the server for the next one; until then it has nothing more to say.
        self.server.reset();
    }
}

impl fmt::Debug for Atlas {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Atlas")
            .field("base_url", &self.base_url())
            .field("org_id", &self.org_id())
            .field("projects", &self.project_ids())
            .field("public_key", &self.public_key())
            .field("client_id", &self.client_id())
            .finish_non_exhaustive()
    }
}

/// Takes a server out of httpmock's pool.
///
/// httpmock waits without end where the pool is empty, so the waiting is done by a thread that can be left behind.
fn take_server() -> Result<MockServer, StartError> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        // Where nobody waits any more, the server goes back to the pool.
        let _ = sender.send(MockServer::start());
    });
    receiver.recv_timeout(PATIENCE).map_err(|error| match error {
        RecvTimeoutError::Timeout => StartError::new(format!(
            "no server was free within {} s; drop some, or raise HTTPMOCK_MAX_SERVERS (25 by default)",
            PATIENCE.as_secs()
        )),
        RecvTimeoutError::Disconnected => StartError::new(
            "httpmock could not start a server; is HTTPMOCK_MAX_SERVERS a number, and loopback open?",
        ),
    })
}

fn sent(reply: Reply) -> HttpMockResponse {
    HttpMockResponse {
        status: Some(reply.status),
        headers: Some(reply.headers),
        body: Some(reply.body.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dropped_atlas_answers_nothing_any_more() {
        // Asking its port would be asking the next Atlas in the process, perhaps another test's.
        let atlas = Atlas::start();
        let core = Arc::downgrade(&atlas.core);
        assert!(core.upgrade().is_some());
        drop(atlas);
        assert!(core.upgrade().is_none(), "the server still holds it");
    }
}
