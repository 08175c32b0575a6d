//! Existing names do not change when something unrelated is added to a document.
//!
//! Tested with small documents for each kind of addition, with random additions to one of them, and
//! with the published document if `ATLAS_FULL_SPEC` names it: an older revision beside it gets all
//! operations and schemas of the newer one that it lacks, and an operation that repeats every list
//! of enum values.

use std::collections::BTreeSet;
use std::path::Path;

use atlas_gen::document::Document;
use atlas_gen::generate::{code, simplified};
use atlas_gen::media_type::Date;
use atlas_gen::names::{enum_variants, members, union_variants};
use atlas_gen::passes::select::{Selection, select};
use atlas_gen::passes::{correct, lint, shared_enums};
use atlas_gen::schema::{self, Kind};
use atlas_gen::{Source, load};
use quote::ToTokens;
use serde_json::{Map, Value, json};

use crate::documents::mutate::Random;
use crate::documents::revisions::{corrections, named, others, read};

/// The public names of a client, each with its meaning: a type, a signature, a value on the wire.
type Items = BTreeSet<String>;

/// Returns the items of the client of `document`, and its equal enums without a given name.
fn client(document: &Value, corrections: &Source) -> (Items, Vec<Vec<String>>) {
    let mut root = document.clone();
    correct::correct(&mut root, corrections, false).expect("corrections that apply");
    let mut document = Document::new(root).expect("a document");
    lint::lint(&document).unwrap_or_else(|error| panic!("{error}"));
    select(&mut document, &Selection::All).expect("operations");
    let pin = Date::parse("2026-12-31").expect("a date");
    let simplified = simplified(document, &pin, false).unwrap_or_else(|error| panic!("{error}"));
    let mut items = Items::new();
    let file = code(&simplified.document, &simplified.operations, false).expect("code");
    read_items("", &file.items, &mut items);
    for operation in &simplified.operations {
        let method = &operation.method_name;
        for parameter in &operation.parameters {
            items.insert(format!(
                "{method}: {} = {}",
                parameter.rust_name, parameter.name
            ));
        }
    }
    for (name, schema) in simplified.document.schemas() {
        let mut add = |item: &str, wire: &str| items.insert(format!("{name}: {item} = {wire}"));
        match schema::kind(schema) {
            Kind::Enum(_) | Kind::Literals(_) => {
                for variant in enum_variants(schema) {
                    add(&variant.name, &variant.value.to_string());
                }
            }
            Kind::Object(properties) => {
                for (member, name) in members(properties) {
                    add(&name.field, &member);
                }
            }
            _ => {
                for (variant, part) in union_variants(name, schema) {
                    add(&variant, &part);
                }
            }
        }
    }
    items.extend(
        simplified
            .features
            .tags
            .keys()
            .map(|feature| format!("feature {feature}")),
    );
    (items, shared_enums::unnamed(&simplified.document))
}

fn read_items(module: &str, all: &[syn::Item], out: &mut Items) {
    let text = |tokens: &dyn ToTokens| tokens.to_token_stream().to_string();
    let is_public = |visibility: &syn::Visibility| matches!(visibility, syn::Visibility::Public(_));
    for item in all {
        match item {
            syn::Item::Struct(item) => {
                let name = &item.ident;
                out.insert(format!("struct {module}::{name}"));
                for field in item.fields.iter().filter(|field| is_public(&field.vis)) {
                    let (field, ty) = (field.ident.as_ref(), text(&field.ty));
                    let field = field.map(ToString::to_string).unwrap_or_default();
                    out.insert(format!("{module}::{name}::{field}: {ty}"));
                }
            }
            syn::Item::Enum(item) => {
                let name = &item.ident;
                out.insert(format!("enum {module}::{name}"));
                for variant in &item.variants {
                    let (variant, fields) = (&variant.ident, text(&variant.fields));
                    out.insert(format!("{module}::{name}::{variant}{fields}"));
                }
            }
            syn::Item::Type(item) => {
                let (name, ty) = (&item.ident, text(&item.ty));
                out.insert(format!("type {module}::{name} = {ty}"));
            }
            syn::Item::Impl(block) if block.trait_.is_none() => {
                let owner = text(&block.self_ty);
                for item in &block.items {
                    if let syn::ImplItem::Fn(method) = item
                        && is_public(&method.vis)
                    {
                        out.insert(format!("{module}::{owner}: {}", text(&method.sig)));
                    }
                }
            }
            syn::Item::Mod(item) => {
                let items = item.content.iter().flat_map(|(_, items)| items);
                let items: Vec<syn::Item> = items.cloned().collect();
                read_items(&format!("{module}::{}", item.ident), &items, out);
            }
            _ => {}
        }
    }
}

fn yaml(text: &str) -> Value {
    load::load(&Source::new("document", text)).expect("a document")
}

