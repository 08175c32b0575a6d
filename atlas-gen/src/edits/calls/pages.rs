//! Adds streams of pages and of entries to the builders of list operations.
//!
//! A list operation is a GET whose query has `pageNum` and `itemsPerPage`, and whose response has a
//! list `results`. Its response type implements the runtime's `Page`; the runtime decides when a
//! list ends. `totalCount` and `links` are optional; those of other types are not used. Writes
//! that have these parameters get no stream, because each page would execute them again.
//!
//! Document:
//! ```yaml
//! paths:
//!   /jobs:
//!     get:
//!       operationId: listJobs
//!       parameters:
//!       - {name: itemsPerPage, in: query, schema: {type: integer}}
//!       - {name: pageNum, in: query, schema: {type: integer}}
//!       responses:
//!         "200": {description: OK, content: {application/vnd.atlas.2024-05-30+json: {schema: {$ref: '#/components/schemas/Jobs'}}}}
//! components:
//!   schemas:
//!     ApiError: {type: object, properties: {detail: {type: string}}}
//!     Jobs:
//!       type: object
//!       required: [results]
//!       properties:
//!         links: {type: array, items: {$ref: '#/components/schemas/Link'}}
//!         results: {type: array, items: {type: string}}
//!         totalCount: {type: integer}
//!     Link:
//!       type: object
//!       properties:
//!         href: {type: string}
//!         rel: {type: string}
//! ```
//!
//! Before:
//! ```rust
//! pub mod types {
//!     pub struct Jobs {
//!         pub links: ::std::option::Option<::std::vec::Vec<Link>>,
//!         pub results: ::std::vec::Vec<::std::string::String>,
//!         #[serde(rename = "totalCount")]
//!         pub total_count: ::std::option::Option<i64>,
//!     }
//!     pub struct Link {
//!         pub href: ::std::option::Option<::std::string::String>,
//!         pub rel: ::std::option::Option<::std::string::String>,
//!     }
//! }
//! pub mod builder {
//!     impl<'a> ListJobs<'a> {
//!         pub fn send(self) -> ::atlas_client::ResponseFuture<types::Jobs> {
//!             let mut call = ::atlas_client::runtime::Call::new(self.client, &OPERATION);
//!             call.param(::atlas_client::runtime::Place::Query, "pageNum", self.page_num, ::atlas_client::runtime::Style::FormExploded);
//!             call.send()
//!         }
//!     }
//! }
//! ```
//!
//! After:
//! ```rust
//! pub mod types {
//!     pub struct Jobs {
//!         pub links: ::std::option::Option<::std::vec::Vec<Link>>,
//!         pub results: ::std::vec::Vec<::std::string::String>,
//!         #[serde(rename = "totalCount")]
//!         pub total_count: ::std::option::Option<i64>,
//!     }
//!     pub struct Link {
//!         pub href: ::std::option::Option<::std::string::String>,
//!         pub rel: ::std::option::Option<::std::string::String>,
//!     }
//!     impl ::atlas_client::runtime::Page for Jobs {
//!         type Item = ::std::string::String;
//!         fn results(&self) -> &[Self::Item] {
//!             &self.results
//!         }
//!         fn into_results(self) -> ::std::vec::Vec<Self::Item> {
//!             self.results
//!         }
//!         fn total_count(&self) -> ::std::option::Option<u64> {
//!             self.total_count.and_then(|count| count.try_into().ok())
//!         }
//!         fn links(
//!             &self,
//!         ) -> ::std::vec::Vec<(::std::option::Option<&str>, ::std::option::Option<&str>)> {
//!             let links = self.links.iter().flatten();
//!             links.map(|link| (link.rel.as_deref(), link.href.as_deref())).collect()
//!         }
//!     }
//! }
//! pub mod builder {
//!     impl<'a> ListJobs<'a> {
//!         pub fn send(self) -> ::atlas_client::ResponseFuture<types::Jobs> {
//!             self.call().send()
//!         }
//!         /// Returns the pages of the list as a stream, from `page_num` on. Each page is a call; see
//!         /// [`Pages`](atlas_client::Pages) for when the stream ends.
//!         pub fn pages(self) -> ::atlas_client::Pages<types::Jobs> {
//!             self.call().pages()
//!         }
//!         /// Returns the entries of all [`pages`](Self::pages) as a stream; `items().try_collect()`
//!         /// returns all of them.
//!         pub fn items(self) -> ::atlas_client::Items<types::Jobs> {
//!             self.pages().items()
//!         }
//!         fn call(self) -> ::atlas_client::runtime::Call {
//!             let mut call = ::atlas_client::runtime::Call::new(self.client, &OPERATION);
//!             call.param(::atlas_client::runtime::Place::Query, "pageNum", self.page_num, ::atlas_client::runtime::Style::FormExploded);
//!             call
//!         }
//!     }
//! }
//! ```

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::edits::Context;
use crate::edits::syntax::{argument_of, last, module, owner, wire_name};
use crate::error::Result;
use crate::model::{Location, Operation, Success};
use crate::schema::{self, Kind};

