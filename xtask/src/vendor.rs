//! `cargo xtask vendor`: from a published document to `openapi/`.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Instant;

use atlas_gen::output::{self, Drift};
use atlas_gen::passes::select::Selection;
use atlas_gen::vendor::record::{Record, record};
use atlas_gen::vendor::{self, Fragment, Inputs, Prose};
use atlas_gen::{Result, Source, config, load};

use crate::codegen::{CORRECTIONS, DOCUMENT, VENDOR};
use crate::fetch::{Fetched, fetch};
use crate::show::{self, count};
use crate::{Outcome, files};

/// The directory of the files that are written, relative to the workspace.
const DIR: &str = "openapi";

/// Arguments of `vendor`.
#[derive(clap::Args)]
pub struct Args {
    /// The published document: a file, `-` for standard input, or a URL (https, or http on
    /// loopback). It may be compressed by gzip.
    #[arg(long, value_name = "FILE|URL")]
    from: String,
    /// Take the operations that carry one of these tags instead of what openapi/vendor.toml
    /// selects, and record that there.
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
    /// Show every place and every line that changes, however many there are.
    #[arg(long, short)]
    verbose: bool,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum ProseArg {
    /// Those that are there, where their places still exist; new places stay empty.
    Keep,
    /// The publisher's: check what their licence allows.
    Upstream,
    /// None at all.
    None,
}

/// Writes the fragment and what is recorded of it, or shows what would be written.
pub fn run(args: &Args) -> Result<Outcome> {
    let start = Instant::now();
    let root = files::workspace_root();
    let vendor = files::read(&root.join(VENDOR), VENDOR)?;
    let parsed = config::read(&vendor)?;
    let asked = asked(args);
    let fetched = fetch(&args.from)?;
    let old = fragment_there(&root)?;
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

    let mut there = BTreeMap::from([(base(VENDOR), vendor.text.clone())]);
    if let Some(old) = &old {
        there.insert(base(DOCUMENT), old.text.clone());
    }
    let wanted = BTreeMap::from([
        (base(DOCUMENT), fragment.text.clone()),
        (base(VENDOR), recorded),
    ]);
    let drifts = output::compare(&wanted, &there);
    if !args.dry_run && !drifts.is_empty() {
        files::replace_some(&root.join(DIR), &wanted)?;
    }
    if args.dry_run {
        show::drifts(&drifts, DIR, args.verbose);
    }
    println!(
        "{} and {} of revision {}, {} ({:.2} s)",
        count(fragment.operations, "operation"),
        count(fragment.schemas, "schema"),
        fragment.origin.revision,
        outcome(&drifts, args.dry_run),
        start.elapsed().as_secs_f64(),
    );
    show_words(&fragment, args.verbose);
    show_notes(&fragment, &misfits);
    println!();
    println!("{}", difference(old.as_ref(), &fragment));
    println!("next: {}", next(&drifts, &misfits, args.dry_run));
    Ok(if misfits.is_empty() {
        Outcome::Success
    } else {
        Outcome::Findings
    })
}

/// The selection that the arguments ask for, if they ask for one.
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

/// The fragment that is there, if there is one.
fn fragment_there(root: &Path) -> Result<Option<Source>> {
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

fn base(path: &str) -> String {
    path.rsplit('/').next().unwrap_or(path).to_owned()
}

fn outcome(drifts: &[Drift], dry_run: bool) -> String {
    let names: Vec<&str> = drifts
        .iter()
        .map(|drift| match drift {
            Drift::Missing(name) | Drift::Extra(name) | Drift::Changed(name, _) => name.as_str(),
        })
        .collect();
    match (names.is_empty(), dry_run) {
        (true, _) => format!("nothing changed in {DIR}"),
        (false, true) => format!("{} would change in {DIR}", names.join(" and ")),
        (false, false) => format!("{} changed in {DIR}", names.join(" and ")),
    }
}

fn show_words(fragment: &Fragment, verbose: bool) {
    let words = &fragment.words;
    show::list("to be written", &words.unwritten, verbose);
    show::list("gone with their places", &words.gone, verbose);
    let moved: Vec<String> = words
        .moved
        .iter()
        .map(|(to, from)| format!("{to} from {from}"))
        .collect();
    show::list("taken from another place, read them again", &moved, verbose);
    show::list(
        "the publisher's own words, to be written anew",
        &words.verbatim,
        verbose,
    );
}

fn show_notes(fragment: &Fragment, misfits: &[atlas_gen::Error]) {
    if !fragment.undeclared.is_empty() {
        println!();
        println!(
            "the document does not declare the tag `{}`; is it whole?",
            fragment.undeclared.join("`, `")
        );
    }
    let misfits: Vec<String> = misfits.iter().map(ToString::to_string).collect();
    show::list(
        "corrections that do not fit; remove or mend each, or mark it `x-optional: true`",
        &misfits,
        true,
    );
}

/// What the fragment changes of the API, in a line.
fn difference(old: Option<&Source>, fragment: &Fragment) -> String {
    let old = old.and_then(|old| load::load(old).ok());
    match old {
        None => "there was no document to compare with".to_owned(),
        Some(old) if old == fragment.value => "no change of the API".to_owned(),
        Some(_) => "the API or its description changed".to_owned(),
    }
}

fn next(drifts: &[Drift], misfits: &[atlas_gen::Error], dry_run: bool) -> &'static str {
    match (drifts.is_empty(), misfits.is_empty(), dry_run) {
        (_, false, _) => "mend openapi/corrections.yaml; cargo xtask codegen",
        (true, true, _) => "cargo xtask codegen --check",
        (false, true, true) => "the same without --dry-run",
        (false, true, false) => "cargo xtask diff; cargo xtask codegen",
    }
}
