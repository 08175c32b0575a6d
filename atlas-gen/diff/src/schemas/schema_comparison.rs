//! The comparison of two schemas without their subschemas.

use crate::comparison::{Comparison, Pair, SourceLocation, in_new};
use crate::document::location::location;
use crate::document::normalize::{Additional, Shape};
use crate::document::parts::Schema;
use crate::graph::PendingFinding;
use crate::report::checks;
use crate::role::Role;
use atlas_gen::error::Result;

/// The result of comparing two schemas.
pub(super) struct Differences<'a> {
    pub(super) findings: Vec<PendingFinding>,
    /// The pairs of subschemas to be compared.
    pub(super) children: Vec<Pair<'a>>,
}

/// The state of comparing two schemas.
pub(super) struct SchemaComparison<'c, 'a> {
    pub(super) cx: &'c Comparison<'a>,
    pub(super) role: Role,
    pub(super) old: Shape<'a>,
    pub(super) new: Shape<'a>,
    /// The nesting level of this comparison.
    pub(super) depth: usize,
    /// The components that were reported as added or removed alternatives.
    pub(super) reported_alternatives: Vec<&'a str>,
    pub(super) differences: Differences<'a>,
}

impl<'a> SchemaComparison<'_, 'a> {
    /// Adds a finding of the check `action` with the prefix of the role, if there is such a check.
    ///
    /// `predicate` follows the subject in the text of the finding.
    pub(super) fn report(
        &mut self,
        action: &str,
        at: &SourceLocation,
        detail: &str,
        predicate: impl AsRef<str>,
    ) {
        for prefix in self.role.prefixes() {
            let id = format!("{prefix}{action}");
            if checks::check(&id).is_some() {
                self.report_as(&id, at, detail, predicate);
                return;
            }
        }
    }

    /// Adds a finding of the check `id`.
    pub(super) fn report_as(
        &mut self,
        id: &str,
        at: &SourceLocation,
        detail: &str,
        predicate: impl AsRef<str>,
    ) {
        let text = format!("{} {}", self.subject(at), predicate.as_ref());
        let side = Some(self.role.family.side());
        self.differences
            .findings
            .extend(self.cx.pending(id, side, at, detail, text));
    }

    /// Describes the subject at `at`.
    pub(super) fn subject(&self, at: &SourceLocation) -> String {
        let location = location(self.cx.tree(at.revision), &at.pointer);
        self.role.subject(&location)
    }

    /// Returns the location of `keyword`: in the new document, or in the old one if it was removed.
    pub(super) fn at(&self, keyword: &str) -> SourceLocation {
        let is_there = |shape: &Shape<'_>| shape.value(keyword).is_some();
        if is_there(&self.old) && !is_there(&self.new) {
            let owner = self.old.owner(keyword);
            // A schema that still exists is reported in the new document.
            match self.cx.new.at(&owner) {
                Some(_) => in_new(&owner),
                None => in_new(&self.new.owner(keyword)),
            }
        } else {
            in_new(&self.new.owner(keyword))
        }
    }

    /// Queues two subschemas.
    pub(super) fn child(&mut self, old: &Schema<'a>, new: &Schema<'a>) {
        self.child_at(self.role.inner(), old, new);
    }

    pub(super) fn child_at(&mut self, role: Role, old: &Schema<'a>, new: &Schema<'a>) {
        self.differences.children.push(Pair {
            old: old.clone(),
            new: new.clone(),
            role,
        });
    }

    /// Compares all but null and unions.
    pub(super) fn content(&mut self) -> Result<()> {
        if self.types() {
            self.values();
            self.limits();
            // Members only apply to objects.
            if self.matters(&["object"]) {
                self.members()?;
            }
            self.below();
            self.excluded_values()?;
        }
        self.annotations();
        Ok(())
    }

    /// Queues items and additional properties.
    pub(super) fn below(&mut self) {
        if let (Some(old), Some(new)) = (self.old.items.clone(), self.new.items.clone())
            && self.matters(&["array"])
        {
            self.child(&old, &new);
        }
        if !self.matters(&["object"]) {
            return;
        }
        let old = self.old.additional.clone();
        let new = self.new.additional.clone();
        let at = self.at("additionalProperties");
        match (&old, &new) {
            (Additional::Schema(old), Additional::Schema(new)) => self.child(old, new),
            (Additional::Any, Additional::Nothing)
            | (Additional::Schema(_), Additional::Nothing)
            | (Additional::Any, Additional::Schema(_)) => {
                let now = match new {
                    Additional::Nothing => "takes no members but those it names now",
                    _ => "takes other members only if they fit a schema now",
                };
                self.report("additional-properties-restricted", &at, "", now);
            }
            (Additional::Nothing, Additional::Any | Additional::Schema(_))
            | (Additional::Schema(_), Additional::Any) => {
                let now = "may hold members that it does not name now";
                self.report("additional-properties-allowed", &at, "", now);
            }
            (Additional::Any, Additional::Any) | (Additional::Nothing, Additional::Nothing) => {}
        }
    }
}
