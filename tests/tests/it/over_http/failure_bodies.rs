//! The statuses of failures and the kinds of failure bodies, each with the expected decoding.

use std::sync::LazyLock;

use serde_json::{Value, json};

pub const STATUSES: [u16; 10] = [400, 401, 403, 404, 409, 410, 429, 500, 502, 503];

/// A kind of body, and its expected decoding.
pub struct Kind {
    pub name: &'static str,
    pub content_type: Option<&'static str>,
    pub body: fn(u16) -> Vec<u8>,
    /// The expected `ApiError`, member by member, if the body is one.
    pub api_error: Option<fn(u16) -> Value>,
}

pub const KINDS: [Kind; 8] = [
    Kind {
        name: "a full ApiError",
        content_type: Some("application/json"),
        body: |status| bytes(&full(status)),
        api_error: Some(|status| seen(status, Some("SOME_CODE"), json!(["first", "second"]))),
    },
    Kind {
        name: "an ApiError with null parameters",
        content_type: Some("application/json"),
        body: |status| bytes(&with(full(status), "parameters", Value::Null)),
        api_error: Some(|status| seen(status, Some("SOME_CODE"), Value::Null)),
    },
    Kind {
        name: "an ApiError with numbers and texts as parameters",
        content_type: Some("application/json"),
        body: |status| bytes(&with(full(status), "parameters", mixed())),
        api_error: Some(|status| seen(status, Some("SOME_CODE"), mixed())),
    },
    Kind {
        name: "an ApiError without errorCode",
        content_type: Some("application/json"),
        body: |status| {
            let mut body = full(status);
            if let Some(members) = body.as_object_mut() {
                members.remove("errorCode");
            }
            bytes(&body)
        },
        api_error: Some(|status| seen(status, None, json!(["first", "second"]))),
    },
    Kind {
        name: "HTML",
        content_type: Some("text/html; charset=utf-8"),
        body: |status| format!("<html>\r\n<h1>{status}</h1>\r\n</html>\r\n").into_bytes(),
        api_error: None,
    },
    Kind {
        name: "nothing",
        content_type: None,
        body: |_| Vec::new(),
        api_error: None,
    },
    Kind {
        name: "truncated JSON",
        content_type: Some("application/json"),
        body: |status| {
            let mut body = bytes(&full(status));
            body.truncate(body.len() - 7);
            body
        },
        // What is cut off is in no `ApiError`.
        api_error: Some(|status| seen(status, Some("SOME_CODE"), json!(["first", "second"]))),
    },
    Kind {
        name: "1 MiB of text",
        content_type: Some("text/plain"),
        body: |_| LONG.clone(),
        api_error: None,
    },
];

/// 1 MiB of text without repetitions, so that data from another position would be noticed.
static LONG: LazyLock<Vec<u8>> = LazyLock::new(|| {
    (0..1 << 20)
        .map(|i: u32| b'a' + (i / 1021 % 26) as u8)
        .collect()
});

pub fn bytes(value: &Value) -> Vec<u8> {
    value.to_string().into_bytes()
}

pub fn full(status: u16) -> Value {
    json!({
        "badRequestDetail": {
            "fields": [
                {"field": "source.groupId", "description": "has to be 24 digits"},
                {"field": "migrationHosts[0]", "description": "is unknown"},
            ],
        },
        "detail": "Something is wrong\nwith it.",
        "error": status,
        "errorCode": "SOME_CODE",
        "parameters": ["first", "second"],
        "reason": "Some Reason",
        "somethingNew": {"of": ["a", "later", "version"]},
    })
}

fn mixed() -> Value {
    json!(["/api/atlas/v2/groups", 7, 1.5, "60", null, {"and": "more"}])
}

fn with(mut body: Value, member: &str, value: Value) -> Value {
    body[member] = value;
    body
}

pub fn seen(status: u16, code: Option<&str>, parameters: Value) -> Value {
    json!({
        "error": status,
        "error_code": code,
        "detail": "Something is wrong\nwith it.",
        "reason": "Some Reason",
        "parameters": parameters,
        "fields": [
            ["source.groupId", "has to be 24 digits"],
            ["migrationHosts[0]", "is unknown"],
        ],
    })
}
