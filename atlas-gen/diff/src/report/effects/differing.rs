//! Reads what differs in the description of a change: types, and features.

use crate::report::effects::{COMES, path_end, results};

/// Returns the features that an item comes with and, if it had one, that it came with before, as
/// `` `a` or `b` `` and `` `c` ``.
pub(super) fn enabled(item: &str) -> Option<(String, &str)> {
    let (_, features) = item.split_once(COMES)?;
    let (now, before) = features.split_once(" and no longer with ")?;
    let before = before.strip_prefix("feature ").unwrap_or(before);
    Some((now.replace("feature ", ""), before))
}

/// Returns what is another type in a change of types: `A → B` of `Vec<A> → Vec<B>`.
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
    // A name is not divided.
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
    // What follows the type, as `)) -> Self`, begins after its last bracket.
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
