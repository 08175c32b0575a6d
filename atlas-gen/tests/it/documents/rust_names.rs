//! The Rust names of values, members and alternatives.

use atlas_gen::names::{enum_variants, members, rust_ident, union_variants};
use serde_json::{Value, json};

use crate::documents::odd_documents::{faults, outcome};

/// Returns the variant name of each of `values`, each in a separate enum.
fn variants<const N: usize>(values: [&str; N]) -> [String; N] {
    values.map(|value| {
        let variants = enum_variants(&json!({"type": "string", "enum": [value]}));
        let mut names = variants.into_iter().map(|variant| variant.name);
        names.next().expect("a variant")
    })
}

#[test]
fn punctuation_in_values_is_spelled_out() {
    assert_eq!(
        variants(["!a", "*", "%", "&", "|", "$", "<=", ">", "a+b", "-1"]),
        [
            "NotA",
            "Star",
            "Percent",
            "And",
            "Or",
            "Dollar",
            "LessThanEqual",
            "GreaterThan",
            "APlusB",
            "Minus1"
        ]
    );
    // Other punctuation, letters of other scripts and inner dashes separate words.
    assert_eq!(
        variants(["größe", "a_b", "A1-B", "a-1", "-a"]),
        ["GrE", "AB", "A1B", "A1", "A"]
    );
}

#[test]
fn a_dot_stays_between_digits_only() {
    assert_eq!(
        variants(["4.4", "v4.4.10", "1.a", "a.1", ".5", "5.", "1..2"]),
        ["V4_4", "V4_4_10", "V1A", "A1", "V5", "V5", "V12"]
    );
}

#[test]
fn a_variant_name_omits_the_name_of_its_union_unless_nothing_is_left() {
    let names = |parts: &[&str]| {
        let union = json!({"x-atlas-untagged": parts});
        let variants = union_variants("Pet", &union).into_iter();
        variants.map(|(name, _)| name).collect::<Vec<_>>()
    };
    assert_eq!(
        names(&["PetCat", "DogPet", "APet", "Pet22", "PetX"]),
        ["Cat", "Dog", "APet", "Pet22", "PetX"]
    );
}

#[test]
fn names_never_start_with_letters_that_are_invalid_there() {
    // U+0345 and U+0E33 are letters that are valid in Rust identifiers, but not at the start.
    for name in ["\u{345}", "\u{345}a", "\u{e33}", "1a", "\u{660}"] {
        let ident = rust_ident(name);
        assert!(
            syn::parse_str::<syn::Ident>(&ident).is_ok(),
            "{name:?}: {ident:?}"
        );
        let member = json!({name: {}});
        let member = members(member.as_object().expect("a map"));
        assert_eq!(member[name].field, ident);
    }
    assert_eq!(rust_ident("été_2"), "été_2");
}

#[test]
fn documents_with_such_letters_give_valid_rust() {
    let text = json!({
        "openapi": "3.0.3",
        "paths": {"/a": {"get": {
            "operationId": "getA",
            "parameters": [{"name": "\u{345}q", "in": "query", "schema": {"type": "string"}}],
            "responses": {"200": {"content": {"application/vnd.atlas.2024-01-01+json": {
                "schema": {"$ref": "#/components/schemas/A"},
            }}}},
        }}},
        "components": {"schemas": {
            "A": {"type": "object", "properties": {
                "\u{e33}": {"type": "string"},
                "\u{345}a": {"type": "string", "enum": ["\u{e33}", "größe"]},
            }},
            "ApiError": {"type": "object"},
        }},
    });
    let output =
        outcome("letters.json", &Value::to_string(&text)).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(faults(&output), Vec::<String>::new());
}
