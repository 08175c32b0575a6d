//! Names and prose that would not compile unchanged.

use atlas_gen::document::Document;
use atlas_gen::passes::names::RESERVED;
use atlas_gen::passes::{SIMPLIFY, lint, names, rust_types, words};
use serde_json::{Value, json};

use crate::documents::odd_documents::{faults, outcome};
use crate::passes::examples::{document, tree};

/// Characters that rustc rejects in comments, and some that change how a comment is displayed.
const REFUSED: [char; 14] = [
    '\u{202a}', '\u{202b}', '\u{202c}', '\u{202d}', '\u{202e}', '\u{2066}', '\u{2067}', '\u{2068}',
    '\u{2069}', '\r', '\0', '\u{1b}', '\u{7f}', '\u{85}',
];

#[test]
fn prose_loses_characters_that_are_invalid_in_comments_at_any_location() {
    for sign in REFUSED {
        let prose = format!("left{sign}right");
        let root = json!({
            "openapi": "3.0.3",
            "info": {"title": prose, "version": "1"},
            "paths": {"/a": {"get": {
                "summary": prose, "description": prose, "x-xgen-docs-url": prose, "x-rolesRequirements": [prose],
                "parameters": [{"name": "a", "in": "query", "description": prose}],
                "responses": {"200": {"description": prose}},
            }}},
            "components": {"schemas": {"A": {
                "title": prose,
                "properties": {"description": {"type": "string", "description": prose, "default": prose}},
            }}},
        });
        let mut document = Document::new(root).unwrap();
        words::words(&mut document).unwrap();
        let text = document.clone().into_value();
        let shown = text.to_string();
        let right = if sign == '\r' {
            "left\nright"
        } else {
            "leftright"
        };
        assert_eq!(text["paths"]["/a"]["get"]["summary"], right);
        let member = &document.schema("A").unwrap()["properties"]["description"];
        assert_eq!(member["description"], right);
        assert_eq!(member["default"], prose, "a value is what it is");
        let escaped = json!(prose).to_string();
        assert_eq!(
            shown.matches(escaped.trim_matches('"')).count(),
            1,
            "{shown}"
        );
    }
}

#[test]
fn names_and_values_with_such_a_character_are_rejected_with_their_location() {
    let sign = '\u{202e}';
    for (schema, place) in [
        (
            json!({"properties": {format!("a{sign}"): {}}}),
            "/components/schemas/A/properties",
        ),
        (
            json!({"properties": {"title": {"enum": [format!("a{sign}")]}}}),
            "/components/schemas/A/properties/title/enum/0",
        ),
        (
            json!({"properties": {"x-a": {"required": [format!("a{sign}")]}}}),
            "/components/schemas/A/properties/x-a/required/0",
        ),
        (
            json!({"x-enum-varnames": [format!("a{sign}")]}),
            "/components/schemas/A/x-enum-varnames/0",
        ),
    ] {
        let document =
            Document::new(json!({"openapi": "3.0.3", "components": {"schemas": {"A": schema}}}))
                .unwrap();
        assert_eq!(
            lint::lint(&document).unwrap_err().to_string(),
            format!(
                "{place}: a name or a value holds the invisible character U+202E; one without it is expected"
            )
        );
    }
}

#[test]
fn prose_is_determined_by_the_keywords_at_its_location() {
    let prose = "one\u{202e}two";
    let before = json!({
        "openapi": "3.0.3",
        "paths": {},
        "components": {
            "x-a": {"list": [{"a": prose}]},
            // A component may have a keyword as its name.
            "parameters": {"description": {"name": prose, "description": prose}},
            "schemas": {"A": {
                "items": {"description": prose},
                "properties": {
                    "example": {"description": prose},
                    "properties": {"description": prose, "default": {"description": prose}},
                    "x-a": {"enum": [prose], "description": prose},
                },
                "example": {"description": prose},
                "examples": [{"description": prose}],
                "pattern": prose,
            }},
        },
    });
    let mut document = Document::new(before.clone()).unwrap();
    words::words(&mut document).unwrap();
    let found = document.into_value();
    let mut expected = before;
    for place in [
        "/components/x-a/list/0/a",
        "/components/parameters/description/description",
        "/components/schemas/A/items/description",
        "/components/schemas/A/properties/example/description",
        "/components/schemas/A/properties/properties/description",
        "/components/schemas/A/properties/x-a/description",
    ] {
        *expected.pointer_mut(place).expect(place) = json!("onetwo");
    }
    assert_eq!(found, expected);
}

