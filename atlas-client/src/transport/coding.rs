//! Content codings of responses (RFC 9110, section 8.4). Owns the parsing of the
//! header and the decoding; knows bodies as bytes only.
//!
//! The decoding of reqwest's feature `gzip` is disabled: it compares coding names
//! case-sensitively, and replaces a body that it cannot decode by an error.

use std::io::{self, Write as _};

use bytes::{Buf as _, Bytes};
use flate2::write::MultiGzDecoder;
use reqwest::Response;
use reqwest::header::{CONTENT_ENCODING, HeaderMap};

/// The value of `Accept-Encoding`.
pub(crate) const ACCEPTED: &str = "gzip";

/// Returns the content coding of a body, or several, as the server names them. It is empty if there
/// is none.
pub(crate) fn applied(headers: &HeaderMap) -> String {
    let values = headers.get_all(CONTENT_ENCODING).iter();
    let values = values.map(|value| String::from_utf8_lossy(value.as_bytes()));
    let list = values.collect::<Vec<_>>().join(",");
    let names = list.split(',').map(str::trim);
    let applied = names.filter(|name| !name.is_empty() && !name.eq_ignore_ascii_case("identity"));
    applied.collect::<Vec<_>>().join(", ")
}

/// Returns the content coding of a body, if it is unsupported.
pub(crate) fn unknown(headers: &HeaderMap) -> Option<String> {
    Some(applied(headers)).filter(|name| !name.is_empty() && !is_gzip(name))
}

fn is_gzip(name: &str) -> bool {
    name.eq_ignore_ascii_case("gzip") || name.eq_ignore_ascii_case("x-gzip")
}

/// Why the rest of a body cannot be read.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The connection broke.
    Connection(reqwest::Error),
    /// The bytes violate their coding.
    Coding(io::Error),
}

/// The body of a response, decoded as it arrives.
pub(crate) struct Decoded {
    pub(super) response: Response,
    /// `None` if the bytes of the server are not decoded.
    pub(super) gzip: Option<Box<Gunzip>>,
}

impl Decoded {
    /// Decodes the body by its headers. A body in an unknown coding is returned
    /// raw.
    pub(crate) fn new(response: Response) -> Self {
        let gzip = is_gzip(&applied(response.headers())).then(|| {
            Box::new(Gunzip {
                decoder: MultiGzDecoder::new(Vec::new()),
                input: Bytes::new(),
                begun: false,
            })
        });
        Self { response, gzip }
    }

    /// Returns the length of the whole body, if known.
    pub(super) fn length(&self) -> Option<usize> {
        let length = self.response.content_length();
        usize::try_from(length.filter(|_| self.gzip.is_none())?).ok()
    }

    /// Returns the next bytes. A chunk is empty if those that have arrived decode to nothing.
    /// Calls `arrived` with the bytes as the server sent them. If they violate their coding, the
    /// rest is returned raw. Dropping the future loses nothing.
    pub(crate) async fn chunk(
        &mut self,
        arrived: impl FnOnce(&Bytes),
    ) -> Result<Option<Bytes>, Failure> {
        let decoded = match &mut self.gzip {
            Some(gzip) if !gzip.input.is_empty() => gzip.next(),
            // This skips trailers, of which Atlas documents none.
            gzip => match self.response.chunk().await.map_err(Failure::Connection)? {
                Some(bytes) => {
                    arrived(&bytes);
                    match gzip {
                        Some(gzip) => gzip.feed(bytes),
                        None => Ok(bytes),
                    }
                }
                None => match gzip.take() {
                    Some(gzip) => gzip.end(),
                    None => return Ok(None),
                },
            },
        };
        decoded.map(Some).map_err(|error| {
            self.gzip = None;
            Failure::Coding(error)
        })
    }
}

/// Decodes gzip (RFC 1952): several members, and headers with an extra field, a
/// name, a comment and a checksum.
pub(super) struct Gunzip {
    decoder: MultiGzDecoder<Vec<u8>>,
    input: Bytes,
    /// Whether there was any input. An empty body is valid, whatever its coding.
    begun: bool,
}

impl Gunzip {
    /// Adds the next bytes and decodes the first of them. Those before must have been decoded.
    fn feed(&mut self, bytes: Bytes) -> io::Result<Bytes> {
        self.begun |= !bytes.is_empty();
        self.input = bytes;
        self.next()
    }

    /// Returns the next decoded bytes, none if more input is needed. Returns about
    /// 32 KiB at a time, however much the input expands.
    fn next(&mut self) -> io::Result<Bytes> {
        while !self.input.is_empty() {
            let taken = self.decoder.write(&self.input)?;
            self.input.advance(taken);
            if !self.decoder.get_ref().is_empty() {
                return Ok(self.decoded());
            }
        }
        // Returns decoded bytes now, without waiting for more input.
        self.decoder.flush()?;
        Ok(self.decoded())
    }

    /// Returns the last decoded bytes.
    ///
    /// # Errors
    ///
    /// When the body ends within a member, or within what looks like one.
    fn end(mut self) -> io::Result<Bytes> {
        if self.begun {
            self.decoder.try_finish()?;
        }
        Ok(self.decoded())
    }

    fn decoded(&mut self) -> Bytes {
        std::mem::take(self.decoder.get_mut()).into()
    }
}
