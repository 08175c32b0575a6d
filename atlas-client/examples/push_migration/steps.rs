//! The steps of a push live migration: the calls, in their order.

use std::cell::RefCell;
use std::fmt;

use atlas_client::migration::{self, Event, Ready, Validated};
use atlas_client::poll::poll_until;
use atlas_client::types::{
    Destination, LiveImportAvailableProject, LiveMigrationRequest, LiveMigrationResponseStatus,
    Source,
};
use atlas_client::{Client, ObjectId};

use crate::plan::{Begin, Migration, Plan};
use crate::show::{Progress, Step};
use crate::terminal::printable;
use crate::{Result, link_token};

/// How a successful run ended.
pub enum Ending {
    /// The request is valid.
    Validated(ObjectId),
    /// The migration is ready for its cutover.
    Ready(ObjectId),
    /// The migration is complete.
    Complete(ObjectId),
}

impl fmt::Display for Ending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Validated(id) => write!(f, "validation {id} is SUCCESS"),
            Self::Ready(id) => write!(
                f,
                "migration {id} is WORKING and ready for its cutover within 120 hours: stop the \
                 writers, then run --migration {id} --cutover"
            ),
            Self::Complete(id) => write!(f, "migration {id} is COMPLETE"),
        }
    }
}

/// What the program leaves on the server if it ends early.
#[derive(Default)]
pub struct Standing(RefCell<Left>);

#[derive(Default)]
enum Left {
    #[default]
    Nothing,
    Perhaps,
    Migration(ObjectId),
}

impl Standing {
    fn is(&self, left: Left) {
        *self.0.borrow_mut() = left;
    }

    /// Returns a note for the user about a migration that may be left on the server.
    pub fn note(&self, plan: &Plan) -> Option<String> {
        match &*self.0.borrow() {
            _ if !plan.real => None,
            Left::Nothing => None,
            Left::Perhaps => Some(
                "a migration may have been started: look for it in Atlas before starting another"
                    .to_owned(),
            ),
            Left::Migration(id) => Some(format!(
                "the migration goes on without this program: come back with --migration {id}"
            )),
        }
    }
}

/// Runs all steps of the plan.
pub async fn all(
    client: &Client,
    plan: &Plan,
    progress: &Progress,
    standing: &Standing,
) -> Result<Ending> {
    let migration = match &plan.begin {
        Begin::At(id) => migration::Migration::resume(client, plan.project.clone(), id.clone())
            .polling(plan.polling.clone()),
        Begin::Anew(new) => {
            let request = prepare(client, plan, new, progress).await?;
            let validated = validate(client, plan, request, progress).await?;
            if new.validate_only {
                return Ok(Ending::Validated(validated.id().clone()));
            }
            start(validated, progress, standing).await?
        }
    };
    let id = migration.id().clone();
    standing.is(Left::Migration(id.clone()));
    if let Some(ready) = wait_until_ready(&migration, progress, standing).await? {
        if !plan.cutover {
            return Ok(Ending::Ready(id));
        }
        cut_over(ready, progress).await?;
        wait_until_complete(&migration, progress, standing).await?;
    }
    Ok(Ending::Complete(id))
}

