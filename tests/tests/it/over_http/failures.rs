//! The table of failures: every status with every kind of body, for every operation and both ways
//! of authenticating. All information in the response must reach the caller.
//!
//! A fault applies to every request until it is cleared, so that no expectation depends on the
//! number of attempts. So 401 needs no special case, although a service account retries with a new
//! token, and an API key first answers the challenge.

use atlas_client::mock::{Atlas, Fault, OAUTH_TOKEN};
use atlas_client::{Client, Error};
use serde_json::{Value, json};

use crate::over_http::calls::{OPERATIONS, Operation, QueryOptions, operation};
use crate::over_http::failure_bodies::{KINDS, Kind, STATUSES, bytes, full, seen};
use crate::scene::{Scene, Way, bearer, linked};

/// More often than any client retries.
const ALWAYS: u32 = 1_000;

/// The length up to which an error keeps a failure's body.
const KEPT: usize = 64 * 1024;

fn api_error(error: &Error) -> Option<Value> {
    let api = error.api_error()?;
    let fields: Vec<Value> = error
        .field_violations()
        .iter()
        .map(|violation| json!([violation.field, violation.description]))
        .collect();
    Some(json!({
        "error": api.error,
        "error_code": api.error_code,
        "detail": api.detail,
        "reason": api.reason,
        "parameters": api.parameters,
        "fields": fields,
    }))
}

/// Tests one cell of the table.
async fn assert_cell(
    scene: &Scene,
    client: &Client,
    operation: &Operation,
    (status, kind): (u16, &Kind),
    case: &str,
) {
    let error = provoked(scene, client, operation, operation.id, (status, kind), case).await;
    assert_complete(&error, (status, kind), case);
    let line = error.to_string();
    assert!(
        line.starts_with(&format!("{}: {status} ", operation.id)),
        "{case}: {line}"
    );
}

/// Returns the error of a call while `failing`, an operation or the token endpoint, fails.
async fn provoked(
    scene: &Scene,
    client: &Client,
    operation: &Operation,
    failing: &str,
    (status, kind): (u16, &Kind),
    case: &str,
) -> Error {
    let body = (kind.body)(status);
    let mut fault = Fault::new(status);
    fault = match kind.content_type {
        Some(content_type) => fault.body(content_type, body.clone()),
        None => fault.empty(),
    };
    scene.atlas.fail_next(
        fault
            .operation(failing)
            .header("X-Java-Method", "ApiSomething::asIs")
            .header("Retry-After", "7")
            .times(ALWAYS),
    );
    let result = (operation.call)(client, scene, QueryOptions::NONE).await;
    scene.atlas.clear_faults();
    match result {
        Err(error) => {
            assert_eq!(error.operation(), Some(operation.id), "{case}");
            error
        }
        Ok(result) => panic!("{case}: a failure became {result:?}"),
    }
}

/// Checks that the error contains everything in the response.
fn assert_complete(error: &Error, (status, kind): (u16, &Kind), case: &str) {
    let body = (kind.body)(status);
    let kept = &body[..body.len().min(KEPT)];
    let cut = body.len() > KEPT;
    assert_eq!(error.status().map(|s| s.as_u16()), Some(status), "{case}");
    let headers = error.headers().expect(case);
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    assert_eq!(
        header("x-java-method"),
        Some("ApiSomething::asIs"),
        "{case}"
    );
    assert_eq!(header("content-type"), kind.content_type, "{case}");
    assert_eq!(
        header("date"),
        Some("Tue, 01 Sep 2026 00:00:00 GMT"),
        "{case}"
    );
    assert_eq!(
        error.retry_after().map(|wait| wait.as_secs()),
        Some(7),
        "{case}"
    );
    assert!(error.body() == Some(kept), "{case}: the body is another");
    assert_eq!(error.body_is_truncated(), cut, "{case}");
    assert_eq!(error.body_length(), Some(body.len() as u64), "{case}");
    let expected = kind.api_error.map(|expected| expected(status));
    assert_eq!(api_error(error), expected, "{case}");
    let code = expected.as_ref().and_then(|api| api["error_code"].as_str());
    assert_eq!(error.error_code(), code, "{case}");

    let line = error.to_string();
    assert!(
        !line.contains(['\n', '\r']) && line.len() < 1_000,
        "{case}: {line}"
    );
    if let Some(code) = code {
        assert!(line.contains(code), "{case}: {line}");
    }
}

#[tokio::test]
async fn every_failure_of_every_operation_reaches_the_caller_whole() {
    let scene = Scene::new().await;
    let before = scene.atlas.counters().executed;
    let client = bearer(&scene.atlas);
    for operation in &OPERATIONS {
        for status in STATUSES {
            for kind in &KINDS {
                let case = format!("{}: {status} with {}", operation.id, kind.name);
                assert_cell(&scene, &client, operation, (status, kind), &case).await;
            }
        }
    }
    assert_eq!(
        scene.atlas.counters().executed,
        before,
        "a failed call was carried out"
    );
    assert_eq!(
        scene.atlas.requests().len(),
        8 * 10 * 8,
        "a token in hand is one request a call"
    );
}

