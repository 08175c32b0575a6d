//! Renders the report for a terminal: the verdict first, then breaking findings, then the rest.

use super::{first, plain};
use crate::report::exempt::Exempted;
use crate::report::finding::{Finding, Level};
use crate::report::review::Review;
use crate::report::{Breaks, Change, ChangeKind, Rust};

/// The number of operations that are named for a finding.
const OPERATIONS: usize = 3;
/// The number of compatible changes of Rust code that are named.
const HARMLESS: usize = 20;
/// From this number of lines on, the verdict is repeated at the end.
const LONG: usize = 40;
/// The minimal width to which lines are wrapped.
const NARROW: usize = 40;

/// The capabilities of the terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Terminal {
    /// Whether to use colors.
    pub color: bool,
    /// The number of columns; `None` for unlimited lines.
    pub width: Option<usize>,
}

/// Renders the report as text.
pub fn text(review: &Review, terminal: Terminal) -> String {
    let mut page = Page {
        out: String::new(),
        terminal,
    };
    page.verdict(review);
    page.line(0, "old: ", &plain(&review.old), DIM);
    page.line(0, "new: ", &plain(&review.new), DIM);
    for note in &review.notes {
        page.line(0, "note: ", &plain(note), color(Some(Level::Warning)));
    }
    for level in [Level::Breaking, Level::Warning, Level::Info] {
        page.level(review, level);
    }
    page.exempted(&review.exempted);
    if let Some(rust) = &review.report.rust {
        page.rust(rust, review);
    }
    if page.out.lines().count() > LONG {
        page.out.push('\n');
        page.verdict(review);
    }
    page.out
}

/// ANSI "select graphic rendition" codes.
const DIM: &str = "2";
const BOLD: &str = "1";

fn color(level: Option<Level>) -> &'static str {
    match level {
        Some(Level::Breaking) => "1;31",
        Some(Level::Warning) => "1;33",
        Some(Level::Info) | None => "1;32",
    }
}

struct Page {
    out: String,
    terminal: Terminal,
}

impl Page {
    fn painted(&self, text: &str, code: &str) -> String {
        if self.terminal.color && !code.is_empty() {
            format!("\u{1b}[{code}m{text}\u{1b}[0m")
        } else {
            text.to_owned()
        }
    }

    /// Writes `text` after `indent` spaces and `mark`, wrapped with all its lines aligned with the
    /// first.
    fn line(&mut self, indent: usize, mark: &str, text: &str, code: &str) {
        let indent = " ".repeat(indent);
        let hang = mark.chars().count();
        let room = self
            .terminal
            .width
            .map(|width| width.max(NARROW) - indent.len() - hang);
        for (i, line) in wrapped(text, room).iter().enumerate() {
            let mark = if i == 0 {
                mark.to_owned()
            } else {
                " ".repeat(hang)
            };
            let line = format!("{mark}{line}").replace(NO_BREAK, " ");
            let line = self.painted(&line, code);
            self.out.push_str(&format!("{indent}{line}\n"));
        }
    }

    fn heading(&mut self, text: &str, code: &str) {
        self.out.push('\n');
        self.line(0, "", text, code);
    }

    fn verdict(&mut self, review: &Review) {
        let worst = review.worst();
        let verdict = review.verdict().to_uppercase();
        let verdict = format!("{verdict}: {}", review.counts());
        self.line(0, "", &verdict, color(worst));
        if let Some(rust) = &review.report.rust {
            let breaks = rust.breaks();
            self.line(0, "", &format!("Rust: {} ({breaks})", rust.step()), BOLD);
        } else if let Some(why) = &review.without_rust {
            self.line(0, "Rust: ", &format!("not compared: {}", plain(why)), BOLD);
        }
    }

