//! Selects a union's variant by values, and keeps a value that matches none.
//!
//! The plain document gives progenitor externally tagged variants, which have the wanted names.
//! Their serialization is replaced.
//!
//! Document: `provider` is the discriminator, and one variant has one value of it:
//! ```yaml
//! Container:
//!   x-atlas-tagged:
//!     property: provider
//!     variants: [{tags: [AWS], schema: AwsContainer}, {tags: [GCP, GOOGLE], schema: GcpContainer}]
//! AwsContainer:
//!   type: object
//!   required: [vpc]
//!   properties: {provider: {type: string}, vpc: {type: string}}
//! GcpContainer:
//!   type: object
//!   properties: {provider: {$ref: '#/components/schemas/Provider'}, project: {type: string}}
//! Provider: {type: string, enum: [AWS, GCP, GCP_OLD]}
//! ```
//!
//! Before:
//! ```rust
//! pub mod types {
//!     #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
//!     pub enum Container {
//!         Aws(AwsContainer),
//!         Gcp(GcpContainer),
//!     }
//!     impl ::std::convert::From<AwsContainer> for Container {
//!         fn from(value: AwsContainer) -> Self {
//!             Self::Aws(value)
//!         }
//!     }
//! }
//! ```
//!
//! After:
//! ```rust
//! pub mod types {
//!     #[derive(::serde::Deserialize, Clone, Debug, PartialEq)]
//!     #[serde(try_from = "::serde_json::Value")]
//!     #[non_exhaustive]
//!     pub enum Container {
//!         Aws(::std::boxed::Box<AwsContainer>),
//!         Gcp(::std::boxed::Box<GcpContainer>),
//!         /// A value that fits none of the variants.
//!         Unknown(::atlas_client::UnknownJson),
//!     }
//!     impl Container {
//!         const VARIANTS: &'static [::atlas_client::runtime::Variant] = &[
//!             ::atlas_client::runtime::Variant {
//!                 index: 0,
//!                 kind: Some(::serde_json::Value::is_object),
//!                 values: &[("provider", &["AWS"])],
//!                 required: &["vpc"],
//!                 members: &["provider", "vpc"],
//!                 others: None,
//!                 kinds: &[],
//!             },
//!             ::atlas_client::runtime::Variant {
//!                 index: 1,
//!                 kind: Some(::serde_json::Value::is_object),
//!                 values: &[("provider", &["GCP", "GCP_OLD", "GOOGLE"])],
//!                 required: &[],
//!                 members: &["project", "provider"],
//!                 others: None,
//!                 kinds: &[],
//!             },
//!         ];
//!     }
//!     impl ::std::convert::TryFrom<::serde_json::Value> for Container {
//!         type Error = ::atlas_client::runtime::VariantError;
//!         fn try_from(
//!             value: ::serde_json::Value,
//!         ) -> ::std::result::Result<Self, Self::Error> {
//!             Ok(
//!                 match ::atlas_client::runtime::choose(Self::VARIANTS, &value) {
//!                     Some(0) => Self::Aws(::atlas_client::runtime::variant(value)?),
//!                     Some(1) => Self::Gcp(::atlas_client::runtime::variant(value)?),
//!                     _ => Self::Unknown(value.into()),
//!                 },
//!             )
//!         }
//!     }
//!     impl ::serde::Serialize for Container {
//!         fn serialize<S: ::serde::Serializer>(
//!             &self,
//!             serializer: S,
//!         ) -> ::std::result::Result<S::Ok, S::Error> {
//!             match self {
//!                 Self::Aws(value) if value.provider.is_none() => {
//!                     let mut value = value.clone();
//!                     value.provider = Some("AWS".to_owned());
//!                     value.serialize(serializer)
//!                 }
//!                 Self::Aws(value) => value.serialize(serializer),
//!                 Self::Gcp(value) => value.serialize(serializer),
//!                 Self::Unknown(value) => value.serialize(serializer),
//!             }
//!         }
//!     }
//!     impl ::std::convert::From<AwsContainer> for Container {
//!         fn from(value: AwsContainer) -> Self {
//!             Self::Aws(::std::boxed::Box::new(value))
//!         }
//!     }
//! }
//! ```
//!
//! Document: a union in a union, distinguished by the values of `kind` alone:
//! ```yaml
//! Either:
//!   x-atlas-untagged: [Inner, Leaf]
//! Inner:
//!   x-atlas-untagged: [Left, Right]
//! Left:
//!   type: object
//!   required: [kind, size]
//!   properties: {kind: {type: string, enum: [A, B]}, size: {type: integer}}
//! Right:
//!   type: object
//!   required: [kind]
//!   properties: {kind: {type: string, enum: [B, C]}, color: {type: string}}
//! Leaf:
//!   type: object
//!   required: [kind]
//!   properties: {kind: {type: string, enum: [L]}}
//! ```
//!
//! Before:
//! ```rust
//! pub mod types {
//!     #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
//!     pub enum Either {
//!         Inner(Inner),
//!         Leaf(Leaf),
//!     }
//! }
//! ```
//!
//! After:
//! ```rust
//! pub mod types {
//!     #[derive(::serde::Deserialize, Clone, Debug, PartialEq)]
//!     #[serde(try_from = "::serde_json::Value")]
//!     #[non_exhaustive]
//!     pub enum Either {
//!         Inner(::std::boxed::Box<Inner>),
//!         Leaf(::std::boxed::Box<Leaf>),
//!         /// A value that fits none of the variants.
//!         Unknown(::atlas_client::UnknownJson),
//!     }
//!     impl Either {
//!         const VARIANTS: &'static [::atlas_client::runtime::Variant] = &[
//!             ::atlas_client::runtime::Variant {
//!                 index: 0,
//!                 kind: Some(::serde_json::Value::is_object),
//!                 values: &[("kind", &["A", "B"])],
//!                 required: &["kind", "size"],
//!                 members: &["kind", "size"],
//!                 others: None,
//!                 kinds: &[],
//!             },
//!             ::atlas_client::runtime::Variant {
//!                 index: 0,
//!                 kind: Some(::serde_json::Value::is_object),
//!                 values: &[("kind", &["B", "C"])],
//!                 required: &["kind"],
//!                 members: &["color", "kind"],
//!                 others: None,
//!                 kinds: &[],
//!             },
//!             ::atlas_client::runtime::Variant {
//!                 index: 1,
//!                 kind: Some(::serde_json::Value::is_object),
//!                 values: &[("kind", &["L"])],
//!                 required: &["kind"],
//!                 members: &["kind"],
//!                 others: None,
//!                 kinds: &[],
//!             },
//!         ];
//!     }
//!     impl ::std::convert::TryFrom<::serde_json::Value> for Either {
//!         type Error = ::atlas_client::runtime::VariantError;
//!         fn try_from(
//!             value: ::serde_json::Value,
//!         ) -> ::std::result::Result<Self, Self::Error> {
//!             Ok(
//!                 match ::atlas_client::runtime::choose(Self::VARIANTS, &value) {
//!                     Some(0) => Self::Inner(::atlas_client::runtime::variant(value)?),
//!                     Some(1) => Self::Leaf(::atlas_client::runtime::variant(value)?),
//!                     _ => Self::Unknown(value.into()),
//!                 },
//!             )
//!         }
//!     }
//!     impl ::serde::Serialize for Either {
//!         fn serialize<S: ::serde::Serializer>(
//!             &self,
//!             serializer: S,
//!         ) -> ::std::result::Result<S::Ok, S::Error> {
//!             match self {
//!                 Self::Inner(value) => value.serialize(serializer),
//!                 Self::Leaf(value) => value.serialize(serializer),
//!                 Self::Unknown(value) => value.serialize(serializer),
//!             }
//!         }
//!     }
//! }
//! ```
//!
//! Document: a union in a union, each with a discriminator:
//! ```yaml
//! Animal:
//!   x-atlas-tagged:
//!     property: family
//!     variants: [{tags: [MAMMAL], schema: Mammal}]
//! Mammal:
//!   x-atlas-tagged:
//!     property: legs
//!     variants: [{tags: ['4'], schema: Cat}]
//! Cat:
//!   type: object
//!   properties: {family: {type: string}, legs: {type: integer, enum: [4]}}
//! ```
//!
//! Before:
//! ```rust
//! pub mod types {
//!     #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
//!     pub enum Animal {
//!         Mammal(Mammal),
//!     }
//! }
//! ```
//!
//! After:
//! ```rust
//! pub mod types {
//!     #[derive(::serde::Deserialize, Clone, Debug, PartialEq)]
//!     #[serde(try_from = "::serde_json::Value")]
//!     #[non_exhaustive]
//!     pub enum Animal {
//!         Mammal(::std::boxed::Box<Mammal>),
//!         /// A value that fits none of the variants.
//!         Unknown(::atlas_client::UnknownJson),
//!     }
//!     impl Animal {
//!         const VARIANTS: &'static [::atlas_client::runtime::Variant] = &[
//!             ::atlas_client::runtime::Variant {
//!                 index: 0,
//!                 kind: Some(::serde_json::Value::is_object),
//!                 values: &[("family", &["MAMMAL"]), ("legs", &["4"])],
//!                 required: &[],
//!                 members: &["family", "legs"],
//!                 others: None,
//!                 kinds: &[],
//!             },
//!         ];
//!     }
//!     impl ::std::convert::TryFrom<::serde_json::Value> for Animal {
//!         type Error = ::atlas_client::runtime::VariantError;
//!         fn try_from(
//!             value: ::serde_json::Value,
//!         ) -> ::std::result::Result<Self, Self::Error> {
//!             Ok(
//!                 match ::atlas_client::runtime::choose(Self::VARIANTS, &value) {
//!                     Some(0) => Self::Mammal(::atlas_client::runtime::variant(value)?),
//!                     _ => Self::Unknown(value.into()),
//!                 },
//!             )
//!         }
//!     }
//!     impl ::serde::Serialize for Animal {
//!         fn serialize<S: ::serde::Serializer>(
//!             &self,
//!             serializer: S,
//!         ) -> ::std::result::Result<S::Ok, S::Error> {
//!             match self {
//!                 Self::Mammal(value) => match &**value {
//!                     Mammal::Cat(inner) if inner.family.is_none() => {
//!                         let mut inner = inner.clone();
//!                         inner.family = Some("MAMMAL".to_owned());
//!                         Mammal::Cat(inner).serialize(serializer)
//!                     }
//!                     _ => value.serialize(serializer),
//!                 },
//!                 Self::Unknown(value) => value.serialize(serializer),
//!             }
//!         }
//!     }
//! }
//! ```

