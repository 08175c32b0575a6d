//! Names of a document within the words of a finding.
//!
//! They stand between backquotes; a name that holds backquotes itself has a longer fence, as a code
//! span of Markdown has. `show` takes the two apart again.

use std::fmt::Display;

/// Stands in the text of a finding between the schema that is used now and the one that was.
pub(crate) const INSTEAD: &str = " is referred to instead of ";

/// `name` between backquotes.
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
