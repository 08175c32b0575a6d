//! A whole push live migration: link token, available projects, validation, migration, cutover.
//!
//! ```text
//! cargo run --example push_migration              # against an embedded Atlas, in this process
//! cargo run --example push_migration -- --help    # against the real one
//! ```
//!
//! `steps` is the part to read: the calls, in their order. Around it stand what to do
//! (`arguments`, `plan`), how to wait (`wait`), and what a person sees of it (`show`).
//!
//! The way there goes to standard error; standard output gets one line, the final status. Exit
//! status: 0 when everything that was asked for is done, 1 when it failed or could not start, 130
//! when it was interrupted.

mod arguments;
mod embedded;
mod link_token;
mod plan;
mod show;
mod steps;
mod wait;

use std::error::Error;
use std::process::ExitCode;
use std::time::Duration;

use atlas_client::Client;
use clap::Parser;

use crate::arguments::Arguments;
use crate::plan::Plan;
use crate::show::Progress;
use crate::steps::Standing;

/// Failures are told to a person, never told apart.
type Result<T, E = Box<dyn Error>> = std::result::Result<T, E>;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            // Help is what was asked for; anything else is a failure like others.
            let _ = error.print();
            return if error.use_stderr() {
                ExitCode::FAILURE
            } else {
                ExitCode::SUCCESS
            };
        }
    };
    if !arguments.is_real() {
        eprintln!("migrating against an embedded Atlas: nothing leaves this process\n");
        return match embedded::start(&arguments) {
            Ok((_atlas, client, plan)) => migrate(&client, &plan).await,
            Err(error) => fail(&*error, None),
        };
    }
    match plan::real(arguments) {
        Ok((client, plan)) => {
            eprintln!("{}\n", plan.announcement(&client));
            migrate(&client, &plan).await
        }
        Err(problems) => {
            eprintln!("error: cannot start, and nothing was sent:");
            for problem in problems {
                eprintln!("  - {problem}");
            }
            eprintln!("see --help");
            ExitCode::FAILURE
        }
    }
}

/// Takes all steps, or those until someone interrupts.
async fn migrate(client: &Client, plan: &Plan) -> ExitCode {
    let standing = Standing::default();
    // A real migration takes hours, and nobody reads that many lines.
    let quiet = Duration::from_secs(if plan.real { 60 } else { 0 });
    let progress = Progress::new(quiet);
    let ending = tokio::select! {
        ending = steps::all(client, plan, &progress, &standing) => ending,
        () = interrupted() => {
            eprintln!("{}", with_note("interrupted".to_owned(), standing.note(plan)));
            return ExitCode::from(130);
        }
    };
    match ending {
        Ok(ending) => {
            println!("{ending}");
            ExitCode::SUCCESS
        }
        Err(error) => fail(&*error, standing.note(plan)),
    }
}

/// Ends when a person asks this program to.
async fn interrupted() {
    if tokio::signal::ctrl_c().await.is_err() {
        // Without a handler the system's own answer to Ctrl-C stays in force.
        std::future::pending().await
    }
}

fn fail(error: &dyn Error, note: Option<String>) -> ExitCode {
    // Errors of the client are one line that ends with the cause at the root of it.
    let message = show::printable(&error.to_string());
    eprintln!("error: {}", with_note(message, note));
    ExitCode::FAILURE
}

fn with_note(message: String, note: Option<String>) -> String {
    match note {
        Some(note) => format!("{message}; {note}"),
        None => message,
    }
}
