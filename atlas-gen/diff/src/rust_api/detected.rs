//! A change of the client, with the data to find its cause.

use crate::report::{Breaks, Change, ChangeKind};

/// A detected change, whose cause is determined later.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DetectedChange {
    /// The change.
    pub change: Change,
    /// The path of the item, such as `types::Source::ssl`.
    pub path: String,
    /// The member that it concerns, as in the document; `None` if it concerns the item itself.
    pub member: Option<String>,
}

impl DetectedChange {
    /// Creates a change of the item at `path`.
    pub fn new(kind: ChangeKind, item: String, breaks: Option<Breaks>, path: &str) -> Self {
        Self {
            change: Change {
                kind,
                item,
                breaks,
                cause: None,
                note: None,
            },
            path: path.to_owned(),
            member: None,
        }
    }

    /// Sets the note on the item.
    #[must_use]
    pub fn noted(mut self, note: Option<String>) -> Self {
        self.change.note = note;
        self
    }

    /// Sets the member of the item that it concerns.
    #[must_use]
    pub fn at(mut self, member: &str) -> Self {
        self.member = Some(member.to_owned());
        self
    }
}
