//! Converts the simplified document to the subset of OpenAPI that progenitor supports.
//!
//! This step drops what progenitor cannot express (limits, media types, discriminators) and prose,
//! and replaces the few names and values that it fails on. The edits restore what belongs in the
//! code. It knows progenitor's limitations, not the generated code.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde_json::{Map, Value, json};

use crate::document::{Document, schema_reference};
use crate::model::{Location, Operation, Success};
use crate::names;
use crate::passes::API_ERROR;
use crate::schema::{self, Kind, NAME_ONLY, is_flattened};

/// The formats that represent runtime types of strings for progenitor, and the names of these
/// types.
pub const RUNTIME_FORMATS: [(&str, &str); 3] = [
    ("object-id", "ObjectId"),
    ("date-time", "Timestamp"),
    ("password", "Sensitive"),
];

/// Returns the document for progenitor.
pub fn plain(document: &Document, operations: &[Operation]) -> Value {
    let mut paths = Map::new();
    let mut tags = BTreeSet::new();
    for operation in operations {
        tags.insert(operation.trait_tag());
        let item = paths
            .entry(path(operation))
            .or_insert_with(|| Value::Object(Map::new()));
        item[&operation.place.method] = plain_operation(document, operation);
    }
    let of_failures = of_failures(document);
    let schemas: Map<String, Value> = document
        .schemas()
        .filter(|(name, schema)| {
            !of_failures.contains(name.as_str()) && !matches!(schema::kind(schema), Kind::Rust(_))
        })
        .map(|(name, schema)| {
            let component = match schema::flag(schema, NAME_ONLY) {
                true => json!({"type": "object", NAME_ONLY: true}),
                false => component(name, schema),
            };
            (name.clone(), component)
        })
        .collect();
    let tags: Vec<Value> = tags.into_iter().map(|tag| json!({"name": tag})).collect();
    json!({
        "openapi": "3.0.3",
        "info": {"title": "MongoDB Atlas", "version": "2"},
        "tags": tags,
        "paths": paths,
        "components": {"schemas": schemas},
    })
}

/// Returns the document for progenitor's mocks: [`plain`] with the listed statuses and the failures
/// that every operation of Atlas has.
pub fn plain_with_statuses(document: &Document, operations: &[Operation]) -> Value {
    let mut plain = plain(document, operations);
    plain["components"]["schemas"][API_ERROR] = json!({"type": "object"});
    for operation in operations {
        let place = &mut plain["paths"][path(operation)][&operation.place.method];
        let success = place["responses"]["2XX"].take();
        place["responses"] = statuses(operation, &success);
    }
    plain
}

/// The statuses of failures that are documented for most operations of Atlas.
const FAILURES: [u16; 7] = [400, 401, 403, 404, 409, 429, 500];

/// Returns the responses of an operation by status.
fn statuses(operation: &Operation, success: &Value) -> Value {
    let content = |schema: Value| json!({"description": "", "content": {"application/json": {"schema": schema}}});
    let common = content(schema_reference(API_ERROR));
    let mut responses: BTreeMap<u16, Value> = FAILURES
        .into_iter()
        .map(|status| (status, common.clone()))
        .collect();
    for failure in &operation.answers.failures {
        if let Some(status) = known_status(&failure.status) {
            let schema = failure.schema.as_ref();
            let response = schema.map(|schema| content(schema_of(schema)));
            responses.insert(status, response.unwrap_or_else(|| common.clone()));
        }
    }
    let listed = operation.answers.successes.iter();
    let mut successes: Vec<u16> = listed.filter_map(|status| known_status(status)).collect();
    if successes.is_empty() {
        successes.push(200);
    }
    responses.extend(
        successes
            .into_iter()
            .map(|status| (status, success.clone())),
    );
    let responses = responses.into_iter();
    responses
        .map(|(status, response)| (status.to_string(), response))
        .collect::<Map<_, _>>()
        .into()
}

/// Parses a status that has a name, without which progenitor fails.
fn known_status(text: &str) -> Option<u16> {
    let status: u16 = text.parse().ok()?;
    let is_known = matches!(
        status,
        200..=208 | 226 | 400..=417 | 421..=426 | 428 | 429 | 431 | 451 | 500..=508 | 510 | 511
    );
    is_known.then_some(status)
}

