//! Derives `JsonSchema` of schemars for each type, if the feature `schemars` is enabled.
//!
//! The derive reads serde's attributes and the docs. What these do not say is added: the values that
//! a document lists, the variants of a union, formats and flags of members, and required members
//! that may be null.
//!
//! Document:
//! ```yaml
//! Job:
//!   type: object
//!   required: [state]
//!   properties:
//!     password: {type: string, writeOnly: true}
//!     retries: {type: integer, format: int32}
//!     state: {$ref: '#/components/schemas/State', nullable: true}
//! Pet: {x-atlas-untagged: [Job, State]}
//! State: {type: string, enum: [NEW, DONE]}
//! ```
//!
//! Before:
//! ```rust
//! pub mod types {
//!     #[derive(::serde::Deserialize, ::serde::Serialize, Clone)]
//!     pub struct Job {
//!         pub password: ::std::option::Option<::std::string::String>,
//!         pub retries: ::std::option::Option<i64>,
//!         pub state: ::std::option::Option<State>,
//!     }
//!     #[derive(::serde::Deserialize, Clone)]
//!     #[serde(try_from = "::serde_json::Value")]
//!     pub enum Pet {
//!         Job(::std::boxed::Box<Job>),
//!         State(State),
//!         Unknown(::atlas_client::UnknownJson),
//!     }
//!     #[derive(::serde::Deserialize, ::serde::Serialize, Clone)]
//!     #[serde(
//!         from = "::atlas_client::runtime::RawValue",
//!         into = "::atlas_client::runtime::RawValue"
//!     )]
//!     pub enum State {
//!         New,
//!         Done,
//!         Unknown(::atlas_client::UnknownValue),
//!     }
//! }
//! ```
//!
//! After:
//! ```rust
//! pub mod types {
//!     #[derive(::serde::Deserialize, ::serde::Serialize, Clone)]
//!     #[cfg_attr(
//!         feature = "schemars",
//!         derive(atlas_client::schemars::JsonSchema),
//!         schemars(crate = "atlas_client::schemars", extend("required" = ["state"]))
//!     )]
//!     pub struct Job {
//!         #[cfg_attr(feature = "schemars", schemars(extend("writeOnly" = true)))]
//!         pub password: ::std::option::Option<::std::string::String>,
//!         #[cfg_attr(feature = "schemars", schemars(extend("format" = "int32")))]
//!         pub retries: ::std::option::Option<i64>,
//!         pub state: ::std::option::Option<State>,
//!     }
//!     #[derive(::serde::Deserialize, Clone)]
//!     #[serde(try_from = "::serde_json::Value")]
//!     #[cfg_attr(
//!         feature = "schemars",
//!         derive(atlas_client::schemars::JsonSchema),
//!         schemars(crate = "atlas_client::schemars", untagged, !try_from)
//!     )]
//!     pub enum Pet {
//!         Job(::std::boxed::Box<Job>),
//!         State(State),
//!         Unknown(::atlas_client::UnknownJson),
//!     }
//!     #[derive(::serde::Deserialize, ::serde::Serialize, Clone)]
//!     #[serde(
//!         from = "::atlas_client::runtime::RawValue",
//!         into = "::atlas_client::runtime::RawValue"
//!     )]
//!     #[cfg_attr(
//!         feature = "schemars",
//!         derive(atlas_client::schemars::JsonSchema),
//!         schemars(
//!             crate = "atlas_client::schemars",
//!             extend("anyOf" = [{"enum": Self::VALUES}, {"type": "string"}])
//!         )
//!     )]
//!     pub enum State {
//!         New,
//!         Done,
//!         Unknown(::atlas_client::UnknownValue),
//!     }
//! }
//! ```

use std::collections::HashMap;

use proc_macro2::TokenStream;
use quote::quote;
use serde_json::Value;

use crate::edits::Context;
use crate::edits::syntax::{argument_of, module};
use crate::error::Result;
use crate::names;
use crate::schema::{self, Kind, flag};

