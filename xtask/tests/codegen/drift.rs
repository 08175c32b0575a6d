//! What `codegen --check` detects: missing, edited and extra files, and inputs that changed.

use std::fs;

use crate::workspace::{CORRECTIONS, DOCUMENT, GENERATED, Run, VENDOR, Workspace, real, xtask};

const HINT: &str = "run `cargo xtask codegen` and commit the result";

fn assert_stale(run: &Run, what: &str) {
    assert_eq!(run.status, Some(1), "{run:?}");
    assert!(
        run.stdout.lines().any(|line| line == what),
        "{what}: {run:?}"
    );
    assert!(run.stdout.trim_end().ends_with(HINT), "{run:?}");
    assert!(run.stderr.is_empty(), "{run:?}");
}

#[test]
fn the_generated_files_of_this_workspace_are_up_to_date() {
    let run = xtask(&real(), &["codegen", "--check"]);
    assert_eq!(
        run.status,
        Some(0),
        "run `cargo xtask codegen` and commit the result\n{}{}",
        run.stdout,
        run.stderr
    );
}

#[test]
fn regenerating_without_a_change_changes_no_byte() {
    let copy = Workspace::copy();
    let before = copy.sources();
    let run = copy.codegen();
    assert_eq!(run.status, Some(0), "{run:?}");
    assert!(run.stdout.contains("nothing changed"), "{run:?}");
    assert_eq!(copy.sources(), before);
    fs::remove_dir_all(copy.path(GENERATED)).expect("removed");
    let run = copy.codegen();
    assert_eq!(run.status, Some(0), "{run:?}");
    assert_eq!(copy.sources(), before, "made anew, they are the same");
}

#[test]
fn each_deleted_edited_or_added_file_is_detected_and_restored() {
    let copy = Workspace::copy();
    let whole = copy.sources();
    let files = copy.generated();
    assert!(files.len() > 6, "{files:?}");
    for file in &files {
        let text = copy.read(file);
        fs::remove_file(copy.path(file)).expect("removed");
        assert_stale(&copy.check(), &format!("missing: {file}"));

        let last = text.trim_end();
        let edits = [format!("{text}\n"), last[..last.len() - 1].to_owned()];
        for edited in edits {
            copy.write(file, edited);
            assert_stale(&copy.check(), &format!("differs: {file}"));
        }
        copy.write(file, text);
    }
    let file = format!("{GENERATED}/mod.rs");
    let text = copy.read(&file);
    copy.write(&file, b"\xff\xfe");
    assert_stale(&copy.check(), &format!("differs: {file}"));
    copy.write(&file, text);
    for extra in ["extra.rs", "deeper/mod.rs"] {
        let file = format!("{GENERATED}/{extra}");
        fs::create_dir_all(copy.path(&format!("{GENERATED}/deeper"))).expect("a directory");
        copy.write(&file, "// not generated\n");
        assert_stale(&copy.check(), &format!("not generated: {file}"));
        fs::remove_file(copy.path(&file)).expect("removed");
    }
    copy.write(&format!("{GENERATED}/extra.rs"), "");
    for file in [&files[0], &format!("{GENERATED}/types.rs")] {
        fs::remove_file(copy.path(file)).expect("removed");
    }
    assert_eq!(copy.codegen().status, Some(0));
    assert_eq!(copy.sources(), whole, "regenerating mends everything");
    assert_eq!(copy.check().status, Some(0));
}

#[test]
fn a_check_writes_nothing() {
    let copy = Workspace::copy();
    copy.write(&format!("{GENERATED}/mod.rs"), "edited\n");
    fs::remove_file(copy.path(&format!("{GENERATED}/types.rs"))).expect("removed");
    let before = copy.sources();
    assert_eq!(copy.check().status, Some(1));
    assert_eq!(copy.sources(), before);
}

#[test]
fn the_difference_is_shown_as_a_unified_diff() {
    let copy = Workspace::copy();
    let file = format!("{GENERATED}/builder.rs");
    let text = copy.read(&file);
    copy.write(&file, text.replacen("Method::PUT", "Method::POST", 1));
    let run = copy.check();
    assert_stale(&run, &format!("differs: {file}"));
    for line in [
        "@@ ",
        "-            operation::Method::POST,",
        "+            operation::Method::PUT,",
    ] {
        assert!(
            run.stdout.lines().any(|found| found.starts_with(line)),
            "{line}: {run:?}"
        );
    }
}

#[test]
fn a_change_of_any_input_is_stale_even_if_it_does_not_change_the_code() {
    let copy = Workspace::copy();
    for input in [DOCUMENT, CORRECTIONS, VENDOR] {
        let text = copy.read(input);
        copy.write(input, format!("{text}# a comment\n"));
        assert_stale(&copy.check(), &format!("differs: {GENERATED}/mod.rs"));
        copy.write(input, text);
    }
    assert_eq!(copy.check().status, Some(0));
}

#[test]
fn unknown_arguments_exit_with_2() {
    for args in [&["codegen", "--chekc"][..], &["codgen"], &[]] {
        let run = xtask(&real(), args);
        assert_eq!(run.status, Some(2), "{args:?}: {run:?}");
        assert!(!run.stderr.is_empty(), "{args:?}");
    }
}
