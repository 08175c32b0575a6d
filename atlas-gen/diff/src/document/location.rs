//! Describes locations: in prose for reviewers, and by a key that does not depend on the order of lists.

use serde_json::Value;

use crate::document::tree::Tree;
use crate::quoting::code;
use atlas_gen::pointer;

/// The description of a location.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Location {
    /// The member of the owner, such as `links[].href`; empty for the owner itself.
    pub(crate) member: String,
    /// The owner of the member: `Source` in backquotes, or a location in an operation.
    pub(crate) owner: String,
    /// The JSON pointer with names in place of indices.
    pub(crate) key: String,
}

/// Describes the location at the pointer `at`.
pub(crate) fn location(tree: &Tree<'_>, at: &str) -> Location {
    let tokens: Vec<String> = pointer::tokens(at).collect();
    let tokens: Vec<&str> = tokens.iter().map(String::as_str).collect();
    let mut location = Location::default();
    let mut here = String::new();
    let mut rest = &tokens[..];
    match &tokens[..] {
        ["components", section, name, tail @ ..] => {
            location.owner = match *section {
                "parameters" => parameter(tree, &join(&["components", section, name])),
                "schemas" => code(&name),
                "responses" => format!("the response {name}", name = code(&name)),
                "headers" => format!("the header {name}", name = code(&name)),
                "requestBodies" => format!("the request body {name}", name = code(&name)),
                _ => format!(
                    "{name} of {section}",
                    name = code(&name),
                    section = code(&section)
                ),
            };
            here = join(&["components", section, name]);
            location.key.clone_from(&here);
            rest = tail;
        }
        ["paths", path, tail @ ..] => {
            here = join(&["paths", path]);
            location.key.clone_from(&here);
            location.owner = code(&path);
            rest = tail;
            if let [method, tail @ ..] = tail
                && atlas_gen::document::METHODS.contains(method)
            {
                location.owner = code(&format!("{} {path}", method.to_uppercase()));
                push(&mut location, &mut here, method);
                rest = tail;
            }
        }
        _ => {}
    }
    let operation = location.owner.clone();
    while let [token, tail @ ..] = rest {
        rest = tail;
        match (*token, tail) {
            ("requestBody", _) => {
                push(&mut location, &mut here, token);
                location.owner = format!("the request body of {operation}");
            }
            ("responses", [status, after @ ..]) => {
                push(&mut location, &mut here, token);
                push(&mut location, &mut here, status);
                location.owner = format!("the {status} response of {operation}");
                rest = after;
            }
            ("parameters", [index, after @ ..]) => {
                push(&mut location, &mut here, token);
                let name = parameter(tree, &pointer::join(&here, index));
                push_named(&mut location, &mut here, index, &name);
                location.owner = format!("{name} of {operation}");
                rest = after;
            }
            ("headers", [name, after @ ..]) => {
                push(&mut location, &mut here, token);
                push(&mut location, &mut here, name);
                location.owner = format!(
                    "the header {name} of {}",
                    location.owner,
                    name = code(&name)
                );
                rest = after;
            }
            ("content", [media_type, after @ ..]) => {
                push(&mut location, &mut here, token);
                push(&mut location, &mut here, media_type);
                rest = after;
            }
            ("properties", [name, after @ ..]) => {
                push(&mut location, &mut here, token);
                push(&mut location, &mut here, name);
                if !location.member.is_empty() {
                    location.member.push('.');
                }
                // Distinguishes a member with an empty name from the owner.
                location
                    .member
                    .push_str(if name.is_empty() { "\"\"" } else { name });
                rest = after;
            }
            ("items", _) => {
                push(&mut location, &mut here, token);
                location.member.push_str("[]");
            }
            ("additionalProperties", _) => {
                push(&mut location, &mut here, token);
                location.member.push_str("[*]");
            }
            ("allOf" | "oneOf" | "anyOf", [index, after @ ..]) => {
                push(&mut location, &mut here, token);
                let name = alternative(tree, &pointer::join(&here, index));
                push_named(&mut location, &mut here, index, &name);
                if *token != "allOf" {
                    location.member.push_str(&format!("({name})"));
                }
                rest = after;
            }
            _ => push(&mut location, &mut here, token),
        }
    }
    location
}

/// Appends `token` to the pointer `here` and to the key.
fn push(location: &mut Location, here: &mut String, token: &str) {
    push_named(location, here, token, token);
}

/// Appends `token` to the pointer `here`, and `name` to the key.
fn push_named(location: &mut Location, here: &mut String, token: &str, name: &str) {
    *here = pointer::join(here, token);
    location.key = pointer::join(&location.key, name);
}

fn join(tokens: &[&str]) -> String {
    tokens
        .iter()
        .fold(String::new(), |at, token| pointer::join(&at, token))
}

/// Describes the parameter at `at`.
fn parameter(tree: &Tree<'_>, at: &str) -> String {
    let text = |key| tree.at(at).and_then(|value| value.get(key)?.as_str());
    match (text("in"), text("name")) {
        (Some(place), Some(name)) => format!("the {place} parameter {name}", name = code(&name)),
        _ => format!(
            "the parameter {}",
            code(&at.rsplit('/').next().unwrap_or_default())
        ),
    }
}

/// Returns the name of the alternative at `at`: its component, title, members or type.
pub(crate) fn alternative(tree: &Tree<'_>, at: &str) -> String {
    let Some(value) = tree.at(at) else {
        return String::new();
    };
    if let Some(target) = value.get("$ref").and_then(Value::as_str) {
        return target.rsplit('/').next().unwrap_or_default().to_owned();
    }
    if let Some(title) = value.get("title").and_then(Value::as_str) {
        return title.to_owned();
    }
    if let Some(members) = value.get("properties").and_then(Value::as_object) {
        let mut names: Vec<&str> = members.keys().map(String::as_str).collect();
        names.sort_unstable();
        return format!("{{{}}}", names.join(", "));
    }
    match value.get("type").and_then(Value::as_str) {
        Some(name) => name.to_owned(),
        None => "unnamed".to_owned(),
    }
}
