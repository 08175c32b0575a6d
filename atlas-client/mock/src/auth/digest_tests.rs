//! Tests of digest validation, with RFC 7616's own example and http-auth's client.

use std::time::UNIX_EPOCH;

use http_auth::{PasswordClient, PasswordParams};

use super::*;

const EXPECTED: Expected<'_> = Expected {
    user: "public",
    password: "private",
    method: "GET",
    target: "/a?b=c",
};

fn client(challenges: &[String]) -> PasswordClient {
    let mut builder = PasswordClient::builder();
    for challenge in challenges {
        builder = builder.challenges(challenge);
    }
    builder.build().unwrap()
}

fn answer(client: &mut PasswordClient, password: &str) -> String {
    client
        .respond(&PasswordParams {
            username: "public",
            password,
            uri: "/a?b=c",
            method: "GET",
            body: None,
        })
        .unwrap()
}

fn policy(algorithm: DigestAlgorithm) -> Policy {
    Policy {
        algorithms: vec![algorithm],
        ..Policy::default()
    }
}

#[test]
fn hashes_as_the_example_of_rfc_7616() {
    // RFC 7616, section 3.9.1; its realm differs from Atlas's, so A1 is built here.
    for (algorithm, response) in [
        (DigestAlgorithm::Md5, "8ca523f5e9506fed4657c9700eebdbec"),
        (
            DigestAlgorithm::Sha256,
            "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1",
        ),
    ] {
        let a1 = algorithm.hash("Mufasa:http-auth@example.org:Circle of Life");
        let a2 = algorithm.hash("GET:/dir/index.html");
        let nonce = "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v";
        let cnonce = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ";
        let text = format!("{a1}:{nonce}:00000001:{cnonce}:auth:{a2}");
        assert_eq!(algorithm.hash(&text), response);
    }
}

#[test]
fn a_client_that_was_not_written_here_is_understood_with_every_algorithm() {
    for algorithm in [
        DigestAlgorithm::Md5,
        DigestAlgorithm::Md5Sess,
        DigestAlgorithm::Sha256,
        DigestAlgorithm::Sha256Sess,
        DigestAlgorithm::Sha512_256,
        DigestAlgorithm::Sha512_256Sess,
    ] {
        let policy = policy(algorithm);
        let mut nonces = Nonces::new(1);
        let mut client = client(&nonces.challenges(&policy, false, UNIX_EPOCH));
        let value = answer(&mut client, "private");
        assert_eq!(
            nonces.check(&value, &EXPECTED, &policy, UNIX_EPOCH),
            Ok(()),
            "{algorithm:?}"
        );
        let wrong = answer(&mut client, "guess");
        assert_eq!(
            nonces.check(&wrong, &EXPECTED, &policy, UNIX_EPOCH),
            Err(Refusal::Wrong)
        );
    }
}

#[test]
fn a_count_serves_once_and_rises_in_any_order_of_arrival() {
    let policy = Policy::default();
    let mut nonces = Nonces::new(1);
    let mut client = client(&nonces.challenges(&policy, false, UNIX_EPOCH));
    let first = answer(&mut client, "private");
    let second = answer(&mut client, "private");
    let mut check = |value: &str| nonces.check(value, &EXPECTED, &policy, UNIX_EPOCH);
    assert_eq!(check(&second), Ok(()));
    assert_eq!(check(&first), Ok(()));
    assert_eq!(check(&first), Err(Refusal::Wrong));
    assert_eq!(check(&second), Err(Refusal::Wrong));
}

#[test]
fn a_strict_server_wants_the_counts_in_order() {
    let policy = Policy {
        strict_count: true,
        ..Policy::default()
    };
    let mut nonces = Nonces::new(1);
    let mut client = client(&nonces.challenges(&policy, false, UNIX_EPOCH));
    let first = answer(&mut client, "private");
    let second = answer(&mut client, "private");
    assert_eq!(
        nonces.check(&second, &EXPECTED, &policy, UNIX_EPOCH),
        Ok(())
    );
    assert_eq!(
        nonces.check(&first, &EXPECTED, &policy, UNIX_EPOCH),
        Err(Refusal::Wrong)
    );
}

#[test]
fn only_a_proven_key_learns_that_its_nonce_is_stale() {
    let policy = Policy::default();
    let mut nonces = Nonces::new(1);
    let mut client = client(&nonces.challenges(&policy, false, UNIX_EPOCH));
    let right = answer(&mut client, "private");
    let wrong = answer(&mut client, "guess");
    let later = UNIX_EPOCH + policy.nonce_lifetime;
    assert_eq!(
        nonces.check(&wrong, &EXPECTED, &policy, later),
        Err(Refusal::Wrong)
    );
    assert_eq!(
        nonces.check(&right, &EXPECTED, &policy, later),
        Err(Refusal::Stale)
    );
    nonces.expire();
    assert_eq!(
        nonces.check(&right, &EXPECTED, &policy, UNIX_EPOCH),
        Err(Refusal::Stale)
    );
}

