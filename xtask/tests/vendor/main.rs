//! `cargo xtask vendor` and `cargo xtask versions` as programs, on copies of this workspace's
//! inputs: their output, exit status and written files, and which files they do not change.

mod bad_input;
mod download;
mod full_document;
mod serving;
mod vendoring;
mod versions;
#[allow(dead_code, reason = "the tests of `codegen` use all of it")]
#[path = "../codegen/workspace.rs"]
mod workspace;
mod writing;

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use atlas_gen::vendor::yaml;
use atlas_gen::{Source, load};
use serde_json::Value;

use workspace::{DOCUMENT, Run, Workspace, xtask};

/// A workspace with a published document in `published.yaml`.
struct Scene {
    copy: Workspace,
    /// The published document; tests change it and publish it again.
    document: Value,
}

impl Scene {
    /// Publishes this workspace's fragment with other prose.
    fn new() -> Self {
        let copy = Workspace::copy();
        let source = Source::new(DOCUMENT, copy.read(DOCUMENT));
        let mut document = load::load(&source).expect("a document");
        reworded(&mut document);
        let scene = Self { copy, document };
        scene.publish();
        scene
    }

    fn publish(&self) {
        self.copy.write("published.yaml", self.text());
    }

    fn text(&self) -> String {
        yaml::write(&self.document)
    }

    /// Sets a value in the published document and publishes it.
    fn set(&mut self, pointer: &str, value: impl Into<Value>) {
        let (parent, name) = pointer.rsplit_once('/').expect("a pointer");
        let parent = self.document.pointer_mut(parent).expect("a place");
        parent[name.replace("~1", "/").replace("~0", "~")] = value.into();
        self.publish();
    }

    fn vendor(&self, args: &[&str]) -> Run {
        self.vendor_from("published.yaml", args)
    }

    fn vendor_from(&self, from: &str, args: &[&str]) -> Run {
        let mut all = vec!["vendor", "--from", from];
        all.extend(args);
        self.run(&all)
    }

    fn run(&self, args: &[&str]) -> Run {
        xtask(&self.copy.path(""), args)
    }

    /// Returns the files in `openapi/` and the names beside it.
    fn files(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let mut found = BTreeMap::new();
        for entry in fs::read_dir(self.copy.path("openapi")).expect("a directory") {
            let path = entry.expect("an entry").path();
            found.insert(path.clone(), fs::read(path).expect("a file"));
        }
        for entry in fs::read_dir(self.copy.path("")).expect("a directory") {
            found.insert(entry.expect("an entry").path(), Vec::new());
        }
        found
    }

    /// Checks that `run` failed with a one-line error that contains `said`, and that no file has
    /// changed since `before`.
    fn refused(&self, run: &Run, before: &BTreeMap<PathBuf, Vec<u8>>, said: &str) {
        assert_eq!(run.status, Some(2), "{run:?}");
        assert!(run.stdout.is_empty(), "{run:?}");
        assert_eq!(run.stderr.lines().count(), 1, "{run:?}");
        assert!(run.stderr.starts_with("error: "), "{run:?}");
        assert!(run.stderr.contains(said), "{said}: {run:?}");
        assert!(self.files() == *before, "something was written");
    }
}

/// Replaces every summary, description and detail by the same sentence.
fn reworded(value: &mut Value) {
    match value {
        Value::Object(map) => {
            for (name, value) in map {
                let is_word = matches!(name.as_str(), "summary" | "description" | "detail");
                match value {
                    Value::String(text) if is_word => *text = "Words of the publisher.".to_owned(),
                    other => reworded(other),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(reworded),
        _ => {}
    }
}
