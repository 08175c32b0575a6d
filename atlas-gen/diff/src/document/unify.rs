//! Brings two schemas into the same form if constraints were moved between a schema and its
//! alternatives.
//!
//! A constraint in the only alternative, or in each of several, applies to every value, like a sibling
//! keyword of `oneOf` and `anyOf`. The module knows both documents, not the direction of the schemas.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::document::alternatives::Union;
use crate::document::normalize::{Shape, is_type_in, merge_parts};
use crate::document::parts::{flatten, is_constraint};
use crate::document::tree::{Located, Tree};
use crate::document::value;
use atlas_gen::error::Result;

/// The number of alternatives that a schema has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Count {
    None,
    /// At most one under each keyword.
    One,
    Several,
}

/// Brings two schemas into a form in which moved constraints are in the same place.
pub(crate) fn unify<'a>(
    old_tree: &Tree<'a>,
    new_tree: &Tree<'a>,
    old: &mut Shape<'a>,
    new: &mut Shape<'a>,
) -> Result<()> {
    if old.any_of.is_none() && has_trivial_alternative(new_tree, new)? {
        new.any_of = None;
    }
    if new.any_of.is_none() && has_trivial_alternative(old_tree, old)? {
        old.any_of = None;
    }
    match (count(old), count(new)) {
        (Count::One, Count::None) if !is_bare(old) => merge(old_tree, old),
        (Count::None, Count::One) if !is_bare(new) => merge(new_tree, new),
        (Count::None, _) | (_, Count::None) => Ok(()),
        (Count::One, Count::One) => {
            if constraints_beside_union(old) == constraints_beside_union(new) {
                return Ok(());
            }
            for (tree, shape) in [(old_tree, old), (new_tree, new)] {
                let discriminator = shape.discriminator;
                let unions = [&shape.one_of, &shape.any_of].into_iter().flatten();
                let only = unions.flat_map(|union| union.alternatives.clone());
                let only: Vec<Located<'a>> = only.collect();
                merge(tree, shape)?;
                // The merged alternatives may have discriminators, which select nothing here.
                shape.discriminator = discriminator;
                shape.merged = only;
            }
            Ok(())
        }
        _ => {
            let (from_old, from_new) = (missing(old, new), missing(new, old));
            let some_old = factor_out(old_tree, old, &from_old)?;
            let some_new = factor_out(new_tree, new, &from_new)?;
            let limits = moved_limits((old_tree, old), (new_tree, new))?;
            if some_old || some_new || !limits.is_empty() {
                old.siblings = old.parts.clone();
                new.siblings = new.parts.clone();
            }
            for shape in [old, new] {
                shape.ignore(&limits);
            }
            Ok(())
        }
    }
}

fn count(shape: &Shape<'_>) -> Count {
    let unions = [&shape.one_of, &shape.any_of].into_iter().flatten();
    match unions.map(|union| union.alternatives.len()).max() {
        None => Count::None,
        Some(1) => Count::One,
        Some(_) => Count::Several,
    }
}

/// Returns whether a schema consists of one list of alternatives.
fn is_bare(shape: &Shape<'_>) -> bool {
    (shape.one_of.is_none() || shape.any_of.is_none()) && constraints_beside_union(shape).is_empty()
}

/// Merges the only alternative into the schema.
fn merge<'a>(tree: &Tree<'a>, shape: &mut Shape<'a>) -> Result<()> {
    let nullable = shape.nullable;
    *shape = merge_parts(tree, std::mem::take(&mut shape.parts), true)?;
    shape.nullable |= nullable;
    Ok(())
}

/// Returns the constraints beside the alternatives: members by name, others with their value.
fn constraints_beside_union(shape: &Shape<'_>) -> BTreeSet<String> {
    let mut all: BTreeSet<String> = BTreeSet::new();
    all.extend(
        shape
            .members
            .keys()
            .map(|name| format!("properties/{name}")),
    );
    all.extend(shape.required.keys().map(|name| format!("required/{name}")));
    for map in shape.parts.iter().filter_map(|part| part.value.as_object()) {
        for (keyword, value) in map.iter().filter(|(keyword, _)| is_constraint(keyword)) {
            if !matches!(
                keyword.as_str(),
                "properties" | "required" | "oneOf" | "anyOf" | "$ref"
            ) {
                all.insert(format!("{keyword} {value}"));
            }
        }
    }
    all
}

/// Returns whether the siblings of `anyOf` imply one of its alternatives: then every value matches
/// `anyOf`.
fn has_trivial_alternative<'a>(tree: &Tree<'a>, shape: &Shape<'a>) -> Result<bool> {
    let Some(union) = &shape.any_of else {
        return Ok(false);
    };
    if is_bare(shape) || shape.discriminator.is_some() {
        return Ok(false);
    }
    for at in &union.alternatives {
        let parts = flatten(tree, at)?;
        let mut maps = parts.iter().filter_map(|part| part.value.as_object());
        if maps.all(|map| {
            let mut all = map.iter().filter(|(keyword, _)| is_constraint(keyword));
            all.all(|(keyword, value)| implies(shape, keyword, value))
        }) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Returns whether the schema implies the constraint `keyword` with `value`.
fn implies(shape: &Shape<'_>, keyword: &str, value: &Value) -> bool {
    let all = |keyword: &str| {
        let parts = shape.parts.iter();
        parts
            .filter_map(|part| part.value.get(keyword))
            .collect::<Vec<_>>()
    };
    match (keyword, value) {
        // These depend on their siblings.
        ("oneOf" | "anyOf" | "additionalProperties", _) => false,
        ("exclusiveMinimum" | "exclusiveMaximum", Value::Bool(_)) => false,
        ("type", Value::String(name)) => {
            let is_narrower = |own: &&str| is_type_in(own, &[name.as_str()].into());
            !shape.types.is_empty() && shape.types.iter().all(is_narrower)
        }
        ("required", Value::Array(names)) => {
            let mut names = names.iter().filter_map(Value::as_str);
            names.all(|name| shape.required.contains_key(name))
        }
        ("properties", Value::Object(members)) => members.iter().all(|(name, member)| {
            let mut own = all("properties")
                .into_iter()
                .filter_map(|map| map.get(name));
            own.any(|own| value::equal(own, member))
        }),
        _ => value::contains(&all(keyword), value),
    }
}

/// The constraints that only the other schema has beside its alternatives.
struct Missing<'a> {
    members: Vec<&'a str>,
    required: Vec<&'a str>,
    is_object: bool,
}

