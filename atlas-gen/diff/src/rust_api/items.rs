//! Compares public APIs: added, removed and changed items, and whether callers still compile.
//!
//! It knows which changes of items are breaking in Rust.

use crate::report::effects::{HAS_BUILDER, RECEIVED_ONLY};
use crate::report::{Breaks, ChangeKind};
use crate::rust_api::detected::DetectedChange;
use crate::rust_api::read::alias::replace_identifiers;
use crate::rust_api::read::api::{ALL, Api, Item, ItemKind, feature_path};

/// Compares two APIs, after renames were applied.
pub fn compare(old: &Api, new: &Api) -> Vec<DetectedChange> {
    let mut found = Vec::new();
    for (path, before) in &old.items {
        match new.items.get(path) {
            None if goes_with_parent(before, new, old) => {}
            None => {
                let (kind, breaks) = (ChangeKind::Removed, Some(Breaks::Compile));
                let gone = DetectedChange::new(kind, old.line(path), breaks, path);
                found.push(gone.noted(note_on_default(path, new)));
            }
            Some(after) => changed(path, (before, old), (after, new), &mut found),
        }
    }
    for (path, after) in &new.items {
        if !old.items.contains_key(path) && !goes_with_parent(after, old, new) {
            let cuts = *path == feature_path(ALL) && gains_features(old, new);
            let breaks = (cuts || breaks_by_addition(after, old)).then_some(Breaks::Compile);
            found.push(DetectedChange::new(
                ChangeKind::Added,
                new.line(path),
                breaks,
                path,
            ));
        }
    }
    found
}

/// Returns a note on how to create values of a type, if `path` is its `Default`.
fn note_on_default(path: &str, new: &Api) -> Option<String> {
    let name = path.strip_prefix("impl Default for ")?;
    let is_built = new.items.contains_key(&format!("{name}::builder()"));
    let note = if is_built { HAS_BUILDER } else { RECEIVED_ONLY };
    Some(note.to_owned())
}

/// Returns whether the parent of `item` in `here` is missing in `there`, or is of another kind: then the
/// change of the parent includes that of the item.
fn goes_with_parent(item: &Item, there: &Api, here: &Api) -> bool {
    let mut item = item;
    while let Some(parent) = &item.parent {
        let own = here.items.get(parent);
        if own.map(|own| own.kind) != there.items.get(parent).map(|other| other.kind) {
            return true;
        }
        match own {
            Some(own) => item = own,
            None => break,
        }
    }
    false
}

/// Returns whether an added member breaks callers: matching on an enum or destructuring a struct
/// needs all members, unless it is `non_exhaustive`
/// (<https://doc.rust-lang.org/reference/attributes/type_system.html>).
fn breaks_by_addition(item: &Item, old: &Api) -> bool {
    let parent = item.parent.as_ref().and_then(|path| old.items.get(path));
    matches!(item.kind, ItemKind::Field | ItemKind::Variant)
        && parent.is_some_and(|parent| !parent.non_exhaustive)
}

fn changed(path: &str, old: (&Item, &Api), new: (&Item, &Api), found: &mut Vec<DetectedChange>) {
    let ((before, old), (after, new)) = (old, new);
    let mut add = |item: String, breaks: Option<Breaks>| {
        found.push(DetectedChange::new(ChangeKind::Changed, item, breaks, path));
    };
    if let Some(text) = lost_features(path, (before, old), (after, new)) {
        add(text, Some(Breaks::Compile));
    }
    if before.kind != after.kind {
        let text = format!("{} → {}", described(old, path), described(new, path));
        return add(text, Some(Breaks::Compile));
    }
    if !is_same_type(&before.expanded, &after.expanded, new) {
        let text = format!("{} → {}", old.line(path), after.shown);
        add(text, Some(Breaks::Compile));
    }
    if after.non_exhaustive && !before.non_exhaustive {
        add(
            format!("{path} is non_exhaustive now"),
            Some(Breaks::Compile),
        );
    }
    if !same_on_the_wire(before, after) {
        let wire_text = |item: &Item| match &item.wire {
            Some(wire) => match wire
                .strip_prefix('"')
                .and_then(|rest| rest.strip_suffix('"'))
            {
                Some(text) => format!("`{text}`"),
                None => wire.clone(),
            },
            None => "nothing".to_owned(),
        };
        let text = format!(
            "{path}: {} → {} on the wire",
            wire_text(before),
            wire_text(after)
        );
        add(text, Some(Breaks::Runtime));
    }
    if before.deprecated != after.deprecated {
        let text = if after.deprecated {
            format!("{path} is deprecated now")
        } else {
            format!("{path} is no longer deprecated")
        };
        add(text, None);
    }
}

/// Returns whether `old` is the type `now` in the new client, where a type may have become an alias: the
/// change of that type is reported separately.
fn is_same_type(old: &str, now: &str, new: &Api) -> bool {
    let alias = |path: &str| new.items.get(path).filter(|i| i.kind == ItemKind::Alias);
    let is_builder = |before: &str| before.ends_with("builder::");
    old == now
        || now
            == replace_identifiers(old, |before, word| {
                let alias = alias(&format!("types::{word}")).filter(|_| !is_builder(before));
                alias.map(|alias| alias.expanded.as_str())
            })
}

