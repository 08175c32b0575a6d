//! Many push live migrations at once, from a plan file, with a journal.
//!
//! ```text
//! cargo run -p atlas-fleet --example migrate_fleet                          # against an embedded Atlas
//! cargo run -p atlas-fleet --example migrate_fleet -- plan.toml             # against the real one
//! cargo run -p atlas-fleet --example migrate_fleet -- plan.toml --resume    # after a kill
//! cargo run -p atlas-fleet --example migrate_fleet -- --help
//! ```
//!
//! Read `migrate` first: the rest is the configuration (`arguments`, `plan`, `embedded`), the
//! command that stops the writers (`writers`), and output (`show`).
//!
//! Progress is written to standard error, and the summary to standard output. Exit status: 0 when
//! all migrations are complete, or ready for a cutover that was not asked for; 1 when one is not;
//! 2 when nothing was sent because of the arguments, the plan or the journal; 130 when
//! interrupted, and 143 when terminated.

mod arguments;
mod embedded;
#[path = "../../../examples/push_migration/interruption.rs"]
mod interruption;
mod plan;
mod show;
#[path = "../../../examples/push_migration/terminal.rs"]
mod terminal;
mod writers;

use std::error::Error;
use std::num::NonZeroUsize;
use std::pin::pin;
use std::process::ExitCode;
use std::sync::Arc;

use atlas_client::ClientBuilder;
use atlas_fleet::{Fleet, Job, Journal, Outcome, Run, Summary};
use clap::Parser;

use crate::arguments::Arguments;
use crate::interruption::{Interruption, interruption};
use crate::plan::Plan;
use crate::show::Show;
use crate::terminal::{answer, printable, say, say_last};

/// The exit status if nothing was sent.
const UNSENT: u8 = 2;

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
                ExitCode::from(UNSENT)
            } else {
                ExitCode::SUCCESS
            };
        }
    };
    match begin(&arguments) {
        Ok((_atlas, run)) => migrate(run, &arguments).await,
        Err(error) => {
            let error = printable(&error.to_string());
            say_last(&format!("error: {error}; nothing was sent"));
            ExitCode::from(UNSENT)
        }
    }
}

/// Runs the fleet to its end, or to an interruption.
async fn migrate(mut run: Run, arguments: &Arguments) -> ExitCode {
    let mut show = Show::new(run.summary().outcomes().map(|(name, _)| name));
    let mut interrupted: Option<Interruption> = None;
    // Created outside of the loop, so that no signal is missed between two events.
    let mut signal = pin!(interruption());
    loop {
        tokio::select! {
            // Polled first, so that the signal handlers are installed before the first step.
            biased;
            how = &mut signal => {
                if interrupted.is_some() {
                    // The second interruption exits without waiting for responses.
                    say_last(&format!("{}; {}", how.word, arguments.how_to_resume()));
                    return ExitCode::from(how.status);
                }
                show.note(&format!("{}: waiting for responses, then stopping", how.word));
                run.stop();
                interrupted = Some(how);
                signal.set(interruption());
            }
            event = run.next() => match event {
                Some(event) => show.event(&event),
                None => break,
            }
        }
    }
    show.end();
    tell(run.summary(), arguments);
    if let Some(Interruption { word, status }) = interrupted {
        let resume = arguments.how_to_resume();
        say_last(&format!(
            "{word}: migrations that were started continue on the server; {resume}"
        ));
        return ExitCode::from(status);
    }
    let fine = |outcome: Option<&Outcome>| match outcome {
        Some(Outcome::Complete { .. }) => true,
        Some(Outcome::Ready { .. }) => !arguments.cutover,
        _ => false,
    };
    match run.summary().outcomes().all(|(_, outcome)| fine(outcome)) {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    }
}

/// Writes the summary, and what to do next.
fn tell(summary: &Summary, arguments: &Arguments) {
    let lines = summary.to_string();
    for line in lines.lines() {
        answer(&printable(line));
    }
    for doubt in summary.doubts() {
        let name = printable(&doubt.job);
        say(&format!(
            "{name}: look it up, then pass --resume and --started {name}=ID or --not-started {name}"
        ));
    }
    let outcomes = || summary.outcomes().filter_map(|(_, outcome)| outcome);
    if outcomes().any(|it| matches!(it, Outcome::Ready { .. })) && !arguments.cutover {
        say("to cut over, stop the writers and pass --resume and --cutover");
    }
    if outcomes().any(|it| matches!(it, Outcome::Failed { .. })) {
        say("to start again what has failed, pass --resume and --retry-failed");
    }
}

/// Prepares the run, without sending a request. The embedded Atlas runs until it is dropped.
fn begin(arguments: &Arguments) -> Result<(Option<atlas_client::mock::Atlas>, Run)> {
    let Some(path) = &arguments.plan else {
        say("migrating a fleet against an embedded Atlas: nothing leaves this process\n");
        let (atlas, client, jobs) = embedded::start()?;
        let fleet = Fleet::new(&client, Journal::in_memory()?)
            .at_once(arguments.at_once.map_or(5, NonZeroUsize::get))
            .polling(arguments.polling(embedded::POLL))
            .cut_over_after(async |_: Job| Ok::<(), std::io::Error>(()));
        return Ok((Some(atlas), fleet.run(jobs)?));
    };
    let mut client = ClientBuilder::from_env()?.user_agent("migrate_fleet");
    if let Some(url) = &arguments.base_url {
        client = client.base_url(url);
    }
    let client = client.build()?;
    let plan = Plan::read(path)?;
    let jobs = plan.jobs()?;
    let journal = journal(arguments)?;
    for entry in journal.entries()? {
        let (name, state) = (printable(&entry.name), entry.state);
        if !entry.has_ended() && !jobs.iter().any(|job| job.name() == entry.name) {
            say(&format!(
                "{name} of the journal is {state}, and not in the plan: it is left alone"
            ));
        }
    }
    let server = client.base_url().as_str().trim_end_matches('/');
    say(&format!("migrating {} clusters at {server}", jobs.len()));

    let at_once = arguments.at_once.or(plan.at_once);
    let mut fleet = Fleet::new(&client, journal)
        .at_once(at_once.map_or(5, NonZeroUsize::get))
        .polling(arguments.polling(plan::POLL))
        .retry_failed(arguments.retry_failed);
    if arguments.cutover {
        let commands = Arc::new(plan.writers());
        fleet = fleet.cut_over_after(move |job| {
            let command = commands.get(job.name()).cloned();
            async move { writers::stop(command).await }
        });
    }
    Ok((None, fleet.run(jobs)?))
}

/// Opens the journal, and records the answers to doubts from the command line.
fn journal(arguments: &Arguments) -> Result<Journal> {
    let journal = Journal::open(&arguments.journal)?;
    let jobs = journal.entries()?.len();
    if jobs > 0 && !arguments.resume {
        let path = arguments.journal.display();
        let why = format!("{path} has {jobs} migrations of an earlier run");
        return Err(
            format!("{why}; continue them with --resume, or name another --journal").into(),
        );
    }
    for (name, id) in &arguments.started {
        journal.started(name, id.clone())?;
    }
    for name in &arguments.not_started {
        journal.not_started(name)?;
    }
    Ok(journal)
}
