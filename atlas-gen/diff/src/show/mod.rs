//! Renders a review as text for a terminal, as Markdown, as one page of HTML, or as JSON.
//!
//! Each form is a function from a [`Review`](crate::report::review::Review) to a string. It knows
//! its format and escaping: names in documents are untrusted.

pub mod history;
pub mod html;
pub mod json;
pub mod markdown;
mod section;
pub mod text;

use crate::report::Change;
use crate::report::advice::{advice, is_seen_in_rust};
use crate::report::effects::{alike, brief, is_rename, named as name};
use crate::report::finding::Level;
use crate::report::grouping::Group;
use crate::report::review::count;
use section::Section;

/// The number of causes of a section that are shown in full; it begins with the largest.
const CAUSES: usize = 10;
/// The number of effects on Rust code that are shown of a cause.
const EFFECTS: usize = 3;

/// Returns the word for a level beside a cause that breaks Rust code.
fn level_word(group: &Group<'_>) -> &'static str {
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

/// Returns what a cause says beside its headline of who else it breaks, if it breaks Rust code.
fn judged(group: &Group<'_>) -> Option<&'static str> {
    match group.breaks_at() {
        _ if group.exempted => Some("exempted"),
        Some(_) if !group.check.is_empty() => Some(level_word(group)),
        _ => None,
    }
}

/// Says of a cause without changes of Rust code with what that code is gone.
fn gone_with(group: &Group<'_>) -> Option<String> {
    let other = group.gone_with.as_ref()?;
    Some(format!("code that uses it is gone, because {other}"))
}

/// Returns the operations that the findings of a cause reach, sorted.
fn reached<'a>(group: &Group<'a>) -> Vec<&'a str> {
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
/// The number of new names that are shown: each is what a reader looks for.
const RENAMES: usize = 12;
/// The number of operations that are named for a finding.
const OPERATIONS: usize = 3;

/// Names what a cause is about beyond its headline: parts, and the operations that it reaches.
fn named(
    group: &Group<'_>,
    name: impl Fn(&str) -> String,
    operations: impl Fn(&[&str]) -> String,
) -> String {
    let mut said = Vec::new();
    let parts = parts(group);
    if !parts.is_empty() {
        let (shown, rest) = parts.split_at(first(&parts, NAMED).0.len());
        let shown: Vec<String> = shown.iter().map(|(part, _)| name(part)).collect();
        let more = match rest.iter().map(|(_, places)| places).sum() {
            0 => String::new(),
            left_out => format!(" and {left_out} more"),
        };
        said.push(format!("{}{more}", shown.join(", ")));
    }
    let reached = reached(group);
    match reached.len() {
        0 => {}
        _ if names_operations(group, &reached) => {}
        n if group.headline.starts_with(&count(n, "operation")) => {}
        1..=OPERATIONS if group.count() == 1 => said.push(format!("in {}", operations(&reached))),
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

/// Returns the items of changes alike in few words, and how many that leaves out.
fn items(changes: &[&Change]) -> (Vec<String>, usize) {
    if let [only] = changes {
        return (vec![brief(only)], 0);
    }
    let alike = alike(changes);
    let mut names: Vec<String> = changes.iter().map(|change| name(change, alike)).collect();
    names.dedup();
    let most = match changes.iter().all(|change| is_rename(change)) {
        true => RENAMES,
        false => NAMED,
    };
    let (shown, left_out) = first(&names, most);
    (shown.to_vec(), left_out)
}

/// Returns the item of a change and what else is to be known of it.
fn full(change: &Change) -> String {
    match &change.note {
        Some(note) => format!("{} ({note})", change.item),
        None => change.item.clone(),
    }
}

/// Returns the names of the parts that a cause is about, as Markdown, each with the number of its
/// places; none where its headline has them.
fn parts(group: &Group<'_>) -> Vec<(String, usize)> {
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
        // The same member, of which the texts say something else.
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

/// Returns what callers do about a cause that breaks no Rust code. Where Rust code is compared, its
/// callers have nothing to do.
fn advised(group: &Group<'_>, with_rust: bool) -> Option<String> {
    let is_for_all = group.check.starts_with("exemption-") || group.check == "codegen-refused";
    let advice = advice(group.check).filter(|_| group.level != Level::Info)?;
    // What the server refuses it refuses whoever sends it, if the Rust client speaks that version.
    let is_sent = group.check.starts_with("request-") || group.check.starts_with("new-");
    let is_judged = (group.level == Level::Breaking || is_seen_in_rust(group.check))
        && (!is_sent || group.unused == group.count());
    Some(match with_rust && !is_for_all && is_judged {
        true => format!("other callers: {advice}"),
        false => advice.to_owned(),
    })
}

/// Returns what causes break in Rust code, counted.
fn changes(groups: &[&Group<'_>]) -> String {
    let n = groups.iter().map(|group| group.rust.len()).sum();
    format!("{} of Rust code", count(n, "change"))
}

/// Returns whether the headline and the parts of a cause name all operations that it reaches.
fn names_operations(group: &Group<'_>, reached: &[&str]) -> bool {
    reached
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

/// The pieces of `text`; backquotes without a partner belong to the words around them. As many as
/// open a piece of code close it, so that a name may hold backquotes ([`crate::quoting`]).
fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = text;
    let mut from = 0;
    while let Some((start, opened)) = fence(rest, from) {
        let Some(end) = closing(rest, opened, opened - start) else {
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

/// Where the next backquotes at or after `from` begin and end.
fn fence(text: &str, from: usize) -> Option<(usize, usize)> {
    let start = from + text.get(from..)?.find('`')?;
    let rest = text.get(start..)?;
    let length = rest.find(|c| c != '`').unwrap_or(rest.len());
    Some((start, start + length))
}

/// Where the next `length` backquotes after `from` begin that stand without more beside them.
fn closing(text: &str, mut from: usize, length: usize) -> Option<usize> {
    while let Some((start, end)) = fence(text, from) {
        if end - start == length {
            return Some(start);
        }
        from = end;
    }
    None
}

/// The first `most` of `all`, and how many that leaves out; one more is shown rather than told of.
fn first<T>(all: &[T], most: usize) -> (&[T], usize) {
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
            c if c.is_control() || is_unseen(c) => out.extend(c.escape_unicode()),
            c => out.push(c),
        }
    }
    out
}

/// Returns whether a character is not seen itself: those of direction and of no width can make a text
/// look like another one, and separators of lines divide it.
fn is_unseen(c: char) -> bool {
    matches!(
        c,
        '\u{61c}' | '\u{200b}' | '\u{200e}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{2069}' | '\u{feff}'
    )
}

/// Truncates `text` to `most` characters.
fn cut(text: &str, most: usize) -> String {
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
    fn new_names_are_all_shown_and_a_name_once() {
        let renames: Vec<Change> = ["A", "B", "C", "D", "E"]
            .iter()
            .map(|name| change(&format!("types::{name} is called {name}2 now")))
            .collect();
        let (shown, left_out) = items(&renames.iter().collect::<Vec<_>>());
        assert_eq!((shown.len(), left_out), (5, 0));
        assert_eq!(shown[4], "E → E2");
        let same = change("types::builder::X::build() `a`: `maxItems` any → 25");
        let (shown, left_out) = items(&[&same, &same]);
        assert_eq!(
            (shown, left_out),
            (vec!["builder::X::build: `a`".to_owned()], 0)
        );
        let fields: Vec<Change> = ["a", "b", "c", "d", "e"]
            .iter()
            .map(|name| change(&format!("types::X::{name}: i64 → String")))
            .collect();
        let (shown, left_out) = items(&fields.iter().collect::<Vec<_>>());
        assert_eq!((shown.len(), left_out), (3, 2));
    }

    #[test]
    fn parts_count_their_places_and_the_same_member_is_one() {
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
            gone_with: None,
            unused: 0,
        };
        let named = named(&group, str::to_owned, |_| String::new());
        assert_eq!(
            named,
            "`roles[]` of 9 schemas, `a` of 2 schemas, `a` of `X` and 7 more"
        );
        assert_eq!(level_word(&group), "announced; calls to them fail now");
    }

    #[test]
    fn what_stands_between_backquotes_is_code_and_the_rest_words() {
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
    fn a_terminal_is_given_nothing_to_obey() {
        assert_eq!(
            plain("a\u{1b}[31m\nb\u{202e}c\u{7}é"),
            "a\\u{1b}[31m b\\u{202e}c\\u{7}é"
        );
    }

    #[test]
    fn characters_that_are_not_seen_are_spelled() {
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
    fn a_cut_text_says_so_and_never_splits_a_character() {
        assert_eq!(cut("äöü", 3), "äöü");
        assert_eq!(cut("äöü", 2), "äö…");
    }

    #[test]
    fn one_more_is_shown_rather_than_told_of() {
        assert_eq!(first(&[1, 2, 3, 4], 3), (&[1, 2, 3, 4][..], 0));
        assert_eq!(first(&[1, 2, 3, 4, 5], 3), (&[1, 2, 3][..], 2));
    }
}
