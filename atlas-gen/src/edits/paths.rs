//! Shortens the paths of names from the prelude and the runtime.
//!
//! Before:
//! ```rust
//! pub mod types {
//!     #[derive(::serde::Serialize, Clone)]
//!     pub struct Job {
//!         #[serde(skip_serializing_if = "::std::option::Option::is_none")]
//!         pub id: ::std::option::Option<::atlas_client::ObjectId>,
//!         pub names: ::std::vec::Vec<::std::string::String>,
//!         pub fault: <String as ::std::convert::TryInto<Job>>::Error,
//!     }
//!     impl ::std::fmt::Display for Job {
//!         fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
//!             self.id.fmt(f)
//!         }
//!     }
//! }
//! ```
//!
//! After:
//! ```rust
//! pub mod types {
//!     #[derive(serde::Serialize, Clone)]
//!     pub struct Job {
//!         #[serde(skip_serializing_if = "Option::is_none")]
//!         pub id: Option<ObjectId>,
//!         pub names: Vec<String>,
//!         pub fault: <String as TryInto<Job>>::Error,
//!     }
//!     impl std::fmt::Display for Job {
//!         fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
//!             self.id.fmt(f)
//!         }
//!     }
//! }
//! ```

use std::collections::HashSet;

use syn::visit_mut::VisitMut;

use super::Context;
use crate::error::Result;
use crate::schema::{self, Kind};

/// Names that are in scope everywhere.
const PRELUDE: [&str; 12] = [
    "Box",
    "Clone",
    "Default",
    "From",
    "Into",
    "IntoIterator",
    "Option",
    "Result",
    "String",
    "TryFrom",
    "TryInto",
    "Vec",
];

/// The runtime's names that generated files import.
pub const IMPORTED: [&str; 17] = [
    "BuildError",
    "ByteStream",
    "CallOptions",
    "Client",
    "InvalidValue",
    "Items",
    "ObjectId",
    "Pages",
    "ResponseFuture",
    "Sensitive",
    "Timestamp",
    "UnknownJson",
    "UnknownLiteral",
    "UnknownValue",
    "mock",
    "operation",
    "runtime",
];

/// The names of the module `runtime` that generated files import.
pub const IMPORTED_OF_RUNTIME: [&str; 2] = ["Place", "Style"];

/// Shortens paths.
///
/// # Errors
/// None.
pub fn paths(file: &mut syn::File, cx: &Context<'_>) -> Result<()> {
    let schemas = cx
        .document
        .schemas()
        .filter(|(_, schema)| !matches!(schema::kind(schema), Kind::Rust(_)))
        .map(|(name, _)| name.as_str());
    let builders = cx.operations.iter().map(|o| o.type_name.as_str());
    let mut shorten = Shorten {
        taken: schemas.chain(builders).collect(),
    };
    shorten.visit_file_mut(file);
    Ok(())
}

/// Crates that need no leading colons.
const ROOTS: [&str; 3] = ["std", "serde", "serde_json"];

struct Shorten<'a> {
    /// The names of generated types, which the runtime's do not shadow.
    taken: HashSet<&'a str>,
}

impl VisitMut for Shorten<'_> {
    fn visit_path_mut(&mut self, path: &mut syn::Path) {
        syn::visit_mut::visit_path_mut(self, path);
        let name = |at: usize| path.segments.get(at).map(|segment| &segment.ident);
        let Some(first) = name(0) else {
            return;
        };
        // `::std::option::Option` and `::std::boxed::Box::new`.
        let of_prelude = || name(2).is_some_and(|name| PRELUDE.iter().any(|known| name == known));
        let of_fmt = || path.segments.iter().any(|segment| segment.ident == "fmt");
        if first == "std" && of_prelude() && !of_fmt() {
            path.leading_colon = None;
            skip(path, 2);
        } else if first == "atlas_client" {
            let is_imported = |known: &[&'static str], at| {
                let imported = known
                    .iter()
                    .find(|known| name(at).is_some_and(|it| it == *known));
                imported.is_some_and(|name| !self.taken.contains(name))
            };
            let levels = if is_imported(&IMPORTED_OF_RUNTIME, 2) {
                2
            } else {
                usize::from(is_imported(&IMPORTED, 1))
            };
            path.leading_colon = None;
            skip(path, levels);
        } else if ROOTS.iter().any(|root| first == root) {
            path.leading_colon = None;
        }
    }

    fn visit_type_path_mut(&mut self, ty: &mut syn::TypePath) {
        shorten_trait(&mut ty.qself, &mut ty.path);
        syn::visit_mut::visit_type_path_mut(self, ty);
    }

    fn visit_expr_path_mut(&mut self, expr: &mut syn::ExprPath) {
        shorten_trait(&mut expr.qself, &mut expr.path);
        syn::visit_mut::visit_expr_path_mut(self, expr);
    }

    /// Shortens the paths in serde's string attributes.
    fn visit_attribute_mut(&mut self, attribute: &mut syn::Attribute) {
        syn::visit_mut::visit_attribute_mut(self, attribute);
        if attribute.path().is_ident("derive") {
            let mut traits = Vec::new();
            // Every argument of `derive` is a path.
            let _ = attribute.parse_nested_meta(|meta| {
                let mut path = meta.path;
                path.leading_colon = None;
                traits.push(path);
                Ok(())
            });
            *attribute = syn::parse_quote!(#[derive(#(#traits),*)]);
        }
        if !attribute.path().is_ident("serde") {
            return;
        }
        if let syn::Meta::List(list) = &mut attribute.meta {
            list.tokens = shorten_texts(std::mem::take(&mut list.tokens));
        }
    }
}

/// Shortens the trait in `<T as ::std::convert::TryInto<U>>::Error`.
fn shorten_trait(qself: &mut Option<syn::QSelf>, path: &mut syn::Path) {
    let Some(qself) = qself else {
        return;
    };
    let name = |at: usize| path.segments.get(at).map(|segment| &segment.ident);
    if qself.position == 3
        && name(0).is_some_and(|root| root == "std")
        && name(2).is_some_and(|name| PRELUDE.iter().any(|known| name == known))
    {
        path.leading_colon = None;
        skip(path, 2);
        qself.position = 1;
    }
}

/// Removes the first `n` segments.
fn skip(path: &mut syn::Path, n: usize) {
    let segments = std::mem::take(&mut path.segments);
    path.segments = segments.into_iter().skip(n).collect();
}

fn shorten_texts(tokens: proc_macro2::TokenStream) -> proc_macro2::TokenStream {
    tokens
        .into_iter()
        .map(|token| match &token {
            proc_macro2::TokenTree::Literal(literal) => {
                let text = literal.to_string();
                let shorter = text
                    .replace("\"::std::option::Option::", "\"Option::")
                    .replace("\"::", "\"");
                if shorter == text {
                    return token;
                }
                let text = shorter.trim_matches('"');
                proc_macro2::TokenTree::Literal(proc_macro2::Literal::string(text))
            }
            _ => token,
        })
        .collect()
}
