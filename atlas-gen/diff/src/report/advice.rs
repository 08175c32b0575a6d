//! Advises callers on findings, in a few words.
//!
//! It knows the names of checks, not documents.

/// A prefix of a check's name, a part of it, and the advice; the first match is used.
const ADVICE: &[(&str, &str, &str)] = &[
    (
        "codegen-refused",
        "",
        "extend the generator, or correct the document",
    ),
    ("exemption-", "", "bring the file of exemptions up to date"),
    ("api-path-removed", "", "remove the calls"),
    ("api-removed", "", "remove the calls"),
    ("version-removed", "", "move to another version"),
    ("version-sunset", "", "look at the new dates"),
    ("api-", "sunset", "look at the dates"),
    ("api-", "security", "check how you authenticate"),
    (
        "request-body-media-type-removed",
        "",
        "send another media type",
    ),
    (
        "response-media-type",
        "",
        "check which media types you accept",
    ),
    ("request-parameter-moved", "", "send it in the new place"),
    ("request-", "sunset", "look at the dates"),
    ("new-required", "", "send a value"),
    ("new-request-path-parameter", "", "send a value"),
    ("request-", "became-required", "send a value"),
    ("request-body-added-required", "", "send a value"),
    ("request-", "not-nullable", "send no null"),
    ("request-", "became-enum", "send only what is listed"),
    ("request-", "enum-value-removed", "send other values"),
    ("request-", "one-of-removed", "send another alternative"),
    ("request-", "any-of-removed", "send another alternative"),
    ("request-", "type-", "send the new type"),
    ("request-", "list-of-types", "send the new type"),
    (
        "request-",
        "default-value",
        "send a value if you rely on the old default",
    ),
    ("request-", "removed", "send nothing there"),
    ("request-", "-set", "check what you send"),
    ("request-", "creased", "check what you send"),
    ("request-", "pattern", "check what you send"),
    ("request-", "", "check what you send"),
    ("sunset-deleted", "", "look at the dates"),
    ("response-", "sunset", "look at the dates"),
    (
        "optional-response-header-removed",
        "",
        "expect a missing value",
    ),
    (
        "required-response-header-removed",
        "",
        "expect a missing value",
    ),
    (
        "response-",
        "wrapped-in",
        "expect an alternative that you do not know",
    ),
    ("response-", "not-changed", "expect other values"),
    ("response-", "not-write-only", "expect a value there"),
    ("response-", "nullable", "expect null"),
    ("response-", "became-optional", "expect a missing value"),
    (
        "response-success-status-removed",
        "",
        "expect another status",
    ),
    ("response-", "removed", "expect nothing there"),
    (
        "response-",
        "one-of-added",
        "expect an alternative that you do not know",
    ),
    (
        "response-",
        "enum-value-added",
        "expect values that you do not know",
    ),
    (
        "response-",
        "became-not-enum",
        "expect values that you do not know",
    ),
    (
        "response-",
        "became-enum",
        "nothing, unless code relies on other values",
    ),
    ("response-", "type-", "read the new type"),
    ("response-", "serialization", "read it in the new way"),
    ("response-", "list-of-types", "read the new type"),
    ("response-", "unset", "expect values beyond the old limit"),
    ("response-", "creased", "expect values beyond the old limit"),
    (
        "response-",
        "multiple-of",
        "expect values beyond the old limit",
    ),
];

/// Returns what callers should do about a finding of the check `id`; `None` if there is no general
/// advice.
pub fn advice(id: &str) -> Option<&'static str> {
    let fits =
        |(start, part, _): &&(&str, &str, &'static str)| id.starts_with(start) && id.contains(part);
    ADVICE.iter().find(fits).map(|(_, _, advice)| *advice)
}

/// Returns whether generated Rust code shows what a finding of the check `id` is about: a new value is a
/// variant, and a limit is validated. Others, such as a sunset or a default, concern callers in any
/// language.
pub fn is_visible_in_rust(id: &str) -> bool {
    let limits = ["-max-", "-min-", "pattern", "multiple-of", "unique-items"];
    let seen = [
        "enum-value-added",
        "became-not-enum",
        "one-of-added",
        "any-of-added",
        "nullable",
    ];
    limits.iter().chain(&seen).any(|part| id.contains(part))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::checks::CHECKS;
    use crate::report::finding::Level;

    #[test]
    fn advice_depends_on_the_change() {
        for (id, expected) in [
            ("request-property-became-required", Some("send a value")),
            ("request-property-removed", Some("send nothing there")),
            ("response-property-became-nullable", Some("expect null")),
            ("request-property-became-not-nullable", Some("send no null")),
            (
                "response-property-enum-value-added",
                Some("expect values that you do not know"),
            ),
            (
                "response-property-became-not-enum",
                Some("expect values that you do not know"),
            ),
            ("api-removed-without-deprecation", Some("remove the calls")),
            ("webhook-removed", None),
        ] {
            assert_eq!(advice(id), expected, "{id}");
        }
    }

    #[test]
    fn nearly_every_breaking_check_has_advice() {
        let silent: Vec<&str> = CHECKS
            .iter()
            .filter(|check| check.level != Level::Info && advice(check.name).is_none())
            .map(|check| check.name)
            .collect();
        assert_eq!(
            silent,
            [
                "api-invalid-stability-level",
                "api-stability-decreased",
                "webhook-removed"
            ]
        );
    }
}
