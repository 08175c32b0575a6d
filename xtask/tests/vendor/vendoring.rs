//! Vendors valid documents: the fragment has their structure and our prose, and a report is
//! printed.

use std::fs;
use std::io::Write;
use std::process::{Command, Stdio};

use flate2::Compression;
use flate2::write::GzEncoder;
use sha2::{Digest, Sha256};

use crate::Scene;
use crate::workspace::{CORRECTIONS, DOCUMENT, VENDOR};

const SOURCE: &str = "/components/schemas/Source";

#[test]
fn the_same_document_with_other_prose_changes_only_the_record() {
    let scene = Scene::new();
    let fragment = scene.copy.read(DOCUMENT);
    let run = scene.vendor(&[]);
    assert_eq!(run.status, Some(0), "{run:?}");
    assert!(run.stderr.is_empty(), "{run:?}");
    assert!(
        run.stdout.contains("vendor.toml changed in openapi"),
        "{run:?}"
    );
    assert_eq!(scene.copy.read(DOCUMENT), fragment);
    let end = "\nno change for callers of the API\nnext: cargo xtask codegen\n";
    assert!(run.stdout.ends_with(end), "{run:?}");
    let digest = Sha256::digest(scene.text());
    let hex: String = digest.iter().map(|b| format!("{b:02x}")).collect();
    let vendor = scene.copy.read(VENDOR);
    assert!(
        vendor.contains(&format!("sha256 = \"{hex}\"\n")),
        "{vendor}"
    );
    assert!(vendor.contains("file = \"published.yaml\"\n"), "{vendor}");
    assert!(
        vendor.contains("# SHA-256 of that file, byte for byte"),
        "{vendor}"
    );

    let before = scene.files();
    let again = scene.vendor(&[]);
    assert_eq!(again.status, Some(0), "{again:?}");
    assert!(
        again.stdout.contains("nothing changed in openapi"),
        "{again:?}"
    );
    assert_eq!(scene.files(), before);
}

#[test]
fn a_change_of_structure_is_adopted_and_its_locations_are_listed() {
    let mut scene = Scene::new();
    scene.set(
        &format!("{SOURCE}/properties/port"),
        serde_json::json!({"type": "integer", "description": "Words."}),
    );
    scene.set(&format!("{SOURCE}/properties/ssl/type"), "string");
    scene.document["components"]["schemas"]["Source"]["properties"]
        .as_object_mut()
        .expect("a map")
        .remove("username");
    scene.set("/info/x-xgen-sha", "feed");
    let run = scene.vendor(&[]);
    assert_eq!(run.status, Some(0), "{run:?}");
    for line in [
        "descriptions to write (1):",
        "  /components/schemas/Source/properties/port/description",
        "descriptions removed with their locations (1):",
        "  /components/schemas/Source/properties/username/description",
    ] {
        assert!(
            run.stdout.lines().any(|found| found == line),
            "{line}: {run:?}"
        );
    }
    assert!(run.stdout.contains(" of revision feed, "), "{run:?}");
    let mut ending = run.stdout.lines().rev();
    assert_eq!(
        ending.next(),
        Some("next: cargo xtask diff; cargo xtask codegen")
    );
    let summary = ending.next().unwrap_or_default();
    assert!(
        summary.contains(" breaking, ") && !summary.starts_with('0'),
        "{run:?}"
    );
    let fragment = scene.copy.read(DOCUMENT);
    assert!(
        fragment.contains("        port:\n          type: integer\n"),
        "{fragment}"
    );
    let ssl = "        ssl:\n          type: string\n          description: Whether the source cluster is to be reached over TLS.\n";
    assert!(fragment.contains(ssl), "{fragment}");
    assert!(!fragment.contains("Words"), "{fragment}");
    assert!(scene.copy.read(VENDOR).contains("revision = \"feed\""));
    let codegen = scene.run(&["codegen", "--check"]);
    assert_eq!(
        codegen.status,
        Some(1),
        "the next command has work: {codegen:?}"
    );
}

#[test]
fn a_dry_run_shows_what_would_change_and_writes_nothing() {
    let mut scene = Scene::new();
    scene.set(&format!("{SOURCE}/properties/ssl/type"), "string");
    let before = scene.files();
    let run = scene.vendor(&["--dry-run"]);
    assert_eq!(run.status, Some(0), "{run:?}");
    assert_eq!(scene.files(), before);
    for line in [
        "-          type: boolean",
        "+          type: string",
        "+file = \"published.yaml\"",
    ] {
        assert!(
            run.stdout.lines().any(|found| found == line),
            "{line}: {run:?}"
        );
    }
    assert!(
        run.stdout
            .contains("atlas-v2.yaml and vendor.toml would change in openapi"),
        "{run:?}"
    );
    assert!(
        run.stdout.ends_with("next: the same without --dry-run\n"),
        "{run:?}"
    );
}

