//! Compares `encoding`: how the members of a form are written in a request.
//!
//! It knows the two media types of forms, not how media types are matched.

use std::collections::{BTreeMap, BTreeSet};

use super::body::Body;
use crate::comparison::{Comparison, in_new};
use crate::document::normalize::{Shape, whole};
use crate::document::parts::Schema;
use crate::document::tree::{Located, Tree};
use crate::report::finding::Side;
use crate::words::code;
use atlas_gen::error::Result;

/// How a member is written.
#[derive(Debug, PartialEq, Eq)]
struct Form {
    /// The media types that it may have.
    types: BTreeSet<String>,
    /// `style` and `explode`; only for forms that are no parts of their own.
    style: Option<(String, bool)>,
    /// The headers that its part must have, in lower case.
    headers: BTreeSet<String>,
}

/// Compares the forms `old` and `new`, media types called `names`.
///
/// A member that may be written in fewer media types, another style, or only with further headers
/// breaks callers; more media types break nobody.
pub(crate) fn compare<'a>(
    cx: &mut Comparison<'a>,
    body: Body<'_>,
    names: (&str, &str),
    old: &Located<'a>,
    new: &Located<'a>,
) -> Result<()> {
    let is_multipart = |name: &str| name.to_ascii_lowercase().starts_with("multipart/");
    let is_form = |name: &str| {
        is_multipart(name)
            || name
                .to_ascii_lowercase()
                .starts_with("application/x-www-form-urlencoded")
    };
    if body.side != Side::Request || !is_form(names.0) || !is_form(names.1) {
        return Ok(());
    }
    let was = forms(&cx.old, old, is_multipart(names.0))?;
    let is = forms(&cx.new, new, is_multipart(names.1))?;
    for (name, now) in &is {
        let Some(before) = was.get(name) else {
            continue;
        };
        let member = code(name);
        let lost: Vec<&str> = before
            .types
            .difference(&now.types)
            .map(String::as_str)
            .collect();
        let said = if !lost.is_empty() {
            let list = |types: &BTreeSet<String>| {
                let all: Vec<String> = types.iter().map(code).collect();
                all.join(", ")
            };
            format!("as {} instead of {}", list(&now.types), list(&before.types))
        } else if let (Some(style), true) = (&now.style, before.style != now.style) {
            format!("as {} (explode: {}) now", code(&style.0), style.1)
        } else if let Some(header) = now.headers.difference(&before.headers).next() {
            format!("with the header {} now", code(header))
        } else {
            continue;
        };
        let text = format!("{} has the member {member} written {said}", body.words);
        let at = in_new(&new.pointer);
        let detail = format!("{name} {said}");
        let id = "request-body-encoding-changed";
        cx.found(Some(body.node), id, Some(body.side), &at, &detail, text);
    }
    Ok(())
}

/// Returns how each member of a form is written.
fn forms<'a>(
    tree: &Tree<'a>,
    media_type: &Located<'a>,
    is_multipart: bool,
) -> Result<BTreeMap<&'a str, Form>> {
    let mut found = BTreeMap::new();
    let Some(schema) = media_type.get("schema") else {
        return Ok(found);
    };
    let encodings: BTreeMap<&str, Located<'a>> =
        media_type.entries("encoding")?.into_iter().collect();
    for (name, member) in whole(tree, &vec![schema])?.members {
        let encoding = encodings.get(name);
        let text = |key: &str| encoding.and_then(|encoding| encoding.text(key));
        let types = match text("contentType") {
            Some(types) => types
                .split(',')
                .map(|one| one.trim().to_ascii_lowercase())
                .collect(),
            None => BTreeSet::from([by_default(tree, &member)?.to_owned()]),
        };
        let style = text("style").unwrap_or("form");
        let explode = encoding.and_then(|encoding| encoding.value.get("explode")?.as_bool());
        let style = (style.to_owned(), explode.unwrap_or(style == "form"));
        let mut headers = BTreeSet::new();
        if let (Some(encoding), true) = (encoding, is_multipart) {
            for (name, at) in encoding.entries("headers")? {
                // The media type is a member of its own (OpenAPI 3.0.3, Encoding Object).
                let name = name.to_ascii_lowercase();
                if name != "content-type" && tree.resolve(&at)?.flag("required") {
                    headers.insert(name);
                }
            }
        }
        let form = Form {
            types,
            style: (!is_multipart).then_some(style),
            headers,
        };
        found.insert(name, form);
    }
    Ok(found)
}

/// Returns the media type of a member that says none (OpenAPI 3.0.3, Encoding Object).
fn by_default<'a>(tree: &Tree<'a>, member: &Schema<'a>) -> Result<&'static str> {
    let shape = whole(tree, member)?;
    let of = |shape: &Shape<'_>| {
        if shape.types.contains("object") {
            "application/json"
        } else if matches!(shape.text("format"), Some("binary" | "base64")) {
            "application/octet-stream"
        } else {
            "text/plain"
        }
    };
    match &shape.items {
        Some(items) => Ok(of(&whole(tree, items)?)),
        None => Ok(of(&shape)),
    }
}
