//! The configuration of an embedded Atlas: defaults and validation.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use crate::{
    auth::{digest, oauth},
    clock,
    faults::Fault,
    limit::RateLimit,
    world::lives::{MigrationOutcome, Pace, ValidationOutcome},
    world::scenario::Scenario,
};

/// The role that writes need, and that includes all others.
pub(crate) const OWNER: &str = "Organization Owner";

/// A cluster that can be migrated.
#[derive(Clone, PartialEq)]
pub(crate) struct Source {
    pub(crate) project: String,
    pub(crate) cluster: String,
    pub(crate) host: String,
}

impl Default for Source {
    fn default() -> Self {
        Self {
            project: "5f1b0a3e9c8d7e6f5a4b3c04".to_owned(),
            cluster: "source".to_owned(),
            host: "vm001.example.com".to_owned(),
        }
    }
}

#[derive(Clone)]
pub(crate) struct Config {
    pub(crate) org_id: String,
    pub(crate) projects: Vec<String>,
    pub(crate) api_key: (String, String),
    pub(crate) service_account: (String, String),
    /// The sources. [`Atlas::migration_request`](crate::Atlas) uses the first one.
    pub(crate) sources: Vec<Source>,
    /// Projects and names of the destination clusters; if empty, each cluster exists.
    pub(crate) clusters: BTreeSet<(String, String)>,
    /// What happens to migrations into a cluster, by its name.
    pub(crate) scenarios: BTreeMap<String, Scenario>,
    /// The faults that are pending from the start.
    pub(crate) faults: Vec<Fault>,
    /// Whether a relay can delay and break connections.
    pub(crate) relayed: bool,
    pub(crate) linked: bool,
    pub(crate) roles: BTreeSet<String>,
    pub(crate) pace: Pace,
    pub(crate) validation_outcome: ValidationOutcome,
    pub(crate) migration_outcome: MigrationOutcome,
    pub(crate) date: String,
    pub(crate) ticking: bool,
    pub(crate) digest: digest::Policy,
    pub(crate) oauth: oauth::Policy,
    pub(crate) rate_limit: Option<RateLimit>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            org_id: "5f1b0a3e9c8d7e6f5a4b3c01".to_owned(),
            projects: vec!["5f1b0a3e9c8d7e6f5a4b3c02".to_owned()],
            api_key: (
                "embedkey".to_owned(),
                "0ddba11c-0ffe-4bad-8ace-5ca1ab1e0001".to_owned(),
            ),
            service_account: (
                "mdb_sa_id_5f1b0a3e9c8d7e6f5a4b3c03".to_owned(),
                "mdb_sa_sk_embedded_0ddba11c0ffee5ca1ab1e".to_owned(),
            ),
            sources: vec![Source::default()],
            clusters: BTreeSet::new(),
            scenarios: BTreeMap::new(),
            faults: Vec::new(),
            relayed: false,
            linked: false,
            roles: BTreeSet::from([OWNER.to_owned()]),
            pace: Pace::default(),
            validation_outcome: ValidationOutcome::default(),
            migration_outcome: MigrationOutcome::default(),
            date: clock::DEFAULT_DATE.to_owned(),
            ticking: false,
            digest: digest::Policy::default(),
            oauth: oauth::Policy::default(),
            rate_limit: None,
        }
    }
}

impl Config {
    pub(crate) fn check(&self) -> Result<(), StartError> {
        let sources = self.sources.iter().map(|source| &source.project);
        for id in self.projects.iter().chain([&self.org_id]).chain(sources) {
            if !is_object_id(id) {
                return Err(StartError::new(format!(
                    "the id {id:?} is not 24 lower-case hexadecimal digits"
                )));
            }
        }
        for (project, cluster) in &self.clusters {
            if !self.projects.contains(project) {
                return Err(StartError::new(format!(
                    "the cluster {cluster} is in the project {project}, which the organization \
                     does not have"
                )));
            }
        }
        if !self.relayed && self.faults.iter().any(Fault::needs_relay) {
            return Err(StartError::new(NO_RELAY));
        }
        if clock::parse_date(&self.date).is_none() {
            return Err(StartError::new(format!(
                "the date {:?} is not a day as YYYY-MM-DD",
                self.date
            )));
        }
        Ok(())
    }
}

/// The error for a fault of a connection without a relay.
pub(crate) const NO_RELAY: &str =
    "a fault of a connection needs `relayed(true)` of the builder, which starts a relay";

/// Returns whether `text` matches `^([a-f0-9]{24})$`.
pub(crate) fn is_object_id(text: &str) -> bool {
    text.len() == 24
        && text
            .bytes()
            .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

/// Why an embedded Atlas did not start.
#[derive(Debug)]
pub struct StartError(String);

impl StartError {
    pub(crate) fn new(reason: impl Into<String>) -> Self {
        Self(reason.into())
    }
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for StartError {}
