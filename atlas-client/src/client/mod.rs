//! The client and its builder. Owns what all calls share; must not know any
//! operation.

pub(crate) mod options;
mod proxy;
pub(crate) mod settings;

use std::ffi::OsString;
use std::fmt;
#[cfg(feature = "profile")]
use std::path::Path;
use std::sync::Arc;

use reqwest::Url;
use reqwest::header::{ACCEPT_ENCODING, HeaderMap, HeaderValue};
use tower::layer::layer_fn;

use crate::auth::Auth;
use settings::Source;
use settings::environment::{self, Environment};
#[cfg(feature = "profile")]
pub use settings::profile::Profile;

use crate::operation::Operation;
use crate::transport::pace::Pace;
use crate::transport::retry::Budget;
use crate::transport::runtimes::Http;
use crate::transport::trace::DeprecationLog;
use crate::{
    CallOptions, Credentials, Error, ObjectId, Result, transport::coding, transport::connect,
    transport::origin, transport::runtimes,
};

const DEFAULT_BASE: &str = "https://cloud.mongodb.com";
const USER_AGENT: &str = concat!("atlas-client/", env!("CARGO_PKG_VERSION"));
const DEFAULT_ANSWER_LIMIT: usize = 64 * 1024 * 1024;

/// A client of one Atlas server.
///
/// It holds a connection pool and the authentication state. Clones share both:
/// create one client and clone it where needed. The access token of a service
/// account is also shared with other clients of this process that have the same
/// server, client id and secret.
///
/// Calls need a Tokio runtime with time and I/O enabled; without one they return
/// an error at once ([`Error::is_configuration`]). One client, for example a
/// `static`, may be used on several runtimes, even if some of them are not
/// driven. Each runtime has its own connection pool, which is created, and
/// [configured](ClientBuilder::configure_http), when the client is built or on the
/// first call on another runtime; tokens, nonces, pacing and retry budget are
/// shared. A client keeps the pools of the last 256 runtimes that used it. With
/// more than that, a call on another runtime creates its pool anew and cannot reuse
/// a connection. Of 16 pools or more, one that was not used for 90 seconds is
/// dropped when another is created. A call waits at most two seconds for a token
/// that another runtime is requesting. A call, and the
/// [`ByteStream`](crate::ByteStream) that it returns, stay on the runtime on which
/// they began.
///
/// ```no_run
/// use atlas_client::{Client, Credentials};
///
/// # fn example(id: String, secret: String) -> atlas_client::Result<()> {
/// let client = Client::builder()
///     .credentials(Credentials::service_account(id, secret))
///     .build()?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Client(pub(crate) Arc<Inner>);

pub(crate) struct Inner {
    pub(crate) http: Arc<Http>,
    pub(crate) base: Url,
    pub(crate) auth: Auth,
    pub(crate) options: CallOptions,
    pub(crate) budget: Budget,
    pub(crate) deprecation_log: DeprecationLog,
    pub(crate) pace: Option<Pace>,
    /// The maximum size of a JSON response in bytes, decompressed.
    pub(crate) answer_limit: usize,
    org_id: Option<ObjectId>,
    project_id: Option<ObjectId>,
    pub(crate) request_headers: Option<Arc<RequestHeaders>>,
}

impl Client {
    /// Returns a builder with the defaults.
    pub fn builder() -> ClientBuilder {
        ClientBuilder::default()
    }

    /// Creates a client from the environment, see
    /// [`ClientBuilder::from_env`].
    ///
    /// # Errors
    ///
    /// Those of [`ClientBuilder::from_env`] and [`ClientBuilder::build`].
    pub fn from_env() -> Result<Self> {
        ClientBuilder::from_env()?.build()
    }

    /// Creates a client from the configuration of the Atlas CLI, see
    /// [`ClientBuilder::from_cli`]. Needs the feature `profile`.
    ///
    /// # Errors
    ///
    /// Those of [`ClientBuilder::from_cli`] and [`ClientBuilder::build`].
    #[cfg(feature = "profile")]
    pub fn from_cli() -> Result<Self> {
        ClientBuilder::from_cli()?.build()
    }

    /// Returns the base URL of the server.
    pub fn base_url(&self) -> &Url {
        &self.0.base
    }

    /// Returns the organization that the configuration names: the variable
    /// `MONGODB_ATLAS_ORG_ID`, `org_id` of a profile, or
    /// [`ClientBuilder::org_id`]. No call uses it by itself.
    pub fn org_id(&self) -> Option<&ObjectId> {
        self.0.org_id.as_ref()
    }

