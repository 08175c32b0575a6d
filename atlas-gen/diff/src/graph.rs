//! The graph of compared locations, and the findings at its nodes.
//!
//! Each compared pair of locations is a node; edges lead from a user to the part that it uses. A pair
//! is compared once; the operations of a finding are those from which its node is reachable. The
//! module knows nothing of OpenAPI.

use std::collections::HashMap;
use std::rc::Rc;

use crate::report::finding::{Finding, Level, Side, fingerprint};

/// The index of a pair of locations.
pub(crate) type Node = usize;

/// A finding without its operations.
#[derive(Debug, Clone)]
pub(crate) struct PendingFinding {
    pub(crate) id: &'static str,
    pub(crate) level: Level,
    pub(crate) side: Option<Side>,
    pub(crate) pointer: Rc<str>,
    pub(crate) text: String,
    /// Identifies it among the findings of its check: the location, with names in place of indices,
    /// and the change.
    pub(crate) key: String,
}

/// The graph and the findings.
#[derive(Debug, Default)]
pub(crate) struct FindingGraph {
    nodes: HashMap<Vec<usize>, Node>,
    edges: Vec<Vec<Node>>,
    operations: Vec<String>,
    roots: Vec<Node>,
    pending: Vec<(Option<Node>, PendingFinding)>,
}

impl FindingGraph {
    /// Returns a new node without a key.
    pub(crate) fn new_node(&mut self) -> Node {
        self.edges.push(Vec::new());
        self.edges.len() - 1
    }

    /// Returns the node of `key`, and whether it is new.
    pub(crate) fn node(&mut self, key: Vec<usize>) -> (Node, bool) {
        if let Some(node) = self.nodes.get(&key) {
            return (*node, false);
        }
        let node = self.new_node();
        self.nodes.insert(key, node);
        (node, true)
    }

    /// Returns the node of the operation called `label`.
    pub(crate) fn operation(&mut self, label: String) -> Node {
        let node = self.new_node();
        self.operations.push(label);
        self.roots.push(node);
        node
    }

    /// Records that `user` uses `part`.
    pub(crate) fn link(&mut self, user: Node, part: Node) {
        if let Some(parts) = self.edges.get_mut(user)
            && !parts.contains(&part)
        {
            parts.push(part);
        }
    }

    /// Adds a finding; without a node, it affects no operation.
    pub(crate) fn add(&mut self, node: Option<Node>, pending: PendingFinding) {
        self.pending.push((node, pending));
    }

    /// Returns the most severe level of the findings so far.
    pub(crate) fn worst(&self) -> Option<Level> {
        self.pending.iter().map(|(_, pending)| pending.level).min()
    }

    /// Returns the findings in a stable order. Those with the same fingerprint are merged: they have the
    /// operations of all and the most severe level.
    pub(crate) fn findings(self) -> Vec<Finding> {
        let reached = self.reached();
        let mut by_fingerprint: HashMap<String, usize> = HashMap::new();
        let mut found: Vec<(Finding, Vec<usize>)> = Vec::new();
        for (node, pending) in self.pending {
            let side = match pending.side {
                Some(Side::Request) => "request",
                Some(Side::Response) => "response",
                None => "",
            };
            let fingerprint = fingerprint(&[&without_role(pending.id), side, &pending.key]);
            let operations = node
                .and_then(|node| reached.get(&node))
                .into_iter()
                .flatten();
            match by_fingerprint
                .get(&fingerprint)
                .and_then(|i| found.get_mut(*i))
            {
                Some((finding, known)) => {
                    known.extend(operations);
                    if pending.level < finding.level {
                        finding.id = pending.id;
                        finding.level = pending.level;
                    }
                }
                None => {
                    by_fingerprint.insert(fingerprint.clone(), found.len());
                    let finding = Finding {
                        id: pending.id,
                        level: pending.level,
                        side: pending.side,
                        pointer: pending.pointer.to_string(),
                        operations: Vec::new(),
                        text: pending.text,
                        fingerprint,
                    };
                    found.push((finding, operations.copied().collect()));
                }
            }
        }
        let labels = self.operations;
        let mut findings: Vec<Finding> = found
            .into_iter()
            .map(|(mut finding, operations)| {
                let operations = operations.into_iter().filter_map(|i| labels.get(i));
                finding.operations = operations.cloned().collect();
                finding.operations.sort_unstable();
                finding.operations.dedup();
                finding
            })
            .collect();
        findings.sort_by(|a, b| {
            let order = |f: &Finding| (f.level, f.id, f.side);
            let pointer = || a.pointer.cmp(&b.pointer);
            let level = a.level.cmp(&b.level).then_with(pointer);
            level
                .then_with(|| order(a).cmp(&order(b)))
                .then_with(|| a.text.cmp(&b.text))
        });
        findings
    }

    /// Returns the operations from which each node with a finding is reachable.
    ///
    /// Visits the graph for 64 operations at a time, one bit for each, so that the cost is proportional
    /// to the number of edges and not to the number of pairs of an operation and a node.
    fn reached(&self) -> HashMap<Node, Vec<usize>> {
        let with_findings = self.pending.iter().filter_map(|(node, _)| *node);
        let mut reached: HashMap<Node, Vec<usize>> =
            with_findings.map(|node| (node, Vec::new())).collect();
        let mut sets = vec![0u64; self.edges.len()];
        for (chunk, roots) in self.roots.chunks(64).enumerate() {
            let mut touched = Vec::new();
            let mut queue = Vec::new();
            for (bit, root) in roots.iter().enumerate() {
                queue.push((*root, 1u64 << bit));
            }
            while let Some((node, bits)) = queue.pop() {
                let Some(set) = sets.get_mut(node) else {
                    continue;
                };
                let new = bits & !*set;
                if new == 0 {
                    continue;
                }
                if *set == 0 {
                    touched.push(node);
                }
                *set |= new;
                let parts = self.edges.get(node).into_iter().flatten();
                queue.extend(parts.map(|part| (*part, new)));
            }
            for node in touched {
                let Some(set) = sets.get_mut(node) else {
                    continue;
                };
                let bits = std::mem::take(set);
                if let Some(operations) = reached.get_mut(&node) {
                    let set_bits = (0..64).filter(|bit| bits >> bit & 1 == 1);
                    operations.extend(set_bits.map(|bit| chunk * 64 + bit));
                }
            }
        }
        reached
    }
}

/// Returns the name of a check independent of the schema's role: a change of a component that is a
/// body in one place and a member or a parameter in another is one finding.
fn without_role(id: &str) -> String {
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
