//! Dated media types over HTTP.

use atlas_client::mock::Atlas;
use serde_json::json;

use crate::harness::*;

const SHORT_SUNSET: &str = "Thu, 1 Jul 2027 00:00:00 GMT";

#[tokio::test]
async fn an_answer_needs_a_dated_media_type_to_be_accepted() {
    let atlas = Atlas::builder().linked(true).start();
    for accept in [
        "*/*",
        "application/json",
        "application/vnd.atlas.2022-12-31+json",
    ] {
        let answer = send(&atlas, projects(&atlas).header("accept", accept)).await;
        let code = "INVALID_VERSION_DATE".to_owned();
        assert_eq!(answer.failure(), (406, Some(code)), "{accept}");
    }
    let later = projects(&atlas).header("accept", "application/vnd.atlas.2026-08-01+json");
    let answer = send(&atlas, later).await;
    assert_eq!(
        answer.header("content-type"),
        Some("application/vnd.atlas.2023-01-01+json;charset=utf-8")
    );
}

#[tokio::test]
async fn a_body_needs_the_media_type_of_its_version() {
    let atlas = Atlas::builder().linked(true).start();
    for content_type in [
        "application/jsonx",
        "text/plain",
        "application/vnd.atlas.2023-01-01+json",
    ] {
        let answer = send(&atlas, create(&atlas).header("content-type", content_type)).await;
        assert_eq!(answer.failure().0, 415, "{content_type}");
    }
    let mut untyped = create(&atlas);
    untyped.headers.remove("content-type");
    assert_eq!(send(&atlas, untyped).await.failure().0, 415);
    assert_eq!(atlas.counters().executed("createGroupLiveMigration"), 0);
}

#[tokio::test]
async fn a_body_in_plain_json_is_of_the_version_that_is_accepted() {
    let atlas = Atlas::builder().linked(true).start();
    let plain = |ask: Ask| ask.header("content-type", "application/json");
    let answer = send(&atlas, plain(create(&atlas))).await;
    assert_eq!(answer.status, 201);
    let mut old = atlas.migration_request();
    old.as_object_mut().unwrap().remove("dropDestinationData");
    let ask = |body: &serde_json::Value| plain(validate(&atlas).json(body).version(OLD));
    let refused = send(&atlas, ask(&old)).await;
    assert_eq!(
        refused.json()["badRequestDetail"]["fields"][0]["field"],
        "dropEnabled"
    );
    old["dropEnabled"] = json!(false);
    assert_eq!(send(&atlas, ask(&old)).await.status, 200);
    let undated = plain(create(&atlas)).header("accept", "application/json");
    assert_eq!(send(&atlas, undated).await.status, 406);
}

#[tokio::test]
async fn the_old_version_speaks_its_own_body_and_announces_its_end() {
    let atlas = Atlas::builder().linked(true).start();
    let mut body = atlas.migration_request();
    body.as_object_mut().unwrap().remove("dropDestinationData");
    let refused = send(&atlas, create(&atlas).json(&body).version(OLD)).await;
    assert_eq!(
        refused.json()["badRequestDetail"]["fields"][0]["field"],
        "dropEnabled"
    );
    body["dropEnabled"] = json!(false);
    for (ask, status) in [(create(&atlas), 201), (validate(&atlas), 200)] {
        let answer = send(&atlas, ask.json(&body).version(OLD)).await;
        assert_eq!(answer.status, status);
        assert_eq!(answer.header("sunset"), Some(SHORT_SUNSET));
        assert_eq!(
            answer.header("deprecation"),
            Some("Thu, 30 May 2024 00:00:00 GMT")
        );
        assert_eq!(
            answer.header("content-type"),
            Some("application/vnd.atlas.2023-01-01+json;charset=utf-8")
        );
    }
}

#[tokio::test]
async fn a_version_past_its_sunset_is_gone() {
    let atlas = Atlas::builder().linked(true).date("2027-07-01").start();
    let answer = send(&atlas, create(&atlas).version(OLD)).await;
    assert_eq!(answer.failure(), (410, Some("VERSION_GONE".to_owned())));
    assert_eq!(answer.json()["parameters"], json!([OLD, group(&atlas, "")]));
    assert_eq!(send(&atlas, create(&atlas)).await.status, 201);
    assert_eq!(
        send(&atlas, projects(&atlas)).await.status,
        200,
        "the others have no sunset"
    );
}
