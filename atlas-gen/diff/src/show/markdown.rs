//! Renders the report as Markdown for a pull request: a table, breaking findings, and the rest
//! folded.
//!
//! GitHub limits a comment to 65,536 characters. The report stays below, with room for surrounding
//! text, and says what it omits. Folded parts are omitted first.

use super::{Piece, cut, first, pieces, plain};
use crate::report::exempt::Exempted;
use crate::report::finding::{Finding, Level};
use crate::report::review::{Review, count};
use crate::report::{Breaks, Change, ChangeKind, Rust};

/// The maximal size of the report in bytes.
pub const LIMIT: usize = 60_000;
/// The maximal number of entries in each list; longer ones are better read in another format.
const ENTRIES: usize = 60;
/// The part of the limit reserved for each remaining list: its heading, and the note on omitted
/// entries.
const RESERVE: usize = 600;
/// The number of operations that are named for a finding.
const OPERATIONS: usize = 3;
/// The maximal number of characters of a sentence or a name.
const SENTENCE: usize = 600;
const NAME: usize = 200;

/// Renders the report as GitHub-flavored Markdown.
pub fn markdown(review: &Review) -> String {
    let mut out = head(review);
    let lists = lists(review);
    for (i, list) in lists.iter().enumerate() {
        let reserved = RESERVE * (lists.len() - i);
        list.write(&mut out, LIMIT - reserved);
    }
    out
}

/// A list of entries under a heading or, folded, behind a summary line.
struct List {
    title: String,
    folded: bool,
    entries: Vec<String>,
}

impl List {
    /// Adds entries to `out` up to `limit`, and a line about omitted ones.
    fn write(&self, out: &mut String, limit: usize) {
        if self.entries.is_empty() {
            return;
        }
        if self.folded {
            out.push_str(&format!(
                "\n<details>\n<summary>{}</summary>\n\n",
                self.title
            ));
        } else {
            out.push_str(&format!("\n### {}\n\n", self.title));
        }
        let mut shown = 0;
        for entry in self.entries.iter().take(ENTRIES) {
            if out.len() + entry.len() > limit {
                break;
            }
            out.push_str(entry);
            shown += 1;
        }
        let left_out = self.entries.len() - shown;
        if left_out > 0 {
            out.push_str(&format!(
                "\n… and {left_out} more, left out here; `cargo xtask diff --format html` shows all\n"
            ));
        }
        if self.folded {
            out.push_str("\n</details>\n");
        }
    }
}

fn head(review: &Review) -> String {
    let summary = review.report.summary;
    let sign = match review.worst() {
        Some(Level::Breaking) => "❌",
        Some(Level::Warning) => "⚠️",
        Some(Level::Info) | None => "✅",
    };
    let mut names = String::from("| breaking | warnings | compatible |");
    let mut rule = String::from("| ---: | ---: | ---: |");
    let mut values = format!(
        "| {} | {} | {} |",
        summary.breaking, summary.warning, summary.info
    );
    if !review.exempted.is_empty() {
        names.push_str(" exempted |");
        rule.push_str(" ---: |");
        values.push_str(&format!(" {} |", review.exempted.len()));
    }
    if let Some(rust) = &review.report.rust {
        names.push_str(" the Rust client needs |");
        rule.push_str(" --- |");
        values.push_str(&format!(" {} ({}) |", rust.step(), rust.breaks()));
    }
    let mut out = format!(
        "## {sign} API review: {}\n\n{names}\n{rule}\n{values}\n\n{} → {}\n",
        review.verdict(),
        code(&cut(&review.old, NAME)),
        code(&cut(&review.new, NAME)),
    );
    for note in &review.notes {
        out.push_str(&format!("\nNote: {}\n", sentence(note)));
    }
    if let Some(why) = &review.without_rust {
        let why = words(&cut(why, SENTENCE));
        out.push_str(&format!("\nThe Rust API is not compared: {why}\n"));
    }
    out
}

fn lists(review: &Review) -> Vec<List> {
    let findings = |level| -> Vec<String> {
        let all = review.report.findings.iter();
        all.filter(|finding| finding.level == level)
            .map(finding)
            .collect()
    };
    let (breaking, warnings, compatible) = (
        findings(Level::Breaking),
        findings(Level::Warning),
        findings(Level::Info),
    );
    let (broken, harmless) = match &review.report.rust {
        Some(rust) => changes(rust, review),
        None => (Vec::new(), Vec::new()),
    };
    let folded = |title: String, entries| List {
        title,
        folded: true,
        entries,
    };
    vec![
        List {
            title: "Breaking".to_owned(),
            folded: false,
            entries: breaking,
        },
        folded(count(warnings.len(), "warning"), warnings),
        folded(
            format!("{} of the Rust API", count(broken.len(), "breaking change")),
            broken,
        ),
        folded(
            format!("{} exempted", count(review.exempted.len(), "finding")),
            review.exempted.iter().map(exempted).collect(),
        ),
        folded(count(compatible.len(), "compatible change"), compatible),
        folded(
            format!(
                "{} of the Rust API",
                count(harmless.len(), "compatible change")
            ),
            harmless,
        ),
    ]
}

