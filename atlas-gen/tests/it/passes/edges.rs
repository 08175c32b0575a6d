//! Edge cases of the passes.

use atlas_gen::document::Document;
use atlas_gen::passes::{SIMPLIFY, shared_enums};
use serde_json::{Value, json};

use crate::passes::examples::{document, tree};

/// Returns the document after the pass called `pass`, or the error.
pub fn after(pass: &str, before: &str) -> Result<Document, String> {
    let (_, run) = SIMPLIFY
        .iter()
        .find(|(name, _)| *name == pass)
        .expect("a pass");
    let mut document = document(pass, before);
    run(&mut document).map_err(|error| error.to_string())?;
    Ok(document)
}

/// Checks that `pass` converts the schemas in `before` to those in `expected`.
pub fn becomes(pass: &str, before: &str, expected: &str) {
    let found = after(pass, before).unwrap_or_else(|error| panic!("{pass}: {error}"));
    let found: serde_json::Map<String, Value> = found
        .schemas()
        .map(|(n, s)| (n.clone(), s.clone()))
        .collect();
    assert_eq!(Value::Object(found), tree("expected", expected), "{before}");
}

#[test]
fn hoist_gives_a_number_where_the_name_is_taken_and_keeps_the_date_last() {
    becomes(
        "hoist",
        "Job20240101: {properties: {state: {enum: [X]}}}\nJobState20240101: {type: string}",
        "Job20240101: {properties: {state: {$ref: '#/components/schemas/JobState220240101'}}}\n\
         JobState20240101: {type: string}\n\
         JobState220240101: {enum: [X], x-atlas-hoisted: true}",
    );
    becomes(
        "hoist",
        "Job: {properties: {state: {enum: [X]}}}\nJobState: {type: string}\nJobState2: {type: string}",
        "Job: {properties: {state: {$ref: '#/components/schemas/JobState3'}}}\n\
         JobState: {type: string}\nJobState2: {type: string}\nJobState3: {enum: [X], x-atlas-hoisted: true}",
    );
}

#[test]
fn hoist_repeats_no_word_and_names_entries_in_the_singular() {
    let names = |before: &str| {
        let document = after("hoist", before).unwrap();
        let hoisted = document.schemas().map(|(name, _)| name.clone()).skip(1);
        hoisted.collect::<Vec<String>>()
    };
    for (members, expected) in [
        ("roleName: {enum: [X]}", "UserRoleName"),
        // A plain value has no type, so its name stays free.
        (
            "roleName: {enum: [X]}, name: {type: string}",
            "UserRoleName",
        ),
        (
            "roleName: {enum: [X]}, name: {$ref: '#/components/schemas/UserRole'}",
            "UserRoleName",
        ),
        ("userRole: {enum: [X]}", "UserRoleUserRole"),
        ("kinds: {type: array, items: {enum: [X]}}", "UserRoleKind"),
        (
            "policies: {type: array, items: {enum: [X]}}",
            "UserRolePolicy",
        ),
        (
            "statuses: {type: array, items: {enum: [X]}}",
            "UserRoleStatus",
        ),
        (
            "series: {type: array, items: {enum: [X]}}",
            "UserRoleSeriesItem",
        ),
        (
            "tls13: {type: array, items: {enum: [X]}}",
            "UserRoleTls13Item",
        ),
    ] {
        let before = format!("UserRole: {{properties: {{{members}}}}}");
        assert_eq!(names(&before), [expected], "{members}");
    }
    // The name of `roleName` without the repeated word belongs to the member `name`.
    let both = names("UserRole: {properties: {roleName: {enum: [X]}, name: {enum: [Y]}}}");
    assert_eq!(both, ["UserRoleRoleName", "UserRoleName"]);
}

#[test]
fn hoist_treats_members_named_like_keywords_as_members() {
    becomes(
        "hoist",
        "A: {properties: {properties: {type: string}, enum: {type: string, enum: [X]}, items: {type: array, items: {type: string}}}}",
        "A: {properties: {properties: {type: string}, enum: {$ref: '#/components/schemas/AEnum'}, items: {type: array, items: {type: string}}}}\n\
         AEnum: {type: string, enum: [X], x-atlas-hoisted: true}",
    );
}

