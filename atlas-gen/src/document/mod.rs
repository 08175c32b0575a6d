//! An OpenAPI 3.0 document as a tree whose shape has been checked; the input and output of passes.
//!
//! It knows where operations and components are, not what any pass does with them.

pub mod load;
pub mod media_type;
pub mod pointer;
pub mod schema;

use std::borrow::Cow;

use serde_json::{Map, Value};

use crate::error::{Error, Result};

/// The methods that OpenAPI 3.0 allows in a path item, in the order of its specification.
pub const METHODS: [&str; 8] = [
    "get", "put", "post", "delete", "options", "head", "patch", "trace",
];

/// The maximal nesting depth: twice the limit of [`crate::load`], since corrections may add values
/// below the deepest ones. Passes and progenitor traverse a tree recursively, so it must be
/// limited.
pub const MAX_DEPTH: usize = 200;

/// The maximal number of references that [`Document::deref`] follows; `passes::lint` rejects longer
/// chains.
pub const MAX_REFERENCES: usize = 32;

/// An OpenAPI 3.0 document.
///
/// The root, `paths`, every path item, `components` and its sections are known to be objects, so
/// that passes need not check again.
#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    root: Map<String, Value>,
}

/// The location of an operation: its path template and its method in lower case.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The path template, such as `/api/atlas/v2/groups/{groupId}`.
    pub path: String,
    /// The method in lower case.
    pub method: String,
}

impl Place {
    /// Returns the JSON pointer of the operation.
    pub fn pointer(&self) -> String {
        pointer::join(&pointer::join("/paths", &self.path), &self.method)
    }
}

/// Returns the error message for an OpenAPI version that YAML parses as a number.
pub fn not_a_number(version: &serde_json::Number) -> String {
    format!(
        "`openapi` must be a string, and {version} is a number; put it in quotes, such as \
         \"3.0.1\""
    )
}

impl Document {
    /// Validates a tree as an OpenAPI 3.0 document.
    ///
    /// # Errors
    /// `openapi` is missing or not 3.0, one of the locations named above is not an object, or a
    /// value is nested deeper than [`MAX_DEPTH`].
    pub fn new(root: Value) -> Result<Self> {
        if let Some(here) = too_deep(&root) {
            take_apart(root);
            return Err(Error::at(
                here,
                format!("nested deeper than {MAX_DEPTH} levels"),
            ));
        }
        let Value::Object(mut root) = root else {
            return Err(Error::at("", "an OpenAPI document must be a map"));
        };
        root.values_mut().for_each(decode_references);
        match root.get("openapi") {
            Some(Value::String(version)) if version == "3.0" || version.starts_with("3.0.") => {}
            Some(Value::String(version)) => {
                return Err(Error::at(
                    "/openapi",
                    format!("OpenAPI version `{version}` cannot be read; 3.0 can"),
                ));
            }
            Some(Value::Number(version)) => {
                return Err(Error::at("/openapi", not_a_number(version)));
            }
            _ => {
                return Err(Error::at(
                    "",
                    "`openapi` is missing or not a string; it must be the version of OpenAPI, such as \"3.0.1\"",
                ));
            }
        }
        let paths = object_at(&mut root, "paths", "")?;
        paths.retain(|path, _| !path.starts_with("x-"));
        for (path, item) in paths {
            let here = pointer::join("/paths", path);
            if !path.starts_with('/') {
                return Err(Error::at(here, "a path must start with `/`"));
            }
            let Value::Object(item) = item else {
                return Err(Error::at(here, "a path item must be a map"));
            };
            if item.contains_key("$ref") {
                return Err(Error::at(
                    here,
                    "a path item that is a `$ref` cannot be read; write it out",
                ));
            }
            for method in METHODS {
                if item
                    .get(method)
                    .is_some_and(|operation| !operation.is_object())
                {
                    return Err(Error::at(
                        pointer::join(&here, method),
                        "an operation must be a map",
                    ));
                }
            }
        }
        let components = object_at(&mut root, "components", "")?;
        for (section, content) in components {
            if !section.starts_with("x-") && !content.is_object() {
                return Err(Error::at(
                    pointer::join("/components", section),
                    "a section of `components` must be a map",
                ));
            }
        }
        object_at(&mut root, "components", "")?
            .entry("schemas")
            .or_insert_with(|| Value::Object(Map::new()));
        Ok(Self { root })
    }

