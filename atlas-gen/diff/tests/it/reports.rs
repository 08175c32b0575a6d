//! What reports look like, in whole outputs for a reviewer to read.
//!
//! `tests/reports` holds a report of everything, one without findings, and one of names that are
//! written to break out of their form. With `UPDATE_SNAPSHOTS=1` they are written anew.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use atlas_diff::report::exempt::Exempted;
use atlas_diff::report::finding::fingerprint;
use atlas_diff::report::review::Review;
use atlas_diff::show::html::html;
use atlas_diff::show::json::json;
use atlas_diff::show::markdown::{LIMIT, markdown};
use atlas_diff::show::text::{Detail, Terminal, text};
use atlas_diff::{
    Breaks, Bump, Change, ChangeKind, Finding, Level, Report, Rust, Side, Summary, blind_spot,
};
use atlas_gen::media_type::Date;

use crate::causes::usual;

pub const PIPE: Terminal = Terminal {
    color: false,
    width: None,
};

pub fn finding(id: &'static str, level: Level, pointer: &str, text: &str) -> Finding {
    let side = match id.split('-').next() {
        Some("request") => Some(Side::Request),
        Some("response") => Some(Side::Response),
        _ => None,
    };
    Finding {
        id,
        level,
        side,
        pointer: pointer.to_owned(),
        operations: Vec::new(),
        text: text.to_owned(),
        fingerprint: fingerprint(&[id, pointer]),
    }
}

fn reaching(mut finding: Finding, operations: &[&str]) -> Finding {
    finding.operations = operations.iter().map(|name| (*name).to_owned()).collect();
    finding
}

pub fn change(kind: ChangeKind, item: &str, breaks: Option<Breaks>, cause: Option<&str>) -> Change {
    Change {
        kind,
        item: item.to_owned(),
        breaks,
        cause: cause.map(str::to_owned),
        note: None,
    }
}

/// Something in every part.
pub fn whole() -> Review {
    let migrations = "/api/atlas/v2/groups/{groupId}/liveMigrations";
    let create = format!("POST {migrations}");
    let get = format!("GET {migrations}/{{liveMigrationId}}");
    let all: Vec<String> = (1..=9)
        .map(|n| format!("GET /api/atlas/v2/groups/{{groupId}}/lists/{n}"))
        .collect();
    let all: Vec<&str> = all.iter().map(String::as_str).collect();
    let ssl = reaching(
        finding(
            "request-property-became-required",
            Level::Breaking,
            "/components/schemas/Source/properties/ssl",
            "the request member `ssl` of `Source` became required",
        ),
        &[&create, &format!("POST {migrations}/validate")],
    );
    let ca = reaching(
        finding(
            "request-property-removed",
            Level::Warning,
            "/components/schemas/Source/properties/caCertificatePath",
            "the request member `caCertificatePath` of `Source` was removed",
        ),
        &[&create],
    );
    let gone = reaching(
        finding(
            "api-removed-without-deprecation",
            Level::Breaking,
            "/paths/~1api~1atlas~1v2~1groups~1{groupId}~1liveMigrations/post",
            "the operation was removed without having been deprecated",
        ),
        &[&create],
    );
    let page = reaching(
        finding(
            "request-parameter-max-decreased",
            Level::Breaking,
            "/components/parameters/itemsPerPage/schema/maximum",
            "the maximum of the query parameter `itemsPerPage` went from `500` to `100`",
        ),
        &all,
    );
    let expired = finding(
        "exemption-expired",
        Level::Warning,
        "/exempt/0",
        "the exemption of `request-property-became-required` (openapi/exemptions.toml:1) expired on \
         2026-10-31; its findings count again",
    );
    let status = reaching(
        finding(
            "response-property-enum-value-removed",
            Level::Info,
            "/components/schemas/LiveMigrationResponse/properties/status/enum",
            "the value `EXPIRED` of the response member `status` of `LiveMigrationResponse` was removed",
        ),
        &[&get, &create],
    );
    let added = reaching(
        finding(
            "endpoint-added",
            Level::Info,
            "/paths/~1api~1atlas~1v2~1status/get",
            "the operation was added",
        ),
        &["GET /api/atlas/v2/status"],
    );
    let exempted = Exempted {
        finding: reaching(
            finding(
                "response-optional-property-removed",
                Level::Warning,
                "/components/schemas/TargetOrg/properties/linkToken",
                "the response member `linkToken` of `TargetOrg` was removed",
            ),
            &["POST /api/atlas/v2/orgs/{orgId}/liveMigrations/linkTokens"],
        ),
        reason: "the server still sends it".to_owned(),
        expires: Date::parse("2027-01-31").expect("a date"),
    };
    let rust = Rust {
        bump: Bump::Major,
        changes: vec![
            change(
                ChangeKind::Removed,
                "types::builder::Source::ca_certificate_path(self, impl TryInto<String>) -> Self",
                Some(Breaks::Compile),
                Some(&ca.fingerprint),
            ),
            change(
                ChangeKind::Changed,
                "types::builder::Source::build(): `ssl` is required now",
                Some(Breaks::Runtime),
                Some(&ssl.fingerprint),
            ),
            change(
                ChangeKind::Added,
                "Client::get_status",
                None,
                Some(&added.fingerprint),
            ),
            change(ChangeKind::Changed, "types::Source: docs", None, None),
        ],
        unused: BTreeSet::new(),
    };
    Review {
        old: "openapi/atlas-v2.yaml at 1a2b3c4d5e6f (merge base of HEAD and origin/main)"
            .to_owned(),
        new: "openapi/atlas-v2.yaml".to_owned(),
        report: Report::new(
            vec![status, ssl, expired, gone, page, ca, added],
            Some(rust),
        ),
        exempted: vec![exempted],
        without_rust: None,
        notes: Vec::new(),
    }
}

