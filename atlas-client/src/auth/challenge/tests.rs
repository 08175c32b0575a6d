//! Challenges as servers write them, and the proofs of published examples.

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

/// What looks for a challenge takes longer than a header is long.
#[test]
fn a_header_without_measure_is_no_challenge() {
    for (length, found) in [(LONGEST, true), (LONGEST + 1, false)] {
        let padding = "x".repeat(length - ATLAS.len() - ", z=\"\"".len());
        let header = format!("{ATLAS}, z=\"{padding}\"");
        assert_eq!(header.len(), length);
        assert_eq!(chosen(&[&header]).is_some(), found, "{length}");
        assert!(chosen(&[&header, ATLAS]).is_some());
    }
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

/// The proofs were calculated with another implementation of the hashes, from
/// the values of RFC 7616, section 3.9.1.
#[test]
fn answers_the_session_algorithms() {
    let common = "realm=\"http-auth@example.org\", qop=\"auth\", \
                  nonce=\"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v\"";
    let password = SecretString::from("Circle of Life".to_owned());
    for (algorithm, response) in [
        ("MD5-sess", "e783283f46242139c486a698fec7211d"),
        (
            "SHA-256-sess",
            "2fd51b3a77ad75bad6afad6003e818d767133c46d9e2749e7f5232ae1ea3efd7",
        ),
        (
            "SHA-512-256-sess",
            "3f2a34f923c38b0fb26dce2fdfc2ce326c23cecf86fbb1444f3e51fbbc2cb92e",
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
    }
}
