//! Matches the alternatives of two lists.
//!
//! They are matched by the component that they refer to, also without the version date at its end; by
//! discriminator value; by equivalence; by title. Two remaining ones without name and title are matched
//! as well.

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

impl<'a> SchemaComparison<'_, 'a> {
    /// Matches the alternatives `old` and `new`.
    pub(super) fn match_alternatives(
        &self,
        old: &[Located<'a>],
        new: &[Located<'a>],
    ) -> Result<Matched<'a>> {
        let mut pairs = Vec::new();
        let (mut only_old, mut only_new) = (old.to_vec(), new.to_vec());
        let mut match_by =
            |name: &dyn Fn(&Tree<'a>, &Shape<'a>, &Located<'a>) -> Option<String>| {
                for at in std::mem::take(&mut only_old) {
                    let Some(wanted) = name(&self.cx.old, &self.old, &at) else {
                        only_old.push(at);
                        continue;
                    };
                    let found = only_new.iter().position(|other| {
                        name(&self.cx.new, &self.new, other).as_ref() == Some(&wanted)
                    });
                    match found {
                        Some(i) => pairs.push((at, only_new.remove(i))),
                        None => only_old.push(at),
                    }
                }
            };
        match_by(&|_, _, at| component(at).map(str::to_owned));
        match_by(&|_, _, at| component(at).map(undated));
        match_by(&|_, shape, at| discriminator_value(shape, at));
        let mut unmatched = Vec::new();
        for at in std::mem::take(&mut only_old) {
            match self.equivalent_among(&at, &only_new)? {
                Some(i) => pairs.push((at, only_new.remove(i))),
                None => unmatched.push(at),
            }
        }
        let mut titles = Vec::new();
        for at in &only_new {
            titles.push(self.cx.new.resolve(at)?.text("title"));
        }
        for at in unmatched {
            let title = self.cx.old.resolve(&at)?.text("title");
            match titles
                .iter()
                .position(|other| title.is_some() && *other == title)
            {
                Some(i) => {
                    titles.remove(i);
                    pairs.push((at, only_new.remove(i)));
                }
                None => only_old.push(at),
            }
        }
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

    /// Returns the index of the alternative in `only_new` that is equivalent to `at`.
    fn equivalent_among(
        &self,
        at: &Located<'a>,
        only_new: &[Located<'a>],
    ) -> Result<Option<usize>> {
        let old = self.old.alternative(at);
        let values = discriminator_values(&self.old, at);
        for (i, other) in only_new.iter().enumerate() {
            if !self.cx.spend_search_budget(0) {
                break;
            }
            // Alternatives with different discriminator values are different for callers.
            let others = discriminator_values(&self.new, other);
            if values.is_some() && others.is_some() && values != others {
                continue;
            }
            if is_equivalent(self.cx, &old, &self.new.alternative(other), self.depth)? {
                return Ok(Some(i));
            }
        }
        Ok(None)
    }
}

/// The types of JSON Schema except null.
const TYPES: [&str; 6] = ["object", "array", "string", "number", "integer", "boolean"];

/// Returns whether an alternative is inline and has no title.
fn is_unnamed(at: &Located<'_>) -> bool {
    component(at).is_none() && at.text("title").is_none()
}

/// Returns the name of a component without the date of a version at its end.
fn undated(name: &str) -> String {
    let digits = name.bytes().rev().take_while(u8::is_ascii_digit).count();
    match name.len().checked_sub(digits) {
        Some(end) if digits == 8 && end > 0 => name.get(..end).unwrap_or(name).to_owned(),
        _ => name.to_owned(),
    }
}

/// Returns the first value of a discriminator's mapping for an alternative.
fn discriminator_value(shape: &Shape<'_>, at: &Located<'_>) -> Option<String> {
    mapped_values(shape, at).into_iter().next()
}

/// Returns the values of a discriminator's mapping for an alternative, sorted.
fn mapped_values(shape: &Shape<'_>, at: &Located<'_>) -> Vec<String> {
    let mapping = shape
        .discriminator
        .and_then(|d| d.get("mapping")?.as_object());
    let (Some(mapping), Some(target)) = (mapping, at.text("$ref")) else {
        return Vec::new();
    };
    let is_it = |value: &Value| {
        let name = value.as_str().and_then(|text| text.rsplit('/').next());
        name == target.rsplit('/').next()
    };
    let values = mapping.iter().filter(|(_, target)| is_it(target));
    let mut values: Vec<String> = values.map(|(value, _)| value.clone()).collect();
    values.sort_unstable();
    values
}

/// Returns the values that select an alternative, if there is a discriminator: those of its
/// mapping, or the name of the component (OpenAPI 3.0.4, section 4.7.25).
fn discriminator_values(shape: &Shape<'_>, at: &Located<'_>) -> Option<Vec<String>> {
    shape.discriminator?;
    let name = component(at)?;
    let mapped_values = mapped_values(shape, at);
    Some(if mapped_values.is_empty() {
        vec![name.to_owned()]
    } else {
        mapped_values
    })
}