/// Links the organization if requested, and finds the source.
async fn prepare(
    client: &Client,
    plan: &Plan,
    new: &Migration,
    progress: &Progress,
) -> Result<LiveMigrationRequest> {
    if let Some(recipient) = &new.link_token {
        let step = progress.begin("Link token", "making one");
        let outcome = link_token::make(client, &new.org, recipient).await?;
        step.done(&outcome);
    }

    let step = progress.begin("Source", "looking for it in the available projects");
    let find = async || {
        let listed = client
            .list_org_live_migration_available_projects()
            .org_id(&new.org)
            .send()
            .await;
        match listed {
            Ok(projects) => Ok(find(new, &projects)),
            // This is how Atlas responds if nothing is linked.
            Err(error) if error.is_not_found() => Ok(Err(error.to_string())),
            Err(error) => Err(error),
        }
    };
    let found = if new.link_token.is_some() {
        let missing = RefCell::new(String::new());
        let look = || async {
            let found = find().await;
            match &found {
                Ok(Err(why)) => {
                    step.now(&format!("not there yet: {why}"));
                    missing.replace(why.clone());
                }
                Err(error) => step.failed(error),
                Ok(Ok(_)) => {}
            }
            found
        };
        poll_until(plan.polling.clone(), look, Result::is_ok)
            .await
            .map_err(|error| match missing.take() {
                why if error.is_timeout() => format!("{error}: {why}"),
                _ => error.to_string(),
            })??
    } else {
        find().await?.map_err(|why| {
            format!(
                "{why}; if the source is not linked yet, make a link token with --link-token-file"
            )
        })?
    };
    let Found {
        project,
        host,
        ssl,
        summary,
    } = found;
    step.done(&summary);

    let destination = Destination::builder()
        .cluster_name(&new.destination_cluster)
        .group_id(&plan.project)
        .hostname_schema_type(new.network.clone());
    let destination = match &new.private_link_id {
        Some(id) => destination.private_link_id(id),
        None => destination,
    };
    let source = Source::builder()
        .cluster_name(&new.source_cluster)
        .group_id(project)
        .ssl(ssl)
        .managed_authentication(new.source_user.is_none());
    let source = match &new.source_user {
        Some((user, password)) => source.username(user).password(password.clone()),
        None => source,
    };
    let source = match &new.source_ca {
        Some(path) => source.ca_certificate_path(path),
        None => source,
    };
    let request = LiveMigrationRequest::builder()
        .source(source)
        .destination(destination)
        .migration_hosts([host])
        .build()?;
    Ok(request)
}

/// The source in the available projects.
struct Found {
    project: ObjectId,
    host: String,
    ssl: bool,
    summary: String,
}

/// Finds the source in the available projects, or returns why it is missing.
fn find(new: &Migration, projects: &[LiveImportAvailableProject]) -> Result<Found, String> {
    let name = &new.source_cluster;
    let mut candidates = projects
        .iter()
        .filter(|project| {
            new.source_project
                .as_ref()
                .is_none_or(|id| *id == project.project_id)
        })
        .flat_map(|project| {
            let clusters = project.deployments.iter();
            clusters.map(move |cluster| (project, cluster))
        })
        .filter(|(_, cluster)| cluster.name == *name);
    let Some((project, cluster)) = candidates.next() else {
        let there: Vec<&str> = projects
            .iter()
            .flat_map(|project| &project.deployments)
            .map(|cluster| cluster.name.as_str())
            .collect();
        return Err(match there.join(", ") {
            none if none.is_empty() => "no cluster is available for a migration".to_owned(),
            some => format!("no cluster {name:?} is available for a migration, only {some}"),
        });
    };
    if candidates.next().is_some() {
        return Err(format!(
            "several projects have a cluster {name:?}; choose one with --source-project"
        ));
    }
    let hosts = &project.migration_hosts;
    let host = match &new.migration_host {
        Some(host) if !hosts.contains(host) => {
            return Err(format!(
                "{host} is no migration host of project {:?}, which has {}",
                project.name,
                hosts.join(", ")
            ));
        }
        Some(host) => host,
        None => hosts
            .first()
            .ok_or_else(|| format!("project {:?} has no migration host", project.name))?,
    };
    Ok(Found {
        project: project.project_id.clone(),
        host: host.clone(),
        ssl: cluster.tls_enabled,
        summary: format!(
            "{name} of project {}, MongoDB {}, by way of {host}",
            project.name, cluster.mongo_db_version
        ),
    })
}

