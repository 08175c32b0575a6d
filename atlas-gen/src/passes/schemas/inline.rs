//! Inlines parameters, request bodies and responses where operations use them.
//!
//! Afterwards only schemas are shared by reference, and each operation has the parameters of its
//! path item.
//!
//! Before:
//! ```yaml
//! paths: {/a: {get: {parameters: [{$ref: '#/components/parameters/pretty'}]}}}
//! components: {parameters: {pretty: {name: pretty, in: query}}}
//! ```
//! After:
//! ```yaml
//! paths: {/a: {get: {parameters: [{name: pretty, in: query}]}}}
//! ```

use std::collections::HashSet;

use serde_json::{Map, Value};

use crate::document::{Document, Place};
use crate::error::Result;
use crate::passes::copies::Copies;

/// Inlines everything but schemas.
///
/// # Errors
/// Shared parameters and responses that are too large where they are used.
pub fn inline(document: &mut Document) -> Result<()> {
    let mut copies = Copies::default();
    for place in document.places() {
        let Some(operation) = document.operation(&place) else {
            continue;
        };
        let operation = written_out(document, operation, &place, &mut copies)?;
        if let Some(slot) = document.operation_mut(&place) {
            *slot = operation;
        }
    }
    if let Some(Value::Object(paths)) = document.root_mut().get_mut("paths") {
        for item in paths.values_mut().filter_map(Value::as_object_mut) {
            item.shift_remove("parameters");
        }
    }
    if let Some(Value::Object(components)) = document.root_mut().get_mut("components") {
        components.retain(|section, _| matches!(section.as_str(), "schemas" | "securitySchemes"));
    }
    Ok(())
}

fn written_out(
    document: &Document,
    operation: &Map<String, Value>,
    place: &Place,
    copies: &mut Copies,
) -> Result<Map<String, Value>> {
    let own = operation.get("parameters").and_then(Value::as_array);
    let shared = document
        .path_item(&place.path)
        .and_then(|item| item.get("parameters"))
        .and_then(Value::as_array);
    // `lint` has checked the references.
    let mut target = |used: &Value| {
        let target = document.deref(used).unwrap_or(used);
        copies.replace(used, target.clone(), place)
    };
    // An operation's parameter replaces the path item's with the same name and location.
    let mut known: HashSet<(Option<&str>, Option<&str>)> = HashSet::new();
    let mut parameters: Vec<Value> = Vec::new();
    for used in own.into_iter().chain(shared).flatten() {
        let parameter = document.deref(used).unwrap_or(used);
        let text = |key: &str| parameter.get(key).and_then(Value::as_str);
        if known.insert((text("name"), text("in"))) {
            parameters.push(target(used)?);
        }
    }
    let mut operation = operation.clone();
    operation.insert("parameters".to_owned(), Value::Array(parameters));
    if let Some(body) = operation.get_mut("requestBody") {
        *body = target(body)?;
    }
    if let Some(Value::Object(responses)) = operation.get_mut("responses") {
        for response in responses.values_mut() {
            *response = target(response)?;
        }
    }
    Ok(operation)
}
