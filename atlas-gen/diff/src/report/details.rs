//! Adds details to the headline of several findings: the value of a limit, versions, dates, statuses.
//!
//! It parses the texts of findings, and adds nothing if one of them has another form.

use std::collections::BTreeSet;

use crate::report::finding::Finding;
use crate::report::headline::headline;
use crate::report::review::count;

/// Returns the headline of `findings` of a check with this `description`, counted as `n`; `None` if their
/// texts have no details in common.
pub fn detailed_headline(description: &str, n: usize, findings: &[&Finding]) -> Option<String> {
    let first = findings.first()?;
    match first.id {
        "response-non-success-status-added" => statuses(findings),
        "version-removed" | "version-added" if findings.len() > 1 => {
            versions(description, n, findings)
        }
        "version-sunset-announced" if findings.len() > 1 => sunsets(findings),
        _ if findings.len() > 1 => limits(description, n, findings),
        _ => None,
    }
}

/// `8 operations document the status 429 now`.
fn statuses(findings: &[&Finding]) -> Option<String> {
    let statuses: Option<BTreeSet<&str>> = findings
        .iter()
        .map(|finding| after(&finding.text, " with the status "))
        .collect();
    let statuses: Vec<&str> = statuses?.into_iter().collect();
    let operations: BTreeSet<&String> = findings
        .iter()
        .flat_map(|found| &found.operations)
        .collect();
    let status = match statuses.as_slice() {
        [only] => format!("the status {only}"),
        all => format!("the statuses {}", join_list(all, "and")),
    };
    Some(match operations.len() {
        0 => return None,
        1 => format!("1 operation documents {status} now"),
        n => format!("{n} operations document {status} now"),
    })
}

/// `4 operations no longer speak version 2023-01-01`.
fn versions(description: &str, n: usize, findings: &[&Finding]) -> Option<String> {
    let versions: Option<BTreeSet<&str>> = findings
        .iter()
        .map(|finding| after(&finding.text, " version "))
        .collect();
    let versions: Vec<&str> = versions?.into_iter().collect();
    let said = match n {
        1 => description.to_owned(),
        n => headline(description, n),
    };
    let general = ["one more version", "a version"];
    let general = general.iter().find(|words| said.contains(**words))?;
    let own = match versions.as_slice() {
        [only] => format!("version {only}"),
        all if all.len() <= MAX_NAMED => format!("versions {}", join_list(all, "or")),
        _ => return None,
    };
    let now = if *general == "a version" { "" } else { " now" };
    Some(format!("{}{now}", said.replacen(*general, &own, 1)))
}

/// `the ends of 89 versions of operations were postponed, to 2027-07-01`.
fn sunsets(findings: &[&Finding]) -> Option<String> {
    let mut kinds: Vec<(&str, usize, BTreeSet<&str>)> = Vec::new();
    for finding in findings {
        let text = finding.text.as_str();
        let date = after(text, " ends on ");
        let kind = match (date, after(text, " instead of ")) {
            (Some(date), Some(before)) if date > before => "postponed",
            (Some(_), Some(_)) => "moved to an earlier day",
            (Some(_), None) => "announced",
            (None, _) => "taken back",
        };
        let dates = date.filter(|_| kind != "taken back");
        match kinds.iter_mut().find(|(known, ..)| *known == kind) {
            Some((_, n, known)) => {
                *n += 1;
                known.extend(dates);
            }
            None => kinds.push((kind, 1, dates.into_iter().collect())),
        }
    }
    let all = format!(
        "the ends of {} of operations",
        count(findings.len(), "version")
    );
    Some(match kinds.as_slice() {
        [(kind, _, dates)] => {
            let dates: Vec<&str> = dates.iter().copied().collect();
            let to = match dates.len() {
                1..=MAX_NAMED if *kind == "announced" => format!(": {}", join_list(&dates, "or")),
                1..=MAX_NAMED => format!(" to {}", join_list(&dates, "or")),
                _ => String::new(),
            };
            format!("{all} were {kind}{to}")
        }
        kinds => {
            let kinds = kinds.iter().map(|(kind, n, _)| format!("{n} {kind}"));
            let kinds: Vec<String> = kinds.collect();
            format!("{all} changed: {}", kinds.join(", "))
        }
    })
}

