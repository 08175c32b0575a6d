//! Makes progenitor's expectations for httpmock those of Atlas's requests and responses.
//!
//! progenitor matches a path by a regular expression with unescaped values, and responds with plain
//! JSON. Here arguments match as the client serializes them, and a success has the operation's
//! dated media type.
//!
//! Document:
//! ```yaml
//! paths:
//!   /jobs/{jobId}:
//!     put:
//!       operationId: replaceJob
//!       parameters:
//!       - {name: jobId, in: path, required: true, schema: {type: string}}
//!       - {name: isDraft, in: query, schema: {type: boolean}}
//!       requestBody:
//!         required: true
//!         content: {application/vnd.atlas.2024-05-30+json: {schema: {$ref: '#/components/schemas/Job'}}}
//!       responses:
//!         "200": {description: OK, content: {application/vnd.atlas.2024-05-30+json: {schema: {type: array, items: {$ref: '#/components/schemas/Job'}}}}}
//! components:
//!   schemas:
//!     ApiError: {type: object, properties: {detail: {type: string}}}
//!     Job: {type: object, properties: {name: {type: string}}}
//! ```
//!
//! Before:
//! ```rust
//! pub mod expectations {
//!     pub mod operations {
//!         //! [`When`](::httpmock::When) and [`Then`](::httpmock::Then) wrappers for each operation.
//!         use crate::*;
//!         pub struct ReplaceJobWhen(::httpmock::When);
//!         impl ReplaceJobWhen {
//!             pub fn new(inner: ::httpmock::When) -> Self {
//!                 Self(
//!                     inner
//!                         .method(::httpmock::Method::PUT)
//!                         .path_matches(regex::Regex::new("^/jobs/[^/]*$").unwrap()),
//!                 )
//!             }
//!             pub fn job_id(self, value: &str) -> Self {
//!                 let re = regex::Regex::new(&format!("^/jobs/{}$", value.to_string())).unwrap();
//!                 Self(self.0.path_matches(re))
//!             }
//!             pub fn is_draft<T>(self, value: T) -> Self
//!             where
//!                 T: Into<Option<bool>>,
//!             {
//!                 if let Some(value) = value.into() {
//!                     Self(self.0.query_param("is_draft", value.to_string()))
//!                 } else {
//!                     Self(self.0.query_param_missing("is_draft"))
//!                 }
//!             }
//!             pub fn body(self, value: &types::Job) -> Self {
//!                 Self(self.0.json_body_obj(value))
//!             }
//!         }
//!         pub struct ReplaceJobThen(::httpmock::Then);
//!         impl ReplaceJobThen {
//!             pub fn ok(self, value: &::std::vec::Vec<types::Job>) -> Self {
//!                 Self(
//!                     self.0
//!                         .status(200u16)
//!                         .header("content-type", "application/json")
//!                         .json_body_obj(value),
//!                 )
//!             }
//!             pub fn not_found(self, value: &::atlas_client::ApiError) -> Self {
//!                 Self(
//!                     self.0
//!                         .status(404u16)
//!                         .header("content-type", "application/json")
//!                         .json_body_obj(value),
//!                 )
//!             }
//!         }
//!     }
//!     pub trait MockServerExt {
//!         fn replace_job<F>(&self, config_fn: F) -> ::httpmock::Mock<'_>
//!         where
//!             F: FnOnce(operations::ReplaceJobWhen, operations::ReplaceJobThen);
//!     }
//! }
//! ```
//!
//! After:
//! ```rust
//! pub mod expectations {
//!     /// Expected requests and responses, one pair for each operation. `into_inner` returns the underlying type of httpmock, for anything that has no method here.
//!     pub mod operations {
//!         /// The expected request of `replaceJob`.
//!         pub struct ReplaceJobWhen(::atlas_client::mock::httpmock::When);
//!         impl ReplaceJobWhen {
//!             /// Expects the method and the path of the operation.
//!             pub fn new(inner: ::atlas_client::mock::httpmock::When) -> Self {
//!                 Self(
//!                     inner
//!                         .method(::atlas_client::mock::httpmock::Method::PUT)
//!                         .path_matches(
//!                             ::atlas_client::runtime::expect::path("/jobs/{jobId}"),
//!                         ),
//!                 )
//!             }
//!             /// Expects this `jobId`; by default any.
//!             pub fn job_id(self, value: &str) -> Self {
//!                 Self(
//!                     ::atlas_client::runtime::expect::param(
//!                         self.0,
//!                         "/jobs/{jobId}",
//!                         ::atlas_client::runtime::Place::Path,
//!                         "jobId",
//!                         Some(value),
//!                         ::atlas_client::runtime::Style::Simple,
//!                     ),
//!                 )
//!             }
//!             /// Expects this `isDraft`; `None` expects that it is not sent. By default any value matches, and none.
//!             pub fn is_draft<T>(self, value: T) -> Self
//!             where
//!                 T: Into<Option<bool>>,
//!             {
//!                 Self(
//!                     ::atlas_client::runtime::expect::param(
//!                         self.0,
//!                         "/jobs/{jobId}",
//!                         ::atlas_client::runtime::Place::Query,
//!                         "isDraft",
//!                         value.into(),
//!                         ::atlas_client::runtime::Style::FormExploded,
//!                     ),
//!                 )
//!             }
//!             /// Expects this request body; by default any.
//!             pub fn body(self, value: &types::Job) -> Self {
//!                 Self(self.0.json_body_obj(value))
//!             }
//!             /// Expects the dated media type of the operation in `Accept`.
//!             pub fn accept(self) -> Self {
//!                 Self(self.0.header("accept", "application/vnd.atlas.2024-05-30+json"))
//!             }
//!         }
//!         /// The response of a mock of `replaceJob`.
//!         pub struct ReplaceJobThen(::atlas_client::mock::httpmock::Then);
//!         impl ReplaceJobThen {
//!             /// Responds with 200 and a body.
//!             pub fn ok(self, value: &[types::Job]) -> Self {
//!                 Self(
//!                     self
//!                         .0
//!                         .status(200u16)
//!                         .header("content-type", "application/vnd.atlas.2024-05-30+json")
//!                         .json_body_obj(&value),
//!                 )
//!             }
//!             /// Responds with 404 and a body.
//!             pub fn not_found(self, value: &::atlas_client::ApiError) -> Self {
//!                 Self(
//!                     self
//!                         .0
//!                         .status(404u16)
//!                         .header("content-type", "application/json")
//!                         .json_body_obj(value),
//!                 )
//!             }
//!         }
//!     }
//!     /// Adds a mock of each operation to a server of httpmock.
//!     pub trait MockServerExt {
//!         /// Mocks `PUT /jobs/{jobId}`: a request that matches receives the response.
//!         fn replace_job<F>(
//!             &self,
//!             config_fn: F,
//!         ) -> ::atlas_client::mock::httpmock::Mock<'_>
//!         where
//!             F: FnOnce(operations::ReplaceJobWhen, operations::ReplaceJobThen);
//!     }
//! }
//! ```

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::visit_mut::VisitMut;

