//! Timestamps in Atlas's format. Owns their text; `humantime` owns the calendar.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;
use std::time::SystemTime;

use serde::{Deserialize, Serialize};

/// A point in time, such as `2024-05-30T12:00:00Z`.
///
/// It keeps the text. Parsing validates it (RFC 3339, from the year 1970 on). A timestamp in a
/// response is kept as the server wrote it, so that an invalid one never fails a response;
/// [`time`](Self::time) parses it. Equality compares texts; to order timestamps, compare their
/// times. The default value is empty and has no time.
///
/// ```
/// use std::time::{Duration, SystemTime};
///
/// use atlas_client::Timestamp;
///
/// let noon: Timestamp = "2024-05-30T14:00:00+02:00".parse()?;
/// assert_eq!(noon.as_str(), "2024-05-30T14:00:00+02:00");
/// assert_eq!(noon.time(), "2024-05-30T12:00:00Z".parse::<Timestamp>()?.time());
/// assert!(noon < SystemTime::now());
/// assert!("30 May 2024".parse::<Timestamp>().is_err());
///
/// let tomorrow = Timestamp::try_from(SystemTime::now() + Duration::from_secs(86_400))?;
/// assert!(tomorrow > SystemTime::now());
/// # Ok::<(), atlas_client::InvalidTimestamp>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Deserialize, Serialize)]
#[serde(transparent)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schemars", schemars(inline, description = ""))]
#[cfg_attr(feature = "schemars", schemars(extend("format" = "date-time")))]
pub struct Timestamp(String);

impl Timestamp {
    /// Returns the time; `None` for a text from the server that is not RFC 3339 or is before 1970,
    /// and for the empty default value. A leap second becomes the second before it.
    pub fn time(&self) -> Option<SystemTime> {
        read(&self.0)
    }
}

/// Parses the date and the time with `humantime`, which supports UTC only, and subtracts the
/// offset.
fn read(text: &str) -> Option<SystemTime> {
    let parse = |text: &str| humantime::parse_rfc3339(text).ok();
    // RFC 3339, section 5.6: `T` and `Z` may be in lower case.
    let text = text.to_ascii_uppercase();
    let (local, offset) = match text.strip_suffix('Z') {
        Some(local) => (local, "+00:00"),
        None => text.split_at_checked(text.len().checked_sub(6)?)?,
    };
    let (sign, offset) = offset.split_at_checked(1)?;
    let offset = parse(&format!("1970-01-01T{offset}:00Z"))?;
    let offset = offset.duration_since(SystemTime::UNIX_EPOCH).ok()?;
    // A decimal point needs digits after it.
    if !local.ends_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let local = parse(&format!("{local}Z"))?;
    match sign {
        "+" => local.checked_sub(offset),
        "-" => local.checked_add(offset),
        _ => None,
    }
}

/// The error for a text that is not a [`Timestamp`], or a time that no timestamp can represent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a time is from the years 1970 to 9999 and written as 2024-05-30T12:00:00Z")]
pub struct InvalidTimestamp(());

impl FromStr for Timestamp {
    type Err = InvalidTimestamp;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match read(text) {
            Some(_) => Ok(Self(text.to_owned())),
            None => Err(InvalidTimestamp(())),
        }
    }
}

impl TryFrom<SystemTime> for Timestamp {
    type Error = InvalidTimestamp;

    fn try_from(time: SystemTime) -> Result<Self, Self::Error> {
        /// The first second of the year 10000.
        const END: u64 = 253_402_300_800;
        let since = time.duration_since(SystemTime::UNIX_EPOCH);
        if since.is_ok_and(|since| since.as_secs() < END) {
            Ok(Self(humantime::format_rfc3339(time).to_string()))
        } else {
            Err(InvalidTimestamp(()))
        }
    }
}

impl PartialEq<SystemTime> for Timestamp {
    fn eq(&self, other: &SystemTime) -> bool {
        self.time() == Some(*other)
    }
}

impl PartialOrd<SystemTime> for Timestamp {
    fn partial_cmp(&self, other: &SystemTime) -> Option<Ordering> {
        Some(self.time()?.cmp(other))
    }
}

