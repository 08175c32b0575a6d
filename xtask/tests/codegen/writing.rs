//! The generated files are written as a whole or not at all, even if a run is interrupted.

use std::fs;
use std::panic::catch_unwind;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use crate::workspace::{GENERATED, Workspace};

/// Returns the names beside the generated files, where a run must not leave any of its own.
fn beside(copy: &Workspace) -> Vec<String> {
    let entries = fs::read_dir(copy.path("atlas-client/src")).expect("a directory");
    let mut names: Vec<String> = entries
        .map(|entry| entry.expect("an entry").file_name())
        .map(|name| name.into_string().expect("a name"))
        .collect();
    names.sort();
    names
}

#[test]
fn a_run_leaves_nothing_beside_the_generated_files() {
    let copy = Workspace::copy();
    copy.write(&format!("{GENERATED}/mod.rs"), "old\n");
    assert_eq!(copy.codegen().status, Some(0));
    assert_eq!(beside(&copy), ["generated"]);
}

#[test]
fn the_generated_files_are_replaced_atomically() {
    let copy = Workspace::copy();
    let file = copy.path(&format!("{GENERATED}/mod.rs"));
    let over = AtomicBool::new(false);
    thread::scope(|scope| {
        // A killed run leaves what an observer sees at that moment.
        let observer = scope.spawn(|| {
            let mut absent = 0;
            while !over.load(Ordering::Relaxed) {
                absent += u64::from(fs::symlink_metadata(&file).is_err());
            }
            absent
        });
        // A panic is rethrown only after the observer was stopped: the scope would wait for it
        // forever.
        let rounds = catch_unwind(|| {
            for round in 0..6 {
                fs::write(&file, format!("// round {round}\n")).expect("a file");
                assert_eq!(copy.codegen().status, Some(0));
            }
        });
        over.store(true, Ordering::Relaxed);
        rounds.expect("six runs");
        assert_eq!(
            observer.join().expect("no panic"),
            0,
            "the files were gone for a while"
        );
    });
}

#[cfg(unix)]
#[test]
fn a_failed_write_keeps_the_old_files() {
    use std::os::unix::fs::PermissionsExt;

    let copy = Workspace::copy();
    copy.write(&format!("{GENERATED}/mod.rs"), "old\n");
    let before = copy.sources();
    // The parent is read-only. A probe detects users whom permissions do not restrict.
    let parent = copy.path("atlas-client/src");
    let mode = fs::metadata(&parent).expect("a directory").permissions();
    fs::set_permissions(&parent, fs::Permissions::from_mode(0o555)).expect("permissions");
    let probe = fs::write(parent.join("probe"), "");
    let run = copy.codegen();
    fs::set_permissions(&parent, mode).expect("permissions");
    if probe.is_ok() {
        println!("skipped: this user may write where nobody may");
        return;
    }
    assert_eq!(run.status, Some(2), "{run:?}");
    assert!(
        run.stderr.contains("atlas-client/src/generated: cannot be"),
        "{run:?}"
    );
    assert_eq!(copy.sources(), before);
}

#[test]
fn a_file_in_place_of_the_directory_is_an_error() {
    let copy = Workspace::copy();
    fs::remove_dir_all(copy.path(GENERATED)).expect("removed");
    fs::write(copy.path(GENERATED), "a file\n").expect("a file");
    let run = copy.codegen();
    assert_eq!(run.status, Some(2), "{run:?}");
    assert_eq!(run.stderr.lines().count(), 1, "{run:?}");
    assert_eq!(copy.read(GENERATED), "a file\n");
}

#[test]
fn a_closed_pipe_changes_neither_the_files_nor_the_exit_status() {
    let copy = Workspace::copy();
    let whole = copy.sources();
    copy.write(&format!("{GENERATED}/mod.rs"), "old\n");
    let closed = || {
        let (reader, writer) = std::io::pipe().expect("a pipe");
        drop(reader);
        writer
    };
    for (args, status) in [
        (&["codegen", "--check"][..], 1),
        (&["codegen"], 0),
        (&["codegen", "--check"], 0),
        (&["versions"], 0),
        (&["vendor", "--from", "nothing.yaml"], 2),
    ] {
        let run = Command::new(env!("CARGO_BIN_EXE_xtask"))
            .args(args)
            .current_dir(copy.path(""))
            .stdout(closed())
            .stderr(closed())
            .status()
            .expect("the program runs");
        assert_eq!(run.code(), Some(status), "{args:?}");
    }
    assert_eq!(copy.sources(), whole);
}