/// Returns the failure body and the components reachable only from it: the runtime has its own type
/// for it.
fn of_failures(document: &Document) -> BTreeSet<&str> {
    let own = reached(document, vec![API_ERROR], "");
    let mut others = Vec::new();
    for (name, schema) in document.schemas() {
        if !own.contains(name.as_str()) {
            schema::references(schema, &mut others);
        }
    }
    for place in document.places() {
        let operation = document.operation(&place).into_iter().flatten();
        for (_, value) in operation {
            references_anywhere(value, &mut others);
        }
    }
    let others = reached(document, others, API_ERROR);
    own.into_iter()
        .filter(|name| *name == API_ERROR || !others.contains(name))
        .collect()
}

/// Returns the components reachable from `open`, without those reachable through `end`.
fn reached<'a>(document: &'a Document, mut open: Vec<&'a str>, end: &str) -> BTreeSet<&'a str> {
    let mut reached = BTreeSet::new();
    while let Some(name) = open.pop() {
        if reached.insert(name)
            && name != end
            && let Some(schema) = document.schema(name)
        {
            schema::references(schema, &mut open);
        }
    }
    reached
}

/// Collects the components that any schema in `value` refers to.
fn references_anywhere<'a>(value: &'a Value, found: &mut Vec<&'a str>) {
    match value {
        Value::Object(map) => {
            found.extend(crate::document::schema_name(value));
            map.values()
                .for_each(|value| references_anywhere(value, found));
        }
        Value::Array(items) => items
            .iter()
            .for_each(|value| references_anywhere(value, found)),
        _ => {}
    }
}

/// Returns whether values of `schema` are objects with members.
pub fn is_object(document: &Document, schema: &Value) -> bool {
    let target = document.deref(schema).unwrap_or(schema);
    matches!(schema::kind(target), Kind::Object(_))
}

/// Returns the path of an operation. progenitor treats every brace as a parameter's.
fn path(operation: &Operation) -> String {
    let parameters = operation.parameters.iter();
    let names: HashMap<&str, &str> = parameters
        .filter(|parameter| parameter.location == Location::Path)
        .map(|parameter| (&*parameter.name, &*parameter.rust_name))
        .collect();
    let mut out = String::new();
    let mut rest = operation.place.path.as_str();
    let mut is_odd = false;
    while let Some(at) = rest.find(['{', '}']) {
        let (before, brace) = rest.split_at(at);
        out.push_str(before);
        let name = brace
            .strip_prefix('{')
            .and_then(|name| name.split_once('}'));
        if let Some((name, after)) = name
            && let Some(rust_name) = names.get(name)
        {
            out.push_str(&format!("{{{rust_name}}}"));
            rest = after;
        } else {
            is_odd = true;
            out.push('-');
            rest = &brace[1..];
        }
    }
    out.push_str(rest);
    if is_odd {
        // Another path may contain the replacement character of the brace.
        out.push('/');
        out.push_str(&operation.method_name);
    }
    out
}

