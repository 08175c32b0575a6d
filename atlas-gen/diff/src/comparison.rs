//! The state of a comparison: queued pairs, visited pairs and findings.
//!
//! Each pair of locations is compared once for each direction, however many paths lead to it, and
//! without recursion, so that documents may be circular and deep.

use std::cell::{Cell, OnceCell};
use std::collections::VecDeque;
use std::rc::Rc;

use crate::document::children::Children;
use crate::document::location::location;
use crate::document::parts::Schema;
use crate::document::tree::Tree;
use crate::graph::{FindingGraph, Node, PendingFinding};
use crate::report::checks;
use crate::report::finding::Side;
use crate::role::Role;
use crate::{Finding, Options};
use atlas_gen::error::Result;

/// One of the two compared revisions of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DocumentRevision {
    Old,
    New,
}

/// A location in one of the two revisions.
#[derive(Debug, Clone)]
pub(crate) struct SourceLocation {
    pub(crate) revision: DocumentRevision,
    pub(crate) pointer: Rc<str>,
}

/// Returns a location in the new document.
pub(crate) fn in_new(pointer: &Rc<str>) -> SourceLocation {
    SourceLocation {
        revision: DocumentRevision::New,
        pointer: pointer.clone(),
    }
}

/// Returns a location in the old document, for removed values.
pub(crate) fn in_old(pointer: &Rc<str>) -> SourceLocation {
    SourceLocation {
        revision: DocumentRevision::Old,
        pointer: pointer.clone(),
    }
}

/// A comparison of two documents.
pub(crate) struct Comparison<'a> {
    pub(crate) old: Tree<'a>,
    pub(crate) new: Tree<'a>,
    pub(crate) options: &'a Options,
    pub(crate) graph: FindingGraph,
    queue: VecDeque<(Node, Pair<'a>)>,
    /// The number of members that searches for counterparts may still visit; limits the cost of
    /// unusual documents.
    search_budget: Cell<usize>,
    /// The children of components, if they were needed.
    children: [OnceCell<Children<'a>>; 2],
}

/// The number of members that all searches for counterparts may visit in total.
const SEARCH_BUDGET: usize = 60_000;

/// Two schemas to be compared.
#[derive(Debug, Clone)]
pub(crate) struct Pair<'a> {
    pub(crate) old: Schema<'a>,
    pub(crate) new: Schema<'a>,
    pub(crate) role: Role,
}

impl Pair<'_> {
    /// Returns what identifies the pair: its role and the targets of its references.
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
            graph: FindingGraph::default(),
            queue: VecDeque::new(),
            search_budget: Cell::new(SEARCH_BUDGET),
            children: Default::default(),
        }
    }

    /// Deducts `cost` from the search budget; returns false if the budget was already exhausted.
    pub(crate) fn spend_search_budget(&self, cost: usize) -> bool {
        let left = self.search_budget.get();
        self.search_budget.set(left.saturating_sub(cost));
        left > 0
    }

    /// Returns one of the two documents.
    pub(crate) fn tree(&self, revision: DocumentRevision) -> &Tree<'a> {
        match revision {
            DocumentRevision::Old => &self.old,
            DocumentRevision::New => &self.new,
        }
    }

    /// Returns the children of components of one of the two documents.
    pub(crate) fn children(&self, revision: DocumentRevision) -> &Children<'a> {
        let [old, new] = &self.children;
        let cell = match revision {
            DocumentRevision::Old => old,
            DocumentRevision::New => new,
        };
        cell.get_or_init(|| Children::of(self.tree(revision)))
    }

    /// Queues two schemas that `user` uses, unless they were queued before.
    pub(crate) fn enqueue(&mut self, user: Node, pair: Pair<'a>) -> Result<()> {
        let key = pair.key(&self.old, &self.new)?;
        let (node, is_new) = self.graph.node(key);
        self.graph.link(user, node);
        if is_new {
            self.queue.push_back((node, pair));
        }
        Ok(())
    }

    /// Returns the oldest queued pair and its user.
    pub(crate) fn dequeue(&mut self) -> Option<(Node, Pair<'a>)> {
        self.queue.pop_front()
    }

    /// Adds a finding of the check `id` at `node`. `detail` distinguishes it from others of this check at
    /// this location.
    pub(crate) fn report(
        &mut self,
        node: Option<Node>,
        id: &str,
        side: Option<Side>,
        at: &SourceLocation,
        detail: &str,
        text: impl Into<String>,
    ) {
        if let Some(pending) = self.pending(id, side, at, detail, text) {
            self.graph.add(node, pending);
        }
    }

    /// Returns a finding of the check `id`; `None` if there is no such check.
    pub(crate) fn pending(
        &self,
        id: &str,
        side: Option<Side>,
        at: &SourceLocation,
        detail: &str,
        text: impl Into<String>,
    ) -> Option<PendingFinding> {
        let check = checks::check(id)?;
        let key = location(self.tree(at.revision), &at.pointer).key;
        Some(PendingFinding {
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
        self.graph.findings()
    }
}