fn nothing() -> Review {
    Review {
        old: "a.yaml".to_owned(),
        new: "b.yaml".to_owned(),
        report: Report::new(Vec::new(), None),
        exempted: Vec::new(),
        without_rust: Some("b.yaml:3: /paths: no operation is left".to_owned()),
        notes: vec![
            blind_spot(&serde_json::json!({"openapi": "3.1.0"}), "a.yaml").expect("a note"),
        ],
    }
}

/// Every name tries to be more than a name.
fn hostile() -> Review {
    let name = "</code></script><script>alert(1)</script>`|@octocat\n## x\u{1b}[2J\u{202e}\"'&amp;";
    let mut found = finding(
        "api-tag-added",
        Level::Breaking,
        &format!("/components/schemas/{}", name.replace('/', "~1")),
        &format!("the member `{name}` and <b>@octocat</b> #12 [a](javascript:b) | c"),
    );
    found.operations = vec![format!("GET /{name}")];
    let exempted = Exempted {
        finding: finding("api-tag-removed", Level::Info, "/", name),
        reason: name.to_owned(),
        expires: Date::parse("2027-01-31").expect("a date"),
    };
    let changes = vec![change(
        ChangeKind::Added,
        name,
        Some(Breaks::Compile),
        Some("\"><b>"),
    )];
    Review {
        old: name.to_owned(),
        new: format!("b {name}"),
        report: Report::new(
            vec![found],
            Some(Rust {
                bump: Bump::Major,
                changes,
                unused: BTreeSet::new(),
            }),
        ),
        exempted: vec![exempted],
        without_rust: Some(name.to_owned()),
        notes: vec![name.to_owned()],
    }
}

