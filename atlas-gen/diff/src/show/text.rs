//! Renders the report for a terminal: the verdict, then one entry for each cause, by section.

use super::{
    CAUSES, EFFECTS, NAMED, OPERATIONS, Section, advice_for, count_changes, impact_on_others,
    item_labels, item_with_note, name_parts, plain, removed_with, take_first,
};
use crate::report::effects::{Effect, describe};
use crate::report::exempt::Exempted;
use crate::report::finding::{Finding, Level};
use crate::report::grouping::{Group, effects};
use crate::report::review::{Review, count};
use crate::report::{Breaks, Change, ChangeKind};

/// The number of lines beyond which the verdict is repeated at the end.
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

/// How much of a report is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Detail {
    /// One entry for each cause.
    Summary,
    /// Every finding, with its check, location and fingerprint, and every change of Rust code.
    All,
}

/// Renders the report as text.
pub fn text(review: &Review, terminal: Terminal, detail: Detail) -> String {
    let mut page = Page {
        out: String::new(),
        terminal,
        detail,
        with_rust: review.report.rust.is_some(),
    };
    page.verdict(review);
    page.line(0, "old: ", &plain(&review.old), DIM);
    page.line(0, "new: ", &plain(&review.new), DIM);
    for note in &review.notes {
        page.line(0, "note: ", &plain(note), color(Some(Level::Warning)));
    }
    let groups = review.groups();
    for section in Section::ALL {
        let code = match section {
            Section::Compile | Section::Runtime | Section::Breaking => color(Some(Level::Breaking)),
            Section::Warnings => color(Some(Level::Warning)),
            Section::Compatible => color(None),
        };
        page.section(section, code, &section.of(&groups));
    }
    page.exempted(&review.exempted);
    page.compatible_changes(&review.compatible_changes());
    let folds = groups
        .iter()
        .any(|group| group.level != Level::Info || group.count() > NAMED);
    if detail == Detail::Summary && folds {
        let hint = "--all shows each finding with its check, location and fingerprint";
        page.out.push('\n');
        page.line(0, "", hint, DIM);
    }
    if page.out.lines().count() > LONG {
        page.out.push('\n');
        page.verdict(review);
    }
    page.out
}

/// ANSI "select graphic rendition" codes.
const DIM: &str = "2";
const RED: &str = "31";
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
    detail: Detail,
    with_rust: bool,
}

impl Page {
    fn colored(&self, text: &str, code: &str) -> String {
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
        for (i, line) in wrap(text, room).iter().enumerate() {
            let mark = if i == 0 {
                mark.to_owned()
            } else {
                " ".repeat(hang)
            };
            let line = format!("{mark}{line}").replace(NO_BREAK, " ");
            let line = self.colored(&line, code);
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
            self.line(
                0,
                "",
                &format!("Rust: {} ({breaks})", rust.required_version()),
                BOLD,
            );
        } else if let Some(why) = &review.without_rust {
            self.line(0, "Rust: ", &format!("not compared: {}", plain(why)), BOLD);
        }
    }