#[test]
fn prose_and_values_may_contain_such_a_character_and_nested_names_may_not() {
    let sign = "a\u{202e}";
    let components = |key: &str, component: Value| {
        let components = json!({key: component});
        Document::new(json!({"openapi": "3.0.3", "components": components})).unwrap()
    };
    let fitting = json!({"A": {
        "description": sign,
        "title": sign,
        "x-a": [sign],
        "default": sign,
        "example": {"enum": [sign]},
        "examples": [sign],
        "pattern": sign,
        "items": {"description": sign, "x-a": sign},
        "properties": {"properties": {"description": sign, "default": sign}},
    }});
    assert_eq!(lint::lint(&components("schemas", fitting)), Ok(()));
    for (key, component, place) in [
        (
            "parameters",
            json!({"description": {"name": sign}}),
            "/components/parameters/description/name",
        ),
        (
            "schemas",
            json!({"A": {"properties": {"default": {"enum": [sign]}}}}),
            "/components/schemas/A/properties/default/enum/0",
        ),
    ] {
        let error = lint::lint(&components(key, component)).unwrap_err();
        assert!(
            error.to_string().starts_with(&format!("{place}: ")),
            "{error}"
        );
    }
}

/// Returns the schemas `before` after the pass called `pass`.
pub fn after(pass: &str, before: &str) -> Result<Value, String> {
    let (_, run) = SIMPLIFY
        .iter()
        .find(|(name, _)| *name == pass)
        .expect("a pass");
    let mut document = document(pass, before);
    run(&mut document).map_err(|error| error.to_string())?;
    Ok(document
        .schemas()
        .map(|(n, s)| (n.clone(), s.clone()))
        .collect())
}

#[test]
fn schemas_with_reserved_names_get_a_suffix_whatever_else_exists() {
    let rust = "Box BTreeMap ByteStream Clone Client Debug Default Deserialize Display Err Error From FromStr \
                None ObjectId Ok Option ResponseValue Result Self Sensitive Serialize Some String Timestamp \
                TryFrom TryInto Value Vec";
    for name in rust.split_whitespace() {
        assert!(RESERVED.contains(&name), "{name}");
        // The schema that already has this name keeps it.
        for (others, expected) in [
            (vec![], format!("{name}Schema")),
            (vec![format!("{name}Schema")], format!("{name}Schema2")),
            (
                vec!["Aaa".to_owned(), "Zzz".to_owned()],
                format!("{name}Schema"),
            ),
        ] {
            let others: String = others
                .iter()
                .map(|other| format!("{other}: {{}}\n"))
                .collect();
            let found = after("names", &format!("{name}: {{type: object}}\n{others}")).unwrap();
            assert_eq!(
                found[&expected],
                json!({"type": "object"}),
                "{name}: {found}"
            );
        }
        let dated = after("names", &format!("{name}20240101: {{type: object}}")).unwrap();
        assert!(dated.get(format!("{name}Schema")).is_some(), "{dated}");
    }
    let sorted = RESERVED.is_sorted()
        && RESERVED.iter().all(|name| {
            names::rust_name(name) == *name || *name == "BTreeMap" || *name == "BTreeSet"
        });
    assert!(sorted, "{RESERVED:?}");
}

