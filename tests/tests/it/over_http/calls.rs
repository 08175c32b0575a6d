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
pub struct Asked {
    pub envelope: Option<bool>,
    pub pretty: Option<bool>,
}

impl Asked {
    pub const NOTHING: Self = Self {
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
pub struct Told {
    pub status: u16,
    pub headers: HeaderMap,
    /// The typed value, member by member.
    pub value: Value,
}

impl Told {
    fn of<T>(answer: ResponseValue<T>, view: impl FnOnce(&T) -> Value) -> Self {
        Self {
            status: answer.status().as_u16(),
            headers: answer.headers().clone(),
            value: view(&answer),
        }
    }
}

pub type Calling<'a> = Pin<Box<dyn Future<Output = Result<Told>> + 'a>>;

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
    /// The expected value, see [`Told::value`].
    pub value: fn(&Scene) -> Value,
    pub call: for<'a> fn(&'a Client, &'a Scene, Asked) -> Calling<'a>,
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
        call: |client, scene, asked| Box::pin(create_link_token(client, scene, asked)),
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
        call: |client, scene, asked| Box::pin(delete_link_tokens(client, scene, asked)),
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
        call: |client, scene, asked| Box::pin(list_projects(client, scene, asked)),
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
        call: |client, scene, asked| Box::pin(validate(client, scene, asked)),
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
        call: |client, scene, asked| Box::pin(get_validation(client, scene, asked)),
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
        call: |client, scene, asked| Box::pin(create(client, scene, asked)),
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
        call: |client, scene, asked| Box::pin(get_migration(client, scene, asked)),
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
        call: |client, scene, asked| Box::pin(cut_over(client, scene, asked)),
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
    ($call:expr, $asked:expr, $($name:ident),+) => {{
        let mut call = $call;
        $(if let Some(value) = $asked.$name {
            call = call.$name(value);
        })+
        call
    }};
}

async fn create_link_token(client: &Client, scene: &Scene, asked: Asked) -> Result<Told> {
    let body = TargetOrgRequest::builder().access_list_ips(["192.0.2.1", "192.0.2.2"]);
    let call = client
        .create_org_live_migration_link_token()
        .org_id(scene.atlas.org_id())
        .body(body);
    let answer = with_query!(call, asked, envelope, pretty).send().await?;
    Ok(Told::of(answer, |value| {
        json!({
            "link_token is told": !value.link_token.expose().is_empty(),
        })
    }))
}

async fn delete_link_tokens(client: &Client, scene: &Scene, asked: Asked) -> Result<Told> {
    let call = client
        .delete_org_live_migration_link_tokens()
        .org_id(scene.atlas.org_id());
    let answer = with_query!(call, asked, envelope).send().await?;
    Ok(Told::of(answer, |()| Value::Null))
}

async fn list_projects(client: &Client, scene: &Scene, asked: Asked) -> Result<Told> {
    let call = client
        .list_org_live_migration_available_projects()
        .org_id(scene.atlas.org_id());
    let answer = with_query!(call, asked, envelope, pretty).send().await?;
    Ok(Told::of(answer, |projects| {
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

async fn validate(client: &Client, scene: &Scene, asked: Asked) -> Result<Told> {
    let call = client
        .validate_group_live_migrations()
        .group_id(scene.atlas.project_id())
        .body(everything(&scene.atlas));
    let answer = with_query!(call, asked, envelope, pretty).send().await?;
    Ok(Told::of(answer, a_validation))
}

async fn get_validation(client: &Client, scene: &Scene, asked: Asked) -> Result<Told> {
    let call = client
        .get_group_live_migration_validate_status()
        .group_id(scene.atlas.project_id())
        .validation_id(&scene.validation);
    let answer = with_query!(call, asked, envelope).send().await?;
    Ok(Told::of(answer, a_validation))
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

async fn create(client: &Client, scene: &Scene, asked: Asked) -> Result<Told> {
    let call = client
        .create_group_live_migration()
        .group_id(scene.atlas.project_id())
        .body(everything(&scene.atlas));
    let answer = with_query!(call, asked, envelope, pretty).send().await?;
    Ok(Told::of(answer, a_migration))
}

async fn get_migration(client: &Client, scene: &Scene, asked: Asked) -> Result<Told> {
    let call = client
        .get_group_live_migration()
        .group_id(scene.atlas.project_id())
        .live_migration_id(&scene.migration);
    let answer = with_query!(call, asked, envelope, pretty).send().await?;
    Ok(Told::of(answer, a_migration))
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

async fn cut_over(client: &Client, scene: &Scene, asked: Asked) -> Result<Told> {
    let call = client
        .cutover_group_live_migration()
        .group_id(scene.atlas.project_id())
        .live_migration_id(&scene.migration);
    let answer = with_query!(call, asked, envelope, pretty).send().await?;
    Ok(Told::of(answer, |()| Value::Null))
}
