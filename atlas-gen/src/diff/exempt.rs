//! exempt: findings that a reviewer has accepted, until a date.
//!
//! It knows the file of exemptions and findings, not how findings come about nor what day it is.
//!
//! ```toml
//! [[exempt]]
//! check = "request-property-became-required"
//! place = "/components/schemas/Source/properties/*"
//! reason = "the server has always refused requests without it"
//! expires = 2027-01-31
//! ```
//!
//! An exemption names findings by at least one of three things, and a finding has to agree with all
//! that are given:
//!
//! - `check`: the id of the finding;
//! - `place`: its JSON pointer, in which `*` stands for any one token and a last `**` for
//!   everything at and below that place;
//! - `fingerprint`: its fingerprint, for one finding and no other.
//!
//! `reason` and `expires` are required; an exemption holds on the day of `expires` and no longer.
//! After that day its findings count again, and `exemption-expired` says so; one that names no
//! finding is reported as `exemption-unused`. Both are warnings that cannot be exempted. Their
//! pointer leads into the file of exemptions, and their text has its line.

use serde::Deserialize;
use toml::{Spanned, Value};

use super::checks::{self, CHECKS};
use super::finding::{Finding, Level, fingerprint};
use crate::error::Result;
use crate::load::Source;
use crate::media_type::Date;
use crate::passes::select::nearest;
use crate::pointer::tokens;
use crate::settings::{self, fault};

/// The id of the finding that an exemption is past its day.
pub const EXPIRED: &str = "exemption-expired";
/// The id of the finding that an exemption names no finding.
pub const UNUSED: &str = "exemption-unused";

/// The content of a file of exemptions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exemptions {
    file: String,
    list: Vec<Exemption>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Exemption {
    check: Option<String>,
    place: Option<String>,
    fingerprint: Option<String>,
    reason: String,
    expires: Date,
    line: usize,
}

/// A finding that does not count, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exempted {
    /// The finding.
    pub finding: Finding,
    /// The reason that the exemption gives.
    pub reason: String,
    /// The last day on which the exemption holds.
    pub expires: Date,
}

/// Findings, parted by exemptions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parted {
    /// The findings that count, those about the exemptions themselves included.
    pub findings: Vec<Finding>,
    /// The findings that do not.
    pub exempted: Vec<Exempted>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    exempt: Vec<Spanned<Entry>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    check: Option<Spanned<String>>,
    place: Option<Spanned<String>>,
    fingerprint: Option<Spanned<String>>,
    reason: Spanned<String>,
    expires: Spanned<Value>,
}

/// Reads a file of exemptions.
///
/// # Errors
/// It is no TOML, has an unknown key, or an exemption lacks its reason or date, names nothing, or
/// names it in a form that no finding can have: each with its line.
pub fn read(source: &Source) -> Result<Exemptions> {
    let file: File = settings::read(source)?;
    let list: Result<Vec<_>> = file
        .exempt
        .into_iter()
        .map(|entry| {
            let line = settings::line(source, entry.span().start);
            exemption(source, line, entry)
        })
        .collect();
    Ok(Exemptions {
        file: source.name.clone(),
        list: list?,
    })
}

