// Generated.

use atlas_client::{
    InvalidValue, ObjectId, Sensitive, UnknownLiteral, UnknownValue, runtime,
};

/// A cluster in Cloud Manager or Ops Manager that a push live migration can start from.
#[derive(serde::Deserialize, serde::Serialize, Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct AvailableClustersDeployment {
    /// Release of the MongoDB Agent in charge of the cluster.
    #[serde(rename = "agentVersion", skip_serializing_if = "Option::is_none")]
    pub agent_version: Option<String>,
    /// Id of the cluster, 24 hexadecimal digits.
    #[serde(rename = "clusterId", skip_serializing_if = "Option::is_none")]
    pub cluster_id: Option<ObjectId>,
    /// Space that the data takes on disk right now, in bytes.
    #[serde(rename = "dbSizeBytes", skip_serializing_if = "Option::is_none")]
    pub db_size_bytes: Option<i64>,
    /// Feature compatibility version (FCV) that the cluster is set to. It may trail `mongoDBVersion`.
    #[serde(rename = "featureCompatibilityVersion")]
    pub feature_compatibility_version: String,
    /// Whether MongoDB Automation runs the cluster.
    pub managed: bool,
    /// MongoDB release that the cluster is on.
    #[serde(rename = "mongoDBVersion")]
    pub mongo_db_version: String,
    /// Name of the cluster; `source.clusterName` of a migration request takes it.
    pub name: String,
    /// Space that the oplog takes on disk right now, in megabytes.
    #[serde(rename = "oplogSizeMB", skip_serializing_if = "Option::is_none")]
    pub oplog_size_mb: Option<i64>,
    /// `true` for a sharded cluster, `false` for a replica set.
    pub sharded: bool,
    /// How many shards the cluster has.
    #[serde(rename = "shardsSize", skip_serializing_if = "Option::is_none")]
    pub shards_size: Option<i64>,
    /// Whether the cluster has TLS switched on.
    #[serde(rename = "tlsEnabled")]
    pub tls_enabled: bool,
}

/// The Atlas cluster that receives the data, and the network on which the migration host reaches it.
#[derive(serde::Deserialize, serde::Serialize, Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Destination {
    /// Name of the Atlas cluster. It has to exist already. At least 1 character.
    #[serde(rename = "clusterName")]
    pub cluster_name: String,
    /// Project of the Atlas cluster, 24 hexadecimal digits.
    #[serde(rename = "groupId")]
    pub group_id: ObjectId,
    /// Network between migration host and destination:
    ///
    /// - `PUBLIC`: public addresses.
    /// - `PRIVATE_LINK`: a private endpoint, which `privateLinkId` names.
    /// - `VPC_PEERING`: a peered virtual network.
    #[serde(rename = "hostnameSchemaType")]
    pub hostname_schema_type: DestinationHostnameSchemaType,
    /// The private endpoint. Only meaningful if `hostnameSchemaType` is `PRIVATE_LINK`.
    #[serde(rename = "privateLinkId", skip_serializing_if = "Option::is_none")]
    pub private_link_id: Option<String>,
}

impl Destination {
    /// Returns a builder of a [`Destination`](Self), whose `build` checks it.
    pub fn builder() -> builder::Destination {
        Default::default()
    }
}

/// Network between migration host and destination:
///
/// - `PUBLIC`: public addresses.
/// - `PRIVATE_LINK`: a private endpoint, which `privateLinkId` names.
/// - `VPC_PEERING`: a peered virtual network.
#[derive(serde::Deserialize, serde::Serialize, Clone, Debug, Eq, Hash, PartialEq)]
#[serde(
    from = "atlas_client::runtime::RawValue",
    into = "atlas_client::runtime::RawValue"
)]
#[non_exhaustive]
pub enum DestinationHostnameSchemaType {
    Public,
    PrivateLink,
    VpcPeering,
    /// A value that this version of the client does not know.
    Unknown(UnknownValue),
}

impl DestinationHostnameSchemaType {
    /// The values that the document lists.
    pub const VALUES: &'static [&'static str] = &[
        "PUBLIC",
        "PRIVATE_LINK",
        "VPC_PEERING",
    ];

    /// Returns the value as it is sent.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Public => "PUBLIC",
            Self::PrivateLink => "PRIVATE_LINK",
            Self::VpcPeering => "VPC_PEERING",
            Self::Unknown(value) => value.as_str(),
        }
    }
}

impl From<runtime::RawValue> for DestinationHostnameSchemaType {
    fn from(raw: runtime::RawValue) -> Self {
        match raw.as_str() {
            "PUBLIC" => Self::Public,
            "PRIVATE_LINK" => Self::PrivateLink,
            "VPC_PEERING" => Self::VpcPeering,
            _ => Self::Unknown(raw.into_unknown()),
        }
    }
}

impl From<DestinationHostnameSchemaType> for runtime::RawValue {
    fn from(value: DestinationHostnameSchemaType) -> Self {
        Self::from(value.as_str())
    }
}

impl std::fmt::Display for DestinationHostnameSchemaType {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl std::str::FromStr for DestinationHostnameSchemaType {
    type Err = InvalidValue;

