//! How the value of a member is read when it may be of another type than the document says.
//!
//! The server is right about its answers: a value of an odd type must not cost the caller all the
//! others. It is handed back as it came, for the object around it to keep.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{DeserializeOwned, Error, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

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

    /// Reads a value, or hands back the one of another type that stands in its place.
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Found<Self>, D::Error> {
        read(Self::HOLDS, deserializer)
    }
}

/// A value of the type that was wanted, or the one that was there.
pub type Found<T> = Result<T, Value>;

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
    f64,
    crate::ObjectId,
    crate::Sensitive,
    crate::Timestamp
);

impl Member for i64 {
    fn empty() -> Self {
        0
    }

    /// A whole number may be written as `1.0` or `1e3`.
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Found<Self>, D::Error> {
        let value = Value::deserialize(deserializer)?;
        let number = value.as_i64().or_else(|| whole(value.as_f64()?));
        Ok(number.ok_or(value))
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
        Self::deserialize(deserializer).map(Ok)
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
        Ok(found.map(|slot| slot.0).transpose())
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

    /// One odd entry makes the whole list odd: left out, it would be lost without a trace.
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Found<Self>, D::Error> {
        let slots: Vec<Slot<T>> = match read(Self::HOLDS, deserializer)? {
            Ok(slots) => slots,
            Err(odd) => return Ok(Err(odd)),
        };
        if slots.iter().all(|slot| slot.0.is_ok()) {
            return Ok(Ok(slots.into_iter().flat_map(|slot| slot.0).collect()));
        }
        let values = slots.into_iter().map(Slot::into_value);
        values.collect::<Result<_, _>>().map(Err)
    }
}

impl<T: Member> Member for BTreeMap<String, T> {
    const HOLDS: Holds = Holds::Members;

    fn empty() -> Self {
        Self::new()
    }

    /// One odd value makes the whole map odd.
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Found<Self>, D::Error> {
        let slots: BTreeMap<String, Slot<T>> = match read(Self::HOLDS, deserializer)? {
            Ok(slots) => slots,
            Err(odd) => return Ok(Err(odd)),
        };
        if slots.values().all(|slot| slot.0.is_ok()) {
            let values = slots
                .into_iter()
                .filter_map(|(key, slot)| Some((key, slot.0.ok()?)));
            return Ok(Ok(values.collect()));
        }
        let values = slots
            .into_iter()
            .map(|(key, slot)| Ok((key, slot.into_value()?)));
        values.collect::<Result<_, _>>().map(Err)
    }
}

/// Reads a value leniently where serde asks for one.
struct Slot<T>(Found<T>);

impl<T: Member> Slot<T> {
    /// The value as it came.
    fn into_value<E: Error>(self) -> Result<Value, E> {
        match self.0 {
            Ok(value) => serde_json::to_value(value).map_err(E::custom),
            Err(odd) => Ok(odd),
        }
    }
}

impl<'de, T: Member> Deserialize<'de> for Slot<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::read(deserializer).map(Self)
    }
}

fn read<'de, T, D>(holds: Holds, deserializer: D) -> Result<Found<T>, D::Error>
where
    T: Deserialize<'de>,
    D: Deserializer<'de>,
{
    let mut odd = None;
    let keeping = Keeping {
        inner: deserializer,
        holds,
        odd: &mut odd,
    };
    match (T::deserialize(keeping), odd) {
        (Ok(value), _) => Ok(Ok(value)),
        (Err(_), Some(odd)) => Ok(Err(odd)),
        (Err(error), None) => Err(error),
    }
}

/// A deserializer, or a visitor, that keeps what the one inside refuses.
struct Keeping<'a, T> {
    inner: T,
    holds: Holds,
    odd: &'a mut Option<Value>,
}

impl<'de, D: Deserializer<'de>> Deserializer<'de> for Keeping<'_, D> {
    type Error = D::Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.inner.deserialize_any(Keeping {
            inner: visitor,
            holds: self.holds,
            odd: self.odd,
        })
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option
        unit unit_struct newtype_struct seq tuple tuple_struct map struct enum identifier
        ignored_any
    }
}

macro_rules! keep {
    ($($visit:ident($($value:ident: $type:ty)?) keeps $kept:expr;)*) => {
        $(fn $visit<E: Error>(self $(, $value: $type)?) -> Result<V::Value, E> {
            let odd = $kept;
            let result = self.inner.$visit($($value)?);
            if result.is_err() {
                *self.odd = Some(odd);
            }
            result
        })*
    };
}

