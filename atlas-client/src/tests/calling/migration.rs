//! Tests of the workflow of a migration, against the embedded Atlas.
//!
//! Where waits matter, the clock is paused, and a test advances it while a stream waits for its
//! next poll.

use std::time::{Duration, SystemTime};

use tokio::time::{Instant, advance};

use crate::migration::{CutoverTimer, Event, Follow, Migration, Plan, Progress, Validated};
use crate::mock::{Atlas, Builder, Fault, MigrationOutcome, Pace, ValidationOutcome};
use crate::poll::Polling;
use crate::tests::clock::Clock;
use crate::tests::server::{Reply, Server, json};
use crate::types::{
    Destination, LiveImportValidationStatus, LiveMigrationRequest, LiveMigrationResponseStatus,
    Source,
};
use crate::{CallOptions, Client, Credentials, Error, Result};

const CREATE: &str = "createGroupLiveMigration";
const CUTOVER: &str = "cutoverGroupLiveMigration";
const LOOK: &str = "getGroupLiveMigration";
const HOUR: Duration = Duration::from_secs(3600);

fn linked() -> Builder {
    // Some tests advance the clock by days.
    Atlas::builder().linked(true).token_lifetime(1000 * HOUR)
}

/// Builds a client that attempts each call once, so that each error is that of a poll.
fn client(atlas: &Atlas) -> Client {
    Client::builder()
        .base_url(atlas.base_url())
        .options(CallOptions::new().no_retries())
        .credentials(Credentials::access_token(atlas.issue_access_token()))
        .build()
        .unwrap()
}

/// Creates a plan that polls without waits.
fn plan(atlas: &Atlas) -> Plan {
    let request = LiveMigrationRequest::builder()
        .source(
            Source::builder()
                .group_id(atlas.source_project_id())
                .cluster_name(atlas.source_cluster())
                .managed_authentication(true)
                .ssl(true),
        )
        .destination(
            Destination::builder()
                .group_id(atlas.project_id())
                .cluster_name("destination")
                .hostname_schema_type("PUBLIC"),
        )
        .migration_hosts([atlas.migration_host()])
        .build()
        .unwrap();
    let project = atlas.project_id().parse().unwrap();
    Plan::new(&client(atlas), project, request).polling(Polling::every(Duration::ZERO))
}

async fn validated(atlas: &Atlas) -> Validated {
    plan(atlas).validate().await.unwrap()
}

async fn started(atlas: &Atlas) -> Migration {
    validated(atlas).await.start().await.unwrap()
}

/// Counts the requests of an operation.
fn asked(atlas: &Atlas, operation: &str) -> usize {
    let requests = atlas.requests();
    let asked = requests.iter().filter_map(|it| it.operation.as_deref());
    asked.filter(|id| *id == operation).count()
}

fn progress(event: Option<Result<Event>>) -> Progress {
    match event.unwrap().unwrap() {
        Event::Progress(progress) => progress,
        other => panic!("{other:?} is no progress"),
    }
}

fn failure(event: Option<Result<Event>>) -> Error {
    match event.unwrap().unwrap() {
        Event::PollFailed(error) => error,
        other => panic!("{other:?} is no failure"),
    }
}

fn due(event: Option<Result<Event>>) -> CutoverTimer {
    match event.unwrap().unwrap() {
        Event::CutoverDue(timer) => timer,
        other => panic!("{other:?} is no warning"),
    }
}

/// Returns whether the stream has no event now, for example because it waits for its next poll.
async fn waits(follow: &mut Follow) -> bool {
    let mut next = Box::pin(follow.next());
    std::future::poll_fn(|context| std::task::Poll::Ready(next.as_mut().poll(context).is_pending()))
        .await
}

