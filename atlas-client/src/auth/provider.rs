//! Access tokens from elsewhere: a vault, the identity of an instance, another
//! process. Owns the provider's contract; must not know when a token is needed,
//! which `token` decides.

use std::error::Error as StdError;
use std::pin::Pin;
use std::time::Duration;

use secrecy::SecretString;

/// An access token and its lifetime.
#[derive(Clone, Debug)]
pub struct AccessToken {
    pub(crate) token: SecretString,
    pub(crate) life: Option<Duration>,
}

impl AccessToken {
    /// Creates a token that is used until the server rejects it, and renewed
    /// after an hour at the latest.
    pub fn new(token: impl Into<String>) -> Self {
        Self {
            token: crate::auth::zeroizing::sealed(token.into()),
            life: None,
        }
    }

    /// Sets the lifetime, counted from when the provider was called. The token
    /// is renewed before it expires, and after a day at the latest. A token with
    /// a lifetime of zero serves only the calls that are waiting for it.
    #[must_use]
    pub fn expires_in(mut self, life: Duration) -> Self {
        self.life = Some(life);
        self
    }
}

/// The future that [`TokenProvider::token`] returns.
pub type TokenFuture<'a> =
    Pin<Box<dyn Future<Output = Result<AccessToken, Box<dyn StdError + Send + Sync>>> + Send + 'a>>;

/// Provides access tokens for
/// [`Credentials::provider`](crate::Credentials::provider).
///
/// It is called when the first call needs a token, before each token expires,
/// and after the server has rejected one. All calls of a client and its clones on
/// one Tokio runtime share one call of the provider. A call on another runtime
/// waits two seconds for it and then makes its own, and clients that are built
/// separately each make their own. A call of the provider that takes longer than
/// 30 seconds counts as a transient failure.
///
/// A function that returns a future is a provider:
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
    /// Returns a token. If it fails, the call that needed the token fails with
    /// this error as the cause, and the failure counts as transient. The text of
    /// the error is displayed and must not contain a secret.
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
