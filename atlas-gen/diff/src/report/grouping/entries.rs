//! Merges findings of one cause whose texts differ only in their locations.
//!
//! It parses the texts of findings.

use std::collections::HashMap;

use crate::quoting::code;
use crate::report::details::join_list;
use crate::report::finding::Finding;
use crate::report::review::count;

/// Findings whose texts differ only in their locations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry<'a> {
    /// The text, with the number of locations if there are several.
    pub text: String,
    /// The subject of the text, such as `` `results` of 74 schemas ``.
    pub name: String,
    /// The findings, each with the name of its component or operation in backquotes.
    pub places: Vec<(String, &'a Finding)>,
}

impl Entry<'_> {
    /// Returns whether it is about whole schemas, and not members.
    pub(super) fn is_of_schemas(&self) -> bool {
        SCHEMAS.iter().any(|start| self.text.starts_with(start))
    }
}

/// The prefixes of texts about whole schemas.
const SCHEMAS: [&str; 2] = ["the request schema ", "the response schema "];

/// Replaces the name of the owner in a text.
const PLACEHOLDER: char = '\u{0}';

/// The maximal number of whole schemas that are named.
const MAX_NAMED: usize = 3;

/// Merges findings whose texts differ only in the owner.
pub(super) fn merge_entries<'a>(
    places: impl Iterator<Item = (String, &'a Finding)>,
) -> Vec<Entry<'a>> {
    let mut entries: Vec<(String, Entry<'a>)> = Vec::new();
    let mut index_of: HashMap<String, usize> = HashMap::new();
    for (owner_of, finding) in places {
        let text = rephrase_for_member(&finding.text);
        let template = match owner_of.is_empty() {
            true => text.clone(),
            false => text.replacen(&owner_of, &PLACEHOLDER.to_string(), 1),
        };
        let at = *index_of.entry(template.clone()).or_insert_with(|| {
            let entry = Entry {
                name: name(&text),
                text,
                places: Vec::new(),
            };
            entries.push((template, entry));
            entries.len() - 1
        });
        if let Some((_, entry)) = entries.get_mut(at) {
            entry.places.push((owner_of, finding));
        }
    }
    let mut entries: Vec<Entry<'a>> = entries
        .into_iter()
        .map(|(template, mut entry)| {
            if let [(_, first), _, ..] = entry.places.as_slice() {
                let of = format!(" of {PLACEHOLDER}");
                let places = count(entry.places.len(), noun(first));
                let counted = |text: &str| text.replacen(&of, &format!(" of {places}"), 1);
                let is_part = template.contains(&of);
                entry.text = match is_part {
                    true => counted(&template),
                    false => template.replacen(PLACEHOLDER, "…", 1),
                };
                entry.name = match name(&template) {
                    name if name.contains(&of) => counted(&name),
                    _ if is_part => entry.text.clone(),
                    _ if entry.is_of_schemas() && entry.places.len() <= MAX_NAMED => {
                        let names = entry.places.iter().map(|(owner_of, _)| owner_of.as_str());
                        format!("schemas {}", join_list(&names.collect::<Vec<_>>(), "and"))
                    }
                    _ if entry.is_of_schemas() => format!("{places} as a whole"),
                    _ => places,
                };
            }
            entry
        })
        .collect();
    entries.sort_by_key(|entry| std::cmp::Reverse(entry.places.len()));
    entries
}

/// Makes a member the subject of a text about its schema: `the response schema `S` has a member `m` that
/// became required`.
fn rephrase_for_member(text: &str) -> String {
    let side = SCHEMAS.iter().find(|start| text.starts_with(**start));
    let member = side.and_then(|side| {
        let (schema, rest) = text.strip_prefix(side)?.split_once(" has a member ")?;
        let (member, rest) = rest.split_once(" that ")?;
        Some(format!(
            "{} {member} of {schema} {rest}",
            side.replace("schema ", "member").trim_end()
        ))
    });
    member.unwrap_or_else(|| text.to_owned())
}

/// Returns the component or operation of a finding in backquotes, as its text names it; empty if its
/// text does not.
pub(super) fn owner_of(finding: &Finding) -> String {
    let tokens: Vec<String> = atlas_gen::pointer::tokens(&finding.pointer).collect();
    let tokens: Vec<&str> = tokens.iter().map(String::as_str).collect();
    let owner_of = match tokens.as_slice() {
        ["components", _, name, ..] => code(name),
        ["paths", path, method, ..] => code(&format!("{} {path}", method.to_uppercase())),
        _ => return String::new(),
    };
    if finding.text.contains(&owner_of) {
        owner_of
    } else {
        String::new()
    }
}

/// Returns the noun for what [`owner_of`] returns.
fn noun(finding: &Finding) -> &'static str {
    let starts = |start: &str| finding.pointer.starts_with(start);
    if starts("/components/schemas/") {
        "schema"
    } else if starts("/paths/") {
        "operation"
    } else {
        "place"
    }
}

/// Returns the subject of a text: its first name with what it belongs to; a schema with the word.
fn name(text: &str) -> String {
    let name = subject(text);
    let is_schema = SCHEMAS.iter().any(|start| text.starts_with(start));
    match is_schema && name.starts_with('`') && !name.contains(" of ") {
        true => format!("schema {name}"),
        false => name,
    }
}

fn subject(text: &str) -> String {
    let ends = |text: &str, from: usize| {
        let rest = text.get(from..)?;
        if rest.starts_with(PLACEHOLDER) {
            return Some(from + PLACEHOLDER.len_utf8());
        }
        let fence = rest.len() - rest.trim_start_matches('`').len();
        let mark = rest.get(..fence).filter(|mark| !mark.is_empty())?;
        Some(from + fence + rest.get(fence..)?.find(mark)? + fence)
    };
    let Some(start) = text.find(['`', PLACEHOLDER]) else {
        return text.to_owned();
    };
    let Some(end) = ends(text, start) else {
        return text.to_owned();
    };
    let of = " of ";
    let more = text.get(end..).is_some_and(|rest| rest.starts_with(of));
    let end = more
        .then(|| ends(text, end + of.len()))
        .flatten()
        .unwrap_or(end);
    text.get(start..end).unwrap_or(text).to_owned()
}
