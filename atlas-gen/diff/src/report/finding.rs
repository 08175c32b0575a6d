//! A finding: a change at one location, with all operations that it affects.

use std::fmt;

use serde::Serialize;
use sha2::{Digest, Sha256};

/// How much a change matters to API callers.
///
/// Levels are ordered as in a report: breaking ones first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// A call that worked may fail, or a response may contain what callers do not expect.
    Breaking,
    /// It may break callers, depending on what they rely on.
    Warning,
    /// It breaks no caller.
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

/// The direction of the changed part.
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
    /// The name of the check, such as `request-property-removed`.
    pub id: &'static str,
    /// Its level.
    pub level: Level,
    /// The direction of the changed part; `None` for parts without one, such as a path.
    pub side: Option<Side>,
    /// The JSON pointer: into the new document, or into the old one for removed parts.
    pub pointer: String,
    /// The operations that it affects, as `GET /path`, sorted.
    pub operations: Vec<String>,
    /// The change as one sentence without a full stop; names are in backquotes.
    pub text: String,
    /// Identifies this finding and is stable across runs; 16 hexadecimal digits.
    pub fingerprint: String,
}

/// Returns the fingerprint of `parts`.
pub fn fingerprint(parts: &[&str]) -> String {
    let mut digest = Sha256::new();
    for part in parts {
        digest.update(part.as_bytes());
        digest.update([0]);
    }
    let digest = digest.finalize();
    digest.iter().take(8).map(|b| format!("{b:02x}")).collect()
}
