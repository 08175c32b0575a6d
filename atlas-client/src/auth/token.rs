//! Service accounts by OAuth 2.0 client credentials (RFC 6749, section 4.4) and
//! tokens from a provider. Owns the current access token, its age and its
//! renewal; must not know the token endpoint, which `token_endpoint` owns.
//!
//! At most one token request of an account is in progress, however many calls
//! and clients there are, unless the runtime of one stalls. The request runs in
//! its own task: a call that is cancelled while it waits does not affect others.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use reqwest::StatusCode;
use reqwest::header::HeaderValue;
use tokio::runtime::Id;
use tokio::sync::watch;
use tokio::time::Instant;

use super::registry::{Key, Registry};
use super::token_endpoint::{self, unavailable};
use super::{Outcome, discard};
use crate::transport::runtimes;
use crate::transport::send::Request;
use crate::{Error, Result, TokenProvider, lock};

/// A token is renewed this long before it expires, or in the last tenth of its
/// lifetime if that is later.
const AHEAD: Duration = Duration::from_secs(300);
/// A token this close to its expiry, or in its last hundredth, is not sent: it
/// could expire in transit.
const MARGIN: Duration = Duration::from_secs(10);
/// How long to wait after a failed early renewal.
const PAUSE: Duration = Duration::from_secs(15);
/// The maximum wait after a failed token request, whatever the endpoint asks for: an absurd value
/// must not disable a client permanently.
const LONGEST_HOLD: Duration = Duration::from_secs(3600);
/// After this, a token request is considered stalled with its runtime, and another
/// begins. Longer than the time limit of `token_endpoint`.
const STANDSTILL: Duration = Duration::from_secs(40);

/// How long a call waits for a token request on another runtime, which may not be driven, counted
/// from the start of the request.
const ELSEWHERE: Duration = Duration::from_secs(2);

/// How many token requests a call waits for at most, if they disappear, for example with the
/// runtime of another thread.
const ROUNDS: usize = 3;

/// Where tokens come from.
enum Source {
    Endpoint(Box<token_endpoint::Endpoint>),
    Provider(Arc<dyn TokenProvider>),
}

/// The tokens of a client. Each client requests them over its own connections,
/// because these depend on the runtime that opened them.
pub(crate) struct Tokens {
    source: Arc<Source>,
    shared: Arc<Shared>,
}

static ACCOUNTS: Registry<Shared> = Registry::new();

/// The state that all clients of one service account share.
#[derive(Default)]
pub(super) struct Shared(Mutex<State>);

#[derive(Default)]
struct State {
    token: Option<Token>,
    minting: Option<Minting>,
    /// The last error, until the endpoint may be called again.
    held: Option<(Instant, Error)>,
    /// When the next early renewal may be tried.
    not_before: Option<Instant>,
    minted: u64,
}

/// A token request in progress.
#[derive(Clone)]
struct Minting {
    /// Set once the request has ended.
    result: watch::Receiver<Option<Result<Token>>>,
    began: Instant,
    /// The runtime of its task.
    runtime: Id,
}

#[derive(Clone)]
struct Token {
    value: HeaderValue,
    /// Identifies this token among others.
    number: u64,
    renew_at: Instant,
    ends_at: Instant,
}

impl Tokens {
    /// Creates the tokens of a service account, shared with all of its clients.
    pub(super) fn of_account(endpoint: token_endpoint::Endpoint, key: Key) -> Self {
        Self {
            source: Arc::new(Source::Endpoint(Box::new(endpoint))),
            shared: ACCOUNTS.shared(key),
        }
    }

    /// Creates the tokens of a provider, shared with the clones of the client only.
    pub(super) fn of_provider(provider: Arc<dyn TokenProvider>) -> Self {
        Self {
            source: Arc::new(Source::Provider(provider)),
            shared: Arc::default(),
        }
    }

    /// Sends `request` with the token, and once more with a new token if the server
    /// rejects the first.
    pub(super) async fn send(&self, request: &mut Request<'_>) -> Result<Outcome> {
        let token = self.token().await?;
        let response = request.send(Some(token.value.clone())).await?;
        if response.status() != StatusCode::UNAUTHORIZED {
            return Ok((response, ""));
        }
        self.drop_token(token.number);
        discard(response).await;
        let token = self.token().await?;
        let response = request.send(Some(token.value.clone())).await?;
        let note = match &*self.source {
            Source::Endpoint(_) => {
                "an access token was minted for the service account but is refused; check that \
                 the IP access list of the account has this address"
            }
            Source::Provider(_) => "the provider's access token was refused, and so was another",
        };
        Ok((response, note))
    }

