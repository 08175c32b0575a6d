//! Makes setters of calls check the document's limits and keep the reason why a value was rejected.
//!
//! Before:
//! ```rust
//! pub mod builder {
//!     pub struct GetJob<'a> {
//!         client: &'a super::Client,
//!         job_id: Result<::atlas_client::ObjectId, String>,
//!         tags: Result<Option<::std::vec::Vec<::std::string::String>>, String>,
//!     }
//!     impl<'a> GetJob<'a> {
//!         pub fn new(client: &'a super::Client) -> Self {
//!             Self {
//!                 client: client,
//!                 job_id: Err("job_id was not initialized".to_string()),
//!                 tags: Ok(None),
//!             }
//!         }
//!         pub fn job_id<V>(mut self, value: V) -> Self
//!         where
//!             V: std::convert::TryInto<::atlas_client::ObjectId>,
//!         {
//!             self.job_id = value
//!                 .try_into()
//!                 .map_err(|_| {
//!                     "conversion to `:: atlas_client :: ObjectId` for job_id failed".to_string()
//!                 });
//!             self
//!         }
//!         pub fn tags<V>(mut self, value: V) -> Self
//!         where
//!             V: std::convert::TryInto<::std::vec::Vec<::std::string::String>>,
//!         {
//!             self.tags = value
//!                 .try_into()
//!                 .map(Some)
//!                 .map_err(|_| {
//!                     "conversion to `:: std :: vec :: Vec < :: std :: string :: String >` for tags failed".to_string()
//!                 });
//!             self
//!         }
//!     }
//! }
//! ```
//!
//! After:
//! ```rust
//! pub mod builder {
//!     pub struct GetJob<'a> {
//!         client: &'a super::Client,
//!         job_id: ::std::result::Result<
//!             ::atlas_client::ObjectId,
//!             ::atlas_client::BuildError,
//!         >,
//!         tags: ::std::result::Result<
//!             Option<::std::vec::Vec<::std::string::String>>,
//!             ::atlas_client::BuildError,
//!         >,
//!     }
//!     impl<'a> GetJob<'a> {
//!         pub fn new(client: &'a super::Client) -> Self {
//!             Self {
//!                 client: client,
//!                 job_id: Err(::atlas_client::BuildError::missing()),
//!                 tags: Ok(None),
//!             }
//!         }
//!         pub fn job_id<V>(mut self, value: V) -> Self
//!         where
//!             V: ::std::convert::TryInto<::atlas_client::ObjectId>,
//!             V::Error: ::std::fmt::Display + 'static,
//!         {
//!             self.job_id = ::atlas_client::runtime::convert(value);
//!             self
//!         }
//!         pub fn tags<V>(mut self, values: V) -> Self
//!         where
//!             V: ::std::iter::IntoIterator,
//!             V::Item: ::std::convert::TryInto<::std::string::String>,
//!             <V::Item as ::std::convert::TryInto<
//!                 ::std::string::String,
//!             >>::Error: ::std::fmt::Display + 'static,
//!         {
//!             self.tags = ::atlas_client::runtime::convert_each(values).map(Some);
//!             self
//!         }
//!     }
//! }
//! ```

use std::collections::BTreeMap;

use proc_macro2::TokenStream;
use syn::visit_mut::VisitMut;

use crate::document::Document;
use crate::edits::Context;
use crate::edits::syntax::{Conversion, argument, argument_of, given, last, module, owner};
use crate::error::Result;
use crate::limits::{constraint, constraint_in_path};
use crate::model::{Location, Operation};
use crate::plain::is_object;

/// Edits the fields and setters of calls.
///
/// # Errors
/// None.
pub fn arguments(file: &mut syn::File, cx: &Context<'_>) -> Result<()> {
    let Some(builders) = module(file, "builder") else {
        return Ok(());
    };
    let mut fields = BTreeMap::new();
    for item in builders.iter_mut() {
        let syn::Item::Struct(builder) = item else {
            continue;
        };
        for field in &mut builder.fields {
            let is_result = last(&field.ty).is_some_and(|segment| segment.ident == "Result");
            if let (true, Some(ident), Some(ty)) = (is_result, &field.ident, argument(&field.ty)) {
                let operation = cx.operations.iter().find(|o| builder.ident == o.type_name);
                let parameter = operation
                    .and_then(|o| o.parameters.iter().find(|p| *ident == p.rust_name))
                    .filter(|parameter| is_object(cx.document, &parameter.schema));
                let ty = match parameter {
                    Some(_) => entry(&ty),
                    None => ty,
                };
                field.ty = given(&ty);
                let limits = operation.and_then(|o| limits(cx.document, o, ident));
                fields.insert((builder.ident.to_string(), ident.to_string()), (ty, limits));
            }
        }
    }
    for item in builders.iter_mut() {
        let name = owner(item).unwrap_or_default();
        let syn::Item::Impl(block) = item else {
            continue;
        };
        for method in &mut block.items {
            let syn::ImplItem::Fn(method) = method else {
                continue;
            };
            if method.sig.ident == "new" {
                Missing.visit_impl_item_fn_mut(method);
            } else if let Some((ty, limits)) =
                fields.get(&(name.clone(), method.sig.ident.to_string()))
            {
                let field = method.sig.ident.clone();
                Conversion::of(ty).edit(method, &field, limits.clone());
            }
        }
    }
    Ok(())
}

/// Returns the constraint of the argument that is stored in `field`.
fn limits(document: &Document, operation: &Operation, field: &syn::Ident) -> Option<TokenStream> {
    let parameter = operation.parameters.iter().find(|p| *field == p.rust_name);
    let Some(parameter) = parameter else {
        let body = operation.body.as_ref().filter(|_| field == "body");
        return constraint(document, body?.schema.as_ref()?);
    };
    match parameter.location {
        Location::Path => constraint_in_path(document, &parameter.schema),
        _ => constraint(document, &parameter.schema),
    }
}

/// Returns the type of an object parameter, which is a list of one in the plain document.
fn entry(ty: &syn::Type) -> syn::Type {
    if let Some(inner) = argument_of(ty, "Option") {
        let inner = entry(&inner);
        return syn::parse_quote!(::std::option::Option<#inner>);
    }
    argument_of(ty, "Vec").unwrap_or_else(|| ty.clone())
}

/// Replaces `Err("x was not initialized")` by the runtime's error.
struct Missing;

impl VisitMut for Missing {
    fn visit_field_value_mut(&mut self, field: &mut syn::FieldValue) {
        if let syn::Expr::Call(call) = &field.expr
            && matches!(&*call.func, syn::Expr::Path(path) if path.path.is_ident("Err"))
        {
            field.expr = syn::parse_quote!(Err(::atlas_client::BuildError::missing()));
        }
    }
}
