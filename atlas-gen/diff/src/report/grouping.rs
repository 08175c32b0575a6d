//! Groups findings by cause: what one check finds in many places, with the Rust code that it breaks.
//!
//! A new rule of the publisher, such as a list that is never missing now, changes dozens of schemas
//! alike. A reader wants to be told once. It knows findings and changes, not how they are rendered.

use std::collections::{HashMap, HashSet};

use serde::Serialize;

use crate::quoting::{REPLACED, code};
use crate::report::checks::{self, Area};
use crate::report::effects::{COMES, Effect, effect, is_rename};
use crate::report::finding::{Finding, Level};
use crate::report::gone::Gone;
use crate::report::headline::headline;
use crate::report::review::count;
use crate::report::said::{listed, said};
use crate::report::{Breaks, Change, Rust};

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
    /// What another finding says, with which the Rust code for this one is gone.
    pub gone_with: Option<String>,
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

impl Entry<'_> {
    /// Returns whether it is about schemas as a whole.
    fn is_of_schemas(&self) -> bool {
        SCHEMAS.iter().any(|start| self.text.starts_with(start))
    }
}

/// How texts about a schema as a whole begin.
const SCHEMAS: [&str; 2] = ["the request schema ", "the response schema "];

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

    /// Sorts the changes of Rust code as the findings that cause them, so that the first of them are
    /// those of the largest entry.
    fn order_changes(&mut self) {
        let places = self.entries.iter().flat_map(|entry| &entry.places);
        let order: HashMap<&str, usize> = places
            .enumerate()
            .map(|(i, (_, finding))| (finding.fingerprint.as_str(), i))
            .collect();
        self.rust
            .sort_by_key(|change| change.cause.as_deref().and_then(|cause| order.get(cause)));
    }

    /// Returns the effects on Rust code with the changes that have them, the most frequent first.
    pub fn effects(&self) -> Vec<(&'static Effect, Vec<&Change>)> {
        effects(&self.rust)
    }

    /// Returns when it breaks Rust code, if it does; compile time counts more.
    pub fn breaks_at(&self) -> Option<Breaks> {
        let gone = self.gone_with.as_ref().map(|_| Breaks::Compile);
        let breaks = self.rust.iter().filter_map(|change| change.breaks);
        breaks.chain(gone).min()
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
    let findings: Vec<(&'a Finding, bool)> = findings.collect();
    let gone = Gone::of(&findings, &broken);
    let mut groups: Vec<Group<'a>> = Vec::new();
    let mut known = HashMap::new();
    for (finding, exempted) in findings {
        let changes = broken.remove(&Some(finding.fingerprint.as_str()));
        if exempted && changes.is_none() {
            continue;
        }
        let gone_with = gone.with(finding).filter(|_| changes.is_none());
        // With findings of its own check, it is one of them.
        let is_alike = gone_with.is_some_and(|other| {
            (other.id, other.level) == (finding.id, finding.level) && !exempted
        });
        let gone_with = gone_with.filter(|_| !is_alike);
        let key = (
            finding.level,
            finding.id,
            changes.is_some() || is_alike,
            gone_with.map(|other| &other.fingerprint),
            exempted,
        );
        let at = *known.entry(key).or_insert_with(|| {
            groups.push(Group {
                check: finding.id,
                level: finding.level,
                headline: String::new(),
                exempted,
                entries: Vec::new(),
                rust: Vec::new(),
                gone_with: gone_with.map(|other| other.text.clone()),
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
    let (features, others): (Vec<&Change>, Vec<&Change>) = others
        .into_iter()
        .partition(|change| change.item.contains(COMES));
    for (headline, mut rust) in [
        ("names in the generated code changed", names),
        (
            "other operations use these types now, so they come with the Cargo features of those",
            features,
        ),
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
            gone_with: None,
            unused: 0,
        });
    }
    for group in &mut groups {
        let single = std::mem::take(&mut group.entries);
        group.entries = merged(single.into_iter().flat_map(|entry| entry.places));
        group.order_changes();
        group.headline = match group.entries.as_slice() {
            [] => std::mem::take(&mut group.headline),
            // A sentence about one place is none about several.
            [only] if !only.text.contains('…') && !counts_operations(group.check) => {
                only.text.clone()
            }
            _ => summed(group),
        };
    }
    groups.sort_by_key(rank);
    groups
}

/// Returns what the findings of a cause say together.
fn summed(group: &Group<'_>) -> String {
    let meaning = checks::check(group.check).map_or(group.check, |check| check.meaning);
    let places = group.entries.iter().flat_map(|entry| &entry.places);
    let findings: Vec<&Finding> = places.map(|(_, finding)| *finding).collect();
    let n = subjects(group, meaning);
    let general = match (n, findings.as_slice()) {
        (_, [only]) => only.text.clone(),
        (1, _) => meaning.to_owned(),
        (n, _) => headline(meaning, n),
    };
    let said = said(meaning, n, &findings).unwrap_or(general);
    let replaced = match findings
        .iter()
        .all(|finding| finding.text.contains(REPLACED))
    {
        true if findings.len() > 1 => ", because operations refer to other schemas now",
        _ => "",
    };
    // A check of members finds the same of schemas as a whole.
    let said = match group.entries.iter().any(|entry| entry.is_of_schemas()) {
        true => said.replacen("members of re", "members or schemas of re", 1),
        false => said,
    };
    said + replaced
}

/// Returns whether findings of this check are counted by the operations that they reach.
fn counts_operations(check: &str) -> bool {
    check == "response-non-success-status-added"
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

/// Rust breaks first, those at compile time before those at run time, the most numerous first; then by
/// level, what concerns whole operations first.
fn rank(group: &Group<'_>) -> impl Ord + use<> {
    use std::cmp::Reverse;
    let area = checks::check(group.check).map_or(Area::Version, |check| check.area);
    let count = Reverse(group.count());
    let broken = match group.breaks_at() {
        Some(Breaks::Compile) => 0,
        Some(Breaks::Runtime) => 1,
        None => 2,
    };
    (
        broken,
        Reverse(group.rust.len()),
        group.level,
        area,
        count,
        group.check,
    )
}

/// Stands for the name of the place in a text.
const PLACE: char = '\u{0}';

/// The largest number of schemas as a whole that are named.
const NAMED: usize = 3;

/// Joins findings whose texts are the same but for the place.
fn merged<'a>(places: impl Iterator<Item = (String, &'a Finding)>) -> Vec<Entry<'a>> {
    let mut entries: Vec<(String, Entry<'a>)> = Vec::new();
    let mut known: HashMap<String, usize> = HashMap::new();
    for (owner, finding) in places {
        let text = of_member(&finding.text);
        let template = match owner.is_empty() {
            true => text.clone(),
            false => text.replacen(&owner, &PLACE.to_string(), 1),
        };
        let at = *known.entry(template.clone()).or_insert_with(|| {
            let entry = Entry {
                name: name(&text),
                text,
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
                    _ if entry.is_of_schemas() && entry.places.len() <= NAMED => {
                        let names = entry.places.iter().map(|(owner, _)| owner.as_str());
                        format!("schemas {}", listed(&names.collect::<Vec<_>>(), "and"))
                    }
                    _ if entry.is_of_schemas() => format!("{places} as a whole"),
                    _ => places,
                };
            }
            entry
        })
        .collect();
    entries.sort_by_key(|entry| std::cmp::Reverse(entry.places.len()));
    entries
}

/// Says of a member what `text` says of its schema: `the response schema `S` has a member `m` that
/// became required`.
fn of_member(text: &str) -> String {
    let side = SCHEMAS.iter().find(|start| text.starts_with(**start));
    let member = side.and_then(|side| {
        let (schema, rest) = text.strip_prefix(side)?.split_once(" has a member ")?;
        let (member, rest) = rest.split_once(" that ")?;
        Some(format!(
            "{} {member} of {schema} {rest}",
            side.replace("schema ", "member").trim_end()
        ))
    });
    member.unwrap_or_else(|| text.to_owned())
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

/// Returns the subject of a text: its first name, and that which it is of; a schema is called so.
fn name(text: &str) -> String {
    let name = subject(text);
    let is_schema = SCHEMAS.iter().any(|start| text.starts_with(start));
    match is_schema && name.starts_with('`') && !name.contains(" of ") {
        true => format!("schema {name}"),
        false => name,
    }
}

fn subject(text: &str) -> String {
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
