//! How generated code distinguishes the variants of a union.

use atlas_gen::edits::{Context, EDITS};

use crate::documents::odd_documents::{faults, outcome};
use crate::edits::examples::prepared;

/// Returns the code of the union `U` with the variants `variants`, without spaces.
fn union(variants: &[&str], document: &str, more: &str) -> String {
    let (document, operations) = prepared("unions", document);
    let context = Context {
        document: &document,
        operations: &operations,
    };
    let variants = variants.iter().map(|name| format!("{name}({name})"));
    let variants = variants.collect::<Vec<_>>().join(", ");
    let before = format!("pub mod types {{ pub enum U {{ {variants} }} {more} }}");
    let mut file = syn::parse_file(&before).expect("code");
    let edit = EDITS.iter().find(|edit| edit.name == "unions");
    (edit.expect("an edit").run)(&mut file, &context).unwrap_or_else(|error| panic!("{error}"));
    let code = prettyplease::unparse(&file);
    let mut code: String = code.split_whitespace().collect();
    for (trailing, bracket) in [(",]", "]"), (",)", ")"), (",}", "}")] {
        code = code.replace(trailing, bracket);
    }
    code
}

/// Returns the rows of the table of variants in `code`.
fn rows(code: &str) -> Vec<String> {
    let code = code.replace("::serde_json::Value::", "");
    let code = code.replace("kind:Some(::atlas_client::runtime::is", "kind:Some(is");
    let code = code.replace(",::atlas_client::runtime::is", ",is");
    let rows = code.split("::atlas_client::runtime::Variant{index:");
    rows.skip(1)
        .map(|row| row.split('}').next().unwrap_or_default().to_owned())
        .collect()
}

#[test]
fn each_kind_of_variant_is_distinguished_by_its_json() {
    let names = ["S", "E", "I", "N", "B", "L", "M", "O", "A", "R", "P"];
    let code = union(
        &names,
        "U: {x-atlas-untagged: [S, E, I, N, B, L, M, O, A, R, P]}\n\
         S: {type: string}\nE: {type: string, enum: [X]}\nI: {type: integer}\nN: {type: number}\n\
         B: {type: boolean}\nL: {type: array, items: {}}\nM: {type: object, additionalProperties: {type: string}}\n\
         O: {type: object, properties: {x: {}}}\nA: {}\n\
         R: {$ref: '#/components/schemas/ObjectId'}\nObjectId: {x-atlas-rust-type: 'crate::ObjectId'}\n\
         P: {$ref: '#/components/schemas/O'}",
        "",
    );
    let kinds = rows(&code);
    let kinds: Vec<&str> = kinds
        .iter()
        .filter_map(|row| row.split([':', ',']).nth(2))
        .collect();
    assert_eq!(
        kinds,
        [
            "Some(is_string)",
            "Some(is_string)",
            "Some(is_integer)",
            "Some(is_number)",
            "Some(is_boolean)",
            "Some(is_array)",
            "Some(is_object)",
            "Some(is_object)",
            "None",
            "Some(is_string)",
            "Some(is_object)",
        ]
    );
}

#[test]
fn a_nested_union_is_distinguished_by_each_of_its_variants() {
    let code = union(
        &["A", "B", "C", "D", "E"],
        "U: {x-atlas-untagged: [A, B, C, D, E]}\n\
         D: {x-atlas-untagged: [X]}\nE: {x-atlas-untagged: [E]}\n\
         A: {x-atlas-tagged: {property: t, variants: [{tags: [x], schema: X}, {tags: [y], schema: Y}]}}\n\
         B: {x-atlas-untagged: [X, S]}\nC: {x-atlas-untagged: [S, S]}\nS: {type: string}\n\
         X: {type: object, required: [a, b], properties: {a: {}, t: {type: string, enum: [other, both]}, k: {type: string, enum: [one]}}}\n\
         Y: {type: object, required: [b, c], properties: {t: {type: string, enum: [both, x]}, k: {type: string, enum: [two]}, m: {type: string, enum: [three]}}}",
        "",
    );
    assert_eq!(
        rows(&code),
        [
            // Of the values that the mapping lacks, only one that a single variant lists is added.
            r#"0,kind:Some(is_object),values:&[("t",&["other","x"]),("k",&["one"])],required:&["a","b"],members:&["a","k","t"],others:None,kinds:&[]"#,
            r#"0,kind:Some(is_object),values:&[("t",&["y"]),("k",&["two"]),("m",&["three"])],required:&["b","c"],members:&["k","m","t"],others:None,kinds:&[]"#,
            r#"1,kind:Some(is_object),values:&[("t",&["both","other"]),("k",&["one"])],required:&["a","b"],members:&["a","k","t"],others:None,kinds:&[]"#,
            r#"1,kind:Some(is_string),values:&[],required:&[],members:&[],others:None,kinds:&[]"#,
            // Equal variants are described once.
            r#"2,kind:Some(is_string),values:&[],required:&[],members:&[],others:None,kinds:&[]"#,
            r#"3,kind:Some(is_object),values:&[("t",&["both","other"]),("k",&["one"])],required:&["a","b"],members:&["a","k","t"],others:None,kinds:&[]"#,
            // A union whose only variant is itself accepts any value.
            r#"4,kind:None,values:&[],required:&[],members:&[],others:None,kinds:&[]"#,
        ]
    );
}

