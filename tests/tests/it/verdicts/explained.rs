//! Matches the changes that `atlas-diff` reports with the uses that rustc rejects.
//!
//! It knows the texts of changes, not code.

use std::collections::BTreeMap;

use crate::verdicts::user::{Program, Used};

/// A change that breaks compilation.
pub struct Breaking<'a> {
    text: &'a str,
    /// The path of the item; `impl for PATH` for a trait implementation.
    root: String,
}

/// The changes, with the new names of renamed items.
pub struct Changes<'a> {
    all: Vec<Breaking<'a>>,
    /// The new names of renamed types, methods and builders, by their old ones.
    names: BTreeMap<String, String>,
    /// The methods of the old client by the builders that they return.
    methods: BTreeMap<&'a str, &'a str>,
}

impl<'a> Changes<'a> {
    /// Parses the texts of the changes between the clients of two programs.
    pub fn new(texts: impl Iterator<Item = &'a str>, old: &'a Program, new: &'a Program) -> Self {
        let all = texts.map(|text| Breaking {
            text,
            root: root(text),
        });
        let all: Vec<Breaking<'a>> = all.collect();
        let mut names = BTreeMap::new();
        for change in &all {
            let now = change
                .text
                .split_once(" is called ")
                .or(change.text.split_once("now, types::"));
            if let (Some(name), Some((_, now))) = (change.root.rsplit("::").next(), now) {
                let now = now.split(|c: char| !c.is_alphanumeric() && c != '_').next();
                names.insert(name.to_owned(), now.unwrap_or_default().to_owned());
            }
        }
        for (method, builder) in &old.builders {
            if let Some(now) = names
                .get(method)
                .and_then(|method| new.builders.get(method))
            {
                names.insert(builder.clone(), now.clone());
            }
        }
        let methods = old.builders.iter();
        Self {
            all,
            names,
            methods: methods
                .map(|(method, builder)| (&**builder, &**method))
                .collect(),
        }
    }

    /// Returns the changes that match no rejected use.
    pub fn unreal(&self, refused: &[&Used]) -> Vec<&'a str> {
        let is_real = |change: &&Breaking<'a>| {
            let mut refused = refused.iter();
            refused.any(|used| self.lineage(used).contains(&change.root))
        };
        let unreal = self.all.iter().filter(|change| !is_real(change));
        unreal.map(|change| change.text).collect()
    }

    /// Returns the rejected uses that no change explains.
    pub fn untold<'u>(&self, refused: &[&'u Used]) -> Vec<&'u str> {
        let is_explained = |used: &Used| {
            let lineage = self.lineage(used);
            self.all.iter().any(|change| {
                let named = change.root.strip_prefix("types::");
                lineage.contains(&change.root)
                    || named.is_some_and(|name| used.words.contains(name))
            })
        };
        let untold = refused.iter().filter(|used| !is_explained(used));
        untold.map(|used| &*used.path).collect()
    }

    /// Returns the path of the used item and those of its parents, with their old and new names.
    fn lineage(&self, used: &Used) -> Vec<String> {
        let mut lineage = vec![used.path.clone()];
        let mut path = used.path.trim_start_matches("impl for ");
        loop {
            lineage.push(path.to_owned());
            let Some((module, name)) = path.rsplit_once("::") else {
                break;
            };
            match (module, self.methods.get(name)) {
                // A builder exists only with the type that it builds, or with the method that
                // returns it.
                ("types::builder", _) => lineage.push(format!("types::{name}")),
                ("builder", Some(method)) => lineage.push(format!("Client::{method}")),
                _ => {}
            }
            path = module;
        }
        let renamed = lineage.iter().map(|path| {
            let words = path.split("::");
            let words = words.map(|word| self.names.get(word).map_or(word, |now| now));
            words.collect::<Vec<&str>>().join("::")
        });
        let renamed: Vec<String> = renamed.collect();
        lineage.extend(renamed);
        lineage
    }
}

/// Returns the path at the beginning of a text.
fn root(text: &str) -> String {
    if let Some((_, of)) = text
        .strip_prefix("impl ")
        .and_then(|text| text.rsplit_once(" for "))
    {
        return format!("impl for {}", root(of));
    }
    let kinds = ["struct ", "enum ", "type "];
    let path = kinds.iter().find_map(|kind| text.strip_prefix(kind));
    let path = path.unwrap_or(text);
    let is_end = |c: char| !c.is_alphanumeric() && c != '_' && c != ':';
    let path = path.split(is_end).next().unwrap_or_default();
    path.trim_end_matches(':').to_owned()
}
