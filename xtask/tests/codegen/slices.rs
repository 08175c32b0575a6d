//! Generated slices: their dependencies, the hint about operations that the client also has, and
//! what regenerating keeps.

use std::fs;

use crate::workspace::{DOCUMENT, GENERATED, Run, Workspace, xtask};

/// An operation that the client does not have.
const OTHER: &str = r#"
openapi: 3.0.3
info: {title: Jobs, version: "1"}
paths:
  /api/atlas/v2/jobs/{name}:
    get:
      operationId: getJob
      tags: [Night Jobs]
      parameters: [{name: name, in: path, required: true, schema: {type: string}}]
      responses:
        "200": {description: A job, content: {application/vnd.atlas.2024-05-30+json: {schema: {$ref: '#/components/schemas/Job'}}}}
components:
  schemas:
    ApiError: {type: object, properties: {detail: {type: string}}}
    Job: {type: object, properties: {name: {type: string}}}
"#;

/// Generates a slice of `document` in `atlas-x`.
fn slice(copy: &Workspace, document: &str, more: &[&str]) -> Run {
    let args = ["codegen", "--spec", document, "--out", "atlas-x"];
    let run = xtask(&copy.path(""), &[&args, more].concat());
    assert_eq!(run.status, Some(0), "{run:?}");
    run
}

#[test]
fn only_operations_that_the_client_also_has_are_reported() {
    let copy = Workspace::copy();
    let run = slice(&copy, DOCUMENT, &["--operation", "getGroupLiveMigration"]);
    let told = "atlas-client itself has getGroupLiveMigration; with its feature \
                cloud-migration-service, methods of `Client` call its own operations; call the \
                slice's through the trait: atlas_x::operations::ClientCloudMigrationServiceExt::get_group_live_migration(&client)";
    assert!(run.stdout.lines().any(|line| line == told), "{run:?}");

    copy.write("jobs.yaml", OTHER);
    let run = slice(&copy, "jobs.yaml", &[]);
    assert!(!run.stdout.contains("itself has"), "{run:?}");
    assert!(
        !copy
            .read("atlas-x/README.md")
            .contains("cloud-migration-service")
    );
}

#[test]
fn a_document_without_components_becomes_a_slice_and_the_output_stays_short() {
    let copy = Workspace::copy();
    let (head, _) = OTHER.split_once("components:").expect("components");
    let job = "{$ref: '#/components/schemas/Job'}";
    copy.write("jobs.yaml", head.replace(job, "{type: object}"));
    let run = slice(&copy, "jobs.yaml", &[]);
    let unused = run
        .stdout
        .lines()
        .find(|line| line.contains("match no enum"));
    let unused = unused.expect("the names of enums that the document lacks");
    assert!(unused.len() < 300 && unused.ends_with(" more"), "{unused}");
}

#[test]
fn equal_enums_that_the_corrections_do_not_name_are_listed() {
    let copy = Workspace::copy();
    let (head, _) = OTHER.split_once("components:").expect("components");
    let job = "{$ref: '#/components/schemas/Job'}";
    let equal = "{type: object, properties: {a: {type: string, enum: [X, Y]}, \
                 b: {type: string, enum: [Y, X]}, c: {type: string, enum: [Z]}}}";
    copy.write("jobs.yaml", head.replace(job, equal));
    let run = slice(&copy, "jobs.yaml", &[]);
    let line = "equal enums of jobs.yaml without a name in openapi/corrections.yaml: ";
    let listed = run.stdout.lines().find_map(|it| it.strip_prefix(line));
    let listed = listed.expect("the equal enums");
    assert!(
        listed.contains("ResponseA = ") && !listed.contains("ResponseC"),
        "{listed}"
    );
}

#[test]
fn the_runtime_dependency_is_as_requested_without_default_features() {
    for (told, dependency) in [
        ("path", "path = \"../atlas-client\""),
        ("path=../../elsewhere", "path = \"../../elsewhere\""),
        (
            "git=https://example.com/r.git",
            "git = \"https://example.com/r.git\"",
        ),
        (
            "git=https://example.com/r.git#v1",
            "git = \"https://example.com/r.git\", rev = \"v1\"",
        ),
        ("version=0.1.7", "version = \"0.1.7\""),
    ] {
        let copy = Workspace::copy();
        copy.write("jobs.yaml", OTHER);
        slice(&copy, "jobs.yaml", &["--runtime", told]);
        let line = format!("atlas-client = {{ {dependency}, default-features = false }}\n");
        let manifest = copy.read("atlas-x/Cargo.toml");
        assert!(manifest.contains(&line), "{told}: {manifest}");
    }
}

