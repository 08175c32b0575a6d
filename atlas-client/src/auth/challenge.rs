//! Digest challenges and the proofs that answer them (RFC 7616). Pure: text in,
//! text out, no connection and no state.

use http_auth::ChallengeRef;
use http_auth::parser::ChallengeParser;
use md5::Md5;
use reqwest::header::{HeaderMap, WWW_AUTHENTICATE};
use secrecy::{ExposeSecret, SecretString};
use sha2::{Sha256, Sha512_256};
use zeroize::Zeroizing;

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
        let secret = Zeroizing::new(format!("{username}:{realm}:{}", password.expose_secret()));
        let mut a1 = Zeroizing::new(self.hash.hex(&secret));
        if self.session {
            a1 = Zeroizing::new(self.hash.hex(&format!("{}:{nonce}:{cnonce}", *a1)));
        }
        let a2 = self.hash.hex(&format!("{method}:{uri}"));
        let proof = if self.qop {
            format!("{}:{nonce}:{count:08x}:{cnonce}:auth:{a2}", *a1)
        } else {
            format!("{}:{nonce}:{a2}", *a1)
        };
        let response = self.hash.hex(&Zeroizing::new(proof));

        let username = if self.userhash {
            self.hash.hex(&format!("{username}:{realm}"))
        } else {
            quoted(username)
        };
        let mut header = format!(
            "Digest username=\"{username}\", realm=\"{}\", nonce=\"{}\", uri=\"{uri}\", \
             response=\"{response}\"",
            quoted(realm),
            quoted(nonce),
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
            add(format!("qop=auth, nc={count:08x}, cnonce=\"{cnonce}\""));
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
    fn hex(self, text: &str) -> String {
        fn hash<D: sha2::digest::Digest>(text: &str) -> String {
            let mut hex = String::with_capacity(64);
            for byte in D::digest(text).iter() {
                hex.push(char::from_digit(u32::from(byte >> 4), 16).unwrap_or('0'));
                hex.push(char::from_digit(u32::from(byte & 15), 16).unwrap_or('0'));
            }
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
mod tests {
    use reqwest::header::HeaderValue;

    use super::*;

    fn chosen(headers: &[&str]) -> Option<Challenge> {
        let mut map = HeaderMap::new();
        for value in headers {
            map.append(WWW_AUTHENTICATE, HeaderValue::from_str(value).unwrap());
        }
        choose(&map)
    }

    /// The challenge of Atlas as it goes over the wire.
    const ATLAS: &str = "Digest realm=\"MMS Public API\", domain=\"\", nonce=\"abc\", \
                         algorithm=MD5, qop=\"auth\", stale=false";

    #[test]
    fn reads_the_challenge_of_atlas() {
        let found = chosen(&[ATLAS]).unwrap();
        assert_eq!(
            (found.realm.as_str(), found.nonce.as_str()),
            ("MMS Public API", "abc")
        );
        assert!(found.qop && !found.stale && !found.session && !found.userhash);
    }

    #[test]
    fn takes_the_first_challenge_it_can_answer_however_they_are_spread() {
        let md5 = "Digest realm=\"a\", nonce=\"m\", algorithm=MD5, qop=\"auth\"";
        let sha = "Digest realm=\"a\", nonce=\"s\", algorithm=SHA-256, qop=\"auth\"";
        let odd = "Digest realm=\"a\", nonce=\"o\", algorithm=ROT13, qop=\"auth\"";
        let int = "Digest realm=\"a\", nonce=\"i\", qop=\"auth-int\"";
        let joined = [odd, int, sha, md5].join(", ");
        let nonce = |headers: &[&str]| chosen(headers).map(|found| found.nonce);
        assert_eq!(nonce(&[&joined]).as_deref(), Some("s"));
        assert_eq!(
            nonce(&["Basic realm=\"x\"", odd, md5, sha]).as_deref(),
            Some("m")
        );
        assert_eq!(nonce(&[&format!("Negotiate, {sha}")]).as_deref(), Some("s"));
        assert_eq!(
            nonce(&[&format!("Negotiate YIIab==, {sha}")]).as_deref(),
            Some("s")
        );
        assert_eq!(nonce(&[odd, int, "Bearer realm=\"x\""]), None);
        assert_eq!(
            nonce(&["Digest", "digest ,,", "Digest realm=\"never closed"]),
            None
        );
    }

    #[test]
    fn names_and_spaces_may_be_spelled_in_any_way() {
        let found = chosen(&[
            "dIGEST   ReAlM = \"a \\\"b\\\"\" ,NONCE=\"n\",QOP=\"auth-int , AUTH\",Algorithm=md5-SESS,\
             future=\"x\", STALE=True, opaque=\"\"",
        ])
        .unwrap();
        assert_eq!(found.realm, "a \"b\"");
        assert!(found.qop && found.stale && found.session);
        assert_eq!(found.opaque.as_deref(), Some(""));
        let header = found.answer("u", &"p".to_owned().into(), &request("c"));
        assert!(header.contains("realm=\"a \\\"b\\\"\""), "{}", *header);
        assert!(header.contains("algorithm=md5-SESS"), "{}", *header);
    }

    fn request(cnonce: &str) -> Request<'_> {
        Request {
            method: "GET",
            uri: "/dir/index.html",
            cnonce,
            count: 1,
        }
    }

    /// RFC 7616, section 3.9.1.
    #[test]
    fn answers_the_examples_of_the_rfc() {
        let common = "realm=\"http-auth@example.org\", qop=\"auth, auth-int\", \
                      nonce=\"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v\", \
                      opaque=\"FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS\"";
        let password = SecretString::from("Circle of Life".to_owned());
        for (algorithm, response) in [
            ("MD5", "8ca523f5e9506fed4657c9700eebdbec"),
            (
                "SHA-256",
                "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1",
            ),
        ] {
            let challenge = chosen(&[&format!("Digest {common}, algorithm={algorithm}")]).unwrap();
            let request = request("f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ");
            let header = challenge.answer("Mufasa", &password, &request);
            assert!(
                header.contains(&format!("response=\"{response}\"")),
                "{}",
                *header
            );
            assert!(
                header.contains("qop=auth, nc=00000001, cnonce="),
                "{}",
                *header
            );
        }
    }

    /// RFC 7616, section 3.9.2, with the values of its erratum 4897: those
    /// printed are not of the final SHA-512/256.
    #[test]
    fn answers_the_example_with_a_hashed_name() {
        let challenge = chosen(&[
            "Digest realm=\"api@example.org\", qop=\"auth\", algorithm=SHA-512-256, \
             nonce=\"5TsQWLVdgBdmrQ0XsxbDODV+57QdFR34I9HAbC/RVvkK\", \
             opaque=\"HRPCssKJSGjCrkzDg8OhwpzCiGPChXYjwrI2QmXDnsOS\", charset=UTF-8, userhash=true",
        ])
        .unwrap();
        let request = Request {
            uri: "/doe.json",
            ..request("NTg6RKcb9boFIAS3KrFK9BGeh+iDa/sm6jUMp2wds69v")
        };
        let password = SecretString::from("Secret, or not?".to_owned());
        let header = challenge.answer("Jäsøn Doe", &password, &request);
        assert!(
            header.contains(
                "response=\"3798d4131c277846293534c3edc11bd8a5e4cdcbff78b05db9d95eeb1cec68a5\""
            ),
            "{}",
            *header
        );
        assert!(
            header.contains(
                "username=\"793263caabb707a56211940d90411ea4a575adeccb7e360aeb624ed06ece9b0b\""
            ),
            "{}",
            *header
        );
        assert!(header.contains("userhash=true"));
    }

    /// RFC 2617, section 3.5, and the same without `qop` as in RFC 2069.
    #[test]
    fn answers_the_older_forms() {
        let common = "realm=\"testrealm@host.com\", nonce=\"dcd98b7102dd2f0e8b11d0f600bfb0c093\"";
        let password = SecretString::from("Circle Of Life".to_owned());
        for (more, response) in [
            (", qop=\"auth\"", "6629fae49393a05397450978507c4ef1"),
            ("", "670fd8c2df070c60b045671b8b24ff02"),
        ] {
            let challenge = chosen(&[&format!("Digest {common}{more}")]).unwrap();
            let header = challenge.answer("Mufasa", &password, &request("0a4f113b"));
            assert!(
                header.contains(&format!("response=\"{response}\"")),
                "{}",
                *header
            );
            assert!(!header.contains("algorithm"), "{}", *header);
        }
    }

    #[test]
    fn reads_the_next_nonce_among_other_parameters() {
        let text = "qop=auth, rspauth=\"6629\", cnonce=\"0a\", nc=00000001, nextnonce=\"n\\\\2\"";
        assert_eq!(next_nonce(text).as_deref(), Some("n\\2"));
        assert_eq!(next_nonce("rspauth=\"1\""), None);
        assert_eq!(next_nonce(""), None);
    }
}
