//! What a successful call returns: the value with the status and headers that
//! came with it.

pub(crate) mod answer;
pub(crate) mod future;
pub(crate) mod stream;

use std::fmt;
use std::ops::Deref;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use reqwest::StatusCode;
use reqwest::header::HeaderMap;
use serde::de::DeserializeOwned;

use crate::json::repair::Repair;
use crate::{ByteStream, Error, Result, transport::headers};

/// A value with the status, the headers and the body of the response that held it.
///
/// It dereferences to the value; [`into_inner`](Self::into_inner) unpacks it.
/// Members that this version of the client does not know are found in
/// [`body`](Self::body), and what the value does not say as the server wrote it
/// in [`repairs`](Self::repairs).
#[derive(Clone)]
pub struct ResponseValue<T> {
    value: T,
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
    repairs: Vec<Repair>,
}

impl<T> ResponseValue<T> {
    pub(crate) fn new(value: T, status: StatusCode, headers: HeaderMap) -> Self {
        Self {
            value,
            status,
            headers,
            body: Bytes::new(),
            repairs: Vec::new(),
        }
    }

    pub(crate) fn with_body(mut self, body: Bytes) -> Self {
        self.body = body;
        self
    }

    pub(crate) fn with_repairs(mut self, repairs: Vec<Repair>) -> Self {
        self.repairs = repairs;
        self
    }

    /// A response as a test of code that handles responses needs it. Its body
    /// is read as that of a real one.
    ///
    /// # Errors
    ///
    /// As for a real one, when `body` is not JSON that `T` can be read from.
    pub fn for_test(status: StatusCode, headers: HeaderMap, body: impl Into<Bytes>) -> Result<Self>
    where
        T: DeserializeOwned,
    {
        answer::Answer::new(status, headers, body.into(), false)?.decode()
    }

    /// The body as it came, decompressed; empty for a stream of bytes.
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    /// [`body`](Self::body) as another type, such as `serde_json::Value`. What does not fit it is left
    /// out as for the value itself, without being listed.
    ///
    /// # Errors
    ///
    /// When `U` cannot be read from it.
    pub fn body_as<U: DeserializeOwned>(&self) -> Result<U> {
        Error::body_as_of(self.status, &self.headers, &self.body)
    }

    /// What of the body did not fit the type and was left out, the members
    /// that it lacks, and what no JSON can hold; none for most responses.
    pub fn repairs(&self) -> &[Repair] {
        &self.repairs
    }

    /// The value alone.
    pub fn into_inner(self) -> T {
        self.value
    }

    /// The same answer with another value.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> ResponseValue<U> {
        ResponseValue {
            value: change(self.value),
            status: self.status,
            headers: self.headers,
            body: self.body,
            repairs: self.repairs,
        }
    }

    /// The status: any 2xx. Inside an envelope it is the envelope's.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The headers as they came.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// `RateLimit-Limit`: how many requests a period allows.
    pub fn rate_limit(&self) -> Option<u64> {
        headers::rate_limit(&self.headers)
    }

    /// `RateLimit-Remaining`: how many requests the current period still
    /// allows.
    pub fn rate_limit_remaining(&self) -> Option<u64> {
        headers::rate_limit_remaining(&self.headers)
    }

    /// `Retry-After`: how long the server asks to wait before the next request.
    pub fn retry_after(&self) -> Option<Duration> {
        headers::retry_after(&self.headers)
    }

    /// `Deprecation`: since when the version of the operation that answered is
    /// deprecated.
    pub fn deprecation(&self) -> Option<SystemTime> {
        headers::deprecation(&self.headers)
    }

    /// `Sunset`: when the version of the operation that answered stops being
    /// served.
    pub fn sunset(&self) -> Option<SystemTime> {
        headers::sunset(&self.headers)
    }
}

impl<T> Deref for ResponseValue<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl ResponseValue<ByteStream> {
    /// The next bytes of the stream, see [`ByteStream::chunk`].
    ///
    /// # Errors
    ///
    /// Those of [`ByteStream::chunk`].
    pub async fn chunk(&mut self) -> Result<Option<Bytes>> {
        self.value.chunk().await
    }
}

/// Shows the length of the body only: it may hold secrets that the value hides.
impl<T: fmt::Debug> fmt::Debug for ResponseValue<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResponseValue")
            .field("value", &self.value)
            .field("status", &self.status)
            .field("headers", &self.headers)
            .field("body_bytes", &self.body.len())
            .field("repairs", &self.repairs)
            .finish()
    }
}
