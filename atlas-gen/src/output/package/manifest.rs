//! The manifest of a slice: what is written anew, and what of an existing one is kept.
//!
//! An entry that is still as this module writes it follows the document; what a user changed stays.

use toml_edit::{Array, DocumentMut, InlineTable, Item, Table, Value, value};

use super::{Package, RUNTIME, Runtime};
use crate::docs::prose;
use crate::error::{Error, Result};
use crate::load::Source;
use crate::output::Output;
use crate::output::features::TAKEN;

/// The feature that enables those of all tags.
const ALL: &str = "all";

/// Returns the text of `Cargo.toml`.
pub(super) fn manifest(generated: &Output, package: &Package<'_>) -> Result<String> {
    let mut manifest = match package.manifest {
        Some(source) => parse(source)?,
        None => DocumentMut::new(),
    };
    let fresh = package.manifest.is_none();
    let about = section(&mut manifest, "package")?;
    if fresh {
        about.insert("name", value(package.name));
        about.insert("version", value("0.1.0"));
        about.insert("edition", value("2024"));
        about.insert("rust-version", value("1.95"));
        about.insert("description", value(package.description));
        about.insert("license", value("MIT OR Apache-2.0"));
        about.insert("readme", value("README.md"));
        about.insert("publish", value(false));
    } else if let Some(Item::Value(Value::String(description))) = about.get_mut("description")
        && is_default_description(description.value())
    {
        replace(description, package.description);
    }
    let dependencies = section(&mut manifest, "dependencies")?;
    add(dependencies, RUNTIME, runtime(package.runtime).into());
    let mut serde = InlineTable::new();
    serde.insert("version", "1.0".into());
    serde.insert("features", Array::from_iter(["derive"]).into());
    add(dependencies, "serde", serde.into());
    add(dependencies, "serde_json", "1.0".into());
    features(section(&mut manifest, "features")?, generated);
    if fresh {
        // Needed by the example on the front page.
        let mut tokio = InlineTable::new();
        tokio.insert("version", "1".into());
        tokio.insert("features", Array::from_iter(["macros", "rt"]).into());
        add(
            section(&mut manifest, "dev-dependencies")?,
            "tokio",
            tokio.into(),
        );
    }
    if fresh && !package.in_workspace {
        manifest.insert("workspace", Item::Table(Table::new()));
    }
    Ok(manifest.to_string())
}

/// Returns the name of the package in the existing manifest of a slice.
///
/// # Errors
/// A manifest that cannot be parsed, or is of no package.
pub fn package_name(source: &Source) -> Result<String> {
    let manifest = parse(source)?;
    text_of(&manifest, "package", "name").ok_or_else(|| {
        Error::new("has no `name` in `[package]`; add it, or remove the file to get a new one")
            .in_file(&source.name)
    })
}

/// Returns the name of the library in the manifest, if it is not that of the package.
pub(super) fn library_name(source: &Source) -> Option<String> {
    text_of(&parse(source).ok()?, "lib", "name")
}

fn parse(source: &Source) -> Result<DocumentMut> {
    let failed = |error: toml_edit::TomlError| Error::new(error.message()).in_file(&source.name);
    source.text.parse().map_err(failed)
}

fn text_of(manifest: &DocumentMut, table: &str, key: &str) -> Option<String> {
    let text = manifest.get(table)?.get(key)?.as_str()?;
    Some(text.to_owned())
}

/// Returns the description of a slice of `operations` operations that is given none.
pub fn default_description(operations: usize, document: &str) -> String {
    let operations = super::count(operations, "operation");
    format!("{operations}{OF_ATLAS}{}", prose::code(document))
}

const OF_ATLAS: &str = " of MongoDB Atlas for atlas-client, generated from ";

fn is_default_description(text: &str) -> bool {
    let Some((operations, document)) = text.split_once(OF_ATLAS) else {
        return false;
    };
    let count = operations.split_once(' ').and_then(|(count, unit)| {
        let is_unit = matches!(unit, "operation" | "operations");
        is_unit.then(|| count.parse::<usize>().ok())?
    });
    count.is_some() && document.len() > 1 && document.starts_with('`') && document.ends_with('`')
}

