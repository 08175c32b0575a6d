//! Merges hoisted enums with the same values where the corrections name them.
//!
//! A hoisted enum is named after its location. The corrections can give one name to all hoisted
//! enums with the same values, under [`NAMES`] in the root of the document: by these values, or by
//! one of the locations. Without a given name, equal enums stay separate: a name derived from the
//! locations would change with a new location, and the name of an equal published enum would appear
//! with a new component. [`unnamed`] lists them, so that they can be named.
//!
//! - A published enum keeps its name. Hoisted ones get it too if the corrections give it to them;
//! - If another published schema has a given name that is in use, it gets the suffix `Schema`; if
//!   the derived name of another hoisted enum is a given name, it gets a number.
//! - If only the values at the first existing location change, that enum keeps the given name and
//!   the others get the names of their locations: one name cannot mean two enums.
//!
//! Before:
//! ```yaml
//! x-atlas-enum-names: {by-place: {Provider: [AProvider, BeeProvider]}}
//! components:
//!   schemas:
//!     A: {properties: {provider: {$ref: '#/components/schemas/AProvider'}}}
//!     Bee: {properties: {provider: {$ref: '#/components/schemas/BeeProvider20240805'}}}
//!     AProvider: {type: string, enum: [AWS, GCP], x-atlas-hoisted: true}
//!     BeeProvider20240805: {type: string, enum: [GCP, AWS], x-atlas-hoisted: true}
//! ```
//! After:
//! ```yaml
//! components:
//!   schemas:
//!     A: {properties: {provider: {$ref: '#/components/schemas/Provider'}}}
//!     Bee: {properties: {provider: {$ref: '#/components/schemas/Provider'}}}
//!     Provider: {type: string, enum: [AWS, GCP], x-atlas-hoisted: true}
//! ```

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::Value;

use crate::document::Document;
use crate::error::{Error, Result};
use crate::passes::hoist::{OF_OPERATION, is_hoisted};
use crate::passes::names;
use crate::pointer;
use crate::schema::flag;

/// The root extension with the names that the corrections give to enums.
pub const NAMES: &str = "x-atlas-enum-names";

/// The root extension with the given names that match no enum.
const UNUSED_NAMES: &str = "x-atlas-unused-enum-names";

/// The root extension with the equal enums that have no given name.
const UNNAMED: &str = "x-atlas-unnamed-enums";

/// The suffix of a published schema whose name is a given name.
const SUFFIX: &str = "Schema";

/// The names that the corrections give.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
struct Given {
    /// Names with all values of the enum, in any order.
    by_values: BTreeMap<String, Values>,
    /// Names with the enum's possible names by place, without a date; the first existing one is
    /// used.
    by_place: BTreeMap<String, Vec<String>>,
}

impl Given {
    fn has(&self, name: &str) -> bool {
        self.by_values.contains_key(name) || self.by_place.contains_key(name)
    }
}

type Values = BTreeSet<String>;

/// The enums of a document: the names of the hoisted ones by their values, and the published ones.
struct Enums {
    hoisted: BTreeMap<Values, Vec<String>>,
    published: BTreeMap<String, Values>,
}

/// Merges the enums that have a given name.
///
/// # Errors
/// The names in the corrections are malformed.
pub fn shared_enums(document: &mut Document) -> Result<()> {
    let given = given(document)?;
    let enums = enums(document);
    let (named, unused) = named(&given, &enums);
    let mut renamed: BTreeMap<String, String> = BTreeMap::new();
    let mut dropped: BTreeSet<String> = BTreeSet::new();
    for (values, name) in &named {
        let group = enums.hoisted.get(values).into_iter().flatten();
        renamed.extend(group.clone().map(|place| (place.clone(), name.clone())));
        let is_published = enums.published.get(name) == Some(values);
        let places = given.by_place.get(name);
        // Prose and the order of values are those of the listed place.
        let kept = group.clone().filter(|_| !is_published).min_by_key(|place| {
            let bare = undated(place);
            let listed = places.and_then(|places| places.iter().position(|place| place == bare));
            let of_operation = document
                .schema(place)
                .is_some_and(|it| flag(it, OF_OPERATION));
            let listed = listed.unwrap_or(usize::MAX);
            (listed, of_operation, bare.len(), *place)
        });
        dropped.extend(group.filter(|place| Some(*place) != kept).cloned());
    }
    let in_use: BTreeMap<&String, &Values> = named.iter().map(|(v, name)| (name, v)).collect();
    let free = |stem: &str, date: &str, first: usize| {
        let number = |n: usize| if n < 2 { String::new() } else { n.to_string() };
        let mut all = (first..).map(|n| format!("{stem}{}{date}", number(n)));
        all.find(|name| document.schema(name).is_none() && !given.has(name))
            .unwrap_or_default()
    };
    for (name, schema) in document.schemas() {
        if is_hoisted(schema) {
            let (bare, date) = names::dated(name).unwrap_or((name, ""));
            if given.has(bare) && !renamed.contains_key(name) {
                renamed.insert(name.clone(), free(bare, date, 2));
            }
        } else if let Some(values) = in_use.get(name)
            && enums.published.get(name) != Some(values)
        {
            renamed.insert(name.clone(), free(&format!("{name}{SUFFIX}"), "", 1));
        }
    }
    let schemas = std::mem::take(document.schemas_mut());
    for (name, schema) in schemas {
        if !dropped.contains(&name) {
            let name = renamed.get(&name).unwrap_or(&name).clone();
            document.schemas_mut().insert(name, schema);
        }
    }
    names::rename_all(document, &|name| {
        renamed
            .get(name)
            .cloned()
            .unwrap_or_else(|| name.to_owned())
    });
    let root = document.root_mut();
    root.shift_remove(NAMES);
    let unnamed = equal(&enums, &named);
    for (key, list) in [
        (UNUSED_NAMES, Value::from(unused)),
        (UNNAMED, unnamed.into()),
    ] {
        if list != Value::Array(Vec::new()) {
            root.insert(key.to_owned(), list);
        }
    }
    Ok(())
}