impl<'de, V: Visitor<'de>> Visitor<'de> for Keeping<'_, V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.expecting(f)
    }

    keep! {
        visit_bool(value: bool) keeps value.into();
        visit_i64(value: i64) keeps value.into();
        visit_u64(value: u64) keeps value.into();
        visit_f64(value: f64) keeps value.into();
        visit_unit() keeps Value::Null;
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<V::Value, E> {
        let result = self.inner.visit_str(value);
        if result.is_err() {
            *self.odd = Some(value.into());
        }
        result
    }

    fn visit_borrowed_str<E: Error>(self, value: &'de str) -> Result<V::Value, E> {
        let result = self.inner.visit_borrowed_str(value);
        if result.is_err() {
            *self.odd = Some(value.into());
        }
        result
    }

    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<V::Value, A::Error> {
        if self.holds == Holds::Entries {
            return self.inner.visit_seq(seq);
        }
        let value = Value::deserialize(SeqAccessDeserializer::new(seq))?;
        *self.odd = Some(value);
        Err(A::Error::custom("a list"))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<V::Value, A::Error> {
        if self.holds == Holds::Members {
            return self.inner.visit_map(map);
        }
        let value = Value::deserialize(MapAccessDeserializer::new(map))?;
        *self.odd = Some(value);
        Err(A::Error::custom("an object"))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn found<T: Member>(value: &Value) -> Found<T> {
        let text = value.to_string();
        let from_text = T::read(&mut serde_json::Deserializer::from_str(&text)).unwrap();
        let again = T::read(value.clone()).unwrap();
        let plain = |found: &Found<T>| match found {
            Ok(value) => Ok(serde_json::to_value(value).unwrap()),
            Err(odd) => Err(odd.clone()),
        };
        assert_eq!(plain(&from_text), plain(&again), "{value}");
        from_text
    }

    #[test]
    fn a_value_of_another_type_is_handed_back_as_it_came() {
        let values = [
            json!(null),
            json!(true),
            json!(-7),
            json!(7),
            json!(1.5),
            json!("text"),
            json!(["a", {"b": [1]}]),
            json!({"a": {"b": null}}),
        ];
        for (i, value) in values.iter().enumerate() {
            let fits = [
                found::<bool>(value).is_ok(),
                found::<i64>(value).is_ok(),
                found::<f64>(value).is_ok(),
                found::<String>(value).is_ok(),
                found::<Vec<Value>>(value).is_ok(),
                found::<BTreeMap<String, Value>>(value).is_ok(),
                found::<Option<bool>>(value).is_ok(),
            ];
            let expected = match i {
                0 => [false, false, false, false, false, false, true],
                1 => [true, false, false, false, false, false, true],
                2 | 3 => [false, true, true, false, false, false, false],
                4 => [false, false, true, false, false, false, false],
                5 => [false, false, false, true, false, false, false],
                6 => [false, false, false, false, true, false, false],
                _ => [false, false, false, false, false, true, false],
            };
            assert_eq!(fits, expected, "{value}");
            if let Err(odd) = found::<Vec<i64>>(value) {
                assert_eq!(&odd, value);
            }
        }
    }

    #[test]
    fn one_odd_entry_makes_the_whole_list_or_map_odd() {
        let list = json!([["a"], ["b", 2]]);
        assert_eq!(found::<Vec<Vec<String>>>(&list), Err(list));
        let map = json!({"a": [1], "b": [null]});
        assert_eq!(found::<BTreeMap<String, Vec<i64>>>(&map), Err(map));
        let list = json!([1, null]);
        assert_eq!(found::<Vec<Option<i64>>>(&list), Ok(vec![Some(1), None]));
    }

    #[test]
    fn whole_numbers_may_be_written_as_others_are() {
        for (text, number) in [("1.0", Some(1)), ("1e3", Some(1000)), ("-0.0", Some(0))] {
            let value = serde_json::from_str(text).unwrap();
            assert_eq!(found::<i64>(&value).ok(), number, "{text}");
        }
        for text in ["1.5", "18446744073709551615", "1e300", "9007199254740993.0"] {
            let value: Value = serde_json::from_str(text).unwrap();
            assert_eq!(found::<i64>(&value), Err(value), "{text}");
        }
        let widest = json!(i64::MAX);
        assert_eq!(found::<i64>(&widest), Ok(i64::MAX));
    }

    #[test]
    fn text_that_is_no_json_stays_an_error() {
        for text in ["[1, tru, 2]", "[\"a\" 1]", "{\"a\" 1}", "\"a", "[1"] {
            let read = |text| Vec::<String>::read(&mut serde_json::Deserializer::from_str(text));
            assert!(read(text).is_err(), "{text}");
        }
    }
}
