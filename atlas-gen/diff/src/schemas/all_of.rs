//! Compares `allOf`: which of its schemas correspond, and which were added or removed.
//!
//! A schema of `allOf` that only contains what was elsewhere before, or takes it over, was moved;
//! its members are compared as if they had always been there. One with other constraints was added
//! or removed as a whole, which is one finding and not one for each of its members. If one schema
//! without a name remains on each side, it is the same one with changes inside.

use std::collections::BTreeSet;

use serde_json::Value;

use super::same;
use super::work::Work;
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

/// Matches the `allOf` of both schemas, and merges what corresponds.
pub(super) fn align<'a>(
    cx: &Comparison<'a>,
    pair: &Pair<'a>,
    nested: usize,
) -> Result<Aligned<'a>> {
    let old = parts(&cx.old, &pair.old)?;
    let new = parts(&cx.new, &pair.new)?;
    let (mut gone, mut come) = (Vec::new(), new.elements.clone());
    for element in &old.elements {
        let by_name =
            |other: &&mut Element<'a>| element.name.is_some() && element.name == other.name;
        let found = come
            .iter_mut()
            .find(by_name)
            .map(|other| other.at.address());
        match found {
            Some(address) => come.retain(|other| other.at.address() != address),
            None => gone.push(element.clone()),
        }
    }
    // Those with the same meaning, without a name or with another.
    for element in std::mem::take(&mut gone) {
        let mut partner = None;
        for other in &come {
            let schemas = (&vec![element.at.clone()], &vec![other.at.clone()]);
            if same(cx, schemas.0, schemas.1, nested)? {
                partner = Some(other.at.address());
                break;
            }
        }
        match partner {
            Some(address) => come.retain(|other| other.at.address() != address),
            None => gone.push(element),
        }
    }
    if let ([was], [is]) = (&unnamed(&gone)[..], &unnamed(&come)[..]) {
        let (was, is) = (was.at.address(), is.at.address());
        gone.retain(|element| element.at.address() != was);
        come.retain(|element| element.at.address() != is);
    }
    // One that says again what another does demands nothing more.
    let alike = |was: &Element<'a>, is: &Element<'a>| {
        same(cx, &vec![was.at.clone()], &vec![is.at.clone()], nested)
    };
    let mut repeated = Vec::new();
    for was in &gone {
        for is in &new.elements {
            if alike(was, is)? {
                repeated.push(was.at.address());
            }
        }
    }
    for is in &come {
        for was in &old.elements {
            if alike(was, is)? {
                repeated.push(is.at.address());
            }
        }
    }
    gone.retain(|element| !repeated.contains(&element.at.address()));
    come.retain(|element| !repeated.contains(&element.at.address()));
    let old_own = demanded(&old.own);
    let new_own = demanded(&new.own);
    let lost = moved(&old_own, &new_own, &gone);
    let won = moved(&new_own, &old_own, &come);
    let came =
        |element: &Element<'a>| !takes_over(element, &lost) && !says_of_others(element, &new);
    let went = |element: &Element<'a>| !takes_over(element, &won) && !says_of_others(element, &old);
    let sole_wrapper =
        |parts: &Parts<'a>, own: &BTreeSet<String>| own.is_empty() && parts.elements.len() == 1;
    let added: Vec<Element<'a>> = if sole_wrapper(&new, &new_own) {
        Vec::new()
    } else {
        come.into_iter().filter(came).collect()
    };
    let removed: Vec<Element<'a>> = if sole_wrapper(&old, &old_own) {
        Vec::new()
    } else {
        gone.into_iter().filter(went).collect()
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
fn demanded(parts: &[Located<'_>]) -> BTreeSet<String> {
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

/// Returns the constraints of `own` or one of `elements` that `other` does not have.
fn moved(
    own: &BTreeSet<String>,
    other: &BTreeSet<String>,
    elements: &[Element<'_>],
) -> BTreeSet<String> {
    let mut out: BTreeSet<String> = own.difference(other).cloned().collect();
    for element in elements {
        out.extend(demanded(&element.parts));
    }
    out
}

/// Returns those that are not components.
fn unnamed<'e, 'a>(elements: &'e [Element<'a>]) -> Vec<&'e Element<'a>> {
    let all = elements.iter();
    all.filter(|element| element.name.is_none()).collect()
}

/// Returns whether an element only has a type and requires members that the `whole` describes: both
/// are compared with what the others say.
fn says_of_others(element: &Element<'_>, whole: &Parts<'_>) -> bool {
    let others = whole.elements.iter().flat_map(|element| &element.parts);
    let described = |name: &Value| {
        let name = name.as_str().unwrap_or_default();
        let mut all = whole.own.iter().chain(others.clone());
        all.any(|part| {
            let members = part.value.get("properties");
            members.is_some_and(|members| members.get(name).is_some())
        })
    };
    let mut demands_any = false;
    for map in element
        .parts
        .iter()
        .filter_map(|part| part.value.as_object())
    {
        for (keyword, value) in map.iter().filter(|(keyword, _)| is_constraint(keyword)) {
            let says_no_more = match keyword.as_str() {
                "type" => true,
                "required" => value
                    .as_array()
                    .is_some_and(|names| names.iter().all(described)),
                "properties" => value.as_object().is_some_and(serde_json::Map::is_empty),
                _ => false,
            };
            if !says_no_more {
                return false;
            }
            demands_any = true;
        }
    }
    demands_any
}

fn takes_over(element: &Element<'_>, moved: &BTreeSet<String>) -> bool {
    demanded(&element.parts)
        .iter()
        .any(|what| moved.contains(what))
}

/// Returns whether an element has no constraints.
fn says_nothing(element: &Element<'_>) -> bool {
    element.parts.iter().all(|part| {
        let map = part.value.as_object();
        map.is_none_or(|map| !map.keys().any(|keyword| is_constraint(keyword)))
    })
}

impl<'a> Work<'_, 'a> {
    /// Reports the added and removed schemas of `allOf`.
    pub(super) fn unmatched(&mut self, added: &[Element<'a>], removed: &[Element<'a>]) {
        for element in added {
            let name = alternative(&self.cx.new, &element.at.pointer);
            let at = in_new(&self.new.owner("allOf"));
            let (action, text) = if says_nothing(element) {
                (
                    "all-of-added-annotation-only",
                    "has one more schema in `allOf`, which demands nothing",
                )
            } else {
                ("all-of-added", "must fit one more schema of `allOf`")
            };
            self.say(
                action,
                &at,
                &name,
                format!("{text}: {name}", name = code(&name)),
            );
        }
        for element in removed {
            let name = alternative(&self.cx.old, &element.at.pointer);
            let at = in_old(&self.old.owner("allOf"));
            let (action, text) = if says_nothing(element) {
                (
                    "all-of-removed-annotation-only",
                    "has lost a schema of `allOf` that demanded nothing",
                )
            } else {
                ("all-of-removed", "need no longer fit a schema of `allOf`")
            };
            self.say(
                action,
                &at,
                &name,
                format!("{text}: {name}", name = code(&name)),
            );
        }
    }
}
