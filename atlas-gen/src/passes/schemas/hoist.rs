//! Moves objects, enums and unions inside other schemas to components with names.
//!
//! The name consists of the enclosing component and the member: words that end the one and begin
//! the other are not repeated, and an entry of a list is in the singular. A date at the end of a
//! component's name stays at the end.
//!
//! The name depends on nothing else in the document, unless it collides. Then an addition to the
//! document can change it, since a document does not show which of the two names is older:
//!
//! - with a published component, which keeps its name: it is the one that upstream chose;
//! - with the type of another member of the object (`name` beside `roleName` in `UserRole`), so
//!   that each type has the name of its member;
//! - with the type of another location (`b_c` in `A`, `c` in `AB`): the first in the document keeps
//!   it.
//!
//! An alternative that is no object is named by its type. An object without a title is named by its
//! position: nothing else identifies it. Atlas's document contains neither such alternatives nor such
//! collisions.
//!
//! Before:
//! ```yaml
//! Job: {type: object, properties: {status: {type: string, enum: [NEW, FAILED]}}}
//! ```
//! After:
//! ```yaml
//! Job: {type: object, properties: {status: {$ref: '#/components/schemas/JobStatus'}}}
//! JobStatus: {type: string, enum: [NEW, FAILED], x-atlas-hoisted: true}
//! ```

use std::collections::{HashMap, HashSet};

use heck::{ToPascalCase, ToSnakeCase};
use serde_json::{Map, Value};

use crate::document::{Document, schema_name, schema_reference};
use crate::error::Result;
use crate::passes::names::dated;
use crate::schema::{self, Kind, flag};

/// The pointer of a JSON body's schema, relative to the object with its `content`.
const JSON_SCHEMA: &str = "/content/application~1json/schema";
/// Marks a component that was inline in another schema.
pub const HOISTED: &str = "x-atlas-hoisted";

/// Marks a component that was inline in an operation.
pub const OF_OPERATION: &str = "x-atlas-of-operation";

/// Returns whether `schema` was inline in another.
pub fn is_hoisted(schema: &Value) -> bool {
    flag(schema, HOISTED)
}

/// Annotations of the use, not of the type; they stay beside the reference.
const ANNOTATIONS: [&str; 7] = [
    "description",
    "nullable",
    "readOnly",
    "writeOnly",
    "deprecated",
    "default",
    "x-sunset",
];

/// Hoists schemas out of every component and every body and parameter of an operation.
///
/// # Errors
/// None.
pub fn hoist(document: &mut Document) -> Result<()> {
    let taken: HashSet<String> = document.schemas().map(|(name, _)| name.clone()).collect();
    let mut hoist = Hoist {
        taken,
        date: String::new(),
        of_operation: false,
        out: Map::new(),
        numbered: HashMap::new(),
        numbers: HashMap::new(),
    };
    let mut schemas = std::mem::take(document.schemas_mut());
    for (name, schema) in &mut schemas {
        let (base, date) = dated(name).unwrap_or((name, ""));
        date.clone_into(&mut hoist.date);
        hoist.inside(schema, base);
    }
    hoist.date.clear();
    hoist.of_operation = true;
    for place in document.places() {
        let base = document.operation_id(&place).to_pascal_case();
        let Some(operation) = document.operation_mut(&place) else {
            continue;
        };
        for (key, value) in operation.iter_mut() {
            match key.as_str() {
                "parameters" => {
                    for parameter in value.as_array_mut().into_iter().flatten() {
                        let name = parameter.get("name").and_then(Value::as_str);
                        let name = Name::of(&base, name.unwrap_or_default(), &BySnakeCase::new());
                        if let Some(schema) = parameter.get_mut("schema") {
                            hoist.member(schema, &name);
                        }
                    }
                }
                "requestBody" => {
                    if let Some(schema) = value.pointer_mut(JSON_SCHEMA) {
                        hoist.member(schema, &Name::plain(format!("{base}Body")));
                    }
                }
                "responses" => {
                    for (_, response) in value.as_object_mut().into_iter().flatten() {
                        if let Some(schema) = response.pointer_mut(JSON_SCHEMA) {
                            hoist.member(schema, &Name::plain(format!("{base}Response")));
                        }
                    }
                }
                _ => {}
            }
        }
    }
    schemas.extend(hoist.out);
    *document.schemas_mut() = schemas;
    Ok(())
}

struct Hoist {
    /// The names of the original components.
    taken: HashSet<String>,
    /// The date of the current component, or an empty string.
    date: String,
    /// Whether the current holder is an operation.
    of_operation: bool,
    out: Map<String, Value>,
    /// The numbered name by the wanted name and the schema.
    numbered: HashMap<(String, String), String>,
    /// The last number by the wanted name.
    numbers: HashMap<String, usize>,
}

