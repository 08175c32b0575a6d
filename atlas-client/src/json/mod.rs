//! Decodes JSON, including invalid JSON, and plain text. `repair` repairs JSON that does not decode,
//! `malformed` what serde_json rejects, and `decode_error` formats the remaining errors. Must not
//! know responses or errors of calls.

mod decode_error;
mod malformed;
pub(crate) mod repair;

use reqwest::header::HeaderMap;
use serde::de::DeserializeOwned;
use serde_json::Value;

pub(crate) use decode_error::DecodeError;
use malformed::Charset;
use repair::{Repair, RepairKind, Repairs};
pub(crate) use repair::{from_document, within};

/// A value, and the repairs made to decode it.
pub(crate) type Decoded<T> = std::result::Result<(T, Vec<Repair>), DecodeError>;

/// Parsed JSON, as far as possible, and the repairs made to parse it.
pub(crate) type Document<T = Value> = (T, Repairs);

/// Decodes JSON or, for string types, plain text: Atlas sends certificates and XML as they are,
/// whatever their `Content-Type`.
pub(crate) fn from_slice<T: DeserializeOwned>(body: &[u8], headers: &HeaderMap) -> Decoded<T> {
    let error = match serde_json::from_slice(body) {
        Ok(value) => return Ok((value, Vec::new())),
        Err(error) => error,
    };
    match document(body, headers) {
        Some(document) => from_document(document, &[]),
        None => text(body, headers).ok_or_else(|| DecodeError::whole(error.to_string())),
    }
}

/// Parses a body as any JSON, repairing what serde_json rejects.
pub(crate) fn document(body: &[u8], headers: &HeaderMap) -> Option<Document> {
    match serde_json::from_slice(body) {
        Ok(value) => Some((value, Repairs::new())),
        Err(_) => malformed::read(body, Charset::of(headers), false),
    }
}

/// Parses the beginning of a body as any JSON, without what the truncation leaves incomplete.
pub(crate) fn beginning(body: &[u8], headers: &HeaderMap) -> Option<Value> {
    malformed::read(body, Charset::of(headers), true).map(|(value, _)| value)
}

/// Decodes the body as text, if `T` is a string type.
fn text<T: DeserializeOwned>(body: &[u8], headers: &HeaderMap) -> Option<(T, Vec<Repair>)> {
    // What is no text, such as a `Value`, is read as JSON only. It accepts a boolean, too.
    if T::deserialize(Value::Bool(true)).is_ok() {
        return None;
    }
    let (text, is_whole) = Charset::of(headers).text(body);
    let value = T::deserialize(Value::String(text)).ok()?;
    let repair = (!is_whole).then(|| Repair::new(String::new(), RepairKind::InvalidText));
    Some((value, repair.into_iter().collect()))
}

/// Decodes the parts of `value` that match `T`.
pub(crate) fn repaired<T: DeserializeOwned>(value: Value) -> Option<T> {
    let decoded = from_document((value, Repairs::new()), &[]);
    decoded.ok().map(|(value, _)| value)
}

/// Formats a path as a JSON pointer (RFC 6901).
pub(crate) fn to_pointer(place: &[impl AsRef<str>]) -> String {
    let steps = place
        .iter()
        .map(|step| step.as_ref().replace('~', "~0").replace('/', "~1"));
    steps.fold(String::new(), |pointer, step| pointer + "/" + &step)
}
