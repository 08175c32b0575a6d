//! Adapts any OpenAPI 3.0 document to the generator's requirements.
//!
//! The generator requires what Atlas's document has: operation ids, dated media types, a schema for
//! failures. For a comparison both revisions only need equal treatment, so missing parts are added
//! by rules that look at one location only:
//!
//! - an operation without a valid id is named after its method and path, `getAByX`;
//! - without a dated media type, JSON is treated as a version of the year 1970, and others as bytes;
//! - parameters in cookies or without a name are dropped; undefined path parameters are strings;
//! - without a 2xx response, `default` is the success, or else a response without a body;
//! - successes with several schemas get a union of them;
//! - a schema that a reference finds inside another part becomes a component (`places`);
//! - without `ApiError`, failures have no members.
//!
//! It does not know what is compared.

mod nested_references;

use std::collections::HashSet;

use heck::{ToPascalCase, ToSnakeCase};
use serde_json::{Map, Value, json};

use atlas_gen::document::{METHODS, reference};
use atlas_gen::media_type::{Date, MediaType, Version};
use atlas_gen::passes::API_ERROR;
use atlas_gen::passes::lint;

/// The version for media types without one.
const UNDATED: &str = "application/vnd.atlas.1970-01-01+";

/// Returns the newest stable date in a media type of `document`.
pub fn newest_date(document: &Value) -> Date {
    let mut newest = Date::epoch();
    let mut open = vec![document];
    while let Some(value) = open.pop() {
        match value {
            Value::Object(map) => {
                if let Some(Value::Object(content)) = map.get("content") {
                    for name in content.keys() {
                        if let Some(MediaType {
                            version: Version::Stable(date),
                            ..
                        }) = MediaType::parse(name)
                            && date > newest
                        {
                            newest = date;
                        }
                    }
                }
                open.extend(map.values());
            }
            Value::Array(items) => open.extend(items),
            _ => {}
        }
    }
    newest
}

/// Adapts `document`.
pub fn adapt(document: &mut Value) {
    if let Value::Object(root) = document {
        let components = root.entry("components").or_insert_with(|| json!({}));
        if let Value::Object(components) = components {
            let schemas = components.entry("schemas").or_insert_with(|| json!({}));
            if let Value::Object(schemas) = schemas {
                schemas
                    .entry(API_ERROR)
                    .or_insert_with(|| json!({"type": "object"}));
            }
        }
    }
    // First, because the other adaptations change the targets of references.
    nested_references::extract_components(document);
    let whole = document.clone();
    let Some(Value::Object(paths)) = document.get_mut("paths") else {
        return;
    };
    paths.retain(|path, _| path.starts_with('/'));
    let mut taken: HashSet<String> = HashSet::new();
    for (path, item) in paths {
        if let Some(target) = reference(item)
            && let Some(target) = target.strip_prefix('#').and_then(|at| whole.pointer(at))
        {
            *item = target.clone();
        }
        let Value::Object(item) = item else { continue };
        let shared = item.get_mut("parameters").and_then(Value::as_array_mut);
        let shared = shared.map(|list| {
            parameters(list, &whole, path);
            list.clone()
        });
        for method in METHODS {
            if let Some(Value::Object(operation)) = item.get_mut(method) {
                set_operation_id(operation, method, path, &mut taken);
                let own = operation
                    .get_mut("parameters")
                    .and_then(Value::as_array_mut);
                let own = own.map(|list| {
                    parameters(list, &whole, path);
                    list.clone()
                });
                let known = own.iter().chain(&shared).flatten();
                add_path_parameters(operation, known, &whole, path);
                bodies(operation, &whole);
            }
        }
    }
}

