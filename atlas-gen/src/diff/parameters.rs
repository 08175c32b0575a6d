//! Parameters of operations, those of their path included.
//!
//! Parameters are matched by place and name; those of the path by their place in its template.

use std::collections::BTreeMap;

use super::compare::{At, Comparison, Pair, in_new, in_old};
use super::finding::Side;
use super::lifecycle::{self, Sunset};
use super::meaning::whole;
use super::operations::Operation;
use super::parts::Schema;
use super::schemas::{Family, Place, same};
use super::spot::spot;
use super::tree::{Located, Tree};
use crate::error::Result;

/// A parameter of an operation.
#[derive(Debug, Clone)]
struct Parameter<'a> {
    at: Located<'a>,
    place: &'a str,
    name: &'a str,
    /// Whether its path has it, for all operations.
    of_path: bool,
}

/// Compares the parameters of one operation.
pub(super) fn compare<'a>(
    all: &mut Comparison<'a>,
    node: usize,
    old: &Operation<'a>,
    new: &Operation<'a>,
) -> Result<()> {
    let old_all = parameters(&all.old, old)?;
    let mut new_all = parameters(&all.new, new)?;
    let mut left = Vec::new();
    for (key, old) in old_all {
        match new_all.remove(&key) {
            Some(new_one) => pair(all, node, &old, &new_one, new)?,
            None => left.push(old),
        }
    }
    let mut come: Vec<Parameter<'a>> = new_all.into_values().collect();
    let mut gone = Vec::new();
    for old in left {
        // What the template does not name has no place there; its own name is left.
        let same = |new: &Parameter<'a>| (new.place, new.name) == (old.place, old.name);
        match come.iter().position(same) {
            Some(i) => pair(all, node, &old, &come.remove(i), new)?,
            None => gone.push(old),
        }
    }
    taken_apart(all, node, &mut gone, &mut come)?;
    for parameter in &gone {
        removed(all, node, parameter);
    }
    for parameter in &come {
        added(all, node, parameter);
    }
    Ok(())
}

