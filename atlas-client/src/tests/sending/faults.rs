//! Compares the fault table of the documentation with the behavior: for each fault of a network or
//! a server, the result of the call and the number of requests, of a read that may be repeated and
//! of a create that must not be.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use serde_json::{Value, json};

use crate::tests::auth::service_account::{is_token, token};
use crate::tests::clock::{Clock, alone};
use crate::tests::responses::failures::gzip_of_zeros;
use crate::tests::server::{Reply, Request, Server, answer, bytes, json};
use crate::tests::{bearer, builder, create, list};
use crate::{CallOptions, ClientBuilder, Credentials, Error};

/// The time limit of an attempt to a silent server, on a paused clock.
const SHORT: Duration = Duration::from_secs(1);

/// Returns the rows of the documentation.
pub(crate) fn documented() -> Vec<&'static str> {
    let lines = include_str!("../../faults.rs").lines();
    let rows = lines.filter_map(|line| line.strip_prefix("//! | "));
    // The rows of other tables begin with a response.
    rows.filter(|row| {
        !["fault", "---", "response", "`"]
            .iter()
            .any(|it| row.starts_with(it))
    })
    .collect()
}

/// Returns how a call ended, in the words of the table.
pub(crate) fn end<T>(outcome: &Result<T, Error>) -> String {
    let error = match outcome {
        Ok(_) => return "success".to_owned(),
        Err(error) => error,
    };
    let status = error.status().map(|status| status.as_u16().to_string());
    let kind = match status {
        _ if error.is_timeout() => "timeout".to_owned(),
        _ if error.is_connect() => "no connection".to_owned(),
        _ if error.is_decode() => "decode".to_owned(),
        _ if error.to_string().contains("no access token") => "no token".to_owned(),
        Some(status) if !status.starts_with('2') => status,
        _ => "broken".to_owned(),
    };
    let done = match error.may_have_been_executed() {
        true => "in doubt",
        false => "not done",
    };
    format!("{kind}, {done}")
}

/// A fault, which occurs once or always.
#[derive(Clone, Copy)]
struct Row {
    name: &'static str,
    /// The column that says what is not sent.
    unsent: &'static str,
    client: fn(ClientBuilder) -> ClientBuilder,
    /// Whether calls have succeeded before.
    warm: bool,
    /// The time limit of an attempt, if it is not the default.
    patience: Option<Duration>,
    /// How many bytes of a request with the fault are read.
    cut: Option<usize>,
    /// Returns the response to a request. The first argument is whether the fault occurs.
    reply: fn(bool, usize, &Request) -> Reply,
}

fn with_token(builder: ClientBuilder) -> ClientBuilder {
    builder.credentials(Credentials::access_token("t0ken"))
}

fn with_account(builder: ClientBuilder) -> ClientBuilder {
    builder.credentials(Credentials::service_account("id", "s3cret"))
}

fn with_key(builder: ClientBuilder) -> ClientBuilder {
    builder.credentials(Credentials::api_key("public", "s3cret-key"))
}

fn success() -> Reply {
    json(200, &json!({}))
}

/// A fault whose response does not depend on the request.
macro_rules! fault {
    ($name:literal, $unsent:literal, $reply:expr) => {
        Row {
            name: $name,
            unsent: $unsent,
            client: with_token,
            warm: false,
            patience: None,
            cut: None,
            reply: |struck, _, _| if struck { $reply } else { success() },
        }
    };
}

fn half() -> Vec<u8> {
    bytes(200, &[("content-length", "9")], "{\"a\"")
}

fn then(first: Vec<u8>, second: Reply) -> Reply {
    Reply::Both(Box::new(Reply::Send(first)), Box::new(second))
}

fn challenge(number: usize, stale: bool) -> Reply {
    let text = format!(
        "Digest realm=\"r\", nonce=\"n{number}\", algorithm=MD5, qop=\"auth\", stale={stale}"
    );
    answer(401, &[("www-authenticate", &text)], "")
}

