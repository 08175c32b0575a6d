//! Makes the builders of sent types check the document's limits.
//!
//! Document: `Job` is sent, `Report` is only received:
//! ```yaml
//! Job:
//!   type: object
//!   x-atlas-sent: true
//!   required: [name]
//!   properties:
//!     name: {type: string, minLength: 1}
//!     tags: {type: array, items: {type: string}}
//! Report: {type: object, properties: {at: {type: string}}}
//! ```
//!
//! Before:
//! ```rust
//! pub mod types {
//!     impl Job {
//!         pub fn builder() -> builder::Job {
//!             Default::default()
//!         }
//!     }
//!     impl Report {
//!         pub fn builder() -> builder::Report {
//!             Default::default()
//!         }
//!     }
//!     pub mod builder {
//!         #[derive(Clone, Debug)]
//!         pub struct Job {
//!             name: ::std::result::Result<::std::string::String, ::std::string::String>,
//!             tags: ::std::result::Result<
//!                 ::std::option::Option<::std::vec::Vec<::std::string::String>>,
//!                 ::std::string::String,
//!             >,
//!         }
//!         impl ::std::default::Default for Job {
//!             fn default() -> Self {
//!                 Self {
//!                     name: Err("no value supplied for name".to_string()),
//!                     tags: Ok(::std::default::Default::default()),
//!                 }
//!             }
//!         }
//!         impl Job {
//!             pub fn name<T>(mut self, value: T) -> Self
//!             where
//!                 T: ::std::convert::TryInto<::std::string::String>,
//!                 T::Error: ::std::fmt::Display,
//!             {
//!                 self.name = value
//!                     .try_into()
//!                     .map_err(|e| format!("error converting supplied value for name: {e}"));
//!                 self
//!             }
//!             pub fn tags<T>(mut self, value: T) -> Self
//!             where
//!                 T: ::std::convert::TryInto<
//!                     ::std::option::Option<::std::vec::Vec<::std::string::String>>,
//!                 >,
//!                 T::Error: ::std::fmt::Display,
//!             {
//!                 self.tags = value
//!                     .try_into()
//!                     .map_err(|e| format!("error converting supplied value for tags: {e}"));
//!                 self
//!             }
//!         }
//!         impl ::std::convert::TryFrom<Job> for super::Job {
//!             type Error = super::error::ConversionError;
//!             fn try_from(
//!                 value: Job,
//!             ) -> ::std::result::Result<Self, super::error::ConversionError> {
//!                 Ok(Self {
//!                     name: value.name?,
//!                     tags: value.tags?,
//!                 })
//!             }
//!         }
//!         impl ::std::convert::From<super::Job> for Job {
//!             fn from(value: super::Job) -> Self {
//!                 Self {
//!                     name: Ok(value.name),
//!                     tags: Ok(value.tags),
//!                 }
//!             }
//!         }
//!         #[derive(Clone, Debug)]
//!         pub struct Report {
//!             at: ::std::result::Result<::std::option::Option<::std::string::String>, ::std::string::String>,
//!         }
//!     }
//! }
//! ```
//!
//! After:
//! ```rust
//! pub mod types {
//!     impl Job {
//!         pub fn builder() -> builder::Job {
//!             Default::default()
//!         }
//!     }
//!     pub mod builder {
//!         #[derive(Clone, Debug)]
//!         pub struct Job {
//!             name: ::std::result::Result<
//!                 ::std::string::String,
//!                 ::atlas_client::BuildError,
//!             >,
//!             tags: ::std::result::Result<
//!                 ::std::option::Option<::std::vec::Vec<::std::string::String>>,
//!                 ::atlas_client::BuildError,
//!             >,
//!         }
//!         impl ::std::default::Default for Job {
//!             fn default() -> Self {
//!                 Self {
//!                     name: Err(::atlas_client::BuildError::missing()),
//!                     tags: Ok(::std::default::Default::default()),
//!                 }
//!             }
//!         }
//!         impl Job {
//!             pub fn name<T>(mut self, value: T) -> Self
//!             where
//!                 T: ::std::convert::TryInto<::std::string::String>,
//!                 T::Error: ::std::fmt::Display + 'static,
//!             {
//!                 self.name = ::atlas_client::runtime::convert(value);
//!                 self
//!             }
//!             pub fn tags<T>(mut self, values: T) -> Self
//!             where
//!                 T: ::std::iter::IntoIterator,
//!                 T::Item: ::std::convert::TryInto<::std::string::String>,
//!                 <T::Item as ::std::convert::TryInto<
//!                     ::std::string::String,
//!                 >>::Error: ::std::fmt::Display + 'static,
//!             {
//!                 self.tags = ::atlas_client::runtime::convert_each(values).map(Some);
//!                 self
//!             }
//!             /// Validates the members and returns the value.
//!             ///
//!             /// # Errors
//!             /// If required members are missing or members violate a limit of the Atlas document, an
//!             /// error that lists all of them with their paths.
//!             pub fn build(
//!                 self,
//!             ) -> ::std::result::Result<super::Job, ::atlas_client::BuildError> {
//!                 self.try_into()
//!             }
//!         }
//!         impl ::std::convert::TryFrom<Job> for super::Job {
//!             type Error = ::atlas_client::BuildError;
//!             fn try_from(
//!                 value: Job,
//!             ) -> ::std::result::Result<Self, ::atlas_client::BuildError> {
//!                 let mut faults = ::atlas_client::runtime::Faults::new();
//!                 faults
//!                     .constrained(
//!                         "name",
//!                         &value.name,
//!                         &::atlas_client::runtime::Constraint {
//!                             min_length: 1,
//!                             ..::atlas_client::runtime::Constraint::NONE
//!                         },
//!                     );
//!                 faults.member("tags", &value.tags);
//!                 faults.finish()?;
//!                 let Job { name: Ok(name), tags: Ok(tags) } = value else {
//!                     return Err(::atlas_client::BuildError::missing());
//!                 };
//!                 Ok(Self { name, tags })
//!             }
//!         }
//!     }
//! }
//! ```

