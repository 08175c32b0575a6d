//! shape: what the document says and the types that progenitor found become Rust code.
//!
//! Each kind of item has its own module. This one puts the files together.

pub mod docs;
mod enums;
mod objects;
mod operations;
mod unions;

use std::collections::BTreeSet;

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use serde_json::Value;

use crate::document::Document;
use crate::emit::Types;
use crate::error::Result;
use crate::model::Operation;
use crate::passes::directions::is_sent;
use crate::render::Code;
use crate::schema::{self, Kind};

/// The files of generated code, before they are rendered.
#[derive(Debug)]
pub struct Files {
    /// `types.rs`: schemas.
    pub types: Code,
    /// `operations.rs`: the client's methods.
    pub operations: Code,
    /// `builder.rs`: the builders that the methods start.
    pub builders: Code,
}

/// Shapes all of it.
///
/// # Errors
/// A name that is no Rust identifier.
pub fn shape(document: &Document, operations: &[Operation], types: &Types) -> Result<Files> {
    let mut code = Code::default();
    for (name, schema) in document.schemas() {
        match schema::kind(schema) {
            Kind::Rust(_) => {}
            Kind::Enum(values) => enums::strings(&mut code, name, schema, &values),
            Kind::Literals(values) => enums::literals(&mut code, name, schema, values),
            Kind::Tagged(tagged) => unions::tagged(&mut code, name, schema, &tagged),
            Kind::Untagged(variants) => {
                unions::untagged(&mut code, document, name, schema, &variants)
            }
            Kind::Object(properties) => {
                let object = objects::object(document, types, name, schema, properties)?;
                objects::write(&mut code, &object);
                if is_sent(schema) {
                    objects::write_builder(&mut code, &object);
                }
            }
            _ => alias(&mut code, types, name, schema),
        }
    }
    let imports = imports(&code.tokens);
    code.tokens = {
        let items = code.tokens;
        quote!(#imports #items)
    };
    let (operations, builders) = operations::write(operations, types);
    Ok(Files {
        types: code,
        operations,
        builders,
    })
}

fn alias(code: &mut Code, types: &Types, name: &str, schema: &Value) {
    let docs = doc(&described(schema, name));
    let ident = ident(name);
    let ty = match types.aliases.get(name) {
        Some(ty) => ty.to_token_stream(),
        None => quote!(Value),
    };
    code.tokens.extend(quote! {
        #docs
        pub type #ident = #ty;
    });
}

/// The `use` lines for the names that `tokens` hold.
fn imports(tokens: &TokenStream) -> TokenStream {
    let mut used = BTreeSet::new();
    idents(tokens.clone(), &mut used);
    let mut out = TokenStream::new();
    if used.contains("BTreeMap") {
        out.extend(quote!(
            use std::collections::BTreeMap;
        ));
    }
    if used.contains("Value") {
        out.extend(quote!(
            use serde_json::Value;
        ));
    }
    let own: Vec<Ident> = [
        "Additional",
        "ByteStream",
        "ObjectId",
        "Refusal",
        "ResponseValue",
        "Result",
        "Sensitive",
    ]
    .into_iter()
    .filter(|name| used.contains(*name))
    .map(ident)
    .collect();
    if !own.is_empty() {
        out.extend(quote!(
            use crate::{#(#own),*};
        ));
    }
    if used.contains("types") {
        out.extend(quote!(
            use crate::types;
        ));
    }
    out
}

fn idents(tokens: TokenStream, found: &mut BTreeSet<String>) {
    for tree in tokens {
        match tree {
            TokenTree::Group(group) => idents(group.stream(), found),
            TokenTree::Ident(ident) => {
                found.insert(ident.to_string());
            }
            _ => {}
        }
    }
}

/// `lines` as doc comments.
fn doc<S: AsRef<str>>(lines: &[S]) -> TokenStream {
    let lines = lines.iter().map(|line| match line.as_ref() {
        "" => String::new(),
        line => format!(" {line}"),
    });
    quote!(#(#[doc = #lines])*)
}

/// The description of a schema, or words that say at least what it is called.
fn described(schema: &Value, name: &str) -> Vec<String> {
    let description = schema.get("description").and_then(Value::as_str);
    let lines = docs::lines(description.unwrap_or_default());
    if lines.is_empty() {
        vec![format!("The schema `{name}` of the Atlas document.")]
    } else {
        lines
    }
}

/// Says in `lines` that a caller has to give this.
fn say_required(lines: &mut Vec<String>) {
    match lines.as_mut_slice() {
        [line] => line.push_str(" Required."),
        _ => lines.extend([String::new(), "Required.".to_owned()]),
    }
}

fn ident(name: &str) -> Ident {
    Ident::new(name, Span::call_site())
}
