//! Groups findings by cause: what one check finds in many places, with the Rust code that it breaks.
//!
//! A new rule of the publisher, such as a list that is never missing now, changes dozens of schemas
//! alike. A reader wants to be told once. It knows findings and changes, not how they are rendered.

use std::collections::{HashMap, HashSet};

use serde::Serialize;

use crate::report::checks::{self, Area};
use crate::report::effects::{Effect, effect, is_rename};
use crate::report::finding::{Finding, Level};
use crate::report::headline::headline;
use crate::report::review::count;
use crate::report::{Breaks, Change, Rust};
use crate::words::code;

/// A cause: findings of one check and level that all break Rust code or all do not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group<'a> {
    /// The name of the check; empty for changes of Rust code without a finding.
    pub check: &'static str,
    /// The level of the findings.
    pub level: Level,
    /// What they have in common, in one line; names are in backquotes.
    pub headline: String,
    /// Whether the findings are exempted, and only listed for the Rust code that they break.
    pub exempted: bool,
    /// The findings, those with the same text together.
    pub entries: Vec<Entry<'a>>,
    /// The changes that break Rust code.
    pub rust: Vec<&'a Change>,
    /// The number of findings that concern versions only which the Rust client does not use.
    pub unused: usize,
}

/// Findings whose texts differ only in where they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry<'a> {
    /// The text, which counts the places if there are several.
    pub text: String,
    /// The subject of the text in a few words, such as `` `results` of 74 schemas ``.
    pub name: String,
    /// The findings, each with the name of its component or operation in backquotes.
    pub places: Vec<(String, &'a Finding)>,
}

/// A cause in the JSON report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Cause {
    /// The name of the check; empty for changes of Rust code without a finding.
    pub id: &'static str,
    /// The level of the findings.
    pub level: Level,
    /// What they have in common, as one sentence without a full stop.
    pub text: String,
    /// The fingerprints of the findings.
    pub findings: Vec<String>,
    /// The number of changes that break Rust code at compile time.
    pub compile: usize,
    /// The number of changes that break Rust code at run time.
    pub runtime: usize,
}

impl Group<'_> {
    /// Returns the number of findings.
    pub fn count(&self) -> usize {
        self.entries.iter().map(|entry| entry.places.len()).sum()
    }

    /// Returns the effects on Rust code with the changes that have them, the most frequent first.
    pub fn effects(&self) -> Vec<(&'static Effect, Vec<&Change>)> {
        effects(&self.rust)
    }

    fn cause(&self) -> Cause {
        let breaks = |kind| {
            self.rust
                .iter()
                .filter(|change| change.breaks == Some(kind))
                .count()
        };
        let places = self.entries.iter().flat_map(|entry| &entry.places);
        Cause {
            id: self.check,
            level: self.level,
            text: self.headline.clone(),
            findings: places
                .map(|(_, finding)| finding.fingerprint.clone())
                .collect(),
            compile: breaks(Breaks::Compile),
            runtime: breaks(Breaks::Runtime),
        }
    }
}

/// Returns the effects of `changes`, the most frequent first.
pub fn effects<'a>(changes: &[&'a Change]) -> Vec<(&'static Effect, Vec<&'a Change>)> {
    let mut all: Vec<(&'static Effect, Vec<&'a Change>)> = Vec::new();
    for change in changes {
        let effect = effect(change);
        match all.iter_mut().find(|(known, _)| *known == effect) {
            Some((_, changes)) => changes.push(change),
            None => all.push((effect, vec![change])),
        }
    }
    all.sort_by_key(|(_, changes)| std::cmp::Reverse(changes.len()));
    all
}

/// Returns the causes of a report, as JSON has them.
pub fn causes(findings: &[Finding], rust: Option<&Rust>) -> Vec<Cause> {
    let groups = groups(findings.iter().map(|finding| (finding, false)), rust);
    groups.iter().map(Group::cause).collect()
}