#[test]
fn another_selection_is_taken_and_recorded() {
    let scene = Scene::new();
    let run = scene.vendor(&[
        "--operation",
        "getGroupLiveMigration",
        "cutoverGroupLiveMigration",
    ]);
    let summary = run.stdout.lines().nth(1).unwrap_or_default();
    assert!(summary.starts_with("2 operations and "), "{run:?}");
    let vendor = scene.copy.read(VENDOR);
    assert!(vendor.contains("tags = []\n"), "{vendor}");
    let ids = "operations = [\"getGroupLiveMigration\", \"cutoverGroupLiveMigration\"]\n";
    assert!(vendor.contains(ids), "{vendor}");
    assert!(
        vendor.contains("# Operation ids, in addition to the tags.\n"),
        "{vendor}"
    );
    let fragment = scene.copy.read(DOCUMENT);
    assert!(
        !fragment.contains("TargetOrg"),
        "what is not reached is left out"
    );
    // Corrections that were written for the other slice do not apply to this one.
    assert_eq!(run.status, Some(1), "{run:?}");
    assert!(
        run.stdout.contains("corrections that do not apply"),
        "{run:?}"
    );

    let again = scene.vendor(&[]);
    assert!(
        again.stdout.contains("nothing changed in openapi"),
        "it is the selection from now on: {again:?}"
    );
    let back = scene.vendor(&["--tag", "Cloud Migration Service"]);
    assert_eq!(back.status, Some(0), "{back:?}");
    let summary = back.stdout.lines().nth(1).unwrap_or_default();
    assert!(summary.starts_with("8 operations and "), "{back:?}");
    let all = scene.vendor(&["--all"]);
    assert_eq!(all.status, Some(0), "{all:?}");
    assert!(scene.copy.read(VENDOR).contains("tags = []\n"));
}

#[test]
fn the_publishers_prose_or_none_is_written_on_request() {
    let mut scene = Scene::new();
    scene.set("/info/license", serde_json::json!({"name": "Some licence"}));
    let run = scene.vendor(&["--prose", "upstream"]);
    assert_eq!(run.status, Some(0), "{run:?}");
    assert!(
        run.stdout.contains("under the licence `Some licence`"),
        "{run:?}"
    );
    let upstream = scene.copy.read(DOCUMENT);
    assert!(
        upstream.contains("      summary: Words of the publisher.\n"),
        "{upstream}"
    );
    let run = scene.vendor(&["--prose", "none"]);
    assert_eq!(run.status, Some(0), "{run:?}");
    let none = scene.copy.read(DOCUMENT);
    assert!(
        !none.contains("Words of the publisher") && !none.contains("summary:"),
        "{none}"
    );
    assert_eq!(
        scene.run(&["codegen"]).status,
        Some(0),
        "code needs no words"
    );
}

#[test]
fn a_correction_that_upstream_made_obsolete_is_reported_with_a_hint() {
    let mut scene = Scene::new();
    let required = "/components/schemas/ApiError/required";
    scene.set(required, serde_json::json!(["error"]));
    let run = scene.vendor(&[]);
    assert_eq!(run.status, Some(1), "{run:?}");
    let corrections = scene.copy.read(CORRECTIONS);
    let target = "\"$.components.schemas.ApiError[?@[?@ == 'errorCode']]\"";
    let line = corrections
        .lines()
        .position(|line| line.contains(target))
        .expect("the action")
        + 1;
    let place = format!("  openapi/corrections.yaml:{line}: ");
    let told = run.stdout.lines().find(|found| found.starts_with(&place));
    assert!(
        told.is_some_and(|told| told.contains("changes nothing; remove it")),
        "{run:?}"
    );
    let last = run.stdout.lines().last().unwrap_or_default();
    assert_eq!(
        last,
        "next: fix openapi/corrections.yaml; cargo xtask diff; cargo xtask codegen"
    );
    assert!(
        scene
            .copy
            .read(DOCUMENT)
            .contains("      required:\n        - error\n"),
        "it is vendored"
    );
}

#[test]
fn compressed_documents_and_standard_input_are_read() {
    let scene = Scene::new();
    assert_eq!(scene.vendor(&[]).status, Some(0));
    let fragment = scene.copy.read(DOCUMENT);
    let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
    gzip.write_all(scene.text().as_bytes()).expect("compressed");
    let gzip = gzip.finish().expect("compressed");
    scene.copy.write("published.yaml.gz", &gzip);
    let before = scene.files();
    let run = scene.vendor_from("published.yaml.gz", &[]);
    assert_eq!(run.status, Some(0), "{run:?}");
    assert_eq!(
        scene.files(),
        before,
        "name and digest are those of the document"
    );

    scene
        .copy
        .write("published.yaml.gz", &gzip[..gzip.len() / 2]);
    let before = scene.files();
    let run = scene.vendor_from("published.yaml.gz", &[]);
    scene.refused(
        &run,
        &before,
        "published.yaml.gz: is not a complete gzip file",
    );

    let mut child = Command::new(env!("CARGO_BIN_EXE_xtask"))
        .args(["vendor", "--from", "-"])
        .current_dir(scene.copy.path(""))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the program runs");
    let mut stdin = child.stdin.take().expect("a pipe");
    stdin.write_all(scene.text().as_bytes()).expect("read");
    drop(stdin);
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert!(scene.copy.read(VENDOR).contains("file = \"stdin\"\n"));
    assert_eq!(scene.copy.read(DOCUMENT), fragment);
}

#[test]
fn a_missing_fragment_is_created() {
    let scene = Scene::new();
    fs::remove_file(scene.copy.path(DOCUMENT)).expect("removed");
    let run = scene.vendor(&[]);
    assert_eq!(run.status, Some(0), "{run:?}");
    assert!(run.stdout.contains("… and "), "long lists are cut: {run:?}");
    let all = scene.vendor(&["--verbose"]);
    assert!(
        all.stdout.lines().count() > run.stdout.lines().count() + 20,
        "{all:?}"
    );
    assert!(
        scene
            .copy
            .read(DOCUMENT)
            .starts_with("# The vendored fragment")
    );
}
