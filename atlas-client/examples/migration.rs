//! A minimal program that runs one migration, from its validation to `COMPLETE`.
//!
//! `cargo run --example migration` runs against the mock Atlas. The example `push_migration` is a
//! complete program with arguments, progress and Ctrl-C.

use atlas_client::migration::{Event, Plan};
use atlas_client::mock::Atlas;
use atlas_client::poll::Polling;
use atlas_client::types::LiveMigrationRequest;
use atlas_client::{Client, Credentials, serde_json};
use std::time::Duration;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let atlas = Atlas::builder().linked(true).start();
    let client = Client::builder()
        .base_url(atlas.base_url())
        .credentials(Credentials::api_key(
            atlas.public_key(),
            atlas.private_key(),
        ))
        .build()?;
    let project = atlas.project_id().parse()?;
    let request: LiveMigrationRequest = serde_json::from_value(atlas.migration_request())?;

    let plan = Plan::new(&client, project, request);
    let plan = plan.polling(Polling::every(Duration::from_millis(1)));
    let migration = plan.validate().await?.start().await?;
    println!("migration {}", migration.id());

    let mut events = migration.follow();
    while let Some(event) = events.next().await {
        let Event::Progress(progress) = event? else {
            continue;
        };
        println!("{progress}");
        if let Some(ready) = progress.ready() {
            println!("writers are stopped, cutting over");
            ready.cut_over().await?;
        }
    }
    println!("done");
    Ok(())
}
