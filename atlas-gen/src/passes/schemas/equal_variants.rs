//! Makes a variant of a union an alias of an equal one whose name its own ends with.
//!
//! Atlas's thresholds of alerts have more than 180 variants with the same members: only the
//! discriminator distinguishes `DiskRawThreshold` from `ReadsRawThreshold`, and both from
//! `RawThreshold`. One type for them is easier to read, and takes less time to compile. Equal
//! variants with unrelated names stay separate, because they are likely to become different.
//!
//! A value of the type must tell the variant itself, so the discriminator has to be required.
//! Variants whose members have different descriptions are not equal: an alias has no members to
//! document.
//!
//! Before:
//! ```yaml
//! Threshold: {x-atlas-tagged: {property: metric, variants: [{tags: [DISK], schema: DiskRawThreshold}, {tags: [READS], schema: RawThreshold}]}}
//! DiskRawThreshold: {type: object, description: The disk., required: [metric], properties: {metric: {type: string}}}
//! RawThreshold: {type: object, required: [metric], properties: {metric: {type: string}}}
//! ```
//! After:
//! ```yaml
//! Threshold: {x-atlas-tagged: {property: metric, variants: [{tags: [DISK], schema: DiskRawThreshold}, {tags: [READS], schema: RawThreshold}]}}
//! DiskRawThreshold: {description: The disk., $ref: '#/components/schemas/RawThreshold'}
//! RawThreshold: {type: object, required: [metric], properties: {metric: {type: string}}}
//! ```

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde_json::Value;

use crate::document::{Document, schema_reference};
use crate::error::Result;
use crate::passes::names::dated;
use crate::schema::{self, Kind};

/// Replaces variants by references to equal ones.
///
/// # Errors
/// None.
pub fn equal_variants(document: &mut Document) -> Result<()> {
    // The variants, with the discriminators of their unions.
    let mut variants: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (_, schema) in document.schemas() {
        if let Kind::Tagged(union) = schema::kind(schema) {
            for variant in union.variants {
                let discriminators = variants.entry(variant.schema).or_default();
                discriminators.insert(union.property.clone());
            }
        }
    }
    let mut equal: HashMap<String, Vec<String>> = HashMap::new();
    for (name, discriminators) in variants {
        if let Some(schema @ Value::Object(members)) = document.schema(&name)
            && discriminators
                .iter()
                .all(|member| is_required(schema, member))
        {
            let mut content = members.clone();
            content.retain(|key, _| !is_description(key));
            let content = Value::Object(content).to_string();
            equal.entry(content).or_default().push(name);
        }
    }
    for names in equal.into_values() {
        // Sorted by their last characters first, names follow the one that they end with.
        let mut reversed: Vec<(String, String)> = names
            .into_iter()
            .map(|name| (bare(&name).chars().rev().collect(), name))
            .collect();
        reversed.sort();
        let mut names = reversed.into_iter();
        let Some((mut end, mut kept)) = names.next() else {
            continue;
        };
        for (reversed, name) in names {
            if !reversed.starts_with(&end) {
                (end, kept) = (reversed, name);
                continue;
            }
            if let Some(Value::Object(schema)) = document.schemas_mut().get_mut(&name)
                && let Value::Object(reference) = schema_reference(&kept)
            {
                schema.retain(|key, _| is_description(key));
                schema.extend(reference);
            }
        }
    }
    Ok(())
}

/// Returns whether a value of an object always has the member: it cannot be omitted or null.
fn is_required(schema: &Value, member: &str) -> bool {
    let Kind::Object(properties) = schema::kind(schema) else {
        return false;
    };
    let property = properties.get(member);
    property.is_some_and(|property| !schema::flag(property, "nullable"))
        && schema::required(schema).any(|name| name == member)
}

/// Returns whether a keyword describes a schema as a whole: an alias keeps it.
fn is_description(key: &str) -> bool {
    ["title", "description", "deprecated"].contains(&key)
}

/// Returns the name of a schema without its date.
fn bare(name: &str) -> &str {
    dated(name).map_or(name, |(bare, _)| bare)
}
