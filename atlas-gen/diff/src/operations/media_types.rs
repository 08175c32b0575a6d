//! Media types: which of them are the same, and which take what another one is.
//!
//! It knows names, not where they stand.

use std::collections::BTreeSet;

use atlas_gen::media_type::MediaType;

/// Returns a dated media type of Atlas, in any letter case.
pub(crate) fn dated(name: &str) -> Option<MediaType> {
    MediaType::parse(&name.trim().to_ascii_lowercase())
}

/// Returns whether a media type is JSON, which distinguishes numbers from strings.
pub(crate) fn is_json(name: &str) -> bool {
    let bare = bare(name);
    bare == "application/json" || bare.ends_with("+json")
}

/// Returns a media type without parameters, in lower case.
pub(crate) fn bare(name: &str) -> String {
    let bare = name.split(';').next().unwrap_or_default();
    bare.trim().to_ascii_lowercase()
}

/// The parameters of a media type. How the text of a body is encoded is none that it is chosen by.
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

/// What is the same for two spellings of a media type.
pub(crate) fn key(name: &str) -> (String, BTreeSet<String>) {
    (bare(name), parameters(name))
}

/// How much a media type takes: less is more special.
pub(crate) fn width(name: &str) -> (bool, bool, std::cmp::Reverse<usize>) {
    let bare = bare(name);
    let parameters = parameters(name).len();
    (
        bare.starts_with("*/"),
        bare.contains('*'),
        std::cmp::Reverse(parameters),
    )
}

/// Whether whoever takes `range` takes `name` as well (RFC 9110, section 12.5.1): `*/*`, `image/*`,
/// `application/*+json`, and a media type without parameters that the other has.
pub(crate) fn covers(range: &str, name: &str) -> bool {
    let is_charset = |parameter: &String| parameter.starts_with("charset=");
    let (wanted, given) = (parameters(range), parameters(name));
    if !wanted
        .iter()
        .all(|one| is_charset(one) || given.contains(one))
    {
        return false;
    }
    let (range, name) = (bare(range), bare(name));
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

/// Whether the media type `special` is of the family that `general` names: `application/problem+json`
/// and `model/gltf+json` are `application/json` (RFC 6839).
pub(crate) fn contains(general: &str, special: &str) -> bool {
    let (general, special) = (bare(general), bare(special));
    // What only parameters tell apart is a matter of `covers`.
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

/// Whether whoever takes `new` takes `old` as well, by its range, its parameters or its family.
pub(crate) fn is_wider(new: &str, old: &str) -> bool {
    covers(new, old) || !covers(old, new) && contains(new, old)
}
