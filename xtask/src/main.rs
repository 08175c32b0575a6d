//! `cargo xtask`: the tasks of this workspace on the command line.
//!
//! Exit status: 0 success, 1 findings (such as stale generated files or a version that ends), 2 bad
//! usage or input.

// Its macros are used below.
#[macro_use]
mod lines;

mod codegen;
mod diff;
mod fetch;
mod files;
mod git;
mod show;
mod vendor;
mod versions;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// The system allocator accounted for a third of the time of a large generation.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Tasks of the atlas-client workspace.
#[derive(Parser)]
#[command(
    name = "cargo xtask",
    bin_name = "cargo xtask",
    disable_help_subcommand = true
)]
#[command(
    after_help = "Exit status: 0 success, 1 findings (such as stale generated files), 2 bad usage or input."
)]
struct Cli {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Regenerate atlas-client/src/generated from openapi/, or check that it is up to date.
    Codegen(codegen::Args),
    /// Cut the vendored fragment out of a published document, keeping this project's own words.
    Vendor(vendor::Args),
    /// Show what a new revision changes for callers of the API and for Rust code.
    Diff(diff::Args),
    /// Show the version that each operation uses, newer ones, and sunset dates.
    Versions(versions::Args),
}

/// The outcome of a task.
enum Outcome {
    Success,
    Findings,
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let outcome = match cli.task {
        Task::Codegen(args) => codegen::run(&args),
        Task::Vendor(args) => vendor::run(&args),
        Task::Diff(args) => diff::run(&args),
        Task::Versions(args) => versions::run(&args),
    };
    match outcome {
        Ok(Outcome::Success) => ExitCode::SUCCESS,
        Ok(Outcome::Findings) => ExitCode::from(1),
        Err(error) => {
            err_line!("error: {error}");
            ExitCode::from(2)
        }
    }
}
