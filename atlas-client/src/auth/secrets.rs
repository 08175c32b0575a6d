//! Removes secrets that a server repeats in its responses. Knows texts only.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use percent_encoding::percent_decode_str;
use reqwest::header::HeaderValue;
use serde_json::Value;
use zeroize::Zeroizing;

use crate::error::Received;

const HIDDEN: &str = "[redacted]";

/// The sent secrets, in all encodings in which a server may repeat them.
pub(crate) struct Secrets(Vec<Zeroizing<String>>);

impl Secrets {
    /// Returns the secrets of an `Authorization` header: a token, or the password
    /// of Basic in each of its encodings. A digest response contains none.
    pub(crate) fn of(authorization: &HeaderValue) -> Self {
        let text = authorization.to_str().unwrap_or_default();
        let mut forms = Vec::new();
        if let Some(token) = text.strip_prefix("Bearer ") {
            forms.push(Zeroizing::new(token.to_owned()));
        } else if let Some(encoded) = text.strip_prefix("Basic ") {
            forms.push(Zeroizing::new(encoded.to_owned()));
            let pair = Zeroizing::new(STANDARD.decode(encoded).unwrap_or_default());
            let pair = std::str::from_utf8(&pair).unwrap_or_default();
            if let Some((_, secret)) = pair.split_once(':') {
                let plain = Zeroizing::new(percent_decode_str(secret).collect::<Vec<_>>());
                let plain = std::str::from_utf8(&plain).unwrap_or_default();
                forms.push(Zeroizing::new(STANDARD.encode(plain)));
                forms.push(Zeroizing::new(secret.to_owned()));
                forms.push(Zeroizing::new(plain.to_owned()));
            }
        }
        forms.retain(|form| !form.is_empty());
        // The longest first, because one form may contain another.
        forms.sort_by_key(|form| std::cmp::Reverse(form.len()));
        Self(forms)
    }

    /// Adds the secrets of another header.
    pub(super) fn and(mut self, authorization: &HeaderValue) -> Self {
        self.0.extend(Self::of(authorization).0);
        self
    }

    /// Removes the secrets from `text`, in upper or lower case.
    pub(crate) fn hide(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for form in &self.0 {
            // Only ASCII changes case, so that offsets stay the same.
            let (lower, form) = (text.to_ascii_lowercase(), form.to_ascii_lowercase());
            let mut shown = String::with_capacity(text.len());
            let mut rest = 0;
            for (at, found) in lower.match_indices(&form) {
                shown.push_str(&text[rest..at]);
                shown.push_str(HIDDEN);
                rest = at + found.len();
            }
            shown.push_str(&text[rest..]);
            text = shown;
        }
        text
    }

    fn are_in(&self, text: &str) -> bool {
        let text = text.to_ascii_lowercase();
        let mut forms = self.0.iter();
        forms.any(|form| text.contains(&form.to_ascii_lowercase()))
    }

    /// Returns whether a body contains a secret, as it is or in a string of its JSON.
    pub(super) fn are_in_body(&self, received: &Received) -> bool {
        self.are_in(&String::from_utf8_lossy(received.body()))
            || received.json().is_some_and(|json| self.are_in_texts(&json))
    }

    fn are_in_texts(&self, value: &Value) -> bool {
        match value {
            Value::String(text) => self.are_in(text),
            Value::Array(values) => values.iter().any(|value| self.are_in_texts(value)),
            Value::Object(members) => members
                .iter()
                .any(|(name, value)| self.are_in(name) || self.are_in_texts(value)),
            Value::Null | Value::Bool(_) | Value::Number(_) => false,
        }
    }
}
