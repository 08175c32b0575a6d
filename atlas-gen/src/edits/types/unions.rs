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
//!                 kinds: &[::atlas_client::runtime::JsonKind::Object],
//!                 values: &[("provider", &["AWS"])],
//!                 required: &["vpc"],
//!                 members: &["provider", "vpc"],
//!             },
//!             ::atlas_client::runtime::Variant {
//!                 kinds: &[::atlas_client::runtime::JsonKind::Object],
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
//!                 kinds: &[::atlas_client::runtime::JsonKind::Object],
//!                 values: &[("kind", &["A", "B", "C"])],
//!                 required: &["kind"],
//!                 members: &["color", "kind", "size"],
//!             },
//!             ::atlas_client::runtime::Variant {
//!                 kinds: &[::atlas_client::runtime::JsonKind::Object],
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

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use serde_json::Value;

use crate::document::{Document, schema_name};
use crate::edits::syntax::{argument_of, derive, last, module, owner, trait_argument, trait_name};
use crate::edits::{Context, Name};
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
    let mut criteria = AllCriteria {
        document: cx.document,
        known: HashMap::new(),
    };
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
                let more = conversions(&mut criteria, &union.ident, schema, &named);
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
    name: &syn::Ident,
    schema: &Value,
    variants: &[(String, String)],
) -> Vec<syn::Item> {
    let tagged = match schema::kind(schema) {
        Kind::Tagged(tagged) => Some(tagged),
        _ => None,
    };
    let parts = variants.iter().map(|(_, part)| part.clone()).collect();
    let document = criteria.document;
    let tables = criteria.of_parts(parts, tagged.as_ref(), 0);
    let tables = tables.iter().map(Criteria::row);
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
#[derive(Clone, Debug, Default, PartialEq)]
struct Criteria {
    kinds: BTreeSet<&'static str>,
    values: Vec<(String, BTreeSet<String>)>,
    required: BTreeSet<String>,
    members: BTreeSet<String>,
}

impl Criteria {
    /// Removes and returns the values of a member.
    fn take(&mut self, member: &str) -> Option<BTreeSet<String>> {
        let at = self.values.iter().position(|(name, _)| name == member)?;
        Some(self.values.remove(at).1)
    }

    /// Returns the row of the table for `choose`.
    fn row(&self) -> TokenStream {
        let values = self.values.iter().map(|(member, values)| {
            let values = values.iter();
            quote!((#member, &[#(#values),*]))
        });
        let (required, members) = (self.required.iter(), self.members.iter());
        let kinds = self.kinds.iter().map(|kind| format_ident!("{kind}"));
        quote! {
            ::atlas_client::runtime::Variant {
                kinds: &[#(::atlas_client::runtime::JsonKind::#kinds),*],
                values: &[#(#values),*],
                required: &[#(#required),*],
                members: &[#(#members),*],
            }
        }
    }
}

/// The maximal nesting of unions that is considered.
const DEEPEST: usize = 16;

/// The criteria of all components.
struct AllCriteria<'a> {
    document: &'a Document,
    /// Those of unions, by component and nesting: unions may share unions.
    known: HashMap<(String, usize), Criteria>,
}

impl AllCriteria<'_> {
    /// Returns the criteria of the component `name`, in a union that is nested `depth` times.
    fn of(&mut self, name: &str, depth: usize) -> Criteria {
        // A component may be an alias of another one, or of a runtime type.
        let schema = self.document.schema(name);
        let schema = schema.and_then(|schema| self.document.deref(schema));
        let (kind, parts, tagged) = match schema::kind(schema.unwrap_or(&Value::Null)) {
            Kind::Object(properties) => {
                let schema = schema.unwrap_or(&Value::Null);
                let values = properties.iter().filter_map(|(member, property)| {
                    Some((member.clone(), listed(self.document, property)?))
                });
                return Criteria {
                    kinds: BTreeSet::from(["Object"]),
                    values: values.collect(),
                    required: schema::required(schema).map(str::to_owned).collect(),
                    members: properties.keys().cloned().collect(),
                };
            }
            Kind::Tagged(tagged) => {
                let parts = tagged.variants.iter();
                let parts = parts.map(|variant| variant.schema.clone()).collect();
                ("Any", parts, Some(tagged))
            }
            Kind::Untagged(names) => ("Any", names.into_iter().map(str::to_owned).collect(), None),
            Kind::String | Kind::Enum(_) | Kind::Rust(_) => ("Text", Vec::new(), None),
            Kind::Integer | Kind::Number => ("Number", Vec::new(), None),
            Kind::Boolean => ("Boolean", Vec::new(), None),
            Kind::Array(_) => ("List", Vec::new(), None),
            Kind::Map(_) => ("Object", Vec::new(), None),
            _ => ("Any", Vec::new(), None),
        };
        if parts.is_empty() || depth == DEEPEST {
            return Criteria {
                kinds: BTreeSet::from([kind]),
                ..Criteria::default()
            };
        }
        let key = (name.to_owned(), depth);
        if let Some(known) = self.known.get(&key) {
            return known.clone();
        }
        let parts = self.of_parts(parts, tagged.as_ref(), depth + 1);
        let merged = merge(parts);
        self.known.insert(key, merged.clone());
        merged
    }

    /// Returns the criteria of a union's parts.
    ///
    /// The discriminator's values take precedence over those that its schemas list. Of these, only
    /// one that no mapping names and a single part lists is added: published mappings are not
    /// complete.
    fn of_parts(
        &mut self,
        parts: Vec<String>,
        tagged: Option<&Tagged>,
        depth: usize,
    ) -> Vec<Criteria> {
        let parts = parts.into_iter();
        let mut all: Vec<Criteria> = parts.map(|part| self.of(&part, depth)).collect();
        distinct_first(&mut all);
        let Some(Tagged { property, variants }) = tagged else {
            return all;
        };
        let listed = all.iter_mut().map(|criteria| criteria.take(property));
        let listed: Vec<BTreeSet<String>> = listed.map(Option::unwrap_or_default).collect();
        let tags: BTreeSet<&String> = variants.iter().flat_map(|variant| &variant.tags).collect();
        let mut count: HashMap<&String, usize> = HashMap::new();
        for value in listed.iter().flatten() {
            *count.entry(value).or_default() += 1;
        }
        for ((criteria, variant), listed) in all.iter_mut().zip(variants).zip(&listed) {
            let own = listed.iter();
            let own = own.filter(|value| count.get(value) == Some(&1) && !tags.contains(value));
            let values = variant.tags.iter().chain(own).cloned().collect();
            criteria.values.insert(0, (property.clone(), values));
        }
        all
    }
}

/// Moves the members whose values no two of `all` share to the front: these identify a variant.
fn distinct_first(all: &mut [Criteria]) {
    let mut listing: HashMap<String, usize> = HashMap::new();
    let mut seen: BTreeSet<(&str, &str)> = BTreeSet::new();
    let mut shared: BTreeSet<String> = BTreeSet::new();
    for (member, values) in all.iter().flat_map(|criteria| &criteria.values) {
        *listing.entry(member.clone()).or_default() += 1;
        for value in values {
            if !seen.insert((member, value)) {
                shared.insert(member.clone());
            }
        }
    }
    let is_distinct = |member: &String| listing.get(member) > Some(&1) && !shared.contains(member);
    for criteria in all {
        criteria
            .values
            .sort_by_key(|(member, _)| !is_distinct(member));
    }
}

/// Returns the criteria of a union: those of its variants that are objects decide about objects. It
/// has the members of any of them, and requires those that all of them require.
fn merge(parts: Vec<Criteria>) -> Criteria {
    let mut merged = Criteria::default();
    let mut count = 0;
    let mut values: BTreeMap<String, (usize, BTreeSet<String>)> = BTreeMap::new();
    let mut order = Vec::new();
    for criteria in parts {
        let is_object = ["Object", "Any"].map(|kind| criteria.kinds.contains(kind));
        merged.kinds.extend(criteria.kinds);
        if is_object == [false, false] {
            continue;
        }
        count += 1;
        if count == 1 {
            merged.required = criteria.required;
        } else {
            let is_required = |member: &String| criteria.required.contains(member);
            merged.required.retain(is_required);
        }
        merged.members.extend(criteria.members);
        for (member, listed) in criteria.values {
            if !values.contains_key(&member) {
                order.push(member.clone());
            }
            let (seen, all) = values.entry(member).or_default();
            *seen += 1;
            all.extend(listed);
        }
    }
    // A member that one variant does not restrict does not identify the union.
    let listed = order.into_iter().filter_map(|member| {
        let (seen, values) = values.remove(&member)?;
        (seen == count).then_some((member, values))
    });
    merged.values = listed.collect();
    merged
}

/// Returns the values that the schema of a member lists, as text.
fn listed(document: &Document, property: &Value) -> Option<BTreeSet<String>> {
    let schema = match schema_name(property) {
        Some(name) => document.schema(name)?,
        None => property,
    };
    let is_literal = matches!(
        schema::kind(schema),
        Kind::Enum(_) | Kind::Literals(_) | Kind::Integer | Kind::Boolean
    );
    let values = schema.get("enum").filter(|_| is_literal)?.as_array()?;
    let values = values.iter().filter_map(|value| match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => number.as_i64().map(|number| number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        _ => None,
    });
    let values: BTreeSet<String> = values.collect();
    (!values.is_empty()).then_some(values)
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
    // Without a mapping the tag is the component's name, but its schema may list another value.
    let own = listed(document, property).filter(|own| tag == part && own.len() == 1);
    let tag = own.as_ref().and_then(BTreeSet::first).unwrap_or(tag);
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
