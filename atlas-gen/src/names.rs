//! Rust names of members, parameters and variants.
//!
//! progenitor derives most names from the document as this module does. Where two names would
//! collide, or progenitor fails on a value, the plain document gets a safe name, and an edit
//! restores the name on the wire.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use heck::{ToPascalCase, ToSnakeCase};
use serde_json::{Map, Value};

use crate::schema::{self, Kind};

/// A listed value of an enum.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnumVariant {
    /// The name of the variant.
    pub name: String,
    /// The value on the wire: a string or an integer.
    pub value: Value,
    /// The value in the plain document.
    pub plain: String,
}

/// Returns the variants of the enum `schema`, in document order.
pub fn enum_variants(schema: &Value) -> Vec<EnumVariant> {
    let texts = |key: &str| {
        let list = schema.get(key).and_then(Value::as_array);
        list.map_or(&[][..], Vec::as_slice)
    };
    let values: Vec<&Value> = texts("enum")
        .iter()
        .filter(|value| value.is_string() || value.is_i64())
        .collect();
    let given: Vec<&str> = texts("x-enum-varnames")
        .iter()
        .filter_map(Value::as_str)
        .collect();
    let names = variant_names(&values, &given);
    let pascal = |text: &str| {
        let tame = |c: char| if c.is_ascii_alphanumeric() { c } else { '-' };
        text.chars().map(tame).collect::<String>().to_pascal_case()
    };
    let variants = names.into_iter().zip(values).enumerate();
    variants
        .map(|(i, (name, value))| {
            let candidates = value.as_str().into_iter().chain([name.as_str()]);
            let plain = candidates
                .filter(|text| text.is_ascii())
                .find(|text| pascal(text) == name)
                .map_or_else(|| format!("Variant{i}"), str::to_owned);
            EnumVariant {
                value: value.clone(),
                plain,
                name,
            }
        })
        .collect()
}

/// Returns the names and the components of the variants of the union `schema`, which is called
/// `name`.
pub fn union_variants(name: &str, schema: &Value) -> Vec<(String, String)> {
    let parts: Vec<String> = match schema::kind(schema) {
        Kind::Tagged(tagged) => tagged.variants.into_iter().map(|v| v.schema).collect(),
        Kind::Untagged(parts) => parts.into_iter().map(str::to_owned).collect(),
        _ => Vec::new(),
    };
    let names = union_variant_names(name, parts.iter().map(String::as_str));
    names.into_iter().zip(parts).collect()
}

/// The name of a member in the plain document, and its field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemberName {
    /// The name in the plain document.
    pub plain: String,
    /// The name of the field.
    pub field: String,
}

/// Returns the plain names of an object's members by their names on the wire: the same names,
/// unless two would be one field or a name has characters that Rust names cannot have.
pub fn members(properties: &Map<String, Value>) -> BTreeMap<String, MemberName> {
    let mut taken = BTreeSet::new();
    let mut out = BTreeMap::new();
    for member in properties.keys() {
        let mut field = rust_ident(member);
        let mut plain = member.clone();
        let mut n = 2;
        while !taken.insert(field.clone()) {
            plain = format!("{}_{n}", rust_ident(member).trim_end_matches('_'));
            field = rust_ident(&plain);
            n += 1;
        }
        out.insert(member.clone(), MemberName { plain, field });
    }
    out
}

/// Converts `name` to the name of a Rust method or field.
///
/// Rust keywords get a trailing underscore; typify applies the same rule.
pub fn rust_ident(name: &str) -> String {
    // Some letters and digits of other scripts are not allowed in Rust names.
    let fits =
        |c: char| c.is_alphanumeric() && syn::parse_str::<syn::Ident>(&format!("a{c}")).is_ok();
    let cleaned: String = name
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() || fits(c) {
                c
            } else {
                '-'
            }
        })
        .collect();
    let mut snake = cleaned.to_snake_case();
    match snake.chars().next() {
        None => snake.push('x'),
        Some(first) if !first.is_alphabetic() => snake.insert(0, 'x'),
        Some(_) => {}
    }
    if is_reserved(&snake) {
        snake.push('_');
    }
    snake
}

