//! Lists and maps that are made of nothing but lists and maps.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use crate::document::Document;
use crate::error::{Error, Result};
use crate::pointer;
use crate::schema::{self, Kind};

/// How many lists, maps and references may stand one inside the other before there is another
/// type; a compiler follows about twice as many.
const MAX_LISTS: usize = 64;

/// A list or a map of itself has no type: only objects and unions break such a circle. Lists in
/// lists without end have one that no compiler takes.
pub fn endless(document: &Document) -> Result<()> {
    let mut settled: HashMap<&str, usize> = HashMap::new();
    for (name, _) in document.schemas() {
        let mut chain: Vec<(&str, usize)> = Vec::new();
        let mut position: HashMap<&str, usize> = HashMap::new();
        let mut below = 0;
        let mut next = Some(name.as_str());
        while let Some(at) = next {
            if let Some(known) = settled.get(at) {
                below = *known;
                break;
            }
            if let Some(start) = position.insert(at, chain.len()) {
                return Err(circle(document, &chain[start..]));
            }
            let Some(schema) = document.schema(at) else {
                break;
            };
            let (levels, target) = lists(schema);
            chain.push((at, levels));
            next = target;
        }
        for (at, levels) in chain.into_iter().rev() {
            below += levels;
            if below > MAX_LISTS {
                return Err(Error::at(
                    pointer::join("/components/schemas", at),
                    format!(
                        "`{at}` is a list or a map that nests deeper than {MAX_LISTS} levels; an object in between is expected"
                    ),
                ));
            }
            settled.insert(at, below);
        }
    }
    Ok(())
}

/// How many lists, maps and references `schema` is, and the component that they end in.
fn lists(schema: &Value) -> (usize, Option<&str>) {
    let mut value = schema;
    let mut levels = 0;
    loop {
        let inner = match schema::kind(value) {
            Kind::Reference(next) => return (levels + 1, Some(next)),
            Kind::Array(inner) | Kind::Map(inner) => inner,
            _ => return (levels, None),
        };
        if COMPOSED.iter().any(|key| value.get(key).is_some()) {
            return (levels, None);
        }
        levels += 1;
        value = inner;
    }
}

/// The error for a circle of lists, at the component of it that the document lists first.
fn circle(document: &Document, chain: &[(&str, usize)]) -> Error {
    let names: Vec<&str> = chain.iter().map(|(name, _)| *name).collect();
    let members: HashSet<&str> = names.iter().copied().collect();
    let first = document
        .schemas()
        .map(|(name, _)| name.as_str())
        .find(|name| members.contains(name))
        .unwrap_or_default();
    let start = names.iter().position(|name| *name == first);
    let (head, tail) = names.split_at(start.unwrap_or_default());
    let shown: Vec<&str> = tail.iter().chain(head).copied().take(SHOWN).collect();
    let more = if shown.len() < names.len() {
        ", …"
    } else {
        ""
    };
    Error::at(
        pointer::join("/components/schemas", first),
        format!(
            "`{first}` is a list or a map of itself by way of {}{more}; an object in between is expected",
            shown.join(", ")
        ),
    )
}

/// How many names of a circle an error lists.
const SHOWN: usize = 8;

/// Keywords that make a schema a type of its own, whatever else it says.
const COMPOSED: [&str; 4] = ["allOf", "oneOf", "anyOf", "discriminator"];
