//! The example `migrate_fleet`, killed at many points of its run.

use std::collections::BTreeMap;
use std::process::{Child, Output, Stdio};
use std::time::{Duration, Instant};

use atlas_client::mock::{Atlas, Fault, Pace};

use super::{CREATE, CUTOVER, PATIENCE, Stage, stderr, stdout};

/// The number of times the example is killed.
const KILLS: u32 = 100;
const FLEET: usize = 40;

/// A deterministic pseudo-random number generator (xorshift64), so that a failure can be
/// reproduced.
struct Seeded(u64);

impl Seeded {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }
}

#[test]
fn killed_at_a_hundred_points_it_starts_and_cuts_over_each_of_forty_migrations_once() {
    let names: Vec<String> = (10..10 + FLEET)
        .map(|number| format!("c{number}"))
        .collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    // Enough polls that the fleet is not complete before the last kill.
    let pace = Pace::instant().validating(1).syncing(80).cutting_over(20);
    // Delayed responses, as from a distant server, so that kills occur while requests are pending.
    let late = Fault::delay(Duration::from_millis(12)).times(u32::MAX);
    let builder = Atlas::builder()
        .pace(pace)
        .relayed(true)
        .fault(late.clone().operation(CREATE))
        .fault(late.operation(CUTOVER))
        .mint_limit(None)
        .live_token_limit(u32::MAX);
    let stage = Stage::new(builder, &names);
    let mut random = Seeded(0x9e37_79b9_7f4a_7c15);
    let mut answers: Vec<String> = Vec::new();
    let (mut kills, mut doubts, mut runs) = (0, BTreeMap::new(), 0);
    let began = Instant::now();
    loop {
        assert!(began.elapsed() < PATIENCE, "{kills} kills, {runs} runs");
        runs += 1;
        let arguments = ["--resume", "--cutover", "--at-once", "8", "--outage", "1s"];
        let mut command = stage.example();
        command.args(arguments).args(&answers);
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let from = stage.atlas.answered();
        let mut child = command.spawn().expect("the example");
        if kills < KILLS {
            let after = from + random.below(60);
            let moment = Duration::from_micros(random.below(1_000));
            if killed(&mut child, &stage.atlas, after, moment) {
                kills += 1;
            }
        }
        let output = child.wait_with_output().expect("its output");
        match output.status.code() {
            Some(0) => break,
            Some(1) => {}
            // Killed, before or after its answers were written to the journal.
            None => {}
            code => panic!("{code:?}: {}", stderr(&output)),
        }
        answers = look_up(&stage.atlas, &output, &mut doubts);
    }
    assert_eq!(kills, KILLS, "the fleet was complete before the last kill");
    stage.each_once(&names);
    assert_eq!(stage.asked(CREATE), FLEET, "not even one that was refused");
    assert!(
        doubts.values().any(|found| *found),
        "no kill was in a start"
    );
    println!(
        "{kills} kills, {runs} runs, {} doubts, {:.1?}",
        doubts.len(),
        began.elapsed()
    );
}

/// Kills the example some time after the Atlas has responded to `count` requests, and returns
/// whether it was still running.
fn killed(child: &mut Child, atlas: &Atlas, count: u64, moment: Duration) -> bool {
    while !atlas.wait_for_requests(count, Duration::from_millis(20)) {
        if child.try_wait().expect("its status").is_some() {
            return false;
        }
    }
    let until = Instant::now() + moment;
    while Instant::now() < until {
        std::hint::spin_loop();
    }
    let running = child.try_wait().expect("its status").is_none();
    child.kill().expect("a kill");
    running
}

/// Answers the example's questions from the records of the embedded Atlas, as a user would.
fn look_up(atlas: &Atlas, output: &Output, doubts: &mut BTreeMap<String, bool>) -> Vec<String> {
    let text = stdout(output);
    assert!(!text.contains(": failed: "), "{text}");
    let asked = text
        .lines()
        .filter_map(|line| line.split_once(": in doubt: "));
    let migrations = atlas.migrations();
    let mut answers = Vec::new();
    for (name, what) in asked {
        assert!(what.contains(&format!("{name:?}")), "{what}");
        assert!(what.contains(atlas.project_id()), "{what}");
        let found = migrations.iter().find(|it| it.cluster == name);
        doubts.insert(name.to_owned(), found.is_some());
        answers.extend(match found {
            Some(found) => ["--started".to_owned(), format!("{name}={}", found.id)],
            None => ["--not-started".to_owned(), name.to_owned()],
        });
    }
    answers
}
