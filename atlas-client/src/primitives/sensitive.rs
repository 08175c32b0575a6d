//! Secret text: passwords, tokens, keys.

use std::cell::RefCell;
use std::fmt;

use serde::{Deserialize, Serialize, Serializer};
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
#[derive(Clone, Default, PartialEq, Eq, Deserialize)]
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

    /// Calls `serialize`, and returns the secrets that it serializes, too.
    pub(crate) fn collected<R>(serialize: impl FnOnce() -> R) -> (R, Vec<Self>) {
        let _restored = Restored(COLLECTED.replace(Some(Vec::new())));
        let result = serialize();
        (result, COLLECTED.take().unwrap_or_default())
    }
}

thread_local! {
    /// The serialized secrets, while [`Sensitive::collected`] runs.
    static COLLECTED: RefCell<Option<Vec<Sensitive>>> = const { RefCell::new(None) };
}

/// Restores the collection of the caller, also after a panic.
struct Restored(Option<Vec<Sensitive>>);

impl Drop for Restored {
    fn drop(&mut self) {
        COLLECTED.set(self.0.take());
    }
}

impl Serialize for Sensitive {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        COLLECTED.with_borrow_mut(|collected| {
            if let Some(collected) = collected {
                collected.push(self.clone());
            }
        });
        serializer.serialize_str(&self.0)
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
    fn only_the_secrets_that_are_serialized_inside_are_collected() {
        let write = |text: &str| serde_json::to_string(&[Sensitive::from(text)]).unwrap();
        write("before");
        let (inner, outer) = Sensitive::collected(|| {
            write("outer");
            let (json, inner) = Sensitive::collected(|| write("inner"));
            assert_eq!(json, "[\"inner\"]");
            std::panic::catch_unwind(|| {
                Sensitive::collected(|| {
                    write("lost");
                    std::panic::resume_unwind(Box::new(()));
                })
            })
            .unwrap_err();
            write("after");
            inner
        });
        assert_eq!(inner, [Sensitive::from("inner")]);
        assert_eq!(outer, ["outer", "after"].map(Sensitive::from));
        write("later");
        assert!(COLLECTED.take().is_none());
    }

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
