//! How generated enums are read and written: a value that is not listed is kept as it came.

use std::fmt;

use serde::{Deserialize, Deserializer};

/// Shows a value as it is sent, and one that is not `known` as such.
pub(crate) fn debug(text: &str, known: &[&str], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    if known.contains(&text) {
        f.write_str(text)
    } else {
        f.debug_tuple("Unknown").field(&text).finish()
    }
}

/// Reads a value, known or not.
pub(crate) fn deserialize<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: From<String>,
{
    String::deserialize(deserializer).map(T::from)
}

/// Implements conversions, `Debug` and serde for a generated enum of texts.
macro_rules! open_enum {
    ($name:ident { $($variant:ident = $value:literal),* $(,)? }) => {
        impl $name {
            /// The values that this version of the client knows, as they are sent.
            pub const VALUES: &'static [&'static str] = &[$($value),*];

            /// The value as it is sent.
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $value,)*
                    Self::Unknown(value) => value,
                }
            }
        }

        impl From<&str> for $name {
            fn from(value: &str) -> Self {
                Self::from(value.to_owned())
            }
        }

        impl From<String> for $name {
            fn from(value: String) -> Self {
                match value.as_str() {
                    $($value => Self::$variant,)*
                    _ => Self::Unknown(value),
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                $crate::listed::debug(self.as_str(), Self::VALUES, f)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::listed::deserialize(deserializer)
            }
        }

        impl $crate::member::Member for $name {
            fn empty() -> Self {
                Self::Unknown(String::new())
            }
        }
    };
}
pub(crate) use open_enum;

/// Implements conversions and serde for a generated enum of texts and whole numbers.
macro_rules! open_literal {
    ($name:ident { $($variant:ident = $value:literal),* $(,)? }) => {
        impl $name {
            /// The value as it is sent.
            pub fn to_value(&self) -> serde_json::Value {
                match self {
                    $(Self::$variant => serde_json::Value::from($value),)*
                    Self::Unknown(value) => value.clone(),
                }
            }
        }

        impl From<serde_json::Value> for $name {
            fn from(value: serde_json::Value) -> Self {
                $(if value == $value {
                    return Self::$variant;
                })*
                Self::Unknown(value)
            }
        }

        impl From<&str> for $name {
            fn from(value: &str) -> Self {
                serde_json::Value::from(value).into()
            }
        }

        impl From<i64> for $name {
            fn from(value: i64) -> Self {
                serde_json::Value::from(value).into()
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                self.to_value().serialize(serializer)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                serde_json::Value::deserialize(deserializer).map(Self::from)
            }
        }

        impl $crate::member::Member for $name {
            fn empty() -> Self {
                Self::Unknown(serde_json::Value::Null)
            }
        }
    };
}
#[allow(
    unused_imports,
    reason = "not every slice of the document lists numbers among texts"
)]
pub(crate) use open_literal;

#[cfg(test)]
mod tests {
    #[derive(Clone, PartialEq)]
    enum Pace {
        Slow,
        Fast,
        Unknown(String),
    }
    open_enum! {
        Pace {
            Slow = "SLOW",
            Fast = "FAST",
        }
    }

    #[derive(Clone, Debug, PartialEq)]
    enum Order {
        Ascending,
        Hashed,
        Unknown(serde_json::Value),
    }
    open_literal! {
        Order {
            Ascending = 1,
            Hashed = "hashed",
        }
    }

    #[test]
    fn values_that_are_not_listed_survive_a_round_trip() {
        for (text, value) in [
            ("\"SLOW\"", Pace::Slow),
            ("\"FAST\"", Pace::Fast),
            ("\"WARP\"", Pace::Unknown("WARP".to_owned())),
        ] {
            assert_eq!(serde_json::from_str::<Pace>(text).unwrap(), value);
            assert_eq!(serde_json::to_string(&value).unwrap(), text);
        }
        assert_eq!(Pace::VALUES, ["SLOW", "FAST"]);
        assert_eq!(Pace::from("FAST").to_string(), "FAST");
    }

    #[test]
    fn texts_and_numbers_stay_apart() {
        for (text, value) in [
            ("1", Order::Ascending),
            ("\"hashed\"", Order::Hashed),
            ("\"1\"", Order::Unknown("1".into())),
            ("-7", Order::Unknown((-7).into())),
        ] {
            assert_eq!(serde_json::from_str::<Order>(text).unwrap(), value);
            assert_eq!(serde_json::to_string(&value).unwrap(), text);
        }
    }
}
