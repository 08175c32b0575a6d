//! The document's limits on lengths, counts and values, as docs and as code.

use std::collections::BTreeMap;

use proc_macro2::TokenStream;
use serde_json::Value;

use crate::docs::prose::code;
use crate::document::{Document, schema_name};
use crate::schema::{self, Kind, flag};

/// Returns the constraint of a value described by `schema`, as an expression.
pub fn constraint(document: &Document, schema: &Value) -> Option<TokenStream> {
    let scope = Scope {
        in_union: false,
        in_path: false,
    };
    expression(document, schema, scope)?.parse().ok()
}

/// Returns the constraint of a parameter in a path that is described by `schema`: Atlas's patterns of
/// paths describe the percent-encoded text (`10.0.0.0%2F24`), so that they are not checked.
pub fn constraint_in_path(document: &Document, schema: &Value) -> Option<TokenStream> {
    let scope = Scope {
        in_union: false,
        in_path: true,
    };
    expression(document, schema, scope)?.parse().ok()
}

/// Where a value is.
#[derive(Clone, Copy)]
struct Scope {
    /// Inside of a union. Unions in it check no limits there, because they may be the same union again.
    in_union: bool,
    /// In a path, but not inside of a list.
    in_path: bool,
}

fn expression(document: &Document, schema: &Value, scope: Scope) -> Option<String> {
    // Such a component has no separate type that could check its limits: they apply at each use.
    if let Some(target) = schema_name(schema).and_then(|name| document.schema(name)) {
        match schema::kind(target) {
            Kind::String
            | Kind::Integer
            | Kind::Number
            | Kind::Array(_)
            | Kind::Map(_)
            | Kind::Reference(_) => return expression(document, target, scope),
            Kind::Untagged(_) if scope.in_union => return None,
            Kind::Untagged(variants) => return of_union(document, &variants, scope),
            _ => {}
        }
    }
    let is_number = matches!(schema::kind(schema), Kind::Number);
    written(&fields(document, schema, scope), is_number)
}

/// Writes a constraint of the fields `set`.
fn written(set: &str, is_number: bool) -> Option<String> {
    let constraint = "::atlas_client::runtime::Constraint";
    match set {
        // JSON has no infinity, and no number that is not one.
        "" if is_number => Some(format!("{constraint}::NONE")),
        "" => None,
        _ => Some(format!("{constraint} {{ {set}..{constraint}::NONE }}")),
    }
}

/// The maximal number of variants that are looked at for limits, at each use of a union.
const MAX_VARIANTS: usize = 100;

/// Returns the constraint of a union: texts, numbers and lists have different fields of it, so that it
/// holds for each kind of variant, unless two variants of a kind differ.
fn of_union(document: &Document, variants: &[&str], scope: Scope) -> Option<String> {
    if variants.len() > MAX_VARIANTS {
        return None;
    }
    let scope = Scope {
        in_union: true,
        ..scope
    };
    let mut by_kind: BTreeMap<&str, Option<String>> = BTreeMap::new();
    let mut has_numbers = false;
    for variant in variants {
        let Some(schema) = plain_variant(document, variant) else {
            continue;
        };
        let kind = match schema::kind(schema) {
            Kind::Integer | Kind::Number => "number",
            Kind::Array(_) | Kind::Map(_) => "entries",
            _ => "text",
        };
        has_numbers |= matches!(schema::kind(schema), Kind::Number);
        let set = fields(document, schema, scope);
        let known = by_kind.entry(kind).or_insert_with(|| Some(set.clone()));
        if known.as_ref() != Some(&set) {
            *known = None;
        }
    }
    let set: String = by_kind.into_values().flatten().collect();
    written(&set, has_numbers)
}

/// Returns the schema with the limits of the variant `name`, if it is a text, a number, a list or a
/// map.
pub fn plain_variant<'a>(document: &'a Document, name: &str) -> Option<&'a Value> {
    let schema = document.schema(name)?;
    let target = document.deref(schema)?;
    match schema::kind(target) {
        // What is said beside the reference to a type of the runtime are limits.
        Kind::Rust(_) => Some(schema),
        Kind::String | Kind::Integer | Kind::Number | Kind::Array(_) | Kind::Map(_) => Some(target),
        _ => None,
    }
}