#[test]
fn values_that_variants_of_one_union_share_tell_it_from_others() {
    let code = union(
        &["A", "B"],
        "U: {x-atlas-untagged: [A, B]}\nA: {x-atlas-untagged: [X, Y]}\n\
         X: {type: object, properties: {a: {type: string, enum: [v]}, k: {type: string, enum: [one]}}}\n\
         Y: {type: object, properties: {a: {type: string, enum: [v]}, k: {type: string, enum: [one, two]}}}\n\
         B: {type: object, properties: {a: {type: string, enum: [v]}, k: {type: string, enum: [three]}}}",
        "",
    );
    let values = rows(&code).into_iter();
    let values: Vec<String> = values
        .map(|row| row.split("required").next().unwrap_or_default().to_owned())
        .collect();
    assert_eq!(
        values,
        [
            r#"0,kind:Some(is_object),values:&[("k",&["one"]),("a",&["v"])],"#,
            r#"0,kind:Some(is_object),values:&[("k",&["one","two"]),("a",&["v"])],"#,
            r#"1,kind:Some(is_object),values:&[("k",&["three"]),("a",&["v"])],"#,
        ]
    );
}

#[test]
fn the_kinds_of_members_are_in_the_table_where_they_differ() {
    let code = union(
        &["A", "B", "C"],
        "U: {x-atlas-untagged: [A, B, C]}\n\
         A: {type: object, properties: {v: {$ref: '#/components/schemas/T'}, w: {type: integer}, x: {type: string}}}\n\
         B: {type: object, properties: {v: {type: integer}, w: {type: number}, x: {type: object, properties: {a: {}}}}}\n\
         C: {type: object, properties: {v: {}, y: {type: string}}}\nT: {type: string}",
        "",
    );
    let kinds = rows(&code).into_iter();
    let kinds: Vec<String> = kinds
        .map(|row| row.split("kinds:").nth(1).unwrap_or_default().to_owned())
        .collect();
    assert_eq!(
        kinds,
        [
            r#"&[("v",is_string),("w",is_integer),("x",is_string)]"#,
            r#"&[("v",is_integer),("w",is_number),("x",is_object)]"#,
            "&[]"
        ]
    );
}

#[test]
fn unions_inside_each_other_at_any_depth_are_distinguished_by_their_variants() {
    let chain = |length: usize| {
        let unions = (0..length).map(|i| format!("U{i}: {{x-atlas-untagged: [U{}]}}\n", i + 1));
        unions.collect::<String>()
    };
    let document = format!(
        "U: {{x-atlas-untagged: [U0]}}\n{}U5000: {{type: object, properties: {{a: {{}}}}}}",
        chain(5000)
    );
    let expected =
        r#"0,kind:Some(is_object),values:&[],required:&[],members:&["a"],others:None,kinds:&[]"#;
    assert_eq!(rows(&union(&["U0"], &document, "")), [expected]);
    // Each of 100 unions has those after it as variants.
    let mut document = "U: {x-atlas-untagged: [U0]}\n".to_owned();
    for i in 0..100 {
        let later = (i + 1..100).map(|j| format!("U{j}, "));
        let later = later.collect::<String>();
        document += &format!("U{i}: {{x-atlas-untagged: [{later}O{i}]}}\n");
        document += &format!("O{i}: {{type: object, properties: {{m{i}: {{}}}}}}\n");
    }
    // Beyond the limit, a union counts as any JSON.
    let rows = rows(&union(&["U0"], &document, ""));
    assert!(rows.contains(
        &"0,kind:None,values:&[],required:&[],members:&[],others:None,kinds:&[]".to_owned()
    ));
    assert!(rows.len() < 1000, "{}", rows.len());
}

