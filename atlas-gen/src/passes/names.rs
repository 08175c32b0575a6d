//! names: schema names become the names of Rust types.
//!
//! The date at the end of a schema's name goes, so that a new version of a body shows as a change
//! of a type and not as a new type; where both versions are in use, the older ones keep theirs.
//!
//! Before:
//! ```yaml
//! LiveMigrationRequest20240530: {type: object}
//! Link: {properties: {request: {$ref: '#/components/schemas/LiveMigrationRequest20240530'}}}
//! ```
//! After:
//! ```yaml
//! Link: {properties: {request: {$ref: '#/components/schemas/LiveMigrationRequest'}}}
//! LiveMigrationRequest: {type: object}
//! ```

use std::collections::{BTreeMap, HashSet};

use heck::ToPascalCase;
use serde_json::{Map, Value};

use crate::document::{Document, schema_name, schema_reference};
use crate::error::Result;
use crate::media_type::Date;
use crate::passes::answers;
use crate::schema::{self, TAGGED, UNTAGGED};

/// Names that Rust's prelude or the generated code itself gives a meaning.
const RESERVED: [&str; 26] = [
    "Additional",
    "BTreeMap",
    "Box",
    "Clone",
    "Debug",
    "Default",
    "Eq",
    "Err",
    "Hash",
    "Into",
    "IntoIterator",
    "None",
    "Ok",
    "Option",
    "Ord",
    "PartialEq",
    "PartialOrd",
    "Refusal",
    "Result",
    "Rule",
    "Self",
    "Some",
    "String",
    "TryInto",
    "Value",
    "Vec",
];

/// Renames components and every reference to them, and sorts the components by name.
///
/// # Errors
/// None; names that would collide are told apart by a number.
pub fn names(document: &mut Document) -> Result<()> {
    let originals: Vec<String> = document.schemas().map(|(name, _)| name.clone()).collect();
    let renamed = choose(&originals);
    let name_of = |name: &str| {
        renamed
            .get(name)
            .cloned()
            .unwrap_or_else(|| name.to_owned())
    };
    rename_all(document, &name_of);
    let schemas = std::mem::take(document.schemas_mut());
    let sorted: BTreeMap<String, Value> = schemas
        .into_iter()
        .map(|(name, schema)| (name_of(&name), schema))
        .collect();
    *document.schemas_mut() = Map::from_iter(sorted);
    Ok(())
}

/// Makes every reference to a component name what `name_of` says; the components themselves stay.
pub fn rename_all(document: &mut Document, name_of: &dyn Fn(&str) -> String) {
    for schema in document.schemas_mut().values_mut() {
        schema::rewrite(schema, &mut |schema| rename(schema, name_of));
    }
    for place in document.places() {
        let Some(operation) = document.operation_mut(&place) else {
            continue;
        };
        for key in ["parameters", "requestBody", "responses", answers::EXTENSION] {
            if let Some(value) = operation.get_mut(key) {
                everywhere(value, name_of);
            }
        }
    }
}

fn choose(originals: &[String]) -> BTreeMap<String, String> {
    let known: HashSet<&str> = originals.iter().map(String::as_str).collect();
    // The newest date first, so that it gets the bare name; undated names come before all.
    let mut order: Vec<(&String, Option<(&str, &str)>)> =
        originals.iter().map(|name| (name, dated(name))).collect();
    order.sort_by(|(a, a_date), (b, b_date)| {
        let key =
            |date: &Option<(&str, &str)>| date.map(|(_, date)| std::cmp::Reverse(date.to_owned()));
        (a_date.is_some(), key(a_date), a).cmp(&(b_date.is_some(), key(b_date), b))
    });
    let mut taken: HashSet<String> = RESERVED.iter().map(|&name| name.to_owned()).collect();
    let mut chosen = BTreeMap::new();
    for (name, date) in order {
        let bare = match date {
            Some((bare, _)) if !known.contains(bare) => bare,
            _ => name.as_str(),
        };
        let mut candidate = rust_name(bare);
        // A type that callers send has a builder beside it.
        let is_taken = |candidate: &str| {
            taken.contains(candidate)
                || taken.contains(&format!("{candidate}Builder"))
                || candidate
                    .strip_suffix("Builder")
                    .is_some_and(|built| taken.contains(built))
        };
        if is_taken(&candidate) {
            candidate = rust_name(name);
        }
        let mut n = 2;
        while is_taken(&candidate) {
            candidate = format!("{}{n}", rust_name(name));
            n += 1;
        }
        taken.insert(candidate.clone());
        chosen.insert(name.clone(), candidate);
    }
    chosen
}

/// The name without its date, and the date, of a name such as `Request20240530`.
pub fn dated(name: &str) -> Option<(&str, &str)> {
    let split = name
        .len()
        .checked_sub(8)
        .filter(|split| name.is_char_boundary(*split))?;
    let (bare, digits) = name.split_at(split);
    let is_date = digits.bytes().all(|b| b.is_ascii_digit())
        && Date::parse(&format!(
            "{}-{}-{}",
            &digits[..4],
            &digits[4..6],
            &digits[6..]
        ))
        .is_some();
    (is_date && !bare.is_empty()).then_some((bare, digits))
}

/// `name` as the name of a Rust type.
pub fn rust_name(name: &str) -> String {
    let cleaned: String = name
        .chars()
        .map(|c| if c.is_alphanumeric() { c } else { '-' })
        .collect();
    let pascal = cleaned.to_pascal_case();
    match pascal.chars().next() {
        None => "Unnamed".to_owned(),
        Some(first) if first.is_alphabetic() => pascal,
        Some(_) => format!("T{pascal}"),
    }
}

fn everywhere(value: &mut Value, name_of: &dyn Fn(&str) -> String) {
    match value {
        Value::Object(_) => {
            rename(value, name_of);
            if let Value::Object(map) = value {
                for (key, child) in map {
                    if key != "example" && key != "examples" {
                        everywhere(child, name_of);
                    }
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| everywhere(item, name_of)),
        _ => {}
    }
}

fn rename(schema: &mut Value, name_of: &dyn Fn(&str) -> String) {
    if let Some(name) = schema_name(schema) {
        let target = schema_reference(&name_of(name));
        if let (Value::Object(map), Value::Object(target)) = (&mut *schema, target) {
            map.extend(target);
        }
    }
    if let Some(Value::Array(listed)) = schema.get_mut(UNTAGGED) {
        for name in listed {
            if let Value::String(name) = name {
                *name = name_of(name);
            }
        }
    }
    let variants = schema
        .get_mut(TAGGED)
        .and_then(|tagged| tagged.get_mut("variants"));
    for variant in variants.and_then(Value::as_array_mut).into_iter().flatten() {
        if let Some(Value::String(name)) = variant.get_mut("schema") {
            *name = name_of(name);
        }
    }
}