    fn from_str(value: &str) -> Result<Self, InvalidValue> {
        match value {
            "PUBLIC" => Ok(Self::Public),
            "PRIVATE_LINK" => Ok(Self::PrivateLink),
            "VPC_PEERING" => Ok(Self::VpcPeering),
            _ => Err(InvalidValue::new(value, Self::VALUES)),
        }
    }
}

impl TryFrom<&str> for DestinationHostnameSchemaType {
    type Error = InvalidValue;

    fn try_from(value: &str) -> Result<Self, InvalidValue> {
        value.parse()
    }
}

impl TryFrom<String> for DestinationHostnameSchemaType {
    type Error = InvalidValue;

    fn try_from(value: String) -> Result<Self, InvalidValue> {
        value.parse()
    }
}

/// A project in Cloud Manager or Ops Manager whose clusters can be migrated.
#[derive(serde::Deserialize, serde::Serialize, Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct LiveImportAvailableProject {
    /// The clusters of the project that qualify.
    pub deployments: Vec<AvailableClustersDeployment>,
    /// Hosts prepared for carrying a migration. Give one of them in `migrationHosts` of a request.
    #[serde(rename = "migrationHosts")]
    pub migration_hosts: Vec<String>,
    /// Name of the project, 1 to 64 characters.
    pub name: String,
    /// Id of the project in Cloud Manager or Ops Manager, 24 hexadecimal digits; `source.groupId` of a migration request takes it.
    #[serde(rename = "projectId")]
    pub project_id: ObjectId,
}

/// A check of a migration request, in progress or finished.
#[derive(serde::Deserialize, serde::Serialize, Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct LiveImportValidation {
    /// Why the check ended as `FAILED`; null or absent in any other state.
    #[serde(rename = "errorMessage", skip_serializing_if = "Option::is_none")]
    pub error_message: Option<String>,
    /// Atlas project that the check runs in, 24 hexadecimal digits.
    #[serde(rename = "groupId", skip_serializing_if = "Option::is_none")]
    pub group_id: Option<ObjectId>,
    /// Id of the check, 24 hexadecimal digits.
    #[serde(rename = "_id", skip_serializing_if = "Option::is_none")]
    pub id: Option<ObjectId>,
    /// Project that the data would come from, 24 hexadecimal digits.
    #[serde(rename = "sourceGroupId", skip_serializing_if = "Option::is_none")]
    pub source_group_id: Option<ObjectId>,
    /// How far the check has come:
    ///
    /// - `PENDING`: still running; ask again later.
    /// - `SUCCESS`: the migration can be started.
    /// - `FAILED`: something stands in the way; `errorMessage` says what.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<LiveImportValidationStatus>,
}

/// How far the check has come:
///
/// - `PENDING`: still running; ask again later.
/// - `SUCCESS`: the migration can be started.
/// - `FAILED`: something stands in the way; `errorMessage` says what.
#[derive(serde::Deserialize, serde::Serialize, Clone, Debug, Eq, Hash, PartialEq)]
#[serde(
    from = "atlas_client::runtime::RawValue",
    into = "atlas_client::runtime::RawValue"
)]
#[non_exhaustive]
pub enum LiveImportValidationStatus {
    Pending,
    Success,
    Failed,
    /// A value that this version of the client does not know.
    Unknown(UnknownValue),
}

impl LiveImportValidationStatus {
    /// The values that the document lists.
    pub const VALUES: &'static [&'static str] = &["PENDING", "SUCCESS", "FAILED"];

    /// Returns the value as it is sent.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Pending => "PENDING",
            Self::Success => "SUCCESS",
            Self::Failed => "FAILED",
            Self::Unknown(value) => value.as_str(),
        }
    }
}

impl From<runtime::RawValue> for LiveImportValidationStatus {
    fn from(raw: runtime::RawValue) -> Self {
        match raw.as_str() {
            "PENDING" => Self::Pending,
            "SUCCESS" => Self::Success,
            "FAILED" => Self::Failed,
            _ => Self::Unknown(raw.into_unknown()),
        }
    }
}

impl From<LiveImportValidationStatus> for runtime::RawValue {
    fn from(value: LiveImportValidationStatus) -> Self {
        Self::from(value.as_str())
    }
}

impl std::fmt::Display for LiveImportValidationStatus {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl std::str::FromStr for LiveImportValidationStatus {
    type Err = InvalidValue;

    fn from_str(value: &str) -> Result<Self, InvalidValue> {
        match value {
            "PENDING" => Ok(Self::Pending),
            "SUCCESS" => Ok(Self::Success),
            "FAILED" => Ok(Self::Failed),
            _ => Err(InvalidValue::new(value, Self::VALUES)),
        }
    }
}

impl TryFrom<&str> for LiveImportValidationStatus {
    type Error = InvalidValue;

    fn try_from(value: &str) -> Result<Self, InvalidValue> {
        value.parse()
    }
}

impl TryFrom<String> for LiveImportValidationStatus {
    type Error = InvalidValue;

