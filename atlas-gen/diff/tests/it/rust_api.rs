//! What a change of a document does to Rust: one change at a time, there and back.

use std::sync::LazyLock;

use atlas_diff::rust_api::{Client, Revision, changes, compare};
use atlas_diff::{Breaks, Bump, Finding, Options, Rust};
use atlas_gen::Result;
use atlas_gen::media_type::Date;
use atlas_gen::passes::select::Selection;
use serde_json::{Value, json};

use crate::cases::{Case, Expected, cases, fixture, remove, set};

pub fn revision(document: &Value) -> Revision<'_> {
    Revision {
        document,
        corrections: None,
        selection: &Selection::All,
        pin: None,
        preview: false,
        extend: false,
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

/// The step from one document to another as `cargo xtask diff` sees it.
struct Step<'a> {
    name: String,
    expected: &'a Expected,
    findings: Vec<Finding>,
    rust: Rust,
}

/// The base with its client, and each case.
struct Base {
    document: &'static Value,
    client: Client<'static>,
    cases: Vec<Case>,
}

static BASE: LazyLock<Base> = LazyLock::new(|| {
    let (document, cases) = cases();
    let document: &Value = Box::leak(Box::new(document));
    let client = Client::new(&revision(document)).expect("the client of the base");
    Base {
        document,
        client,
        cases,
    }
});

/// There and back.
fn steps<'a>(base: &Base, case: &'a Case) -> [Step<'a>; 2] {
    // A document that has to be adapted takes its counterpart along.
    let client = Client::new(&revision(&case.document));
    let step = |way: &str, expected: &'a Expected, is_back: bool| {
        let (base_document, document) = (base.document, &case.document);
        let (old, new) = match is_back {
            false => (base_document, document),
            true => (document, base_document),
        };
        let findings = findings(old, new);
        let rust = match (&client, is_back) {
            (Ok(client), false) => changes(&base.client, client, &findings),
            (Ok(client), true) => changes(client, &base.client, &findings),
            (Err(_), _) => compared(old, new, &findings).expect("a comparison"),
        };
        // Where only what differs is generated, the same is found as where all is.
        if let Ok(part) = compared(old, new, &findings)
            && client.is_ok()
        {
            assert_eq!(part, rust, "{}", case.name);
        }
        Step {
            name: format!("{} ({way})", case.name),
            expected,
            findings,
            rust,
        }
    };
    [
        step("there", &case.there, false),
        step("back", &case.back, true),
    ]
}

/// What is wrong with the verdict of a step, or with the causes of what it breaks.
fn complaints(step: &Step<'_>) -> Vec<String> {
    let verdict = complaint(&step.rust, step.expected);
    let known = |cause: &String| step.findings.iter().any(|f| f.fingerprint == *cause);
    // What means the same on the wire may have another name in Rust, and no check looks at servers.
    let orphans = step.rust.changes.iter().filter(|change| {
        change.breaks.is_some()
            && !step.findings.is_empty()
            && !change.cause.as_ref().is_some_and(known)
    });
    let orphans = orphans.map(|change| format!("{} has no cause", change.item));
    let all = verdict.into_iter().chain(orphans);
    all.map(|text| format!("{}: {text}", step.name)).collect()
}

#[test]
fn each_change_has_its_verdict_and_its_cause_there_and_back() {
    let base = &*BASE;
    let threads = std::thread::available_parallelism().map_or(2, usize::from);
    let share = base.cases.len().div_ceil(threads);
    let all: Vec<String> = std::thread::scope(|scope| {
        let shares = base.cases.chunks(share).map(|cases| {
            scope.spawn(move || -> Vec<String> {
                let steps = cases.iter().flat_map(|case| steps(base, case));
                steps.flat_map(|step| complaints(&step)).collect()
            })
        });
        let shares: Vec<_> = shares.collect();
        let complaints = shares
            .into_iter()
            .flat_map(|share| share.join().expect("no panic"));
        complaints.collect()
    });
    assert!(
        all.is_empty(),
        "{} of {}:\n{}",
        all.len(),
        2 * base.cases.len(),
        all.join("\n")
    );
}

