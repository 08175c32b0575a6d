//! Validates what the other passes rely on.
//!
//! Operations have unique ids; references have a target; paths and path parameters agree; bodies
//! have Atlas's media types, and successes of one version a common format. The pass changes nothing.
//!
//! Before:
//! ```yaml
//! paths: {/a: {get: {responses: {}}}}
//! ```
//! After, the error:
//! ```text
//! /paths/~1a/get: this operation has no operationId; give it one
//! ```

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use heck::{ToPascalCase, ToSnakeCase};
use serde_json::{Map, Value};

use crate::document::{Document, MAX_REFERENCES, METHODS, Place, for_each_reference, reference};
use crate::error::{Error, Result};
use crate::media_type::MediaType;
use crate::passes::names::RESERVED;
use crate::passes::words;
use crate::pointer;

mod formats;

/// Validates in document order and stops at the first fault.
///
/// # Errors
/// The first fault, with its location.
pub fn lint(document: &Document) -> Result<()> {
    references(document)?;
    characters(document)?;
    path_items(document)?;
    let mut ids: HashMap<&str, Place> = HashMap::new();
    for place in document.places() {
        let here = place.pointer();
        let Some(operation) = document.operation(&place) else {
            continue;
        };
        let id = match operation.get("operationId") {
            Some(Value::String(id)) if !id.trim().is_empty() => id,
            Some(_) => {
                return Err(Error::at(
                    pointer::join(&here, "operationId"),
                    "an operationId must be a non-empty string",
                ));
            }
            None => {
                return Err(Error::at(
                    here,
                    "this operation has no operationId; give it one",
                ));
            }
        };
        if let Some(problem) = id_problem(id) {
            return Err(Error::at(pointer::join(&here, "operationId"), problem));
        }
        if let Some(first) = ids.insert(id, place.clone()) {
            return Err(Error::at(
                pointer::join(&here, "operationId"),
                format!(
                    "operationId `{id}` is taken by {} {}; each operation needs its own",
                    first.method.to_uppercase(),
                    first.path
                ),
            ));
        }
        parameters(document, &place, operation)
            .and_then(|()| bodies(document, &place, operation))
            .map_err(|error| error.in_operation(id))?;
    }
    Ok(())
}

/// Checks that path items have only members that OpenAPI gives them, so that no operation is overlooked.
fn path_items(document: &Document) -> Result<()> {
    let paths = document.root().get("paths").and_then(Value::as_object);
    for (path, item) in paths.into_iter().flatten() {
        let mut members = item.as_object().into_iter().flatten();
        let is_known = |key: &str| {
            METHODS.contains(&key)
                || matches!(key, "description" | "parameters" | "servers" | "summary")
                || key.starts_with("x-")
        };
        if let Some((key, _)) = members.find(|(key, _)| !is_known(key)) {
            return Err(Error::at(
                pointer::join(&pointer::join("/paths", path), key),
                format!(
                    "a path has no member `{key}`; methods are get, put, post, delete, options, head, patch and trace, in lower case"
                ),
            ));
        }
    }
    Ok(())
}

/// Checks that every `$ref` is a string that refers to a location in this document, for schemas a
/// component, and that no chain is circular.
fn references(document: &Document) -> Result<()> {
    let mut fault = None;
    let mut known: HashSet<(&str, bool)> = HashSet::new();
    for_each_reference(document, &mut |target, here, is_schema| {
        if fault.is_some() {
            return;
        }
        let problem = match target {
            Value::String(target) => {
                if !known.insert((target, is_schema)) {
                    return;
                }
                reference_problem(document, target, is_schema)
            }
            _ => Some("a reference must be a string".to_owned()),
        };
        fault = problem.map(|problem| Error::at(pointer::join(here, "$ref"), problem));
    });
    fault.map_or(Ok(()), Err)
}

fn reference_problem(document: &Document, target: &str, is_schema: bool) -> Option<String> {
    if !target.starts_with("#/") {
        return Some(format!(
            "`{target}` leads out of this document; only references that start with `#/` can be followed"
        ));
    }
    let Some(mut value) = document.resolve(target) else {
        return Some(format!("`{target}` leads nowhere"));
    };
    let component = target.strip_prefix("#/components/schemas/");
    if is_schema && component.is_none_or(|name| name.contains(['/', '~'])) {
        return Some(format!(
            "`{target}` names no schema as a whole; one such as `#/components/schemas/Name` is expected"
        ));
    }
    for _ in 0..=MAX_REFERENCES {
        let next = reference(value)?;
        // A dangling reference is reported at its own location.
        value = document.resolve(next)?;
    }
    let mut known: HashSet<&str> = HashSet::new();
    while let Some(next) = reference(value) {
        if !known.insert(next) {
            return Some(format!("`{target}` leads in a circle of references"));
        }
        value = document.resolve(next)?;
    }
    Some(format!(
        "`{target}` leads on through more than {MAX_REFERENCES} references; one that leads to a schema is expected"
    ))
}

