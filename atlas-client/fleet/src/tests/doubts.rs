//! Requests whose response is lost, and the answers to these doubts.

use atlas_client::mock::{Fault, Moment};

use super::*;

/// Starts an Atlas that creates a migration into `orders` and then closes the connection.
fn losing() -> Atlas {
    let lost = Fault::hang_up().moment(Moment::AfterExecution);
    atlas()
        .fault(lost.operation(CREATE).cluster("orders"))
        .start()
}

#[tokio::test]
async fn a_lost_response_is_a_doubt_that_says_what_to_look_up() {
    let atlas = losing();
    let journal = Journal::in_memory().unwrap();
    let jobs = || ["billing", "orders", "stock"].map(|name| job(&atlas, name));
    let fleet = fleet(&atlas, &journal);
    let summary = run(&fleet, jobs()).await;
    assert!(outcome(&summary, "billing").is_complete(), "{summary}");
    assert!(outcome(&summary, "stock").is_complete(), "{summary}");
    let doubt = summary.doubts().next().unwrap().to_string();
    let year = humantime::format_rfc3339_seconds(std::time::SystemTime::now()).to_string();
    for part in [
        "the response was lost",
        atlas.project_id(),
        "\"orders\"",
        "\"source\"",
        &year[..10],
    ] {
        assert!(doubt.contains(part), "{part}: {doubt}");
    }
    // Without an answer, nothing is sent for it.
    atlas.clear_requests();
    let again = run(&fleet, jobs()).await;
    assert_eq!(again, summary);
    assert!(atlas.requests().is_empty());

    let created = atlas.migrations();
    let created = created.iter().find(|it| it.cluster == "orders").unwrap();
    journal
        .started("orders", created.id.parse().unwrap())
        .unwrap();
    let summary = run(&fleet, jobs()).await;
    assert!(summary.is_complete(), "{summary}");
    each_once(&atlas, &["billing", "orders", "stock"]);
}

#[tokio::test]
async fn a_wrong_answer_is_found_out() {
    let atlas = losing();
    let journal = Journal::in_memory().unwrap();
    let jobs = || ["billing", "orders"].map(|name| job(&atlas, name));
    let fleet = fleet(&atlas, &journal);
    run(&fleet, jobs()).await;
    let migrations = atlas.migrations();
    let of = |cluster: &str| {
        let found = migrations.iter().find(|it| it.cluster == cluster);
        found.unwrap().id.parse::<atlas_client::ObjectId>().unwrap()
    };

    let another = journal.started("orders", of("billing")).unwrap_err();
    assert!(another.is_answer(), "{another}");
    assert!(
        another.to_string().contains("of the job \"billing\""),
        "{another}"
    );
    let done = journal.started("billing", of("orders")).unwrap_err();
    assert!(done.is_answer(), "{done}");
    assert!(done.to_string().ends_with("it is complete"), "{done}");
    let unknown = journal.not_started("stock").unwrap_err();
    assert!(unknown.is_answer(), "{unknown}");

    // An id that the server does not know.
    journal
        .started("orders", "32b6e34b3d91647abb20e7b8".parse().unwrap())
        .unwrap();
    let summary = run(&fleet, jobs()).await;
    let doubt = summary.doubts().next().unwrap();
    assert!(
        doubt
            .reason
            .starts_with("there is no migration 32b6e34b3d91647abb20e7b8"),
        "{doubt}"
    );

    // There is a migration, so the server responds with a conflict.
    journal.not_started("orders").unwrap();
    let summary = run(&fleet, jobs()).await;
    let doubt = summary.doubts().next().unwrap();
    assert!(
        doubt
            .reason
            .contains("the migration was reported as not started, but Atlas rejected the request"),
        "{doubt}"
    );

    journal.started("orders", of("orders")).unwrap();
    let summary = run(&fleet, jobs()).await;
    assert!(summary.is_complete(), "{summary}");
    each_once(&atlas, &["billing", "orders"]);
}

#[tokio::test]
async fn what_was_not_started_is_started_by_the_next_run() {
    let atlas = atlas().fault(Fault::hang_up().operation(CREATE)).start();
    let journal = Journal::in_memory().unwrap();
    let fleet = fleet(&atlas, &journal);
    let summary = run(&fleet, [job(&atlas, "orders")]).await;
    assert_eq!(summary.doubts().count(), 1, "{summary}");
    assert!(atlas.migrations().is_empty());
    journal.not_started("orders").unwrap();
    let summary = run(&fleet, [job(&atlas, "orders")]).await;
    assert!(summary.is_complete(), "{summary}");
    each_once(&atlas, &["orders"]);
}

#[tokio::test]
async fn a_request_that_was_not_executed_is_repeated() {
    let busy = Fault::new(503).header("Retry-After", "0").times(2);
    let atlas = atlas().fault(busy.operation(CREATE)).start();
    let journal = Journal::in_memory().unwrap();
    let summary = run(&fleet(&atlas, &journal), [job(&atlas, "orders")]).await;
    assert!(summary.is_complete(), "{summary}");
    assert_eq!(asked(&atlas, CREATE), 3);
    each_once(&atlas, &["orders"]);
}

#[tokio::test]
async fn a_cutover_that_was_accepted_is_not_asked_for_again_though_it_looks_ready() {
    let atlas = atlas().pace(Pace::instant().still_ready(3)).start();
    let journal = Journal::in_memory().unwrap();
    let mut first = fleet(&atlas, &journal)
        .run([job(&atlas, "orders")])
        .unwrap();
    until(&mut first, |it| matches!(it, EventKind::CutOver)).await;
    until(&mut first, |it| matches!(it, EventKind::Progress(_))).await;
    drop(first);
    let summary = run(&fleet(&atlas, &journal), [job(&atlas, "orders")]).await;
    assert!(summary.is_complete(), "{summary}");
    assert_eq!(asked(&atlas, CUTOVER), 1);
    each_once(&atlas, &["orders"]);
}

#[tokio::test]
async fn a_cutover_whose_response_is_lost_is_refused_once_it_was_executed() {
    let lost = Fault::hang_up().moment(Moment::AfterExecution);
    let atlas = atlas()
        .pace(Pace::instant().still_ready(2))
        .fault(lost.operation(CUTOVER))
        .start();
    let journal = Journal::in_memory().unwrap();
    let summary = run(&fleet(&atlas, &journal), [job(&atlas, "orders")]).await;
    assert!(summary.is_complete(), "{summary}");
    assert!(asked(&atlas, CUTOVER) > 1, "it looked ready");
    each_once(&atlas, &["orders"]);
}

#[tokio::test]
async fn a_cutover_whose_response_is_lost_is_looked_at_and_repeated_if_need_be() {
    for (moment, requests) in [(Moment::AfterExecution, 1), (Moment::BeforeExecution, 2)] {
        let lost = Fault::hang_up().operation(CUTOVER).moment(moment);
        let atlas = atlas().fault(lost).start();
        let journal = Journal::in_memory().unwrap();
        let summary = run(&fleet(&atlas, &journal), [job(&atlas, "orders")]).await;
        assert!(summary.is_complete(), "{summary}");
        assert_eq!(asked(&atlas, CUTOVER), requests);
        each_once(&atlas, &["orders"]);
    }
}
