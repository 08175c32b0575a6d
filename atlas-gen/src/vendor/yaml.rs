//! Writes a tree as YAML for people to read and review: the counterpart of [`crate::load`].
//!
//! It knows YAML, not OpenAPI, and keeps the given order. The output parses to an equal tree. Long
//! text is written as block scalars: folded if it is one paragraph, literal if it has line breaks.
//! Quotes are used only where another parser could read something else.

use std::fmt::Write;

use serde_json::{Map, Value};

/// The line width at which text is folded.
const WIDTH: usize = 100;

/// Formats `value` as a YAML document with a trailing line break.
pub fn write(value: &Value) -> String {
    let mut out = String::new();
    match value {
        Value::Object(map) if !map.is_empty() => entries(map, 0, false, &mut out),
        Value::Array(items) if !items.is_empty() => list(items, 0, false, &mut out),
        other => {
            out.push_str(&flat(other));
            out.push('\n');
        }
    }
    out
}

/// Writes the members of a map, each on its own line indented by `indent`; the first one continues
/// the current line if `continued`.
fn entries(map: &Map<String, Value>, indent: usize, continued: bool, out: &mut String) {
    for (i, (key, value)) in map.iter().enumerate() {
        if i > 0 || !continued {
            spaces(indent, out);
        }
        let key = scalar(key);
        out.push_str(&key);
        out.push(':');
        match value {
            Value::Object(map) if !map.is_empty() => {
                out.push('\n');
                entries(map, indent + 2, false, out);
            }
            Value::Array(items) if !items.is_empty() => {
                out.push('\n');
                list(items, indent + 2, false, out);
            }
            leaf => {
                out.push(' ');
                let column = indent + key.chars().count() + 2;
                text(leaf, column, indent + 2, out);
            }
        }
    }
}

fn list(items: &[Value], indent: usize, continued: bool, out: &mut String) {
    for (i, item) in items.iter().enumerate() {
        if i > 0 || !continued {
            spaces(indent, out);
        }
        out.push_str("- ");
        match item {
            Value::Object(map) if !map.is_empty() => entries(map, indent + 2, true, out),
            Value::Array(items) if !items.is_empty() => list(items, indent + 2, true, out),
            leaf => text(leaf, indent + 2, indent + 2, out),
        }
    }
}

/// Writes a value without members from `column` on; the lines of a block are indented by `indent`.
fn text(value: &Value, column: usize, indent: usize, out: &mut String) {
    match value {
        Value::String(text) if is_literal(text) => {
            out.push_str(if text.ends_with('\n') { "|" } else { "|-" });
            out.push('\n');
            for line in text.lines() {
                if !line.is_empty() {
                    spaces(indent, out);
                    out.push_str(line);
                }
                out.push('\n');
            }
        }
        Value::String(text) => {
            let written = scalar(text);
            if column + written.chars().count() > WIDTH && is_foldable(text) {
                out.push_str(">-\n");
                fold(text, indent, out);
            } else {
                out.push_str(&written);
                out.push('\n');
            }
        }
        other => {
            out.push_str(&flat(other));
            out.push('\n');
        }
    }
}

/// Returns whether `text` can be written as a literal block.
fn is_literal(text: &str) -> bool {
    let body = text.strip_suffix('\n').unwrap_or(text);
    body.contains('\n')
        && !body.ends_with('\n')
        && !body.starts_with(['\n', ' ', '\t'])
        && body.chars().all(|c| c == '\n' || is_printable(c))
}

/// Returns whether `text` can be folded at its spaces and parsed back unchanged.
fn is_foldable(text: &str) -> bool {
    text.contains(' ')
        && text.split(' ').all(|word| !word.is_empty())
        && text.chars().all(is_printable)
        && !text.contains('\t')
}

fn fold(text: &str, indent: usize, out: &mut String) {
    let mut column = 0;
    for word in text.split(' ') {
        let width = word.chars().count();
        if column > 0 && column + 1 + width <= WIDTH {
            out.push(' ');
            column += 1 + width;
            out.push_str(word);
            continue;
        }
        if column > 0 {
            out.push('\n');
        }
        spaces(indent, out);
        out.push_str(word);
        column = indent + width;
    }
    out.push('\n');
}

/// Formats a value without members on one line.
fn flat(value: &Value) -> String {
    match value {
        Value::String(text) => scalar(text),
        // Only empty maps and lists get here.
        other => other.to_string(),
    }
}

/// Formats a string on one line, in quotes if it needs them.
fn scalar(text: &str) -> String {
    if is_plain(text) {
        return text.to_owned();
    }
    // In single quotes a backslash has no special meaning.
    let single = text.contains(['\\', '"']) && !text.contains('\'');
    if single && text.chars().all(is_printable) && !text.contains('\t') {
        return format!("'{text}'");
    }
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if is_printable(c) => out.push(c),
            c => {
                let code = u32::from(c);
                let _ = match code {
                    0..=0xff => write!(out, "\\x{code:02x}"),
                    0x100..=0xffff => write!(out, "\\u{code:04x}"),
                    _ => write!(out, "\\U{code:08x}"),
                };
            }
        }
    }
    out.push('"');
    out
}