/// Returns the names in the corrections that match no enum of `document`.
pub fn unused_names(document: &Document) -> Vec<String> {
    texts(document.root().get(UNUSED_NAMES))
}

/// Returns the enums of `document` that have the same values and no given name, each group as a
/// list of their names.
pub fn unnamed(document: &Document) -> Vec<Vec<String>> {
    let groups = document.root().get(UNNAMED).and_then(Value::as_array);
    let groups = groups.into_iter().flatten();
    groups.map(|group| texts(Some(group))).collect()
}

fn texts(list: Option<&Value>) -> Vec<String> {
    let list = list.and_then(Value::as_array).into_iter().flatten();
    list.filter_map(Value::as_str).map(str::to_owned).collect()
}

fn enums(document: &Document) -> Enums {
    let mut enums = Enums {
        hoisted: BTreeMap::new(),
        published: BTreeMap::new(),
    };
    for (name, schema) in document.schemas() {
        let listed = schema.get("enum").and_then(Value::as_array);
        if let (Some(listed), Some("string")) = (listed, schema.get("type").and_then(Value::as_str))
            && schema.get("x-enum-varnames").is_none()
        {
            let text = |value: &Value| value.as_str().map_or(value.to_string(), str::to_owned);
            let values = listed.iter().map(text).collect();
            if is_hoisted(schema) {
                let group = enums.hoisted.entry(values).or_default();
                group.push(name.clone());
            } else {
                enums.published.insert(name.clone(), values);
            }
        }
    }
    enums
}

/// Returns the groups of equal enums without a given name that have a hoisted one: of published
/// ones, each has its name.
fn equal(enums: &Enums, named: &BTreeMap<Values, String>) -> Vec<Vec<String>> {
    let mut published: BTreeMap<&Values, Vec<&String>> = BTreeMap::new();
    for (name, values) in &enums.published {
        published.entry(values).or_default().push(name);
    }
    let unnamed = enums.hoisted.iter();
    let unnamed = unnamed.filter(|(values, _)| !named.contains_key(*values));
    let groups = unnamed.map(|(values, group)| {
        let published = published.get(values).into_iter().flatten();
        let names = group.iter().chain(published.copied());
        names.cloned().collect::<Vec<_>>()
    });
    groups.filter(|group| group.len() > 1).collect()
}

fn given(document: &Document) -> Result<Given> {
    let here = pointer::join("", NAMES);
    let Some(given) = document.root().get(NAMES) else {
        return Ok(Given::default());
    };
    let given = Given::deserialize(given).map_err(|error| {
        let should = "names of enums are `by-values` and `by-place`, each a map of lists of texts";
        Error::at(&here, format!("{should}: {error}"))
    })?;
    let all = given.by_values.keys().chain(given.by_place.keys());
    for name in all {
        let right = names::rust_name(name);
        if *name != right {
            return Err(Error::at(
                here,
                format!("`{name}` cannot be the name of a type; `{right}` can"),
            ));
        }
    }
    Ok(given)
}

/// Returns the given names by the values of their enums, and those that match no hoisted enum.
fn named(given: &Given, enums: &Enums) -> (BTreeMap<Values, String>, Vec<String>) {
    // Of two dates at one location the older one is used, since it existed first.
    let mut places: BTreeMap<&str, (&String, &Values)> = BTreeMap::new();
    for (values, group) in &enums.hoisted {
        for name in group {
            let place = places.entry(undated(name)).or_insert((name, values));
            *place = (*place).min((name, values));
        }
    }
    let by_place = given.by_place.iter().map(|(name, listed)| {
        let found = listed.iter().find_map(|place| {
            let published = enums.published.get(place).filter(|_| place == name);
            published.or_else(|| places.get(place.as_str()).map(|(_, values)| *values))
        });
        (name, found)
    });
    let by_values = given.by_values.iter();
    let by_values = by_values.map(|(name, values)| (name, Some(values)));
    let mut named: BTreeMap<Values, String> = BTreeMap::new();
    let mut unused = BTreeSet::new();
    let mut used: BTreeSet<&String> = BTreeSet::new();
    for (name, values) in by_values.chain(by_place) {
        if used.contains(name) {
            continue;
        }
        match values {
            Some(values) if enums.hoisted.contains_key(values) && !named.contains_key(values) => {
                named.insert(values.clone(), name.clone());
                used.insert(name);
                unused.remove(name);
            }
            _ => {
                unused.insert(name.clone());
            }
        }
    }
    (named, unused.into_iter().collect())
}

fn undated(name: &str) -> &str {
    names::dated(name).map_or(name, |(bare, _)| bare)
}
