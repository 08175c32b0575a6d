//! The fault table: for each fault that a network or a server can have, what
//! the caller gets and how many requests go out, of a read that may be repeated
//! and of a create that must not be.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::net::TcpListener;

use super::server::{Reply, Request, Server, answer, bytes, json};
use super::{bearer, brisk, builder, create, list};
use crate::{CallOptions, Client, Credentials, Error};

/// How a call ends.
#[derive(Debug, PartialEq)]
enum End {
    Success,
    /// An error after which the operation was surely not carried out.
    Refused(&'static str),
    /// An error after which nobody knows.
    Doubtful(&'static str),
}

fn end<T>(outcome: &Result<T, Error>) -> End {
    let error = match outcome {
        Ok(_) => return End::Success,
        Err(error) => error,
    };
    let kind = match error.status().map(|status| status.as_u16()) {
        _ if error.is_timeout() => "timeout",
        _ if error.is_connect() => "connect",
        _ if error.is_decode() => "decode",
        Some(429) => "429",
        Some(500) => "500",
        Some(502) => "502",
        Some(503) => "503",
        Some(504) => "504",
        Some(307) => "307",
        Some(200) | None => "broken",
        Some(_) => "other",
    };
    if error.may_have_been_executed() {
        End::Doubtful(kind)
    } else {
        End::Refused(kind)
    }
}

/// A fault, and what a read and a create make of it when it strikes once and
/// when it strikes always. Four attempts are allowed.
struct Row {
    fault: fn() -> Reply,
    name: &'static str,
    read_once: (End, usize),
    read_always: (End, usize),
    create_once: (End, usize),
    create_always: (End, usize),
}

/// A fault after which a create might have happened.
fn doubtful(name: &'static str, fault: fn() -> Reply, kind: &'static str) -> Row {
    Row {
        fault,
        name,
        read_once: (End::Success, 2),
        read_always: (End::Doubtful(kind), 4),
        create_once: (End::Doubtful(kind), 1),
        create_always: (End::Doubtful(kind), 1),
    }
}

/// A fault with which the server says that it did nothing.
fn harmless(name: &'static str, fault: fn() -> Reply, kind: &'static str) -> Row {
    Row {
        fault,
        name,
        read_once: (End::Success, 2),
        read_always: (End::Refused(kind), 4),
        create_once: (End::Success, 2),
        create_always: (End::Refused(kind), 4),
    }
}

fn table() -> Vec<Row> {
    vec![
        doubtful("reset after the request", || Reply::Reset, "broken"),
        doubtful(
            "closed after the request",
            || Reply::SendAndClose(Vec::new()),
            "broken",
        ),
        doubtful(
            "half a status line",
            || Reply::SendAndClose(b"HTTP/1.1 20".to_vec()),
            "broken",
        ),
        doubtful(
            "half an answer",
            || Reply::SendAndClose(bytes(200, &[("content-length", "9")], "{\"a\"")),
            "broken",
        ),
        doubtful(
            "reset inside the answer",
            || {
                let half = bytes(200, &[("content-length", "9")], "{\"a\"");
                Reply::Both(Box::new(Reply::Send(half)), Box::new(Reply::Reset))
            },
            "broken",
        ),
        doubtful("no answer in time", || Reply::Silence, "timeout"),
        doubtful(
            "half an answer in time",
            || {
                let half = bytes(200, &[("content-length", "9")], "{\"a\"");
                Reply::Both(Box::new(Reply::Send(half)), Box::new(Reply::Silence))
            },
            "timeout",
        ),
        doubtful(
            "no HTTP",
            || Reply::SendAndClose(b"SSH-2.0-x\r\n".to_vec()),
            "broken",
        ),
        doubtful("500", || answer(500, &[], ""), "500"),
        doubtful("502", || answer(502, &[], "<html>"), "502"),
        doubtful("503", || answer(503, &[], ""), "503"),
        doubtful("504", || answer(504, &[], ""), "504"),
        harmless(
            "503 with a wait",
            || answer(503, &[("retry-after", "0")], ""),
            "503",
        ),
        harmless(
            "429 with a wait",
            || answer(429, &[("retry-after", "0")], ""),
            "429",
        ),
        harmless("429 without one", || answer(429, &[], ""), "429"),
        Row {
            fault: || answer(307, &[("location", "http://192.0.2.1/")], ""),
            name: "redirect to another host",
            read_once: (End::Refused("307"), 1),
            read_always: (End::Refused("307"), 1),
            create_once: (End::Refused("307"), 1),
            create_always: (End::Refused("307"), 1),
        },
        Row {
            fault: || answer(200, &[], b"{\"a\": \"\xff\xfe\"}"),
            name: "invalid UTF-8",
            read_once: (End::Doubtful("decode"), 1),
            read_always: (End::Doubtful("decode"), 1),
            create_once: (End::Doubtful("decode"), 1),
            create_always: (End::Doubtful("decode"), 1),
        },
    ]
}

/// Makes both calls against servers that fail once or always, and compares.
async fn check(row: Row, always: bool) {
    let fault = row.fault;
    let start = || {
        Server::start(move |number, _| match number {
            0 => fault(),
            _ if always => fault(),
            _ => json(200, &json!({})),
        })
    };
    let (read, made) = (start().await, start().await);
    let (of_read, of_create) = match always {
        true => (&row.read_always, &row.create_always),
        false => (&row.read_once, &row.create_once),
    };
    for (server, mut call, expected) in [
        (&read, list(&bearer(&read)), of_read),
        (&made, create(&bearer(&made)), of_create),
    ] {
        call.options(CallOptions::new().timeout(Duration::from_millis(400)));
        let outcome = call.send::<Value>().await;
        let found = (end(&outcome), server.count());
        assert_eq!(&found, expected, "{}", row.name);
    }
}

#[tokio::test]
async fn each_fault_ends_as_the_table_says() {
    let mut rows = tokio::task::JoinSet::new();
    for always in [false, true] {
        for row in table() {
            rows.spawn(check(row, always));
        }
    }
    while let Some(done) = rows.join_next().await {
        done.unwrap();
    }
}

#[tokio::test]
async fn a_connection_that_is_reset_before_the_request_is_read_leaves_a_create_in_doubt() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let accepted = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&accepted);
    let server = tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            count.fetch_add(1, Ordering::SeqCst);
            let _ = stream.set_zero_linger();
        }
    });
    let client = Client::builder()
        .base_url(url)
        .options(brisk())
        .build()
        .unwrap();
    let error = create(&client).send::<Value>().await.unwrap_err();
    assert!(error.is_retryable(), "{error}");
    assert_eq!(accepted.load(Ordering::SeqCst), error.attempts() as usize);
    let error = list(&client).send::<Value>().await.unwrap_err();
    assert_eq!(error.attempts(), 4, "{error}");
    server.abort();
}

