//! Renders the report as Markdown for a pull request: a table, then one entry for each cause with its
//! findings folded below.
//!
//! GitHub limits a comment to 65,536 characters. The report stays below, with room for surrounding
//! text, and says what it omits. Folded parts are omitted first.

mod escape;
mod list;

use super::{
    CAUSES, EFFECTS, NAMED, Section, advised, changes, cut, first, items, level_word, named,
};
use crate::report::effects::Effect;
use crate::report::exempt::Exempted;
use crate::report::finding::{Finding, Level};
use crate::report::grouping::{self, Group, effects};
use crate::report::review::{Review, count};
use crate::report::{Change, ChangeKind};
use escape::{SENTENCE, code, sentence, words};
use list::{Entry, List};

/// The maximal size of the report in bytes.
pub const LIMIT: usize = 60_000;
/// The part of the limit reserved for each list: its heading, and the note on omitted entries.
const RESERVE: usize = 600;
/// The number of compatible causes that are shown without being folded.
const SHORT: usize = 8;
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
    lists.push(harmless(&review.harmless()));
    lists.retain(|list| !list.entries.is_empty());
    // Headlines come before what is folded below them, wherever that is.
    let heads: usize = lists.iter().map(List::size).sum();
    let mut room = LIMIT.saturating_sub(RESERVE * (lists.len() + 1));
    let mut for_folds = room.saturating_sub(out.len() + heads);
    for list in &lists {
        list.write(&mut out, room, &mut for_folds);
        room += RESERVE;
    }
    if groups.iter().any(|group| group.level != Level::Info) {
        out.push_str(
            "\n<sub>For maintainers: `openapi/exemptions.toml` accepts findings by check or fingerprint, \
             which `cargo xtask diff --all` shows.</sub>\n",
        );
    }
    out
}

/// Returns the causes of a section: the largest to be read, the others folded. What breaks nobody is
/// folded, unless it is short.
fn section_lists(section: Section, groups: &[&Group<'_>], review: &Review) -> Vec<List> {
    let list = |title: String, folded, groups: &[&Group<'_>]| List {
        title,
        folded,
        entries: groups
            .iter()
            .map(|group| entry(group, review.report.rust.is_some()))
            .collect(),
    };
    if section == Section::Compatible && groups.len() > SHORT {
        let n: usize = groups.iter().map(|group| group.count()).sum();
        let title = match n == review.report.summary.info {
            true => count(n, "compatible change"),
            false => count(n, "other compatible change"),
        };
        return vec![list(title, true, groups)];
    }
    let title = section.title(review.report.rust.is_some()).to_owned();
    let (shown, rest) = groups.split_at(first(groups, CAUSES).0.len());
    let more = match section {
        Section::Rust => format!(
            "{} with {}",
            count(rest.len(), "smaller cause"),
            changes(rest)
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
    if group.exempted {
        head.push_str(" (exempted)");
    } else if !group.rust.is_empty() && !group.check.is_empty() {
        head.push_str(&format!(" ({})", level_word(group)));
    }
    if group.rust.is_empty()
        && let Some(advice) = advised(group, with_rust)
    {
        head.push_str(&format!(" → *{advice}*"));
    }
    let named = named(group, sentence, operations);
    if !named.is_empty() {
        head.push_str(&format!("  \n  {named}"));
    }
    head.push('\n');
    let effects = group.effects();
    let (shown, left_out) = first(&effects, EFFECTS);
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
    // Nothing is folded of what is named already and needs no exemption.
    let is_named = group.level == Level::Info && group.count() <= NAMED + 1;
    if many && !is_named {
        folded.push(count(group.count(), "finding"));
        fold.extend(
            group
                .entries
                .iter()
                .map(|entry| folded_entry(entry, group.level)),
        );
    } else if !many && group.level != Level::Info && !group.check.starts_with("exemption-") {
        // The headline is its text.
        folded.push("fingerprint for an exemption".to_owned());
        let places = group.entries.iter().flat_map(|entry| &entry.places);
        fold.extend(places.map(|(_, finding)| {
            let pointer = code(&cut(&finding.pointer, NAME));
            format!("  - {pointer} · {}\n", code(&finding.fingerprint))
        }));
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
    }
}

/// Says what changes do to Rust code, and names a few of the items.
fn effect_line(mark: &str, effect: &Effect, changes: &[&Change]) -> String {
    let mut line = format!("{mark}{}", sentence(&effect.counted(changes.len())));
    if !effect.advice.is_empty() {
        line.push_str(&format!(" → *{}*", sentence(effect.advice)));
    }
    let (shown, left_out) = items(changes);
    let shown: Vec<String> = shown.iter().map(|item| code(&cut(item, ITEM))).collect();
    let more = if left_out > 0 {
        format!(" and {left_out} more")
    } else {
        String::new()
    };
    line.push_str(&format!(": {}{more}\n", shown.join(", ")));
    line
}

/// Renders findings of the same text on one line, with what an exemption needs.
fn folded_entry(entry: &grouping::Entry<'_>, level: Level) -> String {
    let mut line = format!("  - {}", sentence(&entry.text));
    let print = |finding: &Finding| match level {
        Level::Info => String::new(),
        _ => format!(" {}", code(&finding.fingerprint)),
    };
    match entry.places.as_slice() {
        [(_, only)] => line.push_str(&print(only)),
        places => {
            let places = places
                .iter()
                .map(|(name, finding)| format!("{}{}", sentence(name), print(finding)));
            let places: Vec<String> = places.collect();
            line.push_str(&format!(": {}", places.join(", ")));
        }
    }
    line.push('\n');
    line
}

/// Renders a name as a cell of a table, whose cells end at any bar.
pub(super) fn cell(name: &str) -> String {
    code(&cut(name, NAME)).replace('|', "\\|")
}

fn head(review: &Review) -> String {
    let summary = review.report.summary;
    let sign = match review.worst() {
        Some(Level::Breaking) => "❌",
        Some(Level::Warning) => "⚠️",
        Some(Level::Info) | None => "✅",
    };
    let mut names = String::from("| any caller: breaking | may break | compatible |");
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

fn exempted(all: &[Exempted]) -> List {
    let entry = |exempted: &Exempted| Entry {
        head: format!(
            "- {}  \n  {}  \n  <sub>{} · until {}</sub>\n",
            sentence(&exempted.finding.text),
            words(&cut(&exempted.reason, SENTENCE)),
            code(exempted.finding.id),
            exempted.expires
        ),
        ..Entry::default()
    };
    List {
        title: format!("{} exempted", count(all.len(), "finding")),
        folded: true,
        entries: all.iter().map(entry).collect(),
    }
}

/// Returns the changes of Rust code that break nothing.
fn harmless(changes: &[&Change]) -> List {
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
        folded: true,
        entries: effects(changes).into_iter().map(entry).collect(),
    }
}

fn change_line(change: &Change) -> String {
    let kind = match change.kind {
        ChangeKind::Added => "added",
        ChangeKind::Removed => "removed",
        ChangeKind::Changed => "changed",
    };
    format!("  - {kind}: {}\n", code(&cut(&change.item, SENTENCE)))
}

fn operations(all: &[&str]) -> String {
    let shown: Vec<String> = all.iter().map(|name| code(&cut(name, NAME))).collect();
    shown.join(", ")
}
