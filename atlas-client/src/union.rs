//! How generated unions are read and written: a value of no known variant is kept as it came.

use std::fmt;

use serde::de::value::MapAccessDeserializer;
use serde::de::{DeserializeOwned, Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

/// Reads the members of the value of the union called `name`, so that they can be looked at before
/// one variant is chosen.
pub(crate) fn members<'de, D: Deserializer<'de>>(
    deserializer: D,
    name: &'static str,
) -> Result<Map<String, Value>, D::Error> {
    struct MembersVisitor(&'static str);

    impl<'de> Visitor<'de> for MembersVisitor {
        type Value = Map<String, Value>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            write!(f, "an object ({})", self.0)
        }

        fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
            Map::deserialize(MapAccessDeserializer::new(map))
        }
    }

    deserializer.deserialize_map(MembersVisitor(name))
}

/// Reads one variant.
pub(crate) fn variant<T: DeserializeOwned, E: Error>(
    members: Map<String, Value>,
) -> Result<Box<T>, E> {
    // The path within the variant is part of the message; the path to it comes from outside.
    serde_path_to_error::deserialize(Value::Object(members))
        .map(Box::new)
        .map_err(E::custom)
}

/// What a variant of a union without a tag asks of a value.
pub(crate) struct Asks {
    /// The members that the document requires.
    pub(crate) required: &'static [&'static str],
    /// The members that the variant knows.
    pub(crate) known: &'static [&'static str],
    /// A member that every variant has, and the values that it has in this one.
    pub(crate) told: Option<(&'static str, &'static [&'static str])>,
}

/// How well a value fits a variant; the greatest fits best.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Fit {
    told: bool,
    complete: bool,
    known: usize,
}

/// How well `members` fit a variant, if they do: a member has one of the values that tell this
/// variant, or all of the required members are there.
pub(crate) fn fit(members: &Map<String, Value>, asks: &Asks) -> Option<Fit> {
    let told = asks.told.is_some_and(|(name, values)| {
        let value = members.get(name).and_then(Value::as_str);
        value.is_some_and(|value| values.contains(&value))
    });
    let complete = asks
        .required
        .iter()
        .all(|name| members.get(*name).is_some_and(|value| !value.is_null()));
    let known = members
        .keys()
        .filter(|key| asks.known.contains(&key.as_str()));
    (told || complete).then(|| Fit {
        told,
        complete,
        known: known.count(),
    })
}

/// Implements serde for a generated union told apart by a member.
macro_rules! tagged_union {
    ($name:ident by $property:literal {
        $($variant:ident($type:ident) = $($tag:literal)|+),* $(,)?
    }) => {
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                match self {
                    $(Self::$variant(value) => value.serialize(serializer),)*
                    Self::Unknown(members) => (**members).serialize(serializer),
                }
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let members = $crate::union::members(deserializer, stringify!($name))?;
                match members.get($property).and_then(serde_json::Value::as_str) {
                    $(Some($($tag)|+) => $crate::union::variant(members).map(Self::$variant),)*
                    _ => Ok(Self::Unknown(members.into())),
                }
            }
        }

        $crate::union::conversions!($name { $($variant($type)),* });
    };
}
pub(crate) use tagged_union;

/// Implements serde for a generated union told apart by what its values hold.
macro_rules! untagged_union {
    ($name:ident {
        $($variant:ident($type:ident) = [$($required:literal),*] of [$($known:literal),*]
            $(if $member:literal in $values:ident)?),* $(,)?
    }) => {
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                match self {
                    $(Self::$variant(value) => value.serialize(serializer),)*
                    Self::Unknown(members) => (**members).serialize(serializer),
                }
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                type Read<E> = fn(serde_json::Map<String, serde_json::Value>) -> Result<$name, E>;
                let members = $crate::union::members(deserializer, stringify!($name))?;
                let mut best: Option<($crate::union::Fit, Read<D::Error>)> = None;
                $(
                    let asks = $crate::union::Asks {
                        required: &[$($required),*],
                        known: &[$($known),*],
                        told: $crate::union::told!($($member in $values)?),
                    };
                    if let Some(fit) = $crate::union::fit(&members, &asks)
                        && best.is_none_or(|(other, _)| other < fit)
                    {
                        best = Some((fit, |members| {
                            $crate::union::variant(members).map($name::$variant)
                        }));
                    }
                )*
                match best {
                    Some((_, read)) => read(members),
                    None => Ok(Self::Unknown(members.into())),
                }
            }
        }

        $crate::union::conversions!($name { $($variant($type)),* });
    };
}
pub(crate) use untagged_union;

/// The member and the values that tell a variant, if there are any.
macro_rules! told {
    () => {
        None
    };
    ($member:literal in $values:ident) => {
        Some(($member, $values::VALUES))
    };
}
pub(crate) use told;