    /// Returns the project that the configuration names: the variable
    /// `MONGODB_ATLAS_PROJECT_ID`, `project_id` of a profile, or
    /// [`ClientBuilder::project_id`]. No call uses it by itself.
    pub fn project_id(&self) -> Option<&ObjectId> {
        self.0.project_id.as_ref()
    }

    /// Revokes the access token of the service account, for example when the
    /// program ends or the token may have leaked. An account has a limited number
    /// of valid tokens. The next call of this client, or of another client of the
    /// same service account, requests a new token.
    ///
    /// A token from a [`TokenProvider`](crate::TokenProvider) is dropped but
    /// not revoked, because that takes the credentials of the service account.
    /// With other credentials this does nothing.
    ///
    /// # Errors
    ///
    /// When the server cannot be reached or rejects the request; the token is
    /// not used again in either case. Outside of a Tokio runtime
    /// ([`Error::is_configuration`]), where the token is kept.
    pub async fn revoke_token(&self) -> Result<()> {
        runtimes::current()?;
        self.0.auth.revoke().await
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("base_url", &self.0.base.as_str())
            .field("auth", &self.0.auth)
            .field("options", &self.0.options)
            .finish_non_exhaustive()
    }
}

/// Builds a [`Client`].
///
/// [`Client::builder`] starts with the defaults, which each method documents.
/// [`from_env`](Self::from_env) reads the environment, and with the feature
/// `profile`, `from_profile` and `from_cli` read the configuration of the Atlas CLI.
#[derive(Clone)]
#[must_use = "a description makes no client until `build`"]
pub struct ClientBuilder {
    base_url: String,
    credentials: Credentials,
    user_agent: Option<String>,
    allow_insecure_http: bool,
    answer_limit: usize,
    options: CallOptions,
    retry_budget: u32,
    pacing: bool,
    org_id: Option<ObjectId>,
    project_id: Option<ObjectId>,
    proxy: ProxyChoice,
    configure_http: Option<Arc<ConfigureHttp>>,
    request_headers: Option<Arc<RequestHeaders>>,
}

type ConfigureHttp = dyn Fn(reqwest::ClientBuilder) -> reqwest::ClientBuilder + Send + Sync;
type RequestHeaders = dyn Fn(&Operation) -> HeaderMap + Send + Sync;

/// Which proxy requests go through.
#[derive(Clone)]
enum ProxyChoice {
    /// The proxy that the environment names for the server.
    Environment,
    Never,
    /// May hold a password.
    Url(String),
}

/// Shows only the origin of the base URL, the rest of which may hold secrets until `build` rejects
/// them.
impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let url = Url::parse(&self.base_url).ok().filter(Url::has_host);
        let origin = url.map(|url| url.origin().ascii_serialization());
        f.debug_struct("ClientBuilder")
            .field(
                "base_url",
                &origin.as_deref().unwrap_or("[not a URL with a host]"),
            )
            .field("credentials", &self.credentials)
            .field("user_agent", &self.user_agent)
            .field("allow_insecure_http", &self.allow_insecure_http)
            .field("answer_limit", &self.answer_limit)
            .field("options", &self.options)
            .field("retry_budget", &self.retry_budget)
            .field("pacing", &self.pacing)
            .field("org_id", &self.org_id)
            .field("project_id", &self.project_id)
            .finish_non_exhaustive()
    }
}

impl Default for ClientBuilder {
    fn default() -> Self {
        Self {
            base_url: DEFAULT_BASE.to_owned(),
            credentials: Credentials::anonymous(),
            user_agent: None,
            allow_insecure_http: false,
            answer_limit: DEFAULT_ANSWER_LIMIT,
            options: CallOptions::default(),
            retry_budget: 100,
            pacing: false,
            org_id: None,
            project_id: None,
            proxy: ProxyChoice::Environment,
            configure_http: None,
            request_headers: None,
        }
    }
}

impl ClientBuilder {
    /// Reads the environment variables of the Atlas CLI: the credentials of
    /// [`Credentials::from_env`]; as the server `MONGODB_ATLAS_OPS_MANAGER_URL`,
    /// `MONGODB_ATLAS_BASE_URL`, or that of `MONGODB_ATLAS_SERVICE` (`cloud` or
    /// `cloudgov`); and the ids `MONGODB_ATLAS_ORG_ID` and
    /// `MONGODB_ATLAS_PROJECT_ID`, see [`Client::org_id`].
    ///
    /// # Errors
    ///
    /// Those of [`Credentials::from_env`], a `MONGODB_ATLAS_SERVICE` that is neither
    /// `cloud` nor `cloudgov`, and an id that is not 24 hexadecimal digits.
    pub fn from_env() -> Result<Self> {
        Self::from_variables(environment::process)
    }

