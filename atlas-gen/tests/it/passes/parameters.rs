//! Which parameters can be sent, and how the passes and the model represent them.

use atlas_gen::document::Document;
use atlas_gen::model::{self, Location, Style};
use atlas_gen::passes::{inline, lint, parameters, versions};
use serde_json::{Value, json};

use crate::passes::examples::tree;

/// Returns a document with one operation that has the parameters in `text`.
fn document(text: &str) -> Document {
    let parameters = tree("parameters", text);
    let path: String = parameters
        .as_array()
        .unwrap()
        .iter()
        .filter(|parameter| parameter["in"] == "path")
        .map(|parameter| format!("/{{{}}}", parameter["name"].as_str().unwrap()))
        .collect();
    let root = json!({
        "openapi": "3.0.3",
        "paths": {format!("/a{path}"): {"get": {
            "operationId": "getA",
            "parameters": parameters,
            "responses": {"200": {"description": ""}},
        }}},
        "components": {"schemas": {
            "Point": {"type": "object", "properties": {"x": {"type": "integer"}}},
            "Line": {"type": "object", "properties": {"from": {"$ref": "#/components/schemas/Point"}}},
            "Points": {"type": "array", "items": {"$ref": "#/components/schemas/Point"}},
        }},
    });
    Document::new(root).unwrap()
}

fn settled(text: &str) -> Result<Document, String> {
    let mut document = document(text);
    parameters::parameters(&mut document).map_err(|error| error.to_string())?;
    Ok(document)
}

fn parameters_of(document: &Document) -> Vec<Value> {
    let place = &document.places()[0];
    document.operation(place).unwrap()["parameters"]
        .as_array()
        .unwrap()
        .clone()
}

#[test]
fn defaults_are_filled_in_for_each_place() {
    let styles = |text: &str| -> Vec<String> {
        let document = settled(text).unwrap_or_else(|error| panic!("{text}: {error}"));
        let of = |p: &Value| {
            format!(
                "{} {} {}",
                p["name"].as_str().unwrap(),
                p["style"].as_str().unwrap(),
                p["explode"]
            )
        };
        parameters_of(&document).iter().map(of).collect()
    };
    let list = "schema: {type: array, items: {type: string}}";
    let object = "schema: {$ref: '#/components/schemas/Point'}";
    for (parameter, expected) in [
        (
            format!("{{name: a, in: path, required: true, {list}}}"),
            "a simple false",
        ),
        (
            format!("{{name: a, in: path, style: label, explode: true, {list}}}"),
            "a label true",
        ),
        (
            format!("{{name: a, in: path, style: matrix, {object}}}"),
            "a matrix false",
        ),
        (format!("{{name: a, in: query, {list}}}"), "a form true"),
        (
            format!("{{name: a, in: query, explode: false, {list}}}"),
            "a form false",
        ),
        (
            format!("{{name: a, in: query, style: pipeDelimited, {list}}}"),
            "a pipeDelimited false",
        ),
        (
            format!("{{name: a, in: query, style: spaceDelimited, explode: true, {list}}}"),
            "a form true",
        ),
        (
            "{name: a, in: query, style: pipeDelimited, schema: {oneOf: [{type: string}, {type: array, items: {type: string}}]}}"
                .to_owned(),
            "a pipeDelimited false",
        ),
        (
            format!("{{name: a, in: query, style: spaceDelimited, {object}}}"),
            "a spaceDelimited false",
        ),
        (
            format!("{{name: a, in: query, style: deepObject, {object}}}"),
            "a deepObject true",
        ),
        (
            format!("{{name: a, in: query, style: deepObject, explode: false, {object}}}"),
            "a deepObject true",
        ),
        (
            format!("{{name: a, in: header, {object}}}"),
            "a simple false",
        ),
        (
            "{name: a, in: query, schema: {type: array, items: {type: object, oneOf: [{type: string, enum: [x]}]}}}"
                .to_owned(),
            "a form true",
        ),
        (
            "{name: a, in: cookie, schema: {type: string}}".to_owned(),
            "a form true",
        ),
        (
            format!("{{name: a, in: cookie, explode: false, {list}}}"),
            "a form false",
        ),
        (
            format!("{{name: a, in: query, content: {{application/json: {{{list}}}}}}}"),
            "a form true",
        ),
    ] {
        assert_eq!(styles(&format!("[{parameter}]")), [expected], "{parameter}");
    }
}

