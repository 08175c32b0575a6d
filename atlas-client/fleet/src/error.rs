//! The error of a fleet that cannot run. The result of a migration is an `Outcome` and not an
//! error.

use std::error::Error as StdError;
use std::fmt;

/// The error of a journal that cannot be used, or of a fleet that cannot run. Nothing was sent.
///
/// `Display` is one line and contains no secret.
#[derive(Debug)]
pub struct Error {
    kind: Kind,
    message: String,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Locked,
    Format,
    Journal,
    Plan,
    Answer,
}

/// The result of the fallible functions of this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    pub(crate) fn new(kind: Kind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            source: None,
        }
    }

    pub(crate) fn caused_by(mut self, source: impl StdError + Send + Sync + 'static) -> Self {
        self.source = Some(Box::new(source));
        self
    }

    /// Returns whether the journal is in use: it is already open, in this process or another, or
    /// another run uses it. Wait until that has ended.
    pub fn is_locked(&self) -> bool {
        self.kind == Kind::Locked
    }

    /// Returns whether the file is not a journal, is damaged, or was written by another version.
    pub fn is_format(&self) -> bool {
        self.kind == Kind::Format
    }

    /// Returns whether a job has an invalid name, or the jobs contradict each other or the journal.
    /// The message lists all problems.
    pub fn is_plan(&self) -> bool {
        self.kind == Kind::Plan
    }

    /// Returns whether the answer to a doubt was rejected.
    pub fn is_answer(&self) -> bool {
        self.kind == Kind::Answer
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.as_ref().map(|source| &**source as _)
    }
}
