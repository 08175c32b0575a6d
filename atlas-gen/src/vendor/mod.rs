//! vendor: cuts a slice out of a published document, as the fragment that is kept in a repository.
//!
//! Structure is the publisher's, words are this project's own ([`prose`]), and the text is in
//! canonical order (`order`), so that a difference between two fragments is a difference of what
//! the published documents say. It knows documents as texts, not where they come from nor where
//! they go.

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

/// What a fragment is made from.
#[derive(Debug, Clone, Copy)]
pub struct Inputs<'a> {
    /// The published document.
    pub published: &'a Source,
    /// The fragment that is there already, whose words are kept.
    pub fragment: Option<&'a Source>,
    /// Which operations are wanted.
    pub selection: &'a Selection,
    /// Whose words the new fragment is to hold.
    pub prose: Prose,
}

/// A fragment.
#[derive(Debug, Clone, PartialEq)]
pub struct Fragment {
    /// The fragment as it is to be written.
    pub text: String,
    /// The same as a tree.
    pub value: Value,
    /// What became of the words of the one before.
    pub words: Words,
    /// Where the fragment comes from.
    pub origin: Origin,
    /// How many operations it holds.
    pub operations: usize,
    /// How many schemas it holds.
    pub schemas: usize,
    /// Tags of the selection that operations carry but the document does not declare: in a
    /// document that declares its tags at its end, a sign that the end is missing.
    pub undeclared: Vec<String>,
}

/// What a published document says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// `info.title`.
    pub title: String,
    /// `openapi`: the version of the OpenAPI specification.
    pub openapi: String,
    /// `info.x-xgen-sha`, the revision as its publisher counts; without one, `info.version`.
    pub revision: String,
}

/// Makes a fragment.
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

/// What of `corrections` does not fit `fragment`: actions that change nothing, or that leave a
/// document which cannot be used. Code is not generated until each is dealt with.
///
/// # Errors
/// The corrections cannot be read.
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
        text(key).map(str::to_owned).ok_or_else(|| {
            Error::at(
                "/info",
                format!("no text under `{key}`; an OpenAPI document has one there"),
            )
        })
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

/// Tags of `selection` that the document, cut to that selection, does not declare.
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

/// Takes out what concerns the publisher's own text and pages: licence, terms, links and articles.
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

/// The comment at the top: that of the fragment before, unless its words were someone else's.
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
