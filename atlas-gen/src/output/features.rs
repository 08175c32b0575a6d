//! Splits a client with many tags into files and cargo features.
//!
//! Each tag is a feature with its own files, so that users compile only what they call, and a
//! change of one tag leaves the code of the others unchanged. It knows which feature operations and
//! types belong to, not what they contain.

use std::collections::{BTreeMap, BTreeSet};

use heck::ToKebabCase;
use serde_json::Value;

use crate::document::Document;
use crate::edits::paths::IMPORTED;
use crate::edits::{Context, pages};
use crate::model::{Operation, Parameter, Success};
use crate::names::rust_ident;
use crate::schema::{self, Kind};

/// A client with at most this many tags is not split.
const FEW: usize = 6;

/// The feature for operations without a tag.
const UNTAGGED: &str = "untagged";

/// Names of features with another meaning.
pub(super) const TAKEN: [&str; 6] = ["all", "default", "mock", "native-tls", "rustls", "schemars"];

/// The features of a client and what each of them enables.
#[derive(Debug, Default)]
pub struct Features {
    /// The tags by the names of their features; empty if the client is not split.
    pub tags: BTreeMap<String, String>,
    /// The features that need a type. A type that is always needed is not listed.
    types: BTreeMap<String, BTreeSet<String>>,
}

impl Features {
    /// Determines the features of a client.
    pub fn new(document: &Document, operations: &[Operation]) -> Self {
        let features: BTreeMap<String, String> = operations
            .iter()
            .map(|operation| (feature(&operation.tag), operation.tag.clone()))
            .collect();
        if features.len() <= FEW {
            return Self::default();
        }
        let mut types: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for operation in operations {
            for name in reached(document, roots(operation)) {
                let needed_by = types.entry(name).or_default();
                needed_by.insert(feature(&operation.tag));
            }
        }
        // The runtime decodes failures whatever features are enabled.
        let always = crate::document::schema_reference(crate::passes::API_ERROR);
        for name in reached(document, [&always]) {
            types.remove(&name);
        }
        Self {
            tags: features,
            types,
        }
    }

    /// Returns whether the client is not split.
    pub fn is_whole(&self) -> bool {
        self.tags.is_empty()
    }

    /// Returns the operations as the docs of a crate list them.
    pub fn described(&self, document: &Document, operations: &[Operation]) -> Vec<Described> {
        let cx = Context {
            document,
            operations,
        };
        let described = |operation: &Operation| {
            let needed = || operation.parameters.iter().filter(|p| p.required);
            let arguments: Vec<(String, String)> = needed().filter_map(text_argument).collect();
            let needs_body = operation.body.as_ref().is_some_and(|body| body.required);
            let is_json = matches!(operation.success, Success::Json(_));
            let feature = feature(&operation.tag);
            Described {
                id: operation.id.clone(),
                method: operation.method_name.clone(),
                feature: self.tags.contains_key(&feature).then_some(feature),
                takes_texts_only: !needs_body && arguments.len() == needed().count(),
                arguments,
                reads: operation.place.method == "get" && is_json,
                has_pages: pages::page(operation, &cx).is_some(),
                deprecated: operation.deprecated,
            }
        };
        operations.iter().map(described).collect()
    }

    /// Returns the features that need the type called `name`; empty for one that is always needed.
    pub fn of_type(&self, name: &str) -> Vec<&str> {
        let features = self.types.get(name).into_iter().flatten();
        features.map(String::as_str).collect()
    }
}

/// The facts about an operation that the docs of a crate need for an example call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Described {
    /// The operation id.
    pub id: String,
    /// The name of the client's method.
    pub method: String,
    /// The feature that enables it; `None` if the client is not split.
    pub feature: Option<String>,
    /// The setters of required string parameters, each with a value.
    pub arguments: Vec<(String, String)>,
    /// Whether it has no other required parameters or body.
    pub takes_texts_only: bool,
    /// Whether it is read-only and returns JSON.
    pub reads: bool,
    /// Whether it returns a list in pages, so that its builder has streams.
    pub has_pages: bool,
    /// Whether upstream deprecates it.
    pub deprecated: bool,
}

