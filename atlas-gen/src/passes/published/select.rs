//! Keeps the selected operations and the components reachable from them.
//!
//! Before, with the operation `getA` selected:
//! ```yaml
//! paths:
//!   /a: {get: {operationId: getA, responses: {"200": {$ref: '#/components/responses/A'}}}}
//!   /b: {get: {operationId: getB, responses: {"200": {$ref: '#/components/responses/B'}}}}
//! components:
//!   responses: {A: {description: An A}, B: {description: A B}}
//!   schemas: {ApiError: {}, Unused: {}}
//! ```
//! After:
//! ```yaml
//! paths:
//!   /a: {get: {operationId: getA, responses: {"200": {$ref: '#/components/responses/A'}}}}
//! components:
//!   responses: {A: {description: An A}}
//!   schemas: {ApiError: {}}
//! ```

use std::collections::{HashMap, HashSet};

use serde_json::{Map, Value};

use crate::document::{Document, METHODS, reference};
use crate::error::{Error, Result};
use crate::passes::API_ERROR;
use crate::passes::inheritance::{Children, is_parent};
use crate::schema::{self, TAGGED, UNTAGGED};

/// The operations that a client is generated for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Selection {
    /// Every operation of the document.
    #[default]
    All,
    /// The operations with any of the tags or operation ids.
    Some {
        /// Tags, as the document spells them.
        tags: Vec<String>,
        /// Operation ids.
        operations: Vec<String>,
    },
}

/// Removes the operations that `selection` does not contain, and the components that only they
/// reach.
///
/// # Errors
/// A tag or an operation id that the document does not contain, or an empty result.
pub fn select(document: &mut Document, selection: &Selection) -> Result<()> {
    if let Selection::Some { tags, operations } = selection {
        let wanted_tags: HashSet<&str> = tags.iter().map(String::as_str).collect();
        let wanted_ids: HashSet<&str> = operations.iter().map(String::as_str).collect();
        let mut found: HashSet<&str> = HashSet::new();
        let mut found_ids: HashSet<&str> = HashSet::new();
        let mut unwanted = Vec::new();
        for place in document.places() {
            let Some(operation) = document.operation(&place) else {
                continue;
            };
            let id = document.operation_id(&place);
            let own_tags = operation.get("tags").and_then(Value::as_array);
            let own_tags = own_tags.into_iter().flatten().filter_map(Value::as_str);
            let mut wanted = wanted_ids.contains(id);
            found_ids.extend(wanted.then_some(id));
            for tag in own_tags.filter(|tag| wanted_tags.contains(tag)) {
                found.insert(tag);
                wanted = true;
            }
            if !wanted {
                unwanted.push(place);
            }
        }
        if let Some(tag) = tags.iter().find(|tag| !found.contains(tag.as_str())) {
            let known = known_tags(document);
            return Err(Error::new(format!(
                "no operation has the tag `{tag}`{}",
                nearest(tag, known.iter().map(String::as_str))
            )));
        }
        if let Some(id) = operations
            .iter()
            .find(|id| !found_ids.contains(id.as_str()))
        {
            let places = document.places();
            let known = places.iter().map(|place| document.operation_id(place));
            return Err(Error::new(format!(
                "no operation has the id `{id}`{}",
                nearest(id, known)
            )));
        }
        if let Some(Value::Object(paths)) = document.root_mut().get_mut("paths") {
            for place in &unwanted {
                if let Some(Value::Object(item)) = paths.get_mut(&place.path) {
                    item.shift_remove(&place.method);
                }
            }
            paths.retain(|_, item| METHODS.iter().any(|method| item.get(method).is_some()));
        }
    }
    if document.places().is_empty() {
        return Err(Error::at(
            "/paths",
            "no operation is left to generate a client for",
        ));
    }
    prune(document);
    Ok(())
}

/// Keywords that hold values, not schemas.
const VALUES: [&str; 4] = ["default", "enum", "example", "examples"];

