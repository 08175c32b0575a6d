//! A program that builds request bodies by the typed builders of a generated crate, each member by
//! the method for it, from JSON that says what to build.

use std::collections::{BTreeMap, BTreeSet};

use quote::ToTokens;

/// The body of each operation that takes JSON: its id in lower case and without signs, and the
/// Rust type.
pub type Bodies = BTreeMap<String, String>;

/// Reads `NAME JSON` per line, NAME being that of a body, and writes what was built, or why
/// nothing was.
const MAIN: &str = r#"
use std::collections::BTreeMap;

use atlas_client::{ObjectId, Sensitive, Timestamp, types};
use serde_json::Value;

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

impl<T: Build> Build for Option<T> {
    fn build(value: &Value) -> Built<Self> {
        (!value.is_null()).then(|| T::build(value)).transpose()
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
                Ok(text(value)?.into())
            }
        })*
    };
}

macro_rules! literals {
    ($($name:ident)*) => {
        $(impl Build for types::$name {
            fn build(value: &Value) -> Built<Self> {
                Ok(value.clone().into())
            }
        })*
    };
}

macro_rules! union {
    ($name:ident { $($part:ident)* }) => {
        impl Build for types::$name {
            fn build(value: &Value) -> Built<Self> {
                let mut problems = String::new();
                $(match <types::$part>::build(value) {
                    Ok(built) => return Ok(built.into()),
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

/// The program for the generated files, and the bodies that it builds.
pub fn program(files: &BTreeMap<String, String>) -> (String, Bodies) {
    let mut items = Vec::new();
    for (name, text) in files {
        if name.ends_with(".rs") {
            let file = syn::parse_file(text).expect(name);
            items.extend(flat(file.items));
        }
    }
    let members = members(&items);
    let built: BTreeSet<String> = items
        .iter()
        .filter_map(|item| match item {
            syn::Item::Struct(item) => item
                .ident
                .to_string()
                .strip_suffix("Builder")
                .map(str::to_owned),
            _ => None,
        })
        .collect();
    let known: BTreeSet<String> = items
        .iter()
        .filter_map(|item| match item {
            syn::Item::Struct(item) => Some(item.ident.to_string()),
            syn::Item::Enum(item) => Some(item.ident.to_string()),
            syn::Item::Type(item) => Some(item.ident.to_string()),
            _ => None,
        })
        .collect();
    let mut program = MAIN.to_owned();
    // What is built is all that callers send; of unions, only those that hold such types.
    let mut unions: Vec<(String, Vec<String>)> = Vec::new();
    for item in &items {
        match item {
            syn::Item::Enum(item) => {
                let name = item.ident.to_string();
                let parts: Vec<String> = item.variants.iter().filter_map(boxed).collect();
                let unknown = item
                    .variants
                    .last()
                    .map(|v| v.fields.to_token_stream().to_string());
                if !parts.is_empty() {
                    unions.push((name, parts));
                } else if unknown.is_some_and(|fields| fields.contains("String")) {
                    program.push_str(&format!("enums!({name});\n"));
                } else {
                    program.push_str(&format!("literals!({name});\n"));
                }
            }
            syn::Item::Struct(item) if built.contains(&item.ident.to_string()) => {
                let name = item.ident.to_string();
                let entries: String = item
                    .fields
                    .iter()
                    .filter_map(|field| {
                        let field_name = field.ident.as_ref()?.to_string();
                        let member = members.get(&name)?.get(&field_name)?;
                        let ty = argument(&argument(&field.ty, "Option"), "Box");
                        // A builder takes the entries of a list that are there.
                        let item = argument(&ty, "Vec");
                        let entry = argument(&item, "Option");
                        let ty = if entry == item {
                            ty
                        } else {
                            syn::parse_quote!(Vec<#entry>)
                        };
                        let method = match field_name.as_str() {
                            own @ ("build" | "default") => format!("{own}_"),
                            other => other.to_owned(),
                        };
                        Some(format!(
                            "    {method}: {} = {member:?},\n",
                            qualified(&ty, &known)
                        ))
                    })
                    .collect();
                program.push_str(&format!("object! {{ {name} {{\n{entries}}} }}\n"));
            }
            _ => {}
        }
    }
    let mut sent = built;
    loop {
        let (more, rest): (Vec<_>, Vec<_>) = unions
            .into_iter()
            .partition(|(_, parts)| parts.iter().all(|part| sent.contains(part)));
        unions = rest;
        if more.is_empty() {
            break;
        }
        for (name, parts) in more {
            program.push_str(&format!("union! {{ {name} {{ {} }} }}\n", parts.join(" ")));
            sent.insert(name);
        }
    }
    let bodies = bodies(&items);
    program.push_str("\nfn body(name: &str, json: &str) -> Built<String> {\n    match name {\n");
    for (id, ty) in &bodies {
        program.push_str(&format!("        {id:?} => written::<{ty}>(json),\n"));
    }
    program.push_str("        other => Err(format!(\"no body {other}\")),\n    }\n}\n");
    (program, bodies)
}

fn flat(items: Vec<syn::Item>) -> Vec<syn::Item> {
    items
        .into_iter()
        .flat_map(|item| match item {
            syn::Item::Mod(item) => flat(item.content.map(|(_, items)| items).unwrap_or_default()),
            other => vec![other],
        })
        .collect()
}

/// The names on the wire of the fields of each object, from the calls of the macro `object`.
fn members(items: &[syn::Item]) -> BTreeMap<String, BTreeMap<String, String>> {
    let mut all = BTreeMap::new();
    for item in items {
        let syn::Item::Macro(item) = item else {
            continue;
        };
        if item
            .mac
            .path
            .segments
            .last()
            .is_none_or(|last| last.ident != "object")
        {
            continue;
        }
        let text = item.mac.tokens.to_string();
        let (name, entries) = text.split_once('{').expect("an object");
        let fields = entries
            .trim_end()
            .trim_end_matches('}')
            .split(',')
            .filter_map(|entry| {
                let (field, rest) = entry.split_once(':')?;
                let member = rest.split('"').nth(1)?;
                Some((field.trim().to_owned(), member.to_owned()))
            });
        all.insert(name.trim().to_owned(), fields.collect());
    }
    all
}

/// The type that a variant holds in a box.
fn boxed(variant: &syn::Variant) -> Option<String> {
    let ty = &variant.fields.iter().next()?.ty;
    let inner = argument(ty, "Box");
    (inner != *ty).then(|| inner.to_token_stream().to_string())
}

/// The argument of `ty` if it is `wrapper<argument>`, otherwise `ty`.
fn argument(ty: &syn::Type, wrapper: &str) -> syn::Type {
    if let syn::Type::Path(path) = ty
        && let Some(last) = path.path.segments.last()
        && last.ident == wrapper
        && let syn::PathArguments::AngleBracketed(arguments) = &last.arguments
        && let Some(syn::GenericArgument::Type(inner)) = arguments.args.first()
    {
        return inner.clone();
    }
    ty.clone()
}

/// `ty` with the module of the generated types before their names.
fn qualified(ty: &syn::Type, known: &BTreeSet<String>) -> String {
    let text = ty.to_token_stream().to_string();
    text.split(' ')
        .map(|word| {
            if known.contains(word) {
                format!("types::{word}")
            } else {
                word.to_owned()
            }
        })
        .collect()
}

/// The bodies, from the methods `body` of the builders of operations; those of types have members.
fn bodies(items: &[syn::Item]) -> Bodies {
    let calls: BTreeSet<String> = items
        .iter()
        .filter_map(|item| match item {
            syn::Item::Struct(item) => {
                let fields = item.fields.to_token_stream().to_string();
                fields.contains("Call").then(|| item.ident.to_string())
            }
            _ => None,
        })
        .collect();
    let mut all = Bodies::new();
    for item in items {
        let syn::Item::Impl(block) = item else {
            continue;
        };
        for item in &block.items {
            if let syn::ImplItem::Fn(method) = item
                && method.sig.ident == "body"
                && let Some(syn::FnArg::Typed(argument)) = method.sig.inputs.last()
            {
                let text = argument.ty.to_token_stream().to_string().replace(' ', "");
                let ty = text
                    .strip_prefix("implTryInto<")
                    .and_then(|rest| rest.strip_suffix(",Error:Refusal>"));
                let operation = block.self_ty.to_token_stream().to_string();
                let ty = ty.filter(|_| calls.contains(&operation));
                all.extend(ty.map(|ty| (plain_id(&operation), ty.to_owned())));
            }
        }
    }
    all
}

/// The id of an operation in lower case and without signs, as its builder's name gives it, too.
pub fn plain_id(id: &str) -> String {
    let letters = id.chars().filter(|c| c.is_ascii_alphanumeric());
    letters.collect::<String>().to_lowercase()
}
