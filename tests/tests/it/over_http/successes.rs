//! What counts as a success, and how lenient decoding is: any 2xx, with or without a body, with
//! unknown members and values.

use atlas_client::mock::{Atlas, Fault};
use atlas_client::types::{
    LiveImportAvailableProject, LiveImportValidation, LiveImportValidationStatus,
    LiveMigrationResponse, LiveMigrationResponseStatus,
};
use atlas_client::{Client, Error, RawValue, RepairKind, ResponseValue, Result};
use serde_json::{Value, json};

use crate::over_http::calls::{OPERATIONS, QueryOptions};
use crate::scene::{Scene, bearer, client, linked};

/// Returns a possible response body for each operation, and the expected value.
fn answer_of(id: &str) -> Option<(Value, Value)> {
    let migration = (
        json!({"_id": "65a000000000000000000001", "status": "WORKING", "readyForCutover": false,
            "lagTimeSeconds": 9_000_000_000_i64, "migrationHosts": ["a"]}),
        json!({"id": "65a000000000000000000001", "status": "Some(Working)",
            "ready_for_cutover": false, "lag_time_seconds": 9_000_000_000_i64,
            "migration_hosts": ["a"]}),
    );
    let validation = (
        json!({"_id": "65a000000000000000000001", "status": "FAILED", "errorMessage": "no",
            "groupId": "65a000000000000000000002", "sourceGroupId": "65a000000000000000000003"}),
        json!({"id": "65a000000000000000000001", "status": "Some(Failed)", "error_message": "no",
            "group_id": "65a000000000000000000002",
            "source_group_id": "65a000000000000000000003"}),
    );
    match id {
        "createGroupLiveMigration" | "getGroupLiveMigration" => Some(migration),
        "validateGroupLiveMigrations" | "getGroupLiveMigrationValidateStatus" => Some(validation),
        "listOrgLiveMigrationAvailableProjects" => Some((json!([]), json!([]))),
        "createOrgLiveMigrationLinkToken" => Some((
            json!({"linkToken": "t"}),
            json!({"link_token is told": true}),
        )),
        _ => None,
    }
}

#[tokio::test]
async fn any_2xx_is_a_success_whose_body_is_the_value() {
    let scene = Scene::new().await;
    let client = bearer(&scene.atlas);
    for operation in &OPERATIONS {
        // 204 and 205 have no body by definition.
        for status in [200, 201, 202, 203, 206, 226, 299] {
            let case = format!("{} answered with {status}", operation.id);
            let (body, seen) = answer_of(operation.id).unwrap_or((json!("odd"), Value::Null));
            scene.atlas.fail_next(Fault::new(status).json(&body));
            let result = (operation.call)(&client, &scene, QueryOptions::NONE).await;
            let result = result.unwrap_or_else(|error| panic!("{case}: {error}"));
            assert_eq!((result.status, result.value), (status, seen), "{case}");
        }
    }
}

#[tokio::test]
async fn a_success_without_a_body_is_an_empty_value_if_the_type_has_one() {
    let scene = Scene::new().await;
    let client = bearer(&scene.atlas);
    for operation in &OPERATIONS {
        for status in [200, 201, 202, 204] {
            let case = format!("{} answered with {status} and nothing", operation.id);
            scene.atlas.fail_next(Fault::new(status).empty());
            let result = (operation.call)(&client, &scene, QueryOptions::NONE).await;
            match operation.id {
                // A missing body is not decoded as an empty list or an empty token: that would be a
                // guess.
                "listOrgLiveMigrationAvailableProjects" | "createOrgLiveMigrationLinkToken" => {
                    let error = result.expect_err(&case);
                    assert!(error.is_decode(), "{case}: {error}");
                    assert_eq!(error.status().map(|s| s.as_u16()), Some(status), "{case}");
                    assert!(error.to_string().contains("it has no body"), "{error}");
                }
                id => {
                    let result = result.unwrap_or_else(|error| panic!("{case}: {error}"));
                    assert_eq!(result.status, status, "{case}");
                    // All members of the other types are optional: all are `None`.
                    let members = result.value.as_object().into_iter().flatten();
                    for (name, value) in members {
                        let absent = [json!(null), json!("None"), json!({})];
                        assert!(absent.contains(value), "{id}: {name} is {value}");
                    }
                }
            }
        }
    }
}

