//! Tests of a fleet against the embedded Atlas.

mod doubts;
mod journals;
mod kills;
mod plans;
mod runs;

use std::convert::Infallible;
use std::time::Duration;

use atlas_client::mock::{Atlas, Builder, Pace, RecordedMigration};
use atlas_client::poll::Polling;
use atlas_client::types::{Destination, LiveMigrationRequest, Source};
use atlas_client::{CallOptions, Client, Credentials};

use crate::{Event, EventKind, Fleet, Job, Journal, Outcome, Run, Summary};

const CREATE: &str = "createGroupLiveMigration";
const CUTOVER: &str = "cutoverGroupLiveMigration";
const LOOK: &str = "getGroupLiveMigration";

/// Returns a builder of a linked Atlas that supports faults of connections.
fn atlas() -> Builder {
    let pace = Pace::instant().syncing(1).cutting_over(1);
    Atlas::builder().linked(true).relayed(true).pace(pace)
}

/// Builds a client that attempts each call once, so that each error reaches the fleet.
fn client(atlas: &Atlas) -> Client {
    Client::builder()
        .base_url(atlas.base_url())
        .options(CallOptions::new().no_retries())
        .credentials(Credentials::access_token(atlas.issue_access_token()))
        .build()
        .unwrap()
}

fn source(atlas: &Atlas) -> atlas_client::types::builder::Source {
    Source::builder()
        .group_id(atlas.source_project_id())
        .cluster_name(atlas.source_cluster())
        .ssl(true)
}

/// Creates a job that migrates into the cluster of the same name.
fn job(atlas: &Atlas, name: &str) -> Job {
    job_into(atlas, name, name)
}

fn job_into(atlas: &Atlas, name: &str, cluster: &str) -> Job {
    let source = source(atlas).managed_authentication(true);
    job_from(atlas, name, cluster, source)
}

fn job_from(
    atlas: &Atlas,
    name: &str,
    cluster: &str,
    source: atlas_client::types::builder::Source,
) -> Job {
    let request = LiveMigrationRequest::builder()
        .source(source)
        .destination(
            Destination::builder()
                .group_id(atlas.project_id())
                .cluster_name(cluster)
                .hostname_schema_type("PUBLIC"),
        )
        .migration_hosts([atlas.migration_host()])
        .build()
        .unwrap();
    Job::new(name, request)
}

/// Creates a fleet that polls without waits, and cuts over by itself.
fn fleet(atlas: &Atlas, journal: &Journal) -> Fleet {
    holding(atlas, journal).cut_over_after(|_| async {
        tokio::task::yield_now().await;
        Ok::<(), Infallible>(())
    })
}

/// Creates a fleet without a cutover hook.
fn holding(atlas: &Atlas, journal: &Journal) -> Fleet {
    let polling = Polling::every(Duration::ZERO).outage(Duration::from_secs(20));
    Fleet::new(&client(atlas), journal.clone()).polling(polling)
}

async fn run(fleet: &Fleet, jobs: impl IntoIterator<Item = Job>) -> Summary {
    fleet.run(jobs).unwrap().finish().await
}

fn outcome<'a>(summary: &'a Summary, name: &str) -> &'a Outcome {
    let mut outcomes = summary.outcomes();
    let found = outcomes.find(|(job, _)| *job == name);
    found.unwrap().1.unwrap()
}

/// Returns the state of a job in the journal, or `none`.
fn state(journal: &Journal, name: &str) -> &'static str {
    let entries = journal.entries().unwrap();
    let entry = entries.iter().find(|entry| entry.name == name);
    entry.map_or("none", |entry| entry.state)
}

/// Runs up to the first event that `wanted` is true for.
async fn until(run: &mut Run, wanted: impl Fn(&EventKind) -> bool) -> Event {
    while let Some(event) = run.next().await {
        if wanted(&event.kind) {
            return event;
        }
    }
    panic!("it ended before: {}", run.summary());
}

/// Counts the requests of an operation.
fn asked(atlas: &Atlas, operation: &str) -> usize {
    let requests = atlas.requests();
    let asked = requests.iter().filter_map(|it| it.operation.as_deref());
    asked.filter(|id| *id == operation).count()
}

/// Asserts that the Atlas has had one migration into each of `clusters`, cut over once.
fn each_once(atlas: &Atlas, clusters: &[&str]) {
    let migrations = atlas.migrations();
    let mut into: Vec<&str> = migrations.iter().map(|it| it.cluster.as_str()).collect();
    into.sort_unstable();
    assert_eq!(into, clusters);
    let done = |it: &RecordedMigration| it.status == "COMPLETE" && it.cutovers == 1;
    assert!(migrations.iter().all(done), "{migrations:#?}");
}
