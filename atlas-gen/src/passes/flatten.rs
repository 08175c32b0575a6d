//! flatten: `allOf` becomes one object with the members of all its parts, or one plain value that
//! keeps within the limits of all of them.
//!
//! A part that is itself a union contributes its own members only: a child that names its parent
//! while the parent lists its children is how the document writes inheritance, not recursion.
//!
//! Before:
//! ```yaml
//! Parent: {type: object, properties: {id: {type: string}}, oneOf: [{$ref: '#/components/schemas/Child'}]}
//! Child: {required: [size], allOf: [{$ref: '#/components/schemas/Parent'}, {properties: {size: {type: integer}}}]}
//! Code: {allOf: [{type: string, maxLength: 9}, {minLength: 2, maxLength: 5}]}
//! ```
//! After:
//! ```yaml
//! Parent: {type: object, properties: {id: {type: string}}, oneOf: [{$ref: '#/components/schemas/Child'}]}
//! Child: {required: [size], type: object, properties: {id: {type: string}, size: {type: integer}}}
//! Code: {type: string, maxLength: 5, minLength: 2}
//! ```

use std::collections::HashSet;

use serde_json::{Map, Value};

use crate::document::{Document, schema_name};
use crate::error::{Error, Result};
use crate::pointer;

mod plain;

/// Flattens every component.
///
/// # Errors
/// An `allOf` that contains itself, or whose parts are of several types or have limits that cannot
/// be joined.
pub fn flatten(document: &mut Document) -> Result<()> {
    let names: Vec<String> = document
        .schemas()
        .filter(|(_, schema)| schema.get("allOf").is_some())
        .map(|(name, _)| name.clone())
        .collect();
    let mut flat: Vec<(String, Value)> = Vec::new();
    for name in names {
        let Some(schema) = document.schema(&name) else {
            continue;
        };
        let here = pointer::join("/components/schemas", &name);
        if let Some(value) = plain::joined(document, schema, &here)? {
            flat.push((name, value));
            continue;
        }
        let mut object = Flat::default();
        collect(
            document,
            schema,
            &here,
            &mut vec![name.clone()],
            &mut object,
        )?;
        let mut result = schema.clone();
        if let Value::Object(map) = &mut result {
            map.shift_remove("allOf");
            map.insert("type".to_owned(), Value::String("object".to_owned()));
            map.insert("properties".to_owned(), Value::Object(object.properties));
            if !object.required.is_empty() {
                map.insert("required".to_owned(), object.required.into());
            }
        }
        flat.push((name, result));
    }
    let schemas = document.schemas_mut();
    for (name, schema) in flat {
        schemas.insert(name, schema);
    }
    Ok(())
}

#[derive(Default)]
struct Flat {
    properties: Map<String, Value>,
    required: Vec<String>,
    /// The components that are in already: parts may share their parts.
    done: HashSet<String>,
}

fn collect(
    document: &Document,
    schema: &Value,
    here: &str,
    above: &mut Vec<String>,
    out: &mut Flat,
) -> Result<()> {
    if let Some(Value::Array(parts)) = schema.get("allOf") {
        for (i, part) in parts.iter().enumerate() {
            let here = format!("{here}/allOf/{i}");
            match schema_name(part) {
                None => collect(document, part, &here, above, out)?,
                Some(name) if above.iter().any(|other| other == name) => {
                    return Err(Error::at(
                        here,
                        format!(
                            "`{name}` is a part of itself by way of {}",
                            above.join(", ")
                        ),
                    ));
                }
                Some(name) if out.done.contains(name) => {}
                Some(name) => {
                    let Some(target) = document.schema(name) else {
                        return Err(Error::at(here, format!("`{name}` is no schema component")));
                    };
                    above.push(name.to_owned());
                    let target_pointer = pointer::join("/components/schemas", name);
                    collect(document, target, &target_pointer, above, out)?;
                    above.pop();
                    out.done.insert(name.to_owned());
                }
            }
        }
    }
    match schema.get("type").and_then(Value::as_str) {
        None | Some("object") => {}
        Some(other) => {
            return Err(Error::at(
                here,
                format!(
                    "a part of an `allOf` of objects has the type `{other}`; parts of one type can be joined"
                ),
            ));
        }
    }
    for (name, property) in schema
        .get("properties")
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
    {
        out.properties.insert(name.clone(), property.clone());
    }
    for name in crate::schema::required(schema) {
        if !out.required.iter().any(|known| known == name) {
            out.required.push(name.to_owned());
        }
    }
    Ok(())
}
