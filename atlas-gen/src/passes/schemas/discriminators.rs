//! Adds the discriminator to each variant of a union that lacks it.
//!
//! It is added as an optional string, so that a value read from a response can be sent again, and
//! generated code has a field to write the tag to. A variant that is a union passes the member on
//! to its variants.
//!
//! Before:
//! ```yaml
//! Pet: {x-atlas-tagged: {property: kind, variants: [{tags: [CAT], schema: Cat}, {tags: [DOG], schema: Dog}]}}
//! Cat: {type: object, properties: {kind: {type: string, enum: [CAT]}}}
//! Dog: {type: object, properties: {name: {type: string}}}
//! ```
//! After:
//! ```yaml
//! Pet: {x-atlas-tagged: {property: kind, variants: [{tags: [CAT], schema: Cat}, {tags: [DOG], schema: Dog}]}}
//! Cat: {type: object, properties: {kind: {type: string, enum: [CAT]}}}
//! Dog: {type: object, properties: {name: {type: string}, kind: {type: string}}}
//! ```

use std::collections::HashSet;

use serde_json::{Map, Value, json};

use crate::document::Document;
use crate::error::Result;
use crate::schema::{self, Kind};

/// Adds the discriminator to the variants that lack it.
///
/// # Errors
/// None; a variant that is a map, or no object, is not changed.
pub fn discriminators(document: &mut Document) -> Result<()> {
    let mut open: Vec<(String, String)> = Vec::new();
    for (_, schema) in document.schemas() {
        if let Kind::Tagged(union) = schema::kind(schema) {
            for variant in union.variants {
                open.push((variant.schema, union.property.clone()));
            }
        }
    }
    let mut known: HashSet<(String, String)> = HashSet::new();
    while let Some((name, property)) = open.pop() {
        if !known.insert((name.clone(), property.clone())) {
            continue;
        }
        let Some(schema) = document.schema(&name) else {
            continue;
        };
        let inner: Vec<String> = match schema::kind(schema) {
            Kind::Reference(target) => vec![target.to_owned()],
            Kind::Untagged(names) => names.into_iter().map(str::to_owned).collect(),
            Kind::Tagged(union) => union.variants.into_iter().map(|v| v.schema).collect(),
            // It is among the entries of a map.
            Kind::Map(_) => continue,
            _ => Vec::new(),
        };
        if !inner.is_empty() {
            open.extend(inner.into_iter().map(|inner| (inner, property.clone())));
            continue;
        }
        if let Some(Value::Object(schema)) = document.schemas_mut().get_mut(&name)
            && is_object(schema)
        {
            let properties = schema.entry("properties").or_insert_with(|| json!({}));
            if let Value::Object(properties) = properties {
                properties
                    .entry(property)
                    .or_insert_with(|| json!({"type": "string"}));
            }
        }
    }
    Ok(())
}

fn is_object(schema: &Map<String, Value>) -> bool {
    !schema.contains_key("enum")
        && match schema.get("type").and_then(Value::as_str) {
            Some(name) => name == "object",
            None => schema.contains_key("properties"),
        }
}
