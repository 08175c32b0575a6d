//! The example `push_migration` as a person runs it: what it prints, what it asks the server for,
//! and how it exits.

use std::io::{BufRead, BufReader};
use std::process::{Command, Output, Stdio};

use atlas_client::mock::{Atlas, Builder, Fault, MigrationOutcome, Pace, ValidationOutcome};

const CREATE: &str = "createGroupLiveMigration";
const CUTOVER: &str = "cutoverGroupLiveMigration";
const LINK_TOKEN: &str = "createOrgLiveMigrationLinkToken";
const LOOK: &str = "getGroupLiveMigration";

/// The example, in an environment of its own.
fn example() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_push_migration"));
    command.env_clear();
    command
}

/// The example with all that it needs for a migration on `atlas`, which it takes for a real one.
fn on(atlas: &Atlas) -> Command {
    let mut command = example();
    command
        .env("MONGODB_ATLAS_BASE_URL", atlas.base_url())
        .env("MONGODB_ATLAS_CLIENT_ID", atlas.client_id())
        .env("MONGODB_ATLAS_CLIENT_SECRET", atlas.client_secret())
        .env("MONGODB_ATLAS_ORG_ID", atlas.org_id())
        .env("MONGODB_ATLAS_PROJECT_ID", atlas.project_id())
        .args(["--destination-cluster", "destination"])
        .args(["--source-cluster", atlas.source_cluster()])
        .args(["--poll", "1ms"]);
    command
}

fn linked() -> Builder {
    Atlas::builder().linked(true)
}

/// How often each operation was asked for.
fn asked(atlas: &Atlas, operation: &str) -> usize {
    let asked = atlas.requests();
    asked
        .iter()
        .filter(|request| request.operation.as_deref() == Some(operation))
        .count()
}

fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// The one line that says why it failed.
fn failure(output: &Output) -> String {
    let all = stderr(output);
    assert_eq!(output.status.code(), Some(1), "{all}");
    assert_eq!(stdout(output), "");
    let errors: Vec<&str> = all.lines().filter(|line| line.contains("error:")).collect();
    assert_eq!(errors.len(), 1, "{all}");
    assert_eq!(all.lines().last(), Some(errors[0]), "{all}");
    errors[0].to_owned()
}

fn run(command: &mut Command) -> Output {
    command.output().expect("the example starts")
}

#[test]
fn without_credentials_it_migrates_against_the_embedded_atlas() {
    let output = run(example().args(["--poll", "1ms"]));
    assert!(output.status.success(), "{}", stderr(&output));
    let last = stdout(&output);
    assert!(last.starts_with("migration "), "{last}");
    assert!(last.ends_with(" is COMPLETE\n"), "{last}");
    assert!(
        stderr(&output).contains("WORKING, 7 min 1 s behind"),
        "the lag shows"
    );
}

#[test]
fn credentials_in_the_environment_choose_the_real_server() {
    let atlas = linked().start();
    let output = run(on(&atlas).arg("--cutover"));
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(stdout(&output).ends_with(" is COMPLETE\n"));
    assert!(stderr(&output).starts_with("migrating the cluster \"source\" into"));
    assert_eq!(asked(&atlas, CREATE), 1);
    assert_eq!(asked(&atlas, CUTOVER), 1);
    assert_eq!(asked(&atlas, LINK_TOKEN), 0);
}

#[test]
fn it_cuts_over_only_where_that_is_asked_for() {
    let atlas = linked().start();
    let output = run(&mut on(&atlas));
    assert!(output.status.success(), "{}", stderr(&output));
    assert_eq!(asked(&atlas, CUTOVER), 0);
    let line = stdout(&output);
    let id = line.split(' ').nth(1).expect("an id").to_owned();
    assert!(line.contains(&format!("run --migration {id} --cutover")));

    let output = run(on(&atlas).args(["--migration", &id, "--cutover"]));
    assert!(output.status.success(), "{}", stderr(&output));
    assert_eq!(stdout(&output), format!("migration {id} is COMPLETE\n"));
    assert_eq!(asked(&atlas, CREATE), 1, "it went on with the first one");
}

