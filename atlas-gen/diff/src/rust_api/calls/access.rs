//! Servers and security of an operation.
//!
//! It knows the documents, not how the client authenticates.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use crate::report::{Breaks, ChangeKind};
use crate::rust_api::detected::DetectedChange;
use atlas_gen::document::{Document, Place};

/// The servers of an operation and its security requirements.
#[derive(Debug, Default)]
pub struct Access {
    /// The URLs of the servers; empty if there are none.
    servers: BTreeSet<String>,
    /// The alternative security requirements; empty if none is needed.
    security: Vec<Requirement>,
}

/// Schemes that are required together.
type Requirement = Vec<Scheme>;

#[derive(Debug)]
struct Scheme {
    name: String,
    /// The parts of the scheme that affect callers.
    definition: Value,
    scopes: BTreeSet<String>,
}

/// Returns the servers and security of the operation at `place` of `document`.
pub fn access(document: &Document, place: &Place) -> Access {
    let (root, operation) = (document.root(), document.operation(place));
    let of_path = document.path_item(&place.path);
    let nearest = |key: &str| {
        let mut holders = [operation, of_path, Some(root)].into_iter().flatten();
        holders.find_map(|holder| holder.get(key)?.as_array())
    };
    let servers = nearest("servers").into_iter().flatten();
    let security = nearest("security").into_iter().flatten();
    let schemes = document.components("securitySchemes");
    Access {
        servers: servers.filter_map(server_url).collect(),
        security: security
            .filter_map(Value::as_object)
            .filter(|requirement| !requirement.is_empty())
            .map(|requirement| {
                requirement
                    .iter()
                    .map(|named| scheme(named, schemes))
                    .collect()
            })
            .collect(),
    }
}

/// Returns the URL of a server, with the defaults of its variables.
fn server_url(server: &Value) -> Option<String> {
    let mut url = server.get("url")?.as_str()?.to_owned();
    let variables = server.get("variables").and_then(Value::as_object);
    for (name, variable) in variables.into_iter().flatten() {
        if let Some(default) = variable.get("default").and_then(Value::as_str) {
            url = url.replace(&format!("{{{name}}}"), default);
        }
    }
    Some(url.trim_end_matches('/').to_owned())
}

fn scheme((name, scopes): (&String, &Value), schemes: Option<&Map<String, Value>>) -> Scheme {
    let known = schemes.and_then(|schemes| schemes.get(name));
    let text = |key: &str| known.and_then(|scheme| scheme.get(key)?.as_str());
    let flows = known.and_then(|scheme| scheme.get("flows")?.as_object());
    let flows: BTreeMap<&String, [Option<&Value>; 2]> = flows
        .into_iter()
        .flatten()
        .map(|(kind, flow)| (kind, [flow.get("authorizationUrl"), flow.get("tokenUrl")]))
        .collect();
    // The names of headers are the same in any letter case.
    let key_name = match text("in") {
        Some("header") => text("name").map(str::to_ascii_lowercase),
        _ => text("name").map(str::to_owned),
    };
    let scopes = scopes.as_array().into_iter().flatten();
    Scheme {
        name: name.clone(),
        definition: json!([
            text("type").unwrap_or(name),
            text("scheme").map(str::to_ascii_lowercase),
            text("in"),
            key_name,
            text("openIdConnectUrl"),
            flows,
        ]),
        scopes: scopes
            .filter_map(|scope| scope.as_str().map(str::to_owned))
            .collect(),
    }
}

impl Access {
    /// Describes the servers and credentials of `self` that `new` does not accept.
    ///
    /// A document without servers or security accepts all.
    pub fn losses(&self, new: &Self) -> Vec<String> {
        let mut losses = Vec::new();
        if !new.servers.is_empty() {
            let gone = self.servers.difference(&new.servers);
            losses.extend(gone.map(|url| format!("is no longer served at `{url}`")));
        }
        if !new.security.is_empty() {
            let rejected = self
                .security
                .iter()
                .filter(|requirement| !new.accepts(requirement));
            losses.extend(rejected.map(|requirement| {
                let names: Vec<String> = requirement
                    .iter()
                    .map(|s| format!("`{}`", s.name))
                    .collect();
                format!("no longer takes what {} took", names.join(" with "))
            }));
        }
        losses
    }

