//! Access tokens from elsewhere: a vault, the identity of an instance, another
//! process. Owns the contract with whoever gets them; when one is needed is
//! decided where service accounts' tokens are kept.

use std::error::Error as StdError;
use std::fmt;
use std::pin::Pin;
use std::time::Duration;

use secrecy::SecretString;

/// An access token and how long it lives.
#[derive(Clone)]
pub struct AccessToken {
    pub(crate) token: SecretString,
    pub(crate) life: Option<Duration>,
}

impl AccessToken {
    /// A token that is used until the server refuses it, and renewed after an
    /// hour at the latest.
    pub fn new(token: impl Into<String>) -> Self {
        Self {
            token: crate::auth::zeroizing::sealed(token.into()),
            life: None,
        }
    }

    /// Tells how long the token lives, counted from when the provider was
    /// asked. It is renewed ahead of its end, and after a day at the latest. One
    /// that lives for no time serves the calls that wait for it and no other.
    #[must_use]
    pub fn expires_in(mut self, life: Duration) -> Self {
        self.life = Some(life);
        self
    }
}

impl fmt::Debug for AccessToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccessToken")
            .field("token", &"[redacted]")
            .field("life", &self.life)
            .finish()
    }
}

/// What [`TokenProvider::token`] returns.
pub type TokenFuture<'a> =
    Pin<Box<dyn Future<Output = Result<AccessToken, Box<dyn StdError + Send + Sync>>> + Send + 'a>>;

/// Gets access tokens from wherever they are, for
/// [`Credentials::provider`](crate::Credentials::provider).
///
/// It is asked when the first call needs a token, ahead of the end of each
/// token, and after the server has refused one; never twice at a time,
/// however many calls wait.
///
/// A function that returns a future is one:
///
/// ```
/// use std::time::Duration;
/// use atlas_client::{AccessToken, Credentials};
///
/// # async fn read_from_vault() -> Result<String, std::io::Error> { Ok(String::new()) }
/// let credentials = Credentials::provider(|| async {
///     let token = read_from_vault().await?;
///     Ok::<_, std::io::Error>(AccessToken::new(token).expires_in(Duration::from_secs(600)))
/// });
/// ```
pub trait TokenProvider: Send + Sync + 'static {
    /// Gets a token. The text of an error is shown to people and must hold no
    /// secret; the call that wanted the token fails with it, and counts it as
    /// a failure that may pass.
    fn token(&self) -> TokenFuture<'_>;
}

impl<F, T, E> TokenProvider for F
where
    F: Fn() -> T + Send + Sync + 'static,
    T: Future<Output = Result<AccessToken, E>> + Send + 'static,
    E: Into<Box<dyn StdError + Send + Sync>>,
{
    fn token(&self) -> TokenFuture<'_> {
        let token = self();
        Box::pin(async { token.await.map_err(Into::into) })
    }
}