async fn migration_of(atlas: &Atlas, body: &Value) -> Result<ResponseValue<LiveMigrationResponse>> {
    atlas.fail_next(Fault::new(200).json(body));
    bearer(atlas)
        .get_group_live_migration()
        .group_id(atlas.project_id())
        .live_migration_id("65a000000000000000000001")
        .send()
        .await
}

async fn validation_of(atlas: &Atlas, body: &Value) -> Result<ResponseValue<LiveImportValidation>> {
    atlas.fail_next(Fault::new(200).json(body));
    bearer(atlas)
        .get_group_live_migration_validate_status()
        .group_id(atlas.project_id())
        .validation_id("65a000000000000000000001")
        .send()
        .await
}

async fn projects_of(
    atlas: &Atlas,
    body: &Value,
) -> Result<ResponseValue<Vec<LiveImportAvailableProject>>> {
    atlas.fail_next(Fault::new(200).json(body));
    bearer(atlas)
        .list_org_live_migration_available_projects()
        .org_id(atlas.org_id())
        .send()
        .await
}

#[tokio::test]
async fn every_published_status_has_a_name_and_any_other_is_kept_as_unknown() {
    use LiveImportValidationStatus as Validation;
    use LiveMigrationResponseStatus as Migration;

    let atlas = linked().start();
    let unknown = ["PAUSED", "new", "", "  ", "ÜBER", "CUTTING OVER"];
    let migrations = [
        ("NEW", Migration::New),
        ("WORKING", Migration::Working),
        ("FAILED", Migration::Failed),
        ("COMPLETE", Migration::Complete),
        ("EXPIRED", Migration::Expired),
    ];
    let others = unknown.map(|text| (text, Migration::from(RawValue::from(text))));
    for (text, status) in migrations.into_iter().chain(others) {
        let answer = migration_of(&atlas, &json!({"status": text}))
            .await
            .expect(text);
        assert_eq!(answer.status.as_ref(), Some(&status));
        assert_eq!((status.as_str(), status.to_string().as_str()), (text, text));
        let again = serde_json::to_value(&*answer).expect("JSON");
        assert_eq!(again, json!({"status": text}));
    }
    let validations = [
        ("PENDING", Validation::Pending),
        ("SUCCESS", Validation::Success),
        ("FAILED", Validation::Failed),
    ];
    let others = unknown.map(|text| (text, Validation::from(RawValue::from(text))));
    for (text, status) in validations.into_iter().chain(others) {
        let answer = validation_of(&atlas, &json!({"status": text}))
            .await
            .expect(text);
        assert_eq!(answer.status.as_ref(), Some(&status));
        let again = serde_json::to_value(&*answer).expect("JSON");
        assert_eq!(again, json!({"status": text}));
    }
}

#[tokio::test]
async fn null_is_decoded_like_a_missing_member() {
    let atlas = linked().start();
    let body = json!({"_id": null, "status": null, "lagTimeSeconds": null,
        "migrationHosts": null, "readyForCutover": null});
    let answer = migration_of(&atlas, &body).await.expect("an answer");
    assert!(answer.id.is_none() && answer.status.is_none() && answer.lag_time_seconds.is_none());
    assert!(answer.migration_hosts.is_none() && answer.ready_for_cutover.is_none());
    assert!(answer.repairs().is_empty());
    let body = json!({"_id": null, "status": null, "errorMessage": null, "groupId": null});
    let answer = validation_of(&atlas, &body).await.expect("an answer");
    assert!(answer.id.is_none() && answer.status.is_none() && answer.error_message.is_none());
    let body = json!([{"projectId": null, "name": null, "migrationHosts": null, "deployments": null},
        {"deployments": [{"managed": null, "name": null, "mongoDBVersion": null}]}]);
    let projects = projects_of(&atlas, &body).await.expect("an answer");
    assert!(projects[0].name.is_empty() && projects[0].deployments.is_empty());
    assert!(!projects[1].deployments[0].managed && projects[1].deployments[0].name.is_empty());
}

