//! Renders the report as Markdown for a pull request: a table, then one entry for each cause with its
//! findings folded below.
//!
//! GitHub limits a comment to 65,536 characters. The report is shorter, with room for surrounding text,
//! and has a note on what it omits. Folded parts are omitted first.

mod escape;
mod list;

use super::{
    CAUSES, EFFECTS, NAMED, Section, advice_for, count_changes, impact_on_others, item_labels,
    item_with_note, name_parts, removed_with, take_first, truncate,
};
use crate::report::effects::{Effect, describe};
use crate::report::exempt::Exempted;
use crate::report::finding::{Finding, Level};
use crate::report::grouping::{self, Group, effects};
use crate::report::review::{Review, count};
use crate::report::{Change, ChangeKind};
use escape::{SENTENCE, code, sentence, words};
use list::{Entry, List};

/// The maximal size of the report in bytes.
pub const LIMIT: usize = 60_000;
/// The maximal size of the list of fingerprints.
const MAX_FINGERPRINTS: usize = 15_000;
/// The part of the limit reserved for each list: its heading, and the note on omitted entries.
const RESERVE: usize = 600;
/// The number of compatible causes that are shown without being folded.
const SHORT: usize = 8;
/// The number of locations that are named for a text, and of texts whose fingerprints are on a line.
const PLACES: usize = 20;
/// The maximal number of characters of a name, and of an item of Rust code.
const NAME: usize = 200;
const ITEM: usize = 160;

/// Renders the report as GitHub-flavored Markdown.
pub fn markdown(review: &Review) -> String {
    let mut out = head(review);
    let groups = review.groups();
    let mut lists: Vec<List> = Section::ALL
        .iter()
        .flat_map(|section| section_lists(*section, &section.of(&groups), review))
        .collect();
    lists.push(exempted(&review.exempted));
    lists.push(compatible_changes(&review.compatible_changes()));
    lists.push(fingerprints(&groups));
    lists.retain(|list| !list.entries.is_empty());
    // Headlines take precedence over all folded parts.
    let heads: usize = lists.iter().map(List::size).sum();
    let mut room = LIMIT.saturating_sub(RESERVE * (lists.len() + 1));
    list::divide(&mut lists, room.saturating_sub(out.len() + heads));
    let mut left_out = false;
    for list in &lists {
        left_out |= list.write(&mut out, room);
        room += RESERVE;
    }
    if left_out {
        out.push_str(
            "\n<sub>Parts are shortened or left out here; `cargo xtask diff --all` shows everything.\
             </sub>\n",
        );
    }
    out
}

