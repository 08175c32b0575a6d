//! Challenges as servers write them, and the responses of published examples.

use reqwest::header::HeaderValue;

use super::*;

fn chosen(headers: &[&str]) -> Option<Challenge> {
    let mut map = HeaderMap::new();
    for value in headers {
        map.append(WWW_AUTHENTICATE, HeaderValue::from_str(value).unwrap());
    }
    choose(&map)
}

/// The challenge of Atlas.
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
    let header = shown(header);
    assert!(header.contains("realm=\"a \\\"b\\\"\""), "{header}");
    assert!(header.contains("algorithm=md5-SESS"), "{header}");
}

/// Text before a challenge is parsed only once.
#[test]
fn a_challenge_is_found_in_a_time_that_grows_as_the_headers_do() {
    for piece in [
        "Digest ",
        "digest ,",
        "Digest x ",
        "Digest realm=\"a\", ",
        "Digest a=\"\\\"",
        "Negotiate YIIab==, ",
        "Digest \u{e9}=, ",
        ", ",
        "x=\"",
    ] {
        let filler = piece.repeat((16 << 10) / piece.len());
        let mut headers = vec![filler.as_str(); 100];
        headers.push(ATLAS);
        let began = std::time::Instant::now();
        let found = chosen(&headers);
        assert_eq!(found.map(|it| it.nonce).as_deref(), Some("abc"), "{piece}");
        // In quadratic time this would take hours.
        assert!(began.elapsed().as_secs() < 10, "{piece}");
        let one = format!("{}, {ATLAS}", "Negotiate YIIab==, ".repeat(50_000));
        assert!(chosen(&[&one]).is_some());
    }
}

#[test]
fn what_is_quoted_is_no_challenge() {
    let fake = "Digest realm=\\\"r\\\", nonce=\\\"fake\\\", qop=\\\"auth\\\"";
    for before in [
        format!("Negotiate YIIab==, Basic realm=\"x, {fake}\""),
        format!("Basic realm=\"\\\\\", Other x=\", {fake}, \""),
    ] {
        let found = chosen(&[&format!("{before}, {ATLAS}")]);
        assert_eq!(found.map(|it| it.nonce).as_deref(), Some("abc"), "{before}");
        assert!(chosen(&[&before]).is_none());
    }
}

#[test]
fn the_parameters_of_another_scheme_are_not_those_of_digest() {
    let found = chosen(&[&format!("{ATLAS}, Other opaque=\"o\", userhash=true")]).unwrap();
    assert_eq!((found.opaque, found.userhash), (None, false));
}

/// The responses were calculated with another implementation of the hashes: a
/// realm is hashed and sent back in its raw bytes.
#[test]
fn a_realm_is_kept_in_the_encoding_of_the_server() {
    let password = SecretString::from("Circle of Life".to_owned());
    for (realm, response) in [
        (
            &b"R\xc3\xa4um 100%25"[..],
            "48e04cc9bba763ffe8750ffaf79ac49b",
        ),
        (b"R\xe4um 100%25", "679a3febd6f0cab6c7409c3c102b7336"),
    ] {
        let before = &b"Negotiate YIIab==, Digest nonce=\"n\", qop=\"auth\", realm=\""[..];
        let value = [before, realm, b"\""].concat();
        let mut map = HeaderMap::new();
        map.append(WWW_AUTHENTICATE, HeaderValue::from_bytes(&value).unwrap());
        let found = choose(&map).unwrap();
        let one_for_each_byte: String = realm.iter().copied().map(char::from).collect();
        assert_eq!(found.realm, one_for_each_byte);
        let header = found.answer("Mufasa", &password, &request("c"));
        let sent = [&b"realm=\""[..], realm, b"\", nonce"].concat();
        let shown = String::from_utf8_lossy(&header).into_owned();
        assert!(
            header.windows(sent.len()).any(|part| part == sent),
            "{shown}"
        );
        let proof = format!("response=\"{response}\"");
        assert!(shown.contains(&proof), "{shown}");
        crate::auth::sensitive(header).unwrap();
    }
}

fn shown(header: Zeroizing<Vec<u8>>) -> String {
    String::from_utf8(header.to_vec()).unwrap()
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
        let header = shown(challenge.answer("Mufasa", &password, &request));
        assert!(
            header.contains(&format!("response=\"{response}\"")),
            "{header}"
        );
        assert!(
            header.contains("qop=auth, nc=00000001, cnonce="),
            "{header}"
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
    // The bytes of its UTF-8.
    let name: String = "Jäsøn Doe".bytes().map(char::from).collect();
    let header = shown(challenge.answer(&name, &password, &request));
    assert!(
        header.contains(
            "response=\"3798d4131c277846293534c3edc11bd8a5e4cdcbff78b05db9d95eeb1cec68a5\""
        ),
        "{header}"
    );
    assert!(
        header.contains(
            "username=\"793263caabb707a56211940d90411ea4a575adeccb7e360aeb624ed06ece9b0b\""
        ),
        "{header}"
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
        let header = shown(challenge.answer("Mufasa", &password, &request("0a4f113b")));
        assert!(
            header.contains(&format!("response=\"{response}\"")),
            "{header}"
        );
        assert!(!header.contains("algorithm"), "{header}");
    }
}

#[test]
fn reads_the_next_nonce_among_other_parameters() {
    let text = "qop=auth, rspauth=\"6629\", cnonce=\"0a\", nc=00000001, nextnonce=\"n\\\\2\"";
    assert_eq!(
        next_nonce(&HeaderValue::from_static(text)).as_deref(),
        Some("n\\2")
    );
    assert_eq!(next_nonce(&HeaderValue::from_static("rspauth=\"1\"")), None);
    assert_eq!(next_nonce(&HeaderValue::from_static("")), None);
}

/// The responses were calculated with another implementation of the hashes,
/// from the values of RFC 7616, section 3.9.1.
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
        let header = shown(challenge.answer("Mufasa", &password, &request));
        assert!(
            header.contains(&format!("response=\"{response}\"")),
            "{header}"
        );
    }
}

#[test]
fn what_has_to_be_escaped_is_sent_back_escaped() {
    let found = chosen(&["Digest realm=\"a\\\\b\\\"c\", nonce=\"n\\\\\", opaque=\"\\\\o\""]);
    let found = found.unwrap();
    assert_eq!(
        (found.realm.as_str(), found.nonce.as_str()),
        ("a\\b\"c", "n\\")
    );
    let header = shown(found.answer("u", &"p".to_owned().into(), &request("c")));
    for part in [
        "realm=\"a\\\\b\\\"c\"",
        "nonce=\"n\\\\\"",
        "opaque=\"\\\\o\"",
    ] {
        assert!(header.contains(part), "{header}");
    }
}
