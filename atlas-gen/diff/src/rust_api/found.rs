//! A change of the client, with what is needed to find its cause.

use crate::report::{Breaks, Change, ChangeKind};

/// A change before its cause is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The change.
    pub change: Change,
    /// The path of the item, such as `types::Source::ssl`.
    pub path: String,
    /// The member, as the document spells it, unless the change is about the item itself.
    pub member: Option<String>,
}

impl Found {
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

    /// Says what else is to be known of the item.
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
