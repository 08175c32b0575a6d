//! Which changes that `atlas-diff` reports explain which uses that rustc refuses.
//!
//! It knows the texts of changes, and no code.

use std::collections::BTreeMap;

use crate::verdicts::user::{Program, Used};

/// A change that breaks at compile time.
pub struct Told<'a> {
    text: &'a str,
    /// The path of the item; `impl for PATH` of a trait.
    root: String,
}

/// Changes, with the new names of what has another name.
pub struct Changes<'a> {
    all: Vec<Told<'a>>,
    /// New names of types, methods and builders, by the old ones.
    names: BTreeMap<String, String>,
    /// The methods of the old client by the builders that they start.
    methods: BTreeMap<&'a str, &'a str>,
}

impl<'a> Changes<'a> {
    /// Reads the texts of the changes between the clients of two programs.
    pub fn new(texts: impl Iterator<Item = &'a str>, old: &'a Program, new: &'a Program) -> Self {
        let all = texts.map(|text| Told {
            text,
            root: root(text),
        });
        let all: Vec<Told<'a>> = all.collect();
        let mut names = BTreeMap::new();
        for told in &all {
            let now = told
                .text
                .split_once(" is called ")
                .or(told.text.split_once("now, types::"));
            if let (Some(name), Some((_, now))) = (told.root.rsplit("::").next(), now) {
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

    /// The changes that no use bears out.
    pub fn unreal(&self, refused: &[&Used]) -> Vec<&'a str> {
        let is_real = |told: &&Told<'a>| {
            let mut refused = refused.iter();
            refused.any(|used| self.lineage(used).contains(&told.root))
        };
        let unreal = self.all.iter().filter(|told| !is_real(told));
        unreal.map(|told| told.text).collect()
    }

    /// The uses that no change explains.
    pub fn untold<'u>(&self, refused: &[&'u Used]) -> Vec<&'u str> {
        let is_told = |used: &Used| {
            let lineage = self.lineage(used);
            self.all.iter().any(|told| {
                let named = told.root.strip_prefix("types::");
                lineage.contains(&told.root) || named.is_some_and(|name| used.words.contains(name))
            })
        };
        let untold = refused.iter().filter(|used| !is_told(used));
        untold.map(|used| &*used.path).collect()
    }

    /// The path of what is used and those of what it belongs to, under old and new names.
    fn lineage(&self, used: &Used) -> Vec<String> {
        let mut lineage = vec![used.path.clone()];
        let mut path = used.path.trim_start_matches("impl for ");
        loop {
            lineage.push(path.to_owned());
            let Some((module, name)) = path.rsplit_once("::") else {
                break;
            };
            match (module, self.methods.get(name)) {
                // A builder comes and goes with what it builds, or with the method that starts it.
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

/// The path at the beginning of a text.
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
