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
//!                 kind: ::atlas_client::runtime::JsonKind::Object,
//!                 values: &[("provider", &["AWS"])],
//!                 required: &["vpc"],
//!                 members: &["provider", "vpc"],
//!             },
//!             ::atlas_client::runtime::Variant {
//!                 kind: ::atlas_client::runtime::JsonKind::Object,
//!                 values: &[("provider", &["GCP", "GCP_OLD", "GOOGLE"])],
//!                 required: &[],
//!                 members: &["project", "provider"],
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
//!                 kind: ::atlas_client::runtime::JsonKind::Object,
//!                 values: &[("kind", &["A", "B", "C"])],
//!                 required: &["kind"],
//!                 members: &["color", "kind", "size"],
//!             },
//!             ::atlas_client::runtime::Variant {
//!                 kind: ::atlas_client::runtime::JsonKind::Object,
//!                 values: &[("kind", &["L"])],
//!                 required: &["kind"],
//!                 members: &["kind"],
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

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use serde_json::Value;

use crate::document::{Document, schema_name};
use crate::edits::Context;
use crate::edits::syntax::{derive, module, owner, trait_name};
use crate::error::{Error, Result};
use crate::names;
use crate::pointer;
use crate::schema::{self, Kind, Tagged};

/// Edits the unions.
///
/// # Errors
/// progenitor generated other variants than the document has.
pub fn unions(file: &mut syn::File, cx: &Context<'_>) -> Result<()> {
    let Some(types) = module(file, "types") else {
        return Ok(());
    };
    let mut edited = Vec::with_capacity(types.len());
    for mut item in types.drain(..) {
        let name = owner(&item).unwrap_or_default();
        let schema = cx.document.schema(&name);
        let Some(schema) = schema.filter(|schema| is_union(schema)) else {
            edited.push(item);
            continue;
        };
        match &mut item {
            syn::Item::Enum(union) => {
                let variants = names::union_variants(&name, schema);
                open(union, &variants)?;
                let more = conversions(cx.document, &union.ident, schema, &variants);
                edited.push(item);
                edited.extend(more);
            }
            syn::Item::Impl(block) if trait_name(block).as_deref() == Some("From") => {
                box_variant(block);
                edited.push(item);
            }
            _ => edited.push(item),
        }
    }
    *types = edited;
    Ok(())
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
            let ty =
                crate::edits::syntax::argument_of(&field.ty, "Box").unwrap_or(field.ty.clone());
            field.ty = syn::parse_quote!(::std::boxed::Box<#ty>);
        }
    }
    item.variants.push(syn::parse_quote!(
        /// A value that fits none of the variants.
        Unknown(::atlas_client::UnknownJson)
    ));
    Ok(())
}

