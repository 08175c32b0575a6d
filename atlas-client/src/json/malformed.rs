//! Parses JSON that serde_json rejects, as far as possible. Knows bytes only; must not know types or
//! whole responses.
//!
//! It follows the structure of the text, in linear time; strings and numbers are parsed by
//! serde_json.

use bytes::BytesMut;
use reqwest::header::{CONTENT_TYPE, HeaderMap};
use serde_json::{Deserializer, Map, Value};
use zeroize::Zeroizing;

use super::Document;
use super::repair::{Path, RepairKind, Repairs};

/// The maximum depth of serde_json. `serde_stacker` would allow any depth, but code that uses the
/// value would not: dropping it recurses.
const DEEPEST: usize = 127;
/// The limit on the total size of the paths of repairs, in bytes for each byte of the body, and its
/// minimum.
const PLACES: (usize, usize) = (64, 1 << 20);
/// The labels of windows-1252 (<https://encoding.spec.whatwg.org/#names-and-labels>), among them
/// those of ASCII and ISO-8859-1.
const LABELS: [&str; 17] = [
    "ansi_x3.4-1968",
    "ascii",
    "cp1252",
    "cp819",
    "csisolatin1",
    "ibm819",
    "iso-8859-1",
    "iso-ir-100",
    "iso8859-1",
    "iso88591",
    "iso_8859-1",
    "iso_8859-1:1987",
    "l1",
    "latin1",
    "us-ascii",
    "windows-1252",
    "x-cp1252",
];
/// The characters of windows-1252 from 0x80 to 0x9F; all others are those of Unicode.
const WINDOWS: &str = "€\u{81}‚ƒ„…†‡ˆ‰Š‹Œ\u{8d}Ž\u{8f}\u{90}‘’“”•–—˜™š›œ\u{9d}žŸ";

/// The charset of a body without a byte order mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Charset {
    /// The charset of JSON (RFC 8259, section 8.1).
    Utf8,
    /// Latin-1, with the characters of Windows in place of control characters.
    Windows1252,
}

impl Charset {
    /// Returns the charset of `Content-Type`.
    pub(super) fn of(headers: &HeaderMap) -> Self {
        let media_type = headers.get(CONTENT_TYPE).and_then(|it| it.to_str().ok());
        let parameters = media_type.unwrap_or_default().split(';').skip(1);
        let mut names = parameters.filter_map(|parameter| {
            let (name, value) = parameter.split_once('=')?;
            let is_charset = name.trim().eq_ignore_ascii_case("charset");
            // Single quotes are not HTTP syntax, but some servers send them.
            is_charset.then(|| value.trim().trim_matches(['"', '\'']).trim())
        });
        let is_latin = |name: &str| LABELS.iter().any(|known| name.eq_ignore_ascii_case(known));
        match names.next() {
            Some(name) if is_latin(name) => Self::Windows1252,
            _ => Self::Utf8,
        }
    }

    /// Decodes the body as text, and returns whether all of it is Unicode.
    pub(super) fn text(self, body: &[u8]) -> (String, bool) {
        let text = self.decode(body);
        let is_whole = str::from_utf8(&text).is_ok();
        (String::from_utf8_lossy(&text).into_owned(), is_whole)
    }

    /// Converts the body to UTF-8 without its byte order mark. Invalid Unicode becomes invalid
    /// UTF-8.
    fn decode(self, body: &[u8]) -> Zeroizing<Vec<u8>> {
        let mut text = Zeroizing::new(Vec::with_capacity(body.len().saturating_mul(2)));
        match body {
            [0xef, 0xbb, 0xbf, rest @ ..] => text.extend_from_slice(rest),
            [0xff, 0xfe, rest @ ..] => from_utf16(rest, u16::from_le_bytes, &mut text),
            [0xfe, 0xff, rest @ ..] => from_utf16(rest, u16::from_be_bytes, &mut text),
            // A body that is valid UTF-8 is read as such, whatever its label says.
            _ if self == Self::Utf8 || str::from_utf8(body).is_ok() => {
                text.extend_from_slice(body);
            }
            _ => {
                for &byte in body {
                    let of_windows = byte.checked_sub(0x80).map(usize::from);
                    let of_windows = of_windows.and_then(|at| WINDOWS.chars().nth(at));
                    push(of_windows.unwrap_or(char::from(byte)), &mut text);
                }
            }
        }
        text
    }
}

