//! hoist: objects, enums and unions that stand inside another schema get a name and a place of
//! their own.
//!
//! The name is the one of the enclosing component and the member, as a reader would say it: words
//! that end the one and begin the other are said once, and an entry of a list is called in the
//! singular. It depends on nothing else in the document. The date at the end of a component's name
//! stays at the end.
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
use crate::schema::flag;

/// Where the schema of a JSON body stands below its holder.
const JSON_SCHEMA: &str = "/content/application~1json/schema";
/// Marks a component that stood inside another schema.
pub const HOISTED: &str = "x-atlas-hoisted";

/// Marks a component that stood inside an operation.
pub const OF_OPERATION: &str = "x-atlas-of-operation";

/// Whether `schema` stood inside another.
pub fn is_hoisted(schema: &Value) -> bool {
    flag(schema, HOISTED)
}

/// Annotations that belong to the place and not to the type; they stay beside the reference.
const OF_THE_PLACE: [&str; 7] = [
    "description",
    "nullable",
    "readOnly",
    "writeOnly",
    "deprecated",
    "default",
    "x-sunset",
];

/// Hoists out of every component and every body and parameter of an operation.
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
                        let name = Name::of(&base, name.unwrap_or_default(), &Spelt::new());
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
    /// The names of the components that the document had before.
    taken: HashSet<String>,
    /// The date of the component at hand, or nothing.
    date: String,
    /// Whether an operation is at hand.
    of_operation: bool,
    out: Map<String, Value>,
    /// By the name that was wanted and the schema: the name with a number that it got.
    numbered: HashMap<(String, String), String>,
    /// By the name that was wanted: the number that was given last.
    numbers: HashMap<String, usize>,
}

impl Hoist {
    /// Looks at the members of a type called `base`.
    fn inside(&mut self, schema: &mut Value, base: &str) {
        let Value::Object(map) = schema else { return };
        for (key, value) in map {
            match (key.as_str(), value) {
                ("properties", Value::Object(properties)) => {
                    let mut all: Spelt = HashMap::new();
                    for name in properties.keys() {
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
                // The parts of one object are no types of their own.
                ("allOf", Value::Array(parts)) => {
                    for part in parts.iter_mut().filter(|part| schema_name(part).is_none()) {
                        self.inside(part, base);
                    }
                }
                // Variants that are enums are parts of one enum.
                ("oneOf" | "anyOf", Value::Array(variants)) => {
                    for (i, variant) in variants.iter_mut().enumerate() {
                        if !is_listed(variant) {
                            let title = variant.get("title").and_then(Value::as_str);
                            let suffix = title
                                .map_or_else(|| format!("Variant{}", i + 1), str::to_pascal_case);
                            self.member(variant, &Name::plain(format!("{base}{suffix}")));
                        }
                    }
                }
                _ => {}
            }
        }
    }

    /// Looks at a schema inside another, which would be called `name` if it is a type of its own.
    fn member(&mut self, schema: &mut Value, name: &Name) {
        unwrap_single_all_of(schema);
        self.inside(schema, &name.short);
        if !(is_enum(schema) || is_object(schema) || is_union(schema)) {
            return;
        }
        let mut place = Map::new();
        if let Value::Object(map) = schema {
            for key in OF_THE_PLACE {
                let value = match key {
                    // Good for both, the member and its type.
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

    /// The first of the names for `schema` that nothing else has.
    fn free(&mut self, name: &Name, schema: &Value) -> String {
        for name in [&name.short, &name.long] {
            let name = self.dated(name);
            if self.is_free(&name, schema) {
                return name;
            }
        }
        // What is equal to a schema that has a number shares it.
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
type Spelt = HashMap<String, Vec<String>>;

/// How many words at the beginning of a name may have been said already.
const MAX_SAID: usize = 32;

/// What a schema inside another would be called.
struct Name {
    /// As a reader would say it.
    short: String,
    /// Where that is taken.
    long: String,
}

impl Name {
    fn plain(name: String) -> Self {
        Self {
            short: name.clone(),
            long: name,
        }
    }

    /// The name of the member `member` of `base`. What it begins with is not said again if `base`
    /// ends with it, unless what is left is how one of `others` is called.
    fn of(base: &str, member: &str, others: &Spelt) -> Self {
        let long = format!("{base}{}", member.to_pascal_case());
        let snake = member.to_snake_case();
        let words: Vec<&str> = snake.split('_').collect();
        let said = (1..words.len().min(MAX_SAID))
            .rev()
            .find(|said| base.ends_with(&words[..*said].join("_").to_pascal_case()))
            .unwrap_or_default();
        let rest = words[said..].join("_");
        let spelt = others.get(&rest).into_iter().flatten();
        let short = if said == 0 || spelt.into_iter().any(|other| other != member) {
            long.clone()
        } else {
            format!("{base}{}", rest.to_pascal_case())
        };
        Self { short, long }
    }

    /// The name of an entry of the list called `list`.
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

/// Whether `hoisted` is what `schema` will be.
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

/// `{allOf: [{$ref}], description}` is how OpenAPI 3.0 writes a reference with annotations.
fn unwrap_single_all_of(schema: &mut Value) {
    let Value::Object(map) = schema else { return };
    if map.contains_key("properties") {
        return;
    }
    let single = match map.get("allOf") {
        Some(Value::Array(parts)) => match parts.as_slice() {
            [part] if schema_name(part).is_some() => part.get("$ref").cloned(),
            _ => None,
        },
        _ => None,
    };
    if let Some(target) = single {
        map.shift_remove("allOf");
        map.shift_remove("type");
        map.insert("$ref".to_owned(), target);
    }
}

/// A whole number with listed values stays a number: its values say nothing by name.
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

fn is_union(schema: &Value) -> bool {
    schema.get("oneOf").is_some() || schema.get("anyOf").is_some()
}
