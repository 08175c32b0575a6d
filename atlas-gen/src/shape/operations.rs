//! operations: each becomes a method of the client that starts a builder, and the builder, whose
//! `send` makes the call.

use heck::ToShoutySnakeCase;
use proc_macro2::TokenStream;
use quote::{ToTokens, quote};

use super::{doc, docs, ident};
use crate::document::schema_name;
use crate::emit::{OperationTypes, Types, argument_of};
use crate::model::{Location, Operation, Parameter, Success};
use crate::passes::rust_types::NAMES;
use crate::render::Code;

/// The client's methods with what the hand-written layer must know of each operation; `docs` say
/// what the operations have in common.
pub fn client(operations: &[&Operation], docs: &str) -> Code {
    let methods = operations.iter().map(|operation| method(operation));
    let descriptors = operations.iter().map(|operation| descriptor(operation));
    let docs = doc(&[docs]);
    let mut client = Code::default();
    client.tokens = quote! {
        use reqwest::Method;

        use crate::Client;
        use crate::builder::*;
        use crate::operation::{Call, Operation};

        #docs
        impl Client {
            #(#methods)*
        }

        #(#descriptors)*
    };
    client
}

/// The builders that the client's methods start.
pub fn builders(operations: &[&Operation], types: &Types) -> Code {
    let none = OperationTypes::default();
    let mut builders = Code::default();
    builders.tokens = quote!(
        use crate::operation::Call;
    );
    for operation in operations {
        let types = types.operations.get(&operation.id).unwrap_or(&none);
        builder(&mut builders, operation, types);
    }
    builders
}

fn descriptor_name(operation: &Operation) -> proc_macro2::Ident {
    ident(&operation.id.to_shouty_snake_case())
}

fn method(operation: &Operation) -> TokenStream {
    let name = ident(&operation.method_name);
    let builder = ident(&operation.type_name);
    let descriptor = descriptor_name(operation);
    let summary = sentence(&operation.summary, &operation.id);
    let docs = doc(&[format!(
        "{} ([`{}`]({builder}))",
        summary.trim_end_matches('.'),
        request_line(operation)
    )]);
    let deprecated = deprecation(operation);
    quote! {
        #docs
        #deprecated
        pub fn #name(&self) -> #builder {
            #builder(Call::new(self, &#descriptor))
        }
    }
}

fn request_line(operation: &Operation) -> String {
    format!(
        "{} {}",
        operation.place.method.to_uppercase(),
        operation.place.path
    )
}

/// `text` as one sentence.
fn sentence(text: &str, otherwise: &str) -> String {
    let line = docs::first_line(text);
    let line = line.trim_end_matches('.');
    if line.is_empty() {
        format!("Calls the operation `{otherwise}`.")
    } else {
        format!("{line}.")
    }
}

