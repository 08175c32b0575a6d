//! Converts prose of the document to valid rustdoc.
//!
//! The prose is Markdown with HTML, relative links and indentation that rustdoc would treat as
//! code. Text, code, lists and absolute links are kept.

use crate::passes::words::is_bidi_control;

/// Converts prose to lines of Markdown that rustdoc accepts without a warning.
pub fn lines(prose: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut open: Option<&str> = None;
    for line in prose.trim().lines() {
        let trimmed = line.trim_start();
        match (open, fence(trimmed)) {
            // A fence without a language would be compiled and run as a Rust example.
            (None, Some((fence, _))) => {
                out.push(format!("{fence}text"));
                open = Some(fence);
                continue;
            }
            (Some(opening), Some((fence, ""))) if fence.starts_with(opening) => {
                out.push(opening.to_owned());
                open = None;
                continue;
            }
            (Some(_), _) => {
                out.push(line.trim_end().to_owned());
                continue;
            }
            (None, None) => {}
        }
        // Four spaces mean code, so indentation beyond what a list needs is removed.
        let indent = line.len() - trimmed.len();
        let in_list = out
            .last()
            .is_some_and(|last| is_item(last.trim_start()) || last.starts_with("  "));
        let indent = match (is_item(trimmed), in_list) {
            (true, true) => indent.min(2),
            (true, false) => 0,
            (false, true) if indent > 0 => 2,
            _ => 0,
        };
        if is_item(trimmed) && out.last().is_some_and(|last| !last.is_empty() && !in_list) {
            out.push(String::new());
        }
        let text = inline(trimmed.trim_end());
        if text.is_empty() {
            if out.last().is_some_and(|last| !last.is_empty()) {
                out.push(String::new());
            }
        } else {
            out.push(format!("{}{text}", " ".repeat(indent)));
        }
    }
    out.extend(open.map(str::to_owned));
    while out.last().is_some_and(String::is_empty) {
        out.pop();
    }
    out
}

/// Returns `text`, a name or a value of the document, as a code span on one line.
pub fn code(text: &str) -> String {
    let escape = |c: char| match c.is_control() || is_bidi_control(c) {
        true => c.escape_default().to_string(),
        false => c.to_string(),
    };
    let text: String = text.chars().map(escape).collect();
    match text.contains('`') {
        // The longest run of backticks inside must be shorter than those around.
        true => {
            let longest = text.split(|c| c != '`').map(str::len).max();
            let ticks = "`".repeat(longest.unwrap_or_default() + 1);
            format!("{ticks} {text} {ticks}")
        }
        false => format!("`{text}`"),
    }
}

/// Splits a line that opens or closes a block of code into its fence and the rest.
fn fence(line: &str) -> Option<(&str, &str)> {
    let mark = line.chars().next().filter(|c| matches!(c, '`' | '~'))?;
    let rest = line.trim_start_matches(mark);
    let fence = &line[..line.len() - rest.len()];
    // A line with backticks on both sides is a code span.
    let is_fence = fence.len() >= 3 && !(mark == '`' && rest.contains('`'));
    is_fence.then(|| (fence, rest.trim()))
}

/// Returns the first paragraph of the prose on one line, as text of a paragraph: not as a heading, an
/// item of a list, or the fence of a block of code.
pub fn first_line(prose: &str) -> String {
    let paragraph: Vec<&str> = prose
        .trim()
        .lines()
        .map(str::trim)
        .take_while(|line| !line.is_empty())
        .collect();
    let mut line = inline(&paragraph.join(" "));
    let heading = line.strip_prefix('#');
    let is_heading = heading.is_some_and(|rest| rest.trim_start_matches('#').starts_with(' '));
    if is_heading || is_item(&line) || line.starts_with("~~~") {
        let digits = line.bytes().take_while(u8::is_ascii_digit).count();
        line.insert(digits, '\\');
    }
    line
}

fn is_item(line: &str) -> bool {
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    line.starts_with("- ")
        || line.starts_with("* ")
        || (digits > 0 && line[digits..].starts_with(". "))
}

/// Converts one line. Code spans are kept; outside them, links relative to the document become
/// text, bare addresses become links, and HTML and broken links are escaped.
fn inline(line: &str) -> String {
    let mut out = String::new();
    let mut rest = line;
    while let Some(c) = rest.chars().next() {
        if c == '`' {
            let ticks = rest.bytes().take_while(|b| *b == b'`').count();
            let fence = &rest[..ticks];
            if let Some(end) = rest[ticks..].find(fence) {
                let whole = ticks + end + ticks;
                out.push_str(&rest[..whole]);
                rest = &rest[whole..];
            } else {
                out.push_str(&"\\`".repeat(ticks));
                rest = &rest[ticks..];
            }
        } else if let Some((text, target, length)) = link(rest) {
            if target.starts_with("https://") || target.starts_with("http://") {
                out.push_str(&format!("[{}]({target})", inline(text)));
            } else {
                out.push_str(&inline(text));
            }
            rest = &rest[length..];
        } else if rest.starts_with("https://") || rest.starts_with("http://") {
            let end = rest
                .find(|c: char| c.is_whitespace() || "<>\"'`)]}|".contains(c))
                .unwrap_or(rest.len());
            let address = rest[..end].trim_end_matches(['.', ',', ';', ':']);
            if address.contains(['{', '\\', '*']) || address.len() < 12 {
                out.push_str(&format!("`{address}`"));
            } else {
                out.push_str(&format!("<{address}>"));
            }
            rest = &rest[address.len()..];
        } else if let Some(length) = html_tag(rest) {
            rest = &rest[length..];
            if !out.ends_with(' ') && !out.is_empty() && rest.starts_with(char::is_alphanumeric) {
                out.push(' ');
            }
        } else {
            if matches!(c, '<' | '>' | '[' | ']') {
                out.push('\\');
            }
            out.push(c);
            rest = &rest[c.len_utf8()..];
        }
    }
    out
}