    fn try_from(value: String) -> Result<Self, InvalidValue> {
        value.parse()
    }
}

/// A push live migration, as version 2024-05-30 describes it: `dropDestinationData` is off unless asked for.
#[derive(serde::Deserialize, serde::Serialize, Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct LiveMigrationRequest {
    /// The Atlas cluster that receives the data, and the network on which the migration host reaches it.
    pub destination: Destination,
    /// Whether to erase all collections on the destination before anything is copied. There is no way back. Default: `false`.
    #[serde(rename = "dropDestinationData", skip_serializing_if = "Option::is_none")]
    pub drop_destination_data: Option<bool>,
    /// The host that carries the data: exactly one, out of those that `listOrgLiveMigrationAvailableProjects` names. Exactly 1 entry.
    #[serde(rename = "migrationHosts")]
    pub migration_hosts: Vec<String>,
    /// Which collections to shard on arrival, where a replica set becomes a sharded cluster on the way. Needs MongoDB 6.0 or later. Leave it out to shard nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sharding: Option<ShardingRequest>,
    /// The cluster that the data comes from, and how to sign in there.
    pub source: Source,
}

impl LiveMigrationRequest {
    /// Returns a builder of a [`LiveMigrationRequest`](Self), whose `build` checks it.
    pub fn builder() -> builder::LiveMigrationRequest {
        Default::default()
    }
}

/// A push live migration and its progress.
#[derive(serde::Deserialize, serde::Serialize, Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct LiveMigrationResponse {
    /// Id of the migration, 24 hexadecimal digits.
    #[serde(rename = "_id", skip_serializing_if = "Option::is_none")]
    pub id: Option<ObjectId>,
    /// How far the destination trails the source, in seconds. Present while data is being copied, and no longer once the cutover starts.
    #[serde(rename = "lagTimeSeconds", skip_serializing_if = "Option::is_none")]
    pub lag_time_seconds: Option<i64>,
    /// The host at work on this migration.
    #[serde(rename = "migrationHosts", skip_serializing_if = "Option::is_none")]
    pub migration_hosts: Option<Vec<String>>,
    /// Whether `cutoverGroupLiveMigration` may be called: the destination has all but caught up with the source.
    #[serde(rename = "readyForCutover", skip_serializing_if = "Option::is_none")]
    pub ready_for_cutover: Option<bool>,
    /// How far the migration has come:
    ///
    /// - `NEW`: accepted, not yet begun.
    /// - `WORKING`: under way. Atlas connects to both clusters, checks its connection settings,
    ///   copies data, or winds replication down after the cutover.
    /// - `COMPLETE`: done; the destination cluster is in charge.
    /// - `FAILED`: given up.
    /// - `EXPIRED`: no cutover came in time. A timer of 120 hours, which can be extended, runs
    ///   from the moment when `readyForCutover` turns true.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<LiveMigrationResponseStatus>,
}

/// How far the migration has come:
///
/// - `NEW`: accepted, not yet begun.
/// - `WORKING`: under way. Atlas connects to both clusters, checks its connection settings,
///   copies data, or winds replication down after the cutover.
/// - `COMPLETE`: done; the destination cluster is in charge.
/// - `FAILED`: given up.
/// - `EXPIRED`: no cutover came in time. A timer of 120 hours, which can be extended, runs
///   from the moment when `readyForCutover` turns true.
#[derive(serde::Deserialize, serde::Serialize, Clone, Debug, Eq, Hash, PartialEq)]
#[serde(
    from = "atlas_client::runtime::RawValue",
    into = "atlas_client::runtime::RawValue"
)]
#[non_exhaustive]
pub enum LiveMigrationResponseStatus {
    New,
    Working,
    Failed,
    Complete,
    Expired,
    /// A value that this version of the client does not know.
    Unknown(UnknownValue),
}

impl LiveMigrationResponseStatus {
    /// The values that the document lists.
    pub const VALUES: &'static [&'static str] = &[
        "NEW",
        "WORKING",
        "FAILED",
        "COMPLETE",
        "EXPIRED",
    ];

    /// Returns the value as it is sent.
    pub fn as_str(&self) -> &str {
        match self {
            Self::New => "NEW",
            Self::Working => "WORKING",
            Self::Failed => "FAILED",
            Self::Complete => "COMPLETE",
            Self::Expired => "EXPIRED",
            Self::Unknown(value) => value.as_str(),
        }
    }
}

impl From<runtime::RawValue> for LiveMigrationResponseStatus {
    fn from(raw: runtime::RawValue) -> Self {
        match raw.as_str() {
            "NEW" => Self::New,
            "WORKING" => Self::Working,
            "FAILED" => Self::Failed,
            "COMPLETE" => Self::Complete,
            "EXPIRED" => Self::Expired,
            _ => Self::Unknown(raw.into_unknown()),
        }
    }
}

impl From<LiveMigrationResponseStatus> for runtime::RawValue {
    fn from(value: LiveMigrationResponseStatus) -> Self {
        Self::from(value.as_str())
    }
}

impl std::fmt::Display for LiveMigrationResponseStatus {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl std::str::FromStr for LiveMigrationResponseStatus {
    type Err = InvalidValue;

    fn from_str(value: &str) -> Result<Self, InvalidValue> {
        match value {
            "NEW" => Ok(Self::New),
            "WORKING" => Ok(Self::Working),
            "FAILED" => Ok(Self::Failed),
            "COMPLETE" => Ok(Self::Complete),
            "EXPIRED" => Ok(Self::Expired),
            _ => Err(InvalidValue::new(value, Self::VALUES)),
        }
    }
}

impl TryFrom<&str> for LiveMigrationResponseStatus {
    type Error = InvalidValue;

    fn try_from(value: &str) -> Result<Self, InvalidValue> {
        value.parse()
    }
}

impl TryFrom<String> for LiveMigrationResponseStatus {
    type Error = InvalidValue;

