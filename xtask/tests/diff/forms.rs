//! The output formats of a report, and the exit status.

use crate::repository::{BREAKING, Repository, breaking, compatible, warning};
use crate::workspace::{DOCUMENT, Workspace};

/// Documents with a change of each level, without a repository.
fn scene() -> Repository {
    let scene = Repository(Workspace::copy());
    scene.variant("breaking.yaml", breaking);
    scene.variant("warning.yaml", warning);
    scene.variant("compatible.yaml", compatible);
    scene
}

#[test]
fn the_exit_status_follows_the_requested_level() {
    let scene = scene();
    for (new, default, on_warning) in [
        ("breaking.yaml", 1, 1),
        ("warning.yaml", 0, 1),
        ("compatible.yaml", 0, 0),
        (DOCUMENT, 0, 0),
    ] {
        for (more, expected) in [
            (&[][..], default),
            (&["--fail-on", "breaking"], default),
            (&["--fail-on", "warning"], on_warning),
            (&["--fail-on", "never"], 0),
        ] {
            let mut args = vec![DOCUMENT, new, "--no-rust"];
            args.extend(more);
            let run = scene.diff(&args);
            assert_eq!(run.status, Some(expected), "{args:?}: {run:?}");
            assert!(run.stderr.is_empty(), "{run:?}");
        }
    }
    let odd = scene.diff(&[DOCUMENT, DOCUMENT, "--fail-on", "info"]);
    assert_eq!(odd.status, Some(2), "{odd:?}");
    let odd = scene.diff(&[DOCUMENT, DOCUMENT, "--format", "pdf"]);
    assert_eq!(odd.status, Some(2), "{odd:?}");
}

#[test]
fn the_exit_status_follows_the_version_that_rust_code_needs() {
    let scene = scene();
    for (old, new, major, minor) in [
        (DOCUMENT, "breaking.yaml", 1, 1),
        // Removing an enum value breaks no caller of the API, but Rust code that names it.
        (DOCUMENT, "compatible.yaml", 1, 1),
        ("compatible.yaml", DOCUMENT, 0, 1),
        (DOCUMENT, DOCUMENT, 0, 0),
    ] {
        for (level, expected) in [("rust-major", major), ("rust-minor", minor)] {
            let run = scene.diff(&[old, new, "--fail-on", level]);
            assert_eq!(run.status, Some(expected), "{old} {new} {level}: {run:?}");
        }
    }
    let unknown = scene.diff(&[DOCUMENT, DOCUMENT, "--no-rust", "--fail-on", "rust-major"]);
    assert_eq!(unknown.status, Some(2), "{unknown:?}");
    assert!(unknown.stderr.contains("--no-rust"), "{unknown:?}");
}

#[test]
fn every_format_contains_the_finding_and_the_rust_change() {
    let scene = scene();
    for (format, start, item) in [
        (
            "text",
            "BREAKING: 1 breaking\nRust: a major version",
            "(breaks at run time)",
        ),
        ("markdown", "## ❌ API review: breaking\n", "at run time"),
        (
            "json",
            "{\n  \"summary\": {\n    \"breaking\": 1,",
            "\"runtime\"",
        ),
        ("html", "<!doctype html>\n", "<b>run time</b>"),
    ] {
        let args = ["--format", format, "--all"];
        let run = scene.diff(&[&[DOCUMENT, "breaking.yaml"], &args[..]].concat());
        assert_eq!(run.status, Some(1), "{run:?}");
        assert!(run.stdout.starts_with(start), "{run:?}");
        for word in [BREAKING, item] {
            assert!(run.stdout.contains(word), "{format} {word}: {run:?}");
        }
        assert!(run.stderr.is_empty(), "{run:?}");
    }
}

#[test]
fn the_text_with_all_findings_has_what_an_exemption_needs() {
    let scene = scene();
    let args = [DOCUMENT, "breaking.yaml", "--no-rust"];
    let print = &scene.report(&args[..2])["findings"][0]["fingerprint"];
    let print = print.as_str().expect("a fingerprint");
    let short = scene.diff(&args).stdout;
    let all = scene.diff(&[&args[..], &["--all"]].concat()).stdout;
    assert!(all.contains(print) && all.contains(BREAKING), "{all}");
    assert!(
        !short.contains(print) && !short.contains(BREAKING),
        "{short}"
    );
    assert!(short.contains("--all shows"), "{short}");
}

#[test]
fn the_json_omits_the_rust_part_on_request() {
    let scene = scene();
    let args = [DOCUMENT, "breaking.yaml", "--format", "json"];
    let whole: serde_json::Value = serde_json::from_str(&scene.diff(&args).stdout).expect("JSON");
    assert_eq!(whole["rust"]["bump"], "major");
    let change = &whole["rust"]["changes"][0];
    assert_eq!(
        change["cause"], whole["findings"][0]["fingerprint"],
        "{whole}"
    );
    let bare = scene.report(&[DOCUMENT, "breaking.yaml"]);
    assert!(bare.get("rust").is_none(), "{bare}");
    assert_eq!(bare["findings"], whole["findings"]);
}

