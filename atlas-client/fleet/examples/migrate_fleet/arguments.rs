//! Parses the command line. Must not know what the arguments are used for.

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::Duration;

use atlas_client::ObjectId;
use atlas_client::poll::Polling;
use clap::Parser;

/// Migrates many clusters into MongoDB Atlas, a bounded number at a time.
///
/// Without a plan file it runs against an embedded Atlas in this process, which takes a few seconds
/// and touches nothing. With one it migrates for real, and keeps a journal: killed at any point, it
/// continues with --resume and starts nothing twice.
#[derive(Debug, Parser)]
#[command(name = "migrate_fleet", after_help = HELP)]
pub struct Arguments {
    /// The plan file, in TOML; see below.
    pub plan: Option<PathBuf>,
    /// The journal. It is created if it does not exist, and has no password.
    #[arg(long, value_name = "FILE", default_value = "fleet.journal")]
    pub journal: PathBuf,
    /// Continue the migrations of the journal, and begin those that are not in it.
    #[arg(long, requires = "plan")]
    pub resume: bool,
    /// Cut over each migration that is ready, after the command `stop_writers` of the plan has
    /// succeeded; without one nothing may write to the source any more: what is written later is
    /// lost. Without this, the program ends when all are ready.
    #[arg(long, requires = "plan")]
    pub cutover: bool,
    /// Start again what has failed.
    #[arg(long, requires = "resume")]
    pub retry_failed: bool,
    /// The migration in doubt was started, and has this id.
    #[arg(long, value_name = "NAME=ID", value_parser = answer, requires = "resume")]
    pub started: Vec<(String, ObjectId)>,
    /// The migration in doubt was not started.
    #[arg(long, value_name = "NAME", requires = "resume")]
    pub not_started: Vec<String>,

    /// How many migrations are under way at the same time; by default as in the plan, or 5.
    #[arg(long, value_name = "COUNT")]
    pub at_once: Option<NonZeroUsize>,
    /// The time between two polls of a migration, such as 500ms, 10s or 1m; 10s by default.
    #[arg(long, value_name = "TIME", value_parser = humantime::parse_duration)]
    pub poll: Option<Duration>,
    /// How long polls may fail before a migration is left to the next run.
    #[arg(long, value_name = "TIME", value_parser = humantime::parse_duration, default_value = "24h")]
    pub outage: Duration,
    /// The server, instead of the one that the environment selects.
    #[arg(long, value_name = "URL", requires = "plan")]
    pub base_url: Option<String>,
}

const HELP: &str = r#"The plan file:
  project = "32b6e34b3d91647abb20e7b8"         # the Atlas project that receives the data
  source_project = "32b6e34b3d91647abb20e7b9"  # the project of Ops Manager or Cloud Manager
  migration_host = "host.example.com"
  at_once = 8

  [[migration]]
  name = "orders"                              # by default the destination cluster
  source_cluster = "orders"
  destination_cluster = "orders-in-atlas"
  stop_writers = ["./stop", "orders"]          # a command and its arguments

  [[migration]]
  source_cluster = "billing"
  destination_cluster = "billing"
  migration_host = "other.example.com"         # each of the above can be set here, too
  network = "vpc-peering"                      # public (default), private-link, vpc-peering
  source_user = "migrator"                     # by default MongoDB Automation signs in
  source_password_env = "BILLING_PASSWORD"     # or source_password_file
  source_ca = "/etc/ca.pem"                    # on the migration host
  ssl = true                                   # the default
  drop_destination_data = false                # the default

Credentials come from the variables of Atlas's own command line:
  MONGODB_ATLAS_CLIENT_ID, MONGODB_ATLAS_CLIENT_SECRET         a service account
  MONGODB_ATLAS_PUBLIC_API_KEY, MONGODB_ATLAS_PRIVATE_API_KEY  an API key
  MONGODB_ATLAS_ACCESS_TOKEN                                   a ready-made access token
  MONGODB_ATLAS_SERVICE, MONGODB_ATLAS_BASE_URL                another server

Exit status: 0 all complete (or ready, without --cutover), 1 not all, 2 nothing was sent,
130 interrupted (Ctrl-C), 143 terminated."#;

impl Arguments {
    /// Returns the polling; `usual` is the default wait.
    pub fn polling(&self, usual: Duration) -> Polling {
        Polling::every(self.poll.unwrap_or(usual)).outage(self.outage)
    }

    /// Returns a hint on how to continue.
    pub fn how_to_resume(&self) -> &'static str {
        match self.plan {
            Some(_) => "continue with --resume",
            None => "the embedded Atlas ends with this program",
        }
    }
}

/// Parses `NAME=ID`.
fn answer(text: &str) -> Result<(String, ObjectId), String> {
    let (name, id) = text
        .rsplit_once('=')
        .ok_or("an answer is the name of a migration and its id, as in orders=ID")?;
    let id = id.parse().map_err(|error| format!("{error}"))?;
    Ok((name.to_owned(), id))
}
