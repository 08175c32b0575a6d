//! Request bodies, and the media types of bodies in general.
//!
//! Media types of which one specializes the other (`application/json` and
//! `application/problem+json`) are compared with each other. Atlas's dated ones are versions, which
//! [`super::versions`] pairs.

use super::body::{Body, added, removed};
use super::encoding;
use super::media_types::{contains, covers, dated, is_json, is_wider, key, width};
use super::operation::Operation;
use super::versions::{self, Steps};
use crate::comparison::{Comparison, Pair, in_new, in_old};
use crate::document::location::location;
use crate::document::tree::{Located, Tree};
use crate::report::finding::Side;
use crate::role::{Family, Role};
use crate::words::code;
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
    steps: &mut Steps,
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
            content(cx, body, &was, &is, steps)?;
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
    steps: &mut Steps,
) -> Result<()> {
    let ((old_versions, old), (new_versions, new)) =
        versions_apart(old.entries("content")?, new.entries("content")?);
    for (old, new) in versions::pair(body, &old_versions, &new_versions, &cx.options.today, steps) {
        media_types(cx, body, old, new)?;
    }
    others(cx, body, &old, &new)
}

/// Compares media types that are no versions of Atlas, each with those that it is accepted as.
fn others<'a>(
    cx: &mut Comparison<'a>,
    body: Body<'_>,
    old: &[Entry<'a>],
    new: &[Entry<'a>],
) -> Result<()> {
    let mut gone: Vec<&Entry<'a>> = Vec::new();
    let mut come: Vec<&Entry<'a>> = new.iter().collect();
    for old in old {
        // The very spelling counts first, where two entries are the same media type.
        let same = |new: &&Entry<'a>| key(new.0) == key(old.0);
        let spelled = come.iter().position(|new| new.0 == old.0);
        match spelled.or_else(|| come.iter().position(same)) {
            Some(i) => media_types(cx, body, old, come.remove(i))?,
            None => gone.push(old),
        }
    }
    // A range takes what it covers, however many media types that are.
    let mut taken = Vec::new();
    for old in std::mem::take(&mut gone) {
        let wider = new.iter().filter(|new| covers(new.0, old.0));
        if let Some(new) = wider.min_by_key(|new| width(new.0)) {
            if come.iter().any(|other| other.0 == new.0) && !taken.contains(&new.0) {
                renamed(cx, body, old, new);
                taken.push(new.0);
            }
            media_types(cx, body, old, new)?;
            continue;
        }
        let narrower: Vec<&Entry<'a>> = come
            .iter()
            .copied()
            .filter(|new| covers(old.0, new.0))
            .collect();
        let Some(first) = narrower.first() else {
            gone.push(old);
            continue;
        };
        renamed(cx, body, old, first);
        for new in &narrower {
            media_types(cx, body, old, new)?;
            taken.push(new.0);
        }
    }
    come.retain(|new| !taken.contains(&new.0));
    for new in std::mem::take(&mut come) {
        let wider = old.iter().filter(|old| covers(old.0, new.0));
        match wider.min_by_key(|old| width(old.0)) {
            Some(old) => media_types(cx, body, old, new)?,
            None => come.push(new),
        }
    }
    for old in gone {
        let related = |new: &&Entry<'a>| contains(old.0, new.0) || contains(new.0, old.0);
        match come.iter().position(related) {
            Some(i) => {
                let new = come.remove(i);
                renamed(cx, body, old, new);
                media_types(cx, body, old, new)?;
            }
            None => {
                let at = in_old(&old.1.pointer);
                removed(cx, body.node, body.side, body.words, old.0, &at);
            }
        }
    }
    for new in come {
        let at = in_new(&new.1.pointer);
        added(cx, body.node, body.side, body.words, new.0, &at);
    }
    Ok(())
}

/// Splits the media types of both bodies into dated and other ones.
fn versions_apart<'a>(old: Vec<Entry<'a>>, new: Vec<Entry<'a>>) -> (Split<'a>, Split<'a>) {
    let is_version = |entry: &Entry<'a>| dated(entry.0).is_some();
    let mut old: Split<'a> = old.into_iter().partition(is_version);
    let mut new: Split<'a> = new.into_iter().partition(is_version);
    // Plain JSON that became a version, or was one, is the same body under another name.
    let related = |plain: &[Entry<'a>], versions: &[Entry<'a>]| {
        let version = |plain: &Entry<'a>| versions.iter().any(|v| contains(plain.0, v.0));
        plain.iter().any(version)
    };
    if old.0.is_empty() && related(&old.1, &new.0) {
        new.1.append(&mut new.0);
    } else if new.0.is_empty() && related(&new.1, &old.0) {
        old.1.append(&mut old.0);
    }
    (old, new)
}

fn media_types<'a>(
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

/// A body calls a related media type by another name. A request that takes fewer of them than
/// before has lost the wider one; one that takes more is no news.
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
    let id = if covers(new.0, old.0) && covers(old.0, new.0) {
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
