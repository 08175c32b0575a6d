//! Service accounts: the token endpoint, revocation, and the valid access tokens (RFC 6749, section
//! 4.4; RFC 7009).
//!
//! Owns the two error formats of these endpoints; must not know the operations.

use std::{
    collections::{BTreeMap, VecDeque},
    time::{Duration, SystemTime},
};

use base64::{Engine, engine::general_purpose::STANDARD};
use percent_encoding::percent_decode_str;
use serde_json::json;

use crate::{
    auth::digest::secret,
    http::request::Request,
    http::respond::{JSON, Reply, rate_limited},
};

/// The path of the token endpoint.
pub(crate) const TOKEN_PATH: &str = "/api/oauth/token";
/// The path of the revocation endpoint.
pub(crate) const REVOKE_PATH: &str = "/api/oauth/revoke";

const MINUTE: Duration = Duration::from_secs(60);
/// The maximum lifetime of a token: a century, which does not overflow the clock.
const LONGEST_LIFE: Duration = Duration::from_secs(100 * 365 * 86_400);

/// The settings of the token endpoint.
#[derive(Clone, Debug)]
pub(crate) struct Policy {
    pub(crate) token_lifetime: Duration,
    pub(crate) mint_limit: Option<u32>,
    pub(crate) live_limit: u32,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            token_lifetime: Duration::from_secs(3600),
            mint_limit: Some(10),
            live_limit: 100,
        }
    }
}

/// The issued access tokens with their expiry, and the times of recent token requests.
pub(crate) struct Tokens {
    seed: u64,
    given: u64,
    ends: BTreeMap<String, SystemTime>,
    asked: VecDeque<SystemTime>,
}

impl Tokens {
    pub(crate) fn new(seed: u64) -> Self {
        Self {
            seed,
            given: 0,
            ends: BTreeMap::new(),
            asked: VecDeque::new(),
        }
    }

    pub(crate) fn is_live(&self, token: &str, now: SystemTime) -> bool {
        self.ends.get(token).is_some_and(|end| now < *end)
    }

    /// Issues a token, bypassing all limits.
    pub(crate) fn issue(&mut self, lifetime: Duration, now: SystemTime) -> String {
        self.given += 1;
        let token = secret("token", self.seed, self.given);
        self.ends
            .insert(token.clone(), now + lifetime.min(LONGEST_LIFE));
        token
    }

    /// Expires all tokens at once.
    pub(crate) fn expire(&mut self) {
        self.ends.clear();
    }

    /// Responds to a token request, and returns whether a token was issued.
    pub(crate) fn mint(
        &mut self,
        request: &Request,
        client: (&str, &str),
        policy: &Policy,
        now: SystemTime,
    ) -> (Reply, bool) {
        match self.try_mint(request, client, policy, now) {
            Ok(reply) => (reply, true),
            Err(reply) => (reply, false),
        }
    }

    fn try_mint(
        &mut self,
        request: &Request,
        client: (&str, &str),
        policy: &Policy,
        now: SystemTime,
    ) -> Result<Reply, Reply> {
        let form = form_of(request)?;
        authenticate(request, client)?;
        self.within_mint_limit(policy, now)?;
        match value(&form, "grant_type") {
            Some("client_credentials") => {}
            Some(_) => {
                return Err(refused(
                    400,
                    "unsupported_grant_type",
                    "grant_type has to be client_credentials",
                ));
            }
            None => return Err(refused(400, "invalid_request", "grant_type is missing")),
        }
        self.ends.retain(|_, end| now < *end);
        if self.ends.len() >= policy.live_limit as usize {
            return Err(refused(
                403,
                "access_denied",
                &format!("the service account has {} live tokens", policy.live_limit),
            ));
        }
        let token = self.issue(policy.token_lifetime, now);
        let answer = json!({
            "access_token": token,
            "expires_in": policy.token_lifetime.as_secs(),
            "token_type": "Bearer",
        });
        Ok(Reply::json(200, JSON, &answer, false).header("Cache-Control", "no-store"))
    }

