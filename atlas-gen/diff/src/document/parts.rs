//! Splits a schema into its own keywords and the schemas of its `allOf`, with references resolved.
//!
//! [`crate::document::normalize`] merges the parts.

use std::collections::HashSet;

use crate::document::tree::{Located, Tree, component};
use atlas_gen::error::Result;

/// The schema of a member, parameter or body: usually one location; several if schemas of an `allOf`
/// describe the same member.
pub(crate) type Schema<'a> = Vec<Located<'a>>;

/// Keywords that do not restrict a value.
const ANNOTATIONS: [&str; 14] = [
    "title",
    "description",
    "example",
    "examples",
    "externalDocs",
    "deprecated",
    "readOnly",
    "writeOnly",
    "nullable",
    "default",
    "xml",
    "discriminator",
    "$comment",
    "allOf",
];

/// Returns whether `keyword` restricts a value.
pub(crate) fn is_constraint(keyword: &str) -> bool {
    !ANNOTATIONS.contains(&keyword) && !keyword.starts_with("x-")
}

/// A schema, split at its `allOf`.
#[derive(Debug, Clone)]
pub(crate) struct Parts<'a> {
    /// The keywords beside `allOf`.
    pub(crate) own: Vec<Located<'a>>,
    /// The schemas of `allOf`.
    pub(crate) elements: Vec<Element<'a>>,
}

/// A schema of `allOf`.
#[derive(Debug, Clone)]
pub(crate) struct Element<'a> {
    /// The component that it refers to, if any.
    pub(crate) name: Option<&'a str>,
    /// Its location in the list.
    pub(crate) at: Located<'a>,
    /// Its keywords, including those of its own `allOf`.
    pub(crate) parts: Vec<Located<'a>>,
}

/// Splits `schema`.
pub(crate) fn parts<'a>(tree: &Tree<'a>, schema: &Schema<'a>) -> Result<Parts<'a>> {
    let mut own = Vec::new();
    let mut elements = Vec::new();
    for at in schema {
        let resolved = resolve(tree, at)?;
        for at in resolved.items("allOf")? {
            elements.push(Element {
                name: component(&at),
                parts: flatten(tree, &at)?,
                at,
            });
        }
        own.push(resolved);
    }
    // The order of `allOf` has no meaning, so it must not affect the result.
    elements.sort_by_key(|element| element.name.is_none().then_some("").or(element.name));
    Ok(Parts { own, elements })
}

fn resolve<'a>(tree: &Tree<'a>, at: &Located<'a>) -> Result<Located<'a>> {
    let resolved = tree.resolve(at)?;
    if resolved.value.is_object() || resolved.value.is_boolean() {
        return Ok(resolved);
    }
    Err(resolved.error("a schema must be a map"))
}

/// Returns the schema at `at` and all that its `allOf` includes, in order; circular ones once.
pub(crate) fn flatten<'a>(tree: &Tree<'a>, at: &Located<'a>) -> Result<Vec<Located<'a>>> {
    let mut seen = HashSet::new();
    let mut out = Vec::new();
    // Without recursion: a chain of `allOf` may include all schemas of a document.
    let mut stack = vec![at.clone()];
    while let Some(at) = stack.pop() {
        let resolved = resolve(tree, &at)?;
        if !seen.insert(resolved.address()) {
            continue;
        }
        stack.extend(resolved.items("allOf")?.into_iter().rev());
        out.push(resolved);
    }
    Ok(out)
}

/// Returns whether `keyword` is `true` in this schema or its `allOf`, without normalizing it.
pub(crate) fn has_flag<'a>(tree: &Tree<'a>, schema: &Schema<'a>, keyword: &str) -> Result<bool> {
    for at in schema {
        let resolved = resolve(tree, at)?;
        let below = resolved.value.get("allOf").is_some();
        if resolved.flag(keyword)
            || below && flatten(tree, at)?.iter().any(|part| part.flag(keyword))
        {
            return Ok(true);
        }
    }
    Ok(false)
}
