//! Finds the finding that causes a change of the client.
//!
//! A finding has a location in the published document, a change an item of Rust. They are matched
//! by shared names: components and the types named after them, members, operations, parameters, and
//! references between them. It knows nothing of what a change breaks.

mod explains;
mod graph;
mod place;
mod side;
mod unseen;

use std::collections::{BTreeSet, HashMap, HashSet};
use std::rc::Rc;

use heck::ToPascalCase;
use serde_json::Value;

use crate::report::ChangeKind;
use crate::report::effects::is_rename;
use crate::report::finding::{self, Finding, Level};
use crate::rust_api::calls::access::CLIENT;
use crate::rust_api::cause::explains::{explains, replaces};
use crate::rust_api::cause::graph::{Graph, Id, Near};
use crate::rust_api::cause::place::{Place, PlaceName, place};
use crate::rust_api::cause::side::{Side, side};
use crate::rust_api::client::Client;
use crate::rust_api::found::Found;
use atlas_gen::pointer;

/// Finds causes.
#[derive(Debug)]
pub struct Causes<'a> {
    /// The locations of the findings.
    pub places: Vec<Place<'a>>,
    /// The two clients.
    pub sides: [Side; 2],
    /// The two published documents.
    pub documents: [&'a Value; 2],
    graph: Graph,
    /// The findings by the type of their component, and by operation.
    by_name: HashMap<Id, Vec<usize>>,
    /// The types and the operation of each finding's location.
    of_place: Vec<(Vec<Id>, Option<Id>)>,
    near: HashMap<Id, Rc<Near>>,
}

