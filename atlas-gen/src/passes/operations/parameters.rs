//! Makes the serialization of each parameter explicit, and checks that it is possible.
//!
//! - `style` and `explode` get the defaults of OpenAPI 3.0.3, Parameter Object. `deepObject` is
//!   always exploded: it has no other form.
//! - A list that is `spaceDelimited` or `pipeDelimited` and exploded has nothing to delimit: it
//!   becomes `form`.
//! - A parameter whose type is under `content` of the media type JSON is marked `x-atlas-json`. Generated
//!   code cannot send it yet: reading the operations for it is an error. Any other media type is an
//!   error here.
//! - `allowReserved` has no effect: values are always percent-encoded.
//! - Names of headers are case insensitive (RFC 9110, section 5.1): the operation's `x-a` replaces
//!   `X-A` of its path.
//! - Headers that HTTP or the client writes (`Host`, `Content-Length`, `Connection` …) are errors, and
//!   so is `Cookie` beside parameters in cookies.
//! - The headers `Accept`, `Content-Type` and `Authorization` are not parameters (OpenAPI 3.0.3,
//!   Parameter Object, `name`).
//!
//! Before:
//! ```yaml
//! paths:
//!   /a:
//!     get:
//!       parameters:
//!       - {name: accept, in: header, schema: {type: string}}
//!       - {name: tags, in: query, schema: {type: array, items: {type: string}}}
//!       - {name: X-Ids, in: header, schema: {type: array, items: {type: string}}}
//!       - {name: filter, in: query, content: {application/json: {schema: {type: object}}}}
//! ```
//! After:
//! ```yaml
//! paths:
//!   /a:
//!     get:
//!       parameters:
//!       - {name: tags, in: query, schema: {type: array, items: {type: string}}, style: form, explode: true}
//!       - {name: X-Ids, in: header, schema: {type: array, items: {type: string}}, style: simple, explode: false}
//!       - {name: filter, in: query, schema: {type: object}, x-atlas-json: true, style: form, explode: true}
//! ```

use std::collections::HashSet;

use serde_json::{Map, Value};

use crate::document::{Document, schema_name};
use crate::error::{Error, Result};

/// Marks a parameter whose value is sent as JSON.
pub const JSON: &str = "x-atlas-json";

/// Headers that other parts of a document describe.
const NOT_PARAMETERS: [&str; 3] = ["accept", "authorization", "content-type"];

/// Headers that frame a request or describe its connection (RFC 9110, sections 7.2, 7.6.1 and 8.6;
/// RFC 9113, section 8.2.2).
const OF_HTTP: [&str; 9] = [
    "connection",
    "content-length",
    "host",
    "keep-alive",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

/// Fills in styles.
///
/// # Errors
/// A parameter whose style is unknown, or cannot serialize values of its schema.
pub fn parameters(document: &mut Document) -> Result<()> {
    for place in document.places() {
        let listed = document
            .operation(&place)
            .and_then(|operation| operation.get("parameters")?.as_array());
        let Some(listed) = listed else { continue };
        let mut settled: Vec<Value> = Vec::with_capacity(listed.len());
        let mut headers: HashSet<String> = HashSet::new();
        let has_cookies = listed
            .iter()
            .any(|p| p.get("in").is_some_and(|at| at == "cookie"));
        for parameter in listed {
            let Value::Object(parameter) = parameter else {
                continue;
            };
            if is_described_elsewhere(parameter) {
                continue;
            }
            // `inline` lists the parameters of the operation before those of its path.
            let name = text(parameter, "name");
            if text(parameter, "in") == "header" && !headers.insert(name.to_ascii_lowercase()) {
                continue;
            }
            let settle = || match unsendable_header(parameter, has_cookies) {
                Some(problem) => Err(problem.to_owned()),
                None => settle(document, parameter),
            };
            let parameter = settle().map_err(|problem| {
                Error::at(
                    format!("{}/parameters", place.pointer()),
                    format!("the parameter `{name}` {problem}"),
                )
                .in_operation(document.operation_id(&place))
            })?;
            settled.push(Value::Object(parameter));
        }
        if let Some(operation) = document.operation_mut(&place) {
            operation.insert("parameters".to_owned(), Value::Array(settled));
        }
    }
    Ok(())
}

fn text<'a>(parameter: &'a Map<String, Value>, key: &str) -> &'a str {
    let text = parameter.get(key).and_then(Value::as_str);
    text.unwrap_or_default()
}