#[test]
fn headers_that_are_not_parameters_are_removed() {
    let document = settled(
        "[{name: ACCEPT, in: header, schema: {type: string}}, {name: content-type, in: header, schema: {type: string}}, \
         {name: Authorization, in: header, schema: {type: string}}, {name: Accept, in: query, schema: {type: string}}, \
         {name: Accept-Language, in: header, schema: {type: string}}]",
    )
    .unwrap();
    let left: Vec<Value> = parameters_of(&document)
        .iter()
        .map(|p| p["name"].clone())
        .collect();
    assert_eq!(left, ["Accept", "Accept-Language"]);
}

#[test]
fn a_header_of_an_operation_replaces_that_of_its_path_in_any_case() {
    let header =
        |name: &str, ty: &str| json!({"name": name, "in": "header", "schema": {"type": ty}});
    let of = |path: Value, operation: Value| {
        let operation = json!({
            "operationId": "getA", "parameters": operation,
            "responses": {"200": {"description": ""}},
        });
        let root =
            json!({"openapi": "3.0.3", "paths": {"/a": {"parameters": path, "get": operation}}});
        Document::new(root).unwrap()
    };
    let path = json!([header("X-T", "string"), header("X-U", "string")]);
    let mut document = of(path, json!([header("x-t", "integer")]));
    lint::lint(&document).unwrap();
    inline::inline(&mut document).unwrap();
    parameters::parameters(&mut document).unwrap();
    let left = parameters_of(&document);
    let left: Vec<_> = left
        .iter()
        .map(|p| (&p["name"], &p["schema"]["type"]))
        .collect();
    let expected = [("x-t", "integer"), ("X-U", "string")].map(|(n, t)| (json!(n), json!(t)));
    assert_eq!(left, expected.each_ref().map(|(n, t)| (n, t)));

    let document = of(
        json!([]),
        json!([header("X-T", "string"), header("x-t", "string")]),
    );
    let error = lint::lint(&document).unwrap_err().to_string();
    let says = "/parameters/1: the header parameter `x-t` is listed twice; once is expected";
    assert!(error.ends_with(says), "{error}");
}

