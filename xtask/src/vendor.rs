//! `cargo xtask vendor`: writes `openapi/` from a published document.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Instant;

use atlas_diff::{Options, Report, Summary};
use atlas_gen::output;
use atlas_gen::passes::select::Selection;
use atlas_gen::vendor::record::{Record, record};
use atlas_gen::vendor::{self, Fragment, Inputs, Prose};
use atlas_gen::{Result, Source, config, load};

use crate::codegen::{self, CORRECTIONS, DOCUMENT, VENDOR};
use crate::fetch::{Fetched, fetch};
use crate::show::{self, count};
use crate::{Outcome, files, versions};

/// The directory of the written files, relative to the workspace.
const DIR: &str = "openapi";

/// Arguments of `vendor`.
#[derive(clap::Args)]
pub struct Args {
    /// The published document: a file, `-` for standard input, or a URL (https, or http on
    /// loopback). It may be compressed by gzip.
    #[arg(long, value_name = "FILE|URL")]
    from: String,
    /// Take the operations with one of these tags instead of what openapi/vendor.toml selects, and
    /// record that there.
    #[arg(long, value_name = "TAG", num_args = 1..)]
    tag: Vec<String>,
    /// Take the operations with these operation ids, alone or beside those of --tag.
    #[arg(long, value_name = "ID", num_args = 1..)]
    operation: Vec<String>,
    /// Take every operation.
    #[arg(long, conflicts_with_all = ["tag", "operation"])]
    all: bool,
    /// Whose summaries and descriptions to write.
    #[arg(long, value_enum, default_value = "keep")]
    prose: ProseArg,
    /// Write nothing; show what would change.
    #[arg(long)]
    dry_run: bool,
    /// Show every location and every line that changes, however many there are.
    #[arg(long, short)]
    verbose: bool,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum ProseArg {
    /// Keep existing ones whose locations still exist; new locations stay empty.
    Keep,
    /// The publisher's: check what their license permits.
    Upstream,
    /// None at all.
    None,
}

/// Writes the fragment and its record, or shows what would be written.
pub fn run(args: &Args) -> Result<Outcome> {
    let start = Instant::now();
    let root = codegen::root()?;
    let vendor = files::read(&root.join(VENDOR), VENDOR)?;
    let parsed = config::read(&vendor)?;
    let asked = asked(args);
    let fetched = fetch(&args.from)?;
    let old = existing_fragment(&root)?;
    let fragment = vendor::vendor(&Inputs {
        published: &fetched.source,
        fragment: old.as_ref(),
        selection: asked.as_ref().unwrap_or(&parsed.selection),
        prose: match args.prose {
            ProseArg::Keep => Prose::Keep,
            ProseArg::Upstream => Prose::Upstream,
            ProseArg::None => Prose::None,
        },
    })
    .map_err(|error| match asked {
        Some(_) => error,
        None => parsed.blame(&vendor, error),
    })?;
    let recorded = recorded(&vendor, &fetched, &fragment, asked.as_ref())?;
    let corrections = files::read(&root.join(CORRECTIONS), CORRECTIONS)?;
    let misfits = vendor::misfits(&fragment.value, &corrections)?;

    let there = [
        (DOCUMENT, old.as_ref().map_or("", |old| &old.text)),
        (VENDOR, &vendor.text),
    ];
    let wanted = [(DOCUMENT, fragment.text.as_str()), (VENDOR, &recorded)];
    let changed = put(&root, there, wanted, args)?;
    show::workspace(&root);
    out_line!(
        "{} and {} of revision {}, {changed} ({:.2} s)",
        count(fragment.operations, "operation"),
        count(fragment.schemas, "schema"),
        fragment.origin.revision,
        start.elapsed().as_secs_f64(),
        changed = outcome(&changed, args.dry_run),
    );
    show_words(&fragment, args.verbose);
    show_notes(&fragment, &misfits);
    let difference = difference(old.as_ref(), &fragment);
    let written = !changed.is_empty();
    show_end(difference, written, misfits.is_empty(), args.dry_run);
    Ok(if misfits.is_empty() {
        Outcome::Success
    } else {
        Outcome::Findings
    })
}

/// Returns the selection in the arguments, if there is one.
fn asked(args: &Args) -> Option<Selection> {
    if args.all {
        Some(Selection::All)
    } else if args.tag.is_empty() && args.operation.is_empty() {
        None
    } else {
        Some(Selection::Some {
            tags: args.tag.clone(),
            operations: args.operation.clone(),
        })
    }
}

/// Reads the existing fragment, if there is one.
fn existing_fragment(root: &Path) -> Result<Option<Source>> {
    let path = root.join(DOCUMENT);
    match path.exists() {
        true => files::read(&path, DOCUMENT).map(Some),
        false => Ok(None),
    }
}

fn recorded(
    vendor: &Source,
    fetched: &Fetched,
    fragment: &Fragment,
    selection: Option<&Selection>,
) -> Result<String> {
    let new = Record {
        origin: &fragment.origin,
        file: &fetched.file,
        sha256: &fetched.sha256,
    };
    record(vendor, &new, selection)
}

/// Writes the files, or shows how they differ from the existing ones; returns the names of the
/// changed files, without their directory.
fn put(
    root: &Path,
    there: [(&str, &str); 2],
    wanted: [(&str, &str); 2],
    args: &Args,
) -> Result<Vec<String>> {
    let base = |(path, text): (&str, &str)| {
        let name = path.rsplit('/').next().unwrap_or(path);
        (name.to_owned(), text.to_owned())
    };
    let there = BTreeMap::from(there.map(base));
    let wanted = BTreeMap::from(wanted.map(base));
    if args.dry_run {
        show::drifts(&output::compare(&wanted, &there), DIR, args.verbose);
    } else if wanted != there {
        files::replace_some(&root.join(DIR), &wanted)?;
    }
    let differs = |name: &&String| wanted.get(*name) != there.get(*name);
    Ok(wanted.keys().filter(differs).cloned().collect())
}

fn outcome(changed: &[String], dry_run: bool) -> String {
    match (changed.is_empty(), dry_run) {
        (true, _) => format!("nothing changed in {DIR}"),
        (false, true) => format!("{} would change in {DIR}", changed.join(" and ")),
        (false, false) => format!("{} changed in {DIR}", changed.join(" and ")),
    }
}

fn show_words(fragment: &Fragment, verbose: bool) {
    let words = &fragment.words;
    show::list("descriptions to write", &words.unwritten, verbose);
    show::list(
        "descriptions removed with their locations",
        &words.gone,
        verbose,
    );
    let moved: Vec<String> = words
        .moved
        .iter()
        .map(|(to, from)| format!("{to} from {from}"))
        .collect();
    show::list(
        "descriptions carried over from another location; check them",
        &moved,
        verbose,
    );
    show::list(
        "identical to the publisher's text; rewrite them",
        &words.verbatim,
        verbose,
    );
}

fn show_notes(fragment: &Fragment, misfits: &[atlas_gen::Error]) {
    let licence = fragment.value.pointer("/info/license/name");
    if let Some(licence) = licence.and_then(serde_json::Value::as_str) {
        out_line!();
        out_line!("the descriptions are the publisher's, under the licence `{licence}`");
    }
    if !fragment.undeclared.is_empty() {
        out_line!();
        out_line!(
            "the document does not declare the tag `{}`; is it truncated?",
            fragment.undeclared.join("`, `")
        );
    }
    let misfits: Vec<String> = misfits.iter().map(ToString::to_string).collect();
    show::list(
        "corrections that do not apply; remove or fix each, or mark it `x-optional: true`",
        &misfits,
        true,
    );
}

/// Counts the fragment's changes for API callers, by level.
fn difference(old: Option<&Source>, fragment: &Fragment) -> Result<Option<Summary>> {
    let Some(old) = old else { return Ok(None) };
    let options = Options::new(versions::today(None)?);
    let findings = atlas_diff::compare(&load::load(old)?, &fragment.value, &options)?;
    Ok(Some(Report::new(findings, None).summary))
}

/// Prints the last lines: what changed for callers, and what to do next.
fn show_end(difference: Result<Option<Summary>>, written: bool, fits: bool, dry_run: bool) {
    out_line!();
    let mut command = "cargo xtask diff; cargo xtask codegen";
    match difference {
        Ok(Some(summary)) if summary == Summary::default() => {
            out_line!("no change for callers of the API");
            command = "cargo xtask codegen";
        }
        Ok(Some(summary)) => out_line!(
            "{} breaking, {}, {}",
            summary.breaking,
            count(summary.warning, "warning"),
            count(summary.info, "compatible change"),
        ),
        Ok(None) => {
            out_line!("there was no fragment to compare with");
            command = "cargo xtask codegen";
        }
        Err(error) => out_line!("the previous fragment cannot be compared: {error}"),
    }
    match (fits, written, dry_run) {
        (false, ..) => out_line!("next: fix {CORRECTIONS}; {command}"),
        (true, false, _) => out_line!("next: cargo xtask codegen --check"),
        (true, true, true) => out_line!("next: the same without --dry-run"),
        (true, true, false) => out_line!("next: {command}"),
    }
}
