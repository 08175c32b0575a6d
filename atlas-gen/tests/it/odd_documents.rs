//! Odd documents are answered by code or by one clear line, and never by a panic.
//!
//! The fixtures under `tests/fixtures/odd` say at their top what is odd about them. Those in the
//! table below are refused with its line; all others become code.

use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use atlas_gen::media_type::Date;
use atlas_gen::output::Output;
use atlas_gen::passes::select::Selection;
use atlas_gen::{Inputs, Source, generate};

/// Fixtures that are refused, with the error.
const REFUSED: &[(&str, &str)] = &[];

/// Generates everything in `text`; a panic is an error of its own.
pub fn outcome(name: &str, text: &str) -> Result<Output, String> {
    let document = Source::new(name, text);
    let pin = Date::parse("2025-12-31").expect("a date");
    let inputs = Inputs {
        document: &document,
        corrections: None,
        complete: true,
        selection: &Selection::All,
        pin: &pin,
        preview: false,
        header: "",
    };
    match catch_unwind(AssertUnwindSafe(|| generate(&inputs))) {
        Ok(result) => result.map_err(|error| error.to_string()),
        Err(_) => Err("PANIC".to_owned()),
    }
}

/// What in generated files no compiler would take: no Rust, or a name that is given twice.
pub fn faults(output: &Output) -> Vec<String> {
    let mut faults = Vec::new();
    for (name, text) in output
        .files
        .iter()
        .filter(|(name, _)| name.ends_with(".rs"))
    {
        match syn::parse_file(text) {
            Ok(file) => twice(name, &file.items, &mut faults),
            Err(error) => faults.push(format!("{name} is no Rust: {error}")),
        }
    }
    faults
}

fn twice(place: &str, items: &[syn::Item], faults: &mut Vec<String>) {
    let mut types = BTreeSet::new();
    let mut values = BTreeSet::new();
    let mut methods: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for item in items {
        match item {
            syn::Item::Struct(item) => {
                named(&mut types, place, &item.ident, faults);
                let mut fields = BTreeSet::new();
                for field in item.fields.iter().filter_map(|field| field.ident.as_ref()) {
                    named(
                        &mut fields,
                        &format!("{place} {}", item.ident),
                        field,
                        faults,
                    );
                }
            }
            syn::Item::Enum(item) => {
                named(&mut types, place, &item.ident, faults);
                let mut variants = BTreeSet::new();
                for variant in &item.variants {
                    let place = format!("{place} {}", item.ident);
                    named(&mut variants, &place, &variant.ident, faults);
                }
            }
            syn::Item::Type(item) => named(&mut types, place, &item.ident, faults),
            syn::Item::Static(item) => named(&mut values, place, &item.ident, faults),
            syn::Item::Impl(item) => {
                let owner = match &*item.self_ty {
                    syn::Type::Path(path) => path.path.segments.last().map(|s| s.ident.to_string()),
                    _ => None,
                };
                let owner = owner.unwrap_or_default();
                let known = methods.entry(owner.clone()).or_default();
                for item in &item.items {
                    if let syn::ImplItem::Fn(method) = item {
                        named(
                            known,
                            &format!("{place} {owner}"),
                            &method.sig.ident,
                            faults,
                        );
                    }
                }
            }
            syn::Item::Mod(item) => {
                if let Some((_, items)) = &item.content {
                    twice(&format!("{place} {}", item.ident), items, faults);
                }
            }
            _ => {}
        }
    }
}

fn named(known: &mut BTreeSet<String>, place: &str, name: &syn::Ident, faults: &mut Vec<String>) {
    if !known.insert(name.to_string()) {
        faults.push(format!("{place}: `{name}` is there twice"));
    }
}

/// The fixtures by name.
pub fn fixtures() -> BTreeMap<String, String> {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/odd");
    std::fs::read_dir(&dir)
        .expect("the fixtures")
        .map(|entry| {
            let path = entry.expect("a fixture").path();
            let name = path.file_stem().expect("a name").to_string_lossy();
            let text = std::fs::read_to_string(&path).expect("a text");
            (name.into_owned(), text)
        })
        .collect()
}

#[test]
fn odd_documents_become_code_or_one_clear_line() {
    let refused: BTreeMap<&str, &str> = REFUSED.iter().copied().collect();
    let fixtures = fixtures();
    let mut wrong = String::new();
    for (name, text) in &fixtures {
        let found = outcome(&format!("{name}.yaml"), text);
        let problem = match (found, refused.get(name.as_str())) {
            (Ok(output), None) => faults(&output).join("; "),
            (Ok(_), Some(expected)) => format!("became code instead of `{expected}`"),
            (Err(error), Some(expected)) if error == *expected => continue,
            (Err(error), _) => error,
        };
        if !problem.is_empty() {
            wrong.push_str(&format!("{name}: {problem}\n"));
        }
    }
    for (name, _) in REFUSED {
        if !fixtures.contains_key(*name) {
            wrong.push_str(&format!("{name}: there is no such fixture\n"));
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}
