//! What stands behind the builders of request types: members being gathered, and what is wrong
//! with them by the rules of the document.

use std::any::Any;
use std::fmt;

use serde::Serialize;
use serde_json::{Map, Value};
use zeroize::Zeroize;

use crate::object::Object;
use crate::rule::Rule;
use crate::runtime::{BuildError, Problem};

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
        self.problems.retain(|problem| !concerns(problem, member));
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
        self.problems.retain(|problem| !concerns(problem, member));
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
    pub(crate) fn finish<T: Object>(mut self, rules: &[Rule]) -> Result<T, BuildError> {
        let mut problems = std::mem::take(&mut self.problems);
        for rule in rules {
            match self.members.get(rule.member) {
                Some(value) => rule.check(value, rule.member, &mut problems),
                None if !rule.required => {}
                None => {
                    if !problems
                        .iter()
                        .any(|problem| concerns(problem, rule.member))
                    {
                        problems.push(Problem::new(rule.member, "is required and was not set"));
                    }
                }
            }
        }
        if !problems.is_empty() {
            return Err(BuildError { problems });
        }
        let members = std::mem::take(&mut self.members);
        // Only a member set under a name that this version knows can have the wrong type.
        let wrong = |path: &str| Problem::new(path, "has the wrong type");
        let read = serde_path_to_error::deserialize(Value::Object(members));
        let value: T = read.map_err(|error| BuildError {
            problems: vec![wrong(&error.path().to_string())],
        })?;
        let problems: Vec<Problem> = value.parts().additional.odd().map(wrong).collect();
        if problems.is_empty() {
            Ok(value)
        } else {
            Err(BuildError { problems })
        }
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

/// Whether the problem is one of `member` or of something in it.
fn concerns(problem: &Problem, member: &str) -> bool {
    problem
        .path
        .strip_prefix(member)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
}

/// What a conversion refused, as problems of the member that it was for.
fn refused(member: &str, error: &dyn Refusal) -> Vec<Problem> {
    match error.as_any().downcast_ref::<BuildError>() {
        Some(nested) => nested
            .problems
            .iter()
            .map(|problem| {
                Problem::new(&format!("{member}.{}", problem.path), problem.text.clone())
            })
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
                use $crate::rule::Rule;
                const RULES: &[$crate::rule::Rule] = &[$($rule),*];
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
