//! Serializes parameters: the styles of OpenAPI 3.0 (`style` and `explode`).

use std::borrow::Cow;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

/// All but the unreserved characters of RFC 3986, section 2.3.
pub(crate) const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// All but the characters of a token (RFC 9110, section 5.6.2), such as the name of a cookie.
const NO_TOKEN: &AsciiSet = &RESERVED
    .remove(b'!')
    .remove(b'#')
    .remove(b'$')
    .remove(b'%')
    .remove(b'&')
    .remove(b'\'')
    .remove(b'*')
    .remove(b'+')
    .remove(b'^')
    .remove(b'`')
    .remove(b'|');

/// A parameter style. The examples are the list `x`, `y` and the object `b: c` of a parameter `a`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Style {
    /// `x,y` and `b,c`, in a path or a header.
    Simple,
    /// `x,y` and `b=c`, in a path or a header.
    SimpleExploded,
    /// `.x,y` and `.b,c`, in a path.
    Label,
    /// `.x.y` and `.b=c`, in a path.
    LabelExploded,
    /// `;a=x,y` and `;a=b,c`, in a path.
    Matrix,
    /// `;a=x;a=y` and `;b=c`, in a path.
    MatrixExploded,
    /// `a=x,y` and `a=b,c`, in a query or a cookie.
    Form,
    /// `a=x&a=y` and `b=c`, in a query or a cookie (there with `; ` for `&`).
    FormExploded,
    /// `a=x%20y`, in a query.
    SpaceDelimited,
    /// `a=x%7Cy`, in a query.
    PipeDelimited,
    /// `a[b]=c`, in a query.
    DeepObject,
}

/// The place of a parameter in a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// A segment of the path.
    Path,
    /// The query.
    Query,
    /// A header.
    Header,
    /// The `Cookie` header.
    Cookie,
}

/// A parameter with its values as strings.
enum Argument {
    One(String),
    List(Vec<String>),
    Object(Vec<(String, String)>),
}

/// The error for nested lists and objects.
const NESTED: &str = "holds a list or an object inside of another, which no parameter can";

fn argument(value: Value) -> Result<Option<Argument>, &'static str> {
    Ok(match value {
        Value::Array(values) => {
            let texts = values
                .into_iter()
                .filter_map(|value| text(value).transpose());
            Some(Argument::List(texts.collect::<Result<_, _>>()?))
        }
        Value::Object(members) => {
            let texts = members.into_iter().filter_map(|(name, value)| {
                let text = text(value).transpose()?;
                Some(text.map(|text| (name, text)))
            });
            Some(Argument::Object(texts.collect::<Result<_, _>>()?))
        }
        plain => text(plain)?.map(Argument::One),
    })
}

fn text(value: Value) -> Result<Option<String>, &'static str> {
    match value {
        Value::Null => Ok(None),
        Value::Bool(_) | Value::Number(_) => Ok(Some(value.to_string())),
        Value::String(value) => Ok(Some(value)),
        Value::Array(_) | Value::Object(_) => Err(NESTED),
    }
}

impl Style {
    /// Serializes the parameter `name`, of a header only the value; `None` if it is left out.
    /// Everything but the delimiters is percent-encoded. Exceptions: in a header, only `,` and `%`
    /// inside lists and objects are, and `=` where it separates members and values; the name of a
    /// cookie is a token.
    ///
    /// # Errors
    /// Why `value` cannot be written in this style.
    pub(crate) fn write(
        self,
        place: Place,
        name: &str,
        value: Value,
    ) -> Result<Option<String>, &'static str> {
        let Some(argument) = argument(value)? else {
            return Ok(None);
        };
        let (name, between) = match place {
            Place::Cookie => (utf8_percent_encode(name, NO_TOKEN).into(), "; "),
            _ => (encoded(name), "&"),
        };
        let simple: fn(&str) -> Cow<'_, str> = match (place, self, &argument) {
            (Place::Header, _, Argument::One(_)) => |text| text.into(),
            (Place::Header, Self::SimpleExploded, Argument::Object(_)) => {
                |text| without(text, &['%', ',', '='])
            }
            (Place::Header, ..) => |text| without(text, &['%', ',']),
            _ => encoded,
        };
        Ok(Some(match self {
            Self::Simple => joined(argument, ",", ",", simple),
            Self::SimpleExploded => joined(argument, ",", "=", simple),
            Self::Label => format!(".{}", joined(argument, ",", ",", encoded)),
            Self::LabelExploded => format!(".{}", joined(argument, ".", "=", encoded)),
            Self::Matrix => match joined(argument, ",", ",", encoded) {
                text if text.is_empty() => format!(";{name}"),
                text => format!(";{name}={text}"),
            },
            Self::MatrixExploded => pairs(&name, argument, ";", true),
            Self::FormExploded => return Ok(present(pairs(&name, argument, between, false))),
            Self::Form => return Ok(named(&name, argument, ",")),
            Self::SpaceDelimited => return Ok(named(&name, argument, "%20")),
            Self::PipeDelimited => return Ok(named(&name, argument, "%7C")),
            Self::DeepObject => match argument {
                Argument::Object(members) => {
                    let members = members.iter().map(|(member, value)| {
                        format!("{name}[{}]={}", encoded(member), encoded(value))
                    });
                    return Ok(present(members.collect::<Vec<_>>().join("&")));
                }
                Argument::One(_) | Argument::List(_) => return Err("must be an object"),
            },
        }))
    }
}

