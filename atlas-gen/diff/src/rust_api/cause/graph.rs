//! Which types and operations are near which, by references between them.
//!
//! Names are numbers here: a search visits most of a document, for each change of its client.

use std::collections::HashMap;

/// The number of a name.
pub type Id = usize;

/// Types and operations, and which refer to which, in either direction.
#[derive(Debug, Default)]
pub struct Graph {
    ids: HashMap<String, Id>,
    beside: Vec<Vec<Id>>,
}

/// Names near one of them, with their distances.
#[derive(Debug)]
pub struct Near {
    /// By the number of the name.
    distances: Vec<Option<u8>>,
    /// The names that were reached, the nearest first.
    pub reached: Vec<Id>,
}

impl Graph {
    /// Returns the number of `name`, which it gets if it has none.
    pub fn number(&mut self, name: &str) -> Id {
        if let Some(id) = self.ids.get(name) {
            return *id;
        }
        let id = self.beside.len();
        self.ids.insert(name.to_owned(), id);
        self.beside.push(Vec::new());
        id
    }

    /// Returns the number of `name`, if it has one.
    pub fn known(&self, name: &str) -> Option<Id> {
        self.ids.get(name).copied()
    }

    /// Records that `other` is beside `name`.
    pub fn connect(&mut self, name: &str, other: &str) {
        let (from, to) = (self.number(name), self.number(other));
        if let Some(beside) = self.beside.get_mut(from) {
            beside.push(to);
        }
    }

    /// Returns the names at most `reach` references away from `start`.
    pub fn near(&self, start: Id, reach: u8) -> Near {
        let mut near = Near {
            distances: vec![None; self.beside.len()],
            reached: Vec::new(),
        };
        near.reach(start, 0);
        let mut next = 0;
        while let Some(from) = near.reached.get(next).copied() {
            next += 1;
            let far = near.distance(from).unwrap_or(reach);
            if far >= reach {
                break;
            }
            for to in self.beside.get(from).into_iter().flatten() {
                near.reach(*to, far + 1);
            }
        }
        near
    }
}

impl Near {
    /// Returns the distance of a name.
    pub fn distance(&self, id: Id) -> Option<u8> {
        self.distances.get(id).copied().flatten()
    }

    fn reach(&mut self, id: Id, far: u8) {
        if let Some(distance @ None) = self.distances.get_mut(id) {
            *distance = Some(far);
            self.reached.push(id);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shortest_way_counts_up_to_the_reach() {
        let mut graph = Graph::default();
        for (name, other) in [
            ("a", "b"),
            ("b", "c"),
            ("c", "d"),
            ("a", "c"),
            ("d", "e"),
            ("c", "a"),
        ] {
            graph.connect(name, other);
        }
        let id = |name: &str| graph.known(name).expect("a name");
        let near = graph.near(id("a"), 2);
        let far: Vec<Option<u8>> = ["a", "b", "c", "d", "e"]
            .iter()
            .map(|name| near.distance(id(name)))
            .collect();
        assert_eq!(far, [Some(0), Some(1), Some(1), Some(2), None]);
        assert_eq!(near.reached.len(), 4);
        assert_eq!(graph.known("f"), None);
    }
}
