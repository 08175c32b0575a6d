//! `cargo xtask codegen`: generates the files of `atlas-client` from `openapi/`, or a separate
//! crate from any other Atlas document.

use std::path::{Path, PathBuf};
use std::time::Instant;

use atlas_gen::media_type::Date;
use atlas_gen::output::package::{
    CLIENT_FEATURE, Package, Runtime, is_workspace, operation_ids, shared, slice,
};
use atlas_gen::output::{self, Drift, Output};
use atlas_gen::passes::select::Selection;
use atlas_gen::{Error, Inputs, Result, Source, config, generate};

use crate::fetch::{Fetched, fetch};
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
/// The license files of this project, which also apply to a slice.
const LICENCES: [(&str, &str); 2] = [
    ("LICENSE-APACHE", include_str!("../../LICENSE-APACHE")),
    ("LICENSE-MIT", include_str!("../../LICENSE-MIT")),
];
/// The number of enum names that are listed.
const SHOWN: usize = 5;
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
    /// With --spec, where to write the crate. What is there is replaced, if it was generated.
    #[arg(long, value_name = "DIR", requires = "spec")]
    out: Option<PathBuf>,
    /// With --spec, the name of the crate; by default that of the directory.
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
        (Some(spec), Some(out)) => from_document(&root, spec, out, args),
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

/// Generates a crate at `out` from any document.
fn from_document(root: &Path, spec: &str, out: &Path, args: &Args) -> Result<Outcome> {
    let start = Instant::now();
    let Fetched {
        source: document,
        file: document_name,
        ..
    } = fetch(spec)?;
    let corrections = match &args.corrections {
        Some(path) => files::read(path, &path.display().to_string())?,
        None => files::read(&root.join(CORRECTIONS), CORRECTIONS)?,
    };
    let pin = pin(root, args.pin.as_deref())?;
    let selection = if args.tag.is_empty() && args.operation.is_empty() {
        Selection::All
    } else {
        Selection::Some {
            tags: args.tag.clone(),
            operations: args.operation.clone(),
        }
    };
    let corrections_name = args
        .corrections
        .as_deref()
        .and_then(Path::file_name)
        .map_or(CORRECTIONS.into(), |name| name.to_string_lossy());
    let header = output::header(
        "cargo xtask codegen --spec",
        &[
            (&document_name, &document.text),
            (&corrections_name, &corrections.text),
        ],
    );
    let generated = generate(&Inputs {
        document: &document,
        corrections: Some(&corrections),
        complete: false,
        selection: &selection,
        pin: &pin,
        preview: args.preview,
        extend: true,
        header: &header,
    })?;
    if selection == Selection::All {
        let unused = shortened(&generated.unused_enum_names, ", ");
        if !unused.is_empty() {
            out_line!(
                "enum names in {corrections_name} that match no enum of {document_name}: {unused}"
            );
        }
        let unnamed = generated
            .unnamed_enums
            .iter()
            .map(|group| shortened(group, " = "));
        let unnamed = shortened(&unnamed.collect::<Vec<_>>(), "; ");
        if !unnamed.is_empty() {
            out_line!(
                "equal enums of {document_name} without a name in {corrections_name}: {unnamed}"
            );
        }
    }
    let name = match &args.name {
        Some(name) => name.clone(),
        None => {
            let full = std::path::absolute(out).unwrap_or_else(|_| out.to_owned());
            let last = full.file_name().unwrap_or_default();
            last.to_string_lossy().into_owned()
        }
    };
    let description = args.description.clone().unwrap_or_else(|| {
        let operations = count(generated.operations_out, "operation");
        format!("{operations} of MongoDB Atlas for atlas-client, generated from `{document_name}`")
    });
    let runtime = runtime(root, out, &args.runtime)?;
    let there = out.join("Cargo.toml");
    let manifest = there
        .is_file()
        .then(|| files::read(&there, &there.display().to_string()))
        .transpose()?;
    let operations = format!("{TABLES}/operations.json");
    let client_operations = files::read(&root.join(&operations), &operations)?;
    let client_operations = operation_ids(&client_operations.text);
    let package = Package {
        name: &name,
        description: description.trim_end_matches('.'),
        runtime: &runtime,
        client_operations: &client_operations,
        command: &command(&document_name, &name, args),
        in_workspace: lies_in_workspace(out),
        licences: &LICENCES.map(|(name, text)| (name, text.to_owned())),
        manifest: manifest.as_ref(),
    };
    let crate_files = slice(&generated, &package)?;
    refuse_foreign(out)?;
    files::replace_crate(out, &crate_files)?;
    show::workspace(root);
    out_line!(
        "{}, in {} ({:.2} s)",
        summary(&generated),
        out.display(),
        start.elapsed().as_secs_f64(),
    );
    let shared = shared(&generated, &package);
    if let Some(first) = shared.first() {
        let ids: Vec<&str> = shared
            .iter()
            .map(|operation| operation.id.as_str())
            .collect();
        out_line!(
            "atlas-client itself has {}; with its feature {CLIENT_FEATURE}, methods of `Client` \
             call its own operations; call the slice's through the trait: {}(&client)",
            ids.join(", "),
            first.path,
        );
    }
    Ok(Outcome::Success)
}

