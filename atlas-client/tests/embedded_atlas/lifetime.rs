//! Starting, stopping, and the runtimes that an Atlas gets along with.

use std::{
    io::{Read, Write},
    net::TcpStream,
};

use atlas_client::mock::Atlas;

use crate::harness::*;

/// The status line of a request made without any runtime.
fn status_line(atlas: &Atlas) -> String {
    let mut stream = TcpStream::connect(atlas.address()).unwrap();
    write!(
        stream,
        "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer.lines().next().unwrap_or_default().to_owned()
}

#[test]
fn no_runtime_is_needed() {
    let atlas = Atlas::start();
    assert_eq!(status_line(&atlas), "HTTP/1.1 404 Not Found");
    assert_eq!(atlas.requests().len(), 1);
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

#[test]
fn a_dropped_atlas_hears_nothing_any_more() {
    // The port may already serve another test's Atlas: what counts is that nothing of this one answers.
    let atlas = Atlas::start();
    let token = atlas.issue_access_token();
    let address = atlas.address();
    drop(atlas);
    let Ok(mut stream) = TcpStream::connect(address) else {
        return;
    };
    let request = format!(
        "GET /api/atlas/v2/x HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\nConnection: close\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(!answer.contains("RESOURCE_NOT_FOUND"), "{answer}");
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
