//! Checks the compile-time verdicts of `atlas-diff` with rustc: a program that uses everything of
//! the client of the old document must compile against the client of the new one if, and only if,
//! `atlas-diff` reports no change that breaks compilation.
//!
//! The documents are those of the tests of `atlas-diff`. Each differs from a common base in one
//! thing, and is compared in both directions. A sample of them is tested, unless the environment
//! variable `ATLAS_ALL_VERDICTS` is set.

#[allow(dead_code, reason = "these tests need no expectations")]
#[path = "../../../../atlas-gen/diff/tests/it/cases.rs"]
mod cases;
mod explained;
mod rustc;
mod surface;
mod user;
mod uses;

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use atlas_diff::rust_api::{Client, Revision, changes};
use atlas_diff::{Breaks, Options, Rust};
use atlas_gen::media_type::Date;
use atlas_gen::passes::select::Selection;
use atlas_gen::{Inputs, Source, generate};
use serde_json::Value;

use explained::Changes;
use rustc::{Compiled, Refused, Rustc};
use user::{Program, Used};

/// Every 29th document is in the sample.
const STEP: usize = 29;

/// The documents that the generator rejects. `atlas-diff` adapts them before comparing, but there
/// is no code to compile.
const REJECTED: [&str; 4] = [
    "an operation has no id",
    "a parameter is content, without limits",
    "a body is written as a form",
    "a second success is of another type",
];

/// A document, its client as `atlas-diff` sees it, and the client's code.
struct Side<'a> {
    document: &'a Value,
    client: Client<'a>,
    files: BTreeMap<String, String>,
    /// The program that uses everything in the client.
    program: Program,
}

impl<'a> Side<'a> {
    /// Returns `None` if the generator rejects the document: then there is no code.
    fn of(document: &'a Value, pin: &'a Date) -> Option<Self> {
        let revision = Revision {
            document,
            corrections: None,
            selection: &Selection::All,
            pin: Some(pin),
            preview: false,
            extend: false,
        };
        let client = Client::new(&revision).ok()?;
        let source = Source::new("the document", document.to_string());
        let output = generate(&Inputs {
            header: "// A client.\n",
            ..Inputs::new(&source, pin)
        });
        let files = output.expect("a client").files;
        let program = Program::of(&files);
        Some(Self {
            document,
            client,
            files,
            program,
        })
    }
}

/// The base document with its compiled client.
struct Base<'a> {
    rustc: Rustc,
    side: Side<'a>,
    compiled: Compiled,
    surface: String,
}

/// The results of all comparisons.
#[derive(Debug, Default)]
struct Tally {
    /// Comparisons of clients with the same public code.
    same: usize,
    /// Comparisons whose program compiles.
    compiled: usize,
    /// Comparisons whose program rustc rejects.
    refused: usize,
    /// Documents that the generator rejects.
    rejected: usize,
    faults: Vec<String>,
}

#[test]
fn rustc_agrees_with_the_verdict_on_each_step() {
    let pin = Date::parse("9999-12-31").expect("a date");
    let (document, cases) = cases::cases();
    let all = std::env::var_os("ATLAS_ALL_VERDICTS").is_some();
    let cases: Vec<_> = cases.iter().step_by(if all { 1 } else { STEP }).collect();
    let side = Side::of(&document, &pin).expect("the client of the base");
    let rustc = Rustc::new();
    let base = Base {
        compiled: rustc.client(&side.files),
        surface: surface::surface(&side.files),
        rustc,
        side,
    };
    let own = base.rustc.program(&base.compiled, &base.side.program);
    assert!(
        own.lines.is_empty(),
        "the program of the base: {}",
        own.errors
    );

    let (next, tally) = (AtomicUsize::new(0), Mutex::new(Tally::default()));
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while let Some(case) = cases.get(next.fetch_add(1, Ordering::Relaxed)) {
                    judge(&base, case, &pin, &tally);
                }
            });
        }
    });
    let tally = tally.into_inner().expect("no panic");
    eprintln!(
        "{} steps with the same public code, {} compiled, {} refused; {} documents rejected",
        tally.same, tally.compiled, tally.refused, tally.rejected
    );
    assert!(
        tally.faults.is_empty(),
        "{} verdicts are wrong:\n{}",
        tally.faults.len(),
        tally.faults.join("\n")
    );
    assert!(tally.refused > 0 && tally.compiled > 0, "{tally:?}");
}

/// Compares the verdicts for the changes from the base and back to it with the results of rustc.
fn judge<'a>(base: &Base<'_>, case: &'a cases::Case, pin: &'a Date, tally: &Mutex<Tally>) {
    let tally = || tally.lock().expect("no panic");
    let Some(side) = Side::of(&case.document, pin) else {
        let name = &*case.name;
        assert!(REJECTED.contains(&name), "the generator rejects: {name}");
        tally().rejected += 1;
        return;
    };
    let is_same = surface::surface(&side.files) == base.surface;
    let compiled = (!is_same).then(|| base.rustc.client(&side.files));
    if let Some(compiled) = &compiled {
        let own = base.rustc.program(compiled, &side.program);
        if !own.lines.is_empty() {
            let text = format!("{}: its own program: {}", case.name, own.errors);
            tally().faults.push(text);
        }
    }
    for (way, old, new, against) in [
        ("there", &base.side, &side, compiled.as_ref()),
        (
            "back",
            &side,
            &base.side,
            compiled.as_ref().map(|_| &base.compiled),
        ),
    ] {
        let refused = against.map(|client| base.rustc.program(client, &old.program));
        let rust = compared(old, new);
        let mut tally = tally();
        match &refused {
            None => tally.same += 1,
            Some(refused) if refused.lines.is_empty() => tally.compiled += 1,
            Some(_) => tally.refused += 1,
        }
        let refused = refused.unwrap_or_default();
        let faults = faults(&refused, &rust, old, new);
        let faults = faults.map(|fault| format!("{} ({way}): {fault}", case.name));
        tally.faults.extend(faults);
    }
}

/// Returns the differences between the changes that `atlas-diff` reports and the errors of rustc.
fn faults(refused: &Refused, rust: &Rust, old: &Side<'_>, new: &Side<'_>) -> Option<String> {
    let broken = rust.changes.iter();
    let broken = broken.filter(|change| change.breaks == Some(Breaks::Compile));
    let broken: Vec<&str> = broken.map(|change| &*change.item).collect();
    let lines = refused.lines.iter();
    let used: Vec<&Used> = lines.filter_map(|line| old.program.used(*line)).collect();
    let changes = Changes::new(broken.iter().copied(), &old.program, &new.program);
    let (unreal, untold) = (changes.unreal(&used), changes.untold(&used));
    (!unreal.is_empty() || !untold.is_empty()).then(|| {
        format!(
            "rustc accepts {unreal:#?}, and refuses what is not told: {untold:#?}\n\
             told: {broken:#?}\n{}",
            refused.errors
        )
    })
}

/// Returns the changes that `atlas-diff` reports.
fn compared(old: &Side<'_>, new: &Side<'_>) -> Rust {
    let today = Date::parse("2025-06-01").expect("a date");
    let findings = atlas_diff::compare(old.document, new.document, &Options::new(today));
    changes(&old.client, &new.client, &findings.expect("findings"))
}
