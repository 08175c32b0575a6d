//! The expectations of generated mocks: an argument matches if it arrives as the client sends it.
//! Knows how arguments are serialized, not how calls are made. Needs the feature `mock`.

use atlas_mock::httpmock::When;
use serde::Serialize;
use serde_json::Value;

use super::Style;
use crate::operation::description::parts;

/// Returns a regular expression that matches the paths of `template`, with any value for each
/// parameter.
pub fn path(template: &str) -> String {
    expression(template, |_| None)
}

/// Expects a path parameter of `template`.
pub fn path_param<T: Serialize>(
    when: When,
    template: &str,
    name: &str,
    value: T,
    style: Style,
) -> When {
    match written(Some(value), |value| style.write(name, value)) {
        Ok(Some(text)) => {
            let value = |known: &str| (known == name).then_some(text.as_str());
            when.path_matches(expression(template, value))
        }
        Ok(None) | Err(()) => never(when),
    }
}

/// Expects a query parameter, or that it is not sent.
pub fn query_param<T: Serialize>(when: When, name: &str, value: Option<T>, style: Style) -> When {
    match written(value, |value| style.write(name, value)) {
        Ok(Some(text)) => form_urlencoded::parse(text.as_bytes())
            .fold(when, |when, (name, value)| when.query_param(name, value)),
        Ok(None) => when.query_param_missing(name),
        Err(()) => never(when),
    }
}

/// Expects a header parameter, or that it is not sent.
pub fn header_param<T: Serialize>(when: When, name: &str, value: Option<T>, style: Style) -> When {
    match written(value, |value| style.write_header(value)) {
        Ok(Some(text)) => when.header(name, text),
        Ok(None) => when.header_missing(name),
        Err(()) => never(when),
    }
}

/// Expects a cookie, or that it is not sent.
pub fn cookie_param<T: Serialize>(when: When, name: &str, value: Option<T>, style: Style) -> When {
    let expected = match written(value, |value| style.write_cookie(name, value)) {
        Ok(pairs) => pairs,
        Err(()) => return never(when),
    };
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

/// Serializes an argument, or fails if the client rejects it before it sends anything.
fn written<T: Serialize, E>(
    value: Option<T>,
    write: impl FnOnce(Value) -> Result<Option<String>, E>,
) -> Result<Option<String>, ()> {
    let value = serde_json::to_value(value).map_err(drop)?;
    write(value).map_err(drop)
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
