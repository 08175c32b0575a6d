//! The client and how it is built. Owns what all calls share; must not know
//! any operation.

pub(crate) mod environment;
pub(crate) mod options;

use std::fmt;
use std::sync::Arc;

use reqwest::Url;
use reqwest::header::{ACCEPT_ENCODING, HeaderMap, HeaderValue};

use crate::auth::Auth;
use crate::transport::pace::Pace;
use crate::transport::retry::Budget;
use crate::transport::runtimes::Http;
use crate::transport::trace::DeprecationLog;
use crate::{
    CallOptions, Credentials, Error, Result, transport::coding, transport::connect,
    transport::origin, transport::runtimes,
};

const DEFAULT_BASE: &str = "https://cloud.mongodb.com";
const USER_AGENT: &str = concat!("atlas-client/", env!("CARGO_PKG_VERSION"));
const DEFAULT_ANSWER_LIMIT: usize = 64 * 1024 * 1024;

/// A client of one Atlas server.
///
/// It holds a pool of connections and the state of the authentication, which
/// all its clones share: make one and clone it where it is needed. The access token of a service account is shared even
/// with other clients of this process that are for the same server, client id
/// and secret.
///
/// Calls run on a Tokio runtime that has its clock and its I/O enabled; on none
/// they fail at once ([`Error::is_configuration`]). One client may be used on
/// several runtimes, from a `static` for example, also where some of them are
/// not driven: each has a pool of connections to itself, while tokens, nonces,
/// pace and retry budget are shared. A token that another runtime is getting is
/// waited for, but no longer than two seconds. A call, and the
/// [`ByteStream`](crate::ByteStream) that it returns, stay on the runtime on
/// which they began.
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
pub struct Client(Arc<Inner>);

pub(crate) struct Inner {
    pub(crate) http: Arc<Http>,
    pub(crate) base: Url,
    pub(crate) auth: Auth,
    pub(crate) options: CallOptions,
    pub(crate) budget: Budget,
    pub(crate) deprecation_log: DeprecationLog,
    pub(crate) pace: Option<Pace>,
    /// The most bytes that an answer of JSON may have, decompressed.
    pub(crate) answer_limit: usize,
}

impl Client {
    /// Begins the description of a client.
    pub fn builder() -> ClientBuilder {
        ClientBuilder::default()
    }

    /// The client that the environment describes, see
    /// [`ClientBuilder::from_env`].
    ///
    /// # Errors
    ///
    /// Those of [`ClientBuilder::from_env`] and [`ClientBuilder::build`].
    pub fn from_env() -> Result<Self> {
        ClientBuilder::from_env()?.build()
    }

    /// The server that the client talks to.
    pub fn base_url(&self) -> &Url {
        &self.0.base
    }

    /// Revokes the access token that this client got for its service account,
    /// as a program does that ends or that suspects a leak. An account has a
    /// limited number of live tokens. A later call gets a new token, and so does
    /// one of another client of the same service account.
    ///
    /// A token from a [`TokenProvider`](crate::TokenProvider) is forgotten but
    /// not revoked, for that takes the credentials of the service account; with
    /// other credentials there is nothing to do.
    ///
    /// # Errors
    ///
    /// When the server cannot be reached or refuses. The token is not used any
    /// more all the same.
    pub async fn revoke_token(&self) -> Result<()> {
        runtimes::current()?;
        self.0.auth.revoke().await
    }

    pub(crate) fn inner(&self) -> &Inner {
        &self.0
    }

    pub(crate) fn url(&self, path: &str, query: Option<&str>) -> Result<Url> {
        origin::join(&self.0.base, path, query)
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

/// The description of a [`Client`].
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
}

/// Shows no secret that a base URL may hold, which `build` refuses.
impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder")
            .field("base_url", &origin::shown(&self.base_url))
            .field("credentials", &self.credentials)
            .field("user_agent", &self.user_agent)
            .field("allow_insecure_http", &self.allow_insecure_http)
            .field("answer_limit", &self.answer_limit)
            .field("options", &self.options)
            .field("retry_budget", &self.retry_budget)
            .field("pacing", &self.pacing)
            .finish()
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
        }
    }
}

impl ClientBuilder {
    /// The client that the variables of Atlas's own command line describe: the
    /// credentials of [`Credentials::from_env`], and as the server
    /// `MONGODB_ATLAS_OPS_MANAGER_URL`, `MONGODB_ATLAS_BASE_URL`, or the one
    /// that `MONGODB_ATLAS_SERVICE` (`cloud` or `cloudgov`) stands for.
    ///
    /// # Errors
    ///
    /// Those of [`Credentials::from_env`], and a `SERVICE` that is neither.
    pub fn from_env() -> Result<Self> {
        let mut builder = Self::default().credentials(Credentials::from_env()?);
        if let Some(url) = environment::base_url(environment::process)? {
            builder = builder.base_url(url);
        }
        Ok(builder)
    }

