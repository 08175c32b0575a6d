//! The embedded Atlas simulates a fleet: sources, clusters, the course of each migration, and slow
//! or broken connections.

use std::time::{Duration, Instant};

use atlas_client::mock::{
    Atlas, Fault, MigrationOutcome, Moment, Pace, Scenario, ValidationOutcome,
};
use atlas_client::types::{LiveImportValidationStatus, LiveMigrationRequest};
use atlas_client::{CallOptions, Client, Credentials, Error, ObjectId};

use crate::requests::{migration_into, request, source};
use crate::scene::{bearer, linked};

const CREATE: &str = "createGroupLiveMigration";

async fn create(
    client: &Client,
    atlas: &Atlas,
    body: LiveMigrationRequest,
) -> Result<ObjectId, Error> {
    let call = client.create_group_live_migration();
    let created = call.group_id(atlas.project_id()).body(body).send().await?;
    Ok(created.into_inner().id.expect("an id"))
}

async fn poll(client: &Client, atlas: &Atlas, id: &ObjectId) -> String {
    let call = client.get_group_live_migration();
    let call = call.group_id(atlas.project_id()).live_migration_id(id);
    let polled = call.send().await.expect("a migration");
    polled
        .status
        .as_ref()
        .expect("a status")
        .as_str()
        .to_owned()
}

#[tokio::test]
async fn it_has_any_number_of_sources_and_lists_them_by_project() {
    let other = "5f1b0a3e9c8d7e6f5a4b3cff";
    let atlas = linked()
        .source(other, "a", "one.example.com")
        .add_source(other, "b", "two.example.com")
        .add_source("5f1b0a3e9c8d7e6f5a4b3cfe", "a", "three.example.com")
        .start();
    let client = bearer(&atlas);
    let call = client.list_org_live_migration_available_projects();
    let listed = call.org_id(atlas.org_id()).send().await.expect("a list");
    let shown = listed.iter().map(|project| {
        let clusters = project.deployments.iter().map(|it| it.name.as_str());
        let clusters: Vec<&str> = clusters.collect();
        let hosts = project.migration_hosts.join(" ");
        format!("{} {}: {}", project.name, hosts, clusters.join(" "))
    });
    let shown: Vec<String> = shown.collect();
    assert_eq!(
        shown,
        [
            "Source one.example.com two.example.com: a b",
            "Source 2 three.example.com: a"
        ]
    );
    let ids = listed.iter().flat_map(|project| &project.deployments);
    let mut ids: Vec<_> = ids.filter_map(|it| it.cluster_id.clone()).collect();
    assert!(ids.iter().all(ObjectId::is_valid));
    ids.dedup();
    assert_eq!(ids.len(), 3);

    let from = |cluster: &str| {
        let source = source(&atlas)
            .cluster_name(cluster)
            .managed_authentication(true);
        request("destination", &atlas)
            .source(source)
            .build()
            .expect("a request")
    };
    create(&client, &atlas, from("b"))
        .await
        .expect("a migration of the second cluster");
    let missing = create(&client, &atlas, from("c"))
        .await
        .expect_err("no such cluster");
    assert_eq!(missing.error_code(), Some("CLUSTER_NOT_FOUND"));
    let recorded = atlas.migrations();
    assert_eq!(recorded.len(), 1);
    assert_eq!(recorded[0].source_cluster, "b");
    assert_eq!(recorded[0].created_after, 1);
}

#[tokio::test]
async fn only_named_clusters_exist_if_any_is_named() {
    let atlas = linked();
    let project = "5f1b0a3e9c8d7e6f5a4b3c02";
    let atlas = atlas.cluster(project, "orders").start();
    let client = bearer(&atlas);
    create(&client, &atlas, migration_into("orders", &atlas))
        .await
        .expect("a migration");
    let missing = create(&client, &atlas, migration_into("billing", &atlas)).await;
    let missing = missing.expect_err("no such cluster");
    assert_eq!(missing.error_code(), Some("CLUSTER_NOT_FOUND"));

    let stray = Atlas::builder().cluster("5f1b0a3e9c8d7e6f5a4b3cff", "orders");
    let error = stray
        .try_start()
        .expect_err("an unknown project")
        .to_string();
    assert!(
        error.contains("which the organization does not have"),
        "{error}"
    );
}

