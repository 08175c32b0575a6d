//! The whole published document, in every available revision: all operations are generated, the
//! crate and its docs compile without a warning, and its types decode values of their schemas and
//! unknown ones.
//!
//! The environment variable `ATLAS_FULL_SPEC` names one revision; others in its directory are
//! tested as well. Without it, the test reports that it is skipped.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use atlas_gen::media_type::Date;
use atlas_gen::output::Output;
use atlas_gen::output::package::{Package, Runtime, slice};
use atlas_gen::passes::correct::correct;
use atlas_gen::passes::names;
use atlas_gen::{Inputs, Source, generate, load};
use serde_json::Value;

use crate::all_of_atlas::built;
use crate::all_of_atlas::full_requests;
use crate::all_of_atlas::instances::{Made, held, of_component};
use crate::all_of_atlas::offered::Offered;
use crate::generated::workspace;

/// Returns the revision of the document that the environment names.
pub fn named_revision() -> Option<PathBuf> {
    std::env::var_os("ATLAS_FULL_SPEC").map(PathBuf::from)
}

/// Returns the available revisions of the document, if any.
fn revisions() -> Vec<PathBuf> {
    let Some(named) = named_revision() else {
        return Vec::new();
    };
    let beside = named.parent().and_then(|dir| fs::read_dir(dir).ok());
    let mut all: Vec<PathBuf> = beside
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension() == named.extension())
        .collect();
    if !all.contains(&named) {
        all.push(named);
    }
    all.sort();
    all
}

#[test]
fn every_operation_of_the_full_document_is_generated_compiles_and_reads_answers() {
    let revisions = revisions();
    if revisions.is_empty() {
        eprintln!("skipped: ATLAS_FULL_SPEC names no full document");
        return;
    }
    for revision in revisions {
        let name = revision
            .file_stem()
            .expect("a name")
            .to_string_lossy()
            .into_owned();
        let text = fs::read_to_string(&revision).expect("the document");
        let source = Source::new(name.clone(), text);
        let document = load::load(&source).expect("a document");
        let output = generated(&source);

        // Counted independently of the generator.
        let operations = document["paths"]
            .as_object()
            .expect("paths")
            .values()
            .flat_map(|item| item.as_object().expect("a path item").values())
            .filter(|operation| operation["operationId"].is_string())
            .count();
        assert!(operations > 400, "{name}: {operations} operations");
        assert_eq!(output.operations_in, operations, "{name}");
        assert_eq!(output.operations_out, operations, "{name}");

        let types = type_names(&output);
        let dir = scratch().join(&name);
        let offered = Offered::by(&output.files);
        let mut files = crate_files(&output);
        files.extend(programs(&offered, &types));
        write_crate(&dir, &files);
        let target = scratch().join("target");
        let cargo = |args: &[&str], flags, value| cargo(&dir, &target, args, flags, value);
        // The library, too, whose warnings are denied.
        cargo(&["build", "--examples"], "RUSTFLAGS", "");
        // With the feature of one tag, the code of the others is neither compiled nor needed.
        let tag = [
            "--no-default-features",
            "--features",
            "cloud-migration-service",
        ];
        cargo(&[&["check", "--lib"], &tag[..]].concat(), "RUSTFLAGS", "");
        cargo(
            &["doc", "--lib", "--no-deps"],
            "RUSTDOCFLAGS",
            "-D warnings",
        );
        let mut corrected = document;
        correct(&mut corrected, &corrections(), false).expect("corrected");
        read_values(&name, &corrected, &types);
        full_requests::every_body_is_built(&name, &corrected, &output, &offered);
    }
}

fn corrections() -> Source {
    let path = "openapi/corrections.yaml";
    let text = fs::read_to_string(workspace().join(path)).expect("corrections");
    Source::new(path, text)
}

/// Returns the output for all of `source`.
pub fn generated(source: &Source) -> Output {
    let pin = Date::parse("2026-12-31").expect("a date");
    generate(&Inputs {
        corrections: Some(&corrections()),
        extend: true,
        header: "// The whole document.\n",
        ..Inputs::new(source, &pin)
    })
    .unwrap_or_else(|error| panic!("{error}"))
}

