//! Documents that have lost, doubled or exchanged a part end in code or in an error, not in a
//! panic: the deterministic stand-in for the fuzz target beside this crate.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::odd_documents::{faults, fixtures, outcome};

/// Numbers that look random and are the same in every run (xorshift64).
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit.max(1) as u64) as usize
    }
}

/// The pointers of all values in `value`.
fn places(value: &Value, here: &str, out: &mut Vec<String>) {
    out.push(here.to_owned());
    match value {
        Value::Object(map) => {
            for (key, child) in map {
                places(child, &atlas_gen::pointer::join(here, key), out);
            }
        }
        Value::Array(items) => {
            for (i, child) in items.iter().enumerate() {
                places(child, &format!("{here}/{i}"), out);
            }
        }
        _ => {}
    }
}

/// Takes out, doubles or exchanges a part of `root`.
pub(crate) fn mutate(root: &mut Value, random: &mut Random) {
    let mut all = Vec::new();
    places(root, "", &mut all);
    let place = all[random.below(all.len())].clone();
    let other = all[random.below(all.len())].clone();
    let copied = root.pointer(&other).cloned().unwrap_or(Value::Null);
    let Some((parent, key)) = place.rsplit_once('/') else {
        return;
    };
    let key = key.replace("~1", "/").replace("~0", "~");
    match (random.below(5), root.pointer_mut(parent)) {
        (0, Some(Value::Object(map))) => {
            map.shift_remove(&key);
        }
        (1, Some(Value::Object(map))) => {
            map.insert(key, Value::Null);
        }
        // Under a new name, so that names and keywords get mixed up.
        (2, Some(Value::Object(map))) => {
            let name = other.rsplit('/').next().unwrap_or_default().to_owned();
            map.insert(name, copied);
        }
        (3, Some(Value::Array(items))) => {
            let twice = items.clone();
            items.extend(twice);
        }
        _ => {
            if let Some(slot) = root.pointer_mut(&place) {
                *slot = copied;
            }
        }
    }
}

#[test]
fn mutated_documents_never_panic() {
    let good: Vec<(String, Value)> = fixtures()
        .into_iter()
        .filter_map(|(name, text)| {
            let value = atlas_gen::load::load(&atlas_gen::Source::new(&name, text)).ok()?;
            (value.to_string().len() < 20_000).then_some((name, value))
        })
        .collect();
    let rounds: usize = std::env::var("MUTATIONS")
        .ok()
        .and_then(|n| n.parse().ok())
        .unwrap_or(600);
    let seed = std::env::var("MUTATION_SEED")
        .ok()
        .and_then(|n| n.parse().ok());
    let mut random = Random(seed.unwrap_or(0x9E37_79B9_7F4A_7C15));
    let mut problems: BTreeMap<String, String> = BTreeMap::new();
    for round in 0..rounds {
        let (name, value) = &good[random.below(good.len())];
        let mut value = value.clone();
        for _ in 0..=random.below(3) {
            mutate(&mut value, &mut random);
        }
        let text = value.to_string();
        let problem = match outcome(name, &text) {
            Ok(output) => faults(&output).join("; "),
            Err(error) if error == "PANIC" || error.contains("progenitor") => error,
            Err(error) if error.contains("no Rust") && !error.contains("gives no Rust") => error,
            Err(_) => String::new(),
        };
        if !problem.is_empty() {
            problems
                .entry(problem.chars().take(60).collect())
                .or_insert_with(|| format!("round {round}, {name}: {problem}\n{text}"));
        }
    }
    let report: Vec<String> = problems.into_values().collect();
    assert!(report.is_empty(), "\n{}", report.join("\n\n"));
}
