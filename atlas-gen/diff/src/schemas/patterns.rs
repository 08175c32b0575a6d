//! Compares `pattern`.

use std::collections::BTreeSet;

use super::schema_comparison::SchemaComparison;
use crate::document::normalize::Shape;
use crate::document::pattern::includes;
use crate::quoting::code;
use crate::report::finding::Side;

impl<'a> SchemaComparison<'_, 'a> {
    /// Reports changed patterns.
    pub(super) fn patterns(&mut self) {
        let (old, new) = (patterns(&self.old), patterns(&self.new));
        if old == new {
            return;
        }
        // A pattern that matches every string is no constraint.
        let restricting = |all: &BTreeSet<&'a str>| {
            let all = all.iter().copied();
            all.filter(|pattern| !matches_all(pattern))
                .collect::<BTreeSet<&'a str>>()
        };
        let (was, is) = (restricting(&old), restricting(&new));
        if was == is {
            return;
        }
        let is_wider = include(&is, &was);
        if is_wider && include(&was, &is) {
            return;
        }
        let at = self.at("pattern");
        let show = |all: &BTreeSet<&str>| {
            let all: Vec<String> = all.iter().map(|pattern| code(&pattern)).collect();
            all.join(" and ")
        };
        let detail = format!("{} {}", show(&old), show(&new));
        let (action, said) = if old.is_subset(&new) && old.is_empty() {
            ("pattern-added", format!("must match {} now", show(&new)))
        } else if new.is_empty() {
            (
                "pattern-removed",
                format!("need no longer match {}", show(&old)),
            )
        } else if is_wider && self.role.family.side() == Side::Request {
            (
                "pattern-generalized",
                format!("may match {} instead of {}", show(&new), show(&old)),
            )
        } else {
            (
                "pattern-changed",
                format!("must match {} instead of {}", show(&new), show(&old)),
            )
        };
        self.report(action, &at, &detail, said);
    }
}

/// Returns whether each string that matches all of `old` is known to match all of `new`.
fn include(new: &BTreeSet<&str>, old: &BTreeSet<&str>) -> bool {
    let any = BTreeSet::from([""]);
    let old = if old.is_empty() { &any } else { old };
    let is_included = |new: &&str| old.iter().any(|old| includes(new, old) == Some(true));
    new.iter().all(is_included)
}

fn patterns<'a>(shape: &Shape<'a>) -> BTreeSet<&'a str> {
    let parts = shape.compared_parts("pattern").iter();
    let patterns = parts.filter_map(|part| part.text("pattern"));
    // The empty pattern matches everything.
    patterns.filter(|pattern| !pattern.is_empty()).collect()
}

/// Returns whether every string matches `pattern`: it repeats any character, or is not anchored at both
/// ends and may match nothing. `^.*$` does not match line breaks, but is meant for every string.
fn matches_all(pattern: &str) -> bool {
    const ANY: [&str; 8] = [
        ".", r"[\s\S]", r"[\S\s]", r"[\d\D]", r"[\D\d]", r"[\w\W]", r"[\W\w]", "[^]",
    ];
    let (rest, has_start) = match pattern.strip_prefix('^') {
        Some(rest) => (rest, true),
        None => (pattern, false),
    };
    let (rest, has_end) = match rest.strip_suffix('$') {
        Some(rest) => (rest, true),
        None => (rest, false),
    };
    let is_whole = has_start && has_end;
    let Some(characters) = rest.strip_suffix("*?").or_else(|| rest.strip_suffix('*')) else {
        return rest.is_empty() && !is_whole;
    };
    let class = characters
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'));
    let is_class = class.is_some_and(|inner| !inner.ends_with('\\') && !inner.contains(['[', ']']));
    ANY.contains(&characters) || is_class && !is_whole
}
