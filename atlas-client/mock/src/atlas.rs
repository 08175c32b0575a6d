//! A running embedded Atlas, and its API for tests.

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

use crate::{
    config::{Config, NO_RELAY, Source, StartError},
    faults::Fault,
    http::request::Request,
    http::respond::Reply,
    journal::{Counters, RecordedMigration, RecordedRequest},
    relay::Relay,
    serve::Core,
};

/// The time limit for a free server in httpmock's pool.
const PATIENCE: Duration = Duration::from_secs(30);

/// A running embedded Atlas. It stops when it is dropped.
///
/// It works with any async runtime or none: the server has its own thread.
pub struct Atlas {
    server: MockServer,
    relay: Option<Relay>,
    core: Arc<Core>,
}

impl Atlas {
    pub(crate) fn launch(config: Config) -> Result<Self, StartError> {
        let seed = getrandom::u64()
            .map_err(|error| StartError::new(format!("cannot get random bytes: {error}")))?;
        let core = Arc::new(Core::new(config, seed)?);
        let server = take_server()?;
        let answering = Arc::clone(&core);
        server.mock(|when, then| {
            when.any_request();
            then.respond_with(move |request: &HttpMockRequest| {
                sent(answering.answer(Request::received(request)))
            });
        });
        let relay = match core.config.relayed {
            true => Some(Relay::start(*server.address())?),
            false => None,
        };
        Ok(Self {
            server,
            relay,
            core,
        })
    }

    /// Returns the base URL for a client, without a trailing slash: `http://127.0.0.1:PORT`.
    pub fn base_url(&self) -> String {
        format!("http://{}", self.address())
    }

    /// Returns the address that the server listens on.
    pub fn address(&self) -> SocketAddr {
        match &self.relay {
            Some(relay) => relay.address(),
            None => *self.server.address(),
        }
    }

    /// Returns the id of the organization.
    pub fn org_id(&self) -> &str {
        &self.core.config.org_id
    }

    /// Returns the id of the first project of the organization; empty if it has none.
    pub fn project_id(&self) -> &str {
        self.core.config.projects.first().map_or("", String::as_str)
    }

    /// Returns the ids of all projects of the organization.
    pub fn project_ids(&self) -> &[String] {
        &self.core.config.projects
    }

    /// Returns the public half of the API key: the user name in Digest.
    pub fn public_key(&self) -> &str {
        &self.core.config.api_key.0
    }

    /// Returns the private half of the API key: the password in Digest.
    pub fn private_key(&self) -> &str {
        &self.core.config.api_key.1
    }

    /// Returns the client id of the service account.
    pub fn client_id(&self) -> &str {
        &self.core.config.service_account.0
    }

    /// Returns the client secret of the service account.
    pub fn client_secret(&self) -> &str {
        &self.core.config.service_account.1
    }

    /// Returns the first source.
    fn source(&self) -> Option<&Source> {
        self.core.config.sources.first()
    }

    /// Returns the id of the project of the first source, as the available projects list it.
    pub fn source_project_id(&self) -> &str {
        self.source().map_or("", |source| &source.project)
    }

    /// Returns the name of the cluster of the first source, as the available projects list it.
    pub fn source_cluster(&self) -> &str {
        self.source().map_or("", |source| &source.cluster)
    }

    /// Returns the migration host of the first source.
    pub fn migration_host(&self) -> &str {
        self.source().map_or("", |source| &source.host)
    }

    /// Returns a valid body for `createGroupLiveMigration` and `validateGroupLiveMigrations`
    /// (version 2024-05-30): from the first source into the cluster `destination` of the first
    /// project.
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

    /// Injects a fault. Faults apply in the order in which they were added, each to the requests it
    /// matches.
    ///
    /// # Panics
    /// When the fault needs a relay and there is none, see
    /// [`Builder::relayed`](crate::Builder::relayed).
    pub fn fail_next(&self, fault: Fault) {
        assert!(self.relay.is_some() || !fault.needs_relay(), "{NO_RELAY}");
        self.core.lock().faults.add(fault);
    }

    /// Removes all pending faults.
    pub fn clear_faults(&self) {
        self.core.lock().faults.clear();
    }

    /// Returns all requests so far, in the order of their responses.
    pub fn requests(&self) -> Vec<RecordedRequest> {
        self.core.lock().journal.clone()
    }

    /// Clears the recorded requests. Counters are kept.
    pub fn clear_requests(&self) {
        self.core.lock().journal.clear();
    }

    /// Waits until the Atlas has responded to `count` requests since its start, for at most
    /// `patience`, and returns whether it has. Requests that were cleared count.
    pub fn wait_for_requests(&self, count: u64, patience: Duration) -> bool {
        self.core.wait_for(count, patience)
    }

    /// Returns the number of requests that the Atlas has responded to since its start. Requests
    /// that were cleared count.
    pub fn answered(&self) -> u64 {
        self.core.lock().answered
    }

    /// Returns all migrations that were created, in the order of their creation.
    pub fn migrations(&self) -> Vec<RecordedMigration> {
        self.core.lock().world.records()
    }

    /// Returns the counters.
    pub fn counters(&self) -> Counters {
        self.core.lock().counters.clone()
    }

    /// Replaces the roles of API key and service account. An operation whose role is missing
    /// responds with 403.
    pub fn set_roles<I>(&self, roles: I)
    where
        I: IntoIterator,
        I::Item: Into<String>,
    {
        self.core.lock().roles = roles.into_iter().map(Into::into).collect();
    }

    /// Returns the time of the server's clock.
    pub fn now(&self) -> SystemTime {
        self.core.lock().clock.now()
    }

    /// Advances the server's clock.
    pub fn advance_clock(&self, by: Duration) {
        self.core.lock().clock.advance(by);
    }

    /// Expires all nonces: the next use of each is stale.
    pub fn expire_nonces(&self) {
        self.core.lock().nonces.expire();
    }

    /// Expires all access tokens, earlier than announced.
    pub fn expire_tokens(&self) {
        self.core.lock().tokens.expire();
    }

    /// Issues an access token, bypassing the token endpoint and its limits.
    /// [`Counters::tokens_minted`] does not count it.
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
        // httpmock returns the server to its pool. Until it is reused, it must not respond for this
        // Atlas.
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
/// httpmock waits indefinitely if the pool is empty, so a thread waits that can be abandoned.
fn take_server() -> Result<MockServer, StartError> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        // After a timeout, the server returns to the pool.
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
        // A request to its port could reach the next Atlas in the process, perhaps another test's.
        let atlas = Atlas::start();
        let core = Arc::downgrade(&atlas.core);
        assert!(core.upgrade().is_some());
        drop(atlas);
        assert!(core.upgrade().is_none(), "the server still holds it");
    }
}
