//! A finding: one cause in one place, with all the operations that it reaches.

use std::fmt;

use serde::Serialize;
use sha2::{Digest, Sha256};

/// How much a change matters to those who call the API.
///
/// The order is that of a report: what breaks comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// A call that worked may fail, or an answer may hold what a caller cannot expect.
    Breaking,
    /// It breaks some callers, depending on what they rely on.
    Warning,
    /// No caller has to do anything.
    Info,
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Breaking => "breaking",
            Self::Warning => "warning",
            Self::Info => "info",
        })
    }
}

/// Which way the changed part travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Side {
    /// From the caller to the server.
    Request,
    /// From the server to the caller.
    Response,
}

impl fmt::Display for Side {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Request => "request",
            Self::Response => "response",
        })
    }
}

/// A change of the API.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The name of the check that found it, such as `request-property-removed`.
    pub id: &'static str,
    /// How much it matters.
    pub level: Level,
    /// Which way the changed part travels; none for what is on neither side, such as a path.
    pub side: Option<Side>,
    /// The JSON pointer of the place: in the new document, or in the old one for what is gone.
    pub pointer: String,
    /// The operations that it reaches, as `GET /path`, sorted.
    pub operations: Vec<String>,
    /// What changed, as one sentence without a full stop; names stand between backquotes.
    pub text: String,
    /// What tells this finding from others and stays the same from run to run; 16 hexadecimal
    /// digits.
    pub fingerprint: String,
}

/// The fingerprint of what `parts` say together.
pub fn fingerprint(parts: &[&str]) -> String {
    let mut digest = Sha256::new();
    for part in parts {
        digest.update(part.as_bytes());
        digest.update([0]);
    }
    let digest = digest.finalize();
    digest.iter().take(8).map(|b| format!("{b:02x}")).collect()
}