#[test]
fn a_slice_names_the_command_that_regenerates_only_its_generated_files() {
    let copy = Workspace::copy();
    copy.write("jobs.yaml", OTHER);
    let more = ["--tag", "Night Jobs", "--pin", "2025-01-01"];
    slice(&copy, "jobs.yaml", &more);
    let files = |copy: &Workspace| {
        let names = [
            "Cargo.toml",
            "README.md",
            "LICENSE-APACHE",
            "LICENSE-MIT",
            "src/lib.rs",
        ];
        names.map(|name| copy.read(&format!("atlas-x/{name}")))
    };
    let command = "cargo xtask codegen --spec jobs.yaml --tag 'Night Jobs' --pin 2025-01-01 \
                   --name atlas-x --out DIR\n";
    assert!(copy.read("atlas-x/README.md").contains(command));

    let edited = copy.read("atlas-x/Cargo.toml").replace("0.1.0", "7.0.0");
    copy.write("atlas-x/Cargo.toml", edited);
    let before = files(&copy);
    fs::remove_file(copy.path("atlas-x/src/lib.rs")).expect("it is there");
    slice(&copy, "jobs.yaml", &more);
    assert_eq!(files(&copy), before);
}

#[test]
fn crates_that_this_command_did_not_generate_are_left_alone() {
    let copy = Workspace::copy();
    copy.write("jobs.yaml", OTHER);
    fs::create_dir_all(copy.path("other/src/generated")).expect("a directory");
    copy.write(
        "other/src/generated/mod.rs",
        "// @generated by prost-build\n",
    );
    copy.write("other/src/main.rs", "fn main() {}\n");
    copy.write("other/README.md", "mine\n");
    let fork = copy.read(&format!("{GENERATED}/mod.rs"));
    fs::create_dir_all(copy.path("fork/src/generated")).expect("a directory");
    copy.write("fork/src/generated/mod.rs", fork);
    for (out, reason) in [
        ("other", "holds something other than a generated slice"),
        ("fork", "holds something other than a generated slice"),
        ("atlas-client", "is the directory of the runtime"),
        (
            "./openapi/../atlas-client",
            "is the directory of the runtime",
        ),
    ] {
        let before = (copy.files("other"), copy.files("fork"), copy.sources());
        let args = [
            "codegen",
            "--spec",
            "jobs.yaml",
            "--name",
            "x",
            "--out",
            out,
        ];
        let run = xtask(&copy.path(""), &args);
        assert_eq!(run.status, Some(2), "{run:?}");
        assert_eq!(run.stderr.lines().count(), 1, "{run:?}");
        let line = format!("error: {out} {reason}");
        assert!(run.stderr.starts_with(&line), "{run:?}");
        let after = (copy.files("other"), copy.files("fork"), copy.sources());
        assert!(after == before, "{out}: something was written");
    }
}

#[test]
fn regenerating_keeps_own_files_and_removes_stale_generated_ones() {
    let copy = Workspace::copy();
    copy.write("jobs.yaml", OTHER);
    slice(&copy, "jobs.yaml", &[]);
    let generated = copy.files("atlas-x");
    let own = ["src/main.rs", "src/bin/tool.rs", "tests/mine.rs"];
    for dir in ["src/bin", "tests"] {
        fs::create_dir(copy.path(&format!("atlas-x/{dir}"))).expect("a directory");
    }
    for name in own {
        copy.write(&format!("atlas-x/{name}"), "fn main() {}\n");
    }
    copy.write("atlas-x/src/generated/old.rs", "fn old() {}\n");
    copy.write("atlas-x/src/lib.rs", "mod mine;\n");
    slice(&copy, "jobs.yaml", &[]);
    let mut after = copy.files("atlas-x");
    for name in own {
        let path = copy.path(&format!("atlas-x/{name}"));
        assert!(after.remove(&path).is_some(), "{name}");
    }
    assert!(after == generated, "{:?}", after.keys());
}

#[test]
fn what_killed_runs_leave_is_no_obstacle_and_is_removed() {
    let copy = Workspace::copy();
    copy.write("jobs.yaml", OTHER);
    fs::create_dir_all(copy.path("atlas-x/src/.new-a1B2c3/types")).expect("a directory");
    copy.write("atlas-x/src/.new-a1B2c3/types/x.rs", "half a file");
    slice(&copy, "jobs.yaml", &[]);
    let whole = copy.files("atlas-x");

    fs::create_dir_all(copy.path("atlas-x/src/.new-d4E5f6")).expect("a directory");
    copy.write("atlas-x/.new-g7H8i9", "half a file");
    // A name that no run gives.
    copy.write("atlas-x/.new-plan", "mine");
    slice(&copy, "jobs.yaml", &[]);
    assert_eq!(copy.read("atlas-x/.new-plan"), "mine");
    fs::remove_file(copy.path("atlas-x/.new-plan")).expect("it is there");
    assert!(!copy.path("atlas-x/src/.new-d4E5f6").exists());
    assert!(copy.files("atlas-x") == whole);
}