/// Returns the constraints of `schema` that `description` does not state, as sentences.
pub fn sentences(schema: &Value, description: &str) -> Vec<String> {
    let number = |key: &str| schema.get(key).filter(|value| value.is_number());
    let mut out = Vec::new();
    let mut range = |lower: &str, upper: &str, unit: &Unit| {
        let sentence = match (number(lower), number(upper)) {
            (Some(a), Some(b)) if a == b => format!("Exactly {a}{}.", unit.of(a)),
            (Some(a), Some(b)) => format!("From {a} to {b}{}.", unit.of(b)),
            (Some(a), None) => format!("At least {a}{}.", unit.of(a)),
            (None, Some(b)) => format!("At most {b}{}.", unit.of(b)),
            (None, None) => return,
        };
        let (lower, upper) = (number(lower), number(upper));
        if !said(description, |words| words.state(lower, upper, unit)) {
            out.push(sentence);
        }
    };
    range("minimum", "maximum", &NUMBER);
    range("minLength", "maxLength", &CHARACTER);
    range("minItems", "maxItems", &ENTRY);
    if let Some(Value::Array(values)) = schema.get("enum")
        && schema.get("type").and_then(Value::as_str) == Some("integer")
    {
        let values: Vec<String> = values.iter().map(Value::to_string).collect();
        out.push(format!("One of {}.", values.join(", ")));
    }
    out
}

/// Returns the default of `schema` as a sentence, unless `description` states it.
pub fn default_sentence(schema: &Value, description: &str) -> Option<String> {
    let default = schema.get("default").filter(|value| !value.is_null())?;
    let is_said = said(description, |words| {
        words.has(&["default", "defaults"]) && words.hold(default)
    });
    (!is_said).then(|| format!("Default: {}.", code(&default.to_string())))
}

/// The unit of a limit.
struct Unit {
    one: &'static str,
    many: &'static str,
    /// The words that descriptions use for it, in lower case.
    words: &'static [&'static str],
}

const NUMBER: Unit = Unit {
    one: "",
    many: "",
    words: &[],
};

const CHARACTER: Unit = Unit {
    one: " character",
    many: " characters",
    words: &["character", "characters", "digit", "digits", "letters"],
};

const ENTRY: Unit = Unit {
    one: " entry",
    many: " entries",
    words: &["entry", "entries", "item", "items", "element", "elements"],
};

impl Unit {
    fn of(&self, number: &Value) -> &'static str {
        if number.as_f64() == Some(1.0) {
            self.one
        } else {
            self.many
        }
    }
}

/// Returns whether `states` is true of a sentence of `description`.
fn said(description: &str, states: impl Fn(&Words) -> bool) -> bool {
    description
        .split(['\n', ';'])
        .flat_map(|line| line.split(". "))
        .any(|sentence| states(&Words::of(sentence)))
}

/// The words and numbers of a sentence, in lower case.
struct Words(Vec<String>);

impl Words {
    fn of(sentence: &str) -> Self {
        let is_part = |c: char| c.is_alphanumeric() || "._-,".contains(c);
        let words = sentence.split(|c: char| !is_part(c)).map(|word| {
            let word = word.trim_matches(['.', ',']).to_lowercase();
            let digits = word.replace(',', "");
            // `1,024` is a number; `a,b` is two words, but need not be split.
            if digits.parse::<f64>().is_ok() {
                digits
            } else {
                word
            }
        });
        Self(words.filter(|word| !word.is_empty()).collect())
    }

    fn has(&self, any: &[&str]) -> bool {
        self.0.iter().any(|word| any.contains(&word.as_str()))
    }

    fn hold(&self, value: &Value) -> bool {
        match value {
            Value::Number(number) => self.0.iter().any(|word| {
                let spelt = word.trim_end_matches("-character").parse::<f64>().ok();
                spelt.is_some() && spelt == number.as_f64()
            }),
            Value::String(text) => {
                let text = Self::of(text);
                !text.0.is_empty() && text.0.iter().all(|word| self.0.contains(word))
            }
            Value::Bool(flag) => self.has(&[if *flag { "true" } else { "false" }]),
            _ => false,
        }
    }

    /// Returns whether the sentence states both limits, or the only one.
    fn state(&self, lower: Option<&Value>, upper: Option<&Value>, unit: &Unit) -> bool {
        let names_unit = unit.words.is_empty() || self.has(unit.words);
        let is_held = [lower, upper]
            .into_iter()
            .flatten()
            .all(|limit| self.hold(limit));
        let least = ["least", "minimum", "lowest", "smallest", "more", "greater"];
        let most = [
            "most", "maximum", "highest", "largest", "longest", "up", "less", "fewer",
        ];
        let says_which = match (lower, upper) {
            (Some(_), None) => self.has(&least),
            (None, Some(_)) => self.has(&most),
            _ => true,
        };
        names_unit && is_held && says_which
    }
}

