//! Finds items that were renamed, so that they are not reported as removed and added with all their
//! members.
//!
//! ```text
//! old: struct Owner { name, age }      fn owner(value: impl TryInto<Owner>)
//! new: struct Person { name, age }     fn owner(value: impl TryInto<Person>)
//! ```
//!
//! A type was renamed if it was removed, or another type has its name now, and another type with at least
//! half of its members replaces it in members and arguments. A type was split if it still exists, and a
//! type with the suffix for requests (`OwnerRequest`) replaces it where it is sent. A method was renamed
//! if it calls the same operation, a variant if it has the same content or value.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::report::effects::{OLD_NAME_TAKEN, RENAMED_TO, SPLIT_FROM};
use crate::report::{Breaks, ChangeKind};
use crate::rust_api::calls::wire::Wire;
use crate::rust_api::detected::DetectedChange;
use crate::rust_api::read::alias::replace_identifiers;
use crate::rust_api::read::api::{Api, Item, ItemKind};
use atlas_gen::passes::directions::SUFFIXES;

/// The renamed types, methods and variants.
#[derive(Debug, Default)]
pub struct Renames {
    /// New names of types, methods and builders by the old ones.
    names: BTreeMap<String, Renamed>,
    /// New paths of variants by the old ones.
    variants: BTreeMap<String, String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Renamed {
    now: String,
    what: RenameKind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum RenameKind {
    Type,
    /// The type that is received keeps the old name.
    Split,
    Method,
    Builder,
}

impl Renames {
    /// Finds what was renamed between two clients.
    pub fn find(old: (&Api, &Wire), new: (&Api, &Wire)) -> Self {
        let mut renames = Self::default();
        renames.methods(old.1, new.1);
        let (old, new) = (old.0, new.0);
        // Renamed types inside a renamed type are found in the next round.
        while renames.types(old, new) {}
        renames.variants(old, new);
        renames
    }

    /// Returns the changes.
    pub fn changes(&self, old: &Api, new: &Api) -> Vec<DetectedChange> {
        let mut changes = Vec::new();
        let renamed = |path: &str, text: String| {
            DetectedChange::new(ChangeKind::Changed, text, Some(Breaks::Compile), path)
        };
        let mut add = |path: &str, text: String| changes.push(renamed(path, text));
        for (name, Renamed { now, what }) in &self.names {
            let path = format!("types::{name}");
            match what {
                RenameKind::Type if new.items.contains_key(&path) => {
                    add(&path, format!("{path}{RENAMED_TO}{now}{OLD_NAME_TAKEN}"));
                }
                RenameKind::Type => add(&path, format!("{path}{RENAMED_TO}{now} now")),
                RenameKind::Split => add(&path, format!("{path}{SPLIT_FROM}types::{now} is sent")),
                RenameKind::Method => {
                    let own = format!("::{name}()");
                    let mut paths = old.items.keys();
                    // A trait of operations, or the client.
                    let path =
                        paths.find(|path| path.ends_with(&own) && !path.starts_with("types"));
                    if let Some(path) = path {
                        add(path, format!("{path}{RENAMED_TO}{now}() now"));
                    }
                }
                RenameKind::Builder => {}
            }
        }
        for (path, now) in &self.variants {
            let name = now.rsplit("::").next().unwrap_or(now);
            let text = format!("{path}{RENAMED_TO}{name} now");
            changes
                .push(renamed(path, text).noted(held_now(old.items.get(path), new.items.get(now))));
        }
        changes
    }

    /// Returns the path of the renamed or split type that the renamed variant at `path` holds.
    pub fn held(&self, path: &str, old: &Api) -> Option<String> {
        self.variants.get(path)?;
        let mut held = None;
        replace_identifiers(&old.items.get(path)?.expanded, |_, word| {
            if self.names.contains_key(word) {
                held = Some(format!("types::{word}"));
            }
            None
        });
        held
    }

    /// Returns the new name of a method of the client.
    pub fn method<'a>(&'a self, name: &'a str) -> &'a str {
        self.now(name, &[RenameKind::Method])
    }

    /// Returns the new name of a type; if it was split, of the type that is sent.
    pub fn type_name<'a>(&'a self, name: &'a str) -> &'a str {
        self.now(name, &[RenameKind::Type, RenameKind::Split])
    }

    fn now<'a>(&'a self, name: &'a str, of: &[RenameKind]) -> &'a str {
        let renamed = self.names.get(name);
        renamed
            .filter(|renamed| of.contains(&renamed.what))
            .map_or(name, |renamed| &renamed.now)
    }

    /// Returns the old items under their new names.
    pub fn apply(&self, old: &Api, new: &Api) -> Api {
        if self.names.is_empty() && self.variants.is_empty() {
            return old.clone();
        }
        let mut api = Api::default();
        for (path, item) in &old.items {
            let mut item = item.clone();
            item.parent = item.parent.map(|parent| self.path(&parent, new));
            let path = self.path(path, new);
            // The alias became the type itself.
            let is_alias = item.kind == ItemKind::Alias;
            if is_alias
                && path == format!("types::{}", self.text(&item.expanded, &[RenameKind::Type]))
            {
                continue;
            }
            // A split type has one name where it is sent, and another where it is received.
            let there = new.items.get(&path);
            for what in [
                &[RenameKind::Type, RenameKind::Method, RenameKind::Builder][..],
                ALL_KINDS,
            ] {
                let expanded = self.text(&item.expanded, what);
                if what != ALL_KINDS || there.is_some_and(|there| there.expanded == expanded) {
                    item.shown = self.text(&item.shown, what);
                    item.expanded = expanded;
                }
            }
            // Two types may have been merged.
            api.items.entry(path).or_insert(item);
        }
        api
    }

    /// Returns the path in `new` of the old item at `path`.
    fn path(&self, path: &str, new: &Api) -> String {
        if let Some(now) = self.variants.get(path) {
            return now.clone();
        }
        // The name of a member may be equal to that of a type.
        let member = path.strip_prefix("types::").and_then(|path| {
            let (owner, member) = path.split_once("::")?;
            (owner != "builder").then_some((owner, member))
        });
        let named = |of: &[RenameKind]| match member {
            Some((owner, member)) => format!("types::{}::{member}", self.text(owner, of)),
            None => self.text(path, of),
        };
        let moved = named(&[RenameKind::Type, RenameKind::Method, RenameKind::Builder]);
        if new.items.contains_key(&moved) {
            return moved;
        }
        let sent = named(ALL_KINDS);
        let owner = |path: &str| {
            let owner = path.rsplit_once("::").map(|(owner, _)| owner);
            owner.is_some_and(|owner| new.items.contains_key(owner))
        };
        // A removed method of a builder belonged to the builder of the type that is sent.
        match new.items.contains_key(&sent) || owner(&sent) && !owner(&moved) {
            true => sent,
            false => moved,
        }
    }

    fn text(&self, text: &str, of: &[RenameKind]) -> String {
        replace_identifiers(text, |_, word| {
            let renamed = self.names.get(word)?;
            of.contains(&renamed.what).then_some(renamed.now.as_str())
        })
    }

    /// Finds methods that call the same operation.
    fn methods(&mut self, old: &Wire, new: &Wire) {
        let places: HashMap<&str, (&String, &String)> = new
            .operations
            .iter()
            .map(|(method, operation)| (operation.route.as_str(), (method, &operation.builder)))
            .collect();
        for (method, operation) in &old.operations {
            if new.operations.contains_key(method) {
                continue;
            }
            let Some((now, builder)) = places.get(operation.route.as_str()) else {
                continue;
            };
            if !old.operations.contains_key(*now) {
                self.insert(method, now, RenameKind::Method);
                self.insert(&operation.builder, builder, RenameKind::Builder);
            }
        }
    }

    fn insert(&mut self, name: &str, now: &str, what: RenameKind) {
        let now = now.to_owned();
        self.names.insert(name.to_owned(), Renamed { now, what });
    }

    /// Finds types that were replaced by others; returns whether it found any.
    fn types(&mut self, old: &Api, new: &Api) -> bool {
        let types = |api: &Api| -> BTreeMap<String, BTreeSet<String>> {
            let of = |path: &String| path.strip_prefix("types::").map(str::to_owned);
            let mut types = BTreeMap::new();
            for (path, item) in &api.items {
                if let (true, Some(name)) = (is_type(item), of(path)) {
                    types.entry(name).or_insert_with(BTreeSet::new);
                } else if let Some(name) = item.parent.as_ref().and_then(of)
                    && matches!(item.kind, ItemKind::Field | ItemKind::Variant)
                {
                    let member = path.rsplit("::").next().unwrap_or_default();
                    types.entry(name).or_default().insert(member.to_owned());
                }
            }
            types
        };
        let (before, after) = (types(old), types(new));
        let is_like = |one: &str, other: &str| {
            let (Some(one), Some(other)) = (before.get(one), after.get(other)) else {
                return false;
            };
            2 * one.intersection(other).count() >= one.len()
        };
        let words = |text: &str| {
            let mut words = Vec::new();
            replace_identifiers(text, |_, word| {
                if before.contains_key(word) || after.contains_key(word) {
                    words.push(word.to_owned());
                }
                None
            });
            words
        };
        let mut any = false;
        let has =
            |api: &Api, name: &str| api.items.contains_key(&format!("types::{name}::builder()"));
        for name in before
            .keys()
            .filter(|name| has(old, name) && !has(new, name))
        {
            let mut sent = SUFFIXES.iter().map(|suffix| format!("{name}{suffix}"));
            let now = sent.find(|now| has(new, now) && !before.contains_key(now));
            if let Some(now) = now.filter(|now| is_like(name, now) && is_like(name, name))
                && !self.names.contains_key(name)
            {
                self.insert(name, &now, RenameKind::Split);
                any = true;
            }
        }
        let mut votes: BTreeMap<(String, String), usize> = BTreeMap::new();
        for (path, item) in &old.items {
            let Some(there) = new.items.get(&self.path(path, new)) else {
                continue;
            };
            let (here, there) = (words(&item.expanded), words(&there.expanded));
            if here.len() == there.len() {
                for (name, now) in here.into_iter().zip(there) {
                    if name != now && !self.names.contains_key(&name) {
                        *votes.entry((name, now)).or_default() += 1;
                    }
                }
            }
        }
        let mut votes: Vec<((String, String), usize)> = votes.into_iter().collect();
        votes.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        for ((name, now), _) in votes {
            if self.names.contains_key(&name) || !is_like(&name, &now) {
                continue;
            }
            let is_suffixed = now
                .strip_prefix(&name)
                .is_some_and(|suffix| SUFFIXES.contains(&suffix));
            // A type that existed before must have all members of the replaced one.
            let is_lost = before.get(&now).is_some_and(|_| {
                let own = before.get(&name).into_iter().flatten();
                !own.clone()
                    .all(|member| after.get(&now).is_some_and(|now| now.contains(member)))
            });
            let what = if !is_like(&name, &name) && !is_lost {
                RenameKind::Type
            } else if is_suffixed && !before.contains_key(&now) {
                RenameKind::Split
            } else {
                continue;
            };
            self.insert(&name, &now, what);
            any = true;
        }
        any
    }

    /// Finds variants with the same content or value.
    fn variants(&mut self, old: &Api, new: &Api) {
        type Variants<'a> = BTreeMap<(String, Option<&'a str>, String), Vec<String>>;
        fn insert<'a>(of: &mut Variants<'a>, path: &str, item: &'a Item, held: String) {
            if let (ItemKind::Variant, Some(parent)) = (item.kind, &item.parent)
                && (!held.is_empty() || item.wire.is_some())
            {
                let key = (parent.clone(), item.wire.as_deref(), held);
                of.entry(key).or_default().push(path.to_owned());
            }
        }
        let mut gone = Variants::new();
        for (path, item) in &old.items {
            let now = self.path(path, new);
            if !new.items.contains_key(&now) {
                insert(&mut gone, path, item, self.text(&item.expanded, ALL_KINDS));
            }
        }
        let known: BTreeSet<String> = old.items.keys().map(|path| self.path(path, new)).collect();
        let mut added = Variants::new();
        for (path, item) in &new.items {
            if !known.contains(path) {
                insert(&mut added, path, item, item.expanded.clone());
            }
        }
        for ((parent, wire, held), paths) in gone {
            let key = (self.path(&parent, new), wire, held);
            if let ([path], Some([now])) = (&*paths, added.get(&key).map(Vec::as_slice)) {
                self.variants.insert(path.clone(), now.clone());
            }
        }
    }
}

/// All kinds of renames, for the names of types that are sent.
const ALL_KINDS: &[RenameKind] = &[
    RenameKind::Type,
    RenameKind::Split,
    RenameKind::Method,
    RenameKind::Builder,
];

/// Returns a note on the content of a renamed variant, if that was renamed, too.
fn held_now(before: Option<&Item>, after: Option<&Item>) -> Option<String> {
    let (before, after) = (&before?.expanded, &after?.expanded);
    let inner = |text: &str| {
        let text = text.trim_matches(['(', ')']);
        let boxed = text
            .strip_prefix("Box<")
            .and_then(|text| text.strip_suffix('>'));
        boxed.unwrap_or(text).to_owned()
    };
    (before != after && !after.is_empty()).then(|| format!("holds {} now", inner(after)))
}

fn is_type(item: &Item) -> bool {
    matches!(item.kind, ItemKind::Struct | ItemKind::Enum)
}

#[cfg(test)]
mod tests;