/// Sets an id that gives valid Rust names, unless the operation has one.
fn set_operation_id(
    operation: &mut Map<String, Value>,
    method: &str,
    path: &str,
    taken: &mut HashSet<String>,
) {
    let usable = |id: &str, taken: &HashSet<String>| {
        !id.trim().is_empty()
            && lint::id_problem(id).is_none()
            && !taken.contains(&id.to_snake_case())
    };
    let id = operation.get("operationId").and_then(Value::as_str);
    let id = id.unwrap_or_default().to_owned();
    let made = || {
        let words: String = path
            .split('/')
            .map(|segment| {
                let parameter = segment.contains('{');
                format!(" {} {segment}", if parameter { "by" } else { "" })
            })
            .collect();
        let ascii = words.replace(|c: char| !c.is_ascii_alphanumeric(), " ");
        format!("{method}{}", ascii.to_pascal_case())
    };
    let candidates = [
        id.clone(),
        format!("{id} operation").to_pascal_case(),
        made(),
    ];
    let numbered = (2..).map(|n| format!("{}{n}", made()));
    if let Some(chosen) = candidates
        .into_iter()
        .chain(numbered)
        .find(|candidate| usable(candidate, taken))
    {
        taken.insert(chosen.to_snake_case());
        operation.insert("operationId".to_owned(), Value::String(chosen));
    }
}

/// Returns `value`, or its target if it is a reference.
fn resolved<'a>(value: &'a Value, whole: &'a Value) -> &'a Value {
    let mut value = value;
    // Longer chains are circular, which the generator reports.
    for _ in 0..16 {
        match reference(value).and_then(|target| whole.pointer(target.strip_prefix('#')?)) {
            Some(target) => value = target,
            None => break,
        }
    }
    value
}

fn parameters(list: &mut Vec<Value>, whole: &Value, path: &str) {
    let in_path = lint::template_names(path);
    let mut seen: HashSet<(String, String)> = HashSet::new();
    let all = std::mem::take(list);
    for parameter in all {
        let Value::Object(mut parameter) = resolved(&parameter, whole).clone() else {
            continue;
        };
        let text = |key| parameter.get(key).and_then(Value::as_str);
        let (Some(name), Some(location)) = (text("name"), text("in")) else {
            continue;
        };
        let fits = match location {
            "path" => in_path.contains(&name),
            "query" => true,
            // Media types and security describe these three (OpenAPI 3.0.3, Parameter Object).
            "header" => !["accept", "content-type", "authorization"]
                .contains(&name.to_ascii_lowercase().as_str()),
            _ => false,
        };
        if !fits || !seen.insert((name.to_owned(), location.to_owned())) {
            continue;
        }
        if parameter.get("schema").is_none() {
            let content = parameter.get("content").and_then(Value::as_object);
            let schema = content.and_then(|content| content.values().next()?.get("schema"));
            let schema = schema.cloned().unwrap_or_else(|| json!({"type": "string"}));
            parameter.insert("schema".to_owned(), schema);
        }
        list.push(Value::Object(parameter));
    }
}

fn add_path_parameters<'a>(
    operation: &mut Map<String, Value>,
    known: impl Iterator<Item = &'a Value>,
    whole: &Value,
    path: &str,
) {
    let known: Vec<&str> = known
        .map(|parameter| resolved(parameter, whole))
        .filter(|parameter| parameter.get("in").and_then(Value::as_str) == Some("path"))
        .filter_map(|parameter| parameter.get("name")?.as_str())
        .collect();
    let missing: Vec<Value> = lint::template_names(path)
        .into_iter()
        .filter(|name| !known.contains(name))
        .map(|name| {
            json!({"name": name, "in": "path", "required": true, "schema": {"type": "string"}})
        })
        .collect();
    if missing.is_empty() {
        return;
    }
    let list = operation.entry("parameters").or_insert_with(|| json!([]));
    if let Value::Array(list) = list {
        list.extend(missing);
    }
}

