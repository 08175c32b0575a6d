//! `cargo xtask diff` as a program, and the script that reviews a pull request, in repositories made
//! for the occasion: what is compared, what is printed, and what it exits with.

mod exemptions;
mod forms;
mod history;
mod pull_request;
mod repository;
mod subjects;
#[allow(dead_code, reason = "the tests of `codegen` use all of it")]
#[path = "../codegen/workspace.rs"]
mod workspace;
