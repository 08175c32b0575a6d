//! Converts `oneOf`, `anyOf` and `discriminator` to one of four forms that have a Rust type.
//!
//! - a discriminator: a tagged union (`x-atlas-tagged`);
//! - all members are enums of strings or integers: one enum with all values;
//! - all members are strings, numbers or booleans: one of these;
//! - otherwise: a union whose variants are selected by their kind of JSON and their members
//!   (`x-atlas-untagged`).
//!
//! The members that a union lists for all its variants, and its required names, are added to the
//! variants that lack them (see `shared`). Alternatives that only require members are constraints
//! on an object, which stays one. An alternative that no mapping leads to within the document has its
//! own name as tag.
//!
//! Before:
//! ```yaml
//! Pet:
//!   required: [name]
//!   properties: {name: {type: string}}
//!   oneOf: [{$ref: '#/components/schemas/Cat'}, {$ref: '#/components/schemas/Dog'}]
//!   discriminator: {propertyName: kind, mapping: {CAT: '#/components/schemas/Cat', DOG: 'pets.yaml#/Dog'}}
//! Cat: {properties: {kind: {type: string}}}
//! Dog: {properties: {kind: {type: string}}}
//! ```
//! After:
//! ```yaml
//! Pet:
//!   x-atlas-tagged:
//!     property: kind
//!     variants: [{tags: [CAT], schema: Cat}, {tags: [Dog], schema: Dog}]
//! Cat: {properties: {kind: {type: string}, name: {type: string}}, required: [name]}
//! Dog: {properties: {kind: {type: string}, name: {type: string}}, required: [name]}
//! ```

use std::collections::{HashMap, HashSet};

use serde_json::{Map, Value, json};

use crate::document::{Document, schema_name};
use crate::error::{Error, Result};
use crate::passes::flatten::only_requires;
use crate::passes::hoist;
use crate::pointer;
use crate::schema::{TAGGED, Tagged, Variant};

mod alternatives;
mod circles;
mod shared;

/// Rewrites every union among the components.
///
/// # Errors
/// A discriminator without its `propertyName`, a union whose only alternatives are itself by way of
/// others, or nested unions whose shared members are too many to write out.
pub fn unions(document: &mut Document) -> Result<()> {
    circles::open(document)?;
    shared::share(document)?;
    let mut rewritten: Vec<(String, Value)> = Vec::new();
    let mut made = Map::new();
    for (name, schema) in document.schemas() {
        let here = pointer::join("/components/schemas", name);
        let union = rewrite(document, name, schema, &members(schema), &here, &mut made)?;
        rewritten.extend(union.map(|union| (name.clone(), union)));
    }
    let schemas = document.schemas_mut();
    schemas.extend(made);
    for (name, union) in rewritten {
        schemas.insert(name, union);
    }
    Ok(())
}

/// Returns the variants of `schema`, if it is a union: those of the discriminator, or those that it
/// lists.
fn variants(document: &Document, name: &str, schema: &Value) -> Vec<String> {
    let members = members(schema);
    match schema.get("discriminator") {
        Some(discriminator) => tagged_variants(document, name, discriminator, &members)
            .into_iter()
            .map(|variant| variant.schema)
            .collect(),
        None => {
            let listed = members.into_iter().filter_map(schema_name);
            let listed = listed.filter(|listed| *listed != name);
            listed.map(str::to_owned).collect()
        }
    }
}

fn members(schema: &Value) -> Vec<&Value> {
    ["oneOf", "anyOf"]
        .iter()
        .filter_map(|key| schema.get(key)?.as_array())
        .flatten()
        .collect()
}

fn rewrite(
    document: &Document,
    name: &str,
    schema: &Value,
    members: &[&Value],
    here: &str,
    made: &mut Map<String, Value>,
) -> Result<Option<Value>> {
    // Annotations of the union as a whole are kept.
    let kept = ["description", hoist::HOISTED].map(|key| (key, schema.get(key).cloned()));
    let with = |mut union: Value| {
        if let Value::Object(map) = &mut union {
            for (key, value) in kept {
                map.extend(value.map(|value| (key.to_owned(), value)));
            }
        }
        Ok(Some(union))
    };
    if let Some(discriminator) = schema.get("discriminator") {
        let Some(property) = discriminator.get("propertyName").and_then(Value::as_str) else {
            return Err(Error::at(
                format!("{here}/discriminator"),
                "a discriminator needs a text under `propertyName`",
            ));
        };
        let variants = tagged_variants(document, name, discriminator, members);
        if !variants.is_empty() {
            let property = property.to_owned();
            return with(json!({ TAGGED: Tagged { property, variants } }));
        }
        return Ok(None);
    }
    let is_object = schema.get("properties").is_some();
    if members.is_empty() || (is_object && members.iter().all(|member| only_requires(member))) {
        return Ok(None);
    }
    // Objects inside are components by now: what has no name is no object, or hardly describes one.
    if is_object && members.iter().any(|member| schema_name(member).is_none()) {
        return with(json!({}));
    }
    with(alternatives::united(document, name, members, made))
}

/// Returns the component that a mapping names, with or without its path.
fn component<'a>(document: &Document, target: &'a Value) -> Option<&'a str> {
    let target = target.as_str()?;
    let name = target.strip_prefix("#/components/schemas/");
    let name = name.unwrap_or(target);
    document.schema(name).is_some().then_some(name)
}

fn tagged_variants(
    document: &Document,
    name: &str,
    discriminator: &Value,
    members: &[&Value],
) -> Vec<Variant> {
    let mut variants: Vec<Variant> = Vec::new();
    let mut position: HashMap<String, usize> = HashMap::new();
    let mut add = |tag: &str, schema: &str| {
        // A parent that maps to itself is not a variant: its tag is handled as unknown.
        if schema == name || document.schema(schema).is_none() {
            return;
        }
        match position.get(schema).and_then(|at| variants.get_mut(*at)) {
            Some(variant) => variant.tags.push(tag.to_owned()),
            None => {
                position.insert(schema.to_owned(), variants.len());
                variants.push(Variant {
                    tags: vec![tag.to_owned()],
                    schema: schema.to_owned(),
                });
            }
        }
    };
    let mapping = discriminator.get("mapping").and_then(Value::as_object);
    for (tag, target) in mapping.into_iter().flatten() {
        if let Some(schema) = component(document, target) {
            add(tag, schema);
        }
    }
    // Without a mapping, the tag is the name of the schema (OpenAPI 3.0.3, Discriminator Object).
    let mapped = mapping.into_iter().flat_map(|mapping| mapping.values());
    let mapped: HashSet<&str> = mapped
        .filter_map(|target| component(document, target))
        .collect();
    for member in members.iter().filter_map(|member| schema_name(member)) {
        if !mapped.contains(member) {
            add(member, member);
        }
    }
    variants
}
