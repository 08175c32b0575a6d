//! Builds a tree from the YAML parser's events and expands aliases.

use std::collections::HashMap;
use std::ops::Range;

use saphyr_parser::{Event, Parser, ScalarStyle};
use serde_json::{Map, Number, Value};

use super::{MAX_DEPTH, Source, too_deep, within_values};
use crate::error::{Error, Result};

/// The maximal size in bytes of all expanded aliases; Atlas's documents have no alias.
const MAX_ALIASED: usize = 64 << 20;
/// The size that a value or a key counts for in addition to its text.
const WEIGHT: usize = 128;

/// Parses YAML.
///
/// # Errors
/// See [`super::load`].
pub(super) fn read(source: &Source) -> Result<Value> {
    let mut tree = Tree::default();
    for event in Parser::new_from_str(&source.text) {
        let (event, span) = event.map_err(|error| {
            // The parser reads ahead as long as a `[` may start a key, and has its own limit.
            let fault = match error.info() {
                "recursion limit exceeded" => too_deep(),
                info => Error::new(format!("not valid YAML: {info}")),
            };
            fault.in_file(&source.name).on_line(error.marker().line())
        })?;
        tree.take(event)
            .map_err(|error| error.in_file(&source.name).on_line(span.start.line()))?;
    }
    tree.root
        .ok_or_else(|| Error::new("the document is empty").in_file(&source.name))
}

enum Collection {
    Sequence(Vec<Value>),
    Mapping(Map<String, Value>, Option<String>),
}

/// A collection whose end has not been parsed yet.
struct Open {
    collection: Collection,
    /// Its anchor, or 0, and the index in the log where it starts.
    anchor: usize,
    from: usize,
}

#[derive(Default)]
struct Tree<'a> {
    open: Vec<Open>,
    /// The events of all anchored values. An alias replays its range, so that an anchor costs no
    /// copy of its value, however deeply anchors nest.
    log: Vec<Event<'a>>,
    anchors: HashMap<usize, Range<usize>>,
    /// The number of open collections that have an anchor.
    anchored: usize,
    root: Option<Value>,
    values: usize,
    /// The size of all expanded aliases so far, in bytes.
    aliased: usize,
    documents: usize,
}

impl<'a> Tree<'a> {
    /// Handles the next event of the text.
    fn take(&mut self, event: Event<'a>) -> Result<()> {
        let from = self.log.len();
        let anchor = match event {
            Event::Scalar(_, _, anchor, _)
            | Event::SequenceStart(anchor, _)
            | Event::MappingStart(anchor, _) => anchor,
            _ => 0,
        };
        if anchor > 0 || self.anchored > 0 {
            self.log.push(event.clone());
        }
        if anchor > 0 {
            match event {
                Event::Scalar(..) => {
                    self.anchors.insert(anchor, from..from + 1);
                }
                _ => self.anchored += 1,
            }
        }
        self.build(event, anchor, from)
    }

    /// Adds `event` to the tree.
    fn build(&mut self, event: Event<'a>, anchor: usize, from: usize) -> Result<()> {
        match event {
            Event::DocumentStart(_) => {
                self.documents += 1;
                if self.documents > 1 {
                    return Err(Error::new("a second document starts here; one is expected"));
                }
            }
            Event::Scalar(text, style, _, tag) => {
                if let Some(Collection::Mapping(map, key @ None)) = self.innermost() {
                    if map.contains_key(text.as_ref()) {
                        return Err(Error::new(format!("duplicate key `{text}`")));
                    }
                    if text == "<<" && style == ScalarStyle::Plain {
                        return Err(Error::new(
                            "a merge key (`<<`), which YAML 1.2 does not have; write out what it stands for",
                        ));
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
                self.count()?;
                self.place(value);
            }
            Event::SequenceStart(..) => {
                self.start(Collection::Sequence(Vec::new()), anchor, from)?;
            }
            Event::MappingStart(..) => {
                self.start(Collection::Mapping(Map::new(), None), anchor, from)?;
            }
            Event::SequenceEnd | Event::MappingEnd => {
                let Some(open) = self.open.pop() else {
                    return Ok(());
                };
                if open.anchor > 0 {
                    self.anchored -= 1;
                    self.anchors.insert(open.anchor, open.from..self.log.len());
                }
                self.place(match open.collection {
                    Collection::Sequence(items) => Value::Array(items),
                    Collection::Mapping(map, _) => Value::Object(map),
                });
            }
            Event::Alias(anchor) => self.repeat(anchor)?,
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentEnd => {}
        }
        Ok(())
    }

    /// Replays the anchored value. Each event is counted before it is built: a chain of aliases
    /// grows exponentially.
    fn repeat(&mut self, anchor: usize) -> Result<()> {
        let Some(range) = self.anchors.get(&anchor).cloned() else {
            return Err(Error::new("an alias stands inside the value it names"));
        };
        if let Some(Collection::Mapping(_, None)) = self.innermost() {
            return Err(Error::new("a key must be a string, not an alias"));
        }
        for at in range {
            let Some(event) = self.log.get(at).cloned() else {
                break;
            };
            self.aliased += match &event {
                Event::Scalar(text, ..) => WEIGHT + text.len(),
                Event::SequenceStart(..) | Event::MappingStart(..) => WEIGHT,
                _ => 0,
            };
            if self.aliased > MAX_ALIASED {
                let limit = MAX_ALIASED >> 20;
                return Err(Error::new(format!(
                    "the aliases of the document stand for more than {limit} MiB; use fewer, or \
                     write out what they stand for"
                )));
            }
            self.build(event, 0, 0)?;
        }
        Ok(())
    }

    fn innermost(&mut self) -> Option<&mut Collection> {
        self.open.last_mut().map(|open| &mut open.collection)
    }

    fn count(&mut self) -> Result<()> {
        self.values += 1;
        within_values(self.values)
    }

    fn start(&mut self, collection: Collection, anchor: usize, from: usize) -> Result<()> {
        if let Some(Collection::Mapping(_, None)) = self.innermost() {
            return Err(Error::new("a key must be a string, not a list or a map"));
        }
        if self.open.len() >= MAX_DEPTH {
            return Err(too_deep());
        }
        self.count()?;
        self.open.push(Open {
            collection,
            anchor,
            from,
        });
        Ok(())
    }

    fn place(&mut self, value: Value) {
        match self.innermost() {
            None => self.root = Some(value),
            Some(Collection::Sequence(items)) => items.push(value),
            Some(Collection::Mapping(map, key)) => {
                // Keys are handled above; a value is never built without one.
                if let Some(key) = key.take() {
                    map.insert(key, value);
                }
            }
        }
    }
}

/// Parses a plain scalar by YAML 1.2's core schema.
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

/// Returns the line of `target`, or of its nearest enclosing value that exists.
pub(super) fn line_of(text: &str, target: &[String]) -> Option<usize> {
    // For each open collection: how many leading tokens of the target it has matched (or that it is
    // off the path), and the next index or pending key.
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
