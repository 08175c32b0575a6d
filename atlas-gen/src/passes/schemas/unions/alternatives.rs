//! Unites alternatives that no discriminator tells apart.

use std::collections::{HashMap, HashSet};

use serde_json::{Map, Value, json};

use crate::document::{Document, schema_name};
use crate::passes::hoist;
use crate::passes::names::dated;
use crate::schema::{self, Kind, UNTAGGED};

/// Returns the schema of the union `name` with the alternatives `members`: one enum or one plain type
/// if they have it in common, otherwise the variants by name.
///
/// Alternatives without a name become components in `made`, named after the union and their title or
/// type.
pub fn united(
    document: &Document,
    name: &str,
    members: &[&Value],
    made: &mut Map<String, Value>,
) -> Value {
    // The union itself adds no value.
    let others = members.iter().copied();
    let others = others.filter(|member| schema_name(member) != Some(name));
    let others: Vec<&Value> = others.collect();
    let targets = others.iter();
    let targets = targets.map(|member| document.deref(member).unwrap_or(member));
    let targets: Vec<&Value> = targets.collect();
    if let Some(whole) = one_enum(&targets).or_else(|| one_plain(&targets)) {
        return whole;
    }
    let is_any = |member: &&Value| matches!(schema::kind(member), Kind::Any);
    if others.is_empty() || others.iter().any(is_any) {
        return json!({});
    }
    let mut variants: Vec<String> = Vec::new();
    let mut known: HashSet<String> = HashSet::new();
    // The last number of each name.
    let mut numbers: HashMap<String, usize> = HashMap::new();
    for member in others {
        if let Some(variant) = schema_name(member) {
            if known.insert(variant.to_owned()) {
                variants.push(variant.to_owned());
            }
            continue;
        }
        let component = component(member);
        if !known.insert(component.to_string()) {
            continue;
        }
        let (outer, date) = dated(name).unwrap_or((name, ""));
        let own = hoist::alternative_name(member).unwrap_or_default();
        let number = numbers.entry(own.clone()).or_default();
        let free = loop {
            *number += 1;
            let variant = match *number {
                1 => format!("{outer}{own}{date}"),
                number => format!("{outer}{own}{number}{date}"),
            };
            if document.schema(&variant).is_none() && !made.contains_key(&variant) {
                break variant;
            }
        };
        made.insert(free.clone(), component);
        variants.push(free);
    }
    json!({ UNTAGGED: variants })
}

/// Joins enums to one with all their values.
fn one_enum(targets: &[&Value]) -> Option<Value> {
    let mut values: Vec<&Value> = Vec::new();
    let mut known: HashSet<String> = HashSet::new();
    // The name that each of the values is given, if any.
    let mut names: Vec<Option<&Value>> = Vec::new();
    for target in targets {
        let listed = target.get("enum")?.as_array()?;
        let given = target.get("x-enum-varnames").and_then(Value::as_array);
        let given = given.filter(|given| given.len() == listed.len());
        for (i, value) in listed.iter().enumerate() {
            if known.insert(value.to_string()) {
                values.push(value);
                names.push(given.and_then(|given| given.get(i)));
            }
        }
    }
    if values.is_empty() {
        return None;
    }
    let mut whole = Map::new();
    whole.insert("enum".to_owned(), json!(values));
    if values.iter().all(|value| value.is_string()) {
        whole.insert("type".to_owned(), "string".into());
    }
    // Names are used only if there is one for every value.
    if let Some(names) = names.into_iter().collect::<Option<Vec<_>>>() {
        whole.insert("x-enum-varnames".to_owned(), json!(names));
    }
    Some(whole.into())
}

/// What an alternative states about its place, not about its values.
const ANNOTATIONS: [&str; 7] = [
    "title",
    "nullable",
    "readOnly",
    "writeOnly",
    "default",
    "example",
    "x-sunset",
];

/// Joins strings, numbers or booleans to one schema with the limits that all of them have.
fn one_plain(targets: &[&Value]) -> Option<Value> {
    let maps = targets.iter().map(|target| target.as_object());
    let maps: Vec<&Map<String, Value>> = maps.collect::<Option<_>>()?;
    let is_plain =
        |map: &&Map<String, Value>| map.keys().all(|key| key != "oneOf" && key != "anyOf");
    let types = maps.iter().map(|map| match map.get("type")?.as_str()? {
        ty @ ("string" | "integer" | "number" | "boolean") if is_plain(map) => Some(ty),
        _ => None,
    });
    let types: HashSet<&str> = types.collect::<Option<_>>()?;
    let mut types = types.into_iter();
    let ty = match (types.next()?, types.next()) {
        (ty, None) => ty,
        // Integers are numbers.
        ("integer" | "number", Some("integer" | "number")) => "number",
        _ => return None,
    };
    let (first, rest) = maps.split_first()?;
    let mut whole: Map<String, Value> = Map::new();
    whole.insert("type".to_owned(), ty.into());
    for (key, value) in first.iter() {
        let is_own = key == "type" || ANNOTATIONS.contains(&key.as_str());
        if !is_own && rest.iter().all(|map| map.get(key) == Some(value)) {
            whole.insert(key.clone(), value.clone());
        }
    }
    let is_secret = |map: &&Map<String, Value>| map.get("format").is_some_and(|f| f == "password");
    if maps.iter().any(is_secret) {
        whole.insert("format".to_owned(), "password".into());
    }
    Some(whole.into())
}

/// Returns an alternative as a component, without what it states about its place.
fn component(alternative: &Value) -> Value {
    let mut component = alternative.clone();
    if let Value::Object(map) = &mut component {
        for key in ANNOTATIONS {
            map.shift_remove(key);
        }
        map.insert(hoist::HOISTED.to_owned(), true.into());
    }
    component
}
