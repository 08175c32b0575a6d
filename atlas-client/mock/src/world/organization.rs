//! The organization's state and the effect of each operation.
//!
//! Requests are authenticated, negotiated and valid against the schema. Must not know HTTP headers.

use std::{collections::BTreeMap, time::SystemTime};

use serde_json::{Value, json};

use crate::{
    auth::digest::secret,
    config::{Config, is_object_id},
    http::catalog::{Operation, PathParameters},
    http::respond::{Content, Failure},
    world::lives::{Migration, NoCutover, Validation},
};

/// One request, ready to be executed.
pub(crate) struct Task<'a> {
    pub(crate) operation: &'a Operation,
    pub(crate) parameters: &'a PathParameters,
    /// The body; `Null` for an operation without one.
    pub(crate) body: Value,
    pub(crate) config: &'a Config,
    pub(crate) now: SystemTime,
}

impl Task<'_> {
    fn parameter(&self, name: &str) -> &str {
        parameter(self.parameters, name)
    }
}

pub(crate) struct World {
    seed: u64,
    created: u64,
    links: u64,
    validations: BTreeMap<String, Validation>,
    migrations: BTreeMap<String, Migration>,
}

type Outcome = Result<(u16, Content), Failure>;

impl World {
    pub(crate) fn new(seed: u64, linked: bool) -> Self {
        Self {
            seed,
            created: 0,
            links: u64::from(linked),
            validations: BTreeMap::new(),
            migrations: BTreeMap::new(),
        }
    }

    /// Executes an operation.
    pub(crate) fn carry_out(&mut self, task: &Task<'_>) -> Outcome {
        let status = task.operation.success;
        match task.operation.id.as_str() {
            // Real responses have 201 where the document has 200.
            "createOrgLiveMigrationLinkToken" => Ok((201, self.create_link_token())),
            "deleteOrgLiveMigrationLinkTokens" => {
                self.linked()?;
                self.links = 0;
                Ok((status, Content::Nothing))
            }
            "listOrgLiveMigrationAvailableProjects" => {
                self.linked()?;
                Ok((status, Content::List(vec![available_project(task.config)])))
            }
            "validateGroupLiveMigrations" => Ok((status, self.validate(task)?)),
            "getGroupLiveMigrationValidateStatus" => {
                let id = task.parameter("validationId");
                self.validations
                    .get_mut(id)
                    .filter(|validation| validation.group == task.parameter("groupId"))
                    .map(|validation| (status, Content::Object(validation.poll())))
                    .ok_or_else(|| not_found("validation", id))
            }
            "createGroupLiveMigration" => Ok((status, self.create(task)?)),
            "getGroupLiveMigration" => {
                let value = self.migration(task)?.poll(task.now);
                Ok((status, Content::Object(value)))
            }
            "cutoverGroupLiveMigration" => {
                self.migration(task)?
                    .cut_over(task.now)
                    .map_err(|refusal| no_cutover(&refusal, task.parameter("liveMigrationId")))?;
                Ok((status, Content::Nothing))
            }
            id => Err(Failure::new(
                500,
                "UNEXPECTED_ERROR",
                format!("the embedded Atlas does not play the operation {id}"),
            )),
        }
    }

    fn create_link_token(&mut self) -> Content {
        self.links += 1;
        self.created += 1;
        let token = secret("link", self.seed, self.created);
        Content::Object(json!({ "linkToken": token }))
    }

    fn validate(&mut self, task: &Task<'_>) -> Result<Content, Failure> {
        self.ends_are_known(task)?;
        let validation = Validation::new(
            self.next_id(),
            task.parameter("groupId").to_owned(),
            text(&task.body, "/source/groupId").to_owned(),
            task.config.pace,
            task.config.validation_outcome.clone(),
        );
        let begun = validation.begun();
        self.validations.insert(validation.id.clone(), validation);
        Ok(Content::Object(begun))
    }

    fn create(&mut self, task: &Task<'_>) -> Result<Content, Failure> {
        self.ends_are_known(task)?;
        let destination = (
            text(&task.body, "/destination/groupId").to_owned(),
            text(&task.body, "/destination/clusterName").to_owned(),
        );
        let taken = self
            .migrations
            .values()
            .any(|each| each.is_active() && each.destination == destination);
        if taken {
            return Err(Failure::new(
                409,
                "LIVE_MIGRATION_ALREADY_IN_PROGRESS",
                format!(
                    "a live migration into the cluster {} is under way",
                    destination.1
                ),
            )
            .parameters(vec![destination.1.into()]));
        }
        let migration = Migration::new(
            self.next_id(),
            task.parameter("groupId").to_owned(),
            destination,
            task.body["migrationHosts"].clone(),
            task.config.pace,
            task.config.migration_outcome,
        );
        let begun = migration.begun();
        self.migrations.insert(migration.id.clone(), migration);
        Ok(Content::Object(begun))
    }

