//! slice: the generated code of any part of Atlas's document becomes a crate on the runtime.
//!
//! The crate depends on `atlas-client`, which authenticates, retries and decodes, and adds its
//! operations as extension traits. It holds no copy of the runtime, so that one client, one token
//! and one connection pool serve all slices of a program.

use std::collections::BTreeMap;

use toml_edit::{Array, DocumentMut, InlineTable, Item, Table, Value, value};

use crate::docs::prose;
use crate::error::{Error, Result};
use crate::load::Source;
use crate::output::Output;

/// The package of the runtime.
const RUNTIME: &str = "atlas-client";

/// Where a slice takes the runtime from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Runtime {
    /// A directory, relative to the slice.
    Path(String),
    /// The repository at this address, and a revision in it.
    Git {
        /// The address.
        url: String,
        /// The commit, tag or branch; the newest commit without.
        rev: Option<String>,
    },
    /// A version in the registry.
    Version(String),
}

/// What a slice is called and made of, besides its code.
#[derive(Debug, Clone)]
pub struct Package<'a> {
    /// The name of the package.
    pub name: &'a str,
    /// One line on what it is.
    pub description: &'a str,
    /// Where the runtime comes from.
    pub runtime: &'a Runtime,
    /// Whether the crate lies in a workspace; if not, it becomes one of its own.
    pub in_workspace: bool,
    /// The licence files: names and texts.
    pub licences: &'a [(&'a str, String)],
    /// The manifest that is there already. What it says stays.
    pub manifest: Option<&'a Source>,
}

/// The files of the crate, by path relative to its root.
///
/// # Errors
/// A name that is no package name, or a manifest that cannot be read.
pub fn slice(generated: &Output, package: &Package<'_>) -> Result<BTreeMap<String, String>> {
    check_name(package.name)?;
    let mut files = BTreeMap::new();
    files.insert("Cargo.toml".to_owned(), manifest(generated, package)?);
    files.insert("README.md".to_owned(), readme(generated, package));
    files.insert("src/lib.rs".to_owned(), front_page(generated, package));
    for (name, text) in package.licences {
        files.insert((*name).to_owned(), text.clone());
    }
    for (name, text) in &generated.files {
        // Only the embedded Atlas reads the data files.
        if name.ends_with(".rs") {
            files.insert(format!("src/generated/{name}"), text.clone());
        }
    }
    Ok(files)
}

/// Whether `manifest` is that of a workspace.
pub fn is_workspace(manifest: &str) -> bool {
    manifest
        .parse::<DocumentMut>()
        .is_ok_and(|manifest| manifest.contains_key("workspace"))
}

fn check_name(name: &str) -> Result<()> {
    let fits = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    let starts = name.starts_with(|c: char| c.is_ascii_alphabetic());
    let module = name.replace('-', "_");
    if !starts || !name.chars().all(fits) || syn::parse_str::<syn::Ident>(&module).is_err() {
        return Err(Error::new(format!(
            "`{name}` is no name of a package; a letter begins it, letters, digits, `-` and `_` follow"
        )));
    }
    if module == "atlas_client" {
        return Err(Error::new(format!(
            "`{name}` is the name of the runtime; choose another for the slice"
        )));
    }
    Ok(())
}

