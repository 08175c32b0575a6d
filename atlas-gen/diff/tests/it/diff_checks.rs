//! What `diff` finds in the minimal pairs of documents under `fixtures/diff/`.
//!
//! A file holds a document (`base`) and cases. A case puts its `old` value, or its `new` one, at
//! the place `at` (a JSON pointer, or a name from `places`); a value that is missing takes the
//! place out of the document. What `both` maps from places to values stands on both sides. `finds`
//! is all that is found from OLD to NEW, `back` from NEW to OLD, each as level, side and check;
//! a check that belongs to neither side has none. The version of the document goes up from OLD to
//! NEW in both directions, because what a document says of its version is a check of its own.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use atlas_diff::report::checks::CHECKS;
use atlas_diff::{Finding, Options};
use atlas_gen::Source;
use atlas_gen::load::load;
use atlas_gen::media_type::Date;
use atlas_gen::pointer;
use serde_json::{Map, Value};

/// The checks that no pair of documents can meet, and why.
const NEVER_MET: [(&str, &str); 4] = [
    (
        "codegen-refused",
        "found when code is generated, see `rust_api`",
    ),
    ("request-body-min-items-set", MIN_ITEMS),
    ("request-parameter-min-items-set", MIN_ITEMS),
    ("request-property-min-items-set", MIN_ITEMS),
];
const MIN_ITEMS: &str = "no limit is a limit of 0, so that a new limit is an increased one";

/// A file of fixtures.
struct Fixture {
    name: String,
    tree: Value,
}

/// All files of fixtures, by name.
fn fixtures() -> Vec<Fixture> {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/diff");
    let mut paths: Vec<_> = fs::read_dir(dir)
        .expect("the directory of fixtures")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    paths.sort();
    let read = |path: &Path| {
        let name = path.file_name().expect("a name").to_string_lossy();
        let text = fs::read_to_string(path).expect("a fixture");
        let tree = load(&Source::new(name.clone(), text)).expect("YAML");
        Fixture {
            name: name.into_owned(),
            tree,
        }
    };
    paths.iter().map(|path| read(path)).collect()
}

impl Fixture {
    fn cases(&self) -> impl Iterator<Item = Case<'_>> {
        let cases = self.tree["cases"].as_array().expect("a list of cases");
        cases.iter().map(|tree| Case {
            fixture: self,
            tree,
        })
    }

    /// The JSON pointer of a place.
    fn place<'a>(&'a self, place: &'a str) -> &'a str {
        self.tree["places"][place].as_str().unwrap_or(place)
    }

    fn options(&self) -> Options {
        let mut options = Options::new(Date::parse("2026-11-24").expect("a date"));
        let days = |key: &str| self.tree["options"][key].as_u64().unwrap_or(0);
        options.deprecation_days_stable =
            u32::try_from(days("deprecation_days_stable")).expect("days");
        options.deprecation_days_beta = u32::try_from(days("deprecation_days_beta")).expect("days");
        options
    }
}

/// A pair of documents.
struct Case<'a> {
    fixture: &'a Fixture,
    tree: &'a Value,
}

impl Case<'_> {
    fn name(&self) -> String {
        let name = self.tree["name"].as_str().expect("a name");
        format!("{}: {name}", self.fixture.name)
    }

    /// The document of the side `old` or `new`.
    fn document(&self, side: &str, version: &str) -> Value {
        let mut document = self.fixture.tree["base"].clone();
        put(&mut document, "/info/version", Some(&version.into()));
        if let Some(both) = self.tree.get("both") {
            for (place, value) in both.as_object().expect("places with values") {
                put(&mut document, self.fixture.place(place), Some(value));
            }
        }
        let at = self.tree["at"].as_str().expect("a place");
        put(&mut document, self.fixture.place(at), self.tree.get(side));
        document
    }

    /// OLD and NEW, or NEW and OLD.
    fn documents(&self, direction: Direction) -> (Value, Value) {
        let (old, new) = match direction {
            Direction::Forth => ("old", "new"),
            Direction::Back => ("new", "old"),
        };
        (self.document(old, "1"), self.document(new, "2"))
    }

    fn expected(&self, direction: Direction) -> Vec<String> {
        let key = match direction {
            Direction::Forth => "finds",
            Direction::Back => "back",
        };
        let lines = self.tree[key].as_array();
        let lines = lines.unwrap_or_else(|| panic!("{}: no {key}", self.name()));
        let mut lines: Vec<_> = lines
            .iter()
            .map(|line| line.as_str().expect("a line").to_owned())
            .collect();
        lines.sort();
        lines
    }
}

