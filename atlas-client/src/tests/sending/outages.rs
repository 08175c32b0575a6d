//! The second fault table of the documentation: servers that are unavailable for a while.

use std::time::Duration;

use serde_json::Value;
use tokio::net::{TcpListener, TcpSocket};
use tokio::time::Instant;

use crate::tests::auth::service_account::{is_token, token};
use crate::tests::clock::{Clock, alone};
use crate::tests::sending::faults::{documented, end};
use crate::tests::server::{Reply, Request, Server, answer, json};
use crate::tests::{bearer, create};
use crate::{CallOptions, Client, Credentials};

const OUTAGE: Duration = Duration::from_secs(5);

/// Builds a client with the defaults, except for the number of attempts.
fn client(url: &str, attempts: u32, credentials: Credentials) -> Client {
    Client::builder()
        .base_url(url)
        .credentials(credentials)
        .options(CallOptions::new().attempts(attempts))
        .build()
        .unwrap()
}

fn account() -> Credentials {
    Credentials::service_account("id", "s3cret")
}

fn calls(server: &Server) -> usize {
    server.requests().iter().filter(|it| !is_token(it)).count()
}

/// Nothing listens on the port for `length`, or ever.
async fn refused(attempts: u32, length: Option<Duration>) -> String {
    let mut clock = Clock::stopped();
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let url = format!("http://{}", socket.local_addr().unwrap());
    let client = client(&url, attempts, Credentials::access_token("t0ken"));
    let began = Instant::now();
    let (mut socket, mut server) = (Some(socket), None);
    let passed = || {
        if length.is_some_and(|length| began.elapsed() >= length)
            && let Some(socket) = socket.take()
        {
            let listener: TcpListener = socket.listen(16).unwrap();
            server = Some(Server::on(
                listener,
                |_| None,
                |_, _| json(201, &Value::Null),
            ));
        }
    };
    let outcome = clock
        .run(create(&client).send::<Value>(), || None, passed)
        .await;
    format!("{}: {}", end(&outcome), server.as_ref().map_or(0, calls))
}

/// The token endpoint fails for `length`, or always, and the client has no token.
async fn tokenless(attempts: u32, length: Option<Duration>, fault: fn() -> Reply) -> String {
    let mut clock = Clock::stopped();
    let began = Instant::now();
    let server = Server::start(move |number, request: &Request| {
        let down = length.is_none_or(|length| began.elapsed() < length);
        match is_token(request) {
            true if down => fault(),
            true => token(number, 3600),
            false => json(201, &Value::Null),
        }
    })
    .await;
    let client = client(&server.url(), attempts, account());
    let outcome = clock
        .run(create(&client).send::<Value>(), || None, || ())
        .await;
    if outcome.is_ok() {
        assert!(began.elapsed() >= OUTAGE);
    }
    format!("{}: {}", end(&outcome), calls(&server))
}

async fn with_a_token(attempts: u32) -> String {
    let mut clock = Clock::stopped();
    let server = Server::start(|number, request: &Request| match is_token(request) {
        true if number == 0 => token(0, 3600),
        true => answer(503, &[], ""),
        false => json(201, &Value::Null),
    })
    .await;
    let client = client(&server.url(), attempts, account());
    let first = create(&client).send::<Value>();
    clock.run(first, || None, || ()).await.unwrap();
    // The token is due for renewal, and expires five minutes later.
    tokio::time::advance(Duration::from_secs(3301)).await;
    let before = calls(&server);
    let outcome = clock
        .run(create(&client).send::<Value>(), || None, || ())
        .await;
    while server.count() < before + 3 {
        tokio::task::yield_now().await;
    }
    format!("{}: {}", end(&outcome), calls(&server) - before)
}

#[test]
fn each_outage_ends_as_the_table_says() {
    let reset: fn() -> Reply = || Reply::Reset;
    let busy: fn() -> Reply = || answer(503, &[], "<html>");
    let mut lines = Vec::new();
    let mut row = |name: &str, cells: [String; 2]| {
        lines.push(format!("{name} | {} | {} |", cells[0], cells[1]));
    };
    let attempts = [4, 12];
    row(
        "connections are refused for 5 seconds",
        attempts.map(|attempts| alone(move || refused(attempts, Some(OUTAGE)))),
    );
    row(
        "connections are refused for good",
        attempts.map(|attempts| alone(move || refused(attempts, None))),
    );
    for (name, fault) in [("resets connections", reset), ("answers 503", busy)] {
        row(
            &format!("the token endpoint {name} for 5 seconds; there is no token yet"),
            attempts.map(|attempts| alone(move || tokenless(attempts, Some(OUTAGE), fault))),
        );
    }
    row(
        "the token endpoint answers 503 for good; there is no token yet",
        attempts.map(|attempts| alone(move || tokenless(attempts, None, busy))),
    );
    row(
        "the token endpoint answers 503; there is a token, due for renewal",
        attempts.map(|attempts| alone(move || with_a_token(attempts))),
    );
    let wanted = documented();
    let wanted = &wanted[wanted.len().saturating_sub(lines.len())..];
    let found = lines.join("\n//! | ");
    assert!(lines == wanted, "the table is\n//! | {found}");
}

#[tokio::test]
async fn a_connection_that_broke_is_named_by_its_host_alone() {
    let server = Server::start(|_, _| Reply::Reset).await;
    let client = bearer(&server);
    let mut call = create(&client);
    call.query("filter", "s3cret");
    let error = call.send::<Value>().await.unwrap_err();
    let host = server.url().replace("http://", "");
    let text = error.to_string();
    let said = format!("the connection to {host} broke: ");
    assert!(text.contains(&said), "{text}");
    let shown = format!("{error} {error:?} {error:#?}");
    assert!(!shown.contains("s3cret"), "{shown}");
    assert!(error.may_have_been_executed());
}
