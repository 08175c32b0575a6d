//! Finds the finding that causes a change of the client.
//!
//! A finding has a location in the published document, and a change has an item in Rust. They are
//! matched by names (of components, members, operations and parameters) and by references between them.

mod client_index;
mod explains;
mod graph;
mod location;
mod without_items;

use std::collections::{BTreeSet, HashMap, HashSet};
use std::rc::Rc;

use heck::ToPascalCase;
use serde_json::Value;

use crate::report::ChangeKind;
use crate::report::effects::is_rename;
use crate::report::finding::{self, Finding, Level};
use crate::rust_api::calls::access::CLIENT;
use crate::rust_api::cause::client_index::{ClientIndex, index_client};
use crate::rust_api::cause::explains::{explains, replaces};
use crate::rust_api::cause::graph::{Distances, Graph, Id};
use crate::rust_api::cause::location::{FindingLocation, LocationName, location};
use crate::rust_api::client::Client;
use crate::rust_api::detected::DetectedChange;
use atlas_gen::pointer;

/// Finds the causes of changes.
#[derive(Debug)]
pub struct CauseFinder<'a> {
    /// The locations of the findings.
    pub places: Vec<FindingLocation<'a>>,
    /// The indexes of the two clients.
    pub indexes: [ClientIndex; 2],
    /// The two published documents.
    pub documents: [&'a Value; 2],
    graph: Graph,
    /// The indices of findings by type and by operation.
    by_name: HashMap<Id, Vec<usize>>,
    /// The types and the operation of each finding's location.
    names_of: Vec<(Vec<Id>, Option<Id>)>,
    distances: HashMap<Id, Rc<Distances>>,
}

impl<'a> CauseFinder<'a> {
    /// Prepares the search for causes among `findings`.
    pub fn new(findings: &'a [Finding], old: &'a Client<'a>, new: &'a Client<'a>) -> Self {
        let documents = [old.published, new.published];
        // A finding is located in the new document, or in the old one for removed parts.
        let places: Vec<FindingLocation<'a>> = findings
            .iter()
            .map(|finding| {
                let [old_document, new_document] = documents;
                let documents = match finding.id.contains("removed") {
                    true => [old_document, new_document],
                    false => [new_document, old_document],
                };
                location(finding, &documents, &[old, new])
            })
            .collect();
        let indexes = [index_client(old), index_client(new)];
        let mut graph = Graph::default();
        for (name, adjacent) in indexes.iter().flat_map(|side| &side.adjacent) {
            for other in adjacent {
                graph.connect(name, other);
            }
        }
        let mut by_name: HashMap<Id, Vec<usize>> = HashMap::new();
        let mut names_of = Vec::with_capacity(places.len());
        for (i, location) in places.iter().enumerate() {
            let types: Vec<Id> = location
                .types
                .iter()
                .map(|name| graph.intern(name))
                .collect();
            let operations = location.finding.operations.iter();
            let reached: Vec<Id> = operations.map(|name| graph.intern(name)).collect();
            for id in types.iter().chain(&reached) {
                by_name.entry(*id).or_default().push(i);
            }
            let own = location.operation.as_ref().map(|name| graph.intern(name));
            names_of.push((types, own));
        }
        Self {
            places,
            indexes,
            documents,
            graph,
            by_name,
            names_of,
            distances: HashMap::new(),
        }
    }

