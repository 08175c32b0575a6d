//! The embedded Atlas over HTTP, asked by plain reqwest: each promise of its documentation, and nothing of the client.

mod authentication;
mod faults;
mod harness;
mod lifetime;
mod negotiation;
mod operations;
mod refusals;
mod tokens;
