//! Moves flags from a component to its uses.
//!
//! `nullable`, `readOnly` and `writeOnly` on a component apply to every member of that type; after
//! this pass, only the flags of members need to be read. A choice is `nullable` if one of its
//! alternatives is.
//!
//! Before:
//! ```yaml
//! Request: {properties: {sharding: {$ref: '#/components/schemas/Sharding'}}}
//! Sharding: {type: object, nullable: true, writeOnly: true}
//! ```
//! After:
//! ```yaml
//! Request: {properties: {sharding: {$ref: '#/components/schemas/Sharding', nullable: true, writeOnly: true}}}
//! Sharding: {type: object}
//! ```

use std::collections::{BTreeMap, HashMap, HashSet};

use serde_json::Value;

use crate::document::{Document, schema_name};
use crate::error::Result;
use crate::schema::{self, flag};

const FLAGS: [&str; 3] = ["nullable", "readOnly", "writeOnly"];

/// Moves the flags.
///
/// # Errors
/// None.
pub fn place_flags(document: &mut Document) -> Result<()> {
    nullable_choices(document);
    let flags: BTreeMap<String, Vec<&str>> = document
        .schemas()
        .filter_map(|(name, schema)| {
            // A component may be an alias of another one.
            let target = document.deref(schema).unwrap_or(schema);
            let is_set = |key: &&str| flag(schema, key) || flag(target, key);
            let set: Vec<&str> = FLAGS.into_iter().filter(is_set).collect();
            (!set.is_empty()).then(|| (name.clone(), set))
        })
        .collect();
    if flags.is_empty() {
        return Ok(());
    }
    for schema in document.schemas_mut().values_mut() {
        schema::rewrite(schema, &mut |schema| {
            let set = schema_name(schema).and_then(|name| flags.get(name));
            if let (Some(set), Value::Object(place)) = (set.cloned(), schema) {
                for key in set {
                    place.entry(key).or_insert(Value::Bool(true));
                }
            }
        });
    }
    for name in flags.keys() {
        if let Some(Value::Object(schema)) = document.schemas_mut().get_mut(name) {
            for key in FLAGS {
                schema.shift_remove(key);
            }
        }
    }
    Ok(())
}

/// Marks choices with a nullable alternative.
fn nullable_choices(document: &mut Document) {
    // The choices that list a component, by its name.
    let mut listed_by: HashMap<&str, Vec<&str>> = HashMap::new();
    let mut open: Vec<&str> = Vec::new();
    for (name, schema) in document.schemas() {
        if flag(schema, "nullable") || alternatives(schema).any(|one| flag(one, "nullable")) {
            open.push(name);
        }
        for listed in alternatives(schema).filter_map(schema_name) {
            listed_by.entry(listed).or_default().push(name);
        }
    }
    let mut nullable: HashSet<String> = HashSet::new();
    while let Some(name) = open.pop() {
        if nullable.insert(name.to_owned()) {
            open.extend(listed_by.get(name).into_iter().flatten());
        }
    }
    let is_nullable = |schema: &Value| {
        flag(schema, "nullable") || schema_name(schema).is_some_and(|name| nullable.contains(name))
    };
    for schema in document.schemas_mut().values_mut() {
        schema::rewrite(schema, &mut |schema| {
            if alternatives(schema).any(is_nullable)
                && let Value::Object(choice) = schema
            {
                choice.entry("nullable").or_insert(true.into());
            }
        });
    }
}

fn alternatives(schema: &Value) -> impl Iterator<Item = &Value> {
    let lists = ["oneOf", "anyOf"].into_iter();
    let lists = lists.filter_map(|key| schema.get(key)?.as_array());
    lists.flatten()
}
