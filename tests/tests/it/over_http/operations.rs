//! Each of the eight operations over HTTP: the request and the result, with both ways of
//! authenticating.

use atlas_client::mock::{OAUTH_TOKEN, Principal, RecordedRequest};
use serde_json::json;

use crate::over_http::calls::{OPERATIONS, Operation, QueryOptions};
use crate::scene::{Scene, Way};

/// Checks everything in the request that depends on the operation only.
fn assert_on_the_wire(
    sent: &RecordedRequest,
    operation: &Operation,
    scene: &Scene,
    options: QueryOptions,
    case: &str,
) {
    let vendor = format!("application/vnd.atlas.{}+json", operation.version);
    assert_eq!(sent.operation.as_deref(), Some(operation.id), "{case}");
    assert_eq!(sent.method, operation.method, "{case}");
    assert_eq!(sent.path, (operation.path)(scene), "{case}");
    assert_eq!(sent.query, options.query(), "{case}");
    assert_eq!(sent.header("accept"), Some(vendor.as_str()), "{case}");
    let agent = sent.header("user-agent").unwrap_or_default();
    assert!(
        agent.starts_with("end-to-end/1.0 atlas-client/"),
        "{case}: {agent}"
    );
    match operation.body {
        Some(body) => {
            let content_type = sent.header("content-type");
            assert_eq!(content_type, Some(vendor.as_str()), "{case}");
            assert_eq!(sent.json(), Some(body(&scene.atlas)), "{case}");
        }
        None => {
            assert_eq!(sent.header("content-type"), None, "{case}");
            assert!(sent.body.is_empty(), "{case}");
        }
    }
}

/// Checks the request for authentication before the call, and the credentials in the call.
fn assert_authenticated(requests: &[RecordedRequest], way: Way, case: &str) {
    let [before, sent] = requests else {
        panic!("{case}: one request before the call's own is expected: {requests:?}");
    };
    assert!((200..300).contains(&sent.status), "{case}: {sent:?}");
    let authorization = sent.header("authorization").unwrap_or_default();
    match way {
        Way::ApiKey => {
            // The response to the same request without credentials is the challenge.
            assert_eq!(before.status, 401, "{case}");
            assert_eq!(before.header("authorization"), None, "{case}");
            assert_eq!(
                (&before.method, &before.path, &before.query, &before.body),
                (&sent.method, &sent.path, &sent.query, &sent.body),
                "{case}"
            );
            assert!(authorization.starts_with("Digest "), "{case}");
            assert!(authorization.contains("nc=00000001"), "{case}");
            assert_eq!(sent.principal, Some(Principal::ApiKey), "{case}");
        }
        Way::ServiceAccount => {
            assert_eq!(before.operation.as_deref(), Some(OAUTH_TOKEN), "{case}");
            assert_eq!(
                (before.method.as_str(), before.path.as_str(), before.status),
                ("POST", "/api/oauth/token", 200),
                "{case}"
            );
            let basic = before.header("authorization").unwrap_or_default();
            assert!(basic.starts_with("Basic "), "{case}");
            assert_eq!(
                before.header("content-type"),
                Some("application/x-www-form-urlencoded"),
                "{case}"
            );
            assert_eq!(before.body, b"grant_type=client_credentials", "{case}");
            assert!(authorization.starts_with("Bearer "), "{case}");
            assert_eq!(sent.principal, Some(Principal::ServiceAccount), "{case}");
        }
    }
}

