//! Renders a review as text for a terminal, as Markdown, as one page of HTML, or as JSON.
//!
//! Each format is a function from a [`Review`](crate::report::review::Review) to a string, and escapes
//! names in documents, which are untrusted.

pub mod history;
pub mod html;
pub mod json;
pub mod markdown;
mod section;
pub mod text;

use crate::report::Change;
use crate::report::advice::{advice, is_visible_in_rust};
use crate::report::effects::{brief, have_same_new_type, is_rename, label as name};
use crate::report::finding::Level;
use crate::report::grouping::Group;
use crate::report::review::count;
use section::Section;

/// The number of causes of a section that are shown in full, the largest first.
const CAUSES: usize = 10;
/// The number of effects on Rust code that are shown for a cause.
const EFFECTS: usize = 3;

/// Describes the level of a cause that breaks Rust code.
fn impact_of_level(group: &Group<'_>) -> &'static str {
    match group.level {
        Level::Info if group.check.ends_with("-removed-with-deprecation") => match group.count() {
            1 => "announced; calls to it fail now",
            _ => "announced; calls to them fail now",
        },
        Level::Breaking => "breaks other callers, too",
        Level::Warning => "may break other callers, too",
        Level::Info => "compatible for other callers",
    }
}

/// Describes whether a cause that breaks Rust code breaks other callers, too.
fn impact_on_others(group: &Group<'_>) -> Option<&'static str> {
    match group.breaks_at() {
        _ if group.exempted => Some("exempted"),
        Some(_) if !group.check.is_empty() => Some(impact_of_level(group)),
        _ => None,
    }
}

/// Explains why a cause changes no Rust code, if another finding removed that code.
fn removed_with(group: &Group<'_>) -> Option<String> {
    let other = group.removed_with.as_ref()?;
    Some(format!("code that uses it is gone, because {other}"))
}

/// Returns the operations that the findings of a cause affect, sorted.
fn affected_operations<'a>(group: &Group<'a>) -> Vec<&'a str> {
    let places = group.entries.iter().flat_map(|entry| &entry.places);
    let mut all: Vec<&str> = places
        .flat_map(|(_, finding)| &finding.operations)
        .map(String::as_str)
        .collect();
    all.sort_unstable();
    all.dedup();
    all
}

/// The number of names that are shown of a list.
const NAMED: usize = 3;
/// The number of renames that are shown in a list: readers need all of them.
const RENAMES: usize = 12;
/// The number of operations that are named for a finding.
const OPERATIONS: usize = 3;

/// Names the parts that a cause is about and the operations that it affects, unless its headline does.
fn name_parts(
    group: &Group<'_>,
    name: impl Fn(&str) -> String,
    operations: impl Fn(&[&str]) -> String,
) -> String {
    let mut said = Vec::new();
    let named_parts = named_parts(group);
    if !named_parts.is_empty() {
        let (shown, rest) = named_parts.split_at(take_first(&named_parts, NAMED).0.len());
        let shown: Vec<String> = shown.iter().map(|(part, _)| name(part)).collect();
        let more = match rest.iter().map(|(_, places)| places).sum() {
            0 => String::new(),
            left_out => format!(" and {left_out} more"),
        };
        said.push(format!("{}{more}", shown.join(", ")));
    }
    let affected = affected_operations(group);
    match affected.len() {
        0 => {}
        _ if names_operations(group, &affected) => {}
        n if group.headline.starts_with(&count(n, "operation")) => {}
        1..=OPERATIONS if group.count() == 1 => said.push(format!("in {}", operations(&affected))),
        n => said.push(format!("in {}", count(n, "operation"))),
    }
    if group.unused > 0 && group.level != Level::Info {
        let them = match (group.unused == group.count(), group.unused) {
            (true, 1) => "it concerns a version".to_owned(),
            (true, _) => "all of them concern versions".to_owned(),
            (false, 1) => "1 of them concerns a version".to_owned(),
            (false, n) => format!("{n} of them concern versions"),
        };
        said.push(format!(
            "{them} of the API that the Rust client does not use"
        ));
    }
    said.join("; ")
}

/// Returns the labels of changes with the same effect, and the number of omitted ones.
fn item_labels(count_changes: &[&Change]) -> (Vec<String>, usize) {
    if let [only] = count_changes {
        return (vec![brief(only)], 0);
    }
    let have_same_new_type = have_same_new_type(count_changes);
    let mut names: Vec<String> = count_changes
        .iter()
        .map(|change| name(change, have_same_new_type))
        .collect();
    names.dedup();
    let most = match count_changes.iter().all(|change| is_rename(change)) {
        true => RENAMES,
        false => NAMED,
    };
    let (shown, left_out) = take_first(&names, most);
    (shown.to_vec(), left_out)
}

/// Returns the item of a change with its note.
fn item_with_note(change: &Change) -> String {
    match &change.note {
        Some(note) => format!("{} ({note})", change.item),
        None => change.item.clone(),
    }
}

