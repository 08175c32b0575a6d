//! The table of the eight operations: how each is called, the expected request, and the expected
//! result.
//!
//! The result is converted member by member from the typed value, not by serializing it:
//! serialization would hide a value that was read into the wrong member and written back.

use std::pin::Pin;

use atlas_client::mock::Atlas;
use atlas_client::types::{self, TargetOrgRequest};
use atlas_client::{Client, ResponseValue, Result};
use reqwest::header::HeaderMap;
use serde_json::{Value, json};

use crate::requests::{everything, everything_on_the_wire};
use crate::scene::Scene;

/// The query parameters that all operations have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct QueryOptions {
    pub envelope: Option<bool>,
    pub pretty: Option<bool>,
}

impl QueryOptions {
    pub const NONE: Self = Self {
        envelope: None,
        pretty: None,
    };

    pub fn query(self) -> Vec<(String, String)> {
        let pairs = [("envelope", self.envelope), ("pretty", self.pretty)];
        pairs
            .into_iter()
            .filter_map(|(name, value)| Some((name.to_owned(), value?.to_string())))
            .collect()
    }
}

/// The result of a call.
#[derive(Debug)]
pub struct CallResult {
    pub status: u16,
    pub headers: HeaderMap,
    /// The typed value, member by member.
    pub value: Value,
}

impl CallResult {
    fn of<T>(answer: ResponseValue<T>, view: impl FnOnce(&T) -> Value) -> Self {
        Self {
            status: answer.status().as_u16(),
            headers: answer.headers().clone(),
            value: view(&answer),
        }
    }
}

pub type CallFuture<'a> = Pin<Box<dyn Future<Output = Result<CallResult>> + 'a>>;

/// One operation.
pub struct Operation {
    pub id: &'static str,
    pub method: &'static str,
    /// The path from the root of the server.
    pub path: fn(&Scene) -> String,
    /// The date in the media types.
    pub version: &'static str,
    /// Whether the document lists `pretty` for it.
    pub pretty: bool,
    /// The expected request body.
    pub body: Option<fn(&Atlas) -> Value>,
    /// The status of the embedded Atlas's response.
    pub status: u16,
    /// The expected value, see [`CallResult::value`].
    pub value: fn(&Scene) -> Value,
    pub call: for<'a> fn(&'a Client, &'a Scene, QueryOptions) -> CallFuture<'a>,
}

