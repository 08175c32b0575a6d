//! Generates functions that use an item of generated code in every way that semantic versioning
//! covers: they name types, read fields, construct and match variants, require traits, and call
//! functions with arguments of the declared types.
//!
//! It knows items, not which module they are in.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::visit_mut::{self, VisitMut};
use syn::{Fields, FnArg, GenericParam, Generics, ImplItem, Item, ReturnType, Type};

/// A function that uses an item.
pub struct Use {
    /// The path of the item in its module; `impl for PATH` for a trait implementation.
    pub item: String,
    pub generics: Generics,
    pub parameters: TokenStream,
    pub result: TokenStream,
    pub body: TokenStream,
}

impl Use {
    fn of(item: impl Into<String>) -> Self {
        Self {
            item: item.into(),
            generics: Generics::default(),
            parameters: TokenStream::new(),
            result: TokenStream::new(),
            body: TokenStream::new(),
        }
    }

    fn generics(mut self, generics: &Generics) -> Self {
        self.generics = generics.clone();
        self
    }

    fn takes(mut self, parameters: TokenStream) -> Self {
        self.parameters = parameters;
        self
    }

    fn returns(mut self, result: TokenStream) -> Self {
        self.result = result;
        self
    }

    fn does(mut self, body: TokenStream) -> Self {
        self.body = body;
        self
    }
}

