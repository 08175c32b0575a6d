//! The time of lint and the passes is linear in the size of a document, whatever its structure. The
//! documents here are so large that a quadratic pass would run for minutes.

use std::fmt::Write as _;

use atlas_gen::document::{Document, MAX_DEPTH};
use atlas_gen::media_type::Date;
use atlas_gen::passes::select::{Selection, select};
use atlas_gen::passes::{SIMPLIFY, lint, versions};
use serde_json::{Value, json};

use crate::passes::examples::tree;

const LENGTH: usize = 20_000;

/// Returns a document with one operation that sends and returns `schemas/A0`.
fn document(schemas: Value) -> Document {
    let mut schemas = schemas;
    schemas["ApiError"] = json!({"type": "object"});
    let body = json!({"application/vnd.atlas.2024-01-01+json": {
        "schema": {"$ref": "#/components/schemas/A0"},
    }});
    let root = json!({
        "openapi": "3.0.3",
        "paths": {"/a": {"post": {
            "operationId": "postA",
            "requestBody": {"content": body.clone()},
            "responses": {"200": {"description": "", "content": body}},
        }}},
        "components": {"schemas": schemas},
    });
    Document::new(root).expect("a document")
}

/// Returns `document` after lint and all passes.
fn simplified(mut document: Document) -> Result<Document, String> {
    let run = |document: &mut Document| {
        lint::lint(document)?;
        select(document, &Selection::All)?;
        let pin = Date::parse("2025-01-01").expect("a date");
        versions::choose_versions(document, &pin, false)?;
        SIMPLIFY.iter().try_for_each(|(_, pass)| pass(document))
    };
    run(&mut document).map_err(|error| error.to_string())?;
    Ok(document)
}

fn reference(i: usize) -> Value {
    json!({"$ref": format!("#/components/schemas/A{i}")})
}

/// Returns the schemas `A0`, `A1` and so on, each made from its number and a reference to the next.
fn chain(link: impl Fn(usize, Value) -> Value) -> Document {
    let links = (0..LENGTH).map(|i| (format!("A{i}"), link(i, reference(i + 1))));
    let last = (format!("A{LENGTH}"), json!({"type": "string"}));
    document(links.chain([last]).collect())
}

#[test]
fn chains_of_objects_and_choices_become_types() {
    let objects = chain(|_, next| json!({"properties": {"a": next, "b": {"readOnly": true}}}));
    // The last one has a read-only member, so that the difference must propagate to the first.
    let document = simplified(objects).unwrap();
    assert!(document.schema("A0Request").is_some());
    let late = chain(|i, next| {
        let last = i + 1 == LENGTH;
        json!({"properties": {"a": next, "b": {"type": "string", "readOnly": last}}})
    });
    let document = simplified(late).unwrap();
    assert!(document.schema("A0Request").is_some());
    let choices = chain(|i, next| {
        let end = format!("#/components/schemas/A{LENGTH}");
        if i + 1 == LENGTH {
            return json!({"properties": {"b": {"$ref": end}}});
        }
        json!({"oneOf": [next, {"type": "object", "properties": {"c": {"type": "string"}}}]})
    });
    let document = simplified(choices).unwrap();
    assert_eq!(
        document.schema("A7").unwrap()["x-atlas-untagged"],
        json!(["A8", "A7Variant2"])
    );
}

#[test]
fn chains_without_a_type_are_rejected_if_they_are_too_long() {
    type Link = fn(usize, Value) -> Value;
    let links: [(Link, &str); 5] = [
        (
            |_, next| next,
            "schema/$ref: `#/components/schemas/A0` leads on through more than 32 references; one that leads to a schema is expected",
        ),
        (
            |_, next| json!({"type": "array", "items": next}),
            "/components/schemas/A19967: `A19967` is a list or a map that nests deeper than 64 levels; an object in between is expected",
        ),
        (
            |_, next| json!({"type": "object", "additionalProperties": next}),
            "is a list or a map that nests deeper than 64 levels; an object in between is expected",
        ),
        (
            |i, next| json!({"allOf": [next, {"properties": {format!("a{i}"): {"type": "string"}}}]}),
            "/components/schemas/A101: an `allOf` leads here through more than 100 others; fewer are expected",
        ),
        (
            |i, next| json!({"oneOf": [next], "properties": {format!("a{i}"): {"type": "string"}}}),
            "the variants of all unions gain more than 1000000 members up to here; fewer are expected",
        ),
    ];
    for (link, says) in links {
        let error = simplified(chain(link)).expect_err("an error");
        assert!(error.ends_with(says), "{error}");
        assert!(!error.contains('\n'), "{error}");
    }
}

