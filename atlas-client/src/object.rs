//! How generated objects are read and written: leniently, and without losing what is not known.
//!
//! The macros stand in for serde's derive. They cost less to compile, keep members that this
//! version does not know, and treat a member that is null like one that is missing.

use std::fmt;
use std::ops::{Deref, DerefMut};

use serde::de::{MapAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};

/// Members that this version of the client does not know, by name.
///
/// They are kept when an answer is read and written again when the object is sent, so that a
/// newer server loses nothing by an older client. `Debug` shows only the names: what the server
/// added may be a secret.
#[derive(Clone, Default, PartialEq)]
pub struct Additional(Map<String, Value>);

impl Deref for Additional {
    type Target = Map<String, Value>;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl DerefMut for Additional {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.0
    }
}

impl From<Map<String, Value>> for Additional {
    fn from(members: Map<String, Value>) -> Self {
        Self(members)
    }
}

impl fmt::Debug for Additional {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

/// The name of a member, borrowed from the text where possible.
pub(crate) enum Key<'de> {
    Borrowed(&'de str),
    Owned(String),
}

impl Key<'_> {
    pub(crate) fn as_str(&self) -> &str {
        match self {
            Self::Borrowed(key) => key,
            Self::Owned(key) => key,
        }
    }
}

impl<'de> Deserialize<'de> for Key<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct KeyVisitor;
        impl<'de> Visitor<'de> for KeyVisitor {
            type Value = Key<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("the name of a member")
            }

            fn visit_borrowed_str<E>(self, key: &'de str) -> Result<Self::Value, E> {
                Ok(Key::Borrowed(key))
            }

            fn visit_str<E>(self, key: &str) -> Result<Self::Value, E> {
                Ok(Key::Owned(key.to_owned()))
            }

            fn visit_string<E>(self, key: String) -> Result<Self::Value, E> {
                Ok(Key::Owned(key))
            }
        }
        deserializer.deserialize_str(KeyVisitor)
    }
}

/// A value that has an empty form, which stands for a member that the document requires and the
/// server left out.
pub trait Empty {
    /// The empty form: no text, zero, false, no entries, or members that are all empty.
    fn empty() -> Self;
}

macro_rules! empty_by_default {
    ($($type:ty),*) => {
        $(impl Empty for $type {
            fn empty() -> Self {
                Self::default()
            }
        })*
    };
}

empty_by_default!(
    String,
    bool,
    i32,
    i64,
    f64,
    Value,
    crate::ObjectId,
    crate::Sensitive,
    Additional
);

impl<T> Empty for Option<T> {
    fn empty() -> Self {
        None
    }
}

impl<T> Empty for Vec<T> {
    fn empty() -> Self {
        Self::new()
    }
}

impl<K, V> Empty for std::collections::BTreeMap<K, V> {
    fn empty() -> Self {
        Self::new()
    }
}

impl<T: Empty> Empty for Box<T> {
    fn empty() -> Self {
        Self::new(T::empty())
    }
}

/// Reads the value of a member; null counts as missing.
pub(crate) fn member<'de, A, T>(map: &mut A) -> Result<Option<T>, A::Error>
where
    A: MapAccess<'de>,
    T: Deserialize<'de>,
{
    map.next_value()
}

/// The value of a member that was read, or its empty form.
pub(crate) fn or_empty<T: Empty>(member: Option<T>) -> T {
    member.unwrap_or_else(T::empty)
}

/// Keeps a member that is not known.
pub(crate) fn keep<'de, A: MapAccess<'de>>(
    additional: &mut Additional,
    key: Key<'de>,
    map: &mut A,
) -> Result<(), A::Error> {
    let key = match key {
        Key::Borrowed(key) => key.to_owned(),
        Key::Owned(key) => key,
    };
    let value = map.next_value()?;
    additional.insert(key, value);
    Ok(())
}

/// Writes a member unless it is `None`.
pub(crate) fn write_optional<M: SerializeMap, T: Serialize>(
    map: &mut M,
    key: &'static str,
    value: &Option<T>,
) -> Result<(), M::Error> {
    match value {
        Some(value) => map.serialize_entry(key, value),
        None => Ok(()),
    }
}

/// Writes the members that are not known.
pub(crate) fn write_additional<M: SerializeMap>(
    map: &mut M,
    additional: &Additional,
) -> Result<(), M::Error> {
    additional
        .iter()
        .try_for_each(|(key, value)| map.serialize_entry(key, value))
}

/// Implements serde for a generated struct.
///
/// `required` members are always written and read as empty when they are missing; `optional` ones
/// are `Option`s and left out when they are `None`.
macro_rules! object {
    ($name:ident { $($field:ident: $kind:ident $member:literal),* $(,)? }) => {
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                use serde::ser::SerializeMap;
                let mut map = serializer.serialize_map(None)?;
                $($crate::object::object!(@write $kind map, $member, &self.$field);)*
                $crate::object::write_additional(&mut map, &self.additional)?;
                map.end()
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct ObjectVisitor;
                impl<'de> serde::de::Visitor<'de> for ObjectVisitor {
                    type Value = $name;

                    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        f.write_str(concat!("an object (", stringify!($name), ")"))
                    }

                    fn visit_map<A>(self, mut map: A) -> Result<$name, A::Error>
                    where
                        A: serde::de::MapAccess<'de>,
                    {
                        $(let mut $field = None;)*
                        let mut additional = $crate::Additional::default();
                        while let Some(key) = map.next_key::<$crate::object::Key<'de>>()? {
                            match key.as_str() {
                                $($member => $field = $crate::object::member(&mut map)?,)*
                                _ => $crate::object::keep(&mut additional, key, &mut map)?,
                            }
                        }
                        Ok($name {
                            $($field: $crate::object::or_empty($field),)*
                            additional,
                        })
                    }
                }
                deserializer.deserialize_map(ObjectVisitor)
            }
        }

        impl $crate::object::Empty for $name {
            fn empty() -> Self {
                $name {
                    $($field: $crate::object::Empty::empty(),)*
                    additional: $crate::Additional::default(),
                }
            }
        }
    };
    (@write required $map:ident, $member:literal, $value:expr) => {
        $map.serialize_entry($member, $value)?
    };
    (@write optional $map:ident, $member:literal, $value:expr) => {
        $crate::object::write_optional(&mut $map, $member, $value)?
    };
}
pub(crate) use object;
