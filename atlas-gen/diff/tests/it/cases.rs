//! The documents that differ from one base in one thing, with the verdict on each step.
//!
//! The crate of tests across crates includes this file, too, and compiles the verdicts' code.

use atlas_diff::{Breaks, Bump};
use atlas_gen::Source;
use atlas_gen::load::load;
use serde_json::Value;

/// The base, and two lists of changes.
const FIXTURES: [(&str, &str); 3] = [
    ("base.yaml", include_str!("../fixtures/rust_api/base.yaml")),
    (
        "changes.yaml",
        include_str!("../fixtures/rust_api/changes.yaml"),
    ),
    (
        "more_changes.yaml",
        include_str!("../fixtures/rust_api/more_changes.yaml"),
    ),
];

pub fn fixture(name: &str) -> Value {
    let mut all = FIXTURES.iter();
    let (_, text) = all.find(|(own, _)| *own == name).expect("the fixture");
    load(&Source::new(name, *text)).expect("a fixture that can be read")
}

/// A change of the base document and what is expected of it.
pub struct Case {
    pub name: String,
    pub document: Value,
    pub there: Expected,
    pub back: Expected,
}

/// What breaks, the bump, and the item that says so.
#[derive(Debug)]
pub struct Expected {
    pub breaks: Option<Breaks>,
    pub bump: Bump,
    pub item: Option<String>,
}

fn expected(value: &Value) -> Expected {
    let text = |i: usize| value.get(i).and_then(Value::as_str);
    Expected {
        breaks: match text(0).expect("what breaks") {
            "compile" => Some(Breaks::Compile),
            "runtime" => Some(Breaks::Runtime),
            "none" => None,
            other => panic!("`{other}` breaks nothing that is known"),
        },
        bump: match text(1).expect("the bump") {
            "major" => Bump::Major,
            "minor" => Bump::Minor,
            "patch" => Bump::Patch,
            "none" => Bump::None,
            other => panic!("`{other}` is no bump"),
        },
        item: text(2).map(str::to_owned),
    }
}

fn parent_and_key(pointer: &str) -> (&str, String) {
    let (parent, key) = pointer.rsplit_once('/').expect("a pointer");
    (parent, key.replace("~1", "/").replace("~0", "~"))
}

pub fn set(document: &mut Value, pointer: &str, value: Value) {
    let (parent, key) = parent_and_key(pointer);
    match document.pointer_mut(parent) {
        Some(Value::Object(map)) => {
            map.insert(key, value);
        }
        Some(Value::Array(list)) if key == "-" => list.push(value),
        Some(Value::Array(list)) => list[key.parse::<usize>().expect("a number")] = value,
        other => panic!("{pointer}: {other:?} cannot be set"),
    }
}

pub fn remove(document: &mut Value, pointer: &str) -> Value {
    let (parent, key) = parent_and_key(pointer);
    let removed = match document.pointer_mut(parent) {
        Some(Value::Object(map)) => map.shift_remove(&key),
        Some(Value::Array(list)) => Some(list.remove(key.parse().expect("a number"))),
        _ => None,
    };
    removed.unwrap_or_else(|| panic!("{pointer}: there is nothing to remove"))
}

/// The base, and each case.
pub fn cases() -> (Value, Vec<Case>) {
    let base = fixture("base.yaml");
    let changes = [fixture("changes.yaml"), fixture("more_changes.yaml")];
    let changes = changes
        .iter()
        .flat_map(|list| list.as_array().expect("a list"));
    let cases = changes.map(|change| {
        let mut document = base.clone();
        let edits = |key: &str| {
            change
                .get(key)
                .and_then(Value::as_object)
                .into_iter()
                .flatten()
        };
        for (from, to) in edits("move") {
            let value = remove(&mut document, from);
            set(&mut document, to.as_str().expect("a pointer"), value);
        }
        for (pointer, value) in edits("set") {
            set(&mut document, pointer, value.clone());
        }
        for pointer in change
            .get("remove")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
        {
            remove(&mut document, pointer.as_str().expect("a pointer"));
        }
        Case {
            name: change["name"].as_str().expect("a name").to_owned(),
            document,
            there: expected(&change["there"]),
            back: expected(&change["back"]),
        }
    });
    let cases = cases.collect();
    (base, cases)
}
