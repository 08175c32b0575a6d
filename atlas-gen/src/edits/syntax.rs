//! Syntax tree queries that several edits share.

use syn::visit_mut::VisitMut;

/// Returns the items of the module `name` at the top of `file`.
pub fn module<'a>(file: &'a mut syn::File, name: &str) -> Option<&'a mut Vec<syn::Item>> {
    items_of(&mut file.items, name)
}

/// Returns the items of the module `name` among `items`.
pub fn items_of<'a>(items: &'a mut [syn::Item], name: &str) -> Option<&'a mut Vec<syn::Item>> {
    items.iter_mut().find_map(|item| match item {
        syn::Item::Mod(module) if module.ident == name => {
            module.content.as_mut().map(|(_, items)| items)
        }
        _ => None,
    })
}

/// Returns the name of the type that `item` defines or implements something for.
pub fn owner(item: &syn::Item) -> Option<String> {
    match item {
        syn::Item::Struct(item) => Some(item.ident.to_string()),
        syn::Item::Enum(item) => Some(item.ident.to_string()),
        syn::Item::Type(item) => Some(item.ident.to_string()),
        syn::Item::Impl(item) => last(&item.self_ty).map(|segment| segment.ident.to_string()),
        _ => None,
    }
}

/// Returns the name of the trait that `item` implements, without its path and arguments.
pub fn trait_name(item: &syn::ItemImpl) -> Option<String> {
    let (_, path, _) = item.trait_.as_ref()?;
    path.segments
        .last()
        .map(|segment| segment.ident.to_string())
}

/// Returns the first argument of the trait that `item` implements: `X` of `From<X>`.
pub fn trait_argument(item: &syn::ItemImpl) -> Option<syn::Type> {
    let (_, path, _) = item.trait_.as_ref()?;
    argument_of_segment(path.segments.last()?)
}

/// Returns the last segment of a type that is a path.
pub fn last(ty: &syn::Type) -> Option<&syn::PathSegment> {
    match ty {
        syn::Type::Path(path) => path.path.segments.last(),
        _ => None,
    }
}

/// Returns the first type argument of `ty`.
pub fn argument(ty: &syn::Type) -> Option<syn::Type> {
    argument_of_segment(last(ty)?)
}

fn argument_of_segment(segment: &syn::PathSegment) -> Option<syn::Type> {
    match &segment.arguments {
        syn::PathArguments::AngleBracketed(arguments) => {
            arguments.args.iter().find_map(|argument| match argument {
                syn::GenericArgument::Type(ty) => Some(ty.clone()),
                _ => None,
            })
        }
        _ => None,
    }
}

/// Returns the argument of `ty` if it is `wrapper<argument>`.
pub fn argument_of(ty: &syn::Type, wrapper: &str) -> Option<syn::Type> {
    (last(ty)?.ident == wrapper).then(|| argument(ty)).flatten()
}

