//! What Atlas refuses once it knows who asks: order, ids, conflicts, bodies, roles, limits.

use std::{collections::BTreeSet, time::Duration};

use atlas_client::mock::{Atlas, Pace, RateLimit};
use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::*;

async fn refused(atlas: &Atlas, ask: Ask) -> (u16, String) {
    let (status, code) = send(atlas, ask).await.failure();
    (status, code.expect("an error code"))
}

fn failure(status: u16, code: &str) -> (u16, String) {
    (status, code.to_owned())
}

#[tokio::test]
async fn nothing_goes_without_a_link() {
    let atlas = Atlas::start();
    let unlinked = failure(404, "UNEXPECTED_ERROR");
    for ask in [
        projects(&atlas),
        unlink(&atlas),
        validate(&atlas),
        create(&atlas),
    ] {
        assert_eq!(refused(&atlas, ask.clone()).await, unlinked);
        let body = send(&atlas, ask).await.json();
        assert_eq!(body.get("parameters"), Some(&Value::Null));
    }
    assert_eq!(send(&atlas, link(&atlas)).await.status, 201);
    assert_eq!(send(&atlas, projects(&atlas)).await.status, 200);
    assert_eq!(send(&atlas, unlink(&atlas)).await.status, 204);
    assert_eq!(refused(&atlas, projects(&atlas)).await, unlinked);
}

#[tokio::test]
async fn every_link_token_is_another() {
    let atlas = Atlas::start();
    let first = send(&atlas, link(&atlas)).await.json();
    let second = send(&atlas, link(&atlas)).await.json();
    assert_ne!(first["linkToken"], second["linkToken"]);
}

#[tokio::test]
async fn ids_are_looked_at_and_looked_up() {
    let atlas = Atlas::builder()
        .linked(true)
        .projects(["5f1b0a3e9c8d7e6f5a4b3c02", "5f1b0a3e9c8d7e6f5a4b3c12"])
        .start();
    let unknown = "ffffffffffffffffffffffff";
    let elsewhere = |mut ask: Ask, id: &str| {
        ask.target = ask
            .target
            .replace(atlas.project_id(), id)
            .replace(atlas.org_id(), id);
        ask
    };
    assert_eq!(
        refused(&atlas, elsewhere(create(&atlas), unknown)).await,
        failure(404, "GROUP_NOT_FOUND")
    );
    assert_eq!(
        refused(&atlas, elsewhere(projects(&atlas), unknown)).await,
        failure(404, "ORG_NOT_FOUND")
    );
    for malformed in ["5f1b", "5F1B0A3E9C8D7E6F5A4B3C02", "%20"] {
        assert_eq!(
            refused(&atlas, elsewhere(create(&atlas), malformed)).await,
            failure(400, "INVALID_GROUP_ID")
        );
        assert_eq!(
            refused(&atlas, elsewhere(projects(&atlas), malformed)).await,
            failure(400, "INVALID_ORG_ID")
        );
    }
    let missing = failure(404, "RESOURCE_NOT_FOUND");
    for id in [unknown, "nonsense"] {
        for ask in [
            validation(&atlas, id),
            migration(&atlas, id),
            cutover(&atlas, id),
        ] {
            assert_eq!(refused(&atlas, ask).await, missing);
        }
    }
    let id = created(&atlas, create(&atlas)).await;
    let other_project = elsewhere(migration(&atlas, &id), "5f1b0a3e9c8d7e6f5a4b3c12");
    assert_eq!(refused(&atlas, other_project).await, missing);
    let id = created(&atlas, validate(&atlas)).await;
    let other_project = elsewhere(validation(&atlas, &id), "5f1b0a3e9c8d7e6f5a4b3c12");
    assert_eq!(refused(&atlas, other_project).await, missing);
}

