//! The requests of the whole document: for every operation that takes JSON, bodies are built by the
//! typed builders, and what is sent of them validates against the published schema.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use atlas_gen::Source;
use atlas_gen::output::Output;
use atlas_gen::passes::correct::correct;
use serde_json::{Value, json};

use crate::built::{self, plain_id};
use crate::full_document::told_by;
use crate::generated::workspace;
use crate::sendable::Maker;

/// As many variants of a union are built; those of metric thresholds are many and alike.
const TURNS: usize = 24;

/// Builds bodies for every operation of the crate whose example `build` is at hand.
pub fn every_body_is_built(revision: &str, published: &Value, output: &Output) {
    let mut document = published.clone();
    let corrections = "openapi/corrections.yaml";
    let text = fs::read_to_string(workspace().join(corrections)).expect("corrections");
    correct(&mut document, &Source::new(corrections, text), false).expect("corrected");
    let schemas: Value =
        serde_json::from_str(&output.files["request_schemas.json"]).expect("schemas");
    let files = output.files.iter();
    let operations =
        files.filter(|(name, _)| name.starts_with("operations") && name.ends_with(".rs"));
    let operations: String = operations.map(|(_, text)| text.as_str()).collect();
    let spoken = spoken(&operations);
    let (_, bodies) = built::program(&output.files);

    // The operation, a body.
    let mut asked: Vec<(String, Value)> = Vec::new();
    let mut validators = BTreeMap::new();
    let mut without = Vec::new();
    for (id, media_type) in &spoken {
        if !bodies.contains_key(&plain_id(id)) {
            continue;
        }
        let schema = body_schema(&document, id, media_type);
        let version = media_type.split(['.', '+']).nth(2).expect("a version");
        let body = match &schemas["bodies"][id][version] {
            Value::String(name) => json!({"$ref": format!("#/schemas/{name}")}),
            inline => inline.clone(),
        };
        let rules = json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "schemas": reached(&schemas["schemas"], &body),
            "allOf": [body],
        });
        let validator = jsonschema::validator_for(&rules).expect("a schema");
        let mut fitting = BTreeSet::new();
        let mut full_ones = 0;
        let mut misfit = None;
        for turn in 0..Maker::new(&document, true, 0).turns(schema).min(TURNS) {
            for full in [false, true] {
                let value = Maker::new(&document, full, turn).value(schema, 0);
                match validator.validate(&value) {
                    Ok(()) => {
                        full_ones += usize::from(full);
                        fitting.insert(value.to_string());
                    }
                    Err(error) => misfit = Some(format!("{id}: {error} in {value}")),
                }
            }
        }
        if full_ones == 0 {
            without.extend(misfit);
        }
        for value in fitting {
            let value = serde_json::from_str(&value).expect("JSON");
            asked.push((id.clone(), value));
        }
        validators.insert(id, validator);
    }
    assert!(
        without.is_empty(),
        "{revision}: no body can be made:\n{}",
        without.join("\n")
    );
    let tested: BTreeSet<String> = asked.iter().map(|(id, _)| plain_id(id)).collect();
    let all: BTreeSet<String> = bodies.into_keys().collect();
    let untested: Vec<&String> = all.difference(&tested).collect();
    assert!(untested.is_empty(), "{revision}: no body of {untested:?}");

    let lines = asked
        .iter()
        .map(|(id, value)| format!("{} {value}\n", plain_id(id)));
    let told = told_by("build", lines.collect());
    assert_eq!(
        told.lines().count(),
        asked.len(),
        "{revision}: the program stopped early"
    );
    let mut faults = Vec::new();
    for ((id, value), told) in asked.iter().zip(told.lines()) {
        match serde_json::from_str::<Value>(told) {
            Err(_) => faults.push(format!("{id}: {told}: {value}")),
            Ok(sent) => {
                if let Err(error) = validators[id].validate(&sent) {
                    faults.push(format!("{id}: {error}: {value} became {sent}"));
                } else if sent != *value {
                    faults.push(format!("{id}: {value} became {sent}"));
                }
            }
        }
    }
    assert!(
        faults.is_empty(),
        "{revision}: {} of {} bodies:\n{}",
        faults.len(),
        asked.len(),
        faults[..faults.len().min(20)].join("\n")
    );
}

/// Those of `schemas` that `body` refers to: to compile all of them for each body takes long.
fn reached(schemas: &Value, body: &Value) -> Value {
    let mut found = serde_json::Map::new();
    let mut open = vec![body];
    while let Some(value) = open.pop() {
        match value {
            Value::Object(map) => {
                let reference = map.get("$ref").and_then(Value::as_str);
                if let Some(name) = reference.and_then(|path| path.strip_prefix("#/schemas/"))
                    && !found.contains_key(name)
                {
                    found.insert(name.to_owned(), schemas[name].clone());
                    open.push(&schemas[name]);
                }
                open.extend(map.values());
            }
            Value::Array(items) => open.extend(items),
            _ => {}
        }
    }
    Value::Object(found)
}

/// The operations that send JSON, and the media type that they send it in.
fn spoken(operations: &str) -> Vec<(String, String)> {
    let quoted = |line: &str| line.split('"').nth(1).unwrap_or_default().to_owned();
    let mut id = String::new();
    let mut all = Vec::new();
    for line in operations.lines().map(str::trim) {
        if line.starts_with("id: ") {
            id = quoted(line);
        } else if line.starts_with("content_type: Some(") {
            all.push((id.clone(), quoted(line)));
        }
    }
    all
}

fn body_schema<'a>(document: &'a Value, id: &str, media_type: &str) -> &'a Value {
    let paths = document["paths"].as_object().expect("paths");
    let operation = paths
        .values()
        .flat_map(|item| item.as_object().expect("a path item").values())
        .find(|operation| operation["operationId"] == id)
        .expect("the operation");
    let mut body = &operation["requestBody"];
    if let Some(reference) = body["$ref"].as_str() {
        body = document.pointer(&reference[1..]).expect("a body");
    }
    &body["content"][media_type]["schema"]
}
