//! Generates a program that builds request bodies from JSON by the typed builders of a generated
//! crate, with one setter call for each member.

use std::collections::BTreeSet;

use quote::ToTokens;

use crate::all_of_atlas::offered::{Offered, on_the_wire};

/// A value that no enum lists.
pub const UNLISTED: &str = "BRAND_NEW";

/// Reads a line `ID JSON`, and writes the built body of the operation, or the error. Strings that
/// an enum lists are parsed strictly, which would fail for a misspelled one.
const MAIN: &str = r#"
use std::collections::BTreeMap;

use atlas_all::types;
use atlas_client::{ObjectId, RawLiteral, RawValue, Sensitive, Timestamp};
use serde_json::{Map, Value};

type Built<T> = Result<T, String>;

trait Build: Sized {
    fn build(value: &Value) -> Built<Self>;
}

fn text(value: &Value) -> Built<&str> {
    value.as_str().ok_or_else(|| format!("{value} is no text"))
}

macro_rules! plain {
    ($($type:ty: $value:ident => $built:expr;)*) => {
        $(impl Build for $type {
            fn build($value: &Value) -> Built<Self> {
                $built.ok_or_else(|| format!("{} cannot be made of {}", stringify!($type), $value))
            }
        })*
    };
}
plain! {
    String: value => value.as_str().map(str::to_owned);
    bool: value => value.as_bool();
    i64: value => value.as_i64();
    f64: value => value.as_f64();
    Value: value => Some(value.clone());
    Map<String, Value>: value => value.as_object().cloned();
    ObjectId: value => text(value)?.parse().ok();
    Timestamp: value => text(value)?.parse().ok();
    Sensitive: value => Some(text(value)?.into());
}

impl<T: Build> Build for Vec<T> {
    fn build(value: &Value) -> Built<Self> {
        let entries = value.as_array().ok_or_else(|| format!("{value} is no list"))?;
        entries.iter().map(T::build).collect()
    }
}

impl<T: Build> Build for BTreeMap<String, T> {
    fn build(value: &Value) -> Built<Self> {
        let members = value.as_object().ok_or_else(|| format!("{value} is no object"))?;
        members.iter().map(|(key, value)| Ok((key.clone(), T::build(value)?))).collect()
    }
}

macro_rules! enums {
    ($($name:ident)*) => {
        $(impl Build for types::$name {
            fn build(value: &Value) -> Built<Self> {
                match text(value)? {
                    "BRAND_NEW" => Ok(RawValue::from("BRAND_NEW").into()),
                    text => text.try_into().map_err(|error| format!("{text}: {error}")),
                }
            }
        })*
    };
}

macro_rules! literals {
    ($($name:ident)*) => {
        $(impl Build for types::$name {
            fn build(value: &Value) -> Built<Self> {
                Ok(RawLiteral::from(value.clone()).into())
            }
        })*
    };
}

macro_rules! union {
    ($name:ident { $($part:ident: $variant:expr),* $(,)? }) => {
        impl Build for types::$name {
            fn build(value: &Value) -> Built<Self> {
                let mut problems = String::new();
                $(match <types::$part>::build(value) {
                    Ok(built) => return Ok(($variant)(built)),
                    Err(problem) => problems.push_str(&format!("{problem}; ")),
                })*
                Err(format!("{} is none of its variants: {problems}", stringify!($name)))
            }
        }
    };
}

macro_rules! object {
    ($name:ident { $($method:ident: $type:ty = $member:literal),* $(,)? }) => {
        impl Build for types::$name {
            fn build(value: &Value) -> Built<Self> {
                let members = value.as_object().ok_or_else(|| format!("{value} is no object"))?;
                let mut builder = types::$name::builder();
                for (name, value) in members {
                    builder = match name.as_str() {
                        $($member => builder.$method(<$type>::build(value)?),)*
                        other => return Err(format!("{} knows no {other}", stringify!($name))),
                    };
                }
                builder.build().map_err(|error| format!("{}: {error}", stringify!($name)))
            }
        }
    };
}

fn written<T: Build + serde::Serialize>(json: &str) -> Built<String> {
    let value = serde_json::from_str(json).map_err(|error| error.to_string())?;
    serde_json::to_string(&T::build(&value)?).map_err(|error| error.to_string())
}

