// Generated.

use atlas_client::{
    BuildError, CallOptions, Client, ObjectId, ResponseFuture, operation, runtime,
};

use crate::types;

/// Start a push live migration.
///
/// Starts to copy one cluster run by Cloud Manager or Ops Manager into an existing Atlas
/// cluster, and keeps the copy up to date until the cutover.
///
/// Send the same body to `validateGroupLiveMigrations` first and go on only after
/// `SUCCESS`. Users of the source have to authenticate by SCRAM. With MongoDB 6.0 and
/// later, time-series collections are not copied; move them by other means.
///
/// The answer's `_id` is what `getGroupLiveMigration` asks for. As soon as that reports
/// `readyForCutover`, 120 hours remain for `cutoverGroupLiveMigration` before the migration
/// becomes `EXPIRED`.
///
/// # Request
/// - Method and path: `POST /api/atlas/v2/groups/{groupId}/liveMigrations`
/// - Roles: Organization Owner
/// - Media type: `application/vnd.atlas.2024-05-30+json`
/// - Other versions: 2023-01-01 (sunset 2027-07-01)
/// - Success: 201, or any other 2xx
/// - [Documentation of Atlas](https://mongodb.com/docs/atlas/reference/api-resources-spec/v2/#tag/Cloud-Migration-Service/operation/createGroupLiveMigration)
///
/// # Errors
/// [`Error`](atlas_client::Error) for an argument that does not fit (before anything is sent), for a request that got no answer, for an answer that cannot be read, and for a failure:
///
/// - 400: The request is malformed or breaks a rule of the operation. `badRequestDetail` may list the members at fault.
/// - 401: No credentials came with the request, or Atlas does not accept them.
/// - 403: The credentials are valid but do not permit this operation, or the caller's address is not on the access list.
/// - 404: What the path names does not exist. A missing link between organization and source is reported this way too.
/// - 409: The state of something involved forbids the operation: it exists already, or is in use.
/// - 410: The requested API version is past its sunset date. `parameters` holds that version and the path.
/// - 429: The rate limit is used up. Wait for at least the seconds that `Retry-After` states, then try again.
/// - 500: Atlas failed while it handled the request. For a write it is open whether anything was done.
/// - 502: A proxy in front of Atlas could not reach it. The body comes from the proxy: HTML, or nothing. For a write it is open whether anything was done.
/// - 503: Atlas, or a part that the operation needs, is out of service for the moment. A proxy may have sent this instead, with a body of its own.
#[derive(Clone, Debug)]
#[must_use = "a call is made by `send`"]
pub struct CreateGroupLiveMigration<'a> {
    client: &'a Client,
    group_id: Result<ObjectId, BuildError>,
    envelope: Result<Option<bool>, BuildError>,
    pretty: Result<Option<bool>, BuildError>,
    body: Result<types::LiveMigrationRequest, BuildError>,
    options: CallOptions,
}

impl<'a> CreateGroupLiveMigration<'a> {
    /// Starts a call.
    pub fn new(client: &'a Client) -> Self {
        Self {
            client,
            group_id: Err(BuildError::missing()),
            envelope: Ok(None),
            pretty: Ok(None),
            body: Err(BuildError::missing()),
            options: CallOptions::default(),
        }
    }

    /// The project, by its id of 24 hexadecimal digits; `GET /api/atlas/v2/groups` lists those within reach. Paths and ids say group where Atlas otherwise says project; both mean the same.
    pub fn group_id<V>(mut self, value: V) -> Self
    where
        V: TryInto<ObjectId>,
        V::Error: std::fmt::Display + 'static,
    {
        self.group_id = runtime::convert(value);
        self
    }

    /// Whether the answer repeats its HTTP status inside the body, for callers that see neither status line nor headers: an object arrives as `{"status": 200, "content": {}}`, a list as `{"status": 200, "results": []}`.
    pub fn envelope<V>(mut self, value: V) -> Self
    where
        V: TryInto<bool>,
        V::Error: std::fmt::Display + 'static,
    {
        self.envelope = runtime::convert(value).map(Some);
        self
    }

    /// Whether the JSON of the answer is laid out for people, with line breaks and indentation.
    pub fn pretty<V>(mut self, value: V) -> Self
    where
        V: TryInto<bool>,
        V::Error: std::fmt::Display + 'static,
    {
        self.pretty = runtime::convert(value).map(Some);
        self
    }

    /// Source, destination, migration host and options of the new migration. Required.
    pub fn body<V>(mut self, value: V) -> Self
    where
        V: TryInto<types::LiveMigrationRequest>,
        V::Error: std::fmt::Display + 'static,
    {
        self.body = runtime::convert(value);
        self
    }

    /// Sends `POST /api/atlas/v2/groups/{groupId}/liveMigrations`.
    ///
    /// # Errors
    /// All arguments at fault, before anything is sent; else what the page of the builder lists.
    pub fn send(self) -> ResponseFuture<types::LiveMigrationResponse> {
        static OPERATION: operation::Operation = operation::Operation::new(
                "createGroupLiveMigration",
                operation::Method::POST,
                "/api/atlas/v2/groups/{groupId}/liveMigrations",
                "application/vnd.atlas.2024-05-30+json",
            )
            .content_type("application/vnd.atlas.2024-05-30+json");
        let mut call = runtime::Call::new(self.client, &OPERATION);
        call.set_options(self.options);
        call.path_param("groupId", self.group_id, runtime::Style::Simple);
        call.query_param("envelope", self.envelope, runtime::Style::FormExploded);
        call.query_param("pretty", self.pretty, runtime::Style::FormExploded);
        call.json_body(self.body);
        call.send()
    }