    /// Returns whether credentials for `requirement` are accepted; additional ones are.
    fn accepts(&self, requirement: &Requirement) -> bool {
        let is_met = |required: &Scheme| {
            requirement.iter().any(|provided| {
                provided.definition == required.definition
                    && required.scopes.iter().all(|s| provided.scopes.contains(s))
            })
        };
        self.security
            .iter()
            .any(|required| required.iter().all(is_met))
    }
}

/// Compares the operations in `pairs`, by the client's method. A change of all operations is reported
/// once, since it has one cause.
pub fn compare<'a>(
    pairs: impl Iterator<Item = (&'a str, &'a Access, &'a Access)>,
) -> Vec<DetectedChange> {
    let mut losses: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    let mut all = 0;
    for (method, old, new) in pairs {
        all += 1;
        for text in old.losses(new) {
            losses.entry(text).or_default().push(method);
        }
    }
    let change = |path: String, text: &str| {
        let item = format!("{path}: {text}");
        DetectedChange::new(ChangeKind::Changed, item, Some(Breaks::Runtime), &path)
    };
    losses
        .iter()
        .flat_map(|(text, methods)| match methods.len() {
            n if n > 1 && n == all => vec![change(CLIENT.to_owned(), text)],
            _ => methods
                .iter()
                .map(|method| change(format!("{CLIENT}::{method}()"), text))
                .collect(),
        })
        .collect()
}

/// The item that represents all operations.
pub const CLIENT: &str = "Client";

#[cfg(test)]
mod tests {
    use super::*;

    fn of(operation: Value) -> Access {
        let document = Document::new(json!({
            "openapi": "3.0.3",
            "info": {"title": "T", "version": "1"},
            "servers": [{"url": "https://{zone}.x.org/", "variables": {"zone": {"default": "eu"}}}],
            "security": [{"Key": []}],
            "paths": {"/a": {"get": operation}},
            "components": {"securitySchemes": {
                "Key": {"type": "apiKey", "in": "header", "name": "X-Key"},
                "Same": {"type": "apiKey", "in": "header", "name": "X-Key", "description": "A key"},
                "Lower": {"type": "apiKey", "in": "header", "name": "x-key"},
                "Query": {"type": "apiKey", "in": "query", "name": "X-Key"},
                "QueryLower": {"type": "apiKey", "in": "query", "name": "x-key"},
                "Token": {"type": "oauth2", "flows": {"clientCredentials": {"tokenUrl": "/t"}}},
            }},
        }));
        let document = document.expect("a document");
        access(&document, &document.places()[0])
    }

    #[test]
    fn security_of_an_operation_overrides_that_of_the_document() {
        let provided = of(json!({"servers": [{"url": "https://eu.x.org"}], "security": []}));
        let general = of(json!({}));
        assert_eq!(provided.servers, general.servers);
        assert!(provided.security.is_empty() && general.security.len() == 1);
        assert!(provided.losses(&general).is_empty() && general.losses(&provided).is_empty());
        let elsewhere = of(json!({"servers": [{"url": "https://us.x.org"}]}));
        assert_eq!(
            general.losses(&elsewhere),
            ["is no longer served at `https://eu.x.org`"]
        );
    }

    #[test]
    fn credentials_are_lost_if_no_alternative_accepts_them() {
        let security = |list: Value| of(json!({"security": list}));
        let key = security(json!([{"Key": []}]));
        for (other, losses) in [
            (json!([{"Same": []}]), false),
            (json!([{"Lower": []}]), false),
            (json!([{"Query": []}]), true),
            (json!([{"Token": []}, {"Key": []}]), false),
            (json!([{"Token": []}]), true),
            (json!([{"Token": [], "Key": []}]), true),
            (json!([{"Key": ["write"]}]), true),
        ] {
            let new = security(other.clone());
            assert_eq!(!key.losses(&new).is_empty(), losses, "{other}");
        }
        let query = security(json!([{"Query": []}]));
        let other_case = security(json!([{"QueryLower": []}]));
        assert!(
            !query.losses(&other_case).is_empty(),
            "names in a query have one case"
        );
        let both = security(json!([{"Token": [], "Key": []}]));
        assert!(
            both.losses(&key).is_empty(),
            "additional credentials are accepted"
        );
    }
}