    /// Like [`from_env`](Self::from_env), from any other source: `lookup`
    /// receives full names such as `MONGODB_ATLAS_CLIENT_ID`.
    ///
    /// # Errors
    ///
    /// Those of [`from_env`](Self::from_env).
    pub fn from_lookup(lookup: impl Fn(&str) -> Option<String>) -> Result<Self> {
        Self::from_variables(|name| lookup(name).map(Into::into))
    }

    fn from_variables(lookup: impl Fn(&str) -> Option<OsString>) -> Result<Self> {
        let environment = Environment(lookup);
        let credentials = environment.credentials()?;
        Self::default().credentials(credentials).read(&environment)
    }

    /// Sets everything that `source` has, except the credentials.
    fn read(mut self, source: &impl Source) -> Result<Self> {
        self.base_url = settings::base_url(source)?.unwrap_or(self.base_url);
        self.org_id = settings::id(source, settings::ORG_ID)?.or(self.org_id);
        self.project_id = settings::id(source, settings::PROJECT_ID)?.or(self.project_id);
        Ok(self)
    }

    /// Reads a profile of the Atlas CLI: credentials, server and ids. No variable of
    /// the environment changes them. Needs the feature `profile`.
    ///
    /// # Errors
    ///
    /// Those of [`Profile::credentials`], [`Profile::base_url`] and
    /// [`Profile::org_id`].
    #[cfg(feature = "profile")]
    pub fn from_profile(profile: &Profile) -> Result<Self> {
        let credentials = profile.credentials()?;
        Self::default().credentials(credentials).read(profile)
    }

    /// Reads the configuration that the Atlas CLI would use: each variable of the
    /// environment (see [`from_env`](Self::from_env)), and for what is not set the
    /// profile of [`Profile::load`]. Credentials are taken from one of the two.
    /// Without a configuration file, and if `MONGODB_ATLAS_PROFILE` is not set, this
    /// is [`from_env`](Self::from_env). Needs the feature `profile`.
    ///
    /// # Errors
    ///
    /// Those of [`from_env`](Self::from_env), [`Profile::load`] and
    /// [`from_profile`](Self::from_profile). A file that has no matching profile is
    /// an error even if the environment has credentials.
    #[cfg(feature = "profile")]
    pub fn from_cli() -> Result<Self> {
        Self::from_cli_with(environment::process, &settings::profile::path()?)
    }

    #[cfg(feature = "profile")]
    pub(crate) fn from_cli_with(
        lookup: impl Fn(&str) -> Option<OsString>,
        file: &Path,
    ) -> Result<Self> {
        let environment = Environment(lookup);
        let name = environment.profile()?;
        if name.is_none() && !file.exists() {
            return Self::from_variables(environment.0);
        }
        let chosen = settings::Choice::find(&environment)?;
        let profile = Profile::from_file(file, name.as_deref())?;
        let found = settings::credentials(&environment, chosen.as_ref())?;
        let credentials = match (found, chosen) {
            (Some(found), _) => found,
            (None, Some(chosen)) => profile.credentials_of(Some(chosen))?,
            (None, None) => profile.credentials()?,
        };
        let builder = Self::default().credentials(credentials);
        builder.read(&profile)?.read(&environment)
    }

    /// Sets the organization of [`Client::org_id`].
    pub fn org_id(mut self, id: ObjectId) -> Self {
        self.org_id = Some(id);
        self
    }

    /// Sets the project of [`Client::project_id`].
    pub fn project_id(mut self, id: ObjectId) -> Self {
        self.project_id = Some(id);
        self
    }

    /// Sets the credentials. Without them, requests are sent unauthenticated, which
    /// few operations accept.
    pub fn credentials(mut self, credentials: Credentials) -> Self {
        self.credentials = credentials;
        self
    }

