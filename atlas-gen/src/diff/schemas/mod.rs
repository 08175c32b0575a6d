//! Two schemas, one step: what differs between them here, and which pairs lie below.
//!
//! It knows what two schemas mean and which way they travel, not which operations use them.

mod all_of;
mod annotations;
mod forbidden;
mod limits;
mod matching;
mod members;
mod place;
mod type_lists;
mod types;
mod unions;
mod values;

pub(super) use place::{Family, Place};

use serde_json::Value;

use super::causes::Draft;
use super::compare::{At, Comparison, Pair, in_new};
use super::meaning::{Additional, Shape};
use super::parts::Schema;
use super::spot::spot;
use super::tree::{Located, Tree};
use crate::error::Result;

/// How deep the search for a partner may stand inside another, and how many pairs it may look at.
const MAX_NESTED: usize = 2;
const MAX_PAIRS: usize = 300;

/// What one step has found.
pub(super) struct Step<'a> {
    pub(super) drafts: Vec<Draft>,
    pub(super) children: Vec<Pair<'a>>,
}

/// One step at work.
struct Work<'c, 'a> {
    all: &'c Comparison<'a>,
    place: Place,
    old: Shape<'a>,
    new: Shape<'a>,
    /// How many comparisons this one stands inside of.
    nested: usize,
    /// The components that came or went as alternatives.
    alternatives_named: Vec<&'a str>,
    step: Step<'a>,
}

/// What tells a pair from others: the places that its references lead to, and its place.
pub(super) fn key(old: &Tree<'_>, new: &Tree<'_>, pair: &Pair<'_>) -> Result<Vec<usize>> {
    let mut key = vec![pair.place.number()];
    for (tree, schema) in [(old, &pair.old), (new, &pair.new)] {
        for at in schema {
            key.push(tree.resolve(at)?.address());
        }
        key.push(0);
    }
    Ok(key)
}

/// Compares two schemas, without what lies below them.
pub(super) fn step<'a>(all: &Comparison<'a>, pair: &Pair<'a>, nested: usize) -> Result<Step<'a>> {
    let mut aligned = all_of::align(all, pair, nested)?;
    aligned.old.divide_like(&aligned.new);
    aligned.new.divide_like(&aligned.old);
    let mut work = Work {
        all,
        place: pair.place,
        old: aligned.old,
        new: aligned.new,
        nested,
        alternatives_named: Vec::new(),
        step: Step {
            drafts: Vec::new(),
            children: Vec::new(),
        },
    };
    work.unmatched(&aligned.added, &aligned.removed);
    if work.place.unread {
        work.unread_findings();
        return Ok(work.step);
    }
    if work.unions(pair)? {
        return Ok(work.step);
    }
    work.nullable();
    if work.types() {
        work.values();
        work.limits();
        work.members()?;
        work.below();
        work.forbidden()?;
    }
    work.annotations();
    Ok(work.step)
}

/// Whether two schemas mean the same to those who send them.
///
/// Asked only to find partners for what has no name, so that a doubtful answer may be no: it gives
/// up beyond some number of pairs.
pub(super) fn same<'a>(
    all: &Comparison<'a>,
    old: &Schema<'a>,
    new: &Schema<'a>,
    nested: usize,
) -> Result<bool> {
    if nested >= MAX_NESTED || !all.may_search(1) || plainly_different(all, old, new)? {
        return Ok(false);
    }
    let place = Place::root(Family::Request { strong: true });
    let mut waiting = vec![Pair {
        old: old.clone(),
        new: new.clone(),
        place,
    }];
    let mut seen = std::collections::HashSet::new();
    while let Some(pair) = waiting.pop() {
        if !seen.insert(key(&all.old, &all.new, &pair)?) {
            continue;
        }
        if seen.len() > MAX_PAIRS {
            return Ok(false);
        }
        let step = step(all, &pair, nested + 1)?;
        if !all.may_search(1 + step.children.len() + step.drafts.len()) {
            return Ok(false);
        }
        if !step.drafts.is_empty() {
            return Ok(false);
        }
        waiting.extend(step.children);
    }
    Ok(true)
}

