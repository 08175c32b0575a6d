//! Vendors the whole published document, if it is available.
//!
//! The environment variable `ATLAS_FULL_SPEC` names the revision that the committed fragment comes
//! from; other revisions in its directory are vendored as well.

use std::path::PathBuf;

use atlas_gen::{Source, load};

use crate::Scene;
use crate::workspace::DOCUMENT;

/// Returns the available revisions, the named one first.
fn revisions() -> Vec<PathBuf> {
    let Some(named) = std::env::var_os("ATLAS_FULL_SPEC").map(PathBuf::from) else {
        println!("skipped: ATLAS_FULL_SPEC names no full document");
        return Vec::new();
    };
    let mut revisions = vec![named.clone()];
    let beside = named.parent().map(|dir| dir.read_dir().expect("a folder"));
    for entry in beside.into_iter().flatten() {
        let path = entry.expect("an entry").path();
        if path != named && path.extension() == named.extension() {
            revisions.push(path);
        }
    }
    revisions
}

#[test]
fn vendoring_the_recorded_revision_changes_no_byte() {
    let Some(named) = revisions().into_iter().next() else {
        return;
    };
    let scene = Scene::new();
    let before = scene.files();
    let run = scene.vendor_from(&named.display().to_string(), &[]);
    assert_eq!(run.status, Some(0), "{run:?}");
    assert!(run.stdout.contains("nothing changed in openapi"), "{run:?}");
    assert!(!run.stdout.contains("descriptions to write"), "{run:?}");
    assert_eq!(scene.files(), before);
}

#[test]
fn switching_revisions_and_back_restores_all_but_removed_prose() {
    let revisions = revisions();
    let Some(named) = revisions.first() else {
        return;
    };
    for other in &revisions[1..] {
        let scene = Scene::new();
        let fragment = scene.copy.read(DOCUMENT);
        let run = scene.vendor_from(&other.display().to_string(), &[]);
        assert_ne!(run.status, Some(2), "{run:?}");
        let run = scene.vendor_from(&named.display().to_string(), &["--verbose"]);
        assert_eq!(run.status, Some(0), "{run:?}");
        let listed: Vec<&str> = run
            .stdout
            .lines()
            .filter_map(|line| line.strip_prefix("  "))
            .collect();
        let read = |text: String| load::load(&Source::new(DOCUMENT, text)).expect("a document");
        let (before, mut after) = (read(fragment), read(scene.copy.read(DOCUMENT)));
        // Restores the old prose at locations that are still unwritten: then the fragment is as
        // before.
        for place in listed {
            let (parent, name) = place.rsplit_once('/').expect("a pointer");
            let word = before.pointer(place).expect("a place of before");
            let parent = after.pointer_mut(parent).expect("a place");
            parent[name] = word.clone();
        }
        assert_eq!(after, before);
    }
}

#[test]
fn large_slices_and_the_whole_document_can_be_vendored_repeatedly() {
    let Some(named) = revisions().into_iter().next() else {
        return;
    };
    for args in [&["--tag", "Clusters"][..], &["--all"]] {
        let scene = Scene::new();
        let from = named.display().to_string();
        let run = scene.vendor_from(&from, args);
        assert_ne!(run.status, Some(2), "{args:?}: {run:?}");
        let before = scene.files();
        let again = scene.vendor_from(&from, &[]);
        assert!(
            again.stdout.contains("nothing changed"),
            "{args:?}: {again:?}"
        );
        assert_eq!(scene.files(), before);
        let text = scene.copy.read(DOCUMENT);
        load::load(&Source::new(DOCUMENT, text)).expect("it can be read");
    }
}
