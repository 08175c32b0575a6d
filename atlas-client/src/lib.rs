//! Client.

#[cfg(feature = "mock")]
pub mod mock;
