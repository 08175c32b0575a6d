//! shared enums: enums of the same values that were hoisted out of several places become one.
//!
//! It takes the name of a component that upstream gave these values, if there is one. Otherwise it
//! is called by the words that the names of all its places have in common, or by the shortest of
//! these names where they have too little in common. Parts of the document that do not use these
//! values have no say, as long as they do not use the name.
//!
//! Before:
//! ```yaml
//! A: {properties: {provider: {$ref: '#/components/schemas/AProvider'}}}
//! Bee: {properties: {provider: {$ref: '#/components/schemas/BeeProvider'}}}
//! AProvider: {type: string, enum: [AWS, GCP], x-atlas-hoisted: true}
//! BeeProvider: {type: string, enum: [GCP, AWS], x-atlas-hoisted: true}
//! ```
//! After:
//! ```yaml
//! A: {properties: {provider: {$ref: '#/components/schemas/AProvider'}}}
//! Bee: {properties: {provider: {$ref: '#/components/schemas/AProvider'}}}
//! AProvider: {type: string, enum: [AWS, GCP], x-atlas-hoisted: true}
//! ```

use std::collections::{BTreeMap, BTreeSet};

use heck::{ToPascalCase, ToSnakeCase};
use serde_json::Value;

use crate::document::Document;
use crate::error::Result;
use crate::passes::hoist::{OF_OPERATION, is_hoisted};
use crate::passes::names;
use crate::schema::flag;

/// The components that are enums of the same values: each name and schema.
type Group<'a> = Vec<(&'a String, &'a Value)>;

/// What follows in a name says nothing to a reader.
const WORDS: usize = 30;

/// Words that begin no name.
const SMALL_WORDS: [&str; 8] = ["and", "by", "for", "in", "of", "than", "to", "with"];

/// Joins equal enums.
///
/// # Errors
/// None.
pub fn shared_enums(document: &mut Document) -> Result<()> {
    let mut groups: BTreeMap<BTreeSet<String>, Group<'_>> = BTreeMap::new();
    for (name, schema) in document.schemas() {
        let listed = schema.get("enum").and_then(Value::as_array);
        if let (Some(listed), Some("string")) = (listed, schema.get("type").and_then(Value::as_str))
            && schema.get("x-enum-varnames").is_none()
        {
            let values = listed.iter().map(Value::to_string).collect();
            groups.entry(values).or_default().push((name, schema));
        }
    }
    let common: Vec<Option<String>> = groups.values().map(|group| common_name(group)).collect();
    let mut used: Vec<&str> = document.schemas().map(|(name, _)| undated(name)).collect();
    used.extend(common.iter().flatten().map(String::as_str));
    let mut renamed: BTreeMap<String, String> = BTreeMap::new();
    let mut dropped: BTreeSet<String> = BTreeSet::new();
    for (group, common) in groups.values().zip(&common) {
        let shortest = group.iter().min_by_key(|(name, schema)| {
            let of_operation = flag(schema, OF_OPERATION);
            (is_hoisted(schema), of_operation, undated(name).len(), *name)
        });
        let Some((kept, _)) = shortest else { continue };
        let free = |name: &&String| used.iter().filter(|used| *used == name).count() == 1;
        let chosen = common.as_ref().filter(free).unwrap_or(kept);
        for (name, _) in group.iter().filter(|(_, schema)| is_hoisted(schema)) {
            renamed.insert((*name).clone(), chosen.clone());
            if name != kept {
                dropped.insert((*name).clone());
            }
        }
    }
    let schemas = std::mem::take(document.schemas_mut());
    for (name, schema) in schemas {
        if !dropped.contains(&name) {
            let name = renamed.get(&name).unwrap_or(&name).clone();
            document.schemas_mut().insert(name, schema);
        }
    }
    names::rename_all(document, &|name| {
        renamed
            .get(name)
            .cloned()
            .unwrap_or_else(|| name.to_owned())
    });
    Ok(())
}

fn undated(name: &str) -> &str {
    names::dated(name).map_or(name, |(bare, _)| bare)
}

/// The words that the names of a group have in common, in their order, if they make a name: two
/// words with which one of the names begins, or three.
fn common_name(group: &[(&String, &Value)]) -> Option<String> {
    let inside_schemas = |(_, schema): &&(&String, &Value)| !flag(schema, OF_OPERATION);
    let all_hoisted = group.iter().all(|(_, schema)| is_hoisted(schema));
    let mut names = group
        .iter()
        .filter(inside_schemas)
        .map(|(name, _)| undated(name).to_snake_case());
    let first = names.next().filter(|_| all_hoisted)?;
    let words = first.split('_').take(WORDS);
    let mut common: Vec<String> = words.map(str::to_owned).collect();
    let mut begins = vec![first.clone()];
    for name in names {
        let words: Vec<&str> = name.split('_').take(WORDS).collect();
        common = in_both(&common, &words);
        begins.push(name);
    }
    // What two words stood between may have kept two of the same apart.
    common.dedup();
    let start = common.first()?;
    let anchored = begins
        .iter()
        .any(|name| name.split('_').next() == Some(start));
    let several = begins.len() > 1 && !SMALL_WORDS.contains(&start.as_str());
    let enough = common.len() > 2 || (common.len() == 2 && anchored);
    (several && enough).then(|| common.join("_").to_pascal_case())
}

/// The longest sequence of words that stands in both, in order.
fn in_both(a: &[String], b: &[&str]) -> Vec<String> {
    // `longest[i][j]` is that of what follows `i` in one and `j` in the other.
    let mut longest = vec![vec![Vec::new(); b.len() + 1]; a.len() + 1];
    for (i, word) in a.iter().enumerate().rev() {
        for (j, other) in b.iter().enumerate().rev() {
            longest[i][j] = if word == other {
                [vec![word.clone()], longest[i + 1][j + 1].clone()].concat()
            } else if longest[i + 1][j].len() >= longest[i][j + 1].len() {
                longest[i + 1][j].clone()
            } else {
                longest[i][j + 1].clone()
            };
        }
    }
    std::mem::take(&mut longest[0][0])
}
