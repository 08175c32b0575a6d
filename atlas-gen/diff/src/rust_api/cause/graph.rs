//! The graph of references between types and operations, and distances in it.
//!
//! Names are interned, because a search visits most of a document for each change.

use std::collections::HashMap;

/// An interned name.
pub type Id = usize;

/// Types and operations, with the references between them in both directions.
#[derive(Debug, Default)]
pub struct Graph {
    ids: HashMap<String, Id>,
    adjacent: Vec<Vec<Id>>,
}

/// The distances of names from a start.
#[derive(Debug)]
pub struct Distances {
    /// By interned name.
    distances: Vec<Option<u8>>,
    /// The reached names, the nearest first.
    pub reached: Vec<Id>,
}

impl Graph {
    /// Interns `name`.
    pub fn intern(&mut self, name: &str) -> Id {
        if let Some(id) = self.ids.get(name) {
            return *id;
        }
        let id = self.adjacent.len();
        self.ids.insert(name.to_owned(), id);
        self.adjacent.push(Vec::new());
        id
    }

    /// Returns the id of `name`, if it was interned.
    pub fn get(&self, name: &str) -> Option<Id> {
        self.ids.get(name).copied()
    }

    /// Adds an edge from `name` to `other`.
    pub fn connect(&mut self, name: &str, other: &str) {
        let (from, to) = (self.intern(name), self.intern(other));
        if let Some(adjacent) = self.adjacent.get_mut(from) {
            adjacent.push(to);
        }
    }

    /// Returns the names at most `reach` references away from `start`.
    pub fn distances_from(&self, start: Id, visit: u8) -> Distances {
        let mut distances = Distances {
            distances: vec![None; self.adjacent.len()],
            reached: Vec::new(),
        };
        distances.visit(start, 0);
        let mut next = 0;
        while let Some(from) = distances.reached.get(next).copied() {
            next += 1;
            let distance = distances.distance(from).unwrap_or(visit);
            if distance >= visit {
                break;
            }
            for to in self.adjacent.get(from).into_iter().flatten() {
                distances.visit(*to, distance + 1);
            }
        }
        distances
    }
}

impl Distances {
    /// Returns the distance of a name.
    pub fn distance(&self, id: Id) -> Option<u8> {
        self.distances.get(id).copied().flatten()
    }

    fn visit(&mut self, id: Id, distance: u8) {
        if let Some(known @ None) = self.distances.get_mut(id) {
            *known = Some(distance);
            self.reached.push(id);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_are_those_of_shortest_paths_up_to_a_limit() {
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
        let id = |name: &str| graph.get(name).expect("a name");
        let distances = graph.distances_from(id("a"), 2);
        let distance: Vec<Option<u8>> = ["a", "b", "c", "d", "e"]
            .iter()
            .map(|name| distances.distance(id(name)))
            .collect();
        assert_eq!(distance, [Some(0), Some(1), Some(1), Some(2), None]);
        assert_eq!(distances.reached.len(), 4);
        assert_eq!(graph.get("f"), None);
    }
}