    /// Writes the causes of one section.
    fn section(&mut self, section: Section, code: &str, groups: &[&Group<'_>]) {
        if groups.is_empty() {
            return;
        }
        self.heading(section.title(self.with_rust), code);
        if let Some(description) = section.description(groups, self.with_rust) {
            self.line(2, "", &description, DIM);
        }
        let most = match self.detail {
            Detail::All => usize::MAX - 1,
            Detail::Summary => CAUSES,
        };
        let (shown, rest) = groups.split_at(take_first(groups, most).0.len());
        for group in shown {
            self.group(group);
        }
        // Smaller causes only have their headline.
        for group in rest {
            let mut line = plain(&group.headline);
            if !group.rust.is_empty() {
                line.push_str(&format!(" ({})", count_changes(&[group])));
            }
            self.line(2, "- ", &line, "");
        }
    }

    fn group(&mut self, group: &Group<'_>) {
        let mut line = plain(&group.headline);
        if let Some(impact) = impact_on_others(group) {
            line.push_str(&format!(" ({impact})"));
        }
        if group.breaks_at().is_none()
            && let Some(advice) = advice_for(group, self.with_rust)
        {
            line.push_str(&format!(" → {advice}"));
        }
        self.line(2, "- ", &line, "");
        if self.detail == Detail::All {
            for (_, finding) in group.entries.iter().flat_map(|entry| &entry.places) {
                self.finding(finding, group.count() > 1);
            }
        } else {
            let parts = name_parts(group, with_no_break, operations);
            if !parts.is_empty() {
                self.line(4, "", &plain(&parts), DIM);
            }
        }
        if let Some(gone) = removed_with(group) {
            self.line(4, "Rust: ", &plain(&gone), RED);
        }
        let effects = group.effects();
        let most = match self.detail {
            Detail::All => usize::MAX - 1,
            Detail::Summary => EFFECTS,
        };
        let (shown, left_out) = take_first(&effects, most);
        for (effect, changes) in shown {
            self.effect(4, "Rust: ", effect, changes);
        }
        if left_out > 0 {
            let rest = effects.iter().skip(shown.len());
            let n = rest.map(|(_, changes)| changes.len()).sum();
            self.line(
                4,
                "Rust: ",
                &format!("and {}", count(n, "other change")),
                DIM,
            );
        }
    }

    /// Writes an effect on Rust code with the changed items.
    fn effect(&mut self, indent: usize, mark: &str, effect: &Effect, changes: &[&Change]) {
        let (mut line, advice) = describe(effect, changes);
        if !advice.is_empty() {
            line.push_str(&format!(" → {}", plain(&advice)));
        }
        let breaks = changes.iter().any(|change| change.breaks.is_some());
        let code = if breaks { RED } else { "" };
        self.line(indent, mark, &line, code);
        if self.detail == Detail::Summary && changes.len() > NAMED {
            let (shown, left_out) = item_labels(changes);
            let shown: Vec<String> = shown.iter().map(|item| with_no_break(item)).collect();
            let more = match left_out {
                0 => String::new(),
                n => format!(" and {n} more"),
            };
            self.line(indent + 2, "", &plain(&(shown.join(", ") + &more)), DIM);
            return;
        }
        for change in changes {
            let sign = match change.kind {
                ChangeKind::Added => "+ ",
                ChangeKind::Removed => "- ",
                ChangeKind::Changed => "~ ",
            };
            let how = match change.breaks {
                Some(Breaks::Compile) if self.detail == Detail::All => " (breaks at compile time)",
                Some(Breaks::Runtime) if self.detail == Detail::All => " (breaks at run time)",
                _ => "",
            };
            self.line(
                indent + 2,
                sign,
                &format!("{}{how}", plain(&item_with_note(change))),
                DIM,
            );
        }
    }

    /// Writes a finding; its text only if the headline does not have it.
    fn finding(&mut self, finding: &Finding, with_text: bool) {
        if with_text {
            self.line(4, "- ", &plain(&finding.text), "");
        }
        let mut facts = vec![finding.id.to_owned()];
        facts.extend(finding.side.map(|side| side.to_string()));
        if !finding.operations.is_empty() {
            let all: Vec<&str> = finding.operations.iter().map(String::as_str).collect();
            facts.push(operations(&all));
        }
        self.line(6, "", &plain(&facts.join(" · ")), DIM);
        let place = format!("{} · {}", finding.pointer, finding.fingerprint);
        self.line(6, "", &plain(&place), DIM);
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
            self.line(2, "- ", &plain(&finding.text), "");
            let why = format!("{} until {expires}: {reason}", finding.id);
            self.line(4, "", &plain(&why), DIM);
        }
    }

    /// Writes the changes of Rust code that break nothing.
    fn compatible_changes(&mut self, changes: &[&Change]) {
        if changes.is_empty() {
            return;
        }
        self.heading("Compatible in Rust code", color(None));
        for (effect, changes) in effects(changes) {
            self.effect(2, "- ", effect, &changes);
        }
    }
}

/// Prevents a line break between a method and its path.
fn with_no_break(name: &str) -> String {
    name.replace(" /", &format!("{NO_BREAK}/"))
}

/// The no-break space between a method and its path.
const NO_BREAK: char = '\u{a0}';

fn operations(all: &[&str]) -> String {
    let (shown, left_out) = take_first(all, OPERATIONS);
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
fn wrap(text: &str, room: Option<usize>) -> Vec<String> {
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
