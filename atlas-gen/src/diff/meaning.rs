//! What a schema means: references followed, `allOf` merged, the forms of null made one.
//!
//! Two schemas that mean the same have the same [`Shape`], whichever way they are written. It
//! knows one document at a time, not what is compared.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::rc::Rc;

use serde_json::Value;

use super::tree::{Located, Tree, component};
use crate::error::Result;

/// A schema where it is used: usually one place, several where the parts of an `allOf` each say
/// something about the same member.
pub(super) type Schema<'a> = Vec<Located<'a>>;

/// Keywords that demand nothing of a value.
const ANNOTATIONS: [&str; 14] = [
    "title",
    "description",
    "example",
    "examples",
    "externalDocs",
    "deprecated",
    "readOnly",
    "writeOnly",
    "nullable",
    "default",
    "xml",
    "discriminator",
    "$comment",
    "allOf",
];

/// Whether `keyword` demands something of a value.
pub(super) fn demands(keyword: &str) -> bool {
    !ANNOTATIONS.contains(&keyword) && !keyword.starts_with("x-")
}

/// A schema with its `allOf` taken apart, but not merged yet.
#[derive(Debug, Clone)]
pub(super) struct Parts<'a> {
    /// What the schema says beside `allOf`.
    pub(super) own: Vec<Located<'a>>,
    /// The schemas of `allOf`.
    pub(super) elements: Vec<Element<'a>>,
}

/// A schema of `allOf`.
#[derive(Debug, Clone)]
pub(super) struct Element<'a> {
    /// The component that it refers to.
    pub(super) name: Option<&'a str>,
    /// Where it stands in the list.
    pub(super) at: Located<'a>,
    /// What it says, with its own `allOf`.
    pub(super) parts: Vec<Located<'a>>,
}

/// Takes `schema` apart.
pub(super) fn parts<'a>(tree: &Tree<'a>, schema: &Schema<'a>) -> Result<Parts<'a>> {
    let mut own = Vec::new();
    let mut elements = Vec::new();
    for at in schema {
        let resolved = resolve(tree, at)?;
        for at in resolved.items("allOf")? {
            elements.push(Element {
                name: component(&at),
                parts: flatten(tree, &at)?,
                at,
            });
        }
        own.push(resolved);
    }
    Ok(Parts { own, elements })
}

fn resolve<'a>(tree: &Tree<'a>, at: &Located<'a>) -> Result<Located<'a>> {
    let resolved = tree.resolve(at)?;
    if resolved.value.is_object() || resolved.value.is_boolean() {
        return Ok(resolved);
    }
    Err(resolved.fault("a schema must be a map"))
}

/// What stands at `at` and in its `allOf`, in order. A schema that holds itself is taken once.
fn flatten<'a>(tree: &Tree<'a>, at: &Located<'a>) -> Result<Vec<Located<'a>>> {
    let mut seen = HashSet::new();
    let mut out = Vec::new();
    // Not by recursion: a chain of `allOf` may be as long as a document has schemas.
    let mut stack = vec![at.clone()];
    while let Some(at) = stack.pop() {
        let resolved = resolve(tree, &at)?;
        if !seen.insert(resolved.address()) {
            continue;
        }
        stack.extend(resolved.items("allOf")?.into_iter().rev());
        out.push(resolved);
    }
    Ok(out)
}

/// What a list of alternatives says.
#[derive(Debug, Clone)]
pub(super) struct Union<'a> {
    /// Where the list stands.
    pub(super) pointer: Rc<str>,
    /// The alternatives, without the one that is only null.
    pub(super) alternatives: Vec<Located<'a>>,
}

/// What may stand beside the members that a schema names.
#[derive(Debug, Clone)]
pub(super) enum Additional<'a> {
    /// Anything.
    Any,
    /// Nothing.
    Nothing,
    /// What a schema says.
    Schema(Schema<'a>),
}

