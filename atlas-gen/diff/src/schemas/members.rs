//! Compares members of objects: added, removed and required ones, and their direction.
//!
//! A read-only member is not part of a request, and a write-only one not part of a response: changes
//! there do not affect callers.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::schema_comparison::SchemaComparison;
use crate::comparison::{SourceLocation, in_new, in_old};
use crate::document::normalize::{Shape, merged_shape};
use crate::document::parts::{Schema, flatten, has_flag};
use crate::document::tree::{Located, Tree};
use crate::document::unify::{member_schemas, requiring_part};
use crate::quoting::code;
use crate::report::finding::Side;
use crate::role::Family;
use atlas_gen::error::Result;

impl<'a> SchemaComparison<'_, 'a> {
    /// Reports changes of members, and queues the schemas of those in both revisions.
    pub(super) fn members(&mut self) -> Result<()> {
        let mut names: BTreeSet<&str> = self.old.members.keys().copied().collect();
        names.extend(self.new.members.keys());
        self.undescribed_members(&names)?;
        for name in names {
            match (
                self.old.members.get(name).cloned(),
                self.new.members.get(name).cloned(),
            ) {
                (Some(old), None) => self.member_removed(name, &old)?,
                (None, Some(new)) => self.member_added(name, &new)?,
                (Some(old), Some(new)) => {
                    self.member_required(name, &old, &new)?;
                    self.member_direction(name, &old, &new)?;
                    let mut place = self.role.inner();
                    place.ignored = self.ignored(&new)?;
                    self.child_at(place, &old, &new);
                }
                (None, None) => {}
            }
        }
        Ok(())
    }

    fn member_removed(&mut self, name: &str, old: &Schema<'a>) -> Result<()> {
        let tree = &self.cx.old;
        let at = first_location(old, in_old);
        let required = self.old.required.contains_key(name);
        let required_word = if required { "required" } else { "optional" };
        match self.role.family {
            Family::Request { .. } if has_flag(tree, old, "readOnly")? => {}
            Family::Request { .. } => {
                self.report_as("request-property-removed", &at, "", "was removed");
            }
            Family::Response { .. } | Family::Header => {
                let write_only = if has_flag(tree, old, "writeOnly")? {
                    "-write-only"
                } else {
                    ""
                };
                let id = format!("response-{required_word}{write_only}-property-removed");
                self.report_as(&id, &at, "", format!("was removed; it was {required_word}"));
            }
            Family::Parameter | Family::HeaderParameter => {
                self.report_as("request-parameter-property-removed", &at, "", "was removed");
            }
        }
        Ok(())
    }

    fn member_added(&mut self, name: &str, new: &Schema<'a>) -> Result<()> {
        let tree = &self.cx.new;
        let at = first_location(new, in_new);
        let required = self.new.required.contains_key(name);
        let required_word = if required { "required" } else { "optional" };
        let said = format!("is new and {required_word}");
        // A member may have been required without a schema, so that it was always present.
        let is_response = self.role.family.side() == Side::Response;
        if is_response && !required && self.old.required.contains_key(name) {
            self.report_as(
                "response-property-became-optional",
                &at,
                "",
                "became optional",
            );
            return Ok(());
        }
        let id = match self.role.family {
            Family::Response { .. } | Family::Header => {
                let write_only = if has_flag(tree, new, "writeOnly")? {
                    "-write-only"
                } else {
                    ""
                };
                format!("response-{required_word}{write_only}-property-added")
            }
            _ if has_flag(tree, new, "readOnly")? => return Ok(()),
            Family::HeaderParameter if required => {
                "new-required-request-header-property".to_owned()
            }
            Family::Parameter | Family::HeaderParameter => {
                format!("new-{required_word}-request-parameter-property")
            }
            Family::Request { .. } if required && self.has_default(new)? => {
                "new-required-request-property-with-default".to_owned()
            }
            Family::Request { .. } => format!("new-{required_word}-request-property"),
        };
        self.report_as(&id, &at, "", said);
        Ok(())
    }

    fn has_default(&self, new: &Schema<'a>) -> Result<bool> {
        Ok(merged_shape(&self.cx.new, new)?.value("default").is_some())
    }

    fn member_required(&mut self, name: &str, old: &Schema<'a>, new: &Schema<'a>) -> Result<()> {
        let was = self.old.required.get(name).cloned();
        let is = self.new.required.get(name).cloned();
        let (action, said) = match (&was, &is) {
            (None, Some(_)) => ("became-required", "became required"),
            (Some(_), None) => ("became-optional", "became optional"),
            _ => return Ok(()),
        };
        // If another schema of `allOf` than the one with the member requires it, the finding is there.
        let member = first_location(new, in_new);
        let owner = is.or(was).unwrap_or_else(|| member.pointer.clone());
        let own = format!("{owner}/properties/");
        let (at, detail) = if member.pointer.starts_with(&own) {
            (member, "")
        } else {
            (in_new(&owner), name)
        };
        let said = match detail {
            "" => said.to_owned(),
            name => format!("has a member {name} that {said}", name = code(&name)),
        };
        let tree = &self.cx.new;
        let id = match self.role.family {
            Family::Response { .. } | Family::Header => {
                let write_only =
                    has_flag(&self.cx.old, old, "writeOnly")? || has_flag(tree, new, "writeOnly")?;
                let write_only = if write_only { "write-only-" } else { "" };
                format!("response-{write_only}property-{action}")
            }
            _ if has_flag(tree, new, "readOnly")? => return Ok(()),
            Family::HeaderParameter if action == "became-required" => {
                "request-header-property-became-required".to_owned()
            }
            Family::Parameter | Family::HeaderParameter => {
                format!("request-parameter-property-{action}")
            }
            Family::Request { .. } if action == "became-required" && self.has_default(new)? => {
                "request-property-became-required-with-default".to_owned()
            }
            Family::Request { .. } => format!("request-property-{action}"),
        };
        self.report_as(&id, &at, detail, said);
        Ok(())
    }

    /// Reports members without a schema that are required in one revision only, unless the alternatives of
    /// the other require them.
    fn undescribed_members(&mut self, described: &BTreeSet<&str>) -> Result<()> {
        let prefix = match self.role.family {
            Family::Response { .. } | Family::Header => "response-property",
            Family::Request { .. } => "request-property",
            Family::Parameter | Family::HeaderParameter => "request-parameter-property",
        };
        let (old, new) = (self.old.required.clone(), self.new.required.clone());
        let lacks = |all: &BTreeMap<&str, Rc<str>>, name: &str| {
            !name.is_empty() && !all.contains_key(name) && !described.contains(name)
        };
        for (name, owner) in new.iter().filter(|(name, _)| lacks(&old, name)) {
            if self.is_required_by_alternatives(&self.cx.old, &self.old, name)? {
                continue;
            }
            let said = format!(
                "has a member {name} that became required",
                name = code(name)
            );
            self.report_as(
                &format!("{prefix}-became-required"),
                &in_new(owner),
                name,
                said,
            );
        }
        for (name, owner) in old.iter().filter(|(name, _)| lacks(&new, name)) {
            if self.is_required_by_alternatives(&self.cx.new, &self.new, name)? {
                continue;
            }
            let said = format!(
                "has a member {name} that became optional",
                name = code(name)
            );
            self.report_as(
                &format!("{prefix}-became-optional"),
                &in_old(owner),
                name,
                said,
            );
        }
        Ok(())
    }

    /// Returns whether all alternatives require a member, or one describes it as ignored in this direction.
    fn is_required_by_alternatives(
        &self,
        tree: &Tree<'a>,
        shape: &Shape<'a>,
        name: &str,
    ) -> Result<bool> {
        let ignored = match self.role.family {
            Family::Request { .. } => "readOnly",
            Family::Response { .. } => "writeOnly",
            _ => "",
        };
        for union in [&shape.one_of, &shape.any_of].into_iter().flatten() {
            let mut all_require = true;
            for at in &union.alternatives {
                let parts = flatten(tree, at)?;
                all_require &= requiring_part(&parts, name).is_some();
                for member in member_schemas(&parts, name) {
                    if has_flag(tree, &vec![member], ignored)? {
                        return Ok(true);
                    }
                }
            }
            if all_require {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn member_direction(&mut self, name: &str, old: &Schema<'a>, new: &Schema<'a>) -> Result<()> {
        if !self.role.family.is_body() {
            return Ok(());
        }
        let at = first_location(new, in_new);
        let required = match self.old.required.contains_key(name) {
            true => "required",
            false => "optional",
        };
        let side = match self.role.family.side() {
            Side::Request => "request",
            Side::Response => "response",
        };
        for (keyword, word) in [("readOnly", "read-only"), ("writeOnly", "write-only")] {
            let (was, is) = (
                has_flag(&self.cx.old, old, keyword)?,
                has_flag(&self.cx.new, new, keyword)?,
            );
            let (action, said) = match (was, is) {
                (false, true) => (format!("became-{word}"), format!("became {word}")),
                (true, false) => (format!("became-not-{word}"), format!("is no longer {word}")),
                _ => continue,
            };
            let id = format!("{side}-{required}-property-{action}");
            self.report_as(&id, &at, "", said);
        }
        Ok(())
    }

    /// Returns whether a member is ignored in this direction. `readOnly` and `writeOnly` only apply to
    /// members (OpenAPI 3.0.4, section 4.7.24.2), not to bodies, items or alternatives.
    fn ignored(&self, member: &Schema<'a>) -> Result<bool> {
        match self.role.family {
            Family::Request { .. } => has_flag(&self.cx.new, member, "readOnly"),
            Family::Response { .. } => has_flag(&self.cx.new, member, "writeOnly"),
            _ => Ok(false),
        }
    }

    /// Compares a member that is ignored in this direction: only a few changes have checks.
    pub(super) fn ignored_member(&mut self) {
        let role = self.role;
        let count = self.differences.findings.len();
        self.values();
        self.limits();
        let general = self.differences.findings.split_off(count);
        for mut finding in general {
            let (from, to) = match role.family.side() {
                Side::Request => ("request-property-", "request-read-only-property-"),
                Side::Response => ("response-property-", "response-write-only-property-"),
            };
            let name = finding
                .id
                .strip_prefix(from)
                .map(|rest| format!("{to}{rest}"));
            if let Some(check) = name.and_then(|name| crate::report::checks::check(&name)) {
                finding.id = check.name;
                finding.level = check.level;
                self.differences.findings.push(finding);
            }
        }
        self.annotations();
    }
}

fn first_location(schema: &Schema<'_>, tree: fn(&Rc<str>) -> SourceLocation) -> SourceLocation {
    let first: Option<&Located<'_>> = schema.first();
    tree(&first.map_or_else(|| "".into(), |at| at.pointer.clone()))
}
