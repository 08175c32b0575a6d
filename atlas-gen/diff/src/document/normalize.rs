//! Normalizes schemas: merges `allOf` and unifies the forms of null.
//!
//! Schemas that allow the same values and are only written differently have the same [`Shape`]. The
//! module knows one document, not what it is compared with.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::rc::Rc;

use serde_json::Value;

use crate::document::alternatives::{Union, as_enum, flatten_alternatives, is_null_only};
use crate::document::parts::{Parts, Schema, flatten, is_constraint, parts};
use crate::document::tree::{Located, Tree};
use crate::document::value;
use atlas_gen::error::Result;

/// The value of `additionalProperties`.
#[derive(Debug, Clone)]
pub(crate) enum Additional<'a> {
    /// All are allowed.
    Any,
    /// None is allowed.
    Nothing,
    /// Those that match a schema are allowed.
    Schema(Schema<'a>),
}

/// A normalized schema.
#[derive(Debug, Clone)]
pub(crate) struct Shape<'a> {
    /// The merged locations.
    pub(crate) parts: Vec<Located<'a>>,
    /// The allowed types except null; empty if all are allowed.
    pub(crate) types: BTreeSet<&'a str>,
    /// Whether null is allowed.
    pub(crate) nullable: bool,
    /// The values of `enum` or `const`.
    pub(crate) values: Option<Vec<&'a Value>>,
    /// The members by name.
    pub(crate) members: BTreeMap<&'a str, Schema<'a>>,
    /// The required members, each with the location that requires it.
    pub(crate) required: BTreeMap<&'a str, Rc<str>>,
    /// The items of a list.
    pub(crate) items: Option<Schema<'a>>,
    /// The allowed additional members.
    pub(crate) additional: Additional<'a>,
    pub(crate) one_of: Option<Union<'a>>,
    pub(crate) any_of: Option<Union<'a>>,
    pub(crate) discriminator: Option<&'a Value>,
    /// The alternatives that were merged into the schema because they were the only ones.
    pub(crate) merged: Vec<Located<'a>>,
    /// The schemas beside the alternatives that each alternative is merged with before it is compared.
    pub(crate) siblings: Vec<Located<'a>>,
    /// Keywords that are not compared here.
    ignored: Vec<&'static str>,
    /// The schema before the values of its alternatives were merged into one enum.
    unmerged: Option<UnmergedEnum<'a>>,
}

/// The properties of a shape that [`Shape::merge_enum_alternatives`] replaces.
#[derive(Debug, Clone)]
struct UnmergedEnum<'a> {
    one_of: Option<Union<'a>>,
    any_of: Option<Union<'a>>,
    types: BTreeSet<&'a str>,
    nullable: bool,
    values: Option<Vec<&'a Value>>,
}

/// Merges `parts` into one shape.
pub(crate) fn shape<'a>(tree: &Tree<'a>, parts: Vec<Located<'a>>) -> Result<Shape<'a>> {
    merge_parts(tree, parts, false)
}

/// Like [`shape`]; with `merge_only_alternative`, an only alternative is merged into the schema.
pub(super) fn merge_parts<'a>(
    tree: &Tree<'a>,
    mut parts: Vec<Located<'a>>,
    merge_only_alternative: bool,
) -> Result<Shape<'a>> {
    let mut seen: HashSet<usize> = HashSet::new();
    parts.retain(|part| seen.insert(part.address()));
    let mut null_alternative = false;
    let (mut one_of, mut any_of) = (None, None);
    let mut parents = HashSet::new();
    // If only null is beside an alternative, that is merged and may have alternatives itself.
    let mut next = 0;
    while let Some(part) = parts.get(next).cloned() {
        next += 1;
        for (keyword, union) in [("oneOf", &mut one_of), ("anyOf", &mut any_of)] {
            let all = flatten_alternatives(&part, keyword)?;
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
                if !is_null_only(alternative.value) {
                    alternatives.push(at);
                }
            }
            // A parent lists its children as alternatives, and a child has its parent in `allOf`: the
            // parent's alternatives do not apply to the child.
            if is_own_parent {
                parents.insert(part.address());
                continue;
            }
            let some_null = alternatives.len() < count;
            null_alternative |= some_null;
            match &alternatives[..] {
                [only] if some_null || merge_only_alternative => {
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
        siblings: Vec::new(),
        ignored: Vec::new(),
        unmerged: None,
    };
    shape.merge_enum_alternatives(tree)?;
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
                // A schema without constraints is equivalent to `true`.
                (Value::Object(map), _)
                    if !map.keys().any(|key| key == "allOf" || is_constraint(key)) => {}
                (_, Additional::Schema(schema)) => schema.push(additional),
                (_, slot) => *slot = Additional::Schema(vec![additional]),
            }
        }
    }
    shape.parts = parts;
    Ok(shape)
}