/// Returns the names of the parts that a cause is about, each with the number of its locations; none if
/// the headline has them.
fn named_parts(group: &Group<'_>) -> Vec<(String, usize)> {
    let entries = match group.entries.as_slice() {
        [only] if only.places.len() > 1 => {
            let places = only.places.iter();
            return places.map(|(name, _)| (name.clone(), 1)).collect();
        }
        [] | [_] => return Vec::new(),
        entries => entries,
    };
    let mut all: Vec<(String, usize)> = Vec::new();
    for entry in entries {
        let places = entry.places.len();
        // The same member with different texts.
        let of = |name: &str| {
            name.rsplit_once(" of ")
                .map(|(member, _)| member.to_owned())
        };
        let same = all.iter_mut().find(|(name, other)| {
            *name == entry.name || (places > 1 && *other > 1 && of(name) == of(&entry.name))
        });
        match same {
            Some((name, other)) if *name != entry.name => {
                let noun = entry.name.rsplit(' ').next().unwrap_or_default();
                *other += places;
                *name = format!("{} of {other} {noun}", of(name).unwrap_or_default());
            }
            Some((_, other)) => *other += places,
            None => all.push((entry.name.clone(), places)),
        }
    }
    all
}

/// Returns the advice on a cause that breaks no Rust code. If Rust code is compared, the advice may only
/// concern other callers.
fn advice_for(group: &Group<'_>, with_rust: bool) -> Option<String> {
    let is_for_all = group.check.starts_with("exemption-") || group.check == "codegen-refused";
    let advice = advice(group.check).filter(|_| group.level != Level::Info)?;
    // The server rejects invalid requests of the Rust client, too, if it uses that version.
    let is_sent = group.check.starts_with("request-") || group.check.starts_with("new-");
    let is_judged = (group.level == Level::Breaking || is_visible_in_rust(group.check))
        && (!is_sent || group.unused == group.count());
    Some(match with_rust && !is_for_all && is_judged {
        true => format!("other callers: {advice}"),
        false => advice.to_owned(),
    })
}

/// Returns the number of changes of Rust code that causes have, with the noun.
fn count_changes(groups: &[&Group<'_>]) -> String {
    let n = groups.iter().map(|group| group.rust.len()).sum();
    format!("{} of Rust code", count(n, "change"))
}

/// Returns whether the headline and the parts of a cause name all operations that it affects.
fn names_operations(group: &Group<'_>, affected: &[&str]) -> bool {
    affected
        .iter()
        .all(|operation| group.headline.contains(operation))
        || group.count() > 1
            && group.entries.iter().all(|entry| {
                entry
                    .places
                    .iter()
                    .all(|(_, finding)| finding.pointer.starts_with("/paths/"))
            })
}

/// A piece of a finding's text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Piece<'a> {
    /// Prose.
    Words(&'a str),
    /// The content of backquotes.
    Code(&'a str),
}

/// Splits `text` into prose and code. Code is closed by as many backquotes as open it, so that it may
/// contain others ([`crate::quoting`]); unclosed backquotes are prose.
fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = text;
    let mut from = 0;
    while let Some((start, opened)) = fence(rest, from) {
        let Some(end) = closing_fence(rest, opened, opened - start) else {
            from = opened;
            continue;
        };
        let code = rest.get(opened..end).unwrap_or_default();
        let padded = code
            .strip_prefix(' ')
            .and_then(|code| code.strip_suffix(' '));
        let code = match opened - start {
            1 => code,
            _ => padded.unwrap_or(code),
        };
        pieces.push(Piece::Words(rest.get(..start).unwrap_or_default()));
        pieces.push(Piece::Code(code));
        rest = rest.get(end + (opened - start)..).unwrap_or_default();
        from = 0;
    }
    pieces.push(Piece::Words(rest));
    pieces.retain(|piece| !matches!(piece, Piece::Words("")));
    pieces
}

/// Returns the start and end of the next backquotes at or after `from`.
fn fence(text: &str, from: usize) -> Option<(usize, usize)> {
    let start = from + text.get(from..)?.find('`')?;
    let rest = text.get(start..)?;
    let length = rest.find(|c| c != '`').unwrap_or(rest.len());
    Some((start, start + length))
}

/// Returns the start of the next run of exactly `length` backquotes after `from`.
fn closing_fence(text: &str, mut from: usize, length: usize) -> Option<usize> {
    while let Some((start, end)) = fence(text, from) {
        if end - start == length {
            return Some(start);
        }
        from = end;
    }
    None
}

/// Returns the first `most` of `all`, and the number of omitted ones. A single one is not omitted, since
/// a note on it would be as long.
fn take_first<T>(all: &[T], most: usize) -> (&[T], usize) {
    if all.len() <= most + 1 {
        return (all, 0);
    }
    let (shown, left_out) = all.split_at(most);
    (shown, left_out.len())
}

/// Returns `text` on one line without terminal control characters.
fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' | '\r' | '\t' => out.push(' '),
            c if c.is_control() || is_invisible(c) => out.extend(c.escape_unicode()),
            c => out.push(c),
        }
    }
    out
}

/// Returns whether a character is invisible: one of direction or without width, which can make a text
/// look like another one, or a separator of lines.
fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{61c}' | '\u{200b}' | '\u{200e}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{2069}' | '\u{feff}'
    )
}

