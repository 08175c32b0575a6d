//! The examples in the module docs of each edit are tests: applied to `Before`, the edit gives
//! `After`.
//!
//! An example may start with the document that the edit reads, `Document`. One with `paths` is a
//! published document, to which the passes are applied first; otherwise it lists schemas as the
//! passes leave them. Code is compared as `prettyplease` formats it.

use atlas_gen::document::Document;
use atlas_gen::edits::{Context, EDITS};
use atlas_gen::media_type::Date;
use atlas_gen::model::{self, Operation};
use atlas_gen::passes::{SIMPLIFY, versions};
use atlas_gen::plain::plain_with_statuses;

use crate::passes::examples::document;
use crate::sources::{modules, name_of};

/// The path of each edit's file, with its text.
macro_rules! sources {
    ($($name:literal),* $(,)?) => {
        [$(($name, include_str!(concat!("../../../src/edits/", $name, ".rs")))),*]
    };
}

const SOURCES: [(&str, &str); 14] = sources![
    "calls/arguments",
    "calls/bodies",
    "calls/client",
    "calls/expectations",
    "calls/pages",
    "calls/send",
    "docs",
    "paths",
    "types/aliases",
    "types/json_schemas",
    "types/members",
    "types/open_enums",
    "types/type_builders",
    "types/unions",
];

/// The folders, with the texts of their `mod.rs`.
const FOLDERS: [(&str, &str); 3] = [
    ("", include_str!("../../../src/edits/mod.rs")),
    ("calls/", include_str!("../../../src/edits/calls/mod.rs")),
    ("types/", include_str!("../../../src/edits/types/mod.rs")),
];

/// One example of an edit.
#[derive(Debug, Default)]
struct Example {
    document: String,
    before: String,
    after: String,
}

/// Returns the examples in the module docs of `source`, in order.
fn examples(source: &str) -> Vec<Example> {
    let mut lines = source
        .lines()
        .map_while(|line| line.strip_prefix("//!"))
        .map(|line| line.strip_prefix(' ').unwrap_or(line))
        .peekable();
    let mut examples = Vec::new();
    let mut open = Example::default();
    while let Some(line) = lines.next() {
        if lines.next_if(|next| next.starts_with("```")).is_none() {
            continue;
        }
        let block: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
        let block = block.join("\n") + "\n";
        match line.split([':', ',']).next() {
            Some("Document") => open.document = block,
            Some("Before") => open.before = block,
            Some("After") => {
                open.after = block;
                examples.push(std::mem::take(&mut open));
            }
            _ => panic!("`{line}` stands above a block; Document, Before or After is expected"),
        }
    }
    examples
}

/// Returns the document of an example in the form that edits receive.
pub fn prepared(name: &str, text: &str) -> (Document, Vec<Operation>) {
    let text = if text.is_empty() { "{}" } else { text };
    let mut document = document(name, text);
    if !document.places().is_empty() {
        let pin = Date::parse("2025-12-31").expect("a date");
        versions::choose_versions(&mut document, &pin, false)
            .unwrap_or_else(|error| panic!("{name}: {error}"));
        for (_, pass) in SIMPLIFY {
            pass(&mut document).unwrap_or_else(|error| panic!("{name}: {error}"));
        }
    }
    let operations = model::operations(&document).unwrap_or_else(|error| panic!("{name}: {error}"));
    (document, operations)
}

fn parsed(name: &str, text: &str) -> syn::File {
    syn::parse_file(text).unwrap_or_else(|error| panic!("edits/{name}.rs: {error}\n{text}"))
}

#[test]
fn the_examples_of_each_edit_are_true() {
    let mut report = String::new();
    for (path, source) in SOURCES {
        let name = name_of(path);
        let edit = EDITS
            .iter()
            .find(|edit| edit.name.replace(' ', "_") == name);
        let edit = edit.unwrap_or_else(|| panic!("{name} is in no table of edits"));
        let examples = examples(source);
        assert!(
            !examples.is_empty(),
            "edits/{name}.rs has no example: no block after `Before` and `After`"
        );
        for example in examples {
            let (document, operations) = prepared(name, &example.document);
            let context = Context {
                document: &document,
                operations: &operations,
            };
            let mut file = parsed(name, &example.before);
            let before = prettyplease::unparse(&file);
            (edit.run)(&mut file, &context).unwrap_or_else(|error| panic!("{name}: {error}"));
            let given = prettyplease::unparse(&file);
            assert_ne!(given, before, "an example of {name} changes nothing");
            let shown = prettyplease::unparse(&parsed(name, &example.after));
            if shown != given {
                let diff = similar::TextDiff::from_lines(&shown, &given);
                report.push_str(&format!(
                    "edits/{name}.rs: its example (-) is not what the edit gives (+)\n{}\n",
                    diff.unified_diff()
                ));
            }
        }
    }
    assert!(report.is_empty(), "{report}");
}

#[test]
fn every_edit_has_an_example() {
    let mut modules = modules(&FOLDERS);
    modules.retain(|module| module != "syntax");
    let paths: Vec<&str> = SOURCES.iter().map(|(path, _)| *path).collect();
    assert_eq!(modules, paths);
    let with_example: Vec<&str> = paths.iter().map(|path| name_of(path)).collect();
    for edit in EDITS {
        assert!(with_example.contains(&edit.name.replace(' ', "_").as_str()));
    }
    assert_eq!(EDITS.len(), with_example.len());
}

#[test]
fn mocks_have_the_listed_statuses_and_the_failures_of_atlas() {
    let text = r##"
openapi: 3.0.3
paths:
  /jobs:
    post:
      operationId: createJob
      responses:
        "201": {description: Made, content: {application/vnd.atlas.2024-05-30+json: {schema: {type: string}}}}
        "404": {description: Gone, content: {application/json: {schema: {$ref: '#/components/schemas/Other'}}}}
        "418": {description: A status without a name in Rust}
        "503": {description: Later}
        5XX: {description: Any}
components:
  schemas:
    ApiError: {type: object, properties: {detail: {type: string}}}
    Other: {type: object, properties: {detail: {type: string}}}
"##;
    let (document, operations) = prepared("mocks", text);
    let plain = plain_with_statuses(&document, &operations);
    let responses = plain["paths"]["/jobs"]["post"]["responses"].as_object();
    let responses = responses.expect("responses");
    let statuses: Vec<&str> = responses.keys().map(String::as_str).collect();
    assert_eq!(
        statuses,
        [
            "201", "400", "401", "403", "404", "409", "429", "500", "503"
        ]
    );
    let schema = |status: &str| {
        let content = &responses[status]["content"]["application/json"];
        content["schema"].clone()
    };
    let reference =
        |name: &str| serde_json::json!({"$ref": format!("#/components/schemas/{name}")});
    assert_eq!(schema("201"), serde_json::json!({"type": "string"}));
    assert_eq!(schema("404"), reference("Other"));
    for status in ["400", "409", "503"] {
        assert_eq!(schema(status), reference("ApiError"), "{status}");
    }
}
