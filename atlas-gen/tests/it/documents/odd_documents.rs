//! Unusual documents give code or a one-line error, never a panic.
//!
//! The fixtures under `tests/fixtures/odd` describe at their top what is unusual about them. Those
//! in the table below are rejected with the given line; all others give code.

use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use atlas_gen::media_type::Date;
use atlas_gen::output::Output;
use atlas_gen::{Inputs, Source, generate};

/// The rejected fixtures, with their errors.
const REFUSED: &[(&str, &str)] = &[
    (
        "all_of_scalars",
        "all_of_scalars.yaml:12: /components/schemas/AllOfScalars/allOf/0: a part of an `allOf` of objects has the type `string`; parts of one type can be joined",
    ),
    (
        "all_of_texts_apart",
        "all_of_texts_apart.yaml:12: /components/schemas/AllOfTextsApart/allOf/1: a part of an `allOf` has the pattern \"^b\", another \"^a\"; parts that agree can be joined",
    ),
    (
        "all_of_not_a_list",
        "all_of_not_a_list.yaml:12: /components/schemas/AllOfNotAList/allOf: `allOf` must be a list of schemas, not {\"type\":\"object\"}",
    ),
    (
        "anchor_bomb",
        "anchor_bomb.yaml:7: the aliases of the document stand for more than 64 MiB; use fewer, or write out what they stand for",
    ),
    (
        "anchor_in_itself",
        "anchor_in_itself.yaml:2: an alias stands inside the value it names",
    ),
    (
        "anchor_tower",
        "anchor_tower.yaml:101: nested deeper than 100 levels",
    ),
    (
        "body_only_after_answer",
        "body_only_after_answer.yaml:4: /paths/~1after_answer/post: no version at or before 2025-12-31 for bodyOnlyAfterAnswer; choose a later pin, or leave it out",
    ),
    (
        "broken_yaml",
        "broken_yaml.yaml:2: not valid YAML: while parsing a node, did not find expected node content",
    ),
    (
        "description_a_number",
        "description_a_number.yaml:12: /components/schemas/DescriptionANumber/description: `description` must be a string, not 5",
    ),
    (
        "discriminator_a_text",
        "discriminator_a_text.yaml:12: /components/schemas/DiscriminatorAText/discriminator: a discriminator needs a text under `propertyName`",
    ),
    (
        "discriminator_without_property",
        "discriminator_without_property.yaml:12: /components/schemas/DiscriminatorWithoutProperty/discriminator: a discriminator needs a text under `propertyName`",
    ),
    ("duplicate_key", "duplicate_key.yaml:4: duplicate key `/a`"),
    ("empty", "empty.yaml: the document is empty"),
    (
        "empty_paths",
        "empty_paths.yaml:3: /paths: no operation is left to generate a client for",
    ),
    (
        "enum_is_a_text",
        "enum_is_a_text.yaml:12: /components/schemas/EnumIsAText/properties/a/enum: `enum` must be a list, not \"X\"",
    ),
    (
        "media_type_foreign",
        "media_type_foreign.yaml:4: operation mediaTypeForeign: /paths/~1media_type_foreign/get/responses/200/content/text~1html: `text/html` is not a media type of Atlas such as application/vnd.atlas.2024-05-30+json",
    ),
    (
        "media_type_null",
        "media_type_null.yaml:4: operation mediaTypeNull: /paths/~1media_type_null/get/responses/200/content/application~1vnd.atlas.2024-01-01+json: a media type must be a map",
    ),
    (
        "merge_key",
        "merge_key.yaml:11: a merge key (`<<`), which YAML 1.2 does not have; write out what it stands for",
    ),
    (
        "method_upper_case",
        "method_upper_case.yaml:5: /paths/~1method_upper_case/GET: a path has no member `GET`; methods are get, put, post, delete, options, head, patch and trace, in lower case",
    ),
    (
        "no_version",
        "no_version.yaml:1: `openapi` is missing or not a string; it must be the version of OpenAPI, such as \"3.0.1\"",
    ),
    (
        "not_a_map",
        "not_a_map.yaml:1: an OpenAPI document must be a map",
    ),
    (
        "number_version",
        "number_version.yaml:2: /openapi: `openapi` must be a string, and 3.0 is a number; put it in quotes, such as \"3.0.1\"",
    ),
    (
        "operation_id_collides",
        "operation_id_collides.yaml:4: operation get_thing: /paths/~1collides/post: its id gives the Rust name `get_thing`, which is taken by getThing; rename one by a correction",
    ),
    (
        "operation_id_digit",
        "operation_id_digit.yaml:4: /paths/~1id_digit/get/operationId: operationId `2fa` gives no Rust name; one that starts with a letter and holds letters and digits is expected",
    ),
    (
        "operation_id_reserved",
        "operation_id_reserved.yaml:4: /paths/~1id_reserved/get/operationId: operationId `self` gives the Rust name `Self`, which has a meaning already; rename it by a correction",
    ),
    (
        "operation_id_signs",
        "operation_id_signs.yaml:4: /paths/~1id_signs/get/operationId: operationId `$` gives no Rust name; one that starts with a letter and holds letters and digits is expected",
    ),
    (
        "operation_id_empty",
        "operation_id_empty.yaml:4: /paths/~1id_empty/get/operationId: an operationId must be a non-empty string",
    ),
    (
        "operation_id_of_client",
        "operation_id_of_client.yaml:4: /paths/~1of_client/get/operationId: operationId `builder` gives the Rust name `Builder`, which has a meaning already; rename it by a correction",
    ),
    (
        "operation_id_twice",
        "operation_id_twice.yaml:4: /paths/~1id_twice/post/operationId: operationId `getThing` is taken by GET /id_twice; each operation needs its own",
    ),
    (
        "operation_null",
        "operation_null.yaml:4: /paths/~1operation_null/get: an operation must be a map",
    ),
    (
        "operation_without_id",
        "operation_without_id.yaml:4: /paths/~1without_id/get: this operation has no operationId; give it one",
    ),
    (
        "parameter_content",
        "parameter_content.yaml:4: operation parameterContent: /paths/~1content/get/parameters: the parameter `a` has its type under `content`, which generated code does not send; a `schema` is expected",
    ),
    (
        "parameter_missing",
        "parameter_missing.yaml:4: operation parameterMissing: /paths/~1missing~1{id}/get: the path holds `{id}`, and no parameter of that name in the path is listed",
    ),
    (
        "parameter_not_a_map",
        "parameter_not_a_map.yaml:4: operation parameterNotAMap: /paths/~1not_a_map/get/parameters/0: a parameter needs a text under `name` and under `in`",
    ),
    (
        "parameter_schema_odd",
        "parameter_schema_odd.yaml:4: /paths/~1schema_odd/get/parameters/2/schema: a schema must be a map, not 5",
    ),
    (
        "parameter_twice",
        "parameter_twice.yaml:4: operation parameterTwice: /paths/~1twice/get/parameters/2: the header parameter `X-A` is listed twice; once is expected",
    ),
    (
        "parameter_without_schema",
        "parameter_without_schema.yaml:4: operation parameterWithoutSchema: /paths/~1without_schema/get/parameters/0: a parameter needs a `schema`",
    ),
    (
        "parameters_not_a_list",
        "parameters_not_a_list.yaml:4: operation parametersNotAList: /paths/~1not_a_list/get/parameters: parameters must be a list",
    ),
    (
        "path_brace_opened",
        "path_brace_opened.yaml:4: operation pathBraceOpened: /paths/~1open~1id}: a brace of this path is not opened; `{name}` is expected",
    ),
    (
        "path_braces",
        "path_braces.yaml:4: operation pathBraces: /paths/~1open~1{id: a brace of this path is not closed; `{name}` is expected",
    ),
    (
        "path_item_null",
        "path_item_null.yaml:4: /paths/~1path_item_null: a path item must be a map",
    ),
    (
        "path_relative",
        "path_relative.yaml:4: /paths/relative: a path must start with `/`",
    ),
    (
        "path_twice",
        "path_twice.yaml:4: operation pathTwice: /paths/~1twice~1{id}~1{id}: the path holds `{id}` twice; once is expected",
    ),
    (
        "path_with_dots",
        "path_with_dots.yaml:4: operation pathWithDots: /paths/~1x~1..~1y: a path must not hold `.` or `..`, which no request keeps",
    ),
    (
        "path_with_query",
        "path_with_query.yaml:4: operation pathWithQuery: /paths/~1a?x=1: a path ends before `?` and `#`; parameters of the query are listed as such",
    ),
    (
        "paths_are_a_list",
        "paths_are_a_list.yaml:2: /paths: must be a map",
    ),
    (
        "properties_a_list",
        "properties_a_list.yaml:12: /components/schemas/PropertiesAList/properties: `properties` must be a map of names to schemas, not [\"a\",\"b\"]",
    ),
    (
        "ref_dangling",
        "ref_dangling.yaml:12: /components/schemas/RefDangling/properties/b/$ref: `#/components/schemas/Missing` leads nowhere",
    ),
    (
        "ref_dangling_below_names",
        "ref_dangling_below_names.yaml:12: /components/schemas/RefDanglingBelowNames/properties/properties/$ref: `#/components/schemas/Missing` leads nowhere",
    ),
    (
        "ref_dangling_in_example_schema",
        "ref_dangling_in_example_schema.yaml:12: /components/schemas/RefDanglingInExampleSchema/properties/example/$ref: `#/components/schemas/ExampleMissing` leads nowhere",
    ),
    (
        "ref_escaped",
        "ref_escaped.yaml:12: /components/schemas/RefEscaped/properties/b/$ref: `#/components/schemas/a~1b` names no schema as a whole; one such as `#/components/schemas/Name` is expected",
    ),
    (
        "ref_into_a_schema",
        "ref_into_a_schema.yaml:12: /components/schemas/RefIntoASchema/properties/b/$ref: `#/components/schemas/RefIntoASchema/properties/c` names no schema as a whole; one such as `#/components/schemas/Name` is expected",
    ),
    (
        "ref_not_a_text",
        "ref_not_a_text.yaml:12: /components/schemas/RefNotAText/properties/b/$ref: a reference must be a string",
    ),
    (
        "ref_remote",
        "ref_remote.yaml:12: /components/schemas/RefRemote/$ref: `other.yaml#/B` leads out of this document; only references that start with `#/` can be followed",
    ),
    (
        "ref_to_wrong_kind",
        "ref_to_wrong_kind.yaml:4: /paths/~1wrong_kind/get/responses/200/content/application~1vnd.atlas.2024-01-01+json/schema/$ref: `#/components/responses/Ok` names no schema as a whole; one such as `#/components/schemas/Name` is expected",
    ),
    (
        "required_odd",
        "required_odd.yaml:12: /components/schemas/RequiredOdd/required: `required` must be a list of strings, not [\"missing\",5,\"a\",\"a\"]",
    ),
    (
        "required_true",
        "required_true.yaml:12: /components/schemas/RequiredTrue/properties/a/required: `required` must be a list of strings, not true",
    ),
    (
        "response_null",
        "response_null.yaml:4: operation responseNull: /paths/~1response_null/get/responses/200: must be a map",
    ),
    (
        "responses_empty",
        "responses_empty.yaml:4: operation responsesEmpty: /paths/~1responses_empty/get: this operation lists no responses; it needs at least one",
    ),
    (
        "responses_missing",
        "responses_missing.yaml:4: operation responsesMissing: /paths/~1responses_missing/get: this operation lists no responses; it needs at least one",
    ),
    (
        "responses_only_failures",
        "responses_only_failures.yaml:4: operation onlyFailures: /paths/~1only_failures/get/responses: no success is listed; a 2xx response is expected",
    ),
    (
        "self_alias",
        "self_alias.yaml:7: /paths/~1self_alias/post/requestBody/content/application~1vnd.atlas.2024-01-01+json/schema/$ref: `#/components/schemas/SelfAlias` leads in a circle of references",
    ),
    (
        "self_all_of",
        "self_all_of.yaml:12: /components/schemas/SelfAllOf/allOf/0: `SelfAllOf` is a part of itself by way of SelfAllOf",
    ),
    (
        "self_alternative",
        "self_alternative.yaml:13: /components/schemas/SelfChoice: `SelfChoice` is an alternative of itself by way of SelfChoice, SelfInner; an object in between is expected",
    ),
    (
        "self_array",
        "self_array.yaml:12: /components/schemas/SelfArray: `SelfArray` is a list or a map of itself by way of SelfArray; an object in between is expected",
    ),
    (
        "self_map",
        "self_map.yaml:12: /components/schemas/SelfMap: `SelfMap` is a list or a map of itself by way of SelfMap; an object in between is expected",
    ),
    (
        "self_nested_array",
        "self_nested_array.yaml:13: /components/schemas/SelfNestedOne: `SelfNestedOne` is a list or a map of itself by way of SelfNestedOne, SelfNestedTwo; an object in between is expected",
    ),
    (
        "self_parent",
        "self_parent.yaml:12: /components/schemas/SelfParent/allOf/0: `SelfParent` is a part of itself by way of SelfParent",
    ),
    (
        "status_unknown",
        "status_unknown.yaml:4: operation statusUnknown: /paths/~1status_unknown/get/responses/2000: `2000` is no status; a code such as 200, a range such as 2XX, or default is expected",
    ),
    (
        "successes_differ",
        "successes_differ.yaml:4: operation successesDiffer: /paths/~1differ/get/responses/201: the body differs from that of status 200; successes of one operation must have one type",
    ),
    (
        "tags_collide",
        "tags_collide.yaml:5: operation tagTwo: /paths/~1tag_two/get/tags: the tag `a_b` gives the Rust name `AB`, which is taken by the tag `a-b`; rename one by a correction",
    ),
    (
        "type_is_a_list",
        "type_is_a_list.yaml:12: /components/schemas/TypeIsAList/properties/a/type: `type` must be one of array, boolean, integer, number, object, string (null is said by `nullable: true`), not [\"string\",\"null\"]",
    ),
    (
        "type_is_an_object",
        "type_is_an_object.yaml:12: /components/schemas/TypeIsAnObject/type: `type` must be one of array, boolean, integer, number, object, string (null is said by `nullable: true`), not {\"a\":\"b\"}",
    ),
    (
        "unknown_type",
        "unknown_type.yaml:12: /components/schemas/UnknownType/properties/a/type: `type` must be one of array, boolean, integer, number, object, string (null is said by `nullable: true`), not \"frob\"",
    ),
    (
        "version_only_after_pin",
        "version_only_after_pin.yaml:4: /paths/~1after_pin/get: no version at or before 2025-12-31 for versionOnlyAfterPin; choose a later pin, or leave it out",
    ),
    (
        "version_two",
        "version_two.yaml:1: /openapi: OpenAPI version `2.0.0` cannot be read; 3.0 can",
    ),
];

