//! Schemas as trees: their child schemas and their kinds.
//!
//! After the passes every schema has one of a few forms (see [`Kind`]); this module defines them
//! for passes and code generation alike.

use serde_json::{Map, Value};

use crate::document::schema_name;

/// Marks a component that represents a Rust type of the runtime, such as `crate::ObjectId`.
pub const RUST_TYPE: &str = "x-atlas-rust-type";
/// Marks a component that is a union with a discriminator; holds a [`Tagged`].
pub const TAGGED: &str = "x-atlas-tagged";
/// Marks a component that is a union without a discriminator; holds a list of schema names.
pub const UNTAGGED: &str = "x-atlas-untagged";

/// Marks a component whose type is not generated; where others refer to it, they have its name.
pub const NAME_ONLY: &str = "x-atlas-name-only";

/// Marks a member that holds the additional members of an object.
pub const FLATTENED: &str = "x-atlas-flattened";

/// A union whose discriminator is the member `property`.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Tagged {
    /// The discriminator.
    pub property: String,
    /// The variants, in document order.
    pub variants: Vec<Variant>,
}

/// One variant of a [`Tagged`] union.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Variant {
    /// The discriminator values that select this variant.
    pub tags: Vec<String>,
    /// The name of the schema component.
    pub schema: String,
}

