//! settings: TOML files that people write, and the lines of their faults.
//!
//! It knows TOML, not what the files say.

use serde::de::DeserializeOwned;
use toml::{Spanned, Value};

use crate::error::{Error, Result};
use crate::load::Source;
use crate::media_type::Date;

/// Reads the TOML of `source`.
///
/// # Errors
/// It is no TOML, or not of the form of `T`: with its line.
pub fn read<T: DeserializeOwned>(source: &Source) -> Result<T> {
    toml::from_str(&source.text).map_err(|error| {
        let at = error.span().map_or(0, |span| span.start);
        fault(source, at, error.message())
    })
}

/// What is wrong at the byte `at` of `source`.
pub fn fault(source: &Source, at: usize, message: impl Into<String>) -> Error {
    Error::new(message)
        .in_file(&source.name)
        .on_line(line(source, at))
}

/// The line of the byte `at` of `source`, counted from 1.
pub fn line(source: &Source, at: usize) -> usize {
    let before = source.text.get(..at).unwrap_or_default();
    before.matches('\n').count() + 1
}

/// The date that `value` is, which faults call `name`.
///
/// # Errors
/// It is no date.
pub fn date(source: &Source, name: &str, value: &Spanned<Value>) -> Result<Date> {
    // TOML has dates of its own, which people write without quotes.
    let text = match value.get_ref() {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    Date::parse(&text).ok_or_else(|| {
        let message = format!("{name} `{text}` is no date such as 2025-03-12");
        fault(source, value.span().start, message)
    })
}
