//! The table of the updates in a folder of documents.

use crate::repository::{Repository, breaking, compatible, warning};
use crate::workspace::{DOCUMENT, Run, Workspace};

/// A folder with three documents and some other files.
fn scene() -> Repository {
    let scene = Repository(Workspace::copy());
    std::fs::create_dir(scene.0.path("history")).expect("a folder");
    // Sorted by name, not by modification time.
    scene.variant("history/2.yaml", breaking);
    scene.variant("history/1.yaml", str::to_owned);
    scene.variant("history/3.yml", breaking);
    scene.0.write("history/0.txt", "no document");
    std::fs::create_dir(scene.0.path("history/4.yaml")).expect("a folder");
    scene
}

fn history(scene: &Repository, more: &[&str]) -> Run {
    scene.diff(&[&["--history", "history"], more].concat())
}

/// Returns the cells of each row except the last one, which is a time.
fn cells(run: &Run) -> Vec<Vec<&str>> {
    let rows = run
        .stdout
        .lines()
        .skip(1)
        .map(|line| line.split_whitespace().collect());
    rows.map(|mut row: Vec<&str>| {
        let seconds: f64 = row.pop().expect("a time").parse().expect("seconds");
        assert!(seconds.is_finite());
        row
    })
    .collect()
}

#[test]
fn each_document_is_compared_with_the_next() {
    let scene = scene();
    let run = history(&scene, &["--fail-on", "never"]);
    assert_eq!(run.status, Some(0), "{run:?}");
    assert!(run.stderr.is_empty(), "{run:?}");
    assert_eq!(
        cells(&run),
        [
            ["1.yaml", "2.yaml", "1", "0", "0", "1", "major", "0", "1"],
            ["2.yaml", "3.yml", "0", "0", "0", "0", "none", "0", "0"],
        ]
    );
    let bare = history(&scene, &["--fail-on", "never", "--no-rust"]);
    assert_eq!(cells(&bare)[0][6..], ["–", "–", "–"], "{bare:?}");
    let run = history(&scene, &["--fail-on", "never", "--format", "markdown"]);
    assert!(
        run.stdout.starts_with("| old | new | breaking |"),
        "{run:?}"
    );
    assert!(
        run.stdout
            .contains("| `1.yaml` | `2.yaml` | 1 | 0 | 0 | 1 | major | 0 | 1 |"),
        "{run:?}"
    );
}

#[test]
fn any_update_can_fail_the_history() {
    let scene = scene();
    assert_eq!(history(&scene, &[]).status, Some(1));
    assert_eq!(
        history(&scene, &["--fail-on", "rust-major"]).status,
        Some(1)
    );
    scene.variant("history/2.yaml", str::to_owned);
    scene.variant("history/3.yml", compatible);
    assert_eq!(history(&scene, &["--no-rust"]).status, Some(0));
    scene.variant("history/3.yml", warning);
    let level = ["--no-rust", "--fail-on", "warning"];
    assert_eq!(history(&scene, &level).status, Some(1));
}

#[test]
fn an_invalid_history_is_a_one_line_error() {
    let scene = scene();
    scene
        .0
        .write("history/2.yaml", "openapi: 3.0.3\npaths: [\n");
    std::fs::create_dir(scene.0.path("empty")).expect("a folder");
    for (args, said) in [
        (&["--history", "history"][..], "history/2.yaml:"),
        (
            &["--history", "empty"],
            "empty: a history needs at least two documents",
        ),
        (&["--history", "nowhere"], "nowhere: cannot be read"),
        (
            &["--history", "history", "--format", "json"],
            "`--history` supports only `--format text` and `markdown`",
        ),
    ] {
        let run = scene.diff(args);
        assert_eq!(run.status, Some(2), "{run:?}");
        assert!(run.stderr.contains(said), "{run:?}");
        assert_eq!(run.stderr.lines().count(), 1, "{run:?}");
        assert!(run.stdout.is_empty(), "{run:?}");
    }
    let both = scene.diff(&[DOCUMENT, "--history", "history"]);
    assert_eq!(both.status, Some(2), "{both:?}");
}
