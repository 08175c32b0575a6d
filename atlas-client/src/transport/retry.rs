//! Decides when a call is retried and how long it waits before. Owns the rules
//! and the budget; must not know how a request is sent.
//!
//! A call is retried only if that is safe: its operation is idempotent, or the
//! error shows that the server did not execute it.

use std::sync::Mutex;
use std::time::Duration;

use reqwest::Method;
use tokio::sync::{Semaphore, SemaphorePermit};

use crate::client::options::Limits;
use crate::error::trail::Stop;
use crate::{Error, lock};

/// The cost of one retry, in units of [`Budget`].
const COST: u32 = 5;

/// Returns the wait before attempt number `made` + 1, or why there is none. `left`
/// is the remaining time of the call. What the retry costs is returned to the budget if it is
/// dropped and not forgotten before the retry begins.
pub(crate) fn next<'a>(
    error: &Error,
    method: &Method,
    made: u32,
    left: Duration,
    limits: &Limits,
    budget: &'a Budget,
) -> Result<(Duration, Option<SemaphorePermit<'a>>), Stop> {
    if !error.is_retryable() {
        return Err(Stop::Final);
    }
    if error.may_have_been_executed() && !method.is_idempotent() {
        return Err(Stop::Unsafe);
    }
    if made >= limits.attempts {
        return Err(Stop::Attempts);
    }
    let asked = error.retry_after();
    let wait = asked
        .unwrap_or_default()
        .saturating_add(jitter(limits.backoff(made), 1.0));
    if wait >= left {
        return Err(asked.map_or(Stop::Time, Stop::Asked));
    }
    // A 429 that says how long to wait does not mean that the server fails, so it does not use up
    // the budget.
    let honest = asked.is_some() && error.is_rate_limited();
    let spent = match honest {
        true => None,
        false => Some(budget.spend().ok_or(Stop::Budget)?),
    };
    Ok((wait, spent))
}

/// Returns a random time up to this part of `wait`, from 0 to 1, so that clients that failed together
/// do not retry together.
pub(crate) fn jitter(wait: Duration, part: f64) -> Duration {
    // Without a random number, it is the maximum.
    let random = f64::from(getrandom::u32().unwrap_or(u32::MAX)) / f64::from(u32::MAX);
    Duration::try_from_secs_f64(wait.as_secs_f64() * part * random).unwrap_or(wait)
}

/// The retry budget that all clones of a client share. A retry costs, a success
/// pays back: while a server fails, the number of retries is limited, and
/// afterwards five successful calls earn one.
#[derive(Debug)]
pub(crate) struct Budget {
    left: Semaphore,
    full: usize,
    /// Held while a success pays back, so that several at once do not exceed the full budget. Only
    /// what waiting calls return may exceed it, by what they had taken from it.
    earning: Mutex<()>,
}

impl Budget {
    /// Creates a full budget of this many retries.
    pub(crate) fn new(retries: u32) -> Self {
        let full = retries.saturating_mul(COST) as usize;
        // Leaves room for what waiting calls return.
        let full = full.min(Semaphore::MAX_PERMITS / 2);
        Self {
            left: Semaphore::new(full),
            full,
            earning: Mutex::default(),
        }
    }