fn is_described_elsewhere(parameter: &Map<String, Value>) -> bool {
    text(parameter, "in") == "header"
        && NOT_PARAMETERS
            .iter()
            .any(|name| text(parameter, "name").eq_ignore_ascii_case(name))
}

/// Returns why `parameter` is a header that no operation can have.
fn unsendable_header(parameter: &Map<String, Value>, has_cookies: bool) -> Option<&'static str> {
    let name = text(parameter, "name");
    let is = |header: &&str| name.eq_ignore_ascii_case(header);
    if text(parameter, "in") != "header" {
        None
    } else if OF_HTTP.iter().any(is) {
        Some("is a header that HTTP writes for each request; leave it out")
    } else if has_cookies && is(&"cookie") {
        Some("is the header of the parameters in cookies beside it; one of both is expected")
    } else {
        None
    }
}

/// Returns the parameter with its style, or what is wrong with it.
fn settle(
    document: &Document,
    parameter: &Map<String, Value>,
) -> Result<Map<String, Value>, String> {
    let mut out = parameter.clone();
    let location = text(parameter, "in");
    if matches!(location, "header" | "cookie") && !is_token(text(parameter, "name")) {
        return Err(format!(
            "is in the {location}, where its name cannot be written; letters, digits and the signs !#$%&'*+-.^_`|~ are expected"
        ));
    }
    let (default, known): (&str, &[&str]) = match location {
        "path" => ("simple", &["simple", "label", "matrix"]),
        "header" => ("simple", &["simple"]),
        "cookie" => ("form", &["form"]),
        _ => (
            "form",
            &["form", "spaceDelimited", "pipeDelimited", "deepObject"],
        ),
    };
    // If both are present, which OpenAPI does not allow, `schema` takes precedence.
    let content = parameter.get("content");
    let is_json = match content.filter(|_| !parameter.contains_key("schema")) {
        None => false,
        Some(content) => {
            let schema = of_json(content)?;
            out.shift_remove("content");
            out.insert("schema".to_owned(), schema);
            out.insert(JSON.to_owned(), Value::Bool(true));
            true
        }
    };
    let mut style = default;
    let mut explode = default == "form";
    // JSON is serialized as one plain value, whatever the style.
    if !is_json {
        style = match parameter.get("style") {
            None => default,
            Some(style) => *known
                .iter()
                .find(|known| style.as_str() == Some(known))
                .ok_or_else(|| {
                    format!(
                        "has the style {style}, which cannot be sent in the {location}; {} is expected",
                        one_of(known)
                    )
                })?,
        };
        explode = match parameter.get("explode") {
            None => style == "form",
            Some(Value::Bool(explode)) => *explode,
            Some(_) => return Err("has an `explode` that is neither true nor false".to_owned()),
        };
        let mut shapes = Shapes::default();
        let schema = parameter.get("schema").unwrap_or(&Value::Null);
        shapes.add(document, schema, 0)?;
        if style == "deepObject" {
            explode = true;
        }
        if matches!(style, "spaceDelimited" | "pipeDelimited") && explode && !shapes.object {
            style = "form";
        }
        if let Some(problem) = shapes.problem(location, style, explode) {
            return Err(problem);
        }
    }
    out.insert("style".to_owned(), style.into());
    out.insert("explode".to_owned(), explode.into());
    Ok(out)
}

fn one_of(known: &[&str]) -> String {
    match known {
        [one] => format!("`{one}`"),
        several => format!("one of {}", several.join(", ")),
    }
}

/// Returns the schema of the only media type in `content`, which must be JSON.
fn of_json(content: &Value) -> Result<Value, String> {
    let mut listed = content.as_object().into_iter().flatten();
    match (listed.next(), listed.next()) {
        (Some((media_type, body)), None) if is_json(media_type) => {
            let schema = body.get("schema").cloned();
            Ok(schema.unwrap_or_else(|| Value::Object(Map::new())))
        }
        _ => Err("has a `content` that cannot be sent; a `schema` is expected".to_owned()),
    }
}

