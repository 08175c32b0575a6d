//! The eight operations, one after the other and each for itself.

use atlas_client::mock::{Atlas, MigrationOutcome, Pace, Principal, ValidationOutcome};
use serde_json::{Value, json};

use crate::harness::*;

/// Polls until the status is the wanted one; what was seen on the way.
async fn polled(atlas: &Atlas, way: Way, ask: &Ask, wanted: &str) -> Vec<Value> {
    let mut seen = Vec::new();
    for _ in 0..20 {
        let answer = authenticated(atlas, way, ask.clone()).await;
        assert_eq!(answer.status, 200);
        seen.push(answer.json());
        if answer.json()["status"] == wanted {
            break;
        }
    }
    seen
}

fn statuses(seen: &[Value]) -> Vec<&str> {
    seen.iter()
        .filter_map(|each| each["status"].as_str())
        .collect()
}

async fn whole_migration(atlas: &Atlas, way: Way) {
    let token = authenticated(atlas, way, link(atlas)).await;
    assert_eq!(token.status, 201);
    assert!(
        token.json()["linkToken"]
            .as_str()
            .is_some_and(|token| !token.is_empty())
    );

    let projects = authenticated(atlas, way, projects(atlas)).await;
    assert_eq!(projects.status, 200);
    assert_eq!(projects.json()[0]["projectId"], atlas.source_project_id());
    assert_eq!(
        projects.json()[0]["deployments"][0]["name"],
        atlas.source_cluster()
    );
    assert_eq!(
        projects.json()[0]["migrationHosts"][0],
        atlas.migration_host()
    );

    let begun = authenticated(atlas, way, validate(atlas)).await;
    assert_eq!(
        (begun.status, &begun.json()["status"]),
        (200, &json!("PENDING"))
    );
    let id = begun.json()["_id"].as_str().unwrap().to_owned();
    let seen = polled(atlas, way, &validation(atlas, &id), "SUCCESS").await;
    assert_eq!(statuses(&seen), ["PENDING", "PENDING", "SUCCESS"]);

    let begun = authenticated(atlas, way, create(atlas)).await;
    assert_eq!(
        (begun.status, &begun.json()["status"]),
        (201, &json!("NEW"))
    );
    let id = begun.json()["_id"].as_str().unwrap().to_owned();
    let mut lags = Vec::new();
    loop {
        let state = authenticated(atlas, way, migration(atlas, &id))
            .await
            .json();
        lags.extend(state["lagTimeSeconds"].as_u64());
        if state["readyForCutover"] == true {
            break;
        }
    }
    assert!(
        lags.len() > 2 && lags.windows(2).all(|pair| pair[0] > pair[1]),
        "{lags:?}"
    );
    let cut = authenticated(atlas, way, cutover(atlas, &id)).await;
    assert_eq!((cut.status, cut.body.len()), (202, 0));
    let seen = polled(atlas, way, &migration(atlas, &id), "COMPLETE").await;
    assert_eq!(statuses(&seen), ["WORKING", "WORKING", "COMPLETE"]);

    let gone = authenticated(atlas, way, unlink(atlas)).await;
    assert_eq!((gone.status, gone.body.len()), (204, 0));
}

