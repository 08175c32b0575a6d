//! A client for push live migrations of MongoDB Atlas.
//!
//! [`Client`] has one method for each operation, named after its operation id.
//! It starts a builder of the call (see [`builder`]), whose page tells method,
//! path, roles and failures; the types that it takes and gives are in [`types`].
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
//! Arguments are checked before anything is sent. An id that is not 24
//! hexadecimal digits, or a body that breaks a limit of the document, makes
//! `send` return an error that names it.
//!
//! # Authentication
//!
//! [`Credentials`] are an API key, a service account or an access token;
//! [`Client::from_env`] takes them from the variables of Atlas's own command
//! line. Make one client and clone it: clones share connections and tokens.
//!
//! # What happens to a call
//!
//! - Its arguments are checked before anything is sent; an error names the
//!   parameter.
//! - It goes out with the dated media types of its operation, to the one
//!   configured server. Redirects are not followed.
//! - It is authenticated, see [`Credentials`]. In steady state that takes no
//!   further request: digest nonces and access tokens are used again, by all
//!   clones of a client.
//! - A failure of a passing kind is attempted again where that can do no harm,
//!   see [`CallOptions::attempts`]. [`Error::may_have_been_executed`] tells
//!   whether a failed call may have left something behind. The page [`faults`]
//!   has what comes of each kind of failure.
//! - Any 2xx is a success, whose body is kept as received. Of a failure, status,
//!   headers and the first 64 KiB of the body are kept.
//! - [`tracing`] hears of it: a span for the call, an event for each attempt, a
//!   warning when the operation's version will end.
//!
//! # Answers and errors
//!
//! A call returns a [`ResponseValue`], which dereferences to the typed value and
//! keeps status and headers, or an [`Error`] with everything that the server
//! said. Any 2xx is a success. A value that this version does not know becomes
//! `Unknown(..)`, and can be sent again. What does not fit the documented types
//! is left out and listed by [`ResponseValue::repairs`]; the response as it was
//! received, with members that this version does not know, is
//! [`ResponseValue::body`].
//!
//! ```
//! fn what_to_do(error: &atlas_client::Error) -> &'static str {
//!     match error.error_code() {
//!         Some("GROUP_NOT_FOUND") => "there is no such project",
//!         _ if error.is_auth() => "check credentials, roles and the IP access list",
//!         _ if error.is_rate_limited() => "wait for error.retry_after()",
//!         _ if error.may_have_been_executed() => "look before trying again",
//!         _ => "read the error: it is one line",
//!     }
//! }
//! ```
//!
//! # Limits and the ends of versions
//!
//! What the server announces of them can be read from every [`ResponseValue`],
//! and from every [`Error`] what it announces of limits.
//! [`ClientBuilder::pacing`] has calls wait for their turn.
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
//! # Waiting
//!
//! Most operations only begin something. [`migration`] takes a push live migration
//! from its validation to its cutover, and [`poll::poll_until`] polls any operation
//! until what it returns is what is waited for.
//!
//! # Testing without Atlas
//!
//! With the feature `mock`, the module `mock` holds an Atlas that runs inside a
//! test and checks what a client sends as the real one does.
//!
//! # Features
//!
//! - `rustls` (default): TLS by rustls, with the certificates that the
//!   operating system trusts.
//! - `native-tls`: TLS by the operating system's own library (OpenSSL on Linux).
//! - `cloud-migration-service` (default): the operations of push live migrations,
//!   which are methods of [`Client`], with their [`builder`]s and [`types`], and
//!   the workflow over them ([`migration`]).
//! - `mock`: the embedded Atlas.
//!
//! # Other operations
//!
//! A slice is a crate that is generated from any other part of Atlas's document:
//! it depends on this one and adds its operations to [`Client`] as traits, so that
//! one client, one token and one connection pool serve all slices of a program.
//! With `default-features = false` this crate is the runtime of slices alone:
//! everything but `builder`, `types` and `migration`. Features of a program add up, so a slice
//! leaves the choice of TLS to its own features `rustls` and `native-tls`.
//! [`operation`] calls a single operation that no crate was generated for.

// The front page tells of the fragment, also where it is switched off.
#![cfg_attr(
    not(feature = "cloud-migration-service"),
    allow(rustdoc::broken_intra_doc_links)
)]

// Generated code names this crate as other crates do.
extern crate self as atlas_client;

mod auth;
mod client;
mod error;
pub mod faults;
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
pub use client::options::CallOptions;
pub use client::{Client, ClientBuilder};
pub use error::{ApiError, BadRequestDetail, Error, FieldViolation, Result};
#[cfg(feature = "cloud-migration-service")]
pub use generated::{builder, types};
pub use json::repair::{Repair, RepairKind};
pub use primitives::{InvalidObjectId, InvalidTimestamp, ObjectId, Sensitive, Timestamp};
pub use response::ResponseValue;
pub use response::future::ResponseFuture;
pub use response::stream::ByteStream;
pub use runtime::{
    BuildError, InvalidValue, RawLiteral, RawValue, UnknownJson, UnknownLiteral, UnknownValue,
};

// What the signatures of this crate show of others, so that callers depend on this one alone.
#[doc(no_inline)]
pub use bytes::Bytes;
#[doc(no_inline)]
pub use futures_core::Stream;
#[doc(no_inline)]
pub use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
#[doc(no_inline)]
pub use reqwest::{Method, StatusCode, Url};
#[doc(no_inline)]
pub use serde_json;
