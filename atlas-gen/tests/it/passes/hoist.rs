//! Which inline schemas share one component, and which need a longer name.

use crate::passes::edges::{after, becomes};
use crate::passes::examples::document;

#[test]
fn locations_with_the_same_name_share_a_type_if_it_is_equal() {
    let first = "type: string, enum: [X]";
    for (second, name) in [
        (first, "ABC"),
        ("type: string, enum: [Y]", "ABC2"),
        ("enum: [X]", "ABC2"),
        ("type: string, enum: [X], title: t", "ABC2"),
        ("enum: [X], title: t", "ABC2"),
    ] {
        let hoisted = |schema: &str| format!("{{{schema}, x-atlas-hoisted: true}}");
        let other = match name {
            "ABC" => String::new(),
            _ => format!("\n{name}: {}", hoisted(second)),
        };
        becomes(
            "hoist",
            &format!(
                "A: {{properties: {{b_c: {{{first}}}}}}}\nAB: {{properties: {{c: {{{second}}}}}}}"
            ),
            &format!(
                "A: {{properties: {{b_c: {{$ref: '#/components/schemas/ABC'}}}}}}\n\
                 AB: {{properties: {{c: {{$ref: '#/components/schemas/{name}'}}}}}}\n\
                 ABC: {}{other}",
                hoisted(first)
            ),
        );
    }
}

#[test]
fn the_successes_of_an_operation_share_a_type_if_it_is_the_same() {
    let responses = |first: &str, second: &str, schemas: &str| {
        let content =
            |schema: &str| format!("{{content: {{application/json: {{schema: {schema}}}}}}}");
        format!(
            "paths: {{/a: {{get: {{operationId: getA, responses: {{'200': {}, '202': {}}}}}}}}}\n\
             components: {{schemas: {{{schemas}}}}}",
            content(first),
            content(second)
        )
    };
    let (x, y) = ("properties: {x: {}}", "properties: {y: {}}");
    let inline = |schema: &str| format!("{{{schema}}}");
    let named = |name: &str| format!("{{$ref: '#/components/schemas/{name}'}}");
    let hoisted =
        |schema: &str| format!("{{{schema}, x-atlas-hoisted: true, x-atlas-of-operation: true}}");
    let found = after("hoist", &responses(&inline(x), &inline(x), "")).unwrap();
    let name = named("GetAResponse");
    let schemas = format!("GetAResponse: {}", hoisted(x));
    assert_eq!(found, document("one", &responses(&name, &name, &schemas)));

    let found = after("hoist", &responses(&inline(x), &inline(y), "")).unwrap();
    let schemas = format!("{schemas}, GetAResponse2: {}", hoisted(y));
    let expected = responses(&name, &named("GetAResponse2"), &schemas);
    assert_eq!(found, document("two", &expected));
}

#[test]
fn a_single_part_that_is_a_reference_is_the_member_itself() {
    let target = "B: {properties: {x: {type: string}}}";
    becomes(
        "hoist",
        &format!(
            "A: {{properties: {{b: {{type: object, allOf: [{{$ref: '#/components/schemas/B'}}], description: words}}}}}}\n{target}"
        ),
        &format!(
            "A: {{properties: {{b: {{$ref: '#/components/schemas/B', description: words}}}}}}\n{target}"
        ),
    );
    // With another part or additional members, it is a separate type.
    let reference = "{$ref: '#/components/schemas/B'}";
    let y = "properties: {y: {type: string}}";
    for inline in [
        format!("allOf: [{reference}, {{{y}}}]"),
        format!("{y}, allOf: [{reference}]"),
        format!("allOf: [{{{y}}}]"),
    ] {
        becomes(
            "hoist",
            &format!("A: {{properties: {{b: {{{inline}}}}}}}\n{target}"),
            &format!(
                "A: {{properties: {{b: {{$ref: '#/components/schemas/AB'}}}}}}\n{target}\n\
                 AB: {{{inline}, x-atlas-hoisted: true}}"
            ),
        );
    }
}

#[test]
fn a_member_that_becomes_a_type_keeps_its_name_from_a_longer_member() {
    let (object, list) = ("properties: {x: {}}", "type: array, items");
    for (name, has_type) in [
        ("enum: [Y]".to_owned(), true),
        (object.to_owned(), true),
        (format!("allOf: [{{{object}}}]"), true),
        ("oneOf: [{type: string}]".to_owned(), true),
        ("anyOf: [{type: string}]".to_owned(), true),
        (format!("{list}: {{enum: [Y]}}"), true),
        (format!("additionalProperties: {{{object}}}"), true),
        (format!("{list}: {{{list}: {{enum: [Y]}}}}"), true),
        (format!("{list}: {{type: string}}"), false),
        ("type: integer, enum: [1]".to_owned(), false),
        ("type: object, properties: {}".to_owned(), false),
    ] {
        let before =
            format!("UserRole: {{properties: {{roleName: {{enum: [X]}}, name: {{{name}}}}}}}");
        let found = after("hoist", &before).unwrap();
        let long = found.schema("UserRoleRoleName").is_some();
        assert_eq!(long, has_type, "{name}");
    }
}
