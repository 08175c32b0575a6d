//! Failures on request, and the journal that tells of them.

use atlas_client::mock::{Atlas, Fault, Moment, OAUTH_TOKEN};
use reqwest::Method;
use serde_json::json;

use crate::harness::*;

#[tokio::test]
async fn every_status_and_every_body_can_be_had() {
    let atlas = Atlas::builder().linked(true).start();
    let bodies: [(&str, Vec<u8>); 5] = [
        (
            "application/json",
            json!({"error": 1, "parameters": null})
                .to_string()
                .into_bytes(),
        ),
        ("application/json", b"{\"error\": 4".to_vec()),
        ("text/html", b"<html>\xff</html>".to_vec()),
        ("text/plain", vec![b'x'; 1 << 20]),
        ("application/json", Vec::new()),
    ];
    for status in [400, 401, 403, 404, 409, 410, 429, 500, 502, 503] {
        atlas.fail_next(Fault::new(status));
        assert_eq!(send(&atlas, projects(&atlas)).await.json()["error"], status);
        for (content_type, body) in &bodies {
            let fault = Fault::new(status)
                .header("Retry-After", "7")
                .body(content_type, body.clone());
            atlas.fail_next(fault);
            let answer = send(&atlas, projects(&atlas)).await;
            assert_eq!(answer.status, status);
            assert_eq!(answer.header("retry-after"), Some("7"));
            assert_eq!(answer.header("content-type"), Some(*content_type));
            assert!(answer.body == *body);
            assert!(answer.header("date").is_some());
            assert_eq!(
                answer.header("ratelimit-limit"),
                None,
                "nothing but what was asked for"
            );
        }
    }
    assert_eq!(atlas.counters().faults, 60);
    assert_eq!(send(&atlas, projects(&atlas)).await.status, 200);
}

#[tokio::test]
async fn faults_strike_their_operation_as_often_as_asked() {
    let atlas = Atlas::builder().linked(true).start();
    atlas.fail_next(
        Fault::new(503)
            .operation("createGroupLiveMigration")
            .times(2),
    );
    assert_eq!(send(&atlas, projects(&atlas)).await.status, 200);
    assert_eq!(send(&atlas, create(&atlas)).await.status, 503);
    assert_eq!(send(&atlas, create(&atlas)).await.status, 503);
    assert_eq!(send(&atlas, create(&atlas)).await.status, 201);
    atlas.fail_next(Fault::new(503));
    atlas.clear_faults();
    assert_eq!(send(&atlas, projects(&atlas)).await.status, 200);
}

#[tokio::test]
async fn by_default_a_fault_waits_for_right_credentials() {
    let atlas = Atlas::builder().linked(true).start();
    atlas.fail_next(Fault::new(502));
    let answer = authenticated(&atlas, Way::Digest, projects(&atlas)).await;
    assert_eq!(answer.status, 502);
    atlas.fail_next(Fault::new(502).moment(Moment::BeforeAuthentication));
    assert_eq!(projects(&atlas).send(&atlas).await.status, 502);
    assert_eq!(projects(&atlas).send(&atlas).await.status, 401);
}

#[tokio::test]
async fn an_answer_can_be_lost_after_the_deed() {
    let atlas = Atlas::builder().linked(true).start();
    let id = "createGroupLiveMigration";
    atlas.fail_next(Fault::new(502).operation(id).empty());
    assert_eq!(send(&atlas, create(&atlas)).await.status, 502);
    assert_eq!(atlas.counters().executed(id), 0);
    atlas.fail_next(
        Fault::new(502)
            .operation(id)
            .empty()
            .moment(Moment::AfterExecution),
    );
    assert_eq!(send(&atlas, create(&atlas)).await.status, 502);
    assert_eq!(atlas.counters().executed(id), 1);
    assert_eq!(
        send(&atlas, create(&atlas)).await.status,
        409,
        "the lost migration is there"
    );
}

#[tokio::test]
async fn the_token_endpoint_can_fail_too() {
    let atlas = Atlas::start();
    atlas.fail_next(Fault::new(503).operation(OAUTH_TOKEN));
    let ask = Ask::new(Method::POST, "/api/oauth/token");
    assert_eq!(ask.send(&atlas).await.status, 503);
    assert_eq!(ask.send(&atlas).await.status, 400);
}

#[tokio::test]
async fn the_journal_keeps_what_was_asked_and_its_debug_hides_what_is_secret() {
    let atlas = Atlas::builder().linked(true).start();
    let mut body = atlas.migration_request();
    body["source"]["managedAuthentication"] = false.into();
    body["source"]["username"] = "somebody".into();
    body["source"]["password"] = "open-sesame".into();
    let mut ask = create(&atlas).json(&body).version(NEW);
    ask.target.push_str("?pretty=true&note=a%20b");
    let token = atlas.issue_access_token();
    assert_eq!(ask.bearer(&token).send(&atlas).await.status, 201);

    let requests = atlas.requests();
    let [request] = &requests[..] else {
        panic!("one request: {requests:?}");
    };
    assert_eq!((request.method.as_str(), request.status), ("POST", 201));
    assert_eq!(request.path, group(&atlas, ""));
    let query = [("pretty", "true"), ("note", "a b")].map(|(k, v)| (k.to_owned(), v.to_owned()));
    assert_eq!(request.query, query);
    assert_eq!(
        request.header("Accept"),
        Some("application/vnd.atlas.2024-05-30+json")
    );
    assert_eq!(request.json(), Some(body));
    assert_eq!(
        request.operation.as_deref(),
        Some("createGroupLiveMigration")
    );

    let shown = format!(
        "{requests:?} {atlas:?} {:?}",
        Atlas::builder().api_key("a", "open-sesame")
    );
    for secret in [
        "open-sesame",
        &token,
        atlas.private_key(),
        atlas.client_secret(),
    ] {
        assert!(!shown.contains(secret), "{shown}");
    }
    atlas.clear_requests();
    assert!(atlas.requests().is_empty());
}
