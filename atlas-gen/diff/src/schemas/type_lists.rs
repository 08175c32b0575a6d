//! Lists of types: alternatives that differ only in their type.
//!
//! This is how OpenAPI 3.0 allows several types for a value.

use std::collections::{BTreeMap, BTreeSet};

use super::work::Work;
use crate::comparison::{Pair, in_new};
use crate::document::normalize::{Shape, within};
use crate::document::tree::{Located, Tree};
use crate::words::code;
use atlas_gen::error::Result;

impl<'a> Work<'_, 'a> {
    /// Compares alternatives that differ only in their type as lists of types.
    pub(super) fn list_of_types(&mut self, pair: &Pair<'a>) -> Result<Option<bool>> {
        let old = list_of_types(&self.cx.old, &self.old)?;
        let new = list_of_types(&self.cx.new, &self.new)?;
        let (Some((old, old_is_list)), Some((new, new_is_list))) = (old, new) else {
            return Ok(None);
        };
        if !old_is_list && !new_is_list {
            return Ok(None);
        }
        let old_names: BTreeSet<&str> = old.keys().copied().collect();
        let new_names: BTreeSet<&str> = new.keys().copied().collect();
        let is_twice = |types: &Types<'a>| types.values().any(|all| all.len() > 1);
        if old_names == new_names && (is_twice(&old) || is_twice(&new)) {
            return Ok(None);
        }
        let lacks = |some: &BTreeSet<&str>, all: &BTreeSet<&str>| {
            let names = some.iter().filter(|name| !within(name, all));
            names.map(|name| code(&name)).collect::<Vec<_>>().join(", ")
        };
        let union = self.new.one_of.as_ref().or(self.new.any_of.as_ref());
        let at = match union {
            Some(union) => in_new(&union.pointer),
            None => self.at("type"),
        };
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
        // A schema with a list of types is no partner of an alternative with one of them.
        if !old_is_list && old.len() > 1 || !new_is_list && new.len() > 1 {
            return Ok(Some(true));
        }
        for (name, old) in old {
            if let ([old], Some([new])) = (&old[..], new.get(name).map(|all| &all[..])) {
                let old = old.clone().map_or_else(|| pair.old.clone(), |at| vec![at]);
                let new = new.clone().map_or_else(|| pair.new.clone(), |at| vec![at]);
                self.instead(&old, &new);
            }
        }
        Ok(Some(true))
    }
}

/// Types, each with its alternatives; `None` for the schema itself.
type Types<'a> = BTreeMap<&'a str, Vec<Option<Located<'a>>>>;

/// Returns the types of a schema that only has types, and whether they are alternatives.
fn list_of_types<'a>(tree: &Tree<'a>, shape: &Shape<'a>) -> Result<Option<(Types<'a>, bool)>> {
    if !shape.members.is_empty() || shape.value("not").is_some() {
        return Ok(None);
    }
    if !shape.types.is_empty() {
        let types = shape.types.iter().map(|name| (*name, vec![None]));
        return Ok(Some((types.collect(), false)));
    }
    let Some(union) = shape.one_of.as_ref().or(shape.any_of.as_ref()) else {
        return Ok(None);
    };
    let mut types = Types::new();
    for at in &union.alternatives {
        let resolved = tree.resolve(at)?;
        let is_simple = ["properties", "oneOf", "anyOf", "allOf"]
            .iter()
            .all(|keyword| resolved.value.get(keyword).is_none());
        match resolved.text("type") {
            Some(name) if is_simple => types.entry(name).or_default().push(Some(at.clone())),
            _ => return Ok(None),
        }
    }
    Ok((!types.is_empty()).then_some((types, true)))
}