/// Returns the causes of a section: the largest ones, and the others folded. Compatible causes are
/// folded, unless there are few.
fn section_lists(section: Section, groups: &[&Group<'_>], review: &Review) -> Vec<List> {
    let with_rust = review.report.rust.is_some();
    let description = section.description(groups, with_rust);
    let description = description.map(|description| sentence(&description));
    let list = |title: String, folded: bool, groups: &[&Group<'_>]| List {
        title,
        description: description.clone().filter(|_| !folded),
        folded,
        has_precedence: section != Section::Compatible,
        max_size: usize::MAX,
        entries: groups.iter().map(|group| entry(group, with_rust)).collect(),
    };
    if section == Section::Compatible && groups.len() > SHORT {
        let n: usize = groups.iter().map(|group| group.count()).sum();
        let all = review.report.summary.info;
        let title = match n == all {
            true => count(n, "compatible change"),
            false => {
                format!("{n} of {all} compatible changes; the rest breaks Rust code, see above")
            }
        };
        return vec![list(title, true, groups)];
    }
    let title = section.title(with_rust).to_owned();
    let (shown, rest) = groups.split_at(take_first(groups, CAUSES).0.len());
    let more = match section {
        Section::Compile | Section::Runtime => format!(
            "{} with {}",
            count(rest.len(), "smaller cause"),
            count_changes(rest)
        ),
        _ => count(rest.len(), "smaller cause"),
    };
    vec![list(title, false, shown), list(more, true, rest)]
}

fn entry(group: &Group<'_>, with_rust: bool) -> Entry {
    let many = group.count() > 1;
    let headline = sentence(&group.headline);
    let mut head = if many {
        format!("- **{headline}**")
    } else {
        format!("- {headline}")
    };
    if let Some(impact) = impact_on_others(group) {
        head.push_str(&format!(" ({impact})"));
    }
    if group.breaks_at().is_none()
        && let Some(advice) = advice_for(group, with_rust)
    {
        head.push_str(&format!(" → *{advice}*"));
    }
    let parts = name_parts(group, sentence, operations);
    if !parts.is_empty() {
        head.push_str(&format!("  \n  {parts}"));
    }
    head.push('\n');
    if let Some(gone) = removed_with(group) {
        head.push_str(&format!("  - Rust: {}\n", sentence(&gone)));
    }
    let effects = group.effects();
    let (shown, left_out) = take_first(&effects, EFFECTS);
    for (effect, changes) in shown {
        head.push_str(&effect_line("  - Rust: ", effect, changes));
    }
    if left_out > 0 {
        let rest = effects.iter().skip(shown.len());
        let n = rest.map(|(_, changes)| changes.len()).sum();
        head.push_str(&format!("  - Rust: and {}\n", count(n, "other change")));
    }
    let mut fold = Vec::new();
    let mut folded = Vec::new();
    // Findings are not repeated if the entry names all of them.
    if many && group.entries.iter().any(|entry| !is_shown(entry, group)) {
        folded.push(count(group.count(), "finding"));
        fold.extend(group.entries.iter().map(folded_entry));
    }
    if group.rust.len() > 1 {
        folded.push(count(group.rust.len(), "change") + " of Rust code");
        fold.extend(group.rust.iter().map(|change| change_line(change)));
    }
    let check = match group.check {
        "" => String::new(),
        check => format!(" · <code>{check}</code>"),
    };
    let summary = format!("{}{check}", folded.join(", "));
    Entry {
        head,
        summary,
        fold,
        ..Entry::default()
    }
}

/// Returns whether the visible part of a cause contains all of an entry.
fn is_shown(entry: &grouping::Entry<'_>, group: &Group<'_>) -> bool {
    match group.entries.as_slice() {
        // The headline is its text, followed by the names of its locations.
        [only] => only.text == group.headline && only.places.len() <= NAMED + 1,
        // The headline is followed by the names of the parts.
        entries => {
            let says_less = group.level != Level::Info || entry.places.len() > 1;
            entries.len() <= NAMED + 1 && !says_less
        }
    }
}

/// Renders an effect on Rust code with a few of the changed items.
fn effect_line(mark: &str, effect: &Effect, changes: &[&Change]) -> String {
    let (what, advice) = describe(effect, changes);
    let mut line = format!("{mark}{}", sentence(&what));
    if !advice.is_empty() {
        line.push_str(&format!(" → *{}*", sentence(&advice)));
    }
    let (shown, left_out) = item_labels(changes);
    let shown: Vec<String> = shown
        .iter()
        .map(|item| code(&truncate(item, ITEM)))
        .collect();
    let more = if left_out > 0 {
        format!(" and {left_out} more")
    } else {
        String::new()
    };
    line.push_str(&format!(": {}{more}\n", shown.join(", ")));
    line
}

/// Renders findings with the same text on one line.
fn folded_entry(entry: &grouping::Entry<'_>) -> String {
    let text = sentence(&entry.text);
    let (shown, left_out) = take_first(&entry.places, PLACES);
    let names: Vec<String> = shown.iter().map(|(name, _)| sentence(name)).collect();
    match (entry.places.len(), left_out) {
        (1, _) => format!("  - {text}\n"),
        (_, 0) => format!("  - {text}: {}\n", names.join(", ")),
        (_, n) => format!("  - {text}: {} and {n} more\n", names.join(", ")),
    }
}

/// Renders the fingerprints of findings with the same text, with their locations.
fn fingerprints_of(entry: &grouping::Entry<'_>) -> String {
    let of = |(name, finding): &(String, &Finding)| {
        let print = code(&finding.fingerprint);
        match entry.places.len() {
            1 => print,
            _ => format!("{} {print}", sentence(&truncate(name, NAME))),
        }
    };
    let places: Vec<String> = entry.places.iter().map(of).collect();
    let name = sentence(&truncate(&entry.name, NAME));
    match places.as_slice() {
        [only] => format!("{name} {only}"),
        places => format!("{name}: {}", places.join(", ")),
    }
}

/// Returns the list of fingerprints, for exemptions.
fn fingerprints(groups: &[Group<'_>]) -> List {
    let groups = groups.iter().filter(|group| {
        group.level != Level::Info && !group.exempted && !group.check.starts_with("exemption-")
    });
    let groups: Vec<&Group<'_>> = groups.collect();
    let entries = groups.iter().flat_map(|group| {
        let entries: Vec<String> = group.entries.iter().map(fingerprints_of).collect();
        let lines = entries.chunks(PLACES).map(|entries| Entry {
            head: format!("- {}: {}\n", code(group.check), entries.join("; ")),
            ..Entry::default()
        });
        lines.collect::<Vec<_>>()
    });
    let n = groups.iter().map(|group| group.count()).sum();
    List {
        title: format!(
            "{} for exemptions in <code>openapi/exemptions.toml</code>",
            count(n, "fingerprint")
        ),
        description: None,
        folded: true,
        has_precedence: false,
        max_size: MAX_FINGERPRINTS,
        entries: entries.collect(),
    }
}

/// Renders a name as a cell of a table, in which bars are escaped even in code.
pub(super) fn cell(name: &str) -> String {
    code(&truncate(name, NAME)).replace('|', "\\|")
}

fn head(review: &Review) -> String {
    let summary = review.report.summary;
    let sign = match review.worst() {
        Some(Level::Breaking) => "❌",
        Some(Level::Warning) => "⚠️",
        Some(Level::Info) | None => "✅",
    };
    let mut names = String::from("| HTTP API: breaking | may break | compatible |");
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
        names.push_str(" Rust client |");
        rule.push_str(" --- |");
        values.push_str(&format!(
            " needs {} ({}) |",
            rust.required_version(),
            rust.breaks()
        ));
    }
    let mut out = format!(
        "## {sign} API review: {}\n\n{names}\n{rule}\n{values}\n\n{} → {}\n",
        review.verdict(),
        code(&truncate(&review.old, NAME)),
        code(&truncate(&review.new, NAME)),
    );
    for note in &review.notes {
        out.push_str(&format!("\nNote: {}\n", sentence(note)));
    }
    if let Some(why) = &review.without_rust {
        let why = words(&truncate(why, SENTENCE));
        out.push_str(&format!("\nThe Rust API is not compared: {why}\n"));
    }
    out
}

fn exempted(all: &[Exempted]) -> List {
    let entry = |exempted: &Exempted| Entry {
        head: format!(
            "- {}  \n  {}  \n  <sub>{} · until {}</sub>\n",
            sentence(&exempted.finding.text),
            words(&truncate(&exempted.reason, SENTENCE)),
            code(exempted.finding.id),
            exempted.expires
        ),
        ..Entry::default()
    };
    List {
        title: format!("{} exempted", count(all.len(), "finding")),
        description: None,
        folded: true,
        has_precedence: false,
        max_size: usize::MAX,
        entries: all.iter().map(entry).collect(),
    }
}

/// Returns the changes of Rust code that break nothing.
fn compatible_changes(changes: &[&Change]) -> List {
    let entry = |(effect, changes): (&Effect, Vec<&Change>)| {
        let mut entry = Entry {
            head: effect_line("- ", effect, &changes),
            ..Entry::default()
        };
        if changes.len() > 1 {
            entry.summary = "in full".to_owned();
            entry.fold = changes.iter().map(|change| change_line(change)).collect();
        }
        entry
    };
    List {
        title: format!("{} of Rust code", count(changes.len(), "compatible change")),
        description: None,
        folded: true,
        has_precedence: false,
        max_size: usize::MAX,
        entries: effects(changes).into_iter().map(entry).collect(),
    }
}

fn change_line(change: &Change) -> String {
    let kind = match change.kind {
        ChangeKind::Added => "added",
        ChangeKind::Removed => "removed",
        ChangeKind::Changed => "changed",
    };
    format!(
        "  - {kind}: {}\n",
        code(&truncate(&item_with_note(change), SENTENCE))
    )
}

fn operations(all: &[&str]) -> String {
    let shown: Vec<String> = all.iter().map(|name| code(&truncate(name, NAME))).collect();
    shown.join(", ")
}
