//! Compares limits of values: ranges, lengths, sizes, multiples.

use serde_json::Number;

use super::schema_comparison::SchemaComparison;
use crate::document::decimal::Decimal;
use crate::document::normalize::Shape;
use crate::document::tree::Located;

/// A numeric limit.
struct Limit {
    keyword: &'static str,
    /// Its name in the names of checks.
    name: &'static str,
    /// Whether it is an upper limit.
    is_upper: bool,
    /// The default if the keyword is missing.
    missing: Option<Decimal>,
    /// The types that it applies to.
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

/// The numeric types.
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

/// A bound of a range.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Bound {
    value: Decimal,
    exclusive: bool,
}

impl Bound {
    /// Returns whether it allows fewer values than `other`.
    fn is_stricter(self, other: Self, is_upper: bool) -> bool {
        let beyond = match is_upper {
            true => self.value < other.value,
            false => self.value > other.value,
        };
        beyond || self.value == other.value && self.exclusive
    }

    /// Returns the equivalent inclusive bound for integers: `> 0` is `>= 1`.
    fn last_integer(self, is_upper: bool) -> Option<i128> {
        match (is_upper, self.exclusive) {
            (true, false) => self.value.floor(),
            (true, true) => self.value.ceil()?.checked_sub(1),
            (false, false) => self.value.ceil(),
            (false, true) => self.value.floor()?.checked_add(1),
        }
    }
}

impl<'a> SchemaComparison<'_, 'a> {
    /// Reports changed limits.
    pub(super) fn limits(&mut self) {
        for limit in &LIMITS {
            if !self.matters(limit.kinds) {
                continue;
            }
            let old = number(&self.old, limit.keyword, limit.is_upper);
            let new = number(&self.new, limit.keyword, limit.is_upper);
            // A lower limit of zero is no limit.
            let no_limit = |value: Option<Decimal>| {
                value.filter(|value| limit.is_upper || *value > Decimal::ZERO)
            };
            let (old, new) = (no_limit(old), no_limit(new));
            // A separate check reports that a response may be empty now.
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
                    self.report("unique-items-set", &at, "", said);
                }
                (true, false) => {
                    self.report("unique-items-unset", &at, "", "may hold an item twice now")
                }
                _ => {}
            }
        }
        if self.matters(&["string"]) {
            self.patterns();
        }
    }

    /// Returns whether a keyword for these types applies to both schemas.
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
                    // Zero is no limit.
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
        self.report(&action, &at, &detail(old, new), said);
    }

    /// Compares bounds, with `exclusive` as the flag of OpenAPI 3.0 or the number of 3.1.
    fn range(&mut self, is_upper: bool, keyword: &str, exclusive: &str) {
        let old = bound(&self.old, keyword, exclusive, is_upper);
        let new = bound(&self.new, keyword, exclusive, is_upper);
        let name = |bound: Bound| match (is_upper, bound.exclusive) {
            (true, false) => "max",
            (false, false) => "min",
            (true, true) => "exclusive-max",
            (false, true) => "exclusive-min",
        };
        let word = |bound: Bound| if bound.exclusive { exclusive } else { keyword };
        match (old, new) {
            (Some(old), Some(new)) if self.allows_same_integers(old, new, is_upper) => {}
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
                self.report(&action, &at, &detail, said);
            }
            (None, Some(new)) => self.limit(word(new), name(new), None, Some(new.value)),
            (Some(old), None) => self.limit(word(old), name(old), Some(old.value), None),
            (None, None) => {}
        }
    }

    /// Returns whether the values are integers and both bounds allow the same ones.
    fn allows_same_integers(&self, old: Bound, new: Bound, is_upper: bool) -> bool {
        let ends = (old.last_integer(is_upper), new.last_integer(is_upper));
        let is_same = matches!(ends, (Some(old), Some(new)) if old == new);
        is_same && are_integers(&self.old) && are_integers(&self.new)
    }

    fn multiples(&mut self) {
        let (old, new) = (divisors(&self.old), divisors(&self.new));
        let at = self.at("multipleOf");
        // A new divisor breaks requests, a removed one breaks readers of responses.
        let (lacking, before) = match self.is_request() {
            true => (first_not_implied(&new, &old, &self.old), &old),
            false => (first_not_implied(&old, &new, &self.new), &new),
        };
        let Some(first) = lacking else {
            return;
        };
        match (before.first(), self.is_request()) {
            (None, true) => {
                let said = format!("must be a multiple of {first} now");
                self.report("multiple-of-set", &at, &first.to_string(), said);
            }
            (None, false) => {
                let said = format!("need no longer be a multiple of {first}");
                self.report("multiple-of-unset", &at, &first.to_string(), said);
            }
            (Some(other), is_request) => {
                let (old, new) = if is_request {
                    (*other, first)
                } else {
                    (first, *other)
                };
                let said = format!("must be a multiple of {new} instead of {old}");
                self.report("multiple-of-changed", &at, &format!("{old} {new}"), said);
            }
        }
    }
}

/// Returns whether only integers are allowed.
fn are_integers(shape: &Shape<'_>) -> bool {
    shape.types.iter().eq(["integer"].iter())
}

/// Returns what identifies a changed limit at its location.
fn detail(old: Option<Decimal>, new: Option<Decimal>) -> String {
    let floats = [old, new].map(|bound| bound.map(Decimal::as_f64));
    // Exact numbers that round to the same float.
    if let (Some(old), Some(new)) = (old, new)
        && floats[0] == floats[1]
    {
        return format!("{old} {new}");
    }
    let [old, new] = floats;
    format!("{old:?} {new:?}")
}

/// Returns the first of the divisors `some` that is not implied by `other`, whose divisors are `others`.
fn first_not_implied<'n>(
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

/// Returns the values of `multipleOf`.
fn divisors<'a>(shape: &Shape<'a>) -> Vec<&'a Number> {
    let parts = shape.compared_parts("multipleOf").iter();
    let all = parts.filter_map(|part| part.value.get("multipleOf")?.as_number());
    // Zero is invalid, and ignored.
    let mut all: Vec<&Number> = all.filter(|number| number.as_f64() != Some(0.0)).collect();
    all.sort_by_key(|number| number.to_string());
    all
}

/// Returns the strictest number under `keyword`.
fn number(shape: &Shape<'_>, keyword: &str, is_upper: bool) -> Option<Decimal> {
    let parts = shape.compared_parts(keyword).iter();
    let all = parts.filter_map(|part| decimal(part, keyword));
    if is_upper { all.min() } else { all.max() }
}

fn decimal(part: &Located<'_>, keyword: &str) -> Option<Decimal> {
    Decimal::from_number(part.value.get(keyword)?.as_number()?)
}

fn bound(shape: &Shape<'_>, keyword: &str, exclusive: &str, is_upper: bool) -> Option<Bound> {
    let mut ends = Vec::new();
    for part in shape.compared_parts(keyword) {
        let is_exclusive = part.flag(exclusive);
        let sides = [
            (decimal(part, keyword), is_exclusive),
            (decimal(part, exclusive), true),
        ];
        for (value, exclusive) in sides {
            ends.extend(value.map(|value| Bound { value, exclusive }));
        }
    }
    ends.into_iter()
        .reduce(|a, b| if b.is_stricter(a, is_upper) { b } else { a })
}