/// Returns the next event, which must arrive even if the clock is paused.
async fn told(follow: &mut Follow) -> Option<Result<Event>> {
    let mut next = Box::pin(follow.next());
    let began = std::time::Instant::now();
    loop {
        tokio::select! {
            biased;
            event = &mut next => return event,
            () = tokio::task::yield_now() => {}
        }
        assert!(
            began.elapsed() < Duration::from_secs(20),
            "it has nothing to tell"
        );
    }
}

/// Advances the clock by a wait, and returns the next event.
async fn after(follow: &mut Follow, wait: Duration) -> Option<Result<Event>> {
    assert!(waits(follow).await);
    // Timers have a resolution of one millisecond.
    advance(wait + Duration::from_millis(2)).await;
    told(follow).await
}

async fn text_of(migration: &Migration) -> Vec<String> {
    let (mut follow, mut texts) = (migration.follow(), Vec::new());
    while let Some(event) = told(&mut follow).await {
        texts.push(match event {
            Ok(Event::Progress(progress)) => progress.to_string(),
            Ok(other) => format!("{other:?}"),
            Err(error) => error.to_string(),
        });
    }
    texts
}

#[tokio::test]
async fn a_migration_goes_from_plan_to_complete() {
    let atlas = linked().start();
    let (mut verdicts, mut ids) = (Vec::new(), Vec::new());
    let validated = plan(&atlas)
        .validate_with(|polled| {
            let polled = polled.unwrap();
            verdicts.push(polled.status.clone().unwrap());
            ids.push(polled.id.clone().unwrap());
        })
        .await
        .unwrap();
    assert!(ids.iter().all(|id| id == validated.id()), "{ids:?}");
    assert_eq!(
        verdicts.iter().map(|it| it.as_str()).collect::<Vec<_>>(),
        ["PENDING", "PENDING", "SUCCESS"]
    );
    let migration = validated.start().await.unwrap();
    assert_eq!(migration.project().as_str(), atlas.project_id());

    let (mut follow, mut seen) = (migration.follow(), Vec::new());
    while let Some(event) = told(&mut follow).await {
        let progress = progress(Some(event));
        let timer = progress.cutover_timer();
        assert_eq!(progress.ready().is_some(), timer.is_some());
        assert_eq!(progress.response().id.as_ref(), Some(migration.id()));
        let is_complete = progress.status() == Some(&LiveMigrationResponseStatus::Complete);
        assert_eq!(progress.is_terminal(), is_complete);
        seen.push((
            progress.status().unwrap().to_string(),
            progress.lag().map(|lag| lag.as_secs()),
        ));
        if let Some(ready) = progress.ready() {
            assert!(
                timer.is_some_and(|it| it.is_known() && it.left() > 119 * HOUR),
                "{timer:?}"
            );
            ready.cut_over().await.unwrap();
        }
    }
    let seen: Vec<_> = seen
        .iter()
        .map(|(status, lag)| (status.as_str(), *lag))
        .collect();
    let expected = [
        ("NEW", None),
        ("WORKING", Some(181)),
        ("WORKING", Some(121)),
        ("WORKING", Some(61)),
        ("WORKING", Some(1)),
        ("WORKING", None),
        ("WORKING", None),
        ("COMPLETE", None),
    ];
    assert_eq!(seen, expected);
    assert!(told(&mut follow).await.is_none());
    assert_eq!((asked(&atlas, CREATE), asked(&atlas, CUTOVER)), (1, 1));
}

#[tokio::test]
async fn a_validation_that_fails_says_why_and_starts_nothing() {
    let outcome = ValidationOutcome::Failed("the oplog is too short".to_owned());
    let atlas = linked().validation_outcome(outcome).start();
    let error = plan(&atlas).validate().await.unwrap_err();
    assert!(error.is_outcome() && !error.is_retryable(), "{error}");
    assert!(!error.may_have_been_executed(), "{error}");
    assert!(
        error
            .to_string()
            .ends_with("is FAILED: the oplog is too short"),
        "{error}"
    );
    assert_eq!(asked(&atlas, CREATE), 0);
}

