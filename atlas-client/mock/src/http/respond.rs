//! Formats responses: the vendor media type of a success, the envelope, and errors as `ApiError`.
//!
//! Must not know when to send which.

use serde_json::{Map, Value, json};

/// The media type of every error.
pub(crate) const JSON: &str = "application/json";

/// A response, ready to be sent.
#[derive(Clone)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Reply {
    pub(crate) fn empty(status: u16) -> Self {
        Self {
            status,
            headers: Vec::new(),
            body: Vec::new(),
        }
    }

    pub(crate) fn json(status: u16, content_type: &str, value: &Value, pretty: bool) -> Self {
        let body = if pretty {
            format!("{value:#}")
        } else {
            value.to_string()
        };
        Self::empty(status)
            .header("Content-Type", content_type)
            .with_body(body.into_bytes())
    }

    pub(crate) fn header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    pub(crate) fn with_body(mut self, body: Vec<u8>) -> Self {
        self.body = body;
        self
    }
}

/// The result of a successful operation.
pub(crate) enum Content {
    Nothing,
    Object(Value),
    List(Vec<Value>),
}

/// The format that the request asks for.
pub(crate) struct Form<'a> {
    pub(crate) version: &'a str,
    pub(crate) envelope: bool,
    pub(crate) pretty: bool,
}

/// Formats a success in its dated vendor media type, in an envelope if requested.
pub(crate) fn success(status: u16, content: Content, form: &Form<'_>) -> Reply {
    let media_type = format!("application/vnd.atlas.{}+json;charset=utf-8", form.version);
    let value = match (content, form.envelope) {
        // As recorded: even a 204 has a media type.
        (Content::Nothing, _) => return Reply::empty(status).header("Content-Type", media_type),
        (Content::Object(value), false) => value,
        (Content::Object(value), true) => json!({ "status": status, "content": value }),
        (Content::List(results), false) => Value::Array(results),
        (Content::List(results), true) => {
            json!({ "status": status, "totalCount": results.len(), "results": results })
        }
    };
    Reply::json(status, &media_type, &value, form.pretty)
}

/// An error that becomes an `ApiError`.
#[derive(Debug, Clone)]
pub(crate) struct Failure {
    pub(crate) status: u16,
    code: &'static str,
    detail: String,
    parameters: Vec<Value>,
    fields: Vec<Violation>,
    headers: Vec<(String, String)>,
}

/// An invalid member of a body.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Violation {
    pub(crate) field: String,
    pub(crate) description: String,
}

impl Failure {
    pub(crate) fn new(status: u16, code: &'static str, detail: impl Into<String>) -> Self {
        Self {
            status,
            code,
            detail: detail.into(),
            parameters: Vec::new(),
            fields: Vec::new(),
            headers: Vec::new(),
        }
    }

    pub(crate) fn parameters(mut self, parameters: Vec<Value>) -> Self {
        self.parameters = parameters;
        self
    }

    pub(crate) fn fields(mut self, fields: Vec<Violation>) -> Self {
        self.fields = fields;
        self
    }

    pub(crate) fn header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    #[cfg(test)]
    pub(crate) fn code(&self) -> &str {
        self.code
    }

    #[cfg(test)]
    pub(crate) fn violations(&self) -> &[Violation] {
        &self.fields
    }

    pub(crate) fn into_reply(self, pretty: bool) -> Reply {
        let mut body = Map::new();
        if !self.fields.is_empty() {
            let fields: Vec<Value> = self
                .fields
                .into_iter()
                .map(|each| json!({ "field": each.field, "description": each.description }))
                .collect();
            body.insert("badRequestDetail".to_owned(), json!({ "fields": fields }));
        }
        body.insert("detail".to_owned(), self.detail.into());
        body.insert("error".to_owned(), self.status.into());
        body.insert("errorCode".to_owned(), self.code.into());
        body.insert("parameters".to_owned(), parameters(self.parameters));
        body.insert("reason".to_owned(), reason(self.status).into());
        let mut reply = Reply::json(self.status, JSON, &Value::Object(body), pretty)
            .header("X-Error-Code", self.code);
        reply.headers.extend(self.headers);
        reply
    }
}

/// Returns `parameters` as recorded: null if there are none.
fn parameters(all: Vec<Value>) -> Value {
    match all.is_empty() {
        true => Value::Null,
        false => Value::Array(all),
    }
}

/// Returns a 429 with Atlas's parameters: path, seconds to wait, capacity, refill and period in
/// seconds.
pub(crate) fn rate_limited(
    path: &str,
    retry: u64,
    capacity: u32,
    refill: u32,
    period: u64,
) -> Failure {
    Failure::new(
        429,
        "RATE_LIMITED",
        format!("too many requests for {path}; wait {retry} s"),
    )
    .parameters(vec![
        path.into(),
        retry.into(),
        capacity.into(),
        refill.into(),
        period.into(),
    ])
    .header("Retry-After", retry.to_string())
}

/// Returns the reason phrase that Atlas repeats in the body.
pub(crate) fn reason(status: u16) -> &'static str {
    match status {
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        406 => "Not Acceptable",
        409 => "Conflict",
        410 => "Gone",
        415 => "Unsupported Media Type",
        429 => "Too Many Requests",
        500 => "Internal Server Error",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        504 => "Gateway Timeout",
        _ => "Error",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body(reply: &Reply) -> Value {
        serde_json::from_slice(&reply.body).unwrap()
    }

    fn form(envelope: bool, pretty: bool) -> Form<'static> {
        Form {
            version: "2023-01-01",
            envelope,
            pretty,
        }
    }

    #[test]
    fn an_envelope_holds_an_object_as_content_and_a_list_as_results() {
        let object = success(201, Content::Object(json!({"a": 1})), &form(true, false));
        assert_eq!(body(&object), json!({"status": 201, "content": {"a": 1}}));
        let list = success(200, Content::List(vec![json!(1)]), &form(true, false));
        assert_eq!(
            body(&list),
            json!({"status": 200, "results": [1], "totalCount": 1})
        );
        let bare = success(200, Content::List(vec![json!(1)]), &form(false, false));
        assert_eq!(body(&bare), json!([1]));
    }

    #[test]
    fn pretty_changes_the_spelling_and_not_the_value() {
        let plain = success(200, Content::Object(json!({"a": 1})), &form(false, false));
        let pretty = success(200, Content::Object(json!({"a": 1})), &form(false, true));
        assert_eq!(body(&plain), body(&pretty));
        assert!(pretty.body.contains(&b'\n') && !plain.body.contains(&b'\n'));
    }

    #[test]
    fn a_failure_without_parameters_has_null_in_their_place() {
        let failure = Failure::new(401, "UNEXPECTED_ERROR", "no");
        assert_eq!(
            body(&failure.clone().into_reply(false)),
            json!({
                "error": 401,
                "errorCode": "UNEXPECTED_ERROR",
                "detail": "no",
                "parameters": null,
                "reason": "Unauthorized",
            })
        );
        let some = failure.parameters(vec![json!("a"), json!(1)]);
        assert_eq!(body(&some.into_reply(false))["parameters"], json!(["a", 1]));
    }

    #[test]
    fn an_empty_success_keeps_its_media_type() {
        let reply = success(204, Content::Nothing, &form(true, true));
        let media_type = "application/vnd.atlas.2023-01-01+json;charset=utf-8".to_owned();
        assert_eq!(reply.headers, [("Content-Type".to_owned(), media_type)]);
        assert!(reply.body.is_empty());
    }
}
