//! A report: the findings, and what they do to Rust code that depends on the client.

pub mod checks;
pub mod exempt;
pub mod finding;
pub mod review;

use std::fmt;

use serde::Serialize;

use crate::report::finding::{Finding, Level};

/// All that is known of the step from one document to another. Serialized, it is the JSON report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    /// How many findings there are of each level.
    pub summary: Summary,
    /// The findings, breaking ones first.
    pub findings: Vec<Finding>,
    /// What it does to Rust code, unless nobody asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rust: Option<Rust>,
}

/// How many findings there are of each level.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// Findings of level `breaking`.
    pub breaking: usize,
    /// Findings of level `warning`.
    pub warning: usize,
    /// Findings of level `info`.
    pub info: usize,
}

/// What a new document does to the public API of the generated client.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Rust {
    /// The step of the version that the client needs.
    pub bump: Bump,
    /// Every change, breaking ones first.
    pub changes: Vec<Change>,
}

/// A step of a version, by <https://doc.rust-lang.org/cargo/reference/semver.html>.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Bump {
    /// The generated code is the same.
    None,
    /// Only what no caller can name is different.
    Patch,
    /// Something was added.
    Minor,
    /// Code that compiled or ran may no longer.
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
    /// What happened to the item.
    pub kind: ChangeKind,
    /// The item, as a path and what is said of it, such as
    /// `types::Source::ssl: bool → Option<bool>`.
    pub item: String,
    /// Whom it breaks, if anyone.
    pub breaks: Option<Breaks>,
    /// The fingerprint of the finding that causes it, if one does.
    pub cause: Option<String>,
}

/// What happened to an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ChangeKind {
    /// It is new.
    Added,
    /// It is gone.
    Removed,
    /// It is another.
    Changed,
}

/// How a change breaks code that depends on the client.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Breaks {
    /// Code that compiled may no longer.
    Compile,
    /// Code that compiles may fail when it runs.
    Runtime,
}

impl Report {
    /// A report of `findings`, which it sorts: by level, then by place.
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
            findings,
            rust,
        }
    }
}