use crate::docs::{attributes, operations as words, prose::code};
use crate::edits::Context;
use crate::edits::syntax::{argument_of, items_of, last, module, owner, rename_paths};
use crate::error::Result;
use crate::model::{Operation, Parameter};
use crate::plain::is_object;

/// The method that expects the dated media type in `Accept`.
const ACCEPT: &str = "accept";

/// Edits the module `expectations`.
///
/// # Errors
/// None.
pub fn expectations(file: &mut syn::File, cx: &Context<'_>) -> Result<()> {
    if module(file, "expectations").is_none() {
        return Ok(());
    }
    // The client re-exports httpmock, so that its version is that of the mock server.
    rename_paths(file, |path| {
        let is_httpmock = path.segments.first()?.ident == "httpmock";
        let rest = path.segments.iter().skip(1);
        is_httpmock.then(|| syn::parse_quote!(::atlas_client::mock::httpmock #(::#rest)*))
    });
    for item in module(file, "expectations").into_iter().flatten() {
        match item {
            syn::Item::Mod(inner) => {
                inner.attrs = attributes(&[
                    "Expected requests and responses, one pair for each operation. `into_inner` returns \
                     the underlying type of httpmock, for anything that has no method here.",
                ]);
            }
            syn::Item::Trait(item) => {
                item.attrs =
                    attributes(&["Adds a mock of each operation to a server of httpmock."]);
                for item in &mut item.items {
                    if let syn::TraitItem::Fn(method) = item {
                        let operation = cx.operations.iter();
                        let mut operation = operation.filter(|o| method.sig.ident == o.method_name);
                        method.attrs = operation.next().map_or_else(Vec::new, mocked);
                    }
                }
            }
            _ => {}
        }
    }
    let items = module(file, "expectations").and_then(|items| items_of(items, "operations"));
    let Some(items) = items else {
        return Ok(());
    };
    items.retain(|item| !matches!(item, syn::Item::Use(_)));
    for item in items {
        let name = owner(item).unwrap_or_default();
        let operation = |suffix: &str| {
            let name = name.strip_suffix(suffix)?;
            cx.operations.iter().find(|o| o.type_name == name)
        };
        if let Some(operation) = operation("When") {
            when(item, operation, cx);
        } else if let Some(operation) = operation("Then") {
            then(item, operation);
        }
    }
    Ok(())
}

fn mocked(operation: &Operation) -> Vec<syn::Attribute> {
    let line = words::request_line(operation);
    attributes(&[format!(
        "Mocks `{line}`: a request that matches receives the response."
    )])
}

/// Returns the words for the expectation of a parameter.
fn expected(parameter: &Parameter) -> String {
    let name = code(&parameter.name);
    match parameter.required {
        true => format!("Expects this {name}; by default any."),
        false => format!(
            "Expects this {name}; `None` expects that it is not sent. By default any value matches, \
             and none."
        ),
    }
}

/// Edits the expected requests of an operation.
fn when(item: &mut syn::Item, operation: &Operation, cx: &Context<'_>) {
    let id = &operation.id;
    let block = match item {
        syn::Item::Struct(item) => {
            item.attrs = attributes(&[format!("The expected request of `{id}`.")]);
            return;
        }
        syn::Item::Impl(block) => block,
        _ => return,
    };
    for method in methods(block) {
        let name = method.sig.ident.to_string();
        let parameters = operation.parameters.iter();
        let parameter = parameters.into_iter().find(|p| p.rust_name == name);
        if let Some(parameter) = parameter {
            if is_object(cx.document, &parameter.schema) {
                // The plain document declares a list of one object.
                replace_types(method, &|ty| argument_of(ty, "Vec"));
            }
            method.attrs = attributes(&[expected(parameter)]);
            method.block = argument_block(method, operation, parameter);
        } else if name == "new" {
            let verb = format_ident!("{}", operation.place.method.to_uppercase());
            let path = &operation.place.path;
            method.attrs = attributes(&["Expects the method and the path of the operation."]);
            method.block = syn::parse_quote!({
                Self(
                    inner
                        .method(::atlas_client::mock::httpmock::Method::#verb)
                        .path_matches(::atlas_client::runtime::expect::path(#path)),
                )
            });
        } else if name == "into_inner" {
            method.attrs = attributes(&["Returns the underlying `When` of httpmock."]);
        } else if name == "body" {
            method.attrs = attributes(&["Expects this request body; by default any."]);
            if operation.body.as_ref().is_some_and(|b| b.schema.is_none()) {
                replace_types(method, &|_| {
                    Some(syn::parse_quote!(
                        impl ::std::convert::Into<::std::string::String>
                    ))
                });
                rename_call(method, "json_body", "body");
            }
        }
        borrow_slices(method);
    }
    let accept = &operation.version.accept;
    let name = format_ident!("{ACCEPT}");
    block.items.push(syn::parse_quote! {
        /// Expects the dated media type of the operation in `Accept`.
        pub fn #name(self) -> Self {
            Self(self.0.header("accept", #accept))
        }
    });
}

/// Returns the body of a setter: the argument is expected as the client serializes it.
fn argument_block(
    method: &syn::ImplItemFn,
    operation: &Operation,
    parameter: &Parameter,
) -> syn::Block {
    let (place, style) = (super::send::place(parameter), super::send::style(parameter));
    let (path, name) = (&operation.place.path, &parameter.name);
    // An optional argument is `impl Into<Option<T>>`: `None` expects that it is not sent.
    let value: TokenStream = match method.sig.generics.where_clause {
        Some(_) => quote!(value.into()),
        None => quote!(Some(value)),
    };
    syn::parse_quote!({
        Self(::atlas_client::runtime::expect::param(self.0, #path, #place, #name, #value, #style))
    })
}

/// Edits the responses of an operation.
fn then(item: &mut syn::Item, operation: &Operation) {
    let id = &operation.id;
    let block = match item {
        syn::Item::Struct(item) => {
            item.attrs = attributes(&[format!("The response of a mock of `{id}`.")]);
            return;
        }
        syn::Item::Impl(block) => block,
        _ => return,
    };
    for method in methods(block) {
        let mut literals = Literals::default();
        literals.visit_impl_item_fn_mut(method);
        let Some(status) = literals.status else {
            let line = match method.sig.ident == "new" {
                true => "Wraps a response of httpmock.",
                false => "Returns the response of httpmock.",
            };
            method.attrs = attributes(&[line]);
            continue;
        };
        let has_body = method.sig.inputs.len() > 1;
        let body = if has_body { " and a body" } else { "" };
        method.attrs = attributes(&[format!("Responds with {status}{body}.")]);
        if (200..300).contains(&status) {
            literals.media_type = Some(operation.version.accept.clone());
            literals.visit_impl_item_fn_mut(method);
            if argument_type(method).is_some_and(is_json_value) {
                replace_types(method, &|_| {
                    Some(syn::parse_quote!(impl ::std::convert::AsRef<[u8]>))
                });
                rename_call(method, "json_body", "body");
            }
        }
        borrow_slices(method);
    }
}

fn methods(block: &mut syn::ItemImpl) -> impl Iterator<Item = &mut syn::ImplItemFn> {
    block.items.iter_mut().filter_map(|item| match item {
        syn::ImplItem::Fn(method) => Some(method),
        _ => None,
    })
}

/// Reads the status of a response, and replaces its media type.
#[derive(Default)]
struct Literals {
    status: Option<u16>,
    media_type: Option<String>,
}

impl VisitMut for Literals {
    fn visit_lit_int_mut(&mut self, literal: &mut syn::LitInt) {
        self.status = literal.base10_parse().ok();
    }

    fn visit_lit_str_mut(&mut self, literal: &mut syn::LitStr) {
        if let Some(media_type) = &self.media_type
            && literal.value() == "application/json"
        {
            *literal = syn::LitStr::new(media_type, literal.span());
        }
    }
}

fn argument_type(method: &syn::ImplItemFn) -> Option<&syn::Type> {
    match method.sig.inputs.last()? {
        syn::FnArg::Typed(argument) => Some(&*argument.ty),
        syn::FnArg::Receiver(_) => None,
    }
}

fn is_json_value(ty: &syn::Type) -> bool {
    last(ty).is_some_and(|segment| segment.ident == "Value")
}

/// Replaces types in the signature of a method, also inside references and arguments.
fn replace_types(method: &mut syn::ImplItemFn, replace: &dyn Fn(&syn::Type) -> Option<syn::Type>) {
    struct Types<'a>(&'a dyn Fn(&syn::Type) -> Option<syn::Type>);
    impl VisitMut for Types<'_> {
        fn visit_type_mut(&mut self, ty: &mut syn::Type) {
            match (self.0)(ty) {
                Some(other) => *ty = other,
                None => syn::visit_mut::visit_type_mut(self, ty),
            }
        }
    }
    let mut types = Types(replace);
    for input in &mut method.sig.inputs {
        if let syn::FnArg::Typed(argument) = input {
            types.visit_type_mut(&mut argument.ty);
        }
    }
    if let Some(clause) = &mut method.sig.generics.where_clause {
        for predicate in &mut clause.predicates {
            if let syn::WherePredicate::Type(predicate) = predicate {
                for bound in &mut predicate.bounds {
                    types.visit_type_param_bound_mut(bound);
                }
            }
        }
    }
}

/// Replaces `&Vec<T>` by `&[T]`, and borrows values that are not sized or are passed by value.
fn borrow_slices(method: &mut syn::ImplItemFn) {
    let of_list = |ty: &syn::Type| match ty {
        syn::Type::Reference(reference) => {
            let item = argument_of(&reference.elem, "Vec")?;
            let mut reference = reference.clone();
            reference.elem = Box::new(syn::parse_quote!([#item]));
            Some(syn::Type::Reference(reference))
        }
        _ => None,
    };
    let before = method.sig.clone();
    replace_types(method, &of_list);
    let is_reference = argument_type(method).is_none_or(|ty| matches!(ty, syn::Type::Reference(_)));
    if method.sig != before || !is_reference {
        // `json_body_obj` takes a reference to a sized value.
        struct Reborrow;
        impl VisitMut for Reborrow {
            fn visit_expr_method_call_mut(&mut self, call: &mut syn::ExprMethodCall) {
                syn::visit_mut::visit_expr_method_call_mut(self, call);
                if call.method == "json_body_obj" {
                    call.args = syn::parse_quote!(&value);
                }
            }
        }
        Reborrow.visit_block_mut(&mut method.block);
    }
}

/// Calls the method `to` in place of `from`.
fn rename_call(method: &mut syn::ImplItemFn, from: &str, to: &str) {
    struct Rename<'a>(&'a str, &'a str);
    impl VisitMut for Rename<'_> {
        fn visit_expr_method_call_mut(&mut self, call: &mut syn::ExprMethodCall) {
            syn::visit_mut::visit_expr_method_call_mut(self, call);
            if call.method == self.0 {
                call.method = format_ident!("{}", self.1);
            }
        }
    }
    Rename(from, to).visit_block_mut(&mut method.block);
}
