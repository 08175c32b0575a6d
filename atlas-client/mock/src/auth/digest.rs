//! The server side of HTTP Digest (RFC 7616): challenges, nonces and the validation of responses.
//!
//! http-auth parses, RustCrypto hashes. Must not know statuses or bodies.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write,
    time::{Duration, SystemTime},
};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use md5::Md5;
use sha2::{Digest, Sha256, Sha512_256};

/// The realm in Atlas's challenges.
pub(crate) const REALM: &str = "MMS Public API";

/// An algorithm of a Digest challenge (RFC 7616, section 3.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DigestAlgorithm {
    /// `MD5`: what Atlas offers.
    Md5,
    /// `MD5-sess`.
    Md5Sess,
    /// `SHA-256`.
    Sha256,
    /// `SHA-256-sess`.
    Sha256Sess,
    /// `SHA-512-256`.
    Sha512_256,
    /// `SHA-512-256-sess`.
    Sha512_256Sess,
}

impl DigestAlgorithm {
    /// Returns the name in the header.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Md5 => "MD5",
            Self::Md5Sess => "MD5-sess",
            Self::Sha256 => "SHA-256",
            Self::Sha256Sess => "SHA-256-sess",
            Self::Sha512_256 => "SHA-512-256",
            Self::Sha512_256Sess => "SHA-512-256-sess",
        }
    }

    fn is_session(self) -> bool {
        matches!(
            self,
            Self::Md5Sess | Self::Sha256Sess | Self::Sha512_256Sess
        )
    }

    fn hash(self, text: &str) -> String {
        match self {
            Self::Md5 | Self::Md5Sess => hex(&Md5::digest(text)),
            Self::Sha256 | Self::Sha256Sess => hex(&Sha256::digest(text)),
            Self::Sha512_256 | Self::Sha512_256Sess => hex(&Sha512_256::digest(text)),
        }
    }
}

/// The settings of challenges and nonces.
#[derive(Clone, Debug)]
pub(crate) struct Policy {
    pub(crate) algorithms: Vec<DigestAlgorithm>,
    pub(crate) one_header: bool,
    pub(crate) nonce_lifetime: Duration,
    pub(crate) nonce_uses: Option<u32>,
    pub(crate) strict_count: bool,
    pub(crate) next_nonce: bool,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            algorithms: vec![DigestAlgorithm::Md5],
            one_header: false,
            nonce_lifetime: Duration::from_secs(60),
            nonce_uses: None,
            strict_count: false,
            next_nonce: false,
        }
    }
}

/// The expected credentials and request of a digest response.
pub(crate) struct Expected<'a> {
    pub(crate) user: &'a str,
    pub(crate) password: &'a str,
    pub(crate) method: &'a str,
    pub(crate) target: &'a str,
}

/// Why a digest response is rejected.
#[derive(Debug, PartialEq)]
pub(crate) enum Refusal {
    /// Valid except for the nonce, which is expired or unknown.
    Stale,
    /// Anything else.
    Wrong,
}

/// The nonces that a server has issued.
pub(crate) struct Nonces {
    seed: u64,
    given: u64,
    known: BTreeMap<String, Nonce>,
}

struct Nonce {
    born: SystemTime,
    seen: BTreeSet<u32>,
    /// The client nonce of the first response: with `-sess` it stays part of A1 (RFC 7616, section
    /// 3.4.2).
    session: Option<String>,
}

impl Nonces {
    pub(crate) fn new(seed: u64) -> Self {
        Self {
            seed,
            given: 0,
            known: BTreeMap::new(),
        }
    }

    /// Issues a nonce.
    pub(crate) fn mint(&mut self, now: SystemTime) -> String {
        self.given += 1;
        let nonce = opaque("nonce", self.seed, self.given);
        self.known.insert(
            nonce.clone(),
            Nonce {
                born: now,
                seen: BTreeSet::new(),
                session: None,
            },
        );
        nonce
    }

    /// Drops all nonces: the next use of each is stale.
    pub(crate) fn expire(&mut self) {
        self.known.clear();
    }

    /// Returns the values of `WWW-Authenticate`: one challenge per algorithm, all with one nonce.
    pub(crate) fn challenges(
        &mut self,
        policy: &Policy,
        stale: bool,
        now: SystemTime,
    ) -> Vec<String> {
        let nonce = self.mint(now);
        let challenges: Vec<String> = policy
            .algorithms
            .iter()
            .map(|algorithm| {
                format!(
                    "Digest realm=\"{REALM}\", domain=\"\", nonce=\"{nonce}\", \
                     algorithm={}, qop=\"auth\", stale={stale}",
                    algorithm.as_str()
                )
            })
            .collect();
        if policy.one_header {
            vec![challenges.join(", ")]
        } else {
            challenges
        }
    }

