//! The limits of the document for members that callers set: how long, how many, which values.
//!
//! Rules are checked on what callers build and never on what the server sends.

use serde_json::Value;

use crate::runtime::{Problem, matches, outside};

/// What a member has to meet.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rule {
    pub(crate) member: &'static str,
    pub(crate) required: bool,
    length: (u64, u64),
    items: (u64, u64),
    unique: bool,
    range: (f64, f64),
    exclusive: (bool, bool),
    multiple_of: Option<f64>,
    pattern: Option<&'static str>,
    values: Option<&'static [&'static str]>,
    numbers: Option<&'static [i64]>,
    each: Option<&'static Rule>,
}

#[allow(
    dead_code,
    reason = "not every slice of the document has every constraint"
)]
impl Rule {
    pub(crate) const fn new(member: &'static str) -> Self {
        Self {
            member,
            required: false,
            length: (0, u64::MAX),
            items: (0, u64::MAX),
            unique: false,
            range: (f64::NEG_INFINITY, f64::INFINITY),
            exclusive: (false, false),
            multiple_of: None,
            pattern: None,
            values: None,
            numbers: None,
            each: None,
        }
    }

    pub(crate) const fn required(member: &'static str) -> Self {
        let mut rule = Self::new(member);
        rule.required = true;
        rule
    }

    pub(crate) const fn min_length(mut self, limit: u64) -> Self {
        self.length.0 = limit;
        self
    }

    pub(crate) const fn max_length(mut self, limit: u64) -> Self {
        self.length.1 = limit;
        self
    }

    pub(crate) const fn min_items(mut self, limit: u64) -> Self {
        self.items.0 = limit;
        self
    }

    pub(crate) const fn max_items(mut self, limit: u64) -> Self {
        self.items.1 = limit;
        self
    }

    pub(crate) const fn unique_items(mut self) -> Self {
        self.unique = true;
        self
    }

    pub(crate) const fn minimum(mut self, limit: f64) -> Self {
        self.range.0 = limit;
        self
    }

    pub(crate) const fn maximum(mut self, limit: f64) -> Self {
        self.range.1 = limit;
        self
    }

    pub(crate) const fn exclusive_minimum(mut self, limit: f64) -> Self {
        self.range.0 = limit;
        self.exclusive.0 = true;
        self
    }

    pub(crate) const fn exclusive_maximum(mut self, limit: f64) -> Self {
        self.range.1 = limit;
        self.exclusive.1 = true;
        self
    }

    pub(crate) const fn multiple_of(mut self, step: f64) -> Self {
        self.multiple_of = Some(step);
        self
    }

    pub(crate) const fn pattern(mut self, pattern: &'static str) -> Self {
        self.pattern = Some(pattern);
        self
    }

    pub(crate) const fn values(mut self, values: &'static [&'static str]) -> Self {
        self.values = Some(values);
        self
    }

    pub(crate) const fn numbers(mut self, numbers: &'static [i64]) -> Self {
        self.numbers = Some(numbers);
        self
    }

    pub(crate) const fn each(mut self, rule: &'static Rule) -> Self {
        self.each = Some(rule);
        self
    }

    /// Adds to `problems` what of `value`, which stands at `path`, breaks this rule.
    pub(crate) fn check(&self, value: &Value, path: &str, problems: &mut Vec<Problem>) {
        let mut problem = |text: String| problems.push(Problem::new(path, text));
        match value {
            Value::String(text) => {
                // JSON Schema counts characters, not bytes.
                let length = text.chars().count() as u64;
                if let Some(text) = outside(length, self.length, "character") {
                    problem(text);
                }
                if let Some(pattern) = self.pattern
                    && !matches(pattern, text)
                {
                    problem(format!("must match the pattern {pattern}"));
                }
                if let Some(values) = self.values
                    && !values.contains(&text.as_str())
                {
                    problem(format!("must be one of {}", values.join(", ")));
                }
            }
            Value::Array(items) => {
                if let Some(text) = outside(items.len() as u64, self.items, "entry") {
                    problem(text);
                }
                let repeats = |(i, item): (usize, &Value)| items[..i].contains(item);
                if self.unique && items.iter().enumerate().any(repeats) {
                    problem("must not hold the same entry twice".to_owned());
                }
                if let Some(rule) = self.each {
                    for (i, item) in items.iter().enumerate() {
                        rule.check(item, &format!("{path}[{i}]"), problems);
                    }
                }
            }
            Value::Number(number) => {
                let number = number.as_f64().unwrap_or_default();
                let (low, high) = self.range;
                if number < low || (self.exclusive.0 && number <= low) {
                    let than = if self.exclusive.0 {
                        "more than"
                    } else {
                        "at least"
                    };
                    problem(format!("must be {than} {low}"));
                }
                if number > high || (self.exclusive.1 && number >= high) {
                    let than = if self.exclusive.1 {
                        "less than"
                    } else {
                        "at most"
                    };
                    problem(format!("must be {than} {high}"));
                }
                if let Some(step) = self.multiple_of
                    && (number / step).fract().abs() > f64::EPSILON
                {
                    problem(format!("must be a multiple of {step}"));
                }
                if let Some(numbers) = self.numbers
                    && !numbers.iter().any(|listed| *listed as f64 == number)
                {
                    let numbers: Vec<String> = numbers.iter().map(i64::to_string).collect();
                    problem(format!("must be one of {}", numbers.join(", ")));
                }
            }
            _ => {}
        }
    }
}
