//! What a change of a document does to Rust: one change at a time, there and back.

use std::fs;
use std::path::{Path, PathBuf};

use atlas_gen::diff::rust_api::{Client, Revision, changes, compare};
use atlas_gen::diff::{Breaks, Bump, Finding, Rust};
use atlas_gen::load::load;
use atlas_gen::passes::select::Selection;
use atlas_gen::{Result, Source};
use serde_json::{Value, json};

fn fixture(name: &str) -> Value {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/rust_api");
    let path: PathBuf = dir.join(name);
    let text = fs::read_to_string(&path).expect("the fixture");
    load(&Source::new(name, text)).expect("a fixture that can be read")
}

/// A change of the base document and what is expected of it.
struct Case {
    name: String,
    document: Value,
    there: Expected,
    back: Expected,
}

/// What breaks, the bump, and the item that says so.
#[derive(Debug)]
struct Expected {
    breaks: Option<Breaks>,
    bump: Bump,
    item: Option<String>,
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

fn set(document: &mut Value, pointer: &str, value: Value) {
    let (parent, key) = parent_and_key(pointer);
    match document.pointer_mut(parent) {
        Some(Value::Object(map)) => {
            map.insert(key, value);
        }
        Some(Value::Array(list)) if key == "-" => list.push(value),
        other => panic!("{pointer}: {other:?} cannot be set"),
    }
}

fn remove(document: &mut Value, pointer: &str) -> Value {
    let (parent, key) = parent_and_key(pointer);
    let parent = document.pointer_mut(parent).and_then(Value::as_object_mut);
    let removed = parent.and_then(|parent| parent.shift_remove(&key));
    removed.unwrap_or_else(|| panic!("{pointer}: there is nothing to remove"))
}

fn cases() -> (Value, Vec<Case>) {
    let base = fixture("base.yaml");
    let changes = fixture("changes.yaml");
    let cases = changes.as_array().expect("a list").iter().map(|change| {
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

fn revision(document: &Value) -> Revision<'_> {
    Revision {
        document,
        corrections: None,
        selection: &Selection::All,
        pin: None,
        preview: false,
    }
}

fn diff(old: &Value, new: &Value, findings: &[Finding]) -> Result<Rust> {
    compare(&revision(old), &revision(new), findings)
}

/// How `rust` differs from what is expected.
fn complaint(rust: &Rust, expected: &Expected) -> Option<String> {
    // A change that does not compile may well fail to run, too.
    let breaks = rust.changes.iter().filter_map(|change| change.breaks).min();
    let said = expected.item.as_ref().is_none_or(|item| {
        rust.changes
            .iter()
            .any(|change| change.breaks == expected.breaks && change.item.contains(item))
    });
    (breaks != expected.breaks || rust.bump != expected.bump || !said)
        .then(|| format!("expected {expected:?}, found {rust:#?}"))
}

#[test]
fn each_change_has_its_verdict_there_and_back() {
    let (base, cases) = cases();
    let client = |name: &str, document: &Value| {
        Client::new(&revision(document)).unwrap_or_else(|error| panic!("{name}: {error}"))
    };
    let base = client("the base", &base);
    let mut complaints = Vec::new();
    for case in &cases {
        let changed = client(&case.name, &case.document);
        for (way, old, new, expected) in [
            ("there", &base, &changed, &case.there),
            ("back", &changed, &base, &case.back),
        ] {
            let rust = changes(old, new, &[]);
            if let Some(complaint) = complaint(&rust, expected) {
                complaints.push(format!("{} ({way}): {complaint}", case.name));
            }
        }
    }
    assert!(
        complaints.is_empty(),
        "{} of {}:\n{}",
        complaints.len(),
        2 * cases.len(),
        complaints.join("\n")
    );
}

#[test]
fn a_document_does_nothing_to_itself_however_its_keys_are_ordered() {
    fn reversed(value: &Value) -> Value {
        match value {
            Value::Object(map) => {
                let entries = map.iter().rev();
                entries.map(|(k, v)| (k.clone(), reversed(v))).collect()
            }
            Value::Array(list) => list.iter().map(reversed).collect(),
            other => other.clone(),
        }
    }
    let base = fixture("base.yaml");
    for other in [base.clone(), reversed(&base)] {
        let rust = diff(&base, &other, &[]).expect("a comparison");
        assert_eq!(rust.bump, Bump::None, "{rust:#?}");
        assert!(rust.changes.is_empty(), "{rust:#?}");
    }
}

#[test]
fn documents_of_others_are_compared_alike() {
    let pets = json!({
        "openapi": "3.0.3",
        "info": {"title": "Pets", "version": "1"},
        "paths": {
            "/pets/{id}": {
                "get": {
                    "parameters": [{"name": "s", "in": "cookie", "schema": {"type": "string"}}],
                    "responses": {"default": {"description": "", "content": {
                        "application/json; charset=utf-8": {
                            "schema": {"$ref": "#/components/schemas/Pet"}
                        }
                    }}}
                }
            }
        },
        "components": {"schemas": {"Pet": {"type": "object", "properties": {
            "name": {"type": "string"}
        }}}}
    });
    let mut changed = pets.clone();
    let name = "/components/schemas/Pet/properties/name";
    *changed.pointer_mut(name).expect("the member") = json!({"type": "integer"});
    let rust = diff(&pets, &changed, &[]).expect("a comparison");
    let items: Vec<&str> = rust.changes.iter().map(|change| &*change.item).collect();
    assert_eq!(items, ["types::Pet::name: Option<String> → Option<i64>"]);

    let mut moved = pets.clone();
    let item = remove(&mut moved, "/paths/~1pets~1{id}");
    set(&mut moved, "/paths/~1animals~1{id}", item);
    let rust = diff(&pets, &moved, &[]).expect("a comparison");
    assert_eq!(rust.bump, Bump::Major);
    let items: Vec<&str> = rust.changes.iter().map(|change| &*change.item).collect();
    assert_eq!(
        items,
        [
            "Client::get_pets_by_id(&self) -> GetPetsById",
            "Client::get_animals_by_id(&self) -> GetAnimalsById",
        ]
    );
}

#[test]
fn what_cannot_become_a_client_is_one_clear_line() {
    let base = fixture("base.yaml");
    let mut broken = base.clone();
    set(
        &mut broken,
        "/components/schemas/Owner",
        json!({"$ref": "#/components/schemas/Nobody"}),
    );
    let error = diff(&base, &broken, &[]).expect_err("an error");
    assert_eq!(
        error.to_string(),
        "the new document: /components/schemas/Owner/$ref: `#/components/schemas/Nobody` leads nowhere"
    );
    let error = diff(&json!([]), &base, &[]).expect_err("an error");
    assert_eq!(
        error.to_string(),
        "the old document: an OpenAPI document must be a map"
    );
}
