//! One migration of a fleet, and what identifies it in the journal.
//!
//! Must not know its state.

use std::collections::BTreeMap;

use atlas_client::types::LiveMigrationRequest;
use atlas_client::{ObjectId, serde_json};
use sha2::{Digest, Sha256};

/// The server and the members of a request that identify it, by name. Contains no secret.
pub(crate) type Fingerprint = BTreeMap<String, String>;

/// One migration of a fleet: a name and the request that creates it.
///
/// The name identifies the migration in the journal, also after a restart: it has to be unique in
/// the fleet and must not change between two runs. It has 1 to 200 bytes and no control characters,
/// which [`Fleet::run`](crate::Fleet::run) checks. The project that receives the data is that of
/// the request's destination.
#[derive(Clone, Debug)]
pub struct Job {
    name: String,
    request: LiveMigrationRequest,
}

impl Job {
    /// Creates a job. Sends nothing.
    pub fn new(name: impl Into<String>, request: LiveMigrationRequest) -> Self {
        Self {
            name: name.into(),
            request,
        }
    }

    /// Returns the name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the project that receives the data.
    pub fn project(&self) -> &ObjectId {
        &self.request.destination.group_id
    }

    /// Returns the name of the cluster that receives the data.
    pub fn cluster(&self) -> &str {
        &self.request.destination.cluster_name
    }

    /// Returns the name of the cluster that the data comes from.
    pub fn source_cluster(&self) -> &str {
        &self.request.source.cluster_name
    }

    /// Returns the request that creates the migration.
    pub fn request(&self) -> &LiveMigrationRequest {
        &self.request
    }

    /// Returns the fingerprint of this job on the server `server`.
    ///
    /// It contains only whether user name and password are set, and a digest of the sharded
    /// collections.
    pub(crate) fn fingerprint(&self, server: &str) -> Fingerprint {
        let LiveMigrationRequest {
            destination,
            drop_destination_data,
            migration_hosts,
            sharding,
            source,
            ..
        } = &self.request;
        let mut members = Fingerprint::new();
        let mut put = |name: &str, value: String| members.insert(name.to_owned(), value);
        put("server", server.to_owned());
        put(CLUSTER, destination.cluster_name.clone());
        put(PROJECT, destination.group_id.to_string());
        let network = destination.hostname_schema_type.as_str();
        put("destination.hostnameSchemaType", network.to_owned());
        if let Some(id) = &destination.private_link_id {
            put("destination.privateLinkId", id.clone());
        }
        let drop = drop_destination_data.unwrap_or_default();
        put("dropDestinationData", drop.to_string());
        put("migrationHosts", migration_hosts.join(" "));
        if let Some(sharding) = sharding {
            let json = serde_json::to_vec(sharding).unwrap_or_default();
            let digest = Sha256::digest(json);
            let hex = digest.iter().take(8).map(|byte| format!("{byte:02x}"));
            put("sharding (digest)", hex.collect());
        }
        put("source.clusterName", source.cluster_name.clone());
        put("source.groupId", source.group_id.to_string());
        let managed = source.managed_authentication;
        put("source.managedAuthentication", managed.to_string());
        put("source.ssl", source.ssl.to_string());
        if let Some(path) = &source.ca_certificate_path {
            put("source.caCertificatePath", path.clone());
        }
        let (user, password) = (source.username.is_some(), source.password.is_some());
        put("source.username (set)", user.to_string());
        put("source.password (set)", password.to_string());
        members
    }
}

const PROJECT: &str = "destination.groupId";
const CLUSTER: &str = "destination.clusterName";

/// Returns whether two jobs migrate into the same cluster.
pub(crate) fn same_destination(one: &Fingerprint, other: &Fingerprint) -> bool {
    ["server", PROJECT, CLUSTER]
        .iter()
        .all(|member| one.get(*member) == other.get(*member))
}

/// Describes how a job differs from the one in the journal.
pub(crate) fn changes(journal: &Fingerprint, job: &Fingerprint) -> String {
    let mut names: Vec<&String> = journal.keys().chain(job.keys()).collect();
    names.sort();
    names.dedup();
    let changed = names.into_iter().filter_map(|name| {
        let (was, is) = (journal.get(name), job.get(name));
        let shown = |value: Option<&String>| match value {
            Some(value) => format!("{value:?}"),
            None => "not set".to_owned(),
        };
        (was != is).then(|| format!("{name} was {} and is {}", shown(was), shown(is)))
    });
    changed.collect::<Vec<_>>().join(", ")
}
