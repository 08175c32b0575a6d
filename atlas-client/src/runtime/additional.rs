//! Members of an object that the document describes without their names.

use serde::Deserialize as _;
use serde::de::{DeserializeOwned, Deserializer, Error as _};
use serde_json::Value;

use super::variant;

/// Decodes the map of the members that no other field of a struct takes. Used by generated code.
///
/// # Errors
/// What does not match. A repair sees each member: it would see only the whole of serde's own flattened
/// map.
pub fn additional<'de, D: Deserializer<'de>, M: DeserializeOwned>(
    members: D,
) -> Result<M, D::Error> {
    variant(Value::deserialize(members)?).map_err(D::Error::custom)
}