#[test]
fn an_unsupported_parameter_is_a_one_line_error_with_a_hint() {
    for (parameter, says) in [
        (
            "in: query, style: matrix, schema: {type: string}",
            "has the style \"matrix\", which cannot be sent in the query; one of form, spaceDelimited, pipeDelimited, deepObject is expected",
        ),
        (
            "in: path, style: form, schema: {type: string}",
            "has the style \"form\", which cannot be sent in the path; one of simple, label, matrix is expected",
        ),
        (
            "in: cookie, style: pipeDelimited, schema: {type: array, items: {type: string}}",
            "has the style \"pipeDelimited\", which cannot be sent in the cookie; `form` is expected",
        ),
        (
            "in: header, style: 5, schema: {type: string}",
            "has the style 5, which cannot be sent in the header; `simple` is expected",
        ),
        (
            "in: query, explode: 'no', schema: {type: string}",
            "has an `explode` that is neither true nor false",
        ),
        (
            "in: query, style: deepObject, schema: {type: array, items: {type: string}}",
            "has the style deepObject, which has no form for its schema; an object is expected",
        ),
        (
            "in: query, style: deepObject, schema: {type: string}",
            "has the style deepObject, which has no form for its schema; an object is expected",
        ),
        (
            "in: query, style: deepObject, schema: {$ref: '#/components/schemas/Line'}",
            "holds lists or objects inside of others, which the style deepObject has no form for; plain values are expected",
        ),
        (
            "in: query, schema: {$ref: '#/components/schemas/Points'}",
            "holds lists or objects inside of others, which the style form has no form for; plain values are expected",
        ),
        (
            "in: query, style: pipeDelimited, schema: {type: integer}",
            "has the style pipeDelimited, which has no form for its schema; a list is expected",
        ),
        (
            "in: query, style: pipeDelimited, explode: true, schema: {$ref: '#/components/schemas/Point'}",
            "is an object of the style pipeDelimited, which has no exploded form; `explode: false` is expected",
        ),
        (
            "in: cookie, schema: {$ref: '#/components/schemas/Point'}",
            "is a list or an object in a cookie, which has no exploded form; `explode: false` is expected",
        ),
        (
            "in: cookie, schema: {type: object}",
            "is a list or an object in a cookie, which has no exploded form; `explode: false` is expected",
        ),
        (
            "in: cookie, schema: {properties: {x: {type: string}}}",
            "is a list or an object in a cookie, which has no exploded form; `explode: false` is expected",
        ),
        (
            "in: cookie, schema: {additionalProperties: {type: string}}",
            "is a list or an object in a cookie, which has no exploded form; `explode: false` is expected",
        ),
        (
            "in: cookie, schema: {type: array, items: {type: string}}",
            "is a list or an object in a cookie, which has no exploded form; `explode: false` is expected",
        ),
        (
            "in: query, content: {application/xml: {schema: {type: string}}}",
            "has a `content` that cannot be sent; a `schema` is expected",
        ),
        (
            "in: query, content: {}",
            "has a `content` that cannot be sent; a `schema` is expected",
        ),
    ] {
        let error = settled(&format!("[{{name: a, {parameter}}}]")).expect_err(parameter);
        let place = if parameter.starts_with("in: path") {
            "~1{a}"
        } else {
            ""
        };
        assert_eq!(
            error,
            format!("operation getA: /paths/~1a{place}/get/parameters: the parameter `a` {says}")
        );
    }
    let error = settled("[{name: 'a b', in: header, schema: {type: string}}]").unwrap_err();
    let says = "is in the header, where its name cannot be written; letters, digits and the signs !#$%&'*+-.^_`|~ are expected";
    assert!(error.ends_with(says), "{error}");
    assert!(settled("[{name: 'a$b.c_d', in: cookie, schema: {type: string}}]").is_ok());
}

#[test]
fn a_header_that_http_writes_is_no_parameter() {
    let of = |name: &str, other: &str| {
        let found = settled(&format!(
            "[{{name: {name}, in: header, schema: {{type: string}}}}, {{name: b, in: {other}, schema: {{type: string}}}}]"
        ));
        found.map(|document| parameters_of(&document).len())
    };
    for name in [
        "Host",
        "content-length",
        "Transfer-Encoding",
        "CONNECTION",
        "TE",
    ] {
        let says = "is a header that HTTP writes for each request; leave it out";
        let says =
            format!("operation getA: /paths/~1a/get/parameters: the parameter `{name}` {says}");
        assert_eq!(of(name, "query"), Err(says));
    }
    let error = of("cookie", "cookie").unwrap_err();
    let says = "the parameter `cookie` is the header of the parameters in cookies beside it; one of both is expected";
    assert!(error.ends_with(says), "{error}");
    for (name, other) in [
        ("Cookie", "query"),
        ("X-Host", "cookie"),
        ("Hosts", "query"),
    ] {
        assert_eq!(of(name, other), Ok(2), "{name}");
    }
}

#[test]
fn a_path_parameter_must_occur_in_its_template() {
    let parameter = |name: &str| json!({"name": name, "in": "path", "required": true, "schema": {"type": "string"}});
    let linted = |path: &str| {
        let operation = json!({
            "operationId": "getA", "parameters": [parameter("a"), parameter("b")],
            "responses": {"200": {"description": ""}},
        });
        let root = json!({"openapi": "3.0.3", "paths": {path: {"get": operation}}});
        lint::lint(&Document::new(root).unwrap()).map_err(|error| error.to_string())
    };
    assert_eq!(linted("/x/{b}/{a}"), Ok(()));
    let problem = "the path parameter `b` does not occur in the path /x/{a}";
    assert_eq!(
        linted("/x/{a}"),
        Err(format!("operation getA: /paths/~1x~1{{a}}/get: {problem}"))
    );
}

