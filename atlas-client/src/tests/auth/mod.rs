//! Tests of authentication.

mod digest;
mod interop;
mod minting;
mod repeated;
pub mod secrets;
pub mod service_account;
mod sharing;
