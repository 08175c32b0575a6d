//! Operations and their locations.

use std::collections::BTreeMap;

use crate::document::tree::{Located, Tree};
use atlas_gen::document::METHODS;
use atlas_gen::error::Result;

/// An operation of a document.
#[derive(Debug, Clone)]
pub(crate) struct Operation<'a> {
    /// The path template.
    pub(crate) template: &'a str,
    /// Its path item.
    pub(crate) item: Located<'a>,
    /// The operation itself.
    pub(crate) at: Located<'a>,
    /// `GET /path`.
    pub(crate) label: String,
}

/// The operations by path without parameter names, and method.
pub(crate) type Operations<'a> = BTreeMap<(String, usize), Vec<Operation<'a>>>;

/// Finds all operations.
pub(crate) fn operations<'a>(tree: &Tree<'a>) -> Result<Operations<'a>> {
    let mut found = Operations::new();
    for (template, at) in tree.root().entries("paths")? {
        if template.starts_with("x-") {
            continue;
        }
        let item = tree.resolve(&at)?;
        item.map()?;
        for (method_index, method) in METHODS.iter().enumerate() {
            let Some(at) = item.get(method) else { continue };
            at.map()?;
            let operation = Operation {
                template,
                item: item.clone(),
                at,
                label: format!("{} {template}", method.to_uppercase()),
            };
            found
                .entry((without_parameter_names(template), method_index))
                .or_default()
                .push(operation);
        }
    }
    for operations in found.values_mut() {
        operations.sort_by_key(|operation| operation.template);
    }
    Ok(found)
}

/// Returns a path template without the names of its parameters.
pub(crate) fn without_parameter_names(template: &str) -> String {
    let mut out = String::new();
    let mut inside = false;
    for c in template.chars() {
        match c {
            '{' => {
                inside = true;
                out.push_str("{}");
            }
            '}' => inside = false,
            _ if inside => {}
            c => out.push(c),
        }
    }
    out
}
