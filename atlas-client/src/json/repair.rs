//! Decodes a response that does not match the document: leaves out what does not, and fills in
//! missing required members. Knows JSON only.
//!
//! serde's types stop at the first error. So they decode from a [`Lenient`] deserializer, which
//! gives them an empty value where the JSON is of another kind, and notes its location. In a second
//! pass, it leaves out the noted locations that are optional. Both passes are linear in the
//! size of the response; an error of another kind takes one more pass, and their number is limited.
//!
//! The JSON itself is not changed, so that the variant of a union is selected by what was received.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::{HashMap, HashSet};

use indexmap::{IndexMap, IndexSet};
use serde::de::{
    DeserializeOwned, DeserializeSeed, Deserializer, Error as _, IntoDeserializer as _, MapAccess,
    SeqAccess, Visitor,
};
use serde::forward_to_deserialize_any;
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
    let mut work = Work {
        path: prefix.iter().map(|step| (*step).to_owned()).collect(),
        ..Work::default()
    };
    // So that a small response may take many passes, and a large one takes linear time.
    let mut left = 50 + 1_000_000 / size(&document);
    loop {
        work.path.truncate(prefix.len());
        work.optional.clear();
        work.filled.clear();
        work.repairs.clone_from(&repairs);
        work.failed = None;
        work.again = false;
        let outer = WORK.replace(Some(work));
        let decoded = T::deserialize(Lenient(Some(&document)));
        work = WORK.replace(outer).unwrap_or_default();
        left -= 1;
        match decoded {
            Ok(value) if !work.again => return Ok((value, listed(work.repairs))),
            _ if work.again && left > 0 => {}
            Ok(_) => return Err(DecodeError::whole("it takes too many repairs")),
            Err(error) => {
                return Err(DecodeError {
                    place: work.failed.unwrap_or(work.path),
                    message: error.to_string(),
                });
            }
        }
    }
}

/// Decodes a value within a response: with repairs, if the response is being repaired.
pub(crate) fn within<T: DeserializeOwned>(value: Value) -> serde_json::Result<T> {
    if with(|_| ()).is_some() {
        T::deserialize(Lenient(Some(&value)))
    } else {
        T::deserialize(value)
    }
}

/// Converts the repairs to the public type.
pub(crate) fn listed(repairs: Repairs) -> Vec<Repair> {
    let repairs = repairs.into_iter();
    let repairs = repairs.map(|(path, kind)| Repair::new(super::to_pointer(&path), kind));
    repairs.collect()
}

thread_local! {
    /// The repair that is going on. It is not a part of the deserializer, because those of a union
    /// decode its variant from a value of their own.
    static WORK: RefCell<Option<Work>> = const { RefCell::new(None) };
}

/// Runs `act` on the repair that is going on, if any.
fn with<R>(act: impl FnOnce(&mut Work) -> R) -> Option<R> {
    WORK.with_borrow_mut(|work| work.as_mut().map(act))
}

#[derive(Debug, Default)]
struct Work {
    /// The current location.
    path: Path,
    /// Whether what is there, and at the locations around it, can be left out.
    optional: Vec<bool>,
    /// What is left out.
    removed: HashMap<Path, RepairKind>,
    /// The required members that were found to be missing, by the type that visits their struct: the
    /// name of the struct is not always given.
    missing: HashMap<&'static str, IndexSet<String>>,
    /// What is replaced by an empty value although it is of the expected kind, and by which.
    forms: HashMap<Path, usize>,
    /// The locations that this pass has filled with empty values.
    filled: HashSet<Path>,
    repairs: Repairs,
    /// Where this pass failed.
    failed: Option<Path>,
    /// Whether another pass is needed.
    again: bool,
}

/// The empty values that are tried for a required member of any kind.
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

impl Work {
    /// Leaves out the current location, from the next pass on.
    fn remove(&mut self, kind: RepairKind) {
        self.removed.insert(self.path.clone(), kind);
        self.again = true;
    }

    /// Records that an empty value replaces the current location, unless one replaces what is around
    /// it. If it was left out before, it was not missing.
    fn fill(&mut self, kind: RepairKind) {
        let is_inside = (0..self.path.len()).any(|end| self.filled.contains(&self.path[..end]));
        self.filled.insert(self.path.clone());
        if is_inside {
            return;
        }
        match self.repairs.entry(self.path.clone()).or_insert(kind) {
            kind @ RepairKind::Null => *kind = RepairKind::Missing,
            kind @ RepairKind::Removed => *kind = RepairKind::Replaced,
            _ => {}
        }
    }

    /// Notes that `value` is of another kind than expected. Returns whether an empty value is to be
    /// given instead.
    fn differs(&mut self, value: Option<&Value>) -> bool {
        let is_null = value.is_none_or(Value::is_null);
        match self.optional.last() {
            Some(true) if value.is_some() => {
                self.remove(removal(is_null));
                self.filled.insert(self.path.clone());
            }
            Some(_) => self.fill(missing_or_replaced(is_null)),
            // Nothing can be left of the whole.
            None => return false,
        }
        true
    }