    /// Sets what this call does differently from the client's other calls.
    pub fn options(mut self, options: CallOptions) -> Self {
        self.options = options;
        self
    }
}

/// Make a link token.
///
/// Makes the token that ties the organization to a source in Cloud Manager or Ops Manager,
/// the first step of a push live migration.
///
/// Enter the token on the source's side to complete the link. Treat it as a secret: it
/// holds everything that linking takes. `deleteOrgLiveMigrationLinkTokens` undoes the link.
///
/// # Request
/// - Method and path: `POST /api/atlas/v2/orgs/{orgId}/liveMigrations/linkTokens`
/// - Roles: Organization Owner
/// - Media type: `application/vnd.atlas.2023-01-01+json`
/// - Success: 200, 201, or any other 2xx
/// - [Documentation of Atlas](https://mongodb.com/docs/atlas/reference/api-resources-spec/v2/#tag/Cloud-Migration-Service/operation/createOrgLiveMigrationLinkToken)
///
/// # Errors
/// [`Error`](atlas_client::Error) for an argument that does not fit (before anything is sent), for a request that got no answer, for an answer that cannot be read, and for a failure:
///
/// - 400: The request is malformed or breaks a rule of the operation. `badRequestDetail` may list the members at fault.
/// - 401: No credentials came with the request, or Atlas does not accept them.
/// - 403: The credentials are valid but do not permit this operation, or the caller's address is not on the access list.
/// - 404: What the path names does not exist. A missing link between organization and source is reported this way too.
/// - 409: The state of something involved forbids the operation: it exists already, or is in use.
/// - 410: The requested API version is past its sunset date. `parameters` holds that version and the path.
/// - 429: The rate limit is used up. Wait for at least the seconds that `Retry-After` states, then try again.
/// - 500: Atlas failed while it handled the request. For a write it is open whether anything was done.
/// - 502: A proxy in front of Atlas could not reach it. The body comes from the proxy: HTML, or nothing. For a write it is open whether anything was done.
/// - 503: Atlas, or a part that the operation needs, is out of service for the moment. A proxy may have sent this instead, with a body of its own.
#[derive(Clone, Debug)]
#[must_use = "a call is made by `send`"]
pub struct CreateOrgLiveMigrationLinkToken<'a> {
    client: &'a Client,
    org_id: Result<ObjectId, BuildError>,
    envelope: Result<Option<bool>, BuildError>,
    pretty: Result<Option<bool>, BuildError>,
    body: Result<types::TargetOrgRequest, BuildError>,
    options: CallOptions,
}

impl<'a> CreateOrgLiveMigrationLinkToken<'a> {
    /// Starts a call.
    pub fn new(client: &'a Client) -> Self {
        Self {
            client,
            org_id: Err(BuildError::missing()),
            envelope: Ok(None),
            pretty: Ok(None),
            body: Err(BuildError::missing()),
            options: CallOptions::default(),
        }
    }

    /// The organization, by its id of 24 hexadecimal digits; `GET /api/atlas/v2/orgs` lists those within reach.
    pub fn org_id<V>(mut self, value: V) -> Self
    where
        V: TryInto<ObjectId>,
        V::Error: std::fmt::Display + 'static,
    {
        self.org_id = runtime::convert(value);
        self
    }

    /// Whether the answer repeats its HTTP status inside the body, for callers that see neither status line nor headers: an object arrives as `{"status": 200, "content": {}}`, a list as `{"status": 200, "results": []}`.
    pub fn envelope<V>(mut self, value: V) -> Self
    where
        V: TryInto<bool>,
        V::Error: std::fmt::Display + 'static,
    {
        self.envelope = runtime::convert(value).map(Some);
        self
    }

    /// Whether the JSON of the answer is laid out for people, with line breaks and indentation.
    pub fn pretty<V>(mut self, value: V) -> Self
    where
        V: TryInto<bool>,
        V::Error: std::fmt::Display + 'static,
    {
        self.pretty = runtime::convert(value).map(Some);
        self
    }

    /// Which addresses may use the link. Required.
    pub fn body<V>(mut self, value: V) -> Self
    where
        V: TryInto<types::TargetOrgRequest>,
        V::Error: std::fmt::Display + 'static,
    {
        self.body = runtime::convert(value);
        self
    }