fn push(character: char, text: &mut Vec<u8>) {
    text.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
}

fn from_utf16(body: &[u8], unit: fn([u8; 2]) -> u16, text: &mut Vec<u8>) {
    let (pairs, rest) = body.as_chunks();
    for character in char::decode_utf16(pairs.iter().copied().map(unit)) {
        match character {
            Ok(character) => push(character, text),
            Err(_) => text.push(0xff),
        }
    }
    text.extend(rest.iter().map(|_| 0xff));
}

/// Parses `body`, which serde_json rejects. With `cut`, its end is missing or is not JSON.
pub(super) fn read(body: &[u8], charset: Charset, cut: bool) -> Option<Document> {
    let text = charset.decode(body);
    let mut parser = Parser {
        text: &text,
        at: 0,
        cut,
        place: Path::new(),
        repairs: Repairs::new(),
        left: PLACES.0.saturating_mul(text.len()).saturating_add(PLACES.1),
    };
    let value = parser.value()?;
    if !cut && parser.peek().is_some() {
        return None;
    }
    Some((value, parser.repairs))
}

/// Parses JSON by recursive descent; its methods return `None` where the text is not JSON, and where
/// it ends.
struct Parser<'a> {
    text: &'a [u8],
    at: usize,
    /// Whether the end of the text is missing or is not JSON.
    cut: bool,
    /// The path of the current value.
    place: Path,
    repairs: Repairs,
    /// How many more bytes the paths of repairs may have.
    left: usize,
}

