//! Quotes names of a document in texts of findings.
//!
//! Names are in backquotes, with a longer fence if they contain backquotes, like a code span of
//! Markdown. `show` parses them.

use std::fmt::Display;

/// Separates, in the text of a finding, the schema that is referred to from the one that was.
pub(crate) const REPLACED: &str = " is referred to instead of ";

/// Returns `name` in backquotes.
pub(crate) fn code(name: &impl Display) -> String {
    let name = name.to_string();
    if name.is_empty() {
        return "`(empty)`".to_owned();
    }
    let runs = name.split(|c| c != '`');
    let longest = runs.map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    let pad = if longest > 0 { " " } else { "" };
    format!("{fence}{pad}{name}{pad}{fence}")
}
