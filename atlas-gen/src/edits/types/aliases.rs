//! Replaces each newtype around a string, a list, a map or any JSON by a type alias.
//!
//! Before:
//! ```rust
//! pub mod types {
//!     ///The labels of a job.
//!     #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
//!     #[serde(transparent)]
//!     pub struct Tags(pub ::std::vec::Vec<::std::string::String>);
//!     impl ::std::ops::Deref for Tags {
//!         type Target = ::std::vec::Vec<::std::string::String>;
//!         fn deref(&self) -> &::std::vec::Vec<::std::string::String> {
//!             &self.0
//!         }
//!     }
//!     impl ::std::convert::From<Tags> for ::std::vec::Vec<::std::string::String> {
//!         fn from(value: Tags) -> Self {
//!             value.0
//!         }
//!     }
//!     impl ::std::convert::From<::std::vec::Vec<::std::string::String>> for Tags {
//!         fn from(value: ::std::vec::Vec<::std::string::String>) -> Self {
//!             Self(value)
//!         }
//!     }
//! }
//! ```
//!
//! After:
//! ```rust
//! pub mod types {
//!     ///The labels of a job.
//!     pub type Tags = ::std::vec::Vec<::std::string::String>;
//! }
//! ```

use std::collections::HashSet;

use crate::edits::syntax::{last, module, owner};
use crate::edits::{Context, Name};
use crate::error::Result;
use crate::names::enum_variants;
use crate::schema::{self, Kind};

/// Replaces newtypes and removes their `impl`s.
///
/// # Errors
/// None.
pub fn aliases(file: &mut syn::File, _: &Context<'_>) -> Result<()> {
    let Some(types) = module(file, "types") else {
        return Ok(());
    };
    let mut names = HashSet::new();
    for item in types.iter_mut() {
        let syn::Item::Struct(newtype) = item else {
            continue;
        };
        let syn::Fields::Unnamed(fields) = &newtype.fields else {
            continue;
        };
        let Some(field) = fields.unnamed.first() else {
            continue;
        };
        let (name, ty) = (&newtype.ident, &field.ty);
        names.insert(name.to_string());
        let docs = newtype.attrs.iter().filter(|a| a.path().is_ident("doc"));
        *item = syn::parse_quote!(#(#docs)* pub type #name = #ty;);
    }
    types.retain(|item| match item {
        syn::Item::Impl(block) => {
            let of_newtype = owner(item).is_some_and(|name| names.contains(&name));
            // `From<Newtype> for Inner`.
            let from_newtype = block.trait_.as_ref().is_some_and(|(_, path, _)| {
                path.segments.last().is_some_and(|segment| {
                    segment.ident == "From"
                        && argument_name(segment).is_some_and(|name| names.contains(&name))
                        && (!is_local(&block.self_ty) || is_unwrapping(block))
                })
            });
            !of_newtype && !from_newtype
        }
        _ => true,
    });
    Ok(())
}

/// Returns whether `name` is a newtype's field or `impl`, or a conversion from a newtype.
pub fn removes(name: &Name<'_>, cx: &Context<'_>) -> bool {
    let schema = cx.document.schema(name.owner);
    let is_plain = schema.is_none_or(|schema| match schema::kind(schema) {
        Kind::Object(_) | Kind::Tagged(_) | Kind::Untagged(_) => false,
        // An enum without values is any JSON.
        Kind::Enum(_) | Kind::Literals(_) => enum_variants(schema).is_empty(),
        _ => true,
    });
    let is_unwrapping = name.member.is_some_and(|member| member == "From::from");
    name.module == "types" && name.member.is_some() && (is_plain || is_unwrapping)
}

fn argument_name(segment: &syn::PathSegment) -> Option<String> {
    let syn::PathArguments::AngleBracketed(arguments) = &segment.arguments else {
        return None;
    };
    arguments.args.iter().find_map(|argument| match argument {
        syn::GenericArgument::Type(ty) => last(ty).map(|segment| segment.ident.to_string()),
        _ => None,
    })
}

/// Returns whether an `impl` unwraps a newtype: its method returns `value.0`.
fn is_unwrapping(block: &syn::ItemImpl) -> bool {
    block.items.iter().any(|item| match item {
        syn::ImplItem::Fn(method) => {
            matches!(
                method.block.stmts.first(),
                Some(syn::Stmt::Expr(syn::Expr::Field(_), None))
            )
        }
        _ => false,
    })
}

/// Returns whether a type is generated: generated types have no path.
fn is_local(ty: &syn::Type) -> bool {
    match ty {
        syn::Type::Path(path) => path.path.segments.len() == 1,
        _ => false,
    }
}
