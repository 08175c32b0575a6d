//! Opens circles of unions that are alternatives of each other: reading one would never end.
//!
//! Such an alternative is removed where it leads back, because it adds no value to the union that it
//! leads to. The union that comes first among the components keeps all its alternatives.

use std::collections::{BTreeMap, HashMap, HashSet};

use serde_json::Value;

use super::{component, variants};
use crate::document::{Document, schema_name};
use crate::error::Result;
use crate::passes::circle::circle;

/// The alternatives to remove, by union.
type Back = BTreeMap<String, HashSet<String>>;

/// Removes alternatives that lead back to their union by way of other unions. A union that lists
/// itself is left as it is, because [`variants`] leaves that out.
///
/// # Errors
/// A union without any other alternative.
pub fn open(document: &mut Document) -> Result<()> {
    for (union, back) in back(document)? {
        let mut schema = document.schema(&union).cloned().unwrap_or_default();
        let is_kept = |name: &str| !back.contains(name);
        for key in ["oneOf", "anyOf"] {
            if let Some(Value::Array(listed)) = schema.get_mut(key) {
                listed.retain(|one| schema_name(one).is_none_or(is_kept));
            }
        }
        if let Some(Value::Object(mapping)) = schema.pointer_mut("/discriminator/mapping") {
            mapping.retain(|_, target| component(document, target).is_none_or(is_kept));
        }
        document.schemas_mut().insert(union, schema);
    }
    Ok(())
}

/// A union in the search, with the alternatives that are left to search.
struct Open<'a> {
    union: &'a str,
    alternatives: std::slice::Iter<'a, (String, &'a str)>,
    /// The number of alternatives that do not lead back.
    kept: usize,
}

/// Searches the unions depth first, in the order of the document.
fn back(document: &Document) -> Result<Back> {
    // The alternatives of each union, as they are listed and without aliases.
    let mut unions: HashMap<&str, Vec<(String, &str)>> = HashMap::new();
    for (name, schema) in document.schemas() {
        let mut known = HashSet::new();
        let listed = variants(document, name, schema).into_iter();
        let listed = listed.filter(|alternative| known.insert(alternative.clone()));
        let listed = listed.filter_map(|alternative| {
            let target = resolved(document, &alternative)?;
            Some((alternative, target))
        });
        unions.insert(name, listed.collect());
    }
    let enter = |union| {
        let (union, alternatives) = unions.get_key_value(union)?;
        (!alternatives.is_empty()).then(|| Open {
            union,
            alternatives: alternatives.iter(),
            kept: alternatives.len(),
        })
    };
    let mut found = Back::new();
    // Whether everything below a union has been searched.
    let mut searched: HashMap<&str, bool> = HashMap::new();
    for (name, _) in document.schemas() {
        let mut path: Vec<Open<'_>> = Vec::new();
        let mut next = Some(name.as_str());
        loop {
            if let Some(open) = next.filter(|at| !searched.contains_key(at)).and_then(enter) {
                searched.insert(open.union, false);
                path.push(open);
            }
            let Some(open) = path.last_mut() else {
                break;
            };
            let Some((alternative, target)) = open.alternatives.next() else {
                searched.insert(open.union, true);
                path.pop();
                next = None;
                continue;
            };
            next = Some(target);
            if searched.get(target) == Some(&false) {
                open.kept -= 1;
                let is_left = open.kept > 0;
                let removed = found.entry(open.union.to_owned()).or_default();
                removed.insert(alternative.clone());
                if !is_left {
                    let names = path.iter().map(|open| open.union);
                    let names: Vec<&str> = names.skip_while(|name| name != target).collect();
                    return Err(circle(document, &names, "an alternative"));
                }
            }
        }
    }
    Ok(found)
}

/// Returns the component that `name` is another name of, or itself.
fn resolved<'a>(document: &'a Document, name: &str) -> Option<&'a str> {
    let (mut name, mut schema) = document.components("schemas")?.get_key_value(name)?;
    while let Some(next) = schema_name(schema) {
        (name, schema) = document.components("schemas")?.get_key_value(next)?;
    }
    Some(name)
}