    /// Sends `POST /api/atlas/v2/orgs/{orgId}/liveMigrations/linkTokens`.
    ///
    /// # Errors
    /// All arguments at fault, before anything is sent; else what the page of the builder lists.
    pub fn send(self) -> ResponseFuture<types::TargetOrg> {
        static OPERATION: operation::Operation = operation::Operation::new(
                "createOrgLiveMigrationLinkToken",
                operation::Method::POST,
                "/api/atlas/v2/orgs/{orgId}/liveMigrations/linkTokens",
                "application/vnd.atlas.2023-01-01+json",
            )
            .content_type("application/vnd.atlas.2023-01-01+json");
        let mut call = runtime::Call::new(self.client, &OPERATION);
        call.set_options(self.options);
        call.path_param("orgId", self.org_id, runtime::Style::Simple);
        call.query_param("envelope", self.envelope, runtime::Style::FormExploded);
        call.query_param("pretty", self.pretty, runtime::Style::FormExploded);
        call.json_body(self.body);
        call.send()
    }

    /// Sets what this call does differently from the client's other calls.
    pub fn options(mut self, options: CallOptions) -> Self {
        self.options = options;
        self
    }
}

/// Unlink an organization.
///
/// Dissolves the link between the organization and the source's Cloud Manager or Ops
/// Manager. The public API key that belonged to the link goes with it.
///
/// Only push live migrations use such links. A later migration needs a new token from
/// `createOrgLiveMigrationLinkToken`.
///
/// # Request
/// - Method and path: `DELETE /api/atlas/v2/orgs/{orgId}/liveMigrations/linkTokens`
/// - Roles: Organization Owner
/// - Media type: `application/vnd.atlas.2023-01-01+json`
/// - Success: 204, or any other 2xx
/// - [Documentation of Atlas](https://mongodb.com/docs/atlas/reference/api-resources-spec/v2/#tag/Cloud-Migration-Service/operation/deleteOrgLiveMigrationLinkTokens)
///
/// # Errors
/// [`Error`](atlas_client::Error) for an argument that does not fit (before anything is sent), for a request that got no answer, for an answer that cannot be read, and for a failure:
///
/// - 400: The request is malformed or breaks a rule of the operation. `badRequestDetail` may list the members at fault.
/// - 401: No credentials came with the request, or Atlas does not accept them.
/// - 403: The credentials are valid but do not permit this operation, or the caller's address is not on the access list.
/// - 404: What the path names does not exist. A missing link between organization and source is reported this way too.
/// - 409: The state of something involved forbids the operation: it exists already, or is in use.
/// - 410: The requested API version is past its sunset date. `parameters` holds that version and the path.
/// - 429: The rate limit is used up. Wait for at least the seconds that `Retry-After` states, then try again.
/// - 500: Atlas failed while it handled the request. For a write it is open whether anything was done.
/// - 502: A proxy in front of Atlas could not reach it. The body comes from the proxy: HTML, or nothing. For a write it is open whether anything was done.
/// - 503: Atlas, or a part that the operation needs, is out of service for the moment. A proxy may have sent this instead, with a body of its own.
#[derive(Debug, Clone)]
#[must_use = "a call is made by `send`"]
pub struct DeleteOrgLiveMigrationLinkTokens<'a> {
    client: &'a Client,
    org_id: Result<ObjectId, BuildError>,
    envelope: Result<Option<bool>, BuildError>,
    options: CallOptions,
}

impl<'a> DeleteOrgLiveMigrationLinkTokens<'a> {
    /// Starts a call.
    pub fn new(client: &'a Client) -> Self {
        Self {
            client,
            org_id: Err(BuildError::missing()),
            envelope: Ok(None),
            options: CallOptions::default(),
        }
    }

    /// The organization, by its id of 24 hexadecimal digits; `GET /api/atlas/v2/orgs` lists those within reach.
    pub fn org_id<V>(mut self, value: V) -> Self
    where
        V: TryInto<ObjectId>,
        V::Error: std::fmt::Display + 'static,
    {
        self.org_id = runtime::convert(value);
        self
    }

    /// Whether the answer repeats its HTTP status inside the body, for callers that see neither status line nor headers: an object arrives as `{"status": 200, "content": {}}`, a list as `{"status": 200, "results": []}`.
    pub fn envelope<V>(mut self, value: V) -> Self
    where
        V: TryInto<bool>,
        V::Error: std::fmt::Display + 'static,
    {
        self.envelope = runtime::convert(value).map(Some);
        self
    }

    /// Sends `DELETE /api/atlas/v2/orgs/{orgId}/liveMigrations/linkTokens`.
    ///
    /// # Errors
    /// All arguments at fault, before anything is sent; else what the page of the builder lists.
    pub fn send(self) -> ResponseFuture<()> {
        static OPERATION: operation::Operation = operation::Operation::new(
            "deleteOrgLiveMigrationLinkTokens",
            operation::Method::DELETE,
            "/api/atlas/v2/orgs/{orgId}/liveMigrations/linkTokens",
            "application/vnd.atlas.2023-01-01+json",
        );
        let mut call = runtime::Call::new(self.client, &OPERATION);
        call.set_options(self.options);
        call.path_param("orgId", self.org_id, runtime::Style::Simple);
        call.query_param("envelope", self.envelope, runtime::Style::FormExploded);
        call.send_empty()
    }

    /// Sets what this call does differently from the client's other calls.
    pub fn options(mut self, options: CallOptions) -> Self {
        self.options = options;
        self
    }
}

