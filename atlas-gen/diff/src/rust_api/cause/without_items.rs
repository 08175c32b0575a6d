//! Finds breaking findings, and new limits of requests, that change no item of the client.
//!
//! It relies on the levels of findings, and excludes those that do not affect callers of the client.

use std::collections::HashSet;

use crate::operations::serialization::ENCODED;
use crate::report::finding::{Finding, Level, Side};
use crate::report::{Breaks, ChangeKind};
use crate::rust_api::cause::CauseFinder;
use crate::rust_api::cause::client_index::ClientIndex;
use crate::rust_api::cause::location::FindingLocation;
use crate::rust_api::detected::DetectedChange;
use atlas_gen::document::reference;
use atlas_gen::passes::API_ERROR;

/// Parts of the ids of findings about requests that make no call fail: defaults, values that cannot be
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
fn affects_callers(location: &FindingLocation<'_>) -> bool {
    let Finding { id, pointer, .. } = location.finding;
    match location.finding.side {
        Some(Side::Request) => {
            // The client always percent-encodes parameters.
            let is_encoded = location.finding.text.ends_with(ENCODED);
            !is_encoded && !HARMLESS.iter().any(|words| id.contains(words))
        }
        // The client has no types for headers: callers look them up by name.
        Some(Side::Response) if id.contains("response-header-") => true,
        Some(Side::Response) => match *id {
            // Null in a member is decoded as `None`; in lists and maps it changes the type.
            "response-property-became-nullable" => {
                pointer.ends_with("/items") || pointer.ends_with("/additionalProperties")
            }
            "response-body-became-nullable" => true,
            // The client's type for failures is hand-written.
            _ => location.types.iter().any(|name| name == API_ERROR),
        },
        None => false,
    }
}

/// Returns whether the server may reject requests because of a finding, or the finding is breaking.
fn can_be_rejected(finding: &Finding) -> bool {
    let is_limit = ["-max-", "-min-", "multiple-of", "unique-items"]
        .iter()
        .any(|words| finding.id.contains(words));
    let is_new = finding.level == Level::Warning && finding.id.ends_with("-set");
    finding.level == Level::Breaking || finding.side == Some(Side::Request) && is_limit && is_new
}

impl CauseFinder<'_> {
    /// Returns changes for the breaking findings and new limits of requests that cause none of the
    /// changes `all`: the client has its own types for some members, such as ids, whatever the document
    /// says, but the server follows the document.
    pub fn changes_without_items(&self, all: &[DetectedChange]) -> Vec<DetectedChange> {
        let reported: HashSet<&str> = all
            .iter()
            .filter(|found| found.change.breaks.is_some())
            .filter_map(|found| found.change.cause.as_deref())
            .collect();
        let reported_pointers: Vec<&str> = self
            .places
            .iter()
            .filter(|location| reported.contains(location.finding.fingerprint.as_str()))
            .map(|location| location.finding.pointer.as_str())
            .collect();
        let is_reported = |pointer: &str| {
            reported_pointers.iter().any(|other| {
                let inside = |a: &str, b: &str| {
                    a.strip_prefix(b)
                        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
                };
                inside(pointer, other) || inside(other, pointer)
            })
        };
        self.places
            .iter()
            .filter(|location| {
                let finding = location.finding;
                can_be_rejected(finding)
                    && affects_callers(location)
                    && !self.is_unchanged(&finding.pointer)
                    && !is_reported(&finding.pointer)
            })
            .filter_map(|location| {
                let path = self.item(location)?;
                let text = format!("{path}: {}", location.finding.text);
                let mut found =
                    DetectedChange::new(ChangeKind::Changed, text, Some(Breaks::Runtime), &path);
                found.change.cause = Some(location.finding.fingerprint.clone());
                Some(found)
            })
            .collect()
    }

    /// Returns whether the component of a finding is equal in both documents and used by both
    /// clients: then the finding is about a replaced version.
    fn is_unchanged(&self, pointer: &str) -> bool {
        let [old, new] = self.documents;
        // If the finding is at a reference, its target counts.
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
        self.indexes
            .iter()
            .all(|side| side.used_schemas.contains(name))
            && old.pointer(&component) == new.pointer(&component)
    }

    /// Returns the item of the client that is nearest to a finding.
    fn item(&self, location: &FindingLocation<'_>) -> Option<String> {
        if let Some(name) = location
            .types
            .iter()
            .find(|name| self.indexes.iter().any(|side| side.types.contains(*name)))
        {
            return Some(format!("types::{name}"));
        }
        let operation = location.operation.as_ref()?;
        if self.is_unused(&location.finding.pointer) {
            return None;
        }
        let method = |side: &ClientIndex| {
            let mut methods = side.operations.iter();
            let own = methods.find(|(path, at)| *at == operation && path.starts_with("Client"));
            own.map(|(path, _)| path.clone())
        };
        self.indexes.iter().find_map(method)
    }
}
