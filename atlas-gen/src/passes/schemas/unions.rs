//! Converts `oneOf`, `anyOf` and `discriminator` to one of three forms that have a Rust type.
//!
//! - all members are enums of strings or integers: one enum with all values;
//! - a discriminator: a tagged union (`x-atlas-tagged`);
//! - otherwise: a union whose variants are selected by their members (`x-atlas-untagged`).
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

use serde_json::{Value, json};

use crate::document::{Document, schema_name};
use crate::error::{Error, Result};
use crate::passes::flatten::only_requires;
use crate::passes::hoist;
use crate::pointer;
use crate::schema::{TAGGED, Tagged, UNTAGGED, Variant};

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
    for (name, schema) in document.schemas() {
        let here = pointer::join("/components/schemas", name);
        if let Some(union) = rewrite(document, name, schema, &members(schema), &here)? {
            rewritten.push((name.clone(), union));
        }
    }
    let schemas = document.schemas_mut();
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
    let mut values: Vec<&Value> = Vec::new();
    let mut known_values: HashSet<String> = HashSet::new();
    // The name that each of the values is given, if any.
    let mut names: Vec<Option<&Value>> = Vec::new();
    let mut objects: Vec<&str> = Vec::new();
    let mut known_objects: HashSet<&str> = HashSet::new();
    let mut others = false;
    for member in members {
        let target = document.deref(member).unwrap_or(member);
        if let Some(Value::Array(listed)) = target.get("enum") {
            let given = target.get("x-enum-varnames").and_then(Value::as_array);
            let given = given.filter(|given| given.len() == listed.len());
            for (i, value) in listed.iter().enumerate() {
                if known_values.insert(value.to_string()) {
                    values.push(value);
                    names.push(given.and_then(|given| given.get(i)));
                }
            }
        } else if let Some(variant) = schema_name(member) {
            // The union itself or a repeated variant adds no value.
            if variant != name && known_objects.insert(variant) {
                objects.push(variant);
            }
        } else {
            others = true;
        }
    }
    // Names are used only if there is one for every value.
    let mut listed = json!({ "enum": values });
    if let Value::Object(map) = &mut listed {
        if values.iter().all(|value| value.is_string()) {
            map.insert("type".to_owned(), Value::String("string".to_owned()));
        }
        if let Some(names) = names.into_iter().collect::<Option<Vec<_>>>() {
            map.insert("x-enum-varnames".to_owned(), json!(names));
        }
    }
    match (values.is_empty(), objects.is_empty(), others) {
        (false, true, false) => with(listed),
        (true, false, false) => with(json!({ UNTAGGED: objects })),
        // A mixture has no common type; any value is accepted and kept unchanged.
        _ => with(json!({})),
    }
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
