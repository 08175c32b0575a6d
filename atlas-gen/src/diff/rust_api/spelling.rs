//! spelling: types of generated code as texts that can be compared.
//!
//! Two spellings of one type are the same text, wherever lines are broken and whatever modules
//! stand before a name.

use std::collections::BTreeMap;

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::visit_mut::VisitMut;

/// `ty` as it is shown, and with what `aliases` stand for.
pub fn both(ty: &syn::Type, aliases: &BTreeMap<String, syn::Type>) -> (String, String) {
    let mut shown = ty.clone();
    LastSegments.visit_type_mut(&mut shown);
    let mut meant = shown.clone();
    Expand { aliases, depth: 0 }.visit_type_mut(&mut meant);
    (
        squeezed(&shown.to_token_stream()),
        squeezed(&meant.to_token_stream()),
    )
}

/// `path` without the modules before its names.
pub fn short(path: &syn::Path) -> String {
    let mut path = path.clone();
    LastSegments.visit_path_mut(&mut path);
    squeezed(&path.to_token_stream())
}

/// `tokens` without the spaces that no reader needs.
pub fn squeezed(tokens: &TokenStream) -> String {
    let text = tokens.to_string();
    let mut out = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some(c) = rest.chars().next() {
        let tail = &rest[c.len_utf8()..];
        let needless = c == ' '
            && (out.ends_with(['<', '(', '[', '&', ':', ' ']) && !out.ends_with(", ")
                || tail.starts_with(['<', '>', ')', ']', ',', ':', '(', ' ', ';']));
        let colon = c == ' ' && out.ends_with(':') && !out.ends_with("::");
        if !needless || colon {
            out.push(c);
        }
        rest = tail;
    }
    // Whether a comma ends a list depends on where lines are broken.
    out.replace(">+", "> +")
        .replace(",>", ">")
        .replace(",)", ")")
}

/// Takes the modules off every path.
struct LastSegments;

impl VisitMut for LastSegments {
    fn visit_path_mut(&mut self, path: &mut syn::Path) {
        syn::visit_mut::visit_path_mut(self, path);
        if path.segments.len() > 1
            && let Some(last) = path.segments.pop()
        {
            path.leading_colon = None;
            path.segments = [last.into_value()].into_iter().collect();
        }
    }
}

/// Puts in the place of aliases what they stand for.
struct Expand<'a> {
    aliases: &'a BTreeMap<String, syn::Type>,
    depth: usize,
}

impl VisitMut for Expand<'_> {
    fn visit_type_mut(&mut self, ty: &mut syn::Type) {
        if let syn::Type::Path(path) = ty
            && let Some(name) = path.path.get_ident()
            && let Some(target) = self.aliases.get(&name.to_string())
            && self.depth < 16
        {
            *ty = target.clone();
            LastSegments.visit_type_mut(ty);
            self.depth += 1;
            self.visit_type_mut(ty);
            self.depth -= 1;
            return;
        }
        syn::visit_mut::visit_type_mut(self, ty);
    }
}
