//! Compares the serialization of parameters, and matches parameters with equivalent serializations.

use std::collections::BTreeSet;

use serde_json::Value;

use super::media_types::essence;
use super::parameter::{Parameter, report, schema, words};
use crate::comparison::{Comparison, Pair, in_new};
use crate::document::normalize::{Shape, merged_shape};
use crate::document::parts::Schema;
use crate::document::tree::Tree;
use crate::quoting::code;
use crate::role::{Family, Role};
use crate::schemas::is_equivalent;
use atlas_gen::error::Result;

/// Matches an exploded object in a query with parameters for its members: both are serialized the same
/// way, so that replacing one by the other is not a finding.
pub(crate) fn match_exploded_objects<'a>(
    cx: &mut Comparison<'a>,
    node: usize,
    only_old: &mut Vec<Parameter<'a>>,
    only_new: &mut Vec<Parameter<'a>>,
) -> Result<()> {
    for whole_is_old in [true, false] {
        let (wholes, singles) = match whole_is_old {
            true => (&mut *only_old, &mut *only_new),
            false => (&mut *only_new, &mut *only_old),
        };
        let mut kept = Vec::new();
        for parameter in std::mem::take(wholes) {
            let tree = if whole_is_old { &cx.old } else { &cx.new };
            let members = exploded(tree, &parameter)?;
            let before = singles.len();
            for (name, member) in members {
                let is_it =
                    |single: &Parameter<'a>| single.location == "query" && single.name == name;
                let Some(i) = singles.iter().position(is_it) else {
                    continue;
                };
                if let Some(single) = schema(&singles.remove(i).at)? {
                    let (old, new) = match whole_is_old {
                        true => (member, single),
                        false => (single, member),
                    };
                    let role = Role::root(Family::Parameter);
                    cx.enqueue(node, Pair { old, new, role })?;
                }
            }
            if singles.len() == before {
                kept.push(parameter);
            }
        }
        *wholes = kept;
    }
    Ok(())
}

/// Returns the members of an object that is serialized as one query parameter for each member.
fn exploded<'a>(tree: &Tree<'a>, parameter: &Parameter<'a>) -> Result<Vec<(&'a str, Schema<'a>)>> {
    match schema(&parameter.at)? {
        Some(schema) if parameter.location == "query" && style(parameter) == ("form", true) => {
            Ok(merged_shape(tree, &schema)?.members.into_iter().collect())
        }
        _ => Ok(Vec::new()),
    }
}

/// Returns `style` and `explode`, with their defaults.
fn style<'a>(parameter: &Parameter<'a>) -> (&'a str, bool) {
    let missing = match parameter.location {
        "query" | "cookie" => "form",
        _ => "simple",
    };
    let style = parameter.at.text("style").unwrap_or(missing);
    let explode = parameter
        .at
        .value
        .get("explode")
        .and_then(|flag| flag.as_bool());
    (style, explode.unwrap_or(style == "form"))
}

/// The predicate of the finding that a query parameter lost `allowReserved`.
pub(crate) const ENCODED: &str = "must have reserved characters percent-encoded now";

/// Compares the serialization of a parameter.
pub(crate) fn serialization<'a>(
    cx: &mut Comparison<'a>,
    node: usize,
    old: &Parameter<'a>,
    new: &Parameter<'a>,
    schema: &Schema<'a>,
) -> Result<()> {
    const ID: &str = "request-parameter-serialization-changed";
    let at = in_new(&new.at.pointer);
    let words = words(&cx.new, new);
    let may_hold = |cx: &Comparison<'a>, old: &Parameter<'a>| match self::schema(&old.at)? {
        Some(schema) => may_contain_reserved(&cx.old, &schema),
        None => Ok(true),
    };
    if let Some((detail, said)) = serialization_change(cx, old, new, schema)? {
        report(cx, node, ID, &at, &detail, format!("{words} {said}"));
    }
    // Percent-encoding reserved characters is always allowed.
    let reserved = |parameter: &Parameter<'a>| {
        parameter.location == "query" && parameter.at.flag("allowReserved")
    };
    let has_style = media_type(old)?.is_none() && media_type(new)?.is_none();
    let is_dropped = has_style && old.location == new.location && reserved(old) && !reserved(new);
    if is_dropped && may_hold(cx, old)? && may_contain_reserved(&cx.new, schema)? {
        let text = format!("{words} {ENCODED}");
        report(cx, node, ID, &at, "allowReserved", text);
    }
    Ok(())
}

