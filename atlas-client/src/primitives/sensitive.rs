//! Secret text: passwords, tokens, keys.

use std::fmt;

use serde::{Deserialize, Serialize};
use zeroize::Zeroize;

/// A secret text, such as a password or a link token.
///
/// `Debug` is redacted, there is no `Display`, and the memory is zeroized on drop. Serialization
/// writes the text, because that is how it is sent.
///
/// ```
/// use atlas_client::Sensitive;
///
/// let password = Sensitive::from("correct horse");
/// assert_eq!(format!("{password:?}"), "[redacted]");
/// assert_eq!(password.expose(), "correct horse");
/// ```
#[derive(Clone, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(transparent)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schemars", schemars(inline, description = ""))]
#[cfg_attr(feature = "schemars", schemars(extend("format" = "password")))]
pub struct Sensitive(String);

impl Sensitive {
    /// Returns the secret text.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl Drop for Sensitive {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl<T: Into<String>> From<T> for Sensitive {
    fn from(text: T) -> Self {
        Self(text.into())
    }
}

impl fmt::Debug for Sensitive {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_sent_and_read_and_never_shown() {
        let text = "s3cret".to_owned();
        let read: Sensitive = serde_json::from_str("\"s3cret\"").unwrap();
        for secret in [
            Sensitive::from("s3cret"),
            Sensitive::from(&text),
            Sensitive::from(text),
            read,
        ] {
            assert_eq!(secret.expose(), "s3cret");
            assert_eq!(format!("{secret:?}"), "[redacted]");
            assert_eq!(serde_json::to_string(&secret).unwrap(), "\"s3cret\"");
        }
    }
}