#[tokio::test]
async fn responses_are_not_validated() {
    let atlas = linked().start();
    // Invalid ids, names that exceed their maximal length, missing required members.
    let body = json!([{
        "projectId": "odd",
        "name": "x".repeat(1_000),
        "migrationHosts": [],
        "deployments": [{"name": "", "clusterId": "", "dbSizeBytes": -1}],
    }, {}]);
    let projects = projects_of(&atlas, &body).await.expect("an answer");
    // A missing required member is distinguished from an empty one.
    let missing = |pointer: &str| {
        let mut repairs = projects.repairs().iter();
        repairs.any(|r| r.pointer() == pointer && r.kind() == RepairKind::Missing)
    };
    assert!(
        missing("/0/deployments/0/managed") && missing("/1/name"),
        "{:?}",
        projects.repairs()
    );
    assert!(!missing("/0/migrationHosts") && !missing("/0/deployments/0/name"));
    assert_eq!(
        serde_json::from_slice::<Value>(projects.body()).expect("JSON"),
        body
    );
    assert_eq!(projects[0].project_id, "odd");
    assert!(!projects[0].project_id.is_valid());
    assert_eq!(projects[0].name.len(), 1_000);
    assert_eq!(projects[0].deployments[0].db_size_bytes, Some(-1));
    assert!(!projects[0].deployments[0].managed);
    assert!(projects[1].deployments.is_empty());
}

#[tokio::test]
async fn unknown_members_are_kept_in_the_body() {
    let atlas = linked().start();
    let body = json!([{
        "projectId": "65a000000000000000000001",
        "name": "Source",
        "migrationHosts": ["a"],
        "deployments": [{
            "name": "source", "managed": true, "sharded": false, "tlsEnabled": true,
            "featureCompatibilityVersion": "8.0", "mongoDBVersion": "8.0.1",
            "encryption": {"at": ["rest", null, 1.5]},
        }],
        "region": {"name": "eu", "zones": [1, 2]},
        "links": null,
    }]);
    let projects = projects_of(&atlas, &body).await.expect("an answer");
    assert_eq!(projects.repairs(), []);
    assert_eq!(projects[0].deployments[0].name, "source");
    assert_eq!(
        serde_json::from_slice::<Value>(projects.body()).expect("JSON"),
        body
    );

    let body = json!({"_id": "65a000000000000000000001", "phase": {"name": "INITIAL_SYNC"}});
    let migration = migration_of(&atlas, &body).await.expect("an answer");
    let raw: Value = serde_json::from_slice(migration.body()).expect("JSON");
    assert_eq!(raw["phase"], json!({"name": "INITIAL_SYNC"}));
}

