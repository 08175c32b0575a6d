//! Failures of the token endpoint, and the resulting errors of calls.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::sync::Semaphore;

use crate::tests::auth::service_account::{client, is_token, pass, token};
use crate::tests::server::{Reply, Server, answer, bytes, json};
use crate::tests::{builder, create, list};
use crate::{AccessToken, CallOptions, Credentials, Error};

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
    assert!(full.is_forbidden() && !full.is_unauthorized());
    assert!(full.is_auth() && !full.is_retryable());
    assert!(
        full.to_string()
            .contains("access_denied: 100 live tokens; the account may have too many live tokens"),
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
async fn a_refusal_without_an_end_is_one_of_wrong_credentials() {
    for (body, says) in [
        ("{\"error\":\"invalid_client\"}", "invalid_client; check"),
        ("{\"error\":\"inv", "401 Unauthorized"),
        ("", "401 Unauthorized"),
    ] {
        let (wrong, count) = minting(move || {
            let begun = Reply::Send(bytes(401, &[("content-length", "999")], body));
            Reply::Both(Box::new(begun), Box::new(Reply::Silence))
        })
        .await;
        assert!(wrong.is_unauthorized() && wrong.is_auth(), "{wrong}");
        assert!(
            !wrong.is_retryable() && wrong.to_string().contains(says),
            "{wrong}"
        );
        assert_eq!(count, 1);
    }
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

#[tokio::test]
async fn a_reason_is_told_whatever_the_status_of_its_answer() {
    let said = json!({"error": "invalid_client", "error_description": "no such client"});
    let (error, count) = minting(move || json(200, &said)).await;
    let text = error.to_string();
    assert!(text.contains("invalid_client: no such client"), "{text}");
    assert!(error.is_unauthorized() && !error.is_retryable());
    assert_eq!(count, 1);
    let said = json!({"error": "temporarily_unavailable"});
    let (error, _) = minting(move || json(200, &said)).await;
    assert!(error.is_retryable() && !error.is_auth(), "{error}");
    let said = json!({"error": 401, "errorCode": "UNAUTHORIZED", "detail": "no such client"});
    let (error, _) = minting(move || json(200, &said)).await;
    assert!(error.is_unauthorized(), "{error}");
    let text = error.to_string();
    assert!(text.contains("UNAUTHORIZED: no such client"), "{text}");
}

#[tokio::test]
async fn a_reason_is_told_whatever_stands_beside_it_in_place_of_a_token() {
    for told in [
        json!({"access_token": "", "error": "invalid_client"}),
        json!({"access_token": null, "error": "invalid_client"}),
        json!({"access_token": "a t0ken", "error": "invalid_client"}),
        json!({"access_token": "t0ken", "token_type": "mac", "error": "invalid_client"}),
        json!({"access_token": "", "error": 401, "errorCode": "invalid_client"}),
    ] {
        let (error, count) = minting(move || json(200, &told)).await;
        assert!(error.to_string().contains("invalid_client"), "{error}");
        assert!(error.is_unauthorized() && !error.is_retryable(), "{error}");
        assert_eq!((error.body(), count), (Some(&b""[..]), 1));
    }
}

#[tokio::test]
async fn a_token_is_read_whatever_its_answer_is_labelled_as() {
    for label in ["gzip", "br"] {
        let server = Server::start(move |_, request| match is_token(request) {
            true => answer(
                200,
                &[("content-encoding", label)],
                "{\"access_token\": \"t0ken\"}",
            ),
            false => json(200, &json!({})),
        })
        .await;
        create(&client(&server)).send::<Value>().await.unwrap();
    }
    let (error, _) = minting(|| answer(200, &[("content-encoding", "gzip")], "t0ken")).await;
    assert!(error.to_string().contains("decompressed"), "{error}");
    assert_eq!(error.body(), Some(&b""[..]));
}

/// Tests the rows of the last table in `faults`.
#[tokio::test]
async fn each_answer_of_the_endpoint_has_the_predicate_that_the_documentation_names() {
    let page = include_str!("../../faults.rs");
    let rows = page.lines().filter_map(|line| line.strip_prefix("//! | `"));
    let mut count = 0;
    for row in rows {
        let (status, rest) = row.split_once(' ').unwrap();
        let (body, predicate) = rest.split_once("` | ").unwrap();
        let (status, body) = (status.parse().unwrap(), body.to_owned());
        let (error, _) = minting(move || answer(status, &[], &body)).await;
        let found = match (
            error.is_unauthorized(),
            error.is_forbidden(),
            error.is_retryable(),
        ) {
            (true, false, false) => "`is_unauthorized`",
            (false, true, false) => "`is_forbidden`",
            (false, false, true) => "`is_retryable`",
            (false, false, false) => "none of these",
            several => panic!("{several:?}: {error}"),
        };
        let (documented, _) = predicate.split_once(" |").unwrap();
        assert_eq!(found, documented, "{error}");
        let auth = error.is_unauthorized() || error.is_forbidden();
        assert_eq!(error.is_auth(), auth);
        count += 1;
    }
    assert_eq!(count, 13);
}

#[tokio::test]
async fn a_token_that_no_server_could_accept_is_refused() {
    for (token, problem) in [
        ("", "is empty"),
        ("t0ken t0ken", "holds a space"),
        (" t0ken", "holds a space"),
        ("t0k\u{e9}n", "not visible ASCII"),
        ("t0ken\u{7f}", "no header can hold"),
    ] {
        let (error, count) =
            minting(move || json(200, &json!({"access_token": token, "expires_in": 60}))).await;
        assert!(error.to_string().contains(problem), "{error}");
        assert!(!error.is_auth() && !error.is_retryable(), "{error}");
        assert_eq!(count, 1);

        let server = Server::start(|_, _| json(200, &json!({}))).await;
        let provider = Credentials::provider(move || async move {
            Ok::<_, std::io::Error>(AccessToken::new(token))
        });
        let client = builder(&server).credentials(provider).build().unwrap();
        let error = create(&client).send::<Value>().await.unwrap_err();
        assert!(error.to_string().contains(problem), "{error}");
        assert!(!error.is_auth() && server.count() == 0, "{error}");
    }
}

#[tokio::test]
async fn only_a_server_that_refuses_the_credentials_makes_them_wrong() {
    let html = [("content-type", "text/html")];
    let moved = [("location", "https://sign-in.example.test/")];
    type Script = Box<dyn Fn() -> Reply + Send + Sync>;
    let scripts: [(Script, &str, bool); 9] = [
        (
            Box::new(move || answer(200, &html, "<html>")),
            "200 OK, with 6 bytes of text/html, which is no JSON object",
            false,
        ),
        (
            Box::new(|| answer(204, &[], "")),
            "204 No Content, without a body",
            false,
        ),
        (
            Box::new(move || answer(302, &moved, "")),
            "redirects are not followed",
            false,
        ),
        (
            Box::new(move || answer(403, &html, "<html>")),
            "403 Forbidden, with 6 bytes of text/html",
            false,
        ),
        (
            Box::new(|| answer(404, &[], "")),
            "404 Not Found, without a body",
            false,
        ),
        (
            Box::new(|| json(400, &json!({"error": "invalid_request"}))),
            "invalid_request",
            false,
        ),
        (
            Box::new(|| json(200, &json!({"t0ken": 1}))),
            "without an `access_token`",
            false,
        ),
        (
            Box::new(|| answer(401, &[], "")),
            "401 Unauthorized, without a body",
            true,
        ),
        (
            Box::new(|| json(400, &json!({"error": "invalid_client"}))),
            "invalid_client",
            true,
        ),
    ];
    for (script, text, denied) in scripts {
        let (error, count) = minting(script).await;
        assert!(error.to_string().contains(text), "{error}");
        assert_eq!((error.is_unauthorized(), error.is_auth()), (denied, denied));
        assert!(!error.is_retryable() && count == 1, "{error}");
    }
}

#[tokio::test]
async fn an_answer_with_a_token_has_an_end_or_is_none() {
    let endless = || {
        let head = bytes(
            200,
            &[("content-length", "104857600")],
            "{\"access_token\": \"t0ken",
        );
        Reply::Flood(head, 100 << 20, Arc::default())
    };
    let (error, count) = minting(endless).await;
    assert!(
        error.to_string().contains("longer than the 65536 bytes"),
        "{error}"
    );
    assert!(!error.is_auth() && !error.is_retryable() && count == 1);
    let (error, count) = minting(|| {
        let head = [("content-length", "99")];
        Reply::SendAndClose(bytes(200, &head, "{\"access_token\": \"t0ken"))
    })
    .await;
    assert!(error.to_string().contains("broke off"), "{error}");
    assert!(!error.is_auth() && error.is_retryable() && count == 4);
}

/// The secret of these tests is `s3cret:+`, sent as base64 of its form encoding.
#[tokio::test]
async fn a_secret_that_the_endpoint_repeats_is_not_shown() {
    for repeated in [
        "no client mdb_id&1 with s3cret:+ here",
        "bad password S3CRET:+",
        "bad form s3cret%3A%2B, or s3cret%3a%2b",
        "bad header Basic bWRiX2lkJTI2MTpzM2NyZXQlM0ElMkI=",
        "bad secret czNjcmV0Ois=",
    ] {
        for status in [200, 400, 401, 503] {
            let oauth = json!({"error": "invalid_client", "error_description": repeated});
            let (error, _) = minting(move || json(status, &oauth)).await;
            let text = error.to_string();
            assert!(text.contains("[redacted]"), "{text}");
            let body = error.body_text().unwrap();
            let shown = format!("{text} {error:?} {body}");
            let leaks = crate::tests::forms::leaks(&shown, &["s3cret"]);
            assert!(leaks.is_empty(), "{status}: {shown}");
            let atlas = json!({"error": status, "errorCode": "X", "detail": repeated});
            let (error, _) = minting(move || json(status, &atlas)).await;
            let shown = format!("{error} {error:?} {:?}", error.api_error());
            let leaks = crate::tests::forms::leaks(&shown, &["s3cret"]);
            assert!(leaks.is_empty(), "{status}: {shown}");
        }
    }
    // In JSON the secret may be escaped.
    let spelled = r#"{"error": "x", "error_description": "got \u0073\u0033cret:+"}"#;
    let (error, _) = minting(move || answer(400, &[], spelled)).await;
    assert!(error.to_string().contains("got [redacted]"), "{error}");
    assert_eq!(error.body(), Some(&b""[..]));
}

#[tokio::test]
async fn a_token_that_the_server_repeats_is_not_shown() {
    let server = Server::start(|number, request| match request.target.as_str() {
        "/api/oauth/token" => token(number, 3600),
        "/api/oauth/revoke" => {
            let said = "t0ken0 is unknown";
            json(400, &json!({"error": "x", "error_description": said}))
        }
        _ if number == 1 => json(200, &json!({})),
        _ => json(403, &json!({"error": 403, "detail": "T0ken0 is too old"})),
    })
    .await;
    let client = client(&server);
    list(&client).send::<Value>().await.unwrap();
    let error = create(&client).send::<Value>().await.unwrap_err();
    assert!(
        error.to_string().contains("[redacted] is too old"),
        "{error}"
    );
    let error = client.revoke_token().await.unwrap_err();
    assert!(
        error.to_string().contains("[redacted] is unknown"),
        "{error}"
    );
}
