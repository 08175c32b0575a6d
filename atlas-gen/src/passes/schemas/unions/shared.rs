//! Adds what a union states about all its variants to each of them.
//!
//! A variant gets the members that it lacks and the required names of the union. It is changed in
//! place if no other union has it as a variant and no other reference to it would become stricter.
//! Otherwise the union gets a copy of the variant, named after both. A variant that is a union
//! passes on what it got.

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};

use serde_json::{Map, Value};

use super::variants;
use crate::document::{Document, schema_name, schema_reference};
use crate::error::{Error, Result};
use crate::passes::flatten::is_choice;
use crate::passes::hoist;
use crate::passes::names::dated;
use crate::pointer;
use crate::schema;

/// The maximal number of members that the variants of all unions may get.
const MAX_MEMBERS: usize = 1_000_000;

/// The maximal number of variants that unions may copy, each a type of its own; Atlas's document needs
/// less than a hundredth of it. Unions inside each other double them at each level.
const MAX_COPIES: usize = 10_000;

/// The maximal nesting of unions if the outermost has shared members.
const MAX_UNIONS: usize = 32;

/// Distributes the members of every union among the components.
///
/// # Errors
/// Nested unions that are too large to write out.
pub fn share(document: &mut Document) -> Result<()> {
    let unions = outer_first(document);
    let mut sharing = Sharing {
        as_variant: HashMap::new(),
        referred: references(document),
        chains: HashMap::new(),
        done: HashSet::new(),
        left: MAX_MEMBERS,
    };
    for (_, listed) in &unions {
        for variant in listed {
            *sharing.as_variant.entry(variant.clone()).or_default() += 1;
        }
    }
    let mut open: VecDeque<String> = unions.into_iter().map(|(name, _)| name).collect();
    while let Some(name) = open.pop_front() {
        let copies = sharing.of_union(document, &name)?;
        for copy in copies.into_iter().rev() {
            open.push_front(copy);
        }
        sharing.done.insert(name);
    }
    Ok(())
}

/// Returns the unions with their variants; those that are not variants of another union first.
fn outer_first(document: &Document) -> Vec<(String, Vec<String>)> {
    let mut unions: BTreeMap<usize, (String, Vec<String>)> = BTreeMap::new();
    let mut position: HashMap<String, usize> = HashMap::new();
    for (name, schema) in document.schemas() {
        let listed: HashSet<String> = variants(document, name, schema).into_iter().collect();
        if !listed.is_empty() {
            let mut listed: Vec<String> = listed.into_iter().collect();
            listed.sort();
            position.insert(name.clone(), unions.len());
            unions.insert(unions.len(), (name.clone(), listed));
        }
    }
    let mut outer: Vec<usize> = vec![0; unions.len()];
    for (_, listed) in unions.values() {
        for at in listed.iter().filter_map(|name| position.get(name)) {
            outer[*at] += 1;
        }
    }
    let mut open: VecDeque<usize> = (0..unions.len()).filter(|at| outer[*at] == 0).collect();
    let mut ordered = Vec::new();
    // The remaining unions refer to each other; any of them may be first.
    while let Some(at) = open
        .pop_front()
        .or_else(|| unions.first_key_value().map(|(at, _)| *at))
    {
        let Some((name, listed)) = unions.remove(&at) else {
            continue;
        };
        for inner in listed.iter().filter_map(|name| position.get(name)) {
            outer[*inner] = outer[*inner].saturating_sub(1);
            if outer[*inner] == 0 {
                open.push_back(*inner);
            }
        }
        ordered.push((name, listed));
    }
    ordered
}

/// Counts the references of schemas and operations to each component, without those to variants.
fn references(document: &Document) -> HashMap<String, usize> {
    let mut counts: HashMap<String, usize> = HashMap::new();
    let mut count = |schema: &Value| {
        let mut found = Vec::new();
        schema::references(schema, &mut found);
        for name in found {
            *counts.entry(name.to_owned()).or_default() += 1;
        }
    };
    for (_, schema) in document.schemas() {
        let mut schema = schema.clone();
        if let Value::Object(map) = &mut schema {
            map.shift_remove("oneOf");
            map.shift_remove("anyOf");
        }
        count(&schema);
    }
    for place in document.places() {
        if let Some(operation) = document.operation(&place) {
            let mut operation = operation.clone();
            for schema in schema::of_operation_mut(&mut operation) {
                count(schema);
            }
        }
    }
    counts
}

