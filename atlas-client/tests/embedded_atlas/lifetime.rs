//! Starting, stopping, and the runtimes that an Atlas gets along with.

use std::{
    io::{Read, Write},
    net::TcpStream,
};

use atlas_client::mock::Atlas;

use crate::harness::*;

/// The status line of the answer to these bytes, had without any runtime.
fn status_line(atlas: &Atlas, request: &[u8]) -> String {
    let mut stream = TcpStream::connect(atlas.address()).unwrap();
    stream.write_all(request).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    let text = String::from_utf8_lossy(&answer);
    text.lines().next().unwrap_or_default().to_owned()
}

#[test]
fn no_runtime_is_needed() {
    let atlas = Atlas::start();
    let request = b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    assert_eq!(status_line(&atlas, request), "HTTP/1.1 404 Not Found");
    assert_eq!(atlas.requests().len(), 1);
}

#[test]
fn odd_requests_get_an_answer_too() {
    let atlas = Atlas::builder().linked(true).start();
    let token = atlas.issue_access_token();
    let path = group(&atlas, "");
    let bearer = format!("Authorization: Bearer {token}");
    let media_type = "application/vnd.atlas.2024-05-30+json";
    for (first, headers, body, status) in [
        (
            format!("GET {path}/%zz%00 HTTP/1.1"),
            bearer.clone(),
            &b""[..],
            406,
        ),
        (
            format!("GET {path}/%zz%00?a=%ff&&=&pretty HTTP/1.1"),
            format!("{bearer}\r\nAccept: {media_type}"),
            b"",
            404,
        ),
        (
            format!("GET http://elsewhere{path}/1 HTTP/1.1"),
            bearer.clone(),
            b"",
            406,
        ),
        (
            "OPTIONS * HTTP/1.1".to_owned(),
            String::from("X: y"),
            b"",
            404,
        ),
        (
            "BREW //api/atlas/ HTTP/1.1".to_owned(),
            bearer.clone(),
            b"",
            404,
        ),
        (
            "BREW /api/atlas/ HTTP/1.1".to_owned(),
            bearer.clone(),
            b"",
            404,
        ),
        (
            format!("POST {path} HTTP/1.1"),
            format!("{bearer}\r\nAccept: {media_type}\r\nContent-Type: {media_type}"),
            b"\xff\xfe\0",
            400,
        ),
        (
            format!("POST {path} HTTP/1.1"),
            "Authorization: Digest realm=\"".to_owned(),
            b"",
            401,
        ),
        (
            format!("POST {path} HTTP/1.1"),
            "Authorization: Digest a=b, c".to_owned(),
            b"",
            401,
        ),
        (
            "POST /api/oauth/token HTTP/1.1".to_owned(),
            "Authorization: Basic =\r\nContent-Type: application/x-www-form-urlencoded".to_owned(),
            b"\xff=%",
            401,
        ),
    ] {
        let mut request = format!(
            "{first}\r\nHost: localhost\r\nConnection: close\r\n{headers}\r\nContent-Length: {}\r\n\r\n",
            body.len()
        )
        .into_bytes();
        request.extend_from_slice(body);
        let answered = status_line(&atlas, &request);
        assert!(
            answered.starts_with(&format!("HTTP/1.1 {status} ")),
            "{first}: {answered}"
        );
    }
}

#[tokio::test(flavor = "current_thread")]
async fn a_runtime_with_one_thread_does_not_block_itself() {
    let first = Atlas::builder().linked(true).start();
    let second = Atlas::start();
    assert_eq!(send(&first, projects(&first)).await.status, 200);
    assert_eq!(send(&second, projects(&second)).await.status, 404);
}

#[test]
fn servers_are_given_back_when_an_atlas_is_dropped() {
    for _ in 0..60 {
        drop(Atlas::start());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_atlas_is_shared_by_threads_and_tasks() {
    let atlas = std::sync::Arc::new(Atlas::start());
    let tasks: Vec<_> = (0..50)
        .map(|_| {
            let atlas = std::sync::Arc::clone(&atlas);
            tokio::spawn(async move { send(&atlas, link(&atlas)).await.status })
        })
        .collect();
    for task in tasks {
        assert_eq!(task.await.unwrap(), 201);
    }
    assert_eq!(
        atlas.counters().executed("createOrgLiveMigrationLinkToken"),
        50
    );
}

#[test]
fn a_malformed_id_or_date_is_an_error_that_says_so() {
    for (builder, word) in [
        (Atlas::builder().org_id("org"), "\"org\""),
        (
            Atlas::builder().projects(["5F1B0A3E9C8D7E6F5A4B3C02"]),
            "24 lower-case",
        ),
        (Atlas::builder().source("x", "c", "h"), "\"x\""),
        (Atlas::builder().date("2027-02-30"), "YYYY-MM-DD"),
    ] {
        let error = builder.try_start().unwrap_err().to_string();
        assert!(error.contains(word), "{error}");
    }
}