#[tokio::test]
async fn a_member_of_another_type_is_omitted_without_affecting_others() {
    let atlas = linked().start();
    let body = json!({"_id": "65a000000000000000000001", "lagTimeSeconds": "s3cret",
        "migrationHosts": ["a", {}], "readyForCutover": null, "status": ["NEW"]});
    let migration = migration_of(&atlas, &body).await.expect("an answer");
    assert!(migration.id.as_ref().is_some_and(|id| id.is_valid()));
    assert_eq!(migration.lag_time_seconds, None);
    assert_eq!(migration.migration_hosts, Some(vec!["a".to_owned()]));
    assert_eq!(migration.status, None);
    let mut pointers: Vec<&str> = migration.repairs().iter().map(|r| r.pointer()).collect();
    pointers.sort_unstable();
    assert_eq!(
        pointers,
        ["/lagTimeSeconds", "/migrationHosts/1", "/status"]
    );
    assert_eq!(
        serde_json::from_slice::<Value>(migration.body()).expect("JSON"),
        body
    );
    assert!(
        !format!("{migration:?}").contains("s3cret"),
        "{migration:?}"
    );

    // Null for required members, at the top and nested.
    let body = json!([{"projectId": null, "name": null, "migrationHosts": 7,
        "deployments": [{"managed": null, "name": 1.5}, {}]}]);
    let projects = projects_of(&atlas, &body).await.expect("an answer");
    assert_eq!(projects[0].deployments.len(), 2);
    let kind = |pointer: &str| {
        let mut repairs = projects.repairs().iter();
        repairs.find(|r| r.pointer() == pointer).map(|r| r.kind())
    };
    assert_eq!(kind("/0/migrationHosts"), Some(RepairKind::Replaced));
    assert_eq!(kind("/0/deployments/0/managed"), Some(RepairKind::Missing));
    assert_eq!(kind("/0/deployments/0/name"), Some(RepairKind::Replaced));
    assert_eq!(kind("/0/deployments/1/name"), Some(RepairKind::Missing));
}

#[tokio::test]
async fn a_success_that_cannot_be_decoded_is_an_error_with_its_body() {
    let atlas = linked().start();
    let client = bearer(&atlas);
    let bodies: [(&str, &[u8], &str); 3] = [
        ("text/html", b"<html>a login page</html>", "the answer"),
        ("application/json", b"{\"status\": \"WORK", "the answer"),
        ("application/json", b"[\"s3cret\"]", "the answer"),
    ];
    for (content_type, body, place) in bodies {
        let fault = Fault::new(203)
            .body(content_type, body)
            .header("X-Via", "a proxy");
        atlas.fail_next(fault);
        let error = get(&client, &atlas)
            .await
            .expect_err("an unreadable answer");
        assert!(error.is_decode(), "{error}");
        assert_eq!(error.status().map(|s| s.as_u16()), Some(203), "{error}");
        assert_eq!(
            error
                .headers()
                .map(|headers| &headers["x-via"])
                .expect("headers"),
            "a proxy"
        );
        assert_eq!(error.body(), Some(body), "{error}");
        assert!(error.to_string().contains(place), "{error}");
        assert!(
            !format!("{error} {error:?}").contains("s3cret"),
            "{error:?}"
        );
        assert!(
            error.may_have_been_executed() && !error.is_retryable(),
            "{error}"
        );
    }
}

async fn get(
    client: &Client,
    atlas: &Atlas,
) -> Result<ResponseValue<LiveMigrationResponse>, Error> {
    client
        .get_group_live_migration()
        .group_id(atlas.project_id())
        .live_migration_id("65a000000000000000000001")
        .send()
        .await
}

#[tokio::test]
async fn a_response_above_the_size_limit_is_rejected_and_its_beginning_kept() {
    let atlas = linked().start();
    let credentials = atlas_client::Credentials::access_token(atlas.issue_access_token());
    let small = Client::builder()
        .base_url(atlas.base_url())
        .credentials(credentials.clone())
        .max_answer_bytes(1_000)
        .build()
        .expect("a client");
    let exact = format!("{{\"status\": \"{}\"}}", "x".repeat(986));
    assert_eq!(exact.len(), 1_000);
    for (text, fits) in [(exact.clone(), true), (exact + " ", false)] {
        atlas.fail_next(Fault::new(200).body("application/json", text.clone()));
        let answer = get(&small, &atlas).await;
        assert_eq!(answer.is_ok(), fits);
        if let Err(error) = answer {
            assert!(error.is_decode() && error.body_is_truncated(), "{error}");
            assert_eq!(error.body(), Some(&text.as_bytes()[..1_000]));
        }
        atlas.fail_next(Fault::new(200).body("application/json", text));
        assert!(
            get(&client(&atlas, credentials.clone()), &atlas)
                .await
                .is_ok()
        );
    }
}