/// Requests a validation, and waits for its result.
async fn validate(
    client: &Client,
    plan: &Plan,
    request: LiveMigrationRequest,
    progress: &Progress,
) -> Result<Validated> {
    let step = progress.begin("Validation", "asking for it");
    let validated = migration::Plan::new(client, plan.project.clone(), request)
        .polling(plan.polling.clone())
        .validate_with(|polled| match polled {
            Ok(validation) => {
                let status = validation.status.as_ref();
                if !status.is_some_and(|status| status.is_terminal()) {
                    step.now(status.map_or("without a status", |status| status.as_str()));
                }
            }
            Err(error) => step.failed(error),
        })
        .await?;
    let taken = step.taken();
    step.done(&format!("SUCCESS after {taken}"));
    Ok(validated)
}

/// Starts the migration.
async fn start(
    validated: Validated,
    progress: &Progress,
    standing: &Standing,
) -> Result<migration::Migration> {
    let step = progress.begin("Migration", "starting it");
    standing.is(Left::Perhaps);
    let migration = validated.start().await.inspect_err(|error| {
        if !error.may_have_been_executed() {
            standing.is(Left::Nothing);
        }
    })?;
    step.done(&format!("started as {}", migration.id()));
    Ok(migration)
}

/// Waits until the destination has caught up; `None` if the migration is complete by then, because
/// it was cut over elsewhere.
async fn wait_until_ready(
    migration: &migration::Migration,
    progress: &Progress,
    standing: &Standing,
) -> Result<Option<Ready>> {
    let step = progress.begin("Copying", "looking at it");
    let found = follow(migration, &step, standing, |found| {
        found.ready().map(|ready| (ready, found.clone()))
    })
    .await?;
    let Some((ready, found)) = found else {
        step.done("cut over already");
        return Ok(None);
    };
    let (status, taken) = (status(&found), step.taken());
    step.done(&match found.lag() {
        Some(lag) => {
            let lag = lag.as_secs();
            format!("{status}, ready for the cutover after {taken}, {lag} s behind")
        }
        None => format!("{status}, ready for the cutover after {taken}"),
    });
    Ok(Some(ready))
}

/// Starts the cutover.
async fn cut_over(ready: Ready, progress: &Progress) -> Result<()> {
    let step = progress.begin("Cutover", "asking for it");
    ready.cut_over().await?;
    step.done("accepted");
    Ok(())
}

/// Waits until the migration is complete.
async fn wait_until_complete(
    migration: &migration::Migration,
    progress: &Progress,
    standing: &Standing,
) -> Result<()> {
    let step = progress.begin("Completion", "looking at it");
    follow(migration, &step, standing, |_| None::<()>).await?;
    let taken = step.taken();
    step.done(&format!("COMPLETE after {taken}"));
    Ok(())
}

/// Shows the progress of a migration until `wanted` returns a value; `None` if it completes before.
async fn follow<T>(
    migration: &migration::Migration,
    step: &Step<'_>,
    standing: &Standing,
    wanted: impl Fn(&migration::Progress) -> Option<T>,
) -> Result<Option<T>> {
    let mut events = migration.follow();
    while let Some(event) = events.next().await {
        let event = event.inspect_err(|error| {
            if error.is_outcome() {
                standing.is(Left::Nothing);
            }
        })?;
        match event {
            Event::Progress(found) => {
                if let Some(wanted) = wanted(&found) {
                    return Ok(Some(wanted));
                }
                match found.lag() {
                    _ if found.is_terminal() => {}
                    Some(lag) => step.lagging(&status(&found), lag.as_secs()),
                    None => step.now(&status(&found)),
                }
            }
            Event::PollFailed(error) => step.failed(&error),
            Event::CutoverDue(timer) => step.note(&format!("cut over soon: {timer}")),
            _ => {}
        }
    }
    standing.is(Left::Nothing);
    Ok(None)
}

/// Formats the status, marking unknown ones.
fn status(found: &migration::Progress) -> String {
    match found.status() {
        None => "without a status".to_owned(),
        Some(LiveMigrationResponseStatus::Unknown(other)) => {
            format!(
                "{} (a status unknown to this version)",
                printable(other.as_str())
            )
        }
        Some(known) => known.as_str().to_owned(),
    }
}
