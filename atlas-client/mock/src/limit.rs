//! The rate limit of the operations: a token bucket that the server's clock refills.

use std::time::{Duration, SystemTime};

use crate::http::respond::{Failure, rate_limited};

/// The rate limit above which operations respond with 429.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RateLimit {
    /// The maximum number of requests in a burst.
    pub capacity: u32,
    /// The number of requests added per period.
    pub refill: u32,
    /// The length of a period; whole seconds, at least one.
    pub period: Duration,
}

impl RateLimit {
    /// Creates a limit of `capacity` requests in a burst, to which each `period` adds `refill`, up
    /// to `capacity`. The period is rounded down to whole seconds, at least one.
    pub fn new(capacity: u32, refill: u32, period: Duration) -> Self {
        Self {
            capacity,
            refill,
            period: Duration::from_secs(period.as_secs().max(1)),
        }
    }
}

/// The values of `RateLimit-Limit` and `RateLimit-Remaining`.
pub(crate) struct Allowance {
    pub(crate) limit: u32,
    pub(crate) remaining: u32,
}

pub(crate) struct Bucket {
    limit: Option<RateLimit>,
    left: u32,
    filled: SystemTime,
}

impl Bucket {
    pub(crate) fn new(limit: Option<RateLimit>, now: SystemTime) -> Self {
        Self {
            limit,
            left: limit.map_or(0, |limit| limit.capacity),
            filled: now,
        }
    }

    /// Counts a request, or returns a 429 if the bucket is empty.
    pub(crate) fn take(&mut self, path: &str, now: SystemTime) -> Result<(), Failure> {
        let Some(limit) = self.limit else {
            return Ok(());
        };
        let period = limit.period.as_secs().max(1);
        let passed = now
            .duration_since(self.filled)
            .unwrap_or_default()
            .as_secs();
        let periods = passed / period;
        let refilled = u64::from(limit.refill).saturating_mul(periods);
        self.left = u32::try_from(u64::from(self.left).saturating_add(refilled))
            .unwrap_or(u32::MAX)
            .min(limit.capacity);
        self.filled += Duration::from_secs(periods * period);
        if self.left == 0 {
            let retry = period - passed % period;
            return Err(rate_limited(
                path,
                retry,
                limit.capacity,
                limit.refill,
                period,
            ));
        }
        self.left -= 1;
        Ok(())
    }

    /// Returns the enforced limit, or else the one that is `announced`.
    pub(crate) fn allowance(&self, announced: u32) -> Allowance {
        match self.limit {
            Some(limit) => Allowance {
                limit: limit.capacity,
                remaining: self.left,
            },
            None => Allowance {
                limit: announced,
                remaining: announced.saturating_sub(1),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::UNIX_EPOCH;

    use super::*;

    #[test]
    fn an_empty_bucket_says_when_the_next_period_begins() {
        let limit = RateLimit::new(2, 1, Duration::from_secs(60));
        let mut bucket = Bucket::new(Some(limit), UNIX_EPOCH);
        let mut take = |second| {
            bucket
                .take("/path", UNIX_EPOCH + Duration::from_secs(second))
                .map_err(|failure| failure.into_reply(false))
        };
        assert!(take(0).is_ok());
        assert!(take(10).is_ok());
        let refused = take(15).unwrap_err();
        assert_eq!(refused.status, 429);
        let body: serde_json::Value = serde_json::from_slice(&refused.body).unwrap();
        assert_eq!(body["errorCode"], "RATE_LIMITED");
        assert_eq!(
            body["parameters"],
            serde_json::json!(["/path", 45, 2, 1, 60])
        );
        let retry = ("Retry-After".to_owned(), "45".to_owned());
        assert!(refused.headers.contains(&retry));
        assert!(take(60).is_ok());
        assert!(take(61).is_err());
        assert!(take(600).is_ok() && take(601).is_ok());
        assert!(
            take(602).is_err(),
            "the bucket never holds more than its capacity"
        );
    }
}
