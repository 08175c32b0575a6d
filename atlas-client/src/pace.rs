//! Keeps the calls of a client under the limits that the server announces, so
//! that it need not refuse them. Owns when each operation may be called next;
//! knows no request and no clock.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use reqwest::header::HeaderMap;
use tokio::time::Instant;

use crate::headers;

/// The period of the limits where the server does not tell.
const PERIOD: Duration = Duration::from_secs(60);
/// However long a refusal asks to wait, the operation may be called again after
/// this: a number without sense must not end the use of a client.
const LONGEST_HOLD: Duration = Duration::from_secs(3600);
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
    /// How long a call of the operation has to wait from `now`, if it has that
    /// much time `left`. Its place in the row is taken then: whoever asks next
    /// waits longer. A call that gives up takes none, so that calls which never
    /// go out cannot keep out others.
    pub(crate) fn wait(
        &self,
        operation: &'static str,
        now: Instant,
        left: Duration,
    ) -> Option<Duration> {
        let mut slots = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(slot) = slots.get_mut(operation) else {
            return Some(Duration::ZERO);
        };
        let start = slot.next.max(now);
        let wait = start - now;
        if wait >= left {
            return None;
        }
        slot.next = start + slot.gap;
        Some(wait)
    }

    /// Learns from an answer. `asked` is how long it wants the operation left
    /// alone, if it refused a call for its rate.
    pub(crate) fn note(
        &self,
        operation: &'static str,
        asked: Option<Duration>,
        headers: &HeaderMap,
        now: Instant,
    ) {
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
            slot.next = slot.next.max(now + asked.min(LONGEST_HOLD));
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

    const PATIENCE: Duration = Duration::from_secs(180);

    fn limits(limit: u64, remaining: u64) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert("ratelimit-limit", HeaderValue::from(limit));
        headers.insert("ratelimit-remaining", HeaderValue::from(remaining));
        headers
    }

    fn seconds(pace: &Pace, now: Instant) -> u64 {
        pace.wait("op", now, PATIENCE).unwrap().as_secs()
    }

    #[test]
    fn calls_are_spread_out_when_few_are_left() {
        let (pace, now) = (Pace::default(), Instant::now());
        assert_eq!(seconds(&pace, now), 0);
        pace.note("op", None, &limits(60, 13), now);
        assert_eq!(seconds(&pace, now), 0);
        assert_eq!(seconds(&pace, now), 0, "more than a fifth is left");
        pace.note("op", None, &limits(60, 12), now);
        let waits = [(); 4].map(|()| seconds(&pace, now));
        assert_eq!(waits, [0, 1, 2, 3]);
        assert_eq!(pace.wait("other", now, PATIENCE), Some(Duration::ZERO));
        let later = now + Duration::from_secs(9);
        pace.note("op", None, &limits(60, 60), later);
        assert_eq!([seconds(&pace, later), seconds(&pace, later)], [0, 0]);
    }

    #[test]
    fn a_refusal_holds_back_all_calls_of_the_operation() {
        let (pace, now) = (Pace::default(), Instant::now());
        let (asked, none) = (Some(Duration::from_secs(70)), HeaderMap::new());
        pace.note("op", asked, &none, now);
        assert_eq!(seconds(&pace, now), 70);
        assert_eq!(seconds(&pace, now + Duration::from_secs(65)), 5);
        assert_eq!(seconds(&pace, now + Duration::from_secs(71)), 0);
        pace.note("op", Some(Duration::MAX), &none, now);
        let hour = Duration::from_secs(3600);
        assert_eq!(pace.wait("op", now, hour), None);
        assert_eq!(seconds(&pace, now + hour), 0);
    }

    #[test]
    fn a_call_that_cannot_wait_takes_no_place_in_the_row() {
        let (pace, now) = (Pace::default(), Instant::now());
        pace.note("op", None, &limits(6, 0), now);
        for _ in 0..1000 {
            assert_eq!(pace.wait("op", now, Duration::from_secs(10)), None);
        }
        assert_eq!([seconds(&pace, now), seconds(&pace, now)], [10, 20]);
    }

    #[test]
    fn strange_limits_change_nothing() {
        let (pace, now) = (Pace::default(), Instant::now());
        pace.note("op", None, &limits(0, 0), now);
        pace.note("op", None, &limits(u64::MAX, u64::MAX), now);
        assert_eq!(seconds(&pace, now), 0);
    }
}
