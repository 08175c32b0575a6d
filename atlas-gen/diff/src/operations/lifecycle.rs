//! The lifecycle of API elements: stability, deprecation, sunset.
//!
//! `x-sunset` is a date (RFC 3339, with or without a time); `x-stability-level` is `draft`, `alpha`,
//! `beta` or, by default, `stable`. It knows single values, not their locations.

use std::fmt;

use serde_json::Value;

use crate::quoting::code;
use atlas_gen::media_type::Date;

/// A sunset date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Sunset {
    /// There is no sunset.
    Missing,
    /// The value is not a date.
    Invalid(String),
    /// The day.
    On(Date),
}

/// Parses an `x-sunset`.
pub(crate) fn parse_sunset(value: Option<&Value>) -> Sunset {
    match value {
        None | Some(Value::Null) => Sunset::Missing,
        Some(Value::String(text)) => {
            let day = text.get(..10).filter(|_| {
                let rest = text.get(10..).unwrap_or_default();
                rest.is_empty() || rest.starts_with(['T', 't', ' '])
            });
            match day.and_then(Date::parse) {
                Some(date) => Sunset::On(date),
                None => Sunset::Invalid(text.clone()),
            }
        }
        Some(other) => Sunset::Invalid(other.to_string()),
    }
}

/// A change of the sunset of an element that was deprecated before and still is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum SunsetChange<'a> {
    /// It was removed.
    Deleted,
    /// It is not a date now.
    Invalid(&'a str),
    /// It is earlier, and too close.
    TooSmall(&'a Date, &'a Date),
    /// It is earlier.
    Earlier(&'a Date, &'a Date),
}

impl<'a> SunsetChange<'a> {
    /// Compares two sunsets. A new or a later one does not affect callers.
    pub(crate) fn between(
        was: &'a Sunset,
        is: &'a Sunset,
        today: &Date,
        days: i64,
    ) -> Option<Self> {
        match (was, is) {
            (Sunset::Missing, _) => None,
            (_, Sunset::Missing) => Some(Self::Deleted),
            (was, Sunset::Invalid(text)) => (was != is).then_some(Self::Invalid(text)),
            (Sunset::On(before), Sunset::On(date)) if date < before => {
                Some(match date.days_since(today) < days {
                    true => Self::TooSmall(before, date),
                    false => Self::Earlier(before, date),
                })
            }
            _ => None,
        }
    }

    /// Returns the suffix of the check's name, and the predicate of its text.
    pub(crate) fn id_and_text(&self) -> (&'static str, String) {
        match self {
            Self::Deleted => ("sunset-deleted", "no longer says when it ends".to_owned()),
            Self::Invalid(text) => (
                "sunset-parse",
                format!("ends on {text}, which is no date", text = code(text)),
            ),
            Self::TooSmall(before, date) => (
                "sunset-date-changed-too-small",
                format!("ends on {date} instead of {before}, which is too soon"),
            ),
            Self::Earlier(before, date) => (
                "sunset-date-changed-earlier",
                format!("ends on {date} instead of {before}"),
            ),
        }
    }
}

/// A stability level.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stability {
    Draft,
    Alpha,
    Beta,
    Stable,
}

impl Stability {
    /// Parses an `x-stability-level`.
    pub(crate) fn parse(value: Option<&Value>) -> Result<Self, String> {
        let Some(value) = value.filter(|value| !value.is_null()) else {
            return Ok(Self::Stable);
        };
        match value.as_str() {
            Some("draft") => Ok(Self::Draft),
            Some("alpha") => Ok(Self::Alpha),
            Some("beta") => Ok(Self::Beta),
            Some("stable") => Ok(Self::Stable),
            _ => Err(value.to_string()),
        }
    }

    /// Returns whether callers may rely on it: drafts and alphas have no guarantees.
    pub(crate) fn has_guarantees(self) -> bool {
        self >= Self::Beta
    }
}

impl fmt::Display for Stability {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Draft => "draft",
            Self::Alpha => "alpha",
            Self::Beta => "beta",
            Self::Stable => "stable",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> Date {
        Date::parse(text).unwrap()
    }

    #[test]
    fn reads_dates_with_and_without_a_time() {
        let read = |text: &str| parse_sunset(Some(&Value::from(text)));
        assert_eq!(read("2027-07-01"), Sunset::On(date("2027-07-01")));
        assert_eq!(read("2027-07-01T00:00:00Z"), Sunset::On(date("2027-07-01")));
        assert_eq!(read("07/2027"), Sunset::Invalid("07/2027".to_owned()));
        assert_eq!(
            read("2027-07-011"),
            Sunset::Invalid("2027-07-011".to_owned())
        );
        assert_eq!(parse_sunset(None), Sunset::Missing);
    }
}
