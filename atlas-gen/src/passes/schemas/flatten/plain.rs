//! Combines an `allOf` of strings, numbers, booleans or lists into one value with the limits of all
//! parts.

use std::collections::HashSet;

use serde_json::{Map, Value};

use crate::document::{Document, schema_name};
use crate::error::{Error, Result};
use crate::passes::flatten::spend;
use crate::pointer;

/// The maximal length of a chain of `allOf`s.
const MAX_PARTS: usize = 100;

const PLAIN: [&str; 5] = ["string", "integer", "number", "boolean", "array"];

/// Combines the parts of `schema`, an `allOf`, if they are plain values; returns `None` if none of
/// them is.
///
/// # Errors
/// Limits that cannot be expressed in one schema, or unlimited nesting of parts.
pub fn joined(
    document: &Document,
    schema: &Value,
    here: &str,
    budget: &mut usize,
) -> Result<Option<Value>> {
    let mut gathered = Gathered {
        seen: HashSet::new(),
        parts: Vec::new(),
        budget,
    };
    gathered.add(document, schema, here, 0)?;
    let parts = gathered.parts;
    let type_of = |part: &Map<String, Value>| {
        let name = part.get("type")?.as_str()?;
        PLAIN.contains(&name).then(|| name.to_owned())
    };
    let is_object = |part: &Map<String, Value>| {
        part.contains_key("properties")
            || part.get("type").and_then(Value::as_str) == Some("object")
    };
    let plain = parts.iter().filter_map(|(part, _)| type_of(part)).next();
    // A mix with objects is reported where objects are merged.
    if plain.is_none() || parts.iter().any(|(part, _)| is_object(part)) {
        return Ok(None);
    }
    let mut whole = Map::new();
    for (part, here) in parts {
        for (key, value) in part {
            if key != "allOf" {
                add(&mut whole, key, value, &here)?;
            }
        }
    }
    Ok(Some(Value::Object(whole)))
}

/// The parts in order, nested ones first, each with its location.
struct Gathered<'a, 'b> {
    seen: HashSet<&'a str>,
    parts: Vec<(&'a Map<String, Value>, String)>,
    budget: &'b mut usize,
}

impl<'a> Gathered<'a, '_> {
    fn add(
        &mut self,
        document: &'a Document,
        schema: &'a Value,
        here: &str,
        depth: usize,
    ) -> Result<()> {
        if depth > MAX_PARTS {
            return Err(Error::at(
                here,
                format!(
                    "an `allOf` leads here through more than {MAX_PARTS} others; fewer are expected"
                ),
            ));
        }
        let parts = schema.get("allOf").and_then(Value::as_array);
        for (i, part) in parts.into_iter().flatten().enumerate() {
            spend(self.budget, 1, here)?;
            // A repeated part adds nothing; a circle is reported where objects are merged.
            let name = schema_name(part);
            if let Some(name) = name
                && !self.seen.insert(name)
            {
                continue;
            }
            let target = document.deref(part).unwrap_or(part);
            let here = match name {
                Some(name) => pointer::join("/components/schemas", name),
                None => format!("{here}/allOf/{i}"),
            };
            self.add(document, target, &here, depth + 1)?;
        }
        if let Value::Object(map) = schema {
            self.parts.push((map, here.to_owned()));
        }
        Ok(())
    }
}

fn add(whole: &mut Map<String, Value>, key: &str, value: &Value, here: &str) -> Result<()> {
    let Some(known) = whole.get_mut(key).filter(|known| *known != value) else {
        whole.entry(key).or_insert_with(|| value.clone());
        return Ok(());
    };
    let number = |value: &Value| value.as_f64().unwrap_or_default();
    match (key, &mut *known, value) {
        ("minLength" | "minItems" | "minimum", known, _) => {
            if number(value) > number(known) {
                *known = value.clone();
            }
        }
        ("maxLength" | "maxItems" | "maximum", known, _) => {
            if number(value) < number(known) {
                *known = value.clone();
            }
        }
        ("enum", Value::Array(known), Value::Array(listed)) => {
            known.retain(|value| listed.contains(value));
        }
        // Null must be valid for every part.
        ("nullable", known, _) => *known = Value::Bool(false),
        ("uniqueItems" | "deprecated", known, _) => *known = Value::Bool(true),
        // Integers are numbers.
        ("type", known, _)
            if [&*known, value]
                .iter()
                .all(|name| matches!(name.as_str(), Some("integer" | "number"))) =>
        {
            *known = Value::String("integer".to_owned())
        }
        (
            "type" | "pattern" | "format" | "items" | "multipleOf" | "exclusiveMinimum"
            | "exclusiveMaximum" | "not" | "oneOf" | "anyOf",
            known,
            value,
        ) => {
            return Err(Error::at(
                here,
                format!(
                    "a part of an `allOf` has the {key} {value}, another {known}; parts that agree can be joined"
                ),
            ));
        }
        // The outermost part is the last, and its prose describes the whole.
        (_, known, _) => *known = value.clone(),
    }
    Ok(())
}
