//! Compares Atlas's dated media types, the versions of an operation.
//!
//! A version in both documents is compared with itself. A removed one is compared with the newest
//! remaining one, and its removal is a separate finding; so are a new version and an announced
//! sunset. Each of these is one finding for an operation, however many bodies show it. If only one
//! of several bodies on a side loses or gets a version, the operation still supports it, or did
//! before: that is a change of the body's media types.

use std::collections::{BTreeMap, BTreeSet};

use super::body::{self, Body};
use super::lifecycle::{self, Sunset};
use super::media_types::dated;
use super::operation::Operation;
use crate::comparison::{Comparison, SourceLocation, in_new, in_old};
use crate::document::tree::{Located, Tree};
use crate::report::finding::{Level, Side};
use crate::words::code;
use atlas_gen::media_type::{Date, MediaType, Version};

/// A body in one version.
type Entry<'a> = (&'a str, Located<'a>);

/// What happened to the versions of one operation.
#[derive(Debug, Default)]
pub(crate) struct Steps {
    seen: Vec<Seen>,
    old: BTreeSet<(Side, Version)>,
    new: BTreeSet<(Side, Version)>,
}

/// What happened to one version in one body.
#[derive(Debug, Clone)]
struct Seen {
    version: Version,
    what: What,
    side: Side,
    at: SourceLocation,
    /// The media type.
    name: String,
    /// The name of the body in prose.
    body: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum What {
    Added,
    Removed(Sunset),
    Sunset(Sunset, Sunset),
}

/// Pairs the bodies to be compared; changes of the versions themselves go into `steps`.
pub(crate) fn pair<'e, 'a>(
    body: Body<'_>,
    old: &'e [Entry<'a>],
    new: &'e [Entry<'a>],
    today: &Date,
    steps: &mut Steps,
) -> Vec<(&'e Entry<'a>, &'e Entry<'a>)> {
    let parsed = |entries: &'e [Entry<'a>]| -> Vec<(MediaType, &'e Entry<'a>)> {
        let all = entries.iter();
        all.filter_map(|entry| Some((dated(entry.0)?, entry)))
            .collect()
    };
    let (old, new) = (parsed(old), parsed(new));
    for (entries, versions) in [(&old, &mut steps.old), (&new, &mut steps.new)] {
        versions.extend(
            entries
                .iter()
                .map(|(name, _)| (body.side, name.version.clone())),
        );
    }
    let mut see = |name: &MediaType, entry: &Entry<'a>, what: What, at: SourceLocation| {
        steps.seen.push(Seen {
            version: name.version.clone(),
            what,
            side: body.side,
            at,
            name: entry.0.to_owned(),
            body: body.words.to_owned(),
        });
    };
    let sunset = |entry: &Entry<'a>| lifecycle::sunset(entry.1.value.get("x-sunset"));
    let mut pairs = Vec::new();
    for (name, entry) in &old {
        if let Some((_, partner)) = new.iter().find(|(other, _)| other == name) {
            let (was, is) = (sunset(entry), sunset(partner));
            if was != is {
                see(
                    name,
                    partner,
                    What::Sunset(was, is),
                    in_new(&partner.1.pointer),
                );
            }
            pairs.push((*entry, *partner));
            continue;
        }
        see(
            name,
            entry,
            What::Removed(sunset(entry)),
            in_old(&entry.1.pointer),
        );
        // Users of a preview beside a stable version, or of an ended version beside a newer one,
        // could already use the other: the removal takes nothing permanent, and the other is
        // compared with itself.
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
            see(name, entry, What::Added, in_new(&entry.1.pointer));
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
    steps: Steps,
) {
    let mut groups: BTreeMap<(Version, u8), Vec<Seen>> = BTreeMap::new();
    for seen in steps.seen {
        let key = (seen.side, seen.version.clone());
        let number = match seen.what {
            What::Added if steps.old.contains(&key) => {
                body::added(cx, node, seen.side, &seen.body, &seen.name, &seen.at);
                continue;
            }
            What::Removed(_) if steps.new.contains(&key) => {
                body::removed(cx, node, seen.side, &seen.body, &seen.name, &seen.at);
                continue;
            }
            What::Added => 0,
            What::Removed(_) => 1,
            What::Sunset(..) => 2,
        };
        groups
            .entry((seen.version.clone(), number))
            .or_default()
            .push(seen);
    }
    let both: BTreeSet<Side> = steps
        .old
        .iter()
        .chain(&steps.new)
        .map(|(side, _)| *side)
        .collect();
    let stable_left = steps.new.iter().any(|(_, version)| is_stable(version));
    for ((version, _), group) in groups {
        let Some(first) = group.first() else { continue };
        let sides: BTreeSet<Side> = group.iter().map(|seen| seen.side).collect();
        // A sunset is announced in one place for the whole of a version.
        let whole = sides == both || matches!(first.what, What::Sunset(..));
        let side = (!whole).then_some(first.side);
        let within = match side {
            Some(Side::Request) => " in its request",
            Some(Side::Response) => " in its responses",
            None => "",
        };
        let label = &new.label;
        let today = &cx.options.today;
        let (id, level, text, detail, at) = match &first.what {
            What::Added => (
                "version-added",
                Level::Info,
                format!(
                    "{label} speaks version {version} now{within}",
                    label = code(&label)
                ),
                String::new(),
                in_new(&new.at.pointer),
            ),
            What::Removed(sunset) => {
                let (level, end) = removal(&version, sunset, today, stable_left);
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
            What::Sunset(was, is) => {
                let (level, said) = announced(was, is);
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
        // The location is the media type; the operation identifies the finding.
        let key = format!("{version} {detail}");
        if let Some(mut draft) = cx.pending(id, side, &at, &key, text) {
            draft.level = level;
            draft.pointer = first.at.pointer.clone();
            cx.graph.add(Some(node), draft);
        }
    }
}

fn is_stable(version: &Version) -> bool {
    matches!(version, Version::Stable(_))
}

fn removal(version: &Version, sunset: &Sunset, today: &Date, stable_left: bool) -> (Level, String) {
    match (version, sunset) {
        (Version::Stable(_), Sunset::On(date)) if date <= today => {
            (Level::Info, format!("; its end was on {date}"))
        }
        (Version::Stable(_), Sunset::On(date)) => {
            (Level::Breaking, format!(", before its end on {date}"))
        }
        (Version::Stable(_), _) => (Level::Breaking, "; no end was announced".to_owned()),
        // A preview may be removed at any time, and is when it becomes stable.
        _ if stable_left => (Level::Info, String::new()),
        _ => (Level::Warning, "; no stable version is left".to_owned()),
    }
}

fn announced(was: &Sunset, is: &Sunset) -> (Level, String) {
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

/// Returns the day on which the last version of an operation ends; `None` if one of them has no
/// sunset.
pub(crate) fn end(tree: &Tree<'_>, operation: &Operation<'_>) -> Option<Date> {
    let mut last: Option<Date> = None;
    for (_, response) in operation.at.entries("responses").ok()? {
        let response = tree.resolve(&response).ok()?;
        for (name, body) in response.entries("content").ok()? {
            if dated(name).is_none() {
                continue;
            }
            match lifecycle::sunset(body.value.get("x-sunset")) {
                Sunset::On(date) => last = last.max(Some(date)),
                _ => return None,
            }
        }
    }
    last
}
