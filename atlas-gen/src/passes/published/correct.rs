//! Applies an OpenAPI Overlay 1.0, which corrects the published document where it contradicts the
//! server.
//!
//! Targets are JSONPath (RFC 9535). An action that changes nothing is an error, so that a
//! correction that upstream has made obsolete is noticed.
//!
//! Before:
//! ```yaml
//! components: {schemas: {ApiError: {required: [errorCode], properties: {error: {type: string}}}}}
//! ```
//! With the actions:
//! ```yaml
//! - target: $.components.schemas.ApiError
//!   description: The server always sends the number.
//!   update: {required: [error], properties: {error: {type: integer}}}
//! - target: $.components.schemas.ApiError.required[?@ == 'errorCode']
//!   description: The server leaves the code out when it has none.
//!   remove: true
//! ```
//! After:
//! ```yaml
//! components: {schemas: {ApiError: {required: [error], properties: {error: {type: integer}}}}}
//! ```

use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::Value;
use serde_json_path::{JsonPath, NormalizedPath, PathElement};

use crate::error::{Error, Result};
use crate::load::{self, Source};

/// An OpenAPI Overlay 1.0 document.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Overlay {
    overlay: String,
    #[serde(rename = "info")]
    _info: Value,
    #[serde(rename = "extends", default)]
    _extends: Option<String>,
    actions: Vec<Value>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Action {
    target: String,
    description: Option<String>,
    update: Option<Value>,
    #[serde(default)]
    remove: bool,
    /// The target may be missing from a slice of the document.
    #[serde(rename = "x-optional", default)]
    optional: bool,
}

/// The result of applying an overlay.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Report {
    /// The number of actions that changed something.
    pub applied: usize,
    /// The targets that the document does not contain.
    pub absent: Vec<String>,
}

/// Applies `overlay` to `document`, action by action, in order.
///
/// With `complete`, the document must contain the target of every action that is not marked
/// `x-optional: true`; otherwise missing targets are only reported (the document may be another
/// slice than the overlay was written for).
///
/// # Errors
/// The overlay cannot be parsed, a target is invalid JSONPath or selects nothing (see above), or an
/// action matches and changes nothing.
pub fn correct(document: &mut Value, overlay: &Source, complete: bool) -> Result<Report> {
    apply(document, overlay, complete, &mut Err).map_err(|error| overlay.locate(error))
}

/// Applies `overlay` like [`correct`], but skips the actions that change nothing and returns an
/// error for each.
///
/// # Errors
/// The overlay cannot be parsed, or a target is invalid JSONPath.
pub fn obsolete(document: &mut Value, overlay: &Source, complete: bool) -> Result<Vec<Error>> {
    let mut obsolete = Vec::new();
    apply(document, overlay, complete, &mut |error| {
        obsolete.push(overlay.locate(error));
        Ok(())
    })
    .map_err(|error| overlay.locate(error))?;
    Ok(obsolete)
}

/// Adds `components.schemas` if the document has none, so that corrections can add the components
/// that they refer to.
fn with_schemas(document: &mut Value) {
    let Some(root) = document.as_object_mut() else {
        return;
    };
    let empty = || Value::Object(serde_json::Map::new());
    let components = root.entry("components").or_insert_with(empty);
    if let Some(components) = components.as_object_mut() {
        components.entry("schemas").or_insert_with(empty);
    }
}

