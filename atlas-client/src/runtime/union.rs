//! Unions: selects the variant of a JSON object by its discriminator and members.

use std::cmp::Ordering;
use std::fmt;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::as_integer;
use crate::json::{self, DecodeError};

/// The description of one variant of a union, or of one variant of a union in it.
#[derive(Clone, Copy, Debug)]
pub struct Variant {
    /// The position in the outer union.
    pub index: usize,
    /// The kind of JSON; none for any JSON except null.
    pub kind: Option<IsKind>,
    /// The members with documented values, and the values: the discriminator first, then members
    /// whose values no two variants share.
    pub values: &'static [(&'static str, &'static [&'static str])],
    /// The required members.
    pub required: &'static [&'static str],
    /// All members that the document names.
    pub members: &'static [&'static str],
    /// The kind of members with other names, if there may be some.
    pub others: Option<IsKind>,
    /// The members that are of another kind in other variants, and their kinds.
    pub kinds: &'static [(&'static str, IsKind)],
}

/// Returns whether JSON is of a kind, such as [`Value::is_object`].
pub(super) type IsKind = fn(&Value) -> bool;

/// Selects the variant of `value` and returns its index; `None` if none or several match.
///
/// Values are compared member by member. A null or missing member excludes no variant. A value that
/// no variant lists may be of a newer variant: it excludes the variants that list other values for
/// its member, unless one of them knows more of the members than the remaining variants. Once an
/// earlier value that is listed has excluded others or confirmed the only one, or if all list the
/// same values, it is only a newer value and excludes nothing.
///
/// Of several remaining variants, the one with the fewest unknown members of `value` is selected; a
/// member of another kind is unknown, too, and nulls are not counted. Of these it is the one with the
/// fewest unlisted values, then with the fewest missing required members, then with the fewest unknown
/// nulls, then the one that lists the fewest values beside the given ones: a general variant often
/// lists the values of the special ones too. Of several variants, one that knows none of the members
/// is selected only if others were excluded before. A variant of any members or any JSON knows every
/// member, but is the last of equals. A value that is not an object is matched by its kind alone.
pub fn choose(variants: &[Variant], value: &Value) -> Option<usize> {
    // Any other value is matched as an object without members.
    let nothing = Map::new();
    let object = value.as_object().unwrap_or(&nothing);
    let of_kind = |it: &&Variant| it.kind.map_or(!value.is_null(), |is_kind| is_kind(value));
    let mut left: Vec<&Variant> = variants.iter().filter(of_kind).collect();
    let mut identified = false;
    let mut looked_at: Vec<&str> = Vec::new();
    let mut ruled_out: Vec<&Variant> = Vec::new();
    let most = variants.iter().map(|variant| variant.values.len()).max();
    let members = (0..most.unwrap_or_default())
        .flat_map(|at| variants.iter().filter_map(move |it| it.values.get(at)));
    for (member, _) in members {
        if looked_at.contains(member) {
            continue;
        }
        looked_at.push(member);
        let Some(given) = object.get(*member).and_then(literal) else {
            continue;
        };
        let listed = |variant: &&Variant| variant.listed(member);
        let fits = |it: &&Variant| listed(it).is_some_and(|values| values.contains(&&*given));
        if left.iter().any(fits) {
            let before = left.len();
            left.retain(fits);
            identified |= left.len() < before || only(&left).is_some();
            continue;
        }
        let alike = only(&left).is_none() && left.iter().map(listed).is_sorted_by(|a, b| a == b);
        if !identified && !alike {
            ruled_out.extend(left.extract_if(.., |it| listed(&*it).is_some()));
        }
    }
    let is_narrowed = left.len() < variants.len() || !value.is_object();
    let chosen = only(&left).or_else(|| by_members(&left, is_narrowed, object))?;
    // A value that no variant lists may be a newer value of an excluded variant, if that
    // knows more of the members.
    let unknown = |variants: &[&Variant], is_chosen: bool| {
        let variants = variants.iter();
        let variants = variants.filter(|variant| (variant.index == chosen) == is_chosen);
        variants
            .map(|variant| variant.unknown_members(object))
            .min()
    };
    let least = unknown(&left, true);
    let knows_more = unknown(&ruled_out, false).is_some_and(|other| Some(other) < least);
    (!knows_more).then_some(chosen)
}

/// Returns the index of `variants`, if there are any and all have the same.
fn only(variants: &[&Variant]) -> Option<usize> {
    let (first, rest) = variants.split_first()?;
    let is_only = rest.iter().all(|variant| variant.index == first.index);
    is_only.then_some(first.index)
}

