//! Writes docs for rustdoc in place of those that progenitor copies.
//!
//! Members document their limits and defaults, operations their roles, versions and failures.
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
//! pub mod types {
//!     ///A job.
//!     pub struct Job {
//!         ///The name.
//!         pub name: ::std::string::String,
//!     }
//! }
//! impl Client {
//!     /**Replace a job
//!
//! Sends a `PUT` request to `/jobs/{jobId}`
//!
//! ```ignore
//! let response = client.replace_job()
//!     .job_id(job_id)
//!     .send()
//!     .await;
//! ```*/
//!     pub fn replace_job(&self) -> builder::ReplaceJob<'_> {
//!         builder::ReplaceJob::new(self)
//!     }
//! }
//! ```
//!
//! After:
//! ```rust
//! pub mod types {
//!     /// A job.
//!     pub struct Job {
//!         /// The name. At least 1 character.
//!         pub name: ::std::string::String,
//!     }
//! }
//! /// The operations.
//! impl Client {
//!     /// Replace a job ([`PUT /jobs/{jobId}`](builder::ReplaceJob)).
//!     #[deprecated(
//!         note = "deprecated by Atlas, no sunset announced; the document names no replacement"
//!     )]
//!     pub fn replace_job(&self) -> builder::ReplaceJob<'_> {
//!         builder::ReplaceJob::new(self)
//!     }
//! }
//! ```

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use super::Context;
use super::syntax::{items_of, owner, trait_name};
use crate::docs::{self, attributes, operations as words, prose};
use crate::error::Result;
use crate::model::Operation;
use crate::names;
use crate::schema::{self, Kind};

/// Writes the docs of types, builders and methods.
///
/// # Errors
/// None.
pub fn docs(file: &mut syn::File, cx: &Context<'_>) -> Result<()> {
    for item in &mut file.items {
        match item {
            syn::Item::Mod(module) => {
                module.attrs.clear();
                let Some((_, items)) = &mut module.content else {
                    continue;
                };
                if module.ident == "types" {
                    types(items, cx);
                } else {
                    for item in items {
                        call(item, cx);
                    }
                }
            }
            syn::Item::Trait(item) => {
                let tag = item.items.iter().find_map(|item| match item {
                    syn::TraitItem::Fn(method) => {
                        Some(by_method(cx, &method.sig.ident)?.tag.clone())
                    }
                    _ => None,
                });
                let line = format!("The operations of the tag {}.", tag.unwrap_or_default());
                item.attrs = attributes(&[line]);
                for item in &mut item.items {
                    if let syn::TraitItem::Fn(method) = item {
                        starts_call(&mut method.attrs, &method.sig.ident, cx);
                    }
                }
            }
            syn::Item::Impl(block) if block.trait_.is_none() => {
                block.attrs = attributes(&["The operations."]);
                for item in &mut block.items {
                    if let syn::ImplItem::Fn(method) = item {
                        starts_call(&mut method.attrs, &method.sig.ident, cx);
                    }
                }
            }
            _ => {}
        }
    }
    Ok(())
}

fn by_method<'a>(cx: &Context<'a>, name: &syn::Ident) -> Option<&'a Operation> {
    cx.operations.iter().find(|o| name == &o.method_name)
}

