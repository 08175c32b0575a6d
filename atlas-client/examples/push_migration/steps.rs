//! The steps of a push live migration: the calls, in their order.

use std::cell::RefCell;
use std::fmt;

use atlas_client::types::{
    Destination, LiveImportAvailableProject, LiveImportValidationStatus, LiveMigrationRequest,
    LiveMigrationResponse, LiveMigrationResponseStatus, Source,
};
use atlas_client::{Client, ObjectId};

use crate::plan::{Begin, Migration, Plan};
use crate::show::{Progress, printable};
use crate::wait::{Look, until};
use crate::{Result, link_token};

/// How it ended, well.
pub enum Ending {
    /// The migration could be started.
    Validated(ObjectId),
    /// The migration waits for its cutover.
    Ready(ObjectId),
    /// The destination is in charge.
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

/// What this program has left on the server, for when it ends early.
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

    /// What to know before trying again.
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

/// Takes all steps of the plan.
pub async fn all(
    client: &Client,
    plan: &Plan,
    progress: &Progress,
    standing: &Standing,
) -> Result<Ending> {
    let id = match &plan.begin {
        Begin::At(id) => id.clone(),
        Begin::Anew(new) => {
            let request = prepare(client, plan, new, progress).await?;
            let validation = validate(client, plan, &request, progress).await?;
            if new.validate_only {
                return Ok(Ending::Validated(validation));
            }
            create(client, plan, request, progress, standing).await?
        }
    };
    standing.is(Left::Migration(id.clone()));
    let ready = wait_until_ready(client, plan, &id, progress, standing).await?;
    if ready {
        if !plan.cutover {
            return Ok(Ending::Ready(id));
        }
        cut_over(client, plan, &id, progress).await?;
        wait_until_complete(client, plan, &id, progress, standing).await?;
    }
    Ok(Ending::Complete(id))
}

/// Links the organization where that is asked for, and finds the source.
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
            // This is how Atlas says that nothing is linked.
            Err(error) if error.is_not_found() => Ok(Err(error.to_string())),
            Err(error) => Err(error),
        }
    };
    let found = if new.link_token.is_some() {
        until(plan, &step, async || {
            Ok(match find().await? {
                Ok(found) => Look::There(found),
                Err(why) => {
                    step.now(&format!("not there yet: {why}"));
                    Look::NotYet(why)
                }
            })
        })
        .await?
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

/// What the available projects tell of the source.
struct Found {
    project: ObjectId,
    host: String,
    ssl: bool,
    summary: String,
}

/// The source among the available projects, or why it is not to be found.
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

/// Has Atlas check the request, and waits for its verdict.
async fn validate(
    client: &Client,
    plan: &Plan,
    request: &LiveMigrationRequest,
    progress: &Progress,
) -> Result<ObjectId> {
    let step = progress.begin("Validation", "asking for it");
    let begun = client
        .validate_group_live_migrations()
        .group_id(&plan.project)
        .body(request.clone())
        .send()
        .await?;
    let id = begun.id.clone().ok_or("the validation has no id")?;
    let verdict = until(plan, &step, async || {
        let validation = client
            .get_group_live_migration_validate_status()
            .group_id(&plan.project)
            .validation_id(&id)
            .send()
            .await?;
        Ok(match &validation.status {
            Some(LiveImportValidationStatus::Success) => Look::There(Ok(())),
            Some(LiveImportValidationStatus::Failed) => {
                let why = validation.error_message.as_deref();
                Look::There(Err(why.unwrap_or("Atlas does not say why").to_owned()))
            }
            status => {
                let status = status.as_ref().map_or("without a status", |s| s.as_str());
                step.now(status);
                Look::NotYet(format!("validation {id} is {}", printable(status)))
            }
        })
    })
    .await?;
    verdict.map_err(|why| format!("validation {id} is FAILED: {why}"))?;
    let taken = step.taken();
    step.done(&format!("SUCCESS after {taken}"));
    Ok(id)
}

/// Starts the migration.
async fn create(
    client: &Client,
    plan: &Plan,
    request: LiveMigrationRequest,
    progress: &Progress,
    standing: &Standing,
) -> Result<ObjectId> {
    let step = progress.begin("Migration", "starting it");
    standing.is(Left::Perhaps);
    let created = client
        .create_group_live_migration()
        .group_id(&plan.project)
        .body(request)
        .send()
        .await
        .inspect_err(|error| {
            if !error.may_have_been_executed() {
                standing.is(Left::Nothing);
            }
        })?;
    let id = created.id.clone().ok_or("the migration has no id")?;
    step.done(&format!("started as {id}"));
    Ok(id)
}

/// Waits until the destination has caught up; false where somebody else has cut over by then.
async fn wait_until_ready(
    client: &Client,
    plan: &Plan,
    id: &ObjectId,
    progress: &Progress,
    standing: &Standing,
) -> Result<bool> {
    let step = progress.begin("Copying", "looking at it");
    let (migration, status) = until(plan, &step, async || {
        let migration = look_at(client, plan, id).await?;
        let status = status(&migration);
        let ready = migration.ready_for_cutover == Some(true);
        if ready || is_over(&migration) {
            return Ok(Look::There((migration, status)));
        }
        let lag = migration.lag_time_seconds;
        match lag.and_then(|lag| u64::try_from(lag).ok()) {
            Some(lag) => step.lagging(&status, lag),
            None => step.now(&status),
        }
        Ok(Look::NotYet(format!("migration {id} is {status}")))
    })
    .await?;
    if is_over(&migration) {
        judge(&migration, id, standing)?;
        step.done("cut over already");
        return Ok(false);
    }
    let taken = step.taken();
    step.done(&match migration.lag_time_seconds {
        Some(lag) => format!("{status}, ready for the cutover after {taken}, {lag} s behind"),
        None => format!("{status}, ready for the cutover after {taken}"),
    });
    Ok(true)
}

/// Makes the destination take over.
async fn cut_over(client: &Client, plan: &Plan, id: &ObjectId, progress: &Progress) -> Result<()> {
    let step = progress.begin("Cutover", "asking for it");
    client
        .cutover_group_live_migration()
        .group_id(&plan.project)
        .live_migration_id(id)
        .send()
        .await?;
    step.done("accepted");
    Ok(())
}

/// Waits until the destination is in charge.
async fn wait_until_complete(
    client: &Client,
    plan: &Plan,
    id: &ObjectId,
    progress: &Progress,
    standing: &Standing,
) -> Result<()> {
    let step = progress.begin("Completion", "looking at it");
    let migration = until(plan, &step, async || {
        let migration = look_at(client, plan, id).await?;
        if is_over(&migration) {
            return Ok(Look::There(migration));
        }
        let status = status(&migration);
        step.now(&status);
        Ok(Look::NotYet(format!("migration {id} is {status}")))
    })
    .await?;
    judge(&migration, id, standing)?;
    let taken = step.taken();
    step.done(&format!("COMPLETE after {taken}"));
    Ok(())
}

async fn look_at(
    client: &Client,
    plan: &Plan,
    id: &ObjectId,
) -> atlas_client::Result<LiveMigrationResponse> {
    let migration = client
        .get_group_live_migration()
        .group_id(&plan.project)
        .live_migration_id(id)
        .send()
        .await?;
    Ok(migration.into_inner())
}

/// Whether nothing more will come of a migration.
fn is_over(migration: &LiveMigrationResponse) -> bool {
    use LiveMigrationResponseStatus::{Complete, Expired, Failed};
    matches!(migration.status, Some(Complete | Expired | Failed))
}

/// What became of a migration that is over.
fn judge(migration: &LiveMigrationResponse, id: &ObjectId, standing: &Standing) -> Result<()> {
    standing.is(Left::Nothing);
    match migration.status {
        Some(LiveMigrationResponseStatus::Failed) => {
            Err(format!("migration {id} is FAILED: Atlas has given it up").into())
        }
        Some(LiveMigrationResponseStatus::Expired) => Err(format!(
            "migration {id} is EXPIRED: it was ready, and nobody cut over in time"
        )
        .into()),
        _ => Ok(()),
    }
}

/// The status in words; one that this version does not know says so.
fn status(migration: &LiveMigrationResponse) -> String {
    match &migration.status {
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
