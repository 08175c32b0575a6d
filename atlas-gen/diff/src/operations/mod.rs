//! Compares paths and operations: added and removed ones, and their attributes.
//!
//! Path templates that differ only in the names of their parameters are the same path. A removed path
//! is one finding for each of its operations.

mod bodies;
mod body;
mod encoding;
pub(crate) mod lifecycle;
mod media_types;
mod operation;
mod parameter;
mod parameters;
mod references;
mod responses;
pub(crate) mod security;
pub(crate) mod serialization;
mod versions;

use std::collections::BTreeSet;

use crate::comparison::{Comparison, in_new, in_old};
use crate::quoting::code;
use atlas_gen::error::Result;
use atlas_gen::media_type::Date;
use lifecycle::{Stability, Sunset, SunsetChange};
pub(crate) use operation::without_parameter_names;
use operation::{Operation, operations};
use versions::VersionChanges;

/// The extension with the stability level of an operation.
const STABILITY: &str = "x-stability-level";

/// Compares all operations.
pub(crate) fn compare(cx: &mut Comparison<'_>) -> Result<()> {
    let old = operations(&cx.old)?;
    let mut new = operations(&cx.new)?;
    references::check(&cx.old, old.values().flatten())?;
    references::check(&cx.new, new.values().flatten())?;
    let paths: BTreeSet<String> = new.keys().map(|(path, _)| path.clone()).collect();
    for (key, old) in old {
        let mut others = new.remove(&key).unwrap_or_default();
        let (known, renamed): (Vec<_>, Vec<_>) = old.into_iter().partition(|operation| {
            others
                .iter()
                .any(|other| other.template == operation.template)
        });
        // Two templates that differ only in names are invalid, but exist.
        for operation in known.into_iter().chain(renamed) {
            let same = |other: &Operation<'_>| other.template == operation.template;
            let partner = others
                .iter()
                .position(same)
                .or((!others.is_empty()).then_some(0));
            match partner {
                Some(i) => pair(cx, &operation, &others.remove(i))?,
                None => removed(cx, &operation, !paths.contains(&key.0)),
            }
        }
        for operation in &others {
            added(cx, operation);
        }
    }
    for operation in new.values().flatten() {
        added(cx, operation);
    }
    Ok(())
}

fn added(cx: &mut Comparison<'_>, operation: &Operation<'_>) {
    let node = cx.graph.operation(operation.label.clone());
    let at = in_new(&operation.at.pointer);
    let text = format!("{} is new", code(&operation.label));
    cx.report(Some(node), "endpoint-added", None, &at, "", text);
}

fn removed(cx: &mut Comparison<'_>, operation: &Operation<'_>, with_path: bool) {
    let label = &operation.label;
    let node = Some(cx.graph.operation(label.clone()));
    let at = in_old(&operation.at.pointer);
    match Stability::parse(operation.at.value.get(STABILITY)) {
        Err(level) => {
            let text = format!(
                "{label} had the stability level {level}, which is none",
                label = code(&label)
            );
            cx.report(node, "api-invalid-stability-level", None, &at, "", text);
            return;
        }
        Ok(level) if !level.has_guarantees() => return,
        Ok(_) => {}
    }
    let path = if with_path { "path-" } else { "" };
    let mut sunset = lifecycle::parse_sunset(operation.at.value.get("x-sunset"));
    let mut deprecated = operation.at.flag("deprecated");
    if let (false, Some(date)) = (deprecated, versions::last_sunset(&cx.old, operation)) {
        // Atlas announces the sunset of an operation in each of its versions.
        deprecated = true;
        sunset = Sunset::On(date);
    }
    let (id, text) = match sunset {
        _ if !deprecated => (
            format!("api-{path}removed-without-deprecation"),
            format!(
                "{label} was removed; it was not deprecated",
                label = code(&label)
            ),
        ),
        Sunset::Missing => (
            format!("api-{path}removed-with-deprecation"),
            format!(
                "{label} was removed; it was deprecated",
                label = code(&label)
            ),
        ),
        Sunset::Invalid(text) => (
            "api-path-sunset-parse".to_owned(),
            format!(
                "{label} was removed; its end, {text}, is no date",
                label = code(&label),
                text = code(&text)
            ),
        ),
        Sunset::On(date) if cx.options.today < date => (
            format!("api-{path}removed-before-sunset"),
            format!(
                "{label} was removed before its end on {date}",
                label = code(&label)
            ),
        ),
        Sunset::On(date) => (
            format!("api-{path}removed-with-deprecation"),
            format!(
                "{label} was removed; its end was on {date}",
                label = code(&label)
            ),
        ),
    };
    cx.report(node, &id, None, &at, "", text);
}

fn pair<'a>(cx: &mut Comparison<'a>, old: &Operation<'a>, new: &Operation<'a>) -> Result<()> {
    let node = cx.graph.operation(new.label.clone());
    if !stability(cx, node, old, new) {
        return Ok(());
    }
    if Stability::parse(new.at.value.get(STABILITY)).is_ok() {
        deprecation(cx, node, old, new);
    }
    operation_id_and_tags(cx, node, old, new);
    security::operation(cx, node, old, new)?;
    parameters::compare(cx, node, old, new)?;
    let mut version_changes = VersionChanges::default();
    bodies::compare(cx, node, old, new, &mut version_changes)?;
    responses::compare(cx, node, old, new, &mut version_changes)?;
    versions::report(cx, node, old, new, version_changes);
    Ok(())
}