#[test]
fn hoist_names_the_values_parts_and_variants_of_a_type() {
    let object = "properties: {x: {type: string}}";
    becomes(
        "hoist",
        &format!(
            "A: {{additionalProperties: {{{object}}}}}\n\
             B: {{allOf: [{{properties: {{state: {{enum: [X]}}}}}}, {{$ref: '#/components/schemas/A'}}]}}\n\
             C: {{oneOf: [{{title: small cat, {object}}}, {{{object}}}, {{type: string, enum: [X]}}]}}"
        ),
        &format!(
            "A: {{additionalProperties: {{$ref: '#/components/schemas/AValue'}}}}\n\
             B: {{allOf: [{{properties: {{state: {{$ref: '#/components/schemas/BState'}}}}}}, {{$ref: '#/components/schemas/A'}}]}}\n\
             C: {{oneOf: [{{$ref: '#/components/schemas/CSmallCat'}}, {{$ref: '#/components/schemas/CVariant2'}}, {{type: string, enum: [X]}}]}}\n\
             AValue: {{{object}, x-atlas-hoisted: true}}\n\
             BState: {{enum: [X], x-atlas-hoisted: true}}\n\
             CSmallCat: {{title: small cat, {object}, x-atlas-hoisted: true}}\n\
             CVariant2: {{{object}, x-atlas-hoisted: true}}"
        ),
    );
}

#[test]
fn hoist_names_the_types_of_an_operation_by_its_id() {
    let operation = |state: &str, body: &str, response: &str, schemas: &str| {
        let json =
            |schema: &str| format!("{{content: {{application/json: {{schema: {schema}}}}}}}");
        format!(
            "paths: {{/a: {{post: {{operationId: createJob, \
             parameters: [{{name: state, in: query, schema: {state}}}], \
             requestBody: {}, responses: {{'200': {}}}}}}}}}\ncomponents: {{schemas: {{{schemas}}}}}\n",
            json(body),
            json(response),
        )
    };
    let (state, body, response) = ("enum: [X]", "properties: {x: {}}", "properties: {y: {}}");
    let inline = |schema: &str| format!("{{{schema}}}");
    let named = |name: &str| format!("{{$ref: '#/components/schemas/CreateJob{name}'}}");
    let marks = "x-atlas-hoisted: true, x-atlas-of-operation: true";
    let schemas = format!(
        "CreateJobState: {{{state}, {marks}}}, CreateJobBody: {{{body}, {marks}}}, CreateJobResponse: {{{response}, {marks}}}"
    );
    let before = operation(&inline(state), &inline(body), &inline(response), "");
    let expected = operation(
        &named("State"),
        &named("Body"),
        &named("Response"),
        &schemas,
    );
    let found = after("hoist", &before).unwrap();
    assert_eq!(found, document("expected", &expected));
}

#[test]
fn hoist_keeps_annotations_at_the_use() {
    becomes(
        "hoist",
        "A: {properties: {b: {type: string, enum: [X], readOnly: true, nullable: true, default: X, description: words}}}",
        "A: {properties: {b: {$ref: '#/components/schemas/AB', description: words, nullable: true, readOnly: true, default: X}}}\n\
         AB: {type: string, enum: [X], description: words, x-atlas-hoisted: true}",
    );
}

#[test]
fn flatten_rejects_a_cycle_and_lists_its_schemas() {
    let error = after(
        "flatten",
        "A: {allOf: [{$ref: '#/components/schemas/B'}]}\nB: {allOf: [{$ref: '#/components/schemas/A'}]}",
    );
    assert_eq!(
        error.unwrap_err(),
        "/components/schemas/B/allOf/0: `A` is a part of itself by way of A, B"
    );
}

#[test]
fn flatten_prefers_later_parts_and_merges_required_names() {
    becomes(
        "flatten",
        "A: {required: [c], allOf: [{$ref: '#/components/schemas/P'}, {required: [a, b], properties: {a: {type: integer}}}]}\n\
         P: {required: [a], properties: {a: {type: string}, b: {type: string}}}",
        "A: {required: [a, b, c], type: object, properties: {a: {type: integer}, b: {type: string}}}\n\
         P: {required: [a], properties: {a: {type: string}, b: {type: string}}}",
    );
}

#[test]
fn flatten_includes_the_members_of_an_aliased_part() {
    let others = "B: {$ref: '#/components/schemas/C'}\nC: {type: object, required: [x], properties: {x: {type: string}}}";
    becomes(
        "flatten",
        &format!(
            "A: {{allOf: [{{$ref: '#/components/schemas/B'}}, {{properties: {{y: {{}}}}}}]}}\n{others}"
        ),
        &format!(
            "A: {{type: object, required: [x], properties: {{x: {{type: string}}, y: {{}}}}}}\n{others}"
        ),
    );
    let circle =
        "A: {allOf: [{$ref: '#/components/schemas/B'}]}\nB: {$ref: '#/components/schemas/A'}";
    assert_eq!(
        after("flatten", circle).unwrap_err(),
        "/components/schemas/B/allOf/0: `B` is a part of itself by way of A, B"
    );
}

