//! Tests across crates: the generated client against the embedded Atlas, and the generator
//! against what is checked in.

mod before_sending;
mod bodies_refused;
mod calls;
mod failure_bodies;
mod failures;
mod migration;
mod operations;
mod requests;
mod scene;
mod secrets;
mod successes;
