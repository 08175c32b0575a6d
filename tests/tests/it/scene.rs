//! Sets up an embedded Atlas with existing migrations, and clients for it.

use atlas_client::mock::{Atlas, Builder, Pace};
use atlas_client::{CallOptions, Client, Credentials};

use crate::log;
use crate::requests::migration_into;

/// The two ways of authenticating.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    ApiKey,
    ServiceAccount,
}

impl Way {
    pub const ALL: [Self; 2] = [Self::ApiKey, Self::ServiceAccount];

    pub fn credentials(self, atlas: &Atlas) -> Credentials {
        match self {
            Self::ApiKey => Credentials::api_key(atlas.public_key(), atlas.private_key()),
            Self::ServiceAccount => {
                Credentials::service_account(atlas.client_id(), atlas.client_secret())
            }
        }
    }

    pub fn client(self, atlas: &Atlas) -> Client {
        client(atlas, self.credentials(atlas))
    }
}

/// Returns a client without retries, so that a test sees the first response.
pub fn client(atlas: &Atlas, credentials: Credentials) -> Client {
    log::listen();
    Client::builder()
        .base_url(atlas.base_url())
        .options(CallOptions::new().no_retries())
        .credentials(credentials)
        .user_agent("end-to-end/1.0")
        .build()
        .expect("a client")
}

/// Returns a client with an access token: each call is exactly one request.
pub fn bearer(atlas: &Atlas) -> Client {
    client(atlas, Credentials::access_token(atlas.issue_access_token()))
}

/// An Atlas whose organization is linked, and in which one poll completes every validation and
/// step.
pub fn linked() -> Builder {
    log::listen();
    Atlas::builder().linked(true).pace(Pace::instant())
}

/// A linked Atlas with a validation that ends with the next poll, and a migration into another
/// cluster that is ready for its cutover.
pub struct Scene {
    pub atlas: Atlas,
    pub validation: String,
    pub migration: String,
}

impl Scene {
    pub async fn new() -> Self {
        Self::with(linked()).await
    }

    pub async fn with(builder: Builder) -> Self {
        let atlas = builder.start();
        let client = bearer(&atlas);
        let group = atlas.project_id().to_owned();
        let validation = client
            .validate_group_live_migrations()
            .group_id(&group)
            .body(migration_into("occupied", &atlas))
            .send()
            .await
            .expect("a validation");
        let migration = client
            .create_group_live_migration()
            .group_id(&group)
            .body(migration_into("occupied", &atlas))
            .send()
            .await
            .expect("a migration");
        let validation = validation.into_inner().id.expect("its id").to_string();
        let migration = migration.into_inner().id.expect("its id").to_string();
        let polled = client
            .get_group_live_migration()
            .group_id(&group)
            .live_migration_id(&migration)
            .send()
            .await
            .expect("the migration");
        assert_eq!(polled.ready_for_cutover, Some(true));
        atlas.clear_requests();
        Self {
            atlas,
            validation,
            migration,
        }
    }
}
