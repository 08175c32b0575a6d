//! Says which findings can cause a change at all: a new value of an enum removes no field, and a
//! limit renames no type. It is better to name no cause than a wrong one.
//!
//! It knows the names of checks and how changes are described, not where either of them is.

use crate::report::effects::{CALLED, SPLIT};
use crate::report::{Breaks, ChangeKind};
use crate::rust_api::cause::place::Place;
use crate::rust_api::found::Found;
use crate::rust_api::read::alias::replace_words;
use atlas_gen::passes::directions::SUFFIXES;
use atlas_gen::passes::names::rust_name;

/// What a check finds, by its name.
struct Check(&'static str);

impl Check {
    fn is(&self, words: &[&str]) -> bool {
        words.iter().any(|word| self.0.contains(word))
    }

    fn adds(&self) -> bool {
        self.0.starts_with("new-") || self.is(&["-added"])
    }

    fn removes(&self) -> bool {
        self.is(&["-removed", "-deleted"])
    }

    fn is_of_values(&self) -> bool {
        self.is(&["enum-value"])
    }

    /// Whether a member comes or goes, in one direction or both.
    fn is_of_members(&self) -> bool {
        let is_member = self.is(&["property"]) && !self.is(&["enum", "one-of", "any-of", "all-of"]);
        is_member && (self.adds() || self.removes()) || self.is(&["read-only", "write-only"])
    }

    fn is_of_alternatives(&self) -> bool {
        self.is(&["one-of", "any-of", "all-of", "discriminator"])
    }

    /// Whether values are restricted otherwise than by their type.
    fn is_of_limits(&self) -> bool {
        self.is(&[
            "-max-",
            "-min-",
            "-max",
            "-min",
            "exclusive",
            "multiple-of",
            "unique-items",
        ]) || self.is_of_words()
    }

    fn is_of_words(&self) -> bool {
        let words = [
            "default-value",
            "deprecat",
            "sunset",
            "stability",
            "description",
            "title",
        ];
        self.is(&words) && !self.removes()
    }

    fn is_of_operations(&self) -> bool {
        self.0.starts_with("api-") || self.0.starts_with("endpoint-")
    }

    /// Whether a value may be missing or null.
    fn is_of_presence(&self) -> bool {
        self.is(&["became-required", "became-optional", "nullable"])
    }
}

/// Returns whether the finding at `place` can cause `found`, which concerns the member `member` of a
/// type or a call. `far` is the number of references between them.
pub fn explains(place: &Place<'_>, found: &Found, member: Option<&str>, far: usize) -> bool {
    let is_own = far == 0;
    if found.change.breaks == Some(Breaks::Runtime) {
        return true;
    }
    let check = Check(place.finding.id);
    let item = found.change.item.as_str();
    if item.contains(SPLIT) {
        return check.is_of_members() || check.is_of_alternatives();
    }
    if item.contains(" comes with ") {
        return check.is_of_operations() && far <= 1;
    }
    if item.contains(CALLED) {
        let is_type = check.is(&["enum", "type-changed", "const"]) || check.is_of_alternatives();
        let is_joined = joined(item) && check.is_of_members();
        return is_joined || check.is_of_operations() && far <= 1 || is_own && is_type;
    }
    match found.change.kind {
        // What is new is told with its own finding, or with none.
        ChangeKind::Added => true,
        ChangeKind::Removed => removal(&check, item, member, place, far),
        ChangeKind::Changed => change(&check, item, member, place, far),
    }
}

/// Returns whether what is sent has no name of its own any longer.
fn joined(item: &str) -> bool {
    let names = item
        .strip_prefix("types::")
        .and_then(|item| item.split_once(CALLED));
    names.is_some_and(|(old, new)| {
        let new = new.split(' ').next().unwrap_or_default();
        let suffix = old.strip_prefix(new);
        suffix.is_some_and(|suffix| SUFFIXES.contains(&suffix))
    })
}

fn removal(check: &Check, item: &str, member: Option<&str>, place: &Place<'_>, far: usize) -> bool {
    let is_union = check.is_of_alternatives();
    if item.starts_with("impl Default for ") {
        return check.is(&["required"]) || is_union;
    }
    let is_gain = check.adds() && !is_union;
    if is_gain || check.is_of_limits() || check.is_of_presence() || check.is(&["pattern"]) {
        return false;
    }
    let is_variant = member.is_some_and(|name| name.starts_with(char::is_uppercase));
    if is_variant {
        return !check.is_of_members();
    }
    let is_member = member.is_some() && !item.starts_with("impl ") && !item.contains("::builder()");
    if is_member && !concerns(place, member, far) {
        return is_union && far <= 1;
    }
    !check.is_of_values()
}

fn change(check: &Check, item: &str, member: Option<&str>, place: &Place<'_>, far: usize) -> bool {
    let Some((before, after)) = item.split_once(" → ") else {
        return true;
    };
    if replaces(place, before, after) {
        return true;
    }
    let refused = |all: &[bool]| all.iter().any(|is| *is);
    let (limits, presence) = (check.is_of_limits(), check.is_of_presence());
    let (values, members) = (check.is_of_values(), check.is_of_members());
    // The body and the result of a call are of no member.
    if matches!(member, None | Some("body" | "send")) {
        let is_there = place.names.is_empty() && far == 0;
        return is_there || !refused(&[limits, presence, values, members]);
    }
    if limits || !concerns(place, member, far) {
        return false;
    }
    let optional = |text: &str| text.matches("Option<").count();
    if optional(before) != optional(after) {
        return !values;
    }
    // A member that is new is not of another type, but what it is a part of may be.
    let last = place.names.last();
    let is_itself = last.is_some_and(|name| Some(name.field.as_str()) == member);
    !refused(&[presence, members && is_itself])
}

/// Returns whether a finding is about `member`, or about no member at all.
fn concerns(place: &Place<'_>, member: Option<&str>, far: usize) -> bool {
    let Some(member) = member else {
        return true;
    };
    let is_named = place.names.iter().any(|name| name.field == member);
    is_named || far == 0 && place.names.is_empty()
}

/// Returns whether a finding says that one of the types of a change is used in place of another.
pub fn replaces(place: &Place<'_>, before: &str, after: &str) -> bool {
    let quoted = place.finding.text.split('`').skip(1).step_by(2);
    let quoted: Vec<String> = quoted.map(rust_name).collect();
    let named = |text: &str| {
        let mut named = Vec::new();
        replace_words(text, |_, word| {
            named.extend(quoted.iter().filter(|name| *name == word));
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
mod tests {
    use super::*;
    use crate::report::finding::{Finding, Level};
    use crate::rust_api::cause::place::PlaceName;

    /// Whether a finding of `check` at the member `name` can cause a change of `item` at its member
    /// `member`, `far` references away.
    fn can(check: &'static str, name: &str, item: &str, member: Option<&str>, far: usize) -> bool {
        let finding = Finding {
            id: check,
            level: Level::Info,
            side: None,
            pointer: String::new(),
            operations: Vec::new(),
            text: "the member `a` of `NewJob` is new; `NewJob` is used in place of `OldJob`".into(),
            fingerprint: String::new(),
        };
        let names = match name {
            "" => Vec::new(),
            name => vec![PlaceName::new(name)],
        };
        let place = Place {
            finding: &finding,
            operation: None,
            types: Vec::new(),
            names,
        };
        let kind = match item.contains(" → ") || item.contains(" now") || item.contains(" comes ")
        {
            true => ChangeKind::Changed,
            false => ChangeKind::Removed,
        };
        let found = Found::new(kind, item.to_owned(), Some(Breaks::Compile), "types::X");
        explains(&place, &found, member, far)
    }

    #[test]
    fn a_change_is_caused_only_by_what_can_cause_it() {
        let default = "impl Default for types::X";
        let variant = "types::X::A";
        let field = "types::X::a: i64";
        let option = "types::X::a: Option<i64> → i64";
        let other = "types::X::a: i64 → String";
        let list = "types::X::a: Vec<OldJob> → Vec<NewJob>";
        let called = "types::X is called Y now";
        let joined = "types::XRequest is called X now";
        let split = "types::X is only received now, types::XRequest is sent";
        let feature = "types::X comes with feature `b` and no longer with feature `a`";
        let (a, v) = (Some("a"), Some("A"));
        for (check, name, item, member, far, expected) in [
            (
                "response-property-became-required",
                "a",
                default,
                None,
                0,
                true,
            ),
            (
                "response-property-enum-value-added",
                "a",
                default,
                None,
                0,
                false,
            ),
            (
                "response-property-enum-value-removed",
                "a",
                variant,
                v,
                0,
                true,
            ),
            (
                "response-property-enum-value-added",
                "a",
                variant,
                v,
                0,
                false,
            ),
            ("request-body-one-of-removed", "", variant, v, 0, true),
            (
                "request-property-pattern-changed",
                "a",
                variant,
                v,
                0,
                false,
            ),
            ("response-optional-property-removed", "a", field, a, 0, true),
            (
                "response-optional-property-removed",
                "b",
                field,
                a,
                0,
                false,
            ),
            ("new-optional-request-property", "a", field, a, 0, false),
            ("response-property-became-required", "a", option, a, 0, true),
            (
                "response-property-became-required",
                "b",
                option,
                a,
                0,
                false,
            ),
            (
                "response-property-enum-value-added",
                "a",
                option,
                a,
                0,
                false,
            ),
            ("request-property-became-not-enum", "a", other, a, 0, true),
            ("response-property-became-nullable", "a", other, a, 0, false),
            ("request-property-max-items-set", "a", other, a, 0, false),
            // It says that one is used in place of the other.
            ("new-optional-request-property", "b", list, a, 1, true),
            (
                "response-property-enum-value-added",
                "b",
                called,
                None,
                2,
                false,
            ),
            ("response-property-became-enum", "", called, None, 0, true),
            ("endpoint-added", "", called, None, 1, true),
            ("endpoint-added", "", called, None, 2, false),
            (
                "response-optional-property-removed",
                "b",
                called,
                None,
                1,
                false,
            ),
            (
                "response-optional-property-removed",
                "b",
                joined,
                None,
                1,
                true,
            ),
            (
                "response-optional-property-added",
                "b",
                split,
                None,
                0,
                true,
            ),
            (
                "response-property-enum-value-added",
                "b",
                split,
                None,
                0,
                false,
            ),
            (
                "api-path-removed-with-deprecation",
                "",
                feature,
                None,
                1,
                true,
            ),
            (
                "response-property-enum-value-added",
                "b",
                feature,
                None,
                0,
                false,
            ),
            (
                "api-path-removed-with-deprecation",
                "",
                "types::X",
                None,
                2,
                true,
            ),
            (
                "new-optional-request-property",
                "b",
                "types::X",
                None,
                1,
                false,
            ),
        ] {
            let found = can(check, name, item, member, far);
            assert_eq!(found, expected, "{check} at `{name}`: {item}");
        }
    }
}