#[test]
fn a_renamed_slice_keeps_its_name() {
    let copy = Workspace::copy();
    copy.write("jobs.yaml", OTHER);
    slice(&copy, "jobs.yaml", &[]);
    let renamed = copy
        .read("atlas-x/Cargo.toml")
        .replace("name = \"atlas-x\"", "name = \"by-hand\"");
    copy.write("atlas-x/Cargo.toml", renamed);
    let before = copy.files("atlas-x");
    let args = ["codegen", "--spec", "jobs.yaml", "--out", "atlas-x"];
    let run = xtask(
        &copy.path(""),
        &[&args[..], &["--name", "atlas-x"]].concat(),
    );
    assert_eq!(run.status, Some(2), "{run:?}");
    let told = "error: atlas-x/Cargo.toml: the package is called `by-hand`, not `atlas-x`";
    assert!(run.stderr.starts_with(told), "{run:?}");
    assert!(copy.files("atlas-x") == before);

    slice(&copy, "jobs.yaml", &[]);
    for name in ["README.md", "src/lib.rs"] {
        let page = copy.read(&format!("atlas-x/{name}"));
        assert!(page.contains("use by_hand::prelude::*;"), "{page}");
        assert!(!page.contains("atlas_x"), "{page}");
    }
    assert!(copy.read("atlas-x/README.md").contains("--name by-hand"));
}

/// Returns the one-line error of `codegen` with `args`, which writes nothing.
fn refused(copy: &Workspace, args: &[&str]) -> String {
    let before = copy.files("");
    let run = xtask(&copy.path(""), &[&["codegen", "--spec"], args].concat());
    assert_eq!(run.status, Some(2), "{run:?}");
    assert_eq!(run.stderr.lines().count(), 1, "{run:?}");
    assert!(copy.files("") == before, "{args:?}: something was written");
    run.stderr
}

#[test]
fn arguments_that_make_no_slice_are_refused_with_a_reason() {
    let copy = Workspace::copy();
    copy.write("jobs.yaml", OTHER);
    copy.write("file", "mine");
    let unclear = "does not say where";
    for (option, value, reason) in [
        ("--runtime", "git=https://example.com/r.git#", unclear),
        ("--runtime", "git=#v1", unclear),
        ("--runtime", "git", unclear),
        ("--runtime", "path=", unclear),
        ("--runtime", "version=", unclear),
        (
            "--runtime",
            "version=abc",
            "is not a version such as `0.1`: ",
        ),
        (
            "--runtime",
            "registry",
            "is none of `path`, `git` and `version`",
        ),
        ("--description", "", "--description must be one line"),
        ("--description", " . ", "--description must be one line"),
        ("--description", "a\nb", "--description must be one line"),
        ("--name", "gen", "is a keyword of Rust"),
    ] {
        let error = refused(&copy, &["jobs.yaml", "--out", "atlas-x", option, value]);
        assert!(error.contains(reason), "{option} {value:?}: {error}");
    }
    for (out, error) in [
        ("file", "file: is not a directory"),
        ("file/x", "file: is not a directory"),
    ] {
        let told = refused(&copy, &["jobs.yaml", "--name", "x", "--out", out]);
        assert!(told.starts_with(&format!("error: {error}")), "{told}");
    }
    let told = refused(&copy, &["", "--out", "atlas-x"]);
    assert!(told.contains("the name of the document is empty"), "{told}");
    #[cfg(unix)]
    {
        let link = copy.path("link");
        std::os::unix::fs::symlink("nowhere", &link).expect("a link");
        let args = ["codegen", "--spec", "jobs.yaml", "--out", "link"];
        let run = xtask(&copy.path(""), &args);
        assert_eq!(run.status, Some(2), "{run:?}");
        let told = "error: link: is a broken symbolic link; ";
        assert!(run.stderr.starts_with(told), "{run:?}");
    }
}

#[test]
fn a_workspace_that_does_not_include_the_slice_is_named() {
    let copy = Workspace::copy();
    copy.write("jobs.yaml", OTHER);
    let told = |members: &str| {
        let manifest = format!("[workspace]\nresolver = \"3\"\n{members}\n");
        copy.write("Cargo.toml", manifest);
        let run = slice(&copy, "jobs.yaml", &[]);
        run.stdout
            .contains("atlas-x is not in the workspace around it; add it to `members` in /")
    };
    assert!(told("members = []"));
    assert!(!told(
        "members = [\"atlas-*\"]\nexclude = [\"atlas-client\"]"
    ));
    assert!(!told("members = []\nexclude = [\"atlas-x\"]"));
}
