//! Calls an operation that is described by hand.
//!
//! `cargo run --example own_request` runs against the mock Atlas, which implements only the eight
//! operations that `Client` has as methods; this is one of them.

use atlas_client::mock::Atlas;
use atlas_client::operation::{Call, Method, Operation};
use atlas_client::{Client, Credentials, serde_json};

static LIST_AVAILABLE_PROJECTS: Operation = Operation::new(
    "listOrgLiveMigrationAvailableProjects",
    Method::GET,
    "/api/atlas/v2/orgs/{orgId}/liveMigrations/availableProjects",
    "application/vnd.atlas.2023-01-01+json",
);

#[tokio::main(flavor = "current_thread")]
async fn main() -> atlas_client::Result<()> {
    let atlas = Atlas::builder().linked(true).start();
    let client = Client::builder()
        .base_url(atlas.base_url())
        .credentials(Credentials::api_key(
            atlas.public_key(),
            atlas.private_key(),
        ))
        .build()?;

    let mut call = Call::new(&client, &LIST_AVAILABLE_PROJECTS);
    call.path("orgId", atlas.org_id());
    let projects = call.send::<serde_json::Value>().await?;
    println!("{:#}", *projects);
    Ok(())
}
