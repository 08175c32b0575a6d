//! API keys by digest, against a server that validates every digest response.

use std::collections::HashSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use md5::{Digest as _, Md5};
use serde_json::{Value, json};

use crate::tests::auth::service_account::{is_token, token};
use crate::tests::server::{Reply, Request, Server, answer, bytes, json};
use crate::tests::{builder, create, list};
use crate::{CallOptions, Client, Credentials};

fn client(server: &Server) -> Client {
    let credentials = Credentials::api_key("public", "s3cret-key");
    builder(server).credentials(credentials).build().unwrap()
}

fn md5(text: &str) -> String {
    Md5::digest(text)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// Returns whether the digest response of a request is right (RFC 7616, section 3.4.1).
fn proven(request: &Request, key: &str) -> bool {
    let part = |name| request.proof(name).unwrap_or_default();
    let a1 = md5(&format!("public:MMS Public API:{key}"));
    let a2 = md5(&format!("{}:{}", request.method, request.target));
    let (nonce, nc, cnonce) = (part("nonce"), part("nc"), part("cnonce"));
    part("uri") == request.target
        && part("username") == "public"
        && part("response") == md5(&format!("{a1}:{nonce}:{nc}:{cnonce}:auth:{a2}"))
}

fn challenge(nonce: &str, more: &str) -> Reply {
    let challenge = format!(
        "Digest realm=\"MMS Public API\", domain=\"\", nonce=\"{nonce}\", algorithm=MD5, \
         qop=\"auth\", stale=false{more}"
    );
    answer(401, &[("www-authenticate", &challenge)], "{\"error\": 401}")
}

fn success() -> Reply {
    json(200, &json!({}))
}

/// Starts a server that issues nonces, accepts them by `accept`, and asserts that no count of a
/// nonce is used twice.
async fn strict(accept: impl Fn(&str, u32) -> bool + Send + Sync + 'static) -> Server {
    let seen = Mutex::new(HashSet::new());
    Server::start(move |number, request| {
        let (Some(nonce), Some(nc)) = (request.proof("nonce"), request.proof("nc")) else {
            return challenge(&format!("n{number}"), "");
        };
        assert!(
            seen.lock().unwrap().insert((nonce.clone(), nc.clone())),
            "{nonce} {nc} again"
        );
        let count = u32::from_str_radix(&nc, 16).unwrap();
        assert!(count > 0 && proven(request, "s3cret-key"));
        if accept(&nonce, count) {
            success()
        } else {
            challenge(&format!("n{number}"), "")
        }
    })
    .await
}

#[tokio::test]
async fn one_nonce_serves_many_calls_with_a_rising_count() {
    let server = strict(|_, _| true).await;
    let client = client(&server);
    for _ in 0..10 {
        let mut call = create(&client);
        call.query("a", "b c");
        call.send::<Value>().await.unwrap();
    }
    let requests = server.requests();
    assert_eq!(requests.len(), 11);
    assert!(requests[0].target.ends_with("?a=b%20c"));
    assert_eq!(requests[0].proof("nc"), None);
    for (number, request) in requests.iter().enumerate().skip(1) {
        assert_eq!(request.proof("nc"), Some(format!("{number:08x}")));
        assert_eq!(request.body, br#"{"name":"a"}"#);
    }
}

#[tokio::test]
async fn no_count_is_used_twice_however_many_calls_run() {
    let server = strict(|_, count| !count.is_multiple_of(7)).await;
    let client = client(&server);
    let mut calls = tokio::task::JoinSet::new();
    for _ in 0..200 {
        let client = client.clone();
        calls.spawn(async move { list(&client).send::<Value>().await.map(drop) });
    }
    while let Some(done) = calls.join_next().await {
        done.unwrap().unwrap();
    }
    assert!(server.count() > 200);
}

#[tokio::test]
async fn a_thousand_first_calls_fetch_one_nonce() {
    let server = strict(|_, _| true).await;
    let client = client(&server);
    let mut calls = tokio::task::JoinSet::new();
    for _ in 0..1000 {
        let client = client.clone();
        calls.spawn(async move { list(&client).send::<Value>().await.map(drop) });
    }
    while let Some(done) = calls.join_next().await {
        done.unwrap().unwrap();
    }
    assert_eq!(server.count(), 1001);
}

#[tokio::test]
async fn a_nonce_that_is_good_only_once_costs_one_more_request() {
    let server = strict(|_, count| count == 1).await;
    let client = client(&server);
    for _ in 0..5 {
        create(&client).send::<Value>().await.unwrap();
    }
    assert_eq!(server.count(), 10);
}

#[tokio::test]
async fn the_connection_of_a_challenge_is_used_again_unless_its_body_is_long() {
    const DIGEST: (&str, &str) = ("www-authenticate", "Digest realm=\"r\", nonce=\"n\"");
    let server = Server::start(|_, request| match request.proof("nonce") {
        None => answer(401, &[DIGEST], "x".repeat(48 << 10)),
        Some(_) => success(),
    })
    .await;
    list(&client(&server)).send::<Value>().await.unwrap();
    assert_eq!((server.count(), server.connections()), (2, 1));

    let sent = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&sent);
    let server = Server::start(move |_, request| match request.proof("nonce") {
        None => {
            let head = bytes(401, &[DIGEST, ("content-length", "104857600")], "");
            Reply::Flood(head, 100 << 20, Arc::clone(&count))
        }
        Some(_) => success(),
    })
    .await;
    list(&client(&server)).send::<Value>().await.unwrap();
    assert_eq!((server.count(), server.connections()), (2, 2));
    assert!(sent.load(Ordering::SeqCst) < 50 << 20);
}

/// The server sends only the beginning of the body of its 401.
#[tokio::test]
async fn the_body_of_a_401_that_stalls_does_not_hold_up_its_call() {
    let stalling = || {
        Server::start(|number, request| {
            let digest = "Digest realm=\"r\", nonce=\"n\"";
            let headers = [("www-authenticate", digest), ("content-length", "9")];
            if is_token(request) {
                token(number, 3600)
            } else if request.proof("nonce").is_none() && number < 2 {
                let begun = Reply::Send(bytes(401, &headers, "x"));
                Reply::Both(Box::new(begun), Box::new(Reply::Silence))
            } else {
                success()
            }
        })
    };
    for credentials in [
        Credentials::api_key("public", "s3cret"),
        Credentials::service_account("of-a-401-that-stalls", "s3cret"),
    ] {
        let server = stalling().await;
        let client = builder(&server).credentials(credentials).build().unwrap();
        let mut call = list(&client);
        call.set_options(
            CallOptions::new()
                .timeout(Duration::from_secs(10))
                .no_retries(),
        );
        call.send::<Value>().await.unwrap();
        assert_eq!(server.connections(), 2);
    }
}

#[tokio::test]
async fn wrong_keys_end_after_one_fresh_challenge() {
    let server = Server::start(|number, _| challenge(&format!("n{number}"), "")).await;
    let client = client(&server);
    for expected in [2, 4] {
        let error = create(&client).send::<Value>().await.unwrap_err();
        assert!(error.is_auth() && !error.is_retryable() && !error.may_have_been_executed());
        assert!(error.to_string().contains("API key was refused"), "{error}");
        assert_eq!(server.count(), expected);
        assert!(!format!("{error} {error:?}").contains("s3cret"));
        // A key that is rejected too often may be locked.
        let requests = server.requests();
        let proofs = requests.iter().filter(|it| it.proof("nonce").is_some());
        assert_eq!(proofs.count(), expected / 2);
    }
}

#[tokio::test]
async fn a_server_that_calls_every_nonce_stale_is_asked_twice() {
    let server = Server::start(|number, _| {
        let stale = format!("Digest realm=\"r\", nonce=\"n{number}\", qop=\"auth\", stale=TRUE");
        answer(401, &[("www-authenticate", &stale)], "")
    })
    .await;
    let error = list(&client(&server)).send::<Value>().await.unwrap_err();
    assert!(error.to_string().contains("stale"), "{error}");
    assert_eq!(server.count(), 2);
}

#[tokio::test]
async fn the_nonce_that_the_server_wants_next_is_taken_up() {
    let server = Server::start(|number, request| match request.proof("nonce") {
        None => challenge("first", ""),
        Some(_) => {
            let info = format!("nextnonce=\"n{number}\"");
            answer(200, &[("authentication-info", &info)], "{}")
        }
    })
    .await;
    let client = client(&server);
    for _ in 0..3 {
        list(&client).send::<Value>().await.unwrap();
    }
    let used: Vec<_> = server
        .requests()
        .iter()
        .filter_map(|request| Some((request.proof("nonce")?, request.proof("nc")?)))
        .collect();
    let first = "00000001".to_owned();
    let expected = ["first", "n1", "n2"].map(|nonce| (nonce.to_owned(), first.clone()));
    assert_eq!(used, expected);
}

#[tokio::test]
async fn a_nonce_given_out_again_goes_on_counting() {
    let refused = Arc::new(Mutex::new(HashSet::new()));
    let server = Server::start(move |_, request| {
        let Some(nc) = request.proof("nc") else {
            return challenge("always", "");
        };
        assert!(refused.lock().unwrap().insert(nc.clone()), "{nc} again");
        if nc == "00000002" {
            challenge("always", "")
        } else {
            success()
        }
    })
    .await;
    let client = client(&server);
    for _ in 0..3 {
        list(&client).send::<Value>().await.unwrap();
    }
    assert_eq!(server.count(), 5);
}

/// Each nonce is valid once, and the first one is issued again after 63 others.
#[tokio::test]
async fn a_nonce_given_out_again_after_63_others_goes_on_counting() {
    let given = AtomicUsize::new(0);
    let seen = Mutex::new(HashSet::new());
    let server = Server::start(move |_, request| {
        let proof = (request.proof("nonce"), request.proof("nc"));
        if let (Some(nonce), Some(nc)) = proof {
            assert!(
                seen.lock().unwrap().insert((nonce.clone(), nc.clone())),
                "{nonce} {nc} again"
            );
            if nc == "00000001" || (nonce == "n0" && nc == "00000003") {
                return success();
            }
        }
        let next = given.fetch_add(1, Ordering::SeqCst) % 64;
        challenge(&format!("n{next}"), "")
    })
    .await;
    let client = client(&server);
    for _ in 0..65 {
        list(&client).send::<Value>().await.unwrap();
    }
    assert_eq!(server.count(), 130);
}

#[tokio::test]
async fn a_server_without_digest_is_told_apart_from_a_wrong_key() {
    let server =
        Server::start(|_, _| answer(401, &[("www-authenticate", "Basic realm=\"x\"")], "")).await;
    let error = list(&client(&server)).send::<Value>().await.unwrap_err();
    assert!(error.is_auth());
    assert!(error.to_string().contains("no digest challenge"), "{error}");
    assert_eq!(server.count(), 1);
}

#[tokio::test]
async fn a_session_keeps_the_client_nonce_of_its_first_proof() {
    let session = Mutex::new(None);
    let server = Server::start(move |_, request| {
        let part = |name| request.proof(name).unwrap_or_default();
        if request.header("authorization").is_none() {
            let wanted = "Digest realm=\"r\", nonce=\"n\", algorithm=MD5-sess, qop=\"auth\"";
            return answer(401, &[("www-authenticate", wanted)], "");
        }
        // A server computes it once, from the first digest response.
        let mut session = session.lock().unwrap();
        let a1 = session.get_or_insert_with(|| {
            md5(&format!(
                "{}:n:{}",
                md5("public:r:s3cret-key"),
                part("cnonce")
            ))
        });
        let a2 = md5(&format!("{}:{}", request.method, request.target));
        let (nc, cnonce) = (part("nc"), part("cnonce"));
        assert_eq!(
            part("response"),
            md5(&format!("{a1}:n:{nc}:{cnonce}:auth:{a2}"))
        );
        success()
    })
    .await;
    let client = client(&server);
    for _ in 0..3 {
        list(&client).send::<Value>().await.unwrap();
    }
    assert_eq!(server.count(), 4);
}

#[tokio::test]
async fn a_session_goes_on_under_the_nonce_that_the_server_wants_next() {
    let session = Mutex::new(None);
    let server = Server::start(move |number, request| {
        let part = |name| request.proof(name).unwrap_or_default();
        if request.header("authorization").is_none() {
            let wanted = "Digest realm=\"r\", nonce=\"n0\", algorithm=MD5-sess, qop=\"auth\"";
            return answer(401, &[("www-authenticate", wanted)], "");
        }
        let mut session = session.lock().unwrap();
        let a1 = session.get_or_insert_with(|| {
            md5(&format!(
                "{}:n0:{}",
                md5("public:r:s3cret-key"),
                part("cnonce")
            ))
        });
        let a2 = md5(&format!("{}:{}", request.method, request.target));
        let (nonce, cnonce) = (part("nonce"), part("cnonce"));
        let expected = format!("{a1}:{nonce}:00000001:{cnonce}:auth:{a2}");
        assert_eq!(nonce, format!("n{}", number - 1));
        assert_eq!(part("response"), md5(&expected));
        let info = format!("nextnonce=\"n{number}\"");
        answer(200, &[("authentication-info", &info)], "{}")
    })
    .await;
    let client = client(&server);
    for _ in 0..4 {
        list(&client).send::<Value>().await.unwrap();
    }
    assert_eq!(server.count(), 5);
}