fn encoded(text: &str) -> Cow<'_, str> {
    // Fast path: ids need no encoding, and the library takes sixty instructions per byte.
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    if text.bytes().all(is_plain) {
        return text.into();
    }
    utf8_percent_encode(text, RESERVED).into()
}

/// Percent-encodes only `delimiters` in the value of a header.
fn without<'a>(text: &'a str, delimiters: &[char]) -> Cow<'a, str> {
    if !text.contains(delimiters) {
        return text.into();
    }
    let mut out = String::with_capacity(text.len() + 8);
    for character in text.chars() {
        match delimiters.contains(&character) {
            true => out.push_str(&format!("%{:02X}", u32::from(character))),
            false => out.push(character),
        }
    }
    out.into()
}

fn present(text: String) -> Option<String> {
    (!text.is_empty()).then_some(text)
}

/// Formats `x,y` or `b=c,d=e`: `delimiter` separates values, `equals` a member and its value.
fn joined(
    argument: Argument,
    delimiter: &str,
    equals: &str,
    encoded: fn(&str) -> Cow<'_, str>,
) -> String {
    match argument {
        Argument::One(text) => match encoded(&text) {
            Cow::Borrowed(_) => text,
            Cow::Owned(encoded) => encoded,
        },
        Argument::List(texts) => {
            let texts: Vec<_> = texts.iter().map(|text| encoded(text)).collect();
            texts.join(delimiter)
        }
        Argument::Object(members) => {
            let members = members
                .iter()
                .map(|(name, value)| format!("{}{equals}{}", encoded(name), encoded(value)));
            members.collect::<Vec<_>>().join(delimiter)
        }
    }
}

/// Formats `a=x,y`; `None` for an empty list or object.
fn named(name: &str, argument: Argument, delimiter: &str) -> Option<String> {
    let empty = match &argument {
        Argument::One(_) => false,
        Argument::List(texts) => texts.is_empty(),
        Argument::Object(members) => members.is_empty(),
    };
    (!empty).then(|| format!("{name}={}", joined(argument, delimiter, delimiter, encoded)))
}