#[test]
fn a_document_compared_with_the_fragment_gets_the_same_corrections() {
    let scene = scene();
    for (args, bump) in [
        ([DOCUMENT, "same.yaml"], "none"),
        (["same.yaml", DOCUMENT], "none"),
        ([DOCUMENT, "breaking.yaml"], "major"),
    ] {
        scene.variant("same.yaml", str::to_owned);
        let run = scene.diff(&[args[0], args[1], "--format", "json"]);
        let report: serde_json::Value = serde_json::from_str(&run.stdout).expect("JSON");
        assert_eq!(report["rust"]["bump"], bump, "{args:?}: {report}");
        let changes = report["rust"]["changes"].as_array().expect("changes");
        assert_eq!(changes.len(), usize::from(bump == "major"), "{report}");
    }
}

#[test]
fn findings_are_reported_even_if_no_code_can_be_generated() {
    let scene = scene();
    let odd = "openapi: 3.0.3\ninfo: {title: odd, version: '1'}\npaths: {}\n";
    scene.0.write("odd.yaml", odd);
    let run = scene.diff(&["odd.yaml", DOCUMENT, "--format", "json"]);
    assert_eq!(run.status, Some(0), "{run:?}");
    let report: serde_json::Value = serde_json::from_str(&run.stdout).expect("JSON");
    assert!(report["summary"]["info"].as_u64() > Some(7), "{run:?}");
    assert!(report.get("rust").is_none(), "{run:?}");
    assert_eq!(run.stderr.lines().count(), 1, "{run:?}");
    assert!(
        run.stderr
            .starts_with("note: the Rust API is not compared: odd.yaml"),
        "{run:?}"
    );
}

#[test]
fn a_document_of_a_later_version_gets_a_note() {
    let scene = scene();
    let later = "openapi: 3.1.0\ninfo: {title: later, version: '1'}\npaths: {}\n";
    scene.0.write("later.yaml", later);
    let said = "`later.yaml` is OpenAPI 3.1.0";
    let run = scene.diff(&["later.yaml", "later.yaml", "--no-rust"]);
    assert!(run.stdout.contains(said), "{run:?}");
    let json = ["later.yaml", "later.yaml", "--no-rust", "--format", "json"];
    let run = scene.diff(&json);
    assert_eq!(run.status, Some(0), "{run:?}");
    assert!(!run.stdout.contains(said), "{run:?}");
    assert_eq!(run.stderr.matches(said).count(), 2, "{run:?}");
}

#[test]
fn output_without_a_terminal_has_no_colors_and_is_not_wrapped() {
    let scene = scene();
    let run = scene.diff(&[DOCUMENT, "breaking.yaml"]);
    assert!(!run.stdout.contains('\u{1b}'), "{run:?}");
    assert!(
        run.stdout.lines().any(|line| line.chars().count() > 100),
        "{run:?}"
    );
}

#[test]
fn a_report_is_written_to_a_file_and_the_verdict_to_the_terminal() {
    let scene = scene();
    let args = [
        DOCUMENT,
        "breaking.yaml",
        "--no-rust",
        "--format",
        "html",
        "--out",
        "r.html",
    ];
    let run = scene.diff(&args);
    assert_eq!(run.status, Some(1), "{run:?}");
    assert_eq!(run.stdout, "breaking: 1 breaking; see r.html\n");
    assert!(scene.0.read("r.html").starts_with("<!doctype html>"));
    let run = scene.diff(&[DOCUMENT, DOCUMENT, "--out", "nowhere/r.txt"]);
    assert_eq!(run.status, Some(2), "{run:?}");
    assert!(
        run.stderr.contains("nowhere/r.txt: cannot be written"),
        "{run:?}"
    );
}

#[test]
fn a_closed_pipe_is_not_an_error() {
    use std::process::{Command, Stdio};

    let scene = scene();
    let mut child = Command::new(env!("CARGO_BIN_EXE_xtask"))
        .args(["diff", DOCUMENT, "compatible.yaml", "--no-rust"])
        .current_dir(scene.root())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program runs");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("an end");
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{stderr}");
    assert_eq!(stderr, "");
}

#[cfg(unix)]
#[test]
fn a_report_can_be_written_to_devices_and_through_links() {
    let scene = scene();
    let run = scene.diff(&[
        DOCUMENT,
        "compatible.yaml",
        "--no-rust",
        "--out",
        "/dev/null",
    ]);
    assert_eq!(run.status, Some(0), "{run:?}");
    assert!(!std::fs::metadata("/dev/null").expect("a device").is_file());
    let link = scene.root().join("link");
    std::os::unix::fs::symlink("report.txt", &link).expect("a link");
    std::fs::write(scene.root().join("report.txt"), "old\n").expect("a file");
    let run = scene.diff(&[DOCUMENT, "compatible.yaml", "--no-rust", "--out", "link"]);
    assert_eq!(run.status, Some(0), "{run:?}");
    assert!(link.is_symlink());
    let report = std::fs::read_to_string(scene.root().join("report.txt")).expect("a report");
    assert_ne!(report, "old\n");
}