/// The maximal length of a link or tag in bytes: a bracket that is never closed must not cost a look at
/// the whole text for each of them.
const LONGEST: usize = 4096;

/// Parses `[text](target)` at the start of `rest`: returns its text, target and length.
fn link(rest: &str) -> Option<(&str, &str, usize)> {
    let inner = rest.strip_prefix('[')?;
    let inner = &inner[..inner.floor_char_boundary(LONGEST)];
    let mut depth = 1;
    let close = inner.char_indices().find_map(|(i, c)| {
        match c {
            '[' => depth += 1,
            ']' => depth -= 1,
            _ => {}
        }
        (depth == 0).then_some(i)
    })?;
    let after = inner[close + 1..].strip_prefix('(')?;
    let end = after.find(')')?;
    let target = after[..end].split_whitespace().next().unwrap_or_default();
    Some((&inner[..close], target, 1 + close + 1 + 1 + end + 1))
}

/// Returns the length of a formatting tag, such as `<br/>` or `</b>`, at the start of `rest`.
fn html_tag(rest: &str) -> Option<usize> {
    const TAGS: [&str; 14] = [
        "a", "b", "br", "code", "em", "i", "li", "ol", "p", "pre", "strong", "table", "ul", "sup",
    ];
    let inner = rest.strip_prefix('<')?;
    let end = inner[..inner.floor_char_boundary(LONGEST)].find('>')?;
    let name = inner[..end].trim_matches('/').split_whitespace().next()?;
    TAGS.contains(&name.to_ascii_lowercase().as_str())
        .then_some(end + 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_code_and_absolute_links_and_removes_other_links() {
        assert_eq!(
            inline(
                "Use [`/orgs`](#tag/Orgs) or [docs](https://x.example/a), see https://y.example/b."
            ),
            "Use `/orgs` or [docs](https://x.example/a), see <https://y.example/b>."
        );
        assert_eq!(inline("`a <b> [c]`"), "`a <b> [c]`");
    }

    #[test]
    fn what_is_never_closed_takes_linear_time() {
        for open in ["[", "[a](", "<", "<a ", "`"] {
            let text = format!("x{}", open.repeat(50_000));
            assert!(inline(&text).len() > text.len(), "{open}");
        }
        let long = format!("[{}](https://x.example/a)", "a".repeat(4000));
        assert_eq!(inline(&long), long);
    }

    #[test]
    fn escapes_what_rustdoc_would_parse_as_html_or_a_link() {
        assert_eq!(
            inline("a <value> of [x]<br/>next"),
            "a \\<value\\> of \\[x\\] next"
        );
        assert_eq!(inline("an open ` tick"), "an open \\` tick");
    }

    #[test]
    fn a_name_or_value_is_one_code_span() {
        for (text, span) in [
            ("a b", "`a b`"),
            ("a\nb\t", "`a\\nb\\t`"),
            ("\u{202e}a", "`\\u{202e}a`"),
            ("`x`", "`` `x` ``"),
            ("a``", "``` a`` ```"),
        ] {
            assert_eq!(code(text), span);
        }
    }

    #[test]
    fn a_block_of_code_ends_at_its_own_fence() {
        assert_eq!(
            lines("~~~sh\n```\n~~\n~~~ x\n~~~~\nOne <b>.\n````\n```\n````\n```a` b```\n~~~\nopen"),
            [
                "~~~text",
                "```",
                "~~",
                "~~~ x",
                "~~~",
                "One .",
                "````text",
                "```",
                "````",
                "```a` b```",
                "~~~text",
                "open",
                "~~~"
            ]
        );
    }

    #[test]
    fn a_first_line_is_text_of_a_paragraph() {
        for (prose, line) in [
            ("One\n two.\n\nThree.", "One two."),
            ("~~~\na", "\\~~~ a"),
            ("```\na", "\\`\\`\\` a"),
            ("```\na\n```", "``` a ```"),
            ("## Head\n", "\\## Head"),
            ("#1 of all", "#1 of all"),
            ("- one\n- two", "\\- one - two"),
            ("*One* of 2. kind", "*One* of 2. kind"),
            ("12. twelve", "12\\. twelve"),
            ("", ""),
        ] {
            assert_eq!(first_line(prose), line);
        }
    }

    #[test]
    fn indentation_never_becomes_code() {
        assert_eq!(
            lines("One.\n\n      Two.\n    - item\n        - inner\n\n\n```\nx\n```\n"),
            [
                "One.",
                "",
                "Two.",
                "",
                "- item",
                "  - inner",
                "",
                "```text",
                "x",
                "```"
            ]
        );
    }
}
