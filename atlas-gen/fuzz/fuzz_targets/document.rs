//! Any text gives code or an error.
#![no_main]

use atlas_gen::media_type::Date;
use atlas_gen::{Inputs, Source, generate};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let document = Source::new("fuzz.yaml", text);
    let Some(pin) = Date::parse("2025-12-31") else {
        return;
    };
    let result = generate(&Inputs::new(&document, &pin));
    // A fault of the document is named before progenitor sees it, and code is always Rust.
    if let Err(error) = result {
        let line = error.to_string();
        assert!(!line.contains("progenitor"), "{line}");
        assert!(!line.contains("is no Rust"), "{line}");
    }
});
