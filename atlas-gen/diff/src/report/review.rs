//! A report with its context: what was compared, and what was not.
//!
//! `show` renders it.

use std::fmt;

use crate::report::exempt::Exempted;
use crate::report::finding::{Finding, Level};
use crate::report::grouping::{self, Group};
use crate::report::{Breaks, Bump, Change, Report, Rust, Summary};

/// The content of a review.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Review {
    /// The name of the old document.
    pub old: String,
    /// The name of the new document.
    pub new: String,
    /// The report.
    pub report: Report,
    /// The exempted findings, which are not in the report.
    pub exempted: Vec<Exempted>,
    /// Why the report has no Rust part although it was requested.
    pub without_rust: Option<String>,
    /// Notes on what the comparison cannot detect.
    pub notes: Vec<String>,
}

impl Review {
    /// Returns the most severe level of the findings.
    pub fn worst(&self) -> Option<Level> {
        let Summary {
            breaking, warning, ..
        } = self.report.summary;
        if breaking > 0 {
            Some(Level::Breaking)
        } else if warning > 0 {
            Some(Level::Warning)
        } else {
            (!self.report.findings.is_empty()).then_some(Level::Info)
        }
    }

    /// Returns whether a finding is of `level` or more severe.
    pub fn reaches(&self, level: Level) -> bool {
        self.worst().is_some_and(|worst| worst <= level)
    }

    /// Returns the verdict in one or two words.
    pub fn verdict(&self) -> &'static str {
        match self.worst() {
            Some(Level::Breaking) => "breaking",
            Some(Level::Warning) => "perhaps breaking",
            Some(Level::Info) => "compatible",
            None => "no findings",
        }
    }

    /// Formats the number of findings of each level.
    pub fn counts(&self) -> String {
        let summary = self.report.summary.to_string();
        match self.exempted.len() {
            0 => summary,
            n if self.report.findings.is_empty() => format!("{n} exempted"),
            n => format!("{summary}, {n} exempted"),
        }
    }

    /// Returns the finding that causes `change`, including exempted ones.
    pub fn cause(&self, change: &Change) -> Option<&Finding> {
        let exempted = self.exempted.iter().map(|exempted| &exempted.finding);
        let mut all = self.report.findings.iter().chain(exempted);
        all.find(|finding| change.cause.as_ref() == Some(&finding.fingerprint))
    }

    /// Returns the causes in the order of a report, including exempted ones that break Rust code.
    pub fn groups(&self) -> Vec<Group<'_>> {
        let findings = self.report.findings.iter().map(|finding| (finding, false));
        let exempted = self
            .exempted
            .iter()
            .map(|exempted| (&exempted.finding, true));
        grouping::groups(findings.chain(exempted), self.report.rust.as_ref())
    }

    /// Returns the changes of Rust code that break nothing.
    pub fn compatible_changes(&self) -> Vec<&Change> {
        let rust = self.report.rust.iter();
        rust.flat_map(|rust| &rust.changes)
            .filter(|change| change.breaks.is_none())
            .collect()
    }
}

/// Returns the component, operation or path that a finding is in.
pub fn about(finding: &Finding) -> String {
    let tokens: Vec<String> = atlas_gen::pointer::tokens(&finding.pointer).collect();
    let tokens: Vec<&str> = tokens.iter().map(String::as_str).collect();
    match tokens.as_slice() {
        ["components", kind, name, ..] => {
            let kind = match *kind {
                "schemas" => "schema",
                "parameters" => "parameter",
                "responses" => "response",
                "requestBodies" => "request body",
                "headers" => "header",
                "securitySchemes" => "security scheme",
                other => other,
            };
            format!("{kind} {name}")
        }
        ["paths", path, method, ..] if atlas_gen::document::METHODS.contains(method) => {
            format!("{} {path}", method.to_uppercase())
        }
        ["paths", path, ..] => (*path).to_owned(),
        ["exempt", ..] => "exemptions".to_owned(),
        _ => "the document".to_owned(),
    }
}

/// Formats `n` with a regular noun: `1 thing`, `2 things`.
pub fn count(n: usize, one: &str) -> String {
    match n {
        1 => format!("1 {one}"),
        n => format!("{n} {one}s"),
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut counts = Vec::new();
        if self.breaking > 0 {
            counts.push(format!("{} breaking", self.breaking));
        }
        if self.warning > 0 {
            counts.push(count(self.warning, "warning"));
        }
        if self.info > 0 {
            counts.push(format!("{} compatible", self.info));
        }
        if counts.is_empty() {
            counts.push("nothing that callers can see has changed".to_owned());
        }
        f.write_str(&counts.join(", "))
    }
}

impl Rust {
    /// Describes the required version bump.
    pub fn required_version(&self) -> &'static str {
        match self.bump {
            Bump::Major => "a major version",
            Bump::Minor => "a minor version",
            Bump::Patch => "a patch version",
            Bump::None => "no new version",
        }
    }

    /// Describes which code the changes break.
    pub fn breaks(&self) -> String {
        let count = |kind| {
            let broken = |change: &&Change| change.breaks == Some(kind);
            self.changes.iter().filter(broken).count()
        };
        let breaks = |n| self::count(n, "break");
        match (count(Breaks::Compile), count(Breaks::Runtime)) {
            (0, 0) => format!("{}, none breaks", self::count(self.changes.len(), "change")),
            (compile, 0) => format!("{} at compile time", breaks(compile)),
            (0, runtime) => format!("{} at run time", breaks(runtime)),
            (compile, runtime) => {
                format!("{} at compile time, {runtime} at run time", breaks(compile))
            }
        }
    }
}