#[tokio::test]
async fn a_plan_asks_nothing_and_a_validation_outlives_polls_that_fail() {
    let atlas = linked().start();
    let plan = plan(&atlas);
    assert_eq!(atlas.requests().len(), 0);
    atlas.fail_next(
        Fault::new(503)
            .operation("getGroupLiveMigrationValidateStatus")
            .times(3),
    );
    let mut failures = 0;
    let validated = plan
        .validate_with(|polled| failures += u32::from(polled.is_err()))
        .await;
    let _ = validated.unwrap();
    assert_eq!(failures, 3);
}

#[tokio::test]
async fn what_was_begun_without_an_id_is_an_error_that_keeps_the_answer() {
    let atlas = linked().start();
    let validated = validated(&atlas).await;
    let odd = serde_json::json!({"status": "NEW"});
    atlas.fail_next(Fault::new(201).operation(CREATE).json(&odd));
    let error = validated.start().await.unwrap_err();
    assert!(
        error.is_decode() && error.may_have_been_executed(),
        "{error}"
    );
    assert!(error.to_string().starts_with(CREATE), "{error}");
    assert_eq!(error.body(), Some(odd.to_string().as_bytes()));
}

#[tokio::test]
async fn a_stream_outlives_polls_that_fail_in_passing() {
    let atlas = linked().start();
    let migration = started(&atlas).await;
    let mut follow = migration.follow();
    assert_eq!(progress(told(&mut follow).await).to_string(), "NEW");
    atlas.fail_next(Fault::new(500).operation(LOOK).times(20));
    for _ in 0..20 {
        assert_eq!(failure(told(&mut follow).await).status().unwrap(), 500);
    }
    assert_eq!(
        progress(told(&mut follow).await).to_string(),
        "WORKING, 3m 1s behind"
    );

    atlas.fail_next(Fault::new(404).operation(LOOK));
    let error = told(&mut follow).await.unwrap().unwrap_err();
    assert!(error.is_not_found(), "{error}");
    assert!(
        told(&mut follow).await.is_none(),
        "what does not pass is the end"
    );
}

#[tokio::test]
async fn a_stream_outlives_a_network_that_is_gone() {
    let server = Server::start(|number, _| match number {
        0..5 => Reply::Reset,
        _ => json(200, &serde_json::json!({"status": "COMPLETE"})),
    })
    .await;
    let options = CallOptions::new().no_retries();
    let client = crate::tests::builder(&server)
        .options(options)
        .build()
        .unwrap();
    let id = "6296fb4c7c7aa997cf94e9a8".parse().unwrap();
    let migration = Migration::resume(&client, "32b6e34b3d91647abb20e7b8".parse().unwrap(), id)
        .polling(Polling::every(Duration::ZERO));
    let mut follow = migration.follow();
    for _ in 0..5 {
        assert!(failure(told(&mut follow).await).is_retryable());
    }
    assert_eq!(progress(told(&mut follow).await).to_string(), "COMPLETE");
    assert!(told(&mut follow).await.is_none());
}

#[tokio::test]
async fn polls_back_off_and_come_closer_again_after_a_change() {
    let atlas = linked().pace(Pace::default().syncing(4)).start();
    let polling = Polling::new()
        .backoff(Duration::from_secs(5), Duration::from_secs(60))
        .jitter(0.0);
    let migration = started(&atlas).await.polling(polling);
    let _clock = Clock::stopped();
    let mut follow = migration.follow();
    assert_eq!(progress(told(&mut follow).await).to_string(), "NEW");
    // The waits restart when `NEW` becomes `WORKING`, and when the migration becomes ready.
    let waits = [5, 5, 10, 20, 40, 5, 10, 20, 40, 60, 60];
    for wait in waits.map(Duration::from_secs) {
        assert!(self::waits(&mut follow).await);
        advance(wait - Duration::from_secs(1)).await;
        let before = asked(&atlas, LOOK);
        assert!(self::waits(&mut follow).await);
        assert_eq!(asked(&atlas, LOOK), before, "within {wait:?}");
        progress(after(&mut follow, Duration::from_secs(1)).await);
    }
}

