//! Digest challenges and responses (RFC 7616). Pure functions over text; must not
//! know connections or state.

use std::borrow::Cow;

use http_auth::ChallengeRef;
use http_auth::parser::ChallengeParser;
use md5::Md5;
use percent_encoding::{AsciiSet, percent_decode_str, utf8_percent_encode};
use reqwest::header::{HeaderMap, HeaderValue, WWW_AUTHENTICATE};
use secrecy::{ExposeSecret, SecretString};
use sha2::{Sha256, Sha512_256};
use zeroize::{Zeroize, Zeroizing};

use crate::auth::zeroizing;

/// The escape for non-ASCII bytes, which the parser does not accept in quoted
/// strings.
const FOREIGN: &AsciiSet = &AsciiSet::EMPTY.add(b'%');

/// A digest challenge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Challenge {
    pub(super) realm: String,
    pub(super) nonce: String,
    pub(super) opaque: Option<String>,
    /// The name as the server spelled it, which the response repeats; `None` if the challenge has
    /// none, which means MD5.
    pub(super) algorithm: Option<String>,
    pub(super) hash: Hash,
    /// Whether the algorithm is a `-sess` one.
    pub(super) session: bool,
    /// The nonce and the client nonce that opened the session, if it continues
    /// with another nonce.
    pub(super) opened: Option<(String, String)>,
    /// Whether `qop=auth` is offered; without it the response follows RFC 2069.
    pub(super) qop: bool,
    pub(super) userhash: bool,
    /// Whether the server rejected only the nonce and not the key.
    pub(super) stale: bool,
    /// Whether text is sent and hashed in ISO 8859-1, as in the challenge, instead of UTF-8.
    pub(super) latin1: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hash {
    Md5,
    Sha256,
    Sha512_256,
}

/// The input of one digest response.
pub(super) struct Request<'a> {
    pub(super) method: &'a str,
    pub(super) uri: &'a str,
    pub(super) cnonce: &'a str,
    /// The number of uses of the nonce, including this one.
    pub(super) count: u32,
}

/// Returns the first supported challenge, because the server lists them in order
/// of preference (RFC 7616, section 3.7). Challenges may be in several headers,
/// several in one header, and mixed with those of other schemes. Takes time
/// linear in the size of the headers.
pub(super) fn choose(headers: &HeaderMap) -> Option<Challenge> {
    let mut values = headers.get_all(WWW_AUTHENTICATE).iter();
    values.find_map(|value| {
        let (text, latin1) = text(value);
        let mut challenges = digests(&text).into_iter();
        challenges.find_map(|parameters| read(&parameters, |it| digest(it, latin1)))
    })
}

/// Returns the `nextnonce` of an `Authentication-Info` header, whose parameters
/// are those of a challenge without a scheme.
pub(super) fn next_nonce(value: &HeaderValue) -> Option<String> {
    read(&text(value).0, |challenge| {
        parameter(challenge, "nextnonce")
    })
}

/// Returns a header as text, and whether it is not UTF-8. In that case it is
/// decoded as ISO 8859-1.
fn text(value: &HeaderValue) -> (Cow<'_, str>, bool) {
    match std::str::from_utf8(value.as_bytes()) {
        Ok(text) => (text.into(), false),
        Err(_) => (
            value.as_bytes().iter().copied().map(char::from).collect(),
            true,
        ),
    }
}

/// Returns the parameters of each digest challenge in a header. The parser stops
/// at the first token it does not support, such as the token68 of another scheme,
/// so it is given one challenge at a time.
fn digests(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut ours = false;
    for element in elements(text) {
        let name = element.find(|c: char| c.is_ascii_whitespace() || c == '=');
        let (name, rest) = element.split_at(name.unwrap_or(element.len()));
        let rest = rest.trim_start();
        let parameters = if rest.starts_with('=') {
            element
        } else {
            ours = name.eq_ignore_ascii_case("digest");
            if ours {
                found.push(String::new());
            }
            rest
        };
        if let Some(last) = found.last_mut().filter(|_| ours && !parameters.is_empty()) {
            if !last.is_empty() {
                last.push_str(", ");
            }
            last.push_str(parameters);
        }
    }
    found
}

