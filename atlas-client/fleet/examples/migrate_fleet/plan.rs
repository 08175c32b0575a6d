//! The plan file: which clusters are migrated. It says where passwords are found, and contains
//! none.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::time::Duration;

use atlas_client::types::{
    Destination, DestinationHostnameSchemaType, LiveMigrationRequest, Source,
};
use atlas_client::{ObjectId, Sensitive};
use atlas_fleet::Job;
use serde::Deserialize;

use crate::Result;

/// The default time between two polls.
pub const POLL: Duration = Duration::from_secs(10);

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    project: Option<String>,
    source_project: Option<String>,
    migration_host: Option<String>,
    /// How many migrations are under way at the same time.
    pub at_once: Option<NonZeroUsize>,
    #[serde(default, rename = "migration")]
    migrations: Vec<Migration>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Migration {
    name: Option<String>,
    source_cluster: String,
    destination_cluster: String,
    project: Option<String>,
    source_project: Option<String>,
    migration_host: Option<String>,
    #[serde(default)]
    network: Network,
    private_link_id: Option<String>,
    source_user: Option<String>,
    source_password_env: Option<String>,
    source_password_file: Option<PathBuf>,
    source_ca: Option<String>,
    #[serde(default = "yes")]
    ssl: bool,
    #[serde(default)]
    drop_destination_data: bool,
    stop_writers: Option<Vec<String>>,
}

fn yes() -> bool {
    true
}

#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Network {
    #[default]
    Public,
    PrivateLink,
    VpcPeering,
}

impl From<Network> for DestinationHostnameSchemaType {
    fn from(network: Network) -> Self {
        match network {
            Network::Public => Self::Public,
            Network::PrivateLink => Self::PrivateLink,
            Network::VpcPeering => Self::VpcPeering,
        }
    }
}

impl Plan {
    /// Reads a plan file.
    ///
    /// # Errors
    ///
    /// An I/O error, or a TOML error with its line.
    pub fn read(path: &Path) -> Result<Self> {
        let shown = path.display();
        let text = std::fs::read_to_string(path)
            .map_err(|error| format!("the plan {shown} cannot be read: {error}"))?;
        let plan: Self = toml::from_str(&text)
            .map_err(|error| format!("the plan {shown}: {}", error.to_string().trim_end()))?;
        if plan.migrations.is_empty() {
            return Err(format!("the plan {shown} has no [[migration]]").into());
        }
        Ok(plan)
    }

    /// Returns a job for each migration.
    ///
    /// # Errors
    ///
    /// All missing and malformed settings together.
    pub fn jobs(&self) -> Result<Vec<Job>> {
        let mut jobs = Vec::new();
        let mut problems = Vec::new();
        for migration in &self.migrations {
            match self.job(migration) {
                Ok(job) => jobs.push(job),
                Err(error) => problems.push(format!("migration {:?}: {error}", migration.name())),
            }
        }
        match problems.is_empty() {
            true => Ok(jobs),
            false => Err(problems.join("; ").into()),
        }
    }

    /// Returns the commands that stop the writers, by the name of the job.
    pub fn writers(&self) -> BTreeMap<String, Vec<String>> {
        let migrations = self.migrations.iter();
        migrations
            .filter_map(|it| Some((it.name().to_owned(), it.stop_writers.clone()?)))
            .collect()
    }

    fn job(&self, migration: &Migration) -> Result<Job> {
        let common = |own: &Option<String>, common: &Option<String>, what: &str| {
            let value = own.clone().or_else(|| common.clone());
            value.ok_or_else(|| format!("set {what}, here or for all migrations"))
        };
        let id = |text: String, what: &str| -> Result<ObjectId> {
            let id = text.parse();
            id.map_err(|error| format!("{what}: {error}").into())
        };
        let project = common(&migration.project, &self.project, "project")?;
        let source_project = common(
            &migration.source_project,
            &self.source_project,
            "source_project",
        )?;
        let host = common(
            &migration.migration_host,
            &self.migration_host,
            "migration_host",
        )?;
        let destination = Destination::builder()
            .cluster_name(&migration.destination_cluster)
            .group_id(id(project, "project")?)
            .hostname_schema_type(DestinationHostnameSchemaType::from(migration.network));
        let destination = match &migration.private_link_id {
            Some(id) => destination.private_link_id(id),
            None => destination,
        };
        let user = migration.user()?;
        let source = Source::builder()
            .cluster_name(&migration.source_cluster)
            .group_id(id(source_project, "source_project")?)
            .managed_authentication(user.is_none())
            .ssl(migration.ssl);
        let source = match user {
            Some((user, password)) => source.username(user).password(password),
            None => source,
        };
        let source = match &migration.source_ca {
            Some(path) => source.ca_certificate_path(path),
            None => source,
        };
        let request = LiveMigrationRequest::builder()
            .source(source)
            .destination(destination)
            .migration_hosts([host])
            .drop_destination_data(migration.drop_destination_data)
            .build()?;
        Ok(Job::new(migration.name(), request))
    }
}

impl Migration {
    fn name(&self) -> &str {
        self.name.as_deref().unwrap_or(&self.destination_cluster)
    }

    /// Returns the user name and the password for the source; `None` if MongoDB Automation signs
    /// in.
    fn user(&self) -> Result<Option<(&str, Sensitive)>> {
        let password = match (&self.source_password_env, &self.source_password_file) {
            (None, None) => None,
            (Some(name), None) => {
                let password = std::env::var(name).ok().filter(|value| !value.is_empty());
                Some(
                    password
                        .ok_or_else(|| format!("the environment variable {name} is not set"))?,
                )
            }
            (None, Some(path)) => {
                let shown = path.display();
                let text = std::fs::read_to_string(path)
                    .map_err(|error| format!("source_password_file {shown}: {error}"))?;
                Some(text.trim_end_matches(['\r', '\n']).to_owned())
            }
            (Some(_), Some(_)) => {
                return Err(
                    "source_password_env and source_password_file exclude each other".into(),
                );
            }
        };
        match (self.source_user.as_deref(), password) {
            (Some(user), Some(password)) => Ok(Some((user, Sensitive::from(password)))),
            (None, None) => Ok(None),
            (Some(_), None) => {
                Err("source_user needs source_password_env or source_password_file".into())
            }
            (None, Some(_)) => Err("a source password needs source_user".into()),
        }
    }
}
