//! The operations of a simplified document, in the form that code generation uses.
//!
//! It knows the results of the passes, not the generated code.

use std::borrow::Cow;
use std::collections::HashMap;

use heck::ToPascalCase;
use serde_json::Value;

use crate::document::{Document, Place};
use crate::error::{Error, Result};
use crate::names::{Wanted, distinct, is_usual, rust_ident};
use crate::passes::answers::{self, Answers};
use crate::passes::versions::{self, Choice};
use crate::schema::flag;

/// An operation.
#[derive(Debug, Clone)]
pub struct Operation {
    /// Its location.
    pub place: Place,
    /// The operation id, as upstream spells it.
    pub id: String,
    /// Its first tag; empty if it has none.
    pub tag: String,
    /// The name of the client's method, `create_group_live_migration`.
    pub method_name: String,
    /// The name of the builder, `CreateGroupLiveMigration`.
    pub type_name: String,
    /// A one-line summary.
    pub summary: String,
    /// The description, in Markdown.
    pub description: String,
    /// The roles; the caller needs one of them.
    pub roles: Vec<String>,
    /// The chosen version.
    pub version: Choice,
    /// The listed statuses.
    pub answers: Answers,
    /// The parameters: path parameters in the order of the path, then the others in document order.
    pub parameters: Vec<Parameter>,
    /// The request body.
    pub body: Option<Body>,
    /// The content of a successful response.
    pub success: Success,
    /// Whether upstream deprecates the operation.
    pub deprecated: bool,
    /// The page of Atlas's documentation about the operation.
    pub docs_url: Option<String>,
}

/// A parameter of an operation.
#[derive(Debug, Clone)]
pub struct Parameter {
    /// The name on the wire.
    pub name: String,
    /// The name of the builder's method.
    pub rust_name: String,
    /// Where it is sent.
    pub location: Location,
    /// How a list or an object is serialized.
    pub style: Style,
    /// Whether each entry or member is serialized as a separate parameter or part.
    pub explode: bool,
    /// Whether the value is sent as JSON, whatever the style.
    pub as_json: bool,
    /// Whether it is required.
    pub required: bool,
    /// The description, in Markdown.
    pub description: String,
    /// Its schema.
    pub schema: Value,
}

/// The serialization of a parameter (OpenAPI 3.0.3, Style Values).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// `a=1,2`, or `a=1&a=2` exploded; in queries and cookies.
    Form,
    /// `a=1%202`; in queries.
    SpaceDelimited,
    /// `a=1|2`; in queries.
    PipeDelimited,
    /// `a[b]=1`; objects in queries.
    DeepObject,
    /// `1,2`; in paths and headers.
    Simple,
    /// `.1.2`; in paths.
    Label,
    /// `;a=1,2`, or `;a=1;a=2` exploded; in paths.
    Matrix,
}

impl Style {
    /// Parses the style called `name` in documents.
    fn parse(name: &str) -> Option<Self> {
        Some(match name {
            "form" => Self::Form,
            "spaceDelimited" => Self::SpaceDelimited,
            "pipeDelimited" => Self::PipeDelimited,
            "deepObject" => Self::DeepObject,
            "simple" => Self::Simple,
            "label" => Self::Label,
            "matrix" => Self::Matrix,
            _ => return None,
        })
    }
}

/// Where a parameter is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Location {
    /// In the path.
    Path,
    /// In the query.
    Query,
    /// In a header.
    Header,
    /// In the `Cookie` header.
    Cookie,
}

/// A request body.
#[derive(Debug, Clone)]
pub struct Body {
    /// Whether it is required.
    pub required: bool,
    /// The description, in Markdown.
    pub description: String,
    /// Its schema; `None` for raw bytes.
    pub schema: Option<Value>,
}

/// The content of a successful response.
#[derive(Debug, Clone)]
pub enum Success {
    /// No body.
    Empty,
    /// JSON with this schema.
    Json(Value),
    /// Bytes, which are not buffered.
    Stream,
}

impl Operation {
    /// Returns the tag that names the operation's trait: to one that is no identifier, progenitor
    /// would add an underscore, which rustc warns about.
    pub fn trait_tag(&self) -> Cow<'_, str> {
        let name = self.tag.to_pascal_case();
        match name == "Self" || name.starts_with(char::is_numeric) {
            true => format!("Tag {}", self.tag).into(),
            false => self.tag.as_str().into(),
        }
    }
}