#[tokio::test]
async fn source_and_destination_have_to_be_known() {
    let atlas = Atlas::builder().linked(true).start();
    for (pointer, value, code) in [
        (
            "/destination/groupId",
            "ffffffffffffffffffffffff",
            "GROUP_NOT_FOUND",
        ),
        (
            "/source/groupId",
            "ffffffffffffffffffffffff",
            "GROUP_NOT_FOUND",
        ),
        ("/source/clusterName", "nowhere", "CLUSTER_NOT_FOUND"),
    ] {
        let mut body = atlas.migration_request();
        *body.pointer_mut(pointer).unwrap() = value.into();
        for ask in [create(&atlas), validate(&atlas)] {
            assert_eq!(
                refused(&atlas, ask.json(&body)).await,
                failure(404, code),
                "{pointer}"
            );
        }
    }
}

#[tokio::test]
async fn a_cutover_waits_for_readiness_and_happens_once() {
    let atlas = Atlas::builder()
        .linked(true)
        .pace(Pace::instant().cutting_over(1))
        .start();
    let id = created(&atlas, create(&atlas)).await;
    let early = failure(409, "LIVE_MIGRATION_NOT_READY_FOR_CUTOVER");
    assert_eq!(refused(&atlas, cutover(&atlas, &id)).await, early);
    send(&atlas, migration(&atlas, &id)).await;
    assert_eq!(send(&atlas, cutover(&atlas, &id)).await.status, 202);
    let twice = failure(409, "LIVE_MIGRATION_CUTOVER_IN_PROGRESS");
    assert_eq!(refused(&atlas, cutover(&atlas, &id)).await, twice);
    send(&atlas, migration(&atlas, &id)).await;
    assert_eq!(
        send(&atlas, migration(&atlas, &id)).await.json()["status"],
        "COMPLETE"
    );
    assert_eq!(
        refused(&atlas, cutover(&atlas, &id)).await,
        failure(409, "LIVE_MIGRATION_OVER")
    );
}

#[tokio::test]
async fn a_cluster_takes_one_migration_at_a_time() {
    let atlas = Atlas::builder().linked(true).pace(Pace::instant()).start();
    let id = created(&atlas, create(&atlas)).await;
    let taken = failure(409, "LIVE_MIGRATION_ALREADY_IN_PROGRESS");
    assert_eq!(refused(&atlas, create(&atlas)).await, taken);
    let mut body = atlas.migration_request();
    body["destination"]["clusterName"] = "another".into();
    assert_eq!(send(&atlas, create(&atlas).json(&body)).await.status, 201);
    send(&atlas, migration(&atlas, &id)).await;
    send(&atlas, cutover(&atlas, &id)).await;
    send(&atlas, migration(&atlas, &id)).await;
    assert_eq!(send(&atlas, create(&atlas)).await.status, 201);
}

#[tokio::test]
async fn a_body_that_breaks_the_schema_is_told_all_its_faults() {
    let atlas = Atlas::builder().linked(true).start();
    let mut body = atlas.migration_request();
    body["source"]["groupId"] = "x".into();
    body["source"]["password"] = json!(["sesame"]);
    body["migrationHosts"] = json!(["a", "b"]);
    body["_id"] = atlas.project_id().into();
    body["destination"]
        .as_object_mut()
        .unwrap()
        .remove("clusterName");
    for ask in [create(&atlas), validate(&atlas)] {
        let answer = send(&atlas, ask.json(&body)).await;
        assert_eq!(answer.failure(), (400, Some("VALIDATION_ERROR".to_owned())));
        assert!(!String::from_utf8_lossy(&answer.body).contains("sesame"));
        let value = answer.json();
        let fields = value["badRequestDetail"]["fields"].as_array().unwrap();
        let named: BTreeSet<&str> = fields
            .iter()
            .filter_map(|each| each["field"].as_str())
            .collect();
        assert_eq!(
            named,
            [
                "_id",
                "destination.clusterName",
                "migrationHosts",
                "source.groupId",
                "source.password"
            ]
            .into()
        );
        assert!(fields.iter().all(|each| {
            each["description"]
                .as_str()
                .is_some_and(|text| !text.is_empty())
        }));
    }
    let broken = Ask {
        body: b"{\"destination\":".to_vec(),
        ..create(&atlas)
    };
    assert_eq!(refused(&atlas, broken).await, failure(400, "INVALID_JSON"));
    let wrong = link(&atlas).json(&json!({"accessListIps": "192.0.2.1"}));
    let answer = send(&atlas, wrong).await.json();
    assert_eq!(
        answer["badRequestDetail"]["fields"][0]["field"],
        "accessListIps"
    );
}

