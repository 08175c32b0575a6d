//! Reads the types, builders and calls of a generated crate from its code. It knows the form of
//! generated code, not what is tested.

use std::collections::{BTreeMap, BTreeSet};

use quote::ToTokens;

/// The contents of a crate's files.
#[derive(Default)]
pub struct Offered {
    /// The items of the module `types`, without its builders.
    pub types: Vec<syn::Item>,
    /// The setters of each type that has a builder.
    pub builders: BTreeMap<String, Vec<Setter>>,
    /// The calls of all operations.
    pub calls: Vec<Call>,
}

/// A setter.
pub struct Setter {
    pub method: String,
    /// The field that it sets.
    pub field: String,
    /// The type that the argument is converted to, as a path outside of the crate.
    pub argument: String,
}

/// The builder of a call.
pub struct Call {
    pub id: String,
    /// The path of the method that returns it. It names the trait, because a method of the
    /// runtime's own client takes precedence.
    pub method: String,
    /// The media type of its request body.
    pub content_type: Option<String>,
    pub setters: Vec<Setter>,
    /// The required fields.
    pub required: Vec<String>,
    /// The success type: `()` for an empty body, `ByteStream` for a stream.
    pub success: String,
}

impl Call {
    /// Returns the type of the body if it is JSON.
    pub fn json_body(&self) -> Option<&str> {
        let media_type = self.content_type.as_deref()?;
        let body = self.setters.iter().find(|setter| setter.field == "body")?;
        media_type.ends_with("json").then_some(&body.argument)
    }
}

impl Offered {
    /// Reads the files.
    pub fn by(files: &BTreeMap<String, String>) -> Self {
        let mut offered = Self::default();
        let mut methods = BTreeMap::new();
        let mut calls = Vec::new();
        for (name, text) in files.iter().filter(|(name, _)| name.ends_with(".rs")) {
            let items = syn::parse_file(text).expect(name).items;
            match name.split(['/', '.']).next() {
                Some("types") => offered.add_types(items),
                Some("builder") => calls.extend(items.iter().filter_map(call)),
                Some("operations") => methods.extend(items.iter().flat_map(starts)),
                _ => {}
            }
        }
        for (builder, mut call) in calls {
            let method = methods.remove(&builder);
            call.method = method.unwrap_or_else(|| panic!("nothing starts {builder}"));
            offered.calls.push(call);
        }
        assert!(methods.is_empty(), "no builder for {methods:?}");
        offered
    }

    fn add_types(&mut self, items: Vec<syn::Item>) {
        for item in items {
            match item {
                syn::Item::Mod(module) if module.ident == "builder" => {
                    for item in module.content.map(|(_, items)| items).unwrap_or_default() {
                        if let Some((name, block)) = inherent(&item) {
                            let setters = self.builders.entry(name).or_default();
                            setters.extend(block.items.iter().filter_map(setter));
                        }
                    }
                }
                other => self.types.push(other),
            }
        }
    }

    /// Returns the names on the wire of all members that a value of the type `ty` may have, at any
    /// depth.
    pub fn members_below(&self, ty: &str) -> BTreeSet<String> {
        let mut names = BTreeSet::new();
        let mut seen = BTreeSet::new();
        let mut open = words(ty);
        while let Some(word) = open.pop() {
            if !seen.insert(word.clone()) {
                continue;
            }
            for item in &self.types {
                match item {
                    syn::Item::Struct(item) if item.ident == word => {
                        for field in &item.fields {
                            names.insert(on_the_wire(field));
                            open.extend(words(&plain(&field.ty)));
                        }
                    }
                    syn::Item::Enum(item) if item.ident == word => {
                        let fields = item.variants.iter().flat_map(|variant| &variant.fields);
                        open.extend(fields.flat_map(|field| words(&plain(&field.ty))));
                    }
                    syn::Item::Type(item) if item.ident == word => {
                        open.extend(words(&plain(&item.ty)));
                    }
                    _ => {}
                }
            }
        }
        names
    }
}

fn words(text: &str) -> Vec<String> {
    let words = text.split(|c: char| !c.is_alphanumeric() && c != '_');
    words.map(str::to_owned).collect()
}

