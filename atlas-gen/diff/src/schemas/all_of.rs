//! Compares `allOf`: which of its schemas correspond, and which were added or removed.
//!
//! A schema of `allOf` with constraints that were elsewhere before, or are elsewhere now, was moved; its
//! members are compared as if they had always been there. One with other constraints was added or
//! removed, which is one finding, and not one for each of its members. If one inline schema remains on
//! each side, the two are compared.

use std::collections::BTreeSet;

use serde_json::Value;

use super::is_equivalent;
use super::schema_comparison::SchemaComparison;
use crate::comparison::{Comparison, Pair, in_new, in_old};
use crate::document::location::alternative;
use crate::document::normalize::{Shape, shape};
use crate::document::parts::{Element, Parts, is_constraint, parts};
use crate::document::tree::{Located, Tree};
use crate::quoting::code;
use atlas_gen::error::Result;

/// Two schemas whose `allOf` are matched.
pub(super) struct Aligned<'a> {
    pub(super) old: Shape<'a>,
    pub(super) new: Shape<'a>,
    pub(super) added: Vec<Element<'a>>,
    pub(super) removed: Vec<Element<'a>>,
}

/// Matches the schemas in the `allOf` of both, and merges those that were neither added nor removed.
pub(super) fn align<'a>(cx: &Comparison<'a>, pair: &Pair<'a>, depth: usize) -> Result<Aligned<'a>> {
    let old = parts(&cx.old, &pair.old)?;
    let new = parts(&cx.new, &pair.new)?;
    let (mut only_old, mut only_new) = (Vec::new(), new.elements.clone());
    for element in &old.elements {
        let by_name =
            |other: &&mut Element<'a>| element.name.is_some() && element.name == other.name;
        let found = only_new
            .iter_mut()
            .find(by_name)
            .map(|other| other.at.address());
        match found {
            Some(address) => only_new.retain(|other| other.at.address() != address),
            None => only_old.push(element.clone()),
        }
    }
    // Equivalent ones, inline or under another name.
    for element in std::mem::take(&mut only_old) {
        let mut counterpart = None;
        for other in &only_new {
            let schemas = (&vec![element.at.clone()], &vec![other.at.clone()]);
            if is_equivalent(cx, schemas.0, schemas.1, depth)? {
                counterpart = Some(other.at.address());
                break;
            }
        }
        match counterpart {
            Some(address) => only_new.retain(|other| other.at.address() != address),
            None => only_old.push(element),
        }
    }
    if let ([was], [is]) = (&unnamed(&only_old)[..], &unnamed(&only_new)[..]) {
        let (was, is) = (was.at.address(), is.at.address());
        only_old.retain(|element| element.at.address() != was);
        only_new.retain(|element| element.at.address() != is);
    }
    // One that is equivalent to another is redundant.
    let alike = |was: &Element<'a>, is: &Element<'a>| {
        is_equivalent(cx, &vec![was.at.clone()], &vec![is.at.clone()], depth)
    };
    let mut redundant = Vec::new();
    for was in &only_old {
        for is in &new.elements {
            if alike(was, is)? {
                redundant.push(was.at.address());
            }
        }
    }
    for is in &only_new {
        for was in &old.elements {
            if alike(was, is)? {
                redundant.push(is.at.address());
            }
        }
    }
    only_old.retain(|element| !redundant.contains(&element.at.address()));
    only_new.retain(|element| !redundant.contains(&element.at.address()));
    let old_own = constraints(&old.own);
    let new_own = constraints(&new.own);
    let moved_away = moved(&old_own, &new_own, &only_old);
    let moved_in = moved(&new_own, &old_own, &only_new);
    let is_added =
        |element: &Element<'a>| !takes_over(element, &moved_away) && !only_refines(element, &new);
    let is_removed =
        |element: &Element<'a>| !takes_over(element, &moved_in) && !only_refines(element, &old);
    let sole_wrapper =
        |parts: &Parts<'a>, own: &BTreeSet<String>| own.is_empty() && parts.elements.len() == 1;
    let added: Vec<Element<'a>> = if sole_wrapper(&new, &new_own) {
        Vec::new()
    } else {
        only_new.into_iter().filter(is_added).collect()
    };
    let removed: Vec<Element<'a>> = if sole_wrapper(&old, &old_own) {
        Vec::new()
    } else {
        only_old.into_iter().filter(is_removed).collect()
    };
    Ok(Aligned {
        old: merged(&cx.old, &old, &removed)?,
        new: merged(&cx.new, &new, &added)?,
        added,
        removed,
    })
}

