//! Compares Atlas's dated media types, the versions of an operation.
//!
//! A version in both documents is compared with itself, a removed one with the newest remaining one. A
//! removed version, a new one and a changed sunset are one finding for each operation, however many
//! bodies have it. If only some bodies of a side lose or get a version, the operation still supports it,
//! or did before: then it is a finding about the media types of the body.

use std::collections::{BTreeMap, BTreeSet};

use super::body::{self, Body};
use super::lifecycle::{self, Sunset};
use super::media_types::dated;
use super::operation::Operation;
use crate::comparison::{Comparison, SourceLocation, in_new, in_old};
use crate::document::tree::{Located, Tree};
use crate::quoting::code;
use crate::report::finding::{Level, Side};
use atlas_gen::media_type::{Date, MediaType, Version};

/// A body in one version.
type Entry<'a> = (&'a str, Located<'a>);

/// The changes of the versions of one operation.
#[derive(Debug, Default)]
pub(crate) struct VersionChanges {
    change: Vec<VersionChange>,
    old: BTreeSet<(Side, Version)>,
    new: BTreeSet<(Side, Version)>,
}

/// A change of one version in one body.
#[derive(Debug, Clone)]
struct VersionChange {
    version: Version,
    kind: VersionChangeKind,
    side: Side,
    at: SourceLocation,
    /// The media type.
    name: String,
    /// The name of the body in prose.
    body: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum VersionChangeKind {
    Added,
    Removed(Sunset),
    Sunset(Sunset, Sunset),
}

/// Pairs the versions to be compared, and records changes of the versions themselves.
pub(crate) fn pair<'e, 'a>(
    body: Body<'_>,
    old: &'e [Entry<'a>],
    new: &'e [Entry<'a>],
    today: &Date,
    version_changes: &mut VersionChanges,
) -> Vec<(&'e Entry<'a>, &'e Entry<'a>)> {
    let parsed = |media_types: &'e [Entry<'a>]| -> Vec<(MediaType, &'e Entry<'a>)> {
        let all = media_types.iter();
        all.filter_map(|entry| Some((dated(entry.0)?, entry)))
            .collect()
    };
    let (old, new) = (parsed(old), parsed(new));
    for (media_types, versions) in [
        (&old, &mut version_changes.old),
        (&new, &mut version_changes.new),
    ] {
        versions.extend(
            media_types
                .iter()
                .map(|(name, _)| (body.side, name.version.clone())),
        );
    }
    let mut record =
        |name: &MediaType, entry: &Entry<'a>, kind: VersionChangeKind, at: SourceLocation| {
            version_changes.change.push(VersionChange {
                version: name.version.clone(),
                kind,
                side: body.side,
                at,
                name: entry.0.to_owned(),
                body: body.words.to_owned(),
            });
        };
    let sunset = |entry: &Entry<'a>| lifecycle::parse_sunset(entry.1.value.get("x-sunset"));
    let mut pairs = Vec::new();
    for (name, entry) in &old {
        if let Some((_, partner)) = new.iter().find(|(other, _)| other == name) {
            let (was, is) = (sunset(entry), sunset(partner));
            if was != is {
                record(
                    name,
                    partner,
                    VersionChangeKind::Sunset(was, is),
                    in_new(&partner.1.pointer),
                );
            }
            pairs.push((*entry, *partner));
            continue;
        }
        record(
            name,
            entry,
            VersionChangeKind::Removed(sunset(entry)),
            in_old(&entry.1.pointer),
        );
        // A preview beside a stable version, or an ended version beside a newer one, need not be
        // compared: its users had to migrate to the other, which is compared with itself.
        let ended = matches!(sunset(entry), Sunset::On(date) if date <= *today);
        let lasting = |(other, _): &(MediaType, &Entry<'a>)| {
            let is_newer = other.version > name.version || !is_stable(&name.version);
            other.format == name.format && is_stable(&other.version) && is_newer
        };
        if (ended || !is_stable(&name.version)) && old.iter().any(lasting) {
            continue;
        }
        let left = new.iter().filter(|(other, _)| other.format == name.format);
        if let Some((_, partner)) = left.max_by(|a, b| a.0.version.cmp(&b.0.version)) {
            pairs.push((*entry, *partner));
        }
    }
    for (name, entry) in &new {
        if !old.iter().any(|(other, _)| other == name) {
            record(
                name,
                entry,
                VersionChangeKind::Added,
                in_new(&entry.1.pointer),
            );
        }
    }
    pairs
}