#[tokio::test]
async fn each_operation_sends_and_returns_what_is_published_with_both_ways_of_authenticating() {
    for operation in &OPERATIONS {
        for way in Way::ALL {
            let case = format!("{} with {way:?}", operation.id);
            let scene = Scene::new().await;
            let client = way.client(&scene.atlas);
            let result = (operation.call)(&client, &scene, QueryOptions::NONE).await;
            let result = result.unwrap_or_else(|error| panic!("{case}: {error}"));

            assert_eq!(result.status, operation.status, "{case}");
            assert_eq!(result.value, (operation.value)(&scene), "{case}");
            let limit = match operation.id.contains("LinkToken") {
                true => "500",
                false => "1000",
            };
            assert_eq!(result.headers["ratelimit-limit"], limit, "{case}");
            let vendor = format!(
                "application/vnd.atlas.{}+json;charset=utf-8",
                operation.version
            );
            assert_eq!(result.headers["content-type"], vendor, "{case}");

            let requests = scene.atlas.requests();
            assert_authenticated(&requests, way, &case);
            assert_on_the_wire(&requests[1], operation, &scene, QueryOptions::NONE, &case);
        }
    }
}

#[tokio::test]
async fn envelope_and_pretty_change_the_query_and_not_the_value() {
    for operation in &OPERATIONS {
        for envelope in [None, Some(false), Some(true)] {
            for pretty in [None, Some(false), Some(true)] {
                if pretty.is_some() && !operation.pretty {
                    continue;
                }
                let options = QueryOptions { envelope, pretty };
                for way in Way::ALL {
                    let case = format!("{} with {way:?} and {options:?}", operation.id);
                    let scene = Scene::new().await;
                    let result = (operation.call)(&way.client(&scene.atlas), &scene, options).await;
                    let result = result.unwrap_or_else(|error| panic!("{case}: {error}"));
                    assert_eq!(result.status, operation.status, "{case}");
                    assert_eq!(result.value, (operation.value)(&scene), "{case}");
                    let requests = scene.atlas.requests();
                    let sent = requests.last().expect("a request");
                    assert_on_the_wire(sent, operation, &scene, options, &case);
                }
            }
        }
    }
}

#[tokio::test]
async fn a_client_authenticates_once_and_then_makes_one_request_per_call() {
    for way in Way::ALL {
        let scene = Scene::new().await;
        let client = way.client(&scene.atlas);
        for operation in &OPERATIONS {
            // Unlinking would break the other operations.
            if operation.id != "deleteOrgLiveMigrationLinkTokens" {
                let result = (operation.call)(&client, &scene, QueryOptions::NONE).await;
                result.unwrap_or_else(|error| panic!("{way:?}: {error}"));
            }
        }
        let requests = scene.atlas.requests();
        assert_eq!(requests.len(), 1 + 7, "{way:?}");
        assert!(requests[1..].iter().all(|request| request.status < 300));
    }
}

#[tokio::test]
async fn an_upper_case_id_is_sent_in_lower_case() {
    let scene = Scene::new().await;
    let client = crate::scene::bearer(&scene.atlas);
    let result = client
        .get_group_live_migration()
        .group_id(scene.atlas.project_id().to_uppercase())
        .live_migration_id(scene.migration.to_uppercase())
        .send()
        .await
        .expect("an answer");
    assert_eq!(
        result.id.as_ref().map(|id| id.as_str()),
        Some(scene.migration.as_str())
    );
    assert_eq!(
        scene.atlas.requests()[0].path,
        (crate::over_http::calls::operation("getGroupLiveMigration").path)(&scene)
    );
}

#[tokio::test]
async fn an_optional_member_that_is_not_set_is_not_sent() {
    let scene = Scene::new().await;
    let client = crate::scene::bearer(&scene.atlas);
    client
        .validate_group_live_migrations()
        .group_id(scene.atlas.project_id())
        .body(crate::requests::request("destination", &scene.atlas))
        .send()
        .await
        .expect("a validation");
    client
        .create_org_live_migration_link_token()
        .org_id(scene.atlas.org_id())
        .body(atlas_client::types::TargetOrgRequest::builder())
        .send()
        .await
        .expect("a link token");
    let requests = scene.atlas.requests();
    let mut smallest = scene.atlas.migration_request();
    smallest
        .as_object_mut()
        .expect("an object")
        .remove("dropDestinationData");
    assert_eq!(requests[0].json(), Some(smallest));
    assert_eq!(requests[1].json(), Some(json!({})));
}
