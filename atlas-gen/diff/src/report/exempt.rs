//! Exempts findings that a reviewer has accepted, until a date.
//!
//! It knows exemption files and findings, not how findings are determined.
//!
//! ```toml
//! [[exempt]]
//! check = "request-property-became-required"
//! place = "/components/schemas/Source/properties/*"
//! reason = "the server has always refused requests without it"
//! expires = 2027-01-31
//! ```
//!
//! An exemption selects findings by at least one of three keys, and a finding must match all that
//! are given:
//!
//! - `check`: the id of the finding;
//! - `place`: its JSON pointer, in which `*` matches any one token and a final `**` everything at
//!   and below that location;
//! - `fingerprint`: its fingerprint, which matches exactly one finding.
//!
//! `reason` and `expires` are required; an exemption is valid through the day of `expires`. After
//! that day its findings count again and are reported with `exemption-expired`; one that matches no
//! finding is reported as `exemption-unused`. Both are warnings that cannot be exempted. Their
//! pointer leads into the exemption file, and their text has its line.

use serde::Deserialize;
use toml::{Spanned, Value};

use crate::report::checks::{self, CHECKS};
use crate::report::finding::{Finding, Level, fingerprint};
use atlas_gen::error::Result;
use atlas_gen::load::Source;
use atlas_gen::media_type::Date;
use atlas_gen::passes::select::nearest;
use atlas_gen::pointer::tokens;
use atlas_gen::settings::{self, fault};

/// The id of the finding about an expired exemption.
pub const EXPIRED: &str = "exemption-expired";
/// The id of the finding about an exemption that matches no finding.
pub const UNUSED: &str = "exemption-unused";

/// The contents of an exemption file.
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

/// An exempted finding and the reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exempted {
    /// The finding.
    pub finding: Finding,
    /// The reason given in the exemption.
    pub reason: String,
    /// The last day on which the exemption is valid.
    pub expires: Date,
}

/// Findings, split by exemptions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Partitioned {
    /// The findings that count, including those about the exemptions themselves.
    pub findings: Vec<Finding>,
    /// The exempted findings.
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

/// Parses an exemption file.
///
/// # Errors
/// Invalid TOML, an unknown key, or an exemption without a reason or date, without a key that
/// selects findings, or with one that no finding can match: each with its line.
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
    if let Some(fingerprint) = &entry.fingerprint
        && !is_fingerprint(fingerprint.get_ref())
    {
        let message = format!(
            "`{}` is no fingerprint; it has 16 hexadecimal digits in lower case",
            fingerprint.get_ref()
        );
        return Err(fault(source, fingerprint.span().start, message));
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
    /// Splits `findings` into those that count on the day `today` and exempted ones.
    pub fn partition(&self, findings: Vec<Finding>, today: &Date) -> Partitioned {
        let mut used = vec![false; self.list.len()];
        let mut partitioned = Partitioned {
            findings: Vec::new(),
            exempted: Vec::new(),
        };
        for finding in findings {
            let mut valid = None;
            for (exemption, used) in self.list.iter().zip(&mut used) {
                if exemption.matches(&finding) {
                    *used = true;
                    if exemption.expires >= *today {
                        valid = valid.or(Some(exemption));
                    }
                }
            }
            match valid {
                None => partitioned.findings.push(finding),
                Some(exemption) => partitioned.exempted.push(Exempted {
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
            partitioned.findings.push(Finding {
                id,
                level: Level::Warning,
                side: None,
                pointer: format!("/exempt/{index}"),
                operations: Vec::new(),
                text: format!(
                    "the exemption of {} ({}:{}) {what}",
                    exemption.description(),
                    self.file,
                    exemption.line
                ),
                fingerprint: exemption.fingerprint(id),
            });
        }
        partitioned
    }
}

impl Exemption {
    fn matches(&self, finding: &Finding) -> bool {
        let is = |wanted: &Option<String>, found: &str| wanted.as_ref().is_none_or(|w| w == found);
        is(&self.check, finding.id)
            && is(&self.fingerprint, &finding.fingerprint)
            && self
                .place
                .as_ref()
                .is_none_or(|place| matches_pattern(place, &finding.pointer))
    }

    /// Describes what it selects.
    fn description(&self) -> String {
        let parts = [&self.check, &self.place, &self.fingerprint];
        let parts: Vec<String> = parts
            .into_iter()
            .flatten()
            .map(|p| format!("`{p}`"))
            .collect();
        parts.join(", ")
    }

    /// Returns its fingerprint, which does not depend on lines or other exemptions.
    fn fingerprint(&self, id: &str) -> String {
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        fingerprint(&[
            id,
            &text(&self.check),
            &text(&self.place),
            &text(&self.fingerprint),
        ])
    }
}

/// Returns whether `pattern` matches `pointer`.
fn matches_pattern(pattern: &str, pointer: &str) -> bool {
    let mut rest = tokens(pointer);
    for wanted in tokens(pattern) {
        if wanted == "**" {
            return true;
        }
        match rest.next() {
            Some(token) if wanted == "*" || wanted == token => {}
            _ => return false,
        }
    }
    rest.next().is_none()
}

#[cfg(test)]
mod tests;
