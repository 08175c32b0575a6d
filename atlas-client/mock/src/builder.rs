//! The builder of an embedded Atlas.

use std::{fmt, time::Duration};

use crate::{
    atlas::Atlas,
    auth::digest,
    config::{Config, Source, StartError},
    faults::Fault,
    limit::RateLimit,
    world::lives::{MigrationOutcome, Pace, ValidationOutcome},
    world::scenario::Scenario,
};

impl Atlas {
    /// Starts an Atlas with the defaults.
    ///
    /// # Panics
    /// See [`Builder::start`].
    pub fn start() -> Self {
        Self::builder().start()
    }

    /// Returns a builder.
    pub fn builder() -> Builder {
        Builder::default()
    }
}

/// Builds an [`Atlas`]. Everything has a default.
///
/// ```
/// use atlas_client::mock::{Atlas, MigrationOutcome, Pace};
///
/// let atlas = Atlas::builder()
///     .linked(true)
///     .pace(Pace::default().syncing(10))
///     .migration_outcome(MigrationOutcome::Expired)
///     .start();
/// assert!(atlas.base_url().starts_with("http://127.0.0.1:"));
/// ```
#[derive(Clone, Default)]
#[must_use]
pub struct Builder {
    config: Config,
}

impl fmt::Debug for Builder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Builder")
            .field("org_id", &self.config.org_id)
            .field("projects", &self.config.projects)
            .field("public_key", &self.config.api_key.0)
            .field("client_id", &self.config.service_account.0)
            .field("date", &self.config.date)
            .finish_non_exhaustive()
    }
}

impl Builder {
    /// Sets the id of the organization, 24 hexadecimal digits.
    pub fn org_id(mut self, id: impl Into<String>) -> Self {
        self.config.org_id = id.into();
        self
    }

    /// Sets the ids of the projects in the organization, 24 hexadecimal digits each.
    /// The first is [`Atlas::project_id`].
    pub fn projects<I>(mut self, ids: I) -> Self
    where
        I: IntoIterator,
        I::Item: Into<String>,
    {
        self.config.projects = ids.into_iter().map(Into::into).collect();
        self
    }

    /// Sets the API key, for HTTP Digest.
    pub fn api_key(mut self, public: impl Into<String>, private: impl Into<String>) -> Self {
        self.config.api_key = (public.into(), private.into());
        self
    }

    /// Sets the service account, for OAuth 2.0.
    pub fn service_account(mut self, id: impl Into<String>, secret: impl Into<String>) -> Self {
        self.config.service_account = (id.into(), secret.into());
        self
    }

    /// Sets the source: the id of its project, the name of its cluster, and its migration host. It
    /// replaces all earlier ones.
    pub fn source(
        mut self,
        project_id: impl Into<String>,
        cluster: impl Into<String>,
        migration_host: impl Into<String>,
    ) -> Self {
        self.config.sources.clear();
        self.add_source(project_id, cluster, migration_host)
    }

    /// Adds a source. The available projects list each project once, with all its clusters and
    /// migration hosts.
    pub fn add_source(
        mut self,
        project_id: impl Into<String>,
        cluster: impl Into<String>,
        migration_host: impl Into<String>,
    ) -> Self {
        self.config.sources.push(Source {
            project: project_id.into(),
            cluster: cluster.into(),
            host: migration_host.into(),
        });
        self
    }

    /// Adds a cluster that can receive data, in a project of the organization. By default each
    /// cluster exists; with this, only those that were added.
    pub fn cluster(mut self, project_id: impl Into<String>, name: impl Into<String>) -> Self {
        let cluster = (project_id.into(), name.into());
        self.config.clusters.insert(cluster);
        self
    }

    /// Sets what happens to migrations into the cluster of this name.
    pub fn scenario(mut self, cluster: impl Into<String>, scenario: Scenario) -> Self {
        self.config.scenarios.insert(cluster.into(), scenario);
        self
    }

    /// Adds a fault that is pending from the start, as by [`Atlas::fail_next`].
    pub fn fault(mut self, fault: Fault) -> Self {
        self.config.faults.push(fault);
        self
    }

    /// Sets whether there is a relay before the server, which faults of connections need:
    /// [`Fault::delay`], [`Fault::slow`], [`Fault::hang_up`] and [`Fault::cut`]. By default there
    /// is none.
    pub fn relayed(mut self, relayed: bool) -> Self {
        self.config.relayed = relayed;
        self
    }

    /// Sets whether the organization is linked with the source from the start, as if a link token
    /// had been created and used. Otherwise the first link token links it.
    pub fn linked(mut self, linked: bool) -> Self {
        self.config.linked = linked;
        self
    }

    /// Sets the roles of API key and service account; `Organization Owner` by default, which
    /// includes all others.
    pub fn roles<I>(mut self, roles: I) -> Self
    where
        I: IntoIterator,
        I::Item: Into<String>,
    {
        self.config.roles = roles.into_iter().map(Into::into).collect();
        self
    }

