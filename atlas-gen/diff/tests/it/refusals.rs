//! What the generator rejects is a finding, and drops no Rust code of other APIs from the comparison.

use atlas_diff::rust_api::judge;
use atlas_diff::{Breaks, Bump, Level};
use serde_json::{Value, json};

use crate::cases::{fixture, set};
use crate::rust_api::{findings, revision};

/// The base document and one with `value` at `pointer`.
fn pair(pointer: &str, value: Value) -> (Value, Value) {
    let old = fixture("base.yaml");
    let mut new = old.clone();
    set(&mut new, pointer, value);
    (old, new)
}

#[test]
fn a_document_that_the_generator_rejects_is_a_finding_where_it_took_the_old_one() {
    let member = "/components/schemas/Owner/properties/id";
    let place = json!({"$ref": "#/components/schemas/Cluster/properties/id"});
    let (old, new) = pair(member, place);
    let found = findings(&old, &new);
    let (rust, refusal) = judge(&revision(&old), &revision(&new), &found);
    let refusal = refusal.expect("a finding");
    assert_eq!(refusal.id, "codegen-refused");
    assert_eq!(refusal.level, Level::Warning);
    assert_eq!(refusal.pointer, format!("{member}/$ref"));
    assert!(
        refusal.text.contains("names no schema as a whole"),
        "{refusal:?}"
    );
    // The Rust code is compared all the same, and only what is new is found.
    let rust = rust.expect("a comparison");
    assert_eq!(rust.bump, Bump::Minor, "{rust:#?}");
    let items: Vec<&str> = rust
        .changes
        .iter()
        .map(|change| change.item.as_str())
        .collect();
    assert!(
        items
            .iter()
            .any(|item| item.starts_with("types::Owner::id: ")),
        "{items:?}"
    );
    // What was rejected before is no news, nor what is taken now.
    assert_eq!(judge(&revision(&new), &revision(&new), &[]).1, None);
    assert_eq!(judge(&revision(&new), &revision(&old), &[]).1, None);
    assert_eq!(judge(&revision(&old), &revision(&old), &[]).1, None);
}

#[test]
fn schemas_that_are_called_as_types_of_the_client_are_compared() {
    for name in [
        "Timestamp",
        "ObjectId",
        "Sensitive",
        "Error",
        "Client",
        "Option",
    ] {
        let (mut old, mut new) = pair(
            "/components/schemas/Owner/properties/at",
            json!({"type": "string"}),
        );
        for document in [&mut old, &mut new] {
            let schema = json!({"type": "object", "properties": {"seconds": {"type": "integer"}}});
            set(document, &format!("/components/schemas/{name}"), schema);
            let refers = json!({"$ref": format!("#/components/schemas/{name}")});
            set(
                document,
                "/components/schemas/Owner/properties/since",
                refers,
            );
            let date = json!({"type": "string", "format": "date-time"});
            set(document, "/components/schemas/Owner/properties/until", date);
        }
        let (rust, refusal) = judge(&revision(&old), &revision(&new), &findings(&old, &new));
        let rust = rust.expect("a comparison");
        assert_eq!(
            (rust.bump, refusal),
            (Bump::Minor, None),
            "{name}: {rust:#?}"
        );
    }
}

#[test]
fn references_into_any_place_are_compared_in_documents_of_any_api() {
    let answer = |schema: Value| {
        json!({"responses": {"200": {"description": "", "content": {"application/json": {
            "schema": schema,
        }}}}})
    };
    let document = |kind: &str, target: &str| {
        json!({
            "openapi": "3.0.3",
            "info": {"title": "any", "version": "1"},
            "paths": {
                "/a": {"get": answer(json!({"type": "object", "properties": {"n": {"type": kind}}}))},
                "/b": {"get": answer(json!({"$ref": target}))},
            },
        })
    };
    for target in [
        "#/paths/~1a/get/responses/200/content/application~1json/schema",
        "#/paths/~1a/get/responses/200/content/application%7E1json/schema",
    ] {
        let (old, new) = (document("integer", target), document("string", target));
        let (rust, refusal) = judge(&revision(&old), &revision(&new), &findings(&old, &new));
        let rust = rust.expect("a comparison");
        assert_eq!(refusal, None, "both are rejected");
        assert_eq!(rust.bump, Bump::Major);
        let same = judge(&revision(&old), &revision(&old), &[]).0;
        assert_eq!(same.expect("a comparison").bump, Bump::None);
    }
}

#[test]
fn a_dated_media_type_in_other_letter_case_is_the_same_for_rust() {
    let document = |media: &str| {
        let content =
            json!({media: {"schema": {"type": "object", "properties": {"n": {"type": "string"}}}}});
        json!({
            "openapi": "3.0.3",
            "info": {"title": "any", "version": "1"},
            "paths": {"/api/atlas/v2/a": {"post": {
                "operationId": "doIt",
                "requestBody": {"content": content},
                "responses": {"200": {"description": "", "content": content}},
            }}},
        })
    };
    let old = document("application/vnd.atlas.2024-05-30+json");
    let new = document("application/vnd.atlas.2024-05-30+JSON");
    let (rust, _) = judge(&revision(&old), &revision(&new), &findings(&old, &new));
    let rust = rust.expect("a comparison");
    assert_eq!(rust.bump, Bump::None, "{rust:#?}");
}

#[test]
fn reserved_characters_that_must_be_encoded_now_break_no_rust_code() {
    let document = |of_path: bool, reserved: bool| {
        let parameters = json!([{"name": "q", "in": "query", "schema": {"type": "string"},
            "allowReserved": reserved}]);
        let (path, operation) = match of_path {
            true => (parameters, json!([])),
            false => (json!([]), parameters),
        };
        json!({
            "openapi": "3.0.3",
            "info": {"title": "any", "version": "1"},
            "paths": {"/api/atlas/v2/a": {"parameters": path, "get": {
                "operationId": "getIt",
                "parameters": operation,
                "responses": {"204": {"description": ""}},
            }}},
        })
    };
    for of_path in [false, true] {
        let (old, new) = (document(of_path, true), document(of_path, false));
        let found = findings(&old, &new);
        assert_eq!(found.len(), 1);
        let rust = judge(&revision(&old), &revision(&new), &found).0;
        assert_eq!(rust.expect("a comparison").changes, []);
    }
}

#[test]
fn reserved_characters_in_a_form_are_those_of_the_caller() {
    let document = |reserved: bool| {
        let schema = json!({"type": "object", "properties": {"q": {"type": "string"}}});
        let encoding = json!({"q": {"allowReserved": reserved}});
        let content =
            json!({"application/x-www-form-urlencoded": {"schema": schema, "encoding": encoding}});
        json!({
            "openapi": "3.0.3",
            "info": {"title": "any", "version": "1"},
            "paths": {"/api/atlas/v2/a": {"post": {
                "operationId": "doIt",
                "requestBody": {"content": content},
                "responses": {"204": {"description": ""}},
            }}},
        })
    };
    let (old, new) = (document(true), document(false));
    let found = findings(&old, &new);
    assert_eq!(found.len(), 1);
    let rust = judge(&revision(&old), &revision(&new), &found).0;
    let breaks: Vec<_> = rust.expect("a comparison").changes;
    let breaks: Vec<_> = breaks.iter().map(|change| change.breaks).collect();
    assert_eq!(breaks, [Some(Breaks::Runtime)]);
}
