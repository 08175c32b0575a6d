//! found: a change of the client, and what is needed to say which finding causes it.

use crate::report::{Breaks, Change, ChangeKind};

/// A change before its cause is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The change.
    pub change: Change,
    /// The path of the item that it concerns, such as `types::Source::ssl`.
    pub path: String,
    /// The member that it concerns, as the document spells it, if it is not the item itself.
    pub member: Option<String>,
}

impl Found {
    /// A change of the item at `path`.
    pub fn new(kind: ChangeKind, item: String, breaks: Option<Breaks>, path: &str) -> Self {
        Self {
            change: Change {
                kind,
                item,
                breaks,
                cause: None,
            },
            path: path.to_owned(),
            member: None,
        }
    }

    /// The same, of the place `member` in the item.
    #[must_use]
    pub fn at(mut self, member: &str) -> Self {
        self.member = Some(member.to_owned());
        self
    }
}