#[tokio::test]
async fn each_migration_has_its_pace_outcome_and_faults() {
    let failing = ValidationOutcome::Failed("no space left".to_owned());
    let atlas = linked()
        .scenario("slow", Scenario::new().pace(Pace::instant().waiting(3)))
        .scenario("full", Scenario::new().validation_outcome(failing))
        .scenario(
            "broken",
            Scenario::new().migration_outcome(MigrationOutcome::FailedBeforeReady),
        )
        .fault(
            Fault::new(500)
                .cluster("unlucky")
                .operation("getGroupLiveMigration"),
        )
        .start();
    let client = bearer(&atlas);
    let (mut ids, mut statuses) = (Vec::new(), Vec::new());
    for cluster in ["usual", "slow", "broken"] {
        let id = create(&client, &atlas, migration_into(cluster, &atlas)).await;
        ids.push(id.expect("a migration"));
    }
    for id in &ids {
        statuses.push(poll(&client, &atlas, id).await);
    }
    assert_eq!(statuses, ["WORKING", "NEW", "FAILED"]);
    let recorded: Vec<&str> = atlas.migrations().iter().map(|it| it.status).collect();
    assert_eq!(recorded, ["WORKING", "NEW", "FAILED"]);

    let call = client
        .validate_group_live_migrations()
        .group_id(atlas.project_id());
    let begun = call
        .body(migration_into("full", &atlas))
        .send()
        .await
        .expect("a validation");
    let call = client.get_group_live_migration_validate_status();
    let call = call.group_id(atlas.project_id());
    let polled = call
        .validation_id(begun.id.as_ref().expect("an id"))
        .send()
        .await;
    let status = polled.expect("a status").into_inner().status;
    assert_eq!(status, Some(LiveImportValidationStatus::Failed));

    let unlucky = create(&client, &atlas, migration_into("unlucky", &atlas)).await;
    let unlucky = unlucky.expect("only its polls are at fault");
    assert_eq!(poll(&client, &atlas, &ids[0]).await, "WORKING");
    let call = client
        .get_group_live_migration()
        .group_id(atlas.project_id());
    let failed = call
        .live_migration_id(&unlucky)
        .send()
        .await
        .expect_err("a fault");
    assert_eq!(failed.status().map(|status| status.as_u16()), Some(500));
    assert_eq!(poll(&client, &atlas, &unlucky).await, "WORKING");
}

#[tokio::test]
async fn a_connection_breaks_before_or_after_execution_or_within_the_body() {
    let atlas = linked().relayed(true).start();
    let client = bearer(&atlas);
    for (cluster, fault, executed, status) in [
        ("before", Fault::hang_up(), 0, 0),
        (
            "after",
            Fault::hang_up().moment(Moment::AfterExecution),
            1,
            0,
        ),
        ("within", Fault::cut(10), 1, 201),
    ] {
        let earlier = atlas.migrations().len();
        atlas.fail_next(fault.operation(CREATE));
        let error = create(&client, &atlas, migration_into(cluster, &atlas)).await;
        let error = error.expect_err("a broken connection");
        assert!(error.may_have_been_executed(), "{cluster}: {error}");
        assert!(!error.is_timeout(), "{cluster}: {error}");
        assert_eq!(error.status().is_none(), status == 0, "{cluster}: {error}");
        assert_eq!(atlas.migrations().len() - earlier, executed, "{cluster}");
        let last = atlas.requests().pop().expect("a request");
        assert_eq!(last.status, status, "{cluster}");
        // The next connection works.
        let other = format!("{cluster}-again");
        create(&client, &atlas, migration_into(&other, &atlas))
            .await
            .expect("a migration");
    }
}

#[tokio::test]
async fn a_response_can_be_delayed_or_slow() {
    let atlas = linked().relayed(true).start();
    let client = bearer(&atlas);
    let late = Duration::from_millis(80);
    for fault in [Fault::delay(late), Fault::slow(Duration::from_micros(300))] {
        let began = Instant::now();
        atlas.fail_next(fault.operation(CREATE));
        let cluster = format!("after {:?}", atlas.answered());
        create(&client, &atlas, migration_into(&cluster, &atlas))
            .await
            .expect("a migration");
        // A response has more than 300 bytes, each of which a slow one delays.
        assert!(began.elapsed() >= late, "{:?}", began.elapsed());
    }
    atlas.fail_next(Fault::delay(Duration::from_secs(600)));
    let hasty = Client::builder()
        .base_url(atlas.base_url())
        .options(
            CallOptions::new()
                .no_retries()
                .timeout(Duration::from_millis(50)),
        )
        .credentials(Credentials::access_token(atlas.issue_access_token()))
        .build()
        .expect("a client");
    let error = create(&hasty, &atlas, migration_into("never", &atlas)).await;
    let error = error.expect_err("no response in time");
    assert!(
        error.is_timeout() && error.may_have_been_executed(),
        "{error}"
    );
}

#[test]
fn faults_of_connections_need_a_relay() {
    let error = Atlas::builder().fault(Fault::hang_up()).try_start();
    let error = error.expect_err("no relay").to_string();
    assert!(error.contains("`relayed(true)`"), "{error}");
}

#[tokio::test]
async fn requests_can_be_awaited() {
    let atlas = linked().start();
    assert!(!atlas.wait_for_requests(1, Duration::ZERO));
    let client = bearer(&atlas);
    create(&client, &atlas, migration_into("orders", &atlas))
        .await
        .expect("a migration");
    assert!(atlas.wait_for_requests(1, Duration::from_secs(10)));
    atlas.clear_requests();
    assert_eq!(atlas.answered(), 1);
    assert!(atlas.wait_for_requests(1, Duration::ZERO));
}
