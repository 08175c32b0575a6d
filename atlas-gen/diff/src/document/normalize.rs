//! Normalizes schemas: merges `allOf` and unifies the forms of null.
//!
//! Two schemas with the same meaning have the same [`Shape`], however they are written. It knows
//! one document at a time, not what is compared.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::rc::Rc;

use serde_json::Value;

use crate::document::alternatives::{Union, all_listed, only_null, spread};
use crate::document::parts::{Parts, Schema, demands, flatten, parts};
use crate::document::tree::{Located, Tree};
use crate::document::value;
use atlas_gen::error::Result;

/// The additional members that an object allows.
#[derive(Debug, Clone)]
pub(crate) enum Additional<'a> {
    /// Any.
    Any,
    /// None.
    Nothing,
    /// Those that match a schema.
    Schema(Schema<'a>),
}

/// A normalized schema.
#[derive(Debug, Clone)]
pub(crate) struct Shape<'a> {
    /// The merged locations.
    pub(crate) parts: Vec<Located<'a>>,
    /// The allowed types without null; empty for any.
    pub(crate) types: BTreeSet<&'a str>,
    /// Whether it may be null.
    pub(crate) nullable: bool,
    /// The listed values.
    pub(crate) values: Option<Vec<&'a Value>>,
    /// The members by name.
    pub(crate) members: BTreeMap<&'a str, Schema<'a>>,
    /// The required members, each with the location that requires it.
    pub(crate) required: BTreeMap<&'a str, Rc<str>>,
    /// The items of a list.
    pub(crate) items: Option<Schema<'a>>,
    /// The allowed additional members.
    pub(crate) additional: Additional<'a>,
    /// `oneOf`.
    pub(crate) one_of: Option<Union<'a>>,
    /// `anyOf`.
    pub(crate) any_of: Option<Union<'a>>,
    /// The discriminator.
    pub(crate) discriminator: Option<&'a Value>,
    /// The only alternatives, where they were merged into the rest.
    pub(crate) merged: Vec<Located<'a>>,
    /// What each alternative is compared together with, because members moved between the two.
    pub(crate) beside: Vec<Located<'a>>,
    /// Keywords that are not compared here.
    left: Vec<&'static str>,
    /// The alternatives whose values were merged into one list.
    joined: Option<Joined<'a>>,
}

/// A schema whose alternatives only list values, before they were merged.
#[derive(Debug, Clone)]
struct Joined<'a> {
    one_of: Option<Union<'a>>,
    any_of: Option<Union<'a>>,
    types: BTreeSet<&'a str>,
    nullable: bool,
    values: Option<Vec<&'a Value>>,
}

/// Merges `parts` into one shape.
pub(crate) fn shape<'a>(tree: &Tree<'a>, parts: Vec<Located<'a>>) -> Result<Shape<'a>> {
    read(tree, parts, false)
}

