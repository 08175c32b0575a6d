//! The token endpoint: one request, one token. Owns the requests and the two
//! formats of its error responses, Atlas's and OAuth's.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use reqwest::header::{ACCEPT, ACCEPT_ENCODING, AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use reqwest::{Response, Url};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Map, Value};
use zeroize::Zeroizing;

use super::secrets::Secrets;
use super::{bearer, credentials, sensitive};
use crate::error::{KEPT, Kind, Received, Refusal};
use crate::json;
use crate::transport::body;
use crate::transport::runtimes::Http;
use crate::{Error, Result, TokenProvider, auth::zeroizing, transport::origin};

/// The time limit for requesting a token.
const LIMIT: Duration = Duration::from_secs(30);
/// The time limit for reading the body of an error response.
const LONGEST_REASON: Duration = Duration::from_secs(2);
/// The lifetime of a token if the response does not state it, as documented by
/// Atlas.
const USUAL_LIFE: Duration = Duration::from_secs(3600);
/// The maximum lifetime of a token.
const LONGEST_LIFE: Duration = Duration::from_secs(24 * 3600);

/// The token endpoint of one service account.
pub(super) struct Endpoint {
    http: Arc<Http>,
    mint: Url,
    revoke: Url,
    authorization: HeaderValue,
}

/// A token from the endpoint or a provider.
pub(super) struct Minted {
    pub(super) authorization: HeaderValue,
    pub(super) life: Duration,
}

impl Minted {
    /// Creates a token, or returns why no request can have it.
    fn new(token: &SecretString, life: Option<Duration>) -> Result<Self, &'static str> {
        let authorization = bearer(token).map_err(|_| "no header can hold")?;
        credentials::visible(token.expose_secret())?;
        Ok(Self {
            authorization,
            life: life.unwrap_or(USUAL_LIFE).min(LONGEST_LIFE),
        })
    }
}

impl Endpoint {
    pub(super) fn new(
        http: Arc<Http>,
        base: &Url,
        id: &str,
        secret: &SecretString,
    ) -> Result<Self> {
        // RFC 6749, section 2.3.1: both are form-encoded before they are
        // joined.
        let id = form_encoded(id);
        let secret = form_encoded(secret.expose_secret());
        let joined = zeroizing::joined(&[&id, ":", &secret]);
        let encoded = Zeroizing::new(STANDARD.encode(joined.as_bytes()));
        Ok(Self {
            http,
            mint: origin::join(base, "/api/oauth/token", None)?,
            revoke: origin::join(base, "/api/oauth/revoke", None)?,
            authorization: sensitive(zeroizing::joined(&["Basic ", &encoded]))?,
        })
    }

    /// Requests a token.
    ///
    /// # Errors
    ///
    /// An error that is transient if a retry with the same credentials may succeed.
    pub(super) async fn mint(&self) -> Result<Minted> {
        let form = Bytes::from_static(b"grant_type=client_credentials");
        let unreachable = |error| unreachable("no access token", error);
        let response = self.post(&self.mint, form).await.map_err(unreachable)?;
        let secrets = Secrets::of([&self.authorization]);
        if !response.status().is_success() {
            return Err(failure("no access token", response, &secrets).await);
        }
        let status = response.status();
        let mut read = body::read(response, KEPT).await;
        let broken = read.take_error(status, KEPT).map(unreachable);
        let received = Received::new(status, read.headers, read.body.clone(), broken.is_none());
        let minted = match broken {
            Some(error) => Err(error.received(received.without_body())),
            None => minted(&read.body, received, secrets),
        };
        zeroizing::overwrite(read.body);
        minted
    }

    /// Revokes a token (RFC 7009). `bearer` is the header that it was sent in.
    pub(super) async fn revoke(&self, bearer: &HeaderValue) -> Result<()> {
        let token = bearer.to_str().unwrap_or_default();
        let token = token.strip_prefix("Bearer ").unwrap_or_default();
        let form =
            zeroizing::joined(&["token_type_hint=access_token&token=", &form_encoded(token)]);
        let asked = self.post(&self.revoke, Bytes::from_owner(form)).await;
        let response = asked.map_err(|error| unreachable("the token was not revoked", error))?;
        if response.status().is_success() {
            return Ok(());
        }
        let secrets = Secrets::of([&self.authorization, bearer]);
        Err(failure("the token was not revoked", response, &secrets).await)
    }

    async fn post(&self, url: &Url, form: Bytes) -> Result<Response> {
        let pool = self.http.pool()?;
        let sent = pool
            .post(url.clone())
            .header(AUTHORIZATION, self.authorization.clone())
            .header(ACCEPT, "application/json")
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            // Decompressing a token would make more copies of it.
            .header(ACCEPT_ENCODING, "identity")
            .body(form)
            .timeout(LIMIT)
            .send();
        sent.await.map_err(Error::transport)
    }
}

/// Form-encodes text (RFC 6749, appendix B).
fn form_encoded(text: &str) -> Zeroizing<String> {
    let parts: Vec<&str> = form_urlencoded::byte_serialize(text.as_bytes()).collect();
    zeroizing::joined(&parts)
}

fn unreachable(what: &str, error: Error) -> Error {
    let message = format!("{what}: the token endpoint failed: {error}");
    unavailable(error.is_retryable(), message).caused_by(error)
}

