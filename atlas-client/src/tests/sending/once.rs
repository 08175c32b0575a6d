//! Thousands of creates, some of them dropped, with random faults of the network and the server:
//! none is executed twice or misreported.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use h2::Reason;
use h2::server::SendResponse;
use serde_json::{Value, json};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use tokio::task::JoinSet;

use crate::tests::server::{Reply, Request, Server, answer, bytes};
use crate::tests::{brisk, builder, create, log};
use crate::{Client, Credentials, Error};

/// The environment variable with the seed that repeats a failed run.
const SEED: &str = "ATLAS_CLIENT_TEST_SEED";

/// A fault of a request. With `done`, the server has executed the create.
#[derive(Clone, Copy)]
enum Fault {
    /// The connection is reset before the request is read.
    Unread,
    /// The connection is reset within the request.
    Cut,
    /// No response, and the connection is reset or closed.
    Lost { done: bool, resets: bool },
    /// A successful response that breaks off.
    Part { resets: bool },
    /// A response that violates the protocol.
    Garbage { done: bool },
    /// An error response, and whether it has a `Retry-After`.
    Fails { done: bool, status: u16, asks: bool },
    /// A successful response that cannot be decoded, and its coding.
    Unreadable { coding: &'static str },
}

const FAULTS: [Fault; 24] = {
    use Fault::{Cut, Fails, Garbage, Lost, Part, Unread, Unreadable};
    const fn fails(status: u16, asks: bool, done: bool) -> Fault {
        Fails { done, status, asks }
    }
    const fn lost(done: bool, resets: bool) -> Fault {
        Lost { done, resets }
    }
    [
        Unread,
        Cut,
        lost(false, true),
        lost(false, false),
        lost(true, true),
        lost(true, false),
        Part { resets: true },
        Part { resets: false },
        Garbage { done: false },
        Garbage { done: true },
        Unreadable { coding: "identity" },
        Unreadable { coding: "gzip" },
        fails(401, false, false),
        fails(408, false, false),
        fails(429, false, false),
        fails(429, true, false),
        fails(503, false, false),
        fails(503, true, false),
        fails(500, false, false),
        fails(500, false, true),
        fails(502, false, false),
        fails(502, false, true),
        fails(504, false, false),
        fails(504, true, true),
    ]
};

/// Selects at random the requests with a fault, one in five, and the fault.
#[derive(Clone, Copy)]
struct Chance(u64);

impl Chance {
    fn new() -> Self {
        let seed = std::env::var(SEED).ok().and_then(|text| text.parse().ok());
        Self(seed.unwrap_or_else(|| getrandom::u64().unwrap()))
    }