/// Generates a client from `text`; a panic is returned as an error.
pub fn outcome(name: &str, text: &str) -> Result<Output, String> {
    let document = Source::new(name, text);
    let pin = Date::parse("2025-12-31").expect("a date");
    let inputs = Inputs {
        extend: true,
        ..Inputs::new(&document, &pin)
    };
    match catch_unwind(AssertUnwindSafe(|| generate(&inputs))) {
        Ok(result) => result.map_err(|error| error.to_string()),
        Err(_) => Err("PANIC".to_owned()),
    }
}

/// Returns what compilers would reject in generated files: invalid Rust, or a name that is defined
/// twice.
pub fn faults(output: &Output) -> Vec<String> {
    let mut faults = Vec::new();
    for (name, text) in output
        .files
        .iter()
        .filter(|(name, _)| name.ends_with(".rs"))
    {
        match syn::parse_file(text) {
            Ok(file) => twice(name, &file.items, &mut faults),
            Err(error) => faults.push(format!("{name} is no Rust: {error}")),
        }
    }
    faults
}

fn twice(place: &str, items: &[syn::Item], faults: &mut Vec<String>) {
    let mut types = BTreeSet::new();
    let mut values = BTreeSet::new();
    let mut methods: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for item in items {
        match item {
            syn::Item::Struct(item) => {
                named(&mut types, place, &item.ident, faults);
                let mut fields = BTreeSet::new();
                for field in item.fields.iter().filter_map(|field| field.ident.as_ref()) {
                    named(
                        &mut fields,
                        &format!("{place} {}", item.ident),
                        field,
                        faults,
                    );
                }
            }
            syn::Item::Enum(item) => {
                named(&mut types, place, &item.ident, faults);
                let mut variants = BTreeSet::new();
                for variant in &item.variants {
                    let place = format!("{place} {}", item.ident);
                    named(&mut variants, &place, &variant.ident, faults);
                }
            }
            syn::Item::Type(item) => named(&mut types, place, &item.ident, faults),
            syn::Item::Static(item) => named(&mut values, place, &item.ident, faults),
            syn::Item::Impl(item) => {
                let owner = match &*item.self_ty {
                    syn::Type::Path(path) => path.path.segments.last().map(|s| s.ident.to_string()),
                    _ => None,
                };
                let owner = owner.unwrap_or_default();
                // A trait may be implemented for several types, but once for each.
                let of_trait = item.trait_.as_ref().map(|(_, path, _)| {
                    let path: String = quote::ToTokens::to_token_stream(path).to_string();
                    format!("{path} for ")
                });
                let owner = format!("{}{owner}", of_trait.unwrap_or_default());
                let known = methods.entry(owner.clone()).or_default();
                for item in &item.items {
                    if let syn::ImplItem::Fn(method) = item {
                        named(
                            known,
                            &format!("{place} {owner}"),
                            &method.sig.ident,
                            faults,
                        );
                    }
                }
            }
            syn::Item::Mod(item) => {
                if let Some((_, items)) = &item.content {
                    twice(&format!("{place} {}", item.ident), items, faults);
                }
            }
            _ => {}
        }
    }
}

