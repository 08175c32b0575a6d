//! Determines which findings can cause a change: a new enum value does not remove a field, and a limit
//! does not rename a type. No cause is better than a wrong one.
//!
//! It knows the names of checks and the descriptions of changes.

use crate::quoting::REPLACED;
use crate::report::effects::{RENAMED_TO, SPLIT_FROM};
use crate::report::finding::Side;
use crate::report::{Breaks, ChangeKind};
use crate::rust_api::cause::location::FindingLocation;
use crate::rust_api::detected::DetectedChange;
use crate::rust_api::read::alias::replace_identifiers;
use atlas_gen::passes::directions::SUFFIXES;
use atlas_gen::passes::names::rust_name;

/// The name of a check, which tells what it is about.
struct CheckName(&'static str);

impl CheckName {
    fn contains_any(&self, words: &[&str]) -> bool {
        words.iter().any(|word| self.0.contains(word))
    }

    fn adds(&self) -> bool {
        self.0.starts_with("new-") || self.contains_any(&["-added"])
    }

    fn removes(&self) -> bool {
        self.contains_any(&["-removed", "-deleted"])
    }

    fn is_about_enum_values(&self) -> bool {
        self.contains_any(&["enum-value"])
    }

    /// Returns whether members are added or removed, in one direction or both.
    fn is_about_members(&self) -> bool {
        let is_member = self.contains_any(&["property"])
            && !self.contains_any(&["enum", "one-of", "any-of", "all-of"]);
        is_member && (self.adds() || self.removes())
            || self.contains_any(&["read-only", "write-only"])
    }

    fn is_about_alternatives(&self) -> bool {
        self.contains_any(&["one-of", "any-of", "all-of", "discriminator"])
    }

    /// Returns whether it is about limits or annotations of values.
    fn is_about_limits(&self) -> bool {
        self.contains_any(&[
            "-max-",
            "-min-",
            "-max",
            "-min",
            "exclusive",
            "multiple-of",
            "unique-items",
        ]) || self.is_about_annotations()
    }

    fn is_about_annotations(&self) -> bool {
        let words = [
            "default-value",
            "deprecat",
            "sunset",
            "stability",
            "description",
            "title",
        ];
        self.contains_any(&words) && !self.removes()
    }

    fn is_about_operations(&self) -> bool {
        self.0.starts_with("api-") || self.0.starts_with("endpoint-")
    }

    /// Returns whether it is about missing values or null.
    fn is_about_presence(&self) -> bool {
        self.contains_any(&["became-required", "became-optional", "nullable"])
    }
}

/// Returns whether the finding at `location` can cause `found`, which concerns the member `member` of a
/// type or call. `distance` is the number of references between them.
pub fn explains(
    location: &FindingLocation<'_>,
    found: &DetectedChange,
    member: Option<&str>,
    distance: usize,
) -> bool {
    let is_own = distance == 0;
    let check = CheckName(location.finding.id);
    if found.change.breaks == Some(Breaks::Runtime) {
        return at_run_time(&check, location, &found.change.item);
    }
    let item = found.change.item.as_str();
    if item.contains(SPLIT_FROM) {
        return check.is_about_members() || check.is_about_alternatives();
    }
    if item.contains(" comes with ") {
        return check.is_about_operations() && distance <= 1;
    }
    if item.contains(RENAMED_TO) {
        let is_type =
            check.contains_any(&["enum", "type-changed", "const"]) || check.is_about_alternatives();
        if found.path.starts_with("Client::") || found.path.starts_with("operations::") {
            return check.contains_any(&["operation-id"]);
        }
        let is_joined = is_request_type_merged(item) && check.is_about_members();
        return is_joined || check.is_about_operations() && distance <= 1 || is_own && is_type;
    }
    match found.change.kind {
        // Any related finding may be the cause of an addition.
        ChangeKind::Added => true,
        ChangeKind::Removed => removal(&check, item, member, location, distance),
        ChangeKind::Changed => change(&check, item, member, location, distance),
    }
}

/// Returns whether a finding can cause failing calls: a limit is not caused by another limit or by a
/// required member, and a required member not by a limit.
fn at_run_time(check: &CheckName, location: &FindingLocation<'_>, item: &str) -> bool {
    let refused = check.is_about_limits() || check.contains_any(&["pattern"]);
    match limit(item) {
        Some(limit) => !check.is_about_presence() && (!refused || is_about(check, location, limit)),
        None => !(refused && item.contains("is required now")),
    }
}

/// Returns whether the finding is about `limit`, which may be exclusive.
fn is_about(check: &CheckName, location: &FindingLocation<'_>, limit: &str) -> bool {
    let text = location.finding.text.to_lowercase();
    text.contains(&limit.to_lowercase()) || limit == "pattern" && check.contains_any(&["pattern"])
}

/// Returns the limit that a change is about, such as `maxItems`.
fn limit(item: &str) -> Option<&str> {
    let (_, rest) = item.split_once(": `")?;
    let (limit, _) = rest.split_once("` ")?;
    item.contains(" → ").then_some(limit)
}

/// Returns whether the type for requests was merged with that for responses.
fn is_request_type_merged(item: &str) -> bool {
    let names = item
        .strip_prefix("types::")
        .and_then(|item| item.split_once(RENAMED_TO));
    names.is_some_and(|(old, new)| {
        let new = new.split(' ').next().unwrap_or_default();
        let suffix = old.strip_prefix(new);
        suffix.is_some_and(|suffix| SUFFIXES.contains(&suffix))
    })
}

fn removal(
    check: &CheckName,
    item: &str,
    member: Option<&str>,
    location: &FindingLocation<'_>,
    distance: usize,
) -> bool {
    let is_union = check.is_about_alternatives();
    if item.starts_with("impl Default for ") {
        return check.contains_any(&["required"]) || is_union;
    }
    if is_no_longer_sent(location, item) {
        return true;
    }
    let is_gain = check.adds() && !is_union;
    if is_gain
        || check.is_about_limits()
        || check.is_about_presence()
        || check.contains_any(&["pattern"])
    {
        return false;
    }
    let is_variant = member.is_some_and(|name| name.starts_with(char::is_uppercase));
    if is_variant || item.starts_with("impl From<") {
        let is_of_type = check.contains_any(&["enum", "type-changed", "const"]) && distance == 0;
        return is_union || check.removes() && !check.is_about_members() || is_of_type;
    }
    let is_member = member.is_some() && !item.starts_with("impl ") && !item.contains("::builder()");
    if is_member && !concerns(location, member, distance) {
        return is_union && distance <= 1;
    }
    !check.is_about_enum_values()
}

/// Returns whether the finding is that requests refer to another type than that of a removed builder.
fn is_no_longer_sent(location: &FindingLocation<'_>, item: &str) -> bool {
    let sent = location.finding.side == Some(Side::Request);
    let old = location.finding.text.split_once(REPLACED);
    let old = old.and_then(|(_, old)| Some(rust_name(old.split('`').nth(1)?)));
    let is_builder = item.contains("builder::") || item.contains("::builder()");
    let names = |old: String| {
        let mut named = false;
        replace_identifiers(item, |_, word| {
            named |= word == old;
            None
        });
        named
    };
    sent && is_builder && old.is_some_and(names)
}

fn change(
    check: &CheckName,
    item: &str,
    member: Option<&str>,
    location: &FindingLocation<'_>,
    distance: usize,
) -> bool {
    let Some((before, after)) = item.split_once(" → ") else {
        return true;
    };
    if replaces(location, before, after) {
        return true;
    }
    let refused = |all: &[bool]| all.iter().any(|is| *is);
    let (limits, presence) = (check.is_about_limits(), check.is_about_presence());
    let (values, members) = (check.is_about_enum_values(), check.is_about_members());
    // The body and the result of a call are not members.
    if matches!(member, None | Some("body" | "send")) {
        let is_there = location.names.is_empty() && distance == 0;
        return is_there || !refused(&[limits, presence, values, members]);
    }
    if limits || !concerns(location, member, distance) {
        return false;
    }
    let optional = |text: &str| text.matches("Option<").count();
    if optional(before) != optional(after) {
        return !values;
    }
    // A new member does not change its own type, but may change that of its parent.
    let last = location.names.last();
    let is_itself = last.is_some_and(|name| Some(name.field.as_str()) == member);
    !refused(&[presence, members && is_itself])
}

/// Returns whether a finding is about `member`, or about a whole type.
fn concerns(location: &FindingLocation<'_>, member: Option<&str>, distance: usize) -> bool {
    let Some(member) = member else {
        return true;
    };
    let is_named = location.names.iter().any(|name| name.field == member);
    is_named || distance == 0 && location.names.is_empty()
}

/// Returns whether the finding is that one type of a change is used in place of the other.
pub fn replaces(location: &FindingLocation<'_>, before: &str, after: &str) -> bool {
    let named = |text: &str| {
        let mut named = Vec::new();
        replace_identifiers(text, |_, word| {
            named.extend(location.quoted.iter().filter(|name| *name == word));
            None
        });
        named
    };
    let before = before.split_once(": ").map_or(before, |(_, own)| own);
    let (before, after) = (named(before), named(after));
    before.iter().any(|name| !after.contains(name))
        && after.iter().any(|name| !before.contains(name))
}

#[cfg(test)]
mod tests;