/// An object in a query is written as one parameter for each of its members, so that it may be
/// taken apart, or put together, without a word.
fn taken_apart<'a>(
    all: &mut Comparison<'a>,
    node: usize,
    gone: &mut Vec<Parameter<'a>>,
    come: &mut Vec<Parameter<'a>>,
) -> Result<()> {
    for whole_is_old in [true, false] {
        let (wholes, singles) = match whole_is_old {
            true => (&mut *gone, &mut *come),
            false => (&mut *come, &mut *gone),
        };
        let mut kept = Vec::new();
        for parameter in std::mem::take(wholes) {
            let tree = if whole_is_old { &all.old } else { &all.new };
            let members = exploded(tree, &parameter)?;
            let before = singles.len();
            for (name, member) in members {
                let is_it = |single: &Parameter<'a>| single.place == "query" && single.name == name;
                let Some(i) = singles.iter().position(is_it) else {
                    continue;
                };
                if let Some(single) = schema(&singles.remove(i).at)? {
                    let (old, new) = match whole_is_old {
                        true => (member, single),
                        false => (single, member),
                    };
                    let place = Place::root(Family::Parameter);
                    all.schemas(node, Pair { old, new, place })?;
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

/// The members of an object that is written as one parameter for each.
fn exploded<'a>(tree: &Tree<'a>, parameter: &Parameter<'a>) -> Result<Vec<(&'a str, Schema<'a>)>> {
    match schema(&parameter.at)? {
        Some(schema) if parameter.place == "query" && style(parameter) == ("form", true) => {
            Ok(whole(tree, &schema)?.members.into_iter().collect())
        }
        _ => Ok(Vec::new()),
    }
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
                return Err(at.fault("a parameter must say its `name`, and `in` what it stands"));
            };
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
                place,
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

fn words(tree: &Tree<'_>, parameter: &Parameter<'_>) -> String {
    spot(tree, &parameter.at.pointer).owner
}

fn found(all: &mut Comparison<'_>, node: usize, id: &str, at: &At, detail: &str, text: String) {
    all.found(Some(node), id, Some(Side::Request), at, detail, text);
}

fn added(all: &mut Comparison<'_>, node: usize, parameter: &Parameter<'_>) {
    let required = parameter.at.flag("required");
    let word = if required { "required" } else { "optional" };
    let id = match (parameter.place, parameter.of_path) {
        ("path", _) => "new-request-path-parameter".to_owned(),
        (_, true) => format!("new-{word}-request-default-parameter-to-existing-path"),
        (_, false) => format!("new-{word}-request-parameter"),
    };
    let at = in_new(&parameter.at.pointer);
    let text = format!("{} is new and {word}", words(&all.new, parameter));
    found(all, node, &id, &at, "", text);
}

fn removed(all: &mut Comparison<'_>, node: usize, parameter: &Parameter<'_>) {
    let at = in_old(&parameter.at.pointer);
    let words = words(&all.old, parameter);
    let sunset = lifecycle::sunset(parameter.at.value.get("x-sunset"));
    let (id, text) = match sunset {
        _ if !parameter.at.flag("deprecated") => {
            ("request-parameter-removed", format!("{words} was removed"))
        }
        Sunset::Invalid(date) => (
            "request-parameter-sunset-parse",
            format!("{words} was removed; its end, `{date}`, is no date"),
        ),
        Sunset::On(date) if all.options.today < date => (
            "request-parameter-removed-before-sunset",
            format!("{words} was removed before its end on {date}"),
        ),
        Sunset::Missing | Sunset::On(_) => (
            "request-parameter-removed-with-deprecation",
            format!("{words} was removed; it was deprecated"),
        ),
    };
    found(all, node, id, &at, "", text);
}

fn pair<'a>(
    all: &mut Comparison<'a>,
    node: usize,
    old: &Parameter<'a>,
    new: &Parameter<'a>,
    operation: &Operation<'a>,
) -> Result<()> {
    let at = in_new(&new.at.pointer);
    let words = words(&all.new, new);
    let required = (old.at.flag("required"), new.at.flag("required"));
    if new.place != "path" {
        match required {
            (false, true) => {
                let text = format!("{words} became required");
                found(
                    all,
                    node,
                    "request-parameter-became-required",
                    &at,
                    "",
                    text,
                );
            }
            (true, false) => {
                let text = format!("{words} became optional");
                found(
                    all,
                    node,
                    "request-parameter-became-optional",
                    &at,
                    "",
                    text,
                );
            }
            _ => {}
        }
    }
    deprecation(all, node, old, new, operation);
    let (Some(old_schema), Some(new_schema)) = (schema(&old.at)?, schema(&new.at)?) else {
        return Ok(());
    };
    if required == (false, false) {
        default(all, node, &old_schema, &new_schema, &at, &words)?;
    }
    if became_list(all, old, new, &old_schema, &new_schema)? {
        let text = format!("{words} may be given several times now");
        found(
            all,
            node,
            "request-parameter-type-generalized",
            &at,
            "list",
            text,
        );
        return Ok(());
    }
    serialization(all, node, old, new, &new_schema)?;
    let family = match new.place {
        "header" => Family::HeaderParameter,
        _ => Family::Parameter,
    };
    all.schemas(
        node,
        Pair {
            old: old_schema,
            new: new_schema,
            place: Place::root(family),
        },
    )
}

/// The schema of a parameter, which may stand in a media type.
fn schema<'a>(at: &Located<'a>) -> Result<Option<Schema<'a>>> {
    if let Some(schema) = at.get("schema") {
        return Ok(Some(vec![schema]));
    }
    let content = at.entries("content")?;
    let schema = content
        .first()
        .and_then(|(_, media_type)| media_type.get("schema"));
    Ok(schema.map(|schema| vec![schema]))
}

fn default<'a>(
    all: &mut Comparison<'a>,
    node: usize,
    old: &Schema<'a>,
    new: &Schema<'a>,
    at: &At,
    words: &str,
) -> Result<()> {
    let was = whole(&all.old, old)?.value("default");
    let is = whole(&all.new, new)?.value("default");
    if was == is {
        return Ok(());
    }
    let (id, text) = match (was, is) {
        (None, Some(is)) => ("added", format!("{words} has the default `{is}` now")),
        (Some(was), None) => (
            "removed",
            format!("{words} no longer has the default `{was}`"),
        ),
        (Some(was), Some(is)) => (
            "changed",
            format!("{words} has the default `{is}` instead of `{was}`"),
        ),
        (None, None) => return Ok(()),
    };
    let detail = format!("{was:?} {is:?}");
    let id = format!("request-parameter-default-value-{id}");
    found(all, node, &id, at, &detail, text);
    Ok(())
}

