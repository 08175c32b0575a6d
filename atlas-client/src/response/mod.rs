//! The successful response of a call: the value with its status and headers.

pub(crate) mod answer;
pub(crate) mod pages;
pub(crate) mod stream;

use std::any::TypeId;
use std::fmt;
use std::ops::Deref;
use std::pin::Pin;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use reqwest::StatusCode;
use reqwest::header::HeaderMap;
use serde::de::DeserializeOwned;

use crate::auth::Sent;
use crate::error::Received;
use crate::json::repair::Repair;
use crate::{ByteStream, Error, Result, transport::headers};

/// The future of a call. Nothing is sent before it is first polled.
///
/// It is one type for all operations, because an `async fn` for each of 540 operations takes
/// seconds to compile.
pub type ResponseFuture<T> = Pin<Box<dyn Future<Output = Result<ResponseValue<T>>> + Send>>;

/// A typed value with the status, the headers and the body of its response.
///
/// It dereferences to the value; [`into_inner`](Self::into_inner) returns it.
/// [`body`](Self::body) has the members that this version of the client does not
/// know, and [`repairs`](Self::repairs) lists how the value differs from the
/// body.
#[derive(Clone)]
pub struct ResponseValue<T> {
    value: T,
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
    repairs: Vec<Repair>,
}

impl<T> ResponseValue<T> {
    pub(crate) fn new(value: T, status: StatusCode, headers: HeaderMap, body: Bytes) -> Self {
        Self {
            value,
            status,
            headers,
            body,
            repairs: Vec::new(),
        }
    }

    /// Creates a response for tests of code that handles responses. Its body
    /// is decoded like that of a real one.
    ///
    /// # Errors
    ///
    /// When `body` is not JSON that decodes as `T`.
    pub fn for_test(status: StatusCode, headers: HeaderMap, body: impl Into<Bytes>) -> Result<Self>
    where
        T: DeserializeOwned + 'static,
    {
        let body = body.into();
        // A call whose response has no type does not decode the body.
        let decoded = if TypeId::of::<T>() == TypeId::of::<()>() {
            Bytes::new()
        } else {
            body.clone()
        };
        let answer = answer::Answer::new(status, headers, decoded, false, Sent::default())?;
        Ok(Self {
            body,
            ..answer.decode()?
        })
    }

    /// Returns the response as an error keeps it.
    pub(crate) fn received(&self) -> Received {
        Received::new(self.status, self.headers.clone(), self.body.clone(), true)
    }

    /// Returns the raw body, decompressed; empty for a byte stream.
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    /// Decodes [`body`](Self::body) as another type, such as
    /// `serde_json::Value`. Members that do not match it are left out as for
    /// the value itself, but not listed.
    ///
    /// # Errors
    ///
    /// When the body does not decode as `U`.
    pub fn body_as<U: DeserializeOwned>(&self) -> Result<U> {
        Error::body_as_of(self.status, &self.headers, &self.body)
    }

    /// Returns where the value differs from the body: members that were left out or filled in, and
    /// invalid text and numbers; empty for most responses.
    pub fn repairs(&self) -> &[Repair] {
        &self.repairs
    }

    /// Returns the value alone.
    pub fn into_inner(self) -> T {
        self.value
    }

    /// Applies `change` to the value and keeps the rest of the response.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> ResponseValue<U> {
        ResponseValue {
            value: change(self.value),
            status: self.status,
            headers: self.headers,
            body: self.body,
            repairs: self.repairs,
        }
    }

    /// Returns the status, a 2xx; if `envelope` was requested, the status inside the
    /// envelope.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// Returns the headers.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// Returns `RateLimit-Limit`: the number of requests allowed per period; `None`
    /// if the header is missing or invalid.
    pub fn rate_limit(&self) -> Option<u64> {
        headers::rate_limit(&self.headers)
    }

    /// Returns `RateLimit-Remaining`: the number of requests left in the
    /// current period; `None` if the header is missing or invalid.
    pub fn rate_limit_remaining(&self) -> Option<u64> {
        headers::rate_limit_remaining(&self.headers)
    }

    /// Returns `Retry-After`: the wait that the server asks for before the next
    /// request; `None` if the header is missing or invalid.
    pub fn retry_after(&self) -> Option<Duration> {
        headers::retry_after(&self.headers)
    }

    /// Returns `Deprecation` (RFC 9745, or an HTTP date): since when the operation's
    /// version is deprecated; `None` if the header is missing or invalid.
    pub fn deprecation(&self) -> Option<SystemTime> {
        headers::deprecation(&self.headers)
    }

    /// Returns `Sunset` (RFC 8594): when the operation's version stops being served;
    /// `None` if the header is missing or invalid.
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
    /// Returns the next bytes of the stream, see [`ByteStream::chunk`].
    ///
    /// # Errors
    ///
    /// Those of [`ByteStream::chunk`].
    pub async fn chunk(&mut self) -> Result<Option<Bytes>> {
        self.value.chunk().await
    }
}

/// Shows only the length of the body, which may contain secrets.
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
