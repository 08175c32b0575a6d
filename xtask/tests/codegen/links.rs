//! Symbolic links in the output: a link to a directory is followed and kept; a link that would be
//! overwritten, or that is broken, is rejected.

use std::fs;
use std::os::unix::fs::symlink;

use crate::workspace::{GENERATED, Workspace, xtask};

#[test]
fn a_link_to_the_directory_is_kept_and_its_target_replaced() {
    let copy = Workspace::copy();
    let target = copy.path("elsewhere");
    fs::rename(copy.path(GENERATED), &target).expect("moved");
    let text = copy.read("elsewhere/mod.rs");
    copy.write("elsewhere/mod.rs", "old\n");
    symlink(&target, copy.path(GENERATED)).expect("a link");
    let run = copy.codegen();
    assert_eq!(run.status, Some(0), "{run:?}");
    assert!(copy.path(GENERATED).is_symlink());
    assert_eq!(copy.read("elsewhere/mod.rs"), text);
    assert_eq!(copy.check().status, Some(0));
}

#[test]
fn links_that_would_be_lost_or_are_broken_are_rejected() {
    let copy = Workspace::copy();
    let file = format!("{GENERATED}/mod.rs");
    fs::rename(copy.path(&file), copy.path("kept.rs")).expect("moved");
    copy.write("kept.rs", "mine\n");
    symlink(copy.path("kept.rs"), copy.path(&file)).expect("a link");
    let run = copy.codegen();
    assert_eq!(run.status, Some(2), "{run:?}");
    assert!(
        run.stderr
            .contains("generated/mod.rs: is a symbolic link that would be overwritten"),
        "{run:?}"
    );
    assert!(copy.path(&file).is_symlink());
    assert_eq!(copy.read("kept.rs"), "mine\n");

    fs::remove_dir_all(copy.path(GENERATED)).expect("removed");
    symlink(copy.path("nowhere"), copy.path(GENERATED)).expect("a link");
    let run = copy.codegen();
    assert_eq!(run.status, Some(2), "{run:?}");
    assert!(
        run.stderr.contains("generated: is a broken symbolic link"),
        "{run:?}"
    );
    assert!(copy.path(GENERATED).is_symlink());
}

#[test]
fn a_slice_whose_manifest_cannot_be_written_keeps_its_sources() {
    let copy = Workspace::copy();
    let args = [
        "codegen",
        "--spec",
        "openapi/atlas-v2.yaml",
        "--out",
        "slice",
    ];
    let run = |args: &[&str]| xtask(&copy.path(""), args);
    assert_eq!(run(&args).status, Some(0));
    copy.write("slice/src/lib.rs", "old\n");
    fs::remove_file(copy.path("slice/README.md")).expect("removed");
    symlink(copy.path("nowhere"), copy.path("slice/README.md")).expect("a link");
    let refused = run(&args);
    assert_eq!(refused.status, Some(2), "{refused:?}");
    assert!(
        refused
            .stderr
            .contains("README.md: is a broken symbolic link"),
        "{refused:?}"
    );
    assert_eq!(copy.read("slice/src/lib.rs"), "old\n");

    fs::remove_file(copy.path("slice/README.md")).expect("removed");
    fs::create_dir(copy.path("slice/README.md")).expect("a directory");
    let refused = run(&args);
    assert_eq!(refused.status, Some(2), "{refused:?}");
    assert!(
        refused.stderr.contains("README.md: is a directory"),
        "{refused:?}"
    );
    assert_eq!(copy.read("slice/src/lib.rs"), "old\n");
}