impl<'a> Causes<'a> {
    /// Prepares the search for causes among `findings`.
    pub fn new(findings: &'a [Finding], old: &'a Client<'a>, new: &'a Client<'a>) -> Self {
        let documents = [old.published, new.published];
        // A finding is located in the new document, or in the old one for removed parts.
        let places: Vec<Place<'a>> = findings
            .iter()
            .map(|finding| {
                let [old_document, new_document] = documents;
                let documents = match finding.id.contains("removed") {
                    true => [old_document, new_document],
                    false => [new_document, old_document],
                };
                place(finding, &documents, &[old, new])
            })
            .collect();
        let sides = [side(old), side(new)];
        let mut graph = Graph::default();
        for (name, beside) in sides.iter().flat_map(|side| &side.beside) {
            for other in beside {
                graph.connect(name, other);
            }
        }
        let mut by_name: HashMap<Id, Vec<usize>> = HashMap::new();
        let mut of_place = Vec::with_capacity(places.len());
        for (i, place) in places.iter().enumerate() {
            let types: Vec<Id> = place.types.iter().map(|name| graph.number(name)).collect();
            let operations = place.finding.operations.iter();
            let reached: Vec<Id> = operations.map(|name| graph.number(name)).collect();
            for id in types.iter().chain(&reached) {
                by_name.entry(*id).or_default().push(i);
            }
            let own = place.operation.as_ref().map(|name| graph.number(name));
            of_place.push((types, own));
        }
        Self {
            places,
            sides,
            documents,
            graph,
            by_name,
            of_place,
            near: HashMap::new(),
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
        let near: Vec<Rc<Near>> = starts.iter().filter_map(|start| self.near(start)).collect();
        let reached = near.iter().flat_map(|near| &near.reached);
        let candidates: HashSet<usize> = reached
            .filter_map(|id| self.by_name.get(id))
            .flatten()
            .copied()
            .collect();
        let wire = found.member.as_deref();
        let is_received = |name: &str| {
            let sent = format!("{name}Request");
            self.sides.iter().any(|side| side.types.contains(&sent))
        };
        let scored = candidates.into_iter().filter_map(|i| {
            let place = self.places.get(i)?;
            let (types, own) = self.of_place.get(i)?;
            let distance = |id: &Id| {
                let all = near.iter().filter_map(|near| near.distance(*id));
                all.min().map(usize::from)
            };
            let distances = (
                types.iter().filter_map(distance).min(),
                own.as_ref().and_then(distance),
            );
            let score = score(
                place,
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
        // A single finding causes every change but that of a name.
        let best = best.or(match self.places.as_slice() {
            [only] if !is_rename(&found.change) => Some(only),
            _ => None,
        });
        best.map(|place| place.finding.fingerprint.clone())
    }

    /// Returns the fingerprints of the findings about schemas and bodies of versions that neither
    /// client uses.
    pub fn unused(&self) -> BTreeSet<String> {
        let findings = self.places.iter().map(|place| place.finding);
        findings
            .filter(|finding| self.is_unused(&finding.pointer))
            .map(|finding| finding.fingerprint.clone())
            .collect()
    }

    fn is_unused(&self, pointer: &str) -> bool {
        let tokens: Vec<String> = pointer::tokens(pointer).collect();
        let tokens: Vec<&str> = tokens.iter().map(String::as_str).collect();
        let mut sides = self.sides.iter();
        match tokens.as_slice() {
            ["components", "schemas", name, ..] => {
                !sides.any(|side| side.published.contains(*name))
            }
            ["paths", path, method, rest @ ..] => {
                let at = rest.iter().position(|token| *token == "content");
                let media = at.and_then(|at| rest.get(at + 1));
                // Others, such as those of failures, are of no version.
                let Some(media) = media.filter(|media| media.contains("/vnd.atlas.")) else {
                    return false;
                };
                let key = (
                    format!("{} {path}", method.to_uppercase()),
                    (*media).to_owned(),
                );
                !sides.any(|side| side.spoken.contains(&key))
            }
            _ => false,
        }
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

    /// Returns the types and operations near `start`; `None` if nothing is known of it.
    fn near(&mut self, start: &str) -> Option<Rc<Near>> {
        let start = self.graph.known(start)?;
        let graph = &self.graph;
        let near = self.near.entry(start);
        Some(Rc::clone(
            near.or_insert_with(|| Rc::new(graph.near(start, REACH))),
        ))
    }
}

/// The maximal distance of a cause: a member deep inside a request splits the types above it into
/// one for requests and one for responses.
const REACH: u8 = 4;

/// Returns how well a finding explains a change; `None` if it does not. `closest` and `apart` are the
/// distances of its nearest type and of its operation.
fn score(
    place: &Place<'_>,
    (closest, apart): (Option<usize>, Option<usize>),
    operations: &[String],
    member: Option<&str>,
    wire: Option<&str>,
    found: &Found,
    is_received: impl Fn(&str) -> bool,
) -> Option<usize> {
    let is_called = |own: &String| operations.contains(own);
    let far = match place.operation.as_ref().is_some_and(is_called) {
        true => 0,
        false => closest.into_iter().chain(apart).min().unwrap_or(usize::MAX),
    };
    if !explains(place, found, member, far) {
        return None;
    }
    let mut score = 0;
    if let Some(far) = closest {
        score += 60 - 12 * far;
    }
    if let Some(own) = &place.operation {
        if operations.contains(own) {
            score += 70;
        } else if let Some(far) = apart {
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
    let owner = owner_of(&found.path);
    // The type of a parameter has its name; others have nothing to do with it.
    let own = found.path.rsplit(" for ").next().unwrap_or_default();
    if place.finding.pointer.contains("/parameters/") && own.starts_with("types::") {
        let of_it = |name: &PlaceName| {
            let own = name.wire.to_pascal_case();
            owner.is_some_and(|owner| owner.ends_with(&own))
        };
        match last.is_some_and(of_it) {
            true => score += 30,
            false => score = score.saturating_sub(30),
        }
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
    // What is sent only has a type of its own, if there is another for what is received.
    let side = match owner {
        Some(name) if name.ends_with("Request") => Some(finding::Side::Request),
        Some(name) if name.ends_with("Response") || is_received(name) => {
            Some(finding::Side::Response)
        }
        _ => None,
    };
    // More than the level of a finding counts.
    if side.is_some() && place.finding.side == side {
        score += 8;
    }
    let sides = found.change.item.split_once(" → ");
    if sides.is_some_and(|(before, after)| replaces(place, before, after)) {
        score += 60;
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

/// Returns the type in the path of an item.
fn owner_of(path: &str) -> Option<&str> {
    let mut segments = path.split("::").skip(1);
    segments.find(|name| name.starts_with(char::is_uppercase))
}