impl Parser<'_> {
    /// Skips whitespace and returns the next byte.
    fn peek(&mut self) -> Option<u8> {
        let rest = self.text[self.at..].iter();
        let is_space = |byte: &&u8| matches!(byte, b' ' | b'\t' | b'\n' | b'\r');
        self.at += rest.take_while(is_space).count();
        self.text.get(self.at).copied()
    }

    fn is_at_cut(&self) -> bool {
        self.cut && self.at == self.text.len()
    }

    /// Skips the rest of a text whose end is not JSON.
    fn cut_here(&mut self) -> Option<()> {
        self.at = self.text.len();
        self.cut.then_some(())
    }

    fn value(&mut self) -> Option<Value> {
        match self.peek()? {
            b'[' | b'{' if self.place.len() == DEEPEST => self.skip(),
            b'[' => self.list(),
            b'{' => self.object(),
            b'"' => self.string().map(Value::from),
            _ => self.literal(),
        }
    }

    fn list(&mut self) -> Option<Value> {
        self.at += 1;
        let mut entries = Vec::new();
        while self.has_more(b']', entries.is_empty())? {
            self.place.push(entries.len().to_string());
            match self.value() {
                Some(entry) => entries.push(entry),
                None => {
                    self.cut_here()?;
                    break;
                }
            }
            self.place.pop();
        }
        Some(Value::Array(entries))
    }

    fn object(&mut self) -> Option<Value> {
        self.at += 1;
        let mut members = Map::new();
        while self.has_more(b'}', members.is_empty())? {
            match self.member() {
                Some((name, value)) => members.insert(name, value),
                None => {
                    self.cut_here()?;
                    break;
                }
            };
        }
        Some(Value::Object(members))
    }

    /// Reads what is before the next entry of a list or an object; false if `close` ends it.
    fn has_more(&mut self, close: u8, is_first: bool) -> Option<bool> {
        match self.peek() {
            Some(byte) if byte == close => {
                self.at += 1;
                return Some(false);
            }
            Some(b',') if !is_first => self.at += 1,
            Some(_) if is_first => {}
            _ => return self.cut_here().map(|()| false),
        }
        Some(true)
    }

    fn member(&mut self) -> Option<(String, Value)> {
        if self.peek()? != b'"' {
            return None;
        }
        let (name, is_whole) = self.text()?;
        self.place.push(name.clone());
        if !is_whole {
            self.repaired(RepairKind::InvalidText)?;
        }
        if self.peek()? != b':' {
            return None;
        }
        self.at += 1;
        let value = self.value();
        self.place.pop();
        Some((name, value?))
    }

    fn string(&mut self) -> Option<String> {
        let (text, is_whole) = self.text()?;
        if !is_whole {
            self.repaired(RepairKind::InvalidText)?;
        }
        (!self.is_at_cut()).then_some(text)
    }

    /// Parses a string in which invalid Unicode is replaced, and returns whether there was none.
    fn text(&mut self) -> Option<(String, bool)> {
        let rest = Deserializer::from_slice(&self.text[self.at..]);
        // As bytes, serde_json accepts invalid UTF-8 and control characters.
        let mut strings = rest.into_iter::<BytesMut>();
        let mut bytes = match strings.next()? {
            Ok(bytes) => Vec::from(bytes),
            Err(error) => {
                if error.is_eof() {
                    self.at = self.text.len();
                }
                return None;
            }
        };
        self.at += strings.byte_offset();
        let is_whole = str::from_utf8(&bytes).is_ok();
        replace_surrogates(&mut bytes);
        let text = String::from_utf8(bytes).unwrap_or_else(|error| {
            let bytes = Zeroizing::new(error.into_bytes());
            String::from_utf8_lossy(&bytes).into_owned()
        });
        Some((text, is_whole))
    }

    /// Parses a literal or a number, which is null if it is too large for an `f64`.
    fn literal(&mut self) -> Option<Value> {
        let rest = &self.text[self.at..];
        let ends = |byte: &u8| b",]} \t\n\r".contains(byte);
        let length = rest.iter().position(ends).unwrap_or(rest.len());
        let text = &rest[..length];
        self.at += length;
        if self.is_at_cut() {
            return None;
        }
        if let Ok(value) = serde_json::from_slice(text) {
            return Some(value);
        }
        let is_number = matches!(text, [b'-' | b'0'..=b'9', .., b'0'..=b'9']);
        let number = str::from_utf8(text).ok()?.parse();
        if is_number && number.is_ok_and(f64::is_infinite) {
            self.repaired(RepairKind::OutOfRange)?;
            return Some(Value::Null);
        }
        None
    }

    /// Replaces a list or an object that is nested too deep by null.
    fn skip(&mut self) -> Option<Value> {
        let mut depth = 0_usize;
        while let Some(byte) = self.peek() {
            match byte {
                b'"' => {
                    self.text()?;
                    continue;
                }
                b'[' | b'{' => depth += 1,
                b']' | b'}' => depth -= 1,
                _ => {}
            }
            self.at += 1;
            if depth == 0 {
                self.repaired(RepairKind::TooDeep)?;
                return Some(Value::Null);
            }
        }
        None
    }

    /// Records a repair of the current value.
    ///
    /// # Errors
    /// `None` if the paths of all repairs exceed their limit.
    fn repaired(&mut self, kind: RepairKind) -> Option<()> {
        let length: usize = self.place.iter().map(|step| 8 + step.len()).sum();
        self.left = self.left.checked_sub(length)?;
        // A name and its value have the same path.
        self.repairs.entry(self.place.clone()).or_insert(kind);
        Some(())
    }
}

/// Replaces the unpaired surrogates, which serde_json returns as the three bytes that UTF-8 would
/// have for them.
fn replace_surrogates(bytes: &mut [u8]) {
    for at in 2..bytes.len() {
        if let unit @ [0xed, 0xa0..=0xbf, 0x80..=0xbf] = &mut bytes[at - 2..=at] {
            unit.copy_from_slice("\u{fffd}".as_bytes());
        }
    }
}

#[cfg(test)]
mod tests;
