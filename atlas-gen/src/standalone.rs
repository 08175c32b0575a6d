//! standalone: generated code and the hand-written layer become a crate that builds on its own.
//!
//! It knows how the workspace's own client is laid out, and takes its files as texts.

use std::collections::BTreeMap;

use toml::{Table, Value};

use crate::error::{Error, Result};
use crate::load::Source;
use crate::output::Output;
use crate::docs::prose;

/// What of the hand-written layer stays behind: the embedded Atlas plays the migration operations
/// only, and the tests of the layer are run where the layer is written.
const LEFT_BEHIND: [&str; 2] = ["mock", "tests"];

/// The files of the crate, by path relative to its root.
///
/// `layer` holds the files below the client's `src/` by relative path, without those that were
/// generated; `generated` what goes into `src/generated/`; `manifest` and `workspace` the two
/// manifests that say what the layer depends on.
///
/// # Errors
/// A manifest that cannot be read.
pub fn standalone(
    layer: &BTreeMap<String, String>,
    generated: &Output,
    manifest: &Source,
    workspace: &Source,
    about: &str,
) -> Result<BTreeMap<String, String>> {
    let mut files = BTreeMap::new();
    files.insert(
        "Cargo.toml".to_owned(),
        own_manifest(manifest, workspace, &generated.features)?,
    );
    for (path, text) in layer {
        let mut parts = path.split(['/', '.']);
        if parts.any(|part| LEFT_BEHIND.contains(&part)) {
            continue;
        }
        let text = if path == "lib.rs" {
            front_page(text, &format!("{about}{}", features(&generated.features)))
        } else {
            without_tests(text).to_owned()
        };
        files.insert(format!("src/{path}"), text);
    }
    for (name, text) in &generated.files {
        // Only the embedded Atlas reads the data files.
        if name.ends_with(".rs") {
            files.insert(format!("src/generated/{name}"), text.clone());
        }
    }
    Ok(files)
}

/// `text` without its module of unit tests, which stands at the end.
fn without_tests(text: &str) -> &str {
    match text.find("\n#[cfg(test)]\nmod tests {") {
        Some(end) => text[..=end].trim_end_matches('\n'),
        None => text,
    }
}

/// The root of the crate: the modules of the layer under words of its own.
fn front_page(text: &str, about: &str) -> String {
    let mut out = String::new();
    for line in about.lines() {
        out.push_str(format!("//! {line}").trim_end());
        out.push('\n');
    }
    // A small slice has no use for some of the layer.
    out.push_str("#![allow(\n    dead_code,\n    unused_imports,\n    unused_macros,\n    reason = \"a slice of the document need not use all of the layer\"\n)]\n");
    let mut pending: Vec<&str> = Vec::new();
    for line in text.lines().skip_while(|line| line.starts_with("//!")) {
        // An item's attributes and docs go or stay with it.
        if line.starts_with("#[cfg(") || line.starts_with("///") {
            pending.push(line);
            continue;
        }
        let name = line
            .trim_start_matches("pub ")
            .strip_prefix("mod ")
            .and_then(|rest| rest.strip_suffix(';'));
        if name.is_none_or(|name| !LEFT_BEHIND.contains(&name)) {
            for line in pending.drain(..).chain([line]) {
                out.push_str(line);
                out.push('\n');
            }
        }
        pending.clear();
    }
    out
}

/// What the documentation says of the features for tags.
fn features(features: &BTreeMap<String, String>) -> String {
    if features.is_empty() {
        return String::new();
    }
    let mut text = "\n\n# Features\n\nEach tag is a feature, which switches on its operations and \
                    the types that they need. `all`, a default, switches on every one; with \
                    `default-features = false` and the tags that are called, the crate compiles \
                    faster. TLS (`rustls` or `native-tls`) has to be named then, too.\n\n"
        .to_owned();
    for (feature, tag) in features {
        text.push_str(&format!("- `{feature}`: {}\n", prose::first_line(tag)));
    }
    text
}

fn own_manifest(
    manifest: &Source,
    workspace: &Source,
    tags: &BTreeMap<String, String>,
) -> Result<String> {
    let mut own = parse(manifest)?;
    let shared = parse(workspace)?;
    let shared = |section: &str| {
        shared
            .get("workspace")
            .and_then(|workspace| workspace.get(section))
            .and_then(Value::as_table)
            .cloned()
            .unwrap_or_default()
    };
    if let Some(Value::Table(package)) = own.get_mut("package") {
        let inherited = shared("package");
        for (key, value) in package.iter_mut() {
            if let (true, Some(own)) = (from_workspace(value), inherited.get(key)) {
                *value = own.clone();
            }
        }
        package.insert("publish".to_owned(), Value::Boolean(false));
    }
    let inherited = shared("dependencies");
    let mut optional = Vec::new();
    if let Some(Value::Table(dependencies)) = own.get_mut("dependencies") {
        for (name, value) in dependencies.iter_mut() {
            if value.get("optional").and_then(Value::as_bool) == Some(true) {
                optional.push(name.clone());
            } else if let (true, Some(shared)) = (from_workspace(value), inherited.get(name)) {
                *value = merged(shared, value);
            }
        }
        dependencies.retain(|name, _| !optional.iter().any(|left| left == name));
    }
    if let Some(Value::Table(features)) = own.get_mut("features") {
        for name in LEFT_BEHIND {
            features.remove(name);
        }
        if !tags.is_empty() {
            let text = |name: &str| Value::String(name.to_owned());
            let all = tags.keys().map(|feature| text(feature)).collect();
            features.insert("all".to_owned(), Value::Array(all));
            for feature in tags.keys() {
                features.insert(feature.clone(), Value::Array(Vec::new()));
            }
            if let Some(Value::Array(default)) = features.get_mut("default") {
                default.push(text("all"));
            }
        }
    }
    own.remove("build-dependencies");
    own.remove("dev-dependencies");
    own.remove("lints");
    // A workspace of its own, wherever it is put.
    own.insert("workspace".to_owned(), Value::Table(Table::new()));
    let text = toml::to_string_pretty(&own).map_err(|error| Error::new(error.to_string()))?;
    if tags.is_empty() {
        return Ok(text);
    }
    Ok(text.replacen(
        "[features]\n",
        "# `rustls` and `native-tls` choose TLS. The others are the tags of the document: each\n\
         # switches on its operations and the types that they need; `all` is all of them.\n\
         [features]\n",
        1,
    ))
}

fn parse(source: &Source) -> Result<Table> {
    source
        .text
        .parse()
        .map_err(|error: toml::de::Error| Error::new(error.message()).in_file(&source.name))
}

fn from_workspace(value: &Value) -> bool {
    value.get("workspace").and_then(Value::as_bool) == Some(true)
}

/// The shared dependency with the features that `own` adds.
fn merged(shared: &Value, own: &Value) -> Value {
    let mut table = match shared {
        Value::Table(table) => table.clone(),
        version => Table::from_iter([("version".to_owned(), version.clone())]),
    };
    if let Some(Value::Array(more)) = own.get("features") {
        let features = table
            .entry("features")
            .or_insert_with(|| Value::Array(Vec::new()));
        if let Value::Array(features) = features {
            for feature in more {
                if !features.contains(feature) {
                    features.push(feature.clone());
                }
            }
        }
    }
    Value::Table(table)
}
