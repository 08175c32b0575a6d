//! read: the public API from the text of generated files, by the syntax tree.
//!
//! It knows the form of generated code. What the layer's macros add to an item is in `macros`.

use std::collections::{BTreeMap, BTreeSet};

use quote::ToTokens;

use super::api::{ALL, Api, Item, ItemKind};
use super::macros;
use super::spelling::{short, squeezed};
use crate::error::{Error, Result};

/// The modules of generated code that callers see.
const MODULES: [&str; 2] = ["types", "builder"];

/// Reads the API of the client that `files` belong to.
///
/// # Errors
/// A file is no Rust, or calls a macro that is not known.
pub fn read(files: &BTreeMap<String, String>) -> Result<Api> {
    let mut api = Api::default();
    let mut aliases: BTreeMap<String, syn::Type> = BTreeMap::new();
    let mut features: BTreeMap<String, String> = BTreeMap::new();
    let mut parsed: Vec<(&str, &str, syn::File)> = Vec::new();
    for (name, text) in files.iter().filter(|(name, _)| name.ends_with(".rs")) {
        let file = syn::parse_file(text).map_err(|error| {
            Error::new(format!("generated code is no Rust: {error}")).in_file(name)
        })?;
        for item in &file.items {
            match item {
                syn::Item::Type(alias) => {
                    aliases.insert(alias.ident.to_string(), (*alias.ty).clone());
                }
                // A slice of the client: the feature and its module have the same name or nearly so.
                syn::Item::Mod(slice) => {
                    let brought_by = brought_by(&slice.attrs).into_iter().next();
                    features.extend(brought_by.map(|name| (slice.ident.to_string(), name)));
                }
                _ => {}
            }
        }
        let path = name.trim_end_matches(".rs");
        let (module, slice) = path.split_once('/').unwrap_or((path, ""));
        parsed.push((module, slice, file));
    }
    for feature in features.values() {
        api.add_feature(feature);
    }
    if !features.is_empty() {
        api.add_feature(ALL);
    }
    let mut reader = Reader {
        aliases: &aliases,
        features: BTreeSet::new(),
        api: &mut api,
    };
    for (module, slice, file) in &parsed {
        for item in &file.items {
            reader.features = brought_by(attributes(item));
            reader.features.extend(features.get(*slice).cloned());
            reader.item(module, item)?;
        }
    }
    // A builder comes and goes with the method that starts it.
    let starts: Vec<(String, String)> = api
        .items
        .iter()
        .filter(|(path, _)| path.starts_with("Client::"))
        .filter_map(|(path, item)| {
            let (_, builder) = item.meaning.split_once("-> ")?;
            Some((path.clone(), format!("builder::{builder}")))
        })
        .collect();
    for (method, builder) in starts {
        if let Some(item) = api.items.get_mut(&builder) {
            item.parent = Some(method);
        }
    }
    Ok(api)
}

/// Reads items into an API.
pub struct Reader<'a> {
    aliases: &'a BTreeMap<String, syn::Type>,
    /// What brings the item that is read.
    features: BTreeSet<String>,
    /// What has been read so far.
    pub api: &'a mut Api,
}