fn manifest(generated: &Output, package: &Package<'_>) -> Result<String> {
    let mut manifest: DocumentMut = match package.manifest {
        Some(source) => source.text.parse().map_err(|error: toml_edit::TomlError| {
            Error::new(error.message().to_owned()).in_file(&source.name)
        })?,
        None => DocumentMut::new(),
    };
    let fresh = package.manifest.is_none();
    if fresh {
        let table = section(&mut manifest, "package")?;
        table.insert("name", value(package.name));
        table.insert("version", value("0.1.0"));
        table.insert("edition", value("2024"));
        table.insert("rust-version", value("1.95"));
        table.insert("description", value(package.description));
        table.insert("license", value("MIT OR Apache-2.0"));
        table.insert("readme", value("README.md"));
        table.insert("publish", value(false));
    }
    let dependencies = section(&mut manifest, "dependencies")?;
    let mut runtime = InlineTable::new();
    match package.runtime {
        Runtime::Path(path) => {
            runtime.insert("path", path.as_str().into());
        }
        Runtime::Git { url, rev } => {
            runtime.insert("git", url.as_str().into());
            if let Some(rev) = rev {
                runtime.insert("rev", rev.as_str().into());
            }
        }
        Runtime::Version(version) => {
            runtime.insert("version", version.as_str().into());
        }
    }
    add(dependencies, RUNTIME, runtime.into());
    let mut serde = InlineTable::new();
    serde.insert("version", "1.0".into());
    serde.insert("features", Array::from_iter(["derive"]).into());
    add(dependencies, "serde", serde.into());
    add(dependencies, "serde_json", "1.0".into());
    if !generated.features.is_empty() {
        let features = section(&mut manifest, "features")?;
        add(features, "default", Array::from_iter(["all"]).into());
        let all = Array::from_iter(generated.features.keys().map(String::as_str));
        // The tags of the document decide what is all of them.
        features.insert("all", value(all));
        for feature in generated.features.keys() {
            add(features, feature, Array::new().into());
        }
    }
    if fresh && !package.in_workspace {
        manifest.insert("workspace", Item::Table(Table::new()));
    }
    Ok(manifest.to_string())
}

fn section<'a>(manifest: &'a mut DocumentMut, name: &str) -> Result<&'a mut Table> {
    manifest
        .entry(name)
        .or_insert_with(|| Item::Table(Table::new()))
        .as_table_mut()
        .ok_or_else(|| Error::new(format!("`{name}` must be a table")).in_file("Cargo.toml"))
}

/// Adds what is not there: what a person has written stays.
fn add(table: &mut Table, key: &str, to_add: Value) {
    if !table.contains_key(key) {
        table.insert(key, value(to_add));
    }
}

fn module(package: &Package<'_>) -> String {
    package.name.replace('-', "_")
}

fn readme(generated: &Output, package: &Package<'_>) -> String {
    let Package {
        name, description, ..
    } = package;
    let module = module(package);
    let mut text = format!(
        "# {name}\n\n\
         {description}.\n\n\
         Generated; edit its `Cargo.toml` at will, and nothing below `src/`. The client comes from\n\
         `atlas-client`; importing the traits gives it the {operations} of this crate:\n\n\
         ```rust\n\
         use atlas_client::Client;\n\
         use {module}::prelude::*;\n\n\
         let client = Client::from_env()?;\n\
         ```\n\n\
         One `Client` serves every such crate of a program: with one token and one connection pool.\n",
        operations = count(generated.operations_out, "operation"),
    );
    text.push_str(&features(generated));
    text
}

fn front_page(generated: &Output, package: &Package<'_>) -> String {
    let module = module(package);
    let text = format!(
        "{description}.\n\n\
         The traits of [`operations`] add {count} to [`Client`]. Each method is called as its\n\
         operation id and starts a builder: its methods take what the call needs, `send` makes the\n\
         call. [`builder`] lists the operations, each with its roles, media type and failures;\n\
         [`types`] holds what they take and return.\n\n\
         ```no_run\n\
         use {module}::Client;\n\
         #[allow(unused_imports)]\n\
         use {module}::prelude::*;\n\n\
         # fn example() -> Result<(), atlas_client::Error> {{\n\
         let client = Client::from_env()?;\n\
         # let _ = client;\n\
         # Ok(())\n\
         # }}\n\
         ```\n{features}",
        description = package.description,
        count = count(generated.operations_out, "operation"),
        features = features(generated),
    );
    let mut out = String::new();
    for line in text.lines() {
        out.push_str(format!("//! {line}").trim_end());
        out.push('\n');
    }
    out.push_str(
        "\n\
         #[rustfmt::skip]\n\
         mod generated;\n\n\
         pub use atlas_client::{self, Client, Error};\n\
         pub use generated::{builder, operations, types};\n\n\
         /// The traits that add the operations to [`Client`].\n\
         pub mod prelude {\n    pub use crate::operations::*;\n}\n",
    );
    out
}

