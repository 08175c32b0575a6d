//! Writes lines, and determines the width of the terminal. Both examples use it.

use std::io::{self, Write};

use console::Term;
use indicatif::{ProgressDrawTarget, TermLike};

/// Writes a line to standard error. A write error does not stop the migration.
pub fn say(line: &str) {
    let _ = write(io::stderr().lock(), line);
}

/// Writes a line to standard error or, if that is closed, to standard output.
pub fn say_last(line: &str) {
    if write(io::stderr().lock(), line).is_err() {
        let _ = write(io::stdout().lock(), line);
    }
}

/// Writes the outcome to standard output or, if that is closed, to standard error.
pub fn answer(line: &str) {
    if write(io::stdout().lock(), line).is_err() {
        say(line);
    }
}

/// Replaces control characters by spaces, because server text must not control the terminal.
pub fn printable(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect()
}

fn write(mut to: impl Write, line: &str) -> io::Result<()> {
    writeln!(to, "{line}").and_then(|()| to.flush())
}

/// Returns standard error as the target of progress bars, which leave its last columns free.
///
/// A bar fills its line up to the last column. The `^C` that a terminal shows for Ctrl-C would then
/// go to the next line, and the bar would be drawn there once more.
pub fn bars() -> ProgressDrawTarget {
    ProgressDrawTarget::term_like(Box::new(Narrow(Term::buffered_stderr())))
}

/// Columns that bars leave free: room for a `^C`, and the cursor after it.
const FREE: u16 = 3;

#[derive(Debug)]
struct Narrow(Term);

impl TermLike for Narrow {
    fn width(&self) -> u16 {
        TermLike::width(&self.0).saturating_sub(FREE).max(1)
    }

    fn height(&self) -> u16 {
        TermLike::height(&self.0)
    }

    fn move_cursor_up(&self, n: usize) -> io::Result<()> {
        self.0.move_cursor_up(n)
    }

    fn move_cursor_down(&self, n: usize) -> io::Result<()> {
        self.0.move_cursor_down(n)
    }

    fn move_cursor_right(&self, n: usize) -> io::Result<()> {
        self.0.move_cursor_right(n)
    }

    fn move_cursor_left(&self, n: usize) -> io::Result<()> {
        self.0.move_cursor_left(n)
    }

    fn write_line(&self, text: &str) -> io::Result<()> {
        self.0.write_line(text)
    }

    fn write_str(&self, text: &str) -> io::Result<()> {
        self.0.write_str(text)
    }

    fn clear_line(&self) -> io::Result<()> {
        self.0.clear_line()
    }

    fn flush(&self) -> io::Result<()> {
        self.0.flush()
    }
}
