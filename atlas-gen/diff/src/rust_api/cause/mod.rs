//! Finds the finding that causes a change of the client.
//!
//! A finding has a location in the published document, a change an item of Rust. They are matched
//! by shared names: components and the types named after them, members, operations, parameters, and
//! references between them. It knows nothing of what a change breaks.

mod place;
mod side;
mod unseen;

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use serde_json::Value;

use crate::report::ChangeKind;
use crate::report::finding::{Finding, Level};
use crate::rust_api::calls::access::CLIENT;
use crate::rust_api::cause::place::{Place, place};
use crate::rust_api::cause::side::{Side, side};
use crate::rust_api::client::Client;
use crate::rust_api::found::Found;

/// Finds causes.
#[derive(Debug)]
pub struct Causes<'a> {
    /// The locations of the findings.
    pub places: Vec<Place<'a>>,
    /// The two clients.
    pub sides: [Side; 2],
    /// The two published documents.
    pub documents: [&'a Value; 2],
    /// The findings by the type of their component.
    by_type: HashMap<String, Vec<usize>>,
    /// The findings by operation, `GET /path`.
    by_operation: HashMap<&'a str, Vec<usize>>,
    known: HashMap<String, Rc<Distances>>,
}

impl<'a> Causes<'a> {
    /// Prepares the search for causes among `findings`.
    pub fn new(findings: &'a [Finding], old: &'a Client<'a>, new: &'a Client<'a>) -> Self {
        let documents = [old.published, new.published];
        // A finding is located in the new document, or in the old one for removed parts.
        let newest_first = [documents[1], documents[0]];
        let places: Vec<Place<'a>> = findings
            .iter()
            .map(|finding| place(finding, &newest_first, &[old, new]))
            .collect();
        let mut by_type: HashMap<String, Vec<usize>> = HashMap::new();
        let mut by_operation: HashMap<&'a str, Vec<usize>> = HashMap::new();
        for (i, place) in places.iter().enumerate() {
            for name in &place.types {
                by_type.entry(name.clone()).or_default().push(i);
            }
            for operation in &place.finding.operations {
                by_operation.entry(operation).or_default().push(i);
            }
        }
        Self {
            places,
            sides: [side(old), side(new)],
            documents,
            by_type,
            by_operation,
            known: HashMap::new(),
        }
    }

    /// Returns the fingerprint of the finding that causes `found`, if there is one.
    pub fn of(&mut self, found: &Found) -> Option<String> {
        if self.places.is_empty() {
            return None;
        }
        if let Some(cause) = self.of_feature(&found.path) {
            return Some(cause);
        }
        if found.path == CLIENT {
            let findings = self.places.iter().map(|place| place.finding);
            let mut security = findings.filter(|finding| finding.id.contains("-security-"));
            return security.next().map(|finding| finding.fingerprint.clone());
        }
        let item = found.path.rsplit(" for ").next().unwrap_or_default();
        let mut segments = item.trim_end_matches("()").split("::").peekable();
        let module = segments.next().unwrap_or_default();
        if module == "types" {
            // The builder of a type changes with the type.
            segments.next_if_eq(&"builder");
        }
        let owner = segments.next().unwrap_or_default();
        let member = segments.next();
        let operations: Vec<String> = self
            .sides
            .iter()
            .filter_map(|side| {
                let head = match module {
                    "Client" | "operations" => item.to_owned(),
                    _ => format!("{module}::{owner}"),
                };
                side.operations.get(&head).cloned()
            })
            .collect();
        // The types that the change concerns, with their distances.
        let starts = match module {
            "types" => vec![owner.to_owned()],
            _ => operations.clone(),
        };
        let near: Vec<Rc<Distances>> = starts.iter().map(|start| self.neighbours(start)).collect();
        let mut candidates: HashSet<usize> = HashSet::new();
        for name in near.iter().flat_map(|near| near.keys()) {
            candidates.extend(self.by_type.get(name).into_iter().flatten());
            candidates.extend(self.by_operation.get(name.as_str()).into_iter().flatten());
        }
        let wire = found.member.as_deref();
        let scored = candidates.into_iter().filter_map(|i| {
            let place = self.places.get(i)?;
            let score = score(place, &near, &operations, member, wire, found)?;
            Some((score, std::cmp::Reverse(i)))
        });
        let best = scored.max().and_then(|(_, i)| self.places.get(i.0));
        // A single finding causes every change.
        let best = best.or(match self.places.as_slice() {
            [only] => Some(only),
            _ => None,
        });
        best.map(|place| place.finding.fingerprint.clone())
    }

