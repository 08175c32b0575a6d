//! The two files are written together or not at all, even if a run is interrupted.

use std::fs;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use crate::Scene;
use crate::workspace::{DOCUMENT, VENDOR};

/// Stops the observer, also if the test fails.
struct StopOnDrop<'a>(&'a AtomicBool);

impl Drop for StopOnDrop<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

#[test]
fn the_files_are_replaced_atomically() {
    let mut scene = Scene::new();
    assert_eq!(scene.vendor(&[]).status, Some(0));
    let paths = [scene.copy.path(DOCUMENT), scene.copy.path(VENDOR)];
    let over = AtomicBool::new(false);
    thread::scope(|scope| {
        // A killed run leaves what an observer sees at that moment.
        let observer = scope.spawn(|| {
            let mut wrong = 0;
            while !over.load(Ordering::Relaxed) {
                for path in &paths {
                    let text = fs::read_to_string(path).unwrap_or_default();
                    wrong += u64::from(!text.starts_with('#') || !text.ends_with('\n'));
                }
            }
            wrong
        });
        let _end = StopOnDrop(&over);
        for round in 0..6 {
            scene.set("/info/x-xgen-sha", format!("round{round}"));
            assert_eq!(scene.vendor(&[]).status, Some(0));
            let text = scene.copy.read(DOCUMENT);
            assert!(text.contains(&format!("round{round}")));
        }
        over.store(true, Ordering::Relaxed);
        assert_eq!(observer.join().expect("no panic"), 0);
    });
}

#[test]
fn other_files_are_kept_and_no_temporary_ones_remain() {
    let mut scene = Scene::new();
    scene.copy.write("openapi/notes.bin", b"\xff\x00");
    fs::create_dir(scene.copy.path("openapi/more")).expect("a folder");
    scene.copy.write("openapi/more/file", "x");
    let names = |scene: &Scene| {
        let mut names: Vec<_> = fs::read_dir(scene.copy.path(""))
            .expect("a folder")
            .map(|entry| entry.expect("an entry").file_name())
            .collect();
        names.sort();
        names
    };
    let before = names(&scene);
    scene.set("/info/x-xgen-sha", "feed");
    assert_eq!(scene.vendor(&[]).status, Some(0));
    assert_eq!(
        fs::read(scene.copy.path("openapi/notes.bin")).expect("a file"),
        b"\xff\x00"
    );
    assert_eq!(scene.copy.read("openapi/more/file"), "x");
    assert_eq!(names(&scene), before);
}

#[cfg(unix)]
#[test]
fn a_failed_write_keeps_both_files() {
    use std::os::unix::fs::PermissionsExt;

    let mut scene = Scene::new();
    scene.set("/info/x-xgen-sha", "feed");
    let before = scene.files();
    let root = scene.copy.path("");
    let mode = fs::metadata(&root).expect("a folder").permissions();
    fs::set_permissions(&root, fs::Permissions::from_mode(0o555)).expect("permissions");
    let probe = fs::write(root.join("probe"), "");
    let run = scene.vendor(&[]);
    fs::set_permissions(&root, mode).expect("permissions");
    if probe.is_ok() {
        println!("skipped: this user may write where nobody may");
        return;
    }
    scene.refused(&run, &before, "openapi: cannot be written");
}

#[cfg(unix)]
#[test]
fn links_beside_the_files_are_kept_and_one_in_place_of_a_file_is_rejected() {
    use std::os::unix::fs::symlink;

    let mut scene = Scene::new();
    scene.copy.write("notes", "mine\n");
    symlink("../notes", scene.copy.path("openapi/notes")).expect("a link");
    scene.set("/info/x-xgen-sha", "feed");
    assert_eq!(scene.vendor(&[]).status, Some(0));
    assert!(scene.copy.path("openapi/notes").is_symlink());
    assert_eq!(scene.copy.read("openapi/notes"), "mine\n");

    let file = scene.copy.path(DOCUMENT);
    fs::rename(&file, scene.copy.path("kept.yaml")).expect("moved");
    symlink(scene.copy.path("kept.yaml"), &file).expect("a link");
    scene.set("/info/x-xgen-sha", "f00d");
    let before = scene.files();
    let run = scene.vendor(&[]);
    scene.refused(
        &run,
        &before,
        "openapi/atlas-v2.yaml: is a symbolic link that would be overwritten",
    );
    assert!(file.is_symlink());
}
