//! How the generated files are written: all of them or none, whatever happens on the way.

use std::fs;
use std::panic::catch_unwind;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use crate::workspace::{GENERATED, Workspace};

/// Names beside the generated files that a run must not leave behind.
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
fn at_no_moment_is_there_another_set_than_the_old_or_the_new_one() {
    let copy = Workspace::copy();
    let file = copy.path(&format!("{GENERATED}/mod.rs"));
    let over = AtomicBool::new(false);
    thread::scope(|scope| {
        // Whoever is killed leaves what an onlooker sees at that moment.
        let onlooker = scope.spawn(|| {
            let mut absent = 0;
            while !over.load(Ordering::Relaxed) {
                absent += u64::from(fs::symlink_metadata(&file).is_err());
            }
            absent
        });
        // Judged when the onlooker has gone: it would be waited for without end.
        let rounds = catch_unwind(|| {
            for round in 0..6 {
                fs::write(&file, format!("// round {round}\n")).expect("a file");
                assert_eq!(copy.codegen().status, Some(0));
            }
        });
        over.store(true, Ordering::Relaxed);
        rounds.expect("six runs");
        assert_eq!(
            onlooker.join().expect("no panic"),
            0,
            "the files were gone for a while"
        );
    });
}

#[cfg(unix)]
#[test]
fn where_nothing_can_be_written_the_old_set_stays() {
    use std::os::unix::fs::PermissionsExt;

    let copy = Workspace::copy();
    copy.write(&format!("{GENERATED}/mod.rs"), "old\n");
    let before = copy.sources();
    // A file where a directory has to be made: permissions do not stop everyone.
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
fn a_file_in_the_place_of_the_directory_is_not_overwritten_in_silence() {
    let copy = Workspace::copy();
    fs::remove_dir_all(copy.path(GENERATED)).expect("removed");
    fs::write(copy.path(GENERATED), "a file\n").expect("a file");
    let run = copy.codegen();
    assert_eq!(run.status, Some(2), "{run:?}");
    assert_eq!(run.stderr.lines().count(), 1, "{run:?}");
    assert_eq!(copy.read(GENERATED), "a file\n");
}