#[test]
fn chains_up_to_the_limit_become_types() {
    let alias = |i: usize| {
        if i < 31 {
            reference(i + 1)
        } else {
            json!({"type": "object"})
        }
    };
    let aliases = (0..32).map(|i| (format!("A{i}"), alias(i))).collect();
    assert_eq!(simplified(document(aliases)).err(), None);
    let part = |i| match i {
        99 => json!({"type": "object", "properties": {"a99": {"type": "string"}}}),
        i => {
            json!({"allOf": [reference(i + 1), {"properties": {format!("a{i}"): {"type": "string"}}}]})
        }
    };
    let parts = (0..100).map(|i| (format!("A{i}"), part(i))).collect();
    let found = simplified(document(parts)).unwrap();
    assert_eq!(
        found.schema("A0").unwrap()["properties"]
            .as_object()
            .unwrap()
            .len(),
        100
    );
}

#[test]
fn unlimited_nesting_of_parts_is_rejected() {
    // 40 layers of 40 schemas, each with all schemas of the next layer as parts.
    let layer = |i: usize, j: usize| {
        let mut parts: Vec<Value> = (0..40).map(|k| reference(i * 40 + 40 + k)).collect();
        let own: serde_json::Map<String, Value> = (0..40)
            .map(|k| (format!("m{i}n{j}o{k}"), json!({"type": "string"})))
            .collect();
        parts.push(json!({"properties": own}));
        (format!("A{}", i * 40 + j), json!({"allOf": parts}))
    };
    let ends = (0..40).map(|j| (format!("A{}", 1_600 + j), json!({"type": "object"})));
    let all = (0..40)
        .flat_map(|i| (0..40).map(move |j| layer(i, j)))
        .chain(ends)
        .collect();
    let error = simplified(document(all)).expect_err("an error");
    assert!(
        error.contains("the `allOf`s of the document come to more than 1000000 members"),
        "{error}"
    );
}

#[test]
fn circles_of_many_unions_are_opened_in_linear_time() {
    // Each lists the next and the first, and the last lists all.
    let link = |i: usize| match i + 1 {
        LENGTH => (0..=LENGTH).map(reference).collect::<Vec<Value>>(),
        next => vec![reference(next), reference(0)],
    };
    let unions = (0..LENGTH).map(|i| (format!("A{i}"), json!({"oneOf": link(i)})));
    let end = (format!("A{LENGTH}"), json!({"type": "object"}));
    let found = simplified(document(unions.chain([end]).collect())).unwrap();
    let variants = |i: usize| &found.schema(&format!("A{i}")).unwrap()["x-atlas-untagged"];
    assert_eq!(variants(7), &json!(["A8"]));
    assert_eq!(variants(LENGTH - 1), &json!([format!("A{LENGTH}")]));
}

#[test]
fn unlimited_copies_of_variants_are_rejected() {
    // Each union has the two of the next layer as variants, and each adds a member to both.
    let layer = |i: usize, j: usize| {
        let next = [reference(2 * i + 2), reference(2 * i + 3)];
        let own = json!({format!("m{i}n{j}"): {"type": "string"}});
        (
            format!("A{}", 2 * i + j),
            json!({"properties": own, "oneOf": next}),
        )
    };
    let ends = (0..2).map(|j| (format!("A{}", 48 + j), json!({"type": "object"})));
    let layers = (0..24).flat_map(|i| (0..2).map(move |j| layer(i, j)));
    let error = simplified(document(layers.chain(ends).collect())).expect_err("an error");
    assert!(
        error.contains("unions that share members copy more than 10000 variants"),
        "{error}"
    );
}

