//! Repairs a response that does not decode: removes what does not match from its JSON, and fills in
//! missing required members. Knows JSON only.
//!
//! A list is repaired entry by entry, in a document in which all other lists are empty, so that the
//! work is linear in the size of the response and not quadratic. The total work is limited; beyond
//! the limit the response is an error.

use indexmap::IndexMap;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::{DecodeError, Decoded, Document};

/// A location in a response that does not match the document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repair {
    pointer: String,
    kind: RepairKind,
}

impl Repair {
    pub(crate) fn new(pointer: String, kind: RepairKind) -> Self {
        Self { pointer, kind }
    }

    /// Returns the location in the body, as a JSON pointer (RFC 6901) such as
    /// `/results/1/created`.
    pub fn pointer(&self) -> &str {
        &self.pointer
    }

    /// Returns how it was repaired.
    pub fn kind(&self) -> RepairKind {
        self.kind
    }
}

/// How a location that does not match the document was repaired.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RepairKind {
    /// A value of the wrong type was left out.
    Removed,
    /// A null that the document does not allow was left out.
    Null,
    /// A required member is missing, or null. It was replaced by an empty value: an empty string,
    /// zero, false, or no entries.
    Missing,
    /// A required member has the wrong type. It was replaced by an empty value.
    Replaced,
    /// Invalid bytes in a string, and unpaired surrogates such as `\ud800`, were each replaced by
    /// U+FFFD. The string may be the name of a member.
    InvalidText,
    /// A number is too large for an `f64`, such as `1e400`. It was left out, or replaced by null
    /// where any value is allowed; a required one is zero.
    OutOfRange,
    /// A list or an object is nested in 127 others. It was left out, or replaced by null where any
    /// value is allowed; a required one is empty.
    TooDeep,
}

/// The maximum number of repairs in one entry, or outside of all lists.
const PLACES: usize = 64;

/// The empty values that are tried for a required member.
fn empty_forms() -> [Value; 6] {
    [
        Value::Null,
        Value::from(""),
        Value::from(0),
        Value::from(false),
        Value::Array(Vec::new()),
        Value::Object(Map::new()),
    ]
}

/// The members and indices that lead to a location.
pub(super) type Path = Vec<String>;

/// Repairs by their location in the raw body, in the order in which they were made.
pub(crate) type Repairs = IndexMap<Path, RepairKind>;

/// Decodes a part of the response, whose path is `prefix`, with as many repairs as needed.
pub(crate) fn from_document<T: DeserializeOwned>(
    (document, repairs): Document,
    prefix: &[&str],
) -> Decoded<T> {
    if let Ok(value) = T::deserialize(&document) {
        return Ok((value, listed(repairs)));
    }
    let origin: Path = prefix.iter().map(|step| (*step).to_owned()).collect();
    let mut work = Work::new(document, repairs);
    let settled = work.settle::<T>(&[], &origin);
    match settled.and_then(|()| super::located(&work.document)) {
        Ok(value) => Ok((value, listed(work.repairs))),
        Err(error) => Err(error.below(prefix)),
    }
}

/// Converts the repairs to the public type.
pub(crate) fn listed(repairs: Repairs) -> Vec<Repair> {
    let repairs = repairs.into_iter();
    let repairs = repairs.map(|(path, kind)| Repair::new(super::to_pointer(&path), kind));
    repairs.collect()
}

struct Work {
    document: Value,
    repairs: Repairs,
    /// How many more values may be examined.
    left: usize,
}

impl Work {
    fn new(document: Value, repairs: Repairs) -> Self {
        Self {
            left: size(&document)
                .saturating_mul(200)
                .saturating_add(1_000_000),
            document,
            repairs,
        }
    }

    /// Repairs the value at `focus`, whose path in the original document was `origin`. The rest of
    /// the document is valid already, apart from lists that are temporarily empty.
    fn settle<T: DeserializeOwned>(
        &mut self,
        focus: &[String],
        origin: &[String],
    ) -> Result<(), DecodeError> {
        if self.look::<T>()?.is_none() {
            return Ok(());
        }
        let mut lists = Vec::new();
        if let Some(value) = at(&mut self.document, focus) {
            take_lists(value, &mut focus.to_vec(), &mut lists);
        }
        self.mend::<T>(focus, origin)?;
        for (place, entries) in &mut lists {
            // The list may have been removed, or replaced, with a repair around it.
            let Some(list) = self.list(place).filter(|list| list.is_empty()) else {
                continue;
            };
            list.append(entries);
            let is_valid = self.look::<T>()?.is_none();
            // Removed temporarily; it is restored when all lists are repaired.
            if let Some(list) = self.list(place) {
                entries.append(list);
            }
            if !is_valid {
                let from = [origin, &place[focus.len()..]].concat();
                *entries = self.entries::<T>(place, &from, std::mem::take(entries))?;
            }
        }
        for (place, entries) in lists {
            if let Some(list) = self.list(&place) {
                *list = entries;
            }
        }
        Ok(())
    }

    fn list(&mut self, place: &[String]) -> Option<&mut Vec<Value>> {
        at(&mut self.document, place)?.as_array_mut()
    }

