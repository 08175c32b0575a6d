//! Documents with removed, duplicated or replaced parts give code or an error, never a panic. This
//! is the deterministic counterpart of the fuzz target beside this crate.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::documents::mutate::{Random, mutate};
use crate::documents::odd_documents::{faults, fixtures, outcome};

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