/// Returns the command that regenerates the crate, without machine-dependent parts.
fn command(document: &str, name: &str, args: &Args) -> String {
    let quoted = |text: &str| {
        let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:@".contains(c);
        if !text.is_empty() && text.chars().all(plain) {
            text.to_owned()
        } else {
            format!("'{}'", text.replace('\'', "'\\''"))
        }
    };
    let mut command = format!("cargo xtask codegen --spec {}", quoted(document));
    let mut add = |option: &str, values: &[String]| {
        if !values.is_empty() {
            command.push_str(&format!(" --{option}"));
            for value in values {
                command.push_str(&format!(" {}", quoted(value)));
            }
        }
    };
    let file = |path: &PathBuf| {
        path.file_name()
            .map(|name| name.to_string_lossy().into_owned())
    };
    add("tag", &args.tag);
    add("operation", &args.operation);
    add("pin", args.pin.as_slice());
    add(
        "corrections",
        args.corrections
            .iter()
            .filter_map(file)
            .collect::<Vec<_>>()
            .as_slice(),
    );
    add("description", args.description.as_slice());
    add("name", &[name.to_owned()]);
    if args.preview {
        command.push_str(" --preview");
    }
    command.push_str(" --out DIR");
    command
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

/// Returns the runtime dependency of a slice at `out`.
fn runtime(root: &Path, out: &Path, given: &str) -> Result<Runtime> {
    let (kind, what) = match given.split_once('=') {
        Some((kind, what)) => (kind, Some(what)),
        None => (given, None),
    };
    match (kind, what) {
        ("path", Some("")) | ("git", None | Some("")) | ("version", Some("")) => {
            Err(Error::new(format!(
                "--runtime `{given}` does not say where; write `path=DIR`, `git=URL` or `version=REQUIREMENT`"
            )))
        }
        ("path", Some(dir)) => Ok(Runtime::Path(dir.to_owned())),
        ("path", None) => Ok(Runtime::Path(relative(out, &root.join(RUNTIME)))),
        ("git", Some(url)) => Ok(match url.split_once('#') {
            Some((url, rev)) => Runtime::Git {
                url: url.to_owned(),
                rev: Some(rev.to_owned()),
            },
            None => Runtime::Git {
                url: url.to_owned(),
                rev: None,
            },
        }),
        ("version", what) => {
            let own = env!("CARGO_PKG_VERSION");
            Ok(Runtime::Version(what.unwrap_or(own).to_owned()))
        }
        _ => Err(Error::new(format!(
            "--runtime `{given}` is none of `path`, `git` and `version`"
        ))),
    }
}

/// Returns the path from the directory `from` to `to`, relative if they share more than the root.
fn relative(from: &Path, to: &Path) -> String {
    let full = |path: &Path| {
        let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        // Existing symbolic links are resolved; `..` in a missing directory cannot be.
        let parent = path.ancestors().find_map(|dir| {
            let rest = path.strip_prefix(dir).ok()?;
            Some(dir.canonicalize().ok()?.join(rest))
        });
        parent.unwrap_or(path)
    };
    let (from, to) = (full(from), full(to));
    let shared = from
        .components()
        .zip(to.components())
        .take_while(|(a, b)| a == b)
        .count();
    if shared < 2 {
        return to.display().to_string();
    }
    let up = from.components().skip(shared).map(|_| "..".to_owned());
    let down = to.components().skip(shared);
    let down = down.map(|part| part.as_os_str().to_string_lossy().into_owned());
    up.chain(down).collect::<Vec<_>>().join("/")
}

/// Returns the first of `names`, and how many more there are.
fn shortened(names: &[String], separator: &str) -> String {
    let shown: Vec<&str> = names.iter().take(SHOWN).map(String::as_str).collect();
    let more = match names.len().saturating_sub(SHOWN) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    shown.join(separator) + &more
}

/// Returns whether a directory above `out` contains a workspace manifest.
fn lies_in_workspace(out: &Path) -> bool {
    let full = std::path::absolute(out).unwrap_or_else(|_| out.to_owned());
    full.ancestors().skip(1).any(|dir| {
        std::fs::read_to_string(dir.join("Cargo.toml"))
            .ok()
            .is_some_and(|manifest| is_workspace(&manifest))
    })
}

/// Rejects sources that this command did not generate, since they are replaced as a whole.
fn refuse_foreign(out: &Path) -> Result<()> {
    let empty = std::fs::read_dir(out).map_or(true, |mut entries| entries.next().is_none());
    if empty || out.join("src/generated/mod.rs").is_file() {
        return Ok(());
    }
    Err(Error::new(format!(
        "{} holds something other than a generated crate; name a directory that is empty or new",
        out.display()
    )))
}

fn report(dir: &str, drifts: &[Drift], verbose: bool) {
    show::drifts(drifts, dir, verbose);
    out_line!();
    out_line!(
        "{dir} is stale in {}; run `{COMMAND}` and commit the result",
        count(drifts.len(), "file")
    );
}