    fn level(&mut self, review: &Review, level: Level) {
        let groups = review.groups(level);
        if groups.is_empty() {
            return;
        }
        let name = match level {
            Level::Breaking => "Breaking",
            Level::Warning => "Warnings",
            Level::Info => "Compatible",
        };
        self.heading(name, color(Some(level)));
        for (about, findings) in groups {
            self.line(2, "", &plain(&about), BOLD);
            for finding in findings {
                self.finding(finding, &about);
            }
        }
    }

    fn finding(&mut self, finding: &Finding, about: &str) {
        self.line(4, "- ", &plain(&finding.text), "");
        let mut facts = vec![finding.id.to_owned()];
        facts.extend(finding.side.map(|side| side.to_string()));
        // If the heading is the only operation, it is not repeated.
        if finding.operations.as_slice() != [about] && !finding.operations.is_empty() {
            facts.push(operations(&finding.operations));
        }
        self.line(6, "", &plain(&facts.join(" · ")), DIM);
        if finding.level != Level::Info {
            let place = format!("{} · {}", finding.pointer, finding.fingerprint);
            self.line(6, "", &plain(&place), DIM);
        }
    }

    fn exempted(&mut self, exempted: &[Exempted]) {
        if exempted.is_empty() {
            return;
        }
        self.heading("Exempted", BOLD);
        for Exempted {
            finding,
            reason,
            expires,
        } in exempted
        {
            self.line(4, "- ", &plain(&finding.text), "");
            let why = format!("{} until {expires}: {reason}", finding.id);
            self.line(6, "", &plain(&why), DIM);
        }
    }

    fn rust(&mut self, rust: &Rust, review: &Review) {
        if rust.changes.is_empty() {
            return;
        }
        self.heading("Rust", BOLD);
        let (broken, harmless): (Vec<&Change>, Vec<&Change>) = rust
            .changes
            .iter()
            .partition(|change| change.breaks.is_some());
        for change in broken {
            self.change(change);
            if let Some(cause) = review.cause(change) {
                self.line(6, "", &plain(&format!("because {}", cause.text)), DIM);
            }
        }
        let (shown, left_out) = first(&harmless, HARMLESS);
        for change in shown {
            self.change(change);
        }
        if left_out > 0 {
            let more =
                format!("and {left_out} more that break nothing; --format json has them all");
            self.line(4, "", &more, DIM);
        }
    }

    fn change(&mut self, change: &Change) {
        let sign = match change.kind {
            ChangeKind::Added => "+ ",
            ChangeKind::Removed => "- ",
            ChangeKind::Changed => "~ ",
        };
        let (how, code) = match change.breaks {
            Some(Breaks::Compile) => (" (breaks at compile time)", color(Some(Level::Breaking))),
            Some(Breaks::Runtime) => (" (breaks at run time)", color(Some(Level::Breaking))),
            None => ("", ""),
        };
        let code = code.trim_start_matches("1;");
        self.line(4, sign, &format!("{}{how}", plain(&change.item)), code);
    }
}

/// Keeps a method and its path on one line.
const NO_BREAK: char = '\u{a0}';

fn operations(all: &[String]) -> String {
    let (shown, left_out) = first(all, OPERATIONS);
    let shown: Vec<String> = shown
        .iter()
        .map(|operation| operation.replacen(' ', &NO_BREAK.to_string(), 1))
        .collect();
    let shown = shown.join(", ");
    if left_out > 0 {
        format!("{shown} and {left_out} more")
    } else {
        shown
    }
}

/// Wraps `text` to lines of at most `room` characters; a longer word is not split.
fn wrapped(text: &str, room: Option<usize>) -> Vec<String> {
    let Some(room) = room else {
        return vec![text.to_owned()];
    };
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut length = 0;
    for word in text.split(' ') {
        let longer = word.chars().count();
        if length > 0 && length + 1 + longer > room {
            lines.push(std::mem::take(&mut line));
            length = 0;
        }
        if length > 0 {
            line.push(' ');
            length += 1;
        }
        line.push_str(word);
        length += longer;
    }
    lines.push(line);
    lines
}
