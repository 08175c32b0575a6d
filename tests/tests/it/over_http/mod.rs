//! The client with the embedded Atlas: requests and results.

mod attempts;
mod before_sending;
mod bodies_refused;
mod calls;
mod failure_bodies;
mod failures;
mod migration;
mod operations;
mod secrets;
mod successes;
