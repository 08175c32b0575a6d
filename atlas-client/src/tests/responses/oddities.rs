//! Unusual responses, and some that violate HTTP: each results in a value or a clear error, and
//! none affects the next call.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use reqwest::Method;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use crate::operation::{Call, Operation};
use crate::tests::auth::service_account::{is_token, mints, token};
use crate::tests::sending::faults::end;
use crate::tests::server::{Reply, Server, answer, bytes, json};
use crate::tests::{JSON, bearer, builder, create, list};
use crate::{Client, Credentials};

/// Makes a create to which the server responds with `odd`, and returns the outcome. Asserts that
/// the next call gets its own response and nothing of the first.
async fn told(odd: Vec<u8>, closes: bool) -> String {
    let server = Server::start(move |number, _| match (number, closes) {
        (0, true) => Reply::SendAndClose(odd.clone()),
        (0, false) => Reply::Send(odd.clone()),
        _ => json(200, &json!("its own")),
    })
    .await;
    let client = bearer(&server);
    let outcome = create(&client).send::<Value>().await;
    let told = match &outcome {
        Ok(value) => format!("{} {}", value.status().as_u16(), **value),
        Err(error) => format!("{}: {error}", end(&outcome)),
    };
    let told = told.replace(server.url().trim_start_matches("http://"), "HOST");
    assert_eq!(server.count(), 1, "{told}");
    let after = list(&client).send::<Value>().await;
    assert_eq!(after.unwrap().into_inner(), "its own", "{told}");
    told
}

/// Each response is a head without its status line, a body, and the expected outcome.
async fn each_is_told(closes: bool, status: &str, answers: &[(&str, &str, &str)]) {
    for (head, body, expected) in answers {
        let odd = format!("{status}\r\n{head}\r\n{body}").into_bytes();
        let told = told(odd, closes).await;
        assert!(
            told.contains(expected),
            "{status} {:.80}: {told}",
            head.escape_debug()
        );
    }
}

#[tokio::test]
async fn the_length_of_an_answer_may_be_told_in_any_way_that_is_one() {
    let value = "{\"a\":1}";
    let chunks = "3;ext=\"1\"\r\n{\"a\r\n4\r\n\":1}\r\n0\r\nx: 1\r\n\r\n";
    let more = "{\"a\":1}HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\n\"evil\"";
    let created = "HTTP/1.1 201 Created";
    let open = [
        (
            "transfer-encoding: chunked\r\ntrailer: x\r\n",
            chunks,
            "201 {\"a\":1}",
        ),
        (
            "content-length: 3\r\ntransfer-encoding: chunked\r\n",
            chunks,
            "201 {\"a\":1}",
        ),
        (
            "transfer-encoding: chunked\r\n",
            "zz\r\n{}",
            "broke off: Invalid chunk size",
        ),
        ("content-length: 7\r\n", more, "201 {\"a\":1}"),
    ];
    each_is_told(false, created, &open).await;
    let closed = [
        (
            "connection: close\r\ncontent-length: 7\r\n",
            value,
            "201 {\"a\":1}",
        ),
        ("", value, "201 {\"a\":1}"),
        (
            "content-length: 7\r\ncontent-length: 6\r\n",
            value,
            "invalid content-length",
        ),
        ("content-length: -7\r\n", value, "invalid content-length"),
        (
            "content-length: 999999999999999999\r\n",
            value,
            "in doubt: createThing: the answer broke off",
        ),
        (
            "transfer-encoding: chunked\r\n",
            "7\r\n{\"a\":1}\r\n",
            "in doubt: createThing: the answer broke off",
        ),
    ];
    each_is_told(true, created, &closed).await;
    each_is_told(
        true,
        "HTTP/1.0 201 Created",
        &[("", value, "201 {\"a\":1}")],
    )
    .await;
}

