//! The attempts of a call that failed.

use std::fmt;
use std::time::Duration;

/// Why a failed call was not retried (again). Not an error, but displayed like one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Stop {
    /// The error is not transient.
    #[error("another attempt would fail in the same way")]
    Final,
    /// The operation is not idempotent and may have been executed.
    #[error("not repeated, because the server may have executed it and would do so again")]
    Unsafe,
    /// The maximum number of attempts was made.
    #[error("no more are allowed")]
    Attempts,
    /// The wait would exceed the time limit of the call.
    #[error("the time limit of the call leaves no more")]
    Time,
    /// The wait that the server asked for would exceed the time limit of the call.
    #[error("the server asks to wait {0:?}, longer than the time limit of the call allows")]
    Asked(Duration),
    /// The retry budget of the client is exhausted.
    #[error("the retry budget of the client is spent")]
    Budget,
    /// The caller already has the beginning of the response.
    #[error("not repeated, because the caller already has the beginning of it")]
    HandedOn,
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
            // With one attempt allowed, the number says nothing.
            (0, _) | (1, Stop::Final | Stop::Attempts) => Ok(()),
            (1, stop) => write!(f, " ({stop})"),
            (attempts, stop) => write!(f, " (after {attempts} attempts; {stop})"),
        }
    }
}
