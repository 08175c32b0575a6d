//! Converts schema names to names of Rust types.
//!
//! The date at the end of a schema's name is removed, so that a new version of a body shows as a
//! change of a type and not as a new type. If several versions are in use, the oldest has the bare
//! name and the others keep their dates, because Atlas adds newer ones. A schema whose name is
//! reserved by Rust or the runtime ([`RESERVED`]) gets the suffix `Schema`. Names that still
//! collide get numbers: a name that is already valid in Rust takes precedence over a converted one,
//! and `X` over `XBuilder`, which would be the name of `X`'s builder.
//!
//! So a new schema changes the name of an existing one in four cases only: both names become the
//! same Rust name and neither is valid as it is; the new name is the Rust name of the existing one;
//! it is the existing one without its date; or the existing one is `XBuilder` and the new one `X`.
//! Precedence depends on the spelling, since a document does not show which name is older.
//!
//! Before:
//! ```yaml
//! LiveMigrationRequest20240530: {type: object}
//! Link: {properties: {request: {$ref: '#/components/schemas/LiveMigrationRequest20240530'}, error: {$ref: '#/components/schemas/Error'}}}
//! Error: {type: string}
//! ```
//! After:
//! ```yaml
//! ErrorSchema: {type: string}
//! Link: {properties: {request: {$ref: '#/components/schemas/LiveMigrationRequest'}, error: {$ref: '#/components/schemas/ErrorSchema'}}}
//! LiveMigrationRequest: {type: object}
//! ```

use std::collections::{BTreeMap, HashMap, HashSet};

use heck::ToPascalCase;
use serde_json::{Map, Value};

use crate::document::{Document, schema_name, schema_reference};
use crate::error::Result;
use crate::media_type::Date;
use crate::passes::answers;
use crate::schema::{self, RUST_TYPE, TAGGED, UNTAGGED};

/// Names with a meaning in generated code: those of Rust's prelude, of the traits of serde and the
/// standard library, and of the runtime. They are reserved even if the current code does not use
/// them, so that names do not depend on how code is generated.
pub const RESERVED: [&str; 89] = [
    "Additional",
    "AsMut",
    "AsRef",
    "BTreeMap",
    "BTreeSet",
    "Box",
    "BuildError",
    "ByteStream",
    "Bytes",
    "Call",
    "CallOptions",
    "Client",
    "ClientBuilder",
    "ClientHooks",
    "ClientInfo",
    "Clone",
    "Copy",
    "Cow",
    "Credentials",
    "Debug",
    "Default",
    "Deref",
    "Deserialize",
    "Deserializer",
    "Display",
    "DoubleEndedIterator",
    "Drop",
    "Eq",
    "Err",
    "Error",
    "ExactSizeIterator",
    "Extend",
    "Fn",
    "FnMut",
    "FnOnce",
    "Formatter",
    "From",
    "FromIterator",
    "FromStr",
    "Future",
    "Hash",
    "HashMap",
    "HashSet",
    "HeaderMap",
    "HeaderValue",
    "Into",
    "IntoFuture",
    "IntoIterator",
    "InvalidObjectId",
    "InvalidTimestamp",
    "Iterator",
    "Map",
    "Method",
    "None",
    "ObjectId",
    "Ok",
    "Operation",
    "OperationInfo",
    "Option",
    "Ord",
    "PartialEq",
    "PartialOrd",
    "PhantomData",
    "Pin",
    "Refusal",
    "ResponseFuture",
    "ResponseValue",
    "Result",
    "Rule",
    "Self",
    "Send",
    "Sending",
    "Sensitive",
    "Serialize",
    "Serializer",
    "Sized",
    "Some",
    "StatusCode",
    "String",
    "Sync",
    "Timestamp",
    "ToOwned",
    "ToString",
    "TryFrom",
    "TryInto",
    "Unpin",
    "Url",
    "Value",
    "Vec",
];

/// The suffix of a schema with a reserved name.
const SUFFIX: &str = "Schema";

/// Renames components and every reference to them, and sorts the components by name.
///
/// # Errors
/// None; names that would collide get numbers.
pub fn names(document: &mut Document) -> Result<()> {
    let originals: Vec<String> = document.schemas().map(|(name, _)| name.clone()).collect();
    let mut renamed = choose(&originals);
    // Runtime types keep their names.
    for (name, schema) in document.schemas() {
        let path = schema.get(RUST_TYPE).and_then(Value::as_str);
        if let Some(ty) = path.and_then(|path| path.rsplit("::").next()) {
            renamed.insert(name.clone(), ty.to_owned());
        }
    }
    let name_of = |name: &str| {
        renamed
            .get(name)
            .cloned()
            .unwrap_or_else(|| name.to_owned())
    };
    rename_all(document, &name_of);
    let schemas = std::mem::take(document.schemas_mut());
    let sorted: BTreeMap<String, Value> = schemas
        .into_iter()
        .map(|(name, schema)| (name_of(&name), schema))
        .collect();
    *document.schemas_mut() = Map::from_iter(sorted);
    Ok(())
}

/// Renames every reference to a component by `name_of`; the components themselves are not renamed.
pub fn rename_all(document: &mut Document, name_of: &dyn Fn(&str) -> String) {
    for schema in document.schemas_mut().values_mut() {
        schema::rewrite(schema, &mut |schema| rename(schema, name_of));
    }
    for place in document.places() {
        let Some(operation) = document.operation_mut(&place) else {
            continue;
        };
        for key in ["parameters", "requestBody", "responses", answers::EXTENSION] {
            if let Some(value) = operation.get_mut(key) {
                everywhere(value, name_of);
            }
        }
    }
}

