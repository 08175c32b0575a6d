//! Jobs that contradict each other or the journal. Nothing is sent for any of them.

use super::*;

/// Returns the error of jobs that cannot run.
fn refused(fleet: &Fleet, jobs: impl IntoIterator<Item = Job>) -> String {
    let error = fleet.run(jobs).unwrap_err();
    assert!(error.is_plan(), "{error}");
    error.to_string()
}

#[tokio::test]
async fn names_and_destinations_are_unique_and_all_contradictions_are_listed() {
    let atlas = atlas().start();
    let journal = Journal::in_memory().unwrap();
    let problems = refused(
        &fleet(&atlas, &journal),
        [
            job_into(&atlas, "orders", "one"),
            job_into(&atlas, "orders", "two"),
            job_into(&atlas, "billing", "one"),
            job_into(&atlas, "", "three"),
            job_into(&atlas, "a\nb", "four"),
        ],
    );
    let problems: Vec<&str> = problems.split("; ").collect();
    let project = atlas.project_id();
    assert_eq!(
        problems,
        [
            "two jobs have the name \"orders\"",
            &format!(
                "the jobs \"orders\" and \"billing\" migrate into the same cluster \"one\" of \
                 project {project}"
            ),
            "the name \"\" has to be 1 to 200 bytes without control characters",
            "the name \"a\\nb\" has to be 1 to 200 bytes without control characters",
        ]
    );
    assert!(atlas.requests().is_empty());
}

#[tokio::test]
async fn what_was_started_must_neither_change_nor_be_renamed() {
    let atlas = atlas()
        .add_source("5f1b0a3e9c8d7e6f5a4b3c04", "other", "vm001.example.com")
        .start();
    let journal = Journal::in_memory().unwrap();
    let fleet = holding(&atlas, &journal);
    run(&fleet, [job(&atlas, "orders")]).await;
    atlas.clear_requests();

    let changed = source(&atlas)
        .cluster_name("other")
        .managed_authentication(true);
    let changed = refused(&fleet, [job_from(&atlas, "orders", "orders", changed)]);
    assert_eq!(
        changed,
        "job \"orders\" is started and has changed since: source.clusterName was \"source\" and \
         is \"other\"; undo the change, or give it another name and another destination"
    );
    let renamed = refused(&fleet, [job_into(&atlas, "shop", "orders")]);
    assert!(
        renamed.ends_with("which is started; keep the name \"orders\""),
        "{renamed}"
    );
    assert!(atlas.requests().is_empty());

    // Another server has other migrations.
    let elsewhere = atlas_again();
    let moved = refused(&holding(&elsewhere, &journal), [job(&elsewhere, "orders")]);
    assert!(moved.contains("server was \"http://127.0.0.1:"), "{moved}");
}

fn atlas_again() -> Atlas {
    atlas().start()
}

#[tokio::test]
async fn what_was_not_started_or_has_failed_may_change() {
    let atlas = atlas().start();
    let journal = Journal::in_memory().unwrap();
    let fleet = fleet(&atlas, &journal);
    let wrong = source(&atlas)
        .cluster_name("missing")
        .managed_authentication(true);
    let wrong = job_from(&atlas, "orders", "orders", wrong);
    let summary = run(&fleet, [wrong]).await;
    assert!(
        outcome(&summary, "orders")
            .to_string()
            .contains("has no cluster missing")
    );
    let problem = refused(&fleet, [job(&atlas, "orders")]);
    assert!(problem.contains("is failed and has changed"), "{problem}");
    let fleet = fleet.retry_failed(true);
    assert!(run(&fleet, [job(&atlas, "orders")]).await.is_complete());
}