/// Returns whether both have the same name on the wire. Names of headers are case-insensitive (RFC 9110,
/// section 5.1).
fn same_on_the_wire(one: &Item, other: &Item) -> bool {
    match (&one.wire, &other.wire) {
        (Some(one), Some(other)) if one.starts_with("header ") => one.eq_ignore_ascii_case(other),
        (one, other) => one == other,
    }
}

/// Returns whether a client without features for tags gets them: users who disabled default features, to
/// choose TLS, lose all operations.
fn gains_features(old: &Api, new: &Api) -> bool {
    !old.has_feature(ALL) && new.has_feature(ALL)
}

/// Describes the features that no longer enable an item: users who enable only these lose it
/// (<https://doc.rust-lang.org/cargo/reference/semver.html#cargo-feature-remove>). Added and
/// removed features are reported separately.
fn lost_features(path: &str, old: (&Item, &Api), new: (&Item, &Api)) -> Option<String> {
    let ((before, old), (after, new)) = (old, new);
    // Builders and members have the features of their parents.
    if before.parent.is_some() || after.features.is_empty() || !old.has_feature(ALL) {
        return None;
    }
    let mut lost = before.features.difference(&after.features);
    let lost = match lost.find(|name| new.has_feature(name)) {
        Some(lost) => feature_path(lost),
        None if before.features.is_empty() => "none".to_owned(),
        None => return None,
    };
    let path = path.trim_end_matches("()");
    let by: Vec<String> = after
        .features
        .iter()
        .map(|name| feature_path(name))
        .collect();
    Some(format!(
        "{path} comes with {} and no longer with {lost}",
        by.join(" or "),
    ))
}

fn described(api: &Api, path: &str) -> String {
    let kind = api.items.get(path).map(|item| item.kind);
    let word = match kind {
        Some(ItemKind::Struct) => "struct ",
        Some(ItemKind::Enum) => "enum ",
        Some(ItemKind::Alias) => "type ",
        _ => "",
    };
    format!("{word}{}", api.line(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn api(items: &[(&str, ItemKind, Option<&str>, bool)]) -> Api {
        let mut api = Api::default();
        for (path, kind, parent, non_exhaustive) in items {
            let mut item = Item::new(*kind, *parent);
            item.non_exhaustive = *non_exhaustive;
            api.items.insert((*path).to_owned(), item);
        }
        api
    }

    #[test]
    fn a_new_variant_breaks_where_all_had_to_be_known() {
        for (open, breaks) in [(true, None), (false, Some(Breaks::Compile))] {
            let before = [("types::E", ItemKind::Enum, None, open)];
            let variant = ("types::E::A", ItemKind::Variant, Some("types::E"), false);
            let found = compare(&api(&before), &api(&[before[0], variant]));
            let all: Vec<_> = found.iter().map(|found| found.change.breaks).collect();
            assert_eq!(all, [breaks]);
        }
    }

    #[test]
    fn a_member_changes_with_the_alias_that_callers_may_have_written_out() {
        let side = |kind: ItemKind, expanded: &str| {
            let mut api = api(&[
                ("types::T", kind, None, true),
                ("types::S", ItemKind::Struct, None, true),
                ("types::S::t", ItemKind::Field, Some("types::S"), false),
            ]);
            for (path, expanded) in [("types::T", expanded), ("types::S::t", expanded)] {
                let item = api.items.get_mut(path).expect("the item");
                item.expanded = expanded.to_owned();
            }
            api
        };
        let (own, alias) = (side(ItemKind::Enum, "T"), side(ItemKind::Alias, "Value"));
        let paths = |old: &Api, new: &Api| -> Vec<String> {
            let found = compare(old, new).into_iter();
            found.map(|found| found.path).collect()
        };
        assert_eq!(paths(&own, &alias), ["types::T"]);
        assert_eq!(paths(&alias, &own), ["types::S::t", "types::T"]);
    }

    #[test]
    fn what_goes_with_its_type_is_not_told_again() {
        let all = [
            ("types::E", ItemKind::Enum, None, true),
            ("types::E::A", ItemKind::Variant, Some("types::E"), false),
            (
                "impl Clone for types::E",
                ItemKind::Trait,
                Some("types::E"),
                false,
            ),
        ];
        let found = compare(&api(&all), &api(&[]));
        let items: Vec<_> = found.iter().map(|found| &*found.change.item).collect();
        assert_eq!(items, ["types::E"]);
    }

    #[test]
    fn to_lose_a_trait_or_the_freedom_to_match_all_breaks() {
        let before = [
            ("types::E", ItemKind::Enum, None, false),
            (
                "impl Ord for types::E",
                ItemKind::Trait,
                Some("types::E"),
                false,
            ),
        ];
        let after = [("types::E", ItemKind::Enum, None, true)];
        let found = compare(&api(&before), &api(&after));
        let all: Vec<_> = found
            .iter()
            .map(|found| (&*found.change.item, found.change.breaks))
            .collect();
        let compile = Some(Breaks::Compile);
        assert_eq!(
            all,
            [
                ("impl Ord for types::E", compile),
                ("types::E is non_exhaustive now", compile)
            ]
        );
    }
}
