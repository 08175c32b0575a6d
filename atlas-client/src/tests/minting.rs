//! The token endpoint's failures, and what calls make of them.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::sync::Semaphore;

use super::server::{Reply, Server, answer, json};
use super::service_account::{client, is_token, pass, token};
use super::{create, list};
use crate::{CallOptions, Error};

async fn minting(reply: impl Fn() -> Reply + Send + Sync + 'static) -> (Error, usize) {
    let server = Server::start(move |_, _| reply()).await;
    let error = create(&client(&server)).send::<Value>().await.unwrap_err();
    assert!(!error.may_have_been_executed());
    let text = format!("{error} {error:?} {error:#?}");
    assert!(
        !text.contains("s3cret") && !text.contains("t0ken"),
        "{text}"
    );
    (error, server.count())
}

#[tokio::test]
async fn both_shapes_of_the_endpoints_failures_are_read() {
    let (wrong, count) = minting(|| json(401, &json!({"error": "invalid_client"}))).await;
    assert!(wrong.is_auth() && !wrong.is_retryable());
    assert!(
        wrong
            .to_string()
            .contains("invalid_client; check the client id"),
        "{wrong}"
    );
    assert_eq!(count, 1);

    let (full, count) = minting(|| {
        json(
            403,
            &json!({"error": "access_denied", "error_description": "100 live tokens"}),
        )
    })
    .await;
    assert!(full.is_auth() && !full.is_retryable());
    assert!(
        full.to_string().contains("access_denied: 100 live tokens"),
        "{full}"
    );
    assert_eq!(count, 1);

    let (limited, _) = minting(|| {
        json(
            429,
            &json!({"error": 429, "errorCode": "RATE_LIMITED", "detail": "slow down"}),
        )
    })
    .await;
    assert!(limited.is_rate_limited() && limited.is_retryable() && !limited.is_auth());
    assert_eq!(limited.error_code(), Some("RATE_LIMITED"));

    let (missing, _) = minting(|| answer(404, &[], "<html>")).await;
    assert!(
        !missing.is_not_found(),
        "it is not the thing that is missing"
    );
    assert_eq!(missing.status().map(|status| status.as_u16()), Some(404));
}

#[tokio::test]
async fn an_answer_that_is_no_token_is_an_error_that_does_not_keep_it() {
    for body in [
        json!({"token": "t0ken"}),
        json!("t0ken"),
        json!({"access_token": "t0ken\n", "expires_in": 3600}),
        json!({"access_token": "t0ken", "token_type": "mac"}),
    ] {
        let (error, _) = minting(move || json(200, &body)).await;
        assert!(error.to_string().contains("no access token"), "{error}");
        assert_eq!(error.body(), Some(&b""[..]));
    }
}

#[tokio::test]
async fn calls_that_wait_for_one_minting_all_hear_of_its_failure() {
    let waiting = Arc::new(Semaphore::new(0));
    let held = Arc::clone(&waiting);
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    let server = Server::start(move |_, _| {
        count.fetch_add(1, Ordering::SeqCst);
        let refused = json(401, &json!({"error": "invalid_client"}));
        Reply::Held(Arc::clone(&held), Box::new(refused))
    })
    .await;
    let client = client(&server);
    let calls =
        async { tokio::join!(list(&client).send::<Value>(), list(&client).send::<Value>()) };
    let release = async { waiting.add_permits(1) };
    let ((one, two), ()) = tokio::join!(calls, release);
    assert!(one.unwrap_err().is_auth() && two.unwrap_err().is_auth());
    assert_eq!(asked.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn an_endpoint_that_asks_for_patience_is_not_asked_by_other_calls() {
    let server = Server::start(|number, request| match (is_token(request), number) {
        (true, 0) => answer(429, &[("retry-after", "30")], ""),
        (true, _) => token(number, 3600),
        (false, _) => json(200, &json!({})),
    })
    .await;
    let client = client(&server);
    for _ in 0..3 {
        let mut call = create(&client);
        call.set_options(CallOptions::new().total_timeout(Duration::from_secs(5)));
        let error = call.send::<Value>().await.unwrap_err();
        assert!(error.is_rate_limited(), "{error}");
        assert!(error.to_string().contains("asks to wait 30s"), "{error}");
    }
    assert_eq!(server.count(), 1);
    pass(31).await;
    create(&client).send::<Value>().await.unwrap();
    assert_eq!(server.count(), 3);
}

#[tokio::test]
async fn a_refusal_that_is_final_keeps_nobody_away() {
    let server = Server::start(|number, request| match (is_token(request), number) {
        (true, 0) => answer(
            403,
            &[("retry-after", "30")],
            "{\"error\": \"access_denied\"}",
        ),
        (true, _) => token(number, 3600),
        (false, _) => json(200, &json!({})),
    })
    .await;
    let client = client(&server);
    assert!(create(&client).send::<Value>().await.unwrap_err().is_auth());
    create(&client).send::<Value>().await.unwrap();
    assert_eq!(server.count(), 3);
}