    /// Returns the fingerprint of the finding that causes `found`, if there is one.
    pub fn cause_of(&mut self, found: &DetectedChange) -> Option<String> {
        if self.places.is_empty() {
            return None;
        }
        if let Some(cause) = self.of_feature(&found.path) {
            return Some(cause);
        }
        if found.path == CLIENT {
            let findings = self.places.iter().map(|location| location.finding);
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
            .indexes
            .iter()
            .filter_map(|side| {
                let head = match module {
                    "Client" | "operations" => item.to_owned(),
                    _ => format!("{module}::{owner}"),
                };
                side.operations.get(&head).cloned()
            })
            .collect();
        // The types and operations near the changed item.
        let starts = match module {
            "types" => vec![owner.to_owned()],
            _ => operations.clone(),
        };
        let distances: Vec<Rc<Distances>> = starts
            .iter()
            .filter_map(|start| self.distances_from(start))
            .collect();
        let reached = distances.iter().flat_map(|distances| &distances.reached);
        let candidates: HashSet<usize> = reached
            .filter_map(|id| self.by_name.get(id))
            .flatten()
            .copied()
            .collect();
        let wire = found.member.as_deref();
        let is_received = |name: &str| {
            let sent = format!("{name}Request");
            self.indexes.iter().any(|side| side.types.contains(&sent))
        };
        let scored = candidates.into_iter().filter_map(|i| {
            let location = self.places.get(i)?;
            let (types, own) = self.names_of.get(i)?;
            let distance = |id: &Id| {
                let all = distances
                    .iter()
                    .filter_map(|distances| distances.distance(*id));
                all.min().map(usize::from)
            };
            let distances = (
                types.iter().filter_map(distance).min(),
                own.as_ref().and_then(distance),
            );
            let score = score(
                location,
                distances,
                &operations,
                member,
                wire,
                found,
                is_received,
            )?;
            Some((score, std::cmp::Reverse(i)))
        });
        let best = scored.max().and_then(|(_, i)| self.places.get(i.0));
        // A single finding causes all changes except renames.
        let best = best.or(match self.places.as_slice() {
            [only] if !is_rename(&found.change) => Some(only),
            _ => None,
        });
        best.map(|location| location.finding.fingerprint.clone())
    }

    /// Returns the fingerprints of the findings about schemas and bodies of versions that neither
    /// client uses.
    pub fn unused(&self) -> BTreeSet<String> {
        let findings = self.places.iter().map(|location| location.finding);
        findings
            .filter(|finding| self.is_unused(&finding.pointer))
            .map(|finding| finding.fingerprint.clone())
            .collect()
    }

    fn is_unused(&self, pointer: &str) -> bool {
        let tokens: Vec<String> = pointer::tokens(pointer).collect();
        let tokens: Vec<&str> = tokens.iter().map(String::as_str).collect();
        let mut sides = self.indexes.iter();
        match tokens.as_slice() {
            ["components", "schemas", name, ..] => {
                !sides.any(|side| side.used_schemas.contains(*name))
            }
            ["paths", path, method, rest @ ..] => {
                let at = rest.iter().position(|token| *token == "content");
                let media = at.and_then(|at| rest.get(at + 1));
                // Other media types, such as those of failures, have no version.
                let Some(media) = media.filter(|media| media.contains("/vnd.atlas.")) else {
                    return false;
                };
                let key = (
                    format!("{} {path}", method.to_uppercase()),
                    (*media).to_owned(),
                );
                !sides.any(|side| side.media_types.contains(&key))
            }
            _ => false,
        }
    }

    /// Returns the finding about an operation of the feature at `path`, preferably one about its
    /// tags.
    fn of_feature(&self, path: &str) -> Option<String> {
        let sides = self.indexes.iter();
        let operations: Vec<&String> = sides
            .filter_map(|side| side.features.get(path))
            .flatten()
            .collect();
        if operations.is_empty() {
            return None;
        }
        let findings = self.places.iter().map(|location| location.finding);
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

    /// Returns the distances from `start`; `None` if it is not in the graph.
    fn distances_from(&mut self, start: &str) -> Option<Rc<Distances>> {
        let start = self.graph.get(start)?;
        let graph = &self.graph;
        let distances = self.distances.entry(start);
        Some(Rc::clone(distances.or_insert_with(|| {
            Rc::new(graph.distances_from(start, MAX_DISTANCE))
        })))
    }
}

/// The maximal distance of a cause: a nested member may split all types that contain it into one for
/// requests and one for responses.
const MAX_DISTANCE: u8 = 4;

/// Returns a score for how likely a finding causes a change; `None` if it does not. The distances are
/// those of its nearest type and of its operation.
fn score(
    location: &FindingLocation<'_>,
    (type_distance, operation_distance): (Option<usize>, Option<usize>),
    operations: &[String],
    member: Option<&str>,
    wire: Option<&str>,
    found: &DetectedChange,
    is_received: impl Fn(&str) -> bool,
) -> Option<usize> {
    let is_called = |own: &String| operations.contains(own);
    let distance = match location.operation.as_ref().is_some_and(is_called) {
        true => 0,
        false => type_distance
            .into_iter()
            .chain(operation_distance)
            .min()
            .unwrap_or(usize::MAX),
    };
    if !explains(location, found, member, distance) {
        return None;
    }
    let mut score = 0;
    if let Some(distance) = type_distance {
        score += 60 - 12 * distance;
    }
    if let Some(own) = &location.operation {
        if operations.contains(own) {
            score += 70;
        } else if let Some(distance) = operation_distance {
            score += 40 - 8 * distance;
        }
    } else if location
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
    let last = location.names.last();
    if let Some(member) = member {
        if last.is_some_and(|last| last.field == member) {
            score += 40;
        } else if location.names.iter().any(|name| name.field == member) {
            score += 20;
        }
    }
    if let Some(wire) = wire {
        let mut parts = wire.split(['.', '[', '{']);
        if last.is_some_and(|last| parts.any(|part| part == last.wire)) {
            score += 40;
        }
    }
    let mut quoted = location.names.iter().map(|name| name.quoted.as_str());
    if quoted.any(|name| found.change.item.contains(name)) {
        score += 15;
    }
    let owner = owner_of(&found.path);
    // The type of a parameter has its name; other types are unrelated.
    let own = found.path.rsplit(" for ").next().unwrap_or_default();
    if location.finding.pointer.contains("/parameters/") && own.starts_with("types::") {
        let of_it = |name: &LocationName| {
            let own = name.wire.to_pascal_case();
            owner.is_some_and(|owner| owner.ends_with(&own))
        };
        match last.is_some_and(of_it) {
            true => score += 30,
            false => score = score.saturating_sub(30),
        }
    }
    // A type is added or removed with its users.
    if member.is_none() && found.path.starts_with("types::") {
        let id = location.finding.id;
        let explains = match found.change.kind {
            ChangeKind::Added => id.contains("added") || id.starts_with("new-"),
            ChangeKind::Removed => {
                !id.contains("enum") && (id.contains("removed") || id.contains("deleted"))
            }
            ChangeKind::Changed => false,
        };
        score += if explains { 40 } else { 0 };
    }
    // Types with a suffix are only used in one direction, and so are those beside them.
    let side = match owner {
        Some(name) if name.ends_with("Request") => Some(finding::Side::Request),
        Some(name) if name.ends_with("Response") || is_received(name) => {
            Some(finding::Side::Response)
        }
        _ => None,
    };
    // Direction counts more than the level.
    if side.is_some() && location.finding.side == side {
        score += 8;
    }
    let sides = found.change.item.split_once(" → ");
    if sides.is_some_and(|(before, after)| replaces(location, before, after)) {
        score += 60;
    }
    if found.change.item.contains(": speaks `") && location.finding.id.starts_with("version-") {
        score += 60;
    }
    score += match (found.change.breaks.is_some(), location.finding.level) {
        (true, Level::Breaking) => 6,
        (true, Level::Warning) => 3,
        _ => 0,
    };
    Some(score)
}

/// Returns the type in the path of an item.
fn owner_of(path: &str) -> Option<&str> {
    let mut segments = path.split("::").skip(1);
    segments.find(|name| name.starts_with(char::is_uppercase))
}