#[tokio::test]
async fn a_poll_comes_no_sooner_than_the_server_asks_for() {
    let atlas = linked().start();
    let migration = started(&atlas).await;
    let _clock = Clock::stopped();
    let mut follow = migration.follow();
    atlas.fail_next(Fault::new(429).operation(LOOK).header("Retry-After", "900"));
    assert!(failure(told(&mut follow).await).is_rate_limited());
    assert!(waits(&mut follow).await);
    advance(Duration::from_secs(899)).await;
    assert!(waits(&mut follow).await);
    assert_eq!(asked(&atlas, LOOK), 1);
    progress(after(&mut follow, Duration::from_secs(1)).await);
}

#[tokio::test]
async fn a_stream_that_was_dropped_is_resumed_from_the_id() {
    let atlas = linked().start();
    let migration = started(&atlas).await;
    let id = migration.id().to_string();
    let mut follow = migration.follow();
    assert_eq!(progress(told(&mut follow).await).to_string(), "NEW");
    // The stream is dropped during a poll.
    assert!(waits(&mut follow).await);
    drop((follow, migration));

    let project = atlas.project_id().parse().unwrap();
    let resumed = Migration::resume(&client(&atlas), project, id.parse().unwrap())
        .polling(Polling::every(Duration::ZERO));
    resumed
        .until_ready()
        .await
        .unwrap()
        .cut_over()
        .await
        .unwrap();
    resumed.until_complete().await.unwrap();
    assert_eq!((asked(&atlas, CREATE), asked(&atlas, CUTOVER)), (1, 1));
    let error = resumed.until_ready().await.unwrap_err();
    assert!(
        error.is_outcome() && error.to_string().contains("is COMPLETE"),
        "{error}"
    );
}

#[tokio::test]
async fn a_migration_that_expires_or_fails_ends_in_an_error_that_says_so() {
    for (outcome, status, why) in [
        (
            MigrationOutcome::Expired,
            "EXPIRED",
            "nobody cut over in time",
        ),
        (MigrationOutcome::FailedBeforeReady, "FAILED", "given it up"),
    ] {
        let atlas = linked().migration_outcome(outcome).start();
        let migration = started(&atlas).await;
        let texts = text_of(&migration).await;
        let [.., last, error] = texts.as_slice() else {
            panic!("{texts:?}");
        };
        assert_eq!(last, status);
        let expected = format!("migration {} is {status}: ", migration.id());
        assert!(
            error.starts_with(&expected) && error.ends_with(why),
            "{error}"
        );
        for error in [
            migration.until_ready().await.unwrap_err(),
            migration.until_complete().await.unwrap_err(),
        ] {
            assert!(error.is_outcome() && !error.is_retryable(), "{error}");
        }
        assert_eq!(asked(&atlas, CUTOVER), 0);
    }
}

#[tokio::test]
async fn what_is_not_ready_gives_nothing_to_cut_over_with() {
    let atlas = linked()
        .migration_outcome(MigrationOutcome::FailedBeforeReady)
        .start();
    let migration = started(&atlas).await;
    let mut follow = migration.follow();
    while let Some(Ok(event)) = told(&mut follow).await {
        assert!(progress(Some(Ok(event))).ready().is_none());
    }
    // An expired migration is not ready, even if the flag is still set.
    let over = serde_json::json!({"status": "EXPIRED", "readyForCutover": true});
    atlas.fail_next(Fault::new(200).operation(LOOK).json(&over));
    assert!(
        progress(told(&mut migration.follow()).await)
            .ready()
            .is_none()
    );
    assert_eq!(asked(&atlas, CUTOVER), 0);
}

