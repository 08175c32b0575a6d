//! Rejects lists and maps that consist only of lists and maps. The pass changes nothing.
//!
//! Only objects and unions are types that can be recursive. Lists of other passes count as well: those
//! that `hoist` and `flatten` make of an `allOf`.
//!
//! Before:
//! ```yaml
//! Rows: {type: array, items: {$ref: '#/components/schemas/Row'}}
//! Row: {type: array, items: {$ref: '#/components/schemas/Rows'}}
//! ```
//! After, the error:
//! ```text
//! /components/schemas/Rows: `Rows` is a list or a map of itself by way of Rows, Row; an object in between is expected
//! ```

use std::collections::HashMap;

use serde_json::Value;

use crate::document::Document;
use crate::error::{Error, Result};
use crate::passes::circle::circle;
use crate::pointer;
use crate::schema::{self, Kind};

/// The maximal nesting of lists, maps and references without another type; compilers support about
/// twice as many.
const MAX_LISTS: usize = 64;

/// Rejects lists and maps of themselves, and nesting that compilers reject.
///
/// # Errors
/// The first such component.
pub fn lists(document: &mut Document) -> Result<()> {
    let document = &*document;
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
                let names: Vec<&str> = chain[start..].iter().map(|(name, _)| *name).collect();
                return Err(circle(document, &names, "a list or a map"));
            }
            let Some(schema) = document.schema(at) else {
                break;
            };
            let (levels, target) = levels(schema);
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

/// Returns the number of nested lists, maps and references in `schema`, and the component at their
/// end.
fn levels(schema: &Value) -> (usize, Option<&str>) {
    let mut value = schema;
    let mut levels = 0;
    loop {
        let inner = match schema::kind(value) {
            Kind::Reference(next) => return (levels + 1, Some(next)),
            Kind::Array(inner) | Kind::Map(inner) => inner,
            _ => return (levels, None),
        };
        levels += 1;
        value = inner;
    }
}
