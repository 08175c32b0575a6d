//! The lifecycle of API elements: stability, deprecation, sunset.
//!
//! `x-sunset` is a date (RFC 3339, with or without a time); `x-stability-level` is one of four
//! words and defaults to stable. It knows single values, not their locations.

use std::fmt;

use serde_json::Value;

use crate::words::code;
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
pub(crate) fn sunset(value: Option<&Value>) -> Sunset {
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

/// What happened to the sunset of something that was deprecated before and still is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Moved<'a> {
    /// It is gone.
    Deleted,
    /// It is no date now.
    Invalid(&'a str),
    /// It is earlier, and leaves fewer days than are required.
    TooSmall(&'a Date, &'a Date),
    /// It is earlier.
    Earlier(&'a Date, &'a Date),
}

impl<'a> Moved<'a> {
    /// Compares two sunsets. One that was none, or is later, takes nothing from callers.
    pub(crate) fn of(was: &'a Sunset, is: &'a Sunset, today: &Date, days: i64) -> Option<Self> {
        match (was, is) {
            (Sunset::Missing, _) => None,
            (_, Sunset::Missing) => Some(Self::Deleted),
            (was, Sunset::Invalid(text)) => (was != is).then_some(Self::Invalid(text)),
            (Sunset::On(before), Sunset::On(date)) if date < before => {
                Some(match days_between(today, date) < days {
                    true => Self::TooSmall(before, date),
                    false => Self::Earlier(before, date),
                })
            }
            _ => None,
        }
    }

    /// The end of the name of its check, and what is said of its owner.
    pub(crate) fn said(&self) -> (&'static str, String) {
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

/// Returns the number of days between two dates; negative if the second is earlier.
pub(crate) fn days_between(from: &Date, to: &Date) -> i64 {
    day_number(to) - day_number(from)
}

/// Returns the number of days since a fixed day, by the Gregorian calendar (Fliegel and Van
/// Flandern).
fn day_number(date: &Date) -> i64 {
    let mut parts = date
        .as_str()
        .split('-')
        .map(|part| part.parse::<i64>().unwrap_or(0));
    let mut next = || parts.next().unwrap_or(0);
    let (year, month, day) = (next(), next(), next());
    let late = (month - 14) / 12;
    (1461 * (year + 4800 + late)) / 4 + (367 * (month - 2 - 12 * late)) / 12
        - (3 * ((year + 4900 + late) / 100)) / 4
        + day
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
    pub(crate) fn read(value: Option<&Value>) -> Result<Self, String> {
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

    /// Returns whether changes matter; drafts and alphas have no guarantees.
    pub(crate) fn is_promised(self) -> bool {
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
    fn counts_days_over_months_and_leap_years() {
        assert_eq!(days_between(&date("2024-02-28"), &date("2024-03-01")), 2);
        assert_eq!(days_between(&date("2023-02-28"), &date("2023-03-01")), 1);
        assert_eq!(days_between(&date("2026-01-01"), &date("2025-01-01")), -365);
    }

    #[test]
    fn reads_dates_with_and_without_a_time() {
        let read = |text: &str| sunset(Some(&Value::from(text)));
        assert_eq!(read("2027-07-01"), Sunset::On(date("2027-07-01")));
        assert_eq!(read("2027-07-01T00:00:00Z"), Sunset::On(date("2027-07-01")));
        assert_eq!(read("07/2027"), Sunset::Invalid("07/2027".to_owned()));
        assert_eq!(
            read("2027-07-011"),
            Sunset::Invalid("2027-07-011".to_owned())
        );
        assert_eq!(sunset(None), Sunset::Missing);
    }
}
