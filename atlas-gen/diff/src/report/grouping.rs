//! Groups findings by cause: the findings of one check, with the Rust code that they break.
//!
//! One decision of the publisher may change dozens of schemas in the same way, and a report has it once.
//! The module knows findings and changes, not how they are rendered.

mod entries;

use std::collections::{HashMap, HashSet};

use serde::Serialize;

use crate::quoting::REPLACED;
use crate::report::checks::{self, Area};
use crate::report::details::detailed_headline;
use crate::report::effects::{ENABLED_BY, Effect, effect, is_rename};
use crate::report::finding::{Finding, Level};
use crate::report::headline::headline;
use crate::report::removed_schemas::RemovedSchemas;
use crate::report::{Breaks, Change, Rust};
pub use entries::Entry;
use entries::{merge_entries, owner_of};

/// A cause: findings of one check and level that all break Rust code or all do not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group<'a> {
    /// The name of the check; empty for changes of Rust code without a finding.
    pub check: &'static str,
    /// The level of the findings.
    pub level: Level,
    /// The summary of the findings, in one line; names are in backquotes.
    pub headline: String,
    /// Whether the findings are exempted, and only listed for the Rust code that they break.
    pub exempted: bool,
    /// The findings, those with the same text together.
    pub entries: Vec<Entry<'a>>,
    /// The changes that break Rust code.
    pub rust: Vec<&'a Change>,
    /// The text of another finding that removed the Rust code for these.
    pub removed_with: Option<String>,
    /// The number of findings that only concern versions that the Rust client does not use.
    pub unused: usize,
}

/// A cause in the JSON report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Cause {
    /// The name of the check; empty for changes of Rust code without a finding.
    pub id: &'static str,
    /// The level of the findings.
    pub level: Level,
    /// The summary of the findings, as one sentence without a full stop.
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

    /// Sorts the changes of Rust code like the findings that cause them.
    fn order_changes(&mut self) {
        let places = self.entries.iter().flat_map(|entry| &entry.places);
        let order: HashMap<&str, usize> = places
            .enumerate()
            .map(|(i, (_, finding))| (finding.fingerprint.as_str(), i))
            .collect();
        self.rust
            .sort_by_key(|change| change.cause.as_deref().and_then(|cause| order.get(cause)));
    }

    /// Returns the effects on Rust code with their changes, the most frequent first.
    pub fn effects(&self) -> Vec<(&'static Effect, Vec<&Change>)> {
        effects(&self.rust)
    }

    /// Returns whether it breaks Rust code at compile time, or else at run time.
    pub fn breaks_at(&self) -> Option<Breaks> {
        let removed = self.removed_with.as_ref().map(|_| Breaks::Compile);
        let breaks = self.rust.iter().filter_map(|change| change.breaks);
        breaks.chain(removed).min()
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

/// Returns the causes for the JSON report.
pub fn causes(findings: &[Finding], rust: Option<&Rust>) -> Vec<Cause> {
    let groups = groups(findings.iter().map(|finding| (finding, false)), rust);
    groups.iter().map(Group::cause).collect()
}

/// Groups `findings`, each with whether it is exempted: those that break Rust code first, then by level.
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
    let removed = RemovedSchemas::of(&findings, &broken);
    let mut groups: Vec<Group<'a>> = Vec::new();
    let mut index_of = HashMap::new();
    for (finding, exempted) in findings {
        let changes = broken.remove(&Some(finding.fingerprint.as_str()));
        if exempted && changes.is_none() {
            continue;
        }
        let removed_with = removed.with(finding).filter(|_| changes.is_none());
        // If the other finding is of the same check, both are in one group.
        let is_alike = removed_with.is_some_and(|other| {
            (other.id, other.level) == (finding.id, finding.level) && !exempted
        });
        let removed_with = removed_with.filter(|_| !is_alike);
        let key = (
            finding.level,
            finding.id,
            changes.is_some() || is_alike,
            removed_with.map(|other| &other.fingerprint),
            exempted,
        );
        let at = *index_of.entry(key).or_insert_with(|| {
            groups.push(Group {
                check: finding.id,
                level: finding.level,
                headline: String::new(),
                exempted,
                entries: Vec::new(),
                rust: Vec::new(),
                removed_with: removed_with.map(|other| other.text.clone()),
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
                places: vec![(owner_of(finding), finding)],
            });
        }
    }
    // In the order of the report: that of the map differs from run to run.
    let is_left = |change: &&Change| broken.contains_key(&change.cause.as_deref());
    let breaking = changes.iter().filter(|change| change.breaks.is_some());
    let rest = breaking.filter(is_left);
    let (names, others): (Vec<&Change>, Vec<&Change>) = rest.partition(|change| is_rename(change));
    let (features, others): (Vec<&Change>, Vec<&Change>) = others
        .into_iter()
        .partition(|change| change.item.contains(ENABLED_BY));
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
            removed_with: None,
            unused: 0,
        });
    }
    for group in &mut groups {
        let single = std::mem::take(&mut group.entries);
        group.entries = merge_entries(single.into_iter().flat_map(|entry| entry.places));
        group.order_changes();
        group.headline = match group.entries.as_slice() {
            [] => std::mem::take(&mut group.headline),
            // The text of an entry with `…` is not a sentence.
            [only] if !only.text.contains('…') && !counts_operations(group.check) => {
                only.text.clone()
            }
            _ => summary(group),
        };
    }
    groups.sort_by_key(rank);
    groups
}

/// Returns the summary of the findings of a cause.
fn summary(group: &Group<'_>) -> String {
    let description = checks::check(group.check).map_or(group.check, |check| check.description);
    let places = group.entries.iter().flat_map(|entry| &entry.places);
    let findings: Vec<&Finding> = places.map(|(_, finding)| *finding).collect();
    let n = subjects(group, description);
    let general = match (n, findings.as_slice()) {
        (_, [only]) => only.text.clone(),
        (1, _) => description.to_owned(),
        (n, _) => headline(description, n),
    };
    let said = detailed_headline(description, n, &findings).unwrap_or(general);
    let replaced = match findings
        .iter()
        .all(|finding| finding.text.contains(REPLACED))
    {
        true if findings.len() > 1 => ", because operations refer to other schemas now",
        _ => "",
    };
    // Checks of members also have findings about whole schemas.
    let said = match group.entries.iter().any(|entry| entry.is_of_schemas()) {
        true => said.replacen("members of re", "members or schemas of re", 1),
        false => said,
    };
    said + replaced
}

/// Returns whether findings of this check are counted by the operations that they affect.
fn counts_operations(check: &str) -> bool {
    check == "response-non-success-status-added"
}

/// Returns the number of subjects of a check with this `description`: findings, or the operations or
/// bodies with findings.
fn subjects(group: &Group<'_>, description: &str) -> usize {
    let wholes = [
        "an operation has ",
        "a request body has ",
        "a response body has ",
    ];
    if !wholes.iter().any(|whole| description.starts_with(whole)) {
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

/// Returns the order of groups: those that break Rust code at compile time, at run time, others; then the
/// number of changes, the level, and the area.
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
