//! Applies a constraint to each type of value.

use std::collections::{BTreeMap, HashSet};

use serde::Serialize;
use serde_json::{Map, Number, Value};
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

/// Implements the check of strings or numbers.
macro_rules! constrained {
    ($($type:ty),+ => $check:ident($self:ident) $value:expr) => {$(
        impl Constrained for $type {
            fn check(&$self, constraint: &Constraint<'_>, at: &str, faults: &mut Faults) {
                constraint.$check($value, at, faults);
            }
        }
    )+};
}
constrained!(String, ObjectId, Timestamp => text(self) self.as_str());
constrained!(Sensitive => text(self) self.expose());
constrained!(f32 => number(self) Number::from_f64((*self).into()));
constrained!(f64 => number(self) Number::from_f64(*self));
constrained!(i8, i16, i32, i64, u8, u16, u32, u64 => number(self) Some((*self).into()));

impl Constrained for Value {
    fn check(&self, constraint: &Constraint<'_>, at: &str, faults: &mut Faults) {
        match self {
            Self::String(text) => constraint.text(text, at, faults),
            Self::Number(number) => constraint.number(Some(number.clone()), at, faults),
            Self::Array(entries) => entries.check(constraint, at, faults),
            Self::Object(entries) => entries.check(constraint, at, faults),
            Self::Null | Self::Bool(_) => {}
        }
    }
}

impl Constrained for Map<String, Value> {
    fn check(&self, constraint: &Constraint<'_>, at: &str, faults: &mut Faults) {
        map(self.iter(), constraint, at, faults);
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

impl<T: Constrained> Constrained for Vec<T> {
    fn check(&self, constraint: &Constraint<'_>, at: &str, faults: &mut Faults) {
        constraint.count(self.len(), at, faults);
        if constraint.unique_items && repeats(self) {
            faults.push(at, "must not hold the same entry twice");
        }
        if let Some(each) = constraint.items {
            for (i, entry) in self.iter().enumerate() {
                entry.check(each, &format!("{at}[{i}]"), faults);
            }
        }
    }
}

impl<T: Constrained> Constrained for BTreeMap<String, T> {
    fn check(&self, constraint: &Constraint<'_>, at: &str, faults: &mut Faults) {
        map(self.iter(), constraint, at, faults);
    }
}

fn map<'a, T: Constrained + 'a>(
    entries: impl ExactSizeIterator<Item = (&'a String, &'a T)>,
    constraint: &Constraint<'_>,
    at: &str,
    faults: &mut Faults,
) {
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

/// Returns whether an entry is repeated. The digests of their JSON are compared: the JSON is not
/// stored, because it may contain a secret.
fn repeats<T: Serialize>(entries: &[T]) -> bool {
    let mut seen = HashSet::with_capacity(entries.len());
    // A serialization error is reported when the request is sent.
    let mut all = entries.iter().filter_map(|it| zeroizing::json(it).ok());
    all.any(|json| !seen.insert(Sha256::digest(&json)))
}