    /// Returns the root of the document.
    pub fn root(&self) -> &Map<String, Value> {
        &self.root
    }

    /// Returns the root of the document, mutably. The caller must preserve what [`Self::new`]
    /// checks.
    pub fn root_mut(&mut self) -> &mut Map<String, Value> {
        &mut self.root
    }

    /// Returns the document as a tree.
    pub fn into_value(self) -> Value {
        Value::Object(self.root)
    }

    /// Returns the locations of the operations, in document order.
    pub fn places(&self) -> Vec<Place> {
        let paths = self.root.get("paths").and_then(Value::as_object);
        let items = paths.into_iter().flatten();
        items
            .filter_map(|(path, item)| Some((path, item.as_object()?)))
            .flat_map(|(path, item)| {
                item.keys()
                    .filter(|key| METHODS.contains(&key.as_str()))
                    .map(|method| Place {
                        path: path.clone(),
                        method: method.clone(),
                    })
            })
            .collect()
    }

    /// Returns the path item of `path`.
    pub fn path_item(&self, path: &str) -> Option<&Map<String, Value>> {
        self.root.get("paths")?.get(path)?.as_object()
    }

    /// Returns the operation at `place`.
    pub fn operation(&self, place: &Place) -> Option<&Map<String, Value>> {
        self.path_item(&place.path)?.get(&place.method)?.as_object()
    }

    /// Returns the operation at `place`, mutably.
    pub fn operation_mut(&mut self, place: &Place) -> Option<&mut Map<String, Value>> {
        self.root
            .get_mut("paths")?
            .get_mut(&place.path)?
            .get_mut(&place.method)?
            .as_object_mut()
    }

    /// Returns the operation id at `place`, or an empty string.
    pub fn operation_id(&self, place: &Place) -> &str {
        self.operation(place)
            .and_then(|operation| operation.get("operationId"))
            .and_then(Value::as_str)
            .unwrap_or_default()
    }

    /// Returns one section of `components`, such as `schemas`.
    pub fn components(&self, section: &str) -> Option<&Map<String, Value>> {
        self.root.get("components")?.get(section)?.as_object()
    }

    /// Returns the schemas by name.
    pub fn schemas(&self) -> impl Iterator<Item = (&String, &Value)> {
        self.components("schemas").into_iter().flatten()
    }

    /// Returns the schemas, mutably, inserting their section if it is missing.
    pub fn schemas_mut(&mut self) -> &mut Map<String, Value> {
        let components = self
            .root
            .entry("components")
            .or_insert_with(|| Value::Object(Map::new()));
        section_mut(components, "schemas")
    }

    /// Returns a copy with other schemas.
    pub fn with_schemas(&self, schemas: Map<String, Value>) -> Self {
        let mut root = Map::new();
        for (key, value) in &self.root {
            let value = match value {
                Value::Object(sections) if key == "components" => sections
                    .iter()
                    .filter(|(section, _)| *section != "schemas")
                    .map(|(section, content)| (section.clone(), content.clone()))
                    .collect(),
                value => value.clone(),
            };
            root.insert(key.clone(), value);
        }
        let mut document = Self { root };
        *document.schemas_mut() = schemas;
        document
    }

    /// Returns the schema called `name`.
    pub fn schema(&self, name: &str) -> Option<&Value> {
        self.components("schemas")?.get(name)
    }

    /// Resolves a local reference such as `#/components/schemas/Link`.
    pub fn resolve(&self, reference: &str) -> Option<&Value> {
        let pointer = reference.strip_prefix('#')?;
        let mut tokens = pointer::tokens(pointer);
        let mut value = self.root.get(&tokens.next()?)?;
        for token in tokens {
            value = match value {
                Value::Object(map) => map.get(&token)?,
                Value::Array(items) => items.get(token.parse::<usize>().ok()?)?,
                _ => return None,
            };
        }
        Some(value)
    }

