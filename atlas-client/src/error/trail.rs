//! The attempts of a call that failed.

use std::fmt;
use std::time::Duration;

/// Why a failed call was not retried (again).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stop {
    /// The error is not transient.
    Final,
    /// The operation is not idempotent and may have been executed.
    Unsafe,
    /// The maximum number of attempts was made.
    Attempts,
    /// The wait would exceed the time limit of the call.
    Time {
        /// The wait that the server asked for, if any.
        asked: Option<Duration>,
    },
    /// The retry budget of the client is exhausted.
    Budget,
    /// The caller already has the beginning of the response.
    HandedOn,
}

impl fmt::Display for Stop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Final => f.write_str("another attempt would fail in the same way"),
            Self::Unsafe => f.write_str(
                "not repeated, because the server may have executed it and would do so again",
            ),
            Self::Attempts => f.write_str("no more are allowed"),
            Self::Time { asked: None } => f.write_str("the time limit of the call leaves no more"),
            Self::Time { asked: Some(asked) } => write!(
                f,
                "the server asks to wait {asked:?}, longer than the time limit of the call allows"
            ),
            Self::Budget => f.write_str("the retry budget of the client is spent"),
            Self::HandedOn => {
                f.write_str("not repeated, because the caller already has the beginning of it")
            }
        }
    }
}

/// The attempts of a call that failed.
#[derive(Clone, Debug)]
pub(crate) struct Trail {
    pub(crate) attempts: u32,
    pub(crate) stop: Stop,
    /// Whether an earlier attempt may have been executed.
    pub(crate) earlier_executed: bool,
}

impl fmt::Display for Trail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.attempts, self.stop) {
            (0, _) | (1, Stop::Final) => Ok(()),
            // With one attempt allowed, the number says nothing.
            (1, Stop::Attempts) => Ok(()),
            (1, stop) => write!(f, " ({stop})"),
            (attempts, stop) => write!(f, " (after {attempts} attempts; {stop})"),
        }
    }
}
