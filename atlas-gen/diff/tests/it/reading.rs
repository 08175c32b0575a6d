//! What a reader who is new to a report must not stumble over.

use std::collections::BTreeSet;

use atlas_diff::show::html::html;
use atlas_diff::show::markdown::markdown;
use atlas_diff::show::text::{Detail, text};
use atlas_diff::{Breaks, Bump, Change, ChangeKind, Finding, Level, Report, Rust};

use crate::reports::{PIPE, change, finding, whole};

/// The Markdown of `findings` with `changes` of Rust code, and the same as text and HTML.
fn shown(findings: Vec<Finding>, changes: Vec<Change>, unused: &[&str]) -> [String; 3] {
    let mut review = whole();
    review.exempted.clear();
    let rust = Rust {
        bump: Bump::Major,
        changes,
        unused: unused.iter().map(|print| (*print).to_owned()).collect(),
    };
    review.report = Report::new(findings, Some(rust));
    [
        markdown(&review),
        text(&review, PIPE, Detail::Summary),
        html(&review),
    ]
}

fn member(check: &'static str, level: Level, at: &str, text: &str) -> Finding {
    let pointer = format!("/components/schemas/{at}");
    finding(check, level, &pointer, text)
}

/// Returns the parts of a text in their order.
fn in_order(text: &str, parts: &[&str]) -> bool {
    let mut from = 0;
    parts.iter().all(|part| {
        let at = text.get(from..).and_then(|rest| rest.find(part));
        from += at.unwrap_or_default() + part.len();
        at.is_some()
    })
}

#[test]
fn breaks_at_compile_time_come_before_those_at_run_time() {
    let limit = "request-property-max-items-set";
    let gone = "response-optional-property-removed";
    let findings = vec![
        member(
            limit,
            Level::Warning,
            "A/properties/a",
            "the request member `a` of `A` has `maxItems` 25 now",
        ),
        member(
            gone,
            Level::Warning,
            "B/properties/b",
            "the response member `b` of `B` was removed",
        ),
    ];
    let limits = ["a", "b", "c"].map(|name| {
        let item = format!("types::builder::A::build() `{name}`: `maxItems` any → 25");
        let print = Some(findings[0].fingerprint.as_str());
        change(ChangeKind::Changed, &item, Some(Breaks::Runtime), print)
    });
    let mut changes = limits.to_vec();
    let print = Some(findings[1].fingerprint.as_str());
    changes.push(change(
        ChangeKind::Removed,
        "types::B::b: i64",
        Some(Breaks::Compile),
        print,
    ));
    for shown in shown(findings, changes, &[]) {
        let parts = [
            "Breaks Rust code at compile time",
            "1 field is gone",
            "Breaks Rust code at run time",
            "This code still compiles.",
            "3 limits are new or narrower",
        ];
        assert!(in_order(&shown, &parts), "{shown}");
    }
}

#[test]
fn sections_about_other_callers_say_what_rust_code_does_at_run_time() {
    let null = "response-property-became-nullable";
    let value = "response-property-enum-value-added";
    let limit = "request-property-max-items-set";
    let findings = vec![
        member(
            null,
            Level::Breaking,
            "A/properties/a",
            "the response member `a` of `A` may be null now",
        ),
        member(
            value,
            Level::Warning,
            "B/properties/b",
            "the response member `b` of `B` got the value `X`",
        ),
        member(
            limit,
            Level::Warning,
            "C/properties/c",
            "the request member `c` of `C` has `maxItems` 25 now",
        ),
    ];
    let [shown, ..] = shown(findings, Vec::new(), &[]);
    let parts = [
        "Breaks other callers; Rust code still compiles",
        "`#[non_exhaustive]`",
        "`Unknown`",
        "`None`",
        "*other callers: expect null*",
        "May break callers of the API; Rust code still compiles",
        "A request that the server refuses now",
    ];
    assert!(in_order(&shown, &parts), "{shown}");
    // The server refuses it whoever sends it.
    assert!(
        shown.contains("has `maxItems` 25 now → *check what you send*"),
        "{shown}"
    );
}

#[test]
fn examples_are_of_the_largest_part_of_a_cause() {
    let check = "response-property-became-required";
    let mut findings = vec![member(
        check,
        Level::Info,
        "A/properties/first",
        "the response member `first` of `A` became required",
    )];
    findings.extend(["X", "Y", "Z"].map(|name| {
        let text = format!("the response member `results` of `{name}` became required");
        member(
            check,
            Level::Info,
            &format!("{name}/properties/results"),
            &text,
        )
    }));
    let changes = findings
        .iter()
        .zip(["A::first", "X::results", "Y::results", "Z::results"]);
    let changes = changes.map(|(finding, at)| {
        let item = format!("types::{at}: Option<Vec<i64>> → Vec<i64>");
        let print = Some(finding.fingerprint.as_str());
        change(ChangeKind::Changed, &item, Some(Breaks::Compile), print)
    });
    let changes = changes.collect();
    let [shown, ..] = shown(findings, changes, &[]);
    assert!(
        shown.contains(": `X::results`, `Y::results`, `Z::results`, `A::first`"),
        "{shown}"
    );
    assert!(
        shown.contains("*use the list itself, without `Some` and `None`*"),
        "{shown}"
    );
}

