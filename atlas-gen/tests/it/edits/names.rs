//! Every struct, enum, field, variant and method in progenitor's code is also in the client's code,
//! unless an edit in the table declares that it removes it.
//!
//! Also, what `parse` drops from progenitor's code does not affect the code after the edits.
//!
//! Tested with the committed fragment, the snapshots and unusual documents, and with all of Atlas
//! if `ATLAS_FULL_SPEC` names the published document.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use atlas_gen::document::Document;
use atlas_gen::edits::syntax::{is_serde, owner, trait_name, wire_name};
use atlas_gen::edits::{Context, EDITS, Name};
use atlas_gen::media_type::Date;
use atlas_gen::names::{EnumVariant, enum_variants, text_of};
use atlas_gen::passes::select::{Selection, select};
use atlas_gen::passes::{SIMPLIFY, correct, lint, versions};
use atlas_gen::{Inputs, Source, config, generate, load, model, parse, plain, progenitor};

use crate::documents::odd_documents::{fixtures, outcome};

/// Names by module, owner and member, with the number of occurrences: a type may implement a trait
/// for several types.
type Names = BTreeMap<(String, String, Option<String>), usize>;

/// Collects the names of a syntax tree.
struct Collector<'a> {
    document: &'a Document,
    names: Names,
}

impl Collector<'_> {
    fn add(&mut self, module: &str, owner: &str, member: Option<String>) {
        let name = (module.to_owned(), owner.to_owned(), member);
        *self.names.entry(name).or_default() += 1;
    }

    fn read(&mut self, module: &str, items: &[syn::Item]) {
        for item in items {
            let owner = owner(item).unwrap_or_default();
            match item {
                syn::Item::Struct(item) => {
                    self.add(module, &owner, None);
                    for field in item.fields.iter().filter_map(|field| field.ident.as_ref()) {
                        self.add(module, &owner, Some(field.to_string()));
                    }
                }
                syn::Item::Enum(item) => {
                    self.add(module, &owner, None);
                    let schema = self.document.schema(&owner);
                    let listed = schema.map(enum_variants).unwrap_or_default();
                    for variant in &item.variants {
                        let value = value(&listed, variant);
                        self.add(module, &owner, Some(format!("= {value}")));
                    }
                }
                syn::Item::Type(_) => self.add(module, &owner, None),
                syn::Item::Trait(item) => {
                    let owner = item.ident.to_string();
                    self.add(module, &owner, None);
                    for item in &item.items {
                        if let syn::TraitItem::Fn(method) = item {
                            self.add(module, &owner, Some(method.sig.ident.to_string()));
                        }
                    }
                }
                syn::Item::Impl(block) => {
                    let of_trait = trait_name(block).map(|name| format!("{name}::"));
                    let of_trait = of_trait.unwrap_or_default();
                    for item in &block.items {
                        if let syn::ImplItem::Fn(method) = item {
                            let member = format!("{of_trait}{}", method.sig.ident);
                            self.add(module, &owner, Some(member));
                        }
                    }
                }
                syn::Item::Mod(item) => {
                    let inner = match module {
                        "" => item.ident.to_string(),
                        module => format!("{module}::{}", item.ident),
                    };
                    if let Some((_, items)) = &item.content {
                        self.read(&inner, items);
                    }
                }
                _ => {}
            }
        }
    }
}

/// Returns the value of a variant on the wire: edits restore the names and values that progenitor
/// fails on.
fn value(listed: &[EnumVariant], variant: &syn::Variant) -> String {
    let wire = wire_name(&variant.attrs, &variant.ident);
    let by_plain = || listed.iter().find(|listed| listed.plain == wire);
    let by_name = || listed.iter().find(|listed| listed.name == wire);
    let found = if variant.attrs.iter().any(is_serde) {
        by_plain().or_else(by_name)
    } else {
        by_name().or_else(by_plain)
    };
    found.map_or(wire, |listed| text_of(&listed.value))
}

fn names(file: &syn::File, document: &Document) -> Names {
    let mut collector = Collector {
        document,
        names: Names::new(),
    };
    collector.read("", &file.items);
    collector.names
}

