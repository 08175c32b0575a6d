//! Opens circles of unions that are alternatives of each other: reading one would never end.
//!
//! Such an alternative is removed where it leads back, because it adds no value to the union that it
//! leads to. The union that comes first among the components keeps all its alternatives.

use std::collections::HashMap;

use serde_json::Value;

use super::{component, variants};
use crate::document::{Document, schema_name};
use crate::error::{Error, Result};
use crate::passes::circle::circle;

/// Removes alternatives that lead back to their union by way of other unions. A union that lists
/// itself is left as it is, because [`variants`] leaves that out.
///
/// # Errors
/// A union without any other alternative.
pub fn open(document: &mut Document) -> Result<()> {
    for Back { union, to, error } in back(document) {
        let mut schema = document.schema(&union).cloned().unwrap_or_default();
        for key in ["oneOf", "anyOf"] {
            if let Some(Value::Array(listed)) = schema.get_mut(key) {
                listed.retain(|alternative| schema_name(alternative) != Some(&to));
            }
        }
        if let Some(Value::Object(mapping)) = schema.pointer_mut("/discriminator/mapping") {
            mapping.retain(|_, target| component(document, target) != Some(&to));
        }
        if variants(document, &union, &schema).is_empty() {
            return Err(error);
        }
        document.schemas_mut().insert(union, schema);
    }
    Ok(())
}

/// An alternative that leads back to its union.
struct Back {
    union: String,
    to: String,
    /// The error if the union has no other alternative.
    error: Error,
}

/// Searches the unions depth first, in the order of the document.
fn back(document: &Document) -> Vec<Back> {
    let is_alias = |name: &str| {
        document
            .schema(name)
            .is_some_and(|s| schema_name(s).is_some())
    };
    let edges: HashMap<&str, Vec<String>> = document
        .schemas()
        .map(|(name, schema)| match schema_name(schema) {
            Some(target) => (name.as_str(), vec![target.to_owned()]),
            None => (name.as_str(), variants(document, name, schema)),
        })
        .filter(|(_, next)| !next.is_empty())
        .collect();
    let mut found = Vec::new();
    // Whether everything below a component has been searched.
    let mut searched: HashMap<&str, bool> = HashMap::new();
    for (name, _) in document.schemas() {
        let mut path: Vec<(&str, std::slice::Iter<'_, String>)> = Vec::new();
        let mut next = Some(name.as_str());
        loop {
            if let Some(at) = next.filter(|at| searched.get(at) == Some(&false)) {
                let names = path.iter().map(|(name, _)| *name);
                let mut names: Vec<&str> = names.skip_while(|name| *name != at).collect();
                let error = circle(document, &names, "an alternative");
                names.push(at);
                // Another name of a union has no alternative to remove.
                let union = names[..names.len() - 1]
                    .iter()
                    .rposition(|name| !is_alias(name));
                found.extend(union.map(|i| Back {
                    union: names[i].to_owned(),
                    to: names[i + 1].to_owned(),
                    error,
                }));
            } else if let Some(at) = next.filter(|at| !searched.contains_key(at))
                && let Some(below) = edges.get(at)
            {
                searched.insert(at, false);
                path.push((at, below.iter()));
            }
            let Some((at, below)) = path.last_mut() else {
                break;
            };
            next = below.next().map(String::as_str);
            if next.is_none() {
                searched.insert(at, true);
                path.pop();
            }
        }
    }
    found
}
