//! Renders a review as text for a terminal, as Markdown, as one page of HTML, or as JSON.
//!
//! Each form is a function from a [`Review`](crate::report::review::Review) to a string. It knows
//! its format and escaping: names in documents are untrusted.

pub mod html;
pub mod json;
pub mod markdown;
pub mod text;

/// A piece of a finding's text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Piece<'a> {
    /// Prose.
    Words(&'a str),
    /// The content of backquotes.
    Code(&'a str),
}

/// Splits `text` into pieces; an unmatched backquote belongs to the prose around it.
fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some((words, after)) = rest.split_once('`') {
        let Some((code, after)) = after.split_once('`') else {
            break;
        };
        pieces.push(Piece::Words(words));
        pieces.push(Piece::Code(code));
        rest = after;
    }
    pieces.push(Piece::Words(rest));
    pieces.retain(|piece| !matches!(piece, Piece::Words("")));
    pieces
}

/// Returns the first `most` of `all`, and the number of omitted ones; a single omitted one is
/// included instead.
fn first<T>(all: &[T], most: usize) -> (&[T], usize) {
    if all.len() <= most + 1 {
        return (all, 0);
    }
    let (shown, left_out) = all.split_at(most);
    (shown, left_out.len())
}

/// Returns `text` on one line without terminal control characters.
fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' | '\r' | '\t' => out.push(' '),
            // Bidirectional formatting characters can make a text look like another one.
            c if c.is_control()
                || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}') =>
            {
                out.extend(c.escape_unicode());
            }
            c => out.push(c),
        }
    }
    out
}

/// Truncates `text` to `most` characters.
fn cut(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        None => text.to_owned(),
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or_default()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_between_backquotes_is_code_and_the_rest_words() {
        use Piece::{Code, Words};
        assert_eq!(
            pieces("the member `a` of `B` became `"),
            [
                Words("the member "),
                Code("a"),
                Words(" of "),
                Code("B"),
                Words(" became `")
            ]
        );
        assert_eq!(pieces("`a``b`"), [Code("a"), Code("b")]);
        assert_eq!(pieces("``"), [Code("")]);
        assert_eq!(pieces(""), []);
    }

    #[test]
    fn a_terminal_is_given_nothing_to_obey() {
        assert_eq!(
            plain("a\u{1b}[31m\nb\u{202e}c\u{7}é"),
            "a\\u{1b}[31m b\\u{202e}c\\u{7}é"
        );
    }

    #[test]
    fn a_cut_text_says_so_and_never_splits_a_character() {
        assert_eq!(cut("äöü", 3), "äöü");
        assert_eq!(cut("äöü", 2), "äö…");
    }

    #[test]
    fn one_more_is_shown_rather_than_told_of() {
        assert_eq!(first(&[1, 2, 3, 4], 3), (&[1, 2, 3, 4][..], 0));
        assert_eq!(first(&[1, 2, 3, 4, 5], 3), (&[1, 2, 3][..], 2));
    }
}
