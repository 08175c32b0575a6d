//! Reads the public API of a client from the syntax trees of its files.
//!
//! It knows the module structure of generated code. `wire_names` reads names on the wire, `signatures`
//! formats types.

pub(crate) mod alias;
pub(crate) mod api;
mod features;
mod signatures;
mod wire_names;

use std::collections::{BTreeMap, BTreeSet, HashSet};

use quote::ToTokens;
use syn::{Fields, ImplItem, Item as Code, TraitItem};

use crate::rust_api::read::api::{ALL, Api, Item, ItemKind};
use crate::rust_api::read::features::{cfg_features, modules};
use crate::rust_api::read::signatures::{Names, Scope};
use atlas_gen::edits::syntax::{owner, trait_argument, trait_name};
use atlas_gen::output::cut::Files;
use atlas_gen::output::features::Features;

/// Reads the API of the client of which `files` are a part and `whole` are all features.
pub fn read(files: &Files, whole: &Features) -> Api {
    let mut api = Api::default();
    let names = names(files);
    let modules = modules(files);
    // Including features without files.
    for feature in whole.tags.keys() {
        api.add_feature(feature);
    }
    if !whole.tags.is_empty() {
        api.add_feature(ALL);
    }
    for (name, items) in files {
        let path = name.trim_end_matches(".rs");
        let (module, slice) = path.split_once('/').unwrap_or((path, ""));
        let mut reader = Reader {
            scope: Scope {
                module,
                names: &names,
            },
            slice: modules.get(slice),
            features: BTreeSet::new(),
            wire: wire_names::arguments(items),
            api: &mut api,
        };
        reader.items(items);
    }
    // A builder is added and removed with the method that returns it.
    let builders: Vec<(String, String)> = api
        .items
        .iter()
        .filter(|(path, _)| path.starts_with("Client::") || path.starts_with("operations::"))
        .filter_map(|(path, item)| {
            let (_, builder) = item.expanded.split_once("-> ")?;
            let builder = builder.split('<').next()?;
            Some((path.clone(), builder.to_owned()))
        })
        .collect();
    for (method, builder) in builders {
        if let Some(item) = api.items.get_mut(&builder) {
            item.parent = Some(method);
        }
    }
    api
}

/// Returns the names of the types that the files define.
fn names(files: &Files) -> Names<'_> {
    let mut names = Names {
        aliases: BTreeMap::new(),
        types: HashSet::new(),
        builders: HashSet::new(),
    };
    let types = files.iter().filter(|(name, _)| name.starts_with("types"));
    for item in types.flat_map(|(_, items)| items) {
        match item {
            Code::Type(alias) => {
                names.types.insert(alias.ident.to_string());
                names.aliases.insert(alias.ident.to_string(), &alias.ty);
            }
            Code::Mod(module) if module.ident == BUILDER => {
                let items = module.content.iter().flat_map(|(_, items)| items);
                let items = items.filter(|item| !matches!(item, Code::Impl(_)));
                names.builders.extend(items.filter_map(owner));
            }
            Code::Impl(_) => {}
            other => names.types.extend(owner(other)),
        }
    }
    names
}

/// The module of types' builders.
const BUILDER: &str = "builder";

/// Reads items into an API.
struct Reader<'a> {
    scope: Scope<'a>,
    /// The feature of the file.
    slice: Option<&'a String>,
    /// The features of the current item.
    features: BTreeSet<String>,
    /// The names on the wire of arguments, by builder and method.
    wire: BTreeMap<(String, String), String>,
    api: &'a mut Api,
}

