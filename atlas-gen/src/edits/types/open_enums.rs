//! Makes an enum keep unknown values.
//!
//! Parsing a string stays strict, so that a misspelled value is an error where it is passed.
//!
//! Document: `<` stops typify, so the plain document calls it `LessThan`:
//! ```yaml
//! Operator: {type: string, enum: ['<', EQUAL]}
//! ```
//!
//! Before:
//! ```rust
//! pub mod types {
//!     #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
//!     pub enum Operator {
//!         LessThan,
//!         #[serde(rename = "EQUAL")]
//!         Equal,
//!     }
//!     impl ::std::fmt::Display for Operator {
//!         fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
//!             match *self {
//!                 Self::LessThan => f.write_str("LessThan"),
//!                 Self::Equal => f.write_str("EQUAL"),
//!             }
//!         }
//!     }
//!     impl ::std::str::FromStr for Operator {
//!         type Err = self::error::ConversionError;
//!         fn from_str(value: &str) -> ::std::result::Result<Self, self::error::ConversionError> {
//!             match value {
//!                 "LessThan" => Ok(Self::LessThan),
//!                 "EQUAL" => Ok(Self::Equal),
//!                 _ => Err("invalid value".into()),
//!             }
//!         }
//!     }
//! }
//! ```
//!
//! After:
//! ```rust
//! pub mod types {
//!     #[derive(
//!         ::serde::Deserialize,
//!         ::serde::Serialize,
//!         Clone,
//!         Debug,
//!         Eq,
//!         Hash,
//!         PartialEq
//!     )]
//!     #[serde(
//!         from = "::atlas_client::runtime::RawValue",
//!         into = "::atlas_client::runtime::RawValue"
//!     )]
//!     #[non_exhaustive]
//!     pub enum Operator {
//!         LessThan,
//!         Equal,
//!         /// A value that this version of the client does not know.
//!         Unknown(::atlas_client::UnknownValue),
//!     }
//!     impl Operator {
//!         /// The values that the document lists.
//!         pub const VALUES: &'static [&'static str] = &["<", "EQUAL"];
//!         /// Returns the value as it is sent.
//!         pub fn as_str(&self) -> &str {
//!             match self {
//!                 Self::LessThan => "<",
//!                 Self::Equal => "EQUAL",
//!                 Self::Unknown(value) => value.as_str(),
//!             }
//!         }
//!     }
//!     impl ::std::convert::From<::atlas_client::runtime::RawValue> for Operator {
//!         fn from(raw: ::atlas_client::runtime::RawValue) -> Self {
//!             raw.as_str().parse().unwrap_or_else(|_| Self::Unknown(raw.into_unknown()))
//!         }
//!     }
//!     impl ::std::convert::From<Operator> for ::atlas_client::runtime::RawValue {
//!         fn from(value: Operator) -> Self {
//!             Self::from(value.as_str())
//!         }
//!     }
//!     impl ::std::convert::TryFrom<&::std::string::String> for Operator {
//!         type Error = ::atlas_client::InvalidValue;
//!         fn try_from(
//!             value: &::std::string::String,
//!         ) -> ::std::result::Result<Self, ::atlas_client::InvalidValue> {
//!             value.parse()
//!         }
//!     }
//!     impl ::std::fmt::Display for Operator {
//!         fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
//!             f.write_str(self.as_str())
//!         }
//!     }
//!     impl ::std::str::FromStr for Operator {
//!         type Err = ::atlas_client::InvalidValue;
//!         fn from_str(
//!             value: &str,
//!         ) -> ::std::result::Result<Self, ::atlas_client::InvalidValue> {
//!             match value {
//!                 "<" => Ok(Self::LessThan),
//!                 "EQUAL" => Ok(Self::Equal),
//!                 _ => Err(::atlas_client::InvalidValue::new(value, Self::VALUES)),
//!             }
//!         }
//!     }
//! }
//! ```
//!
//! Document: values that are not all strings:
//! ```yaml
//! Order: {enum: [1, hashed]}
//! ```
//!
//! Before:
//! ```rust
//! pub mod types {
//!     #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
//!     pub enum Order {
//!         V1,
//!         #[serde(rename = "hashed")]
//!         Hashed,
//!     }
//! }
//! ```
//!
//! After:
//! ```rust
//! pub mod types {
//!     #[derive(
//!         ::serde::Deserialize,
//!         ::serde::Serialize,
//!         Clone,
//!         Debug,
//!         Eq,
//!         Hash,
//!         PartialEq
//!     )]
//!     #[serde(
//!         from = "::atlas_client::runtime::RawLiteral",
//!         into = "::atlas_client::runtime::RawLiteral"
//!     )]
//!     #[non_exhaustive]
//!     pub enum Order {
//!         V1,
//!         Hashed,
//!         /// A value that this version of the client does not know.
//!         Unknown(::atlas_client::UnknownLiteral),
//!     }
//!     impl Order {
//!         /// The values that the document lists, as texts.
//!         pub const VALUES: &'static [&'static str] = &["1", "hashed"];
//!     }
//!     impl ::std::convert::TryFrom<i64> for Order {
//!         type Error = ::atlas_client::InvalidValue;
//!         fn try_from(value: i64) -> ::std::result::Result<Self, Self::Error> {
//!             match value {
//!                 1 => Ok(Self::V1),
//!                 _ => {
//!                     Err(
//!                         ::atlas_client::InvalidValue::new(
//!                             &value.to_string(),
//!                             Self::VALUES,
//!                         ),
//!                     )
//!                 }
//!             }
//!         }
//!     }
//!     impl ::std::convert::From<::atlas_client::runtime::RawLiteral> for Order {
//!         fn from(raw: ::atlas_client::runtime::RawLiteral) -> Self {
//!             if raw.integer() == Some(1) {
//!                 return Self::V1;
//!             }
//!             if raw.text() == Some("hashed") {
//!                 return Self::Hashed;
//!             }
//!             Self::Unknown(raw.into_unknown())
//!         }
//!     }
//!     impl ::std::convert::From<Order> for ::atlas_client::runtime::RawLiteral {
//!         fn from(value: Order) -> Self {
//!             match value {
//!                 Order::V1 => Self::from(1i64),
//!                 Order::Hashed => Self::from("hashed"),
//!                 Order::Unknown(value) => value.into(),
//!             }
//!         }
//!     }
//!     impl ::std::convert::TryFrom<&::std::string::String> for Order {
//!         type Error = ::atlas_client::InvalidValue;
//!         fn try_from(
//!             value: &::std::string::String,
//!         ) -> ::std::result::Result<Self, ::atlas_client::InvalidValue> {
//!             value.parse()
//!         }
//!     }
//! }
//! ```

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::Literal;
use quote::{format_ident, quote};
use serde_json::Value;

