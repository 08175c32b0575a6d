//! Applies a constraint to each type of value.

use std::collections::{BTreeMap, HashSet};

use serde::Serialize;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::{Constraint, Faults};
use crate::auth::zeroizing;
use crate::{ObjectId, Sensitive, Timestamp};

/// A value that limits of the document may apply to. By default none do.
pub trait Constrained: Serialize {
    /// Adds the violations of `constraint` by this value, whose path is `at`.
    fn check(&self, constraint: &Constraint<'_>, at: &str, faults: &mut Faults) {
        let _ = (constraint, at, faults);
    }
}

impl Constrained for bool {}

/// Implements the check of texts or numbers.
macro_rules! constrained {
    ($check:ident: $($type:ty => $value:expr),*) => {$(
        impl Constrained for $type {
            fn check(&self, constraint: &Constraint<'_>, at: &str, faults: &mut Faults) {
                constraint.$check($value(self), at, faults);
            }
        }
    )*};
}
constrained!(text: String => Self::as_str, Sensitive => Self::expose);
constrained!(text: ObjectId => Self::as_str, Timestamp => Self::as_str);
constrained!(number: f32 => |it: &f32| f64::from(*it), f64 => |it: &f64| *it);

macro_rules! integers {
    ($($integer:ty),*) => {$(
        impl Constrained for $integer {
            fn check(&self, constraint: &Constraint<'_>, at: &str, faults: &mut Faults) {
                match i64::try_from(*self) {
                    Ok(number) => constraint.integer(number, at, faults),
                    Err(_) => constraint.number(*self as f64, at, faults),
                }
            }
        }
    )*};
}
integers!(i8, i16, i32, i64, u8, u16, u32, u64);

impl Constrained for Value {
    fn check(&self, constraint: &Constraint<'_>, at: &str, faults: &mut Faults) {
        match self {
            Self::String(text) => constraint.text(text, at, faults),
            Self::Array(entries) => list(entries, constraint, at, faults),
            Self::Number(number) => match (number.as_i64(), number.as_f64()) {
                (Some(number), _) => constraint.integer(number, at, faults),
                (None, Some(number)) => constraint.number(number, at, faults),
                (None, None) => {}
            },
            Self::Object(entries) => map(entries, constraint, at, faults),
            Self::Null | Self::Bool(_) => {}
        }
    }
}

impl Constrained for serde_json::Map<String, Value> {
    fn check(&self, constraint: &Constraint<'_>, at: &str, faults: &mut Faults) {
        map(self, constraint, at, faults);
    }
}

impl<T: Constrained> Constrained for Option<T> {
    fn check(&self, constraint: &Constraint<'_>, at: &str, faults: &mut Faults) {
        if let Some(value) = self {
            value.check(constraint, at, faults);
        }
    }
}

impl<T: Constrained> Constrained for Box<T> {
    fn check(&self, constraint: &Constraint<'_>, at: &str, faults: &mut Faults) {
        T::check(self, constraint, at, faults);
    }
}

impl<T: Constrained + PartialEq> Constrained for Vec<T> {
    fn check(&self, constraint: &Constraint<'_>, at: &str, faults: &mut Faults) {
        list(self, constraint, at, faults);
    }
}

impl<T: Constrained> Constrained for BTreeMap<String, T> {
    fn check(&self, constraint: &Constraint<'_>, at: &str, faults: &mut Faults) {
        map(self, constraint, at, faults);
    }
}

fn map<'a, T: Constrained + 'a>(
    entries: impl IntoIterator<Item = (&'a String, &'a T), IntoIter: ExactSizeIterator>,
    constraint: &Constraint<'_>,
    at: &str,
    faults: &mut Faults,
) {
    let entries = entries.into_iter();
    constraint.count(entries.len(), at, faults);
    if let Some(each) = constraint.items {
        for (key, value) in entries {
            let at = match at {
                "" => key.clone(),
                at => format!("{at}.{key}"),
            };
            value.check(each, &at, faults);
        }
    }
}

fn list<T: Constrained + PartialEq>(
    entries: &[T],
    constraint: &Constraint<'_>,
    at: &str,
    faults: &mut Faults,
) {
    constraint.count(entries.len(), at, faults);
    if constraint.unique_items && repeats(entries) {
        faults.push(at, "must not hold the same entry twice");
    }
    if let Some(each) = constraint.items {
        for (i, entry) in entries.iter().enumerate() {
            entry.check(each, &format!("{at}[{i}]"), faults);
        }
    }
}

/// Returns whether an entry is repeated. Of many entries, the digests of their JSON are compared:
/// the JSON is not stored, because it may contain a secret.
fn repeats<T: Serialize + PartialEq>(entries: &[T]) -> bool {
    // Few entries are compared pairwise, without allocation.
    if entries.len() <= 64 {
        return (1..entries.len()).any(|i| entries[..i].contains(&entries[i]));
    }
    let mut seen = HashSet::with_capacity(entries.len());
    entries
        .iter()
        // A serialization error is reported when the request is sent.
        .filter_map(|entry| zeroizing::json(entry).ok())
        .any(|json| !seen.insert(Sha256::digest(&json)))
}
