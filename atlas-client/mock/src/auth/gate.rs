//! Authenticates requests: parses `Authorization`, validates the digest or the token, and builds
//! the 401.

use std::time::SystemTime;

use crate::{
    auth::digest::{self, Expected, Nonces, Refusal},
    auth::oauth::Tokens,
    http::request::Request,
    http::respond::Failure,
    journal::{Counters, Principal},
};

/// The input of authentication.
pub(crate) struct Gate<'a> {
    pub(crate) api_key: (&'a str, &'a str),
    pub(crate) policy: &'a digest::Policy,
    pub(crate) nonces: &'a mut Nonces,
    pub(crate) tokens: &'a Tokens,
    pub(crate) counters: &'a mut Counters,
    pub(crate) now: SystemTime,
}

/// An authenticated request.
pub(crate) struct Admitted {
    pub(crate) principal: Principal,
    /// The value of `Authentication-Info`, if the server sends the next nonce.
    pub(crate) next_nonce: Option<String>,
}

impl Gate<'_> {
    pub(crate) fn admit(&mut self, request: &Request) -> Result<Admitted, Failure> {
        let Some(value) = request.only_header("authorization") else {
            return Err(self.challenge(false));
        };
        let (scheme, credentials) = value.split_once(' ').unwrap_or((value, ""));
        if scheme.eq_ignore_ascii_case("bearer") {
            return self.admit_token(credentials.trim());
        }
        let expected = Expected {
            user: self.api_key.0,
            password: self.api_key.1,
            method: &request.method,
            target: &request.target,
        };
        match self.nonces.check(value, &expected, self.policy, self.now) {
            Ok(()) => Ok(Admitted {
                principal: Principal::ApiKey,
                next_nonce: self
                    .policy
                    .next_nonce
                    .then(|| format!("nextnonce=\"{}\"", self.nonces.mint(self.now))),
            }),
            Err(refusal) => Err(self.challenge(refusal == Refusal::Stale)),
        }
    }

    fn admit_token(&self, token: &str) -> Result<Admitted, Failure> {
        if self.tokens.is_live(token, self.now) {
            return Ok(Admitted {
                principal: Principal::ServiceAccount,
                next_nonce: None,
            });
        }
        Err(
            unauthorized("the access token is unknown, expired or revoked").header(
                "WWW-Authenticate",
                format!(
                    "Bearer realm=\"{}\", error=\"invalid_token\"",
                    digest::REALM
                ),
            ),
        )
    }

    fn challenge(&mut self, stale: bool) -> Failure {
        self.counters.challenges += 1;
        self.counters.stale_challenges += u64::from(stale);
        let refusal = unauthorized("this resource requires authentication");
        self.nonces
            .challenges(self.policy, stale, self.now)
            .into_iter()
            .fold(refusal, |failure, challenge| {
                failure.header("WWW-Authenticate", challenge)
            })
    }
}

/// Returns a 401 with the code of all recorded ones.
fn unauthorized(detail: &str) -> Failure {
    Failure::new(401, "UNEXPECTED_ERROR", detail)
}
