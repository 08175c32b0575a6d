//! Compares parameters of operations, including those of their path items.
//!
//! Parameters are matched by location and name; path parameters by their position in the template.

use std::collections::BTreeMap;

use super::lifecycle::{self, Sunset, SunsetChange};
use super::operation::Operation;
use super::parameter::{Parameter, report, schema, words};
use super::serialization::{became_list, match_exploded_objects, serialization};
use crate::comparison::{Comparison, Pair, SourceLocation, in_new, in_old};
use crate::document::normalize::merged_shape;
use crate::document::parts::Schema;
use crate::document::tree::Tree;
use crate::document::value::equal_or_both_missing;
use crate::quoting::code;
use crate::role::{Family, Role};
use atlas_gen::error::Result;
use atlas_gen::media_type::Date;

/// Compares the parameters of one operation.
pub(crate) fn compare<'a>(
    cx: &mut Comparison<'a>,
    node: usize,
    old: &Operation<'a>,
    new: &Operation<'a>,
) -> Result<()> {
    let old_all = parameters(&cx.old, old)?;
    let mut new_all = parameters(&cx.new, new)?;
    let mut unmatched = Vec::new();
    for (key, old) in old_all {
        match new_all.remove(&key) {
            Some(new_one) => pair(cx, node, &old, &new_one, new)?,
            None => unmatched.push(old),
        }
    }
    let mut only_new: Vec<Parameter<'a>> = new_all.into_values().collect();
    let mut only_old = Vec::new();
    for old in unmatched {
        // A parameter that is not in the template has no position; it is matched by name.
        let same = |new: &Parameter<'a>| (new.location, new.name) == (old.location, old.name);
        match only_new.iter().position(same) {
            Some(i) => pair(cx, node, &old, &only_new.remove(i), new)?,
            None => only_old.push(old),
        }
    }
    match_exploded_objects(cx, node, &mut only_old, &mut only_new)?;
    match_moved(cx, node, &mut only_old, &mut only_new, new)?;
    for parameter in &only_old {
        removed(cx, node, parameter);
    }
    for parameter in &only_new {
        added(cx, node, parameter);
    }
    Ok(())
}

/// Matches parameters with the same name and another location (`in`).
fn match_moved<'a>(
    cx: &mut Comparison<'a>,
    node: usize,
    only_old: &mut Vec<Parameter<'a>>,
    only_new: &mut Vec<Parameter<'a>>,
    operation: &Operation<'a>,
) -> Result<()> {
    let mut unmatched = Vec::new();
    for old in std::mem::take(only_old) {
        // Path parameters are part of the template, which is compared separately.
        let same = |new: &Parameter<'a>| {
            new.name.eq_ignore_ascii_case(old.name)
                && new.location != old.location
                && ![old.location, new.location].contains(&"path")
        };
        let Some(i) = only_new.iter().position(same) else {
            unmatched.push(old);
            continue;
        };
        let new = only_new.remove(i);
        let at = in_new(&new.at.pointer);
        let text = format!(
            "{} is sent there instead of in the {}",
            words(&cx.new, &new),
            old.location
        );
        report(cx, node, "request-parameter-moved", &at, old.location, text);
        pair(cx, node, &old, &new, operation)?;
    }
    *only_old = unmatched;
    Ok(())
}

/// Returns whether the definition of a parameter is ignored: media types and security define these
/// headers (OpenAPI 3.0.3, Parameter Object).
fn is_ignored(location: &str, name: &str) -> bool {
    let ignored = ["accept", "authorization", "content-type"];
    location == "header"
        && ignored
            .iter()
            .any(|header| name.eq_ignore_ascii_case(header))
}

