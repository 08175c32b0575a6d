//! The script that the workflow runs for a pull request: its output and exit status, and that it
//! maintains a single comment, however often it runs. A stub of `gh` stands in for GitHub.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use crate::repository::{BREAKING, Repository, breaking, no_git};
use crate::workspace::{CORRECTIONS, GENERATED, Run, real};

/// A stub of `cargo` that runs the tasks of this workspace.
const CARGO: &str = "#!/bin/sh\nshift\nexec \"$XTASK\" \"$@\"\n";
/// A stub of `gh` that stores the body of the comment in `body`, and its own arguments in `calls`.
const GH: &str = r#"#!/bin/sh
echo "$*" >> "$GITHUB/calls"
for argument; do
    case "$argument" in
        body=@*) cp "${argument#body=@}" "$GITHUB/body" ;;
    esac
done
case "$*" in
    *POST*) echo 42 > "$GITHUB/comments" ;;
    *PATCH*) ;;
    *) [ ! -f "$GITHUB/comments" ] || cat "$GITHUB/comments" ;;
esac
"#;

struct PullRequest {
    repository: Repository,
    /// The stubs of `cargo` and `gh`, and their files.
    outside: TempDir,
}

fn cannot_run() -> bool {
    let bash = Command::new("bash").arg("--version").output();
    if bash.is_err() {
        println!("skipped: there is no bash");
    }
    bash.is_err() || no_git()
}

impl PullRequest {
    fn new() -> Self {
        let outside = tempfile::tempdir().expect("a directory");
        for (name, text) in [("cargo", CARGO), ("gh", GH)] {
            let path = outside.path().join(name);
            fs::write(&path, text).expect("a program");
            executable(&path);
        }
        let repository = Repository::new();
        repository.git(&["update-ref", "refs/remotes/origin/trunk", "HEAD"]);
        repository.git(&["checkout", "--quiet", "-b", "topic"]);
        Self {
            repository,
            outside,
        }
    }

    /// A pull request that changes an input of the client without a change of the API.
    fn touching() -> Self {
        let request = Self::new();
        request
            .repository
            .0
            .write("openapi/note", "of no importance\n");
        request.repository.commit("a note");
        request
    }

    fn run(&self, step: &str, variables: &[(&str, &str)]) -> Run {
        let old = std::env::var_os("PATH").unwrap_or_default();
        let mut path = vec![self.outside.path().to_path_buf()];
        path.extend(std::env::split_paths(&old));
        let output = Command::new("bash")
            .arg(real().join(".github/spec-review.sh"))
            .arg(step)
            .arg(self.file("review"))
            .env("PATH", std::env::join_paths(path).expect("a path"))
            .env("XTASK", env!("CARGO_BIN_EXE_xtask"))
            .env("GITHUB", self.outside.path())
            .env("GITHUB_STEP_SUMMARY", self.file("summary"))
            .env("BASE", "origin/trunk")
            .env("REPOSITORY", "somebody/something")
            .env("PULL_REQUEST", "7")
            .envs(variables.iter().copied())
            .current_dir(self.repository.root())
            .output()
            .expect("bash runs");
        Run::of(output)
    }

    fn file(&self, name: &str) -> PathBuf {
        self.outside.path().join(name)
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.file(name)).unwrap_or_default()
    }
}

fn executable(path: &Path) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).expect("permissions");
    }
    #[cfg(not(unix))]
    let _ = path;
}

#[test]
fn a_pull_request_without_a_change_of_the_api_passes() {
    if cannot_run() {
        return;
    }
    let request = PullRequest::touching();
    let run = request.run("report", &[]);
    assert_eq!(run.status, Some(0), "{run:?}");
    let summary = request.read("summary");
    assert!(
        summary.starts_with("<!-- spec-review -->\n## ✅ API review: no findings\n"),
        "{summary}"
    );
    assert!(
        summary.ends_with("The generated files are up to date.\n"),
        "{summary}"
    );
    assert!(
        request
            .read("review/review.html")
            .starts_with("<!doctype html>")
    );
}

#[test]
fn breaks_and_stale_files_are_summarized_and_fail_the_job() {
    if cannot_run() {
        return;
    }
    let request = PullRequest::touching();
    request.repository.edit(breaking);
    request.repository.commit("a change");
    let run = request.run("report", &[]);
    assert_eq!(run.status, Some(1), "{run:?}");
    let summary = request.read("summary");
    assert!(
        summary.contains("## ❌ API review: breaking\n"),
        "{summary}"
    );
    assert!(summary.contains(BREAKING), "{summary}");
    assert!(
        summary.contains("**The generated files are stale**"),
        "{summary}"
    );
    assert_eq!(summary, request.read("review/review.md"));

    // After regenerating, only one of the two faults is left.
    assert_eq!(request.repository.0.codegen().status, Some(0));
    request.repository.commit("generated");
    let run = request.run("report", &[]);
    assert_eq!(run.status, Some(1), "{run:?}");
    assert!(request.read("review/review.md").ends_with("up to date.\n"));

    // Stale files alone also fail the job.
    let request = PullRequest::touching();
    request
        .repository
        .0
        .write(&format!("{GENERATED}/mod.rs"), "// edited\n");
    let run = request.run("report", &[]);
    assert_eq!(run.status, Some(1), "{run:?}");
    assert!(
        request
            .read("summary")
            .contains("✅ API review: no findings")
    );
}

