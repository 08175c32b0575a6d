//! The part of a response that an error keeps: status, headers, the beginning of
//! its body and the `ApiError` in it.

use bytes::Bytes;
use reqwest::StatusCode;
use reqwest::header::{CONTENT_TYPE, HeaderMap};
use serde_json::Value;

use super::ApiError;
use crate::json;

/// The maximum size of the body that an error keeps, in bytes.
pub(crate) const KEPT: usize = 64 * 1024;

/// A response as an error keeps it.
#[derive(Clone, Debug)]
pub(crate) struct Received {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    pub(crate) truncated: bool,
    pub(crate) api_error: Option<ApiError>,
}

impl Received {
    /// `complete` is whether `body` is all that the server sent.
    pub(crate) fn new(status: StatusCode, headers: HeaderMap, body: Bytes, complete: bool) -> Self {
        let (body, truncated) = if body.len() > KEPT {
            // Copied, so that a large response is not kept alive by its beginning.
            (Bytes::copy_from_slice(&body[..KEPT]), true)
        } else {
            (body, !complete)
        };
        Self {
            status,
            headers,
            body,
            truncated,
            api_error: None,
        }
    }

    /// Parses the body as an `ApiError`.
    pub(crate) fn with_api_error(mut self) -> Self {
        self.api_error = self.json().and_then(api_error);
        self
    }

    /// Returns the body as JSON, as far as it can be parsed.
    pub(crate) fn json(&self) -> Option<Value> {
        let whole = json::document(&self.body, &self.headers).map(|(value, _)| value);
        whole.or_else(|| json::beginning(&self.body, &self.headers))
    }

    /// Replaces the status and the `ApiError` by those inside the body, for example in an envelope.
    /// The raw body is kept.
    pub(crate) fn meaning(mut self, status: StatusCode, body: Value) -> Self {
        self.status = status;
        self.api_error = api_error(body);
        self
    }

    /// Drops the body, because it contains a secret or may contain one.
    pub(crate) fn without_body(mut self) -> Self {
        self.truncated |= !self.body.is_empty();
        self.body = Bytes::new();
        self
    }

    pub(crate) fn media_type(&self) -> Option<&str> {
        let value = self.headers.get(CONTENT_TYPE)?.to_str().ok()?;
        Some(value.split(';').next().unwrap_or(value).trim())
    }
}

/// Parses an `ApiError`, if `value` has a code, a status, a description or a reason. An invalid
/// member does not affect the others. In an envelope, it is the `content`.
fn api_error(mut value: Value) -> Option<ApiError> {
    if !value.get("errorCode").is_some_and(Value::is_string)
        && let Some(content) = value.get_mut("content")
        && let Some(found) = api_error(content.take())
    {
        return Some(found);
    }
    let texts = ["errorCode", "detail", "reason"];
    let says = value.get("error").is_some_and(Value::is_i64)
        || texts
            .iter()
            .any(|name| value.get(name).is_some_and(Value::is_string));
    says.then(|| json::repaired(value)).flatten()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_api_error_survives_its_odd_members() {
        let found = api_error(json!({
            "error": 404, "errorCode": "GROUP_NOT_FOUND", "parameters": ["a", 7, null], "new": {}
        }));
        let found = found.unwrap();
        assert_eq!(found.error_code.as_deref(), Some("GROUP_NOT_FOUND"));
        assert_eq!(found.parameters.map(|all| all.len()), Some(3));

        let old = api_error(json!({"error": 401, "parameters": null, "reason": "Unauthorized"}));
        assert_eq!(old.unwrap().reason.as_deref(), Some("Unauthorized"));

        let odd = api_error(json!({
            "error": "404", "errorCode": "X", "detail": 3, "badRequestDetail": {"fields": [1]}
        }));
        let odd = odd.unwrap();
        assert_eq!(odd.error_code.as_deref(), Some("X"));
        assert_eq!(odd.detail, None);
    }

    #[test]
    fn the_api_error_of_an_envelope_is_its_content_unless_it_has_a_code_itself() {
        let code = |value| api_error(value).and_then(|found| found.error_code);
        let inside = json!({"error": 404, "content": {"errorCode": "INSIDE"}});
        assert_eq!(code(inside).as_deref(), Some("INSIDE"));
        let outside = json!({"errorCode": "OUTSIDE", "content": {"errorCode": "INSIDE"}});
        assert_eq!(code(outside).as_deref(), Some("OUTSIDE"));
        let other = api_error(json!({"error": 404, "content": "no error"}));
        assert_eq!(other.and_then(|found| found.error), Some(404));
    }

    #[test]
    fn other_json_is_no_api_error() {
        for value in [
            json!({}),
            json!([]),
            json!("error"),
            json!({"message": "no"}),
            json!({"error": "access_denied"}),
        ] {
            assert_eq!(api_error(value), None);
        }
    }

    #[test]
    fn a_large_body_keeps_its_beginning_and_says_so() {
        let body = Bytes::from(vec![b'x'; KEPT + 1]);
        let kept = Received::new(StatusCode::BAD_GATEWAY, HeaderMap::new(), body, true);
        assert_eq!(kept.body.len(), KEPT);
        assert!(kept.truncated);
    }

    #[test]
    fn a_body_that_is_dropped_was_truncated_unless_it_was_empty() {
        for (body, complete, truncated) in [
            ("s3cret", true, true),
            ("s3cret", false, true),
            ("", true, false),
            ("", false, true),
        ] {
            let received = Received::new(StatusCode::OK, HeaderMap::new(), body.into(), complete);
            let without = received.without_body();
            assert!(without.body.is_empty());
            assert_eq!(without.truncated, truncated, "{body:?} {complete}");
        }
    }
}
