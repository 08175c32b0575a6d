//! Says what a change of the client means for Rust code, so that changes alike are told together.
//!
//! It reads the description of an item, not code.

use crate::report::{Breaks, Change, ChangeKind};

/// What several changes do to code: one, many, and what to do.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Effect {
    one: &'static str,
    many: &'static str,
    /// What to do in code; empty where there is nothing to do.
    pub advice: &'static str,
}

impl Effect {
    const fn of(one: &'static str, many: &'static str, advice: &'static str) -> Self {
        Self { one, many, advice }
    }

    /// Says how many of them there are.
    pub fn counted(&self, n: usize) -> String {
        match n {
            1 => format!("1 {}", self.one),
            n => format!("{n} {}", self.many),
        }
    }
}

static REQUIRED: Effect = Effect::of(
    "value must be set now, or the call fails at run time",
    "values must be set now, or the calls fail at run time",
    "set what is required",
);
static LIMIT: Effect = Effect::of(
    "limit is narrower, at run time",
    "limits are narrower, at run time",
    "check what you send",
);
static VALUE: Effect = Effect::of(
    "call refuses values, at run time",
    "calls refuse values, at run time",
    "send other values",
);
static WIDER: Effect = Effect::of("limit is wider", "limits are wider", "");
static RUNTIME: Effect = Effect::of(
    "item may fail at run time",
    "items may fail at run time",
    "check these calls",
);
static METHOD_GONE: Effect = Effect::of("method is gone", "methods are gone", "remove the calls");
static METHOD_RENAMED: Effect = Effect::of(
    "method was renamed",
    "methods were renamed",
    "use the new name",
);
static TYPE_RENAMED: Effect =
    Effect::of("type was renamed", "types were renamed", "use the new name");
static VARIANT_RENAMED: Effect = Effect::of(
    "variant was renamed",
    "variants were renamed",
    "use the new name",
);
static SPLIT_TYPE: Effect = Effect::of(
    "type was split: what is received and what is sent differ now",
    "types were split: what is received and what is sent differ now",
    "to send, build the new type",
);
static SETTER_GONE: Effect = Effect::of("setter is gone", "setters are gone", "remove the calls");
static TYPE_GONE: Effect = Effect::of(
    "type is gone",
    "types are gone",
    "replace or remove the uses",
);
static FIELD_GONE: Effect = Effect::of("field is gone", "fields are gone", "remove the uses");
static VARIANT_GONE: Effect = Effect::of("variant is gone", "variants are gone", "remove the uses");
static FUNCTION_GONE: Effect =
    Effect::of("function is gone", "functions are gone", "remove the calls");
static DEFAULT_GONE: Effect = Effect::of(
    "type has no `Default` any longer",
    "types have no `Default` any longer",
    "use the builder, or decode from JSON what is only received",
);
static TRAIT_GONE: Effect = Effect::of(
    "conversion is gone",
    "conversions are gone",
    "convert by hand",
);
static FEATURE_GONE: Effect = Effect::of(
    "feature is gone",
    "features are gone",
    "remove from `Cargo.toml`",
);
static FEATURE: Effect = Effect::of(
    "item comes with another feature",
    "items come with other features",
    "enable that feature",
);
static OPTION: Effect = Effect::of(
    "field is an `Option` now",
    "fields are `Option`s now",
    "handle `None`",
);
static NO_OPTION: Effect = Effect::of(
    "field is no longer an `Option`",
    "fields are no longer `Option`s",
    "use the value itself, without `Some` and `None`",
);
static FIELD_TYPE: Effect = Effect::of(
    "field has another type",
    "fields have another type",
    "use the new type",
);
static SETTER_TYPE: Effect = Effect::of(
    "setter takes another type",
    "setters take another type",
    "pass the new type",
);
static RESULT: Effect = Effect::of(
    "call returns another type",
    "calls return another type",
    "use the new type",
);
static CHANGED: Effect = Effect::of("item changed", "items changed", "");
static METHOD: Effect = Effect::of("method is new", "methods are new", "");
static TYPE: Effect = Effect::of("type is new", "types are new", "");
static FIELD: Effect = Effect::of("field is new", "fields are new", "");
static VARIANT: Effect = Effect::of("variant is new", "variants are new", "");
static SETTER: Effect = Effect::of("setter is new", "setters are new", "");
static OTHER: Effect = Effect::of("other item is new", "other items are new", "");
static DEPRECATED: Effect = Effect::of("item is deprecated now", "items are deprecated now", "");

/// Stands in the description of a renamed item, between its path and its new name.
pub const CALLED: &str = " is called ";

/// Ends that of a type whose old name another type has.
pub const TAKEN: &str = " now, and another type has the old name";

/// Stands in that of a split type, between the path of what is received and that of what is sent.
pub const SPLIT: &str = " is only received now, ";