/// Cut a migration over to Atlas.
///
/// Ends a migration that is `readyForCutover`: Atlas finishes it and stops following the
/// source, and the destination cluster takes over.
///
/// Stop every writer of the source beforehand, because later writes do not arrive. Call it
/// within 120 hours of the migration becoming ready. The answer only acknowledges the
/// request and has no body; poll `getGroupLiveMigration` until it reads `COMPLETE`.
///
/// # Request
/// - Method and path: `PUT /api/atlas/v2/groups/{groupId}/liveMigrations/{liveMigrationId}/cutover`
/// - Roles: Organization Owner
/// - Media type: `application/vnd.atlas.2023-01-01+json`
/// - Success: 202, or any other 2xx
/// - [Documentation of Atlas](https://mongodb.com/docs/atlas/reference/api-resources-spec/v2/#tag/Cloud-Migration-Service/operation/cutoverGroupLiveMigration)
///
/// # Errors
/// [`Error`](atlas_client::Error) for an argument that does not fit (before anything is sent), for a request that got no answer, for an answer that cannot be read, and for a failure:
///
/// - 400: The request is malformed or breaks a rule of the operation. `badRequestDetail` may list the members at fault.
/// - 401: No credentials came with the request, or Atlas does not accept them.
/// - 403: The credentials are valid but do not permit this operation, or the caller's address is not on the access list.
/// - 404: What the path names does not exist. A missing link between organization and source is reported this way too.
/// - 409: The state of something involved forbids the operation: it exists already, or is in use.
/// - 410: The requested API version is past its sunset date. `parameters` holds that version and the path.
/// - 429: The rate limit is used up. Wait for at least the seconds that `Retry-After` states, then try again.
/// - 500: Atlas failed while it handled the request. For a write it is open whether anything was done.
/// - 502: A proxy in front of Atlas could not reach it. The body comes from the proxy: HTML, or nothing. For a write it is open whether anything was done.
/// - 503: Atlas, or a part that the operation needs, is out of service for the moment. A proxy may have sent this instead, with a body of its own.
#[derive(Debug, Clone)]
#[must_use = "a call is made by `send`"]
pub struct CutoverGroupLiveMigration<'a> {
    client: &'a Client,
    group_id: Result<ObjectId, BuildError>,
    live_migration_id: Result<ObjectId, BuildError>,
    envelope: Result<Option<bool>, BuildError>,
    pretty: Result<Option<bool>, BuildError>,
    options: CallOptions,
}

impl<'a> CutoverGroupLiveMigration<'a> {
    /// Starts a call.
    pub fn new(client: &'a Client) -> Self {
        Self {
            client,
            group_id: Err(BuildError::missing()),
            live_migration_id: Err(BuildError::missing()),
            envelope: Ok(None),
            pretty: Ok(None),
            options: CallOptions::default(),
        }
    }

    /// The project, by its id of 24 hexadecimal digits; `GET /api/atlas/v2/groups` lists those within reach. Paths and ids say group where Atlas otherwise says project; both mean the same.
    pub fn group_id<V>(mut self, value: V) -> Self
    where
        V: TryInto<ObjectId>,
        V::Error: std::fmt::Display + 'static,
    {
        self.group_id = runtime::convert(value);
        self
    }

    /// The migration: the `_id` answered by `createGroupLiveMigration`, 24 hexadecimal digits.
    pub fn live_migration_id<V>(mut self, value: V) -> Self
    where
        V: TryInto<ObjectId>,
        V::Error: std::fmt::Display + 'static,
    {
        self.live_migration_id = runtime::convert(value);
        self
    }

    /// Whether the answer repeats its HTTP status inside the body, for callers that see neither status line nor headers: an object arrives as `{"status": 200, "content": {}}`, a list as `{"status": 200, "results": []}`.
    pub fn envelope<V>(mut self, value: V) -> Self
    where
        V: TryInto<bool>,
        V::Error: std::fmt::Display + 'static,
    {
        self.envelope = runtime::convert(value).map(Some);
        self
    }

    /// Whether the JSON of the answer is laid out for people, with line breaks and indentation.
    pub fn pretty<V>(mut self, value: V) -> Self
    where
        V: TryInto<bool>,
        V::Error: std::fmt::Display + 'static,
    {
        self.pretty = runtime::convert(value).map(Some);
        self
    }

    /// Sends `PUT /api/atlas/v2/groups/{groupId}/liveMigrations/{liveMigrationId}/cutover`.
    ///
    /// # Errors
    /// All arguments at fault, before anything is sent; else what the page of the builder lists.
    pub fn send(self) -> ResponseFuture<()> {
        static OPERATION: operation::Operation = operation::Operation::new(
            "cutoverGroupLiveMigration",
            operation::Method::PUT,
            "/api/atlas/v2/groups/{groupId}/liveMigrations/{liveMigrationId}/cutover",
            "application/vnd.atlas.2023-01-01+json",
        );
        let mut call = runtime::Call::new(self.client, &OPERATION);
        call.set_options(self.options);
        call.path_param("groupId", self.group_id, runtime::Style::Simple);
        call.path_param(
            "liveMigrationId",
            self.live_migration_id,
            runtime::Style::Simple,
        );
        call.query_param("envelope", self.envelope, runtime::Style::FormExploded);
        call.query_param("pretty", self.pretty, runtime::Style::FormExploded);
        call.send_empty()
    }

