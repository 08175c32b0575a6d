//! The example `migrate_fleet`, run as a user would run it, and killed.

mod kills;

use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use atlas_client::mock::{Atlas, Builder, Fault, Moment, Pace, Scenario, ValidationOutcome};
use tempfile::TempDir;

const CREATE: &str = "createGroupLiveMigration";
const CUTOVER: &str = "cutoverGroupLiveMigration";
const LOOK: &str = "getGroupLiveMigration";
/// The maximal duration of any run here.
const PATIENCE: Duration = Duration::from_secs(60);

/// An embedded Atlas, and a folder with a plan of migrations into these clusters.
struct Stage {
    atlas: Atlas,
    folder: TempDir,
}

impl Stage {
    fn new(builder: Builder, clusters: &[&str]) -> Self {
        let atlas = builder.linked(true).start();
        let mut plan = format!(
            "project = {:?}\nsource_project = {:?}\nmigration_host = {:?}\n",
            atlas.project_id(),
            atlas.source_project_id(),
            atlas.migration_host()
        );
        for name in clusters {
            let source = atlas.source_cluster();
            writeln!(
                plan,
                "[[migration]]\nsource_cluster = {source:?}\ndestination_cluster = {name:?}"
            )
            .expect("a string");
        }
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join("plan.toml"), plan).expect("a plan");
        Self { atlas, folder }
    }

    /// Returns the command for the example with this plan and journal, without other environment
    /// variables.
    fn example(&self) -> Command {
        let mut command = example(self.folder.path());
        command
            .env("MONGODB_ATLAS_BASE_URL", self.atlas.base_url())
            .env("MONGODB_ATLAS_CLIENT_ID", self.atlas.client_id())
            .env("MONGODB_ATLAS_CLIENT_SECRET", self.atlas.client_secret())
            .args(["plan.toml", "--poll", "1ms"]);
        command
    }

    fn run(&self, arguments: &[&str]) -> Output {
        run(self.example().args(arguments))
    }

    /// Returns how often an operation was requested.
    fn asked(&self, operation: &str) -> usize {
        let requests = self.atlas.requests();
        let asked = requests.iter().filter_map(|it| it.operation.as_deref());
        asked.filter(|id| *id == operation).count()
    }

    /// Checks that there was exactly one migration into each cluster, and that it was cut over once
    /// and is complete.
    fn each_once(&self, clusters: &[&str]) {
        let migrations = self.atlas.migrations();
        let mut into: Vec<&str> = migrations.iter().map(|it| it.cluster.as_str()).collect();
        into.sort_unstable();
        assert_eq!(into, clusters);
        for it in &migrations {
            assert_eq!((it.status, it.cutovers), ("COMPLETE", 1), "{it:?}");
        }
    }
}

fn example(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_migrate_fleet"));
    command.env_clear().current_dir(folder).stdin(Stdio::null());
    command
}

fn run(command: &mut Command) -> Output {
    command.output().expect("the example starts")
}

fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn pace() -> Pace {
    Pace::instant().syncing(2).cutting_over(1)
}

#[test]
fn without_a_plan_it_migrates_a_fleet_against_the_embedded_atlas() {
    let folder = tempfile::tempdir().expect("a folder");
    let output = run(example(folder.path()).args(["--poll", "1ms"]));
    assert!(output.status.success(), "{}", stderr(&output));
    assert_eq!(stdout(&output), "12 of 12 migrations are complete\n");
    let shown = stderr(&output);
    assert!(shown.contains("accounts  · WORKING, "), "{shown}");
    assert!(shown.contains("ready for its cutover"), "{shown}");
    assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 0);
}