fn bodies(operation: &mut Map<String, Value>, whole: &Value) {
    if let Some(body) = operation.get_mut("requestBody") {
        *body = resolved(body, whole).clone();
        dated_content(body);
        if !body.is_object() {
            operation.shift_remove("requestBody");
        }
    }
    let responses = operation.entry("responses").or_insert_with(|| json!({}));
    let Value::Object(responses) = responses else {
        return;
    };
    let own = std::mem::take(responses);
    let success = own.keys().any(|status| status.starts_with('2'));
    let mut sorted: Vec<(String, Value)> = own.into_iter().collect();
    sorted.sort_by(|(a, _), (b, _)| a.cmp(b));
    for (status, response) in sorted {
        let mut response = resolved(&response, whole).clone();
        if !response.is_object() {
            continue;
        }
        let status = match status.to_ascii_uppercase().as_str() {
            "DEFAULT" if success => "default".to_owned(),
            "DEFAULT" => "200".to_owned(),
            other => other.to_owned(),
        };
        if status.starts_with('2') {
            dated_content(&mut response);
        } else {
            failure_content(&mut response);
        }
        responses.insert(status, response);
    }
    if !responses.keys().any(|status| status.starts_with('2')) {
        responses.insert("204".to_owned(), json!({"description": ""}));
    }
    merge_success_types(responses);
}

/// Merges success responses with several schemas. Without a common media type, only the first is kept.
fn merge_success_types(responses: &mut Map<String, Value>) {
    let mut schemas: Map<String, Value> = Map::new();
    let is_success = |status: &str| status.starts_with('2');
    let contents = responses.iter().filter(|(status, _)| is_success(status));
    for (name, body) in contents
        .filter_map(|(_, response)| response.get("content")?.as_object())
        .flatten()
    {
        let all = schemas.entry(name).or_insert_with(|| json!([]));
        if let (Value::Array(all), Some(schema)) = (all, body.get("schema"))
            && !all.contains(schema)
        {
            all.push(schema.clone());
        }
    }
    for (status, response) in responses.iter_mut() {
        let content = response.get_mut("content").and_then(Value::as_object_mut);
        let content = content.filter(|_| is_success(status));
        for (name, body) in content.into_iter().flatten() {
            if let (Some(body), Some(Value::Array(all))) = (body.as_object_mut(), schemas.get(name))
                && all.len() > 1
            {
                body.insert("schema".to_owned(), json!({"oneOf": all}));
            }
        }
    }
    let mut first: Option<Value> = None;
    responses.retain(|status, response| match (response.get("content"), &first) {
        (Some(content), Some(first)) if is_success(status) => content == first,
        (Some(content), None) if is_success(status) => {
            first = Some(content.clone());
            true
        }
        _ => true,
    });
}

/// Returns whether `media_type` is JSON (RFC 6839, section 3.1).
fn is_json(media_type: &str) -> bool {
    let essence = media_type.split(';').next().unwrap_or_default();
    let essence = essence.trim().to_ascii_lowercase();
    essence == "application/json" || essence.ends_with("+json") || essence == "*/*"
}

/// Keeps Atlas's media types; if there is none, gives an old date to the first JSON one, or else to
/// the first.
fn dated_content(holder: &mut Value) {
    let Some(Value::Object(content)) = holder.get_mut("content") else {
        return;
    };
    let own = std::mem::take(content);
    for (name, body) in own.into_iter().filter(|(_, body)| body.is_object()) {
        // Media types are the same in any letter case, but the generator reads one.
        let lower = name.to_ascii_lowercase();
        let name = MediaType::parse(&lower).map_or(name, |_| lower);
        content.entry(name).or_insert(body);
    }
    if content.keys().any(|name| MediaType::parse(name).is_some()) {
        content.retain(|name, _| MediaType::parse(name).is_some());
        return;
    }
    let name = content.keys().find(|name| is_json(name));
    let name = name.or_else(|| content.keys().next()).cloned();
    let kept = name.and_then(|name| Some((is_json(&name), content.shift_remove(&name)?)));
    content.clear();
    if let Some((json, body)) = kept {
        let format = if json { "json" } else { "bytes" };
        content.insert(format!("{UNDATED}{format}"), body);
    } else if let Value::Object(holder) = holder {
        holder.shift_remove("content");
    }
}

/// Keeps the media types that failures may have.
fn failure_content(response: &mut Value) {
    let Some(Value::Object(content)) = response.get_mut("content") else {
        return;
    };
    let own = std::mem::take(content);
    for (name, body) in own {
        if body.is_object() && is_json(&name) && MediaType::parse(&name).is_none() {
            content.entry("application/json").or_insert(body);
        } else if body.is_object() && MediaType::parse(&name).is_some() {
            content.insert(name, body);
        }
    }
}
