//! HTTP/2 streams that the server ends early.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;
use h2::Reason;
use serde_json::Value;
use tokio::net::TcpListener;

use crate::Client;
use crate::tests::sending::faults::end;
use crate::tests::{brisk, create, list, log};

/// How the server ends the first request; the others succeed.
#[derive(Clone, Copy, Debug)]
enum Ends {
    /// Before the response.
    Request(Reason),
    /// In the middle of the response.
    Answer(Reason),
    /// By ending the whole connection.
    Connection(Reason),
}

/// Makes one call, and returns how it ends and the number of requests.
async fn told(ends: Ends, creates: bool) -> String {
    log::listen();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let count = Arc::new(AtomicUsize::new(0));
    let seen = Arc::clone(&count);
    let server = tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let seen = Arc::clone(&seen);
            tokio::spawn(async move {
                let mut connection = h2::server::handshake(stream).await.unwrap();
                while let Some(Ok((_, mut respond))) = connection.accept().await {
                    let first = seen.fetch_add(1, Ordering::SeqCst) == 0;
                    let answer = http::Response::new(());
                    match ends {
                        Ends::Request(reason) if first => respond.send_reset(reason),
                        Ends::Connection(reason) if first => connection.abrupt_shutdown(reason),
                        Ends::Answer(reason) if first => {
                            let mut body = respond.send_response(answer, false).unwrap();
                            body.send_data(Bytes::from_static(b"{\"a\""), false)
                                .unwrap();
                            body.send_reset(reason);
                        }
                        _ => {
                            let mut body = respond.send_response(answer, false).unwrap();
                            body.send_data(Bytes::from_static(b"{}"), true).unwrap();
                        }
                    }
                }
            });
        }
    });
    let client = Client::builder()
        .base_url(url)
        .options(brisk())
        .configure_http(|http| http.http2_prior_knowledge())
        .build()
        .unwrap();
    let call = match creates {
        true => create(&client),
        false => list(&client),
    };
    let outcome = call.send::<Value>().await;
    server.abort();
    format!("{}: {}", end(&outcome), count.load(Ordering::SeqCst))
}

#[tokio::test]
async fn a_create_is_repeated_only_where_its_stream_was_refused() {
    for (ends, read, create) in [
        // The only way to say that the request was not processed (RFC 9113, section 8.7).
        (
            Ends::Request(Reason::REFUSED_STREAM),
            "success: 2",
            "success: 2",
        ),
        (
            Ends::Request(Reason::INTERNAL_ERROR),
            "success: 2",
            "broken, in doubt: 1",
        ),
        (
            Ends::Request(Reason::CANCEL),
            "success: 2",
            "broken, in doubt: 1",
        ),
        (
            Ends::Answer(Reason::INTERNAL_ERROR),
            "success: 2",
            "broken, in doubt: 1",
        ),
        (
            Ends::Answer(Reason::NO_ERROR),
            "success: 2",
            "broken, in doubt: 1",
        ),
        (
            Ends::Connection(Reason::ENHANCE_YOUR_CALM),
            "success: 2",
            "broken, in doubt: 1",
        ),
    ] {
        assert_eq!(told(ends, false).await, read, "{ends:?}");
        assert_eq!(told(ends, true).await, create, "{ends:?}");
    }
}

/// A server may end a stream with an empty frame (RFC 9113, section 6.1).
#[tokio::test]
async fn empty_frames_are_no_chunks_of_a_stream() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let server = tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        let mut connection = h2::server::handshake(stream).await.unwrap();
        while let Some(Ok((_, mut respond))) = connection.accept().await {
            let answer = http::Response::new(());
            let mut body = respond.send_response(answer, false).unwrap();
            for (frame, ends) in [("{", false), ("", false), ("}", false), ("", true)] {
                body.send_data(Bytes::from_static(frame.as_bytes()), ends)
                    .unwrap();
            }
        }
    });
    let client = Client::builder()
        .base_url(url)
        .configure_http(|http| http.http2_prior_knowledge())
        .build()
        .unwrap();
    let mut stream = list(&client).send_stream().await.unwrap();
    let mut chunks = Vec::new();
    while let Some(chunk) = stream.chunk().await.unwrap() {
        chunks.push(chunk);
    }
    assert_eq!(chunks, ["{", "}"]);
    server.abort();
}
