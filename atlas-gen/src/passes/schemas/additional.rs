//! Makes the additional properties of an object with properties of its own a member, which holds them
//! by their names.
//!
//! progenitor's flattened map has to be set in its builder, even if it is empty, so an edit flattens
//! this member instead.
//!
//! Before:
//! ```yaml
//! Counts: {type: object, properties: {total: {type: integer}}, additionalProperties: {type: integer}}
//! Labels: {type: object, additionalProperties: {type: string}}
//! Sum: {type: object, properties: {total: {type: integer}}, additionalProperties: false}
//! ```
//! After:
//! ```yaml
//! Counts: {type: object, properties: {total: {type: integer}, additionalProperties: {description: 'The additional members, by their names.', type: object, additionalProperties: {type: integer}, x-atlas-flattened: true}}}
//! Labels: {type: object, additionalProperties: {type: string}}
//! Sum: {type: object, properties: {total: {type: integer}}, additionalProperties: false}
//! ```

use serde_json::{Map, Value, json};

use crate::document::Document;
use crate::error::Result;
use crate::schema::{self, FLATTENED};

/// Adds such a member to the objects that allow additional properties.
///
/// # Errors
/// None.
pub fn additional(document: &mut Document) -> Result<()> {
    for (_, schema) in document.schemas_mut() {
        schema::rewrite(schema, &mut |schema| {
            if let Value::Object(schema) = schema {
                add(schema);
            }
        });
    }
    Ok(())
}

fn add(schema: &mut Map<String, Value>) {
    let Some(Value::Object(properties)) = schema.get("properties") else {
        return;
    };
    if properties.is_empty() {
        return;
    }
    let mut name = "additionalProperties".to_owned();
    while properties.contains_key(&name) {
        name.push('_');
    }
    let values = match schema.get("additionalProperties") {
        Some(values @ Value::Object(_)) => values.clone(),
        Some(Value::Bool(true)) => json!({}),
        _ => return,
    };
    schema.shift_remove("additionalProperties");
    if let Some(Value::Object(properties)) = schema.get_mut("properties") {
        let member = json!({
            "description": "The additional members, by their names.",
            "type": "object",
            "additionalProperties": values,
            FLATTENED: true,
        });
        properties.insert(name, member);
    }
}
