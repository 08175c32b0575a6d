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
mod response;
mod send;
mod sensitive;
mod stream;
#[cfg(test)]
mod tests;
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
pub use response::ResponseValue;
pub use sensitive::Sensitive;
pub use stream::ByteStream;
