//! shared enums: enums of the same values that were hoisted out of several places become one.
//!
//! It takes the name of a component that upstream gave these values, if there is one, otherwise
//! the shortest of the names that the places give it. Neither depends on parts of the document
//! that do not use these values.
//!
//! Before:
//! ```yaml
//! A: {properties: {provider: {$ref: '#/components/schemas/AProvider'}}}
//! Bee: {properties: {provider: {$ref: '#/components/schemas/BeeProvider'}}}
//! AProvider: {type: string, enum: [AWS, GCP], x-atlas-hoisted: true}
//! BeeProvider: {type: string, enum: [GCP, AWS], x-atlas-hoisted: true}
//! ```
//! After:
//! ```yaml
//! A: {properties: {provider: {$ref: '#/components/schemas/AProvider'}}}
//! Bee: {properties: {provider: {$ref: '#/components/schemas/AProvider'}}}
//! AProvider: {type: string, enum: [AWS, GCP], x-atlas-hoisted: true}
//! ```

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::document::Document;
use crate::error::Result;
use crate::passes::hoist::is_hoisted;
use crate::passes::names;

/// Joins equal enums.
///
/// # Errors
/// None.
pub fn shared_enums(document: &mut Document) -> Result<()> {
    let mut groups: BTreeMap<BTreeSet<String>, Vec<(&String, bool)>> = BTreeMap::new();
    for (name, schema) in document.schemas() {
        let listed = schema.get("enum").and_then(Value::as_array);
        if let (Some(listed), Some("string")) = (listed, schema.get("type").and_then(Value::as_str))
            && schema.get("x-enum-varnames").is_none()
        {
            let values = listed.iter().map(Value::to_string).collect();
            groups
                .entry(values)
                .or_default()
                .push((name, is_hoisted(schema)));
        }
    }
    let mut renamed: BTreeMap<String, String> = BTreeMap::new();
    for members in groups.values() {
        let chosen = members
            .iter()
            .min_by_key(|(name, hoisted)| (*hoisted, name.len(), *name));
        if let Some((chosen, _)) = chosen {
            for (name, hoisted) in members {
                if *hoisted && name != chosen {
                    renamed.insert((*name).clone(), (*chosen).clone());
                }
            }
        }
    }
    document
        .schemas_mut()
        .retain(|name, _| !renamed.contains_key(name));
    names::rename_all(document, &|name| {
        renamed
            .get(name)
            .cloned()
            .unwrap_or_else(|| name.to_owned())
    });
    Ok(())
}
