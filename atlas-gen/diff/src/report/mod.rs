//! A report: the findings, and their effect on Rust code that depends on the client.

pub mod advice;
pub mod checks;
mod details;
pub mod effects;
pub mod exempt;
pub mod finding;
pub mod grouping;
mod headline;
mod removed_schemas;
pub mod review;

use std::collections::BTreeSet;
use std::fmt;

use serde::Serialize;

use crate::report::finding::{Finding, Level};
use crate::report::grouping::Cause;

/// All results of a comparison. Serialized, it is the JSON report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    /// The number of findings of each level.
    pub summary: Summary,
    /// The findings, breaking ones first.
    pub findings: Vec<Finding>,
    /// The effect on Rust code, unless it was not requested.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rust: Option<Rust>,
    /// The findings by cause, in the order of a report.
    pub causes: Vec<Cause>,
}

/// The number of findings of each level.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// Findings of level `breaking`.
    pub breaking: usize,
    /// Findings of level `warning`.
    pub warning: usize,
    /// Findings of level `info`.
    pub info: usize,
}

/// The effect of a new document on the public API of the generated client.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Rust {
    /// The required version bump of the client.
    pub bump: Bump,
    /// Every change, breaking ones first.
    pub changes: Vec<Change>,
    /// The fingerprints of findings about schemas and bodies of versions that the client does not
    /// use.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub unused: BTreeSet<String>,
}

/// A version bump, by <https://doc.rust-lang.org/cargo/reference/semver.html>.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Bump {
    /// The generated code is the same.
    None,
    /// Only docs or accepted values differ.
    Patch,
    /// Additions.
    Minor,
    /// Code that compiled or ran may no longer do so.
    Major,
}

impl fmt::Display for Bump {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::None => "none",
            Self::Patch => "patch",
            Self::Minor => "minor",
            Self::Major => "major",
        })
    }
}

/// A change of the public API of the generated client.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Change {
    /// The kind of change.
    pub kind: ChangeKind,
    /// The item, as a path and its description, such as `types::Source::ssl: bool → Option<bool>`.
    pub item: String,
    /// Which code it breaks, if any.
    pub breaks: Option<Breaks>,
    /// The fingerprint of the finding that causes it, if any.
    pub cause: Option<String>,
    /// An additional remark on the item, such as that it has a builder.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// The kind of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ChangeKind {
    /// Added.
    Added,
    /// Removed.
    Removed,
    /// Changed.
    Changed,
}

/// How a change breaks code that depends on the client.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Breaks {
    /// Code that compiled may no longer compile.
    Compile,
    /// Code that compiles may fail at run time.
    Runtime,
}

impl Report {
    /// Creates a report of `findings`, sorted by level, then by location.
    pub fn new(mut findings: Vec<Finding>, rust: Option<Rust>) -> Self {
        findings.sort_by(|a, b| {
            let key = |finding: &Finding| (finding.level, finding.pointer.clone(), finding.id);
            key(a).cmp(&key(b)).then_with(|| a.side.cmp(&b.side))
        });
        let count = |level| findings.iter().filter(|f| f.level == level).count();
        Self {
            summary: Summary {
                breaking: count(Level::Breaking),
                warning: count(Level::Warning),
                info: count(Level::Info),
            },
            causes: grouping::causes(&findings, rust.as_ref()),
            findings,
            rust,
        }
    }
}