/// Groups `findings`, which are exempted or not: those that break Rust code first, then by level.
pub fn groups<'a>(
    findings: impl Iterator<Item = (&'a Finding, bool)>,
    rust: Option<&'a Rust>,
) -> Vec<Group<'a>> {
    let changes = rust.map_or(&[][..], |rust| &rust.changes);
    let mut broken: HashMap<Option<&str>, Vec<&'a Change>> = HashMap::new();
    for change in changes.iter().filter(|change| change.breaks.is_some()) {
        broken
            .entry(change.cause.as_deref())
            .or_default()
            .push(change);
    }
    let mut groups: Vec<Group<'a>> = Vec::new();
    let mut known = HashMap::new();
    for (finding, exempted) in findings {
        let changes = broken.remove(&Some(finding.fingerprint.as_str()));
        if exempted && changes.is_none() {
            continue;
        }
        let key = (finding.level, finding.id, changes.is_some(), exempted);
        let at = *known.entry(key).or_insert_with(|| {
            groups.push(Group {
                check: finding.id,
                level: finding.level,
                headline: String::new(),
                exempted,
                entries: Vec::new(),
                rust: Vec::new(),
                unused: 0,
            });
            groups.len() - 1
        });
        if let Some(group) = groups.get_mut(at) {
            group.rust.extend(changes.unwrap_or_default());
            let unused = rust.is_some_and(|rust| rust.unused.contains(&finding.fingerprint));
            group.unused += usize::from(unused);
            group.entries.push(Entry {
                text: String::new(),
                name: String::new(),
                places: vec![(owner(finding), finding)],
            });
        }
    }
    // In the order of the report, and not in that of the map, which differs from run to run.
    let is_left = |change: &&Change| broken.contains_key(&change.cause.as_deref());
    let breaking = changes.iter().filter(|change| change.breaks.is_some());
    let rest = breaking.filter(is_left);
    let (names, others): (Vec<&Change>, Vec<&Change>) = rest.partition(|change| is_rename(change));
    for (headline, mut rust) in [
        ("names in the generated code changed", names),
        (
            "the generated code changed, and no finding says why",
            others,
        ),
    ] {
        if rust.is_empty() {
            continue;
        }
        rust.sort_by_key(|change| &change.item);
        groups.push(Group {
            check: "",
            level: Level::Info,
            headline: headline.to_owned(),
            exempted: false,
            entries: Vec::new(),
            rust,
            unused: 0,
        });
    }
    for group in &mut groups {
        let single = std::mem::take(&mut group.entries);
        group.entries = merged(single.into_iter().flat_map(|entry| entry.places));
        group.headline = match group.entries.as_slice() {
            [] => std::mem::take(&mut group.headline),
            // A sentence about one place is none about several.
            [only] if !only.text.contains('…') => only.text.clone(),
            _ => {
                let meaning = checks::check(group.check).map_or(group.check, |check| check.meaning);
                match subjects(group, meaning) {
                    1 => meaning.to_owned(),
                    n => headline(meaning, n),
                }
            }
        };
    }
    groups.sort_by_key(rank);
    groups
}

/// Returns the number of what a check with this `meaning` counts: findings, or operations with some of
/// them.
fn subjects(group: &Group<'_>, meaning: &str) -> usize {
    let wholes = [
        "an operation has ",
        "a request body has ",
        "a response body has ",
    ];
    if !wholes.iter().any(|whole| meaning.starts_with(whole)) {
        return group.count();
    }
    let places = group.entries.iter().flat_map(|entry| &entry.places);
    let wholes: HashSet<Vec<String>> = places
        .map(|(_, finding)| {
            atlas_gen::pointer::tokens(&finding.pointer)
                .take(3)
                .collect()
        })
        .collect();
    wholes.len()
}