/// The parameters of a list operation: the number of the page, from 1, and its maximum length.
const PARAMETERS: [&str; 2] = ["pageNum", "itemsPerPage"];

/// Adds `pages` and `items` to the builders of list operations.
///
/// # Errors
/// None.
pub fn pages(file: &mut syn::File, cx: &Context<'_>) -> Result<()> {
    let lists: BTreeMap<&str, &str> = cx
        .operations
        .iter()
        .filter_map(|operation| Some((operation.type_name.as_str(), page(operation, cx)?)))
        .collect();
    let mut written = BTreeMap::new();
    if let Some(types) = module(file, "types") {
        for name in lists.values() {
            if !written.contains_key(name) {
                let page = implemented(types, name, cx);
                written.insert(*name, page.is_some());
                types.extend(page);
            }
        }
    }
    for item in module(file, "builder").into_iter().flatten() {
        let name = owner(item).unwrap_or_default();
        let is_list = lists.get(name.as_str()).and_then(|page| written.get(page));
        if let syn::Item::Impl(block) = item
            && is_list == Some(&true)
        {
            add(block);
        }
    }
    Ok(())
}

/// Returns the type of the pages of a list operation; `None` for other operations.
pub fn page<'a>(operation: &'a Operation, cx: &Context<'_>) -> Option<&'a str> {
    let is_number = |name: &&str| {
        operation.parameters.iter().any(|parameter| {
            parameter.name == **name
                && parameter.location == Location::Query
                && is(&parameter.schema, Kind::Integer, cx)
        })
    };
    let Success::Json(schema) = &operation.success else {
        return None;
    };
    let is_list = operation.place.method == "get"
        && !operation.answers.body_can_be_absent
        && PARAMETERS.iter().all(is_number);
    match schema::kind(schema) {
        Kind::Reference(name) if is_list => {
            let results = members(name, cx)?.get("results")?;
            let results = cx.document.deref(results).unwrap_or(results);
            matches!(schema::kind(results), Kind::Array(_)).then_some(name)
        }
        _ => None,
    }
}

fn is(schema: &Value, kind: Kind<'_>, cx: &Context<'_>) -> bool {
    schema::kind(cx.document.deref(schema).unwrap_or(schema)) == kind
}

/// Returns the members of the component `name`, if it is an object.
fn members<'a>(name: &str, cx: &Context<'a>) -> Option<&'a Map<String, Value>> {
    match schema::kind(cx.document.schema(name)?) {
        Kind::Object(members) => Some(members),
        _ => None,
    }
}

/// Returns the name and the type of the field for a member of the struct `name`.
fn field(types: &[syn::Item], name: &str, member: &str) -> Option<(syn::Ident, syn::Type)> {
    let fields = types.iter().find_map(|item| match item {
        syn::Item::Struct(item) if item.ident == name => Some(&item.fields),
        _ => None,
    });
    fields?.iter().find_map(|field| {
        let ident = field.ident.as_ref()?;
        (wire_name(&field.attrs, ident) == member).then(|| (ident.clone(), field.ty.clone()))
    })
}

/// Returns the type without `Option`, and whether it had one.
fn optional(ty: syn::Type) -> (syn::Type, bool) {
    match argument_of(&ty, "Option") {
        Some(inner) => (inner, true),
        None => (ty, false),
    }
}

