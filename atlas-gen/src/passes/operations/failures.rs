//! Ensures that the failure body has the members that the runtime reads, each with the expected
//! type.
//!
//! Otherwise the document's schema is kept. Missing members are added, so that generated code
//! always fits the runtime. Failures are decoded leniently, so nothing is lost if a server sends
//! something else.
//!
//! Before:
//! ```yaml
//! ApiError: {type: object, required: [errorCode], properties: {errorCode: {type: string}, reason: {type: integer}}}
//! ```
//! After:
//! ```yaml
//! ApiError:
//!   type: object
//!   required: []
//!   properties:
//!     errorCode: {type: string}
//!     reason: {type: string}
//!     detail: {type: string}
//!     parameters: {type: array, items: {}}
//!     badRequestDetail: {$ref: '#/components/schemas/BadRequestDetail'}
//! BadRequestDetail: {type: object, properties: {fields: {type: array, items: {$ref: '#/components/schemas/FieldViolation'}}}}
//! FieldViolation: {type: object, required: [field, description], properties: {field: {type: string}, description: {type: string}}}
//! ```

use serde_json::{Map, Value, json};

use crate::document::{Document, schema_reference};
use crate::error::Result;
use crate::passes::API_ERROR;

const DETAIL: &str = "BadRequestDetail";
const VIOLATION: &str = "FieldViolation";

/// Adds missing members.
///
/// # Errors
/// None.
pub fn failures(document: &mut Document) -> Result<()> {
    let schemas = document.schemas_mut();
    let text = || json!({"type": "string"});
    let list = |items: Value| json!({"type": "array", "items": items});
    let error = [
        ("errorCode", text()),
        ("detail", text()),
        ("reason", text()),
        ("parameters", list(json!({}))),
        ("badRequestDetail", schema_reference(DETAIL)),
    ];
    read(schemas, API_ERROR, &error, false);
    read(
        schemas,
        DETAIL,
        &[("fields", list(schema_reference(VIOLATION)))],
        false,
    );
    read(
        schemas,
        VIOLATION,
        &[("field", text()), ("description", text())],
        true,
    );
    Ok(())
}

/// Ensures that the component `name` has the expected members.
fn read(schemas: &mut Map<String, Value>, name: &str, members: &[(&str, Value)], required: bool) {
    let schema = schemas
        .entry(name)
        .or_insert_with(|| json!({"type": "object"}));
    let is_object = schema.get("type").is_none_or(|name| name == "object")
        && !["$ref", "allOf", "oneOf", "anyOf", "enum"]
            .iter()
            .any(|key| schema.get(key).is_some());
    if !schema.is_object() || !is_object {
        *schema = json!({"type": "object"});
    }
    let Value::Object(schema) = schema else {
        return;
    };
    if let Some(Value::Array(listed)) = schema.get_mut("required") {
        listed.retain(|listed| !members.iter().any(|(member, _)| listed == member));
    }
    if required {
        let listed = schema.entry("required").or_insert_with(|| json!([]));
        if let Value::Array(listed) = listed {
            listed.extend(members.iter().map(|(member, _)| Value::from(*member)));
        }
    }
    let properties = schema.entry("properties").or_insert_with(|| json!({}));
    if !properties.is_object() {
        *properties = json!({});
    }
    for (member, wanted) in members {
        let known = &mut properties[*member];
        if !fits(known, wanted) {
            *known = wanted.clone();
        }
    }
}

/// Returns whether `schema` is of the same type as `wanted`, entries included; other keywords do
/// not matter.
fn fits(schema: &Value, wanted: &Value) -> bool {
    let of = |key: &str| schema.get(key) == wanted.get(key);
    let entries = match (schema.get("items"), wanted.get("items")) {
        (Some(items), Some(wanted)) => fits(items, wanted),
        (None, None) => true,
        _ => false,
    };
    of("type") && of("$ref") && entries && schema.get("enum").is_none() && !composed(schema)
}

fn composed(schema: &Value) -> bool {
    ["oneOf", "anyOf", "not"]
        .iter()
        .any(|key| schema.get(key).is_some())
}
