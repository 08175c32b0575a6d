//! Rust names of members, parameters and variants.
//!
//! progenitor derives most names from the document as this module does. Where two names would
//! collide, or progenitor fails on a value, the plain document gets a safe name, and an edit
//! restores the name on the wire.
//!
//! A name depends only on names that it collides with. In a collision, the name that is spelled as
//! usual in Atlas's documents (`Wanted::usual`) is kept, whatever the order in the document, so
//! that adding an unusually spelled value, member, parameter or alternative changes no existing
//! name. Among several unusual ones the first keeps the name, since a document does not show which
//! is older. `x-enum-varnames` are used only if there is one for each value: they correspond to the
//! values by position only, so a shorter list could name the wrong ones.

use std::collections::{BTreeMap, HashMap, HashSet};

use heck::{ToLowerCamelCase, ToPascalCase, ToShoutySnakeCase, ToSnakeCase};
use serde_json::{Map, Value};

use crate::schema::{self, Kind, is_flattened};

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
    let listed: Vec<&Value> = texts("enum")
        .iter()
        .filter(|value| value.is_string() || value.is_i64())
        .collect();
    let given: Vec<&str> = texts("x-enum-varnames")
        .iter()
        .filter_map(Value::as_str)
        .collect();
    // A value that is listed twice is one variant.
    let mut known = HashSet::new();
    let is_first: Vec<bool> = listed.iter().map(|value| known.insert(*value)).collect();
    let first = |i: &usize| is_first[*i];
    let given: Vec<&str> = match given.len() == listed.len() {
        true => (0..given.len()).filter(first).map(|i| given[i]).collect(),
        false => Vec::new(),
    };
    let values: Vec<&Value> = (0..listed.len()).filter(first).map(|i| listed[i]).collect();
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
    let wanted = properties.iter().map(|(member, property)| Wanted {
        name: rust_ident(member),
        usual: is_usual(member) && !is_flattened(property),
    });
    let fields = distinct(wanted, &[], |_, wanted, n| {
        rust_ident(&format!("{}_{}", wanted.trim_end_matches('_'), n + 1))
    });
    let fields = properties.keys().zip(fields);
    fields
        .map(|(member, field)| {
            let is_own = field == rust_ident(member);
            let plain = if is_own { member } else { &field }.clone();
            (member.clone(), MemberName { plain, field })
        })
        .collect()
}

/// Returns whether `name` is spelled as the names of members and parameters usually are.
pub(crate) fn is_usual(name: &str) -> bool {
    name.to_lower_camel_case() == name
}

/// A candidate name for a value, member, parameter or alternative.
pub(crate) struct Wanted {
    /// The name.
    pub(crate) name: String,
    /// Whether the document uses the usual spelling for its kind, such as camel case for members.
    pub(crate) usual: bool,
}

/// Returns distinct names. Among equal candidates, the first with the usual spelling keeps the
/// name, or else the first; each of the others gets the first free name of `other(i, wanted, n)`,
/// where `i` is its position and `n` is 1, 2 and so on. Names in `reserved` are never returned.
pub(crate) fn distinct(
    wanted: impl Iterator<Item = Wanted>,
    reserved: &[&str],
    other: impl Fn(usize, &str, usize) -> String,
) -> Vec<String> {
    let wanted: Vec<Wanted> = wanted.collect();
    let mut taken: HashSet<String> = reserved.iter().map(|&name| name.to_owned()).collect();
    let mut order: Vec<usize> = (0..wanted.len()).collect();
    order.sort_by_key(|i| !wanted[*i].usual);
    // All candidates are taken before alternative names are chosen.
    order.retain(|i| !taken.insert(wanted[*i].name.clone()));
    let mut names: Vec<String> = wanted.iter().map(|wanted| wanted.name.clone()).collect();
    let mut numbers: HashMap<&str, usize> = HashMap::new();
    for i in order {
        let wanted = &wanted[i].name;
        let n = numbers.entry(wanted).or_insert(1);
        let mut name = other(i, wanted, *n);
        while taken.contains(&name) {
            *n += 1;
            name = other(i, wanted, *n);
        }
        taken.insert(name.clone());
        names[i] = name;
    }
    names
}

/// Returns whether a letter or digit may stand in a Rust identifier, which excludes some of other
/// scripts.
pub fn continues_ident(c: char) -> bool {
    c.is_ascii_alphanumeric()
        || c.is_alphanumeric() && syn::parse_str::<syn::Ident>(&format!("a{c}")).is_ok()
}