/// As [`shape`]; `takes_only`: what stands in the only alternative is said of the whole.
pub(super) fn read<'a>(
    tree: &Tree<'a>,
    mut parts: Vec<Located<'a>>,
    takes_only: bool,
) -> Result<Shape<'a>> {
    let mut seen: HashSet<usize> = HashSet::new();
    parts.retain(|part| seen.insert(part.address()));
    let mut null_alternative = false;
    let (mut one_of, mut any_of) = (None, None);
    let mut parents = HashSet::new();
    // The alternative that remains beside null is one more part, and may add alternatives.
    let mut read = 0;
    while let Some(part) = parts.get(read).cloned() {
        read += 1;
        for (keyword, union) in [("oneOf", &mut one_of), ("anyOf", &mut any_of)] {
            let all = spread(&part, keyword)?;
            if all.is_empty() || union.is_some() {
                continue;
            }
            let count = all.len();
            let mut alternatives = Vec::new();
            let mut is_own_parent = false;
            for at in all {
                let alternative = tree.resolve(&at)?;
                let address = alternative.address();
                is_own_parent |= address != part.address() && seen.contains(&address);
                if !only_null(alternative.value) {
                    alternatives.push(at);
                }
            }
            // A parent lists its children, and a child includes its parent: the parent's
            // alternatives do not apply to the child.
            if is_own_parent {
                parents.insert(part.address());
                continue;
            }
            let some_null = alternatives.len() < count;
            null_alternative |= some_null;
            match &alternatives[..] {
                [only] if some_null || takes_only => {
                    let more = flatten(tree, only)?;
                    parts.extend(more.into_iter().filter(|part| seen.insert(part.address())));
                }
                _ => {
                    *union = Some(Union {
                        pointer: atlas_gen::pointer::join(&part.pointer, keyword).into(),
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
        discriminator: discriminator(&parts, &parents),
        parts: Vec::new(),
        merged: Vec::new(),
        beside: Vec::new(),
        left: Vec::new(),
        joined: None,
    };
    shape.join(tree)?;
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
            let resolved = tree.resolve(&additional)?.value;
            match (resolved, &mut shape.additional) {
                (Value::Bool(false), slot) => *slot = Additional::Nothing,
                (Value::Bool(true), _) | (_, Additional::Nothing) => {}
                // A schema that demands nothing is `true`.
                (Value::Object(map), _)
                    if !map.keys().any(|key| key == "allOf" || demands(key)) => {}
                (_, Additional::Schema(schema)) => schema.push(additional),
                (_, slot) => *slot = Additional::Schema(vec![additional]),
            }
        }
    }
    shape.parts = parts;
    Ok(shape)
}

impl<'a> Shape<'a> {
    /// Merges alternatives that only list values into one list, however they are split.
    fn join(&mut self, tree: &Tree<'a>) -> Result<()> {
        if self.one_of.is_none() && self.any_of.is_none() {
            return Ok(());
        }
        let before = Joined {
            one_of: self.one_of.clone(),
            any_of: self.any_of.clone(),
            types: self.types.clone(),
            nullable: self.nullable,
            values: self.values.clone(),
        };
        for union in [&mut self.one_of, &mut self.any_of] {
            if let Some(alternatives) = union
                && let Some(all) = all_listed(tree, alternatives)?
            {
                self.types = [all.kind].into();
                self.nullable |= all.nullable;
                self.values.get_or_insert(all.values);
                *union = None;
                self.joined = Some(before.clone());
            }
        }
        Ok(())
    }

    /// Splits a merged list again if `other` has alternatives that do more than list values.
    pub(crate) fn divide_like(&mut self, other: &Self) {
        let has_alternatives = other.one_of.is_some() || other.any_of.is_some();
        if has_alternatives && let Some(joined) = self.joined.take() {
            self.one_of = joined.one_of;
            self.any_of = joined.any_of;
            self.types = joined.types;
            self.nullable = joined.nullable;
            self.values = joined.values;
        }
    }

    /// Whether it demands nothing, so that every value fits.
    pub(crate) fn is_open(&self) -> bool {
        let mut maps = self.parts.iter().filter_map(|part| part.value.as_object());
        !maps.any(|map| map.keys().any(|keyword| demands(keyword)))
    }

    /// Returns an alternative with what it is compared together with.
    pub(crate) fn alternative(&self, at: &Located<'a>) -> Schema<'a> {
        let beside = self.beside.iter().cloned();
        std::iter::once(at.clone()).chain(beside).collect()
    }

    /// Whether alternatives are all that says what a value is: neither members nor a type do.
    pub(crate) fn stands_alone(&self) -> bool {
        self.members.is_empty() && self.types.is_empty()
    }

    /// Has the alternatives compared together with what stands beside them, if anything does.
    pub(crate) fn take_beside(&mut self) {
        let says = |keyword: &str| match keyword {
            "oneOf" | "anyOf" => self.one_of.is_some() && self.any_of.is_some(),
            keyword => demands(keyword) || matches!(keyword, "nullable" | "default" | "deprecated"),
        };
        let mut maps = self.parts.iter().filter_map(|part| part.value.as_object());
        if maps.any(|map| map.keys().any(|keyword| says(keyword))) {
            self.beside = self.parts.clone();
        }
    }

    /// Leaves `keywords` out of the comparison: alternatives have them, too, or they mean nothing.
    pub(crate) fn leave_out(&mut self, keywords: &[&'static str]) {
        self.left = keywords.to_vec();
        if keywords.contains(&"enum") {
            self.values = None;
        }
        if keywords.contains(&"items") {
            self.items = None;
        }
    }

    /// Returns the locations whose `keyword` is compared here: none, if it is left out.
    pub(crate) fn limiting(&self, keyword: &str) -> &[Located<'a>] {
        match self.left.contains(&keyword) {
            true => &[],
            false => &self.parts,
        }
    }

    /// Returns the first string under `keyword`.
    pub(crate) fn text(&self, keyword: &str) -> Option<&'a str> {
        self.parts.iter().find_map(|part| part.text(keyword))
    }

    /// Returns the first value under `keyword` that is not null.
    pub(crate) fn value(&self, keyword: &str) -> Option<&'a Value> {
        let mut all = self.parts.iter().filter_map(|part| part.value.get(keyword));
        all.find(|value| !value.is_null())
    }

    /// Returns whether `keyword` is `true` in any part.
    pub(crate) fn flag(&self, keyword: &str) -> bool {
        self.parts.iter().any(|part| part.flag(keyword))
    }

    /// Returns the location that has `keyword`, or the first location.
    pub(crate) fn owner(&self, keyword: &str) -> Rc<str> {
        let mut parts = self.parts.iter();
        let owner = parts.find(|part| part.value.get(keyword).is_some());
        let owner = owner.or(self.parts.first());
        owner.map_or_else(|| "".into(), |part| part.pointer.clone())
    }
}

/// Returns the first discriminator, except that of a parent whose children are other schemas.
fn discriminator<'a>(parts: &[Located<'a>], parents: &HashSet<usize>) -> Option<&'a Value> {
    let names_a_part = |value: &Value| {
        let mapping = value.get("mapping").and_then(Value::as_object);
        let mut targets = mapping
            .into_iter()
            .flatten()
            .filter_map(|(_, target)| target.as_str());
        targets.any(|target| {
            let pointer = target.strip_prefix('#').unwrap_or(target);
            parts.iter().any(|part| *part.pointer == *pointer)
        })
    };
    parts
        .iter()
        .filter(|part| !parents.contains(&part.address()))
        .filter_map(|part| part.value.get("discriminator"))
        .find(|value| value.is_object() && !names_a_part(value))
}

fn nullable(parts: &[Located<'_>]) -> bool {
    let listed = |part: &Located<'_>| {
        let types = part.value.get("type").and_then(Value::as_array);
        types.is_some_and(|names| names.iter().any(|name| name == "null"))
    };
    // The outermost flag takes precedence: `nullable` beside an `allOf` applies to the whole.
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
                // A contradiction allows no value and has no type; both names describe it.
                match both.is_empty() {
                    true => known.union(&here).copied().collect(),
                    false => both,
                }
            }
        });
    }
    types.unwrap_or_default()
}

/// Returns whether every value of the type `name` is of one of `types`.
pub(crate) fn within(name: &str, types: &BTreeSet<&str>) -> bool {
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
                .filter(|value| value::contains(&here, value))
                .collect(),
        });
    }
    values
}

/// Returns the shape of `schema` with its whole `allOf` merged.
pub(crate) fn whole<'a>(tree: &Tree<'a>, schema: &Schema<'a>) -> Result<Shape<'a>> {
    let Parts { own, elements } = parts(tree, schema)?;
    let elements = elements.into_iter().flat_map(|element| element.parts);
    shape(tree, own.into_iter().chain(elements).collect())
}
