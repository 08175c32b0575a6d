//! Constraints on the values that callers send, and whether a new revision is stricter.
//!
//! It knows the keywords of schemas, not which type or argument has them.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::document::pattern;
use atlas_gen::document::schema_name;
use atlas_gen::schema::{self, flag};

/// The constraints at each location in a value, by location and keyword.
///
/// A location is `""` for the value itself, `key` for a member, `key[]` for the items of a list, `key{}`
/// for the values of a map.
pub type Constraints = BTreeMap<(String, &'static str), Value>;

/// A change of a constraint, with its description.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ConstraintChange {
    /// Valid values may be invalid now.
    Stricter(String),
    /// All valid values still are.
    Looser(String),
}

/// The key for the type at a location: constraints on different types are not compared.
const TYPE: &str = "type";

/// Keywords with a lower limit.
const LOWER: [&str; 4] = ["minLength", "minItems", "minProperties", "minimum"];
const UPPER: [&str; 4] = ["maxLength", "maxItems", "maxProperties", "maximum"];

/// Returns the constraints of `schema`, without those of components that it refers to.
pub fn constraints(schema: &Value) -> Constraints {
    let mut out = Constraints::new();
    collect(schema, "", &mut out);
    out
}

fn collect(schema: &Value, at: &str, out: &mut Constraints) {
    let mut put = |key: &'static str, value: Value| {
        out.insert((at.to_owned(), key), value);
    };
    let reference = schema_name(schema).is_some();
    let type_name = if reference {
        Some("reference")
    } else {
        schema.get("type").and_then(Value::as_str)
    };
    put(TYPE, type_name.into());
    if !flag(schema, "nullable") {
        put("nullable", Value::Bool(false));
    }
    // Siblings of a reference apply, too.
    for key in LOWER.iter().chain(&UPPER) {
        let limit = schema.get(key).filter(|limit| limit.is_number());
        if let Some(limit) = limit.filter(|_| applies_to(key, type_name)) {
            let exclusive = match *key {
                "minimum" => flag(schema, "exclusiveMinimum"),
                "maximum" => flag(schema, "exclusiveMaximum"),
                _ => false,
            };
            put(key, Value::Array(vec![limit.clone(), exclusive.into()]));
        }
    }
    for key in ["multipleOf", "pattern", "not"] {
        if let Some(value) = schema.get(key).filter(|_| applies_to(key, type_name))
            && !(type_name == Some("integer") && divides_all_integers(value))
        {
            put(key, value.clone());
        }
    }
    if flag(schema, "uniqueItems") && applies_to("uniqueItems", type_name) {
        put("uniqueItems", Value::Bool(true));
    }
    if let Some(format) = schema.get("format").and_then(Value::as_str)
        && !ANNOTATIONS.contains(&format)
    {
        put("format", format.into());
    }
    // An enum of strings is a Rust enum.
    if let (Some(Value::Array(listed)), Some("integer" | "number" | "boolean")) =
        (schema.get("enum"), type_name)
    {
        put("enum", listed.clone().into());
    }
    if !applies_to("properties", type_name) {
        return items(schema, at, out);
    }
    let required: BTreeSet<&str> = schema::required(schema).collect();
    if !required.is_empty() {
        put("required", required.into_iter().collect());
    }
    match schema.get("additionalProperties") {
        Some(Value::Bool(false)) => put("additionalProperties", Value::Bool(false)),
        Some(values @ Value::Object(map)) => {
            if !map.is_empty() {
                put("additionalProperties", "of one type".into());
            }
            collect(values, &format!("{at}{{}}"), out);
        }
        _ => {}
    }
    if let Some(Value::Object(properties)) = schema.get("properties") {
        for (name, property) in properties {
            let dot = if at.is_empty() { "" } else { "." };
            collect(property, &format!("{at}{dot}{name}"), out);
        }
    }
    items(schema, at, out);
}

/// Adds the constraints on the items of a list.
fn items(schema: &Value, at: &str, out: &mut Constraints) {
    if let Some(items @ Value::Object(_)) = schema.get("items") {
        collect(items, &format!("{at}[]"), out);
    }
}

/// Returns whether a keyword applies to a type (JSON Schema Validation, section 4.1).
fn applies_to(key: &str, type_name: Option<&str>) -> bool {
    let own: &[&str] = match key {
        "minLength" | "maxLength" | "pattern" => &["string"],
        "minItems" | "maxItems" | "uniqueItems" => &["array"],
        "minProperties" | "maxProperties" | "properties" => &["object"],
        "minimum" | "maximum" | "multipleOf" => &["integer", "number"],
        _ => return true,
    };
    type_name.is_none_or(|type_name| type_name == "reference" || own.contains(&type_name))
}

/// Returns whether every integer is a multiple of `value`.
fn divides_all_integers(value: &Value) -> bool {
    let times = value.as_f64().map(f64::recip);
    times.is_some_and(|times| times >= 1.0 && (times - times.round()).abs() < 1e-9)
}

/// Formats that the Rust type implies, or that only affect display.
const ANNOTATIONS: [&str; 4] = ["int64", "double", "password", "binary"];