#[tokio::test]
async fn heads_of_every_kind_are_read_or_refused() {
    let value = "{\"a\":1}";
    let (fits, too_long) = ("y".repeat(100 << 10), "y".repeat(1 << 20));
    let (many, too_many) = ("x: y\r\n".repeat(99), "x: y\r\n".repeat(200));
    let length = "content-length: 7\r\n";
    let then = |before: &str| format!("{before}{length}");
    let (fits, too_long) = (
        then(&format!("x: {fits}\r\n")),
        then(&format!("x: {too_long}\r\n")),
    );
    let (many, too_many) = (then(&many), then(&too_many));
    let created = "HTTP/1.1 201 Created";
    let open = [
        (fits.as_str(), value, "201 {\"a\":1}"),
        (&many, value, "201 {\"a\":1}"),
        (
            "retry-after: \u{e4}\r\nsunset: \u{20ac}\r\ncontent-length: 7\r\n",
            value,
            "201 {\"a\":1}",
        ),
        (
            "content-encoding: br\r\ncontent-length: 7\r\n",
            value,
            "201 {\"a\":1}",
        ),
        (
            "content-encoding: gzip\r\ncontent-length: 7\r\n",
            value,
            "201 {\"a\":1}",
        ),
        (
            "content-encoding: gzip\r\ncontent-length: 7\r\n",
            "no JSON",
            "broken, in doubt: createThing: the body of the response cannot be decompressed: incomplete",
        ),
        (
            "content-length: 10\r\n",
            "\u{feff}{\"a\":1}",
            "201 {\"a\":1}",
        ),
    ];
    each_is_told(false, created, &open).await;
    let closed = [
        (
            too_long.as_str(),
            value,
            "broken, in doubt: createThing: the connection to HOST broke: message head is too large",
        ),
        (
            &too_many,
            value,
            "broken, in doubt: createThing: the connection to HOST broke: message head is too large",
        ),
        (
            "x: a\0b\r\ncontent-length: 7\r\n",
            value,
            "invalid HTTP header",
        ),
        (
            "x: a\r\n b\r\ncontent-length: 7\r\n",
            value,
            "invalid HTTP header",
        ),
    ];
    each_is_told(true, created, &closed).await;
}

#[tokio::test]
async fn a_status_of_any_number_is_told() {
    let created = "HTTP/1.1 201 Created\r\ncontent-length: 2\r\n\r\n{}";
    for status in [
        "HTTP/1.1 100 Continue",
        "HTTP/1.1 103 Early Hints\r\nretry-after: 9",
    ] {
        each_is_told(false, status, &[("", created, "201 {}")]).await;
    }
    let none = "content-length: 0\r\n";
    for (status, expected) in [
        ("HTTP/1.1 204 No Content", "204 null"),
        (
            "HTTP/1.1 304 Not Modified",
            "304, not done: createThing: 304 Not Modified, without a body",
        ),
        (
            "HTTP/1.1 520 Odd",
            "520, in doubt: createThing: 520, without a body",
        ),
        (
            "HTTP/1.1 600 Odd",
            "600, in doubt: createThing: 600, without a body",
        ),
        (
            "HTTP/1.1 999 Odd",
            "999, in doubt: createThing: 999, without a body",
        ),
    ] {
        each_is_told(false, status, &[(none, "", expected)]).await;
    }
    // The client does not wait for a body that must not exist, and does not take one that arrives
    // for the next response.
    let odd = [("content-length: 2\r\n", "{}", "204 null")];
    each_is_told(false, "HTTP/1.1 204 No Content", &odd).await;
    for (status, expected) in [
        (
            "HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade",
            "101, not done",
        ),
        (
            "HTTP/1.1 99 Odd",
            "in doubt: createThing: the connection to HOST broke: invalid HTTP status-code",
        ),
        (
            "{\"a\":1}",
            "in doubt: createThing: the connection to HOST broke: invalid HTTP version",
        ),
    ] {
        each_is_told(true, status, &[("", "", expected)]).await;
    }
}

#[tokio::test]
async fn the_answer_to_a_head_has_the_length_of_a_body_and_none() {
    static HEAD: Operation =
        Operation::new("headThing", Method::HEAD, "/api/atlas/v2/things", JSON);
    let server = Server::start(|_, _| {
        let head = bytes(
            200,
            &[("content-length", "100"), ("ratelimit-limit", "7")],
            "",
        );
        Reply::Send(head)
    })
    .await;
    let client = bearer(&server);
    for _ in 0..2 {
        let value = Call::new(&client, &HEAD).send_empty().await.unwrap();
        assert_eq!(value.rate_limit(), Some(7));
    }
    assert_eq!(server.count(), 2);
}

