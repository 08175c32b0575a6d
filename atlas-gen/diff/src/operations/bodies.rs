//! Request bodies, and the media types of bodies in general.
//!
//! A media type is compared with a more specific one (`application/json` with
//! `application/problem+json`). Atlas's dated media types are versions, which [`super::versions`] pairs.

use super::body::{Body, added, removed};
use super::encoding;
use super::media_types::{accepts, dated, generality, is_family_of, is_json, is_wider, normalized};
use super::operation::Operation;
use super::versions::{self, VersionChanges};
use crate::comparison::{Comparison, Pair, in_new, in_old};
use crate::document::location::location;
use crate::document::tree::{Located, Tree};
use crate::quoting::code;
use crate::report::finding::Side;
use crate::role::{Family, Role};
use atlas_gen::error::Result;

/// A media type and its value.
type Entry<'a> = (&'a str, Located<'a>);

/// Dated media types and others.
type Split<'a> = (Vec<Entry<'a>>, Vec<Entry<'a>>);

/// Compares the request bodies of one operation.
pub(crate) fn compare<'a>(
    cx: &mut Comparison<'a>,
    node: usize,
    old: &Operation<'a>,
    new: &Operation<'a>,
    version_changes: &mut VersionChanges,
) -> Result<()> {
    let side = Some(Side::Request);
    let words = |tree: &Tree<'a>, at: &Located<'a>| location(tree, &at.pointer).owner;
    let resolve = |tree: &Tree<'a>, at: Option<Located<'a>>| match at {
        Some(at) => tree.resolve(&at).map(Some),
        None => Ok(None),
    };
    let was = resolve(&cx.old, old.at.get("requestBody"))?;
    let is = resolve(&cx.new, new.at.get("requestBody"))?;
    match (was, is) {
        (None, None) => {}
        (None, Some(is)) => {
            let word = if is.flag("required") {
                "required"
            } else {
                "optional"
            };
            let id = format!("request-body-added-{word}");
            let text = format!("{} is new and {word}", words(&cx.new, &is));
            cx.report(Some(node), &id, side, &in_new(&is.pointer), "", text);
        }
        (Some(was), None) => {
            let text = format!("{} was removed", words(&cx.old, &was));
            cx.report(
                Some(node),
                "request-body-removed",
                side,
                &in_old(&was.pointer),
                "",
                text,
            );
        }
        (Some(was), Some(is)) => {
            let at = in_new(&is.pointer);
            let words = words(&cx.new, &is);
            match (was.flag("required"), is.flag("required")) {
                (false, true) => {
                    let text = format!("{words} became required");
                    cx.report(
                        Some(node),
                        "request-body-became-required",
                        side,
                        &at,
                        "",
                        text,
                    );
                }
                (true, false) => {
                    let text = format!("{words} became optional");
                    cx.report(
                        Some(node),
                        "request-body-became-optional",
                        side,
                        &at,
                        "",
                        text,
                    );
                }
                _ => {}
            }
            let body = Body {
                node,
                side: Side::Request,
                words: &words,
            };
            content(cx, body, &was, &is, version_changes)?;
        }
    }
    Ok(())
}

/// Compares the media types of a request body or a response.
pub(crate) fn content<'a>(
    cx: &mut Comparison<'a>,
    body: Body<'_>,
    old: &Located<'a>,
    new: &Located<'a>,
    version_changes: &mut VersionChanges,
) -> Result<()> {
    let ((old_versions, old), (new_versions, new)) =
        split_versions(old.entries("content")?, new.entries("content")?);
    for (old, new) in versions::pair(
        body,
        &old_versions,
        &new_versions,
        &cx.options.today,
        version_changes,
    ) {
        compare_media_types(cx, body, old, new)?;
    }
    compare_undated(cx, body, &old, &new)
}