fn main() {
    for line in std::io::stdin().lines() {
        let line = line.unwrap();
        let (name, json) = line.split_once(' ').unwrap();
        match body(name, json) {
            Ok(json) => println!("{json}"),
            Err(problem) => println!("error: {}", problem.replace('\n', " ")),
        }
    }
}
"#;

/// Returns the program for the generated files.
pub fn program(offered: &Offered) -> String {
    let mut program = MAIN.to_owned();
    // Builds all request types; of the unions, only those that contain such types.
    let mut unions: Vec<(String, Vec<(String, String)>)> = Vec::new();
    let mut aliases: Vec<(String, String)> = Vec::new();
    for item in &offered.types {
        match item {
            syn::Item::Enum(item) => {
                let name = item.ident.to_string();
                let parts: Vec<_> = item.variants.iter().filter_map(boxed).collect();
                let unknown = item
                    .variants
                    .last()
                    .map(|v| v.fields.to_token_stream().to_string());
                if !parts.is_empty() {
                    unions.push((name, parts));
                } else if unknown.is_some_and(|fields| fields.contains("UnknownValue")) {
                    program.push_str(&format!("enums!({name});\n"));
                } else {
                    program.push_str(&format!("literals!({name});\n"));
                }
            }
            syn::Item::Struct(item) => {
                let name = item.ident.to_string();
                let Some(setters) = offered.builders.get(&name) else {
                    continue;
                };
                let mut entries = String::new();
                for field in &item.fields {
                    let of_field = |field: &syn::Field| {
                        let ident = field.ident.as_ref()?.to_string();
                        setters.iter().find(|setter| setter.field == ident)
                    };
                    let member = on_the_wire(field);
                    let setter =
                        of_field(field).unwrap_or_else(|| panic!("nothing sets {name}.{member}"));
                    entries.push_str(&format!(
                        "    {}: {} = {member:?},\n",
                        setter.method, setter.argument
                    ));
                }
                program.push_str(&format!("object! {{ {name} {{\n{entries}}} }}\n"));
            }
            syn::Item::Type(item) => {
                aliases.push((
                    item.ident.to_string(),
                    item.ty.to_token_stream().to_string(),
                ));
            }
            _ => {}
        }
    }
    let mut sent: BTreeSet<String> = offered.builders.keys().cloned().collect();
    aliases.retain(|(_, target)| sent.contains(target));
    let aliases: BTreeSet<String> = aliases.into_iter().map(|(name, _)| name).collect();
    sent.extend(aliases.iter().cloned());
    loop {
        let (more, rest): (Vec<_>, Vec<_>) = unions
            .into_iter()
            .partition(|(_, parts)| parts.iter().all(|(_, part)| sent.contains(part)));
        unions = rest;
        if more.is_empty() {
            break;
        }
        for (name, parts) in more {
            program.push_str(&format!("union! {{ {name} {{\n"));
            for (variant, part) in parts {
                // A union has no conversion from an alias.
                let variant = match aliases.contains(&part) {
                    true => format!("|built| types::{name}::{variant}(Box::new(built))"),
                    false => "Into::into".to_owned(),
                };
                program.push_str(&format!("    {part}: {variant},\n"));
            }
            program.push_str("} }\n");
            sent.insert(name);
        }
    }
    program.push_str("\nfn body(id: &str, json: &str) -> Built<String> {\n    match id {\n");
    for call in &offered.calls {
        if let Some(ty) = call.json_body() {
            program.push_str(&format!(
                "        {:?} => written::<{ty}>(json),\n",
                call.id
            ));
        }
    }
    program.push_str("        other => Err(format!(\"no body {other}\")),\n    }\n}\n");
    program
}

/// Returns a variant's name and the type of its boxed value.
fn boxed(variant: &syn::Variant) -> Option<(String, String)> {
    let ty = variant.fields.iter().next()?.ty.to_token_stream();
    let ty = ty.to_string().replace(' ', "");
    let ty = ty.strip_prefix("Box<")?.strip_suffix('>')?;
    Some((variant.ident.to_string(), ty.to_owned()))
}
