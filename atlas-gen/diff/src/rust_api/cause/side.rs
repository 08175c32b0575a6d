//! An index of one revision's client: its types, operations and the references between them.
//!
//! It knows the simplified document, not what is searched for in it.

use std::collections::{BTreeMap, HashMap, HashSet};

use serde_json::Value;

use crate::rust_api::client::Client;
use crate::rust_api::read::api::feature_path;
use atlas_gen::output::features;

/// An index of one revision's client.
#[derive(Debug, Default)]
pub struct Side {
    /// The operations by the path of an item, `Client::get_x()` and `builder::GetX`.
    pub operations: HashMap<String, String>,
    /// The operations by the item of their feature.
    pub features: HashMap<String, Vec<String>>,
    /// The names of the types.
    pub types: HashSet<String>,
    /// The published names of the schemas of used versions.
    pub published: HashSet<String>,
    /// The operations with the media types that they use.
    pub spoken: HashSet<(String, String)>,
    /// The types and operations adjacent to each type or operation.
    pub beside: HashMap<String, HashSet<String>>,
}

/// Indexes `client`.
pub fn side(client: &Client<'_>) -> Side {
    let (document, wire) = (&client.document, &client.wire);
    let mut side = Side::default();
    let paths = client.api.items.keys();
    let by_trait: HashMap<&str, &String> = paths
        .filter_map(|path| {
            let (_, method) = path.strip_prefix("operations::")?.split_once("::")?;
            Some((method.trim_end_matches("()"), path))
        })
        .collect();
    for (method, spoken) in &wire.operations {
        let place = &spoken.place;
        side.operations
            .insert(format!("Client::{method}()"), place.clone());
        side.operations
            .insert(format!("builder::{}", spoken.builder), place.clone());
        if let Some(path) = by_trait.get(method.as_str()) {
            side.operations.insert((*path).clone(), place.clone());
        }
        let feature = feature_path(&features::feature(&spoken.tag));
        let brought = side.features.entry(feature).or_default();
        brought.push(place.clone());
        for media in &spoken.media_types {
            side.spoken.insert((place.clone(), media.spoken.clone()));
        }
    }
    side.published.clone_from(&client.spoken);
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
            everywhere(value, &mut targets);
        }
        let name = format!("{} {}", place.method.to_uppercase(), place.path);
        references.insert(name, targets);
    }
    for (name, targets) in references {
        for target in targets {
            // A reference to a ubiquitous type relates nothing.
            if EVERYWHERE.contains(&target.as_str()) {
                continue;
            }
            side.beside
                .entry(target.clone())
                .or_default()
                .insert(name.clone());
            side.beside.entry(name.clone()).or_default().insert(target);
        }
    }
    side
}

/// Types that are used in unrelated places.
const EVERYWHERE: [&str; 4] = ["ApiError", "Link", "ObjectId", "Sensitive"];

/// Collects the components that any part of `value` refers to.
fn everywhere(value: &Value, targets: &mut Vec<String>) {
    match value {
        Value::Object(map) => {
            let name = atlas_gen::document::schema_name(value);
            targets.extend(name.map(str::to_owned));
            map.values().for_each(|value| everywhere(value, targets));
        }
        Value::Array(items) => items.iter().for_each(|value| everywhere(value, targets)),
        _ => {}
    }
}
