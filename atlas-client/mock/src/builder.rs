//! Furnishes an embedded Atlas before it starts.

use std::{fmt, time::Duration};

use crate::{
    atlas::Atlas,
    auth::digest,
    config::{Config, StartError},
    limit::RateLimit,
    world::lives::{MigrationOutcome, Pace, ValidationOutcome},
};

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
}

/// Furnishes an [`Atlas`] before it starts. Everything has a default.
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
    /// The id of the organization, 24 hexadecimal digits.
    pub fn org_id(mut self, id: impl Into<String>) -> Self {
        self.config.org_id = id.into();
        self
    }

    /// The ids of the projects in the organization, 24 hexadecimal digits each.
    /// The first is [`Atlas::project_id`].
    pub fn projects<I>(mut self, ids: I) -> Self
    where
        I: IntoIterator,
        I::Item: Into<String>,
    {
        self.config.projects = ids.into_iter().map(Into::into).collect();
        self
    }

    /// The API key, for HTTP Digest.
    pub fn api_key(mut self, public: impl Into<String>, private: impl Into<String>) -> Self {
        self.config.api_key = (public.into(), private.into());
        self
    }

    /// The service account, for OAuth 2.0.
    pub fn service_account(mut self, id: impl Into<String>, secret: impl Into<String>) -> Self {
        self.config.service_account = (id.into(), secret.into());
        self
    }

    /// The source: the id of its project, the name of its cluster, and its migration host.
    pub fn source(
        mut self,
        project_id: impl Into<String>,
        cluster: impl Into<String>,
        migration_host: impl Into<String>,
    ) -> Self {
        self.config.source_project = project_id.into();
        self.config.source_cluster = cluster.into();
        self.config.migration_host = migration_host.into();
        self
    }

    /// Whether the organization is linked with the source from the start, as if a link token had been made and used.
    /// Without, the first link token links it.
    pub fn linked(mut self, linked: bool) -> Self {
        self.config.linked = linked;
        self
    }

    /// The roles of API key and service account; by default `Organization Owner`, which holds every other.
    pub fn roles<I>(mut self, roles: I) -> Self
    where
        I: IntoIterator,
        I::Item: Into<String>,
    {
        self.config.roles = roles.into_iter().map(Into::into).collect();
        self
    }

    /// How many polls each stage of a validation and a migration lasts.
    pub fn pace(mut self, pace: Pace) -> Self {
        self.config.pace = pace;
        self
    }

    /// How validations end.
    pub fn validation_outcome(mut self, outcome: ValidationOutcome) -> Self {
        self.config.validation_outcome = outcome;
        self
    }

    /// How migrations end.
    pub fn migration_outcome(mut self, outcome: MigrationOutcome) -> Self {
        self.config.migration_outcome = outcome;
        self
    }

    /// The day that the server's clock shows, as `YYYY-MM-DD`, midnight UTC; by default `2026-09-01`.
    ///
    /// Versions are gone from the day of their sunset; the version 2023-01-01 of `createGroupLiveMigration` and
    /// `validateGroupLiveMigrations` from `2027-07-01`.
    pub fn date(mut self, date: impl Into<String>) -> Self {
        self.config.date = date.into();
        self
    }

    /// Whether the server's clock runs. By default it stands still, so that what a test sees does not depend on how
    /// fast it runs, and moves with [`Atlas::advance_clock`] only.
    pub fn ticking(mut self, ticking: bool) -> Self {
        self.config.ticking = ticking;
        self
    }

    /// The algorithms that a Digest challenge offers, one challenge each, in this order; by default MD5 alone.
    /// With none there is no challenge at all, and no way in for the API key.
    pub fn digest_algorithms(
        mut self,
        algorithms: impl IntoIterator<Item = digest::DigestAlgorithm>,
    ) -> Self {
        self.config.digest.algorithms = algorithms.into_iter().collect();
        self
    }

    /// Whether several challenges share one `WWW-Authenticate` header; by default each has its own.
    pub fn challenges_in_one_header(mut self, one: bool) -> Self {
        self.config.digest.one_header = one;
        self
    }

    /// How long a nonce lives on the server's clock; by default a minute. After that, it is stale.
    pub fn nonce_lifetime(mut self, lifetime: Duration) -> Self {
        self.config.digest.nonce_lifetime = lifetime;
        self
    }

    /// How many requests a nonce serves before it is stale; by default any number. With 0, it never serves.
    pub fn nonce_uses(mut self, uses: u32) -> Self {
        self.config.digest.nonce_uses = Some(uses);
        self
    }

    /// Whether nonce counts have to arrive in rising order.
    ///
    /// By default each count serves once, in any order of arrival, because requests that are under way at the same
    /// time overtake each other.
    pub fn strict_nonce_count(mut self, strict: bool) -> Self {
        self.config.digest.strict_count = strict;
        self
    }

    /// Whether answers to Digest carry `Authentication-Info` with the nonce to use next
    /// (RFC 7616, section 3.5); by default not.
    pub fn next_nonce(mut self, next: bool) -> Self {
        self.config.digest.next_nonce = next;
        self
    }

    /// How long an access token lives on the server's clock, as `expires_in` says; by default an hour.
    pub fn token_lifetime(mut self, lifetime: Duration) -> Self {
        self.config.oauth.token_lifetime = lifetime;
        self
    }

    /// How many tokens the token endpoint gives out within a minute of the server's clock; 10 by default, as Atlas does.
    /// `None` takes the limit away.
    pub fn mint_limit(mut self, limit: impl Into<Option<u32>>) -> Self {
        self.config.oauth.mint_limit = limit.into();
        self
    }

    /// How many tokens can be alive at the same time; 100 by default, as with Atlas.
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
    /// Where [`Builder::try_start`] gives an error: a test has nothing better to do than to fail with its words.
    pub fn start(self) -> Atlas {
        match self.try_start() {
            Ok(atlas) => atlas,
            Err(error) => panic!("the embedded Atlas cannot start: {error}"),
        }
    }

    /// Starts the embedded Atlas.
    ///
    /// # Errors
    /// An id or the date is malformed, or no server was free for half a minute: one process has 25 at the same time,
    /// or as many as the environment variable `HTTPMOCK_MAX_SERVERS` says.
    pub fn try_start(self) -> Result<Atlas, StartError> {
        self.config.check()?;
        Atlas::launch(self.config)
    }
}