/// Implements the runtime's `Page` for the struct `name`.
fn implemented(types: &[syn::Item], name: &str, cx: &Context<'_>) -> Option<syn::Item> {
    let (results, ty) = field(types, name, "results")?;
    let (ty, is_optional) = optional(ty);
    let item = argument_of(&ty, "Vec")?;
    let borrowed: syn::Expr = match is_optional {
        true => syn::parse_quote!(self.#results.as_deref().unwrap_or_default()),
        false => syn::parse_quote!(&self.#results),
    };
    let owned = is_optional.then(|| quote::quote!(.unwrap_or_default()));
    let name = quote::format_ident!("{name}");
    let mut page: syn::ItemImpl = syn::parse_quote! {
        impl ::atlas_client::runtime::Page for #name {
            type Item = #item;
            fn results(&self) -> &[Self::Item] {
                #borrowed
            }
            fn into_results(self) -> ::std::vec::Vec<Self::Item> {
                self.#results #owned
            }
        }
    };
    page.items.extend(total_count(types, &name.to_string(), cx));
    page.items.extend(links(types, &name.to_string(), cx));
    Some(page.into())
}

fn total_count(types: &[syn::Item], name: &str, cx: &Context<'_>) -> Option<syn::ImplItem> {
    if !is(members(name, cx)?.get("totalCount")?, Kind::Integer, cx) {
        return None;
    }
    let (count, ty) = field(types, name, "totalCount")?;
    let converted: syn::Expr = match optional(ty).1 {
        true => syn::parse_quote!(self.#count.and_then(|count| count.try_into().ok())),
        false => syn::parse_quote!(self.#count.try_into().ok()),
    };
    Some(syn::parse_quote! {
        fn total_count(&self) -> ::std::option::Option<u64> {
            #converted
        }
    })
}

fn links(types: &[syn::Item], name: &str, cx: &Context<'_>) -> Option<syn::ImplItem> {
    let list = members(name, cx)?.get("links")?;
    let Kind::Array(link) = schema::kind(cx.document.deref(list).unwrap_or(list)) else {
        return None;
    };
    let Kind::Reference(link) = schema::kind(link) else {
        return None;
    };
    let (links, ty) = field(types, name, "links")?;
    let (ty, is_optional) = optional(ty);
    // Entries that may be null are not read.
    if last(&argument_of(&ty, "Vec")?)?.ident != link {
        return None;
    }
    let flatten = is_optional.then(|| quote::quote!(.flatten()));
    let rel = text(types, link, "rel")?;
    let href = text(types, link, "href")?;
    Some(syn::parse_quote! {
        fn links(&self) -> ::std::vec::Vec<(::std::option::Option<&str>, ::std::option::Option<&str>)> {
            let links = self.#links.iter() #flatten;
            links.map(|link| (#rel, #href)).collect()
        }
    })
}

/// Returns the text of a member of the link `link`, if it is one.
fn text(types: &[syn::Item], link: &str, member: &str) -> Option<syn::Expr> {
    let (field, ty) = field(types, link, member)?;
    let (ty, is_optional) = optional(ty);
    if last(&ty)?.ident != "String" {
        return None;
    }
    Some(match is_optional {
        true => syn::parse_quote!(link.#field.as_deref()),
        false => syn::parse_quote!(Some(link.#field.as_str())),
    })
}

/// Splits `send`, and adds the streams.
fn add(block: &mut syn::ItemImpl) {
    let send = block.items.iter_mut().find_map(|item| match item {
        syn::ImplItem::Fn(method) if method.sig.ident == "send" => Some(method),
        _ => None,
    });
    let Some(send) = send else {
        return;
    };
    let syn::ReturnType::Type(_, future) = &send.sig.output else {
        return;
    };
    let Some(page) = argument_of(future, "ResponseFuture") else {
        return;
    };
    let mut built = std::mem::replace(&mut send.block, syn::parse_quote!({ self.call().send() }));
    // The last statement sends the call.
    built.stmts.pop();
    built
        .stmts
        .push(syn::Stmt::Expr(syn::parse_quote!(call), None));
    block.items.extend::<[syn::ImplItem; 3]>([
        syn::parse_quote! {
            /// Returns the pages of the list as a stream, from `page_num` on. Each page is a call; see
            /// [`Pages`](atlas_client::Pages) for when the stream ends.
            pub fn pages(self) -> ::atlas_client::Pages<#page> {
                self.call().pages()
            }
        },
        syn::parse_quote! {
            /// Returns the entries of all [`pages`](Self::pages) as a stream; `items().try_collect()`
            /// returns all of them.
            pub fn items(self) -> ::atlas_client::Items<#page> {
                self.pages().items()
            }
        },
        syn::parse_quote! {
            fn call(self) -> ::atlas_client::runtime::Call #built
        },
    ]);
}
