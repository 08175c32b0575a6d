//! The complete course of a migration by the client, and all its outcomes.

use std::time::Duration;

use atlas_client::mock::{Atlas, MigrationOutcome, Pace, RateLimit, ValidationOutcome};
use atlas_client::operation::{Call, Operation};
use atlas_client::types::{
    LiveImportValidation, LiveImportValidationStatus, LiveMigrationResponse,
    LiveMigrationResponseStatus, TargetOrgRequest,
};
use atlas_client::{Client, ObjectId, Result};
use serde_json::{Value, json};

use crate::requests::{migration_into, request};
use crate::scene::{Way, bearer, linked};

/// An embedded Atlas and a client of it.
struct Fixture {
    atlas: Atlas,
    client: Client,
}

impl Fixture {
    fn of(atlas: Atlas) -> Self {
        let client = bearer(&atlas);
        Self { atlas, client }
    }

    async fn create(&self) -> Result<ObjectId> {
        let created = self
            .client
            .create_group_live_migration()
            .group_id(self.atlas.project_id())
            .body(request("destination", &self.atlas))
            .send()
            .await?;
        assert_eq!(created.status, Some(LiveMigrationResponseStatus::New));
        Ok(created.into_inner().id.expect("an id"))
    }

    async fn poll(&self, id: &ObjectId) -> LiveMigrationResponse {
        let call = self
            .client
            .get_group_live_migration()
            .group_id(self.atlas.project_id())
            .live_migration_id(id);
        call.send().await.expect("the migration").into_inner()
    }

    /// Polls until the migration is ready for cutover or ended.
    async fn settled(&self, id: &ObjectId) -> Vec<LiveMigrationResponse> {
        let mut seen = Vec::new();
        for _ in 0..20 {
            let state = self.poll(id).await;
            let under_way = matches!(
                state.status,
                Some(LiveMigrationResponseStatus::New | LiveMigrationResponseStatus::Working)
            );
            let ready = state.ready_for_cutover == Some(true);
            seen.push(state);
            if ready || !under_way {
                return seen;
            }
        }
        panic!("the migration never settles: {seen:?}");
    }

    async fn cut_over(&self, id: &ObjectId) -> Result<()> {
        let call = self
            .client
            .cutover_group_live_migration()
            .group_id(self.atlas.project_id())
            .live_migration_id(id);
        let answer = call.send().await?;
        assert_eq!(answer.status().as_u16(), 202);
        Ok(())
    }

    async fn validated(&self) -> Vec<LiveImportValidation> {
        let group = self.atlas.project_id();
        let begun = self
            .client
            .validate_group_live_migrations()
            .group_id(group)
            .body(migration_into("destination", &self.atlas))
            .send()
            .await
            .expect("a validation")
            .into_inner();
        let id = begun.id.clone().expect("an id");
        let mut seen = vec![begun];
        while seen.len() < 20 {
            let call = self.client.get_group_live_migration_validate_status();
            let call = call.group_id(group).validation_id(&id);
            let state = call.send().await.expect("the validation").into_inner();
            let pending = state.status == Some(LiveImportValidationStatus::Pending);
            seen.push(state);
            if !pending {
                return seen;
            }
        }
        panic!("the validation never ends: {seen:?}");
    }

    fn conflict(&self, told: Result<impl std::fmt::Debug>, code: &str) {
        let error = told.expect_err(code);
        assert!(error.is_conflict() && !error.is_retryable(), "{error}");
        assert!(!error.may_have_been_executed(), "{error}");
        assert_eq!(error.error_code(), Some(code), "{error}");
    }
}

fn statuses(seen: &[LiveMigrationResponse]) -> Vec<&str> {
    seen.iter()
        .map(|state| state.status.as_ref().map_or("", |status| status.as_str()))
        .collect()
}