/// Removes components that no operation reaches, and unused tags.
///
/// Security schemes stay: security requirements name them without a reference.
pub fn prune(document: &mut Document) {
    let mut reached: HashSet<String> = HashSet::new();
    // Each value, and whether it is a map by name, such as the members of an object.
    let mut open: Vec<(&Value, bool)> = Vec::new();
    // A parent refers to its children without a `$ref`, too.
    let children = Children::of(document);
    let parents: HashMap<*const Value, &str> = document
        .schemas()
        .filter(|(_, schema)| is_parent(schema))
        .map(|(name, schema)| (std::ptr::from_ref(schema), name.as_str()))
        .collect();
    let mut descended: HashSet<&str> = HashSet::new();
    open.extend(document.root().get("paths").map(|paths| (paths, true)));
    // The runtime decodes every failure, so its schema is always in use.
    if let Some(schema) = document.schema(API_ERROR) {
        reached.insert(format!("#/components/schemas/{API_ERROR}"));
        open.push((schema, false));
    }
    while let Some((value, by_name)) = open.pop() {
        match value {
            Value::Object(map) if by_name => open.extend(map.values().map(|value| (value, false))),
            Value::Object(map) => {
                if let Some(parent) = parents.get(&std::ptr::from_ref(value)) {
                    for child in children.below(parent, &mut descended) {
                        if reached.insert(format!("#/components/schemas/{child}")) {
                            open.extend(document.schema(child).map(|found| (found, false)));
                        }
                    }
                }
                if let Some(target) = reference(value)
                    && reached.insert(target.to_owned())
                {
                    open.extend(document.resolve(target).map(|found| (found, false)));
                }
                // A discriminator refers to schemas without a `$ref`.
                if let Some(mapping) = map
                    .get("discriminator")
                    .and_then(|discriminator| discriminator.get("mapping"))
                    .and_then(Value::as_object)
                {
                    for target in mapping.values().filter_map(Value::as_str) {
                        // By a reference or by its bare name.
                        let target = match document.schema(target) {
                            Some(_) => format!("#/components/schemas/{target}"),
                            None => target.to_owned(),
                        };
                        if target.starts_with("#/") && reached.insert(target.clone()) {
                            open.extend(document.resolve(&target).map(|found| (found, false)));
                        }
                    }
                }
                for key in [TAGGED, UNTAGGED] {
                    if map.contains_key(key) {
                        let mut names = Vec::new();
                        schema::references(value, &mut names);
                        for name in names {
                            if reached.insert(format!("#/components/schemas/{name}")) {
                                open.extend(document.schema(name).map(|found| (found, false)));
                            }
                        }
                    }
                }
                // Values in examples only look like references.
                let followed = map
                    .iter()
                    .filter(|(key, _)| !VALUES.contains(&key.as_str()));
                open.extend(followed.map(|(key, value)| (value, key == "properties")));
            }
            Value::Array(items) => open.extend(items.iter().map(|item| (item, false))),
            _ => {}
        }
    }
    let used: HashSet<String> = known_tags(document).into_iter().collect();
    let root = document.root_mut();
    if let Some(Value::Object(components)) = root.get_mut("components") {
        for (section, content) in components.iter_mut() {
            if section == "securitySchemes" || section.starts_with("x-") {
                continue;
            }
            if let Value::Object(content) = content {
                content.retain(|name, _| {
                    reached.contains(&format!(
                        "#/components/{section}/{}",
                        name.replace('~', "~0").replace('/', "~1")
                    ))
                });
            }
        }
        components.retain(|section, content| {
            section == "schemas" || content != &Value::Object(Map::new())
        });
    }
    if let Some(Value::Array(tags)) = root.get_mut("tags") {
        tags.retain(|tag| {
            tag.get("name")
                .and_then(Value::as_str)
                .is_some_and(|name| used.contains(name))
        });
    }
}

/// Returns the tags of operations, in the order of their first use.
pub fn known_tags(document: &Document) -> Vec<String> {
    let mut known: Vec<String> = Vec::new();
    let mut seen: HashSet<&str> = HashSet::new();
    for place in document.places() {
        let tags = document
            .operation(&place)
            .and_then(|operation| operation.get("tags"))
            .and_then(Value::as_array);
        for tag in tags.into_iter().flatten().filter_map(Value::as_str) {
            if seen.insert(tag) {
                known.push(tag.to_owned());
            }
        }
    }
    known
}

/// Returns `; did you mean …?` with the known name most similar to `wanted`.
pub fn nearest<'a>(wanted: &str, known: impl Iterator<Item = &'a str>) -> String {
    let lower = wanted.to_lowercase();
    known
        .map(|name| {
            let ratio =
                similar::TextDiff::from_chars(lower.as_str(), name.to_lowercase().as_str()).ratio();
            (name, ratio)
        })
        .max_by(|(_, a), (_, b)| a.total_cmp(b))
        .filter(|(_, ratio)| *ratio > 0.5)
        .map(|(name, _)| format!("; did you mean `{name}`?"))
        .unwrap_or_default()
}
