//! unions: `oneOf`, `anyOf` and `discriminator` become one of three forms that have a Rust type.
//!
//! - all members are enums, of texts or whole numbers: one enum with all values;
//! - a discriminator: a union told apart by that member (`x-atlas-tagged`);
//! - otherwise: a union told apart by what its members hold (`x-atlas-untagged`).
//!
//! The members that a union lists for all its variants are added to those variants that lack them.
//!
//! Before:
//! ```yaml
//! Pet:
//!   oneOf: [{$ref: '#/components/schemas/Cat'}]
//!   discriminator: {propertyName: kind, mapping: {CAT: '#/components/schemas/Cat'}}
//! Cat: {properties: {kind: {type: string}}}
//! ```
//! After:
//! ```yaml
//! Pet: {x-atlas-tagged: {property: kind, variants: [{tags: [CAT], schema: Cat}]}}
//! Cat: {properties: {kind: {type: string}}}
//! ```

use serde_json::{Map, Value, json};

use crate::document::{Document, schema_name};
use crate::error::{Error, Result};
use crate::passes::hoist;
use crate::pointer;
use crate::schema::{self, TAGGED, Tagged, UNTAGGED, Variant};

/// Rewrites every union among the components.
///
/// # Errors
/// A union that holds something other than enums or objects, or a discriminator without its
/// `propertyName`.
pub fn unions(document: &mut Document) -> Result<()> {
    let mut rewritten: Vec<(String, Value)> = Vec::new();
    let mut inherited: Vec<(String, Map<String, Value>)> = Vec::new();
    for (name, schema) in document.schemas() {
        let here = pointer::join("/components/schemas", name);
        let members = members(schema);
        let Some(union) = rewrite(document, name, schema, &members, &here)? else {
            continue;
        };
        if let Some(Value::Object(shared)) = schema.get("properties") {
            let mut variants = Vec::new();
            schema::references(&union, &mut variants);
            for variant in variants {
                if variant != name {
                    inherited.push((variant.to_owned(), shared.clone()));
                }
            }
        }
        rewritten.push((name.clone(), union));
    }
    let schemas = document.schemas_mut();
    for (name, shared) in inherited {
        let Some(Value::Object(variant)) = schemas.get_mut(&name) else {
            continue;
        };
        if let Some(Value::Object(own)) = variant.get_mut("properties") {
            for (member, schema) in shared {
                own.entry(member).or_insert(schema);
            }
        }
    }
    for (name, union) in rewritten {
        schemas.insert(name, union);
    }
    Ok(())
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
    // What is said of the union as a whole stays.
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
    if members.is_empty() {
        return Ok(None);
    }
    let mut values: Vec<&Value> = Vec::new();
    let mut names: Vec<&Value> = Vec::new();
    let mut objects: Vec<&str> = Vec::new();
    let mut others = false;
    for member in members {
        let target = document.deref(member).unwrap_or(member);
        if let Some(Value::Array(listed)) = target.get("enum") {
            for value in listed {
                if !values.contains(&value) {
                    values.push(value);
                }
            }
            let listed = target.get("x-enum-varnames").and_then(Value::as_array);
            names.extend(listed.into_iter().flatten());
        } else if let Some(variant) = schema_name(member) {
            // A choice of itself, or of the same twice, adds no value.
            if variant != name && !objects.contains(&variant) {
                objects.push(variant);
            }
        } else {
            others = true;
        }
    }
    // Names count only if there is one for every value.
    let mut listed = json!({ "enum": values });
    if let Value::Object(map) = &mut listed {
        if values.iter().all(|value| value.is_string()) {
            map.insert("type".to_owned(), Value::String("string".to_owned()));
        }
        if names.len() == values.len() {
            map.insert("x-enum-varnames".to_owned(), json!(names));
        }
    }
    match (values.is_empty(), objects.is_empty(), others) {
        (false, true, false) => with(listed),
        (true, false, false) => with(json!({ UNTAGGED: objects })),
        // A mixture has no type of its own; any value is kept as it comes.
        _ => with(json!({})),
    }
}

fn tagged_variants(
    document: &Document,
    name: &str,
    discriminator: &Value,
    members: &[&Value],
) -> Vec<Variant> {
    let mut variants: Vec<Variant> = Vec::new();
    let mut add = |tag: &str, schema: &str| {
        // A parent that maps to itself is no variant: its tag is kept as an unknown one.
        if schema == name || document.schema(schema).is_none() {
            return;
        }
        match variants.iter_mut().find(|variant| variant.schema == schema) {
            Some(variant) => variant.tags.push(tag.to_owned()),
            None => variants.push(Variant {
                tags: vec![tag.to_owned()],
                schema: schema.to_owned(),
            }),
        }
    };
    let mapping = discriminator.get("mapping").and_then(Value::as_object);
    for (tag, target) in mapping.into_iter().flatten() {
        let target = target.as_str().unwrap_or_default();
        add(
            tag,
            target
                .strip_prefix("#/components/schemas/")
                .unwrap_or(target),
        );
    }
    // Without a mapping, the tag is the name of the schema (OpenAPI 3.0.3, Discriminator Object).
    for member in members.iter().filter_map(|member| schema_name(member)) {
        let mapped = mapping.is_some_and(|mapping| {
            mapping
                .values()
                .filter_map(Value::as_str)
                .any(|target| target.rsplit('/').next() == Some(member))
        });
        if !mapped {
            add(member, member);
        }
    }
    variants
}