/// Splits a list into its elements (RFC 9110, section 5.6.1). Commas in quoted
/// strings do not count.
fn elements(text: &str) -> impl Iterator<Item = &str> {
    let (mut quoted, mut escaped) = (false, false);
    let parts = text.split(move |c: char| {
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            ',' => return !quoted,
            _ => {}
        }
        false
    });
    parts.map(str::trim).filter(|part| !part.is_empty())
}

/// Parses the parameters of a challenge and applies `want`.
fn read<T>(parameters: &str, want: impl Fn(&ChallengeRef<'_>) -> Option<T>) -> Option<T> {
    let text = format!("Digest {}", utf8_percent_encode(parameters, FOREIGN));
    let challenge = ChallengeParser::new(&text).next()?.ok()?;
    want(&challenge)
}

fn digest(challenge: &ChallengeRef<'_>, latin1: bool) -> Option<Challenge> {
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
        latin1,
    })
}

fn parameter(challenge: &ChallengeRef<'_>, name: &str) -> Option<String> {
    let found = challenge
        .params
        .iter()
        .find(|(known, _)| known.eq_ignore_ascii_case(name))?;
    let text = found.1.to_unescaped();
    let decoded = percent_decode_str(&text).decode_utf8_lossy();
    Some(decoded.into_owned())
}

impl Challenge {
    /// Returns the value of the `Authorization` header for this challenge (RFC
    /// 7616, section 3.4).
    pub(super) fn answer(
        &self,
        username: &str,
        password: &SecretString,
        request: &Request<'_>,
    ) -> Zeroizing<Vec<u8>> {
        let Request {
            method,
            uri,
            cnonce,
            count,
        } = request;
        let (realm, nonce) = (&self.realm, &self.nonce);
        let parts = [username, ":", realm, ":", password.expose_secret()];
        let mut a1 = self.hex(&zeroizing::joined(&parts));
        if self.session {
            let (nonce, cnonce) = match &self.opened {
                Some((nonce, cnonce)) => (nonce.as_str(), cnonce.as_str()),
                None => (nonce.as_str(), *cnonce),
            };
            a1 = self.hex(&zeroizing::joined(&[&a1, ":", nonce, ":", cnonce]));
        }
        let a2 = self.hex(&format!("{method}:{uri}"));
        let count = format!("{count:08x}");
        let proof = if self.qop {
            zeroizing::joined(&[&a1, ":", nonce, ":", &count, ":", cnonce, ":auth:", &a2])
        } else {
            zeroizing::joined(&[&a1, ":", nonce, ":", &a2])
        };
        let response = self.hex(&proof);

        let username = if self.userhash {
            self.hex(&format!("{username}:{realm}")).to_string()
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
        self.octets(&header)
    }

    fn hex(&self, text: &str) -> Zeroizing<String> {
        self.hash.hex(&self.octets(text))
    }

    /// Encodes text in the charset of the server.
    fn octets(&self, text: &str) -> Zeroizing<Vec<u8>> {
        let mut octets = Zeroizing::new(Vec::with_capacity(text.len()));
        if self.latin1 {
            octets.extend(text.chars().map(|c| u8::try_from(c).unwrap_or(b'?')));
        } else {
            octets.extend_from_slice(text.as_bytes());
        }
        octets
    }
}

impl Hash {
    fn hex(self, text: &[u8]) -> Zeroizing<String> {
        fn hash<D: sha2::digest::Digest>(text: &[u8]) -> Zeroizing<String> {
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

/// Escapes text for a quoted string (RFC 9110, section 5.6.4).
fn quoted(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"")
}

#[cfg(test)]
mod tests;