/// Returns the names in the files of a client: items that are split into files by tag belong to one
/// module.
fn names_in_files(files: &BTreeMap<String, String>, document: &Document) -> Names {
    let mut collector = Collector {
        document,
        names: Names::new(),
    };
    for (name, text) in files.iter().filter(|(name, _)| name.ends_with(".rs")) {
        let module = match name.split(['/', '.']).next() {
            Some("mod" | "operations") | None => "",
            // The files of tags contain the types of each operation; the root file, the common
            // trait.
            Some("expectations") if name.contains('/') => "expectations::operations",
            Some(module) => module,
        };
        let file = syn::parse_file(text).unwrap_or_else(|error| panic!("{name}: {error}"));
        collector.read(module, &file.items);
    }
    collector.names
}

/// Returns the names that occur less often in `after` than in `before`.
fn lost<'a>(before: &'a Names, after: &Names) -> Vec<&'a (String, String, Option<String>)> {
    before
        .iter()
        .filter(|(name, count)| after.get(*name).copied().unwrap_or_default() < **count)
        .map(|(name, _)| name)
        .collect()
}

/// A document, and how its client is generated.
struct Case {
    name: String,
    document: Source,
    corrections: Option<Source>,
    pin: Date,
    extend: bool,
}

/// Applies the edits of `case` one by one. Adds the names that they remove without declaring it to
/// `report`, and the names of the edits that removed anything to `removed`.
fn follow(case: &Case, report: &mut Vec<String>, removed: &mut BTreeSet<&'static str>) {
    let Case { name, pin, .. } = case;
    let fault = |error: atlas_gen::Error| -> ! { panic!("{name}: {error}") };
    let mut value = load::load(&case.document).unwrap_or_else(|error| fault(error));
    if let Some(corrections) = &case.corrections {
        correct::correct(&mut value, corrections, false).unwrap_or_else(|error| fault(error));
    }
    let mut document = Document::new(value).unwrap_or_else(|error| fault(error));
    lint::lint(&document).unwrap_or_else(|error| fault(error));
    select(&mut document, &Selection::All).unwrap_or_else(|error| fault(error));
    versions::choose_versions(&mut document, pin, false).unwrap_or_else(|error| fault(error));
    for (_, pass) in SIMPLIFY {
        pass(&mut document).unwrap_or_else(|error| fault(error));
    }
    let operations = model::operations(&document).unwrap_or_else(|error| fault(error));
    let plain = plain::plain(&document, &operations);
    let tokens = progenitor::run(plain, case.extend).unwrap_or_else(|error| fault(error));
    let mut short = parse::parse(tokens.clone(), &document).unwrap_or_else(|error| fault(error));
    let mut file: syn::File = syn::parse2(tokens).expect("progenitor's code");
    let context = Context {
        document: &document,
        operations: &operations,
    };
    variants_stand_in_order(name, &file, &document, report);
    let plain = plain::plain_with_statuses(&document, &operations);
    let mocks = progenitor::run_httpmock(plain).unwrap_or_else(|error| fault(error));
    let mut mocks = parse::expectations(mocks).unwrap_or_else(|error| fault(error));
    let together = |file: &syn::File, mocks: &syn::File| {
        let mut names = names(file, &document);
        names.extend(self::names(mocks, &document));
        names
    };
    let mut before = together(&file, &mocks);
    let mocked = before
        .keys()
        .filter(|(_, owner, _)| owner == "MockServerExt");
    assert!(mocked.count() >= operations.len(), "{name}");
    for edit in EDITS {
        (edit.run)(&mut file, &context).unwrap_or_else(|error| fault(error));
        (edit.run)(&mut mocks, &context).unwrap_or_else(|error| fault(error));
        (edit.run)(&mut short, &context).unwrap_or_else(|error| fault(error));
        let after = together(&file, &mocks);
        for (module, owner, member) in lost(&before, &after) {
            let gone = Name {
                module,
                owner,
                member: member.as_deref(),
            };
            removed.insert(edit.name);
            if !edit.removes.is_some_and(|removes| removes(&gone, &context)) {
                report.push(format!(
                    "{name}: the edit `{}` takes {gone:?} away without a reason",
                    edit.name
                ));
            }
        }
        before = after;
    }
    if file != short {
        report.push(format!(
            "{name}: the edits do not make up for what `parse` leaves out"
        ));
    }
    let output = generate(&Inputs {
        corrections: case.corrections.as_ref(),
        extend: case.extend,
        ..Inputs::new(&case.document, pin)
    })
    .unwrap_or_else(|error| fault(error));
    let written = names_in_files(&output.files, &document);
    for (what, names) in [
        ("is in no file", lost(&before, &written)),
        ("is in the files alone", lost(&written, &before)),
    ] {
        for lost in names {
            report.push(format!("{name}: {lost:?} {what}"));
        }
    }
}

