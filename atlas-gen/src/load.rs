//! load: the text of a YAML or JSON document becomes a tree whose key order is kept.
//!
//! It knows YAML and JSON, not OpenAPI. Every fault of the text is an [`Error`] with its line:
//! broken syntax, duplicate keys, aliases that multiply without end, nesting without end.

use std::collections::HashMap;

use saphyr_parser::{Event, Parser, ScalarStyle, Span};
use serde_json::{Map, Number, Value};

use crate::error::{Error, Result};

/// How deep a document may nest; Atlas's own stays below 30.
const MAX_DEPTH: usize = 100;
/// How many values a document may hold once its aliases are written out; Atlas's own has about
/// 170,000.
const MAX_VALUES: usize = 3_000_000;

/// The text of a document and the name under which errors speak of it.
#[derive(Debug, Clone)]
pub struct Source {
    /// The name in error messages, usually a path relative to the workspace.
    pub name: String,
    /// The whole text, UTF-8.
    pub text: String,
}

impl Source {
    /// A source called `name` that holds `text`.
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            text: text.into(),
        }
    }

    /// Adds this file, and the line that the error's JSON pointer stands on, to `error`.
    ///
    /// The line is looked up by reading the text again, so that documents without faults pay
    /// nothing for it. Where the pointer leads to a place that a pass has made, the nearest
    /// enclosing place of the text counts.
    pub fn locate(&self, error: Error) -> Error {
        let error = error.in_file(&self.name);
        match (error.line(), error.pointer()) {
            (None, Some(pointer)) => match line_of(&self.text, pointer) {
                Some(line) => error.on_line(line),
                None => error,
            },
            _ => error,
        }
    }
}

/// Reads a document.
///
/// Scalars follow YAML's core schema (a JSON document is read by the same rules); keys are taken
/// as they are written, so that a status code needs no quotes.
///
/// # Errors
/// Broken syntax, a duplicate key, a key that is no scalar, more than one document, nesting
/// beyond 100 levels, or aliases that expand beyond 3,000,000 values: each with its line.
pub fn load(source: &Source) -> Result<Value> {
    let mut tree = Tree::default();
    for event in Parser::new_from_str(&source.text) {
        let (event, span) = event.map_err(|error| {
            // The parser reads ahead as long as a `[` may start a key, and has a limit of its own.
            let fault = match error.info() {
                "recursion limit exceeded" => too_deep(),
                info => Error::new(format!("not valid YAML: {info}")),
            };
            fault.in_file(&source.name).on_line(error.marker().line())
        })?;
        tree.take(event, span)
            .map_err(|error| error.in_file(&source.name).on_line(span.start.line()))?;
    }
    tree.root
        .ok_or_else(|| Error::new("the document is empty").in_file(&source.name))
}

enum Open {
    Sequence(Vec<Value>),
    Mapping(Map<String, Value>, Option<String>),
}

#[derive(Default)]
struct Tree {
    open: Vec<(Open, usize, usize)>,
    /// The values that aliases stand for, how many values each holds and how deep it nests.
    anchors: HashMap<usize, (Value, usize, usize)>,
    root: Option<Value>,
    values: usize,
    documents: usize,
}

impl Tree {
    fn take(&mut self, event: Event<'_>, _span: Span) -> Result<()> {
        match event {
            Event::DocumentStart(_) => {
                self.documents += 1;
                if self.documents > 1 {
                    return Err(Error::new("a second document starts here; one is expected"));
                }
            }
            Event::Scalar(text, style, anchor, tag) => {
                if let Some((Open::Mapping(map, key @ None), ..)) = self.open.last_mut() {
                    if map.contains_key(text.as_ref()) {
                        return Err(Error::new(format!("duplicate key `{text}`")));
                    }
                    *key = Some(text.into_owned());
                    return Ok(());
                }
                let is_string = tag
                    .as_ref()
                    .is_some_and(|tag| tag.is_yaml_core_schema() && tag.suffix == "str");
                let value = if style == ScalarStyle::Plain && !is_string {
                    plain(&text)
                } else {
                    Value::String(text.into_owned())
                };
                self.values += 1;
                self.finish(value, anchor, self.values - 1)?;
            }
            Event::SequenceStart(anchor, _) => self.start(Open::Sequence(Vec::new()), anchor)?,
            Event::MappingStart(anchor, _) => {
                self.start(Open::Mapping(Map::new(), None), anchor)?
            }
            Event::SequenceEnd | Event::MappingEnd => {
                if let Some((open, anchor, from)) = self.open.pop() {
                    let value = match open {
                        Open::Sequence(items) => Value::Array(items),
                        Open::Mapping(map, _) => Value::Object(map),
                    };
                    self.finish(value, anchor, from)?;
                }
            }
            Event::Alias(anchor) => {
                let Some((value, size, depth)) = self.anchors.get(&anchor) else {
                    return Err(Error::new("an alias stands inside the value it names"));
                };
                // Counted before it is copied: a chain of aliases grows exponentially.
                self.values = self.values.saturating_add(*size);
                self.within_limit()?;
                if self.open.len() + depth > MAX_DEPTH {
                    return Err(too_deep());
                }
                let value = value.clone();
                self.place(value)?;
            }
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentEnd => {}
        }
        self.within_limit()
    }

