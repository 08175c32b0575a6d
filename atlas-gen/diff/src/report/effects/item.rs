//! The descriptions of changed items: how they are composed, and what they say.

use crate::report::Change;

/// Separates, in the description of a renamed item, its path and its new name.
pub const RENAMED_TO: &str = " is called ";

/// The suffix of that description if another type has the old name.
pub const OLD_NAME_TAKEN: &str = " now, and another type has the old name";

/// Separates, in the description of a split type, the types for responses and requests.
pub const SPLIT_FROM: &str = " is only received now, ";

/// Separates, in the description of an item, its path and the features that enable it.
pub const ENABLED_BY: &str = " comes with ";

/// The note on a type without `Default` that has a builder.
pub const HAS_BUILDER: &str = "has a builder";

/// The note on a type without `Default` that has no builder.
pub const RECEIVED_ONLY: &str = "is only received";

/// Returns the short form of an item: its path without its signature, or its old and new name.
pub fn short_path(item: &str) -> String {
    let words = |text: &str| text.split(' ').next().unwrap_or_default().to_owned();
    for between in [RENAMED_TO, SPLIT_FROM] {
        if let Some((old, new)) = item.split_once(between) {
            let old = path(old);
            let taken = match new.ends_with(OLD_NAME_TAKEN) {
                true => format!(" ({old} is another type now)"),
                false => String::new(),
            };
            return format!("{old} → {}{taken}", words(path(new)));
        }
    }
    let own = path(item);
    if let Some((before, after)) = results(item) {
        return format!("{own}: {before} → {after}");
    }
    match member(item) {
        Some(member) => format!("{own}: `{member}`"),
        None => own.to_owned(),
    }
}

/// Returns the old and new output of a call, without the future.
pub(super) fn results<'a>(item: &'a str) -> Option<(&'a str, &'a str)> {
    let (before, after) = item.split_once(" → ")?;
    let inner = |text: &'a str| text.split_once("-> ResponseFuture<")?.1.strip_suffix('>');
    Some((inner(before)?, inner(after)?))
}

/// Returns the member that a change of validation is about.
pub(super) fn member(item: &str) -> Option<&str> {
    let (_, rest) = item
        .split_once("::build(): `")
        .or_else(|| item.split_once("::build() `"))?;
    rest.split('`').next()
}

/// Returns whether an item was renamed, or a type split.
pub fn is_rename(change: &Change) -> bool {
    [RENAMED_TO, SPLIT_FROM]
        .iter()
        .any(|between| change.item.contains(between))
}

pub(super) fn path(item: &str) -> &str {
    let path = item.strip_prefix("types::").unwrap_or(item);
    if let Some(implemented) = item.strip_prefix("impl ") {
        return implemented
            .strip_prefix("Default for types::")
            .unwrap_or(implemented);
    }
    if path.starts_with("feature ") {
        return path;
    }
    path.get(..path_end(path))
        .unwrap_or(path)
        .trim_end_matches(':')
}

/// Returns where the path of an item ends.
pub(super) fn path_end(item: &str) -> usize {
    let end = item.find(['(', ' ', '<']).unwrap_or(item.len());
    let path = item.get(..end).unwrap_or(item);
    path.strip_suffix(':').map_or(end, str::len)
}

/// Returns whether a change is one of a limit: `types::builder::X::build() `a`: `maxItems` any → 25`.
pub(super) fn is_limit(item: &str) -> bool {
    ["`: `", "(): `"].iter().any(|mark| item.contains(mark)) && item.contains(" → ")
}

/// The kind of an item.
pub(super) enum Part {
    Method,
    Setter,
    Type,
    Field,
    Variant,
    Function,
    Default,
    Trait,
    Feature,
}

pub(super) fn part(item: &str) -> Part {
    if item.starts_with("feature ") {
        return Part::Feature;
    }
    if let Some(implemented) = item.strip_prefix("impl ") {
        return if implemented.starts_with("Default for ") {
            Part::Default
        } else {
            Part::Trait
        };
    }
    let head = item.split(['(', ' ', '<']).next().unwrap_or_default();
    let head = head.trim_end_matches(':');
    let is_call = item
        .get(head.len()..)
        .is_some_and(|rest| rest.starts_with(['(', '<']));
    let segments: Vec<&str> = head.split("::").collect();
    match segments.as_slice() {
        ["Client" | "operations", ..] => Part::Method,
        ["types", "builder", _, _, ..] | ["builder", _, _, ..] => Part::Setter,
        ["types", "builder", _] => Part::Type,
        ["types", _, last, ..] if last.starts_with(char::is_uppercase) => Part::Variant,
        ["types", _, _, ..] if is_call => Part::Function,
        ["types", _, _, ..] => Part::Field,
        _ => Part::Type,
    }
}
