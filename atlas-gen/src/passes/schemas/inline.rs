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

/// Inlines everything but schemas.
///
/// # Errors
/// None; `lint` has checked the references.
pub fn inline(document: &mut Document) -> Result<()> {
    for place in document.places() {
        if let Some(operation) = written_out(document, &place)
            && let Some(slot) = document.operation_mut(&place)
        {
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

fn written_out(document: &Document, place: &Place) -> Option<Map<String, Value>> {
    let mut operation = document.operation(place)?.clone();
    let own = operation.get("parameters").and_then(Value::as_array);
    let shared = document
        .path_item(&place.path)
        .and_then(|item| item.get("parameters"))
        .and_then(Value::as_array);
    // An operation's parameter replaces the path item's with the same name and location.
    let mut known: HashSet<(Option<&str>, Option<&str>)> = HashSet::new();
    let mut parameters: Vec<Value> = Vec::new();
    for parameter in own
        .into_iter()
        .flatten()
        .chain(shared.into_iter().flatten())
    {
        let parameter = document.deref(parameter)?;
        let text = |key: &str| parameter.get(key).and_then(Value::as_str);
        if known.insert((text("name"), text("in"))) {
            parameters.push(parameter.clone());
        }
    }
    operation.insert("parameters".to_owned(), Value::Array(parameters));
    if let Some(body) = operation.get_mut("requestBody") {
        *body = document.deref(body)?.clone();
    }
    if let Some(Value::Object(responses)) = operation.get_mut("responses") {
        for response in responses.values_mut() {
            *response = document.deref(response)?.clone();
        }
    }
    Some(operation)
}
