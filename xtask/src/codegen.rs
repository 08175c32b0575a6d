//! `cargo xtask codegen`: generates the files of `atlas-client` from `openapi/`, or a separate
//! crate from any other Atlas document.

mod slice;

use std::path::{Path, PathBuf};
use std::time::Instant;

use atlas_gen::media_type::Date;
use atlas_gen::output::{self, Drift, Output};
use atlas_gen::{Error, Inputs, Result, Source, config, generate};

use crate::show::count;
use crate::{Outcome, files, show};

/// The inputs of the client, relative to the workspace.
pub const DOCUMENT: &str = "openapi/atlas-v2.yaml";
pub const CORRECTIONS: &str = "openapi/corrections.yaml";
pub const VENDOR: &str = "openapi/vendor.toml";
/// The crate of the runtime and the generated files, relative to the workspace.
const RUNTIME: &str = "atlas-client";
const GENERATED: &str = "atlas-client/src/generated";
/// The directory of the embedded Atlas's tables.
const TABLES: &str = "atlas-client/mock/src/generated";
/// The command that regenerates the files.
const COMMAND: &str = "cargo xtask codegen";

/// Arguments of `codegen`.
#[derive(clap::Args)]
pub struct Args {
    /// Write nothing; show what differs and exit with 1 if anything does.
    #[arg(long, conflicts_with = "spec")]
    check: bool,
    /// With --check, show the whole difference, however long it is.
    #[arg(long, short, requires = "check")]
    verbose: bool,
    /// Generate from this document of Atlas instead of the vendored fragment: a file, `-` for
    /// standard input, or a URL (https, or http on loopback). It may be compressed by gzip.
    #[arg(long, value_name = "FILE|URL", requires = "out")]
    spec: Option<String>,
    /// With --spec, where to write the crate: a directory that is new, empty, or a slice that this
    /// command generated. Of a slice, `src/generated`, `src/lib.rs`, the README and the licences are
    /// replaced; other files are kept.
    #[arg(long, value_name = "DIR", requires = "spec")]
    out: Option<PathBuf>,
    /// With --spec, the name of the crate; by default that in its `Cargo.toml`, or else that of the
    /// directory.
    #[arg(long, value_name = "NAME", requires = "spec")]
    name: Option<String>,
    /// With --spec, one line that describes the crate.
    #[arg(long, value_name = "TEXT", requires = "spec")]
    description: Option<String>,
    /// With --spec, where the crate takes the runtime `atlas-client` from: `path` or `path=DIR`,
    /// `git=URL` or `git=URL#REVISION`, `version` or `version=REQUIREMENT`. It goes into a new
    /// `Cargo.toml`; an existing one is kept.
    #[arg(long, value_name = "WHERE", default_value = "path", requires = "spec")]
    runtime: String,
    /// With --spec, every operation of the document (the default without --tag and --operation).
    #[arg(long, requires = "spec", conflicts_with_all = ["tag", "operation"])]
    all: bool,
    /// With --spec, the operations that carry one of these tags.
    #[arg(long, value_name = "TAG", num_args = 1.., requires = "spec")]
    tag: Vec<String>,
    /// With --spec, the operations with these operation ids.
    #[arg(long, value_name = "ID", num_args = 1.., requires = "spec")]
    operation: Vec<String>,
    /// With --spec, use the newest stable version of each operation that is not after this date;
    /// by default the pin of openapi/vendor.toml.
    #[arg(long, value_name = "YYYY-MM-DD", requires = "spec")]
    pin: Option<String>,
    /// With --spec, use the preview of each operation that has one; by default previews are used
    /// only for operations that have no other version.
    #[arg(long, requires = "spec")]
    preview: bool,
    /// With --spec, corrections to use instead of openapi/corrections.yaml.
    #[arg(long, value_name = "FILE", requires = "spec")]
    corrections: Option<PathBuf>,
}

/// Regenerates or checks.
pub fn run(args: &Args) -> Result<Outcome> {
    let root = root()?;
    match (&args.spec, &args.out) {
        (Some(spec), Some(out)) => slice::from_document(&root, spec, out, args),
        _ => vendored(&root, args),
    }
}

/// Returns the root of the workspace that contains the current directory.
pub fn root() -> Result<PathBuf> {
    files::workspace_root(&[VENDOR, DOCUMENT, CORRECTIONS])
}

/// Generates the workspace's own client from `openapi/`.
fn vendored(root: &Path, args: &Args) -> Result<Outcome> {
    let start = Instant::now();
    let generated = from_workspace(root)?;
    show::workspace(root);
    let mut stale = Vec::new();
    for (dir, files) in [(GENERATED, &generated.files), (TABLES, &generated.tables)] {
        let drifts = output::compare(files, &files::read_all(&root.join(dir))?);
        if !drifts.is_empty() {
            stale.push((dir, files, drifts));
        }
    }
    if args.check {
        for (dir, _, drifts) in &stale {
            report(dir, drifts, args.verbose);
        }
        if stale.is_empty() {
            out_line!("{GENERATED} is up to date");
            return Ok(Outcome::Success);
        }
        return Ok(Outcome::Findings);
    }
    let mut changes = Vec::new();
    for (dir, files, drifts) in stale {
        files::replace_all(&root.join(dir), files)?;
        changes.push(format!("{} changed in {dir}", count(drifts.len(), "file")));
    }
    if changes.is_empty() {
        changes.push(format!("nothing changed in {GENERATED}"));
    }
    out_line!(
        "{}, {} ({:.2} s)",
        summary(&generated),
        changes.join(" and "),
        start.elapsed().as_secs_f64(),
    );
    Ok(Outcome::Success)
}

fn summary(generated: &Output) -> String {
    format!(
        "{} and {} in, {} and {} out",
        count(generated.operations_in, "operation"),
        count(generated.schemas_in, "schema"),
        count(generated.operations_out, "operation"),
        count(generated.types_out, "type"),
    )
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
        extend: false,
        header: &header,
    })
    .map_err(|error| parsed.blame(&vendor, error))
}

/// Returns the pin in the arguments, or else that of `openapi/vendor.toml`.
pub fn pin(root: &Path, given: Option<&str>) -> Result<Date> {
    match given {
        Some(text) => Date::parse(text)
            .ok_or_else(|| Error::new(format!("--pin `{text}` is not a date such as 2025-03-12"))),
        None => {
            let vendor: Source = files::read(&root.join(VENDOR), VENDOR)?;
            Ok(config::read(&vendor)?.pin)
        }
    }
}

fn report(dir: &str, drifts: &[Drift], verbose: bool) {
    show::drifts(drifts, dir, verbose);
    out_line!();
    out_line!(
        "{dir} is stale in {}; run `{COMMAND}` and commit the result",
        count(drifts.len(), "file")
    );
}
