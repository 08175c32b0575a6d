//! Runs without kills: the limit on concurrent jobs, failures, cutovers without a hook, and
//! stopping.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use atlas_client::mock::{Fault, MigrationOutcome, Scenario, ValidationOutcome};

use super::*;

#[test]
fn a_run_may_move_to_another_thread() {
    fn movable<T: Send>() {}
    movable::<Run>();
    movable::<Fleet>();
}

#[tokio::test]
async fn no_more_than_the_bound_are_under_way_and_all_complete() {
    let atlas = atlas().start();
    let journal = Journal::in_memory().unwrap();
    let names: Vec<String> = (10..22).map(|number| format!("c{number}")).collect();
    let jobs = names.iter().map(|name| job(&atlas, name));
    let mut run = fleet(&atlas, &journal).at_once(3).run(jobs).unwrap();
    let (mut under_way, mut most) = (0, 0);
    while let Some(event) = run.next().await {
        match event.kind {
            EventKind::Validating => under_way += 1,
            EventKind::Ended(_) => under_way -= 1,
            _ => {}
        }
        most = most.max(under_way);
    }
    assert_eq!(most, 3);
    assert!(run.summary().is_complete(), "{}", run.summary());
    assert_eq!(
        run.summary().to_string(),
        "12 of 12 migrations are complete"
    );
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    each_once(&atlas, &names);
}

#[tokio::test]
async fn failures_are_told_and_repeated_only_if_that_is_asked_for() {
    let full = ValidationOutcome::Failed("no space left".to_owned());
    let refusal = Fault::new(400).operation(CREATE).cluster("refused");
    let atlas = atlas()
        .scenario("full", Scenario::new().validation_outcome(full))
        .scenario(
            "late",
            Scenario::new().migration_outcome(MigrationOutcome::FailedAfterCutover),
        )
        .fault(refusal)
        .start();
    let journal = Journal::in_memory().unwrap();
    let jobs = || ["fine", "full", "late", "refused"].map(|name| job(&atlas, name));
    let usual = fleet(&atlas, &journal);
    let summary = run(&usual, jobs()).await;
    let text = summary.to_string();
    assert!(
        text.starts_with("1 of 4 migrations are complete\n"),
        "{text}"
    );
    for (name, part) in [
        ("full", "no space left"),
        ("late", "is FAILED"),
        ("refused", "a simulated failure"),
    ] {
        let shown = outcome(&summary, name).to_string();
        assert!(
            shown.starts_with("failed: ") && shown.contains(part),
            "{shown}"
        );
        assert_eq!(state(&journal, name), "failed");
    }

    atlas.clear_requests();
    assert_eq!(run(&usual, jobs()).await, summary);
    assert!(atlas.requests().is_empty());

    let summary = run(&usual.retry_failed(true), jobs()).await;
    assert!(outcome(&summary, "refused").is_complete(), "{summary}");
    assert_eq!(asked(&atlas, CREATE), 2, "the refused and the late one");
}

#[tokio::test]
async fn an_error_that_is_not_the_migrations_leaves_it_to_the_next_run() {
    let atlas = atlas().fault(Fault::new(403).operation(CREATE)).start();
    atlas.fail_next(Fault::new(403).operation(LOOK));
    let journal = Journal::in_memory().unwrap();
    let fleet = fleet(&atlas, &journal);
    for state_then in ["validating", "started"] {
        let summary = run(&fleet, [job(&atlas, "orders")]).await;
        let unfinished = outcome(&summary, "orders");
        assert!(
            matches!(unfinished, Outcome::Unfinished { .. }),
            "{summary}"
        );
        assert_eq!(state(&journal, "orders"), state_then);
    }
    let summary = run(&fleet, [job(&atlas, "orders")]).await;
    assert!(summary.is_complete(), "{summary}");
    each_once(&atlas, &["orders"]);
}

