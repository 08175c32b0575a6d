//! Applies a constraint to each type of value.

use std::collections::hash_map::{DefaultHasher, Entry};
use std::collections::{BTreeMap, HashMap};
use std::hash::Hasher as _;
use std::io;

use serde::Serialize;
use serde_json::Value;

use super::{Constraint, Faults};
use crate::{ObjectId, Sensitive, Timestamp};

/// A value that limits of the document may apply to. By default none do.
pub trait Constrained: Serialize {
    /// Adds the violations of `constraint` by this value, whose path is `at`.
    fn check(&self, constraint: &Constraint<'_>, at: &str, faults: &mut Faults) {
        let _ = (constraint, at, faults);
    }
}

impl Constrained for bool {}

impl Constrained for String {
    fn check(&self, constraint: &Constraint<'_>, at: &str, faults: &mut Faults) {
        constraint.text(self, at, faults);
    }
}

impl Constrained for Sensitive {
    fn check(&self, constraint: &Constraint<'_>, at: &str, faults: &mut Faults) {
        constraint.text(self.expose(), at, faults);
    }
}

impl Constrained for ObjectId {
    fn check(&self, constraint: &Constraint<'_>, at: &str, faults: &mut Faults) {
        constraint.text(self.as_str(), at, faults);
    }
}

impl Constrained for Timestamp {
    fn check(&self, constraint: &Constraint<'_>, at: &str, faults: &mut Faults) {
        constraint.text(self.as_str(), at, faults);
    }
}

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

impl Constrained for f32 {
    fn check(&self, constraint: &Constraint<'_>, at: &str, faults: &mut Faults) {
        constraint.number(f64::from(*self), at, faults);
    }
}

impl Constrained for f64 {
    fn check(&self, constraint: &Constraint<'_>, at: &str, faults: &mut Faults) {
        constraint.number(*self, at, faults);
    }
}

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
            Self::Null | Self::Bool(_) | Self::Object(_) => {}
        }
    }
}

impl Constrained for serde_json::Map<String, Value> {}

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
        if let Some(each) = constraint.entries() {
            for (key, value) in self {
                value.check(each, &format!("{at}.{key}"), faults);
            }
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
    if constraint.is_unique() && repeats(entries) {
        faults.push(at, "must not hold the same entry twice");
    }
    if let Some(each) = constraint.entries() {
        for (i, entry) in entries.iter().enumerate() {
            entry.check(each, &format!("{at}[{i}]"), faults);
        }
    }
}

/// Returns whether an entry is repeated. Only entries whose JSON has the same hash are compared;
/// the JSON is not stored, because it may contain a secret.
fn repeats<T: Serialize + PartialEq>(entries: &[T]) -> bool {
    // Few entries are compared pairwise, without allocation.
    if entries.len() <= 64 {
        return (1..entries.len()).any(|i| entries[..i].contains(&entries[i]));
    }
    let mut seen: HashMap<u64, Vec<&T>> = HashMap::with_capacity(entries.len());
    for entry in entries {
        let mut hash = Hash(DefaultHasher::new());
        // A serialization error is reported when the request is sent.
        let _ = serde_json::to_writer(&mut hash, entry);
        match seen.entry(hash.0.finish()) {
            Entry::Vacant(place) => {
                place.insert(vec![entry]);
            }
            Entry::Occupied(mut place) => {
                if place.get().contains(&entry) {
                    return true;
                }
                place.get_mut().push(entry);
            }
        }
    }
    false
}

/// A writer that hashes its input.
struct Hash(DefaultHasher);

impl io::Write for Hash {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
