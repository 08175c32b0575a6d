//! The time of a comparison is linear in the size of the documents, where alternatives and children are
//! many. A quadratic or cubic comparison of these would run for minutes.

use atlas_diff::{Finding, Options};
use atlas_gen::media_type::Date;
use serde_json::{Map, Value, json};

const LENGTH: usize = 4_000;

fn reference(name: &str) -> Value {
    json!({"$ref": format!("#/components/schemas/{name}")})
}

/// Compares two revisions of the schemas of a response with the schema `Pet`.
fn compare(old: Map<String, Value>, new: Map<String, Value>) -> Vec<Finding> {
    let document = |schemas: Map<String, Value>| {
        let content = json!({"application/json": {"schema": reference("Pet")}});
        json!({
            "openapi": "3.0.3",
            "info": {"title": "t", "version": "1"},
            "paths": {"/a": {"get": {
                "operationId": "getA",
                "responses": {"200": {"description": "", "content": content}},
            }}},
            "components": {"schemas": schemas},
        })
    };
    let options = Options::new(Date::parse("2026-11-24").expect("a date"));
    atlas_diff::compare(&document(old), &document(new), &options).expect("findings")
}

fn kind(types: &str) -> Value {
    json!({"type": "object", "properties": {"kind": {"type": types}}})
}

#[test]
fn renamed_alternatives_of_a_large_union_are_matched_by_their_values() {
    let schemas = |prefix: &str, types: &str| {
        let name = |i: usize| format!("{prefix}{i}");
        let target = |i: usize| format!("#/components/schemas/{}", name(i)).into();
        let mapping: Map<String, Value> =
            (0..LENGTH).map(|i| (format!("T{i}"), target(i))).collect();
        let pet = json!({
            "oneOf": (0..LENGTH).map(|i| reference(&name(i))).collect::<Vec<Value>>(),
            "discriminator": {"propertyName": "kind", "mapping": mapping},
        });
        let alternatives = (0..LENGTH).map(|i| (name(i), kind(types)));
        alternatives.chain([("Pet".to_owned(), pet)]).collect()
    };
    let found = compare(schemas("Cat", "string"), schemas("Dog", "integer"));
    let changed = found
        .iter()
        .filter(|finding| finding.id.contains("type-changed"));
    assert_eq!(changed.count(), LENGTH, "{:?}", found.first());
}

#[test]
fn children_of_a_parent_without_a_mapping_are_compared_once() {
    let schemas = |types: &str| {
        let mut pet = kind("string");
        pet["discriminator"] = json!({"propertyName": "kind"});
        let child = |i: usize| {
            let own = json!({"type": "object", "properties": {"own": {"type": types}}});
            (format!("Cat{i}"), json!({"allOf": [reference("Pet"), own]}))
        };
        let children = (0..LENGTH).map(child);
        children.chain([("Pet".to_owned(), pet)]).collect()
    };
    let found = compare(schemas("string"), schemas("integer"));
    let changed = found
        .iter()
        .filter(|finding| finding.id.contains("type-changed"));
    assert_eq!(changed.count(), LENGTH, "{:?}", found.first());
}
