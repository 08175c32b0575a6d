//! Keeps the calls of a client below the announced rate limits, so that the
//! server does not reject them. Owns when each operation may be called next; must
//! not know requests or a clock.

use std::collections::{BTreeSet, HashMap};
use std::sync::Mutex;
use std::time::Duration;

use reqwest::header::HeaderMap;
use tokio::time::Instant;

use crate::{lock, transport::headers};

/// The period of the rate limits, which the server does not state.
const PERIOD: Duration = Duration::from_secs(60);
/// The maximum delay after a 429: an absurd `Retry-After` must not disable a client permanently.
const LONGEST_HOLD: Duration = Duration::from_secs(3600);
/// Calls are spread out once less than one fifth of the limit is left.
const RESERVE: u64 = 5;

/// The pace of each operation that was near its limit.
#[derive(Debug, Default)]
pub(crate) struct Pace(Mutex<HashMap<&'static str, Slot>>);

#[derive(Clone, Debug)]
struct Slot {
    /// When the next call may start, after all waiting ones.
    next: Instant,
    /// The interval between starts.
    gap: Duration,
    /// Returned turns before `next`, the earliest first.
    free: BTreeSet<Reserved>,
    /// Turns before this are no longer valid: a 429 asked to wait until then.
    valid_from: Instant,
}

/// The start of a turn and of the one after it. The second is stored because the gap may change: a
/// turn that is returned frees the time that it had reserved.
type Reserved = (Instant, Instant);

/// The turn of one call. Dropped before it begins, it passes to another call.
#[derive(Debug)]
#[must_use = "a turn that is dropped is given back"]
pub(crate) struct Turn<'a> {
    pace: &'a Pace,
    operation: &'static str,
    /// `None` if calls of the operation are not paced.
    reserved: Option<Reserved>,
    wait: Duration,
}

impl Turn<'_> {
    /// Returns how long the call has to wait for its turn.
    pub(crate) fn wait(&self) -> Duration {
        self.wait
    }

    /// Uses the turn.
    pub(crate) fn begin(mut self) {
        self.reserved = None;
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        if let Some(reserved) = self.reserved {
            self.pace.give_back(self.operation, reserved);
        }
    }
}

impl Pace {
    /// Reserves the next turn of the operation after `now`, if the call has time
    /// `left` until then. A call that gives up reserves none, and a dropped turn is
    /// returned, so that calls that are never sent do not delay others.
    pub(crate) fn turn(
        &self,
        operation: &'static str,
        now: Instant,
        left: Duration,
    ) -> Option<Turn<'_>> {
        let turn = |reserved, wait| Turn {
            pace: self,
            operation,
            reserved,
            wait,
        };
        let mut slots = lock(&self.0);
        let Some(slot) = slots.get_mut(operation) else {
            return Some(turn(None, Duration::ZERO));
        };
        // Turns in the past cannot be used.
        slot.free = slot.free.split_off(&(now, now));
        let free = slot.free.first().copied();
        let reserved = free.unwrap_or_else(|| {
            let start = slot.next.max(now);
            (start, start + slot.gap)
        });
        let (start, end) = reserved;
        let wait = start.saturating_duration_since(now);
        if wait >= left {
            return None;
        }
        if !slot.free.remove(&reserved) {
            slot.next = end;
        }
        Some(turn(Some(reserved), wait))
    }

    fn give_back(&self, operation: &'static str, reserved: Reserved) {
        let mut slots = lock(&self.0);
        let Some(slot) = slots.get_mut(operation) else {
            return;
        };
        if reserved.0 < slot.valid_from {
            return;
        }
        slot.free.insert(reserved);
        // Returned turns at the end of the queue, or after it, need no entry.
        while let Some(last) = slot.free.last().copied()
            && last.1 >= slot.next
        {
            slot.free.remove(&last);
            slot.next = slot.next.min(last.0);
        }
    }

    /// Updates the pace from a response. `asked` is the wait that it asks for, if it
    /// is a 429.
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
        let mut slots = lock(&self.0);
        let mut slot = slots.remove(operation).unwrap_or(Slot {
            next: now,
            gap: Duration::ZERO,
            free: BTreeSet::new(),
            valid_from: now,
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
            let held = now + asked.min(LONGEST_HOLD);
            slot.next = slot.next.max(held);
            slot.free = slot.free.split_off(&(held, held));
            slot.valid_from = slot.valid_from.max(held);
        }
        if !slot.gap.is_zero() || slot.next > now {
            slots.insert(operation, slot);
        }
    }
}

