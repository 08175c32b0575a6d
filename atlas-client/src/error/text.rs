//! Error messages: one line, bounded, with the innermost cause.

use std::borrow::Cow;
use std::error::Error as StdError;
use std::iter;

use reqwest::StatusCode;

use super::Received;
use crate::auth::Secrets;
use crate::transport::coding;
use crate::transport::connect::Through;

/// The maximum length of the server's description in a message, in characters.
const DESCRIPTION: usize = 400;
/// The maximum length of a message, in characters.
const LONGEST: usize = 2 * DESCRIPTION;

/// Converts text to one line: control characters, including line breaks, become
/// spaces, and runs of spaces become one.
pub(crate) fn one_line(text: &str) -> String {
    let words = text.split(|c: char| c.is_whitespace() || c.is_control());
    let words: Vec<_> = words.filter(|word| !word.is_empty()).collect();
    words.join(" ")
}

/// Cuts a line to the length of a message. Secrets must have been removed from `line` before,
/// because a truncated one could not be found.
pub(crate) fn bounded(line: &str) -> Cow<'_, str> {
    match line.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &line[..end]).into(),
        None => line.into(),
    }
}

/// Returns the message of the innermost cause, which is the most useful part.
pub(super) fn root_cause(error: &dyn StdError) -> String {
    let mut innermost = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    innermost.to_string()
}

/// Returns the target of a connection: the host, the port if it is not the
/// default, and the proxy.
pub(super) fn place(error: &reqwest::Error) -> String {
    // No URL of a client has a user name or a password.
    let host = error.url().map_or("the server", reqwest::Url::authority);
    let mut causes = iter::successors(error.source(), |&cause| cause.source());
    match causes.find_map(|cause| cause.downcast_ref::<Through>()) {
        Some(through) => format!("{host} through the proxy {}", through.proxy),
        None => host.to_owned(),
    }
}

/// Returns whether a connection failed because of a certificate. The TLS
/// libraries share no error type, but all of their messages contain the word.
pub(super) fn is_of_certificate(cause: &str) -> bool {
    cause.to_ascii_lowercase().contains("certificate")
}

/// Formats `404 Not Found, GROUP_NOT_FOUND: no group with id …`, as far as the
/// response has these parts, without `secrets`.
pub(super) fn status_line(received: &Received, secrets: &Secrets) -> String {
    let status = received.status;
    // An unknown status is shown as its number.
    let mut line = status.as_str().to_owned();
    if let Some(reason) = status.canonical_reason() {
        line += &format!(" {reason}");
    }
    match &received.api_error {
        Some(api) => {
            if let Some(code) = &api.error_code {
                line += &format!(", {code}");
            }
            if let Some(text) = api.detail.as_ref().or(api.reason.as_ref()) {
                line += ": ";
                line.extend(secrets.hide(text).chars().take(DESCRIPTION));
            }
        }
        None if received.body.is_empty() && !received.truncated => line += ", without a body",
        None if received.body.is_empty() => line += ", without its body",
        None => {
            let media_type = received.media_type().unwrap_or("no media type");
            let more = if received.truncated { "more than " } else { "" };
            let bytes = received.body.len();
            line += &format!(", with {more}{bytes} bytes of {media_type}");
            if let Some(name) = coding::unknown(&received.headers) {
                line +=
                    &format!(" in the content coding `{name}`, which this client cannot decode");
            }
        }
    }
    // A 304 has no target.
    if status.is_redirection() && status != StatusCode::NOT_MODIFIED {
        line += "; redirects are not followed";
    }
    secrets.hide(&line)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_text_becomes_one_bounded_line() {
        assert_eq!(one_line(" a\r\n\t b\u{7}c  \u{1b}[31m "), "a b c [31m");
        assert_eq!(one_line("\n"), "");
        for (text, end) in [("ä", "ää…"), ("ä ", " ä …")] {
            let line = one_line(&text.repeat(10_000));
            let long = bounded(&line);
            assert_eq!(long.chars().count(), LONGEST + 1);
            assert!(long.ends_with(end), "{long}");
            assert_eq!(bounded(&long), long);
        }
    }
}
