//! `cargo xtask versions`: the versions in use, their sunsets, and the exit status for scheduled
//! jobs.

use serde_json::{Value, json};

use crate::Scene;
use crate::workspace::{DOCUMENT, Run, VENDOR, Workspace, xtask};

const TODAY: [&str; 2] = ["--today", "2026-11-24"];
const OLD: [&str; 2] = ["--pin", "2023-12-31"];

fn versions(args: &[&[&str]]) -> Run {
    let copy = Workspace::copy();
    xtask(
        &copy.path(""),
        &[&["versions"], &TODAY[..], &args.concat()].concat(),
    )
}

#[test]
fn every_operation_is_shown_with_its_version() {
    let run = versions(&[]);
    assert_eq!(run.status, Some(0), "{run:?}");
    assert!(run.stderr.is_empty(), "{run:?}");
    let lines: Vec<&str> = run.stdout.lines().collect();
    assert_eq!(lines.len(), 1 + 8 + 2, "{run:?}");
    let create = lines
        .iter()
        .find(|line| line.starts_with("createGroupLiveMigration "));
    assert!(
        create.is_some_and(|line| line.ends_with("  2024-05-30")),
        "{run:?}"
    );
    let total = "8 operations on 2026-11-24 with the pin 2025-03-12: 0 with a sunset, 0 with a newer version";
    assert_eq!(lines.last(), Some(&total));
}

#[test]
fn an_older_pin_shows_ends_and_newer_versions_in_columns() {
    let run = versions(&[&OLD]);
    assert_eq!(run.status, Some(0), "nobody asked to fail: {run:?}");
    let lines: Vec<&str> = run.stdout.lines().collect();
    let column = lines[0].find("sunset").expect("a heading");
    let create = lines
        .iter()
        .find(|line| line.starts_with("createGroupLiveMigration "));
    let create = create.expect("the operation");
    assert_eq!(&create[column..], "2027-07-01, 219 days left  2024-05-30");
    assert!(
        run.stdout
            .ends_with("2 with a sunset, 2 with a newer version\n"),
        "{run:?}"
    );
}

#[test]
fn a_version_that_ends_within_the_days_is_a_finding() {
    let run = versions(&[&OLD, &["--fail-within", "218"]]);
    assert_eq!(run.status, Some(0), "{run:?}");
    assert!(
        run.stdout.ends_with("none ends within 218 days\n"),
        "{run:?}"
    );
    let run = versions(&[&OLD, &["--fail-within", "219"]]);
    assert_eq!(run.status, Some(1), "{run:?}");
    assert!(
        run.stdout
            .ends_with("within 219 days: createGroupLiveMigration, validateGroupLiveMigrations\n"),
        "{run:?}"
    );
    let ended = xtask(
        &Workspace::copy().path(""),
        &[
            "versions",
            "--pin",
            "2023-12-31",
            "--today",
            "2027-07-02",
            "--fail-within",
            "0",
        ],
    );
    assert_eq!(ended.status, Some(1), "{ended:?}");
    assert!(ended.stdout.contains("2027-07-01, 1 day ago"), "{ended:?}");
    let current = versions(&[&["--fail-within", "36500"]]);
    assert_eq!(
        current.status,
        Some(0),
        "what is spoken has no end: {current:?}"
    );
}

#[test]
fn markdown_is_a_table() {
    let run = versions(&[&OLD, &["--format", "markdown"]]);
    let lines: Vec<&str> = run.stdout.lines().collect();
    assert_eq!(
        lines[..2],
        [
            "| operation | version | sunset | newer |",
            "| --- | --- | --- | --- |"
        ]
    );
    let create =
        "| `createGroupLiveMigration` | 2023-01-01 | 2027-07-01, 219 days left | 2024-05-30 |";
    assert!(lines.contains(&create), "{run:?}");
}

#[test]
fn json_holds_everything() {
    let run = versions(&[&OLD, &["--format", "json", "--fail-within", "219"]]);
    assert_eq!(run.status, Some(1), "{run:?}");
    let value: Value = serde_json::from_str(&run.stdout).expect("JSON alone");
    assert_eq!(value["today"], "2026-11-24");
    assert_eq!(value["pin"], "2023-12-31");
    assert_eq!(
        value["operations"][0],
        json!({
            "operation": "createGroupLiveMigration",
            "method": "POST",
            "path": "/api/atlas/v2/groups/{groupId}/liveMigrations",
            "deprecated": false,
            "version": "2023-01-01",
            "request_version": "2023-01-01",
            "sunset": {"date": "2027-07-01", "days_left": 219},
            "newer": [{"version": "2024-05-30", "sunset": null}],
        })
    );
}

#[test]
fn another_document_can_be_shown() {
    let mut scene = Scene::new();
    let get = "/paths/~1api~1atlas~1v2~1groups~1{groupId}~1liveMigrations~1{liveMigrationId}/get";
    scene.set(&format!("{get}/operationId"), "readMigration");
    scene.set(&format!("{get}/tags"), json!(["Another"]));
    scene.set(&format!("{get}/deprecated"), true);
    let run = scene.run(&["versions", "--spec", "published.yaml"]);
    assert_eq!(run.status, Some(0), "{run:?}");
    assert!(run.stdout.contains("readMigration (deprecated)"), "{run:?}");
}

#[test]
fn bad_values_and_inputs_exit_with_2() {
    let scene = Scene::new();
    for args in [
        &["--today", "soon"][..],
        &["--pin", "2025-02-30"],
        &["--fail-within", "-1"],
        &["--fail-within", "many"],
        &["--format", "html"],
        &["--spec", "nowhere.yaml"],
        &["--pin", "2020-01-01"],
    ] {
        let run = scene.run(&[&["versions"], args].concat());
        assert_eq!(run.status, Some(2), "{args:?}: {run:?}");
        assert!(
            run.stdout.is_empty() && run.stderr.starts_with("error: "),
            "{args:?}: {run:?}"
        );
    }
    let text = scene.copy.read(DOCUMENT);
    scene.copy.write(
        DOCUMENT,
        text.replacen("x-sunset: \"2027-07-01\"", "x-sunset: soon", 1),
    );
    let run = scene.run(&["versions"]);
    assert_eq!(run.status, Some(2), "{run:?}");
    assert!(run.stderr.contains("`soon` is not a date"), "{run:?}");
    scene.copy.write(VENDOR, "");
    assert_eq!(scene.run(&["versions"]).status, Some(2));
}
