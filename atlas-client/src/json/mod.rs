//! Reads JSON, and what is nearly JSON, as typed values: `repair` takes a second look at what does not
//! decode, `malformed` at what serde_json refuses, `no_json` reads bodies that are something else, and
//! `decode_error` words what is left. Knows neither responses nor errors of calls.

mod decode_error;
mod malformed;
pub(crate) mod no_json;
pub(crate) mod repair;

use reqwest::header::HeaderMap;
use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_path_to_error::Segment;

pub(crate) use decode_error::DecodeError;
use malformed::Charset;
use no_json::Text;
use repair::{Repair, RepairKind};

/// A value, and what had to be repaired to read it.
pub(crate) type Decoded<T> = std::result::Result<(T, Vec<Repair>), DecodeError>;

/// JSON as far as it could be read.
#[derive(Debug)]
pub(crate) struct Document<T = Value> {
    pub(crate) value: T,
    /// What it took to have JSON at all.
    pub(crate) repairs: Vec<(repair::Path, RepairKind)>,
}

/// Reads JSON, or the text that it is where a text is wanted: Atlas answers with certificates and
/// XML as they are, whatever it calls them.
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

/// Reads a body as JSON of any kind. What serde_json refuses of it is repaired.
pub(crate) fn document(body: &[u8], headers: &HeaderMap) -> Option<Document> {
    match serde_json::from_slice(body) {
        Ok(value) => Some(Document {
            value,
            repairs: Vec::new(),
        }),
        Err(_) => malformed::read(body, Charset::of(headers), false),
    }
}

/// Reads the beginning of a body as JSON of any kind, without what the cut leaves incomplete.
pub(crate) fn beginning(body: &[u8], headers: &HeaderMap) -> Option<Value> {
    malformed::read(body, Charset::of(headers), true).map(|document| document.value)
}

/// The body as a text, if a text will do.
fn text<T: DeserializeOwned>(body: &[u8], headers: &HeaderMap) -> Option<(T, Vec<Repair>)> {
    let (text, is_whole) = Charset::of(headers).text(body);
    let value = T::deserialize(Text(&text)).ok()?;
    let repair = (!is_whole).then(|| Repair::new(String::new(), RepairKind::InvalidText));
    Some((value, repair.into_iter().collect()))
}

/// Reads what of `value` fits `T`.
pub(crate) fn repaired<T: DeserializeOwned>(value: Value) -> Option<T> {
    let repairs = Vec::new();
    let value = from_document(Document { value, repairs }, &[]);
    value.ok().map(|(value, _)| value)
}

/// Reads a part of the answer, which stands at `prefix`.
pub(crate) fn from_document<T: DeserializeOwned>(
    document: Document,
    prefix: &[&str],
) -> Decoded<T> {
    let Document { value, repairs } = document;
    if let Ok(value) = T::deserialize(&value) {
        return Ok((value, repair::listed(repairs)));
    }
    let origin: Vec<_> = prefix.iter().map(|step| (*step).to_owned()).collect();
    repair::read(value, &origin, repairs).map_err(|error| error.below(prefix))
}

/// The steps of a path that serde tells. What it cannot tell ends it.
pub(crate) fn pointer(path: &serde_path_to_error::Path) -> Vec<String> {
    let steps = path.iter().map_while(|segment| match segment {
        Segment::Seq { index } => Some(index.to_string()),
        Segment::Map { key } => Some(key.clone()),
        Segment::Enum { variant } => Some(variant.clone()),
        Segment::Unknown => None,
    });
    steps.collect()
}

/// The JSON pointer (RFC 6901) of a place.
pub(crate) fn to_pointer(place: &[impl AsRef<str>]) -> String {
    let steps = place
        .iter()
        .map(|step| step.as_ref().replace('~', "~0").replace('/', "~1"));
    steps.fold(String::new(), |pointer, step| pointer + "/" + &step)
}