/// What a schema says, all in one.
#[derive(Debug, Clone)]
pub(super) struct Shape<'a> {
    /// The places that say it.
    pub(super) parts: Vec<Located<'a>>,
    /// The allowed types without null; empty for any.
    pub(super) types: BTreeSet<&'a str>,
    /// Whether it may be null.
    pub(super) nullable: bool,
    /// The listed values without null.
    pub(super) values: Option<Vec<&'a Value>>,
    /// The members by name.
    pub(super) members: BTreeMap<&'a str, Schema<'a>>,
    /// The required members, each with the place that says so.
    pub(super) required: BTreeMap<&'a str, Rc<str>>,
    /// The items of a list.
    pub(super) items: Option<Schema<'a>>,
    /// What may stand beside the members.
    pub(super) additional: Additional<'a>,
    /// `oneOf`.
    pub(super) one_of: Option<Union<'a>>,
    /// `anyOf`.
    pub(super) any_of: Option<Union<'a>>,
}

/// Merges what all of `parts` say.
pub(super) fn shape<'a>(tree: &Tree<'a>, mut parts: Vec<Located<'a>>) -> Result<Shape<'a>> {
    let mut seen: HashSet<usize> = HashSet::new();
    parts.retain(|part| seen.insert(part.address()));
    let mut null_alternative = false;
    let (mut one_of, mut any_of) = (None, None);
    // The alternative that is left beside null is one more part, and may bring alternatives.
    let mut read = 0;
    while let Some(part) = parts.get(read).cloned() {
        read += 1;
        for (keyword, union) in [("oneOf", &mut one_of), ("anyOf", &mut any_of)] {
            let all = part.items(keyword)?;
            if all.is_empty() || union.is_some() {
                continue;
            }
            let count = all.len();
            let mut alternatives = Vec::new();
            for at in all {
                if !only_null(tree.resolve(&at)?.value) {
                    alternatives.push(at);
                }
            }
            let some_null = alternatives.len() < count;
            null_alternative |= some_null;
            match &alternatives[..] {
                [only] if some_null => {
                    let more = flatten(tree, only)?;
                    parts.extend(more.into_iter().filter(|part| seen.insert(part.address())));
                }
                _ => {
                    *union = Some(Union {
                        pointer: crate::pointer::join(&part.pointer, keyword).into(),
                        alternatives,
                    });
                }
            }
        }
    }
    let mut shape = Shape {
        types: types(&parts),
        nullable: null_alternative || nullable(&parts),
        values: values(&parts),
        members: BTreeMap::new(),
        required: BTreeMap::new(),
        items: None,
        additional: Additional::Any,
        one_of,
        any_of,
        parts: Vec::new(),
    };
    for part in &parts {
        for (name, member) in part.entries("properties")? {
            shape.members.entry(name).or_default().push(member);
        }
        for name in part
            .value
            .get("required")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
        {
            if let Some(name) = name.as_str() {
                let place = shape.required.entry(name);
                place.or_insert_with(|| part.pointer.clone());
            }
        }
        if let Some(items) = part.get("items") {
            shape.items.get_or_insert_default().push(items);
        }
        if let Some(additional) = part.get("additionalProperties") {
            match (additional.value, &mut shape.additional) {
                (Value::Bool(false), slot) => *slot = Additional::Nothing,
                (Value::Bool(true), _) | (_, Additional::Nothing) => {}
                (_, Additional::Schema(schema)) => schema.push(additional),
                (_, slot) => *slot = Additional::Schema(vec![additional]),
            }
        }
    }
    shape.parts = parts;
    Ok(shape)
}