fn apply(
    document: &mut Value,
    overlay: &Source,
    complete: bool,
    changes_nothing: &mut dyn FnMut(Error) -> Result<()>,
) -> Result<Report> {
    let tree = load::load(overlay)?;
    let parsed: Overlay = serde_json::from_value(tree)
        .map_err(|error| Error::new(format!("not an OpenAPI Overlay 1.0 document: {error}")))?;
    if !parsed.overlay.starts_with("1.0.") {
        return Err(Error::at(
            "/overlay",
            format!(
                "overlay version `{}` cannot be read; 1.0.0 can",
                parsed.overlay
            ),
        ));
    }
    if !complete {
        with_schemas(document);
    }
    let mut report = Report::default();
    for (i, action) in parsed.actions.into_iter().enumerate() {
        let here = format!("/actions/{i}");
        let action: Action = serde_json::from_value(action)
            .map_err(|error| Error::at(&here, format!("not an action of an overlay: {error}")))?;
        if action
            .description
            .as_deref()
            .unwrap_or_default()
            .trim()
            .is_empty()
        {
            return Err(Error::at(
                here,
                "a correction needs its reason under `description`",
            ));
        }
        let path = JsonPath::parse(&action.target).map_err(|error| {
            Error::at(
                format!("{here}/target"),
                format!("`{}` is no JSONPath: {error}", action.target),
            )
        })?;
        let found: BTreeSet<Vec<Token>> = path
            .query_located(document)
            .locations()
            .map(tokens)
            .collect();
        if found.is_empty() {
            if complete && !action.optional {
                changes_nothing(Error::at(
                    format!("{here}/target"),
                    format!(
                        "`{}` selects nothing, so this correction changes nothing; remove it or mend its target",
                        action.target
                    ),
                ))?;
            }
            report.absent.push(action.target.clone());
            continue;
        }
        let mut changed = false;
        // A target may name locations in any order, and one twice. Each is changed once, the last
        // one first, so that removals do not shift the remaining ones.
        for place in found.iter().rev() {
            if action.remove {
                changed |= remove(document, place);
            } else if let Some(update) = &action.update {
                changed |= get_mut(document, place).is_some_and(|node| merge(node, update));
            }
        }
        if !changed {
            changes_nothing(Error::at(
                here,
                format!(
                    "this correction of `{}` changes nothing, the document already says so; remove it",
                    action.target
                ),
            ))?;
            continue;
        }
        report.applied += 1;
    }
    Ok(report)
}

#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Token {
    Name(String),
    Index(usize),
}

fn tokens(path: &NormalizedPath<'_>) -> Vec<Token> {
    path.iter()
        .map(|element| match element {
            PathElement::Name(name) => Token::Name((*name).to_owned()),
            PathElement::Index(index) => Token::Index(*index),
        })
        .collect()
}

fn get_mut<'a>(value: &'a mut Value, path: &[Token]) -> Option<&'a mut Value> {
    path.iter().try_fold(value, |value, token| match token {
        Token::Name(name) => value.get_mut(name),
        Token::Index(index) => value.get_mut(index),
    })
}

fn remove(document: &mut Value, path: &[Token]) -> bool {
    let Some((last, parent)) = path.split_last() else {
        return false;
    };
    match (get_mut(document, parent), last) {
        (Some(Value::Object(map)), Token::Name(name)) => map.shift_remove(name).is_some(),
        (Some(Value::Array(items)), Token::Index(index)) if *index < items.len() => {
            items.remove(*index);
            true
        }
        _ => false,
    }
}

/// Merges by the rules of Overlay 1.0: objects member by member, the update's entries are appended
/// to a list (an object is appended to a target that is a list), everything else is replaced.
/// Returns whether anything changed.
fn merge(node: &mut Value, update: &Value) -> bool {
    match (node, update) {
        (Value::Object(map), Value::Object(update)) => {
            let mut changed = false;
            for (key, value) in update {
                match map.get_mut(key) {
                    Some(old) => changed |= merge(old, value),
                    None => {
                        map.insert(key.clone(), value.clone());
                        changed = true;
                    }
                }
            }
            changed
        }
        (Value::Array(items), Value::Array(update)) => {
            let before = items.len();
            for value in update {
                if !items.contains(value) {
                    items.push(value.clone());
                }
            }
            items.len() > before
        }
        (Value::Array(items), update) => {
            let new = !items.contains(update);
            if new {
                items.push(update.clone());
            }
            new
        }
        (node, update) if node == update => false,
        (node, update) => {
            *node = update.clone();
            true
        }
    }
}

#[cfg(test)]
mod tests;
