//! A schema taken apart: what it says itself and what its `allOf` brings, references followed.
//!
//! It knows one document, and not what the parts mean together; that is [`crate::document::normalize`].

use std::collections::HashSet;

use crate::document::tree::{Located, Tree, component};
use atlas_gen::error::Result;

/// A schema where it is used: usually one place, several where the parts of an `allOf` each say
/// something about the same member.
pub(crate) type Schema<'a> = Vec<Located<'a>>;

/// Keywords that demand nothing of a value.
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

/// Whether `keyword` demands something of a value.
pub(crate) fn demands(keyword: &str) -> bool {
    !ANNOTATIONS.contains(&keyword) && !keyword.starts_with("x-")
}

/// A schema with its `allOf` taken apart, but not merged yet.
#[derive(Debug, Clone)]
pub(crate) struct Parts<'a> {
    /// What the schema says beside `allOf`.
    pub(crate) own: Vec<Located<'a>>,
    /// The schemas of `allOf`.
    pub(crate) elements: Vec<Element<'a>>,
}

/// A schema of `allOf`.
#[derive(Debug, Clone)]
pub(crate) struct Element<'a> {
    /// The component that it refers to.
    pub(crate) name: Option<&'a str>,
    /// Where it stands in the list.
    pub(crate) at: Located<'a>,
    /// What it says, with its own `allOf`.
    pub(crate) parts: Vec<Located<'a>>,
}

/// Takes `schema` apart.
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
    // Their order means nothing; a fixed one keeps it from deciding whose word counts.
    elements.sort_by_key(|element| element.name.is_none().then_some("").or(element.name));
    Ok(Parts { own, elements })
}

fn resolve<'a>(tree: &Tree<'a>, at: &Located<'a>) -> Result<Located<'a>> {
    let resolved = tree.resolve(at)?;
    if resolved.value.is_object() || resolved.value.is_boolean() {
        return Ok(resolved);
    }
    Err(resolved.fault("a schema must be a map"))
}

/// What stands at `at` and in its `allOf`, in order. A schema that holds itself is taken once.
pub(crate) fn flatten<'a>(tree: &Tree<'a>, at: &Located<'a>) -> Result<Vec<Located<'a>>> {
    let mut seen = HashSet::new();
    let mut out = Vec::new();
    // Not by recursion: a chain of `allOf` may be as long as a document has schemas.
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

/// Whether a member of this schema says `true` under `keyword`, without reading all of it.
pub(crate) fn says<'a>(tree: &Tree<'a>, schema: &Schema<'a>, keyword: &str) -> Result<bool> {
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
