//! Finds breaking findings, and new limits of requests, that change nothing in the client's API.
//!
//! It trusts the levels of findings, and knows which of them no caller notices.

use std::collections::HashSet;

use crate::operations::serialization::ENCODED;
use crate::report::finding::{Finding, Level, Side as Direction};
use crate::report::{Breaks, ChangeKind};
use crate::rust_api::cause::Causes;
use crate::rust_api::cause::place::Place;
use crate::rust_api::cause::side::Side;
use crate::rust_api::found::Found;
use atlas_gen::document::reference;
use atlas_gen::passes::API_ERROR;

/// The ids of findings about requests that make no call fail: other defaults, values that cannot be
/// sent, and announcements.
const HARMLESS: [&str; 6] = [
    "-default-value-",
    "request-parameter-became-not-nullable",
    "request-body-became-not-nullable",
    "-sunset-",
    "-stability-",
    "-deprecated-",
];

/// Returns whether a breaking finding is about failing calls, or about responses that callers
/// cannot handle.
fn matters(place: &Place<'_>) -> bool {
    let Finding { id, pointer, .. } = place.finding;
    match place.finding.side {
        Some(Direction::Request) => {
            // The client percent-encodes parameters in any case.
            let is_encoded = place.finding.text.ends_with(ENCODED);
            !is_encoded && !HARMLESS.iter().any(|words| id.contains(words))
        }
        // The client has no types for headers: callers look them up by name.
        Some(Direction::Response) if id.contains("response-header-") => true,
        Some(Direction::Response) => match *id {
            // Unless a list has another type: values that the client keeps raw.
            "response-property-became-nullable" => {
                pointer.ends_with("/items") || pointer.ends_with("/additionalProperties")
            }
            "response-body-became-nullable" => true,
            // The client's type for failures is hand-written.
            _ => place.types.iter().any(|name| name == API_ERROR),
        },
        None => false,
    }
}

/// Returns whether a finding is about what the server refuses now: one that breaks callers, or a new
/// limit, which breaks some of them.
fn is_refused(finding: &Finding) -> bool {
    let is_limit = ["-max-", "-min-", "multiple-of", "unique-items"]
        .iter()
        .any(|words| finding.id.contains(words));
    let is_new = finding.level == Level::Warning && finding.id.ends_with("-set");
    finding.level == Level::Breaking
        || finding.side == Some(Direction::Request) && is_limit && is_new
}

impl Causes<'_> {
    /// Returns the breaking findings and new limits of requests that change nothing in the client's
    /// API: those that cause no change of `all`.
    ///
    /// The client selects a member's type by its name or pattern, whatever else the document says
    /// of it; the server follows the document.
    pub fn unseen(&self, all: &[Found]) -> Vec<Found> {
        let told: HashSet<&str> = all
            .iter()
            .filter(|found| found.change.breaks.is_some())
            .filter_map(|found| found.change.cause.as_deref())
            .collect();
        let told_at: Vec<&str> = self
            .places
            .iter()
            .filter(|place| told.contains(place.finding.fingerprint.as_str()))
            .map(|place| place.finding.pointer.as_str())
            .collect();
        let is_told = |pointer: &str| {
            told_at.iter().any(|other| {
                let inside = |a: &str, b: &str| {
                    a.strip_prefix(b)
                        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
                };
                inside(pointer, other) || inside(other, pointer)
            })
        };
        self.places
            .iter()
            .filter(|place| {
                let finding = place.finding;
                is_refused(finding)
                    && matters(place)
                    && !self.is_unchanged(&finding.pointer)
                    && !is_told(&finding.pointer)
            })
            .filter_map(|place| {
                let path = self.item(place)?;
                let text = format!("{path}: {}", place.finding.text);
                let mut found = Found::new(ChangeKind::Changed, text, Some(Breaks::Runtime), &path);
                found.change.cause = Some(place.finding.fingerprint.clone());
                Some(found)
            })
            .collect()
    }

    /// Returns whether the component of a finding is equal in both documents and used by both
    /// clients: then the finding is about a replaced version.
    fn is_unchanged(&self, pointer: &str) -> bool {
        let [old, new] = self.documents;
        // A finding may be at a reference, which is the same where another version was referred to.
        let target = new.pointer(pointer).and_then(reference);
        let pointer = match target.and_then(|target| target.strip_prefix('#')) {
            Some(_) if old.pointer(pointer) != new.pointer(pointer) => return false,
            Some(target) => target,
            None => pointer,
        };
        let component: String = pointer.split('/').take(4).collect::<Vec<_>>().join("/");
        let Some(name) = component.strip_prefix("/components/schemas/") else {
            return false;
        };
        self.sides.iter().all(|side| side.published.contains(name))
            && old.pointer(&component) == new.pointer(&component)
    }

    /// Returns the item of the client that is nearest to a finding.
    fn item(&self, place: &Place<'_>) -> Option<String> {
        if let Some(name) = place
            .types
            .iter()
            .find(|name| self.sides.iter().any(|side| side.types.contains(*name)))
        {
            return Some(format!("types::{name}"));
        }
        let operation = place.operation.as_ref()?;
        if self.is_unused(&place.finding.pointer) {
            return None;
        }
        let method = |side: &Side| {
            let mut methods = side.operations.iter();
            let own = methods.find(|(path, at)| *at == operation && path.starts_with("Client"));
            own.map(|(path, _)| path.clone())
        };
        self.sides.iter().find_map(method)
    }
}