use std::collections::BTreeSet;

use quote::{format_ident, quote};
use serde_json::{Map, Value};

use crate::document::Document;
use crate::edits::syntax::{
    Conversion, argument, given, items_of, module, owner, trait_argument, trait_name,
};
use crate::edits::{Context, Name};
use crate::error::Result;
use crate::limits::{self, constraint};
use crate::names;
use crate::parse::with_builder;
use crate::passes::directions::is_sent;
use crate::schema::{self, Kind, is_flattened};

/// Edits the builders of types, and removes those of response-only types.
///
/// # Errors
/// None.
pub fn type_builders(file: &mut syn::File, cx: &Context<'_>) -> Result<()> {
    let Some(types) = module(file, "types") else {
        return Ok(());
    };
    let sent: BTreeSet<&str> = with_builder(cx.document).collect();
    let is_sent = |item: &syn::Item| owner(item).is_some_and(|name| sent.contains(name.as_str()));
    types.retain(|item| !starts_builder(item) || is_sent(item));
    types.extend(constrained(cx, &sent));
    let Some(builders) = items_of(types, "builder") else {
        return Ok(());
    };
    builders.retain_mut(|item| {
        if !is_sent(item) {
            return false;
        }
        let name = owner(item).unwrap_or_default();
        let schema = cx.document.schema(&name).unwrap_or(&Value::Null);
        let Kind::Object(properties) = schema::kind(schema) else {
            return false;
        };
        match item {
            syn::Item::Struct(builder) => {
                for field in &mut builder.fields {
                    field.ty = given(&argument(&field.ty).unwrap_or(field.ty.clone()));
                }
                true
            }
            syn::Item::Impl(block) => match trait_name(block).as_deref() {
                Some("Default") => {
                    missing(block);
                    true
                }
                Some("TryFrom") => {
                    check(block, cx.document, properties);
                    true
                }
                // Built values are not converted back to builders.
                Some("From") => false,
                _ => true,
            },
            _ => false,
        }
    });
    setters(builders);
    if builders.is_empty() {
        types.retain(|item| !matches!(item, syn::Item::Mod(module) if module.ident == "builder"));
    }
    Ok(())
}