/// Returns the name on the wire of a field.
pub fn on_the_wire(field: &syn::Field) -> String {
    let mut name = field.ident.to_token_stream().to_string();
    for attribute in &field.attrs {
        if attribute.path().is_ident("serde") {
            let read = attribute.parse_nested_meta(|meta| {
                if let Ok(value) = meta.value() {
                    let text: syn::LitStr = value.parse()?;
                    if meta.path.is_ident("rename") {
                        name = text.value();
                    }
                }
                Ok(())
            });
            read.expect("an attribute of serde");
        }
    }
    name.trim_start_matches("r#").to_owned()
}

/// Returns the inherent `impl` of a type, with the type's name.
fn inherent(item: &syn::Item) -> Option<(String, &syn::ItemImpl)> {
    match item {
        syn::Item::Impl(block) if block.trait_.is_none() => {
            Some((last_name(&block.self_ty)?, block))
        }
        _ => None,
    }
}

fn last_name(ty: &syn::Type) -> Option<String> {
    match ty {
        syn::Type::Path(path) => Some(path.path.segments.last()?.ident.to_string()),
        _ => None,
    }
}

fn setter(item: &syn::ImplItem) -> Option<Setter> {
    let syn::ImplItem::Fn(method) = item else {
        return None;
    };
    let body = plain(&method.block);
    let (field, _) = body.strip_prefix("{self.")?.split_once('=')?;
    let bounds = method.sig.generics.where_clause.iter();
    let mut arguments = bounds
        .flat_map(|clause| &clause.predicates)
        .filter_map(|predicate| {
            let syn::WherePredicate::Type(predicate) = predicate else {
                return None;
            };
            let argument = predicate.bounds.iter().find_map(|bound| {
                let text = plain(bound);
                let bounds = ["TryInto<", "Entry<"];
                let mut arguments = bounds.iter().filter_map(|bound| text.split_once(bound));
                let argument = arguments.next()?.1.strip_suffix('>')?;
                let argument = argument.trim_end_matches(',').trim_end_matches(",By");
                Some(argument.replace("super::", "types::"))
            })?;
            let each = plain(&predicate.bounded_ty).ends_with("::Item");
            Some(if each {
                format!("Vec<{argument}>")
            } else {
                argument
            })
        });
    Some(Setter {
        method: method.sig.ident.to_string(),
        field: field.to_owned(),
        argument: arguments.next()?,
    })
}

/// Returns the call of a builder, and the builder's name; the method that returns it is not known
/// yet.
fn call(item: &syn::Item) -> Option<(String, Call)> {
    let (builder, block) = inherent(item)?;
    let method = |name: &str| {
        block.items.iter().find_map(|item| match item {
            syn::ImplItem::Fn(method) if method.sig.ident == name => Some(method),
            _ => None,
        })
    };
    let (new, send) = (method("new")?, method("send")?);
    let missing = plain(&new.block);
    let required = missing
        .split([',', '{'])
        .filter_map(|part| part.strip_suffix(":Err(BuildError::missing())"))
        .map(str::to_owned)
        .collect();
    let success = plain(&send.sig.output);
    let success = success
        .strip_prefix("->ResponseFuture<")?
        .strip_suffix('>')?;
    // For a paginated list, `send` and the streams share `call`.
    let body = plain(&method("call").unwrap_or(send).block);
    let quoted_after = |sign: &str| {
        let (_, rest) = body.split_once(sign)?;
        rest.split('"').nth(1).map(str::to_owned)
    };
    let call = Call {
        id: quoted_after("Operation::new(")?,
        method: String::new(),
        content_type: quoted_after(".content_type("),
        setters: block.items.iter().filter_map(setter).collect(),
        required,
        success: success.to_owned(),
    };
    Some((builder, call))
}

/// Returns the methods of one of the client's traits, by the builders that they return.
fn starts(item: &syn::Item) -> Vec<(String, String)> {
    let syn::Item::Impl(block) = item else {
        return Vec::new();
    };
    let of = block.trait_.as_ref().map(|(_, path, _)| plain(path));
    let of = of.expect("methods of the client stand in traits");
    let methods = block.items.iter().filter_map(|item| match item {
        syn::ImplItem::Fn(method) => Some(&method.sig),
        _ => None,
    });
    methods
        .filter_map(|method| match &method.output {
            syn::ReturnType::Type(_, ty) => {
                Some((last_name(ty)?, format!("{of}::{}", method.ident)))
            }
            syn::ReturnType::Default => None,
        })
        .collect()
}

/// Returns the tokens without spaces.
fn plain(tokens: &impl ToTokens) -> String {
    tokens.to_token_stream().to_string().replace(' ', "")
}