#[test]
fn a_schema_that_refers_to_itself_is_no_parameter() {
    let mut document =
        document("[{name: a, in: query, schema: {$ref: '#/components/schemas/Line'}}]");
    document.schemas_mut().insert(
        "Line".to_owned(),
        json!({"oneOf": [{"$ref": "#/components/schemas/Line"}, {"$ref": "#/components/schemas/Line"}]}),
    );
    let error = parameters::parameters(&mut document)
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("has a schema of too many levels or choices"),
        "{error}"
    );
}

#[test]
fn a_schema_is_inspected_up_to_16_levels_and_1000_schemas() {
    let sent = |schema: Value| {
        let mut document = document("[{name: a, in: query}]");
        let place = document.places().remove(0);
        let operation = document.operation_mut(&place).unwrap();
        operation["parameters"][0]["schema"] = schema;
        let settled = parameters::parameters(&mut document);
        settled.map_err(|error| error.to_string().contains("too many levels or choices"))
    };
    let text = json!({"type": "string"});
    for key in ["allOf", "anyOf", "oneOf"] {
        let levels = |n| (0..n).fold(text.clone(), |part, _| json!({key: [part]}));
        assert_eq!(sent(levels(16)), Ok(()), "{key}");
        assert_eq!(sent(levels(17)), Err(true), "{key}");
        // The schema itself counts as one of them.
        assert_eq!(sent(json!({key: vec![text.clone(); 999]})), Ok(()));
        assert_eq!(sent(json!({key: vec![text.clone(); 1000]})), Err(true));
    }
    let members = |n: usize| -> Value { (0..n).map(|i| (i.to_string(), text.clone())).collect() };
    assert_eq!(sent(json!({"properties": members(999)})), Ok(()));
    assert_eq!(sent(json!({"properties": members(1000)})), Err(true));
    let deep = |n| (0..n).fold(text.clone(), |part, _| json!({"allOf": [part]}));
    assert_eq!(sent(json!({"type": "array", "items": deep(15)})), Ok(()));
    assert_eq!(sent(json!({"type": "array", "items": deep(16)})), Err(true));
}

#[test]
fn the_model_contains_the_style_of_a_parameter() {
    let mut document = settled(
        "[{name: a, in: query, style: pipeDelimited, schema: {type: array, items: {type: string}}}, \
          {name: b, in: query, style: deepObject, schema: {$ref: '#/components/schemas/Point'}}, \
          {name: c, in: path, style: label, explode: true, schema: {type: string}}]",
    )
    .unwrap();
    let read = |document: &mut Document| {
        for (key, value) in [
            (versions::EXTENSION, json!({"accept": "", "versions": []})),
            (
                atlas_gen::passes::answers::EXTENSION,
                json!({"successes": [], "failures": []}),
            ),
        ] {
            let place = document.places().remove(0);
            document
                .operation_mut(&place)
                .unwrap()
                .insert(key.to_owned(), value);
        }
        model::operations(document).map_err(|error| error.to_string())
    };
    let operations = read(&mut document).unwrap();
    let found: Vec<(&str, Location, Style, bool)> = operations[0]
        .parameters
        .iter()
        .map(|p| (p.name.as_str(), p.location, p.style, p.explode))
        .collect();
    assert_eq!(
        found,
        [
            ("c", Location::Path, Style::Label, true),
            ("a", Location::Query, Style::PipeDelimited, false),
            ("b", Location::Query, Style::DeepObject, true),
        ]
    );
    let mut document = settled("[{name: a, in: cookie, schema: {type: string}}]").unwrap();
    let operations = read(&mut document).unwrap();
    assert_eq!(operations[0].parameters[0].location, Location::Cookie);

    let content = "[{name: a, in: query, content: {application/json: {schema: {type: string}}}}]";
    let error = read(&mut settled(content).unwrap()).unwrap_err();
    assert!(error.contains("has its type under `content`"), "{error}");
}
