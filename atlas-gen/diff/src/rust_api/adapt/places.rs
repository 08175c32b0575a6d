//! Makes components of the schemas that references find inside other parts of the document.
//!
//! The generator follows references to whole schemas among the components only, as Atlas's are.
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

/// The maximal number of places, each of which is copied; the generator refuses documents with more.
const MAX_PLACES: usize = 1_000;
const SCHEMAS: &str = "/components/schemas";

/// Makes components of the places that schemas of `document` refer to.
pub fn name_places(document: &mut Value) {
    let mut names: BTreeMap<String, String> = BTreeMap::new();
    // Each round names at least one.
    for _ in 0..MAX_PLACES {
        let new: Vec<String> = places(document)
            .into_iter()
            .filter(|place| !names.contains_key(place))
            .collect();
        if new.is_empty() || names.len() + new.len() > MAX_PLACES {
            break;
        }
        for place in new {
            // A copy may refer to further places.
            let Some(copy) = document.pointer(&place).cloned() else {
                continue;
            };
            let Some(Value::Object(schemas)) = document.pointer_mut(SCHEMAS) else {
                return;
            };
            let name = free(&place, schemas);
            schemas.insert(name.clone(), copy);
            names.insert(place, name);
        }
        rewrite(document, &names);
    }
}

/// Returns the places that schemas refer to, each once, in a stable order.
fn places(document: &mut Value) -> Vec<String> {
    let mut found = Vec::new();
    in_schemas(document, &mut |value| found.extend(place(value)));
    found.sort_unstable();
    found.dedup();
    found.retain(|place| document.pointer(place).is_some());
    found
}

/// Calls `act` with all schemas and their parts. References elsewhere lead to other objects, such as
/// parameters.
fn in_schemas(document: &mut Value, act: &mut impl FnMut(&mut Value)) {
    let mut open: Vec<(&mut Value, bool)> = vec![(document, false)];
    while let Some((value, is_schema)) = open.pop() {
        if is_schema {
            act(value);
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

/// Returns where a reference leads, unless that is a component.
fn place(value: &Value) -> Option<String> {
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
        let name = place(value).and_then(|place| names.get(&place));
        if let (Some(name), Value::Object(map)) = (name, value) {
            let target = format!("#{SCHEMAS}/{name}");
            map.insert("$ref".to_owned(), Value::String(target));
        }
    });
}

/// Names a place after its path, without what says nothing.
fn free(place: &str, schemas: &Map<String, Value>) -> String {
    let words: Vec<String> = pointer::tokens(place)
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
    fn what_a_reference_finds_inside_another_schema_becomes_a_component() {
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
        name_places(&mut document);
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