struct Sharing {
    /// The number of unions that each component is a variant of.
    as_variant: HashMap<String, usize>,
    referred: HashMap<String, usize>,
    /// The origins of each created variant, the outermost union first.
    chains: HashMap<String, Vec<String>>,
    /// The unions that are finished.
    done: HashSet<String>,
    /// The number of members that may still be added.
    left: usize,
}

impl Sharing {
    /// Distributes the shared members of the union `name`; returns the unions that were created.
    fn of_union(&mut self, document: &mut Document, name: &str) -> Result<Vec<String>> {
        let Some(union) = document.schema(name).and_then(Value::as_object) else {
            return Ok(Vec::new());
        };
        let shared = Shared::of(union);
        if shared.properties.is_empty() && shared.required.is_empty() {
            return Ok(Vec::new());
        }
        let listed = variants(document, name, &Value::Object(union.clone()));
        let mut replaced: HashMap<String, String> = HashMap::new();
        let mut made = Vec::new();
        for variant in listed {
            let Some(target) = document
                .schema(&variant)
                .and_then(|schema| document.deref(schema))
                .and_then(Value::as_object)
            else {
                continue;
            };
            if !is_object(target) || self.done.contains(&variant) {
                continue;
            }
            let (gained, required) = shared.lacking(target);
            if gained.is_empty() && required.is_empty() {
                continue;
            }
            let chain = self.chains.get(name).cloned().unwrap_or_default();
            let here = || pointer::join("/components/schemas", name);
            if chain.len() >= MAX_UNIONS {
                return Err(Error::at(
                    here(),
                    format!(
                        "more than {MAX_UNIONS} unions that share members stand inside each other; fewer are expected"
                    ),
                ));
            }
            self.left = self
                .left
                .checked_sub(gained.len() + required.len())
                .ok_or_else(|| {
                    Error::at(
                        here(),
                        format!("the variants of all unions gain more than {MAX_MEMBERS} members up to here; fewer are expected"),
                    )
                })?;
            let count = |counts: &HashMap<String, usize>| counts.get(&variant).copied();
            let is_alias = document
                .schema(&variant)
                .is_some_and(|s| schema_name(s).is_some());
            let stays = count(&self.as_variant).unwrap_or_default() <= 1
                && (required.is_empty() || count(&self.referred).unwrap_or_default() == 0)
                && !is_alias;
            let mut changed = target.clone();
            add(&mut changed, gained, required);
            if stays {
                document
                    .schemas_mut()
                    .insert(variant, Value::Object(changed));
                continue;
            }
            if self.chains.len() >= MAX_COPIES {
                return Err(Error::at(
                    here(),
                    format!(
                        "unions that share members copy more than {MAX_COPIES} variants up to here; fewer unions inside each other are expected"
                    ),
                ));
            }
            let copy = free_name(document, name, &variant);
            changed.insert(hoist::HOISTED.to_owned(), Value::Bool(true));
            // A union that lists itself is its own alternative as a copy, too.
            point(
                &mut changed,
                &HashMap::from([(variant.clone(), copy.clone())]),
            );
            let changed = Value::Object(changed);
            let inner = variants(document, &copy, &changed);
            if !inner.is_empty() {
                for variant in inner {
                    *self.as_variant.entry(variant).or_default() += 1;
                }
                made.push(copy.clone());
            }
            let mut chain = chain;
            chain.push(name.to_owned());
            self.chains.insert(copy.clone(), chain);
            self.as_variant.insert(copy.clone(), 1);
            if let Some(users) = self.as_variant.get_mut(&variant) {
                *users = users.saturating_sub(1);
            }
            document.schemas_mut().insert(copy.clone(), changed);
            replaced.insert(variant, copy);
        }
        if !replaced.is_empty()
            && let Some(Value::Object(union)) = document.schemas_mut().get_mut(name)
        {
            point(union, &replaced);
        }
        Ok(made)
    }
}

/// What a union states about all its variants.
struct Shared {
    properties: Map<String, Value>,
    required: Vec<String>,
}

impl Shared {
    fn of(union: &Map<String, Value>) -> Self {
        let properties = union.get("properties").and_then(Value::as_object);
        let required = union.get("required").and_then(Value::as_array);
        let required = required.into_iter().flatten().filter_map(Value::as_str);
        Self {
            properties: properties.cloned().unwrap_or_default(),
            required: required.map(str::to_owned).collect(),
        }
    }