#[test]
fn it_cuts_over_only_on_request() {
    let stage = Stage::new(Atlas::builder().pace(pace()), &["a", "b", "c"]);
    let output = stage.run(&[]);
    assert!(output.status.success(), "{}", stderr(&output));
    let text = stdout(&output);
    assert!(
        text.starts_with("0 of 3 migrations are complete\na: migration "),
        "{text}"
    );
    assert_eq!(
        text.matches("is ready for its cutover, at least 4days 23h 59m left")
            .count(),
        3,
        "{text}"
    );
    assert_eq!(stage.asked(CUTOVER), 0);

    let forgot = stage.run(&["--cutover"]);
    assert_eq!(forgot.status.code(), Some(2));
    let text = stderr(&forgot);
    assert!(
        text.contains("has 3 migrations of an earlier run; continue them with --resume"),
        "{text}"
    );

    let output = stage.run(&["--resume", "--cutover"]);
    assert!(output.status.success(), "{}", stderr(&output));
    assert_eq!(stdout(&output), "3 of 3 migrations are complete\n");
    stage.each_once(&["a", "b", "c"]);
}

#[test]
fn migrations_removed_from_the_plan_are_skipped_and_reported() {
    let stage = Stage::new(Atlas::builder().pace(pace()), &["a", "b"]);
    assert!(stage.run(&[]).status.success());
    let plan = stage.folder.path().join("plan.toml");
    let text = fs::read_to_string(&plan).expect("the plan");
    let (without, _) = text.rsplit_once("[[migration]]").expect("two migrations");
    fs::write(&plan, without).expect("the plan");
    let output = stage.run(&["--resume", "--cutover"]);
    assert!(output.status.success(), "{}", stderr(&output));
    assert_eq!(stdout(&output), "1 of 1 migrations are complete\n");
    let text = stderr(&output);
    assert!(
        text.contains("b of the journal is started, and not in the plan"),
        "{text}"
    );
    assert_eq!(stage.asked(CUTOVER), 1);
}

#[test]
fn it_reports_failures_and_doubts_and_resumes() {
    let full = ValidationOutcome::Failed("no space left".to_owned());
    let lost = Fault::hang_up().moment(Moment::AfterExecution);
    let builder = Atlas::builder()
        .pace(pace())
        .relayed(true)
        .scenario("full", Scenario::new().validation_outcome(full))
        .fault(lost.operation(CREATE).cluster("lost"));
    let stage = Stage::new(builder, &["fine", "full", "lost"]);
    let output = stage.run(&["--cutover"]);
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    let text = stdout(&output);
    assert!(
        text.starts_with("1 of 3 migrations are complete\n"),
        "{text}"
    );
    assert!(
        text.contains("full: failed: ") && text.contains("no space left"),
        "{text}"
    );
    assert!(
        text.contains("lost: in doubt: the response was lost"),
        "{text}"
    );
    assert!(text.contains(stage.atlas.project_id()), "{text}");
    let text = stderr(&output);
    assert!(
        text.contains("pass --resume and --started lost=ID or --not-started lost"),
        "{text}"
    );
    assert!(text.contains("pass --resume and --retry-failed"), "{text}");

    let created = stage.atlas.migrations();
    let found = created
        .iter()
        .find(|it| it.cluster == "lost")
        .expect("a migration");
    let answer = format!("lost={}", found.id);
    let output = stage.run(&["--resume", "--cutover", "--started", &answer]);
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    stage.each_once(&["fine", "lost"]);

    let answered = stage.run(&["--resume", "--cutover", "--started", &answer]);
    assert_eq!(answered.status.code(), Some(2));
    let text = stderr(&answered);
    assert!(
        text.contains("the job \"lost\" is not in doubt: it is complete"),
        "{text}"
    );
}

