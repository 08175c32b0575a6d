//! How generated objects are read and written: leniently, and without losing what is not known.
//!
//! The macro stands in for the derives of std and serde. What it writes for a type is a list of its
//! members; all that is done with them is written here once, over values whose types are erased,
//! because a thousand types with code of their own take seconds to compile. What the fields cannot
//! say of an answer goes into [`Additional`].

use std::any::Any;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{DeserializeSeed, Error as _, MapAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serializer};
use serde_json::Value;

use crate::additional::{Additional, Note};
use crate::member::{Came, Member};

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

    /// Reads the value, and hands back what came where the value alone does not say it.
    fn read<'de>(
        &mut self,
        from: &mut dyn erased_serde::Deserializer<'de>,
    ) -> Result<Option<Came>, erased_serde::Error>;

    /// Whether this is the value that `came` is read as.
    fn is_read_from(&self, came: &Value) -> bool;

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
    ) -> Result<Option<Came>, erased_serde::Error> {
        let found = <T as Member>::read(from)?;
        *self = found.value.unwrap_or_else(T::empty);
        Ok(found.came)
    }

    fn is_read_from(&self, came: &Value) -> bool {
        let found = <T as Member>::read(came);
        found.is_ok_and(|found| found.value.unwrap_or_else(T::empty) == *self)
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
    for (_, name, required) in names {
        if *required {
            parts.additional.note(name, Note::Nothing);
        }
    }
    while let Some(key) = map.next_key::<Key<'de>>()? {
        let known = names.iter().zip(parts.members.iter_mut());
        let mut known = known.map(|((_, name, required), member)| (*name, *required, member));
        let Some((name, required, member)) = known.find(|(name, _, _)| *name == key.as_str())
        else {
            let value = map.next_value()?;
            parts.additional.insert(key.into_string(), value);
            continue;
        };
        parts.additional.forget(name);
        match map.next_value_seed(Place(&mut **member))? {
            Some(came) => parts.additional.note(name, Note::Came(came)),
            // What is required is written as null without a note.
            None if member.is_absent() && !required => parts.additional.note(name, Note::Nothing),
            None => {}
        }
    }
    Ok(())
}

/// The place that a value is read into.
struct Place<'a>(&'a mut dyn Erased);

impl<'de> DeserializeSeed<'de> for Place<'_> {
    type Value = Option<Came>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        let mut erased = <dyn erased_serde::Deserializer<'_>>::erase(deserializer);
        self.0.read(&mut erased).map_err(D::Error::custom)
    }
}

/// Writes an object: members as they came as long as their fields say the same; else those that are
/// required whatever their value, unless the answer that they were read from lacked them, and others
/// unless they are `None` and were never null.
pub(crate) fn serialize<S: Serializer, T: Object>(
    object: &T,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(None)?;
    let Parts {
        members,
        additional,
    } = object.parts();
    let mut changed = Vec::new();
    for ((_, name, required), member) in T::NAMES.1.iter().zip(members) {
        let note = additional.noted(name);
        let nothing = matches!(note, Some(Note::Nothing));
        let left_out = if *required {
            nothing && member.is_empty()
        } else {
            !nothing && member.is_absent()
        };
        let written: &dyn erased_serde::Serialize = match (note, additional.get(*name)) {
            (Some(Note::Came(Came::Odd(came))), Some(kept))
                if came == kept && !member.is_read_from(came) =>
            {
                changed.push(*name);
                member
            }
            // Written below.
            (_, Some(_)) => continue,
            (Some(Note::Came(Came::Otherwise(came))), None) if member.is_read_from(came) => came,
            (_, None) => member,
        };
        if !left_out {
            map.serialize_entry(name, written)?;
        }
    }
    for (key, value) in additional.iter() {
        if !changed.contains(&key.as_str()) {
            map.serialize_entry(key, value)?;
        }
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
