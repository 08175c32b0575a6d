//! Finds the alternative that corresponds to a schema, if a schema became a union or a union became a
//! schema.

use super::schema_comparison::SchemaComparison;
use super::{is_compatible, is_equivalent};
use crate::document::alternatives::Union;
use crate::document::location::alternative;
use crate::document::parts::{Schema, is_constraint};
use crate::document::tree::{Located, component};
use crate::graph::PendingFinding;
use crate::report::finding::Level;
use atlas_gen::error::Result;

/// The alternative that corresponds to the schema of the other revision.
pub(super) enum Counterpart<'a> {
    Found(Located<'a>),
    None,
    /// The search exceeded its limit.
    Unknown,
}

impl<'a> SchemaComparison<'_, 'a> {
    /// Returns the alternative that refers to the same component as `whole`, or is equivalent to it.
    pub(super) fn equivalent_alternative(
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
        for one in self.candidate_schemas(alternatives, whole_is_old) {
            let (old, new) = match whole_is_old {
                true => (whole, &one),
                false => (&one, whole),
            };
            if is_equivalent(self.cx, old, new, self.depth)? {
                return Ok(one.into_iter().next());
            }
        }
        Ok(None)
    }

    /// Finds the alternative that is compatible with `whole`: of several, the one with the least severe
    /// changes, then the first by name.
    pub(super) fn compatible_alternative(
        &self,
        whole: &Vec<Located<'a>>,
        alternatives: &[Located<'a>],
        whole_is_old: bool,
    ) -> Result<Counterpart<'a>> {
        let tree = if whole_is_old {
            &self.cx.new
        } else {
            &self.cx.old
        };
        let mut sorted = alternatives.to_vec();
        sorted.sort_by_cached_key(|at| alternative(tree, &at.pointer));
        let mut is_known = true;
        let plain: fn(&PendingFinding) -> bool = |finding| finding.level == Level::Info;
        let usable: fn(&PendingFinding) -> bool = |finding| finding.level != Level::Breaking;
        for allowed in [plain, usable] {
            for one in self.candidate_schemas(&sorted, whole_is_old) {
                let (old, new) = match whole_is_old {
                    true => (whole, &one),
                    false => (&one, whole),
                };
                match is_compatible(self.cx, old, new, self.role, self.depth, allowed)? {
                    Some(true) => {
                        return Ok(one
                            .into_iter()
                            .next()
                            .map_or(Counterpart::None, Counterpart::Found));
                    }
                    Some(false) => {}
                    None => is_known = false,
                }
            }
        }
        Ok(if is_known {
            Counterpart::None
        } else {
            Counterpart::Unknown
        })
    }

    /// Returns the schemas that may correspond to a schema without a union: alternatives with their
    /// siblings, then without, because these may be new or removed. Beside members or a type, an
    /// alternative is only a further constraint.
    fn candidate_schemas(&self, alternatives: &[Located<'a>], are_new: bool) -> Vec<Schema<'a>> {
        let shape = if are_new { &self.new } else { &self.old };
        let demands_more = |at: &&Located<'a>| {
            let mut keywords = at.value.as_object().into_iter().flatten();
            keywords.any(|(keyword, _)| is_constraint(keyword) || keyword == "allOf")
        };
        let mut all = Vec::new();
        if shape.is_untyped() && !shape.siblings.is_empty() {
            let wholes = alternatives.iter().filter(demands_more);
            all.extend(wholes.map(|at| shape.alternative(at)));
        }
        all.extend(alternatives.iter().map(|at| vec![at.clone()]));
        all
    }

    /// Returns whether `new` accepts all values of each alternative.
    pub(super) fn accepts_all(&self, union: &Union<'a>, new: &Vec<Located<'a>>) -> Result<bool> {
        for at in &union.alternatives {
            let one = self.old.alternative(at);
            if is_compatible(self.cx, &one, new, self.role, self.depth, |finding| {
                finding.level == Level::Info
            })? != Some(true)
            {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

/// Returns the alternatives except the counterpart.
pub(super) fn others<'a>(union: &Union<'a>, counterpart: &Counterpart<'a>) -> Vec<Located<'a>> {
    let known = match counterpart {
        Counterpart::Found(at) => Some(at.address()),
        _ => None,
    };
    let all = union.alternatives.iter();
    all.filter(|at| Some(at.address()) != known)
        .cloned()
        .collect()
}
