//! Content codings of responses (RFC 9110, section 8.4). Owns the parsing of the
//! header and the decoding; knows bodies as bytes only.
//!
//! The decoding of reqwest's feature `gzip` is disabled: it compares coding names
//! case-sensitively, and replaces a body that it cannot decode by an error.

use std::io::{self, Write as _};
use std::pin::pin;
use std::task::{Context, Poll, ready};

use bytes::{Buf as _, Bytes, BytesMut};
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
        let mut applied = Vec::new();
        for value in values {
            let names = value.split(',').map(str::trim);
            let names = names.filter(|name| !name.is_empty() && !is(name, &["identity"]));
            applied.extend(names.map(str::to_owned));
        }
        match applied.as_slice() {
            [] => Self::Identity,
            [one] if is(one, &["gzip", "x-gzip"]) => Self::Gzip,
            _ => Self::Unknown(applied.join(", ")),
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

fn is(name: &str, known: &[&str]) -> bool {
    known.iter().any(|known| name.eq_ignore_ascii_case(known))
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
    /// The bytes so far, while nothing could be decoded and the body may yet be
    /// returned raw.
    raw: Option<Raw>,
    /// Why the body is returned raw, if it does not match its coding.
    mismatch: Option<io::Error>,
}

/// The beginning of a raw body.
struct Raw {
    bytes: BytesMut,
    /// The maximum number of bytes, one more than is read of the body, so that a longer body is not
    /// taken for a complete one.
    limit: usize,
}

impl Raw {
    fn push(&mut self, bytes: &[u8]) {
        let room = self.limit - self.bytes.len();
        self.bytes
            .extend_from_slice(&bytes[..bytes.len().min(room)]);
    }

    fn is_full(&self) -> bool {
        self.bytes.len() == self.limit
    }
}

impl Decoded {
    /// Decodes the body by its headers. A body in an unknown coding is returned
    /// raw.
    pub(crate) fn new(response: Response) -> Self {
        let gzip = Coding::of(response.headers()) == Coding::Gzip;
        Self {
            response,
            gzip: gzip.then(Box::default),
            raw: None,
            mismatch: None,
        }
    }

    /// Like [`new`](Self::new), but returns a body raw if it does not match its
    /// coding, as error pages of proxies may not, or if more than `limit` bytes of it
    /// decode to nothing. At most one byte more than that is kept until it decodes.
    pub(crate) fn lenient(response: Response, limit: usize) -> Self {
        let mut decoded = Self::new(response);
        decoded.raw = decoded.gzip.is_some().then(|| Raw {
            bytes: BytesMut::new(),
            limit: limit.saturating_add(1),
        });
        decoded
    }

    /// Takes the bytes so far, raw, if nothing of them could be decoded.
    pub(crate) fn take_raw(&mut self) -> Bytes {
        let raw = self.raw.take();
        raw.map(|raw| raw.bytes.freeze()).unwrap_or_default()
    }

    /// Takes the reason why the body was returned raw.
    pub(crate) fn take_mismatch(&mut self) -> Option<io::Error> {
        self.mismatch.take()
    }

    /// Returns the length of the whole body, if known.
    pub(crate) fn length(&self) -> Option<usize> {
        let length = self
            .response
            .content_length()
            .filter(|_| self.gzip.is_none())?;
        usize::try_from(length).ok()
    }

    /// Takes the headers of the response.
    pub(crate) fn take_headers(&mut self) -> HeaderMap {
        std::mem::take(self.response.headers_mut())
    }

    /// Returns the next bytes, never an empty chunk.
    pub(crate) async fn chunk(&mut self) -> Option<Result<Bytes, Failure>> {
        std::future::poll_fn(|context| self.poll_chunk(context, || ())).await
    }

    /// Polls for the next bytes, never an empty chunk. Calls `arrived` for all data
    /// from the server, even if it decodes to nothing.
    pub(crate) fn poll_chunk(
        &mut self,
        context: &mut Context<'_>,
        mut arrived: impl FnMut(),
    ) -> Poll<Option<Result<Bytes, Failure>>> {
        loop {
            match self.gzip.as_mut().map_or(Ok(None), |gzip| gzip.next()) {
                Ok(None) => {}
                Ok(Some(bytes)) => {
                    self.raw = None;
                    return Poll::Ready(Some(Ok(bytes)));
                }
                Err(error) => return Poll::Ready(Some(self.undecodable(error))),
            }
            if let Some(raw) = self.raw.take_if(|raw| raw.is_full()) {
                self.gzip = None;
                return Poll::Ready(Some(Ok(raw.bytes.freeze())));
            }
            // Dropping the future loses nothing. It skips trailers, of which Atlas documents none.
            let chunk = pin!(self.response.chunk()).poll(context);
            match ready!(chunk) {
                Ok(Some(bytes)) => {
                    arrived();
                    if let Some(raw) = &mut self.raw {
                        raw.push(&bytes);
                    }
                    match &mut self.gzip {
                        _ if bytes.is_empty() => {}
                        Some(gzip) => gzip.feed(bytes),
                        None => return Poll::Ready(Some(Ok(bytes))),
                    }
                }
                Err(error) => return Poll::Ready(Some(Err(Failure::Connection(error)))),
                Ok(None) => {
                    return Poll::Ready(match self.gzip.take().map_or(Ok(None), |it| it.end()) {
                        Ok(rest) => rest.map(Ok),
                        Err(error) => Some(self.undecodable(error)),
                    });
                }
            }
        }
    }

    /// Falls back to the raw body if nothing could be decoded so far.
    fn undecodable(&mut self, error: io::Error) -> Result<Bytes, Failure> {
        self.gzip = None;
        match self.raw.take() {
            Some(raw) => {
                self.mismatch = Some(error);
                Ok(raw.bytes.freeze())
            }
            None => Err(Failure::Coding(error)),
        }
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
    /// Adds the next bytes. Those before must have been decoded.
    fn feed(&mut self, bytes: Bytes) {
        self.input = bytes;
        self.begun = true;
    }

    /// Returns the next decoded bytes, or `None` if more input is needed. Returns
    /// about 32 KiB at a time, however much the input expands.
    fn next(&mut self) -> io::Result<Option<Bytes>> {
        if self.input.is_empty() {
            return Ok(None);
        }
        while !self.input.is_empty() {
            let taken = self.decoder.write(&self.input)?;
            self.input.advance(taken);
            if let Some(bytes) = self.decoded() {
                return Ok(Some(bytes));
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
    fn end(mut self) -> io::Result<Option<Bytes>> {
        if self.begun {
            self.decoder.try_finish()?;
        }
        Ok(self.decoded())
    }

    fn decoded(&mut self) -> Option<Bytes> {
        let bytes = std::mem::take(self.decoder.get_mut());
        (!bytes.is_empty()).then(|| bytes.into())
    }
}