    /// Follows `$ref` from `value` to a value that is not a reference; returns `None` for a
    /// dangling or circular reference.
    pub fn deref<'a>(&'a self, value: &'a Value) -> Option<&'a Value> {
        let mut value = value;
        for _ in 0..=MAX_REFERENCES {
            match reference(value) {
                Some(target) => value = self.resolve(target)?,
                None => return Some(value),
            }
        }
        None
    }
}

/// Returns the beginning of the pointer to a value nested deeper than [`MAX_DEPTH`].
fn too_deep(root: &Value) -> Option<String> {
    // The length of a component's pointer, such as `/components/schemas/Name`.
    const SHOWN: usize = 3;
    let mut above: Vec<String> = Vec::new();
    let mut open: Vec<(&Value, usize, Option<&str>)> = vec![(root, 0, None)];
    while let Some((value, depth, key)) = open.pop() {
        if depth > MAX_DEPTH {
            let shown = above.iter().map(String::as_str);
            return Some(shown.fold(String::new(), |here, key| pointer::join(&here, key)));
        }
        if (1..=SHOWN).contains(&depth) {
            above.truncate(depth - 1);
            above.extend(key.map(str::to_owned));
        }
        match value {
            Value::Object(map) => {
                let inner = map
                    .iter()
                    .map(|(key, value)| (value, depth + 1, Some(key.as_str())));
                open.extend(inner);
            }
            Value::Array(items) => {
                // An index is less helpful than the location of the list.
                open.extend(items.iter().map(|value| (value, depth + 1, None)));
            }
            _ => {}
        }
    }
    None
}

/// Decodes the references in `value`, so that their targets are found by comparing strings.
pub fn decode_references(value: &mut Value) {
    match value {
        Value::Object(map) => {
            if let Some(Value::String(target)) = map.get_mut("$ref")
                && target.starts_with('#')
                && let Cow::Owned(decoded) = pointer::decoded(target)
            {
                *target = decoded;
            }
            map.values_mut().for_each(decode_references);
        }
        Value::Array(items) => items.iter_mut().for_each(decode_references),
        _ => {}
    }
}

/// Drops `value` level by level, so that deep nesting cannot overflow the call stack.
fn take_apart(value: Value) {
    let mut open = vec![value];
    while let Some(value) = open.pop() {
        match value {
            Value::Object(map) => open.extend(map.into_iter().map(|(_, value)| value)),
            Value::Array(items) => open.extend(items),
            _ => {}
        }
    }
}

/// Returns the target of `value`, if it is a reference.
pub fn reference(value: &Value) -> Option<&str> {
    value.get("$ref").and_then(Value::as_str)
}

/// Returns the name of the schema component that `value` refers to.
pub fn schema_name(value: &Value) -> Option<&str> {
    reference(value)?.strip_prefix("#/components/schemas/")
}

/// Returns a reference to the schema component called `name`.
pub fn schema_reference(name: &str) -> Value {
    let mut map = Map::new();
    map.insert(
        "$ref".to_owned(),
        Value::String(format!("#/components/schemas/{name}")),
    );
    Value::Object(map)
}

/// Returns the object under `key`, inserting it if it is missing.
pub fn section_mut<'a>(value: &'a mut Value, key: &str) -> &'a mut Map<String, Value> {
    if !value.is_object() {
        *value = Value::Object(Map::new());
    }
    let map = match value {
        Value::Object(map) => map,
        _ => unreachable!("made an object just above"),
    };
    let section = map.entry(key).or_insert_with(|| Value::Object(Map::new()));
    if !section.is_object() {
        *section = Value::Object(Map::new());
    }
    match section {
        Value::Object(map) => map,
        _ => unreachable!("made an object just above"),
    }
}