    /// Validates the value of `Authorization`.
    pub(crate) fn check(
        &mut self,
        value: &str,
        expected: &Expected<'_>,
        policy: &Policy,
        now: SystemTime,
    ) -> Result<(), Refusal> {
        let answer = Answer::parse(value).ok_or(Refusal::Wrong)?;
        let algorithm = answer.algorithm(policy).ok_or(Refusal::Wrong)?;
        let known = self.known.get_mut(&answer.nonce);
        let session = known
            .as_ref()
            .and_then(|nonce| nonce.session.as_deref())
            .unwrap_or(&answer.cnonce);
        let right = answer.user == expected.user
            && answer.realm == REALM
            && answer.uri == expected.target
            && answer.response == answer.expected_response(algorithm, session, expected);
        if !right || answer.count == 0 {
            return Err(Refusal::Wrong);
        }
        // A nonce is called stale only if the key is right (RFC 7616, section 3.3).
        let nonce = known.ok_or(Refusal::Stale)?;
        let age = now.duration_since(nonce.born).unwrap_or_default();
        let spent = policy
            .nonce_uses
            .is_some_and(|uses| nonce.seen.len() >= uses as usize);
        if nonce.seen.contains(&answer.count) {
            return Err(Refusal::Wrong);
        }
        if age >= policy.nonce_lifetime || spent {
            return Err(Refusal::Stale);
        }
        if policy.strict_count && nonce.seen.last().is_some_and(|last| *last > answer.count) {
            return Err(Refusal::Wrong);
        }
        nonce.seen.insert(answer.count);
        nonce.session.get_or_insert(answer.cnonce);
        Ok(())
    }
}

/// The parameters of a digest response.
struct Answer {
    user: String,
    realm: String,
    nonce: String,
    uri: String,
    response: String,
    cnonce: String,
    count_text: String,
    count: u32,
    algorithm: Option<String>,
}

impl Answer {
    fn parse(value: &str) -> Option<Self> {
        let answers = http_auth::parse_challenges(value).ok()?;
        let [answer] = answers.as_slice() else {
            return None;
        };
        if !answer.scheme.eq_ignore_ascii_case("digest") {
            return None;
        }
        let only = |name: &str| {
            let mut values = answer
                .params
                .iter()
                .filter(|(key, _)| key.eq_ignore_ascii_case(name));
            let (_, value) = values.next()?;
            values.next().is_none().then(|| value.to_unescaped())
        };
        if only("qop")? != "auth" {
            return None;
        }
        let count_text = only("nc").filter(|text| text.len() == 8)?;
        Some(Self {
            user: only("username")?,
            realm: only("realm")?,
            nonce: only("nonce")?,
            uri: only("uri")?,
            response: only("response")?,
            cnonce: only("cnonce")?,
            count: u32::from_str_radix(&count_text, 16).ok()?,
            count_text,
            algorithm: only("algorithm"),
        })
    }

    /// Returns the offered algorithm that the response names; the default is MD5 (RFC 7616, section
    /// 3.4).
    fn algorithm(&self, policy: &Policy) -> Option<DigestAlgorithm> {
        let name = self.algorithm.as_deref().unwrap_or("MD5");
        policy
            .algorithms
            .iter()
            .copied()
            .find(|offered| offered.as_str().eq_ignore_ascii_case(name))
    }

    fn expected_response(
        &self,
        algorithm: DigestAlgorithm,
        session: &str,
        expected: &Expected<'_>,
    ) -> String {
        let mut a1 = algorithm.hash(&format!("{}:{REALM}:{}", expected.user, expected.password));
        if algorithm.is_session() {
            a1 = algorithm.hash(&format!("{a1}:{}:{session}", self.nonce));
        }
        let a2 = algorithm.hash(&format!("{}:{}", expected.method, expected.target));
        algorithm.hash(&format!(
            "{a1}:{}:{}:{}:auth:{a2}",
            self.nonce, self.count_text, self.cnonce
        ))
    }
}

/// Returns an opaque secret value. Like the default keys it contains `0ddba11c`, so that tests can
/// search logs for it.
pub(crate) fn secret(kind: &str, seed: u64, number: u64) -> String {
    format!("0ddba11c-{}", opaque(kind, seed, number))
}

/// Returns a value that only this server can have issued.
pub(crate) fn opaque(kind: &str, seed: u64, number: u64) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(format!("{kind}:{seed}:{number}")))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
#[path = "digest_tests.rs"]
mod tests;
