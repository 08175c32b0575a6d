//! Compares the generated files with their inputs: after a change of any line of an input, the
//! files are outdated or the input is rejected. The generator never panics.

use std::collections::BTreeMap;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use atlas_gen::output::{Drift, Output, compare, header};
use atlas_gen::{Inputs, Result, Source, config, generate};

const DOCUMENT: &str = "openapi/atlas-v2.yaml";
const CORRECTIONS: &str = "openapi/corrections.yaml";
const VENDOR: &str = "openapi/vendor.toml";
const GENERATED: &str = "atlas-client/src/generated";
const TABLES: &str = "atlas-client/mock/src/generated";

/// Every 29th line is changed. 29 shares no divisor with the periods of the fragment's layout, so
/// that lines of every kind are included.
const STEP: usize = 29;

pub fn workspace() -> PathBuf {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    manifest.parent().expect("a workspace").to_path_buf()
}

/// Returns the three inputs by name.
fn inputs() -> BTreeMap<&'static str, String> {
    [DOCUMENT, CORRECTIONS, VENDOR]
        .into_iter()
        .map(|name| {
            (
                name,
                fs::read_to_string(workspace().join(name)).expect(name),
            )
        })
        .collect()
}

/// Returns the files in `dir` of the workspace.
fn checked_in(dir: &str) -> BTreeMap<String, String> {
    let entries = fs::read_dir(workspace().join(dir)).expect("the generated files");
    entries
        .map(|entry| {
            let entry = entry.expect("an entry");
            let name = entry.file_name().into_string().expect("a name");
            (name, fs::read_to_string(entry.path()).expect("a text"))
        })
        .collect()
}

/// Returns how the output differs from the checked-in files: the code, then the tables.
fn drifts(output: &Output, there: &[BTreeMap<String, String>; 2]) -> Vec<Drift> {
    let [code, tables] = there;
    let mut drifts = compare(&output.files, code);
    drifts.extend(compare(&output.tables, tables));
    drifts
}

/// Generates the same output as `cargo xtask codegen` from these inputs.
fn generated(inputs: &BTreeMap<&'static str, String>) -> Result<Output> {
    let source = |name: &str| Source::new(name, &*inputs[name]);
    let vendor = config::read(&source(VENDOR))?;
    let named = [DOCUMENT, CORRECTIONS, VENDOR].map(|name| (name, inputs[name].as_str()));
    generate(&Inputs {
        document: &source(DOCUMENT),
        corrections: Some(&source(CORRECTIONS)),
        complete: true,
        selection: &vendor.selection,
        pin: &vendor.pin,
        preview: false,
        extend: false,
        header: &header("cargo xtask codegen", &named),
    })
}

#[test]
fn the_generated_files_are_up_to_date() {
    let generated = generated(&inputs()).unwrap_or_else(|error| panic!("{error}"));
    let drifts = drifts(&generated, &[GENERATED, TABLES].map(checked_in));
    let names: Vec<&str> = drifts
        .iter()
        .map(|drift| match drift {
            Drift::Missing(name) | Drift::Extra(name) | Drift::Changed(name, _) => name.as_str(),
        })
        .collect();
    assert!(
        names.is_empty(),
        "generated files are stale ({}); run `cargo xtask codegen` and commit the result",
        names.join(", ")
    );
}

#[test]
fn a_changed_line_is_always_detected() {
    let whole = inputs();
    let there = [GENERATED, TABLES].map(checked_in);
    let edits: [fn(&str) -> String; 3] = [
        |_| String::new(),
        |line| format!("{line}{line}"),
        |line| match line.split_once(": ") {
            Some((key, _)) => format!("{key}: odd\n"),
            None => format!("  {line}"),
        },
    ];
    for (name, text) in &whole {
        let lines: Vec<&str> = text.split_inclusive('\n').collect();
        for (turn, at) in (0..lines.len()).step_by(STEP).enumerate() {
            let edit = edits[turn % edits.len()];
            let mut changed = lines.clone();
            let edited = edit(lines[at]);
            changed[at] = &edited;
            let mut inputs = whole.clone();
            inputs.insert(name, changed.concat());
            let case = format!("{name}:{}: {:?} became {edited:?}", at + 1, lines[at]);
            match catch_unwind(AssertUnwindSafe(|| generated(&inputs))) {
                Ok(Ok(output)) => {
                    let drifts = drifts(&output, &there);
                    assert!(!drifts.is_empty(), "{case} and nobody noticed");
                }
                Ok(Err(error)) => {
                    let line = error.to_string();
                    assert!(!line.contains('\n'), "{case}: {line}");
                    assert!(line.starts_with("openapi/"), "{case}: {line}");
                }
                Err(_) => panic!("{case} and the generator panicked"),
            }
        }
    }
}