/// Returns whether `snake`, in snake case, is not valid as an identifier.
fn is_reserved(snake: &str) -> bool {
    // Calling `syn` for each name would take longer than all other work on it.
    let plain = snake
        .bytes()
        .all(|b| b.is_ascii_alphanumeric() || b == b'_');
    if plain && snake.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return KEYWORDS.contains(&snake);
    }
    syn::parse_str::<syn::Ident>(snake).is_err()
}

/// Rust's lower-case keywords, including those of edition 2024.
/// <https://doc.rust-lang.org/reference/keywords.html>
const KEYWORDS: [&str; 51] = [
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "crate",
    "do", "dyn", "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl",
    "in", "let", "loop", "macro", "match", "mod", "move", "mut", "override", "priv", "pub", "ref",
    "return", "self", "static", "struct", "super", "trait", "true", "try", "type", "typeof",
    "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
];

/// Returns a value as text.
pub fn text_of(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// Returns unique names for the variants: the given ones, or names derived from the values.
pub(crate) fn variant_names(values: &[&Value], given: &[&str]) -> Vec<String> {
    // The variant for unknown values has its name reserved.
    let mut taken: HashSet<String> = HashSet::from(["Unknown".to_owned(), "Self".to_owned()]);
    values
        .iter()
        .enumerate()
        .map(|(i, value)| {
            let wanted = match given.get(i) {
                Some(name) if given.len() == values.len() && is_name(name) => (*name).to_owned(),
                _ => variant_name(&text_of(value)),
            };
            let mut name = wanted.clone();
            if taken.contains(&name) {
                name = format!("{wanted}Value");
            }
            let mut n = 2;
            while taken.contains(&name) {
                name = format!("{wanted}{n}");
                n += 1;
            }
            taken.insert(name.clone());
            name
        })
        .collect()
}

fn is_name(text: &str) -> bool {
    syn::parse_str::<syn::Ident>(text).is_ok()
}

/// Converts a value to the name of a variant: `PRIVATE_LINK` to `PrivateLink`, `7.0` to `V7_0`, `<`
/// to `LessThan`.
fn variant_name(value: &str) -> String {
    let name = version_parts(value)
        .into_iter()
        .map(|part| spelt_out(part).to_pascal_case())
        .collect::<Vec<_>>()
        .join("_");
    match name.chars().next() {
        None => "Empty".to_owned(),
        Some(first) if first.is_ascii_alphabetic() => name,
        Some(_) => format!("V{name}"),
    }
}

/// Splits `value` at the dots of version numbers, so that `4.4` and `44` differ.
fn version_parts(value: &str) -> Vec<&str> {
    let bytes = value.as_bytes();
    let mut parts = Vec::new();
    let mut from = 0;
    for i in 1..bytes.len().saturating_sub(1) {
        if bytes[i] == b'.' && bytes[i - 1].is_ascii_digit() && bytes[i + 1].is_ascii_digit() {
            parts.push(&value[from..i]);
            from = i + 1;
        }
    }
    parts.push(&value[from..]);
    parts
}

/// Returns `part` with its punctuation spelled out.
fn spelt_out(part: &str) -> String {
    let mut words = String::new();
    for (i, c) in part.char_indices() {
        let word = match c {
            '-' if i == 0 && part[1..].starts_with(|c: char| c.is_ascii_digit()) => " minus ",
            '<' => " less than ",
            '>' => " greater than ",
            '=' => " equal ",
            '!' => " not ",
            '*' => " star ",
            '+' => " plus ",
            '%' => " percent ",
            '&' => " and ",
            '|' => " or ",
            '$' => " dollar ",
            c if c.is_ascii_alphanumeric() => {
                words.push(c);
                continue;
            }
            _ => " ",
        };
        words.push_str(word);
    }
    words
}

/// Returns the names of the variants: the names of their types without the prefix or suffix shared
/// with the union's name.
pub(crate) fn union_variant_names<'a>(
    union: &str,
    parts: impl Iterator<Item = &'a str>,
) -> Vec<String> {
    let mut taken: HashSet<String> = HashSet::from(["Unknown".to_owned(), "Self".to_owned()]);
    parts
        .map(|part| {
            let short = part.strip_suffix(union).unwrap_or(part);
            let short = short.strip_prefix(union).unwrap_or(short);
            let usable = short.starts_with(|c: char| c.is_ascii_uppercase()) && short.len() > 1;
            let mut name = if usable { short } else { part }.to_owned();
            if !taken.insert(name.clone()) {
                part.clone_into(&mut name);
                while !taken.insert(name.clone()) {
                    name.push('_');
                }
            }
            name
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn values_become_names() {
        for (value, name) in [
            ("PRIVATE_LINK", "PrivateLink"),
            ("mongodb+srv", "MongodbPlusSrv"),
            ("7.0", "V7_0"),
            ("<", "LessThan"),
            (">", "GreaterThan"),
            ("", "Empty"),
            ("us-east-1", "UsEast1"),
            ("ORG_OWNER", "OrgOwner"),
            ("100", "V100"),
            ("-1", "Minus1"),
        ] {
            assert_eq!(variant_name(value), name, "{value}");
        }
    }

    #[test]
    fn names_that_collide_are_told_apart() {
        let values = [
            json!("type"),
            json!("Type"),
            json!("TYPE"),
            json!("UNKNOWN"),
        ];
        let values: Vec<&Value> = values.iter().collect();
        let names = variant_names(&values, &[]);
        assert_eq!(names, ["Type", "TypeValue", "Type2", "UnknownValue"]);
    }

    #[test]
    fn given_names_count_if_each_value_has_one_and_it_is_a_name() {
        let named = |given: Value| {
            let schema = json!({"enum": [1, 2], "x-enum-varnames": given});
            let variants = enum_variants(&schema).into_iter();
            variants.map(|variant| variant.name).collect::<Vec<_>>()
        };
        assert_eq!(named(json!(["One", "Two"])), ["One", "Two"]);
        assert_eq!(named(json!(["One"])), ["V1", "V2"]);
        assert_eq!(named(json!(["One", "Two", "Three"])), ["V1", "V2"]);
        assert_eq!(named(json!(["One", "two words"])), ["One", "V2"]);
        assert_eq!(named(json!(["Same", "Same"])), ["Same", "SameValue"]);
    }

    #[test]
    fn variants_drop_the_name_of_the_union() {
        let parts = ["AwsContainer", "Container2", "Other"];
        let names = union_variant_names("Container", parts.into_iter());
        assert_eq!(names, ["Aws", "Container2", "Other"]);
    }

    #[test]
    fn rust_names_are_snake_case_and_never_reserved() {
        assert_eq!(rust_ident("liveMigrationId"), "live_migration_id");
        assert_eq!(rust_ident("type"), "type_");
        assert_eq!(rust_ident("self"), "self_");
        assert_eq!(rust_ident("_id"), "id");
        assert_eq!(rust_ident("2fa"), "x2fa");
        assert_eq!(rust_ident("$"), "x");
        assert_eq!(rust_ident("gen"), "gen_");
        assert_eq!(rust_ident("²"), "x");
        assert_eq!(rust_ident("größe"), "größe");
    }

    #[test]
    fn reserved_words_are_those_that_syn_refuses() {
        for word in KEYWORDS {
            assert!(
                word == "gen" || syn::parse_str::<syn::Ident>(word).is_err(),
                "{word}"
            );
        }
        for word in [
            "auto",
            "default",
            "raw",
            "safe",
            "union",
            "macro_rules",
            "yields",
        ] {
            assert!(!is_reserved(word), "{word}");
        }
    }

    #[test]
    fn members_that_would_be_one_field_are_told_apart() {
        let members = json!({"aB": {}, "a_b": {}, "type": {}});
        let names = super::members(members.as_object().unwrap());
        let field = |member: &str| names[member].field.as_str();
        assert_eq!(
            (field("aB"), field("a_b"), field("type")),
            ("a_b", "a_b_2", "type_")
        );
        assert_eq!(names["a_b"].plain, "a_b_2");
    }
}
