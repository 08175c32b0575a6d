//! The token endpoint: one request, one token. Owns what goes over the wire and
//! the two shapes of failure that come back, Atlas's own and OAuth's.

use std::fmt;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use reqwest::{StatusCode, Url};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use zeroize::Zeroizing;

use super::{bearer, sensitive, token::refused};
use crate::error::Received;
use crate::{Error, Result, TokenProvider, body, origin, wiped};

/// How long minting may take altogether.
const LIMIT: Duration = Duration::from_secs(30);
/// The life of a token where the answer does not tell: that which Atlas
/// documents.
const USUAL_LIFE: Duration = Duration::from_secs(3600);
/// No token is taken to live longer than this.
const LONGEST_LIFE: Duration = Duration::from_secs(24 * 3600);

/// Where tokens of one service account come from.
pub(super) struct Endpoint {
    http: reqwest::Client,
    mint: Url,
    revoke: Url,
    authorization: HeaderValue,
}

/// A token as it came.
pub(super) struct Minted {
    pub(super) authorization: HeaderValue,
    pub(super) life: Duration,
}

impl Minted {
    fn new(authorization: HeaderValue, life: Option<Duration>) -> Self {
        Self {
            authorization,
            life: life.unwrap_or(USUAL_LIFE).min(LONGEST_LIFE),
        }
    }
}

impl Endpoint {
    pub(super) fn new(
        http: reqwest::Client,
        base: &Url,
        id: &str,
        secret: &SecretString,
    ) -> Result<Self> {
        // RFC 6749, section 2.3.1: both are form-encoded before they are
        // joined.
        let id = form_encoded(id);
        let secret = form_encoded(secret.expose_secret());
        let joined = wiped::joined(&[&id, ":", &secret]);
        let encoded = Zeroizing::new(STANDARD.encode(joined.as_bytes()));
        Ok(Self {
            http,
            mint: origin::join(base, "/api/oauth/token", None)?,
            revoke: origin::join(base, "/api/oauth/revoke", None)?,
            authorization: sensitive(wiped::joined(&["Basic ", &encoded]))?,
        })
    }

    /// Asks for a token.
    ///
    /// # Errors
    ///
    /// One that says whether the same credentials may get a token later.
    pub(super) async fn mint(&self) -> Result<Minted> {
        match tokio::time::timeout(LIMIT, self.ask()).await {
            Ok(minted) => minted,
            Err(_) => Err(refused(
                true,
                format!("no access token: the token endpoint took longer than {LIMIT:?}"),
            )),
        }
    }

    /// Ends the life of a token (RFC 7009). `bearer` is the header that it was
    /// sent in.
    pub(super) async fn revoke(&self, bearer: &HeaderValue) -> Result<()> {
        let token = bearer.to_str().unwrap_or_default();
        let token = token.strip_prefix("Bearer ").unwrap_or_default();
        let form = wiped::joined(&["token_type_hint=access_token&token=", &form_encoded(token)]);
        let asked = tokio::time::timeout(LIMIT, self.post(&self.revoke, Bytes::from_owner(form)));
        let (received, body) = match asked.await {
            Ok(answered) => {
                answered.map_err(|error| unreachable("the token was not revoked", error))?
            }
            Err(_) => {
                let message = format!("the token was not revoked: it took longer than {LIMIT:?}");
                return Err(refused(true, message));
            }
        };
        if received.status().is_success() {
            return Ok(());
        }
        Err(failure("the token was not revoked", &body, received))
    }

    async fn ask(&self) -> Result<Minted> {
        let form = Bytes::from_static(b"grant_type=client_credentials");
        let (received, body) = self
            .post(&self.mint, form)
            .await
            .map_err(|error| unreachable("no access token", error))?;
        if received.status().is_success() {
            let minted = minted(&body, received.without_body());
            wiped::overwrite(body);
            return minted;
        }
        Err(failure("no access token", &body, received))
    }

    async fn post(&self, url: &Url, form: Bytes) -> reqwest::Result<(Received, Bytes)> {
        let response = self
            .http
            .post(url.clone())
            .header(AUTHORIZATION, self.authorization.clone())
            .header(ACCEPT, "application/json")
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(form)
            .send()
            .await?;
        let (status, headers) = (response.status(), response.headers().clone());
        let (body, complete) = body::beginning(response).await;
        Ok((Received::new(status, headers, body.clone(), complete), body))
    }
}

