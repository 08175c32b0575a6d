//! Replaces strings that have a type in the runtime by references to it.
//!
//! - 24 hexadecimal digits: `ObjectId`, one type for the hundreds of places that spell out the
//!   pattern;
//! - dates with a time: `Timestamp`, which keeps their text;
//! - passwords, tokens and keys: `Sensitive`, whose `Debug` shows nothing. These are strings with the
//!   format `password`, strings that are only written, and the strings of a member, header or cookie
//!   with such a name: itself, the entries of its list or map, and its alternatives.
//!
//! Before:
//! ```yaml
//! Source:
//!   properties:
//!     groupId: {type: string, pattern: '^([a-f0-9]{24})$'}
//!     password: {type: string}
//!     apiKeys: {type: array, items: {type: string}}
//!     createdAt: {type: string, format: date-time}
//! ```
//! After:
//! ```yaml
//! Source:
//!   properties:
//!     groupId: {$ref: '#/components/schemas/ObjectId'}
//!     password: {$ref: '#/components/schemas/Sensitive'}
//!     apiKeys: {type: array, items: {$ref: '#/components/schemas/Sensitive'}}
//!     createdAt: {$ref: '#/components/schemas/Timestamp'}
//! ObjectId: {x-atlas-rust-type: 'crate::ObjectId'}
//! Sensitive: {x-atlas-rust-type: 'crate::Sensitive'}
//! Timestamp: {x-atlas-rust-type: 'crate::Timestamp'}
//! ```

use std::collections::{BTreeSet, HashMap};

use heck::ToSnakeCase;
use serde_json::{Value, json};

use crate::document::{Document, schema_name, schema_reference};
use crate::error::Result;
use crate::passes::hoist::HOISTED;
use crate::schema::{self, Kind, RUST_TYPE, flag};

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

/// Endings of names that contain such a word but name no secret, in the singular.
const HARMLESS_ENDINGS: [&str; 8] = [
    "_id", "_url", "_uri", "_type", "_name", "_path", "_count", "_date",
];

/// The maximal depth of lists and maps in each other whose entries are secret.
const MAX_LEVELS: usize = 16;