    fn within_limit(&self) -> Result<()> {
        if self.values > MAX_VALUES {
            return Err(Error::new(format!(
                "the document holds more than {MAX_VALUES} values once its aliases are written out"
            )));
        }
        Ok(())
    }

    fn start(&mut self, open: Open, anchor: usize) -> Result<()> {
        if let Some((Open::Mapping(_, None), ..)) = self.open.last() {
            return Err(Error::new(
                "a key must be a plain text, not a list or a map",
            ));
        }
        if self.open.len() >= MAX_DEPTH {
            return Err(too_deep());
        }
        self.values += 1;
        self.open.push((open, anchor, self.values - 1));
        Ok(())
    }

    fn finish(&mut self, value: Value, anchor: usize, from: usize) -> Result<()> {
        if anchor > 0 {
            let size = self.values - from;
            self.anchors
                .insert(anchor, (value.clone(), size, depth(&value)));
        }
        self.place(value)
    }

    fn place(&mut self, value: Value) -> Result<()> {
        match self.open.last_mut() {
            None => self.root = Some(value),
            Some((Open::Sequence(items), ..)) => items.push(value),
            Some((Open::Mapping(map, key), ..)) => match key.take() {
                Some(key) => {
                    map.insert(key, value);
                }
                None => return Err(Error::new("a key must be a plain text, not an alias")),
            },
        }
        Ok(())
    }
}

fn too_deep() -> Error {
    Error::new(format!("nested deeper than {MAX_DEPTH} levels"))
}

/// How many collections `value` nests.
fn depth(value: &Value) -> usize {
    match value {
        Value::Array(items) => 1 + items.iter().map(depth).max().unwrap_or(0),
        Value::Object(map) => 1 + map.values().map(depth).max().unwrap_or(0),
        _ => 0,
    }
}

/// A plain scalar by YAML 1.2's core schema.
fn plain(text: &str) -> Value {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Value::Null,
        "true" | "True" | "TRUE" => return Value::Bool(true),
        "false" | "False" | "FALSE" => return Value::Bool(false),
        _ => {}
    }
    let starts_like_a_number = text
        .bytes()
        .next()
        .is_some_and(|b| b.is_ascii_digit() || matches!(b, b'-' | b'+' | b'.'));
    if starts_like_a_number {
        let unsigned = text.strip_prefix('+').unwrap_or(text);
        if let Ok(number) = unsigned.parse::<i64>() {
            return Value::Number(number.into());
        }
        if let Ok(number) = unsigned.parse::<u64>() {
            return Value::Number(number.into());
        }
        let numeric = unsigned
            .bytes()
            .all(|b| b.is_ascii_digit() || matches!(b, b'-' | b'+' | b'.' | b'e' | b'E'));
        if numeric
            && let Ok(number) = unsigned.parse::<f64>()
            && let Some(number) = Number::from_f64(number)
        {
            return Value::Number(number);
        }
    }
    Value::String(text.to_owned())
}

