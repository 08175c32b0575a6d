//! Atlas's dated media types: versions of an operation.
//!
//! A version that is in both documents is compared inside. One that is gone is compared with the
//! newest that is left, and its going is a finding of its own; so are a new version and an end that
//! was announced. For an operation each of these is one finding, however many bodies show it.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::compare::{Comparison, in_new, in_old};
use super::finding::{Level, Side};
use super::lifecycle::{self, Sunset};
use super::operations::Operation;
use super::tree::{Located, Tree};
use crate::media_type::{Date, MediaType, Version};

/// A body that is given in one version.
type Entry<'a> = (&'a str, Located<'a>);

/// What happened to the versions of one operation.
#[derive(Debug, Default)]
pub(super) struct Steps {
    added: BTreeMap<Version, Seen>,
    removed: BTreeMap<Version, (Seen, Sunset)>,
    sunsets: BTreeMap<Version, (Seen, Sunset, Sunset)>,
    /// The sides on which the operation has versions at all.
    sides: Vec<Side>,
    /// Whether a stable version is left.
    stable_left: bool,
}

/// Where a step was seen.
#[derive(Debug)]
struct Seen {
    pointer: Rc<str>,
    sides: Vec<Side>,
}

fn see(seen: &mut Seen, side: Side) {
    if !seen.sides.contains(&side) {
        seen.sides.push(side);
    }
}

/// The pairs of bodies to be compared inside; what happened to the versions goes into `steps`.
pub(super) fn pair<'e, 'a>(
    side: Side,
    old: &'e [Entry<'a>],
    new: &'e [Entry<'a>],
    steps: &mut Steps,
) -> Vec<(&'e Entry<'a>, &'e Entry<'a>)> {
    let parsed = |entries: &'e [Entry<'a>]| -> Vec<(MediaType, &'e Entry<'a>)> {
        let all = entries.iter();
        all.filter_map(|entry| Some((MediaType::parse(entry.0)?, entry)))
            .collect()
    };
    let (old, new) = (parsed(old), parsed(new));
    if !old.is_empty() || !new.is_empty() {
        steps.sides.push(side);
    }
    steps.stable_left |= new
        .iter()
        .any(|(name, _)| matches!(name.version, Version::Stable(_)));
    let mut pairs = Vec::new();
    for (name, entry) in &old {
        let same = new.iter().find(|(other, _)| other == name);
        if let Some((_, partner)) = same {
            let was = lifecycle::sunset(entry.1.value.get("x-sunset"));
            let is = lifecycle::sunset(partner.1.value.get("x-sunset"));
            if was != is {
                let step = steps.sunsets.entry(name.version.clone());
                let (seen, ..) = step.or_insert_with(|| (at(partner), was, is));
                see(seen, side);
            }
            pairs.push((*entry, *partner));
            continue;
        }
        let sunset = lifecycle::sunset(entry.1.value.get("x-sunset"));
        let step = steps.removed.entry(name.version.clone());
        let (seen, _) = step.or_insert_with(|| (at(entry), sunset));
        see(seen, side);
        let left = new.iter().filter(|(other, _)| other.format == name.format);
        if let Some((_, partner)) = left.max_by(|a, b| a.0.version.cmp(&b.0.version)) {
            pairs.push((*entry, *partner));
        }
    }
    for (name, entry) in &new {
        if !old.iter().any(|(other, _)| other == name) {
            let seen = steps
                .added
                .entry(name.version.clone())
                .or_insert_with(|| at(entry));
            see(seen, side);
        }
    }
    pairs
}

fn at(entry: &Entry<'_>) -> Seen {
    Seen {
        pointer: entry.1.pointer.clone(),
        sides: Vec::new(),
    }
}

/// Says what happened to the versions of an operation.
pub(super) fn report(
    all: &mut Comparison<'_>,
    node: usize,
    old: &Operation<'_>,
    new: &Operation<'_>,
    steps: Steps,
) {
    let label = &new.label;
    let side = |seen: &Seen| match seen.sides[..] {
        [only] if steps.sides.iter().any(|side| *side != only) => Some(only),
        _ => None,
    };
    let with = |side| match side {
        Some(Side::Request) => " in its request",
        Some(Side::Response) => " in its responses",
        None => "",
    };
    for (version, seen) in &steps.added {
        let side = side(seen);
        let text = format!("`{label}` speaks version {version} now{}", with(side));
        let detail = detail(&new.at, version);
        all.found(
            Some(node),
            "version-added",
            side,
            &in_new(&new.at.pointer),
            &detail,
            text,
        );
        let _ = seen;
    }
    for (version, (seen, sunset)) in &steps.removed {
        let side = side(seen);
        let level = match (version, sunset) {
            (Version::Stable(_), Sunset::On(date)) if *date <= all.options.today => Level::Info,
            (Version::Stable(_), _) => Level::Breaking,
            // A preview may go at any time, and goes when it became stable.
            _ if steps.stable_left => Level::Info,
            _ => Level::Warning,
        };
        let end = match sunset {
            Sunset::On(date) if *date <= all.options.today => format!("; its end was on {date}"),
            Sunset::On(date) => format!(", before its end on {date}"),
            _ if level == Level::Breaking => "; no end was announced".to_owned(),
            _ => String::new(),
        };
        let text = format!(
            "`{label}` no longer speaks version {version}{}{end}",
            with(side)
        );
        let detail = detail(&old.at, version);
        all.found_at_level(
            Some(node),
            "version-removed",
            level,
            side,
            &in_old(&seen.pointer),
            &detail,
            text,
        );
    }
    for (version, (seen, was, is)) in &steps.sunsets {
        let side = side(seen);
        let mut level = Level::Info;
        let said = match (was, is) {
            (Sunset::On(was), Sunset::On(is)) => {
                if is < was {
                    level = Level::Warning;
                }
                format!("ends on {is} instead of {was}")
            }
            (_, Sunset::On(is)) => format!("ends on {is}"),
            (_, Sunset::Missing) => "has no end any longer".to_owned(),
            (_, Sunset::Invalid(text)) => format!("ends on `{text}`, which is no date"),
        };
        let text = format!("version {version} of `{label}` {said}{}", with(side));
        let detail = format!("{} {was:?} {is:?}", detail(&new.at, version));
        all.found_at_level(
            Some(node),
            "version-sunset-announced",
            level,
            side,
            &in_new(&seen.pointer),
            &detail,
            text,
        );
    }
}

/// What tells a step from others: the operation and the version, not the body it was seen in.
fn detail(operation: &Located<'_>, version: &Version) -> String {
    format!("{} {version}", operation.pointer)
}

/// The day on which an operation ends because the last of its versions does; none if one of them
/// goes on.
pub(super) fn end(tree: &Tree<'_>, operation: &Operation<'_>) -> Option<Date> {
    let mut last: Option<Date> = None;
    for (_, response) in operation.at.entries("responses").ok()? {
        let response = tree.resolve(&response).ok()?;
        for (name, body) in response.entries("content").ok()? {
            if MediaType::parse(name).is_none() {
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
