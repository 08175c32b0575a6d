//! Reports tell each cause once, and fold what is not needed at first.

use std::collections::{BTreeSet, HashSet};
use std::fs;
use std::path::Path;

use atlas_diff::report::checks::CHECKS;
use atlas_diff::report::review::Review;
use atlas_diff::rust_api::{self, Revision};
use atlas_diff::show::markdown::{LIMIT, markdown};
use atlas_diff::show::text::{Detail, text};
use atlas_diff::{Breaks, Bump, ChangeKind, Finding, Level, Options, Report, Rust, compare};
use atlas_gen::Source;
use atlas_gen::load::load;
use atlas_gen::media_type::Date;
use atlas_gen::passes::select::Selection;

use crate::reports::{PIPE, change, finding, whole};

/// As much as a report can hold: every check finds something in many places, and breaks Rust code in
/// many ways.
fn largest() -> Review {
    let mut findings = Vec::new();
    let mut changes = Vec::new();
    for (c, check) in CHECKS.iter().enumerate() {
        for i in 0..5 {
            let pointer = format!("/components/schemas/S{i}/properties/m{}", i % 4);
            let text = format!("the member `m{}` of `S{i}` differs", i % 4);
            let mut found = finding(check.name, check.level, &pointer, &text);
            found.operations = (0..50).map(|i| format!("GET /{i}")).collect();
            for (k, item) in [
                "types::S: A → B",
                "types::S::f: A → Option<A>",
                "types::S::g: A → B",
            ]
            .into_iter()
            .chain([
                "impl Default for types::S",
                "impl From<A> for types::S",
                "types::S",
            ])
            .enumerate()
            {
                let kind = if k < 3 {
                    ChangeKind::Changed
                } else {
                    ChangeKind::Removed
                };
                let item = format!("{item}{c}");
                let cause = Some(found.fingerprint.as_str()).filter(|_| c % 2 == 0);
                let breaks = cause.and(Some(Breaks::Compile));
                changes.push(change(kind, &item, breaks, cause));
            }
            findings.push(found);
        }
    }
    let mut review = whole();
    let bump = Bump::Major;
    review.report = Report::new(
        findings,
        Some(Rust {
            bump,
            changes,
            unused: BTreeSet::new(),
        }),
    );
    review
}

/// The lines of Markdown that are read before anything is unfolded.
fn unfolded(shown: &str) -> usize {
    let mut depth = 0;
    let mut lines = 0;
    for line in shown.lines().filter(|line| !line.trim().is_empty()) {
        let opens = line.trim_start().starts_with("<details>");
        lines += usize::from(depth == 0);
        depth += usize::from(opens);
        depth -= usize::from(line.trim_start() == "</details>");
    }
    assert_eq!(depth, 0, "each fold has an end");
    lines
}

#[test]
fn the_largest_report_is_read_in_150_lines_and_folds_the_rest() {
    let review = largest();
    let shown = markdown(&review);
    let lines = unfolded(&shown);
    assert!((50..150).contains(&lines), "{lines}: {shown}");
    assert!(shown.len() <= LIMIT, "{}", shown.len());
    for folded in ["smaller causes", "Rust: and 10 other changes"] {
        assert!(shown.contains(folded), "what is folded is counted: {shown}");
    }
    let short = text(&review, PIPE, Detail::Summary);
    let all = text(&review, PIPE, Detail::All);
    assert!(short.lines().count() * 10 < all.lines().count());
    let words: HashSet<&str> = all.split_whitespace().collect();
    for finding in &review.report.findings {
        assert!(words.contains(finding.fingerprint.as_str()), "{finding:?}");
    }
}

/// The usual update: an operation, two members and a value are new, and some prose is another.
pub fn usual() -> Review {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/rust_api/base.yaml");
    let source = Source::new("base.yaml", fs::read_to_string(path).expect("the fixture"));
    let old = load(&source).expect("a document");
    let mut new = old.clone();
    let get = new["paths"]["/api/atlas/v2/groups/{groupId}/clusters"]["get"].clone();
    let regions = "/api/atlas/v2/groups/{groupId}/clusters/regions";
    new["paths"][regions] = serde_json::json!({
        "parameters": [{"$ref": "#/components/parameters/groupId"}],
        "get": get,
    });
    new["paths"][regions]["get"]["operationId"] = "listGroupClusterRegions".into();
    new["paths"][regions]["get"]["summary"] = "List regions".into();
    let members = &mut new["components"]["schemas"]["Cluster"]["properties"];
    members["region"] = serde_json::json!({"type": "string"});
    members["zone"] = serde_json::json!({"type": "string"});
    members["state"]["enum"] = serde_json::json!(["IDLE", "CREATING", "BROKEN", "REPAIRING"]);
    members["name"]["description"] = "The name of the cluster".into();
    let today = Date::parse("2026-11-29").expect("a date");
    let findings = compare(&old, &new, &Options::new(today)).expect("findings");
    let revision = |document| Revision {
        document,
        corrections: None,
        selection: &Selection::All,
        pin: None,
        preview: false,
        extend: false,
    };
    let rust = rust_api::compare(&revision(&old), &revision(&new), &findings).expect("code");
    Review {
        old: "old.yaml".to_owned(),
        new: "new.yaml".to_owned(),
        report: Report::new(findings, Some(rust)),
        exempted: Vec::new(),
        without_rust: None,
        notes: Vec::new(),
    }
}

