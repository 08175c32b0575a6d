//! Relations between media types: which are equal, and which include others.

use std::collections::BTreeSet;

use atlas_gen::media_type::MediaType;

/// Returns a dated media type of Atlas, in any letter case.
pub(crate) fn dated(name: &str) -> Option<MediaType> {
    MediaType::parse(&name.trim().to_ascii_lowercase())
}

/// Returns whether a media type is JSON, which distinguishes numbers from strings.
pub(crate) fn is_json(name: &str) -> bool {
    let essence = essence(name);
    essence == "application/json" || essence.ends_with("+json")
}

/// Returns the essence of a media type: without parameters, in lower case.
pub(crate) fn essence(name: &str) -> String {
    let essence = name.split(';').next().unwrap_or_default();
    essence.trim().to_ascii_lowercase()
}

/// Returns the parameters of a media type, normalized.
fn parameters(name: &str) -> BTreeSet<String> {
    let all = name.split(';').skip(1).map(|part| {
        let (name, value) = part.split_once('=').unwrap_or((part, ""));
        let value = value.trim().trim_matches('"');
        (name.trim().to_ascii_lowercase(), value.to_ascii_lowercase())
    });
    all.filter(|(name, _)| !name.is_empty())
        .map(|(name, value)| format!("{name}={value}"))
        .collect()
}

/// Returns a key that is equal for two spellings of the same media type.
pub(crate) fn normalized(name: &str) -> (String, BTreeSet<String>) {
    (essence(name), parameters(name))
}

/// Returns an order of media ranges: more specific ones are less.
pub(crate) fn generality(name: &str) -> (bool, bool, std::cmp::Reverse<usize>) {
    let essence = essence(name);
    let parameters = parameters(name).len();
    (
        essence.starts_with("*/"),
        essence.contains('*'),
        std::cmp::Reverse(parameters),
    )
}

/// Returns whether `range` includes `name` (RFC 9110, section 12.5.1): `*/*`, `image/*`,
/// `application/*+json`, or a media type with fewer parameters. Charsets are ignored.
pub(crate) fn accepts(range: &str, name: &str) -> bool {
    let is_charset = |parameter: &String| parameter.starts_with("charset=");
    let (wanted, given) = (parameters(range), parameters(name));
    if !wanted
        .iter()
        .all(|one| is_charset(one) || given.contains(one))
    {
        return false;
    }
    let (range, name) = (essence(range), essence(name));
    if range == name || range == "*/*" || range == "*" {
        return true;
    }
    let (Some((kind, rest)), Some((kind_b, rest_b))) =
        (range.split_once('/'), name.split_once('/'))
    else {
        return false;
    };
    let suffixed = rest.strip_prefix('*').is_some_and(|suffix| {
        suffix.is_empty() || suffix.starts_with('+') && rest_b.ends_with(suffix)
    });
    kind == kind_b && suffixed
}

/// Returns whether `special` has the structured syntax `general`: `application/problem+json` and
/// `model/gltf+json` are `application/json` (RFC 6839).
pub(crate) fn is_family_of(general: &str, special: &str) -> bool {
    let (general, special) = (essence(general), essence(special));
    // Media types that differ only in parameters are compared by `accepts`.
    if general == special {
        return false;
    }
    let (Some((type_a, rest_a)), Some((type_b, rest_b))) =
        (general.split_once('/'), special.split_once('/'))
    else {
        return false;
    };
    let (mut parts_a, mut parts_b) = (rest_a.split('+'), rest_b.split('+'));
    let (Some(sub_a), Some(sub_b)) = (parts_a.next(), parts_b.next()) else {
        return false;
    };
    let (suffixes_a, suffixes_b): (Vec<&str>, Vec<&str>) = (parts_a.collect(), parts_b.collect());
    let is_family = type_a == "application" || type_a == type_b;
    is_family && suffixes_a.is_empty() && suffixes_b.last() == Some(&sub_a)
        || type_a == type_b && sub_a == sub_b && suffixes_b.starts_with(&suffixes_a)
}

/// Returns whether whoever accepts `new` also accepts `old`: by range, parameters or syntax.
pub(crate) fn is_wider(new: &str, old: &str) -> bool {
    accepts(new, old) || !accepts(old, new) && is_family_of(new, old)
}