#[test]
fn a_parent_of_many_children_takes_linear_time() {
    let mut mapping = serde_json::Map::new();
    for i in 1..=LENGTH {
        mapping.insert(format!("T{i}"), format!("#/components/schemas/A{i}").into());
    }
    let parent = json!({
        "properties": {"t": {"type": "string"}},
        "discriminator": {"propertyName": "t", "mapping": mapping},
        "oneOf": (1..=LENGTH).map(reference).collect::<Vec<Value>>(),
    });
    let child = |i: usize| {
        let parts = json!([reference(0), {"properties": {"own": {"type": "string"}}}]);
        (format!("A{i}"), json!({"allOf": parts}))
    };
    let all = [("A0".to_owned(), parent)].into_iter();
    let found = simplified(document(all.chain((1..=LENGTH).map(child)).collect())).unwrap();
    let child = found.schema("A7").unwrap();
    let members = child["properties"].as_object().unwrap();
    assert_eq!(members.keys().collect::<Vec<_>>(), ["t", "own"]);
}

#[test]
fn children_that_are_only_implied_take_linear_time_and_have_a_limit() {
    let parent =
        json!({"discriminator": {"propertyName": "t"}, "properties": {"t": {"type": "string"}}});
    let child = |i: usize| (format!("A{i}"), json!({"allOf": [reference(0)]}));
    let all = [("A0".to_owned(), parent.clone())].into_iter();
    let found = simplified(document(all.chain((1..=LENGTH).map(child)).collect())).unwrap();
    let variants = &found.schema("A0").unwrap()["x-atlas-tagged"]["variants"];
    assert_eq!(variants.as_array().unwrap().len(), LENGTH);

    // 2,000 parents have 2,000 children each, by way of one schema.
    let parents = (1..=2_000).map(|i| (format!("A{i}"), parent.clone()));
    let parts: Vec<Value> = (1..=2_000).map(reference).collect();
    let all = [("A0".to_owned(), json!({"allOf": parts}))].into_iter();
    let children = (2_001..=4_000).map(child);
    let error = simplified(document(all.chain(parents).chain(children).collect())).unwrap_err();
    let expected = "have more than 1000000 children up to here";
    assert!(error.to_string().contains(expected), "{error}");
}

#[test]
fn wide_schemas_and_equal_names_take_linear_time() {
    let many = |of: &dyn Fn(usize) -> (String, Value)| -> serde_json::Map<String, Value> {
        (0..LENGTH).map(of).collect()
    };
    // Members with the same Rust name, each with a separate type.
    let members = many(&|i| {
        let name = format!("a{}{}", "-".repeat(i % 150), "_".repeat(i / 150));
        (name, json!({"type": "string", "enum": [format!("X{i}")]}))
    });
    let document_of = |schema: Value| {
        let listed = (1..=LENGTH).map(|i| {
            (
                format!("A{i}"),
                json!({"type": "object", "properties": {"x": {"type": "string"}}}),
            )
        });
        document(
            [("A0".to_owned(), schema)]
                .into_iter()
                .chain(listed)
                .collect(),
        )
    };
    let found = simplified(document(json!({"A0": {"properties": members}}))).unwrap();
    assert_eq!(
        found.schemas().count(),
        LENGTH + 2 + 2,
        "each with a type of its own"
    );
    let variants: Vec<Value> = (1..=LENGTH).map(reference).collect();
    let found = simplified(document_of(json!({"oneOf": variants.clone()}))).unwrap();
    assert_eq!(
        found.schema("A0").unwrap()["x-atlas-untagged"]
            .as_array()
            .unwrap()
            .len(),
        LENGTH
    );
    let tagged = json!({"oneOf": variants, "discriminator": {"propertyName": "t"}});
    let found = simplified(document_of(tagged)).unwrap();
    assert_eq!(
        found.schema("A0").unwrap()["x-atlas-tagged"]["variants"]
            .as_array()
            .unwrap()
            .len(),
        LENGTH
    );
    let values: Vec<Value> = (0..LENGTH)
        .map(|i| json!({"enum": [format!("X{i}")], "type": "string"}))
        .collect();
    let found = simplified(document(json!({"A0": {"oneOf": values}}))).unwrap();
    assert_eq!(
        found.schema("A0").unwrap()["enum"]
            .as_array()
            .unwrap()
            .len(),
        LENGTH
    );
    // Alternatives without a name, two of each.
    let lists: Vec<Value> = (0..LENGTH)
        .map(|i| json!({"type": "array", "items": {"type": "string"}, "minItems": i / 2}))
        .collect();
    let found = simplified(document(json!({"A0": {"oneOf": lists}}))).unwrap();
    let variants = &found.schema("A0").unwrap()["x-atlas-untagged"];
    assert_eq!(variants.as_array().unwrap().len(), LENGTH / 2);
    // Half of the members are read-only.
    let required: Vec<String> = (0..LENGTH).map(|i| format!("m{i}")).collect();
    let members = many(&|i| {
        (
            format!("m{i}"),
            json!({"type": "string", "readOnly": i % 2 == 0}),
        )
    });
    let found = simplified(document(
        json!({"A0": {"properties": members, "required": required}}),
    ))
    .unwrap();
    assert_eq!(
        found.schema("A0Request").unwrap()["required"]
            .as_array()
            .unwrap()
            .len(),
        LENGTH / 2
    );
    // Schemas with the same Rust name.
    let same = many(&|i| {
        (
            format!("b{}{}", "-".repeat(i % 150), "_".repeat(i / 150)),
            json!({"type": "object"}),
        )
    });
    let uses: Vec<Value> = same
        .keys()
        .map(|name| json!({"$ref": format!("#/components/schemas/{name}")}))
        .collect();
    let mut schemas = Value::Object(same);
    schemas["A0"] = json!({"oneOf": uses});
    assert_eq!(
        simplified(document(schemas)).unwrap().schemas().count(),
        LENGTH + 4
    );
}

