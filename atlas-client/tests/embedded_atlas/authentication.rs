//! HTTP Digest over HTTP, answered by http-auth.

use std::time::Duration;

use atlas_client::mock::{Atlas, Builder, DigestAlgorithm};

use crate::harness::*;

fn furnished() -> Builder {
    Atlas::builder().linked(true)
}

/// Challenged once, then as many requests on the same nonce as asked for; their statuses and staleness.
async fn on_one_nonce(atlas: &Atlas, requests: usize) -> Vec<(u16, bool)> {
    let ask = projects(atlas);
    let mut client = digest_client(&ask.send(atlas).await);
    let mut seen = Vec::new();
    for _ in 0..requests {
        let value = digest_answer(&mut client, atlas, &ask);
        let answer = ask
            .clone()
            .header("authorization", &value)
            .send(atlas)
            .await;
        let stale = answer
            .challenges()
            .iter()
            .any(|each| each.contains("stale=true"));
        seen.push((answer.status, stale));
    }
    seen
}

#[tokio::test]
async fn the_challenge_is_the_one_on_the_wire() {
    let atlas = Atlas::start();
    let answer = projects(&atlas).send(&atlas).await;
    let [challenge] = answer.challenges()[..] else {
        panic!("one challenge: {:?}", answer.challenges());
    };
    let (before, rest) = challenge.split_once("nonce=\"").unwrap();
    let (_, after) = rest.split_once('"').unwrap();
    assert_eq!(before, "Digest realm=\"MMS Public API\", domain=\"\", ");
    assert_eq!(after, ", algorithm=MD5, qop=\"auth\", stale=false");
    assert_eq!(answer.failure(), (401, Some("UNEXPECTED_ERROR".to_owned())));
    assert_eq!(answer.header("ratelimit-limit"), None);
    assert_eq!(atlas.counters().challenges, 1);
}

#[tokio::test]
async fn a_nonce_serves_many_requests() {
    let atlas = furnished().start();
    assert_eq!(on_one_nonce(&atlas, 3).await, [(200, false); 3]);
    assert_eq!(atlas.counters().challenges, 1);
}

#[tokio::test]
async fn an_answer_serves_once() {
    let atlas = furnished().start();
    let ask = projects(&atlas);
    let mut client = digest_client(&ask.send(&atlas).await);
    let value = digest_answer(&mut client, &atlas, &ask);
    let ask = ask.header("authorization", &value);
    assert_eq!(ask.send(&atlas).await.status, 200);
    let replayed = ask.send(&atlas).await;
    assert_eq!(
        replayed.failure(),
        (401, Some("UNEXPECTED_ERROR".to_owned()))
    );
    assert!(replayed.challenges()[0].contains("stale=false"));
    assert_eq!(
        atlas
            .counters()
            .executed("listOrgLiveMigrationAvailableProjects"),
        1
    );
}

#[tokio::test]
async fn a_nonce_is_stale_by_age_by_use_and_on_request() {
    let aged = furnished().nonce_lifetime(Duration::from_secs(60)).start();
    let ask = projects(&aged);
    let mut client = digest_client(&ask.send(&aged).await);
    aged.advance_clock(Duration::from_secs(60));
    let value = digest_answer(&mut client, &aged, &ask);
    let answer = ask.header("authorization", &value).send(&aged).await;
    assert!(answer.challenges()[0].contains("stale=true"));
    assert_eq!(aged.counters().stale_challenges, 1);

    let used = furnished().nonce_uses(1).start();
    assert_eq!(on_one_nonce(&used, 2).await, [(200, false), (401, true)]);

    let ended = furnished().start();
    let ask = projects(&ended);
    let mut client = digest_client(&ask.send(&ended).await);
    ended.expire_nonces();
    let value = digest_answer(&mut client, &ended, &ask);
    let answer = ask.header("authorization", &value).send(&ended).await;
    assert!(answer.challenges()[0].contains("stale=true"));
}

#[tokio::test]
async fn other_keys_and_other_schemes_are_challenged_again() {
    let atlas = furnished().start();
    let other = Atlas::builder().api_key("embedkey", "another").start();
    let ask = projects(&atlas);
    let mut client = digest_client(&ask.send(&atlas).await);
    let wrong = digest_answer(&mut client, &other, &ask);
    for value in [
        wrong.as_str(),
        "Basic ZW1iZWRrZXk6cHJpdmF0ZQ==",
        "Digest",
        "Negotiate x",
        "",
    ] {
        let answer = ask
            .clone()
            .header("authorization", value)
            .send(&atlas)
            .await;
        assert_eq!(
            answer.failure(),
            (401, Some("UNEXPECTED_ERROR".to_owned())),
            "{value}"
        );
        assert!(answer.challenges()[0].contains("stale=false"), "{value}");
    }
    let mut doubled = ask;
    for token in [atlas.issue_access_token(), atlas.issue_access_token()] {
        doubled
            .headers
            .append("authorization", format!("Bearer {token}").parse().unwrap());
    }
    assert_eq!(doubled.send(&atlas).await.status, 401);
}

#[tokio::test]
async fn several_challenges_come_in_one_header_or_in_several() {
    for one in [false, true] {
        let atlas = furnished()
            .digest_algorithms([DigestAlgorithm::Sha256, DigestAlgorithm::Md5])
            .challenges_in_one_header(one)
            .start();
        let challenged = projects(&atlas).send(&atlas).await;
        let challenges = challenged.challenges();
        assert_eq!(challenges.len(), if one { 1 } else { 2 });
        let all = challenges.join(", ");
        assert!(all.find("SHA-256").unwrap() < all.find("MD5").unwrap());
        let answer = authenticated(&atlas, Way::Digest, projects(&atlas)).await;
        assert_eq!(answer.status, 200);
    }
}

#[tokio::test]
async fn the_next_nonce_is_announced_when_asked_for_and_works() {
    let atlas = furnished().next_nonce(true).start();
    let ask = projects(&atlas);
    let answer = authenticated(&atlas, Way::Digest, ask.clone()).await;
    let next = answer.header("authentication-info").unwrap();
    let nonce = next
        .strip_prefix("nextnonce=\"")
        .unwrap()
        .trim_end_matches('"');
    let challenge =
        format!("Digest realm=\"MMS Public API\", nonce=\"{nonce}\", algorithm=MD5, qop=\"auth\"");
    let mut client = http_auth::PasswordClient::try_from(challenge.as_str()).unwrap();
    let value = digest_answer(&mut client, &atlas, &ask);
    assert_eq!(
        ask.header("authorization", &value)
            .send(&atlas)
            .await
            .status,
        200
    );
}

#[tokio::test]
async fn a_digest_covers_the_query() {
    let atlas = furnished().start();
    let mut ask = projects(&atlas);
    ask.target.push_str("?pretty=true&envelope=true");
    let challenged = ask.send(&atlas).await;
    let mut client = digest_client(&challenged);
    let value = digest_answer(&mut client, &atlas, &ask);
    let without = projects(&atlas).header("authorization", &value);
    assert_eq!(without.send(&atlas).await.status, 401);
    assert_eq!(
        ask.header("authorization", &value)
            .send(&atlas)
            .await
            .status,
        200
    );
}
