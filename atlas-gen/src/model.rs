//! The operations of a simplified document, as code generation wants to read them.
//!
//! It knows what the passes left behind, not how code looks.

use heck::ToPascalCase;
use serde_json::Value;

use crate::document::{Document, Place};
use crate::error::{Error, Result};
use crate::names::rust_ident;
use crate::passes::answers::{self, Answers};
use crate::passes::versions::{self, Choice};
use crate::schema::flag;

/// An operation.
#[derive(Debug, Clone)]
pub struct Operation {
    /// Where it stands.
    pub place: Place,
    /// The operation id, as upstream spells it.
    pub id: String,
    /// The tag that it belongs to, its first; empty if it has none.
    pub tag: String,
    /// The name of the client's method, `create_group_live_migration`.
    pub method_name: String,
    /// The name of the builder, `CreateGroupLiveMigration`.
    pub type_name: String,
    /// One line on what it does.
    pub summary: String,
    /// Markdown on what it does.
    pub description: String,
    /// The roles of which the caller needs one.
    pub roles: Vec<String>,
    /// The version that is spoken.
    pub version: Choice,
    /// The statuses that are listed.
    pub answers: Answers,
    /// The parameters: those in the path in the order of the path, then the others in order.
    pub parameters: Vec<Parameter>,
    /// The request body.
    pub body: Option<Body>,
    /// What a success holds.
    pub success: Success,
    /// Whether upstream calls the operation deprecated.
    pub deprecated: bool,
    /// Where Atlas documents the operation.
    pub docs_url: Option<String>,
}

/// A parameter of an operation.
#[derive(Debug, Clone)]
pub struct Parameter {
    /// The name on the wire.
    pub name: String,
    /// The name of the builder's method.
    pub rust_name: String,
    /// Where it goes.
    pub location: Location,
    /// Whether a call needs it.
    pub required: bool,
    /// Markdown on what it means.
    pub description: String,
    /// Its schema.
    pub schema: Value,
}

/// Where a parameter goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Location {
    /// Into the path.
    Path,
    /// Into the query.
    Query,
    /// Into the headers.
    Header,
}

/// A request body.
#[derive(Debug, Clone)]
pub struct Body {
    /// Whether a call needs it.
    pub required: bool,
    /// Markdown on what it means.
    pub description: String,
    /// Its schema; `None` for bytes.
    pub schema: Option<Value>,
}

/// What a success holds.
#[derive(Debug, Clone)]
pub enum Success {
    /// Nothing.
    Empty,
    /// JSON of this schema.
    Json(Value),
    /// Bytes, which are not to be buffered.
    Stream,
}

/// Reads the operations of a document that has been through the passes.
///
/// # Errors
/// Two operations whose ids give one Rust name.
pub fn operations(document: &Document) -> Result<Vec<Operation>> {
    let mut all: Vec<Operation> = Vec::new();
    for place in document.places() {
        if let Some(operation) = operation(document, place) {
            if let Some(other) = all.iter().find(|o| o.method_name == operation.method_name) {
                return Err(Error::at(
                    operation.place.pointer(),
                    format!(
                        "its id gives the Rust name `{}`, which is taken by {}; rename one by a correction",
                        operation.method_name, other.id
                    ),
                )
                .in_operation(&operation.id));
            }
            all.push(operation);
        }
    }
    all.sort_by(|a, b| a.id.cmp(&b.id));
    Ok(all)
}

fn operation(document: &Document, place: Place) -> Option<Operation> {
    let operation = document.operation(&place)?;
    let text = |key: &str| {
        let text = operation.get(key).and_then(Value::as_str);
        text.unwrap_or_default().to_owned()
    };
    let id = text("operationId");
    let extension = |key: &str| operation.get(key).cloned();
    let roles = operation
        .get("x-rolesRequirements")
        .and_then(Value::as_array);
    let body = operation.get("requestBody").and_then(|body| {
        let content = body.get("content")?;
        Some(Body {
            required: flag(body, "required"),
            description: string(body, "description"),
            schema: content.pointer("/application~1json/schema").cloned(),
        })
    });
    let success = operation
        .get("responses")
        .and_then(Value::as_object)
        .and_then(|responses| responses.values().next());
    let content = success.and_then(|success| success.get("content"));
    let success = match content.map(|content| content.pointer("/application~1json/schema")) {
        None => Success::Empty,
        Some(Some(schema)) => Success::Json(schema.clone()),
        Some(None) => Success::Stream,
    };
    Some(Operation {
        tag: operation
            .get("tags")
            .and_then(|tags| tags.get(0)?.as_str())
            .unwrap_or_default()
            .to_owned(),
        method_name: rust_ident(&id),
        type_name: id.to_pascal_case(),
        summary: text("summary"),
        description: text("description"),
        roles: roles
            .into_iter()
            .flatten()
            .filter_map(|role| role.as_str().map(str::to_owned))
            .collect(),
        version: serde_json::from_value(extension(versions::EXTENSION)?).ok()?,
        answers: serde_json::from_value(extension(answers::EXTENSION)?).ok()?,
        parameters: parameters(operation.get("parameters"), &place),
        body,
        success,
        deprecated: operation.get("deprecated").and_then(Value::as_bool) == Some(true),
        docs_url: operation
            .get("x-xgen-docs-url")
            .and_then(Value::as_str)
            .map(str::to_owned),
        id,
        place,
    })
}

fn string(value: &Value, key: &str) -> String {
    let text = value.get(key).and_then(Value::as_str);
    text.unwrap_or_default().to_owned()
}

fn parameters(list: Option<&Value>, place: &Place) -> Vec<Parameter> {
    let template = crate::passes::lint::template_names(&place.path);
    let mut parameters: Vec<Parameter> = list
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(|parameter| {
            let name = parameter.get("name")?.as_str()?.to_owned();
            let location = match parameter.get("in")?.as_str()? {
                "path" => Location::Path,
                "query" => Location::Query,
                _ => Location::Header,
            };
            Some(Parameter {
                rust_name: rust_ident(&name),
                required: location == Location::Path || flag(parameter, "required"),
                description: string(parameter, "description"),
                schema: parameter.get("schema")?.clone(),
                name,
                location,
            })
        })
        .collect();
    parameters.sort_by_key(|parameter| {
        let position = template.iter().position(|name| *name == parameter.name);
        (parameter.location, !parameter.required, position)
    });
    // The builder has methods of its own, and two names may differ only in case.
    let mut taken: Vec<String> = ["body", "client", "clone", "new", "options", "send"]
        .map(str::to_owned)
        .to_vec();
    for parameter in &mut parameters {
        while taken.contains(&parameter.rust_name) {
            parameter.rust_name =
                format!("{}_parameter", parameter.rust_name.trim_end_matches('_'));
        }
        taken.push(parameter.rust_name.clone());
    }
    parameters
}