/// Returns the functions that use an item.
pub fn uses(item: &Item) -> Vec<Use> {
    match item {
        Item::Struct(item) => of_struct(item),
        Item::Enum(item) => of_enum(item),
        Item::Type(item) => {
            let (name, ty) = (&item.ident, &item.ty);
            let (_, arguments, _) = item.generics.split_for_impl();
            let own = Use::of(name.to_string()).generics(&item.generics);
            vec![
                own.takes(quote!(value: #name #arguments))
                    .returns(quote!(-> #ty))
                    .does(quote!(value)),
            ]
        }
        Item::Impl(block) => match &block.trait_ {
            Some((_, path, _)) => implemented(block, path).into_iter().collect(),
            None => {
                let items = block.items.iter();
                items.filter_map(|item| member(block, item)).collect()
            }
        },
        Item::Static(_) | Item::Const(_) | Item::Fn(_) => Vec::new(),
        other => panic!(
            "generated code has an item of a new kind: {}",
            quote!(#other)
        ),
    }
}

/// Returns each public field by value, so that its type is not coerced, and constructs and
/// destructures the struct if that is allowed.
fn of_struct(item: &syn::ItemStruct) -> Vec<Use> {
    let name = &item.ident;
    let (_, arguments, _) = item.generics.split_for_impl();
    let own = quote!(#name #arguments);
    let of = |path: String| Use::of(path).generics(&item.generics);
    let mut uses = derived(&item.generics, &own, &item.attrs);
    uses.push(of(name.to_string()).takes(quote!(value: #own)));
    let mut fields = Vec::new();
    for field in &item.fields {
        let (Some(field_name), syn::Visibility::Public(_)) = (&field.ident, &field.vis) else {
            continue;
        };
        let ty = &field.ty;
        let field = of(format!("{name}::{field_name}")).takes(quote!(value: #own));
        uses.push(
            field
                .returns(quote!(-> #ty))
                .does(quote!(value.#field_name)),
        );
        fields.push(quote!(#field_name));
    }
    if !is_non_exhaustive(&item.attrs) && fields.len() == item.fields.len() {
        let again = quote!(let #name { #(#fields),* } = value; #name { #(#fields),* });
        let whole = of(name.to_string()).takes(quote!(value: #own));
        uses.push(whole.returns(quote!(-> #own)).does(again));
    }
    uses
}

/// Constructs each variant, reads its value, and matches on all variants.
fn of_enum(item: &syn::ItemEnum) -> Vec<Use> {
    let name = &item.ident;
    let mut uses = derived(&item.generics, &quote!(#name), &item.attrs);
    let mut patterns = Vec::new();
    for variant in &item.variants {
        let variant_name = &variant.ident;
        let (types, value) = match &variant.fields {
            Fields::Unit => (Vec::new(), quote!()),
            Fields::Unnamed(fields) => {
                let types: Vec<&Type> = fields.unnamed.iter().map(|field| &field.ty).collect();
                let names = (0..types.len()).map(|i| format_ident!("value_{i}"));
                (types, quote!((#(#names),*)))
            }
            Fields::Named(_) => panic!("{name}::{variant_name} has named fields"),
        };
        let names = (0..types.len()).map(|i| format_ident!("value_{i}"));
        let names: Vec<syn::Ident> = names.collect();
        let own = || Use::of(format!("{name}::{variant_name}"));
        let whole = quote!(#name::#variant_name #value);
        let made = own().takes(quote!(#(#names: #types),*));
        uses.push(made.returns(quote!(-> #name)).does(whole.clone()));
        let read = quote!(if let #whole = value { #(let _: #types = #names;)* });
        uses.push(own().takes(quote!(value: #name)).does(read));
        patterns.push(whole);
    }
    let open = is_non_exhaustive(&item.attrs).then(|| quote!(_ => {}));
    let matched = quote!(match value { #(#patterns => {})* #open });
    // The match depends on every variant, so it is a use of the enum.
    let own = Use::of(name.to_string()).takes(quote!(value: #name));
    uses.push(match open {
        Some(_) => own,
        None => own.does(matched),
    });
    uses
}

fn is_non_exhaustive(attributes: &[syn::Attribute]) -> bool {
    let mut attributes = attributes.iter();
    attributes.any(|attribute| attribute.path().is_ident("non_exhaustive"))
}

/// Requires the derived traits, and the auto traits.
fn derived(generics: &Generics, own: &TokenStream, attributes: &[syn::Attribute]) -> Vec<Use> {
    let mut bounds = vec![quote!(Send), quote!(Sync), quote!(Unpin)];
    for attribute in attributes {
        if attribute.path().is_ident("derive") {
            let read = attribute.parse_nested_meta(|meta| {
                let path = &meta.path;
                // For these names, the prelude contains only the derive macros.
                let name = path
                    .segments
                    .last()
                    .map(|segment| segment.ident.to_string());
                bounds.push(match name.as_deref() {
                    Some("Debug") => quote!(std::fmt::Debug),
                    Some("Hash") => quote!(std::hash::Hash),
                    Some("Deserialize") => quote!(for<'x> #path<'x>),
                    _ => quote!(#path),
                });
                Ok(())
            });
            read.expect("a list of traits");
        }
    }
    let uses = bounds.iter().map(|bound| required(generics, own, bound));
    uses.collect()
}

/// Requires that `own` implements a trait.
fn required(generics: &Generics, own: &TokenStream, bound: &TokenStream) -> Use {
    let named = quote!(#own).to_string().replace(' ', "");
    let named = named.split('<').next().unwrap_or_default();
    Use::of(format!("impl for {named}"))
        .generics(generics)
        .does(quote! {
            fn needs<T: #bound>() {}
            needs::<#own>();
        })
}

/// Requires a trait with its associated types. Traits of the module `runtime` are skipped, since it
/// is exempt from semantic versioning.
fn implemented(block: &syn::ItemImpl, path: &syn::Path) -> Option<Use> {
    let is_runtime = |path: &syn::Path| path.segments.iter().any(|s| s.ident == "runtime");
    if is_runtime(path) {
        return None;
    }
    let mut path = path.clone();
    let associated = block.items.iter().filter_map(|item| match item {
        ImplItem::Type(item) => {
            let (name, ty) = (&item.ident, &item.ty);
            Some(quote!(#name = #ty))
        }
        _ => None,
    });
    let mut elided = Elided(false);
    elided.visit_path_mut(&mut path);
    let last = path.segments.last_mut().expect("a name");
    let arguments: Vec<TokenStream> = match std::mem::take(&mut last.arguments) {
        syn::PathArguments::AngleBracketed(arguments) => {
            let arguments = arguments.args.into_iter();
            arguments.map(|argument| quote!(#argument)).collect()
        }
        _ => Vec::new(),
    };
    let all = arguments.iter().cloned().chain(associated);
    let quantified = elided.0.then(|| quote!(for<'x>));
    let own = &block.self_ty;
    let bound = quote!(#quantified #path<#(#all),*>);
    let mut used = required(&block.generics, &quote!(#own), &bound);
    // `From<X> for runtime::RawValue` counts as a trait of `X`.
    if let (Type::Path(own), [of]) = (&**own, &*arguments)
        && is_runtime(&own.path)
    {
        used.item = format!("impl for {of}");
    }
    Some(used)
}

/// Names the elided lifetimes in a trait.
struct Elided(bool);

impl VisitMut for Elided {
    fn visit_type_reference_mut(&mut self, reference: &mut syn::TypeReference) {
        if reference.lifetime.is_none() {
            reference.lifetime = Some(syn::parse_quote!('x));
            self.0 = true;
        }
        visit_mut::visit_type_reference_mut(self, reference);
    }
}

/// Uses a constant, or calls a function: the generated function has the same signature and passes
/// its arguments on.
fn member(block: &syn::ItemImpl, item: &ImplItem) -> Option<Use> {
    let own = &*block.self_ty;
    match item {
        ImplItem::Const(item) if matches!(item.vis, syn::Visibility::Public(_)) => {
            let (name, ty) = (&item.ident, &item.ty);
            let constant = Use::of(format!("{}::{name}", head(own)));
            Some(constant.does(quote!(const VALUE: #ty = <#own>::#name;)))
        }
        ImplItem::Fn(method) if matches!(method.vis, syn::Visibility::Public(_)) => {
            let mut signature = method.sig.clone();
            Named(own).visit_signature_mut(&mut signature);
            let types: Vec<&syn::Ident> = method
                .sig
                .generics
                .type_params()
                .map(|p| &p.ident)
                .collect();
            let mut parameters = Vec::new();
            let mut arguments = Vec::new();
            for (i, input) in signature.inputs.iter().enumerate() {
                let name = format_ident!("value_{i}");
                parameters.push(match input {
                    FnArg::Receiver(receiver) => {
                        let (reference, mutability) = match &receiver.reference {
                            Some((and, lifetime)) => (quote!(#and #lifetime), receiver.mutability),
                            None => (quote!(), None),
                        };
                        quote!(#name: #reference #mutability #own)
                    }
                    FnArg::Typed(typed) => {
                        let ty = &typed.ty;
                        quote!(#name: #ty)
                    }
                });
                arguments.push(name);
            }
            let mut generics = block.generics.clone();
            generics
                .params
                .extend(signature.generics.params.iter().cloned());
            // In a parameter list, lifetimes precede types.
            let is_type =
                |parameter: &GenericParam| !matches!(parameter, GenericParam::Lifetime(_));
            let mut all: Vec<GenericParam> = generics.params.into_iter().collect();
            all.sort_by_key(is_type);
            generics.params = all.into_iter().collect();
            generics.where_clause = signature.generics.where_clause.clone();
            let name = &signature.ident;
            let result = match &signature.output {
                ReturnType::Default => quote!(),
                ReturnType::Type(arrow, ty) => quote!(#arrow #ty),
            };
            let called = Use::of(format!("{}::{name}", head(own))).generics(&generics);
            let called = called.takes(quote!(#(#parameters),*)).returns(result);
            Some(called.does(quote!(<#own>::#name::<#(#types),*>(#(#arguments),*))))
        }
        _ => None,
    }
}

/// Returns the name of a type.
fn head(ty: &Type) -> String {
    match ty {
        Type::Path(path) => path.path.segments.last().expect("a name").ident.to_string(),
        other => panic!("{} has no name", quote!(#other)),
    }
}

/// Replaces `Self` by a type.
struct Named<'a>(&'a Type);

impl VisitMut for Named<'_> {
    fn visit_type_mut(&mut self, ty: &mut Type) {
        match ty {
            Type::Path(path) if path.qself.is_none() && path.path.is_ident("Self") => {
                *ty = self.0.clone();
            }
            _ => visit_mut::visit_type_mut(self, ty),
        }
    }
}
