//! Content codings of responses (RFC 9110, section 8.4): which ones the headers
//! name, and the bytes of a body without them. Knows bodies as bytes only.
//!
//! reqwest's feature `gzip` compares the names of codings by case and replaces a
//! body that it cannot decode by an error, so that its decoding is switched off.

use std::io::{self, Write as _};
use std::pin::pin;
use std::task::{Context, Poll, ready};

use bytes::{Buf as _, Bytes, BytesMut};
use flate2::write::MultiGzDecoder;
use reqwest::Response;
use reqwest::header::{CONTENT_ENCODING, HeaderMap};

/// The codings that requests ask for.
pub(crate) const ACCEPTED: &str = "gzip";

/// What the headers of a response say of the coding of its body.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Coding {
    Identity,
    Gzip,
    /// One that this client cannot decode, or several, as the server names them.
    Unknown(String),
}

impl Coding {
    /// Reads `Content-Encoding`, whose names are compared regardless of case.
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

    /// The coding that cannot be decoded, if it is one.
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

/// Why no more of a body can be read.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The connection broke.
    Connection(reqwest::Error),
    /// The bytes are not what their coding allows.
    Coding(io::Error),
}

/// The body of a response, decoded as it arrives.
pub(crate) struct Decoded {
    response: Response,
    gzip: Option<Box<Gunzip>>,
    /// What has arrived so far, as long as nothing of it could be decoded and it
    /// may be given out as it is.
    raw: Option<BytesMut>,
}

impl Decoded {
    /// Decodes what the headers say is coded. A body in an unknown coding is
    /// given out as it is.
    pub(crate) fn new(response: Response) -> Self {
        let gzip = Coding::of(response.headers()) == Coding::Gzip;
        Self {
            response,
            gzip: gzip.then(Box::default),
            raw: None,
        }
    }

    /// Like [`new`](Self::new), but gives out a body as it is that is labelled
    /// as coded and is not, as error pages of proxies are.
    pub(crate) fn lenient(response: Response) -> Self {
        let mut decoded = Self::new(response);
        decoded.raw = decoded.gzip.is_some().then(BytesMut::new);
        decoded
    }

    /// How long the whole is, if that is known.
    pub(crate) fn length(&self) -> Option<usize> {
        let length = self
            .response
            .content_length()
            .filter(|_| self.gzip.is_none())?;
        usize::try_from(length).ok()
    }

    /// The headers of the response, which are not needed any more.
    pub(crate) fn take_headers(&mut self) -> HeaderMap {
        std::mem::take(self.response.headers_mut())
    }

    /// The next bytes, never none.
    pub(crate) async fn chunk(&mut self) -> Option<Result<Bytes, Failure>> {
        std::future::poll_fn(|context| self.poll_chunk(context, || ())).await
    }

    /// The next bytes, never none; calls `arrived` for everything that the
    /// server sends, whether it makes any.
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
            // The future holds nothing that the next one would miss. Trailers, which it skips, carry
            // nothing that Atlas documents.
            let chunk = pin!(self.response.chunk()).poll(context);
            match ready!(chunk) {
                Ok(Some(bytes)) => {
                    arrived();
                    if let Some(raw) = &mut self.raw {
                        raw.extend_from_slice(&bytes);
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

    /// Goes on without decoding where nothing could be decoded so far.
    fn undecodable(&mut self, error: io::Error) -> Result<Bytes, Failure> {
        self.gzip = None;
        match self.raw.take() {
            Some(raw) if !raw.is_empty() => Ok(raw.freeze()),
            _ => Err(Failure::Coding(error)),
        }
    }
}

/// Decodes gzip (RFC 1952) with all that it allows: several members, and in the
/// header of each an extra field, a name, a comment and a checksum.
struct Gunzip {
    decoder: MultiGzDecoder<Vec<u8>>,
    input: Bytes,
    /// Whether anything was there to be decoded. A body without any bytes is
    /// one, whatever it is labelled as.
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
    /// Takes the next bytes of the body. Those before must have been decoded.
    fn feed(&mut self, bytes: Bytes) {
        self.input = bytes;
        self.begun = true;
    }

    /// The next decoded bytes, or `None` where more input is needed. However
    /// much the input unfolds to, this is about 32 KiB at a time.
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
        // What is decoded by now is not held back until more arrives.
        self.decoder.flush()?;
        Ok(self.decoded())
    }

    /// The last decoded bytes.
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
