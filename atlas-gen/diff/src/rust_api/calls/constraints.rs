//! Constraints on the values that callers send, and whether a new revision is stricter.
//!
//! It knows the keywords of schemas, not whose value it is.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::document::pattern;
use atlas_gen::document::schema_name;
use atlas_gen::schema::{self, flag};

/// The constraints at each location in a value, by location and keyword.
///
/// A location is written for readers: the empty string for the value itself, `key` for a member,
/// `key[]` for the entries of a list, `key{}` for the values of a map.
pub type Constraints = BTreeMap<(String, &'static str), Value>;

/// How a constraint changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ConstraintChange {
    /// A value that was valid may be invalid now.
    Stricter(String),
    /// Every value that was valid still is.
    Looser(String),
}

/// Not a constraint: the kind of value at a location, so that other kinds are not compared.
const TYPE: &str = "type";

/// Keywords with a lower limit.
const LOWER: [&str; 4] = ["minLength", "minItems", "minProperties", "minimum"];
const UPPER: [&str; 4] = ["maxLength", "maxItems", "maxProperties", "maximum"];

/// Returns the constraints of `schema`. Those behind a reference belong to its component.
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
    let kind = if reference {
        Some("reference")
    } else {
        schema.get("type").and_then(Value::as_str)
    };
    put(TYPE, kind.into());
    if !flag(schema, "nullable") {
        put("nullable", Value::Bool(false));
    }
    // Keywords beside a reference apply, too; those behind it belong to the component.
    for key in LOWER.iter().chain(&UPPER) {
        let limit = schema.get(key).filter(|limit| limit.is_number());
        if let Some(limit) = limit.filter(|_| applies_to(key, kind)) {
            let exclusive = match *key {
                "minimum" => flag(schema, "exclusiveMinimum"),
                "maximum" => flag(schema, "exclusiveMaximum"),
                _ => false,
            };
            put(key, Value::Array(vec![limit.clone(), exclusive.into()]));
        }
    }
    for key in ["multipleOf", "pattern", "not"] {
        if let Some(value) = schema.get(key).filter(|_| applies_to(key, kind))
            && !(kind == Some("integer") && divides_all_integers(value))
        {
            put(key, value.clone());
        }
    }
    if flag(schema, "uniqueItems") && applies_to("uniqueItems", kind) {
        put("uniqueItems", Value::Bool(true));
    }
    if let Some(format) = schema.get("format").and_then(Value::as_str)
        && !ANNOTATIONS.contains(&format)
    {
        put("format", format.into());
    }
    // A list of strings is a Rust enum, which callers see.
    if let (Some(Value::Array(listed)), Some("integer" | "number" | "boolean")) =
        (schema.get("enum"), kind)
    {
        put("enum", listed.clone().into());
    }
    if !applies_to("properties", kind) {
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

/// Adds the constraints on the entries of a list.
fn items(schema: &Value, at: &str, out: &mut Constraints) {
    if let Some(items @ Value::Object(_)) = schema.get("items") {
        collect(items, &format!("{at}[]"), out);
    }
}

/// Returns whether a keyword constrains values of a kind; others ignore it (JSON Schema Validation,
/// section 4.1).
fn applies_to(key: &str, kind: Option<&str>) -> bool {
    let own: &[&str] = match key {
        "minLength" | "maxLength" | "pattern" => &["string"],
        "minItems" | "maxItems" | "uniqueItems" => &["array"],
        "minProperties" | "maxProperties" | "properties" => &["object"],
        "minimum" | "maximum" | "multipleOf" => &["integer", "number"],
        _ => return true,
    };
    kind.is_none_or(|kind| kind == "reference" || own.contains(&kind))
}

/// Returns whether every integer is a multiple of `value`.
fn divides_all_integers(value: &Value) -> bool {
    let times = value.as_f64().map(f64::recip);
    times.is_some_and(|times| times >= 1.0 && (times - times.round()).abs() < 1e-9)
}

/// Formats that a value's Rust type already implies, or that only affect display.
const ANNOTATIONS: [&str; 4] = ["int64", "double", "password", "binary"];

/// Returns the changes from `old` to `new`, each with its location, where both have the same kind
/// of value.
pub fn changes(old: &Constraints, new: &Constraints) -> Vec<(String, ConstraintChange)> {
    let keys: BTreeSet<&(String, &'static str)> = old.keys().chain(new.keys()).collect();
    let has_same_type = |at: &String| {
        let key = (at.clone(), TYPE);
        old.get(&key)
            .is_some_and(|kind| new.get(&key) == Some(kind))
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

/// Returns the changes of a list of required members, one for each.
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
    // In another place, style or type it has no meaning to compare.
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
        // No format contains all values of another, and no style parses another.
        _ => true,
    }
}

fn limit(value: &Value) -> (f64, bool) {
    let limit = value.get(0).and_then(Value::as_f64);
    let exclusive = value.get(1).and_then(Value::as_bool);
    (limit.unwrap_or_default(), exclusive.unwrap_or_default())
}

/// Adds the serialization of a parameter (OpenAPI 3.0.3, Parameter Object). `resolve` follows
/// references to components. The client percent-encodes reserved characters whether they may be sent
/// as they are or not.
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
    let kind = schema.get("type").and_then(Value::as_str);
    if !matches!(kind, Some("array" | "object")) {
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
    // A list in the style `simple` is separated by commas in any case.
    if style != "simple" || kind != Some("array") {
        put("explode", explode.into());
    }
    put("style", style.into());
}

#[cfg(test)]
mod tests;