    fn try_from(value: String) -> Result<Self, InvalidValue> {
        value.parse()
    }
}

/// A collection to shard on the destination, and how.
#[derive(serde::Deserialize, serde::Serialize, Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct ShardEntry {
    /// Name of the collection.
    pub collection: Sensitive,
    /// Database of the collection, by name.
    pub database: Sensitive,
    /// The shard key of a collection.
    #[serde(rename = "shardCollection")]
    pub shard_collection: ShardKeys,
}

impl ShardEntry {
    /// Returns a builder of a [`ShardEntry`](Self), whose `build` checks it.
    pub fn builder() -> builder::ShardEntry {
        Default::default()
    }
}

/// The shard key of a collection.
#[derive(serde::Deserialize, serde::Serialize, Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct ShardKeys {
    /// The fields of the key, in order: one object per field, such as `{"country": 1}` or `{"_id": "hashed"}`.
    pub key: Vec<std::collections::BTreeMap<String, ShardKeysKeyItemValue>>,
}

impl ShardKeys {
    /// Returns a builder of a [`ShardKeys`](Self), whose `build` checks it.
    pub fn builder() -> builder::ShardKeys {
        Default::default()
    }
}

/// `1` or `-1` for a ranged field, `hashed` for a hashed one.
#[derive(serde::Deserialize, serde::Serialize, Clone, Debug, Eq, Hash, PartialEq)]
#[serde(
    from = "atlas_client::runtime::RawLiteral",
    into = "atlas_client::runtime::RawLiteral"
)]
#[non_exhaustive]
pub enum ShardKeysKeyItemValue {
    /// `1`
    Ascending,
    /// `-1`
    Descending,
    /// `hashed`
    Hashed,
    /// A value that this version of the client does not know.
    Unknown(UnknownLiteral),
}

impl ShardKeysKeyItemValue {
    /// The values that the document lists, as texts.
    pub const VALUES: &'static [&'static str] = &["1", "-1", "hashed"];
}

impl TryFrom<i64> for ShardKeysKeyItemValue {
    type Error = InvalidValue;

    fn try_from(value: i64) -> Result<Self, Self::Error> {
        match value {
            1 => Ok(Self::Ascending),
            -1 => Ok(Self::Descending),
            _ => Err(InvalidValue::new(&value.to_string(), Self::VALUES)),
        }
    }
}

impl From<runtime::RawLiteral> for ShardKeysKeyItemValue {
    fn from(raw: runtime::RawLiteral) -> Self {
        if raw.integer() == Some(1) {
            return Self::Ascending;
        }
        if raw.integer() == Some(-1) {
            return Self::Descending;
        }
        if raw.text() == Some("hashed") {
            return Self::Hashed;
        }
        Self::Unknown(raw.into_unknown())
    }
}

impl From<ShardKeysKeyItemValue> for runtime::RawLiteral {
    fn from(value: ShardKeysKeyItemValue) -> Self {
        match value {
            ShardKeysKeyItemValue::Ascending => Self::from(1i64),
            ShardKeysKeyItemValue::Descending => Self::from(-1i64),
            ShardKeysKeyItemValue::Hashed => Self::from("hashed"),
            ShardKeysKeyItemValue::Unknown(value) => value.into(),
        }
    }
}

impl std::fmt::Display for ShardKeysKeyItemValue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Ascending => f.write_str("1"),
            Self::Descending => f.write_str("-1"),
            Self::Hashed => f.write_str("hashed"),
            Self::Unknown(value) => std::fmt::Display::fmt(value, f),
        }
    }
}

impl std::str::FromStr for ShardKeysKeyItemValue {
    type Err = InvalidValue;

    fn from_str(value: &str) -> Result<Self, InvalidValue> {
        match value {
            "1" => Ok(Self::Ascending),
            "-1" => Ok(Self::Descending),
            "hashed" => Ok(Self::Hashed),
            _ => Err(InvalidValue::new(value, Self::VALUES)),
        }
    }
}

impl TryFrom<&str> for ShardKeysKeyItemValue {
    type Error = InvalidValue;

    fn try_from(value: &str) -> Result<Self, InvalidValue> {
        value.parse()
    }
}

impl TryFrom<String> for ShardKeysKeyItemValue {
    type Error = InvalidValue;

    fn try_from(value: String) -> Result<Self, InvalidValue> {
        value.parse()
    }
}

/// Which collections to shard on arrival, where a replica set becomes a sharded cluster on the way. Needs MongoDB 6.0 or later. Leave it out to shard nothing.
#[derive(serde::Deserialize, serde::Serialize, Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct ShardingRequest {
    /// Whether the migration may build the indexes that the shard keys depend on where the destination has none that fit.
    #[serde(rename = "createSupportingIndexes")]
    pub create_supporting_indexes: bool,
    /// The collections to shard. A collection that is not listed stays unsharded.
    #[serde(rename = "shardingEntries")]
    pub sharding_entries: Vec<ShardEntry>,
}

impl ShardingRequest {
    /// Returns a builder of a [`ShardingRequest`](Self), whose `build` checks it.
    pub fn builder() -> builder::ShardingRequest {
        Default::default()
    }
}