impl<'a> Shape<'a> {
    /// The first text under `keyword`.
    pub(super) fn text(&self, keyword: &str) -> Option<&'a str> {
        self.parts.iter().find_map(|part| part.text(keyword))
    }

    /// The first value under `keyword`.
    pub(super) fn value(&self, keyword: &str) -> Option<&'a Value> {
        self.parts.iter().find_map(|part| part.value.get(keyword))
    }

    /// Whether any part says `true` under `keyword`.
    pub(super) fn flag(&self, keyword: &str) -> bool {
        self.parts.iter().any(|part| part.flag(keyword))
    }

    /// The place that says something under `keyword`, or the first place.
    pub(super) fn owner(&self, keyword: &str) -> Rc<str> {
        let mut parts = self.parts.iter();
        let owner = parts.find(|part| part.value.get(keyword).is_some());
        let owner = owner.or(self.parts.first());
        owner.map_or_else(|| "".into(), |part| part.pointer.clone())
    }
}

/// Whether a member of this schema says `true` under `keyword`, without reading all of it.
pub(super) fn says<'a>(tree: &Tree<'a>, schema: &Schema<'a>, keyword: &str) -> Result<bool> {
    for at in schema {
        if flatten(tree, at)?.iter().any(|part| part.flag(keyword)) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether a value can only be null.
fn only_null(schema: &Value) -> bool {
    let types_null = match schema.get("type") {
        Some(Value::String(name)) => name == "null",
        Some(Value::Array(names)) => names.iter().all(|name| name == "null") && !names.is_empty(),
        _ => false,
    };
    let values = schema.get("enum").and_then(Value::as_array);
    types_null || values.is_some_and(|all| !all.is_empty() && all.iter().all(Value::is_null))
}

fn nullable(parts: &[Located<'_>]) -> bool {
    let listed = |part: &Located<'_>| {
        let types = part.value.get("type").and_then(Value::as_array);
        types.is_some_and(|names| names.iter().any(|name| name == "null"))
    };
    // The outermost word counts: `nullable` beside an `allOf` is meant for the whole.
    let mut said = parts.iter().filter_map(|part| part.value.get("nullable"));
    said.find_map(Value::as_bool) == Some(true) || parts.iter().any(listed)
}

fn types<'a>(parts: &[Located<'a>]) -> BTreeSet<&'a str> {
    let mut types: Option<BTreeSet<&str>> = None;
    for part in parts {
        let here: BTreeSet<&str> = match part.value.get("type") {
            Some(Value::String(name)) => [name.as_str()].into(),
            Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).collect(),
            _ => continue,
        };
        let here: BTreeSet<&str> = here.into_iter().filter(|name| *name != "null").collect();
        types = Some(match types {
            None => here,
            Some(known) => {
                let both: BTreeSet<&str> = known
                    .iter()
                    .chain(&here)
                    .filter(|name| within(name, &known) && within(name, &here))
                    .copied()
                    .collect();
                // A contradiction fits no value; the outer word is the better description.
                if both.is_empty() { known } else { both }
            }
        });
    }
    types.unwrap_or_default()
}

/// Whether every value of the type `name` is of one of `types`.
pub(super) fn within(name: &str, types: &BTreeSet<&str>) -> bool {
    types.contains(name) || name == "integer" && types.contains("number")
}

fn values<'a>(parts: &[Located<'a>]) -> Option<Vec<&'a Value>> {
    let mut values: Option<Vec<&Value>> = None;
    for part in parts {
        let here = match (part.value.get("enum"), part.value.get("const")) {
            (Some(Value::Array(all)), _) => all.iter().collect::<Vec<_>>(),
            (_, Some(only)) => vec![only],
            _ => continue,
        };
        values = Some(match values {
            None => here,
            Some(known) => known
                .into_iter()
                .filter(|value| here.contains(value))
                .collect(),
        });
    }
    let mut values = values?;
    values.retain(|value| !value.is_null());
    Some(values)
}

/// All that `schema` says, its `allOf` merged whatever it brings.
pub(super) fn whole<'a>(tree: &Tree<'a>, schema: &Schema<'a>) -> Result<Shape<'a>> {
    let Parts { own, elements } = parts(tree, schema)?;
    let elements = elements.into_iter().flat_map(|element| element.parts);
    shape(tree, own.into_iter().chain(elements).collect())
}
