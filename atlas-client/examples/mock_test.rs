//! Tests a function of a program against the mock Atlas, with an injected fault.
//!
//! `cargo test --example mock_test` runs the test, and `cargo run --example mock_test` runs the
//! same code as a program.

use atlas_client::mock::{Atlas, Fault};
use atlas_client::{CallOptions, Client, Credentials, ObjectId};

/// The function to test: returns how many projects can be migrated; 0 if the organization is not
/// linked.
async fn migratable(client: &Client, org: &ObjectId) -> atlas_client::Result<usize> {
    let list = client.list_org_live_migration_available_projects();
    match list.org_id(org).send().await {
        Ok(projects) => Ok(projects.len()),
        Err(error) if error.is_not_found() => Ok(0),
        Err(error) => Err(error),
    }
}

fn client(atlas: &Atlas) -> atlas_client::Result<Client> {
    Client::builder()
        .base_url(atlas.base_url())
        .credentials(Credentials::api_key(
            atlas.public_key(),
            atlas.private_key(),
        ))
        .options(CallOptions::new().no_retries())
        .build()
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> atlas_client::Result<()> {
    let atlas = Atlas::builder().linked(true).start();
    let (client, org) = (client(&atlas)?, atlas.org_id().parse()?);
    assert_eq!(migratable(&client, &org).await?, 1);

    atlas.fail_next(Fault::new(503));
    let error = migratable(&client, &org)
        .await
        .expect_err("the fault is an error");
    assert!(error.is_retryable());

    let unlinked = Atlas::start();
    let (client, org) = (self::client(&unlinked)?, unlinked.org_id().parse()?);
    assert_eq!(migratable(&client, &org).await?, 0);
    println!("a link, a fault and no link are handled");
    Ok(())
}

#[test]
fn a_link_a_fault_and_no_link_are_handled() {
    main().unwrap();
}
