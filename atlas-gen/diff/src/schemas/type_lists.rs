//! Lists of types: alternatives that differ only in their type.
//!
//! This is how OpenAPI 3.0 allows several types for a value. What stands beside them is demanded of
//! each, so that it is compared type by type, together with the alternative.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::work::{Step, Work};
use super::{gets_along, named};
use crate::comparison::in_new;
use crate::document::alternatives::Union;
use crate::document::normalize::{Shape, is_type_in, shape};
use crate::document::parts::{Schema, flatten};
use crate::document::tree::{Located, Tree};
use crate::graph::PendingFinding;
use crate::quoting::code;
use crate::report::finding::Level;
use crate::role::{Family, Role};
use atlas_gen::error::Result;

impl<'a> Work<'_, 'a> {
    /// Compares alternatives that differ only in their type as lists of types, with what stands beside
    /// them. Returns false if they do more.
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
        let gone = self.lacking(&old, &new, Side::Old)?;
        if !gone.is_empty() {
            let said = format!("may no longer be of type {gone}");
            self.say("list-of-types-narrowed", &at, &gone, said);
        }
        let come = self.lacking(&new, &old, Side::New)?;
        if !come.is_empty() {
            let said = format!("may be of type {come} now");
            self.say("list-of-types-widened", &at, &come, said);
        }
        // Null is no value of any of the types.
        self.old.nullable |= old.nullable;
        self.new.nullable |= new.nullable;
        self.nullable();
        for (name, old_ones) in &old.types {
            match (&old_ones[..], new.types.get(name).map(|all| &all[..])) {
                (_, None) => {}
                ([old], Some([new])) => self.one_type(name, old.as_ref(), new.as_ref())?,
                (_, Some(new_ones)) => {
                    let keywords = (old.keyword(), new.keyword());
                    self.several_of_a_type(name, old_ones, new_ones, keywords)?;
                }
            }
        }
        self.other_union(&old, &new)
    }

    /// The lists of both sides: those under the same keyword, if there are two.
    fn lists(&self) -> Result<Option<(List<'a>, List<'a>)>> {
        let is_both = self.old.one_of.is_some() && self.new.one_of.is_some();
        let is_any = self.old.any_of.is_some() && self.new.any_of.is_some();
        let prefers_any = is_any && !is_both;
        let old = list(&self.cx.old, &self.old, prefers_any)?;
        let new = list(&self.cx.new, &self.new, prefers_any)?;
        Ok(old.zip(new))
    }

    /// The names of the types of `some`, a list of this side, that the `other` list has no values of.
    fn lacking(&self, some: &List<'a>, other: &List<'a>, side: Side) -> Result<String> {
        let mut lacking = Vec::new();
        let all: BTreeSet<&str> = other.types.keys().copied().collect();
        for (name, ones) in &some.types {
            if all.contains(name) {
                continue;
            }
            // An integer is a number, if it is within the limits of those.
            let numbers = other.types.get("number").filter(|_| is_type_in(name, &all));
            let is_taken = match numbers {
                // Whatever their formats.
                Some(numbers) => self.are_taken(ones, numbers, side, |draft| {
                    draft.level == Level::Info || draft.id.ends_with("-type-changed")
                })?,
                None => false,
            };
            if !is_taken {
                lacking.push(code(name));
            }
        }
        Ok(lacking.join(", "))
    }

    /// Whether each value that fits one of `some`, alternatives of this side, fits one of `others`, so
    /// that all findings are `allowed`.
    fn are_taken(
        &self,
        some: &[One<'a>],
        others: &[One<'a>],
        side: Side,
        allowed: fn(&PendingFinding) -> bool,
    ) -> Result<bool> {
        let strong = true;
        let family = match side {
            Side::Old => Family::Request { strong },
            Side::New => Family::Response { strong },
        };
        for one in some {
            let mut is_taken = false;
            for other in others {
                let (old, new) = match side {
                    Side::Old => (one, other),
                    Side::New => (other, one),
                };
                let (old, new) = (with(&self.old, old), with(&self.new, new));
                let role = Role::root(family);
                let found = gets_along(self.cx, &old, &new, role, self.nested, allowed)?;
                is_taken |= found != Some(false);
            }
            if !is_taken {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Compares what both schemas say of values of one type.
    fn one_type(
        &mut self,
        name: &'a str,
        old: Option<&Located<'a>>,
        new: Option<&Located<'a>>,
    ) -> Result<()> {
        let mut work = Work {
            cx: self.cx,
            role: self.role,
            old: of_type(&self.cx.old, &self.old, name, old)?,
            new: of_type(&self.cx.new, &self.new, name, new)?,
            nested: self.nested,
            alternatives_named: Vec::new(),
            step: Step {
                drafts: Vec::new(),
                children: Vec::new(),
            },
        };
        work.content()?;
        let mut step = work.step;
        if let (Some(old), Some(new)) = (old, new) {
            named(self.cx, old, new, &mut step.drafts);
        }
        self.step.drafts.append(&mut step.drafts);
        self.step.children.append(&mut step.children);
        Ok(())
    }

    /// Compares alternatives of one type, of which a list has several.
    fn several_of_a_type(
        &mut self,
        name: &'a str,
        old: &[One<'a>],
        new: &[One<'a>],
        keywords: (&str, &str),
    ) -> Result<()> {
        let located = |all: &[One<'a>]| all.iter().flatten().cloned().collect::<Vec<_>>();
        let (pairs, mut gone, mut come) = self.matched(&located(old), &located(new))?;
        for (old, new) in pairs {
            self.one_type(name, Some(&old), Some(&new))?;
        }
        let untaken = |some: Vec<Located<'a>>, others: &[One<'a>], side: Side| {
            let mut untaken = Vec::new();
            for one in some {
                let is_info: fn(&PendingFinding) -> bool = |draft| draft.level == Level::Info;
                if !self.are_taken(&[Some(one.clone())], others, side, is_info)? {
                    untaken.push(one);
                }
            }
            Ok::<_, atlas_gen::error::Error>(untaken)
        };
        gone = untaken(gone, new, Side::Old)?;
        come = untaken(come, old, Side::New)?;
        self.alternatives_removed(keywords.0, &gone);
        self.alternatives_added(keywords.1, &come);
        Ok(())
    }

    /// Compares what the schemas have beside the two lists under the other keyword.
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

/// The document that a list belongs to.
#[derive(Debug, Clone, Copy)]
enum Side {
    Old,
    New,
}

/// An alternative; `None` for the schema itself.
type One<'a> = Option<Located<'a>>;

/// A schema that only has types.
struct List<'a> {
    /// The types, each with its alternatives.
    types: BTreeMap<&'a str, Vec<One<'a>>>,
    /// The alternatives, if the types are alternatives, and their keyword in names of checks.
    union: Option<(&'static str, Union<'a>)>,
    /// Whether one of them may be null.
    nullable: bool,
}

impl<'a> List<'a> {
    fn is_union(&self) -> bool {
        self.union.is_some()
    }

    fn keyword(&self) -> &'static str {
        self.union.as_ref().map_or("one-of", |(keyword, _)| keyword)
    }

    /// The alternatives of `shape` under the other keyword.
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

/// Returns the types of a schema that only has types.
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

/// An alternative with what stands beside it.
fn with<'a>(shape: &Shape<'a>, one: &One<'a>) -> Schema<'a> {
    one.iter().chain(&shape.parts).cloned().collect()
}

/// Returns what a schema and one of its alternatives say of values of the type `name`.
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
            .is_some_and(|format| OF_TEXTS.contains(&format))
    {
        found.ignore(&["format"]);
    }
    if let Some(values) = &mut found.values {
        values.retain(|value| is_of_type(value, name));
    }
    Ok(found)
}

/// The formats of texts, which beside several types mean nothing for the others.
const OF_TEXTS: [&str; 13] = [
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

/// Whether a value is of the type `name`.
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