fn object_at<'a>(
    map: &'a mut Map<String, Value>,
    key: &str,
    parent: &str,
) -> Result<&'a mut Map<String, Value>> {
    match map.entry(key).or_insert_with(|| Value::Object(Map::new())) {
        Value::Object(map) => Ok(map),
        _ => Err(Error::at(pointer::join(parent, key), "must be a map")),
    }
}

/// The kind of a value, determined by its location in the document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    Schema,
    /// Any other object with keywords.
    Other,
    /// A map from names to schemas.
    Schemas,
    /// A map from names to other objects with keywords.
    Others,
}

/// Calls `visit` with every schema of the document and its JSON pointer, and with what stands in the
/// place of one.
///
/// Names are not treated as keywords (a member may be called `$ref`). Examples, defaults, listed
/// values and extensions are skipped, since they hold API values.
pub fn for_each_schema<'a>(document: &'a Document, visit: &mut dyn FnMut(&'a Value, &str)) {
    walk(document, &mut |value, here, is_schema| {
        if is_schema {
            visit(value, here);
        }
    });
}

/// Calls `visit` with the value of every `$ref` of the document, the JSON pointer of the object
/// that holds it, and whether a schema is expected there. What is skipped is as in
/// [`for_each_schema`].
pub fn for_each_reference<'a>(
    document: &'a Document,
    visit: &mut dyn FnMut(&'a Value, &str, bool),
) {
    walk(document, &mut |value, here, is_schema| {
        if let Some(target) = value.get("$ref") {
            visit(target, here, is_schema);
        }
    });
}

/// Like [`for_each_reference`], for the value at `here`, a schema or another object with keywords.
pub fn for_each_reference_below<'a>(
    value: &'a Value,
    here: &str,
    is_schema: bool,
    visit: &mut dyn FnMut(&'a Value, &str, bool),
) {
    let role = if is_schema { Role::Schema } else { Role::Other };
    walk_below(value, here, role, &mut |value, here, is_schema| {
        if let Some(target) = value.get("$ref") {
            visit(target, here, is_schema);
        }
    });
}

/// Calls `visit` with every object with keywords, its JSON pointer, and whether it is a schema.
fn walk<'a>(document: &'a Document, visit: &mut dyn FnMut(&'a Value, &str, bool)) {
    for (key, value) in document.root() {
        let role = match key.as_str() {
            "paths" => Role::Others,
            "components" => Role::Other,
            _ => continue,
        };
        walk_below(value, &pointer::join("", key), role, visit);
    }
}

fn walk_below<'a>(
    value: &'a Value,
    here: &str,
    role: Role,
    visit: &mut dyn FnMut(&'a Value, &str, bool),
) {
    if let Value::Array(items) = value {
        for (i, item) in items.iter().enumerate() {
            walk_below(item, &pointer::join(here, &i.to_string()), role, visit);
        }
        return;
    }
    if matches!(role, Role::Schema | Role::Other) {
        visit(value, here, role == Role::Schema);
    }
    let Value::Object(map) = value else { return };
    for (key, child) in map {
        let role = match (role, key.as_str()) {
            (Role::Schemas, _) => Role::Schema,
            (Role::Others, _) => Role::Other,
            (_, "$ref" | "example" | "examples" | "default" | "enum") => continue,
            (_, key) if key.starts_with("x-") => continue,
            (Role::Schema, "properties") => Role::Schemas,
            (
                Role::Schema,
                "items" | "additionalProperties" | "not" | "allOf" | "oneOf" | "anyOf",
            ) => Role::Schema,
            (Role::Schema, _) => continue,
            (Role::Other, "schema") => Role::Schema,
            (Role::Other, "schemas") => Role::Schemas,
            (
                Role::Other,
                "responses" | "content" | "headers" | "callbacks" | "encoding" | "requestBodies"
                | "links" | "securitySchemes",
            ) => Role::Others,
            (Role::Other, "parameters") if child.is_object() => Role::Others,
            (Role::Other, _) => Role::Other,
        };
        walk_below(child, &pointer::join(here, key), role, visit);
    }
}
