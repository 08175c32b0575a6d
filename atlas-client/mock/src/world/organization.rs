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
    journal::RecordedMigration,
    world::lives::{Migration, NoCutover, Validation},
    world::scenario::Scenario,
    world::sources,
};

/// One request, ready to be executed.
pub(crate) struct Task<'a> {
    pub(crate) operation: &'a Operation,
    pub(crate) parameters: &'a PathParameters,
    /// The body; `Null` for an operation without one.
    pub(crate) body: Value,
    pub(crate) config: &'a Config,
    pub(crate) now: SystemTime,
    /// How many requests were responded to before this one.
    pub(crate) answered: u64,
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
                Ok((status, Content::List(sources::available(task.config))))
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
        let cluster = text(&task.body, "/destination/clusterName");
        let scenario = scenario(task.config, cluster);
        let validation = Validation::new(
            self.next_id(),
            task.parameter("groupId").to_owned(),
            cluster.to_owned(),
            text(&task.body, "/source/groupId").to_owned(),
            scenario.pace_or(task.config.pace),
            scenario.validation_or(&task.config.validation_outcome),
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
        let scenario = scenario(task.config, &destination.1);
        let mut migration = Migration::new(
            self.next_id(),
            task.parameter("groupId").to_owned(),
            destination,
            task.body["migrationHosts"].clone(),
            scenario.pace_or(task.config.pace),
            scenario.migration_or(task.config.migration_outcome),
        );
        text(&task.body, "/source/clusterName").clone_into(&mut migration.source);
        migration.created_after = task.answered;
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

    /// Returns all migrations, in the order of their creation.
    pub(crate) fn records(&self) -> Vec<RecordedMigration> {
        // Ids are ascending, and the map is sorted by them.
        self.migrations.values().map(Migration::record).collect()
    }

    /// Returns the name of the destination cluster that a request is about.
    pub(crate) fn cluster_of(&self, parameters: &PathParameters, body: &[u8]) -> Option<String> {
        let migration = self
            .migrations
            .get(parameter(parameters, "liveMigrationId"));
        let validation = self.validations.get(parameter(parameters, "validationId"));
        migration
            .map(|migration| migration.destination.1.clone())
            .or_else(|| validation.map(|validation| validation.cluster.clone()))
            .or_else(|| {
                let body = serde_json::from_slice(body).ok()?;
                Some(text(&body, "/destination/clusterName").to_owned())
            })
    }

    /// Validates that the organization is linked, and that source and destination exist.
    fn ends_are_known(&self, task: &Task<'_>) -> Result<(), Failure> {
        self.linked()?;
        let destination = text(&task.body, "/destination/groupId");
        if !task.config.projects.iter().any(|id| id == destination) {
            return Err(no_such_project(destination));
        }
        let clusters = &task.config.clusters;
        let cluster = text(&task.body, "/destination/clusterName");
        if !clusters.is_empty() && !clusters.contains(&(destination.to_owned(), cluster.to_owned()))
        {
            return Err(no_such_cluster("project", destination, cluster));
        }
        let source = text(&task.body, "/source/groupId");
        let mut of_project = sources::of_project(task.config, source).peekable();
        if of_project.peek().is_none() {
            return Err(no_such_project(source));
        }
        let cluster = text(&task.body, "/source/clusterName");
        if !of_project.any(|each| each.cluster == cluster) {
            return Err(no_such_cluster("source project", source, cluster));
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

fn not_found(what: &str, id: &str) -> Failure {
    Failure::new(404, "RESOURCE_NOT_FOUND", format!("no {what} with id {id}"))
        .parameters(vec![id.into()])
}

fn no_such_project(id: &str) -> Failure {
    Failure::new(404, "GROUP_NOT_FOUND", format!("no project with id {id}"))
        .parameters(vec![id.into()])
}

fn no_such_cluster(what: &str, project: &str, cluster: &str) -> Failure {
    Failure::new(
        404,
        "CLUSTER_NOT_FOUND",
        format!("the {what} {project} has no cluster {cluster}"),
    )
    .parameters(vec![cluster.into(), project.into()])
}

/// Returns the scenario of migrations into a cluster.
fn scenario(config: &Config, cluster: &str) -> Scenario {
    config.scenarios.get(cluster).cloned().unwrap_or_default()
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
