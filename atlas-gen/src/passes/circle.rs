//! The error for schemas that contain themselves without an object in between.

use std::collections::HashSet;

use crate::document::Document;
use crate::error::Error;
use crate::pointer;

/// The number of names of a circle that an error lists.
const SHOWN: usize = 8;

/// Returns the error for the circle `names`, at its first component in document order. `is` says what
/// each of them is of the one before, such as `a list`.
pub fn circle(document: &Document, names: &[&str], is: &str) -> Error {
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
            "`{first}` is {is} of itself by way of {}{more}; an object in between is expected",
            shown.join(", ")
        ),
    )
}