fn missing<'a>(shape: &Shape<'a>, other: &Shape<'a>) -> Missing<'a> {
    let members = other.members.keys().copied();
    let required = other.required.keys().copied();
    Missing {
        members: members
            .filter(|name| !shape.members.contains_key(name))
            .collect(),
        required: required
            .filter(|name| !shape.required.contains_key(name))
            .collect(),
        is_object: shape.types.is_empty() && other.types.iter().eq(["object"].iter()),
    }
}

/// Copies the `missing` constraints that all alternatives have in common to the schema itself. Returns
/// whether there are any.
fn factor_out<'a>(tree: &Tree<'a>, shape: &mut Shape<'a>, missing: &Missing<'a>) -> Result<bool> {
    let union: &Union<'a> = match (&shape.one_of, &shape.any_of) {
        (Some(union), None) | (None, Some(union)) => union,
        _ => return Ok(false),
    };
    let mut alternatives = Vec::new();
    for at in &union.alternatives {
        alternatives.push(flatten(tree, at)?);
    }
    let Some((first, others)) = alternatives.split_first() else {
        return Ok(false);
    };
    let mut has_any = false;
    for name in &missing.members {
        let here = member_schemas(first, name);
        let is_alike = |other: &Vec<Located<'a>>| {
            let there = member_schemas(other, name);
            here.iter()
                .map(|at| at.value)
                .eq(there.iter().map(|at| at.value))
        };
        if !here.is_empty() && others.iter().all(is_alike) {
            shape.members.insert(name, here);
            has_any = true;
        }
    }
    for name in &missing.required {
        if alternatives
            .iter()
            .all(|parts| requiring_part(parts, name).is_some())
            && let Some(part) = requiring_part(first, name)
        {
            shape.required.insert(name, part.pointer.clone());
            has_any = true;
        }
    }
    let is_object =
        |parts: &Vec<Located<'a>>| parts.iter().any(|part| part.text("type") == Some("object"));
    if missing.is_object && alternatives.iter().all(is_object) {
        shape.types = ["object"].into();
        has_any = true;
    }
    Ok(has_any)
}

/// The keywords that limit values; those that depend on each other are together.
const LIMITS: [&[&str]; 13] = [
    &["enum"],
    &["items"],
    &["maxItems"],
    &["maxLength"],
    &["maxProperties"],
    &["maximum", "exclusiveMaximum"],
    &["minItems"],
    &["minLength"],
    &["minProperties"],
    &["minimum", "exclusiveMinimum"],
    &["multipleOf"],
    &["pattern"],
    &["uniqueItems"],
];

/// A schema with its document.
type InDocument<'s, 'a> = (&'s Tree<'a>, &'s Shape<'a>);

/// Returns the limits that differ beside the alternatives and that some alternative has, too: these are
/// compared in each alternative.
fn moved_limits<'a>(old: InDocument<'_, 'a>, new: InDocument<'_, 'a>) -> Result<Vec<&'static str>> {
    let mut alternatives = Vec::new();
    for (tree, shape) in [old, new] {
        let union: &Union<'a> = match (&shape.one_of, &shape.any_of) {
            (Some(union), None) | (None, Some(union)) => union,
            _ => return Ok(Vec::new()),
        };
        for at in &union.alternatives {
            alternatives.extend(flatten(tree, at)?);
        }
    }
    let is_equal_beside = |keyword: &&'static str| {
        let [old, new] = [old.1, new.1].map(|shape| {
            let parts = shape.parts.iter();
            parts
                .filter_map(|part| part.value.get(*keyword))
                .collect::<Vec<_>>()
        });
        let is_subset =
            |some: &[&Value], all: &[&Value]| some.iter().all(|value| value::contains(all, value));
        is_subset(&old, &new) && is_subset(&new, &old)
    };
    let is_in_some = |keyword: &&'static str| {
        let mut parts = alternatives.iter();
        parts.any(|part| part.value.get(*keyword).is_some())
    };
    let mut moved = Vec::new();
    for limit in LIMITS {
        if !limit.iter().all(is_equal_beside) && limit.iter().any(is_in_some) {
            moved.extend(limit);
        }
    }
    Ok(moved)
}

/// Returns the schemas of the member `name` in `parts`.
pub(crate) fn member_schemas<'a>(parts: &[Located<'a>], name: &str) -> Vec<Located<'a>> {
    let all = parts.iter();
    all.filter_map(|part| part.get("properties")?.get(name))
        .collect()
}

/// Returns the part that requires the member `name`.
pub(crate) fn requiring_part<'p, 'a>(
    parts: &'p [Located<'a>],
    name: &str,
) -> Option<&'p Located<'a>> {
    parts.iter().find(|part| {
        let names = part.value.get("required").and_then(Value::as_array);
        names.is_some_and(|names| names.iter().any(|other| other == name))
    })
}