fn merged<'a>(tree: &Tree<'a>, parts: &Parts<'a>, without: &[Element<'a>]) -> Result<Shape<'a>> {
    let mut all = parts.own.clone();
    for element in &parts.elements {
        let left_out = without
            .iter()
            .any(|other| other.at.address() == element.at.address());
        if !left_out {
            all.extend(element.parts.iter().cloned());
        }
    }
    shape(tree, all)
}

/// Returns the constraints of `parts`, by keyword and member.
fn constraints(parts: &[Located<'_>]) -> BTreeSet<String> {
    let mut out = BTreeSet::new();
    for map in parts.iter().filter_map(|part| part.value.as_object()) {
        for (keyword, value) in map.iter().filter(|(keyword, _)| is_constraint(keyword)) {
            match (keyword.as_str(), value.as_object()) {
                ("type" | "required" | "$ref", _) => {}
                ("properties", Some(members)) => {
                    out.extend(members.keys().map(|name| format!("properties/{name}")));
                }
                (keyword, _) => {
                    out.insert(keyword.to_owned());
                }
            }
        }
    }
    out
}

/// Returns the constraints of `own` that `other` does not have, and those of `elements`.
fn moved(
    own: &BTreeSet<String>,
    other: &BTreeSet<String>,
    elements: &[Element<'_>],
) -> BTreeSet<String> {
    let mut out: BTreeSet<String> = own.difference(other).cloned().collect();
    for element in elements {
        out.extend(constraints(&element.parts));
    }
    out
}

/// Returns the inline schemas.
fn unnamed<'e, 'a>(elements: &'e [Element<'a>]) -> Vec<&'e Element<'a>> {
    let all = elements.iter();
    all.filter(|element| element.name.is_none()).collect()
}

/// Returns whether an element only has a type and requires members that the `whole` schema describes:
/// these constraints are compared with those of the other elements.
fn only_refines(element: &Element<'_>, whole: &Parts<'_>) -> bool {
    let others = whole.elements.iter().flat_map(|element| &element.parts);
    let described = |name: &Value| {
        let name = name.as_str().unwrap_or_default();
        let mut all = whole.own.iter().chain(others.clone());
        all.any(|part| {
            let members = part.value.get("properties");
            members.is_some_and(|members| members.get(name).is_some())
        })
    };
    let mut has_any = false;
    for map in element
        .parts
        .iter()
        .filter_map(|part| part.value.as_object())
    {
        for (keyword, value) in map.iter().filter(|(keyword, _)| is_constraint(keyword)) {
            let is_redundant = match keyword.as_str() {
                "type" => true,
                "required" => value
                    .as_array()
                    .is_some_and(|names| names.iter().all(described)),
                "properties" => value.as_object().is_some_and(serde_json::Map::is_empty),
                _ => false,
            };
            if !is_redundant {
                return false;
            }
            has_any = true;
        }
    }
    has_any
}

fn takes_over(element: &Element<'_>, moved: &BTreeSet<String>) -> bool {
    constraints(&element.parts)
        .iter()
        .any(|what| moved.contains(what))
}

/// Returns whether an element has no constraints.
fn is_annotation_only(element: &Element<'_>) -> bool {
    element.parts.iter().all(|part| {
        let map = part.value.as_object();
        map.is_none_or(|map| !map.keys().any(|keyword| is_constraint(keyword)))
    })
}

impl<'a> SchemaComparison<'_, 'a> {
    /// Reports the added and removed schemas of `allOf`.
    pub(super) fn unmatched(&mut self, added: &[Element<'a>], removed: &[Element<'a>]) {
        for element in added {
            let name = alternative(&self.cx.new, &element.at.pointer);
            let at = in_new(&self.new.owner("allOf"));
            let (action, text) = if is_annotation_only(element) {
                (
                    "all-of-added-annotation-only",
                    "has one more schema in `allOf`, which demands nothing",
                )
            } else {
                ("all-of-added", "must fit one more schema of `allOf`")
            };
            self.report(
                action,
                &at,
                &name,
                format!("{text}: {name}", name = code(&name)),
            );
        }
        for element in removed {
            let name = alternative(&self.cx.old, &element.at.pointer);
            let at = in_old(&self.old.owner("allOf"));
            let (action, text) = if is_annotation_only(element) {
                (
                    "all-of-removed-annotation-only",
                    "has lost a schema of `allOf` that demanded nothing",
                )
            } else {
                ("all-of-removed", "need no longer fit a schema of `allOf`")
            };
            self.report(
                action,
                &at,
                &name,
                format!("{text}: {name}", name = code(&name)),
            );
        }
    }
}