pub const OPERATIONS: [Operation; 8] = [
    Operation {
        id: "createOrgLiveMigrationLinkToken",
        method: "POST",
        path: |scene| org(scene, "/linkTokens"),
        version: "2023-01-01",
        pretty: true,
        body: Some(|_| json!({"accessListIps": ["192.0.2.1", "192.0.2.2"]})),
        status: 201,
        value: |_| json!({"link_token is told": true}),
        call: |client, scene, options| Box::pin(create_link_token(client, scene, options)),
    },
    Operation {
        id: "deleteOrgLiveMigrationLinkTokens",
        method: "DELETE",
        path: |scene| org(scene, "/linkTokens"),
        version: "2023-01-01",
        pretty: false,
        body: None,
        status: 204,
        value: |_| Value::Null,
        call: |client, scene, options| Box::pin(delete_link_tokens(client, scene, options)),
    },
    Operation {
        id: "listOrgLiveMigrationAvailableProjects",
        method: "GET",
        path: |scene| org(scene, "/availableProjects"),
        version: "2023-01-01",
        pretty: true,
        body: None,
        status: 200,
        value: |scene| {
            json!([{
                "name": "Source",
                "project_id": scene.atlas.source_project_id(),
                "migration_hosts": [scene.atlas.migration_host()],
                "deployments": [{
                    "agent_version": "108.0.0.8694-1",
                    "cluster_id": "5e9f8a7b6c5d4e3f2a1b0c9d",
                    "db_size_bytes": 8_589_934_592_i64,
                    "feature_compatibility_version": "7.0",
                    "managed": true,
                    "mongo_db_version": "7.0.12",
                    "name": scene.atlas.source_cluster(),
                    "oplog_size_mb": 2048,
                    "sharded": false,
                    "shards_size": 1,
                    "tls_enabled": true
                }]
            }])
        },
        call: |client, scene, options| Box::pin(list_projects(client, scene, options)),
    },
    Operation {
        id: "validateGroupLiveMigrations",
        method: "POST",
        path: |scene| group(scene, "/validate"),
        version: "2024-05-30",
        pretty: true,
        body: Some(everything_on_the_wire),
        status: 200,
        value: |scene| validation_seen(scene, "65a000000000000000000003", "Some(Pending)"),
        call: |client, scene, options| Box::pin(validate(client, scene, options)),
    },
    Operation {
        id: "getGroupLiveMigrationValidateStatus",
        method: "GET",
        path: |scene| group(scene, &format!("/validate/{}", scene.validation)),
        version: "2023-01-01",
        pretty: false,
        body: None,
        status: 200,
        value: |scene| validation_seen(scene, &scene.validation, "Some(Success)"),
        call: |client, scene, options| Box::pin(get_validation(client, scene, options)),
    },
    Operation {
        id: "createGroupLiveMigration",
        method: "POST",
        path: |scene| group(scene, ""),
        version: "2024-05-30",
        pretty: true,
        body: Some(everything_on_the_wire),
        status: 201,
        value: |scene| {
            json!({
                "id": "65a000000000000000000003",
                "lag_time_seconds": null,
                "migration_hosts": [scene.atlas.migration_host()],
                "ready_for_cutover": false,
                "status": "Some(New)"
            })
        },
        call: |client, scene, options| Box::pin(create(client, scene, options)),
    },
    Operation {
        id: "getGroupLiveMigration",
        method: "GET",
        path: |scene| group(scene, &format!("/{}", scene.migration)),
        version: "2023-01-01",
        pretty: true,
        body: None,
        status: 200,
        value: |scene| {
            json!({
                "id": scene.migration,
                "lag_time_seconds": 1,
                "migration_hosts": [scene.atlas.migration_host()],
                "ready_for_cutover": true,
                "status": "Some(Working)"
            })
        },
        call: |client, scene, options| Box::pin(get_migration(client, scene, options)),
    },
    Operation {
        id: "cutoverGroupLiveMigration",
        method: "PUT",
        path: |scene| group(scene, &format!("/{}/cutover", scene.migration)),
        version: "2023-01-01",
        pretty: true,
        body: None,
        status: 202,
        value: |_| Value::Null,
        call: |client, scene, options| Box::pin(cut_over(client, scene, options)),
    },
];

/// Returns the operation with this id.
pub fn operation(id: &str) -> &'static Operation {
    static ALL: [Operation; 8] = OPERATIONS;
    ALL.iter()
        .find(|operation| operation.id == id)
        .expect("an operation of the table")
}

fn org(scene: &Scene, rest: &str) -> String {
    format!(
        "/api/atlas/v2/orgs/{}/liveMigrations{rest}",
        scene.atlas.org_id()
    )
}

fn group(scene: &Scene, rest: &str) -> String {
    format!(
        "/api/atlas/v2/groups/{}/liveMigrations{rest}",
        scene.atlas.project_id()
    )
}

fn validation_seen(scene: &Scene, id: &str, status: &str) -> Value {
    json!({
        "id": id,
        "error_message": null,
        "group_id": scene.atlas.project_id(),
        "source_group_id": scene.atlas.source_project_id(),
        "status": status
    })
}

macro_rules! with_query {
    ($call:expr, $options:expr, $($name:ident),+) => {{
        let mut call = $call;
        $(if let Some(value) = $options.$name {
            call = call.$name(value);
        })+
        call
    }};
}

async fn create_link_token(
    client: &Client,
    scene: &Scene,
    options: QueryOptions,
) -> Result<CallResult> {
    let body = TargetOrgRequest::builder().access_list_ips(["192.0.2.1", "192.0.2.2"]);
    let call = client
        .create_org_live_migration_link_token()
        .org_id(scene.atlas.org_id())
        .body(body);
    let answer = with_query!(call, options, envelope, pretty).send().await?;
    Ok(CallResult::of(answer, |value| {
        json!({
            "link_token is told": !value.link_token.expose().is_empty(),
        })
    }))
}

