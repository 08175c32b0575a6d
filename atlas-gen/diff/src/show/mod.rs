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

/// The pieces of `text`; backquotes without a partner belong to the words around them. As many as
/// open a piece of code close it, so that a name may hold backquotes ([`crate::words`]).
fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = text;
    let mut from = 0;
    while let Some((start, opened)) = fence(rest, from) {
        let Some(end) = closing(rest, opened, opened - start) else {
            from = opened;
            continue;
        };
        let code = rest.get(opened..end).unwrap_or_default();
        let padded = code
            .strip_prefix(' ')
            .and_then(|code| code.strip_suffix(' '));
        let code = match opened - start {
            1 => code,
            _ => padded.unwrap_or(code),
        };
        pieces.push(Piece::Words(rest.get(..start).unwrap_or_default()));
        pieces.push(Piece::Code(code));
        rest = rest.get(end + (opened - start)..).unwrap_or_default();
        from = 0;
    }
    pieces.push(Piece::Words(rest));
    pieces.retain(|piece| !matches!(piece, Piece::Words("")));
    pieces
}

/// Where the next backquotes at or after `from` begin and end.
fn fence(text: &str, from: usize) -> Option<(usize, usize)> {
    let start = from + text.get(from..)?.find('`')?;
    let rest = text.get(start..)?;
    let length = rest.find(|c| c != '`').unwrap_or(rest.len());
    Some((start, start + length))
}

/// Where the next `length` backquotes after `from` begin that stand without more beside them.
fn closing(text: &str, mut from: usize, length: usize) -> Option<usize> {
    while let Some((start, end)) = fence(text, from) {
        if end - start == length {
            return Some(start);
        }
        from = end;
    }
    None
}

/// The first `most` of `all`, and how many that leaves out; one more is shown rather than told of.
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
        assert_eq!(pieces("`a``b`"), [Code("a``b")]);
        assert_eq!(pieces("``"), [Words("``")]);
        for name in ["a`b", "`", "``a`", "a", " a ", "` `", "x` <b>@y</b> `z"] {
            let text = format!("the member {} of `B` is new", crate::words::code(&name));
            let around = [
                Words("the member "),
                Code(name),
                Words(" of "),
                Code("B"),
                Words(" is new"),
            ];
            assert_eq!(pieces(&text), around, "{name}");
        }
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
