//! Rejects successes of one version without a common format: a request accepts one media type.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::document::Document;
use crate::error::{Error, Result};
use crate::media_type::{MediaType, Version};
use crate::pointer;

/// Checks the responses at `here`. Successes of different versions are not compared: Atlas lists the
/// status of an older version beside that of a newer one, and answers each request with one of them.
pub fn common(document: &Document, responses: &Map<String, Value>, here: &str) -> Result<()> {
    let successes: Vec<(&str, Vec<MediaType>)> = responses
        .iter()
        .filter(|(status, _)| status.starts_with('2'))
        .filter_map(|(status, response)| {
            let content = document.deref(response)?.get("content")?.as_object()?;
            let types = content.keys().filter_map(|name| MediaType::parse(name));
            Some((status.as_str(), types.collect()))
        })
        .collect();
    // The media type that `versions` chooses, and a status that has it.
    let mut accepted: BTreeMap<&Version, (&MediaType, &str)> = BTreeMap::new();
    for (status, types) in &successes {
        for one in types {
            let known = accepted.entry(&one.version).or_insert((one, status));
            if one.is_json() || !known.0.is_json() {
                *known = (one, status);
            }
        }
    }
    for (status, types) in &successes {
        for one in types {
            let Some((accepted, other)) = accepted.get(&one.version) else {
                continue;
            };
            let has = |format: &str| {
                let mut types = types.iter();
                types.any(|t| t.version == one.version && t.format == format)
            };
            if !has(&accepted.format) {
                return Err(Error::at(
                    pointer::join(here, status),
                    format!(
                        "the body of version {} is `{}` and that of status {other} `{}`; successes of one operation must have one type",
                        one.version, one.format, accepted.format
                    ),
                ));
            }
        }
    }
    Ok(())
}
