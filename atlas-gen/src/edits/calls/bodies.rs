//! Makes request bodies plain values, which may be optional or bytes.
//!
//! progenitor stores a builder of the body, which its `body_map` changes; the value's own builder
//! validates it once, when it is built.
//!
//! Document:
//! ```yaml
//! paths:
//!   /jobs/{jobId}:
//!     put:
//!       operationId: replaceJob
//!       summary: Replace a job
//!       deprecated: true
//!       parameters:
//!       - {name: jobId, in: path, required: true, description: The job., schema: {type: string}}
//!       - {name: tags, in: query, schema: {type: array, items: {type: string}}}
//!       requestBody:
//!         required: false
//!         content: {application/vnd.atlas.2024-05-30+json: {schema: {$ref: '#/components/schemas/Job'}}}
//!       responses:
//!         "200": {description: OK, content: {application/vnd.atlas.2024-05-30+json: {schema: {$ref: '#/components/schemas/Job'}}}}
//! components:
//!   schemas:
//!     ApiError: {type: object, properties: {detail: {type: string}}}
//!     Job:
//!       description: A job.
//!       type: object
//!       required: [name]
//!       properties:
//!         name: {type: string, minLength: 1, description: The name.}
//! ```
//!
//! Before:
//! ```rust
//! pub mod builder {
//!     #[derive(Debug, Clone)]
//!     pub struct ReplaceJob<'a> {
//!         client: &'a super::Client,
//!         body: Result<types::builder::Job, String>,
//!     }
//!     impl<'a> ReplaceJob<'a> {
//!         pub fn new(client: &'a super::Client) -> Self {
//!             Self {
//!                 client: client,
//!                 body: Ok(::std::default::Default::default()),
//!             }
//!         }
//!         pub fn body<V>(mut self, value: V) -> Self
//!         where
//!             V: std::convert::TryInto<types::Job>,
//!             <V as std::convert::TryInto<types::Job>>::Error: std::fmt::Display,
//!         {
//!             self.body = value
//!                 .try_into()
//!                 .map(From::from)
//!                 .map_err(|s| format!("conversion to `Job` for body failed: {}", s));
//!             self
//!         }
//!         pub fn body_map<F>(mut self, f: F) -> Self
//!         where
//!             F: std::ops::FnOnce(types::builder::Job) -> types::builder::Job,
//!         {
//!             self.body = self.body.map(f);
//!             self
//!         }
//!     }
//! }
//! ```
//!
//! After:
//! ```rust
//! pub mod builder {
//!     #[derive(Clone, Debug)]
//!     pub struct ReplaceJob<'a> {
//!         client: &'a super::Client,
//!         body: Result<::std::option::Option<types::Job>, String>,
//!     }
//!     impl<'a> ReplaceJob<'a> {
//!         pub fn new(client: &'a super::Client) -> Self {
//!             Self {
//!                 client: client,
//!                 body: Ok(None),
//!             }
//!         }
//!         pub fn body<V>(mut self, value: V) -> Self
//!         where
//!             V: std::convert::TryInto<types::Job>,
//!             <V as std::convert::TryInto<types::Job>>::Error: std::fmt::Display,
//!         {
//!             self.body = value
//!                 .try_into()
//!                 .map(From::from)
//!                 .map_err(|s| format!("conversion to `Job` for body failed: {}", s));
//!             self
//!         }
//!     }
//! }
//! ```

use syn::visit_mut::VisitMut;

use crate::edits::syntax::{argument, module, owner};
use crate::edits::{Context, Name};
use crate::error::Result;

/// Edits the bodies of operations.
///
/// # Errors
/// None.
pub fn bodies(file: &mut syn::File, cx: &Context<'_>) -> Result<()> {
    let Some(builders) = module(file, "builder") else {
        return Ok(());
    };
    for item in builders {
        let name = owner(item).unwrap_or_default();
        let operation = cx.operations.iter().find(|o| o.type_name == name);
        let Some(body) = operation.and_then(|operation| operation.body.as_ref()) else {
            continue;
        };
        match item {
            syn::Item::Struct(builder) => {
                // progenitor does not derive `Clone` if a body is a stream.
                crate::edits::syntax::derive(&mut builder.attrs, "Clone, Debug");
                for field in &mut builder.fields {
                    if field.ident.as_ref().is_some_and(|ident| ident == "body") {
                        Built.visit_type_mut(&mut field.ty);
                        let mut ty = argument(&field.ty).unwrap_or(field.ty.clone());
                        if body.schema.is_none() {
                            ty = syn::parse_quote!(::std::vec::Vec<u8>);
                        }
                        if !body.required {
                            ty = syn::parse_quote!(::std::option::Option<#ty>);
                        }
                        field.ty = syn::parse_quote!(Result<#ty, String>);
                    }
                }
            }
            syn::Item::Impl(block) => {
                block.items.retain(|item| {
                    !matches!(item, syn::ImplItem::Fn(method) if method.sig.ident == "body_map")
                });
                Start {
                    required: body.required,
                }
                .visit_item_impl_mut(block);
            }
            _ => {}
        }
    }
    Ok(())
}

/// Returns whether `name` changes a body's builder inside a call.
pub fn removes(name: &Name<'_>, _: &Context<'_>) -> bool {
    name.module == "builder" && name.member == Some("body_map")
}

/// Replaces `types::builder::X` by `types::X`.
struct Built;

impl VisitMut for Built {
    fn visit_path_mut(&mut self, path: &mut syn::Path) {
        syn::visit_mut::visit_path_mut(self, path);
        let names = path.segments.iter().map(|segment| &segment.ident);
        if path.segments.len() == 3
            && names.take(2).eq(["types", "builder"])
            && let Some(last) = path.segments.last().cloned()
        {
            *path = syn::parse_quote!(types::#last);
        }
    }
}

/// The initial value of a body.
struct Start {
    required: bool,
}

impl VisitMut for Start {
    fn visit_field_value_mut(&mut self, field: &mut syn::FieldValue) {
        if matches!(&field.member, syn::Member::Named(name) if name == "body") {
            field.expr = if self.required {
                syn::parse_quote!(Err("body was not initialized".to_string()))
            } else {
                syn::parse_quote!(Ok(None))
            };
        }
    }
}
