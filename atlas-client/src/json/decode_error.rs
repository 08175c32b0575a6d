//! A decode error: its location and what was expected. Never displays a value of the response,
//! which may be a secret.

/// The location of an unexpected value, and what was expected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct DecodeError {
    /// The members and indices that lead to the location.
    pub(crate) place: Vec<String>,
    /// serde's message; it may quote values.
    pub(crate) message: String,
}

impl DecodeError {
    /// An error of the response as a whole.
    pub(crate) fn whole(message: impl Into<String>) -> Self {
        Self {
            place: Vec::new(),
            message: message.into(),
        }
    }

    /// Formats the location as in `results[1]._id`.
    pub(crate) fn path(&self) -> String {
        let mut path = String::new();
        for step in &self.place {
            if step.bytes().all(|byte| byte.is_ascii_digit()) && !step.is_empty() {
                path.push_str(&format!("[{step}]"));
            } else {
                if !path.is_empty() {
                    path.push('.');
                }
                path.push_str(step);
            }
        }
        path
    }

    /// Returns the message without what serde quotes of the response, as in
    /// ``invalid type: string "…", expected a map``.
    pub(crate) fn problem(&self) -> String {
        let message = self.message.as_str();
        if ["missing field", "duplicate field", "unknown field"]
            .iter()
            .any(|start| message.starts_with(start))
        {
            return message.to_owned();
        }
        let end = message.rfind(", expected ").unwrap_or(message.len());
        let (found, expected) = message.split_at(end);
        let found = found.split(['"', '`']).next().unwrap_or_default();
        found.trim_end().to_owned() + expected
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_written_as_code_writes_it() {
        for (place, path) in [
            (&["results", "1", "_id"][..], "results[1]._id"),
            (&["0", "hosts", "12"], "[0].hosts[12]"),
            (&["labels", "", "1st"], "labels..1st"),
        ] {
            let place = place.iter().map(|step| (*step).to_owned()).collect();
            let error = DecodeError {
                place,
                message: String::new(),
            };
            assert_eq!(error.path(), path);
        }
    }

    #[test]
    fn a_problem_quotes_nothing_of_the_response() {
        for (message, problem) in [
            (
                r#"invalid type: string "a\", expected b", expected a map"#,
                "invalid type: string, expected a map",
            ),
            (
                "unknown variant `NEW`, expected `A` or `B`",
                "unknown variant, expected `A` or `B`",
            ),
            ("cannot parse \"a", "cannot parse"),
            ("missing field `_id`", "missing field `_id`"),
        ] {
            assert_eq!(DecodeError::whole(message).problem(), problem);
        }
    }
}
