//! The errors that callers get for each kind of failure.

use std::collections::HashMap;
use std::error::Error as _;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};

use crate::tests::server::{Reply, Server, answer, bytes, json};
use crate::tests::{bearer, brisk, builder, create, list};
use crate::{CallOptions, Client, Credentials, Error};

async fn failure(reply: impl Fn() -> Reply + Send + Sync + 'static) -> Error {
    let server = Server::start(move |_, _| reply()).await;
    let mut call = create(&bearer(&server));
    call.set_options(CallOptions::new().no_retries());
    call.send::<Value>().await.unwrap_err()
}

#[tokio::test]
async fn an_api_error_is_kept_with_status_headers_and_body() {
    let body = json!({
        "error": 400, "errorCode": "INVALID_ATTRIBUTE", "reason": "Bad Request",
        "detail": "Something\nis wrong.", "parameters": [null, 7, "a"], "unexpected": {"x": []},
        "badRequestDetail": {"fields": [{"field": "source.port", "description": "must not be 0"}]}
    });
    let sent = body.clone();
    let error = failure(move || {
        answer(
            400,
            &[("X-Java-Method", "ApiThing::create")],
            sent.to_string(),
        )
    })
    .await;
    assert_eq!(error.status().map(|status| status.as_u16()), Some(400));
    assert_eq!(error.error_code(), Some("INVALID_ATTRIBUTE"));
    assert_eq!(error.field_violations()[0].field, "source.port");
    assert_eq!(
        error.headers().unwrap()["x-java-method"],
        "ApiThing::create"
    );
    assert_eq!(error.body(), Some(body.to_string().as_bytes()));
    assert_eq!(
        error.to_string(),
        "createThing: 400 Bad Request, INVALID_ATTRIBUTE: Something is wrong."
    );
    assert!(!error.is_retryable() && !error.may_have_been_executed());
}

#[tokio::test]
async fn predicates_follow_the_status() {
    type Predicate = fn(&Error) -> bool;
    let cases: [(u16, Predicate); 11] = [
        (401, Error::is_unauthorized),
        (401, Error::is_auth),
        (403, Error::is_forbidden),
        (403, Error::is_auth),
        (404, Error::is_not_found),
        (409, Error::is_conflict),
        (410, Error::is_gone),
        (429, Error::is_rate_limited),
        (429, Error::is_retryable),
        (504, Error::is_retryable),
        (504, Error::may_have_been_executed),
    ];
    for (status, predicate) in cases {
        let error = failure(move || answer(status, &[], "")).await;
        assert!(predicate(&error), "{error}");
        assert!(error.to_string().contains("without a body"), "{error}");
        let other = failure(|| answer(418, &[], "")).await;
        assert!(!predicate(&other), "{other}");
    }
}

#[tokio::test]
async fn a_page_of_html_is_kept_as_it_came() {
    let error = failure(|| {
        answer(
            502,
            &[("content-type", "text/html; charset=utf-8")],
            "<html>\n bad gateway",
        )
    })
    .await;
    assert_eq!(error.body_text().as_deref(), Some("<html>\n bad gateway"));
    assert!(error.api_error().is_none());
    assert!(error.is_retryable() && error.may_have_been_executed());
    assert_eq!(
        error.to_string(),
        "createThing: 502 Bad Gateway, with 19 bytes of text/html (not repeated, because the \
         server may have executed it and would do so again)"
    );
    let refused = failure(|| answer(503, &[("retry-after", "2")], "")).await;
    assert!(!refused.may_have_been_executed());
    assert_eq!(refused.retry_after(), Some(Duration::from_secs(2)));
}

#[tokio::test]
async fn a_large_page_keeps_its_beginning_and_its_length() {
    let page = Arc::new(vec![b'x'; 1 << 20]);
    let error = failure(move || answer(500, &[], page.as_slice())).await;
    assert_eq!(error.body().map(<[u8]>::len), Some(64 * 1024));
    assert!(error.body_is_truncated());
    assert_eq!(error.body_length(), Some(1 << 20));
}