use crate::edits::syntax::{derive, module, owner, trait_name};
use crate::edits::{Context, Name};
use crate::error::{Error, Result};
use crate::names::{self, EnumVariant, text_of};
use crate::pointer;
use crate::schema::{self, Kind, NAME_ONLY};

/// Adds a variant for unknown values to enums.
///
/// # Errors
/// progenitor generated other variants than the document lists.
pub fn open_enums(file: &mut syn::File, cx: &Context<'_>) -> Result<()> {
    let Some(types) = module(file, "types") else {
        return Ok(());
    };
    types.retain(|item| !matches!(item, syn::Item::Mod(module) if module.ident == "error"));
    let enums: BTreeMap<&str, Listed> = cx
        .document
        .schemas()
        .filter(|(_, schema)| !schema::flag(schema, NAME_ONLY))
        .filter_map(|(name, schema)| Some((name.as_str(), Listed::of(schema)?)))
        .collect();
    let mut edited = Vec::with_capacity(types.len());
    for mut item in types.drain(..) {
        let listed = owner(&item).and_then(|name| enums.get(name.as_str()));
        let Some(listed) = listed else {
            edited.push(item);
            continue;
        };
        match &mut item {
            syn::Item::Enum(definition) => {
                let name = definition.ident.clone();
                listed.open(definition)?;
                edited.push(item);
                edited.extend(listed.conversions(&name));
            }
            syn::Item::Impl(block) => {
                match trait_name(block).as_deref() {
                    Some("Display") => listed.show(block),
                    Some("FromStr") => listed.parse(block),
                    Some("TryFrom") => listed.refuse(block),
                    _ => {}
                }
                edited.push(item);
            }
            _ => edited.push(item),
        }
    }
    *types = edited;
    Ok(())
}