fn exemption(source: &Source, line: usize, entry: Spanned<Entry>) -> Result<Exemption> {
    let start = entry.span().start;
    let entry = entry.into_inner();
    let text = entry.reason.get_ref().trim();
    if text.is_empty() {
        let at = entry.reason.span().start;
        return Err(fault(source, at, "an exemption needs a reason"));
    }
    if entry.check.is_none() && entry.place.is_none() && entry.fingerprint.is_none() {
        let message = "an exemption needs a `check`, a `place` or a `fingerprint`";
        return Err(fault(source, start, message));
    }
    if let Some(check) = &entry.check
        && checks::check(check.get_ref()).is_none()
    {
        let name = check.get_ref();
        let known = nearest(name, CHECKS.iter().map(|check| check.name));
        let message = format!("`{name}` is no check{known}");
        return Err(fault(source, check.span().start, message));
    }
    if let Some(place) = &entry.place
        && let Err(message) = check_place(place.get_ref())
    {
        return Err(fault(source, place.span().start, message));
    }
    if let Some(print) = &entry.fingerprint
        && !is_fingerprint(print.get_ref())
    {
        let message = format!(
            "`{}` is no fingerprint; it has 16 hexadecimal digits in lower case",
            print.get_ref()
        );
        return Err(fault(source, print.span().start, message));
    }
    let expires = settings::date(source, "expires", &entry.expires)?;
    Ok(Exemption {
        check: entry.check.map(Spanned::into_inner),
        place: entry.place.map(Spanned::into_inner),
        fingerprint: entry.fingerprint.map(Spanned::into_inner),
        reason: text.to_owned(),
        expires,
        line,
    })
}

fn check_place(place: &str) -> Result<(), String> {
    if !place.is_empty() && !place.starts_with('/') {
        return Err(format!(
            "`{place}` is no JSON pointer such as /components/schemas/Source/properties/*"
        ));
    }
    let mut tokens = tokens(place).peekable();
    while let Some(token) = tokens.next() {
        if token == "**" && tokens.peek().is_some() {
            return Err(format!("in `{place}`, `**` is not the last token"));
        }
    }
    Ok(())
}

fn is_fingerprint(text: &str) -> bool {
    text.len() == 16
        && text
            .bytes()
            .all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
}

impl Exemptions {
    /// Parts `findings` into those that count on the day `today` and those that do not.
    pub fn part(&self, findings: Vec<Finding>, today: &Date) -> Parted {
        let mut used = vec![false; self.list.len()];
        let mut parted = Parted {
            findings: Vec::new(),
            exempted: Vec::new(),
        };
        for finding in findings {
            let mut valid = None;
            for (exemption, used) in self.list.iter().zip(&mut used) {
                if exemption.names(&finding) {
                    *used = true;
                    if exemption.expires >= *today {
                        valid = valid.or(Some(exemption));
                    }
                }
            }
            match valid {
                None => parted.findings.push(finding),
                Some(exemption) => parted.exempted.push(Exempted {
                    finding,
                    reason: exemption.reason.clone(),
                    expires: exemption.expires.clone(),
                }),
            }
        }
        for (index, (exemption, used)) in self.list.iter().zip(used).enumerate() {
            let (id, what) = if exemption.expires < *today {
                let then = if used {
                    "its findings count again"
                } else {
                    "it names no finding, so remove it"
                };
                (EXPIRED, format!("expired on {}; {then}", exemption.expires))
            } else if used {
                continue;
            } else {
                (UNUSED, "names no finding, so remove it".to_owned())
            };
            parted.findings.push(Finding {
                id,
                level: Level::Warning,
                side: None,
                pointer: format!("/exempt/{index}"),
                operations: Vec::new(),
                text: format!(
                    "the exemption of {} ({}:{}) {what}",
                    exemption.named(),
                    self.file,
                    exemption.line
                ),
                fingerprint: exemption.print(id),
            });
        }
        parted
    }
}

impl Exemption {
    fn names(&self, finding: &Finding) -> bool {
        let is = |wanted: &Option<String>, found: &str| wanted.as_ref().is_none_or(|w| w == found);
        is(&self.check, finding.id)
            && is(&self.fingerprint, &finding.fingerprint)
            && self
                .place
                .as_ref()
                .is_none_or(|place| covers(place, &finding.pointer))
    }

    /// What it names, in words.
    fn named(&self) -> String {
        let parts = [&self.check, &self.place, &self.fingerprint];
        let parts: Vec<String> = parts
            .into_iter()
            .flatten()
            .map(|p| format!("`{p}`"))
            .collect();
        parts.join(", ")
    }