    /// Sets what this call does differently from the client's other calls.
    pub fn options(mut self, options: CallOptions) -> Self {
        self.options = options;
        self
    }
}

/// Read the state of a migration.
///
/// Reads one push live migration: its `status`, how many seconds the destination lags
/// behind, and whether the cutover can begin.
///
/// This is the operation to poll: after the start until `readyForCutover` is true, and
/// after the cutover until `status` is `COMPLETE`. `FAILED` and `EXPIRED` are final too.
/// Each migration occupies one migration host.
///
/// # Request
/// - Method and path: `GET /api/atlas/v2/groups/{groupId}/liveMigrations/{liveMigrationId}`
/// - Roles: Organization Member
/// - Media type: `application/vnd.atlas.2023-01-01+json`
/// - Success: 200, or any other 2xx
/// - [Documentation of Atlas](https://mongodb.com/docs/atlas/reference/api-resources-spec/v2/#tag/Cloud-Migration-Service/operation/getGroupLiveMigration)
///
/// # Errors
/// [`Error`](atlas_client::Error) for an argument that does not fit (before anything is sent), for a request that got no answer, for an answer that cannot be read, and for a failure:
///
/// - 401: No credentials came with the request, or Atlas does not accept them.
/// - 403: The credentials are valid but do not permit this operation, or the caller's address is not on the access list.
/// - 404: What the path names does not exist. A missing link between organization and source is reported this way too.
/// - 409: The state of something involved forbids the operation: it exists already, or is in use.
/// - 410: The requested API version is past its sunset date. `parameters` holds that version and the path.
/// - 429: The rate limit is used up. Wait for at least the seconds that `Retry-After` states, then try again.
/// - 500: Atlas failed while it handled the request. For a write it is open whether anything was done.
/// - 502: A proxy in front of Atlas could not reach it. The body comes from the proxy: HTML, or nothing. For a write it is open whether anything was done.
/// - 503: Atlas, or a part that the operation needs, is out of service for the moment. A proxy may have sent this instead, with a body of its own.
#[derive(Debug, Clone)]
#[must_use = "a call is made by `send`"]
pub struct GetGroupLiveMigration<'a> {
    client: &'a Client,
    group_id: Result<ObjectId, BuildError>,
    live_migration_id: Result<ObjectId, BuildError>,
    envelope: Result<Option<bool>, BuildError>,
    pretty: Result<Option<bool>, BuildError>,
    options: CallOptions,
}

impl<'a> GetGroupLiveMigration<'a> {
    /// Starts a call.
    pub fn new(client: &'a Client) -> Self {
        Self {
            client,
            group_id: Err(BuildError::missing()),
            live_migration_id: Err(BuildError::missing()),
            envelope: Ok(None),
            pretty: Ok(None),
            options: CallOptions::default(),
        }
    }

    /// The project, by its id of 24 hexadecimal digits; `GET /api/atlas/v2/groups` lists those within reach. Paths and ids say group where Atlas otherwise says project; both mean the same.
    pub fn group_id<V>(mut self, value: V) -> Self
    where
        V: TryInto<ObjectId>,
        V::Error: std::fmt::Display + 'static,
    {
        self.group_id = runtime::convert(value);
        self
    }

    /// The migration: the `_id` answered by `createGroupLiveMigration`, 24 hexadecimal digits.
    pub fn live_migration_id<V>(mut self, value: V) -> Self
    where
        V: TryInto<ObjectId>,
        V::Error: std::fmt::Display + 'static,
    {
        self.live_migration_id = runtime::convert(value);
        self
    }

    /// Whether the answer repeats its HTTP status inside the body, for callers that see neither status line nor headers: an object arrives as `{"status": 200, "content": {}}`, a list as `{"status": 200, "results": []}`.
    pub fn envelope<V>(mut self, value: V) -> Self
    where
        V: TryInto<bool>,
        V::Error: std::fmt::Display + 'static,
    {
        self.envelope = runtime::convert(value).map(Some);
        self
    }

    /// Whether the JSON of the answer is laid out for people, with line breaks and indentation.
    pub fn pretty<V>(mut self, value: V) -> Self
    where
        V: TryInto<bool>,
        V::Error: std::fmt::Display + 'static,
    {
        self.pretty = runtime::convert(value).map(Some);
        self
    }

    /// Sends `GET /api/atlas/v2/groups/{groupId}/liveMigrations/{liveMigrationId}`.
    ///
    /// # Errors
    /// All arguments at fault, before anything is sent; else what the page of the builder lists.
    pub fn send(self) -> ResponseFuture<types::LiveMigrationResponse> {
        static OPERATION: operation::Operation = operation::Operation::new(
            "getGroupLiveMigration",
            operation::Method::GET,
            "/api/atlas/v2/groups/{groupId}/liveMigrations/{liveMigrationId}",
            "application/vnd.atlas.2023-01-01+json",
        );
        let mut call = runtime::Call::new(self.client, &OPERATION);
        call.set_options(self.options);
        call.path_param("groupId", self.group_id, runtime::Style::Simple);
        call.path_param(
            "liveMigrationId",
            self.live_migration_id,
            runtime::Style::Simple,
        );
        call.query_param("envelope", self.envelope, runtime::Style::FormExploded);
        call.query_param("pretty", self.pretty, runtime::Style::FormExploded);
        call.send()
    }

