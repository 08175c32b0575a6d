//! The service in the README of `atlas-fleet`: its code is extracted, built offline in an empty
//! folder, and migrates the sources of an embedded Atlas.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use atlas_client::mock::{Atlas, Fault, Moment};

use crate::all_of_atlas::full_document::{cargo, scratch, write_crate};
use crate::generated::workspace;
use crate::scene::linked;

const HEADING: &str = "\n## A whole service\n";
/// The maximal number of lines of a user's own code.
const LINES: usize = 60;
const CLUSTERS: [&str; 8] = ["a", "b", "c", "d", "e", "f", "g", "h"];

/// Returns the first code block in this language below the heading.
fn block(page: &str, language: &str) -> String {
    let (_, section) = page.split_once(HEADING).expect("the section");
    let opening = format!("\n```{language}\n");
    let (_, block) = section.split_once(&opening).expect("the block");
    let (block, _) = block.split_once("\n```\n").expect("its end");
    format!("{block}\n")
}

/// Builds the service in `folder`.
fn build(folder: &Path) -> PathBuf {
    let page =
        fs::read_to_string(workspace().join("atlas-client/fleet/README.md")).expect("the README");
    let main = block(&page, "rust,no_run");
    let lines = main.lines().count();
    assert!(lines <= LINES, "{lines} lines");
    println!("{lines} lines");
    let here = workspace();
    let here = here.to_str().expect("a path in UTF-8");
    let manifest = block(&page, "toml");
    assert_eq!(manifest.matches("\"../atlas/").count(), 2, "{manifest}");
    let files = BTreeMap::from([
        ("src/main.rs".to_owned(), main),
        (
            "Cargo.toml".to_owned(),
            manifest.replace("\"../atlas/", &format!("\"{here}/")),
        ),
    ]);
    write_crate(folder, &files);
    let target = scratch().join("target");
    cargo(folder, &target, &["build"], "RUSTFLAGS", "-D warnings");
    target.join("debug/move-clusters")
}

fn run(program: &Path, folder: &Path, atlas: &Atlas, answers: &[String]) -> Output {
    Command::new(program)
        .args(answers)
        .env_clear()
        .env("MONGODB_ATLAS_BASE_URL", atlas.base_url())
        .env("MONGODB_ATLAS_CLIENT_ID", atlas.client_id())
        .env("MONGODB_ATLAS_CLIENT_SECRET", atlas.client_secret())
        .env("MONGODB_ATLAS_ORG_ID", atlas.org_id())
        .env("MONGODB_ATLAS_PROJECT_ID", atlas.project_id())
        .current_dir(folder)
        .stdin(Stdio::null())
        .output()
        .expect("the service")
}

#[test]
fn the_service_of_the_readme_is_short_and_migrates_a_fleet() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    let program = build(folder);
    let source = "5f1b0a3e9c8d7e6f5a4b3c04";
    let mut builder = linked().source(source, CLUSTERS[0], "vm001.example.com");
    for cluster in &CLUSTERS[1..] {
        builder = builder.add_source(source, *cluster, "vm001.example.com");
    }
    // The response to one of the creations is lost.
    let lost = Fault::hang_up().moment(Moment::AfterExecution);
    let lost = lost.operation("createGroupLiveMigration").cluster("d");
    let atlas = builder.relayed(true).fault(lost).start();

    let first = run(&program, folder, &atlas, &[]);
    let text = String::from_utf8_lossy(&first.stdout);
    assert_eq!(first.status.code(), Some(1), "{text}");
    assert!(
        text.contains("7 of 8 migrations are complete\nd: in doubt: "),
        "{text}"
    );
    assert!(text.contains("stop what writes to a\n"), "{text}");

    let migrations = atlas.migrations();
    let found = migrations
        .iter()
        .find(|it| it.cluster == "d")
        .expect("a migration");
    let answer = format!("d={}", found.id);
    let second = run(&program, folder, &atlas, &[answer]);
    let text = String::from_utf8_lossy(&second.stdout);
    assert!(second.status.success(), "{text}");
    assert!(text.ends_with("8 of 8 migrations are complete\n"), "{text}");

    let migrations = atlas.migrations();
    let mut into: Vec<&str> = migrations.iter().map(|it| it.cluster.as_str()).collect();
    into.sort_unstable();
    assert_eq!(into, CLUSTERS);
    for it in &migrations {
        assert_eq!((it.status, it.cutovers), ("COMPLETE", 1), "{it:?}");
        assert_eq!(it.source_cluster, it.cluster);
    }
}
