//! The schema of failures, and which responses of an operation are failures.

use atlas_gen::passes::answers::answers;
use atlas_gen::passes::failures::failures;
use serde_json::{Value, json};

use crate::passes::examples::document;

#[test]
fn the_schema_of_failures_is_an_object_with_the_members_that_are_read() {
    let failure = |schema: &str| {
        let mut document = document("failures", &format!("ApiError: {schema}"));
        failures(&mut document).unwrap();
        document.schema("ApiError").unwrap().clone()
    };
    let expected = failure("{type: object}");
    for schema in [
        "null",
        "{type: string}",
        "{$ref: '#/components/schemas/X'}",
        "{type: object, allOf: [{$ref: '#/components/schemas/X'}]}",
        "{type: object, enum: [{}]}",
        "{type: object, properties: []}",
    ] {
        assert_eq!(failure(schema), expected, "{schema}");
    }
    for member in [
        "detail: {type: array, items: {}}",
        "detail: {type: string, enum: [a]}",
        "detail: {type: string, oneOf: [{minLength: 1}]}",
        "parameters: {type: array}",
        "parameters: {type: array, items: {type: string}}",
        "badRequestDetail: {type: object}",
    ] {
        let found = failure(&format!("{{type: object, properties: {{{member}}}}}"));
        assert_eq!(found, expected, "{member}");
    }
    // All other keywords are kept.
    let kept = failure(
        "{required: [errorCode, other], properties: {other: {}, reason: {type: string, description: why}, \
         parameters: {type: array, items: {description: one}, maxItems: 9}}}",
    );
    assert_eq!(kept["required"], json!(["other"]));
    assert_eq!(kept["properties"]["other"], json!({}));
    assert_eq!(kept["properties"]["reason"]["description"], "why");
    assert_eq!(kept["properties"]["parameters"]["maxItems"], 9);
}

#[test]
fn failures_have_a_schema_if_it_is_not_the_common_one() {
    let body = |name: &str| {
        format!(
            "{{description: {name}, content: {{application/json: {{schema: {{$ref: '#/components/schemas/{name}'}}}}}}}}"
        )
    };
    // Neither an interim response nor a redirect is a failure.
    let mut document = document(
        "answers",
        &format!(
            "paths: {{/a: {{get: {{responses: {{default: {}, '404': {}, '302': {{description: ''}}, '100': {{description: ''}}, '204': {{description: ''}}}}}}}}}}",
            body("Other"),
            body("ApiError"),
        ),
    );
    answers(&mut document).unwrap();
    let operation = &document.root()["paths"]["/a"]["get"];
    assert_eq!(
        operation["x-atlas-answers"],
        json!({
            "successes": ["204"],
            "body_can_be_absent": false,
            "failures": [
                {"status": "404", "description": "ApiError"},
                {"status": "default", "description": "Other", "schema": {"$ref": "#/components/schemas/Other"}},
            ],
        })
    );
    assert_eq!(operation["responses"], json!({"204": {"description": ""}}));
}

#[test]
fn a_success_of_head_has_no_body() {
    let after = |method: &str| {
        let response =
            |ty: &str| format!("{{content: {{application/json: {{schema: {{type: {ty}}}}}}}}}");
        let (one, other) = (response("integer"), response("string"));
        let responses = format!("{{'200': {one}, '206': {other}}}");
        let mut document = document(
            "answers",
            &format!("paths: {{/a: {{{method}: {{responses: {responses}}}}}}}"),
        );
        let result = answers(&mut document).map_err(|error| error.to_string());
        result.map(|()| document.root()["paths"]["/a"][method].clone())
    };
    let operation: Value = after("head").unwrap();
    assert_eq!(operation["responses"], json!({"200": {}}));
    assert_eq!(
        operation["x-atlas-answers"],
        json!({"successes": ["200", "206"], "body_can_be_absent": false, "failures": []})
    );
    assert!(after("get").unwrap_err().contains("must have one type"));
}