    /// Lines and the number of other exemptions do not matter to it.
    fn print(&self, id: &str) -> String {
        let part = |part: &Option<String>| part.clone().unwrap_or_default();
        fingerprint(&[
            id,
            &part(&self.check),
            &part(&self.place),
            &part(&self.fingerprint),
        ])
    }
}

/// Whether `pattern` stands for `pointer`.
fn covers(pattern: &str, pointer: &str) -> bool {
    let mut there = tokens(pointer);
    for wanted in tokens(pattern) {
        if wanted == "**" {
            return true;
        }
        match there.next() {
            Some(token) if wanted == "*" || wanted == token => {}
            _ => return false,
        }
    }
    there.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(text: &str) -> Source {
        Source::new("openapi/exemptions.toml", text)
    }

    fn finding(id: &'static str, pointer: &str) -> Finding {
        Finding {
            id,
            level: Level::Breaking,
            side: None,
            pointer: pointer.to_owned(),
            operations: vec!["GET /a".to_owned()],
            text: "a change".to_owned(),
            fingerprint: fingerprint(&[id, pointer]),
        }
    }

    fn day(text: &str) -> Date {
        Date::parse(text).unwrap()
    }

    fn entry(what: &str, expires: &str) -> String {
        format!("[[exempt]]\n{what}\nreason = \"known\"\nexpires = {expires}\n")
    }

    fn ids(parted: &Parted) -> Vec<&str> {
        parted.findings.iter().map(|finding| finding.id).collect()
    }

    #[test]
    fn a_finding_has_to_agree_with_all_that_an_exemption_names() {
        let a = finding("endpoint-added", "/components/schemas/A/properties/x");
        let print = &a.fingerprint;
        let all = vec![
            a.clone(),
            finding("endpoint-added", "/components/schemas/B/properties/x"),
            finding("webhook-added", "/components/schemas/A/properties/x"),
        ];
        let place = "place = \"/components/schemas/A/properties/x\"";
        for (what, left) in [
            ("check = \"endpoint-added\"".to_owned(), 1),
            (place.to_owned(), 1),
            (format!("fingerprint = \"{print}\""), 2),
            (format!("check = \"endpoint-added\"\n{place}"), 2),
            (
                "place = \"/components/schemas/*/properties/x\"".to_owned(),
                0,
            ),
            ("place = \"/components/**\"".to_owned(), 0),
        ] {
            let exemptions = read(&source(&entry(&what, "2027-01-31"))).unwrap();
            let parted = exemptions.part(all.clone(), &day("2026-12-01"));
            assert_eq!(parted.findings.len(), left, "{what}: {parted:?}");
            assert_eq!(parted.exempted.len(), 3 - left, "{what}");
            assert_eq!(parted.exempted[0].reason, "known");
        }
    }

    #[test]
    fn a_pattern_covers_one_token_by_a_star_and_all_below_by_two() {
        for (pattern, pointer, expected) in [
            ("/a/*", "/a/b", true),
            ("/a/*", "/a/b/c", false),
            ("/a/*", "/a", false),
            ("/a/**", "/a/b/c", true),
            ("/a/**", "/a", true),
            ("/a/**", "/ab", false),
            ("", "", true),
            ("", "/a", false),
            ("/paths/~1a~1{b}/*", "/paths/~1a~1{b}/get", true),
        ] {
            assert_eq!(covers(pattern, pointer), expected, "{pattern} {pointer}");
        }
    }

    #[test]
    fn an_exemption_holds_on_its_last_day_and_is_a_finding_on_the_next() {
        let exemptions = read(&source(&entry("check = \"endpoint-added\"", "2027-01-31"))).unwrap();
        let all = vec![finding("endpoint-added", "/a")];
        let last = exemptions.part(all.clone(), &day("2027-01-31"));
        assert_eq!(ids(&last), [""; 0]);
        let next = exemptions.part(all, &day("2027-02-01"));
        assert_eq!(ids(&next), ["endpoint-added", EXPIRED]);
        assert_eq!(next.exempted, []);
        let expired = &next.findings[1];
        assert_eq!(expired.level, Level::Warning);
        assert_eq!(expired.pointer, "/exempt/0");
        assert_eq!(
            expired.text,
            "the exemption of `endpoint-added` (openapi/exemptions.toml:1) expired on 2027-01-31; its findings \
             count again"
        );
    }

    #[test]
    fn an_exemption_without_a_finding_is_one_itself() {
        let text = format!(
            "# two\n{}\n{}",
            entry("check = \"endpoint-added\"", "2027-01-31"),
            entry("place = \"/b\"", "\"2025-01-31\"")
        );
        let parted = read(&source(&text))
            .unwrap()
            .part(Vec::new(), &day("2026-12-01"));
        assert_eq!(ids(&parted), [UNUSED, EXPIRED]);
        let texts: Vec<_> = parted.findings.iter().map(|f| f.text.as_str()).collect();
        assert_eq!(
            texts,
            [
                "the exemption of `endpoint-added` (openapi/exemptions.toml:2) names no finding, so remove it",
                "the exemption of `/b` (openapi/exemptions.toml:7) expired on 2025-01-31; it names \
                 no finding, so remove it",
            ]
        );
    }

    #[test]
    fn an_exemption_that_is_covered_by_an_earlier_one_is_used_all_the_same() {
        let text = entry("check = \"endpoint-added\"", "2027-01-31")
            + &entry("place = \"/a\"", "2027-01-31");
        let parted = read(&source(&text))
            .unwrap()
            .part(vec![finding("endpoint-added", "/a")], &day("2026-12-01"));
        assert_eq!(ids(&parted), [""; 0]);
        assert_eq!(parted.exempted.len(), 1);
    }

    #[test]
    fn a_fault_is_one_line_with_its_place() {
        let good = entry("check = \"endpoint-added\"", "2027-01-31");
        for (text, expected) in [
            (
                good.replace("\"known\"", "\" \""),
                "3: an exemption needs a reason",
            ),
            (
                good.replace("reason = \"known\"\n", ""),
                "1: missing field `reason`",
            ),
            (
                good.replace("expires = 2027-01-31\n", ""),
                "1: missing field `expires`",
            ),
            (
                good.replace("2027-01-31", "\"soon\""),
                "4: expires `soon` is no date such as 2025-03-12",
            ),
            (
                good.replace("2027-01-31", "2027-01-31T00:00:00Z"),
                "4: expires `2027-01-31T00:00:00Z` is no date such as 2025-03-12",
            ),
            (
                good.replace("check = \"endpoint-added\"\n", ""),
                "1: an exemption needs a `check`, a `place` or a `fingerprint`",
            ),
            (
                good.replace("check = \"endpoint-added\"", "place = \"components\""),
                "2: `components` is no JSON pointer such as /components/schemas/Source/properties/*",
            ),
            (
                good.replace("check = \"endpoint-added\"", "place = \"/a/**/b\""),
                "2: in `/a/**/b`, `**` is not the last token",
            ),
            (
                good.replace("check = \"endpoint-added\"", "fingerprint = \"12AB\""),
                "2: `12AB` is no fingerprint; it has 16 hexadecimal digits in lower case",
            ),
            (
                good.replace("endpoint-added", "endpoint-aded"),
                "2: `endpoint-aded` is no check; did you mean `endpoint-added`?",
            ),
            (
                good.replace("check", "id"),
                "2: unknown field `id`, expected one of `check`, `place`, `fingerprint`, `reason`, \
                 `expires`",
            ),
            (
                good.replace("exempt", "exemption"),
                "1: unknown field `exemption`, expected `exempt`",
            ),
        ] {
            let error = read(&source(&text)).unwrap_err().to_string();
            assert_eq!(error, format!("openapi/exemptions.toml:{expected}"));
        }
        let broken = read(&source("[[exempt]]\ncheck = \n")).unwrap_err();
        assert_eq!(broken.line(), Some(2), "{broken}");
        assert_eq!(read(&source("# none\n")).unwrap().list, []);
    }
}
