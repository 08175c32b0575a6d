//! Processes a request: faults, credentials, limits, version, role, ids, body, operation, response.
//!
//! Owns all state behind one lock; must not know the HTTP server.

use std::{
    collections::BTreeSet,
    sync::{Condvar, LazyLock, Mutex, MutexGuard, PoisonError},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use serde_json::Value;

use crate::{
    OAUTH_REVOKE, OAUTH_TOKEN,
    auth::digest::Nonces,
    auth::gate::Gate,
    auth::oauth::{self, Tokens},
    clock::{self, Clock},
    config::{Config, OWNER, StartError},
    faults::{Faults, Moment},
    http::catalog::{ANNOUNCED, Catalog, Operation, PathParameters, Route, Version},
    http::negotiate,
    http::request::Request,
    http::respond::{self, Failure, Form, Reply},
    http::validate::Schemas,
    journal::{Counters, Principal, RecordedRequest},
    limit::Bucket,
    relay::{self, Connection},
    world::organization::{self, Task, World},
};

/// The generated tables, read once for all embedded Atlases of a process.
struct Tables {
    catalog: Catalog,
    schemas: Schemas,
}

static TABLES: LazyLock<Result<Tables, String>> = LazyLock::new(|| {
    Ok(Tables {
        catalog: Catalog::load()?,
        schemas: Schemas::load()?,
    })
});

/// An Atlas without its server.
pub(crate) struct Core {
    pub(crate) config: Config,
    tables: &'static Tables,
    state: Mutex<State>,
    /// Notified after each request.
    answered: Condvar,
}

/// The mutable state of an Atlas.
pub(crate) struct State {
    pub(crate) clock: Clock,
    pub(crate) nonces: Nonces,
    pub(crate) tokens: Tokens,
    pub(crate) faults: Faults,
    pub(crate) journal: Vec<RecordedRequest>,
    pub(crate) counters: Counters,
    pub(crate) roles: BTreeSet<String>,
    bucket: Bucket,
    pub(crate) world: World,
    /// How many requests were responded to.
    pub(crate) answered: u64,
}

/// What is known about a request while it is processed.
#[derive(Default)]
struct Trail {
    principal: Option<Principal>,
    /// The name of the destination cluster that it is about, if a fault depends on it.
    cluster: Option<String>,
    /// What happens to the connection.
    connection: Connection,
    /// Headers of the response, success or error.
    headers: Vec<(String, String)>,
}

impl Trail {
    fn header(&mut self, name: &str, value: impl Into<String>) {
        self.headers.push((name.to_owned(), value.into()));
    }
}

impl Core {
    pub(crate) fn new(config: Config, seed: u64) -> Result<Self, StartError> {
        let tables = TABLES
            .as_ref()
            .map_err(|reason| StartError::new(reason.clone()))?;
        let date = clock::parse_date(&config.date).unwrap_or(UNIX_EPOCH);
        let clock = Clock::new(date, config.ticking);
        let mut faults = Faults::default();
        for fault in &config.faults {
            faults.add(fault.clone());
        }
        let state = State {
            nonces: Nonces::new(seed),
            tokens: Tokens::new(seed),
            faults,
            journal: Vec::new(),
            counters: Counters::default(),
            roles: config.roles.clone(),
            bucket: Bucket::new(config.rate_limit, clock.now()),
            world: World::new(seed, config.linked),
            answered: 0,
            clock,
        };
        Ok(Self {
            config,
            tables,
            state: Mutex::new(state),
            answered: Condvar::new(),
        })
    }

    /// Locks the state. A poisoned lock is used all the same: a panic leaves no inconsistency that
    /// matters to a test.
    pub(crate) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Responds to a request and records it.
    pub(crate) fn answer(&self, request: Request) -> Reply {
        let route = self.tables.catalog.find(&request.method, &request.path);
        let id = match (request.path.as_str(), &route) {
            (oauth::TOKEN_PATH, _) => Some(OAUTH_TOKEN),
            (oauth::REVOKE_PATH, _) => Some(OAUTH_REVOKE),
            (_, Route::Operation(operation, _)) => Some(operation.id.as_str()),
            _ => None,
        };
        let mut state = self.lock();
        let mut trail = Trail::default();
        if let Route::Operation(_, parameters) = &route
            && state.faults.depend_on_clusters()
        {
            trail.cluster = state.world.cluster_of(parameters, &request.body);
        }
        let reply = self.reply(&mut state, &request, &route, id, &mut trail);
        let reply = reply.header("Date", clock::http_date(state.clock.now()));
        let mut record = RecordedRequest::new(request, id.map(str::to_owned));
        record.status = match trail.connection.cut {
            Some(0) => 0,
            _ => reply.status,
        };
        record.principal = trail.principal;
        state.journal.push(record);
        state.answered += 1;
        self.answered.notify_all();
        relay::mark(reply, trail.connection)
    }

    /// Waits until `count` requests were responded to, and returns whether they were in time.
    pub(crate) fn wait_for(&self, count: u64, patience: Duration) -> bool {
        let waited = self
            .answered
            .wait_timeout_while(self.lock(), patience, |state| state.answered < count);
        let waited = waited.unwrap_or_else(PoisonError::into_inner);
        !waited.1.timed_out()
    }

    fn reply(
        &self,
        state: &mut State,
        request: &Request,
        route: &Route<'_>,
        id: Option<&str>,
        trail: &mut Trail,
    ) -> Reply {
        if let Some(fault) = state.strike(id, trail, Moment::BeforeAuthentication) {
            return fault;
        }
        if matches!(id, Some(OAUTH_TOKEN | OAUTH_REVOKE)) {
            return self.token_endpoints(state, request, id, trail);
        }
        let reply = match self.operation(state, request, route, id, trail) {
            Ok(reply) => reply,
            Err(failure) => failure.into_reply(request.flag("pretty")),
        };
        trail
            .headers
            .drain(..)
            .fold(reply, |reply, (name, value)| reply.header(&name, value))
    }

    fn token_endpoints(
        &self,
        state: &mut State,
        request: &Request,
        id: Option<&str>,
        trail: &mut Trail,
    ) -> Reply {
        if request.method != "POST" {
            return Failure::new(405, "METHOD_NOT_ALLOWED", "only POST is known here")
                .header("Allow", "POST")
                .into_reply(false);
        }
        if let Some(fault) = state.strike(id, trail, Moment::BeforeExecution) {
            return fault;
        }
        let (account, secret) = &self.config.service_account;
        let client = (account.as_str(), secret.as_str());
        let now = state.clock.now();
        let reply = if id == Some(OAUTH_TOKEN) {
            let (reply, minted) = state.tokens.mint(request, client, &self.config.oauth, now);
            state.counters.tokens_minted += u64::from(minted);
            reply
        } else {
            state.tokens.revoke(request, client)
        };
        if reply.status >= 300 {
            return reply;
        }
        let fault = state.strike(id, trail, Moment::AfterExecution);
        fault.unwrap_or(reply)
    }

    fn operation(
        &self,
        state: &mut State,
        request: &Request,
        route: &Route<'_>,
        id: Option<&str>,
        trail: &mut Trail,
    ) -> Result<Reply, Failure> {
        if !request.path.starts_with("/api/atlas/") {
            return Err(nowhere(request));
        }
        let now = state.clock.now();
        self.admit(state, request, now, trail)?;
        let taken = state.bucket.take(&request.path, now);
        let announced = match route {
            Route::Operation(operation, _) => operation.announced_limit(),
            _ => ANNOUNCED,
        };
        let allowance = state.bucket.allowance(announced);
        trail.header("RateLimit-Limit", allowance.limit.to_string());
        trail.header("RateLimit-Remaining", allowance.remaining.to_string());
        taken?;
        if let Some(fault) = state.strike(id, trail, Moment::BeforeExecution) {
            trail.headers.clear();
            return Ok(fault);
        }
        let (operation, parameters) = match route {
            Route::Operation(operation, parameters) => (*operation, parameters),
            Route::OtherMethods(methods) => {
                return Err(Failure::new(
                    405,
                    "METHOD_NOT_ALLOWED",
                    format!("{} is not known here", request.method),
                )
                .header("Allow", methods.join(", ")));
            }
            Route::Nowhere => return Err(nowhere(request)),
        };
        trail.header(
            "X-Java-Method",
            format!("{}::{}", operation.resource(), operation.id),
        );
        let reply = self.perform(state, request, (operation, parameters), now, trail)?;
        *state
            .counters
            .executed
            .entry(operation.id.clone())
            .or_default() += 1;
        if let Some(fault) = state.strike(id, trail, Moment::AfterExecution) {
            trail.headers.clear();
            return Ok(fault);
        }
        Ok(reply)
    }

    fn admit(
        &self,
        state: &mut State,
        request: &Request,
        now: SystemTime,
        trail: &mut Trail,
    ) -> Result<(), Failure> {
        let (user, password) = &self.config.api_key;
        let admitted = Gate {
            api_key: (user, password),
            policy: &self.config.digest,
            nonces: &mut state.nonces,
            tokens: &state.tokens,
            counters: &mut state.counters,
            now,
        }
        .admit(request)?;
        trail.principal = Some(admitted.principal);
        if let Some(next) = admitted.next_nonce {
            trail.header("Authentication-Info", next);
        }
        Ok(())
    }

    fn perform(
        &self,
        state: &mut State,
        request: &Request,
        (operation, parameters): (&Operation, &PathParameters),
        now: SystemTime,
        trail: &mut Trail,
    ) -> Result<Reply, Failure> {
        let today = clock::date_of(now);
        let version = negotiate::response_version(operation, request, &today)?;
        announce_sunset(operation, version, trail);
        let body_version = negotiate::request_version(operation, request, version)?;
        check_role(operation, &state.roles)?;
        organization::check_path(parameters, &self.config)?;
        let body = match body_version {
            Some(date) => self
                .tables
                .schemas
                .check(&operation.id, date, &request.body)?,
            None => Value::Null,
        };
        let (status, content) = state.world.carry_out(&Task {
            operation,
            parameters,
            body,
            config: &self.config,
            now,
            answered: state.answered,
        })?;
        let form = Form {
            version: &version.date,
            envelope: request.flag("envelope"),
            pretty: request.flag("pretty"),
        };
        Ok(respond::success(status, content, &form))
    }
}

impl State {
    fn strike(
        &mut self,
        operation: Option<&str>,
        trail: &mut Trail,
        moment: Moment,
    ) -> Option<Reply> {
        let cluster = trail.cluster.as_deref();
        let strike = self.faults.strike(operation, cluster, moment)?;
        self.counters.faults += 1;
        trail.connection = trail.connection.with(strike.connection);
        strike.reply
    }
}

/// Adds `Deprecation`, the date of the next version, and `Sunset`, if the version has one. Both may
/// have one-digit days, as those of Atlas do.
fn announce_sunset(operation: &Operation, version: &Version, trail: &mut Trail) {
    let Some(sunset) = version.sunset.as_deref().and_then(clock::parse_date) else {
        return;
    };
    let deprecation = operation
        .successor(version)
        .and_then(|successor| clock::parse_date(&successor.date))
        .unwrap_or(sunset);
    trail.header("Deprecation", clock::short_http_date(deprecation));
    trail.header("Sunset", clock::short_http_date(sunset));
}

fn check_role(operation: &Operation, roles: &BTreeSet<String>) -> Result<(), Failure> {
    let needed = &operation.roles;
    if needed.is_empty() || roles.contains(OWNER) || needed.iter().any(|role| roles.contains(role))
    {
        return Ok(());
    }
    Err(Failure::new(
        403,
        "USER_UNAUTHORIZED",
        format!("this needs the role {}", needed.join(" or ")),
    ))
}

fn nowhere(request: &Request) -> Failure {
    Failure::new(
        404,
        "RESOURCE_NOT_FOUND",
        format!("nothing is found at {}", request.path),
    )
    .parameters(vec![request.path.clone().into()])
}
