//! API keys by HTTP digest. Owns the current nonce and its count; must not know
//! the format of challenges and responses, which `challenge` owns.
//!
//! In steady state a call is one request: the nonce of an earlier challenge is
//! reused with an increasing count. No count is used twice for one nonce,
//! however many calls run concurrently.

use std::sync::{Arc, Mutex};

use indexmap::IndexMap;
use reqwest::StatusCode;
use reqwest::header::{HeaderMap, HeaderValue};
use secrecy::SecretString;
use url::Position;

use super::challenge::{self, Challenge};
use super::{Outcome, discard, sensitive};
use crate::transport::runtimes::PerRuntime;
use crate::transport::send::Request;
use crate::{Error, Result, lock};

/// The number of previous nonces whose counts are kept. If a server issues one
/// of them again, its count continues.
const REMEMBERED: usize = 64;

/// An API key and the server's current challenge.
pub(crate) struct Digest {
    public: String,
    private: SecretString,
    nonces: Mutex<Nonces>,
    /// Held by the one call of a runtime that requests the first nonce, so that
    /// others wait for it instead of requesting their own.
    handshake: PerRuntime<Arc<tokio::sync::Mutex<()>>>,
}

#[derive(Default)]
struct Nonces {
    current: Option<Arc<Challenge>>,
    /// The uses of each nonce, the oldest nonce first.
    used: IndexMap<String, Uses>,
}

/// The client nonce of a nonce, and how often it was used.
type Uses = (String, u32);

impl Digest {
    pub(super) fn new(public: String, private: SecretString) -> Self {
        Self {
            public,
            private,
            nonces: Mutex::default(),
            handshake: PerRuntime::new(),
        }
    }

    /// Sends `request` with a digest response. If there is no nonce yet, or the
    /// server rejects it, the request is sent once more with the new challenge. If
    /// that is rejected too, the key is wrong and the 401 is final.
    pub(super) async fn send(&self, request: &mut Request<'_>) -> Result<Outcome> {
        let mut handshake = None;
        let mut authorization = self.reuse(request)?;
        if authorization.is_none() {
            let lock = self.handshake.get(|| Ok(Arc::default()))?;
            handshake = Some(lock.lock_owned().await);
            authorization = self.reuse(request)?;
            handshake.take_if(|_| authorization.is_some());
        }
        let response = request.send(authorization).await?;
        if response.status() != StatusCode::UNAUTHORIZED {
            self.note_next_nonce(response.headers());
            return Ok((response, ""));
        }
        let Some(challenge) = challenge::choose(response.headers()) else {
            return Ok((
                response,
                "the server offers no digest challenge that this client can answer, so \
                 the API key cannot be used",
            ));
        };
        let (fresh, used) = self.adopt(challenge)?;
        drop(handshake);
        discard(response).await;

        let authorization = self.proof(&fresh, &used, request)?;
        let response = request.send(Some(authorization)).await?;
        if response.status() != StatusCode::UNAUTHORIZED {
            self.note_next_nonce(response.headers());
            return Ok((response, ""));
        }
        self.forget(&fresh);
        let stale = challenge::choose(response.headers()).is_some_and(|again| again.stale);
        let note = if stale {
            "the server rejects a new nonce as stale"
        } else {
            "the API key was refused on a fresh challenge; check its public and private key"
        };
        Ok((response, note))
    }

    /// Returns a digest response for the current nonce, if there is one.
    fn reuse(&self, request: &Request<'_>) -> Result<Option<HeaderValue>> {
        let (challenge, used) = {
            let mut nonces = lock(&self.nonces);
            // Without `qop` there is no count, so the nonce is used only once.
            let Some(current) = nonces.current.clone().filter(|current| current.qop) else {
                return Ok(None);
            };
            let used = nonces.count(&current.nonce)?;
            (current, used)
        };
        self.proof(&challenge, &used, request).map(Some)
    }

    fn proof(
        &self,
        challenge: &Challenge,
        (cnonce, count): &Uses,
        request: &Request<'_>,
    ) -> Result<HeaderValue> {
        let (method, url) = request.target();
        let request = challenge::Request {
            method: method.as_str(),
            // As in the request line.
            uri: &url[Position::BeforePath..Position::AfterQuery],
            cnonce,
            count: *count,
        };
        sensitive(challenge.answer(&self.public, &self.private, &request))
    }

    /// Makes a new challenge the current one and counts its first use. Both happen under one lock,
    /// so that the count of the current nonce is always among the kept ones.
    fn adopt(&self, challenge: Challenge) -> Result<(Arc<Challenge>, Uses)> {
        let challenge = Arc::new(challenge);
        let mut nonces = lock(&self.nonces);
        let used = nonces.count(&challenge.nonce)?;
        nonces.current = Some(Arc::clone(&challenge));
        Ok((challenge, used))
    }

    fn forget(&self, challenge: &Arc<Challenge>) {
        let mut nonces = lock(&self.nonces);
        nonces
            .current
            .take_if(|current| Arc::ptr_eq(current, challenge));
    }

    /// Adopts the `nextnonce` of a response (RFC 7616, section 3.5).
    fn note_next_nonce(&self, headers: &HeaderMap) {
        let next = headers
            .get("authentication-info")
            .and_then(challenge::next_nonce);
        let Some(nonce) = next else { return };
        let mut nonces = lock(&self.nonces);
        if let Some(current) = nonces.current.clone()
            && current.nonce != nonce
        {
            // A session lasts, with the nonce and the client nonce that opened it, until the next
            // challenge (section 3.6).
            let used = nonces.used.get(&current.nonce);
            let opened = used.map(|(cnonce, _)| (current.nonce.clone(), cnonce.clone()));
            let challenge = Challenge {
                nonce,
                opened: current.opened.clone().or(opened),
                ..Challenge::clone(&current)
            };
            nonces.current = Some(Arc::new(challenge));
        }
    }
}

impl Nonces {
    /// Returns the next count of `nonce`, from 1, and its client nonce, which
    /// stays the same for all uses, as the `-sess` algorithms require.
    fn count(&mut self, nonce: &str) -> Result<Uses> {
        if let Some((cnonce, count)) = self.used.get_mut(nonce)
            && let Some(next) = count.checked_add(1)
        {
            *count = next;
            return Ok((cnonce.clone(), next));
        }
        let mut random = [0; 16];
        getrandom::fill(&mut random).map_err(|error| {
            let message = format!("the system gives no random numbers: {error}");
            Error::configuration(message).caused_by(error)
        })?;
        let uses = (format!("{:032x}", u128::from_ne_bytes(random)), 1);
        self.used.insert(nonce.to_owned(), uses.clone());
        if self.used.len() > REMEMBERED {
            self.used.shift_remove_index(0);
        }
        Ok(uses)
    }
}
