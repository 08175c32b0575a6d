//! The embedded Atlas, slow enough to watch.

use std::time::Duration;

use atlas_client::mock::{Atlas, Pace};
use atlas_client::types::DestinationHostnameSchemaType;
use atlas_client::{Client, Credentials};

use crate::Result;
use crate::arguments::Arguments;
use crate::link_token::Recipient;
use crate::plan::{Begin, Migration, Plan, polling};

/// Starts an Atlas in this process. Returns it with a client and a matching plan.
///
/// The Atlas runs until it is dropped.
pub fn start(arguments: &Arguments) -> Result<(Atlas, Client, Plan)> {
    let pace = Pace::default()
        .validating(4)
        .waiting(3)
        .syncing(12)
        .cutting_over(4);
    let atlas = Atlas::builder().pace(pace).try_start()?;
    let client = Client::builder()
        .base_url(atlas.base_url())
        .credentials(Credentials::service_account(
            atlas.client_id(),
            atlas.client_secret(),
        ))
        .build()?;
    let migration = Migration {
        org: atlas.org_id().parse()?,
        destination_cluster: "destination".to_owned(),
        network: DestinationHostnameSchemaType::Public,
        private_link_id: None,
        source_cluster: atlas.source_cluster().to_owned(),
        source_project: None,
        migration_host: None,
        source_user: None,
        source_ca: None,
        link_token: Some(Recipient::EmbeddedAtlas),
        validate_only: arguments.validate_only,
    };
    let plan = Plan {
        project: atlas.project_id().parse()?,
        begin: Begin::Anew(Box::new(migration)),
        cutover: true,
        polling: polling(arguments, Duration::from_millis(150)),
        real: false,
    };
    Ok((atlas, client, plan))
}