#[cfg(test)]
mod tests {
    use reqwest::header::HeaderValue;

    use super::*;

    /// Whether it is a bucket, calls and callers; rejections and seconds without
    /// pacing; the same with it.
    type Row = ((bool, usize, usize), (usize, u64), (usize, u64));
    const MEASURED: [Row; 6] = [
        ((false, 120, 1), (1, 60), (1, 60)),
        ((false, 120, 10), (10, 60), (10, 66)),
        ((false, 1000, 10), (90, 540), (90, 552)),
        ((true, 120, 1), (12, 12), (0, 23)),
        ((true, 120, 10), (97, 12), (0, 23)),
        ((true, 1000, 10), (5377, 540), (0, 551)),
    ];
    const PATIENCE: Duration = Duration::from_secs(180);

    fn limits(limit: u64, remaining: u64) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert("ratelimit-limit", HeaderValue::from(limit));
        headers.insert("ratelimit-remaining", HeaderValue::from(remaining));
        headers
    }

    /// Takes a turn, uses it and returns the wait.
    fn wait(
        pace: &Pace,
        operation: &'static str,
        now: Instant,
        left: Duration,
    ) -> Option<Duration> {
        let turn = pace.turn(operation, now, left)?;
        let wait = turn.wait();
        turn.begin();
        Some(wait)
    }

    fn seconds(pace: &Pace, now: Instant) -> u64 {
        wait(pace, "op", now, PATIENCE).unwrap().as_secs()
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
        assert_eq!(wait(&pace, "other", now, PATIENCE), Some(Duration::ZERO));
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
        assert_eq!(wait(&pace, "op", now, hour), None);
        assert_eq!(seconds(&pace, now + hour), 0);
    }

    #[test]
    fn a_call_that_cannot_wait_takes_no_place_in_the_row() {
        let (pace, now) = (Pace::default(), Instant::now());
        pace.note("op", None, &limits(6, 0), now);
        for _ in 0..1000 {
            assert_eq!(wait(&pace, "op", now, Duration::from_secs(10)), None);
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
    #[test]
    fn a_turn_that_is_dropped_goes_to_the_next_call() {
        let (pace, now) = (Pace::default(), Instant::now());
        pace.note("op", None, &limits(60, 0), now);
        for _ in 0..1000 {
            let turn = pace.turn("op", now, PATIENCE).unwrap();
            assert_eq!(turn.wait().as_secs(), 1);
        }
        let mut turns: Vec<_> = [(); 100]
            .iter()
            .map(|()| pace.turn("op", now, PATIENCE).unwrap())
            .collect();
        drop(turns.swap_remove(4));
        drop(turns.swap_remove(1));
        // The earliest returned turn, then the next of the queue.
        assert_eq!([(); 3].map(|()| seconds(&pace, now)), [2, 5, 101]);
        drop(turns);
        let later = now + Duration::from_secs(1);
        let mut waits = [(); 100].map(|()| seconds(&pace, later));
        waits.sort_unstable();
        assert!(waits.windows(2).all(|two| two[0] < two[1]), "{waits:?}");
        assert_eq!(waits[..4], [0, 2, 3, 5], "2 and 5 of before are taken");
        // A turn in the past is dropped.
        let turn = pace.turn("op", later, PATIENCE).unwrap();
        let passed = later + PATIENCE;
        drop(turn);
        assert_eq!([(); 2].map(|()| seconds(&pace, passed)), [0, 1]);
    }

    #[test]
    fn dropped_turns_are_given_back_whatever_the_gap_is_by_then() {
        let (now, hour) = (Instant::now(), Duration::from_secs(3600));
        for (limit, left) in [(100, 100), (10_000, 0), (6, 0)] {
            for backwards in [false, true] {
                let pace = Pace::default();
                let reserve = || pace.turn("op", now, hour).unwrap();
                pace.note("op", None, &limits(100, 0), now);
                let mut turns: Vec<_> = (0..1000).map(|_| reserve()).collect();
                assert_eq!(turns[999].wait().as_secs(), 600);
                pace.note("op", None, &limits(limit, left), now);
                turns.extend((0..10).map(|_| reserve()));
                if backwards {
                    turns.reverse();
                }
                turns.into_iter().for_each(drop);
                let case = (limit, left, backwards);
                assert_eq!(seconds(&pace, now), 0, "{case:?}");
                pace.note("op", None, &limits(60, 0), now);
                let waits = [(); 4].map(|()| seconds(&pace, now));
                let gaps = waits.map(|wait| wait - waits[0]);
                assert_eq!(gaps, [0, 1, 2, 3], "{case:?}: none is left over");
            }
        }
    }

    #[test]
    fn a_turn_from_before_a_refusal_is_given_to_nobody() {
        let (pace, now) = (Pace::default(), Instant::now());
        pace.note("op", None, &limits(60, 0), now);
        let turns = [(); 3].map(|()| pace.turn("op", now, PATIENCE).unwrap());
        let mut turns = turns.into_iter();
        drop(turns.next());
        pace.note("op", Some(Duration::from_secs(30)), &limits(60, 0), now);
        drop(turns);
        // A turn after the 429 is returned to the queue.
        drop(pace.turn("op", now, PATIENCE));
        assert_eq!(seconds(&pace, now), 30);
    }

    #[test]
    fn a_turn_that_nobody_took_leaves_no_gap() {
        let (pace, now) = (Pace::default(), Instant::now());
        pace.note("op", None, &limits(60, 0), now);
        drop(pace.turn("op", now, PATIENCE));
        assert_eq!(seconds(&pace, now), 1);
        drop(pace.turn("op", now, PATIENCE));
        let later = now + Duration::from_millis(2500);
        assert_eq!(wait(&pace, "op", later, PATIENCE), Some(Duration::ZERO));
    }

    /// Simulates `calls` calls from `callers` concurrent callers against a server that
    /// responds at once and allows 100 requests per minute, reset with each minute of
    /// the clock or, as a `bucket`, refilled by one each 0.6 seconds up to 100. Returns
    /// the number of rejections and the total seconds. Each caller waits as a rejection
    /// asks.
    fn measured(paced: bool, (bucket, calls, callers): (bool, usize, usize)) -> (usize, u64) {
        const LIMIT: u64 = 100;
        let (pace, began) = (Pace::default(), Instant::now());
        let hour = Duration::from_secs(3600);
        // When each caller is ready, and whether it has its turn by then.
        let mut ready = vec![(began, false); callers];
        let (mut done, mut refused) = (0, 0);
        // In units of which a call takes 600 and a millisecond refills one.
        let (mut left, mut filled) = (LIMIT * 600, 0);
        let mut end = began;
        while done < calls {
            let earliest = (0..ready.len())
                .min_by_key(|place| ready[*place].0)
                .unwrap();
            let (now, has_turn) = ready[earliest];
            if paced && !has_turn {
                let turn = pace.turn("op", now, hour).unwrap();
                ready[earliest] = (now + turn.wait(), true);
                turn.begin();
                continue;
            }
            let passed = u64::try_from((now - began).as_millis()).unwrap();
            if bucket {
                left = (left + passed - filled).min(LIMIT * 600);
            } else if passed / 60_000 > filled / 60_000 {
                left = LIMIT * 600;
            }
            filled = passed;
            if left < 600 {
                refused += 1;
                let missing = if bucket {
                    600 - left
                } else {
                    60_000 - passed % 60_000
                };
                let asked = Duration::from_secs(missing.div_ceil(1000));
                pace.note("op", Some(asked), &limits(LIMIT, 0), now);
                ready[earliest] = (now + asked, false);
                continue;
            }
            left -= 600;
            pace.note("op", None, &limits(LIMIT, left / 600), now);
            done += 1;
            end = now;
            if done + ready.len() > calls {
                ready.remove(earliest);
            } else {
                ready[earliest] = (now, false);
            }
        }
        (refused, (end - began).as_secs())
    }

    /// Compares the measured numbers with the table in the guide.
    #[test]
    fn what_pacing_changes_is_what_is_said_of_it() {
        let found = MEASURED.map(|(case, ..)| (case, measured(false, case), measured(true, case)));
        assert_eq!(found, MEASURED);
        let page = include_str!("../guide/errors.md");
        for ((bucket, calls, callers), without, with) in MEASURED {
            let limit = if bucket {
                "refilled continuously"
            } else {
                "reset every minute"
            };
            let [without, with] = [without, with].map(|(refused, s)| format!("{refused} in {s} s"));
            let row = format!("| {limit} | {calls} | {callers} | {without} | {with} |\n");
            assert!(page.contains(&row), "{row}");
        }
    }

    #[test]
    fn a_time_without_calls_saves_up_no_turns() {
        let (pace, now) = (Pace::default(), Instant::now());
        pace.note("op", None, &limits(60, 0), now);
        let later = now + Duration::from_secs(30);
        assert_eq!([(); 3].map(|()| seconds(&pace, later)), [0, 1, 2]);
    }
}