#[test]
fn reports_look_like_those_beside_this_test() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reports");
    let update = std::env::var_os("UPDATE_SNAPSHOTS").is_some();
    let narrow = Terminal {
        color: false,
        width: Some(60),
    };
    let mut differ = String::new();
    for (name, review) in [
        ("whole", whole()),
        ("nothing", nothing()),
        ("hostile", hostile()),
        ("usual", usual()),
    ] {
        for (ending, shown) in [
            ("txt", text(&review, PIPE, Detail::Summary)),
            ("all.txt", text(&review, PIPE, Detail::All)),
            ("60.txt", text(&review, narrow, Detail::Summary)),
            ("md", markdown(&review)),
            ("html", html(&review)),
            ("json", json(&review.report)),
        ] {
            let path = dir.join(format!("{name}.{ending}"));
            if update {
                fs::write(&path, &shown).expect("a place for the snapshot");
            }
            let there = fs::read_to_string(&path).unwrap_or_default();
            if there != shown {
                differ.push_str(&format!("{name}.{ending} is now:\n{shown}\n"));
            }
        }
    }
    assert!(
        differ.is_empty(),
        "reports differ; if the new ones are right, write them with `UPDATE_SNAPSHOTS=1 cargo test -p \
         atlas-gen --test it reports` and read the difference\n\n{differ}"
    );
}

#[test]
fn the_json_has_the_documented_fields_and_no_others() {
    let review = whole();
    let value: serde_json::Value = serde_json::from_str(&json(&review.report)).expect("JSON");
    let keys = |value: &serde_json::Value| -> Vec<String> {
        value.as_object().expect("a map").keys().cloned().collect()
    };
    assert_eq!(keys(&value), ["summary", "findings", "rust", "causes"]);
    assert_eq!(
        value["summary"],
        serde_json::json!({"breaking": 3, "warning": 2, "info": 2})
    );
    for finding in value["findings"].as_array().expect("a list") {
        assert_eq!(
            keys(finding),
            [
                "id",
                "level",
                "side",
                "pointer",
                "operations",
                "text",
                "fingerprint"
            ]
        );
    }
    assert_eq!(keys(&value["rust"]), ["bump", "changes"]);
    for change in value["rust"]["changes"].as_array().expect("a list") {
        assert_eq!(keys(change), ["kind", "item", "breaks", "cause"]);
    }
    for cause in value["causes"].as_array().expect("a list") {
        let fields = ["id", "level", "text", "findings", "compile", "runtime"];
        assert_eq!(keys(cause), fields);
    }
    let words = |pointer: &str| -> Vec<String> {
        let list = value.pointer(pointer).and_then(|list| list.as_array());
        let words = list.expect("a list").iter();
        words.map(ToString::to_string).collect()
    };
    assert_eq!(words("/findings").len(), 7);
    let word = |pointer: &str| value.pointer(pointer).cloned().unwrap_or_default();
    assert_eq!(word("/findings/0/level"), "breaking");
    assert_eq!(word("/findings/0/side"), "request");
    assert_eq!(word("/findings/2/side"), serde_json::Value::Null);
    assert_eq!(word("/rust/bump"), "major");
    assert_eq!(word("/rust/changes/0/breaks"), "compile");
    assert_eq!(word("/rust/changes/1/breaks"), "runtime");
    assert_eq!(word("/rust/changes/3/breaks"), serde_json::Value::Null);
    assert_eq!(word("/rust/changes/3/cause"), serde_json::Value::Null);
    let bare: serde_json::Value = serde_json::from_str(&json(&nothing().report)).expect("JSON");
    assert_eq!(
        bare,
        serde_json::json!({
            "summary": {"breaking": 0, "warning": 0, "info": 0},
            "findings": [],
            "causes": []
        })
    );
}

#[test]
fn only_a_terminal_is_given_colors() {
    let color = Terminal {
        color: true,
        width: None,
    };
    let review = whole();
    assert!(!text(&review, PIPE, Detail::Summary).contains('\u{1b}'));
    let colored = text(&review, color, Detail::Summary);
    assert!(
        colored.starts_with("\u{1b}[1;31mBREAKING: 3 breaking"),
        "{colored}"
    );
    let mut without = colored;
    while let Some(start) = without.find('\u{1b}') {
        let end = without[start..].find('m').expect("the end of a code");
        without.replace_range(start..=start + end, "");
    }
    assert_eq!(
        without,
        text(&review, PIPE, Detail::Summary),
        "color is all that differs"
    );
}

