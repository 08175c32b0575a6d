//! Compares the Encoding Objects of forms: how the members are serialized in a request.
//!
//! It knows the two media types of forms, not how media types are matched.

use std::collections::BTreeMap;

use super::body::Body;
use super::media_types::{essence, is_wider};
use super::parameter::{self, Parameter};
use super::serialization::{explode_matters, may_contain_reserved, serialization_change};
use crate::comparison::{Comparison, Pair, in_new};
use crate::document::location::location;
use crate::document::normalize::{Shape, merged_shape};
use crate::document::parts::Schema;
use crate::document::tree::{Located, Tree};
use crate::quoting::code;
use crate::report::finding::Side;
use crate::role::{Family, Role};
use atlas_gen::error::Result;

/// The check for a member that is serialized differently.
const ID: &str = "request-body-encoding-changed";

/// The serialization of a member.
#[derive(Debug)]
struct MemberEncoding<'a> {
    /// The allowed media types.
    types: Vec<&'a str>,
    /// Its style, unless the form is multipart.
    style: Option<FormStyle<'a>>,
    /// The headers of its part, by name in lower case.
    headers: BTreeMap<String, Parameter<'a>>,
}

/// The serialization of a member of a form that is not multipart.
#[derive(Debug)]
struct FormStyle<'a> {
    name: &'a str,
    explode: bool,
    /// Whether `explode` makes a difference.
    explode_matters: bool,
    /// Whether reserved characters may be sent without percent-encoding.
    reserved: bool,
    /// Whether values may contain reserved characters.
    may_contain_reserved: bool,
}

/// Compares the forms `old` and `new` with the media types `names`.
///
/// Fewer media types, another style or more required headers break callers; more media types do not.
pub(crate) fn compare<'a>(
    cx: &mut Comparison<'a>,
    body: Body<'_>,
    names: (&str, &str),
    old: &Located<'a>,
    new: &Located<'a>,
) -> Result<()> {
    let is_multipart = |name: &str| essence(name).starts_with("multipart/");
    let is_form =
        |name: &str| is_multipart(name) || essence(name) == "application/x-www-form-urlencoded";
    if body.side != Side::Request || !is_form(names.0) || !is_form(names.1) {
        return Ok(());
    }
    let was = member_encodings(&cx.old, old, is_multipart(names.0))?;
    let is = member_encodings(&cx.new, new, is_multipart(names.1))?;
    for (name, now) in &is {
        let Some(before) = was.get(name) else {
            continue;
        };
        for said in narrowings(before, now) {
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

/// Describes each way in which a member must be serialized differently than `before`.
fn narrowings(before: &MemberEncoding<'_>, now: &MemberEncoding<'_>) -> Vec<String> {
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
        let may_contain_reserved = was.may_contain_reserved && is.may_contain_reserved;
        if was.reserved && !is.reserved && may_contain_reserved {
            all.push("with reserved characters percent-encoded now".to_owned());
        }
    }
    let required = |form: &MemberEncoding<'_>, name: &String| {
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
    if let Some((detail, said)) = serialization_change(cx, old, new, &is)? {
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

/// Returns the serialization of each member of a form.
fn member_encodings<'a>(
    tree: &Tree<'a>,
    media_type: &Located<'a>,
    is_multipart: bool,
) -> Result<BTreeMap<&'a str, MemberEncoding<'a>>> {
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
            None => vec![default_media_type(tree, &member)?],
        };
        let form = MemberEncoding {
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
) -> Result<FormStyle<'a>> {
    let name = encoding.and_then(|encoding| encoding.text("style"));
    let name = name.unwrap_or("form");
    let explode = encoding.and_then(|encoding| encoding.value.get("explode")?.as_bool());
    Ok(FormStyle {
        name,
        explode: explode.unwrap_or(name == "form"),
        explode_matters: explode_matters(name, &merged_shape(tree, member)?.types),
        reserved: encoding.is_some_and(|encoding| encoding.flag("allowReserved")),
        may_contain_reserved: may_contain_reserved(tree, member)?,
    })
}

/// Returns the headers of a part except `Content-Type` (OpenAPI 3.0.3, Encoding Object).
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

/// Returns the media type of a member without `contentType` (OpenAPI 3.0.3, Encoding Object).
fn default_media_type<'a>(tree: &Tree<'a>, member: &Schema<'a>) -> Result<&'static str> {
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