    /// Sets what this call does differently from the client's other calls.
    pub fn options(mut self, options: CallOptions) -> Self {
        self.options = options;
        self
    }
}

/// Read the outcome of a check.
///
/// Reads one check that `validateGroupLiveMigrations` started. While `status` is `PENDING`, ask again later; after `FAILED`, `errorMessage` says what to put right.
///
/// # Request
/// - Method and path: `GET /api/atlas/v2/groups/{groupId}/liveMigrations/validate/{validationId}`
/// - Roles: Organization Owner
/// - Media type: `application/vnd.atlas.2023-01-01+json`
/// - Success: 200, or any other 2xx
/// - [Documentation of Atlas](https://mongodb.com/docs/atlas/reference/api-resources-spec/v2/#tag/Cloud-Migration-Service/operation/getGroupLiveMigrationValidateStatus)
///
/// # Errors
/// [`Error`](atlas_client::Error) for an argument that does not fit (before anything is sent), for a request that got no answer, for an answer that cannot be read, and for a failure:
///
/// - 400: The request is malformed or breaks a rule of the operation. `badRequestDetail` may list the members at fault.
/// - 401: No credentials came with the request, or Atlas does not accept them.
/// - 403: The credentials are valid but do not permit this operation, or the caller's address is not on the access list.
/// - 404: What the path names does not exist. A missing link between organization and source is reported this way too.
/// - 409: The state of something involved forbids the operation: it exists already, or is in use.
/// - 410: The requested API version is past its sunset date. `parameters` holds that version and the path.
/// - 429: The rate limit is used up. Wait for at least the seconds that `Retry-After` states, then try again.
/// - 500: Atlas failed while it handled the request. For a write it is open whether anything was done.
/// - 502: A proxy in front of Atlas could not reach it. The body comes from the proxy: HTML, or nothing. For a write it is open whether anything was done.
/// - 503: Atlas, or a part that the operation needs, is out of service for the moment. A proxy may have sent this instead, with a body of its own.
#[derive(Debug, Clone)]
#[must_use = "a call is made by `send`"]
pub struct GetGroupLiveMigrationValidateStatus<'a> {
    client: &'a Client,
    group_id: Result<ObjectId, BuildError>,
    validation_id: Result<ObjectId, BuildError>,
    envelope: Result<Option<bool>, BuildError>,
    options: CallOptions,
}

impl<'a> GetGroupLiveMigrationValidateStatus<'a> {
    /// Starts a call.
    pub fn new(client: &'a Client) -> Self {
        Self {
            client,
            group_id: Err(BuildError::missing()),
            validation_id: Err(BuildError::missing()),
            envelope: Ok(None),
            options: CallOptions::default(),
        }
    }

    /// The project, by its id of 24 hexadecimal digits; `GET /api/atlas/v2/groups` lists those within reach. Paths and ids say group where Atlas otherwise says project; both mean the same.
    pub fn group_id<V>(mut self, value: V) -> Self
    where
        V: TryInto<ObjectId>,
        V::Error: std::fmt::Display + 'static,
    {
        self.group_id = runtime::convert(value);
        self
    }

    /// The check to read: the `_id` answered by `validateGroupLiveMigrations`, 24 hexadecimal digits.
    pub fn validation_id<V>(mut self, value: V) -> Self
    where
        V: TryInto<ObjectId>,
        V::Error: std::fmt::Display + 'static,
    {
        self.validation_id = runtime::convert(value);
        self
    }

    /// Whether the answer repeats its HTTP status inside the body, for callers that see neither status line nor headers: an object arrives as `{"status": 200, "content": {}}`, a list as `{"status": 200, "results": []}`.
    pub fn envelope<V>(mut self, value: V) -> Self
    where
        V: TryInto<bool>,
        V::Error: std::fmt::Display + 'static,
    {
        self.envelope = runtime::convert(value).map(Some);
        self
    }

    /// Sends `GET /api/atlas/v2/groups/{groupId}/liveMigrations/validate/{validationId}`.
    ///
    /// # Errors
    /// All arguments at fault, before anything is sent; else what the page of the builder lists.
    pub fn send(self) -> ResponseFuture<types::LiveImportValidation> {
        static OPERATION: operation::Operation = operation::Operation::new(
            "getGroupLiveMigrationValidateStatus",
            operation::Method::GET,
            "/api/atlas/v2/groups/{groupId}/liveMigrations/validate/{validationId}",
            "application/vnd.atlas.2023-01-01+json",
        );
        let mut call = runtime::Call::new(self.client, &OPERATION);
        call.set_options(self.options);
        call.path_param("groupId", self.group_id, runtime::Style::Simple);
        call.path_param("validationId", self.validation_id, runtime::Style::Simple);
        call.query_param("envelope", self.envelope, runtime::Style::FormExploded);
        call.send()
    }

    /// Sets what this call does differently from the client's other calls.
    pub fn options(mut self, options: CallOptions) -> Self {
        self.options = options;
        self
    }
}

