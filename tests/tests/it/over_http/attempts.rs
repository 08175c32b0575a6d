//! The number of attempts of a call, set for the client and for a single call.

use std::time::Duration;

use atlas_client::mock::Fault;
use atlas_client::{CallOptions, Client};

use crate::scene::{Scene, Way, bearer};

/// Returns the number of requests for `operation` that the server received.
fn seen(scene: &Scene, operation: &str) -> usize {
    let requests = scene.atlas.requests();
    let of_it =
        |sent: &&atlas_client::mock::RecordedRequest| sent.operation.as_deref() == Some(operation);
    requests.iter().filter(of_it).count()
}

fn quick() -> CallOptions {
    let wait = Duration::from_millis(1);
    CallOptions::new().backoff(wait, wait)
}

#[tokio::test]
async fn one_call_may_be_attempted_more_often_than_the_others() {
    let scene = Scene::new().await;
    let client = bearer(&scene.atlas);
    let call = || {
        client
            .get_group_live_migration()
            .group_id(scene.atlas.project_id())
            .live_migration_id(&*scene.migration)
    };
    scene.atlas.clear_requests();
    scene.atlas.fail_next(Fault::new(503).times(1));
    let error = call().send().await.expect_err("one attempt, which fails");
    assert_eq!(
        (error.attempts(), seen(&scene, "getGroupLiveMigration")),
        (1, 1)
    );

    scene.atlas.fail_next(Fault::new(503).times(2));
    let answer = call().options(quick().attempts(3)).send().await;
    assert!(answer.is_ok(), "{answer:?}");
    assert_eq!(seen(&scene, "getGroupLiveMigration"), 1 + 3);
}

#[tokio::test]
async fn a_migration_that_may_have_been_started_is_not_started_again() {
    let scene = Scene::new().await;
    let client = Client::builder()
        .base_url(scene.atlas.base_url())
        .credentials(Way::ApiKey.credentials(&scene.atlas))
        .options(quick().attempts(5))
        .build()
        .expect("a client");
    scene.atlas.clear_requests();
    scene.atlas.fail_next(
        Fault::new(502)
            .operation("createGroupLiveMigration")
            .times(5),
    );
    let error = client
        .create_group_live_migration()
        .group_id(scene.atlas.project_id())
        .body(crate::requests::migration_into("elsewhere", &scene.atlas))
        .send()
        .await
        .expect_err("a failure");
    assert!(error.may_have_been_executed(), "{error}");
    let failed = scene.atlas.requests();
    let failed = failed.iter().filter(|sent| sent.status == 502).count();
    assert_eq!(failed, 1);
}
