//! Values of a published schema, made from its own examples: what the server may answer, and what
//! a later server may make of it.

use serde_json::{Map, Value, json};

/// How a value differs from what is published.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Made {
    /// Not at all.
    AsPublished,
    /// Every object has a member that no schema lists.
    WithUnknownMembers,
    /// Every enum has a value that is not listed; so has every discriminator.
    WithUnknownValues,
}

/// Deeper than this, objects are empty; recursive schemas end there.
const DEPTH: usize = 7;

/// A member that no schema lists.
const UNKNOWN_MEMBER: &str = "brandNew";

/// `value` without the members that no schema lists.
pub fn without_unknown_members(value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            let known = members.iter().filter(|(name, _)| *name != UNKNOWN_MEMBER);
            let known = known.map(|(name, value)| (name.clone(), without_unknown_members(value)));
            Value::Object(known.collect())
        }
        Value::Array(entries) => entries.iter().map(without_unknown_members).collect(),
        other => other.clone(),
    }
}

/// A value of the component called `name`, with all its members.
pub fn of_component(document: &Value, name: &str, made: Made) -> Value {
    let schema = &document["components"]["schemas"][name];
    value(document, schema, made, 0)
}

fn value(document: &Value, schema: &Value, made: Made, depth: usize) -> Value {
    if let Some(reference) = schema["$ref"].as_str() {
        let target = document.pointer(reference.trim_start_matches('#'));
        return value(document, target.unwrap_or(&Value::Null), made, depth + 1);
    }
    let variants = ["oneOf", "anyOf"]
        .iter()
        .find_map(|key| schema[*key].as_array());
    if let Some(variants) = variants {
        let mut value = variants.first().map_or(json!({}), |variant| {
            value(document, variant, made, depth + 1)
        });
        if let (Value::Object(members), Some(property)) =
            (&mut value, schema["discriminator"]["propertyName"].as_str())
        {
            let tag = tag(schema, &variants[0]);
            let tag = tag.filter(|_| made != Made::WithUnknownValues);
            members.insert(property.to_owned(), tag.unwrap_or("BRAND_NEW").into());
        }
        return value;
    }
    let mut properties = Vec::new();
    collect(document, schema, &mut properties, 0);
    if !properties.is_empty() {
        if depth > DEPTH {
            return json!({});
        }
        let mut members: Map<String, Value> = properties
            .into_iter()
            .map(|(name, property)| {
                (
                    name.clone(),
                    self::value(document, property, made, depth + 1),
                )
            })
            .collect();
        if made == Made::WithUnknownMembers {
            members.insert(UNKNOWN_MEMBER.to_owned(), json!({"a": [1, null]}));
        }
        return Value::Object(members);
    }
    plain(document, schema, made, depth)
}

/// The value of the discriminator that stands for `variant`.
fn tag<'a>(schema: &'a Value, variant: &Value) -> Option<&'a str> {
    let mapping = schema["discriminator"]["mapping"].as_object()?;
    let (tag, _) = mapping
        .iter()
        .find(|(_, target)| **target == variant["$ref"])?;
    Some(tag)
}

/// The members of an object, those of its parts first.
fn collect<'a>(
    document: &'a Value,
    schema: &'a Value,
    out: &mut Vec<(&'a String, &'a Value)>,
    depth: usize,
) {
    if depth > DEPTH {
        return;
    }
    let target = schema["$ref"]
        .as_str()
        .and_then(|reference| document.pointer(reference.trim_start_matches('#')));
    let schema = target.unwrap_or(schema);
    for part in schema["allOf"].as_array().into_iter().flatten() {
        collect(document, part, out, depth + 1);
    }
    for (name, property) in schema["properties"].as_object().into_iter().flatten() {
        out.retain(|(known, _)| *known != name);
        out.push((name, property));
    }
}

fn plain(document: &Value, schema: &Value, made: Made, depth: usize) -> Value {
    let example = &schema["example"];
    let listed = schema["enum"].as_array().and_then(|values| values.first());
    match schema["type"].as_str() {
        Some("string") => match listed {
            Some(_) if made == Made::WithUnknownValues => "BRAND_NEW".into(),
            Some(first) => first.clone(),
            None if example.is_string() => example.clone(),
            None if schema["pattern"]
                .as_str()
                .is_some_and(|p| p.contains("{24}")) =>
            {
                "32b6e34b3d91647abb20e7b8".into()
            }
            None => "text".into(),
        },
        Some("integer") if example.is_i64() => example.clone(),
        // Wider than published: no answer fails for the size of a number.
        Some("integer") => listed.cloned().unwrap_or_else(|| json!(5_000_000_000_i64)),
        Some("number") if example.is_number() => example.clone(),
        Some("number") => json!(1.5),
        Some("boolean") => json!(true),
        Some("array") if depth > DEPTH => json!([]),
        Some("array") => json!([value(document, &schema["items"], made, depth + 1)]),
        _ => match &schema["additionalProperties"] {
            values @ Value::Object(_) if depth <= DEPTH => {
                json!({"key": value(document, values, made, depth + 1)})
            }
            _ => json!({}),
        },
    }
}

/// Whether `again` holds all that `value` does: `1` and `1.0` are the same, and an object may have
/// gained members, required ones that were missing, as long as they are empty.
pub fn kept(value: &Value, again: &Value) -> bool {
    match (value, again) {
        (Value::Number(a), Value::Number(b)) => a.as_f64() == b.as_f64(),
        (Value::Array(a), Value::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| kept(a, b))
        }
        (Value::Object(a), Value::Object(b)) => {
            a.iter()
                .all(|(key, a)| b.get(key).is_some_and(|b| kept(a, b)))
                && b.iter().all(|(key, b)| a.contains_key(key) || empty(b))
        }
        (a, b) => a == b,
    }
}

fn empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Bool(value) => !value,
        Value::Number(value) => value.as_f64() == Some(0.0),
        Value::String(value) => value.is_empty(),
        Value::Array(values) => values.is_empty(),
        Value::Object(members) => members.values().all(empty),
    }
}
