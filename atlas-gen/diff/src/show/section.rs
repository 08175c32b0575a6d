//! The sections of a report, and their descriptions.
//!
//! The descriptions hold for the generated client: `atlas-gen/src/edits/types` makes its enums open and
//! its structs non-exhaustive.

use crate::report::Breaks;
use crate::report::finding::Level;
use crate::report::grouping::Group;

/// The sections of a report, in order. Each cause is in one of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Section {
    /// Causes that break Rust code at compile time, of any level.
    Compile,
    /// Causes that break Rust code only at run time.
    Runtime,
    /// Other causes that break callers of the API.
    Breaking,
    /// Other causes that may break callers.
    Warnings,
    /// Other causes.
    Compatible,
}

impl Section {
    pub(super) const ALL: [Self; 5] = [
        Self::Compile,
        Self::Runtime,
        Self::Breaking,
        Self::Warnings,
        Self::Compatible,
    ];

    /// Returns its title in a report with or without a Rust part.
    pub(super) fn title(self, with_rust: bool) -> &'static str {
        match (self, with_rust) {
            (Self::Compile, _) => "Breaks Rust code at compile time",
            (Self::Runtime, _) => "Breaks Rust code at run time",
            (Self::Breaking, true) => "Breaks other callers; Rust code still compiles",
            (Self::Breaking, false) => "Breaks callers of the API",
            (Self::Warnings, true) => "May break callers of the API; Rust code still compiles",
            (Self::Warnings, false) => "May break callers of the API",
            (Self::Compatible, _) => "Compatible",
        }
    }

    /// Describes what its causes mean for Rust code, with names in backquotes.
    pub(super) fn description(self, groups: &[&Group<'_>], with_rust: bool) -> Option<String> {
        let any = |starts: &[&str]| {
            groups
                .iter()
                .any(|group| starts.iter().any(|start| group.check.starts_with(start)))
        };
        let received = any(&["response-", "optional-response-", "required-response-"]);
        let sent = any(&["request-", "new-", "api-", "version-"]);
        let (of_received, of_sent) = match (self, with_rust) {
            (Self::Runtime, _) => {
                let said = "This code still compiles. When it runs, a call without what is required or \
                            outside of a new limit returns an error.";
                return Some(said.to_owned());
            }
            (Self::Breaking, true) => (
                "Rust code still compiles: the client's enums and structs are `#[non_exhaustive]`, and what \
                 may be null or missing now is an `Option` already. When it runs, new values and \
                 alternatives are new variants (`Unknown` in clients from before), and null is `None`.",
                "A request that the server refuses now returns an error, in Rust code too.",
            ),
            (Self::Warnings, true) => (
                "When Rust code runs, new values are new variants (`Unknown` in clients from before), and \
                 what is missing is `None`.",
                "A request that the server refuses now, such as one outside of a new limit, returns an \
                 error, in Rust code too.",
            ),
            _ => return None,
        };
        let said: Vec<&str> = [(received, of_received), (sent, of_sent)]
            .into_iter()
            .filter_map(|(is, said)| is.then_some(said))
            .collect();
        (!said.is_empty()).then(|| said.join(" "))
    }

    /// Returns the causes that belong to it.
    pub(super) fn of<'g, 'a>(self, groups: &'g [Group<'a>]) -> Vec<&'g Group<'a>> {
        let belongs = |group: &&Group<'_>| match (self, group.breaks_at()) {
            (Self::Compile, breaks) => breaks == Some(Breaks::Compile),
            (Self::Runtime, breaks) => breaks == Some(Breaks::Runtime),
            (_, Some(_)) => false,
            (Self::Breaking, None) => group.level == Level::Breaking,
            (Self::Warnings, None) => group.level == Level::Warning,
            (Self::Compatible, None) => group.level == Level::Info,
        };
        groups.iter().filter(belongs).collect()
    }
}
