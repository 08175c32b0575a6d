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
mod environment;
mod error;
mod generated;
mod headers;
pub mod operation;
mod options;
mod origin;
mod pace;
mod provider;
mod response;
mod retry;
mod send;
mod stream;
#[cfg(test)]
mod tests;
mod trace;

pub use client::{Client, ClientBuilder};
pub use credentials::Credentials;
pub use error::{Error, Result};
pub use generated::{builder, types};
pub use options::CallOptions;
pub use provider::{AccessToken, TokenFuture, TokenProvider};
pub use response::ResponseValue;
pub use stream::ByteStream;
