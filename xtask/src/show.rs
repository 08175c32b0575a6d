//! How results look in a terminal: lists and differences of a bounded
//! length. It knows no task.

use std::io::IsTerminal;
use std::path::Path;

pub use atlas_diff::report::review::count;
use atlas_gen::output::Drift;

/// How many lines of difference are shown unless someone asks for all.
const SHOWN: usize = 60;

/// Names the workspace that is worked on: it is not always the one that is meant.
pub fn workspace(root: &Path) {
    println!("workspace {}", root.display());
}

/// Shows how the files of `dir` differ from what they should be.
pub fn drifts(drifts: &[Drift], dir: &str, verbose: bool) {
    let color = std::io::stdout().is_terminal();
    let mut lines = 0;
    let mut hidden = 0;
    for drift in drifts {
        match drift {
            Drift::Missing(name) => println!("missing: {dir}/{name}"),
            Drift::Extra(name) => println!("not generated: {dir}/{name}"),
            Drift::Changed(name, diff) => {
                println!("differs: {dir}/{name}");
                for line in diff.lines() {
                    lines += 1;
                    if verbose || lines <= SHOWN {
                        println!("{}", colored(line, color));
                    } else {
                        hidden += 1;
                    }
                }
            }
        }
    }
    if hidden > 0 {
        println!("… and {hidden} more lines; --verbose shows them");
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

/// How many entries of a list are shown unless someone asks for all.
const LISTED: usize = 20;

/// Shows a list under its title; nothing if it is empty.
pub fn list(title: &str, entries: &[String], verbose: bool) {
    if entries.is_empty() {
        return;
    }
    println!();
    println!("{title} ({}):", entries.len());
    let shown = if verbose { entries.len() } else { LISTED };
    for entry in entries.iter().take(shown) {
        println!("  {entry}");
    }
    if entries.len() > shown {
        println!(
            "  … and {} more; --verbose shows them",
            entries.len() - shown
        );
    }
}
