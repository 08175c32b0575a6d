//! Compares pairs of schemas, and queues the pairs of their subschemas.
//!
//! It knows two schemas and their role, not which operations use them.

mod all_of;
mod annotations;
mod counterparts;
mod limits;
mod matching;
mod members;
mod not;
mod patterns;
mod schema_comparison;
mod type_lists;
mod types;
mod unions;
mod values;

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
use schema_comparison::{Differences, SchemaComparison};

/// The maximal nesting of searches for counterparts.
const MAX_DEPTH: usize = 2;
/// The maximal number of pairs that a search visits.
const MAX_PAIRS: usize = 300;

/// Compares all queued pairs, including those that are queued meanwhile.
pub(crate) fn compare(cx: &mut Comparison<'_>) -> Result<()> {
    while let Some((node, pair)) = cx.dequeue() {
        let differences = compare_pair(cx, &pair, 0)?;
        for finding in differences.findings {
            cx.graph.add(Some(node), finding);
        }
        for pair in differences.children {
            cx.enqueue(node, pair)?;
        }
    }
    Ok(())
}

/// Compares two schemas without their subschemas.
fn compare_pair<'a>(cx: &Comparison<'a>, pair: &Pair<'a>, depth: usize) -> Result<Differences<'a>> {
    let mut differences = compare_shapes(cx, pair, depth)?;
    let ([old], [new]) = (&pair.old[..], &pair.new[..]) else {
        return Ok(differences);
    };
    attribute_to_reference(cx, old, new, &mut differences.findings);
    Ok(differences)
}

/// Moves `findings` to the reference and names both components, if another component is referred to and
/// the old one still exists: then the reference was changed, and not the component.
fn attribute_to_reference<'a>(
    cx: &Comparison<'a>,
    old: &Located<'a>,
    new: &Located<'a>,
    findings: &mut [PendingFinding],
) {
    let (Some(before), Some(now)) = (component(old), component(new)) else {
        return;
    };
    let still_exists = || {
        cx.new
            .find(&pointer::join("/components/schemas", before))
            .is_some()
    };
    if before != now && still_exists() && !findings.is_empty() {
        let (before, now) = (code(&before), code(&now));
        let key = location(&cx.new, &new.pointer).key;
        for finding in findings {
            finding.text = format!("{}; {now}{REPLACED}{before}", finding.text);
            finding.pointer = new.pointer.clone();
            finding.key = format!("{key}\n{}", finding.key);
        }
    }
}

fn compare_shapes<'a>(
    cx: &Comparison<'a>,
    pair: &Pair<'a>,
    depth: usize,
) -> Result<Differences<'a>> {
    let mut aligned = all_of::align(cx, pair, depth)?;
    aligned.old.split_enum_like(&aligned.new);
    aligned.new.split_enum_like(&aligned.old);
    unify(&cx.old, &cx.new, &mut aligned.old, &mut aligned.new)?;
    let mut comparison = SchemaComparison {
        cx,
        role: pair.role,
        old: aligned.old,
        new: aligned.new,
        depth,
        reported_alternatives: Vec::new(),
        differences: Differences {
            findings: Vec::new(),
            children: Vec::new(),
        },
    };
    comparison.unmatched(&aligned.added, &aligned.removed);
    if comparison.role.ignored {
        comparison.ignored_member();
        return Ok(comparison.differences);
    }
    if comparison.unions(pair)? {
        return Ok(comparison.differences);
    }
    comparison.compare_mapped();
    comparison.nullable();
    comparison.content()?;
    Ok(comparison.differences)
}

/// Returns whether two schemas are equivalent for callers.
///
/// It is used to match inline schemas, and returns false if the search exceeds its limits.
pub(crate) fn is_equivalent<'a>(
    cx: &Comparison<'a>,
    old: &Schema<'a>,
    new: &Schema<'a>,
    depth: usize,
) -> Result<bool> {
    if depth >= MAX_DEPTH || !cx.spend_search_budget(1) || obviously_differ(cx, old, new)? {
        return Ok(false);
    }
    let role = Role::root(Family::Request { strong: true });
    let found = all_findings_are(cx, old, new, role, depth, |_| false)?;
    Ok(found == Some(true))
}

/// Returns whether `new` is compatible with `old` in this `role`: all findings are `allowed`. `None` if
/// the search exceeds its limits.
pub(crate) fn is_compatible<'a>(
    cx: &Comparison<'a>,
    old: &Schema<'a>,
    new: &Schema<'a>,
    role: Role,
    depth: usize,
    allowed: fn(&PendingFinding) -> bool,
) -> Result<Option<bool>> {
    if depth >= MAX_DEPTH || !cx.spend_search_budget(1) {
        return Ok(None);
    }
    all_findings_are(cx, old, new, role, depth, allowed)
}

/// Returns whether all findings between two schemas and their subschemas are `allowed`; `None` if there
/// are too many pairs.
fn all_findings_are<'a>(
    cx: &Comparison<'a>,
    old: &Schema<'a>,
    new: &Schema<'a>,
    role: Role,
    depth: usize,
    allowed: fn(&PendingFinding) -> bool,
) -> Result<Option<bool>> {
    let mut queue = vec![Pair {
        old: old.clone(),
        new: new.clone(),
        role,
    }];
    let mut seen = std::collections::HashSet::new();
    while let Some(pair) = queue.pop() {
        if !seen.insert(pair.key(&cx.old, &cx.new)?) {
            continue;
        }
        if seen.len() > MAX_PAIRS {
            return Ok(None);
        }
        let differences = compare_pair(cx, &pair, depth + 1)?;
        if !cx.spend_search_budget(1 + differences.children.len() + differences.findings.len()) {
            return Ok(None);
        }
        if !differences.findings.iter().all(allowed) {
            return Ok(Some(false));
        }
        queue.extend(differences.children);
    }
    Ok(Some(true))
}

/// Returns whether two schemas obviously differ: in their type or in the names of their members.
fn obviously_differ<'a>(cx: &Comparison<'a>, old: &Schema<'a>, new: &Schema<'a>) -> Result<bool> {
    let ([old], [new]) = (&old[..], &new[..]) else {
        return Ok(false);
    };
    let (old, new) = (cx.old.resolve(old)?, cx.new.resolve(new)?);
    let is_self_contained = |at: &Located<'a>| {
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
    Ok(is_self_contained(&old)
        && is_self_contained(&new)
        && (old.text("type") != new.text("type") || members(&old) != members(&new)))
}
