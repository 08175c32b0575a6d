//! macros: what the calls of the layer's macros add to a generated item.
//!
//! It follows `atlas-client/src/{object,listed,union,draft,call}.rs`: the public items and the
//! traits that each macro expands to, and the names on the wire that it is told.

use proc_macro2::{Delimiter, TokenStream, TokenTree};

use super::api::{Item, ItemKind};
use super::read::{Reader, ident};
use super::spelling::squeezed;
use crate::error::{Error, Result};

/// Reads one call in `module`.
///
/// # Errors
/// The macro is not known, or is not told a name.
pub fn read(reader: &mut Reader<'_>, module: &str, call: &syn::Macro) -> Result<()> {
    let tokens: Vec<TokenTree> = call.tokens.clone().into_iter().collect();
    let macro_name = ident(&call.path);
    let Some(TokenTree::Ident(name)) = tokens.first() else {
        return Err(Error::new(format!(
            "a call of the macro `{macro_name}` begins with no name"
        )));
    };
    let of = format!("{module}::{name}");
    match macro_name.as_str() {
        "object" => {
            for entry in entries(&tokens) {
                if let (Some(field), Some(member)) = (first_ident(&entry), last_literal(&entry)) {
                    wire(reader, &format!("{of}::{field}"), member);
                }
            }
            traits(
                reader,
                &of,
                &["Clone", "Debug", "PartialEq", "Serialize", "Deserialize"],
            );
        }
        "open_enum" => {
            listed(reader, &of, &tokens);
            constant(reader, &of, "VALUES", "&'static [&'static str]");
            reader.api.add_method(&of, "as_str", "(&self) -> &str");
            traits(
                reader,
                &of,
                &[
                    "From<&str>",
                    "From<String>",
                    "Debug",
                    "Display",
                    "Serialize",
                    "Deserialize",
                ],
            );
        }
        "open_literal" => {
            listed(reader, &of, &tokens);
            reader.api.add_method(&of, "to_value", "(&self) -> Value");
            traits(
                reader,
                &of,
                &[
                    "From<Value>",
                    "From<&str>",
                    "From<i64>",
                    "Serialize",
                    "Deserialize",
                ],
            );
        }
        "tagged_union" | "untagged_union" => {
            for entry in entries(&tokens) {
                if let Some(TokenTree::Group(part)) = entry.get(1) {
                    let part = squeezed(&part.stream());
                    reader.api.add_trait(&format!("From<{part}>"), &of);
                }
            }
            traits(reader, &of, &["Serialize", "Deserialize"]);
        }
        "builder" => {
            let Some(TokenTree::Ident(built)) = tokens.get(2) else {
                return Err(Error::new(format!("the builder `{name}` builds nothing")));
            };
            let built = built.to_string();
            reader.api.add_method(
                &of,
                "additional",
                "(self, impl Into<String>, impl Into<Value>) -> Self",
            );
            reader.api.add_method(
                &of,
                "build",
                &format!("(self) -> Result<{built}, BuildError>"),
            );
            reader
                .api
                .add_trait(&format!("TryFrom<{name}>"), &format!("{module}::{built}"));
        }
        "call" => {
            let answer: TokenStream = after_arrow(&tokens);
            let ty = syn::parse2::<syn::Type>(answer).map_err(|error| {
                Error::new(format!(
                    "the call `{name}` is answered with no type: {error}"
                ))
            })?;
            let (shown, meaning) = reader.both(&ty);
            reader
                .api
                .add_method(&of, "options", "(self, CallOptions) -> Self");
            reader.api.add_method(&of, "send", "");
            if let Some(item) = reader.api.items.get_mut(&format!("{of}::send()")) {
                item.shown = format!("(self) -> ResponseFuture<{shown}>");
                item.meaning = format!("(self) -> ResponseFuture<{meaning}>");
            }
        }
        other => {
            return Err(Error::new(format!(
                "the macro `{other}` of generated code is not known to the comparison"
            )));
        }
    }
    Ok(())
}

/// The variants of an enum of listed values, each with its value.
fn listed(reader: &mut Reader<'_>, of: &str, tokens: &[TokenTree]) {
    for entry in entries(tokens) {
        if let (Some(variant), Some(value)) = (first_ident(&entry), last_literal(&entry)) {
            wire(reader, &format!("{of}::{variant}"), value);
        }
    }
}

fn wire(reader: &mut Reader<'_>, path: &str, name: String) {
    if let Some(item) = reader.api.items.get_mut(path) {
        item.wire = Some(name);
    }
}

fn traits(reader: &mut Reader<'_>, of: &str, names: &[&str]) {
    for name in names {
        reader.api.add_trait(name, of);
    }
}

fn constant(reader: &mut Reader<'_>, of: &str, name: &str, ty: &str) {
    let mut item = Item::new(ItemKind::Const, Some(of));
    ty.clone_into(&mut item.shown);
    ty.clone_into(&mut item.meaning);
    reader.api.items.insert(format!("{of}::{name}"), item);
}

/// What stands between the braces of a call, split at its commas.
fn entries(tokens: &[TokenTree]) -> Vec<Vec<TokenTree>> {
    let body = tokens.iter().rev().find_map(|token| match token {
        TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => Some(group.stream()),
        _ => None,
    });
    let mut all = vec![Vec::new()];
    for token in body.into_iter().flatten() {
        if matches!(&token, TokenTree::Punct(comma) if comma.as_char() == ',') {
            all.push(Vec::new());
        } else if let Some(last) = all.last_mut() {
            last.push(token);
        }
    }
    all.retain(|entry| !entry.is_empty());
    all
}

fn first_ident(entry: &[TokenTree]) -> Option<String> {
    match entry.first()? {
        TokenTree::Ident(name) => Some(name.to_string()),
        _ => None,
    }
}

/// The literal at the end of an entry, with the sign before it.
fn last_literal(entry: &[TokenTree]) -> Option<String> {
    let text = match entry.last()? {
        TokenTree::Literal(literal) => literal.to_string(),
        _ => return None,
    };
    let negative = entry.len().checked_sub(2).and_then(|at| entry.get(at));
    Some(match negative {
        Some(TokenTree::Punct(minus)) if minus.as_char() == '-' => format!("-{text}"),
        _ => text,
    })
}

/// What stands behind `->`.
fn after_arrow(tokens: &[TokenTree]) -> TokenStream {
    let arrow = tokens
        .iter()
        .position(|token| matches!(token, TokenTree::Punct(end) if end.as_char() == '>'));
    let from = arrow.map_or(tokens.len(), |at| at + 1);
    tokens.iter().skip(from).cloned().collect()
}
