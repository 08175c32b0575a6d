//! The unusual documents that the generator accepts, each as a slice, in one workspace: all compile
//! and document without a warning.

use std::collections::BTreeMap;
use std::fs;

use atlas_gen::media_type::Date;
use atlas_gen::{Inputs, Source, generate};

use crate::all_of_atlas::full_document::{cargo, scratch, write_crate};
use crate::generated::workspace;
use crate::slices::{package_of, target};

/// The slices with unusual words. Documenting a crate takes longer than checking it.
const WORDS: [&str; 4] = [
    "odd-descriptions",
    "odd-enum-values-odd",
    "odd-letters",
    "odd-schema-names",
];

/// Returns the files of the workspace, and the number of slices in it.
fn odd_workspace() -> (BTreeMap<String, String>, usize) {
    let runtime = workspace().join("atlas-client");
    let runtime = runtime.to_str().expect("a path in UTF-8");
    let pin = Date::parse("2025-12-31").expect("a date");
    let mut files = BTreeMap::new();
    let mut members = Vec::new();
    let fixtures = workspace().join("atlas-gen/tests/fixtures/odd");
    for entry in fs::read_dir(fixtures).expect("the fixtures") {
        let path = entry.expect("a fixture").path();
        let name = path.file_stem().expect("a name").to_string_lossy();
        let name = format!("odd-{}", name.replace('_', "-"));
        let document = Source::new(&name, fs::read_to_string(&path).expect("a text"));
        // Which documents are rejected is a test of the generator.
        let Ok(output) = generate(&Inputs {
            extend: true,
            ..Inputs::new(&document, &pin)
        }) else {
            continue;
        };
        let slice = package_of(&name, &output, runtime).into_iter();
        files.extend(slice.map(|(path, text)| (format!("{name}/{path}"), text)));
        members.push(name);
    }
    let manifest = format!("[workspace]\nresolver = \"3\"\nmembers = {members:?}\n");
    files.insert("Cargo.toml".to_owned(), manifest);
    (files, members.len())
}

#[test]
fn unusual_documents_compile_and_document_without_a_warning() {
    let (files, slices) = odd_workspace();
    assert!(slices > 50, "{slices} slices");
    let dir = scratch().join("odd");
    write_crate(&dir, &files);
    let check = ["check", "--workspace", "--features", "mock,schemars"];
    cargo(&dir, &target(), &check, "RUSTFLAGS", "");
    let mut doc = vec!["doc", "--no-deps"];
    doc.extend(WORDS.iter().flat_map(|name| ["--package", name]));
    cargo(&dir, &target(), &doc, "RUSTDOCFLAGS", "-D warnings");
}
