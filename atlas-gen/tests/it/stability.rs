//! Another revision of a document changes the files and lines that it touches, and no others.
//!
//! Small documents show it always; with `ATLAS_FULL_SPEC`, the whole published document does, too.

use std::collections::{BTreeMap, BTreeSet};

use atlas_gen::media_type::Date;
use atlas_gen::output::{Output, header};
use atlas_gen::passes::select::Selection;
use atlas_gen::standalone::standalone;
use atlas_gen::{Inputs, Source, generate, load::load};
use quote::ToTokens;
use serde_json::{Value, json};

/// Rust code that `text` becomes, by the names of the files.
fn code(text: &str) -> BTreeMap<String, String> {
    let mut files = output(text).files;
    files.retain(|name, _| name.ends_with(".rs"));
    files
}

fn output(text: &str) -> Output {
    generate(&Inputs {
        document: &Source::new("document", text),
        corrections: None,
        complete: true,
        selection: &Selection::All,
        pin: &Date::parse("2026-12-31").expect("a date"),
        preview: false,
        header: &header("cargo xtask codegen", &[("document", text)]),
    })
    .unwrap_or_else(|error| panic!("{error}"))
}

/// Eight tags, each with an operation that reads and one that writes; two types are shared.
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

/// The files that differ, but for the one that holds the digest of the inputs.
fn changed(old: &BTreeMap<String, String>, new: &BTreeMap<String, String>) -> Vec<String> {
    let names: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    names
        .into_iter()
        .filter(|name| *name != "mod.rs" && old.get(*name) != new.get(*name))
        .cloned()
        .collect()
}

/// Whether all lines of `part` stand in `whole`, in order.
fn holds_all_lines(whole: &str, part: &str) -> bool {
    let mut lines = whole.lines();
    part.lines().all(|line| lines.any(|other| other == line))
}

/// A change and its opposite: only `files` differ, and only by lines that are added.
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
fn a_change_shows_in_the_files_of_its_tag_only() {
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
        &["builder/tag_c.rs", "operations/tag_c.rs"],
    );
}

#[test]
fn a_client_of_few_tags_stays_in_one_piece() {
    let mut few = tagged();
    for tag in ["C", "D", "E", "F", "G", "H"] {
        few["paths"]
            .as_object_mut()
            .expect("paths")
            .remove(&format!("/{tag}"));
    }
    let files = code(&few.to_string());
    let names: Vec<&String> = files.keys().collect();
    assert_eq!(names, ["builder.rs", "mod.rs", "operations.rs", "types.rs"]);
    assert!(output(&few.to_string()).features.is_empty());
    assert_eq!(output(&tagged().to_string()).features["tag-c"], "Tag C");
}

#[test]
fn the_manifest_has_a_feature_for_each_of_many_tags() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let source = |path: &str| {
        let text = std::fs::read_to_string(root.join(path)).expect(path);
        Source::new(path, text)
    };
    let files = standalone(
        &BTreeMap::from([("lib.rs".to_owned(), "//! x\n".to_owned())]),
        &output(&tagged().to_string()),
        &source("atlas-client/Cargo.toml"),
        &source("Cargo.toml"),
        "A client.",
    )
    .expect("a crate");
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

/// The whole document, if it is at hand, and the other revisions beside it.
fn full() -> Option<(Value, Vec<(String, Value)>)> {
    let named = std::path::PathBuf::from(std::env::var_os("ATLAS_FULL_SPEC")?);
    let read = |path: &std::path::Path| {
        let text = std::fs::read_to_string(path).expect("the document");
        load(&Source::new(path.display().to_string(), text)).expect("a document")
    };
    let beside = std::fs::read_dir(named.parent()?).ok()?;
    let others = beside
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension() == named.extension() && *path != named)
        .map(|path| (path.display().to_string(), read(&path)))
        .collect();
    Some((read(&named), others))
}

/// The structs and enums of a client by name, whichever file they are in and whatever they hang
/// on.
fn types(files: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    let mut types = BTreeMap::new();
    for (name, text) in files.iter().filter(|(name, _)| name.starts_with("types")) {
        for mut item in syn::parse_file(text).expect(name).items {
            let (name, attributes) = match &mut item {
                syn::Item::Struct(item) => (item.ident.to_string(), &mut item.attrs),
                syn::Item::Enum(item) => (item.ident.to_string(), &mut item.attrs),
                _ => continue,
            };
            attributes.retain(|attribute| !attribute.path().is_ident("cfg"));
            types.insert(name, item.into_token_stream().to_string());
        }
    }
    types
}

