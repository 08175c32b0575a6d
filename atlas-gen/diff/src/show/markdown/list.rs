//! Writes lists with folded parts within a limit, and says what they leave out.
//!
//! It knows sizes, not what the entries say.

/// The maximal number of entries in each list; longer ones are better read in another format.
const ENTRIES: usize = 60;
/// The maximal number of lines of each folded list.
const FOLDED: usize = 120;
/// The size of a folded list without its lines.
const FOLD: usize = 300;

/// A list of entries under a heading or, folded, behind a summary line.
pub(super) struct List {
    pub(super) title: String,
    pub(super) folded: bool,
    pub(super) entries: Vec<Entry>,
}

/// An entry: what is read, and a list folded below it.
#[derive(Default)]
pub(super) struct Entry {
    pub(super) head: String,
    /// The line that the folded list is behind.
    pub(super) summary: String,
    pub(super) fold: Vec<String>,
}

impl List {
    /// Returns the size of what is not folded.
    pub(super) fn size(&self) -> usize {
        self.entries.iter().take(ENTRIES).map(Entry::size).sum()
    }

    /// Adds entries to `out` up to `limit`, and a line about omitted ones.
    pub(super) fn write(&self, out: &mut String, limit: usize, for_folds: &mut usize) {
        let gap = if out.ends_with("\n\n") { "" } else { "\n" };
        if self.folded {
            out.push_str(&format!(
                "{gap}<details>\n<summary>{}</summary>\n\n",
                self.title
            ));
        } else {
            out.push_str(&format!("{gap}### {}\n\n", self.title));
        }
        let mut shown = 0;
        for entry in self.entries.iter().take(ENTRIES) {
            if out.len() + entry.size() > limit {
                break;
            }
            out.push_str(&entry.head);
            entry.write_fold(out, limit, for_folds);
            shown += 1;
        }
        let left_out = self.entries.len() - shown;
        if left_out > 0 {
            out.push_str(&format!(
                "\n… and {left_out} more, left out here; `cargo xtask diff --format html` shows all\n"
            ));
        }
        if self.folded {
            let gap = if out.ends_with("\n\n") { "" } else { "\n" };
            out.push_str(&format!("{gap}</details>\n"));
        }
    }
}

impl Entry {
    /// Returns the size without the folded list, but with the line that it may be left out.
    fn size(&self) -> usize {
        let fold = if self.fold.is_empty() { 0 } else { FOLD };
        self.head.len() + fold
    }

    fn write_fold(&self, out: &mut String, limit: usize, for_folds: &mut usize) {
        if self.fold.is_empty() {
            return;
        }
        out.push_str(&format!(
            "  <details><summary>{}</summary>\n\n",
            self.summary
        ));
        let mut shown = 0;
        for line in self.fold.iter().take(FOLDED) {
            if line.len() > *for_folds || out.len() + line.len() + FOLD > limit {
                break;
            }
            *for_folds -= line.len();
            out.push_str(line);
            shown += 1;
        }
        let left_out = self.fold.len() - shown;
        if left_out > 0 {
            out.push_str(&format!(
                "  - … and {left_out} more; `cargo xtask diff --format html` shows all\n"
            ));
        }
        out.push_str("\n  </details>\n\n");
    }
}
