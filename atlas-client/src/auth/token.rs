//! Service accounts by OAuth 2.0 client credentials (RFC 6749, section 4.4)
//! and tokens from a provider. Owns the access token in use, its age and its
//! renewal; how the endpoint is spoken to is `mint`'s business.
//!
//! However many calls run, at most one token is being minted. Minting runs as a
//! task of its own: a call that is given up while it waits takes nothing from
//! the others.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use reqwest::StatusCode;
use reqwest::header::HeaderValue;
use tokio::sync::watch;
use tokio::time::Instant;

use super::{Outcome, Repeatable, discard, mint};
use crate::error::Kind;
use crate::{Error, Result, TokenProvider};

/// A token is renewed this long before it expires, or in the last tenth of its
/// life if that is later.
const AHEAD: Duration = Duration::from_secs(300);
/// A token this close to its end, or in its last hundredth, is not sent any
/// more: it could expire on the way.
const MARGIN: Duration = Duration::from_secs(10);
/// How long a renewal ahead of time that failed is not tried again.
const PAUSE: Duration = Duration::from_secs(15);
/// However long the endpoint asks to wait, it is asked again after this.
const LONGEST_HOLD: Duration = Duration::from_secs(60);

/// How often a call begins anew to wait for a token when the minting that it
/// waited for has vanished, as with the runtime of another thread.
const ROUNDS: usize = 3;

/// Where tokens come from.
pub(crate) enum Source {
    Endpoint(Box<mint::Endpoint>),
    Provider(Arc<dyn TokenProvider>),
}

/// The tokens of one service account.
pub(crate) struct Tokens(Arc<Shared>);

struct Shared {
    source: Source,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    token: Option<Token>,
    /// The minting under way; its value is there once it has failed.
    minting: Option<watch::Receiver<Option<Failed>>>,
    /// The last failure, until the endpoint wants to be asked again.
    held: Option<(Instant, Failed)>,
    /// When the next renewal ahead of time may be tried.
    not_before: Option<Instant>,
    minted: u64,
}

type Failed = Arc<Error>;

#[derive(Clone)]
struct Token {
    value: HeaderValue,
    /// Tells this token from those before and after it.
    number: u64,
    renew_at: Instant,
    ends_at: Instant,
}

impl Tokens {
    pub(super) fn new(source: Source) -> Self {
        Self(Arc::new(Shared {
            source,
            state: Mutex::default(),
        }))
    }

    /// Sends `request` with the token, and once more with another one where
    /// the server refuses it.
    pub(super) async fn send(&self, request: &impl Repeatable) -> Result<Outcome> {
        let token = self.token().await?;
        let response = request.send(Some(token.value.clone())).await?;
        if response.status() != StatusCode::UNAUTHORIZED {
            return Ok(Outcome::new(response, ""));
        }
        self.drop_token(token.number);
        discard(response).await;
        let token = self.token().await?;
        let response = request.send(Some(token.value.clone())).await?;
        let note = match &self.0.source {
            Source::Endpoint(_) => {
                "an access token was minted for the service account but is refused; check that \
                 the IP access list of the account has this address"
            }
            Source::Provider(_) => "the provider's access token was refused, and so was another",
        };
        Ok(Outcome::new(response, note))
    }

    async fn token(&self) -> Result<Token> {
        for _ in 0..ROUNDS {
            let mut minting = {
                let mut state = self.0.state();
                let now = Instant::now();
                if let Some(token) = state.token.clone().filter(|token| now < token.ends_at) {
                    let due = now >= token.renew_at
                        && state.not_before.is_none_or(|not_before| now >= not_before);
                    // A minting without a task is one whose runtime is gone.
                    let under_way = state
                        .minting
                        .as_ref()
                        .is_some_and(|minting| minting.has_changed().is_ok());
                    if due && !under_way {
                        state.minting = Some(Arc::clone(&self.0).mint());
                    }
                    return Ok(token);
                }
                match &state.minting {
                    Some(minting) => minting.clone(),
                    None => {
                        // All calls wait as long as the endpoint told one of
                        // them to; it allows few requests.
                        if let Some((until, failed)) = &state.held
                            && now < *until
                        {
                            return Err(failed.duplicate());
                        }
                        let minting = Arc::clone(&self.0).mint();
                        state.minting = Some(minting.clone());
                        minting
                    }
                }
            };
            // An error means that the task is gone: done, or taken down with
            // the runtime that it ran on.
            let failed = match minting.wait_for(Option::is_some).await {
                Ok(failed) => failed.as_ref().map(|error| error.duplicate()),
                Err(_) => None,
            };
            if let Some(error) = failed {
                return Err(error);
            }
            let mut state = self.0.state();
            if state
                .minting
                .as_ref()
                .is_some_and(|current| current.same_channel(&minting))
            {
                state.minting = None;
            }
            // What was waited for is used however short its life is said to
            // be; otherwise a strange `expires_in` would mint for ever.
            if let Some(token) = &state.token {
                return Ok(token.clone());
            }
        }
        Err(refused(
            true,
            "no access token: minting ended without a result",
        ))
    }

    /// Forgets the token in use and tells the endpoint that it has ended.
    pub(super) async fn revoke(&self) -> Result<()> {
        let token = self.0.state().token.take();
        match (&self.0.source, token) {
            (Source::Endpoint(endpoint), Some(token)) => endpoint.revoke(&token.value).await,
            _ => Ok(()),
        }
    }

    /// Stops the use of the token with this number, which the server refused.
    fn drop_token(&self, number: u64) {
        let mut state = self.0.state();
        if state
            .token
            .as_ref()
            .is_some_and(|token| token.number == number)
        {
            state.token = None;
        }
    }
}

impl Shared {
    /// Begins to mint a token.
    fn mint(self: Arc<Self>) -> watch::Receiver<Option<Failed>> {
        let (sender, receiver) = watch::channel(None);
        tokio::spawn(async move {
            let asked = Instant::now();
            let minted = match &self.source {
                Source::Endpoint(endpoint) => endpoint.mint().await,
                Source::Provider(provider) => mint::provided(provider.as_ref()).await,
            };
            let mut state = self.state();
            state.minting = None;
            match minted {
                Ok(minted) => {
                    state.minted += 1;
                    state.not_before = None;
                    state.held = None;
                    state.token = Some(Token::new(minted, state.minted, asked));
                }
                Err(error) => {
                    let now = Instant::now();
                    state.not_before = Some(now + PAUSE);
                    let failed = Arc::new(error);
                    let asked = failed.retry_after().filter(|_| failed.is_retryable());
                    let asked = asked.unwrap_or_default().min(LONGEST_HOLD);
                    state.held = Some((now + asked, Arc::clone(&failed)));
                    // Whoever waits may be nobody, for a renewal ahead of time.
                    let _ = sender.send(Some(failed));
                }
            }
        });
        receiver
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Token {
    /// The life of a token is counted from when it was asked for, by a clock
    /// that nobody sets.
    fn new(minted: mint::Minted, number: u64, asked: Instant) -> Self {
        let life = minted.life;
        let ends_at = asked + life - MARGIN.min(life / 100);
        Self {
            value: minted.authorization,
            number,
            renew_at: asked + life - AHEAD.min(life / 10),
            ends_at,
        }
    }
}

/// What keeps a call from being sent for want of a token.
pub(super) fn refused(transient: bool, message: impl AsRef<str>) -> Error {
    Error::new(Kind::Token { transient }, message)
}