/// The text as a form has it (RFC 6749, appendix B).
fn form_encoded(text: &str) -> Zeroizing<String> {
    let parts: Vec<&str> = form_urlencoded::byte_serialize(text.as_bytes()).collect();
    wiped::joined(&parts)
}

fn unreachable(what: &str, error: reqwest::Error) -> Error {
    let error = Error::transport(error);
    let message = format!("{what}: the token endpoint failed: {error}");
    refused(true, message).caused_by(error)
}

/// Reads the token out of a success, whose body must not be kept.
fn minted(body: &Bytes, received: Received) -> Result<Minted> {
    let strange = |what: &str| {
        let message = format!("no access token: the token endpoint answered {what}");
        refused(false, message)
    };
    let Ok(Value::Object(mut members)) = serde_json::from_slice(body) else {
        return Err(strange("with something other than a JSON object").received(received));
    };
    let Some(Value::String(token)) = members.remove("access_token") else {
        return Err(strange("without an `access_token`").received(received));
    };
    let token = wiped::sealed(token);
    if let Some(kind) = members.get("token_type").and_then(Value::as_str)
        && !kind.eq_ignore_ascii_case("bearer")
    {
        return Err(strange("with a token that is no bearer token").received(received));
    }
    let Ok(authorization) = bearer(&token) else {
        return Err(strange("with a token that no header can hold").received(received));
    };
    Ok(Minted::new(authorization, life(members.get("expires_in"))))
}

/// The life of a token as it was told, in seconds. Anything but more than
/// nothing tells nothing: the server refuses the token in time, whereas a token
/// that is never good for a second call would use up the few that it mints.
fn life(told: Option<&Value>) -> Option<Duration> {
    let seconds: f64 = match told? {
        Value::Number(seconds) => seconds.as_f64()?,
        Value::String(seconds) => seconds.trim().parse().ok()?,
        _ => return None,
    };
    (seconds > 0.0).then(|| Duration::try_from_secs_f64(seconds).unwrap_or(LONGEST_LIFE))
}

/// Asks a provider for a token, with the patience that the endpoint gets.
pub(super) async fn provided(provider: &dyn TokenProvider) -> Result<Minted> {
    let token = match tokio::time::timeout(LIMIT, provider.token()).await {
        Ok(Ok(token)) => token,
        Ok(Err(error)) => {
            let message = format!("no access token: its provider failed: {error}");
            return Err(refused(true, message).caused_by(Foreign(error)));
        }
        Err(_) => {
            let message = format!("no access token: its provider took longer than {LIMIT:?}");
            return Err(refused(true, message));
        }
    };
    let Ok(authorization) = bearer(&token.token) else {
        let message = "no access token: its provider gave one that no header can hold";
        return Err(refused(false, message));
    };
    Ok(Minted::new(authorization, token.life))
}

/// A provider's error as the cause of one of ours.
#[derive(Debug)]
struct Foreign(Box<dyn std::error::Error + Send + Sync>);

impl fmt::Display for Foreign {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for Foreign {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source()
    }
}

/// Reads a failure in whichever of the two shapes it comes.
fn failure(what: &str, body: &Bytes, received: Received) -> Error {
    let status = received.status();
    let word = |name| {
        let value: Value = serde_json::from_slice(body).ok()?;
        Some(value.get(name)?.as_str()?.to_owned())
    };
    let (message, transient) = match word("error") {
        Some(error) => {
            let hint = match error.as_str() {
                "invalid_client" => "; check the client id and secret of the service account",
                "access_denied" => "; the account may have too many live tokens, revoke some",
                _ => "",
            };
            let described = word("error_description")
                .map(|text| format!(": {text}"))
                .unwrap_or_default();
            let transient = matches!(error.as_str(), "temporarily_unavailable" | "server_error");
            (format!("{what}: {error}{described}{hint}"), transient)
        }
        None => {
            let said = Error::status_failure(received.clone().with_api_error(), None);
            (format!("{what}: {said}"), false)
        }
    };
    let transient = transient
        || status.is_server_error()
        || status == StatusCode::TOO_MANY_REQUESTS
        || status == StatusCode::REQUEST_TIMEOUT;
    refused(transient, message).received(received.with_api_error())
}
