//! Tests across crates: the generated client with the embedded Atlas, the generator with the
//! checked-in files, and the examples as programs.

// Tests start in the order of their names: the longest, which uses one core, must not be the last.
mod all_of_atlas;
mod embedded_fleet;
mod expectations;
// The search for secrets and the logger are shared with the client's own tests.
#[path = "../../../atlas-client/src/tests/forms.rs"]
mod forms;
mod generated;
mod json_schemas;
#[allow(dead_code, reason = "these tests do not ask what was logged")]
#[path = "../../../atlas-client/src/tests/log.rs"]
mod log;
mod over_http;
mod programs;
mod requests;
mod scene;
mod slices;
mod verdicts;
