//! Checks that every reference reachable from an operation can be resolved.
//!
//! The comparison does not resolve references inside added and removed parts. A document with dangling
//! references is invalid, and must not be reported as compatible.

use std::collections::HashSet;

use super::operation::Operation;
use crate::document::tree::Tree;
use atlas_gen::document::for_each_reference_below;
use atlas_gen::error::Result;

/// Resolves all references that are reachable from `operations`.
///
/// # Errors
/// A reference is dangling, circular or into another document.
pub(crate) fn check<'o, 'a: 'o>(
    tree: &Tree<'a>,
    operations: impl Iterator<Item = &'o Operation<'a>>,
) -> Result<()> {
    let mut seen = HashSet::new();
    let mut waiting = Vec::new();
    for operation in operations {
        waiting.push((operation.at.clone(), false));
        let shared = operation.item.get("parameters");
        waiting.extend(shared.map(|parameters| (parameters, false)));
    }
    while let Some((at, is_schema)) = waiting.pop() {
        if !seen.insert(at.address()) {
            continue;
        }
        let mut found = Vec::new();
        for_each_reference_below(
            at.value,
            &at.pointer,
            is_schema,
            &mut |_, here, is_schema| {
                found.push((tree.find(here), is_schema));
            },
        );
        for (holder, is_schema) in found {
            if let Some(holder) = holder {
                waiting.push((tree.resolve(&holder)?, is_schema));
            }
        }
    }
    Ok(())
}
