//! Writes lists with folded parts within a size limit, with notes on omitted parts.
//!
//! It knows sizes, not the content of entries.

/// The maximal number of entries in each list.
const ENTRIES: usize = 60;
/// The maximal number of lines of each folded list.
const FOLDED: usize = 120;
/// The size of a folded list without its lines.
const FOLD: usize = 200;
/// The minimal size to which a folded list may be shortened; a longer one with less room is omitted.
const LEAST: usize = 400;

/// A list of entries under a heading or, folded, behind a summary line.
pub(super) struct List {
    pub(super) title: String,
    /// The text below the heading, as Markdown.
    pub(super) description: Option<String>,
    pub(super) folded: bool,
    /// Whether its folded parts take precedence over those of other lists.
    pub(super) has_precedence: bool,
    /// The maximal size of the parts that are not folded.
    pub(super) max_size: usize,
    pub(super) entries: Vec<Entry>,
}

/// An entry: a visible part, and a folded list.
#[derive(Default)]
pub(super) struct Entry {
    pub(super) head: String,
    /// The summary line of the folded list.
    pub(super) summary: String,
    pub(super) fold: Vec<String>,
    /// The maximal size of the folded list.
    pub(super) allowance: usize,
}

impl List {
    /// Returns the size of the parts that are not folded.
    pub(super) fn size(&self) -> usize {
        let entries = self.entries.iter().take(ENTRIES);
        entries.map(Entry::size).sum::<usize>().min(self.max_size)
    }

    /// Writes entries to `out` up to `limit`, and a line about omitted ones. Returns whether something was
    /// omitted.
    pub(super) fn write(&self, out: &mut String, limit: usize) -> bool {
        let gap = if out.ends_with("\n\n") { "" } else { "\n" };
        if self.folded {
            out.push_str(&format!(
                "{gap}<details>\n<summary>{}</summary>\n\n",
                self.title
            ));
        } else {
            out.push_str(&format!("{gap}### {}\n\n", self.title));
        }
        if let Some(description) = &self.description {
            out.push_str(&format!("{description}\n\n"));
        }
        let limit = limit.min(out.len().saturating_add(self.max_size));
        let mut shown = 0;
        let mut shortened = false;
        for entry in self.entries.iter().take(ENTRIES) {
            if out.len() + entry.size() > limit {
                break;
            }
            out.push_str(&entry.head);
            shortened |= entry.write_fold(out, limit);
            shown += 1;
        }
        let left_out = self.entries.len() - shown;
        if left_out > 0 {
            out.push_str(&format!("\n… and {left_out} more, left out here\n"));
        }
        if self.folded {
            let gap = if out.ends_with("\n\n") { "" } else { "\n" };
            out.push_str(&format!("{gap}</details>\n"));
        }
        shortened || left_out > 0
    }
}

impl Entry {
    /// Returns the size without the folded list.
    fn size(&self) -> usize {
        self.head.len()
    }

    /// Returns the size of the lines of the folded list.
    fn folded(&self) -> usize {
        self.fold.iter().take(FOLDED).map(String::len).sum()
    }

    /// Writes the folded list; returns whether a part of it was omitted.
    fn write_fold(&self, out: &mut String, limit: usize) -> bool {
        if self.fold.is_empty() {
            return false;
        }
        let room = limit.saturating_sub(out.len() + FOLD);
        let mut left = self.allowance.min(room);
        let fits = |line: &&String| {
            let fits = line.len() <= left;
            left = left.saturating_sub(line.len());
            fits
        };
        let lines = self.fold.iter().take(FOLDED);
        let lines: Vec<&String> = lines.take_while(fits).collect();
        if lines.is_empty() {
            return true;
        }
        out.push_str(&format!(
            "  <details><summary>{}</summary>\n\n",
            self.summary
        ));
        for line in &lines {
            out.push_str(line);
        }
        let left_out = self.fold.len() - lines.len();
        if left_out > 0 {
            out.push_str(&format!("  - … and {left_out} more\n"));
        }
        out.push_str("\n  </details>\n\n");
        left_out > 0
    }
}

/// Divides `room` among the folded lists: small ones are shown in full, and the others have equal shares.
/// If these would be too small, the first lists get more. A quarter is reserved for lists without
/// precedence.
pub(super) fn divide(lists: &mut [List], room: usize) {
    let rest = share(lists, true, room - room / 4);
    share(lists, false, room / 4 + rest);
}

/// Returns the remaining room.
fn share(lists: &mut [List], has_precedence: bool, mut room: usize) -> usize {
    let lists = lists
        .iter_mut()
        .filter(|list| list.has_precedence == has_precedence);
    let entries = lists.flat_map(|list| list.entries.iter_mut().take(ENTRIES));
    let mut entries: Vec<&mut Entry> = entries.filter(|entry| !entry.fold.is_empty()).collect();
    let is_scarce = room < entries.len() * (LEAST + FOLD);
    if !is_scarce {
        entries.sort_by_key(|entry| entry.folded());
    }
    let mut left = entries.len();
    for entry in entries {
        let share = match is_scarce {
            true => room.min(3 * LEAST),
            false => room / left.max(1),
        };
        let size = entry.folded() + FOLD;
        if size <= share || share >= LEAST + FOLD {
            let given = size.min(share);
            entry.allowance = given - FOLD;
            room -= given;
        }
        left -= 1;
    }
    room
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(sizes: &[usize], has_precedence: bool) -> List {
        let entry = |size: &usize| Entry {
            fold: vec!["x".repeat(*size)],
            ..Entry::default()
        };
        List {
            title: String::new(),
            description: None,
            folded: false,
            has_precedence,
            max_size: usize::MAX,
            entries: sizes.iter().map(entry).collect(),
        }
    }

    #[test]
    fn a_large_fold_leaves_room_for_the_others() {
        for (matter, others, expected) in [
            (
                &[9000, 100, 500][..],
                &[3000][..],
                &[1800, 100, 500, 800][..],
            ),
            // Room that lists with precedence do not need is for the others.
            (&[100], &[3000], &[100, 3000]),
        ] {
            let mut lists = [list(matter, true), list(others, false)];
            divide(&mut lists, 4000);
            let entries = lists.iter().flat_map(|list| &list.entries);
            let given: Vec<usize> = entries.map(|entry| entry.allowance).collect();
            assert_eq!(given, expected);
        }
    }

    #[test]
    fn a_fold_without_content_is_left_out() {
        let mut lists = [list(&[9000, 100], true)];
        divide(&mut lists, 600);
        let mut out = String::new();
        assert!(lists[0].write(&mut out, 10_000));
        assert_eq!(out.matches("<details>").count(), 1, "{out}");
    }
}