/// List what can be migrated.
///
/// Lists the Cloud Manager or Ops Manager projects whose clusters may be migrated into the
/// organization, each with its deployments and migration hosts.
///
/// Projects appear after the source has been linked with a token from
/// `createOrgLiveMigrationLinkToken`. The answer is one plain list without pages.
///
/// # Request
/// - Method and path: `GET /api/atlas/v2/orgs/{orgId}/liveMigrations/availableProjects`
/// - Roles: Organization Owner
/// - Media type: `application/vnd.atlas.2023-01-01+json`
/// - Success: 200, or any other 2xx
/// - [Documentation of Atlas](https://mongodb.com/docs/atlas/reference/api-resources-spec/v2/#tag/Cloud-Migration-Service/operation/listOrgLiveMigrationAvailableProjects)
///
/// # Errors
/// [`Error`](atlas_client::Error) for an argument that does not fit (before anything is sent), for a request that got no answer, for an answer that cannot be read, and for a failure:
///
/// - 400: The request is malformed or breaks a rule of the operation. `badRequestDetail` may list the members at fault.
/// - 401: No credentials came with the request, or Atlas does not accept them.
/// - 403: The credentials are valid but do not permit this operation, or the caller's address is not on the access list.
/// - 404: What the path names does not exist. A missing link between organization and source is reported this way too.
/// - 409: The state of something involved forbids the operation: it exists already, or is in use.
/// - 410: The requested API version is past its sunset date. `parameters` holds that version and the path.
/// - 429: The rate limit is used up. Wait for at least the seconds that `Retry-After` states, then try again.
/// - 500: Atlas failed while it handled the request. For a write it is open whether anything was done.
/// - 502: A proxy in front of Atlas could not reach it. The body comes from the proxy: HTML, or nothing. For a write it is open whether anything was done.
/// - 503: Atlas, or a part that the operation needs, is out of service for the moment. A proxy may have sent this instead, with a body of its own.
#[derive(Debug, Clone)]
#[must_use = "a call is made by `send`"]
pub struct ListOrgLiveMigrationAvailableProjects<'a> {
    client: &'a Client,
    org_id: Result<ObjectId, BuildError>,
    envelope: Result<Option<bool>, BuildError>,
    pretty: Result<Option<bool>, BuildError>,
    options: CallOptions,
}

impl<'a> ListOrgLiveMigrationAvailableProjects<'a> {
    /// Starts a call.
    pub fn new(client: &'a Client) -> Self {
        Self {
            client,
            org_id: Err(BuildError::missing()),
            envelope: Ok(None),
            pretty: Ok(None),
            options: CallOptions::default(),
        }
    }

    /// The organization, by its id of 24 hexadecimal digits; `GET /api/atlas/v2/orgs` lists those within reach.
    pub fn org_id<V>(mut self, value: V) -> Self
    where
        V: TryInto<ObjectId>,
        V::Error: std::fmt::Display + 'static,
    {
        self.org_id = runtime::convert(value);
        self
    }

    /// Whether the answer repeats its HTTP status inside the body, for callers that see neither status line nor headers: an object arrives as `{"status": 200, "content": {}}`, a list as `{"status": 200, "results": []}`.
    pub fn envelope<V>(mut self, value: V) -> Self
    where
        V: TryInto<bool>,
        V::Error: std::fmt::Display + 'static,
    {
        self.envelope = runtime::convert(value).map(Some);
        self
    }

    /// Whether the JSON of the answer is laid out for people, with line breaks and indentation.
    pub fn pretty<V>(mut self, value: V) -> Self
    where
        V: TryInto<bool>,
        V::Error: std::fmt::Display + 'static,
    {
        self.pretty = runtime::convert(value).map(Some);
        self
    }

    /// Sends `GET /api/atlas/v2/orgs/{orgId}/liveMigrations/availableProjects`.
    ///
    /// # Errors
    /// All arguments at fault, before anything is sent; else what the page of the builder lists.
    pub fn send(self) -> ResponseFuture<Vec<types::LiveImportAvailableProject>> {
        static OPERATION: operation::Operation = operation::Operation::new(
            "listOrgLiveMigrationAvailableProjects",
            operation::Method::GET,
            "/api/atlas/v2/orgs/{orgId}/liveMigrations/availableProjects",
            "application/vnd.atlas.2023-01-01+json",
        );
        let mut call = runtime::Call::new(self.client, &OPERATION);
        call.set_options(self.options);
        call.path_param("orgId", self.org_id, runtime::Style::Simple);
        call.query_param("envelope", self.envelope, runtime::Style::FormExploded);
        call.query_param("pretty", self.pretty, runtime::Style::FormExploded);
        call.send()
    }

    /// Sets what this call does differently from the client's other calls.
    pub fn options(mut self, options: CallOptions) -> Self {
        self.options = options;
        self
    }
}

