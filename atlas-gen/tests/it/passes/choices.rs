//! Alternatives that the passes must preserve: beside members, inside an `allOf`, with a
//! discriminator.

use atlas_gen::passes::SIMPLIFY;
use serde_json::{Value, json};

use crate::passes::examples::{document, tree};
use crate::passes::words::after;

/// Checks that `pass` converts the schemas in `before` to those in `expected`.
fn becomes(pass: &str, before: &str, expected: &str) {
    let found = after(pass, before).unwrap_or_else(|error| panic!("{pass}: {error}"));
    assert_eq!(found, tree("expected", expected), "{before}");
}

#[test]
fn members_beside_a_union_are_added_to_each_alternative() {
    becomes(
        "unions",
        "A: {required: [t, x], properties: {t: {type: string}}, oneOf: [{$ref: '#/components/schemas/X'}, {$ref: '#/components/schemas/Y'}]}\n\
         X: {type: object}\nY: {properties: {x: {type: integer}}, required: [x]}",
        "A: {x-atlas-untagged: [X, Y]}\n\
         X: {type: object, properties: {t: {type: string}}, required: [t]}\n\
         Y: {properties: {x: {type: integer}, t: {type: string}}, required: [x, t]}",
    );
    // A variant that has the member may not require it. A variant that is not an object gets no
    // members.
    becomes(
        "unions",
        "A: {required: [t], properties: {t: {type: string}}, oneOf: [{$ref: '#/components/schemas/X'}, {$ref: '#/components/schemas/Y'}]}\n\
         X: {properties: {t: {type: integer}}}\nY: {type: string, maxLength: 9}",
        "A: {x-atlas-untagged: [X, Y]}\nX: {properties: {t: {type: integer}}, required: [t]}\nY: {type: string, maxLength: 9}",
    );
    // A copied variant keeps its tag: that of the mapping, or the name of the original.
    let elsewhere = "L: {properties: {x: {$ref: '#/components/schemas/X'}, y: {$ref: '#/components/schemas/Y'}}}\nX: {type: object}\nY: {type: object}";
    let copied = "{type: object, properties: {t: {}}, required: [t], x-atlas-hoisted: true}";
    becomes(
        "unions",
        &format!(
            "A: {{required: [t], properties: {{t: {{}}}}, oneOf: [{{$ref: '#/components/schemas/X'}}, {{$ref: '#/components/schemas/Y'}}], \
             discriminator: {{propertyName: k, mapping: {{why: '#/components/schemas/Y'}}}}}}\n{elsewhere}"
        ),
        &format!(
            "A: {{x-atlas-tagged: {{property: k, variants: [{{tags: [why], schema: AY}}, {{tags: [X], schema: AX}}]}}}}\n\
             {elsewhere}\nAX: {copied}\nAY: {copied}"
        ),
    );
    // Constraints on any value do not make an object.
    becomes(
        "unions",
        "A: {properties: {t: {}}, oneOf: [{$ref: '#/components/schemas/X'}, {$ref: '#/components/schemas/Y'}]}\n\
         X: {type: object}\nY: {maxProperties: 1, anyOf: [{required: [a]}, {required: [b]}]}",
        "A: {x-atlas-untagged: [X, Y]}\nX: {type: object, properties: {t: {}}}\nY: {}",
    );
    // A variant that is also used elsewhere must not become stricter there; a variant of two unions
    // is copied for each.
    becomes(
        "unions",
        "A: {required: [t], properties: {t: {type: string}}, oneOf: [{$ref: '#/components/schemas/X'}]}\n\
         B: {properties: {u: {type: string}}, oneOf: [{$ref: '#/components/schemas/Y20240101'}]}\n\
         C: {oneOf: [{$ref: '#/components/schemas/Y20240101'}], properties: {v: {}}, discriminator: {propertyName: k}}\n\
         L: {properties: {x: {$ref: '#/components/schemas/X'}}}\nX: {type: object}\nY20240101: {type: object}",
        "A: {x-atlas-untagged: [AX]}\n\
         B: {x-atlas-untagged: [BY20240101]}\n\
         C: {x-atlas-tagged: {property: k, variants: [{tags: [Y20240101], schema: Y20240101}]}}\n\
         L: {properties: {x: {$ref: '#/components/schemas/X'}}}\n\
         X: {type: object}\n\
         Y20240101: {type: object, properties: {v: {}}}\n\
         AX: {type: object, properties: {t: {type: string}}, required: [t], x-atlas-hoisted: true}\n\
         BY20240101: {type: object, properties: {u: {type: string}}, x-atlas-hoisted: true}",
    );
}