mod criteria;
mod tags;

use std::collections::{BTreeMap, HashMap, HashSet};

use criteria::AllCriteria;
use quote::{format_ident, quote};
use serde_json::Value;
use tags::Tags;

use crate::document::Document;
use crate::edits::syntax::{argument_of, derive, last, module, owner, trait_argument, trait_name};
use crate::edits::{Context, Name};
use crate::error::{Error, Result};
use crate::names;
use crate::pointer;
use crate::schema::{self, Kind};

/// Edits the unions.
///
/// # Errors
/// progenitor generated other variants than the document has.
pub fn unions(file: &mut syn::File, cx: &Context<'_>) -> Result<()> {
    let Some(types) = module(file, "types") else {
        return Ok(());
    };
    let mut edited = Vec::with_capacity(types.len());
    let mut criteria = AllCriteria::new(cx.document);
    let mut tags = Tags::new(cx.document);
    let ambiguous = ambiguous(types, cx.document);
    // The variants of each union by component.
    let mut variants: HashMap<String, HashMap<String, String>> = HashMap::new();
    for mut item in types.drain(..) {
        let name = owner(&item).unwrap_or_default();
        let schema = cx.document.schema(&name);
        let Some(schema) = schema.filter(|schema| is_union(schema)) else {
            edited.push(item);
            continue;
        };
        match &mut item {
            syn::Item::Enum(union) => {
                let named = names::union_variants(&name, schema);
                open(union, &named)?;
                let more = conversions(&mut criteria, &mut tags, &union.ident, schema, &named);
                edited.push(item);
                edited.extend(more);
            }
            syn::Item::Impl(block) if trait_name(block).as_deref() == Some("From") => {
                let given = given(block).unwrap_or_default();
                let conversion = (name, given);
                if !ambiguous.contains(&conversion) {
                    let (name, given) = conversion;
                    let variants = variants.entry(name).or_insert_with_key(|name| {
                        let named = names::union_variants(name, schema);
                        named.into_iter().map(|(name, part)| (part, name)).collect()
                    });
                    box_variant(block, variants.get(&given).map(String::as_str));
                    edited.push(item);
                }
            }
            _ => edited.push(item),
        }
    }
    *types = edited;
    Ok(())
}

