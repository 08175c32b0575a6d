//! enums: listed values become a Rust enum that holds values it does not know, too.

use std::collections::HashSet;

use heck::{ToPascalCase, ToShoutySnakeCase};
use quote::quote;
use serde_json::Value;

use super::{described, doc, ident};
use crate::render::Code;

/// An enum of texts.
pub fn strings(code: &mut Code, name: &str, schema: &Value, values: &[&str]) {
    let literals: Vec<Value> = values.iter().map(|value| Value::from(*value)).collect();
    write(code, name, schema, &literals, true);
}

/// An enum of texts and whole numbers.
pub fn literals(code: &mut Code, name: &str, schema: &Value, values: &[Value]) {
    write(code, name, schema, values, false);
}

fn write(code: &mut Code, name: &str, schema: &Value, values: &[Value], strings: bool) {
    let given: Vec<&str> = schema
        .get("x-enum-varnames")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    let values: Vec<&Value> = values
        .iter()
        .filter(|value| value.is_string() || value.is_i64())
        .collect();
    let names = variant_names(&values, &given);
    let docs = doc(&described(schema, name));
    let type_name = ident(name);
    let variants = names.iter().zip(&values).map(|(variant, value)| {
        // A name that spells its value needs no words.
        let value = plain(value);
        let spelt = variant.to_shouty_snake_case() == value;
        let docs = (!spelt).then(|| doc(&[format!("`{}`", value.replace('`', "'"))]));
        let variant = ident(variant);
        quote!(#docs #variant)
    });
    let (unknown_docs, unknown, macro_name) = if strings {
        let docs = doc(&["A value that this version of the client does not know."]);
        (docs, quote!(String), "open_enum")
    } else {
        let docs = doc(&["A value that this version of the client does not know."]);
        (docs, quote!(serde_json::Value), "open_literal")
    };
    let derives = if strings {
        quote!(#[derive(Clone, PartialEq, Eq, Hash)])
    } else {
        quote!(#[derive(Clone, Debug, PartialEq)])
    };
    code.tokens.extend(quote! {
        #docs
        #derives
        #[non_exhaustive]
        pub enum #type_name {
            #(#variants,)*
            #unknown_docs
            Unknown(#unknown),
        }
    });
    let entries: Vec<String> = names
        .iter()
        .zip(&values)
        .map(|(variant, value)| format!("{variant} = {value}"))
        .collect();
    code.macro_call(macro_name, name, &entries);
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// Names for the variants: those given, or what the values say, each different.
fn variant_names(values: &[&Value], given: &[&str]) -> Vec<String> {
    // The variant for values that are not known has its name first.
    let mut taken: HashSet<String> = HashSet::from(["Unknown".to_owned(), "Self".to_owned()]);
    values
        .iter()
        .enumerate()
        .map(|(i, value)| {
            let wanted = match given.get(i) {
                Some(name) if given.len() == values.len() && is_name(name) => (*name).to_owned(),
                _ => variant_name(&plain(value)),
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

/// A value as the name of a variant: `PRIVATE_LINK` is `PrivateLink`, `7.0` is `V7_0`, `<` is
/// `LessThan`.
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

/// The parts of `value` between the dots of version numbers: `4.4` and `44` are different.
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

/// `part` with its signs as words.
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
}
