//! What can be decided for all calls of a client and anew for one call.

use std::time::Duration;

/// How calls are made. What is not set keeps what the client says or, on the
/// client, the default.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CallOptions {
    timeout: Option<Duration>,
}

impl CallOptions {
    /// Options that set nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// The time that one attempt may take, from connecting to the last byte of
    /// the answer; 60 seconds by default. For an answer that is a stream of
    /// bytes it is the time to its beginning and between its parts.
    #[must_use]
    pub fn timeout(mut self, limit: Duration) -> Self {
        self.timeout = Some(limit);
        self
    }

    /// These options, filled up from those of the client.
    pub(crate) fn or(self, client: &Self) -> Self {
        Self {
            timeout: self.timeout.or(client.timeout),
        }
    }

    pub(crate) fn attempt_limit(&self) -> Duration {
        self.timeout.unwrap_or(Duration::from_secs(60))
    }
}