#[test]
fn flatten_follows_a_chain_of_a_hundred_parts() {
    // Both objects and plain values.
    for end in ["{type: object, properties: {x: {}}}", "{type: string}"] {
        let chain = |length: usize| {
            let link = |i| {
                format!(
                    "A{i}: {{allOf: [{{$ref: '#/components/schemas/A{}'}}]}}\n",
                    i + 1
                )
            };
            let links: String = (0..length).map(link).collect();
            after("flatten", &format!("{links}A{length}: {end}"))
        };
        assert_eq!(chain(100).map(|_| ()), Ok(()), "{end}");
        let error = chain(101).unwrap_err();
        assert!(
            error.starts_with(
                "/components/schemas/A101: an `allOf` leads here through more than 100 others"
            ),
            "{error}"
        );
    }
}

#[test]
fn a_union_of_enums_is_one_enum() {
    becomes(
        "unions",
        "A: {oneOf: [{type: string, enum: [X, Y]}, {$ref: '#/components/schemas/E'}]}\n\
         C: {anyOf: [{$ref: '#/components/schemas/O'}, {$ref: '#/components/schemas/C'}, {$ref: '#/components/schemas/O'}]}\n\
         E: {type: string, enum: [Y, Z]}\nO: {properties: {}}",
        "A: {enum: [X, Y, Z], type: string}\n\
         C: {x-atlas-untagged: [O]}\n\
         E: {type: string, enum: [Y, Z]}\nO: {properties: {}}",
    );
}

#[test]
fn alternatives_of_one_plain_type_are_that_type_with_the_limits_of_all() {
    let one = |union: &str, expected: &str| {
        let others = "S: {type: string, minLength: 1}\nAlias: {$ref: '#/components/schemas/S'}\n\
                      E: {type: string, enum: [X]}\nO: {properties: {x: {}}}";
        becomes(
            "unions",
            &format!("A: {union}\n{others}"),
            &format!("A: {expected}\n{others}"),
        );
    };
    one(
        "{oneOf: [{type: string, pattern: a, maxLength: 3}, {type: string, pattern: b, maxLength: 3}], description: words}",
        "{type: string, maxLength: 3, description: words}",
    );
    one(
        "{anyOf: [{type: integer, minimum: 1}, {type: number, minimum: 1}]}",
        "{type: number, minimum: 1}",
    );
    one(
        "{anyOf: [{type: boolean, title: Yes, nullable: true}, {type: boolean, title: No}]}",
        "{type: boolean}",
    );
    // An enum that may also be any other text.
    one(
        "{anyOf: [{$ref: '#/components/schemas/E'}, {type: string}]}",
        "{type: string}",
    );
    one(
        "{oneOf: [{$ref: '#/components/schemas/Alias'}, {$ref: '#/components/schemas/E'}]}",
        "{type: string}",
    );
    one(
        "{oneOf: [{type: string, minLength: 1}, {$ref: '#/components/schemas/S'}]}",
        "{type: string, minLength: 1}",
    );
    one(
        "{oneOf: [{type: string}, {type: string, format: password}]}",
        "{type: string, format: password}",
    );
    one(
        "{oneOf: [{type: string, format: date-time}]}",
        "{type: string, format: date-time}",
    );
}

#[test]
fn alternatives_without_a_name_are_named_after_their_union_and_title_or_type() {
    becomes(
        "unions",
        "A20240101: {oneOf: [{type: string, enum: [X]}, {type: integer, nullable: true}, {type: array, items: {type: string}}, {type: array, items: {type: number}}, {type: array, items: {type: string}}, {title: on or off, type: boolean}, {type: object, additionalProperties: {type: string}}, {$ref: '#/components/schemas/O'}]}\n\
         O: {properties: {x: {}}}\nAMap20240101: {type: string}",
        "A20240101: {x-atlas-untagged: [AEnum20240101, AInteger20240101, AList20240101, AList220240101, AOnOrOff20240101, AMap220240101, O]}\n\
         O: {properties: {x: {}}}\nAMap20240101: {type: string}\n\
         AEnum20240101: {type: string, enum: [X], x-atlas-hoisted: true}\n\
         AInteger20240101: {type: integer, x-atlas-hoisted: true}\n\
         AList20240101: {type: array, items: {type: string}, x-atlas-hoisted: true}\n\
         AList220240101: {type: array, items: {type: number}, x-atlas-hoisted: true}\n\
         AOnOrOff20240101: {type: boolean, x-atlas-hoisted: true}\n\
         AMap220240101: {type: object, additionalProperties: {type: string}, x-atlas-hoisted: true}",
    );
    // A choice is a type of its own, though it says that it is a string.
    becomes(
        "unions",
        "A: {oneOf: [{type: string}, {$ref: '#/components/schemas/B'}]}\n\
         B: {type: string, oneOf: [{type: string, enum: [X]}]}",
        "A: {x-atlas-untagged: [AString, B]}\nB: {enum: [X], type: string}\n\
         AString: {type: string, x-atlas-hoisted: true}",
    );
    // What may be any JSON stays that.
    for any in ["{}", "{type: object}", "{nullable: true}"] {
        becomes(
            "unions",
            &format!(
                "A: {{oneOf: [{{type: string}}, {any}, {{$ref: '#/components/schemas/O'}}]}}\nO: {{properties: {{x: {{}}}}}}"
            ),
            "A: {}\nO: {properties: {x: {}}}",
        );
    }
}

