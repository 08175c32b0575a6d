//! JSON pointers (RFC 6901): their syntax only, not what they point into.

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn joins_and_splits_with_escapes() {
        let pointer = join(&join("", "paths"), "/a~b");
        assert_eq!(pointer, "/paths/~1a~0b");
        assert_eq!(tokens(&pointer).collect::<Vec<_>>(), ["paths", "/a~b"]);
    }
}
