//! The state of a comparison: queued pairs, visited pairs and findings.
//!
//! It compares each pair of locations once for each side, on whatever path it is reached, and
//! without recursion, so that neither cycles nor depth matter.

use std::cell::Cell;
use std::collections::VecDeque;
use std::rc::Rc;

use crate::causes::{Causes, Draft, Node};
use crate::document::location::location;
use crate::document::parts::Schema;
use crate::document::tree::Tree;
use crate::report::checks;
use crate::report::finding::Side;
use crate::role::Role;
use crate::{Finding, Options};
use atlas_gen::error::Result;

/// One of the two documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Which {
    Old,
    New,
}

/// A location in one of the documents.
#[derive(Debug, Clone)]
pub(crate) struct At {
    pub(crate) which: Which,
    pub(crate) pointer: Rc<str>,
}

/// Returns a location in the new document.
pub(crate) fn in_new(pointer: &Rc<str>) -> At {
    At {
        which: Which::New,
        pointer: pointer.clone(),
    }
}

/// Returns a location in the old document, for removed values.
pub(crate) fn in_old(pointer: &Rc<str>) -> At {
    At {
        which: Which::Old,
        pointer: pointer.clone(),
    }
}

/// A comparison of two documents.
pub(crate) struct Comparison<'a> {
    pub(crate) old: Tree<'a>,
    pub(crate) new: Tree<'a>,
    pub(crate) options: &'a Options,
    pub(crate) causes: Causes,
    waiting: VecDeque<(Node, Pair<'a>)>,
    /// The number of members that may still be visited to find partners; limits the cost of unusual
    /// documents.
    searches: Cell<usize>,
}

/// The number of members that all searches for partners may visit together.
const MAX_SEARCHES: usize = 60_000;

/// Two schemas to be compared.
#[derive(Debug, Clone)]
pub(crate) struct Pair<'a> {
    pub(crate) old: Schema<'a>,
    pub(crate) new: Schema<'a>,
    pub(crate) role: Role,
}

impl Pair<'_> {
    /// Identifies a pair: the targets of its references, and its location.
    pub(crate) fn key(&self, old: &Tree<'_>, new: &Tree<'_>) -> Result<Vec<usize>> {
        let mut key = vec![self.role.number()];
        for (tree, schema) in [(old, &self.old), (new, &self.new)] {
            for at in schema {
                key.push(tree.resolve(at)?.address());
            }
            key.push(0);
        }
        Ok(key)
    }
}

impl<'a> Comparison<'a> {
    pub(crate) fn new(old: Tree<'a>, new: Tree<'a>, options: &'a Options) -> Self {
        Self {
            old,
            new,
            options,
            causes: Causes::default(),
            waiting: VecDeque::new(),
            searches: Cell::new(MAX_SEARCHES),
        }
    }

    /// Takes `cost` from the budget for finding partners; returns false if it is exhausted.
    pub(crate) fn may_search(&self, cost: usize) -> bool {
        let left = self.searches.get();
        self.searches.set(left.saturating_sub(cost));
        left > 0
    }

    /// Returns the document that `which` names.
    pub(crate) fn tree(&self, which: Which) -> &Tree<'a> {
        match which {
            Which::Old => &self.old,
            Which::New => &self.new,
        }
    }

    /// Queues two schemas that `user` uses.
    pub(crate) fn schemas(&mut self, user: Node, pair: Pair<'a>) -> Result<()> {
        let key = pair.key(&self.old, &self.new)?;
        let (node, is_new) = self.causes.node(key);
        self.causes.link(user, node);
        if is_new {
            self.waiting.push_back((node, pair));
        }
        Ok(())
    }

    /// Returns the oldest queued pair and its user.
    pub(crate) fn next(&mut self) -> Option<(Node, Pair<'a>)> {
        self.waiting.pop_front()
    }

    /// Adds a finding at `node`: `id` at a location, with what identifies it there.
    pub(crate) fn found(
        &mut self,
        node: Option<Node>,
        id: &str,
        side: Option<Side>,
        at: &At,
        detail: &str,
        text: impl Into<String>,
    ) {
        if let Some(draft) = self.draft(id, side, at, detail, text) {
            self.causes.add(node, draft);
        }
    }

    /// Returns a finding of the check called `id`; `None` if there is no such check.
    pub(crate) fn draft(
        &self,
        id: &str,
        side: Option<Side>,
        at: &At,
        detail: &str,
        text: impl Into<String>,
    ) -> Option<Draft> {
        let check = checks::check(id)?;
        let key = location(self.tree(at.which), &at.pointer).key;
        Some(Draft {
            id: check.name,
            level: check.level,
            side,
            pointer: at.pointer.clone(),
            text: text.into(),
            key: format!("{key}\n{detail}"),
        })
    }

    /// Returns all findings.
    pub(crate) fn findings(self) -> Vec<Finding> {
        self.causes.findings()
    }
}
