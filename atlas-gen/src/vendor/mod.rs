//! Extracts a slice of a published document, as the fragment that is kept in a repository.
//!
//! Structure is the publisher's, prose is this project's ([`prose`]), and the text is in canonical
//! order (`order`), so that a diff of two fragments shows only changes of the published documents.
//! It knows documents as texts, not where they are read from or written to.

mod grammar;
mod order;
mod places;
pub mod prose;
pub mod record;
pub mod yaml;

use serde_json::{Map, Value};

use crate::document::Document;
use crate::error::{Error, Result};
use crate::load::{self, Source};
use crate::passes;
use crate::passes::select::{self, Selection};
pub use prose::{Prose, Words};

/// The inputs of a fragment.
#[derive(Debug, Clone, Copy)]
pub struct Inputs<'a> {
    /// The published document.
    pub published: &'a Source,
    /// The existing fragment, whose prose is kept.
    pub fragment: Option<&'a Source>,
    /// The selected operations.
    pub selection: &'a Selection,
    /// The source of the new fragment's prose.
    pub prose: Prose,
}

/// A fragment.
#[derive(Debug, Clone, PartialEq)]
pub struct Fragment {
    /// The fragment's text.
    pub text: String,
    /// The same as a tree.
    pub value: Value,
    /// What happened to the prose of the previous fragment.
    pub words: Words,
    /// The published document's metadata.
    pub origin: Origin,
    /// The number of operations.
    pub operations: usize,
    /// The number of schemas.
    pub schemas: usize,
    /// Selected tags that operations use but the document does not declare: if the document
    /// declares its tags at its end, a sign of truncation.
    pub undeclared: Vec<String>,
}

/// The metadata of a published document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// `info.title`.
    pub title: String,
    /// `openapi`: the version of the OpenAPI specification.
    pub openapi: String,
    /// `info.x-xgen-sha`, the publisher's revision; `info.version` if it is missing.
    pub revision: String,
}

/// Creates a fragment.
///
/// # Errors
/// Any fault of a document, with its file, line, JSON pointer or operation.
pub fn vendor(inputs: &Inputs<'_>) -> Result<Fragment> {
    let old = match (inputs.fragment, inputs.prose) {
        (Some(fragment), Prose::Keep) => Some(load::load(fragment)?),
        _ => None,
    };
    let document = read(inputs.published)?;
    let fragment = cut(document, old.as_ref(), inputs);
    fragment.map_err(|error| inputs.published.locate(error))
}

/// Returns an error for each of the `corrections` that does not fit `fragment`: an action that
/// changes nothing, or that leaves an invalid document. Code is not generated until each is
/// resolved.
///
/// # Errors
/// The corrections cannot be parsed.
pub fn misfits(fragment: &Value, corrections: &Source) -> Result<Vec<Error>> {
    let mut corrected = fragment.clone();
    let mut misfits = passes::correct::obsolete(&mut corrected, corrections, true)?;
    let checked = Document::new(corrected).and_then(|document| passes::lint::lint(&document));
    if let (Err(error), true) = (checked, misfits.is_empty()) {
        misfits.push(error.in_file(&corrections.name));
    }
    Ok(misfits)
}

fn read(source: &Source) -> Result<Document> {
    let value = load::load(source)?;
    let document = Document::new(value).and_then(|document| {
        passes::lint::lint(&document)?;
        Ok(document)
    });
    document.map_err(|error| source.locate(error))
}

fn cut(mut document: Document, old: Option<&Value>, inputs: &Inputs<'_>) -> Result<Fragment> {
    let origin = origin(&document)?;
    select::select(&mut document, inputs.selection)?;
    let undeclared = undeclared(&document, inputs.selection);
    let operations = document.places().len();
    let schemas = document.schemas().count();
    let mut value = document.into_value();
    let words = match inputs.prose {
        Prose::Upstream => Words::default(),
        Prose::Keep | Prose::None => {
            without_notices(&mut value);
            prose::keep(&mut value, old)
        }
    };
    let value = order::canonical(value);
    let header = header(inputs);
    Ok(Fragment {
        text: format!("{header}{}", yaml::write(&value)),
        value,
        words: match inputs.prose {
            Prose::Keep => words,
            Prose::Upstream | Prose::None => Words::default(),
        },
        origin,
        operations,
        schemas,
        undeclared,
    })
}

fn origin(document: &Document) -> Result<Origin> {
    let root = document.root();
    let info = root.get("info");
    let text = |key: &str| info.and_then(|info| info.get(key)).and_then(Value::as_str);
    let needed = |key: &str| {
        text(key)
            .map(str::to_owned)
            .ok_or_else(|| Error::at("/info", format!("`{key}` is missing or not a string")))
    };
    Ok(Origin {
        title: needed("title")?,
        openapi: root
            .get("openapi")
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned(),
        revision: text("x-xgen-sha").map_or_else(|| needed("version"), |sha| Ok(sha.to_owned()))?,
    })
}

/// Returns the tags of `selection` that the document, reduced to that selection, does not declare.
fn undeclared(document: &Document, selection: &Selection) -> Vec<String> {
    let Selection::Some { tags, .. } = selection else {
        return Vec::new();
    };
    let declared = document.root().get("tags").and_then(Value::as_array);
    let is_declared = |tag: &String| {
        let mut names = declared.into_iter().flatten().filter_map(|t| t.get("name"));
        names.any(|name| name.as_str() == Some(tag))
    };
    tags.iter()
        .filter(|tag| !is_declared(tag))
        .cloned()
        .collect()
}

/// Removes what concerns the publisher's text and pages: license, terms, links and articles.
fn without_notices(document: &mut Value) {
    let Value::Object(root) = document else {
        return;
    };
    root.retain(|name, _| !name.starts_with("x-"));
    if let Some(Value::Object(info)) = root.get_mut("info") {
        let kept = |name: &str| {
            matches!(name, "title" | "version" | "description") || name.starts_with("x-")
        };
        info.retain(|name, _| kept(name));
    }
    root.entry("components")
        .or_insert_with(|| Value::Object(Map::new()));
}

/// Returns the leading comment: the previous fragment's, unless its prose was not this project's.
fn header(inputs: &Inputs<'_>) -> String {
    match inputs.prose {
        Prose::Upstream => UPSTREAM.to_owned(),
        Prose::None => BARE.to_owned(),
        Prose::Keep => {
            let text = inputs.fragment.map_or("", |fragment| &fragment.text);
            let lines = text.lines().take_while(|line| line.starts_with('#'));
            let there: String = lines.map(|line| format!("{line}\n")).collect();
            match there.as_str() {
                "" | UPSTREAM | BARE => OWN.to_owned(),
                _ => there,
            }
        }
    }
}

const OWN: &str = "\
# The vendored fragment: what the client is generated from.
#
# Structure (paths, names, types, limits, media types, extensions, example values) follows the
# published MongoDB Atlas Administration API v2, in the revision that vendor.toml records. Prose
# (summaries, descriptions, titles, sentences in examples) is this project's own.
#
# `cargo xtask vendor` writes this file anew and keeps the prose; comments below this one get lost.
# Where the server is known to differ from the published structure, correct it in corrections.yaml,
# not here. Order: named maps by name, objects in a fixed order of keys, extensions last.
";

const UPSTREAM: &str = "\
# A slice of a published document, cut out by `cargo xtask vendor --prose upstream`.
#
# Its words are its publisher's and under the licence that `info.license` names: check what that
# allows before this file goes anywhere.
";

const BARE: &str = "\
# The structure of a slice of a published document, cut out by `cargo xtask vendor --prose none`.
";
