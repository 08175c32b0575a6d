//! Enums whose documented values are not all strings, such as `1`, `-1` and `"hashed"`.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A raw value of an enum: a string, an integer, or any other JSON.
///
/// Converting it into the enum gives the variant of the value, or `Unknown`. Use it to send a value
/// that is newer than this version of the client.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(transparent)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schemars", schemars(inline, description = ""))]
pub struct RawLiteral(Value);

impl RawLiteral {
    /// Returns the value if it is a string.
    pub fn text(&self) -> Option<&str> {
        self.0.as_str()
    }

    /// Returns the value if it is an integer, in any notation: `1.0` is one.
    pub fn integer(&self) -> Option<i64> {
        let number = self.0.as_number()?;
        number.as_i64().or_else(|| as_integer(number.as_f64()?))
    }

    /// Wraps the value as one that the enum does not know. Only the conversion of an enum calls it.
    #[doc(hidden)]
    pub fn into_unknown(self) -> UnknownLiteral {
        UnknownLiteral(self.0)
    }
}

/// Returns the integer value of a floating-point number, if `f64` represents it exactly.
pub(crate) fn as_integer(number: f64) -> Option<i64> {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    (number.fract() == 0.0 && number.abs() <= EXACT).then_some(number as i64)
}

impl<T: Into<Value>> From<T> for RawLiteral {
    fn from(value: T) -> Self {
        Self(value.into())
    }
}

impl From<UnknownLiteral> for RawLiteral {
    fn from(value: UnknownLiteral) -> Self {
        Self(value.0)
    }
}

/// A value of an enum that this version of the client does not know.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct UnknownLiteral(Value);

impl UnknownLiteral {
    /// Returns the raw value.
    pub fn as_value(&self) -> &Value {
        &self.0
    }
}

impl fmt::Display for UnknownLiteral {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Value::String(text) => f.pad(text),
            value => value.fmt(f),
        }
    }
}

impl fmt::Debug for UnknownLiteral {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
