//! Small documents with all the code generated from them, for review.
//!
//! Each directory under `tests/snapshots` holds `input.yaml` and the generated files.
//! `UPDATE_SNAPSHOTS=1` rewrites the generated files. All of them are compiled with their mocks and
//! warnings denied, and so are the unusual documents that give code.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use atlas_gen::output::features::module;
use atlas_gen::output::package::{Package, Runtime, slice};
use atlas_gen::output::{Drift, Output, compare};
use atlas_gen::{Source, load::load};
use serde_json::{Value, json};

use crate::documents::odd_documents::{fixtures, outcome};

/// The generated files that are compared; the others are data files.
const SHOWN: [&str; 3] = ["builder.rs", "operations.rs", "types.rs"];

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Returns the directories of the snapshots by name, with the output for their documents.
fn snapshots() -> BTreeMap<String, (PathBuf, Output)> {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/snapshots");
    let entries = fs::read_dir(dir).expect("the snapshots");
    entries
        .map(|entry| {
            let dir = entry.expect("a snapshot").path();
            let name = dir.file_name().expect("a name").to_string_lossy();
            let output = outcome("input.yaml", &read(&dir.join("input.yaml")))
                .unwrap_or_else(|error| panic!("{name}: {error}"));
            (name.into_owned(), (dir, output))
        })
        .collect()
}

#[test]
fn small_documents_give_the_code_in_the_snapshots() {
    let update = std::env::var_os("UPDATE_SNAPSHOTS").is_some();
    let mut report = String::new();
    for (name, (dir, mut output)) in snapshots() {
        output
            .files
            .retain(|file, _| SHOWN.contains(&file.as_str()));
        if update {
            for (file, text) in &output.files {
                fs::write(dir.join(file), text).expect("a place for the snapshot");
            }
        }
        let there = SHOWN
            .iter()
            .filter_map(|file| {
                let text = fs::read_to_string(dir.join(file)).ok()?;
                Some(((*file).to_owned(), text))
            })
            .collect();
        for drift in compare(&output.files, &there) {
            match drift {
                Drift::Changed(_, diff) => report.push_str(&format!("{name}:\n{diff}\n")),
                other => report.push_str(&format!("{name}: {other:?}\n")),
            }
        }
    }
    assert!(
        report.is_empty(),
        "snapshots differ; if the new code is right, write it with `UPDATE_SNAPSHOTS=1 cargo test \
         -p atlas-gen --test it snapshots` and read the difference\n\n{report}"
    );
}

/// Returns the output for all unusual documents that give code, as one document.
fn odd_ones() -> Output {
    let mut whole = json!({"openapi": "3.0.3", "paths": {}, "components": {"schemas": {}}});
    for (name, text) in fixtures() {
        if outcome(&name, &text).is_err() {
            continue;
        }
        let odd = load(&Source::new(&name, text)).expect("it was read before");
        for place in [
            "paths",
            "components/schemas",
            "components/parameters",
            "components/responses",
        ] {
            let place = format!("/{place}");
            let Some(Value::Object(part)) = odd.pointer(&place) else {
                continue;
            };
            if whole.pointer(&place).is_none() {
                let section = place.rsplit('/').next().unwrap_or_default();
                whole["components"][section] = json!({});
            }
            let whole = whole.pointer_mut(&place).and_then(Value::as_object_mut);
            let whole = whole.expect("made above");
            for (key, value) in part {
                let before = whole.insert(key.clone(), value.clone());
                assert!(
                    before.is_none_or(|before| before == *value),
                    "{name}: {key} stands in another fixture, too; give it a name of its own"
                );
            }
        }
    }
    outcome("odd", &whole.to_string()).unwrap_or_else(|error| panic!("odd: {error}"))
}

/// A module of a tag must not hide a crate or a module that paths begin with.
#[test]
fn no_tag_has_a_module_that_paths_begin_with() {
    let mut outputs: Vec<Output> = snapshots().into_values().map(|(_, it)| it).collect();
    outputs.push(odd_ones());
    let code = outputs.iter().flat_map(|output| output.files.values());
    let code = code.flat_map(|text| text.lines().map(str::trim_start));
    let mut starts = BTreeSet::new();
    for line in code.filter(|line| !line.starts_with("//")) {
        for (end, _) in line.match_indices("::") {
            let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
            let before = line[..end].trim_end_matches(is_name);
            let name = &line[before.len()..end];
            let begins = !before.ends_with([':', '.']);
            if begins && name.starts_with(|c: char| c.is_ascii_lowercase()) {
                starts.insert(name);
            }
        }
    }
    assert!(
        starts.contains("serde") && starts.contains("runtime"),
        "{starts:?}"
    );
    for name in starts {
        assert_ne!(module(&name.replace('_', "-")), name);
    }
}

#[test]
fn the_code_of_all_of_them_compiles_without_a_warning() {
    let root = workspace();
    let runtime = root.join("atlas-client").canonicalize().expect("a path");
    let runtime = Runtime::Path(runtime.display().to_string());

    // All crates share one workspace, so that dependencies are compiled and cargo is started only
    // once.
    let target = root.join("target");
    let out = target.join("snapshots");
    let mut outputs: BTreeMap<String, Output> = snapshots()
        .into_iter()
        .map(|(name, (_, output))| (name, output))
        .collect();
    outputs.insert("odd".to_owned(), odd_ones());
    for (name, output) in &outputs {
        let package = Package {
            name: &format!("snapshot-{name}"),
            description: "A snapshot",
            runtime: &runtime,
            client_operations: &BTreeSet::new(),
            command: "cargo xtask codegen",
            in_workspace: true,
            licences: &[],
            manifest: None,
        };
        let files = slice(output, &package).unwrap_or_else(|error| panic!("{error}"));
        let dir = out.join(name);
        let _ = fs::remove_dir_all(&dir);
        for (path, text) in files {
            let path = dir.join(path);
            fs::create_dir_all(path.parent().expect("a parent")).expect("a directory");
            fs::write(path, text).expect("a file");
        }
    }
    let members: Vec<String> = outputs.keys().map(|name| format!("{name:?}")).collect();
    let members = members.join(", ");
    fs::write(
        out.join("Cargo.toml"),
        format!("[workspace]\nresolver = \"3\"\nmembers = [{members}]\n"),
    )
    .expect("a manifest");
    fs::copy(root.join("Cargo.lock"), out.join("Cargo.lock")).expect("a lock file");

    let check = Command::new(env!("CARGO"))
        .args([
            "check",
            "--offline",
            "--quiet",
            "--workspace",
            "--features",
            "mock,schemars",
        ])
        .current_dir(&out)
        .env("RUSTFLAGS", "-D warnings")
        .env("CARGO_TARGET_DIR", target.join("snapshots-target"))
        .output()
        .expect("cargo");
    assert!(
        check.status.success(),
        "{}",
        String::from_utf8_lossy(&check.stderr)
    );
}
