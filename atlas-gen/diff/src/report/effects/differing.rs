//! Parses what differs in the description of a change: types, or features.

use super::item::{ENABLED_BY, path_end, results};

/// Returns the features that an item comes with and, if it had one, that it came with before, as
/// `` `a` or `b` `` and `` `c` ``.
pub(super) fn enabled(item: &str) -> Option<(String, &str)> {
    let (_, features) = item.split_once(ENABLED_BY)?;
    let (now, before) = features.split_once(" and no longer with ")?;
    let before = before.strip_prefix("feature ").unwrap_or(before);
    Some((now.replace("feature ", ""), before))
}

/// Returns the parts of the old and new type that differ: `A` and `B` for `Vec<A> → Vec<B>`.
pub(super) fn retyped(item: &str) -> Option<(String, String)> {
    if let Some((before, after)) = results(item) {
        return Some((before.to_owned(), after.to_owned()));
    }
    let (before, after) = item.split_once(" → ")?;
    let before = before.get(path_end(before)..)?;
    let before = before.strip_prefix(": ").unwrap_or(before);
    let is_inner = |c: char| c.is_alphanumeric() || c == '_' || c == ':';
    let starts = before.char_indices().zip(after.chars());
    let shared = starts
        .take_while(|((_, a), b)| a == b)
        .map(|((i, a), _)| (i + a.len_utf8(), a));
    // Names are not split.
    let start = shared
        .filter(|(_, c)| !is_inner(*c))
        .map(|(end, _)| end)
        .last()
        .unwrap_or(0);
    let (before, after) = (before.get(start..)?, after.get(start..)?);
    let ends = before.chars().rev().zip(after.chars().rev());
    let end: usize = ends
        .take_while(|(a, b)| a == b && !is_inner(*a))
        .map(|(a, _)| a.len_utf8())
        .sum();
    // In a signature of a setter, the type ends at the last bracket.
    let tail = ") -> Self";
    let (before, after) = match (before.strip_suffix(tail), after.strip_suffix(tail)) {
        (Some(before), Some(after)) => (before, after),
        _ => (
            before.get(..before.len() - end)?,
            after.get(..after.len() - end)?,
        ),
    };
    let closed = |text: &str| {
        let open = text.matches('<').count();
        let mut text = text;
        while text.matches('>').count() > open {
            let Some(less) = text.strip_suffix('>') else {
                break;
            };
            text = less;
        }
        text.to_owned()
    };
    Some((closed(before), closed(after)))
}