impl Hoist {
    /// Visits the members of a type called `base`.
    fn inside(&mut self, schema: &mut Value, base: &str) {
        let Value::Object(map) = schema else { return };
        for (key, value) in map {
            match (key.as_str(), value) {
                ("properties", Value::Object(properties)) => {
                    let mut all: BySnakeCase = HashMap::new();
                    // A plain value has no type, so its name stays free.
                    for (name, _) in properties.iter().filter(|(_, member)| is_nested(member)) {
                        all.entry(name.to_snake_case())
                            .or_default()
                            .push(name.clone());
                    }
                    for (name, property) in properties {
                        self.member(property, &Name::of(base, name, &all));
                    }
                }
                ("items", value) => self.member(value, &Name::of_entry(base)),
                ("additionalProperties", value) => {
                    self.member(value, &Name::plain(format!("{base}Value")));
                }
                // The parts of one object are not separate types.
                ("allOf", Value::Array(parts)) => {
                    for part in parts.iter_mut().filter(|part| schema_name(part).is_none()) {
                        self.inside(part, base);
                    }
                }
                // Variants that are enums are parts of one enum.
                ("oneOf" | "anyOf", Value::Array(variants)) => {
                    for (i, variant) in variants.iter_mut().enumerate() {
                        if !is_listed(variant) {
                            let suffix = alternative_name(variant);
                            let suffix = suffix.unwrap_or_else(|| format!("Variant{}", i + 1));
                            self.member(variant, &Name::plain(format!("{base}{suffix}")));
                        }
                    }
                }
                _ => {}
            }
        }
    }

    /// Visits a schema inside another and hoists it as `name` if it is a separate type.
    fn member(&mut self, schema: &mut Value, name: &Name) {
        unwrap_single_all_of(schema);
        self.inside(schema, &name.short);
        if !(is_enum(schema) || is_object(schema) || is_union(schema)) {
            return;
        }
        let mut place = Map::new();
        if let Value::Object(map) = schema {
            for key in ANNOTATIONS {
                let value = match key {
                    // The description applies to both the member and its type.
                    "description" => map.get(key).cloned(),
                    _ => map.shift_remove(key),
                };
                place.extend(value.map(|value| (key.to_owned(), value)));
            }
        }
        let free = self.free(name, schema);
        let Value::Object(mut reference) = schema_reference(&free) else {
            return;
        };
        reference.extend(place);
        let mut moved = std::mem::replace(schema, Value::Object(reference));
        if let Value::Object(map) = &mut moved {
            map.insert(HOISTED.to_owned(), Value::Bool(true));
            if self.of_operation {
                map.insert(OF_OPERATION.to_owned(), Value::Bool(true));
            }
        }
        self.out.insert(free, moved);
    }

    /// Returns the first free name for `schema`.
    fn free(&mut self, name: &Name, schema: &Value) -> String {
        for name in [&name.short, &name.long] {
            let name = self.dated(name);
            if self.is_free(&name, schema) {
                return name;
            }
        }
        // A schema equal to a numbered one shares its name.
        let mut sorted = schema.clone();
        sorted.sort_all_objects();
        let key = (self.dated(&name.long), sorted.to_string());
        if let Some(known) = self.numbered.get(&key) {
            return known.clone();
        }
        let mut n = self.numbers.get(&key.0).copied().unwrap_or(2);
        let free = loop {
            let candidate = self.dated(&format!("{}{n}", name.long));
            if self.is_free(&candidate, schema) {
                break candidate;
            }
            n += 1;
        };
        self.numbers.insert(key.0.clone(), n);
        self.numbered.insert(key, free.clone());
        free
    }

    fn dated(&self, name: &str) -> String {
        format!("{name}{}", self.date)
    }

    fn is_free(&self, name: &str, schema: &Value) -> bool {
        let other = self.out.get(name);
        !self.taken.contains(name) && other.is_none_or(|other| same(other, schema))
    }
}

/// The members of an object by their names in snake case.
type BySnakeCase = HashMap<String, Vec<String>>;

/// The maximal number of repeated words that are removed from the start of a name.
const MAX_REPEATED: usize = 32;

/// Candidate names for a hoisted schema.
struct Name {
    /// Without repeated words.
    short: String,
    /// Used if the short name is taken.
    long: String,
}

impl Name {
    fn plain(name: String) -> Self {
        Self {
            short: name.clone(),
            long: name,
        }
    }