    /// Repairs the entries of the list at `place` one by one and returns those that are left.
    fn entries<T: DeserializeOwned>(
        &mut self,
        place: &[String],
        from: &[String],
        entries: Vec<Value>,
    ) -> Result<Vec<Value>, DecodeError> {
        let mut kept = Vec::with_capacity(entries.len());
        let focus = [place, &["0".to_owned()]].concat();
        for (i, entry) in entries.into_iter().enumerate() {
            let Some(list) = self.list(place) else {
                continue;
            };
            let kind = removal_of(&entry);
            *list = vec![entry];
            let origin = [from, &[i.to_string()]].concat();
            let before = self.repairs.len();
            let settled = self.settle::<T>(&focus, &origin);
            let entry = self.list(place).and_then(Vec::pop);
            match (settled, entry) {
                (Ok(()), Some(entry)) => kept.push(entry),
                (Err(error), _) if self.left == 0 => return Err(error),
                _ => {
                    self.repairs.truncate(before);
                    self.record(origin, kind);
                }
            }
        }
        Ok(kept)
    }

    /// Repairs the document without its lists, one location at a time.
    fn mend<T: DeserializeOwned>(
        &mut self,
        focus: &[String],
        origin: &[String],
    ) -> Result<(), DecodeError> {
        let (mut places, mut filled) = (0, IndexMap::new());
        while let Some(error) = self.look::<T>()? {
            // Everything around an entry is valid. If an error is outside of the entry, the entry
            // as a whole does not match.
            let inside = error.place.strip_prefix(focus);
            let origin = inside.map(|inside| [origin, inside].concat());
            let fixed = origin.and_then(|it| self.fix(&error, it, &mut filled, &mut places));
            if fixed.is_none() || places > PLACES {
                return Err(error);
            }
        }
        Ok(())
    }

    /// Repairs one location, whose path in the original document was `origin`; `None` if that is
    /// impossible. `filled` are the members filled in at the focus, and how many empty values were
    /// tried for each.
    fn fix(
        &mut self,
        error: &DecodeError,
        mut origin: Path,
        filled: &mut IndexMap<Path, usize>,
        places: &mut usize,
    ) -> Option<()> {
        let value = at(&mut self.document, &error.place)?;
        if let Some(member) = missing_field(&error.message) {
            let members = value.as_object_mut()?;
            if members.contains_key(member) {
                return None;
            }
            members.insert(member.to_owned(), Value::Null);
            *places += 1;
            let member = [member.to_owned()];
            let place = [&error.place[..], &member].concat();
            if !filled.keys().any(|outer| place.starts_with(outer)) {
                origin.extend(member);
                self.filled(origin);
            }
            filled.insert(place, 0);
            return Some(());
        }
        if let Some(form) = filled.get_mut(&error.place) {
            *form += 1;
            *value = empty_forms().into_iter().nth(*form)?;
            return Some(());
        }
        *places += 1;
        if value.is_f64()
            && let Some(integer) = value.as_f64().and_then(crate::runtime::as_integer)
        {
            *value = integer.into();
            return Some(());
        }
        let kind = removal_of(value);
        // No list has entries here, apart from those around the focus, which is removed from its
        // list by the caller.
        let (last, parent) = error.place.split_last()?;
        at(&mut self.document, parent)?
            .as_object_mut()?
            .remove(last)?;
        self.record(origin, kind);
        Some(())
    }

    /// Records a repair, unless an earlier one caused it: a value replaced by null during parsing
    /// is then left out as a null.
    fn record(&mut self, place: Path, kind: RepairKind) {
        self.repairs.entry(place).or_insert(kind);
    }

    /// Records that a required member was replaced by an empty value. If it was removed before, it
    /// was not missing.
    fn filled(&mut self, place: Path) {
        match self.repairs.entry(place).or_insert(RepairKind::Missing) {
            kind @ RepairKind::Null => *kind = RepairKind::Missing,
            kind @ RepairKind::Removed => *kind = RepairKind::Replaced,
            _ => {}
        }
    }

    /// Decodes the document and returns what does not match.
    ///
    /// # Errors
    /// When the limit on the work is exceeded.
    fn look<T: DeserializeOwned>(&mut self) -> Result<Option<DecodeError>, DecodeError> {
        let error = super::located::<T, _>(&self.document).err();
        self.left = self.left.saturating_sub(size(&self.document));
        match error {
            Some(error) if self.left == 0 => Err(error),
            error => Ok(error),
        }
    }
}

/// Returns how the removal of `value` is listed.
fn removal_of(value: &Value) -> RepairKind {
    if value.is_null() {
        RepairKind::Null
    } else {
        RepairKind::Removed
    }
}

/// Returns the member that serde reports as missing.
fn missing_field(message: &str) -> Option<&str> {
    message.strip_prefix("missing field `")?.strip_suffix('`')
}

/// Counts the values in a document.
fn size(value: &Value) -> usize {
    1 + match value {
        Value::Array(entries) => entries.iter().map(size).sum(),
        Value::Object(members) => members.values().map(size).sum(),
        _ => 0,
    }
}

/// Returns the value at a location.
fn at<'a>(document: &'a mut Value, place: &[String]) -> Option<&'a mut Value> {
    document.pointer_mut(&super::to_pointer(place))
}

/// Removes the entries of all lists in `value` that are not inside another list.
fn take_lists(value: &mut Value, place: &mut Path, lists: &mut Vec<(Path, Vec<Value>)>) {
    match value {
        Value::Array(entries) if !entries.is_empty() => {
            lists.push((place.clone(), std::mem::take(entries)));
        }
        Value::Object(members) => {
            for (name, value) in members {
                place.push(name.clone());
                take_lists(value, place, lists);
                place.pop();
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests;
