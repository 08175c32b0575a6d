//! Validation errors of builders: conversions, required members, and their paths.

use std::any::Any;
use std::borrow::Cow;
use std::fmt::{self, Display};

use super::{Constrained, Constraint};

/// One violation: its path and its message.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Problem {
    /// Empty for the value as a whole.
    pub(crate) path: String,
    pub(crate) text: Cow<'static, str>,
}

impl Problem {
    pub(crate) fn new(path: &str, text: impl Into<Cow<'static, str>>) -> Self {
        Self {
            path: path.to_owned(),
            text: text.into(),
        }
    }

    /// Prepends `member` to the path of the violation.
    pub(crate) fn below(&self, member: &str) -> Self {
        let path = match self.path.as_str() {
            "" => member.to_owned(),
            inner if member.is_empty() || inner.starts_with('[') => format!("{member}{inner}"),
            inner => format!("{member}.{inner}"),
        };
        Self {
            path,
            text: self.text.clone(),
        }
    }
}

impl Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.path.as_str() {
            "" => f.write_str(&self.text),
            path => write!(f, "`{path}` {}", self.text),
        }
    }
}

impl fmt::Debug for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Display::fmt(self, f)
    }
}

/// The validation errors of a builder, each with the path of its member.
///
/// It contains no values, so it can be displayed and logged.
#[derive(Clone, PartialEq, Eq)]
pub struct BuildError {
    pub(crate) problems: Cow<'static, [Problem]>,
}

/// The initial state of each required member; a static, so that builders allocate nothing.
static NOT_SET: [Problem; 1] = [Problem {
    path: String::new(),
    text: Cow::Borrowed("is missing"),
}];

impl BuildError {
    /// Returns the error for a required value that was not set.
    pub fn missing() -> Self {
        Self {
            problems: Cow::Borrowed(&NOT_SET),
        }
    }

    /// Returns an error for the value as a whole. `text` completes a sentence that begins with the
    /// name of the member, and must not quote the value.
    pub fn invalid(text: impl Into<Cow<'static, str>>) -> Self {
        Self {
            problems: vec![Problem::new("", text)].into(),
        }
    }

    /// Returns the invalid members: the path of each, such as `source.groupId` or
    /// `migrationHosts[0]`, and the message.
    pub fn violations(&self) -> impl Iterator<Item = (&str, &str)> {
        let problems = self.problems.iter();
        problems.map(|problem| (problem.path.as_str(), &*problem.text))
    }
}

impl Display for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let problems: Vec<_> = self.problems.iter().map(Problem::to_string).collect();
        f.write_str(&problems.join("; "))
    }
}

impl fmt::Debug for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BuildError({self})")
    }
}

impl std::error::Error for BuildError {}

/// Converts a value. The errors of a nested builder keep their paths.
///
/// # Errors
/// The error of the conversion.
pub fn convert<T, V>(value: V) -> Result<T, BuildError>
where
    V: TryInto<T>,
    V::Error: Display + 'static,
{
    value.try_into().map_err(|error| refused(&error))
}

fn refused<E: Display + 'static>(error: &E) -> BuildError {
    match (error as &dyn Any).downcast_ref::<BuildError>() {
        Some(nested) => nested.clone(),
        None => BuildError::invalid(format!("cannot be used: {error}")),
    }
}

/// Converts each of `values`. The paths of errors are `[0]`, `[1]` and so on.
///
/// # Errors
/// The errors of all conversions that failed.
pub fn convert_each<T, I>(values: I) -> Result<Vec<T>, BuildError>
where
    I: IntoIterator,
    I::Item: TryInto<T>,
    <I::Item as TryInto<T>>::Error: Display + 'static,
{
    collect(values.into_iter().map(convert))
}

/// An entry of a list whose entries may be null: a value that converts into `T`, or an `Option` of one.
/// The compiler infers `By`, which tells the two apart.
pub trait Entry<T, By> {
    /// Converts the value, if there is one.
    ///
    /// # Errors
    /// The error of the conversion.
    fn entry(self) -> Result<Option<T>, BuildError>;
}

