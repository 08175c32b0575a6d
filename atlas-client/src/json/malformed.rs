//! JSON that serde_json refuses, rewritten as JSON that says what can be read of it. Knows bytes
//! only, neither types nor whole responses.
//!
//! The rewriting follows the structure of the text without checking it, in time that grows with its
//! length; serde_json decides afterwards whether the result is JSON.

use std::ops::Range;

use reqwest::header::{CONTENT_TYPE, HeaderMap};
use zeroize::Zeroizing;

use super::Document;
use super::repair::{Path, RepairKind};

/// How deep serde_json reads. It would take any depth with `serde_stacker`, but so would whatever
/// the caller does with the value, which drops it recursively.
const DEEPEST: usize = 127;
/// The text of all places of repairs together, in bytes for each byte of the body and at least.
const PLACES: (usize, usize) = (64, 1 << 20);
/// What windows-1252 has in the places from 0x80 to 0x9F; all others are those of Unicode. It
/// stands for ISO-8859-1 as well (<https://encoding.spec.whatwg.org/#names-and-labels>).
const WINDOWS: &str = "€\u{81}‚ƒ„…†‡ˆ‰Š‹Œ\u{8d}Ž\u{8f}\u{90}‘’“”•–—˜™š›œ\u{9d}žŸ";

/// How a body is written where it does not begin with a byte order mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Charset {
    /// What JSON is in (RFC 8259, section 8.1).
    Utf8,
    /// Latin-1, with the characters that Windows has in place of control characters.
    Windows1252,
}

impl Charset {
    /// The one that `Content-Type` names.
    pub(super) fn of(headers: &HeaderMap) -> Self {
        let media_type = headers.get(CONTENT_TYPE).and_then(|it| it.to_str().ok());
        let parameters = media_type.unwrap_or_default().split(';').skip(1);
        let mut names = parameters.filter_map(|parameter| {
            let (name, value) = parameter.split_once('=')?;
            let is_charset = name.trim().eq_ignore_ascii_case("charset");
            is_charset.then(|| value.trim().trim_matches('"'))
        });
        let latin = ["iso-8859-1", "latin1", "us-ascii", "windows-1252"];
        let is_latin = |name: &str| latin.iter().any(|known| name.eq_ignore_ascii_case(known));
        match names.next() {
            Some(name) if is_latin(name) => Self::Windows1252,
            _ => Self::Utf8,
        }
    }

    /// The body as a text, and whether all of it is Unicode.
    pub(super) fn text(self, body: &[u8]) -> (String, bool) {
        let text = self.decode(body);
        match str::from_utf8(&text) {
            Ok(text) => (text.to_owned(), true),
            Err(_) => (String::from_utf8_lossy(&text).into_owned(), false),
        }
    }

