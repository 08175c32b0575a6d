//! The embedded Atlas, with migrations of different durations, slow enough to watch.

use std::time::Duration;

use atlas_client::mock::{Atlas, Pace, Scenario};
use atlas_client::types::{Destination, LiveMigrationRequest, Source};
use atlas_client::{Client, Credentials};
use atlas_fleet::Job;

use crate::Result;

/// The default time between two polls.
pub const POLL: Duration = Duration::from_millis(150);

const CLUSTERS: [&str; 12] = [
    "accounts", "billing", "carts", "catalog", "events", "invoices", "orders", "reviews", "search",
    "sessions", "stock", "users",
];
const SOURCE_PROJECT: &str = "5f1b0a3e9c8d7e6f5a4b3c04";
const HOST: &str = "vm001.example.com";

/// Starts an Atlas in this process. Returns it with a client, and a job for each of its clusters.
///
/// The Atlas runs until it is dropped.
pub fn start() -> Result<(Atlas, Client, Vec<Job>)> {
    let mut builder = Atlas::builder().linked(true);
    for (number, name) in (0..).zip(CLUSTERS) {
        builder = match number {
            // The first one replaces the default source.
            0 => builder.source(SOURCE_PROJECT, name, HOST),
            _ => builder.add_source(SOURCE_PROJECT, name, HOST),
        };
        let syncing = 4 + (number + 1) * 7 % 13;
        let pace = Pace::default().waiting(2).syncing(syncing).cutting_over(3);
        builder = builder.scenario(name, Scenario::new().pace(pace));
    }
    let atlas = builder.try_start()?;
    let client = Client::builder()
        .base_url(atlas.base_url())
        .credentials(Credentials::service_account(
            atlas.client_id(),
            atlas.client_secret(),
        ))
        .build()?;
    let jobs: Result<Vec<Job>> = CLUSTERS.iter().map(|name| job(&atlas, name)).collect();
    Ok((atlas, client, jobs?))
}

fn job(atlas: &Atlas, name: &str) -> Result<Job> {
    let request = LiveMigrationRequest::builder()
        .source(
            Source::builder()
                .cluster_name(name)
                .group_id(SOURCE_PROJECT)
                .managed_authentication(true)
                .ssl(true),
        )
        .destination(
            Destination::builder()
                .cluster_name(name)
                .group_id(atlas.project_id())
                .hostname_schema_type("PUBLIC"),
        )
        .migration_hosts([HOST])
        .build()?;
    Ok(Job::new(name, request))
}
