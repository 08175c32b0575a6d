//! lint: what every document must hold before a pass may rely on it.
//!
//! Operations have ids, each its own; references lead somewhere; paths and path parameters agree;
//! bodies are of Atlas's media types. The pass changes nothing.
//!
//! Before: `paths: {/a: {get: {responses: {}}}}`; after: the error
//! `/paths/~1a/get: this operation has no operationId; give it one`.

use std::collections::{HashMap, HashSet};

use serde_json::{Map, Value};

use crate::document::{Document, Place, walk};
use crate::error::{Error, Result};
use crate::media_type::MediaType;
use crate::pointer;

/// Looks for faults in document order and stops at the first.
///
/// # Errors
/// The first fault, at its place.
pub fn lint(document: &Document) -> Result<()> {
    references(document)?;
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
                    "an operationId must be a text that is not empty",
                ));
            }
            None => {
                return Err(Error::at(
                    here,
                    "this operation has no operationId; give it one",
                ));
            }
        };
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
            .and_then(|()| bodies(document, operation, &here))
            .map_err(|error| error.in_operation(id))?;
    }
    Ok(())
}

/// Every `$ref` is a text that names a place of this document, and no chain of them is a circle.
fn references(document: &Document) -> Result<()> {
    let mut fault = None;
    let mut known: HashSet<&str> = HashSet::new();
    for (key, value) in document.root() {
        walk(value, &pointer::join("", key), &mut |value, here| {
            let Some(target) = value.get("$ref") else {
                return;
            };
            if fault.is_some() || here.ends_with("/properties") || here.contains("/example") {
                return;
            }
            let problem = match target {
                Value::String(target) if known.contains(target.as_str()) => return,
                Value::String(target) if !target.starts_with("#/") => Some(format!(
                    "`{target}` leads out of this document; only references that start with `#/` can be followed"
                )),
                Value::String(target) => match document.resolve(target) {
                    None => Some(format!("`{target}` leads nowhere")),
                    Some(value) if document.deref(value).is_none() => {
                        Some(format!("`{target}` leads in a circle of references"))
                    }
                    Some(_) => {
                        known.insert(target);
                        None
                    }
                },
                _ => Some("a reference must be a text".to_owned()),
            };
            fault = problem.map(|problem| Error::at(pointer::join(here, "$ref"), problem));
        });
    }
    fault.map_or(Ok(()), Err)
}

/// The names in the braces of a path template, in order.
pub fn template_names(path: &str) -> Vec<&str> {
    path.split('{')
        .skip(1)
        .filter_map(|rest| rest.split_once('}').map(|(name, _)| name))
        .collect()
}

fn parameters(document: &Document, place: &Place, operation: &Map<String, Value>) -> Result<()> {
    let item_pointer = pointer::join("/paths", &place.path);
    let own_pointer = place.pointer();
    let item = document.path_item(&place.path);
    let lists = [
        (item.and_then(|item| item.get("parameters")), item_pointer),
        (operation.get("parameters"), own_pointer.clone()),
    ];
    let mut in_path: HashSet<&str> = HashSet::new();
    for (list, owner) in &lists {
        let here = pointer::join(owner, "parameters");
        let items: &[Value] = match list {
            None => &[],
            Some(Value::Array(items)) => items,
            Some(_) => return Err(Error::at(here, "parameters must be a list")),
        };
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
                "path" => {
                    in_path.insert(name);
                }
                "query" | "header" => {}
                "cookie" => {
                    return Err(Error::at(
                        here,
                        "parameters in cookies are not supported; path, query and header are",
                    ));
                }
                other => {
                    return Err(Error::at(
                        here,
                        format!("`in: {other}` is unknown; path, query or header is expected"),
                    ));
                }
            }
            if resolved.and_then(|p| p.get("schema")).is_none() {
                return Err(Error::at(here, "a parameter needs a `schema`"));
            }
        }
    }
    let template = template_names(&place.path);
    for name in &template {
        if !in_path.contains(name) {
            return Err(Error::at(
                own_pointer,
                format!(
                    "the path holds `{{{name}}}`, and no parameter of that name in the path is listed"
                ),
            ));
        }
    }
    for name in in_path {
        if !template.contains(&name) {
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

fn bodies(document: &Document, operation: &Map<String, Value>, here: &str) -> Result<()> {
    if let Some(body) = operation.get("requestBody") {
        let here = pointer::join(here, "requestBody");
        content(document, body, &here, false)?;
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
    let here = pointer::join(here, "responses");
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
    Ok(())
}

/// `failure`: plain `application/json` is what Atlas answers failures with.
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
                    "`{media_type}` is no media type of Atlas; one such as application/vnd.atlas.2024-05-30+json is expected"
                ),
            ));
        }
        if !body.is_object() {
            return Err(Error::at(here, "a media type must be a map"));
        }
    }
    Ok(())
}
