//! The public API of a generated client as a list of items.
//!
//! It knows what callers can name, not how generated code is parsed.

use std::collections::{BTreeMap, BTreeSet};

/// Everything that a caller can name, by path: `types::Source`, its field `types::Source::ssl`, its
/// method `types::Source::builder()`, its trait `impl Clone for types::Source`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Api {
    /// The items by path.
    pub items: BTreeMap<String, Item>,
}

/// Something that a caller can name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Its kind.
    pub kind: ItemKind,
    /// The path of the item that it belongs to.
    pub parent: Option<String>,
    /// Its type or signature as in the code, without module paths.
    pub shown: String,
    /// The same with aliases expanded.
    pub expanded: String,
    /// Its name on the wire, if it has one.
    pub wire: Option<String>,
    /// Whether it is deprecated.
    pub deprecated: bool,
    /// Whether it is `non_exhaustive`.
    pub non_exhaustive: bool,
    /// The features of the crate that enable it, any of them; empty if it is always available.
    pub features: BTreeSet<String>,
    /// Its docs.
    pub docs: String,
}

/// The kind of an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ItemKind {
    /// A struct.
    Struct,
    /// An enum.
    Enum,
    /// A type alias.
    Alias,
    /// A public field of a struct.
    Field,
    /// A variant of an enum.
    Variant,
    /// A method or a function that belongs to a type.
    Method,
    /// A constant.
    Const,
    /// The implementation of a trait.
    Trait,
    /// A feature of the crate.
    Feature,
}

impl Item {
    /// Creates an item without details.
    pub fn new(kind: ItemKind, parent: Option<&str>) -> Self {
        Self {
            kind,
            parent: parent.map(str::to_owned),
            shown: String::new(),
            expanded: String::new(),
            wire: None,
            deprecated: false,
            non_exhaustive: false,
            features: BTreeSet::new(),
            docs: String::new(),
        }
    }
}

impl Api {
    /// Adds the implementation of a trait.
    pub fn add_trait(&mut self, name: &str, of: &str) {
        self.items.insert(
            format!("impl {name} for {of}"),
            Item::new(ItemKind::Trait, Some(of)),
        );
    }

    /// Adds a feature of the crate.
    pub fn add_feature(&mut self, name: &str) {
        let path = feature_path(name);
        self.items.insert(path, Item::new(ItemKind::Feature, None));
    }

    /// Returns whether the crate has the feature called `name`.
    pub fn has_feature(&self, name: &str) -> bool {
        self.items.contains_key(&feature_path(name))
    }

    /// Formats the item called `path` as a line of a report.
    pub fn line(&self, path: &str) -> String {
        match self.items.get(path) {
            Some(item) => line(path, item),
            None => path.to_owned(),
        }
    }
}

/// The feature that enables all tags.
pub const ALL: &str = "all";

/// Returns the path of the item for the feature called `name`.
pub fn feature_path(name: &str) -> String {
    format!("feature `{name}`")
}

/// Formats `path` with the item's details.
fn line(path: &str, item: &Item) -> String {
    match item.kind {
        ItemKind::Method => format!("{}{}", path.trim_end_matches("()"), item.shown),
        ItemKind::Field | ItemKind::Const => format!("{path}: {}", item.shown),
        ItemKind::Alias => format!("{path} = {}", item.shown),
        ItemKind::Variant => format!("{path}{}", item.shown),
        ItemKind::Struct | ItemKind::Enum | ItemKind::Trait | ItemKind::Feature => path.to_owned(),
    }
}
