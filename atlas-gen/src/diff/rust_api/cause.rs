//! cause: which finding a change of the client comes from.
//!
//! A finding stands at a place of the published document, a change at an item of Rust. What both
//! name brings them together: components and the types that are called after them, members,
//! operations, parameters, and who refers to whom. It knows nothing of what a change breaks.

use std::collections::{BTreeMap, HashMap, HashSet};

use heck::ToPascalCase;
use serde_json::Value;

use super::Client;
use super::found::Found;
use crate::diff::finding::{Finding, Level, Side as Direction};
use crate::diff::report::{Breaks, ChangeKind};
use crate::document::reference;
use crate::passes::names::{dated, rust_name};
use crate::pointer;

/// Finds causes.
#[derive(Debug)]
pub struct Causes<'a> {
    places: Vec<Place<'a>>,
    sides: [Side; 2],
    /// The findings by the type that their component is called.
    by_type: HashMap<String, Vec<usize>>,
    /// The findings by operation, `GET /path`.
    by_operation: HashMap<&'a str, Vec<usize>>,
    known: HashMap<String, HashMap<String, usize>>,
}

/// Where a finding stands.
#[derive(Debug)]
struct Place<'a> {
    finding: &'a Finding,
    /// The operation in whose own part of the document it stands, `GET /path`.
    operation: Option<String>,
    /// The type that the component is called, and the types that parts of it may be called.
    types: Vec<String>,
    /// The members on the way, and the name of the parameter.
    names: Vec<String>,
}

/// What the client of one side is made of.
#[derive(Debug, Default)]
struct Side {
    /// The operations by the path of an item, `Client::get_x()` and `builder::GetX`.
    operations: HashMap<String, String>,
    /// The names of the types.
    types: HashSet<String>,
    /// The operations with the media types that they speak.
    spoken: HashSet<(String, String)>,
    /// The types and operations that each type or operation stands beside.
    beside: HashMap<String, HashSet<String>>,
}

