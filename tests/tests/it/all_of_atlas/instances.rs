//! Makes values of published schemas from their examples: responses of the current server, and of a
//! later one.

use serde_json::{Map, Value, json};

/// How a value differs from its published schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Made {
    /// It does not.
    AsPublished,
    /// Every object has an additional member that no schema lists.
    WithUnknownMembers,
    /// Every enum and every discriminator has an unknown value.
    WithUnknownValues,
    /// As [`Self::AsPublished`], without read-only and write-only members.
    OfBothSides,
    /// As [`Self::WithUnknownValues`], without read-only and write-only members.
    OfBothSidesWithUnknownValues,
}

impl Made {
    fn has_unknown_values(self) -> bool {
        matches!(
            self,
            Self::WithUnknownValues | Self::OfBothSidesWithUnknownValues
        )
    }

    fn is_of_both_sides(self) -> bool {
        matches!(self, Self::OfBothSides | Self::OfBothSidesWithUnknownValues)
    }
}

/// At a greater depth, objects have only required members, and at twice this depth none, which ends
/// recursive schemas.
const DEPTH: usize = 7;

/// A member that no schema lists.
const UNKNOWN_MEMBER: &str = "brandNew";

/// Returns a value of the component called `name`, with all its members.
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
            let tag = tag.filter(|_| !made.has_unknown_values());
            members.insert(property.to_owned(), tag.unwrap_or("BRAND_NEW").into());
        }
        return value;
    }
    let mut properties = Vec::new();
    collect(document, schema, &mut properties, 0);
    if !properties.is_empty() {
        if depth > 2 * DEPTH {
            return json!({});
        }
        if depth > DEPTH {
            let required = required(document, schema, 0);
            properties.retain(|(name, _)| required.contains(&name.as_str()));
        }
        let mut members: Map<String, Value> = properties
            .into_iter()
            .filter(|(_, property)| !made.is_of_both_sides() || !is_one_sided(document, property))
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

/// Returns whether a member is read-only or write-only.
fn is_one_sided(document: &Value, property: &Value) -> bool {
    let flagged = |schema: &Value| schema["readOnly"] == true || schema["writeOnly"] == true;
    let target = property["$ref"]
        .as_str()
        .and_then(|reference| document.pointer(reference.trim_start_matches('#')));
    flagged(property) || target.is_some_and(flagged)
}

/// Returns the discriminator value of `variant`.
fn tag<'a>(schema: &'a Value, variant: &Value) -> Option<&'a str> {
    let mapping = schema["discriminator"]["mapping"].as_object()?;
    let (tag, _) = mapping
        .iter()
        .find(|(_, target)| **target == variant["$ref"])?;
    Some(tag)
}

/// Collects the members of an object, those of its parts first.
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

/// Returns the members that an object or one of its parts requires.
fn required<'a>(document: &'a Value, schema: &'a Value, depth: usize) -> Vec<&'a str> {
    let target = schema["$ref"]
        .as_str()
        .and_then(|reference| document.pointer(reference.trim_start_matches('#')));
    let schema = target.unwrap_or(schema);
    let own = schema["required"].as_array().into_iter().flatten();
    let mut all: Vec<&str> = own.filter_map(Value::as_str).collect();
    for part in schema["allOf"].as_array().into_iter().flatten() {
        if depth < DEPTH {
            all.extend(required(document, part, depth + 1));
        }
    }
    all
}

fn plain(document: &Value, schema: &Value, made: Made, depth: usize) -> Value {
    let example = &schema["example"];
    let listed = schema["enum"].as_array().and_then(|values| values.first());
    match schema["type"].as_str() {
        Some("string") => match listed {
            Some(_) if made.has_unknown_values() => "BRAND_NEW".into(),
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
        // Wider than `int32`: integers of any size must be decoded.
        Some("integer") => listed.cloned().unwrap_or_else(|| json!(5_000_000_000_i64)),
        Some("number") if example.is_number() => example.clone(),
        Some("number") => json!(1.5),
        Some("boolean") => json!(true),
        Some("array") if depth > 2 * DEPTH => json!([]),
        Some("array") => json!([value(document, &schema["items"], made, depth + 1)]),
        _ => match &schema["additionalProperties"] {
            values @ Value::Object(_) if depth <= DEPTH => {
                json!({"key": value(document, values, made, depth + 1)})
            }
            _ => json!({}),
        },
    }
}

/// Returns whether `again` contains everything in `value`.
pub fn held(value: &Value, again: &Value) -> bool {
    match (value, again) {
        (Value::Number(a), Value::Number(b)) => a.as_f64() == b.as_f64(),
        (Value::Array(a), Value::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| held(a, b))
        }
        (Value::Object(a), Value::Object(b)) => a
            .iter()
            .all(|(key, a)| b.get(key).is_some_and(|b| held(a, b))),
        (a, b) => a == b,
    }
}
