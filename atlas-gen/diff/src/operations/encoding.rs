//! Compares `encoding`: how the members of a form are written in a request.
//!
//! It knows the two media types of forms, not how media types are matched.

use std::collections::BTreeMap;

use super::body::Body;
use super::media_types::{bare, is_wider};
use super::parameter::{self, Parameter};
use super::serialization::{explode_matters, holds_reserved, rewritten};
use crate::comparison::{Comparison, Pair, in_new};
use crate::document::location::location;
use crate::document::normalize::{Shape, merged_shape};
use crate::document::parts::Schema;
use crate::document::tree::{Located, Tree};
use crate::report::finding::Side;
use crate::role::{Family, Role};
use crate::words::code;
use atlas_gen::error::Result;

/// The check for a member that is written another way.
const ID: &str = "request-body-encoding-changed";

/// How a member is written.
#[derive(Debug)]
struct Form<'a> {
    /// The media types that it may have.
    types: Vec<&'a str>,
    /// Its style; only for forms that have no parts.
    style: Option<Style<'a>>,
    /// The headers of its part, by their names in lower case.
    headers: BTreeMap<String, Parameter<'a>>,
}

/// How a member without a part is written.
#[derive(Debug)]
struct Style<'a> {
    name: &'a str,
    explode: bool,
    /// Whether `explode` makes a difference.
    explode_matters: bool,
    /// Whether reserved characters may be sent as they are.
    reserved: bool,
    /// Whether there may be any.
    holds_reserved: bool,
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
    let is_multipart = |name: &str| bare(name).starts_with("multipart/");
    let is_form =
        |name: &str| is_multipart(name) || bare(name) == "application/x-www-form-urlencoded";
    if body.side != Side::Request || !is_form(names.0) || !is_form(names.1) {
        return Ok(());
    }
    let was = forms(&cx.old, old, is_multipart(names.0))?;
    let is = forms(&cx.new, new, is_multipart(names.1))?;
    for (name, now) in &is {
        let Some(before) = was.get(name) else {
            continue;
        };
        for said in narrowed(before, now) {
            let member = code(name);
            let text = format!("{} has the member {member} written {said}", body.words);
            let detail = format!("{name} {said}");
            let at = in_new(&new.pointer);
            cx.report(Some(body.node), ID, Some(body.side), &at, &detail, text);
        }
        for (name, now) in &now.headers {
            if let Some(before) = before.headers.get(name) {
                header(cx, body, before, now)?;
            }
        }
    }
    Ok(())
}

/// Says how a member has to be written now that was written otherwise `before`.
fn narrowed(before: &Form<'_>, now: &Form<'_>) -> Vec<String> {
    let mut all = Vec::new();
    let is_taken = |old: &str| now.types.iter().any(|new| is_wider(new, old));
    if !before.types.iter().all(|old| is_taken(old)) {
        let list = |types: &[&str]| {
            let all: Vec<String> = types.iter().map(code).collect();
            all.join(", ")
        };
        all.push(format!(
            "as {} instead of {}",
            list(&now.types),
            list(&before.types)
        ));
    }
    if let (Some(was), Some(is)) = (&before.style, &now.style) {
        let explodes = was.explode != is.explode && was.explode_matters && is.explode_matters;
        if was.name != is.name || explodes {
            let name = code(&is.name);
            all.push(format!("as {name} (explode: {}) now", is.explode));
        }
        let may_hold = was.holds_reserved && is.holds_reserved;
        if was.reserved && !is.reserved && may_hold {
            all.push("with reserved characters percent-encoded now".to_owned());
        }
    }
    let required = |form: &Form<'_>, name: &String| {
        let header = form.headers.get(name);
        header.is_some_and(|header| header.at.flag("required"))
    };
    let further = now
        .headers
        .iter()
        .filter(|(name, _)| required(now, name) && !required(before, name));
    all.extend(further.map(|(_, header)| format!("with the header {} now", code(&header.name))));
    all
}

/// Compares a header of a part.
fn header<'a>(
    cx: &mut Comparison<'a>,
    body: Body<'_>,
    old: &Parameter<'a>,
    new: &Parameter<'a>,
) -> Result<()> {
    let (Some(was), Some(is)) = (parameter::schema(&old.at)?, parameter::schema(&new.at)?) else {
        return Ok(());
    };
    if let Some((detail, said)) = rewritten(cx, old, new, &is)? {
        let owner = location(&cx.new, &new.at.pointer).owner;
        let at = in_new(&new.at.pointer);
        let text = format!("{owner} {said}");
        cx.report(Some(body.node), ID, Some(body.side), &at, &detail, text);
    }
    let pair = Pair {
        old: was,
        new: is,
        role: Role::root(Family::HeaderParameter),
    };
    cx.enqueue(body.node, pair)
}

/// Returns how each member of a form is written.
fn forms<'a>(
    tree: &Tree<'a>,
    media_type: &Located<'a>,
    is_multipart: bool,
) -> Result<BTreeMap<&'a str, Form<'a>>> {
    let mut found = BTreeMap::new();
    let Some(schema) = media_type.get("schema") else {
        return Ok(found);
    };
    let encodings: BTreeMap<&str, Located<'a>> =
        media_type.entries("encoding")?.into_iter().collect();
    for (name, member) in merged_shape(tree, &vec![schema])?.members {
        let encoding = encodings.get(name);
        let types = match encoding.and_then(|encoding| encoding.text("contentType")) {
            Some(types) => types.split(',').map(str::trim).collect(),
            None => vec![by_default(tree, &member)?],
        };
        let form = Form {
            types,
            style: match is_multipart {
                true => None,
                false => Some(style(tree, encoding, &member)?),
            },
            headers: match encoding {
                Some(encoding) if is_multipart => headers(tree, encoding)?,
                _ => BTreeMap::new(),
            },
        };
        found.insert(name, form);
    }
    Ok(found)
}

fn style<'a>(
    tree: &Tree<'a>,
    encoding: Option<&Located<'a>>,
    member: &Schema<'a>,
) -> Result<Style<'a>> {
    let name = encoding.and_then(|encoding| encoding.text("style"));
    let name = name.unwrap_or("form");
    let explode = encoding.and_then(|encoding| encoding.value.get("explode")?.as_bool());
    Ok(Style {
        name,
        explode: explode.unwrap_or(name == "form"),
        explode_matters: explode_matters(name, &merged_shape(tree, member)?.types),
        reserved: encoding.is_some_and(|encoding| encoding.flag("allowReserved")),
        holds_reserved: holds_reserved(tree, member)?,
    })
}

/// Returns the headers of a part, except its media type (OpenAPI 3.0.3, Encoding Object).
fn headers<'a>(tree: &Tree<'a>, encoding: &Located<'a>) -> Result<BTreeMap<String, Parameter<'a>>> {
    let mut found = BTreeMap::new();
    for (name, at) in encoding.entries("headers")? {
        if name.eq_ignore_ascii_case("content-type") {
            continue;
        }
        let header = Parameter {
            at: tree.resolve(&at)?,
            location: "header",
            name,
            of_path: false,
        };
        found.insert(name.to_ascii_lowercase(), header);
    }
    Ok(found)
}

/// Returns the media type of a member that says none (OpenAPI 3.0.3, Encoding Object).
fn by_default<'a>(tree: &Tree<'a>, member: &Schema<'a>) -> Result<&'static str> {
    let shape = merged_shape(tree, member)?;
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
        Some(items) => Ok(of(&merged_shape(tree, items)?)),
        None => Ok(of(&shape)),
    }
}
