//! Splits the items of a client into files, by tag if it has many tags.
//!
//! It knows which file an item belongs to, not what items contain.

use std::collections::{BTreeMap, BTreeSet};

use quote::format_ident;
use syn::visit::Visit;

use super::features::{Features, feature, module};
use crate::edits::paths::{IMPORTED, IMPORTED_OF_RUNTIME};
use crate::edits::syntax::{owner, trait_argument};
use crate::model::Operation;

/// The items of each file, by file name.
pub type Files = BTreeMap<String, Vec<syn::Item>>;

/// Splits `file` into `types.rs`, `builder.rs`, `operations.rs` and `expectations.rs`; in a client
/// with many tags, what belongs to one tag goes into separate files below `types/`, `builder/` etc.
pub fn cut(file: syn::File, operations: &[Operation], features: &Features) -> Files {
    let mut files = Files::new();
    let mut methods = Vec::new();
    for item in file.items {
        match item {
            syn::Item::Mod(module) if module.ident == "types" => {
                types(&mut files, content(module), features);
            }
            syn::Item::Mod(module) if module.ident == "builder" => {
                calls(&mut files, content(module), operations, features);
            }
            syn::Item::Mod(module) if module.ident == "expectations" => {
                expectations(&mut files, content(module), operations, features);
            }
            other => methods.push(other),
        }
    }
    starts(&mut files, methods, operations, features);
    for (name, items) in &mut files {
        // The imports of gated items are unused if their features are disabled.
        let gated = !features.is_whole() && !name.contains('/');
        import(name, items, gated);
    }
    files
}

fn content(module: syn::ItemMod) -> Vec<syn::Item> {
    module.content.map(|(_, items)| items).unwrap_or_default()
}

/// Returns the feature of the first operation that satisfies `found`; `None` if the client is not
/// split.
fn feature_of(
    operations: &[Operation],
    features: &Features,
    found: impl Fn(&Operation) -> bool,
) -> Option<String> {
    if features.is_whole() {
        return None;
    }
    let operation = operations.iter().find(|operation| found(operation))?;
    Some(feature(&operation.tag))
}

/// Returns the type that an item of `types` belongs to; for `From<Type>` for a runtime type,
/// `Type`.
fn type_of(item: &syn::Item) -> String {
    if let syn::Item::Impl(block) = item
        && let syn::Type::Path(path) = &*block.self_ty
        && path
            .path
            .segments
            .first()
            .is_some_and(|s| s.ident == "runtime")
        && let Some(argument) = trait_argument(block)
        && let Some(segment) = crate::edits::syntax::last(&argument)
    {
        return segment.ident.to_string();
    }
    owner(item).unwrap_or_default()
}

/// The file of an item of `types`: that of a tag, or the root file, where features may gate it.
enum Destination {
    Root(Vec<String>),
    Tag(String),
}

fn destination(item: &syn::Item, features: &Features) -> Destination {
    match features.of_type(&type_of(item)).as_slice() {
        [feature] => Destination::Tag((*feature).to_owned()),
        features => Destination::Root(features.iter().map(|f| (*f).to_owned()).collect()),
    }
}

