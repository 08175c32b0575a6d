//! Responses: their statuses, headers and bodies.

use std::collections::{BTreeMap, BTreeSet};

use super::bodies;
use super::body::Body;
use super::operation::Operation;
use super::parameter::{Parameter, schema};
use super::serialization::serialization_change;
use super::versions::VersionChanges;
use crate::comparison::{Comparison, Pair, SourceLocation, in_new, in_old};
use crate::document::location::location;
use crate::document::tree::{Located, Tree};
use crate::quoting::code;
use crate::report::finding::Side;
use crate::role::{Family, Role};
use atlas_gen::error::Result;

/// Compares the responses of one operation.
pub(crate) fn compare<'a>(
    cx: &mut Comparison<'a>,
    node: usize,
    old: &Operation<'a>,
    new: &Operation<'a>,
    version_changes: &mut VersionChanges,
) -> Result<()> {
    let was = responses(&cx.old, old)?;
    let is = responses(&cx.new, new)?;
    let statuses: BTreeSet<&String> = was.keys().chain(is.keys()).collect();
    for status in statuses {
        if let (Some(old), Some(new)) = (response_to(status, &was), response_to(status, &is)) {
            response(cx, node, old, new, version_changes)?;
        }
    }
    // A status whose range is in both documents was covered before, and still is.
    let is_covered_by_range = |status: &str| {
        let stays = |range: &String| covers(range, status) && is.contains_key(range);
        was.keys().any(stays)
    };
    for (status, old) in was.iter().filter(|(status, _)| !is.contains_key(*status)) {
        // A range may be replaced by some of its statuses.
        if is.keys().any(|other| covers(status, other)) || is_covered_by_range(status) {
            continue;
        }
        let words = location(&cx.old, &old.pointer).owner;
        report_status(cx, node, status, "removed", &in_old(&old.pointer), words);
    }
    for (status, new) in is.iter().filter(|(status, _)| !was.contains_key(*status)) {
        let replaces = |old: &String| covers(status, old) && !is.contains_key(old);
        if was.keys().any(replaces) || is_covered_by_range(status) {
            continue;
        }
        let words = location(&cx.new, &new.pointer).owner;
        report_status(cx, node, status, "added", &in_new(&new.pointer), words);
    }
    Ok(())
}

/// Returns the response for `status`: that of the status, of its range, or `default`.
fn response_to<'r, 'a>(status: &str, all: &'r Responses<'a>) -> Option<&'r Located<'a>> {
    let range = || all.iter().find(|(range, _)| covers(range, status));
    all.get(status)
        .or_else(|| range().map(|(_, response)| response))
        .or_else(|| {
            default_covers(status, all)
                .then(|| all.get("default"))
                .flatten()
        })
}

/// Compares headers and bodies of two responses.
fn response<'a>(
    cx: &mut Comparison<'a>,
    node: usize,
    old: &Located<'a>,
    new: &Located<'a>,
    version_changes: &mut VersionChanges,
) -> Result<()> {
    headers(cx, node, old, new)?;
    let body = Body {
        node,
        side: Side::Response,
        words: &location(&cx.new, &new.pointer).owner,
    };
    bodies::content(cx, body, old, new, version_changes)
}

/// Returns whether `default` applies to `status`: if there are success statuses, it only applies to
/// failures.
fn default_covers(status: &str, all: &Responses<'_>) -> bool {
    let is_failure = status.starts_with(['4', '5']);
    is_failure || !all.keys().any(|other| other.starts_with('2'))
}

/// Returns whether `range`, such as `2XX`, includes `status`.
fn covers(range: &str, status: &str) -> bool {
    let class = range.strip_suffix("XX");
    class.is_some_and(|class| status != range && status.starts_with(class))
}