/// The corrections for the small documents: one enum name for two locations.
fn given() -> Source {
    let text = "overlay: 1.0.0\ninfo: {title: '', version: ''}\nactions:\n\
        - target: $\n  description: The names.\n  update: {x-atlas-enum-names: {by-place: \
        {Provider: [HostProvider], Level: [Level, HostLevel]}}}\n";
    Source::new("corrections", text)
}

/// A document with every kind of name.
fn base() -> Value {
    let content =
        |schema: Value| json!({"application/vnd.atlas.2023-01-01+json": {"schema": schema}});
    let reference = |name: &str| json!({"$ref": format!("#/components/schemas/{name}")});
    let mut document = yaml(
        "openapi: 3.0.3\n\
         info: {title: '', version: ''}\n\
         paths: {}\n\
         components:\n  \
           schemas:\n    \
             ApiError: {type: object, properties: {error: {type: integer}}}\n    \
             Host:\n      \
               type: object\n      \
               properties:\n        \
                 hostName: {type: string}\n        \
                 provider: {type: string, enum: [AWS, GCP]}\n        \
                 level: {type: string, enum: [LOW, HIGH]}\n        \
                 hostState: {type: string, enum: [UP, UNKNOWN_VALUE, DOWN]}\n    \
             Job20240530:\n      \
               type: object\n      \
               properties:\n        \
                 id: {type: string, readOnly: true}\n        \
                 state: {type: string, enum: [NEW, DONE]}\n        \
                 provider: {type: string, enum: [GCP, AWS]}\n    \
             Level: {type: string, enum: [LOW, HIGH]}\n    \
             Pet: {oneOf: [{$ref: '#/components/schemas/CatPet'}, {$ref: '#/components/schemas/Dog'}]}\n    \
             CatPet: {type: object, properties: {purrs: {type: boolean}}}\n    \
             Dog: {type: object, properties: {barks: {type: boolean}}}\n",
    );
    document["paths"]["/hosts"] = json!({"get": {
        "operationId": "listHosts",
        "parameters": [
            {"name": "sortBy", "in": "query", "schema": {"type": "string", "enum": ["NAME", "AGE"]}},
            {"name": "body", "in": "query", "schema": {"type": "string"}},
        ],
        "responses": {"200": {"description": "", "content": content(reference("Host"))}},
    }});
    document["paths"]["/jobs"] = json!({"post": {
        "operationId": "createJob",
        "requestBody": {"content": content(reference("Job20240530"))},
        "responses": {"200": {"description": "", "content": content(reference("Job20240530"))}},
    }});
    document["paths"]["/pets"] = json!({"get": {
        "operationId": "getPet",
        "responses": {"200": {"description": "", "content": content(reference("Pet"))}},
    }});
    document
}

/// Inserts an entry into a map or a list at a random position.
fn insert(document: &mut Value, pointer: &str, key: &str, value: Value, random: &mut Random) {
    match document.pointer_mut(pointer).expect("a place") {
        Value::Array(entries) => entries.insert(random.below(entries.len() + 1), value),
        Value::Object(map) if !map.contains_key(key) => {
            let mut rest: Vec<(String, Value)> = std::mem::take(map).into_iter().collect();
            rest.insert(random.below(rest.len() + 1), (key.to_owned(), value));
            *map = Map::from_iter(rest);
        }
        _ => {}
    }
}

