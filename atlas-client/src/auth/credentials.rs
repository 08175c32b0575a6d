//! What a client proves its identity with. Owns the secrets as they were given
//! and what makes them usable; how they are proven is `auth`'s business.

use std::fmt;
use std::sync::Arc;

use secrecy::{ExposeSecret, SecretString};

use crate::{Error, Result, TokenProvider, auth::zeroizing};

/// What a client proves its identity with.
///
/// Secrets never show in `Debug`. Every copy that this crate makes of one, the
/// headers and forms that carry it included, is overwritten when it is dropped.
/// What the HTTP library holds of a request or an answer on its way is not; an
/// API key is not part of that, for digest sends proofs of it alone.
///
/// ```
/// use atlas_client::Credentials;
///
/// let credentials = Credentials::service_account("mdb_sa_id_1", "mdb_sa_sk_1");
/// assert!(!format!("{credentials:?}").contains("mdb_sa_sk_1"));
/// ```
#[derive(Clone)]
pub struct Credentials(pub(crate) Kind);

#[derive(Clone)]
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
    /// A programmatic API key, proven by HTTP digest (RFC 7616): the private
    /// key itself never travels.
    ///
    /// Knows the algorithms MD5, SHA-256 and SHA-512-256, each with `-sess` and
    /// without. Of several challenges the first that names one of them is
    /// answered, even where a stronger one follows: the server lists them in the
    /// order that it prefers (section 3.7), and who could reorder them on the
    /// way could leave the stronger one out. Atlas offers MD5 alone.
    pub fn api_key(public: impl Into<String>, private: impl Into<String>) -> Self {
        Self(Kind::ApiKey {
            public: public.into(),
            private: zeroizing::sealed(private.into()),
        })
    }

    /// A service account, which is traded for access tokens by the OAuth 2.0
    /// client credentials grant (RFC 6749, section 4.4) as they are needed.
    pub fn service_account(id: impl Into<String>, secret: impl Into<String>) -> Self {
        Self(Kind::ServiceAccount {
            id: id.into(),
            secret: zeroizing::sealed(secret.into()),
        })
    }

    /// A ready-made access token (RFC 6750). It is used as it is: nothing
    /// renews it once it has expired.
    pub fn access_token(token: impl Into<String>) -> Self {
        Self(Kind::AccessToken(zeroizing::sealed(token.into())))
    }

    /// Access tokens from elsewhere, such as a vault or the identity of an
    /// instance.
    pub fn provider(provider: impl TokenProvider) -> Self {
        Self(Kind::Provider(Arc::new(provider)))
    }

    /// No credentials: calls go out as they are, for the few operations that
    /// ask for none.
    pub fn anonymous() -> Self {
        Self(Kind::Anonymous)
    }

    /// Reads the variables of Atlas's own command line.
    ///
    /// With the prefix `MONGODB_ATLAS_`: `PUBLIC_API_KEY` and
    /// `PRIVATE_API_KEY` (or `PUBLIC_KEY` and `PRIVATE_KEY`), `CLIENT_ID` and
    /// `CLIENT_SECRET`, or `ACCESS_TOKEN`. Where several are set, `AUTH_TYPE`
    /// (`api_keys`, `service_account`, `user_account` or `no_auth`) chooses;
    /// without it the first in this order is taken. An empty variable counts
    /// as not set.
    ///
    /// # Errors
    ///
    /// When nothing is set, when only one half of a pair is, when `AUTH_TYPE`
    /// names something else or something that is not set, and when a variable
    /// is not Unicode. No message repeats a value other than that of
    /// `AUTH_TYPE`.
    pub fn from_env() -> Result<Self> {
        crate::client::environment::credentials(crate::client::environment::process)
    }

    /// Like [`from_env`](Self::from_env), from any other source: `lookup` is
    /// asked for whole names such as `MONGODB_ATLAS_CLIENT_ID`.
    ///
    /// # Errors
    ///
    /// Those of [`from_env`](Self::from_env).
    pub fn from_lookup(lookup: impl Fn(&str) -> Option<String>) -> Result<Self> {
        crate::client::environment::credentials(|name| lookup(name).map(Into::into))
    }

    /// Refuses what could never be sent, before a client is built on it.
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

/// Keys, ids, secrets and tokens of Atlas are visible ASCII. A line break
/// from a file or a space from copying is the usual mistake, and one that the
/// server would only call "unauthorized".
fn check(what: &str, value: &str) -> Result<()> {
    if value.is_empty() {
        return Err(Error::configuration(format!("the {what} is empty")));
    }
    if !value.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(Error::configuration(format!(
            "the {what} holds a space, a line break or another character that is not visible ASCII"
        )));
    }
    Ok(())
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const HIDDEN: &str = "[redacted]";
        match &self.0 {
            Kind::Anonymous => f.write_str("Anonymous"),
            Kind::ApiKey { public, .. } => f
                .debug_struct("ApiKey")
                .field("public", public)
                .field("private", &HIDDEN)
                .finish(),
            Kind::ServiceAccount { id, .. } => f
                .debug_struct("ServiceAccount")
                .field("id", id)
                .field("secret", &HIDDEN)
                .finish(),
            Kind::AccessToken(_) => f.debug_tuple("AccessToken").field(&HIDDEN).finish(),
            Kind::Provider(_) => f.write_str("Provider"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_no_secret() {
        for credentials in [
            Credentials::api_key("public", "s3cret"),
            Credentials::service_account("public", "s3cret"),
            Credentials::access_token("s3cret"),
        ] {
            assert!(!format!("{credentials:?} {credentials:#?}").contains("s3cret"));
        }
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
