//! `cargo xtask diff`: compares two documents: what changes for API callers and for Rust code that
//! depends on the client.

mod history;
mod subject;

use std::ffi::OsString;
use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};

use atlas_diff::report::Bump;
use atlas_diff::report::exempt::{self, Partitioned};
use atlas_diff::report::review::Review;
use atlas_diff::rust_api::{self, Revision};
use atlas_diff::show::html::html;
use atlas_diff::show::json::json;
use atlas_diff::show::markdown::markdown;
use atlas_diff::show::text::{Detail, Terminal, text};
use atlas_diff::{Finding, Level, Options, Report, Rust};
use atlas_gen::load::load;
use atlas_gen::media_type::Date;
use atlas_gen::passes::select::Selection;
use atlas_gen::{Error, Result, Source};
use serde_json::Value;

use crate::git::Git;
use crate::{Outcome, codegen, files, lines, versions};
use subject::{Fragment, Subject};

/// The exemptions of the fragment, relative to the workspace.
const EXEMPTIONS: &str = "openapi/exemptions.toml";

/// Arguments of `diff`.
#[derive(clap::Args)]
pub struct Args {
    /// The old document: a file, a URL, a revision of git (the fragment in it), or REVISION:PATH. By
    /// default the fragment at the merge base with the main branch.
    old: Option<String>,
    /// The new document, likewise. By default the fragment in the working tree.
    new: Option<String>,
    /// The output format.
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
    /// With the format text, list every finding with its check, location and fingerprint, and every
    /// change of Rust code, instead of one entry for each cause.
    #[arg(long)]
    all: bool,
    /// Exit with 1 if there is a finding of this level or a worse one, or if Rust code needs this
    /// version bump or a larger one.
    #[arg(long, value_enum, value_name = "LEVEL", default_value = "breaking")]
    fail_on: FailOn,
    /// The exemption file. By default openapi/exemptions.toml, if it exists and the new document is
    /// the fragment.
    #[arg(long, value_name = "FILE")]
    ignore: Option<PathBuf>,
    /// Do not compare Rust code.
    #[arg(long)]
    no_rust: bool,
    /// Write the report to this file and only the verdict to the terminal.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Compare the documents of this folder (YAML or JSON), each with the next by name, and show a
    /// table of these updates. Text and Markdown only.
    #[arg(long, value_name = "DIR", conflicts_with_all = ["old", "new", "ignore", "all"])]
    history: Option<PathBuf>,
    /// Judge sunset and expiry dates by this date instead of today.
    #[arg(long, value_name = "YYYY-MM-DD")]
    today: Option<String>,
}

#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// For a terminal.
    Text,
    /// For a pull request: short, with details folded.
    Markdown,
    /// Everything, for programs; atlas_diff::show::json documents it.
    Json,
    /// One page for a browser.
    Html,
}

#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum FailOn {
    /// Findings of the level breaking.
    Breaking,
    /// Findings of the level breaking or warning.
    Warning,
    /// Rust code that depends on the client needs a major version; findings do not count.
    RustMajor,
    /// It needs a minor or a major version; findings do not count.
    RustMinor,
    /// Nothing: every report is a success.
    Never,
}

/// Compares and renders.
pub fn run(args: &Args) -> Result<Outcome> {
    if args.no_rust && matches!(args.fail_on, FailOn::RustMajor | FailOn::RustMinor) {
        return Err(Error::new(
            "`--fail-on rust-major` and `rust-minor` need the Rust API, which `--no-rust` leaves out",
        ));
    }
    let today = versions::today(args.today.as_deref())?;
    if let Some(dir) = &args.history {
        return history::run(dir, args, &today);
    }
    let root = codegen::root()?;
    let git = Git::new(root.clone());
    let old = match &args.old {
        Some(argument) => subject::named(&root, &git, argument)?,
        None => subject::merge_base(&git)?,
    };
    let new = match &args.new {
        Some(argument) => subject::named(&root, &git, argument)?,
        None => subject::working_tree(&root)?,
    };
    let exemptions = exemptions(&root, args, &new)?;
    let review = review(&old, &new, exemptions.as_ref(), &today, !args.no_rust)?;
    if let Some(why) = &review.without_rust {
        err_line!("note: the Rust API is not compared: {why}");
    }
    if args.out.is_some() || args.format == Format::Json {
        for note in &review.notes {
            err_line!("note: {note}");
        }
    }
    show(&review, args)?;
    Ok(outcome(fails(&review, args.fail_on)?))
}

