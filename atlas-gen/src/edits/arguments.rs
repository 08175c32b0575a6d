//! arguments: setters of calls that keep why a value was refused.
//!
//! Before:
//! ```rust
//! pub fn group_id<V>(mut self, value: V) -> Self
//! where
//!     V: std::convert::TryInto<::atlas_client::ObjectId>,
//! {
//!     self.group_id = value
//!         .try_into()
//!         .map_err(|_| "conversion to `:: atlas_client :: ObjectId` for group_id failed".to_string());
//!     self
//! }
//! ```
//! After:
//! ```rust
//! pub fn group_id<V>(mut self, value: V) -> Self
//! where
//!     V: ::std::convert::TryInto<::atlas_client::ObjectId>,
//!     V::Error: ::std::fmt::Display + 'static,
//! {
//!     self.group_id = ::atlas_client::runtime::convert(value);
//!     self
//! }
//! ```

use std::collections::BTreeMap;

use syn::visit_mut::VisitMut;

use super::Context;
use super::syntax::{Conversion, argument, given, last, module, owner};
use crate::error::Result;

/// Edits the fields and setters of calls.
///
/// # Errors
/// None.
pub fn arguments(file: &mut syn::File, _: &Context<'_>) -> Result<()> {
    let Some(builders) = module(file, "builder") else {
        return Ok(());
    };
    let mut fields: BTreeMap<(String, String), syn::Type> = BTreeMap::new();
    for item in builders.iter_mut() {
        let syn::Item::Struct(builder) = item else {
            continue;
        };
        for field in &mut builder.fields {
            let is_result = last(&field.ty).is_some_and(|segment| segment.ident == "Result");
            if let (true, Some(ident), Some(ty)) = (is_result, &field.ident, argument(&field.ty)) {
                field.ty = given(&ty);
                fields.insert((builder.ident.to_string(), ident.to_string()), ty);
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
            } else if let Some(ty) = fields.get(&(name.clone(), method.sig.ident.to_string())) {
                let field = method.sig.ident.clone();
                Conversion::of(ty).edit(method, &field);
            }
        }
    }
    Ok(())
}

/// `Err("x was not initialized")` is the runtime's error.
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
