//! Which documents are compared: files, revisions and defaults, and the errors if they do not
//! exist.

use std::ffi::OsStr;
use std::fs;
use std::process::Command;

use crate::repository::{
    BREAKING, COMPATIBLE, Repository, WARNING, breaking, compatible, no_git, warning,
};
use crate::workspace::{DOCUMENT, Run, VENDOR};

fn refused(run: &Run, words: &[&str]) {
    assert_eq!(run.status, Some(2), "{run:?}");
    assert!(run.stdout.is_empty(), "{run:?}");
    assert_eq!(run.stderr.lines().count(), 1, "{run:?}");
    assert!(run.stderr.starts_with("error: "), "{run:?}");
    for word in words {
        assert!(run.stderr.contains(word), "{word}: {run:?}");
    }
}

#[test]
fn by_default_the_working_tree_is_compared_with_the_merge_base() {
    if no_git() {
        return;
    }
    let repository = Repository::new();
    assert_eq!(repository.ids(&[]), [""; 0], "nothing has changed yet");
    repository.git(&["checkout", "--quiet", "-b", "topic"]);
    repository.edit(breaking);
    assert_eq!(
        repository.ids(&[]),
        [BREAKING],
        "what is not committed counts"
    );
    repository.commit("second");
    assert_eq!(repository.ids(&[]), [BREAKING]);
    // Later changes on the main branch do not belong to this branch.
    repository.git(&["checkout", "--quiet", "main"]);
    repository.edit(compatible);
    repository.commit("third");
    repository.git(&["checkout", "--quiet", "topic"]);
    assert_eq!(repository.ids(&[]), [BREAKING]);
    let run = repository.diff(&[]);
    assert_eq!(run.status, Some(1), "{run:?}");
    assert!(
        run.stdout.contains("(merge base of HEAD and main)"),
        "{run:?}"
    );
}

#[test]
fn the_main_branch_of_the_remote_takes_precedence_over_the_local_one() {
    if no_git() {
        return;
    }
    let repository = Repository::new();
    let shown = |name: &str| {
        let run = repository.diff(&["--no-rust"]);
        let words = format!("(merge base of HEAD and {name})");
        assert!(run.stdout.contains(&words), "{name}: {run:?}");
    };
    repository.git(&["branch", "--quiet", "--move", "main", "master"]);
    shown("master");
    repository.git(&["branch", "--quiet", "main"]);
    shown("main");
    repository.git(&["update-ref", "refs/remotes/origin/main", "HEAD"]);
    shown("origin/main");
    let head = "refs/remotes/origin/HEAD";
    repository.git(&["symbolic-ref", head, "refs/remotes/origin/main"]);
    shown("origin/HEAD");
}

#[test]
fn a_document_is_a_file_or_belongs_to_a_revision() {
    if no_git() {
        return;
    }
    let repository = Repository::new();
    repository.git(&["tag", "v1"]);
    repository.edit(breaking);
    repository.variant("other.yaml", compatible);
    repository.commit("second");
    let first = repository.git(&["rev-parse", "HEAD~1"]);
    let nothing = [""; 0];
    for old in [
        "v1",
        "HEAD~1",
        &first,
        &first[..9],
        "main~1",
        "v1:openapi/atlas-v2.yaml",
    ] {
        assert_eq!(repository.ids(&[old]), [BREAKING], "{old}");
        assert_eq!(repository.ids(&[old, "HEAD"]), [BREAKING], "{old}");
        assert_eq!(
            repository.ids(&["HEAD", old]),
            ["request-property-became-optional"]
        );
        assert_eq!(repository.ids(&[old, old]), nothing, "{old}");
    }
    for same in [
        "HEAD",
        "HEAD:./openapi/atlas-v2.yaml",
        ":openapi/atlas-v2.yaml",
        DOCUMENT,
    ] {
        assert_eq!(repository.ids(&[same, DOCUMENT]), nothing, "{same}");
    }
    assert_eq!(repository.ids(&["HEAD", "other.yaml"]), [COMPATIBLE]);
    assert_eq!(repository.ids(&["HEAD", "HEAD:other.yaml"]), [COMPATIBLE]);
    // A file takes precedence over a revision of the same name.
    repository.variant("v1", compatible);
    assert_eq!(repository.ids(&["HEAD", "v1"]), [COMPATIBLE]);
    assert_eq!(
        repository.ids(&["HEAD", "v1:openapi/atlas-v2.yaml"]).len(),
        1
    );
}