fn finding(finding: &Finding) -> String {
    let mut entry = format!("- {}", sentence(&finding.text));
    if !finding.operations.is_empty() {
        entry.push_str(&format!("  \n  {}", operations(&finding.operations)));
    }
    let side = finding
        .side
        .map(|side| format!(" · {side}"))
        .unwrap_or_default();
    entry.push_str(&format!("  \n  <sub>{}{side}", code(finding.id)));
    // What an exemption needs; compatible changes need none.
    if finding.level != Level::Info {
        entry.push_str(&format!(
            " · {} · {}",
            code(&cut(&finding.pointer, NAME)),
            code(&finding.fingerprint)
        ));
    }
    entry.push_str("</sub>\n");
    entry
}

fn exempted(exempted: &Exempted) -> String {
    format!(
        "- {}  \n  {}  \n  <sub>{} · until {}</sub>\n",
        sentence(&exempted.finding.text),
        words(&cut(&exempted.reason, SENTENCE)),
        code(exempted.finding.id),
        exempted.expires
    )
}

/// Returns the breaking changes and the others.
fn changes(rust: &Rust, review: &Review) -> (Vec<String>, Vec<String>) {
    let (broken, harmless): (Vec<&Change>, Vec<&Change>) = rust
        .changes
        .iter()
        .partition(|change| change.breaks.is_some());
    let entries = |changes: Vec<&Change>| -> Vec<String> {
        changes.into_iter().map(|one| change(one, review)).collect()
    };
    (entries(broken), entries(harmless))
}

fn change(change: &Change, review: &Review) -> String {
    let kind = match change.kind {
        ChangeKind::Added => "added",
        ChangeKind::Removed => "removed",
        ChangeKind::Changed => "changed",
    };
    let breaks = match change.breaks {
        Some(Breaks::Compile) => ", breaks at **compile time**",
        Some(Breaks::Runtime) => ", breaks at **run time**",
        None => "",
    };
    let item = code(&cut(&change.item, SENTENCE));
    let because = review.cause(change).filter(|_| change.breaks.is_some());
    let because = because
        .map(|finding| format!("  \n  because {}", sentence(&finding.text)))
        .unwrap_or_default();
    format!("- {kind}: {item}{breaks}{because}\n")
}

fn operations(all: &[String]) -> String {
    let (shown, left_out) = first(all, OPERATIONS);
    let shown: Vec<String> = shown.iter().map(|name| code(&cut(name, NAME))).collect();
    let shown = shown.join(", ");
    if left_out > 0 {
        format!("{shown} and {left_out} more operations")
    } else {
        shown
    }
}

/// Renders a sentence with names in backquotes.
fn sentence(text: &str) -> String {
    let text = cut(text, SENTENCE);
    pieces(&text)
        .into_iter()
        .map(|piece| match piece {
            Piece::Words(text) => words(text),
            Piece::Code(text) => code(text),
        })
        .collect()
}

/// Escapes `text` as plain text: no markup, no mention of a person or an issue.
fn words(text: &str) -> String {
    let mut out = String::new();
    for c in plain(text).chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            // GitHub looks for mentions after it has parsed the markup, so an escape is not enough.
            '@' | '#' => out.extend([c, '\u{2060}']),
            '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '(' | ')' | '!' | '|' | '~' | '$' => {
                out.extend(['\\', c]);
            }
            c => out.push(c),
        }
    }
    out
}

/// Renders `text` as literal code.
fn code(text: &str) -> String {
    let text = plain(text);
    if text.trim().is_empty() {
        return "(empty)".to_owned();
    }
    let mut longest = 0;
    let mut run = 0;
    for c in text.chars() {
        run = if c == '`' { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    let fence = "`".repeat(longest + 1);
    let pad = if longest > 0 { " " } else { "" };
    format!("{fence}{pad}{text}{pad}{fence}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_stay_words() {
        assert_eq!(
            words("a|b <b> @octocat #1 [x](y) `c` 1*2 _d_ &amp;"),
            "a\\|b &lt;b&gt; @\u{2060}octocat #\u{2060}1 \\[x\\]\\(y\\) \\`c\\` 1\\*2 \\_d\\_ &amp;amp;"
        );
        assert_eq!(words("a\n# b"), "a #\u{2060} b");
    }

    #[test]
    fn code_has_a_longer_fence_than_its_content() {
        assert_eq!(code("a|b"), "`a|b`");
        assert_eq!(code("a`b``c"), "``` a`b``c ```");
        assert_eq!(code(" "), "(empty)");
        let name = "x` <b>@y</b> `z";
        let said = format!("the member {} is new", crate::words::code(&name));
        assert_eq!(sentence(&said), "the member `` x` <b>@y</b> `z `` is new");
    }
}
