//! Validation before anything is sent: invalid ids and missing parameters. The error names the
//! parameter and never contains its value.

use atlas_client::types::TargetOrgRequest;
use atlas_client::{Client, Error, ObjectId};

use crate::requests::migration_into;
use crate::scene::{Scene, Way, bearer};

/// Invalid ids. Errors must not contain the marker `secr`, which some of them hold.
const NO_IDS: [&str; 10] = [
    "",
    "secretz",
    "65a00000000000000000secr",
    "65a0000000000000000000001",
    "65a00000000000000000001",
    "../../../../orgs/secretz",
    "65a000000000000000000001/cutover",
    "65a000000000000000000001?secretz",
    " 65a000000000000000000001",
    "65a00000000000000000000１",
];

fn assert_refused(error: &Error, operation: &str, parameter: &str, case: &str) {
    assert!(error.is_invalid_request(), "{case}: {error}");
    assert_eq!(error.operation(), Some(operation), "{case}");
    assert_eq!(error.status(), None, "{case}");
    assert!(!error.may_have_been_executed(), "{case}");
    assert!(!error.is_retryable(), "{case}");
    let line = error.to_string();
    let start = format!("{operation}: parameter `{parameter}` ");
    assert!(line.starts_with(&start), "{case}: {line}");
    assert!(line.contains("24 hexadecimal digits"), "{case}: {line}");
    assert!(
        !format!("{error} {error:?}").contains("secr"),
        "{case}: {error:?}"
    );
}

/// Calls every operation once for each of its path parameters, with `id` as its value and valid
/// other ones.
macro_rules! each_path_parameter {
    ($client:expr, $scene:expr, $id:expr, $check:expr) => {{
        let (client, scene, id): (&Client, &Scene, &str) = ($client, $scene, $id);
        let check: &dyn Fn(Error, &str, &str) = &$check;
        let group = scene.atlas.project_id();
        let body = || migration_into("destination", &scene.atlas);
        let refused = |told: Option<Error>, operation: &str, name: &str| match told {
            Some(error) => check(error, operation, name),
            None => panic!("{operation}: {name} {id:?} was sent"),
        };
        let call = client.create_org_live_migration_link_token().org_id(id);
        let call = call.body(TargetOrgRequest::builder());
        refused(
            call.send().await.err(),
            "createOrgLiveMigrationLinkToken",
            "orgId",
        );
        let call = client.delete_org_live_migration_link_tokens().org_id(id);
        refused(
            call.send().await.err(),
            "deleteOrgLiveMigrationLinkTokens",
            "orgId",
        );
        let call = client
            .list_org_live_migration_available_projects()
            .org_id(id);
        refused(
            call.send().await.err(),
            "listOrgLiveMigrationAvailableProjects",
            "orgId",
        );
        let call = client
            .validate_group_live_migrations()
            .group_id(id)
            .body(body());
        refused(
            call.send().await.err(),
            "validateGroupLiveMigrations",
            "groupId",
        );
        let call = client
            .create_group_live_migration()
            .group_id(id)
            .body(body());
        refused(
            call.send().await.err(),
            "createGroupLiveMigration",
            "groupId",
        );
        let call = client.get_group_live_migration_validate_status();
        let call = call.group_id(id).validation_id(&scene.validation);
        refused(
            call.send().await.err(),
            "getGroupLiveMigrationValidateStatus",
            "groupId",
        );
        let call = client.get_group_live_migration_validate_status();
        let call = call.group_id(group).validation_id(id);
        refused(
            call.send().await.err(),
            "getGroupLiveMigrationValidateStatus",
            "validationId",
        );
        let call = client.get_group_live_migration().group_id(id);
        let call = call.live_migration_id(&scene.migration);
        refused(call.send().await.err(), "getGroupLiveMigration", "groupId");
        let call = client
            .get_group_live_migration()
            .group_id(group)
            .live_migration_id(id);
        refused(
            call.send().await.err(),
            "getGroupLiveMigration",
            "liveMigrationId",
        );
        let call = client.cutover_group_live_migration().group_id(id);
        let call = call.live_migration_id(&scene.migration);
        refused(
            call.send().await.err(),
            "cutoverGroupLiveMigration",
            "groupId",
        );
        let call = client
            .cutover_group_live_migration()
            .group_id(group)
            .live_migration_id(id);
        refused(
            call.send().await.err(),
            "cutoverGroupLiveMigration",
            "liveMigrationId",
        );
    }};
}

#[tokio::test]
async fn an_invalid_id_is_rejected_with_the_name_of_its_parameter_and_nothing_is_sent() {
    let scene = Scene::new().await;
    for way in Way::ALL {
        let client = way.client(&scene.atlas);
        for id in NO_IDS {
            each_path_parameter!(&client, &scene, id, |error, operation, name| {
                assert_refused(&error, operation, name, &format!("{operation} with {id:?}"));
            });
        }
    }
    let requests = scene.atlas.requests();
    assert!(
        requests.is_empty(),
        "not even a token or a challenge is fetched: {requests:?}"
    );
}

