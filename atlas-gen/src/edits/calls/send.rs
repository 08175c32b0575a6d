//! Makes `send` delegate to the runtime, with the facts it needs about the operation.
//!
//! progenitor builds the request and matches on its status in each `send`. Here the runtime does
//! both, and `options` overrides the client's options for one call.
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
//!         client: &'a ::atlas_client::Client,
//!         job_id: ::std::result::Result<::std::string::String, ::atlas_client::BuildError>,
//!         body: ::std::result::Result<Option<types::Job>, ::atlas_client::BuildError>,
//!     }
//!     impl<'a> ReplaceJob<'a> {
//!         pub fn new(client: &'a ::atlas_client::Client) -> Self {
//!             Self {
//!                 client: client,
//!                 job_id: Err(::atlas_client::BuildError::missing()),
//!                 body: Ok(None),
//!             }
//!         }
//!         ///Sends a `PUT` request to `/jobs/{jobId}`
//!         pub async fn send(self) -> Result<ResponseValue<types::Job>, Error<()>> {
//!             let Self { client, job_id, body } = self;
//!             let job_id = job_id.map_err(Error::InvalidRequest)?;
//!             let url = format!("{}/jobs/{}", client.baseurl, encode_path(&job_id.to_string()));
//!             let response = client.exec(request, &info).await?;
//!             match response.status().as_u16() {
//!                 200..=299 => ResponseValue::from_response(response).await,
//!                 _ => Err(Error::UnexpectedResponse(response)),
//!             }
//!         }
//!     }
//! }
//! ```
//!
//! After:
//! ```rust
//! pub mod builder {
//!     #[derive(Debug, Clone)]
//!     #[must_use = "a call is made by `send`"]
//!     pub struct ReplaceJob<'a> {
//!         client: &'a ::atlas_client::Client,
//!         job_id: ::std::result::Result<::std::string::String, ::atlas_client::BuildError>,
//!         body: ::std::result::Result<Option<types::Job>, ::atlas_client::BuildError>,
//!         options: ::atlas_client::CallOptions,
//!     }
//!     impl<'a> ReplaceJob<'a> {
//!         pub fn new(client: &'a ::atlas_client::Client) -> Self {
//!             Self {
//!                 client,
//!                 job_id: Err(::atlas_client::BuildError::missing()),
//!                 body: Ok(None),
//!                 options: ::atlas_client::CallOptions::default(),
//!             }
//!         }
//!         ///Sends a `PUT` request to `/jobs/{jobId}`
//!         pub fn send(self) -> ::atlas_client::ResponseFuture<types::Job> {
//!             static OPERATION: ::atlas_client::operation::Operation = ::atlas_client::operation::Operation::new(
//!                     "replaceJob",
//!                     ::atlas_client::operation::Method::PUT,
//!                     "/jobs/{jobId}",
//!                     "application/vnd.atlas.2024-05-30+json",
//!                 )
//!                 .content_type("application/vnd.atlas.2024-05-30+json");
//!             let mut call = ::atlas_client::runtime::Call::new(self.client, &OPERATION);
//!             call.set_options(self.options);
//!             call.param(
//!                 ::atlas_client::runtime::Place::Path,
//!                 "jobId",
//!                 self.job_id,
//!                 ::atlas_client::runtime::Style::Simple,
//!             );
//!             call.param(
//!                 ::atlas_client::runtime::Place::Query,
//!                 "tags",
//!                 self.tags,
//!                 ::atlas_client::runtime::Style::FormExploded,
//!             );
//!             call.json_body(self.body);
//!             call.send()
//!         }
//!         /// Sets the options of this call. An option that is not set has the value of the client.
//!         pub fn options(mut self, options: ::atlas_client::CallOptions) -> Self {
//!             self.options = options;
//!             self
//!         }
//!     }
//! }
//! ```

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use crate::edits::Context;
use crate::edits::syntax::{argument, module, owner};
use crate::error::{Error, Result};
use crate::model::{Location, Operation, Parameter, Style, Success};