#[tokio::test]
async fn without_a_hook_the_cutover_is_left_to_a_person() {
    let atlas = atlas().start();
    let journal = Journal::in_memory().unwrap();
    for _ in 0..2 {
        let summary = run(&holding(&atlas, &journal), [job(&atlas, "orders")]).await;
        let Outcome::Ready { timer, .. } = outcome(&summary, "orders") else {
            panic!("{summary}");
        };
        // The second run knows from the journal since when it is ready.
        assert!(timer.is_some_and(|timer| timer.is_known()), "{summary}");
        assert_eq!(state(&journal, "orders"), "started");
    }
    assert_eq!(asked(&atlas, CUTOVER), 0);
    assert!(
        run(&fleet(&atlas, &journal), [job(&atlas, "orders")])
            .await
            .is_complete()
    );
    each_once(&atlas, &["orders"]);
}

#[tokio::test]
async fn nothing_is_cut_over_before_its_hook_has_returned() {
    let atlas = atlas().start();
    let journal = Journal::in_memory().unwrap();
    let calls = Arc::new(AtomicUsize::new(0));
    let failing = {
        let calls = Arc::clone(&calls);
        holding(&atlas, &journal).cut_over_after(move |job| {
            assert_eq!(job.name(), "orders");
            let call = calls.fetch_add(1, Ordering::Relaxed);
            async move {
                match call {
                    0 => Err("the writers do not stop"),
                    _ => Ok(()),
                }
            }
        })
    };
    let summary = run(&failing, [job(&atlas, "orders")]).await;
    let text = outcome(&summary, "orders").to_string();
    assert!(
        text.ends_with("the hook before its cutover failed: the writers do not stop"),
        "{text}"
    );
    assert_eq!(asked(&atlas, CUTOVER), 0);
    assert!(run(&failing, [job(&atlas, "orders")]).await.is_complete());
    assert_eq!(calls.load(Ordering::Relaxed), 2);
}

#[tokio::test]
async fn stopping_completes_the_request_that_starts_a_migration() {
    let slow = Fault::delay(Duration::from_millis(50)).operation(CREATE);
    let atlas = atlas().fault(slow).start();
    let journal = Journal::in_memory().unwrap();
    let jobs = || ["billing", "orders"].map(|name| job(&atlas, name));
    let mut first = fleet(&atlas, &journal).at_once(1).run(jobs()).unwrap();
    until(&mut first, |it| matches!(it, EventKind::Starting)).await;
    first.stop();
    let summary = first.finish().await;
    let text = outcome(&summary, "billing").to_string();
    assert!(
        text.ends_with("continues on the server: the run was stopped"),
        "{text}"
    );
    let text = outcome(&summary, "orders").to_string();
    assert_eq!(text, "not started: the run was stopped");
    assert_eq!(state(&journal, "billing"), "started");
    assert_eq!(state(&journal, "orders"), "none");
    assert!(run(&fleet(&atlas, &journal), jobs()).await.is_complete());
    each_once(&atlas, &["billing", "orders"]);
}

#[tokio::test]
async fn stopping_ends_all_waits() {
    let endless = |pace: Pace| Scenario::new().pace(pace);
    let atlas = atlas()
        .scenario("validating", endless(Pace::instant().validating(u32::MAX)))
        .scenario("copying", endless(Pace::instant().syncing(u32::MAX)))
        .fault(
            Fault::new(503)
                .header("Retry-After", "3000")
                .operation(CREATE)
                .cluster("refused")
                .times(9),
        )
        .start();
    let journal = Journal::in_memory().unwrap();
    let fleet =
        holding(&atlas, &journal).cut_over_after(|_| std::future::pending::<Result<(), &str>>());
    for (name, then) in [
        ("validating", "validating"),
        ("refused", "validating"),
        ("copying", "started"),
        ("waiting for the hook", "started"),
    ] {
        let mut run = fleet.run([job(&atlas, name)]).unwrap();
        let wanted = |it: &EventKind| match name {
            "validating" => matches!(it, EventKind::Validating),
            "refused" => matches!(it, EventKind::Retrying(_)),
            "copying" => matches!(it, EventKind::Progress(_)),
            _ => matches!(it, EventKind::StoppingWriters),
        };
        until(&mut run, wanted).await;
        run.stop();
        let ended = tokio::time::timeout(Duration::from_secs(20), run.finish()).await;
        let summary = ended.unwrap_or_else(|_| panic!("{name}: it goes on"));
        let text = outcome(&summary, name).to_string();
        assert!(text.ends_with("the run was stopped"), "{name}: {text}");
        assert_eq!(state(&journal, name), then, "{name}");
    }
}