fn starts_call(attrs: &mut Vec<syn::Attribute>, name: &syn::Ident, cx: &Context<'_>) {
    if let Some(operation) = by_method(cx, name) {
        *attrs = attributes(&[words::described_method(operation)]);
        if let Some(deprecated) = words::deprecation(operation) {
            attrs.push(syn::parse_quote!(#deprecated));
        }
    }
}

/// Replaces the docs among `attrs` by `lines`.
fn replace(attrs: &mut Vec<syn::Attribute>, lines: &[String]) {
    attrs.retain(|attribute| !attribute.path().is_ident("doc"));
    attrs.splice(0..0, attributes(lines));
}

fn types(items: &mut [syn::Item], cx: &Context<'_>) {
    if let Some(builders) = items_of(items, "builder") {
        for item in builders {
            builder(item, cx);
        }
    }
    for item in items {
        let name = owner(item).unwrap_or_default();
        let schema = cx.document.schema(&name).unwrap_or(&Value::Null);
        match item {
            syn::Item::Mod(module) => {
                module.attrs = attributes(&["Builders of the types that callers send."]);
            }
            syn::Item::Struct(item) => {
                replace(&mut item.attrs, &docs::described(schema, &name));
                let members = members(cx, schema);
                for field in &mut item.fields {
                    let name = field.ident.as_ref().map(ToString::to_string);
                    if let Some(member) = name.and_then(|name| members.get(&name)) {
                        replace(&mut field.attrs, &member.lines);
                    }
                }
            }
            syn::Item::Type(item) => replace(&mut item.attrs, &docs::described(schema, &name)),
            syn::Item::Enum(item) => enumeration(item, schema, &name),
            syn::Item::Impl(block) if block.trait_.is_none() => {
                for item in &mut block.items {
                    if let syn::ImplItem::Fn(method) = item
                        && method.sig.ident == "builder"
                    {
                        method.attrs = attributes(&[format!(
                            "Returns a builder of [`{name}`](Self), whose `build` checks the value."
                        )]);
                    }
                }
            }
            _ => {}
        }
    }
}

/// The docs of a member.
struct Member {
    lines: Vec<String>,
    required: bool,
}

/// Returns the docs of the members of `schema`, by the names of their fields.
fn members(cx: &Context<'_>, schema: &Value) -> HashMap<String, Member> {
    let Kind::Object(properties) = schema::kind(schema) else {
        return HashMap::new();
    };
    let required: HashSet<&str> = schema::required(schema).collect();
    let names = names::members(properties).into_iter();
    let said = names.filter_map(|(member, name)| {
        let property = properties.get(&member)?;
        let target = cx.document.deref(property).unwrap_or(property);
        let said = Member {
            lines: docs::described_member(property, target, &member),
            required: required.contains(member.as_str()),
        };
        Some((name.field, said))
    });
    said.collect()
}

fn enumeration(item: &mut syn::ItemEnum, schema: &Value, name: &str) {
    use heck::ToShoutySnakeCase;
    let mut lines = docs::described(schema, name);
    match schema::kind(schema) {
        Kind::Enum(_) | Kind::Literals(_) => {
            for (variant, listed) in item.variants.iter_mut().zip(names::enum_variants(schema)) {
                let value = names::text_of(&listed.value);
                if let Some(words) = docs::described_value(&lines, &value) {
                    replace(&mut variant.attrs, &[words]);
                // A variant whose name spells its value needs no docs.
                } else if listed.name.to_shouty_snake_case() != value {
                    let words = match value.as_str() {
                        "" => "The empty text.".to_owned(),
                        value => prose::code(value),
                    };
                    replace(&mut variant.attrs, &[words]);
                }
            }
        }
        Kind::Tagged(_) | Kind::Untagged(_) => {
            if let Kind::Tagged(tagged) = schema::kind(schema) {
                lines.push(String::new());
                lines.push(format!(
                    "The member {} says which.",
                    prose::code(&tagged.property)
                ));
            }
            for (variant, (_, part)) in item
                .variants
                .iter_mut()
                .zip(names::union_variants(name, schema))
            {
                replace(&mut variant.attrs, &[format!("Holds [`{part}`].")]);
            }
        }
        _ => {}
    }
    replace(&mut item.attrs, &lines);
}

fn builder(item: &mut syn::Item, cx: &Context<'_>) {
    let name = owner(item).unwrap_or_default();
    let schema = cx.document.schema(&name).unwrap_or(&Value::Null);
    match item {
        syn::Item::Struct(item) => {
            let line = format!("Builds [`{name}`](super::{name}).");
            replace(&mut item.attrs, &[line]);
        }
        syn::Item::Impl(block) if block.trait_.is_none() => {
            let mut members = members(cx, schema);
            for item in &mut block.items {
                let syn::ImplItem::Fn(method) = item else {
                    continue;
                };
                let setter = method.sig.ident.to_string();
                let field = ["build_", "default_"]
                    .iter()
                    .find(|own| setter == **own)
                    .map_or(setter.as_str(), |own| own.trim_end_matches('_'));
                if setter != "build"
                    && let Some(Member {
                        mut lines,
                        required,
                    }) = members.remove(field)
                {
                    if required {
                        docs::say(&mut lines, "Required.");
                    }
                    replace(&mut method.attrs, &lines);
                }
            }
        }
        _ => {}
    }
}

fn call(item: &mut syn::Item, cx: &Context<'_>) {
    let name = owner(item).unwrap_or_default();
    let Some(operation) = cx.operations.iter().find(|o| o.type_name == name) else {
        return;
    };
    match item {
        syn::Item::Struct(item) => replace(&mut item.attrs, &words::described(operation)),
        syn::Item::Impl(block) if trait_name(block).is_none() => {
            for item in &mut block.items {
                let syn::ImplItem::Fn(method) = item else {
                    continue;
                };
                let parameters = operation.parameters.iter();
                let parameter = parameters
                    .into_iter()
                    .find(|p| method.sig.ident == p.rust_name);
                if let Some(parameter) = parameter {
                    replace(&mut method.attrs, &words::described_parameter(parameter));
                } else if method.sig.ident == "body" {
                    replace(&mut method.attrs, &words::described_body(operation));
                } else if method.sig.ident == "new" {
                    replace(
                        &mut method.attrs,
                        &["Creates the builder. Sends nothing.".to_owned()],
                    );
                } else if method.sig.ident == "send" {
                    let lines = [
                        format!("Sends `{}`.", words::request_line(operation)),
                        String::new(),
                        "# Errors".to_owned(),
                        "If arguments are invalid, an error that lists all of them, and nothing is sent. \
                         Otherwise the errors on the page of this builder."
                            .to_owned(),
                    ];
                    replace(&mut method.attrs, &lines);
                }
            }
        }
        _ => {}
    }
}