    /// Responds to a revocation; an unknown token counts as revoked (RFC 7009, section 2.2).
    pub(crate) fn revoke(&mut self, request: &Request, client: (&str, &str)) -> Reply {
        let form = match form_of(request).and_then(|form| {
            authenticate(request, client)?;
            Ok(form)
        }) {
            Ok(form) => form,
            Err(reply) => return reply,
        };
        match value(&form, "token") {
            Some(token) => {
                self.ends.remove(token);
                Reply::empty(200)
            }
            None => refused(400, "invalid_request", "token is missing"),
        }
    }

    fn within_mint_limit(&mut self, policy: &Policy, now: SystemTime) -> Result<(), Reply> {
        let Some(limit) = policy.mint_limit else {
            return Ok(());
        };
        let left = |asked: &SystemTime| {
            MINUTE.saturating_sub(now.duration_since(*asked).unwrap_or_default())
        };
        self.asked.retain(|asked| !left(asked).is_zero());
        if self.asked.len() < limit as usize {
            self.asked.push_back(now);
            return Ok(());
        }
        let wait = self.asked.front().map_or(MINUTE, left);
        let retry = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
        Err(
            rate_limited(TOKEN_PATH, retry.max(1), limit, limit, MINUTE.as_secs())
                .into_reply(false),
        )
    }
}

/// Parses the form in the body.
fn form_of(request: &Request) -> Result<Vec<(String, String)>, Reply> {
    let form_type = request.only_header("content-type").is_some_and(|value| {
        value.split(';').next().is_some_and(|kind| {
            kind.trim()
                .eq_ignore_ascii_case("application/x-www-form-urlencoded")
        })
    });
    if !form_type {
        return Err(refused(
            400,
            "invalid_request",
            "Content-Type has to be application/x-www-form-urlencoded",
        ));
    }
    Ok(form_urlencoded::parse(&request.body).into_owned().collect())
}

fn value<'a>(form: &'a [(String, String)], name: &str) -> Option<&'a str> {
    form.iter()
        .find(|(key, _)| key == name)
        .map(|(_, value)| value.as_str())
}

/// Validates HTTP Basic with form-encoded id and secret (RFC 6749, section 2.3.1).
fn authenticate(request: &Request, client: (&str, &str)) -> Result<(), Reply> {
    let given = request.only_header("authorization").and_then(basic);
    match given {
        Some((id, secret)) if (id.as_str(), secret.as_str()) == client => Ok(()),
        _ => Err(
            refused(401, "invalid_client", "the client id or secret is wrong")
                .header("WWW-Authenticate", "Basic realm=\"Atlas\""),
        ),
    }
}

fn basic(value: &str) -> Option<(String, String)> {
    let (scheme, encoded) = value.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let pair = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (id, secret) = pair.split_once(':')?;
    Some((form_decoded(id)?, form_decoded(secret)?))
}

fn form_decoded(text: &str) -> Option<String> {
    let spaced = text.replace('+', " ");
    let decoded = percent_decode_str(&spaced).decode_utf8().ok()?;
    Some(decoded.into_owned())
}

/// Returns an error in the format of RFC 6749, section 5.2.
fn refused(status: u16, error: &str, description: &str) -> Reply {
    let body = json!({ "error": error, "error_description": description });
    Reply::json(status, JSON, &body, false).header("Cache-Control", "no-store")
}

#[cfg(test)]
mod tests {
    use std::time::UNIX_EPOCH;

    use super::*;

    const CLIENT: (&str, &str) = ("id", "a+b c/%");

    fn ask(pair: &str, body: &str) -> Request {
        let headers = vec![
            (
                "content-type".to_owned(),
                "application/x-www-form-urlencoded".to_owned(),
            ),
            (
                "authorization".to_owned(),
                format!("Basic {}", STANDARD.encode(pair)),
            ),
        ];
        Request::new("POST", TOKEN_PATH, headers, body.as_bytes().to_vec())
    }

    fn mint(tokens: &mut Tokens, policy: &Policy, now: SystemTime) -> Reply {
        let request = ask("id:a%2Bb+c%2F%25", "grant_type=client_credentials");
        tokens.mint(&request, CLIENT, policy, now).0
    }

