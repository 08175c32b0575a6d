//! Replaces strings that have a type in the runtime by references to it.
//!
//! - 24 hexadecimal digits: `ObjectId`, one type for the hundreds of places that spell out the
//!   pattern;
//! - dates with a time: `Timestamp`, which keeps their text;
//! - passwords, tokens and keys: `Sensitive`, whose `Debug` shows nothing.
//!
//! Before:
//! ```yaml
//! Source:
//!   properties:
//!     groupId: {type: string, pattern: '^([a-f0-9]{24})$'}
//!     password: {type: string}
//!     createdAt: {type: string, format: date-time}
//! ```
//! After:
//! ```yaml
//! Source:
//!   properties:
//!     groupId: {$ref: '#/components/schemas/ObjectId'}
//!     password: {$ref: '#/components/schemas/Sensitive'}
//!     createdAt: {$ref: '#/components/schemas/Timestamp'}
//! ObjectId: {x-atlas-rust-type: 'crate::ObjectId'}
//! Sensitive: {x-atlas-rust-type: 'crate::Sensitive'}
//! Timestamp: {x-atlas-rust-type: 'crate::Timestamp'}
//! ```

use std::collections::BTreeSet;

use heck::ToSnakeCase;
use serde_json::{Value, json};

use crate::document::{Document, schema_reference};
use crate::error::Result;
use crate::schema::{self, RUST_TYPE, flag};

/// The runtime types.
pub const NAMES: [&str; 3] = ["ObjectId", "Sensitive", "Timestamp"];

/// The spellings of an id's pattern; an id inside a longer pattern does not count.
const OBJECT_ID: [&str; 3] = ["^([a-f0-9]{24})$", "^[a-f0-9]{24}$", "^([a-fA-F0-9]{24})$"];

/// Words in the name of a member that mark it as a secret, in snake case.
const SECRET_WORDS: [&str; 8] = [
    "password",
    "passphrase",
    "secret",
    "token",
    "private_key",
    "api_key",
    "access_key",
    "service_key",
];

/// Endings of names that contain such a word but name no secret.
const HARMLESS_ENDINGS: [&str; 9] = [
    "_id", "_ids", "_url", "_uri", "_type", "_name", "_path", "_count", "_date",
];

/// Rewrites the components and the parameters of operations.
///
/// If the document has a component with such a name, the type is stored under its path until
/// `names` renames both.
///
/// # Errors
/// None.
pub fn rust_types(document: &mut Document) -> Result<()> {
    let keys = Keys::new(document);
    let mut used = BTreeSet::new();
    for schema in document.schemas_mut().values_mut() {
        schema::rewrite(schema, &mut |schema| {
            members(schema, &keys, &mut used);
            plain(schema, &keys, &mut used);
        });
    }
    for place in document.places() {
        let Some(operation) = document.operation_mut(&place) else {
            continue;
        };
        for schema in schema::of_operation_mut(operation) {
            schema::rewrite(schema, &mut |schema| plain(schema, &keys, &mut used));
        }
        // A string that is the whole response has no name to classify it by.
        for schema in schema::of_answers_mut(operation) {
            if is_secret("", schema) {
                used.insert("Sensitive");
                refer(schema, keys.of("Sensitive"));
            }
        }
    }
    let schemas = document.schemas_mut();
    for name in used {
        let path = format!("crate::{name}");
        schemas.insert(keys.of(name).to_owned(), json!({ RUST_TYPE: path }));
    }
    Ok(())
}

/// The names of the types among the components.
struct Keys(Vec<(&'static str, String)>);

impl Keys {
    fn new(document: &Document) -> Self {
        let free = |name: &'static str| {
            let mut key = name.to_owned();
            while document.schema(&key).is_some() {
                key.insert_str(0, "crate::");
            }
            (name, key)
        };
        Self(NAMES.into_iter().map(free).collect())
    }

    fn of(&self, name: &str) -> &str {
        let found = self.0.iter().find(|(known, _)| *known == name);
        found.map_or("", |(_, key)| key)
    }
}

/// Replaces a string that its form alone classifies.
fn plain(schema: &mut Value, keys: &Keys, used: &mut BTreeSet<&'static str>) {
    let text = |key: &str| schema.get(key).and_then(Value::as_str).unwrap_or_default();
    // A pattern and a format apply to strings only.
    if text("type") != "string" || schema.get("enum").is_some() {
        return;
    }
    let name = if OBJECT_ID.contains(&text("pattern")) {
        "ObjectId"
    } else if text("format") == "date-time" {
        "Timestamp"
    } else {
        return;
    };
    used.insert(name);
    refer(schema, keys.of(name));
}

fn members(schema: &mut Value, keys: &Keys, used: &mut BTreeSet<&'static str>) {
    let Some(Value::Object(properties)) = schema.get_mut("properties") else {
        return;
    };
    for (name, member) in properties {
        if is_secret(name, member) {
            used.insert("Sensitive");
            refer(member, keys.of("Sensitive"));
        }
    }
}

fn is_secret(name: &str, member: &Value) -> bool {
    let plain_text = member.get("type").and_then(Value::as_str) == Some("string")
        && member.get("enum").is_none()
        && !member
            .get("format")
            .and_then(Value::as_str)
            .is_some_and(|format| format.starts_with("date"));
    if !plain_text {
        return false;
    }
    let name = name.to_snake_case();
    let named = SECRET_WORDS.iter().any(|word| name.contains(word))
        && !HARMLESS_ENDINGS.iter().any(|ending| name.ends_with(ending));
    named
        || flag(member, "writeOnly")
        || member.get("format").and_then(Value::as_str) == Some("password")
}

/// Turns `schema` into a reference and keeps the annotations of the use.
fn refer(schema: &mut Value, name: &str) {
    if let (Value::Object(map), Value::Object(reference)) = (schema, schema_reference(name)) {
        for key in ["type", "pattern", "format", "example", "enum"] {
            map.shift_remove(key);
        }
        map.extend(reference);
    }
}
