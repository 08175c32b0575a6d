//! shape: what the document says and the types that progenitor found become Rust code.
//!
//! Each kind of item has its own module. This one puts the files together.

pub mod docs;
mod enums;
mod objects;
mod operations;
pub mod slices;
mod unions;

use std::collections::BTreeMap;

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
use slices::Slices;

/// The files of generated code, before they are rendered.
#[derive(Debug, Default)]
pub struct Files {
    /// The code by the name of the file.
    pub code: BTreeMap<String, Code>,
    /// The tags by the names of the features that switch them on; none in a client of few tags.
    pub features: BTreeMap<String, String>,
}

/// Shapes all of it: schemas into `types.rs`, the client's methods into `operations.rs`, and the
/// builders that they start into `builder.rs`. In a client of many tags, what belongs to one of
/// them stands in a file of its own below `types/`, `operations/` and `builder/`.
///
/// # Errors
/// A name that is no Rust identifier.
pub fn shape(document: &Document, operations: &[Operation], types: &Types) -> Result<Files> {
    let slices = Slices::new(document, operations);
    let mut files = Files::default();
    write_types(&mut files.code, document, types, &slices)?;
    if slices.is_whole() {
        let all: Vec<&Operation> = operations.iter().collect();
        let client = operations::client(&all, "The operations.");
        files.code.insert("operations.rs".to_owned(), client);
        let builders = operations::builders(&all, types);
        files.code.insert("builder.rs".to_owned(), builders);
        return Ok(files);
    }
    for (feature, tag) in &slices.features {
        let own = operations.iter();
        let own: Vec<&Operation> = own
            .filter(|operation| slices::feature(&operation.tag) == *feature)
            .collect();
        let about = format!("The operations of the tag {}.", docs::first_line(tag));
        let module = slices::module(feature);
        files.code.insert(
            format!("operations/{module}.rs"),
            operations::client(&own, &about),
        );
        files.code.insert(
            format!("builder/{module}.rs"),
            operations::builders(&own, types),
        );
    }
    let features = || slices.features.keys().map(String::as_str);
    files.add("operations.rs", slices::root(features(), false));
    files.add("builder.rs", slices::root(features(), true));
    files.features = slices.features;
    Ok(files)
}

impl Files {
    fn add(&mut self, name: &str, tokens: TokenStream) {
        self.code
            .entry(name.to_owned())
            .or_default()
            .tokens
            .extend(tokens);
    }
}

/// Writes the types: one that several tags need, or that is always needed, into the root, and the
/// others into the file of their tag.
fn write_types(
    files: &mut BTreeMap<String, Code>,
    document: &Document,
    types: &Types,
    slices: &Slices,
) -> Result<()> {
    let mut shared = Code::default();
    let mut own: BTreeMap<&str, Code> = BTreeMap::new();
    for (name, schema) in document.schemas() {
        match slices.of_type(name).as_slice() {
            [] => write_type(&mut shared, document, types, name, schema)?,
            [feature] => {
                let feature = slices.features.get_key_value(*feature);
                let feature = feature.map_or("", |(feature, _)| feature);
                let code = own.entry(feature).or_default();
                write_type(code, document, types, name, schema)?;
            }
            features => {
                let before = std::mem::take(&mut shared.tokens);
                write_type(&mut shared, document, types, name, schema)?;
                let items = std::mem::replace(&mut shared.tokens, before);
                shared.tokens.extend(slices::gated(items, features)?);
            }
        }
    }
    if !slices.is_whole() {
        let modules = slices::root(own.keys().copied(), true);
        let tokens = std::mem::take(&mut shared.tokens);
        shared.tokens = quote! {
            #![allow(unused_imports, reason = "what is used depends on the features")]
            #modules
            #tokens
        };
    }
    files.insert("types.rs".to_owned(), shared);
    for (feature, mut code) in own {
        let tokens = std::mem::take(&mut code.tokens);
        code.tokens = quote!(use super::*; #tokens);
        files.insert(format!("types/{}.rs", slices::module(feature)), code);
    }
    Ok(())
}

fn write_type(
    code: &mut Code,
    document: &Document,
    types: &Types,
    name: &str,
    schema: &Value,
) -> Result<()> {
    match schema::kind(schema) {
        Kind::Rust(_) => {}
        Kind::Enum(values) => enums::strings(code, name, schema, &values),
        Kind::Literals(values) => enums::literals(code, name, schema, values),
        Kind::Tagged(tagged) => unions::tagged(code, name, schema, &tagged),
        Kind::Untagged(variants) => unions::untagged(code, document, name, schema, &variants),
        Kind::Object(properties) => {
            let object = objects::object(document, types, name, schema, properties)?;
            objects::write(code, &object);
            if is_sent(schema) {
                objects::write_builder(code, &object);
            }
        }
        _ => alias(code, types, name, schema),
    }
    Ok(())
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

/// Adds `sentence` to `lines`: to the last of them if that is a paragraph of text.
fn say(lines: &mut Vec<String>, sentence: &str) {
    // The end of a list, of a table or of code begins or ends otherwise.
    let ends = |c: char| c.is_alphanumeric() || matches!(c, '.' | ')' | '`');
    let text = |line: &str| line.starts_with(char::is_alphabetic) && line.ends_with(ends);
    let alone = match lines.as_slice() {
        [line] => text(line),
        [.., before, line] => before.is_empty() && text(line),
        [] => false,
    };
    if alone && let Some(line) = lines.last_mut() {
        line.push_str(if line.ends_with('.') { " " } else { ". " });
        line.push_str(sentence);
    } else {
        lines.extend([String::new(), sentence.to_owned()]);
    }
}

fn ident(name: &str) -> Ident {
    Ident::new(name, Span::call_site())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_joins_a_paragraph_of_text_and_nothing_else() {
        for (before, after) in [
            ("Its name.", "Its name. Required."),
            ("Its name", "Its name. Required."),
            ("Its name.\n\nShort.", "Its name.\n\nShort. Required."),
            ("In two\nlines.", "In two\nlines.\n\nRequired."),
            ("One of:\n\n- `a`", "One of:\n\n- `a`\n\nRequired."),
            (
                "Such as:\n\n```text\nx\n```",
                "Such as:\n\n```text\nx\n```\n\nRequired.",
            ),
            ("One of:", "One of:\n\nRequired."),
        ] {
            let mut lines: Vec<String> = before.lines().map(str::to_owned).collect();
            say(&mut lines, "Required.");
            assert_eq!(lines.join("\n"), after);
        }
    }
}
