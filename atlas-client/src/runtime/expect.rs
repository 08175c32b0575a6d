//! The expectations of generated mocks: an argument matches if it arrives as the client sends it.
//! Knows how arguments are serialized, not how calls are made. Needs the feature `mock`.

use atlas_mock::httpmock::When;
use serde::Serialize;

use super::{Place, Style};
use crate::operation::description::parts;

/// Returns a regular expression that matches the paths of `template`, with any value for each
/// parameter.
pub fn path(template: &str) -> String {
    expression(template, |_| None)
}

/// Expects a parameter of the operation with the path `template`, or that it is not sent. A value
/// that the client rejects before it sends anything matches no request.
pub fn param<T: Serialize>(
    when: When,
    template: &str,
    place: Place,
    name: &str,
    value: Option<T>,
    style: Style,
) -> When {
    let written = serde_json::to_value(value).map(|value| style.write(place, name, value));
    let Ok(Ok(text)) = written else {
        return never(when);
    };
    match (place, text) {
        (Place::Path, None) => never(when),
        (Place::Path, Some(text)) => {
            let value = |known: &str| (known == name).then_some(text.as_str());
            when.path_matches(expression(template, value))
        }
        (Place::Query, Some(text)) => form_urlencoded::parse(text.as_bytes())
            .fold(when, |when, (name, value)| when.query_param(name, value)),
        (Place::Query, None) => when.query_param_missing(name),
        (Place::Header, Some(text)) => when.header(name, text),
        (Place::Header, None) => when.header_missing(name),
        (Place::Cookie, expected) => cookie(when, name, expected),
    }
}

/// Expects the pairs of a cookie, or that it is not sent.
fn cookie(when: When, name: &str, expected: Option<String>) -> When {
    let name = format!("{name}=");
    when.is_true(move |request| {
        let cookies = request.headers_vec().iter();
        let mut cookies = cookies
            .filter(|(header, _)| header.eq_ignore_ascii_case("cookie"))
            .flat_map(|(_, value)| value.split("; "));
        match &expected {
            Some(pairs) => pairs
                .split("; ")
                .all(|pair| cookies.clone().any(|cookie| cookie == pair)),
            None => !cookies.any(|cookie| cookie.starts_with(&name)),
        }
    })
}

fn never(when: When) -> When {
    when.is_true(|_| false)
}

/// Returns the expression for `template`: a parameter without a value is any one segment.
fn expression<'a>(template: &str, value: impl Fn(&str) -> Option<&'a str>) -> String {
    let parts = parts(template).map(|(before, name)| {
        let any = || "[^/]+".to_owned();
        let value = name.map(|name| value(name).map_or_else(any, regex::escape));
        regex::escape(before) + &value.unwrap_or_default()
    });
    format!("^{}$", parts.collect::<String>())
}
