//! `cargo xtask codegen --spec`: generates a separate crate, a slice, from any Atlas document.
//!
//! It checks what the arguments say of the crate and where it is written, not what is in it.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use atlas_gen::output;
use atlas_gen::output::package::{
    CLIENT_FEATURE, Package, Runtime, default_description, is_workspace, operation_ids,
    package_name, shared, slice,
};
use atlas_gen::passes::select::Selection;
use atlas_gen::{Error, Inputs, Result, generate};
use semver::VersionReq;

use super::{Args, CORRECTIONS, RUNTIME, TABLES, pin, summary};
use crate::fetch::{Fetched, fetch};
use crate::{Outcome, files, show};

/// The command that generates slices, which the header of their files names.
const COMMAND: &str = "cargo xtask codegen --spec";
/// The license files of this project, which also apply to a slice.
const LICENCES: [(&str, &str); 2] = [
    ("LICENSE-APACHE", include_str!("../../../LICENSE-APACHE")),
    ("LICENSE-MIT", include_str!("../../../LICENSE-MIT")),
];
/// The number of enum names that are listed.
const SHOWN: usize = 5;

/// Generates a crate at `out` from any document.
pub fn from_document(root: &Path, spec: &str, out: &Path, args: &Args) -> Result<Outcome> {
    let start = Instant::now();
    check_directory(out)?;
    refuse_foreign(root, out)?;
    let runtime = runtime(root, out, &args.runtime)?;
    let given_description = args.description.as_deref().map(one_line).transpose()?;
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
        COMMAND,
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
    let there = out.join("Cargo.toml");
    let manifest = there
        .is_file()
        .then(|| files::read(&there, &there.display().to_string()))
        .transpose()?;
    let name = match (&args.name, &manifest) {
        (Some(name), _) => name.clone(),
        (None, Some(manifest)) => package_name(manifest)?,
        (None, None) => {
            let full = std::path::absolute(out).unwrap_or_else(|_| out.to_owned());
            let last = full.file_name().unwrap_or_default();
            last.to_string_lossy().into_owned()
        }
    };
    let description = given_description.map_or_else(
        || default_description(generated.operations_out, &document_name),
        str::to_owned,
    );
    let operations = format!("{TABLES}/operations.json");
    let client_operations = files::read(&root.join(&operations), &operations)?;
    let client_operations = operation_ids(&client_operations.text);
    let workspace = workspace_around(out);
    let package = Package {
        name: &name,
        description: &description,
        runtime: &runtime,
        client_operations: &client_operations,
        command: &command(&document_name, &name, args),
        in_workspace: workspace.is_some(),
        licences: &LICENCES.map(|(name, text)| (name, text.to_owned())),
        manifest: manifest.as_ref(),
    };
    let crate_files = slice(&generated, &package)?;
    files::replace_crate(out, &crate_files)?;
    show::workspace(root);
    out_line!(
        "{}, in {} ({:.2} s)",
        summary(&generated),
        out.display(),
        start.elapsed().as_secs_f64(),
    );
    if let Some(workspace) = workspace.filter(|_| is_no_member(out)) {
        out_line!(
            "{} is not in the workspace around it; add it to `members` in {}",
            out.display(),
            workspace.display(),
        );
    }
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
    let mut command = format!("{COMMAND} {}", quoted(document));
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

/// Returns the runtime dependency of a slice at `out`.
fn runtime(root: &Path, out: &Path, given: &str) -> Result<Runtime> {
    let (kind, what) = match given.split_once('=') {
        Some((kind, what)) => (kind, Some(what)),
        None => (given, None),
    };
    let unclear = || {
        Error::new(format!(
            "--runtime `{given}` does not say where; write `path=DIR`, `git=URL`, `git=URL#REVISION` or `version=REQUIREMENT`"
        ))
    };
    match (kind, what) {
        ("path" | "version", Some("")) | ("git", None) => Err(unclear()),
        ("path", Some(dir)) => Ok(Runtime::Path(dir.to_owned())),
        ("path", None) => Ok(Runtime::Path(relative(out, &root.join(RUNTIME)))),
        ("git", Some(from)) => {
            let (url, rev) = match from.split_once('#') {
                Some((url, rev)) => (url, Some(rev)),
                None => (from, None),
            };
            if url.is_empty() || rev == Some("") {
                return Err(unclear());
            }
            Ok(Runtime::Git {
                url: url.to_owned(),
                rev: rev.map(str::to_owned),
            })
        }
        ("version", what) => {
            let version = what.unwrap_or(env!("CARGO_PKG_VERSION"));
            VersionReq::parse(version).map_err(|error| {
                Error::new(format!(
                    "--runtime `{given}` is not a version such as `0.1`: {error}"
                ))
            })?;
            Ok(Runtime::Version(version.to_owned()))
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

/// Returns the manifest of the workspace that a directory above `out` contains.
fn workspace_around(out: &Path) -> Option<PathBuf> {
    let full = std::path::absolute(out).unwrap_or_else(|_| out.to_owned());
    let manifests = full.ancestors().skip(1).map(|dir| dir.join("Cargo.toml"));
    manifests
        .into_iter()
        .find(|path| std::fs::read_to_string(path).is_ok_and(|text| is_workspace(&text)))
}

/// Returns whether cargo refuses the crate at `out` because the workspace around it does not include
/// it. Only cargo knows all that its `members` and path dependencies include.
fn is_no_member(out: &Path) -> bool {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["locate-project", "--workspace", "--manifest-path"])
        .arg(out.join("Cargo.toml"))
        .stdin(Stdio::null())
        .output();
    output.is_ok_and(|output| {
        let told = String::from_utf8_lossy(&output.stderr);
        !output.status.success() && told.contains("believes it's in a workspace when it's not")
    })
}

/// Rejects an output path at which there is something else than a directory.
fn check_directory(out: &Path) -> Result<()> {
    for place in out
        .ancestors()
        .filter(|place| !place.as_os_str().is_empty())
    {
        let wrong = match std::fs::metadata(place) {
            Ok(there) if there.is_dir() => return Ok(()),
            Ok(_) => "is not a directory",
            Err(_) if place.is_symlink() => "is a broken symbolic link",
            Err(_) => continue,
        };
        let error = format!("{wrong}; name a directory that is empty or new");
        return Err(Error::new(error).in_file(&place.display().to_string()));
    }
    Ok(())
}

/// Returns a description without full stops at its end.
///
/// # Errors
/// It is empty, or longer than a line.
fn one_line(description: &str) -> Result<&str> {
    let description = description.trim().trim_end_matches('.');
    if description.is_empty() || description.contains(char::is_control) {
        return Err(Error::new(
            "--description must be one line of text, without control characters",
        ));
    }
    Ok(description)
}

/// Rejects the directory of the runtime and any that this command did not generate, because files in
/// it are replaced.
fn refuse_foreign(root: &Path, out: &Path) -> Result<()> {
    let is_runtime = match (out.canonicalize(), root.join(RUNTIME).canonicalize()) {
        (Ok(out), Ok(runtime)) => out == runtime,
        _ => false,
    };
    if is_runtime {
        return Err(Error::new(format!(
            "{} is the directory of the runtime; name another for the slice",
            out.display()
        )));
    }
    let module = out.join("src/generated/mod.rs");
    let is_generated = files::read(&module, "").is_ok_and(|module| {
        module
            .text
            .starts_with(&format!("// Generated by `{COMMAND}`"))
    });
    if is_generated || files::is_vacant(out) {
        return Ok(());
    }
    Err(Error::new(format!(
        "{} holds something other than a generated slice; name a directory that is empty or new",
        out.display()
    )))
}
