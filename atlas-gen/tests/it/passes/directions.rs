//! Which members the types of requests and of responses have.

use atlas_gen::document::Document;
use atlas_gen::passes::directions::{directions, is_sent};
use serde_json::json;

use crate::passes::examples::document;

fn split(before: &str) -> Document {
    let mut document = document("directions", before);
    directions(&mut document).unwrap();
    document
}

fn names(document: &Document) -> Vec<&str> {
    document.schemas().map(|(name, _)| name.as_str()).collect()
}

/// Returns a document with one operation that sends and returns `A`.
fn both_sides(schemas: &str) -> String {
    let body = "{content: {application/json: {schema: {$ref: '#/components/schemas/A'}}}}";
    let schemas = schemas.replace('\n', "\n    ");
    format!(
        "paths: {{/a: {{post: {{requestBody: {body}, responses: {{'200': {body}}}}}}}}}\n\
         components:\n  schemas:\n    {schemas}\n"
    )
}

#[test]
fn a_nested_difference_splits_only_the_schemas_that_reach_it() {
    let document = split(&both_sides(
        "A: {properties: {b: {$ref: '#/components/schemas/B'}, same: {$ref: '#/components/schemas/Same'}}}\n\
             B: {required: [id], properties: {id: {readOnly: true}, up: {$ref: '#/components/schemas/A'}}}\n\
             Same: {properties: {readOnly: {type: boolean}}}",
    ));
    assert_eq!(names(&document), ["A", "B", "Same", "ARequest", "BRequest"]);
    assert_eq!(
        document.schema("BRequest").unwrap(),
        &json!({
            "required": [],
            "properties": {"up": {"$ref": "#/components/schemas/ARequest"}},
            "x-atlas-sent": true,
        })
    );
    assert_eq!(document.schema("B").unwrap()["required"], json!(["id"]));
}

#[test]
fn the_date_of_a_split_type_stays_last_and_is_removed() {
    let a = "A: {properties: {b: {$ref: '#/components/schemas/B20240805'}}}\n\
             B20240805: {properties: {id: {readOnly: true}, x: {type: string}}}";
    let mut document = split(&both_sides(a));
    assert_eq!(
        names(&document),
        ["A", "B20240805", "ARequest", "BRequest20240805"]
    );
    atlas_gen::passes::names::names(&mut document).unwrap();
    assert_eq!(names(&document), ["A", "ARequest", "B", "BRequest"]);
}

#[test]
fn schemas_reached_only_by_a_one_sided_member_stay_on_that_side() {
    let document = split(&both_sides(
        "A: {properties: {b: {$ref: '#/components/schemas/B', readOnly: true}, c: {$ref: '#/components/schemas/C', writeOnly: true}}}\n\
             B: {properties: {x: {type: string}}}\nC: {properties: {y: {type: string}}}\nARequest: {type: string}",
    ));
    let sent: Vec<&String> = document
        .schemas()
        .filter(|(_, schema)| schema.get("x-atlas-sent").is_some())
        .map(|(name, _)| name)
        .collect();
    assert_eq!(sent, ["C", "ARequestBody"]);
}

#[test]
fn a_type_that_is_the_same_on_both_sides_is_one_that_is_sent() {
    let document = split(&both_sides("A: {properties: {x: {type: string}}}"));
    assert_eq!(names(&document), ["A"]);
    assert!(is_sent(document.schema("A").unwrap()));
}

#[test]
fn schemas_used_on_one_side_lose_the_members_of_the_other() {
    let body = |name: &str| {
        format!(
            "{{content: {{application/json: {{schema: {{$ref: '#/components/schemas/{name}'}}}}}}}}"
        )
    };
    let document = split(&format!(
        "paths: {{/a: {{post: {{requestBody: {}, responses: {{'200': {}}}}}}}}}\n\
         components:\n  schemas:\n    \
         In: {{required: [id, key, x], properties: {{id: {{readOnly: true}}, key: {{writeOnly: true}}, x: {{}}}}}}\n    \
         Out: {{required: [id, key, x], properties: {{id: {{readOnly: true}}, key: {{writeOnly: true}}, x: {{}}}}}}\n",
        body("In"),
        body("Out"),
    ));
    assert_eq!(names(&document), ["In", "Out"]);
    let of = |name: &str| {
        let schema = document.schema(name).unwrap();
        (schema["required"].clone(), is_sent(schema))
    };
    assert_eq!(of("In"), (json!(["key", "x"]), true));
    assert_eq!(of("Out"), (json!(["id", "x"]), false));
}

#[test]
fn the_type_of_a_request_gets_the_first_free_name() {
    // Both sides use the schemas whose names are taken, so that none of them is removed.
    let mut members = String::new();
    let mut taken = String::new();
    for expected in [
        "ARequest",
        "ARequestBody",
        "ASent",
        "ARequest2",
        "ARequest3",
    ] {
        let document = split(&both_sides(&format!(
            "A: {{properties: {{id: {{readOnly: true}}, o: {{$ref: '#/components/schemas/O'}}}}}}\n\
             O: {{properties: {{{members}}}}}{taken}"
        )));
        assert_eq!(names(&document).last(), Some(&expected));
        members += &format!("{expected}: {{$ref: '#/components/schemas/{expected}'}}, ");
        taken += &format!("\n{expected}: {{type: string}}");
    }
}

#[test]
fn the_schema_of_failures_is_received_though_no_operation_lists_it() {
    let document = split(&both_sides(
        "A: {properties: {x: {type: string}}}\n\
         ApiError: {properties: {code: {type: integer}, key: {writeOnly: true}, detail: {$ref: '#/components/schemas/Detail'}}}\n\
         Detail: {properties: {text: {type: string}, key: {writeOnly: true}}}",
    ));
    let detail = json!({"$ref": "#/components/schemas/Detail"});
    assert_eq!(
        document.schema("ApiError").unwrap(),
        &json!({"properties": {"code": {"type": "integer"}, "detail": detail}})
    );
    assert_eq!(
        document.schema("Detail").unwrap(),
        &json!({"properties": {"text": {"type": "string"}}})
    );
    let document = split(&both_sides(
        "A: {properties: {x: {type: string}}}\nApiError: {properties: {code: {type: integer}}}",
    ));
    assert!(!is_sent(document.schema("ApiError").unwrap()));
    // Without an operation, it is not a response.
    let document = split(&both_sides("A: {properties: {x: {type: string}}}"));
    assert_eq!(names(&document), ["A"]);
}

#[test]
fn a_union_is_split_with_its_variants() {
    let variants = "X: {properties: {id: {readOnly: true}, x: {type: string}}}\nY: {properties: {y: {type: string}}}";
    let listed = |name: &str| json!({"property": "t", "variants": [{"tags": ["x"], "schema": name}, {"tags": ["y"], "schema": "Y"}]});
    for (key, response, request) in [
        (
            "x-atlas-untagged",
            json!(["X", "Y"]),
            json!(["XRequest", "Y"]),
        ),
        ("x-atlas-tagged", listed("X"), listed("XRequest")),
    ] {
        let document = split(&both_sides(&format!(
            "A: {{{key}: {response}}}\n{variants}"
        )));
        assert_eq!(names(&document), ["A", "X", "Y", "ARequest", "XRequest"]);
        assert_eq!(document.schema("A").unwrap()[key], response);
        assert_eq!(document.schema("ARequest").unwrap()[key], request);
    }
}
