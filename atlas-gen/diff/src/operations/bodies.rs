//! Request bodies, and the media types of bodies in general.
//!
//! Media types of which one specializes the other (`application/json` and
//! `application/problem+json`) are compared with each other. Atlas's dated ones are versions, which
//! [`super::versions`] pairs.

use super::body::{Body, added, removed};
use super::operation::Operation;
use super::versions::{self, Steps};
use crate::comparison::{Comparison, Pair, in_new, in_old};
use crate::document::location::location;
use crate::document::tree::{Located, Tree};
use crate::report::finding::Side;
use crate::role::{Family, Role};
use atlas_gen::error::Result;
use atlas_gen::media_type::MediaType;

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
            cx.found(Some(node), &id, side, &in_new(&is.pointer), "", text);
        }
        (Some(was), None) => {
            let text = format!("{} was removed", words(&cx.old, &was));
            cx.found(
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
                    cx.found(
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
                    cx.found(
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
    let mut come = new;
    let mut gone = Vec::new();
    for old in old {
        match come.iter().position(|new| new.0 == old.0) {
            Some(i) => media_types(cx, body, &old, &come.remove(i))?,
            None => gone.push(old),
        }
    }
    for old in gone {
        let related = |new: &Entry<'a>| contains(old.0, new.0) || contains(new.0, old.0);
        match come.iter().position(related) {
            Some(i) => {
                let new = come.remove(i);
                renamed(cx, body, &old, &new);
                media_types(cx, body, &old, &new)?;
            }
            None => removed(
                cx,
                body.node,
                body.side,
                body.words,
                old.0,
                &in_old(&old.1.pointer),
            ),
        }
    }
    for new in come {
        added(
            cx,
            body.node,
            body.side,
            body.words,
            new.0,
            &in_new(&new.1.pointer),
        );
    }
    Ok(())
}

/// Splits the media types of both bodies into dated and other ones.
fn versions_apart<'a>(old: Vec<Entry<'a>>, new: Vec<Entry<'a>>) -> (Split<'a>, Split<'a>) {
    let is_version = |entry: &Entry<'a>| MediaType::parse(entry.0).is_some();
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
    let (name, at) = (new.0, &new.1);
    match (old.1.get("schema"), at.get("schema")) {
        (Some(old), Some(new)) => {
            let strong = is_json(name);
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
            cx.schemas(body.node, pair)?;
        }
        (None, Some(_)) => {
            let id = format!("{prefix}-body-media-type-schema-added");
            let text = format!("{} has a schema for `{name}` now", body.words);
            cx.found(
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
            let text = format!("{} no longer has a schema for `{name}`", body.words);
            cx.found(
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

/// Reports a related media type with another name in a response.
fn renamed<'a>(
    cx: &mut Comparison<'a>,
    body: Body<'_>,
    old: &(&'a str, Located<'a>),
    new: &(&'a str, Located<'a>),
) {
    if body.side == Side::Request {
        return;
    }
    let id = if parameters(old.0) != parameters(new.0) {
        "response-media-type-name-changed"
    } else if contains(old.0, new.0) {
        "response-media-type-name-specialized"
    } else {
        "response-media-type-name-generalized"
    };
    let text = format!(
        "{} has the media type `{}` instead of `{}`",
        body.words, new.0, old.0
    );
    let at = in_new(&new.1.pointer);
    cx.found(Some(body.node), id, Some(body.side), &at, old.0, text);
}

/// Returns whether a media type is JSON, which distinguishes numbers from strings.
fn is_json(name: &str) -> bool {
    let bare = bare(name);
    bare == "application/json" || bare.ends_with("+json")
}

fn bare(name: &str) -> String {
    let bare = name.split(';').next().unwrap_or_default();
    bare.trim().to_ascii_lowercase()
}

fn parameters(name: &str) -> Vec<String> {
    let mut all: Vec<String> = name
        .split(';')
        .skip(1)
        .map(|part| part.trim().to_ascii_lowercase())
        .filter(|part| !part.is_empty())
        .collect();
    all.sort_unstable();
    all
}

/// Returns whether the media type `special` matches `general`.
fn contains(general: &str, special: &str) -> bool {
    let (general, special) = (bare(general), bare(special));
    let (Some((type_a, rest_a)), Some((type_b, rest_b))) =
        (general.split_once('/'), special.split_once('/'))
    else {
        return false;
    };
    if type_a != type_b {
        return false;
    }
    let (mut parts_a, mut parts_b) = (rest_a.split('+'), rest_b.split('+'));
    let (Some(sub_a), Some(sub_b)) = (parts_a.next(), parts_b.next()) else {
        return false;
    };
    let (suffixes_a, suffixes_b): (Vec<&str>, Vec<&str>) = (parts_a.collect(), parts_b.collect());
    suffixes_a.is_empty() && suffixes_b.last() == Some(&sub_a)
        || sub_a == sub_b && suffixes_b.starts_with(&suffixes_a)
}