/// Returns a migration that was ready before the first poll of the stream under test.
async fn ready(atlas: &Atlas) -> Migration {
    let migration = started(atlas).await;
    let _ = migration.until_ready().await.unwrap();
    migration.polling(Polling::every(HOUR))
}

#[tokio::test]
async fn it_warns_while_the_time_for_the_cutover_runs_out() {
    let atlas = linked().pace(Pace::instant().syncing(1)).start();
    let migration = started(&atlas).await.polling(Polling::every(HOUR));
    let _clock = Clock::stopped();
    let mut follow = migration.follow();
    progress(told(&mut follow).await);
    // It may have become ready right after the poll that did not find it ready.
    let (mut warned, mut first) = (Vec::new(), None);
    for hour in 1..=119 {
        let progress = progress(after(&mut follow, HOUR).await);
        let timer = progress.cutover_timer().unwrap();
        assert!(
            timer.is_known() && timer.left() <= (120 - hour) * HOUR,
            "{timer:?}"
        );
        assert!(
            timer.left() > (120 - hour) * HOUR - Duration::from_secs(5),
            "{timer:?}"
        );
        first.get_or_insert(timer);
        if [72, 96, 108, 116, 119].contains(&hour) {
            let timer = due(told(&mut follow).await);
            warned.push(timer.left().as_secs().div_ceil(3600));
            assert_eq!(progress.cutover_timer(), Some(timer));
        }
    }
    assert_eq!(warned, [48, 24, 12, 4, 1]);
    // A timer that is kept runs on.
    assert!(first.is_some_and(|timer| timer.left() <= HOUR), "{first:?}");
    assert_eq!(asked(&atlas, CUTOVER), 0);
}

#[tokio::test]
async fn it_warns_as_well_while_polls_fail() {
    let atlas = linked().pace(Pace::instant().syncing(1)).start();
    let polling = Polling::every(HOUR).outage(100 * HOUR);
    let migration = started(&atlas).await.polling(polling);
    let _clock = Clock::stopped();
    let mut follow = migration.follow();
    progress(told(&mut follow).await);
    progress(after(&mut follow, HOUR).await);
    atlas.fail_next(Fault::new(503).operation(LOOK).times(71));
    for _ in 2..=72 {
        failure(after(&mut follow, HOUR).await);
    }
    assert!(due(told(&mut follow).await).left() <= 48 * HOUR);
    progress(after(&mut follow, HOUR).await);
}

#[tokio::test]
async fn a_time_whose_beginning_nobody_saw_is_warned_of_at_once() {
    let atlas = linked().pace(Pace::instant()).start();
    let migration = ready(&atlas).await;
    let mut follow = migration.follow();
    progress(told(&mut follow).await);
    let timer = due(told(&mut follow).await);
    assert!(!timer.is_known() && timer.left() > 119 * HOUR, "{timer:?}");
    assert!(
        timer.to_string().starts_with("at most 4days 23h "),
        "{timer}"
    );

    // The time recorded by an earlier process counts.
    let since = SystemTime::now() - 110 * HOUR;
    let mut follow = migration.ready_since(since).follow();
    let text = progress(told(&mut follow).await).to_string();
    let timer = due(told(&mut follow).await);
    assert!(timer.is_known() && timer.since() == since, "{timer:?}");
    assert_eq!(timer.to_string(), "at least 9h 59m left");
    assert_eq!(
        text,
        "WORKING, 1s behind, ready for its cutover, at least 9h 59m left"
    );
}

#[tokio::test]
async fn a_warning_that_was_given_is_not_repeated() {
    let atlas = linked().pace(Pace::instant()).start();
    let migration = ready(&atlas)
        .await
        .ready_since(SystemTime::now() - 110 * HOUR);
    let _clock = Clock::stopped();
    let mut follow = migration.follow();
    progress(told(&mut follow).await);
    due(told(&mut follow).await);
    progress(after(&mut follow, HOUR).await);
    progress(after(&mut follow, HOUR).await);
}