/// Formats `a=x&a=y` or `b=c&d=e`; with `leading`, the delimiter precedes each, and an empty value
/// has no `=`.
fn pairs(name: &str, argument: Argument, delimiter: &str, leading: bool) -> String {
    let pair = |name: &str, value: &str| {
        let value = encoded(value);
        match (leading, value.is_empty()) {
            (true, true) => format!("{delimiter}{name}"),
            (true, false) => format!("{delimiter}{name}={value}"),
            (false, _) => format!("{name}={value}"),
        }
    };
    let pairs: Vec<String> = match argument {
        Argument::One(text) => vec![pair(name, &text)],
        Argument::List(texts) => texts.iter().map(|text| pair(name, text)).collect(),
        Argument::Object(members) => members
            .iter()
            .map(|(name, value)| pair(&encoded(name), value))
            .collect(),
    };
    pairs.join(if leading { "" } else { delimiter })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn written(style: Style, value: Value) -> String {
        style
            .write(Place::Query, "a", value)
            .unwrap()
            .unwrap_or_default()
    }

    #[test]
    fn each_style_is_written_as_openapi_shows_it() {
        let text = json!("x,y /ü");
        let list = json!(["x", 7, true, "p,q"]);
        let object = json!({"b": "c", "d": "e,f"});
        for (style, one, several, members) in [
            (
                Style::Simple,
                "x%2Cy%20%2F%C3%BC",
                "x,7,true,p%2Cq",
                "b,c,d,e%2Cf",
            ),
            (
                Style::SimpleExploded,
                "x%2Cy%20%2F%C3%BC",
                "x,7,true,p%2Cq",
                "b=c,d=e%2Cf",
            ),
            (
                Style::Label,
                ".x%2Cy%20%2F%C3%BC",
                ".x,7,true,p%2Cq",
                ".b,c,d,e%2Cf",
            ),
            (
                Style::LabelExploded,
                ".x%2Cy%20%2F%C3%BC",
                ".x.7.true.p%2Cq",
                ".b=c.d=e%2Cf",
            ),
            (
                Style::Matrix,
                ";a=x%2Cy%20%2F%C3%BC",
                ";a=x,7,true,p%2Cq",
                ";a=b,c,d,e%2Cf",
            ),
            (
                Style::MatrixExploded,
                ";a=x%2Cy%20%2F%C3%BC",
                ";a=x;a=7;a=true;a=p%2Cq",
                ";b=c;d=e%2Cf",
            ),
            (
                Style::Form,
                "a=x%2Cy%20%2F%C3%BC",
                "a=x,7,true,p%2Cq",
                "a=b,c,d,e%2Cf",
            ),
            (
                Style::FormExploded,
                "a=x%2Cy%20%2F%C3%BC",
                "a=x&a=7&a=true&a=p%2Cq",
                "b=c&d=e%2Cf",
            ),
            (
                Style::SpaceDelimited,
                "a=x%2Cy%20%2F%C3%BC",
                "a=x%207%20true%20p%2Cq",
                "a=b%20c%20d%20e%2Cf",
            ),
            (
                Style::PipeDelimited,
                "a=x%2Cy%20%2F%C3%BC",
                "a=x%7C7%7Ctrue%7Cp%2Cq",
                "a=b%7Cc%7Cd%7Ce%2Cf",
            ),
        ] {
            assert_eq!(written(style, text.clone()), one, "{style:?}");
            assert_eq!(written(style, list.clone()), several, "{style:?}");
            assert_eq!(written(style, object.clone()), members, "{style:?}");
        }
        assert_eq!(written(Style::DeepObject, object), "a[b]=c&a[d]=e%2Cf");
    }

    #[test]
    fn what_is_null_or_has_no_entries_is_left_out_of_a_query() {
        for style in [Style::Form, Style::FormExploded, Style::SpaceDelimited] {
            for value in [
                json!(null),
                json!([]),
                json!([null]),
                json!({}),
                json!({"b": null}),
            ] {
                assert_eq!(style.write(Place::Query, "a", value), Ok(None), "{style:?}");
            }
            assert_eq!(written(style, json!("")), "a=");
        }
        assert_eq!(
            Style::DeepObject.write(Place::Query, "a", json!({})),
            Ok(None)
        );
        assert_eq!(written(Style::Matrix, json!("")), ";a");
        assert_eq!(written(Style::MatrixExploded, json!("")), ";a");
    }

    #[test]
    fn deeper_nesting_cannot_be_written() {
        for value in [
            json!([[1]]),
            json!([{"b": 1}]),
            json!({"b": [1]}),
            json!({"b": {}}),
        ] {
            assert_eq!(
                Style::FormExploded.write(Place::Query, "a", value.clone()),
                Err(NESTED)
            );
            assert_eq!(
                Style::DeepObject.write(Place::Query, "a", value),
                Err(NESTED)
            );
        }
        assert_eq!(
            Style::DeepObject.write(Place::Query, "a", json!("x")),
            Err("must be an object")
        );
    }

    #[test]
    fn headers_and_cookies_are_written_in_their_own_ways() {
        let header = |style: Style, value| style.write(Place::Header, "a", value).unwrap().unwrap();
        assert_eq!(header(Style::Simple, json!("x, y")), "x, y");
        assert_eq!(header(Style::Simple, json!(["x y", "p,q"])), "x y,p%2Cq");
        assert_eq!(header(Style::Simple, json!({"b": "c"})), "b,c");
        assert_eq!(
            header(Style::SimpleExploded, json!({"b": "c=d,é"})),
            "b=c%3Dd%2Cé"
        );
        // Only what would be read as a delimiter is encoded.
        assert_eq!(
            header(Style::Simple, json!(["de", "en;q=0.5", "é", "5%\n"])),
            "de,en;q=0.5,é,5%25\n"
        );
        assert_eq!(header(Style::SimpleExploded, json!(["q=1"])), "q=1");
        assert_eq!(header(Style::Simple, json!({"a=b": "c=d"})), "a=b,c=d");
        let cookie = |style: Style, value| style.write(Place::Cookie, "a", value).unwrap().unwrap();
        assert_eq!(cookie(Style::Form, json!(["x", "y; z"])), "a=x,y%3B%20z");
        assert_eq!(cookie(Style::FormExploded, json!(["x", "y"])), "a=x; a=y");
        assert_eq!(Style::Form.write(Place::Cookie, "a", json!(null)), Ok(None));
        for (name, sent) in [
            ("!#$%&'*+-.^_`|~aZ9", "!#$%&'*+-.^_`|~aZ9=x%24"),
            ("a b;=\"é", "a%20b%3B%3D%22%C3%A9=x%24"),
        ] {
            let found = Style::Form.write(Place::Cookie, name, json!("x$"));
            assert_eq!(found.unwrap().unwrap(), sent);
        }
    }
}