#[test]
fn a_schema_named_like_a_runtime_type_is_generated_beside_it() {
    let mut document = document(
        "rust types",
        "A: {properties: {a: {$ref: '#/components/schemas/ObjectId'}, b: {type: string, pattern: '^[a-f0-9]{24}$'}}}\nObjectId: {type: object}",
    );
    rust_types::rust_types(&mut document).unwrap();
    names::names(&mut document).unwrap();
    let found: Value = document
        .schemas()
        .map(|(n, s)| (n.clone(), s.clone()))
        .collect();
    let expected = "A: {properties: {a: {$ref: '#/components/schemas/ObjectIdSchema'}, b: {$ref: '#/components/schemas/ObjectId'}}}\n\
                    ObjectId: {x-atlas-rust-type: 'crate::ObjectId'}\nObjectIdSchema: {type: object}";
    assert_eq!(found, tree("expected", expected));
}

#[test]
fn the_schema_of_failures_keeps_its_name() {
    let found = after(
        "names",
        "Api-Error: {type: string}\napi_error: {}\nApiError: {type: object}",
    )
    .unwrap();
    assert_eq!(found["ApiError"], json!({"type": "object"}));
}

#[test]
fn operation_ids_that_are_client_methods_are_a_one_line_error() {
    let sources = [include_str!("../../../../atlas-client/src/client/mod.rs")];
    let own = sources.iter().flat_map(|text| {
        let start = text.find("\nimpl Client {").expect("the client");
        let block = &text[start..start + text[start..].find("\n}\n").expect("its end")];
        block.lines().filter_map(|line| {
            let rest = line.trim_start().strip_prefix("pub ")?;
            let (_, name) = rest.split_once("fn ")?;
            name.split(['(', '<']).next()
        })
    });
    let own: Vec<&str> = own.collect();
    assert!(own.contains(&"revoke_token"), "{own:?}");
    for name in own.into_iter().chain([
        "clone", "into", "try_into", "to_owned", "Result", "objectId",
    ]) {
        let problem = lint::id_problem(name).unwrap_or_else(|| panic!("`{name}` is taken"));
        assert!(
            problem.ends_with("which has a meaning already; rename it by a correction"),
            "{problem}"
        );
    }
    assert_eq!(lint::id_problem("getClone"), None);
}

#[test]
fn whole_documents_with_such_names_give_valid_rust() {
    let names = RESERVED
        .map(|name| format!("    {name}: {{type: object, properties: {{a: {{type: string}}}}}}\n"))
        .concat();
    let members = RESERVED
        .map(|name| format!("m{name}: {{$ref: '#/components/schemas/{name}'}}"))
        .join(", ");
    let body = "{content: {application/vnd.atlas.2024-01-01+json: {schema: {$ref: '#/components/schemas/All'}}}}";
    let text = format!(
        "openapi: 3.0.3\npaths: {{/a: {{post: {{operationId: postA, requestBody: {body}, responses: {{'200': {body}}}}}}}}}\n\
         components:\n  schemas:\n    ApiError: {{type: object}}\n{names}    All: {{type: object, properties: {{{members}, id: {{type: string, pattern: '^[a-f0-9]{{24}}$'}}, child: {{$ref: '#/components/schemas/Child'}}}}}}\n    \
         Parent: {{required: [id], properties: {{id: {{type: string}}}}, oneOf: [{{$ref: '#/components/schemas/X'}}], discriminator: {{propertyName: kind}}}}\n    \
         Child: {{allOf: [{{$ref: '#/components/schemas/Parent'}}, {{properties: {{size: {{type: integer, description: \"a\\u202Eb\\0\"}}}}}}]}}\n    X: {{type: object}}\n"
    );
    let output = outcome("names.yaml", &text).unwrap();
    assert_eq!(faults(&output), Vec::<String>::new());
    let types = &output.files["types.rs"];
    assert!(types.contains("pub struct ObjectIdSchema"), "{types}");
    assert!(types.contains("use atlas_client::{ObjectId,"), "{types}");
    assert!(!types.contains(['\u{202e}', '\0']));
    for line in [
        "pub enum Child",
        "pub kind: Option<String>",
        "pub size: Option<i64>",
    ] {
        assert!(types.contains(line), "{line}\n{types}");
    }
}