#[tokio::test]
async fn a_failure_whose_body_breaks_off_keeps_its_status() {
    let error =
        failure(|| Reply::SendAndClose(bytes(404, &[("content-length", "99")], r#"{"error":"#)))
            .await;
    assert!(error.is_not_found());
    assert_eq!(error.body(), Some(&br#"{"error":"#[..]));
    assert!(error.body_is_truncated());
}

#[tokio::test]
async fn a_failure_whose_body_is_malformed_is_read_up_to_there() {
    let text = r#"{"error": 500, "parameters": [1, "a"], "errorCode": "UNEXPECTED""#;
    for end in [
        ", \"detail\": \"half",
        ",}",
        "}\0",
        "} trailing",
        " \"detail\": \"no comma\"}",
        ", \"detail\": {\"a\": [1,]}, \"reason\": \"lost\"}",
    ] {
        let body = format!("{text}{end}");
        let sent = body.clone();
        let error = failure(move || answer(500, &[], &sent)).await;
        assert_eq!(error.error_code(), Some("UNEXPECTED"), "{body}");
        let api_error = error.api_error().unwrap();
        assert_eq!(api_error.parameters, Some(vec![json!(1), json!("a")]));
        assert_eq!((&api_error.detail, &api_error.reason), (&None, &None));
        assert_eq!(error.body(), Some(body.as_bytes()));
        assert!(!error.body_is_truncated());
        let server = Server::start(move |_, _| answer(200, &[], &body)).await;
        let refused = list(&bearer(&server)).send::<Value>().await.unwrap_err();
        assert!(refused.is_decode() && refused.api_error().is_none());
    }
}

#[tokio::test]
async fn the_wait_of_a_token_bucket_is_read_from_its_parameters() {
    let error = failure(|| {
        let parameters = json!(["/api/atlas/v2/things", 7, 10, 1, "60"]);
        json(
            429,
            &json!({"errorCode": "RATE_LIMITED_TOKEN_BUCKET", "parameters": parameters}),
        )
    })
    .await;
    assert_eq!(error.retry_after(), Some(Duration::from_secs(7)));
    for (told, wait) in [
        (json!("2.5"), Some(Duration::from_millis(2500))),
        (json!(1e300), Some(Duration::MAX)),
        (json!(-1), None),
        (json!("NaN"), None),
        (json!(null), None),
    ] {
        let error = failure(move || {
            let parameters = json!(["/api/atlas/v2/things", told]);
            json(
                429,
                &json!({"errorCode": "RATE_LIMITED_TOKEN_BUCKET", "parameters": parameters}),
            )
        })
        .await;
        assert_eq!(error.retry_after(), wait, "{error}");
    }
}

#[tokio::test]
async fn a_success_that_does_not_decode_names_the_place_and_keeps_the_answer() {
    #[derive(Debug, serde::Deserialize)]
    struct Thing {
        #[allow(dead_code)]
        names: Vec<String>,
    }
    let server = Server::start(|_, _| json(201, &json!(["a", {"x": "s3cret"}]))).await;
    let error = create(&bearer(&server))
        .send::<HashMap<String, Thing>>()
        .await
        .unwrap_err();
    assert!(error.is_decode() && error.may_have_been_executed());
    assert_eq!(error.status().map(|status| status.as_u16()), Some(201));
    assert_eq!(error.body(), Some(&br#"["a",{"x":"s3cret"}]"#[..]));
    let text = format!("{error} {error:?}");
    assert!(
        text.contains("but the answer does not decode: invalid type: sequence")
            && !text.contains("s3cret"),
        "{text}"
    );
}

#[tokio::test]
async fn a_place_in_an_envelope_is_named_from_outside() {
    let server = Server::start(|_, _| {
        let content = json!([1, 2]);
        json(200, &json!({"status": 200, "content": content}))
    })
    .await;
    let mut call = list(&bearer(&server));
    call.query("envelope", true);
    let error = call.send::<HashMap<String, HashMap<String, Vec<u8>>>>();
    let error = error.await.unwrap_err().to_string();
    assert!(error.contains("`content` of the answer"), "{error}");
}

#[tokio::test]
async fn an_answer_longer_than_the_limit_is_an_error() {
    let server = Server::start(|_, _| json(200, &json!("x".repeat(100)))).await;
    let client = builder(&server).max_answer_bytes(50).build().unwrap();
    let error = list(&client).send::<String>().await.unwrap_err();
    assert!(error.is_decode());
    assert!(
        error.to_string().contains("longer than the 50 bytes"),
        "{error}"
    );
    assert_eq!(error.body().map(<[u8]>::len), Some(50));
}

#[tokio::test]
async fn broken_connections_are_told_apart() {
    let refused = {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        format!("http://{}", listener.local_addr().unwrap())
    };
    let client = Client::builder()
        .base_url(refused)
        .options(CallOptions::new().no_retries())
        .build()
        .unwrap();
    let error = create(&client).send::<Value>().await.unwrap_err();
    assert!(error.is_connect() && error.is_retryable(), "{error}");
    assert!(!error.may_have_been_executed());
    assert!(error.to_string().contains("refused"), "{error}");
    assert!(error.source().is_some());

    let reset = failure(|| Reply::Reset).await;
    assert!(
        reset.is_retryable() && reset.may_have_been_executed(),
        "{reset}"
    );
    assert!(!reset.is_connect() && reset.status().is_none());

    let half =
        failure(|| Reply::SendAndClose(bytes(201, &[("content-length", "99")], "{\"a\":"))).await;
    assert!(
        half.is_retryable() && half.may_have_been_executed(),
        "{half}"
    );
    assert_eq!(half.status().map(|status| status.as_u16()), Some(201));
}

#[tokio::test]
async fn a_failure_whose_body_stalls_is_that_failure() {
    const ZIPPED: [(&str, &str); 2] = [("content-length", "99"), ("content-encoding", "gzip")];
    for (status, headers, begun, shown) in [
        (409, &ZIPPED[..1], "{\"a\":", "409 Conflict"),
        (401, &ZIPPED[..1], "", "401 Unauthorized, without its body"),
        (404, &ZIPPED[..], "\u{1f}", "404 Not Found"),
    ] {
        let server = Server::start(move |_, _| {
            let begun = Reply::Send(bytes(status, headers, begun));
            Reply::Both(Box::new(begun), Box::new(Reply::Silence))
        });
        let server = server.await;
        let client = bearer(&server);
        let mut call = create(&client);
        call.set_options(brisk().timeout(Duration::from_millis(400)));
        let error = call.send::<Value>().await.unwrap_err();
        assert!(error.to_string().contains(shown), "{error}");
        assert_eq!(error.status().map(|it| it.as_u16()), Some(status));
        assert_eq!(error.body(), Some(begun.as_bytes()));
        assert!(!error.is_timeout() && !error.is_retryable() && !error.may_have_been_executed());
        assert_eq!(server.count(), 1);
    }
}

#[tokio::test]
async fn what_came_of_a_body_that_breaks_off_undecoded_is_kept() {
    let headers = [("content-length", "99"), ("content-encoding", "gzip")];
    for status in [201, 404] {
        let begun = move || Reply::SendAndClose(bytes(status, &headers, "\u{1f}"));
        let error = failure(begun).await;
        assert_eq!(error.status().map(|it| it.as_u16()), Some(status));
        assert_eq!(error.body(), Some(&b"\x1f"[..]), "{error}");
    }
}

#[tokio::test]
async fn a_silent_server_runs_into_the_time_limit() {
    let server = Server::start(|_, _| Reply::Silence).await;
    let client = bearer(&server);
    let mut call = create(&client);
    call.set_options(CallOptions::new().timeout(Duration::from_millis(50)));
    let error = call.send::<Value>().await.unwrap_err();
    assert!(
        error.is_timeout() && error.may_have_been_executed(),
        "{error}"
    );
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let elsewhere = Server::start(|_, _| json(200, &json!({}))).await;
    let target = elsewhere.url();
    let server = Server::start(move |_, _| answer(307, &[("location", &target)], "")).await;
    let error = list(&bearer(&server)).send::<Value>().await.unwrap_err();
    assert!(
        error.to_string().contains("redirects are not followed"),
        "{error}"
    );
    assert_eq!(
        error.headers().unwrap()["location"],
        elsewhere.url().as_str()
    );
    assert_eq!((server.count(), elsewhere.count()), (1, 0));
    let unchanged = failure(|| answer(304, &[], "")).await.to_string();
    assert!(!unchanged.contains("redirects"), "{unchanged}");
}

#[tokio::test]
async fn a_compressed_answer_is_bounded_by_what_it_unfolds_to() {
    // 1 MiB of zeros, which gzip compresses to 1,055 bytes.
    let server =
        Server::start(|_, _| answer(200, &[("content-encoding", "gzip")], gzip_of_zeros())).await;
    let client = builder(&server).max_answer_bytes(1 << 16).build().unwrap();
    let error = list(&client).send::<Value>().await.unwrap_err();
    assert!(
        error.to_string().contains("longer than the 65536 bytes"),
        "{error}"
    );
    assert_eq!(server.requests()[0].header("accept-encoding"), Some("gzip"));
}

pub(crate) fn gzip_of_zeros() -> Vec<u8> {
    use std::io::Write;
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(&vec![0; 1 << 20]).unwrap();
    encoder.finish().unwrap()
}

#[tokio::test]
async fn nothing_that_is_printed_of_a_call_shows_its_secrets() {
    let server = Server::start(|_, _| answer(500, &[], "echo of s3cret")).await;
    let client = builder(&server)
        .credentials(Credentials::access_token("s3cret"))
        .build()
        .unwrap();
    let mut call = create(&client);
    call.body(json!({"password": "s3cret"}));
    let before = format!("{call:?} {call:#?} {client:?}");
    let error = call.send::<Value>().await.unwrap_err();
    let text = format!("{before} {error} {error:?} {error:#?}");
    assert!(!text.contains("s3cret"), "{text}");
}

#[tokio::test]
async fn an_answer_of_exactly_the_limit_is_read() {
    for (limit, fits) in [(101, false), (102, true), (103, true)] {
        let server = Server::start(|_, _| json(200, &json!("x".repeat(100)))).await;
        let client = builder(&server).max_answer_bytes(limit).build().unwrap();
        let read = list(&client).send::<String>().await;
        assert_eq!(read.is_ok(), fits, "{limit}: {:?}", read.err());
    }
    for (length, truncated) in [(65_535, false), (65_536, false), (65_537, true)] {
        let page = "x".repeat(length);
        let error = failure(move || answer(404, &[], &page)).await;
        assert_eq!(error.body_is_truncated(), truncated, "{length}");
        assert_eq!(error.body_length(), Some(length as u64));
        let shown = if truncated {
            "with more than 65536 bytes"
        } else {
            "with 6553"
        };
        assert!(error.to_string().contains(shown), "{error}");
    }
}

/// If the body of a 401 does not end, the attempt exceeds its time limit, but the rejection counts:
/// the request was not executed.
#[tokio::test]
async fn a_call_that_runs_out_of_time_after_a_401_was_not_carried_out() {
    let challenge = "Digest realm=\"r\", nonce=\"n\", algorithm=MD5, qop=\"auth\"";
    let refused = move || {
        let headers = [("www-authenticate", challenge), ("content-length", "9")];
        let begun = Reply::Send(bytes(401, &headers, "{"));
        Reply::Both(Box::new(begun), Box::new(Reply::Silence))
    };
    let server = Server::start(move |_, _| refused()).await;
    let key = Credentials::api_key("public", "s3cret");
    let client = builder(&server).credentials(key).build().unwrap();
    let mut call = create(&client);
    let short = CallOptions::new().timeout(Duration::from_millis(100));
    call.set_options(short.no_retries());
    let error = call.send::<Value>().await.unwrap_err();
    assert!(
        error.is_timeout() && !error.may_have_been_executed(),
        "{error}"
    );
}

#[tokio::test]
async fn the_credentials_explain_a_401_and_no_other_status() {
    for (credentials, note) in [
        (Credentials::anonymous(), "has no credentials"),
        (Credentials::access_token("t0ken"), "may have expired"),
    ] {
        for status in [401, 403] {
            let server = Server::start(move |_, _| answer(status, &[], "")).await;
            let client = builder(&server).credentials(credentials.clone());
            let call = list(&client.build().unwrap()).send::<Value>();
            let error = call.await.unwrap_err();
            assert_eq!(error.to_string().contains(note), status == 401, "{error}");
        }
    }
}
