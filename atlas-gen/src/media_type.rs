//! Atlas's vendor media types, `application/vnd.atlas.2024-05-30+json`: their parts and order.
//!
//! Source: the published document, and <https://www.mongodb.com/docs/atlas/api/versioned-api-overview/>.

use std::fmt;

/// A calendar date as it stands in media types, `YYYY-MM-DD`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(String);

impl Date {
    /// Reads `YYYY-MM-DD`; `None` if the text is no such date.
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
        let month: u32 = text[5..7].parse().ok()?;
        let day: u32 = text[8..].parse().ok()?;
        let year: u32 = text[..4].parse().ok()?;
        let leap =
            year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
        let days = match month {
            1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
            4 | 6 | 9 | 11 => 30,
            2 if leap => 29,
            2 => 28,
            _ => return None,
        };
        (1..=days).contains(&day).then(|| Self(text.to_owned()))
    }

    /// A date before every version of Atlas.
    pub fn epoch() -> Self {
        Self("1970-01-01".to_owned())
    }

    /// The date as it was read.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The version part of a vendor media type. Stable versions order by date, after the others.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Version {
    /// `preview`: may change or go at any time.
    Preview,
    /// `upcoming`: a later stable version in the making, or one with its date, `2025-01-01.upcoming`.
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
    /// What follows the `+`: `json`, `csv`, `gzip` or the like.
    pub format: String,
}

impl MediaType {
    /// Reads `application/vnd.atlas.VERSION+FORMAT`; `None` for any other media type.
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

    /// Whether bodies of this media type are JSON; others are streams of bytes.
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
    fn a_stable_version_is_newer_than_a_preview() {
        let stable = |text| Version::Stable(Date::parse(text).unwrap());
        assert!(stable("2024-05-30") > stable("2023-01-01"));
        assert!(stable("2023-01-01") > Version::Preview);
    }
}
