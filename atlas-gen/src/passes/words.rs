//! Removes characters from prose that compilers reject in comments.
//!
//! These are the nine bidirectional formatting characters (U+202A to U+202E, U+2066 to U+2069),
//! which make code look like something else, and control characters other than line feed and tab.
//! Every line ending becomes a line feed. Names and values are not changed: `lint` rejects them if
//! they contain such a character.
//!
//! Before:
//! ```yaml
//! Job: {description: "one\u202E owt\r\ntwo\u0000", properties: {description: {enum: ["a\u0085"]}}}
//! ```
//! After:
//! ```yaml
//! Job: {description: "one owt\ntwo", properties: {description: {enum: ["a\u0085"]}}}
//! ```

use serde_json::Value;

use crate::document::Document;
use crate::error::Result;
use crate::pointer;

/// Cleans the prose of the whole document.
///
/// # Errors
/// None.
pub fn words(document: &mut Document) -> Result<()> {
    for value in document.root_mut().values_mut() {
        clean_below(value, false);
    }
    Ok(())
}

/// Returns whether `character` is invalid in a comment.
fn is_rejected(character: char) -> bool {
    is_bidi_control(character) || (character.is_control() && !matches!(character, '\n' | '\t'))
}

/// Returns whether `character` changes the direction of the text after it.
pub fn is_bidi_control(character: char) -> bool {
    matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// The role of the text or the values under a keyword.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Text {
    /// Prose, or something that only this generator reads.
    Prose,
    /// Values. A comment shows them as [`code`](crate::docs::prose::code).
    Value,
    /// Names and values.
    Name,
}

fn text(key: &str) -> Text {
    match key {
        "description" | "summary" | "title" => Text::Prose,
        "default" | "example" | "examples" | "pattern" => Text::Value,
        key if key.starts_with("x-") && key != "x-enum-varnames" => Text::Prose,
        _ => Text::Name,
    }
}

/// Cleans `value`; with `by_name`, the keys of a map are names, not keywords.
fn clean_below(value: &mut Value, by_name: bool) {
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                match (by_name, text(key)) {
                    (false, Text::Prose) if value.is_string() || key.starts_with("x-") => {
                        clean(value);
                    }
                    (false, Text::Value) => {}
                    _ => clean_below(value, !by_name && is_map_by_names(key)),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| clean_below(item, false)),
        _ => {}
    }
}

fn is_map_by_names(key: &str) -> bool {
    matches!(
        key,
        "properties" | "schemas" | "responses" | "headers" | "mapping"
    )
}

fn clean(value: &mut Value) {
    match value {
        Value::String(text) if text.contains(is_rejected) => {
            let unified = text.replace("\r\n", "\n").replace('\r', "\n");
            *text = unified.replace(is_rejected, "");
        }
        Value::Array(items) => items.iter_mut().for_each(clean),
        Value::Object(map) => map.values_mut().for_each(clean),
        _ => {}
    }
}

/// Returns the first character in a name or a value of `value` that is invalid in a comment, and
/// its location.
pub fn sign_in(value: &Value) -> Option<(String, char)> {
    below(value, false)
}

fn below(value: &Value, by_name: bool) -> Option<(String, char)> {
    match value {
        Value::String(text) => text.chars().find(|c| is_rejected(*c)).map(here),
        Value::Array(items) => items.iter().enumerate().find_map(|(i, item)| {
            below(item, false).map(|(inner, character)| (format!("/{i}{inner}"), character))
        }),
        Value::Object(map) => map.iter().find_map(|(key, value)| {
            if let Some(character) = key.chars().find(|c| is_rejected(*c)) {
                return Some((String::new(), character));
            }
            let found = match (by_name, text(key)) {
                (false, Text::Prose) if value.is_string() || key.starts_with("x-") => None,
                // A delimiter may be a control character; it is written as its code point.
                (false, Text::Value) => None,
                _ => below(value, !by_name && is_map_by_names(key)),
            };
            found.map(|(inner, character)| (pointer::join("", key) + &inner, character))
        }),
        _ => None,
    }
}

fn here(character: char) -> (String, char) {
    (String::new(), character)
}
