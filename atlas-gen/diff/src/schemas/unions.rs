//! Compares `oneOf` and `anyOf`: which alternatives correspond, and which were added or removed.
//!
//! Alternatives are matched by the component that they refer to, by the value that selects them, by
//! meaning and by their title, never by their order.

use std::collections::BTreeSet;

use serde_json::Value;

use super::heirs::{Heir, others};
use super::work::Work;
use crate::comparison::{Pair, in_new, in_old};
use crate::document::alternatives::Union;
use crate::document::location::alternative;
use crate::document::normalize::is_type_in;
use crate::document::tree::{Located, Tree, component};
use crate::quoting::code;
use atlas_gen::error::{Error, Result};

/// The two lists of alternatives that a schema may have.
const KEYWORDS: [&str; 2] = ["one-of", "any-of"];

impl<'a> Work<'_, 'a> {
    /// Reports added and removed alternatives, and queues matching ones. Returns true if there is
    /// nothing else to compare.
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

    /// Handles alternatives that became one of several alternatives under the other keyword, or were:
    /// `oneOf: [A, B]` and `anyOf: [{oneOf: [A, B]}, C]`. Returns whether they are.
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
        let those = wrapping(&self.cx.new, is.0, was.1)?;
        if !those.is_empty() {
            self.new.include_siblings();
            if let Some(at) = self.partner(&pair.old, &those, true)? {
                let new = self.new.alternative(&at);
                self.instead(&pair.old, &new);
                self.alternatives_added(is.2, &others(is.0, &Heir::Found(at)));
                return Ok(true);
            }
        }
        let those = wrapping(&self.cx.old, was.0, is.1)?;
        if !those.is_empty() {
            self.old.include_siblings();
            if let Some(at) = self.partner(&pair.new, &those, false)? {
                let old = self.old.alternative(&at);
                self.instead(&old, &pair.new);
                self.alternatives_removed(was.2, &others(was.0, &Heir::Found(at)));
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Compares the alternatives of both sides.
    pub(super) fn alternatives(
        &mut self,
        old: &Union<'a>,
        new: &Union<'a>,
        old_keyword: &str,
        new_keyword: &str,
    ) -> Result<()> {
        let (pairs, gone, come) = self.matched(&old.alternatives, &new.alternatives)?;
        for (old, new) in pairs {
            let (old, new) = (self.old.alternative(&old), self.new.alternative(&new));
            self.child(&old, &new);
        }
        self.alternatives_removed(old_keyword, &gone);
        self.alternatives_added(new_keyword, &come);
        Ok(())
    }

    pub(super) fn alternatives_added(&mut self, keyword: &str, come: &[Located<'a>]) {
        if let Some(first) = come.first() {
            let names = names(&self.cx.new, come);
            let at = in_new(&parent(&first.pointer));
            let said = format!("got the {}", counted(come, &names));
            self.say(&format!("{keyword}-added"), &at, &names, said);
            self.explained(come);
        }
    }

    pub(super) fn alternatives_removed(&mut self, keyword: &str, gone: &[Located<'a>]) {
        if let Some(first) = gone.first() {
            let names = names(&self.cx.old, gone);
            let at = in_old(&parent(&first.pointer));
            let said = format!("lost the {}", counted(gone, &names));
            self.say(&format!("{keyword}-removed"), &at, &names, said);
            self.explained(gone);
        }
    }

    /// Records added or removed alternatives: their discriminator values are not a separate cause.
    fn explained(&mut self, alternatives: &[Located<'a>]) {
        let names = alternatives.iter().filter_map(component);
        self.alternatives_named.extend(names);
    }

    /// Handles a schema that got alternatives.
    fn union_came(&mut self, pair: &Pair<'a>, new: &[Option<Union<'a>>; 2]) -> Result<bool> {
        let is_untyped = self.new.is_untyped();
        let all = new.iter().flatten();
        if selects_all(
            self.old.discriminator,
            all.flat_map(|union| &union.alternatives),
        ) {
            return Ok(false);
        }
        let took_anything = self.old.is_unconstrained();
        self.new.include_siblings();
        for (union, keyword) in new.iter().zip(KEYWORDS) {
            let Some(union) = union else { continue };
            if is_untyped && let [only] = &union.alternatives[..] {
                let new = self.new.alternative(only);
                self.instead(&pair.old, &new);
                return Ok(true);
            }
            let partner = self.partner(&pair.old, &union.alternatives, true)?;
            if self.role.whole && keyword == "one-of" && is_untyped && self.wraps(union)? {
                let names = names(&self.cx.new, &union.alternatives);
                let at = in_new(&union.pointer);
                let said = format!("was one object and is one of {names} now");
                self.say("wrapped-in-one-of", &at, &names, said);
                if let Some(partner) = partner {
                    let new = self.new.alternative(&partner);
                    self.instead(&pair.old, &new);
                }
                return Ok(true);
            }
            if partner.is_none() && (!is_untyped || took_anything) {
                self.union_set(keyword, union);
                continue;
            }
            let heir = match partner {
                Some(partner) => Heir::Found(partner),
                None => self.heir(&pair.old, &union.alternatives, true)?,
            };
            let others = others(union, &heir);
            self.alternatives_added(keyword, &others);
            match heir {
                Heir::Found(heir) => {
                    let new = self.new.alternative(&heir);
                    self.instead(&pair.old, &new);
                    return Ok(true);
                }
                // An alternative that a response may be besides says itself that callers break.
                Heir::Nobody if self.is_request() || keyword == "any-of" => {
                    self.nobody_takes_over(union);
                }
                _ => self.no_alternative_fits(union)?,
            }
        }
        Ok(is_untyped)
    }

    /// Handles a schema that lost its alternatives.
    fn union_went(&mut self, pair: &Pair<'a>, old: &[Option<Union<'a>>; 2]) -> Result<bool> {
        let stood_alone = self.old.is_untyped();
        let all = old.iter().flatten();
        if selects_all(
            self.new.discriminator,
            all.flat_map(|union| &union.alternatives),
        ) {
            return Ok(false);
        }
        let takes_anything = self.new.is_unconstrained();
        self.old.include_siblings();
        for (union, keyword) in old.iter().zip(KEYWORDS) {
            let Some(union) = union else { continue };
            if stood_alone && let [only] = &union.alternatives[..] {
                let old = self.old.alternative(only);
                self.instead(&old, &pair.new);
                return Ok(true);
            }
            let partner = self.partner(&pair.new, &union.alternatives, false)?;
            if partner.is_none() && (!stood_alone || takes_anything) {
                self.union_unset(keyword, union);
                continue;
            }
            let heir = match partner {
                Some(partner) => Heir::Found(partner),
                None if self.is_request() && self.takes_all(union, &pair.new)? => {
                    let names = names(&self.cx.old, &union.alternatives);
                    let at = in_old(&union.pointer);
                    let said = format!("takes what fits no alternative, too: {names}");
                    self.say(&format!("{keyword}-unset"), &at, &names, said);
                    self.explained(&union.alternatives);
                    return Ok(true);
                }
                None if self.is_request() => Heir::Unknown,
                None => self.heir(&pair.new, &union.alternatives, false)?,
            };
            let others = others(union, &heir);
            self.alternatives_removed(keyword, &others);
            match heir {
                Heir::Found(heir) => {
                    let old = self.old.alternative(&heir);
                    self.instead(&old, &pair.new);
                    return Ok(true);
                }
                Heir::Nobody => self.nobody_takes_over(union),
                Heir::Unknown => {}
            }
        }
        Ok(stood_alone)
    }

    /// Reports alternatives that are demanded besides now.
    pub(super) fn union_set(&mut self, keyword: &str, union: &Union<'a>) {
        let names = names(&self.cx.new, &union.alternatives);
        let at = in_new(&union.pointer);
        let said = format!("must fit an alternative besides now: {names}");
        self.say(&format!("{keyword}-set"), &at, &names, said);
        self.explained(&union.alternatives);
    }

    /// Reports alternatives that are no longer demanded besides.
    pub(super) fn union_unset(&mut self, keyword: &str, union: &Union<'a>) {
        let names = names(&self.cx.old, &union.alternatives);
        let at = in_old(&union.pointer);
        let said = format!("need no longer fit an alternative besides: {names}");
        self.say(&format!("{keyword}-unset"), &at, &names, said);
        self.explained(&union.alternatives);
    }

    /// Queues two schemas for comparison at the same location.
    pub(super) fn instead(&mut self, old: &[Located<'a>], new: &[Located<'a>]) {
        self.step.children.push(Pair {
            old: old.to_vec(),
            new: new.to_vec(),
            role: self.role,
        });
    }

    /// Reports that no alternative takes over what one schema was, or is now.
    fn nobody_takes_over(&mut self, union: &Union<'a>) {
        let came = self.new.one_of.is_some() || self.new.any_of.is_some();
        let tree = if came { &self.cx.new } else { &self.cx.old };
        let names = names(tree, &union.alternatives);
        let (at, said) = match came {
            true => (in_new(&union.pointer), "was one schema that"),
            false => (in_old(&union.pointer), "is one schema now that"),
        };
        let said = format!("{said} none of the alternatives takes over: {names}");
        self.say("type-changed", &at, &names, said);
    }

    /// Returns whether the alternatives contain members of the old object.
    fn wraps(&self, union: &Union<'a>) -> Result<bool> {
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

    /// Reports if no alternative allows the old type.
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
            self.say("type-changed", &at, &is, said);
        }
        Ok(())
    }
}

/// Whether the mapping of `discriminator` selects each of `alternatives` and nothing else, so that a
/// list of them says nothing new.
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
