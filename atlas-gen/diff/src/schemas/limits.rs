//! Compares limits of values: ranges, lengths, sizes, multiples.

use serde_json::Number;

use super::work::Work;
use crate::document::decimal::Decimal;
use crate::document::normalize::Shape;
use crate::document::tree::Located;

/// A numeric limit.
struct Limit {
    keyword: &'static str,
    /// Its name in the names of checks.
    name: &'static str,
    /// Whether a lower number allows less.
    is_upper: bool,
    /// The default if the keyword is missing.
    missing: Option<Decimal>,
    /// The types whose values it limits.
    kinds: &'static [&'static str],
}

const fn limit(
    keyword: &'static str,
    name: &'static str,
    is_upper: bool,
    missing: Option<Decimal>,
    kinds: &'static [&'static str],
) -> Limit {
    Limit {
        keyword,
        name,
        is_upper,
        missing,
        kinds,
    }
}

/// The types that are numbers.
const NUMBERS: [&str; 2] = ["number", "integer"];

const LIMITS: [Limit; 6] = [
    limit("maxLength", "max-length", true, None, &["string"]),
    limit(
        "minLength",
        "min-length",
        false,
        Some(Decimal::ZERO),
        &["string"],
    ),
    limit("maxItems", "max-items", true, None, &["array"]),
    limit(
        "minItems",
        "min-items",
        false,
        Some(Decimal::ZERO),
        &["array"],
    ),
    limit("maxProperties", "max-properties", true, None, &["object"]),
    limit("minProperties", "min-properties", false, None, &["object"]),
];

/// One end of a range.
#[derive(Debug, Clone, Copy, PartialEq)]
struct End {
    value: Decimal,
    exclusive: bool,
}

impl End {
    /// Whether it allows less than `other`.
    fn is_tighter(self, other: Self, is_upper: bool) -> bool {
        let beyond = match is_upper {
            true => self.value < other.value,
            false => self.value > other.value,
        };
        beyond || self.value == other.value && self.exclusive
    }

    /// The last integer within it: `> 0` is `>= 1`.
    fn closed(self, is_upper: bool) -> Option<i128> {
        match (is_upper, self.exclusive) {
            (true, false) => self.value.floor(),
            (true, true) => self.value.ceil()?.checked_sub(1),
            (false, false) => self.value.ceil(),
            (false, true) => self.value.floor()?.checked_add(1),
        }
    }
}

impl<'a> Work<'_, 'a> {
    /// Reports changed limits.
    pub(super) fn limits(&mut self) {
        for limit in &LIMITS {
            if !self.matters(limit.kinds) {
                continue;
            }
            let old = number(&self.old, limit.keyword, limit.is_upper);
            let new = number(&self.new, limit.keyword, limit.is_upper);
            // Zero as a lower limit is no limit.
            let none = |value: Option<Decimal>| {
                value.filter(|value| limit.is_upper || *value > Decimal::ZERO)
            };
            let (old, new) = (none(old), none(new));
            // A response that may be empty now has lost its limit, which is a check of its own.
            let missing = match (limit.keyword, new) {
                ("minItems", None) if !self.is_request() => None,
                _ => limit.missing,
            };
            self.limit(limit.keyword, limit.name, old.or(missing), new.or(missing));
        }
        if self.matters(&NUMBERS) {
            for (is_upper, keyword, exclusive) in [
                (true, "maximum", "exclusiveMaximum"),
                (false, "minimum", "exclusiveMinimum"),
            ] {
                self.range(is_upper, keyword, exclusive);
            }
            self.multiples();
        }
        if self.matters(&["array"]) {
            let at = self.at("uniqueItems");
            let is_unique = |shape: &Shape<'a>| {
                let parts = shape.compared_parts("uniqueItems");
                parts.iter().any(|part| part.flag("uniqueItems"))
            };
            match (is_unique(&self.old), is_unique(&self.new)) {
                (false, true) => {
                    let said = "may no longer hold an item twice";
                    self.say("unique-items-set", &at, "", said);
                }
                (true, false) => {
                    self.say("unique-items-unset", &at, "", "may hold an item twice now")
                }
                _ => {}
            }
        }
        if self.matters(&["string"]) {
            self.patterns();
        }
    }

    /// Whether a keyword for values of these types means something in both schemas.
    pub(super) fn matters(&self, kinds: &[&str]) -> bool {
        let applies = |shape: &Shape<'_>| {
            shape.types.is_empty() || kinds.iter().any(|kind| shape.types.contains(kind))
        };
        applies(&self.old) && applies(&self.new)
    }

    fn limit(&mut self, keyword: &str, name: &str, old: Option<Decimal>, new: Option<Decimal>) {
        let at = self.at(keyword);
        let (action, said) = match (old, new) {
            (Some(old), Some(new)) if old < new => (
                format!("{name}-increased"),
                match keyword {
                    // The same as none.
                    "minItems" | "minLength" | "minProperties" if old == Decimal::ZERO => {
                        format!("has `{keyword}` {new} now")
                    }
                    _ => format!("has `{keyword}` {new} instead of {old}"),
                },
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
        self.say(&action, &at, &detail(old, new), said);
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
            (Some(old), Some(new)) if self.has_the_same_integers(old, new, is_upper) => {}
            (Some(old), Some(new)) if old.exclusive == new.exclusive => {
                self.limit(word(new), name(new), Some(old.value), Some(new.value));
            }
            // The same number became exclusive or inclusive.
            (Some(old), Some(new)) if old.value == new.value => {
                if new.exclusive {
                    self.limit(word(new), name(new), None, Some(new.value));
                } else {
                    self.limit(word(old), name(old), Some(old.value), None);
                }
            }
            (Some(old), Some(new)) => {
                let action = match old.value < new.value {
                    true => format!("{}-increased", name(new)),
                    false => format!("{}-decreased", name(new)),
                };
                let at = self.at(word(new));
                let (was, is) = (word(old), word(new));
                let said = format!("has `{is}` {} instead of `{was}` {}", new.value, old.value);
                let detail = detail(Some(old.value), Some(new.value));
                self.say(&action, &at, &detail, said);
            }
            (None, Some(new)) => self.limit(word(new), name(new), None, Some(new.value)),
            (Some(old), None) => self.limit(word(old), name(old), Some(old.value), None),
            (None, None) => {}
        }
    }

    /// Whether the values are integers, and both ends allow the same.
    fn has_the_same_integers(&self, old: End, new: End, is_upper: bool) -> bool {
        let ends = (old.closed(is_upper), new.closed(is_upper));
        let is_same = matches!(ends, (Some(old), Some(new)) if old == new);
        is_same && are_integers(&self.old) && are_integers(&self.new)
    }

    fn multiples(&mut self) {
        let (old, new) = (divisors(&self.old), divisors(&self.new));
        let at = self.at("multipleOf");
        // A request breaks by what is demanded now, a response by what no longer is.
        let (lacking, before) = match self.is_request() {
            true => (first_beyond(&new, &old, &self.old), &old),
            false => (first_beyond(&old, &new, &self.new), &new),
        };
        let Some(first) = lacking else {
            return;
        };
        match (before.first(), self.is_request()) {
            (None, true) => {
                let said = format!("must be a multiple of {first} now");
                self.say("multiple-of-set", &at, &first.to_string(), said);
            }
            (None, false) => {
                let said = format!("need no longer be a multiple of {first}");
                self.say("multiple-of-unset", &at, &first.to_string(), said);
            }
            (Some(other), is_request) => {
                let (old, new) = if is_request {
                    (*other, first)
                } else {
                    (first, *other)
                };
                let said = format!("must be a multiple of {new} instead of {old}");
                self.say("multiple-of-changed", &at, &format!("{old} {new}"), said);
            }
        }
    }
}

