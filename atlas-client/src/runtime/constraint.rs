//! The limits of the document: lengths, counts and numbers. They apply to the values that callers
//! build, never to the values that the server sends.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use regress::Regex;
use serde_json::Number;

use super::Faults;

/// The limits of a value, named after the keywords of JSON Schema.
#[derive(Debug, Clone, Copy)]
pub struct Constraint<'a> {
    /// The minimum number of characters of a string.
    pub min_length: u64,
    /// The maximum number of characters of a string.
    pub max_length: u64,
    /// The minimum number of entries of a list or a map.
    pub min_items: u64,
    /// The maximum number of entries of a list or a map.
    pub max_items: u64,
    /// Whether the entries of a list are distinct.
    pub unique_items: bool,
    /// The minimum of a number.
    pub minimum: f64,
    /// Whether the number is greater than `minimum`.
    pub exclusive_minimum: bool,
    /// The maximum of a number.
    pub maximum: f64,
    /// Whether the number is less than `maximum`.
    pub exclusive_maximum: bool,
    /// What the number is a multiple of.
    pub multiple_of: Option<f64>,
    /// A regular expression of ECMA-262 that matches a part of the string.
    pub pattern: Option<&'static str>,
    /// The `enum` of an integer.
    pub integers: Option<&'static [i64]>,
    /// The constraint of each entry of a list, or of each value of a map.
    pub items: Option<&'a Constraint<'a>>,
}

impl Constraint<'_> {
    /// A constraint that every value satisfies that JSON can hold.
    pub const NONE: Self = Self {
        min_length: 0,
        max_length: u64::MAX,
        min_items: 0,
        max_items: u64::MAX,
        unique_items: false,
        minimum: f64::NEG_INFINITY,
        exclusive_minimum: false,
        maximum: f64::INFINITY,
        exclusive_maximum: false,
        multiple_of: None,
        pattern: None,
        integers: None,
        items: None,
    };

    /// Validates a string, which may be a secret: no violation quotes it.
    pub(super) fn text(&self, text: &str, at: &str, faults: &mut Faults) {
        // JSON Schema counts characters, not bytes.
        let limits = (self.min_length, self.max_length);
        if limits != (0, u64::MAX) {
            let count = text.chars().count();
            within(limits, count, ["character", "characters"], at, faults);
        }
        if let Some(pattern) = self.pattern
            && !matches(pattern, text)
        {
            faults.push(at, format!("must match the pattern {pattern}"));
        }
    }

    /// Validates a number; none is one that JSON cannot hold.
    pub(super) fn number(&self, number: Option<Number>, at: &str, faults: &mut Faults) {
        let Some(number) = number else {
            return faults.push(at, "must be a finite number: JSON has no others");
        };
        let whole = number.as_i128();
        let Some(number) = number.as_f64() else {
            return;
        };
        if let (Some(integers), Some(whole)) = (self.integers, whole)
            && !integers.iter().any(|one| i128::from(*one) == whole)
        {
            let integers: Vec<String> = integers.iter().map(i64::to_string).collect();
            faults.push(at, format!("must be one of {}", integers.join(", ")));
        }
        let (low, high) = (self.minimum, self.maximum);
        if self.exclusive_minimum && number <= low {
            faults.push(at, format!("must be more than {low}"));
        } else if number < low {
            faults.push(at, format!("must be at least {low}"));
        }
        if self.exclusive_maximum && number >= high {
            faults.push(at, format!("must be less than {high}"));
        } else if number > high {
            faults.push(at, format!("must be at most {high}"));
        }
        if let Some(step) = self.multiple_of {
            let is_multiple = match (whole, step as i128) {
                (Some(whole), by) if by != 0 && by as f64 == step => whole % by == 0,
                _ => is_multiple(number, step),
            };
            if !is_multiple {
                faults.push(at, format!("must be a multiple of {step}"));
            }
        }
    }

    pub(super) fn count(&self, entries: usize, at: &str, faults: &mut Faults) {
        let limits = (self.min_items, self.max_items);
        within(limits, entries, ["entry", "entries"], at, faults);
    }
}

/// Returns whether `number` is a multiple of `step`, within the precision of binary fractions:
/// `0.3` is a multiple of `0.1`.
fn is_multiple(number: f64, step: f64) -> bool {
    let times = number / step;
    (times - times.round()).abs() <= 1e-9_f64.max(times.abs() * f64::EPSILON)
}

/// Validates the count of what `units` names, one and several.
fn within((low, high): (u64, u64), count: usize, units: [&str; 2], at: &str, faults: &mut Faults) {
    let (bound, limit) = match count as u64 {
        count if (low..=high).contains(&count) => return,
        _ if low == high => ("exactly", low),
        count if count < low => ("at least", low),
        _ => ("at most", high),
    };
    let unit = units[usize::from(limit != 1)];
    faults.push(at, format!("must have {bound} {limit} {unit}, has {count}"));
}

/// Returns whether `text` matches `pattern`, a regular expression of ECMA-262 as OpenAPI requires
/// it.
///
/// JSON Schema parses patterns as Unicode, in which `\p{L}` is a letter; some are valid only
/// without that. A pattern that does not parse either way is ignored: the server decides.
fn matches(pattern: &'static str, text: &str) -> bool {
    type Known = BTreeMap<&'static str, Option<Arc<Regex>>>;
    static KNOWN: Mutex<Known> = Mutex::new(Known::new());
    let regex = {
        let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
        known
            .entry(pattern)
            .or_insert_with(|| {
                let regex = Regex::with_flags(pattern, "u").or_else(|_| Regex::new(pattern));
                regex.ok().map(Arc::new)
            })
            .clone()
    };
    regex.is_none_or(|regex| regex.find(text).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_are_read_as_unicode_where_they_can_be() {
        let letters = r"^[\p{L}\p{N}\-_.,' ]*$";
        assert!(matches(letters, "Zürich 8"));
        assert!(!matches(letters, "a/b"));
        // An escape that is invalid in Unicode patterns.
        assert!(matches(r"^a\:b$", "a:b"));
        assert!(!matches(r"^a\:b$", "a-b"));
        assert!(matches("(", "anything"));
    }

    #[test]
    fn multiples_of_fractions_and_of_large_integers_are_told() {
        for (number, step, fits) in [
            (0.3, 0.1, true),
            (0.35, 0.1, false),
            (1e15 + 1.0, 2.0, false),
            (-6.0, 3.0, true),
        ] {
            assert_eq!(is_multiple(number, step), fits, "{number} by {step}");
        }
        let even = Constraint {
            multiple_of: Some(2.0),
            ..Constraint::NONE
        };
        for (number, fits) in [(i64::MAX, false), (i64::MAX - 1, true), (i64::MIN, true)] {
            let mut faults = Faults::new();
            even.number(Some(number.into()), "", &mut faults);
            assert_eq!(faults.finish().is_ok(), fits, "{number}");
        }
    }
}
