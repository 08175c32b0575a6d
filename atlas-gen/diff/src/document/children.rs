//! Which components are children of which: those that have it as a part.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use serde_json::Value;

use crate::document::tree::Tree;

/// The components of a document with their parents and children.
#[derive(Debug, Default)]
pub(crate) struct Children<'a> {
    /// The pointers of the parents by that of a component.
    parents: HashMap<Rc<str>, Vec<&'a str>>,
    /// The names and pointers of the children by the pointer of a parent.
    children: HashMap<&'a str, Vec<(&'a str, Rc<str>)>>,
}

impl<'a> Children<'a> {
    /// Reads the components of a document; none if they are no map.
    pub(crate) fn of(tree: &Tree<'a>) -> Self {
        let mut found = Self::default();
        for (name, at) in tree.components("schemas").unwrap_or_default() {
            let parts = at.value.get("allOf").and_then(Value::as_array);
            let targets = parts.into_iter().flatten();
            let targets = targets.filter_map(|part| part.get("$ref")?.as_str());
            let parents = targets.filter_map(|target| target.strip_prefix('#'));
            for parent in parents {
                let children = found.children.entry(parent).or_default();
                children.push((name, at.pointer.clone()));
                let parents = found.parents.entry(at.pointer.clone()).or_default();
                parents.push(parent);
            }
        }
        found
    }

    /// Returns the names of the children of the component at `parent`, and of their children.
    pub(crate) fn below(&self, parent: &str) -> HashSet<&'a str> {
        let mut below = HashSet::new();
        let mut open = vec![parent];
        while let Some(parent) = open.pop() {
            for (name, pointer) in self.children.get(parent).into_iter().flatten() {
                if below.insert(*name) {
                    open.push(pointer);
                }
            }
        }
        below
    }

    /// Returns whether the component at `child` is a child of that at `parent`, or of a child of it.
    pub(crate) fn is_below(&self, child: &str, parent: &str) -> bool {
        let mut known = HashSet::new();
        let mut open = vec![child];
        while let Some(child) = open.pop() {
            for above in self.parents.get(child).into_iter().flatten() {
                if *above == parent {
                    return true;
                }
                if known.insert(above) {
                    open.push(above);
                }
            }
        }
        false
    }
}
