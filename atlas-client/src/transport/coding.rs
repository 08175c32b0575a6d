//! Content codings of responses (RFC 9110, section 8.4). Owns the parsing of the
//! header and the decoding; knows bodies as bytes only.
//!
//! The decoding of reqwest's feature `gzip` is disabled: it compares coding names
//! case-sensitively, and replaces a body that it cannot decode by an error.

use std::io::{self, Write as _};
use std::pin::pin;
use std::task::{Context, Poll, ready};

use bytes::{Buf as _, Bytes};
use flate2::write::MultiGzDecoder;
use reqwest::Response;
use reqwest::header::{CONTENT_ENCODING, HeaderMap};

/// The value of `Accept-Encoding`.
pub(crate) const ACCEPTED: &str = "gzip";

/// The content coding of a body.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Coding {
    Identity,
    Gzip,
    /// An unsupported coding, or several, as the server names them.
    Unknown(String),
}

impl Coding {
    /// Parses `Content-Encoding`, ignoring case.
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        let values = headers.get_all(CONTENT_ENCODING).iter();
        let values = values.map(|value| String::from_utf8_lossy(value.as_bytes()));
        let list = values.collect::<Vec<_>>().join(",");
        let names = list.split(',').map(str::trim);
        let applied: Vec<_> = names
            .filter(|name| !name.is_empty() && !name.eq_ignore_ascii_case("identity"))
            .collect();
        match applied.join(", ") {
            name if name.is_empty() => Self::Identity,
            name if ["gzip", "x-gzip"].contains(&&*name.to_ascii_lowercase()) => Self::Gzip,
            name => Self::Unknown(name),
        }
    }

    /// Returns the coding, if it is unsupported.
    pub(crate) fn unknown(headers: &HeaderMap) -> Option<String> {
        match Self::of(headers) {
            Self::Unknown(name) => Some(name),
            Self::Identity | Self::Gzip => None,
        }
    }
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
    response: Response,
    gzip: Option<Box<Gunzip>>,
}

impl Decoded {
    /// Decodes the body by its headers. A body in an unknown coding is returned
    /// raw.
    pub(crate) fn new(response: Response) -> Self {
        let gzip = Coding::of(response.headers()) == Coding::Gzip;
        Self {
            response,
            gzip: gzip.then(Box::default),
        }
    }

    /// Returns whether the bytes of the server are decoded.
    pub(crate) fn is_decoding(&self) -> bool {
        self.gzip.is_some()
    }

    /// Returns the length of the whole body, if known.
    pub(crate) fn length(&self) -> Option<usize> {
        let length = self
            .response
            .content_length()
            .filter(|_| !self.is_decoding())?;
        usize::try_from(length).ok()
    }

    /// Takes the headers of the response.
    pub(crate) fn take_headers(&mut self) -> HeaderMap {
        std::mem::take(self.response.headers_mut())
    }

    /// Polls for the next bytes. A chunk is empty if those that have arrived decode to nothing.
    /// Calls `arrived` with the bytes as the server sent them. If they violate their coding, the
    /// rest is returned raw.
    pub(crate) fn poll_chunk(
        &mut self,
        context: &mut Context<'_>,
        arrived: impl FnOnce(&Bytes),
    ) -> Poll<Option<Result<Bytes, Failure>>> {
        let decoded = match &mut self.gzip {
            Some(gzip) if gzip.has_input() => gzip.next(),
            gzip => {
                // Dropping the future loses nothing. It skips trailers, of which Atlas documents none.
                let chunk = pin!(self.response.chunk()).poll(context);
                match ready!(chunk) {
                    Ok(Some(bytes)) => {
                        arrived(&bytes);
                        match gzip {
                            Some(gzip) => gzip.feed(bytes),
                            None => Ok(bytes),
                        }
                    }
                    Ok(None) => match gzip.take() {
                        Some(gzip) => gzip.end(),
                        None => return Poll::Ready(None),
                    },
                    Err(error) => return Poll::Ready(Some(Err(Failure::Connection(error)))),
                }
            }
        };
        Poll::Ready(Some(decoded.map_err(|error| {
            self.gzip = None;
            Failure::Coding(error)
        })))
    }
}

/// Decodes gzip (RFC 1952): several members, and headers with an extra field, a
/// name, a comment and a checksum.
struct Gunzip {
    decoder: MultiGzDecoder<Vec<u8>>,
    input: Bytes,
    /// Whether there was any input. An empty body is valid, whatever its coding.
    begun: bool,
}

impl Default for Gunzip {
    fn default() -> Self {
        Self {
            decoder: MultiGzDecoder::new(Vec::new()),
            input: Bytes::new(),
            begun: false,
        }
    }
}

impl Gunzip {
    fn has_input(&self) -> bool {
        !self.input.is_empty()
    }

    /// Adds the next bytes and decodes the first of them. Those before must have been decoded.
    fn feed(&mut self, bytes: Bytes) -> io::Result<Bytes> {
        self.begun |= !bytes.is_empty();
        self.input = bytes;
        self.next()
    }

    /// Returns the next decoded bytes, none if more input is needed. Returns about
    /// 32 KiB at a time, however much the input expands.
    fn next(&mut self) -> io::Result<Bytes> {
        while self.has_input() {
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
