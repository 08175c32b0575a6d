//! Parses hand-written TOML files and locates their faults.
//!
//! It knows TOML, not the contents of the files.

use serde::de::DeserializeOwned;
use toml::{Spanned, Value};

use crate::error::{Error, Result};
use crate::load::Source;
use crate::media_type::Date;

/// Parses the TOML of `source`.
///
/// # Errors
/// Invalid TOML, or not of the form of `T`: with its line.
pub fn read<T: DeserializeOwned>(source: &Source) -> Result<T> {
    toml::from_str(&source.text).map_err(|error| {
        let at = error.span().map_or(0, |span| span.start);
        fault(source, at, error.message())
    })
}

/// Creates an error at the byte offset `at` of `source`.
pub fn fault(source: &Source, at: usize, message: impl Into<String>) -> Error {
    Error::new(message)
        .in_file(&source.name)
        .on_line(line(source, at))
}

/// Returns the line of the byte offset `at` of `source`, counted from 1.
pub fn line(source: &Source, at: usize) -> usize {
    let before = source.text.get(..at).unwrap_or_default();
    before.matches('\n').count() + 1
}

/// Parses `value` as a date; errors call it `name`.
///
/// # Errors
/// `value` is not a date.
pub fn date(source: &Source, name: &str, value: &Spanned<Value>) -> Result<Date> {
    // TOML has a date type, written without quotes.
    let text = match value.get_ref() {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    Date::parse(&text).ok_or_else(|| {
        let message = format!("{name} `{text}` is not a date such as 2025-03-12");
        fault(source, value.span().start, message)
    })
}