/// Whether values of a schema can only be integers.
fn are_integers(shape: &Shape<'_>) -> bool {
    shape.types.iter().eq(["integer"].iter())
}

/// What identifies a changed limit at its location.
fn detail(old: Option<Decimal>, new: Option<Decimal>) -> String {
    let floats = [old, new].map(|end| end.map(Decimal::as_f64));
    // Numbers that are one float.
    if let (Some(old), Some(new)) = (old, new)
        && floats[0] == floats[1]
    {
        return format!("{old} {new}");
    }
    let [old, new] = floats;
    format!("{old:?} {new:?}")
}

/// The first of `some`, the divisors of a schema, that does not divide what `other` allows, with its
/// divisors `others`.
fn first_beyond<'n>(
    some: &[&'n Number],
    others: &[&'n Number],
    other: &Shape<'_>,
) -> Option<&'n Number> {
    let mut all: Vec<Decimal> = others
        .iter()
        .filter_map(|n| Decimal::from_number(n))
        .collect();
    if are_integers(other) {
        all.push(Decimal::ONE);
    }
    // Integers that are multiples of 1.5 are multiples of 3.
    let mut rest = all.iter().copied();
    let together = rest
        .next()
        .and_then(|first| rest.try_fold(first, Decimal::common_multiple));
    all.extend(together);
    let divides = |number: &&&Number| {
        let number = Decimal::from_number(number);
        number.is_some_and(|number| all.iter().any(|other| other.is_multiple(number)))
    };
    some.iter().find(|number| !divides(number)).copied()
}

/// The numbers that a value must be a multiple of.
fn divisors<'a>(shape: &Shape<'a>) -> Vec<&'a Number> {
    let parts = shape.compared_parts("multipleOf").iter();
    let all = parts.filter_map(|part| part.value.get("multipleOf")?.as_number());
    // Zero is no divisor, and demands nothing.
    let mut all: Vec<&Number> = all.filter(|number| number.as_f64() != Some(0.0)).collect();
    all.sort_by_key(|number| number.to_string());
    all
}

/// Returns the tightest number under `keyword`.
fn number(shape: &Shape<'_>, keyword: &str, is_upper: bool) -> Option<Decimal> {
    let parts = shape.compared_parts(keyword).iter();
    let all = parts.filter_map(|part| decimal(part, keyword));
    if is_upper { all.min() } else { all.max() }
}

fn decimal(part: &Located<'_>, keyword: &str) -> Option<Decimal> {
    Decimal::from_number(part.value.get(keyword)?.as_number()?)
}

fn end(shape: &Shape<'_>, keyword: &str, exclusive: &str, is_upper: bool) -> Option<End> {
    let mut ends = Vec::new();
    for part in shape.compared_parts(keyword) {
        let is_exclusive = part.flag(exclusive);
        let sides = [
            (decimal(part, keyword), is_exclusive),
            (decimal(part, exclusive), true),
        ];
        for (value, exclusive) in sides {
            ends.extend(value.map(|value| End { value, exclusive }));
        }
    }
    ends.into_iter()
        .reduce(|a, b| if b.is_tighter(a, is_upper) { b } else { a })
}