#[test]
fn no_line_is_wider_than_the_terminal_unless_a_word_is() {
    for width in [40, 60, 100] {
        let terminal = Terminal {
            color: false,
            width: Some(width),
        };
        for line in text(&whole(), terminal, Detail::Summary).lines() {
            // A method and its path stay together.
            let line = line.replace("GET /", "GET_/").replace("POST /", "POST_/");
            let words = line.trim_start().trim_start_matches("- ").split(' ');
            let one_word = words.count() == 1;
            assert!(line.chars().count() <= width || one_word, "{width}: {line}");
        }
    }
}

fn many(n: usize) -> Review {
    let mut review = whole();
    let findings: Vec<Finding> = (0..n)
        .flat_map(|i| {
            [Level::Breaking, Level::Warning, Level::Info].map(|level| {
                let long = format!("`aMemberWithALongName{i}` of ").repeat(40);
                let pointer = format!("/components/schemas/S{i}/{}", "x".repeat(300));
                let mut found = finding("request-property-removed", level, &pointer, &long);
                found.operations = (0..50)
                    .map(|i| format!("GET /{i}/{}", "y".repeat(300)))
                    .collect();
                found
            })
        })
        .collect();
    review.report = Report::new(findings, review.report.rust);
    review
}

#[test]
fn markdown_stays_below_the_limit_and_says_what_it_leaves_out() {
    let review = many(400);
    let shown = markdown(&review);
    assert!(shown.len() <= LIMIT, "{}", shown.len());
    assert!(shown.len() > LIMIT / 2, "{}", shown.len());
    assert!(shown.contains("| 400 | 400 | 400 | 1 |"), "{shown}");
    let (read, _) = shown.split_once("for exemptions in").expect("their fold");
    let left_out: usize = read
        .lines()
        .filter_map(|line| line.trim_start_matches("  - ").strip_prefix("… and "))
        .filter_map(|rest| rest.split([' ', ';', ',']).next()?.parse::<usize>().ok())
        .sum();
    // Each finding has a text of its own, and is listed below its cause.
    let listed = shown.matches("\n  - `aMemberWithALongName").count();
    assert_eq!(listed + left_out, 1200, "every finding is shown or counted");
    assert_eq!(
        shown.matches("<details>").count(),
        shown.matches("</details>").count()
    );
    assert!(!markdown(&whole()).contains("left out"));
}

#[test]
fn what_an_exemption_needs_is_in_every_report() {
    let review = many(3);
    for shown in [
        markdown(&review),
        html(&review),
        text(&review, PIPE, Detail::All),
    ] {
        for finding in review
            .report
            .findings
            .iter()
            .filter(|f| f.level != Level::Info)
        {
            assert!(shown.contains(&finding.fingerprint), "{finding:?}\n{shown}");
            assert!(shown.contains(finding.id), "{shown}");
        }
    }
}

#[test]
fn a_long_text_repeats_its_verdict_at_the_end() {
    let long = text(&many(20), PIPE, Detail::All);
    let verdict = "BREAKING: 20 breaking, 20 warnings, 20 compatible, 1 exempted";
    assert!(long.starts_with(verdict), "{long}");
    assert_eq!(long.matches(verdict).count(), 2);
    assert_eq!(
        text(&nothing(), PIPE, Detail::Summary)
            .matches("NO FINDINGS")
            .count(),
        1
    );
}

#[test]
fn the_page_asks_nobody_for_anything() {
    for review in [whole(), hostile(), many(3)] {
        let page = html(&review);
        for word in [
            "http:", "https:", "src=", "url(", "@import", "<link", "<img", "<iframe",
        ] {
            assert!(!page.contains(word), "{word}");
        }
        assert_eq!(page.matches("<script>").count(), 1, "names stay names");
        assert_eq!(page.matches("</script>").count(), 1);
        let escaped = page.replace("\"'&amp;", "");
        assert!(!escaped.contains("<b>@"), "names stay names");
    }
}

#[test]
fn a_report_counts_what_it_lists() {
    let report = whole().report;
    assert_eq!(
        report.summary,
        Summary {
            breaking: 3,
            warning: 2,
            info: 2
        }
    );
    let levels: Vec<Level> = report
        .findings
        .iter()
        .map(|finding| finding.level)
        .collect();
    assert!(levels.is_sorted(), "{levels:?}");
}