#[test]
fn the_client_of_a_revision_uses_the_files_beside_its_fragment() {
    if no_git() {
        return;
    }
    let repository = Repository::new();
    let vendor = repository.0.read(VENDOR);
    repository
        .0
        .write(VENDOR, vendor.replace("\"2025-03-12\"", "\"2024-01-01\""));
    repository.commit("an older pin");
    let run = repository.diff(&["HEAD~1", "HEAD", "--format", "json"]);
    assert_eq!(run.status, Some(0), "{run:?}");
    let report: serde_json::Value = serde_json::from_str(&run.stdout).expect("JSON");
    assert_eq!(report["findings"], serde_json::json!([]));
    assert_eq!(report["rust"]["bump"], "major", "{run:?}");
    // Other documents are compared as a whole, with the newest version of each operation.
    repository.variant("a.yaml", str::to_owned);
    let run = repository.diff(&["a.yaml", "a.yaml", "--format", "json"]);
    let report: serde_json::Value = serde_json::from_str(&run.stdout).expect("JSON");
    assert_eq!(
        report["rust"],
        serde_json::json!({"bump": "none", "changes": []})
    );
}

#[test]
fn an_unknown_document_is_an_error_that_lists_what_was_tried() {
    if no_git() {
        return;
    }
    let repository = Repository::new();
    refused(
        &repository.diff(&["nowhere"]),
        &[
            "`nowhere` is not a file and not a revision of git",
            "no commit called `nowhere`",
        ],
    );
    refused(
        &repository.diff(&["openapi"]),
        &["`openapi` is a directory and not a revision"],
    );
    refused(
        &repository.diff(&["HEAD", "HEAD~7:openapi/atlas-v2.yaml"]),
        &["no commit called `HEAD~7`"],
    );
    refused(
        &repository.diff(&["HEAD:openapi/nowhere.yaml"]),
        &["HEAD:openapi/nowhere.yaml: there is no such file"],
    );
    refused(
        &repository.diff(&["HEAD:openapi"]),
        &["HEAD:openapi: there is no such file"],
    );
    refused(&repository.diff(&[""]), &["`` is not a file"]);
    refused(&repository.diff(&["a\nb"]), &["is not a file"]);
}

#[test]
fn a_revision_that_begins_with_a_dash_never_reaches_git() {
    if no_git() {
        return;
    }
    let repository = Repository::new();
    for argument in ["--output=stolen", "-h", "--upload-pack=touch stolen", "-:x"] {
        let run = repository.diff(&["--", argument]);
        refused(&run, &["begins with `-`"]);
        assert!(!repository.0.path("stolen").exists());
    }
    let usage = repository.diff(&["--nonsense"]);
    assert_eq!(usage.status, Some(2), "{usage:?}");
}

#[test]
fn without_git_only_files_can_be_compared() {
    let copy = crate::workspace::Workspace::copy();
    let repository = Repository(copy);
    repository.variant("new.yaml", warning);
    let nowhere = [("PATH", OsStr::new("/nowhere"))];
    let run = repository.diff_with(&[DOCUMENT, "new.yaml", "--no-rust", "--all"], &nowhere);
    assert_eq!(run.status, Some(0), "{run:?}");
    assert!(run.stdout.contains(WARNING), "{run:?}");
    refused(&repository.diff_with(&[], &nowhere), &["git cannot be run"]);
    refused(
        &repository.diff_with(&["HEAD"], &nowhere),
        &[
            "`HEAD` is not a file and not a revision of git",
            "git cannot be run",
        ],
    );
}

#[test]
fn a_workspace_outside_of_a_repository_is_an_error() {
    if no_git() {
        return;
    }
    let repository = Repository(crate::workspace::Workspace::copy());
    let root = repository.root();
    let alone = [(
        "GIT_CEILING_DIRECTORIES",
        root.parent().expect("a parent").as_os_str(),
    )];
    refused(
        &repository.diff_with(&[], &alone),
        &["is in no git repository"],
    );
    refused(
        &repository.diff_with(&["HEAD"], &alone),
        &["`HEAD` is not a file", "no git repository"],
    );
}