    /// Decides what becomes of the current location, in which the value is of the expected kind
    /// but an error.
    fn fail(&mut self, is_null: bool) {
        self.failed.get_or_insert_with(|| self.path.clone());
        if self.again {
            return;
        }
        if self.optional.last() == Some(&true) {
            return self.remove(removal(is_null));
        }
        let form = self.forms.entry(self.path.clone());
        let form = form.and_modify(|form| *form += 1).or_insert(0);
        self.again = *form < empty_forms().len();
    }

    /// Returns whether the current location is left out.
    fn leaves_out(&mut self) -> bool {
        let kind = self.removed.get(&self.path).copied();
        if let Some(kind) = kind {
            self.repairs.entry(self.path.clone()).or_insert(kind);
        }
        kind.is_some()
    }
}

/// Returns whether the member or entry `step` of the current location is left out.
fn leaves_out(step: &str) -> bool {
    let is_left_out = with(|work| {
        work.path.push(step.to_owned());
        let is_left_out = work.leaves_out();
        work.path.pop();
        is_left_out
    });
    is_left_out == Some(true)
}

/// Returns how leaving out a value is listed.
fn removal(is_null: bool) -> RepairKind {
    if is_null {
        RepairKind::Null
    } else {
        RepairKind::Removed
    }
}

/// Returns how an empty value instead of a required one is listed.
fn missing_or_replaced(is_null: bool) -> RepairKind {
    if is_null {
        RepairKind::Missing
    } else {
        RepairKind::Replaced
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

/// The deepest location. A required member may be of the type that it is a member of.
const DEEPEST: usize = 200;

/// Deserializes any JSON, or a missing member, as [`WORK`] says.
struct Lenient<'a>(Option<&'a Value>);

impl<'a> Lenient<'a> {
    /// Returns the value if `fits` accepts it, or else `empty`.
    fn given(
        self,
        empty: Value,
        fits: impl FnOnce(&'a Value) -> Option<Cow<'a, Value>>,
    ) -> Cow<'a, Value> {
        if let Some(value) = self.0.and_then(fits) {
            return value;
        }
        match (with(|work| work.differs(self.0)), self.0) {
            (Some(false), Some(value)) => Cow::Borrowed(value),
            _ => Cow::Owned(empty),
        }
    }

    fn of_kind(self, empty: Value, is_kind: fn(&Value) -> bool) -> Value {
        let fits = |value: &'a Value| is_kind(value).then_some(Cow::Borrowed(value));
        self.given(empty, fits).into_owned()
    }

    fn integer(self) -> Value {
        let fits = |value: &'a Value| match value.as_f64().filter(|_| value.is_f64()) {
            Some(float) => crate::runtime::as_integer(float).map(|it| Cow::Owned(it.into())),
            None => value.is_number().then_some(Cow::Borrowed(value)),
        };
        self.given(0.into(), fits).into_owned()
    }

    /// Deserializes a map, or a struct of the given fields.
    fn object<'de, V: Visitor<'de>>(
        self,
        fields: Option<&'static [&'static str]>,
        visitor: V,
    ) -> serde_json::Result<V::Value> {
        let owner = std::any::type_name::<V>();
        let fits = |value: &'a Value| value.is_object().then_some(Cow::Borrowed(value));
        let mut all: IndexMap<String, Option<&Value>> = IndexMap::new();
        match self.given(Value::Object(Map::new()), fits) {
            Cow::Borrowed(Value::Object(members)) => {
                let given = members
                    .iter()
                    .map(|(name, value)| (name.clone(), Some(value)));
                // A member of a struct that is left out is optional: it reads as none.
                all.extend(given.filter(|(name, _)| fields.is_some() || !leaves_out(name)));
            }
            // The whole is of another kind.
            Cow::Borrowed(other) => return other.clone().deserialize_map(visitor),
            // Nothing is missing in what is empty.
            Cow::Owned(_) => {
                let fields = fields.into_iter().flatten();
                all.extend(fields.map(|&name| (name.to_owned(), None)));
            }
        }
        let missing = with(|work| work.missing.get(owner).cloned());
        for name in missing.flatten().into_iter().flatten() {
            all.entry(name).or_insert(None);
        }
        let members = Members {
            left: all.into_iter(),
            value: None,
            are_optional: fields.is_none(),
        };
        visitor.visit_map(members).inspect_err(|error| {
            let message = error.to_string();
            with(|work| {
                // The error of a variant has the same text, and is noted.
                if let Some(name) = missing_field(&message).filter(|_| !work.again) {
                    let names = work.missing.entry(owner).or_default();
                    work.again = names.insert(name.to_owned());
                }
            });
        })
    }
}

