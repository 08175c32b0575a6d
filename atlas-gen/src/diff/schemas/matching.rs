//! Which alternatives of two lists belong together.
//!
//! By the component that they name, without the date of a version at its end if need be; by the
//! value that selects them; by what they mean; by their title. Two that are left over and have
//! neither name nor title belong together as well.

use serde_json::Value;

use super::{Work, same};
use crate::diff::meaning::Shape;
use crate::diff::tree::{Located, Tree, component};
use crate::error::Result;

impl<'a> Work<'_, 'a> {
    /// Pairs of alternatives, those that are gone, and those that are new.
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
                let Some(wanted) = name(&self.all.old, &self.old, &at) else {
                    gone.push(at);
                    continue;
                };
                let found = come.iter().position(|other| {
                    name(&self.all.new, &self.new, other).as_ref() == Some(&wanted)
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
            titles.push(self.all.new.resolve(at)?.text("title"));
        }
        for at in left {
            let title = self.all.old.resolve(&at)?.text("title");
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
        if let ([old], [new]) = (&gone[..], &come[..])
            && [old, new]
                .iter()
                .all(|at| component(at).is_none() && at.text("title").is_none())
        {
            pairs.push((old.clone(), new.clone()));
            return Ok((pairs, Vec::new(), Vec::new()));
        }
        Ok((pairs, gone, come))
    }

    /// The one among `come` that means what `at` means.
    fn of_the_same_meaning(&self, at: &Located<'a>, come: &[Located<'a>]) -> Result<Option<usize>> {
        let old = vec![at.clone()];
        for (i, other) in come.iter().enumerate() {
            if !self.all.may_search(0) {
                break;
            }
            if same(self.all, &old, &vec![other.clone()], self.nested)? {
                return Ok(Some(i));
            }
        }
        Ok(None)
    }
}

/// The name of a component without the date of a version at its end.
fn undated(name: &str) -> String {
    let digits = name.bytes().rev().take_while(u8::is_ascii_digit).count();
    match name.len().checked_sub(digits) {
        Some(end) if digits == 8 && end > 0 => name.get(..end).unwrap_or(name).to_owned(),
        _ => name.to_owned(),
    }
}

/// The value by which a discriminator selects an alternative.
fn selecting(shape: &Shape<'_>, at: &Located<'_>) -> Option<String> {
    let target = at.text("$ref")?;
    let mapping = shape.discriminator?.get("mapping")?.as_object()?;
    let is_it = |value: &Value| {
        let name = value.as_str().and_then(|text| text.rsplit('/').next());
        name == target.rsplit('/').next()
    };
    let mut values: Vec<&String> = mapping
        .iter()
        .filter(|(_, target)| is_it(target))
        .map(|(value, _)| value)
        .collect();
    values.sort();
    values.first().map(|value| (*value).clone())
}
