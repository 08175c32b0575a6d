//! Replaces references into other parts of the document by references to new components.
//!
//! The generator only supports references to components, as in Atlas's document.
//!
//! ```yaml
//! # before
//! Page: {properties: {owner: {$ref: '#/components/schemas/Cluster/properties/owner'}}}
//! # after
//! Page: {properties: {owner: {$ref: '#/components/schemas/ClusterOwner'}}}
//! ClusterOwner: {…}
//! ```

use std::collections::BTreeMap;

use heck::ToPascalCase;
use serde_json::{Map, Value};

use atlas_gen::document::reference;
use atlas_gen::pointer;

/// The maximal number of targets, each of which is copied; the generator rejects documents with more.
const MAX_TARGETS: usize = 1_000;
const SCHEMAS: &str = "/components/schemas";

/// Makes components of all other schemas that schemas of `document` refer to.
pub fn extract_components(document: &mut Value) {
    let mut names: BTreeMap<String, String> = BTreeMap::new();
    // Each round extracts at least one.
    for _ in 0..MAX_TARGETS {
        let new: Vec<String> = targets(document)
            .into_iter()
            .filter(|target| !names.contains_key(target))
            .collect();
        if new.is_empty() || names.len() + new.len() > MAX_TARGETS {
            break;
        }
        for target in new {
            // A copy may contain further references.
            let Some(copy) = document.pointer(&target).cloned() else {
                continue;
            };
            let Some(Value::Object(schemas)) = document.pointer_mut(SCHEMAS) else {
                return;
            };
            let name = unused_name(&target, schemas);
            schemas.insert(name.clone(), copy);
            names.insert(target, name);
        }
        rewrite(document, &names);
    }
}

/// Returns the targets to be extracted, without duplicates, in a stable order.
fn targets(document: &mut Value) -> Vec<String> {
    let mut found = Vec::new();
    in_schemas(document, &mut |value| found.extend(target(value)));
    found.sort_unstable();
    found.dedup();
    found.retain(|target| document.pointer(target).is_some());
    found
}

/// Calls `act` with all schemas and their parts. References elsewhere lead to other objects, such as
/// parameters.
fn in_schemas(document: &mut Value, visit: &mut impl FnMut(&mut Value)) {
    let mut open: Vec<(&mut Value, bool)> = vec![(document, false)];
    while let Some((value, is_schema)) = open.pop() {
        if is_schema {
            visit(value);
        }
        match value {
            Value::Object(map) => open.extend(map.iter_mut().map(|(key, value)| {
                let is_schema = is_schema || matches!(key.as_str(), "schema" | "schemas");
                (value, is_schema)
            })),
            Value::Array(items) => open.extend(items.iter_mut().map(|item| (item, is_schema))),
            _ => {}
        }
    }
}

/// Returns the target of a reference, unless it is a component.
fn target(value: &Value) -> Option<String> {
    let target = reference(value)?.strip_prefix('#')?;
    let tokens: Vec<String> = pointer::tokens(target).collect();
    let is_component = match tokens.as_slice() {
        [components, kind, name] if components == "components" => {
            kind != "schemas" || !name.contains(['/', '~'])
        }
        _ => false,
    };
    (!is_component && tokens.len() > 1).then(|| target.to_owned())
}

fn rewrite(document: &mut Value, names: &BTreeMap<String, String>) {
    in_schemas(document, &mut |value| {
        let name = target(value).and_then(|target| names.get(&target));
        if let (Some(name), Value::Object(map)) = (name, value) {
            let target = format!("#{SCHEMAS}/{name}");
            map.insert("$ref".to_owned(), Value::String(target));
        }
    });
}

/// Returns an unused name for the schema at `target`, derived from its path.
fn unused_name(target: &str, schemas: &Map<String, Value>) -> String {
    let words: Vec<String> = pointer::tokens(target)
        .filter(|token| {
            !matches!(
                token.as_str(),
                "components" | "schemas" | "properties" | "paths"
            )
        })
        .collect();
    let ascii = words
        .join(" ")
        .replace(|c: char| !c.is_ascii_alphanumeric(), " ");
    let name = format!(" {ascii}").to_pascal_case();
    let mut candidates = std::iter::once(name.clone()).chain((2..).map(|n| format!("{name}{n}")));
    let usable = |name: &String| {
        name.starts_with(|c: char| c.is_ascii_alphabetic()) && !schemas.contains_key(name)
    };
    candidates
        .by_ref()
        .take(schemas.len() + 2)
        .find(usable)
        .unwrap_or_else(|| format!("Place{}{name}", schemas.len()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_target_of_a_reference_into_another_schema_becomes_a_component() {
        let owner = json!({"$ref": "#/components/schemas/Cluster/properties/owner"});
        let mut document = json!({
            "paths": {"/x": {"get": {"responses": {"200": {"content": {"application/json": {
                "schema": owner.clone(),
            }}}}}}},
            "components": {"schemas": {
                "ClusterOwner": {"type": "integer"},
                "Cluster": {"properties": {
                    "owner": {"properties": {
                        "next": owner.clone(),
                        "kind": {"$ref": "#/components/schemas/Cluster/properties/kind"},
                        "whole": {"$ref": "#/components/schemas/Cluster"},
                    }},
                    "kind": {"type": "string"},
                }},
            }},
        });
        extract_components(&mut document);
        let schema = "/paths/~1x/get/responses/200/content/application~1json/schema/$ref";
        let refers = |at: &str| document.pointer(at).and_then(Value::as_str);
        assert_eq!(refers(schema), Some("#/components/schemas/ClusterOwner2"));
        let at = |rest: &str| format!("/components/schemas/ClusterOwner2/properties/{rest}/$ref");
        assert_eq!(
            refers(&at("next")),
            Some("#/components/schemas/ClusterOwner2")
        );
        assert_eq!(
            refers(&at("kind")),
            Some("#/components/schemas/ClusterKind")
        );
        assert_eq!(refers(&at("whole")), Some("#/components/schemas/Cluster"));
        assert_eq!(
            document["components"]["schemas"]["ClusterOwner"]["type"],
            "integer"
        );
    }
}
