//! The plain documents that progenitor gets.

use atlas_gen::plain::plain;
use serde_json::{Value, json};

use crate::edits::examples::prepared;

/// Returns the plain document for `text`.
fn plain_of(text: &str) -> Value {
    let (document, operations) = prepared("plain", text);
    plain(&document, &operations)
}

const JSON: &str = "application/vnd.atlas.2024-01-01+json";

#[test]
fn components_used_only_by_failures_are_omitted() {
    let named = |name: &str| format!("{{$ref: '#/components/schemas/{name}'}}");
    let found = plain_of(&format!(
        "
paths:
  /a:
    get:
      operationId: getA
      parameters: [{{name: p, in: query, schema: {}}}]
      responses: {{'200': {{content: {{{JSON}: {{schema: {}}}}}}}}}
components:
  schemas:
    ApiError: {{type: object, properties: {{a: {}, b: {}, c: {}, d: {}}}}}
    Detail: {{type: object, properties: {{error: {}, x: {{type: string}}}}}}
    Shared: {{type: object, properties: {{x: {{type: string}}}}}}
    InParameter: {{type: string, enum: [X]}}
    InResponse: {{type: object, properties: {{shared: {}}}}}
",
        named("InParameter"),
        named("InResponse"),
        named("Detail"),
        named("Shared"),
        named("InParameter"),
        named("InResponse"),
        named("ApiError"),
        named("Shared"),
    ));
    let schemas = found["components"]["schemas"].as_object().expect("schemas");
    let names: Vec<&str> = schemas.keys().map(String::as_str).collect();
    assert_eq!(names, ["InParameter", "InResponse", "Shared"]);
}

#[test]
fn a_parameter_that_is_an_object_is_a_list_of_one() {
    let found = plain_of(&format!(
        "
paths:
  /a:
    get:
      operationId: getA
      parameters:
      - {{name: filter, in: query, schema: {{type: object, properties: {{x: {{type: string}}}}}}}}
      - {{name: text, in: query, schema: {{type: string}}}}
      responses: {{'200': {{content: {{{JSON}: {{schema: {{type: string}}}}}}}}}}
"
    ));
    let parameters = &found["paths"]["/a"]["get"]["parameters"];
    let object = json!({"$ref": "#/components/schemas/GetAFilter"});
    assert_eq!(
        parameters[0]["schema"],
        json!({"type": "array", "items": object})
    );
    assert_eq!(parameters[1]["schema"], json!({"type": "string"}));
}

#[test]
fn paths_that_differ_only_in_braces_stay_distinct() {
    let operation = |id: &str| {
        format!(
            "{{get: {{operationId: {id}, responses: {{'200': {{content: {{{JSON}: {{schema: {{type: string}}}}}}}}}}}}}}"
        )
    };
    let found = plain_of(&format!(
        "paths: {{'/a/{{': {}, '/a/-': {}}}",
        operation("getBrace"),
        operation("getDash")
    ));
    let paths = found["paths"].as_object().expect("paths");
    let paths: Vec<&str> = paths.keys().map(String::as_str).collect();
    assert_eq!(paths, ["/a/-/get_brace", "/a/-"]);
}