/// How badly a variant fits an object, the worst first: see [`choose`].
type Misfit = [usize; 5];

impl Variant {
    fn knows(&self, member: &str) -> bool {
        self.is_any() || self.others.is_some() || self.members.contains(&member)
    }

    fn is_any(&self) -> bool {
        self.kind.is_none()
    }

    /// Returns the number of members of `object` that the variant does not know, or as another kind;
    /// nulls not counted.
    fn unknown_members(&self, object: &Map<String, Value>) -> usize {
        let is_unknown = |(name, value): &(&String, &Value)| {
            let mut kinds = self.kinds.iter();
            let kind = kinds.find(|(known, _)| known == name);
            let kind = match self.members.contains(&name.as_str()) {
                true => kind.map(|(_, is_kind)| is_kind),
                false => self.others.as_ref(),
            };
            !self.knows(name) || kind.is_some_and(|is_kind| !is_kind(value))
        };
        let members = object.iter().filter(|(_, value)| !value.is_null());
        members.filter(is_unknown).count()
    }

    fn listed(&self, member: &str) -> Option<&'static [&'static str]> {
        let mut values = self.values.iter();
        let (_, values) = values.find(|(name, _)| *name == member)?;
        Some(values)
    }

    fn misfit(&self, object: &Map<String, Value>) -> Misfit {
        if self.is_any() {
            return [0, 0, 0, 0, usize::MAX];
        }
        let (mut unlisted, mut others) = (0, 0);
        for (member, values) in self.values {
            match object.get(*member).and_then(literal) {
                Some(given) if values.contains(&&*given) => others += values.len() - 1,
                Some(_) => unlisted += 1,
                None => {}
            }
        }
        let missing = self.required.iter();
        let missing = missing.filter(|name| !object.contains_key(**name));
        let nulls = object.iter();
        let nulls = nulls.filter(|(name, value)| value.is_null() && !self.knows(name));
        [
            self.unknown_members(object),
            unlisted,
            missing.count(),
            nulls.count(),
            // A variant of any members is more general.
            self.others.map_or(others, |_| usize::MAX - 1),
        ]
    }
}

/// Returns whether `value` is an integer that an `i64` can hold, in any notation: `1.0` is one. Used by
/// generated code.
pub fn is_integer(value: &Value) -> bool {
    value.is_i64() || value.as_f64().and_then(as_integer).is_some()
}

/// Returns the text that is compared with the listed values.
fn literal(value: &Value) -> Option<std::borrow::Cow<'_, str>> {
    match value {
        Value::String(text) => Some(text.as_str().into()),
        Value::Number(number) => number.as_i64().map(|number| number.to_string().into()),
        Value::Bool(flag) => Some(if *flag { "true" } else { "false" }.into()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

fn by_members(left: &[&Variant], is_narrowed: bool, object: &Map<String, Value>) -> Option<usize> {
    let knows_any = |variant: &Variant| object.keys().any(|name| variant.knows(name));
    let left = left.iter().filter(|it| is_narrowed || knows_any(it));
    let misfits = left.map(|it| (it.misfit(object), Some(it.index)));
    // No variant is selected if several fit equally.
    let best = misfits.reduce(|best, other| match best.0.cmp(&other.0) {
        Ordering::Less => best,
        Ordering::Equal => (best.0, best.1.filter(|_| best.1 == other.1)),
        Ordering::Greater => other,
    });
    best?.1
}

/// Decodes a variant.
///
/// # Errors
/// What does not match.
pub fn variant<T: DeserializeOwned>(value: Value) -> Result<T, VariantError> {
    json::within(value)
        .map_err(|error| VariantError(DecodeError::whole(error.to_string()).problem()))
}

/// The decode error of a variant: what was expected, without the value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct VariantError(String);

/// The JSON of a variant that this version of the client does not know.
#[derive(Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(transparent)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schemars", schemars(inline, description = ""))]
pub struct UnknownJson(Value);

impl UnknownJson {
    /// Returns the raw JSON.
    pub fn as_value(&self) -> &Value {
        &self.0
    }

    /// Returns the raw JSON.
    pub fn into_value(self) -> Value {
        self.0
    }
}

impl From<Value> for UnknownJson {
    fn from(value: Value) -> Self {
        Self(value)
    }
}

impl fmt::Debug for UnknownJson {
    /// Shows only the names of members: values may be secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Value::Object(members) => f.debug_set().entries(members.keys()).finish(),
            Value::Array(entries) => write!(f, "[{} entries]", entries.len()),
            Value::Null => f.write_str("null"),
            Value::Bool(_) | Value::Number(_) | Value::String(_) => f.write_str("[hidden]"),
        }
    }
}
