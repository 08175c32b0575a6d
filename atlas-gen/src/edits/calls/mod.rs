//! Edits of the client, the builders of calls, and the mocks of them.

pub mod arguments;
pub mod bodies;
pub mod client;
pub mod expectations;
pub mod pages;
pub mod send;
