//! Digest challenges and the proofs that answer them (RFC 7616). Pure: text in,
//! text out, no connection and no state.

use http_auth::ChallengeRef;
use http_auth::parser::ChallengeParser;
use md5::Md5;
use reqwest::header::{HeaderMap, WWW_AUTHENTICATE};
use secrecy::{ExposeSecret, SecretString};
use sha2::{Sha256, Sha512_256};
use zeroize::{Zeroize, Zeroizing};

use crate::wiped;

/// A header longer than this, in bytes, is no challenge: what it takes to find
/// one grows faster than its length.
const LONGEST: usize = 16 * 1024;

/// What a proof must be calculated from, as the server wants it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Challenge {
    pub(super) realm: String,
    pub(super) nonce: String,
    pub(super) opaque: Option<String>,
    /// As spelled by the server, which is sent back; `None` for MD5 unnamed.
    pub(super) algorithm: Option<String>,
    pub(super) hash: Hash,
    /// Whether the first proof of a session is hashed into all others.
    pub(super) session: bool,
    /// The nonce and the client nonce of that first proof, where the session
    /// goes on with another nonce.
    pub(super) opened: Option<(String, String)>,
    /// Whether `qop=auth` is offered; without it the proof is that of RFC 2069.
    pub(super) qop: bool,
    pub(super) userhash: bool,
    /// Whether the server refused only the nonce and not the key.
    pub(super) stale: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hash {
    Md5,
    Sha256,
    Sha512_256,
}

/// What one proof is for.
pub(super) struct Request<'a> {
    pub(super) method: &'a str,
    pub(super) uri: &'a str,
    pub(super) cnonce: &'a str,
    /// How often the nonce has been used, this use included.
    pub(super) count: u32,
}

