//! Maps the tags of a parent to its children where they are only implied.
//!
//! A schema with a discriminator and without alternatives is a parent. Its children are the schemas
//! that have it as a part, also by way of other children; the tag of a child that is not mapped is
//! its name (OpenAPI 3.0.3, Discriminator Object).
//!
//! Before:
//! ```yaml
//! Pet: {type: object, discriminator: {propertyName: kind, mapping: {DOG: '#/components/schemas/Dog'}}}
//! Cat: {allOf: [{$ref: '#/components/schemas/Pet'}, {properties: {lives: {type: integer}}}]}
//! Animal: {$ref: '#/components/schemas/Pet'}
//! Dog: {allOf: [{$ref: '#/components/schemas/Animal'}]}
//! Tiger: {allOf: [{$ref: '#/components/schemas/Cat'}]}
//! ```
//! After:
//! ```yaml
//! Pet: {type: object, discriminator: {propertyName: kind, mapping: {DOG: '#/components/schemas/Dog', Cat: '#/components/schemas/Cat', Tiger: '#/components/schemas/Tiger'}}}
//! Cat: {allOf: [{$ref: '#/components/schemas/Pet'}, {properties: {lives: {type: integer}}}]}
//! Animal: {$ref: '#/components/schemas/Pet'}
//! Dog: {allOf: [{$ref: '#/components/schemas/Animal'}]}
//! Tiger: {allOf: [{$ref: '#/components/schemas/Cat'}]}
//! ```

use std::collections::{HashMap, HashSet};

use serde_json::{Map, Value};

use crate::document::{Document, schema_name};
use crate::error::{Error, Result};
use crate::pointer;

/// The maximal number of children of all parents, counted for each parent; the document of Atlas has
/// none that are only implied.
const MAX_CHILDREN: usize = 1_000_000;

/// Adds implied children to the mapping of each parent.
///
/// # Errors
/// There are too many children.
pub fn inheritance(document: &mut Document) -> Result<()> {
    let children = Children::of(document);
    let mut left = MAX_CHILDREN;
    let mut implied: Vec<(String, Vec<String>)> = Vec::new();
    for (name, _) in document.schemas().filter(|(_, schema)| is_parent(schema)) {
        let below = children.below(name, &mut HashSet::new());
        left = left.checked_sub(below.len()).ok_or_else(|| {
            let here = pointer::join("/components/schemas", name);
            let message = format!(
                "the parents of the document have more than {MAX_CHILDREN} children up to here; fewer parts of parts are expected"
            );
            Error::at(here, message)
        })?;
        implied.push((name.clone(), below.into_iter().map(str::to_owned).collect()));
    }
    for (parent, children) in implied {
        let schema = document.schemas_mut().get_mut(&parent);
        if let Some(Value::Object(discriminator)) =
            schema.and_then(|schema| schema.get_mut("discriminator"))
            && !children.is_empty()
            && let Value::Object(mapping) = discriminator
                .entry("mapping")
                .or_insert_with(|| Map::new().into())
        {
            let mapped: HashSet<String> = mapping
                .values()
                .filter_map(|target| Some(target.as_str()?.rsplit('/').next()?.to_owned()))
                .collect();
            for child in children {
                if !mapped.contains(&child) {
                    let target = format!("#/components/schemas/{child}");
                    mapping.entry(child).or_insert(target.into());
                }
            }
        }
    }
    Ok(())
}

/// Returns whether `schema` has a discriminator and lists no alternatives.
pub fn is_parent(schema: &Value) -> bool {
    schema.get("discriminator").is_some_and(Value::is_object)
        && ["oneOf", "anyOf"]
            .iter()
            .all(|key| schema.get(key).is_none())
}

/// The components that have each component as a part, or are another name of it.
pub struct Children<'a>(HashMap<&'a str, Vec<Child<'a>>>);

struct Child<'a> {
    name: &'a str,
    is_alias: bool,
}

impl<'a> Children<'a> {
    /// Collects the children of all components.
    pub fn of(document: &'a Document) -> Self {
        let mut children: HashMap<&str, Vec<Child<'_>>> = HashMap::new();
        for (name, schema) in document.schemas() {
            let mut open = vec![(schema, true)];
            while let Some((part, is_alias)) = open.pop() {
                if let Some(parent) = schema_name(part) {
                    let child = Child { name, is_alias };
                    children.entry(parent).or_default().push(child);
                }
                let parts = part.get("allOf").and_then(Value::as_array);
                open.extend(parts.into_iter().flatten().map(|part| (part, false)));
            }
        }
        Self(children)
    }

    /// Returns the children of `parent` and of its children, without those in `seen`, to which they
    /// are added.
    pub fn below(&self, parent: &'a str, seen: &mut HashSet<&'a str>) -> Vec<&'a str> {
        seen.insert(parent);
        let mut found = Vec::new();
        let mut open = vec![parent];
        while let Some(name) = open.pop() {
            for child in self.0.get(name).into_iter().flatten() {
                if seen.insert(child.name) {
                    open.push(child.name);
                    if !child.is_alias {
                        found.push(child.name);
                    }
                }
            }
        }
        found
    }
}