#[test]
fn unreadable_documents_are_reported_with_the_reason() {
    if cannot_run() {
        return;
    }
    let request = PullRequest::touching();
    request.repository.0.write(CORRECTIONS, "nonsense");
    request.repository.edit(|_| "openapi: [\n".to_owned());
    let run = request.run("report", &[]);
    assert_eq!(run.status, Some(1), "{run:?}");
    let summary = request.read("summary");
    assert!(
        summary.contains("the documents cannot be compared"),
        "{summary}"
    );
    assert!(
        summary.contains("    error: openapi/atlas-v2.yaml:"),
        "{summary}"
    );
    assert!(
        summary.contains("**The client cannot be generated:**"),
        "{summary}"
    );
    // The runner reads the log and obeys lines that begin with two colons.
    assert!(run.stderr.lines().count() > 1, "{run:?}");
    assert!(
        run.stderr.lines().all(|line| line.starts_with("| ")),
        "{run:?}"
    );
    assert!(run.stdout.is_empty(), "{run:?}");
}

#[test]
fn the_comment_is_made_once_and_then_updated() {
    if cannot_run() {
        return;
    }
    let request = PullRequest::touching();
    request.run("report", &[]);
    for _ in 0..2 {
        let run = request.run("comment", &[]);
        assert_eq!(run.status, Some(0), "{run:?}");
        assert_eq!(request.read("body"), request.read("review/review.md"));
    }
    request.repository.edit(breaking);
    request.run("report", &[]);
    let run = request.run("comment", &[]);
    assert_eq!(run.status, Some(0), "{run:?}");
    assert!(request.read("body").contains(BREAKING));
    let calls = request.read("calls");
    let list = "api --paginate repos/somebody/something/issues/7/comments --jq .[] | \
                select(.user.login == \"github-actions[bot]\" and (.body | \
                startswith(\"<!-- spec-review -->\"))) | .id";
    let patch = "api --silent --method PATCH repos/somebody/something/issues/comments/42 --field";
    let post = "api --silent --method POST repos/somebody/something/issues/7/comments --field";
    let starts = [list, post, list, patch, list, patch];
    assert_eq!(calls.lines().count(), starts.len(), "{calls}");
    for (line, start) in calls.lines().zip(starts) {
        assert!(line.starts_with(start), "{calls}");
    }
}

#[test]
fn an_unrelated_pull_request_gets_no_comment_but_updates_an_old_one() {
    if cannot_run() {
        return;
    }
    let untouched = "<!-- spec-review -->\n## ✅ API review: nothing here touches the client\n";
    let request = PullRequest::new();
    let run = request.run("report", &[]);
    assert_eq!(run.status, Some(0), "{run:?}");
    assert_eq!(request.read("summary"), untouched);
    let run = request.run("comment", &[]);
    assert_eq!(run.status, Some(0), "{run:?}");
    assert_eq!(request.read("body"), "");

    request.repository.edit(breaking);
    request.repository.commit("a change");
    request.run("report", &[]);
    request.run("comment", &[]);
    assert!(request.read("body").contains(BREAKING));

    request.repository.git(&["revert", "--no-edit", "HEAD"]);
    let run = request.run("report", &[]);
    assert_eq!(run.status, Some(0), "{run:?}");
    request.run("comment", &[]);
    assert_eq!(request.read("body"), untouched);
}

#[test]
fn contents_of_a_pull_request_are_never_executed() {
    if cannot_run() {
        return;
    }
    let request = PullRequest::touching();
    request.run("report", &[]);
    let stolen = request.file("stolen");
    let injected = format!("$(touch {0}); touch {0}", stolen.display());
    for variable in ["PULL_REQUEST", "REPOSITORY"] {
        let run = request.run("comment", &[(variable, &injected)]);
        assert_eq!(run.status, Some(2), "{run:?}");
    }
    for base in [&injected, "--output=x"] {
        let run = request.run("report", &[("BASE", base)]);
        assert_ne!(run.status, Some(0), "{run:?}");
    }
    assert!(!stolen.exists());
    assert_eq!(request.read("calls"), "");
    let run = request.run("nonsense", &[]);
    assert_eq!(run.status, Some(2), "{run:?}");
}

#[test]
fn without_a_review_there_is_no_comment() {
    if cannot_run() {
        return;
    }
    let request = PullRequest::touching();
    let run = request.run("comment", &[]);
    assert_eq!(run.status, Some(0), "{run:?}");
    assert!(run.stderr.contains("no review to show"), "{run:?}");
    assert_eq!(request.read("calls"), "");
}
