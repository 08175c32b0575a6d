//! What an answer says beyond the typed members of an object. Knows no type of a member.

use std::fmt;
use std::ops::{Deref, DerefMut};

use serde_json::{Map, Value};

use crate::member::Came;

/// What an object holds beyond its typed members, by name: members that this version of the client
/// does not know, and those that it knows which are of another type than documented, all of them or
/// some of their entries.
///
/// They are kept when an answer is read and written again when the object is sent, so that a
/// newer server loses nothing by an older client. A member that is here under its own name has in
/// its field what is of the documented type: the other entries of a list or a map, or nothing. What
/// is here is written in its place, unless the field was changed after it had been read.
/// `Debug` shows only the names: what the server added may be a secret.
#[derive(Clone, Default)]
pub struct Additional {
    members: Map<String, Value>,
    /// What the fields of typed members do not say of what came for them.
    notes: Vec<(&'static str, Note)>,
}

/// What a field does not say of what came for it.
#[derive(Clone)]
pub(crate) enum Note {
    /// Nothing came where the document requires something, or null where it does not.
    Nothing,
    /// What came is not what the field is written as.
    Came(Came),
}

impl Additional {
    /// Notes what came for the member `name`.
    pub(crate) fn note(&mut self, name: &'static str, note: Note) {
        if let Note::Came(Came::Odd(odd)) = &note {
            self.members.insert(name.to_owned(), odd.clone());
        }
        self.notes.push((name, note));
    }

    /// Takes the note of the member `name` back, if there is one.
    pub(crate) fn forget(&mut self, name: &str) {
        let Some(at) = self.notes.iter().position(|(noted, _)| *noted == name) else {
            return;
        };
        if let (_, Note::Came(Came::Odd(_))) = self.notes.swap_remove(at) {
            self.members.remove(name);
        }
    }

    /// The note of the member `name`.
    pub(crate) fn noted(&self, name: &str) -> Option<&Note> {
        let mut notes = self.notes.iter();
        notes.find_map(|(noted, note)| (*noted == name).then_some(note))
    }

    /// The typed members of which something was of another type.
    pub(crate) fn odd(&self) -> impl Iterator<Item = &'static str> {
        let notes = self.notes.iter();
        notes.filter_map(|(name, note)| matches!(note, Note::Came(Came::Odd(_))).then_some(*name))
    }
}

impl Deref for Additional {
    type Target = Map<String, Value>;

    fn deref(&self) -> &Self::Target {
        &self.members
    }
}

impl DerefMut for Additional {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.members
    }
}

impl From<Map<String, Value>> for Additional {
    fn from(members: Map<String, Value>) -> Self {
        let notes = Vec::new();
        Self { members, notes }
    }
}

/// A member that is null says the same as one that is missing, and a number the same however it is
/// written.
impl PartialEq for Additional {
    fn eq(&self, other: &Self) -> bool {
        self.members == other.members
    }
}

impl fmt::Debug for Additional {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.members.keys()).finish()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use serde_json::json;

    use super::*;
    use crate::object::object;

    struct Meter {
        name: String,
        limit: Option<f64>,
        marks: Vec<Option<i64>>,
        tags: Option<Vec<String>>,
        rates: Option<BTreeMap<String, f64>>,
        additional: Additional,
    }
    object! {
        Meter {
            name: required "name",
            limit: optional "limit",
            marks: required "marks",
            tags: optional "tags",
            rates: optional "rates",
        }
    }

    fn read(text: &str) -> Meter {
        serde_json::from_str(text).unwrap()
    }

    fn written(meter: &Meter) -> Value {
        serde_json::to_value(meter).unwrap()
    }

    fn came(text: &str) -> Value {
        serde_json::from_str(text).unwrap()
    }

    const NUMBERS: &str =
        r#"{"name": "a", "limit": 10, "marks": [1, null, 2.0], "rates": {"x": 1, "y": 1.0}}"#;
    const ODD: &str = r#"{"name": 7, "marks": [1, "two"], "tags": ["a", null, "b"], "rates": {"x": 1, "y": "fast"}}"#;

    #[test]
    fn numbers_are_written_as_they_came_until_their_field_is_changed() {
        let mut meter = read(NUMBERS);
        assert_eq!(meter.limit, Some(10.0));
        assert_eq!(meter.marks, [Some(1), None, Some(2)]);
        assert!(meter.additional.is_empty(), "{:?}", meter.additional);
        assert_eq!(written(&meter), came(NUMBERS));
        assert_eq!(written(&meter.clone()), came(NUMBERS));
        let floating = NUMBERS.replace("10,", "10.0,");
        assert_eq!(written(&read(&floating)), came(&floating));
        assert!(meter == read(&floating), "the number is the same");

        meter.limit = Some(11.0);
        meter.marks.pop();
        meter.rates = None;
        assert_eq!(
            written(&meter),
            json!({"name": "a", "limit": 11.0, "marks": [1, null]})
        );
    }

    #[test]
    fn what_is_of_the_documented_type_is_in_the_field_and_all_of_it_is_written_again() {
        let meter = read(ODD);
        assert_eq!(
            (meter.name.as_str(), &meter.marks[..]),
            ("", &[Some(1)][..])
        );
        assert_eq!(meter.tags, Some(vec!["a".to_owned(), "b".to_owned()]));
        assert_eq!(meter.rates, Some(BTreeMap::from([("x".to_owned(), 1.0)])));
        // Their order depends on a feature of serde_json.
        let names: BTreeSet<&str> = meter.additional.keys().map(String::as_str).collect();
        assert_eq!(Vec::from_iter(names), ["marks", "name", "rates", "tags"]);
        assert_eq!(meter.additional["tags"], json!(["a", null, "b"]));
        assert_eq!(written(&meter), came(ODD));
    }

    #[test]
    fn a_field_that_was_changed_is_written_instead_of_what_came() {
        let mut meter = read(ODD);
        meter.name = "b".to_owned();
        meter.tags = None;
        meter.marks.push(None);
        let mut expected = came(ODD);
        expected["name"] = "b".into();
        expected["marks"] = json!([1, null]);
        expected.as_object_mut().unwrap().remove("tags");
        assert_eq!(written(&meter), expected);
    }

    #[test]
    fn what_a_caller_makes_of_the_additional_members_is_written() {
        let mut meter = read(ODD);
        meter.additional.insert("name".to_owned(), json!(["c"]));
        meter.additional.insert("limit".to_owned(), json!("none"));
        meter.additional.remove("tags");
        let mut expected = came(ODD);
        expected["name"] = json!(["c"]);
        expected["limit"] = "none".into();
        expected["tags"] = json!(["a", "b"]);
        assert_eq!(written(&meter), expected);
    }

    #[test]
    fn the_last_of_several_members_of_one_name_counts() {
        for (text, name) in [
            (r#"{"name": 1, "name": "b"}"#, json!("b")),
            (r#"{"name": "b", "name": 1}"#, json!(1)),
        ] {
            assert_eq!(written(&read(text)), json!({"name": name}), "{text}");
        }
    }
}
