//! The example `push_migration`, run as a user would run it: its output, its requests and its exit
//! status.

use std::io::{BufRead, BufReader};
use std::process::{Command, Output, Stdio};

use atlas_client::mock::{Atlas, Builder, Fault, MigrationOutcome, Pace, ValidationOutcome};

const CREATE: &str = "createGroupLiveMigration";
const CUTOVER: &str = "cutoverGroupLiveMigration";
const LINK_TOKEN: &str = "createOrgLiveMigrationLinkToken";
const LOOK: &str = "getGroupLiveMigration";

/// Returns the command for the example without environment variables.
fn example() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_push_migration"));
    command.env_clear();
    command
}

/// Returns the command with everything that a migration on `atlas` needs, which it treats as a real
/// server.
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

/// Returns how often an operation was requested.
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

/// Returns the one-line error of the example.
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
fn the_picture_in_the_readme_is_what_is_printed() {
    let picture = include_str!("../../../../.github/pictures/migration.svg");
    let output = example().output().unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
    let printed = stderr(&output) + &stdout(&output);
    // The first text of the picture is its title.
    let lines = picture.lines().filter(|line| line.starts_with("<text"));
    let lines: Vec<_> = lines.skip(1).collect();
    assert!(lines.len() > 10);
    for line in lines {
        let (_, text) = line.split_once('>').unwrap();
        let (text, _) = text.split_once("</text>").unwrap();
        // The duration differs.
        let (text, _) = text.split_once(" after ").unwrap_or((text, ""));
        assert!(printed.contains(text), "{text:?} is not in {printed}");
    }
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
fn it_cuts_over_only_on_request() {
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
fn it_starts_nothing_if_only_a_validation_is_requested() {
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
    assert_eq!(output.status.code(), Some(2));
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
fn the_link_token_is_written_only_to_a_separate_file() {
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
        line.contains("is FAILED: the oplog is [31mtoo short"),
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

/// Makes `polls` polls return a status that this version does not know.
fn paused(polls: u32) -> Fault {
    let paused = serde_json::json!({"status": "PAUSED", "readyForCutover": false});
    Fault::new(200).operation(LOOK).json(&paused).times(polls)
}

#[test]
fn an_unknown_status_is_polled_again() {
    let atlas = linked().start();
    atlas.fail_next(paused(5));
    let output = run(on(&atlas).arg("--cutover"));
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(stdout(&output).ends_with(" is COMPLETE\n"));
    let shown = "PAUSED (a status unknown to this version)";
    assert!(stderr(&output).contains(shown), "{}", stderr(&output));
    assert!(asked(&atlas, LOOK) > 5);
}

/// A slow machine only reduces the number of polls.
#[test]
fn an_unknown_status_is_polled_until_patience_is_exhausted() {
    // `--patience` applies to the migration only, so the validation ends with the first poll.
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
fn polls_that_fail_temporarily_are_repeated() {
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
fn a_start_that_may_have_been_executed_is_reported() {
    let atlas = linked().start();
    atlas.fail_next(Fault::new(502).operation(CREATE));
    let line = failure(&run(&mut on(&atlas)));
    assert!(line.contains("may have been started"), "{line}");
    assert_eq!(asked(&atlas, CREATE), 1);
}

#[test]
fn the_exit_status_is_what_the_help_says() {
    let help = run(example().arg("--help"));
    assert_eq!(help.status.code(), Some(0));
    assert!(stdout(&help).contains("2 not described well enough to start"));
    let unknown = run(example().arg("--unknown"));
    assert_eq!(unknown.status.code(), Some(2), "{}", stderr(&unknown));
    let missing = run(example().args(["--source-cluster", "source"]));
    assert_eq!(missing.status.code(), Some(2), "{}", stderr(&missing));
}

/// Starts a migration that does not end, waits until it is running, and returns the process and its
/// further output.
#[cfg(unix)]
fn under_way(
    atlas: &Atlas,
    command: &mut Command,
) -> (
    std::process::Child,
    std::io::Lines<BufReader<std::process::ChildStderr>>,
) {
    assert!(atlas.requests().is_empty());
    let mut child = command
        .stderr(Stdio::piped())
        .spawn()
        .expect("the example starts");
    let mut lines = BufReader::new(child.stderr.take().expect("a pipe")).lines();
    let under_way = lines
        .by_ref()
        .map_while(Result::ok)
        .any(|line| line.contains("Copying  · WORKING"));
    assert!(under_way);
    (child, lines)
}

#[cfg(unix)]
fn endless() -> Atlas {
    linked().pace(Pace::default().syncing(u32::MAX)).start()
}

#[cfg(unix)]
fn kill(signal: &str, child: &std::process::Child) {
    let kill = Command::new("/bin/sh")
        .args(["-c", &format!("kill -{signal} {}", child.id())])
        .status();
    assert!(kill.expect("a shell").success());
}

#[cfg(unix)]
#[test]
fn an_interruption_says_how_to_resume() {
    for (signal, word, status) in [("INT", "interrupted", 130), ("TERM", "terminated", 143)] {
        let atlas = endless();
        let (mut child, lines) = under_way(&atlas, &mut on(&atlas));
        kill(signal, &child);
        let last = lines.map_while(Result::ok).last().unwrap_or_default();
        assert_eq!(child.wait().expect("it ends").code(), Some(status));
        assert!(
            last.starts_with(&format!("{word}; the migration goes on")),
            "{last}"
        );
        assert!(last.contains("come back with --migration"), "{last}");
    }
}

#[cfg(unix)]
#[test]
fn a_closed_pipe_does_not_stop_a_migration() {
    let atlas = endless();
    let (child, lines) = under_way(&atlas, on(&atlas).stdout(Stdio::piped()));
    drop(lines);
    // Causes messages that nobody reads.
    atlas.fail_next(paused(3));
    while asked(&atlas, LOOK) < 40 {
        std::thread::yield_now();
    }
    kill("TERM", &child);
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(output.status.code(), Some(143));
    let note = stdout(&output);
    assert!(
        note.starts_with("terminated; the migration goes on"),
        "the note goes where somebody reads: {note}"
    );

    let atlas = linked().start();
    let mut child = on(&atlas)
        .arg("--cutover")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the example starts");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let last = stderr(&output);
    let last = last.lines().last().unwrap_or_default();
    assert!(last.ends_with(" is COMPLETE"), "{last}");
    assert_eq!(asked(&atlas, CUTOVER), 1);
}

/// Returns what a terminal of 80 columns shows after this output.
#[cfg(target_os = "linux")]
fn screen(written: &str) -> Vec<String> {
    const WIDTH: usize = 80;
    let mut lines: Vec<Vec<char>> = vec![Vec::new()];
    let (mut line, mut column) = (0, 0);
    let mut characters = written.chars();
    while let Some(character) = characters.next() {
        match character {
            '\r' => column = 0,
            '\n' => line += 1,
            '\u{1b}' => {
                let mut code = String::new();
                for character in characters.by_ref() {
                    code.push(character);
                    if character.is_ascii_alphabetic() {
                        break;
                    }
                }
                // Other escape sequences, such as colors, do not move the cursor.
                match code.as_str() {
                    "[2K" => lines[line] = Vec::new(),
                    "[1A" => line = line.saturating_sub(1),
                    _ => {}
                }
            }
            character => {
                if column == WIDTH {
                    line += 1;
                    column = 0;
                }
                lines.resize(lines.len().max(line + 1), Vec::new());
                let cells = &mut lines[line];
                let width = cells.len().max(column + 1);
                cells.resize(width, ' ');
                cells[column] = character;
                column += 1;
            }
        }
        lines.resize(lines.len().max(line + 1), Vec::new());
    }
    let text = |cells: Vec<char>| cells.into_iter().collect::<String>().trim_end().to_owned();
    lines.into_iter().map(text).collect()
}

/// `script` of util-linux runs a program in a terminal.
#[cfg(target_os = "linux")]
#[test]
fn ctrl_c_leaves_no_bar_behind() {
    use std::io::{Read, Write};

    if Command::new("script").arg("--version").output().is_err() {
        println!("skipped: there is no program `script`");
        return;
    }
    let atlas = endless();
    let child = on(&atlas);
    let arguments: Vec<String> = child
        .get_args()
        .map(|argument| argument.to_string_lossy().into_owned())
        .collect();
    let line = format!(
        "exec {} {}",
        env!("CARGO_BIN_EXE_push_migration"),
        arguments.join(" ")
    );
    let mut command = Command::new("script");
    command.env_clear().args(["-qec", &line, "/dev/null"]);
    command.envs(
        child
            .get_envs()
            .filter_map(|(name, value)| Some((name, value?))),
    );
    command.env("TERM", "xterm").env("SHELL", "/bin/sh");
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("a terminal");
    let mut out = child.stdout.take().expect("a pipe");
    let mut written = Vec::new();
    let mut part = [0; 4096];
    let mut is_sent = false;
    while let Ok(read @ 1..) = out.read(&mut part) {
        written.extend_from_slice(&part[..read]);
        let shown = String::from_utf8_lossy(&written);
        if !is_sent && shown.contains("Copying") && shown.contains("WORKING") {
            is_sent = true;
            let stdin = child.stdin.as_mut().expect("a pipe");
            stdin.write_all(b"\x03").expect("Ctrl-C");
            stdin.flush().expect("Ctrl-C");
        }
    }
    assert_eq!(child.wait().expect("it ends").code(), Some(130));
    let written = String::from_utf8_lossy(&written);
    let shown = screen(&written);
    let copying: Vec<&String> = shown
        .iter()
        .filter(|line| line.contains("Copying"))
        .collect();
    assert_eq!(copying.len(), 1, "{shown:#?}");
    assert!(copying[0].contains("✘"), "{shown:#?}");
    let last = shown.iter().rfind(|line| !line.is_empty());
    assert!(
        shown
            .iter()
            .any(|line| line.starts_with("interrupted; the migration goes on")),
        "{last:?} {shown:#?}"
    );
}
