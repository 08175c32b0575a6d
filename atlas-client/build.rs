//! Refuses to build on generated files that are missing or edited, and says what makes them anew.
//!
//! It compares digests only; that the files follow from their inputs is checked by
//! `cargo xtask codegen --check`.

use std::fs;
use std::path::Path;

use sha2::{Digest, Sha256};

const GENERATED: &str = "src/generated";

fn main() {
    println!("cargo::rerun-if-changed={GENERATED}");
    let dir = Path::new(GENERATED);
    let listed = fs::read_to_string(dir.join("digests.txt")).unwrap_or_default();
    if listed.is_empty() {
        stale("digests.txt", "is missing");
    }
    for (digest, name) in listed.lines().filter_map(|line| line.split_once("  ")) {
        match fs::read_to_string(dir.join(name)) {
            Ok(text) if hex(&text.replace("\r\n", "\n")) == digest => {}
            Ok(_) => stale(name, "has been edited"),
            Err(_) => stale(name, "is missing"),
        }
    }
}

fn hex(text: &str) -> String {
    let digest = Sha256::digest(text);
    digest.iter().map(|b| format!("{b:02x}")).collect()
}

fn stale(name: &str, what: &str) {
    println!("cargo::error=atlas-client/{GENERATED}/{name} {what}; run `cargo xtask codegen`");
}