#[test]
fn an_omitted_discriminator_is_sent_in_the_type_of_its_member() {
    let code = union(
        &["E", "S", "T", "N", "L", "R"],
        "U: {x-atlas-tagged: {property: t, variants: [{tags: [e], schema: E}, {tags: [s], schema: S}, {tags: [t], schema: T}, \
         {tags: [n], schema: N}, {tags: [l], schema: L}, {tags: [r], schema: R}]}}\n\
         E: {type: object, properties: {t: {$ref: '#/components/schemas/Kind'}}}\n\
         S: {type: object, properties: {t: {$ref: '#/components/schemas/Text'}}}\n\
         T: {type: object, properties: {t: {type: string}}}\n\
         N: {type: object, properties: {t: {$ref: '#/components/schemas/Number'}}}\n\
         L: {type: object, properties: {t: {type: integer}}}\nR: {$ref: '#/components/schemas/T'}\n\
         Kind: {type: string, enum: [e]}\nText: {type: string}\nNumber: {type: integer}",
        "",
    );
    for line in [
        r#"value.t=Some(Kind::from(::atlas_client::runtime::RawValue::from("e")));"#,
        r#"value.t=Some("s".to_owned());"#,
        r#"value.t=Some("t".to_owned());"#,
        r#"value.t=Some("r".to_owned());"#,
    ] {
        assert!(code.contains(line), "{line}: {code}");
    }
    assert_eq!(code.matches("value.t=Some").count(), 4, "{code}");
}

#[test]
fn an_omitted_discriminator_is_sent_as_a_number_a_flag_or_a_listed_value() {
    let code = union(
        &["I", "B", "L", "K", "W"],
        "U: {x-atlas-tagged: {property: t, variants: [{tags: ['-1'], schema: I}, {tags: ['true'], schema: B}, {tags: ['2'], schema: L}, \
         {tags: [k], schema: K}, {tags: [w, x], schema: W}]}}\n\
         I: {type: object, properties: {t: {type: integer, enum: [-1]}}}\nB: {type: object, properties: {t: {type: boolean}}}\n\
         L: {type: object, properties: {t: {$ref: '#/components/schemas/Listed'}}}\n\
         K: {type: object, properties: {t: {$ref: '#/components/schemas/Listed'}}}\n\
         W: {type: object, properties: {t: {$ref: '#/components/schemas/One'}}}\n\
         Listed: {enum: [2, k]}\nOne: {type: string, enum: [x]}",
        "",
    );
    for line in [
        "value.t=Some(-1);",
        "value.t=Some(true);",
        "value.t=Some(Listed::from(::atlas_client::runtime::RawLiteral::from(2i64)));",
        r#"value.t=Some(Listed::from(::atlas_client::runtime::RawLiteral::from("k")));"#,
        r#"value.t=Some(One::from(::atlas_client::runtime::RawValue::from("x")));"#,
    ] {
        assert!(code.contains(line), "{line}: {code}");
    }
}

