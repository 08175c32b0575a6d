//! A client for push live migrations of MongoDB Atlas.
//!
//! ```no_run
//! use atlas_client::{Client, Credentials};
//!
//! # fn example(id: String, secret: String) -> atlas_client::Result<()> {
//! let client = Client::builder()
//!     .credentials(Credentials::service_account(id, secret))
//!     .build()?;
//! # Ok(())
//! # }
//! ```
//!
//! [`Client`] has one method for each operation, named after its operation id,
//! which returns a builder of the call. A call returns a [`ResponseValue`],
//! which dereferences to the typed value, or an [`Error`] with everything that
//! the server said.
//!
//! # What happens to a call
//!
//! - Its arguments are checked before anything is sent; an error names the
//!   parameter.
//! - It goes out with the dated media types of its operation, to the one
//!   configured server. Redirects are not followed.
//! - It proves who sends it, see [`Credentials`]. In steady state that takes no
//!   further request: digest nonces and access tokens are used again, by all
//!   clones of a client.
//! - A failure of a passing kind is attempted again where that can do no harm,
//!   see [`CallOptions::attempts`]. [`Error::may_have_been_executed`] tells
//!   whether a failed call may have left something behind.
//! - Any 2xx is a success. What the answer holds beyond the published types is
//!   kept, and so is every failure: status, headers and the first 64 KiB of the
//!   body.
//! - [`tracing`] hears of it: a span for the call, an event for each attempt, a
//!   warning when the operation's version will end.
//!
//! # Features
//!
//! - `rustls` (default): TLS by rustls, with the certificates that the
//!   operating system trusts.
//! - `native-tls`: TLS by the operating system's own library.

mod auth;
mod body;
mod call;
mod client;
mod credentials;
mod decode;
mod draft;
mod environment;
mod error;
#[rustfmt::skip]
mod generated;
mod headers;
mod listed;
#[cfg(feature = "mock")]
pub mod mock;
mod object;
mod object_id;
pub mod operation;
mod options;
mod origin;
mod pace;
mod provider;
mod response;
mod retry;
mod send;
mod sensitive;
mod stream;
#[cfg(test)]
mod tests;
mod trace;
#[allow(
    dead_code,
    unused_imports,
    unused_macros,
    reason = "not every slice of the document holds a union"
)]
mod union;

use draft::builder;
use listed::{open_enum, open_literal};
use object::object;
#[allow(
    unused_imports,
    reason = "not every slice of the document holds a union"
)]
use union::{tagged_union, untagged_union};

pub use client::{Client, ClientBuilder};
pub use credentials::Credentials;
pub use draft::{BuildError, Refusal};
pub use error::{Error, Result};
pub use generated::{builder, types};
pub use object::Additional;
pub use object_id::{InvalidObjectId, ObjectId};
pub use options::CallOptions;
pub use provider::{AccessToken, TokenFuture, TokenProvider};
pub use response::ResponseValue;
pub use sensitive::Sensitive;
pub use stream::ByteStream;