#[test]
fn many_parameters_with_one_name_and_many_operations_take_linear_time() {
    let mut paths = String::new();
    for i in 0..LENGTH {
        let _ = writeln!(
            paths,
            "  /p{i}: {{get: {{operationId: get{i}, tags: [t{i}], responses: {{'200': {{description: ''}}}}}}}}"
        );
    }
    let parameters: Vec<Value> = (0..LENGTH)
        .map(|i| json!({"name": format!("a{}{}", "-".repeat(i % 150), "_".repeat(i / 150)), "in": "query", "schema": {"type": "string"}}))
        .collect();
    let text = format!(
        "openapi: 3.0.3\npaths:\n{paths}components: {{schemas: {{ApiError: {{type: object}}}}}}\n"
    );
    let mut root = tree("many", &text);
    root["paths"]["/p0"]["get"]["parameters"] = Value::Array(parameters);
    let found = simplified(Document::new(root).unwrap()).unwrap();
    let operations = atlas_gen::model::operations(&found).unwrap();
    assert_eq!(operations.len(), LENGTH);
    let names: std::collections::HashSet<&String> = operations[0]
        .parameters
        .iter()
        .map(|parameter| &parameter.rust_name)
        .collect();
    assert_eq!(names.len(), LENGTH);
    let wanted = Selection::Some {
        tags: (0..LENGTH).map(|i| format!("t{i}")).collect(),
        operations: (0..LENGTH).map(|i| format!("get{i}")).collect(),
    };
    let mut document = found;
    select(&mut document, &wanted).unwrap();
    assert_eq!(document.places().len(), LENGTH);
}

#[test]
fn what_operations_share_is_copied_up_to_a_limit() {
    let text = "a".repeat(100_000);
    let body = json!({"application/vnd.atlas.2024-01-01+json": {"schema": {"type": "string"}}});
    let shared = json!({
        "parameters": {"A": {"name": "a", "in": "query", "description": text, "schema": {"type": "string"}}},
        "requestBodies": {"A": {"description": text, "content": body}},
        "responses": {"A": {"description": text, "content": body}},
    });
    let reference = |section: &str| json!({"$ref": format!("#/components/{section}/A")});
    let operation = |section: &str, i: usize| {
        let mut operation =
            json!({"operationId": format!("getA{i}"), "responses": {"200": {"description": ""}}});
        match section {
            "parameters" => operation["parameters"] = json!([reference(section)]),
            "requestBodies" => operation["requestBody"] = reference(section),
            _ => operation["responses"]["200"] = reference(section),
        }
        operation
    };
    let found = |section: &str, count: usize| {
        let paths = (0..count).map(|i| {
            let item = json!({"post": operation(section, i)});
            (format!("/a{i}"), item)
        });
        let paths = Value::Object(paths.collect());
        let root = json!({"openapi": "3.0.3", "paths": paths, "components": shared});
        simplified(Document::new(root).unwrap()).map(|document| document.places().len())
    };
    for section in ["parameters", "requestBodies", "responses"] {
        assert_eq!(found(section, 600), Ok(600));
        let error = found(section, 700).unwrap_err();
        let expected = "/post: the shared parameters, request bodies and responses come to more than 64 MiB \
                        in the operations up to here; smaller ones are expected";
        assert!(error.ends_with(expected), "{section}: {error}");
    }
}

