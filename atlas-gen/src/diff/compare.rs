//! The comparison as a whole: the pairs that wait, those that are known, and what was found.
//!
//! It compares each pair of places once for each side, whichever way it is reached, and never by
//! recursion, so that neither cycles nor depth matter.

use std::cell::Cell;
use std::collections::VecDeque;
use std::rc::Rc;

use super::causes::{Causes, Draft, Node};
use super::checks;
use super::finding::Side;
use super::parts::Schema;
use super::schemas::{self, Place};
use super::spot::spot;
use super::tree::Tree;
use super::{Finding, Options};
use crate::error::Result;

/// Which of the two documents a place stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Which {
    Old,
    New,
}

/// A place in one of the documents.
#[derive(Debug, Clone)]
pub(super) struct At {
    pub(super) which: Which,
    pub(super) pointer: Rc<str>,
}

/// A place in the new document.
pub(super) fn in_new(pointer: &Rc<str>) -> At {
    At {
        which: Which::New,
        pointer: pointer.clone(),
    }
}

/// A place in the old document, for what is gone.
pub(super) fn in_old(pointer: &Rc<str>) -> At {
    At {
        which: Which::Old,
        pointer: pointer.clone(),
    }
}

/// Two documents that are being compared.
pub(super) struct Comparison<'a> {
    pub(super) old: Tree<'a>,
    pub(super) new: Tree<'a>,
    pub(super) options: &'a Options,
    pub(super) causes: Causes,
    waiting: VecDeque<(Node, Pair<'a>)>,
    /// How many members may still be looked at to find partners; bounds what an odd document costs.
    searches: Cell<usize>,
}

/// How many members all searches for partners may look at together.
const MAX_SEARCHES: usize = 60_000;

/// Two schemas to be compared.
#[derive(Debug, Clone)]
pub(super) struct Pair<'a> {
    pub(super) old: Schema<'a>,
    pub(super) new: Schema<'a>,
    pub(super) place: Place,
}

impl<'a> Comparison<'a> {
    pub(super) fn new(old: Tree<'a>, new: Tree<'a>, options: &'a Options) -> Self {
        Self {
            old,
            new,
            options,
            causes: Causes::default(),
            waiting: VecDeque::new(),
            searches: Cell::new(MAX_SEARCHES),
        }
    }

    /// Takes `cost` of what is left for finding partners; false if there is nothing left.
    pub(super) fn may_search(&self, cost: usize) -> bool {
        let left = self.searches.get();
        self.searches.set(left.saturating_sub(cost));
        left > 0
    }

    /// The document that `which` names.
    pub(super) fn tree(&self, which: Which) -> &Tree<'a> {
        match which {
            Which::Old => &self.old,
            Which::New => &self.new,
        }
    }

    /// Has two schemas compared, which `user` uses.
    pub(super) fn schemas(&mut self, user: Node, pair: Pair<'a>) -> Result<()> {
        let key = schemas::key(&self.old, &self.new, &pair)?;
        let (node, is_new) = self.causes.node(key);
        self.causes.link(user, node);
        if is_new {
            self.waiting.push_back((node, pair));
        }
        Ok(())
    }

    /// Compares all that waits, and all that this leads to.
    pub(super) fn run(&mut self) -> Result<()> {
        while let Some((node, pair)) = self.waiting.pop_front() {
            let step = schemas::step(self, &pair, 0)?;
            for draft in step.drafts {
                self.causes.add(Some(node), draft);
            }
            for pair in step.children {
                self.schemas(node, pair)?;
            }
        }
        Ok(())
    }

    /// Keeps a finding at `node`: `id` at a place, with what tells it from others there.
    pub(super) fn found(
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

    /// A finding of the check called `id`; none if there is no such check.
    pub(super) fn draft(
        &self,
        id: &str,
        side: Option<Side>,
        at: &At,
        detail: &str,
        text: impl Into<String>,
    ) -> Option<Draft> {
        let check = checks::check(id)?;
        let key = spot(self.tree(at.which), &at.pointer).key;
        Some(Draft {
            id: check.name,
            level: check.level,
            side,
            pointer: at.pointer.clone(),
            text: text.into(),
            key: format!("{key}\n{detail}"),
        })
    }

    /// All findings.
    pub(super) fn findings(self) -> Vec<Finding> {
        self.causes.findings()
    }
}
