//! What stands behind the builders of request types: members being gathered, and the rules that
//! they have to meet.
//!
//! Rules come from the constraints of the Atlas document. They are checked on what callers build
//! and never on what the server sends.

use std::any::Any;
use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use regress::Regex;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use zeroize::Zeroize;

/// What a member has to meet.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rule {
    member: &'static str,
    required: bool,
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
    fn check(&self, value: &Value, path: &str, problems: &mut Vec<Problem>) {
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

/// Says so if `count` is not within `limits`.
fn outside(count: u64, limits: (u64, u64), unit: &str) -> Option<String> {
    let units = |n: u64| match (n, unit) {
        (1, unit) => unit.to_owned(),
        (_, "entry") => "entries".to_owned(),
        (_, unit) => format!("{unit}s"),
    };
    let (low, high) = limits;
    if (low..=high).contains(&count) {
        return None;
    }
    Some(match (low, high) {
        (low, high) if low == high => {
            format!("must have exactly {low} {}, has {count}", units(low))
        }
        (low, _) if count < low => format!("must have at least {low} {}, has {count}", units(low)),
        (_, high) => format!("must have at most {high} {}, has {count}", units(high)),
    })
}

/// Whether `text` matches `pattern`, a regular expression of ECMA-262 as OpenAPI wants it.
///
/// A pattern that cannot be read restricts nothing: the server decides.
fn matches(pattern: &'static str, text: &str) -> bool {
    type Known = HashMap<&'static str, Option<Arc<Regex>>>;
    static KNOWN: OnceLock<Mutex<Known>> = OnceLock::new();
    let regex = {
        let mut known = KNOWN
            .get_or_init(Mutex::default)
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        known
            .entry(pattern)
            .or_insert_with(|| Regex::new(pattern).ok().map(Arc::new))
            .clone()
    };
    regex.is_none_or(|regex| regex.find(text).is_some())
}

/// One thing that is wrong with what was built.
#[derive(Clone, PartialEq, Eq)]
struct Problem {
    path: String,
    text: String,
}

impl Problem {
    fn new(path: &str, text: impl Into<String>) -> Self {
        Self {
            path: path.to_owned(),
            text: text.into(),
        }
    }

    /// Whether the problem is one of `member` or of something in it.
    fn concerns(&self, member: &str) -> bool {
        self.path
            .strip_prefix(member)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
    }
}

/// What keeps a builder from building: each member at fault, by its path, and why.
///
/// Values are not part of it, so it may be shown and logged.
#[derive(Clone, PartialEq, Eq)]
pub struct BuildError {
    problems: Vec<Problem>,
}

impl BuildError {
    /// The members at fault: the path of each, such as `source.groupId` or `migrationHosts[0]`, and
    /// what is wrong with it.
    pub fn violations(&self) -> impl Iterator<Item = (&str, &str)> {
        self.problems
            .iter()
            .map(|problem| (problem.path.as_str(), problem.text.as_str()))
    }
}

impl fmt::Display for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, problem) in self.problems.iter().enumerate() {
            if i > 0 {
                f.write_str("; ")?;
            }
            write!(f, "`{}` {}", problem.path, problem.text)?;
        }
        Ok(())
    }
}

impl fmt::Debug for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BuildError({self})")
    }
}

impl std::error::Error for BuildError {}

/// Members that a builder has gathered so far.
#[derive(Clone, Default)]
pub(crate) struct Draft {
    members: Map<String, Value>,
    problems: Vec<Problem>,
}

impl Draft {
    /// Sets a member from a value that may still have to be converted.
    pub(crate) fn set<T: Serialize>(
        &mut self,
        member: &'static str,
        value: impl TryInto<T, Error: Refusal>,
    ) {
        self.problems.retain(|problem| !problem.concerns(member));
        match value.try_into() {
            Ok(value) => self.insert(member, &value),
            Err(error) => self.problems.extend(refused(member, &error)),
        }
    }

    /// Sets a member that is a list.
    pub(crate) fn set_each<T, V>(
        &mut self,
        member: &'static str,
        values: impl IntoIterator<Item = V>,
    ) where
        T: Serialize,
        V: TryInto<T, Error: Refusal>,
    {
        self.problems.retain(|problem| !problem.concerns(member));
        let mut items = Vec::new();
        for (i, value) in values.into_iter().enumerate() {
            match value.try_into() {
                Ok(value) => items.push(value),
                Err(error) => self
                    .problems
                    .extend(refused(&format!("{member}[{i}]"), &error)),
            }
        }
        self.insert(member, &items);
    }

