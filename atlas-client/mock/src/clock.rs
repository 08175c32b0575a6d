//! The server's clock, and its calendar and HTTP dates. The clock is fixed until it is advanced,
//! unless it is ticking.
//!
//! Must not know HTTP headers, or what the clock is used for.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// The default date of the clock.
pub(crate) const DEFAULT_DATE: &str = "2026-09-01";

const DAY: u64 = 86_400;
/// The last year of the clock. HTTP dates end with the year 9999.
const LAST_YEAR: u64 = 9_000;
const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

pub(crate) struct Clock {
    shown: SystemTime,
    ticking_since: Option<Instant>,
}

impl Clock {
    pub(crate) fn new(shown: SystemTime, ticking: bool) -> Self {
        Self {
            shown: bounded(shown),
            ticking_since: ticking.then(Instant::now),
        }
    }

    pub(crate) fn now(&self) -> SystemTime {
        let ticked = self
            .ticking_since
            .map_or(Duration::ZERO, |since| since.elapsed());
        bounded(self.shown.checked_add(ticked).unwrap_or(self.shown))
    }

    pub(crate) fn advance(&mut self, by: Duration) {
        self.shown = bounded(self.shown.checked_add(by).unwrap_or_else(latest));
    }
}

/// Parses `2027-07-01` as midnight UTC; `None` for a day that does not exist.
pub(crate) fn parse_date(date: &str) -> Option<SystemTime> {
    let (year, month, day) = split(date)?;
    if !(1970..=LAST_YEAR).contains(&year) {
        return None;
    }
    let years: u64 = (1970..year).map(|y| if leap(y) { 366 } else { 365 }).sum();
    let months: u64 = (1..month).map(|m| month_length(year, m)).sum();
    if !(1..=12).contains(&month) || !(1..=month_length(year, month)).contains(&day) {
        return None;
    }
    Some(UNIX_EPOCH + Duration::from_secs((years + months + day - 1) * DAY))
}

/// Formats the date of a time, as `2027-07-01`.
pub(crate) fn date_of(moment: SystemTime) -> String {
    let text = http_date(moment);
    let mut parts = text
        .split([' ', ','])
        .filter(|part| !part.is_empty())
        .skip(1);
    let day = parts.next().unwrap_or_default();
    let name = parts.next().unwrap_or_default();
    let year = parts.next().unwrap_or_default();
    let month = MONTHS
        .iter()
        .position(|month| *month == name)
        .map_or(0, |at| at + 1);
    format!("{year}-{month:02}-{day}")
}

/// Formats `Thu, 01 Jul 2027 00:00:00 GMT` (RFC 9110, section 5.6.7).
pub(crate) fn http_date(moment: SystemTime) -> String {
    httpdate::fmt_http_date(bounded(moment))
}

/// Formats `Thu, 1 Jul 2027 00:00:00 GMT`: Atlas's format of `Deprecation` and `Sunset`, which
/// strict parsers reject.
pub(crate) fn short_http_date(moment: SystemTime) -> String {
    http_date(moment).replacen(", 0", ", ", 1)
}

fn split(date: &str) -> Option<(u64, u64, u64)> {
    let bytes = date.as_bytes();
    let shaped = bytes.len() == 10
        && bytes.iter().enumerate().all(|(at, byte)| match at {
            4 | 7 => *byte == b'-',
            _ => byte.is_ascii_digit(),
        });
    if !shaped {
        return None;
    }
    let mut parts = date.split('-').map(str::parse);
    match (parts.next(), parts.next(), parts.next()) {
        (Some(Ok(year)), Some(Ok(month)), Some(Ok(day))) => Some((year, month, day)),
        _ => None,
    }
}

fn leap(year: u64) -> bool {
    year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
}

fn month_length(year: u64, month: u64) -> u64 {
    match month {
        2 if leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

fn bounded(moment: SystemTime) -> SystemTime {
    moment.clamp(UNIX_EPOCH, latest())
}

fn latest() -> SystemTime {
    UNIX_EPOCH + Duration::from_secs((LAST_YEAR - 1970) * 365 * DAY)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_survive_the_way_there_and_back() {
        for date in [
            "1970-01-01",
            "2000-02-29",
            "2024-12-31",
            "2027-07-01",
            "2100-03-01",
        ] {
            assert_eq!(parse_date(date).map(date_of).as_deref(), Some(date));
        }
    }

    #[test]
    fn days_that_the_calendar_lacks_are_refused() {
        for date in [
            "2023-02-29",
            "2024-13-01",
            "2024-00-10",
            "2024-04-31",
            "2024-4-1",
            "1969-12-31",
            "20240401",
            "2024-04-0x",
            "",
            "+024-04-01",
        ] {
            assert_eq!(parse_date(date), None, "{date}");
        }
    }

    #[test]
    fn sunset_dates_have_one_digit_days() {
        let sunset = parse_date("2027-07-01").unwrap();
        assert_eq!(short_http_date(sunset), "Thu, 1 Jul 2027 00:00:00 GMT");
        assert_eq!(http_date(sunset), "Thu, 01 Jul 2027 00:00:00 GMT");
        let later = parse_date("2027-07-10").unwrap();
        assert_eq!(short_http_date(later), "Sat, 10 Jul 2027 00:00:00 GMT");
    }

    #[test]
    fn the_clock_stands_still_until_it_is_moved_and_never_overflows() {
        let mut clock = Clock::new(parse_date(DEFAULT_DATE).unwrap(), false);
        assert_eq!(clock.now(), clock.now());
        clock.advance(Duration::from_secs(DAY));
        assert_eq!(date_of(clock.now()), "2026-09-02");
        clock.advance(Duration::MAX);
        assert!(http_date(clock.now()).ends_with("GMT"));
    }
}