/// Returns the type of a builder's field: a `Result` with the runtime's error.
pub fn given(ty: &syn::Type) -> syn::Type {
    syn::parse_quote!(::std::result::Result<#ty, ::atlas_client::BuildError>)
}

/// Returns whether `attribute` is one of serde's.
pub fn is_serde(attribute: &syn::Attribute) -> bool {
    attribute.path().is_ident("serde")
}

/// Returns the name on the wire of a field or a variant called `ident`, from serde's attributes.
pub fn wire_name(attributes: &[syn::Attribute], ident: &syn::Ident) -> String {
    let mut name = ident.to_string();
    for attribute in attributes.iter().filter(|attribute| is_serde(attribute)) {
        // Other attributes than renames are skipped.
        let _ = attribute.parse_nested_meta(|meta| {
            if meta.path.is_ident("rename") {
                name = meta.value()?.parse::<syn::LitStr>()?.value();
            } else if meta.input.peek(syn::Token![=]) {
                meta.value()?.parse::<syn::Lit>()?;
            }
            Ok(())
        });
    }
    name
}

/// Replaces the derived traits of an item by `traits`.
pub fn derive(attributes: &mut Vec<syn::Attribute>, traits: &str) {
    let traits: syn::punctuated::Punctuated<syn::Path, syn::Token![,]> = traits
        .split(", ")
        .filter_map(|name| syn::parse_str::<syn::Path>(name).ok())
        .collect();
    let derive: syn::Attribute = syn::parse_quote!(#[derive(#traits)]);
    match attributes.iter().position(|a| a.path().is_ident("derive")) {
        Some(at) => attributes[at] = derive,
        None => attributes.push(derive),
    }
}

/// How a setter converts its argument, derived from the type of the field.
pub struct Conversion {
    /// The target type of the conversion: the field's without wrappers.
    pub target: syn::Type,
    /// Whether the argument is a list of these.
    pub is_list: bool,
    /// Whether entries of the list may be null. Values and `Option`s of values are accepted, so that a
    /// value that was read can be sent.
    pub has_nulls: bool,
    /// The methods that wrap a converted value, such as `.map(Some)`.
    pub wrap: proc_macro2::TokenStream,
}

impl Conversion {
    /// Returns the conversion for a field of type `ty`.
    pub fn of(ty: &syn::Type) -> Self {
        let mut wrap = proc_macro2::TokenStream::new();
        let mut target = ty.clone();
        loop {
            let (inner, wrapper) = if let Some(inner) = argument_of(&target, "Option") {
                (inner, quote::quote!(.map(Some)))
            } else if let Some(inner) = argument_of(&target, "Box") {
                (inner, quote::quote!(.map(Box::new)))
            } else {
                break;
            };
            wrap = quote::quote!(#wrapper #wrap);
            target = inner;
        }
        // Bytes are one value.
        let list = argument_of(&target, "Vec").filter(|item| *item != syn::parse_quote!(u8));
        let Some(item) = list else {
            return Self {
                target,
                is_list: false,
                has_nulls: false,
                wrap,
            };
        };
        let inner = argument_of(&item, "Option");
        Self {
            has_nulls: inner.is_some(),
            target: inner.unwrap_or(item),
            is_list: true,
            wrap,
        }
    }

    /// Makes `method`, a setter of progenitor's, convert its argument, check it by `constraint`, and
    /// keep the reason why it was rejected.
    pub fn edit(
        &self,
        method: &mut syn::ImplItemFn,
        field: &syn::Ident,
        constraint: Option<proc_macro2::TokenStream>,
    ) {
        let Self {
            target,
            is_list,
            has_nulls,
            wrap,
        } = self;
        let generic = method.sig.generics.type_params().next().map_or_else(
            || quote::format_ident!("T"),
            |parameter| parameter.ident.clone(),
        );
        let docs = std::mem::take(&mut method.attrs);
        let name = &method.sig.ident;
        let converted = if *has_nulls {
            quote::quote!(::atlas_client::runtime::convert_entries(values))
        } else if *is_list {
            quote::quote!(::atlas_client::runtime::convert_each(values))
        } else {
            quote::quote!(::atlas_client::runtime::convert(value))
        };
        let checked = match constraint {
            Some(constraint) => {
                quote::quote!(::atlas_client::runtime::constrain(#converted, &#constraint))
            }
            None => converted,
        };
        *method = if *has_nulls {
            syn::parse_quote! {
                pub fn #name<#generic, By>(mut self, values: #generic) -> Self
                where
                    #generic: ::std::iter::IntoIterator,
                    #generic::Item: ::atlas_client::runtime::Entry<#target, By>,
                {
                    self.#field = #checked #wrap;
                    self
                }
            }
        } else if *is_list {
            syn::parse_quote! {
                pub fn #name<#generic>(mut self, values: #generic) -> Self
                where
                    #generic: ::std::iter::IntoIterator,
                    #generic::Item: ::std::convert::TryInto<#target>,
                    <#generic::Item as ::std::convert::TryInto<#target>>::Error: ::std::fmt::Display + 'static,
                {
                    self.#field = #checked #wrap;
                    self
                }
            }
        } else {
            syn::parse_quote! {
                pub fn #name<#generic>(mut self, value: #generic) -> Self
                where
                    #generic: ::std::convert::TryInto<#target>,
                    #generic::Error: ::std::fmt::Display + 'static,
                {
                    self.#field = #checked #wrap;
                    self
                }
            }
        };
        method.attrs = docs;
    }
}

/// Replaces each path for which `rename` returns another.
pub fn rename_paths(target: &mut syn::File, rename: impl Fn(&syn::Path) -> Option<syn::Path>) {
    struct Rename<F>(F);
    impl<F: Fn(&syn::Path) -> Option<syn::Path>> VisitMut for Rename<F> {
        fn visit_path_mut(&mut self, path: &mut syn::Path) {
            syn::visit_mut::visit_path_mut(self, path);
            if let Some(other) = (self.0)(path) {
                *path = other;
            }
        }
    }
    Rename(rename).visit_file_mut(target);
}
