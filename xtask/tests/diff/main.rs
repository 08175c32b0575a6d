//! `cargo xtask diff` as a program, and the script that reviews a pull request, in temporary
//! repositories: what is compared, what is printed, and the exit status.

mod exemptions;
mod forms;
mod history;
mod pull_request;
mod repository;
mod subjects;
#[allow(dead_code, reason = "the tests of `codegen` use all of it")]
#[path = "../codegen/workspace.rs"]
mod workspace;
