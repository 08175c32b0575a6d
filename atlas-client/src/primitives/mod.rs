//! Types of members that are strings in JSON.

mod object_id;
mod sensitive;
mod timestamp;

pub use object_id::{InvalidObjectId, ObjectId};
pub use sensitive::Sensitive;
pub use timestamp::{InvalidTimestamp, Timestamp};

/// Implements the conversions and comparisons of a type that keeps a text, which its `FromStr`
/// validates.
macro_rules! text_type {
    ($type:ident, $error:ident) => {
        impl $type {
            /// Returns the text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        $crate::primitives::text_type!(@parse $type, $error, &str, String, &String);

        impl From<&$type> for $type {
            fn from(value: &$type) -> Self {
                value.clone()
            }
        }

        impl From<$type> for String {
            fn from(value: $type) -> Self {
                value.0
            }
        }

        impl PartialEq<str> for $type {
            fn eq(&self, other: &str) -> bool {
                self.0 == other
            }
        }

        impl PartialEq<&str> for $type {
            fn eq(&self, other: &&str) -> bool {
                self.0 == *other
            }
        }

        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }
    };
    (@parse $type:ident, $error:ident, $($text:ty),*) => {$(
        impl TryFrom<$text> for $type {
            type Error = $error;

            fn try_from(text: $text) -> Result<Self, Self::Error> {
                text.parse()
            }
        }
    )*};
}
use text_type;
