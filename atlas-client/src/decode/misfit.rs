//! The wording of what does not decode: its place and what was expected there, and never a value of
//! the answer, for it may be a secret.

use serde::de::DeserializeOwned;
use serde_json::Value;

/// Where a value is not what was expected, and how.
pub(super) struct Misfit {
    pub(super) path: String,
    pub(super) problem: String,
}

impl Misfit {
    /// What is wrong with the answer as a whole.
    pub(super) fn whole(problem: &str) -> Self {
        Self {
            path: String::new(),
            problem: without_values(problem),
        }
    }

    /// What serde found wrong below `prefix`.
    pub(super) fn new(prefix: &str, error: &serde_path_to_error::Error<serde_json::Error>) -> Self {
        let path = error.path().to_string();
        let path = match path.as_str() {
            "." | "?" => prefix.to_owned(),
            path if prefix.is_empty() || path.starts_with('[') => format!("{prefix}{path}"),
            path => format!("{prefix}.{path}"),
        };
        let problem = without_values(&error.inner().to_string());
        Self { path, problem }
    }
}

/// Reads `value`, which stands at `prefix` in the answer.
pub(super) fn fit<T: DeserializeOwned>(prefix: &str, value: Value) -> Result<T, Misfit> {
    serde_path_to_error::deserialize(value).map_err(|error| Misfit::new(prefix, &error))
}

/// Takes out of a message of serde's what it quotes of the answer, as in
/// ``invalid type: string "…", expected a map``, and keeps what was expected.
fn without_values(message: &str) -> String {
    if ["missing field", "duplicate field", "unknown field"]
        .iter()
        .any(|start| message.starts_with(start))
    {
        return message.to_owned();
    }
    let (found, expected) = match message.rsplit_once(", expected ") {
        Some((found, expected)) => (found, Some(expected)),
        None => (message, None),
    };
    let quotes = ['"', '`'];
    let found = match (found.find(quotes), found.rfind(quotes)) {
        (Some(first), Some(last)) => {
            format!("{}{}", found[..first].trim_end(), &found[last + 1..])
        }
        _ => found.to_owned(),
    };
    match expected {
        Some(expected) => format!("{found}, expected {expected}"),
        None => found,
    }
}