#[test]
fn what_is_required_beside_a_union_is_required_of_the_alternatives_that_have_it() {
    becomes(
        "unions",
        "A: {required: [t], oneOf: [{$ref: '#/components/schemas/X'}, {$ref: '#/components/schemas/Y'}, {$ref: '#/components/schemas/U'}]}\n\
         X: {properties: {t: {type: string}}}\nY: {properties: {u: {type: string}}}\n\
         U: {anyOf: [{$ref: '#/components/schemas/Z'}]}\nZ: {properties: {t: {}, v: {}}, required: [v]}",
        "A: {x-atlas-untagged: [X, Y, U]}\n\
         X: {properties: {t: {type: string}}, required: [t]}\nY: {properties: {u: {type: string}}}\n\
         U: {x-atlas-untagged: [Z]}\nZ: {properties: {t: {}, v: {}}, required: [v, t]}",
    );
    // It is not required where the alternative is used elsewhere.
    becomes(
        "unions",
        "A: {required: [t], oneOf: [{$ref: '#/components/schemas/X'}]}\n\
         L: {properties: {x: {$ref: '#/components/schemas/X'}}}\nX: {properties: {t: {}}}",
        "A: {x-atlas-untagged: [AX]}\n\
         L: {properties: {x: {$ref: '#/components/schemas/X'}}}\nX: {properties: {t: {}}}\n\
         AX: {properties: {t: {}}, required: [t], x-atlas-hoisted: true}",
    );
}

#[test]
fn alternatives_that_only_require_members_keep_the_object() {
    let object = "A: {properties: {a: {type: string}, b: {type: string}}, oneOf: [{required: [a]}, {required: [b]}]}";
    becomes("unions", object, object);
    let object = "A: {properties: {a: {}}, anyOf: [{type: object, required: [a], not: {required: [b]}}, {title: b, description: b alone, required: [b]}]}";
    becomes("unions", object, object);
    // These alternatives say more than what is required, or nothing about it.
    for alternative in [
        "{required: [a], properties: {a: {type: string}}}",
        "{required: [a], type: string}",
        "{required: [a], not: {properties: {a: {type: string}}}}",
        "{title: anything}",
        "{}",
    ] {
        let object = format!("A: {{properties: {{a: {{}}}}, anyOf: [{alternative}]}}");
        becomes("unions", &object, "A: {}");
    }
    becomes(
        "flatten",
        "A: {properties: {a: {}}, allOf: [{anyOf: [{required: [a]}, {required: [b]}]}, {properties: {b: {}}}]}",
        "A: {properties: {b: {}, a: {}}, type: object}",
    );
}