    /// The body as UTF-8 without its byte order mark. What is not Unicode becomes bytes that are not
    /// UTF-8.
    fn decode(self, body: &[u8]) -> Zeroizing<Vec<u8>> {
        let mut text = Zeroizing::new(Vec::with_capacity(body.len().saturating_mul(2)));
        match body {
            [0xef, 0xbb, 0xbf, rest @ ..] => text.extend_from_slice(rest),
            [0xff, 0xfe, rest @ ..] => from_utf16(rest, u16::from_le_bytes, &mut text),
            [0xfe, 0xff, rest @ ..] => from_utf16(rest, u16::from_be_bytes, &mut text),
            // A wrong label costs nothing.
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

/// Reads `body`, of which serde_json says that it is no JSON. With `cut`, its end is missing.
pub(super) fn read(body: &[u8], charset: Charset, cut: bool) -> Option<Document> {
    let text = charset.decode(body);
    let mut scan = Scan {
        text: &text,
        at: 0,
        out: Zeroizing::new(Vec::with_capacity(text.len() + text.len() / 4)),
        levels: Vec::new(),
        whole: 0,
        repairs: Vec::new(),
        left: PLACES.0.saturating_mul(text.len()).saturating_add(PLACES.1),
    };
    scan.run()?;
    if cut {
        scan.close();
    }
    if *scan.out == body {
        return None;
    }
    let value = serde_json::from_slice(&scan.out).ok()?;
    let repairs = scan.repairs;
    Some(Document { value, repairs })
}

/// What encloses the place that was reached.
enum Level {
    /// An array, and the index of the entry.
    Array(usize),
    /// An object: where the name of the member stands in the output, and whether it was there.
    Object { name: Range<usize>, named: bool },
}

struct Scan<'a> {
    text: &'a [u8],
    at: usize,
    out: Zeroizing<Vec<u8>>,
    levels: Vec<Level>,
    /// The length of the output up to the last value that is whole.
    whole: usize,
    repairs: Vec<(Path, RepairKind)>,
    /// How many bytes the places of repairs may still have.
    left: usize,
}

impl Scan<'_> {
    fn run(&mut self) -> Option<()> {
        while let Some(&byte) = self.text.get(self.at) {
            match byte {
                b'"' => self.string()?,
                b'[' | b'{' if self.levels.len() == DEEPEST => self.skip()?,
                b'[' => self.open(Level::Array(0)),
                b'{' => self.open(Level::Object {
                    name: 0..0,
                    named: false,
                }),
                b']' | b'}' => {
                    self.levels.pop();
                    self.copy(1);
                    self.whole = self.out.len();
                }
                b',' => {
                    self.whole = self.out.len();
                    match self.levels.last_mut() {
                        Some(Level::Array(index)) => *index += 1,
                        Some(Level::Object { named, .. }) => *named = false,
                        None => {}
                    }
                    self.copy(1);
                }
                b'-' | b'0'..=b'9' => self.number()?,
                _ => self.copy(1),
            }
        }
        Some(())
    }

    fn open(&mut self, level: Level) {
        self.levels.push(level);
        self.copy(1);
        self.whole = self.out.len();
    }

    fn copy(&mut self, length: usize) {
        let end = self.at + length;
        self.out.extend_from_slice(&self.text[self.at..end]);
        self.at = end;
    }

    /// Ends the document after its last whole value.
    fn close(&mut self) {
        self.out.truncate(self.whole);
        while let Some(level) = self.levels.pop() {
            self.out.push(match level {
                Level::Array(_) => b']',
                Level::Object { .. } => b'}',
            });
        }
    }

    /// Leaves out a number that no `f64` can hold.
    fn number(&mut self) -> Option<()> {
        let digits = self.text[self.at..].iter();
        let length = digits
            .take_while(|byte| matches!(byte, b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E'))
            .count();
        let number = str::from_utf8(&self.text[self.at..self.at + length]).ok()?;
        if number.parse().is_ok_and(f64::is_infinite) {
            self.at += length;
            self.out.extend_from_slice(b"null");
            self.repaired(RepairKind::OutOfRange)
        } else {
            self.copy(length);
            Some(())
        }
    }

    /// Leaves out a list or an object that stands too deep.
    fn skip(&mut self) -> Option<()> {
        let mut depth = 0_usize;
        while let Some(&byte) = self.text.get(self.at) {
            match byte {
                b'"' => self.at = self.end_of_string(),
                b'[' | b'{' => depth += 1,
                b']' | b'}' => depth -= 1,
                _ => {}
            }
            self.at += 1;
            if depth == 0 {
                break;
            }
        }
        self.out.extend_from_slice(b"null");
        self.repaired(RepairKind::TooDeep)
    }

    /// The place of the quote that ends the string which begins here, or the end of the text.
    fn end_of_string(&self) -> usize {
        let mut at = self.at + 1;
        while let Some(&byte) = self.text.get(at) {
            match byte {
                b'"' => return at,
                b'\\' => at += 2,
                _ => at += 1,
            }
        }
        self.text.len()
    }

    /// Replaces what is not Unicode, and writes control characters as JSON has them.
    fn string(&mut self) -> Option<()> {
        let begins = self.out.len();
        let end = self.end_of_string();
        let text = self.text;
        self.out.push(b'"');
        let mut is_whole = true;
        for chunk in text[self.at + 1..end].utf8_chunks() {
            is_whole &= self.characters(chunk.valid().as_bytes());
            if !chunk.invalid().is_empty() {
                push(char::REPLACEMENT_CHARACTER, &mut self.out);
                is_whole = false;
            }
        }
        self.at = end;
        if end < text.len() {
            self.copy(1);
        }
        if let Some(Level::Object { name, named }) = self.levels.last_mut()
            && !*named
        {
            *name = begins..self.out.len();
            *named = true;
        }
        if is_whole {
            Some(())
        } else {
            self.repaired(RepairKind::InvalidText)
        }
    }

    /// Writes characters and escapes; false if half of a surrogate pair was among them.
    fn characters(&mut self, mut text: &[u8]) -> bool {
        let mut is_whole = true;
        while let Some(&byte) = text.first() {
            let length = match (byte, surrogate(text)) {
                (_, Some(0xd800..=0xdbff))
                    if matches!(text.get(6..).and_then(surrogate), Some(0xdc00..)) =>
                {
                    12
                }
                (_, Some(_)) => {
                    push(char::REPLACEMENT_CHARACTER, &mut self.out);
                    is_whole = false;
                    text = &text[6..];
                    continue;
                }
                (b'\\', None) => text.len().min(2),
                (..0x20, None) => {
                    let escaped = format!("\\u{byte:04x}");
                    self.out.extend_from_slice(escaped.as_bytes());
                    text = &text[1..];
                    continue;
                }
                _ => 1,
            };
            self.out.extend_from_slice(&text[..length]);
            text = &text[length..];
        }
        is_whole
    }

    /// Lists a repair at the place that was reached.
    ///
    /// # Errors
    /// `None` if the places of all repairs together are out of proportion to the body.
    fn repaired(&mut self, kind: RepairKind) -> Option<()> {
        let mut place = Path::with_capacity(self.levels.len());
        for level in &self.levels {
            let step = match level {
                Level::Array(index) => index.to_string(),
                Level::Object { name, .. } => {
                    // Names are bounded before they are read.
                    self.left = self.left.checked_sub(name.len())?;
                    serde_json::from_slice(&self.out[name.clone()]).ok()?
                }
            };
            self.left = self.left.checked_sub(8 + step.len())?;
            place.push(step);
        }
        let last = self.repairs.last();
        // A name and its value stand at one place.
        if last.is_none_or(|(known, _)| *known != place) {
            self.repairs.push((place, kind));
        }
        Some(())
    }
}

/// The surrogate that `text` begins with, in an escape.
fn surrogate(text: &[u8]) -> Option<u16> {
    let digits = text.strip_prefix(b"\\u")?.get(..4)?;
    let digits = str::from_utf8(digits).ok()?;
    let unit = u16::from_str_radix(digits, 16).ok()?;
    (0xd800..0xe000).contains(&unit).then_some(unit)
}

#[cfg(test)]
mod tests;