/// Compares media types that are not versions of Atlas, each with those that accept it.
fn compare_undated<'a>(
    cx: &mut Comparison<'a>,
    body: Body<'_>,
    old: &[Entry<'a>],
    new: &[Entry<'a>],
) -> Result<()> {
    let mut unmatched_old: Vec<&Entry<'a>> = Vec::new();
    let mut unmatched_new: Vec<&Entry<'a>> = new.iter().collect();
    for old in old {
        // Two entries may be the same media type; an equal spelling takes precedence.
        let same = |new: &&Entry<'a>| normalized(new.0) == normalized(old.0);
        let spelled = unmatched_new.iter().position(|new| new.0 == old.0);
        match spelled.or_else(|| unmatched_new.iter().position(same)) {
            Some(i) => compare_media_types(cx, body, old, unmatched_new.remove(i))?,
            None => unmatched_old.push(old),
        }
    }
    // A range corresponds to all media types that it includes.
    let mut taken = Vec::new();
    for old in std::mem::take(&mut unmatched_old) {
        let wider = new.iter().filter(|new| accepts(new.0, old.0));
        if let Some(new) = wider.min_by_key(|new| generality(new.0)) {
            if unmatched_new.iter().any(|other| other.0 == new.0) && !taken.contains(&new.0) {
                renamed(cx, body, old, new);
                taken.push(new.0);
            }
            compare_media_types(cx, body, old, new)?;
            continue;
        }
        let narrower: Vec<&Entry<'a>> = unmatched_new
            .iter()
            .copied()
            .filter(|new| accepts(old.0, new.0))
            .collect();
        let Some(first) = narrower.first() else {
            unmatched_old.push(old);
            continue;
        };
        renamed(cx, body, old, first);
        for new in &narrower {
            compare_media_types(cx, body, old, new)?;
            taken.push(new.0);
        }
    }
    unmatched_new.retain(|new| !taken.contains(&new.0));
    for new in std::mem::take(&mut unmatched_new) {
        let wider = old.iter().filter(|old| accepts(old.0, new.0));
        match wider.min_by_key(|old| generality(old.0)) {
            Some(old) => compare_media_types(cx, body, old, new)?,
            None => unmatched_new.push(new),
        }
    }
    for old in unmatched_old {
        let related = |new: &&Entry<'a>| is_family_of(old.0, new.0) || is_family_of(new.0, old.0);
        match unmatched_new.iter().position(related) {
            Some(i) => {
                let new = unmatched_new.remove(i);
                renamed(cx, body, old, new);
                compare_media_types(cx, body, old, new)?;
            }
            None => {
                let at = in_old(&old.1.pointer);
                removed(cx, body.node, body.side, body.words, old.0, &at);
            }
        }
    }
    for new in unmatched_new {
        let at = in_new(&new.1.pointer);
        added(cx, body.node, body.side, body.words, new.0, &at);
    }
    Ok(())
}

/// Splits the media types of both bodies into dated and other ones.
fn split_versions<'a>(old: Vec<Entry<'a>>, new: Vec<Entry<'a>>) -> (Split<'a>, Split<'a>) {
    let is_version = |entry: &Entry<'a>| dated(entry.0).is_some();
    let mut old: Split<'a> = old.into_iter().partition(is_version);
    let mut new: Split<'a> = new.into_iter().partition(is_version);
    // A body may have become versioned, or unversioned: plain JSON corresponds to its versions.
    let related = |plain: &[Entry<'a>], versions: &[Entry<'a>]| {
        let version = |plain: &Entry<'a>| versions.iter().any(|v| is_family_of(plain.0, v.0));
        plain.iter().any(version)
    };
    if old.0.is_empty() && related(&old.1, &new.0) {
        new.1.append(&mut new.0);
    } else if new.0.is_empty() && related(&new.1, &old.0) {
        old.1.append(&mut old.0);
    }
    (old, new)
}

fn compare_media_types<'a>(
    cx: &mut Comparison<'a>,
    body: Body<'_>,
    old: &(&'a str, Located<'a>),
    new: &(&'a str, Located<'a>),
) -> Result<()> {
    let prefix = match body.side {
        Side::Request => "request",
        Side::Response => "response",
    };
    let (old_name, name, at) = (old.0, new.0, &new.1);
    let old_type = old.1.clone();
    match (old.1.get("schema"), at.get("schema")) {
        (Some(old), Some(new)) => {
            let strong = is_json(name) || is_json(old_name);
            let family = match body.side {
                Side::Request => Family::Request { strong },
                Side::Response => Family::Response { strong },
            };
            let role = Role::root(family);
            let pair = Pair {
                old: vec![old],
                new: vec![new],
                role,
            };
            cx.enqueue(body.node, pair)?;
            encoding::compare(cx, body, (old_name, name), &old_type, at)?;
        }
        (None, Some(_)) => {
            let id = format!("{prefix}-body-media-type-schema-added");
            let text = format!(
                "{} has a schema for {name} now",
                body.words,
                name = code(&name)
            );
            cx.report(
                Some(body.node),
                &id,
                Some(body.side),
                &in_new(&at.pointer),
                "",
                text,
            );
        }
        (Some(_), None) => {
            let id = format!("{prefix}-body-media-type-schema-removed");
            let text = format!(
                "{} no longer has a schema for {name}",
                body.words,
                name = code(&name)
            );
            cx.report(
                Some(body.node),
                &id,
                Some(body.side),
                &in_new(&at.pointer),
                "",
                text,
            );
        }
        (None, None) => {}
    }
    Ok(())
}

/// Reports that a media type was replaced by a related one. A request that accepts fewer media types
/// than before has lost the wider one; accepting more is not a finding.
fn renamed<'a>(
    cx: &mut Comparison<'a>,
    body: Body<'_>,
    old: &(&'a str, Located<'a>),
    new: &(&'a str, Located<'a>),
) {
    let wider = is_wider(new.0, old.0);
    if body.side == Side::Request {
        if !wider {
            let at = in_old(&old.1.pointer);
            removed(cx, body.node, body.side, body.words, old.0, &at);
        }
        return;
    }
    let id = if accepts(new.0, old.0) && accepts(old.0, new.0) {
        "response-media-type-name-changed"
    } else if wider {
        "response-media-type-name-generalized"
    } else {
        "response-media-type-name-specialized"
    };
    let text = format!(
        "{} has the media type {} instead of {}",
        body.words,
        code(&new.0),
        code(&old.0)
    );
    let at = in_new(&new.1.pointer);
    cx.report(Some(body.node), id, Some(body.side), &at, old.0, text);
}
