//! Reading that keeps what does not fit. Knows serde's data model, not what a value is read for.

use std::fmt;

use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{Error, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use super::Holds;

/// Reads a value of a type that is read from what `holds` says, or hands back what is there instead.
pub(super) fn keep<'de, T, D>(holds: Holds, deserializer: D) -> Result<Result<T, Value>, D::Error>
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
