//! `oneOf` and `anyOf`: which alternatives belong together, and which came or went.
//!
//! Alternatives are matched by the component that they name, by the value that selects them, by
//! what they mean and by their title, never by their order.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{Work, either, same};
use crate::diff::compare::{Pair, in_new, in_old};
use crate::diff::meaning::{Shape, Union, within};
use crate::diff::spot::alternative;
use crate::diff::tree::{Located, Tree, component};
use crate::error::Result;

/// The two lists of alternatives that a schema may have.
const KEYWORDS: [&str; 2] = ["one-of", "any-of"];

impl<'a> Work<'_, 'a> {
    /// Says which alternatives came and went, and has those compared that belong together. True if
    /// that was all there is to compare.
    pub(super) fn unions(&mut self, pair: &Pair<'a>) -> Result<bool> {
        if let Some(done) = self.list_of_types(pair)? {
            return Ok(done);
        }
        let old = [self.old.one_of.clone(), self.old.any_of.clone()];
        let new = [self.new.one_of.clone(), self.new.any_of.clone()];
        match (&old, &new) {
            ([None, None], [None, None]) => return Ok(false),
            ([None, None], _) => return self.union_came(pair, &new),
            (_, [None, None]) => return self.union_went(pair, &old),
            ([Some(old), None], [None, Some(new)]) => {
                self.alternatives(old, new, "one-of", "any-of")?;
                let at = in_new(&new.pointer);
                self.say(
                    "any-of-added",
                    &at,
                    "anyOf",
                    "may fit several alternatives now (`anyOf`)",
                );
                return Ok(false);
            }
            ([None, Some(old)], [Some(new), None]) => {
                self.alternatives(old, new, "any-of", "one-of")?;
                if self.is_request() {
                    let at = in_new(&new.pointer);
                    let said = "must fit exactly one alternative now (`oneOf`)";
                    self.say("any-of-removed", &at, "oneOf", said);
                }
                return Ok(false);
            }
            _ => {}
        }
        for ((old, new), keyword) in old.iter().zip(&new).zip(KEYWORDS) {
            let none = |union: &Union<'a>| Union {
                pointer: union.pointer.clone(),
                alternatives: Vec::new(),
            };
            match (old, new) {
                (None, None) => {}
                (Some(old), Some(new)) => self.alternatives(old, new, keyword, keyword)?,
                (Some(old), None) => self.alternatives(old, &none(old), keyword, keyword)?,
                (None, Some(new)) => self.alternatives(&none(new), new, keyword, keyword)?,
            }
        }
        Ok(false)
    }

    /// Both sides have alternatives.
    fn alternatives(
        &mut self,
        old: &Union<'a>,
        new: &Union<'a>,
        old_keyword: &str,
        new_keyword: &str,
    ) -> Result<()> {
        let (pairs, gone, come) = self.matched(&old.alternatives, &new.alternatives)?;
        for (old, new) in pairs {
            self.child(&vec![old], &vec![new]);
        }
        for at in gone {
            self.alternative_removed(old_keyword, &at);
        }
        for at in come {
            self.alternative_added(new_keyword, &at);
        }
        Ok(())
    }

    fn alternative_added(&mut self, keyword: &str, at: &Located<'a>) {
        let name = alternative(&self.all.new, &at.pointer);
        let at = in_new(&parent(&at.pointer));
        let said = format!("got the alternative `{name}`");
        self.say(&format!("{keyword}-added"), &at, &name, said);
    }

    fn alternative_removed(&mut self, keyword: &str, at: &Located<'a>) {
        let name = alternative(&self.all.old, &at.pointer);
        let at = in_old(&parent(&at.pointer));
        let said = format!("lost the alternative `{name}`");
        self.say(&format!("{keyword}-removed"), &at, &name, said);
    }

    /// A schema without alternatives has got some.
    fn union_came(&mut self, pair: &Pair<'a>, new: &[Option<Union<'a>>; 2]) -> Result<bool> {
        let stands_alone = self.new.members.is_empty() && self.new.types.is_empty();
        for (union, keyword) in new.iter().zip(KEYWORDS) {
            let Some(union) = union else { continue };
            if stands_alone && let [only] = &union.alternatives[..] {
                self.instead(&pair.old, &vec![only.clone()]);
                return Ok(true);
            }
            let partner = self.partner(&pair.old, &union.alternatives, true)?;
            if self.place.whole && keyword == "one-of" && stands_alone && self.wraps(union)? {
                let names = names(&self.all.new, union);
                let at = in_new(&union.pointer);
                let said = format!("was one object and is one of {names} now");
                self.say("wrapped-in-one-of", &at, &names, said);
                if let Some(partner) = partner {
                    self.instead(&pair.old, &vec![partner]);
                }
                return Ok(true);
            }
            let known = partner.as_ref().map(Located::address);
            for at in union
                .alternatives
                .iter()
                .filter(|at| Some(at.address()) != known)
            {
                self.alternative_added(keyword, at);
            }
            if let Some(partner) = partner {
                self.instead(&pair.old, &vec![partner]);
                return Ok(true);
            }
            if stands_alone {
                self.no_alternative_fits(union)?;
            }
        }
        Ok(stands_alone)
    }

    /// A schema that had alternatives has none any longer.
    fn union_went(&mut self, pair: &Pair<'a>, old: &[Option<Union<'a>>; 2]) -> Result<bool> {
        let stood_alone = self.old.members.is_empty() && self.old.types.is_empty();
        for (union, keyword) in old.iter().zip(KEYWORDS) {
            let Some(union) = union else { continue };
            if stood_alone && let [only] = &union.alternatives[..] {
                self.instead(&vec![only.clone()], &pair.new);
                return Ok(true);
            }
            let partner = self.partner(&pair.new, &union.alternatives, false)?;
            let known = partner.as_ref().map(Located::address);
            for at in union
                .alternatives
                .iter()
                .filter(|at| Some(at.address()) != known)
            {
                self.alternative_removed(keyword, at);
            }
            if let Some(partner) = partner {
                self.instead(&vec![partner], &pair.new);
                return Ok(true);
            }
        }
        Ok(stood_alone)
    }

    /// Has two schemas compared at this very place.
    fn instead(&mut self, old: &Vec<Located<'a>>, new: &Vec<Located<'a>>) {
        self.step.children.push(Pair {
            old: old.clone(),
            new: new.clone(),
            place: self.place,
        });
    }

    /// The alternative that is what `whole` is on the other side.
    fn partner(
        &self,
        whole: &Vec<Located<'a>>,
        alternatives: &[Located<'a>],
        whole_is_old: bool,
    ) -> Result<Option<Located<'a>>> {
        if let [only] = &whole[..]
            && let Some(name) = component(only)
            && let Some(found) = alternatives.iter().find(|at| component(at) == Some(name))
        {
            return Ok(Some(found.clone()));
        }
        for at in alternatives {
            let one = vec![at.clone()];
            let (old, new) = if whole_is_old {
                (whole, &one)
            } else {
                (&one, whole)
            };
            if same(self.all, old, new, self.nested)? {
                return Ok(Some(at.clone()));
            }
        }
        Ok(None)
    }

    /// Whether members of the old object stand in the alternatives now.
    fn wraps(&self, union: &Union<'a>) -> Result<bool> {
        for at in &union.alternatives {
            let resolved = self.all.new.resolve(at)?;
            let members = resolved.value.get("properties").and_then(Value::as_object);
            let mut names = members.into_iter().flat_map(|map| map.keys());
            if names.any(|name| self.old.members.contains_key(name.as_str())) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Says so if no alternative takes the type that there was.
    fn no_alternative_fits(&mut self, union: &Union<'a>) -> Result<()> {
        let mut types = BTreeSet::new();
        for at in &union.alternatives {
            match self.all.new.resolve(at)?.text("type") {
                Some(name) => types.insert(name),
                None => return Ok(()),
            };
        }
        let old = &self.old.types;
        if !old.is_empty() && !old.iter().any(|name| within(name, &types)) {
            let list =
                |types: &BTreeSet<&str>| types.iter().copied().collect::<Vec<_>>().join(" or ");
            let (was, is) = (list(old), list(&types));
            let at = in_new(&union.pointer);
            let said = format!("changed from `{was}` to `{is}`");
            self.say("type-changed", &at, &is, said);
        }
        Ok(())
    }

    /// Alternatives that differ by nothing but their type are a list of types.
    fn list_of_types(&mut self, pair: &Pair<'a>) -> Result<Option<bool>> {
        let old = list_of_types(&self.all.old, &self.old)?;
        let new = list_of_types(&self.all.new, &self.new)?;
        let (Some((old, old_is_list)), Some((new, new_is_list))) = (old, new) else {
            return Ok(None);
        };
        if !old_is_list && !new_is_list {
            return Ok(None);
        }
        let old_names: BTreeSet<&str> = old.keys().copied().collect();
        let new_names: BTreeSet<&str> = new.keys().copied().collect();
        let lacks = |some: &BTreeSet<&str>, all: &BTreeSet<&str>| {
            let names = some.iter().filter(|name| !within(name, all));
            names
                .map(|name| format!("`{name}`"))
                .collect::<Vec<_>>()
                .join(", ")
        };
        let pointer = |shape: &Shape<'a>| {
            let union = shape.one_of.as_ref().or(shape.any_of.as_ref());
            union.map_or_else(|| shape.owner("type"), |union| union.pointer.clone())
        };
        let (was, is) = (pointer(&self.old), pointer(&self.new));
        if let Some(at) = either(Some(&was), Some(&is)) {
            let gone = lacks(&old_names, &new_names);
            if !gone.is_empty() {
                let said = format!("may no longer be of type {gone}");
                self.say("list-of-types-narrowed", &at, &gone, said);
            }
            let come = lacks(&new_names, &old_names);
            if !come.is_empty() {
                let said = format!("may be of type {come} now");
                self.say("list-of-types-widened", &at, &come, said);
            }
        }
        for (name, old) in old {
            if let Some(new) = new.get(name) {
                let old = old.map_or_else(|| pair.old.clone(), |at| vec![at]);
                let new = new.clone().map_or_else(|| pair.new.clone(), |at| vec![at]);
                self.instead(&old, &new);
            }
        }
        Ok(Some(true))
    }

    /// Pairs of alternatives, those that are gone, and those that are new.
    #[expect(clippy::type_complexity, reason = "three lists, named above")]
    fn matched(
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
            let mut partner = None;
            for (i, other) in come.iter().enumerate() {
                if same(
                    self.all,
                    &vec![at.clone()],
                    &vec![other.clone()],
                    self.nested,
                )? {
                    partner = Some(i);
                    break;
                }
            }
            match partner {
                Some(i) => pairs.push((at, come.remove(i))),
                None => left.push(at),
            }
        }
        let mut gone = left;
        for at in std::mem::take(&mut gone) {
            let title = self.all.old.resolve(&at)?.text("title");
            let mut found = None;
            for (i, other) in come.iter().enumerate() {
                if title.is_some() && self.all.new.resolve(other)?.text("title") == title {
                    found = Some(i);
                    break;
                }
            }
            match found {
                Some(i) => pairs.push((at, come.remove(i))),
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
}

/// The types of a schema that says nothing but types, each with the alternative that says it; and
/// whether it has alternatives at all.
#[expect(clippy::type_complexity, reason = "named above")]
fn list_of_types<'a>(
    tree: &Tree<'a>,
    shape: &Shape<'a>,
) -> Result<Option<(BTreeMap<&'a str, Option<Located<'a>>>, bool)>> {
    if !shape.members.is_empty() || shape.value("not").is_some() {
        return Ok(None);
    }
    if !shape.types.is_empty() {
        let types = shape.types.iter().map(|name| (*name, None));
        return Ok(Some((types.collect(), false)));
    }
    let Some(union) = shape.one_of.as_ref().or(shape.any_of.as_ref()) else {
        return Ok(None);
    };
    let mut types = BTreeMap::new();
    for at in &union.alternatives {
        let resolved = tree.resolve(at)?;
        let is_simple = ["properties", "oneOf", "anyOf", "allOf"]
            .iter()
            .all(|keyword| resolved.value.get(keyword).is_none());
        match resolved.text("type") {
            Some(name) if is_simple => {
                if types.insert(name, Some(at.clone())).is_some() {
                    return Ok(None);
                }
            }
            _ => return Ok(None),
        }
    }
    Ok((!types.is_empty()).then_some((types, true)))
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
    let mapping = shape.value("discriminator")?.get("mapping")?.as_object()?;
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

fn names(tree: &Tree<'_>, union: &Union<'_>) -> String {
    let names = union
        .alternatives
        .iter()
        .map(|at| alternative(tree, &at.pointer));
    let mut names: Vec<String> = names.map(|name| format!("`{name}`")).collect();
    names.sort_unstable();
    names.join(", ")
}

/// The pointer of the schema that holds an alternative: two steps up.
fn parent(pointer: &str) -> std::rc::Rc<str> {
    let up = |pointer: &str| pointer.rsplit_once('/').map(|(up, _)| up.to_owned());
    up(pointer)
        .and_then(|list| up(&list))
        .unwrap_or_default()
        .into()
}