/// Converts `name` to the name of a Rust method or field.
///
/// Rust keywords get a trailing underscore; typify applies the same rule.
pub fn rust_ident(name: &str) -> String {
    let tame = |c: char| if continues_ident(c) { c } else { '-' };
    let mut snake = name.chars().map(tame).collect::<String>().to_snake_case();
    // Some letters are valid in Rust identifiers, but not at the start.
    let starts =
        |c: char| c.is_ascii_alphabetic() || syn::parse_str::<syn::Ident>(&c.to_string()).is_ok();
    match snake.chars().next() {
        None => snake.push('x'),
        Some(first) if !starts(first) => snake.insert(0, 'x'),
        Some(_) => {}
    }
    if KEYWORDS.contains(&snake.as_str()) {
        snake.push('_');
    }
    snake
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
    let wanted = values.iter().enumerate().map(|(i, value)| {
        let text = text_of(value);
        let name = match given.get(i) {
            Some(name) if given.len() == values.len() && is_name(name) => (*name).to_owned(),
            _ => variant_name(&text),
        };
        let usual = text.to_shouty_snake_case() == text;
        Wanted { name, usual }
    });
    distinct(wanted, &RESERVED, |_, wanted, n| match n {
        1 => format!("{wanted}Value"),
        n => format!("{wanted}{n}"),
    })
}

/// Names that variants for values and alternatives never get: `Unknown` is the variant for unknown
/// ones, and `Self` is a keyword.
const RESERVED: [&str; 2] = ["Unknown", "Self"];

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
/// with the union's name. If such a short name is the full name of another variant's type, the full
/// name is used.
pub(crate) fn union_variant_names<'a>(
    union: &str,
    parts: impl Iterator<Item = &'a str>,
) -> Vec<String> {
    let parts: Vec<&str> = parts.collect();
    let short = |part: &'a str| {
        let short = part.strip_suffix(union).unwrap_or(part);
        let short = short.strip_prefix(union).unwrap_or(short);
        let usable = short.starts_with(|c: char| c.is_ascii_uppercase()) && short.len() > 1;
        if usable { short } else { part }
    };
    let wanted = parts.iter().map(|part| Wanted {
        name: short(part).to_owned(),
        usual: short(part) == *part,
    });
    distinct(wanted, &RESERVED, |i, _, n| {
        format!("{}{}", parts[i], "_".repeat(n - 1))
    })
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
    fn colliding_names_become_distinct() {
        let values = [
            json!("type"),
            json!("Type"),
            json!("TYPE"),
            json!("UNKNOWN"),
        ];
        let values: Vec<&Value> = values.iter().collect();
        let names = variant_names(&values, &[]);
        assert_eq!(names, ["TypeValue", "Type2", "Type", "UnknownValue"]);
    }

    #[test]
    fn adding_an_unusual_spelling_changes_no_other_name() {
        let values = |values: &[&str]| {
            let values: Vec<Value> = values.iter().map(|&value| value.into()).collect();
            variant_names(&values.iter().collect::<Vec<_>>(), &[])
        };
        assert_eq!(values(&["TYPE"]), ["Type"]);
        assert_eq!(values(&["type", "TYPE"]), ["TypeValue", "Type"]);
        // A name that a value has by itself is not given to another.
        assert_eq!(values(&["UNKNOWN_VALUE"]), ["UnknownValue"]);
        assert_eq!(
            values(&["UNKNOWN", "UNKNOWN_VALUE"]),
            ["Unknown2", "UnknownValue"]
        );
        let fields = |members: Value| {
            let members = super::members(members.as_object().unwrap());
            let fields = members.into_iter().map(|(name, it)| (name, it.field));
            fields.collect::<BTreeMap<_, _>>()
        };
        let all = fields(json!({"A_b": {}, "a_b": {}, "aB": {}, "aB2": {}}));
        let field = |member: &str| all[member].as_str();
        assert_eq!((field("aB"), field("aB2")), ("a_b", "a_b2"));
        assert_eq!((field("A_b"), field("a_b")), ("a_b_2", "a_b_3"));
        let variants = |parts: &[&'static str]| union_variant_names("Pet", parts.iter().copied());
        assert_eq!(variants(&["Cat"]), ["Cat"]);
        assert_eq!(
            variants(&["CatPet", "Cat", "PetCat"]),
            ["CatPet", "Cat", "PetCat"]
        );
        assert_eq!(variants(&["Unknown"]), ["Unknown_"]);
    }

    #[test]
    fn given_names_are_used_if_each_value_has_a_valid_one() {
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
    fn a_value_that_is_listed_twice_is_one_variant_with_its_own_given_name() {
        let schema = json!({"enum": ["A", "A", "B"], "x-enum-varnames": ["One", "Again", "Two"]});
        let variants = enum_variants(&schema).into_iter();
        let variants: Vec<_> = variants
            .map(|variant| (variant.name, variant.value))
            .collect();
        assert_eq!(
            variants,
            [
                ("One".to_owned(), json!("A")),
                ("Two".to_owned(), json!("B"))
            ]
        );
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
    fn reserved_words_are_those_that_syn_rejects() {
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
            assert!(!KEYWORDS.contains(&word), "{word}");
        }
    }

    #[test]
    fn members_with_the_same_field_name_get_distinct_names() {
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
