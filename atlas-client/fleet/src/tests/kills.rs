//! Kills at each point of a run, and how the next run continues. The tests drop a run instead of
//! killing its process: in both cases only the journal and the state of the server are left.

use atlas_client::mock::Fault;

use super::*;

type Point = (&'static str, fn(&EventKind) -> bool, &'static str);

/// The points at which a run is killed, and the state that the journal has there.
const POINTS: [Point; 8] = [
    (
        "validating",
        |it| matches!(it, EventKind::Validating),
        "validating",
    ),
    (
        "starting",
        |it| matches!(it, EventKind::Starting),
        "starting",
    ),
    (
        "started",
        |it| matches!(it, EventKind::Started(_)),
        "started",
    ),
    (
        "at a poll",
        |it| matches!(it, EventKind::Progress(_)),
        "started",
    ),
    (
        "stopping the writers",
        |it| matches!(it, EventKind::StoppingWriters),
        "started",
    ),
    (
        "cutting over",
        |it| matches!(it, EventKind::CuttingOver),
        "cutting over",
    ),
    (
        "cut over",
        |it| matches!(it, EventKind::CutOver),
        "cut over",
    ),
    ("ended", |it| matches!(it, EventKind::Ended(_)), "complete"),
];

#[tokio::test]
async fn killed_at_any_point_a_migration_is_started_and_cut_over_once() {
    for (point, wanted, expected) in POINTS {
        let atlas = atlas().start();
        let journal = Journal::in_memory().unwrap();
        let mut first = fleet(&atlas, &journal)
            .run([job(&atlas, "orders")])
            .unwrap();
        until(&mut first, wanted).await;
        assert_eq!(state(&journal, "orders"), expected, "killed {point}");
        drop(first);

        let fleet = fleet(&atlas, &journal);
        let mut summary = run(&fleet, [job(&atlas, "orders")]).await;
        if point == "starting" {
            assert_eq!(summary.doubts().count(), 1, "{summary}");
            // Whether the server has created it depends on when the connection was closed.
            match atlas.migrations().first() {
                Some(found) => journal.started("orders", found.id.parse().unwrap()),
                None => journal.not_started("orders"),
            }
            .unwrap();
            summary = run(&fleet, [job(&atlas, "orders")]).await;
        }
        assert!(summary.is_complete(), "killed {point}: {summary}");
        each_once(&atlas, &["orders"]);
    }
}

#[tokio::test]
async fn killed_in_a_cutover_that_was_executed_it_is_not_asked_for_again() {
    let atlas = atlas()
        .fault(Fault::delay(Duration::from_secs(600)).operation(CUTOVER))
        .start();
    let journal = Journal::in_memory().unwrap();
    let mut first = fleet(&atlas, &journal)
        .run([job(&atlas, "orders")])
        .unwrap();
    let executed = async {
        while asked(&atlas, CUTOVER) == 0 {
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        () = executed => {}
        // Its response is delayed by ten minutes.
        () = async { while first.next().await.is_some() {} } => panic!("{}", first.summary()),
    }
    drop(first);
    assert_eq!(state(&journal, "orders"), "cutting over");

    let summary = run(&fleet(&atlas, &journal), [job(&atlas, "orders")]).await;
    assert!(summary.is_complete(), "{summary}");
    each_once(&atlas, &["orders"]);
    assert_eq!(asked(&atlas, CUTOVER), 1);
}

#[tokio::test]
async fn what_has_ended_sends_nothing() {
    let atlas = atlas().start();
    let journal = Journal::in_memory().unwrap();
    let fleet = fleet(&atlas, &journal);
    let first = run(&fleet, [job(&atlas, "orders")]).await;
    atlas.clear_requests();
    let second = run(&fleet, [job(&atlas, "orders")]).await;
    assert_eq!(first, second);
    assert!(atlas.requests().is_empty());
}

#[tokio::test]
async fn what_runs_on_the_server_is_followed_before_anything_is_started() {
    let atlas = atlas().start();
    let journal = Journal::in_memory().unwrap();
    let one = fleet(&atlas, &journal).at_once(1);
    let mut first = one.run([job(&atlas, "orders")]).unwrap();
    until(&mut first, |it| matches!(it, EventKind::Started(_))).await;
    drop(first);
    let mut second = one
        .run([job(&atlas, "billing"), job(&atlas, "orders")])
        .unwrap();
    let event = until(&mut second, |it| matches!(it, EventKind::Ended(_))).await;
    assert_eq!(event.job, "orders");
    assert!(second.finish().await.is_complete());
}
