//! Buffers for secrets, zeroized when they are freed. Must not know what the
//! secrets are for.
//!
//! A buffer that grows leaves a copy behind when it reallocates. So these are
//! allocated at their final size, or zeroize the old allocation when they grow.

use std::io;

use bytes::Bytes;
use secrecy::SecretString;
use serde::Serialize;
use zeroize::{Zeroize, Zeroizing};

/// Converts text that may have spare capacity to a secret.
pub(crate) fn sealed(text: String) -> SecretString {
    let text = Zeroizing::new(text);
    SecretString::from(text.as_str())
}

/// Joins the parts without intermediate copies.
pub(crate) fn joined(parts: &[&str]) -> Zeroizing<String> {
    Zeroizing::new(parts.concat())
}

/// Serializes a value to JSON, as bytes that can be sent any number of times.
///
/// # Errors
///
/// When the value cannot be serialized.
pub(crate) fn json(value: &impl Serialize) -> serde_json::Result<Bytes> {
    let mut buffer = Growing(Zeroizing::new(Vec::with_capacity(1024)));
    serde_json::to_writer(&mut buffer, value)?;
    Ok(Bytes::from_owner(buffer.0))
}

/// Zeroizes the body of a response, unless it is shared.
pub(crate) fn overwrite(body: Bytes) {
    if let Ok(mut bytes) = body.try_into_mut() {
        bytes.as_mut().zeroize();
    }
}

/// A buffer that zeroizes its old allocation when it grows.
struct Growing(Zeroizing<Vec<u8>>);

impl io::Write for Growing {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let length = self.0.len().saturating_add(bytes.len());
        if length > self.0.capacity() {
            let mut larger = Zeroizing::new(Vec::with_capacity(length.saturating_mul(2)));
            larger.extend_from_slice(&self.0);
            // The old allocation is zeroized on drop.
            self.0 = larger;
        }
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn json_of_any_length_is_written_whole() {
        for length in [0, 1, 1021, 1022, 1023, 100_000] {
            let value = json!(["x".repeat(length)]);
            assert_eq!(json(&value).unwrap(), value.to_string().as_bytes());
        }
    }

    #[test]
    fn parts_are_joined_in_a_buffer_of_their_length() {
        let text = joined(&["a", "", ":", "bc"]);
        assert_eq!((text.as_str(), text.capacity()), ("a:bc", 4));
    }
}