/// Words that some YAML parser reads as a boolean or null.
const RESERVED: [&str; 11] = [
    "true", "false", "null", "yes", "no", "on", "off", "y", "n", "nan", "inf",
];

/// Returns whether every YAML parser reads `text` without quotes as this string. Stricter than
/// YAML, so that dates, versions and hexadecimal ids are never read as numbers.
fn is_plain(text: &str) -> bool {
    let begins_well = text
        .chars()
        .next()
        .is_some_and(|c| c.is_alphabetic() || matches!(c, '/' | '_' | '$' | '('));
    begins_well
        && !text.ends_with([' ', ':'])
        && !text.contains(": ")
        && !text.contains(" #")
        && !text.contains('\t')
        && text.chars().all(is_printable)
        && !RESERVED.contains(&text.to_ascii_lowercase().as_str())
}

/// Returns whether `c` needs no escape in a YAML string of one line.
fn is_printable(c: char) -> bool {
    match c {
        '\t' | ' '..='~' => true,
        // Next line, the byte order mark, and the line and paragraph separators.
        '\u{85}' | '\u{feff}' | '\u{2028}' | '\u{2029}' => false,
        '\u{a0}'..='\u{fffd}' | '\u{10000}'.. => true,
        _ => false,
    }
}

fn spaces(count: usize, out: &mut String) {
    out.extend(std::iter::repeat_n(' ', count));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::load::{Source, load};
    use serde_json::json;

    fn back(text: &str) -> Value {
        load(&Source::new("written.yaml", text)).unwrap_or_else(|error| panic!("{error}\n{text}"))
    }

    #[test]
    fn writes_readable_yaml() {
        let value = json!({
            "openapi": "3.0.1",
            "paths": {"/a/{id}": {"get": {
                "tags": ["A tag"],
                "description": "One\ntwo\n\n- three",
                "summary": "a ".repeat(60).trim_end(),
                "responses": {"200": {"$ref": "#/components/responses/ok"}},
                "parameters": [{"name": "on", "schema": {"pattern": "^\\d$", "example": "12e4"}}],
                "security": [],
                "x-note": {},
                "x-odd": [[1, -2.5], [true, null, "null"]],
            }}},
        });
        let text = write(&value);
        assert_eq!(
            text,
            r##"openapi: "3.0.1"
paths:
  /a/{id}:
    get:
      tags:
        - A tag
      description: |-
        One
        two

        - three
      summary: >-
        a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a
        a a a a a a a a a a a a a a
      responses:
        "200":
          $ref: "#/components/responses/ok"
      parameters:
        - name: "on"
          schema:
            pattern: '^\d$'
            example: "12e4"
      security: []
      x-note: {}
      x-odd:
        - - 1
          - -2.5
        - - true
          - null
          - "null"
"##
        );
        assert_eq!(back(&text), value);
    }

    #[test]
    fn text_that_would_not_parse_to_the_same_value_is_not_folded() {
        for odd in ["two  spaces ", " a space before ", "a tab\tsomewhere "] {
            let value = json!({"a": odd.repeat(20)});
            let text = write(&value);
            assert_eq!(back(&text), value, "{text}");
            assert_eq!(text.lines().count(), 1, "{text}");
        }
    }

    /// Fragments of strings that look like something else.
    const PIECES: [&str; 44] = [
        "a", "word", " ", "  ", "\n", "\n\n", "\t", "\r", "\r\n", ":", ": ", " #", "#", "-", "- ",
        "? ", "'", "\"", "\\", "|", ">", "%", "@", "`", "!", "&a", "*a", "[", "]", "{", "}", ",",
        "0", "1.5", "e5", "true", "null", "~", "...", "---", "é", "\u{85}", "\u{feff}", "😀",
    ];

    struct Random(u64);

    impl Random {
        fn below(&mut self, limit: usize) -> usize {
            self.0 ^= self.0 << 13;
            self.0 ^= self.0 >> 7;
            self.0 ^= self.0 << 17;
            (self.0 % limit as u64) as usize
        }

        fn text(&mut self) -> String {
            let long = self.below(8) == 0;
            let count = self.below(if long { 60 } else { 6 });
            (0..count)
                .map(|_| PIECES[self.below(PIECES.len())])
                .collect()
        }

        fn value(&mut self, depth: usize) -> Value {
            match self.below(if depth > 4 { 8 } else { 12 }) {
                0 => Value::Null,
                1 => Value::Bool(self.below(2) == 0),
                2 => json!(self.0 as i64),
                3 => json!(f64::from_bits(self.0)),
                4..=7 => Value::String(self.text()),
                8 | 9 => (0..self.below(4)).map(|_| self.value(depth + 1)).collect(),
                _ => (0..self.below(4))
                    .map(|_| (self.text(), self.value(depth + 1)))
                    .collect::<Map<_, _>>()
                    .into(),
            }
        }
    }

    #[test]
    fn written_values_parse_to_equal_ones() {
        let mut random = Random(0x5eed_cafe);
        for _ in 0..5_000 {
            let value = random.value(0);
            let text = write(&value);
            assert_eq!(back(&text), value, "{text}");
            assert_eq!(write(&back(&text)), text);
        }
    }
}
