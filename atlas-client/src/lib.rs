//! A client for push live migrations of MongoDB Atlas.
//!
//! [`Client`] has one method for each operation, named after its operation id.
//! The method returns a request builder (see [`builder`]), whose page documents
//! method, path, roles and errors. Request and response types are in [`types`].
//!
//! ```no_run
//! use atlas_client::types::{Destination, LiveMigrationRequest, Source};
//! use atlas_client::{Client, Credentials, ObjectId};
//!
//! # async fn example(id: String, secret: String) -> Result<(), Box<dyn std::error::Error>> {
//! let client = Client::builder()
//!     .credentials(Credentials::service_account(id, secret))
//!     .build()?;
//!
//! let project: ObjectId = "32b6e34b3d91647abb20e7b8".parse()?;
//! let request = LiveMigrationRequest::builder()
//!     .source(
//!         Source::builder()
//!             .group_id("32b6e34b3d91647abb20e7b9")
//!             .cluster_name("orders")
//!             .managed_authentication(true)
//!             .ssl(true),
//!     )
//!     .destination(
//!         Destination::builder()
//!             .group_id(&project)
//!             .cluster_name("orders-in-atlas")
//!             .hostname_schema_type("PUBLIC"),
//!     )
//!     .migration_hosts(["migration-host.example.com"])
//!     .build()?;
//!
//! let migration = client
//!     .create_group_live_migration()
//!     .group_id(&project)
//!     .body(request)
//!     .send()
//!     .await?;
//! println!("{:?} is {:?}", migration.id, migration.status);
//! # Ok(())
//! # }
//! ```
//!
//! The [`guide`] has a page for each task, from authentication to tests.
//!
//! # Authentication
//!
//! [`Credentials`] are an API key, a service account, an access token, or a
//! provider of tokens. [`Client::from_env`] reads them from the environment
//! variables of the Atlas CLI, and with the feature `profile`
//! `ClientBuilder::from_cli` also from its configuration file. Create one client
//! and clone it: clones share connections, digest nonces and access tokens.
//!
//! # How a request is sent
//!
//! - The arguments are validated before anything is sent. If an id is not 24
//!   hexadecimal digits, or a parameter or body violates a limit of the
//!   document, `send` returns an error that names it.
//! - The request carries the dated media types of its operation and goes to the
//!   configured server only. Redirects are not followed.
//! - It is authenticated, see [`Credentials`]. In steady state this takes no
//!   additional request.
//! - A transient error is retried if that is safe, see
//!   [`CallOptions::attempts`]. [`Error::may_have_been_executed`] returns
//!   whether the server may have executed a failed request. The page [`faults`]
//!   lists the outcome of each kind of fault.
//! - Any 2xx is a success, and its raw body is kept. An error keeps the status,
//!   the headers and the first 64 KiB of the body.
//! - [`tracing`](https://docs.rs/tracing) receives a span for the call, an event
//!   for each attempt, and a warning when the operation's version is deprecated or
//!   has a sunset date.
//!
//! # Responses and errors
//!
//! A call returns a [`ResponseValue`], which dereferences to the typed value and
//! keeps status and headers, or an [`Error`] with everything that the server
//! sent. A value that this version does not know becomes `Unknown(..)`, and can
//! be sent again. A member that does not match its documented type is left out
//! and listed by [`ResponseValue::repairs`]. [`ResponseValue::body`] is the raw
//! response, including members that this version does not know.
//!
//! ```
//! // `is_read` is whether the operation only reads, so that it can be repeated.
//! fn what_to_do(error: &atlas_client::Error, is_read: bool) -> &'static str {
//!     match error.error_code() {
//!         Some("GROUP_NOT_FOUND") => "there is no such project",
//!         _ if error.is_auth() => "check credentials, roles and the IP access list",
//!         _ if error.is_rate_limited() => "wait for error.retry_after()",
//!         _ if error.may_have_been_executed() && !is_read => "check whether it was executed",
//!         _ if error.is_retryable() => "try again later",
//!         _ => "read the error: it is one line",
//!     }
//! }
//! ```
//!
//! # Rate limits and sunset dates
//!
//! Every [`ResponseValue`] has the rate limit, deprecation and sunset headers;
//! every [`Error`] has the rate limit headers. With [`ClientBuilder::pacing`],
//! the client waits before it exceeds a limit.
//!
//! ```
//! fn look<T>(answer: &atlas_client::ResponseValue<T>) {
//!     if let (Some(left), Some(all)) = (answer.rate_limit_remaining(), answer.rate_limit()) {
//!         println!("{left} of {all} requests are left in this period");
//!     }
//!     if answer.sunset().is_some() {
//!         println!("a newer atlas-client is needed by then");
//!     }
//! }
//! ```
//!
//! # Polling
//!
//! Some operations only start a task. [`migration`] runs a push live migration
//! from its validation to its cutover, and [`poll::poll_until`] polls any operation
//! until its response satisfies a condition.
//!
//! # Fitting into a program
//!
//! - [`ClientBuilder::configure_http`] configures the HTTP library: certificates of a private
//!   authority, client certificates, DNS, `tower` layers around the connector.
//!   [`ClientBuilder::proxy`] sets a proxy in place of the environment's.
//! - [`ClientBuilder::request_headers`] adds headers to each request, for example
//!   the trace context.
//! - Metrics come from the spans of `tracing`, whose fields have the names of
//!   OpenTelemetry's conventions for HTTP clients.
//!
//! The page [`guide::network`] has examples, lists the fields of the spans, and says
//! why `wasm32-unknown-unknown` is not supported.
//!
//! # Testing without Atlas
//!
//! With the feature `mock`, the module `mock` has a mock Atlas server that runs
//! inside a test and validates requests as the real one does. For single responses,
//! `expectations` has a typed mock of each operation, for a server of
//! [httpmock](https://docs.rs/httpmock):
//!
//! ```
//! # #[cfg(feature = "mock")]
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> atlas_client::Result<()> {
//! use atlas_client::expectations::MockServerExt;
//! use atlas_client::mock::httpmock::MockServer;
//! use atlas_client::types::{LiveMigrationResponse, LiveMigrationResponseStatus};
//! use atlas_client::{Client, Credentials, ObjectId};
//!
//! let project: ObjectId = "32b6e34b3d91647abb20e7b8".parse()?;
//! let id: ObjectId = "6296fb4c7c7aa997cf94e9a8".parse()?;
//! let mut migration = LiveMigrationResponse::default();
//! migration.status = Some(LiveMigrationResponseStatus::Complete);
//!
//! let server = MockServer::start();
//! let mock = server.get_group_live_migration(|when, then| {
//!     when.group_id(&project).live_migration_id(&id).accept();
//!     then.ok(&migration);
//! });
//! let client = Client::builder()
//!     .base_url(server.base_url())
//!     .credentials(Credentials::access_token("any"))
//!     .build()?;
//! let call = client.get_group_live_migration().group_id(&project);
//! assert_eq!(*call.live_migration_id(&id).send().await?, migration);
//! mock.assert();
//! # Ok(())
//! # }
//! # #[cfg(not(feature = "mock"))]
//! # fn main() {}
//! ```
//!
//! # Features
//!
//! - `rustls` (default): TLS by rustls, with the certificates that the
//!   operating system trusts.
//! - `native-tls`: TLS by the operating system's own library (OpenSSL on Linux).
//! - `cloud-migration-service` (default): the operations of push live migrations,
//!   which are methods of [`Client`], with their [`builder`]s and [`types`], and
//!   the workflow over them ([`migration`]).
//! - `profile`: `Profile`, a profile in the configuration file of the Atlas CLI,
//!   and `ClientBuilder::from_cli`.
//! - `keyring`: the secrets of those profiles that the CLI keeps in the system's
//!   keyring.
//! - `blocking`: `blocking::wait`, for programs without an async runtime.
//! - `mock`: the mock Atlas server, and typed mocks of the operations.
//! - `schemars`: `JsonSchema` of schemars 1 for the types. The schemas have the
//!   members, types, formats and flags of the document, but not its limits. An enum is
//!   any of its documented values or another value of their type, and a union any of
//!   its variants or any JSON, because these types keep what they do not know. An
//!   optional member may be null, which a response may contain.
//!
//! # Other operations
//!
//! A slice is a crate that is generated from any other part of Atlas's document.
//! It depends on this crate and adds its operations to [`Client`] as traits, so
//! that all slices of a program share one client, one token and one connection
//! pool. [`operation`] calls a single operation that no crate was generated for.
//!
//! With `default-features = false` this crate is only the runtime of slices: the
//! modules `builder`, `types`, `expectations`, `migration` and `guide` are absent,
//! and there is no TLS unless `rustls` or `native-tls` is enabled. Cargo unifies
//! features, so a slice leaves the choice of TLS to its own features of these names.

// The crate documentation links to the generated modules, also when they are disabled.
#![cfg_attr(
    not(feature = "cloud-migration-service"),
    allow(rustdoc::broken_intra_doc_links)
)]
// Shows on docs.rs which feature an item needs.
#![cfg_attr(docsrs, feature(doc_cfg))]

