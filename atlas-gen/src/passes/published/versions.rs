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

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::document::{Document, Place};
use crate::error::{Error, Result};
use crate::media_type::{Date, MediaType, Version};
use crate::passes::copies::Copies;
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

/// A media type of a request body or a response.
#[derive(Debug, Clone)]
pub struct Offer<'a> {
    /// Its parts.
    pub media_type: MediaType,
    /// The media type as it is written.
    pub name: &'a str,
    /// The date after which the server no longer supports it.
    pub sunset: Option<&'a str>,
}

/// Returns the media types of a request body or a response.
pub fn offers(holder: &Map<String, Value>) -> impl Iterator<Item = Offer<'_>> {
    let content = holder.get("content").and_then(Value::as_object);
    content.into_iter().flatten().filter_map(|(name, body)| {
        Some(Offer {
            media_type: MediaType::parse(name)?,
            name,
            sunset: body.get("x-sunset").and_then(Value::as_str),
        })
    })
}

/// Returns the versions of media types, each with its sunset. Of several media types with the same
/// version, only one may have it.
pub fn by_version<'a>(offers: &'a [Offer<'a>]) -> BTreeMap<&'a Version, Option<&'a str>> {
    let mut versions = BTreeMap::new();
    for offer in offers {
        let sunset: &mut Option<&str> = versions.entry(version_of(offer)).or_default();
        *sunset = sunset.or(offer.sunset);
    }
    versions
}

/// Returns the successful responses of an operation by status.
pub fn successes<'a>(
    document: &'a Document,
    operation: &'a Map<String, Value>,
) -> impl Iterator<Item = (&'a String, &'a Map<String, Value>)> {
    let responses = operation.get("responses").and_then(Value::as_object);
    let successes = responses.into_iter().flatten();
    let successes = successes.filter(|(status, _)| status.starts_with('2'));
    successes
        .filter_map(|(status, response)| Some((status, document.deref(response)?.as_object()?)))
}

/// Returns the request body of an operation.
pub fn request_body<'a>(
    document: &'a Document,
    operation: &'a Map<String, Value>,
) -> Option<&'a Map<String, Value>> {
    document.deref(operation.get("requestBody")?)?.as_object()
}

/// Chooses a version for every operation.
///
/// An operation that exists only as a preview uses that; if there is a stable version, previews are
/// skipped unless `preview` is set.
///
/// # Errors
/// Every operation that has no version at or before the pin, in one error; shared bodies and responses
/// that are too large where they are used.
pub fn choose_versions(document: &mut Document, pin: &Date, preview: bool) -> Result<()> {
    let mut without: Vec<String> = Vec::new();
    let mut first = None;
    let mut copies = Copies::default();
    for place in document.places() {
        let Some(operation) = document.operation(&place) else {
            continue;
        };
        match choose(document, operation, pin, preview) {
            Some(choice) => {
                let operation = written(document, operation, &place, &choice, &mut copies)?;
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
    operation: &Map<String, Value>,
    pin: &Date,
    preview: bool,
) -> Option<Choice> {
    let successes = successes(document, operation);
    let offered: Vec<Offer<'_>> = successes
        .flat_map(|(_, response)| offers(response))
        .collect();
    let body = request_body(document, operation);
    let requested: Vec<Offer<'_>> = body.into_iter().flat_map(offers).collect();

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
        newest(&mut requested.iter().map(version_of), None)
            .or_else(|| requested.is_empty().then(|| Version::Stable(pin.clone())))
    } else {
        newest(&mut offered.iter().map(version_of), None)
    }?;
    let accept = name_of(&offered, &version)
        .unwrap_or_else(|| format!("application/vnd.atlas.{version}+json"));
    let content_type = if requested.is_empty() {
        None
    } else {
        let version = newest(&mut requested.iter().map(version_of), Some(&version))?;
        name_of(&requested, &version)
    };

    let versions = by_version(&offered);
    let owned = |sunset: &Option<&str>| sunset.map(str::to_owned);
    Some(Choice {
        accept,
        content_type,
        sunset: versions.get(&version).and_then(owned),
        versions: versions
            .iter()
            .map(|(version, sunset)| Offered {
                version: version.to_string(),
                sunset: owned(sunset),
            })
            .collect(),
        request_versions: by_version(&requested)
            .keys()
            .map(ToString::to_string)
            .collect(),
    })
}

fn version_of<'a>(offer: &'a Offer<'_>) -> &'a Version {
    &offer.media_type.version
}

/// Returns the media type of a version, preferably JSON.
fn name_of(offered: &[Offer<'_>], version: &Version) -> Option<String> {
    let of_version = offered.iter();
    let of_version = of_version.filter(|offer| offer.media_type.version == *version);
    let chosen = of_version.max_by_key(|offer| offer.media_type.is_json())?;
    Some(chosen.name.to_owned())
}

/// Returns `operation` with the bodies of the chosen version.
fn written(
    document: &Document,
    operation: &Map<String, Value>,
    place: &Place,
    choice: &Choice,
    copies: &mut Copies,
) -> Result<Map<String, Value>> {
    let mut written = operation.clone();
    let body = request_body(document, operation);
    if let (Some(body), Some(content_type)) = (body, &choice.content_type)
        && let Some(slot) = written.get_mut("requestBody")
    {
        *slot = copies.replace(slot, only(body, content_type), place)?;
    }
    if let Some(Value::Object(responses)) = written.get_mut("responses") {
        for (status, response) in successes(document, operation) {
            if let Some(slot) = responses.get_mut(status) {
                *slot = copies.replace(slot, only(response, &choice.accept), place)?;
            }
        }
    }
    Ok(written)
}

/// Returns `holder` with only the body of `media_type`: JSON as `application/json`, anything else as a
/// stream of bytes, and no content if the version has no schema.
fn only(holder: &Map<String, Value>, media_type: &str) -> Value {
    let others = holder.iter().filter(|(key, _)| *key != "content");
    let mut only: Map<String, Value> = others
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect();
    let is_json = MediaType::parse(media_type).is_none_or(|parsed| parsed.is_json());
    let body = holder
        .get("content")
        .and_then(|content| content.get(media_type)?.as_object());
    let kept = match body {
        Some(body) if is_json => body
            .get("schema")
            .map(|schema| json!({"application/json": {"schema": schema}})),
        Some(_) => Some(
            json!({"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}),
        ),
        None => None,
    };
    only.extend(kept.map(|kept| ("content".to_owned(), kept)));
    Value::Object(only)
}
