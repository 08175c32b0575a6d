//! Parses progenitor's tokens into the syntax tree that edits change.
//!
//! Half of progenitor's output never reaches the client: docs that repeat the document, builders of
//! response-only types, and method bodies that an edit rewrites. Parsing it would cost more time
//! and memory than all edits, so it is dropped as tokens. This module knows what edits always
//! remove or replace, not what they write.

use std::collections::HashSet;

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use syn::parse::Parse;

use crate::document::Document;
use crate::error::{Error, Result};
use crate::passes::directions::is_sent;
use crate::schema::{self, Kind};

/// Parses progenitor's output for `document`.
///
/// # Errors
/// The tokens are not valid Rust.
pub fn parse(tokens: TokenStream, document: &Document) -> Result<syn::File> {
    let sent = with_builder(document).collect();
    Ok(syn::File {
        shebang: None,
        attrs: Vec::new(),
        items: module(tokens, Place::Root, &sent)?,
    })
}

/// Parses progenitor's expectations for httpmock into the module `expectations`.
///
/// # Errors
/// The tokens are not valid Rust.
pub fn expectations(tokens: TokenStream) -> Result<syn::File> {
    let braces = Group::new(Delimiter::Brace, tokens);
    parsed(quote::quote!(pub mod expectations #braces))
}

/// Returns the types that have a builder: the objects that callers send.
pub fn with_builder(document: &Document) -> impl Iterator<Item = &str> {
    document
        .schemas()
        .filter(|(_, schema)| is_sent(schema) && matches!(schema::kind(schema), Kind::Object(_)))
        .map(|(name, _)| name.as_str())
}

/// The modules of progenitor's output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Root,
    Types,
    TypeBuilders,
    Calls,
    Other,
}

impl Place {
    /// Returns the module `name` inside this one.
    fn inner(self, name: &str) -> Self {
        match (self, name) {
            (Self::Root, "types") => Self::Types,
            (Self::Root, "builder") => Self::Calls,
            (Self::Types, "builder") => Self::TypeBuilders,
            _ => Self::Other,
        }
    }
}

/// Returns the items of a module.
fn module(tokens: TokenStream, place: Place, sent: &HashSet<&str>) -> Result<Vec<syn::Item>> {
    let mut items = Vec::new();
    for mut item in split(tokens) {
        if let [
            ..,
            TokenTree::Ident(word),
            TokenTree::Ident(name),
            TokenTree::Group(_),
        ] = item.as_slice()
            && *word == "mod"
        {
            let inner = place.inner(&name.to_string());
            let content = content(&mut item);
            let braces = TokenTree::Group(Group::new(Delimiter::Brace, TokenStream::new()));
            let mut outer: syn::ItemMod = parsed(item.into_iter().chain([braces]).collect())?;
            if let Some((_, items)) = &mut outer.content {
                *items = module(content, inner, sent)?;
            }
            items.push(outer.into());
            continue;
        }
        let goes = match place {
            Place::Types => starts_builder(&item) && !of_any(&item, sent),
            // Built values are not converted back to builders.
            Place::TypeBuilders => {
                !of_any(&item, sent) || implemented(&item).is_some_and(|name| name == "From")
            }
            Place::Root | Place::Calls | Place::Other => false,
        };
        if goes {
            continue;
        }
        let is_builder = matches!(place, Place::TypeBuilders | Place::Calls);
        if is_builder && item.iter().any(|token| is(token, "impl")) && implemented(&item).is_none()
        {
            let methods = split(content(&mut item)).flat_map(without_body);
            let methods = Group::new(Delimiter::Brace, methods.collect());
            item.push(methods.into());
        }
        items.push(parsed(item.into_iter().collect())?);
    }
    Ok(items)
}

/// Removes the final braces of `item` and returns their content.
fn content(item: &mut Vec<TokenTree>) -> TokenStream {
    // A shared token stream would be copied; popping the group makes it unique.
    match item.pop() {
        Some(TokenTree::Group(group)) => group.stream(),
        _ => TokenStream::new(),
    }
}

fn parsed<T: Parse>(tokens: TokenStream) -> Result<T> {
    syn::parse2(tokens)
        .map_err(|error| Error::new(format!("progenitor wrote code that is no Rust: {error}")))
}

/// Splits the content of a module or an `impl` into its items, without their docs. The `docs` edit
/// rewrites these.
fn split(tokens: TokenStream) -> impl Iterator<Item = Vec<TokenTree>> {
    let mut tokens = tokens.into_iter().peekable();
    std::iter::from_fn(move || {
        let mut item: Vec<TokenTree> = Vec::new();
        for token in tokens.by_ref() {
            let ends = match &token {
                TokenTree::Punct(sign) => sign.as_char() == ';',
                // Braces end an item, except those of `use a::{b, c};`.
                TokenTree::Group(group) => {
                    group.delimiter() == Delimiter::Brace && !item.iter().any(|t| is(t, "use"))
                }
                _ => false,
            };
            if item.last().is_some_and(is_hash) && is_doc(&token) {
                item.pop();
                continue;
            }
            item.push(token);
            if ends {
                break;
            }
        }
        (!item.is_empty()).then_some(item)
    })
}

fn is(token: &TokenTree, word: &str) -> bool {
    matches!(token, TokenTree::Ident(ident) if ident == word)
}

fn is_hash(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Punct(sign) if sign.as_char() == '#')
}

/// Returns whether `token` is the group after `#` in a doc comment.
fn is_doc(token: &TokenTree) -> bool {
    match token {
        TokenTree::Group(group) => {
            let mut tokens = group.stream().into_iter();
            tokens.next().is_some_and(|first| is(&first, "doc"))
        }
        _ => false,
    }
}

/// Returns whether the last name before the braces of `item` is one of `names`: `X` in
/// `impl From<super::X> for X { .. }` and `struct X { .. }`.
fn of_any(item: &[TokenTree], names: &HashSet<&str>) -> bool {
    let last = item.iter().rev().find_map(|token| match token {
        TokenTree::Ident(ident) => Some(ident.to_string()),
        _ => None,
    });
    last.is_some_and(|name| names.contains(name.as_str()))
}

/// Returns the trait that `item` implements.
fn implemented(item: &[TokenTree]) -> Option<String> {
    let to = item.iter().position(|token| is(token, "for"))?;
    // The arguments of the trait are also paths.
    let opens =
        |token: &TokenTree| matches!(token, TokenTree::Punct(sign) if sign.as_char() == '<');
    let path = item[..to].split(opens).next()?;
    path.iter().rev().find_map(|token| match token {
        TokenTree::Ident(ident) => Some(ident.to_string()),
        _ => None,
    })
}

/// Returns whether `item` is `impl X { pub fn builder() .. }`.
fn starts_builder(item: &[TokenTree]) -> bool {
    let [
        TokenTree::Ident(word),
        TokenTree::Ident(_),
        TokenTree::Group(content),
    ] = item
    else {
        return false;
    };
    let mut content = content.stream().into_iter();
    *word == "impl" && content.nth(2).is_some_and(|name| is(&name, "builder"))
}

/// Empties the body of a builder's method, which an edit writes; the body of `new` is kept.
fn without_body(mut method: Vec<TokenTree>) -> Vec<TokenTree> {
    if !method.iter().any(|token| is(token, "new"))
        && let Some(body @ TokenTree::Group(_)) = method.last_mut()
    {
        *body = Group::new(Delimiter::Brace, TokenStream::new()).into();
    }
    method
}