/// The cluster that the data comes from, and how to sign in there.
#[derive(serde::Deserialize, serde::Serialize, Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Source {
    /// Path of the file with the certificate authority (CA) that vouches for the source cluster over TLS.
    #[serde(rename = "caCertificatePath", skip_serializing_if = "Option::is_none")]
    pub ca_certificate_path: Option<String>,
    /// Name of the source cluster, as Cloud Manager or Ops Manager knows it. At least 1 character.
    #[serde(rename = "clusterName")]
    pub cluster_name: String,
    /// Project of the source cluster in Cloud Manager or Ops Manager, 24 hexadecimal digits.
    #[serde(rename = "groupId")]
    pub group_id: ObjectId,
    /// Whether MongoDB Automation takes care of signing in. If it does, leave out `username` and `password`.
    #[serde(rename = "managedAuthentication")]
    pub managed_authentication: bool,
    /// Password for `username`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub password: Option<Sensitive>,
    /// Whether the source cluster is to be reached over TLS.
    pub ssl: bool,
    /// The SCRAM user that reads from the source cluster.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub username: Option<Sensitive>,
}

impl Source {
    /// Returns a builder of a [`Source`](Self), whose `build` checks it.
    pub fn builder() -> builder::Source {
        Default::default()
    }
}

/// The outcome of making a link token.
#[derive(serde::Deserialize, serde::Serialize, Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct TargetOrg {
    /// The token to enter on the source's side. A secret: whoever holds it can complete the link.
    #[serde(rename = "linkToken")]
    pub link_token: Sensitive,
}

/// Restrictions for a new link token.
#[derive(serde::Deserialize, serde::Serialize, Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct TargetOrgRequest {
    /// Addresses from which the API key behind the link may be used.
    #[serde(rename = "accessListIps", skip_serializing_if = "Option::is_none")]
    pub access_list_ips: Option<Vec<String>>,
}

impl TargetOrgRequest {
    /// Returns a builder of a [`TargetOrgRequest`](Self), whose `build` checks it.
    pub fn builder() -> builder::TargetOrgRequest {
        Default::default()
    }
}

impl runtime::Constrained for ShardEntry {}

impl runtime::Constrained for ShardKeysKeyItemValue {}

/// Builders of the types that callers send.
pub mod builder {
    use atlas_client::{BuildError, ObjectId, Sensitive, runtime};

    /// Builds a [`Destination`](super::Destination).
    #[derive(Clone, Debug)]
    pub struct Destination {
        cluster_name: Result<String, BuildError>,
        group_id: Result<ObjectId, BuildError>,
        hostname_schema_type: Result<super::DestinationHostnameSchemaType, BuildError>,
        private_link_id: Result<Option<String>, BuildError>,
    }

    impl Default for Destination {
        fn default() -> Self {
            Self {
                cluster_name: Err(BuildError::missing()),
                group_id: Err(BuildError::missing()),
                hostname_schema_type: Err(BuildError::missing()),
                private_link_id: Ok(Default::default()),
            }
        }
    }

    impl Destination {
        /// Name of the Atlas cluster. It has to exist already. At least 1 character. Required.
        pub fn cluster_name<T>(mut self, value: T) -> Self
        where
            T: TryInto<String>,
            T::Error: std::fmt::Display + 'static,
        {
            self.cluster_name = runtime::convert(value);
            self
        }

        /// Project of the Atlas cluster, 24 hexadecimal digits. Required.
        pub fn group_id<T>(mut self, value: T) -> Self
        where
            T: TryInto<ObjectId>,
            T::Error: std::fmt::Display + 'static,
        {
            self.group_id = runtime::convert(value);
            self
        }

        /// Network between migration host and destination:
        ///
        /// - `PUBLIC`: public addresses.
        /// - `PRIVATE_LINK`: a private endpoint, which `privateLinkId` names.
        /// - `VPC_PEERING`: a peered virtual network.
        ///
        /// Required.
        pub fn hostname_schema_type<T>(mut self, value: T) -> Self
        where
            T: TryInto<super::DestinationHostnameSchemaType>,
            T::Error: std::fmt::Display + 'static,
        {
            self.hostname_schema_type = runtime::convert(value);
            self
        }

        /// The private endpoint. Only meaningful if `hostnameSchemaType` is `PRIVATE_LINK`.
        pub fn private_link_id<T>(mut self, value: T) -> Self
        where
            T: TryInto<String>,
            T::Error: std::fmt::Display + 'static,
        {
            self.private_link_id = runtime::convert(value).map(Some);
            self
        }

        /// Checks everything that was set and returns the value.
        ///
        /// # Errors
        /// A required member that was not set, and members that break a limit of the Atlas
        /// document: all of them, each with its path.
        pub fn build(self) -> Result<super::Destination, BuildError> {
            self.try_into()
        }
    }

    impl TryFrom<Destination> for super::Destination {
        type Error = BuildError;

        fn try_from(value: Destination) -> Result<Self, BuildError> {
            let mut faults = runtime::Faults::new();
            faults
                .constrained(
                    "clusterName",
                    &value.cluster_name,
                    &runtime::Constraint::new().min_length(1),
                );
            faults.member("groupId", &value.group_id);
            faults.member("hostnameSchemaType", &value.hostname_schema_type);
            faults.member("privateLinkId", &value.private_link_id);
            faults.finish()?;
            Ok(Self {
                cluster_name: value.cluster_name?,
                group_id: value.group_id?,
                hostname_schema_type: value.hostname_schema_type?,
                private_link_id: value.private_link_id?,
            })
        }
    }