/// The first challenge that this client can answer, as RFC 7616, section 3.7,
/// has it. Challenges may be spread over headers, stand several in one, and
/// stand beside those of other schemes.
pub(super) fn choose(headers: &HeaderMap) -> Option<Challenge> {
    headers
        .get_all(WWW_AUTHENTICATE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .filter(|text| text.len() <= LONGEST)
        .find_map(in_header)
}

/// The `nextnonce` of an `Authentication-Info` header.
pub(super) fn next_nonce(text: &str) -> Option<String> {
    // The header is a list of parameters as in a challenge, without a scheme.
    let text = format!("Digest {text}");
    let challenge = ChallengeParser::new(&text).next()?.ok()?;
    parameter(&challenge, "nextnonce")
}

fn in_header(text: &str) -> Option<Challenge> {
    for challenge in ChallengeParser::new(text) {
        let Ok(challenge) = challenge else { break };
        if let Some(found) = digest(&challenge) {
            return Some(found);
        }
    }
    // The parser stops at what it does not know, such as the token68 of
    // another scheme or several spaces after the name of this one. A digest
    // challenge there or behind it can still be read.
    let mut rest = text;
    while let Some(after) = after_scheme(rest) {
        if let Some(Ok(challenge)) = ChallengeParser::new(&format!("Digest {after}")).next()
            && let Some(found) = digest(&challenge)
        {
            return Some(found);
        }
        rest = after;
    }
    None
}

/// What follows the next word `digest`, in any spelling, and the space behind
/// it.
fn after_scheme(text: &str) -> Option<&str> {
    let lower = text.to_ascii_lowercase();
    let end = lower.match_indices("digest").find_map(|(at, word)| {
        let end = at + word.len();
        let before = lower[..at].chars().next_back();
        let after = lower[end..].chars().next()?;
        let starts = before.is_none_or(|c| c == ',' || c.is_ascii_whitespace());
        (starts && after.is_ascii_whitespace()).then_some(end)
    })?;
    Some(text[end..].trim_start())
}

fn digest(challenge: &ChallengeRef<'_>) -> Option<Challenge> {
    if !challenge.scheme.eq_ignore_ascii_case("digest") {
        return None;
    }
    let algorithm = parameter(challenge, "algorithm");
    let (hash, session) = match algorithm.as_deref().map(str::to_ascii_uppercase).as_deref() {
        None | Some("MD5") => (Hash::Md5, false),
        Some("MD5-SESS") => (Hash::Md5, true),
        Some("SHA-256") => (Hash::Sha256, false),
        Some("SHA-256-SESS") => (Hash::Sha256, true),
        Some("SHA-512-256") => (Hash::Sha512_256, false),
        Some("SHA-512-256-SESS") => (Hash::Sha512_256, true),
        Some(_) => return None,
    };
    let qop = match parameter(challenge, "qop") {
        None => false,
        Some(offered) => {
            let auth = |word: &str| word.trim().eq_ignore_ascii_case("auth");
            if !offered.split(',').any(auth) {
                return None;
            }
            true
        }
    };
    let is_true =
        |name| parameter(challenge, name).is_some_and(|value| value.eq_ignore_ascii_case("true"));
    Some(Challenge {
        realm: parameter(challenge, "realm")?,
        nonce: parameter(challenge, "nonce")?,
        opaque: parameter(challenge, "opaque"),
        algorithm,
        hash,
        session,
        opened: None,
        qop,
        userhash: is_true("userhash"),
        stale: is_true("stale"),
    })
}

fn parameter(challenge: &ChallengeRef<'_>, name: &str) -> Option<String> {
    let found = challenge
        .params
        .iter()
        .find(|(known, _)| known.eq_ignore_ascii_case(name))?;
    Some(found.1.to_unescaped())
}

impl Challenge {
    /// The value of the `Authorization` header that proves knowledge of
    /// `password` (RFC 7616, section 3.4).
    pub(super) fn answer(
        &self,
        username: &str,
        password: &SecretString,
        request: &Request<'_>,
    ) -> Zeroizing<String> {
        let Request {
            method,
            uri,
            cnonce,
            count,
        } = request;
        let (realm, nonce) = (&self.realm, &self.nonce);
        let parts = [username, ":", realm, ":", password.expose_secret()];
        let mut a1 = self.hash.hex(&wiped::joined(&parts));
        if self.session {
            let (nonce, cnonce) = match &self.opened {
                Some((nonce, cnonce)) => (nonce.as_str(), cnonce.as_str()),
                None => (nonce.as_str(), *cnonce),
            };
            a1 = self
                .hash
                .hex(&wiped::joined(&[&a1, ":", nonce, ":", cnonce]));
        }
        let a2 = self.hash.hex(&format!("{method}:{uri}"));
        let count = format!("{count:08x}");
        let proof = if self.qop {
            wiped::joined(&[&a1, ":", nonce, ":", &count, ":", cnonce, ":auth:", &a2])
        } else {
            wiped::joined(&[&a1, ":", nonce, ":", &a2])
        };
        let response = self.hash.hex(&proof);

        let username = if self.userhash {
            self.hash.hex(&format!("{username}:{realm}")).to_string()
        } else {
            quoted(username)
        };
        let mut header = format!(
            "Digest username=\"{username}\", realm=\"{}\", nonce=\"{}\", uri=\"{uri}\", \
             response=\"{}\"",
            quoted(realm),
            quoted(nonce),
            *response,
        );
        let mut add = |text: String| {
            header.push_str(", ");
            header.push_str(&text);
        };
        if let Some(algorithm) = &self.algorithm {
            add(format!("algorithm={algorithm}"));
        }
        if let Some(opaque) = &self.opaque {
            add(format!("opaque=\"{}\"", quoted(opaque)));
        }
        if self.qop {
            add(format!("qop=auth, nc={count}, cnonce=\"{cnonce}\""));
        } else if self.session {
            add(format!("cnonce=\"{cnonce}\""));
        }
        if self.userhash {
            add("userhash=true".to_owned());
        }
        Zeroizing::new(header)
    }
}

impl Hash {
    fn hex(self, text: &str) -> Zeroizing<String> {
        fn hash<D: sha2::digest::Digest>(text: &str) -> Zeroizing<String> {
            let mut hash = D::digest(text);
            let mut hex = Zeroizing::new(String::with_capacity(64));
            for byte in hash.iter() {
                hex.push(char::from_digit(u32::from(byte >> 4), 16).unwrap_or('0'));
                hex.push(char::from_digit(u32::from(byte & 15), 16).unwrap_or('0'));
            }
            hash.as_mut_slice().zeroize();
            hex
        }
        match self {
            Self::Md5 => hash::<Md5>(text),
            Self::Sha256 => hash::<Sha256>(text),
            Self::Sha512_256 => hash::<Sha512_256>(text),
        }
    }
}

/// The inside of a quoted string (RFC 9110, section 5.6.4).
fn quoted(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"")
}

#[cfg(test)]
mod tests;
