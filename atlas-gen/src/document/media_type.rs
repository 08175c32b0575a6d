//! Atlas's vendor media types, `application/vnd.atlas.2024-05-30+json`: their parts and order.
//!
//! Source: the published document, and
//! <https://www.mongodb.com/docs/atlas/api/versioned-api-overview/>.

use std::fmt;

/// A calendar date as written in media types, `YYYY-MM-DD`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(String);

impl Date {
    /// Parses `YYYY-MM-DD`; returns `None` if the text is not a valid date.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        let shape = bytes.len() == 10
            && bytes.iter().enumerate().all(|(i, b)| match i {
                4 | 7 => *b == b'-',
                _ => b.is_ascii_digit(),
            });
        if !shape {
            return None;
        }
        let month: u64 = text[5..7].parse().ok()?;
        let day: u64 = text[8..].parse().ok()?;
        let year: u64 = text[..4].parse().ok()?;
        let days = days_of_month(year, month)?;
        (1..=days).contains(&day).then(|| Self(text.to_owned()))
    }

    /// Returns a date before every version of Atlas.
    pub fn epoch() -> Self {
        Self("1970-01-01".to_owned())
    }

    /// Returns the date as it was parsed.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the date `days` days after 1970-01-01; `None` beyond the year 9999.
    pub fn from_days(days: u64) -> Option<Self> {
        let mut left = days;
        let mut year = 1970;
        while left >= days_of_year(year) {
            left -= days_of_year(year);
            year += 1;
            if year > 9999 {
                return None;
            }
        }
        let mut month = 1;
        while let Some(length) = days_of_month(year, month).filter(|length| left >= *length) {
            left -= length;
            month += 1;
        }
        Some(Self(format!("{year:04}-{month:02}-{:02}", left + 1)))
    }

    /// Returns the number of days from `other` to this date; negative if this date is earlier.
    pub fn days_since(&self, other: &Self) -> i64 {
        self.ordinal() - other.ordinal()
    }

    /// Returns the number of days since January 1 of the year 0.
    fn ordinal(&self) -> i64 {
        let number = |range| self.0.get(range).and_then(|t: &str| t.parse::<u64>().ok());
        let year = number(0..4).unwrap_or_default();
        let months = 1..number(5..7).unwrap_or_default();
        let before: u64 = (0..year).map(days_of_year).sum::<u64>()
            + months
                .filter_map(|month| days_of_month(year, month))
                .sum::<u64>();
        i64::try_from(before + number(8..10).unwrap_or_default()).unwrap_or_default()
    }
}

/// Returns whether `year` is a leap year of the Gregorian calendar.
fn is_leap(year: u64) -> bool {
    year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
}

fn days_of_year(year: u64) -> u64 {
    if is_leap(year) { 366 } else { 365 }
}

fn days_of_month(year: u64, month: u64) -> Option<u64> {
    match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => Some(31),
        4 | 6 | 9 | 11 => Some(30),
        2 if is_leap(year) => Some(29),
        2 => Some(28),
        _ => None,
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The version part of a vendor media type. Stable versions are ordered by date, after the others.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Version {
    /// `preview`: may change or be removed at any time.
    Preview,
    /// `upcoming`: a stable version in preparation, or one with its date, `2025-01-01.upcoming`.
    Upcoming,
    /// A stable version.
    Stable(Date),
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Preview => f.write_str("preview"),
            Self::Upcoming => f.write_str("upcoming"),
            Self::Stable(date) => date.fmt(f),
        }
    }
}

/// A vendor media type of Atlas.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MediaType {
    /// The version.
    pub version: Version,
    /// The suffix after `+`, such as `json`, `csv` or `gzip`.
    pub format: String,
}

impl MediaType {
    /// Parses `application/vnd.atlas.VERSION+FORMAT`; returns `None` for any other media type.
    pub fn parse(text: &str) -> Option<Self> {
        let rest = text.strip_prefix("application/vnd.atlas.")?;
        let (version, format) = rest.split_once('+')?;
        let known_format = !format.is_empty()
            && format
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        let version = match version {
            "preview" => Version::Preview,
            "upcoming" => Version::Upcoming,
            other => match other.strip_suffix(".upcoming") {
                Some(date) => Date::parse(date).map(|_| Version::Upcoming)?,
                None => Version::Stable(Date::parse(other)?),
            },
        };
        known_format.then(|| Self {
            version,
            format: format.to_owned(),
        })
    }

    /// Returns whether bodies of this media type are JSON; others are streams of bytes.
    pub fn is_json(&self) -> bool {
        self.format == "json"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_atlas_media_types_and_no_others() {
        let media_type = MediaType::parse("application/vnd.atlas.2024-05-30+json").unwrap();
        assert_eq!(media_type.version.to_string(), "2024-05-30");
        assert!(media_type.is_json());
        let csv = MediaType::parse("application/vnd.atlas.preview+csv").unwrap();
        assert_eq!(
            (csv.version, csv.format.as_str()),
            (Version::Preview, "csv")
        );
        for other in [
            "application/json",
            "application/vnd.atlas.2024-13-30+json",
            "application/vnd.atlas.2023-02-29+json",
            "application/vnd.atlas.2024-05-30",
            "application/vnd.atlas.+json",
            "text/vnd.atlas.2024-05-30+json",
        ] {
            assert_eq!(MediaType::parse(other), None, "{other}");
        }
    }

    #[test]
    fn counts_days_between_dates() {
        let date = |text| Date::parse(text).unwrap();
        assert_eq!(Date::from_days(0), Some(date("1970-01-01")));
        // `date -u -d 2024-02-29 +%s` divided by 86,400.
        assert_eq!(Date::from_days(19_782), Some(date("2024-02-29")));
        assert_eq!(Date::from_days(u64::MAX), None);
        for (from, to, days) in [
            ("2026-11-24", "2027-07-01", 219),
            ("2024-02-28", "2024-03-01", 2),
            ("2100-02-28", "2100-03-01", 1),
            ("2025-01-01", "2024-12-31", -1),
        ] {
            assert_eq!(date(to).days_since(&date(from)), days, "{from} to {to}");
        }
        let start = date("1970-01-01");
        for days in (0..200_000).step_by(37) {
            let date = Date::from_days(days).unwrap();
            assert_eq!(date.days_since(&start), days as i64, "{date}");
            assert_eq!(Date::parse(date.as_str()), Some(date));
        }
    }

    #[test]
    fn a_stable_version_is_newer_than_a_preview() {
        let stable = |text| Version::Stable(Date::parse(text).unwrap());
        assert!(stable("2024-05-30") > stable("2023-01-01"));
        assert!(stable("2023-01-01") > Version::Preview);
    }
}