/// A server may respond before it has read the whole request. It should then read on and close the
/// connection (RFC 9112, section 9.6).
#[tokio::test]
async fn an_answer_that_comes_before_the_request_was_read_is_the_answer() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let server = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        stream.read_exact(&mut [0; 4]).await.unwrap();
        let head = bytes(413, &[("connection", "close")], "too much");
        stream.write_all(&head).await.unwrap();
        let mut rest = vec![0; 1 << 16];
        while matches!(stream.read(&mut rest).await, Ok(1..)) {}
    });
    let client = Client::builder().base_url(url).build().unwrap();
    let mut call = create(&client);
    call.body(json!("x".repeat(8 << 20)));
    let error = call.send::<Value>().await.unwrap_err();
    assert_eq!(
        error.status().map(|status| status.as_u16()),
        Some(413),
        "{error}"
    );
    assert!(!error.may_have_been_executed(), "{error}");
    assert_eq!(error.body(), Some(&b"too much"[..]));
    server.await.unwrap();
}

/// A connection that the server closes after a response may be closed before the next request,
/// while it is sent, or after it was read.
#[tokio::test]
async fn a_connection_closed_without_notice_costs_no_call_its_answer() {
    let carried_out = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&carried_out);
    let server = Server::start(move |_, _| {
        count.fetch_add(1, Ordering::SeqCst);
        Reply::SendAndClose(bytes(200, &[], "{}"))
    })
    .await;
    let client = bearer(&server);
    let (mut done, mut doubtful) = (0, 0);
    for _ in 0..100 {
        match create(&client).send::<Value>().await {
            Ok(_) => done += 1,
            Err(error) => {
                assert!(error.may_have_been_executed(), "{error}");
                doubtful += 1;
            }
        }
        list(&client).send::<Value>().await.unwrap();
    }
    // No create was executed twice, and each one that succeeded was executed.
    let creates = server
        .requests()
        .iter()
        .filter(|it| it.method == "POST")
        .count();
    assert!(
        (done..=done + doubtful).contains(&creates),
        "{done} {creates} {doubtful}"
    );
    assert_eq!(carried_out.load(Ordering::SeqCst), server.requests().len());
}

/// Challenges of several schemes, in one header and in several.
#[tokio::test]
async fn each_kind_of_credentials_finds_its_challenge_among_others() {
    let bearer = "Bearer realm=\"a, Digest b\", error=\"invalid_token\"";
    let digest = "Digest realm=\"r\", nonce=\"n\", algorithm=MD5, qop=\"auth\"";
    let basic = "Basic realm=\"Digest realm=x, nonce=y\"";
    let odd = "Digest realm=\"r\", nonce=\"odd\", algorithm=ROT13, qop=\"auth\"";
    let spreads = [
        vec![format!("{bearer}, {digest}")],
        vec![format!("{digest}, {bearer}")],
        vec![format!("{basic}, {odd}, {digest}, {bearer}")],
        vec![bearer.to_owned(), basic.to_owned(), digest.to_owned()],
        vec![digest.to_owned(), bearer.to_owned()],
        vec![
            format!("{odd}, {basic}"),
            format!("Negotiate YII=, {digest}"),
        ],
    ];
    for spread in spreads {
        let shown = format!("{spread:?}");
        let server = Server::start(move |number, request| {
            let proof = request.proof("nonce");
            match request.header("authorization") {
                _ if is_token(request) => token(number, 3600),
                Some("Bearer t0ken4") => json(200, &json!({})),
                _ if proof.as_deref() == Some("n") => json(200, &json!({})),
                _ => {
                    let challenges = spread.iter().map(|it| ("www-authenticate", it.as_str()));
                    answer(401, &challenges.collect::<Vec<_>>(), "")
                }
            }
        })
        .await;
        for (credentials, minted, requests) in [
            (Credentials::api_key("public", "s3cret"), 0, 2),
            (Credentials::service_account("id", "s3cret"), 2, 6),
        ] {
            let client = builder(&server).credentials(credentials).build().unwrap();
            let outcome = list(&client).send::<Value>().await;
            assert!(outcome.is_ok(), "{shown}: {:?}", outcome.err());
            assert_eq!(
                (mints(&server), server.count()),
                (minted, requests),
                "{shown}"
            );
        }
    }
}