    async fn token(&self) -> Result<Token> {
        let here = runtimes::current()?;
        for _ in 0..ROUNDS {
            let mut minting = {
                let mut state = lock(&self.shared.0);
                let now = Instant::now();
                if let Some(token) = state.token.clone().filter(|token| now < token.ends_at) {
                    let due = now >= token.renew_at
                        && state.not_before.is_none_or(|not_before| now >= not_before);
                    let under_way = state.minting.as_ref().is_some_and(|it| it.runs(now, here));
                    if due && !under_way {
                        state.minting = Some(self.mint(now, here));
                    }
                    return Ok(token);
                }
                // The wait that the endpoint asked for applies to all calls, because it allows few
                // requests.
                if state.minting.is_none()
                    && let Some((until, failed)) = &state.held
                    && now < *until
                {
                    return Err(failed.clone());
                }
                let minting = state.minting.get_or_insert_with(|| self.mint(now, here));
                minting.clone()
            };
            // A token that was waited for is used however short its lifetime is; otherwise a tiny
            // `expires_in` would cause endless token requests.
            if let Some(result) = minting.result(here).await {
                return result;
            }
            let mut state = lock(&self.shared.0);
            let ended = |current: &mut Minting| current.result.same_channel(&minting.result);
            state.minting.take_if(ended);
        }
        Err(unavailable(
            true,
            "no access token: the token request ended without a result",
        ))
    }

    /// Starts a token request.
    fn mint(&self, asked: Instant, runtime: Id) -> Minting {
        let (sender, result) = watch::channel(None);
        let (source, shared) = (Arc::clone(&self.source), Arc::clone(&self.shared));
        tokio::spawn(async move {
            let minted = match &*source {
                Source::Endpoint(endpoint) => endpoint.mint().await,
                Source::Provider(provider) => token_endpoint::provided(provider.as_ref()).await,
            };
            // An early renewal may have no receiver.
            let _ = sender.send(Some(shared.note(minted, asked)));
        });
        Minting {
            result,
            began: asked,
            runtime,
        }
    }

    /// Drops the current token and revokes it.
    pub(super) async fn revoke(&self) -> Result<()> {
        let token = lock(&self.shared.0).token.take();
        match (&*self.source, token) {
            (Source::Endpoint(endpoint), Some(token)) => endpoint.revoke(&token.value).await,
            _ => Ok(()),
        }
    }

    /// Drops the token with this number, which the server rejected.
    fn drop_token(&self, number: u64) {
        let mut state = lock(&self.shared.0);
        state.token.take_if(|token| token.number == number);
    }
}

impl Minting {
    /// Returns until when a call on the runtime `here` waits for it.
    fn until(&self, here: Id) -> Instant {
        let patience = if self.runtime == here {
            STANDSTILL
        } else {
            ELSEWHERE
        };
        self.began + patience
    }

    /// Returns whether it can still complete. Its task disappears with its runtime.
    fn runs(&self, now: Instant, here: Id) -> bool {
        now < self.until(here) && self.result.has_changed().is_ok()
    }

    /// Waits for its result. There is none if the task has disappeared or stalled.
    async fn result(&mut self, here: Id) -> Option<Result<Token>> {
        let until = self.until(here);
        let ended = self.result.wait_for(Option::is_some);
        let result = tokio::time::timeout_at(until, ended).await.ok()?.ok()?;
        result.clone()
    }
}

impl Shared {
    /// Records the result of a token request that began at `asked`.
    fn note(&self, minted: Result<token_endpoint::Minted>, asked: Instant) -> Result<Token> {
        let mut state = lock(&self.0);
        state.minting = None;
        match minted {
            Ok(minted) => {
                state.minted += 1;
                let token = Token::new(minted, state.minted, asked);
                state.not_before = None;
                state.held = None;
                state.token = Some(token.clone());
                Ok(token)
            }
            Err(error) => {
                let now = Instant::now();
                let wanted = error.retry_after().filter(|_| error.is_retryable());
                let wanted = wanted.unwrap_or_default().min(LONGEST_HOLD);
                state.not_before = Some(now + wanted.max(PAUSE));
                state.held = Some((now + wanted, error.clone()));
                Err(error)
            }
        }
    }
}

impl Token {
    /// The lifetime of a token is counted from its request, by a monotonic clock.
    fn new(minted: token_endpoint::Minted, number: u64, asked: Instant) -> Self {
        let life = minted.life;
        Self {
            value: minted.authorization,
            number,
            renew_at: asked + life - AHEAD.min(life / 10),
            ends_at: asked + life - MARGIN.min(life / 100),
        }
    }
}

#[cfg(test)]
mod tests;
