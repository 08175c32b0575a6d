//! Authenticates with an API key by HTTP Digest: one challenge, then one request for each call.
//!
//! `cargo run --example api_key` runs against the mock Atlas.

use atlas_client::mock::Atlas;
use atlas_client::{Client, Credentials};

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

    for _ in 0..3 {
        let list = client.list_org_live_migration_available_projects();
        list.org_id(atlas.org_id()).send().await?;
    }
    let statuses: Vec<_> = atlas
        .requests()
        .iter()
        .map(|request| request.status)
        .collect();
    println!("3 calls, {} requests: {statuses:?}", statuses.len());
    Ok(())
}