/// `18 members of requests have `maxItems` now (6 or 25)`.
fn limits(description: &str, n: usize, findings: &[&Finding]) -> Option<String> {
    let mut values: Vec<(f64, &str, Option<&str>)> = Vec::new();
    let mut name = None;
    for finding in findings {
        let (_, rest) = finding.text.split_once(" has `")?;
        let (limit, rest) = rest.split_once("` ")?;
        if *name.get_or_insert(limit) != limit {
            return None;
        }
        let words: Vec<&str> = rest.split(' ').collect();
        let (new, old) = match words.as_slice() {
            [new, "now"] => (*new, None),
            [new, "instead", "of", old] => (*new, Some(*old)),
            _ => return None,
        };
        values.push((new.parse().ok()?, new, old));
    }
    let name = name?;
    values.sort_by(|a, b| a.0.total_cmp(&b.0).then((a.1, a.2).cmp(&(b.1, b.2))));
    values.dedup();
    let said = headline(description, n);
    let (subject, words) = said.split_once(" have ")?;
    Some(match values.as_slice() {
        [(_, new, None)] => format!("{subject} have `{name}` {new} now"),
        [(_, new, Some(old))] => format!("{subject} have `{name}` {new} instead of {old}"),
        all => {
            let mut all: Vec<&str> = all.iter().map(|(_, new, _)| *new).collect();
            all.dedup();
            match all.len() {
                0..=MAX_NAMED => format!("{subject} have {words} ({})", join_list(&all, "or")),
                n => format!(
                    "{subject} have {words} ({} to {})",
                    all.first()?,
                    all.get(n - 1)?
                ),
            }
        }
    })
}

/// The maximal number of values that are named.
const MAX_NAMED: usize = 3;

/// Joins names by commas, and the last one by `between`.
pub fn join_list(all: &[&str], between: &str) -> String {
    match all {
        [most @ .., last] if !most.is_empty() => format!("{} {between} {last}", most.join(", ")),
        all => all.concat(),
    }
}

/// Returns the word after `words` in `text`.
fn after<'t>(text: &'t str, words: &str) -> Option<&'t str> {
    let (_, rest) = text.split_once(words)?;
    rest.split([' ', ',', ';']).next()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::checks;

    #[test]
    fn a_headline_has_the_values_and_dates_of_its_findings() {
        for (check, texts, expected) in [
            (
                "request-property-max-items-set",
                &["`a` has `maxItems` 25 now", "`b` has `maxItems` 6 now"][..],
                "2 members of requests have a `maxItems` now (6 or 25)",
            ),
            (
                "request-property-max-items-set",
                &["`a` has `maxItems` 25 now", "`b` has `maxItems` 25 now"],
                "2 members of requests have `maxItems` 25 now",
            ),
            (
                "request-property-max-items-decreased",
                &[
                    "`a` has `maxItems` 5 instead of 10",
                    "`b` has `maxItems` 5 instead of 10",
                ],
                "2 members of requests have `maxItems` 5 instead of 10",
            ),
            (
                "request-property-exclusive-min-set",
                &[
                    "`a` has `exclusiveMinimum` 0 now",
                    "`b` has `exclusiveMinimum` 0 now",
                ],
                "2 members of requests have `exclusiveMinimum` 0 now",
            ),
            (
                "version-removed",
                &[
                    "`GET /a` no longer speaks version preview",
                    "`GET /b` no longer speaks version preview",
                ],
                "2 operations no longer speak version preview",
            ),
            (
                "version-added",
                &[
                    "`GET /a` speaks version 2023-01-01 now",
                    "`GET /b` speaks version preview now",
                ],
                "2 operations speak versions 2023-01-01 or preview now",
            ),
            (
                "version-sunset-announced",
                &[
                    "version 2023-01-01 of `GET /a` ends on 2027-07-01 instead of 2026-11-30",
                    "version 2023-02-01 of `GET /a` ends on 2027-07-01 instead of 2026-03-01",
                ],
                "the ends of 2 versions of operations were postponed to 2027-07-01",
            ),
            (
                "version-sunset-announced",
                &[
                    "version 2023-01-01 of `GET /a` ends on 2027-07-01 instead of 2026-11-30",
                    "version 2023-02-01 of `GET /a` ends on 2027-07-01",
                ],
                "the ends of 2 versions of operations changed: 1 postponed, 1 announced",
            ),
            (
                "response-non-success-status-added",
                &["the response `tooManyRequests` may answer with the status 429 now"],
                "2 operations document the status 429 now",
            ),
        ] {
            let check = checks::check(check).expect("a check");
            let findings: Vec<Finding> = texts
                .iter()
                .map(|text| Finding {
                    id: check.name,
                    level: check.level,
                    side: None,
                    pointer: String::new(),
                    operations: vec!["GET /a".to_owned(), "GET /b".to_owned()],
                    text: (*text).to_owned(),
                    fingerprint: String::new(),
                })
                .collect();
            let findings: Vec<&Finding> = findings.iter().collect();
            let said = detailed_headline(check.description, findings.len(), &findings);
            assert_eq!(said.as_deref(), Some(expected), "{}", check.name);
        }
    }
}