#[test]
fn nested_unions_pass_members_on_and_terminate() {
    becomes(
        "unions",
        "B: {oneOf: [{$ref: '#/components/schemas/X'}]}\n\
         A: {properties: {t: {type: string}}, oneOf: [{$ref: '#/components/schemas/B'}, {$ref: '#/components/schemas/A'}]}\nX: {type: object}",
        "B: {x-atlas-untagged: [X]}\nA: {x-atlas-untagged: [B]}\nX: {type: object, properties: {t: {type: string}}}",
    );
    // At any depth, and in any order of the document.
    becomes(
        "unions",
        "C: {oneOf: [{$ref: '#/components/schemas/X'}]}\nB: {oneOf: [{$ref: '#/components/schemas/C'}]}\n\
         A: {properties: {t: {type: string}}, oneOf: [{$ref: '#/components/schemas/B'}]}\nX: {type: object}",
        "C: {x-atlas-untagged: [X]}\nB: {x-atlas-untagged: [C]}\nA: {x-atlas-untagged: [B]}\n\
         X: {type: object, properties: {t: {type: string}}}",
    );
    // A union that is also used elsewhere is copied here, and so are its variants.
    becomes(
        "unions",
        "A: {required: [t], properties: {t: {type: string}}, oneOf: [{$ref: '#/components/schemas/B'}]}\n\
         B: {oneOf: [{$ref: '#/components/schemas/X'}]}\nL: {properties: {b: {$ref: '#/components/schemas/B'}}}\nX: {type: object}",
        "A: {x-atlas-untagged: [AB]}\nB: {x-atlas-untagged: [X]}\nL: {properties: {b: {$ref: '#/components/schemas/B'}}}\n\
         X: {type: object}\nAB: {x-atlas-untagged: [ABX], x-atlas-hoisted: true}\n\
         ABX: {type: object, properties: {t: {type: string}}, required: [t], x-atlas-hoisted: true}",
    );
    // A map stays one, but a union that allows more members is none.
    becomes(
        "unions",
        "A: {properties: {t: {type: string}}, oneOf: [{$ref: '#/components/schemas/B'}, {$ref: '#/components/schemas/C'}]}\n\
         B: {type: object, additionalProperties: {type: string}}\n\
         C: {oneOf: [{$ref: '#/components/schemas/X'}], additionalProperties: {type: string}}\nX: {type: object}",
        "A: {x-atlas-untagged: [B, C]}\nB: {type: object, additionalProperties: {type: string}}\n\
         C: {x-atlas-untagged: [X]}\nX: {type: object, properties: {t: {type: string}}}",
    );
    // A copy of a union that lists itself lists itself, too.
    becomes(
        "unions",
        "A: {properties: {t: {type: string}}, oneOf: [{$ref: '#/components/schemas/B'}]}\n\
         B: {oneOf: [{$ref: '#/components/schemas/B'}, {$ref: '#/components/schemas/X'}]}\n\
         C: {oneOf: [{$ref: '#/components/schemas/B'}]}\nX: {type: object}",
        "A: {x-atlas-untagged: [AB]}\nB: {x-atlas-untagged: [X]}\nC: {x-atlas-untagged: [B]}\nX: {type: object}\n\
         AB: {x-atlas-untagged: [ABX], x-atlas-hoisted: true}\n\
         ABX: {type: object, properties: {t: {type: string}}, x-atlas-hoisted: true}",
    );
}

#[test]
fn unions_that_are_alternatives_of_each_other_are_so_once() {
    for (before, expected) in [
        (
            "A: {properties: {t: {}}, oneOf: [{$ref: '#/components/schemas/B'}]}\n\
             B: {oneOf: [{$ref: '#/components/schemas/C'}, {$ref: '#/components/schemas/X'}]}\n\
             C: {oneOf: [{$ref: '#/components/schemas/B'}, {$ref: '#/components/schemas/A'}, {$ref: '#/components/schemas/Y'}]}\n\
             X: {type: object}\nY: {type: object}",
            "A: {x-atlas-untagged: [B]}\nB: {x-atlas-untagged: [C, X]}\nC: {x-atlas-untagged: [Y]}\n\
             X: {type: object, properties: {t: {}}}\nY: {type: object, properties: {t: {}}}",
        ),
        // A discriminator, and another name of a union.
        (
            "C: {anyOf: [{$ref: '#/components/schemas/X'}, {$ref: '#/components/schemas/A'}]}\n\
             A: {discriminator: {propertyName: t, mapping: {c: '#/components/schemas/B', x: '#/components/schemas/X'}}}\n\
             B: {$ref: '#/components/schemas/C'}\nX: {type: object}",
            "C: {x-atlas-untagged: [X, A]}\n\
             A: {x-atlas-tagged: {property: t, variants: [{tags: [x], schema: X}]}}\n\
             B: {$ref: '#/components/schemas/C'}\nX: {type: object}",
        ),
        // Another name that two unions of the circle list.
        (
            "A: {oneOf: [{$ref: '#/components/schemas/N'}, {$ref: '#/components/schemas/B'}]}\n\
             N: {$ref: '#/components/schemas/A'}\n\
             B: {oneOf: [{$ref: '#/components/schemas/N'}, {$ref: '#/components/schemas/X'}]}\nX: {type: object}",
            "A: {x-atlas-untagged: [B]}\nN: {$ref: '#/components/schemas/A'}\n\
             B: {x-atlas-untagged: [X]}\nX: {type: object}",
        ),
        // Two ways to one alternative are no circle.
        (
            "A: {oneOf: [{$ref: '#/components/schemas/B'}, {$ref: '#/components/schemas/C'}]}\n\
             B: {oneOf: [{$ref: '#/components/schemas/C'}]}\nC: {oneOf: [{$ref: '#/components/schemas/X'}]}\nX: {type: object}",
            "A: {x-atlas-untagged: [B, C]}\nB: {x-atlas-untagged: [C]}\nC: {x-atlas-untagged: [X]}\nX: {type: object}",
        ),
    ] {
        becomes("unions", before, expected);
    }
}

