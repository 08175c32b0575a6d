//! Authenticates with a service account, and revokes its token at the end.
//!
//! `cargo run --example service_account` runs against the mock Atlas; with `MONGODB_ATLAS_CLIENT_ID`,
//! `MONGODB_ATLAS_CLIENT_SECRET` and `MONGODB_ATLAS_ORG_ID` against the real one.

use atlas_client::mock::Atlas;
use atlas_client::{Client, Credentials};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let atlas = Atlas::builder().linked(true).start();
    let (client, org) = if std::env::var_os("MONGODB_ATLAS_CLIENT_ID").is_some() {
        let client = Client::from_env()?;
        let org = client
            .org_id()
            .ok_or("set MONGODB_ATLAS_ORG_ID, too")?
            .clone();
        (client, org)
    } else {
        let account = Credentials::service_account(atlas.client_id(), atlas.client_secret());
        let client = Client::builder()
            .base_url(atlas.base_url())
            .credentials(account)
            .build()?;
        (client, atlas.org_id().parse()?)
    };

    let list = client.list_org_live_migration_available_projects();
    let projects = list.org_id(&org).send().await?;
    println!("{} projects can be migrated", projects.len());

    // An account has at most 100 valid tokens, so a short program revokes its own.
    client.revoke_token().await?;
    Ok(())
}
