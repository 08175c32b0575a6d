//! Compares `oneOf` and `anyOf`: which alternatives correspond, and which were added or removed.
//!
//! `matching` determines which alternatives correspond; their order is irrelevant.

use std::collections::BTreeSet;

use serde_json::Value;

use super::counterparts::{Counterpart, others};
use super::schema_comparison::SchemaComparison;
use crate::comparison::{Pair, in_new, in_old};
use crate::document::alternatives::Union;
use crate::document::location::alternative;
use crate::document::normalize::is_type_in;
use crate::document::tree::{Located, Tree, component};
use crate::quoting::code;
use atlas_gen::error::{Error, Result};

/// The two lists of alternatives that a schema may have.
const KEYWORDS: [&str; 2] = ["one-of", "any-of"];

impl<'a> SchemaComparison<'_, 'a> {
    /// Reports added and removed alternatives, and queues matched ones. Returns true if nothing else of the
    /// schemas remains to be compared.
    pub(super) fn unions(&mut self, pair: &Pair<'a>) -> Result<bool> {
        if self.list_of_types()? {
            return Ok(true);
        }
        let old = [self.old.one_of.clone(), self.old.any_of.clone()];
        let new = [self.new.one_of.clone(), self.new.any_of.clone()];
        if self.union_wrapped(pair, &old, &new)? {
            return Ok(true);
        }
        match (&old, &new) {
            ([None, None], [None, None]) => return Ok(false),
            ([None, None], _) => return self.union_added(pair, &new),
            (_, [None, None]) => return self.union_removed(pair, &old),
            ([Some(old), None], [None, Some(new)]) => {
                self.alternatives(old, new, "one-of", "any-of")?;
                let at = in_new(&new.pointer);
                self.report(
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
                    self.report("any-of-removed", &at, "oneOf", said);
                }
                return Ok(false);
            }
            _ => {}
        }
        for ((old, new), keyword) in old.iter().zip(&new).zip(KEYWORDS) {
            let empty = |union: &Union<'a>| Union {
                pointer: union.pointer.clone(),
                alternatives: Vec::new(),
            };
            match (old, new) {
                (None, None) => {}
                (Some(old), Some(new)) => self.alternatives(old, new, keyword, keyword)?,
                (Some(old), None) => self.alternatives(old, &empty(old), keyword, keyword)?,
                (None, Some(new)) => self.alternatives(&empty(new), new, keyword, keyword)?,
            }
        }
        Ok(false)
    }

    /// Handles a union that became an alternative of a union under the other keyword, or was one:
    /// `oneOf: [A, B]` and `anyOf: [{oneOf: [A, B]}, C]`. Returns whether that is the case.
    fn union_wrapped(
        &mut self,
        pair: &Pair<'a>,
        old: &[Option<Union<'a>>; 2],
        new: &[Option<Union<'a>>; 2],
    ) -> Result<bool> {
        let (was, is) = match (old, new) {
            ([Some(was), None], [None, Some(is)]) => {
                ((was, "oneOf", "one-of"), (is, "anyOf", "any-of"))
            }
            ([None, Some(was)], [Some(is), None]) => {
                ((was, "anyOf", "any-of"), (is, "oneOf", "one-of"))
            }
            _ => return Ok(false),
        };
        let wrapping = |tree: &Tree<'a>, outer: &Union<'a>, inner: &str| {
            let mut found = Vec::new();
            for at in &outer.alternatives {
                if tree.resolve(at)?.value.get(inner).is_some() {
                    found.push(at.clone());
                }
            }
            Ok::<_, Error>(found)
        };
        let wrapping_alternatives = wrapping(&self.cx.new, is.0, was.1)?;
        if !wrapping_alternatives.is_empty() {
            self.new.include_siblings();
            if let Some(at) =
                self.equivalent_alternative(&pair.old, &wrapping_alternatives, true)?
            {
                let new = self.new.alternative(&at);
                self.queue_in_place(&pair.old, &new);
                self.alternatives_added(is.2, &others(is.0, &Counterpart::Found(at)));
                return Ok(true);
            }
        }
        let wrapping_alternatives = wrapping(&self.cx.old, was.0, is.1)?;
        if !wrapping_alternatives.is_empty() {
            self.old.include_siblings();
            if let Some(at) =
                self.equivalent_alternative(&pair.new, &wrapping_alternatives, false)?
            {
                let old = self.old.alternative(&at);
                self.queue_in_place(&old, &pair.new);
                self.alternatives_removed(was.2, &others(was.0, &Counterpart::Found(at)));
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Matches the alternatives of two unions, and reports added and removed ones.
    pub(super) fn alternatives(
        &mut self,
        old: &Union<'a>,
        new: &Union<'a>,
        old_keyword: &str,
        new_keyword: &str,
    ) -> Result<()> {
        let matched = self.match_alternatives(&old.alternatives, &new.alternatives)?;
        for (old, new) in matched.pairs {
            let (old, new) = (self.old.alternative(&old), self.new.alternative(&new));
            self.child(&old, &new);
        }
        self.alternatives_removed(old_keyword, &matched.removed);
        self.alternatives_added(new_keyword, &matched.added);
        Ok(())
    }

    pub(super) fn alternatives_added(&mut self, keyword: &str, only_new: &[Located<'a>]) {
        if let Some(first) = only_new.first() {
            let names = names(&self.cx.new, only_new);
            let at = in_new(&parent(&first.pointer));
            let said = format!("got the {}", counted(only_new, &names));
            self.report(&format!("{keyword}-added"), &at, &names, said);
            self.mark_reported(only_new);
        }
    }

    pub(super) fn alternatives_removed(&mut self, keyword: &str, only_old: &[Located<'a>]) {
        if let Some(first) = only_old.first() {
            let names = names(&self.cx.old, only_old);
            let at = in_old(&parent(&first.pointer));
            let said = format!("lost the {}", counted(only_old, &names));
            self.report(&format!("{keyword}-removed"), &at, &names, said);
            self.mark_reported(only_old);
        }
    }

    /// Records reported alternatives, whose discriminator values are not reported separately.
    fn mark_reported(&mut self, alternatives: &[Located<'a>]) {
        let names = alternatives.iter().filter_map(component);
        self.reported_alternatives.extend(names);
    }

    /// Handles a schema that became a union.
    fn union_added(&mut self, pair: &Pair<'a>, new: &[Option<Union<'a>>; 2]) -> Result<bool> {
        let is_untyped = self.new.is_untyped();
        let all = new.iter().flatten();
        if selects_all(
            self.old.discriminator,
            all.flat_map(|union| &union.alternatives),
        ) {
            return Ok(false);
        }
        let was_unconstrained = self.old.is_unconstrained();
        self.new.include_siblings();
        for (union, keyword) in new.iter().zip(KEYWORDS) {
            let Some(union) = union else { continue };
            if is_untyped && let [only] = &union.alternatives[..] {
                let new = self.new.alternative(only);
                self.queue_in_place(&pair.old, &new);
                return Ok(true);
            }
            let counterpart = self.equivalent_alternative(&pair.old, &union.alternatives, true)?;
            if self.role.whole
                && keyword == "one-of"
                && is_untyped
                && self.contains_old_members(union)?
            {
                let names = names(&self.cx.new, &union.alternatives);
                let at = in_new(&union.pointer);
                let said = format!("was one object and is one of {names} now");
                self.report("wrapped-in-one-of", &at, &names, said);
                if let Some(counterpart) = counterpart {
                    let new = self.new.alternative(&counterpart);
                    self.queue_in_place(&pair.old, &new);
                }
                return Ok(true);
            }
            if counterpart.is_none() && (!is_untyped || was_unconstrained) {
                self.union_set(keyword, union);
                continue;
            }
            let counterpart = match counterpart {
                Some(counterpart) => Counterpart::Found(counterpart),
                None => self.compatible_alternative(&pair.old, &union.alternatives, true)?,
            };
            let others = others(union, &counterpart);
            self.alternatives_added(keyword, &others);
            match counterpart {
                Counterpart::Found(counterpart) => {
                    let new = self.new.alternative(&counterpart);
                    self.queue_in_place(&pair.old, &new);
                    return Ok(true);
                }
                // For a response, the added alternatives are reported as breaking already.
                Counterpart::None if self.is_request() || keyword == "any-of" => {
                    self.report_no_counterpart(union);
                }
                _ => self.no_alternative_fits(union)?,
            }
        }
        Ok(is_untyped)
    }

    /// Handles a schema that is no longer a union.
    fn union_removed(&mut self, pair: &Pair<'a>, old: &[Option<Union<'a>>; 2]) -> Result<bool> {
        let was_untyped = self.old.is_untyped();
        let all = old.iter().flatten();
        if selects_all(
            self.new.discriminator,
            all.flat_map(|union| &union.alternatives),
        ) {
            return Ok(false);
        }
        let is_now_unconstrained = self.new.is_unconstrained();
        self.old.include_siblings();
        for (union, keyword) in old.iter().zip(KEYWORDS) {
            let Some(union) = union else { continue };
            if was_untyped && let [only] = &union.alternatives[..] {
                let old = self.old.alternative(only);
                self.queue_in_place(&old, &pair.new);
                return Ok(true);
            }
            let counterpart = self.equivalent_alternative(&pair.new, &union.alternatives, false)?;
            if counterpart.is_none() && (!was_untyped || is_now_unconstrained) {
                self.union_unset(keyword, union);
                continue;
            }
            let counterpart = match counterpart {
                Some(counterpart) => Counterpart::Found(counterpart),
                None if self.is_request() && self.accepts_all(union, &pair.new)? => {
                    let names = names(&self.cx.old, &union.alternatives);
                    let at = in_old(&union.pointer);
                    let said = format!("takes what fits no alternative, too: {names}");
                    self.report(&format!("{keyword}-unset"), &at, &names, said);
                    self.mark_reported(&union.alternatives);
                    return Ok(true);
                }
                None if self.is_request() => Counterpart::Unknown,
                None => self.compatible_alternative(&pair.new, &union.alternatives, false)?,
            };
            let others = others(union, &counterpart);
            self.alternatives_removed(keyword, &others);
            match counterpart {
                Counterpart::Found(counterpart) => {
                    let old = self.old.alternative(&counterpart);
                    self.queue_in_place(&old, &pair.new);
                    return Ok(true);
                }
                Counterpart::None => self.report_no_counterpart(union),
                Counterpart::Unknown => {}
            }
        }
        Ok(was_untyped)
    }

    /// Reports a union that was added as a further constraint.
    pub(super) fn union_set(&mut self, keyword: &str, union: &Union<'a>) {
        let names = names(&self.cx.new, &union.alternatives);
        let at = in_new(&union.pointer);
        let said = format!("must fit an alternative besides now: {names}");
        self.report(&format!("{keyword}-set"), &at, &names, said);
        self.mark_reported(&union.alternatives);
    }

    /// Reports a union that was removed and was a further constraint.
    pub(super) fn union_unset(&mut self, keyword: &str, union: &Union<'a>) {
        let names = names(&self.cx.old, &union.alternatives);
        let at = in_old(&union.pointer);
        let said = format!("need no longer fit an alternative besides: {names}");
        self.report(&format!("{keyword}-unset"), &at, &names, said);
        self.mark_reported(&union.alternatives);
    }

    /// Queues two schemas that are compared in place of the current ones.
    pub(super) fn queue_in_place(&mut self, old: &[Located<'a>], new: &[Located<'a>]) {
        self.differences.children.push(Pair {
            old: old.to_vec(),
            new: new.to_vec(),
            role: self.role,
        });
    }

    /// Reports that no alternative corresponds to the schema of the other revision.
    fn report_no_counterpart(&mut self, union: &Union<'a>) {
        let is_added = self.new.one_of.is_some() || self.new.any_of.is_some();
        let tree = if is_added { &self.cx.new } else { &self.cx.old };
        let names = names(tree, &union.alternatives);
        let (at, said) = match is_added {
            true => (in_new(&union.pointer), "was one schema that"),
            false => (in_old(&union.pointer), "is one schema now that"),
        };
        let said = format!("{said} none of the alternatives takes over: {names}");
        self.report("type-changed", &at, &names, said);
    }

    /// Returns whether an alternative has a member of the old object.
    fn contains_old_members(&self, union: &Union<'a>) -> Result<bool> {
        for at in &union.alternatives {
            let resolved = self.cx.new.resolve(at)?;
            let members = resolved.value.get("properties").and_then(Value::as_object);
            let mut names = members.into_iter().flat_map(|map| map.keys());
            if names.any(|name| self.old.members.contains_key(name.as_str())) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Reports a changed type if no alternative allows the old one.
    fn no_alternative_fits(&mut self, union: &Union<'a>) -> Result<()> {
        let mut types = BTreeSet::new();
        for at in &union.alternatives {
            match self.cx.new.resolve(at)?.text("type") {
                Some(name) => types.insert(name),
                None => return Ok(()),
            };
        }
        let old = &self.old.types;
        if !old.is_empty() && !old.iter().any(|name| is_type_in(name, &types)) {
            let list =
                |types: &BTreeSet<&str>| types.iter().copied().collect::<Vec<_>>().join(" or ");
            let (was, is) = (list(old), list(&types));
            let at = in_new(&union.pointer);
            let said = format!(
                "changed from {was} to {is}",
                was = code(&was),
                is = code(&is)
            );
            self.report("type-changed", &at, &is, said);
        }
        Ok(())
    }
}

/// Returns whether the mapping of `discriminator` selects exactly `alternatives`, so that a union of them
/// adds no constraint.
fn selects_all<'s, 'a: 's>(
    discriminator: Option<&Value>,
    alternatives: impl Iterator<Item = &'s Located<'a>>,
) -> bool {
    let mapping = discriminator.and_then(|value| value.get("mapping")?.as_object());
    let targets = mapping.into_iter().flatten();
    let targets: BTreeSet<&str> = targets
        .filter_map(|(_, target)| target.as_str()?.rsplit('/').next())
        .collect();
    let listed: Option<BTreeSet<&str>> = alternatives.map(component).collect();
    !targets.is_empty() && listed.is_some_and(|listed| listed == targets)
}

fn counted(alternatives: &[Located<'_>], names: &str) -> String {
    match alternatives {
        [_] => format!("alternative {names}"),
        _ => format!("alternatives {names}"),
    }
}

fn names(tree: &Tree<'_>, alternatives: &[Located<'_>]) -> String {
    let names = alternatives.iter().map(|at| alternative(tree, &at.pointer));
    let mut names: Vec<String> = names.map(|name| code(&name)).collect();
    names.sort_unstable();
    names.join(", ")
}

/// Returns the pointer of the schema that contains an alternative: two levels up.
fn parent(pointer: &str) -> std::rc::Rc<str> {
    let up = |pointer: &str| pointer.rsplit_once('/').map(|(up, _)| up.to_owned());
    up(pointer)
        .and_then(|list| up(&list))
        .unwrap_or_default()
        .into()
}
