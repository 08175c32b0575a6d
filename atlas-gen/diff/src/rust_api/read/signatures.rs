//! Formats types and signatures of generated code as comparable strings.
//!
//! Equal types give equal strings, independent of line breaks and module paths. Only the module of
//! builders is kept, because builders have the names of types.

use std::collections::{BTreeMap, HashSet};

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::visit_mut::VisitMut;
use syn::{GenericParam, TypeParamBound, WherePredicate};

use atlas_gen::edits::syntax::last;

/// The names of the types of a client.
#[derive(Debug)]
pub struct Names<'a> {
    /// The aliases and their targets.
    pub aliases: BTreeMap<String, &'a syn::Type>,
    /// All types except builders.
    pub types: HashSet<String>,
    /// The builders of types, under the names of their types.
    pub builders: HashSet<String>,
}

/// The scope in which names are resolved.
#[derive(Debug, Clone, Copy)]
pub struct Scope<'a> {
    /// The module.
    pub module: &'a str,
    /// The names of the client.
    pub names: &'a Names<'a>,
}

impl Scope<'_> {
    /// Formats `ty` as written, and with aliases expanded.
    pub fn format_type(&self, ty: &syn::Type) -> (String, String) {
        let mut shown = ty.clone();
        Shorten(*self).visit_type_mut(&mut shown);
        let text = without_spaces(&shown.to_token_stream());
        let mut expand = Expand {
            names: self.names,
            depth: 0,
            found: false,
        };
        expand.visit_type_mut(&mut shown);
        let expanded = match expand.found {
            true => without_spaces(&shown.to_token_stream()),
            false => text.clone(),
        };
        (text, expanded)
    }

    /// Formats types as a list in brackets.
    pub fn list<'t>(&self, types: impl Iterator<Item = &'t syn::Type>) -> (String, String) {
        let (shown, expanded): (Vec<String>, Vec<String>) =
            types.map(|ty| self.format_type(ty)).unzip();
        let list = |types: Vec<String>| format!("({})", types.join(", "));
        (list(shown), list(expanded))
    }

    /// Formats `path` as written.
    pub fn path(&self, path: &syn::Path) -> String {
        let mut path = path.clone();
        Shorten(*self).visit_path_mut(&mut path);
        without_spaces(&path.to_token_stream())
    }

    /// Returns the path of the item for the type `ty` of this client.
    pub fn path_of(&self, ty: &syn::Type) -> String {
        let name = last(ty).map(|last| last.ident.to_string());
        let name = name.unwrap_or_default();
        let of_type = matches!(ty, syn::Type::Path(path)
            if path.path.segments.first().is_some_and(|first| first.ident == "super"));
        let module = if of_type { "types" } else { self.module };
        format!("{module}::{name}")
    }

    /// Formats a signature as written, and with aliases expanded. Names of arguments and `mut` are omitted,
    /// and generic types are replaced by their bounds, except those on error types.
    pub fn signature(&self, signature: &syn::Signature) -> (String, String) {
        let generics = self.generics(&signature.generics);
        let inputs = signature.inputs.iter().map(|input| match input {
            syn::FnArg::Receiver(receiver) => {
                let own = if receiver.reference.is_some() {
                    "&self"
                } else {
                    "self"
                };
                (own.to_owned(), own.to_owned())
            }
            syn::FnArg::Typed(input) => {
                let name = last(&input.ty).map(|last| last.ident.to_string());
                let generics = name.and_then(|name| generics.get(&name).cloned());
                generics.unwrap_or_else(|| self.format_type(&input.ty))
            }
        });
        let (shown, expanded): (Vec<String>, Vec<String>) = inputs.unzip();
        let output = match &signature.output {
            syn::ReturnType::Type(_, ty) => Some(self.format_type(ty)),
            syn::ReturnType::Default => None,
        };
        let text = |inputs: Vec<String>, output: Option<&String>| {
            let output = output.map(|output| format!(" -> {output}"));
            let inputs = inputs.join(", ");
            format!("({inputs}){}", output.unwrap_or_default())
        };
        (
            text(shown, output.as_ref().map(|(shown, _)| shown)),
            text(expanded, output.as_ref().map(|(_, expanded)| expanded)),
        )
    }

    /// Returns the bounds of each generic type.
    fn generics(&self, generics: &syn::Generics) -> BTreeMap<String, (String, String)> {
        let wheres = generics.where_clause.iter().flat_map(|all| &all.predicates);
        let wheres: Vec<&syn::PredicateType> = wheres
            .filter_map(|predicate| match predicate {
                WherePredicate::Type(predicate) => Some(predicate),
                _ => None,
            })
            .collect();
        let params = generics.params.iter().filter_map(|param| match param {
            GenericParam::Type(param) => Some(param),
            _ => None,
        });
        params
            .map(|param| {
                let of = |path: &[&str]| {
                    wheres
                        .iter()
                        .filter(|predicate| is_path(&predicate.bounded_ty, path))
                        .flat_map(|predicate| &predicate.bounds)
                        .filter_map(|bound| self.bound(bound))
                        .collect::<Vec<_>>()
                };
                let name = param.ident.to_string();
                let mut bounds: Vec<_> = param
                    .bounds
                    .iter()
                    .filter_map(|bound| self.bound(bound))
                    .collect();
                bounds.extend(of(&[&name]));
                let entries = of(&[&name, "Item"]);
                let text = |which: fn(&(String, String)) -> &str| {
                    let own: Vec<&str> = bounds.iter().map(which).collect();
                    let entries: Vec<&str> = entries.iter().map(which).collect();
                    let own = own.join(" + ");
                    match entries.as_slice() {
                        [] => format!("impl {own}"),
                        _ => format!("impl {own}<Item: {}>", entries.join(" + ")),
                    }
                };
                (name, (text(|both| &both.0), text(|both| &both.1)))
            })
            .collect()
    }

    fn bound(&self, bound: &TypeParamBound) -> Option<(String, String)> {
        let TypeParamBound::Trait(bound) = bound else {
            return None;
        };
        let path = syn::TypePath {
            qself: None,
            path: bound.path.clone(),
        };
        Some(self.format_type(&path.into()))
    }
}