fn runtime(source: &Runtime) -> InlineTable {
    let mut runtime = InlineTable::new();
    match source {
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
    // Cargo unifies features across a program: a slice does not enable what it does not need.
    runtime.insert("default-features", false.into());
    runtime
}

/// Writes the features. Those of tags come and go with the document: a feature that was in `all` and
/// is of no tag any more is removed, unless a user gave it a meaning or another feature needs it.
fn features(features: &mut Table, generated: &Output) {
    let tags = &generated.features;
    let old = tags_of(features);
    let is_new = old.is_empty() && !tags.is_empty();
    add(features, "default", Array::from_iter(["rustls"]).into());
    for tls in ["rustls", "native-tls"] {
        let of_runtime = format!("{RUNTIME}/{tls}");
        add(features, tls, Array::from_iter([of_runtime]).into());
    }
    for of_runtime in ["mock", "schemars"] {
        let feature = format!("{RUNTIME}/{of_runtime}");
        add(features, of_runtime, Array::from_iter([feature]).into());
    }
    // An empty default says that nothing is enabled; any other has all operations, as before.
    if let Some(default) = list_mut(features, "default") {
        if is_new && !default.is_empty() && !holds(default, ALL) {
            default.push(ALL);
        }
        if tags.is_empty() && !old.is_empty() {
            default.retain(|name| name.as_str() != Some(ALL));
        }
    }
    if tags.is_empty() {
        if !old.is_empty() {
            features.remove(ALL);
        }
    } else {
        let names = Array::from_iter(tags.keys().map(String::as_str));
        match features.get_mut(ALL).and_then(Item::as_value_mut) {
            Some(all) => {
                let decor = all.decor().clone();
                *all = names.into();
                *all.decor_mut() = decor;
            }
            None => {
                features.insert(ALL, value(names));
            }
        }
        for tag in tags.keys() {
            add(features, tag, Array::new().into());
        }
    }
    for tag in old.iter().filter(|tag| !tags.contains_key(*tag)) {
        let is_empty = list_mut(features, tag).is_some_and(|list| list.is_empty());
        let is_needed = features
            .iter()
            .filter_map(|(_, item)| item.as_array())
            .any(|list| holds(list, tag));
        if is_empty && !is_needed {
            features.remove(tag);
        }
    }
}

/// Returns the features in `all`, if it is as generated: of tags, which are features themselves.
fn tags_of(features: &Table) -> Vec<String> {
    let all = features.get(ALL).and_then(Item::as_array);
    let tags = all.into_iter().flatten();
    let tags = tags.map(|tag| Some(tag.as_str()?.to_owned()));
    let tags: Option<Vec<String>> = tags.collect();
    let is_tag = |tag: &String| features.contains_key(tag) && !TAKEN.contains(&tag.as_str());
    tags.filter(|tags| tags.iter().all(is_tag))
        .unwrap_or_default()
}

fn list_mut<'a>(features: &'a mut Table, name: &str) -> Option<&'a mut Array> {
    features.get_mut(name).and_then(Item::as_array_mut)
}

fn holds(list: &Array, name: &str) -> bool {
    list.iter().any(|entry| entry.as_str() == Some(name))
}

/// Replaces a text and keeps what is around it.
fn replace(text: &mut toml_edit::Formatted<String>, new: &str) {
    let decor = text.decor().clone();
    *text = toml_edit::Formatted::new(new.to_owned());
    *text.decor_mut() = decor;
}

fn section<'a>(manifest: &'a mut DocumentMut, name: &str) -> Result<&'a mut Table> {
    manifest
        .entry(name)
        .or_insert_with(|| Item::Table(Table::new()))
        .as_table_mut()
        .ok_or_else(|| Error::new(format!("`{name}` must be a table")).in_file("Cargo.toml"))
}

/// Adds a missing entry; existing ones are kept.
fn add(table: &mut Table, key: &str, to_add: Value) {
    if !table.contains_key(key) {
        table.insert(key, value(to_add));
    }
}