#[test]
fn it_starts_nothing_where_only_a_validation_is_asked_for() {
    let atlas = linked().start();
    let output = run(on(&atlas).arg("--validate-only"));
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(stdout(&output).ends_with(" is SUCCESS\n"));
    assert_eq!(asked(&atlas, CREATE), 0);
}

#[test]
fn it_lists_all_that_is_missing_before_it_sends_anything() {
    let atlas = linked().start();
    let output = run(example()
        .env("MONGODB_ATLAS_BASE_URL", atlas.base_url())
        .env("MONGODB_ATLAS_PUBLIC_API_KEY", atlas.public_key())
        .env("MONGODB_ATLAS_ORG_ID", "no-id")
        .args(["--source-user", "reader"]));
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(stdout(&output), "");
    let missing = stderr(&output);
    for expected in [
        "MONGODB_ATLAS_PRIVATE_API_KEY is not",
        "set --project-id or MONGODB_ATLAS_PROJECT_ID",
        "--org-id or MONGODB_ATLAS_ORG_ID: an id is 24 hexadecimal digits",
        "set --destination-cluster",
        "set --source-cluster",
        "set SOURCE_PASSWORD",
    ] {
        assert!(missing.contains(expected), "{expected} in {missing}");
    }
    assert_eq!(atlas.requests().len(), 0);
}

#[test]
fn the_link_token_goes_into_a_file_of_its_own_and_nowhere_else() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("token");
    let atlas = Atlas::start();
    let output = run(on(&atlas)
        .arg("--link-token-file")
        .arg(&file)
        .args(["--source-user", "reader", "--cutover"])
        .env("SOURCE_PASSWORD", "c0rrect-h0rse"));
    assert!(output.status.success(), "{}", stderr(&output));
    let token = std::fs::read_to_string(&file).expect("the file is there");
    assert!(!token.trim().is_empty());
    let printed = stdout(&output) + &stderr(&output);
    for secret in [token.trim(), atlas.client_secret(), "c0rrect-h0rse"] {
        assert!(!printed.contains(secret), "{printed}");
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(&file)
            .expect("a file")
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    let output = run(on(&atlas).arg("--link-token-file").arg(&file));
    assert!(failure(&output).contains("for the link token"));
    let kept = std::fs::read_to_string(&file).expect("the file is there");
    assert_eq!(kept, token, "a file that is there stays as it is");
    assert_eq!(asked(&atlas, LINK_TOKEN), 1, "and no token is lost");
}

#[test]
fn a_source_that_is_not_linked_fails_and_says_how_to_link_it() {
    let atlas = Atlas::start();
    let line = failure(&run(&mut on(&atlas)));
    assert!(line.contains("404"), "{line}");
    assert!(line.contains("--link-token-file"), "{line}");
}

#[test]
fn a_failed_validation_fails_with_its_reason_and_starts_nothing() {
    let reason = "the oplog\nis \u{1b}[31mtoo short".to_owned();
    let atlas = linked()
        .validation_outcome(ValidationOutcome::Failed(reason))
        .start();
    let line = failure(&run(&mut on(&atlas)));
    assert!(
        line.contains("is FAILED: the oplog is  [31mtoo short"),
        "{line}"
    );
    assert_eq!(asked(&atlas, CREATE), 0);
}

#[test]
fn a_migration_that_fails_or_expires_is_a_failure() {
    for (outcome, status) in [
        (MigrationOutcome::FailedBeforeReady, "is FAILED"),
        (MigrationOutcome::FailedAfterCutover, "is FAILED"),
    ] {
        let atlas = linked().migration_outcome(outcome).start();
        let line = failure(&run(on(&atlas).arg("--cutover")));
        assert!(line.contains(status), "{line}");
        assert!(
            !line.contains("--migration"),
            "nothing to come back to: {line}"
        );
    }

    let atlas = linked()
        .migration_outcome(MigrationOutcome::Expired)
        .pace(Pace::instant().ready(1))
        .start();
    let ready = stdout(&run(&mut on(&atlas)));
    let id = ready.split(' ').nth(1).expect("an id");
    let line = failure(&run(on(&atlas).args(["--migration", id])));
    assert!(
        line.contains(&format!("migration {id} is EXPIRED")),
        "{line}"
    );
}