    /// Sets a member that this version of the client does not know.
    pub(crate) fn set_additional(&mut self, member: String, value: Value) {
        self.members.insert(member, value);
    }

    fn insert(&mut self, member: &'static str, value: &impl Serialize) {
        match serde_json::to_value(value) {
            Ok(value) => {
                self.members.insert(member.to_owned(), value);
            }
            Err(error) => self.problems.push(Problem::new(
                member,
                format!("cannot be written as JSON: {error}"),
            )),
        }
    }

    /// Checks the members against `rules` and makes the value.
    pub(crate) fn finish<T: DeserializeOwned>(mut self, rules: &[Rule]) -> Result<T, BuildError> {
        let mut problems = std::mem::take(&mut self.problems);
        for rule in rules {
            match self.members.get(rule.member) {
                Some(value) => rule.check(value, rule.member, &mut problems),
                None if !rule.required => {}
                None => {
                    if !problems.iter().any(|problem| problem.concerns(rule.member)) {
                        problems.push(Problem::new(rule.member, "is required and was not set"));
                    }
                }
            }
        }
        if !problems.is_empty() {
            return Err(BuildError { problems });
        }
        let members = std::mem::take(&mut self.members);
        serde_path_to_error::deserialize(Value::Object(members)).map_err(|error| {
            // Only a member set under a name that this version knows can have the wrong type.
            let path = error.path().to_string();
            BuildError {
                problems: vec![Problem::new(&path, "has the wrong type")],
            }
        })
    }
}

/// Why a value cannot be used: the error of its conversion.
///
/// Every error that can be shown is one. It says `'static` so that what a nested builder found
/// can be told from other errors and keep its paths.
pub trait Refusal: fmt::Display + Any {
    #[doc(hidden)]
    fn as_any(&self) -> &dyn Any;
}

impl<T: fmt::Display + Any> Refusal for T {
    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// What a conversion refused, as problems of the member that it was for.
fn refused(member: &str, error: &dyn Refusal) -> Vec<Problem> {
    match error.as_any().downcast_ref::<BuildError>() {
        Some(nested) => nested
            .problems
            .iter()
            .map(|problem| Problem::new(&format!("{member}.{}", problem.path), &*problem.text))
            .collect(),
        None => vec![Problem::new(member, format!("cannot be used: {error}"))],
    }
}

impl fmt::Debug for Draft {
    /// Shows the names of the members only: values may be secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.members.keys()).finish()
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        self.members.values_mut().for_each(wipe);
    }
}

/// Overwrites the texts in `value`: a draft may hold passwords.
fn wipe(value: &mut Value) {
    match value {
        Value::String(text) => text.zeroize(),
        Value::Array(items) => items.iter_mut().for_each(wipe),
        Value::Object(members) => members.values_mut().for_each(wipe),
        _ => {}
    }
}

/// Implements what the builders of request types have in common.
macro_rules! builder {
    ($builder:ident builds $name:ident { $($rule:expr),* $(,)? }) => {
        impl $builder {
            /// Sets a member that this version of the client does not know, or one that it knows
            /// to a value that it does not; null is a value, too.
            pub fn additional(
                mut self,
                member: impl Into<String>,
                value: impl Into<serde_json::Value>,
            ) -> Self {
                self.0.set_additional(member.into(), value.into());
                self
            }

            /// Checks everything that was set and makes the value.
            ///
            /// # Errors
            /// A required member that was not set, or members that break a rule of the Atlas
            /// document; all of them, each by its path.
            pub fn build(self) -> Result<$name, $crate::BuildError> {
                #[allow(unused_imports, reason = "not every type has rules")]
                use $crate::draft::Rule;
                const RULES: &[$crate::draft::Rule] = &[$($rule),*];
                self.0.finish(RULES)
            }
        }

        impl TryFrom<$builder> for $name {
            type Error = $crate::BuildError;

            fn try_from(builder: $builder) -> Result<Self, Self::Error> {
                builder.build()
            }
        }
    };
}
pub(crate) use builder;
