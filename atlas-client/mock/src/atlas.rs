//! A running embedded Atlas, and what a test asks of it.

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
    config::{Config, StartError},
    faults::Fault,
    http::request::Request,
    http::respond::Reply,
    journal::{Counters, RecordedRequest},
    serve::Core,
};

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
    pub(crate) fn launch(config: Config) -> Result<Self, StartError> {
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
