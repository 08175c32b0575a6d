use super::*;
use crate::report::finding::{Finding, Level};
use crate::rust_api::cause::location::LocationName;

/// Whether a finding of `check` at the member `name` can cause a change of `item` at its member
/// `member`, `distance` references away.
fn can(check: &'static str, name: &str, item: &str, member: Option<&str>, distance: usize) -> bool {
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
        name => vec![LocationName::new(name)],
    };
    let location = FindingLocation {
        finding: &finding,
        operation: None,
        types: Vec::new(),
        names,
        quoted: ["a", "NewJob", "OldJob"].map(str::to_owned).to_vec(),
    };
    let kind = match item.contains(" → ") || item.contains(" now") || item.contains(" comes ") {
        true => ChangeKind::Changed,
        false => ChangeKind::Removed,
    };
    let found = DetectedChange::new(kind, item.to_owned(), Some(Breaks::Compile), "types::X");
    explains(&location, &found, member, distance)
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
    for (check, name, item, member, distance, expected) in [
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
        let found = can(check, name, item, member, distance);
        assert_eq!(found, expected, "{check} at `{name}`: {item}");
    }
}