/// Rewrites the components and the parameters of operations.
///
/// If the document has a component with such a name, the type is stored under its path until
/// `names` renames both.
///
/// # Errors
/// None.
pub fn rust_types(document: &mut Document) -> Result<()> {
    let mut types = Types::new(document);
    for schema in document.schemas_mut().values_mut() {
        schema::rewrite(schema, &mut |schema| {
            types.members(schema);
            types.plain(schema);
        });
    }
    for place in document.places() {
        let Some(operation) = document.operation_mut(&place) else {
            continue;
        };
        let parameters = operation
            .get_mut("parameters")
            .and_then(Value::as_array_mut);
        for parameter in parameters.into_iter().flatten() {
            types.parameter(parameter);
        }
        for schema in schema::of_operation_mut(operation) {
            schema::rewrite(schema, &mut |schema| types.plain(schema));
        }
        // A string that is the whole response has no name to classify it by.
        for schema in schema::of_answers_mut(operation) {
            types.member("", schema);
        }
    }
    let schemas = document.schemas_mut();
    while let Some(name) = types.alternatives.pop_first() {
        if let Some(schema) = schemas.get_mut(&name) {
            types.seal(schema, MAX_LEVELS);
        }
    }
    for name in types.used {
        let path = format!("crate::{name}");
        schemas.insert(types.keys.of(name).to_owned(), json!({ RUST_TYPE: path }));
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

/// The types while they replace strings.
struct Types {
    keys: Keys,
    /// The types that replace any string.
    used: BTreeSet<&'static str>,
    /// The components that are texts, lists, maps or unions, in which a secret member may have texts.
    holders: HashMap<String, Value>,
    /// The alternatives of secret members that have no name in the document.
    alternatives: BTreeSet<String>,
}

impl Types {
    fn new(document: &Document) -> Self {
        let holders = document.schemas().filter_map(|(name, schema)| {
            let target = document.deref(schema)?;
            let is_holder = matches!(
                schema::kind(target),
                Kind::String | Kind::Array(_) | Kind::Map(_) | Kind::Untagged(_)
            );
            is_holder.then(|| (name.clone(), target.clone()))
        });
        Self {
            keys: Keys::new(document),
            used: BTreeSet::new(),
            holders: holders.collect(),
            alternatives: BTreeSet::new(),
        }
    }

    /// Replaces a string that its form alone classifies.
    fn plain(&mut self, schema: &mut Value) {
        let text = |key: &str| schema.get(key).and_then(Value::as_str).unwrap_or_default();
        // A pattern and a format apply to strings only.
        if text("type") != "string" || schema.get("enum").is_some() {
            return;
        }
        let name = if OBJECT_ID.contains(&text("pattern")) {
            "ObjectId"
        } else if text("format") == "date-time" {
            "Timestamp"
        } else if text("format") == "password" {
            "Sensitive"
        } else {
            return;
        };
        self.refer(schema, name);
    }

    fn members(&mut self, schema: &mut Value) {
        let Some(Value::Object(properties)) = schema.get_mut("properties") else {
            return;
        };
        for (name, member) in properties {
            self.member(name, member);
        }
    }

    fn member(&mut self, name: &str, member: &mut Value) {
        let holder = schema_name(member).and_then(|name| self.holders.get(name));
        let kind = schema::kind(holder.unwrap_or(member));
        // The tokens of a text are no secrets, as in Atlas's list of stop words.
        let is_of_text = name == "tokens" && matches!(kind, Kind::Array(_));
        // Lists are often only written, such as those of roles.
        let is_only_written = flag(member, "writeOnly") && matches!(kind, Kind::String);
        if (names_secret(name) && !is_of_text) || is_only_written {
            self.seal(member, MAX_LEVELS);
        }
    }

    /// A path and a query are in the URL, which is no place for secrets.
    fn parameter(&mut self, parameter: &mut Value) {
        let text = |key: &str| parameter.get(key).and_then(Value::as_str);
        let is_hidden = matches!(text("in"), Some("header" | "cookie"));
        let is_secret = is_hidden && text("name").is_some_and(names_secret);
        if let Some(schema) = parameter.get_mut("schema").filter(|_| is_secret) {
            self.seal(schema, MAX_LEVELS);
        }
    }

    /// Replaces the texts of a secret `schema`; returns whether it has any.
    fn seal(&mut self, schema: &mut Value, levels: usize) -> bool {
        if levels == 0 {
            return false;
        }
        if is_text(schema) {
            self.refer(schema, "Sensitive");
            return true;
        }
        if let Some(holder) = schema_name(schema).and_then(|name| self.holders.get(name)) {
            if let Kind::Untagged(variants) = schema::kind(holder) {
                let own = variants.into_iter().filter(|name| {
                    let variant = self.holders.get(*name);
                    variant.is_some_and(|variant| flag(variant, HOISTED))
                });
                self.alternatives.extend(own.map(str::to_owned));
                return false;
            }
            // The component stays as it is, because others may use it for what is no secret.
            let mut own = holder.clone();
            if let (Value::Object(own), Value::Object(place)) = (&mut own, &*schema) {
                own.shift_remove(HOISTED);
                let place = place.iter().filter(|(key, _)| *key != "$ref");
                own.extend(place.map(|(key, value)| (key.clone(), value.clone())));
            }
            let is_sealed = self.seal(&mut own, levels - 1);
            if is_sealed {
                *schema = own;
            }
            return is_sealed;
        }
        let entries = match schema::kind(schema) {
            Kind::Array(_) => schema.get_mut("items"),
            Kind::Map(_) => schema.get_mut("additionalProperties"),
            _ => None,
        };
        entries.is_some_and(|entries| self.seal(entries, levels - 1))
    }

    /// Turns `schema` into a reference and keeps the annotations of the use.
    fn refer(&mut self, schema: &mut Value, name: &'static str) {
        self.used.insert(name);
        let reference = schema_reference(self.keys.of(name));
        if let (Value::Object(map), Value::Object(reference)) = (schema, reference) {
            for key in ["type", "pattern", "format", "example", "enum"] {
                map.shift_remove(key);
            }
            map.extend(reference);
        }
    }
}

/// Returns whether `schema` is a string of no other type of the runtime.
fn is_text(schema: &Value) -> bool {
    let text = |key: &str| schema.get(key).and_then(Value::as_str).unwrap_or_default();
    matches!(schema::kind(schema), Kind::String)
        && schema.get("enum").is_none()
        && !text("format").starts_with("date")
        && !OBJECT_ID.contains(&text("pattern"))
}

fn names_secret(name: &str) -> bool {
    let name = name.to_snake_case();
    let singular = name.strip_suffix('s').unwrap_or(&name);
    let is_harmless = |ending: &&str| name.ends_with(*ending) || singular.ends_with(*ending);
    SECRET_WORDS.iter().any(|word| name.contains(word)) && !HARMLESS_ENDINGS.iter().any(is_harmless)
}
