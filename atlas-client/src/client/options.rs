//! Options of a client that a single call can override.

use std::time::Duration;

/// Options of calls. An option that a call does not set has the value of the
/// client or, on the client, the default.
///
/// ```
/// use std::time::Duration;
/// use atlas_client::CallOptions;
///
/// let patient = CallOptions::new()
///     .attempts(10)
///     .total_timeout(Duration::from_secs(600));
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CallOptions {
    connect_timeout: Option<Duration>,
    timeout: Option<Duration>,
    total_timeout: Option<Duration>,
    attempts: Option<u32>,
    backoff: Option<(Duration, Duration)>,
}

impl CallOptions {
    /// Returns options with nothing set.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the time limit for opening a connection, TLS included; 10 seconds
    /// by default, and at most the limit of the attempt. It does not apply
    /// if an open connection is reused. Requests for access tokens use the limit
    /// of the client.
    #[must_use]
    pub fn connect_timeout(mut self, limit: Duration) -> Self {
        self.connect_timeout = Some(limit);
        self
    }

    /// Sets the time limit for one attempt, from connecting to the last byte of
    /// the response; 60 seconds by default. For a byte stream it limits the time
    /// to the first bytes and between chunks.
    #[must_use]
    pub fn timeout(mut self, limit: Duration) -> Self {
        self.timeout = Some(limit);
        self
    }

    /// Sets the time limit for a call, with all attempts and the waits between
    /// them; 3 minutes by default. If a wait would exceed it, the call returns
    /// the error of the last attempt at once. For a byte stream it ends when the
    /// headers have arrived.
    #[must_use]
    pub fn total_timeout(mut self, limit: Duration) -> Self {
        self.total_timeout = Some(limit);
        self
    }

    /// Sets the maximum number of attempts; 4 by default. 1 disables retries, and 0
    /// counts as 1.
    ///
    /// A call is retried if its error is transient (see
    /// [`Error::is_retryable`](crate::Error::is_retryable)) and repeating it is safe: its method is
    /// idempotent (GET, HEAD, OPTIONS, TRACE, PUT, DELETE), or the server certainly did not execute it.
    /// Additional requests for authentication do not count.
    #[must_use]
    pub fn attempts(mut self, limit: u32) -> Self {
        self.attempts = Some(limit.max(1));
        self
    }

    /// Disables retries. The same as [`attempts(1)`](Self::attempts).
    #[must_use]
    pub fn no_retries(self) -> Self {
        self.attempts(1)
    }

    /// Sets the backoff: a random wait of up to `first` before the second
    /// attempt, up to twice as long before each further one, and never more
    /// than `longest`; 250 milliseconds and 20 seconds by default. It is added
    /// to a wait that the server asks for.
    #[must_use]
    pub fn backoff(mut self, first: Duration, longest: Duration) -> Self {
        self.backoff = Some((first, longest));
        self
    }

    /// Merges these options with those of the client.
    pub(crate) fn limits(&self, client: &Self) -> Limits {
        let backoff = self.backoff.or(client.backoff);
        let (first, longest) =
            backoff.unwrap_or((Duration::from_millis(250), Duration::from_secs(20)));
        let limit = |own: Option<Duration>, client: Option<Duration>, seconds| {
            own.or(client).unwrap_or(Duration::from_secs(seconds))
        };
        Limits {
            connect: limit(self.connect_timeout, client.connect_timeout, 10),
            attempt: limit(self.timeout, client.timeout, 60),
            total: limit(self.total_timeout, client.total_timeout, 180),
            attempts: self.attempts.or(client.attempts).unwrap_or(4),
            first,
            longest,
        }
    }
}

/// The effective options of a call.
#[derive(Debug)]
pub(crate) struct Limits {
    pub(crate) connect: Duration,
    pub(crate) attempt: Duration,
    pub(crate) total: Duration,
    pub(crate) attempts: u32,
    first: Duration,
    longest: Duration,
}

impl Limits {
    /// Returns the maximum wait after `made` attempts.
    pub(crate) fn backoff(&self, made: u32) -> Duration {
        let doubled = 2_u32.saturating_pow(made.saturating_sub(1));
        self.first.saturating_mul(doubled).min(self.longest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_says_what_the_client_leaves_open_and_the_other_way_round() {
        let client = CallOptions::new()
            .attempts(7)
            .timeout(Duration::from_secs(5));
        let limits = CallOptions::new().attempts(0).limits(&client);
        assert_eq!((limits.attempts, limits.attempt.as_secs()), (1, 5));
        assert_eq!(
            (limits.total.as_secs(), limits.connect.as_secs()),
            (180, 10)
        );
        let client = client.connect_timeout(Duration::from_secs(3));
        assert_eq!(CallOptions::new().limits(&client).connect.as_secs(), 3);
    }

    #[test]
    fn the_waits_of_a_call_come_before_those_of_the_client() {
        let waits = |first| {
            let first = Duration::from_secs(first);
            CallOptions::new().backoff(first, first)
        };
        let limits = waits(7).limits(&waits(3));
        assert_eq!(limits.backoff(1).as_secs(), 7);
        let limits = CallOptions::new().limits(&waits(3));
        assert_eq!(limits.backoff(1).as_secs(), 3);
    }

    #[test]
    fn waits_double_up_to_the_longest() {
        let options = CallOptions::new().backoff(Duration::from_secs(1), Duration::from_secs(5));
        let limits = options.limits(&CallOptions::new());
        let waits = [1, 2, 3, 4, 100].map(|made| limits.backoff(made).as_secs());
        assert_eq!(waits, [1, 2, 4, 5, 5]);
    }
}