// Generated code refers to this crate by name, as other crates do.
extern crate self as atlas_client;

use std::sync::{Mutex, MutexGuard, PoisonError};

mod auth;
#[cfg(feature = "blocking")]
pub mod blocking;
mod client;
mod error;
pub mod faults;
#[cfg(feature = "cloud-migration-service")]
pub mod guide;
#[cfg(feature = "cloud-migration-service")]
#[rustfmt::skip]
mod generated;
mod json;
#[cfg(feature = "cloud-migration-service")]
pub mod migration;
pub mod operation;
pub mod poll;
mod primitives;
mod response;
pub mod runtime;
#[cfg(test)]
mod tests;
mod transport;

#[cfg(feature = "mock")]
pub use atlas_mock as mock;

pub use auth::credentials::Credentials;
pub use auth::provider::{AccessToken, TokenFuture, TokenProvider};
#[cfg(feature = "profile")]
pub use client::Profile;
pub use client::options::CallOptions;
pub use client::{Client, ClientBuilder};
pub use error::{ApiError, BadRequestDetail, Error, FieldViolation, Result};
#[cfg(all(feature = "cloud-migration-service", feature = "mock"))]
pub use generated::expectations;
#[cfg(feature = "cloud-migration-service")]
pub use generated::{builder, types};
pub use json::repair::{Repair, RepairKind};
pub use primitives::{InvalidObjectId, InvalidTimestamp, ObjectId, Sensitive, Timestamp};
pub use response::pages::{Items, Pages};
pub use response::stream::ByteStream;
pub use response::{ResponseFuture, ResponseValue};
#[doc(inline)]
pub use runtime::{
    BuildError, InvalidValue, RawLiteral, RawValue, UnknownJson, UnknownLiteral, UnknownValue,
};

// Types of other crates in our public signatures, so that callers need no further dependency.
#[doc(no_inline)]
pub use bytes::Bytes;
#[doc(no_inline)]
pub use futures_util::Stream;
#[doc(no_inline)]
pub use reqwest;
#[doc(no_inline)]
pub use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
#[doc(no_inline)]
pub use reqwest::{Method, StatusCode, Url};
#[cfg(feature = "schemars")]
#[doc(no_inline)]
pub use schemars;
#[doc(no_inline)]
pub use serde_json;

/// Locks a mutex, also after a panic of a thread that held it.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