    /// Returns the members and the required names that `variant` lacks.
    fn lacking(&self, variant: &Map<String, Value>) -> (Map<String, Value>, Vec<String>) {
        let own = variant.get("properties").and_then(Value::as_object);
        let has = |name: &str| own.is_some_and(|own| own.contains_key(name));
        let gained = self.properties.iter().filter(|(name, _)| !has(name));
        let listed = variant.get("required").and_then(Value::as_array);
        let listed = listed.into_iter().flatten().filter_map(Value::as_str);
        let listed: HashSet<&str> = listed.collect();
        // A variant that is a union passes on what its own variants have.
        let required = self.required.iter().filter(|name| {
            let may_have = is_choice(variant) || has(name) || self.properties.contains_key(*name);
            may_have && !listed.contains(name.as_str())
        });
        (
            gained
                .map(|(name, member)| (name.clone(), member.clone()))
                .collect(),
            required.cloned().collect(),
        )
    }
}

/// Returns whether `schema` is an object or a union of objects. A map is none: a member would make it
/// an object without entries.
fn is_object(schema: &Map<String, Value>) -> bool {
    let ty = schema.get("type").and_then(Value::as_str);
    let says = |key: &str| schema.contains_key(key);
    let values = schema.get("additionalProperties");
    let is_map = !says("properties") && values.is_some_and(Value::is_object) && !is_choice(schema);
    !says("enum")
        && !is_map
        && matches!(ty, None | Some("object"))
        && (says("properties") || says("type") || is_choice(schema))
}

fn add(schema: &mut Map<String, Value>, gained: Map<String, Value>, required: Vec<String>) {
    if !gained.is_empty() {
        let properties = schema
            .entry("properties")
            .or_insert_with(|| Value::Object(Map::new()));
        if let Value::Object(properties) = properties {
            properties.extend(gained);
        }
    }
    if !required.is_empty() {
        let listed = schema
            .entry("required")
            .or_insert_with(|| Value::Array(Vec::new()));
        if let Value::Array(listed) = listed {
            listed.extend(required.into_iter().map(Value::String));
        }
    }
}

/// Returns a free name for the variant `variant` of the union `union`; a date stays last.
fn free_name(document: &Document, union: &str, variant: &str) -> String {
    let (outer, union_date) = dated(union).unwrap_or((union, ""));
    let (inner, date) = dated(variant).unwrap_or((variant, union_date));
    let numbered = (2..).map(|n| format!("{outer}{inner}{n}{date}"));
    let mut names = std::iter::once(format!("{outer}{inner}{date}")).chain(numbered);
    let free = names.find(|name| document.schema(name).is_none());
    free.unwrap_or_default()
}

/// Replaces the variants of `union` by those created for it.
fn point(union: &mut Map<String, Value>, replaced: &HashMap<String, String>) {
    // Without a mapping the tag is the variant's name, here that of its origin.
    let has_discriminator = union.contains_key("discriminator");
    let mut told: Vec<(String, String)> = Vec::new();
    for key in ["oneOf", "anyOf"] {
        let listed = union.get_mut(key).and_then(Value::as_array_mut);
        for member in listed.into_iter().flatten() {
            let Some(name) = schema_name(member).map(str::to_owned) else {
                continue;
            };
            if let Some(copy) = replaced.get(&name) {
                *member = schema_reference(copy);
                told.push((name, copy.clone()));
            }
        }
    }
    if !has_discriminator {
        return;
    }
    let Some(Value::Object(discriminator)) = union.get_mut("discriminator") else {
        return;
    };
    let mapping = discriminator
        .entry("mapping")
        .or_insert_with(|| Value::Object(Map::new()));
    let Value::Object(mapping) = mapping else {
        return;
    };
    let mut mapped: HashSet<String> = HashSet::new();
    for target in mapping.values_mut() {
        let Some(name) = target.as_str().and_then(|target| target.rsplit('/').next()) else {
            continue;
        };
        if let Some(copy) = replaced.get(name) {
            mapped.insert(name.to_owned());
            *target = Value::String(format!("#/components/schemas/{copy}"));
        }
    }
    for (name, copy) in told {
        if !mapped.contains(&name) {
            mapping.insert(name, Value::String(format!("#/components/schemas/{copy}")));
        }
    }
}