    /// Sets how many polls each stage of a validation and a migration lasts.
    pub fn pace(mut self, pace: Pace) -> Self {
        self.config.pace = pace;
        self
    }

    /// Sets the outcome of validations; [`ValidationOutcome::Success`] by default.
    pub fn validation_outcome(mut self, outcome: ValidationOutcome) -> Self {
        self.config.validation_outcome = outcome;
        self
    }

    /// Sets the outcome of migrations; [`MigrationOutcome::Complete`] by default.
    pub fn migration_outcome(mut self, outcome: MigrationOutcome) -> Self {
        self.config.migration_outcome = outcome;
        self
    }

    /// Sets the date of the server's clock, as `YYYY-MM-DD`, midnight UTC; `2026-09-01` by default.
    ///
    /// A version is gone from the day of its sunset; the version 2023-01-01 of
    /// `createGroupLiveMigration` and `validateGroupLiveMigrations` from `2027-07-01`.
    pub fn date(mut self, date: impl Into<String>) -> Self {
        self.config.date = date.into();
        self
    }

    /// Sets whether the server's clock runs. By default it is fixed, so that tests do not depend on
    /// their speed, and only [`Atlas::advance_clock`] advances it.
    pub fn ticking(mut self, ticking: bool) -> Self {
        self.config.ticking = ticking;
        self
    }

    /// Sets the algorithms of the Digest challenges, one challenge each, in this order; MD5 alone
    /// by default. With an empty list there is no challenge, and the API key cannot authenticate.
    pub fn digest_algorithms(
        mut self,
        algorithms: impl IntoIterator<Item = digest::DigestAlgorithm>,
    ) -> Self {
        self.config.digest.algorithms = algorithms.into_iter().collect();
        self
    }

    /// Sets whether several challenges share one `WWW-Authenticate` header; by default each has its
    /// own.
    pub fn challenges_in_one_header(mut self, one: bool) -> Self {
        self.config.digest.one_header = one;
        self
    }

    /// Sets the lifetime of a nonce on the server's clock; a minute by default. After that, it is
    /// stale.
    pub fn nonce_lifetime(mut self, lifetime: Duration) -> Self {
        self.config.digest.nonce_lifetime = lifetime;
        self
    }

    /// Sets how many requests a nonce is valid for before it is stale; unlimited by default. With
    /// 0, it is never valid.
    pub fn nonce_uses(mut self, uses: u32) -> Self {
        self.config.digest.nonce_uses = Some(uses);
        self
    }

    /// Sets whether nonce counts must arrive in ascending order.
    ///
    /// By default each count is valid once, in any order, because concurrent requests may overtake
    /// each other.
    pub fn strict_nonce_count(mut self, strict: bool) -> Self {
        self.config.digest.strict_count = strict;
        self
    }

    /// Sets whether responses to Digest have an `Authentication-Info` header with the next nonce
    /// (RFC 7616, section 3.5); by default not.
    pub fn next_nonce(mut self, next: bool) -> Self {
        self.config.digest.next_nonce = next;
        self
    }

    /// Sets the lifetime of an access token on the server's clock, which is also its `expires_in`;
    /// an hour by default.
    pub fn token_lifetime(mut self, lifetime: Duration) -> Self {
        self.config.oauth.token_lifetime = lifetime;
        self
    }

    /// Sets how many tokens the token endpoint issues per minute of the server's clock; 10 by
    /// default, as Atlas does. `None` removes the limit.
    pub fn mint_limit(mut self, limit: impl Into<Option<u32>>) -> Self {
        self.config.oauth.mint_limit = limit.into();
        self
    }

    /// Sets how many tokens can be valid at the same time; 100 by default, as in Atlas.
    pub fn live_token_limit(mut self, limit: u32) -> Self {
        self.config.oauth.live_limit = limit;
        self
    }

    /// Enforces a rate limit on the operations. By default one is announced and none enforced.
    pub fn rate_limit(mut self, limit: RateLimit) -> Self {
        self.config.rate_limit = Some(limit);
        self
    }

    /// Starts the embedded Atlas.
    ///
    /// # Panics
    /// When [`Builder::try_start`] returns an error.
    pub fn start(self) -> Atlas {
        match self.try_start() {
            Ok(atlas) => atlas,
            Err(error) => panic!("the embedded Atlas cannot start: {error}"),
        }
    }

    /// Starts the embedded Atlas.
    ///
    /// # Errors
    /// - An id is not 24 lower-case hexadecimal digits, or the date is not valid as `YYYY-MM-DD`.
    /// - A cluster is in a project that the organization does not have.
    /// - A fault of a connection is set without [`Builder::relayed`].
    /// - The system has no random bytes, or a server or the relay cannot listen on loopback.
    /// - No server was free for half a minute: one process can have 25 at the same time, or the
    ///   number in the environment variable `HTTPMOCK_MAX_SERVERS`, which must be a number.
    pub fn try_start(self) -> Result<Atlas, StartError> {
        self.config.check()?;
        Atlas::launch(self.config)
    }
}