/// Returns whether `ty` is the path of `names`.
fn is_path(ty: &syn::Type, names: &[&str]) -> bool {
    let syn::Type::Path(path) = ty else {
        return false;
    };
    let segments = &path.path.segments;
    let same = segments
        .iter()
        .zip(names)
        .all(|(segment, name)| segment.ident == name);
    path.qself.is_none() && segments.len() == names.len() && same
}

/// Formats `tokens` without unnecessary spaces.
fn without_spaces(tokens: &TokenStream) -> String {
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
    // A trailing comma depends on line breaks.
    out.replace(">+", "> +")
        .replace(",>", ">")
        .replace(",)", ")")
}

/// Removes the modules of every path, except that of builders, which is added if it is missing.
struct Shorten<'a>(Scope<'a>);

impl VisitMut for Shorten<'_> {
    fn visit_path_mut(&mut self, path: &mut syn::Path) {
        syn::visit_mut::visit_path_mut(self, path);
        let Some(last) = path.segments.pop() else {
            return;
        };
        let last = last.into_value();
        let name = last.ident.to_string();
        let first = path.segments.first().map(|first| first.ident.to_string());
        let names = self.0.names;
        let before = path.segments.last().map(|before| before.ident.to_string());
        let before = match (first.as_deref(), before.as_deref()) {
            (None, _) if self.0.module == "types::builder" && names.builders.contains(&name) => {
                Some("builder")
            }
            (_, Some("builder")) => Some("builder"),
            // A type of the runtime, if the client has one with the same name.
            (Some("atlas_client"), _) if names.types.contains(&name) => Some("atlas_client"),
            _ => None,
        };
        path.leading_colon = None;
        let before = before.map(|name| syn::PathSegment::from(quote::format_ident!("{name}")));
        path.segments = before.into_iter().chain([last]).collect();
    }
}

/// Replaces aliases by their targets.
struct Expand<'a> {
    names: &'a Names<'a>,
    depth: usize,
    found: bool,
}

impl VisitMut for Expand<'_> {
    fn visit_type_mut(&mut self, ty: &mut syn::Type) {
        if let syn::Type::Path(path) = ty
            && let Some(name) = path.path.get_ident()
            && let Some(target) = self.names.aliases.get(&name.to_string())
            && self.depth < 16
        {
            *ty = (*target).clone();
            // An alias is in the module of types.
            let scope = Scope {
                module: "types",
                names: self.names,
            };
            Shorten(scope).visit_type_mut(ty);
            self.found = true;
            self.depth += 1;
            self.visit_type_mut(ty);
            self.depth -= 1;
            return;
        }
        syn::visit_mut::visit_type_mut(self, ty);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(module: &str, ty: &str) -> (String, String) {
        let target = syn::parse_str("std::vec::Vec<Entry>").expect("a type");
        let names = Names {
            aliases: BTreeMap::from([("Entries".to_owned(), &target)]),
            types: HashSet::from(["Entry".to_owned(), "Method".to_owned()]),
            builders: HashSet::from(["Entry".to_owned()]),
        };
        let scope = Scope {
            module,
            names: &names,
        };
        scope.format_type(&syn::parse_str(ty).expect("a type"))
    }

    #[test]
    fn a_type_is_the_same_wherever_it_is_named() {
        for (module, ty, expected) in [
            ("types", "Option<Entry>", "Option<Entry>"),
            (
                "builder",
                "::std::option::Option<\n  types::Entry,\n>",
                "Option<Entry>",
            ),
            ("types::builder", "Option<super::Entry>", "Option<Entry>"),
            ("types::builder", "Entry", "builder::Entry"),
            ("types", "builder::Entry", "builder::Entry"),
            ("types", "atlas_client::ObjectId", "ObjectId"),
            ("types", "atlas_client::Method", "atlas_client::Method"),
            (
                "types",
                "&'static [&'static str]",
                "&'static [&'static str]",
            ),
        ] {
            let both = (expected.to_owned(), expected.to_owned());
            assert_eq!(shown(module, ty), both, "{module} {ty}");
        }
    }

    #[test]
    fn an_alias_is_expanded_in_what_is_meant_only() {
        for (module, ty) in [
            ("types", "Option<Entries>"),
            ("builder", "Option<types::Entries>"),
        ] {
            let both = (
                "Option<Entries>".to_owned(),
                "Option<Vec<Entry>>".to_owned(),
            );
            assert_eq!(shown(module, ty), both);
        }
    }
}
