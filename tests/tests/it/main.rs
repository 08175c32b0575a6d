//! Tests across crates: the generated client against the embedded Atlas, the generator against what
//! is checked in, and the example as a program.

mod attempts;
mod before_sending;
mod bodies_refused;
mod built;
mod calls;
mod calls_of_all;
mod failure_bodies;
mod failures;
mod full_document;
mod full_requests;
mod generated;
mod instances;
mod migration;
mod operations;
mod push_migration;
mod recorded;
mod recordings;
mod requests;
mod scene;
mod secrets;
mod sendable;
mod successes;
