//! A change of a document changes only the files and lines of what it affects.
//!
//! Tested with small documents here, and with the whole published document in `revisions`.

use std::collections::{BTreeMap, BTreeSet};

use atlas_gen::media_type::Date;
use atlas_gen::output::package::{Package, Runtime, slice};
use atlas_gen::output::{Output, header};
use atlas_gen::{Inputs, Source, generate};
use serde_json::{Value, json};

/// Returns the Rust code generated from `text`, by file name.
fn code(text: &str) -> BTreeMap<String, String> {
    rust(output(text))
}

/// Returns the Rust code of `output`, by file name.
pub fn rust(output: Output) -> BTreeMap<String, String> {
    let mut files = output.files;
    files.retain(|name, _| name.ends_with(".rs"));
    files
}

fn output(text: &str) -> Output {
    let source = Source::new("document", text);
    let pin = Date::parse("2026-12-31").expect("a date");
    generate(&Inputs {
        header: &header("cargo xtask codegen", &[("document", text)]),
        ..Inputs::new(&source, &pin)
    })
    .unwrap_or_else(|error| panic!("{error}"))
}

/// Returns a document with eight tags, each with one read and one write operation; two types are
/// shared.
fn tagged() -> Value {
    let mut paths = json!({});
    let mut schemas = json!({
        "ApiError": {"type": "object", "properties": {"error": {"type": "integer"}}},
        "Link": {"type": "object", "properties": {"href": {"type": "string"}}},
        "Region": {"type": "string", "enum": ["EAST", "WEST"]},
    });
    for tag in ["A", "B", "C", "D", "E", "F", "G", "H"] {
        let content = |name: String| {
            let schema = json!({"$ref": format!("#/components/schemas/{name}")});
            json!({"application/vnd.atlas.2023-01-01+json": {"schema": schema}})
        };
        paths[format!("/{tag}")] = json!({
            "get": {
                "tags": [format!("Tag {tag}")],
                "operationId": format!("get{tag}"),
                "responses": {"200": {
                    "description": "", "content": content(format!("Answer{tag}")),
                }},
            },
            "post": {
                "tags": [format!("Tag {tag}")],
                "operationId": format!("create{tag}"),
                "requestBody": {"content": content(format!("Request{tag}"))},
                "responses": {"204": {"description": ""}},
            },
        });
        schemas[format!("Answer{tag}")] = json!({"type": "object", "properties": {
            "name": {"type": "string"},
            "state": {"type": "string", "enum": [format!("NEW_{tag}"), "DONE"]},
            "link": {"$ref": "#/components/schemas/Link"},
        }});
        schemas[format!("Request{tag}")] = json!({"type": "object", "properties": {
            "size": {"type": "integer"},
            "region": {"$ref": "#/components/schemas/Region"},
        }});
    }
    json!({
        "openapi": "3.0.3",
        "info": {"title": "", "version": ""},
        "paths": paths,
        "components": {"schemas": schemas},
    })
}

/// Returns the names of the files that differ, except the file with the digest of the inputs.
pub fn changed(old: &BTreeMap<String, String>, new: &BTreeMap<String, String>) -> Vec<String> {
    let names: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    names
        .into_iter()
        .filter(|name| *name != "mod.rs" && old.get(*name) != new.get(*name))
        .cloned()
        .collect()
}

/// Returns whether `whole` contains all lines of `part`, in order.
///
/// Entries of a list of strings and parts of a serde attribute are compared one by one, because
/// prettyplease puts short ones on one line. `default` does not count: a member that becomes the last
/// one loses it, and the one before gets it.
pub fn holds_all_lines(whole: &str, part: &str) -> bool {
    fn lines(text: &str) -> impl Iterator<Item = &str> {
        let entries = text.lines().flat_map(|line| {
            let ends: &[char] = if line.contains("VALUES: &'static [&'static str] = &[") {
                &[',', '[', ']']
            } else if line.contains("#[serde(") {
                &[',', '(', ')']
            } else {
                &[]
            };
            line.split(ends).map(str::trim)
        });
        entries.filter(|entry| {
            !matches!(
                *entry,
                "" | ";" | "];" | "]" | ")]" | "default" | "default,"
            )
        })
    }
    let mut whole = lines(whole);
    lines(part)
        .all(|line| whole.any(|other| other.trim_end_matches(',') == line.trim_end_matches(',')))
}

