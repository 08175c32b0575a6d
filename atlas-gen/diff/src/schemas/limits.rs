//! Compares limits of values: ranges, lengths, sizes, patterns.

use std::collections::BTreeSet;

use serde_json::Value;

use super::work::Work;
use crate::document::normalize::Shape;
use crate::report::finding::Side;

/// A numeric limit.
struct Limit {
    keyword: &'static str,
    /// Its name in the names of checks.
    name: &'static str,
    /// Whether a lower number allows less.
    is_upper: bool,
    /// The default if the keyword is missing.
    missing: Option<f64>,
}

const fn limit(
    keyword: &'static str,
    name: &'static str,
    is_upper: bool,
    missing: Option<f64>,
) -> Limit {
    Limit {
        keyword,
        name,
        is_upper,
        missing,
    }
}

const LIMITS: [Limit; 6] = [
    limit("maxLength", "max-length", true, None),
    limit("minLength", "min-length", false, Some(0.0)),
    limit("maxItems", "max-items", true, None),
    limit("minItems", "min-items", false, Some(0.0)),
    limit("maxProperties", "max-properties", true, None),
    limit("minProperties", "min-properties", false, None),
];

/// One end of a range.
#[derive(Debug, Clone, Copy, PartialEq)]
struct End {
    value: f64,
    exclusive: bool,
}

impl<'a> Work<'_, 'a> {
    /// Reports changed limits.
    pub(super) fn limits(&mut self) {
        for limit in &LIMITS {
            let old = number(&self.old, limit.keyword, limit.is_upper);
            let new = number(&self.new, limit.keyword, limit.is_upper);
            // Zero as a lower limit is no limit.
            let none = |value: Option<f64>| value.filter(|value| limit.is_upper || *value > 0.0);
            let (old, new) = (none(old), none(new));
            // A response that may be empty now has lost its limit, which is a check of its own.
            let missing = match (limit.keyword, new) {
                ("minItems", None) if !self.is_request() => None,
                _ => limit.missing,
            };
            self.limit(limit.keyword, limit.name, old.or(missing), new.or(missing));
        }
        for (is_upper, keyword, exclusive) in [
            (true, "maximum", "exclusiveMaximum"),
            (false, "minimum", "exclusiveMinimum"),
        ] {
            self.range(is_upper, keyword, exclusive);
        }
        self.multiples();
        let at = self.at("uniqueItems");
        if self.new.flag("uniqueItems") && !self.old.flag("uniqueItems") {
            self.say(
                "unique-items-set",
                &at,
                "",
                "may no longer hold an item twice",
            );
        }
        self.patterns();
    }

    fn limit(&mut self, keyword: &str, name: &str, old: Option<f64>, new: Option<f64>) {
        let at = self.at(keyword);
        let (action, said) = match (old, new) {
            (Some(old), Some(new)) if old < new => (
                format!("{name}-increased"),
                format!("has `{keyword}` {new} instead of {old}"),
            ),
            (Some(old), Some(new)) if old > new => (
                format!("{name}-decreased"),
                format!("has `{keyword}` {new} instead of {old}"),
            ),
            (None, Some(new)) => (format!("{name}-set"), format!("has `{keyword}` {new} now")),
            (Some(old), None) => (
                format!("{name}-unset"),
                format!("no longer has `{keyword}` {old}"),
            ),
            _ => return,
        };
        let detail = format!("{old:?} {new:?}");
        self.say(&action, &at, &detail, said);
    }

    /// Compares both forms of a range: the flag of OpenAPI 3.0 and the number of 3.1.
    fn range(&mut self, is_upper: bool, keyword: &str, exclusive: &str) {
        let old = end(&self.old, keyword, exclusive, is_upper);
        let new = end(&self.new, keyword, exclusive, is_upper);
        let name = |end: End| match (is_upper, end.exclusive) {
            (true, false) => "max",
            (false, false) => "min",
            (true, true) => "exclusive-max",
            (false, true) => "exclusive-min",
        };
        let word = |end: End| if end.exclusive { exclusive } else { keyword };
        match (old, new) {
            (Some(old), Some(new)) if old.exclusive == new.exclusive => {
                self.limit(word(new), name(new), Some(old.value), Some(new.value));
            }
            (Some(old), Some(new)) => {
                let tighter = match is_upper {
                    true => new.value < old.value || new.value == old.value && new.exclusive,
                    false => new.value > old.value || new.value == old.value && new.exclusive,
                };
                if tighter {
                    self.limit(word(new), name(new), None, Some(new.value));
                } else {
                    self.limit(word(old), name(old), Some(old.value), None);
                }
            }
            (None, Some(new)) => self.limit(word(new), name(new), None, Some(new.value)),
            (Some(old), None) => self.limit(word(old), name(old), Some(old.value), None),
            (None, None) => {}
        }
    }

    fn multiples(&mut self) {
        let old = number(&self.old, "multipleOf", false);
        let new = number(&self.new, "multipleOf", false);
        let at = self.at("multipleOf");
        match (old, new) {
            (None, Some(new)) => {
                let said = format!("must be a multiple of {new} now");
                self.say("multiple-of-set", &at, &new.to_string(), said);
            }
            (Some(old), Some(new)) if new != 0.0 && (old / new).fract() != 0.0 => {
                let said = format!("must be a multiple of {new} instead of {old}");
                self.say("multiple-of-changed", &at, &format!("{old} {new}"), said);
            }
            _ => {}
        }
    }

    fn patterns(&mut self) {
        let (old, new) = (patterns(&self.old), patterns(&self.new));
        if old == new {
            return;
        }
        let at = self.at("pattern");
        let show = |all: &BTreeSet<&str>| {
            let all: Vec<String> = all.iter().map(|pattern| format!("`{pattern}`")).collect();
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
        } else if new.iter().all(|pattern| matches!(*pattern, ".*" | "^.*$"))
            && self.role.family.side() == Side::Request
        {
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
        self.say(action, &at, &detail, said);
    }
}

fn patterns<'a>(shape: &Shape<'a>) -> BTreeSet<&'a str> {
    let patterns = shape.parts.iter().filter_map(|part| part.text("pattern"));
    // The empty pattern matches everything.
    patterns.filter(|pattern| !pattern.is_empty()).collect()
}

/// Returns the tightest number under `keyword`.
fn number(shape: &Shape<'_>, keyword: &str, is_upper: bool) -> Option<f64> {
    let all = shape
        .parts
        .iter()
        .filter_map(|part| part.value.get(keyword)?.as_f64());
    all.reduce(|a, b| if is_upper { a.min(b) } else { a.max(b) })
}

fn end(shape: &Shape<'_>, keyword: &str, exclusive: &str, is_upper: bool) -> Option<End> {
    let mut ends = Vec::new();
    for part in &shape.parts {
        let value = part.value.get(keyword).and_then(Value::as_f64);
        match part.value.get(exclusive) {
            Some(Value::Bool(flag)) => ends.extend(value.map(|value| End {
                value,
                exclusive: *flag,
            })),
            other => {
                ends.extend(value.map(|value| End {
                    value,
                    exclusive: false,
                }));
                ends.extend(other.and_then(Value::as_f64).map(|value| End {
                    value,
                    exclusive: true,
                }));
            }
        }
    }
    ends.into_iter().reduce(|a, b| {
        let b_is_tighter = match is_upper {
            true => b.value < a.value || b.value == a.value && b.exclusive,
            false => b.value > a.value || b.value == a.value && b.exclusive,
        };
        if b_is_tighter { b } else { a }
    })
}