#[tokio::test]
async fn a_migration_goes_from_link_token_to_complete_with_both_ways_of_authenticating() {
    for way in Way::ALL {
        let atlas = Atlas::start();
        let client = way.client(&atlas);
        let fixture = Fixture { atlas, client };
        let (atlas, client) = (&fixture.atlas, &fixture.client);

        let token = client
            .create_org_live_migration_link_token()
            .org_id(atlas.org_id())
            .body(TargetOrgRequest::builder().access_list_ips(["192.0.2.1"]))
            .send()
            .await
            .expect("a link token");
        assert_eq!(token.status().as_u16(), 201);
        assert!(!token.link_token.expose().is_empty());

        let projects = client
            .list_org_live_migration_available_projects()
            .org_id(atlas.org_id())
            .send()
            .await
            .expect("the projects");
        assert_eq!(projects[0].project_id, atlas.source_project_id());
        assert_eq!(projects[0].deployments[0].name, atlas.source_cluster());

        let validations = fixture.validated().await;
        let last = validations.last().expect("a validation");
        assert_eq!(last.status, Some(LiveImportValidationStatus::Success));
        assert_eq!(last.error_message, None);

        let id = fixture.create().await.expect("a migration");
        let seen = fixture.settled(&id).await;
        assert_eq!(
            statuses(&seen),
            ["NEW", "WORKING", "WORKING", "WORKING", "WORKING"]
        );
        let lags: Vec<i64> = seen
            .iter()
            .filter_map(|state| state.lag_time_seconds)
            .collect();
        assert!(
            lags.len() == 4 && lags.is_sorted_by(|a, b| a > b),
            "{lags:?}"
        );

        fixture.cut_over(&id).await.expect("a cutover");
        let seen = fixture.settled(&id).await;
        assert_eq!(statuses(&seen), ["WORKING", "WORKING", "COMPLETE"]);
        assert!(seen.iter().all(|state| state.lag_time_seconds.is_none()));

        let unlinked = client
            .delete_org_live_migration_link_tokens()
            .org_id(atlas.org_id())
            .send()
            .await
            .expect("an unlinked organization");
        assert_eq!(unlinked.status().as_u16(), 204);

        let executed = atlas.counters().executed;
        let once = [
            "createOrgLiveMigrationLinkToken",
            "createGroupLiveMigration",
            "cutoverGroupLiveMigration",
            "validateGroupLiveMigrations",
            "deleteOrgLiveMigrationLinkTokens",
        ];
        assert!(once.iter().all(|id| executed[*id] == 1), "{executed:?}");
        assert_eq!(executed.len(), 8, "{executed:?}");
    }
}

#[tokio::test]
async fn a_failed_validation_says_why() {
    let outcome = ValidationOutcome::Failed("no space left on destination".to_owned());
    let fixture = Fixture::of(linked().validation_outcome(outcome).start());
    let seen = fixture.validated().await;
    let last = seen.last().expect("a validation");
    assert_eq!(last.status, Some(LiveImportValidationStatus::Failed));
    assert_eq!(
        last.error_message.as_deref(),
        Some("no space left on destination")
    );
}

#[tokio::test]
async fn a_migration_can_fail_before_it_is_ready_and_after_its_cutover() {
    let early = MigrationOutcome::FailedBeforeReady;
    let fixture = Fixture::of(linked().migration_outcome(early).start());
    let id = fixture.create().await.expect("a migration");
    assert_eq!(statuses(&fixture.settled(&id).await), ["FAILED"]);
    fixture.conflict(fixture.cut_over(&id).await, "LIVE_MIGRATION_OVER");

    let late = MigrationOutcome::FailedAfterCutover;
    let fixture = Fixture::of(linked().migration_outcome(late).start());
    let id = fixture.create().await.expect("a migration");
    assert_eq!(statuses(&fixture.settled(&id).await), ["WORKING"]);
    fixture.cut_over(&id).await.expect("a cutover");
    assert_eq!(statuses(&fixture.settled(&id).await), ["FAILED"]);
    fixture
        .create()
        .await
        .expect("the destination is free again");
}

#[tokio::test]
async fn a_migration_that_nobody_cuts_over_expires() {
    let polled = linked()
        .migration_outcome(MigrationOutcome::Expired)
        .start();
    let fixture = Fixture::of(polled);
    let id = fixture.create().await.expect("a migration");
    assert_eq!(fixture.poll(&id).await.ready_for_cutover, Some(true));
    assert_eq!(fixture.poll(&id).await.ready_for_cutover, Some(true));
    let last = fixture.poll(&id).await;
    assert_eq!(last.status, Some(LiveMigrationResponseStatus::Expired));
    assert_eq!(last.ready_for_cutover, Some(false));
    fixture.conflict(fixture.cut_over(&id).await, "LIVE_MIGRATION_OVER");

    let timed = linked()
        .token_lifetime(Duration::from_secs(1_000 * 3_600))
        .start();
    let fixture = Fixture::of(timed);
    let id = fixture.create().await.expect("a migration");
    fixture.settled(&id).await;
    fixture
        .atlas
        .advance_clock(Duration::from_secs(120 * 3_600 - 1));
    assert_eq!(fixture.poll(&id).await.ready_for_cutover, Some(true));
    fixture.atlas.advance_clock(Duration::from_secs(1));
    let last = fixture.poll(&id).await;
    assert_eq!(last.status, Some(LiveMigrationResponseStatus::Expired));
}