#[test]
fn a_child_of_a_union_keeps_the_alternatives_with_its_members() {
    let before = "Parent: {required: [id], properties: {id: {type: string}}, oneOf: [{$ref: '#/components/schemas/X'}, {$ref: '#/components/schemas/Y'}], \
                  discriminator: {propertyName: k, mapping: {x: '#/components/schemas/X', y: Y}}}\n\
                  Child: {allOf: [{$ref: '#/components/schemas/Parent'}, {required: [size], properties: {size: {type: integer}}}]}\n\
                  X: {type: object, properties: {a: {type: string}}}\nY: {allOf: [{$ref: '#/components/schemas/Parent'}]}";
    let mut document = document("choices", before);
    for (_, pass) in SIMPLIFY
        .iter()
        .filter(|(name, _)| ["flatten", "unions"].contains(name))
    {
        pass(&mut document).unwrap();
    }
    let schema = |name: &str| {
        document
            .schema(name)
            .unwrap_or_else(|| panic!("{name}"))
            .clone()
    };
    let variants = |name: &str| -> Vec<Value> {
        let listed = schema(name)["x-atlas-tagged"]["variants"]
            .as_array()
            .unwrap()
            .clone();
        listed
            .iter()
            .map(|variant| json!([variant["tags"][0], variant["schema"]]))
            .collect()
    };
    let members = |name: &str| -> Vec<String> {
        schema(name)["properties"]
            .as_object()
            .unwrap()
            .keys()
            .cloned()
            .collect()
    };
    assert_eq!(
        variants("Parent"),
        [json!(["x", "ParentX"]), json!(["y", "Y"])]
    );
    assert_eq!(members("Y"), ["id"]);
    assert_eq!(members("ParentX"), ["a", "id"]);
    let [x, y] = variants("Child").try_into().unwrap_or_default();
    assert_eq!(members(x[1].as_str().unwrap()), ["a", "id", "size"]);
    assert_eq!(members(y[1].as_str().unwrap()), ["id", "size"]);
    assert_eq!(
        schema(y[1].as_str().unwrap())["required"],
        json!(["id", "size"])
    );
    assert_eq!((&x[0], &y[0]), (&json!("x"), &json!("y")));
}

#[test]
fn a_part_that_lists_its_child_is_inheritance_at_any_depth() {
    becomes(
        "flatten",
        "P: {oneOf: [{$ref: '#/components/schemas/C'}]}\nC: {allOf: [{$ref: '#/components/schemas/P'}]}\nG: {allOf: [{$ref: '#/components/schemas/C'}]}",
        "P: {oneOf: [{$ref: '#/components/schemas/C'}]}\nC: {type: object, properties: {}}\nG: {type: object, properties: {}}",
    );
    let two = "A: {allOf: [{$ref: '#/components/schemas/P'}, {$ref: '#/components/schemas/Q'}]}\n\
               P: {oneOf: [{$ref: '#/components/schemas/X'}]}\nQ: {oneOf: [{$ref: '#/components/schemas/Y'}]}\nX: {type: object}\nY: {type: object}";
    assert_eq!(
        after("flatten", two).unwrap_err(),
        "/components/schemas/A: several parts of an `allOf` are choices; one `oneOf` of their combinations is expected"
    );
}