/// Rejects names and values with characters that compilers reject in comments, because generated
/// comments contain them unchanged. `words` removes such characters from prose.
fn characters(document: &Document) -> Result<()> {
    for key in ["paths", "components"] {
        if let Some(value) = document.root().get(key)
            && let Some((below, sign)) = words::sign_in(value)
        {
            return Err(Error::at(
                format!("/{key}{below}"),
                format!(
                    "a name or a value holds the invisible character U+{:04X}; one without it is expected",
                    u32::from(sign)
                ),
            ));
        }
    }
    Ok(())
}

/// Methods of the client, of every Rust value, or that code generators add to a client: an
/// operation's method would shadow them.
const TAKEN_METHODS: [&str; 43] = [
    "api_version",
    "as_mut",
    "as_ref",
    "base_url",
    "baseurl",
    "borrow",
    "borrow_mut",
    "builder",
    "clone",
    "clone_from",
    "clone_into",
    "cmp",
    "default",
    "deref",
    "drop",
    "eq",
    "exec",
    "execute",
    "fmt",
    "from",
    "from_cli",
    "from_env",
    "hash",
    "inner",
    "into",
    "into_inner",
    "ne",
    "new",
    "new_with_client",
    "options",
    "org_id",
    "partial_cmp",
    "post_hook",
    "pre_hook",
    "project_id",
    "request",
    "revoke_token",
    "to_owned",
    "to_string",
    "try_from",
    "try_into",
    "type_id",
    "with_options",
];

/// Returns why an operation cannot have the id `id`.
pub fn id_problem(id: &str) -> Option<String> {
    let name = id.to_pascal_case();
    let method = id.to_snake_case();
    if RESERVED.contains(&name.as_str()) || TAKEN_METHODS.contains(&method.as_str()) {
        return Some(format!(
            "operationId `{id}` gives the Rust name `{name}`, which has a meaning already; rename it by a correction"
        ));
    }
    let is_name = name.is_ascii() && syn::parse_str::<syn::Ident>(&name).is_ok();
    (!is_name).then(|| {
        format!(
            "operationId `{id}` gives no Rust name; one that starts with a letter and holds letters and digits is expected"
        )
    })
}

/// Returns the names in the braces of a path template, in order.
pub fn template_names(path: &str) -> Vec<&str> {
    path.split('{')
        .skip(1)
        .filter_map(|rest| rest.split_once('}').map(|(name, _)| name))
        .collect()
}

/// Returns why no request can have the path.
fn unsendable(path: &str) -> Option<&'static str> {
    let literal = path.split('{').enumerate().map(|(i, part)| match i {
        0 => Some(part),
        _ => part.split_once('}').map(|(_, literal)| literal),
    });
    let Some(literals) = literal.collect::<Option<Vec<&str>>>() else {
        return Some("a brace of this path is not closed; `{name}` is expected");
    };
    if literals.iter().any(|literal| literal.contains('}')) {
        return Some("a brace of this path is not opened; `{name}` is expected");
    }
    if literals.iter().any(|literal| literal.contains(['?', '#'])) {
        return Some("a path ends before `?` and `#`; parameters of the query are listed as such");
    }
    let mut segments = path.split('/');
    segments
        .any(|segment| matches!(segment, "." | ".."))
        .then_some("a path must not hold `.` or `..`, which no request keeps")
}