/// Returns the setter of a string parameter, and a value for it.
fn text_argument(parameter: &Parameter) -> Option<(String, String)> {
    let value = match schema::kind(&parameter.schema) {
        Kind::Reference("ObjectId") => "32b6e34b3d91647abb20e7b8",
        Kind::String => parameter.name.as_str(),
        _ => return None,
    };
    let setter = parameter.rust_name.clone();
    Some((setter, value.escape_debug().to_string()))
}

/// Returns the name of the feature for `tag`: `cloud-migration-service` for
/// `Cloud Migration Service`.
pub fn feature(tag: &str) -> String {
    let name = tag.to_kebab_case();
    match name.as_str() {
        "" => UNTAGGED.to_owned(),
        taken if TAKEN.contains(&taken) => format!("tag-{name}"),
        _ => name,
    }
}

/// Returns the name of the module for what belongs to `feature` alone: in ASCII, because rustc finds
/// no file for other letters, and with an underscore at the end if paths of generated code begin with
/// the name. No other feature has a module that ends like this.
pub fn module(feature: &str) -> String {
    let ascii = feature.chars().map(|c| match c.is_ascii() {
        true => c.to_string(),
        false => format!("u{:x}", u32::from(c)),
    });
    let mut name = rust_ident(&ascii.collect::<String>());
    let known = [&ROOTS[..], &PRIMITIVES, &IMPORTED];
    if known.iter().any(|names| names.contains(&&*name)) {
        name.push('_');
    }
    name
}

/// The crates and modules that paths of generated code begin with, beside those that it imports.
const ROOTS: [&str; 10] = [
    "alloc",
    "atlas_client",
    "builder",
    "core",
    "expectations",
    "operations",
    "serde",
    "serde_json",
    "std",
    "types",
];

/// Rust's primitive types, which a module of the same name would hide.
const PRIMITIVES: [&str; 17] = [
    "bool", "char", "f32", "f64", "i8", "i16", "i32", "i64", "i128", "isize", "str", "u8", "u16",
    "u32", "u64", "u128", "usize",
];

/// Returns the schemas that an operation refers to directly.
pub fn roots(operation: &Operation) -> impl Iterator<Item = &Value> {
    let parameters = operation
        .parameters
        .iter()
        .map(|parameter| &parameter.schema);
    let body = operation
        .body
        .iter()
        .filter_map(|body| body.schema.as_ref());
    let success = match &operation.success {
        Success::Json(schema) => Some(schema),
        Success::Empty | Success::Stream => None,
    };
    let failures = operation.answers.failures.iter();
    let failures = failures.filter_map(|failure| failure.schema.as_ref());
    parameters.chain(body).chain(success).chain(failures)
}

/// Returns the components reachable from `roots`.
fn reached<'a>(
    document: &'a Document,
    roots: impl IntoIterator<Item = &'a Value>,
) -> BTreeSet<String> {
    let mut reached = BTreeSet::new();
    let mut open: Vec<String> = roots.into_iter().flat_map(named).collect();
    while let Some(name) = open.pop() {
        if let Some(schema) = document.schema(&name) {
            if !reached.contains(&name) {
                open.extend(named(schema));
            }
            reached.insert(name);
        }
    }
    reached
}

/// Returns the components that `schema` refers to.
fn named(schema: &Value) -> Vec<String> {
    match schema::kind(schema) {
        Kind::Reference(name) => vec![name.to_owned()],
        Kind::Tagged(union) => union.variants.into_iter().map(|v| v.schema).collect(),
        Kind::Untagged(names) => names.into_iter().map(str::to_owned).collect(),
        Kind::Object(members) => members.values().flat_map(named).collect(),
        Kind::Map(values) => named(values),
        Kind::Array(items) => named(items),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn features_are_tags_in_kebab_case_and_never_take_the_name_of_another() {
        assert_eq!(
            feature("Cloud Migration Service"),
            "cloud-migration-service"
        );
        assert_eq!(feature("X.509 Authentication"), "x-509-authentication");
        assert_eq!(feature("All"), "tag-all");
        assert_eq!(feature(""), "untagged");
        assert_eq!(module("x-509-authentication"), "x_509_authentication");
        assert_eq!(module("\u{e9}t\u{e9}"), "ue9tue9");
        for name in ["serde", "runtime", "u64", "type"] {
            assert_eq!(module(name), format!("{name}_"));
        }
    }
}