/// Returns whether `name` belongs to progenitor's conversion error.
pub fn removes(name: &Name<'_>, _: &Context<'_>) -> bool {
    name.module == "types::error"
}

/// The values that an enum lists.
struct Listed {
    variants: Vec<EnumVariant>,
    /// Whether all of them are strings.
    texts: bool,
}

impl Listed {
    fn of(schema: &Value) -> Option<Self> {
        let texts = match schema::kind(schema) {
            Kind::Enum(_) => true,
            Kind::Literals(_) => false,
            _ => return None,
        };
        Some(Self {
            variants: names::enum_variants(schema),
            texts,
        })
    }

    fn raw(&self) -> syn::Type {
        if self.texts {
            syn::parse_quote!(::atlas_client::runtime::RawValue)
        } else {
            syn::parse_quote!(::atlas_client::runtime::RawLiteral)
        }
    }

    /// Edits the enum itself: the names of its variants, and one variant for unknown values.
    fn open(&self, item: &mut syn::ItemEnum) -> Result<()> {
        if item.variants.len() != self.variants.len() {
            return Err(Error::at(
                pointer::join("/components/schemas", &item.ident.to_string()),
                format!(
                    "progenitor wrote {} variants for {} values",
                    item.variants.len(),
                    self.variants.len()
                ),
            ));
        }
        derive(
            &mut item.attrs,
            "::serde::Deserialize, ::serde::Serialize, Clone, Debug, Eq, Hash, PartialEq",
        );
        let (raw, unknown): (&str, syn::Type) = if self.texts {
            (
                "::atlas_client::runtime::RawValue",
                syn::parse_quote!(::atlas_client::UnknownValue),
            )
        } else {
            (
                "::atlas_client::runtime::RawLiteral",
                syn::parse_quote!(::atlas_client::UnknownLiteral),
            )
        };
        item.attrs
            .push(syn::parse_quote!(#[serde(from = #raw, into = #raw)]));
        item.attrs.push(syn::parse_quote!(#[non_exhaustive]));
        for (variant, listed) in item.variants.iter_mut().zip(&self.variants) {
            variant.ident = format_ident!("{}", listed.name);
            variant.attrs.clear();
        }
        item.variants.push(syn::parse_quote!(
            /// A value that this version of the client does not know.
            Unknown(#unknown)
        ));
        Ok(())
    }

    /// Returns the `impl`s that the enum has in addition to progenitor's.
    fn conversions(&self, name: &syn::Ident) -> Vec<syn::Item> {
        let mut items = self.by_value(name);
        items.push(syn::parse_quote! {
            impl ::std::convert::TryFrom<&::std::string::String> for #name {
                type Error = ::atlas_client::InvalidValue;

                fn try_from(
                    value: &::std::string::String,
                ) -> ::std::result::Result<Self, ::atlas_client::InvalidValue> {
                    value.parse()
                }
            }
        });
        items
    }

    /// Returns the listed values, and conversions from and to the value on the wire.
    fn by_value(&self, name: &syn::Ident) -> Vec<syn::Item> {
        let raw = self.raw();
        let values = self.variants.iter().map(|variant| text_of(&variant.value));
        let values: Vec<String> = values.collect();
        let variants: Vec<syn::Ident> = self
            .variants
            .iter()
            .map(|variant| format_ident!("{}", variant.name))
            .collect();
        if self.texts {
            return vec![
                syn::parse_quote! {
                    impl #name {
                        /// The values that the document lists.
                        pub const VALUES: &'static [&'static str] = &[#(#values),*];

                        /// Returns the value as it is sent.
                        pub fn as_str(&self) -> &str {
                            match self {
                                #(Self::#variants => #values,)*
                                Self::Unknown(value) => value.as_str(),
                            }
                        }
                    }
                },
                syn::parse_quote! {
                    impl ::std::convert::From<#raw> for #name {
                        fn from(raw: #raw) -> Self {
                            raw.as_str()
                                .parse()
                                .unwrap_or_else(|_| Self::Unknown(raw.into_unknown()))
                        }
                    }
                },
                syn::parse_quote! {
                    impl ::std::convert::From<#name> for #raw {
                        fn from(value: #name) -> Self {
                            Self::from(value.as_str())
                        }
                    }
                },
            ];
        }
        let tests = self.variants.iter().map(|variant| match &variant.value {
            Value::String(text) => quote!(raw.text() == Some(#text)),
            other => {
                let number = Literal::i64_unsuffixed(other.as_i64().unwrap_or_default());
                quote!(raw.integer() == Some(#number))
            }
        });
        let raws = self.variants.iter().map(|variant| match &variant.value {
            Value::String(text) => quote!(#text),
            other => {
                let number = other.as_i64().unwrap_or_default();
                quote!(#number)
            }
        });
        let integers: Vec<(Literal, &syn::Ident)> = self
            .variants
            .iter()
            .zip(&variants)
            .filter_map(|(variant, name)| {
                Some((Literal::i64_unsuffixed(variant.value.as_i64()?), name))
            })
            .collect();
        let (numbers, numbered): (Vec<Literal>, Vec<&syn::Ident>) = integers.into_iter().unzip();
        vec![
            syn::parse_quote! {
                impl #name {
                    /// The values that the document lists, as texts.
                    pub const VALUES: &'static [&'static str] = &[#(#values),*];
                }
            },
            syn::parse_quote! {
                impl ::std::convert::TryFrom<i64> for #name {
                    type Error = ::atlas_client::InvalidValue;

                    fn try_from(value: i64) -> ::std::result::Result<Self, Self::Error> {
                        match value {
                            #(#numbers => Ok(Self::#numbered),)*
                            _ => Err(::atlas_client::InvalidValue::new(&value.to_string(), Self::VALUES)),
                        }
                    }
                }
            },
            syn::parse_quote! {
                impl ::std::convert::From<#raw> for #name {
                    fn from(raw: #raw) -> Self {
                        #(if #tests { return Self::#variants; })*
                        Self::Unknown(raw.into_unknown())
                    }
                }
            },
            syn::parse_quote! {
                impl ::std::convert::From<#name> for #raw {
                    fn from(value: #name) -> Self {
                        match value {
                            #(#name::#variants => Self::from(#raws),)*
                            #name::Unknown(value) => value.into(),
                        }
                    }
                }
            },
        ]
    }

    /// Edits `Display`, which writes the value as it is sent.
    fn show(&self, block: &mut syn::ItemImpl) {
        let body: syn::Block = if self.texts {
            syn::parse_quote!({ f.write_str(self.as_str()) })
        } else {
            let names = self.variants.iter().map(|v| format_ident!("{}", v.name));
            let values = self.variants.iter().map(|v| text_of(&v.value));
            syn::parse_quote!({
                match self {
                    #(Self::#names => f.write_str(#values),)*
                    Self::Unknown(value) => ::std::fmt::Display::fmt(value, f),
                }
            })
        };
        for method in functions(block) {
            method.block = body.clone();
        }
    }

    /// Edits `FromStr`, which parses the listed values; its error lists them.
    fn parse(&self, block: &mut syn::ItemImpl) {
        self.refuse(block);
        // `1` and `"1"` have the same text, which is parsed as the first of them.
        let mut seen = BTreeSet::new();
        let (names, values): (Vec<_>, Vec<_>) = self
            .variants
            .iter()
            .map(|v| (format_ident!("{}", v.name), text_of(&v.value)))
            .filter(|(_, value)| seen.insert(value.clone()))
            .unzip();
        let body: syn::Block = syn::parse_quote!({
            match value {
                #(#values => Ok(Self::#names),)*
                _ => Err(::atlas_client::InvalidValue::new(value, Self::VALUES)),
            }
        });
        for method in functions(block) {
            method.block = body.clone();
        }
    }

    /// Replaces progenitor's error by the runtime's.
    fn refuse(&self, block: &mut syn::ItemImpl) {
        let error: syn::Type = syn::parse_quote!(::atlas_client::InvalidValue);
        for item in &mut block.items {
            match item {
                syn::ImplItem::Type(item) => item.ty = error.clone(),
                syn::ImplItem::Fn(method) => {
                    method.sig.output = syn::parse_quote!(-> ::std::result::Result<Self, #error>);
                }
                _ => {}
            }
        }
    }
}

fn functions(block: &mut syn::ItemImpl) -> impl Iterator<Item = &mut syn::ImplItemFn> {
    block.items.iter_mut().filter_map(|item| match item {
        syn::ImplItem::Fn(method) => Some(method),
        _ => None,
    })
}
