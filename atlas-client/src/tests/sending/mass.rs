//! Ten thousand concurrent calls over one HTTP/2 connection. HTTP/1.1 would need more connections
//! than a process may have.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::tests::{brisk, list, log};
use crate::{Client, Credentials};

const HOUR: Duration = Duration::from_secs(3600);

/// The requests that arrived at the server.
#[derive(Default)]
struct Seen {
    mints: AtomicUsize,
    calls: AtomicUsize,
}

async fn serve(listener: TcpListener, seen: Arc<Seen>, mint: Arc<Semaphore>) {
    let mut connections = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        let (seen, mint) = (Arc::clone(&seen), Arc::clone(&mint));
        connections.spawn(async move {
            let mut connection = h2::server::handshake(stream).await.unwrap();
            let mut answers = JoinSet::new();
            while let Some(Ok((request, respond))) = connection.accept().await {
                let (seen, mint) = (Arc::clone(&seen), Arc::clone(&mint));
                answers.spawn(answer(request, respond, seen, mint));
            }
        });
    }
}

async fn answer(
    request: http::Request<h2::RecvStream>,
    mut respond: h2::server::SendResponse<Bytes>,
    seen: Arc<Seen>,
    mint: Arc<Semaphore>,
) {
    let body = if request.uri().path() == "/api/oauth/token" {
        seen.mints.fetch_add(1, Ordering::SeqCst);
        mint.acquire().await.unwrap().forget();
        json!({"access_token": "t0ken", "expires_in": 3600})
    } else {
        seen.calls.fetch_add(1, Ordering::SeqCst);
        assert_eq!(request.headers()["authorization"], "Bearer t0ken");
        json!({})
    };
    let mut stream = respond
        .send_response(http::Response::new(()), false)
        .unwrap();
    stream
        .send_data(Bytes::from(body.to_string()), true)
        .unwrap();
}

#[tokio::test]
async fn calls_at_once_mint_one_token_and_are_one_request_each() {
    let all = if log::aloud() { 100 } else { 10_000 };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let (seen, mint) = (Arc::new(Seen::default()), Arc::new(Semaphore::new(0)));
    let server = tokio::spawn(serve(listener, Arc::clone(&seen), Arc::clone(&mint)));
    let client = Client::builder()
        .base_url(url)
        .credentials(Credentials::service_account("id", "s3cret"))
        // On a busy machine, so many calls take long.
        .options(brisk().no_retries().timeout(HOUR).total_timeout(HOUR))
        .configure_http(|http| http.http2_prior_knowledge())
        .build()
        .unwrap();

    let begun = Arc::new(AtomicUsize::new(0));
    let mut calls = JoinSet::new();
    for _ in 0..all {
        let (client, begun) = (client.clone(), Arc::clone(&begun));
        calls.spawn(async move {
            begun.fetch_add(1, Ordering::SeqCst);
            list(&client).send::<Value>().await.map(drop)
        });
    }
    while begun.load(Ordering::SeqCst) < all {
        tokio::task::yield_now().await;
    }
    // All calls wait. There are more permits than there should be token requests.
    mint.add_permits(100);
    while let Some(done) = calls.join_next().await {
        done.unwrap().unwrap();
    }
    let counts = (
        seen.mints.load(Ordering::SeqCst),
        seen.calls.load(Ordering::SeqCst),
    );
    assert_eq!(counts, (1, all));
    server.abort();
}