/// Marks an [`Entry`] that is a value.
#[derive(Debug)]
pub enum ByValue {}

/// Marks an [`Entry`] that is an `Option`.
#[derive(Debug)]
pub enum ByOption {}

impl<T, V> Entry<T, ByValue> for V
where
    V: TryInto<T>,
    V::Error: Display + 'static,
{
    fn entry(self) -> Result<Option<T>, BuildError> {
        convert(self).map(Some)
    }
}

impl<T, V> Entry<T, ByOption> for Option<V>
where
    V: TryInto<T>,
    V::Error: Display + 'static,
{
    fn entry(self) -> Result<Option<T>, BuildError> {
        self.map(convert).transpose()
    }
}

/// Converts each of `values`, which may be null. The paths of errors are `[0]`, `[1]` and so on.
///
/// # Errors
/// The errors of all conversions that failed.
pub fn convert_entries<T, By, I>(values: I) -> Result<Vec<Option<T>>, BuildError>
where
    I: IntoIterator,
    I::Item: Entry<T, By>,
{
    collect(values.into_iter().map(Entry::entry))
}

/// Collects converted values, or the errors of all that failed.
fn collect<T>(values: impl Iterator<Item = Result<T, BuildError>>) -> Result<Vec<T>, BuildError> {
    let mut converted = Vec::with_capacity(values.size_hint().0.min(1024));
    let mut faults = Faults::new();
    for (i, value) in values.enumerate() {
        match value {
            Ok(value) => converted.push(value),
            refused => faults.member(&format!("[{i}]"), &refused),
        }
    }
    faults.finish()?;
    Ok(converted)
}

/// Validates a value against the limits of the document.
///
/// # Errors
/// The errors in `value`, or the violations of its value.
pub fn constrain<T: Constrained>(
    value: Result<T, BuildError>,
    constraint: &Constraint<'_>,
) -> Result<T, BuildError> {
    let value = value?;
    let mut faults = Faults::new();
    value.check(constraint, "", &mut faults);
    faults.finish()?;
    Ok(value)
}

/// Collects the violations of all members of a builder.
#[derive(Debug, Default)]
pub struct Faults {
    problems: Vec<Problem>,
}

impl Faults {
    /// Returns an empty collection.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds the violations of a member.
    pub fn member<T>(&mut self, member: &str, value: &Result<T, BuildError>) {
        if let Err(error) = value {
            let problems = error.problems.iter();
            self.problems
                .extend(problems.map(|problem| problem.below(member)));
        }
    }

    /// Adds the errors of a member, or its violations of `constraint`.
    pub fn constrained<T: Constrained>(
        &mut self,
        member: &str,
        value: &Result<T, BuildError>,
        constraint: &Constraint<'_>,
    ) {
        match value {
            Ok(value) => value.check(constraint, member, self),
            Err(_) => self.member(member, value),
        }
    }

    /// Adds the additional members that have the name of one of the `named` members, and would be sent
    /// beside it.
    pub fn additional<'a, M, V>(
        &mut self,
        member: &str,
        value: &'a Result<M, BuildError>,
        named: &[&str],
    ) where
        &'a M: IntoIterator<Item = (&'a String, V)>,
    {
        for (name, _) in value.iter().flatten() {
            if named.contains(&name.as_str()) {
                self.push(&format!("{member}.{name}"), "is a member of its own");
            }
        }
    }

    /// Adds a violation; `text` must not quote the value.
    pub fn push(&mut self, path: &str, text: impl Into<Cow<'static, str>>) {
        self.problems.push(Problem::new(path, text));
    }

    /// Returns an error if there are violations.
    ///
    /// # Errors
    /// All violations.
    pub fn finish(self) -> Result<(), BuildError> {
        if self.problems.is_empty() {
            Ok(())
        } else {
            Err(BuildError {
                problems: self.problems.into(),
            })
        }
    }
}