pub fn findings(old: &Value, new: &Value) -> Vec<Finding> {
    let today = Date::parse("2025-06-01").expect("a date");
    atlas_diff::compare(old, new, &Options::new(today)).expect("findings")
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
            "types::builder::Settings::build() `limit`",
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
            "types::builder::ClusterRequest::build() `regions`",
            "request-property-min-items-increased",
            "`regions`",
        ),
        (
            "types::ClusterRequestProvider::Azure",
            "request-property-enum-value-removed",
            "AZURE",
        ),
        (
            "types::builder::ClusterRequest::build(): `disk` is",
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
    for (key, value) in [("maxLength", json!(9)), ("format", json!("email"))] {
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
            "Client::get_pets_by_id(&self) -> builder::GetPetsById<'_>",
            "Client::get_animals_by_id(&self) -> builder::GetAnimalsById<'_>",
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
    // What the two documents say is compared all the same.
    let mut newer = base.clone();
    set(&mut newer, "/openapi", json!("3.1.0"));
    set(&mut newer, "/components/schemas/Zone/enum/-", json!("EAST"));
    assert!(!findings(&base, &newer).is_empty());
    let error = compared(&base, &newer, &[]).expect_err("an error");
    assert_eq!(
        error.to_string(),
        "the new document: /openapi: OpenAPI version `3.1.0` cannot be read; 3.0 can"
    );
    let error = compared(&json!([]), &base, &[]).expect_err("an error");
    assert_eq!(
        error.to_string(),
        "the old document: an OpenAPI document must be a map"
    );
}

/// A document of `tags.len()` operations, each with a tag of its own and a type that the first two
/// share.
fn tagged(tags: &[&str]) -> Value {
    let mut document = fixture("base.yaml");
    let item = remove(
        &mut document,
        "/paths/~1api~1atlas~1v2~1groups~1{groupId}~1clusters~1{clusterName}~1logs",
    );
    document["paths"] = json!({});
    for (i, tag) in tags.iter().enumerate() {
        let mut item = item.clone();
        item["get"]["operationId"] = json!(format!("get{i}"));
        item["get"]["tags"] = json!([tag]);
        if i < 2 {
            let shared = json!({"schema": {"$ref": "#/components/schemas/Owner"}});
            let content = json!({"application/vnd.atlas.2024-01-01+json": shared});
            item["get"]["responses"]["200"]["content"] = content;
        }
        let path = format!("/{i}/{{groupId}}/{{clusterName}}");
        document["paths"][path] = item;
    }
    document
}

#[test]
fn a_tag_of_a_large_client_is_a_feature_that_callers_switch_on() {
    let tags = ["A", "B", "C", "D", "E", "F", "G"];
    let with = |i: usize, tag: &'static str| {
        let mut changed = tags;
        changed[i] = tag;
        tagged(&changed)
    };
    let base = tagged(&tags);
    let compile = Some(Breaks::Compile);
    for (name, old, new, bump, expected) in [
        (
            "a tag gets another name",
            base.clone(),
            with(6, "H"),
            Bump::Major,
            vec![("feature `g`", compile), ("feature `h`", None)],
        ),
        (
            "an operation moves to another tag",
            tagged(&["A", "B", "C", "D", "E", "F", "G", "G"]),
            tagged(&["A", "B", "C", "D", "E", "F", "G", "A"]),
            Bump::Major,
            vec![(
                "Client::get7 comes with feature `a` and no longer with feature `g`",
                compile,
            )],
        ),
        (
            "a type goes with its operation",
            tagged(&["A", "B", "C", "D", "E", "F", "G", "B"]),
            tagged(&["A", "C", "C", "D", "E", "F", "G", "B"]),
            Bump::Major,
            vec![
                (
                    "Client::get1 comes with feature `c` and no longer with feature `b`",
                    compile,
                ),
                (
                    "types::Owner comes with feature `a` or feature `c` and no longer with feature `b`",
                    compile,
                ),
            ],
        ),
        (
            "a client of one piece is cut",
            tagged(&tags[..6]),
            base.clone(),
            Bump::Major,
            vec![("feature `all`", compile), ("feature `a`", None)],
        ),
        (
            "a tag is added with its operation",
            base.clone(),
            tagged(&["A", "B", "C", "D", "E", "F", "G", "H"]),
            Bump::Minor,
            vec![("feature `h`", None)],
        ),
        (
            "the words of a tag are spelt otherwise",
            base.clone(),
            with(6, "g"),
            Bump::None,
            vec![],
        ),
    ] {
        let findings = findings(&old, &new);
        let rust = compared(&old, &new, &findings).expect("a comparison");
        assert!(
            rust.bump == bump || expected.is_empty(),
            "{name}: {rust:#?}"
        );
        let is_said = |text: &str, breaks: Option<Breaks>| {
            let mut all = rust.changes.iter();
            all.any(|change| change.item == text && change.breaks == breaks)
        };
        for (text, breaks) in &expected {
            assert!(
                is_said(text, *breaks),
                "{name}: {text} is not among {rust:#?}"
            );
        }
        let breaking = rust.changes.iter().filter(|change| change.breaks.is_some());
        let told = expected.iter().filter(|(_, breaks)| breaks.is_some());
        assert_eq!(breaking.count(), told.count(), "{name}: {rust:#?}");
        for change in rust.changes.iter().filter(|change| change.breaks.is_some()) {
            let all = change.item == "feature `all`";
            assert!(
                change.cause.is_some() || all,
                "{name}: {change:?} has no cause"
            );
        }
    }
}
