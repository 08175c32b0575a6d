//! How generated unions are read and written: a value of no known variant is kept as it came.

use serde::de::{DeserializeOwned, Error};
use serde_json::{Map, Value};

/// Reads the members of a union's value, so that they can be looked at before one variant is
/// chosen.
pub(crate) fn members<E: Error>(value: Value, name: &str) -> Result<Map<String, Value>, E> {
    match value {
        Value::Object(members) => Ok(members),
        other => Err(E::custom(format!(
            "expected an object ({name}), found {}",
            match other {
                Value::Null => "null",
                Value::Bool(_) => "a boolean",
                Value::Number(_) => "a number",
                Value::String(_) => "a text",
                _ => "a list",
            }
        ))),
    }
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

/// How well `members` fit a variant: all of the required ones must be there; of those that do,
/// the variant that knows the most members fits best.
pub(crate) fn fit(
    members: &Map<String, Value>,
    required: &[&str],
    known: &[&str],
) -> Option<usize> {
    let complete = required
        .iter()
        .all(|name| members.get(*name).is_some_and(|value| !value.is_null()));
    complete.then(|| {
        let hits = members.keys().filter(|key| known.contains(&key.as_str()));
        hits.count()
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
                let value = serde_json::Value::deserialize(deserializer)?;
                let members = $crate::union::members(value, stringify!($name))?;
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
        $($variant:ident($type:ident) = [$($required:literal),*] of [$($known:literal),*]),* $(,)?
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
                let value = serde_json::Value::deserialize(deserializer)?;
                let members = $crate::union::members(value, stringify!($name))?;
                let mut best: Option<(usize, Read<D::Error>)> = None;
                $(
                    let fit = $crate::union::fit(&members, &[$($required),*], &[$($known),*]);
                    if let Some(fit) = fit
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

/// Implements what both forms of union have in common.
macro_rules! conversions {
    ($name:ident { $($variant:ident($type:ident)),* }) => {
        $(impl From<$type> for $name {
            fn from(value: $type) -> Self {
                Self::$variant(Box::new(value))
            }
        })*

        impl $crate::object::Empty for $name {
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
    use crate::object::object;

    macro_rules! animal {
        ($($name:ident { $($field:ident: $kind:ident $member:literal: $type:ty),* })*) => {
            $(
                struct $name { $($field: $type,)* additional: Additional }
                object!($name { $($field: $kind $member),* });
            )*
        };
    }
    animal! {
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
        assert_eq!(error.to_string(), "expected an object (Pet), found a list");
    }
}