/// Replaces the body of `send`, and adds `options`.
///
/// # Errors
/// A builder without an operation.
pub fn send(file: &mut syn::File, cx: &Context<'_>) -> Result<()> {
    let Some(builders) = module(file, "builder") else {
        return Ok(());
    };
    for item in builders {
        let name = owner(item).unwrap_or_default();
        let operation = cx.operations.iter().find(|o| o.type_name == name);
        let operation = operation.ok_or_else(|| {
            Error::new(format!(
                "progenitor wrote a builder `{name}` that no operation asks for"
            ))
        })?;
        match item {
            syn::Item::Struct(builder) => {
                builder
                    .attrs
                    .push(syn::parse_quote!(#[must_use = "a call is made by `send`"]));
                if let syn::Fields::Named(fields) = &mut builder.fields {
                    fields
                        .named
                        .push(syn::parse_quote!(options: ::atlas_client::CallOptions));
                }
            }
            syn::Item::Impl(block) => {
                for method in &mut block.items {
                    let syn::ImplItem::Fn(method) = method else {
                        continue;
                    };
                    if method.sig.ident == "new" {
                        starts_with_options(method);
                    } else if method.sig.ident == "send" {
                        edit(method, operation);
                    }
                }
                block.items.push(syn::parse_quote! {
                    /// Sets the options of this call. An option that is not set has the value of the client.
                    pub fn options(mut self, options: ::atlas_client::CallOptions) -> Self {
                        self.options = options;
                        self
                    }
                });
            }
            _ => {}
        }
    }
    Ok(())
}

fn starts_with_options(method: &mut syn::ImplItemFn) {
    if let Some(syn::Stmt::Expr(syn::Expr::Struct(built), _)) = method.block.stmts.first_mut() {
        for field in &mut built.fields {
            if matches!(&field.member, syn::Member::Named(name) if name == "client") {
                *field = syn::parse_quote!(client);
            }
        }
        built.fields.push(syn::parse_quote!(
            options: ::atlas_client::CallOptions::default()
        ));
    }
}

fn edit(method: &mut syn::ImplItemFn, operation: &Operation) {
    // `Result<ResponseValue<T>, Error<()>>`
    let value = match &method.sig.output {
        syn::ReturnType::Type(_, ty) => argument(ty).and_then(|ty| argument(&ty)),
        syn::ReturnType::Default => None,
    };
    let value = value.unwrap_or_else(|| syn::parse_quote!(()));
    let absent = operation.answers.body_can_be_absent;
    let (call, value): (_, syn::Type) = match &operation.success {
        Success::Json(_) if absent => (
            quote!(send),
            syn::parse_quote!(::std::option::Option<#value>),
        ),
        Success::Json(_) => (quote!(send), value),
        Success::Stream => (
            quote!(send_stream),
            syn::parse_quote!(::atlas_client::ByteStream),
        ),
        Success::Empty => (quote!(send_empty), syn::parse_quote!(())),
    };
    let described = described(operation);
    let parameters = operation.parameters.iter().map(|parameter| {
        let name = &parameter.name;
        let field = format_ident!("{}", parameter.rust_name);
        let (place, style) = (place(parameter), style(parameter));
        quote!(call.param(#place, #name, self.#field, #style);)
    });
    let body = operation.body.as_ref().map(|body| match body.schema {
        Some(_) => quote!(call.json_body(self.body);),
        None if body.required => quote!(call.bytes_body(self.body.map(Some));),
        None => quote!(call.bytes_body(self.body);),
    });
    method.sig.asyncness = None;
    method.sig.output = syn::parse_quote!(-> ::atlas_client::ResponseFuture<#value>);
    method.block = syn::parse_quote!({
        #described
        let mut call = ::atlas_client::runtime::Call::new(self.client, &OPERATION);
        call.set_options(self.options);
        #(#parameters)*
        #body
        call.#call()
    });
}

/// Returns the runtime's name of the place of `parameter`.
pub fn place(parameter: &Parameter) -> TokenStream {
    let place = match parameter.location {
        Location::Path => quote!(Path),
        Location::Query => quote!(Query),
        Location::Header => quote!(Header),
        Location::Cookie => quote!(Cookie),
    };
    quote!(::atlas_client::runtime::Place::#place)
}

/// Returns the runtime's name of the style of `parameter`.
pub fn style(parameter: &Parameter) -> TokenStream {
    let style = match (parameter.style, parameter.explode) {
        (Style::Form, true) => quote!(FormExploded),
        (Style::Form, false) => quote!(Form),
        // Exploded, these are serialized like `form` (OpenAPI 3.0.3, Style Values).
        (Style::SpaceDelimited, true) | (Style::PipeDelimited, true) => quote!(FormExploded),
        (Style::SpaceDelimited, false) => quote!(SpaceDelimited),
        (Style::PipeDelimited, false) => quote!(PipeDelimited),
        (Style::DeepObject, _) => quote!(DeepObject),
        (Style::Simple, true) => quote!(SimpleExploded),
        (Style::Simple, false) => quote!(Simple),
        (Style::Label, true) => quote!(LabelExploded),
        (Style::Label, false) => quote!(Label),
        (Style::Matrix, true) => quote!(MatrixExploded),
        (Style::Matrix, false) => quote!(Matrix),
    };
    quote!(::atlas_client::runtime::Style::#style)
}

/// Returns the facts that the runtime needs about an operation.
fn described(operation: &Operation) -> TokenStream {
    let id = &operation.id;
    let method = format_ident!("{}", operation.place.method.to_uppercase());
    let path = &operation.place.path;
    let accept = &operation.version.accept;
    let content_type = operation
        .version
        .content_type
        .as_ref()
        .map(|content_type| quote!(.content_type(#content_type)));
    quote! {
        static OPERATION: ::atlas_client::operation::Operation =
            ::atlas_client::operation::Operation::new(
                #id,
                ::atlas_client::operation::Method::#method,
                #path,
                #accept,
            )
            #content_type;
    }
}
