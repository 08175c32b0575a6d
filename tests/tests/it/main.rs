//! Tests across crates: the generated client against the embedded Atlas, the generator against what
//! is checked in, and the example as a program.

mod attempts;
mod before_sending;
mod bodies_refused;
mod built;
mod calls;
mod calls_of_all;
mod embedded_fleet;
mod expectations;
mod failure_bodies;
mod failures;
mod fleet_service;
mod full_document;
// The search for secrets and the listening are those of the client's own tests.
#[path = "../../../atlas-client/src/tests/forms.rs"]
mod forms;
mod full_requests;
mod generated;
mod instances;
mod json_schemas;
#[allow(dead_code, reason = "these tests do not ask what was logged")]
#[path = "../../../atlas-client/src/tests/log.rs"]
mod log;
mod migrate_fleet;
mod migration;
mod offered;
mod operations;
mod paged_slice;
mod printed;
mod push_migration;
mod recorded;
mod recordings;
mod requests;
mod scene;
mod secrets;
mod sendable;
mod slices;
mod successes;