/// Returns the types of the document, without their builders.
fn type_names(output: &Output) -> BTreeSet<String> {
    let files = output.files.iter();
    files
        .filter(|(name, _)| name.starts_with("types"))
        .flat_map(|(_, text)| text.lines())
        .filter_map(|line| {
            if let Some(alias) = line.strip_prefix("pub type ") {
                return alias.split(' ').next().map(str::to_owned);
            }
            let rest = line
                .strip_prefix("pub struct ")
                .or(line.strip_prefix("pub enum "))?;
            rest.strip_suffix(" {").map(str::to_owned)
        })
        .collect()
}

/// Returns the output of an example of the crate for the input `lines`.
pub fn told_by(example: &str, lines: String) -> String {
    let program = scratch().join("target/debug/examples").join(example);
    let mut running = Command::new(&program)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the program");
    let mut stdin = running.stdin.take().expect("stdin");
    let writer = std::thread::spawn(move || stdin.write_all(lines.as_bytes()));
    let output = running.wait_with_output().expect("answers");
    writer.join().expect("a writer").expect("written");
    String::from_utf8(output.stdout).expect("text")
}

pub fn scratch() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("full-document")
}

/// Returns the files of the crate, which denies warnings.
pub fn crate_files(output: &Output) -> BTreeMap<String, String> {
    let runtime = workspace().join("atlas-client");
    let runtime = Runtime::Path(runtime.to_str().expect("a path in UTF-8").to_owned());
    let mut files = slice(
        output,
        &Package {
            name: "atlas-all",
            description: "A client for all of Atlas",
            runtime: &runtime,
            client_operations: &BTreeSet::new(),
            command: "cargo xtask codegen",
            in_workspace: false,
            licences: &[],
            manifest: None,
        },
    )
    .expect("a crate");
    deny_warnings(&mut files);
    let manifest = files.get_mut("Cargo.toml").expect("Cargo.toml");
    // Dependencies of the programs.
    *manifest = manifest.replacen(
        "\"macros\", \"rt\"",
        "\"macros\", \"net\", \"rt\", \"time\"",
        1,
    );
    files
}

/// Denies the warnings of a crate's library.
pub fn deny_warnings(files: &mut BTreeMap<String, String>) {
    let lib = files.get_mut("src/lib.rs").expect("lib.rs");
    *lib = lib.replacen("\n\n", "\n\n#![deny(warnings)]\n\n", 1);
}

/// Returns a program that decodes values of any type like a call, and one that builds requests.
fn programs(offered: &Offered, types: &BTreeSet<String>) -> [(String, String); 2] {
    let arms: String = types
        .iter()
        .map(|name| format!("        \"{name}\" => again::<types::{name}>(json),\n"))
        .collect();
    let read = READ.replace("        // Types.\n", &arms);
    [
        ("examples/read.rs".to_owned(), read),
        ("examples/build.rs".to_owned(), built::program(offered)),
    ]
}

/// Reads lines `TYPE JSON`, decodes `JSON` as the body of a success, and writes the decoded value,
/// the repaired locations and the raw body.
const READ: &str = r#"use atlas_all::types;
use atlas_client::ResponseValue;
use atlas_client::operation::{HeaderMap, StatusCode};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

fn again<T: DeserializeOwned + Serialize + 'static>(json: &str) -> Value {
    let body = json.to_owned();
    match ResponseValue::<T>::for_test(StatusCode::OK, HeaderMap::new(), body) {
        Ok(answer) => {
            let repairs = answer.repairs().iter().map(|repair| repair.pointer());
            json!({
                "value": serde_json::to_value(&*answer).unwrap(),
                "repairs": repairs.collect::<Vec<&str>>(),
                "body": answer.body_as::<Value>().unwrap(),
            })
        }
        Err(error) => json!({"error": error.to_string()}),
    }
}

fn main() {
    for line in std::io::stdin().lines() {
        let line = line.unwrap();
        let (name, json) = line.split_once(' ').unwrap();
        let out = match name {
        // Types.
            other => panic!("{other}"),
        };
        println!("{out}");
    }
}
"#;

/// Writes the crate to `dir`.
pub fn write_crate(dir: &Path, files: &BTreeMap<String, String>) {
    for (path, text) in files {
        let path = dir.join(path);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a directory");
        // Always written, because the crates of all revisions have the same name, and cargo
        // compares modification times.
        fs::write(path, text).expect("a file");
    }
    // With the locked versions of the workspace nothing is downloaded.
    fs::copy(workspace().join("Cargo.lock"), dir.join("Cargo.lock")).expect("the lock file");
}

