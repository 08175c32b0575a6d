//! Merges enums with the same values that were hoisted from several places.
//!
//! The merged enum takes the name of a component with these values, if upstream has one. Otherwise
//! the corrections may name it, under [`NAMES`] in the root of the document: by its values, or by
//! one of its places. Without a given name, it gets that of the place with the shortest name;
//! places inside schemas precede those inside operations.
//!
//! So the rest of the document does not affect a given name, and affects any other only if the same
//! values are used in another place. Stable names need this list: of two places with equal values,
//! neither shows which came first.
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

/// The names that the corrections give.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
struct Given {
    /// Names with all values of the enum, in any order.
    by_values: BTreeMap<String, BTreeSet<String>>,
    /// Names with the enum's possible names by place, without a date; the first existing one is
    /// used.
    by_place: BTreeMap<String, Vec<String>>,
}

/// The components that are enums of the same values, by name.
type Group<'a> = Vec<(&'a String, &'a Value)>;

/// Merges equal enums.
///
/// # Errors
/// The names in the corrections are malformed.
pub fn shared_enums(document: &mut Document) -> Result<()> {
    let given = given(document)?;
    let mut groups: BTreeMap<BTreeSet<String>, Group<'_>> = BTreeMap::new();
    for (name, schema) in document.schemas() {
        let listed = schema.get("enum").and_then(Value::as_array);
        if let (Some(listed), Some("string")) = (listed, schema.get("type").and_then(Value::as_str))
            && schema.get("x-enum-varnames").is_none()
        {
            let text = |value: &Value| value.as_str().map_or(value.to_string(), str::to_owned);
            let values = listed.iter().map(text).collect();
            groups.entry(values).or_default().push((name, schema));
        }
    }
    let (named, unused) = named(document, &given, &groups);
    let given_away: BTreeSet<&String> = named.values().collect();
    let mut renamed: BTreeMap<String, String> = BTreeMap::new();
    let mut dropped: BTreeSet<String> = BTreeSet::new();
    for (values, group) in &groups {
        let places = named.get(values).and_then(|name| given.by_place.get(name));
        let first = group.iter().min_by_key(|(name, schema)| {
            let bare = undated(name);
            // Prose and the order of values are those of the listed place.
            let listed = places.and_then(|places| places.iter().position(|place| place == bare));
            let of_operation = flag(schema, OF_OPERATION);
            (
                is_hoisted(schema),
                listed.unwrap_or(usize::MAX),
                of_operation,
                bare.len(),
                *name,
            )
        });
        let Some((kept, _)) = first else { continue };
        let is_free = |name: &String| document.schema(name).is_none() && !given_away.contains(name);
        let chosen = match named.get(values) {
            Some(name) => name.clone(),
            // The name of this place was given to another enum.
            None if given_away.contains(kept) => (2..)
                .map(|n| format!("{kept}{n}"))
                .find(is_free)
                .unwrap_or_default(),
            None => (*kept).clone(),
        };
        for (name, _) in group.iter().filter(|(_, schema)| is_hoisted(schema)) {
            renamed.insert((*name).clone(), chosen.clone());
            if name != kept {
                dropped.insert((*name).clone());
            }
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
    if !unused.is_empty() {
        root.insert(UNUSED_NAMES.to_owned(), unused.into());
    }
    Ok(())
}

/// Returns the names in the corrections that match no enum of `document`.
pub fn unused_names(document: &Document) -> Vec<String> {
    let unused = document.root().get(UNUSED_NAMES).and_then(Value::as_array);
    let unused = unused.into_iter().flatten().filter_map(Value::as_str);
    unused.map(str::to_owned).collect()
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

/// Returns the given names by the values of their enums, and those that match nothing. Names from
/// upstream take precedence, whether of the enum itself or of anything else.
fn named(
    document: &Document,
    given: &Given,
    groups: &BTreeMap<BTreeSet<String>, Group<'_>>,
) -> (BTreeMap<BTreeSet<String>, String>, Vec<String>) {
    let hoisted = || {
        let all_hoisted = |group: &Group<'_>| group.iter().all(|(_, schema)| is_hoisted(schema));
        groups.iter().filter(move |(_, group)| all_hoisted(group))
    };
    // Of two dates at one place the newer one is used: it comes later.
    let mut places: BTreeMap<&str, (&String, &BTreeSet<String>)> = BTreeMap::new();
    for (values, group) in hoisted() {
        for (name, _) in group {
            let place = places.entry(undated(name)).or_insert((name, values));
            *place = (*place).max((name, values));
        }
    }
    let enums: BTreeSet<&String> = hoisted()
        .flat_map(|(_, group)| group.iter().map(|(name, _)| *name))
        .collect();
    let taken: BTreeSet<&str> = document
        .schemas()
        .filter(|(name, _)| !enums.contains(name))
        .map(|(name, _)| undated(name))
        .collect();
    let by_values = given.by_values.iter().map(|(name, values)| {
        let found = groups.get_key_value(values);
        let found = found.filter(|(_, group)| group.iter().all(|(_, schema)| is_hoisted(schema)));
        (name, found.map(|(known, _)| known))
    });
    let by_place = given.by_place.iter().map(|(name, listed)| {
        let found = listed.iter().find_map(|place| places.get(place.as_str()));
        (name, found.map(|(_, known)| *known))
    });
    let mut named: BTreeMap<BTreeSet<String>, String> = BTreeMap::new();
    let mut unused = BTreeSet::new();
    let mut used: BTreeSet<&String> = BTreeSet::new();
    for (name, values) in by_values.chain(by_place) {
        if used.contains(name) {
            continue;
        }
        match values {
            Some(values) if !named.contains_key(values) && !taken.contains(name.as_str()) => {
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
