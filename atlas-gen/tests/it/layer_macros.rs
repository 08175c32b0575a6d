//! What the comparison of clients says that the layer's macros add is what they expand to.
//!
//! The definitions are read from the layer's sources and expanded here, each list with one entry.
//! The public items of the expansion have to be those of the call.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use atlas_gen::diff::rust_api::{self, ItemKind};
use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use quote::{ToTokens, quote};

/// The bodies of the macros that `file` of the layer defines, by name.
fn definitions(file: &str) -> BTreeMap<String, TokenStream> {
    let layer = Path::new(env!("CARGO_MANIFEST_DIR")).join("../atlas-client/src");
    let text = fs::read_to_string(layer.join(file)).expect("a file of the layer");
    let parsed = syn::parse_file(&text).expect("Rust");
    let macros = parsed.items.into_iter().filter_map(|item| match item {
        syn::Item::Macro(item) => Some((item.ident?.to_string(), item.mac.tokens)),
        _ => None,
    });
    macros
        .filter_map(|(name, arms)| {
            // `(pattern) => { body };`, the first of them.
            let mut groups = arms.into_iter().filter_map(|token| match token {
                TokenTree::Group(group) => Some(group.stream()),
                _ => None,
            });
            groups.nth(1).map(|body| (name, body))
        })
        .collect()
}

/// `body` with `values` in the place of its variables and each repetition once.
fn expanded(body: TokenStream, values: &BTreeMap<&str, TokenStream>) -> TokenStream {
    let mut out = TokenStream::new();
    let mut tokens = body.into_iter().peekable();
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Punct(dollar) if dollar.as_char() == '$' => match tokens.next() {
                Some(TokenTree::Ident(name)) if name == "crate" => out.extend([quote!(crate)]),
                Some(TokenTree::Ident(name)) => {
                    let value = values.get(name.to_string().as_str());
                    out.extend([value.unwrap_or_else(|| panic!("`${name}` is new")).clone()]);
                }
                Some(TokenTree::Group(repeated)) => {
                    out.extend([expanded(repeated.stream(), values)]);
                    // What stands between two entries, and how often.
                    while let Some(TokenTree::Punct(mark)) = tokens.next() {
                        if matches!(mark.as_char(), '*' | '+' | '?') {
                            break;
                        }
                    }
                }
                other => panic!("`$` before {other:?}"),
            },
            TokenTree::Group(group) => {
                let inner = expanded(group.stream(), values);
                out.extend([TokenTree::Group(Group::new(group.delimiter(), inner))]);
            }
            other => out.extend([other]),
        }
    }
    out
}

/// The expansion of `macro_name`, and of the macros of the same file that it calls.
fn expansion(
    macros: &BTreeMap<String, TokenStream>,
    macro_name: &str,
    values: &BTreeMap<&str, TokenStream>,
) -> Vec<syn::Item> {
    let body = macros.get(macro_name).expect("the macro");
    let text = expanded(body.clone(), values);
    let file: syn::File = syn::parse2(text).expect("an expansion that is Rust");
    let mut items = Vec::new();
    for item in file.items {
        match item {
            syn::Item::Macro(call) => {
                let called = call.mac.path.segments.last().expect("a name");
                items.extend(expansion(macros, &called.ident.to_string(), values));
            }
            // Callers cannot name the traits of the layer.
            syn::Item::Impl(block)
                if block.trait_.as_ref().is_some_and(|(_, path, _)| {
                    path.segments
                        .first()
                        .is_some_and(|first| first.ident == "crate")
                }) => {}
            other => items.push(other),
        }
    }
    items
}

/// The traits, methods and constants of the client that `text` is the code of, each with its type.
fn public(module: &str, text: &TokenStream) -> Vec<String> {
    let files = BTreeMap::from([(format!("{module}.rs"), text.to_string())]);
    let api = rust_api::read(&files).expect("an API");
    let added = [ItemKind::Trait, ItemKind::Method, ItemKind::Const];
    let items = api
        .items
        .iter()
        .filter(|(_, item)| added.contains(&item.kind));
    let lines = items.map(|(path, item)| {
        let path = path.replace("Deserialize<'de>", "Deserialize");
        format!("{path} {}", item.meaning)
    });
    lines.collect()
}

#[test]
fn the_comparison_knows_what_the_macros_of_the_layer_expand_to() {
    let one = |name: &'static str, value: TokenStream| (name, value);
    let named = || one("name", quote!(Name));
    for (file, macro_name, module, call, values) in [
        (
            "object.rs",
            "object",
            "types",
            quote!(Name { field: required "member" }),
            vec![
                named(),
                one("field", quote!(field)),
                one("kind", quote!(required)),
                one("member", quote!("member")),
            ],
        ),
        (
            "listed.rs",
            "open_enum",
            "types",
            quote!(Name { Variant = "VARIANT" }),
            vec![
                named(),
                one("variant", quote!(Variant)),
                one("value", quote!("VARIANT")),
            ],
        ),
        (
            "listed.rs",
            "open_literal",
            "types",
            quote!(Name { Variant = 1 }),
            vec![
                named(),
                one("variant", quote!(Variant)),
                one("value", quote!(1)),
            ],
        ),
        (
            "union.rs",
            "tagged_union",
            "types",
            quote!(Name by "kind" { Variant(Inner) = "INNER" }),
            vec![
                named(),
                one("property", quote!("kind")),
                one("variant", quote!(Variant)),
                one("type", quote!(Inner)),
                one("tag", quote!("INNER")),
            ],
        ),
        (
            "union.rs",
            "untagged_union",
            "types",
            quote!(Name { Variant(Inner) = ["a"] of ["a", "b"] }),
            vec![
                named(),
                one("variant", quote!(Variant)),
                one("type", quote!(Inner)),
                one("required", quote!("a")),
                one("known", quote!("b")),
                one("member", quote!("a")),
                one("values", quote!(Values)),
            ],
        ),
        (
            "draft.rs",
            "builder",
            "types",
            quote!(NameBuilder builds Name { }),
            vec![
                named(),
                one("builder", quote!(NameBuilder)),
                one("rule", quote!(RULE)),
            ],
        ),
        (
            "call.rs",
            "call",
            "builder",
            quote!(Name: send -> crate::types::Answer),
            vec![
                named(),
                one("send", quote!(send)),
                one("value", quote!(crate::types::Answer)),
            ],
        ),
    ] {
        let values: BTreeMap<&str, TokenStream> = values.into_iter().collect();
        let items = expansion(&definitions(file), macro_name, &values);
        let name = quote::format_ident!("{macro_name}");
        let call = TokenTree::Group(Group::new(Delimiter::Brace, call));
        let said = public(module, &quote!(crate::#name! #call));
        let expanded = public(
            module,
            &items.iter().map(ToTokens::to_token_stream).collect(),
        );
        assert!(!expanded.is_empty(), "{macro_name}");
        assert_eq!(said, expanded, "{macro_name}");
    }
}
