//! Finds the alternative that takes over what one schema was, where a schema became alternatives or
//! alternatives became one schema.

use super::work::Work;
use super::{gets_along, same};
use crate::document::alternatives::Union;
use crate::document::location::alternative;
use crate::document::parts::{Schema, is_constraint};
use crate::document::tree::{Located, component};
use crate::graph::PendingFinding;
use crate::report::finding::Level;
use atlas_gen::error::Result;

/// The alternative that takes over what one schema was before, or is now.
pub(super) enum Heir<'a> {
    Found(Located<'a>),
    Nobody,
    /// The search stopped before it was known.
    Unknown,
}

impl<'a> Work<'_, 'a> {
    /// Returns the alternative that corresponds to `whole` on the other side.
    pub(super) fn partner(
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
        for one in self.candidates(alternatives, whole_is_old) {
            let (old, new) = match whole_is_old {
                true => (whole, &one),
                false => (&one, whole),
            };
            if same(self.cx, old, new, self.nested)? {
                return Ok(one.into_iter().next());
            }
        }
        Ok(None)
    }

    /// Finds the alternative with which callers get along who know `whole` on the other side, or the
    /// other way round. Of several it is the one with the mildest changes, then the first by name.
    pub(super) fn heir(
        &self,
        whole: &Vec<Located<'a>>,
        alternatives: &[Located<'a>],
        whole_is_old: bool,
    ) -> Result<Heir<'a>> {
        let tree = if whole_is_old {
            &self.cx.new
        } else {
            &self.cx.old
        };
        let mut sorted = alternatives.to_vec();
        sorted.sort_by_cached_key(|at| alternative(tree, &at.pointer));
        let mut is_known = true;
        let plain: fn(&PendingFinding) -> bool = |draft| draft.level == Level::Info;
        let usable: fn(&PendingFinding) -> bool = |draft| draft.level != Level::Breaking;
        for allowed in [plain, usable] {
            for one in self.candidates(&sorted, whole_is_old) {
                let (old, new) = match whole_is_old {
                    true => (whole, &one),
                    false => (&one, whole),
                };
                match gets_along(self.cx, old, new, self.role, self.nested, allowed)? {
                    Some(true) => {
                        return Ok(one.into_iter().next().map_or(Heir::Nobody, Heir::Found));
                    }
                    Some(false) => {}
                    None => is_known = false,
                }
            }
        }
        Ok(if is_known {
            Heir::Nobody
        } else {
            Heir::Unknown
        })
    }

    /// Alternatives that may correspond to a whole schema: with what stands beside them, then without,
    /// because it may be new or gone. Beside members or a type they are only a further demand.
    fn candidates(&self, alternatives: &[Located<'a>], are_new: bool) -> Vec<Schema<'a>> {
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

    /// Returns whether each value that fits an alternative fits `new`.
    pub(super) fn takes_all(&self, union: &Union<'a>, new: &Vec<Located<'a>>) -> Result<bool> {
        for at in &union.alternatives {
            let one = self.old.alternative(at);
            if gets_along(self.cx, &one, new, self.role, self.nested, |draft| {
                draft.level == Level::Info
            })? != Some(true)
            {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

/// The alternatives besides the heir.
pub(super) fn others<'a>(union: &Union<'a>, heir: &Heir<'a>) -> Vec<Located<'a>> {
    let known = match heir {
        Heir::Found(at) => Some(at.address()),
        _ => None,
    };
    let all = union.alternatives.iter();
    all.filter(|at| Some(at.address()) != known)
        .cloned()
        .collect()
}