/// Returns `value` as an integer, also if it is written `10.0`.
fn whole(value: &Value) -> Option<i64> {
    let of_float = |number: f64| {
        // Larger floats do not represent every integer exactly.
        let is_exact = number.fract() == 0.0 && number.abs() < 9e15;
        is_exact.then_some(number as i64)
    };
    value.as_i64().or_else(|| of_float(value.as_f64()?))
}

/// Returns the constraints of `schema`, as fields of a constraint.
fn fields(document: &Document, schema: &Value, scope: Scope) -> String {
    let mut out = Vec::new();
    let values = match schema::kind(schema) {
        Kind::Array(values) | Kind::Map(values) => Some(values),
        _ => None,
    };
    for (key, field) in [
        ("minLength", "min_length"),
        ("maxLength", "max_length"),
        ("minItems", "min_items"),
        ("maxItems", "max_items"),
        ("minProperties", "min_items"),
        ("maxProperties", "max_items"),
    ] {
        // An object with members of its own has a type without limits.
        if key.ends_with("Properties") && values.is_none() {
            continue;
        }
        if let Some(limit) = schema.get(key).and_then(Value::as_u64) {
            out.push(format!("{field}: {limit}, "));
        }
    }
    for (key, exclusive) in [
        ("minimum", "exclusiveMinimum"),
        ("maximum", "exclusiveMaximum"),
    ] {
        if let Some(limit) = schema.get(key).and_then(Value::as_f64) {
            out.push(format!("{key}: {limit:?}, "));
            if flag(schema, exclusive) {
                out.push(format!("exclusive_{key}: true, "));
            }
        }
    }
    if let Some(step) = schema.get("multipleOf").and_then(Value::as_f64) {
        out.push(format!("multiple_of: Some({step:?}), "));
    }
    if flag(schema, "uniqueItems") {
        out.push("unique_items: true, ".to_owned());
    }
    let pattern = schema.get("pattern").filter(|_| !scope.in_path);
    if let Some(pattern) = pattern.and_then(Value::as_str) {
        out.push(format!("pattern: Some({pattern:?}), "));
    }
    if let Some(Value::Array(values)) = schema.get("enum")
        && schema.get("type").and_then(Value::as_str) == Some("integer")
    {
        // A value that is not an integer cannot match.
        let values = values.iter().filter_map(whole);
        let values: Vec<String> = values.map(|value| value.to_string()).collect();
        out.push(format!("integers: Some(&[{}]), ", values.join(", ")));
    }
    let inside = Scope {
        in_path: false,
        ..scope
    };
    if let Some(inner) = values.and_then(|values| expression(document, values, inside)) {
        out.push(format!("items: Some(&{inner}), "));
    }
    out.concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn integers_may_be_written_with_a_fraction_of_zero() {
        let document = json!({"openapi": "3.0.1", "paths": {}});
        let document = Document::new(document).expect("a document");
        let schema = json!({"type": "integer", "enum": [10.0, 2e1, 3, 4.5]});
        let code = constraint(&document, &schema).expect("a constraint");
        let code = code.to_string().replace(' ', "");
        assert!(code.contains("{integers:Some(&[10,20,3]),.."), "{code}");
    }

    #[test]
    fn entries_of_lists_and_maps_have_constraints_and_so_has_every_number() {
        let document = json!({"openapi": "3.0.1", "paths": {}, "components": {"schemas": {
            "Rates": {"type": "object", "additionalProperties": {"type": "number"}, "minProperties": 1},
            "Object": {"type": "object", "properties": {"a": {}}, "minProperties": 1},
        }}});
        let document = Document::new(document).expect("a document");
        let none = "::atlas_client::runtime::Constraint::NONE";
        for (schema, expected) in [
            (json!({"type": "number"}), Some(none.to_owned())),
            (json!({"type": "integer"}), None),
            (
                json!({"type": "array", "items": {"type": "number"}}),
                Some(format!("items:Some(&{none})")),
            ),
            (
                json!({"$ref": "#/components/schemas/Rates"}),
                Some(format!("min_items:1,items:Some(&{none})")),
            ),
            (json!({"$ref": "#/components/schemas/Object"}), None),
            (json!({"type": "object", "additionalProperties": {}}), None),
        ] {
            let code = constraint(&document, &schema).map(|code| code.to_string().replace(' ', ""));
            let expected = expected.map(|set| match set == none {
                true => set,
                false => format!("::atlas_client::runtime::Constraint{{{set},..{none}}}"),
            });
            assert_eq!(code, expected, "{schema}");
        }
    }

    #[test]
    fn limits_become_sentences() {
        for (schema, expected) in [
            (json!({"minLength": 1}), "At least 1 character."),
            (
                json!({"minLength": 1, "maxLength": 64}),
                "From 1 to 64 characters.",
            ),
            (json!({"maxLength": 1}), "At most 1 character."),
            (json!({"minItems": 1, "maxItems": 1}), "Exactly 1 entry."),
            (json!({"minItems": 2}), "At least 2 entries."),
            (json!({"minimum": 0.5, "maximum": 2}), "From 0.5 to 2."),
            (json!({"minimum": 10}), "At least 10."),
            (json!({"type": "integer", "enum": [1, 2]}), "One of 1, 2."),
        ] {
            assert_eq!(sentences(&schema, "A member.").join(" "), expected);
        }
    }

    #[test]
    fn limits_that_the_description_states_are_not_repeated() {
        let length = json!({"minLength": 1, "maxLength": 64});
        let least = json!({"minLength": 1});
        let range = json!({"minimum": 1, "maximum": 1024});
        for (schema, description, is_said) in [
            (&length, "Name of the project, 1 to 64 characters.", true),
            (&length, "Name of at most 64 characters.", false),
            (&length, "Version 1 to 64.", false),
            (&length, "The first 1 is free. Up to 64 characters.", false),
            (&least, "At least 1 character.", true),
            (&least, "The 1 character that ends a line.", false),
            (&range, "A size from 1 to 1,024 GB.", true),
            (&range, "A size from 1 to 10,24 GB.", true),
            (&range, "A size from 1 to 1024.5 GB.", false),
            (&range, "A size from 11 to 1024.", false),
        ] {
            assert_eq!(
                sentences(schema, description).is_empty(),
                is_said,
                "{description}"
            );
        }
    }

    #[test]
    fn a_default_that_the_description_states_is_not_repeated() {
        for (default, description, is_said) in [
            (json!(true), "The default is `true`.", true),
            (json!(true), "The default is `false`.", false),
            (json!(100), "How many; 100 by default.", true),
            (json!(100), "At most 100. There is a default.", false),
            (json!("LIVE"), "Defaults to `LIVE`.", true),
            (json!("LIVE"), "Whether it is LIVE.", false),
            (json!(""), "The default.", false),
            (json!([]), "The default.", false),
        ] {
            let schema = json!({"default": default});
            let sentence = default_sentence(&schema, description);
            assert_eq!(sentence.is_none(), is_said, "{description}");
        }
        assert_eq!(default_sentence(&json!({"default": null}), ""), None);
        // rustc refuses such a character in a comment.
        let escaped = default_sentence(&json!({"default": "a\u{202e}b"}), "");
        assert_eq!(escaped.as_deref(), Some(r#"Default: `"a\u{202e}b"`."#));
    }

    #[test]
    fn limits_of_plain_variants_hold_for_the_kind_of_each() {
        let document = json!({"openapi": "3.0.1", "paths": {}, "components": {"schemas": {
            "Text": {"type": "string", "maxLength": 5},
            "Other": {"type": "string", "maxLength": 6},
            "Port": {"type": "integer", "minimum": 1},
            "List": {"type": "array", "maxItems": 2, "items": {"$ref": "#/components/schemas/Lists"}},
            "Key": {"$ref": "#/components/schemas/Sensitive", "minLength": 3},
            "KeyAlias": {"$ref": "#/components/schemas/Key"},
            "Sensitive": {"x-atlas-rust-type": "crate::Sensitive"},
            "Object": {"type": "object", "properties": {"a": {}}, "minProperties": 1},
            "Both": {"x-atlas-untagged": ["Text", "Port", "Object"]},
            "Lists": {"x-atlas-untagged": ["Text", "List"]},
            "Differ": {"x-atlas-untagged": ["Text", "Other", "Port"]},
            "Keys": {"x-atlas-untagged": ["Key", "Object"]},
            "None": {"x-atlas-untagged": ["Object"]},
        }}});
        let document = Document::new(document).expect("a document");
        let code = |name: &str| {
            let schema = json!({"$ref": format!("#/components/schemas/{name}")});
            let code = constraint(&document, &schema).map(|code| code.to_string().replace(' ', ""));
            code.map(|code| code.replace("::atlas_client::runtime::Constraint", ""))
        };
        assert_eq!(
            code("Both").as_deref(),
            Some("{minimum:1.0,max_length:5,..::NONE}")
        );
        // A list of the same union again has no end.
        assert_eq!(
            code("Lists").as_deref(),
            Some("{max_items:2,max_length:5,..::NONE}")
        );
        assert_eq!(code("Differ").as_deref(), Some("{minimum:1.0,..::NONE}"));
        assert_eq!(code("Keys").as_deref(), Some("{min_length:3,..::NONE}"));
        assert_eq!(code("KeyAlias").as_deref(), Some("{min_length:3,..::NONE}"));
        assert_eq!(code("None"), None);
    }
}