fn plain_operation(document: &Document, operation: &Operation) -> Value {
    let parameters: Vec<Value> = operation
        .parameters
        .iter()
        .map(|parameter| {
            let location = match parameter.location {
                Location::Path => "path",
                Location::Query => "query",
                // progenitor does not support cookies; the runtime sends them.
                Location::Header | Location::Cookie => "header",
            };
            // A parameter is omitted, never null; progenitor would treat a nullable one as
            // optional.
            let mut schema = bare(&parameter.schema);
            if is_object(document, &parameter.schema) {
                // progenitor panics on a type with a builder outside of bodies; an edit removes the
                // list.
                schema = json!({"type": "array", "items": schema});
            }
            json!({
                // The setter's name is unique; the name on the wire may not be.
                "name": parameter.rust_name,
                "in": location,
                "required": parameter.required,
                "schema": schema,
            })
        })
        .collect();
    let mut plain = json!({
        "operationId": operation.method_name,
        "tags": [operation.trait_tag()],
        "parameters": parameters,
    });
    if let Some(body) = &operation.body {
        let content = match &body.schema {
            Some(schema) => json!({"application/json": {"schema": schema_of(schema)}}),
            None => {
                json!({"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}})
            }
        };
        plain["requestBody"] = json!({"required": true, "content": content});
    }
    let mut response = json!({"description": ""});
    match &operation.success {
        Success::Json(schema) => {
            response["content"] = json!({"application/json": {"schema": schema_of(schema)}});
        }
        Success::Stream => response["content"] = json!({"application/octet-stream": {}}),
        Success::Empty => {}
    }
    plain["responses"] = json!({"2XX": response});
    plain
}

/// Converts a component. An enum's values become the names of its variants, and a union becomes an
/// externally tagged enum: progenitor's output then has the wanted variants, and an edit replaces
/// their serialization.
fn component(name: &str, schema: &Value) -> Value {
    match schema::kind(schema) {
        Kind::Enum(_) | Kind::Literals(_) => {
            let values: Vec<String> = names::enum_variants(schema)
                .into_iter()
                .map(|variant| variant.plain)
                .collect();
            if values.is_empty() {
                json!({})
            } else {
                json!({"type": "string", "enum": values})
            }
        }
        Kind::Tagged(_) | Kind::Untagged(_) => {
            let variants: Vec<Value> = names::union_variants(name, schema)
                .into_iter()
                .map(|(variant, part)| {
                    json!({
                        "type": "object",
                        "properties": {variant.clone(): schema_reference(&part)},
                        "required": [variant],
                        "additionalProperties": false,
                    })
                })
                .collect();
            json!({"oneOf": variants})
        }
        _ => schema_of(schema),
    }
}

fn object(schema: &Value, properties: &Map<String, Value>) -> Value {
    let names = names::members(properties);
    let required: BTreeSet<&str> = schema::required(schema).collect();
    let mut plain = Map::new();
    let mut listed = Vec::new();
    for (member, property) in properties {
        let mut value = schema_of(property);
        let is_required = required.contains(member.as_str());
        // typify treats an optional list as one that may be empty.
        let is_list = value.get("type").is_some_and(|ty| ty == "array")
            || value.get("additionalProperties").is_some();
        if !is_required && is_list && !is_flattened(property) {
            value["nullable"] = true.into();
        }
        let name = names.get(member).map_or(member, |name| &name.plain);
        plain.insert(name.clone(), value);
        if is_required {
            listed.push(name.clone());
        }
    }
    json!({"type": "object", "properties": plain, "required": listed})
}

fn schema_of(schema: &Value) -> Value {
    let mut plain = bare(schema);
    if schema::flag(schema, "nullable") && plain != json!({}) {
        if plain.get("$ref").is_some() {
            // `nullable` beside a reference would be ignored.
            plain = json!({"allOf": [plain]});
        }
        plain["nullable"] = true.into();
    }
    plain
}

fn bare(schema: &Value) -> Value {
    match schema::kind(schema) {
        Kind::Reference(name) if RUNTIME_FORMATS.iter().any(|(_, known)| *known == name) => {
            runtime_type(name)
        }
        Kind::Reference(name) => schema_reference(name),
        Kind::Rust(_) | Kind::Enum(_) | Kind::String => json!({"type": "string"}),
        Kind::Tagged(_) | Kind::Untagged(_) | Kind::Literals(_) | Kind::Any => json!({}),
        Kind::Object(properties) => object(schema, properties),
        Kind::Map(values) => json!({
            "type": "object",
            "additionalProperties": schema_of(values),
        }),
        Kind::Array(items) => json!({"type": "array", "items": schema_of(items)}),
        // Also for 32-bit integers: the server may send larger values.
        Kind::Integer => json!({"type": "integer", "format": "int64"}),
        Kind::Number => json!({"type": "number", "format": "double"}),
        Kind::Boolean => json!({"type": "boolean"}),
    }
}

fn runtime_type(name: &str) -> Value {
    let format = RUNTIME_FORMATS
        .iter()
        .find(|(_, known)| *known == name)
        .map_or("", |(format, _)| format);
    json!({"type": "string", "format": format})
}
