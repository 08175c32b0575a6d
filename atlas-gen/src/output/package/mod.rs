//! Packages the generated code of any part of Atlas's document as a crate that depends on the
//! runtime.
//!
//! The crate depends on `atlas-client`, which authenticates, retries and decodes, and adds its
//! operations as extension traits. It holds no copy of the runtime, so that all slices of a program
//! share one client, one token and one connection pool.

mod manifest;
mod pages;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;
use toml_edit::DocumentMut;

pub use self::manifest::{default_description, package_name};

use crate::error::{Error, Result};
use crate::load::Source;
use crate::names::rust_ident;
use crate::output::Output;

/// The runtime's package.
const RUNTIME: &str = "atlas-client";

/// The feature of the runtime's package that adds operations to its client.
pub const CLIENT_FEATURE: &str = "cloud-migration-service";

/// The source of a slice's runtime dependency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Runtime {
    /// A directory, relative to the slice.
    Path(String),
    /// A Git repository.
    Git {
        /// The URL.
        url: String,
        /// The commit, tag or branch; defaults to the newest commit.
        rev: Option<String>,
    },
    /// A version from the registry.
    Version(String),
}

/// The metadata of a slice.
#[derive(Debug, Clone)]
pub struct Package<'a> {
    /// The name of the package.
    pub name: &'a str,
    /// A one-line description.
    pub description: &'a str,
    /// The source of the runtime.
    pub runtime: &'a Runtime,
    /// The ids of the operations in the runtime's client, see [`operation_ids`].
    pub client_operations: &'a BTreeSet<String>,
    /// The command that regenerates the crate.
    pub command: &'a str,
    /// Whether the crate is a member of a workspace; if not, it becomes its own workspace root.
    pub in_workspace: bool,
    /// The license files: names and texts.
    pub licences: &'a [(&'a str, String)],
    /// The existing manifest, whose entries are kept.
    pub manifest: Option<&'a Source>,
}

/// Returns the files of the crate, by path relative to its root.
///
/// # Errors
/// An invalid package name, or a manifest that cannot be parsed or is of a package with another name.
pub fn slice(generated: &Output, package: &Package<'_>) -> Result<BTreeMap<String, String>> {
    check_name(package.name)?;
    if let Some(source) = package.manifest {
        let there = package_name(source)?;
        if there != package.name {
            return Err(Error::new(format!(
                "the package is called `{there}`, not `{}`; give it one of the names",
                package.name
            ))
            .in_file(&source.name));
        }
    }
    let mut files = BTreeMap::new();
    files.insert(
        "Cargo.toml".to_owned(),
        manifest::manifest(generated, package)?,
    );
    files.insert("README.md".to_owned(), pages::readme(generated, package));
    files.insert(
        "src/lib.rs".to_owned(),
        pages::front_page(generated, package),
    );
    for (name, text) in package.licences {
        files.insert((*name).to_owned(), text.clone());
    }
    for (name, text) in &generated.files {
        // Omits the digests, which the build script of `atlas-client` checks.
        if name.ends_with(".rs") {
            files.insert(format!("src/generated/{name}"), text.clone());
        }
    }
    Ok(files)
}

/// An operation of a slice that the runtime's client also has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shared {
    /// The operation id.
    pub id: String,
    /// The path of the slice's method: `atlas_jobs::operations::ClientJobsExt::list_jobs`.
    /// Method-call syntax calls the client's own method, if that is enabled.
    pub path: String,
}

/// Returns the operations that the runtime's client also has.
pub fn shared(generated: &Output, package: &Package<'_>) -> Vec<Shared> {
    let operations = generated.operations.iter();
    let mut shared: Vec<Shared> = operations
        .filter(|operation| package.client_operations.contains(&operation.id))
        .map(|operation| Shared {
            id: operation.id.clone(),
            path: operation.method.clone(),
        })
        .collect();
    if !shared.is_empty() {
        let traits = traits(generated);
        for Shared { path, .. } in &mut shared {
            let of = traits.get(path).map_or("TRAIT", String::as_str);
            *path = format!("{}::operations::{of}::{path}", module(package));
        }
    }
    shared
}

/// Returns the traits of the generated code by their methods.
fn traits(generated: &Output) -> BTreeMap<String, String> {
    let files = generated.files.iter();
    let files = files.filter(|(name, _)| name.starts_with("operations") && name.ends_with(".rs"));
    let items = files.flat_map(|(_, text)| syn::parse_file(text).map_or(Vec::new(), |f| f.items));
    let mut traits = BTreeMap::new();
    for item in items {
        let syn::Item::Trait(item) = item else {
            continue;
        };
        for member in &item.items {
            if let syn::TraitItem::Fn(method) = member {
                traits.insert(method.sig.ident.to_string(), item.ident.to_string());
            }
        }
    }
    traits
}

/// Returns the operation ids in the `operations.json` of a generated client.
pub fn operation_ids(operations: &str) -> BTreeSet<String> {
    let rows: Vec<Json> = serde_json::from_str(operations).unwrap_or_default();
    let ids = rows.iter().filter_map(|row| row["id"].as_str());
    ids.map(str::to_owned).collect()
}

/// Returns whether `manifest` is a workspace manifest.
pub fn is_workspace(manifest: &str) -> bool {
    manifest
        .parse::<DocumentMut>()
        .is_ok_and(|manifest| manifest.contains_key("workspace"))
}

/// Names of crates that the code, the docs or the tests of a slice use.
const CRATES: [&str; 8] = [
    "alloc",
    "core",
    "proc_macro",
    "serde",
    "serde_json",
    "std",
    "test",
    "tokio",
];

fn check_name(name: &str) -> Result<()> {
    let fits = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    let starts = name.starts_with(|c: char| c.is_ascii_alphabetic());
    if !starts || !name.chars().all(fits) {
        return Err(Error::new(format!(
            "`{name}` is not a package name; it must start with a letter, followed by letters, digits, `-` or `_`"
        )));
    }
    let module = name.replace('-', "_");
    let is_keyword = rust_ident(&module) == format!("{module}_")
        || syn::parse_str::<syn::Ident>(&module).is_err();
    let reason = if is_keyword {
        "a keyword of Rust"
    } else if module == "atlas_client" {
        "the name of the runtime"
    } else if CRATES.contains(&module.as_str()) {
        "the name of a crate that slices use"
    } else {
        return Ok(());
    };
    Err(Error::new(format!(
        "`{name}` is {reason}; choose another name for the slice"
    )))
}

/// Returns the name by which programs import the crate.
fn module(package: &Package<'_>) -> String {
    let library = package.manifest.and_then(manifest::library_name);
    library.unwrap_or_else(|| package.name.replace('-', "_"))
}

/// Formats a count: `3 operations`.
fn count(n: usize, unit: &str) -> String {
    match n {
        1 => format!("1 {unit}"),
        n => format!("{n} {unit}s"),
    }
}

#[cfg(test)]
mod tests;