    /// Builds a [`LiveMigrationRequest`](super::LiveMigrationRequest).
    #[derive(Clone, Debug)]
    pub struct LiveMigrationRequest {
        destination: Result<super::Destination, BuildError>,
        drop_destination_data: Result<Option<bool>, BuildError>,
        migration_hosts: Result<Vec<String>, BuildError>,
        sharding: Result<Option<super::ShardingRequest>, BuildError>,
        source: Result<super::Source, BuildError>,
    }

    impl Default for LiveMigrationRequest {
        fn default() -> Self {
            Self {
                destination: Err(BuildError::missing()),
                drop_destination_data: Ok(Default::default()),
                migration_hosts: Err(BuildError::missing()),
                sharding: Ok(Default::default()),
                source: Err(BuildError::missing()),
            }
        }
    }

    impl LiveMigrationRequest {
        /// The Atlas cluster that receives the data, and the network on which the migration host reaches it. Required.
        pub fn destination<T>(mut self, value: T) -> Self
        where
            T: TryInto<super::Destination>,
            T::Error: std::fmt::Display + 'static,
        {
            self.destination = runtime::convert(value);
            self
        }

        /// Whether to erase all collections on the destination before anything is copied. There is no way back. Default: `false`.
        pub fn drop_destination_data<T>(mut self, value: T) -> Self
        where
            T: TryInto<bool>,
            T::Error: std::fmt::Display + 'static,
        {
            self.drop_destination_data = runtime::convert(value).map(Some);
            self
        }

        /// The host that carries the data: exactly one, out of those that `listOrgLiveMigrationAvailableProjects` names. Exactly 1 entry. Required.
        pub fn migration_hosts<T>(mut self, values: T) -> Self
        where
            T: IntoIterator,
            T::Item: TryInto<String>,
            <T::Item as std::convert::TryInto<
                String,
            >>::Error: std::fmt::Display + 'static,
        {
            self.migration_hosts = runtime::convert_each(values);
            self
        }

        /// Which collections to shard on arrival, where a replica set becomes a sharded cluster on the way. Needs MongoDB 6.0 or later. Leave it out to shard nothing.
        pub fn sharding<T>(mut self, value: T) -> Self
        where
            T: TryInto<super::ShardingRequest>,
            T::Error: std::fmt::Display + 'static,
        {
            self.sharding = runtime::convert(value).map(Some);
            self
        }

        /// The cluster that the data comes from, and how to sign in there. Required.
        pub fn source<T>(mut self, value: T) -> Self
        where
            T: TryInto<super::Source>,
            T::Error: std::fmt::Display + 'static,
        {
            self.source = runtime::convert(value);
            self
        }

        /// Checks everything that was set and returns the value.
        ///
        /// # Errors
        /// A required member that was not set, and members that break a limit of the Atlas
        /// document: all of them, each with its path.
        pub fn build(self) -> Result<super::LiveMigrationRequest, BuildError> {
            self.try_into()
        }
    }

    impl TryFrom<LiveMigrationRequest> for super::LiveMigrationRequest {
        type Error = BuildError;

        fn try_from(value: LiveMigrationRequest) -> Result<Self, BuildError> {
            let mut faults = runtime::Faults::new();
            faults.member("destination", &value.destination);
            faults.member("dropDestinationData", &value.drop_destination_data);
            faults
                .constrained(
                    "migrationHosts",
                    &value.migration_hosts,
                    &runtime::Constraint::new()
                        .min_items(1)
                        .max_items(1)
                        .each(&runtime::Constraint::new().min_length(1)),
                );
            faults.member("sharding", &value.sharding);
            faults.member("source", &value.source);
            faults.finish()?;
            Ok(Self {
                destination: value.destination?,
                drop_destination_data: value.drop_destination_data?,
                migration_hosts: value.migration_hosts?,
                sharding: value.sharding?,
                source: value.source?,
            })
        }
    }

    /// Builds a [`ShardEntry`](super::ShardEntry).
    #[derive(Clone, Debug)]
    pub struct ShardEntry {
        collection: Result<Sensitive, BuildError>,
        database: Result<Sensitive, BuildError>,
        shard_collection: Result<super::ShardKeys, BuildError>,
    }

    impl Default for ShardEntry {
        fn default() -> Self {
            Self {
                collection: Err(BuildError::missing()),
                database: Err(BuildError::missing()),
                shard_collection: Err(BuildError::missing()),
            }
        }
    }

    impl ShardEntry {
        /// Name of the collection. Required.
        pub fn collection<T>(mut self, value: T) -> Self
        where
            T: TryInto<Sensitive>,
            T::Error: std::fmt::Display + 'static,
        {
            self.collection = runtime::convert(value);
            self
        }

        /// Database of the collection, by name. Required.
        pub fn database<T>(mut self, value: T) -> Self
        where
            T: TryInto<Sensitive>,
            T::Error: std::fmt::Display + 'static,
        {
            self.database = runtime::convert(value);
            self
        }

        /// The shard key of a collection. Required.
        pub fn shard_collection<T>(mut self, value: T) -> Self
        where
            T: TryInto<super::ShardKeys>,
            T::Error: std::fmt::Display + 'static,
        {
            self.shard_collection = runtime::convert(value);
            self
        }

