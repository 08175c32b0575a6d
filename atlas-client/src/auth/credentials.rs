//! Credentials of a client. Owns the secrets and their validation; how they
//! authenticate a request belongs to `auth`.

use std::fmt;
use std::sync::Arc;

use secrecy::{ExposeSecret, SecretString};

use crate::auth::zeroizing;
use crate::client::settings::environment::{self, Environment};
use crate::{Error, Result, TokenProvider};

/// The credentials of a client.
///
/// `Debug` shows no secret. Every copy that this crate makes of one, including
/// headers and form bodies, is zeroized when it is dropped. The buffers of the
/// HTTP library are not. They never hold the private key of an API key, because
/// digest sends only hashes of it.
///
/// ```
/// use atlas_client::Credentials;
///
/// let credentials = Credentials::service_account("mdb_sa_id_1", "mdb_sa_sk_1");
/// assert!(!format!("{credentials:?}").contains("mdb_sa_sk_1"));
/// ```
#[derive(Clone)]
pub struct Credentials(pub(crate) Kind);

/// A [`SecretString`] is redacted in `Debug`.
#[derive(Clone, Debug)]
pub(crate) enum Kind {
    Anonymous,
    ApiKey {
        public: String,
        private: SecretString,
    },
    ServiceAccount {
        id: String,
        secret: SecretString,
    },
    AccessToken(SecretString),
    Provider(Arc<dyn TokenProvider>),
}

impl Credentials {
    /// Creates credentials from a programmatic API key. It authenticates by
    /// HTTP digest (RFC 7616): the private key itself is never sent.
    ///
    /// Supports the algorithms MD5, SHA-256 and SHA-512-256, each with and
    /// without `-sess`. Of several challenges it uses the first one that is
    /// supported, even if a stronger one follows: the server lists them in order
    /// of preference (section 3.7), and an attacker who could reorder them could
    /// also remove the stronger one. Atlas offers only MD5.
    pub fn api_key(public: impl Into<String>, private: impl Into<String>) -> Self {
        Self(Kind::ApiKey {
            public: public.into(),
            private: zeroizing::sealed(private.into()),
        })
    }

    /// Creates credentials from a service account. Access tokens are requested
    /// as needed by the OAuth 2.0 client credentials grant (RFC 6749, section
    /// 4.4).
    pub fn service_account(id: impl Into<String>, secret: impl Into<String>) -> Self {
        Self(Kind::ServiceAccount {
            id: id.into(),
            secret: zeroizing::sealed(secret.into()),
        })
    }

    /// Creates credentials from an existing access token (RFC 6750). It is not
    /// renewed when it expires.
    pub fn access_token(token: impl Into<String>) -> Self {
        Self(Kind::AccessToken(zeroizing::sealed(token.into())))
    }

    /// Creates credentials from a token provider, such as a vault or the
    /// identity of an instance.
    pub fn provider(provider: impl TokenProvider) -> Self {
        Self(Kind::Provider(Arc::new(provider)))
    }

    /// Creates empty credentials, for the few operations that need no
    /// authentication.
    pub fn anonymous() -> Self {
        Self(Kind::Anonymous)
    }

    /// Reads the environment variables of the Atlas CLI.
    ///
    /// With the prefix `MONGODB_ATLAS_`: `CLIENT_ID` and `CLIENT_SECRET`,
    /// `PUBLIC_API_KEY` and `PRIVATE_API_KEY` (or `PUBLIC_KEY` and
    /// `PRIVATE_KEY`), or `ACCESS_TOKEN`. If several are set, `AUTH_TYPE`
    /// (`api_keys`, `service_account`, `user_account` or `no_auth`) selects one;
    /// without it the first in this order is used, as by the CLI. The older prefix
    /// `MCLI_` is read for what is not set with the other. An empty variable
    /// counts as not set.
    ///
    /// # Errors
    ///
    /// When nothing is set, when only one half of a pair is, when `AUTH_TYPE`
    /// is unknown or names credentials that are not set, and when a variable is
    /// not Unicode. No message contains a value other than that of `AUTH_TYPE`.
    pub fn from_env() -> Result<Self> {
        Environment(environment::process).credentials()
    }

    /// Like [`from_env`](Self::from_env), from any other source: `lookup`
    /// receives full names such as `MONGODB_ATLAS_CLIENT_ID`.
    ///
    /// # Errors
    ///
    /// Those of [`from_env`](Self::from_env).
    pub fn from_lookup(lookup: impl Fn(&str) -> Option<String>) -> Result<Self> {
        Environment(|name: &str| lookup(name).map(Into::into)).credentials()
    }

    /// Validates credentials before a client is built.
    pub(crate) fn check(&self) -> Result<()> {
        match &self.0 {
            Kind::Anonymous | Kind::Provider(_) => Ok(()),
            Kind::ApiKey { public, private } => {
                check("public key of the API key", public)?;
                check("private key of the API key", private.expose_secret())
            }
            Kind::ServiceAccount { id, secret } => {
                check("client id of the service account", id)?;
                check(
                    "client secret of the service account",
                    secret.expose_secret(),
                )
            }
            Kind::AccessToken(token) => check("access token", token.expose_secret()),
        }
    }
}

fn check(what: &str, value: &str) -> Result<()> {
    visible(value).map_err(|problem| Error::configuration(format!("the {what} {problem}")))
}

/// Validates that a value is visible ASCII, as keys, ids, secrets and tokens of
/// Atlas are (RFC 6750, section 2.1). A line break from a file or a space from
/// copying is a common mistake, and the server's only response to it is
/// "unauthorized".
pub(super) fn visible(value: &str) -> Result<(), &'static str> {
    if value.is_empty() {
        Err("is empty")
    } else if value.bytes().all(|byte| byte.is_ascii_graphic()) {
        Ok(())
    } else {
        Err("holds a space, a line break or another character that is not visible ASCII")
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for dyn TokenProvider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[provider]")
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::AccessToken;

    #[test]
    fn debug_shows_who_it_is_and_no_secret() {
        for (credentials, shown) in [
            (Credentials::api_key("public", "s3cret"), "public"),
            (Credentials::service_account("id", "s3cret"), "id"),
            (Credentials::access_token("s3cret"), "AccessToken"),
        ] {
            let text = format!("{credentials:?} {credentials:#?}");
            assert!(text.contains(shown) && !text.contains("s3cret"), "{text}");
        }
        let token = AccessToken::new("s3cret").expires_in(Duration::from_secs(600));
        let text = format!("{token:?} {token:#?}");
        assert!(text.contains("600s") && !text.contains("s3cret"), "{text}");
    }

    #[test]
    fn what_cannot_be_sent_is_refused_without_repeating_it() {
        for credentials in [
            Credentials::api_key("public", "s3cret\n"),
            Credentials::api_key("pub lic", "s3cret"),
            Credentials::service_account("", "s3cret"),
            Credentials::service_account("id", "s3cret\r\nX-Injected: 1"),
            Credentials::access_token("s3crét"),
        ] {
            let error = credentials.check().unwrap_err();
            assert!(error.is_configuration());
            assert!(!format!("{error} {error:?}").contains("s3cr"));
        }
    }
}