    fn spend(&self) -> Option<SemaphorePermit<'_>> {
        self.left.try_acquire_many(COST).ok()
    }

    /// Records that a call succeeded at its attempt number `made`.
    pub(crate) fn succeeded(&self, made: u32) {
        let gain = if made > 1 { COST as usize } else { 1 };
        let _earning = lock(&self.earning);
        let room = self.full.saturating_sub(self.left.available_permits());
        self.left.add_permits(gain.min(room));
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use reqwest::StatusCode;
    use reqwest::header::{HeaderMap, RETRY_AFTER};

    use super::*;
    use crate::CallOptions;
    use crate::auth::Secrets;
    use crate::error::Received;

    #[test]
    fn a_spent_budget_is_earned_back_by_successes() {
        let budget = Budget::new(2);
        let spend = || budget.spend().map(SemaphorePermit::forget).is_some();
        assert!(spend() && spend() && !spend());
        for _ in 0..4 {
            budget.succeeded(1);
        }
        assert!(!spend());
        budget.succeeded(1);
        assert!(spend() && !spend());
        budget.succeeded(2);
        assert!(spend());
        for _ in 0..1000 {
            budget.succeeded(3);
        }
        assert!(spend() && spend() && !spend());
    }

    #[test]
    fn a_retry_that_never_begins_costs_nothing() {
        let budget = Budget::new(1);
        for _ in 0..10 {
            let spent = budget.spend();
            assert!(spent.is_some() && budget.spend().is_none());
        }
    }

    fn failed(status: u16, asked: Option<&str>) -> Error {
        let mut headers = HeaderMap::new();
        if let Some(asked) = asked {
            headers.insert(RETRY_AFTER, asked.parse().unwrap());
        }
        let status = StatusCode::from_u16(status).unwrap();
        let received = Received::new(status, headers, Bytes::new(), true);
        Error::status_failure(received, None, &Secrets::default())
    }

    fn decided(error: &Error, method: &Method, budget: &Budget) -> Result<Duration, Stop> {
        let day = Duration::from_secs(86_400);
        let options = CallOptions::new().backoff(Duration::from_secs(1), day);
        let limits = options.limits(&CallOptions::new());
        let decided = next(error, method, 1, day, &limits, budget);
        decided.map(|(wait, spent)| {
            if let Some(spent) = spent {
                spent.forget();
            }
            wait
        })
    }

    #[test]
    fn what_may_have_been_executed_is_repeated_if_its_method_is_idempotent() {
        let budget = Budget::new(100);
        for (method, idempotent) in [
            (Method::GET, true),
            (Method::HEAD, true),
            (Method::OPTIONS, true),
            (Method::PUT, true),
            (Method::DELETE, true),
            (Method::POST, false),
            (Method::PATCH, false),
            (Method::CONNECT, false),
        ] {
            let doubtful = decided(&failed(502, None), &method, &budget);
            let expected = if idempotent { None } else { Some(Stop::Unsafe) };
            assert_eq!(doubtful.err(), expected, "{method}");
            assert!(decided(&failed(429, None), &method, &budget).is_ok());
        }
    }

    #[test]
    fn only_a_refusal_for_the_rate_that_asks_for_patience_costs_no_budget() {
        for (status, asked, free) in [
            (429, Some("0"), true),
            (429, None, false),
            (503, Some("0"), false),
            (503, None, false),
            (500, Some("0"), false),
            (502, None, false),
        ] {
            let budget = Budget::new(1);
            let twice = [(); 2].map(|()| decided(&failed(status, asked), &Method::GET, &budget));
            assert!(twice[0].is_ok(), "{status} {asked:?}");
            let second = twice[1].as_ref().err();
            let expected = if free { None } else { Some(&Stop::Budget) };
            assert_eq!(second, expected, "{status} {asked:?}");
        }
    }

    #[test]
    fn those_that_were_asked_to_wait_do_not_come_back_together() {
        let budget = Budget::new(0);
        let refused = failed(429, Some("7"));
        let seven = Duration::from_secs(7);
        let waits = [(); 100].map(|()| decided(&refused, &Method::GET, &budget).unwrap());
        assert!(
            waits
                .iter()
                .all(|it| *it >= seven && *it <= seven + Duration::from_secs(1))
        );
        assert!(
            waits
                .iter()
                .any(|it| *it > seven + Duration::from_millis(500))
        );
        assert!(
            waits
                .iter()
                .any(|it| *it < seven + Duration::from_millis(500))
        );
    }

    #[test]
    fn jitter_reaches_from_nothing_to_the_longest_wait() {
        let longest = Duration::from_secs(1);
        let waits: Vec<_> = (0..1000).map(|_| jitter(longest, 1.0)).collect();
        assert!(waits.iter().all(|wait| *wait <= longest));
        assert!(waits.iter().any(|wait| *wait < longest / 4));
        assert!(waits.iter().any(|wait| *wait > longest * 3 / 4));
        for _ in 0..1000 {
            assert!(jitter(Duration::MAX, 1.0) <= Duration::MAX);
        }
    }
}