/// Returns the response to a request with a digest response, or a challenge.
fn digest(struck: bool, number: usize, request: &Request, stale: bool) -> Reply {
    match request.proof("nc") {
        None => challenge(number, false),
        Some(_) if struck => challenge(number, stale),
        Some(_) => success(),
    }
}

fn rows() -> Vec<Row> {
    let plain = fault!("", "", success());
    let of_key = Row {
        client: with_key,
        warm: true,
        unsent: "a third request with a proof",
        ..plain
    };
    let of_account = Row {
        client: with_account,
        warm: true,
        ..plain
    };
    vec![
        Row {
            name: "reset before the request is read",
            unsent: "the create again",
            cut: Some(0),
            ..plain
        },
        Row {
            name: "reset within the request",
            unsent: "the create again",
            cut: Some(50),
            ..plain
        },
        fault!("reset after the request", "the create again", Reply::Reset),
        fault!(
            "closed after the request",
            "the create again",
            Reply::SendAndClose(Vec::new())
        ),
        fault!(
            "half a status line",
            "the create again",
            Reply::SendAndClose(b"HTTP/1.1 20".to_vec())
        ),
        fault!(
            "half an answer",
            "the create again",
            Reply::SendAndClose(half())
        ),
        fault!(
            "reset inside the answer's body",
            "the create again",
            then(half(), Reply::Reset)
        ),
        Row {
            patience: Some(SHORT),
            ..fault!("no answer in time", "the create again", Reply::Silence)
        },
        Row {
            patience: Some(SHORT),
            ..fault!(
                "an answer too slow to be whole in time",
                "the create again",
                then(half(), Reply::Silence)
            )
        },
        fault!(
            "an answer that is no HTTP",
            "the create again",
            Reply::SendAndClose(b"SSH-2.0-x\r\n".to_vec())
        ),
        fault!(
            "429 with `Retry-After`",
            "anything before that time",
            answer(429, &[("retry-after", "0")], "")
        ),
        fault!("429 without", "–", answer(429, &[], "")),
        fault!("500", "the create again", answer(500, &[], "")),
        fault!("502", "the create again", answer(502, &[], "<html>")),
        fault!(
            "503 with `Retry-After`",
            "anything before that time",
            answer(503, &[("retry-after", "0")], "")
        ),
        fault!("503 without", "the create again", answer(503, &[], "")),
        fault!("504", "the create again", answer(504, &[], "")),
        Row {
            name: "a nonce in use is called stale",
            reply: |struck, number, request| digest(struck, number, request, true),
            ..of_key
        },
        Row {
            name: "a nonce in use is refused as if the key were wrong",
            reply: |struck, number, request| digest(struck, number, request, false),
            ..of_key
        },
        Row {
            name: "each nonce is good for one request",
            unsent: "–",
            reply: |struck, number, request| match request.proof("nc").as_deref() {
                Some("00000001") => success(),
                Some(_) if !struck => success(),
                _ => challenge(number, true),
            },
            ..of_key
        },
        Row {
            name: "a token is refused before its end",
            unsent: "a third request with a token",
            reply: |struck, number, request| match is_token(request) {
                true => token(number, 3600),
                false if struck => answer(401, &[], ""),
                false => success(),
            },
            ..of_account
        },
        Row {
            name: "the clocks of both sides are wrong",
            unsent: "–",
            reply: |struck, number, request| {
                let dates = [
                    "Thu, 1 Jan 1970 00:00:00 GMT",
                    "Thu, 1 Jan 2099 00:00:00 GMT",
                ];
                let date = ("date", dates[usize::from(struck)]);
                match is_token(request) {
                    true => {
                        let body =
                            json!({"access_token": format!("t0ken{number}"), "expires_in": 3600});
                        answer(200, &[date], body.to_string())
                    }
                    false => answer(200, &[date], "{}"),
                }
            },
            ..of_account
        },
        Row {
            client: |builder| with_token(builder).max_answer_bytes(1 << 16),
            ..fault!(
                "a gzip bomb as an answer",
                "–",
                answer(200, &[("content-encoding", "gzip")], gzip_of_zeros())
            )
        },
        fault!(
            "a gzip bomb as an error page",
            "the create again",
            answer(502, &[("content-encoding", "gzip")], gzip_of_zeros())
        ),
        fault!("an error page of 100 MiB", "the create again", {
            let head = bytes(502, &[("content-length", "104857600")], "<html>");
            Reply::Flood(head, 100 << 20, Arc::default())
        }),
        fault!(
            "invalid UTF-8",
            "–",
            answer(200, &[], b"{\"a\": \"\xff\xfe\"}")
        ),
        fault!(
            "redirect to another host",
            "anything to that host",
            answer(307, &[("location", "http://192.0.2.1/")], "")
        ),
    ]
}

