//! Summarizes several findings of one check in one line: `58 members of responses may be null now`.
//!
//! The line is derived from the description of the check, so that there is one text for each check;
//! `details` adds what the findings have in common beyond it, such as the value of a limit. The module
//! knows English grammar, and nothing of documents.

use std::borrow::Cow;

/// The nouns in descriptions, with their plurals; the first match is used, so longer ones come first.
const NOUNS: &[(&str, &str)] = &[
    ("member of a request header", "members of request headers"),
    ("member of a request", "members of requests"),
    ("member of a parameter", "members of parameters"),
    ("parameter of an operation", "parameters of operations"),
    ("member of a response", "members of responses"),
    ("part of a parameter", "parts of parameters"),
    ("scope of an OAuth flow", "scopes of OAuth flows"),
    (
        "request header or a member of it",
        "request headers or members of them",
    ),
    ("request header", "request headers"),
    ("request body", "request bodies"),
    ("response header", "response headers"),
    ("response body", "response bodies"),
    ("security scheme", "security schemes"),
    ("status of failure", "statuses of failures"),
    ("status of success", "statuses of successes"),
    ("key of an API", "keys of APIs"),
    ("OAuth flow", "OAuth flows"),
    ("operation", "operations"),
    ("parameter", "parameters"),
    ("response", "responses"),
    ("request", "requests"),
    ("version", "versions"),
    ("webhook", "webhooks"),
    ("schema", "schemas"),
    ("path", "paths"),
];

/// Adjectives between the article and the noun.
const ADJECTIVES: &[&str] = &["required ", "optional ", "write-only ", "read-only "];

/// Words before the counted noun that are singular or plural themselves.
const SUBJECT_HEADS: &[(&str, &str)] = &[
    (
        "a value of the `x-extensible-enum` of ",
        "values of the `x-extensible-enum` of ",
    ),
    (
        "a value that selected an alternative of ",
        "values that selected an alternative of ",
    ),
    (
        "a value that selects an alternative of ",
        "values that select an alternative of ",
    ),
    (
        "a value selects another alternative of ",
        "values select another alternative of ",
    ),
    ("a media type of ", "media types of "),
    ("the authorization URL of ", "the authorization URLs of "),
    ("the date of the end of ", "the dates of the end of "),
    ("the default of ", "the defaults of "),
    ("the end of ", "the ends of "),
    ("the id of ", "the ids of "),
    ("the token URL of ", "the token URLs of "),
];

/// Descriptions whose subject is not the counted noun: prefix, suffix, and the predicate with the noun as
/// subject. `a listed value of a member is gone` becomes `a member has lost enum values`.
const REPHRASED: &[(&str, &str, &str)] = &[
    (
        "the values of ",
        " are no longer listed",
        "has no enum any longer and takes any value",
    ),
    ("the values of ", " are listed now", "has an enum now"),
    ("a listed value of ", " is gone", "has lost enum values"),
    ("a listed value of ", " is new", "has new enum values"),
];

/// The predicates of limits, by the suffix of the description; `{}` is the limit.
const LIMITS: &[(&str, &str)] = &[
    (" is new", "has a {} now"),
    (" is lower", "has a lower {} now"),
    (" is higher", "has a higher {} now"),
    (" is gone", "has no {} any longer"),
    (" is another", "has another {} now"),
];

/// Verbs and other words that agree with the counted noun, with their plurals.
const AGREEMENT: &[(&str, &str)] = &[
    ("is", "are"),
    ("was", "were"),
    ("has", "have"),
    ("allows", "allow"),
    ("asks", "ask"),
    ("demands", "demand"),
    ("speaks", "speak"),
    ("takes", "take"),
    ("tells", "tell"),
    ("selects", "select"),
    ("its", "their"),
];

/// Summarizes `n` findings of a check with this `description`.
pub fn headline(description: &str, n: usize) -> String {
    let rephrased = rephrased(description);
    counted(&rephrased, n).unwrap_or_else(|| format!("{rephrased}, {n} times"))
}

/// Makes the counted noun the subject of `description`.
fn rephrased(description: &str) -> Cow<'_, str> {
    for (start, end, said) in REPHRASED {
        let of = description
            .strip_prefix(start)
            .and_then(|rest| rest.strip_suffix(end));
        if let Some(of) = of {
            return format!("{of} {said}").into();
        }
    }
    if let Some((limit, of)) = limit(description)
        && let Some((of, said)) = LIMITS
            .iter()
            .find_map(|(end, said)| Some((of.strip_suffix(end)?, said)))
    {
        let said = match limit.starts_with("exclusive") {
            true => said.replace("a {}", "an {}"),
            false => (*said).to_owned(),
        };
        return format!("{of} {}", said.replace("{}", limit)).into();
    }
    description.into()
}