#[tokio::test]
async fn every_failure_reaches_the_caller_whole_with_both_ways_of_authenticating() {
    for way in Way::ALL {
        // The service account requests a new token after each 401.
        let scene = Scene::with(linked().mint_limit(None)).await;
        let client = way.client(&scene.atlas);
        for status in STATUSES {
            for kind in &KINDS {
                let case = format!("{way:?}: {status} with {}", kind.name);
                let create = operation("createGroupLiveMigration");
                assert_cell(&scene, &client, create, (status, kind), &case).await;
            }
        }
    }
}

#[tokio::test]
async fn every_failure_of_the_token_endpoint_reaches_the_caller_whole() {
    let scene = Scene::new().await;
    let create = operation("createGroupLiveMigration");
    for status in STATUSES {
        for kind in &KINDS {
            // A new client for each case, since a client waits after a failure of the token
            // endpoint as long as `Retry-After` says.
            let client = Way::ServiceAccount.client(&scene.atlas);
            let case = format!("the token endpoint: {status} with {}", kind.name);
            let error = provoked(&scene, &client, create, OAUTH_TOKEN, (status, kind), &case);
            let error = error.await;
            assert_complete(&error, (status, kind), &case);
            assert!(!error.may_have_been_executed(), "{case}");
            let line = error.to_string();
            let start = format!("{}: no access token: {status} ", create.id);
            assert!(line.starts_with(&start), "{case}: {line}");
        }
    }
    assert!(
        scene
            .atlas
            .requests()
            .iter()
            .all(|sent| sent.operation.as_deref() == Some(OAUTH_TOKEN))
    );
}

#[tokio::test]
async fn a_client_works_after_a_failure() {
    for way in Way::ALL {
        let scene = Scene::new().await;
        let client = way.client(&scene.atlas);
        let list = operation("listOrgLiveMigrationAvailableProjects");
        for status in STATUSES {
            let case = format!("{way:?}: after {status}");
            assert_cell(&scene, &client, list, (status, &KINDS[0]), &case).await;
            let result = (list.call)(&client, &scene, QueryOptions::NONE).await;
            let result = result.unwrap_or_else(|error| panic!("{case}: {error}"));
            assert_eq!(result.value, (list.value)(&scene), "{case}");
        }
    }
}

#[tokio::test]
async fn an_enveloped_failure_is_reported_as_the_failure_itself() {
    let scene = Scene::new().await;
    let client = bearer(&scene.atlas);
    let enveloped = QueryOptions {
        envelope: Some(true),
        pretty: None,
    };
    for operation in &OPERATIONS {
        // The outer status may repeat the envelope's status, or be 200.
        for outer in [409, 200] {
            let case = format!("{} with {outer} outside", operation.id);
            let body = json!({"status": 409, "content": full(409)});
            scene
                .atlas
                .fail_next(Fault::new(outer).json(&body).times(ALWAYS));
            let result = (operation.call)(&client, &scene, enveloped).await;
            scene.atlas.clear_faults();
            let error = match result {
                Err(error) => error,
                Ok(result) => panic!("{case}: a failure became {result:?}"),
            };
            assert!(error.is_conflict(), "{case}: {error}");
            let expected = seen(409, Some("SOME_CODE"), json!(["first", "second"]));
            assert_eq!(api_error(&error), Some(expected), "{case}");
            assert_eq!(error.body(), Some(&bytes(&body)[..]), "{case}");
        }
    }
}

#[tokio::test]
async fn failures_of_the_embedded_atlas_have_error_codes() {
    let unlinked = Atlas::start();
    let client = bearer(&unlinked);
    let error = client
        .list_org_live_migration_available_projects()
        .org_id(unlinked.org_id())
        .send()
        .await
        .expect_err("no link");
    assert!(error.is_not_found());
    assert_eq!(error.error_code(), Some("UNEXPECTED_ERROR"));

    let poor = linked().roles(["Organization Member"]).start();
    let error = bearer(&poor)
        .delete_org_live_migration_link_tokens()
        .org_id(poor.org_id())
        .send()
        .await
        .expect_err("no role");
    assert!(error.is_forbidden());
    assert_eq!(error.error_code(), Some("USER_UNAUTHORIZED"));
}

#[tokio::test]
async fn wrong_credentials_end_in_a_401_that_says_which() {
    use atlas_client::Credentials;

    let atlas = linked().start();
    let cases = [
        (
            Credentials::api_key(atlas.public_key(), "wr0ng"),
            "the API key was refused",
            2,
        ),
        (
            Credentials::service_account(atlas.client_id(), "wr0ng"),
            "invalid_client",
            1,
        ),
        (
            Credentials::access_token("wr0ng"),
            "the access token was refused",
            1,
        ),
        (Credentials::anonymous(), "the client has no credentials", 1),
    ];
    for (credentials, words, requests) in cases {
        atlas.clear_requests();
        let error = crate::scene::client(&atlas, credentials)
            .list_org_live_migration_available_projects()
            .org_id(atlas.org_id())
            .send()
            .await
            .expect_err("wrong credentials");
        assert!(error.is_unauthorized() && error.is_auth(), "{error}");
        assert_eq!(error.status().map(|s| s.as_u16()), Some(401), "{error}");
        assert!(error.to_string().contains(words), "{error}");
        assert!(!error.is_retryable() && !error.may_have_been_executed());
        assert_eq!(atlas.requests().len(), requests, "{error}");
    }
}
