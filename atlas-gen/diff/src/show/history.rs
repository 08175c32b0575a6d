//! Renders successive updates of a document as a table.

use std::time::Duration;

use super::{markdown, plain};
use crate::report::review::Review;
use crate::report::{Breaks, Bump, Summary};

/// The numbers of one update.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The name of the older document.
    pub old: String,
    /// The name of the newer document.
    pub new: String,
    /// The number of findings of each level.
    pub summary: Summary,
    /// The number of causes that the findings have.
    pub causes: usize,
    /// The effect on Rust code; `None` if it was not compared.
    pub rust: Option<RustStep>,
    /// The time to load the newer document and to compare.
    pub time: Duration,
}

/// The numbers of an update for Rust code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RustStep {
    /// The required version bump.
    pub bump: Bump,
    /// The number of changes that break at compile time.
    pub compile: usize,
    /// The number of changes that break at run time.
    pub runtime: usize,
}

impl Step {
    /// Returns the numbers of `review`, which took `time`.
    pub fn of(review: &Review, time: Duration) -> Self {
        let report = &review.report;
        Self {
            old: review.old.clone(),
            new: review.new.clone(),
            summary: report.summary,
            causes: report.causes.len(),
            rust: report.rust.as_ref().map(|rust| {
                let breaks = |kind| {
                    let broken = rust
                        .changes
                        .iter()
                        .filter(|change| change.breaks == Some(kind));
                    broken.count()
                };
                RustStep {
                    bump: rust.bump,
                    compile: breaks(Breaks::Compile),
                    runtime: breaks(Breaks::Runtime),
                }
            }),
            time,
        }
    }

    fn cells(&self) -> [String; COLUMNS.len()] {
        let rust = |value: &dyn Fn(&RustStep) -> String| {
            self.rust.as_ref().map_or_else(|| "–".to_owned(), value)
        };
        let Summary {
            breaking,
            warning,
            info,
        } = self.summary;
        [
            plain(&self.old),
            plain(&self.new),
            breaking.to_string(),
            warning.to_string(),
            info.to_string(),
            self.causes.to_string(),
            rust(&|rust| rust.bump.to_string()),
            rust(&|rust| rust.compile.to_string()),
            rust(&|rust| rust.runtime.to_string()),
            format!("{:.2}", self.time.as_secs_f64()),
        ]
    }
}

/// The columns. The first two and the bump are text, the others numbers.
const COLUMNS: [&str; 10] = [
    "old",
    "new",
    "breaking",
    "warnings",
    "compatible",
    "causes",
    "Rust needs",
    "breaks compiling",
    "breaks running",
    "seconds",
];

fn is_text(column: usize) -> bool {
    matches!(column, 0 | 1 | 6)
}

/// Renders the steps as a table for a terminal.
pub fn text(steps: &[Step]) -> String {
    let rows: Vec<[String; COLUMNS.len()]> = steps.iter().map(Step::cells).collect();
    let head = COLUMNS.map(str::to_owned);
    let mut widths = [0; COLUMNS.len()];
    for row in std::iter::once(&head).chain(&rows) {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let mut out = String::new();
    for row in std::iter::once(&head).chain(&rows) {
        let mut line = String::new();
        for (column, (cell, width)) in row.iter().zip(widths).enumerate() {
            let gap = " ".repeat(width - cell.chars().count());
            let gaps = if is_text(column) {
                ["", &gap]
            } else {
                [gap.as_str(), ""]
            };
            line.push_str(&format!("{}{cell}{}  ", gaps[0], gaps[1]));
        }
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}

/// Renders the steps as a table of Markdown.
pub fn markdown(steps: &[Step]) -> String {
    let rule = |column| if is_text(column) { "---" } else { "---:" };
    let rules: Vec<&str> = (0..COLUMNS.len()).map(rule).collect();
    let mut out = format!("| {} |\n| {} |\n", COLUMNS.join(" | "), rules.join(" | "));
    for step in steps {
        let mut cells = step.cells();
        for name in cells.iter_mut().take(2) {
            *name = markdown::cell(name);
        }
        out.push_str(&format!("| {} |\n", cells.join(" | ")));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn steps() -> Vec<Step> {
        let step = |old: &str, new: &str, rust| Step {
            old: old.to_owned(),
            new: new.to_owned(),
            summary: Summary {
                breaking: 12,
                warning: 0,
                info: 1230,
            },
            causes: 7,
            rust,
            time: Duration::from_millis(1234),
        };
        let rust = RustStep {
            bump: Bump::Major,
            compile: 3,
            runtime: 4,
        };
        vec![
            step("a.yaml", "b|`c.yaml", Some(rust)),
            step("b.yaml", "c\u{1b}.json", None),
        ]
    }

    #[test]
    fn a_table_is_aligned_and_names_stay_in_their_cells() {
        let shown = text(&steps());
        let lines: Vec<&str> = shown.lines().collect();
        assert_eq!(
            lines[1].split_whitespace().collect::<Vec<_>>(),
            [
                "a.yaml",
                "b|`c.yaml",
                "12",
                "0",
                "1230",
                "7",
                "major",
                "3",
                "4",
                "1.23"
            ]
        );
        assert!(lines[2].contains("c\\u{1b}.json"), "{shown}");
        let end = |line: &str| line.chars().count();
        assert!(
            lines.iter().all(|line| end(line) == end(lines[0])),
            "{shown}"
        );
        let shown = markdown(&steps());
        assert!(
            shown.contains("| `a.yaml` | `` b\\|`c.yaml `` | 12 |"),
            "{shown}"
        );
        assert!(shown.contains("| – | – | – | 1.23 |"), "{shown}");
    }
}