    /// Like [`from_env`](Self::from_env), from any other source: `lookup` is
    /// asked for whole names such as `MONGODB_ATLAS_CLIENT_ID`.
    ///
    /// # Errors
    ///
    /// Those of [`from_env`](Self::from_env).
    pub fn from_lookup(lookup: impl Fn(&str) -> Option<String>) -> Result<Self> {
        let mut builder = Self::default().credentials(Credentials::from_lookup(&lookup)?);
        if let Some(url) = environment::base_url(|name| lookup(name).map(Into::into))? {
            builder = builder.base_url(url);
        }
        Ok(builder)
    }

    /// What the client proves its identity with; nothing by default.
    pub fn credentials(mut self, credentials: Credentials) -> Self {
        self.credentials = credentials;
        self
    }

    /// The server, `https://cloud.mongodb.com` by default. A path in it is put
    /// in front of that of each operation.
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.base_url = url.into();
        self
    }

    /// What is put in front of this crate's own `User-Agent`: the name and
    /// version of the program, as in `my-tool/1.0`.
    pub fn user_agent(mut self, product: impl Into<String>) -> Self {
        self.user_agent = Some(product.into());
        self
    }

    /// How calls are made where the call itself does not say.
    pub fn options(mut self, options: CallOptions) -> Self {
        self.options = options;
        self
    }

    /// How many retries in a row this client and its clones may spend on a
    /// server that fails, all their calls together; 100 by default. Five calls
    /// that succeed earn one back, and so does a retry that succeeds. Waits
    /// that the server itself asks for with a 429 cost nothing.
    pub fn retry_budget(mut self, retries: u32) -> Self {
        self.retry_budget = retries;
        self
    }

    /// Whether calls wait so that the server need not refuse them; off by
    /// default. Once four fifths of what `RateLimit-Limit` announces are used
    /// up, the calls of that operation are spread evenly over the minute, and
    /// a 429 holds back all of them for as long as it asks, up to an hour. The
    /// wait is part of the total time of a call; one that has no time for it is
    /// not sent and fails at once ([`Error::is_timeout`]).
    ///
    /// This prevents refusals by a server that refills its limit little by
    /// little, and none by one that gives all of it back with each minute.
    pub fn pacing(mut self, pacing: bool) -> Self {
        self.pacing = pacing;
        self
    }

    /// The most bytes that an answer of JSON may have, decompressed; 64 MiB by
    /// default. Streams of bytes have no limit.
    pub fn max_answer_bytes(mut self, limit: usize) -> Self {
        self.answer_limit = limit;
        self
    }

    /// Allows plain `http` to other machines, over which everyone on the way
    /// can read and change what is sent. This machine needs no allowance.
    pub fn allow_insecure_http(mut self, allow: bool) -> Self {
        self.allow_insecure_http = allow;
        self
    }

    /// Makes the client. Nothing is sent yet.
    ///
    /// # Errors
    ///
    /// When the base URL is not fit, see
    /// [`allow_insecure_http`](Self::allow_insecure_http); when the credentials
    /// or the user agent hold what no header can; when a variable that names the
    /// proxy (`HTTPS_PROXY`, `HTTP_PROXY` or `ALL_PROXY`, also in lower case) is
    /// no URL of one; when TLS cannot be set up.
    pub fn build(self) -> Result<Client> {
        self.build_on(reqwest::Client::builder)
    }

    /// Makes the client on HTTP clients that know something beforehand, as tests
    /// want them to.
    pub(crate) fn build_on(
        self,
        http: impl Fn() -> reqwest::ClientBuilder + Send + Sync + 'static,
    ) -> Result<Client> {
        let base = origin::parse(&self.base_url, self.allow_insecure_http)?;
        if cfg!(not(any(feature = "rustls", feature = "native-tls"))) && base.scheme() == "https" {
            return Err(Error::configuration(
                "this program was built without TLS, so that only http can be spoken; enable the \
                 feature `rustls` or `native-tls` of atlas-client",
            ));
        }
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
        // A proxy from the environment would carry what is meant to stay on this
        // machine to another in the clear.
        let direct = base.scheme() == "http" && origin::is_loopback(&base);
        let proxy = if direct {
            None
        } else {
            environment::proxy(environment::process, &base)?
        };
        let limited = connect::Limited {
            usual: self.options.limits(&CallOptions::new()).connect,
            proxy: proxy.map(Into::into),
        };
        let plain = base.scheme() == "http";
        let http = Arc::new(Http::new(move || {
            let mut http = http()
                .user_agent(user_agent.clone())
                // Bodies are decoded by `coding`, also where another crate of the
                // program switches the library's own decoding on.
                .no_gzip()
                .no_deflate()
                .no_brotli()
                .no_zstd()
                .default_headers(headers.clone())
                .connector_layer(limited.clone())
                // Credentials stay with the configured server.
                .redirect(reqwest::redirect::Policy::none());
            if plain {
                // Certificates are never looked at, so that none need be found.
                #[cfg(any(feature = "rustls", feature = "native-tls"))]
                {
                    http = http.tls_certs_only([]);
                }
            }
            if direct {
                http = http.no_proxy();
            }
            http.build().map_err(|error| {
                Error::configuration(format!("no HTTP client: {error}")).caused_by(error)
            })
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
        })))
    }
}