#[tokio::test]
async fn a_deadline_ends_a_stream_with_what_was_found_last() {
    let atlas = linked().pace(Pace::default().syncing(u32::MAX)).start();
    let polling = Polling::every(HOUR).deadline(5 * HOUR + HOUR / 2);
    let migration = started(&atlas).await.polling(polling);
    let _clock = Clock::stopped();
    let mut follow = migration.follow();
    // The deadline is counted from the first poll.
    advance(100 * HOUR).await;
    let began = Instant::now();
    progress(told(&mut follow).await);
    for _ in 0..5 {
        progress(after(&mut follow, HOUR).await);
    }
    let error = told(&mut follow).await.unwrap().unwrap_err();
    assert!(error.is_timeout() && !error.is_outcome(), "{error}");
    let found = format!("migration {} is WORKING", migration.id());
    assert!(error.to_string().ends_with(&found), "{error}");
    assert!(told(&mut follow).await.is_none());
    assert!(told(&mut follow).await.is_none());
    assert!(began.elapsed() < 6 * HOUR);
}

#[tokio::test]
async fn a_signal_ends_a_stream() {
    let atlas = linked().pace(Pace::default().syncing(u32::MAX)).start();
    let migration = started(&atlas).await.polling(Polling::every(HOUR));
    let (signal, received) = tokio::sync::oneshot::channel::<()>();
    let follow = migration.follow().until(async move {
        let _ = received.await;
    });
    // Another signal does not replace the first.
    let mut follow = follow.until(std::future::pending());
    assert_eq!(format!("{follow:?}"), "Follow");
    progress(told(&mut follow).await);
    assert!(waits(&mut follow).await);
    signal.send(()).unwrap();
    assert!(told(&mut follow).await.is_none());
    assert!(told(&mut follow).await.is_none());
    assert_eq!(asked(&atlas, LOOK), 1);
}

#[tokio::test]
async fn a_status_from_the_future_is_no_end() {
    let atlas = linked().start();
    let migration = started(&atlas).await;
    let paused = serde_json::json!({"status": "PAUSED", "readyForCutover": false});
    atlas.fail_next(Fault::new(200).operation(LOOK).json(&paused));
    let mut follow = migration.follow();
    let odd = progress(told(&mut follow).await);
    assert_eq!(odd.to_string(), "PAUSED (a status unknown to this version)");
    assert!(!odd.is_terminal());
    assert_eq!(progress(told(&mut follow).await).to_string(), "NEW");
}

#[test]
fn statuses_know_which_of_them_are_the_end() {
    let ends = |values: &[&'static str], is_end: fn(&str) -> bool| {
        values
            .iter()
            .copied()
            .filter(|value| is_end(value))
            .collect::<Vec<_>>()
    };
    let migration = |value: &str| {
        value
            .parse::<LiveMigrationResponseStatus>()
            .unwrap()
            .is_terminal()
    };
    let validation = |value: &str| {
        value
            .parse::<LiveImportValidationStatus>()
            .unwrap()
            .is_terminal()
    };
    assert_eq!(
        ends(LiveMigrationResponseStatus::VALUES, migration),
        ["FAILED", "COMPLETE", "EXPIRED"]
    );
    assert_eq!(
        ends(LiveImportValidationStatus::VALUES, validation),
        ["SUCCESS", "FAILED"]
    );
}

#[test]
fn each_step_may_be_spawned() {
    fn spawned(_: &(impl Send + 'static)) {}
    fn never(plan: Plan, validated: Validated, migration: Migration) {
        spawned(&plan.validate());
        spawned(&validated.start());
        spawned(&migration.follow());
        spawned(&async move { migration.until_ready().await?.cut_over().await });
    }
    let _ = never;
}