/// Adds the derives.
///
/// # Errors
/// None.
pub fn json_schemas(file: &mut syn::File, cx: &Context<'_>) -> Result<()> {
    for item in module(file, "types").into_iter().flatten() {
        match item {
            syn::Item::Struct(item) => {
                let schema = cx.document.schema(&item.ident.to_string());
                let schema = schema.unwrap_or(&Value::Null);
                let required = members(&mut item.fields, schema);
                item.attrs.push(derived(&required));
            }
            syn::Item::Enum(item) => {
                let Some(schema) = cx.document.schema(&item.ident.to_string()) else {
                    continue;
                };
                let form = match schema::kind(schema) {
                    Kind::Tagged(_) | Kind::Untagged(_) => quote!(, untagged, !try_from),
                    _ => values(schema),
                };
                item.attrs.push(derived(&form));
            }
            _ => {}
        }
    }
    Ok(())
}

fn derived(form: &TokenStream) -> syn::Attribute {
    syn::parse_quote! {
        #[cfg_attr(
            feature = "schemars",
            derive(atlas_client::schemars::JsonSchema),
            schemars(crate = "atlas_client::schemars" #form)
        )]
    }
}

/// Adds what the type of a field does not say. Returns the required members, if `Option` hides that
/// some are.
fn members(fields: &mut syn::Fields, schema: &Value) -> TokenStream {
    let Kind::Object(properties) = schema::kind(schema) else {
        return TokenStream::new();
    };
    let names = names::members(properties);
    let members: HashMap<&str, &str> = names
        .iter()
        .map(|(member, name)| (name.field.as_str(), member.as_str()))
        .collect();
    let required: Vec<&str> = schema::required(schema)
        .filter(|member| properties.contains_key(*member))
        .collect();
    let mut is_hidden = false;
    for field in fields {
        let ident = field.ident.as_ref().map(ToString::to_string);
        let member = ident.and_then(|ident| members.get(ident.as_str()));
        let Some((member, property)) =
            member.and_then(|member| Some((*member, properties.get(*member)?)))
        else {
            continue;
        };
        is_hidden |= required.contains(&member) && argument_of(&field.ty, "Option").is_some();
        let mut said: Vec<TokenStream> = Vec::new();
        if flag(property, "writeOnly") {
            said.push(quote!(extend("writeOnly" = true)));
        }
        // The type is wider, because the server may send larger values.
        if property
            .get("format")
            .is_some_and(|format| format == "int32")
            && schema::kind(property) == Kind::Integer
        {
            said.push(quote!(extend("format" = "int32")));
        }
        if !said.is_empty() {
            field
                .attrs
                .push(syn::parse_quote!(#[cfg_attr(feature = "schemars", schemars(#(#said),*))]));
        }
    }
    if is_hidden {
        quote!(, extend("required" = [#(#required),*]))
    } else {
        TokenStream::new()
    }
}

/// Returns a schema of the listed values and of any other value of their types.
fn values(schema: &Value) -> TokenStream {
    let variants = names::enum_variants(schema);
    if variants.iter().all(|variant| variant.value.is_string()) {
        return quote!(, extend("anyOf" = [{ "enum": Self::VALUES }, { "type": "string" }]));
    }
    // `VALUES` contains integers as strings.
    let values = variants.iter().map(|variant| match &variant.value {
        Value::Number(number) => {
            // Literals without a suffix are `i32`.
            let is_small = number.as_i64().is_some_and(|n| i32::try_from(n).is_ok());
            let suffix = if is_small { "" } else { "i64" };
            format!("{number}{suffix}").parse().unwrap_or_default()
        }
        value => {
            let text = value.as_str().unwrap_or_default();
            quote!(#text)
        }
    });
    quote!(, extend("anyOf" = [{ "enum": [#(#values),*] }, { "type": ["integer", "string"] }]))
}