#[test]
fn a_union_of_enums_keeps_the_names_of_values_if_each_has_one() {
    let union = |first: &str, second: &str, expected: &str| {
        let parts = format!("X: {{type: string, {first}}}\nY: {{type: string, {second}}}");
        becomes(
            "unions",
            &format!(
                "A: {{oneOf: [{{$ref: '#/components/schemas/X'}}, {{$ref: '#/components/schemas/Y'}}]}}\n{parts}"
            ),
            &format!("A: {{{expected}, type: string}}\n{parts}"),
        );
    };
    let first = "enum: [a, b], x-enum-varnames: [One, Two]";
    union(
        first,
        "enum: [b, c], x-enum-varnames: [Second, Three]",
        "enum: [a, b, c], x-enum-varnames: [One, Two, Three]",
    );
    union(first, "enum: [c]", "enum: [a, b, c]");
    union(
        first,
        "enum: [c, d], x-enum-varnames: [Three]",
        "enum: [a, b, c, d]",
    );
    union(
        first,
        "enum: [c], x-enum-varnames: [Three, Four]",
        "enum: [a, b, c]",
    );
    // A name belongs to its value, not to its position.
    union(
        "enum: [a, b]",
        "enum: [b, a], x-enum-varnames: [Two, One]",
        "enum: [a, b]",
    );
}

#[test]
fn tags_come_from_the_mapping_bare_names_included_or_from_the_names() {
    becomes(
        "unions",
        "A: {oneOf: [{$ref: '#/components/schemas/X'}, {$ref: '#/components/schemas/Y'}], discriminator: {propertyName: t, mapping: {one: X, two: '#/components/schemas/X', self: A, gone: Gone}}}\n\
         X: {properties: {}}\nY: {properties: {}}",
        "A: {x-atlas-tagged: {property: t, variants: [{tags: [one, two], schema: X}, {tags: [Y], schema: Y}]}}\n\
         X: {properties: {}}\nY: {properties: {}}",
    );
}

#[test]
fn a_parent_that_lists_only_itself_stays_an_object() {
    let parent = "A: {type: object, discriminator: {propertyName: t, mapping: {a: '#/components/schemas/A'}}, properties: {t: {type: string}}}";
    becomes("unions", parent, parent);
}

#[test]
fn variants_gain_the_members_of_the_union_that_they_lack() {
    becomes(
        "unions",
        "A: {properties: {t: {type: string}, u: {type: string}}, oneOf: [{$ref: '#/components/schemas/X'}]}\n\
         X: {properties: {u: {type: integer}}}",
        "A: {x-atlas-untagged: [X]}\nX: {properties: {u: {type: integer}, t: {type: string}}}",
    );
}

#[test]
fn flags_move_to_uses_but_never_override_their_own() {
    becomes(
        "place flags",
        "A: {properties: {b: {$ref: '#/components/schemas/B', nullable: false}, nullable: {$ref: '#/components/schemas/B'}}}\n\
         B: {type: string, nullable: true}",
        "A: {properties: {b: {$ref: '#/components/schemas/B', nullable: false}, nullable: {$ref: '#/components/schemas/B', nullable: true}}}\n\
         B: {type: string}",
    );
}

