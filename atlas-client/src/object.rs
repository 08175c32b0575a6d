//! How generated objects are read and written: leniently, and without losing what is not known.
//!
//! The macro stands in for the derives of std and serde. What it writes for a type is a list of its
//! members; all that is done with them is written here once, over values whose types are erased,
//! because a thousand types with code of their own take seconds to compile. Members that this
//! version does not know, or whose type is not the documented one, are kept.

use std::any::Any;
use std::fmt;
use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};

use serde::de::{DeserializeSeed, Error as _, MapAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serializer};
use serde_json::{Map, Value};

use crate::member::Member;

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

/// The value of a member, whatever its type.
pub(crate) trait Erased: Any + fmt::Debug + erased_serde::Serialize {
    /// Whether this is what null is read as.
    fn is_absent(&self) -> bool;

    /// Whether this is the empty form.
    fn is_empty(&self) -> bool;

    /// Reads the value, or hands back the one of another type that stands in its place.
    fn read<'de>(
        &mut self,
        from: &mut dyn erased_serde::Deserializer<'de>,
    ) -> Result<Option<Value>, erased_serde::Error>;

    /// Takes the value of `other`, which is of the same type.
    fn copy(&mut self, other: &dyn Any);

    /// Whether the value is that of `other`, which is of the same type.
    fn equals(&self, other: &dyn Any) -> bool;
}

impl<T: Any + Member + Clone + fmt::Debug> Erased for T {
    fn is_absent(&self) -> bool {
        Member::is_absent(self)
    }

    fn is_empty(&self) -> bool {
        *self == T::empty()
    }

    fn read<'de>(
        &mut self,
        from: &mut dyn erased_serde::Deserializer<'de>,
    ) -> Result<Option<Value>, erased_serde::Error> {
        match <T as Member>::read(from)? {
            Ok(value) => *self = value,
            Err(odd) => return Ok(Some(odd)),
        }
        Ok(None)
    }

    fn copy(&mut self, other: &dyn Any) {
        if let Some(other) = other.downcast_ref::<T>() {
            self.clone_from(other);
        }
    }

    fn equals(&self, other: &dyn Any) -> bool {
        other.downcast_ref::<T>() == Some(self)
    }
}

/// How a struct and its members are called: the name of the type, and of each member the name of
/// the field, the name on the wire, and whether the document requires it.
pub(crate) type Names = (&'static str, &'static [(&'static str, &'static str, bool)]);

/// What a generated struct says of itself.
pub(crate) trait Object: Member {
    /// The names of the members.
    const NAMES: Names;

    /// The values of the members in the order of their names.
    fn parts(&self) -> Parts<'_>;

    /// The same, to be changed.
    fn parts_mut(&mut self) -> PartsMut<'_>;
}

/// The values of an object's members.
pub(crate) struct Parts<'a> {
    members: Vec<&'a dyn Erased>,
    pub(crate) additional: &'a Additional,
}

impl<'a> Parts<'a> {
    pub(crate) fn new<const N: usize>(
        members: [&'a dyn Erased; N],
        additional: &'a Additional,
    ) -> Self {
        Self {
            members: members.into(),
            additional,
        }
    }
}

/// The values of an object's members, to be changed.
pub(crate) struct PartsMut<'a> {
    members: Vec<&'a mut dyn Erased>,
    additional: &'a mut Additional,
}

impl<'a> PartsMut<'a> {
    pub(crate) fn new<const N: usize>(
        members: [&'a mut dyn Erased; N],
        additional: &'a mut Additional,
    ) -> Self {
        Self {
            members: members.into(),
            additional,
        }
    }
}

/// Copies an object.
pub(crate) fn clone<T: Object>(object: &T) -> T {
    let mut copy = T::empty();
    let from = object.parts();
    let to = copy.parts_mut();
    for (to, from) in to.members.into_iter().zip(from.members) {
        to.copy(from);
    }
    to.additional.clone_from(from.additional);
    copy
}

/// Whether two objects hold the same.
pub(crate) fn equal<T: Object>(one: &T, other: &T) -> bool {
    let (one, other) = (one.parts(), other.parts());
    let mut pairs = one.members.iter().zip(other.members);
    one.additional == other.additional && pairs.all(|(one, other)| one.equals(other))
}

/// Shows an object as `derive(Debug)` does.
pub(crate) fn debug<T: Object>(object: &T, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let parts = object.parts();
    let (name, names) = T::NAMES;
    let mut shown = f.debug_struct(name);
    for ((field, _, _), member) in names.iter().zip(parts.members) {
        shown.field(field, &member);
    }
    shown.field("additional", parts.additional).finish()
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
            write!(f, "an object ({})", T::NAMES.0)
        }

        fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
            let mut object = T::empty();
            read(T::NAMES, object.parts_mut(), map)?;
            Ok(object)
        }
    }

    // A deserializer that has nothing at all has to know whether that will do.
    let (name, names) = T::NAMES;
    let requires = names.iter().any(|(_, _, required)| *required);
    let required: &[&str] = if requires { &["required"] } else { &[] };
    deserializer.deserialize_struct(name, required, ObjectVisitor(PhantomData))
}

fn read<'de, A: MapAccess<'de>>(
    (_, names): Names,
    mut parts: PartsMut<'_>,
    mut map: A,
) -> Result<(), A::Error> {
    let required = names.iter().filter(|(_, _, required)| *required);
    parts
        .additional
        .unsaid
        .extend(required.map(|(_, name, _)| name));
    while let Some(key) = map.next_key::<Key<'de>>()? {
        let known = names.iter().zip(parts.members.iter_mut());
        let mut known = known.map(|((_, name, required), member)| (*name, *required, member));
        let Some((name, required, member)) = known.find(|(name, _, _)| *name == key.as_str())
        else {
            let value = map.next_value()?;
            parts.additional.insert(key.into_string(), value);
            continue;
        };
        // A value of another type than documented is kept, and the member stays empty.
        parts.additional.unsaid.retain(|unsaid| *unsaid != name);
        let odd = map.next_value_seed(Place(&mut **member))?;
        // What is required is written as null without a note.
        if odd.is_some() || (member.is_absent() && !required) {
            parts.additional.unsaid.push(name);
        }
        if let Some(odd) = odd {
            parts.additional.insert(name.to_owned(), odd);
        }
    }
    Ok(())
}

/// The place that a value is read into.
struct Place<'a>(&'a mut dyn Erased);

impl<'de> DeserializeSeed<'de> for Place<'_> {
    type Value = Option<Value>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        let mut erased = <dyn erased_serde::Deserializer<'_>>::erase(deserializer);
        self.0.read(&mut erased).map_err(D::Error::custom)
    }
}

/// Writes an object: members that are required whatever their value, unless the answer that it was
/// read from lacked them, and others unless they are `None` and were never null.
pub(crate) fn serialize<S: Serializer, T: Object>(
    object: &T,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(None)?;
    let Parts {
        members,
        additional,
    } = object.parts();
    for ((_, name, required), member) in T::NAMES.1.iter().zip(members) {
        let unsaid = additional.unsaid.contains(name);
        let said = if *required {
            !unsaid || !member.is_empty()
        } else {
            unsaid || !member.is_absent()
        };
        // What is written later takes the place of a member of the same name.
        if said && !additional.contains_key(*name) {
            let member: &dyn erased_serde::Serialize = member;
            map.serialize_entry(name, member)?;
        }
    }
    for (key, value) in additional.iter() {
        map.serialize_entry(key, value)?;
    }
    map.end()
}

/// The kinds of members, as the macro takes them: whether the document requires them.
#[allow(non_upper_case_globals, reason = "they read as words of the macro")]
pub(crate) mod kinds {
    pub(crate) const required: bool = true;
    pub(crate) const optional: bool = false;
}

/// Implements serde, `Clone`, `Debug` and `PartialEq` for a generated struct.
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
            const NAMES: $crate::object::Names = (
                stringify!($name),
                &[$((stringify!($field), $member, $crate::object::kinds::$kind)),*],
            );

            fn parts(&self) -> $crate::object::Parts<'_> {
                $crate::object::Parts::new([$(&self.$field),*], &self.additional)
            }

            fn parts_mut(&mut self) -> $crate::object::PartsMut<'_> {
                $crate::object::PartsMut::new([$(&mut self.$field),*], &mut self.additional)
            }
        }

        impl Clone for $name {
            fn clone(&self) -> Self {
                $crate::object::clone(self)
            }
        }

        impl PartialEq for $name {
            fn eq(&self, other: &Self) -> bool {
                $crate::object::equal(self, other)
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                $crate::object::debug(self, f)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                $crate::object::serialize(self, serializer)
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