impl<'a> Shape<'a> {
    /// Merges alternatives that are enums of one type into one enum.
    fn merge_enum_alternatives(&mut self, tree: &Tree<'a>) -> Result<()> {
        if self.one_of.is_none() && self.any_of.is_none() {
            return Ok(());
        }
        let before = UnmergedEnum {
            one_of: self.one_of.clone(),
            any_of: self.any_of.clone(),
            types: self.types.clone(),
            nullable: self.nullable,
            values: self.values.clone(),
        };
        for union in [&mut self.one_of, &mut self.any_of] {
            if let Some(alternatives) = union
                && let Some(all) = as_enum(tree, alternatives)?
            {
                self.types = [all.kind].into();
                self.nullable |= all.nullable;
                self.values.get_or_insert(all.values);
                *union = None;
                self.unmerged = Some(before.clone());
            }
        }
        Ok(())
    }

    /// Undoes [`Self::merge_enum_alternatives`] if `other` has alternatives that are not enums.
    pub(crate) fn split_enum_like(&mut self, other: &Self) {
        let has_alternatives = other.one_of.is_some() || other.any_of.is_some();
        if has_alternatives && let Some(unmerged) = self.unmerged.take() {
            self.one_of = unmerged.one_of;
            self.any_of = unmerged.any_of;
            self.types = unmerged.types;
            self.nullable = unmerged.nullable;
            self.values = unmerged.values;
        }
    }

    /// Returns whether it allows every value.
    pub(crate) fn is_unconstrained(&self) -> bool {
        let mut maps = self.parts.iter().filter_map(|part| part.value.as_object());
        !maps.any(|map| map.keys().any(|keyword| is_constraint(keyword)))
    }

    /// Returns an alternative together with its siblings.
    pub(crate) fn alternative(&self, at: &Located<'a>) -> Schema<'a> {
        let siblings = self.siblings.iter().cloned();
        std::iter::once(at.clone()).chain(siblings).collect()
    }

    /// Returns whether it has neither a type nor members, so that only alternatives describe its values.
    pub(crate) fn is_untyped(&self) -> bool {
        self.members.is_empty() && self.types.is_empty()
    }

    /// Adds the sibling keywords of the alternatives to each of them, if there are any.
    pub(crate) fn include_siblings(&mut self) {
        let is_sibling = |keyword: &str| match keyword {
            "oneOf" | "anyOf" => self.one_of.is_some() && self.any_of.is_some(),
            keyword => {
                is_constraint(keyword) || matches!(keyword, "nullable" | "default" | "deprecated")
            }
        };
        let mut maps = self.parts.iter().filter_map(|part| part.value.as_object());
        if maps.any(|map| map.keys().any(|keyword| is_sibling(keyword))) {
            self.siblings = self.parts.clone();
        }
    }

    /// Excludes `keywords` from the comparison of this schema.
    pub(crate) fn ignore(&mut self, keywords: &[&'static str]) {
        self.ignored = keywords.to_vec();
        if keywords.contains(&"enum") {
            self.values = None;
        }
        if keywords.contains(&"items") {
            self.items = None;
        }
    }

    /// Returns the parts whose `keyword` is compared; none if it is excluded.
    pub(crate) fn compared_parts(&self, keyword: &str) -> &[Located<'a>] {
        match self.ignored.contains(&keyword) {
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

    /// Returns the location of the first part that has `keyword`, or else of the first part.
    pub(crate) fn owner(&self, keyword: &str) -> Rc<str> {
        let mut parts = self.parts.iter();
        let owner = parts.find(|part| part.value.get(keyword).is_some());
        let owner = owner.or(self.parts.first());
        owner.map_or_else(|| "".into(), |part| part.pointer.clone())
    }
}

/// Returns the first discriminator, except one that selects children of which this schema is one.
fn discriminator<'a>(parts: &[Located<'a>], parents: &HashSet<usize>) -> Option<&'a Value> {
    let selects_a_part = |value: &Value| {
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
        .find(|value| value.is_object() && !selects_a_part(value))
}

fn nullable(parts: &[Located<'_>]) -> bool {
    let has_null = |part: &Located<'_>| {
        let types = part.value.get("type").and_then(Value::as_array);
        types.is_some_and(|names| names.iter().any(|name| name == "null"))
    };
    // The outermost flag takes precedence: a `nullable` beside `allOf` applies to the merged schema.
    let mut flags = parts.iter().filter_map(|part| part.value.get("nullable"));
    flags.find_map(Value::as_bool) == Some(true) || parts.iter().any(has_null)
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
                    .filter(|name| is_type_in(name, &known) && is_type_in(name, &here))
                    .copied()
                    .collect();
                // Contradictory types allow no value; the shape keeps both for the report.
                match both.is_empty() {
                    true => known.union(&here).copied().collect(),
                    false => both,
                }
            }
        });
    }
    types.unwrap_or_default()
}

/// Returns whether every value of the type `name` has one of `types`.
pub(crate) fn is_type_in(name: &str, types: &BTreeSet<&str>) -> bool {
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

/// Returns the shape of `schema` with all schemas of its `allOf` merged.
pub(crate) fn merged_shape<'a>(tree: &Tree<'a>, schema: &Schema<'a>) -> Result<Shape<'a>> {
    let Parts { own, elements } = parts(tree, schema)?;
    let elements = elements.into_iter().flat_map(|element| element.parts);
    shape(tree, own.into_iter().chain(elements).collect())
}