/// Edits `From<Part>`: boxes the value, unless progenitor does.
fn box_variant(block: &mut syn::ItemImpl) {
    let given = crate::edits::syntax::trait_argument(block);
    if given.is_some_and(|ty| crate::edits::syntax::argument_of(&ty, "Box").is_some()) {
        return;
    }
    for item in &mut block.items {
        if let syn::ImplItem::Fn(method) = item
            && let Some(syn::Stmt::Expr(syn::Expr::Call(call), _)) = method.block.stmts.first_mut()
            && let Some(argument) = call.args.first_mut()
            && matches!(argument, syn::Expr::Path(_))
        {
            *argument = syn::parse_quote!(::std::boxed::Box::new(#argument));
        }
    }
}

fn conversions(
    document: &Document,
    name: &syn::Ident,
    schema: &Value,
    variants: &[(String, String)],
) -> Vec<syn::Item> {
    let tagged = match schema::kind(schema) {
        Kind::Tagged(tagged) => Some(tagged),
        _ => None,
    };
    let parts = variants.iter().map(|(_, part)| part.clone()).collect();
    let tables = Criteria::of_parts(document, parts, tagged.as_ref(), 0);
    let tables = tables.iter().map(Criteria::table);
    let chosen = variants.iter().enumerate().map(|(i, (variant, _))| {
        let variant = format_ident!("{variant}");
        let i = proc_macro2::Literal::usize_unsuffixed(i);
        quote!(Some(#i) => Self::#variant(::atlas_client::runtime::variant(value)?))
    });
    let written = variants.iter().enumerate().map(|(i, (variant, part))| {
        let variant = format_ident!("{variant}");
        let plain = quote!(Self::#variant(value) => value.serialize(serializer),);
        let tag = tagged
            .as_ref()
            .and_then(|tagged| tag_of(document, tagged, i, part));
        match tag {
            Some((field, tag)) => quote! {
                Self::#variant(value) if value.#field.is_none() => {
                    let mut value = value.clone();
                    value.#field = Some(#tag);
                    value.serialize(serializer)
                }
                #plain
            },
            None => plain,
        }
    });
    vec![
        syn::parse_quote! {
            impl #name {
                const VARIANTS: &'static [::atlas_client::runtime::Variant] = &[#(#tables),*];
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

/// What distinguishes a value of a schema from values of others.
#[derive(Debug, Default, PartialEq)]
struct Criteria {
    kind: &'static str,
    values: Vec<(String, BTreeSet<String>)>,
    required: BTreeSet<String>,
    members: BTreeSet<String>,
}

/// The maximal nesting of unions that is considered.
const DEEPEST: usize = 16;

impl Criteria {
    fn read(&mut self, document: &Document, name: &str, depth: usize) {
        // A component may be an alias of another one, or of a runtime type.
        let schema = document
            .schema(name)
            .and_then(|schema| document.deref(schema))
            .unwrap_or(&Value::Null);
        let (parts, tagged): (Vec<String>, _) = match schema::kind(schema) {
            Kind::Object(properties) => {
                self.kind = "Object";
                self.required = schema::required(schema).map(str::to_owned).collect();
                for (member, property) in properties {
                    self.members.insert(member.clone());
                    if let Some(values) = listed(document, property) {
                        self.values.push((member.clone(), values));
                    }
                }
                return;
            }
            Kind::Tagged(tagged) => {
                let parts = tagged.variants.iter();
                let parts = parts.map(|variant| variant.schema.clone()).collect();
                (parts, Some(tagged))
            }
            Kind::Untagged(names) => (names.into_iter().map(str::to_owned).collect(), None),
            kind => {
                self.kind = match kind {
                    Kind::String | Kind::Enum(_) | Kind::Rust(_) => "Text",
                    Kind::Integer | Kind::Number => "Number",
                    Kind::Boolean => "Boolean",
                    Kind::Array(_) => "List",
                    Kind::Map(_) => "Object",
                    _ => "Any",
                };
                return;
            }
        };
        if depth == DEEPEST {
            self.kind = "Any";
            return;
        }
        // A union has the members of any variant, and requires those that all variants require.
        let mut merged: BTreeMap<String, (usize, BTreeSet<String>)> = BTreeMap::new();
        let mut order = Vec::new();
        let count = parts.len();
        let parts = Self::of_parts(document, parts, tagged.as_ref(), depth + 1);
        for (i, criteria) in parts.into_iter().enumerate() {
            if i == 0 {
                (self.kind, self.required) = (criteria.kind, criteria.required);
            } else {
                self.required
                    .retain(|member| criteria.required.contains(member));
                if self.kind != criteria.kind {
                    self.kind = "Any";
                }
            }
            self.members.extend(criteria.members);
            for (member, values) in criteria.values {
                if !merged.contains_key(&member) {
                    order.push(member.clone());
                }
                let (seen, all) = merged.entry(member).or_default();
                *seen += 1;
                all.extend(values);
            }
        }
        // A member that one variant does not restrict does not identify the union.
        self.values = order
            .into_iter()
            .filter_map(|member| {
                let (seen, values) = merged.remove(&member)?;
                (seen == count).then_some((member, values))
            })
            .collect();
    }

    /// Returns the criteria of a union's parts.
    ///
    /// The discriminator's values take precedence over those that its schemas list. Of these, only
    /// one that no mapping names and a single part lists is added: published mappings are not
    /// complete.
    fn of_parts(
        document: &Document,
        parts: Vec<String>,
        tagged: Option<&Tagged>,
        depth: usize,
    ) -> Vec<Self> {
        let read = |part: String| {
            let mut criteria = Self::default();
            criteria.read(document, &part, depth);
            criteria
        };
        let mut all: Vec<Self> = parts.into_iter().map(read).collect();
        let Some(Tagged { property, variants }) = tagged else {
            return all;
        };
        let mut known: BTreeMap<String, usize> = BTreeMap::new();
        let tags = variants.iter().flat_map(|variant| &variant.tags);
        for tag in tags {
            known.insert(tag.clone(), 2);
        }
        let listed: Vec<BTreeSet<String>> = all
            .iter_mut()
            .map(|criteria| criteria.take(property).unwrap_or_default())
            .collect();
        for value in listed.iter().flatten() {
            *known.entry(value.clone()).or_default() += 1;
        }
        for ((criteria, variant), listed) in all.iter_mut().zip(variants).zip(listed) {
            let own = listed.into_iter().filter(|value| known[value] == 1);
            let values = variant.tags.iter().cloned().chain(own).collect();
            criteria.values.insert(0, (property.clone(), values));
        }
        all
    }

    /// Removes and returns the values of a member.
    fn take(&mut self, member: &str) -> Option<BTreeSet<String>> {
        let at = self.values.iter().position(|(name, _)| name == member)?;
        Some(self.values.remove(at).1)
    }

    /// Returns the table for `choose`: the values that identify the variant, the members that it
    /// requires, and all its members.
    fn table(&self) -> TokenStream {
        let values = self.values.iter().map(|(member, values)| {
            let values = values.iter();
            quote!((#member, &[#(#values),*]))
        });
        let (required, members) = (self.required.iter(), self.members.iter());
        let kind = format_ident!("{}", self.kind);
        quote! {
            ::atlas_client::runtime::Variant {
                kind: ::atlas_client::runtime::JsonKind::#kind,
                values: &[#(#values),*],
                required: &[#(#required),*],
                members: &[#(#members),*],
            }
        }
    }
}

/// Returns the strings that the schema of a member lists.
fn listed(document: &Document, property: &Value) -> Option<BTreeSet<String>> {
    let schema = match schema_name(property) {
        Some(name) => document.schema(name)?,
        None => property,
    };
    match schema::kind(schema) {
        Kind::Enum(values) => Some(values.into_iter().map(str::to_owned).collect()),
        _ => None,
    }
}

/// Returns the field of the discriminator in the variant `part` and the value that is sent if a
/// caller omits it.
fn tag_of(
    document: &Document,
    tagged: &Tagged,
    index: usize,
    part: &str,
) -> Option<(syn::Ident, TokenStream)> {
    let [tag] = tagged.variants.get(index)?.tags.as_slice() else {
        return None;
    };
    let schema = document.deref(document.schema(part)?)?;
    let Kind::Object(properties) = schema::kind(schema) else {
        return None;
    };
    let property = properties.get(&tagged.property)?;
    let required = schema::required(schema).any(|member| member == tagged.property);
    if required && !schema::flag(property, "nullable") {
        return None;
    }
    let names = names::members(properties);
    let field = format_ident!("{}", names.get(&tagged.property)?.field);
    let value = match schema_name(property) {
        Some(name) => match document.schema(name).map(schema::kind)? {
            Kind::Enum(_) => {
                let name = format_ident!("{name}");
                quote!(#name::from(::atlas_client::runtime::RawValue::from(#tag)))
            }
            Kind::String => quote!(#tag.to_owned()),
            _ => return None,
        },
        None => match schema::kind(property) {
            Kind::String => quote!(#tag.to_owned()),
            _ => return None,
        },
    };
    Some((field, value))
}
