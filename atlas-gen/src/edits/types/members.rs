//! Prepares structs for new members, restores names on the wire, and moves boxes into options.
//!
//! Document: two members would be one field, so the plain document calls the second `a_b_2`:
//! ```yaml
//! Node:
//!   type: object
//!   required: [aB]
//!   properties:
//!     aB: {type: integer}
//!     a_b: {type: integer}
//!     next: {$ref: '#/components/schemas/Node'}
//! ```
//!
//! Before:
//! ```rust
//! pub mod types {
//!     #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
//!     pub struct Node {
//!         #[serde(rename = "aB")]
//!         pub a_b: i64,
//!         #[serde(skip_serializing_if = "::std::option::Option::is_none")]
//!         pub a_b_2: ::std::option::Option<i64>,
//!         pub next: ::std::boxed::Box<::std::option::Option<Node>>,
//!     }
//! }
//! ```
//!
//! After:
//! ```rust
//! pub mod types {
//!     #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
//!     #[non_exhaustive]
//!     pub struct Node {
//!         #[serde(rename = "aB")]
//!         pub a_b: i64,
//!         #[serde(
//!             default,
//!             rename = "a_b",
//!             skip_serializing_if = "::std::option::Option::is_none"
//!         )]
//!         pub a_b_2: ::std::option::Option<i64>,
//!         #[serde(skip_serializing_if = "::std::option::Option::is_none")]
//!         pub next: ::std::option::Option<::std::boxed::Box<Node>>,
//!     }
//! }
//! ```

use std::collections::BTreeMap;

use crate::edits::Context;
use crate::edits::syntax::{argument_of, is_serde, module};
use crate::error::{Error, Result};
use crate::names;
use crate::pointer;
use crate::schema::{self, Kind, is_flattened};

/// Edits the structs of the document's objects.
///
/// # Errors
/// progenitor generated no field for a member.
pub fn members(file: &mut syn::File, cx: &Context<'_>) -> Result<()> {
    let Some(types) = module(file, "types") else {
        return Ok(());
    };
    for item in types.iter_mut() {
        let syn::Item::Struct(item) = item else {
            continue;
        };
        item.attrs.push(syn::parse_quote!(#[non_exhaustive]));
        let name = item.ident.to_string();
        let Some(Kind::Object(properties)) = cx.document.schema(&name).map(schema::kind) else {
            continue;
        };
        let names = names::members(properties);
        let mut wire: BTreeMap<&str, &str> = names
            .iter()
            .map(|(member, name)| (name.field.as_str(), member.as_str()))
            .collect();
        let last = item.fields.len().saturating_sub(1);
        for (i, field) in item.fields.iter_mut().enumerate() {
            let Some(ident) = field.ident.clone() else {
                continue;
            };
            let Some(member) = wire.remove(ident.to_string().as_str()) else {
                return Err(Error::at(
                    pointer::join("/components/schemas", &name),
                    format!("progenitor wrote a field `{ident}` that no member asks for"),
                ));
            };
            unbox(field);
            if properties.get(member).is_some_and(is_flattened) {
                flatten(field);
            } else {
                merge_serde(field, member, &ident, i == last);
            }
        }
        if let Some((_, member)) = wire.into_iter().next() {
            return Err(Error::at(
                pointer::join(&format!("/components/schemas/{name}/properties"), member),
                "progenitor wrote no field for this member",
            ));
        }
    }
    unbox_builders(types);
    Ok(())
}

/// Replaces `Box<Option<T>>` by `Option<Box<T>>`, which can be omitted.
fn unbox(field: &mut syn::Field) {
    if let Some(inner) = argument_of(&field.ty, "Box").and_then(|ty| argument_of(&ty, "Option")) {
        field.ty = syn::parse_quote!(::std::option::Option<::std::boxed::Box<#inner>>);
        field.attrs.push(syn::parse_quote!(
            #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        ));
    }
}

fn unbox_builders(types: &mut [syn::Item]) {
    let Some(builders) = crate::edits::syntax::items_of(types, "builder") else {
        return;
    };
    for item in builders {
        let syn::Item::Struct(item) = item else {
            continue;
        };
        for field in &mut item.fields {
            let boxed = crate::edits::syntax::argument(&field.ty)
                .and_then(|ty| argument_of(&ty, "Box"))
                .and_then(|ty| argument_of(&ty, "Option"));
            if let Some(inner) = boxed {
                field.ty = syn::parse_quote!(
                    ::std::result::Result<::std::option::Option<::std::boxed::Box<#inner>>, ::std::string::String>
                );
            }
        }
    }
}

/// Makes the entries of a map members of the struct. An error tells which of them it is in.
fn flatten(field: &mut syn::Field) {
    field.attrs.retain(|attribute| !is_serde(attribute));
    field.attrs.push(syn::parse_quote!(
        #[serde(flatten, deserialize_with = "::atlas_client::runtime::additional")]
    ));
}

/// Merges the serde attributes of a field into one.
///
/// `default` spares rustc the code that looks for a missing member, about 7 % of what checking a client
/// costs. The last field does without: if all had it, serde would also read a list that is
/// too short as the struct, whose fields it takes in order.
fn merge_serde(field: &mut syn::Field, member: &str, ident: &syn::Ident, is_last: bool) {
    let mut skips = false;
    let mut explicit = false;
    for attribute in field.attrs.iter().filter(|attribute| is_serde(attribute)) {
        let _ = attribute.parse_nested_meta(|meta| {
            skips |= meta.path.is_ident("skip_serializing_if");
            explicit |= meta.path.is_ident("deserialize_with");
            if meta.input.peek(syn::Token![=]) {
                meta.value()?.parse::<syn::Lit>()?;
            }
            Ok(())
        });
    }
    field.attrs.retain(|attribute| !is_serde(attribute));
    let rename = (ident != member).then(|| quote::quote!(rename = #member));
    // A missing member is an error if it is required and nullable.
    let explicit =
        explicit.then(|| quote::quote!(deserialize_with = "::std::option::Option::deserialize"));
    let skip = skips.then(|| quote::quote!(skip_serializing_if = "::std::option::Option::is_none"));
    let default = (skips && !is_last).then(|| quote::quote!(default));
    let parts = default
        .into_iter()
        .chain(rename)
        .chain(explicit)
        .chain(skip);
    let parts: Vec<_> = parts.collect();
    if !parts.is_empty() {
        field.attrs.push(syn::parse_quote!(#[serde(#(#parts),*)]));
    }
}
