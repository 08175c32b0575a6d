//! Reduces the listed responses of an operation to what a caller can receive.
//!
//! Any 2xx is a success, whatever status the document lists, and its body or absence decides the
//! value; so the successes are merged into one. A success whose content has other versions than the
//! chosen one counts as one without a body: Atlas lists the status of an older version beside that of
//! a newer one. Failures are kept under `x-atlas-answers`, as
//! documentation and with their schema if it is not the common `ApiError`. A response to `head` has
//! no content, whatever the document lists (RFC 9110, section 9.3.2).
//!
//! Before:
//! ```yaml
//! paths:
//!   /a:
//!     get:
//!       responses:
//!         "200": {content: {application/json: {schema: {type: string}}}}
//!         "201": {content: {application/json: {schema: {type: string}}}}
//!         "404": {description: Not found}
//! ```
//! After:
//! ```yaml
//! paths:
//!   /a:
//!     get:
//!       responses:
//!         "200": {content: {application/json: {schema: {type: string}}}}
//!       x-atlas-answers:
//!         successes: ["200", "201"]
//!         body_can_be_absent: false
//!         failures: [{status: "404", description: Not found}]
//! ```

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::document::{Document, Place, schema_name};
use crate::error::{Error, Result};
use crate::passes::API_ERROR;

/// The extension of an operation that holds its [`Answers`].
pub const EXTENSION: &str = "x-atlas-answers";

/// The statuses of an operation's responses.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answers {
    /// The listed success statuses, in order.
    pub successes: Vec<String>,
    /// Whether some successes have a body and others have none.
    #[serde(default)]
    pub body_can_be_absent: bool,
    /// The listed failures, in order.
    pub failures: Vec<Failure>,
}

/// A listed failure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// A code, a range such as `5XX`, or `default`.
    pub status: String,
    /// Its description in the document.
    pub description: String,
    /// A reference to the schema of its body, if that is not the common one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schema: Option<Value>,
}

/// Reduces the responses of every operation.
///
/// # Errors
/// An operation without a success, or whose successes have different bodies.
pub fn answers(document: &mut Document) -> Result<()> {
    for place in document.places() {
        let id = document.operation_id(&place).to_owned();
        let (answers, success) = sort(document, &place).map_err(|error| error.in_operation(&id))?;
        if let (Some(operation), Ok(answers)) = (
            document.operation_mut(&place),
            serde_json::to_value(answers),
        ) {
            operation.insert("responses".to_owned(), Value::Object(success));
            operation.insert(EXTENSION.to_owned(), answers);
        }
    }
    Ok(())
}

fn sort(document: &Document, place: &Place) -> Result<(Answers, Map<String, Value>)> {
    let mut answers = Answers::default();
    let mut with_body: Option<(String, Value)> = None;
    let mut without_body: Option<(String, Value)> = None;
    let responses = document
        .operation(place)
        .and_then(|operation| operation.get("responses"))
        .and_then(Value::as_object);
    for (status, response) in responses.into_iter().flatten() {
        let here = || format!("{}/responses/{status}", place.pointer());
        if status.starts_with('2') {
            answers.successes.push(status.clone());
            let schema = response.get("content").filter(|_| place.method != "head");
            match (schema, &with_body) {
                (None, _) => {
                    let mut response = response.clone();
                    if let Value::Object(response) = &mut response {
                        response.shift_remove("content");
                    }
                    without_body.get_or_insert((status.clone(), response));
                }
                (Some(_), None) => with_body = Some((status.clone(), response.clone())),
                (Some(schema), Some((first, other))) => {
                    if other.pointer("/content") != Some(schema) {
                        return Err(Error::at(
                            here(),
                            format!(
                                "the body differs from that of status {first}; successes of one operation must have one type"
                            ),
                        ));
                    }
                }
            }
        } else if !status.starts_with('1') && !status.starts_with('3') {
            let description = response.get("description").and_then(Value::as_str);
            let content = response.get("content").and_then(Value::as_object);
            let schema = content
                .into_iter()
                .flatten()
                .filter_map(|(_, body)| body.get("schema"))
                .find(|schema| schema_name(schema).is_some_and(|name| name != API_ERROR));
            answers.failures.push(Failure {
                status: status.clone(),
                description: description.unwrap_or_default().to_owned(),
                schema: schema.cloned(),
            });
        }
    }
    answers.successes.sort();
    answers.failures.sort_by(|a, b| a.status.cmp(&b.status));
    answers.body_can_be_absent = with_body.is_some() && without_body.is_some();
    let Some((status, success)) = with_body.or(without_body) else {
        return Err(Error::at(
            format!("{}/responses", place.pointer()),
            "no success is listed; a 2xx response is expected",
        ));
    };
    Ok((answers, Map::from_iter([(status, success)])))
}
