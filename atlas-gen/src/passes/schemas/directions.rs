//! Removes read-only members from requests and write-only members from responses.
//!
//! A schema that is used on both sides and differs between them is split in two: the response keeps
//! its name, the request gets `NameRequest`. A schema that is used on one side only keeps its name.
//! So the name of a request's type changes if a new operation returns the schema, or if a read-only
//! or write-only member is added below it: of the two resulting types, the response's is used more
//! often. A published schema called `NameRequest` keeps its name, and the request gets another.
//!
//! Before, `Job` being both sent and returned:
//! ```yaml
//! paths:
//!   /jobs:
//!     post:
//!       requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Job'}}}}
//!       responses: {"200": {content: {application/json: {schema: {$ref: '#/components/schemas/Job'}}}}}
//! components:
//!   schemas:
//!     Job: {type: object, required: [_id, name], properties: {_id: {readOnly: true}, name: {}, password: {writeOnly: true}}}
//! ```
//! After:
//! ```yaml
//! paths:
//!   /jobs:
//!     post:
//!       requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/JobRequest'}}}}
//!       responses: {"200": {content: {application/json: {schema: {$ref: '#/components/schemas/Job'}}}}}
//! components:
//!   schemas:
//!     Job: {type: object, required: [_id, name], properties: {_id: {readOnly: true}, name: {}}}
//!     JobRequest: {type: object, required: [name], properties: {name: {}, password: {writeOnly: true}}, x-atlas-sent: true}
//! ```

use std::collections::{BTreeSet, HashMap, HashSet};

use serde_json::Value;

use crate::document::{Document, schema_name, schema_reference};
use crate::error::Result;
use crate::passes::answers;
use crate::passes::names::dated;
use crate::passes::select::prune;
use crate::schema::{self, TAGGED, UNTAGGED, flag};

/// Marks a component that callers send; code generation adds a builder for it.
pub const SENT: &str = "x-atlas-sent";

/// Suffixes for the name of a request's schema; the first one that gives a free name is used.
pub const SUFFIXES: [&str; 3] = ["Request", "RequestBody", "Sent"];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Request,
    Answer,
}

/// Separates requests and responses.
///
/// # Errors
/// None.
pub fn directions(document: &mut Document) -> Result<()> {
    let sent = reached(document, Side::Request);
    let returned = reached(document, Side::Answer);
    let both: BTreeSet<&String> = sent.intersection(&returned).collect();

    // A schema differs between the sides if it has a read-only or write-only member or refers to a
    // schema that does.
    let mut differs: HashSet<String> = both
        .iter()
        .filter(|name| document.schema(name).is_some_and(one_sided))
        .map(|name| (**name).clone())
        .collect();
    // The users of each schema, so that each is visited once.
    let mut users: HashMap<&str, Vec<&String>> = HashMap::new();
    for name in &both {
        let mut targets = Vec::new();
        if let Some(schema) = document.schema(name) {
            schema::references(schema, &mut targets);
        }
        for target in targets {
            users.entry(target).or_default().push(name);
        }
    }
    let mut open: Vec<String> = differs.iter().cloned().collect();
    while let Some(name) = open.pop() {
        for user in users.get(name.as_str()).into_iter().flatten() {
            if differs.insert((*user).clone()) {
                open.push((*user).clone());
            }
        }
    }

    let taken: HashSet<String> = document.schemas().map(|(name, _)| name.clone()).collect();
    let request_name = |name: &str| {
        if !differs.contains(name) {
            return name.to_owned();
        }
        // The date stays last, so that the type's name can omit it.
        let (bare, date) = dated(name).unwrap_or((name, ""));
        SUFFIXES
            .iter()
            .map(|suffix| format!("{bare}{suffix}{date}"))
            .find(|candidate| !taken.contains(candidate))
            .or_else(|| {
                let mut numbered = (2..).map(|n| format!("{bare}Request{n}{date}"));
                numbered.find(|candidate| !taken.contains(candidate))
            })
            .unwrap_or_default()
    };
    let mut sides: Vec<(String, Value)> = Vec::new();
    for (name, original) in document.schemas() {
        if sent.contains(name) {
            let mut schema = original.clone();
            keep_side(&mut schema, Side::Request);
            schema::rewrite(&mut schema, &mut |schema| rename(schema, &request_name));
            if let Value::Object(map) = &mut schema {
                map.insert(SENT.to_owned(), Value::Bool(true));
            }
            sides.push((request_name(name), schema));
        }
        if returned.contains(name) && (!sent.contains(name) || differs.contains(name)) {
            let mut schema = original.clone();
            keep_side(&mut schema, Side::Answer);
            sides.push((name.clone(), schema));
        }
    }
    for place in document.places() {
        let Some(operation) = document.operation_mut(&place) else {
            continue;
        };
        if let Some(schema) = operation
            .get_mut("requestBody")
            .and_then(|body| body.pointer_mut("/content/application~1json/schema"))
        {
            schema::rewrite(schema, &mut |schema| rename(schema, &request_name));
        }
    }
    let schemas = document.schemas_mut();
    for (name, schema) in sides {
        schemas.insert(name, schema);
    }
    prune(document);
    Ok(())
}

