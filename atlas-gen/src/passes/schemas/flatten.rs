//! Flattens `allOf` into one object with the members of all parts, or one plain value with the
//! limits of all parts.
//!
//! A part that is a union contributes its alternatives: the result is a union of the same
//! alternatives, and `unions` adds the members of the result to each of them. The exception is a
//! child that refers to a parent that lists its children: this is inheritance, not a choice.
//!
//! Before:
//! ```yaml
//! Parent: {type: object, properties: {id: {type: string}}, oneOf: [{$ref: '#/components/schemas/Child'}]}
//! Child: {required: [size], allOf: [{$ref: '#/components/schemas/Parent'}, {properties: {size: {type: integer}}}]}
//! Code: {allOf: [{type: string, maxLength: 9}, {minLength: 2, maxLength: 5}]}
//! Named: {allOf: [{$ref: '#/components/schemas/Shape'}, {properties: {name: {type: string}}}]}
//! Shape: {oneOf: [{$ref: '#/components/schemas/Circle'}]}
//! Circle: {type: object, properties: {radius: {type: number}}}
//! ```
//! After:
//! ```yaml
//! Parent: {type: object, properties: {id: {type: string}}, oneOf: [{$ref: '#/components/schemas/Child'}]}
//! Child: {required: [size], type: object, properties: {id: {type: string}, size: {type: integer}}}
//! Code: {type: string, maxLength: 5, minLength: 2}
//! Named: {type: object, properties: {name: {type: string}}, oneOf: [{$ref: '#/components/schemas/Circle'}]}
//! Shape: {oneOf: [{$ref: '#/components/schemas/Circle'}]}
//! Circle: {type: object, properties: {radius: {type: number}}}
//! ```

use std::collections::{HashMap, HashSet};

use serde_json::{Map, Value};

use crate::document::{Document, schema_name};
use crate::error::{Error, Result};
use crate::pointer;

mod plain;

/// The maximal number of parts and members of all `allOf`s in a document; Atlas's own needs less
/// than a tenth of it.
const MAX_MEMBERS: usize = 1_000_000;

