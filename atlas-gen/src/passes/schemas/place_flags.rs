//! Moves flags from a component to its uses.
//!
//! `nullable`, `readOnly` and `writeOnly` on a component apply to every member of that type; after
//! this pass, only the flags of members need to be read.
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

use std::collections::BTreeMap;

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
    let flags: BTreeMap<String, Vec<&str>> = document
        .schemas()
        .filter_map(|(name, schema)| {
            let set: Vec<&str> = FLAGS.into_iter().filter(|key| flag(schema, key)).collect();
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