/// Reports the changes of an operation's versions.
pub(crate) fn report(
    cx: &mut Comparison<'_>,
    node: usize,
    old: &Operation<'_>,
    new: &Operation<'_>,
    version_changes: VersionChanges,
) {
    let mut groups: BTreeMap<(Version, u8), Vec<VersionChange>> = BTreeMap::new();
    for change in version_changes.change {
        let key = (change.side, change.version.clone());
        let number = match change.kind {
            VersionChangeKind::Added if version_changes.old.contains(&key) => {
                body::added(
                    cx,
                    node,
                    change.side,
                    &change.body,
                    &change.name,
                    &change.at,
                );
                continue;
            }
            VersionChangeKind::Removed(_) if version_changes.new.contains(&key) => {
                body::removed(
                    cx,
                    node,
                    change.side,
                    &change.body,
                    &change.name,
                    &change.at,
                );
                continue;
            }
            VersionChangeKind::Added => 0,
            VersionChangeKind::Removed(_) => 1,
            VersionChangeKind::Sunset(..) => 2,
        };
        groups
            .entry((change.version.clone(), number))
            .or_default()
            .push(change);
    }
    let both: BTreeSet<Side> = version_changes
        .old
        .iter()
        .chain(&version_changes.new)
        .map(|(side, _)| *side)
        .collect();
    let stable_left = version_changes
        .new
        .iter()
        .any(|(_, version)| is_stable(version));
    for ((version, _), group) in groups {
        let Some(first) = group.first() else { continue };
        let sides: BTreeSet<Side> = group.iter().map(|change| change.side).collect();
        // A sunset in one body applies to the whole version.
        let whole = sides == both || matches!(first.kind, VersionChangeKind::Sunset(..));
        let side = (!whole).then_some(first.side);
        let within = match side {
            Some(Side::Request) => " in its request",
            Some(Side::Response) => " in its responses",
            None => "",
        };
        let label = &new.label;
        let today = &cx.options.today;
        let (id, level, text, detail, at) = match &first.kind {
            VersionChangeKind::Added => (
                "version-added",
                Level::Info,
                format!(
                    "{label} speaks version {version} now{within}",
                    label = code(&label)
                ),
                String::new(),
                in_new(&new.at.pointer),
            ),
            VersionChangeKind::Removed(sunset) => {
                let (level, end) = removal_level_and_end(&version, sunset, today, stable_left);
                let text = format!(
                    "{label} no longer speaks version {version}{within}{end}",
                    label = code(&label)
                );
                (
                    "version-removed",
                    level,
                    text,
                    String::new(),
                    in_old(&old.at.pointer),
                )
            }
            VersionChangeKind::Sunset(was, is) => {
                let (level, said) = sunset_change(was, is);
                let text = format!(
                    "version {version} of {label} {said}{within}",
                    label = code(&label)
                );
                let detail = format!("{was:?} {is:?}");
                (
                    "version-sunset-announced",
                    level,
                    text,
                    detail,
                    in_new(&new.at.pointer),
                )
            }
        };
        // The finding points to the media type, but is identified by the operation.
        let key = format!("{version} {detail}");
        if let Some(mut finding) = cx.pending(id, side, &at, &key, text) {
            finding.level = level;
            finding.pointer = first.at.pointer.clone();
            cx.graph.add(Some(node), finding);
        }
    }
}

fn is_stable(version: &Version) -> bool {
    matches!(version, Version::Stable(_))
}

fn removal_level_and_end(
    version: &Version,
    sunset: &Sunset,
    today: &Date,
    stable_left: bool,
) -> (Level, String) {
    match (version, sunset) {
        (Version::Stable(_), Sunset::On(date)) if date <= today => {
            (Level::Info, format!("; its end was on {date}"))
        }
        (Version::Stable(_), Sunset::On(date)) => {
            (Level::Breaking, format!(", before its end on {date}"))
        }
        (Version::Stable(_), _) => (Level::Breaking, "; no end was announced".to_owned()),
        // A preview may be removed at any time.
        _ if stable_left => (Level::Info, String::new()),
        _ => (Level::Warning, "; no stable version is left".to_owned()),
    }
}

fn sunset_change(was: &Sunset, is: &Sunset) -> (Level, String) {
    match (was, is) {
        (Sunset::On(was), Sunset::On(is)) => {
            let level = if is < was {
                Level::Warning
            } else {
                Level::Info
            };
            (level, format!("ends on {is} instead of {was}"))
        }
        (_, Sunset::On(is)) => (Level::Info, format!("ends on {is}")),
        (_, Sunset::Missing) => (Level::Info, "has no end any longer".to_owned()),
        (_, Sunset::Invalid(text)) => (
            Level::Info,
            format!("ends on {text}, which is no date", text = code(&text)),
        ),
    }
}

/// Returns the latest sunset of the versions of an operation; `None` if one has no sunset.
pub(crate) fn last_sunset(tree: &Tree<'_>, operation: &Operation<'_>) -> Option<Date> {
    let mut last: Option<Date> = None;
    for (_, response) in operation.at.entries("responses").ok()? {
        let response = tree.resolve(&response).ok()?;
        for (name, body) in response.entries("content").ok()? {
            if dated(name).is_none() {
                continue;
            }
            match lifecycle::parse_sunset(body.value.get("x-sunset")) {
                Sunset::On(date) => last = last.max(Some(date)),
                _ => return None,
            }
        }
    }
    last
}
