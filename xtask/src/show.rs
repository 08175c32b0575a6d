//! Prints results in a terminal: lists and diffs of a limited length. It knows no task.

use std::io::IsTerminal;
use std::path::Path;

pub use atlas_diff::report::review::count;
use atlas_gen::output::Drift;

/// The number of diff lines that are shown unless all are requested.
const SHOWN: usize = 60;

/// Prints the root of the workspace in use: it may not be the intended one.
pub fn workspace(root: &Path) {
    out_line!("workspace {}", root.display());
}

/// Prints how the files of `dir` differ from their expected contents.
pub fn drifts(drifts: &[Drift], dir: &str, verbose: bool) {
    let color = std::io::stdout().is_terminal();
    let mut lines = 0;
    let mut hidden = 0;
    for drift in drifts {
        match drift {
            Drift::Missing(name) => out_line!("missing: {dir}/{name}"),
            Drift::Extra(name) => out_line!("not generated: {dir}/{name}"),
            Drift::Changed(name, diff) => {
                out_line!("differs: {dir}/{name}");
                for line in diff.lines() {
                    lines += 1;
                    if verbose || lines <= SHOWN {
                        out_line!("{}", colored(line, color));
                    } else {
                        hidden += 1;
                    }
                }
            }
        }
    }
    if hidden > 0 {
        out_line!("… and {hidden} more lines; --verbose shows them");
    }
}

fn colored(line: &str, color: bool) -> String {
    let code = match line.as_bytes().first() {
        Some(b'+') => 32,
        Some(b'-') => 31,
        Some(b'@') => 36,
        _ => return line.to_owned(),
    };
    if color {
        format!("\u{1b}[{code}m{line}\u{1b}[0m")
    } else {
        line.to_owned()
    }
}

/// The number of list entries that are shown unless all are requested.
const LISTED: usize = 20;

/// Prints a list under its title; nothing if it is empty.
pub fn list(title: &str, entries: &[String], verbose: bool) {
    if entries.is_empty() {
        return;
    }
    out_line!();
    out_line!("{title} ({}):", entries.len());
    let shown = if verbose { entries.len() } else { LISTED };
    for entry in entries.iter().take(shown) {
        out_line!("  {entry}");
    }
    if entries.len() > shown {
        out_line!(
            "  … and {} more; --verbose shows them",
            entries.len() - shown
        );
    }
}
