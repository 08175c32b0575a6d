//! Escapes text for Markdown: names in documents are untrusted.

use crate::show::{Piece, pieces, plain, truncate};

/// The maximal number of characters of a sentence.
pub(super) const SENTENCE: usize = 600;

/// Renders a sentence with names in backquotes.
pub(super) fn sentence(text: &str) -> String {
    let text = truncate(text, SENTENCE);
    pieces(&text)
        .into_iter()
        .map(|piece| match piece {
            Piece::Words(text) => words(text),
            Piece::Code(text) => code(text),
        })
        .collect()
}

/// Escapes `text` as plain text, without markup and mentions of people or issues.
pub(super) fn words(text: &str) -> String {
    let mut out = String::new();
    for c in plain(text).chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            // GitHub looks for mentions after it has parsed the markup, so an escape is not enough.
            '@' | '#' => out.extend([c, '\u{2060}']),
            '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '(' | ')' | '!' | '|' | '~' | '$' => {
                out.extend(['\\', c]);
            }
            c => out.push(c),
        }
    }
    out
}

/// Renders `text` as literal code.
pub(super) fn code(text: &str) -> String {
    let text = plain(text);
    if text.trim().is_empty() {
        return "(empty)".to_owned();
    }
    let mut longest = 0;
    let mut run = 0;
    for c in text.chars() {
        run = if c == '`' { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    let fence = "`".repeat(longest + 1);
    let pad = if longest > 0 { " " } else { "" };
    format!("{fence}{pad}{text}{pad}{fence}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_stay_words() {
        assert_eq!(
            words("a|b <b> @octocat #1 [x](y) `c` 1*2 _d_ &amp;"),
            "a\\|b &lt;b&gt; @\u{2060}octocat #\u{2060}1 \\[x\\]\\(y\\) \\`c\\` 1\\*2 \\_d\\_ &amp;amp;"
        );
        assert_eq!(words("a\n# b"), "a #\u{2060} b");
    }

    #[test]
    fn code_has_a_longer_fence_than_its_content() {
        assert_eq!(code("a|b"), "`a|b`");
        assert_eq!(code("a`b``c"), "``` a`b``c ```");
        assert_eq!(code(" "), "(empty)");
        let name = "x` <b>@y</b> `z";
        let said = format!("the member {} is new", crate::quoting::code(&name));
        assert_eq!(sentence(&said), "the member `` x` <b>@y</b> `z `` is new");
    }
}