    fn number(self, of: usize) -> u64 {
        // SplitMix64, so that each bit depends on all bits of the seed.
        let mut mixed = self.0
            ^ (of as u64)
                .wrapping_add(1)
                .wrapping_mul(0x9e37_79b9_7f4a_7c15);
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// Returns the fault of a request, and a number that selects the byte at which it occurs.
    fn strikes(self, request: usize) -> Option<(Fault, usize)> {
        let mixed = self.number(request);
        let (one_in_five, rest) = (mixed.is_multiple_of(5), mixed / 5);
        let kinds = FAULTS.len() as u64;
        let fault = FAULTS[(rest % kinds) as usize];
        one_in_five.then_some((fault, (rest / kinds % 1000) as usize))
    }

    /// Returns how many bytes of the request are read before its connection is reset.
    fn cuts(self, request: usize) -> Option<usize> {
        match self.strikes(request) {
            Some((Fault::Unread, _)) => Some(0),
            Some((Fault::Cut, at)) => Some(at % 150),
            _ => None,
        }
    }

    /// Returns after how many yields to other tasks a call is dropped; one in nine is.
    fn drops(self, call: usize) -> Option<u64> {
        let mixed = self.number(usize::MAX - call);
        call.is_multiple_of(9).then_some(mixed % 4)
    }
}

/// How often the server created each name.
#[derive(Clone, Default)]
struct Book(Arc<Mutex<HashMap<String, usize>>>);

impl Book {
    fn create(&self, body: &[u8]) {
        let body: Value = serde_json::from_slice(body).unwrap();
        let name = body["name"].as_str().unwrap().to_owned();
        *self.0.lock().unwrap().entry(name).or_default() += 1;
    }
}

const SUCCESS: &[u8] = b"{\"access_token\": \"t0ken\", \"expires_in\": 3600}";

fn reply(struck: Option<(Fault, usize)>, request: &Request, book: &Book) -> Reply {
    let is_token = request.target == "/api/oauth/token";
    let execute = |done: bool| {
        if done && !is_token {
            book.create(&request.body);
        }
    };
    let json = [("content-type", "application/json")];
    let ends = |resets: bool, bytes: Vec<u8>| match resets {
        true => Reply::Both(Box::new(Reply::Send(bytes)), Box::new(Reply::Reset)),
        false => Reply::SendAndClose(bytes),
    };
    match struck {
        // A rejected token request would fail all calls that wait for it.
        Some((Fault::Fails { status: 401, .. }, _)) if is_token => Reply::Reset,
        None => {
            execute(true);
            answer(201, &json, SUCCESS)
        }
        Some((Fault::Unread | Fault::Cut, _)) => Reply::Reset,
        Some((Fault::Lost { done, resets }, _)) => {
            execute(done);
            ends(resets, Vec::new())
        }
        Some((Fault::Part { resets }, at)) => {
            execute(true);
            let mut whole = bytes(201, &json, SUCCESS);
            whole.truncate(at % whole.len());
            ends(resets, whole)
        }
        Some((Fault::Garbage { done }, _)) => {
            execute(done);
            Reply::SendAndClose(b"\x16\x03\x01 no HTTP\r\n\r\n".to_vec())
        }
        Some((Fault::Fails { done, status, asks }, _)) => {
            execute(done);
            let asked = [("retry-after", "0")];
            answer(status, if asks { &asked } else { &[] }, "<html>")
        }
        Some((Fault::Unreadable { coding }, _)) => {
            execute(true);
            answer(201, &[("content-encoding", coding)], "{\"a\": ")
        }
    }
}

/// Serves HTTP/2.
async fn serve(listener: TcpListener, chance: Chance, book: Book) {
    let number = Arc::new(Mutex::new(0));
    let mut connections = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        connections.spawn(connection(
            stream,
            chance,
            book.clone(),
            Arc::clone(&number),
        ));
    }
}

async fn connection(stream: TcpStream, chance: Chance, book: Book, number: Arc<Mutex<usize>>) {
    let Ok(mut connection) = h2::server::handshake(stream).await else {
        return;
    };
    let broken = Arc::new(Notify::new());
    let mut answers = JoinSet::new();
    loop {
        let accepted = tokio::select! {
            accepted = connection.accept() => accepted,
            () = broken.notified() => {
                connection.abrupt_shutdown(Reason::INTERNAL_ERROR);
                continue;
            }
        };
        let Some(Ok((request, respond))) = accepted else {
            return;
        };
        let struck = {
            let mut number = number.lock().unwrap();
            *number += 1;
            chance.strikes(*number)
        };
        let (book, broken) = (book.clone(), Arc::clone(&broken));
        answers.spawn(async move {
            // If the stream was reset before, the client reports that.
            let _ = respond_to(request, respond, struck, &book, &broken).await;
        });
    }
}

async fn respond_to(
    request: http::Request<h2::RecvStream>,
    mut respond: SendResponse<Bytes>,
    struck: Option<(Fault, usize)>,
    book: &Book,
    broken: &Notify,
) -> Result<(), h2::Error> {
    match struck {
        Some((Fault::Unread, _)) => {
            respond.send_reset(Reason::REFUSED_STREAM);
            return Ok(());
        }
        Some((Fault::Cut, _)) => {
            respond.send_reset(Reason::INTERNAL_ERROR);
            return Ok(());
        }
        _ => {}
    }
    let mut stream = request.into_body();
    let mut body = Vec::new();
    while let Some(chunk) = stream.data().await {
        body.extend_from_slice(&chunk?);
    }
    let execute = |done: bool| {
        if done {
            book.create(&body);
        }
    };
    let head = |status: u16| http::Response::builder().status(status);
    match struck {
        None | Some((Fault::Unread | Fault::Cut, _)) => {
            execute(true);
            let mut body = respond.send_response(head(201).body(()).unwrap(), false)?;
            body.send_data(Bytes::from_static(SUCCESS), true)
        }
        Some((Fault::Lost { done, resets }, at)) => {
            execute(done);
            match (resets, at % 4) {
                // Ends all calls of the connection.
                (false, 0) => broken.notify_one(),
                (false, _) => respond.send_reset(Reason::CANCEL),
                (true, _) => respond.send_reset(Reason::INTERNAL_ERROR),
            }
            Ok(())
        }
        Some((Fault::Part { resets }, at)) => {
            execute(true);
            let mut body = respond.send_response(head(201).body(()).unwrap(), false)?;
            let part = Bytes::from_static(&SUCCESS[..at % SUCCESS.len()]);
            body.send_data(part, false)?;
            body.send_reset(match resets {
                true => Reason::INTERNAL_ERROR,
                false => Reason::NO_ERROR,
            });
            Ok(())
        }
        Some((Fault::Garbage { done }, _)) => {
            execute(done);
            let head = head(201).header("content-length", "100");
            let mut body = respond.send_response(head.body(()).unwrap(), false)?;
            body.send_data(Bytes::from_static(b"{}"), true)
        }
        Some((Fault::Fails { done, status, asks }, _)) => {
            execute(done);
            let head = match asks {
                true => head(status).header("retry-after", "0"),
                false => head(status),
            };
            respond.send_response(head.body(()).unwrap(), true)?;
            Ok(())
        }
        Some((Fault::Unreadable { coding }, _)) => {
            execute(true);
            let head = head(201).header("content-encoding", coding);
            let mut body = respond.send_response(head.body(()).unwrap(), false)?;
            body.send_data(Bytes::from_static(b"{\"a\": "), true)
        }
    }
}

/// The outcome of a call; `None` if it was dropped.
type Outcome = Option<Result<(), Error>>;

/// Makes `all` creates, `at_once` at a time, one in nine of which is dropped.
async fn outcomes(
    client: &Client,
    all: usize,
    at_once: usize,
    chance: Chance,
) -> Vec<(String, Outcome)> {
    let mut calls = JoinSet::new();
    let mut outcomes = Vec::with_capacity(all);
    for number in 0..all {
        let name = format!("thing {number}");
        let mut call = create(client);
        call.body(json!({"name": name}));
        calls.spawn(async move {
            let done = call.send::<Value>();
            let Some(turns) = chance.drops(number) else {
                return (name, Some(done.await.map(drop)));
            };
            let others = async {
                for _ in 0..turns {
                    tokio::task::yield_now().await;
                }
            };
            tokio::select! {
                biased;
                done = done => (name, Some(done.map(drop))),
                () = others => (name, None),
            }
        });
        if calls.len() >= at_once {
            outcomes.extend(calls.join_next().await.map(Result::unwrap));
        }
    }
    while let Some(done) = calls.join_next().await {
        outcomes.push(done.unwrap());
    }
    outcomes
}

/// Asserts that nothing was created twice, and that the outcomes of calls match what was created.
fn compare(outcomes: &[(String, Outcome)], book: &Book, chance: Chance) {
    let seed = format!("once more with {SEED}={}", chance.0);
    let book = book.0.lock().unwrap();
    let (mut doubtful, mut dropped) = (0, [0, 0]);
    for (name, outcome) in outcomes {
        let times = book.get(name).copied().unwrap_or_default();
        assert!(times <= 1, "{name}: {times} times; {seed}");
        match outcome {
            None => dropped[times] += 1,
            Some(Ok(())) => assert_eq!(times, 1, "{name}; {seed}"),
            Some(Err(error)) if error.may_have_been_executed() => doubtful += 1,
            Some(Err(error)) => assert_eq!(times, 0, "{name}: {error}; {seed}"),
        }
    }
    let all = outcomes.len();
    assert!(book.len() <= all, "{seed}");
    let struck = doubtful > all / 20 && dropped.iter().sum::<usize>() > all / 20;
    assert!(
        struck,
        "the faults did strike: {doubtful} {dropped:?}; {seed}"
    );
    // Some were dropped before the server had the request, and some after.
    let is_small = all < 1000;
    assert!(
        is_small || dropped.iter().all(|some| *some > 0),
        "{dropped:?}; {seed}"
    );
}

/// Returns the number of calls for each of the two protocols.
fn half() -> usize {
    if log::aloud() { 250 } else { 5_000 }
}

#[tokio::test]
async fn nothing_is_created_twice_and_no_failure_hides_a_creation() {
    let (chance, book) = (Chance::new(), Book::default());
    let written = book.clone();
    let cuts = move |number| chance.cuts(number);
    let server = Server::cutting(cuts, move |number, request| {
        reply(chance.strikes(number), request, &written)
    })
    .await;
    let client = builder(&server)
        .credentials(Credentials::service_account("id", "s3cret"))
        .options(brisk().attempts(10))
        .retry_budget(100_000)
        .build()
        .unwrap();
    let outcomes = outcomes(&client, half(), 64, chance).await;
    compare(&outcomes, &book, chance);
}

#[tokio::test]
async fn nothing_is_created_twice_on_the_streams_of_one_connection() {
    log::listen();
    let (chance, book) = (Chance::new(), Book::default());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let server = tokio::spawn(serve(listener, chance, book.clone()));
    let client = Client::builder()
        .base_url(url)
        .credentials(Credentials::access_token("t0ken"))
        .options(brisk().attempts(10))
        .retry_budget(100_000)
        .configure_http(|http| http.http2_prior_knowledge())
        .build()
        .unwrap();
    let outcomes = outcomes(&client, half(), 16, chance).await;
    compare(&outcomes, &book, chance);
    server.abort();
}