#[test]
fn the_report_of_a_usual_update_fits_one_screen() {
    let review = usual();
    let shown = text(&review, PIPE, Detail::Summary);
    assert!(shown.lines().count() < 60, "{shown}");
    for words in [
        "Rust: a minor version",
        "Client::list_group_cluster_regions",
        "`region`",
        "`zone`",
        "REPAIRING",
    ] {
        assert!(shown.contains(words), "{words}: {shown}");
    }
    let shown = markdown(&review);
    assert!(unfolded(&shown) < 40, "{shown}");
}

#[test]
fn a_cause_is_told_once_with_all_its_places() {
    let nullable = "response-property-became-nullable";
    let mut findings: Vec<Finding> = (0..5)
        .map(|i| {
            let pointer = format!("/components/schemas/S{i}/properties/a");
            let text = format!("the response member `a` of `S{i}` may be null now");
            finding(nullable, Level::Breaking, &pointer, &text)
        })
        .collect();
    let one = Report::new(findings.clone(), None);
    assert_eq!(one.causes.len(), 1, "{:?}", one.causes);
    assert_eq!(
        one.causes[0].text,
        "the response member `a` of 5 schemas may be null now"
    );
    assert_eq!(one.causes[0].findings.len(), 5);
    let other = "the response member `b` of `S0` may be null now";
    findings.push(finding(
        nullable,
        Level::Breaking,
        "/components/schemas/S0/properties/b",
        other,
    ));
    let rust = Rust {
        bump: Bump::Major,
        changes: vec![
            change(
                ChangeKind::Changed,
                "types::S3::a: String → Option<String>",
                Some(Breaks::Compile),
                Some(&findings[3].fingerprint),
            ),
            change(
                ChangeKind::Removed,
                "types::Gone",
                Some(Breaks::Runtime),
                Some("unknown"),
            ),
            change(
                ChangeKind::Changed,
                "types::Owner is called Person now",
                Some(Breaks::Compile),
                None,
            ),
        ],
        unused: BTreeSet::new(),
    };
    let report = Report::new(findings, Some(rust));
    let told: Vec<(&str, usize, usize, usize)> = report
        .causes
        .iter()
        .map(|cause| {
            (
                cause.text.as_str(),
                cause.findings.len(),
                cause.compile,
                cause.runtime,
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            ("the response member `a` of `S3` may be null now", 1, 1, 0),
            ("names in the generated code changed", 0, 1, 0),
            (
                "the generated code changed, and no finding says why",
                0,
                0,
                1
            ),
            ("5 members of responses may be null now", 5, 0, 0),
        ]
    );
    let mut listed: Vec<&String> = report
        .causes
        .iter()
        .flat_map(|cause| &cause.findings)
        .collect();
    let mut all: Vec<&String> = report
        .findings
        .iter()
        .map(|finding| &finding.fingerprint)
        .collect();
    listed.sort_unstable();
    all.sort_unstable();
    assert_eq!(listed, all, "every finding has one cause");
}

#[test]
fn a_body_that_lost_two_media_types_is_one_body() {
    let media = "request-body-media-type-removed";
    let lost = |path: &str, name: &str| {
        let pointer = format!("/paths/~1{path}/post/requestBody/content/{name}");
        finding(
            media,
            Level::Breaking,
            &pointer,
            &format!("the request body of `POST /{path}` lost `{name}`"),
        )
    };
    let text = |findings: Vec<Finding>| Report::new(findings, None).causes[0].text.clone();
    let mut findings = vec![lost("a", "x"), lost("a", "y")];
    assert_eq!(
        text(findings.clone()),
        "a request body has lost a media type"
    );
    findings.push(lost("b", "x"));
    assert_eq!(text(findings), "2 request bodies have lost a media type");
}