fn types(files: &mut Files, items: Vec<syn::Item>, features: &Features) {
    let mut root = Vec::new();
    let mut root_builders = Vec::new();
    let mut own: BTreeMap<String, (Vec<syn::Item>, Vec<syn::Item>)> = BTreeMap::new();
    for item in items {
        match item {
            syn::Item::Mod(module) if module.ident == "builder" => {
                for item in content(module) {
                    match destination(&item, features) {
                        Destination::Root(features) => root_builders.push(gated(item, &features)),
                        Destination::Tag(tag) => own.entry(tag).or_default().1.push(item),
                    }
                }
            }
            item => match destination(&item, features) {
                Destination::Root(features) => root.push(gated(item, &features)),
                Destination::Tag(tag) => own.entry(tag).or_default().0.push(item),
            },
        }
    }
    let mut modules: Vec<syn::Item> = Vec::new();
    for (feature, (mut items, builders)) in own {
        let name = format_ident!("{}", module(&feature));
        modules.push(syn::parse_quote!(#[cfg(feature = #feature)] mod #name;));
        modules.push(syn::parse_quote!(#[cfg(feature = #feature)] pub use #name::*;));
        items.insert(
            0,
            syn::parse_quote!(
                #[allow(unused_imports, reason = "what is used depends on the tag")]
                use super::*;
            ),
        );
        if !builders.is_empty() {
            root_builders.push(
                syn::parse_quote!(#[cfg(feature = #feature)] pub use super::#name::builder::*;),
            );
            items.push(builder_module(builders));
        }
        files.insert(format!("types/{name}.rs"), items);
    }
    modules.extend(root);
    if !root_builders.is_empty() {
        modules.push(builder_module(root_builders));
    }
    files.insert("types.rs".to_owned(), modules);
}

fn builder_module(items: Vec<syn::Item>) -> syn::Item {
    let mut module: syn::ItemMod = syn::parse_quote! {
        /// Builders of the types that callers send.
        pub mod builder {}
    };
    if let Some((_, content)) = &mut module.content {
        *content = items;
    }
    module.into()
}

/// Gates `item` on any of `features`; returns it unchanged if there is none.
fn gated(mut item: syn::Item, features: &[String]) -> syn::Item {
    if features.is_empty() {
        return item;
    }
    let gate: syn::Attribute = syn::parse_quote!(#[cfg(any(#(feature = #features),*))]);
    match &mut item {
        syn::Item::Enum(item) => item.attrs.push(gate),
        syn::Item::Impl(item) => item.attrs.push(gate),
        syn::Item::Struct(item) => item.attrs.push(gate),
        syn::Item::Type(item) => item.attrs.push(gate),
        _ => {}
    }
    item
}

fn calls(files: &mut Files, items: Vec<syn::Item>, operations: &[Operation], features: &Features) {
    let mut root = Vec::new();
    let mut own: BTreeMap<String, Vec<syn::Item>> = BTreeMap::new();
    for item in items {
        let name = owner(&item).unwrap_or_default();
        match feature_of(operations, features, |o| o.type_name == name) {
            None => root.push(item),
            Some(feature) => own.entry(feature).or_default().push(item),
        }
    }
    spread(files, "builder", root, own);
}

/// Moves the expectations of each operation to the file of its tag, and gates the methods that add
/// mocks.
fn expectations(
    files: &mut Files,
    mut items: Vec<syn::Item>,
    operations: &[Operation],
    features: &Features,
) {
    let mut own: BTreeMap<String, Vec<syn::Item>> = BTreeMap::new();
    let gate = |name: &syn::Ident| -> Option<syn::Attribute> {
        let feature = feature_of(operations, features, |o| name == &o.method_name)?;
        Some(syn::parse_quote!(#[cfg(feature = #feature)]))
    };
    for item in &mut items {
        match item {
            syn::Item::Mod(inner) => {
                for item in inner
                    .content
                    .iter_mut()
                    .flat_map(|(_, items)| items.drain(..))
                {
                    let name = owner(&item).unwrap_or_default();
                    let name = ["When", "Then"]
                        .iter()
                        .find_map(|end| name.strip_suffix(end));
                    let feature = feature_of(operations, features, |o| Some(&*o.type_name) == name);
                    own.entry(feature.unwrap_or_default())
                        .or_default()
                        .push(item);
                }
                let kept = own.remove("").unwrap_or_default();
                let moved = own.keys().map(|feature| -> syn::Item {
                    let name = format_ident!("{}", module(feature));
                    syn::parse_quote!(#[cfg(feature = #feature)] pub use super::#name::*;)
                });
                let all = moved.chain(kept).collect();
                if let Some((_, items)) = &mut inner.content {
                    *items = all;
                }
            }
            syn::Item::Trait(item) => {
                for item in &mut item.items {
                    if let syn::TraitItem::Fn(method) = item {
                        method.attrs.extend(gate(&method.sig.ident));
                    }
                }
            }
            syn::Item::Impl(item) => {
                for item in &mut item.items {
                    if let syn::ImplItem::Fn(method) = item {
                        method.attrs.extend(gate(&method.sig.ident));
                    }
                }
            }
            _ => {}
        }
    }
    let mut root: Vec<syn::Item> = Vec::new();
    for (feature, items) in own {
        let name = format_ident!("{}", module(&feature));
        root.push(syn::parse_quote!(#[cfg(feature = #feature)] mod #name;));
        files.insert(format!("expectations/{name}.rs"), items);
    }
    root.extend(items);
    files.insert("expectations.rs".to_owned(), root);
}

/// Adds the methods that start calls: one `impl` or trait of progenitor's for each tag, or one
/// `impl` for all.
fn starts(files: &mut Files, items: Vec<syn::Item>, operations: &[Operation], features: &Features) {
    let mut root = Vec::new();
    let mut own: BTreeMap<String, Vec<syn::Item>> = BTreeMap::new();
    for item in items {
        let of_method =
            |name: &syn::Ident| feature_of(operations, features, |o| name == &o.method_name);
        match item {
            syn::Item::Impl(mut block) if block.trait_.is_none() && !features.is_whole() => {
                let mut cut: BTreeMap<Option<String>, Vec<syn::ImplItem>> = BTreeMap::new();
                for item in std::mem::take(&mut block.items) {
                    let feature = match &item {
                        syn::ImplItem::Fn(method) => of_method(&method.sig.ident),
                        _ => None,
                    };
                    cut.entry(feature).or_default().push(item);
                }
                for (feature, items) in cut {
                    let part = syn::ItemImpl {
                        items,
                        ..block.clone()
                    };
                    match feature {
                        None => root.push(part.into()),
                        Some(feature) => own.entry(feature).or_default().push(part.into()),
                    }
                }
            }
            item => {
                let first = match &item {
                    syn::Item::Trait(item) => item.items.iter().find_map(|item| match item {
                        syn::TraitItem::Fn(method) => Some(method.sig.ident.clone()),
                        _ => None,
                    }),
                    syn::Item::Impl(item) => item.items.iter().find_map(|item| match item {
                        syn::ImplItem::Fn(method) => Some(method.sig.ident.clone()),
                        _ => None,
                    }),
                    _ => None,
                };
                match first.and_then(|name| of_method(&name)) {
                    None => root.push(item),
                    Some(feature) => own.entry(feature).or_default().push(item),
                }
            }
        }
    }
    spread(files, "operations", root, own);
}

fn spread(
    files: &mut Files,
    folder: &str,
    root: Vec<syn::Item>,
    own: BTreeMap<String, Vec<syn::Item>>,
) {
    let mut modules: Vec<syn::Item> = Vec::new();
    for (feature, items) in own {
        let name = format_ident!("{}", module(&feature));
        modules.push(syn::parse_quote!(#[cfg(feature = #feature)] mod #name;));
        modules.push(syn::parse_quote!(
            #[cfg(feature = #feature)]
            #[allow(unused_imports, reason = "methods of the client have no names here")]
            pub use #name::*;
        ));
        files.insert(format!("{folder}/{name}.rs"), items);
    }
    modules.extend(root);
    files.insert(format!("{folder}.rs"), modules);
}

/// Finds the importable names that are used without a path.
struct Used {
    known: Vec<&'static str>,
    found: BTreeSet<&'static str>,
}

impl<'ast> Visit<'ast> for Used {
    fn visit_item_mod(&mut self, _: &'ast syn::ItemMod) {}

    fn visit_item_use(&mut self, _: &'ast syn::ItemUse) {}

    fn visit_path(&mut self, path: &'ast syn::Path) {
        if path.leading_colon.is_none()
            && let Some(first) = path.segments.first()
        {
            let known = self.known.iter().find(|known| first.ident == **known);
            self.found.extend(known);
        }
        syn::visit::visit_path(self, path);
    }
}

/// Adds imports for the names that the items of a file, or of a module in it, use without a path.
/// If the items are `gated`, some imports may be unused.
fn import(name: &str, items: &mut Vec<syn::Item>, gated: bool) {
    let module = match name.split(['/', '.']).next() {
        Some("builder" | "expectations") => "types",
        Some("operations") => "builder",
        _ => "",
    };
    let mut used = Used {
        known: [&IMPORTED[..], &IMPORTED_OF_RUNTIME, &[module]].concat(),
        found: BTreeSet::new(),
    };
    let mut defined = BTreeSet::new();
    for item in items.iter_mut() {
        if !matches!(item, syn::Item::Impl(_)) {
            defined.extend(owner(item));
        }
        if let syn::Item::Mod(module) = item
            && let Some((_, items)) = &mut module.content
        {
            import(name, items, gated);
        }
        used.visit_item(item);
    }
    let needed = |names: &[&str]| -> Vec<syn::Ident> {
        let needed = names
            .iter()
            .filter(|name| used.found.contains(**name) && !defined.contains(**name));
        needed.map(|name| format_ident!("{name}")).collect()
    };
    let excess: Option<syn::Attribute> = gated.then(|| {
        syn::parse_quote!(#[allow(unused_imports, reason = "what is used depends on the features")])
    });
    let mut imports: Vec<syn::Item> = Vec::new();
    let sources: [(syn::Path, &[&str]); 3] = [
        (
            syn::parse_quote!(atlas_client::runtime),
            &IMPORTED_OF_RUNTIME,
        ),
        (syn::parse_quote!(atlas_client), &IMPORTED),
        (syn::parse_quote!(crate), &[module]),
    ];
    for (source, names) in sources {
        match needed(names).as_slice() {
            [] => {}
            [name] => imports.push(syn::parse_quote!(#excess use #source::#name;)),
            names => imports.push(syn::parse_quote!(#excess use #source::{#(#names),*};)),
        }
    }
    items.splice(0..0, imports);
}