/// Returns the change of the serialization of a parameter or header, if any: its key among findings, and
/// the predicate of its text.
pub(crate) fn serialization_change<'a>(
    cx: &Comparison<'a>,
    old: &Parameter<'a>,
    new: &Parameter<'a>,
    schema: &Schema<'a>,
) -> Result<Option<(String, String)>> {
    let types = merged_shape(&cx.new, schema)?.types;
    let is_compound = types.contains("array") || types.contains("object");
    let (was, is) = (media_type(old)?, media_type(new)?);
    if was != is {
        // A scalar is serialized equally by any style and as `text/plain`.
        let plain = |media_type: &Option<String>| {
            media_type
                .as_deref()
                .is_none_or(|media_type| media_type == "text/plain")
        };
        if is_compound || !plain(&was) || !plain(&is) {
            let show = |media_type: &Option<String>| match media_type {
                Some(media_type) => code(media_type),
                None => "plain values".to_owned(),
            };
            let said = format!("is written as {} instead of {}", show(&is), show(&was));
            return Ok(Some((show(&is), said)));
        }
        return Ok(None);
    }
    // Locations have different styles, and the change of the location is a finding.
    if is.is_some() || old.location != new.location {
        return Ok(None);
    }
    let (was, is) = (style(old), style(new));
    if was.0 != is.0 || was.1 != is.1 && explode_matters(is.0, &types) {
        let show = |(style, explode): (&str, bool)| {
            format!("{style} (explode: {explode})", style = code(&style))
        };
        let said = format!("is written as {} instead of {}", show(is), show(was));
        return Ok(Some((show(is), said)));
    }
    Ok(None)
}

/// Returns whether `explode` affects values of `types` in `style` (OpenAPI 3.0.3, Style Values). It does
/// not affect scalars, arrays in the style `simple`, and `deepObject`.
pub(crate) fn explode_matters(style: &str, types: &BTreeSet<&str>) -> bool {
    match style {
        "simple" => types.contains("object"),
        "deepObject" => false,
        _ => types.contains("array") || types.contains("object"),
    }
}

/// Returns whether values of `schema` may contain characters that are reserved in a URI (RFC 3986,
/// section 2.2).
pub(crate) fn may_contain_reserved<'a>(tree: &Tree<'a>, schema: &Schema<'a>) -> Result<bool> {
    let shape = merged_shape(tree, schema)?;
    match shape.items {
        // Nested arrays have no defined serialization.
        Some(items) if shape.types.iter().eq(&["array"]) => {
            Ok(allows_reserved(&merged_shape(tree, &items)?))
        }
        _ => Ok(allows_reserved(&shape)),
    }
}

fn allows_reserved(shape: &Shape<'_>) -> bool {
    let in_value = |value: &&Value| match value {
        Value::String(text) => text.contains(|c| ":/?#[]@!$&'()*+,;=".contains(c)),
        Value::Array(_) | Value::Object(_) => true,
        _ => false,
    };
    if let Some(values) = &shape.values {
        return values.iter().any(in_value);
    }
    let plain = |name: &&str| matches!(*name, "integer" | "boolean");
    shape.types.is_empty() || !shape.types.iter().all(plain)
}

/// Returns the essence of the media type of a parameter with `content`.
fn media_type(parameter: &Parameter<'_>) -> Result<Option<String>> {
    if parameter.at.get("schema").is_some() {
        return Ok(None);
    }
    let content = parameter.at.entries("content")?;
    Ok(content.first().map(|(name, _)| essence(name)))
}

/// Returns whether a scalar became an array that is serialized by repeating the parameter, so that a
/// single value is still valid.
pub(crate) fn became_list<'a>(
    cx: &Comparison<'a>,
    old: &Parameter<'a>,
    new: &Parameter<'a>,
    old_schema: &Schema<'a>,
    new_schema: &Schema<'a>,
) -> Result<bool> {
    let (was, is) = (
        merged_shape(&cx.old, old_schema)?,
        merged_shape(&cx.new, new_schema)?,
    );
    let is_scalar =
        !was.types.is_empty() && !was.types.contains("array") && !was.types.contains("object");
    let is_list = is.types.len() == 1 && is.types.contains("array");
    let repeats = style(new) == ("form", true) && matches!(old.location, "query" | "cookie");
    match is.items {
        Some(items) if is_scalar && is_list && repeats => is_equivalent(cx, old_schema, &items, 0),
        _ => Ok(false),
    }
}
