//! Digest challenges and responses (RFC 7616). Pure functions over text; must not
//! know connections or state.

use http_auth::ChallengeRef;
use http_auth::parser::ChallengeParser;
use md5::Md5;
use percent_encoding::{AsciiSet, percent_decode_str, percent_encode};
use reqwest::header::{HeaderMap, HeaderValue, WWW_AUTHENTICATE};
use secrecy::{ExposeSecret, SecretString};
use sha2::{Sha256, Sha512_256};
use zeroize::{Zeroize, Zeroizing};

use crate::auth::zeroizing;

/// The escape for non-ASCII bytes, which the parser does not accept in quoted
/// strings.
const FOREIGN: &AsciiSet = &AsciiSet::EMPTY.add(b'%');

/// A digest challenge.
///
/// Its texts have one character for each byte of the header (ISO 8859-1), so that they are hashed
/// and sent back in the bytes of the server, whatever its charset.
#[derive(Clone, Debug)]
pub(super) struct Challenge {
    pub(super) realm: String,
    pub(super) nonce: String,
    pub(super) opaque: Option<String>,
    /// The name as the server spelled it, which the response repeats; `None` if the challenge has
    /// none, which means MD5.
    pub(super) algorithm: Option<String>,
    /// Hashes text and returns the hash in hexadecimal digits.
    pub(super) hash: fn(&str) -> Zeroizing<String>,
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
    let values = headers.get_all(WWW_AUTHENTICATE).iter();
    let mut challenges = values.flat_map(|value| digests(&text(value)));
    challenges.find_map(|parameters| read(&parameters, digest))
}

/// Returns the `nextnonce` of an `Authentication-Info` header, whose parameters
/// are those of a challenge without a scheme.
pub(super) fn next_nonce(value: &HeaderValue) -> Option<String> {
    read(&text(value), |challenge| parameter(challenge, "nextnonce"))
}

/// Returns a header as text, in which non-ASCII bytes are escaped.
fn text(value: &HeaderValue) -> String {
    percent_encode(value.as_bytes(), FOREIGN).to_string()
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
    let text = format!("Digest {parameters}");
    let challenge = ChallengeParser::new(&text).next()?.ok()?;
    want(&challenge)
}

fn digest(challenge: &ChallengeRef<'_>) -> Option<Challenge> {
    let algorithm = parameter(challenge, "algorithm");
    let name = algorithm.as_deref().unwrap_or("MD5").to_ascii_uppercase();
    let of_session = name.strip_suffix("-SESS");
    let hash = match of_session.unwrap_or(&name) {
        "MD5" => hex::<Md5>,
        "SHA-256" => hex::<Sha256>,
        "SHA-512-256" => hex::<Sha512_256>,
        _ => return None,
    };
    let qop = parameter(challenge, "qop");
    let is_auth = |word: &str| word.trim().eq_ignore_ascii_case("auth");
    if qop.as_ref().is_some_and(|it| !it.split(',').any(is_auth)) {
        return None;
    }
    let is_true =
        |name| parameter(challenge, name).is_some_and(|value| value.eq_ignore_ascii_case("true"));
    Some(Challenge {
        realm: parameter(challenge, "realm")?,
        nonce: parameter(challenge, "nonce")?,
        opaque: parameter(challenge, "opaque"),
        session: of_session.is_some(),
        algorithm,
        hash,
        opened: None,
        qop: qop.is_some(),
        userhash: is_true("userhash"),
        stale: is_true("stale"),
    })
}

fn parameter(challenge: &ChallengeRef<'_>, name: &str) -> Option<String> {
    let mut parameters = challenge.params.iter();
    let (_, value) = parameters.find(|(known, _)| known.eq_ignore_ascii_case(name))?;
    let unescaped = value.to_unescaped();
    Some(percent_decode_str(&unescaped).map(char::from).collect())
}

impl Challenge {
    /// Returns the value of the `Authorization` header for this challenge (RFC
    /// 7616, section 3.4). The user name and the password are ASCII.
    pub(super) fn answer(
        &self,
        username: &str,
        password: &SecretString,
        request: &Request<'_>,
    ) -> Zeroizing<Vec<u8>> {
        let (realm, nonce) = (&self.realm, &self.nonce);
        let (uri, cnonce) = (request.uri, request.cnonce);
        let parts = [username, ":", realm, ":", password.expose_secret()];
        let mut a1 = (self.hash)(&zeroizing::joined(&parts));
        if self.session {
            let (nonce, cnonce) = match &self.opened {
                Some((nonce, cnonce)) => (nonce.as_str(), cnonce.as_str()),
                None => (nonce.as_str(), cnonce),
            };
            a1 = (self.hash)(&zeroizing::joined(&[&a1, ":", nonce, ":", cnonce]));
        }
        let a2 = (self.hash)(&format!("{}:{uri}", request.method));
        let count = format!("{:08x}", request.count);
        let proof = if self.qop {
            zeroizing::joined(&[&a1, ":", nonce, ":", &count, ":", cnonce, ":auth:", &a2])
        } else {
            zeroizing::joined(&[&a1, ":", nonce, ":", &a2])
        };
        let response = (self.hash)(&proof);

        let username = if self.userhash {
            (self.hash)(&format!("{username}:{realm}")).to_string()
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
        if let Some(algorithm) = &self.algorithm {
            header += &format!(", algorithm={algorithm}");
        }
        if let Some(opaque) = &self.opaque {
            header += &format!(", opaque=\"{}\"", quoted(opaque));
        }
        if self.qop {
            header += &format!(", qop=auth, nc={count}, cnonce=\"{cnonce}\"");
        } else if self.session {
            header += &format!(", cnonce=\"{cnonce}\"");
        }
        if self.userhash {
            header += ", userhash=true";
        }
        octets(&header)
    }
}

/// Returns the bytes that text stands for, as in [`Challenge`].
fn octets(text: &str) -> Zeroizing<Vec<u8>> {
    let mut octets = Zeroizing::new(Vec::with_capacity(text.len()));
    octets.extend(text.chars().map(|c| u8::try_from(c).unwrap_or(b'?')));
    octets
}

fn hex<D: sha2::digest::Digest>(text: &str) -> Zeroizing<String> {
    let mut hash = D::digest(octets(text));
    let mut hex = Zeroizing::new(String::with_capacity(64));
    for byte in hash.iter() {
        hex.push(char::from_digit(u32::from(byte >> 4), 16).unwrap_or('0'));
        hex.push(char::from_digit(u32::from(byte & 15), 16).unwrap_or('0'));
    }
    hash.as_mut_slice().zeroize();
    hex
}

/// Escapes text for a quoted string (RFC 9110, section 5.6.4).
fn quoted(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"")
}

#[cfg(test)]
mod tests;
