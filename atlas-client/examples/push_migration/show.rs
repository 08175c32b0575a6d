//! Progress output on standard error: a line for each step, updated on a terminal and plain
//! elsewhere.

use std::cell::{Cell, RefCell};
use std::io::IsTerminal;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::terminal::{self, printable, say};

/// The output of the steps.
pub struct Progress {
    live: bool,
    quiet: Duration,
}

/// A step in progress. One that is dropped without [`Step::done`] has failed.
pub struct Step<'a> {
    name: &'a str,
    bar: ProgressBar,
    live: bool,
    quiet: Duration,
    start: Instant,
    done: Cell<bool>,
    /// The maximum lag so far, in seconds.
    longest: Cell<u64>,
    /// The relevant part of the last plain line, and when it was written.
    said: RefCell<Option<(String, Instant)>>,
}

impl Progress {
    /// Creates the output. Plain lines that differ only in the lag are at least `quiet` apart.
    pub fn new(quiet: Duration) -> Self {
        // A terminal that cannot move its cursor gets plain lines as well.
        let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        Self {
            live: std::io::stderr().is_terminal() && !dumb,
            quiet,
        }
    }

    /// Begins a step, with the initial status `doing`.
    pub fn begin<'a>(&self, name: &'a str, doing: &'static str) -> Step<'a> {
        let target = if self.live {
            terminal::bars()
        } else {
            ProgressDrawTarget::hidden()
        };
        let bar = ProgressBar::with_draw_target(None, target)
            .with_style(style("{prefix:>11.bold}  {spinner:.cyan} {wide_msg}"))
            .with_prefix(name.to_owned())
            .with_message(doing);
        if self.live {
            bar.enable_steady_tick(Duration::from_millis(80));
        }
        Step {
            name,
            bar,
            live: self.live,
            quiet: self.quiet,
            start: Instant::now(),
            done: Cell::new(false),
            longest: Cell::new(0),
            said: RefCell::new(None),
        }
    }
}

impl Step<'_> {
    /// Shows the status.
    pub fn now(&self, status: &str) {
        self.bar
            .set_style(style("{prefix:>11.bold}  {spinner:.cyan} {wide_msg}"));
        self.bar.set_message(printable(status));
        self.say(status, status);
    }

    /// Shows the status, and the lag of the destination in seconds, as a bar that fills while the
    /// destination catches up.
    pub fn lagging(&self, status: &str, lag: u64) {
        let longest = self.longest.get().max(lag).max(1);
        self.longest.set(longest);
        let text = format!("{status}, {} behind", spoken(Duration::from_secs(lag)));
        self.bar.set_style(
            style("{prefix:>11.bold}  {spinner:.cyan} {bar:30.cyan/dim} {wide_msg}")
                .progress_chars("━╸─"),
        );
        self.bar.set_length(longest);
        self.bar.set_position(longest - lag);
        self.bar.set_message(printable(&text));
        self.say(status, &text);
    }

    /// Shows a message that is not a change of status.
    pub fn note(&self, text: &str) {
        let line = format!("{:>11}  ! {}", self.name, printable(text));
        if self.live {
            self.bar.println(line);
        } else {
            say(&line);
        }
    }

    /// Shows the error of a poll, if it is transient and will be retried.
    pub fn failed(&self, error: &atlas_client::Error) {
        if error.is_retryable() {
            self.note(&format!("{error}; looking again"));
        }
    }

    /// Ends the step with this outcome.
    pub fn done(self, outcome: &str) {
        self.end("✔", "green", outcome);
        self.done.set(true);
    }

    /// Formats the duration of the step so far.
    pub fn taken(&self) -> String {
        spoken(self.start.elapsed())
    }

    fn end(&self, mark: &str, color: &str, outcome: &str) {
        if self.live {
            let template = format!("{{prefix:>11.bold}}  {{spinner:.{color}}} {{msg}}");
            self.bar
                .set_style(style(&template).tick_strings(&[mark, mark]));
            self.bar.abandon_with_message(printable(outcome));
            say("");
        } else {
            self.line(mark, outcome);
        }
    }

    /// Writes a plain line if `gist`, its relevant part, has changed. If only other text has
    /// changed, waits for `quiet` to pass.
    fn say(&self, gist: &str, text: &str) {
        if self.live {
            return;
        }
        let mut said = self.said.borrow_mut();
        let stale = match &*said {
            Some((last, when)) => last != gist || (gist != text && when.elapsed() >= self.quiet),
            None => true,
        };
        if stale {
            self.line("·", text);
            *said = Some((gist.to_owned(), Instant::now()));
        }
    }

    fn line(&self, mark: &str, text: &str) {
        say(&format!("{:>11}  {mark} {}", self.name, printable(text)));
    }
}

impl Drop for Step<'_> {
    fn drop(&mut self) {
        if !self.done.get() {
            let last = self.bar.message();
            self.end("✘", "red", &last);
        }
    }
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_spinner())
}

/// Formats a duration in its two largest units: `3 min 1 s`.
pub fn spoken(time: Duration) -> String {
    let seconds = time.as_secs();
    match seconds {
        0 => "less than 1 s".to_owned(),
        1..60 => format!("{seconds} s"),
        60..3600 => format!("{} min {} s", seconds / 60, seconds % 60),
        _ => format!("{} h {} min", seconds / 3600, seconds / 60 % 60),
    }
}
