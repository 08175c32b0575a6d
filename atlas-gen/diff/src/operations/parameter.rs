//! A parameter of an operation.

use crate::comparison::{Comparison, SourceLocation};
use crate::document::location::location;
use crate::document::parts::Schema;
use crate::document::tree::{Located, Tree};
use crate::report::finding::Side;
use atlas_gen::error::Result;

/// A parameter of an operation.
#[derive(Debug, Clone)]
pub(crate) struct Parameter<'a> {
    pub(crate) at: Located<'a>,
    pub(crate) location: &'a str,
    pub(crate) name: &'a str,
    /// Whether the path item defines it, for all operations.
    pub(crate) of_path: bool,
}

/// Describes `parameter` in prose.
pub(crate) fn words(tree: &Tree<'_>, parameter: &Parameter<'_>) -> String {
    location(tree, &parameter.at.pointer).owner
}

/// Adds a finding at a parameter.
pub(crate) fn report(
    cx: &mut Comparison<'_>,
    node: usize,
    id: &str,
    at: &SourceLocation,
    detail: &str,
    text: String,
) {
    cx.report(Some(node), id, Some(Side::Request), at, detail, text);
}

/// Returns the schema of a parameter, which may be under `content`.
pub(crate) fn schema<'a>(at: &Located<'a>) -> Result<Option<Schema<'a>>> {
    if let Some(schema) = at.get("schema") {
        return Ok(Some(vec![schema]));
    }
    let content = at.entries("content")?;
    let schema = content
        .first()
        .and_then(|(_, media_type)| media_type.get("schema"));
    Ok(schema.map(|schema| vec![schema]))
}