/// Returns the changes from `old` to `new`, each with its location, if the type there is the same.
pub fn changes(old: &Constraints, new: &Constraints) -> Vec<(String, ConstraintChange)> {
    let keys: BTreeSet<&(String, &'static str)> = old.keys().chain(new.keys()).collect();
    let has_same_type = |at: &String| {
        let key = (at.clone(), TYPE);
        old.get(&key)
            .is_some_and(|type_name| new.get(&key) == Some(type_name))
    };
    keys.into_iter()
        .filter(|(at, _)| has_same_type(at))
        .flat_map(|key| {
            let (old, new) = (old.get(key), new.get(key));
            let changes = match key.1 {
                "required" => required(old, new),
                keyword => change(keyword, old, new).into_iter().collect(),
            };
            changes.into_iter().map(|change| (key.0.clone(), change))
        })
        .collect()
}

/// Returns the changes of required members, one for each member.
fn required(old: Option<&Value>, new: Option<&Value>) -> Vec<ConstraintChange> {
    let names = |value: Option<&Value>| -> Vec<String> {
        let list = value.and_then(Value::as_array).into_iter().flatten();
        list.filter_map(|name| name.as_str().map(str::to_owned))
            .collect()
    };
    let (old, new) = (names(old), names(new));
    let more = new.iter().filter(|name| !old.contains(name));
    let less = old.iter().filter(|name| !new.contains(name));
    more.map(|name| ConstraintChange::Stricter(format!("`{name}` is required now")))
        .chain(less.map(|name| ConstraintChange::Looser(format!("`{name}` is no longer required"))))
        .collect()
}

fn change(key: &str, old: Option<&Value>, new: Option<&Value>) -> Option<ConstraintChange> {
    // `explode` is only comparable if both serializations have it.
    if old == new || key == "explode" && (old.is_none() || new.is_none()) {
        return None;
    }
    let format_optional =
        |value: Option<&Value>| value.map_or_else(|| "any".to_owned(), |v| format_value(key, v));
    let text = match (key, new) {
        ("nullable", Some(_)) => "may no longer be null".to_owned(),
        ("nullable", None) => "may be null".to_owned(),
        _ => format!(
            "`{key}` {} → {}",
            format_optional(old),
            format_optional(new)
        ),
    };
    let tightened = match (old, new) {
        (_, None) => false,
        (None, Some(new)) => can_reject(key, new),
        (Some(old), Some(new)) => is_stricter(key, old, new),
    };
    Some(if tightened {
        ConstraintChange::Stricter(text)
    } else {
        ConstraintChange::Looser(text)
    })
}

fn format_value(key: &str, value: &Value) -> String {
    match (key, value) {
        (_, Value::Array(pair)) if LOWER.contains(&key) || UPPER.contains(&key) => {
            match pair.as_slice() {
                [limit, Value::Bool(true)] => format!("{limit} (exclusive)"),
                [limit, ..] => limit.to_string(),
                [] => String::new(),
            }
        }
        _ => value.to_string(),
    }
}

/// Returns whether a new constraint can reject values.
fn can_reject(key: &str, new: &Value) -> bool {
    match key {
        "minLength" | "minItems" | "minProperties" => limit(new).0 > 0.0,
        "pattern" => {
            let new = new.as_str().unwrap_or_default();
            pattern::includes(new, "") != Some(true)
        }
        _ => true,
    }
}

fn is_stricter(key: &str, old: &Value, new: &Value) -> bool {
    if LOWER.contains(&key) {
        let (old, new) = (limit(old), limit(new));
        return new.0 > old.0 || new.0 == old.0 && new.1 && !old.1;
    }
    if UPPER.contains(&key) {
        let (old, new) = (limit(old), limit(new));
        return new.0 < old.0 || new.0 == old.0 && new.1 && !old.1;
    }
    match key {
        "multipleOf" => match (old.as_f64(), new.as_f64()) {
            (Some(old), Some(new)) if new > 0.0 => {
                let times = old / new;
                (times - times.round()).abs() > 1e-9
            }
            _ => true,
        },
        "pattern" => match (old.as_str(), new.as_str()) {
            (Some(old), Some(new)) => pattern::includes(new, old) != Some(true),
            _ => true,
        },
        "enum" => {
            let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
            let (old, new) = (list(old), list(new));
            let equal = |a: &Value, b: &Value| a == b || a.is_number() && a.as_f64() == b.as_f64();
            let is_listed = |value: &Value| new.iter().any(|other| equal(value, other));
            !old.iter().all(is_listed)
        }
        // Formats and styles are not compatible with each other.
        _ => true,
    }
}

fn limit(value: &Value) -> (f64, bool) {
    let limit = value.get(0).and_then(Value::as_f64);
    let exclusive = value.get(1).and_then(Value::as_bool);
    (limit.unwrap_or_default(), exclusive.unwrap_or_default())
}

/// Adds the serialization of a parameter (OpenAPI 3.0.3, Parameter Object). `resolve` follows
/// references to components. `allowReserved` has no effect, because the client always
/// percent-encodes.
pub fn add_serialization<'a>(
    parameter: &'a Value,
    resolve: impl Fn(&'a Value) -> &'a Value,
    out: &mut Constraints,
) {
    let mut put = |key: &'static str, value: Value| {
        out.insert((String::new(), key), value);
    };
    let location = parameter.get("in").and_then(Value::as_str);
    let schema = resolve(parameter.get("schema").unwrap_or(&Value::Null));
    let type_name = schema.get("type").and_then(Value::as_str);
    if !matches!(type_name, Some("array" | "object")) {
        return;
    }
    let usual = if location == Some("query") {
        "form"
    } else {
        "simple"
    };
    let style = parameter.get("style").and_then(Value::as_str);
    let style = style.unwrap_or(usual).to_owned();
    let explode = parameter.get("explode").and_then(Value::as_bool);
    let explode = explode.unwrap_or(style == "form");
    // `explode` does not affect arrays in the style `simple`.
    if style != "simple" || type_name != Some("array") {
        put("explode", explode.into());
    }
    put("style", style.into());
}

#[cfg(test)]
mod tests;
