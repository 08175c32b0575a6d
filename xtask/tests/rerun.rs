//! The program that the alias `cargo xtask` builds: it reruns tasks on whole documents in the full
//! program.
//!
//! `cargo test --package xtask --no-default-features --test rerun` runs it; with the feature
//! `download` nothing is rerun.

#![cfg(all(unix, not(feature = "download")))]

use std::process::{Command, Output, Stdio};

/// Runs the program with a `cargo` that only prints its arguments.
fn xtask(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_xtask"))
        .args(args)
        .env("CARGO", "echo")
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

#[test]
fn a_whole_document_reruns_the_task_in_the_full_program() {
    let url = "https://192.0.2.1/openapi.yaml";
    for args in [
        &["versions", "--spec", "-"][..],
        &["vendor", "--from", url],
        &["diff", url, "-"],
    ] {
        let output = xtask(args);
        let expected = format!("run --release --package xtask -- {}\n", args.join(" "));
        assert_eq!(String::from_utf8_lossy(&output.stdout), expected);
        assert!(output.status.success());
        let note = String::from_utf8_lossy(&output.stderr);
        assert!(note.contains("optimized xtask"), "{note}");
    }
}

#[test]
fn the_fragment_is_processed_without_a_rerun() {
    let output = xtask(&["codegen", "--check"]);
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(text.contains("is up to date"), "{text}");
}