/// Check a migration request.
///
/// Starts a check of whether a migration could run as described: credentials, MongoDB
/// versions, free disk space and the like. It takes the body that
/// `createGroupLiveMigration` would get and migrates nothing.
///
/// The check runs in the background: poll `getGroupLiveMigrationValidateStatus` with the
/// returned `_id` until `status` is `SUCCESS`, which clears the way for the migration, or
/// `FAILED`.
///
/// # Request
/// - Method and path: `POST /api/atlas/v2/groups/{groupId}/liveMigrations/validate`
/// - Roles: Organization Owner
/// - Media type: `application/vnd.atlas.2024-05-30+json`
/// - Other versions: 2023-01-01 (sunset 2027-07-01)
/// - Success: 200, or any other 2xx
/// - [Documentation of Atlas](https://mongodb.com/docs/atlas/reference/api-resources-spec/v2/#tag/Cloud-Migration-Service/operation/validateGroupLiveMigrations)
///
/// # Errors
/// [`Error`](atlas_client::Error) for an argument that does not fit (before anything is sent), for a request that got no answer, for an answer that cannot be read, and for a failure:
///
/// - 400: The request is malformed or breaks a rule of the operation. `badRequestDetail` may list the members at fault.
/// - 401: No credentials came with the request, or Atlas does not accept them.
/// - 403: The credentials are valid but do not permit this operation, or the caller's address is not on the access list.
/// - 404: What the path names does not exist. A missing link between organization and source is reported this way too.
/// - 409: The state of something involved forbids the operation: it exists already, or is in use.
/// - 410: The requested API version is past its sunset date. `parameters` holds that version and the path.
/// - 429: The rate limit is used up. Wait for at least the seconds that `Retry-After` states, then try again.
/// - 500: Atlas failed while it handled the request. For a write it is open whether anything was done.
/// - 502: A proxy in front of Atlas could not reach it. The body comes from the proxy: HTML, or nothing. For a write it is open whether anything was done.
/// - 503: Atlas, or a part that the operation needs, is out of service for the moment. A proxy may have sent this instead, with a body of its own.
#[derive(Clone, Debug)]
#[must_use = "a call is made by `send`"]
pub struct ValidateGroupLiveMigrations<'a> {
    client: &'a Client,
    group_id: Result<ObjectId, BuildError>,
    envelope: Result<Option<bool>, BuildError>,
    pretty: Result<Option<bool>, BuildError>,
    body: Result<types::LiveMigrationRequest, BuildError>,
    options: CallOptions,
}

impl<'a> ValidateGroupLiveMigrations<'a> {
    /// Starts a call.
    pub fn new(client: &'a Client) -> Self {
        Self {
            client,
            group_id: Err(BuildError::missing()),
            envelope: Ok(None),
            pretty: Ok(None),
            body: Err(BuildError::missing()),
            options: CallOptions::default(),
        }
    }

    /// The project, by its id of 24 hexadecimal digits; `GET /api/atlas/v2/groups` lists those within reach. Paths and ids say group where Atlas otherwise says project; both mean the same.
    pub fn group_id<V>(mut self, value: V) -> Self
    where
        V: TryInto<ObjectId>,
        V::Error: std::fmt::Display + 'static,
    {
        self.group_id = runtime::convert(value);
        self
    }

    /// Whether the answer repeats its HTTP status inside the body, for callers that see neither status line nor headers: an object arrives as `{"status": 200, "content": {}}`, a list as `{"status": 200, "results": []}`.
    pub fn envelope<V>(mut self, value: V) -> Self
    where
        V: TryInto<bool>,
        V::Error: std::fmt::Display + 'static,
    {
        self.envelope = runtime::convert(value).map(Some);
        self
    }

    /// Whether the JSON of the answer is laid out for people, with line breaks and indentation.
    pub fn pretty<V>(mut self, value: V) -> Self
    where
        V: TryInto<bool>,
        V::Error: std::fmt::Display + 'static,
    {
        self.pretty = runtime::convert(value).map(Some);
        self
    }

    /// The request to check, as it would be sent to start the migration. Required.
    pub fn body<V>(mut self, value: V) -> Self
    where
        V: TryInto<types::LiveMigrationRequest>,
        V::Error: std::fmt::Display + 'static,
    {
        self.body = runtime::convert(value);
        self
    }

    /// Sends `POST /api/atlas/v2/groups/{groupId}/liveMigrations/validate`.
    ///
    /// # Errors
    /// All arguments at fault, before anything is sent; else what the page of the builder lists.
    pub fn send(self) -> ResponseFuture<types::LiveImportValidation> {
        static OPERATION: operation::Operation = operation::Operation::new(
                "validateGroupLiveMigrations",
                operation::Method::POST,
                "/api/atlas/v2/groups/{groupId}/liveMigrations/validate",
                "application/vnd.atlas.2024-05-30+json",
            )
            .content_type("application/vnd.atlas.2024-05-30+json");
        let mut call = runtime::Call::new(self.client, &OPERATION);
        call.set_options(self.options);
        call.path_param("groupId", self.group_id, runtime::Style::Simple);
        call.query_param("envelope", self.envelope, runtime::Style::FormExploded);
        call.query_param("pretty", self.pretty, runtime::Style::FormExploded);
        call.json_body(self.body);
        call.send()
    }

    /// Sets what this call does differently from the client's other calls.
    pub fn options(mut self, options: CallOptions) -> Self {
        self.options = options;
        self
    }
}
