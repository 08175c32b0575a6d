//! Tests of the states, poll by poll.

use std::time::UNIX_EPOCH;

use super::*;

fn migration(pace: Pace, outcome: MigrationOutcome) -> Migration {
    Migration::new(
        "id".to_owned(),
        "group".to_owned(),
        ("group".to_owned(), "cluster".to_owned()),
        json!(["host"]),
        pace,
        outcome,
    )
}

fn seen(value: &Value) -> (String, bool, Option<u64>) {
    (
        value["status"].as_str().unwrap_or_default().to_owned(),
        value["readyForCutover"] == true,
        value["lagTimeSeconds"].as_u64(),
    )
}

fn polls(migration: &mut Migration, count: usize) -> Vec<(String, bool, Option<u64>)> {
    (0..count)
        .map(|_| seen(&migration.poll(UNIX_EPOCH)))
        .collect()
}

fn stage(status: &str, ready: bool, lag: Option<u64>) -> (String, bool, Option<u64>) {
    (status.to_owned(), ready, lag)
}

#[test]
fn a_migration_goes_from_new_to_complete_with_a_falling_lag() {
    let mut migration = migration(Pace::default(), MigrationOutcome::Complete);
    assert_eq!(
        polls(&mut migration, 7),
        [
            stage("NEW", false, None),
            stage("WORKING", false, Some(181)),
            stage("WORKING", false, Some(121)),
            stage("WORKING", false, Some(61)),
            stage("WORKING", true, Some(1)),
            stage("WORKING", true, Some(1)),
            stage("WORKING", true, Some(1)),
        ]
    );
    assert_eq!(migration.cut_over(UNIX_EPOCH), Ok(()));
    assert_eq!(migration.cut_over(UNIX_EPOCH), Err(NoCutover::UnderWay));
    assert_eq!(
        polls(&mut migration, 4),
        [
            stage("WORKING", false, None),
            stage("WORKING", false, None),
            stage("COMPLETE", false, None),
            stage("COMPLETE", false, None),
        ]
    );
    assert!(!migration.is_active());
    assert_eq!(migration.cut_over(UNIX_EPOCH), Err(NoCutover::Over));
}

#[test]
fn a_stage_can_last_as_long_as_its_number_says() {
    let pace = Pace::instant().syncing(u32::MAX);
    let mut migration = migration(pace, MigrationOutcome::Complete);
    assert_eq!(
        polls(&mut migration, 1),
        [stage("WORKING", false, Some(u64::from(u32::MAX) * 60 + 1))]
    );
}

#[test]
fn an_instant_migration_is_ready_at_once() {
    let mut migration = migration(Pace::instant(), MigrationOutcome::Complete);
    assert_eq!(migration.cut_over(UNIX_EPOCH), Err(NoCutover::TooEarly));
    assert_eq!(polls(&mut migration, 1), [stage("WORKING", true, Some(1))]);
    assert_eq!(migration.cut_over(UNIX_EPOCH), Ok(()));
    assert_eq!(polls(&mut migration, 1), [stage("COMPLETE", false, None)]);
}

#[test]
fn a_failure_strikes_before_the_cutover_or_after_it() {
    let mut early = migration(
        Pace::instant().syncing(1),
        MigrationOutcome::FailedBeforeReady,
    );
    assert_eq!(
        polls(&mut early, 2),
        [
            stage("WORKING", false, Some(61)),
            stage("FAILED", false, None)
        ]
    );
    let mut late = migration(Pace::instant(), MigrationOutcome::FailedAfterCutover);
    polls(&mut late, 1);
    assert_eq!(late.cut_over(UNIX_EPOCH), Ok(()));
    assert_eq!(polls(&mut late, 1), [stage("FAILED", false, None)]);
}

#[test]
fn readiness_expires_by_polls_when_asked_for_and_by_the_clock_always() {
    let mut asked = migration(Pace::instant().ready(1), MigrationOutcome::Expired);
    assert_eq!(
        polls(&mut asked, 2),
        [
            stage("WORKING", true, Some(1)),
            stage("EXPIRED", false, None)
        ]
    );
    let late = UNIX_EPOCH + CUTOVER_TIMER;
    let mut watched = migration(Pace::instant(), MigrationOutcome::Complete);
    polls(&mut watched, 1);
    assert_eq!(seen(&watched.poll(late)), stage("EXPIRED", false, None));
    let mut left = migration(Pace::instant(), MigrationOutcome::Complete);
    polls(&mut left, 1);
    assert_eq!(left.cut_over(late), Err(NoCutover::Over));
    assert_eq!(seen(&left.poll(late)), stage("EXPIRED", false, None));
}

#[test]
fn a_validation_is_pending_for_its_polls_and_then_decided_for_good() {
    let mut validation = Validation::new(
        "id".to_owned(),
        "group".to_owned(),
        "cluster".to_owned(),
        "source".to_owned(),
        Pace::default(),
        ValidationOutcome::Failed("no route to the source".to_owned()),
    );
    let polls: Vec<Value> = (0..4).map(|_| validation.poll()).collect();
    let statuses: Vec<&str> = polls
        .iter()
        .filter_map(|poll| poll["status"].as_str())
        .collect();
    assert_eq!(statuses, ["PENDING", "PENDING", "FAILED", "FAILED"]);
    assert!(polls[0]["errorMessage"].is_null());
    assert_eq!(polls[2]["errorMessage"], "no route to the source");
    assert_eq!(polls[2]["sourceGroupId"], "source");
}