/// The kind of a schema after the passes.
#[derive(Debug, Clone, PartialEq)]
pub enum Kind<'a> {
    /// A reference to a component.
    Reference(&'a str),
    /// A Rust type of the runtime.
    Rust(&'a str),
    /// A union with a discriminator.
    Tagged(Tagged),
    /// A union without a discriminator: names of components.
    Untagged(Vec<&'a str>),
    /// A string with listed values.
    Enum(Vec<&'a str>),
    /// Listed values that are strings or integers.
    Literals(&'a [Value]),
    /// An object with members.
    Object(&'a Map<String, Value>),
    /// An object whose values all have one schema.
    Map(&'a Value),
    /// A list whose entries have one schema.
    Array(&'a Value),
    /// A string.
    String,
    /// An integer.
    Integer,
    /// A number.
    Number,
    /// A boolean.
    Boolean,
    /// Any JSON.
    Any,
}

/// Returns the kind of `schema`.
pub fn kind(schema: &Value) -> Kind<'_> {
    if let Some(name) = schema_name(schema) {
        return Kind::Reference(name);
    }
    if let Some(path) = schema.get(RUST_TYPE).and_then(Value::as_str) {
        return Kind::Rust(path);
    }
    if let Some(tagged) = schema.get(TAGGED)
        && let Ok(tagged) = serde_json::from_value(tagged.clone())
    {
        return Kind::Tagged(tagged);
    }
    if let Some(Value::Array(names)) = schema.get(UNTAGGED) {
        return Kind::Untagged(names.iter().filter_map(Value::as_str).collect());
    }
    let literals = schema.get("enum").and_then(Value::as_array);
    match schema.get("type").and_then(Value::as_str) {
        None if literals.is_some() => Kind::Literals(literals.map_or(&[], Vec::as_slice)),
        Some("string") => match schema.get("enum").and_then(Value::as_array) {
            Some(values) if values.iter().any(Value::is_string) => {
                Kind::Enum(values.iter().filter_map(Value::as_str).collect())
            }
            _ => Kind::String,
        },
        Some("integer") => Kind::Integer,
        Some("number") => Kind::Number,
        Some("boolean") => Kind::Boolean,
        Some("array") => match schema.get("items") {
            Some(items) => Kind::Array(items),
            None => Kind::Array(&Value::Null),
        },
        Some("object") | None => {
            match (schema.get("properties"), schema.get("additionalProperties")) {
                (Some(Value::Object(properties)), _) if !properties.is_empty() => {
                    Kind::Object(properties)
                }
                (_, Some(values @ Value::Object(_))) => Kind::Map(values),
                _ => Kind::Any,
            }
        }
        Some(_) => Kind::Any,
    }
}

/// Calls `visit` with each direct child schema of `schema`, and its pointer relative to `schema`.
pub fn for_each_child<'a>(schema: &'a Value, visit: &mut dyn FnMut(&'a Value, String)) {
    use crate::pointer::join;
    let Value::Object(map) = schema else { return };
    for (key, value) in map {
        match (key.as_str(), value) {
            ("properties", Value::Object(properties)) => {
                for (name, property) in properties {
                    visit(property, join("/properties", name));
                }
            }
            ("items" | "additionalProperties" | "not", Value::Object(_)) => {
                visit(value, join("", key));
            }
            ("allOf" | "oneOf" | "anyOf", Value::Array(members)) => {
                for (i, member) in members.iter().enumerate() {
                    visit(member, join(&join("", key), &i.to_string()));
                }
            }
            _ => {}
        }
    }
}

/// Calls `visit` with each direct child schema of `schema`.
pub fn for_each_child_mut(schema: &mut Value, visit: &mut dyn FnMut(&mut Value)) {
    let Value::Object(map) = schema else { return };
    for (key, value) in map {
        match (key.as_str(), value) {
            ("properties", Value::Object(properties)) => {
                properties.values_mut().for_each(&mut *visit)
            }
            ("items" | "additionalProperties" | "not", value @ Value::Object(_)) => visit(value),
            ("allOf" | "oneOf" | "anyOf", Value::Array(members)) => {
                members.iter_mut().for_each(&mut *visit);
            }
            _ => {}
        }
    }
}

/// Calls `visit` with `schema` and every schema inside it, children first.
pub fn rewrite(schema: &mut Value, visit: &mut dyn FnMut(&mut Value)) {
    for_each_child_mut(schema, &mut |child| rewrite(child, visit));
    visit(schema);
}

/// The pointer of a JSON body's schema, relative to the object with its `content`.
const JSON: &str = "/content/application~1json/schema";

/// Returns the schemas of an operation's responses, JSON bodies only.
pub fn of_answers_mut(operation: &mut Map<String, Value>) -> impl Iterator<Item = &mut Value> {
    let responses = operation
        .get_mut("responses")
        .and_then(Value::as_object_mut);
    let responses = responses.into_iter().flat_map(Map::values_mut);
    responses.filter_map(|response| response.pointer_mut(JSON))
}

/// Returns the schemas of an operation's parameters, request body and responses, JSON bodies only.
pub fn of_operation_mut(operation: &mut Map<String, Value>) -> Vec<&mut Value> {
    let mut all = Vec::new();
    for (key, value) in operation {
        match (key.as_str(), value) {
            ("parameters", Value::Array(parameters)) => {
                all.extend(parameters.iter_mut().filter_map(|p| p.get_mut("schema")));
            }
            ("requestBody", body) => all.extend(body.pointer_mut(JSON)),
            ("responses", Value::Object(responses)) => {
                all.extend(responses.values_mut().filter_map(|r| r.pointer_mut(JSON)));
            }
            _ => {}
        }
    }
    all
}

/// Collects the names of the components that `schema` refers to, unions and their variants
/// included.
pub fn references<'a>(schema: &'a Value, found: &mut Vec<&'a str>) {
    if let Some(name) = schema_name(schema) {
        found.push(name);
    }
    if let Some(Value::Array(names)) = schema.get(UNTAGGED) {
        found.extend(names.iter().filter_map(Value::as_str));
    }
    if let Some(Value::Array(variants)) =
        schema.get(TAGGED).and_then(|tagged| tagged.get("variants"))
    {
        found.extend(
            variants
                .iter()
                .filter_map(|variant| variant.get("schema")?.as_str()),
        );
    }
    for_each_child(schema, &mut |child, _| references(child, found));
}

/// Returns whether the boolean keyword `key` is set on `schema`.
pub fn flag(schema: &Value, key: &str) -> bool {
    schema.get(key).and_then(Value::as_bool).unwrap_or(false)
}

/// Returns whether `member` holds the additional members of an object. Its own name is in no JSON.
pub fn is_flattened(member: &Value) -> bool {
    flag(member, FLATTENED)
}

/// Returns the names that `schema` lists as required.
pub fn required(schema: &Value) -> impl Iterator<Item = &str> {
    schema
        .get("required")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
}
