//! Chooses the newest stable media type of an operation not after the pin.
//!
//! The version of the response decides; the request body uses its newest version not after that, as
//! in Atlas's own negotiation. The choice is stored under `x-atlas-version` of the operation, and
//! each body under the only media type that code generators support.
//!
//! Before, with the pin 2024-12-31:
//! ```yaml
//! paths:
//!   /a:
//!     get:
//!       responses:
//!         "200":
//!           content:
//!             application/vnd.atlas.2023-01-01+json: {schema: {title: old}, x-sunset: "2027-07-01"}
//!             application/vnd.atlas.2024-05-30+json: {schema: {title: new}}
//!             application/vnd.atlas.2025-02-19+json: {schema: {title: later}}
//! ```
//! After:
//! ```yaml
//! paths:
//!   /a:
//!     get:
//!       responses: {"200": {content: {application/json: {schema: {title: new}}}}}
//!       x-atlas-version:
//!         accept: application/vnd.atlas.2024-05-30+json
//!         versions:
//!         - {version: "2023-01-01", sunset: "2027-07-01"}
//!         - {version: "2024-05-30", sunset: null}
//!         - {version: "2025-02-19", sunset: null}
//! ```

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::document::{Document, Place};
use crate::error::{Error, Result};
use crate::media_type::{Date, MediaType, Version};
use crate::passes::select::prune;

/// The extension of an operation that holds its [`Choice`].
pub const EXTENSION: &str = "x-atlas-version";

/// The chosen version of an operation and the available ones.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// The value of the request's `Accept` header.
    pub accept: String,
    /// The media type of the request body, if the operation takes one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content_type: Option<String>,
    /// The date after which the server no longer supports the chosen version, `YYYY-MM-DD`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sunset: Option<String>,
    /// Every version of the response, oldest first.
    pub versions: Vec<Offered>,
    /// Every version of the request body, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub request_versions: Vec<String>,
}

/// A version that the document offers for an operation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offered {
    /// A date, `preview` or `upcoming`.
    pub version: String,
    /// The date after which the server no longer supports it, `YYYY-MM-DD`.
    pub sunset: Option<String>,
}

/// Chooses a version for every operation.
///
/// An operation that exists only as a preview uses that; if there is a stable version, previews are
/// skipped unless `preview` is set.
///
/// # Errors
/// Every operation that has no version at or before the pin, in one error.
pub fn choose_versions(document: &mut Document, pin: &Date, preview: bool) -> Result<()> {
    let mut without: Vec<String> = Vec::new();
    let mut first = None;
    for place in document.places() {
        match choose(document, &place, pin, preview) {
            Some((choice, operation)) => {
                if let (Some(slot), Ok(choice)) = (
                    document.operation_mut(&place),
                    serde_json::to_value(&choice),
                ) {
                    *slot = operation;
                    slot.insert(EXTENSION.to_owned(), choice);
                }
            }
            None => {
                first.get_or_insert_with(|| place.pointer());
                without.push(document.operation_id(&place).to_owned());
            }
        }
    }
    if let Some(pointer) = first {
        return Err(Error::at(
            pointer,
            format!(
                "no version at or before {pin} for {}; choose a later pin, or leave {} out",
                without.join(", "),
                if without.len() == 1 { "it" } else { "them" },
            ),
        ));
    }
    prune(document);
    Ok(())
}