    /// Returns the name of the member `member` of `base`. Leading words that `base` ends with are
    /// not repeated, unless the rest is the name of another member in `others`.
    fn of(base: &str, member: &str, others: &BySnakeCase) -> Self {
        let long = format!("{base}{}", member.to_pascal_case());
        let snake = member.to_snake_case();
        let words: Vec<&str> = snake.split('_').collect();
        let repeated = (1..words.len().min(MAX_REPEATED))
            .rev()
            .find(|repeated| base.ends_with(&words[..*repeated].join("_").to_pascal_case()))
            .unwrap_or_default();
        let rest = words[repeated..].join("_");
        let same_name = others.get(&rest).into_iter().flatten();
        let short = if repeated == 0 || same_name.into_iter().any(|other| other != member) {
            long.clone()
        } else {
            format!("{base}{}", rest.to_pascal_case())
        };
        Self { short, long }
    }

    /// Returns the name of an entry of the list called `list`.
    fn of_entry(list: &str) -> Self {
        let long = format!("{list}Item");
        let singular = match list {
            list if ["ss", "us", "is", "Series", "series"]
                .iter()
                .any(|end| list.ends_with(end)) =>
            {
                None
            }
            list => list
                .strip_suffix("ies")
                .map(|stem| format!("{stem}y"))
                .or_else(|| {
                    let long_ends = ["sses", "uses", "xes", "ches", "shes"];
                    let stem = list.strip_suffix("es");
                    stem.filter(|_| long_ends.iter().any(|end| list.ends_with(end)))
                        .or_else(|| list.strip_suffix('s'))
                        .map(str::to_owned)
                }),
        };
        Self {
            short: singular.unwrap_or_else(|| long.clone()),
            long,
        }
    }
}

/// Returns the name of an alternative by its title, or by its type if that is no object.
pub fn alternative_name(alternative: &Value) -> Option<String> {
    let title = alternative.get("title").and_then(Value::as_str);
    let of_type = || match schema::kind(alternative) {
        Kind::Enum(_) | Kind::Literals(_) => Some("Enum"),
        Kind::String => Some("String"),
        Kind::Integer => Some("Integer"),
        Kind::Number => Some("Number"),
        Kind::Boolean => Some("Boolean"),
        Kind::Array(_) => Some("List"),
        Kind::Map(_) => Some("Map"),
        _ => None,
    };
    let title = title.map(str::to_pascal_case);
    title.or_else(|| of_type().map(str::to_owned))
}

/// Returns whether `hoisted` equals the future form of `schema`.
fn same(hoisted: &Value, schema: &Value) -> bool {
    match (hoisted, schema) {
        (Value::Object(hoisted), Value::Object(schema)) => {
            let marks = [HOISTED, OF_OPERATION];
            let marks = marks
                .iter()
                .filter(|mark| hoisted.contains_key(**mark))
                .count();
            hoisted.len() == schema.len() + marks
                && schema
                    .iter()
                    .all(|(key, value)| hoisted.get(key) == Some(value))
        }
        _ => false,
    }
}

/// Unwraps `{allOf: [{$ref}], description}`, OpenAPI 3.0's form of a reference with annotations.
fn unwrap_single_all_of(schema: &mut Value) {
    let Value::Object(map) = schema else { return };
    if map.contains_key("properties") {
        return;
    }
    let parts = map.get("allOf").and_then(Value::as_array);
    let Some([part]) = parts.map(Vec::as_slice) else {
        return;
    };
    if let Some(target) = part.get("$ref").cloned() {
        map.shift_remove("allOf");
        map.shift_remove("type");
        map.insert("$ref".to_owned(), target);
    }
}

/// Returns whether `schema` becomes an enum. An integer with listed values stays an integer: its
/// values give no names.
fn is_enum(schema: &Value) -> bool {
    schema.get("enum").is_some()
        && matches!(
            schema.get("type").and_then(Value::as_str),
            Some("string") | None
        )
}

fn is_listed(schema: &Value) -> bool {
    schema.get("enum").is_some()
}

fn is_object(schema: &Value) -> bool {
    let properties = schema.get("properties").and_then(Value::as_object);
    properties.is_some_and(|properties| !properties.is_empty()) || schema.get("allOf").is_some()
}

/// Returns whether a type may be hoisted out of `schema`.
fn is_nested(schema: &Value) -> bool {
    let nested = ["items", "additionalProperties"];
    schema_name(schema).is_none()
        && (is_enum(schema)
            || is_object(schema)
            || is_union(schema)
            || nested
                .iter()
                .any(|key| schema.get(*key).is_some_and(is_nested)))
}

fn is_union(schema: &Value) -> bool {
    schema.get("oneOf").is_some() || schema.get("anyOf").is_some()
}
