//! JSON pointers (RFC 6901): their syntax only, not what they point into.

use std::borrow::Cow;

/// Appends one reference token to `parent`.
pub fn join(parent: &str, token: &str) -> String {
    let mut out = String::with_capacity(parent.len() + token.len() + 1);
    out.push_str(parent);
    out.push('/');
    for c in token.chars() {
        match c {
            '~' => out.push_str("~0"),
            '/' => out.push_str("~1"),
            c => out.push(c),
        }
    }
    out
}

/// Returns the reference tokens of `pointer`, unescaped.
pub fn tokens(pointer: &str) -> impl Iterator<Item = String> {
    pointer
        .split('/')
        .skip(1)
        .map(|token| token.replace("~1", "/").replace("~0", "~"))
}

/// Decodes the percent-encoding of a URI fragment (RFC 6901, section 6); invalid encoding is kept.
pub fn decoded(fragment: &str) -> Cow<'_, str> {
    if !fragment.contains('%') {
        return fragment.into();
    }
    let mut bytes = Vec::with_capacity(fragment.len());
    let mut rest = fragment.as_bytes();
    while let [first, tail @ ..] = rest {
        let digit = |byte: &u8| char::from(*byte).to_digit(16);
        let value = match tail {
            [high, low, ..] if *first == b'%' => digit(high).zip(digit(low)),
            _ => None,
        };
        let value = value.and_then(|(high, low)| u8::try_from(16 * high + low).ok());
        bytes.push(value.unwrap_or(*first));
        rest = tail
            .get(if value.is_some() { 2 } else { 0 }..)
            .unwrap_or(&[]);
    }
    String::from_utf8(bytes).map_or(fragment.into(), Cow::Owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn joins_and_splits_with_escapes() {
        let pointer = join(&join("", "paths"), "/a~b");
        assert_eq!(pointer, "/paths/~1a~0b");
        assert_eq!(tokens(&pointer).collect::<Vec<_>>(), ["paths", "/a~b"]);
    }

    #[test]
    fn fragments_are_decoded_where_their_encoding_is_valid() {
        for (fragment, expected) in [
            ("/paths/~1b~1%7Bid%7D", "/paths/~1b~1{id}"),
            ("/a%2Bb%C3%BC", "/a+bü"),
            ("/100%/%zz/%+1/%e", "/100%/%zz/%+1/%e"),
            ("/%ff", "/%ff"),
        ] {
            assert_eq!(decoded(fragment), expected);
        }
    }
}
