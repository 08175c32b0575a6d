//! `cargo xtask codegen`: from `openapi/` to `atlas-client/src/generated/`.

use std::io::IsTerminal;
use std::path::Path;
use std::time::Instant;

use atlas_gen::output::{self, Drift, Output};
use atlas_gen::{Inputs, Result, config, generate};

use crate::{Outcome, files};

/// The files that the client is generated from, relative to the workspace.
const DOCUMENT: &str = "openapi/atlas-v2.yaml";
const CORRECTIONS: &str = "openapi/corrections.yaml";
const VENDOR: &str = "openapi/vendor.toml";
/// Where the generated files stand, relative to the workspace.
const GENERATED: &str = "atlas-client/src/generated";
/// What makes them anew.
const COMMAND: &str = "cargo xtask codegen";

/// Arguments of `codegen`.
#[derive(clap::Args)]
pub struct Args {
    /// Write nothing; show what differs and exit with 1 if anything does.
    #[arg(long)]
    check: bool,
    /// With --check, show the whole difference, however long it is.
    #[arg(long, short, requires = "check")]
    verbose: bool,
}

/// How many lines of difference a check shows unless told otherwise.
const SHOWN: usize = 60;

/// Regenerates or checks.
pub fn run(args: &Args) -> Result<Outcome> {
    let start = Instant::now();
    let root = files::workspace_root();
    let generated = from_workspace(&root)?;
    let dir = root.join(GENERATED);
    let there = files::read_all(&dir)?;
    let drifts = output::compare(&generated.files, &there);
    if args.check {
        return Ok(report(&drifts, args.verbose));
    }
    let changed = if drifts.is_empty() {
        "nothing changed".to_owned()
    } else {
        files::replace_all(&dir, &generated.files)?;
        format!("{} changed", count(drifts.len(), "file"))
    };
    println!(
        "{} and {} in, {} and {} out, {changed} in {GENERATED} ({:.2} s)",
        count(generated.operations_in, "operation"),
        count(generated.schemas_in, "schema"),
        count(generated.operations_out, "operation"),
        count(generated.types_out, "type"),
        start.elapsed().as_secs_f64(),
    );
    Ok(Outcome::Success)
}

/// Generates from the files of the workspace at `root`.
fn from_workspace(root: &Path) -> Result<Output> {
    let document = files::read(&root.join(DOCUMENT), DOCUMENT)?;
    let corrections = files::read(&root.join(CORRECTIONS), CORRECTIONS)?;
    let vendor = files::read(&root.join(VENDOR), VENDOR)?;
    let parsed = config::read(&vendor)?;
    let header = output::header(
        COMMAND,
        &[
            (DOCUMENT, &document.text),
            (CORRECTIONS, &corrections.text),
            (VENDOR, &vendor.text),
        ],
    );
    generate(&Inputs {
        document: &document,
        corrections: Some(&corrections),
        complete: true,
        selection: &parsed.selection,
        pin: &parsed.pin,
        preview: false,
        header: &header,
    })
}

fn report(drifts: &[Drift], verbose: bool) -> Outcome {
    if drifts.is_empty() {
        println!("{GENERATED} is up to date");
        return Outcome::Success;
    }
    let color = std::io::stdout().is_terminal();
    let mut lines = 0;
    let mut hidden = 0;
    for drift in drifts {
        match drift {
            Drift::Missing(name) => println!("missing: {GENERATED}/{name}"),
            Drift::Extra(name) => println!("not generated: {GENERATED}/{name}"),
            Drift::Changed(name, diff) => {
                println!("differs: {GENERATED}/{name}");
                for line in diff.lines() {
                    lines += 1;
                    if verbose || lines <= SHOWN {
                        println!("{}", colored(line, color));
                    } else {
                        hidden += 1;
                    }
                }
            }
        }
    }
    if hidden > 0 {
        println!("… and {hidden} more lines; --verbose shows them");
    }
    println!();
    println!(
        "{GENERATED} is stale in {}; run `{COMMAND}` and commit the result",
        count(drifts.len(), "file")
    );
    Outcome::Findings
}

fn colored(line: &str, color: bool) -> String {
    let code = match line.as_bytes().first() {
        Some(b'+') => 32,
        Some(b'-') => 31,
        Some(b'@') => 36,
        _ => return line.to_owned(),
    };
    if color {
        format!("\u{1b}[{code}m{line}\u{1b}[0m")
    } else {
        line.to_owned()
    }
}

fn count(n: usize, what: &str) -> String {
    match n {
        1 => format!("1 {what}"),
        n => format!("{n} {what}s"),
    }
}
