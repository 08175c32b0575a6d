//! How the value of a member is read when it may be of another type than the document says.
//!
//! The server is right about its answers: a value of an odd type must not cost the caller all the
//! others. What the type of the member cannot say is handed back as it came, for the object around
//! it to keep.

use std::collections::BTreeMap;

use serde::de::{DeserializeOwned, Error};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

mod keeping;
#[cfg(test)]
mod tests;

use keeping::keep;

/// Which composed values a type is read from.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Holds {
    /// None: it is a plain value.
    Nothing,
    /// Lists.
    Entries,
    /// Objects.
    Members,
}

/// A type of members.
pub trait Member: DeserializeOwned + Serialize + PartialEq {
    /// Which composed values the type is read from.
    const HOLDS: Holds = Holds::Nothing;

    /// The empty form, which stands for a member that the document requires and the server left
    /// out: no text, zero, false, no entries, or members that are all empty.
    fn empty() -> Self;

    /// Whether this is what null is read as.
    fn is_absent(&self) -> bool {
        false
    }

    /// Reads what of a value is of this type.
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Found<Self>, D::Error> {
        Ok(match keep(Self::HOLDS, deserializer)? {
            Ok(value) => Found::same(value),
            Err(odd) => Found::odd(odd),
        })
    }
}

/// What was found where a value of a type was wanted.
#[derive(Debug, PartialEq)]
pub struct Found<T> {
    /// What of it is of the type, if anything is.
    pub value: Option<T>,
    /// What came, unless the value is written just so.
    pub came: Option<Came>,
}

/// A value as it came.
#[derive(Clone, Debug, PartialEq)]
pub enum Came {
    /// Numbers in it are written otherwise than this client writes them: `10` where a number with
    /// a fraction was wanted is `10.0`.
    Otherwise(Value),
    /// All or some of it is of another type than was wanted.
    Odd(Value),
}

impl<T> Found<T> {
    fn same(value: T) -> Self {
        let value = Some(value);
        Self { value, came: None }
    }

    fn number(value: Option<T>, came: Value) -> Self {
        let came = match value {
            Some(_) => Came::Otherwise(came),
            None => Came::Odd(came),
        };
        let came = Some(came);
        Self { value, came }
    }

    fn odd(came: Value) -> Self {
        Self::number(None, came)
    }

    fn map<U>(self, change: impl FnOnce(T) -> U) -> Found<U> {
        Found {
            value: self.value.map(change),
            came: self.came,
        }
    }
}

/// Implements [`Member`] for types that have a default.
macro_rules! plain {
    ($($type:ty),*) => {
        $(impl Member for $type {
            fn empty() -> Self {
                Self::default()
            }
        })*
    };
}
plain!(
    String,
    bool,
    crate::ObjectId,
    crate::Sensitive,
    crate::Timestamp
);

impl Member for f64 {
    fn empty() -> Self {
        0.0
    }

    /// A number may be written without a fraction.
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Found<Self>, D::Error> {
        let value = Value::deserialize(deserializer)?;
        Ok(match value.as_f64() {
            Some(number) if value.is_f64() => Found::same(number),
            number => Found::number(number, value),
        })
    }
}

impl Member for i64 {
    fn empty() -> Self {
        0
    }

    /// A whole number may be written as `1.0` or `1e3`.
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Found<Self>, D::Error> {
        let value = Value::deserialize(deserializer)?;
        Ok(match value.as_i64() {
            Some(number) => Found::same(number),
            None => Found::number(value.as_f64().and_then(whole), value),
        })
    }
}

/// The whole number that `number` is, within the range in which floating point has every one.
fn whole(number: f64) -> Option<i64> {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    (number.fract() == 0.0 && number.abs() < EXACT).then_some(number as i64)
}

impl Member for Value {
    fn empty() -> Self {
        Self::Null
    }

    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Found<Self>, D::Error> {
        Self::deserialize(deserializer).map(Found::same)
    }
}

impl<T: Member> Member for Option<T> {
    fn empty() -> Self {
        None
    }

    fn is_absent(&self) -> bool {
        self.is_none()
    }

    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Found<Self>, D::Error> {
        let found = Option::<Slot<T>>::deserialize(deserializer)?;
        Ok(found.map_or(Found::same(None), |slot| slot.0.map(Some)))
    }
}

impl<T: Member> Member for Box<T> {
    fn empty() -> Self {
        Self::new(T::empty())
    }

    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Found<Self>, D::Error> {
        Ok(T::read(deserializer)?.map(Self::new))
    }
}

impl<T: Member> Member for Vec<T> {
    const HOLDS: Holds = Holds::Entries;

    fn empty() -> Self {
        Self::new()
    }

    /// The entries that are of the type; with an odd one among them, the whole list is odd, too, so
    /// that none is lost without a trace.
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Found<Self>, D::Error> {
        let slots: Vec<Slot<T>> = match keep(Self::HOLDS, deserializer)? {
            Ok(slots) => slots,
            Err(odd) => return Ok(Found::odd(odd)),
        };
        let came = whole_of(&slots, || slots.iter().map(Slot::came).collect())?;
        let values = slots.into_iter().filter_map(|slot| slot.0.value);
        let value = Some(values.collect());
        Ok(Found { value, came })
    }
}

impl<T: Member> Member for BTreeMap<String, T> {
    const HOLDS: Holds = Holds::Members;

    fn empty() -> Self {
        Self::new()
    }

    /// The values that are of the type, as of a list.
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Found<Self>, D::Error> {
        let slots: BTreeMap<String, Slot<T>> = match keep(Self::HOLDS, deserializer)? {
            Ok(slots) => slots,
            Err(odd) => return Ok(Found::odd(odd)),
        };
        let came = whole_of(slots.values(), || {
            let members = slots.iter();
            members
                .map(|(key, slot)| Ok((key.clone(), slot.came()?)))
                .collect()
        })?;
        let values = slots
            .into_iter()
            .filter_map(|(key, slot)| Some((key, slot.0.value?)));
        let value = Some(values.collect());
        Ok(Found { value, came })
    }
}

/// What came for a list or a map, of which `write` gives all, unless each of `slots` is the same.
fn whole_of<'a, T: 'a, E>(
    slots: impl IntoIterator<Item = &'a Slot<T>>,
    write: impl FnOnce() -> Result<Value, E>,
) -> Result<Option<Came>, E> {
    let mut make: Option<fn(Value) -> Came> = None;
    for slot in slots {
        match slot.0.came {
            None => {}
            Some(Came::Odd(_)) => make = Some(Came::Odd),
            Some(Came::Otherwise(_)) => make = make.or(Some(Came::Otherwise)),
        }
    }
    make.map(|make| write().map(make)).transpose()
}

/// Reads a value leniently where serde asks for one.
struct Slot<T>(Found<T>);

impl<T: Member> Slot<T> {
    /// The value as it came.
    fn came<E: Error>(&self) -> Result<Value, E> {
        match &self.0 {
            Found {
                came: Some(Came::Otherwise(came) | Came::Odd(came)),
                ..
            } => Ok(came.clone()),
            Found { value, .. } => serde_json::to_value(value).map_err(E::custom),
        }
    }
}

impl<'de, T: Member> Deserialize<'de> for Slot<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::read(deserializer).map(Self)
    }
}