/// Implements what both forms of union have in common.
macro_rules! conversions {
    ($name:ident { $($variant:ident($type:ident)),* }) => {
        $(impl From<$type> for $name {
            fn from(value: $type) -> Self {
                Self::$variant(Box::new(value))
            }
        })*

        impl $crate::member::Member for $name {
            const HOLDS: $crate::member::Holds = $crate::member::Holds::Members;

            fn empty() -> Self {
                Self::Unknown($crate::Additional::default())
            }
        }
    };
}
pub(crate) use conversions;

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::Additional;
    use crate::listed::open_enum;
    use crate::object::object;

    macro_rules! animal {
        ($($name:ident { $($field:ident: $kind:ident $member:literal: $type:ty),* })*) => {
            $(
                struct $name { $($field: $type,)* additional: Additional }
                object!($name { $($field: $kind $member),* });
            )*
        };
    }
    open_enum! { Bird { Robin = "ROBIN", Gull = "GULL" } }
    open_enum! { Fish { Carp = "CARP", Gull = "GULL" } }
    #[derive(Clone, PartialEq)]
    enum Bird {
        Robin,
        Gull,
        Unknown(String),
    }
    #[derive(Clone, PartialEq)]
    enum Fish {
        Carp,
        Gull,
        Unknown(String),
    }
    animal! {
        Flies { kind: required "kind": Bird, eggs: required "eggs": i64 }
        Swims { kind: required "kind": Fish, eggs: optional "eggs": Option<i64>,
            depth: optional "depth": Option<i64> }
        Cat { kind: required "kind": String, lives: optional "lives": Option<i64> }
        Dog { kind: required "kind": String, tricks: optional "tricks": Option<Vec<String>> }
    }

    #[derive(Clone, Debug, PartialEq)]
    enum Pet {
        Cat(Box<Cat>),
        Dog(Box<Dog>),
        Unknown(Additional),
    }
    tagged_union! {
        Pet by "kind" {
            Cat(Cat) = "CAT" | "KITTEN",
            Dog(Dog) = "DOG",
        }
    }

    #[derive(Clone, Debug, PartialEq)]
    enum Guess {
        Cat(Box<Cat>),
        Dog(Box<Dog>),
        Unknown(Additional),
    }
    untagged_union! {
        Guess {
            Cat(Cat) = ["kind"] of ["kind", "lives"],
            Dog(Dog) = ["kind"] of ["kind", "tricks"],
        }
    }

    #[derive(Clone, Debug, PartialEq)]
    enum Egg {
        Flies(Box<Flies>),
        Swims(Box<Swims>),
        Unknown(Additional),
    }
    untagged_union! {
        Egg {
            Flies(Flies) = ["kind", "eggs"] of ["kind", "eggs"] if "kind" in Bird,
            Swims(Swims) = ["kind"] of ["kind", "eggs", "depth"] if "kind" in Fish,
        }
    }

    #[test]
    fn a_value_that_only_one_variant_lists_says_more_than_the_members() {
        for (value, flies) in [
            // Required members that are missing do not count against a listed value.
            (json!({"kind": "ROBIN", "depth": 3}), true),
            (json!({"kind": "CARP", "eggs": 3}), false),
            // Listed by both: the members decide.
            (json!({"kind": "GULL", "eggs": 3}), true),
            (json!({"kind": "GULL", "eggs": 3, "depth": 3}), false),
            // Listed by none: so they do.
            (json!({"kind": "SEAL", "eggs": 3, "depth": 3}), false),
        ] {
            let egg: Egg = serde_json::from_value(value.clone()).unwrap();
            assert_eq!(matches!(egg, Egg::Flies(_)), flies, "{value}");
        }
        let neither: Egg = round_trip(&json!({"eggs": 3}));
        assert!(matches!(neither, Egg::Unknown(_)));
    }

    fn round_trip<T: serde::de::DeserializeOwned + serde::Serialize>(value: &Value) -> T {
        let read: T = serde_json::from_value(value.clone()).unwrap();
        assert_eq!(&serde_json::to_value(&read).unwrap(), value);
        read
    }

    #[test]
    fn the_tag_decides_and_an_unknown_tag_loses_nothing() {
        let cat: Pet = round_trip(&json!({"kind": "KITTEN", "lives": 9, "new": [1]}));
        assert!(matches!(cat, Pet::Cat(cat) if cat.lives == Some(9)));
        let dog: Pet = round_trip(&json!({"kind": "DOG"}));
        assert!(matches!(dog, Pet::Dog(_)));
        let fish: Pet = round_trip(&json!({"kind": "FISH", "fins": 7}));
        assert!(matches!(fish, Pet::Unknown(members) if members["fins"] == 7));
        let untagged: Pet = round_trip(&json!({"fins": 7}));
        assert!(matches!(untagged, Pet::Unknown(_)));
    }

    #[test]
    fn without_a_tag_the_variant_that_knows_the_most_members_wins() {
        let dog: Guess = round_trip(&json!({"kind": "x", "tricks": ["roll"]}));
        assert!(matches!(dog, Guess::Dog(_)));
        let cat: Guess = round_trip(&json!({"kind": "x"}));
        assert!(matches!(cat, Guess::Cat(_)));
        let neither: Guess = round_trip(&json!({"fins": 7}));
        assert!(matches!(neither, Guess::Unknown(_)));
    }

    #[test]
    fn a_value_that_is_no_object_is_refused_with_the_name_of_the_union() {
        let error = serde_json::from_value::<Pet>(json!([1])).unwrap_err();
        assert_eq!(
            error.to_string(),
            "invalid type: sequence, expected an object (Pet)"
        );
    }
}
