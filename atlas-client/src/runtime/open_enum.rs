//! String enums: documented values are variants, unknown values are kept.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A raw string value of an enum.
///
/// Converting it into the enum gives the variant of the string, or `Unknown`. Use it to send a
/// value that is newer than this version of the client; [`FromStr`](std::str::FromStr) of the enum
/// rejects unknown values.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(transparent)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schemars", schemars(inline, description = ""))]
pub struct RawValue(String);

impl RawValue {
    /// Returns the string.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Wraps the string as a value that the enum does not know. Only the conversion of an enum
    /// calls it.
    #[doc(hidden)]
    pub fn into_unknown(self) -> UnknownValue {
        UnknownValue(self.0)
    }
}

impl<T: Into<String>> From<T> for RawValue {
    fn from(text: T) -> Self {
        Self(text.into())
    }
}

/// A value of an enum that this version of the client does not know.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct UnknownValue(String);

impl UnknownValue {
    /// Returns the raw value.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for UnknownValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Debug for UnknownValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

/// The error for a string that is not a documented value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidValue {
    allowed: &'static [&'static str],
    /// The value that differs only in case.
    near: Option<&'static str>,
}

impl InvalidValue {
    /// Creates the error for `given`, which is not one of the values `allowed`. It does not contain
    /// `given`, which may be a secret that was passed by mistake.
    pub fn new(given: &str, allowed: &'static [&'static str]) -> Self {
        let near = allowed.iter().find(|one| one.eq_ignore_ascii_case(given));
        Self {
            allowed,
            near: near.copied(),
        }
    }

    /// Returns the documented values.
    pub fn allowed(&self) -> &'static [&'static str] {
        self.allowed
    }
}

impl fmt::Display for InvalidValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.near {
            Some(near) => write!(f, "the value is written {near}"),
            None => write!(f, "the value must be one of {}", self.allowed.join(", ")),
        }
    }
}

impl std::error::Error for InvalidValue {}