    fn migration(&mut self, task: &Task<'_>) -> Result<&mut Migration, Failure> {
        let id = task.parameter("liveMigrationId");
        self.migrations
            .get_mut(id)
            .filter(|migration| migration.group == task.parameter("groupId"))
            .ok_or_else(|| not_found("live migration", id))
    }

    /// Validates that the organization is linked, and that source and destination exist.
    fn ends_are_known(&self, task: &Task<'_>) -> Result<(), Failure> {
        self.linked()?;
        let destination = text(&task.body, "/destination/groupId");
        if !task.config.projects.iter().any(|id| id == destination) {
            return Err(no_such_project(destination));
        }
        let source = text(&task.body, "/source/groupId");
        if source != task.config.source_project {
            return Err(no_such_project(source));
        }
        let cluster = text(&task.body, "/source/clusterName");
        if cluster != task.config.source_cluster {
            return Err(Failure::new(
                404,
                "CLUSTER_NOT_FOUND",
                format!("the source project {source} has no cluster {cluster}"),
            )
            .parameters(vec![cluster.into(), source.into()]));
        }
        Ok(())
    }

    fn linked(&self) -> Result<(), Failure> {
        if self.links > 0 {
            return Ok(());
        }
        Err(Failure::new(
            404,
            "UNEXPECTED_ERROR",
            "the organization is not linked; create a link token first",
        ))
    }

    fn next_id(&mut self) -> String {
        self.created += 1;
        format!("65a0{:020x}", self.created)
    }
}

/// Validates the ids in the path: well-formed and known to this Atlas.
pub(crate) fn check_path(parameters: &PathParameters, config: &Config) -> Result<(), Failure> {
    for (name, id) in parameters {
        let (code, known) = match name.as_str() {
            "groupId" => ("INVALID_GROUP_ID", config.projects.contains(id)),
            "orgId" => ("INVALID_ORG_ID", config.org_id == *id),
            _ if is_object_id(id) => continue,
            _ => return Err(not_found("resource", id)),
        };
        if !is_object_id(id) {
            return Err(
                Failure::new(400, code, format!("{name} has to be 24 hexadecimal digits"))
                    .parameters(vec![id.clone().into()]),
            );
        }
        if !known {
            return Err(match name.as_str() {
                "groupId" => no_such_project(id),
                _ => Failure::new(
                    404,
                    "ORG_NOT_FOUND",
                    format!("no organization with id {id}"),
                )
                .parameters(vec![id.clone().into()]),
            });
        }
    }
    Ok(())
}

fn parameter<'a>(parameters: &'a PathParameters, name: &str) -> &'a str {
    parameters
        .iter()
        .find(|(key, _)| key == name)
        .map_or("", |(_, value)| value.as_str())
}

fn text<'a>(body: &'a Value, pointer: &str) -> &'a str {
    body.pointer(pointer).and_then(Value::as_str).unwrap_or("")
}

fn available_project(config: &Config) -> Value {
    json!({
        "deployments": [{
            "agentVersion": "108.0.0.8694-1",
            "clusterId": "5e9f8a7b6c5d4e3f2a1b0c9d",
            "dbSizeBytes": 8_589_934_592_u64,
            "featureCompatibilityVersion": "7.0",
            "managed": true,
            "mongoDBVersion": "7.0.12",
            "name": config.source_cluster,
            "oplogSizeMB": 2048,
            "sharded": false,
            "shardsSize": 1,
            "tlsEnabled": true,
        }],
        "migrationHosts": [config.migration_host],
        "name": "Source",
        "projectId": config.source_project,
    })
}

fn not_found(what: &str, id: &str) -> Failure {
    Failure::new(404, "RESOURCE_NOT_FOUND", format!("no {what} with id {id}"))
        .parameters(vec![id.into()])
}

fn no_such_project(id: &str) -> Failure {
    Failure::new(404, "GROUP_NOT_FOUND", format!("no project with id {id}"))
        .parameters(vec![id.into()])
}

fn no_cutover(refusal: &NoCutover, id: &str) -> Failure {
    let (code, detail) = match refusal {
        NoCutover::TooEarly => (
            "LIVE_MIGRATION_NOT_READY_FOR_CUTOVER",
            "the live migration is not ready for its cutover",
        ),
        NoCutover::UnderWay => (
            "LIVE_MIGRATION_CUTOVER_IN_PROGRESS",
            "the cutover of the live migration is under way",
        ),
        NoCutover::Over => ("LIVE_MIGRATION_OVER", "the live migration is over"),
    };
    Failure::new(409, code, detail).parameters(vec![id.into()])
}