impl<'a> Causes<'a> {
    /// Prepares to look for causes among `findings`.
    pub fn new(findings: &'a [Finding], old: &Client, new: &Client) -> Self {
        let documents = [&new.published, &old.published];
        let places: Vec<Place<'a>> = findings
            .iter()
            .map(|finding| place(finding, &documents, &[old, new]))
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
            by_type,
            by_operation,
            known: HashMap::new(),
        }
    }

    /// The fingerprint of the finding that `found` comes from, if there is one.
    pub fn of(&mut self, found: &Found) -> Option<String> {
        if self.places.is_empty() {
            return None;
        }
        let item = found.path.rsplit(" for ").next().unwrap_or_default();
        let mut segments = item.trim_end_matches("()").split("::");
        let module = segments.next().unwrap_or_default();
        let owner = segments.next().unwrap_or_default();
        let member = segments.next();
        let operations: Vec<String> = self
            .sides
            .iter()
            .filter_map(|side| {
                let head = match module {
                    "Client" => item.to_owned(),
                    _ => format!("{module}::{owner}"),
                };
                side.operations.get(&head).cloned()
            })
            .collect();
        // The types that the change is about, with how far they are from it.
        let mut near: HashMap<String, usize> = HashMap::new();
        let starts = match module {
            "types" => vec![owner.to_owned(), without_builder(owner).to_owned()],
            _ => operations.clone(),
        };
        for start in &starts {
            for (name, far) in self.neighbours(start) {
                near.entry(name)
                    .and_modify(|known| *known = far.min(*known))
                    .or_insert(far);
            }
        }
        let mut candidates: HashSet<usize> = HashSet::new();
        for name in near.keys() {
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
        // The one thing that changed changed everything.
        let best = best.or(match self.places.as_slice() {
            [only] => Some(only),
            _ => None,
        });
        best.map(|place| place.finding.fingerprint.clone())
    }

    /// What breaks calls and leaves no trace in the client: findings about what callers send that
    /// no change of `all` comes from.
    ///
    /// The client gives a member a type of its own by its name or pattern, whatever else the
    /// document says of it; the server goes by the document.
    pub fn unseen(&self, all: &[Found]) -> Vec<Found> {
        let told: HashSet<&str> = all
            .iter()
            .filter(|found| found.change.breaks.is_some())
            .filter_map(|found| found.change.cause.as_deref())
            .collect();
        let told_at: Vec<&str> = self
            .places
            .iter()
            .filter(|place| told.contains(place.finding.fingerprint.as_str()))
            .map(|place| place.finding.pointer.as_str())
            .collect();
        let is_told = |pointer: &str| {
            told_at.iter().any(|other| {
                let inside = |a: &str, b: &str| {
                    a.strip_prefix(b)
                        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
                };
                inside(pointer, other) || inside(other, pointer)
            })
        };
        self.places
            .iter()
            .filter(|place| {
                let finding = place.finding;
                finding.level == Level::Breaking
                    && finding.side == Some(Direction::Request)
                    && !HARMLESS.iter().any(|words| finding.id.contains(words))
                    && !is_told(&finding.pointer)
            })
            .filter_map(|place| {
                let path = self.item(place)?;
                let text = format!("{path}: {}", place.finding.text);
                let mut found = Found::new(ChangeKind::Changed, text, Some(Breaks::Runtime), &path);
                found.change.cause = Some(place.finding.fingerprint.clone());
                Some(found)
            })
            .collect()
    }

    /// The item of the client that a finding stands closest to.
    fn item(&self, place: &Place<'_>) -> Option<String> {
        if let Some(name) = place
            .types
            .iter()
            .find(|name| self.sides.iter().any(|side| side.types.contains(*name)))
        {
            return Some(format!("types::{name}"));
        }
        let operation = place.operation.as_ref()?;
        // In the content of a body, the version must be one that is spoken.
        let mut tokens = pointer::tokens(&place.finding.pointer);
        if let Some(media_type) = tokens.find(|token| token == "content").and(tokens.next())
            && !self.sides.iter().any(|side| {
                side.spoken
                    .contains(&(operation.clone(), media_type.clone()))
            })
        {
            return None;
        }
        let method = |side: &Side| {
            let mut methods = side.operations.iter();
            let own = methods.find(|(path, at)| *at == operation && path.starts_with("Client"));
            own.map(|(path, _)| path.clone())
        };
        self.sides.iter().find_map(method)
    }

    /// The types and operations around `start`, with how far they are.
    fn neighbours(&mut self, start: &str) -> HashMap<String, usize> {
        if let Some(known) = self.known.get(start) {
            return known.clone();
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
        self.known.insert(start.to_owned(), found.clone());
        found
    }
}

/// What findings about requests are called that make no call fail: other defaults, what nobody can
/// send, and what is only announced.
const HARMLESS: [&str; 6] = [
    "-default-value-",
    "request-parameter-became-not-nullable",
    "request-body-became-not-nullable",
    "-sunset-",
    "-stability-",
    "-deprecated-",
];

/// How far a cause may be from what it changes: a member deep inside a request splits the types
/// above it into one for requests and one for answers.
const REACH: usize = 4;

/// How well a finding explains a change; none if not at all.
fn score(
    place: &Place<'_>,
    near: &HashMap<String, usize>,
    operations: &[String],
    member: Option<&str>,
    wire: Option<&str>,
    found: &Found,
) -> Option<usize> {
    let mut score = 0;
    let closest = place.types.iter().filter_map(|name| near.get(name)).min();
    if let Some(far) = closest {
        score += 60 - 12 * far;
    }
    if let Some(own) = &place.operation {
        if operations.contains(own) {
            score += 70;
        } else if let Some(far) = near.get(own) {
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
    let spelt = |name: &String| crate::model::rust_ident(name);
    if let Some(member) = member {
        if last.map(spelt).as_deref() == Some(member) {
            score += 40;
        } else if place.names.iter().any(|name| spelt(name) == member) {
            score += 20;
        }
    }
    if let Some(wire) = wire {
        let mut parts = wire.split(['.', '[', '{']);
        if last.is_some_and(|last| parts.any(|part| part == last)) {
            score += 40;
        }
    }
    if place
        .names
        .iter()
        .any(|name| found.change.item.contains(&format!("`{name}`")))
    {
        score += 15;
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

fn without_builder(name: &str) -> &str {
    name.strip_suffix("Builder").unwrap_or(name)
}

fn place<'a>(finding: &'a Finding, documents: &[&Value], clients: &[&Client]) -> Place<'a> {
    let tokens: Vec<String> = pointer::tokens(&finding.pointer).collect();
    let tokens: Vec<&str> = tokens.iter().map(String::as_str).collect();
    let mut place = Place {
        finding,
        operation: None,
        types: Vec::new(),
        names: Vec::new(),
    };
    let rest = match tokens.as_slice() {
        ["paths", path, method, rest @ ..] => {
            place.operation = Some(format!("{} {path}", method.to_uppercase()));
            place.names.extend(parameter(&tokens, documents));
            rest
        }
        ["components", "schemas", name, rest @ ..] => {
            // Of a schema in versions that are not spoken, the client knows nothing.
            let spoken = |client: &&Client| client.generated.spoken.contains(*name);
            if !clients.iter().any(spoken) {
                return place;
            }
            let bare = dated(name).map_or(*name, |(bare, _)| bare);
            for name in [bare, name] {
                let name = rust_name(name);
                if !place.types.contains(&name) {
                    place.types.push(name);
                }
            }
            rest
        }
        ["components", ..] => {
            place.names.extend(parameter(&tokens, documents));
            &[]
        }
        other => other,
    };
    // What stands inside is called after the way to it, as the pass `hoist` does.
    let mut hoisted = place.types.first().cloned().unwrap_or_default();
    let mut rest = rest.iter();
    while let Some(token) = rest.next() {
        match *token {
            "properties" => {
                let Some(name) = rest.next() else { break };
                place.names.push((*name).to_owned());
                hoisted.push_str(&name.to_pascal_case());
            }
            "items" => hoisted.push_str("Item"),
            "additionalProperties" => hoisted.push_str("Value"),
            _ => continue,
        }
        if !place.types.is_empty() {
            place.types.push(hoisted.clone());
        }
    }
    for suffix in ["Request", "RequestBody", "Sent"] {
        for i in 0..place.types.len() {
            let name = format!("{}{suffix}", place.types[i]);
            place.types.push(name);
            if place.types.len() > 24 {
                break;
            }
        }
    }
    place
}

/// The name of the parameter that `tokens` lead to or into.
fn parameter(tokens: &[&str], documents: &[&Value]) -> Option<String> {
    let at = tokens.iter().position(|token| *token == "parameters")?;
    let here = tokens.get(..at + 2)?;
    let here = here
        .iter()
        .fold(String::new(), |here, token| pointer::join(&here, token));
    documents.iter().find_map(|document| {
        let parameter = document.pointer(&here)?;
        let target = reference(parameter).and_then(|target| target.strip_prefix('#'));
        let parameter = target
            .and_then(|at| document.pointer(at))
            .unwrap_or(parameter);
        parameter.get("name")?.as_str().map(str::to_owned)
    })
}

fn side(client: &Client) -> Side {
    let (generated, wire) = (&client.generated, &client.wire);
    let mut side = Side::default();
    for (method, spoken) in &wire.operations {
        let place = &spoken.place;
        side.operations
            .insert(format!("Client::{method}()"), place.clone());
        side.operations
            .insert(format!("builder::{}", spoken.builder), place.clone());
        for media in &spoken.media_types {
            side.spoken.insert((place.clone(), media.spoken.clone()));
        }
    }
    side.types.extend(wire.types.keys().cloned());
    let mut references: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (name, schema) in generated.document.schemas() {
        let mut targets = Vec::new();
        crate::schema::references(schema, &mut targets);
        references.insert(
            name.clone(),
            targets.into_iter().map(str::to_owned).collect(),
        );
    }
    for place in generated.document.places() {
        let operation = generated.document.operation(&place);
        let mut targets = Vec::new();
        for value in operation
            .into_iter()
            .flat_map(|operation| operation.values())
        {
            everywhere(value, &mut targets);
        }
        let name = format!("{} {}", place.method.to_uppercase(), place.path);
        references.insert(name, targets);
    }
    for (name, targets) in references {
        for target in targets {
            // What everybody refers to says nothing of anybody.
            if EVERYWHERE.contains(&target.as_str()) {
                continue;
            }
            side.beside
                .entry(target.clone())
                .or_default()
                .insert(name.clone());
            side.beside.entry(name.clone()).or_default().insert(target);
        }
    }
    side
}

/// Types that stand in places that have nothing to do with each other.
const EVERYWHERE: [&str; 4] = ["ApiError", "Link", "ObjectId", "Sensitive"];

/// The components that any part of `value` refers to.
fn everywhere(value: &Value, targets: &mut Vec<String>) {
    match value {
        Value::Object(map) => {
            let name = crate::document::schema_name(value);
            targets.extend(name.map(str::to_owned));
            map.values().for_each(|value| everywhere(value, targets));
        }
        Value::Array(items) => items.iter().for_each(|value| everywhere(value, targets)),
        _ => {}
    }
}