        /// Checks everything that was set and returns the value.
        ///
        /// # Errors
        /// A required member that was not set, and members that break a limit of the Atlas
        /// document: all of them, each with its path.
        pub fn build(self) -> Result<super::ShardEntry, BuildError> {
            self.try_into()
        }
    }

    impl TryFrom<ShardEntry> for super::ShardEntry {
        type Error = BuildError;

        fn try_from(value: ShardEntry) -> Result<Self, BuildError> {
            let mut faults = runtime::Faults::new();
            faults.member("collection", &value.collection);
            faults.member("database", &value.database);
            faults.member("shardCollection", &value.shard_collection);
            faults.finish()?;
            Ok(Self {
                collection: value.collection?,
                database: value.database?,
                shard_collection: value.shard_collection?,
            })
        }
    }

    /// Builds a [`ShardKeys`](super::ShardKeys).
    #[derive(Clone, Debug)]
    pub struct ShardKeys {
        key: Result<
            Vec<std::collections::BTreeMap<String, super::ShardKeysKeyItemValue>>,
            BuildError,
        >,
    }

    impl Default for ShardKeys {
        fn default() -> Self {
            Self {
                key: Err(BuildError::missing()),
            }
        }
    }

    impl ShardKeys {
        /// The fields of the key, in order: one object per field, such as `{"country": 1}` or `{"_id": "hashed"}`. Required.
        pub fn key<T>(mut self, values: T) -> Self
        where
            T: IntoIterator,
            T::Item: TryInto<
                std::collections::BTreeMap<String, super::ShardKeysKeyItemValue>,
            >,
            <T::Item as std::convert::TryInto<
                std::collections::BTreeMap<String, super::ShardKeysKeyItemValue>,
            >>::Error: std::fmt::Display + 'static,
        {
            self.key = runtime::convert_each(values);
            self
        }

        /// Checks everything that was set and returns the value.
        ///
        /// # Errors
        /// A required member that was not set, and members that break a limit of the Atlas
        /// document: all of them, each with its path.
        pub fn build(self) -> Result<super::ShardKeys, BuildError> {
            self.try_into()
        }
    }

    impl TryFrom<ShardKeys> for super::ShardKeys {
        type Error = BuildError;

        fn try_from(value: ShardKeys) -> Result<Self, BuildError> {
            let mut faults = runtime::Faults::new();
            faults
                .constrained(
                    "key",
                    &value.key,
                    &runtime::Constraint::new().unique_items(),
                );
            faults.finish()?;
            Ok(Self { key: value.key? })
        }
    }

    /// Builds a [`ShardingRequest`](super::ShardingRequest).
    #[derive(Clone, Debug)]
    pub struct ShardingRequest {
        create_supporting_indexes: Result<bool, BuildError>,
        sharding_entries: Result<Vec<super::ShardEntry>, BuildError>,
    }

    impl Default for ShardingRequest {
        fn default() -> Self {
            Self {
                create_supporting_indexes: Err(BuildError::missing()),
                sharding_entries: Err(BuildError::missing()),
            }
        }
    }

    impl ShardingRequest {
        /// Whether the migration may build the indexes that the shard keys depend on where the destination has none that fit. Required.
        pub fn create_supporting_indexes<T>(mut self, value: T) -> Self
        where
            T: TryInto<bool>,
            T::Error: std::fmt::Display + 'static,
        {
            self.create_supporting_indexes = runtime::convert(value);
            self
        }

        /// The collections to shard. A collection that is not listed stays unsharded. Required.
        pub fn sharding_entries<T>(mut self, values: T) -> Self
        where
            T: IntoIterator,
            T::Item: TryInto<super::ShardEntry>,
            <T::Item as std::convert::TryInto<
                super::ShardEntry,
            >>::Error: std::fmt::Display + 'static,
        {
            self.sharding_entries = runtime::convert_each(values);
            self
        }

        /// Checks everything that was set and returns the value.
        ///
        /// # Errors
        /// A required member that was not set, and members that break a limit of the Atlas
        /// document: all of them, each with its path.
        pub fn build(self) -> Result<super::ShardingRequest, BuildError> {
            self.try_into()
        }
    }

    impl TryFrom<ShardingRequest> for super::ShardingRequest {
        type Error = BuildError;

        fn try_from(value: ShardingRequest) -> Result<Self, BuildError> {
            let mut faults = runtime::Faults::new();
            faults.member("createSupportingIndexes", &value.create_supporting_indexes);
            faults
                .constrained(
                    "shardingEntries",
                    &value.sharding_entries,
                    &runtime::Constraint::new().unique_items(),
                );
            faults.finish()?;
            Ok(Self {
                create_supporting_indexes: value.create_supporting_indexes?,
                sharding_entries: value.sharding_entries?,
            })
        }
    }

    /// Builds a [`Source`](super::Source).
    #[derive(Clone, Debug)]
    pub struct Source {
        ca_certificate_path: Result<Option<String>, BuildError>,
        cluster_name: Result<String, BuildError>,
        group_id: Result<ObjectId, BuildError>,
        managed_authentication: Result<bool, BuildError>,
        password: Result<Option<Sensitive>, BuildError>,
        ssl: Result<bool, BuildError>,
        username: Result<Option<Sensitive>, BuildError>,
    }

