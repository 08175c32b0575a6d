//! How generated objects are read and written: leniently, and without losing what is not known.
//!
//! The macros stand in for serde's derive. They cost less to compile, and they keep members that
//! this version does not know or whose type is not the documented one.

use std::fmt;
use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};

use serde::de::{MapAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};

use crate::member::{Leniently, Member};

/// What an object holds beyond its typed members, by name: members that this version of the client
/// does not know, and those that it knows whose value is of another type than documented.
///
/// They are kept when an answer is read and written again when the object is sent, so that a
/// newer server loses nothing by an older client. A member that is here under its own name is empty
/// in its field, and what is here is written in its place. `Debug` shows only the names: what the
/// server added may be a secret.
#[derive(Clone, Default)]
pub struct Additional {
    members: Map<String, Value>,
    /// Typed members whose fields do not say what came: a value of another type, which stands in
    /// `members`; null, which is no different from a missing one; or nothing where something is
    /// required.
    unsaid: Vec<&'static str>,
}

impl Additional {
    /// The typed members that came with a value of another type.
    pub(crate) fn odd(&self) -> impl Iterator<Item = &'static str> {
        let unsaid = self.unsaid.iter().copied();
        unsaid.filter(|name| self.members.contains_key(*name))
    }
}

impl Deref for Additional {
    type Target = Map<String, Value>;

    fn deref(&self) -> &Self::Target {
        &self.members
    }
}

impl DerefMut for Additional {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.members
    }
}

impl From<Map<String, Value>> for Additional {
    fn from(members: Map<String, Value>) -> Self {
        let unsaid = Vec::new();
        Self { members, unsaid }
    }
}

/// A member that is null says the same as one that is missing.
impl PartialEq for Additional {
    fn eq(&self, other: &Self) -> bool {
        self.members == other.members
    }
}

impl fmt::Debug for Additional {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.members.keys()).finish()
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

/// What the serde implementations of a generated object have in common.
pub(crate) trait Object: Member {
    /// The name of the type, for messages.
    const NAME: &'static str;
    /// Whether the document requires a member.
    const REQUIRES: bool;

    /// Adds the names of the members that the document requires.
    fn required(names: &mut Vec<&'static str>);

    /// Reads the value of the member `key` and says so, or leaves the value to be read.
    fn read<'de, A: MapAccess<'de>>(&mut self, key: &str, map: &mut A) -> Result<bool, A::Error>;

    /// Writes the members.
    fn write<M: SerializeMap>(&self, members: &mut Members<'_, M>);

    /// Members that are not known.
    fn additional(&mut self) -> &mut Additional;
}

/// Reads the value of a member. One of another type than documented is kept for
/// [`Additional`], and the member stays empty.
pub(crate) fn read_member<'de, A, T>(
    place: &mut T,
    key: &'static str,
    required: bool,
    additional: &mut Additional,
    map: &mut A,
) -> Result<bool, A::Error>
where
    A: MapAccess<'de>,
    T: Member,
{
    additional.unsaid.retain(|unsaid| *unsaid != key);
    match map.next_value_seed(Leniently::<T>::new())? {
        Ok(value) => {
            // What is required is written as null without a note.
            if value.is_absent() && !required {
                additional.unsaid.push(key);
            }
            *place = value;
        }
        Err(odd) => {
            additional.unsaid.push(key);
            additional.insert(key.to_owned(), odd);
        }
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
            T::required(&mut object.additional().unsaid);
            while let Some(key) = map.next_key::<Key<'de>>()? {
                if !object.read(key.as_str(), &mut map)? {
                    let value = map.next_value()?;
                    object.additional().insert(key.into_string(), value);
                }
            }
            Ok(object)
        }
    }

    // A deserializer that has nothing at all has to know whether that will do.
    let required: &[&str] = if T::REQUIRES { &["required"] } else { &[] };
    deserializer.deserialize_struct(T::NAME, required, ObjectVisitor(PhantomData))
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
        additional,
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
    /// What is written later and in place of members of the same names.
    additional: &'a Additional,
    result: Result<(), M::Error>,
}

impl<M: SerializeMap> Members<'_, M> {
    /// Writes a member whatever its value, unless the answer that it was read from lacked it.
    pub(crate) fn required<T: Member>(&mut self, key: &'static str, value: &T) {
        if !self.additional.unsaid.contains(&key) || *value != T::empty() {
            self.entry(key, value);
        }
    }

    /// Writes a member unless it is `None` and was never null.
    pub(crate) fn optional<T: Serialize>(&mut self, key: &'static str, value: &Option<T>) {
        if value.is_some() || self.additional.unsaid.contains(&key) {
            self.entry(key, value);
        }
    }

    fn entry(&mut self, key: &'static str, value: &impl Serialize) {
        let replaced = !self.additional.is_empty() && self.additional.contains_key(key);
        if self.result.is_ok() && !replaced {
            self.result = self.map.serialize_entry(key, value);
        }
    }
}

/// Whether a kind of member has to be there.
#[allow(non_upper_case_globals, reason = "they are called as the kinds are")]
pub(crate) mod is_required {
    pub(crate) const required: bool = true;
    pub(crate) const optional: bool = false;
}

/// Implements serde for a generated struct.
///
/// `required` members are always written and read as empty when they are missing; `optional` ones
/// are `Option`s and left out when they are `None`.
macro_rules! object {
    ($name:ident { $($field:ident: $kind:ident $member:literal),* $(,)? }) => {
        impl $crate::member::Member for $name {
            const HOLDS: $crate::member::Holds = $crate::member::Holds::Members;

            fn empty() -> Self {
                $name {
                    $($field: $crate::member::Member::empty(),)*
                    additional: Default::default(),
                }
            }
        }

        impl $crate::object::Object for $name {
            const NAME: &'static str = stringify!($name);
            const REQUIRES: bool = false $(|| $crate::object::is_required::$kind)*;

            fn required(names: &mut Vec<&'static str>) {
                $(if $crate::object::is_required::$kind {
                    names.push($member);
                })*
            }

            fn read<'de, A: serde::de::MapAccess<'de>>(
                &mut self,
                key: &str,
                map: &mut A,
            ) -> Result<bool, A::Error> {
                match key {
                    $($member => $crate::object::read_member(
                        &mut self.$field,
                        $member,
                        $crate::object::is_required::$kind,
                        &mut self.additional,
                        map,
                    ),)*
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