/// Returns the components reachable from one side of any operation, without the members that the
/// side lacks.
fn reached(document: &Document, side: Side) -> HashSet<String> {
    let mut roots: Vec<&Value> = Vec::new();
    for place in document.places() {
        let Some(operation) = document.operation(&place) else {
            continue;
        };
        match side {
            Side::Request => {
                let body = operation.get("requestBody");
                roots.extend(body.and_then(|b| b.pointer("/content/application~1json/schema")));
                let parameters = operation.get("parameters").and_then(Value::as_array);
                roots.extend(
                    parameters
                        .into_iter()
                        .flatten()
                        .filter_map(|parameter| parameter.get("schema")),
                );
            }
            Side::Answer => {
                let responses = operation.get("responses").and_then(Value::as_object);
                roots.extend(
                    responses
                        .into_iter()
                        .flatten()
                        .filter_map(|(_, r)| r.pointer("/content/application~1json/schema")),
                );
                let failures = operation
                    .get(answers::EXTENSION)
                    .and_then(|answers| answers.get("failures")?.as_array());
                roots.extend(
                    failures
                        .into_iter()
                        .flatten()
                        .filter_map(|failure| failure.get("schema")),
                );
            }
        }
    }
    // Failures are responses of every operation.
    roots.extend(
        document
            .schema(crate::passes::API_ERROR)
            .filter(|_| side == Side::Answer),
    );
    let mut found: HashSet<String> = HashSet::new();
    if side == Side::Answer && document.schema(crate::passes::API_ERROR).is_some() {
        found.insert(crate::passes::API_ERROR.to_owned());
    }
    while let Some(schema) = roots.pop() {
        let mut names = Vec::new();
        on_side(schema, side, &mut names);
        for name in names {
            if found.insert(name.to_owned()) {
                roots.extend(document.schema(name));
            }
        }
    }
    found
}

fn on_side<'a>(schema: &'a Value, side: Side, names: &mut Vec<&'a str>) {
    if !belongs(schema, side) {
        return;
    }
    names.extend(schema_name(schema));
    if schema.get(TAGGED).is_some() || schema.get(UNTAGGED).is_some() {
        schema::references(schema, names);
    }
    schema::for_each_child(schema, &mut |child, _| on_side(child, side, names));
}

fn belongs(member: &Value, side: Side) -> bool {
    match side {
        Side::Request => !flag(member, "readOnly"),
        Side::Answer => !flag(member, "writeOnly"),
    }
}

fn one_sided(schema: &Value) -> bool {
    let properties = schema.get("properties").and_then(Value::as_object);
    properties
        .into_iter()
        .flatten()
        .any(|(_, member)| flag(member, "readOnly") || flag(member, "writeOnly"))
}

fn keep_side(schema: &mut Value, side: Side) {
    let Value::Object(map) = schema else { return };
    let mut dropped: HashSet<String> = HashSet::new();
    if let Some(Value::Object(properties)) = map.get_mut("properties") {
        properties.retain(|name, member| {
            let stays = belongs(member, side);
            if !stays {
                dropped.insert(name.clone());
            }
            stays
        });
    }
    if let Some(Value::Array(required)) = map.get_mut("required") {
        required.retain(|name| !name.as_str().is_some_and(|name| dropped.contains(name)));
    }
}

fn rename(schema: &mut Value, request_name: &dyn Fn(&str) -> String) {
    if let Some(name) = schema_name(schema) {
        let renamed = schema_reference(&request_name(name));
        if let (Value::Object(map), Value::Object(renamed)) = (&mut *schema, renamed) {
            map.extend(renamed);
        }
    }
    if let Some(Value::Array(names)) = schema.get_mut(UNTAGGED) {
        for name in names {
            if let Value::String(name) = name {
                *name = request_name(name);
            }
        }
    }
    if let Some(Value::Array(variants)) = schema
        .get_mut(TAGGED)
        .and_then(|tagged| tagged.get_mut("variants"))
    {
        for variant in variants {
            if let Some(Value::String(name)) = variant.get_mut("schema") {
                *name = request_name(name);
            }
        }
    }
}

/// Returns whether callers send `schema`.
pub fn is_sent(schema: &Value) -> bool {
    flag(schema, SENT)
}
