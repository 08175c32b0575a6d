//! Authenticates requests. Owns the exchange of challenges and tokens with the server; of a request
//! it must know only its method and URL, and that it can be sent any number of times, with or
//! without an `Authorization` header.

mod challenge;
pub(crate) mod credentials;
mod digest;
pub(crate) mod provider;
mod registry;
mod secrets;
mod token;
mod token_endpoint;
pub(crate) mod zeroizing;

pub(crate) use secrets::{Secrets, Sent};

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use reqwest::header::HeaderValue;
use reqwest::{Response, Url};
use secrecy::{ExposeSecret, SecretString};
use zeroize::{Zeroize, Zeroizing};

use crate::auth::credentials::Kind;
use crate::transport::body;
use crate::transport::runtimes::Http;
use crate::transport::send::Request;
use crate::{Credentials, Error, Result};

/// The time limit for the rest of an unused response.
const LONGEST_REST: Duration = Duration::from_secs(1);

/// The authentication state of a client, shared by its clones.
pub(crate) enum Auth {
    /// The same header for each request, and the note that explains a 401.
    Fixed(Option<HeaderValue>, &'static str),
    Digest(digest::Digest),
    /// A service account, or a token provider.
    Tokens(token::Tokens),
}

/// A response, and a note that explains a 401.
pub(crate) type Outcome = (Response, &'static str);

impl Auth {
    pub(crate) fn new(credentials: Credentials, http: &Arc<Http>, base: &Url) -> Result<Self> {
        Ok(match credentials.0 {
            Kind::Anonymous => Self::Fixed(None, "the client has no credentials"),
            Kind::AccessToken(token) => Self::Fixed(
                Some(bearer(&token)?),
                "the access token was refused: it may have expired",
            ),
            Kind::ApiKey { public, private } => Self::Digest(digest::Digest::new(public, private)),
            Kind::ServiceAccount { id, secret } => {
                let endpoint = token_endpoint::Endpoint::new(Arc::clone(http), base, &id, &secret)?;
                let key = registry::Key::new(base, &id, &secret);
                Self::Tokens(token::Tokens::of_account(endpoint, key))
            }
            Kind::Provider(provider) => Self::Tokens(token::Tokens::of_provider(provider)),
        })
    }

    /// Sends `request` with authentication, and again with a new challenge or token if the server
    /// has rejected the first. A rejected request was not executed.
    pub(crate) async fn send(&self, request: &mut Request<'_>) -> Result<Outcome> {
        match self {
            Self::Fixed(value, note) => Ok((request.send(value.clone()).await?, note)),
            Self::Digest(digest) => digest.send(request).await,
            Self::Tokens(tokens) => tokens.send(request).await,
        }
    }

    /// Revokes the current token, if this client requested it.
    pub(crate) async fn revoke(&self) -> Result<()> {
        match self {
            Self::Tokens(tokens) => tokens.revoke().await,
            Self::Fixed(..) | Self::Digest(_) => Ok(()),
        }
    }
}

impl fmt::Debug for Auth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Fixed(None, _) => "Anonymous",
            Self::Fixed(Some(_), _) => "Bearer",
            Self::Digest(_) => "Digest",
            Self::Tokens(_) => "Tokens",
        })
    }
}

fn bearer(token: &SecretString) -> Result<HeaderValue> {
    sensitive(zeroizing::joined(&["Bearer ", token.expose_secret()]))
}

/// Creates a header marked as sensitive: libraries do not log it, HTTP/2 does not
/// add it to its compression tables, and its memory is zeroized.
fn sensitive<T>(text: Zeroizing<T>) -> Result<HeaderValue>
where
    T: AsRef<[u8]> + Zeroize + Send + 'static,
{
    let mut value = HeaderValue::from_maybe_shared(Bytes::from_owner(text)).map_err(|_| {
        Error::configuration("the credentials hold a character that no header can hold")
    })?;
    value.set_sensitive(true);
    Ok(value)
}

/// Reads the rest of an unused response, if it is short and arrives soon, so that
/// its connection can be reused. Otherwise the next request uses another.
async fn discard(response: Response) {
    let rest = body::read(response, 64 * 1024);
    let _ = tokio::time::timeout(LONGEST_REST, rest).await;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_with_a_secret_is_marked_as_sensitive() {
        let value = bearer(&SecretString::from("s3cret")).unwrap();
        assert_eq!(value, "Bearer s3cret");
        assert!(value.is_sensitive() && !format!("{value:?}").contains("s3cret"));
        assert_eq!(format!("{:?}", Auth::Fixed(Some(value), "")), "Bearer");
        let broken = bearer(&SecretString::from("s3cret\r\nX-Injected: 1"));
        assert!(!format!("{broken:?}").contains("s3cret"));
    }
}