fn choose(originals: &[String]) -> BTreeMap<String, String> {
    // Among names with the same spelling, the oldest date gets the bare name; an undated name
    // precedes all dated ones.
    let mut order: Vec<(&String, Option<(&str, &str)>)> =
        originals.iter().map(|name| (name, dated(name))).collect();
    // A name that is already valid in Rust is kept and takes precedence over a changed one.
    order.sort_by_cached_key(|(name, date)| {
        let bare = bare_name(name, *date);
        let spelt = rust_name(bare);
        (
            RESERVED.contains(&spelt.as_str()),
            spelt != bare,
            spelt.ends_with("Builder"),
            date.map(|(_, date)| date.to_owned()),
            *name,
        )
    });
    let mut taken: HashSet<String> = HashSet::new();
    let mut numbers: HashMap<String, usize> = HashMap::new();
    let mut chosen = BTreeMap::new();
    for (name, date) in order {
        // A type that callers send also has a builder.
        let is_taken = |candidate: &str| {
            taken.contains(candidate)
                || RESERVED.contains(&candidate)
                || taken.contains(&format!("{candidate}Builder"))
                || candidate
                    .strip_suffix("Builder")
                    .is_some_and(|built| taken.contains(built))
        };
        let mut candidate = settled(bare_name(name, date));
        if is_taken(&candidate) {
            candidate = settled(name);
        }
        if is_taken(&candidate) {
            let n = numbers.entry(candidate.clone()).or_insert(2);
            while is_taken(&format!("{candidate}{n}")) {
                *n += 1;
            }
            candidate = format!("{candidate}{n}");
        }
        taken.insert(candidate.clone());
        chosen.insert(name.clone(), candidate);
    }
    chosen
}

/// Returns the name without its date.
fn bare_name<'a>(name: &'a str, date: Option<(&'a str, &'a str)>) -> &'a str {
    date.map_or(name, |(bare, _)| bare)
}

/// Returns `name` as the name of a Rust type that is not reserved.
fn settled(name: &str) -> String {
    let name = rust_name(name);
    if RESERVED.contains(&name.as_str()) {
        name + SUFFIX
    } else {
        name
    }
}

/// Splits a name such as `Request20240530` into the name without its date, and the date.
pub fn dated(name: &str) -> Option<(&str, &str)> {
    let split = name
        .len()
        .checked_sub(8)
        .filter(|split| name.is_char_boundary(*split))?;
    let (bare, digits) = name.split_at(split);
    let is_date = digits.bytes().all(|b| b.is_ascii_digit())
        && Date::parse(&format!(
            "{}-{}-{}",
            &digits[..4],
            &digits[4..6],
            &digits[6..]
        ))
        .is_some();
    (is_date && !bare.is_empty()).then_some((bare, digits))
}

/// Returns `name` as the name of a Rust type.
///
/// typify converts names too, so this repeats the conversion until it changes nothing: `i_p` becomes
/// `IP`, then `Ip`.
pub fn rust_name(name: &str) -> String {
    let tame = |c: char| {
        if crate::names::continues_ident(c) {
            c
        } else {
            '-'
        }
    };
    let mut pascal = name.chars().map(tame).collect::<String>().to_pascal_case();
    loop {
        let again = pascal.to_pascal_case();
        if again == pascal {
            break;
        }
        pascal = again;
    }
    match pascal.chars().next() {
        None => "Unnamed".to_owned(),
        Some(first) if first.is_alphabetic() => pascal,
        Some(_) => format!("T{pascal}"),
    }
}

fn everywhere(value: &mut Value, name_of: &dyn Fn(&str) -> String) {
    match value {
        Value::Object(_) => {
            rename(value, name_of);
            if let Value::Object(map) = value {
                for (key, child) in map {
                    if key != "example" && key != "examples" {
                        everywhere(child, name_of);
                    }
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| everywhere(item, name_of)),
        _ => {}
    }
}

fn rename(schema: &mut Value, name_of: &dyn Fn(&str) -> String) {
    if let Some(name) = schema_name(schema) {
        let target = schema_reference(&name_of(name));
        if let (Value::Object(map), Value::Object(target)) = (&mut *schema, target) {
            map.extend(target);
        }
    }
    if let Some(Value::Array(listed)) = schema.get_mut(UNTAGGED) {
        for name in listed {
            if let Value::String(name) = name {
                *name = name_of(name);
            }
        }
    }
    let variants = schema
        .get_mut(TAGGED)
        .and_then(|tagged| tagged.get_mut("variants"));
    for variant in variants.and_then(Value::as_array_mut).into_iter().flatten() {
        if let Some(Value::String(name)) = variant.get_mut("schema") {
            *name = name_of(name);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typify_changes_no_name() {
        for (name, expected) in [
            ("foo_b", "FooB"),
            ("i_p", "Ip"),
            ("a_b_c", "Abc"),
            ("aN", "An"),
            ("AWSRegion", "AwsRegion"),
            ("A\u{b2}", "A"),
            ("\u{bd}", "Unnamed"),
            ("3d", "T3d"),
        ] {
            assert_eq!(rust_name(name), expected, "{name}");
            assert_eq!(expected.to_pascal_case(), expected, "{name}");
        }
    }
}
