//! Maps the location of a finding to names in the client.
//!
//! It reads pointers of findings, and knows nothing of changes.

use heck::ToPascalCase;
use serde_json::Value;

use crate::report::finding::Finding;
use crate::rust_api::client::Client;
use atlas_gen::document::{METHODS, reference};
use atlas_gen::names::rust_ident;
use atlas_gen::passes::directions::SUFFIXES;
use atlas_gen::passes::names::{dated, rust_name};
use atlas_gen::pointer;

/// The location of a finding, as names in the client.
#[derive(Debug)]
pub struct FindingLocation<'a> {
    /// The finding.
    pub finding: &'a Finding,
    /// The operation that contains it, `GET /path`.
    pub operation: Option<String>,
    /// The type of the component, and the possible types of its parts.
    pub types: Vec<String>,
    /// The members on the path, and the name of the parameter.
    pub names: Vec<LocationName>,
    /// The names that the text of the finding quotes, as names of types.
    pub quoted: Vec<String>,
}

/// The name of a member or a parameter, in the forms that changes contain.
#[derive(Debug)]
pub struct LocationName {
    /// As in the document.
    pub wire: String,
    /// As in code.
    pub field: String,
    /// As in sentences, in backquotes.
    pub quoted: String,
}

impl LocationName {
    pub(super) fn new(wire: &str) -> Self {
        Self {
            wire: wire.to_owned(),
            field: rust_ident(wire),
            quoted: format!("`{wire}`"),
        }
    }
}

/// Maps the location of `finding` in one of `documents`, from which `clients` are generated.
pub fn location<'a>(
    finding: &'a Finding,
    documents: &[&Value],
    clients: &[&Client<'_>],
) -> FindingLocation<'a> {
    let tokens: Vec<String> = pointer::tokens(&finding.pointer).collect();
    let tokens: Vec<&str> = tokens.iter().map(String::as_str).collect();
    let quoted = finding.text.split('`').skip(1).step_by(2);
    let mut location = FindingLocation {
        finding,
        operation: None,
        types: Vec::new(),
        names: Vec::new(),
        quoted: quoted.map(rust_name).collect(),
    };
    let rest = match tokens.as_slice() {
        ["paths", path, method, rest @ ..] if METHODS.contains(method) => {
            location.operation = Some(format!("{} {path}", method.to_uppercase()));
            location.names.extend(parameter(&tokens, documents));
            rest
        }
        // A part of all operations of a path.
        ["paths", _, rest @ ..] => {
            location.names.extend(parameter(&tokens, documents));
            rest
        }
        ["components", "schemas", name, rest @ ..] => {
            // Schemas of unused versions are not in the client.
            let used_schemas = |client: &&Client<'_>| client.used_schemas.contains(*name);
            if !clients.iter().any(used_schemas) {
                return location;
            }
            let bare = dated(name).map_or(*name, |(bare, _)| bare);
            for name in [bare, name] {
                let name = rust_name(name);
                if !location.types.contains(&name) {
                    location.types.push(name);
                }
            }
            rest
        }
        ["components", ..] => {
            location.names.extend(parameter(&tokens, documents));
            &[]
        }
        other => other,
    };
    // A nested schema is named after its path, as the pass `hoist` does.
    let mut hoisted = location.types.first().cloned().unwrap_or_default();
    let mut rest = rest.iter();
    while let Some(token) = rest.next() {
        match *token {
            "properties" => {
                let Some(name) = rest.next() else { break };
                location.names.push(LocationName::new(name));
                hoisted.push_str(&name.to_pascal_case());
            }
            "items" => hoisted.push_str("Item"),
            "additionalProperties" => hoisted.push_str("Value"),
            _ => continue,
        }
        if !location.types.is_empty() {
            location.types.push(hoisted.clone());
        }
    }
    for suffix in SUFFIXES {
        for i in 0..location.types.len() {
            let name = format!("{}{suffix}", location.types[i]);
            location.types.push(name);
            if location.types.len() > 24 {
                break;
            }
        }
    }
    location
}

/// Returns the name of the parameter that `tokens` lead to or into.
fn parameter(tokens: &[&str], documents: &[&Value]) -> Option<LocationName> {
    let at = tokens.iter().position(|token| *token == "parameters")?;
    let here = tokens.get(..at + 2)?;
    let here = here
        .iter()
        .fold(String::new(), |here, token| pointer::join(&here, token));
    documents.iter().find_map(|document| {
        let parameter = document.pointer(&here)?;
        let target = reference(parameter).and_then(|target| target.strip_prefix('#'));
        let parameter = target
            .and_then(|at| document.pointer(at))
            .unwrap_or(parameter);
        parameter.get("name")?.as_str().map(LocationName::new)
    })
}
