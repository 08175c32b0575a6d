//! Memory that held a secret: buffers that are overwritten before they are
//! given back. Knows bytes and texts, not what they are for.
//!
//! A text that grows leaves its beginning behind wherever it stood before, so
//! that these buffers are made as large as they must be, or move with care.

use std::io;

use bytes::Bytes;
use secrecy::SecretString;
use serde::Serialize;
use zeroize::{Zeroize, Zeroizing};

/// Takes a secret over from a text that may have room to spare.
pub(crate) fn sealed(text: String) -> SecretString {
    let text = Zeroizing::new(text);
    SecretString::from(text.as_str())
}

/// The parts in one text, none of which is anywhere else.
pub(crate) fn joined(parts: &[&str]) -> Zeroizing<String> {
    let length = parts.iter().map(|part| part.len()).sum();
    let mut text = Zeroizing::new(String::with_capacity(length));
    for part in parts {
        text.push_str(part);
    }
    text
}

/// A value as JSON, in bytes that can be sent any number of times.
///
/// # Errors
///
/// When the value cannot be written as JSON.
pub(crate) fn json(value: &impl Serialize) -> serde_json::Result<Bytes> {
    let mut buffer = Growing(Zeroizing::new(Vec::with_capacity(1024)));
    serde_json::to_writer(&mut buffer, value)?;
    Ok(Bytes::from_owner(buffer.0))
}

/// Overwrites the body of an answer, if nobody else holds it.
pub(crate) fn overwrite(body: Bytes) {
    if let Ok(mut bytes) = body.try_into_mut() {
        bytes.as_mut().zeroize();
    }
}

/// Bytes that leave nothing behind when they need more room.
struct Growing(Zeroizing<Vec<u8>>);

impl io::Write for Growing {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let length = self.0.len().saturating_add(bytes.len());
        if length > self.0.capacity() {
            let mut larger = Zeroizing::new(Vec::with_capacity(length.saturating_mul(2)));
            larger.extend_from_slice(&self.0);
            // The smaller one is overwritten as it goes.
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