/// Edits rename variants by position.
fn variants_stand_in_order(
    name: &str,
    file: &syn::File,
    document: &Document,
    report: &mut Vec<String>,
) {
    let modules = file.items.iter().filter_map(|item| match item {
        syn::Item::Mod(module) if module.ident == "types" => module.content.as_ref(),
        _ => None,
    });
    for item in modules.flat_map(|(_, items)| items) {
        let syn::Item::Enum(item) = item else {
            continue;
        };
        let owner = item.ident.to_string();
        let schema = document.schema(&owner);
        let expected: Vec<String> = match schema.map(enum_variants) {
            Some(listed) if !listed.is_empty() => {
                listed.into_iter().map(|listed| listed.plain).collect()
            }
            _ => {
                let union = schema.map(|schema| atlas_gen::names::union_variants(&owner, schema));
                let union = union.unwrap_or_default();
                union.into_iter().map(|(variant, _)| variant).collect()
            }
        };
        let found: Vec<String> = item
            .variants
            .iter()
            .map(|variant| wire_name(&variant.attrs, &variant.ident))
            .collect();
        if found != expected {
            report.push(format!(
                "{name}: progenitor wrote the variants {found:?} of {owner} for {expected:?}"
            ));
        }
    }
}

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn source(path: &str) -> Source {
    let text = std::fs::read_to_string(workspace().join(path))
        .unwrap_or_else(|error| panic!("{path}: {error}"));
    Source::new(path, text)
}

fn pin() -> Date {
    config::read(&source("openapi/vendor.toml"))
        .unwrap_or_else(|error| panic!("{error}"))
        .pin
}

fn check(cases: &[Case]) -> BTreeSet<&'static str> {
    let mut report = Vec::new();
    let mut removed = BTreeSet::new();
    for case in cases {
        follow(case, &mut report, &mut removed);
    }
    assert!(report.is_empty(), "\n{}", report.join("\n"));
    removed
}

#[test]
fn edits_of_the_fragment_remove_only_what_they_declare() {
    let case = |extend| Case {
        name: "fragment".to_owned(),
        document: source("openapi/atlas-v2.yaml"),
        corrections: Some(source("openapi/corrections.yaml")),
        pin: pin(),
        extend,
    };
    check(&[case(false), case(true)]);
}

#[test]
fn edits_of_small_documents_remove_only_what_they_declare() {
    let small = fixtures()
        .into_iter()
        .filter(|(name, text)| outcome(name, text).is_ok())
        .chain(snapshot_inputs());
    let cases: Vec<Case> = small
        .map(|(name, text)| Case {
            document: Source::new(&*name, text),
            name,
            corrections: None,
            pin: Date::parse("2025-12-31").expect("a date"),
            extend: false,
        })
        .collect();
    let removed = check(&cases);
    // A reason that covers nothing is obsolete.
    let reasons: BTreeSet<&str> = EDITS
        .iter()
        .filter(|edit| edit.removes.is_some())
        .map(|edit| edit.name)
        .collect();
    assert_eq!(removed, reasons);
}

fn snapshot_inputs() -> Vec<(String, String)> {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/snapshots");
    let entries = std::fs::read_dir(dir).expect("the snapshots");
    entries
        .map(|entry| {
            let dir = entry.expect("a snapshot").path();
            let name = dir.file_name().expect("a name").to_string_lossy();
            let text = std::fs::read_to_string(dir.join("input.yaml")).expect("an input");
            (name.into_owned(), text)
        })
        .collect()
}

#[test]
fn edits_of_all_of_atlas_remove_only_what_they_declare() {
    let Some(path) = std::env::var_os("ATLAS_FULL_SPEC") else {
        eprintln!("skipped: ATLAS_FULL_SPEC names no full document");
        return;
    };
    let text = std::fs::read_to_string(path).expect("the document");
    check(&[Case {
        name: "all of Atlas".to_owned(),
        document: Source::new("all of Atlas", text),
        corrections: Some(source("openapi/corrections.yaml")),
        pin: pin(),
        extend: false,
    }]);
}