/// One addition of each kind: its description, the JSON pointer of the map or list, the key, and
/// the value as YAML.
const ADDITIONS: [(&str, &str, &str, &str); 19] = [
    (
        "an equal enum in a shorter place",
        "/components/schemas",
        "A",
        "{type: object, properties: {b: {type: string, enum: [NEW, DONE]}, c: {type: string, enum: [UP, DOWN, UNKNOWN_VALUE]}, d: {type: string, enum: [AGE, NAME]}}}",
    ),
    (
        "an equal enum of a named one",
        "/components/schemas",
        "B",
        "{type: object, properties: {b: {type: string, enum: [AWS, GCP]}}}",
    ),
    (
        "a published enum that is equal",
        "/components/schemas",
        "C",
        "{type: string, enum: [NEW, DONE]}",
    ),
    (
        "a published enum that is equal to a named one",
        "/components/schemas",
        "D",
        "{type: string, enum: [AWS, GCP]}",
    ),
    (
        "a schema called as a given name",
        "/components/schemas",
        "Provider",
        "{type: object, properties: {a: {type: string}}}",
    ),
    (
        "a newer date",
        "/components/schemas",
        "Job20270101",
        "{type: object, properties: {state: {type: string, enum: [NEW, LATE]}}}",
    ),
    (
        "another spelling",
        "/components/schemas",
        "host",
        "{type: object, properties: {a: {type: string}}}",
    ),
    (
        "a builder",
        "/components/schemas",
        "JobBuilder",
        "{type: object, properties: {a: {type: string}}}",
    ),
    (
        "a hoisted name with a word less",
        "/components/schemas",
        "Ho",
        "{type: object, properties: {stState: {type: string, enum: [X]}}}",
    ),
    (
        "a name of the layer",
        "/components/schemas",
        "Client",
        "{type: object, properties: {a: {type: string}}}",
    ),
    (
        "a value in another spelling",
        "/components/schemas/Host/properties/hostState/enum",
        "",
        "up",
    ),
    (
        "a value that needs another name",
        "/components/schemas/Host/properties/hostState/enum",
        "",
        "UNKNOWN",
    ),
    (
        "a member in another spelling",
        "/components/schemas/Host/properties",
        "host_name",
        "{type: string}",
    ),
    (
        "a member in capitals",
        "/components/schemas/Host/properties",
        "HostName",
        "{type: string}",
    ),
    (
        "a plain member that is left of another's name",
        "/components/schemas/Host/properties",
        "state",
        "{type: string}",
    ),
    (
        "a parameter in another spelling",
        "/paths/~1hosts/get/parameters",
        "",
        "{name: sort_by, in: query, schema: {type: string}}",
    ),
    (
        "a parameter in a header",
        "/paths/~1hosts/get/parameters",
        "",
        "{name: Sort-By, in: header, schema: {type: string}}",
    ),
    (
        "an alternative",
        "/components/schemas/Pet/oneOf",
        "",
        "{$ref: '#/components/schemas/DogPet'}",
    ),
    ("an operation", "/paths", "/a", ""),
];

/// Applies an addition; a new operation uses the new schemas.
fn add(
    document: &mut Value,
    (_, pointer, key, text): (&str, &str, &str, &str),
    random: &mut Random,
) {
    let value = if text.is_empty() {
        json!({})
    } else {
        yaml_value(text)
    };
    if pointer == "/components/schemas" || key == "/a" {
        let name = if key == "/a" { "Level" } else { key };
        let schema = json!({"$ref": format!("#/components/schemas/{name}")});
        let listed = json!({"type": "string", "enum": ["NAME", "AGE"]});
        let operation = json!({"get": {
            "operationId": format!("a{name}"),
            "tags": ["A"],
            "parameters": [{"name": "a", "in": "query", "schema": listed}],
            "responses": {"200": {"description": "", "content": {
                "application/vnd.atlas.2023-01-01+json": {"schema": schema},
            }}},
        }});
        insert(document, "/paths", &format!("/a/{name}"), operation, random);
    }
    if text.contains("DogPet") {
        let pet = json!({"type": "object", "properties": {"wags": {"type": "boolean"}}});
        insert(document, "/components/schemas", "DogPet", pet, random);
    }
    if !text.is_empty() {
        insert(document, pointer, key, value, random);
    }
}

fn yaml_value(text: &str) -> Value {
    yaml(&format!("a: {text}"))["a"].clone()
}

/// Lists the items of `old` that `new` lacks, one per line.
fn lost(old: &Items, new: &Items) -> String {
    let lost: Vec<&str> = old.difference(new).map(String::as_str).collect();
    lost.join("\n")
}

#[test]
fn no_kind_of_addition_changes_existing_names() {
    let old = base();
    let (before, _) = client(&old, &given());
    for text in [
        "enum ::types::Provider",
        "enum ::types::HostState",
        "struct ::types::Job",
        "struct ::types::JobRequest",
    ] {
        assert!(before.contains(text), "{text} in {before:#?}");
    }
    for addition in ADDITIONS {
        // At different positions of the map or list.
        for seed in [1, 2, 3] {
            let mut new = old.clone();
            add(&mut new, addition, &mut Random(seed * 0x9E37_79B9));
            let lost = lost(&before, &client(&new, &given()).0);
            assert!(lost.is_empty(), "{}: lost\n{lost}\nof {new:#}", addition.0);
        }
    }
}

#[test]
fn random_additions_change_no_existing_names() {
    let old = base();
    let (before, _) = client(&old, &given());
    let mut random = Random(0x9E37_79B9_7F4A_7C15);
    for round in 0..60 {
        let mut new = old.clone();
        let mut done = Vec::new();
        for _ in 0..=random.below(6) {
            let addition = ADDITIONS[random.below(ADDITIONS.len())];
            // No document may list a parameter twice.
            if done.contains(&addition.0) {
                continue;
            }
            done.push(addition.0);
            add(&mut new, addition, &mut random);
        }
        let lost = lost(&before, &client(&new, &given()).0);
        assert!(
            lost.is_empty(),
            "round {round}, {}: lost\n{lost}",
            done.join(", ")
        );
    }
}

