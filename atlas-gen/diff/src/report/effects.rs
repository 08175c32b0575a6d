//! Says what a change of the client means for Rust code, so that changes alike are told together.
//!
//! It reads the description of an item, not code.

mod differing;

use crate::quoting::code;
use crate::report::{Breaks, Change, ChangeKind};
use differing::{enabled, retyped};

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
    "value must be set now: `build` returns an error without it, and nothing is sent",
    "values must be set now: `build` returns an error without them, and nothing is sent",
    "set what is required",
);
static REQUIRED_ARGUMENT: Effect = Effect::of(
    "argument must be set now: `send` returns an error without it, and nothing is sent",
    "arguments must be set now: `send` returns an error without them, and nothing is sent",
    "set what is required",
);
static LIMIT: Effect = Effect::of(
    "limit is new or narrower: `build` returns an error outside of it, and nothing is sent",
    "limits are new or narrower: `build` returns an error outside of them, and nothing is sent",
    "check what you send",
);
static LIMIT_OF_SERVER: Effect = Effect::of(
    "limit is new or narrower: not checked before it is sent, and the server may refuse the call",
    "limits are new or narrower: not checked before they are sent, and the server may refuse the \
     calls",
    "check what you send",
);
static VALUE: Effect = Effect::of(
    "call takes fewer values: the server may refuse the others",
    "calls take fewer values: the server may refuse the others",
    "send other values",
);
static UNCHECKED: Effect = Effect::of(
    "type is checked only in part before it is sent: the server may refuse the call",
    "types are checked only in part before they are sent: the server may refuse the calls",
    "check what you send",
);
static WIDER: Effect = Effect::of("limit is wider", "limits are wider", "");
static RUNTIME: Effect = Effect::of(
    "call may fail at run time",
    "calls may fail at run time",
    "check these calls",
);
static RUNTIME_TYPE: Effect = Effect::of(
    "type may hold other values at run time",
    "types may hold other values at run time",
    "check the uses",
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
    "type was split, because requests and responses have different members now: the first is \
     received, the second is sent",
    "types were split, because requests and responses have different members now: the first is \
     received, the second is sent",
    "to send, build the second",
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
    "set what is required",
);
static DEFAULT_BUILT: Effect = Effect::of(
    "type that has a builder has no `Default` any longer",
    "types that have builders have no `Default` any longer",
    "use the builder",
);
static DEFAULT_RECEIVED: Effect = Effect::of(
    "type that is only received has no `Default` any longer",
    "types that are only received have no `Default` any longer",
    "in tests, decode from JSON",
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
    "item comes with another Cargo feature",
    "items come with other Cargo features",
    "enable the feature",
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

/// Stands in that of an item that other features switch on.
pub const COMES: &str = " comes with ";

/// Says of a type without `Default` that it has a builder.
pub const BUILT: &str = "has a builder";

/// Says of a type without `Default` that it has none.
pub const RECEIVED: &str = "is only received";

/// Returns what `changes` with this effect do to code, and what to do; empty where there is nothing to
/// do. What is the same in all of them is named.
pub fn told(effect: &Effect, changes: &[&Change]) -> (String, String) {
    let said = effect.counted(changes.len());
    let mut all = changes.iter().map(|change| change.item.as_str());
    let advice = match effect {
        _ if *effect == FEATURE => same(all.map(|item| Some(enabled(item)?.0)))
            .map(|features| format!("enable the feature {features}")),
        _ if is_typed(effect) => same(all.map(|item| Some(retyped(item)?.1)))
            .map(|after| format!("use {} instead", code(&after))),
        _ if *effect == NO_OPTION && all.all(|item| item.contains(": Option<Vec<")) => {
            Some("use the list itself, without `Some` and `None`".to_owned())
        }
        _ => None,
    };
    (said, advice.unwrap_or_else(|| effect.advice.to_owned()))
}

/// Returns whether an effect is another type of something.
fn is_typed(effect: &Effect) -> bool {
    [&FIELD_TYPE, &SETTER_TYPE, &RESULT].contains(&effect)
}

/// Returns what all of them are.
fn same<T: PartialEq>(mut all: impl Iterator<Item = Option<T>>) -> Option<T> {
    let first = all.next()??;
    all.all(|other| other.as_ref() == Some(&first))
        .then_some(first)
}

/// Returns whether all `changes` have the same new type.
pub fn alike(changes: &[&Change]) -> bool {
    let after = changes.iter().map(|change| Some(retyped(&change.item)?.1));
    same(after).is_some()
}

/// Returns a change in few words, for a list of many; of types that differ from change to change, both.
pub fn named(change: &Change, alike: bool) -> String {
    let item = change.item.as_str();
    let effect = effect(change);
    let more = match (&change.note, effect) {
        (Some(note), effect) if *effect == VARIANT_RENAMED => Some(format!(" ({note})")),
        (_, effect) if is_typed(effect) && !alike && results(item).is_none() => {
            retyped(item).map(|(before, after)| format!(": {before} → {after}"))
        }
        (_, effect) if *effect == FEATURE => {
            enabled(item).map(|(now, before)| format!(": {now}, not {before}"))
        }
        _ => None,
    };
    let more = more.unwrap_or_default();
    match more.contains('`') && *effect == FEATURE {
        true => short(item) + &more.replace('`', ""),
        false => short(item) + &more,
    }
}

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

/// The length up to which an item is shown in full.
const FULL: usize = 120;

/// Returns an item in full, but only the names of one that was renamed, of one that is long, and of
/// one whose cause says the rest.
pub fn brief(change: &Change) -> String {
    let effect = effect(change);
    let few = [
        &RUNTIME,
        &UNCHECKED,
        &SETTER_TYPE,
        &FEATURE,
        &DEFAULT_GONE,
        &DEFAULT_BUILT,
        &DEFAULT_RECEIVED,
    ];
    let is_long = change.item.chars().count() > FULL;
    match is_rename(change) || few.contains(&effect) || is_long && is_typed(effect) {
        true => named(change, false),
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
    path.get(..path_end(path))
        .unwrap_or(path)
        .trim_end_matches(':')
}

/// Returns where the path of an item ends.
fn path_end(item: &str) -> usize {
    let end = item.find(['(', ' ', '<']).unwrap_or(item.len());
    let path = item.get(..end).unwrap_or(item);
    path.strip_suffix(':').map_or(end, str::len)
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
            Part::Default => match change.note.as_deref() {
                Some(BUILT) => &DEFAULT_BUILT,
                Some(RECEIVED) => &DEFAULT_RECEIVED,
                _ => &DEFAULT_GONE,
            },
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
    let is_type = item.starts_with("types::") && !item.starts_with("types::builder::");
    let is_built = item.contains("::build()");
    if is_type && item.contains(": the request ") {
        &UNCHECKED
    } else if item.contains("::send(): ") && has(&["is required now"]) {
        &REQUIRED_ARGUMENT
    } else if is_built && has(&["is required now"]) {
        &REQUIRED
    } else if has(&["lost the value", "may only be one of"]) {
        &VALUE
    } else if is_limit(item) {
        match is_built {
            true => &LIMIT,
            false => &LIMIT_OF_SERVER,
        }
    } else if is_type {
        &RUNTIME_TYPE
    } else {
        &RUNTIME
    }
}

/// Returns whether a change is one of a limit: `types::builder::X::build() `a`: `maxItems` any → 25`.
fn is_limit(item: &str) -> bool {
    ["`: `", "(): `"].iter().any(|mark| item.contains(mark)) && item.contains(" → ")
}

fn changed(item: &str) -> &'static Effect {
    if item.contains(COMES) {
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