#[tokio::test]
async fn an_invalid_id_from_a_response_reaches_no_other_operation() {
    // The id of a response is not validated and may be sent again; it always fills exactly one path
    // segment.
    let scene = Scene::new().await;
    let odd: ObjectId =
        serde_json::from_str("\"65a000000000000000000001/cutover\"").expect("an id");
    let sent = bearer(&scene.atlas)
        .get_group_live_migration()
        .group_id(scene.atlas.project_id())
        .live_migration_id(&odd)
        .send()
        .await;
    assert!(sent.is_err());
    let requests = scene.atlas.requests();
    let strayed = requests
        .iter()
        .any(|request| request.path.ends_with("/cutover"));
    assert!(!strayed, "an id reached beyond its segment: {requests:?}");
}

#[tokio::test]
async fn a_missing_required_parameter_is_named_and_nothing_is_sent() {
    let scene = Scene::new().await;
    let client = bearer(&scene.atlas);
    let group = scene.atlas.project_id();
    let body = || migration_into("destination", &scene.atlas);
    let missing: [(Option<Error>, &str, &str); 16] = [
        (
            client
                .create_org_live_migration_link_token()
                .send()
                .await
                .err(),
            "createOrgLiveMigrationLinkToken",
            "parameter `orgId`",
        ),
        (
            client
                .create_org_live_migration_link_token()
                .org_id(scene.atlas.org_id())
                .send()
                .await
                .err(),
            "createOrgLiveMigrationLinkToken",
            "the request body",
        ),
        (
            client
                .delete_org_live_migration_link_tokens()
                .envelope(true)
                .send()
                .await
                .err(),
            "deleteOrgLiveMigrationLinkTokens",
            "parameter `orgId`",
        ),
        (
            client
                .list_org_live_migration_available_projects()
                .pretty(true)
                .send()
                .await
                .err(),
            "listOrgLiveMigrationAvailableProjects",
            "parameter `orgId`",
        ),
        (
            client
                .validate_group_live_migrations()
                .body(body())
                .send()
                .await
                .err(),
            "validateGroupLiveMigrations",
            "parameter `groupId`",
        ),
        (
            client
                .validate_group_live_migrations()
                .group_id(group)
                .send()
                .await
                .err(),
            "validateGroupLiveMigrations",
            "the request body",
        ),
        (
            client
                .create_group_live_migration()
                .body(body())
                .send()
                .await
                .err(),
            "createGroupLiveMigration",
            "parameter `groupId`",
        ),
        (
            client
                .create_group_live_migration()
                .group_id(group)
                .send()
                .await
                .err(),
            "createGroupLiveMigration",
            "the request body",
        ),
        (
            client
                .get_group_live_migration_validate_status()
                .validation_id(&scene.validation)
                .send()
                .await
                .err(),
            "getGroupLiveMigrationValidateStatus",
            "parameter `groupId`",
        ),
        (
            client
                .get_group_live_migration_validate_status()
                .group_id(group)
                .send()
                .await
                .err(),
            "getGroupLiveMigrationValidateStatus",
            "parameter `validationId`",
        ),
        (
            client
                .get_group_live_migration()
                .live_migration_id(&scene.migration)
                .send()
                .await
                .err(),
            "getGroupLiveMigration",
            "parameter `groupId`",
        ),
        (
            client
                .get_group_live_migration()
                .group_id(group)
                .send()
                .await
                .err(),
            "getGroupLiveMigration",
            "parameter `liveMigrationId`",
        ),
        (
            client
                .cutover_group_live_migration()
                .live_migration_id(&scene.migration)
                .send()
                .await
                .err(),
            "cutoverGroupLiveMigration",
            "parameter `groupId`",
        ),
        (
            client
                .cutover_group_live_migration()
                .group_id(group)
                .send()
                .await
                .err(),
            "cutoverGroupLiveMigration",
            "parameter `liveMigrationId`",
        ),
        (
            client.get_group_live_migration().send().await.err(),
            "getGroupLiveMigration",
            "parameter `groupId`",
        ),
        (
            client.create_group_live_migration().send().await.err(),
            "createGroupLiveMigration",
            "parameter `groupId`",
        ),
    ];
    for (error, operation, what) in missing {
        let error = error.unwrap_or_else(|| panic!("{operation} was sent without {what}"));
        assert!(error.is_invalid_request(), "{error}");
        let line = error.to_string();
        let begins = format!("{operation}: {what} is missing");
        assert!(line.starts_with(&begins), "{line}");
        // The same error lists the other missing parameters.
        assert!(
            line[begins.len()..]
                .split("; ")
                .skip(1)
                .all(|other| other.ends_with(" is missing")),
            "{line}"
        );
    }
    assert!(scene.atlas.requests().is_empty());
}
