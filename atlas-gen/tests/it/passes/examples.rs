//! The example in the module docs of each pass is a test: applied to `Before`, the pass gives
//! `After`.
//!
//! A block with `paths` or `components` is a document without its version; any other block lists
//! its schemas.

use atlas_gen::Source;
use atlas_gen::document::Document;
use atlas_gen::error::Result;
use atlas_gen::load::load;
use atlas_gen::media_type::Date;
use atlas_gen::passes::select::Selection;
use atlas_gen::passes::{SIMPLIFY, correct, keywords, lint, select, versions};
use serde_json::{Value, json};

use crate::sources::{modules, name_of};

/// The folders, with the texts of their `mod.rs`.
const FOLDERS: [(&str, &str); 4] = [
    ("", include_str!("../../../src/passes/mod.rs")),
    (
        "operations/",
        include_str!("../../../src/passes/operations/mod.rs"),
    ),
    (
        "published/",
        include_str!("../../../src/passes/published/mod.rs"),
    ),
    (
        "schemas/",
        include_str!("../../../src/passes/schemas/mod.rs"),
    ),
];

/// The path of each pass's file, with its text.
macro_rules! sources {
    ($($name:literal),* $(,)?) => {
        [$(($name, include_str!(concat!("../../../src/passes/", $name, ".rs")))),*]
    };
}

const SOURCES: [(&str, &str); 23] = sources![
    "names",
    "operations/answers",
    "operations/failures",
    "operations/parameters",
    "published/correct",
    "published/keywords",
    "published/lint",
    "published/select",
    "published/versions",
    "schemas/additional",
    "schemas/directions",
    "schemas/discriminators",
    "schemas/equal_variants",
    "schemas/flatten",
    "schemas/hoist",
    "schemas/inheritance",
    "schemas/inline",
    "schemas/lists",
    "schemas/place_flags",
    "schemas/rust_types",
    "schemas/shared_enums",
    "schemas/unions",
    "words",
];

/// Returns the line of the module docs that starts with `label`, and the code block below it.
fn block(source: &str, label: &str) -> Option<(String, String)> {
    let mut lines = source
        .lines()
        .map_while(|line| line.strip_prefix("//!"))
        .map(|line| line.strip_prefix(' ').unwrap_or(line));
    let head = lines
        .find(|line| {
            line.strip_prefix(label)
                .is_some_and(|rest| rest.starts_with([':', ',']))
        })?
        .to_owned();
    lines.next().filter(|line| line.starts_with("```"))?;
    let text: Vec<&str> = lines.take_while(|line| *line != "```").collect();
    Some((head, text.join("\n") + "\n"))
}

pub fn tree(name: &str, text: &str) -> Value {
    load(&Source::new(name, text)).unwrap_or_else(|error| panic!("example is no YAML: {error}"))
}

pub fn document(name: &str, text: &str) -> Document {
    let tree = tree(name, text);
    let mut root = json!({"openapi": "3.0.3", "paths": {}, "components": {}});
    if tree.get("paths").is_some() || tree.get("components").is_some() {
        root.as_object_mut()
            .unwrap()
            .extend(tree.as_object().unwrap().clone());
    } else {
        root["components"]["schemas"] = tree;
    }
    Document::new(root).unwrap_or_else(|error| panic!("example of {name}: {error}"))
}

/// Returns the part of `text` between the first two backticks.
fn quoted(text: &str) -> String {
    text.split('`')
        .nth(1)
        .expect("a name in backticks")
        .to_owned()
}

/// Runs the pass called `name` with the inputs that the line `head` of its example names.
fn run(name: &str, source: &str, head: &str, document: &mut Document) -> Result<()> {
    match name {
        "keywords" => keywords::keywords(document),
        "lint" => lint::lint(document),
        "select" => {
            let selection = Selection::Some {
                tags: Vec::new(),
                operations: vec![quoted(head)],
            };
            select::select(document, &selection)
        }
        "versions" => {
            let pin = head.split("the pin ").nth(1).and_then(|rest| {
                let date = rest.trim_end_matches(':');
                Date::parse(date)
            });
            versions::choose_versions(document, &pin.expect("a pin"), false)
        }
        "correct" => {
            let (_, actions) = block(source, "With the actions").expect("actions");
            let overlay = format!("overlay: 1.0.0\ninfo: {{}}\nactions:\n{actions}");
            let mut root = document.clone().into_value();
            correct::correct(&mut root, &Source::new("actions", overlay), true)?;
            *document = Document::new(root)?;
            Ok(())
        }
        simplifying => {
            let known = SIMPLIFY
                .iter()
                .find(|(known, _)| known.replace(' ', "_") == simplifying);
            let (_, pass) = known.unwrap_or_else(|| panic!("{name} is in no table of passes"));
            pass(document)
        }
    }
}

#[test]
fn the_example_of_each_pass_is_true_to_the_letter() {
    for (path, source) in SOURCES {
        let name = name_of(path);
        let (head, before) = block(source, "Before")
            .unwrap_or_else(|| panic!("passes/{name}.rs has no example: no block after `Before`"));
        let (_, after) = block(source, "After")
            .unwrap_or_else(|| panic!("passes/{name}.rs has no example: no block after `After`"));
        let mut document = document(name, &before);
        let untouched = document.clone();
        let result = run(name, source, &head, &mut document);
        if ["keywords", "lint", "lists"].contains(&name) {
            assert_eq!(result.unwrap_err().to_string(), after.trim_end());
            continue;
        }
        result.unwrap_or_else(|error| panic!("example of {name}: {error}"));
        assert_ne!(document, untouched, "the example of {name} changes nothing");
        // Compared as text, so that the order of keys counts.
        let given = format!("{:#}", document.into_value());
        let shown = format!("{:#}", self::document(name, &after).into_value());
        let diff = similar::TextDiff::from_lines(&shown, &given);
        assert!(
            shown == given,
            "passes/{name}.rs: its example (-) is not what the pass gives (+)\n{}",
            diff.unified_diff()
        );
    }
}

#[test]
fn every_pass_has_an_example() {
    let modules = modules(&FOLDERS);
    let paths: Vec<&str> = SOURCES.iter().map(|(path, _)| *path).collect();
    assert_eq!(modules, paths);
    let with_example: Vec<&str> = paths.iter().map(|path| name_of(path)).collect();
    for (name, _) in SIMPLIFY {
        assert!(with_example.contains(&name.replace(' ', "_").as_str()));
    }
}
