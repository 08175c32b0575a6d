//! Keeps the calls of a client under the limits that the server announces, so
//! that it need not refuse them. Owns when each operation may be called next;
//! knows no request and no clock.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use reqwest::StatusCode;
use reqwest::header::HeaderMap;
use tokio::time::Instant;

use crate::headers;

/// The period of the limits where the server does not tell.
const PERIOD: Duration = Duration::from_secs(60);
/// Calls are spread out once less than one in this many is left.
const RESERVE: u64 = 5;

/// The pace of each operation that was near its limit.
#[derive(Debug, Default)]
pub(crate) struct Pace(Mutex<HashMap<&'static str, Slot>>);

#[derive(Clone, Copy, Debug)]
struct Slot {
    /// When the next call may start.
    next: Instant,
    /// The time from one start to the next.
    gap: Duration,
}

impl Pace {
    /// How long a call of the operation has to wait from `now`. The place in
    /// the row is taken: whoever asks next waits longer.
    pub(crate) fn wait(&self, operation: &'static str, now: Instant) -> Duration {
        let mut slots = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(slot) = slots.get_mut(operation) else {
            return Duration::ZERO;
        };
        let start = slot.next.max(now);
        slot.next = start + slot.gap;
        start - now
    }

    /// Learns from an answer.
    pub(crate) fn note(
        &self,
        operation: &'static str,
        status: StatusCode,
        headers: &HeaderMap,
        now: Instant,
    ) {
        let asked =
            headers::retry_after(headers).filter(|_| status == StatusCode::TOO_MANY_REQUESTS);
        let left = headers::rate_limit(headers)
            .filter(|limit| *limit > 0)
            .zip(headers::rate_limit_remaining(headers));
        if asked.is_none() && left.is_none() {
            return;
        }
        let mut slots = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut slot = slots.get(operation).copied().unwrap_or(Slot {
            next: now,
            gap: Duration::ZERO,
        });
        if let Some((limit, remaining)) = left {
            slot.gap = if remaining.saturating_mul(RESERVE) <= limit {
                PERIOD.div_f64(limit as f64)
            } else {
                Duration::ZERO
            };
            if remaining == 0 {
                slot.next = slot.next.max(now + slot.gap);
            }
        }
        if let Some(asked) = asked {
            slot.next = slot.next.max(now + asked.min(PERIOD));
        }
        if slot.gap.is_zero() && slot.next <= now {
            slots.remove(operation);
        } else {
            slots.insert(operation, slot);
        }
    }
}

#[cfg(test)]
mod tests {
    use reqwest::header::HeaderValue;

    use super::*;

    fn limits(limit: u64, remaining: u64) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert("ratelimit-limit", HeaderValue::from(limit));
        headers.insert("ratelimit-remaining", HeaderValue::from(remaining));
        headers
    }

    #[test]
    fn calls_are_spread_out_when_few_are_left() {
        let (pace, now) = (Pace::default(), Instant::now());
        assert_eq!(pace.wait("op", now), Duration::ZERO);
        pace.note("op", StatusCode::OK, &limits(60, 13), now);
        assert_eq!(pace.wait("op", now), Duration::ZERO);
        assert_eq!(
            pace.wait("op", now),
            Duration::ZERO,
            "more than a fifth is left"
        );
        pace.note("op", StatusCode::OK, &limits(60, 12), now);
        let waits = [(); 4].map(|()| pace.wait("op", now).as_secs());
        assert_eq!(waits, [0, 1, 2, 3]);
        assert_eq!(pace.wait("other", now), Duration::ZERO);
        pace.note(
            "op",
            StatusCode::OK,
            &limits(60, 60),
            now + Duration::from_secs(9),
        );
        assert_eq!(
            pace.wait("op", now + Duration::from_secs(9)),
            Duration::ZERO
        );
        assert_eq!(
            pace.wait("op", now + Duration::from_secs(9)),
            Duration::ZERO
        );
    }

    #[test]
    fn a_refusal_holds_back_all_calls_of_the_operation() {
        let (pace, now) = (Pace::default(), Instant::now());
        let mut headers = HeaderMap::new();
        headers.insert("retry-after", HeaderValue::from(7));
        pace.note("op", StatusCode::TOO_MANY_REQUESTS, &headers, now);
        assert_eq!(pace.wait("op", now).as_secs(), 7);
        assert_eq!(pace.wait("op", now + Duration::from_secs(5)).as_secs(), 2);
        assert_eq!(pace.wait("op", now + Duration::from_secs(8)).as_secs(), 0);
        pace.note("op", StatusCode::SERVICE_UNAVAILABLE, &headers, now);
        assert_eq!(pace.wait("op", now + Duration::from_secs(8)).as_secs(), 0);
    }

    #[test]
    fn strange_limits_change_nothing() {
        let (pace, now) = (Pace::default(), Instant::now());
        pace.note("op", StatusCode::OK, &limits(0, 0), now);
        pace.note("op", StatusCode::OK, &limits(u64::MAX, u64::MAX), now);
        assert_eq!(pace.wait("op", now), Duration::ZERO);
    }
}