#[test]
fn an_omitted_discriminator_is_sent_in_unions_of_unions() {
    let object = "{type: object, properties: {t: {type: string}, s: {type: string}}}";
    let code = union(
        &["A", "S", "R"],
        &format!(
            "U: {{x-atlas-tagged: {{property: t, variants: [{{tags: [a], schema: A}}, {{tags: [s], schema: S}}, {{tags: [r], schema: R}}]}}}}\n\
             A: {{x-atlas-untagged: [B, X, Text]}}\nB: {{x-atlas-tagged: {{property: s, variants: [{{tags: [y], schema: Y}}]}}}}\n\
             R: {{$ref: '#/components/schemas/B'}}\nS: {{x-atlas-tagged: {{property: t, variants: [{{tags: [x], schema: X}}]}}}}\n\
             Text: {{type: string}}\nX: {object}\nY: {object}"
        ),
        "",
    );
    let written = code.split("fnserialize").nth(1).expect("an impl");
    // Where blocks and commas stand is up to the formatter.
    let bare = |code: &str| code.replace(['{', '}', ','], "");
    let leaf = |path: &str, tag: &str, whole: &str| {
        format!(
            r#"{path}(inner)ifinner.t.is_none()=>{{letmutinner=inner.clone();inner.t=Some("{tag}".to_owned());{whole}.serialize(serializer)}}"#
        )
    };
    for arms in [
        format!(
            "Self::A(value)=>match&**value{{A::B(inner)=>match&**inner{{{}_=>value.serialize(serializer),}},{}_=>value.serialize(serializer),}},",
            leaf("B::Y", "a", "A::B(::std::boxed::Box::new(B::Y(inner)))"),
            leaf("A::X", "a", "A::X(inner)"),
        ),
        // It has the same discriminator.
        "Self::S(value)=>value.serialize(serializer),".to_owned(),
        // Another name of a union.
        format!(
            "Self::R(value)=>match&**value{{{}_=>value.serialize(serializer),}},",
            leaf("B::Y", "r", "B::Y(inner)"),
        ),
    ] {
        assert!(bare(written).contains(&bare(&arms)), "{arms}: {written}");
    }
}

#[test]
fn unions_in_themselves_and_in_many_others_end() {
    use std::fmt::Write as _;
    let mut document =
        "U: {x-atlas-tagged: {property: t, variants: [{tags: [a], schema: L0N0}]}}\n".to_owned();
    for layer in 0..16 {
        for i in 0..8 {
            let parts: Vec<String> = (0..8).map(|j| format!("L{}N{j}", layer + 1)).collect();
            let parts = parts.join(", ");
            writeln!(
                document,
                "L{layer}N{i}: {{x-atlas-untagged: [L{layer}N{i}, {parts}]}}"
            )
            .expect("text");
        }
    }
    for i in 0..8 {
        writeln!(document, "L16N{i}: {{type: string}}").expect("text");
    }
    let code = union(&["L0N0"], &document, "");
    assert!(code.contains("Self::L0N0(value)=>value.serialize(serializer)"));
}

#[test]
fn a_conversion_boxes_its_value_once() {
    let code = union(
        &["A", "B"],
        "U: {x-atlas-untagged: [A, B]}\nA: {type: string}\nB: {type: integer}",
        "impl ::std::convert::From<A> for U { fn from(value: A) -> Self { Self::A(value) } }
         impl ::std::convert::From<::std::boxed::Box<B>> for U { fn from(value: ::std::boxed::Box<B>) -> Self { Self::B(value) } }",
    );
    assert!(
        code.contains("{Self::A(::std::boxed::Box::new(value))}"),
        "{code}"
    );
    assert!(code.contains("{Self::B(value)}"), "{code}");
}

#[test]
fn a_variant_that_is_another_name_of_an_id_is_a_text() {
    let text = "
openapi: 3.0.3
paths:
  /a:
    get:
      operationId: getA
      responses: {'200': {content: {application/vnd.atlas.2024-01-01+json: {schema: {$ref: '#/components/schemas/A'}}}}}
components:
  schemas:
    A: {type: object, properties: {a: {oneOf: [{$ref: '#/components/schemas/Id'}, {$ref: '#/components/schemas/Count'}]}}}
    Id: {type: string, pattern: '^[a-f0-9]{24}$'}
    Count: {type: integer}
    ApiError: {type: object}
";
    let output = outcome("ids.yaml", text).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(faults(&output), Vec::<String>::new());
    let code: Vec<&str> = output.files.values().map(String::as_str).collect();
    let code = code.concat();
    let kinds = code.split("kind: Some(").skip(1);
    let kinds: Vec<&str> = kinds.filter_map(|rest| rest.split(')').next()).collect();
    let expected = ["serde_json::Value::is_string", "runtime::is_integer"];
    assert_eq!(kinds, expected);
}

