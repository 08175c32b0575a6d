//! Matches the alternatives of two lists.
//!
//! By the component that they refer to, if necessary without the date of a version at its end; by
//! the value that selects them; by meaning; by their title. Two remaining ones without name and
//! title are matched as well.

use serde_json::Value;

use super::same;
use super::work::Work;
use crate::document::normalize::Shape;
use crate::document::tree::{Located, Tree, component};
use atlas_gen::error::Result;

impl<'a> Work<'_, 'a> {
    /// Pairs of alternatives, removed ones, and added ones.
    #[expect(clippy::type_complexity, reason = "three lists, named above")]
    pub(super) fn matched(
        &self,
        old: &[Located<'a>],
        new: &[Located<'a>],
    ) -> Result<(
        Vec<(Located<'a>, Located<'a>)>,
        Vec<Located<'a>>,
        Vec<Located<'a>>,
    )> {
        let mut pairs = Vec::new();
        let (mut gone, mut come) = (old.to_vec(), new.to_vec());
        let mut by = |name: &dyn Fn(&Tree<'a>, &Shape<'a>, &Located<'a>) -> Option<String>| {
            for at in std::mem::take(&mut gone) {
                let Some(wanted) = name(&self.cx.old, &self.old, &at) else {
                    gone.push(at);
                    continue;
                };
                let found = come.iter().position(|other| {
                    name(&self.cx.new, &self.new, other).as_ref() == Some(&wanted)
                });
                match found {
                    Some(i) => pairs.push((at, come.remove(i))),
                    None => gone.push(at),
                }
            }
        };
        by(&|_, _, at| component(at).map(str::to_owned));
        by(&|_, _, at| component(at).map(undated));
        by(&|_, shape, at| selecting(shape, at));
        let mut left = Vec::new();
        for at in std::mem::take(&mut gone) {
            match self.of_the_same_meaning(&at, &come)? {
                Some(i) => pairs.push((at, come.remove(i))),
                None => left.push(at),
            }
        }
        let mut titles = Vec::new();
        for at in &come {
            titles.push(self.cx.new.resolve(at)?.text("title"));
        }
        for at in left {
            let title = self.cx.old.resolve(&at)?.text("title");
            match titles
                .iter()
                .position(|other| title.is_some() && *other == title)
            {
                Some(i) => {
                    titles.remove(i);
                    pairs.push((at, come.remove(i)));
                }
                None => gone.push(at),
            }
        }
        // Unnamed ones of one type, of which each side has no other, are the same with changes inside.
        for kind in KINDS {
            let of = |all: &[Located<'a>]| {
                let is_it = |at: &Located<'a>| is_unnamed(at) && at.text("type") == Some(kind);
                let mut found = all.iter().enumerate().filter(|(_, at)| is_it(at));
                found
                    .next()
                    .filter(|_| found.next().is_none())
                    .map(|(i, _)| i)
            };
            if let (Some(i), Some(j)) = (of(&gone), of(&come)) {
                pairs.push((gone.remove(i), come.remove(j)));
            }
        }
        if let ([old], [new]) = (&gone[..], &come[..])
            && is_unnamed(old)
            && is_unnamed(new)
        {
            pairs.push((old.clone(), new.clone()));
            return Ok((pairs, Vec::new(), Vec::new()));
        }
        Ok((pairs, gone, come))
    }

    /// Returns the one among `come` with the same meaning as `at`.
    fn of_the_same_meaning(&self, at: &Located<'a>, come: &[Located<'a>]) -> Result<Option<usize>> {
        let old = self.old.alternative(at);
        let values = values_sent(&self.old, at);
        for (i, other) in come.iter().enumerate() {
            if !self.cx.spend_search_budget(0) {
                break;
            }
            // An alternative with another selecting value is different for callers.
            let others = values_sent(&self.new, other);
            if values.is_some() && others.is_some() && values != others {
                continue;
            }
            if same(self.cx, &old, &self.new.alternative(other), self.nested)? {
                return Ok(Some(i));
            }
        }
        Ok(None)
    }
}

/// The types of values.
const KINDS: [&str; 6] = ["object", "array", "string", "number", "integer", "boolean"];

/// Whether an alternative has neither the name of a component nor a title.
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
fn selecting(shape: &Shape<'_>, at: &Located<'_>) -> Option<String> {
    mapped(shape, at).into_iter().next()
}

/// Returns the values of a discriminator's mapping for an alternative, sorted.
fn mapped(shape: &Shape<'_>, at: &Located<'_>) -> Vec<String> {
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
fn values_sent(shape: &Shape<'_>, at: &Located<'_>) -> Option<Vec<String>> {
    shape.discriminator?;
    let name = component(at)?;
    let mapped = mapped(shape, at);
    Some(if mapped.is_empty() {
        vec![name.to_owned()]
    } else {
        mapped
    })
}