    impl Default for Source {
        fn default() -> Self {
            Self {
                ca_certificate_path: Ok(Default::default()),
                cluster_name: Err(BuildError::missing()),
                group_id: Err(BuildError::missing()),
                managed_authentication: Err(BuildError::missing()),
                password: Ok(Default::default()),
                ssl: Err(BuildError::missing()),
                username: Ok(Default::default()),
            }
        }
    }

    impl Source {
        /// Path of the file with the certificate authority (CA) that vouches for the source cluster over TLS.
        pub fn ca_certificate_path<T>(mut self, value: T) -> Self
        where
            T: TryInto<String>,
            T::Error: std::fmt::Display + 'static,
        {
            self.ca_certificate_path = runtime::convert(value).map(Some);
            self
        }

        /// Name of the source cluster, as Cloud Manager or Ops Manager knows it. At least 1 character. Required.
        pub fn cluster_name<T>(mut self, value: T) -> Self
        where
            T: TryInto<String>,
            T::Error: std::fmt::Display + 'static,
        {
            self.cluster_name = runtime::convert(value);
            self
        }

        /// Project of the source cluster in Cloud Manager or Ops Manager, 24 hexadecimal digits. Required.
        pub fn group_id<T>(mut self, value: T) -> Self
        where
            T: TryInto<ObjectId>,
            T::Error: std::fmt::Display + 'static,
        {
            self.group_id = runtime::convert(value);
            self
        }

        /// Whether MongoDB Automation takes care of signing in. If it does, leave out `username` and `password`. Required.
        pub fn managed_authentication<T>(mut self, value: T) -> Self
        where
            T: TryInto<bool>,
            T::Error: std::fmt::Display + 'static,
        {
            self.managed_authentication = runtime::convert(value);
            self
        }

        /// Password for `username`.
        pub fn password<T>(mut self, value: T) -> Self
        where
            T: TryInto<Sensitive>,
            T::Error: std::fmt::Display + 'static,
        {
            self.password = runtime::convert(value).map(Some);
            self
        }

        /// Whether the source cluster is to be reached over TLS. Required.
        pub fn ssl<T>(mut self, value: T) -> Self
        where
            T: TryInto<bool>,
            T::Error: std::fmt::Display + 'static,
        {
            self.ssl = runtime::convert(value);
            self
        }

        /// The SCRAM user that reads from the source cluster.
        pub fn username<T>(mut self, value: T) -> Self
        where
            T: TryInto<Sensitive>,
            T::Error: std::fmt::Display + 'static,
        {
            self.username = runtime::convert(value).map(Some);
            self
        }

        /// Checks everything that was set and returns the value.
        ///
        /// # Errors
        /// A required member that was not set, and members that break a limit of the Atlas
        /// document: all of them, each with its path.
        pub fn build(self) -> Result<super::Source, BuildError> {
            self.try_into()
        }
    }

    impl TryFrom<Source> for super::Source {
        type Error = BuildError;

        fn try_from(value: Source) -> Result<Self, BuildError> {
            let mut faults = runtime::Faults::new();
            faults.member("caCertificatePath", &value.ca_certificate_path);
            faults
                .constrained(
                    "clusterName",
                    &value.cluster_name,
                    &runtime::Constraint::new().min_length(1),
                );
            faults.member("groupId", &value.group_id);
            faults.member("managedAuthentication", &value.managed_authentication);
            faults.member("password", &value.password);
            faults.member("ssl", &value.ssl);
            faults.member("username", &value.username);
            faults.finish()?;
            Ok(Self {
                ca_certificate_path: value.ca_certificate_path?,
                cluster_name: value.cluster_name?,
                group_id: value.group_id?,
                managed_authentication: value.managed_authentication?,
                password: value.password?,
                ssl: value.ssl?,
                username: value.username?,
            })
        }
    }

    /// Builds a [`TargetOrgRequest`](super::TargetOrgRequest).
    #[derive(Clone, Debug)]
    pub struct TargetOrgRequest {
        access_list_ips: Result<Option<Vec<String>>, BuildError>,
    }

    impl Default for TargetOrgRequest {
        fn default() -> Self {
            Self {
                access_list_ips: Ok(Default::default()),
            }
        }
    }

    impl TargetOrgRequest {
        /// Addresses from which the API key behind the link may be used.
        pub fn access_list_ips<T>(mut self, values: T) -> Self
        where
            T: IntoIterator,
            T::Item: TryInto<String>,
            <T::Item as std::convert::TryInto<
                String,
            >>::Error: std::fmt::Display + 'static,
        {
            self.access_list_ips = runtime::convert_each(values).map(Some);
            self
        }

        /// Checks everything that was set and returns the value.
        ///
        /// # Errors
        /// A required member that was not set, and members that break a limit of the Atlas
        /// document: all of them, each with its path.
        pub fn build(self) -> Result<super::TargetOrgRequest, BuildError> {
            self.try_into()
        }
    }

    impl TryFrom<TargetOrgRequest> for super::TargetOrgRequest {
        type Error = BuildError;

        fn try_from(value: TargetOrgRequest) -> Result<Self, BuildError> {
            let mut faults = runtime::Faults::new();
            faults.member("accessListIps", &value.access_list_ips);
            faults.finish()?;
            Ok(Self {
                access_list_ips: value.access_list_ips?,
            })
        }
    }
}