    #[test]
    fn a_secret_has_to_be_form_encoded() {
        let mut tokens = Tokens::new(1);
        let policy = Policy::default();
        let mut status = |pair: &str| {
            let request = ask(pair, "grant_type=client_credentials");
            tokens.mint(&request, CLIENT, &policy, UNIX_EPOCH).0.status
        };
        assert_eq!(status("id:a%2Bb+c%2F%25"), 200);
        assert_eq!(status("id:a+b c/%"), 401);
        assert_eq!(status("id"), 401);
        assert_eq!(status(""), 401);
        assert_eq!(status("id:%ff"), 401);
    }

    #[test]
    fn a_token_lives_as_long_as_it_was_promised_to() {
        let mut tokens = Tokens::new(1);
        let token = tokens.issue(Duration::from_secs(10), UNIX_EPOCH);
        assert!(tokens.is_live(&token, UNIX_EPOCH + Duration::from_secs(9)));
        assert!(!tokens.is_live(&token, UNIX_EPOCH + Duration::from_secs(10)));
        assert!(!tokens.is_live("made up", UNIX_EPOCH));
        let eternal = tokens.issue(Duration::MAX, UNIX_EPOCH);
        assert!(tokens.is_live(&eternal, UNIX_EPOCH + Duration::from_secs(1 << 31)));
    }

    #[test]
    fn the_eleventh_token_of_a_minute_has_to_wait_for_the_first_to_leave_it() {
        let mut tokens = Tokens::new(1);
        let policy = Policy::default();
        for second in 0..10 {
            let now = UNIX_EPOCH + Duration::from_secs(second);
            assert_eq!(mint(&mut tokens, &policy, now).status, 200);
        }
        let refused = mint(&mut tokens, &policy, UNIX_EPOCH + Duration::from_secs(20));
        assert_eq!(refused.status, 429);
        let retry = ("Retry-After".to_owned(), "40".to_owned());
        assert!(refused.headers.contains(&retry), "{:?}", refused.headers);
        let later = UNIX_EPOCH + Duration::from_secs(60);
        assert_eq!(mint(&mut tokens, &policy, later).status, 200);
    }

    #[test]
    fn live_tokens_are_limited_until_some_end_or_are_revoked() {
        let mut tokens = Tokens::new(1);
        let policy = Policy {
            mint_limit: None,
            live_limit: 2,
            token_lifetime: Duration::from_secs(10),
        };
        let first = mint(&mut tokens, &policy, UNIX_EPOCH);
        let token = serde_json::from_slice::<serde_json::Value>(&first.body).unwrap();
        let token = token["access_token"].as_str().unwrap().to_owned();
        assert_eq!(mint(&mut tokens, &policy, UNIX_EPOCH).status, 200);
        assert_eq!(mint(&mut tokens, &policy, UNIX_EPOCH).status, 403);
        let request = ask("id:a%2Bb+c%2F%25", &format!("token={token}"));
        assert_eq!(tokens.revoke(&request, CLIENT).status, 200);
        assert!(!tokens.is_live(&token, UNIX_EPOCH));
        assert_eq!(mint(&mut tokens, &policy, UNIX_EPOCH).status, 200);
        let later = UNIX_EPOCH + Duration::from_secs(10);
        assert_eq!(mint(&mut tokens, &policy, later).status, 200);
    }

    #[test]
    fn other_grants_and_other_bodies_are_refused() {
        let mut tokens = Tokens::new(1);
        let policy = Policy::default();
        let mut status =
            |request: &Request| tokens.mint(request, CLIENT, &policy, UNIX_EPOCH).0.status;
        assert_eq!(status(&ask("id:a%2Bb+c%2F%25", "grant_type=password")), 400);
        assert_eq!(status(&ask("id:a%2Bb+c%2F%25", "")), 400);
        let mut typed = ask("id:a%2Bb+c%2F%25", "grant_type=client_credentials");
        typed.headers[0].1 = "application/json".to_owned();
        assert_eq!(status(&typed), 400);
    }
}
