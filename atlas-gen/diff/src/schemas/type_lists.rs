//! Compares lists of types: alternatives that differ only in their type.
//!
//! This is how OpenAPI 3.0 allows several types for a value. Sibling keywords apply to each, so that they
//! are compared type by type, merged with the alternative.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::schema_comparison::{Differences, SchemaComparison};
use super::{attribute_to_reference, is_compatible};
use crate::comparison::{DocumentRevision, in_new};
use crate::document::alternatives::Union;
use crate::document::normalize::{Shape, is_type_in, shape};
use crate::document::parts::{Schema, flatten};
use crate::document::tree::{Located, Tree};
use crate::graph::PendingFinding;
use crate::quoting::code;
use crate::report::finding::Level;
use crate::role::{Family, Role};
use atlas_gen::error::Result;

impl<'a> SchemaComparison<'_, 'a> {
    /// Compares alternatives that differ only in their type, and their siblings. Returns false if the
    /// schemas are not such lists of types.
    pub(super) fn list_of_types(&mut self) -> Result<bool> {
        let Some((old, new)) = self.lists()? else {
            return Ok(false);
        };
        let twice = |list: &List<'a>| list.types.values().any(|all| all.len() > 1);
        if !old.is_union() && (!new.is_union() || twice(&new)) || !new.is_union() && twice(&old) {
            return Ok(false);
        }
        let at = match &new.union {
            Some((_, union)) => in_new(&union.pointer),
            None => self.at("type"),
        };
        let only_old = self.missing_types(&old, &new, DocumentRevision::Old)?;
        if !only_old.is_empty() {
            let said = format!("may no longer be of type {only_old}");
            self.report("list-of-types-narrowed", &at, &only_old, said);
        }
        let only_new = self.missing_types(&new, &old, DocumentRevision::New)?;
        if !only_new.is_empty() {
            let said = format!("may be of type {only_new} now");
            self.report("list-of-types-widened", &at, &only_new, said);
        }
        // Null belongs to none of the types.
        self.old.nullable |= old.nullable;
        self.new.nullable |= new.nullable;
        self.nullable();
        for (name, old_alternatives) in &old.types {
            match (
                &old_alternatives[..],
                new.types.get(name).map(|all| &all[..]),
            ) {
                (_, None) => {}
                ([old], Some([new])) => self.compare_type(name, old.as_ref(), new.as_ref())?,
                (_, Some(new_alternatives)) => {
                    let keywords = (old.keyword(), new.keyword());
                    self.compare_several(name, old_alternatives, new_alternatives, keywords)?;
                }
            }
        }
        self.other_union(&old, &new)
    }

    /// Returns the lists of both revisions, under the same keyword if possible.
    fn lists(&self) -> Result<Option<(List<'a>, List<'a>)>> {
        let is_both = self.old.one_of.is_some() && self.new.one_of.is_some();
        let is_any = self.old.any_of.is_some() && self.new.any_of.is_some();
        let prefers_any = is_any && !is_both;
        let old = list(&self.cx.old, &self.old, prefers_any)?;
        let new = list(&self.cx.new, &self.new, prefers_any)?;
        Ok(old.zip(new))
    }

    /// Returns the types of `some`, a list of `revision`, that the `other` list does not allow.
    fn missing_types(
        &self,
        some: &List<'a>,
        other: &List<'a>,
        revision: DocumentRevision,
    ) -> Result<String> {
        let mut missing_types = Vec::new();
        let all: BTreeSet<&str> = other.types.keys().copied().collect();
        for (name, alternatives) in &some.types {
            if all.contains(name) {
                continue;
            }
            // Integers are numbers, and may be within their limits.
            let numbers = other.types.get("number").filter(|_| is_type_in(name, &all));
            let is_accepted = match numbers {
                // Their formats may differ.
                Some(numbers) => self.are_accepted(alternatives, numbers, revision, |finding| {
                    finding.level == Level::Info || finding.id.ends_with("-type-changed")
                })?,
                None => false,
            };
            if !is_accepted {
                missing_types.push(code(name));
            }
        }
        Ok(missing_types.join(", "))
    }

    /// Returns whether each of `some`, alternatives of `revision`, is compatible with one of `others`: all
    /// findings between them are `allowed`.
    fn are_accepted(
        &self,
        some: &[TypeAlternative<'a>],
        others: &[TypeAlternative<'a>],
        revision: DocumentRevision,
        allowed: fn(&PendingFinding) -> bool,
    ) -> Result<bool> {
        let strong = true;
        let family = match revision {
            DocumentRevision::Old => Family::Request { strong },
            DocumentRevision::New => Family::Response { strong },
        };
        for one in some {
            let mut is_accepted = false;
            for other in others {
                let (old, new) = match revision {
                    DocumentRevision::Old => (one, other),
                    DocumentRevision::New => (other, one),
                };
                let (old, new) = (with_siblings(&self.old, old), with_siblings(&self.new, new));
                let role = Role::root(family);
                let found = is_compatible(self.cx, &old, &new, role, self.depth, allowed)?;
                is_accepted |= found != Some(false);
            }
            if !is_accepted {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Compares both schemas for values of one type.
    fn compare_type(
        &mut self,
        name: &'a str,
        old: Option<&Located<'a>>,
        new: Option<&Located<'a>>,
    ) -> Result<()> {
        let mut comparison = SchemaComparison {
            cx: self.cx,
            role: self.role,
            old: of_type(&self.cx.old, &self.old, name, old)?,
            new: of_type(&self.cx.new, &self.new, name, new)?,
            depth: self.depth,
            reported_alternatives: Vec::new(),
            differences: Differences {
                findings: Vec::new(),
                children: Vec::new(),
            },
        };
        comparison.content()?;
        let mut differences = comparison.differences;
        if let (Some(old), Some(new)) = (old, new) {
            attribute_to_reference(self.cx, old, new, &mut differences.findings);
        }
        self.differences.findings.append(&mut differences.findings);
        self.differences.children.append(&mut differences.children);
        Ok(())
    }

    /// Compares several alternatives of one type.
    fn compare_several(
        &mut self,
        name: &'a str,
        old: &[TypeAlternative<'a>],
        new: &[TypeAlternative<'a>],
        keywords: (&str, &str),
    ) -> Result<()> {
        let located =
            |all: &[TypeAlternative<'a>]| all.iter().flatten().cloned().collect::<Vec<_>>();
        let matched = self.match_alternatives(&located(old), &located(new))?;
        for (old, new) in matched.pairs {
            self.compare_type(name, Some(&old), Some(&new))?;
        }
        let not_accepted = |some: Vec<Located<'a>>,
                            others: &[TypeAlternative<'a>],
                            revision: DocumentRevision| {
            let mut not_accepted = Vec::new();
            for one in some {
                let is_info: fn(&PendingFinding) -> bool = |finding| finding.level == Level::Info;
                if !self.are_accepted(&[Some(one.clone())], others, revision, is_info)? {
                    not_accepted.push(one);
                }
            }
            Ok::<_, atlas_gen::error::Error>(not_accepted)
        };
        let removed = not_accepted(matched.removed, new, DocumentRevision::Old)?;
        let added = not_accepted(matched.added, old, DocumentRevision::New)?;
        self.alternatives_removed(keywords.0, &removed);
        self.alternatives_added(keywords.1, &added);
        Ok(())
    }

    /// Compares the unions under the other keyword, beside the lists of types.
    fn other_union(&mut self, old: &List<'a>, new: &List<'a>) -> Result<bool> {
        let (was, is) = (old.other(&self.old), new.other(&self.new));
        match (was, is) {
            (None, None) => {}
            (Some((old, was)), Some((new, is))) => self.alternatives(&was, &is, old, new)?,
            (None, Some((keyword, union))) => self.union_set(keyword, &union),
            (Some((keyword, union)), None) => self.union_unset(keyword, &union),
        }
        Ok(true)
    }
}

/// The alternative of a type; `None` if the schema itself has the type.
type TypeAlternative<'a> = Option<Located<'a>>;

/// A schema that is a list of types.
struct List<'a> {
    /// The types, each with its alternatives.
    types: BTreeMap<&'a str, Vec<TypeAlternative<'a>>>,
    /// The union, if the types are alternatives, and its keyword in names of checks.
    union: Option<(&'static str, Union<'a>)>,
    /// Whether an alternative allows null.
    nullable: bool,
}

impl<'a> List<'a> {
    fn is_union(&self) -> bool {
        self.union.is_some()
    }

    fn keyword(&self) -> &'static str {
        self.union.as_ref().map_or("one-of", |(keyword, _)| keyword)
    }

    /// Returns the union of `shape` under the other keyword.
    fn other(&self, shape: &Shape<'a>) -> Option<(&'static str, Union<'a>)> {
        match &self.union {
            Some(("one-of", _)) => Some(("any-of", shape.any_of.clone()?)),
            Some(_) => Some(("one-of", shape.one_of.clone()?)),
            None => {
                let one_of = shape.one_of.clone().map(|union| ("one-of", union));
                one_of.or_else(|| Some(("any-of", shape.any_of.clone()?)))
            }
        }
    }
}

/// Returns the list of types that `shape` is, if it is one.
fn list<'a>(tree: &Tree<'a>, shape: &Shape<'a>, prefers_any: bool) -> Result<Option<List<'a>>> {
    if !shape.members.is_empty() || shape.value("not").is_some() {
        return Ok(None);
    }
    if !shape.types.is_empty() {
        let types = shape.types.iter().map(|name| (*name, vec![None]));
        return Ok(Some(List {
            types: types.collect(),
            union: None,
            nullable: false,
        }));
    }
    let one_of = shape.one_of.as_ref().map(|union| ("one-of", union));
    let any_of = shape.any_of.as_ref().map(|union| ("any-of", union));
    let found = match prefers_any {
        true => any_of.or(one_of),
        false => one_of.or(any_of),
    };
    let Some((keyword, union)) = found else {
        return Ok(None);
    };
    let mut list = List {
        types: BTreeMap::new(),
        union: Some((keyword, union.clone())),
        nullable: false,
    };
    for at in &union.alternatives {
        let resolved = tree.resolve(at)?;
        let is_simple = ["properties", "oneOf", "anyOf", "allOf", "not"]
            .iter()
            .all(|keyword| resolved.value.get(keyword).is_none());
        match resolved.text("type") {
            Some(name) if is_simple => {
                list.nullable |= resolved.flag("nullable");
                list.types.entry(name).or_default().push(Some(at.clone()));
            }
            _ => return Ok(None),
        }
    }
    Ok((!list.types.is_empty()).then_some(list))
}

/// Returns an alternative with its siblings.
fn with_siblings<'a>(shape: &Shape<'a>, one: &TypeAlternative<'a>) -> Schema<'a> {
    one.iter().chain(&shape.parts).cloned().collect()
}

/// Returns the shape of a schema and one of its alternatives for values of the type `name`.
fn of_type<'a>(
    tree: &Tree<'a>,
    whole: &Shape<'a>,
    name: &'a str,
    one: Option<&Located<'a>>,
) -> Result<Shape<'a>> {
    let mut parts = match one {
        Some(at) => flatten(tree, at)?,
        None => Vec::new(),
    };
    parts.extend(whole.parts.iter().cloned());
    let mut found = shape(tree, parts)?;
    found.types = [name].into();
    found.nullable = whole.nullable;
    if name != "string"
        && found
            .text("format")
            .is_some_and(|format| STRING_FORMATS.contains(&format))
    {
        found.ignore(&["format"]);
    }
    if let Some(values) = &mut found.values {
        values.retain(|value| is_of_type(value, name));
    }
    Ok(found)
}

/// The formats of strings, which do not apply to other types beside them.
const STRING_FORMATS: [&str; 13] = [
    "binary",
    "byte",
    "date",
    "date-time",
    "duration",
    "email",
    "hostname",
    "ipv4",
    "ipv6",
    "password",
    "time",
    "uri",
    "uuid",
];

/// Returns whether `value` has the type `name`.
fn is_of_type(value: &Value, name: &str) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(_) => name == "boolean",
        Value::String(_) => name == "string",
        Value::Array(_) => name == "array",
        Value::Object(_) => name == "object",
        Value::Number(number) => {
            let is_whole = number.as_f64().is_some_and(|number| number.fract() == 0.0);
            name == "number" || name == "integer" && is_whole
        }
    }
}