/// Makes one call of one row, and returns how it ends.
async fn cell(row: Row, always: bool, creates: bool) -> String {
    // The number of the first request at which the fault may occur.
    let armed = Arc::new(AtomicUsize::new(usize::MAX));
    let strikes = {
        let armed = Arc::clone(&armed);
        move |number: usize| {
            let first = armed.load(Ordering::SeqCst);
            if always {
                number >= first
            } else {
                number == first
            }
        }
    };
    let strikes_too = strikes.clone();
    let server = Server::cutting(
        move |number| row.cut.filter(|_| strikes_too(number)),
        move |number, request| (row.reply)(strikes(number), number, request),
    )
    .await;
    let client = (row.client)(builder(&server)).build().unwrap();
    if row.warm {
        list(&client).send::<Value>().await.unwrap();
    }
    let before = server.requests().iter().filter(|it| is_token(it)).count();
    let first = server.count();
    armed.store(first, Ordering::SeqCst);
    let mut call = if creates {
        create(&client)
    } else {
        list(&client)
    };
    let outcome = match row.patience {
        None => call.send::<Value>().await,
        Some(patience) => {
            call.set_options(CallOptions::new().timeout(patience));
            let mut arrived = server.count();
            let idle = || {
                let arrives = server.count() > std::mem::replace(&mut arrived, server.count());
                arrives.then_some(patience + Duration::from_millis(2))
            };
            Clock::stopped()
                .run(call.send::<Value>(), idle, || ())
                .await
        }
    };
    let end = end(&outcome);
    let tokens = server.requests().iter().filter(|it| is_token(it)).count() - before;
    let calls = server.count() - first - tokens;
    match tokens {
        0 => format!("{end}: {calls}"),
        tokens => format!("{end}: {calls} and {tokens} for a token"),
    }
}

fn line(row: Row) -> String {
    let [a, b, c, d] = [(false, false), (true, false), (false, true), (true, true)]
        .map(|(always, creates)| alone(move || cell(row, always, creates)));
    format!("{} | {a} | {b} | {c} | {d} | {} |", row.name, row.unsent)
}

#[test]
fn each_fault_ends_as_the_table_says() {
    let lines: Vec<_> = rows().into_iter().map(line).collect();
    let wanted = documented();
    let wanted = &wanted[..lines.len().min(wanted.len())];
    let found = lines.join("\n//! | ");
    assert!(lines == wanted, "the table is\n//! | {found}");
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
    let client = with_account(builder(&server)).build().unwrap();
    let error = create(&client).send::<Value>().await.unwrap_err();
    assert!(error.is_retryable() && !error.is_auth() && !error.may_have_been_executed());
    assert_eq!((server.count(), error.attempts()), (4, 4), "{error}");
}

#[tokio::test]
async fn a_wait_until_a_date_is_counted_by_the_clock_that_wrote_it() {
    let old = "Thu, 1 Jan 1970 00:00:00 GMT";
    let server = Server::start(move |number, _| match number {
        0 => answer(429, &[("date", old), ("retry-after", old)], ""),
        _ => answer(200, &[("date", old)], "{}"),
    })
    .await;
    list(&bearer(&server)).send::<Value>().await.unwrap();
    assert_eq!(server.count(), 2);
}