impl Reader<'_> {
    fn items(&mut self, items: &[Code]) {
        for item in items {
            self.features = cfg_features(attributes(item));
            self.features.extend(self.slice.cloned());
            self.item(item);
        }
        // Names of variants on the wire are in `impl`s of the enums.
        for item in items {
            if let Code::Impl(block) = item {
                self.variants(block);
            }
        }
    }

    fn item(&mut self, item: &Code) {
        match item {
            Code::Struct(item) if is_public(&item.vis) => {
                let path = format!("{}::{}", self.scope.module, item.ident);
                let of =
                    (self.scope.module == TYPE_BUILDERS).then(|| format!("types::{}", item.ident));
                self.add(&path, ItemKind::Struct, of, &item.attrs);
                self.derives(&path, &item.attrs);
                for field in item.fields.iter().filter(|field| is_public(&field.vis)) {
                    let Some(name) = &field.ident else { continue };
                    let at = format!("{path}::{name}");
                    self.add(&at, ItemKind::Field, Some(path.clone()), &field.attrs);
                    let wire = wire_names::field(&field.attrs, name);
                    self.set_type(&at, self.scope.format_type(&field.ty), Some(wire));
                }
            }
            Code::Enum(item) if is_public(&item.vis) => {
                let path = format!("{}::{}", self.scope.module, item.ident);
                self.add(&path, ItemKind::Enum, None, &item.attrs);
                self.derives(&path, &item.attrs);
                for variant in &item.variants {
                    let at = format!("{path}::{}", variant.ident);
                    self.add(&at, ItemKind::Variant, Some(path.clone()), &variant.attrs);
                    if let Fields::Unnamed(fields) = &variant.fields {
                        let types = fields.unnamed.iter().map(|field| &field.ty);
                        self.set_type(&at, self.scope.list(types), None);
                    }
                }
            }
            Code::Type(item) if is_public(&item.vis) => {
                let path = format!("{}::{}", self.scope.module, item.ident);
                self.add(&path, ItemKind::Alias, None, &item.attrs);
                self.set_type(&path, self.scope.format_type(&item.ty), None);
            }
            // The operations of a tag are in a trait if the client is in another crate.
            Code::Trait(item) if is_public(&item.vis) => {
                let path = format!("{}::{}", self.scope.module, item.ident);
                self.add(&path, ItemKind::Trait, None, &item.attrs);
                for item in &item.items {
                    if let TraitItem::Fn(method) = item {
                        self.method(&path, Some(&path), &method.sig, &method.attrs);
                    }
                }
            }
            Code::Mod(module) if module.ident == BUILDER && self.scope.module == "types" => {
                let outer = std::mem::replace(&mut self.scope.module, TYPE_BUILDERS);
                self.items(module.content.as_ref().map_or(&[], |(_, items)| items));
                self.scope.module = outer;
            }
            Code::Impl(block) => self.block(block),
            _ => {}
        }
    }

    fn block(&mut self, block: &syn::ItemImpl) {
        if let Some((_, path, _)) = &block.trait_ {
            return self.implemented(block, path);
        }
        let Some(name) = atlas_gen::edits::syntax::last(&block.self_ty) else {
            return;
        };
        let (of, parent) = if name.ident == CLIENT {
            // The client itself is not an item of the generated code.
            (CLIENT.to_owned(), None)
        } else {
            let of = format!("{}::{}", self.scope.module, name.ident);
            (of.clone(), Some(of))
        };
        for item in &block.items {
            match item {
                ImplItem::Fn(method) if is_public(&method.vis) => {
                    self.method(&of, parent.as_deref(), &method.sig, &method.attrs);
                    let setter = (name.ident.to_string(), method.sig.ident.to_string());
                    if let Some(wire) = self.wire.get(&setter).filter(|_| self.is_call())
                        && let Some(item) = self.api.items.get_mut(&method_path(&of, &method.sig))
                    {
                        item.wire = Some(wire.clone());
                    }
                }
                ImplItem::Const(constant) if is_public(&constant.vis) => {
                    let at = format!("{of}::{}", constant.ident);
                    self.add(&at, ItemKind::Const, parent.clone(), &constant.attrs);
                    self.set_type(&at, self.scope.format_type(&constant.ty), None);
                }
                _ => {}
            }
        }
    }

    /// Reads a trait `impl`, unless it only concerns the runtime.
    fn implemented(&mut self, block: &syn::ItemImpl, path: &syn::Path) {
        let is_runtime = |path: &syn::Path| path.segments.iter().any(|s| s.ident == "runtime");
        let is_own = path.segments.len() == 1 && self.scope.module == "operations";
        if is_runtime(path) || is_own {
            return;
        }
        if let syn::Type::Path(own) = &*block.self_ty
            && is_runtime(&own.path)
            && let Some(of) = trait_argument(block)
        {
            // `From<X> for runtime::Raw` gives `X` an `Into`.
            let (into, _) = self.scope.format_type(&block.self_ty);
            let (of, _) = self.scope.format_type(&of);
            return self
                .api
                .add_trait(&format!("Into<{into}>"), &format!("types::{of}"));
        }
        let (name, of) = (self.scope.path(path), self.scope.path_of(&block.self_ty));
        self.api.add_trait(&name, &of);
    }

    fn method(
        &mut self,
        of: &str,
        parent: Option<&str>,
        signature: &syn::Signature,
        attributes: &[syn::Attribute],
    ) {
        let at = method_path(of, signature);
        self.add(&at, ItemKind::Method, parent.map(str::to_owned), attributes);
        self.set_type(&at, self.scope.signature(signature), None);
    }

    /// Returns whether builders of requests are being read.
    fn is_call(&self) -> bool {
        self.scope.module == BUILDER
    }

    /// Reads the values of an enum's variants.
    fn variants(&mut self, block: &syn::ItemImpl) {
        let of = match trait_name(block).as_deref() {
            None => {
                atlas_gen::edits::syntax::last(&block.self_ty).map(|last| last.ident.to_string())
            }
            Some("From") => trait_argument(block).map(|of| self.scope.format_type(&of).0),
            Some(_) => None,
        };
        let Some(of) = of else { return };
        for (variant, value) in wire_names::values(block) {
            let at = format!("{}::{of}::{variant}", self.scope.module);
            if let Some(item) = self.api.items.get_mut(&at) {
                item.wire = Some(value);
            }
        }
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
            }
            let words = match &attribute.meta {
                syn::Meta::NameValue(pair) if name.is_ident("doc") => Some(&pair.value),
                _ => None,
            };
            if let Some(syn::Expr::Lit(text)) = words
                && let syn::Lit::Str(text) = &text.lit
            {
                item.docs.push_str(&text.value());
                item.docs.push('\n');
            }
        }
        self.api.items.insert(path.to_owned(), item);
    }

    fn set_type(&mut self, path: &str, (shown, expanded): (String, String), wire: Option<String>) {
        if let Some(item) = self.api.items.get_mut(path) {
            item.shown = shown;
            item.expanded = expanded;
            item.wire = wire;
        }
    }

    fn derives(&mut self, path: &str, attributes: &[syn::Attribute]) {
        for attribute in attributes.iter().filter(|a| a.path().is_ident("derive")) {
            // rustc rejects anything but a list of paths.
            let _ = attribute.parse_nested_meta(|meta| {
                self.api.add_trait(&self.scope.path(&meta.path), path);
                Ok(())
            });
        }
    }
}

/// The module of the builders of types.
const TYPE_BUILDERS: &str = "types::builder";

/// The type that has the operations' methods.
const CLIENT: &str = "Client";

fn method_path(of: &str, signature: &syn::Signature) -> String {
    format!("{of}::{}()", signature.ident)
}

fn attributes(item: &Code) -> &[syn::Attribute] {
    match item {
        Code::Enum(item) => &item.attrs,
        Code::Impl(item) => &item.attrs,
        Code::Struct(item) => &item.attrs,
        Code::Trait(item) => &item.attrs,
        Code::Type(item) => &item.attrs,
        _ => &[],
    }
}

fn is_public(visibility: &syn::Visibility) -> bool {
    matches!(visibility, syn::Visibility::Public(_))
}

#[cfg(test)]
mod tests;