/// `3 operations`.
fn count(n: usize, unit: &str) -> String {
    match n {
        1 => format!("1 {unit}"),
        n => format!("{n} {unit}s"),
    }
}

/// What is said of the features for tags.
fn features(generated: &Output) -> String {
    if generated.features.is_empty() {
        return String::new();
    }
    let mut text =
        "\n# Features\n\nEach tag is a feature, which switches on its operations and the \
                    types that they need. `all`, a default, switches on every one; with \
                    `default-features = false` and the tags that are called, the crate compiles \
                    faster.\n\n"
            .to_owned();
    for (feature, tag) in &generated.features {
        text.push_str(&format!("- `{feature}`: {}\n", prose::first_line(tag)));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn package<'a>(runtime: &'a Runtime, manifest: Option<&'a Source>) -> Package<'a> {
        Package {
            name: "atlas-clusters",
            description: "The clusters of MongoDB Atlas",
            runtime,
            in_workspace: false,
            licences: &[],
            manifest,
        }
    }

    fn generated() -> Output {
        let mut output = Output::default();
        output.add("mod.rs", String::new());
        output.features = [("clusters".to_owned(), "Clusters".to_owned())].into();
        output
    }

    #[test]
    fn a_slice_depends_on_the_runtime_and_holds_none_of_it() {
        let runtime = Runtime::Path("../atlas-client".to_owned());
        let files = slice(&generated(), &package(&runtime, None)).unwrap();
        let manifest = &files["Cargo.toml"];
        assert!(
            manifest.contains("atlas-client = { path = \"../atlas-client\" }"),
            "{manifest}"
        );
        assert!(manifest.contains("[workspace]"), "{manifest}");
        assert!(files.contains_key("src/generated/mod.rs"));
        assert!(files["README.md"].contains("use atlas_clusters::prelude::*;"));
    }

    #[test]
    fn what_a_person_wrote_into_the_manifest_stays() {
        let text = "# mine\n[package]\nname = \"renamed\"\nversion = \"3.0.0\"\n\n[dependencies]\n\
                    atlas-client = \"9\" # pinned\nlog = \"0.4\"\n\n[features]\ndefault = []\n";
        let source = Source::new("Cargo.toml", text.to_owned());
        let runtime = Runtime::Path("../atlas-client".to_owned());
        let files = slice(&generated(), &package(&runtime, Some(&source))).unwrap();
        let manifest = &files["Cargo.toml"];
        for kept in [
            "# mine",
            "version = \"3.0.0\"",
            "atlas-client = \"9\" # pinned",
            "log = \"0.4\"",
            "default = []",
        ] {
            assert!(manifest.contains(kept), "{kept}: {manifest}");
        }
        assert!(manifest.contains("clusters = []"), "{manifest}");
        let again = Source::new("Cargo.toml", manifest.clone());
        let files = slice(&generated(), &package(&runtime, Some(&again))).unwrap();
        assert_eq!(&files["Cargo.toml"], manifest);
    }

    #[test]
    fn a_name_that_no_package_can_have_is_refused() {
        let runtime = Runtime::Version("0.1".to_owned());
        for name in ["", "1a", "a b", "atlas-client", "self", "a/b"] {
            let mut package = package(&runtime, None);
            package.name = name;
            let error = slice(&generated(), &package).unwrap_err().to_string();
            assert!(error.contains(&format!("`{name}`")), "{error}");
        }
    }
}
