//! An operation with another id is a method with another name, and still the same operation: what
//! changes on the wire is reported under the new name.

use atlas_diff::rust_api::compare;
use atlas_diff::{Breaks, Rust};
use serde_json::{Value, json};

use crate::cases::{fixture, remove, set};
use crate::rust_api::{findings, revision};

const CLUSTERS: &str = "/paths/~1api~1atlas~1v2~1groups~1{groupId}~1clusters";

/// The step from the base to `document`, in which the list of clusters is called `getAllClusters`,
/// too.
fn renamed(mut document: Value, path: &str) -> Rust {
    let base = fixture("base.yaml");
    let id = format!("{path}/get/operationId");
    set(&mut document, &id, json!("getAllClusters"));
    let findings = findings(&base, &document);
    compare(&revision(&base), &revision(&document), &findings).expect("a comparison")
}

fn breaks_of(rust: &Rust, item: &str) -> Option<Breaks> {
    let mut changes = rust.changes.iter();
    let change = changes.find(|change| change.item.starts_with(item));
    let change = change.unwrap_or_else(|| panic!("{item} is not among {rust:#?}"));
    assert!(change.cause.is_some(), "{change:?} has no cause");
    change.breaks
}

#[test]
fn a_renamed_method_is_compared_on_the_wire_under_its_new_name() {
    let content = "responses/200/content/application~1vnd.atlas.2024-01-01+json";
    let newer = "responses/200/content/application~1vnd.atlas.2025-01-01+json";
    let changes: [(&str, Value, &str); 5] = [
        (
            "parameters/0/schema/maximum",
            json!(5),
            "builder::GetAllClusters::items_per_page(): `maximum` 500 → 5",
        ),
        (
            "parameters/2/required",
            json!(true),
            "builder::GetAllClusters::send(): `label` is required now",
        ),
        (
            "parameters/4/in",
            json!("query"),
            "builder::GetAllClusters::x_trace(): header `X-Trace` → query `X-Trace` on the wire",
        ),
        (
            "servers",
            json!([{"url": "https://eu.mongodb.com"}]),
            "Client::get_all_clusters(): is no longer served at `https://cloud.mongodb.com`",
        ),
        (
            newer,
            json!({"schema": {"$ref": "#/components/schemas/Page"}}),
            "Client::get_all_clusters(): speaks `application/vnd.atlas.2024-01-01+json` → \
             `application/vnd.atlas.2025-01-01+json`",
        ),
    ];
    for (at, value, item) in changes {
        let mut document = fixture("base.yaml");
        if at == newer {
            remove(&mut document, &format!("{CLUSTERS}/get/{content}"));
        }
        set(&mut document, &format!("{CLUSTERS}/get/{at}"), value);
        let rust = renamed(document, CLUSTERS);
        let method = "Client::list_group_clusters() is called get_all_clusters() now";
        assert_eq!(breaks_of(&rust, method), Some(Breaks::Compile), "{at}");
        assert_eq!(breaks_of(&rust, item), Some(Breaks::Runtime), "{at}");
        let changes = rust.changes.iter();
        let at_run_time = changes.filter(|change| change.breaks == Some(Breaks::Runtime));
        assert_eq!(at_run_time.count(), 1, "{at}: {rust:#?}");
    }
}

#[test]
fn a_method_with_another_name_and_path_is_another_operation() {
    let mut document = fixture("base.yaml");
    let elsewhere = "/paths/~1api~1atlas~1v2~1groups~1{groupId}~1allClusters";
    let item = remove(&mut document, CLUSTERS);
    set(&mut document, elsewhere, item);
    let rust = renamed(document, elsewhere);
    let gone = "Client::list_group_clusters(&self)";
    assert_eq!(breaks_of(&rust, gone), Some(Breaks::Compile));
    assert_eq!(breaks_of(&rust, "Client::get_all_clusters(&self)"), None);
    // The other operation of that path keeps its name, and calls what is gone.
    let moved = "Client::create_group_cluster(): `POST ";
    assert_eq!(breaks_of(&rust, moved), Some(Breaks::Runtime));
}