#[test]
fn an_enum_is_not_merged_into_a_published_one_unless_the_corrections_say_so() {
    let enums = "A: {properties: {x: {$ref: '#/components/schemas/AX'}}}\n\
         AX: {type: string, enum: [P, Q], x-atlas-hoisted: true}\n\
         Upstream: {type: string, enum: [Q, P]}";
    becomes("shared enums", enums, enums);
    let given = |names: &str, upstream: &str| {
        let before = format!(
            "x-atlas-enum-names: {{by-place: {{Upstream: [{names}]}}}}\ncomponents:\n  schemas:\n    \
             AX: {{type: string, enum: [P, Q], x-atlas-hoisted: true}}\n    Upstream: {upstream}"
        );
        let all = after("shared enums", &before).unwrap();
        let enums = all
            .schemas()
            .map(|(name, schema)| format!("{name} {}", schema["enum"]));
        enums.collect::<Vec<_>>().join(" ")
    };
    let equal = "{type: string, enum: [Q, P]}";
    let other = "{type: string, enum: [Q]}";
    assert_eq!(given("Upstream, AX", equal), r#"Upstream ["Q","P"]"#);
    assert_eq!(given("AX", equal), r#"Upstream ["Q","P"]"#);
    // A published enum that lists itself keeps its name, whatever its values.
    assert_eq!(
        given("Upstream, AX", other),
        r#"AX ["P","Q"] Upstream ["Q"]"#
    );
    // Otherwise the name was given before the component was published.
    assert_eq!(
        given("AX", other),
        r#"Upstream ["P","Q"] UpstreamSchema ["Q"]"#
    );
}

/// Returns the names of the components after "shared enums", each with its values, where the
/// corrections give `names`; and the given names that match none.
fn enum_names(names: &str, enums: &[(&str, &str)]) -> (String, Vec<String>) {
    let enums: String = enums
        .iter()
        .map(|(name, values)| {
            format!("    {name}: {{type: string, enum: [{values}], x-atlas-hoisted: true}}\n")
        })
        .collect();
    let before = format!("x-atlas-enum-names: {names}\ncomponents:\n  schemas:\n{enums}");
    let all = after("shared enums", &before).unwrap();
    let names: Vec<String> = all.schemas().map(|(name, _)| name.clone()).collect();
    (names.join(" "), shared_enums::unused_names(&all))
}

#[test]
fn equal_enums_without_a_given_name_keep_the_names_of_their_locations() {
    let enums = [
        ("HostAlertState20240101", "P, Q"),
        ("AlertViewState", "Q, P"),
        ("State", "P"),
    ];
    assert_eq!(
        enum_names("{}", &enums).0,
        "HostAlertState20240101 AlertViewState State"
    );
    let listed = "A: {type: string, enum: [P, Q], x-atlas-hoisted: true}\n    \
        B: {type: string, enum: [Q, P], x-atlas-hoisted: true}\n    \
        C: {type: string, enum: [P], x-atlas-hoisted: true}\n    \
        D: {type: string, enum: [P]}\n    \
        E: {type: string, enum: [R], x-atlas-hoisted: true}\n    \
        F: {type: string, enum: [S]}\n    G: {type: string, enum: [S]}";
    let unnamed = |names: &str| {
        let before = format!("x-atlas-enum-names: {names}\ncomponents:\n  schemas:\n    {listed}");
        let all = after("shared enums", &before).unwrap();
        let groups = shared_enums::unnamed(&all).into_iter();
        groups
            .map(|group| group.join("="))
            .collect::<Vec<_>>()
            .join(" ")
    };
    assert_eq!(unnamed("{}"), "C=D A=B");
    assert_eq!(unnamed("{by-place: {State: [B]}}"), "C=D");
}

#[test]
fn a_given_name_does_not_depend_on_other_enums_with_the_values() {
    let by_place = "{by-place: {State: [Gone, HostState]}}";
    let by_values = "{by-values: {State: [Q, P]}}";
    let enums = [("HostState20240101", "P, Q"), ("X", "P, Q"), ("Y", "P")];
    for given in [by_place, by_values] {
        assert_eq!(enum_names(given, &enums[..1]).0, "State", "{given}");
        assert_eq!(enum_names(given, &enums).0, "State Y", "{given}");
        let (names, unused) = enum_names(given, &enums[2..]);
        assert_eq!((names.as_str(), unused), ("Y", vec!["State".to_owned()]));
    }
    // Prose and the order of values are those of the listed location.
    let given = "x-atlas-enum-names: {by-place: {State: [HostState]}}";
    let enums = "HostState: {type: string, enum: [Q, P], description: words, x-atlas-hoisted: true}\n    \
        X: {type: string, enum: [P, Q], x-atlas-hoisted: true}";
    let all = after(
        "shared enums",
        &format!("{given}\ncomponents:\n  schemas:\n    {enums}"),
    );
    let state = all.unwrap().schema("State").cloned().expect("the enum");
    assert_eq!(
        (&state["enum"], &state["description"]),
        (&json!(["Q", "P"]), &json!("words"))
    );
    // An enum at a location with a given name is renamed, even if nothing else has the name.
    let (names, unused) = enum_names(by_place, &[("HostState", "P"), ("State", "Q")]);
    assert_eq!((names.as_str(), unused), ("State State2", vec![]));
    assert_eq!(enum_names(by_place, &[("State", "Q")]).0, "State2");
    // Of two dates at one location, the older one has the name.
    let dates = [("HostState20250101", "P"), ("HostState20240101", "Q")];
    assert_eq!(enum_names(by_place, &dates).0, "HostState20250101 State");
}

#[test]
fn a_published_schema_with_a_given_name_in_use_gets_a_suffix() {
    let names = |values: &str| {
        let before = format!(
            "x-atlas-enum-names: {{by-values: {{State: [P]}}}}\ncomponents:\n  schemas:\n    \
             State: {{type: object}}\n    StateSchema: {{type: object}}\n    \
             HostState: {{type: string, enum: [{values}], x-atlas-hoisted: true}}"
        );
        let all = after("shared enums", &before).unwrap();
        let names: Vec<&str> = all.schemas().map(|(name, _)| name.as_str()).collect();
        names.join(" ")
    };
    assert_eq!(names("P"), "StateSchema2 StateSchema State");
    assert_eq!(names("Q"), "State StateSchema HostState");
}

#[test]
fn enums_whose_values_are_named_stay_as_they_are() {
    let enums = "A: {type: string, enum: [a, b], x-atlas-hoisted: true}\n\
                 B: {type: string, enum: [a, b], x-enum-varnames: [One, Two], x-atlas-hoisted: true}";
    becomes("shared enums", enums, enums);
}

#[test]
fn malformed_given_names_are_an_error() {
    for (names, says) in [
        ("[State]", "`by-values` and `by-place`, each a map"),
        ("{by-name: {}}", "unknown field `by-name`"),
        (
            "{by-place: {state: [X]}}",
            "`state` cannot be the name of a type; `State` can",
        ),
    ] {
        let before = format!("x-atlas-enum-names: {names}\ncomponents: {{}}");
        let error = after("shared enums", &before).unwrap_err();
        assert!(
            error.contains(says) && error.contains("/x-atlas-enum-names"),
            "{error}"
        );
    }
}

#[test]
fn plain_values_are_combined_with_the_limits_of_all_parts() {
    becomes(
        "flatten",
        "A: {allOf: [{$ref: '#/components/schemas/B'}, {$ref: '#/components/schemas/B'}, {maxLength: 7, enum: [X, Y]}], description: words}\n\
         B: {type: string, minLength: 1, maxLength: 9, enum: [Y, Z]}",
        "A: {type: string, minLength: 1, maxLength: 7, enum: [Y], description: words}\n\
         B: {type: string, minLength: 1, maxLength: 9, enum: [Y, Z]}",
    );
    // In any order of the parts.
    let strict = "{type: integer, minimum: 3, maximum: 5, uniqueItems: true, nullable: false}";
    let loose = "{type: number, minimum: 1, maximum: 9, uniqueItems: false, nullable: true}";
    for (one, other) in [(strict, loose), (loose, strict)] {
        let before = format!("A: {{allOf: [{one}, {other}]}}");
        becomes("flatten", &before, &format!("A: {strict}"));
    }
    let mixed = "A: {allOf: [{type: string}, {type: boolean}]}";
    let error = after("flatten", mixed).unwrap_err();
    assert!(
        error.contains("has the type \"boolean\", another \"string\""),
        "{error}"
    );
}

#[test]
fn choices_are_nullable_if_an_alternative_is() {
    becomes(
        "place flags",
        "A: {properties: {inline: {oneOf: [{type: string, nullable: true}, {type: integer}]}, b: {$ref: '#/components/schemas/B'}, c: {$ref: '#/components/schemas/C'}, never: {nullable: false, anyOf: [{type: string, nullable: true}]}}}\n\
         B: {oneOf: [{$ref: '#/components/schemas/D'}, {type: string}]}\n\
         C: {$ref: '#/components/schemas/B'}\n\
         D: {anyOf: [{$ref: '#/components/schemas/E'}]}\n\
         E: {type: integer, nullable: true}",
        "A: {properties: {inline: {oneOf: [{type: string, nullable: true}, {type: integer}], nullable: true}, b: {$ref: '#/components/schemas/B', nullable: true}, c: {$ref: '#/components/schemas/C', nullable: true}, never: {nullable: false, anyOf: [{type: string, nullable: true}]}}}\n\
         B: {oneOf: [{$ref: '#/components/schemas/D', nullable: true}, {type: string}]}\n\
         C: {$ref: '#/components/schemas/B'}\n\
         D: {anyOf: [{$ref: '#/components/schemas/E', nullable: true}]}\n\
         E: {type: integer}",
    );
}

#[test]
fn a_choice_is_nullable_though_no_component_is() {
    becomes(
        "place flags",
        "A: {properties: {x: {anyOf: [{type: string, nullable: true}, {type: integer}]}}}",
        "A: {properties: {x: {anyOf: [{type: string, nullable: true}, {type: integer}], nullable: true}}}",
    );
}

#[test]
fn secrets_are_sealed_wherever_their_text_is() {
    let sealed = |member: &str| {
        let components = "Text: {type: string, minLength: 3}\nAlias: {$ref: '#/components/schemas/Text'}\n\
                          Texts: {type: array, items: {$ref: '#/components/schemas/Text'}, maxItems: 2}\n\
                          Circle: {type: array, items: {$ref: '#/components/schemas/Circle'}}\n\
                          Choice: {x-atlas-untagged: [ChoiceString, ChoiceList, Text, O]}\n\
                          ChoiceString: {type: string, x-atlas-hoisted: true}\n\
                          ChoiceList: {type: array, items: {type: string}, x-atlas-hoisted: true}\n\
                          Ids: {type: array, items: {type: string, pattern: '^[a-f0-9]{24}$'}}\n\
                          O: {properties: {x: {type: string}}}";
        let document = after(
            "rust types",
            &format!("A: {{properties: {{{member}}}}}\n{components}"),
        );
        let document = document.unwrap();
        // A component has other uses, which are no secrets.
        for other in ["Text", "Texts", "O"] {
            let schema = document.schema(other).unwrap().to_string();
            assert!(!schema.contains("Sensitive"), "{member}: {schema}");
        }
        let members = document.schema("A").unwrap()["properties"]
            .as_object()
            .unwrap();
        let member = members.values().next().unwrap();
        let kept = document.schema("ChoiceString").unwrap();
        (
            member.clone(),
            kept.to_string().contains("Sensitive"),
            document,
        )
    };
    let secret = json!({"$ref": "#/components/schemas/Sensitive"});
    let limited = json!({"minLength": 3, "$ref": "#/components/schemas/Sensitive"});
    for (member, expected) in [
        (
            "password: {$ref: '#/components/schemas/Text'}",
            limited.clone(),
        ),
        (
            "apiKey: {$ref: '#/components/schemas/Alias'}",
            limited.clone(),
        ),
        (
            "x: {$ref: '#/components/schemas/Text', writeOnly: true}",
            json!({"minLength": 3, "writeOnly": true, "$ref": "#/components/schemas/Sensitive"}),
        ),
        (
            "apiKeys: {type: array, items: {type: string}}",
            json!({"type": "array", "items": secret}),
        ),
        (
            "apiKeys: {$ref: '#/components/schemas/Texts'}",
            json!({"type": "array", "items": limited, "maxItems": 2}),
        ),
        (
            "secretsByUser: {type: object, additionalProperties: {type: array, items: {type: string}}}",
            json!({"type": "object", "additionalProperties": {"type": "array", "items": secret}}),
        ),
        (
            "secret: {$ref: '#/components/schemas/ChoiceString'}",
            secret.clone(),
        ),
        (
            "x: {type: array, items: {type: string, format: password}}",
            json!({"type": "array", "items": secret}),
        ),
    ] {
        assert_eq!(sealed(member).0, expected, "{member}");
    }
    for harmless in [
        "x: {$ref: '#/components/schemas/Text'}",
        "roles: {type: array, writeOnly: true, items: {type: string}}",
        "roles: {$ref: '#/components/schemas/Texts', writeOnly: true}",
        "tokens: {type: array, items: {type: string}}",
        "secretNames: {type: array, items: {type: string}}",
        "apiKeyIds: {type: array, items: {type: string}}",
        "secrets: {$ref: '#/components/schemas/Circle'}",
        "apiKeys: {$ref: '#/components/schemas/Ids'}",
        "secret: {$ref: '#/components/schemas/O'}",
        "apiKeys: {type: array, items: {type: string, pattern: '^[a-f0-9]{24}$'}}",
        "apiKeys: {type: array, items: {type: string, format: date}}",
        "secret: {type: array, items: {type: string, enum: [X]}}",
        "choice: {$ref: '#/components/schemas/Choice'}",
    ] {
        let (member, choice, _) = sealed(harmless);
        if harmless.contains("$ref") {
            let unchanged = tree("a member", harmless);
            assert_eq!(
                unchanged.as_object().unwrap().values().next(),
                Some(&member)
            );
        }
        assert!(
            !member.to_string().contains("Sensitive") && !choice,
            "{harmless}: {member}"
        );
    }
    let (_, choice, document) = sealed("secret: {$ref: '#/components/schemas/Choice'}");
    assert!(choice);
    assert_eq!(
        document.schema("ChoiceList").unwrap(),
        &json!({"type": "array", "items": secret, "x-atlas-hoisted": true})
    );
}

#[test]
fn names_mark_secrets_unless_they_have_a_harmless_ending() {
    let before = "A: {properties: {dbPassword: {type: string}, passwordId: {type: string}, apiKey: {type: integer}, tokenUrl: {type: string}, x: {type: string, writeOnly: true}, y: {type: string, format: password}, secret: {type: string, enum: [X]}, tokenExpiry: {type: string, format: date-time}}}";
    let document = after("rust types", before).unwrap();
    let members = document.schema("A").unwrap()["properties"].clone();
    let secret: Vec<&String> = members
        .as_object()
        .unwrap()
        .iter()
        .filter(|(_, member)| member["$ref"] == "#/components/schemas/Sensitive")
        .map(|(name, _)| name)
        .collect();
    assert_eq!(secret, ["dbPassword", "x", "y"]);
}

#[test]
fn the_oldest_date_takes_the_bare_name_unless_an_undated_schema_has_it() {
    let document = after(
        "names",
        "Job20240101: {}\nJob20230101: {}\nLink: {}\nLink20240101: {}\nBad20241301: {}\n20240101: {}\ntype: {}\nType: {}\nRule: {}\nXBuilder: {}\nX: {}",
    )
    .unwrap();
    let names: Vec<&String> = document.schemas().map(|(name, _)| name).collect();
    assert_eq!(
        names,
        [
            "Bad20241301",
            "Job",
            "Job20240101",
            "Link",
            "Link20240101",
            "RuleSchema",
            "T20240101",
            "Type",
            "Type2",
            "X",
            "XBuilder2"
        ]
    );
}

#[test]
fn names_that_are_equal_in_rust_are_numbered_from_2() {
    becomes(
        "names",
        "OneTwo: {title: a}\none_two: {title: b}\none-two: {title: c}\nOne-Two: {title: d}",
        "OneTwo: {title: a}\nOneTwo2: {title: d}\nOneTwo3: {title: c}\nOneTwo4: {title: b}",
    );
}

#[test]
fn operations_use_the_names_of_types_and_their_examples_stay() {
    let operation = |name: &str| {
        let schema = format!("{{type: array, items: {{$ref: '#/components/schemas/{name}'}}}}");
        let example = "{$ref: '#/components/schemas/Job20240101'}";
        format!(
            "paths: {{/a: {{post: {{\
             parameters: [{{name: a, in: query, schema: {schema}, example: {example}, examples: {{a: {example}}}}}], \
             requestBody: {{content: {{application/json: {{schema: {schema}, example: {example}}}}}}}, \
             responses: {{'200': {{content: {{application/json: {{schema: {schema}, examples: {{a: {example}}}}}}}}}}}, \
             x-atlas-answers: {{failures: [{{status: '400', schema: {schema}}}]}}}}}}}}\n\
             components: {{schemas: {{{name}: {{type: object}}}}}}\n"
        )
    };
    let found = after("names", &operation("Job20240101")).unwrap();
    assert_eq!(found, document("expected", &operation("Job")));
}

#[test]
fn no_type_has_the_name_of_anothers_builder() {
    becomes(
        "names",
        "Thing: {title: a}\nThingBuilder: {title: b}",
        "Thing: {title: a}\nThingBuilder2: {title: b}",
    );
    // A name that is valid in Rust stays unchanged.
    becomes(
        "names",
        "thing: {title: a}\nThingBuilder: {title: b}",
        "Thing2: {title: a}\nThingBuilder: {title: b}",
    );
    // A new schema does not change the name of a dated type.
    becomes(
        "names",
        "Thing20240101: {title: a}\nThingBuilder: {title: b}",
        "Thing: {title: a}\nThingBuilder2: {title: b}",
    );
}

#[test]
fn rust_types_applies_patterns_and_formats_to_strings_only() {
    becomes(
        "rust types",
        "A: {properties: {a: {type: integer, pattern: '^[a-f0-9]{24}$'}, b: {pattern: '^[a-f0-9]{24}$'}, \
         c: {type: string, enum: [x], pattern: '^[a-f0-9]{24}$'}, d: {type: integer, format: date-time}, \
         e: {type: string, pattern: '^[a-f0-9]{24}$'}}}",
        "A: {properties: {a: {type: integer, pattern: '^[a-f0-9]{24}$'}, b: {pattern: '^[a-f0-9]{24}$'}, \
         c: {type: string, enum: [x], pattern: '^[a-f0-9]{24}$'}, d: {type: integer, format: date-time}, \
         e: {$ref: '#/components/schemas/ObjectId'}}}\n\
         ObjectId: {x-atlas-rust-type: 'crate::ObjectId'}",
    );
}