/// `#[deprecated]` for what upstream calls deprecated and for a version that has a sunset.
fn deprecation(operation: &Operation) -> Option<TokenStream> {
    let sunset = operation.version.sunset.as_deref();
    if !operation.deprecated && sunset.is_none() {
        return None;
    }
    let what = match sunset {
        Some(date) => format!("sunset on {date}"),
        None => "deprecated by Atlas, no sunset announced".to_owned(),
    };
    let note = format!("{what}; {}", replacement(operation));
    Some(quote!(#[deprecated(note = #note)]))
}

/// What takes the place of a deprecated operation, as far as the document says.
fn replacement(operation: &Operation) -> String {
    let versions = &operation.version.versions;
    let spoken = versions
        .iter()
        .position(|offered| operation.version.accept.contains(&offered.version));
    let newer = versions
        .iter()
        .skip(spoken.map_or(0, |i| i + 1))
        .next_back();
    if let Some(newer) = newer {
        return format!(
            "version {} replaces the one that this client speaks",
            newer.version
        );
    }
    let sentences: Vec<String> = operation
        .description
        .split("\n\n")
        .map(docs::first_line)
        .flat_map(|paragraph| {
            let sentences = paragraph.split_inclusive(". ").map(str::to_owned);
            sentences.collect::<Vec<_>>()
        })
        .collect();
    let says = |sentence: &str| {
        let lower = sentence.to_lowercase();
        lower.contains("instead") || lower.contains("please use")
    };
    // "This is deprecated. Use …" says it in two sentences.
    let after = sentences.windows(2).find_map(|pair| match pair {
        [first, next] if first.contains("deprecated") && next.starts_with("Use ") => Some(next),
        _ => None,
    });
    let sentence = sentences.iter().find(|sentence| says(sentence)).or(after);
    match sentence {
        Some(sentence) => sentence.trim().trim_end_matches('.').to_owned(),
        None => "the document names no replacement".to_owned(),
    }
}

fn descriptor(operation: &Operation) -> TokenStream {
    let name = descriptor_name(operation);
    let id = &operation.id;
    let method = ident(&operation.place.method.to_uppercase());
    let path = &operation.place.path;
    let accept = &operation.version.accept;
    let content_type = match &operation.version.content_type {
        Some(content_type) => quote!(Some(#content_type)),
        None => quote!(None),
    };
    let required = operation
        .parameters
        .iter()
        .filter(|parameter| parameter.required)
        .map(|parameter| parameter.name.as_str())
        .chain(
            operation
                .body
                .as_ref()
                .filter(|body| body.required)
                .map(|_| "body"),
        );
    quote! {
        static #name: Operation = Operation {
            id: #id,
            method: Method::#method,
            path: #path,
            accept: #accept,
            content_type: #content_type,
            required: &[#(#required),*],
        };
    }
}

fn builder(code: &mut Code, operation: &Operation, types: &OperationTypes) {
    let name = ident(&operation.type_name);
    let docs = doc(&described(operation));
    let setters = operation
        .parameters
        .iter()
        .zip(&types.parameters)
        .map(|(parameter, ty)| setter(parameter, ty));
    let body = operation.body.as_ref().map(|body| {
        let mut lines = docs::lines(&body.description);
        if lines.is_empty() {
            lines.push("The request body.".to_owned());
        }
        if body.required {
            super::say(&mut lines, "Required.");
        }
        let docs = doc(&lines);
        match &types.body {
            Some(ty) => {
                let ty = qualified(ty);
                quote! {
                    #docs
                    pub fn body(
                        mut self,
                        value: impl TryInto<#ty, Error: Refusal>,
                    ) -> Self {
                        self.0.body::<#ty>(value);
                        self
                    }
                }
            }
            None => quote! {
                #docs
                pub fn body(mut self, value: impl Into<Vec<u8>>) -> Self {
                    self.0.body_bytes(value);
                    self
                }
            },
        }
    });
    let setters: TokenStream = setters.chain(body).collect();
    let setters = (!setters.is_empty()).then(|| quote!(impl #name { #setters }));
    code.tokens.extend(quote! {
        #docs
        #[derive(Clone, Debug)]
        #[must_use = "a call is made by `send`"]
        pub struct #name(pub(crate) Call);

        #setters
    });
    let (send, value) = match (&operation.success, &types.success) {
        (Success::Json(_), Some(ty)) if operation.answers.body_can_be_absent => {
            ("send", format!("Option<{}>", absolute(ty)))
        }
        (Success::Json(_), Some(ty)) => ("send", absolute(ty)),
        (Success::Stream, _) => ("send_stream", "crate::ByteStream".to_owned()),
        _ => ("send_empty", "()".to_owned()),
    };
    code.macro_line("call", &format!("{name}: {send} -> {value}"));
}

/// `ty` as it is written where nothing is imported.
fn absolute(ty: &syn::Type) -> String {
    struct Absolute;
    impl syn::visit_mut::VisitMut for Absolute {
        fn visit_path_mut(&mut self, path: &mut syn::Path) {
            syn::visit_mut::visit_path_mut(self, path);
            let Some(first) = path.segments.first() else {
                return;
            };
            let prefix: Option<syn::Path> = match first.ident.to_string().as_str() {
                "String" | "Vec" | "Option" | "Box" | "bool" | "i64" | "f64" => None,
                "BTreeMap" => Some(syn::parse_quote!(std::collections)),
                "Value" => Some(syn::parse_quote!(serde_json)),
                name if NAMES.contains(&name) => Some(syn::parse_quote!(crate)),
                _ => Some(syn::parse_quote!(crate::types)),
            };
            if let Some(mut prefix) = prefix {
                prefix.segments.extend(std::mem::take(&mut path.segments));
                *path = prefix;
            }
        }
    }
    let mut ty = ty.clone();
    syn::visit_mut::VisitMut::visit_type_mut(&mut Absolute, &mut ty);
    ty.to_token_stream()
        .to_string()
        .replace(' ', "")
        .replace(',', ", ")
}

fn setter(parameter: &Parameter, ty: &syn::Type) -> TokenStream {
    let mut lines = docs::lines(&parameter.description);
    if lines.is_empty() {
        lines.push(format!("The parameter `{}`.", parameter.name));
    }
    // What stands in the path is required without saying.
    if parameter.required && parameter.location != Location::Path {
        super::say(&mut lines, "Required.");
    }
    let docs = doc(&lines);
    let method = ident(&parameter.rust_name);
    let name = &parameter.name;
    let place = match parameter.location {
        Location::Path => ident("path"),
        Location::Query => ident("query"),
        Location::Header | Location::Cookie => ident("header"),
    };
    if let Some(item) = argument_of(ty, "Vec") {
        let item = qualified(&item);
        return quote! {
            #docs
            pub fn #method(
                mut self,
                values: impl IntoIterator<Item: TryInto<#item, Error: Refusal>>,
            ) -> Self {
                self.0.query_each::<#item, _>(#name, values);
                self
            }
        };
    }
    let argument = match ty.to_token_stream().to_string().as_str() {
        "bool" | "i32" | "i64" | "f64" => quote!(#ty),
        _ => {
            let ty = qualified(ty);
            quote!(impl TryInto<#ty, Error: Refusal>)
        }
    };
    let ty = qualified(ty);
    quote! {
        #docs
        pub fn #method(mut self, value: #argument) -> Self {
            self.0.#place::<#ty>(#name, value);
            self
        }
    }
}

/// `ty` with the module of the generated types before their names.
fn qualified(ty: &syn::Type) -> TokenStream {
    struct Qualify;
    impl syn::visit_mut::VisitMut for Qualify {
        fn visit_path_mut(&mut self, path: &mut syn::Path) {
            syn::visit_mut::visit_path_mut(self, path);
            let known = [
                "String", "Vec", "Option", "BTreeMap", "bool", "i32", "i64", "f64",
            ];
            if let Some(name) = path.get_ident()
                && let text = name.to_string()
                && !known.contains(&text.as_str())
                && !NAMES.contains(&text.as_str())
            {
                let name = name.clone();
                *path = match name.to_string().as_str() {
                    "Value" => syn::parse_quote!(serde_json::Value),
                    _ => syn::parse_quote!(types::#name),
                };
            }
        }
    }
    let mut ty = ty.clone();
    syn::visit_mut::VisitMut::visit_type_mut(&mut Qualify, &mut ty);
    ty.to_token_stream()
}

/// The words of the longest names of statuses, such as `Internal Server Error`.
const LONGEST_NAME: usize = 3;

fn described(operation: &Operation) -> Vec<String> {
    let mut lines = vec![sentence(&operation.summary, &operation.id)];
    let description = docs::lines(&operation.description);
    if !description.is_empty() {
        lines.push(String::new());
        lines.extend(description);
    }
    lines.push(String::new());
    lines.push("# Request".to_owned());
    lines.push(format!("- Method and path: `{}`", request_line(operation)));
    let roles = match operation.roles.as_slice() {
        [] => "none listed".to_owned(),
        [role] => role.clone(),
        roles => format!("one of {}", roles.join(", ")),
    };
    lines.push(format!("- Roles: {roles}"));
    lines.push(format!("- Media type: `{}`", operation.version.accept));
    if let Some(content_type) = &operation.version.content_type
        && *content_type != operation.version.accept
    {
        lines.push(format!("- Media type of the body: `{content_type}`"));
    }
    let others: Vec<String> = operation
        .version
        .versions
        .iter()
        .filter(|offered| !operation.version.accept.contains(&offered.version))
        .map(|offered| match &offered.sunset {
            Some(sunset) => format!("{} (sunset {sunset})", offered.version),
            None => offered.version.clone(),
        })
        .collect();
    if !others.is_empty() {
        lines.push(format!("- Other versions: {}", others.join(", ")));
    }
    if let Some(sunset) = &operation.version.sunset {
        lines.push(format!("- Sunset of this version: {sunset}"));
    }
    let successes = operation.answers.successes.join(", ");
    lines.push(format!("- Success: {successes}, or any other 2xx"));
    if let Some(url) = &operation.docs_url {
        lines.push(format!("- [Documentation of Atlas]({url})"));
    }
    lines.push(String::new());
    lines.push("# Errors".to_owned());
    let failures = &operation.answers.failures;
    let end = if failures.is_empty() { '.' } else { ':' };
    lines.push(format!(
        "[`Error`](crate::Error) for an argument that does not fit (before anything is sent), for \
         a request that got no answer, for an answer that cannot be read, and for a failure{end}"
    ));
    lines.extend((!failures.is_empty()).then(String::new));
    // Most failures are told of by the name of their status alone: one line for all of these.
    let mut named = Vec::new();
    for failure in failures {
        let text = docs::first_line(&failure.description);
        let typed = failure.schema.as_ref().and_then(schema_name);
        if let Some(name) = typed {
            lines.push(format!(
                "- {}: {text} [`Error::body_as`](crate::Error::body_as) reads a \
                 [`{name}`](crate::types::{name}).",
                failure.status
            ));
        } else if text.split_whitespace().count() <= LONGEST_NAME {
            named.push(format!("{} {}", failure.status, text.trim_end_matches('.')));
        } else {
            lines.push(format!("- {}: {text}", failure.status));
        }
    }
    if !named.is_empty() {
        lines.push(format!("- {}", named.join(", ")));
    }
    lines
}
