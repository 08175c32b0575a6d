//! What can be decided for all calls of a client and anew for one call.

use std::time::Duration;

/// How calls are made. What is not set keeps what the client says or, on the
/// client, the default.
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
    /// Options that set nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// The time that making a connection may take, TLS included; 10 seconds by
    /// default, and never more than the attempt has. A call that finds an open
    /// connection makes none. Requests for access tokens go by what the client
    /// says.
    #[must_use]
    pub fn connect_timeout(mut self, limit: Duration) -> Self {
        self.connect_timeout = Some(limit);
        self
    }

    /// The time that one attempt may take, from connecting to the last byte of
    /// the answer; 60 seconds by default. For an answer that is a stream of
    /// bytes it is the time to its beginning and between its parts.
    #[must_use]
    pub fn timeout(mut self, limit: Duration) -> Self {
        self.timeout = Some(limit);
        self
    }

    /// The time that a call may take with all its attempts and the waits
    /// between them; 3 minutes by default. A wait that would last longer ends
    /// the call at once, with the failure that it was for.
    #[must_use]
    pub fn total_timeout(mut self, limit: Duration) -> Self {
        self.total_timeout = Some(limit);
        self
    }

    /// How many attempts a call may make; 4 by default, and 1 for no retries.
    ///
    /// A call is attempted again when its failure is of a passing kind (see
    /// [`Error::is_retryable`](crate::Error::is_retryable)) and repeating it
    /// can do no harm: its method is idempotent (GET, HEAD, PUT, DELETE), or
    /// the server surely did not carry it out. The further exchanges that
    /// authentication takes do not count.
    #[must_use]
    pub fn attempts(mut self, limit: u32) -> Self {
        self.attempts = Some(limit.max(1));
        self
    }

    /// No retries: one attempt, whatever comes of it. The same as
    /// [`attempts(1)`](Self::attempts).
    #[must_use]
    pub fn no_retries(self) -> Self {
        self.attempts(1)
    }

    /// The waits between attempts: any time up to `first` before the second
    /// attempt, up to twice as long before each further one, and never more
    /// than `longest`; 250 milliseconds and 20 seconds by default. Where the
    /// server asks to wait, this comes on top.
    #[must_use]
    pub fn backoff(mut self, first: Duration, longest: Duration) -> Self {
        self.backoff = Some((first, longest));
        self
    }

    /// These options where they say something, and otherwise those of the
    /// client.
    pub(crate) fn limits(&self, client: &Self) -> Limits {
        let backoff = self.backoff.or(client.backoff);
        let (first, longest) =
            backoff.unwrap_or((Duration::from_millis(250), Duration::from_secs(20)));
        Limits {
            connect: or(
                self.connect_timeout,
                client.connect_timeout,
                Duration::from_secs(10),
            ),
            attempt: or(self.timeout, client.timeout, Duration::from_secs(60)),
            total: or(
                self.total_timeout,
                client.total_timeout,
                Duration::from_secs(180),
            ),
            attempts: or(self.attempts, client.attempts, 4),
            first,
            longest,
        }
    }
}

fn or<T>(own: Option<T>, client: Option<T>, default: T) -> T {
    own.or(client).unwrap_or(default)
}

/// The options of a call with nothing left open.
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
    /// The longest wait after that many attempts.
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
