//! A complete push live migration: link token, available projects, validation, migration, cutover.
//!
//! ```text
//! cargo run --example push_migration              # against an embedded Atlas, in this process
//! cargo run --example push_migration -- --help    # against the real one
//! ```
//!
//! Read `steps` first: it has the calls, in their order. The other modules are the configuration
//! (`arguments`, `plan`), interruption (`interruption`), and output (`show`, `terminal`).
//!
//! Progress is written to standard error; standard output gets one line, the final status. Exit
//! status: 0 when everything requested is done, 1 on an error, 2 when the arguments are
//! insufficient, 130 when interrupted, and 143 when terminated.

mod arguments;
mod embedded;
mod interruption;
mod link_token;
mod plan;
mod show;
mod steps;
mod terminal;

use std::error::Error;
use std::process::ExitCode;
use std::time::Duration;

use atlas_client::Client;
use clap::Parser;

use crate::arguments::Arguments;
use crate::interruption::{Interruption, interruption};
use crate::plan::Plan;
use crate::show::Progress;
use crate::steps::Standing;
use crate::terminal::{answer, say, say_last};

/// The exit status for insufficient arguments.
const UNDESCRIBED: u8 = 2;

/// Errors are displayed, never classified.
type Result<T, E = Box<dyn Error>> = std::result::Result<T, E>;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            // Either the requested help or a usage error.
            let _ = error.print();
            return if error.use_stderr() {
                ExitCode::from(UNDESCRIBED)
            } else {
                ExitCode::SUCCESS
            };
        }
    };
    if !arguments.is_real() {
        say("migrating against an embedded Atlas: nothing leaves this process\n");
        return match embedded::start(&arguments) {
            Ok((_atlas, client, plan)) => migrate(&client, &plan).await,
            Err(error) => fail(&*error, None),
        };
    }
    match plan::real(arguments) {
        Ok((client, plan)) => {
            say(&format!("{}\n", plan.announcement(&client)));
            migrate(&client, &plan).await
        }
        Err(problems) => {
            say("error: cannot start, and nothing was sent:");
            for problem in problems {
                say(&format!("  - {problem}"));
            }
            say("see --help");
            ExitCode::from(UNDESCRIBED)
        }
    }
}

/// Runs all steps, or those before an interruption.
async fn migrate(client: &Client, plan: &Plan) -> ExitCode {
    let standing = Standing::default();
    // A real migration takes hours, so progress lines are rare.
    let quiet = Duration::from_secs(if plan.real { 60 } else { 0 });
    let progress = Progress::new(quiet);
    let ending = tokio::select! {
        // Polled first, so that the signal handlers are installed before the first step.
        biased;
        Interruption { word, status } = interruption() => {
            say_last(&with_note(word.to_owned(), standing.note(plan)));
            return ExitCode::from(status);
        }
        ending = steps::all(client, plan, &progress, &standing) => ending,
    };
    match ending {
        Ok(ending) => {
            answer(&ending.to_string());
            ExitCode::SUCCESS
        }
        Err(error) => fail(&*error, standing.note(plan)),
    }
}

fn fail(error: &dyn Error, note: Option<String>) -> ExitCode {
    // Errors of the client are one line that ends with the root cause.
    let message = terminal::printable(&error.to_string());
    say_last(&format!("error: {}", with_note(message, note)));
    ExitCode::FAILURE
}

fn with_note(message: String, note: Option<String>) -> String {
    match note {
        Some(note) => format!("{message}; {note}"),
        None => message,
    }
}