#[test]
fn a_repository_without_commit_or_main_branch_is_an_error() {
    if no_git() {
        return;
    }
    let empty = Repository(crate::workspace::Workspace::copy());
    empty.git(&["init", "--quiet", "--initial-branch=main"]);
    refused(
        &empty.diff(&[]),
        &["no commit yet", "name a document or a revision"],
    );
    let odd = Repository::new();
    odd.git(&["branch", "--quiet", "--move", "main", "trunk"]);
    refused(
        &odd.diff(&[]),
        &["there is no main branch (tried origin/HEAD, origin/main, main, master)"],
    );
    let apart = Repository::new();
    apart.git(&["checkout", "--quiet", "--orphan", "topic"]);
    apart.commit("another beginning");
    refused(
        &apart.diff(&[]),
        &["HEAD and main have no commit in common;"],
    );
    let bare = Repository::new();
    bare.git(&["rm", "--quiet", "--cached", DOCUMENT]);
    bare.git(&[
        "-c",
        "user.name=n",
        "commit",
        "--quiet",
        "--message",
        "no fragment",
    ]);
    refused(
        &bare.diff(&[]),
        &[
            "openapi/atlas-v2.yaml at ",
            "(merge base of HEAD and main): there is no such file",
        ],
    );
}

#[test]
fn a_shallow_clone_is_an_error_with_a_hint() {
    if no_git() {
        return;
    }
    let origin = Repository::new();
    origin.git(&["checkout", "--quiet", "-b", "topic"]);
    origin.edit(breaking);
    origin.commit("second");
    origin.git(&["checkout", "--quiet", "main"]);
    let clone = Repository(crate::workspace::Workspace::copy());
    let root = clone.root();
    fs::remove_dir_all(&root).expect("removed");
    let url = format!("file://{}", origin.root().display());
    let cloned = Command::new("git")
        .args([
            "clone",
            "--quiet",
            "--depth=1",
            "--no-single-branch",
            "--branch=topic",
            &url,
        ])
        .arg(&root)
        .status();
    assert!(cloned.is_ok_and(|status| status.success()));
    refused(
        &clone.diff(&[]),
        &[
            "no commit in common in this shallow clone",
            "`git fetch --unshallow`",
        ],
    );
    // The comparison of two revisions that exist still works.
    assert_eq!(clone.ids(&["origin/main", "HEAD"]), [BREAKING]);
    clone.git(&["fetch", "--quiet", "--unshallow"]);
    assert_eq!(clone.ids(&[]), [BREAKING]);
}

#[test]
fn an_unreadable_document_is_a_one_line_error_with_its_location() {
    if no_git() {
        return;
    }
    let repository = Repository::new();
    for (name, content, words) in [
        (
            "binary",
            &b"openapi: 3\n\xff\xfe\x00"[..],
            "binary:2: is not valid UTF-8",
        ),
        ("broken.yaml", b"openapi: [", "broken.yaml:"),
        ("empty.yaml", b"", "empty.yaml: the document is empty"),
        ("list.yaml", b"- a\n", "list.yaml:1: "),
        (
            "swagger.yaml",
            b"swagger: '2.0'\npaths: {}\n",
            "swagger.yaml:1: ",
        ),
    ] {
        repository.0.write(name, content);
        refused(&repository.diff(&["HEAD", name]), &[words]);
        refused(&repository.diff(&[name, "HEAD"]), &[words]);
    }
    repository.variant("dangling.yaml", |text| {
        text.replacen(
            "#/components/parameters/groupId",
            "#/components/parameters/nobody",
            1,
        )
    });
    refused(
        &repository.diff(&["HEAD", "dangling.yaml"]),
        &["dangling.yaml:", "`#/components/parameters/nobody`"],
    );
    repository.commit("broken ones");
    refused(
        &repository.diff(&["HEAD:binary"]),
        &["HEAD:binary:2: is not valid UTF-8"],
    );
    repository.0.write(VENDOR, "nonsense");
    refused(&repository.diff(&[]), &["openapi/vendor.toml:1: "]);
}