/// Whether two schemas differ at first sight: in their type or in the names of their members.
fn plainly_different<'a>(all: &Comparison<'a>, old: &Schema<'a>, new: &Schema<'a>) -> Result<bool> {
    let ([old], [new]) = (&old[..], &new[..]) else {
        return Ok(false);
    };
    let (old, new) = (all.old.resolve(old)?, all.new.resolve(new)?);
    let says_all = |at: &Located<'a>| {
        let elsewhere = ["allOf", "oneOf", "anyOf"];
        elsewhere
            .iter()
            .all(|keyword| at.value.get(keyword).is_none())
    };
    let members = |at: &Located<'a>| {
        let members = at.value.get("properties").and_then(Value::as_object);
        let mut names: Vec<&'a str> = members
            .into_iter()
            .flatten()
            .map(|(name, _)| name.as_str())
            .collect();
        names.sort_unstable();
        names
    };
    Ok(says_all(&old)
        && says_all(&new)
        && (old.text("type") != new.text("type") || members(&old) != members(&new)))
}

impl<'a> Work<'_, 'a> {
    /// Keeps a finding of the check that is called `action` at this place, if there is one.
    ///
    /// `predicate` says what happened to the schema at `at`.
    fn say(&mut self, action: &str, at: &At, detail: &str, predicate: impl AsRef<str>) {
        for prefix in self.place.prefixes() {
            let id = format!("{prefix}{action}");
            if super::checks::check(&id).is_some() {
                self.say_id(&id, at, detail, predicate);
                return;
            }
        }
    }

    /// Keeps a finding of the check called `id`.
    fn say_id(&mut self, id: &str, at: &At, detail: &str, predicate: impl AsRef<str>) {
        let text = format!("{} {}", self.subject(at), predicate.as_ref());
        let side = Some(self.place.family.side());
        self.step
            .drafts
            .extend(self.all.draft(id, side, at, detail, text));
    }

    /// What stands at `at`, in words.
    fn subject(&self, at: &At) -> String {
        let spot = spot(self.all.tree(at.which), &at.pointer);
        self.place.subject(&spot)
    }

    /// Where `keyword` stands: in the new document, or in the old one if it is gone.
    fn at(&self, keyword: &str) -> At {
        let is_there = |shape: &Shape<'_>| shape.value(keyword).is_some();
        if is_there(&self.old) && !is_there(&self.new) {
            let owner = self.old.owner(keyword);
            // A schema that is still there is pointed at where it is now.
            match self.all.new.at(&owner) {
                Some(_) => in_new(&owner),
                None => in_new(&self.new.owner(keyword)),
            }
        } else {
            in_new(&self.new.owner(keyword))
        }
    }

    /// Has two schemas below this one compared.
    fn child(&mut self, old: &Schema<'a>, new: &Schema<'a>) {
        self.child_at(self.place.inner(), old, new);
    }

    fn child_at(&mut self, place: Place, old: &Schema<'a>, new: &Schema<'a>) {
        self.step.children.push(Pair {
            old: old.clone(),
            new: new.clone(),
            place,
        });
    }

    /// What lies below, apart from members.
    fn below(&mut self) {
        if let (Some(old), Some(new)) = (self.old.items.clone(), self.new.items.clone()) {
            self.child(&old, &new);
        }
        let old = self.old.additional.clone();
        let new = self.new.additional.clone();
        let at = self.at("additionalProperties");
        match (&old, &new) {
            (Additional::Schema(old), Additional::Schema(new)) => self.child(old, new),
            (Additional::Any, Additional::Nothing)
            | (Additional::Schema(_), Additional::Nothing)
            | (Additional::Any, Additional::Schema(_)) => {
                let now = match new {
                    Additional::Nothing => "takes no members but those it names now",
                    _ => "takes other members only if they fit a schema now",
                };
                self.say("additional-properties-restricted", &at, "", now);
            }
            (Additional::Nothing, Additional::Any | Additional::Schema(_))
            | (Additional::Schema(_), Additional::Any) => {
                let now = "may hold members that it does not name now";
                self.say("additional-properties-allowed", &at, "", now);
            }
            (Additional::Any, Additional::Any) | (Additional::Nothing, Additional::Nothing) => {}
        }
    }
}
