//! Requests of the whole document: for every operation with a JSON body, typed builders build
//! bodies, and the serialized bodies are validated by the corrected schema.

use std::collections::{BTreeMap, BTreeSet};

use atlas_gen::output::Output;
use atlas_gen::output::tables::REQUEST_SCHEMAS;
use serde_json::{Value, json};

use crate::all_of_atlas::built::UNLISTED;
use crate::all_of_atlas::full_document::told_by;
use crate::all_of_atlas::offered::Offered;
use crate::all_of_atlas::sendable::Maker;

/// The maximal number of variants of a union that are built; metric thresholds have many similar
/// ones.
const TURNS: usize = 24;

/// Builds bodies for every operation by the example `build` of the crate, which must be compiled.
pub fn every_body_is_built(revision: &str, document: &Value, output: &Output, offered: &Offered) {
    let schemas: Value = serde_json::from_str(&output.tables[REQUEST_SCHEMAS]).expect("schemas");

    // The operation id and a body.
    let mut asked: Vec<(String, Value)> = Vec::new();
    let mut validators = BTreeMap::new();
    let mut without = Vec::new();
    let mut unlisted = Vec::new();
    for call in &offered.calls {
        let (Some(_), Some(media_type)) = (call.json_body(), &call.content_type) else {
            continue;
        };
        let id = &call.id;
        let schema = body_schema(document, id, media_type);
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
        for turn in 0..Maker::new(document, true, 0).turns(schema).min(TURNS) {
            for full in [false, true] {
                let value = Maker::new(document, full, turn).value(schema, 0);
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
            let value: Value = serde_json::from_str(&value).expect("JSON");
            asked.push((id.clone(), value));
        }
        // The same with enum values that the published schema does not list, so these bodies are
        // not validated.
        let maker = Maker::new(document, true, 0).unlisted();
        let value = maker.value(schema, 0);
        if value.to_string().contains(UNLISTED) {
            unlisted.push((id.clone(), value));
        }
        validators.insert(id, validator);
    }
    assert!(
        without.is_empty(),
        "{revision}: no body can be made:\n{}",
        without.join("\n")
    );
    let tested: BTreeSet<&String> = asked.iter().map(|(id, _)| id).collect();
    let untested = offered
        .calls
        .iter()
        .filter(|call| call.json_body().is_some());
    let untested: Vec<&String> = untested
        .map(|call| &call.id)
        .filter(|id| !tested.contains(id))
        .collect();
    assert!(untested.is_empty(), "{revision}: no body of {untested:?}");
    assert!(tested.len() > 100, "{revision}: bodies of {}", tested.len());
    assert!(
        unlisted.len() > 20,
        "{revision}: {} of them",
        unlisted.len()
    );
    let published = asked.len();
    asked.extend(unlisted);

    let lines = asked.iter().map(|(id, value)| format!("{id} {value}\n"));
    let told = told_by("build", lines.collect());
    assert_eq!(
        told.lines().count(),
        asked.len(),
        "{revision}: the program stopped early"
    );
    let mut faults = Vec::new();
    for (i, ((id, value), told)) in asked.iter().zip(told.lines()).enumerate() {
        match serde_json::from_str::<Value>(told) {
            Err(_) => faults.push(format!("{id}: {told}: {value}")),
            Ok(sent) => {
                if i < published
                    && let Err(error) = validators[id].validate(&sent)
                {
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

/// Returns the schemas that `body` refers to: compiling all of them for each body would take long.
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
