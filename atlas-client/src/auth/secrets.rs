//! Removes secrets that a server repeats in its responses. Knows texts only.

use std::iter;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use percent_encoding::{percent_decode_str, utf8_percent_encode};
use reqwest::header::HeaderValue;
use zeroize::Zeroizing;

use crate::Sensitive;
use crate::error::{Received, one_line};
use crate::runtime::RESERVED;

const HIDDEN: &str = "[redacted]";
/// If a truncated body ends with the beginning of a secret, this many characters count as a part of
/// it.
const PART: usize = 4;

/// The secrets that a request was sent with.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sent {
    pub(crate) authorization: Option<HeaderValue>,
    /// Those among its arguments.
    pub(crate) arguments: Vec<Sensitive>,
}

impl Sent {
    pub(crate) fn secrets(&self) -> Secrets {
        let mut secrets = Secrets::of(self.authorization.as_ref());
        for argument in &self.arguments {
            let text = argument.expose();
            let mut encoded = Zeroizing::new(String::with_capacity(3 * text.len()));
            encoded.extend(utf8_percent_encode(text, RESERVED));
            for form in [text, &encoded, &Zeroizing::new(one_line(text))] {
                secrets.add_text(form);
            }
        }
        secrets.sorted()
    }
}

/// The sent secrets, in all encodings in which a server may repeat them, in lower case.
#[derive(Default)]
pub(crate) struct Secrets(Vec<Zeroizing<String>>);

impl Secrets {
    /// Returns the secrets of `Authorization` headers: tokens, or the password of
    /// Basic in each of its encodings. A digest response contains none.
    pub(crate) fn of<'a>(sent: impl IntoIterator<Item = &'a HeaderValue>) -> Self {
        let mut secrets = Self::default();
        for authorization in sent {
            let text = authorization.to_str().unwrap_or_default();
            if let Some(token) = text.strip_prefix("Bearer ") {
                secrets.add(token);
            } else if let Some(encoded) = text.strip_prefix("Basic ") {
                let pair = Zeroizing::new(STANDARD.decode(encoded).unwrap_or_default());
                let pair = std::str::from_utf8(&pair).unwrap_or_default();
                let (_, secret) = pair.split_once(':').unwrap_or_default();
                // A vector that grows would leave copies in memory.
                let mut plain = Zeroizing::new(Vec::with_capacity(secret.len()));
                plain.extend(percent_decode_str(secret));
                let plain = std::str::from_utf8(&plain).unwrap_or_default();
                let encoded_plain = Zeroizing::new(STANDARD.encode(plain));
                for form in [encoded, &encoded_plain, secret, plain] {
                    secrets.add(form);
                }
            }
        }
        secrets.sorted()
    }

    fn add(&mut self, form: &str) {
        if !form.is_empty() {
            self.0.push(Zeroizing::new(form.to_ascii_lowercase()));
        }
    }

    /// Adds a secret that is no credential. One shorter than [`PART`] is ignored: it would only
    /// remove ordinary words.
    fn add_text(&mut self, secret: &str) {
        if secret.len() >= PART {
            self.add(secret);
        }
    }

    /// Adds a received secret, see [`add_text`](Self::add_text).
    pub(super) fn and_text(mut self, secret: &str) -> Self {
        self.add_text(secret);
        self.sorted()
    }

    /// Sorts the longest first, because one form may contain another.
    fn sorted(mut self) -> Self {
        self.0.sort_by_key(|form| std::cmp::Reverse(form.len()));
        self
    }

    /// Removes the secrets from `text`, in any letter case.
    pub(crate) fn hide(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for form in &self.0 {
            // Only ASCII changes case, so that offsets stay the same.
            let lower = Zeroizing::new(text.to_ascii_lowercase());
            let mut shown = String::with_capacity(text.len());
            let mut rest = 0;
            for (at, found) in lower.match_indices(form.as_str()) {
                shown.push_str(&text[rest..at]);
                shown.push_str(HIDDEN);
                rest = at + found.len();
            }
            shown.push_str(&text[rest..]);
            text = shown;
        }
        text
    }

    /// Returns whether a body contains a secret, verbatim or escaped as in JSON, or is truncated
    /// after at least [`PART`] characters of one.
    pub(super) fn are_in_body(&self, received: &Received) -> bool {
        let body = String::from_utf8_lossy(&received.body);
        let texts = [&*body, &unescaped(&body)].map(|it| Zeroizing::new(it.to_ascii_lowercase()));
        let contain = |form: &str| texts.iter().any(|text| text.contains(form));
        let end_within = |form: &str| {
            let ends = form.char_indices().map(|(end, _)| &form[..end]);
            let mut parts = ends.filter(|part| part.len() >= PART);
            parts.any(|part| texts.iter().any(|text| text.ends_with(part)))
        };
        let mut forms = self.0.iter();
        forms.any(|form| contain(form) || (received.truncated && end_within(form)))
    }
}

/// Unescapes JSON (RFC 8259, section 7) as far as the search for secrets needs it, also outside of
/// strings. Leaves out a truncated escape, and the zero bytes of ASCII in UTF-16.
fn unescaped(text: &str) -> Zeroizing<String> {
    let mut rest = text.chars().filter(|character| *character != '\0');
    let unescaped = iter::from_fn(|| {
        Some(match rest.next()? {
            '\\' => match rest.next()? {
                'u' => {
                    let digits: String = rest.by_ref().take(4).collect();
                    let code = u32::from_str_radix(&digits, 16).ok();
                    code.filter(|_| digits.len() == 4).and_then(char::from_u32)
                }
                escaped => Some(escaped),
            },
            character => Some(character),
        })
    });
    let mut out = Zeroizing::new(String::with_capacity(text.len()));
    out.extend(unescaped.flatten());
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_hidden_whole_however_short_it_is_and_an_empty_one_hides_nothing() {
        let sent = ["Bearer t0k", "Bearer ", "Bearer t0ken"].map(HeaderValue::from_static);
        let shown = Secrets::of(&sent).hide("of T0KEN and t0k");
        assert_eq!(shown, "of [redacted] and [redacted]");
    }
}
