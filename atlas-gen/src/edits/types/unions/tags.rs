//! The discriminator that a union sends if a caller omits it: in a variant that is an object, or in the
//! objects of a variant that is a union itself.

use std::collections::BTreeSet;

use proc_macro2::{Literal, TokenStream};
use quote::{format_ident, quote};
use serde_json::Value;

use super::criteria::listed;
use crate::document::{Document, schema_name};
use crate::names;
use crate::schema::{self, Kind, Tagged};

/// The maximal nesting of unions into which a discriminator is written.
const MAX_UNIONS: usize = 16;

/// The maximal number of variants of unions in unions that are looked at, which may grow with the
/// square of the document and more; Atlas's document needs less than a hundredth of it. Those beyond it
/// are sent as they are.
const MAX_INNER: usize = 10_000;

/// Writes the discriminators of all unions.
pub struct Tags<'a> {
    document: &'a Document,
    /// The number of variants of unions in unions that may still be looked at.
    left: usize,
}

/// The discriminator of one variant of a union.
struct Tag<'a> {
    property: &'a str,
    /// The values that select the variant.
    values: &'a [String],
    /// The component of the variant.
    part: &'a str,
}

impl<'a> Tags<'a> {
    pub fn new(document: &'a Document) -> Self {
        Self {
            document,
            left: MAX_INNER,
        }
    }

    /// Returns the arms of `match self` that serialize the variant `variant` of a union, which is at
    /// `index` and holds the component `part`.
    pub fn arms(
        &mut self,
        tagged: Option<&Tagged>,
        index: usize,
        variant: &str,
        part: &str,
    ) -> TokenStream {
        let variant = format_ident!("{variant}");
        let plain = quote!(Self::#variant(value) => value.serialize(serializer),);
        let Some((tagged, values)) =
            tagged.and_then(|tagged| Some((tagged, &tagged.variants.get(index)?.tags)))
        else {
            return plain;
        };
        let tag = Tag {
            property: &tagged.property,
            values,
            part,
        };
        let Some((name, schema)) = target(self.document, part) else {
            return plain;
        };
        if let Kind::Object(_) = schema::kind(schema) {
            return match field_of(self.document, &tag, schema) {
                Some((field, tag)) => quote! {
                    Self::#variant(value) if value.#field.is_none() => {
                        let mut value = value.clone();
                        value.#field = Some(#tag);
                        value.serialize(serializer)
                    }
                    #plain
                },
                None => plain,
            };
        }
        let inner = self.inner(&tag, &mut vec![name], &|leaf| leaf);
        match inner {
            Some(arms) => quote! {
                Self::#variant(value) => match &**value {
                    #arms
                    _ => value.serialize(serializer),
                },
            },
            None => plain,
        }
    }

    /// Returns the arms for the variants of the union at the end of `path` that get the discriminator,
    /// none if there are none. `whole` wraps an expression of this union into one of the outermost.
    fn inner(
        &mut self,
        tag: &Tag<'_>,
        path: &mut Vec<String>,
        whole: &dyn Fn(TokenStream) -> TokenStream,
    ) -> Option<TokenStream> {
        let union = path.last()?.clone();
        let schema = self.document.schema(&union)?;
        // A union with the same discriminator sends its own value of it.
        let is_own =
            matches!(schema::kind(schema), Kind::Tagged(inner) if inner.property == tag.property);
        if is_own || path.len() > MAX_UNIONS {
            return None;
        }
        let name = format_ident!("{union}");
        let mut arms = TokenStream::new();
        for (variant, part) in names::union_variants(&union, schema) {
            if self.left == 0 {
                break;
            }
            self.left -= 1;
            let Some((inner, schema)) = target(self.document, &part) else {
                continue;
            };
            let variant = format_ident!("{variant}");
            if let Kind::Object(_) = schema::kind(schema) {
                let Some((field, value)) = field_of(self.document, tag, schema) else {
                    continue;
                };
                let sent = whole(quote!(#name::#variant(inner)));
                arms.extend(quote! {
                    #name::#variant(inner) if inner.#field.is_none() => {
                        let mut inner = inner.clone();
                        inner.#field = Some(#value);
                        #sent.serialize(serializer)
                    }
                });
            } else if !path.contains(&inner) {
                path.push(inner);
                let wrapped = |leaf| whole(quote!(#name::#variant(::std::boxed::Box::new(#leaf))));
                let deeper = self.inner(tag, path, &wrapped);
                path.pop();
                arms.extend(deeper.map(|deeper| {
                    quote! {
                        #name::#variant(inner) => match &**inner {
                            #deeper
                            _ => value.serialize(serializer),
                        },
                    }
                }));
            }
        }
        (!arms.is_empty()).then_some(arms)
    }
}

/// Returns the component that `name` is, or is another name of.
fn target<'a>(document: &'a Document, name: &str) -> Option<(String, &'a Value)> {
    let mut name = name.to_owned();
    let mut schema = document.schema(&name)?;
    // One that leads back to itself is no type.
    for _ in 0..MAX_UNIONS {
        match schema_name(schema) {
            Some(next) => (name, schema) = (next.to_owned(), document.schema(next)?),
            None => break,
        }
    }
    Some((name, schema))
}

/// Returns the field of the discriminator in the object `schema`, and the value that is sent if a caller
/// omits it.
fn field_of(
    document: &Document,
    tag: &Tag<'_>,
    schema: &Value,
) -> Option<(syn::Ident, TokenStream)> {
    let Kind::Object(properties) = schema::kind(schema) else {
        return None;
    };
    let property = properties.get(tag.property)?;
    let required = schema::required(schema).any(|member| member == tag.property);
    if required && !schema::flag(property, "nullable") {
        return None;
    }
    let names = names::members(properties);
    let field = format_ident!("{}", names.get(tag.property)?.field);
    let own = listed(document, property).filter(|own| own.len() == 1);
    let own = own.as_ref().and_then(BTreeSet::first);
    let text = match tag.values {
        // Without a mapping the tag is the component's name, but its schema may list another value.
        [text] if text == tag.part => own.unwrap_or(text),
        [text] => text,
        several => own.filter(|own| several.contains(own))?,
    };
    let integer = || text.parse::<i64>().ok();
    let value = match schema_name(property) {
        Some(name) => {
            let target = document.schema(name)?;
            let name = format_ident!("{name}");
            match schema::kind(target) {
                Kind::Enum(_) => {
                    quote!(#name::from(::atlas_client::runtime::RawValue::from(#text)))
                }
                Kind::Literals(values) => {
                    let number = integer().filter(|number| values.contains(&(*number).into()));
                    let raw = match number.map(Literal::i64_suffixed) {
                        Some(number) => quote!(#number),
                        None => quote!(#text),
                    };
                    quote!(#name::from(::atlas_client::runtime::RawLiteral::from(#raw)))
                }
                kind => plain_value(&kind, text)?,
            }
        }
        None => plain_value(&schema::kind(property), text)?,
    };
    Some((field, value))
}

/// Returns `text` as a value of a type that progenitor has.
fn plain_value(kind: &Kind<'_>, text: &str) -> Option<TokenStream> {
    Some(match kind {
        Kind::String => quote!(#text.to_owned()),
        Kind::Integer => {
            let number = Literal::i64_unsuffixed(text.parse().ok()?);
            quote!(#number)
        }
        Kind::Boolean => {
            let flag: bool = text.parse().ok()?;
            quote!(#flag)
        }
        _ => return None,
    })
}