/// Rust breaks first, the most numerous first; then by level, what concerns whole operations first.
fn rank(group: &Group<'_>) -> impl Ord + use<> {
    use std::cmp::Reverse;
    let area = checks::check(group.check).map_or(Area::Version, |check| check.area);
    let count = Reverse(group.count());
    (
        Reverse(group.rust.len()),
        group.level,
        area,
        count,
        group.check,
    )
}

/// Stands for the name of the place in a text.
const PLACE: char = '\u{0}';

/// Joins findings whose texts are the same but for the place.
fn merged<'a>(places: impl Iterator<Item = (String, &'a Finding)>) -> Vec<Entry<'a>> {
    let mut entries: Vec<(String, Entry<'a>)> = Vec::new();
    let mut known: HashMap<String, usize> = HashMap::new();
    for (owner, finding) in places {
        let template = match owner.is_empty() {
            true => finding.text.clone(),
            false => finding.text.replacen(&owner, &PLACE.to_string(), 1),
        };
        let at = *known.entry(template.clone()).or_insert_with(|| {
            let entry = Entry {
                text: finding.text.clone(),
                name: name(&finding.text),
                places: Vec::new(),
            };
            entries.push((template, entry));
            entries.len() - 1
        });
        if let Some((_, entry)) = entries.get_mut(at) {
            entry.places.push((owner, finding));
        }
    }
    let mut entries: Vec<Entry<'a>> = entries
        .into_iter()
        .map(|(template, mut entry)| {
            if let [(_, first), _, ..] = entry.places.as_slice() {
                let of = format!(" of {PLACE}");
                let places = count(entry.places.len(), noun(first));
                let counted = |text: &str| text.replacen(&of, &format!(" of {places}"), 1);
                let is_part = template.contains(&of);
                entry.text = match is_part {
                    true => counted(&template),
                    false => template.replacen(PLACE, "…", 1),
                };
                entry.name = match name(&template) {
                    name if name.contains(&of) => counted(&name),
                    _ if is_part => entry.text.clone(),
                    _ => places,
                };
            }
            entry
        })
        .collect();
    entries.sort_by_key(|entry| std::cmp::Reverse(entry.places.len()));
    entries
}

/// Returns the component or operation of a finding in backquotes, as its text names it; empty if its
/// text does not.
fn owner(finding: &Finding) -> String {
    let tokens: Vec<String> = atlas_gen::pointer::tokens(&finding.pointer).collect();
    let tokens: Vec<&str> = tokens.iter().map(String::as_str).collect();
    let owner = match tokens.as_slice() {
        ["components", _, name, ..] => code(name),
        ["paths", path, method, ..] => code(&format!("{} {path}", method.to_uppercase())),
        _ => return String::new(),
    };
    if finding.text.contains(&owner) {
        owner
    } else {
        String::new()
    }
}

/// Returns the noun for what [`owner`] returns.
fn noun(finding: &Finding) -> &'static str {
    let starts = |start: &str| finding.pointer.starts_with(start);
    if starts("/components/schemas/") {
        "schema"
    } else if starts("/paths/") {
        "operation"
    } else {
        "place"
    }
}

/// Returns the subject of a text: its first name, and that which it is of.
fn name(text: &str) -> String {
    let ends = |text: &str, from: usize| {
        let rest = text.get(from..)?;
        if rest.starts_with(PLACE) {
            return Some(from + PLACE.len_utf8());
        }
        let fence = rest.len() - rest.trim_start_matches('`').len();
        let mark = rest.get(..fence).filter(|mark| !mark.is_empty())?;
        Some(from + fence + rest.get(fence..)?.find(mark)? + fence)
    };
    let Some(start) = text.find(['`', PLACE]) else {
        return text.to_owned();
    };
    let Some(end) = ends(text, start) else {
        return text.to_owned();
    };
    let of = " of ";
    let more = text.get(end..).is_some_and(|rest| rest.starts_with(of));
    let end = more
        .then(|| ends(text, end + of.len()))
        .flatten()
        .unwrap_or(end);
    text.get(start..end).unwrap_or(text).to_owned()
}
