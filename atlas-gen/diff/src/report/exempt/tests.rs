//! Tests of exemptions: how they split findings, and the errors about invalid ones.

use super::*;

fn source(text: &str) -> Source {
    Source::new("openapi/exemptions.toml", text)
}

fn finding(id: &'static str, pointer: &str) -> Finding {
    Finding {
        id,
        level: Level::Breaking,
        side: None,
        pointer: pointer.to_owned(),
        operations: vec!["GET /a".to_owned()],
        text: "a change".to_owned(),
        fingerprint: fingerprint(&[id, pointer]),
    }
}

fn day(text: &str) -> Date {
    Date::parse(text).unwrap()
}

fn entry(what: &str, expires: &str) -> String {
    format!("[[exempt]]\n{what}\nreason = \"known\"\nexpires = {expires}\n")
}

fn ids(partitioned: &Partitioned) -> Vec<&str> {
    partitioned
        .findings
        .iter()
        .map(|finding| finding.id)
        .collect()
}

#[test]
fn a_finding_has_to_agree_with_all_that_an_exemption_names() {
    let a = finding("endpoint-added", "/components/schemas/A/properties/x");
    let fingerprint = &a.fingerprint;
    let all = vec![
        a.clone(),
        finding("endpoint-added", "/components/schemas/B/properties/x"),
        finding("webhook-added", "/components/schemas/A/properties/x"),
    ];
    let place = "place = \"/components/schemas/A/properties/x\"";
    for (what, left) in [
        ("check = \"endpoint-added\"".to_owned(), 1),
        (place.to_owned(), 1),
        (format!("fingerprint = \"{fingerprint}\""), 2),
        (format!("check = \"endpoint-added\"\n{place}"), 2),
        (
            "place = \"/components/schemas/*/properties/x\"".to_owned(),
            0,
        ),
        ("place = \"/components/**\"".to_owned(), 0),
    ] {
        let exemptions = read(&source(&entry(&what, "2027-01-31"))).unwrap();
        let partitioned = exemptions.partition(all.clone(), &day("2026-12-01"));
        assert_eq!(partitioned.findings.len(), left, "{what}: {partitioned:?}");
        assert_eq!(partitioned.exempted.len(), 3 - left, "{what}");
        assert_eq!(partitioned.exempted[0].reason, "known");
    }
}

#[test]
fn a_pattern_covers_one_token_by_a_star_and_all_below_by_two() {
    for (pattern, pointer, expected) in [
        ("/a/*", "/a/b", true),
        ("/a/*", "/a/b/c", false),
        ("/a/*", "/a", false),
        ("/a/**", "/a/b/c", true),
        ("/a/**", "/a", true),
        ("/a/**", "/ab", false),
        ("", "", true),
        ("", "/a", false),
        ("/paths/~1a~1{b}/*", "/paths/~1a~1{b}/get", true),
    ] {
        assert_eq!(
            matches_pattern(pattern, pointer),
            expected,
            "{pattern} {pointer}"
        );
    }
}

#[test]
fn an_exemption_holds_on_its_last_day_and_is_a_finding_on_the_next() {
    let exemptions = read(&source(&entry("check = \"endpoint-added\"", "2027-01-31"))).unwrap();
    let all = vec![finding("endpoint-added", "/a")];
    let last = exemptions.partition(all.clone(), &day("2027-01-31"));
    assert_eq!(ids(&last), [""; 0]);
    let next = exemptions.partition(all, &day("2027-02-01"));
    assert_eq!(ids(&next), ["endpoint-added", EXPIRED]);
    assert_eq!(next.exempted, []);
    let expired = &next.findings[1];
    assert_eq!(expired.level, Level::Warning);
    assert_eq!(expired.pointer, "/exempt/0");
    assert_eq!(
        expired.text,
        "the exemption of `endpoint-added` (openapi/exemptions.toml:1) expired on 2027-01-31; its findings \
         count again"
    );
}

#[test]
fn an_exemption_without_a_finding_is_one_itself() {
    let text = format!(
        "# two\n{}\n{}",
        entry("check = \"endpoint-added\"", "2027-01-31"),
        entry("place = \"/b\"", "\"2025-01-31\"")
    );
    let partitioned = read(&source(&text))
        .unwrap()
        .partition(Vec::new(), &day("2026-12-01"));
    assert_eq!(ids(&partitioned), [UNUSED, EXPIRED]);
    let texts: Vec<_> = partitioned
        .findings
        .iter()
        .map(|f| f.text.as_str())
        .collect();
    assert_eq!(
        texts,
        [
            "the exemption of `endpoint-added` (openapi/exemptions.toml:2) names no finding, so remove it",
            "the exemption of `/b` (openapi/exemptions.toml:7) expired on 2025-01-31; it names \
             no finding, so remove it",
        ]
    );
}

#[test]
fn an_exemption_that_is_covered_by_an_earlier_one_is_used_all_the_same() {
    let text =
        entry("check = \"endpoint-added\"", "2027-01-31") + &entry("place = \"/a\"", "2027-01-31");
    let partitioned = read(&source(&text))
        .unwrap()
        .partition(vec![finding("endpoint-added", "/a")], &day("2026-12-01"));
    assert_eq!(ids(&partitioned), [""; 0]);
    assert_eq!(partitioned.exempted.len(), 1);
}

#[test]
fn a_fault_is_one_line_with_its_place() {
    let good = entry("check = \"endpoint-added\"", "2027-01-31");
    for (text, expected) in [
        (
            good.replace("\"known\"", "\" \""),
            "3: an exemption needs a reason",
        ),
        (
            good.replace("reason = \"known\"\n", ""),
            "1: missing field `reason`",
        ),
        (
            good.replace("expires = 2027-01-31\n", ""),
            "1: missing field `expires`",
        ),
        (
            good.replace("2027-01-31", "\"soon\""),
            "4: expires `soon` is not a date such as 2025-03-12",
        ),
        (
            good.replace("2027-01-31", "2027-01-31T00:00:00Z"),
            "4: expires `2027-01-31T00:00:00Z` is not a date such as 2025-03-12",
        ),
        (
            good.replace("check = \"endpoint-added\"\n", ""),
            "1: an exemption needs a `check`, a `place` or a `fingerprint`",
        ),
        (
            good.replace("check = \"endpoint-added\"", "place = \"components\""),
            "2: `components` is no JSON pointer such as /components/schemas/Source/properties/*",
        ),
        (
            good.replace("check = \"endpoint-added\"", "place = \"/a/**/b\""),
            "2: in `/a/**/b`, `**` is not the last token",
        ),
        (
            good.replace("check = \"endpoint-added\"", "fingerprint = \"12AB\""),
            "2: `12AB` is no fingerprint; it has 16 hexadecimal digits in lower case",
        ),
        (
            good.replace("endpoint-added", "endpoint-aded"),
            "2: `endpoint-aded` is no check; did you mean `endpoint-added`?",
        ),
        (
            good.replace("check", "id"),
            "2: unknown field `id`, expected one of `check`, `place`, `fingerprint`, `reason`, \
             `expires`",
        ),
        (
            good.replace("exempt", "exemption"),
            "1: unknown field `exemption`, expected `exempt`",
        ),
    ] {
        let error = read(&source(&text)).unwrap_err().to_string();
        assert_eq!(error, format!("openapi/exemptions.toml:{expected}"));
    }
    let broken = read(&source("[[exempt]]\ncheck = \n")).unwrap_err();
    assert_eq!(broken.line(), Some(2), "{broken}");
    assert_eq!(read(&source("# none\n")).unwrap().list, []);
}