fn is_json(media_type: &str) -> bool {
    let essence = media_type.split(';').next().unwrap_or_default().trim();
    let essence = essence.to_ascii_lowercase();
    essence == "application/json" || essence.ends_with("+json")
}

/// Returns whether `name` is an HTTP token (RFC 9110, section 5.6.2).
fn is_token(name: &str) -> bool {
    let is_sign = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    !name.is_empty() && name.bytes().all(is_sign)
}

/// The maximal depth to which a parameter's schema is inspected.
const MAX_LEVELS: usize = 16;

/// The maximal number of schemas that are inspected for one parameter.
const MAX_SCHEMAS: usize = 1_000;

/// The possible forms of a schema's values.
#[derive(Default)]
struct Shapes {
    scalar: bool,
    list: bool,
    object: bool,
    /// An entry or a member is a list or an object.
    nested: bool,
    looked_at: usize,
}

impl Shapes {
    fn add(&mut self, document: &Document, schema: &Value, level: usize) -> Result<(), String> {
        self.looked_at += 1;
        if level > MAX_LEVELS || self.looked_at > MAX_SCHEMAS {
            return Err(
                "has a schema of too many levels or choices; a list or an object of plain values is expected"
                    .to_owned(),
            );
        }
        let schema = match schema_name(schema) {
            Some(_) => document.deref(schema).unwrap_or(schema),
            None => schema,
        };
        let parts = ["oneOf", "anyOf", "allOf"]
            .into_iter()
            .filter_map(|key| schema.get(key)?.as_array());
        let parts: Vec<&Value> = parts.flatten().collect();
        for part in &parts {
            self.add(document, part, level + 1)?;
        }
        // Alternatives state their types, which may differ from that of their parent.
        let is_choice = ["oneOf", "anyOf"]
            .iter()
            .any(|key| schema.get(key).is_some());
        let ty = schema.get("type").and_then(Value::as_str);
        let ty = ty.filter(|_| !is_choice);
        let members = schema.get("properties").and_then(Value::as_object);
        let values = schema
            .get("additionalProperties")
            .filter(|values| values.is_object());
        if ty == Some("array") {
            self.list = true;
            self.inner(document, schema.get("items"), level)?;
        } else if ty == Some("object") || members.is_some() || values.is_some() {
            self.object = true;
            for member in members.into_iter().flat_map(Map::values).chain(values) {
                self.inner(document, Some(member), level)?;
            }
        } else if parts.is_empty() {
            self.scalar = true;
        }
        Ok(())
    }

    fn inner(
        &mut self,
        document: &Document,
        schema: Option<&Value>,
        level: usize,
    ) -> Result<(), String> {
        if self.nested {
            return Ok(());
        }
        if let Some(schema) = schema {
            let mut inner = Shapes {
                looked_at: self.looked_at,
                ..Self::default()
            };
            inner.add(document, schema, level + 1)?;
            self.looked_at = inner.looked_at;
            self.nested = inner.list || inner.object;
        }
        Ok(())
    }

    /// Returns why values of these forms cannot be sent.
    fn problem(&self, location: &str, style: &str, explode: bool) -> Option<String> {
        let expected = match style {
            "deepObject" if self.list || self.scalar => "an object",
            "spaceDelimited" | "pipeDelimited" if self.scalar && !self.list && !self.object => {
                "a list"
            }
            "spaceDelimited" | "pipeDelimited" if self.object && explode => {
                return Some(format!(
                    "is an object of the style {style}, which has no exploded form; `explode: false` is expected"
                ));
            }
            "form" if location == "cookie" && explode && (self.list || self.object) => {
                return Some(
                    "is a list or an object in a cookie, which has no exploded form; `explode: false` is expected"
                        .to_owned(),
                );
            }
            _ if self.nested => {
                return Some(format!(
                    "holds lists or objects inside of others, which the style {style} has no form for; plain values are expected"
                ));
            }
            _ => return None,
        };
        Some(format!(
            "has the style {style}, which has no form for its schema; {expected} is expected"
        ))
    }
}