/// Returns whether `name` is the conversion to a union that has an alias as a variant.
pub fn removes(name: &Name<'_>, cx: &Context<'_>) -> bool {
    let schema = cx.document.schema(name.owner);
    let variants = schema.map(|schema| names::union_variants(name.owner, schema));
    let mut variants = variants.into_iter().flatten();
    name.module == "types"
        && name.member == Some("From::from")
        && variants.any(|(_, part)| is_alias(cx.document, &part))
}

fn is_union(schema: &Value) -> bool {
    matches!(schema::kind(schema), Kind::Tagged(_) | Kind::Untagged(_))
}

fn open(item: &mut syn::ItemEnum, variants: &[(String, String)]) -> Result<()> {
    if item.variants.len() != variants.len() {
        return Err(Error::at(
            pointer::join("/components/schemas", &item.ident.to_string()),
            format!(
                "progenitor wrote {} variants for {} alternatives",
                item.variants.len(),
                variants.len()
            ),
        ));
    }
    derive(
        &mut item.attrs,
        "::serde::Deserialize, Clone, Debug, PartialEq",
    );
    item.attrs
        .push(syn::parse_quote!(#[serde(try_from = "::serde_json::Value")]));
    item.attrs.push(syn::parse_quote!(#[non_exhaustive]));
    for (variant, (name, _)) in item.variants.iter_mut().zip(variants) {
        variant.ident = format_ident!("{name}");
        variant.attrs.clear();
        if let syn::Fields::Unnamed(fields) = &mut variant.fields
            && let Some(field) = fields.unnamed.first_mut()
        {
            let ty = argument_of(&field.ty, "Box").unwrap_or(field.ty.clone());
            field.ty = syn::parse_quote!(::std::boxed::Box<#ty>);
        }
    }
    item.variants.push(syn::parse_quote!(
        /// A value that fits none of the variants.
        Unknown(::atlas_client::UnknownJson)
    ));
    Ok(())
}

/// Returns the name of the type that `From` converts, without its box.
fn given(block: &syn::ItemImpl) -> Option<String> {
    let given = trait_argument(block)?;
    let given = argument_of(&given, "Box").unwrap_or(given);
    Some(last(&given)?.ident.to_string())
}

/// Returns the conversions to remove, as union and component: several variants are one Rust type, or
/// one is any JSON, which the union is read from. An alias of a generated type is no type of its own;
/// its conversion is removed even from the only such variant, because another may be added.
fn ambiguous(types: &[syn::Item], document: &Document) -> HashSet<(String, String)> {
    let aliases: HashMap<String, &syn::Type> = types
        .iter()
        .filter_map(|item| match item {
            syn::Item::Type(alias) => Some((alias.ident.to_string(), &*alias.ty)),
            _ => None,
        })
        .collect();
    let resolved = |part: &str| {
        let mut ty: syn::Type = match syn::parse_str(part) {
            Ok(ty) => ty,
            Err(_) => return part.to_owned(),
        };
        // An alias that leads back to itself is no type; rustc says so.
        for _ in 0..aliases.len() {
            match last(&ty).and_then(|name| aliases.get(&name.ident.to_string())) {
                Some(target) => ty = (*target).clone(),
                None => break,
            }
        }
        quote!(#ty).to_string().replace("super :: ", "")
    };
    let mut removed = HashSet::new();
    let mut conversions: BTreeMap<(String, String), Vec<String>> = BTreeMap::new();
    for item in types {
        if let syn::Item::Impl(block) = item
            && trait_name(block).as_deref() == Some("From")
            && let (Some(union), Some(part)) = (owner(item), given(block))
        {
            let ty = resolved(&part);
            if is_alias(document, &part) {
                removed.insert((union, part));
            } else {
                conversions.entry((union, ty)).or_default().push(part);
            }
        }
    }
    for ((union, ty), parts) in conversions {
        if parts.len() > 1 || ty.ends_with("serde_json :: Value") {
            removed.extend(parts.into_iter().map(|part| (union.clone(), part)));
        }
    }
    removed
}

/// Returns whether the component `name` is an alias of a generated type.
fn is_alias(document: &Document, name: &str) -> bool {
    let schema = document.schema(name);
    let is_reference = |schema: &&Value| matches!(schema::kind(schema), Kind::Reference(_));
    let target = schema
        .filter(is_reference)
        .and_then(|schema| document.deref(schema));
    target.is_some_and(|target| {
        is_union(target)
            || matches!(
                schema::kind(target),
                Kind::Object(_) | Kind::Enum(_) | Kind::Literals(_)
            )
    })
}

/// Edits `From<Part>`: boxes the value, unless progenitor does, and names the variant.
fn box_variant(block: &mut syn::ItemImpl, variant: Option<&str>) {
    let given = trait_argument(block);
    let boxed = given.is_some_and(|ty| argument_of(&ty, "Box").is_some());
    for item in &mut block.items {
        if let syn::ImplItem::Fn(method) = item
            && let Some(syn::Stmt::Expr(syn::Expr::Call(call), _)) = method.block.stmts.first_mut()
        {
            if let (syn::Expr::Path(path), Some(variant)) = (&mut *call.func, variant)
                && let Some(segment) = path.path.segments.last_mut()
            {
                segment.ident = format_ident!("{variant}");
            }
            if let Some(argument @ syn::Expr::Path(_)) = call.args.first_mut()
                && !boxed
            {
                *argument = syn::parse_quote!(::std::boxed::Box::new(#argument));
            }
        }
    }
}

fn conversions(
    criteria: &mut AllCriteria<'_>,
    tags: &mut Tags<'_>,
    name: &syn::Ident,
    schema: &Value,
    variants: &[(String, String)],
) -> Vec<syn::Item> {
    let tagged = match schema::kind(schema) {
        Kind::Tagged(tagged) => Some(tagged),
        _ => None,
    };
    let parts = variants.iter().map(|(_, part)| part.clone()).collect();
    let rows = criteria.of_union(parts, tagged.as_ref());
    let chosen = variants.iter().enumerate().map(|(i, (variant, _))| {
        let variant = format_ident!("{variant}");
        let i = proc_macro2::Literal::usize_unsuffixed(i);
        quote!(Some(#i) => Self::#variant(::atlas_client::runtime::variant(value)?))
    });
    let written = variants.iter().enumerate();
    let written = written.map(|(i, (variant, part))| tags.arms(tagged.as_ref(), i, variant, part));
    vec![
        syn::parse_quote! {
            impl #name {
                const VARIANTS: &'static [::atlas_client::runtime::Variant] = &[#(#rows),*];
            }
        },
        syn::parse_quote! {
            impl ::std::convert::TryFrom<::serde_json::Value> for #name {
                type Error = ::atlas_client::runtime::VariantError;

                fn try_from(
                    value: ::serde_json::Value,
                ) -> ::std::result::Result<Self, Self::Error> {
                    Ok(match ::atlas_client::runtime::choose(Self::VARIANTS, &value) {
                        #(#chosen,)*
                        _ => Self::Unknown(value.into()),
                    })
                }
            }
        },
        syn::parse_quote! {
            impl ::serde::Serialize for #name {
                fn serialize<S: ::serde::Serializer>(
                    &self,
                    serializer: S,
                ) -> ::std::result::Result<S::Ok, S::Error> {
                    match self {
                        #(#written)*
                        Self::Unknown(value) => value.serialize(serializer),
                    }
                }
            }
        },
    ]
}
