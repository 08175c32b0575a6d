//! The effects of changes on Rust code, by which a report groups them.
//!
//! It parses the descriptions of items, not code.

mod differing;
mod item;
mod table;

use crate::quoting::code;
use crate::report::{Breaks, Change, ChangeKind};
use differing::{enabled, retyped};
pub use item::{
    ENABLED_BY, HAS_BUILDER, OLD_NAME_TAKEN, RECEIVED_ONLY, RENAMED_TO, SPLIT_FROM, is_rename,
    short_path,
};
use item::{Part, is_limit, part, results};
use table::*;

/// The effect of several changes on code.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Effect {
    /// The text for one change.
    one: &'static str,
    /// The text for several changes.
    many: &'static str,
    /// What to do in code; empty if nothing.
    pub advice: &'static str,
}

impl Effect {
    const fn of(one: &'static str, many: &'static str, advice: &'static str) -> Self {
        Self { one, many, advice }
    }

    /// Returns the text for `n` changes.
    pub fn counted(&self, n: usize) -> String {
        match n {
            1 => format!("1 {}", self.one),
            n => format!("{n} {}", self.many),
        }
    }
}

/// Describes `changes` with this effect, and what to do in code; empty if nothing. The advice names what
/// they have in common.
pub fn describe(effect: &Effect, changes: &[&Change]) -> (String, String) {
    let said = effect.counted(changes.len());
    let mut all = changes.iter().map(|change| change.item.as_str());
    let advice = match effect {
        _ if *effect == FEATURE => common(all.map(|item| Some(enabled(item)?.0)))
            .map(|features| format!("enable the feature {features}")),
        _ if is_type_change(effect) => common(all.map(|item| Some(retyped(item)?.1)))
            .map(|after| format!("use {} instead", code(&after))),
        _ if *effect == NO_OPTION && all.all(|item| item.contains(": Option<Vec<")) => {
            Some("use the list itself, without `Some` and `None`".to_owned())
        }
        _ => None,
    };
    (said, advice.unwrap_or_else(|| effect.advice.to_owned()))
}

/// Returns whether an effect is a change of a type.
fn is_type_change(effect: &Effect) -> bool {
    [&FIELD_TYPE, &SETTER_TYPE, &RESULT].contains(&effect)
}

/// Returns the value that all items of an iterator have.
fn common<T: PartialEq>(mut all: impl Iterator<Item = Option<T>>) -> Option<T> {
    let first = all.next()??;
    all.all(|other| other.as_ref() == Some(&first))
        .then_some(first)
}

/// Returns whether all `changes` have the same new type.
pub fn have_same_new_type(changes: &[&Change]) -> bool {
    let after = changes.iter().map(|change| Some(retyped(&change.item)?.1));
    common(after).is_some()
}

/// Returns the label of a change in a list; unless all have the same new type, with old and new type.
pub fn label(change: &Change, have_same_new_type: bool) -> String {
    let item = change.item.as_str();
    let effect = effect(change);
    let more = match (&change.note, effect) {
        (Some(note), effect) if *effect == VARIANT_RENAMED => Some(format!(" ({note})")),
        (_, effect) if is_type_change(effect) && !have_same_new_type && results(item).is_none() => {
            retyped(item).map(|(before, after)| format!(": {before} → {after}"))
        }
        (_, effect) if *effect == FEATURE => {
            enabled(item).map(|(now, before)| format!(": {now}, not {before}"))
        }
        _ => None,
    };
    let more = more.unwrap_or_default();
    match more.contains('`') && *effect == FEATURE {
        true => short_path(item) + &more.replace('`', ""),
        false => short_path(item) + &more,
    }
}

/// The maximal length of an item that is shown in full.
const FULL: usize = 120;

/// Returns the item of a change in full, or its label if it was renamed, is long, or its effect says the
/// rest.
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
    match is_rename(change) || few.contains(&effect) || is_long && is_type_change(effect) {
        true => label(change, false),
        false => change.item.clone(),
    }
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
                Some(HAS_BUILDER) => &DEFAULT_BUILT,
                Some(RECEIVED_ONLY) => &DEFAULT_RECEIVED,
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
            false => &LIMIT_OF_ARGUMENT,
        }
    } else if is_type {
        &RUNTIME_TYPE
    } else {
        &RUNTIME
    }
}

fn changed(item: &str) -> &'static Effect {
    if item.contains(ENABLED_BY) {
        return &FEATURE;
    }
    if item.ends_with("is deprecated now") {
        return &DEPRECATED;
    }
    if item.contains(SPLIT_FROM) {
        return &SPLIT_TYPE;
    }
    if item.contains(RENAMED_TO) {
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

#[cfg(test)]
mod tests;
