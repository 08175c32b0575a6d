//! Handles types that were renamed and whose old names are aliases now.
//!
//! ```text
//! old: struct Owner { .. }
//! new: struct Person { .. }    type Owner = Person;
//! ```
//! For callers it is the same type.

use crate::rust_api::read::api::{Api, Item, ItemKind};

/// Returns `new` with each such type under its old name; `None` if there is none.
pub fn with_old_names(old: &Api, new: &Api) -> Option<Api> {
    let is_type = |item: &Item| matches!(item.kind, ItemKind::Struct | ItemKind::Enum);
    let mut moved: Vec<(&str, &str)> = Vec::new();
    for (path, alias) in new.items.iter().filter(|(_, i)| i.kind == ItemKind::Alias) {
        let target = format!("types::{}", alias.expanded);
        // If the old client also has the target, the alias replaces a type by another.
        let is_moved = old.items.get(path).is_some_and(is_type)
            && new.items.get(&target).is_some_and(is_type)
            && !old.items.contains_key(&target)
            && !moved.iter().any(|(_, other)| *other == alias.expanded);
        if let (true, Some(name)) = (is_moved, path.strip_prefix("types::")) {
            moved.push((name, &alias.expanded));
        }
    }
    if moved.is_empty() {
        return None;
    }
    let mut api = Api::default();
    let is_alias = |path: &str| {
        moved
            .iter()
            .any(|(name, _)| path == format!("types::{name}"))
    };
    for (path, item) in new.items.iter().filter(|(path, _)| !is_alias(path)) {
        let mut item = item.clone();
        item.parent = item.parent.map(|parent| renamed(&parent, &moved));
        item.expanded = renamed(&item.expanded, &moved);
        api.items.insert(renamed(path, &moved), item);
    }
    for (_, target) in &moved {
        let path = format!("types::{target}");
        let kind = new.items.get(&path).map(|item| item.kind);
        let item = Item::new(kind.unwrap_or(ItemKind::Alias), None);
        api.items.insert(path, item);
    }
    Some(api)
}

/// Replaces new names by old ones in `text`. Builders have no aliases.
fn renamed(text: &str, moved: &[(&str, &str)]) -> String {
    replace_identifiers(text, |before, word| {
        let is_builder = before.ends_with("builder::");
        let old = moved.iter().find(|(_, new)| word == *new && !is_builder);
        old.map(|(old, _)| *old)
    })
}

/// Replaces identifiers in `text`. `other` gets the text before an identifier and the identifier, and
/// returns its replacement, if any.
pub fn replace_identifiers<'a>(
    text: &str,
    mut other: impl FnMut(&str, &str) -> Option<&'a str>,
) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    while let Some(start) = rest.find(is_part) {
        let (between, from) = rest.split_at(start);
        let end = from.find(|c| !is_part(c)).unwrap_or(from.len());
        let (word, after) = from.split_at(end);
        out.push_str(between);
        let word = other(&out, word).unwrap_or(word);
        out.push_str(word);
        rest = after;
    }
    out.push_str(rest);
    out
}
