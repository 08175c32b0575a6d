//! Rewrites JSON that serde_json rejects, as far as it can be parsed. Knows bytes only; must not
//! know types or whole responses.
//!
//! It follows the structure of the text without validating it, in linear time; serde_json decides
//! afterwards whether the result is JSON.

use std::ops::Range;

use reqwest::header::{CONTENT_TYPE, HeaderMap};
use zeroize::Zeroizing;

use super::Document;
use super::repair::{Path, RepairKind};

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
        match str::from_utf8(&text) {
            Ok(text) => (text.to_owned(), true),
            Err(_) => (String::from_utf8_lossy(&text).into_owned(), false),
        }
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

/// Parses `body`, which serde_json rejects. With `cut`, its end is missing.
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

/// A list or an object around the current position.
enum Level {
    /// An array, and the index of the entry.
    Array(usize),
    /// An object: the range of the member's name in the output, and whether it was read.
    Object { name: Range<usize>, named: bool },
}

struct Scan<'a> {
    text: &'a [u8],
    at: usize,
    out: Zeroizing<Vec<u8>>,
    levels: Vec<Level>,
    /// The length of the output up to the last complete value.
    whole: usize,
    repairs: Vec<(Path, RepairKind)>,
    /// How many more bytes the paths of repairs may have.
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

    /// Ends the document after its last complete value.
    fn close(&mut self) {
        self.out.truncate(self.whole);
        while let Some(level) = self.levels.pop() {
            self.out.push(match level {
                Level::Array(_) => b']',
                Level::Object { .. } => b'}',
            });
        }
    }

    /// Copies a number, or replaces it by null if it is too large for an `f64`.
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

    /// Replaces a list or an object that is nested too deep by null.
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

    /// Returns the position of the quote that ends the current string, or the end of the text.
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

    /// Replaces invalid Unicode, and escapes control characters.
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

    /// Writes characters and escapes; false if there was an unpaired surrogate.
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

    /// Records a repair at the current position.
    ///
    /// # Errors
    /// `None` if the paths of all repairs exceed their limit.
    fn repaired(&mut self, kind: RepairKind) -> Option<()> {
        let mut place = Path::with_capacity(self.levels.len());
        for level in &self.levels {
            let step = match level {
                Level::Array(index) => index.to_string(),
                Level::Object { name, .. } => {
                    // The limit is checked before the name is parsed.
                    self.left = self.left.checked_sub(name.len())?;
                    serde_json::from_slice(&self.out[name.clone()]).ok()?
                }
            };
            self.left = self.left.checked_sub(8 + step.len())?;
            place.push(step);
        }
        let last = self.repairs.last();
        // A name and its value have the same path.
        if last.is_none_or(|(known, _)| *known != place) {
            self.repairs.push((place, kind));
        }
        Some(())
    }
}

/// Returns the escaped surrogate at the beginning of `text`.
fn surrogate(text: &[u8]) -> Option<u16> {
    let digits = text.strip_prefix(b"\\u")?.get(..4)?;
    let digits = str::from_utf8(digits).ok()?;
    let unit = u16::from_str_radix(digits, 16).ok()?;
    (0xd800..0xe000).contains(&unit).then_some(unit)
}

#[cfg(test)]
mod tests;