#[tokio::test]
async fn an_error_page_of_100_mib_is_not_read_to_its_end() {
    const PAGE: usize = 100 << 20;
    let sent = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&sent);
    let server = Server::start(move |_, _| {
        let head = bytes(404, &[("content-length", &PAGE.to_string())], "<html>");
        Reply::Flood(head, PAGE, Arc::clone(&count))
    })
    .await;
    let error = list(&bearer(&server)).send::<Value>().await.unwrap_err();
    assert!(error.is_not_found() && error.body_is_truncated());
    assert_eq!(error.body().map(<[u8]>::len), Some(64 << 10));
    assert_eq!(error.body_length(), Some(PAGE as u64));
    assert!(sent.load(Ordering::SeqCst) < PAGE / 4);
}

#[tokio::test]
async fn a_token_endpoint_that_never_comes_back_is_asked_as_often_as_a_call_may_be_made() {
    let server = Server::start(|_, _| Reply::Reset).await;
    let credentials = Credentials::service_account("id", "s3cret");
    let client = builder(&server).credentials(credentials).build().unwrap();
    let error = create(&client).send::<Value>().await.unwrap_err();
    assert!(error.is_retryable() && !error.is_auth() && !error.may_have_been_executed());
    assert_eq!((server.count(), error.attempts()), (4, 4), "{error}");
}

#[tokio::test]
async fn clocks_that_are_wrong_on_both_sides_change_nothing() {
    let old = "Thu, 1 Jan 1970 00:00:00 GMT";
    let is_token = |request: &Request| request.target == "/api/oauth/token";
    let server = Server::start(move |number, request| match number {
        _ if is_token(request) => {
            let body = json!({"access_token": "t", "expires_in": 3600});
            answer(200, &[("date", old)], body.to_string())
        }
        1 => answer(429, &[("date", old), ("retry-after", old)], ""),
        _ => answer(200, &[("date", old)], "{}"),
    })
    .await;
    let credentials = Credentials::service_account("id", "s3cret");
    let client = builder(&server).credentials(credentials).build().unwrap();
    list(&client).send::<Value>().await.unwrap();
    list(&client).send::<Value>().await.unwrap();
    assert_eq!(server.count(), 4, "one token, one refusal, two answers");
}