    /// Sets the server, `https://cloud.mongodb.com` by default. A path in the
    /// URL is prepended to the path of each operation.
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.base_url = url.into();
        self
    }

    /// Sets a prefix of the `User-Agent` header: name and version of the
    /// program, as in `my-tool/1.0`.
    pub fn user_agent(mut self, product: impl Into<String>) -> Self {
        self.user_agent = Some(product.into());
        self
    }

    /// Sets the options of calls that do not set their own.
    pub fn options(mut self, options: CallOptions) -> Self {
        self.options = options;
        self
    }

    /// Sets the retry budget that this client and its clones share while the
    /// server fails; 100 retries by default. Five successful calls earn one
    /// retry back, and so does a successful retry. A retry after a 429 that says
    /// how long to wait ([`Error::retry_after`]) costs nothing; after any other it
    /// costs one.
    pub fn retry_budget(mut self, retries: u32) -> Self {
        self.retry_budget = retries;
        self
    }

    /// Enables pacing: calls wait so that the server does not reject them; off
    /// by default. Once four fifths of `RateLimit-Limit` are used up, the calls
    /// of that operation are spread evenly over the minute. A 429 delays all of
    /// them by its `Retry-After`, up to an hour. The wait is part of the total
    /// time of a call; if it does not fit, the call is not sent and returns a
    /// timeout error at once ([`Error::is_timeout`]).
    ///
    /// Pacing prevents 429 responses if the server refills its limit
    /// continuously. It prevents none if the limit is reset every minute.
    pub fn pacing(mut self, pacing: bool) -> Self {
        self.pacing = pacing;
        self
    }

    /// Sets the maximum size of a JSON response in bytes, decompressed; 64 MiB
    /// by default. Byte streams have no limit.
    pub fn max_answer_bytes(mut self, limit: usize) -> Self {
        self.answer_limit = limit;
        self
    }

    /// Sends all requests through the proxy at `url`, such as
    /// `http://proxy.example.com:8080`, instead of the one that the environment
    /// names. The URL may contain a user name and a password. Plain `http` to a
    /// loopback address never uses a proxy.
    pub fn proxy(mut self, url: impl Into<String>) -> Self {
        self.proxy = ProxyChoice::Url(url.into());
        self
    }

    /// Sends all requests directly, whatever proxy the environment names.
    pub fn no_proxy(mut self) -> Self {
        self.proxy = ProxyChoice::Never;
        self
    }

    /// Configures the HTTP library: certificates of a private authority, client certificates, DNS,
    /// the size of the connection pool, layers of `tower` around its connector. `configure` is
    /// called for each Tokio runtime that uses the client, more than once if several threads of a
    /// runtime make its first call at once or its pool was dropped (see [`Client`]).
    ///
    /// ```no_run
    /// use atlas_client::{Client, reqwest};
    ///
    /// # fn example() -> Result<(), Box<dyn std::error::Error>> {
    /// let pem = std::fs::read("authority.pem")?;
    /// let authority = reqwest::Certificate::from_pem(&pem)?;
    /// let client = Client::builder()
    ///     .configure_http(move |http| http.tls_certs_merge([authority.clone()]))
    ///     .build()?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// Settings that this crate relies on are applied afterwards: redirects are not followed, the
    /// library decodes no bodies, and the connector has the time limit of the call. That is also
    /// why a ready-made
    /// [`reqwest::Client`](https://docs.rs/reqwest/latest/reqwest/struct.Client.html) is not
    /// accepted: its settings cannot be inspected. For proxies there are [`proxy`](Self::proxy) and
    /// [`no_proxy`](Self::no_proxy); for time limits [`CallOptions`].
    pub fn configure_http(
        mut self,
        configure: impl Fn(reqwest::ClientBuilder) -> reqwest::ClientBuilder + Send + Sync + 'static,
    ) -> Self {
        self.configure_http = Some(Arc::new(configure));
        self
    }

    /// Adds headers to each request of an operation, for example the trace context
    /// of the current span or the id of a job. `headers` is called for each attempt,
    /// and within the span of the call. Headers that the client sets itself
    /// (`Accept`, `Accept-Encoding`, `Authorization`, `Content-Length`,
    /// `Content-Type`, `Host`, `Transfer-Encoding`) are ignored, and those of the
    /// call take precedence. Requests for access tokens have none of them.
    ///
    /// ```
    /// use atlas_client::{Client, HeaderMap, HeaderValue};
    ///
    /// let client = Client::builder().request_headers(|operation| {
    ///     let mut headers = HeaderMap::new();
    ///     headers.insert("x-operation", HeaderValue::from_static(operation.id()));
    ///     headers
    /// });
    /// ```
    pub fn request_headers(
        mut self,
        headers: impl Fn(&Operation) -> HeaderMap + Send + Sync + 'static,
    ) -> Self {
        self.request_headers = Some(Arc::new(headers));
        self
    }

    /// Allows plain `http` to other machines, where requests can be read and
    /// changed in transit. Loopback addresses are always allowed.
    pub fn allow_insecure_http(mut self, allow: bool) -> Self {
        self.allow_insecure_http = allow;
        self
    }

    /// Builds the client. Sends nothing.
    ///
    /// # Errors
    ///
    /// When the base URL is invalid, see
    /// [`allow_insecure_http`](Self::allow_insecure_http); when the credentials
    /// or the user agent are not valid in a header; when the proxy, or a variable for
    /// it (`HTTPS_PROXY`, `HTTP_PROXY` or `ALL_PROXY`, also in lower case), is not a
    /// proxy URL; when the proxy speaks SOCKS, or `NO_PROXY` is not Unicode; when TLS
    /// cannot be set up.
    pub fn build(self) -> Result<Client> {
        let base = origin::parse(&self.base_url, self.allow_insecure_http)?;
        let has_tls = cfg!(any(feature = "rustls", feature = "native-tls"));
        require_tls(&base, has_tls)?;
        self.credentials.check()?;
        let user_agent = match &self.user_agent {
            Some(product) => format!("{product} {USER_AGENT}"),
            None => USER_AGENT.to_owned(),
        };
        let user_agent = HeaderValue::try_from(user_agent).map_err(|_| {
            Error::configuration("the user agent holds a character that no header can hold")
        })?;
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT_ENCODING, HeaderValue::from_static(coding::ACCEPTED));
        // A proxy from the environment would receive loopback requests in plain
        // text.
        let direct = base.scheme() == "http" && origin::is_loopback(&base);
        let choice = if direct {
            ProxyChoice::Never
        } else {
            self.proxy
        };
        let proxy = match &choice {
            ProxyChoice::Never => None,
            ProxyChoice::Url(url) => Some(proxy::host("the proxy", url)?),
            ProxyChoice::Environment => proxy::from_env(environment::process, &base)?,
        };
        let limited = connect::Limited {
            usual: self.options.limits(&CallOptions::new()).connect,
            proxy: proxy.map(Into::into),
        };
        let configure = self.configure_http;
        let plain = base.scheme() == "http";
        let http = Arc::new(Http::new(move || {
            let mut http = reqwest::Client::builder();
            if let Some(configure) = &configure {
                http = configure(http);
            }
            let mut http = http
                .user_agent(user_agent.clone())
                // `coding` decodes bodies, even if another crate of the program enables
                // the library's own decoding.
                .no_gzip()
                .no_deflate()
                .no_brotli()
                .no_zstd()
                .default_headers(headers.clone())
                .connector_layer({
                    let limited = limited.clone();
                    layer_fn(move |connector| connect::limited(connector, limited.clone()))
                })
                // Credentials are sent to the configured server only.
                .redirect(reqwest::redirect::Policy::none());
            if plain {
                // Certificates are never checked here, so none need to be loaded.
                #[cfg(any(feature = "rustls", feature = "native-tls"))]
                {
                    http = http.tls_certs_only([]);
                }
            }
            let failed = |error: reqwest::Error| {
                Error::configuration(format!("no HTTP client: {error}")).caused_by(error)
            };
            match &choice {
                ProxyChoice::Environment => {}
                ProxyChoice::Never => http = http.no_proxy(),
                ProxyChoice::Url(url) => {
                    let proxy = reqwest::Proxy::all(url.as_str()).map_err(failed)?;
                    http = http.no_proxy().proxy(proxy);
                }
            }
            http.build().map_err(failed)
        })?);
        let auth = Auth::new(self.credentials, &http, &base)?;
        Ok(Client(Arc::new(Inner {
            http,
            base,
            auth,
            options: self.options,
            budget: Budget::new(self.retry_budget),
            deprecation_log: DeprecationLog::default(),
            pace: self.pacing.then(Pace::default),
            answer_limit: self.answer_limit,
            org_id: self.org_id,
            project_id: self.project_id,
            request_headers: self.request_headers,
        })))
    }
}

/// Rejects `https` in a program that was built without TLS.
pub(crate) fn require_tls(base: &Url, has_tls: bool) -> Result<()> {
    if has_tls || base.scheme() != "https" {
        return Ok(());
    }
    Err(Error::configuration(
        "this program was built without TLS, so it supports only http; enable the feature \
         `rustls` or `native-tls` of atlas-client",
    ))
}
