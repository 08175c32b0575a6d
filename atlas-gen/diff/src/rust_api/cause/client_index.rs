//! An index of one revision's client: its types, operations and the references between them.
//!
//! It reads the simplified document.

use std::collections::{BTreeMap, HashMap, HashSet};

use serde_json::Value;

use crate::rust_api::client::Client;
use crate::rust_api::read::api::feature_path;
use atlas_gen::output::features;

/// An index of one revision's client.
#[derive(Debug, Default)]
pub struct ClientIndex {
    /// The operations by the path of an item, `Client::get_x()` and `builder::GetX`.
    pub operations: HashMap<String, String>,
    /// The operations by the item of their feature.
    pub features: HashMap<String, Vec<String>>,
    /// The names of the types.
    pub types: HashSet<String>,
    /// The published names of the schemas of used versions.
    pub used_schemas: HashSet<String>,
    /// The operations with the media types that they use.
    pub media_types: HashSet<(String, String)>,
    /// The types and operations adjacent to each type or operation.
    pub adjacent: HashMap<String, HashSet<String>>,
}

/// Indexes `client`.
pub fn index_client(client: &Client<'_>) -> ClientIndex {
    let (document, wire) = (&client.document, &client.wire);
    let mut side = ClientIndex::default();
    let paths = client.api.items.keys();
    let by_trait: HashMap<&str, &String> = paths
        .filter_map(|path| {
            let (_, method) = path.strip_prefix("operations::")?.split_once("::")?;
            Some((method.trim_end_matches("()"), path))
        })
        .collect();
    for (method, operation) in &wire.operations {
        let label = &operation.label;
        side.operations
            .insert(format!("Client::{method}()"), label.clone());
        side.operations
            .insert(format!("builder::{}", operation.builder), label.clone());
        if let Some(path) = by_trait.get(method.as_str()) {
            side.operations.insert((*path).clone(), label.clone());
        }
        let feature = feature_path(&features::feature(&operation.tag));
        let operations_of_feature = side.features.entry(feature).or_default();
        operations_of_feature.push(label.clone());
        for media in &operation.media_types {
            side.media_types.insert((label.clone(), media.used.clone()));
        }
    }
    side.used_schemas.clone_from(&client.used_schemas);
    side.types.extend(wire.types.keys().cloned());
    let mut references: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (name, schema) in document.schemas() {
        let mut targets = Vec::new();
        atlas_gen::schema::references(schema, &mut targets);
        references.insert(
            name.clone(),
            targets.into_iter().map(str::to_owned).collect(),
        );
    }
    for place in document.places() {
        let operation = document.operation(&place);
        let mut targets = Vec::new();
        for value in operation
            .into_iter()
            .flat_map(|operation| operation.values())
        {
            collect_references(value, &mut targets);
        }
        let name = format!("{} {}", place.method.to_uppercase(), place.path);
        references.insert(name, targets);
    }
    for (name, targets) in references {
        for target in targets {
            // References to ubiquitous types do not relate operations.
            if UBIQUITOUS.contains(&target.as_str()) {
                continue;
            }
            side.adjacent
                .entry(target.clone())
                .or_default()
                .insert(name.clone());
            side.adjacent
                .entry(name.clone())
                .or_default()
                .insert(target);
        }
    }
    side
}

/// Types that are used in unrelated places.
const UBIQUITOUS: [&str; 4] = ["ApiError", "Link", "ObjectId", "Sensitive"];

/// Collects the components that any part of `value` refers to.
fn collect_references(value: &Value, targets: &mut Vec<String>) {
    match value {
        Value::Object(map) => {
            let name = atlas_gen::document::schema_name(value);
            targets.extend(name.map(str::to_owned));
            map.values()
                .for_each(|value| collect_references(value, targets));
        }
        Value::Array(items) => items
            .iter()
            .for_each(|value| collect_references(value, targets)),
        _ => {}
    }
}
