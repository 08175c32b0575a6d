//! Atlas ids of 24 hexadecimal digits: projects, organizations, migrations.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// An id of 24 lower-case hexadecimal digits, such as that of a project or a migration.
///
/// The pattern `^([a-f0-9]{24})$` occurs hundreds of times in the Atlas document. Parsing validates
/// it and converts upper-case digits to lower case. An id in a response is kept as the server wrote
/// it, so that an unusual id never fails a response; [`ObjectId::is_valid`] checks it. The default
/// value is empty and not valid.
///
/// ```
/// use atlas_client::ObjectId;
///
/// let project: ObjectId = "32b6e34b3d91647abb20e7b8".parse()?;
/// assert_eq!(project.as_str(), "32b6e34b3d91647abb20e7b8");
/// assert!("not an id".parse::<ObjectId>().is_err());
/// # Ok::<(), atlas_client::InvalidObjectId>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, Serialize)]
#[serde(transparent)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schemars", schemars(inline, description = ""))]
#[cfg_attr(feature = "schemars", schemars(extend("pattern" = "^([a-f0-9]{24})$")))]
pub struct ObjectId(String);

impl ObjectId {
    /// Returns whether the id is 24 lower-case hexadecimal digits; false only for an unusual id
    /// from the server and for the empty default value.
    pub fn is_valid(&self) -> bool {
        self.0.len() == 24
            && self
                .0
                .bytes()
                .all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
    }
}

/// The error for a text that is not an [`ObjectId`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("an id is 24 hexadecimal digits; this text {problem}")]
pub struct InvalidObjectId {
    /// Does not contain the text itself, which may be a secret that was passed by mistake.
    problem: String,
}

impl FromStr for ObjectId {
    type Err = InvalidObjectId;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.len() == 24 && text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            Ok(Self(text.to_ascii_lowercase()))
        } else {
            let problem = match text.chars().find(|c| !c.is_ascii_hexdigit()) {
                Some(odd) => format!("holds {odd:?}"),
                None => format!("has {}", text.len()),
            };
            Err(InvalidObjectId { problem })
        }
    }
}

impl AsRef<str> for ObjectId {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

super::text_type!(ObjectId, InvalidObjectId);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn callers_make_only_ids_of_24_hexadecimal_digits() {
        assert_eq!(
            ObjectId::try_from("32B6E34B3D91647ABB20E7B8").unwrap(),
            "32b6e34b3d91647abb20e7b8"
        );
        let short = ObjectId::try_from("32b6").unwrap_err();
        assert_eq!(
            short.to_string(),
            "an id is 24 hexadecimal digits; this text has 4"
        );
        let odd = ObjectId::try_from("32b6e34b3d91647abb20e7b/").unwrap_err();
        assert_eq!(
            odd.to_string(),
            "an id is 24 hexadecimal digits; this text holds '/'"
        );
    }

    #[test]
    fn an_id_is_its_text_in_every_form() {
        let text = "32b6e34b3d91647abb20e7b8";
        let id = ObjectId::try_from(text.to_owned()).unwrap();
        assert_eq!(ObjectId::try_from(&text.to_owned()).unwrap(), id);
        assert_eq!(ObjectId::from(&id), id);
        assert_eq!((id.as_str(), id.as_ref()), (text, text));
        assert_eq!(id.to_string(), text);
        assert_eq!(format!("{id:>26}"), format!("  {text}"));
        assert_eq!(format!("{id:?}"), format!("ObjectId({text:?})"));
        assert!(id == *text && id == text);
        assert!(id != *"odd" && id != "odd");
        assert_eq!(String::from(id), text);
    }

    #[test]
    fn only_24_lower_case_hexadecimal_digits_are_valid() {
        for (text, is_valid) in [
            ("32b6e34b3d91647abb20e7b8", true),
            ("32B6E34B3D91647ABB20E7B8", false),
            ("32b6e34b3d91647abb20e7bg", false),
            ("32b6e34b3d91647abb20e7b", false),
            ("32b6e34b3d91647abb20e7b8a", false),
            ("", false),
        ] {
            let id: ObjectId = serde_json::from_value(text.into()).unwrap();
            assert_eq!(id.is_valid(), is_valid, "{text}");
        }
    }

    #[test]
    fn an_answer_never_fails_for_the_looks_of_an_id() {
        let id: ObjectId = serde_json::from_str("\"odd\"").unwrap();
        assert!(!id.is_valid());
        assert_eq!(serde_json::to_string(&id).unwrap(), "\"odd\"");
    }
}
