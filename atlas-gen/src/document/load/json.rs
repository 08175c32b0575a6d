//! Parses JSON with `serde_json`. The tree is built here because `serde_json`'s own keeps the last
//! of two equal keys and has no limits.

use std::collections::HashMap;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::error::Category;
use serde_json::value::RawValue;
use serde_json::{Map, Number, Value};

use super::{MAX_DEPTH, Source, too_deep, unmarked, within_values};
use crate::error::{Error, Result};

/// The reason why a text could not be parsed as JSON.
pub(super) enum Fault {
    /// Invalid JSON; it may be YAML.
    Syntax(Error),
    /// Valid JSON that is rejected.
    Content(Error),
}

/// Parses JSON.
///
/// # Errors
/// See [`super::load`].
pub(super) fn read(source: &Source) -> Result<Value, Fault> {
    let mut values = 0;
    let mut text = serde_json::Deserializer::from_str(unmarked(&source.text));
    let seed = Seed {
        depth: 0,
        values: &mut values,
    };
    let read = seed
        .deserialize(&mut text)
        .and_then(|value| text.end().map(|()| value));
    read.map_err(|error| {
        let place = format!(" at line {} column {}", error.line(), error.column());
        let said = error.to_string();
        let said = said.strip_suffix(&place).unwrap_or(&said);
        let here = |message: String| {
            Error::new(message)
                .in_file(&source.name)
                .on_line(error.line())
        };
        match error.classify() {
            // YAML would parse such a number as a string.
            Category::Syntax if said == "number out of range" => {
                Fault::Content(here("a number is too large".to_owned()))
            }
            Category::Data => Fault::Content(here(said.to_owned())),
            Category::Io | Category::Syntax | Category::Eof => {
                Fault::Syntax(here(format!("not valid JSON: {said}")))
            }
        }
    })
}

/// Deserializes one value at the nesting level `depth`.
struct Seed<'a> {
    depth: usize,
    values: &'a mut usize,
}

impl Seed<'_> {
    /// Counts a value and checks the depth of a collection.
    fn count<E: serde::de::Error>(&mut self, is_collection: bool) -> Result<(), E> {
        *self.values += 1;
        let within = match is_collection && self.depth >= MAX_DEPTH {
            true => Err(too_deep()),
            false => within_values(*self.values),
        };
        within.map_err(|error| E::custom(error.message()))
    }

    fn inner(&mut self) -> Seed<'_> {
        Seed {
            depth: self.depth + 1,
            values: &mut *self.values,
        }
    }
}

impl<'de> DeserializeSeed<'de> for Seed<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Seed<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E: serde::de::Error>(mut self) -> Result<Value, E> {
        self.count(false).map(|()| Value::Null)
    }

    fn visit_bool<E: serde::de::Error>(mut self, value: bool) -> Result<Value, E> {
        self.count(false).map(|()| value.into())
    }

    fn visit_i64<E: serde::de::Error>(mut self, value: i64) -> Result<Value, E> {
        self.count(false).map(|()| value.into())
    }

    fn visit_u64<E: serde::de::Error>(mut self, value: u64) -> Result<Value, E> {
        self.count(false).map(|()| value.into())
    }

    fn visit_f64<E: serde::de::Error>(mut self, value: f64) -> Result<Value, E> {
        self.count(false)?;
        Ok(Number::from_f64(value).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E: serde::de::Error>(mut self, value: &str) -> Result<Value, E> {
        self.count(false).map(|()| value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut items: A) -> Result<Value, A::Error> {
        self.count(true)?;
        let mut all = Vec::new();
        while let Some(item) = items.next_element_seed(self.inner())? {
            all.push(item);
        }
        Ok(Value::Array(all))
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut members: A) -> Result<Value, A::Error> {
        self.count(true)?;
        let mut all = Map::new();
        while let Some(key) = members.next_key::<String>()? {
            if all.contains_key(&key) {
                return Err(A::Error::custom(format!("duplicate key `{key}`")));
            }
            let value = members.next_value_seed(self.inner())?;
            all.insert(key, value);
        }
        Ok(Value::Object(all))
    }
}

/// Returns the line of `target`, or of its nearest enclosing value that exists; `None` if the text
/// is not JSON.
pub(super) fn line_of(text: &str, target: &[String]) -> Option<usize> {
    let mut place: &RawValue = serde_json::from_str(unmarked(text)).ok()?;
    for token in target {
        let Some(inner) = member(place.get(), token) else {
            break;
        };
        place = inner;
    }
    // A `RawValue` borrows from `text`, so its address is its offset.
    let offset = (place.get().as_ptr() as usize).checked_sub(text.as_ptr() as usize)?;
    let before = text.as_bytes().get(..offset)?;
    Some(before.iter().filter(|byte| **byte == b'\n').count() + 1)
}

fn member<'a>(text: &'a str, token: &str) -> Option<&'a RawValue> {
    if text.starts_with('[') {
        let items: Vec<&RawValue> = serde_json::from_str(text).ok()?;
        return items.get(token.parse::<usize>().ok()?).copied();
    }
    let members: HashMap<String, &RawValue> = serde_json::from_str(text).ok()?;
    members.get(token).copied()
}
