//! shape: what the document says and the types that progenitor found become Rust code.
//!
//! Each kind of item has its own module. This one puts the files together.

pub mod docs;
mod enums;
mod objects;
mod operations;
mod unions;

use proc_macro2::{Ident, Span, TokenStream};
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
