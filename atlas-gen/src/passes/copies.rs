//! The limit on what shared parameters, request bodies and responses come to where operations use them.

use serde_json::Value;

use crate::document::{Place, reference};
use crate::error::{Error, Result};

/// The maximal size of all copies; those of the whole document of Atlas come to less than a tenth of it.
const MAX_COPIES: usize = 64 << 20;

/// The size of a value without its text.
const VALUE: usize = 32;

/// What is left for copies.
#[derive(Debug)]
pub struct Copies(usize);

impl Default for Copies {
    fn default() -> Self {
        Self(MAX_COPIES)
    }
}

impl Copies {
    /// Returns `copy`, which replaces `used` in the operation at `place`. It counts only if `used` is a
    /// reference: what an operation lists itself has its place in the document.
    ///
    /// # Errors
    /// The copies are too large.
    pub fn replace(&mut self, used: &Value, copy: Value, place: &Place) -> Result<Value> {
        let size = reference(used).map_or(0, |_| size(&copy));
        self.0 = self.0.checked_sub(size).ok_or_else(|| {
            let limit = MAX_COPIES >> 20;
            Error::at(
                place.pointer(),
                format!(
                    "the shared parameters, request bodies and responses come to more than {limit} MiB in the operations up to here; smaller ones are expected"
                ),
            )
        })?;
        Ok(copy)
    }
}

/// Returns about how much memory `value` needs.
fn size(value: &Value) -> usize {
    let inner: usize = match value {
        Value::String(text) => text.len(),
        Value::Array(items) => items.iter().map(size).sum(),
        Value::Object(map) => map.iter().map(|(key, value)| key.len() + size(value)).sum(),
        _ => 0,
    };
    VALUE + inner
}