#[test]
fn a_member_is_named_and_a_schema_is_called_one() {
    let check = "response-property-became-nullable";
    let findings = vec![
        member(
            check,
            Level::Breaking,
            "A",
            "the response schema `A` may be null now",
        ),
        member(
            check,
            Level::Breaking,
            "B/allOf/1",
            "the response schema `B` has a member `b` that may be null now",
        ),
        member(
            check,
            Level::Breaking,
            "C/properties/c",
            "the response member `c` of `C` may be null now",
        ),
        member(
            check,
            Level::Breaking,
            "D",
            "the response schema `D` may be null now",
        ),
    ];
    let [shown, ..] = shown(findings, Vec::new(), &[]);
    assert!(
        shown.contains("**4 members or schemas of responses may be null now**"),
        "{shown}"
    );
    assert!(
        shown.contains("schemas `A` and `D`, `b` of `B`, `c` of `C`"),
        "{shown}"
    );
}

#[test]
fn what_is_gone_with_something_else_stands_with_it() {
    let alternative = "request-body-one-of-removed";
    let value = "request-property-enum-value-removed";
    let optional = "response-optional-property-removed";
    let content = "/paths/~1a/get/responses/200/content/application~1json/schema";
    let optional = |text: &str, more: &str| {
        let text = format!(
            "the response member `{text}` of `Old` was removed; `New` is referred to instead of `Old`"
        );
        let mut found = finding(optional, Level::Warning, content, &text);
        found.fingerprint.push_str(more);
        found
    };
    let findings = vec![
        member(
            alternative,
            Level::Breaking,
            "U",
            "the request body `U` lost the alternative `S`",
        ),
        member(
            value,
            Level::Breaking,
            "U/properties/type",
            "the request member `type` of `U` lost the value `S`",
        ),
        optional("a", "1"),
        optional("b", "2"),
    ];
    let changes = [
        (&findings[0], ChangeKind::Removed, "types::S"),
        (
            &findings[2],
            ChangeKind::Changed,
            "builder::GetA::send(self) -> ResponseFuture<Old> → (self) -> ResponseFuture<New>",
        ),
    ];
    let changes = changes.map(|(finding, kind, item)| {
        change(
            kind,
            item,
            Some(Breaks::Compile),
            Some(&finding.fingerprint),
        )
    });
    for shown in shown(findings, changes.to_vec(), &[]) {
        assert!(!shown.contains("Rust code still compiles"), "{shown}");
        assert!(
            shown.contains("code that uses it is gone, because the request body"),
            "{shown}"
        );
        let both = "2 optional members of responses are gone, because operations refer to other schemas now";
        assert!(shown.contains(both), "{shown}");
    }
}

#[test]
fn features_and_versions_are_named() {
    let check = "response-property-enum-value-added";
    let findings = ["A", "B"].map(|name| {
        let text = format!("the response member `a` of `{name}` got the value `X`");
        member(
            check,
            Level::Warning,
            &format!("{name}/properties/a"),
            &text,
        )
    });
    let unused = findings[1].fingerprint.clone();
    let item = "types::T comes with feature `clusters` and no longer with feature `flex`";
    let feature = change(ChangeKind::Changed, item, Some(Breaks::Compile), None);
    let [shown, ..] = shown(findings.to_vec(), vec![feature], &[&unused]);
    for part in [
        "other operations use these types now",
        "*enable the feature `clusters`*: `T: clusters, not flex`",
        "1 of them concerns a version of the API that the Rust client does not use",
    ] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
}

#[test]
fn fingerprints_are_in_one_fold_at_the_end() {
    let review = whole();
    let shown = markdown(&review);
    let at = shown.find("for exemptions in").expect("the fold");
    let rest = shown.get(at..).unwrap_or_default();
    assert_eq!(rest.matches("<details>").count(), 0, "{rest}");
    let prints: BTreeSet<&str> = review
        .report
        .findings
        .iter()
        .map(|finding| finding.fingerprint.as_str())
        .filter(|print| shown.contains(print))
        .collect();
    assert_eq!(prints.len(), 4, "{shown}");
    for print in prints {
        assert!(shown.find(print) > Some(at), "{print}: {shown}");
    }
}