/// Returns an item in few words, for a list of many: its path without what it takes and returns, or
/// its old and new names.
pub fn short(item: &str) -> String {
    let words = |text: &str| text.split(' ').next().unwrap_or_default().to_owned();
    for between in [CALLED, SPLIT] {
        if let Some((old, new)) = item.split_once(between) {
            let old = path(old);
            let taken = match new.ends_with(TAKEN) {
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

/// Returns what a call returned and returns now, without the future around it.
fn results<'a>(item: &'a str) -> Option<(&'a str, &'a str)> {
    let (before, after) = item.split_once(" → ")?;
    let inner = |text: &'a str| text.split_once("-> ResponseFuture<")?.1.strip_suffix('>');
    Some((inner(before)?, inner(after)?))
}

/// Returns the member that a change at run time is about.
fn member(item: &str) -> Option<&str> {
    let (_, rest) = item
        .split_once("::build(): `")
        .or_else(|| item.split_once("::build() `"))?;
    rest.split('`').next()
}

/// Returns an item in full, but only the names of one that was renamed, and of one whose cause says
/// the rest.
pub fn brief(change: &Change) -> String {
    match is_rename(change) || effect(change) == &RUNTIME {
        true => short(&change.item),
        false => change.item.clone(),
    }
}

/// Returns whether something has another name, in all places or where it is sent.
pub fn is_rename(change: &Change) -> bool {
    [CALLED, SPLIT]
        .iter()
        .any(|between| change.item.contains(between))
}

fn path(item: &str) -> &str {
    let path = item.strip_prefix("types::").unwrap_or(item);
    if let Some(implemented) = item.strip_prefix("impl ") {
        return implemented
            .strip_prefix("Default for types::")
            .unwrap_or(implemented);
    }
    if path.starts_with("feature ") {
        return path;
    }
    let end = path.find(['(', ' ', '<']).unwrap_or(path.len());
    path.get(..end).unwrap_or(path).trim_end_matches(':')
}

/// Returns the effect of `change`.
pub fn effect(change: &Change) -> &'static Effect {
    let item = change.item.as_str();
    match (change.breaks, change.kind) {
        (Some(Breaks::Runtime), _) => at_run_time(item),
        (_, ChangeKind::Removed) => match part(item) {
            Part::Method => &METHOD_GONE,
            Part::Setter => &SETTER_GONE,
            Part::Type => &TYPE_GONE,
            Part::Field => &FIELD_GONE,
            Part::Variant => &VARIANT_GONE,
            Part::Default => &DEFAULT_GONE,
            Part::Trait => &TRAIT_GONE,
            Part::Feature => &FEATURE_GONE,
            Part::Function => &FUNCTION_GONE,
        },
        (_, ChangeKind::Added) => match part(item) {
            Part::Method => &METHOD,
            Part::Setter => &SETTER,
            Part::Type => &TYPE,
            Part::Field => &FIELD,
            Part::Variant => &VARIANT,
            Part::Default | Part::Trait | Part::Feature | Part::Function => &OTHER,
        },
        (None, ChangeKind::Changed) if is_limit(item) => &WIDER,
        (_, ChangeKind::Changed) => changed(item),
    }
}

fn at_run_time(item: &str) -> &'static Effect {
    let has = |words: &[&str]| words.iter().any(|word| item.contains(word));
    if has(&["is required now", "became required"]) {
        &REQUIRED
    } else if has(&["lost the value", "may only be one of"]) {
        &VALUE
    } else if is_limit(item) {
        &LIMIT
    } else {
        &RUNTIME
    }
}

/// Returns whether a change is one of a limit: `types::builder::X::build() `a`: `maxItems` any → 25`.
fn is_limit(item: &str) -> bool {
    ["`: `", "(): `"].iter().any(|mark| item.contains(mark)) && item.contains(" → ")
}

fn changed(item: &str) -> &'static Effect {
    if item.contains(" comes with feature ") {
        return &FEATURE;
    }
    if item.ends_with("is deprecated now") {
        return &DEPRECATED;
    }
    if item.contains(SPLIT) {
        return &SPLIT_TYPE;
    }
    if item.contains(CALLED) {
        return match part(item) {
            Part::Method => &METHOD_RENAMED,
            Part::Variant => &VARIANT_RENAMED,
            _ => &TYPE_RENAMED,
        };
    }
    let Some((before, after)) = item.split_once(" → ") else {
        return &CHANGED;
    };
    match part(item) {
        Part::Method | Part::Setter | Part::Function if before.contains("::send(") => &RESULT,
        Part::Setter => &SETTER_TYPE,
        Part::Field => {
            let before = before.split_once(": ").map_or(before, |(_, before)| before);
            let is_option = |a: &str, b: &str| {
                a.strip_prefix("Option<").and_then(|a| a.strip_suffix('>')) == Some(b)
            };
            match (is_option(after, before), is_option(before, after)) {
                (true, _) => &OPTION,
                (_, true) => &NO_OPTION,
                _ => &FIELD_TYPE,
            }
        }
        _ => &CHANGED,
    }
}

/// What an item is.
enum Part {
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

fn part(item: &str) -> Part {
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

#[cfg(test)]
mod tests;