super::text_type!(Timestamp, InvalidTimestamp);

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn seconds(text: &str) -> Option<f64> {
        let since = read(text)?.duration_since(SystemTime::UNIX_EPOCH);
        Some(since.unwrap().as_secs_f64())
    }

    #[test]
    fn offsets_and_fractions_count() {
        for (text, expected) in [
            ("1970-01-01T00:00:00Z", 0.0),
            ("1970-01-01t00:00:01z", 1.0),
            ("1970-01-01T00:00:00.25Z", 0.25),
            ("1970-01-01T01:30:00+01:30", 0.0),
            ("1969-12-31T23:00:00-01:00", 0.0),
            ("1970-01-01T00:00:00-00:01", 60.0),
            ("2024-02-29T12:00:00.000Z", 1_709_208_000.0),
        ] {
            let offset_before_1970 = text.starts_with("1969");
            let expected = (!offset_before_1970).then_some(expected);
            assert_eq!(seconds(text), expected, "{text}");
        }
    }

    #[test]
    fn callers_make_only_times_of_rfc_3339() {
        for text in [
            "",
            "Z",
            "2024-05-30",
            "2024-05-30T12:00:00",
            "2024-05-30 12:00:00",
            "2024-05-30T12:00:00+0200",
            "2024-05-30T12:00:00+24:00",
            "2024-05-30T12:00:00+00:60",
            "2024-05-30T12:00:00+1:000",
            "2024-05-30T12:00:00+100:0",
            "2024-05-30T12:00:00++1:00",
            "2024-05-30T12:00:00+\u{e9}1:00",
            "2024-05-30T12:00:00.Z",
            "2024-02-30T12:00:00Z",
            "2023-02-29T12:00:00Z",
            "2024-05-30T24:00:00Z",
            "2024-05-30T12:00:00ZZ",
            "1969-12-31T23:59:59Z",
            "10000-01-01T00:00:00Z",
            "\u{e9}\u{e9}\u{e9}\u{e9}",
        ] {
            assert!(text.parse::<Timestamp>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_time_is_its_text_in_every_form() {
        let text = "2024-05-30T14:00:00+02:00";
        let time = Timestamp::try_from(text).unwrap();
        assert_eq!(Timestamp::try_from(&text.to_owned()).unwrap(), time);
        assert_eq!(Timestamp::from(&time), time);
        assert_eq!((time.as_str(), time.to_string().as_str()), (text, text));
        assert_eq!(format!("{time:?}"), format!("Timestamp({text:?})"));
        assert!(time == *text && time == text);
        assert!(time != *"odd" && time != "odd");
        assert_eq!(String::from(time), text);
        let refused = Timestamp::try_from("odd").unwrap_err().to_string();
        assert!(refused.contains("written as 2024-05-30T12:00:00Z"));
    }

    #[test]
    fn times_are_compared_as_points_in_time() {
        let noon = Timestamp::try_from("2024-05-30T14:00:00+02:00").unwrap();
        let read = noon.time().unwrap();
        let second = Duration::from_secs(1);
        assert!(noon == read && noon != read + second);
        assert!(noon < read + second && noon > read - second);
    }

    #[test]
    fn times_that_cannot_be_written_are_refused() {
        let day = Duration::from_secs(86_400);
        let epoch = SystemTime::UNIX_EPOCH;
        let first = Timestamp::try_from(epoch).unwrap();
        assert_eq!(first, "1970-01-01T00:00:00Z");
        let last = epoch + day * 2_932_896;
        assert_eq!(Timestamp::try_from(last).unwrap(), "9999-12-31T00:00:00Z");
        for time in [epoch - day, last + day] {
            assert!(Timestamp::try_from(time).is_err());
        }
    }

    #[test]
    fn an_answer_never_fails_for_the_looks_of_a_time() {
        let odd: Timestamp = serde_json::from_str("\"30 May\"").unwrap();
        assert_eq!(odd.time(), None);
        assert!(odd.partial_cmp(&SystemTime::UNIX_EPOCH).is_none());
        assert_eq!(serde_json::to_string(&odd).unwrap(), "\"30 May\"");
    }
}