/// Compares stability levels; returns whether the operation has guarantees now.
fn stability(
    cx: &mut Comparison<'_>,
    node: usize,
    old: &Operation<'_>,
    new: &Operation<'_>,
) -> bool {
    let (was, is) = (old.at.value.get(STABILITY), new.at.value.get(STABILITY));
    let at = in_new(&new.at.pointer);
    let label = &new.label;
    let (old, new) = match (Stability::parse(was), Stability::parse(is)) {
        (Ok(old), Ok(new)) => (old, new),
        (Err(level), _) | (_, Err(level)) => {
            if was != is {
                let text = format!(
                    "{label} has the stability level {level}, which is none",
                    label = code(&label)
                );
                cx.report(
                    Some(node),
                    "api-invalid-stability-level",
                    None,
                    &at,
                    "",
                    text,
                );
            }
            return true;
        }
    };
    if old.has_guarantees() && new != old {
        let (id, word) = match new < old {
            true => ("api-stability-decreased", "less"),
            false => ("api-stability-increased", "more"),
        };
        let text = format!(
            "{label} became {word} stable: {new} instead of {old}",
            label = code(&label)
        );
        cx.report(Some(node), id, None, &at, "", text);
    }
    new.has_guarantees()
}

fn deprecation(cx: &mut Comparison<'_>, node: usize, old: &Operation<'_>, new: &Operation<'_>) {
    let at = in_new(&new.at.pointer);
    let label = &new.label;
    let days = cx.options.deprecation_days(new.at.value.get(STABILITY));
    let was = lifecycle::parse_sunset(old.at.value.get("x-sunset"));
    let is = lifecycle::parse_sunset(new.at.value.get("x-sunset"));
    let days_left = |date: &Date| date.days_since(&cx.options.today);
    let (id, text) = match (old.at.flag("deprecated"), new.at.flag("deprecated")) {
        (true, false) => (
            "endpoint-reactivated",
            format!("{label} is no longer deprecated", label = code(&label)),
        ),
        (false, true) => match &is {
            Sunset::Missing if was != Sunset::Missing => (
                "sunset-deleted",
                format!(
                    "{label} became deprecated and no longer says when it ends",
                    label = code(&label)
                ),
            ),
            Sunset::Missing if days > 0 => (
                "api-deprecated-sunset-missing",
                format!(
                    "{label} became deprecated without an end date (`x-sunset`)",
                    label = code(&label)
                ),
            ),
            Sunset::Missing => (
                "endpoint-deprecated",
                format!("{label} became deprecated", label = code(&label)),
            ),
            Sunset::Invalid(text) => (
                "api-deprecated-sunset-parse",
                format!(
                    "{label} became deprecated until {text}, which is no date",
                    label = code(&label),
                    text = code(&text)
                ),
            ),
            Sunset::On(date) if days_left(date) < days => (
                "api-sunset-date-too-small",
                format!(
                    "{label} became deprecated until {date}, which is too soon",
                    label = code(&label)
                ),
            ),
            Sunset::On(date) => (
                "endpoint-deprecated-with-sunset",
                format!(
                    "{label} became deprecated until {date}",
                    label = code(&label)
                ),
            ),
        },
        (true, true) => {
            let Some(moved) = SunsetChange::between(&was, &is, &cx.options.today, days) else {
                return;
            };
            let (id, said) = moved.id_and_text();
            let id = match moved {
                SunsetChange::Deleted => "sunset-deleted".to_owned(),
                SunsetChange::Invalid(_) => format!("api-path-{id}"),
                _ => format!("api-{id}"),
            };
            let text = format!("{label} {said}", label = code(&label));
            cx.report(Some(node), &id, None, &at, "", text);
            return;
        }
        (false, false) => return,
    };
    cx.report(Some(node), id, None, &at, "", text);
}

/// Compares operation ids and tags.
fn operation_id_and_tags(
    cx: &mut Comparison<'_>,
    node: usize,
    old: &Operation<'_>,
    new: &Operation<'_>,
) {
    let at = in_new(&new.at.pointer);
    let label = &new.label;
    let id = |operation: &Operation<'_>| {
        operation
            .at
            .text("operationId")
            .unwrap_or_default()
            .to_owned()
    };
    let (was, is) = (id(old), id(new));
    if was.is_empty() && !is.is_empty() {
        let text = format!(
            "{label} has the operation id {is} now",
            label = code(&label),
            is = code(&is)
        );
        cx.report(Some(node), "api-operation-id-added", None, &at, &is, text);
    } else if was != is {
        let text = match is.is_empty() {
            true => format!(
                "{label} lost its operation id {was}",
                label = code(&label),
                was = code(&was)
            ),
            false => format!(
                "{label} has the operation id {is} instead of {was}",
                label = code(&label),
                is = code(&is),
                was = code(&was)
            ),
        };
        cx.report(
            Some(node),
            "api-operation-id-removed",
            None,
            &at,
            &format!("{was} {is}"),
            text,
        );
    }
    let tags = |operation: &Operation<'_>| -> Vec<String> {
        let tags = operation
            .at
            .value
            .get("tags")
            .and_then(|tags| tags.as_array());
        let texts = tags.into_iter().flatten().filter_map(|tag| tag.as_str());
        texts.map(str::to_owned).collect()
    };
    let (was, is) = (tags(old), tags(new));
    for tag in was.iter().filter(|tag| !is.contains(tag)) {
        let text = format!(
            "{label} lost the tag {tag}",
            label = code(&label),
            tag = code(&tag)
        );
        cx.report(Some(node), "api-tag-removed", None, &at, tag, text);
    }
    for tag in is.iter().filter(|tag| !was.contains(tag)) {
        let text = format!(
            "{label} got the tag {tag}",
            label = code(&label),
            tag = code(&tag)
        );
        cx.report(Some(node), "api-tag-added", None, &at, tag, text);
    }
}