/// Reports an added or removed response. Operations that refer to the same response in `components`
/// share the finding.
fn report_status(
    cx: &mut Comparison<'_>,
    node: usize,
    status: &str,
    action: &str,
    at: &SourceLocation,
    words: String,
) {
    let success = match status.starts_with('2') {
        true => "success",
        false => "non-success",
    };
    let shared = at.pointer.starts_with("/components/");
    let words = match (shared, action) {
        (true, "added") => format!("{words} may answer with the status {status} now"),
        (true, _) => format!("{words} no longer answers with the status {status}"),
        (false, "added") => format!("{words} is new"),
        (false, _) => format!("{words} was removed"),
    };
    let id = format!("response-{success}-status-{action}");
    cx.report(Some(node), &id, Some(Side::Response), at, status, words);
}

/// Responses by status; ranges in upper case.
type Responses<'a> = BTreeMap<String, Located<'a>>;

fn responses<'a>(tree: &Tree<'a>, operation: &Operation<'a>) -> Result<Responses<'a>> {
    let mut found = BTreeMap::new();
    for (status, at) in operation.at.entries("responses")? {
        if status.starts_with("x-") {
            continue;
        }
        let key = match status.strip_suffix("xx") {
            Some(class) => format!("{class}XX"),
            None => status.to_owned(),
        };
        found.insert(key, tree.resolve(&at)?);
    }
    Ok(found)
}

fn headers<'a>(
    cx: &mut Comparison<'a>,
    node: usize,
    old: &Located<'a>,
    new: &Located<'a>,
) -> Result<()> {
    let by_name = |tree: &Tree<'a>,
                   response: &Located<'a>|
     -> Result<BTreeMap<String, (&'a str, Located<'a>)>> {
        let mut found = BTreeMap::new();
        for (name, at) in response.entries("headers")? {
            // Ignored, because `content` defines it (OpenAPI 3.0.3, Response Object).
            if name.eq_ignore_ascii_case("content-type") {
                continue;
            }
            found.insert(name.to_ascii_lowercase(), (name, tree.resolve(&at)?));
        }
        Ok(found)
    };
    let was = by_name(&cx.old, old)?;
    let mut is = by_name(&cx.new, new)?;
    let side = Some(Side::Response);
    for (key, (name, old)) in &was {
        let words = |tree: &Tree<'a>, at: &Located<'a>| header(tree, at, name);
        let Some((_, new)) = is.remove(key) else {
            let id = match old.flag("required") {
                true => "required-response-header-removed",
                false => "optional-response-header-removed",
            };
            let text = format!("{} was removed", words(&cx.old, old));
            cx.report(Some(node), id, side, &in_old(&old.pointer), name, text);
            continue;
        };
        if old.flag("required") && !new.flag("required") {
            let text = format!("{} became optional", words(&cx.new, &new));
            cx.report(
                Some(node),
                "response-header-became-optional",
                side,
                &in_new(&new.pointer),
                "",
                text,
            );
        }
        if let (Some(old_schema), Some(new_schema)) = (schema(old)?, schema(&new)?) {
            let as_parameter = |at: &Located<'a>| Parameter {
                at: at.clone(),
                location: "header",
                name,
                of_path: false,
            };
            let (was, is) = (as_parameter(old), as_parameter(&new));
            if let Some((detail, said)) = serialization_change(cx, &was, &is, &new_schema)? {
                let id = "response-header-serialization-changed";
                let text = format!("{} {said}", words(&cx.new, &new));
                cx.report(Some(node), id, side, &in_new(&new.pointer), &detail, text);
            }
            let pair = Pair {
                old: old_schema,
                new: new_schema,
                role: Role::root(Family::Header),
            };
            cx.enqueue(node, pair)?;
        }
    }
    for (name, at) in is.values() {
        let text = format!("{} is new", header(&cx.new, at, name));
        cx.report(
            Some(node),
            "response-header-added",
            side,
            &in_new(&at.pointer),
            name,
            text,
        );
    }
    Ok(())
}

/// Describes a header by its name in responses, which may differ from that of its component.
fn header(tree: &Tree<'_>, at: &Located<'_>, name: &str) -> String {
    let owner = location(tree, &at.pointer).owner;
    let name = code(&name);
    match owner.starts_with("the header") {
        true => format!("the header {name}"),
        false => format!("the header {name} of {owner}"),
    }
}