/// Returns whether `name` builds a response-only type, converts a built value back, or is a setter
/// that is renamed.
pub fn removes(name: &Name<'_>, cx: &Context<'_>) -> bool {
    let sent = || {
        cx.document.schema(name.owner).is_some_and(|schema| {
            is_sent(schema) && matches!(schema::kind(schema), Kind::Object(_))
        })
    };
    match (name.module, name.member) {
        ("types", Some("builder" | "TryFrom::try_from")) => !sent(),
        ("types::builder", Some("From::from" | "default")) => true,
        ("types::builder", _) => !sent(),
        _ => false,
    }
}

/// Returns whether `item` is `impl X { pub fn builder() .. }`.
fn starts_builder(item: &syn::Item) -> bool {
    match item {
        syn::Item::Impl(block) if block.trait_.is_none() => block
            .items
            .iter()
            .any(|item| matches!(item, syn::ImplItem::Fn(method) if method.sig.ident == "builder")),
        _ => false,
    }
}

/// The builder's own methods: a setter of that name is renamed.
const OWN_METHODS: [&str; 2] = ["build", "default"];

fn setters(builders: &mut [syn::Item]) {
    let fields: std::collections::BTreeMap<(String, String), syn::Type> = builders
        .iter()
        .filter_map(|item| match item {
            syn::Item::Struct(item) => Some(item),
            _ => None,
        })
        .flat_map(|item| {
            item.fields.iter().filter_map(|field| {
                let key = (item.ident.to_string(), field.ident.as_ref()?.to_string());
                Some((key, argument(&field.ty)?))
            })
        })
        .collect();
    for item in builders {
        let name = owner(item).unwrap_or_default();
        let syn::Item::Impl(block) = item else {
            continue;
        };
        if block.trait_.is_some() {
            continue;
        }
        for method in &mut block.items {
            if let syn::ImplItem::Fn(method) = method
                && let Some(ty) = fields.get(&(name.clone(), method.sig.ident.to_string()))
            {
                let field = method.sig.ident.clone();
                // Limits are checked when the value is built.
                Conversion::of(ty).edit(method, &field, None);
                if OWN_METHODS.iter().any(|own| field == own) {
                    method.sig.ident = format_ident!("{field}_");
                }
            }
        }
        let ident = format_ident!("{name}");
        block.items.push(syn::parse_quote! {
            /// Validates the members and returns the value.
            ///
            /// # Errors
            /// If required members are missing or members violate a limit of the Atlas document, an
            /// error that lists all of them with their paths.
            pub fn build(self) -> ::std::result::Result<super::#ident, ::atlas_client::BuildError> {
                self.try_into()
            }
        });
    }
}

/// Edits `Default`, which marks every required member as missing.
fn missing(block: &mut syn::ItemImpl) {
    struct Missing;
    impl syn::visit_mut::VisitMut for Missing {
        fn visit_field_value_mut(&mut self, field: &mut syn::FieldValue) {
            if let syn::Expr::Call(call) = &field.expr
                && matches!(&*call.func, syn::Expr::Path(path) if path.path.is_ident("Err"))
            {
                field.expr = syn::parse_quote!(Err(::atlas_client::BuildError::missing()));
            }
        }
    }
    syn::visit_mut::VisitMut::visit_item_impl_mut(&mut Missing, block);
}