impl Reader<'_> {
    fn item(&mut self, module: &str, item: &syn::Item) -> Result<()> {
        let public = MODULES.contains(&module);
        match item {
            syn::Item::Struct(item) if public && is_public(&item.vis) => {
                let path = format!("{module}::{}", item.ident);
                self.add(
                    &path,
                    ItemKind::Struct,
                    owner(module, &item.ident),
                    &item.attrs,
                );
                self.derives(&path, &item.attrs);
                for field in &item.fields {
                    if let (true, Some(name)) = (is_public(&field.vis), &field.ident) {
                        let at = format!("{path}::{name}");
                        self.add(&at, ItemKind::Field, Some(path.clone()), &field.attrs);
                        self.give(&at, "", &field.ty.to_token_stream());
                    }
                }
            }
            syn::Item::Enum(item) if public && is_public(&item.vis) => {
                let path = format!("{module}::{}", item.ident);
                self.add(&path, ItemKind::Enum, None, &item.attrs);
                self.derives(&path, &item.attrs);
                for variant in &item.variants {
                    let at = format!("{path}::{}", variant.ident);
                    self.add(&at, ItemKind::Variant, Some(path.clone()), &variant.attrs);
                    self.give(&at, "", &variant.fields.to_token_stream());
                }
            }
            syn::Item::Type(item) if public && is_public(&item.vis) => {
                let path = format!("{module}::{}", item.ident);
                self.add(&path, ItemKind::Alias, None, &item.attrs);
                self.give(&path, "", &item.ty.to_token_stream());
            }
            syn::Item::Impl(block) => self.block(module, block),
            syn::Item::Macro(call) => macros::read(self, module, &call.mac)?,
            _ => {}
        }
        Ok(())
    }

    fn block(&mut self, module: &str, block: &syn::ItemImpl) {
        let name = squeezed(&block.self_ty.to_token_stream());
        let of = match name.as_str() {
            "Client" => name,
            _ => format!("{module}::{name}"),
        };
        if let Some((_, path, _)) = &block.trait_ {
            self.api.add_trait(&short(path), &of);
            return;
        }
        // The client itself is there whatever is generated.
        let parent = (of != "Client").then(|| of.clone());
        for item in &block.items {
            match item {
                syn::ImplItem::Fn(method) if is_public(&method.vis) => {
                    let at = format!("{of}::{}()", method.sig.ident);
                    self.add(&at, ItemKind::Method, parent.clone(), &method.attrs);
                    let (shown, meaning) = self.signature(&method.sig);
                    if let Some(item) = self.api.items.get_mut(&at) {
                        item.shown = shown;
                        item.meaning = meaning;
                        item.wire = wire(&method.block);
                    }
                }
                syn::ImplItem::Const(constant) if is_public(&constant.vis) => {
                    let at = format!("{of}::{}", constant.ident);
                    self.add(&at, ItemKind::Const, parent.clone(), &constant.attrs);
                    self.give(&at, "", &constant.ty.to_token_stream());
                }
                _ => {}
            }
        }
    }

    /// A signature as callers see it, and the same without aliases: neither names of arguments nor
    /// `mut` are part of it.
    fn signature(&self, signature: &syn::Signature) -> (String, String) {
        let mut both = (String::from("("), String::from("("));
        let mut first = true;
        for input in &signature.inputs {
            let (shown, meaning) = match input {
                syn::FnArg::Receiver(receiver) if receiver.reference.is_some() => {
                    ("&self".to_owned(), "&self".to_owned())
                }
                syn::FnArg::Receiver(_) => ("self".to_owned(), "self".to_owned()),
                syn::FnArg::Typed(input) => self.both(&input.ty),
            };
            for (text, part) in [(&mut both.0, shown), (&mut both.1, meaning)] {
                if !first {
                    text.push_str(", ");
                }
                text.push_str(&part);
            }
            first = false;
        }
        both.0.push(')');
        both.1.push(')');
        if let syn::ReturnType::Type(_, ty) = &signature.output {
            let (shown, meaning) = self.both(ty);
            both.0.push_str(&format!(" -> {shown}"));
            both.1.push_str(&format!(" -> {meaning}"));
        }
        if signature.asyncness.is_some() {
            both.0.push_str(" (async)");
            both.1.push_str(" (async)");
        }
        both
    }

    /// `ty` as it is shown, and as it is meant.
    pub fn both(&self, ty: &syn::Type) -> (String, String) {
        super::spelling::both(ty, self.aliases)
    }

    fn add(
        &mut self,
        path: &str,
        kind: ItemKind,
        parent: Option<String>,
        attributes: &[syn::Attribute],
    ) {
        let mut item = Item::new(kind, parent.as_deref());
        item.features.clone_from(&self.features);
        for attribute in attributes {
            let name = attribute.path();
            if name.is_ident("deprecated") {
                item.deprecated = true;
                item.docs.push_str(&attribute.to_token_stream().to_string());
            } else if name.is_ident("non_exhaustive") {
                item.non_exhaustive = true;
            } else if let ("doc", syn::Meta::NameValue(pair)) =
                (ident(name).as_str(), &attribute.meta)
                && let syn::Expr::Lit(text) = &pair.value
                && let syn::Lit::Str(text) = &text.lit
            {
                item.docs.push_str(&text.value());
                item.docs.push('\n');
            }
        }
        self.api.items.insert(path.to_owned(), item);
    }

    /// Gives the item at `path` a type; `tokens` may be the unnamed fields of a variant, too.
    fn give(&mut self, path: &str, before: &str, tokens: &proc_macro2::TokenStream) {
        let ty = syn::parse2::<syn::Type>(tokens.clone());
        let (shown, meaning) = match ty {
            Ok(ty) => self.both(&ty),
            Err(_) => (squeezed(tokens), squeezed(tokens)),
        };
        if let Some(item) = self.api.items.get_mut(path) {
            item.shown = format!("{before}{shown}");
            item.meaning = format!("{before}{meaning}");
        }
    }

    fn derives(&mut self, path: &str, attributes: &[syn::Attribute]) {
        for attribute in attributes.iter().filter(|a| a.path().is_ident("derive")) {
            // What is no list of paths, rustc refuses.
            let _ = attribute.parse_nested_meta(|meta| {
                self.api.add_trait(&ident(&meta.path), path);
                Ok(())
            });
        }
    }
}

/// The features that bring what carries `attributes`: those named in its `cfg`.
fn brought_by(attributes: &[syn::Attribute]) -> BTreeSet<String> {
    let mut features = BTreeSet::new();
    for attribute in attributes.iter().filter(|a| a.path().is_ident("cfg")) {
        // A condition of another form is none on features.
        let _ = attribute.parse_nested_meta(|meta| named(&meta, &mut features));
    }
    features
}