/// The line of the place that `pointer` names, or of the nearest enclosing place that exists.
fn line_of(text: &str, pointer: &str) -> Option<usize> {
    let target: Vec<String> = crate::pointer::tokens(pointer).collect();
    // For each open collection: how many leading tokens of the target it has matched (or that it
    // is off the path), and where it stands: a next index, or a pending key.
    enum Place {
        Sequence(usize),
        Mapping(Option<String>),
    }
    let mut stack: Vec<(Option<usize>, Place)> = Vec::new();
    let mut best: Option<(usize, usize)> = None;
    for event in Parser::new_from_str(text) {
        let (event, span) = event.ok()?;
        let line = span.start.line();
        if let Event::Scalar(key, ..) = &event
            && let Some((matched, Place::Mapping(pending @ None))) = stack.last_mut()
        {
            *pending = Some(key.clone().into_owned());
            if let Some(depth) = *matched
                && target.get(depth).is_some_and(|token| token == key.as_ref())
                && best.is_none_or(|(known, _)| known < depth + 1)
            {
                best = Some((depth + 1, line));
            }
            continue;
        }
        let depth = match (&event, stack.last_mut()) {
            (Event::SequenceEnd | Event::MappingEnd, _) => {
                stack.pop();
                continue;
            }
            (
                Event::Scalar(..)
                | Event::Alias(_)
                | Event::SequenceStart(..)
                | Event::MappingStart(..),
                parent,
            ) => match parent {
                None => Some(0),
                Some((matched, place)) => {
                    let token = match place {
                        Place::Sequence(next) => {
                            *next += 1;
                            (*next - 1).to_string()
                        }
                        Place::Mapping(key) => key.take().unwrap_or_default(),
                    };
                    matched
                        .and_then(|depth| (target.get(depth) == Some(&token)).then_some(depth + 1))
                }
            },
            _ => continue,
        };
        if let Some(depth) = depth {
            if best.is_none_or(|(known, _)| known < depth) {
                best = Some((depth, line));
            }
            if depth == target.len() {
                return best.map(|(_, line)| line);
            }
        }
        match event {
            Event::SequenceStart(..) => stack.push((depth, Place::Sequence(0))),
            Event::MappingStart(..) => stack.push((depth, Place::Mapping(None))),
            _ => {}
        }
    }
    best.map(|(_, line)| line)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read(text: &str) -> Result<Value> {
        load(&Source::new("doc.yaml", text))
    }

    fn fault(text: &str) -> String {
        read(text).expect_err("a fault").to_string()
    }

    #[test]
    fn reads_scalars_by_the_core_schema_and_keeps_key_order() {
        let text = "b: 1\na: [yes, 'true', true, 1.5, 0x10, ~, 2024-05-30]\n200: !!str 7\n";
        let value = read(text).unwrap();
        assert_eq!(
            value,
            json!({"b": 1, "a": ["yes", "true", true, 1.5, "0x10", null, "2024-05-30"], "200": "7"})
        );
        assert_eq!(value.as_object().unwrap().keys().next().unwrap(), "b");
    }

    #[test]
    fn reads_json() {
        let value = read(r#"{"a": [1, "\u00e9\n", {"b": null}], "c\/d": -1e3}"#).unwrap();
        assert_eq!(value, json!({"a": [1, "é\n", {"b": null}], "c/d": -1000.0}));
    }

    #[test]
    fn says_the_line_of_broken_syntax() {
        assert!(fault("a: 1\nb: [1, 2\nc: 3\n").starts_with("doc.yaml:3: not valid YAML"));
    }

    #[test]
    fn refuses_duplicate_keys() {
        assert_eq!(fault("a: 1\nb: 2\na: 3\n"), "doc.yaml:3: duplicate key `a`");
    }

    #[test]
    fn refuses_aliases_that_multiply() {
        let mut text = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for i in 1..12 {
            let last = format!("*a{},", i - 1).repeat(10);
            text.push_str(&format!("a{i}: &a{i} [{last}]\n"));
        }
        assert!(fault(&text).contains("more than 3000000 values"));
    }

    #[test]
    fn refuses_endless_nesting() {
        let flow = fault(&"[".repeat(5_000));
        assert!(flow.contains("nested deeper than 100 levels"), "{flow}");
        let block: String = (0..5_000)
            .map(|i| format!("{}a:\n", " ".repeat(i)))
            .collect();
        assert!(fault(&block).contains("nested deeper than 100 levels"));
    }

    #[test]
    fn refuses_nesting_that_aliases_pile_up() {
        let mut text = String::from("a0: &a0 [x]\n");
        for i in 1..200 {
            text.push_str(&format!("a{i}: &a{i} [*a{}]\n", i - 1));
        }
        assert_eq!(fault(&text), "doc.yaml:100: nested deeper than 100 levels");
    }

    #[test]
    fn refuses_a_second_document_and_an_empty_one() {
        assert!(fault("a: 1\n---\nb: 2\n").contains("a second document"));
        assert_eq!(fault("# nothing\n"), "doc.yaml: the document is empty");
    }

    #[test]
    fn finds_the_line_of_a_pointer() {
        let text = "paths:\n  /a:\n    get:\n      tags:\n      - x\n      - y\n  /b/{c}: {}\n";
        assert_eq!(line_of(text, "/paths/~1a/get"), Some(3));
        assert_eq!(line_of(text, "/paths/~1a/get/tags/1"), Some(6));
        assert_eq!(line_of(text, "/paths/~1b~1{c}"), Some(7));
        assert_eq!(line_of(text, "/paths/~1a/get/nowhere/1"), Some(3));
        assert_eq!(line_of(text, ""), Some(1));
    }
}
