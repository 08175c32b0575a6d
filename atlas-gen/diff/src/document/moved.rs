//! Finds what moved between a schema and its alternatives.
//!
//! What stands in the only alternative, or in each of several, is demanded of every value, as what
//! stands beside them is. It knows both documents, not which direction they are compared in.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::document::alternatives::Union;
use crate::document::normalize::{Shape, read, within};
use crate::document::parts::{demands, flatten};
use crate::document::tree::{Located, Tree};
use crate::document::value;
use atlas_gen::error::Result;

/// How many alternatives a schema has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Count {
    None,
    /// One, or one of each keyword.
    One,
    Several,
}

/// Brings two schemas into a form in which members that moved stand in the same place.
pub(crate) fn unify<'a>(
    old_tree: &Tree<'a>,
    new_tree: &Tree<'a>,
    old: &mut Shape<'a>,
    new: &mut Shape<'a>,
) -> Result<()> {
    if old.any_of.is_none() && has_idle_alternative(new_tree, new)? {
        new.any_of = None;
    }
    if new.any_of.is_none() && has_idle_alternative(old_tree, old)? {
        old.any_of = None;
    }
    match (count(old), count(new)) {
        (Count::One, Count::None) if !is_bare(old) => merge(old_tree, old),
        (Count::None, Count::One) if !is_bare(new) => merge(new_tree, new),
        (Count::None, _) | (_, Count::None) => Ok(()),
        (Count::One, Count::One) => {
            if stated(old) == stated(new) {
                return Ok(());
            }
            for (tree, shape) in [(old_tree, old), (new_tree, new)] {
                let discriminator = shape.discriminator;
                let unions = [&shape.one_of, &shape.any_of].into_iter().flatten();
                let only = unions.flat_map(|union| union.alternatives.clone());
                let only: Vec<Located<'a>> = only.collect();
                merge(tree, shape)?;
                // It selects the same as before.
                shape.discriminator = discriminator;
                shape.merged = only;
            }
            Ok(())
        }
        _ => {
            let (from_old, from_new) = (wanted(old, new), wanted(new, old));
            let some_old = raise(old_tree, old, &from_old)?;
            let some_new = raise(new_tree, new, &from_new)?;
            let limits = moved_limits((old_tree, old), (new_tree, new))?;
            if some_old || some_new || !limits.is_empty() {
                old.beside = old.parts.clone();
                new.beside = new.parts.clone();
            }
            for shape in [old, new] {
                shape.leave_out(&limits);
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

/// Whether a schema only has one list of alternatives.
fn is_bare(shape: &Shape<'_>) -> bool {
    (shape.one_of.is_none() || shape.any_of.is_none()) && stated(shape).is_empty()
}

/// Takes what stands in the only alternative for what the schema says itself.
fn merge<'a>(tree: &Tree<'a>, shape: &mut Shape<'a>) -> Result<()> {
    let nullable = shape.nullable;
    *shape = read(tree, std::mem::take(&mut shape.parts), true)?;
    shape.nullable |= nullable;
    Ok(())
}

/// Returns what a schema demands beside its alternatives: members by name, the rest with its value.
fn stated(shape: &Shape<'_>) -> BTreeSet<String> {
    let mut all: BTreeSet<String> = BTreeSet::new();
    all.extend(
        shape
            .members
            .keys()
            .map(|name| format!("properties/{name}")),
    );
    all.extend(shape.required.keys().map(|name| format!("required/{name}")));
    for map in shape.parts.iter().filter_map(|part| part.value.as_object()) {
        for (keyword, value) in map.iter().filter(|(keyword, _)| demands(keyword)) {
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

/// Whether an alternative of `anyOf` demands no more than what stands beside it, so that the others
/// demand nothing either.
fn has_idle_alternative<'a>(tree: &Tree<'a>, shape: &Shape<'a>) -> Result<bool> {
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
            let mut all = map.iter().filter(|(keyword, _)| demands(keyword));
            all.all(|(keyword, value)| says(shape, keyword, value))
        }) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether a schema demands at least what `keyword` does.
fn says(shape: &Shape<'_>, keyword: &str, value: &Value) -> bool {
    let all = |keyword: &str| {
        let parts = shape.parts.iter();
        parts
            .filter_map(|part| part.value.get(keyword))
            .collect::<Vec<_>>()
    };
    match (keyword, value) {
        // These depend on what stands beside them.
        ("oneOf" | "anyOf" | "additionalProperties", _) => false,
        ("exclusiveMinimum" | "exclusiveMaximum", Value::Bool(_)) => false,
        ("type", Value::String(name)) => {
            let within = |own: &&str| within(own, &[name.as_str()].into());
            !shape.types.is_empty() && shape.types.iter().all(within)
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

/// What one schema states beside its alternatives, and the other does not.
struct Wanted<'a> {
    members: Vec<&'a str>,
    required: Vec<&'a str>,
    is_object: bool,
}

fn wanted<'a>(shape: &Shape<'a>, other: &Shape<'a>) -> Wanted<'a> {
    let members = other.members.keys().copied();
    let required = other.required.keys().copied();
    Wanted {
        members: members
            .filter(|name| !shape.members.contains_key(name))
            .collect(),
        required: required
            .filter(|name| !shape.required.contains_key(name))
            .collect(),
        is_object: shape.types.is_empty() && other.types.iter().eq(["object"].iter()),
    }
}

/// Takes what each of the alternatives says alike for what the schema says itself, if it is `wanted`.
/// Returns whether there is any.
fn raise<'a>(tree: &Tree<'a>, shape: &mut Shape<'a>, wanted: &Wanted<'a>) -> Result<bool> {
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
    for name in &wanted.members {
        let here = members(first, name);
        let is_alike = |other: &Vec<Located<'a>>| {
            let there = members(other, name);
            here.iter()
                .map(|at| at.value)
                .eq(there.iter().map(|at| at.value))
        };
        if !here.is_empty() && others.iter().all(is_alike) {
            shape.members.insert(name, here);
            has_any = true;
        }
    }
    for name in &wanted.required {
        if alternatives
            .iter()
            .all(|parts| requires(parts, name).is_some())
            && let Some(part) = requires(first, name)
        {
            shape.required.insert(name, part.pointer.clone());
            has_any = true;
        }
    }
    let is_object =
        |parts: &Vec<Located<'a>>| parts.iter().any(|part| part.text("type") == Some("object"));
    if wanted.is_object && alternatives.iter().all(is_object) {
        shape.types = ["object"].into();
        has_any = true;
    }
    Ok(has_any)
}

/// The limits of values, those together that depend on each other.
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

/// A schema and its document.
type Of<'s, 'a> = (&'s Tree<'a>, &'s Shape<'a>);

/// Returns the limits that are not the same beside the alternatives of two schemas, and that some
/// alternatives have, too: each alternative tells what its values must fit now.
fn moved_limits<'a>(old: Of<'_, 'a>, new: Of<'_, 'a>) -> Result<Vec<&'static str>> {
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
    let is_beside_alike = |keyword: &&'static str| {
        let [old, new] = [old.1, new.1].map(|shape| {
            let parts = shape.parts.iter();
            parts
                .filter_map(|part| part.value.get(*keyword))
                .collect::<Vec<_>>()
        });
        let within =
            |some: &[&Value], all: &[&Value]| some.iter().all(|value| value::contains(all, value));
        within(&old, &new) && within(&new, &old)
    };
    let is_in_some = |keyword: &&'static str| {
        let mut parts = alternatives.iter();
        parts.any(|part| part.value.get(*keyword).is_some())
    };
    let mut moved = Vec::new();
    for limit in LIMITS {
        if !limit.iter().all(is_beside_alike) && limit.iter().any(is_in_some) {
            moved.extend(limit);
        }
    }
    Ok(moved)
}

/// The schemas of a member in the parts of an alternative.
pub(crate) fn members<'a>(parts: &[Located<'a>], name: &str) -> Vec<Located<'a>> {
    let all = parts.iter();
    all.filter_map(|part| part.get("properties")?.get(name))
        .collect()
}

/// The part of an alternative that requires a member.
pub(crate) fn requires<'p, 'a>(parts: &'p [Located<'a>], name: &str) -> Option<&'p Located<'a>> {
    parts.iter().find(|part| {
        let names = part.value.get("required").and_then(Value::as_array);
        names.is_some_and(|names| names.iter().any(|other| other == name))
    })
}