#[cfg(unix)]
#[test]
fn it_cuts_over_after_the_command_that_stops_the_writers_and_reads_passwords_from_elsewhere() {
    let stage = Stage::new(Atlas::builder().pace(pace()), &["orders"]);
    let plan = stage.folder.path().join("plan.toml");
    let mut text = fs::read_to_string(&plan).expect("the plan");
    text.push_str(
        "source_user = \"migrator\"\nsource_password_env = \"ORDERS_PASSWORD\"\n\
         stop_writers = [\"/bin/sh\", \"-c\", \"test -e stopped || exit 3\"]\n",
    );
    fs::write(&plan, text).expect("the plan");

    let unset = stage.run(&["--cutover"]);
    assert_eq!(unset.status.code(), Some(2));
    assert!(stderr(&unset).contains("the environment variable ORDERS_PASSWORD is not set"));
    assert!(stage.atlas.requests().is_empty());

    let with = |arguments: &[&str]| {
        let mut command = stage.example();
        run(command
            .env("ORDERS_PASSWORD", "0ddba11c-orders")
            .args(arguments))
    };
    let running = with(&["--cutover"]);
    assert_eq!(running.status.code(), Some(1));
    let text = stdout(&running);
    assert!(
        text.contains("of stop_writers ended with exit status: 3"),
        "{text}"
    );
    assert_eq!(stage.asked(CUTOVER), 0);
    let sent = stage.atlas.requests();
    let sent = sent
        .iter()
        .find(|it| it.operation.as_deref() == Some(CREATE));
    let body = sent.and_then(|it| it.json()).expect("a body");
    assert_eq!(body["source"]["password"], "0ddba11c-orders");

    fs::write(stage.folder.path().join("stopped"), "").expect("a file");
    let stopped = with(&["--cutover", "--resume"]);
    assert!(stopped.status.success(), "{}", stderr(&stopped));
    stage.each_once(&["orders"]);
    for output in [unset, running, stopped] {
        let all = stdout(&output) + &stderr(&output);
        assert!(!all.contains("0ddba11c"), "{all}");
    }
}

#[test]
fn invalid_plans_are_rejected_before_anything_is_sent() {
    let stage = Stage::new(Atlas::builder(), &["a", "a"]);
    for (text, part) in [
        (None, "two jobs have the name \"a\""),
        (Some("at_once = 3"), "has no [[migration]]"),
        (Some("cluster = 3"), "line 1"),
        (Some("at_once = 0"), "nonzero"),
        (
            Some("[[migration]]\nsource_cluster = \"a\"\ndestination_cluster = \"b\""),
            "migration \"b\": set project, here or for all migrations",
        ),
    ] {
        if let Some(text) = text {
            fs::write(stage.folder.path().join("plan.toml"), text).expect("a plan");
        }
        let output = stage.run(&[]);
        assert_eq!(output.status.code(), Some(2));
        assert!(
            stderr(&output).contains(part),
            "{part}: {}",
            stderr(&output)
        );
    }
    assert!(stage.atlas.requests().is_empty());
}

#[cfg(unix)]
#[test]
fn an_interruption_keeps_running_migrations_and_says_how_to_resume() {
    let builder = Atlas::builder().pace(Pace::instant().syncing(100_000));
    let stage = Stage::new(builder, &["a", "b", "c"]);
    let mut command = stage.example();
    let command = command.args(["--at-once", "2"]);
    let command = command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the example");
    wait_until(|| stage.asked(LOOK) > 2);
    let id = child.id().to_string();
    let sent = Command::new("kill").args(["-INT", &id]).status();
    assert!(sent.expect("kill").success());
    let answered = stage.atlas.answered();
    // The output fits into the pipe's buffer, so the example ends although nobody reads it.
    while child.try_wait().expect("its status").is_none() {
        if stage.atlas.answered() > answered + 1_000 {
            child.kill().expect("a kill");
            panic!("it goes on after the interruption");
        }
        std::thread::yield_now();
    }
    let output = child.wait_with_output().expect("its output");
    assert_eq!(output.status.code(), Some(130), "{}", stderr(&output));
    let text = stderr(&output);
    assert!(
        text.trim_end()
            .ends_with("continue on the server; continue with --resume"),
        "{text}"
    );
    assert_eq!(stage.asked(CREATE), 2, "the third was never begun");
    assert!(stdout(&output).contains("c: not started: the run was stopped"));
}

fn wait_until(condition: impl Fn() -> bool) {
    let began = Instant::now();
    while !condition() {
        assert!(began.elapsed() < PATIENCE, "it does not come to pass");
        std::thread::yield_now();
    }
}