/// Runs cargo on the crate in `dir` with an additional environment variable; returns its output.
pub fn cargo(dir: &Path, target: &Path, args: &[&str], flags: &str, value: &str) -> String {
    let output = Command::new(env!("CARGO"))
        .args(args)
        .args(["--offline", "--quiet"])
        .current_dir(dir)
        .env("CARGO_TARGET_DIR", target)
        .env("CARGO_INCREMENTAL", "0")
        .env("CARGO_PROFILE_DEV_DEBUG", "0")
        .env(flags, value)
        .stdin(Stdio::null())
        .output()
        .expect("cargo");
    assert!(
        output.status.success(),
        "cargo {} in {}:\n{}",
        args.join(" "),
        dir.display(),
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).expect("text")
}

/// How a value must be decoded.
#[derive(Clone, Copy)]
enum Read {
    /// Completely, without repairs except of missing members.
    Whole,
    /// Likewise except for unknown members, which are only in the raw body.
    Known,
    /// Without an error.
    Somehow,
}

/// Returns whether `value` has nothing at the pointer `at`.
fn is_absent(value: &Value, at: &Value) -> bool {
    at.as_str().is_some_and(|at| value.pointer(at).is_none())
}

/// Checks that the type of every schema of the corrected document decodes values of that schema without
/// loss, and accepts unknown members and values.
fn read_values(revision: &str, document: &Value, types: &BTreeSet<String>) {
    let schemas = document["components"]["schemas"]
        .as_object()
        .expect("schemas");
    let mut asked: Vec<(String, Value, Value, Read)> = Vec::new();
    for name in schemas.keys() {
        let undated = names::dated(name).map_or(name.as_str(), |(bare, _)| bare);
        let candidates = [undated, name].map(names::rust_name);
        // The type of the newest version has no date in its name; older ones are not generated or
        // keep their dates.
        let older = schemas.keys().any(|other| {
            other > name && names::dated(other).is_some_and(|(bare, _)| bare == undated)
        });
        let wanted = if older {
            &candidates[1]
        } else {
            &candidates[0]
        };
        // The type without a date may belong to a newer version.
        let newer = schemas.keys().any(|other| {
            names::dated(other).is_some_and(|(bare, _)| bare == name.as_str())
                && !types.contains(&names::rust_name(other))
        });
        if newer || !types.contains(wanted) {
            continue;
        }
        // The type of a request lacks read-only members, that of a response write-only ones.
        for (made, expected, read) in [
            (Made::AsPublished, Made::OfBothSides, Read::Whole),
            (Made::WithUnknownMembers, Made::OfBothSides, Read::Known),
            (
                Made::WithUnknownValues,
                Made::OfBothSidesWithUnknownValues,
                Read::Whole,
            ),
        ] {
            let [value, expected] = [made, expected].map(|made| of_component(document, name, made));
            asked.push((wanted.clone(), value, expected, read));
        }
        let object = of_component(document, name, Made::AsPublished);
        if let Value::Object(members) = object {
            let nulls = members
                .into_iter()
                .map(|(key, _)| (key, Value::Null))
                .collect();
            let empty = Value::Object(serde_json::Map::new());
            for value in [Value::Object(nulls), empty] {
                asked.push((wanted.clone(), value, Value::Null, Read::Somehow));
            }
        }
    }
    assert!(asked.len() > 2_000, "{revision}: {} values", asked.len());
    let lines = asked
        .iter()
        .map(|(name, value, ..)| format!("{name} {value}\n"));
    let answers = told_by("read", lines.collect());
    let mut faults = Vec::new();
    let mut count = 0;
    for ((name, value, expected, read), answer) in asked.iter().zip(answers.lines()) {
        count += 1;
        let answer: Value = serde_json::from_str(answer).expect("JSON");
        let again = &answer["value"];
        let complete = match read {
            Read::Whole => held(expected, again),
            Read::Known => held(expected, again),
            Read::Somehow => true,
        };
        let untouched = match read {
            // A required member that the generated value lacks may be repaired.
            Read::Whole | Read::Known => answer["repairs"]
                .as_array()
                .is_some_and(|all| all.iter().all(|at| is_absent(value, at))),
            Read::Somehow => true,
        };
        if answer["error"].is_string() || !complete || !untouched || answer["body"] != *value {
            faults.push(format!("{name}: {value} became {answer}"));
        }
    }
    assert_eq!(count, asked.len(), "{revision}: the program stopped early");
    assert!(
        faults.is_empty(),
        "{revision}: {} of {count} values:\n{}",
        faults.len(),
        faults[..faults.len().min(20)].join("\n")
    );
}