/// Which way a case is compared.
#[derive(Debug, Clone, Copy)]
enum Direction {
    Forth,
    Back,
}

/// Puts `value` at `pointer`, or takes out what is there; maps on the way are made.
fn put(document: &mut Value, pointer: &str, value: Option<&Value>) {
    let tokens: Vec<_> = pointer::tokens(pointer).collect();
    let Some((last, way)) = tokens.split_last() else {
        *document = value.expect("a document").clone();
        return;
    };
    let parent = way.iter().fold(document, |node, token| match node {
        Value::Array(items) => &mut items[token.parse::<usize>().expect("an index")],
        node => node
            .as_object_mut()
            .expect("a map")
            .entry(token)
            .or_insert_with(|| Value::Object(Map::new())),
    });
    match (parent, value) {
        (Value::Array(items), Some(value)) => {
            items[last.parse::<usize>().expect("an index")] = value.clone();
        }
        (parent, Some(value)) => parent[last.as_str()] = value.clone(),
        (parent, None) => {
            parent.as_object_mut().expect("a map").remove(last);
        }
    }
}

/// A finding as fixtures write it.
fn line(finding: &Finding) -> String {
    let side = match finding.side {
        Some(atlas_diff::Side::Request) => "request ",
        Some(atlas_diff::Side::Response) => "response ",
        None => "",
    };
    format!("{} {side}{}", finding.level, finding.id)
}

/// What is wrong with findings, whatever they are of.
fn faults(findings: &[Finding], old: &Value, new: &Value) -> Vec<String> {
    let mut faults = Vec::new();
    let mut seen = BTreeSet::new();
    for finding in findings {
        let mut fault = |what: &str| faults.push(format!("{}: {what}", finding.id));
        if !seen.insert(&finding.fingerprint) {
            fault("another finding has its fingerprint");
        }
        if finding.text.is_empty() || finding.text.ends_with('.') {
            fault("its text is no sentence without a full stop");
        }
        let there = |document: &Value| document.pointer(&finding.pointer).is_some();
        if !there(old) && !there(new) {
            fault(&format!("{} is in neither document", finding.pointer));
        }
        if !finding.operations.is_sorted() {
            fault("its operations are not sorted");
        }
    }
    faults
}

#[test]
fn minimal_pairs_find_what_they_must_and_nothing_else() {
    let mut failures = Vec::new();
    let mut compared = 0;
    for fixture in fixtures() {
        for case in fixture.cases() {
            for direction in [Direction::Forth, Direction::Back] {
                let (old, new) = case.documents(direction);
                compared += 1;
                let findings = match atlas_diff::compare(&old, &new, &fixture.options()) {
                    Ok(findings) => findings,
                    Err(error) => {
                        failures.push(format!("{} ({direction:?}): {error}", case.name()));
                        continue;
                    }
                };
                let mut lines: Vec<_> = findings.iter().map(line).collect();
                lines.sort();
                let expected = case.expected(direction);
                if lines != expected {
                    failures.push(format!(
                        "{} ({direction:?}):\n  expected {expected:?}\n  found    {lines:?}",
                        case.name()
                    ));
                }
                for fault in faults(&findings, &old, &new) {
                    failures.push(format!("{} ({direction:?}): {fault}", case.name()));
                }
            }
        }
    }
    assert!(
        failures.is_empty(),
        "{} failures in {compared} comparisons:\n{}",
        failures.len(),
        failures.join("\n")
    );
    assert!(compared > 800, "only {compared} comparisons");
}

#[test]
fn every_check_has_a_pair_that_meets_it() {
    let fixtures = fixtures();
    let met: BTreeSet<String> = fixtures
        .iter()
        .flat_map(Fixture::cases)
        .flat_map(|case| {
            let mut lines = case.expected(Direction::Forth);
            lines.extend(case.expected(Direction::Back));
            lines
        })
        .filter_map(|line| line.rsplit(' ').next().map(str::to_owned))
        .collect();
    let never: BTreeSet<_> = NEVER_MET.iter().map(|(name, _)| *name).collect();
    let without: Vec<_> = CHECKS
        .iter()
        .map(|check| check.name)
        .filter(|name| !met.contains(*name) && !never.contains(name))
        .collect();
    assert!(without.is_empty(), "no pair meets {without:?}");
    let both: Vec<_> = never.iter().filter(|name| met.contains(**name)).collect();
    assert!(both.is_empty(), "a pair does meet {both:?}");
    let unknown: Vec<_> = met
        .iter()
        .filter(|name| !CHECKS.iter().any(|check| check.name == *name))
        .collect();
    assert!(unknown.is_empty(), "no check is called {unknown:?}");
}
