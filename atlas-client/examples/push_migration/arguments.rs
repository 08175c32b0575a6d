//! Parses the command line. Must not know what the arguments are used for.

use std::path::PathBuf;
use std::time::Duration;

use atlas_client::ObjectId;
use atlas_client::types::DestinationHostnameSchemaType;
use clap::{Parser, ValueEnum};

/// Carries out a push live migration into MongoDB Atlas, from link token to cutover.
///
/// Without credentials in the environment it runs against an embedded Atlas in this process, which
/// takes a few seconds and touches nothing. With credentials it migrates for real.
#[derive(Debug, Parser)]
#[command(name = "push_migration", after_help = ENVIRONMENT)]
pub struct Arguments {
    /// Run against the embedded Atlas even if there are credentials in the environment. What
    /// describes a real migration is invalid beside it.
    #[arg(long, conflicts_with_all = REAL_ARGUMENTS)]
    embedded: bool,

    /// The organization that receives the data [env: MONGODB_ATLAS_ORG_ID].
    #[arg(long, value_name = "ID")]
    pub org_id: Option<String>,
    /// The project that receives the data [env: MONGODB_ATLAS_PROJECT_ID].
    #[arg(long, value_name = "ID")]
    pub project_id: Option<String>,
    /// The Atlas cluster that receives the data. It has to exist already.
    #[arg(long, value_name = "NAME")]
    pub destination_cluster: Option<String>,
    /// The network on which the migration host reaches the destination.
    #[arg(long, value_enum, default_value = "public")]
    pub network: Network,
    /// The private endpoint, with --network private-link.
    #[arg(long, value_name = "ID", required_if_eq("network", "private-link"))]
    pub private_link_id: Option<String>,

    /// The cluster to migrate, as Ops Manager or Cloud Manager calls it.
    #[arg(long, value_name = "NAME")]
    pub source_cluster: Option<String>,
    /// Its project, where several of those linked have a cluster of that name.
    #[arg(long, value_name = "ID")]
    pub source_project: Option<ObjectId>,
    /// The host that carries the data; by default the first of the source's project.
    #[arg(long, value_name = "HOST")]
    pub migration_host: Option<String>,
    /// Sign in at the source as this user, with the password in SOURCE_PASSWORD; by default
    /// MongoDB Automation takes care of it.
    #[arg(long, value_name = "NAME")]
    pub source_user: Option<String>,
    /// Path of the source's certificate authority on the migration host.
    #[arg(long, value_name = "PATH")]
    pub source_ca: Option<String>,

    /// Create a link token first and write it to this new file, which only you can read. Enter it
    /// in Ops Manager or Cloud Manager; the migration continues when the source appears. Not needed
    /// if the organization is linked already.
    #[arg(long, value_name = "FILE")]
    pub link_token_file: Option<PathBuf>,
    /// Stop after the validation.
    #[arg(long, conflicts_with_all = ["cutover", "migration"])]
    pub validate_only: bool,
    /// Continue this migration instead of starting one.
    #[arg(long, value_name = "ID", conflicts_with = "link_token_file")]
    pub migration: Option<ObjectId>,
    /// Cut over as soon as the migration is ready. By then nothing may write to the source any
    /// more: what is written later is lost. Without this, the program stops when all is ready; the
    /// embedded Atlas is always cut over.
    #[arg(long)]
    pub cutover: bool,

    /// The time between two polls, such as 500ms, 10s or 1m; 10s by default.
    #[arg(long, value_name = "TIME", value_parser = duration)]
    pub poll: Option<Duration>,
    /// The longest wait for any one step, such as 30m or 72h.
    #[arg(long, value_name = "TIME", value_parser = duration, default_value = "24h")]
    pub patience: Duration,
}

const ENVIRONMENT: &str = "\
Credentials come from the variables of Atlas's own command line, and only from there:
  MONGODB_ATLAS_CLIENT_ID, MONGODB_ATLAS_CLIENT_SECRET         a service account
  MONGODB_ATLAS_PUBLIC_API_KEY, MONGODB_ATLAS_PRIVATE_API_KEY  an API key
  MONGODB_ATLAS_ACCESS_TOKEN                                   a ready-made access token
  MONGODB_ATLAS_AUTH_TYPE                                      which of them, if several are set
  MONGODB_ATLAS_SERVICE                                        cloud (default) or cloudgov
  MONGODB_ATLAS_BASE_URL                                       any other server
  SOURCE_PASSWORD                                              the password of --source-user

Exit status: 0 done, 1 failed, 2 not described well enough to start, 130 interrupted\n\
(Ctrl-C), 143 terminated.";

/// Variables that select a real server.
const REAL: [&str; 10] = [
    "CLIENT_ID",
    "CLIENT_SECRET",
    "PUBLIC_API_KEY",
    "PRIVATE_API_KEY",
    "PUBLIC_KEY",
    "PRIVATE_KEY",
    "ACCESS_TOKEN",
    "AUTH_TYPE",
    "BASE_URL",
    "OPS_MANAGER_URL",
];

/// The arguments that describe a real migration.
const REAL_ARGUMENTS: [&str; 10] = [
    "org_id",
    "project_id",
    "destination_cluster",
    "private_link_id",
    "source_cluster",
    "source_project",
    "migration_host",
    "source_user",
    "link_token_file",
    "migration",
];

impl Arguments {
    /// Returns whether the environment, or an argument, selects a real server.
    pub fn is_real(&self) -> bool {
        let named = self.org_id.is_some()
            || self.project_id.is_some()
            || self.destination_cluster.is_some()
            || self.private_link_id.is_some()
            || self.source_cluster.is_some()
            || self.source_project.is_some()
            || self.migration_host.is_some()
            || self.source_user.is_some()
            || self.link_token_file.is_some()
            || self.migration.is_some();
        let is_set = |prefix: &str| {
            let mut names = REAL.iter().map(|name| format!("{prefix}{name}"));
            names.any(|name| environment(&name).is_some())
        };
        !self.embedded && (named || is_set("MONGODB_ATLAS_") || is_set("MCLI_"))
    }
}

/// Returns an environment variable; an empty one counts as not set.
pub fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// The networks, as command line values.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum Network {
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

/// Parses `500ms`, `10s`, `5m` or `24h`.
fn duration(text: &str) -> Result<Duration, String> {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let count: u64 = digits.parse().map_err(|_| EXPECTED)?;
    let time = match &text[digits.len()..] {
        "ms" => Some(Duration::from_millis(count)),
        "s" => Some(Duration::from_secs(count)),
        "m" => count.checked_mul(60).map(Duration::from_secs),
        "h" => count.checked_mul(3600).map(Duration::from_secs),
        _ => None,
    };
    // Limited to a year, so that sums never overflow.
    time.filter(|time| !time.is_zero())
        .map(|time| time.min(Duration::from_secs(366 * 24 * 3600)))
        .ok_or_else(|| EXPECTED.to_owned())
}

const EXPECTED: &str = "a time is a positive number and its unit, such as 500ms, 10s, 5m or 24h";