/// Returns whether `--fail-on` makes a review fail.
fn fails(review: &Review, fail_on: FailOn) -> Result<bool> {
    Ok(match fail_on {
        FailOn::Breaking => review.reaches(Level::Breaking),
        FailOn::Warning => review.reaches(Level::Warning),
        FailOn::RustMajor => needs(review, Bump::Major)?,
        FailOn::RustMinor => needs(review, Bump::Minor)?,
        FailOn::Never => false,
    })
}

fn outcome(fails: bool) -> Outcome {
    if fails {
        Outcome::Findings
    } else {
        Outcome::Success
    }
}

/// Returns whether Rust code needs the version bump `bump` or a larger one.
///
/// # Errors
/// The Rust API was not compared, so that the needed bump is unknown.
fn needs(review: &Review, bump: Bump) -> Result<bool> {
    match &review.report.rust {
        Some(rust) => Ok(rust.bump >= bump),
        None => Err(Error::new(
            "`--fail-on` asks for the Rust API, which is not compared",
        )),
    }
}

fn exemptions(root: &Path, args: &Args, new: &Subject) -> Result<Option<Source>> {
    let default = root.join(EXEMPTIONS);
    match &args.ignore {
        Some(path) => files::read(path, &path.display().to_string()).map(Some),
        // The fragment's exemptions do not apply to other documents.
        None if new.fragment.is_some() && default.exists() => {
            files::read(&default, EXEMPTIONS).map(Some)
        }
        None => Ok(None),
    }
}

/// Compares two documents.
fn review(
    old: &Subject,
    new: &Subject,
    exemptions: Option<&Source>,
    today: &Date,
    with_rust: bool,
) -> Result<Review> {
    let exemptions = exemptions.map(exempt::read).transpose()?;
    // Parsing is most of the work, and the documents are independent.
    let (old_value, new_value) = std::thread::scope(|scope| {
        let other = scope.spawn(|| load(&old.document));
        let new_value = load(&new.document);
        let old_value = other
            .join()
            .unwrap_or_else(|_| Err(Error::new("cannot be read").in_file(&old.document.name)));
        (old_value, new_value)
    });
    let (old_value, new_value) = (old_value?, new_value?);
    compared(
        (old, &old_value),
        (new, &new_value),
        exemptions,
        today,
        with_rust,
    )
}

/// Compares two documents that have been read.
fn compared(
    (old, old_value): (&Subject, &Value),
    (new, new_value): (&Subject, &Value),
    exemptions: Option<exempt::Exemptions>,
    today: &Date,
    with_rust: bool,
) -> Result<Review> {
    let mut findings = atlas_diff::compare(old_value, new_value, &Options::new(today.clone()))
        .map_err(|error| located(error, old, new))?;
    let (rust, without_rust) = if with_rust {
        let (rust, refusal) = rust((old, old_value), (new, new_value), &findings);
        findings.extend(refusal);
        match rust {
            Ok(rust) => (Some(rust), None),
            Err(error) => (None, Some(located(error, old, new).to_string())),
        }
    } else {
        (None, None)
    };
    let Partitioned { findings, exempted } = match exemptions {
        Some(exemptions) => exemptions.partition(findings, today),
        None => Partitioned {
            findings,
            exempted: Vec::new(),
        },
    };
    let notes = [(old, old_value), (new, new_value)]
        .into_iter()
        .filter_map(|(subject, value)| atlas_diff::blind_spot(value, &subject.label))
        .collect();
    Ok(Review {
        old: old.label.clone(),
        new: new.label.clone(),
        report: Report::new(findings, rust),
        exempted,
        without_rust,
        notes,
    })
}