/// Adds the features that `feature = ".."` or `any(feature = "..", ..)` name.
fn named(
    meta: &syn::meta::ParseNestedMeta<'_>,
    features: &mut BTreeSet<String>,
) -> syn::Result<()> {
    if meta.path.is_ident("any") {
        return meta.parse_nested_meta(|meta| named(&meta, features));
    }
    let name: syn::LitStr = meta.value()?.parse()?;
    if meta.path.is_ident("feature") {
        features.insert(name.value());
    }
    Ok(())
}

fn attributes(item: &syn::Item) -> &[syn::Attribute] {
    match item {
        syn::Item::Enum(item) => &item.attrs,
        syn::Item::Impl(item) => &item.attrs,
        syn::Item::Macro(item) => &item.attrs,
        syn::Item::Struct(item) => &item.attrs,
        syn::Item::Type(item) => &item.attrs,
        _ => &[],
    }
}

/// The type that `name` comes and goes with, if it is a builder of one.
fn owner(module: &str, name: &syn::Ident) -> Option<String> {
    let name = name.to_string();
    let of = name.strip_suffix("Builder").filter(|of| !of.is_empty());
    (module == "types")
        .then_some(of)
        .flatten()
        .map(|of| format!("types::{of}"))
}

/// The name on the wire that a setter hands on: the text in `self.0.set::<T>("clusterName", value)`,
/// with the place before it.
fn wire(block: &syn::Block) -> Option<String> {
    let Some(syn::Stmt::Expr(syn::Expr::MethodCall(call), _)) = block.stmts.first() else {
        return None;
    };
    let syn::Expr::Lit(literal) = call.args.first()? else {
        return None;
    };
    let syn::Lit::Str(name) = &literal.lit else {
        return None;
    };
    let method = call.method.to_string();
    let place = method.trim_end_matches("_each");
    Some(format!("{place} `{}`", name.value()))
}

fn is_public(visibility: &syn::Visibility) -> bool {
    matches!(visibility, syn::Visibility::Public(_))
}

/// The last segment of `path`.
pub fn ident(path: &syn::Path) -> String {
    let last = path.segments.last();
    last.map(|segment| segment.ident.to_string())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn api(types: &str) -> Result<Api> {
        read(&BTreeMap::from([("types.rs".to_owned(), types.to_owned())]))
    }

    #[test]
    fn aliases_mean_what_they_stand_for() {
        let api = api("pub type Cidr = String;\n\
             pub struct Net { pub cidr: Option<crate::types::Cidr>, secret: u8 }")
        .expect("an API");
        let field = &api.items["types::Net::cidr"];
        assert_eq!(field.shown, "Option<Cidr>");
        assert_eq!(field.meaning, "Option<String>");
        assert!(!api.items.contains_key("types::Net::secret"));
    }

    #[test]
    fn it_does_not_matter_where_lines_are_broken() {
        let of = |argument: &str| {
            let text = format!(
                "impl B {{ pub fn tags(mut self, values: {argument}) -> Self {{ self }} }}"
            );
            let api = api(&text).expect("an API");
            api.items["types::B::tags()"].shown.clone()
        };
        let broken = of("impl IntoIterator<\n    Item: TryInto<String, Error: Refusal,>,\n>");
        assert_eq!(
            broken,
            of("impl IntoIterator<Item: TryInto<String, Error: Refusal>>")
        );
        assert_eq!(
            broken,
            "(self, impl IntoIterator<Item: TryInto<String, Error: Refusal>>) -> Self"
        );
    }

    #[test]
    fn the_names_on_the_wire_belong_to_fields_variants_and_setters() {
        let api = api("pub struct S { pub a_b: bool }\n\
             crate::object! { S { a_b: required \"aB\", } }\n\
             pub enum E { Minus1, Unknown(Value) }\n\
             crate::open_literal! { E { Minus1 = -1, } }\n\
             impl SBuilder { pub fn a_b(mut self, value: bool) -> Self {\n\
             self.0.set::<bool>(\"aB\", value); self } }")
        .expect("an API");
        let wire = |path: &str| api.items[path].wire.clone();
        assert_eq!(wire("types::S::a_b").as_deref(), Some("\"aB\""));
        assert_eq!(wire("types::E::Minus1").as_deref(), Some("-1"));
        assert_eq!(wire("types::SBuilder::a_b()").as_deref(), Some("set `aB`"));
    }

    #[test]
    fn a_macro_that_is_not_known_is_not_passed_over() {
        let error = api("crate::surprise! { S {} }").expect_err("an error");
        assert_eq!(
            error.to_string(),
            "the macro `surprise` of generated code is not known to the comparison"
        );
    }
}