/// Reads the operations of a document after the passes.
///
/// # Errors
/// Two operations whose ids, or two tags, give the same Rust name, or a parameter that generated code
/// cannot send yet.
pub fn operations(document: &Document) -> Result<Vec<Operation>> {
    let mut all: Vec<Operation> = Vec::new();
    let mut methods: HashMap<String, usize> = HashMap::new();
    let mut tags: HashMap<String, String> = HashMap::new();
    for place in document.places() {
        if let Some(operation) = operation(document, place) {
            if let Some(problem) = operation.parameters.iter().find_map(unsent) {
                let here = format!("{}/parameters", operation.place.pointer());
                return Err(Error::at(here, problem).in_operation(&operation.id));
            }
            let known = methods.insert(operation.method_name.clone(), all.len());
            if let Some(other) = known.and_then(|at| all.get(at)) {
                return Err(Error::at(
                    operation.place.pointer(),
                    format!(
                        "its id gives the Rust name `{}`, which is taken by {}; rename one by a correction",
                        operation.method_name, other.id
                    ),
                )
                .in_operation(&operation.id));
            }
            // Each tag has a trait.
            let name = operation.trait_tag().to_pascal_case();
            let tag = tags
                .entry(name.clone())
                .or_insert_with(|| operation.tag.clone());
            if *tag != operation.tag {
                return Err(Error::at(
                    format!("{}/tags", operation.place.pointer()),
                    format!(
                        "the tag `{}` gives the Rust name `{name}`, which is taken by the tag `{tag}`; rename one by a correction",
                        operation.tag
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

/// Returns why generated code cannot send `parameter` yet.
fn unsent(parameter: &Parameter) -> Option<String> {
    let name = &parameter.name;
    parameter.as_json.then(|| {
        format!(
            "the parameter `{name}` has its type under `content`, which generated code does not send; a `schema` is expected"
        )
    })
}

fn string(value: &Value, key: &str) -> String {
    let text = value.get(key).and_then(Value::as_str);
    text.unwrap_or_default().to_owned()
}

fn parameters(list: Option<&Value>, place: &Place) -> Vec<Parameter> {
    let template = crate::passes::lint::template_names(&place.path);
    let template: HashMap<&str, usize> = template.into_iter().zip(0..).collect();
    let mut parameters: Vec<Parameter> = list
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(|parameter| {
            let name = parameter.get("name")?.as_str()?.to_owned();
            let location = match parameter.get("in")?.as_str()? {
                "path" => Location::Path,
                "query" => Location::Query,
                "cookie" => Location::Cookie,
                _ => Location::Header,
            };
            let style = parameter.get("style").and_then(Value::as_str);
            let style = style.and_then(Style::parse).unwrap_or(match location {
                Location::Path | Location::Header => Style::Simple,
                Location::Query | Location::Cookie => Style::Form,
            });
            let explode = parameter.get("explode").and_then(Value::as_bool);
            Some(Parameter {
                rust_name: rust_ident(&name),
                style,
                explode: explode.unwrap_or(style == Style::Form),
                as_json: flag(parameter, crate::passes::parameters::JSON),
                required: location == Location::Path || flag(parameter, "required"),
                description: string(parameter, "description"),
                schema: parameter.get("schema")?.clone(),
                name,
                location,
            })
        })
        .collect();
    parameters.sort_by_key(|parameter| {
        let position = template.get(parameter.name.as_str()).copied();
        (parameter.location, !parameter.required, position)
    });
    // A name may collide with another method of the builder or, in snake case, with another
    // parameter: then the parameter with the less usual spelling gets the suffix `_parameter`, and
    // further ones a number.
    let wanted = parameters.iter().map(|parameter| Wanted {
        name: parameter.rust_name.clone(),
        usual: parameter.location == Location::Path || is_usual(&parameter.name),
    });
    let names = distinct(wanted, &TAKEN, |_, wanted, n| {
        let bare = wanted.trim_end_matches('_');
        match n {
            1 => format!("{bare}_parameter"),
            n => format!("{bare}_parameter_{n}"),
        }
    });
    for (parameter, name) in parameters.iter_mut().zip(names) {
        parameter.rust_name = name;
    }
    parameters
}

/// The methods and fields of an operation's builder, and of its expectations, besides its
/// parameters.
const TAKEN: [&str; 11] = [
    "accept",
    "body",
    "call",
    "client",
    "clone",
    "into_inner",
    "items",
    "new",
    "options",
    "pages",
    "send",
];
