//! Compares two schemas: their differences at this level, and the pairs below.
//!
//! It knows the meaning of two schemas and their direction, not which operations use them.

mod all_of;
mod annotations;
mod forbidden;
mod heirs;
mod limits;
mod matching;
mod members;
mod patterns;
mod type_lists;
mod types;
mod unions;
mod values;
mod work;

use serde_json::Value;

use crate::comparison::{Comparison, Pair};
use crate::document::location::location;
use crate::document::parts::Schema;
use crate::document::tree::{Located, component};
use crate::document::unify::unify;
use crate::graph::PendingFinding;
use crate::quoting::{REPLACED, code};
use crate::role::{Family, Role};
use atlas_gen::error::Result;
use atlas_gen::pointer;
use work::{Step, Work};

/// The maximal nesting of searches for partners, and the number of pairs that they may visit.
const MAX_NESTED: usize = 2;
const MAX_PAIRS: usize = 300;

/// Compares all queued pairs, and those that this adds.
pub(crate) fn compare(cx: &mut Comparison<'_>) -> Result<()> {
    while let Some((node, pair)) = cx.dequeue() {
        let step = step(cx, &pair, 0)?;
        for draft in step.drafts {
            cx.graph.add(Some(node), draft);
        }
        for pair in step.children {
            cx.enqueue(node, pair)?;
        }
    }
    Ok(())
}

/// Compares two schemas, without what lies below them. Where another component is referred to than
/// before, and the old one is still there, that is the change: the findings are at the reference and
/// name both.
fn step<'a>(cx: &Comparison<'a>, pair: &Pair<'a>, nested: usize) -> Result<Step<'a>> {
    let mut step = differences(cx, pair, nested)?;
    let ([old], [new]) = (&pair.old[..], &pair.new[..]) else {
        return Ok(step);
    };
    named(cx, old, new, &mut step.drafts);
    Ok(step)
}

/// Names both components in `drafts`, and moves these to the reference, if another component is
/// referred to than before, and the old one is still there.
fn named<'a>(
    cx: &Comparison<'a>,
    old: &Located<'a>,
    new: &Located<'a>,
    drafts: &mut [PendingFinding],
) {
    let (Some(before), Some(now)) = (component(old), component(new)) else {
        return;
    };
    let is_left = || {
        cx.new
            .find(&pointer::join("/components/schemas", before))
            .is_some()
    };
    if before != now && is_left() && !drafts.is_empty() {
        let (before, now) = (code(&before), code(&now));
        let key = location(&cx.new, &new.pointer).key;
        for draft in drafts {
            draft.text = format!("{}; {now}{REPLACED}{before}", draft.text);
            draft.pointer = new.pointer.clone();
            draft.key = format!("{key}\n{}", draft.key);
        }
    }
}

fn differences<'a>(cx: &Comparison<'a>, pair: &Pair<'a>, nested: usize) -> Result<Step<'a>> {
    let mut aligned = all_of::align(cx, pair, nested)?;
    aligned.old.split_enum_like(&aligned.new);
    aligned.new.split_enum_like(&aligned.old);
    unify(&cx.old, &cx.new, &mut aligned.old, &mut aligned.new)?;
    let mut work = Work {
        cx,
        role: pair.role,
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
    if work.role.ignored {
        work.unread_findings();
        return Ok(work.step);
    }
    if work.unions(pair)? {
        return Ok(work.step);
    }
    work.mapped();
    work.nullable();
    work.content()?;
    Ok(work.step)
}

/// Returns whether two schemas mean the same to callers.
///
/// Only used to find partners for schemas without a name, so that a doubtful result may be false:
/// it stops beyond some number of pairs.
pub(crate) fn same<'a>(
    cx: &Comparison<'a>,
    old: &Schema<'a>,
    new: &Schema<'a>,
    nested: usize,
) -> Result<bool> {
    if nested >= MAX_NESTED || !cx.spend_search_budget(1) || plainly_different(cx, old, new)? {
        return Ok(false);
    }
    let role = Role::root(Family::Request { strong: true });
    let found = search(cx, old, new, role, nested, |_| false)?;
    Ok(found == Some(true))
}

/// Returns whether callers who know `old` in this `role` get along with `new`, so that all findings are
/// `allowed`; `None` where the search stops before it is known.
pub(crate) fn gets_along<'a>(
    cx: &Comparison<'a>,
    old: &Schema<'a>,
    new: &Schema<'a>,
    role: Role,
    nested: usize,
    allowed: fn(&PendingFinding) -> bool,
) -> Result<Option<bool>> {
    if nested >= MAX_NESTED || !cx.spend_search_budget(1) {
        return Ok(None);
    }
    search(cx, old, new, role, nested, allowed)
}

/// Returns whether all that is found between two schemas is `allowed`.
fn search<'a>(
    cx: &Comparison<'a>,
    old: &Schema<'a>,
    new: &Schema<'a>,
    role: Role,
    nested: usize,
    allowed: fn(&PendingFinding) -> bool,
) -> Result<Option<bool>> {
    let mut waiting = vec![Pair {
        old: old.clone(),
        new: new.clone(),
        role,
    }];
    let mut seen = std::collections::HashSet::new();
    while let Some(pair) = waiting.pop() {
        if !seen.insert(pair.key(&cx.old, &cx.new)?) {
            continue;
        }
        if seen.len() > MAX_PAIRS {
            return Ok(None);
        }
        let step = step(cx, &pair, nested + 1)?;
        if !cx.spend_search_budget(1 + step.children.len() + step.drafts.len()) {
            return Ok(None);
        }
        if !step.drafts.iter().all(allowed) {
            return Ok(Some(false));
        }
        waiting.extend(step.children);
    }
    Ok(Some(true))
}

/// Returns whether two schemas obviously differ: in their type or in the names of their members.
fn plainly_different<'a>(cx: &Comparison<'a>, old: &Schema<'a>, new: &Schema<'a>) -> Result<bool> {
    let ([old], [new]) = (&old[..], &new[..]) else {
        return Ok(false);
    };
    let (old, new) = (cx.old.resolve(old)?, cx.new.resolve(new)?);
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
