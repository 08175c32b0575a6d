//! The plan of the migration, complete before the first request.

use std::time::Duration;

use atlas_client::poll::Polling;
use atlas_client::types::DestinationHostnameSchemaType;
use atlas_client::{Client, ClientBuilder, ObjectId, Sensitive};

use crate::arguments::{Arguments, environment};
use crate::link_token::Recipient;

pub struct Plan {
    /// The project that receives the data.
    pub project: ObjectId,
    pub begin: Begin,
    pub cutover: bool,
    /// The waits between polls, and the maximum wait for any one step.
    pub polling: Polling,
    /// Whether migrations outlive this process.
    pub real: bool,
}

/// Where to begin.
pub enum Begin {
    /// With an existing migration.
    At(ObjectId),
    /// At the beginning.
    Anew(Box<Migration>),
}

/// A new migration.
pub struct Migration {
    pub org: ObjectId,
    pub destination_cluster: String,
    pub network: DestinationHostnameSchemaType,
    pub private_link_id: Option<String>,
    pub source_cluster: String,
    pub source_project: Option<ObjectId>,
    pub migration_host: Option<String>,
    /// The user and password at the source; by default MongoDB Automation is used.
    pub source_user: Option<(String, Sensitive)>,
    pub source_ca: Option<String>,
    /// The recipient of the link token, if one is to be created.
    pub link_token: Option<Recipient>,
    pub validate_only: bool,
}

/// Builds the client and the plan from the command line and the environment.
///
/// # Errors
///
/// All missing and malformed arguments together.
pub fn real(arguments: Arguments) -> Result<(Client, Plan), Vec<String>> {
    let mut problems = Vec::new();
    let client = ClientBuilder::from_env()
        .and_then(|builder| builder.user_agent("push_migration").build())
        .map_err(|error| problems.push(error.to_string()))
        .ok();
    let project = id(
        arguments.project_id.clone(),
        "--project-id",
        "MONGODB_ATLAS_PROJECT_ID",
        "the project that receives the data",
        &mut problems,
    );
    let begin = match arguments.migration.clone() {
        Some(migration) => Some(Begin::At(migration)),
        None => migration(&arguments, &mut problems).map(|new| Begin::Anew(Box::new(new))),
    };
    match (client, project, begin) {
        (Some(client), Some(project), Some(begin)) if problems.is_empty() => {
            let plan = Plan {
                project,
                begin,
                cutover: arguments.cutover,
                polling: polling(&arguments, Duration::from_secs(10)),
                real: true,
            };
            Ok((client, plan))
        }
        _ => Err(problems),
    }
}

fn migration(arguments: &Arguments, problems: &mut Vec<String>) -> Option<Migration> {
    let org = id(
        arguments.org_id.clone(),
        "--org-id",
        "MONGODB_ATLAS_ORG_ID",
        "the organization that receives the data",
        problems,
    );
    let destination_cluster = arguments.destination_cluster.clone();
    let source_cluster = arguments.source_cluster.clone();
    if destination_cluster.is_none() {
        problems
            .push("set --destination-cluster: the Atlas cluster that receives the data".to_owned());
    }
    if source_cluster.is_none() {
        problems.push("set --source-cluster: the cluster to migrate".to_owned());
    }
    let password = environment("SOURCE_PASSWORD").map(Sensitive::from);
    let source_user = match (arguments.source_user.clone(), password) {
        (Some(user), Some(password)) => Some((user, password)),
        (Some(_), None) => {
            problems.push("set SOURCE_PASSWORD: the password of --source-user".to_owned());
            None
        }
        (None, _) => None,
    };
    Some(Migration {
        org: org?,
        destination_cluster: destination_cluster?,
        network: arguments.network.into(),
        private_link_id: arguments.private_link_id.clone(),
        source_cluster: source_cluster?,
        source_project: arguments.source_project.clone(),
        migration_host: arguments.migration_host.clone(),
        source_user,
        source_ca: arguments.source_ca.clone(),
        link_token: arguments.link_token_file.clone().map(Recipient::File),
        validate_only: arguments.validate_only,
    })
}

/// Builds the polling from the arguments; `usual` is the default wait.
pub fn polling(arguments: &Arguments, usual: Duration) -> Polling {
    Polling::every(arguments.poll.unwrap_or(usual)).deadline(arguments.patience)
}

fn id(
    argument: Option<String>,
    flag: &str,
    variable: &str,
    what: &str,
    problems: &mut Vec<String>,
) -> Option<ObjectId> {
    let Some(text) = argument.or_else(|| environment(variable)) else {
        problems.push(format!("set {flag} or {variable}: {what}"));
        return None;
    };
    text.parse()
        .map_err(|error| problems.push(format!("{flag} or {variable}: {error}")))
        .ok()
}

impl Plan {
    /// Returns a summary of the plan for a real server.
    pub fn announcement(&self, client: &Client) -> String {
        let server = client.base_url().as_str().trim_end_matches('/');
        let project = &self.project;
        let cutover = if self.cutover {
            "cutting over as soon as it is ready"
        } else {
            "stopping before the cutover"
        };
        match &self.begin {
            Begin::At(id) => {
                format!("going on with migration {id} of project {project} at {server}, {cutover}")
            }
            Begin::Anew(new) => {
                let (verb, cutover) = if new.validate_only {
                    ("checking whether to migrate", "starting nothing")
                } else {
                    ("migrating", cutover)
                };
                format!(
                    "{verb} the cluster {:?} into the cluster {:?} of project {project} at \
                     {server}, {cutover}",
                    new.source_cluster, new.destination_cluster
                )
            }
        }
    }
}