fn parameters<'a>(
    tree: &Tree<'a>,
    operation: &Operation<'a>,
) -> Result<BTreeMap<(&'a str, String), Parameter<'a>>> {
    let names: Vec<&str> = template_names(operation.template);
    let mut found = BTreeMap::new();
    for (of_path, holder) in [(true, &operation.item), (false, &operation.at)] {
        for at in holder.items("parameters")? {
            let at = tree.resolve(&at)?;
            let (Some(place), Some(name)) = (at.text("in"), at.text("name")) else {
                return Err(at.error("a parameter must say its `name`, and `in` what it stands"));
            };
            if is_ignored(place, name) {
                continue;
            }
            let key = match place {
                "path" => match names.iter().position(|other| *other == name) {
                    Some(position) => format!("{{{position}}}"),
                    None => name.to_owned(),
                },
                "header" => name.to_ascii_lowercase(),
                _ => name.to_owned(),
            };
            let parameter = Parameter {
                at,
                location: place,
                name,
                of_path,
            };
            found.insert((place, key), parameter);
        }
    }
    Ok(found)
}

fn template_names(template: &str) -> Vec<&str> {
    let parts = template.split('{').skip(1);
    parts.filter_map(|part| part.split('}').next()).collect()
}

fn added(cx: &mut Comparison<'_>, node: usize, parameter: &Parameter<'_>) {
    let required = parameter.at.flag("required");
    let word = if required { "required" } else { "optional" };
    let id = match (parameter.location, parameter.of_path) {
        ("path", _) => "new-request-path-parameter".to_owned(),
        (_, true) => format!("new-{word}-request-default-parameter-to-existing-path"),
        (_, false) => format!("new-{word}-request-parameter"),
    };
    let at = in_new(&parameter.at.pointer);
    let text = format!("{} is new and {word}", words(&cx.new, parameter));
    report(cx, node, &id, &at, "", text);
}

fn removed(cx: &mut Comparison<'_>, node: usize, parameter: &Parameter<'_>) {
    let at = in_old(&parameter.at.pointer);
    let words = words(&cx.old, parameter);
    let sunset = lifecycle::parse_sunset(parameter.at.value.get("x-sunset"));
    let (id, text) = match sunset {
        _ if !parameter.at.flag("deprecated") => {
            ("request-parameter-removed", format!("{words} was removed"))
        }
        Sunset::Invalid(date) => (
            "request-parameter-sunset-parse",
            format!(
                "{words} was removed; its end, {date}, is no date",
                date = code(&date)
            ),
        ),
        Sunset::On(date) if cx.options.today < date => (
            "request-parameter-removed-before-sunset",
            format!("{words} was removed before its end on {date}"),
        ),
        Sunset::Missing | Sunset::On(_) => (
            "request-parameter-removed-with-deprecation",
            format!("{words} was removed; it was deprecated"),
        ),
    };
    report(cx, node, id, &at, "", text);
}

fn pair<'a>(
    cx: &mut Comparison<'a>,
    node: usize,
    old: &Parameter<'a>,
    new: &Parameter<'a>,
    operation: &Operation<'a>,
) -> Result<()> {
    let at = in_new(&new.at.pointer);
    let words = words(&cx.new, new);
    let required = (old.at.flag("required"), new.at.flag("required"));
    if new.location != "path" {
        match required {
            (false, true) => {
                let text = format!("{words} became required");
                report(cx, node, "request-parameter-became-required", &at, "", text);
            }
            (true, false) => {
                let text = format!("{words} became optional");
                report(cx, node, "request-parameter-became-optional", &at, "", text);
            }
            _ => {}
        }
    }
    deprecation(cx, node, old, new, operation);
    let (Some(old_schema), Some(new_schema)) = (schema(&old.at)?, schema(&new.at)?) else {
        return Ok(());
    };
    if required == (false, false) {
        default(cx, node, &old_schema, &new_schema, &at, &words)?;
    }
    if became_list(cx, old, new, &old_schema, &new_schema)? {
        let text = format!("{words} may be given several times now");
        report(
            cx,
            node,
            "request-parameter-type-generalized",
            &at,
            "list",
            text,
        );
        return Ok(());
    }
    serialization(cx, node, old, new, &new_schema)?;
    let family = match new.location {
        "header" => Family::HeaderParameter,
        _ => Family::Parameter,
    };
    cx.enqueue(
        node,
        Pair {
            old: old_schema,
            new: new_schema,
            role: Role::root(family),
        },
    )
}

fn default<'a>(
    cx: &mut Comparison<'a>,
    node: usize,
    old: &Schema<'a>,
    new: &Schema<'a>,
    at: &SourceLocation,
    words: &str,
) -> Result<()> {
    let was = merged_shape(&cx.old, old)?.value("default");
    let is = merged_shape(&cx.new, new)?.value("default");
    if equal_or_both_missing(was, is) {
        return Ok(());
    }
    let (id, text) = match (was, is) {
        (None, Some(is)) => (
            "added",
            format!("{words} has the default {is} now", is = code(&is)),
        ),
        (Some(was), None) => (
            "removed",
            format!("{words} no longer has the default {was}", was = code(&was)),
        ),
        (Some(was), Some(is)) => (
            "changed",
            format!(
                "{words} has the default {is} instead of {was}",
                is = code(&is),
                was = code(&was)
            ),
        ),
        (None, None) => return Ok(()),
    };
    let detail = format!("{was:?} {is:?}");
    let id = format!("request-parameter-default-value-{id}");
    report(cx, node, &id, at, &detail, text);
    Ok(())
}

fn deprecation(
    cx: &mut Comparison<'_>,
    node: usize,
    old: &Parameter<'_>,
    new: &Parameter<'_>,
    operation: &Operation<'_>,
) {
    let at = in_new(&new.at.pointer);
    let words = words(&cx.new, new);
    let days = cx
        .options
        .deprecation_days(operation.at.value.get("x-stability-level"));
    let was = lifecycle::parse_sunset(old.at.value.get("x-sunset"));
    let is = lifecycle::parse_sunset(new.at.value.get("x-sunset"));
    let days_left = |date: &Date| date.days_since(&cx.options.today);
    let (id, text) = match (old.at.flag("deprecated"), new.at.flag("deprecated")) {
        (true, false) => ("reactivated", format!("{words} is no longer deprecated")),
        (false, true) => match &is {
            Sunset::Missing if was != Sunset::Missing => (
                "sunset-deleted",
                format!("{words} became deprecated and no longer says when it ends"),
            ),
            Sunset::Missing if days > 0 => (
                "deprecated-sunset-missing",
                format!("{words} became deprecated without an end date (`x-sunset`)"),
            ),
            Sunset::Missing => ("deprecated", format!("{words} became deprecated")),
            Sunset::Invalid(text) => (
                "sunset-parse",
                format!(
                    "{words} became deprecated until {text}, which is no date",
                    text = code(&text)
                ),
            ),
            Sunset::On(date) if days_left(date) < days => (
                "sunset-date-too-small",
                format!("{words} became deprecated until {date}, which is too soon"),
            ),
            Sunset::On(date) => (
                "deprecated",
                format!("{words} became deprecated until {date}"),
            ),
        },
        (true, true) => match SunsetChange::between(&was, &is, &cx.options.today, days) {
            Some(moved) => {
                let (id, said) = moved.id_and_text();
                (id, format!("{words} {said}"))
            }
            None => return,
        },
        (false, false) => return,
    };
    report(cx, node, &format!("request-parameter-{id}"), &at, "", text);
}
