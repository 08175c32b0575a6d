//! unions: a choice of schemas becomes a Rust enum that holds values it does not know, too.

use std::collections::HashSet;

use quote::quote;
use serde_json::Value;

use super::{described, doc, ident, objects};
use crate::document::{Document, schema_name};
use crate::render::Code;
use crate::schema::{self, Kind, Tagged};

/// A union told apart by a member.
pub fn tagged(code: &mut Code, name: &str, schema: &Value, union: &Tagged) {
    let names = variant_names(name, union.variants.iter().map(|v| v.schema.as_str()));
    let entries: Vec<String> = names
        .iter()
        .zip(&union.variants)
        .map(|(variant, part)| {
            let tags: Vec<String> = part.tags.iter().map(|tag| format!("{tag:?}")).collect();
            format!("{variant}({}) = {}", part.schema, tags.join(" | "))
        })
        .collect();
    let parts: Vec<&str> = union.variants.iter().map(|v| v.schema.as_str()).collect();
    let mut docs = described(schema, name);
    docs.push(String::new());
    docs.push(format!("The member `{}` says which.", union.property));
    write(code, name, &docs, &names, &parts);
    let head = format!("{name} by {:?}", union.property);
    code.macro_call("tagged_union", &head, &entries);
}

/// A union told apart by what its values hold.
pub fn untagged(
    code: &mut Code,
    document: &Document,
    name: &str,
    schema: &Value,
    variants: &[&str],
) {
    let names = variant_names(name, variants.iter().copied());
    let teller = teller(document, variants);
    let entries: Vec<String> = names
        .iter()
        .zip(variants)
        .map(|(variant, part)| {
            let told = teller
                .and_then(|member| Some((member, enum_of(document, part, member)?)))
                .map_or_else(String::new, |(member, values)| {
                    format!(" if {member:?} in {values}")
                });
            let target = document.schema(part);
            let quoted = |names: Vec<&str>| {
                let names: Vec<String> = names.iter().map(|name| format!("{name:?}")).collect();
                names.join(", ")
            };
            let required = quoted(
                target
                    .map(|t| schema::required(t).collect())
                    .unwrap_or_default(),
            );
            let members = target
                .filter(|target| objects::is_object(target))
                .and_then(|target| target.get("properties")?.as_object());
            let members = quoted(
                members
                    .into_iter()
                    .flatten()
                    .map(|(m, _)| m.as_str())
                    .collect(),
            );
            format!("{variant}({part}) = [{required}] of [{members}]{told}")
        })
        .collect();
    write(code, name, &described(schema, name), &names, variants);
    code.macro_call("untagged_union", name, &entries);
}

/// The member that tells variants apart although no discriminator says so: all of them have it, and
/// its listed values are not the same in all.
fn teller<'a>(document: &'a Document, variants: &[&str]) -> Option<&'a str> {
    let (first, others) = variants.split_first()?;
    let members = document.schema(first)?.get("properties")?.as_object()?;
    members.keys().map(String::as_str).find(|member| {
        enum_of(document, first, member).is_some_and(|own| {
            let others: Vec<_> = others
                .iter()
                .map(|other| enum_of(document, other, member))
                .collect();
            let differs = others.iter().any(|other| *other != Some(own));
            others.iter().all(Option::is_some) && differs
        })
    })
}

/// The name of the enum that `member` of the object `part` is.
fn enum_of<'a>(document: &'a Document, part: &str, member: &str) -> Option<&'a str> {
    let property = document.schema(part)?.get("properties")?.get(member)?;
    let name = schema_name(property)?;
    matches!(schema::kind(document.schema(name)?), Kind::Enum(_)).then_some(name)
}

fn write(code: &mut Code, name: &str, docs: &[String], names: &[String], parts: &[&str]) {
    let docs = doc(docs);
    let name = ident(name);
    let variants = names.iter().zip(parts).map(|(variant, part)| {
        let docs = doc(&[format!("A [`{part}`].")]);
        let (variant, part) = (ident(variant), ident(part));
        quote!(#docs #variant(Box<#part>))
    });
    code.tokens.extend(quote! {
        #docs
        #[derive(Clone, Debug, PartialEq)]
        #[non_exhaustive]
        pub enum #name {
            #(#variants,)*
            /// A value that this version of the client does not know.
            Unknown(Additional),
        }
    });
}

/// The names of the variants: what is left of the names of their types without what they share
/// with the name of the union.
fn variant_names<'a>(union: &str, parts: impl Iterator<Item = &'a str>) -> Vec<String> {
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

    #[test]
    fn variants_drop_the_name_of_the_union() {
        let names = variant_names(
            "Container",
            ["AwsContainer", "Container2", "Other"].into_iter(),
        );
        assert_eq!(names, ["Aws", "Container2", "Other"]);
    }
}