    /// Returns the finding about an operation of the feature at `path`, preferably one about its
    /// tags.
    fn of_feature(&self, path: &str) -> Option<String> {
        let sides = self.sides.iter();
        let operations: Vec<&String> = sides
            .filter_map(|side| side.features.get(path))
            .flatten()
            .collect();
        if operations.is_empty() {
            return None;
        }
        let findings = self.places.iter().map(|place| place.finding);
        let about = |finding: &&Finding| {
            let mut own = finding.operations.iter();
            own.any(|operation| operations.contains(&operation))
        };
        let (tags, others): (Vec<_>, Vec<_>) = findings
            .filter(about)
            .partition(|finding| finding.id.starts_with("api-tag-"));
        let best = tags.first().or(others.first());
        best.map(|finding| finding.fingerprint.clone())
    }

    /// Returns the types and operations near `start`, with their distances.
    fn neighbours(&mut self, start: &str) -> Rc<Distances> {
        if let Some(known) = self.known.get(start) {
            return Rc::clone(known);
        }
        let mut found = HashMap::from([(start.to_owned(), 0)]);
        let mut ring = vec![start.to_owned()];
        for far in 1..=REACH {
            let mut next = Vec::new();
            for name in &ring {
                for side in &self.sides {
                    for other in side.beside.get(name).into_iter().flatten() {
                        if !found.contains_key(other) {
                            found.insert(other.clone(), far);
                            next.push(other.clone());
                        }
                    }
                }
            }
            ring = next;
        }
        let found = Rc::new(found);
        self.known.insert(start.to_owned(), Rc::clone(&found));
        found
    }
}

/// Distances of types and operations from one of them.
type Distances = HashMap<String, usize>;

/// The maximal distance of a cause: a member deep inside a request splits the types above it into
/// one for requests and one for responses.
const REACH: usize = 4;

/// Returns how well a finding explains a change; `None` if it does not.
fn score(
    place: &Place<'_>,
    near: &[Rc<Distances>],
    operations: &[String],
    member: Option<&str>,
    wire: Option<&str>,
    found: &Found,
) -> Option<usize> {
    let mut score = 0;
    let distance = |name: &String| near.iter().filter_map(|near| near.get(name)).min();
    let closest = place.types.iter().filter_map(distance).min();
    if let Some(far) = closest {
        score += 60 - 12 * far;
    }
    if let Some(own) = &place.operation {
        if operations.contains(own) {
            score += 70;
        } else if let Some(far) = distance(own) {
            score += 40 - 8 * far;
        }
    } else if place
        .finding
        .operations
        .iter()
        .any(|o| operations.contains(o))
    {
        score += 10;
    }
    if score == 0 {
        return None;
    }
    let last = place.names.last();
    if let Some(member) = member {
        if last.is_some_and(|last| last.field == member) {
            score += 40;
        } else if place.names.iter().any(|name| name.field == member) {
            score += 20;
        }
    }
    if let Some(wire) = wire {
        let mut parts = wire.split(['.', '[', '{']);
        if last.is_some_and(|last| parts.any(|part| part == last.wire)) {
            score += 40;
        }
    }
    let mut quoted = place.names.iter().map(|name| name.quoted.as_str());
    if quoted.any(|name| found.change.item.contains(name)) {
        score += 15;
    }
    // A whole type comes or goes with what uses it, whatever else changes near it.
    if member.is_none() && found.path.starts_with("types::") {
        let id = place.finding.id;
        let explains = match found.change.kind {
            ChangeKind::Added => id.contains("added") || id.starts_with("new-"),
            ChangeKind::Removed => {
                !id.contains("enum") && (id.contains("removed") || id.contains("deleted"))
            }
            ChangeKind::Changed => false,
        };
        score += if explains { 40 } else { 0 };
    }
    if found.change.item.contains(": speaks `") && place.finding.id.starts_with("version-") {
        score += 60;
    }
    score += match (found.change.breaks.is_some(), place.finding.level) {
        (true, Level::Breaking) => 6,
        (true, Level::Warning) => 3,
        _ => 0,
    };
    Some(score)
}
