//! Progress output on standard error: on a terminal a line for each migration that is under way,
//! and plain lines elsewhere.

use std::collections::BTreeMap;
use std::io::IsTerminal;
use std::time::Duration;

use atlas_fleet::{Event, EventKind, Outcome};
use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::terminal::{self, printable, say};

/// The output of a fleet.
pub struct Show {
    live: bool,
    all: MultiProgress,
    /// How many migrations have ended.
    total: ProgressBar,
    width: usize,
    jobs: BTreeMap<String, Line>,
}

/// The output for one migration.
struct Line {
    bar: ProgressBar,
    /// The maximum lag so far, in seconds.
    longest: u64,
    /// The relevant part of the last plain line.
    said: String,
}

impl Show {
    /// Begins the output for the migrations of these names.
    pub fn new<'a>(names: impl Iterator<Item = &'a str>) -> Self {
        // A terminal that cannot move its cursor gets plain lines as well.
        let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        let live = std::io::stderr().is_terminal() && !dumb;
        let (count, width) = names.fold((0, 0), |(count, width), name| {
            (count + 1, width.max(name.chars().count()))
        });
        let all = MultiProgress::with_draw_target(match live {
            true => terminal::bars(),
            false => ProgressDrawTarget::hidden(),
        });
        let template =
            format!("{{prefix:>{width}.bold}}  {{bar:30.green/dim}} {{pos}} of {{len}} ended");
        let total = ProgressBar::new(count)
            .with_style(style(&template).progress_chars("━╸─"))
            .with_prefix("all");
        Self {
            live,
            total: all.add(total),
            all,
            width,
            jobs: BTreeMap::new(),
        }
    }

    /// Shows an event.
    pub fn event(&mut self, event: &Event) {
        let text = printable(&event.kind.to_string());
        let name = printable(&event.job);
        match &event.kind {
            EventKind::Ended(outcome) => {
                if let Some(line) = self.jobs.remove(&event.job) {
                    line.bar.finish_and_clear();
                    self.all.remove(&line.bar);
                }
                self.total.inc(1);
                let mark = match outcome {
                    Outcome::Complete { .. } => '✔',
                    Outcome::Ready { .. } => '·',
                    _ => '✘',
                };
                self.line(&name, mark, &text);
            }
            EventKind::Retrying(_) | EventKind::CutoverDue(_) => self.line(&name, '!', &text),
            EventKind::Progress(progress) => {
                let status = progress.status().map_or("", |status| status.as_str());
                let ready = progress.ready().is_some();
                let lag = progress.lag().map(|lag| lag.as_secs());
                self.status(&event.job, &text, format!("{status} {ready}"), lag);
            }
            _ => self.status(&event.job, &text, text.clone(), None),
        }
    }

    /// Shows a message that does not belong to one migration.
    pub fn note(&self, text: &str) {
        self.line("", '!', text);
    }

    /// Ends the output.
    pub fn end(&mut self) {
        self.total.finish_and_clear();
        let _ = self.all.clear();
    }

    /// Shows the status of a migration; a plain line only if `gist`, its relevant part, has changed.
    fn status(&mut self, job: &str, text: &str, gist: String, lag: Option<u64>) {
        let name = printable(job);
        if !self.jobs.contains_key(job) {
            let bar = ProgressBar::no_length().with_prefix(name.clone());
            let bar = self.all.insert_before(&self.total, bar);
            if self.live {
                bar.enable_steady_tick(Duration::from_millis(80));
            }
            let line = Line {
                bar,
                longest: 1,
                said: String::new(),
            };
            self.jobs.insert(job.to_owned(), line);
        }
        let width = self.width;
        let Some(line) = self.jobs.get_mut(job) else {
            return;
        };
        let between = match lag {
            Some(lag) => {
                line.longest = line.longest.max(lag);
                line.bar.set_length(line.longest);
                line.bar.set_position(line.longest - lag);
                "{bar:30.cyan/dim}"
            }
            None => "{spinner:.cyan}",
        };
        let template = format!("{{prefix:>{width}.bold}}  {between} {{wide_msg}}");
        line.bar.set_style(style(&template).progress_chars("━╸─"));
        line.bar.set_message(text.to_owned());
        if !self.live && line.said != gist {
            line.said = gist;
            self.line(&name, '·', text);
        }
    }

    fn line(&self, name: &str, mark: char, text: &str) {
        let line = format!("{name:>width$}  {mark} {text}", width = self.width);
        match self.live {
            true => drop(self.all.println(line)),
            false => say(&line),
        }
    }
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_spinner())
}
