//! The names of places: what a reviewer calls them, and what stays the same when a document is
//! reordered.

use serde_json::Value;

use crate::document::tree::Tree;
use atlas_gen::pointer;

/// A place in a document, in words.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Spot {
    /// The member of the owner, such as `links[].href`; empty for the owner itself.
    pub(crate) member: String,
    /// Whose member it is: `Source` in backquotes, or a place of an operation.
    pub(crate) owner: String,
    /// The pointer with names in place of indices.
    pub(crate) key: String,
}

/// Names the place at `at`.
pub(crate) fn spot(tree: &Tree<'_>, at: &str) -> Spot {
    let tokens: Vec<String> = pointer::tokens(at).collect();
    let tokens: Vec<&str> = tokens.iter().map(String::as_str).collect();
    let mut spot = Spot::default();
    let mut here = String::new();
    let mut rest = &tokens[..];
    match &tokens[..] {
        ["components", section, name, tail @ ..] => {
            spot.owner = match *section {
                "parameters" => parameter(tree, &join(&["components", section, name])),
                "schemas" => format!("`{name}`"),
                "responses" => format!("the response `{name}`"),
                "headers" => format!("the header `{name}`"),
                "requestBodies" => format!("the request body `{name}`"),
                _ => format!("`{name}` of `{section}`"),
            };
            here = join(&["components", section, name]);
            spot.key.clone_from(&here);
            rest = tail;
        }
        ["paths", path, tail @ ..] => {
            here = join(&["paths", path]);
            spot.key.clone_from(&here);
            spot.owner = format!("`{path}`");
            rest = tail;
            if let [method, tail @ ..] = tail
                && atlas_gen::document::METHODS.contains(method)
            {
                spot.owner = format!("`{} {path}`", method.to_uppercase());
                step(&mut spot, &mut here, method);
                rest = tail;
            }
        }
        _ => {}
    }
    let operation = spot.owner.clone();
    while let [token, tail @ ..] = rest {
        rest = tail;
        match (*token, tail) {
            ("requestBody", _) => {
                step(&mut spot, &mut here, token);
                spot.owner = format!("the request body of {operation}");
            }
            ("responses", [status, after @ ..]) => {
                step(&mut spot, &mut here, token);
                step(&mut spot, &mut here, status);
                spot.owner = format!("the {status} response of {operation}");
                rest = after;
            }
            ("parameters", [index, after @ ..]) => {
                step(&mut spot, &mut here, token);
                let name = parameter(tree, &pointer::join(&here, index));
                named(&mut spot, &mut here, index, &name);
                spot.owner = format!("{name} of {operation}");
                rest = after;
            }
            ("headers", [name, after @ ..]) => {
                step(&mut spot, &mut here, token);
                step(&mut spot, &mut here, name);
                spot.owner = format!("the header `{name}` of {}", spot.owner);
                rest = after;
            }
            ("content", [media_type, after @ ..]) => {
                step(&mut spot, &mut here, token);
                step(&mut spot, &mut here, media_type);
                rest = after;
            }
            ("properties", [name, after @ ..]) => {
                step(&mut spot, &mut here, token);
                step(&mut spot, &mut here, name);
                if !spot.member.is_empty() {
                    spot.member.push('.');
                }
                spot.member.push_str(name);
                rest = after;
            }
            ("items", _) => {
                step(&mut spot, &mut here, token);
                spot.member.push_str("[]");
            }
            ("additionalProperties", _) => {
                step(&mut spot, &mut here, token);
                spot.member.push_str("[*]");
            }
            ("allOf" | "oneOf" | "anyOf", [index, after @ ..]) => {
                step(&mut spot, &mut here, token);
                let name = alternative(tree, &pointer::join(&here, index));
                named(&mut spot, &mut here, index, &name);
                if *token != "allOf" {
                    spot.member.push_str(&format!("({name})"));
                }
                rest = after;
            }
            _ => step(&mut spot, &mut here, token),
        }
    }
    spot
}

fn step(spot: &mut Spot, here: &mut String, token: &str) {
    named(spot, here, token, token);
}

fn named(spot: &mut Spot, here: &mut String, token: &str, name: &str) {
    *here = pointer::join(here, token);
    spot.key = pointer::join(&spot.key, name);
}

fn join(tokens: &[&str]) -> String {
    tokens
        .iter()
        .fold(String::new(), |at, token| pointer::join(&at, token))
}

/// What the parameter at `at` is called.
fn parameter(tree: &Tree<'_>, at: &str) -> String {
    let text = |key| tree.at(at).and_then(|value| value.get(key)?.as_str());
    match (text("in"), text("name")) {
        (Some(place), Some(name)) => format!("the {place} parameter `{name}`"),
        _ => format!(
            "the parameter `{}`",
            at.rsplit('/').next().unwrap_or_default()
        ),
    }
}

/// What the alternative at `at` is called: by its component, its title, its members, its type.
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
