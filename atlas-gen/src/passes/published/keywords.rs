//! Rejects keywords of schemas whose values have another form than OpenAPI 3.0 gives them.
//!
//! Otherwise the other passes would ignore them, and callers would miss a limit or a type. The pass
//! changes nothing. It checks the selected part of a document; the rest may contain anything.
//!
//! Before:
//! ```yaml
//! Name: {type: string, minLength: -1}
//! ```
//! After, the error:
//! ```text
//! /components/schemas/Name/minLength: `minLength` must be a whole number that is not negative, not -1
//! ```

use serde_json::Value;

use crate::document::{Document, for_each_schema};
use crate::error::{Error, Result};
use crate::pointer;

/// The types of OpenAPI 3.0.
const TYPES: [&str; 6] = ["array", "boolean", "integer", "number", "object", "string"];

/// Checks every schema of the document.
///
/// # Errors
/// The first keyword of another form, with its location.
pub fn keywords(document: &Document) -> Result<()> {
    let mut fault = None;
    for_each_schema(document, &mut |schema, here| {
        if fault.is_none() {
            fault = problem(schema, here);
        }
    });
    fault.map_or(Ok(()), Err)
}

fn problem(schema: &Value, here: &str) -> Option<Error> {
    let keywords = match schema {
        Value::Object(keywords) => keywords,
        // What accepts any value is written in several ways.
        Value::Null | Value::Bool(_) => return None,
        other => return Some(Error::at(here, expected("a schema", "a map", other))),
    };
    if keywords.contains_key("$ref") {
        return None;
    }
    keywords.iter().find_map(|(key, value)| {
        let form = form(key)?;
        let problem = match form.holds(value) {
            true => return None,
            false => expected(&format!("`{key}`"), form.described(), value),
        };
        Some(Error::at(pointer::join(here, key), problem))
    })
}

fn expected(what: &str, form: &str, value: &Value) -> String {
    let text = value.to_string();
    let shown: String = text.chars().take(SHOWN).collect();
    let more = if shown.len() < text.len() { "…" } else { "" };
    format!("{what} must be {form}, not {shown}{more}")
}

/// The number of characters of a value that an error shows.
const SHOWN: usize = 40;

/// The form of a keyword's value.
#[derive(Clone, Copy)]
enum Form {
    Type,
    Text,
    Flag,
    Count,
    Number,
    Texts,
    List,
    Map,
    Schema,
    Schemas,
}

impl Form {
    fn holds(self, value: &Value) -> bool {
        match self {
            Self::Type => value.as_str().is_some_and(|ty| TYPES.contains(&ty)),
            Self::Text => value.is_string(),
            Self::Flag => value.is_boolean(),
            Self::Count => value.is_u64(),
            Self::Number => value.is_number(),
            Self::Texts => value
                .as_array()
                .is_some_and(|list| list.iter().all(Value::is_string)),
            Self::List | Self::Schemas => value.is_array(),
            Self::Map => value.is_object(),
            // Any other value is checked as a schema.
            Self::Schema => !value.is_array(),
        }
    }

    fn described(self) -> &'static str {
        match self {
            Self::Type => {
                "one of array, boolean, integer, number, object, string (null is said by `nullable: true`)"
            }
            Self::Text => "a string",
            Self::Flag => "true or false",
            Self::Count => "a whole number that is not negative",
            Self::Number => "a number",
            Self::Texts => "a list of strings",
            Self::List => "a list",
            Self::Map => "a map of names to schemas",
            Self::Schema => "a schema",
            Self::Schemas => "a list of schemas",
        }
    }
}

fn form(key: &str) -> Option<Form> {
    Some(match key {
        "type" => Form::Type,
        "description" | "format" | "pattern" | "title" => Form::Text,
        "deprecated" | "nullable" | "readOnly" | "uniqueItems" | "writeOnly"
        | "exclusiveMaximum" | "exclusiveMinimum" => Form::Flag,
        "maxItems" | "maxLength" | "maxProperties" | "minItems" | "minLength" | "minProperties" => {
            Form::Count
        }
        "maximum" | "minimum" | "multipleOf" => Form::Number,
        "required" => Form::Texts,
        "enum" => Form::List,
        "properties" => Form::Map,
        "additionalProperties" | "items" | "not" => Form::Schema,
        "allOf" | "anyOf" | "oneOf" => Form::Schemas,
        _ => return None,
    })
}