/// Each schema by name, with all that it refers to.
fn reached(document: &Value) -> BTreeMap<String, Value> {
    let schemas = document["components"]["schemas"].as_object();
    let whole = |schema: &Value| {
        let mut all: BTreeMap<String, Value> = BTreeMap::new();
        let mut open = vec![schema];
        while let Some(value) = open.pop() {
            match value {
                Value::Object(members) => open.extend(members.values()),
                Value::Array(entries) => open.extend(entries),
                Value::String(text) if text.starts_with("#/") => {
                    if let Some(found) = document.pointer(&text[1..])
                        && all.insert(text.clone(), found.clone()).is_none()
                    {
                        open.push(found);
                    }
                }
                _ => {}
            }
        }
        json!([schema, all])
    };
    let schemas = schemas.into_iter().flatten();
    schemas
        .map(|(name, schema)| (name.clone(), whole(schema)))
        .collect()
}

#[test]
fn a_change_of_the_full_document_shows_where_it_belongs() {
    let Some((document, others)) = full() else {
        eprintln!("skipped: ATLAS_FULL_SPEC names no full document");
        return;
    };
    let ours = code(&document.to_string());

    // A member and a value more, and an operation less.
    let mut touched = document.clone();
    let schema = &mut touched["components"]["schemas"]["LiveMigrationResponse"]["properties"];
    schema["zzz"] = json!({"type": "string"});
    let values = schema["status"]["enum"].as_array_mut().expect("values");
    values.push(json!("PAUSED"));
    let path = &mut touched["paths"]["/api/atlas/v2/orgs/{orgId}/liveMigrations/linkTokens"];
    path.as_object_mut().expect("a path").remove("delete");
    let touched = code(&touched.to_string());
    let tag = "cloud_migration_service.rs";
    let files = ["builder", "operations", "types"].map(|part| format!("{part}/{tag}"));
    assert_eq!(changed(&ours, &touched), files);
    let [builder, operations, types_file] = &files;
    assert!(holds_all_lines(&touched[types_file], &ours[types_file]));
    assert!(holds_all_lines(&ours[builder], &touched[builder]));
    assert!(holds_all_lines(&ours[operations], &touched[operations]));

    // Schemas that are equal in another revision have equal types.
    let (published, known) = (reached(&document), types(&ours));
    for (name, other) in others {
        let theirs = types(&code(&other.to_string()));
        let others = reached(&other);
        let equal: Vec<&String> = others
            .iter()
            .filter(|(schema, whole)| published.get(*schema) == Some(whole))
            .map(|(schema, _)| schema)
            // A type takes its name from the dated schema where there is one.
            .filter(|schema| !is_dated(schema, &published) && !is_dated(schema, &others))
            .filter(|schema| known.contains_key(*schema) && theirs.contains_key(*schema))
            .collect();
        let moved: Vec<&String> = equal
            .iter()
            .copied()
            .filter(|schema| !alike(&known[*schema], &theirs[*schema], &known, &theirs))
            .collect();
        assert!(equal.len() > 100, "{name}: {} are equal", equal.len());
        assert!(moved.is_empty(), "{name}: {moved:?} of {}", equal.len());
    }
}

/// Whether there is a schema called `name` and a date.
fn is_dated(name: &str, schemas: &BTreeMap<String, Value>) -> bool {
    schemas.keys().any(|other| {
        other
            .strip_prefix(name)
            .is_some_and(|date| date.len() == 8 && date.bytes().all(|digit| digit.is_ascii_digit()))
    })
}

/// Whether the texts of two types are the same, but for the names of enums of equal variants: an
/// enum that a new schema has too is called by what both have in common.
fn alike(
    ours: &str,
    theirs: &str,
    known: &BTreeMap<String, String>,
    other: &BTreeMap<String, String>,
) -> bool {
    let variants = |types: &BTreeMap<String, String>, name: &str| {
        let text = types.get(name)?;
        let (_, variants) = text.split_once(&format!("pub enum {name} "))?;
        Some(variants.to_owned())
    };
    let (ours, theirs): (Vec<&str>, Vec<&str>) = (
        ours.split_whitespace().collect(),
        theirs.split_whitespace().collect(),
    );
    ours.len() == theirs.len()
        && ours.iter().zip(&theirs).all(|(a, b)| {
            let of_enum = variants(known, a);
            a == b || (of_enum.is_some() && of_enum == variants(other, b))
        })
}