/// Edits `TryFrom<builder>`, which reports all faults at once. One pattern matches all members: a
/// `?` for each would be more work for the compiler.
fn check(block: &mut syn::ItemImpl, document: &Document, properties: &Map<String, Value>) {
    let error: syn::Type = syn::parse_quote!(::atlas_client::BuildError);
    let Some(builder) = trait_argument(block) else {
        return;
    };
    let names = names::members(properties);
    let field = |member: &String| {
        let field = names.get(member).map_or(member, |name| &name.field);
        format_ident!("{field}")
    };
    let fields: Vec<_> = properties.keys().map(field).collect();
    let checks = properties.iter().map(|(member, property)| {
        let field = field(member);
        match constraint(document, property) {
            Some(constraint) => {
                quote!(faults.constrained(#member, &value.#field, &#constraint);)
            }
            None => quote!(faults.member(#member, &value.#field);),
        }
    });
    let flattened = properties
        .iter()
        .filter(|(_, property)| is_flattened(property));
    let flattened = flattened.map(|(member, _)| {
        let (field, named) = (field(member), properties.keys());
        let named = named.filter(|name| *name != member);
        quote!(faults.additional(#member, &value.#field, &[#(#named),*]);)
    });
    let checks: Vec<_> = checks.chain(flattened).collect();
    for item in &mut block.items {
        match item {
            syn::ImplItem::Type(item) => item.ty = error.clone(),
            syn::ImplItem::Fn(method) => {
                method.sig.output = syn::parse_quote!(-> ::std::result::Result<Self, #error>);
                method.block = syn::parse_quote!({
                    let mut faults = ::atlas_client::runtime::Faults::new();
                    #(#checks)*
                    faults.finish()?;
                    let #builder { #(#fields: Ok(#fields)),* } = value else {
                        return Err(#error::missing());
                    };
                    Ok(Self { #(#fields),* })
                });
            }
            _ => {}
        }
    }
}

/// Returns the constraints of generated types that have limits or are in limited lists and maps: those
/// of unions apply to their plain variants, the others are empty.
fn constrained(cx: &Context<'_>, sent: &BTreeSet<&str>) -> Vec<syn::Item> {
    let document = cx.document;
    let members = sent
        .iter()
        .filter_map(|name| match schema::kind(document.schema(name)?) {
            Kind::Object(properties) => Some(properties.values()),
            _ => None,
        })
        .flatten();
    let arguments = cx.operations.iter().flat_map(|operation| {
        let parameters = operation.parameters.iter();
        let body = operation
            .body
            .as_ref()
            .and_then(|body| body.schema.as_ref());
        parameters.map(|parameter| &parameter.schema).chain(body)
    });
    let mut names = BTreeSet::new();
    for schema in members.chain(arguments) {
        if constraint(document, schema).is_some() {
            leaves(document, schema, &mut names);
        }
    }
    names
        .into_iter()
        .map(|name| {
            let plain = plain_variants(document, &name);
            let name = format_ident!("{name}");
            if plain.is_empty() {
                return syn::parse_quote!(impl ::atlas_client::runtime::Constrained for #name {});
            }
            let plain = plain.iter().map(|(variant, _)| format_ident!("{variant}"));
            syn::parse_quote! {
                impl ::atlas_client::runtime::Constrained for #name {
                    fn check(
                        &self,
                        constraint: &::atlas_client::runtime::Constraint<'_>,
                        at: &str,
                        faults: &mut ::atlas_client::runtime::Faults,
                    ) {
                        match self {
                            #(Self::#plain(value) => {
                                ::atlas_client::runtime::Constrained::check(&**value, constraint, at, faults)
                            })*
                            _ => {}
                        }
                    }
                }
            }
        })
        .collect()
}

/// Returns the variants of the union `name` that are texts, numbers, lists or maps, with their
/// schemas.
fn plain_variants<'a>(document: &'a Document, name: &str) -> Vec<(String, &'a Value)> {
    let schema = document.schema(name).unwrap_or(&Value::Null);
    let Kind::Untagged(_) = schema::kind(schema) else {
        return Vec::new();
    };
    let variants = names::union_variants(name, schema).into_iter();
    let plain = variants.filter_map(|(variant, part)| {
        let plain = limits::plain_variant(document, &part)?;
        Some((variant, plain))
    });
    plain.collect()
}

/// Collects the generated types that a value of `schema` holds directly.
fn leaves(document: &Document, schema: &Value, names: &mut BTreeSet<String>) {
    match schema::kind(schema) {
        Kind::Reference(name) => {
            let target = document.schema(name).unwrap_or(&Value::Null);
            match schema::kind(target) {
                Kind::Object(_)
                | Kind::Enum(_)
                | Kind::Literals(_)
                | Kind::Tagged(_)
                | Kind::Untagged(_) => {
                    let is_new = names.insert(name.to_owned());
                    let plain = plain_variants(document, name).into_iter();
                    for (_, plain) in plain.filter(|_| is_new) {
                        leaves(document, plain, names);
                    }
                }
                Kind::Array(_) | Kind::Map(_) | Kind::Reference(_) => {
                    leaves(document, target, names);
                }
                _ => {}
            }
        }
        Kind::Array(items) => leaves(document, items, names),
        Kind::Map(values) => leaves(document, values, names),
        _ => {}
    }
}