#[tokio::test]
async fn a_migration_runs_from_link_token_to_complete_with_an_api_key() {
    let atlas = Atlas::start();
    whole_migration(&atlas, Way::Digest).await;
    assert!(
        atlas.requests().iter().all(|request| {
            request.status == 401 || request.principal == Some(Principal::ApiKey)
        })
    );
    assert_eq!(atlas.counters().executed.len(), 8);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_migration_runs_from_link_token_to_complete_with_a_service_account() {
    let atlas = Atlas::start();
    whole_migration(&atlas, Way::Token).await;
    assert!(
        atlas
            .requests()
            .iter()
            .all(|request| request.principal == Some(Principal::ServiceAccount))
    );
    assert_eq!(atlas.counters().executed.len(), 8);
}

#[tokio::test]
async fn outcomes_are_as_furnished() {
    let atlas = Atlas::builder()
        .linked(true)
        .pace(Pace::instant())
        .validation_outcome(ValidationOutcome::Failed("no disk space".to_owned()))
        .migration_outcome(MigrationOutcome::FailedBeforeReady)
        .start();
    let id = created(&atlas, validate(&atlas)).await;
    let state = send(&atlas, validation(&atlas, &id)).await.json();
    assert_eq!(state["status"], "FAILED");
    assert_eq!(state["errorMessage"], "no disk space");
    assert_eq!(state["groupId"], atlas.project_id());
    assert_eq!(state["sourceGroupId"], atlas.source_project_id());
    let id = created(&atlas, create(&atlas)).await;
    assert_eq!(
        send(&atlas, migration(&atlas, &id)).await.json()["status"],
        "FAILED"
    );
}

#[tokio::test]
async fn a_success_carries_the_headers_of_the_real_one() {
    let atlas = Atlas::builder().linked(true).start();
    let answer = send(&atlas, create(&atlas)).await;
    assert_eq!(
        answer.header("content-type"),
        Some("application/vnd.atlas.2024-05-30+json;charset=utf-8")
    );
    assert_eq!(answer.header("date"), Some("Tue, 01 Sep 2026 00:00:00 GMT"));
    assert_eq!(answer.header("ratelimit-limit"), Some("1000"));
    assert_eq!(answer.header("ratelimit-remaining"), Some("999"));
    assert!(
        answer
            .header("x-java-method")
            .is_some_and(|method| method.ends_with("::createGroupLiveMigration"))
    );
    assert_eq!(
        (answer.header("sunset"), answer.header("deprecation")),
        (None, None)
    );
}

#[tokio::test]
async fn link_tokens_have_the_headers_of_the_recorded_answers() {
    let atlas = Atlas::start();
    let made = send(&atlas, link(&atlas)).await;
    let gone = send(&atlas, unlink(&atlas)).await;
    assert_eq!((made.status, gone.status), (201, 204));
    for (answer, id) in [
        (&made, "createOrgLiveMigrationLinkToken"),
        (&gone, "deleteOrgLiveMigrationLinkTokens"),
    ] {
        let method = format!("ApiLiveMigrationsLinkTokensResource::{id}");
        assert_eq!(answer.header("x-java-method"), Some(&*method));
        assert_eq!(answer.header("ratelimit-limit"), Some("500"));
        assert_eq!(answer.header("ratelimit-remaining"), Some("499"));
        assert_eq!(
            answer.header("content-type"),
            Some("application/vnd.atlas.2023-01-01+json;charset=utf-8")
        );
    }
    assert!(gone.body.is_empty());
}

#[tokio::test]
async fn an_envelope_wraps_objects_and_lists_and_leaves_empty_answers_alone() {
    let atlas = Atlas::builder().pace(Pace::instant()).linked(true).start();
    let enveloped = |mut ask: Ask| {
        ask.target.push_str("?envelope=true");
        ask
    };
    let object = send(&atlas, enveloped(create(&atlas))).await;
    assert_eq!(object.status, 201);
    assert_eq!(object.json()["status"], 201);
    assert_eq!(object.json()["content"]["status"], "NEW");
    let list = send(&atlas, enveloped(projects(&atlas))).await.json();
    assert_eq!(
        (&list["status"], &list["totalCount"]),
        (&json!(200), &json!(1))
    );
    assert_eq!(list["results"][0]["projectId"], atlas.source_project_id());
    let id = object.json()["content"]["_id"].as_str().unwrap().to_owned();
    send(&atlas, migration(&atlas, &id)).await;
    let empty = send(&atlas, enveloped(cutover(&atlas, &id))).await;
    assert_eq!((empty.status, empty.body.len()), (202, 0));
    let refused = send(&atlas, enveloped(cutover(&atlas, &id))).await;
    assert_eq!(refused.failure().0, 409);
}

#[tokio::test]
async fn pretty_answers_are_the_same_value_on_more_lines() {
    let atlas = Atlas::builder().linked(true).start();
    let plain = send(&atlas, projects(&atlas)).await;
    let mut ask = projects(&atlas);
    ask.target.push_str("?pretty=true&envelope=false");
    let pretty = send(&atlas, ask).await;
    assert_eq!(plain.json(), pretty.json());
    assert!(pretty.body.contains(&b'\n') && !plain.body.contains(&b'\n'));
}