#[tokio::test]
async fn what_the_schema_cannot_say_is_checked_too() {
    let atlas = Atlas::builder().linked(true).start();
    let mut body = atlas.migration_request();
    body["source"]["username"] = "somebody".into();
    body["destination"]["hostnameSchemaType"] = "PRIVATE_LINK".into();
    let answer = send(&atlas, create(&atlas).json(&body)).await;
    let named: Vec<Value> = answer.json()["badRequestDetail"]["fields"]
        .as_array()
        .unwrap()
        .iter()
        .map(|each| each["field"].clone())
        .collect();
    assert_eq!(named, ["source.username", "destination.privateLinkId"]);
}

#[tokio::test]
async fn a_role_that_nobody_has_is_missed() {
    let atlas = Atlas::builder()
        .linked(true)
        .roles(["Organization Member"])
        .start();
    assert_eq!(
        refused(&atlas, create(&atlas)).await,
        failure(403, "USER_UNAUTHORIZED")
    );
    let unknown = migration(&atlas, "ffffffffffffffffffffffff");
    assert_eq!(
        refused(&atlas, unknown.clone()).await.0,
        404,
        "a member may read"
    );
    atlas.set_roles(Vec::<String>::new());
    assert_eq!(refused(&atlas, unknown).await.0, 403);
    atlas.set_roles(["Organization Owner"]);
    assert_eq!(send(&atlas, create(&atlas)).await.status, 201);
}

#[tokio::test]
async fn other_paths_and_methods_are_unknown() {
    let atlas = Atlas::start();
    let clusters = Ask::new(Method::GET, "/api/atlas/v2/clusters").version(OLD);
    assert_eq!(
        refused(&atlas, clusters.clone()).await,
        failure(404, "RESOURCE_NOT_FOUND")
    );
    assert_eq!(
        clusters.send(&atlas).await.status,
        401,
        "who asks comes before what is asked"
    );
    let patched = send(
        &atlas,
        Ask {
            method: Method::PATCH,
            ..create(&atlas)
        },
    )
    .await;
    assert_eq!(
        (patched.status, patched.header("allow")),
        (405, Some("POST"))
    );
    let root = Ask::new(Method::GET, "/").send(&atlas).await;
    assert_eq!(root.failure().0, 404);
}

#[tokio::test]
async fn an_enforced_rate_limit_answers_429_until_the_clock_moves() {
    let minute = Duration::from_secs(60);
    let atlas = Atlas::builder()
        .rate_limit(RateLimit::new(2, 1, minute))
        .start();
    assert_eq!(
        send(&atlas, link(&atlas))
            .await
            .header("ratelimit-remaining"),
        Some("1")
    );
    assert_eq!(
        send(&atlas, link(&atlas))
            .await
            .header("ratelimit-remaining"),
        Some("0")
    );
    let limited = send(&atlas, link(&atlas)).await;
    assert_eq!(limited.failure(), (429, Some("RATE_LIMITED".to_owned())));
    assert_eq!(limited.header("retry-after"), Some("60"));
    assert_eq!(limited.header("ratelimit-limit"), Some("2"));
    assert_eq!(
        limited.json()["parameters"],
        json!([org(&atlas, "/linkTokens"), 60, 2, 1, 60])
    );
    atlas.advance_clock(minute);
    assert_eq!(send(&atlas, link(&atlas)).await.status, 201);
}