/// The members of an object, and those that are missing.
struct Members<'a> {
    left: indexmap::map::IntoIter<String, Option<&'a Value>>,
    value: Option<&'a Value>,
    are_optional: bool,
}

impl<'de> MapAccess<'de> for Members<'_> {
    type Error = serde_json::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> serde_json::Result<Option<K::Value>> {
        let Some((name, value)) = self.left.next() else {
            return Ok(None);
        };
        self.value = value;
        with(|work| work.path.push(name.clone()));
        seed.deserialize(name.into_deserializer()).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(
        &mut self,
        seed: V,
    ) -> serde_json::Result<V::Value> {
        let decoded = at_step(self.value, self.are_optional, seed);
        with(|work| work.path.pop());
        decoded
    }
}

/// The entries of a list.
struct Entries<'a> {
    left: std::iter::Enumerate<std::slice::Iter<'a, Value>>,
}

impl<'de> SeqAccess<'de> for Entries<'_> {
    type Error = serde_json::Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> serde_json::Result<Option<T::Value>> {
        let Some((i, entry)) = self.left.find(|(i, _)| !leaves_out(&i.to_string())) else {
            return Ok(None);
        };
        with(|work| work.path.push(i.to_string()));
        let decoded = at_step(Some(entry), true, seed);
        with(|work| work.path.pop());
        decoded.map(Some)
    }
}

/// Decodes a value at the current location.
fn at_step<'de, S: DeserializeSeed<'de>>(
    value: Option<&Value>,
    is_optional: bool,
    seed: S,
) -> serde_json::Result<S::Value> {
    let is_null = value.is_none_or(Value::is_null);
    let (is_replaced, is_too_deep) = with(|work| {
        work.optional.push(is_optional);
        let is_replaced = work.forms.contains_key(&work.path);
        if is_replaced {
            work.fill(missing_or_replaced(is_null));
        }
        (is_replaced, work.path.len() > DEEPEST)
    })
    .unwrap_or_default();
    let decoded = if is_too_deep {
        Err(serde_json::Error::custom("it nests too deeply"))
    } else {
        seed.deserialize(Lenient(value.filter(|_| !is_replaced)))
    };
    with(|work| {
        if decoded.is_err() {
            work.fail(is_null);
        }
        work.optional.pop();
    });
    decoded
}

/// Implements methods by those of JSON, if it is of the expected kind.
macro_rules! of_kind {
    ($($given:expr => $($method:ident)*;)*) => {$($(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> serde_json::Result<V::Value> {
            $given(self).$method(visitor)
        }
    )*)*};
}

impl<'de, 'a> Deserializer<'de> for Lenient<'a> {
    type Error = serde_json::Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> serde_json::Result<V::Value> {
        let given = match self.0 {
            Some(value) => Some(value.clone()),
            None => with(|work| {
                work.fill(RepairKind::Missing);
                let form = work.forms.get(&work.path).copied().unwrap_or_default();
                empty_forms().into_iter().nth(form)
            })
            .flatten(),
        };
        given.unwrap_or_default().deserialize_any(visitor)
    }

    of_kind! {
        Lenient::integer => deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64
            deserialize_i128 deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64
            deserialize_u128;
        |it: Self| it.of_kind(0.into(), Value::is_number) => deserialize_f32 deserialize_f64;
        |it: Self| it.of_kind(false.into(), Value::is_boolean) => deserialize_bool;
        |it: Self| it.of_kind("".into(), Value::is_string) => deserialize_char deserialize_str
            deserialize_string;
    }

    // These are not what generated types expect.
    forward_to_deserialize_any! { bytes byte_buf unit unit_struct tuple tuple_struct identifier }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> serde_json::Result<V::Value> {
        match self.0 {
            None => {
                with(|work| work.fill(RepairKind::Missing));
                visitor.visit_none()
            }
            Some(Value::Null) => visitor.visit_none(),
            Some(_) if with(Work::leaves_out) == Some(true) => visitor.visit_none(),
            Some(_) => {
                with(|work| {
                    work.optional
                        .last_mut()
                        .map(|is_optional| *is_optional = true)
                });
                visitor.visit_some(self)
            }
        }
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> serde_json::Result<V::Value> {
        let fits = |value: &'a Value| value.is_array().then_some(Cow::Borrowed(value));
        match self.given(Value::Array(Vec::new()), fits) {
            Cow::Borrowed(Value::Array(entries)) => visitor.visit_seq(Entries {
                left: entries.iter().enumerate(),
            }),
            other => other.into_owned().deserialize_seq(visitor),
        }
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> serde_json::Result<V::Value> {
        self.object(None, visitor)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> serde_json::Result<V::Value> {
        self.object(Some(fields), visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> serde_json::Result<V::Value> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> serde_json::Result<V::Value> {
        let value = self.0.cloned().unwrap_or_default();
        value.deserialize_enum(name, variants, visitor)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> serde_json::Result<V::Value> {
        visitor.visit_unit()
    }
}

#[cfg(test)]
mod tests;