#[test]
fn a_nonce_is_stale_after_as_many_uses_as_the_policy_grants() {
    let policy = Policy {
        nonce_uses: Some(1),
        ..Policy::default()
    };
    let mut nonces = Nonces::new(1);
    let mut client = client(&nonces.challenges(&policy, false, UNIX_EPOCH));
    let first = answer(&mut client, "private");
    let second = answer(&mut client, "private");
    assert_eq!(nonces.check(&first, &EXPECTED, &policy, UNIX_EPOCH), Ok(()));
    assert_eq!(
        nonces.check(&second, &EXPECTED, &policy, UNIX_EPOCH),
        Err(Refusal::Stale)
    );
}

/// Builds a digest response by hand, to vary single parameters.
fn handmade(nonce: &str, count: &str, extra: &str) -> String {
    let md5 = DigestAlgorithm::Md5;
    let a1 = md5.hash(&format!("public:{REALM}:private"));
    let a2 = md5.hash("GET:/a?b=c");
    let response = md5.hash(&format!("{a1}:{nonce}:{count}:c:auth:{a2}"));
    format!(
        "Digest username=\"public\", realm=\"{REALM}\", nonce=\"{nonce}\", uri=\"/a?b=c\", \
         response=\"{response}\", nc={count}, cnonce=\"c\"{extra}"
    )
}

#[test]
fn a_count_of_zero_and_missing_or_doubled_parameters_are_refused() {
    let policy = Policy::default();
    let mut nonces = Nonces::new(1);
    let nonce = nonces.mint(UNIX_EPOCH);
    let mut check = |value: &str| nonces.check(value, &EXPECTED, &policy, UNIX_EPOCH);
    for value in [
        handmade(&nonce, "00000000", ", qop=auth"),
        handmade(&nonce, "1", ", qop=auth"),
        handmade(&nonce, "00000001", ""),
        handmade(&nonce, "00000001", ", qop=auth-int"),
        handmade(&nonce, "00000001", ", qop=auth, algorithm=SHA-256"),
        handmade(&nonce, "00000001", ", qop=auth, nonce=\"other\""),
        handmade(&nonce, "00000001", ", qop=auth, Digest"),
        "Digest".to_owned(),
        "Digest \u{1}".to_owned(),
        String::new(),
    ] {
        assert_eq!(check(&value), Err(Refusal::Wrong), "{value}");
    }
    assert_eq!(
        check(&handmade(&nonce, "00000001", ", qop=\"auth\"")),
        Ok(())
    );
}

#[test]
fn an_answer_to_another_target_is_refused() {
    let policy = Policy::default();
    let mut nonces = Nonces::new(1);
    let mut client = client(&nonces.challenges(&policy, false, UNIX_EPOCH));
    let value = answer(&mut client, "private");
    let elsewhere = Expected {
        target: "/a",
        ..EXPECTED
    };
    assert_eq!(
        nonces.check(&value, &elsewhere, &policy, UNIX_EPOCH),
        Err(Refusal::Wrong)
    );
}

#[test]
fn the_target_that_an_answer_names_has_to_be_the_one_it_came_to() {
    let mut nonces = Nonces::new(1);
    let nonce = nonces.mint(UNIX_EPOCH);
    let value = handmade(&nonce, "00000001", ", qop=auth").replace("uri=\"/a?b=c\"", "uri=\"/a\"");
    assert_eq!(
        nonces.check(&value, &EXPECTED, &Policy::default(), UNIX_EPOCH),
        Err(Refusal::Wrong)
    );
}

#[test]
fn a_session_keeps_the_first_client_nonce() {
    let algorithm = DigestAlgorithm::Sha256Sess;
    let policy = policy(algorithm);
    let mut nonces = Nonces::new(1);
    let nonce = nonces.mint(UNIX_EPOCH);
    let answer = |count: &str, cnonce: &str, session: &str| {
        let user = algorithm.hash(&format!("public:{REALM}:private"));
        let a1 = algorithm.hash(&format!("{user}:{nonce}:{session}"));
        let a2 = algorithm.hash("GET:/a?b=c");
        let response = algorithm.hash(&format!("{a1}:{nonce}:{count}:{cnonce}:auth:{a2}"));
        format!(
            "Digest username=\"public\", realm=\"{REALM}\", nonce=\"{nonce}\", uri=\"/a?b=c\", \
             response=\"{response}\", nc={count}, cnonce=\"{cnonce}\", qop=auth, algorithm=SHA-256-sess"
        )
    };
    let mut check = |value: &str| nonces.check(value, &EXPECTED, &policy, UNIX_EPOCH);
    assert_eq!(check(&answer("00000001", "one", "one")), Ok(()));
    assert_eq!(
        check(&answer("00000002", "two", "two")),
        Err(Refusal::Wrong)
    );
    assert_eq!(check(&answer("00000002", "two", "one")), Ok(()));
}

#[test]
fn two_servers_do_not_share_nonces() {
    assert_ne!(
        Nonces::new(1).mint(UNIX_EPOCH),
        Nonces::new(2).mint(UNIX_EPOCH)
    );
}