/// Compares the Rust code of both documents.
///
/// A document compared with the fragment is treated as another revision of it, with the same
/// corrections, selection and pin: otherwise these would show as changes. If neither is the
/// fragment, both are compared unchanged.
fn rust(
    old: (&Subject, &Value),
    new: (&Subject, &Value),
    findings: &[Finding],
) -> (Result<Rust>, Option<Finding>) {
    let judge = |old_by: Option<&Fragment>, new_by: Option<&Fragment>| {
        rust_api::judge(&revision(old.1, old_by), &revision(new.1, new_by), findings)
    };
    match (&old.0.fragment, &new.0.fragment) {
        (Some(one), None) | (None, Some(one)) => match judge(Some(one), Some(one)) {
            (Ok(rust), refusal) => (Ok(rust), refusal),
            (Err(_), refusal) => (judge(None, None).0, refusal),
        },
        (old, new) => judge(old.as_ref(), new.as_ref()),
    }
}

fn revision<'a>(document: &'a Value, made_by: Option<&'a Fragment>) -> Revision<'a> {
    let vendor = made_by.and_then(|fragment| fragment.vendor.as_ref());
    Revision {
        document,
        corrections: made_by.and_then(|fragment| fragment.corrections.as_ref()),
        selection: vendor.map_or(&Selection::All, |vendor| &vendor.selection),
        pin: vendor.map(|vendor| &vendor.pin),
        preview: false,
        extend: false,
    }
}

/// Adds the real file and line to an error about the old or the new document.
fn located(error: Error, old: &Subject, new: &Subject) -> Error {
    let subject = match error.file() {
        Some(atlas_diff::OLD) => old,
        Some(atlas_diff::NEW) => new,
        _ => return error,
    };
    let plain = match error.pointer() {
        Some(pointer) => Error::at(pointer, error.message()),
        None => Error::new(error.message()),
    };
    let located = subject.document.locate(plain);
    match error.operation() {
        Some(operation) => located.in_operation(operation),
        None => located,
    }
}

fn show(review: &Review, args: &Args) -> Result<()> {
    let terminal = match args.out {
        Some(_) => Terminal {
            color: false,
            width: None,
        },
        None => terminal(),
    };
    let detail = if args.all {
        Detail::All
    } else {
        Detail::Summary
    };
    let shown = match args.format {
        Format::Text => text(review, terminal, detail),
        Format::Markdown => markdown(review),
        Format::Json => json(&review.report),
        Format::Html => html(review),
    };
    match &args.out {
        None => lines::report(&shown),
        Some(path) => {
            files::write(path, &shown)?;
            let verdict = review.verdict();
            let counts = review.counts();
            lines::report(&format!("{verdict}: {counts}; see {}\n", path.display()))
        }
    }
}

fn terminal() -> Terminal {
    let is_terminal = io::stdout().is_terminal();
    Terminal {
        color: is_terminal && wants_color(|name| std::env::var_os(name)),
        width: is_terminal
            .then(terminal_size::terminal_size)
            .flatten()
            .map(|(width, _)| usize::from(width.0)),
    }
}

/// Returns whether the environment allows colors (<https://no-color.org>).
fn wants_color(variable: impl Fn(&str) -> Option<OsString>) -> bool {
    let refused = variable("NO_COLOR").is_some_and(|value| !value.is_empty());
    let dumb = variable("TERM").is_some_and(|value| value == "dumb");
    !refused && !dumb
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_environment_can_disable_colors() {
        for (name, value, expected) in [
            ("NO_COLOR", "1", false),
            ("NO_COLOR", "", true),
            ("TERM", "dumb", false),
            ("TERM", "xterm-256color", true),
        ] {
            let set = |asked: &str| (asked == name).then(|| OsString::from(value));
            assert_eq!(wants_color(set), expected, "{name}={value}");
        }
    }
}