/// Splits the description of a check of limits: `` `maxItems` `` and `a parameter is new`.
fn limit(description: &str) -> Option<(&str, &str)> {
    let (limit, of) = description.split_once(" of ")?;
    let limit = limit.strip_prefix("the ").unwrap_or(limit);
    let bare = limit.strip_prefix("exclusive ").unwrap_or(limit);
    let is_limit = bare.starts_with('`') && bare.ends_with('`') && bare != "`uniqueItems`";
    is_limit.then_some((limit, of))
}

fn counted(description: &str, n: usize) -> Option<String> {
    let (start, end, noun) = subject(description)?;
    let head = description.get(..start)?;
    let several = SUBJECT_HEADS.iter().find(|(one, _)| *one == head);
    // The head is singular, even if the noun is plural: `maximum` of several members.
    let agrees = head.is_empty() || several.is_some();
    let head = several.map_or(head, |(_, many)| many);
    let mut out = format!("{head}{n} {noun}");
    let words: Vec<&str> = description.get(end..)?.split(' ').skip(1).collect();
    for (i, word) in words.iter().enumerate() {
        let bare = word.trim_end_matches(',');
        let before = i.checked_sub(1).and_then(|i| words.get(i)).copied();
        // In "has another type that is written", the verb belongs to the type.
        let other = matches!((before, bare), (Some("that"), "is" | "demands"));
        let last = i + 1 == words.len();
        let changed = match bare {
            _ if !agrees || other => None,
            "another" if last => Some("others"),
            _ => AGREEMENT
                .iter()
                .find(|(one, _)| *one == bare)
                .map(|(_, many)| *many),
        };
        out.push(' ');
        out.push_str(changed.unwrap_or(bare));
        out.push_str(word.get(bare.len()..).unwrap_or_default());
    }
    Some(out)
}

/// Finds the counted noun: where its article begins, where it ends, and its plural with adjectives.
fn subject(description: &str) -> Option<(usize, usize, String)> {
    for (start, _) in description.match_indices('a') {
        let is_word = start == 0 || description.get(..start)?.ends_with(' ');
        let rest = description.get(start..)?;
        let Some(rest) = rest.strip_prefix("a ").or_else(|| rest.strip_prefix("an ")) else {
            continue;
        };
        if !is_word {
            continue;
        }
        let mut noun = rest;
        while let Some(less) = ADJECTIVES.iter().find_map(|word| noun.strip_prefix(word)) {
            noun = less;
        }
        let adjectives = rest.get(..rest.len() - noun.len())?;
        let found = NOUNS.iter().find(|(one, _)| {
            noun.strip_prefix(one)
                .is_some_and(|after| after.is_empty() || after.starts_with([' ', ',']))
        });
        if let Some((one, many)) = found {
            let end = description.len() - noun.len() + one.len();
            return Some((start, end, format!("{adjectives}{many}")));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::checks::CHECKS;

    #[test]
    fn what_is_counted_agrees_with_its_verbs() {
        for (check, expected) in [
            (
                "response-property-became-nullable",
                "7 members of responses may be null now",
            ),
            (
                "response-required-property-removed",
                "7 required members of responses are gone",
            ),
            (
                "request-property-max-items-set",
                "7 members of requests have a `maxItems` now",
            ),
            (
                "api-operation-id-removed",
                "the ids of 7 operations are gone or others",
            ),
            ("endpoint-added", "7 operations are new"),
            (
                "api-schema-removed",
                "7 schemas that no operation used are gone",
            ),
            (
                "request-property-enum-value-removed",
                "7 members of requests have lost enum values",
            ),
            (
                "response-property-enum-value-added",
                "7 members of responses have new enum values",
            ),
            (
                "request-property-became-not-enum",
                "7 members of requests have no enum any longer and take any value",
            ),
            (
                "request-parameter-exclusive-min-increased",
                "7 parameters have a higher exclusive `minimum` now",
            ),
            (
                "api-deprecated-sunset-missing",
                "7 operations are deprecated without the date of their end",
            ),
            (
                "new-required-request-property-with-default",
                "7 required members of requests are new and have a default",
            ),
            (
                "request-property-type-compatible",
                "7 members of requests have another type that is written the same way in their media \
                 type",
            ),
        ] {
            let description =
                crate::report::checks::check(check).map_or("", |check| check.description);
            assert_eq!(headline(description, 7), expected, "{check}");
        }
    }

    #[test]
    fn every_check_has_a_headline_with_its_number() {
        for check in CHECKS {
            let line = headline(check.description, 7);
            assert!(line.contains('7'), "{line}");
            // Singular elements of a document are not counted.
            let once = [
                "the document ",
                "no client",
                "something breaks",
                "`x-stability-level`",
                "the exemption",
                "an exemption",
            ];
            let counted = !line.ends_with(", 7 times");
            let is_once = once
                .iter()
                .any(|start| check.description.starts_with(start));
            assert!(counted || is_once, "{}: {line}", check.name);
        }
    }
}
