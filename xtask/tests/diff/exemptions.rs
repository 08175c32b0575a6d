//! Findings that are accepted until a date.

use crate::repository::{BREAKING, Repository, breaking};
use crate::workspace::{DOCUMENT, Workspace};

const PLACE: &str = "/components/schemas/Source/**";

fn scene(exemptions: &str) -> Repository {
    let scene = Repository(Workspace::copy());
    scene.variant("old.yaml", str::to_owned);
    scene.edit(breaking);
    scene.0.write("openapi/exemptions.toml", exemptions);
    scene
}

fn exemption(what: &str, expires: &str) -> String {
    format!("[[exempt]]\n{what}\nreason = \"nobody leaves it out\"\nexpires = {expires}\n")
}

#[test]
fn an_exempted_finding_is_listed_and_does_not_count() {
    let scene = scene(&exemption(&format!("place = \"{PLACE}\""), "9999-12-31"));
    let run = scene.diff(&["old.yaml", "--no-rust"]);
    assert_eq!(run.status, Some(0), "{run:?}");
    assert!(
        run.stdout.starts_with("NO FINDINGS: 1 exempted\n"),
        "{run:?}"
    );
    assert!(
        run.stdout
            .contains("until 9999-12-31: nobody leaves it out"),
        "{run:?}"
    );
    for format in ["markdown", "html"] {
        let run = scene.diff(&["old.yaml", "--no-rust", "--format", format]);
        assert!(run.stdout.contains("nobody leaves it out"), "{run:?}");
        assert!(run.stdout.contains(BREAKING), "{run:?}");
    }
    assert_eq!(
        scene.ids(&["old.yaml"]),
        [""; 0],
        "the JSON has what counts"
    );
}

#[test]
fn a_finding_is_exempted_by_check_and_by_fingerprint_as_well() {
    let all = scene("");
    let print = all.report(&["old.yaml"])["findings"][0]["fingerprint"].clone();
    for what in [
        format!("check = \"{BREAKING}\""),
        format!("fingerprint = {print}"),
    ] {
        all.0
            .write("openapi/exemptions.toml", exemption(&what, "9999-12-31"));
        assert_eq!(all.ids(&["old.yaml"]), [""; 0], "{what}");
    }
}

#[test]
fn an_expired_exemption_is_a_finding_and_its_finding_counts_again() {
    let scene = scene(&exemption(&format!("place = \"{PLACE}\""), "2020-01-31"));
    assert_eq!(scene.ids(&["old.yaml"]), [BREAKING, "exemption-expired"]);
    assert_eq!(scene.diff(&["old.yaml", "--no-rust"]).status, Some(1));
    let last = ["old.yaml", "--no-rust", "--today", "2020-01-31"];
    assert_eq!(
        scene.diff(&last).status,
        Some(0),
        "it holds on its last day"
    );
}

#[test]
fn an_unused_exemption_is_a_finding() {
    let text = exemption("check = \"endpoint-added\"", "9999-12-31");
    let scene = scene(&text);
    let ids = scene.ids(&["old.yaml"]);
    assert_eq!(ids, [BREAKING, "exemption-unused"]);
    let report = scene.report(&[DOCUMENT]);
    let finding = &report["findings"][0];
    assert_eq!(finding["pointer"], "/exempt/0");
    assert_eq!(
        finding["text"],
        "the exemption of `endpoint-added` (openapi/exemptions.toml:1) names no finding, so remove it"
    );
    let run = scene.diff(&[DOCUMENT, "--no-rust", "--fail-on", "warning"]);
    assert_eq!(run.status, Some(1), "{run:?}");
}

#[test]
fn other_documents_have_their_own_exemptions_or_none() {
    let scene = scene(&exemption(&format!("check = \"{BREAKING}\""), "9999-12-31"));
    scene.variant("new.yaml", str::to_owned);
    assert_eq!(scene.ids(&["old.yaml", "new.yaml"]), [BREAKING]);
    let ignore = [
        "old.yaml",
        "new.yaml",
        "--ignore",
        "openapi/exemptions.toml",
    ];
    assert_eq!(scene.ids(&ignore), [""; 0]);
}

#[test]
fn an_invalid_exemption_file_is_a_one_line_error_with_its_location() {
    let scene = scene("[[exempt]]\ncheck = \"nonsense\"\nreason = \"x\"\nexpires = 2027-01-31\n");
    for (args, words) in [
        (
            &["old.yaml"][..],
            "openapi/exemptions.toml:2: `nonsense` is no check",
        ),
        (
            &["old.yaml", "--ignore", "nowhere"],
            "nowhere: cannot be read",
        ),
        (
            &["old.yaml", "--ignore", "openapi"],
            "openapi: cannot be read",
        ),
    ] {
        let run = scene.diff(args);
        assert_eq!(run.status, Some(2), "{run:?}");
        assert!(run.stdout.is_empty(), "{run:?}");
        assert_eq!(run.stderr.lines().count(), 1, "{run:?}");
        assert!(run.stderr.contains(words), "{run:?}");
    }
}