/// Looks at a migration that find a status which this version does not know.
fn paused(looks: u32) -> Fault {
    let paused = serde_json::json!({"status": "PAUSED", "readyForCutover": false});
    Fault::new(200).operation(LOOK).json(&paused).times(looks)
}

#[test]
fn a_status_from_the_future_is_waited_for() {
    let atlas = linked().start();
    atlas.fail_next(paused(5));
    let output = run(on(&atlas).arg("--cutover"));
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(stdout(&output).ends_with(" is COMPLETE\n"));
    let shown = "PAUSED (a status unknown to this version)";
    assert!(stderr(&output).contains(shown), "{}", stderr(&output));
    assert!(asked(&atlas, LOOK) > 5);
}

/// However slow the machine is, it gives up: the looks only get fewer.
#[test]
fn a_status_from_the_future_is_waited_for_no_longer_than_patience_lasts() {
    // Patience is for the migration alone: the validation is over at the first look.
    let atlas = linked().pace(Pace::default().validating(0)).start();
    atlas.fail_next(paused(u32::MAX));
    let line = failure(&run(on(&atlas).args(["--patience", "20ms"])));
    assert!(line.contains("gave up after"), "{line}");
    assert!(
        line.contains("PAUSED (a status unknown to this version)"),
        "{line}"
    );
    assert!(line.contains("come back with --migration"), "{line}");
    assert!(asked(&atlas, LOOK) > 0);
}

#[test]
fn looks_that_fail_in_passing_are_taken_again() {
    let atlas = linked().start();
    let busy = Fault::new(500).operation(LOOK).times(3);
    atlas.fail_next(busy);
    let output = run(on(&atlas).arg("--cutover"));
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(stdout(&output).ends_with(" is COMPLETE\n"));
}

#[test]
fn credentials_that_are_refused_are_one_line() {
    let atlas = linked().start();
    let output = run(on(&atlas).env("MONGODB_ATLAS_CLIENT_SECRET", "wr0ng-secret"));
    let line = failure(&output);
    assert!(
        line.contains("listOrgLiveMigrationAvailableProjects"),
        "{line}"
    );
    assert!(!stderr(&output).contains("wr0ng"), "{line}");
}

#[test]
fn a_start_that_may_have_happened_is_said_to() {
    let atlas = linked().start();
    atlas.fail_next(Fault::new(502).operation(CREATE));
    let line = failure(&run(&mut on(&atlas)));
    assert!(line.contains("may have been started"), "{line}");
    assert_eq!(asked(&atlas, CREATE), 1);
}

#[cfg(unix)]
#[test]
fn an_interruption_says_how_to_come_back() {
    let atlas = linked().pace(Pace::default().syncing(u32::MAX)).start();
    let mut child = on(&atlas)
        .stderr(Stdio::piped())
        .spawn()
        .expect("the example starts");
    let pid = child.id().to_string();
    let mut lines = BufReader::new(child.stderr.take().expect("a pipe")).lines();
    let under_way = lines
        .by_ref()
        .map_while(Result::ok)
        .any(|line| line.contains("Copying  · WORKING"));
    assert!(under_way);
    let kill = Command::new("/bin/sh")
        .args(["-c", &format!("kill -INT {pid}")])
        .status();
    assert!(kill.expect("a shell").success());
    let last = lines.map_while(Result::ok).last().unwrap_or_default();
    assert_eq!(child.wait().expect("it ends").code(), Some(130));
    assert!(
        last.starts_with("interrupted; the migration goes on"),
        "{last}"
    );
    assert!(last.contains("come back with --migration"), "{last}");
}
