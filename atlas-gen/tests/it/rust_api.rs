//! What a change of a document does to Rust: one change at a time, there and back.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use atlas_gen::diff::rust_api::{Client, Revision, changes, compare};
use atlas_gen::diff::{self, Breaks, Bump, Finding, Options, Rust};
use atlas_gen::load::load;
use atlas_gen::media_type::Date;
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

fn compared(old: &Value, new: &Value, findings: &[Finding]) -> Result<Rust> {
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

/// The clients of the base and of each case, which take a while to make.
struct Clients {
    base: Value,
    of_base: Client,
    cases: Vec<(Case, Client)>,
}

static CLIENTS: LazyLock<Clients> = LazyLock::new(|| {
    let (base, cases) = cases();
    let client = |name: &str, document: &Value| {
        Client::new(&revision(document)).unwrap_or_else(|error| panic!("{name}: {error}"))
    };
    Clients {
        of_base: client("the base", &base),
        base,
        cases: cases
            .into_iter()
            .map(|case| {
                let client = client(&case.name, &case.document);
                (case, client)
            })
            .collect(),
    }
});

#[test]
fn each_change_has_its_verdict_there_and_back() {
    let Clients { of_base, cases, .. } = &*CLIENTS;
    let mut complaints = Vec::new();
    for (case, client) in cases {
        for (way, old, new, expected) in [
            ("there", of_base, client, &case.there),
            ("back", client, of_base, &case.back),
        ] {
            if let Some(complaint) = complaint(&changes(old, new, &[]), expected) {
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

fn findings(old: &Value, new: &Value) -> Vec<Finding> {
    let today = Date::parse("2025-06-01").expect("a date");
    diff::compare(old, new, &Options::new(today)).expect("findings")
}

#[test]
fn what_breaks_is_linked_to_a_finding_where_there_is_one() {
    let clients = &*CLIENTS;
    let mut complaints = Vec::new();
    for (case, client) in &clients.cases {
        let base = (&clients.base, &clients.of_base);
        let changed = (&case.document, client);
        for (old, new) in [(base, changed), (changed, base)] {
            let findings = findings(old.0, new.0);
            let rust = changes(old.1, new.1, &findings);
            let known = |cause: &String| findings.iter().any(|f| f.fingerprint == *cause);
            for change in rust.changes.iter().filter(|change| change.breaks.is_some()) {
                // What means the same on the wire may have another name in Rust.
                if !findings.is_empty() && !change.cause.as_ref().is_some_and(known) {
                    complaints.push(format!("{}: {} has no cause", case.name, change.item));
                }
            }
        }
    }
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

#[test]
fn of_many_findings_each_change_finds_its_own() {
    let clusters = "/paths/~1api~1atlas~1v2~1groups~1{groupId}~1clusters";
    let base = fixture("base.yaml");
    let mut document = base.clone();
    let schemas = "/components/schemas";
    for (at, value) in [
        ("Settings/properties/limit/maximum", json!(5)),
        ("Cluster/properties/name/nullable", json!(true)),
        ("Cluster/properties/state/enum", json!(["IDLE", "BROKEN"])),
        (
            "ClusterRequest20240101/properties/regions/minItems",
            json!(2),
        ),
        (
            "ClusterRequest20240101/properties/regions/items/maxLength",
            json!(9),
        ),
        (
            "ClusterRequest20240101/properties/provider/enum",
            json!(["AWS", "GCP"]),
        ),
        (
            "ClusterRequest20240101/properties/disk",
            json!({"type": "string"}),
        ),
        ("ClusterRequest20240101/required/-", json!("disk")),
        ("Network/additionalProperties", json!(false)),
        ("DailySchedule/properties/hour/type", json!("string")),
    ] {
        set(&mut document, &format!("{schemas}/{at}"), value);
    }
    remove(&mut document, &format!("{schemas}/Owner/properties/phone"));
    remove(
        &mut document,
        &format!("{clusters}~1{{clusterName}}/delete"),
    );
    let parameters = format!("{clusters}/get/parameters");
    set(
        &mut document,
        &format!("{parameters}/0/schema/maximum"),
        json!(9),
    );
    set(
        &mut document,
        &format!("{parameters}/2/required"),
        json!(true),
    );

    let findings = findings(&base, &document);
    let rust = compared(&base, &document, &findings).expect("a comparison");
    for (item, check, text) in [
        (
            "types::SettingsBuilder::build() `limit`",
            "request-property-max-decreased",
            "`limit`",
        ),
        (
            "types::Cluster::name:",
            "response-property-became-nullable",
            "`name`",
        ),
        (
            "types::ClusterState::Creating",
            "response-property-enum-value-removed",
            "CREATING",
        ),
        (
            "types::ClusterRequestBuilder::build() `regions`",
            "request-property-min-items-increased",
            "`regions`",
        ),
        (
            "types::ClusterRequestProvider::Azure",
            "request-property-enum-value-removed",
            "AZURE",
        ),
        (
            "types::ClusterRequestBuilder::build(): `disk` is",
            "new-required-request-property",
            "`disk`",
        ),
        (
            "types::DailySchedule::hour:",
            "request-property-type-changed",
            "`hour`",
        ),
        (
            "types::Owner::phone",
            "response-optional-property-removed",
            "`phone`",
        ),
        (
            "Client::delete_group_cluster(",
            "api-removed-without-deprecation",
            "DELETE",
        ),
        (
            "builder::ListGroupClusters::items_per_page()",
            "request-parameter-max-decreased",
            "`itemsPerPage`",
        ),
        (
            "builder::ListGroupClusters::send(): `label`",
            "request-parameter-became-required",
            "`label`",
        ),
    ] {
        let change = rust
            .changes
            .iter()
            .find(|change| change.item.starts_with(item));
        let change = change.unwrap_or_else(|| panic!("{item} is not among {rust:#?}"));
        let cause = change.cause.as_ref().expect("a cause");
        let finding = findings.iter().find(|f| f.fingerprint == *cause);
        let finding = finding.expect("the finding");
        assert!(
            finding.id == check && finding.text.contains(text),
            "{item} comes from {finding:#?}"
        );
    }
}

#[test]
fn what_the_server_demands_and_the_client_does_not_show_breaks_calls() {
    let member = "/components/schemas/Network/properties/cidr";
    let id = json!({"type": "string", "pattern": "^([a-f0-9]{24})$"});
    let mut base = fixture("base.yaml");
    set(&mut base, member, id.clone());
    for (key, value) in [
        ("enum", json!(["32b6e34b3d91647abb20e7b8"])),
        ("maxLength", json!(9)),
        ("format", json!("email")),
    ] {
        let mut changed = base.clone();
        set(&mut changed, &format!("{member}/{key}"), value);
        let rust = compared(&base, &changed, &findings(&base, &changed)).expect("a comparison");
        assert_eq!(rust.bump, Bump::Major, "{key}: {rust:#?}");
        let back = compared(&changed, &base, &findings(&changed, &base)).expect("a comparison");
        let at_run_time = |rust: &Rust| {
            rust.changes
                .iter()
                .any(|c| c.breaks == Some(Breaks::Runtime))
        };
        assert!(
            at_run_time(&rust) && !at_run_time(&back),
            "{key}: {rust:#?} {back:#?}"
        );
    }
}

#[test]
fn a_version_that_is_not_spoken_may_change() {
    let base = fixture("base.yaml");
    let mut changed = base.clone();
    let older = "/components/schemas/ClusterRequest20230101";
    set(
        &mut changed,
        &format!("{older}/properties/name/type"),
        json!("integer"),
    );
    set(
        &mut changed,
        &format!("{older}/properties/more"),
        json!({"type": "string"}),
    );
    set(&mut changed, &format!("{older}/required/-"), json!("more"));
    let findings = findings(&base, &changed);
    assert!(!findings.is_empty());
    let rust = compared(&base, &changed, &findings).expect("a comparison");
    assert_eq!(rust.bump, Bump::None, "{rust:#?}");
}

#[test]
fn a_version_that_ends_as_announced_takes_nobody_along() {
    let content = "/paths/~1api~1atlas~1v2~1groups~1{groupId}~1clusters/get/responses/200/content";
    let old = format!("{content}/application~1vnd.atlas.2024-01-01+json");
    let new = format!("{content}/application~1vnd.atlas.2025-01-01+json");
    for (sunset, breaks) in [("2025-05-31", None), ("2025-06-02", Some(Breaks::Runtime))] {
        let mut base = fixture("base.yaml");
        set(&mut base, &format!("{old}/x-sunset"), json!(sunset));
        let mut changed = base.clone();
        let mut version = remove(&mut changed, &old);
        version
            .as_object_mut()
            .expect("a map")
            .shift_remove("x-sunset");
        set(&mut changed, &new, version);
        let rust = compared(&base, &changed, &findings(&base, &changed)).expect("a comparison");
        let speaks = rust
            .changes
            .iter()
            .find(|change| change.item.contains("speaks"));
        assert_eq!(
            speaks.expect("a change").breaks,
            breaks,
            "{sunset}: {rust:#?}"
        );
    }
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
        let rust = compared(&base, &other, &[]).expect("a comparison");
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
    let rust = compared(&pets, &changed, &[]).expect("a comparison");
    let items: Vec<&str> = rust.changes.iter().map(|change| &*change.item).collect();
    assert_eq!(items, ["types::Pet::name: Option<String> → Option<i64>"]);

    let mut moved = pets.clone();
    let item = remove(&mut moved, "/paths/~1pets~1{id}");
    set(&mut moved, "/paths/~1animals~1{id}", item);
    let rust = compared(&pets, &moved, &[]).expect("a comparison");
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
    let error = compared(&base, &broken, &[]).expect_err("an error");
    assert_eq!(
        error.to_string(),
        "the new document: /components/schemas/Owner/$ref: `#/components/schemas/Nobody` leads nowhere"
    );
    let error = compared(&json!([]), &base, &[]).expect_err("an error");
    assert_eq!(
        error.to_string(),
        "the old document: an OpenAPI document must be a map"
    );
}