/// Returns the older document with the operations and components of the newer one that it lacks,
/// inserted before its own.
fn with_additions(old: &Value, new: &Value) -> Value {
    let mut all = old.clone();
    let entries = |value: &Value| value.as_object().cloned().unwrap_or_default();
    let before = |added: Map<String, Value>, old: &Value| {
        Value::from_iter(added.into_iter().chain(entries(old)))
    };
    for (section, components) in entries(&new["components"]) {
        let there = &old["components"][&section];
        let mut added = entries(&components);
        added.retain(|name, _| there.get(name).is_none());
        all["components"][&section] = before(added, there);
    }
    let ids: BTreeSet<String> = operation_ids(old);
    let mut paths = Map::new();
    for (path, item) in entries(&new["paths"]) {
        let mut added = entries(&item);
        added.retain(|key, operation| {
            let id = operation["operationId"].as_str();
            let is_new = id.is_none_or(|id| !ids.contains(id));
            is_new && old["paths"][&path].get(key).is_none()
        });
        if added
            .values()
            .any(|operation| operation.get("operationId").is_some())
        {
            match old["paths"].get(&path) {
                Some(there) => all["paths"][&path] = before(added, there),
                None => {
                    paths.insert(path, Value::Object(added));
                }
            }
        }
    }
    all["paths"] = before(paths, &all["paths"]);
    all
}

/// Adds an operation whose response has a member for each list of enum values in `document`. The
/// names derived from these members are shorter than those of the existing locations.
fn with_all_values(document: &mut Value) {
    let mut all = BTreeSet::new();
    collect_values(&document["components"]["schemas"], &mut all);
    collect_values(&document["paths"], &mut all);
    let lists = all.iter().map(|text| yaml_value(text));
    let members = lists.enumerate().map(|(i, values)| {
        let name = format!("m{i}");
        (name, json!({"type": "string", "enum": values}))
    });
    let members = Map::from_iter(members);
    document["components"]["schemas"]["A"] = json!({"type": "object", "properties": members});
    let operation = json!({"get": {
        "operationId": "a",
        "tags": ["A"],
        "responses": {"200": {"description": "", "content": {
            "application/vnd.atlas.2023-01-01+json": {
                "schema": {"$ref": "#/components/schemas/A"},
            },
        }}},
    }});
    document["paths"]["/a"] = operation;
}

/// Collects the lists of strings under `enum` in `value`, as JSON.
fn collect_values(value: &Value, all: &mut BTreeSet<String>) {
    match value {
        Value::Object(map) => {
            if let Some(Value::Array(values)) = map.get("enum")
                && values.iter().all(Value::is_string)
            {
                all.insert(json!(values).to_string());
            }
            map.values().for_each(|value| collect_values(value, all));
        }
        Value::Array(values) => values.iter().for_each(|value| collect_values(value, all)),
        _ => {}
    }
}

fn operation_ids(document: &Value) -> BTreeSet<String> {
    let items = document["paths"].as_object().into_iter().flatten();
    let operations = items.flat_map(|(_, item)| item.as_object().into_iter().flatten());
    let ids = operations.filter_map(|(_, operation)| operation["operationId"].as_str());
    ids.map(str::to_owned).collect()
}

/// Types whose names may change, each with the reason.
const EXCEPTIONS: [(&str, &str); 1] = [(
    "StreamsPrivateLinkConnectionRequest",
    "a newer revision publishes a schema of this name; before, it was that of the request side of \
     `StreamsPrivateLinkConnection` (see `passes::directions`)",
)];

#[test]
fn additions_of_a_newer_revision_change_no_name_of_an_older_one() {
    let Some(path) = named() else { return };
    let newer = read(&path);
    let (_, unnamed) = client(&newer, &corrections());
    assert_eq!(
        unnamed,
        Vec::<Vec<String>>::new(),
        "equal enums need a name"
    );
    for other in others(&path) {
        leaves_names(&other, &newer);
    }
}

fn leaves_names(path: &Path, newer: &Value) {
    let older = read(path);
    let mut together = with_additions(&older, newer);
    with_all_values(&mut together);
    let added = operation_ids(&together).len() - operation_ids(&older).len();
    assert!(added > 1, "{} lacks nothing", path.display());
    let (before, _) = client(&older, &corrections());
    let (after, _) = client(&together, &corrections());
    let is_excepted = |item: &&String| EXCEPTIONS.iter().any(|(name, _)| item.contains(name));
    let lost = before.difference(&after);
    let lost: Vec<&String> = lost.filter(|item| !is_excepted(item)).collect();
    assert!(
        lost.is_empty(),
        "{}: {} of {} items are lost: {lost:#?}",
        path.display(),
        lost.len(),
        before.len()
    );
}