/// Checks an addition and its reverse: only `files` differ, and only by added lines.
fn adds(what: &str, old: &Value, new: &Value, files: &[&str]) {
    let (old, new) = (code(&old.to_string()), code(&new.to_string()));
    assert_eq!(changed(&old, &new), files, "{what}");
    for file in files {
        let empty = String::new();
        let (old, new) = (
            old.get(*file).unwrap_or(&empty),
            new.get(*file).unwrap_or(&empty),
        );
        assert!(holds_all_lines(new, old), "{what}: {file} lost a line");
    }
}

#[test]
fn a_change_affects_only_the_files_of_its_tag() {
    let old = tagged();
    let change = |pointer: &str, key: &str, value: Value| {
        let mut new = old.clone();
        let place = new.pointer_mut(pointer).expect("a place");
        match place {
            Value::Array(values) => values.push(value),
            place => place[key] = value,
        }
        new
    };
    let schemas = "/components/schemas";
    let new = change(
        &format!("{schemas}/AnswerC/properties"),
        "zone",
        json!({"type": "string"}),
    );
    adds("a member", &old, &new, &["types/tag_c.rs"]);
    let new = change(
        &format!("{schemas}/AnswerC/properties/state/enum"),
        "",
        json!("LATE"),
    );
    adds("a value", &old, &new, &["types/tag_c.rs"]);
    let new = change(&format!("{schemas}/Region/enum"), "", json!("NORTH"));
    adds("a value of what is shared", &old, &new, &["types.rs"]);
    let new = change(schemas, "Unused", json!({"type": "object"}));
    adds("what nothing reaches", &old, &new, &[]);
    let mut operation = old["paths"]["/C"]["get"].clone();
    operation["operationId"] = json!("listC");
    let new = change("/paths/~1C", "put", operation);
    adds(
        "an operation",
        &old,
        &new,
        &[
            "builder/tag_c.rs",
            // Its trait contains the mocks of all tags.
            "expectations.rs",
            "expectations/tag_c.rs",
            "operations/tag_c.rs",
        ],
    );
}

#[test]
fn a_client_with_few_tags_is_not_split() {
    let mut few = tagged();
    for tag in ["C", "D", "E", "F", "G", "H"] {
        few["paths"]
            .as_object_mut()
            .expect("paths")
            .remove(&format!("/{tag}"));
    }
    let files = code(&few.to_string());
    let names: Vec<&String> = files.keys().collect();
    assert_eq!(
        names,
        [
            "builder.rs",
            "expectations.rs",
            "mod.rs",
            "operations.rs",
            "types.rs"
        ]
    );
    assert!(output(&few.to_string()).features.is_empty());
    assert_eq!(output(&tagged().to_string()).features["tag-c"], "Tag C");
}

#[test]
fn the_manifest_has_a_feature_for_each_of_many_tags() {
    let package = Package {
        name: "tagged",
        description: "A client",
        runtime: &Runtime::Version("0.1".to_owned()),
        client_operations: &BTreeSet::new(),
        command: "cargo xtask codegen",
        in_workspace: false,
        licences: &[],
        manifest: None,
    };
    let files = slice(&output(&tagged().to_string()), &package).expect("a crate");
    let manifest: toml::Table = files["Cargo.toml"].parse().expect("a manifest");
    let features = manifest["features"].as_table().expect("features");
    let all = features["all"].as_array().expect("a list");
    assert_eq!(all.len(), 8);
    for feature in all {
        assert!(features.contains_key(feature.as_str().expect("a name")));
    }
    let default = features["default"].as_array().expect("a list");
    assert!(
        default
            .iter()
            .any(|feature| feature.as_str() == Some("all"))
    );
    assert!(files["src/lib.rs"].contains("//! - `tag-c`: Tag C\n"));
}
