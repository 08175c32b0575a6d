//! Reads the public API of a client from the syntax trees of its files.
//!
//! It knows where callers find which items. `spelt` reads names on the wire, `spelling` formats
//! types.

pub(crate) mod alias;
pub(crate) mod api;
mod spelling;
mod spelt;

use std::collections::{BTreeMap, BTreeSet, HashSet};

use quote::ToTokens;
use syn::{Fields, ImplItem, Item as Code, TraitItem};

use crate::rust_api::read::api::{ALL, Api, Item, ItemKind};
use crate::rust_api::read::spelling::{Names, Scope};
use atlas_gen::edits::syntax::{owner, trait_argument, trait_name};
use atlas_gen::output::cut::Files;
use atlas_gen::output::features::Features;

/// Reads the API of the client that `files` belong to and that is split into `whole`.
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
            wire: spelt::arguments(items),
            api: &mut api,
        };
        reader.items(items);
    }
    // A builder is added and removed with the method that starts it.
    let starts: Vec<(String, String)> = api
        .items
        .iter()
        .filter(|(path, _)| path.starts_with("Client::") || path.starts_with("operations::"))
        .filter_map(|(path, item)| {
            let (_, builder) = item.meaning.split_once("-> ")?;
            let builder = builder.split('<').next()?;
            Some((path.clone(), builder.to_owned()))
        })
        .collect();
    for (method, builder) in starts {
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

/// Returns the features of the modules of a client, by module name.
fn modules(files: &Files) -> BTreeMap<String, String> {
    let items = files.values().flatten();
    let modules = items.filter_map(|item| match item {
        Code::Mod(module) if module.content.is_none() => Some(module),
        _ => None,
    });
    modules
        .filter_map(|module| {
            let feature = brought_by(&module.attrs).into_iter().next()?;
            Some((module.ident.to_string(), feature))
        })
        .collect()
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
            self.features = brought_by(attributes(item));
            self.features.extend(self.slice.cloned());
            self.item(item);
        }
        // The variants' names on the wire are in the enums' `impl`s.
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
                    let wire = spelt::field(&field.attrs, name);
                    self.give(&at, self.scope.both(&field.ty), Some(wire));
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
                        self.give(&at, self.scope.list(types), None);
                    }
                }
            }
            Code::Type(item) if is_public(&item.vis) => {
                let path = format!("{}::{}", self.scope.module, item.ident);
                self.add(&path, ItemKind::Alias, None, &item.attrs);
                self.give(&path, self.scope.both(&item.ty), None);
            }
            // One for the operations of a tag, if the client is in another crate.
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
            // The client itself is always available.
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
                    self.give(&at, self.scope.both(&constant.ty), None);
                }
                _ => {}
            }
        }
    }

    /// Handles a trait `impl`. A trait from the client's own module only concerns the runtime, not
    /// callers.
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
            // `From<X> for runtime::Raw` lets `X` become one.
            let (into, _) = self.scope.both(&block.self_ty);
            let (of, _) = self.scope.both(&of);
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
        self.give(&at, self.scope.signature(signature), None);
    }

    /// Returns whether the builders of calls are being read.
    fn is_call(&self) -> bool {
        self.scope.module == BUILDER
    }

    /// Reads the values of an enum's variants.
    fn variants(&mut self, block: &syn::ItemImpl) {
        let of = match trait_name(block).as_deref() {
            None => {
                atlas_gen::edits::syntax::last(&block.self_ty).map(|last| last.ident.to_string())
            }
            Some("From") => trait_argument(block).map(|of| self.scope.both(&of).0),
            Some(_) => None,
        };
        let Some(of) = of else { return };
        for (variant, value) in spelt::values(block) {
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

    fn give(&mut self, path: &str, (shown, meaning): (String, String), wire: Option<String>) {
        if let Some(item) = self.api.items.get_mut(path) {
            item.shown = shown;
            item.meaning = meaning;
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

/// Returns the features in the `cfg` of `attributes`.
fn brought_by(attributes: &[syn::Attribute]) -> BTreeSet<String> {
    let mut features = BTreeSet::new();
    for attribute in attributes.iter().filter(|a| a.path().is_ident("cfg")) {
        // Conditions of other forms are not about features.
        let _ = attribute.parse_nested_meta(|meta| named(&meta, &mut features));
    }
    features
}

/// Adds the features that `feature = ".."` or `any(feature = "..", ..)` contain.
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
mod tests {
    use super::*;

    fn api(file: &str, text: &str) -> Api {
        let parsed = syn::parse_file(text).expect("Rust");
        read(
            &Files::from([(file.to_owned(), parsed.items)]),
            &Features::default(),
        )
    }

    #[test]
    fn aliases_mean_what_they_stand_for() {
        let api = api(
            "types.rs",
            "pub type Cidr = String;
             pub struct Net { pub cidr: Option<Cidr>, pub other: other::Cidr, secret: u8 }",
        );
        let field = &api.items["types::Net::cidr"];
        assert_eq!(field.shown, "Option<Cidr>");
        assert_eq!(field.meaning, "Option<String>");
        assert!(!api.items.contains_key("types::Net::secret"));
    }

    #[test]
    fn a_setter_takes_whatever_becomes_its_member() {
        let api = api(
            "types.rs",
            "pub struct A;
             pub mod builder {
                 pub struct A { a: u8 }
                 impl A {
                     pub fn one<T>(mut self, value: T) -> Self
                     where T: TryInto<super::A>, T::Error: std::fmt::Display + 'static { self }
                     pub fn many<T>(mut self, values: T) -> Self
                     where T: IntoIterator, T::Item: TryInto<String>,
                         <T::Item as TryInto<String>>::Error: std::fmt::Display + 'static,
                     { self }
                 }
                 impl TryFrom<A> for super::A { type Error = BuildError; }
             }
             impl A { pub fn builder() -> builder::A { todo!() } }",
        );
        let shown = |path: &str| api.items[path].shown.clone();
        assert_eq!(
            shown("types::builder::A::one()"),
            "(self, impl TryInto<A>) -> Self"
        );
        assert_eq!(
            shown("types::builder::A::many()"),
            "(self, impl IntoIterator<Item: TryInto<String>>) -> Self"
        );
        assert_eq!(shown("types::A::builder()"), "() -> builder::A");
        assert!(
            api.items
                .contains_key("impl TryFrom<builder::A> for types::A")
        );
        let parent = |path: &str| api.items[path].parent.clone();
        assert_eq!(parent("types::builder::A").as_deref(), Some("types::A"));
        assert!(!api.items.contains_key("types::builder::A::a"));
    }

    #[test]
    fn the_names_on_the_wire_belong_to_fields_variants_and_arguments_of_calls() {
        let types = api(
            "types.rs",
            r#"pub struct S { #[serde(rename = "aB")] pub a_b: bool, pub c: bool }
             pub enum E { Minus1, Hashed, Unknown(UnknownLiteral) }
             impl From<E> for runtime::RawLiteral {
                 fn from(value: E) -> Self {
                     match value {
                         E::Minus1 => Self::from(-1i64),
                         E::Hashed => Self::from("hashed"),
                         E::Unknown(value) => value.into(),
                     }
                 }
             }
             pub enum T { On, Unknown(UnknownValue) }
             impl T { pub fn as_str(&self) -> &str {
                 match self { Self::On => "ON", Self::Unknown(value) => value.as_str() }
             } }"#,
        );
        for (path, wire) in [
            ("types::S::a_b", Some("\"aB\"")),
            ("types::S::c", Some("\"c\"")),
            ("types::E::Minus1", Some("-1")),
            ("types::E::Hashed", Some("\"hashed\"")),
            ("types::T::On", Some("\"ON\"")),
            ("types::T::Unknown", None),
        ] {
            assert_eq!(types.items[path].wire.as_deref(), wire, "{path}");
        }
        assert!(
            types
                .items
                .contains_key("impl Into<RawLiteral> for types::E")
        );
        let calls = api(
            "builder.rs",
            r#"impl<'a> Get<'a> {
                 pub fn new(client: &'a Client) -> Self { todo!() }
                 pub fn a_b(mut self, value: bool) -> Self { self }
                 pub fn body(mut self, value: bool) -> Self { self }
                 pub fn send(self) -> ResponseFuture<types::S> {
                     let mut call = runtime::Call::new(self.client, &OPERATION);
                     call.query_param("aB", limited(self.a_b), runtime::Style::FORM);
                     call.json_body(self.body);
                     call.send()
                 }
             }"#,
        );
        let wire = |path: &str| calls.items[path].wire.clone();
        assert_eq!(wire("builder::Get::a_b()").as_deref(), Some("query `aB`"));
        assert_eq!(wire("builder::Get::body()"), None);
        assert_eq!(
            calls.items["builder::Get::send()"].shown,
            "(self) -> ResponseFuture<S>"
        );
    }

    #[test]
    fn operations_of_another_crate_s_client_come_by_traits() {
        let api = api(
            "operations.rs",
            "pub trait ClientAExt { fn get(&self) -> builder::Get<'_>; }
             impl ClientAExt for Client { fn get(&self) -> builder::Get<'_> { todo!() } }",
        );
        let paths: Vec<&str> = api.items.keys().map(String::as_str).collect();
        assert_eq!(
            paths,
            ["operations::ClientAExt", "operations::ClientAExt::get()"]
        );
        let method = &api.items["operations::ClientAExt::get()"];
        assert_eq!(method.shown, "(&self) -> builder::Get<'_>");
    }
}