#[tokio::test]
async fn an_action_in_a_wrong_state_is_a_conflict_with_an_error_code() {
    let fixture = Fixture::of(linked().pace(Pace::instant().syncing(1)).start());
    let id = fixture.create().await.expect("a migration");
    let early = fixture.cut_over(&id).await;
    fixture.conflict(early, "LIVE_MIGRATION_NOT_READY_FOR_CUTOVER");
    let second = fixture.create().await;
    fixture.conflict(second, "LIVE_MIGRATION_ALREADY_IN_PROGRESS");
    fixture.settled(&id).await;
    fixture.cut_over(&id).await.expect("a cutover");
    let twice = fixture.cut_over(&id).await;
    fixture.conflict(twice, "LIVE_MIGRATION_CUTOVER_IN_PROGRESS");
    fixture.settled(&id).await;
    fixture.conflict(fixture.cut_over(&id).await, "LIVE_MIGRATION_OVER");
    assert_eq!(
        fixture
            .atlas
            .counters()
            .executed("createGroupLiveMigration"),
        1
    );
}

#[tokio::test]
async fn a_body_that_only_the_server_can_validate_fails_with_its_invalid_members() {
    let atlas = linked().start();
    let error = bearer(&atlas)
        .create_group_live_migration()
        .group_id(atlas.project_id())
        .body(
            request("destination", &atlas).source(
                crate::requests::source(&atlas)
                    .managed_authentication(true)
                    .password("open sesame"),
            ),
        )
        .send()
        .await
        .expect_err("a password that is not wanted");
    assert_eq!(error.error_code(), Some("VALIDATION_ERROR"));
    let [violation] = error.field_violations() else {
        panic!("one violation is expected: {error}");
    };
    assert_eq!(violation.field, "source.password");
    assert!(!error.may_have_been_executed());
}

/// The older version of `createGroupLiveMigration`, with the sunset 2027-07-01.
static SUPERSEDED: Operation = Operation::new(
    "createGroupLiveMigration",
    reqwest::Method::POST,
    "/api/atlas/v2/groups/{groupId}/liveMigrations",
    "application/vnd.atlas.2023-01-01+json",
)
.content_type("application/vnd.atlas.2023-01-01+json");

#[tokio::test]
async fn a_version_is_gone_after_its_sunset_and_announces_it_before() {
    let superseded = |atlas: &Atlas| {
        let mut call = Call::new(&bearer(atlas), &SUPERSEDED);
        call.path("groupId", atlas.project_id());
        // In this version, `dropDestinationData` was required and had another name.
        let mut body = atlas.migration_request();
        let members = body.as_object_mut().expect("an object");
        let erase = members.remove("dropDestinationData");
        members.insert("dropEnabled".to_owned(), erase.expect("a member"));
        call.body(body);
        call
    };
    let before = linked().date("2027-06-30").start();
    let answer = superseded(&before)
        .send::<Value>()
        .await
        .expect("the last day");
    let sunset = answer.sunset().expect("an announced end");
    let day = before.now() + Duration::from_secs(24 * 3_600);
    assert_eq!(sunset, day);
    assert!(answer.deprecation().is_some_and(|since| since < sunset));

    let after = linked().date("2027-07-01").start();
    let error = superseded(&after)
        .send::<Value>()
        .await
        .expect_err("past its sunset");
    assert!(error.is_gone() && !error.is_retryable(), "{error}");
    assert_eq!(error.error_code(), Some("VERSION_GONE"));
    let parameters = error.api_error().and_then(|api| api.parameters.clone());
    let path = format!("/api/atlas/v2/groups/{}/liveMigrations", after.project_id());
    assert_eq!(parameters, Some(vec![json!("2023-01-01"), json!(path)]));
    // The version that the generated client uses still works.
    Fixture::of(after).create().await.expect("a migration");
}

#[tokio::test]
async fn an_exhausted_rate_limit_has_a_retry_after_that_suffices() {
    let limit = RateLimit::new(2, 1, Duration::from_secs(60));
    let fixture = Fixture::of(linked().rate_limit(limit).start());
    let id = fixture.create().await.expect("a migration");
    let call = || {
        let call = fixture.client.get_group_live_migration();
        call.group_id(fixture.atlas.project_id())
            .live_migration_id(&id)
            .send()
    };
    let last = call().await.expect("the last one for now");
    assert_eq!(
        (last.rate_limit(), last.rate_limit_remaining()),
        (Some(2), Some(0))
    );
    let error = call().await.expect_err("one too many");
    assert!(error.is_rate_limited() && error.is_retryable(), "{error}");
    assert!(!error.may_have_been_executed());
    assert_eq!(error.error_code(), Some("RATE_LIMITED"));
    assert_eq!(
        (error.rate_limit(), error.rate_limit_remaining()),
        (Some(2), Some(0))
    );
    let wait = error.retry_after().expect("a time to wait");
    assert_eq!(wait, Duration::from_secs(60));
    let parameters = error.api_error().and_then(|api| api.parameters.clone());
    assert_eq!(
        parameters.expect("parameters")[1..],
        [json!(60), json!(2), json!(1), json!(60)]
    );
    fixture.atlas.advance_clock(wait);
    call().await.expect("waiting helps");
}