fn deprecation(
    all: &mut Comparison<'_>,
    node: usize,
    old: &Parameter<'_>,
    new: &Parameter<'_>,
    operation: &Operation<'_>,
) {
    let at = in_new(&new.at.pointer);
    let words = words(&all.new, new);
    let days = all
        .options
        .deprecation_days(operation.at.value.get("x-stability-level"));
    let was = lifecycle::sunset(old.at.value.get("x-sunset"));
    let is = lifecycle::sunset(new.at.value.get("x-sunset"));
    let days_left = |date| lifecycle::days_between(&all.options.today, date);
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
                format!("{words} became deprecated until `{text}`, which is no date"),
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
        (true, true) => match (&was, &is) {
            (Sunset::Missing, _) => return,
            (_, Sunset::Missing) => (
                "sunset-deleted",
                format!("{words} no longer says when it ends"),
            ),
            (_, Sunset::Invalid(text)) | (Sunset::Invalid(text), _) if was != is => (
                "sunset-parse",
                format!("{words} ends on `{text}`, which is no date"),
            ),
            (Sunset::On(before), Sunset::On(date)) if date < before && days_left(date) < days => (
                "sunset-date-changed-too-small",
                format!("{words} ends on {date} instead of {before}, which is too soon"),
            ),
            _ => return,
        },
        (false, false) => return,
    };
    found(all, node, &format!("request-parameter-{id}"), &at, "", text);
}

/// `style` and `explode`, with what counts where they are missing.
fn style<'a>(parameter: &Parameter<'a>) -> (&'a str, bool) {
    let missing = match parameter.place {
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

fn serialization<'a>(
    all: &mut Comparison<'a>,
    node: usize,
    old: &Parameter<'a>,
    new: &Parameter<'a>,
    schema: &Schema<'a>,
) -> Result<()> {
    let (was, is) = (style(old), style(new));
    let types = whole(&all.new, schema)?.types;
    // A single value looks the same with and without `explode`.
    let is_compound = types.contains("array") || types.contains("object");
    if was.0 != is.0 || was.1 != is.1 && is_compound {
        let show = |(style, explode): (&str, bool)| format!("`{style}` (explode: {explode})");
        let text = format!(
            "{} is written as {} instead of {}",
            words(&all.new, new),
            show(is),
            show(was)
        );
        let at = in_new(&new.at.pointer);
        found(
            all,
            node,
            "request-parameter-serialization-changed",
            &at,
            &show(is),
            text,
        );
    }
    Ok(())
}

/// Whether a single value became a list that is written by repeating the parameter, so that one
/// value is still right.
fn became_list<'a>(
    all: &Comparison<'a>,
    old: &Parameter<'a>,
    new: &Parameter<'a>,
    old_schema: &Schema<'a>,
    new_schema: &Schema<'a>,
) -> Result<bool> {
    let (was, is) = (whole(&all.old, old_schema)?, whole(&all.new, new_schema)?);
    let is_scalar =
        !was.types.is_empty() && !was.types.contains("array") && !was.types.contains("object");
    let is_list = is.types.len() == 1 && is.types.contains("array");
    let repeats = style(new) == ("form", true) && matches!(old.place, "query" | "cookie");
    match is.items {
        Some(items) if is_scalar && is_list && repeats => same(all, old_schema, &items, 0),
        _ => Ok(false),
    }
}
