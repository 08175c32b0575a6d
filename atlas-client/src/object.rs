//! How generated objects are read and written: leniently, and without losing what is not known.
//!
//! The macros stand in for serde's derive. They cost less to compile, keep members that this
//! version does not know, and treat a member that is null like one that is missing.

use std::fmt;
use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};

use serde::de::{MapAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
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

    fn into_string(self) -> String {
        match self {
            Self::Borrowed(key) => key.to_owned(),
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

/// What the serde implementations of a generated object have in common.
pub(crate) trait Object: Empty {
    /// The name of the type, for messages.
    const NAME: &'static str;

    /// Reads the value of the member `key` and says so, or leaves the value to be read.
    fn read<'de, A: MapAccess<'de>>(&mut self, key: &str, map: &mut A) -> Result<bool, A::Error>;

    /// Writes the members.
    fn write<M: SerializeMap>(&self, members: &mut Members<'_, M>);

    /// Members that are not known.
    fn additional(&mut self) -> &mut Additional;
}

/// Reads the value of a member; null counts as missing.
pub(crate) fn read_member<'de, A, T>(place: &mut T, map: &mut A) -> Result<bool, A::Error>
where
    A: MapAccess<'de>,
    T: Deserialize<'de>,
{
    if let Some(value) = map.next_value::<Option<T>>()? {
        *place = value;
    }
    Ok(true)
}

/// Reads an object.
pub(crate) fn deserialize<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Object,
{
    struct ObjectVisitor<T>(PhantomData<T>);

    impl<'de, T: Object> Visitor<'de> for ObjectVisitor<T> {
        type Value = T;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            write!(f, "an object ({})", T::NAME)
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<T, A::Error> {
            let mut object = T::empty();
            while let Some(key) = map.next_key::<Key<'de>>()? {
                if !object.read(key.as_str(), &mut map)? {
                    let value = map.next_value()?;
                    object.additional().insert(key.into_string(), value);
                }
            }
            Ok(object)
        }
    }

    deserializer.deserialize_map(ObjectVisitor(PhantomData))
}

/// Writes an object.
pub(crate) fn serialize<S: Serializer, T: Object>(
    object: &T,
    additional: &Additional,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(None)?;
    let mut members = Members {
        map: &mut map,
        result: Ok(()),
    };
    object.write(&mut members);
    members.result?;
    for (key, value) in additional.iter() {
        map.serialize_entry(key, value)?;
    }
    map.end()
}

/// Members being written, up to the first that fails.
pub(crate) struct Members<'a, M: SerializeMap> {
    map: &'a mut M,
    result: Result<(), M::Error>,
}

impl<M: SerializeMap> Members<'_, M> {
    /// Writes a member whatever its value.
    pub(crate) fn required<T: Serialize>(&mut self, key: &'static str, value: &T) {
        if self.result.is_ok() {
            self.result = self.map.serialize_entry(key, value);
        }
    }

    /// Writes a member unless it is `None`.
    pub(crate) fn optional<T: Serialize>(&mut self, key: &'static str, value: &Option<T>) {
        if let Some(value) = value {
            self.required(key, value);
        }
    }
}

/// Implements serde for a generated struct.
///
/// `required` members are always written and read as empty when they are missing; `optional` ones
/// are `Option`s and left out when they are `None`.
macro_rules! object {
    ($name:ident { $($field:ident: $kind:ident $member:literal),* $(,)? }) => {
        impl $crate::object::Empty for $name {
            fn empty() -> Self {
                $name {
                    $($field: $crate::object::Empty::empty(),)*
                    additional: $crate::object::Empty::empty(),
                }
            }
        }

        impl $crate::object::Object for $name {
            const NAME: &'static str = stringify!($name);

            fn read<'de, A: serde::de::MapAccess<'de>>(
                &mut self,
                key: &str,
                map: &mut A,
            ) -> Result<bool, A::Error> {
                match key {
                    $($member => $crate::object::read_member(&mut self.$field, map),)*
                    _ => Ok(false),
                }
            }

            fn write<M: serde::ser::SerializeMap>(
                &self,
                members: &mut $crate::object::Members<'_, M>,
            ) {
                $(members.$kind($member, &self.$field);)*
            }

            fn additional(&mut self) -> &mut $crate::Additional {
                &mut self.additional
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                $crate::object::serialize(self, &self.additional, serializer)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::object::deserialize(deserializer)
            }
        }
    };
}
pub(crate) use object;