/// Parses the token in a successful response, whose body must not be kept.
fn minted(body: &Bytes, received: Received, secrets: Secrets) -> Result<Minted> {
    // Describes the response without quoting its body.
    let told = Error::status_failure(received.clone(), None, &secrets).to_string();
    let received = received.without_body();
    let strange = |what: &str| {
        let message = format!("no access token: the token endpoint answered {what}");
        unavailable(false, message).received(received.clone())
    };
    if body.trim_ascii().is_empty() {
        return Err(strange(&told));
    }
    let document = json::document(body, &received.headers);
    let Some(Value::Object(mut members)) = document.map(|(value, _)| value) else {
        return Err(strange(&format!("{told}, which is no JSON object")));
    };
    let token = match members.remove("access_token") {
        Some(Value::String(token)) => Some(zeroizing::sealed(token)),
        _ => None,
    };
    let kind = members.get("token_type").and_then(Value::as_str);
    let problem = match &token {
        None => format!("{told} without an `access_token`"),
        Some(_) if kind.is_some_and(|kind| !kind.eq_ignore_ascii_case("bearer")) => {
            "with a token that is no bearer token".to_owned()
        }
        Some(token) => match Minted::new(token, life(members.get("expires_in"))) {
            Ok(minted) => return Ok(minted),
            Err(problem) => format!("with a token that {problem}"),
        },
    };
    if says_why(&members) {
        let secrets = match &token {
            Some(token) => secrets.and_text(token.expose_secret()),
            None => secrets,
        };
        return Err(explained("no access token", body, received, &secrets));
    }
    Err(strange(&problem))
}

/// Parses `expires_in`, in seconds. A value that is not positive is ignored: the
/// server rejects an expired token in any case, whereas a token that serves only
/// one call would use up the limit on token requests.
fn life(told: Option<&Value>) -> Option<Duration> {
    let seconds: f64 = match told? {
        Value::Number(seconds) => seconds.as_f64()?,
        Value::String(seconds) => seconds.trim().parse().ok()?,
        _ => return None,
    };
    (seconds > 0.0).then(|| Duration::try_from_secs_f64(seconds).unwrap_or(LONGEST_LIFE))
}

/// Requests a token from a provider, with the time limit of the endpoint.
pub(super) async fn provided(provider: &dyn TokenProvider) -> Result<Minted> {
    let limited = tokio::time::timeout(LIMIT, provider.token()).await;
    let provided = limited.unwrap_or_else(|_| Err(format!("no token within {LIMIT:?}").into()));
    let token = provided.map_err(|error| {
        let message = format!("no access token: its provider failed: {error}");
        // A boxed error does not implement `Error` itself.
        unavailable(true, message).caused_by(io::Error::other(error))
    })?;
    Minted::new(&token.token, token.life).map_err(|problem| {
        let message = format!("no access token: its provider gave one that {problem}");
        unavailable(false, message)
    })
}

/// Returns whether JSON is an error in either of the two formats.
fn says_why(members: &Map<String, Value>) -> bool {
    let is_code = |value: &Value| value.is_string() || value.is_i64();
    members.get("error").is_some_and(is_code) || members.get("errorCode").is_some_and(is_code)
}

/// Reads an error response in either of the two formats.
async fn failure(what: &str, response: Response, secrets: &Secrets) -> Error {
    let mut received = body::beginning(response, LONGEST_REASON).await;
    let body = received.body.clone();
    if secrets.are_in_body(&received) {
        received = received.without_body();
    } else {
        received = received.with_api_error();
    }
    explained(what, &body, received, secrets)
}

/// Parses an error response and removes the secrets that it repeats.
fn explained(what: &str, body: &Bytes, received: Received, secrets: &Secrets) -> Error {
    let status = received.status;
    let document = json::document(body, &received.headers);
    let value = document.map_or(Value::Null, |(value, _)| value);
    let word = |name| value.get(name).and_then(Value::as_str);
    let code = value.get("error").and_then(Value::as_u64);
    let message = match word("error") {
        Some(error) => {
            let hint = match error {
                "invalid_client" => "; check the client id and secret of the service account",
                "access_denied" => "; the account may have too many live tokens, revoke some",
                _ => "",
            };
            let described = word("error_description").map(|text| format!(": {text}"));
            format!("{what}: {error}{}{hint}", described.unwrap_or_default())
        }
        None => {
            let mut told = received.clone();
            if status.is_success() {
                // The error in the body is more specific than the status of the response, which is
                // a success.
                told = told.meaning(status, value.clone());
            }
            format!("{what}: {}", Error::status_failure(told, None, secrets))
        }
    };
    // The words are those of RFC 6749, sections 4.1.2.1 and 5.2. A client that gets
    // `unauthorized_client` has been authenticated. An error in a 2xx response is classified by the
    // status in its body.
    let refusal = match (word("error"), code, status.as_u16()) {
        (_, _, 408 | 429 | 500..=599) | (_, Some(408 | 429 | 500..=599), 200..=299) => {
            Refusal::Transient
        }
        (Some("temporarily_unavailable" | "server_error"), ..) => Refusal::Transient,
        (Some("invalid_client" | "invalid_grant"), ..) => Refusal::WrongCredentials,
        (Some("access_denied" | "unauthorized_client"), ..) => Refusal::Forbidden,
        (_, Some(401), _) => Refusal::WrongCredentials,
        (_, Some(403), _) => Refusal::Forbidden,
        (None, None, 403) if word("errorCode").is_some() => Refusal::Forbidden,
        (_, _, 401) => Refusal::WrongCredentials,
        _ => Refusal::Other,
    };
    Error::new(Kind::Token(refusal), secrets.hide(&message)).received(received)
}

/// Creates the error for a call that is not sent because no token is available, although the
/// credentials were not rejected.
pub(super) fn unavailable(transient: bool, message: impl AsRef<str>) -> Error {
    let refusal = if transient {
        Refusal::Transient
    } else {
        Refusal::Other
    };
    Error::new(Kind::Token(refusal), message)
}