/// Truncates `text` to `most` characters.
fn truncate(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        None => text.to_owned(),
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or_default()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::finding::Finding;
    use crate::report::grouping::Entry;
    use crate::report::{Breaks, ChangeKind};

    fn change(item: &str) -> Change {
        Change {
            kind: ChangeKind::Changed,
            item: item.to_owned(),
            breaks: Some(Breaks::Compile),
            cause: None,
            note: None,
        }
    }

    #[test]
    fn all_renames_are_shown_and_no_label_twice() {
        let renames: Vec<Change> = ["A", "B", "C", "D", "E"]
            .iter()
            .map(|name| change(&format!("types::{name} is called {name}2 now")))
            .collect();
        let (shown, left_out) = item_labels(&renames.iter().collect::<Vec<_>>());
        assert_eq!((shown.len(), left_out), (5, 0));
        assert_eq!(shown[4], "E → E2");
        let same = change("types::builder::X::build() `a`: `maxItems` any → 25");
        let (shown, left_out) = item_labels(&[&same, &same]);
        assert_eq!(
            (shown, left_out),
            (vec!["builder::X::build: `a`".to_owned()], 0)
        );
        let fields: Vec<Change> = ["a", "b", "c", "d", "e"]
            .iter()
            .map(|name| change(&format!("types::X::{name}: i64 → String")))
            .collect();
        let (shown, left_out) = item_labels(&fields.iter().collect::<Vec<_>>());
        assert_eq!((shown.len(), left_out), (3, 2));
    }

    #[test]
    fn parts_count_their_locations_and_a_member_is_listed_once() {
        let finding = Finding {
            id: "api-path-removed-with-deprecation",
            level: Level::Info,
            side: None,
            pointer: "/components/schemas/A".to_owned(),
            operations: Vec::new(),
            text: String::new(),
            fingerprint: String::new(),
        };
        let entry = |name: &str, places: usize| Entry {
            text: String::new(),
            name: name.to_owned(),
            places: vec![(String::new(), &finding); places],
        };
        let group = Group {
            check: finding.id,
            level: finding.level,
            headline: String::new(),
            exempted: false,
            entries: vec![
                entry("`roles[]` of 6 schemas", 6),
                entry("`roles[]` of 3 schemas", 3),
                entry("`a` of 2 schemas", 2),
                entry("`a` of `X`", 1),
                entry("`b` of 2 schemas", 2),
                entry("`c` of 5 schemas", 5),
            ],
            rust: Vec::new(),
            removed_with: None,
            unused: 0,
        };
        let parts = name_parts(&group, str::to_owned, |_| String::new());
        assert_eq!(
            parts,
            "`roles[]` of 9 schemas, `a` of 2 schemas, `a` of `X` and 7 more"
        );
        assert_eq!(impact_of_level(&group), "announced; calls to them fail now");
    }

    #[test]
    fn text_in_backquotes_is_code_and_the_rest_is_prose() {
        use Piece::{Code, Words};
        assert_eq!(
            pieces("the member `a` of `B` became `"),
            [
                Words("the member "),
                Code("a"),
                Words(" of "),
                Code("B"),
                Words(" became `")
            ]
        );
        assert_eq!(pieces("`a``b`"), [Code("a``b")]);
        assert_eq!(pieces("``"), [Words("``")]);
        for name in ["a`b", "`", "``a`", "a", " a ", "` `", "x` <b>@y</b> `z"] {
            let text = format!("the member {} of `B` is new", crate::quoting::code(&name));
            let around = [
                Words("the member "),
                Code(name),
                Words(" of "),
                Code("B"),
                Words(" is new"),
            ];
            assert_eq!(pieces(&text), around, "{name}");
        }
        assert_eq!(pieces(""), []);
    }

    #[test]
    fn control_characters_are_escaped_for_terminals() {
        assert_eq!(
            plain("a\u{1b}[31m\nb\u{202e}c\u{7}é"),
            "a\\u{1b}[31m b\\u{202e}c\\u{7}é"
        );
    }

    #[test]
    fn invisible_characters_are_escaped() {
        for c in [
            '\u{61c}', '\u{200b}', '\u{200f}', '\u{2028}', '\u{2060}', '\u{2066}', '\u{feff}',
        ] {
            assert_eq!(
                plain(&format!("a{c}b")),
                format!("a{}b", c.escape_unicode())
            );
        }
        assert_eq!(plain("x\u{ad}\u{200d}"), "x\u{ad}\u{200d}");
    }

    #[test]
    fn a_truncated_text_ends_with_an_ellipsis_and_a_whole_character() {
        assert_eq!(truncate("äöü", 3), "äöü");
        assert_eq!(truncate("äöü", 2), "äö…");
    }

    #[test]
    fn a_single_rest_is_not_omitted() {
        assert_eq!(take_first(&[1, 2, 3, 4], 3), (&[1, 2, 3, 4][..], 0));
        assert_eq!(take_first(&[1, 2, 3, 4, 5], 3), (&[1, 2, 3][..], 2));
    }
}
