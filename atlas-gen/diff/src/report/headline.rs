//! Says in one line what several findings of one check have in common: `58 members of responses may
//! be null now`.
//!
//! It derives the line from the meaning of the check, so that there is one text for each check. What
//! the findings themselves say beyond that, such as the value of a limit, is in `said`. It knows
//! English and nothing of documents.

use std::borrow::Cow;

/// What is counted: the noun in a meaning, and its plural. The longest match counts.
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

/// What may stand between the article and the noun.
const ADJECTIVES: &[&str] = &["required ", "optional ", "write-only ", "read-only "];

/// What stands before the counted noun, if it has a number itself.
const HEADS: &[(&str, &str)] = &[
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

/// Meanings whose subject is not what is counted, by how they begin and end, and what is said of the
/// subject instead: `a listed value of a member is gone`, `a member has lost enum values`.
const TURNED: &[(&str, &str, &str)] = &[
    (
        "the values of ",
        " are no longer listed",
        "has no enum any longer and takes any value",
    ),
    ("the values of ", " are listed now", "has an enum now"),
    ("a listed value of ", " is gone", "has lost enum values"),
    ("a listed value of ", " is new", "has new enum values"),
];

/// What is said of the subject of a limit, by how the meaning of the check ends; `{}` is the limit.
const LIMITS: &[(&str, &str)] = &[
    (" is new", "has a {} now"),
    (" is lower", "has a lower {} now"),
    (" is higher", "has a higher {} now"),
    (" is gone", "has no {} any longer"),
    (" is another", "has another {} now"),
];

/// Verbs after what is counted, and other words that agree with it.
const AGREEING: &[(&str, &str)] = &[
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

/// Returns what `n` findings of a check with this `meaning` say.
pub fn headline(meaning: &str, n: usize) -> String {
    let turned = turned(meaning);
    counted(&turned, n).unwrap_or_else(|| format!("{turned}, {n} times"))
}

/// Makes what is counted the subject of `meaning`.
fn turned(meaning: &str) -> Cow<'_, str> {
    for (start, end, said) in TURNED {
        let of = meaning
            .strip_prefix(start)
            .and_then(|rest| rest.strip_suffix(end));
        if let Some(of) = of {
            return format!("{of} {said}").into();
        }
    }
    if let Some((limit, of)) = limit(meaning)
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
    meaning.into()
}

/// Splits the meaning of a check of limits: `` `maxItems` `` and `a parameter is new`.
fn limit(meaning: &str) -> Option<(&str, &str)> {
    let (limit, of) = meaning.split_once(" of ")?;
    let limit = limit.strip_prefix("the ").unwrap_or(limit);
    let bare = limit.strip_prefix("exclusive ").unwrap_or(limit);
    let is_limit = bare.starts_with('`') && bare.ends_with('`') && bare != "`uniqueItems`";
    is_limit.then_some((limit, of))
}

fn counted(meaning: &str, n: usize) -> Option<String> {
    let (start, end, noun) = subject(meaning)?;
    let head = meaning.get(..start)?;
    let several = HEADS.iter().find(|(one, _)| *one == head);
    // `maximum` of several members is still one word.
    let agrees = head.is_empty() || several.is_some();
    let head = several.map_or(head, |(_, many)| many);
    let mut out = format!("{head}{n} {noun}");
    let words: Vec<&str> = meaning.get(end..)?.split(' ').skip(1).collect();
    for (i, word) in words.iter().enumerate() {
        let bare = word.trim_end_matches(',');
        let before = i.checked_sub(1).and_then(|i| words.get(i)).copied();
        // In "has another type that is written", the type is not what is counted.
        let other = matches!((before, bare), (Some("that"), "is" | "demands"));
        let last = i + 1 == words.len();
        let changed = match bare {
            _ if !agrees || other => None,
            "another" if last => Some("others"),
            _ => AGREEING
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
fn subject(meaning: &str) -> Option<(usize, usize, String)> {
    for (start, _) in meaning.match_indices('a') {
        let is_word = start == 0 || meaning.get(..start)?.ends_with(' ');
        let rest = meaning.get(start..)?;
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
            let end = meaning.len() - noun.len() + one.len();
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
            let meaning = crate::report::checks::check(check).map_or("", |check| check.meaning);
            assert_eq!(headline(meaning, 7), expected, "{check}");
        }
    }

    #[test]
    fn every_check_has_a_headline_with_its_number() {
        for check in CHECKS {
            let line = headline(check.meaning, 7);
            assert!(line.contains('7'), "{line}");
            // What there is once in a document is not counted.
            let once = [
                "the document ",
                "no client",
                "something breaks",
                "`x-stability-level`",
                "the exemption",
                "an exemption",
            ];
            let counted = !line.ends_with(", 7 times");
            let is_once = once.iter().any(|start| check.meaning.starts_with(start));
            assert!(counted || is_once, "{}: {line}", check.name);
        }
    }
}
