//! What lint accepts and rejects in responses and in lists.

use atlas_gen::document::Document;
use atlas_gen::passes::lint;
use serde_json::{Value, json};

/// Lints one operation with these responses.
fn responses(responses: Value) -> Result<(), String> {
    let operation = json!({"operationId": "getA", "responses": responses});
    let root = json!({"openapi": "3.0.3", "paths": {"/a": {"get": operation}}});
    lint::lint(&Document::new(root).unwrap()).map_err(|error| error.to_string())
}

#[test]
fn plain_json_is_the_media_type_of_failures_only() {
    let plain = json!({"description": "", "content": {"application/json": {}}});
    let dated =
        json!({"description": "", "content": {"application/vnd.atlas.2024-01-01+json": {}}});
    for status in ["400", "5XX", "default"] {
        assert_eq!(responses(json!({"200": dated, status: plain})), Ok(()));
    }
    let error = responses(json!({"200": plain})).unwrap_err();
    assert!(
        error.contains("`application/json` is not a media type of Atlas"),
        "{error}"
    );
    let other = json!({"description": "", "content": {"text/html": {}}});
    let error = responses(json!({"200": dated, "400": other})).unwrap_err();
    assert!(error.contains("`text/html` is not a media type"), "{error}");
}

#[test]
fn successes_of_one_version_have_a_common_format() {
    let of = |types: &[&str]| -> Value {
        let name = |t: &&str| (format!("application/vnd.atlas.{t}"), json!({}));
        json!({"description": "", "content": types.iter().map(name).collect::<Value>()})
    };
    let (json_, csv) = ("2024-01-01+json", "2024-01-01+csv");
    for (first, second) in [
        (&[json_][..], &[json_][..]),
        (&[json_, csv], &[json_]),
        (&[csv], &[csv]),
        (&[], &[csv]),
        // Each request is answered with the status of its version.
        (&["2023-01-01+json"], &[csv]),
    ] {
        let found = responses(json!({"200": of(first), "202": of(second)}));
        assert_eq!(found, Ok(()), "{first:?} {second:?}");
    }
    for (first, second, status) in [
        (&[json_][..], &[csv][..], 202),
        (&[csv], &[json_], 200),
        (&[json_, csv], &[csv], 202),
        (&[json_, "2023-01-01+json"], &[csv, "2023-01-01+json"], 202),
    ] {
        let error = responses(json!({"200": of(first), "202": of(second)})).unwrap_err();
        let says = format!(
            "operation getA: /paths/~1a/get/responses/{status}: the body of version 2024-01-01 is `csv` \
             and that of status {} `json`; successes of one operation must have one type",
            402 - status
        );
        assert_eq!(error, says);
    }
    // A failure may have any format.
    let found = responses(json!({"200": of(&[json_]), "404": of(&[csv])}));
    assert_eq!(found, Ok(()));
}

#[test]
fn a_status_is_a_code_a_range_or_the_default() {
    for status in ["100", "200", "2XX", "404", "5XX", "default", "x-own"] {
        let found = responses(json!({status: {"description": ""}}));
        assert_eq!(found, Ok(()), "{status}");
    }
    for status in ["", "20", "2000", "2xx", "2X0", "2XY", "600", "0XX", "XXX"] {
        let error = responses(json!({status: {"description": ""}})).unwrap_err();
        assert!(
            error.contains(&format!("`{status}` is no status")),
            "{error}"
        );
    }
}

/// Lints `operation` with an id and a success.
fn operation(path: &str, mut operation: Value) -> Result<(), String> {
    operation["operationId"] = json!("getA");
    operation["responses"] = json!({"200": {"description": ""}});
    let root = json!({"openapi": "3.0.3", "paths": {path: {"get": operation}}});
    lint::lint(&Document::new(root).unwrap()).map_err(|error| error.to_string())
}

#[test]
fn a_parameter_has_a_name_and_is_required_or_not() {
    let of = |name: &str, required: Value| {
        let schema = json!({"type": "string"});
        let parameter =
            json!({"name": name, "in": "query", "required": required, "schema": schema});
        operation("/a", json!({"parameters": [parameter]}))
    };
    assert_eq!(of("a", json!(true)), Ok(()));
    assert_eq!(of(" ", json!(false)), Ok(()));
    let here = "operation getA: /paths/~1a/get/parameters/0";
    let says = "the name of a query parameter is empty; one character at least is expected";
    assert_eq!(of("", json!(true)), Err(format!("{here}/name: {says}")));
    let says = "`required` must be true or false, not \"yes\"";
    assert_eq!(
        of("a", json!("yes")),
        Err(format!("{here}/required: {says}"))
    );
    assert!(of("a", Value::Null).unwrap_err().ends_with("not null"));
}

#[test]
fn a_request_body_has_a_content() {
    let of = |body: Value| operation("/a", json!({"requestBody": body}));
    let content = json!({"application/vnd.atlas.2024-01-01+json": {}});
    assert_eq!(of(json!({"content": content})), Ok(()));
    assert_eq!(of(json!({"required": true, "content": {}})), Ok(()));
    let here = "operation getA: /paths/~1a/get/requestBody";
    let says = "a request body needs a `content`, a map of media types";
    assert_eq!(
        of(json!({"required": true})),
        Err(format!("{here}: {says}"))
    );
    let says = "`required` must be true or false, not 1";
    let found = of(json!({"required": 1, "content": content}));
    assert_eq!(found, Err(format!("{here}/required: {says}")));
}

#[test]
fn a_path_holds_each_parameter_once() {
    let parameter =
        |name: &str| json!({"name": name, "in": "path", "required": true, "schema": {}});
    let of = |path: &str| {
        operation(
            path,
            json!({"parameters": [parameter("x"), parameter("y")]}),
        )
    };
    assert_eq!(of("/{x}/{y}"), Ok(()));
    let says = "the path holds `{x}` twice; once is expected";
    let found = of("/{x}/{y}/{x}");
    assert_eq!(
        found,
        Err(format!(
            "operation getA: /paths/~1{{x}}~1{{y}}~1{{x}}: {says}"
        ))
    );
}