#[test]
fn a_path_of_many_parameters_takes_linear_time() {
    let names = || (0..LENGTH).map(|i| format!("a{i}"));
    let path: String = names().map(|name| format!("/{{{name}}}")).collect();
    let path = format!("/{}{path}", "a".repeat(1_000_000));
    let parameters = names();
    let parameters: Vec<Value> = parameters
        .map(|name| json!({"name": name, "in": "path", "required": true, "schema": {"type": "string"}}))
        .collect();
    let operation = json!({
        "operationId": "getA",
        "parameters": parameters,
        "responses": {"200": {"description": ""}},
    });
    let root = json!({"openapi": "3.0.3", "paths": {&path: {"get": operation}}});
    let found = simplified(Document::new(root).unwrap()).unwrap();
    let operations = atlas_gen::model::operations(&found).unwrap();
    let plain = atlas_gen::plain::plain(&found, &operations);
    assert!(plain["paths"].get(&path).is_some());
}

#[test]
fn many_parents_with_one_child_take_linear_time_and_copies_of_a_choice_have_a_limit() {
    let end = |i: usize| (format!("A{i}"), json!({"type": "object"}));
    let parent = |i: usize| (format!("A{i}"), json!({"oneOf": [reference(LENGTH)]}));
    let parts: Vec<Value> = (1..=LENGTH).map(reference).collect();
    let all = [("A0".to_owned(), json!({"allOf": parts})), end(LENGTH)].into_iter();
    let all = all.chain((1..LENGTH).map(parent));
    let found = simplified(document(all.collect())).unwrap();
    assert_eq!(found.schema("A0").unwrap().get("x-atlas-untagged"), None);

    // 2,000 schemas are a choice whose discriminator has 2,000 values for one alternative.
    let mapping: serde_json::Map<String, Value> = (0..2_000)
        .map(|i| (format!("T{i}"), "#/components/schemas/A2".into()))
        .collect();
    let choice = json!({
        "oneOf": [reference(2)],
        "discriminator": {"propertyName": "t", "mapping": mapping},
    });
    let parts: Vec<Value> = (3..2_003).map(reference).collect();
    let all = [
        ("A0".to_owned(), json!({"anyOf": parts})),
        ("A1".to_owned(), choice),
        end(2),
    ];
    let copies = (3..2_003).map(|i| (format!("A{i}"), json!({"allOf": [reference(1)]})));
    let error = simplified(document(all.into_iter().chain(copies).collect())).unwrap_err();
    let expected = "the `allOf`s of the document come to more than 1000000 members";
    assert!(error.contains(expected), "{error}");
}

#[test]
fn nesting_beyond_the_limit_is_an_error_with_its_location() {
    for key in ["properties", "items", "allOf", "oneOf"] {
        let mut schema = json!({"type": "string"});
        for _ in 0..LENGTH {
            schema = match key {
                "properties" => Value::Object(
                    [(
                        key.to_owned(),
                        Value::Object([("a".to_owned(), schema)].into_iter().collect()),
                    )]
                    .into_iter()
                    .collect(),
                ),
                "items" => Value::Object([(key.to_owned(), schema)].into_iter().collect()),
                _ => Value::Object(
                    [(key.to_owned(), Value::Array(vec![schema]))]
                        .into_iter()
                        .collect(),
                ),
            };
        }
        let schemas = Value::Object([("Deep".to_owned(), schema)].into_iter().collect());
        let components = Value::Object([("schemas".to_owned(), schemas)].into_iter().collect());
        let mut root = json!({"openapi": "3.0.3"});
        root.as_object_mut()
            .unwrap()
            .insert("components".to_owned(), components);
        let error = Document::new(root).expect_err("an error").to_string();
        assert_eq!(
            error,
            format!("/components/schemas/Deep: nested deeper than {MAX_DEPTH} levels")
        );
    }
}
