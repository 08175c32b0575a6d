//! Parses the rate limit, deprecation and sunset headers of a response. Knows
//! header texts only; must not know responses or errors.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use reqwest::header::{DATE, HeaderMap, RETRY_AFTER};

/// Parses an HTTP date (RFC 9110, section 5.6.7). Accepts one-digit days, which
/// Atlas sends, as in `Thu, 1 Jul 2027 00:00:00 GMT`.
pub(crate) fn http_date(text: &str) -> Option<SystemTime> {
    let text = text.trim();
    let padded = match text.split_once(", ") {
        Some((weekday, rest)) if rest.as_bytes().get(1) == Some(&b' ') => {
            format!("{weekday}, 0{rest}")
        }
        _ => text.to_owned(),
    };
    httpdate::parse_http_date(&padded).ok()
}

/// Parses `Retry-After` (RFC 9110, section 10.2.3). A date is relative to the
/// response's own `Date`, so that a wrong clock on either side does not change
/// the wait. Of several values, the longest counts.
pub(crate) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let told = headers.get_all(RETRY_AFTER).iter();
    let told = told.filter_map(|value| value.to_str().ok());
    told.filter_map(|text| wait(text.trim(), headers)).max()
}

fn wait(text: &str, headers: &HeaderMap) -> Option<Duration> {
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        // On overflow the wait is the maximum, not zero.
        return Some(Duration::from_secs(text.parse().unwrap_or(u64::MAX)));
    }
    let until = http_date(text)?;
    let from = self::text(headers, DATE.as_str())
        .and_then(http_date)
        .unwrap_or_else(SystemTime::now);
    Some(until.duration_since(from).unwrap_or_default())
}

/// Parses `RateLimit-Limit`: the number of requests allowed per period.
pub(crate) fn rate_limit(headers: &HeaderMap) -> Option<u64> {
    text(headers, "ratelimit-limit")?.parse().ok()
}

/// Parses `RateLimit-Remaining`: the number of requests left in the current period.
pub(crate) fn rate_limit_remaining(headers: &HeaderMap) -> Option<u64> {
    text(headers, "ratelimit-remaining")?.parse().ok()
}

/// Parses `Deprecation`: since when the operation's version is deprecated, as an
/// HTTP date or in the `@seconds` form of RFC 9745.
pub(crate) fn deprecation(headers: &HeaderMap) -> Option<SystemTime> {
    let text = text(headers, "deprecation")?;
    match text.strip_prefix('@') {
        Some(seconds) => UNIX_EPOCH.checked_add(Duration::from_secs(seconds.parse().ok()?)),
        None => http_date(text),
    }
}

/// Parses `Sunset`: when the operation's version stops being served (RFC 8594).
pub(crate) fn sunset(headers: &HeaderMap) -> Option<SystemTime> {
    http_date(text(headers, "sunset")?)
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok().map(str::trim)
}

#[cfg(test)]
mod tests {
    use reqwest::header::HeaderValue;

    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| {
                (
                    reqwest::header::HeaderName::from_static(name),
                    HeaderValue::from_static(value),
                )
            })
            .collect()
    }

    #[test]
    fn reads_dates_with_one_digit_days() {
        let short = http_date("Thu, 1 Jul 2027 00:00:00 GMT");
        assert!(short.is_some());
        assert_eq!(short, http_date("Thu, 01 Jul 2027 00:00:00 GMT"));
        assert_eq!(http_date("soon"), None);
    }

    #[test]
    fn measures_a_retry_date_from_the_answers_own_clock() {
        let far_off = headers(&[
            ("date", "Mon, 2 Jan 2040 00:00:00 GMT"),
            ("retry-after", "Mon, 2 Jan 2040 00:00:07 GMT"),
        ]);
        assert_eq!(retry_after(&far_off), Some(Duration::from_secs(7)));
        let passed = headers(&[
            ("date", "Mon, 2 Jan 2040 00:00:07 GMT"),
            ("retry-after", "Mon, 2 Jan 2040 00:00:00 GMT"),
        ]);
        assert_eq!(retry_after(&passed), Some(Duration::ZERO));
        for strange in ["-3", "+3", "", "soon", "1.5", "3, 4"] {
            assert_eq!(retry_after(&headers(&[("retry-after", strange)])), None);
        }
    }

    #[test]
    fn a_wait_of_any_number_of_digits_is_kept() {
        for (text, seconds) in [
            ("0", 0),
            ("007", 7),
            ("18446744073709551615", u64::MAX),
            ("99999999999999999999999999", u64::MAX),
        ] {
            let wait = retry_after(&headers(&[("retry-after", text)]));
            assert_eq!(wait, Some(Duration::from_secs(seconds)), "{text}");
        }
        let several = ["3", "9", "soon", "4"].map(|text| ("retry-after", text));
        assert_eq!(
            retry_after(&headers(&several)),
            Some(Duration::from_secs(9))
        );
    }

    #[test]
    fn reads_a_deprecation_in_both_its_forms() {
        let seconds = deprecation(&headers(&[("deprecation", "@1688169599")]));
        let date = deprecation(&headers(&[(
            "deprecation",
            "Fri, 30 Jun 2023 23:59:59 GMT",
        )]));
        assert!(seconds.is_some());
        assert_eq!(seconds, date);
        assert_eq!(deprecation(&headers(&[("deprecation", "true")])), None);
    }

    #[test]
    fn reads_a_sunset() {
        let date = "Fri, 30 Jun 2023 23:59:59 GMT";
        let seconds = Duration::from_secs(1_688_169_599);
        let found = sunset(&headers(&[("sunset", date)]));
        assert_eq!(found, Some(UNIX_EPOCH + seconds));
        assert_eq!(sunset(&headers(&[])), None);
    }
}