fn parameters(document: &Document, place: &Place, operation: &Map<String, Value>) -> Result<()> {
    let item_pointer = pointer::join("/paths", &place.path);
    let own_pointer = place.pointer();
    if let Some(problem) = unsendable(&place.path) {
        return Err(Error::at(item_pointer, problem));
    }
    let item = document.path_item(&place.path);
    let lists = [
        (item.and_then(|item| item.get("parameters")), item_pointer),
        (operation.get("parameters"), own_pointer.clone()),
    ];
    let mut in_path: Vec<&str> = Vec::new();
    for (list, owner) in &lists {
        let here = pointer::join(owner, "parameters");
        let items: &[Value] = match list {
            None => &[],
            Some(Value::Array(items)) => items,
            Some(_) => return Err(Error::at(here, "parameters must be a list")),
        };
        let mut known: HashSet<(&str, Cow<'_, str>)> = HashSet::new();
        for (i, parameter) in items.iter().enumerate() {
            let here = pointer::join(&here, &i.to_string());
            let resolved = document.deref(parameter);
            let text = |key| resolved.and_then(|p| p.get(key)).and_then(Value::as_str);
            let (Some(name), Some(location)) = (text("name"), text("in")) else {
                return Err(Error::at(
                    here,
                    "a parameter needs a text under `name` and under `in`",
                ));
            };
            match location {
                "path" => in_path.push(name),
                "query" | "header" | "cookie" => {}
                other => {
                    return Err(Error::at(
                        here,
                        format!(
                            "`in: {other}` is unknown; path, query, header or cookie is expected"
                        ),
                    ));
                }
            }
            // Names of headers are case insensitive (RFC 9110, section 5.1).
            let key = match location {
                "header" => name.to_ascii_lowercase().into(),
                _ => Cow::Borrowed(name),
            };
            if !known.insert((location, key)) {
                return Err(Error::at(
                    here,
                    format!("the {location} parameter `{name}` is listed twice; once is expected"),
                ));
            }
            if name.is_empty() {
                return Err(Error::at(
                    pointer::join(&here, "name"),
                    format!(
                        "the name of a {location} parameter is empty; one character at least is expected"
                    ),
                ));
            }
            truth(resolved, "required", &here)?;
            // What cannot be sent of a `content` is said later, unless the header is no parameter.
            let has = |key| resolved.and_then(|p| p.get(key)).is_some();
            if !has("schema") && !has("content") {
                return Err(Error::at(here, "a parameter needs a `schema`"));
            }
        }
    }
    let template = template_names(&place.path);
    let known: HashSet<&str> = in_path.iter().copied().collect();
    let mut met: HashSet<&str> = HashSet::new();
    for name in &template {
        if !met.insert(name) {
            return Err(Error::at(
                pointer::join("/paths", &place.path),
                format!("the path holds `{{{name}}}` twice; once is expected"),
            ));
        }
        if !known.contains(name) {
            return Err(Error::at(
                own_pointer,
                format!(
                    "the path holds `{{{name}}}`, and no parameter of that name in the path is listed"
                ),
            ));
        }
    }
    let template: HashSet<&str> = template.into_iter().collect();
    for name in in_path {
        if !template.contains(name) {
            return Err(Error::at(
                own_pointer,
                format!(
                    "the path parameter `{name}` does not occur in the path {}",
                    place.path
                ),
            ));
        }
    }
    Ok(())
}

fn bodies(document: &Document, place: &Place, operation: &Map<String, Value>) -> Result<()> {
    let here = place.pointer();
    if let Some(body) = operation.get("requestBody") {
        let here = pointer::join(&here, "requestBody");
        content(document, body, &here, false)?;
        let body = document.deref(body);
        truth(body, "required", &here)?;
        if body.is_some_and(|body| body.get("content").is_none()) {
            return Err(Error::at(
                here,
                "a request body needs a `content`, a map of media types",
            ));
        }
    }
    let responses = match operation.get("responses") {
        Some(Value::Object(responses)) if !responses.is_empty() => responses,
        _ => {
            return Err(Error::at(
                here,
                "this operation lists no responses; it needs at least one",
            ));
        }
    };
    let here = pointer::join(&here, "responses");
    for (status, response) in responses {
        let here = pointer::join(&here, status);
        let known = status == "default"
            || (status.len() == 3
                && matches!(status.as_bytes()[0], b'1'..=b'5')
                && (status[1..].bytes().all(|b| b.is_ascii_digit()) || &status[1..] == "XX"));
        if !known && !status.starts_with("x-") {
            return Err(Error::at(
                here,
                format!(
                    "`{status}` is no status; a code such as 200, a range such as 2XX, or default is expected"
                ),
            ));
        }
        content(document, response, &here, !status.starts_with('2'))?;
    }
    // A response to `head` has no body.
    if place.method != "head" {
        formats::common(document, responses, &here)?;
    }
    Ok(())
}

/// Checks that the member `key` is true or false if it is there.
fn truth(holder: Option<&Value>, key: &str, here: &str) -> Result<()> {
    match holder.and_then(|holder| holder.get(key)) {
        None | Some(Value::Bool(_)) => Ok(()),
        Some(other) => Err(Error::at(
            pointer::join(here, key),
            format!("`{key}` must be true or false, not {other}"),
        )),
    }
}

/// Checks media types; with `failure`, also allows plain `application/json`, which Atlas uses for
/// failures.
fn content(document: &Document, holder: &Value, here: &str, failure: bool) -> Result<()> {
    let Some(Value::Object(holder)) = document.deref(holder) else {
        return Err(Error::at(here, "must be a map"));
    };
    let Some(content) = holder.get("content") else {
        return Ok(());
    };
    let here = pointer::join(here, "content");
    let Value::Object(content) = content else {
        return Err(Error::at(here, "must be a map of media types"));
    };
    for (media_type, body) in content {
        let here = pointer::join(&here, media_type);
        if MediaType::parse(media_type).is_none() && !(failure && media_type == "application/json")
        {
            return Err(Error::at(
                here,
                format!(
                    "`{media_type}` is not a media type of Atlas such as application/vnd.atlas.2024-05-30+json"
                ),
            ));
        }
        if !body.is_object() {
            return Err(Error::at(here, "a media type must be a map"));
        }
    }
    Ok(())
}
