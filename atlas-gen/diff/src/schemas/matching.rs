//! Matches the alternatives of two lists.
//!
//! They are matched by the component that they refer to, also without the version date at its end; by
//! discriminator value; by equivalence; by title. Two remaining ones without name and title are matched
//! as well.

use std::collections::{HashMap, VecDeque};
use std::hash::Hash;

use serde_json::Value;

use super::is_equivalent;
use super::schema_comparison::SchemaComparison;
use crate::document::normalize::Shape;
use crate::document::tree::{Located, Tree, component};
use atlas_gen::error::Result;

/// Matched alternatives of two lists.
pub(super) struct Matched<'a> {
    /// The alternatives in both lists.
    pub(super) pairs: Vec<(Located<'a>, Located<'a>)>,
    /// The alternatives that are only in the old list.
    pub(super) removed: Vec<Located<'a>>,
    /// The alternatives that are only in the new list.
    pub(super) added: Vec<Located<'a>>,
}

/// The alternatives that are matched, and those that are not yet.
struct Matching<'a> {
    pairs: Vec<(Located<'a>, Located<'a>)>,
    old: Vec<Located<'a>>,
    new: Vec<Located<'a>>,
}

impl<'a> Matching<'a> {
    /// Matches each old alternative with the new one at the index that `find` returns, if that is left.
    fn match_by(
        &mut self,
        mut find: impl FnMut(&Located<'a>, &[Option<Located<'a>>]) -> Result<Option<usize>>,
    ) -> Result<()> {
        let mut new: Vec<_> = std::mem::take(&mut self.new)
            .into_iter()
            .map(Some)
            .collect();
        for at in std::mem::take(&mut self.old) {
            let found = find(&at, &new)?;
            match found.and_then(|i| new.get_mut(i)?.take()) {
                Some(other) => self.pairs.push((at, other)),
                None => self.old.push(at),
            }
        }
        self.new = new.into_iter().flatten().collect();
        Ok(())
    }

    /// Matches alternatives with equal names, the first ones first.
    fn match_names<K: Eq + Hash>(
        &mut self,
        old: impl Fn(&Located<'a>) -> Result<Option<K>>,
        new: impl Fn(&Located<'a>) -> Result<Option<K>>,
    ) -> Result<()> {
        let mut named: HashMap<K, VecDeque<usize>> = HashMap::new();
        for (i, at) in self.new.iter().enumerate() {
            if let Some(name) = new(at)? {
                named.entry(name).or_default().push_back(i);
            }
        }
        self.match_by(|at, _| {
            let indices = old(at)?.and_then(|name| named.get_mut(&name));
            Ok(indices.and_then(VecDeque::pop_front))
        })
    }
}

impl<'a> SchemaComparison<'_, 'a> {
    /// Matches the alternatives `old` and `new`.
    pub(super) fn match_alternatives(
        &self,
        old: &[Located<'a>],
        new: &[Located<'a>],
    ) -> Result<Matched<'a>> {
        let mut matching = Matching {
            pairs: Vec::new(),
            old: old.to_vec(),
            new: new.to_vec(),
        };
        let name = |at: &Located<'a>| Ok(component(at));
        matching.match_names(name, name)?;
        let name = |at: &Located<'a>| Ok(component(at).map(undated));
        matching.match_names(name, name)?;
        let (was, is) = (Mapped::of(&self.old), Mapped::of(&self.new));
        matching.match_names(|at| Ok(was.first(at)), |at| Ok(is.first(at)))?;
        self.match_equivalent(&mut matching, &was, &is)?;
        matching.match_names(|at| title(&self.cx.old, at), |at| title(&self.cx.new, at))?;
        let Matching {
            mut pairs,
            old: mut only_old,
            new: mut only_new,
        } = matching;
        // The only unnamed alternatives of a type correspond.
        for kind in TYPES {
            let of = |all: &[Located<'a>]| {
                let is_it = |at: &Located<'a>| is_unnamed(at) && at.text("type") == Some(kind);
                let mut found = all.iter().enumerate().filter(|(_, at)| is_it(at));
                found
                    .next()
                    .filter(|_| found.next().is_none())
                    .map(|(i, _)| i)
            };
            if let (Some(i), Some(j)) = (of(&only_old), of(&only_new)) {
                pairs.push((only_old.remove(i), only_new.remove(j)));
            }
        }
        if let ([old], [new]) = (&only_old[..], &only_new[..])
            && is_unnamed(old)
            && is_unnamed(new)
        {
            pairs.push((old.clone(), new.clone()));
            only_old.clear();
            only_new.clear();
        }
        Ok(Matched {
            pairs,
            removed: only_old,
            added: only_new,
        })
    }

    /// Matches equivalent alternatives.
    fn match_equivalent(
        &self,
        matching: &mut Matching<'a>,
        was: &Mapped<'a>,
        is: &Mapped<'a>,
    ) -> Result<()> {
        let mut by_values: HashMap<Option<Vec<&str>>, Vec<usize>> = HashMap::new();
        for (i, at) in matching.new.iter().enumerate() {
            by_values.entry(is.values(at)).or_default().push(i);
        }
        matching.match_by(|at, new| {
            if !self.cx.spend_search_budget(0) {
                return Ok(None);
            }
            // Alternatives with different discriminator values are different for callers.
            let candidates = match was.values(at) {
                None => (0..new.len()).collect(),
                values => {
                    let same = [&None, &values].into_iter();
                    let same = same.filter_map(|values| by_values.get(values));
                    let mut same: Vec<usize> = same.flatten().copied().collect();
                    same.sort_unstable();
                    same
                }
            };
            let old = self.old.alternative(at);
            for i in candidates {
                let Some(Some(other)) = new.get(i) else {
                    continue;
                };
                if !self.cx.spend_search_budget(0) {
                    break;
                }
                if is_equivalent(self.cx, &old, &self.new.alternative(other), self.depth)? {
                    return Ok(Some(i));
                }
            }
            Ok(None)
        })
    }
}

/// The types of JSON Schema except null.
const TYPES: [&str; 6] = ["object", "array", "string", "number", "integer", "boolean"];

/// Returns whether an alternative is inline and has no title.
fn is_unnamed(at: &Located<'_>) -> bool {
    component(at).is_none() && at.text("title").is_none()
}

fn title<'a>(tree: &Tree<'a>, at: &Located<'a>) -> Result<Option<&'a str>> {
    Ok(tree.resolve(at)?.text("title"))
}

/// Returns the name of a component without the date of a version at its end.
fn undated(name: &str) -> String {
    let digits = name.bytes().rev().take_while(u8::is_ascii_digit).count();
    match name.len().checked_sub(digits) {
        Some(end) if digits == 8 && end > 0 => name.get(..end).unwrap_or(name).to_owned(),
        _ => name.to_owned(),
    }
}

/// The values of a discriminator's mapping, sorted, by the component that they select.
struct Mapped<'a>(Option<HashMap<&'a str, Vec<&'a str>>>);

impl<'a> Mapped<'a> {
    fn of(shape: &Shape<'a>) -> Self {
        Self(shape.discriminator.map(|discriminator| {
            let mapping = discriminator.get("mapping").and_then(Value::as_object);
            let mut mapped: HashMap<&str, Vec<&str>> = HashMap::new();
            for (value, target) in mapping.into_iter().flatten() {
                if let Some(name) = target.as_str().and_then(|text| text.rsplit('/').next()) {
                    mapped.entry(name).or_default().push(value);
                }
            }
            mapped
                .values_mut()
                .for_each(|values| values.sort_unstable());
            mapped
        }))
    }

    /// Returns the first value that the mapping has for an alternative.
    fn first(&self, at: &Located<'a>) -> Option<&'a str> {
        self.0.as_ref()?.get(component(at)?)?.first().copied()
    }

    /// Returns the values that select an alternative, if there is a discriminator: those of its
    /// mapping, or the name of the component (OpenAPI 3.0.4, section 4.7.25).
    fn values(&self, at: &Located<'a>) -> Option<Vec<&'a str>> {
        let name = component(at)?;
        let mapped = self.0.as_ref()?.get(name);
        Some(mapped.cloned().unwrap_or_else(|| vec![name]))
    }
}
