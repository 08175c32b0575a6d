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
pub type Demands = BTreeMap<(String, &'static str), Value>;

/// How a constraint changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// A value that was valid may be invalid now.
    Tightened(String),
    /// Every value that was valid still is.
    Loosened(String),
}

/// Not a constraint: the kind of value at a location, so that other kinds are not compared.
const KIND: &str = "type";

/// Keywords with a lower limit.
const LOWER: [&str; 4] = ["minLength", "minItems", "minProperties", "minimum"];
const UPPER: [&str; 4] = ["maxLength", "maxItems", "maxProperties", "maximum"];

/// Returns the constraints of `schema`. Those behind a reference belong to its component.
pub fn demands(schema: &Value) -> Demands {
    let mut out = Demands::new();
    collect(schema, "", &mut out);
    out
}

fn collect(schema: &Value, at: &str, out: &mut Demands) {
    let mut put = |key: &'static str, value: Value| {
        out.insert((at.to_owned(), key), value);
    };
    let reference = schema_name(schema).is_some();
    let kind = if reference {
        Some("reference")
    } else {
        schema.get("type").and_then(Value::as_str)
    };
    put(KIND, kind.into());
    if !flag(schema, "nullable") {
        put("nullable", Value::Bool(false));
    }
    // Keywords beside a reference apply, too; those behind it belong to the component.
    for key in LOWER.iter().chain(&UPPER) {
        let limit = schema.get(key).filter(|limit| limit.is_number());
        if let Some(limit) = limit.filter(|_| applies(key, kind)) {
            let exclusive = match *key {
                "minimum" => flag(schema, "exclusiveMinimum"),
                "maximum" => flag(schema, "exclusiveMaximum"),
                _ => false,
            };
            put(key, Value::Array(vec![limit.clone(), exclusive.into()]));
        }
    }
    for key in ["multipleOf", "pattern", "not"] {
        if let Some(value) = schema.get(key).filter(|_| applies(key, kind))
            && !(kind == Some("integer") && is_part_of_one(value))
        {
            put(key, value.clone());
        }
    }
    if flag(schema, "uniqueItems") && applies("uniqueItems", kind) {
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
    if !applies("properties", kind) {
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
fn items(schema: &Value, at: &str, out: &mut Demands) {
    if let Some(items @ Value::Object(_)) = schema.get("items") {
        collect(items, &format!("{at}[]"), out);
    }
}

/// Returns whether a keyword constrains values of a kind; others ignore it (JSON Schema Validation,
/// section 4.1).
fn applies(key: &str, kind: Option<&str>) -> bool {
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
fn is_part_of_one(value: &Value) -> bool {
    let times = value.as_f64().map(f64::recip);
    times.is_some_and(|times| times >= 1.0 && (times - times.round()).abs() < 1e-9)
}

/// Formats that a value's Rust type already implies, or that only affect display.
const ANNOTATIONS: [&str; 4] = ["int64", "double", "password", "binary"];

/// Returns the changes from `old` to `new`, each with its location, where both have the same kind
/// of value.
pub fn steps(old: &Demands, new: &Demands) -> Vec<(String, Step)> {
    let keys: BTreeSet<&(String, &'static str)> = old.keys().chain(new.keys()).collect();
    let same_kind = |at: &String| {
        let key = (at.clone(), KIND);
        old.get(&key)
            .is_some_and(|kind| new.get(&key) == Some(kind))
    };
    keys.into_iter()
        .filter(|(at, _)| same_kind(at))
        .flat_map(|key| {
            let (old, new) = (old.get(key), new.get(key));
            let steps = match key.1 {
                "required" => required(old, new),
                keyword => step(keyword, old, new).into_iter().collect(),
            };
            steps.into_iter().map(|step| (key.0.clone(), step))
        })
        .collect()
}

/// Returns the changes of a list of required members, one for each.
fn required(old: Option<&Value>, new: Option<&Value>) -> Vec<Step> {
    let names = |value: Option<&Value>| -> Vec<String> {
        let list = value.and_then(Value::as_array).into_iter().flatten();
        list.filter_map(|name| name.as_str().map(str::to_owned))
            .collect()
    };
    let (old, new) = (names(old), names(new));
    let more = new.iter().filter(|name| !old.contains(name));
    let less = old.iter().filter(|name| !new.contains(name));
    more.map(|name| Step::Tightened(format!("`{name}` is required now")))
        .chain(less.map(|name| Step::Loosened(format!("`{name}` is no longer required"))))
        .collect()
}

fn step(key: &str, old: Option<&Value>, new: Option<&Value>) -> Option<Step> {
    // In another place, style or type it has no meaning to compare.
    if old == new || key == "explode" && (old.is_none() || new.is_none()) {
        return None;
    }
    let shown = |value: Option<&Value>| value.map_or_else(|| "any".to_owned(), |v| show(key, v));
    let text = match (key, new) {
        ("nullable", Some(_)) => "may no longer be null".to_owned(),
        ("nullable", None) => "may be null".to_owned(),
        _ => format!("`{key}` {} → {}", shown(old), shown(new)),
    };
    let tightened = match (old, new) {
        (_, None) => false,
        (None, Some(new)) => adds(key, new),
        (Some(old), Some(new)) => narrows(key, old, new),
    };
    Some(if tightened {
        Step::Tightened(text)
    } else {
        Step::Loosened(text)
    })
}

fn show(key: &str, value: &Value) -> String {
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
fn adds(key: &str, new: &Value) -> bool {
    match key {
        "minLength" | "minItems" | "minProperties" => limit(new).0 > 0.0,
        "pattern" => {
            let new = new.as_str().unwrap_or_default();
            pattern::includes(new, "") != Some(true)
        }
        _ => true,
    }
}

fn narrows(key: &str, old: &Value, new: &Value) -> bool {
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
pub fn add_style<'a>(
    parameter: &'a Value,
    resolve: impl Fn(&'a Value) -> &'a Value,
    out: &mut Demands,
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
mod tests {
    use super::*;
    use serde_json::json;

    /// Formats the changes from `old` to `new`, with `+` for stricter and `-` for looser ones.
    fn told(old: Value, new: Value) -> Vec<String> {
        let steps = steps(&demands(&old), &demands(&new));
        let told = steps.into_iter().map(|(at, step)| match step {
            Step::Tightened(text) => format!("+{at} {text}"),
            Step::Loosened(text) => format!("-{at} {text}"),
        });
        told.collect()
    }

    #[test]
    fn limits_are_compared_by_value_and_by_whether_they_are_inside() {
        let number = |limits: Value| {
            let mut schema = json!({"type": "number"});
            schema
                .as_object_mut()
                .unwrap()
                .extend(limits.as_object().unwrap().clone());
            schema
        };
        for (old, new, expected) in [
            (
                json!({"minimum": 1}),
                json!({"minimum": 1.0}),
                "- `minimum` 1 → 1.0",
            ),
            (
                json!({"minimum": 1}),
                json!({"minimum": 2}),
                "+ `minimum` 1 → 2",
            ),
            (
                json!({"maximum": 1}),
                json!({"maximum": 2}),
                "- `maximum` 1 → 2",
            ),
            (
                json!({"maximum": 1, "exclusiveMaximum": true}),
                json!({"maximum": 1}),
                "- `maximum` 1 (exclusive) → 1",
            ),
            (
                json!({"multipleOf": 4}),
                json!({"multipleOf": 2}),
                "- `multipleOf` 4 → 2",
            ),
            (
                json!({"multipleOf": 4}),
                json!({"multipleOf": 3}),
                "+ `multipleOf` 4 → 3",
            ),
            (
                json!({}),
                json!({"multipleOf": 3}),
                "+ `multipleOf` any → 3",
            ),
        ] {
            assert_eq!(told(number(old), number(new)), [expected]);
        }
    }

    #[test]
    fn what_no_value_can_miss_is_no_demand() {
        let text = json!({"type": "string"});
        for new in [
            json!({"type": "string", "minLength": 0}),
            json!({"type": "string", "pattern": ".*"}),
        ] {
            let steps = told(text.clone(), new);
            assert!(steps.iter().all(|step| step.starts_with('-')), "{steps:?}");
        }
        let annotated = json!({"type": "string", "format": "password", "title": "T"});
        assert!(told(text, annotated).is_empty());
    }

    #[test]
    fn what_means_the_same_is_no_tighter() {
        for (kind, old, new) in [
            (
                "integer",
                json!({"enum": [10, 20]}),
                json!({"enum": [10.0, 20.0]}),
            ),
            ("integer", json!({}), json!({"multipleOf": 1})),
            ("integer", json!({}), json!({"multipleOf": 0.5})),
            (
                "string",
                json!({}),
                json!({"maxItems": 3, "uniqueItems": true, "maximum": 1}),
            ),
            (
                "string",
                json!({}),
                json!({"required": ["a"], "additionalProperties": false}),
            ),
            (
                "integer",
                json!({}),
                json!({"maxLength": 3, "pattern": "^a$"}),
            ),
            ("array", json!({}), json!({"minLength": 3, "multipleOf": 2})),
        ] {
            let [old, new] = [old, new].map(|mut schema| {
                schema["type"] = kind.into();
                schema
            });
            let steps = told(old, new.clone());
            assert!(
                steps.iter().all(|step| step.starts_with('-')),
                "{new}: {steps:?}"
            );
        }
        let listed = |values: Value| json!({"type": "integer", "enum": values});
        let steps = told(listed(json!([10, 20])), listed(json!([10.0])));
        assert!(steps[0].starts_with('+'), "{steps:?}");
        let whole = |multiple: f64| json!({"type": "integer", "multipleOf": multiple});
        assert!(told(json!({"type": "integer"}), whole(1.5))[0].starts_with('+'));
    }

    #[test]
    fn places_that_are_new_or_of_another_kind_make_no_demand_of_old_values() {
        let old = json!({"type": "object", "properties": {"a": {"type": "string"}}});
        let new = json!({"type": "object", "required": ["b"], "properties": {
            "a": {"type": "integer", "minimum": 3},
            "b": {"type": "string", "minLength": 5},
        }});
        assert_eq!(told(old, new), ["+ `b` is required now"]);
    }

    #[test]
    fn another_serialization_is_a_demand_where_values_are_written_otherwise() {
        let list = json!({"type": "array", "items": {"$ref": "#/components/schemas/Kind"}});
        let object = json!({"type": "object"});
        let text = json!({"type": "string"});
        let kind = json!({"type": "string"});
        for (place, style, schema, key, stricter) in [
            ("header", "simple", &list, "explode", false),
            ("path", "simple", &list, "explode", false),
            ("path", "label", &list, "explode", true),
            ("header", "simple", &object, "explode", true),
            ("query", "form", &list, "explode", true),
            ("query", "form", &text, "explode", false),
            ("query", "form", &text, "allowReserved", false),
        ] {
            let of = |value: bool| {
                let parameter = json!({"in": place, "style": style, "schema": schema, key: value});
                let mut out = demands(schema);
                let resolve = |schema| match schema_name(schema) {
                    Some(_) => &kind,
                    None => schema,
                };
                add_style(&parameter, resolve, &mut out);
                out
            };
            let steps = steps(&of(true), &of(false));
            let found = matches!(steps[..], [(_, Step::Tightened(_))]);
            assert_eq!(found, stricter, "{place} {style} {schema} {key}: {steps:?}");
            assert_eq!(found, !steps.is_empty(), "{place} {style} {schema} {key}");
        }
    }
}