async fn delete_link_tokens(
    client: &Client,
    scene: &Scene,
    options: QueryOptions,
) -> Result<CallResult> {
    let call = client
        .delete_org_live_migration_link_tokens()
        .org_id(scene.atlas.org_id());
    let answer = with_query!(call, options, envelope).send().await?;
    Ok(CallResult::of(answer, |()| Value::Null))
}

async fn list_projects(
    client: &Client,
    scene: &Scene,
    options: QueryOptions,
) -> Result<CallResult> {
    let call = client
        .list_org_live_migration_available_projects()
        .org_id(scene.atlas.org_id());
    let answer = with_query!(call, options, envelope, pretty).send().await?;
    Ok(CallResult::of(answer, |projects| {
        projects.iter().map(project_seen).collect()
    }))
}

fn project_seen(project: &types::LiveImportAvailableProject) -> Value {
    let deployments: Vec<Value> = project
        .deployments
        .iter()
        .map(|deployment| {
            json!({
                "agent_version": deployment.agent_version,
                "cluster_id": deployment.cluster_id,
                "db_size_bytes": deployment.db_size_bytes,
                "feature_compatibility_version": deployment.feature_compatibility_version,
                "managed": deployment.managed,
                "mongo_db_version": deployment.mongo_db_version,
                "name": deployment.name,
                "oplog_size_mb": deployment.oplog_size_mb,
                "sharded": deployment.sharded,
                "shards_size": deployment.shards_size,
                "tls_enabled": deployment.tls_enabled,
            })
        })
        .collect();
    json!({
        "name": project.name,
        "project_id": project.project_id,
        "migration_hosts": project.migration_hosts,
        "deployments": deployments,
    })
}

async fn validate(client: &Client, scene: &Scene, options: QueryOptions) -> Result<CallResult> {
    let call = client
        .validate_group_live_migrations()
        .group_id(scene.atlas.project_id())
        .body(everything(&scene.atlas));
    let answer = with_query!(call, options, envelope, pretty).send().await?;
    Ok(CallResult::of(answer, a_validation))
}

async fn get_validation(
    client: &Client,
    scene: &Scene,
    options: QueryOptions,
) -> Result<CallResult> {
    let call = client
        .get_group_live_migration_validate_status()
        .group_id(scene.atlas.project_id())
        .validation_id(&scene.validation);
    let answer = with_query!(call, options, envelope).send().await?;
    Ok(CallResult::of(answer, a_validation))
}

fn a_validation(validation: &types::LiveImportValidation) -> Value {
    json!({
        "id": validation.id,
        "error_message": validation.error_message,
        "group_id": validation.group_id,
        "source_group_id": validation.source_group_id,
        "status": format!("{:?}", validation.status),
    })
}

async fn create(client: &Client, scene: &Scene, options: QueryOptions) -> Result<CallResult> {
    let call = client
        .create_group_live_migration()
        .group_id(scene.atlas.project_id())
        .body(everything(&scene.atlas));
    let answer = with_query!(call, options, envelope, pretty).send().await?;
    Ok(CallResult::of(answer, a_migration))
}

async fn get_migration(
    client: &Client,
    scene: &Scene,
    options: QueryOptions,
) -> Result<CallResult> {
    let call = client
        .get_group_live_migration()
        .group_id(scene.atlas.project_id())
        .live_migration_id(&scene.migration);
    let answer = with_query!(call, options, envelope, pretty).send().await?;
    Ok(CallResult::of(answer, a_migration))
}

fn a_migration(migration: &types::LiveMigrationResponse) -> Value {
    json!({
        "id": migration.id,
        "lag_time_seconds": migration.lag_time_seconds,
        "migration_hosts": migration.migration_hosts,
        "ready_for_cutover": migration.ready_for_cutover,
        "status": format!("{:?}", migration.status),
    })
}

async fn cut_over(client: &Client, scene: &Scene, options: QueryOptions) -> Result<CallResult> {
    let call = client
        .cutover_group_live_migration()
        .group_id(scene.atlas.project_id())
        .live_migration_id(&scene.migration);
    let answer = with_query!(call, options, envelope, pretty).send().await?;
    Ok(CallResult::of(answer, |()| Value::Null))
}