#[test]
fn variants_at_any_depth_have_the_discriminator() {
    becomes(
        "discriminators",
        "U: {x-atlas-tagged: {property: t, variants: [{tags: [a], schema: A}, {tags: [b], schema: B}, {tags: [e], schema: E}]}}\n\
         A: {$ref: '#/components/schemas/C'}\nB: {x-atlas-untagged: [D, U]}\nC: {type: object}\nD: {properties: {t: {enum: [d]}}}\nE: {type: string, enum: [X]}",
        "U: {x-atlas-tagged: {property: t, variants: [{tags: [a], schema: A}, {tags: [b], schema: B}, {tags: [e], schema: E}]}}\n\
         A: {$ref: '#/components/schemas/C'}\nB: {x-atlas-untagged: [D, U]}\nC: {type: object, properties: {t: {type: string}}}\nD: {properties: {t: {enum: [d]}}}\nE: {type: string, enum: [X]}",
    );
}

#[test]
fn nested_variants_get_the_discriminator_if_they_are_objects() {
    let unions = "U: {x-atlas-tagged: {property: t, variants: [{tags: [a], schema: A}, {tags: [b], schema: B}, {tags: [c], schema: C}, \
                  {tags: [d], schema: D}, {tags: [e], schema: E}]}}\n\
                  A: {x-atlas-untagged: [X]}\n\
                  B: {x-atlas-tagged: {property: other, variants: [{tags: [y], schema: Y}]}}";
    let others = "C: {type: object, additionalProperties: {type: string}}\nD: {type: object, enum: [{t: d}]}\nE: {maxProperties: 1}";
    let member = "type: object, properties: {t: {type: string}}";
    becomes(
        "discriminators",
        &format!(
            "{unions}\n{others}\nX: {{type: object}}\nY: {{properties: {{y: {{type: string}}}}}}"
        ),
        &format!(
            "{unions}\n{others}\nX: {{{member}}}\n\
             Y: {{properties: {{y: {{type: string}}, t: {{type: string}}, other: {{type: string}}}}}}"
        ),
    );
}

#[test]
fn an_equal_variant_is_an_alias_if_its_name_ends_with_the_other() {
    let raw = "{type: object, required: [m], properties: {m: {type: string}}}";
    let aliases = |schemas: &[(&str, &str)]| -> Vec<String> {
        let variants = schemas.iter();
        let variants = variants.map(|(name, _)| format!("{{tags: [{name}], schema: {name}}}"));
        let variants = variants.collect::<Vec<_>>().join(", ");
        let mut text = format!("T: {{x-atlas-tagged: {{property: m, variants: [{variants}]}}}}\n");
        text.extend(
            schemas
                .iter()
                .map(|(name, schema)| format!("{name}: {schema}\n")),
        );
        let found = after("equal variants", &text).unwrap_or_else(|error| panic!("{error}"));
        let found = found.as_object().unwrap().iter();
        found
            .filter_map(|(name, schema)| {
                let target = schema["$ref"].as_str()?.rsplit('/').next()?;
                Some(format!("{name} = {target}"))
            })
            .collect()
    };
    // The target is the shortest name; a date is no part of it.
    let described = raw.replace("{type: object", "{title: B, deprecated: true, type: object");
    assert_eq!(
        aliases(&[
            ("ABRaw20240805", raw),
            ("BRaw", &described),
            ("Raw20250101", raw),
            ("CRaw", raw),
            ("Rest", raw),
        ]),
        [
            "ABRaw20240805 = Raw20250101",
            "BRaw = Raw20250101",
            "CRaw = Raw20250101"
        ]
    );
    // Another description of a member; a type with a builder; a discriminator that a value may lack.
    let documented = raw.replace("{type: string", "{description: A., type: string");
    let sent = raw.replace("{type: object", "{x-atlas-sent: true, type: object");
    let optional = raw.replace("required: [m], ", "");
    let nullable = raw.replace("type: string", "type: string, nullable: true");
    for (specific, general) in [
        (&*documented, raw),
        (&sent, raw),
        (&optional, &optional),
        (&nullable, &nullable),
    ] {
        let found = aliases(&[("ARaw", specific), ("Raw", general)]);
        assert!(found.is_empty(), "{specific}, {general}: {found:?}");
    }
}