fn choose(
    document: &Document,
    place: &Place,
    pin: &Date,
    preview: bool,
) -> Option<(Choice, Map<String, Value>)> {
    let mut operation = document.operation(place)?.clone();
    let successes: Vec<(String, Map<String, Value>)> = operation
        .get("responses")
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
        .filter(|(status, _)| status.starts_with('2'))
        .filter_map(|(status, response)| {
            Some((
                status.clone(),
                document.deref(response)?.as_object()?.clone(),
            ))
        })
        .collect();
    let offered: Vec<(MediaType, String, Option<String>)> = successes
        .iter()
        .filter_map(|(_, response)| response.get("content")?.as_object())
        .flatten()
        .filter_map(|(name, body)| {
            let sunset = body.get("x-sunset").and_then(Value::as_str);
            Some((
                MediaType::parse(name)?,
                name.clone(),
                sunset.map(str::to_owned),
            ))
        })
        .collect();
    let body = operation
        .get("requestBody")
        .and_then(|body| document.deref(body))
        .and_then(Value::as_object)
        .cloned();
    let requested: Vec<(MediaType, String)> = body
        .iter()
        .filter_map(|body| body.get("content")?.as_object())
        .flatten()
        .filter_map(|(name, _)| Some((MediaType::parse(name)?, name.clone())))
        .collect();

    let newest = |candidates: &mut dyn Iterator<Item = &Version>, limit: Option<&Version>| {
        let candidates: Vec<&Version> = candidates.collect();
        let stable = candidates
            .iter()
            .filter(|version| match version {
                Version::Stable(date) => match limit {
                    Some(Version::Stable(limit)) => date <= limit,
                    _ => date <= pin,
                },
                _ => false,
            })
            .max();
        let other = candidates
            .iter()
            .filter(|version| !matches!(version, Version::Stable(_)))
            .max();
        let only_others = candidates
            .iter()
            .all(|version| !matches!(version, Version::Stable(_)));
        if preview || only_others {
            other.or(stable).map(|version| (*version).clone())
        } else {
            stable.map(|version| (*version).clone())
        }
    };

    // A response without a body may have no media type; then the request's version decides, or the
    // pin.
    let version = if offered.is_empty() {
        newest(&mut requested.iter().map(|(m, _)| &m.version), None)
            .or_else(|| requested.is_empty().then(|| Version::Stable(pin.clone())))
    } else {
        newest(&mut offered.iter().map(|(m, ..)| &m.version), None)
    }?;
    let accept = offered
        .iter()
        .filter(|(media_type, ..)| media_type.version == version)
        .max_by_key(|(media_type, ..)| media_type.is_json())
        .map_or_else(
            || format!("application/vnd.atlas.{version}+json"),
            |(_, name, _)| name.clone(),
        );
    let content_type = if requested.is_empty() {
        None
    } else {
        let version = newest(
            &mut requested.iter().map(|(m, _)| &m.version),
            Some(&version),
        )?;
        requested
            .iter()
            .filter(|(media_type, _)| media_type.version == version)
            .max_by_key(|(media_type, _)| media_type.is_json())
            .map(|(_, name)| name.clone())
    };

    if let (Some(mut body), Some(content_type)) = (body, &content_type) {
        keep_one(&mut body, content_type);
        operation.insert("requestBody".to_owned(), Value::Object(body));
    }
    if let Some(Value::Object(responses)) = operation.get_mut("responses") {
        for (status, mut response) in successes {
            keep_one(&mut response, &accept);
            responses.insert(status, Value::Object(response));
        }
    }
    // Of successes with the same version, only one may have it.
    let sunset_of = |version: &Version| {
        offered
            .iter()
            .filter(|(media_type, ..)| media_type.version == *version)
            .find_map(|(.., sunset)| sunset.clone())
    };
    let versions: BTreeSet<&Version> = offered.iter().map(|(m, ..)| &m.version).collect();
    let request_versions: BTreeSet<&Version> = requested.iter().map(|(m, _)| &m.version).collect();
    let choice = Choice {
        accept,
        content_type,
        sunset: sunset_of(&version),
        versions: versions
            .into_iter()
            .map(|version| Offered {
                version: version.to_string(),
                sunset: sunset_of(version),
            })
            .collect(),
        request_versions: request_versions.iter().map(ToString::to_string).collect(),
    };
    Some((choice, operation))
}

/// Keeps only the body of `media_type`: JSON as `application/json`, anything else as a stream of
/// bytes, and no content if the version has no schema.
fn keep_one(holder: &mut Map<String, Value>, media_type: &str) {
    let Some(Value::Object(mut content)) = holder.shift_remove("content") else {
        return;
    };
    let is_json = MediaType::parse(media_type).is_none_or(|parsed| parsed.is_json());
    let kept = match content.shift_remove(media_type) {
        Some(Value::Object(mut body)) if is_json => body
            .shift_remove("schema")
            .map(|schema| json!({"application/json": {"schema": schema}})),
        Some(_) => Some(
            json!({"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}),
        ),
        None => None,
    };
    if let Some(kept) = kept {
        holder.insert("content".to_owned(), kept);
    }
}