#[test]
fn members_whose_values_no_two_variants_share_come_first_and_numbers_count() {
    let code = union(
        &["A", "B", "C"],
        "U: {x-atlas-untagged: [A, B, C]}\n\
         A: {type: object, properties: {a: {type: string, enum: [us, eu]}, n: {type: integer, enum: [1]}, o: {type: boolean, enum: [true]}}}\n\
         B: {type: object, properties: {a: {type: string, enum: [eu]}, n: {type: integer, enum: [2, 3]}}}\n\
         C: {type: object, properties: {a: {type: array, items: {}}, k: {type: string, enum: [x]}}}",
        "",
    );
    assert_eq!(
        rows(&code),
        [
            r#"0,kind:Some(is_object),values:&[("n",&["1"]),("a",&["eu","us"]),("o",&["true"])],required:&[],members:&["a","n","o"],others:None,kinds:&[("a",is_string)]"#,
            r#"1,kind:Some(is_object),values:&[("n",&["2","3"]),("a",&["eu"])],required:&[],members:&["a","n"],others:None,kinds:&[("a",is_string)]"#,
            r#"2,kind:Some(is_object),values:&[("k",&["x"])],required:&[],members:&["a","k"],others:None,kinds:&[("a",is_array)]"#,
        ]
    );
}

#[test]
fn without_a_mapping_the_value_that_a_variant_lists_is_sent() {
    let code = union(
        &["A", "B"],
        "U: {x-atlas-tagged: {property: t, variants: [{tags: [A], schema: A}, {tags: [b], schema: B}]}}\n\
         A: {type: object, properties: {t: {$ref: '#/components/schemas/One'}}}\n\
         B: {type: object, properties: {t: {$ref: '#/components/schemas/Two'}}}\n\
         One: {type: string, enum: [one]}\nTwo: {type: string, enum: [two]}",
        "",
    );
    for (name, tag) in [("One", "one"), ("Two", "b")] {
        let sent = format!(
            r#"value.t=Some({name}::from(::atlas_client::runtime::RawValue::from("{tag}")));"#
        );
        assert!(code.contains(&sent), "{sent}: {code}");
    }
    let rows = rows(&code);
    assert!(rows[0].contains(r#"("t",&["A","one"])"#), "{rows:?}");
}

#[test]
fn unions_that_share_unions_are_read_once() {
    use std::fmt::Write as _;
    // 16 layers of 8: each union has all of the next layer as its variants.
    let mut document = String::new();
    for layer in 0..16 {
        for i in 0..8 {
            let parts: Vec<String> = (0..8).map(|j| format!("L{}N{j}", layer + 1)).collect();
            let parts = parts.join(", ");
            writeln!(document, "L{layer}N{i}: {{x-atlas-untagged: [{parts}]}}").expect("text");
        }
    }
    for i in 0..8 {
        writeln!(document, "L16N{i}: {{type: string}}").expect("text");
    }
    let names: Vec<String> = (0..8).map(|i| format!("L0N{i}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    writeln!(document, "U: {{x-atlas-untagged: [{}]}}", names.join(", ")).expect("text");
    let code = union(&names, &document, "");
    assert_eq!(rows(&code).len(), 8);
}

#[test]
fn conversions_that_rust_refuses_are_left_out() {
    let names = ["A", "B", "C", "D", "Unknown"];
    let from = |name: &str, variant: &str| {
        format!(
            "impl ::std::convert::From<{name}> for U {{ fn from(value: {name}) -> Self {{ Self::{variant}(value) }} }} "
        )
    };
    let conversions = ["A", "B", "C", "D", "Unknown"].map(|name| from(name, name));
    let aliases = "pub type A = ::std::string::String; pub type B = A; pub type C = ::serde_json::Value; \
                   pub type D = ObjectId;";
    let code = union(
        &names,
        "U: {x-atlas-untagged: [A, B, C, D, Unknown]}\n\
         A: {type: string}\nB: {$ref: '#/components/schemas/A'}\nC: {}\n\
         D: {x-atlas-rust-type: 'crate::ObjectId'}\nUnknown: {type: object, properties: {a: {}}}",
        &format!("{aliases} {}", conversions.concat()),
    );
    let kept: Vec<&str> = code
        .split("::std::convert::From<")
        .skip(1)
        .filter_map(|rest| rest.split('>').next())
        .collect();
    assert_eq!(kept, ["D", "Unknown"]);
    assert!(
        code.contains("Self::Unknown_(::std::boxed::Box::new(value))"),
        "{code}"
    );
}
