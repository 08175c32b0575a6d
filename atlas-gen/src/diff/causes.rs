//! Causes: what was found where, and which operations each place reaches.
//!
//! Every compared pair of places is a node of a graph whose edges lead from where a part is used to
//! the part. A pair is compared once; the operations that a finding lists are those that reach its
//! node. It knows nothing of OpenAPI.

use std::collections::HashMap;
use std::rc::Rc;

use super::finding::{Finding, Level, Side, fingerprint};

/// A pair of places, by its index.
pub(super) type Node = usize;

/// A finding without its operations.
#[derive(Debug, Clone)]
pub(super) struct Draft {
    pub(super) id: &'static str,
    pub(super) level: Level,
    pub(super) side: Option<Side>,
    pub(super) pointer: Rc<str>,
    pub(super) text: String,
    /// What tells it from others of its check: the place by names, and what changed there.
    pub(super) key: String,
}

/// All that was found.
#[derive(Debug, Default)]
pub(super) struct Causes {
    nodes: HashMap<Vec<usize>, Node>,
    edges: Vec<Vec<Node>>,
    operations: Vec<String>,
    roots: Vec<Node>,
    drafts: Vec<(Option<Node>, Draft)>,
}

impl Causes {
    /// A node that nothing else has.
    pub(super) fn fresh(&mut self) -> Node {
        self.edges.push(Vec::new());
        self.edges.len() - 1
    }

    /// The node of `key`, and whether it is new.
    pub(super) fn node(&mut self, key: Vec<usize>) -> (Node, bool) {
        if let Some(node) = self.nodes.get(&key) {
            return (*node, false);
        }
        let node = self.fresh();
        self.nodes.insert(key, node);
        (node, true)
    }

    /// The node of the operation called `label`.
    pub(super) fn operation(&mut self, label: String) -> Node {
        let node = self.fresh();
        self.operations.push(label);
        self.roots.push(node);
        node
    }

    /// Says that `user` uses `part`.
    pub(super) fn link(&mut self, user: Node, part: Node) {
        if let Some(parts) = self.edges.get_mut(user)
            && !parts.contains(&part)
        {
            parts.push(part);
        }
    }

    /// Keeps what was found at `node`, or in no operation.
    pub(super) fn add(&mut self, node: Option<Node>, draft: Draft) {
        self.drafts.push((node, draft));
    }

    /// The level of the worst finding so far.
    pub(super) fn worst(&self) -> Option<Level> {
        self.drafts.iter().map(|(_, draft)| draft.level).min()
    }

    /// The findings, one for each cause, in a stable order.
    pub(super) fn findings(self) -> Vec<Finding> {
        let reached = self.reached();
        let mut by_print: HashMap<String, usize> = HashMap::new();
        let mut found: Vec<(Finding, Vec<u64>)> = Vec::new();
        for (node, draft) in self.drafts {
            let side = match draft.side {
                Some(Side::Request) => "request",
                Some(Side::Response) => "response",
                None => "",
            };
            let print = fingerprint(&[&kind(draft.id), side, &draft.key]);
            let none = Vec::new();
            let operations = node.and_then(|node| reached.get(node)).unwrap_or(&none);
            match by_print.get(&print).and_then(|i| found.get_mut(*i)) {
                Some((finding, known)) => {
                    merge(known, operations);
                    if draft.level < finding.level {
                        finding.id = draft.id;
                        finding.level = draft.level;
                    }
                }
                None => {
                    by_print.insert(print.clone(), found.len());
                    let finding = Finding {
                        id: draft.id,
                        level: draft.level,
                        side: draft.side,
                        pointer: draft.pointer.to_string(),
                        operations: Vec::new(),
                        text: draft.text,
                        fingerprint: print,
                    };
                    found.push((finding, operations.clone()));
                }
            }
        }
        let labels = self.operations;
        let mut findings: Vec<Finding> = found
            .into_iter()
            .map(|(mut finding, set)| {
                let all = labels.iter().enumerate();
                let here = all.filter(|(i, _)| {
                    set.get(i / 64)
                        .is_some_and(|word| word >> (i % 64) & 1 == 1)
                });
                finding.operations = here.map(|(_, label)| label.clone()).collect();
                finding.operations.sort_unstable();
                finding.operations.dedup();
                finding
            })
            .collect();
        findings.sort_by(|a, b| {
            let key = |f: &Finding| (f.level, f.pointer.clone(), f.id, f.side);
            key(a).cmp(&key(b)).then_with(|| a.text.cmp(&b.text))
        });
        findings
    }

    /// For each node the set of operations that reach it, one bit for each.
    fn reached(&self) -> Vec<Vec<u64>> {
        let words = self.operations.len().div_ceil(64);
        let mut sets = vec![vec![0u64; words]; self.edges.len()];
        let mut waiting: Vec<Node> = Vec::new();
        for (i, root) in self.roots.iter().enumerate() {
            if let Some(word) = sets.get_mut(*root).and_then(|set| set.get_mut(i / 64)) {
                *word |= 1 << (i % 64);
                waiting.push(*root);
            }
        }
        while let Some(node) = waiting.pop() {
            let Some(set) = sets.get(node).cloned() else {
                continue;
            };
            for part in self.edges.get(node).into_iter().flatten() {
                if let Some(known) = sets.get_mut(*part)
                    && merge(known, &set)
                {
                    waiting.push(*part);
                }
            }
        }
        sets
    }
}

/// The name of a check without the word for where a schema is used: a schema that is a whole body
/// here and a member or a parameter there still changes once.
fn kind(id: &str) -> String {
    let uses = [
        ("request-parameter-property-", "request-property-"),
        ("request-parameter-", "request-property-"),
        ("request-body-", "request-property-"),
        ("response-mediatype-", "response-property-"),
        ("response-body-", "response-property-"),
        ("response-header-", "response-property-"),
    ];
    let found = uses
        .iter()
        .find_map(|(from, to)| Some((id.strip_prefix(from)?, to)));
    found.map_or_else(|| id.to_owned(), |(rest, to)| format!("{to}{rest}"))
}

/// Adds `more` to `set`; whether that changed anything.
fn merge(set: &mut Vec<u64>, more: &[u64]) -> bool {
    if set.len() < more.len() {
        set.resize(more.len(), 0);
    }
    let mut changed = false;
    for (word, more) in set.iter_mut().zip(more) {
        let both = *word | more;
        changed |= both != *word;
        *word = both;
    }
    changed
}
