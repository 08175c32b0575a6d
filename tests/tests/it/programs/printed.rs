//! Searches the output and logs of these tests and of the example for secrets.
//!
//! Each secret contains one of the marks, both those that the embedded Atlas generates and those in
//! tests.

use std::process::{Command, Output};

use atlas_client::mock::Atlas;

use crate::forms::leaks;
use crate::log::ALOUD;

const MARKS: [&str; 5] = ["0ddba11c", "Zx81", "deadbeef", "sesame", "wr0ng"];

/// Returns the complete output of a program.
fn text(output: Output) -> String {
    let texts = [output.stdout, output.stderr];
    texts
        .map(|text| String::from_utf8_lossy(&text).into_owned())
        .concat()
}

fn assert_without_secrets(text: &str) {
    let leaks = leaks(text, &MARKS);
    assert!(leaks.is_empty(), "{} lines: {leaks:#?}", leaks.len());
}

#[test]
fn nothing_that_these_tests_print_or_log_shows_a_secret() {
    let program = std::env::current_exe().expect("this program");
    let output = Command::new(program)
        .args(["--nocapture", "--skip", "printed::"])
        // These tests call no client, or call it in another program.
        .args(["--skip", "generated::", "--skip", "all_of_atlas::"])
        .args(["--skip", "slices::", "--skip", "verdicts::"])
        .args(["--skip", "fleet_service::"])
        .args(["--skip", "migrate_fleet::kills"])
        .env(ALOUD, "1")
        .output()
        .expect("it runs");
    let status = output.status;
    let text = text(output);
    let summary = text.lines().rev().find(|line| line.contains("test result"));
    assert!(status.success(), "{summary:?}");
    for word in ["test result: ok", "atlas_call", "reqwest::", "hyper_util::"] {
        // Otherwise the logger is no longer enabled.
        assert!(text.contains(word), "{word}");
    }
    assert_without_secrets(&text);
}

#[test]
fn nothing_that_the_example_prints_shows_a_secret() {
    for wrong in [false, true] {
        let folder = tempfile::tempdir().expect("a folder");
        let atlas = Atlas::start();
        let mut example = Command::new(env!("CARGO_BIN_EXE_push_migration"));
        example.env_clear().env("RUST_LOG", "trace");
        let secret = match wrong {
            true => "wr0ng-secret",
            false => atlas.client_secret(),
        };
        example
            .env("MONGODB_ATLAS_BASE_URL", atlas.base_url())
            .env("MONGODB_ATLAS_CLIENT_ID", atlas.client_id())
            .env("MONGODB_ATLAS_CLIENT_SECRET", secret)
            .env("MONGODB_ATLAS_ORG_ID", atlas.org_id())
            .env("MONGODB_ATLAS_PROJECT_ID", atlas.project_id())
            .env("SOURCE_PASSWORD", "pw-Zx81sesame")
            .args(["--source-user", "reader", "--cutover", "--poll", "1ms"])
            .args(["--destination-cluster", "destination"])
            .args(["--source-cluster", atlas.source_cluster()])
            .arg("--link-token-file")
            .arg(folder.path().join("token"));
        let output = example.output().expect("it runs");
        assert_eq!(output.status.success(), !wrong);
        assert_without_secrets(&text(output));
    }
}