/// Flattens every component.
///
/// # Errors
/// An `allOf` that contains itself or is nested too deeply, or whose parts are of several types,
/// have limits that cannot be combined, or include several choices.
pub fn flatten(document: &mut Document) -> Result<()> {
    let names: Vec<String> = document
        .schemas()
        .filter(|(_, schema)| schema.get("allOf").is_some())
        .map(|(name, _)| name.clone())
        .collect();
    let mut budget = MAX_MEMBERS;
    let mut listings = Listings::default();
    let mut flat: Vec<(String, Value)> = Vec::new();
    for name in names {
        let Some(schema) = document.schema(&name) else {
            continue;
        };
        let here = pointer::join("/components/schemas", &name);
        if let Some(value) = plain::joined(document, schema, &here, &mut budget)? {
            flat.push((name, value));
            continue;
        }
        let mut object = Flat::default();
        let mut above = vec![name.clone()];
        collect(
            document,
            schema,
            &here,
            &mut above,
            &mut object,
            &mut budget,
        )?;
        let choice = object.choice(&name, &here, &mut listings, &mut budget)?;
        let mut result = schema.clone();
        if let Value::Object(map) = &mut result {
            map.shift_remove("allOf");
            map.insert("type".to_owned(), Value::String("object".to_owned()));
            map.insert("properties".to_owned(), Value::Object(object.properties));
            if let Some(additional) = object.additional {
                map.insert("additionalProperties".to_owned(), additional.clone());
            }
            if !object.required.is_empty() {
                map.insert("required".to_owned(), object.required.into());
            }
            map.extend(choice);
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
struct Flat<'a> {
    properties: Map<String, Value>,
    /// What additional members are, by the last part that allows any.
    additional: Option<&'a Value>,
    required: Vec<String>,
    /// The same, for lookups by name.
    known: HashSet<&'a str>,
    /// The components that are already included: parts may share their parts.
    done: HashSet<&'a str>,
    /// The parts that are unions, and the whole if it is one.
    unions: Vec<&'a Map<String, Value>>,
}

impl<'a> Flat<'a> {
    /// Returns the union keywords of the only part that is a choice.
    fn choice(
        &self,
        name: &str,
        here: &str,
        listings: &mut Listings<'a>,
        budget: &mut usize,
    ) -> Result<Map<String, Value>> {
        let mut choice: Option<Map<String, Value>> = None;
        for union in &self.unions {
            // A union that lists one of the schemas that make up the whole is inheritance.
            let listed = listings.of(union);
            let (few, many) = match listed.len() < self.done.len() {
                true => (listed, &self.done),
                false => (&self.done, listed),
            };
            spend(budget, few.len(), here)?;
            if listed.contains(name) || few.iter().any(|part| many.contains(part)) {
                continue;
            }
            let mapped = mapping(union).map_or(0, Map::len);
            spend(budget, alternatives(union).count() + mapped, here)?;
            let keywords = UNION.into_iter();
            let keywords = keywords
                .filter_map(|key| Some((key.to_owned(), union.get(key)?.clone())))
                .collect();
            if choice.as_ref().is_some_and(|choice| *choice != keywords) {
                return Err(Error::at(
                    here,
                    "several parts of an `allOf` are choices; one `oneOf` of their combinations is expected",
                ));
            }
            choice = Some(keywords);
        }
        Ok(choice.unwrap_or_default())
    }
}

/// The names of the schemas that each union lists or maps to. Every child of a parent needs those of
/// the parent.
#[derive(Default)]
struct Listings<'a>(HashMap<*const Map<String, Value>, HashSet<&'a str>>);

impl<'a> Listings<'a> {
    fn of(&mut self, union: &'a Map<String, Value>) -> &HashSet<&'a str> {
        self.0.entry(std::ptr::from_ref(union)).or_insert_with(|| {
            let mapped = mapping(union).into_iter().flat_map(Map::values);
            let mapped = mapped.filter_map(|target| target.as_str()?.rsplit('/').next());
            let listed = alternatives(union).filter_map(schema_name);
            listed.chain(mapped).collect()
        })
    }
}

/// The keywords of a union.
const UNION: [&str; 3] = ["oneOf", "anyOf", "discriminator"];

fn alternatives(schema: &Map<String, Value>) -> impl Iterator<Item = &Value> {
    ["oneOf", "anyOf"]
        .into_iter()
        .filter_map(|key| schema.get(key)?.as_array())
        .flatten()
}

fn mapping(union: &Map<String, Value>) -> Option<&Map<String, Value>> {
    union.get("discriminator")?.get("mapping")?.as_object()
}

/// Returns whether `schema` lists alternatives of more than what is required.
pub fn is_choice(schema: &Map<String, Value>) -> bool {
    alternatives(schema).any(|alternative| !only_requires(alternative))
}

/// Returns whether `alternative` only lists required members.
pub fn only_requires(alternative: &Value) -> bool {
    alternative.as_object().is_some_and(|map| {
        map.contains_key("required")
            && map.iter().all(|(key, value)| match key.as_str() {
                "required" | "description" | "title" => true,
                "type" => value == "object",
                "not" => only_requires(value),
                _ => false,
            })
    })
}

fn collect<'a>(
    document: &'a Document,
    schema: &'a Value,
    here: &str,
    above: &mut Vec<String>,
    out: &mut Flat<'a>,
    budget: &mut usize,
) -> Result<()> {
    // `plain::joined` limits how deeply parts nest.
    if let Some(Value::Array(parts)) = schema.get("allOf") {
        for (i, part) in parts.iter().enumerate() {
            spend(budget, 1, here)?;
            let here = format!("{here}/allOf/{i}");
            match schema_name(part) {
                None => collect(document, part, &here, above, out, budget)?,
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
                    // A component may be another name of one.
                    let Some(target) = document.deref(part) else {
                        return Err(Error::at(here, format!("`{name}` is no schema component")));
                    };
                    above.push(name.to_owned());
                    let target_pointer = pointer::join("/components/schemas", name);
                    collect(document, target, &target_pointer, above, out, budget)?;
                    above.pop();
                    out.done.insert(name);
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
    if let Value::Object(map) = schema
        && is_choice(map)
    {
        out.unions.push(map);
    }
    let properties = schema.get("properties").and_then(Value::as_object);
    spend(budget, properties.map_or(0, Map::len), here)?;
    for (name, property) in properties.into_iter().flatten() {
        out.properties.insert(name.clone(), property.clone());
    }
    if let Some(additional) = schema.get("additionalProperties")
        && *additional != Value::Bool(false)
    {
        out.additional = Some(additional);
    }
    for name in crate::schema::required(schema) {
        spend(budget, 1, here)?;
        if out.known.insert(name) {
            out.required.push(name.to_owned());
        }
    }
    Ok(())
}

/// Charges the cost of an `allOf` to the budget, so that a small document cannot cause unlimited
/// work.
fn spend(budget: &mut usize, cost: usize, here: &str) -> Result<()> {
    match budget.checked_sub(cost) {
        Some(left) => {
            *budget = left;
            Ok(())
        }
        None => Err(Error::at(
            here,
            format!(
                "the `allOf`s of the document come to more than {MAX_MEMBERS} members up to here; fewer parts of parts are expected"
            ),
        )),
    }
}
