//! What a selection keeps of a document, and how one that matches nothing is rejected.

use atlas_gen::document::Document;
use atlas_gen::passes::select::{Selection, known_tags, select};
use serde_json::json;

use crate::passes::examples::document;

/// Selects by tags and ids from a document with three operations.
fn selected(tags: &[&str], operations: &[&str]) -> Result<Document, String> {
    let mut document = document(
        "select",
        "tags: [{name: Clusters}, {name: Invoices}, {name: Unused}, {name: ab}]\n\
         paths:\n  \
         /a: {get: {operationId: getCluster, tags: [Clusters], responses: {'200': {$ref: '#/components/responses/A'}}}}\n  \
         /b: {get: {operationId: getInvoice, tags: [Invoices, Clusters], responses: {'200': {$ref: '#/components/responses/B'}}}, \
         delete: {operationId: deleteInvoice, tags: [Invoices, ab], responses: {'200': {description: ''}}}}\n\
         components:\n  \
         responses: {A: {description: A}, B: {description: B, headers: {X: {$ref: '#/components/headers/a~1b'}}}}\n  \
         headers: {a/b: {description: X}, a~1b: {description: another}}\n  \
         parameters: {P: {name: p, in: query}}\n  \
         securitySchemes: {Digest: {type: http}}\n  \
         x-own: {anything: {}}\n",
    );
    let selection = Selection::Some {
        tags: tags.iter().map(|&tag| tag.to_owned()).collect(),
        operations: operations.iter().map(|&id| id.to_owned()).collect(),
    };
    select(&mut document, &selection).map_err(|error| error.to_string())?;
    Ok(document)
}

#[test]
fn tags_and_ids_select_operations_with_any_of_them() {
    let ids = |tags: &[&str], operations: &[&str]| -> Vec<String> {
        let document = selected(tags, operations).unwrap();
        let places = document.places();
        let ids = places.iter().map(|place| document.operation_id(place));
        ids.map(str::to_owned).collect()
    };
    assert_eq!(ids(&["Clusters"], &[]), ["getCluster", "getInvoice"]);
    assert_eq!(ids(&["Invoices"], &[]), ["getInvoice", "deleteInvoice"]);
    assert_eq!(
        ids(&["ab"], &["getCluster"]),
        ["getCluster", "deleteInvoice"]
    );
}

#[test]
fn a_selection_keeps_the_tags_and_components_that_it_uses() {
    let document = selected(&[], &["getCluster"]).unwrap();
    let root = document.root();
    assert_eq!(root["tags"], json!([{"name": "Clusters"}]));
    let sections: Vec<&String> = root["components"].as_object().unwrap().keys().collect();
    // Security requirements name schemes without a reference; passes read extensions.
    assert_eq!(
        sections,
        ["responses", "securitySchemes", "x-own", "schemas"]
    );
    assert_eq!(root["components"]["x-own"], json!({"anything": {}}));

    let document = selected(&["Invoices"], &[]).unwrap();
    assert_eq!(known_tags(&document), ["Invoices", "Clusters", "ab"]);
    let headers = &document.root()["components"]["headers"];
    assert_eq!(headers, &json!({"a/b": {"description": "X"}}));
}

#[test]
fn an_unknown_tag_or_id_is_an_error_with_the_most_similar_name() {
    for (tags, operations, says) in [
        (
            &["Clusters", "Clustres"][..],
            &[][..],
            "no operation has the tag `Clustres`; did you mean `Clusters`?",
        ),
        (
            &[],
            &["getCluster", "DELETEINVOICES"],
            "no operation has the id `DELETEINVOICES`; did you mean `deleteInvoice`?",
        ),
        // Half of the letters is not similar enough.
        (&["ax"], &[], "no operation has the tag `ax`"),
        (&["zzz"], &[], "no operation has the tag `zzz`"),
    ] {
        assert_eq!(selected(tags, operations).unwrap_err(), says);
    }
}

#[test]
fn select_follows_no_reference_inside_a_value() {
    let mut document = document(
        "select",
        "openapi: 3.0.3\n\
         paths: {/a: {get: {operationId: getA, responses: {'200': {content: {application/json: \
         {schema: {$ref: '#/components/schemas/Root'}, example: {$ref: '#/components/schemas/Shown'}}}}}}}}\n\
         components:\n  schemas:\n    \
         ApiError: {}\n    \
         Root: {default: {$ref: '#/components/schemas/Shown'}, example: [{$ref: '#/components/schemas/Shown'}], \
         enum: [{$ref: '#/components/schemas/Shown'}], properties: {example: {$ref: '#/components/schemas/A'}, \
         default: {$ref: '#/components/schemas/B'}, enum: {$ref: '#/components/schemas/C'}, \
         properties: {$ref: '#/components/schemas/D'}}}\n    \
         Shown: {}\n    A: {}\n    B: {}\n    C: {}\n    D: {}\n    Unused: {}\n",
    );
    select(&mut document, &Selection::All).expect("a selection");
    let kept: Vec<&str> = document.schemas().map(|(name, _)| name.as_str()).collect();
    assert_eq!(kept, ["ApiError", "Root", "A", "B", "C", "D"]);
}

#[test]
fn select_follows_references_of_a_discriminator() {
    let mut document = document(
        "select",
        "openapi: 3.0.3\n\
         paths: {/a: {get: {operationId: getA, responses: {'200': {content: {application/json: \
         {schema: {$ref: '#/components/schemas/Root'}}}}}}}}\n\
         components:\n  schemas:\n    \
         ApiError: {}\n    \
         Root: {discriminator: {propertyName: t, mapping: {a: '#/components/schemas/A', b: B, c: Nowhere}}}\n    \
         A: {properties: {c: {$ref: '#/components/schemas/C'}}}\n    \
         B: {properties: {d: {$ref: '#/components/schemas/D'}}}\n    \
         C: {}\n    D: {}\n    Unused: {}\n",
    );
    select(&mut document, &Selection::All).expect("a selection");
    let kept: Vec<&str> = document.schemas().map(|(name, _)| name.as_str()).collect();
    assert_eq!(kept, ["ApiError", "Root", "A", "B", "C", "D"]);
}