fn named(known: &mut BTreeSet<String>, place: &str, name: &syn::Ident, faults: &mut Vec<String>) {
    if !known.insert(name.to_string()) {
        faults.push(format!("{place}: `{name}` is there twice"));
    }
}

/// Returns the fixtures by name.
pub fn fixtures() -> BTreeMap<String, String> {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/odd");
    std::fs::read_dir(&dir)
        .expect("the fixtures")
        .map(|entry| {
            let path = entry.expect("a fixture").path();
            let name = path.file_stem().expect("a name").to_string_lossy();
            let text = std::fs::read_to_string(&path).expect("a text");
            (name.into_owned(), text)
        })
        .collect()
}

#[test]
fn unusual_documents_give_code_or_a_one_line_error() {
    let refused: BTreeMap<&str, &str> = REFUSED.iter().copied().collect();
    let fixtures = fixtures();
    let mut wrong = String::new();
    for (name, text) in &fixtures {
        let found = outcome(&format!("{name}.yaml"), text);
        let problem = match (found, refused.get(name.as_str())) {
            (Ok(output), None) => faults(&output).join("; "),
            (Ok(_), Some(expected)) => format!("became code instead of `{expected}`"),
            (Err(error), Some(expected)) if error == *expected => continue,
            (Err(error), _) => error,
        };
        if !problem.is_empty() {
            wrong.push_str(&format!("{name}: {problem}\n"));
        }
    }
    for (name, _) in REFUSED {
        if !fixtures.contains_key(*name) {
            wrong.push_str(&format!("{name}: there is no such fixture\n"));
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

/// The fault of a schema with `keyword`.
fn fault_of(keyword: &str) -> Option<String> {
    let text = format!(
        "openapi: 3.0.3\npaths:\n  /a:\n    post:\n      operationId: postA\n      requestBody: {{content: {{application/vnd.atlas.2024-01-01+json: \
         {{schema: {{$ref: '#/components/schemas/A'}}}}}}}}\n      responses: {{'200': {{description: OK}}}}\n\
         components:\n  schemas:\n    A: {{properties: {{a: {{{keyword}}}}}}}\n"
    );
    let error = outcome("a.yaml", &text).err()?;
    let place = "a.yaml:10: /components/schemas/A/properties/a";
    Some(error.strip_prefix(place).unwrap_or(&error).to_owned())
}

#[test]
fn a_keyword_of_another_form_is_an_error_with_its_location() {
    let text = "a string";
    let flag = "true or false";
    let count = "a whole number that is not negative";
    for (keyword, values, form) in [
        ("title", &["5", "[a]"][..], text),
        ("description", &["5", "{a: b}"], text),
        ("format", &["5"], text),
        ("pattern", &["5"], text),
        ("nullable", &["1", "\"true\""], flag),
        ("readOnly", &["1"], flag),
        ("writeOnly", &["1"], flag),
        ("deprecated", &["null"], flag),
        ("uniqueItems", &["1"], flag),
        ("exclusiveMinimum", &["5"], flag),
        ("exclusiveMaximum", &["5"], flag),
        ("minLength", &["-1", "1.5", "\"1\""], count),
        ("maxLength", &["-1"], count),
        ("minItems", &["99999999999999999999"], count),
        ("maxItems", &["-1"], count),
        ("minProperties", &["-1"], count),
        ("maxProperties", &["-1"], count),
        ("minimum", &["\"1\""], "a number"),
        ("maximum", &["true"], "a number"),
        ("multipleOf", &["[2]"], "a number"),
        ("required", &["true", "[5]", "\"a\""], "a list of strings"),
        ("properties", &["[{a: b}]"], "a map of names to schemas"),
        ("allOf", &["{type: string}"], "a list of schemas"),
        ("anyOf", &["5"], "a list of schemas"),
        ("oneOf", &["null"], "a list of schemas"),
    ] {
        for value in values {
            let fault = fault_of(&format!("{keyword}: {value}")).unwrap_or_default();
            let expected = format!("/{keyword}: `{keyword}` must be {form}, not ");
            assert!(fault.starts_with(&expected), "{keyword}: {value}: {fault}");
        }
    }
    for place in ["items", "not", "additionalProperties"] {
        let fault = fault_of(&format!("{place}: [{{type: string}}]")).unwrap_or_default();
        let expected = format!("/{place}: `{place}` must be a schema, not ");
        assert!(fault.starts_with(&expected), "{fault}");
        let fault = fault_of(&format!("{place}: text"));
        let expected = format!("/{place}: a schema must be a map, not \"text\"");
        assert_eq!(fault.as_deref(), Some(expected.as_str()));
    }
    let fault = fault_of("allOf: [5]");
    assert_eq!(
        fault.as_deref(),
        Some("/allOf/0: a schema must be a map, not 5")
    );
    let long = fault_of(&format!("pattern: [{}]", "a".repeat(99))).unwrap_or_default();
    assert!(long.ends_with("aaaa…"), "{long}");
    // A member may be called as a keyword, and values are not read as schemas.
    for kept in [
        "properties: {type: {type: string}, required: {type: boolean}}",
        "example: {type: file, minLength: -1}",
        "default: {required: true}",
        "enum: [{type: 5}]",
        "x-type: 5",
    ] {
        assert_eq!(fault_of(kept), None, "{kept}");
    }
}

#[test]
fn corrections_mend_a_fault_of_the_published_document() {
    let document = "openapi: 3.0.3\npaths:\n  /a:\n    get:\n      responses:\n        '200':\n          description: OK\n";
    let outcome = |update: &str| {
        let overlay = format!(
            "overlay: 1.0.0\ninfo: {{}}\nactions:\n- target: $.paths.*.get\n  description: For this test\n  update: {update}\n"
        );
        let pin = Date::parse("2025-12-31").expect("a date");
        let source = Source::new("a.yaml", document);
        let outcome = generate(&Inputs {
            corrections: Some(&Source::new("c.yaml", overlay)),
            complete: true,
            ..Inputs::new(&source, &pin)
        });
        let outcome = outcome.map(|_| ());
        outcome.map_err(|error| error.to_string())
    };
    assert_eq!(outcome("{operationId: getA}"), Ok(()));
    // A fault that stays is reported at its line; one of the corrections in their file.
    for (update, error) in [
        (
            "{summary: Gets a}",
            "a.yaml:4: /paths/~1a/get: this operation has no operationId; give it one",
        ),
        (
            "{}",
            "c.yaml:4: /actions/0: this correction of `$.paths.*.get` changes nothing, the document already says so; remove it",
        ),
    ] {
        assert_eq!(outcome(update), Err(error.to_owned()));
    }
}
