//! Which checkout is used: the one around the current directory, whatever others exist.

use std::fs;
use std::process::Command;

use crate::workspace::{GENERATED, Run, Workspace, real, xtask};

#[test]
fn the_checkout_around_the_current_directory_is_used_and_named() {
    let here = Workspace::copy();
    let elsewhere = Workspace::copy();
    for copy in [&here, &elsewhere] {
        copy.write(&format!("{GENERATED}/mod.rs"), "old\n");
    }
    let left_alone = elsewhere.sources();
    for args in [&["codegen", "--check"][..], &["codegen"]] {
        let output = Command::new(env!("CARGO_BIN_EXE_xtask"))
            .args(args)
            // Set as if cargo had run another program before.
            .env("CARGO_MANIFEST_DIR", elsewhere.path("xtask"))
            .current_dir(here.path(GENERATED))
            .output()
            .expect("the program runs");
        let run = Run::of(output);
        let root = here.path("").canonicalize().expect("a directory");
        let named = format!("workspace {}", root.display());
        assert_eq!(run.stdout.lines().next(), Some(&*named), "{run:?}");
    }
    assert_eq!(here.check().status, Some(0));
    assert_eq!(elsewhere.sources(), left_alone);
    // The program was built in the checkout of this test.
    assert_eq!(xtask(&real(), &["codegen", "--check"]).status, Some(0));
}

#[test]
fn outside_of_a_checkout_nothing_is_written() {
    let outside = tempfile::tempdir().expect("a directory");
    for args in [
        &["codegen"][..],
        &["versions"],
        &["vendor", "--from", "-"],
        &["diff", "HEAD"],
    ] {
        let run = xtask(outside.path(), args);
        assert_eq!(run.status, Some(2), "{run:?}");
        assert!(
            run.stderr.contains("is in no checkout of this workspace"),
            "{run:?}"
        );
    }
    let mut entries = fs::read_dir(outside.path()).expect("a directory");
    assert!(entries.next().is_none(), "something was written");
}
