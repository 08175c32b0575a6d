//! What became of the attempts of a call that failed.

use std::fmt;
use std::time::Duration;

/// Why a call that failed was not repeated (again).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stop {
    /// The failure is not of a passing kind.
    Final,
    /// The operation is not idempotent and may have been carried out.
    Unsafe,
    /// As many attempts were made as are allowed.
    Attempts,
    /// The wait would end after the time limit of the call.
    Time {
        /// How long the server asked to wait, if it did.
        asked: Option<Duration>,
    },
    /// Too many calls of this client have failed of late.
    Budget,
    /// The beginning of the answer is in the caller's hands.
    HandedOn,
}

impl fmt::Display for Stop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Final => f.write_str("another would fail alike"),
            Self::Unsafe => f.write_str(
                "not repeated, for the server may have carried it out and would do so again",
            ),
            Self::Attempts => f.write_str("no more are allowed"),
            Self::Time { asked: None } => f.write_str("the time limit of the call leaves no more"),
            Self::Time { asked: Some(asked) } => write!(
                f,
                "the server asks to wait {asked:?}, longer than the time limit of the call allows"
            ),
            Self::Budget => f.write_str("the retry budget of the client is spent"),
            Self::HandedOn => f.write_str("not repeated, for its beginning was handed on"),
        }
    }
}

/// What became of the attempts of a call that failed.
#[derive(Clone, Debug)]
pub(crate) struct Trail {
    pub(crate) attempts: u32,
    pub(crate) stop: Stop,
    /// Whether an attempt before the last may have been carried out.
    pub(crate) earlier_executed: bool,
}

impl fmt::Display for Trail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.attempts, self.stop) {
            (0, _) | (1, Stop::Final) => Ok(()),
            // Whoever allows one attempt knows that there was one.
            (1, Stop::Attempts) => Ok(()),
            (1, stop) => write!(f, " ({stop})"),
            (attempts, stop) => write!(f, " (after {attempts} attempts; {stop})"),
        }
    }
}
